"""The exercises of chapter 01: right answers pass, wrong ones don't, and the reasons given are the right ones."""

import re
from pathlib import Path

import answers_01 as answers
import mpmath as mp
import nbformat
import numpy as np
import pytest
import wrong_answers_01 as wrong

import bpcourse as bp
from bpcourse.checks import EXERCISES
from bpcourse.checks.ch01 import EXERCISES as CHAPTER
from bpcourse.checks.engine import Exercise
from bpcourse.explore.deep import depths

SEEDS = wrong.SEEDS
NOTEBOOK = nbformat.read(Path(__file__).parent.parent / "solutions" / "01_activations.ipynb", as_version=4)
CELLS = {cell.id: cell for cell in NOTEBOOK.cells}
NAMES = [exercise.name for exercise in CHAPTER]
FUNCTIONS = [exercise for exercise in CHAPTER if isinstance(exercise, Exercise)]
SOLVED = {"np": np, "bp": bp}
for number in range(1, 11):
    exec(CELLS[f"ex{number}-answer"].source, SOLVED)


def each(table):
    return [pytest.param(name, i, id=f"{name}-{i}") for name in NAMES for i in range(len(table[name]))]


def every_mistake(exercises):
    return [pytest.param(e, mistake, id=f"{e.name}-{mistake.name}") for e in exercises for mistake in e.misconceptions]


# ----- right answers


@pytest.mark.parametrize("name", NAMES)
def test_solution_passes_with_all_points(name):
    for seed in SEEDS:
        result = bp.check(name, SOLVED[name], seed=seed)
        assert (result.passed, result.points, result.status) == (True, result.max_points, "Passed"), result


@pytest.mark.parametrize("name, i", each(answers.RIGHT))
def test_right_answer_in_other_words_passes(name, i):
    for seed in SEEDS:
        result = bp.check(name, answers.RIGHT[name][i], seed=seed)
        assert result.passed and result.points == result.max_points, result


def test_every_exercise_has_other_right_answers():
    assert all(len(answers.RIGHT[name]) >= 2 for name in NAMES)


# ----- wrong answers


@pytest.mark.parametrize("name", NAMES)
def test_blank_is_not_attempted(name):
    for empty in (wrong.blank, ..., None) if isinstance(EXERCISES[name], Exercise) else (..., None):
        result = bp.check(name, empty)
        assert (result.status, result.points, result.passed) == ("Not attempted", 0.0, False)


@pytest.mark.parametrize("exercise, mistake", every_mistake(CHAPTER))
def test_misconception_is_named(exercise, mistake):
    for seed in SEEDS:
        result = bp.check(exercise.name, mistake.wrong, seed=seed)
        assert result.diagnosis == mistake.name, result
        assert not result.passed and result.points < result.max_points
        assert "{" not in result.message and result.message.count("?") == 1, "one question that leads out"


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_misconceptions_differ_from_the_truth_and_from_each_other(exercise):
    for seed in SEEDS:
        cases = exercise.cases(seed)
        all_outcomes = {m.name: exercise.outcomes(m.wrong, cases) for m in exercise.misconceptions}
        all_outcomes["the truth"] = exercise.outcomes(exercise.truth, cases)
        seen = list(all_outcomes.items())
        for i, (name, outcomes) in enumerate(seen):
            for other, others in seen[i + 1 :]:
                alike = all(a.like(b) for a, b in zip(outcomes, others, strict=True))
                assert not alike, f"{name} and {other} cannot be told apart"


@pytest.mark.parametrize("name, i", each(wrong.WRONG))
def test_other_wrong_answer_fails(name, i):
    result = bp.check(name, wrong.WRONG[name][i])  # kill_rate does it with the other seeds
    assert not result.passed and result.points < result.max_points, result
    assert len(result.message) > 20


def test_kill_rate_is_all(record_property):
    killed, total = wrong.kill_rate()
    line = f"Exercises 01: the checks refused wrong answers {killed} times of {total}, {100 * killed / total:.0f}%."
    print(line)
    record_property("summary", line)
    others = sum(len(wrong.WRONG[name]) for name in NAMES)
    assert others >= 5 * len(NAMES) and total > 5 * others
    assert killed == total


# ----- the inputs


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_inputs_are_random_and_of_unequal_shape(exercise):
    cases = exercise.cases(0)
    assert len(cases) >= 3
    again, other = exercise.cases(0), exercise.cases(1)
    for case, same, different in zip(cases, again, other, strict=True):
        arrays = {name: value for name, value in case.items() if isinstance(value, np.ndarray)}
        for name, array in arrays.items():
            assert np.array_equal(array, same[name]) and not np.array_equal(array, different[name])
            assert (array != 0).all() and np.unique(array).size == array.size
        if exercise.batch:
            assert len(case[exercise.batch]) > 1
        for array in arrays.values():
            assert len(set(array.shape)) == array.ndim, "no square arrays"


