"""What patients learn: small sets of data, in two parts, as the world gives them (not yet scaled)."""

import numpy as np

from .. import datasets

TRAINING, TEST = 240, 120  # examples
DIGITS = 5  # of the ten digits, as many are told apart


def data(kind, seed):
    """(X, labels, X_test, labels_test) of a kind in KINDS; X (240, n_0), labels (240,). Another seed, other data."""
    X, labels = KINDS[kind][2](TRAINING + TEST, np.random.default_rng(seed))
    return X[:TRAINING], labels[:TRAINING], X[TRAINING:], labels[TRAINING:]


def _mixed(X, labels, rng):
    order = rng.permutation(len(X))
    return X[order], labels[order]


def _moons(n, rng):
    return _mixed(*datasets.moons(n, 0.15, int(rng.integers(1000))), rng)


def _spirals(n, rng):
    return _mixed(*datasets.spirals(n, 3, 0.4, 0.05, int(rng.integers(1000))), rng)


def _xor(n, rng):
    corners = rng.permuted(np.tile([[0, 0], [0, 1], [1, 0], [1, 1]], (n // 4, 1)))
    return corners + 0.17 * rng.standard_normal((n, 2)), (corners[:, 0] != corners[:, 1]).astype(int)


def _clouds(n, rng):
    labels = rng.permutation(np.arange(n) % 4)
    angle = rng.random() + np.pi / 2 * labels
    return np.column_stack([np.cos(angle), np.sin(angle)]) + 0.33 * rng.standard_normal((n, 2)), labels


def _digits(n, rng):
    X, labels, _, _ = datasets.digits()
    rows = rng.permutation(np.flatnonzero(labels < DIGITS))[:n]
    return X[rows].reshape(n, 4, 2, 4, 2).mean(axis=(2, 4)).reshape(n, 16), labels[
        rows
    ]  # 4 by 4, each the mean of four


KINDS = {  # name: (the text that is shown, how many classes, how it is made)
    "moons": ("two moons", 2, _moons),
    "spirals": ("three spirals", 3, _spirals),
    "xor": ("XOR cloud", 2, _xor),
    "clouds": ("four clouds", 4, _clouds),
    "digits": ("digits 0 to 4, as 4 by 4 pixels", DIGITS, _digits),
}
