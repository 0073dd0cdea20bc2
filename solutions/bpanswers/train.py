"""Gradient descent, from nothing."""

import functools

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise, Misconception

from .common import descent
from .common.descent_mistakes import MISTAKES
from .common.edits import edited, slips
from .common.memory import kept_by_shape
from .common.sizes import sizes

_PROGRAM = descent.PROGRAM
_N, _RETURN, _UPDATE = "    n = len(X)", "    return W1, b1, W2, b2", "        W1, b1 ="
_slip, _wrong = slips(_PROGRAM), functools.partial(edited, _PROGRAM)


def _wide(rng):
    *shape, steps = sizes(rng, 5)
    rate = rng.uniform(0.1, 2.5) / (10 if steps > 6 else 1)  # many long steps multiply their rounding
    return descent.any_case(rng, *shape, rate, steps)


def _with_earlier_steps(share):
    """Edits: `share` of the last step is in the next one."""
    line = f"        v = [d + {share} * u for d, u in zip((dW1, db1, dW2, db2), v)]; dW1, db1, dW2, db2 = v\n"
    return (_N, _N + "; v = [0, 0, 0, 0]"), (_UPDATE, line + _UPDATE)


# ----- right answers


def _columns(W1, b1, W2, b2, X, Y, alpha, steps):
    n = X.shape[0]
    while steps > 0:
        a1 = bp.sigmoid(W1 @ X.T + b1[:, None])
        a2 = bp.sigmoid(W2 @ a1 + b2[:, None])
        d2 = (a2 - Y.T) * (a2 - a2**2)
        d1 = (W2.T @ d2) * (a1 - a1**2)
        W2, b2 = W2 - alpha / n * d2 @ a1.T, b2 - alpha * d2.mean(axis=1)
        W1, b1 = W1 - alpha / n * d1 @ X, b1 - alpha * d1.mean(axis=1)
        steps -= 1
    return [W1, b1, W2, b2]


def _library(W1, b1, W2, b2, X, Y, alpha, steps):
    net = bp.Network((X.shape[1], len(b1), len(b2)), bp.sigmoid, bp.sigmoid, bp.half_squared_error)
    params = net.pack({1: W1, 2: W2}, {1: b1, 2: b2})
    for _ in range(steps):
        params.vector[:] -= alpha * net.backward(params, net.forward(params, X), Y).grads.vector
    return params.W[1], params.b[1], params.W[2], params.b[2]


def _recursive(W1, b1, W2, b2, X, Y, alpha, steps):
    step = edited(descent.ONE)
    return functools.reduce(lambda theta, _: step(*theta, X, Y, alpha), range(steps), (W1, b1, W2, b2))


# ----- wrong answers


def _way(*args):
    """The parameters after 0, 1, 2, ... steps, and their costs."""
    way = [_columns(*args[:-1], k) for k in range(args[-1] + 1)]
    costs = [
        ((bp.sigmoid(bp.sigmoid(args[4] @ W1.T + b1) @ W2.T + b2) - args[5]) ** 2).mean() for W1, b1, W2, b2 in way
    ]
    return way, costs


def _best_on_the_way(*args):
    way, costs = _way(*args)
    return way[1 + int(np.argmin(costs[1:]))]


def _until_good_enough(*args):
    way, costs = _way(*args)
    return next((theta for theta, cost in zip(way, costs, strict=True) if cost < 0.005), way[-1])


