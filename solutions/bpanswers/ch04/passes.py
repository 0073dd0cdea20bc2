"""Chapter 04: the forward pass for a batch of rows; the sizes that the cases of several exercises have."""

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception

from .edited import edited

# (n, n_0, n_1, n_2): in the first cases no two are equal, so that nothing fits by accident, and each is 1 once; then
# some are equal, for answers that go by what fits; the first sizes come again, with other numbers, for answers that
# keep something by its size
SHAPES = (
    *((7, 5, 4, 3), (2, 3, 4, 6), (1, 4, 3, 2), (5, 1, 6, 2), (4, 2, 1, 3), (3, 6, 5, 1)),
    *((5, 4, 4, 2), (4, 2, 3, 3), (3, 4, 3, 5), (2, 2, 2, 2), (7, 5, 4, 3)),
)


def axes_equal(*places):
    """Predicate of a case: are these axes, pairs (argument, axis), equally long?"""
    return lambda case: len({case[name].shape[axis] for name, axis in places}) == 1


# for `room`: what an answer may take for a reason to turn something
SQUARE = {"a square `W2`": axes_equal(("W2", 0), ("W2", 1))}
SQUARES = {"a square `W1`": axes_equal(("W1", 0), ("W1", 1))} | SQUARE


def any_sizes(rng, count=4):
    """`count` lengths from 1 to 6, each on its own."""
    return rng.integers(1, 7, count)


def parameters(rng, n0, n1, n2):
    """Random weights and biases of a two-layer network, none of them zero."""
    return {
        "W1": rng.normal(size=(n1, n0)),
        "b1": rng.normal(size=n1),
        "W2": rng.normal(size=(n2, n1)),
        "b2": rng.normal(size=n2),
    }


def _forward_case(rng, n, n0, n1, n2):
    return parameters(rng, n0, n1, n2) | {"X": rng.normal(size=(n, n0)) * (4 if n == 1 else 1)}


def one_by_one(W1, b1, W2, b2, X):
    """The column formula, one example at a time, with the sigmoid written as (1 + tanh(z/2)) / 2."""
    A1 = [(1 + np.tanh((W1.dot(x) + b1) / 2)) / 2 for x in X]
    A2 = [(1 + np.tanh((W2.dot(a) + b2) / 2)) / 2 for a in A1]
    return np.array(A1), np.array(A2)


_FORWARD = """
def forward(W1, b1, W2, b2, X):
    Z1 = X @ W1.T + b1
    A1 = sigmoid(Z1)
    Z2 = A1 @ W2.T + b2
    A2 = sigmoid(Z2)
    return A1, A2
"""
_A1, _A2 = "A1 = sigmoid(Z1)", "A2 = sigmoid(Z2)"


def _forward(name, message, *changes, alone=True):
    return Misconception(name, edited(_FORWARD, *changes), message, alone=alone)


