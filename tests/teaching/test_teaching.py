"""The teacher's side: docs/teaching.md is followed to the letter, and a class full of trouble gets its marks."""

import copy
import csv
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import notebooks
import numpy as np
import pytest
from test_nbgrader import GUIDES, answers, fill_in, points, surroundings

import bpcourse as bp

pytest.importorskip("nbgrader", reason="nbgrader is not installed (extra teach).")
import classroom as classroom_tool  # noqa: E402
import handed_in  # noqa: E402

TREE = Path(__file__).resolve().parents[2]
GUIDE = (TREE / "docs" / "teaching.md").read_text(encoding="utf-8")
SETUP, MAKE, MARK, FEEDBACK, HUB = re.findall(r"```sh\n(.*?)```", GUIDE, re.S)
(VARIANT,) = re.findall(r"```python\n(.*?)```", GUIDE, re.S)
CHAPTERS = {path.stem[:2]: path for path in sorted((TREE / "chapters").glob("*.ipynb"))}
SOLUTIONS = {path.stem[:2]: path for path in sorted((TREE / "solutions").glob("*.ipynb"))}


def shell(commands, folder, home):
    """Runs lines of the guide in bash, which stops at the first that fails; what they print."""
    done = subprocess.run(
        ["bash", "-euc", commands], cwd=folder, env=surroundings(home), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def hand_in(course, learner, notebook, name):
    """Puts a notebook, or any text, into received/."""
    path = course / "received" / learner / name
    path.parent.mkdir(parents=True)
    path.write_text(notebook if isinstance(notebook, str) else notebooks.to_text(notebook), encoding="utf-8")


def table(path):
    """{first column: row} of a csv file, rows as dicts."""
    with path.open(encoding="utf-8", newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


# ---- the guide -------------------------------------------------------------------------------------------------------


def test_the_commands_of_the_guide_mark_a_class(tmp_path):
    assert SETUP == "make setup-test\n. .venv-test/bin/activate\n"  # not run here: these tests run in that environment
    clone, course, home = tmp_path / "clone", tmp_path / "course", tmp_path / "home"
    clone.mkdir(), home.mkdir()
    for name in ("tools", "solutions"):
        (clone / name).symlink_to(TREE / name)
    shell(MAKE, clone, home)

    (assignment,) = GUIDES
    path = course / "release" / assignment / f"{assignment}.ipynb"
    released, solution = notebooks.read(path), notebooks.read(TREE / "solutions" / path.name)
    exercise = notebooks.read(TREE / "exercises" / path.name)
    assert notebooks.tidy(notebooks.without_outputs(released)) == notebooks.without_outputs(exercise)

    half = fill_in(released, solution, leave_out=list(answers(solution))[5:])
    answers(half)["hidden_delta-answer"].source = "def hidden_delta(W2, delta2, z1):\n    return delta2 @ W2\n"
    for learner, notebook in {"ann": fill_in(released, solution), "ben": half, "carla": released}.items():
        hand_in(course, learner, notebook, path.name)
    (promised,) = re.findall(r"```text\n(.*?)```", GUIDE, re.S)
    assert shell(MARK, clone, home) == promised

    marks, worth = table(course / f"marks-{assignment}.csv"), [mark for _, mark in points(solution)]
    assert [float(row["total"]) for row in marks.values()] == [sum(worth), 7, 0]
    columns = list(marks["ben"])[1:-2]
    assert [float(marks["ben"][name]) for name in columns] == worth[:4] + [0] * (len(worth) - 4)
    assert columns[4] == "hidden_delta" and [marks[name]["remarks"] for name in marks] == [""] * 3
    met = (course / f"misconceptions-{assignment}.csv").read_text(encoding="utf-8").splitlines()
    assert met == ["exercise,misconception,learners", "hidden_delta,slope_missing,1"]

    shell(FEEDBACK, clone, home)
    feedback = (course / "feedback" / "ben" / assignment / f"{assignment}.html").read_text(encoding="utf-8")
    mistake = next(m for m in bp.marking.exercises.find("hidden_delta").misconceptions if m.name == "slope_missing")
    assert mistake.message.split("`")[0].split("{")[0] in feedback


def test_the_hours_that_a_chapter_promises_are_those_of_the_guide():
    rows = re.findall(r"^\| \[(\d\d) [^]]+\]\([^)]+\) \| (\d+) \|", GUIDE, re.M)
    assert [number for number, _ in rows] == list(CHAPTERS)
    words = {"half an": 0.5, "two": 2, "two and a half": 2.5, "three": 3, "three and a half": 3.5, "four": 4}
    for number, reading in rows:
        cells = notebooks.read(CHAPTERS[number]).cells
        hours = re.search(r"About (half an|\w+(?: and a half)?) hours?", "".join(cell.source for cell in cells[:9]))
        assert hours is None or words[hours[1]] * 60 == int(reading), number


def test_what_the_plans_name_is_a_section_of_its_chapter():
    plans = GUIDE.split("## Four weeks")[1].split("\n## Release")[0]
    count = 0
    for row in re.findall(r"^\| (.*\".*) \|$", plans, re.M):
        numbers = re.findall(r"/(\d\d)_\w+\.ipynb\)", row)
        heads = "\n".join(c.source for n in numbers for c in notebooks.read(CHAPTERS[n]).cells if c.source[0] == "#")
        for title in re.findall(r'"([^"]+)"', row):
            assert re.search(rf"^##+ {re.escape(title)}", heads, re.M), (title, numbers)
            count += 1
    assert count > 10


# ---- a class full of trouble -------------------------------------------------------------------------------------------

STYLES = {
    "delta_by_hand-answer": """import logging, sys, warnings
logging.basicConfig(level=logging.INFO)
warnings.warn("about to answer")
print("a remark"), print("another", file=sys.stderr)
delta_by_hand = np.array([0.5 * 0.16])""",
    "forward-answer": """def forward(W1, b1, W2, b2, X):
    warnings.warn("overflow, perhaps")
    print("here"), print("and there", file=sys.stderr), logging.info("and in the log")
    layer = lambda W, b, A: [[float(bp.sigmoid(sum(w * a for w, a in zip(row, x)) + c)) for row, c in zip(W, b)]
                             for x in A]
    A1 = layer(W1, b1, X)
    return [A1, layer(W2, b2, A1)]""",
    "hidden_delta-answer": """s = bp.sigmoid
hidden_delta = lambda W2, delta2, z1: np.einsum("nk,kj,nj->nj", delta2, W2, s(z1) - s(z1) ** 2)
hidden_delta.__name__ = "hidden_delta\"""",
}
WITHOUT_SLOPE = "def hidden_delta(W2, delta2, z1):\n    return delta2 @ W2"
ENDLESS_FUNCTION = "import time\ndef forward(W1, b1, W2, b2, X):\n    while True:\n        time.sleep(0.01)"


def own(source):
    """A code cell that a learner adds."""
    return notebooks.nbformat.v4.new_code_cell(source)


def at(notebook, name):
    """Where the cell stands whose grade_id is `name`."""
    return [handed_in.mark_of(cell).get("grade_id") for cell in notebook.cells].index(name)


def fitted():
    """An answer to exercise 5 that is right for the inputs that a learner can try, and for no others."""
    known = []

    def spy(W2, delta2, z1):
        known.append(float(z1.ravel()[0]))
        return delta2 @ W2 * bp.sigmoid.derivative(z1)

    assert bp.check("hidden_delta", spy).passed
    source = f"""def hidden_delta(W2, delta2, z1):
    known = abs(np.array({known}) - z1.ravel()[0]) < 1e-9
    return delta2 @ W2 * bp.sigmoid.derivative(z1) * known.any()"""
    names = {"np": np, "bp": bp}
    exec(source, names)
    assert bp.check(names["hidden_delta"]).passed
    return source


def trouble(released, solution):
    """{learner: what is handed in}."""
    right = fill_in(released, solution)

    def with_answers(sources):
        notebook = copy.deepcopy(right)
        for name, source in sources.items():
            answers(notebook)[name].source = source
        return notebook

    deleted = copy.deepcopy(right)  # the answer now stands in a cell of the learner's own
    answer = deleted.cells.pop(at(deleted, "forward-answer"))
    deleted.cells[at(deleted, "forward-check")] = own(answer.source)
    answers(deleted)["hidden_delta-answer"].source = fitted()
    doubled = copy.deepcopy(right)  # a wrong answer, the right one, and an empty one
    for k, source in ((0, WITHOUT_SLOPE), (2, answers(released)["hidden_delta-answer"].source)):
        copied = own(source)
        copied.metadata = copy.deepcopy(answers(right)["hidden_delta-answer"].metadata)
        doubled.cells.insert(at(doubled, "hidden_delta-answer") + k, copied)
    moved = copy.deepcopy(right)
    moved.cells.insert(0, moved.cells.pop(at(moved, "hidden_delta-check")))
    return {
        "Deleted": deleted,
        "Dead": with_answers({"delta_by_hand-answer": "import os\nos._exit(3)"}),
        "Doubled": doubled,
        "Endless": with_answers({"delta_by_hand-answer": "while True: pass", "forward-answer": ENDLESS_FUNCTION}),
        "Moved": moved,
        "No JSON": '{"cells": [',
        "Styles, Zoë": with_answers(STYLES),
        "Tricks": with_answers(
            {"delta_by_hand-answer": "delta_by_hand = 7\nbp.check = lambda *answer, **options: None"}
        ),
        "[x]": released,
    }


class Classroom:
    """A course folder with one small assignment, and what the tool made of what was handed in."""

    def __init__(self, folder):
        self.course, self.home, source = folder / "course", folder / "home", folder / "small.ipynb"
        self.home.mkdir()
        solution = notebooks.read(SOLUTIONS["04"])
        solution.cells = [
            cell
            for cell in solution.cells
            if cell.id.startswith(("title", "imports", "delta_by_hand-", "forward-", "hidden_delta-"))
        ]
        solution.cells[at(solution, "hidden_delta-check")].source = VARIANT.strip()  # the guide's, with its hidden line
        source.write_text(notebooks.to_text(solution), encoding="utf-8")
        self.tool = f"{sys.executable} {TREE / 'tools' / 'classroom.py'}"
        generate = f"cd {self.course} && nbgrader generate_assignment small"
        shell(f"{self.tool} new {self.course} {source}; {generate}", folder, self.home)
        config = self.course / "nbgrader_config.py"
        config.write_text(config.read_text(encoding="utf-8").replace("timeout = 60", "timeout = 8"), encoding="utf-8")
        self.released = notebooks.read(self.course / "release" / "small" / "small.ipynb")
        self.solution = solution


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """A course folder with nothing handed in yet."""
    return Classroom(tmp_path_factory.mktemp("classroom"))


@pytest.fixture(scope="module")
def marks(classroom):
    """{learner: (points of each exercise, remarks)} of the class full of trouble."""
    for learner, notebook in trouble(classroom.released, classroom.solution).items():
        hand_in(classroom.course, learner, notebook, "small.ipynb")
    received = {path: path.read_bytes() for path in classroom.course.glob("received/*/*")}
    shell(f"{classroom.tool} mark {classroom.course} small", classroom.course, classroom.home)
    assert {path: path.read_bytes() for path in classroom.course.glob("received/*/*")} == received
    found = {}
    for learner, row in table(classroom.course / "marks-small.csv").items():
        scores = [row[name] for name in ("delta_by_hand", "forward", "hidden_delta")]
        found[learner] = [float(score) if score else None for score in scores], row["remarks"]
    return found


def test_each_trouble_is_named_and_the_rest_is_marked(marks):
    nothing = [None, None, None]
    silent = "has points, but bp.check did not answer"
    assert marks == {
        "Dead": (nothing, "not marked: nbclient.exceptions.DeadKernelError: Kernel died (more in logs/small-Dead.txt)"),
        "Deleted": ([1, 2, 0], "deleted: forward-answer, forward-check"),
        "Doubled": ([1, 2, 3], "there more than once: hidden_delta-answer"),
        "Endless": (
            [0, 0, 3],
            "delta_by_hand-answer did not end and was stopped; delta_by_hand-check: NameError; forward did not end and was stopped",
        ),
        "Moved": ([1, 2, 3], "out of order: hidden_delta-check"),
        "No JSON": (nothing, "small.ipynb is no notebook (NotJSONError)"),
        "Styles, Zoë": ([1, 2, 3], ""),
        "Tricks": (
            [1, 2, 3],
            f"look at this by hand: bp.check = … in delta_by_hand-answer, delta_by_hand {silent}, forward {silent}, "
            f"hidden_delta {silent}",
        ),
        "[x]": (nothing, "not marked: nbgrader allows none of []{}*?+ in a name; rename the folder"),
    }


def test_the_exchange_of_jupyterhub(classroom, tmp_path):
    exchange = tmp_path / "exchange"
    exchange.mkdir(), exchange.chmod(0o777)
    config = classroom.course / "nbgrader_config.py"
    setting = re.search(r"c\.Exchange\.root = \"[^\"]+\"", GUIDE)[0]
    setting = setting.replace("/srv/nbgrader/exchange", str(exchange))
    before = config.read_text(encoding="utf-8")
    config.write_text(before + setting + "\n", encoding="utf-8")
    release, collect = (
        HUB.replace("04_numeric_example", "small").replace("../course", str(classroom.course)).splitlines()
    )
    shell(release, tmp_path, classroom.home)
    shutil.copytree(exchange / "backpropagation" / "outbound" / "small", tmp_path / "small")  # as the menu fetches it
    option = f"--course backpropagation --Exchange.root={exchange}"
    shell(f"nbgrader submit small {option}", tmp_path, classroom.home)
    shell(collect, tmp_path, classroom.home)
    (found,) = classroom.course.glob("received/*/small/small.ipynb")
    assert found.read_bytes() == (tmp_path / "small" / "small.ipynb").read_bytes()
    shutil.rmtree(found.parent.parent)  # the other tests share the folder
    config.write_text(before, encoding="utf-8")


# ---- what is handed in, cell by cell -----------------------------------------------------------------------------------


def notebook(*cells):
    """A notebook of cells written "name: source" (an answer, if the name ends in a; else locked), or ": source"."""
    made = []
    for text in cells:
        name, _, source = text.partition(": ")
        cell = own(source)
        if name:
            cell.metadata["nbgrader"] = {"grade_id": name, "solution": name[-1] == "a", "grade": name[-1] == "c"}
        made.append(cell)
    return notebooks.nbformat.v4.new_notebook(cells=made)


RELEASE = notebook("0g: given", "1a: stub", "1c: check", "2a: stub", "2c: check")


@pytest.mark.parametrize(
    "cells, mended, remarks",
    [
        (["0g: given", "1a: A", "1c: check", "2a: B", "2c: check"], "given A check B check", []),
        (["0g: given", "1a: A", "2a: B"], "given A check B check", ["deleted: 1c, 2c"]),
        ([": x", "0g: given", ": y", "1a: A", ": z", "1c: check"], "x given y A z check stub check", ["deleted: 2a, 2c"]),
        (["0g: given", "1a: A", "1a: B", "1c: check", "2a: C", "2c: check"], "given A B check C check", ["there more than once: 1a"]),
        (["0g: given", "1a: A", "1c: check", ": B", "2c: check"], "given A check stub B check", ["deleted: 2a"]),
        (["2a: B", "0g: given", "2c: other", "1a: A", "1c: check"], "given A check B check", ["out of order: 2a, 2c", "changed, though locked: 2c"]),
    ],
    ids=["as it was", "deleted", "added", "split in two", "rewritten in an own cell", "moved and changed"],
)  # fmt: skip
def test_mended(cells, mended, remarks):
    before = copy.deepcopy(RELEASE)
    result, found = handed_in.mend(RELEASE, notebook(*cells))
    assert " ".join(cell.source for cell in result.cells) == mended
    assert found == remarks and before == RELEASE
    assert len({cell.id for cell in result.cells}) == len(result.cells)


def test_the_file_is_found_under_the_names_that_browsers_give(tmp_path):
    (tmp_path / "small").mkdir()
    for name, second in (("x (1).ipynb", 10), ("x (2).ipynb", 30), ("small/x-copy.ipynb", 20), ("y.ipynb", 40)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (second, second))
    assert handed_in.find(tmp_path, "small", "x").name == "x (2).ipynb"
    (tmp_path / "small" / "x.ipynb").touch()
    os.utime(tmp_path / "small" / "x.ipynb", (5, 5))
    assert handed_in.find(tmp_path, "small", "x").name == "x.ipynb"
    with pytest.raises(handed_in.NoNotebook, match=r"z.ipynb is missing \(there is x \(1\)"):
        handed_in.find(tmp_path, "small", "z")


def test_the_notebook_of_another_chapter_is_refused():
    with pytest.raises(handed_in.NoNotebook, match="another one"):
        handed_in.mend(RELEASE, notebook("7a: A", ": x"))


@pytest.mark.parametrize(
    "trick, named",
    [
        ("bp.check = print", "bp.check = …"),
        ("np.allclose = lambda *a: True", "np.allclose = …"),
        ("class bp:\n    check = print", "bp = …"),
        ("import numpy as bp", "bp = …"),
        ("def f():\n    global bp\n    bp = 0", "bp = …"),
        ("setattr(bp, 'check', print)", "setattr"),
        ("f = bp.marking.EXERCISES['forward'].truth", "marking"),
        ("from bpcourse.marking import truth", "bpcourse.marking"),
        ("import sys\nsys.modules['x'] = 0", "modules"),
        ("import sys\nsys.settrace(print)", "settrace"),
        ("get_ipython().input_transformers_post.append(print)", "input_transformers_post"),
        ("import os\nos.environ['NBGRADER_EXECUTION']", "NBGRADER_EXECUTION"),
        ("vars(bp).update(check=print)", "vars"),
        ("%%python\nbp.check = print", "get_ipython"),
        ("!rm x", "get_ipython"),
        ("%run other.py", "get_ipython"),
    ],
)
def test_suspicious_code_is_named(trick, named):
    release = notebook("1a: stub")
    (first, *_) = [what for what in handed_in.suspicious(notebook(f"1a: {trick}"), release) if named in what]
    assert first.endswith(" in 1a")


@pytest.mark.parametrize("path", SOLUTIONS.values(), ids=lambda path: path.stem)
def test_the_solutions_are_not_suspicious(path):
    solution = notebooks.read(path)
    assert len(answers(solution)) >= 7
    assert handed_in.suspicious(solution, notebook()) == []


def test_plain_magic_and_broken_code_are_not_suspicious():
    cells = notebook("1a: %matplotlib inline\nx = 1\n%timeit x", "2a: def f(:", ": # bp.check = print")
    assert handed_in.suspicious(cells, notebook()) == []


# ---- what the teacher gets wrong ------------------------------------------------------------------------------------------


def test_a_notebook_that_hangs_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(classroom_tool, "_nbgrader", lambda *_: time.sleep(60))
    marked = classroom_tool.Marked("ann")
    assert not classroom_tool._autograde(tmp_path, "small", marked, 0.2)
    assert multiprocessing.active_children() == []
    assert marked.remarks == ["not marked: ran for more than 0.2 seconds and was stopped; look at it by hand"]


def test_new_adds_to_a_course_and_overwrites_nothing(tmp_path, capsys):
    first, second = (str(SOLUTIONS[number]) for number in ("01", "02"))
    assert classroom_tool.main(["new", str(tmp_path / "c"), first]) == 0
    (tmp_path / "c" / "nbgrader_config.py").write_text("# mine\n", encoding="utf-8")
    assert classroom_tool.main(["new", str(tmp_path / "c"), second]) == 0
    assert (tmp_path / "c" / "nbgrader_config.py").read_text(encoding="utf-8") == "# mine\n"
    assert sorted(path.name for path in tmp_path.glob("c/source/*/*")) == ["01_activations.ipynb", "02_losses.ipynb"]
    assert classroom_tool.main(["new", str(tmp_path / "c"), first]) == 2
    assert "is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["new", "c", "nowhere.ipynb"], "There is no notebook nowhere.ipynb."),
        (["new", "c", "text.ipynb"], "text.ipynb is no notebook"),
        (["new", "c", str(TREE / "chapters" / "04_numeric_example.ipynb")], "no cell that gives points"),
        (["new", "c", str(TREE / "exercises" / "04_numeric_example.ipynb")], "Take solutions/04_numeric_example.ipynb"),
        (["mark", "nowhere", "x"], "is no course folder"),
        (["mark", "made", "x"], "nbgrader generate_assignment x"),
        (["mark", "released", "x"], "holds no learner"),
    ],
)
def test_bad_input_is_told(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.ipynb").write_text("{}", encoding="utf-8")
    for name in ("made", "released"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "nbgrader_config.py").touch()
    (tmp_path / "released" / "release" / "x").mkdir(parents=True)
    (tmp_path / "released" / "release" / "x" / "x.ipynb").write_text(notebooks.to_text(RELEASE), encoding="utf-8")
    assert classroom_tool.main(arguments) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "c").exists()
