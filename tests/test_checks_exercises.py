"""Every exercise of every chapter: right answers pass, wrong ones don't, and the reasons given are the right ones.

Chapter NN has its right answers in answers_NN.py and wrong ones in wrong_answers_NN.py; what holds for one exercise only is
tested in test_checks_NN.py.
"""

import functools
import importlib
import re
from pathlib import Path

import pytest
import stored
from checks_support import solved

import bpcourse as bp
from bpcourse.checks import EXERCISES
from bpcourse.checks.engine import Exercise

CHAPTERS = {}  # "04": (exercises, right answers, wrong answers, seeds)
CELLS = {}  # "04": the cells of its solutions notebook by their ids
SOLVED = {}
for path in sorted((Path(__file__).parent.parent / "solutions").glob("*.ipynb")):
    chapter = path.name[:2]
    right, wrong = (importlib.import_module(f"{kind}_{chapter}") for kind in ("answers", "wrong_answers"))
    own = importlib.import_module(f"bpcourse.checks.ch{chapter}").EXERCISES
    CHAPTERS[chapter] = (own, right.RIGHT, wrong.WRONG, wrong.SEEDS)
    CELLS[chapter] = stored.cells("solutions", chapter)
    names = solved(CELLS[chapter])
    unsolved = [exercise.name for exercise in own if exercise.name not in names]
    assert not unsolved, f"{path.name} gives {unsolved} in no cell whose id ends in -answer; a new cell has a random id"
    SOLVED |= {exercise.name: names[exercise.name] for exercise in own}

SEEDS = {exercise.name: seeds for own, _, _, seeds in CHAPTERS.values() for exercise in own}
RIGHT = {name: answers for _, right, _, _ in CHAPTERS.values() for name, answers in right.items()}
WRONG = {name: answers for _, _, wrong, _ in CHAPTERS.values() for name, answers in wrong.items()}
NAMES = list(SOLVED)
FUNCTIONS = [EXERCISES[name] for name in NAMES if isinstance(EXERCISES[name], Exercise)]
MISTAKES = [
    pytest.param(name, i, id=f"{name}-{mistake.name}")
    for name in NAMES
    for i, mistake in enumerate(EXERCISES[name].misconceptions)
]


def each(table):
    return [pytest.param(name, i, id=f"{name}-{i}") for name in NAMES for i in range(len(table.get(name, ())))]


def blank(*_):
    """Nothing here yet."""


def blanks(name):
    return (blank, ..., None) if isinstance(EXERCISES[name], Exercise) else (..., None)


def wrong_ones(name):
    """{kind: wrong answers}."""
    mistakes = tuple(mistake.wrong for mistake in EXERCISES[name].misconceptions)
    return {"blank": blanks(name), "misconception": mistakes, "other": tuple(WRONG.get(name, ()))}


@functools.cache
def refused(name, kind, i, seed):
    """What the check says to the i-th wrong answer of its kind: judged once, for all the tests below."""
    return bp.check(name, wrong_ones(name)[kind][i], seed=seed)


def test_every_exercise_but_the_warm_up_is_tested_here():
    assert set(NAMES) == set(EXERCISES) - {"warm_up"}


# ----- right answers


@pytest.mark.parametrize("name", NAMES)
def test_solution_passes_with_all_points(name):
    for seed in SEEDS[name]:
        result = bp.check(name, SOLVED[name], seed=seed)
        assert (result.passed, result.points, result.status) == (True, result.max_points, "Passed"), result


@pytest.mark.parametrize("name, i", each(RIGHT))
def test_right_answer_in_other_words_passes(name, i):
    for seed in SEEDS[name]:
        result = bp.check(name, RIGHT[name][i], seed=seed)
        assert result.passed and result.points == result.max_points, result


def test_every_exercise_has_other_right_answers():
    few = [name for name in NAMES if len(RIGHT.get(name, ())) < 2]
    assert not few, f"fewer than two answers in RIGHT of answers_NN.py: {few}"


# ----- wrong answers


@pytest.mark.parametrize("name", NAMES)
def test_blank_is_not_attempted(name):
    for i in range(len(blanks(name))):
        result = refused(name, "blank", i, SEEDS[name][0])
        assert (result.status, result.points, result.passed) == ("Not attempted", 0.0, False)


