"""One step of gradient descent: the famous mistake mended."""

import copy
from functools import partial

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise, Misconception

from .common.descent import ASK, AXES, ONE, ROOM, any_case, other_rate, step_cases, true_descent
from .common.descent_mistakes import MISTAKES
from .common.edits import edited, slips
from .common.memory import kept_by_shape
from .common.sizes import sizes

_RETURN, _BACK = "    return W1, b1, W2, b2", "        delta1 = (delta2 @ W2)"
_slip, _part, _wrong = slips(ONE), slips(ONE, alone=True), partial(edited, ONE)
_ALONE = (  # each may concern some of the four only; in place of the mistakes that have the same name
    _part("part_frozen", "{parts}: still the old values. Which line gives the new ones?", ("alpha *", "0 *")),
    _part("not_averaged", "{parts}: the step is {n} times as long as it should be, for a batch of {n}. Where does the "
        "1/n of the mean go?", (" / n", "")),
    _part("averaged_twice", "{parts}: for a batch of {n}, the step is only 1/{n} as long as it should be. How many "
        "means are there?", (" / n", " / n / n")),
    _part("rate_missing", "{parts}: the step has the length of a learning rate of 1. Where does `alpha` come in?",
        ("alpha *", "1 *")),
    _part("uphill", "{parts}: the step has the right length, and goes uphill. What is the sign of the update?",
        ("- alpha", "+ alpha")),
    _part("factor_two", "{parts}: the step is twice as long as it should be. Where could a factor of 2 come from?",
        ("alpha *", "2 * alpha *")),
    _part("half_kept", "{parts}: the step is half as long as it should be. Where could a factor of 1/2 come from?",
        ("alpha *", "alpha / 2 *")),
    _part("part_without_old", "{parts}: the step itself, without the value it starts from. What is the step taken "
        "from?", ("W1 - alpha", "-alpha"), ("b1 - alpha", "-alpha"), ("W2 - alpha", "-alpha"),
        ("b2 - alpha", "-alpha")),
)  # fmt: skip


# ----- right answers


def _g(z):
    return 1 / (1 + np.exp(-z))


def _columns(W1, b1, W2, b2, X, Y, alpha):
    W1, b1, W2, b2, n = W1.copy(), b1.copy(), W2.copy(), b2.copy(), X.shape[0]
    x, y = X.T, Y.T
    a1 = _g(W1 @ x + b1[:, None])
    a2 = _g(W2 @ a1 + b2[:, None])
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = (W2.T @ d2) * a1 * (1 - a1)
    W2 -= alpha / n * d2 @ a1.T
    W1 -= alpha / n * d1 @ x.T
    b2 -= alpha * d2.mean(axis=1)
    b1 -= alpha * d1.mean(axis=1)
    return W1, b1, W2, b2


def _library(W1, b1, W2, b2, X, Y, alpha):
    net = bp.Network((X.shape[1], len(b1), len(b2)), bp.sigmoid, bp.sigmoid, bp.half_squared_error)
    params = net.pack({1: W1, 2: W2}, {1: b1, 2: b2})
    params.vector[:] -= alpha * net.backward(params, net.forward(params, X), Y).grads.vector
    return params.W[1], params.b[1], params.W[2], params.b[2]


def _object(W1, b1, W2, b2, X, Y, alpha):
    class Network:  # the name is nobody's property
        def __init__(self):
            self.theta = copy.deepcopy([W1, b1, W2, b2])

        def gradient(self, x, y):
            W1, b1, W2, b2 = self.theta
            a1 = _g(W1 @ x + b1)
            a2 = _g(W2 @ a1 + b2)
            d2 = (a2 - y) * a2 * (1 - a2)
            d1 = (W2.T @ d2) * a1 * (1 - a1)
            return np.outer(d1, x), d1, np.outer(d2, a1), d2

    net = Network()
    each = [net.gradient(x, y) for x, y in zip(X, Y, strict=True)]
    for p, grads in zip(net.theta, zip(*each, strict=True), strict=True):
        p -= alpha * np.mean(grads, axis=0)
    return net.theta


