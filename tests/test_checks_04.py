"""The exercises of chapter 04: what holds for one of them only; test_checks_exercises.py has the rest."""

import re

import answers_04 as answers
import numpy as np
import pytest
import stored
import wrong_answers_04 as wrong
from checks_support import random_arrays, solved

import bpcourse as bp
from bpcourse.checks import EXERCISES
from bpcourse.checks.ch04 import EXERCISES as CHAPTER
from bpcourse.checks.ch04.programs import descend
from bpcourse.checks.engine import Exercise

SEEDS = wrong.SEEDS
CELLS = stored.cells("solutions", "04")
FUNCTIONS = [exercise for exercise in CHAPTER if isinstance(exercise, Exercise)]
SOLVED = solved(CELLS)


# ----- the inputs


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_inputs_are_random_and_of_unequal_shape(exercise):
    for arrays in random_arrays(exercise):
        for array in arrays.values():
            assert len(set(array.shape)) == array.ndim, "no square arrays"


def test_partial_points_for_each_part_alone():
    exercise = EXERCISES["gradients"]
    for i, part in enumerate(exercise.parts):

        def one_right(*inputs, i=i):
            right = answers.gradients_loops(*inputs)
            return [grad if k == i else np.zeros_like(grad) for k, grad in enumerate(right)]

        result = bp.check("gradients", one_right)
        assert (result.points, result.status) == (1.0, "In part")
        assert result.message.startswith(f"`{part}` is right. ")


def test_descent_without_a_mistake_is_the_truth():
    """The faulty programs differ from the truth by their faults alone."""
    for seed in SEEDS:
        assert bp.check("train", descend, seed=seed).passed and bp.check("one_step", descend, seed=seed).passed


def test_shared_biases_of_the_numeric_example():
    """The source's network: delta_o and delta_h as printed in the chapter give dE/db2 and dE/db1."""
    delta2, delta1 = np.array([[0.04678592, -0.02559657]]), np.array([[0.00090956, 0.00177792]])
    np.testing.assert_allclose(SOLVED["shared_bias_gradients"](delta2, delta1), (0.02118935, 0.00268748), atol=1e-12)


def test_chart_of_exercise_4_is_what_its_fault_gives():
    """The numbers in the given cell come from the numeric example with W2 transposed in (BP2)."""
    given = {"bp": bp}
    exec(CELLS["ex4-given"].source.split("ax =")[0], given)
    net = bp.Network((2, 2, 2), bp.sigmoid, bp.sigmoid, bp.half_squared_error)
    params = net.pack({1: [[0.25, 0.25], [0.15, 0.20]], 2: [[0.30, 0.35], [0.40, 0.35]]}, {1: [0.4] * 2, 2: [0.7] * 2})
    X, Y = np.array([[0.02, 0.04]]), np.array([[0.5, 0.9]])
    trace = net.backward(params, net.forward(params, X), Y)
    delta1 = (trace.delta[2] @ params.W[2].T) * bp.sigmoid.derivative(trace.z[1])
    grads = net.pack({1: delta1.T @ X, 2: trace.grads.W[2]}, {1: delta1[0], 2: trace.grads.b[2]})
    report = bp.gradient_check(net, params, X, Y, grads)
    for i, error in enumerate(report.error):
        shown = given["errors"][re.sub(r"^(.)\[(\d)\]", r"\1\2", grads.name(i))]
        assert f"{shown:.1e}" == f"{error:.1e}" if error > 1e-7 else shown < 1e-11


# ----- the notebook


def test_faulty_program_of_exercise_7_gets_no_points():
    given = {"np": np, "bp": bp}
    exec(CELLS["ex7-given"].source, given)
    result = bp.check("one_step", given["faulty_step"])
    assert (result.diagnosis, result.points) == ("output_first", 0.0)