@pytest.mark.parametrize("name, i", MISTAKES)
def test_misconception_is_named(name, i):
    for seed in SEEDS[name]:
        result = refused(name, "misconception", i, seed)
        assert result.diagnosis == EXERCISES[name].misconceptions[i].name, result
        assert not result.passed and result.points < result.max_points
        said = result.message.partition(" Your function stopped with an error")[0]  # below it stands a line of code
        assert "{" not in said and said.count("?") == 1, "one question that leads out"


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_misconceptions_differ_from_the_truth_and_from_each_other(exercise):
    for seed in SEEDS[exercise.name]:
        cases = exercise.cases(seed)
        all_outcomes = {m.name: exercise.outcomes(m.wrong, cases) for m in exercise.misconceptions}
        all_outcomes["the truth"] = exercise.outcomes(exercise.truth, cases)
        seen = list(all_outcomes.items())
        for i, (name, outcomes) in enumerate(seen):
            for other, others in seen[i + 1 :]:
                same = all(a.like(b) for a, b in zip(outcomes, others, strict=True))
                assert not same, f"{name} and {other} cannot be told apart"


@pytest.mark.parametrize("name, i", each(WRONG))
def test_other_wrong_answer_fails(name, i):
    result = refused(name, "other", i, SEEDS[name][0])  # the kill rate does it with the other seeds
    assert not result.passed and result.points < result.max_points, result
    assert len(result.message) > 20


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_kill_rate_is_all(chapter, record_property):
    own, _, wrong, seeds = CHAPTERS[chapter]
    results = [
        refused(exercise.name, kind, i, seed)
        for exercise in own
        for kind, answers in wrong_ones(exercise.name).items()
        for i in range(len(answers))
        for seed in seeds
    ]
    killed, total = sum(not r.passed and r.points < r.max_points for r in results), len(results)
    line = f"Exercises {chapter}: the checks refused wrong answers {killed} times of {total}, {killed / total:.0%}."
    print(line)
    record_property("summary", line)
    few = [exercise.name for exercise in own if len(wrong.get(exercise.name, ())) < 5]
    assert not few and len(seeds) >= 5, f"fewer than five answers in WRONG of wrong_answers_{chapter}.py: {few}"
    assert killed == total


# ----- the notebooks

EXPECTED = {
    "01": (11, 27),
    "02": (10, 27),
    "03": (9, 24),
    "04": (10, 27),
    "05": (11, 31),
    "06": (11, 31),
    "07": (10, 27),
}  # exercises, points


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_notebook_has_the_exercises_in_order_with_their_points(chapter):
    own, cells = CHAPTERS[chapter][0], CELLS[chapter]
    numbered = {
        f"ex{number}-{kind}" for number in range(1, len(own) + 1) for kind in ("task", "answer", "hints", "check")
    }
    assert numbered <= set(cells), f"no cells {sorted(numbered - set(cells))}; number the exercises as in EXERCISES"
    for number, exercise in enumerate(own, start=1):
        check, task = cells[f"ex{number}-check"], cells[f"ex{number}-task"].source
        call = f"bp.check({exercise.name})"
        if not isinstance(exercise, Exercise):
            call = f'bp.check("{exercise.name}", {exercise.name})'
        assert check.source == call, (
            f"ex{number}-check is not that of {exercise.name}: is EXERCISES in the notebook's order?"
        )
        assert check.metadata.nbgrader.points == exercise.max_points
        assert re.search(rf"[★☆]{{5}} · about \d+ minutes? · {exercise.max_points:g} points?\n", task), task
        assert cells[f"ex{number}-hints"].source.count("<summary>") == 3
    assert (len(own), sum(exercise.max_points for exercise in own)) == EXPECTED[chapter], "EXPECTED, above"
    words = {9: "Nine", 10: "Ten", 11: "Eleven", 12: "Twelve"}
    assert f"{words[len(own)]} exercises" in cells["title"].source, "the first sentence counts the exercises"
    stars = [cells[f"ex{number}-task"].source.count("★") for number in range(1, len(own) + 1)]
    assert stars == sorted(stars) and stars[0] == 1 and stars[-1] == 5


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_notebook_shows_the_signature_that_the_check_expects(chapter):
    for number, exercise in enumerate(CHAPTERS[chapter][0], start=1):
        if isinstance(exercise, Exercise):
            head = f"def {exercise.name}({', '.join(exercise.cases(0)[0])}):"
            assert CELLS[chapter][f"ex{number}-answer"].source.startswith(head)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_notebook_cells_are_marked_for_nbgrader(chapter):
    for cell in CELLS[chapter].values():
        marks, kind = cell.metadata.get("nbgrader"), cell.id.rpartition("-")[2]
        if kind in ("answer", "check", "given", "run"):
            flags = {"grade": kind == "check", "solution": kind == "answer", "locked": kind != "answer"}
            assert marks.schema_version == 3 and marks.grade_id == cell.id
            assert {key: marks[key] for key in flags} == flags


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_imports_are_numpy_and_bpcourse_only(chapter):
    code = "\n".join(cell.source for cell in CELLS[chapter].values() if cell.cell_type == "code")
    assert re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE) == ["numpy", "bpcourse"]
