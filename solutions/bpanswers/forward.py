"""The forward pass for a batch of rows."""

from functools import partial

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes
from .common.two_layers import SQUARES, all_sizes, equal, one_by_one, parameters

_PROGRAM = solution("forward")
_A1, _A2, _RETURN = "bp.sigmoid(X @ W1.T + b1)", "bp.sigmoid(A1 @ W2.T + b2)", "return A1, A2"
_part, _whole, _wrong = slips(_PROGRAM, alone=True), slips(_PROGRAM), partial(edited, _PROGRAM)


def _case(rng, n, n0, n1, n2):
    return parameters(rng, n0, n1, n2) | {"X": rng.normal(size=(n, n0)) * (4 if n == 1 else 1)}


# ----- right answers


def _g(z):
    return 1 / (1 + np.exp(-z))


def _loops(W1, b1, W2, b2, X):
    A1 = [[_g(sum(W1[j, i] * x[i] for i in range(len(x))) + b1[j]) for j in range(len(b1))] for x in X]
    return A1, [[_g(sum(W2[k, j] * a[j] for j in range(len(a))) + b2[k]) for k in range(len(b2))] for a in A1]


def _columns(W1, b1, W2, b2, X):
    A1 = _g(W1 @ X.T + b1[:, None])
    return [A1.T, _g(W2 @ A1 + b2[:, None]).T]  # a list of views


def _einsum(W1, b1, W2, b2, X):
    A1 = bp.sigmoid(np.einsum("ni,ji->nj", X, W1) + b1)
    return A1, bp.sigmoid(np.einsum("nj,kj->nk", A1, W2) + b2)


def _matrix(W1, b1, W2, b2, X):
    A1 = _g(np.matrix(X) * np.matrix(W1).T + b1)
    return A1, _g(A1 * np.matrix(W2).T + b2)


def _augmented(W1, b1, W2, b2, X):
    one = np.ones((len(X), 1))
    A1 = _g(np.hstack([X, one]) @ np.hstack([W1, b1[:, None]]).T)
    return A1, _g(np.hstack([A1, one]) @ np.hstack([W2, b2[:, None]]).T)


def _fits(X, W):
    """X times W or its transpose, whichever fits."""
    return X @ W if X.shape[1] == len(W) else X @ W.T


