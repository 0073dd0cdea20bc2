"""Every exercise of every chapter: right answers pass, wrong ones don't, and the reasons given are the right ones.

The answers stand in the exercise's own file in solutions/bpanswers; the solution in the source notebook.
"""

import functools
import importlib
import re

import pytest
import spoilt
import stored
from support import SEEDS, nothing, solved
from thorough import THOROUGH

import bpcourse as bp
from bpcourse.marking import exercises
from bpcourse.marking.engine import Exercise

EXERCISES = exercises.everything()
NUMBERS = {name: number for number, chapter in exercises.chapters().items() for name in chapter.exercises}
CELLS = {number: stored.cells("solutions", number) for number in exercises.chapters() if number != "00"}
SOLVED = {name: value for cells in CELLS.values() for name, value in solved(cells).items() if name in EXERCISES}
NAMES = list(SOLVED)
FUNCTIONS = [name for name in NAMES if isinstance(EXERCISES[name], Exercise)]


def each(kind):
    return [
        pytest.param(name, i, id=f"{name}-{i}") for name in NAMES for i in range(len(getattr(EXERCISES[name], kind)))
    ]


MISTAKES = [
    pytest.param(name, i, id=f"{name}-{mistake.name}")
    for name in NAMES
    for i, mistake in enumerate(EXERCISES[name].misconceptions)
]


def blank(*_):
    """Nothing here yet."""


@functools.cache
def wrong_ones(name):
    """{kind: wrong answers}."""
    exercise, is_function = EXERCISES[name], name in FUNCTIONS
    return {
        "blank": (blank, ..., None) if is_function else (..., None),
        "misconception": tuple(mistake.wrong for mistake in exercise.misconceptions),
        "spoilt": (nothing, *spoilt.answers(exercise, SOLVED[name]).values()) if is_function else ("?", [], {}),
        "other": tuple(exercise.wrong),
    }


@functools.cache
def refused(name, kind, i, seed):
    """What the check says to the i-th wrong answer of its kind: judged once, for all the tests below."""
    return bp.check(name, wrong_ones(name)[kind][i], seed=seed)


def test_every_exercise_but_the_warm_up_has_a_solution():
    assert set(NAMES) == set(EXERCISES) - {"warm_up"}


# ----- right answers


@pytest.mark.parametrize("name", NAMES)
def test_solution_passes_with_all_points(name):
    for seed in SEEDS:
        result = bp.check(name, SOLVED[name], seed=seed)
        assert (result.passed, result.points, result.status) == (True, result.max_points, "Passed"), result


@pytest.mark.parametrize("name, i", each("right"))
def test_right_answer_in_other_words_passes(name, i):
    for seed in SEEDS:
        result = bp.check(name, EXERCISES[name].right[i], seed=seed)
        assert result.passed and result.points == result.max_points, result


def test_every_exercise_has_other_right_answers_and_wrong_ones():
    few = {name: (len(EXERCISES[name].right), len(EXERCISES[name].wrong)) for name in NAMES}
    assert {name: n for name, n in few.items() if n[0] < 2 or n[1] + len(wrong_ones(name)["spoilt"]) < 5} == {}


# ----- wrong answers


@pytest.mark.parametrize("name", NAMES)
def test_blank_is_not_attempted(name):
    for i in range(len(wrong_ones(name)["blank"])):
        result = refused(name, "blank", i, 0)
        assert (result.status, result.points, result.passed) == ("Not attempted", 0.0, False)


@pytest.mark.parametrize("name, i", MISTAKES)
def test_misconception_is_named(name, i):
    """So no two of an exercise compute the same, and none what is right: of those that fit, the first is named."""
    for seed in SEEDS:
        result = refused(name, "misconception", i, seed)
        assert result.diagnosis == EXERCISES[name].misconceptions[i].name, result
        assert not result.passed and result.points < result.max_points
        said = result.message.partition(" Your function stopped with an error")[0]  # below it stands a line of code
        assert "{" not in said and said.count("?") == 1, "one question that leads out"


@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_answer_is_refused(name, record_property):
    wrong = {
        (kind, i, seed): refused(name, kind, i, seed)
        for kind, answers in wrong_ones(name).items()
        for i in range(0, len(answers), 1 if THOROUGH or kind in ("blank", "misconception") else 3)
        for seed in SEEDS
    }
    record_property("wrong answers", len(wrong))
    assert [key for key, r in wrong.items() if r.passed or r.points >= r.max_points or len(r.message) <= 20] == []


# ----- the notebooks


@pytest.mark.parametrize("name", NAMES)
def test_the_stretch_of_the_source_notebook_is_whole(name):
    cells, exercise = CELLS[NUMBERS[name]], EXERCISES[name]
    call = f"bp.check({name})" if name in FUNCTIONS else f'bp.check("{name}", {name})'
    assert cells[f"{name}-check"].source == call
    assert re.search(r"^## \d+\. .+\n\n[★☆]{5} · about \d+ minutes? · \d+ points?\n", cells[f"{name}-task"].source)
    assert cells[f"{name}-hints"].source.count("<summary>") == 3
    if name in FUNCTIONS:
        head = f"def {name}({', '.join(exercise.cases(0)[0])}):"
        assert cells[f"{name}-answer"].source.startswith(head)


@pytest.mark.parametrize(
    "name", [name for name in FUNCTIONS if EXERCISES[name].points is not None and len(EXERCISES[name].parts) > 1]
)
def test_the_task_says_so_where_the_points_of_several_results_come_together(name):
    _, text = CELLS[NUMBERS[name]][f"{name}-task"].source.split(" points\n", 1)
    assert re.search(r"\bpoints?\b", text)


@pytest.mark.parametrize("number", CELLS)
def test_exercises_are_ordered_by_their_stars(number):
    tasks = [cell.source for name, cell in CELLS[number].items() if name.endswith("-task")]
    stars = [task.count("★") for task in tasks]
    assert stars == sorted(stars) and stars[0] == 1 and stars[-1] == 5


@pytest.mark.parametrize("number", CELLS)
def test_notebook_cells_are_marked_for_nbgrader(number):
    for cell in CELLS[number].values():
        marks, kind = cell.metadata.get("nbgrader"), cell.id.rpartition("-")[2]
        if kind in ("answer", "check", "given", "run"):
            flags = {"grade": kind == "check", "solution": kind == "answer", "locked": kind != "answer"}
            assert marks.schema_version == 3 and marks.grade_id == cell.id
            assert {key: marks[key] for key in flags} == flags


@pytest.mark.parametrize("number", CELLS)
def test_imports_are_numpy_and_bpcourse_only(number):
    code = "\n".join(cell.source for cell in CELLS[number].values() if cell.cell_type == "code")
    assert re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE) == ["numpy", "bpcourse"]


def test_without_the_answers_nothing_is_judged_and_progress_is_shown(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        exercises.importlib.util, "find_spec", lambda n: None if n.startswith("bpanswers") else found(n)
    )
    exercises.find.cache_clear()
    result = bp.check("warm_up", 7)
    assert not result.passed and result.max_points == 0 and "not installed" in result.message
    assert "00 Start here" in str(bp.progress())
    assert "There is no exercise called `warm_ap`" in bp.check("warm_ap", 7).message
    exercises.find.cache_clear()
