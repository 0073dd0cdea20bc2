"""Chapter 03: the published program, mended, with switches for the mistakes that people make in it."""

import numpy as np

from bpcourse.activations import sigmoid
from bpcourse.losses import softmax


def program(
    W, b, X, Y, rate, *,
    before=1, slope=lambda Z, A: sigmoid.derivative(Z), slope_in=(1, 2), last=3, factor=1.0, over=None, db_over=None,
    biases=True, softmax_axis=0, softmax_slope=False, updated_first=False, weights=True, times=lambda dW, W: dW,
    squeeze=lambda db: db, hidden=sigmoid, top=None, error=np.subtract,
):  # fmt: skip
    """The program; the keywords switch single mistakes on, none by default."""
    A, Z, m = {0: X}, {}, X.shape[1] if over is None else over
    for k in (1, 2, 3):
        Z[k] = W[k] @ A[k - 1] + b[k]
        A[k] = hidden(Z[k])
    A[3] = (softmax(Z[3].T).T if softmax_axis == 0 else softmax(Z[3])) if top is None else top(Z[3])
    dZ, dW, db = error(A[3], Y), {}, {}
    if softmax_slope:
        dZ = dZ * A[3] * (1 - A[3])
    for k in (3, 2, 1):
        dW[k] = times(factor * dZ @ A[k - before].T / m, W[k])
        db[k] = squeeze(factor * dZ.sum(axis=1, keepdims=True) / (m if db_over is None else db_over))
        if k > 1:
            back = W[k] - rate * dW[k] if updated_first else W[k]
            g = slope(Z[k - 1], A[k - 1]) if k - 1 in slope_in else sigmoid.derivative(Z[k - 1])
            dZ = (back.T @ dZ) * g
    new_W = {k: W[k] - rate * dW[k] if k <= last and weights else W[k] for k in W}
    new_b = {k: b[k] - rate * db[k] if k <= last and biases else b[k] for k in b}
    return new_W[1], new_W[2], new_W[3], new_b[1], new_b[2], new_b[3]


def gradients(W, b, X, Y, rate):
    old = W[1], W[2], W[3], b[1], b[2], b[3]
    return tuple(p - new for p, new in zip(old, program(W, b, X, Y, 1.0), strict=True))


def changes(W, b, X, Y, rate):
    old = W[1], W[2], W[3], b[1], b[2], b[3]
    return tuple(new - p for p, new in zip(old, program(W, b, X, Y, rate), strict=True))


def stops(error, what):
    def wrong(W, b, X, Y, rate):
        raise error(what)

    return wrong


def wrong_length(case, outcome):
    """True if all six changes are the right ones times one number above 0."""
    right = changes(**case)
    old = [case[name][k] for name in "Wb" for k in (1, 2, 3)]
    if outcome.parts is None or any(came.shape != p.shape for came, p in zip(outcome.parts, old, strict=True)):
        return False
    came = np.concatenate([np.ravel(new - p) for new, p in zip(outcome.parts, old, strict=True)])
    right = np.concatenate([np.ravel(p) for p in right])
    factor = came @ right / max(right @ right, 1e-300)
    return factor >= 0 and bool(np.abs(came - factor * right).max() <= 1e-9 * max(np.abs(right).max(), 1e-6))


def wide_again(case, first):
    """True if one of the W from `first` on is square, and more than a number; with one class nothing moves."""
    return len(case["Y"]) > 1 and any(k >= first and W.shape[0] == W.shape[1] > 1 for k, W in case["W"].items())
