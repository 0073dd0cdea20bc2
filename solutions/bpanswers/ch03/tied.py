"""Chapter 03: one matrix that is used twice."""

from functools import partial

import numpy as np

from bpcourse.activations import tanh
from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import gradient

from .uses import error_back, exchanged, made_from_both, nearly, one_delta, rest_is_made_from, second_with, tied

SIZES = ((7, 4), (5, 3), (3, 5), (1, 4), (6, 1), (4, 4), (2, 6), (7, 4))  # n, k


def _tied_case(rng, n, k):
    return {
        "W": rng.normal(size=(k, k)),
        "X": rng.normal(size=(n, k)),
        "Y": rng.uniform(-0.9, 0.9, (n, k)),
    }


def _tied_inputs(rng):
    cases = [_tied_case(rng, *sizes) for sizes in SIZES]
    cases[5]["X"][1, 0] = cases[5]["Y"][2, 1] = cases[5]["W"][0, 2] = 0.0  # a division by one would show
    return cases


def _tied_cost(W, X, Y):
    return ((np.tanh(np.tanh(X @ W.T) @ W.T) - Y) ** 2).sum() / 2 / len(X)


TIED_GRADIENT = Exercise(
    name="tied_gradient",
    inputs=_tied_inputs,
    truth=lambda W, X, Y: gradient(lambda W: _tied_cost(W, X, Y), W),
    parts={"dW": 3},
    passed="Both uses of W are in it, and their sum is the derivative that is found without a chain rule.",
    batch="X",
    shapes={"W": "k k", "X": "n k", "Y": "n k"},
    room={
        "n = k": lambda case: len(case["X"]) == len(case["W"]),
        "a 0 among the numbers": lambda case: not case["X"].all(),
    },
    ask={"dW": "With k = 1 and one example W is one number: which two terms does the derivative of C have?"},
    wide=lambda rng: _tied_case(rng, *rng.integers(1, 7, 2)),
    misconceptions=(
        Misconception(
            "overwritten_by_the_first_layer",
            partial(tied, second=0.0),
            "Only the first use of W is there. Is the second one overwritten, with `=` where `+=` belongs?",
        ),
        Misconception(
            "second_use_only",
            partial(tied, first=0.0),
            "Only the second use of W is there. In which other line does W act on the loss?",
        ),
        Misconception(
            "mean_of_the_uses",
            partial(tied, first=0.5, second=0.5),
            "Half the right one: the mean of both uses. If W moves, do its two effects share, or do they add up?",
        ),
        Misconception(
            "difference_of_the_uses",
            partial(tied, first=-1.0),
            "The two uses are subtracted. What happens to effects where ways join?",
        ),
        Misconception(
            "not_averaged",
            partial(tied, over=1),
            "{n} times the right one, for a batch of {n}. The cost is a mean over the batch: where does the 1/n go?",
        ),
        Misconception(
            "first_use_not_averaged",
            lambda W, X, Y: tied(W, X, Y, first=len(X)),
            "The first use of W counts {n} times too much, for a batch of {n}. Which of the two gradients has the 1/n?",
        ),
        Misconception(
            "second_use_not_averaged",
            lambda W, X, Y: tied(W, X, Y, second=len(X)),
            "The second use of W counts {n} times too much, for a batch of {n}. Which of the two gradients has the "
            "1/n?",
        ),
        Misconception(
            "way_back_transposed",
            partial(tied, back=np.transpose),
            "It looks like delta2 @ W.T. W is square, so the shape says nothing: does the way back run along rows or "
            "columns of W?",
        ),
        Misconception(
            "slope_missing_at_output",
            partial(tied, slope_output=np.ones_like),
            "The slope of the second activation is missing. What lies between Z2 and A2?",
        ),
        Misconception(
            "slope_missing_inside",
            partial(tied, slope_hidden=np.ones_like),
            "The slope of the first activation is missing. What lies between Z1 and A1?",
        ),
        Misconception(
            "slope_of_a",
            partial(
                tied,
                slope_output=lambda z: tanh.derivative(np.tanh(z)),
                slope_hidden=lambda z: tanh.derivative(np.tanh(z)),
            ),
            "The slopes were taken at a. Does `bp.tanh.derivative` take z or a?",
        ),
        Misconception(
            "sign",
            partial(tied, first=-1.0, second=-1.0),
            "The right one with the wrong sign. Is the error A2 - Y or Y - A2?",
        ),
        Misconception(
            "transposed",
            lambda W, X, Y: tied(W, X, Y).T,
            "The transpose of the right one. W is square, so its shape says nothing: which index of W is the unit that "
            "receives?",
        ),
        Misconception(
            "averaged_twice",
            lambda W, X, Y: tied(W, X, Y, over=len(X) ** 2),
            "Divided by {n} once too often, for a batch of {n}. In which two places is a mean taken?",
        ),
        Misconception(
            "averaged_over_units",
            lambda W, X, Y: tied(W, X, Y, over=len(W)),
            "Divided by the number of units. Over what is the cost a mean: units, or examples?",
        ),
        Misconception(
            "half_forgotten",
            partial(tied, first=2.0, second=2.0),
            "Twice the right one. Which factor stands before the square in the cost?",
        ),
        Misconception(
            "z_in_a_formula",
            partial(tied, slope_output=lambda z: 1 - z**2, slope_hidden=lambda z: 1 - z**2),
            "The slopes are 1 - Z². Which of z and a does that formula take?",
        ),
        Misconception(
            "one_delta_for_both",
            one_delta,
            "The delta of the second layer is used for both uses of W. Which delta belongs to the first one?",
        ),
        Misconception(
            "own_activation",
            partial(tied, at_first=lambda X, A1: A1),
            "The first use is made with A1. What did W multiply there, on the way forward?",
        ),
        Misconception(
            "input_for_both",
            lambda W, X, Y: tied(W, X, Y, second=0.0) + second_with(X, W, Y, X),
            "The second use is made with X. What did W multiply there, on the way forward?",
        ),
        Misconception(
            "forward_transposed",
            partial(tied, ahead=lambda W: W),
            "It looks like X @ W and A1 @ W on the way forward. W is square, so nothing complains: how does it stand "
            "in the equations?",
        ),
        Misconception(
            "multiplied",
            lambda W, X, Y: tied(W, X, Y, second=0.0) * tied(W, X, Y, first=0.0) * len(X),
            "The gradients of the two uses are multiplied. What happens to effects where ways join?",
        ),
        Misconception(
            "multiplied_as_matrices",
            lambda W, X, Y: tied(W, X, Y, first=0.0) @ tied(W, X, Y, second=0.0) * len(X),
            "The gradients of the two uses are multiplied, as matrices. What happens to effects where ways join?",
        ),
        Misconception(
            "uses_exchanged",
            exchanged,
            "The delta of one layer meets the input of the other, in both uses. What did W multiply in each of the two "
            "layers?",
        ),
        Misconception(
            "output_for_input",
            lambda W, X, Y: tied(W, X, Y, second=0.0) + second_with(np.tanh(np.tanh(X @ W.T) @ W.T), W, Y, X),
            "The second use is made with A2. What did W multiply there, on the way forward?",
        ),
        Misconception(
            "first_slope_of_a",
            partial(tied, slope_hidden=lambda z: tanh.derivative(np.tanh(z))),
            "The slope of the first activation is taken at A1. Does `bp.tanh.derivative` take z or a?",
        ),
        Misconception(
            "error_sent_back",
            lambda W, X, Y: tied(W, X, Y, first=0.0) + error_back(W, X, Y),
            "The error A2 - Y goes back through W as it is. What does it meet before it reaches W?",
        ),
        Misconception(
            "difference_the_other_way",
            partial(tied, second=-1.0),
            "One use is subtracted from the other. What happens to effects where ways join?",
        ),
        Misconception(
            "second_use_twice",
            partial(tied, first=0.0, second=2.0),
            "That is twice the gradient of the second use. Has the first use the same gradient?",
        ),
        Misconception(
            "first_use_twice",
            partial(tied, first=2.0, second=0.0),
            "That is twice the gradient of the first use. Has the second use the same gradient?",
        ),
        Misconception(
            "output_slope_of_a",
            partial(tied, slope_output=lambda z: tanh.derivative(np.tanh(z))),
            "The slope of the second activation is taken at A2. Does `bp.tanh.derivative` take z or a?",
        ),
        Misconception(
            "sigmoid_formula",
            partial(
                tied,
                slope_output=lambda z: np.tanh(z) * (1 - np.tanh(z)),
                slope_hidden=lambda z: np.tanh(z) * (1 - np.tanh(z)),
            ),
            "The slopes are a (1 - a). Of which activation is that the slope?",
        ),
        Misconception(
            "output_with_sigmoid_formula",
            partial(tied, slope_output=lambda z: np.tanh(z) * (1 - np.tanh(z))),
            "The slope of the second activation is a (1 - a). Of which activation is that the slope?",
        ),
        Misconception(
            "way_back_without_W",
            partial(tied, back=lambda W: np.eye(len(W))),
            "The delta of the second layer goes back without W. How does A2 answer to A1?",
        ),
        Misconception(
            "first_use_averaged_twice",
            lambda W, X, Y: tied(W, X, Y, first=1 / len(X)),
            "The first use is divided by {n} once too often, for a batch of {n}. In which two places is a mean taken?",
        ),
        Misconception(
            "second_use_transposed",
            lambda W, X, Y: tied(W, X, Y, second=0.0) + tied(W, X, Y, first=0.0).T,
            "The gradient of the second use is transposed. Which index of W is the unit that receives?",
        ),
        Misconception(
            "first_use_wrong",
            partial(tied, slope_hidden=lambda z: 1 / np.cosh(z)),
            "It looks as if the gradient of the second use is right, and that of the first is not. What lies between C "
            "and Z1?",
            shows=partial(rest_is_made_from, "X"),
        ),
        Misconception(
            "second_use_wrong",
            lambda W, X, Y: tied(W, X, Y, second=0.0) + tied(W, X, 0.5 * Y, first=0.0),
            "It looks as if the gradient of the first use is right, and that of the second is not. What lies between C "
            "and Z2, and what did W multiply there?",
            shows=partial(rest_is_made_from, "A1"),
        ),
        Misconception(
            "deltas_wrong",
            partial(tied, slope_output=lambda z: 1 / np.cosh(z)),
            "Each row of what came is made of rows of A1 and X, as it should be, but not of the right amounts of them: "
            "the deltas. Begin at the output: what lies between C and Z2?",
            shows=made_from_both,
        ),
        Misconception(
            "nearly_right",
            lambda W, X, Y: 1.001 * tied(W, X, Y),
            "What came is near the right one in every case, and not near enough. Is a nudge of W in it that is too "
            "large, or something small that was added?",
            shows=nearly,
        ),
    ),
)
