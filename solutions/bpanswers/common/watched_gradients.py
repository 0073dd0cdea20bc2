"""The cases of training on digits, with gradients that are handed in and watch how they are used."""

import numpy as np

from bpcourse.datasets import digits
from bpcourse.marking.watched import WatchedGradients

from .edits import edited, solution

right_gradients = edited(solution("digit_gradients"))
HELD_OUT, HIDDEN, FEW = 360, 32, 160
FAR = (
    2520  # from a seed to another: a multiple of 2 to 10, so that a few seeds of an answer's own don't tell them apart
)


class _Case(dict):
    """The arguments; `held_out`, images and labels that the answer never sees, goes beside them."""

    held_out = None


def _case(X, labels, hidden, seed, held_out):
    case = _Case(gradients=WatchedGradients.of(X, labels, held_out[0]), X=X, labels=labels, hidden=hidden, seed=seed)
    case.held_out = held_out
    return case


def _all_digits(rng):
    X, labels, X_test, labels_test = digits()
    order = rng.permutation(len(X) + len(X_test))
    return np.concatenate([X, X_test])[order], np.concatenate([labels, labels_test])[order]


def digit_cases(rng):
    """All training images; few; the same few again, with other names for the ten classes, and with another seed; and
    fewer images than pixels, without the last class, for another number of hidden units.
    """
    (X, digit), seed = _all_digits(rng), int(rng.integers(1000))
    names = rng.permutation(10)
    others = np.roll(names, 1)  # no class keeps its name
    whole, few = np.arange(HELD_OUT, len(X)), np.arange(HELD_OUT, HELD_OUT + FEW)
    fewer = whole[names[digit[whole]] < 9][:50]
    plan = (whole, names, 0), (few, names, 0), (few, names, 0), (few, others, 0), (few, names, FAR), (fewer, names, 0)
    return [
        _case(X[rows].copy(), name[digit[rows]], 12 if rows is fewer else HIDDEN, seed + more, (X[:HELD_OUT],
              name[digit[:HELD_OUT]])) for rows, name, more in plan
    ]  # fmt: skip


def one_of_many(rng):
    """A case of any size."""
    X, labels = _all_digits(rng)
    n, hidden = (int(k) for k in rng.integers(20, 60, size=2))
    return _case(X[:n], labels[:n], hidden, int(rng.integers(1000)), (X[-100:], labels[-100:]))
