"""A hand-in is put in order: whatever is out of order, the answers that a person would find are found."""

import functools
import json
import types

import mangled
import nbformat
import pytest

import bpcourse as bp
from bpcourse.teaching import mending
from bpcourse.teaching.frame import Frame
from bpcourse.teaching.records import TeachingError


@functools.cache
def release(assignment):
    return nbformat.from_dict(mangled.read("exercises", assignment))


def mended(assignment, notebook):
    return mending.mend(Frame(release(assignment)), mending.opened(json.dumps(notebook).encode()))


def values(steps):
    """{exercise: the value of its answer when the steps are run}; a step that fails costs itself."""
    found, names = {}, {}
    for step in steps:
        try:
            if step.check:
                found[step.exercise] = eval(step.check, names)
            else:
                exec(compile(step.source, "step", "exec"), names)
        except Exception as error:
            if step.check:
                found[step.exercise] = error
    return found


@functools.cache
def truth(assignment):
    return values(mended(assignment, mangled.solved(assignment)).steps)


def right(assignment, name, value):
    true = truth(assignment)[name]
    if isinstance(value, types.FunctionType) and isinstance(true, types.FunctionType):
        if value.__code__.co_code == true.__code__.co_code and value.__code__.co_names == true.__code__.co_names:
            return True
    if isinstance(value, str | float | int | tuple) or value is ...:
        return value == true
    return bp.check(name, value).passed


def missed(assignment, made):
    """The exercises whose answers were not found; and the notebook that goes with the steps is whole."""
    given = [cell.metadata.nbgrader.grade_id for cell in release(assignment).cells if "nbgrader" in cell.metadata]
    notebook = nbformat.reads(made.notebook, as_version=4)
    nbformat.validate(notebook)
    assert sorted(given) == sorted(c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata)
    found = values(made.steps)
    assert list(found.keys() ^ truth(assignment).keys()) == []
    return {name for name, value in found.items() if not right(assignment, name, value)}


CASES = [(name, assignment) for name in mangled.KINDS for assignment in mangled.ASSIGNMENTS]


@pytest.mark.parametrize(("name", "assignment"), CASES, ids=[f"{name}-{a[:2]}" for name, a in CASES])
def test_what_is_out_of_order_is_put_right(name, assignment):
    mangle, lost, told = mangled.KINDS[name]
    notebook = mangled.solved(assignment)
    exercises = mangled.names(notebook)
    made = mended(assignment, mangle(notebook))
    assert missed(assignment, made) == {exercises[k] for k in lost if k < len(exercises)}
    said = " | ".join(made.remarks)
    assert told in said if told else not made.remarks or name not in QUIET, said


# Nothing is the matter with these, and nothing is said.
QUIET = {"as_it_should_be", "without_ids", "answers blank", "doubled: right stub"} | {
    name for name in mangled.KINDS if name.startswith("style: ")
}


@pytest.mark.parametrize(("name", "first", "second"), mangled.pairs(), ids=[name for name, *_ in mangled.pairs()])
def test_two_things_at_once_are_put_right(name, first, second):
    assignment = mangled.ASSIGNMENTS[1]
    notebook = mangled.KINDS[second][0](mangled.KINDS[first][0](mangled.solved(assignment)))
    assert missed(assignment, mended(assignment, notebook)) == set()


# ---- the release's own cells -----------------------------------------------------------------------------------------


def notebook_of(*cells):
    """A release of cells written "name: source": an answer if the name ends in -answer, a check in -check."""
    made = []
    for text in cells:
        name, _, source = text.partition(": ")
        cell = nbformat.v4.new_code_cell(source, id=name)
        roles = {"solution": name.endswith("-answer"), "grade": name.endswith("-check"), "locked": True}
        cell.metadata["nbgrader"] = {"grade_id": name, **roles, "points": 1}
        made.append(cell)
    return nbformat.v4.new_notebook(cells=made)


