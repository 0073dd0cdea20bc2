"""Data sets: small ones that are made here, and one real one that is in the package. X (n, features); nothing is
downloaded.
"""

from functools import cache
from importlib import resources

import numpy as np

from .arrays import number, whole


def line():
    """The line y = 2x + 3 at x = 1..5: X (5, 1), Y (5, 1)."""
    X = np.arange(1.0, 6.0)[:, None]
    return X, 2 * X + 3


def xor():
    """The four corners of the square; Y (4, 1) is 1 where exactly one coordinate is 1."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return X, (X[:, :1] != X[:, 1:]).astype(float)


def moons(n=400, noise=0.1, seed=0):
    """Two half circles that reach into each other: X (n, 2), labels (n,), 0 for the upper one; noise: standard
    deviation.
    """
    n, noise, rng = whole("n", n, 2), number("noise", noise, 0, np.inf, low_too=True), np.random.default_rng(seed)
    labels = np.arange(n) % 2
    angle = np.pi * rng.random(n)
    x, y = np.cos(angle), np.sin(angle)
    X = np.column_stack([np.where(labels, 1 - x, x), np.where(labels, 0.5 - y, y)])
    return X + noise * rng.standard_normal(X.shape), labels


def spirals(n=400, classes=2, turns=1.0, noise=0.05, seed=0):
    """One spiral arm a class, from the centre out to radius 1: X (n, 2), labels (n,)."""
    n, classes, rng = whole("n", n, 2), whole("classes", classes, 2), np.random.default_rng(seed)
    turns, noise = number("turns", turns, 0, np.inf), number("noise", noise, 0, np.inf, low_too=True)
    labels = np.arange(n) % classes
    radius = np.sqrt(rng.random(n))
    angle = 2 * np.pi * (turns * radius + labels / classes)
    X = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return X + noise * rng.standard_normal(X.shape), labels


TEST_DIGITS = 360


def digits():
    """Handwritten digits, 8 by 8 pixels from 0 to 1: X_train (1437, 64), labels (1437,), X_test (360, 64), labels
    (360,).

    The split is fixed. Source: Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI Machine
    Learning Repository, 1998, CC BY 4.0; the 1,797 images of its test part.
    """
    X, labels = _stored_digits()
    order = np.random.default_rng(1998).permutation(len(X))
    train, test = order[TEST_DIGITS:], order[:TEST_DIGITS]
    return X[train], labels[train], X[test], labels[test]


@cache
def _stored_digits():
    with resources.files("bpcourse").joinpath("data/digits.npz").open("rb") as file, np.load(file) as stored:
        return stored["images"].astype(float) / 16, stored["labels"].astype(int)
