"""The exercises of the numeric example: what holds for one of them only; test_exercises.py has the rest."""

import re

import numpy as np
import pytest
import stored
from bpanswers.central_differences import _flat as differences
from bpanswers.common.edits import edited, solution
from bpanswers.train import _columns as descent
from support import solved

import bpcourse as bp
from bpcourse.marking.exercises import find

CELLS = stored.cells("solutions", "numeric_example")
SOLVED = solved(CELLS)


# ----- mistakes that public reports show, in other words than the exercises' own


def one_step(*changes):
    return edited(solution("one_step"), *changes)


REPORTS = {  # diagnosis: one step
    "error_goes_back": one_step(("(delta2 @ W2)", "((A2 - Y) @ W2)")),
    "slope_missing_at_output": one_step(("(A2 - Y) * A2 * (1 - A2)", "A2 - Y")),
    "slope_squared_at_output": one_step(("(A2 - Y) * A2 * (1 - A2)", "(A2 - Y) * A2**2 * (1 - A2) ** 2")),
    "gradient_times_weight": one_step(("A1 / n", "A1 / n * W2"), ("X / n", "X / n * W1")),
    "biases_not_averaged": one_step(("mean(axis=0)", "sum(axis=0)")),
    "weights_not_averaged": one_step((" / n", "")),
    "bias_to_one_number": one_step(
        ("delta1.mean(axis=0)", "delta1.sum() / n"), ("delta2.mean(axis=0)", "delta2.sum() / n")
    ),
    "averaged_twice": one_step(("(A2 - Y) *", "(A2 - Y) / n *")),
    "hidden_averaged_twice": one_step(("delta1 = (delta2", "delta1 = (delta2 / n")),
    "not_averaged": one_step((" / n", ""), ("mean(axis=0)", "sum(axis=0)")),
    "biases_frozen": one_step(("delta1.mean(axis=0)", "0"), ("delta2.mean(axis=0)", "0")),
    "only_output_layer": one_step(("delta1.T @ X / n", "0"), ("delta1.mean(axis=0)", "0")),
    "only_hidden_layer": one_step(("delta2.T @ A1 / n", "0"), ("delta2.mean(axis=0)", "0")),
    "uphill": one_step(("(A2 - Y)", "(Y - A2)")),
    "mean_of_squares": one_step(("(A2 - Y)", "2 * (A2 - Y) / Y.shape[1]")),
    "last_path_only": one_step(("(delta2 @ W2)", "(delta2[:, -1:] @ W2[-1:])")),
}


def repeated(step):
    def train(W1, b1, W2, b2, X, Y, alpha, steps):
        theta = (W1, b1, W2, b2)
        for _ in range(steps):
            theta = step(*theta, X, Y, alpha)
        return theta

    return train


@pytest.mark.parametrize("diagnosis", REPORTS)
def test_frequent_mistake_is_named_in_one_step_and_in_training(diagnosis):
    for name, function in (("one_step", REPORTS[diagnosis]), ("train", repeated(REPORTS[diagnosis]))):
        result = bp.check(name, function)
        assert (result.diagnosis, result.points) == (diagnosis, 0), result


def test_what_is_said_does_not_contradict_what_came():
    """Messages that once told of something that had not happened."""
    frozen = bp.check("train", repeated(REPORTS["only_output_layer"])).message
    assert "come back as they went in" not in frozen and "W1 and b1 do not move" in frozen
    plain = bp.check("one_step", REPORTS["error_goes_back"]).message
    assert plain.startswith("`W2` and `b2` are right.") and "delta2 = A2 - Y" not in plain
    biases = bp.check("one_step", REPORTS["biases_not_averaged"]).message
    assert biases.startswith("`W1` and `W2` are right.") and " times " not in biases


@pytest.mark.parametrize("name", ["gradients", "shared_bias_gradients", "forward"])
def test_no_message_says_that_a_part_is_right_and_wrong(name):
    """A part that is praised stands in no list of wrong ones."""
    for mistake in find(name).misconceptions:
        message = bp.check(name, mistake.wrong).message
        praised = re.match(r"((?:`\w+`(?:, | and )?)+) (?:is|are) right\. ", message)
        for part in re.findall(r"`(\w+)`", praised[1]) if praised else ():
            assert f"`{part}`" not in message[praised.end() :], message


@pytest.mark.parametrize("number", [1, 3, 4])
def test_another_number_of_steps_is_named(number):
    result = bp.check("train", lambda *args: descent(*args[:-1], min(args[-1], number)))
    assert result.diagnosis == ("one_step_only" if number == 1 else "other_number_of_steps")


def test_the_given_program_gets_no_points():
    given = {"np": np, "bp": bp}
    exec(CELLS["one_step-given"].source, given)
    result = bp.check("one_step", given["faulty_step"])
    assert (result.diagnosis, result.points) == ("output_first", 0.0)


# ----- central differences: whole numbers, and steps of one's own


def test_differences_of_whole_numbers():
    theta = np.array([1, 2])
    slopes = SOLVED["central_differences"](lambda t: (t**2).sum(), theta, 1e-4)
    np.testing.assert_allclose(slopes, [2, 4], rtol=1e-9)
    assert theta.tolist() == [1, 2] and theta.dtype == int


def test_a_unit_vector_of_whole_numbers_is_named():
    def answer(f, theta, h):
        out = np.zeros(theta.shape)
        for i in np.ndindex(theta.shape):
            e = np.zeros_like(theta)
            e[i] = h
            out[i] = (f(theta + e) - f(theta - e)) / (2 * h)
        return out

    assert bp.check("central_differences", answer).diagnosis == "whole_numbers"


def test_what_is_wrong_for_floats_is_not_laid_to_whole_numbers():
    def clipped(f, theta, h):
        return differences(lambda t: f(np.clip(t, -4, 4)), theta, h)

    for seed in range(5):
        result = bp.check("central_differences", clipped, seed=seed)
        assert result.diagnosis is None and "whole numbers" not in result.message


@pytest.mark.parametrize("own", [0.1, 1e-2, 0.5])
def test_a_step_of_ones_own_is_named(own):
    for step in (lambda h: own, lambda h: min(h, own)):
        result = bp.check("central_differences", lambda f, theta, h, step=step: differences(f, theta, step(h)))
        assert result.diagnosis == "other_step"


def test_the_sum_of_all_differences_is_not_taken_for_one_nudge_of_all():
    assert bp.check("central_differences", lambda *args: differences(*args).sum()).diagnosis == "slopes_summed"


def test_more_exact_differences_are_not_said_to_ignore_h():
    """Five points use h, and give the slope itself for a cubic f: what is said must be true of them, too."""
    result = bp.check(
        "central_differences", lambda f, theta, h: (4 * differences(f, theta, h) - differences(f, theta, 2 * h)) / 3
    )
    assert result.diagnosis == "h_without_effect" and "do not change with h" in result.message


# ----- the numbers of the chapter


def test_shared_biases_of_the_numeric_example():
    """The source's network: delta_o and delta_h as printed in the chapter give dE/db2 and dE/db1."""
    delta2, delta1 = np.array([[0.04678592, -0.02559657]]), np.array([[0.00090956, 0.00177792]])
    np.testing.assert_allclose(SOLVED["shared_bias_gradients"](delta2, delta1), (0.02118935, 0.00268748), atol=1e-12)


def test_the_chart_is_what_its_fault_gives():
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