def steps(*cells, change=lambda notebook: None):
    """[(exercise, what is run or checked)] of a release that is handed in as it is, or changed."""
    one = notebook_of(*cells)
    other = nbformat.from_dict(json.loads(json.dumps(one)))
    change(other)
    made = mending.mend(Frame(one), other).steps
    return [(step.exercise, f"check {step.check}" if step.check else step.source) for step in made]


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("bp.check(f)", [("f", "check f")]),
        ('bp.check("f", f(3)[0])', [("f", "check f(3)[0]")]),
        ("bp.check(f)\nbp.check(f, seed=7)", [("f", "check f")]),
        ("limit = 3\nbp.check(f(limit))", [("", "limit = 3"), ("f", "check f(limit)")]),
        ("assert f(3) == 4", [("f", "assert f(3) == 4")]),
        ("for k in range(3):\n    assert f(k) == k", [("f", "for k in range(3):\n    assert f(k) == k")]),
    ],
)
def test_a_check_cell_says_what_is_asked(check, expected):
    assert steps("f-answer: def f(x):\n    return x", f"f-check: {check}")[1:] == expected
    made = mending.mend(Frame(release := notebook_of("f-answer: f = ...", f"f-check: {check}")), release)
    assert [step.asserts for step in made.steps if "assert" in step.source] == [True] * check.count("assert")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("import numpy as np", "import numpy as np"),
        ("import os", ""),
        ("x = 3", "x = 3"),
        ("y = 3\nx = y", "y = 3\nx = y"),
        ("y = 3", ""),
        ("x = 3\nax = bp.plots.plot_errors(x)\nbp.plots.picture(ax, 'words')", "x = 3"),
        ("x = []\nfor k in range(3):\n    x.append(k)\n    print(k)", "x = []\nfor k in range(3):\n    x.append(k)\n    print(k)"),
        ("x, y = {}, {}\nx['a'] = 3\ny['a'] = 3\nprint(x)", "x, y = {}, {}\nx['a'] = 3"),
        ("import numpy as np\nnp.random.seed(0)", "import numpy as np\nnp.random.seed(0)"),
        ("def slow():\n    return x\nfor k in range(9):\n    slow()", ""),
        ("bp.explore.parabola()", ""),
    ],
)  # fmt: skip
def test_of_a_given_cell_runs_what_a_later_cell_needs(given, kept):
    answer = "f-answer: def f(x):\n    pass", "f-check: bp.check(f)"

    def change(notebook):
        notebook.cells[1].source = "def f(y):\n    return np.sum(x)"

    assert [source for _, source in steps(f"g: {given}", *answer, change=change)][:-2] == ([kept] if kept else [])


@pytest.mark.parametrize("named", [True, False])
def test_a_given_cell_that_was_changed_does_not_run(named):
    def change(notebook):
        notebook.cells[0].source = "limit = 4\nprint('the limit of it is', limit)"
        notebook.cells[1].source = "def f():\n    return limit"
        if not named:
            notebook.cells[0].id, notebook.cells[0].metadata = "other", {}

    given = "g: limit = 3\nprint('the limit of it is', limit)"
    found = steps(given, "f-answer: def f():\n    pass", "f-check: bp.check(f)", change=change)
    assert found == [("", "limit = 3"), ("f", "def f():\n    return limit"), ("f", "check f")]


