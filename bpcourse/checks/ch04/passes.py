"""Chapter 04: the forward pass and the hidden deltas, each for a batch of rows."""

import numpy as np

from ...activations import sigmoid
from ..engine import Exercise, Misconception
from ..truth import complex_sigmoid, gradient

# (n, n_0, n_1, n_2): no two equal, so that nothing fits by accident
SHAPES = ((7, 5, 4, 3), (5, 3, 6, 2), (4, 2, 3, 5))


def parameters(rng, n0, n1, n2):
    """Random weights and biases of a two-layer network, none of them zero."""
    return {
        "W1": rng.normal(size=(n1, n0)),
        "b1": rng.normal(size=n1),
        "W2": rng.normal(size=(n2, n1)),
        "b2": rng.normal(size=n2),
    }


def _forward_inputs(rng):
    return [parameters(rng, n0, n1, n2) | {"X": rng.normal(size=(n, n0))} for n, n0, n1, n2 in SHAPES]


def _one_by_one(W1, b1, W2, b2, X):
    """The column formula, one example at a time, with the sigmoid written as (1 + tanh(z/2)) / 2."""
    A1 = [(1 + np.tanh((W1.dot(x) + b1) / 2)) / 2 for x in X]
    A2 = [(1 + np.tanh((W2.dot(a) + b2) / 2)) / 2 for a in A1]
    return np.array(A1), np.array(A2)


def _layers(W1, b1, W2, b2, X, g1=sigmoid, g2=sigmoid):
    A1 = g1(X @ W1.T + b1)
    return A1, g2(A1 @ W2.T + b2)


def _same(z):
    return z


def _bias_outside(W1, b1, W2, b2, X):
    A1 = sigmoid(X @ W1.T) + b1
    return A1, sigmoid(A1 @ W2.T) + b2


FORWARD = Exercise(
    name="forward",
    inputs=_forward_inputs,
    truth=_one_by_one,
    parts={"A1": 1, "A2": 1},
    passed="Every row equals what the column formula gives for that example alone.",
    batch="X",
    misconceptions=(
        Misconception(
            "bias_missing",
            lambda W1, b1, W2, b2, X: _layers(W1, 0 * b1, W2, 0 * b2, X),
            "{parts}: these are the numbers without biases. What does z have besides the weighted inputs?",
        ),
        Misconception(
            "hidden_activation_missing",
            lambda W1, b1, W2, b2, X: _layers(W1, b1, W2, b2, X, g1=_same),
            "{parts}: the hidden layer passes on z. What turns z into a?",
        ),
        Misconception(
            "output_activation_missing",
            lambda W1, b1, W2, b2, X: _layers(W1, b1, W2, b2, X, g2=_same),
            "{parts}: that is z(2). The output layer of this example has an activation, too: which?",
        ),
        Misconception(
            "no_activation",
            lambda W1, b1, W2, b2, X: _layers(W1, b1, W2, b2, X, g1=_same, g2=_same),
            "{parts}: you return z in place of a. What turns z into a?",
        ),
        Misconception(
            "bias_outside",
            _bias_outside,
            "{parts}: the bias is added after the activation. Is it a part of z or of a?",
        ),
        Misconception(
            "sigmoid_falls",
            lambda W1, b1, W2, b2, X: _layers(W1, b1, W2, b2, X, lambda z: sigmoid(-z), lambda z: sigmoid(-z)),
            "{parts}: your sigmoid falls as z grows. What is the sign of z in the exponent?",
        ),
        Misconception(
            "tanh",
            lambda W1, b1, W2, b2, X: _layers(W1, b1, W2, b2, X, np.tanh, np.tanh),
            "{parts}: these are the numbers with tanh. Which activation does the example use?",
        ),
        Misconception(
            "columns",
            lambda W1, b1, W2, b2, X: tuple(A.T for A in _layers(W1, b1, W2, b2, X)),
            "{parts}: one column an example. X has one row an example: how should what you return be laid out?",
        ),
        Misconception(
            "transpose_missing",
            lambda W1, b1, W2, b2, X: sigmoid(X @ W1),
            "It looks like X @ W1, and the two do not fit: row i of W1 belongs to unit i. "
            "Which axis of W1 should meet an example's inputs?",
        ),
        Misconception(
            "column_formula",
            lambda W1, b1, W2, b2, X: sigmoid(W1 @ X),
            "It looks like W1 @ X, the formula for columns, but X has rows. "
            "What does the formula become when everything is transposed?",
        ),
    ),
)


