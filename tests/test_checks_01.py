"""The exercises of chapter 01: what holds for one of them only; test_checks_exercises.py has the rest."""

from pathlib import Path

import answers_01 as answers
import mpmath as mp
import nbformat
import numpy as np
import pytest

import bpcourse as bp
from bpcourse.checks import EXERCISES
from bpcourse.checks.ch01 import EXERCISES as CHAPTER
from bpcourse.checks.engine import Exercise
from bpcourse.explore.deep import depths

NOTEBOOK = nbformat.read(Path(__file__).parent.parent / "solutions" / "01_activations.ipynb", as_version=4)
CELLS = {cell.id: cell for cell in NOTEBOOK.cells}
FUNCTIONS = [exercise for exercise in CHAPTER if isinstance(exercise, Exercise)]


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
