"""Gradient descent for two layers: its cases, its truth without a backward pass, and what an answer's steps show."""

import numpy as np

from bpcourse.marking.compare import agree, alike
from bpcourse.marking.truth import gradient

from .edits import edited, solution
from .two_layers import SQUARES, all_sizes, equal, one_by_one, parameters

PROGRAM = solution("train")
ONE = PROGRAM.replace("alpha, steps):", "alpha, steps=1):")  # one step is training with one step
_RIGHT_STEP = edited(ONE)
_RATES = (0.9, 1.3, 0.6, 2.1, 0.005, 1.7, 0.5, 1.1, 0.8, 40.0, 0.7, 0.4, 1.2, 0.9, 1.4)  # with 40 the cost rises too
_STEPS = (3, 4, 1, 2, 40, 5, 6, 3, 2, 6, 2, 3, 2, 2, 3)
AXES = {"W1": "n1 n0", "b1": "n1", "W2": "n2 n1", "b2": "n2", "X": "n n0", "Y": "n n2"}
ROOM = SQUARES | {
    "a learning rate over 1": lambda case: case["alpha"] > 1,
    "as many examples as hidden units": equal(("X", 0), ("W1", 0)),
    "targets below 0 or above 1": lambda case: not 0 <= case["Y"].min() <= case["Y"].max() <= 1,
    "outputs near their targets": lambda case: errors(case, 0).max() < 0.04,
}
ASK = dict.fromkeys(
    ("W1", "b1", "W2", "b2"),
    "Is each of your gradients what a central difference of the cost gives, and is each update alpha times it?",
)


def any_case(rng, n, n0, n1, n2, alpha, steps=None):
    theta = parameters(rng, n0, n1, n2)
    if n == 1:
        theta["W1"], theta["W2"] = theta["W1"] / 30, 2 * theta["W2"]  # one case with large gradients
    X = rng.normal(size=(n, n0)) * (30 if n == 1 else 1)
    Y = rng.uniform(0.05, 0.95, (n, n2))
    if n == 3:  # nothing is far from its target
        Y = one_by_one(**theta, X=X)[1] + rng.uniform(-0.03, 0.03, (n, n2))
    elif n == 4:
        Y = 4 * Y - 1.5
    elif alpha > 10:
        Y = 0.3 + 0.4 * Y  # the outputs swing around them
    return theta | {"X": X, "Y": Y, "alpha": alpha} | ({"steps": steps} if steps else {})


def step_cases(rng):
    return [any_case(rng, *sizes, alpha) for sizes, alpha in zip(all_sizes(rng), _RATES, strict=True)]


def train_cases(rng):
    """As many cases, with steps; in the one with the largest rate the cost rises on the way."""
    given = [(*sizes, *rest) for sizes, *rest in zip(all_sizes(rng), _RATES, _STEPS, strict=True)]
    cases, fast = [any_case(rng, *each) for each in given], _RATES.index(max(_RATES))
    while not rises(cases[fast]):
        cases[fast] = any_case(rng, *given[fast])
    return cases


def _g(z):
    """The sigmoid, also for large complex z, where e^-z overflows."""
    return (1 + np.tanh(z / 2)) / 2


def _cost(theta, X, Y):
    W1, b1, W2, b2 = theta
    A2 = _g(_g(X @ W1.T + b1) @ W2.T + b2)
    return ((A2 - Y) ** 2).sum() / 2 / len(X)


def true_descent(W1, b1, W2, b2, X, Y, alpha, steps=1):
    """Gradient descent whose gradients come from complex steps of the cost: no backward pass in it."""
    theta = [W1, b1, W2, b2]
    for _ in range(steps):
        grads = [
            gradient(lambda p, k=k, theta=theta: _cost(theta[:k] + [p] + theta[k + 1 :], X, Y), theta[k])
            for k in range(4)
        ]
        theta = [p - alpha * grad for p, grad in zip(theta, grads, strict=True)]
    return tuple(theta)


def after(case, steps, alpha=None):
    """The parameters after some right steps."""
    theta = [case[name] for name in ("W1", "b1", "W2", "b2")]
    return _RIGHT_STEP(*theta, case["X"], case["Y"], case["alpha"] if alpha is None else alpha, steps)


def errors(case, steps):
    """|A2 - Y| after some right steps."""
    return abs(one_by_one(*after(case, steps), case["X"])[1] - case["Y"])


def rises(case):
    """True if the cost is clearly lower somewhere on the way than at the end."""
    costs = [(errors(case, k) ** 2).sum() for k in range(1, case["steps"] + 1)]
    return min(costs) < 0.9 * costs[-1]


def other_rate(case, outcome):
    """True if this is one right step with a learning rate above 0, whichever."""
    if not outcome.parts or outcome.changed:
        return False
    old, new = after(case, 0), after(case, 1)
    if any(a.shape != b.shape for a, b in zip(old, outcome.parts, strict=True)):
        return False
    right, came = (
        np.concatenate([np.ravel(b - a) for a, b in zip(old, theta, strict=True)]) for theta in (new, outcome.parts)
    )
    rate = right @ came / (right @ right)
    return rate > 0 and agree(came, rate * right)


def other_rates(case, outcome):
    """True if these are `steps` right steps with a learning rate that people like."""
    return bool(outcome.parts) and not outcome.changed and any(
        all(map(alike, outcome.parts, after(case, case["steps"], alpha)))
        for alpha in (case["alpha"], 0.5, 0.1, 0.01, 1.0, 0.3, 0.05, 0.2, 0.001)
    )  # fmt: skip


def after_some_steps(case, outcome):
    """True if these are the parameters after 0 to 100 right steps."""
    if not outcome.parts or outcome.changed:
        return False
    theta, given = after(case, 0), (case["X"], case["Y"], case["alpha"])
    for _ in range(101):
        if all(map(alike, outcome.parts, theta)):
            return True
        theta = _RIGHT_STEP(*theta, *given)
    return False
