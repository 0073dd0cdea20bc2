"""Two-layer networks of many sizes: a batch of n rows, W1 (n1, n0), W2 (n2, n1)."""

import numpy as np

# (n, n0, n1, n2): in the first cases no two are equal, so that nothing fits by accident, and each is 1 once; then
# some are equal, for answers that go by what fits; the first sizes come again, with other numbers, for answers that
# keep something by its size
_SIZES = (
    *((7, 5, 4, 3), (2, 3, 4, 6), (1, 4, 3, 2), (5, 1, 6, 2), (4, 2, 1, 3), (3, 6, 5, 1)),
    *((5, 4, 4, 2), (4, 2, 3, 3), (3, 4, 3, 5), (2, 2, 2, 2), (7, 5, 4, 3)),
)


def all_sizes(rng):
    """(n, n0, n1, n2) of every case; in the last each is once so large that no answer for a few of them passes."""
    large = [[2, 3, 2, 3] for _ in range(4)]
    for i, one in enumerate(large):
        one[i] = int(rng.integers(25, 41))
    return [*_SIZES, *large]


def equal(*places):
    """Predicate of a case: are these axes, pairs (argument, axis), equally long? (Lengths of 1 hide what is turned.)"""

    def has(case):
        lengths = {case[name].shape[axis] for name, axis in places}
        return len(lengths) == 1 and lengths != {1}

    return has


# for `room`: what an answer may take for a reason to turn something
SQUARE = {"a square `W2`": equal(("W2", 0), ("W2", 1))}
SQUARES = {"a square `W1`": equal(("W1", 0), ("W1", 1))} | SQUARE


def parameters(rng, n0, n1, n2):
    """Random weights and biases, none of them zero."""
    return {
        "W1": rng.normal(size=(n1, n0)),
        "b1": rng.normal(size=n1),
        "W2": rng.normal(size=(n2, n1)),
        "b2": rng.normal(size=n2),
    }


def one_by_one(W1, b1, W2, b2, X):
    """A1 and A2 by the column formula, one example at a time, with the sigmoid written as (1 + tanh(z/2)) / 2."""
    A1 = [(1 + np.tanh((W1.dot(x) + b1) / 2)) / 2 for x in X]
    A2 = [(1 + np.tanh((W2.dot(a) + b2) / 2)) / 2 for a in A1]
    return np.array(A1), np.array(A2)
