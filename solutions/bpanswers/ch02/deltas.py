"""Chapter 02: delta for four pairs of output and loss."""

import numpy as np

from bpcourse.activations import sigmoid
from bpcourse.losses import softmax
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import complex_sigmoid, gradient

from .cases import delta_cases, wide_deltas
from .edits import clean, hard, mistakes, rows_do_not_cancel


def _truth(Z, Y):
    def likelihood(Z):
        a = complex_sigmoid(Z)
        return -(Y * np.log(a) + (1 - Y) * np.log(1 - a)).sum()

    return clean(
        gradient(lambda Z: ((Z - Y) ** 2).sum() / 2, Z),
        gradient(lambda Z: ((complex_sigmoid(Z) - Y) ** 2).sum() / 2, Z),
        gradient(likelihood, Z),
        gradient(lambda Z: -(Y * np.log(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))).sum(), Z),
    )


def _linear(Z, Y):
    return Z - Y


def _sigmoid(Z, Y):
    return sigmoid(Z) - Y


def _softmax(Z, Y):
    return softmax(Z) - Y


def _with_slope(Z, Y):
    return (sigmoid(Z) - Y) * sigmoid.derivative(Z)


RIGHT = {"linear_squared": _linear, "sigmoid_squared": _with_slope, "sigmoid_bce": _sigmoid, "softmax_ce": _softmax}
_mistake = mistakes(**RIGHT)


def _all(change):
    """The four parts, each changed in the same way: change(what is right, Z)."""
    return {part: lambda Z, Y, right=right: change(right(Z, Y), Z) for part, right in RIGHT.items()}


def _softmax_squared(Z, Y):
    a = softmax(Z)
    e = (a - Y) * a
    return e - a * e.sum(axis=1, keepdims=True)