@pytest.mark.parametrize("exercise", [e for e in FUNCTIONS if len(e.parts) > 1], ids=lambda e: e.name)
def test_partial_points_for_each_part_alone(exercise):
    for i, (part, worth) in enumerate(exercise.parts.items()):

        def one_right(*inputs, i=i):
            right = answers.RIGHT[exercise.name][0](*inputs)
            return [array if k == i else np.full(np.shape(array), 0.123) for k, array in enumerate(right)]

        result = bp.check(exercise.name, one_right)
        assert (result.points, result.status) == (worth, "In part")
        assert result.message.startswith(f"`{part}` is right. ")


def test_exactly_one_of_the_four_programs_of_exercise_2_is_wrong():
    given = {"np": np, "bp": bp}
    exec(CELLS["ex2-given"].source, given)
    u, z = np.array([0.5, -1.0, 2.0]), np.array([-3.0, 0.4, 1.2])
    slope = np.array([mp.diff(lambda x: 1 / (1 + mp.exp(-x)), value) for value in z], dtype=float)
    right = {name for name in "ABCD" if np.allclose(given[name](u, z), u * slope, rtol=1e-12)}
    assert right == set("ABCD") - {EXERCISES["which_is_wrong"].truth}


def test_chart_of_exercise_3_shows_the_networks_that_its_message_names():
    given = {"np": np, "bp": bp}
    exec(CELLS["ex3-given"].source.split("ax =")[0], given)
    for name, (activation, scale) in {
        "A": ("sigmoid", 1),
        "B": ("relu", 1),
        "C": ("tanh", 1),
        "D": ("relu", 2),
    }.items():
        real, _ = depths(activation, float(scale), 20)
        assert np.abs(np.log10(real) - given["powers"][name]).max() < 0.0501
    assert EXERCISES["which_network"].truth == "B"


def test_faulty_program_of_exercise_8_gets_no_points():
    given = {"np": np, "bp": bp}
    exec(CELLS["ex8-given"].source.split("u, z =")[0], given)
    result = bp.check("mended_backward", given["faulty_backward"])
    assert (result.diagnosis, result.points) == ("both_bugs_left", 0.0)


def test_an_overflow_that_gives_nan_is_refused_too():
    exercise = EXERCISES["softmax_jacobian"]
    case = {"z": np.array([1000.0, 999.0, 997.0])}
    (right,) = exercise.outcomes(exercise.truth, [case])
    np.testing.assert_allclose(right.parts[0], bp.softmax(case["z"]), rtol=1e-12)
    assert any(case["z"].max() > 700 for case in exercise.cases(0))


# ----- the notebook


def test_notebook_has_the_exercises_in_order_with_their_points():
    for number, exercise in enumerate(CHAPTER, start=1):
        check, task = CELLS[f"ex{number}-check"], CELLS[f"ex{number}-task"].source
        call = f"bp.check({exercise.name})"
        if not isinstance(exercise, Exercise):
            call = f'bp.check("{exercise.name}", {exercise.name})'
        assert check.source == call
        assert check.metadata.nbgrader.points == exercise.max_points
        assert re.search(rf"[★☆]{{5}} · about \d+ minutes? · {exercise.max_points:g} points?\n", task), task
        assert CELLS[f"ex{number}-hints"].source.count("<summary>") == 3
    assert sum(exercise.max_points for exercise in CHAPTER) == 23
    stars = [CELLS[f"ex{number}-task"].source.count("★") for number in range(1, 11)]
    assert stars == sorted(stars) and stars[0] == 1 and stars[-1] == 5


def test_notebook_shows_the_signature_that_the_check_expects():
    for number, exercise in enumerate(CHAPTER, start=1):
        if isinstance(exercise, Exercise):
            head = f"def {exercise.name}({', '.join(exercise.cases(0)[0])}):"
            assert CELLS[f"ex{number}-answer"].source.startswith(head)


def test_notebook_cells_are_marked_for_nbgrader():
    for cell in NOTEBOOK.cells:
        marks, kind = cell.metadata.get("nbgrader"), cell.id.rpartition("-")[2]
        if kind in ("answer", "check", "given", "run"):
            flags = {"grade": kind == "check", "solution": kind == "answer", "locked": kind != "answer"}
            assert marks.schema_version == 3 and marks.grade_id == cell.id
            assert {key: marks[key] for key in flags} == flags


def test_imports_are_numpy_and_bpcourse_only():
    code = "\n".join(cell.source for cell in NOTEBOOK.cells if cell.cell_type == "code")
    assert re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE) == ["numpy", "bpcourse"]