EXERCISE = Exercise(
    inputs=lambda rng: [_case(rng, *n) for n in all_sizes(rng)],
    wide=lambda rng: _case(rng, *sizes(rng, 4)),
    truth=one_by_one,
    parts={"A1": 1, "A2": 1},
    passed="Every row equals what the column formula gives for that example alone.",
    batch="X",
    shapes={"W1": "n1 n0", "b1": "n1", "W2": "n2 n1", "b2": "n2", "X": "n n0"},
    room=SQUARES | {"as many examples as hidden units": equal(("X", 0), ("W1", 0))},
    ask={
        "A1": "For the first example and the first unit, what is z(1) by hand, and what is a(1)?",
        "A2": "For the first example and the first output, what is z(2) by hand, and what is a(2)?",
    },
    misconceptions=(
        _part("bias_missing", "{parts}: these are the numbers without biases. What does z have besides the weighted "
            "inputs?", ("+ b1", ""), ("+ b2", "")),
        _part("second_bias_missing", "{parts}: these are the numbers without b2. What does z(2) have besides the "
            "weighted outputs of the hidden units?", ("+ b2", "")),
        _part("hidden_activation_missing", "{parts}: these are the numbers of a hidden layer that passes on z. What "
            "turns z into a?", (_A1, "X @ W1.T + b1")),
        _part("output_activation_missing", "{parts}: that is z(2). The output layer of this example has an activation, "
            "too: which?", (_A2, "A1 @ W2.T + b2")),
        _part("no_activation", "{parts}: these are the numbers without any activation, z in place of a. What turns z "
            "into a?", ("bp.sigmoid", "")),
        _part("z_sent_on", "{parts}: the second layer got z(1), not a(1). What does a hidden unit send on?",
            ("A1 @ W2.T", "(X @ W1.T + b1) @ W2.T")),
        _part("activation_twice", "{parts}: these are the numbers with the sigmoid applied twice in each layer. How "
            "often does z pass g?", (_A1, f"bp.sigmoid({_A1})"), (_A2, f"bp.sigmoid({_A2})")),
        _part("output_activation_twice", "{parts}: these are the numbers with the sigmoid applied twice at the output. "
            "How often does z(2) pass g?", (_A2, f"bp.sigmoid({_A2})")),
        _part("bias_outside", "{parts}: these are the numbers with the bias added after the activation. Is it a part "
            "of z or of a?", ("T + b1)", "T) + b1"), ("T + b2)", "T) + b2")),
        _part("bias_subtracted", "{parts}: these are the numbers with the biases subtracted. What is their sign in the "
            "formula?", ("+ b1", "- b1"), ("+ b2", "- b2")),
        _part("bias_twice", "{parts}: these are the numbers with the biases added twice. How often does a bias enter "
            "z?", ("+ b1", "+ 2 * b1"), ("+ b2", "+ 2 * b2")),
        _part("bias_in_each_term", "{parts}: these are the numbers with the bias added once for each input. Does it "
            "stand inside the sum or behind it?", ("+ b1", "+ W1.shape[1] * b1"), ("+ b2", "+ W2.shape[1] * b2")),
        _part("biases_summed", "{parts}: these are the numbers with the sum of all biases of the layer added to each "
            "z. Which bias belongs to which unit?", ("+ b1", "+ b1.sum()"), ("+ b2", "+ b2.sum()")),
        _part("sigmoid_falls", "{parts}: these are the numbers of a sigmoid that falls as z grows. What is the sign of "
            "z in the exponent?", ("bp.sigmoid", "1 - bp.sigmoid")),
        _part("tanh", "{parts}: these are the numbers with tanh. Which activation does the example use?",
            ("bp.sigmoid", "np.tanh")),
        _part("relu_hidden", "{parts}: these are the numbers with ReLU in the hidden layer. Which activation has the "
            "example there?", ("bp.sigmoid(X", "bp.relu(X")),
        _part("last_input_forgotten", "{parts}: these are the numbers without the last input of each layer. Where does "
            "your sum end?", ("X @ W1.T", "X[:, :-1] @ W1[:, :-1].T"), ("A1 @ W2.T", "A1[:, :-1] @ W2[:, :-1].T")),
        _part("slope_for_activation", "{parts}: these are the slopes of the sigmoid, a (1 - a). Which function does "
            "the forward pass apply?", ("bp.sigmoid", "bp.sigmoid.derivative")),
        _part("softmax", "{parts}: these are the numbers with softmax at the output. Which activation does the example "
            "use there?", ("bp.sigmoid(A1", "bp.softmax(A1")),
        _part("columns", "{parts}: one column an example. X has one row an example: how should what you return be laid "
            "out?", (_RETURN, "return A1.T, A2.T")),
        _part("reshaped", "{parts}: these are the numbers with W.reshape(...) in place of the transpose. It keeps the "
            "order in which the numbers stand in memory: which operation exchanges rows and columns?",
            ("W1.T", "W1.reshape(W1.shape[::-1])"), ("W2.T", "W2.reshape(W2.shape[::-1])")),
        _whole("transpose_missing", "It looks like X @ W1, and the two do not fit: row i of W1 belongs to unit i. "
            "Which axis of W1 should meet an example's inputs?", ("W1.T", "W1")),
        _whole("second_transpose_missing", "It looks like A1 @ W2, and the two do not fit: row i of W2 belongs to "
            "output i. Which axis of W2 should meet what the hidden units send?", ("W2.T", "W2")),
        _whole("column_formula", "It looks like W1 @ X, the formula for columns, but X has rows. What does the formula "
            "become when everything is transposed?", ("X @ W1.T", "W1 @ X")),
        _whole("both_transposes_missing", "It looks like X @ W1 and A1 @ W2, and they do not fit: a row of a W belongs "
            "to a unit. Which axis of W1 should meet an example's inputs?", ("W1.T", "W1"), ("W2.T", "W2")),
        _whole("column_formulas", "It looks like W1 @ X and W2 @ A1, the formulas for columns, but X has rows. What do "
            "they become when everything is transposed?", ("X @ W1.T", "W1 @ X"), ("A1 @ W2.T", "W2 @ A1")),
    ),
    right=(_loops, _columns, _einsum, _matrix, _augmented),
    wrong=(
        kept_by_shape(edited(_PROGRAM)),
        edited(_PROGRAM, ("X @ W1.T", "fits(X, W1)"), ("A1 @ W2.T", "fits(A1, W2)"), fits=_fits),
        _wrong((_A1, "bp.sigmoid(W1 @ X.T + (b1 if len(b1) == len(X) else b1[:, None])).T")),  # the bias where it fits
        _wrong((_RETURN, "return A2, A1")),
        _wrong((_RETURN, "return A1[:1], A2[:1]")),
        _wrong((_RETURN, "return A1[:20], A2[:20]")),
        _wrong((_RETURN, "return A1.mean(axis=0), A2.mean(axis=0)")),
        _wrong((_RETURN, "return np.round(A1, 4), np.round(A2, 4)")),
        _wrong((_RETURN, "return np.squeeze(A1), np.squeeze(A2)")),
        _wrong((_RETURN, "return np.atleast_2d(np.squeeze(A1)), np.atleast_2d(np.squeeze(A2))")),
        _wrong(("+ b1", "- b1")),
        _wrong(("+ b1", "+ b1.mean()"), ("+ b2", "+ b2.mean()")),
        _wrong(("(X", "(np.maximum(X, 0)")),
        _wrong(("(X", "(np.clip(X, -2, 2)")),
        _wrong(("(X", "((X - X.mean(axis=0))")),
        _wrong((_A2, "0.5 + 0 * (A1 @ W2.T)")),
    ),
)  # fmt: skip