FORWARD = Exercise(
    name="forward",
    inputs=lambda rng: [_forward_case(rng, *sizes) for sizes in SHAPES],
    wide=lambda rng: _forward_case(rng, *any_sizes(rng)),
    truth=one_by_one,
    parts={"A1": 1, "A2": 1},
    passed="Every row equals what the column formula gives for that example alone.",
    batch="X",
    shapes={"W1": "n1 n0", "b1": "n1", "W2": "n2 n1", "b2": "n2", "X": "n n0"},
    room=SQUARES | {"as many examples as hidden units": axes_equal(("X", 0), ("W1", 0))},
    ask={
        "A1": "For the first example and the first unit, what is z(1) by hand, and what is a(1)?",
        "A2": "For the first example and the first output, what is z(2) by hand, and what is a(2)?",
    },
    misconceptions=(
        _forward(
            "bias_missing",
            "{parts}: these are the numbers without biases. What does z have besides the weighted inputs?",
            ("+ b1", ""), ("+ b2", ""),
        ),
        _forward(
            "second_bias_missing",
            "{parts}: these are the numbers without b2. What does z(2) have besides the weighted outputs of the hidden "
            "units?",
            ("+ b2", ""),
        ),
        _forward(
            "hidden_activation_missing",
            "{parts}: these are the numbers of a hidden layer that passes on z. What turns z into a?",
            (_A1, "A1 = Z1"),
        ),
        _forward(
            "output_activation_missing",
            "{parts}: that is z(2). The output layer of this example has an activation, too: which?",
            (_A2, "A2 = Z2"),
        ),
        _forward(
            "no_activation",
            "{parts}: these are the numbers without any activation, z in place of a. What turns z into a?",
            (_A1, "A1 = Z1"), (_A2, "A2 = Z2"),
        ),
        _forward(
            "z_sent_on",
            "{parts}: the second layer got z(1), not a(1). What does a hidden unit send on?",
            ("A1 @ W2.T", "Z1 @ W2.T"),
        ),
        _forward(
            "activation_twice",
            "{parts}: these are the numbers with the sigmoid applied twice in each layer. How often does z pass g?",
            (_A1, "A1 = sigmoid(sigmoid(Z1))"), (_A2, "A2 = sigmoid(sigmoid(Z2))"),
        ),
        _forward(
            "bias_outside",
            "{parts}: these are the numbers with the bias added after the activation. Is it a part of z or of a?",
            ("X @ W1.T + b1", "X @ W1.T"), (_A1, "A1 = sigmoid(Z1) + b1"),
            ("A1 @ W2.T + b2", "A1 @ W2.T"), (_A2, "A2 = sigmoid(Z2) + b2"),
        ),
        _forward(
            "bias_subtracted",
            "{parts}: these are the numbers with the biases subtracted. What is their sign in the formula?",
            ("+ b1", "- b1"), ("+ b2", "- b2"),
        ),
        _forward(
            "sigmoid_falls",
            "{parts}: these are the numbers of a sigmoid that falls as z grows. What is the sign of z in the exponent?",
            (_A1, "A1 = sigmoid(-Z1)"), (_A2, "A2 = sigmoid(-Z2)"),
        ),
        _forward(
            "tanh",
            "{parts}: these are the numbers with tanh. Which activation does the example use?",
            (_A1, "A1 = np.tanh(Z1)"), (_A2, "A2 = np.tanh(Z2)"),
        ),
        _forward(
            "relu_hidden",
            "{parts}: these are the numbers with ReLU in the hidden layer. Which activation has the example there?",
            (_A1, "A1 = np.maximum(Z1, 0)"),
        ),
        _forward(
            "last_input_forgotten",
            "{parts}: these are the numbers without the last input of each layer. Where does your sum end?",
            ("X @ W1.T", "X[:, :-1] @ W1[:, :-1].T"), ("A1 @ W2.T", "A1[:, :-1] @ W2[:, :-1].T"),
        ),
        _forward(
            "slope_for_activation",
            "{parts}: these are the slopes of the sigmoid, a (1 - a). Which function does the forward pass apply?",
            (_A1, "A1 = sigmoid.derivative(Z1)"), (_A2, "A2 = sigmoid.derivative(Z2)"),
        ),
        _forward(
            "softmax",
            "{parts}: these are the numbers with softmax at the output. Which activation does the example use there?",
            (_A2, "A2 = np.exp(Z2) / np.exp(Z2).sum(axis=1, keepdims=True)"),
        ),
        _forward(
            "columns",
            "{parts}: one column an example. X has one row an example: how should what you return be laid out?",
            ("return A1, A2", "return A1.T, A2.T"),
        ),
        _forward(
            "reshaped",
            "{parts}: these are the numbers with W.reshape(...) in place of the transpose. It keeps the order in which "
            "the numbers stand in memory: which operation exchanges rows and columns?",
            ("W1.T", "W1.reshape(W1.shape[::-1])"), ("W2.T", "W2.reshape(W2.shape[::-1])"),
        ),
        _forward(
            "transpose_missing",
            "It looks like X @ W1, and the two do not fit: row i of W1 belongs to unit i. "
            "Which axis of W1 should meet an example's inputs?",
            ("W1.T", "W1"), alone=False,
        ),
        _forward(
            "second_transpose_missing",
            "It looks like A1 @ W2, and the two do not fit: row i of W2 belongs to output i. "
            "Which axis of W2 should meet what the hidden units send?",
            ("W2.T", "W2"), alone=False,
        ),
        _forward(
            "column_formula",
            "It looks like W1 @ X, the formula for columns, but X has rows. "
            "What does the formula become when everything is transposed?",
            ("X @ W1.T", "W1 @ X"), alone=False,
        ),
        _forward(
            "both_transposes_missing",
            "It looks like X @ W1 and A1 @ W2, and they do not fit: a row of a W belongs to a unit. "
            "Which axis of W1 should meet an example's inputs?",
            ("W1.T", "W1"), ("W2.T", "W2"), alone=False,
        ),
        _forward(
            "column_formulas",
            "It looks like W1 @ X and W2 @ A1, the formulas for columns, but X has rows. "
            "What do they become when everything is transposed?",
            ("X @ W1.T", "W1 @ X"), ("A1 @ W2.T", "W2 @ A1"), alone=False,
        ),
    ),
)  # fmt: skip