OUTPUT_DELTAS = Exercise(
    name="output_deltas",
    inputs=delta_cases,
    truth=_truth,
    parts=dict.fromkeys(RIGHT, 1),
    passed="All four equal the derivatives of their losses in z, found without any chain rule.",
    batch="Z",
    shapes={"Z": "n K", "Y": "n K"},
    room={
        "one example": lambda case: len(case["Z"]) == 1,
        "one output": lambda case: case["Z"].shape[1] == 1,
        "whole numbers for logits": lambda case: (case["Z"] == np.round(case["Z"])).all(),
        "logits above 5 in size": lambda case: np.abs(case["Z"]).max() > 5,
        "one-hot targets": lambda case: case["Y"].max(axis=1).min() == 1 and case["Y"].shape[1] > 1,
    },
    wide=wide_deltas,
    ask=dict.fromkeys(RIGHT, "If one z grows by a thousandth, by how much does this loss change?"),
    misconceptions=(
        _mistake(
            "a_minus_y_everywhere",
            "`sigmoid_squared` is a - y. The sigmoid lies between z and a: what does the chain rule say about it?",
            sigmoid_squared=_sigmoid,
        ),
        _mistake(
            "slope_of_a",
            "In `sigmoid_squared` the slope was taken at a. Does g' take z or a?",
            sigmoid_squared=lambda Z, Y: (sigmoid(Z) - Y) * sigmoid.derivative(sigmoid(Z)),
        ),
        _mistake(
            "slope_of_z",
            "In `sigmoid_squared` you wrote z (1 - z). Of which letter is a (1 - a) made?",
            sigmoid_squared=lambda Z, Y: (sigmoid(Z) - Y) * Z * (1 - Z),
        ),
        _mistake(
            "error_in_z",
            "In `sigmoid_squared` the error is z - y. From what does the loss subtract y?",
            sigmoid_squared=lambda Z, Y: (Z - Y) * sigmoid.derivative(Z),
        ),
        _mistake(
            "error_missing",
            "`sigmoid_squared` is the slope of the sigmoid alone. Which factor comes from the loss?",
            sigmoid_squared=lambda Z, Y: sigmoid.derivative(Z),
        ),
        _mistake(
            "slope_of_tanh",
            "In `sigmoid_squared` the slope is 1 - a². Of which activation is that the slope?",
            sigmoid_squared=lambda Z, Y: (sigmoid(Z) - Y) * (1 - sigmoid(Z) ** 2),
        ),
        _mistake(
            "half_of_the_slope",
            "In `sigmoid_squared` the slope has lost its factor 1 - a. What is the slope of a sigmoid, written with a?",
            sigmoid_squared=lambda Z, Y: (sigmoid(Z) - Y) * sigmoid(Z),
        ),
        _mistake(
            "other_half_of_the_slope",
            "In `sigmoid_squared` the slope has lost its factor a. What is the slope of a sigmoid, written with a?",
            sigmoid_squared=lambda Z, Y: (sigmoid(Z) - Y) * (1 - sigmoid(Z)),
        ),
        _mistake(
            "slope_of_y",
            "In `sigmoid_squared` you wrote y (1 - y). Of which letter is a (1 - a) made?",
            sigmoid_squared=lambda Z, Y: (sigmoid(Z) - Y) * Y * (1 - Y),
        ),
        _mistake(
            "slope_with_plus",
            "In `sigmoid_squared` the slope is a (1 + a). Is a sigmoid steepest where a is near 1?",
            sigmoid_squared=lambda Z, Y: (sigmoid(Z) - Y) * sigmoid(Z) * (1 + sigmoid(Z)),
        ),
        _mistake(
            "target_turned",
            "In `sigmoid_bce` the target is 1 - y. Which probability does y = 1 stand for?",
            sigmoid_bce=lambda Z, Y: sigmoid(Z) - (1 - Y),
        ),
        _mistake(
            "slope_twice",
            "`sigmoid_bce` has the slope of the sigmoid in it. What cancels it?",
            sigmoid_bce=_with_slope,
        ),
        _mistake(
            "slope_in_a",
            "`sigmoid_bce` is the derivative in a. What lies between a and z?",
            sigmoid_bce=lambda Z, Y: (sigmoid(Z) - Y) / sigmoid.derivative(Z),
        ),
        _mistake(
            "first_term_alone",
            "`sigmoid_bce` has lost the second term, (1 - y) log(1 - a). What is its derivative?",
            sigmoid_bce=lambda Z, Y: -Y * (1 - sigmoid(Z)),
        ),
        _mistake(
            "first_term_in_a",
            "`sigmoid_bce` is -y/a: the derivative in a, and of the first term alone. What is still to come?",
            sigmoid_bce=lambda Z, Y: -Y / sigmoid(Z),
        ),
        _mistake(
            "second_term_turned",
            "In `sigmoid_bce` the second term has the wrong sign. What is the derivative of log(1 - a) in a?",
            sigmoid_bce=lambda Z, Y: -Y * (1 - sigmoid(Z)) - (1 - Y) * sigmoid(Z),
        ),
        _mistake(
            "second_term_turned_in_a",
            "`sigmoid_bce` is a derivative in a, and its second term has the wrong sign. What is the derivative of "
            "log(1 - a) in a?",
            sigmoid_bce=lambda Z, Y: -Y / sigmoid(Z) - (1 - Y) / (1 - sigmoid(Z)),
        ),
        _mistake(
            "softmax_for_sigmoid",
            "{parts}: the output is taken to be a softmax. Which output belongs to this loss?",
            linear_squared=_softmax,
            sigmoid_squared=_softmax,
            sigmoid_bce=_softmax,
        ),
        _mistake(
            "softmax_diagonal",
            "`softmax_ce` comes from the diagonal of the Jacobian alone. Which of the outputs depend on one z?",
            softmax_ce=lambda Z, Y: -Y * (1 - softmax(Z)),
        ),
        _mistake(
            "softmax_in_a",
            "`softmax_ce` is the derivative in a. What carries it on to z?",
            softmax_ce=lambda Z, Y: -Y / softmax(Z),
        ),
        _mistake(
            "softmax_slope_added",
            "`softmax_ce` is a - y times a (1 - a), so its rows do not sum to 0. Is the slope in a - y already?",
            softmax_ce=lambda Z, Y: (softmax(Z) - Y) * softmax(Z) * (1 - softmax(Z)),
        ),
        _mistake(
            "softmax_squared",
            "`softmax_ce` belongs to softmax with half the squared error. Which loss is asked for?",
            softmax_ce=_softmax_squared,
        ),
        _mistake(
            "softmax_alone",
            "`softmax_ce` is the probabilities. Which term of the loss has y in it, and what is its derivative?",
            softmax_ce=lambda Z, Y: softmax(Z),
        ),
        _mistake(
            "not_normalised",
            "In `softmax_ce` the exponentials do not sum to 1. What are they divided by?",
            softmax_ce=lambda Z, Y: np.exp(Z) - Y,
        ),
        _mistake(
            "softmax_twice",
            "`softmax_ce` has gone through softmax twice. What are Z, logits or probabilities?",
            softmax_ce=lambda Z, Y: softmax(softmax(Z)) - Y,
        ),
        _mistake(
            "sigmoid_for_softmax",
            "In `softmax_ce` every z goes through a sigmoid of its own. Which output turns a row into probabilities?",
            softmax_ce=_sigmoid,
        ),
        _mistake(
            "softmax_over_examples",
            "In `softmax_ce` the probabilities of a column sum to 1. Which axis runs over the classes?",
            softmax_ce=lambda Z, Y: softmax(Z.T).T - Y,
        ),
        _mistake(
            "softmax_over_everything",
            "In `softmax_ce` all probabilities of the batch sum to 1. How many numbers belong to one softmax?",
            softmax_ce=lambda Z, Y: np.exp(Z) / np.exp(Z).sum() - Y,
        ),
        _mistake(
            "rows_do_not_cancel",
            "Not all rows of `softmax_ce` sum to 0. What becomes of the loss if all logits of a row grow by the "
            "same number?",
            softmax_ce=lambda Z, Y: softmax(Z) * (1 - Y),
            shows=lambda case, came: rows_do_not_cancel(came, _truth(**case), 3),
        ),
        _mistake(
            "sigmoid_everywhere",
            "{parts}: that is sigmoid(z) - y. Which output is asked for, and does its slope cancel?",
            **dict.fromkeys(RIGHT, _sigmoid),
        ),
        _mistake(
            "z_minus_y_everywhere",
            "{parts}: that is z - y. What comes out of a sigmoid or a softmax, z or a?",
            **dict.fromkeys(RIGHT, _linear),
        ),
        _mistake(
            "slope_everywhere",
            "{parts}: that is (a - y) a (1 - a), with a the sigmoid of z. Does the slope of a sigmoid belong there?",
            linear_squared=_with_slope,
            sigmoid_bce=_with_slope,
            softmax_ce=_with_slope,
        ),
        _mistake(
            "derivative_of_z",
            "`linear_squared` is 1 everywhere: the derivative of a in z. Which factor comes from the loss?",
            linear_squared=lambda Z, Y: np.ones(Z.shape),
        ),
        _mistake(
            "the_loss_itself",
            "{parts}: that is the loss, entry by entry. What is its derivative in z?",
            linear_squared=lambda Z, Y: (Z - Y) ** 2 / 2,
            sigmoid_squared=lambda Z, Y: (sigmoid(Z) - Y) ** 2 / 2,
            sigmoid_bce=lambda Z, Y: -Y * np.log(sigmoid(Z)) - (1 - Y) * np.log(1 - sigmoid(Z)),
            softmax_ce=lambda Z, Y: -Y * np.log(softmax(Z)),
        ),
        _mistake(
            "sign",
            "{parts}: right but for the sign. If an output is too large, is its delta above or below 0?",
            **_all(lambda delta, Z: -delta),
        ),
        _mistake(
            "factor_two",
            "{parts}: exactly twice the right one. What does the 1/2 in front of the square do?",
            **{part: f for part, f in _all(lambda delta, Z: 2 * delta).items() if "squared" in part},
        ),
        _mistake(
            "twice_everywhere",
            "{parts}: exactly twice the right one. Has each of the losses a square in it, and what does the 1/2 do?",
            **_all(lambda delta, Z: 2 * delta),
        ),
        _mistake(
            "hard_targets",
            "{parts}: the largest target of a row is treated as 1 and the others as 0. Must the rows of Y be one-hot?",
            **{part: lambda Z, Y, f=f: f(Z, hard(Y)) for part, f in RIGHT.items()},
        ),
        _mistake(
            "averaged_already",
            "{parts}: divided by the number of examples. Delta belongs to one example: when is the mean taken?",
            **_all(lambda delta, Z: delta / len(Z)),
        ),
        _mistake(
            "averaged_over_outputs",
            "{parts}: divided by the number of outputs. Is there a mean over outputs in these losses?",
            **_all(lambda delta, Z: delta / Z.shape[1]),
        ),
        _mistake(
            "summed_over_outputs",
            "{parts}: one number for each example, the sum over the outputs. How many z are there?",
            **_all(lambda delta, Z: delta.sum(axis=1)),
        ),
        _mistake(
            "averaged_over_batch",
            "{parts}: one number for each output, the mean over the examples. How many z are there?",
            **_all(lambda delta, Z: delta.mean(axis=0)),
        ),
    ),
)
