"""The exercises of chapter 04: what holds for one of them only; test_checks_exercises.py has the rest."""

import re

import answers_04 as answers
import numpy as np
import pytest
import stored
import wrong_answers_04 as wrong
from bpanswers.ch04 import EXERCISES as CHAPTER
from bpanswers.ch04 import differences, gradients, hidden, output_delta, passes, shared_bias
from bpanswers.ch04 import programs as programs_of_steps
from bpanswers.ch04.edited import edited
from bpanswers.ch04.steps import STEP
from support import solved

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.exercises import everything

EXERCISES = everything()

SEEDS = wrong.SEEDS
CELLS = stored.cells("solutions", "04")
FUNCTIONS = [exercise for exercise in CHAPTER if isinstance(exercise, Exercise)]
SOLVED = solved(CELLS)


# ----- the inputs


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_inputs_are_random(exercise):
    for case, same, different in zip(exercise.cases(0), exercise.cases(0), exercise.cases(1), strict=True):
        arrays = {name: value for name, value in case.items() if isinstance(value, np.ndarray)}
        for name, array in arrays.items():
            assert np.array_equal(array, same[name])
            assert array.size == 1 or not np.array_equal(array, different[name])
            assert array.size <= 4 or len(np.unique(array)) > 1


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_edits_of_nothing_are_the_truth(exercise):
    """The programs whose edits are the mistakes are right themselves."""
    programs = {
        "forward": passes._FORWARD,
        "hidden_delta": hidden._HIDDEN,
        "delta_output": output_delta._DELTA,
        "gradients": gradients._GRADIENTS,
        "shared_bias_gradients": shared_bias._SHARED,
        "central_differences": differences._DIFFERENCES,
        "one_step": STEP,
        "train": programs_of_steps._TRAIN,
    }
    for seed in SEEDS:
        assert bp.check(exercise.name, edited(programs[exercise.name]), seed=seed).passed


def test_partial_points_for_each_part_alone():
    exercise = EXERCISES["gradients"]
    for i, part in enumerate(exercise.parts):

        def one_right(*inputs, i=i):
            right = answers.gradients_loops(*inputs)
            return [grad if k == i else np.zeros_like(grad) for k, grad in enumerate(right)]

        result = bp.check("gradients", one_right)
        assert (result.points, result.status) == (1.0, "In part")
        assert result.message.startswith(f"`{part}` is right. ")


def test_an_edit_of_what_does_not_stand_there_is_refused():
    with pytest.raises(ValueError, match="'W3' does not stand in the program"):
        edited(STEP, ("W3", "W2"))


# ----- what the public reports show (docs: the reports are paraphrased; the programs are the tests' own)


def step(line, by):
    return wrong.step_with(line, by)


REPORTS = {  # diagnosis: one step
    "output_first": step(
        "    return",
        "    delta1 = (delta2 @ (W2 - alpha * dW2)) * A1 * (1 - A1)\n    dW1, db1 = delta1.T @ X / n, delta1.mean(axis=0)\n    return",
    ),
    "error_goes_back": step("(delta2 @ W2)", "((A2 - Y) @ W2)"),
    "slope_missing_at_output": step("(A2 - Y) * A2 * (1 - A2)", "A2 - Y"),
    "slope_of_slope_at_output": step("(A2 - Y) * A2 * (1 - A2)", "(A2 - Y) * A2 * (1 - A2) * (1 - A2 * (1 - A2))"),
    "slope_squared_at_output": step("(A2 - Y) * A2 * (1 - A2)", "(A2 - Y) * A2**2 * (1 - A2) ** 2"),
    "gradient_times_weight": step("    return", "    dW1, dW2 = dW1 * W1, dW2 * W2\n    return"),
    "biases_not_averaged": step("    return", "    db1, db2 = n * db1, n * db2\n    return"),
    "weights_not_averaged": step("    return", "    dW1, dW2 = n * dW1, n * dW2\n    return"),
    "bias_to_one_number": step("    return", "    db1, db2 = db1.sum(), db2.sum()\n    return"),
    "averaged_twice": step("    return", "    dW1, db1, dW2, db2 = dW1 / n, db1 / n, dW2 / n, db2 / n\n    return"),
    "hidden_averaged_twice": step("    dW1, db1", "    delta1 = delta1 / n\n    dW1, db1"),
    "not_averaged": step("    return", "    dW1, db1, dW2, db2 = dW1 * n, db1 * n, dW2 * n, db2 * n\n    return"),
    "biases_frozen": step("    return", "    db1, db2 = 0, 0\n    return"),
    "second_bias_frozen": step("    return", "    db2 = 0\n    return"),
    "only_output_layer": step("    return", "    dW1, db1 = 0, 0\n    return"),
    "only_hidden_layer": step("    return", "    dW2, db2 = 0, 0\n    return"),
    "uphill": step("(A2 - Y)", "(Y - A2)"),
    "forward_without_second_bias": step("A1 @ W2.T + b2", "A1 @ W2.T"),
    "mean_of_squares": step("(A2 - Y)", "2 * (A2 - Y) / Y.shape[1]"),
    "last_path_only": step("(delta2 @ W2)", "(delta2[:, -1:] @ W2[-1:])"),
}


