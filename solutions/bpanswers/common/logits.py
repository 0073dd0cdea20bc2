"""Logits that every program must survive, targets and labels for them, and what sets them apart."""

import numpy as np

from .sizes import sizes

ONE_LOW = np.array([0, 0, -8000, 0, 0, 0])
"""Gaps of one row: beside the first logit or the median all others are small, beside the mean they are not."""


def spread(rng, n, k, size=12_000):
    """n rows of k gaps: two large ones somewhere inside, one far below, zeros outside."""
    inside = [size, size, *[0.0] * (k - 4)]
    return np.array([[0.0, *rng.permutation(inside), -size if row % 2 else size / -2] for row in range(n)])


def logits(rng):
    """Logits of ordinary size, large ones, very negative ones, rows far from each other, and logits that lie thousands
    apart within a row: there the two largest stand neither first nor last. Then one example, one class, equal logits;
    one that is far below the others stands last, or first and last; one stands far above; rows that lie millions apart.
    """
    rows = rng.permutation([-20_000, 900, 3, 15_000])
    return [
        rng.normal(size=(7, 5)) * 2,
        rng.normal(size=(5, 3)) * 2 + 1000,
        rng.normal(size=(3, 4)) * 2 - 1000,
        rng.normal(size=(4, 6)) + rows[:, None],
        rng.normal(size=(6, 5)) + spread(rng, 6, 5),
        rng.normal(size=(5, 4)) + [-725, 0, 0, 0],  # e^725 is infinite, e^-725 is not yet 0
        rng.normal(size=(4, 6)) + ONE_LOW,
        rng.normal(size=(1, 3)) * 2,
        rng.normal(size=(4, 1)) * 2,
        np.full((3, 2), rng.normal()),
        rng.normal(size=(3, 4)) + [0, 0, 0, -725],
        rng.normal(size=(2, 5)) + [-8000, 0, 0, 0, -8000],
        rng.normal(size=(3, 40)) * 0.5 + [0, 0, 730, *[0] * 37],  # e^(z - mean) is infinite, and no probability is 0
        rng.normal(size=(3, 4)) + rng.permutation([300_000, -1_000_000, 0])[:, None],
    ]


def whole(rng):
    """Three rows of three small whole numbers, 0 among them; two rows are equal, and two numbers of the third."""
    row = rng.permutation([-rng.integers(2, 9), 0.0, rng.integers(1, 9)])
    tied = rng.permutation([1.0, 1.0, 0.0])
    return np.array([row, row, tied])


def corner_logits(rng):
    """Whole numbers; two examples and two classes, both far below 0; one example with large logits; one class with
    large ones; a single number; many rows of nearly equal logits; two rows all above 0.
    """
    return [
        whole(rng),
        -1500 - rng.uniform(0.2, 3, size=(2, 2)),
        rng.normal(size=(1, 6)) + 3000,
        rng.normal(size=(3, 1)) * 2 - 3000,
        rng.normal(size=(1, 1)),
        rng.normal(size=(9, 8)) * 1e-3,
        rng.uniform(0.1, 3, size=(2, 4)),
    ]


def wide_logits(rng, power=4, shifts=(0, 1, 1000, 20_000)):
    """Logits of any size up to 10**power, any spread, for any number of examples and classes."""
    n, k = sizes(rng, 2)
    Z = rng.normal(size=(n, k)) * 10 ** rng.uniform(-2, power)
    return Z + rng.choice(shifts) * rng.normal(size=(rng.choice([1, n]), rng.choice([1, k])))


# ----- targets


def soft_targets(rng, n, k):
    """Rows of k probabilities, none of them 0."""
    Y = rng.uniform(0.1, 1, (n, k))
    return Y / Y.sum(axis=1, keepdims=True)


def corner_targets(rng, Z):
    """The first row is one-hot, all targets of the second are equal, in the others the two largest are."""
    n, k = Z.shape
    Y = rng.uniform(0.1, 1, (n, k))
    Y[:, :2] = 1.5
    Y = rng.permuted(Y, axis=1)
    Y[0] = np.eye(k)[rng.integers(k)]
    Y[1:2] = 1.0
    return Y / Y.sum(axis=1, keepdims=True)


# ----- what sets cases apart


def apart(Z):
    """How far the logits of one row lie apart, at most."""
    return np.ptp(Z, axis=1).max()


def one_hot(case):
    """True if each target is 0 or 1, of several."""
    return case["Y"].max(axis=1).min() == 1 and case["Y"].shape[1] > 1


ROOM = {
    "one example": lambda case: len(case["Z"]) == 1,
    "one class": lambda case: case["Z"].shape[1] == 1,
    "logits of one row thousands apart": lambda case: apart(case["Z"]) > 5000,
    "logits of one row hundreds apart": lambda case: 600 < apart(case["Z"]) < 5000,
    "rows that lie thousands apart": lambda case: np.ptp(case["Z"].mean(axis=1)) > 5000 and apart(case["Z"]) < 100,
    "logits near 1000": lambda case: 900 < case["Z"].min() <= case["Z"].max() < 1100,
    "logits near -1000": lambda case: -1100 < case["Z"].min() <= case["Z"].max() < -900,
    "logits above 700": lambda case: case["Z"].max() > 700,
    "logits below -700": lambda case: case["Z"].min() < -700,
    "large logits": lambda case: np.abs(case["Z"]).max() > 500,
    "whole numbers for logits": lambda case: (case["Z"] == np.round(case["Z"])).all(),
    "two classes": lambda case: case["Z"].shape[1] == 2,
    "logits beyond 100,000": lambda case: np.abs(case["Z"]).max() > 1e5,
    "equal logits in a row": lambda case: any(len(np.unique(z)) < len(z) for z in case["Z"]),
    "one example with large logits": lambda case: len(case["Z"]) == 1 and np.abs(case["Z"]).max() > 500,
    "large logits of several classes": lambda case: np.abs(case["Z"]).max() > 500 and case["Z"].shape[1] > 1,
    "equal logits": lambda case: np.ptp(case["Z"]) == 0 and case["Z"].size > 1,
}
"""What sets logits apart, in words that end a sentence; the narrowest first."""


def room(*kinds):
    """These kinds of ROOM, in their order."""
    return {kind: ROOM[kind] for kind in kinds}


SIZES = "one example", "one class", "logits of one row thousands apart"
LARGE = "logits above 700", "one example with large logits", "large logits of several classes", "large logits"