def test_names_that_are_only_arguments_are_not_needed():
    assert steps("g: x = 3", "f-answer: def f(x):\n    return x", "f-check: bp.check(f)")[0][0] == "f"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda n: None, {}),
        (lambda n: n.cells[0].update(source="f = 1"), {"f": "f = 1"}),
        (lambda n: n.cells[0].update(source="k = 2\nf = k\ng = k + 1"), {"f": "k = 2\nf = k", "g": "k = 2\ng = k + 1"}),
        (lambda n: n.cells.insert(0, nbformat.v4.new_code_cell("k = 2")) or n.cells[1].update(source="f = k"), {"f": "k = 2\nf = k"}),
    ],
)  # fmt: skip
def test_own_code_is_told_apart_by_exercise(change, expected):
    one = notebook_of("f-answer: f = ...", "f-check: bp.check(f)", "g-answer: g = ...", "g-check: bp.check(g)")
    other = nbformat.from_dict(json.loads(json.dumps(one)))
    change(other)
    assert {k: v.replace("\n\n", "\n") for k, v in mending.mend(Frame(one), other).answers.items()} == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"{", "damaged or cut off"),
        (json.dumps(mangled.solved("01_activations")).encode()[:5000], "damaged or cut off"),
        (b'{"cells": ' + b"[" * 100_000, "damaged or cut off"),
        (b"{}", "no list of cells"),
        (b"[]", "no list of cells"),
        (b'{"cells": 3}', "no list of cells"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"PK\x03\x04....", "another kind of file"),
        (b"def f(): pass", "no notebook"),
        (b'{\n<<<<<<< HEAD\n "cells": []\n=======\n>>>>>>> x\n}', "git conflict"),
        (b" " * (32 * 2**20 + 1), "more than 32 MB"),
        (json.dumps({"cells": [{}] * 2001}).encode(), "more than 2000 cells"),
        (json.dumps({"cells": [{"source": "x" * 500_001}]}).encode(), "more than 500000 characters"),
    ],
)
def test_what_is_no_notebook_is_told_in_a_sentence(content, reason):
    with pytest.raises(TeachingError, match=reason):
        mending.opened(content)


@pytest.mark.parametrize(
    "notebook",
    [
        {"cells": []},
        {"cells": [{"cell_type": "code", "source": "import numpy as np\nimport bpcourse as bp"}]},
        {"cells": [{"cell_type": "code", "source": None, "metadata": 3, "id": 7}, 3]},
        mangled.solved("02_losses"),
        mangled.without_names(mangled.solved("02_losses")),
        mangled.read("chapters", "04_numeric_example"),
    ],
)
def test_the_notebook_of_another_assignment_is_refused(notebook):
    with pytest.raises(TeachingError, match="another assignment"):
        mended("04_numeric_example", notebook)


def test_code_nested_too_deeply_costs_itself():
    notebook = mangled.solved("04_numeric_example")
    for source in ("(" * 5000, "-" * 20_000 + "1", "+".join("1" * 5000), "x" + ".x" * 5000, "x = 1\n" * 2000):
        notebook["cells"].insert(2, mangled.code(source))
    assert missed("04_numeric_example", mended("04_numeric_example", notebook)) == set()


def test_a_cell_that_would_take_long_to_read_is_left_as_it_is():
    """Without the limits each of these takes a minute or more, which the tests' own clock would show."""
    notebook = mangled.solved("04_numeric_example")
    for source in ("%time x\n" * 10_000 + ")", " " * 90_000 + ")\n!x", "(\n" * 30_000):
        notebook["cells"].insert(2, mangled.code(source))
    notebook["cells"].insert(2, mangled.text("```\n" * 20_000))
    assert missed("04_numeric_example", mended("04_numeric_example", notebook)) == set()


@pytest.mark.parametrize(
    "content",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-32"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("·", "é").encode("cp1252", "replace"),
        lambda text: text.encode() + b"\n\n",
        lambda text: text.replace('"import numpy as np', r'"\ud800import numpy as np').encode(),
    ],
)
def test_encodings(content):
    notebook = mangled.solved("04_numeric_example")
    text = json.dumps(notebook, ensure_ascii=False, indent=1)
    made = mending.mend(Frame(release("04_numeric_example")), mending.opened(content(text)))
    assert missed("04_numeric_example", made) == set()


def test_notebooks_of_the_format_before_this_one():
    new = nbformat.from_dict(mangled.solved("04_numeric_example"))
    old = nbformat.writes(nbformat.convert(new, 3), version=3)
    assert (
        missed("04_numeric_example", mending.mend(Frame(release("04_numeric_example")), mending.opened(old.encode())))
        == set()
    )
