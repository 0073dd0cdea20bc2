"""The notebooks in the learner's folder: new ones come, and what the learner wrote is never touched."""

import json
import os
import re
import subprocess
import sys

import pytest

from bpcourse import lab, learner_folder
from bpcourse.__main__ import main
from bpcourse.learner_folder import NOTE, Outcome, course, lay

CHAPTER, EXERCISE, PAGE = "chapters/00_a.ipynb", "exercises/00_a.ipynb", "docs/notation.md"
ALL = (CHAPTER, PAGE, EXERCISE)


def notebook(*sources, outputs=()):
    cells = [{"cell_type": "code", "source": text, "outputs": list(outputs), "metadata": {}} for text in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def write(folder, **texts):
    """A version of the course in `folder`: three files, of which `texts` says the chapter, the exercise, the page."""
    for name, usual in ((CHAPTER, notebook("1 + 1")), (EXERCISE, notebook("x = ...")), (PAGE, "a is alpha")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts.get(name.split("/")[0], usual), encoding="utf-8")
    return folder


@pytest.fixture
def old(tmp_path):
    return write(tmp_path / "old")


@pytest.fixture
def new(tmp_path):
    folder = write(tmp_path / "new", chapters=notebook("1 + 2"), exercises=notebook("y = ..."), docs="a is eta")
    (folder / "chapters" / "01_b.ipynb").write_text(notebook("2"), encoding="utf-8")
    return folder


def state(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_first_time_brings_all_and_the_second_time_nothing(old, tmp_path):
    mine = tmp_path / "my folder"
    assert lay(mine, old) == Outcome(tuple(sorted(ALL)), (), ())
    assert {name: data for name, data in state(mine).items() if name != NOTE.as_posix()} == state(old)
    before = state(mine)
    assert lay(mine, old) == Outcome((), (), ()) and state(mine) == before


def test_a_newer_version_brings_what_is_new_where_the_learner_wrote_nothing(old, new, tmp_path):
    lay(tmp_path / "mine", old)
    assert lay(tmp_path / "mine", new) == Outcome(("chapters/01_b.ipynb",), tuple(sorted(ALL)), ())
    assert (tmp_path / "mine" / CHAPTER).read_text() == (new / CHAPTER).read_text()


def test_a_notebook_that_was_only_run_is_brought_up_to_date(old, new, tmp_path):
    mine = tmp_path / "mine"
    lay(mine, old)
    (mine / CHAPTER).write_text(notebook("1 + 1", outputs=[{"output_type": "stream", "text": "2"}]), encoding="utf-8")
    assert CHAPTER in lay(mine, new).renewed


@pytest.mark.parametrize(
    "text",
    [notebook("x = 1"), notebook("x = ...", "a note"), notebook(), "{half of a noteb", "[]", '{"cells": [1]}', ""],
)
def test_what_the_learner_wrote_stays_and_is_told_once_there_is_a_newer_one(old, new, tmp_path, text):
    mine = tmp_path / "mine"
    lay(mine, old)
    (mine / EXERCISE).write_text(text, encoding="utf-8")
    assert lay(mine, old).kept == ()
    assert lay(mine, new).kept == (EXERCISE,) and (mine / EXERCISE).read_text(encoding="utf-8") == text
    assert lay(mine, new).kept == (EXERCISE,)
    (mine / EXERCISE).rename(mine / "exercises" / "mine.ipynb")
    assert lay(mine, new).new == (EXERCISE,) and (mine / "exercises" / "mine.ipynb").read_text(encoding="utf-8") == text


def test_what_the_learner_takes_back_is_brought_up_to_date_again(old, new, tmp_path):
    mine = tmp_path / "mine"
    lay(mine, old)
    (mine / EXERCISE).write_text(notebook("x = 1"), encoding="utf-8")
    lay(mine, new)
    (mine / EXERCISE).write_text(notebook("x = ..."), encoding="utf-8")
    assert lay(mine, new).renewed == (EXERCISE,)


@pytest.mark.parametrize("note", [None, b"", b"{", b"[]", b"\xff", b'{"chapters/00_a.ipynb": 7}'])
def test_without_a_note_nothing_is_overwritten(old, new, tmp_path, note):
    mine = tmp_path / "mine"
    lay(mine, old)
    (mine / NOTE).unlink()
    if note is not None:
        (mine / NOTE).write_bytes(note)
    before = state(mine)
    outcome = lay(mine, new)
    assert set(ALL) == set(outcome.kept) and outcome.new == ("chapters/01_b.ipynb",)
    assert all(state(mine)[name] == before[name] for name in ALL)


@pytest.mark.parametrize("point", range(5))
def test_stopped_at_any_moment_it_comes_to_the_same(old, new, tmp_path, monkeypatch, point):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for mine in (whole, broken):
        lay(mine, old)
        (mine / EXERCISE).write_text(notebook("x = 1"), encoding="utf-8")
    lay(whole, new)
    moves = iter(range(100))

    def replace(source, target, move=os.replace):
        if next(moves) == point:
            raise KeyboardInterrupt
        move(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(learner_folder.os, "replace", replace)
        if point < 4:  # two files renewed, one new, the note
            with pytest.raises(KeyboardInterrupt):
                lay(broken, new)
    lay(broken, new)
    assert state(broken) == state(whole)


def test_each_link_in_what_is_laid_leads_to_what_is_laid(tmp_path):
    lay(tmp_path / "mine")
    found = [p for p in (tmp_path / "mine").rglob("*") if p.suffix in (".ipynb", ".md")]
    lost = []
    for path in found:
        for target in re.findall(r"\]\(([^)#\s:]*[/.][a-zA-Z][^)#\s:]*)[#)]", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                lost.append((path.name, target))
    assert len(found) > 20 and lost == []


# ----- the command


def test_it_is_laid_into_the_home_and_what_was_kept_is_told(old, new, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lab.Path, "home", lambda: tmp_path / "home")
    installed = tmp_path / "installed"
    for version in (old, new):
        for tool in ("overrides", "server"):
            (version / "tools").mkdir(exist_ok=True)
            (version / "tools" / f"{tool}.json").write_text((course() / "tools" / f"{tool}.json").read_text())
    for module in (lab, learner_folder):
        monkeypatch.setattr(module, "course", lambda: installed)
    installed.symlink_to(old)
    assert main(["--no-lab"]) == 0
    mine = tmp_path / "home" / "backpropagation"
    assert capsys.readouterr().out == f"{mine}: 2 notebooks new.\n"
    (mine / EXERCISE).write_text(notebook("x = 1"), encoding="utf-8")
    installed.unlink()
    installed.symlink_to(new)
    assert main(["open", "--no-lab"]) == 0
    out = capsys.readouterr().out
    assert f"{mine}: 1 notebook new.\n{mine}: 1 notebook brought up to date.\n{EXERCISE} is left as you have it." in out
    assert (mine / ".bpcourse" / "jupyter" / "labconfig" / "default_setting_overrides.json").exists()


def test_in_a_clone_the_clone_is_opened_and_nothing_is_laid_over_it(capsys):
    assert main(["--no-lab"]) == 0 and capsys.readouterr().out == ""
    assert main(["open", str(course()), "--no-lab"]) == 0 and capsys.readouterr().out == ""


def test_nothing_is_laid_over_another_clone(tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "pyproject.toml").touch()
    before = state(tmp_path)
    assert "is a clone of the course" in main(["open", str(tmp_path), "--no-lab"]) and state(tmp_path) == before


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    message = main(["open", str(tmp_path / "file"), "--no-lab"])
    assert message == f"Cannot write into {tmp_path / 'file'}: File exists. Another folder: bpcourse open FOLDER"


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["advance"], "no command 'advance'. It has open,"),
        (
            ["open", "a", "b"],
            "Got 'a b'; expected at most one folder, then options written --name=value. Not clear is: b",
        ),
        (["--port", "8889"], "Not clear is: 8889"),
        (["open", "--no-lab", "mine"], "Not clear is: mine"),
    ],
)
def test_other_words_are_refused_and_lay_nothing(tmp_path, arguments, said):
    done = subprocess.run([sys.executable, "-m", "bpcourse", *arguments], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and said in done.stderr and done.stdout == "" and not list(tmp_path.iterdir())


def test_help_names_each_command(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("progress", "worksheet", "new", "mark", "lab.py"))