def _differences(W1, b1, W2, b2, X, Y, alpha, h=1e-5):
    """Slow, and right: no backward pass at all."""
    old = (W1, b1, W2, b2)

    def cost(theta):
        return ((_g(_g(X @ theta[0].T + theta[1]) @ theta[2].T + theta[3]) - Y) ** 2).sum() / 2 / len(X)

    new = copy.deepcopy(old)
    for k, p in enumerate(old):
        for i in np.ndindex(p.shape):
            up, down = copy.deepcopy(old), copy.deepcopy(old)
            up[k][i] += h
            down[k][i] -= h
            new[k][i] -= alpha * (cost(up) - cost(down)) / (2 * h)
    return new


EXERCISE = Exercise(
    inputs=step_cases,
    wide=lambda rng: any_case(rng, *sizes(rng, 4), rng.uniform(0.1, 2.5)),
    truth=true_descent,
    parts={"W1": 1, "b1": 1, "W2": 1, "b2": 1},
    points=3,  # all or none: the faulty program has W2 and b2 right already
    passed="After your step all parameters are where the gradient of the cost leads, hidden layer and all.",
    batch="X",
    shapes=AXES,
    room=ROOM,
    ask=ASK,
    misconceptions=(
        *(_slip(name, *rest) for name, *rest in MISTAKES if name not in {mistake.name for mistake in _ALONE}),
        *_ALONE,
        _slip("forward_again", "It looks as if the forward pass ran again with the new output layer. How many forward "
            "passes does one step need?",
            (_BACK, "        V, c = W2 - alpha * delta2.T @ A1 / n, b2 - alpha * delta2.sum(axis=0) / n\n"
            "        A = bp.sigmoid(A1 @ V.T + c)\n        delta1 = ((A - Y) * A * (1 - A) @ V)")),
        _slip("gradients_returned", "You return the gradients. The task asks for the parameters after the step: what "
            "does the update make of them?", (_RETURN, "    return dW1, db1, dW2, db2")),
        _slip("two_steps", "That is where the parameters are after two steps. How many does the task ask for?",
            ("range(steps)", "range(2)")),
        Misconception("other_rate", _wrong(("alpha *", "0.1 *")), "In every case your step points the right way, and "
            "it is not always as long as it should be. By what do you multiply the gradient of the mean?",
            shows=other_rate),
    ),
    right=(_columns, _library, _object, _differences, lambda *args: [p.tolist() for p in _columns(*args)]),
    wrong=(
        kept_by_shape(_wrong()),
        _wrong((_RETURN, "    return W2, b2, W1, b1")),
        _wrong((_RETURN, "    return W1, b1, W2")),
        _wrong((_RETURN, "    return np.concatenate([np.ravel(p) for p in (W1, b1, W2, b2)])")),
        _wrong((_RETURN, "    return [np.squeeze(p) for p in (W1, b1, W2, b2)]")),
        _wrong(("alpha *", "alpha * n / Y.size *")),
        _wrong(("n = len(X)", "n = 7")),
        _wrong(("delta1.T @ X / n", "np.clip(delta1.T @ X / n, -0.05, 0.05)")),
        _wrong(("alpha * dW1", "alpha * (dW1 + 0.01 * W1)")),
        _wrong((_BACK, "        n = n + 1\n" + _BACK)),
        _wrong(("(A2 - Y)", "np.round(A2 - Y, 3)")),
        _wrong(("alpha * db1", "alpha * db1[0]")),
        _wrong(("alpha * db2", "alpha * db2.sum()")),
        _wrong((_BACK, "        delta1 = (delta2 @ np.abs(W2))")),
        _wrong((_BACK, "        delta1 = (delta2.mean(axis=0) @ W2)")),
        _wrong((_BACK, "        delta1 = (delta2 @ (W2.T if W2.shape[0] == W2.shape[1] else W2))")),
        _wrong(("delta1.T @ X", "delta1.T @ (A1 if A1.shape == X.shape else X)")),
    ),
)  # fmt: skip