EXERCISE = Exercise(
    inputs=descent.train_cases,
    wide=_wide,
    truth=descent.true_descent,
    parts={"W1": 1, "b1": 1, "W2": 1, "b2": 1},
    points=5,  # all or none: after two steps every mistake is in every part
    passed="On networks of many sizes your parameters follow the true gradient step after step.",
    batch="X",
    shapes=descent.AXES,
    room=descent.ROOM
    | {
        "one step": lambda case: case["steps"] == 1,
        "more than four steps": lambda case: case["steps"] > 4,
        "a cost that rises on the way": descent.rises,
    },
    ask=descent.ASK,
    misconceptions=(
        *(_slip(*mistake) for mistake in MISTAKES),
        _slip("forward_only_once", "The deltas come from the outputs of the first step. The parameters have moved "
            "since: what must run again?", ("for _", "for k"), ("A1 = ", "A1 = A1 if k else "),
            ("A2 = ", "A2 = A2 if k else ")),
        _slip("one_long_step", "All your steps go along the gradient of the first point. The parameters have moved "
            "since: what must run again?", ("range(steps)", "range(1)"), ("alpha *", "steps * alpha *")),
        _slip("hidden_forward_only_once", "A1 is that of the first step. The weights before it have moved since: what "
            "must run again?", ("for _", "for k"), ("A1 = ", "A1 = A1 if k else ")),
        _slip("one_example_a_step", "Each step sees one example, the next one in turn. The task takes the mean over "
            "the whole batch: which rows belong to one step?", ("for _", "for k"), (" / n", ""),
            ("-(X @", "-(X[[k % n]] @"), ("A2 - Y", "A2 - Y[[k % n]]"), (".T @ X", ".T @ X[[k % n]]")),
        _slip("twice_as_many_steps", "Twice as many steps as asked for. How often does your loop run if `steps` is 3?",
            ("range(steps)", "range(2 * steps)")),
        _slip("momentum", "These are the numbers of momentum with 0.9: each step has nine tenths of the last one in "
            "it. What does the task ask for?", *_with_earlier_steps(0.9)),
        _slip("gradients_pile_up", "The gradients of all steps so far are added up and used again. To which point do "
            "the derivatives of a step belong?", *_with_earlier_steps(1)),
        _slip("rate_falls", "These are the numbers with a learning rate that falls from step to step, alpha / 1, alpha "
            "/ 2, ... What does the task say of it?", ("for _", "for k"), ("alpha *", "alpha / (k + 1) *")),
        _slip("one_step_only", "That is where the parameters are after one step. Does each step start from what the "
            "last one made, and does the `return` stand after the loop?", ("range(steps)", "range(1)")),
        _slip("one_step_too_few", "One step too few. How often does your loop run if `steps` is 3?",
            ("range(steps)", "range(steps - 1)")),
        _slip("one_step_too_many", "One step too many. How often does your loop run if `steps` is 3?",
            ("range(steps)", "range(steps + 1)")),
        Misconception("other_rate", _wrong(("alpha *", "0.5 *")), "In every case the number of steps is right, and so "
            "is each step but for its length: it is not always that of `alpha`. Which rate do you take?",
            shows=descent.other_rates),
        Misconception("other_number_of_steps", _wrong(("range(steps)", "range(3)")), "In every case these are the "
            "parameters after a whole number of right steps, and not always after `steps` of them. What decides how "
            "often your loop runs?", shows=descent.after_some_steps),
        _slip("never_moved", "The parameters come back as they went in. Where are the new values stored?",
            (_N, "    start = W1, b1, W2, b2\n" + _N), (_RETURN, "    return start")),
        _slip("gradients_returned", "You return the gradients of the last step. The task asks for the parameters: what "
            "does the update make of them?", (_RETURN, "    return dW1, db1, dW2, db2")),
        _slip("gradients_at_the_end", "You return the gradients where the last step ends. The task asks for the "
            "parameters: what does the update make of them?", ("range(steps)", "range(steps + 1)"),
            (_RETURN, "    return dW1, db1, dW2, db2")),
    ),
    right=(_columns, _library, _recursive),
    wrong=(
        kept_by_shape(_wrong()),
        _best_on_the_way,
        _until_good_enough,
        _wrong((_N, _N + "; Y = np.clip(Y, 0, 1)")),
        _wrong((_N, _N + "; steps = min(steps, 4)")),
        _wrong((_N, _N + "; steps = min(steps, 12)")),
        _wrong((_N, _N + "; order = np.random.default_rng(0).permutation(n)"), (".T @ X", ".T @ X[order]")),
        _wrong((_UPDATE, "        if abs(dW1).max() < 0.002: break\n" + _UPDATE)),
        _wrong((_RETURN, "    return W1.T, b1, W2.T, b2")),
        _wrong((_RETURN, "    return W1, b1")),
        _wrong((_RETURN, "    return (W1, b1, W2, b2), 0.1")),
        _wrong((_RETURN, "    return [np.squeeze(p) for p in (W1, b1, W2, b2)]")),
        _wrong(("alpha *", "alpha * n / Y.size *")),
        _wrong(("n = len(X)", "n = 7")),
        _wrong(("delta1.T @ X / n", "np.clip(delta1.T @ X / n, -0.05, 0.05)")),
        _wrong(("alpha * dW1", "alpha * (dW1 + 0.01 * W1)")),
        _wrong(("(A2 - Y)", "np.round(A2 - Y, 3)")),
        _wrong(("alpha * db1", "alpha * db1[0]")),
        _wrong(("alpha * db2", "alpha * db2.sum()")),
        _wrong(("(delta2 @ W2)", "(delta2 @ np.abs(W2))")),
        _wrong(("(delta2 @ W2)", "(delta2.mean(axis=0) @ W2)")),
        _wrong(("(delta2 @ W2)", "(delta2 @ (W2.T if W2.shape[0] == W2.shape[1] else W2))")),
    ),
)  # fmt: skip
