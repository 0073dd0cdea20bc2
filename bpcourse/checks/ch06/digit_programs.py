"""Chapter 06: programs that learn to read digits, a right one with switches for mistakes, and the library's."""

import numpy as np

from ...activations import identity, relu
from ...losses import cross_entropy
from ...network import Network
from ...optimizers import momentum
from ...training import train


def by_library(X, labels, hidden, seed):
    """W1, b1, W2, b2 as the library trains them."""
    net = Network((X.shape[1], hidden, 10), relu, identity, cross_entropy)
    history = train(net, net.init(seed, "he"), X, labels, momentum(0.05), epochs=30, seed=seed, progress=False)
    W, b = history.params.W, history.params.b
    return W[1].copy(), b[1].copy(), W[2].copy(), b[2].copy()


def fit(
    X, labels, hidden, seed, *, epochs=25, size=32, alpha=0.05, beta=0.9, sign=1.0, weights="he", frozen=(), rows=None,
    apart=False, dice=False, g=lambda z: np.maximum(z, 0), slope=lambda z: z > 0, prepare=None,
):  # fmt: skip
    """A training program; the keywords switch single mistakes on, none by default."""
    rng = np.random.default_rng(None if dice else seed)
    deviation = (lambda n: np.sqrt(2 / n)) if weights == "he" else (lambda n: weights)
    X, Y = X if prepare is None else prepare(X), np.eye(10)[labels]
    X, Y = X[:rows], Y[:rows]
    n_in = X.shape[1]
    theta = [deviation(n_in) * rng.normal(size=(hidden, n_in)), np.zeros(hidden),
             deviation(hidden) * rng.normal(size=(10, hidden)), np.zeros(10)]  # fmt: skip
    v = [np.zeros_like(p) for p in theta]
    if apart:
        X = X[rng.permutation(len(X))]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for at in range(0, len(X), size):
            x, y = X[order[at : at + size]], Y[order[at : at + size]]
            z = x @ theta[0].T + theta[1]
            a = g(z)
            e = a @ theta[2].T + theta[3]
            e = np.exp(e - e.max(axis=1, keepdims=True))
            d2 = (e / e.sum(axis=1, keepdims=True) - y) / len(x)
            d1 = d2 @ theta[2] * slope(z)
            grads = d1.T @ x, d1.sum(axis=0), d2.T @ a, d2.sum(axis=0)
            for k, grad in enumerate(grads):
                if k not in frozen:
                    v[k] = beta * v[k] - sign * alpha * grad
                    theta[k] = theta[k] + v[k]
    return tuple(theta)


def standardised(X):
    """Each pixel with mean 0 and variance 1 (0 where it never changes)."""
    return (X - X.mean(axis=0)) / np.where(X.std(axis=0) > 0, X.std(axis=0), 1)


def turned(X, labels, hidden, seed):
    """Weights in the layout of columns."""
    W1, b1, W2, b2 = fit(X, labels, hidden, seed, epochs=1)
    return W1.T, b1, W2.T, b2


def flat(X, labels, hidden, seed):
    """Biases as columns."""
    W1, b1, W2, b2 = fit(X, labels, hidden, seed, epochs=1)
    return W1, b1[:, None], W2, b2[:, None]


def lost(X, labels, hidden, seed):
    """Not a number anywhere."""
    return tuple(p * np.nan for p in fit(X, labels, hidden, seed, epochs=1))
