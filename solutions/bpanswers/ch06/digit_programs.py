"""Chapter 06: programs that learn to read digits by gradients that are handed in; a right one, with switches."""

import numpy as np

from bpcourse.activations import identity, relu
from bpcourse.losses import cross_entropy
from bpcourse.network import Network
from bpcourse.optimizers import momentum
from bpcourse.training import train

from .gradients import gradients as right_gradients


def by_library(gradients, X, labels, hidden, seed):
    """W1, b1, W2, b2 as the library trains them."""
    net = Network((X.shape[1], hidden, 10), relu, identity, cross_entropy)
    history = train(net, net.init(seed, "he"), X, labels, momentum(0.05), epochs=2, seed=seed, progress=False)
    W, b = history.params.W, history.params.b
    return W[1].copy(), b[1].copy(), W[2].copy(), b[2].copy()


def fit(
    gradients, X, labels, hidden, seed, *, epochs=25, size=32, alpha=0.05, beta=0.9, sign=1.0, weights="he", frozen=(),
    rows=None, apart=False, dice=False, fixed=False, again=False, prepare=None, lost=False,
):  # fmt: skip
    """A training program; the keywords switch single mistakes on, none by default."""
    rng = np.random.default_rng(None if dice else 0 if fixed else seed)
    deviation = (lambda n: np.sqrt(2 / n)) if weights == "he" else (lambda n: weights)
    X = (X if prepare is None else prepare(X))[:rows]
    labels, n_in = labels[: len(X)], X.shape[1]
    theta = [deviation(n_in) * rng.normal(size=(hidden, n_in)), np.zeros(hidden),
             deviation(hidden) * rng.normal(size=(10, hidden)), np.zeros(10)]  # fmt: skip
    v = [np.zeros_like(p) for p in theta]
    if apart:
        X = X[rng.permutation(len(X))]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for at in range(0, len(X), size):
            batch = order[at : at + size]
            grads = gradients(*theta, X[batch], labels[batch])
            for k, grad in enumerate(grads):
                if k not in frozen:
                    grad = grad / len(batch) if again and grad.ndim == 1 else grad
                    v[k] = beta * v[k] - sign * alpha * grad
                    if not lost:
                        theta[k] = theta[k] + v[k]
    return tuple(theta)


def standardised(X):
    """Each pixel with mean 0 and variance 1 (0 where it never changes)."""
    return (X - X.mean(axis=0)) / np.where(X.std(axis=0) > 0, X.std(axis=0), 1)


def turned(gradients, X, labels, hidden, seed):
    """Weights in the layout of columns."""
    W1, b1, W2, b2 = fit(gradients, X, labels, hidden, seed, epochs=1)
    return W1.T, b1, W2.T, b2


def flat(gradients, X, labels, hidden, seed):
    """Biases as columns."""
    W1, b1, W2, b2 = fit(gradients, X, labels, hidden, seed, epochs=1)
    return W1, b1[:, None], W2, b2[:, None]


def not_finite(gradients, X, labels, hidden, seed):
    """Not a number anywhere."""
    return tuple(p * np.nan for p in fit(gradients, X, labels, hidden, seed, epochs=1))


def asked_afterwards(gradients, X, labels, hidden, seed):
    """Learns by the library, and asks for gradients when all is done."""
    params = by_library(None, X, labels, hidden, seed)
    grads = gradients(*params, X, labels)
    return tuple(p - 0.01 * g for p, g in zip(params, grads, strict=True))


def asked_for_show(gradients, X, labels, hidden, seed):
    """Asks for gradients in each step, and learns by its own."""

    def own(*args):
        gradients(*args)
        return right_gradients(*args)

    return fit(own, X, labels, hidden, seed, epochs=1)


def only_for_many(gradients, X, labels, hidden, seed):
    """Trains on many images only."""
    return fit(gradients, X, labels, hidden, seed, epochs=1 if len(X) > 500 else 0)


def outputs_reversed(gradients, X, labels, hidden, seed):
    """The rows of W2 end up in another order than the classes."""
    W1, b1, W2, b2 = fit(gradients, X, labels, hidden, seed, epochs=5)
    return W1, b1, W2[::-1], b2[::-1]


def always_32(gradients, X, labels, hidden, seed):
    """The number of hidden units typed in."""
    return fit(gradients, X, labels, 32, seed, epochs=1)


def classes_that_occur(gradients, X, labels, hidden, seed):
    """An output for each class that occurs; the rest of the rows is missing."""
    W1, b1, W2, b2 = fit(gradients, X, labels, hidden, seed, epochs=1)
    return W1, b1, W2[: labels.max() + 1], b2[: labels.max() + 1]