def _hidden_inputs(rng):
    return [
        {"W2": rng.normal(size=(n2, n1)), "delta2": rng.normal(size=(n, n2)), "z1": rng.normal(size=(n, n1)) * 1.5}
        for n, _, n1, n2 in SHAPES
    ]


def _back(W2, delta2, g):
    return delta2 @ W2 * g


HIDDEN_DELTA = Exercise(
    name="hidden_delta",
    inputs=_hidden_inputs,
    # delta2 says how the error moves with z2, so sum(delta2 * z2(z1)) moves with z1 as the error does.
    truth=lambda W2, delta2, z1: gradient(lambda z: (delta2 * (complex_sigmoid(z) @ W2.T)).sum(), z1),
    parts={"delta1": 3},
    passed="For random deltas from above it equals the derivative in z(1), found by nudging each z.",
    batch="z1",
    misconceptions=(
        Misconception(
            "slope_missing",
            lambda W2, delta2, z1: delta2 @ W2,
            "That is the derivative in a(1): the errors came through the weights and stopped. "
            "What lies between a(1) and z(1)?",
        ),
        Misconception(
            "slope_of_a",
            lambda W2, delta2, z1: _back(W2, delta2, sigmoid.derivative(sigmoid(z1))),
            "The slope was taken at a(1): the sigmoid was applied once too often. Does your g' take z or a?",
        ),
        Misconception(
            "z_in_a_formula",
            lambda W2, delta2, z1: _back(W2, delta2, z1 * (1 - z1)),
            "You wrote z1 (1 - z1). The slope of the sigmoid is a (1 - a). What is a?",
        ),
        Misconception(
            "activation_for_slope",
            lambda W2, delta2, z1: _back(W2, delta2, sigmoid(z1)),
            "You multiply by a(1) itself. What does (BP2) multiply by?",
        ),
        Misconception(
            "half_a_slope",
            lambda W2, delta2, z1: _back(W2, delta2, 1 - sigmoid(z1)),
            "You multiply by 1 - a(1). The slope of the sigmoid has one factor more: which?",
        ),
        Misconception(
            "z_for_slope",
            lambda W2, delta2, z1: _back(W2, delta2, z1),
            "You multiply by z(1). What does (BP2) multiply by?",
        ),
        Misconception(
            "sign",
            lambda W2, delta2, z1: -_back(W2, delta2, sigmoid.derivative(z1)),
            "The right one with the wrong sign. Is there a minus in (BP2)?",
        ),
        Misconception(
            "averaged_already",
            lambda W2, delta2, z1: _back(W2, delta2, sigmoid.derivative(z1)) / len(z1),
            "For a batch of {n} it is the right one divided by {n}. "
            "Delta belongs to one example: when is the mean taken?",
        ),
        Misconception(
            "columns",
            lambda W2, delta2, z1: _back(W2, delta2, sigmoid.derivative(z1)).T,
            "One column an example. delta2 and z1 have one row an example: how should what you return be laid out?",
        ),
        Misconception(
            "deltas_ignored",
            lambda W2, delta2, z1: W2.sum(axis=0) * sigmoid.derivative(z1),
            "The weights are summed, the deltas do not come in. What is each weight multiplied by on the way back?",
        ),
        Misconception(
            "weights_ignored",
            lambda W2, delta2, z1: delta2.sum(axis=1, keepdims=True) * sigmoid.derivative(z1),
            "Every hidden unit gets the same sum of deltas. "
            "Through what does each delta travel to reach a hidden unit?",
        ),
        Misconception(
            "transposed_too_often",
            lambda W2, delta2, z1: delta2 @ W2.T * sigmoid.derivative(z1),
            "It looks like delta2 @ W2.T. With one row an example, that is the way forward. "
            "How does W2 stand for the way back?",
        ),
        Misconception(
            "column_formula",
            lambda W2, delta2, z1: W2.T @ delta2 * sigmoid.derivative(z1),
            "It looks like W2.T @ delta2, the formula for columns, but delta2 has rows. "
            "What does it become when all is transposed?",
        ),
    ),
)
