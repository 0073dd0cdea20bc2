"""Progress: what is kept, what survives damage, and what is never kept."""

import json
import os
import subprocess
import sys

import pytest
from stored import cells

import bpcourse as bp
from bpcourse.marking import store
from bpcourse.marking.exercises import everything

EXERCISES = everything()


@pytest.fixture
def kept(tmp_path, monkeypatch):
    path = tmp_path / "folder" / "progress.jsonl"
    monkeypatch.setenv("BPCOURSE_PROGRESS", str(path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return path


def row(name="warm_up"):
    return next(row for rows in bp.progress().chapters.values() for row in rows if row.name == name)


def test_every_exercise_of_every_chapter_is_listed_as_open(kept):
    chapters = bp.progress().chapters
    assert {row.name for rows in chapters.values() for row in rows} == set(EXERCISES)
    assert all(row.state == "open" and row.tries == 0 for rows in chapters.values() for row in rows)
    for head in chapters:
        number, title = head.split(" ", 1)
        heading = next(iter(cells("chapters", number).values())).source.splitlines()[0]
        assert heading == f"# {number} · {title}"
    assert not kept.exists()  # looking leaves nothing


def test_best_points_count_and_misconceptions_are_told(kept):
    for answer in (6, 7, 8, ...):
        bp.check("warm_up", answer)
    found = row()
    assert (found.points, found.state, found.tries) == (1.0, "done", 3)
    assert found.met == {"bias_forgotten": 1, "bias_before_weight": 1}
    text = str(bp.progress())
    assert "00 Start here" in text and "1 of 1 exercise, 1 of 1 point\n" in text
    assert "  2 solved since; " in text and "bias" not in text and str(kept) in text
    assert "bias forgotten, in warm_up: solved since" in str(bp.progress("00"))
    folded = bp.progress()._repr_html_().partition("<details><summary>2 solved since</summary>")[2]
    assert "bias forgotten, in <code>warm_up</code>: solved since" in folded


def test_part_of_the_points_is_in_part(kept):
    store.record("gradients", bp.marking.Result(False, 2.0, 4.0, None, ""))
    assert row("gradients").state == "in part"
    lines = [line.split() for line in str(bp.progress("04")).splitlines()]
    assert ["◐", "6", "gradients", "in", "part", "2", "of", "4"] in lines
    assert ["○", "2", "forward", "open", "0", "of", "2"] in lines


def test_an_exercise_that_was_tried_and_one_that_was_not_look_different(kept):
    bp.check("delta_by_hand", 0.5)
    lines = [line.split() for line in str(bp.progress("04")).splitlines()]
    assert ["○", "1", "delta_by_hand", "tried", "0", "of", "1"] in lines
    assert ["○", "2", "forward", "open", "0", "of", "2"] in lines
    shown = bp.progress("04")._repr_html_()
    assert "○</span> tried</td>" in shown
    assert "<li>slope missing, in <code>delta_by_hand</code>: open</li>" in shown and "<details>" not in shown
    bp.check("delta_by_hand", 0.08)
    assert "tried" not in str(bp.progress("04"))


def test_a_stopped_answer_is_on_record_too(kept, monkeypatch):
    from bpcourse.marking import guard

    monkeypatch.setattr(guard, "SECONDS", 0.3)

    def delta_output(z, y):
        while True:
            pass

    assert not bp.check(delta_output).passed
    assert (row("delta_output").tries, row("delta_output").points) == (1, 0.0)


@pytest.mark.parametrize(
    "damage",
    [
        b'{"exercise": "warm_up", "poi',
        b"\xff\xfe\x00\x00 not text\n",
        b'[1, 2]\n{"exercise": 3, "points": 1}\n{"exercise": "warm_up"}\n"warm_up"\nnull\n',
        b'{"exercise": "warm_up", "points": NaN}\n{"exercise": "warm_up", "points": "x"}\n',
        b'{"exercise": "forward", "points": 1e999, "diagnosis": {}}\n{"exercise": "gone", "points": 1}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_a_damaged_file_loses_only_what_is_damaged(kept, damage):
    bp.check("warm_up", 6)
    with kept.open("ab") as file:
        file.write(damage)
    bp.check("warm_up", 7)
    assert (row().points, row().tries, row().met) == (1.0, 2, {"bias_forgotten": 1})
    assert "1 of 1 point\n" in str(bp.progress("00")) and "<table>" in bp.progress()._repr_html_()


def test_points_above_what_an_exercise_has_are_cut(kept):
    kept.parent.mkdir()
    kept.write_text(json.dumps({"exercise": "warm_up", "points": 1e9}) + "\n", encoding="utf-8")
    assert row().points == 1.0


def test_a_disk_that_cannot_be_written_takes_nothing_from_the_check(kept):
    kept.mkdir(parents=True)  # a folder where the file should be
    assert bp.check("warm_up", 7).passed
    assert row().state == "open"


def test_it_survives_a_restart_and_the_terminal_shows_it(kept):
    bp.check("warm_up", 7)
    run = lambda *more: subprocess.run(  # noqa: E731
        [sys.executable, "-m", "bpcourse", "progress", *more],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    assert "1 of 1 exercise, 1 of 1 point\n" in run().stdout
    assert "delta_output" in run("04").stdout and "warm_up" not in run("04").stdout
    wrong = run("99")
    assert wrong.returncode == 1 and "chapter is '99'; expected one of '00'" in wrong.stderr


@pytest.mark.parametrize("name, value", [("BPCOURSE_PROGRESS", "off"), ("NBGRADER_EXECUTION", "autograde")])
def test_nothing_is_kept_when_it_is_off_or_when_nbgrader_marks(kept, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    bp.check("warm_up", 7)
    assert not kept.exists() and "Nothing is on record" in str(bp.progress())


def test_without_a_setting_it_lies_in_the_home(monkeypatch, tmp_path):
    monkeypatch.delenv("BPCOURSE_PROGRESS", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(store.Path, "home", lambda: tmp_path)
    bp.check("warm_up", 7)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["progress.jsonl"]


def test_an_unknown_chapter_is_named():
    with pytest.raises(ValueError, match="chapter is '4'; expected one of '00', '01'"):
        bp.progress("4")


def test_these_tests_keep_no_progress_of_their_own():
    assert os.environ["BPCOURSE_PROGRESS"] == "off"