@pytest.mark.parametrize("diagnosis", REPORTS)
def test_frequent_mistake_is_named_in_one_step_and_in_training(diagnosis):
    for name, function in (("one_step", REPORTS[diagnosis]), ("train", answers.steps(REPORTS[diagnosis]))):
        result = bp.check(name, function)
        assert (result.diagnosis, result.points) == (diagnosis, 0), result


def test_what_is_said_does_not_contradict_what_came():
    """The messages of ../shared/cases/misleading_messages.py: each told of something that had not happened."""
    frozen = bp.check("train", answers.steps(REPORTS["only_output_layer"])).message
    assert "come back as they went in" not in frozen and "W1 and b1 do not move" in frozen
    plain = bp.check("one_step", REPORTS["error_goes_back"]).message
    assert plain.startswith("`W2` and `b2` are right.") and "delta2 = A2 - Y" not in plain
    biases = bp.check("one_step", REPORTS["biases_not_averaged"]).message
    assert biases.startswith("`W1` and `W2` are right.") and "7 times" not in biases


def test_no_message_says_that_a_part_is_right_and_wrong():
    """A part that is praised stands in no list of wrong ones."""
    for exercise in (EXERCISES["gradients"], EXERCISES["shared_bias_gradients"], EXERCISES["forward"]):
        for mistake in exercise.misconceptions:
            message = bp.check(exercise.name, mistake.wrong).message
            praised = re.match(r"((?:`\w+`(?:, | and )?)+) (?:is|are) right\. ", message)
            for part in re.findall(r"`(\w+)`", praised[1]) if praised else ():
                assert f"`{part}`" not in message[praised.end() :], message


# ----- whole numbers, and steps of one's own


def test_differences_of_whole_numbers():
    theta = np.array([1, 2])
    slopes = SOLVED["central_differences"](lambda t: (t**2).sum(), theta, 1e-4)
    np.testing.assert_allclose(slopes, [2, 4], rtol=1e-9)
    assert theta.tolist() == [1, 2] and theta.dtype == int


def differences_in(dtype_of_nudged, dtype_of_slopes):
    def answer(f, theta, h):
        slopes, nudged = np.zeros(theta.shape, dtype_of_slopes(theta)), theta.astype(dtype_of_nudged(theta))
        for i in np.ndindex(theta.shape):
            values = []
            for sign in (1, -1):
                nudged[i] = theta[i] + sign * h
                values.append(f(nudged))
            nudged[i] = theta[i]
            slopes[i] = (values[0] - values[1]) / (2 * h)
        return slopes

    return answer


def test_each_way_to_lose_a_fraction_is_named():
    def same(theta):
        return theta.dtype

    def floats(theta):
        return float

    for nudged, slopes, diagnosis in (
        (same, floats, "nudges_cut_off"),
        (floats, same, "slopes_cut_off"),
        (same, same, "nudges_and_slopes_cut_off"),
    ):
        assert bp.check("central_differences", differences_in(nudged, slopes)).diagnosis == diagnosis
    assert bp.check("central_differences", wrong.unit_of_whole_numbers).diagnosis == "whole_numbers"
    assert bp.check("central_differences", differences_in(floats, floats)).passed


@pytest.mark.parametrize("own", [0.1, 1e-2, 0.5])
def test_a_step_of_ones_own_is_named(own):
    result = bp.check("central_differences", lambda f, theta, h: answers.central_flat(f, theta, own))
    assert result.diagnosis == "other_step"
    result = bp.check("central_differences", lambda f, theta, h: answers.central_flat(f, theta, min(h, own)))
    assert result.diagnosis == "other_step"


def test_more_exact_differences_are_not_said_to_ignore_h():
    """Five points use h, and give the slope itself for a cubic f: what is said must be true of them, too."""

    def five_points(f, theta, h):
        return (4 * answers.central_flat(f, theta, h) - answers.central_flat(f, theta, 2 * h)) / 3

    result = bp.check("central_differences", five_points)
    assert result.diagnosis == "h_without_effect" and "do not change with h" in result.message


@pytest.mark.parametrize("number", [1, 3, 4])
def test_another_number_of_steps_is_named(number):
    result = bp.check("train", lambda *args: answers.steps(answers.step)(*args[:-1], min(args[-1], number)))
    assert result.diagnosis == ("one_step_only" if number == 1 else "other_number_of_steps")


def test_shared_biases_of_the_numeric_example():
    """The source's network: delta_o and delta_h as printed in the chapter give dE/db2 and dE/db1."""
    delta2, delta1 = np.array([[0.04678592, -0.02559657]]), np.array([[0.00090956, 0.00177792]])
    np.testing.assert_allclose(SOLVED["shared_bias_gradients"](delta2, delta1), (0.02118935, 0.00268748), atol=1e-12)


def test_chart_of_exercise_4_is_what_its_fault_gives():
    """The numbers in the given cell come from the numeric example with W2 transposed in (BP2)."""
    given = {"bp": bp}
    exec(CELLS["faulty_line-given"].source.split("ax =")[0], given)
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
    exec(CELLS["one_step-given"].source, given)
    result = bp.check("one_step", given["faulty_step"])
    assert (result.diagnosis, result.points) == ("output_first", 0.0)
