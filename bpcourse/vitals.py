"""Vital signs of a network that trains: what to look at when it does not learn. Pure functions, arrays in, numbers out.

By layer means a dictionary {layer: ...}, as in a Trace. Nothing here says what is wrong: that is the reader's part.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from . import losses
from .arrays import floats, number
from .losses import Loss


def chance_loss(loss, Y):
    """The least mean loss of an answer that is the same for every example, so that it knows nothing of the input.

    loss: a Loss, or its name. Y: (n, n_L), or labels (n,) with cross_entropy. With cross_entropy it is the entropy of
    the classes, ln K if all K are equally frequent; with binary_cross_entropy ln 2 for two even classes; with
    half_squared_error half the variance.
    """
    loss = _loss(loss)
    labels = np.ndim(Y) == 1 and loss.takes_labels
    Y = loss.targets(Y if labels else floats("Y", Y), 1 + int(np.max(Y)) if labels else np.shape(Y)[-1])
    known = _CHANCE.get(loss.name)
    return float(known(Y) if known else loss.value(np.broadcast_to(_best(loss, Y), Y.shape), Y).mean())


def update_ratio(before, after):
    """The length of a step beside the length of what it changed, |W_after - W_before| / |W_before|, by layer.

    before, after: Parameters of one network (the weights are compared; biases start at 0 and have no scale yet), or
    dictionaries {name: array}. About 0.001 is usual; inf where a step leaves zeros.
    """
    before, after = (getattr(params, "W", params) for params in (before, after))
    for name, given in (("before", before), ("after", after)):
        if not isinstance(given, Mapping):
            raise TypeError(f"{name} is {type(given).__name__}; expected Parameters or a dictionary of arrays")
    if list(before) != list(after):
        raise ValueError(
            f"after has {', '.join(map(str, after))}; expected {', '.join(map(str, before))}, as in before"
        )
    return {key: _share(np.linalg.norm(after[key] - W), np.linalg.norm(W)) for key, W in before.items()}


def dead_units(net, trace, least=0.0):
    """The share of units whose slope g'(z) is 0 for every example of the trace, by hidden layer: they learn nothing.

    least: a slope up to this counts as 0, too, for units that never are exactly flat (sigmoid, tanh). Take all examples
    that you have: a unit that is silent for one batch may speak in the next.
    """
    least = number("least", least, 0, np.inf, low_too=True)
    return {
        layer: float(np.mean(np.all(np.abs(net.g[layer].derivative(z)) <= least, axis=0)))
        for layer, z in trace.z.items()
        if layer < net.L
    }


class Spread(NamedTuple):
    """Of one layer's numbers: mean, deviation, the share that is exactly 0, and the histogram: shares (bins,) between
    edges (bins + 1,). What lies beyond the edges counts in the outermost bins, what is not finite nowhere.
    """

    mean: float
    deviation: float
    zero: float
    shares: np.ndarray
    edges: np.ndarray


def spread(arrays, bins=30):
    """The Spread of each array of a dictionary, such as trace.a or trace.delta, by its key.

    bins: how many, between the lowest and the highest number of all the arrays, so that the layers can be compared; or
    the edges themselves.
    """
    every = np.concatenate([np.ravel(array) for array in arrays.values()])
    every = every[np.isfinite(every)]
    edges = np.histogram_bin_edges(every, bins) if np.ndim(bins) == 0 else np.asarray(bins, dtype=float)
    return {key: _spread(array, edges) for key, array in arrays.items()}


def dependence(loss_of_each, X, step=1e-4):
    """(n, n): how strongly the loss of example i (row) depends on the input of example j (column).

    loss_of_each: a function from X (n, ...) to the n losses, one an example. Entry [i, j] is the length of
    d loss_i / d x_j, by central differences; differences that are no more than rounding count as 0. Where examples must
    not know of each other, everything beside the diagonal is 0.
    """
    X, step = floats("X", X), number("step", step, 0, np.inf)
    start = _losses(loss_of_each, X)
    rounding = 8 * np.finfo(float).eps * np.abs(start).max() / step
    squares = np.zeros((len(X), len(X)))
    for at in np.ndindex(X.shape):
        up, down = X.copy(), X.copy()
        up[at] += step
        down[at] -= step
        slope = (_losses(loss_of_each, up) - _losses(loss_of_each, down)) / (2 * step)
        squares[:, at[0]] += np.where(np.abs(slope) > rounding, slope, 0) ** 2
    return np.sqrt(squares)


def _losses(loss_of_each, X):
    found = np.asarray(loss_of_each(X), dtype=float)
    if found.shape != (len(X),):
        raise ValueError(f"loss_of_each(X) has shape {found.shape}; expected ({len(X)},): one loss an example")
    return found


def _loss(loss):
    known = getattr(losses, loss, None) if isinstance(loss, str) else loss
    if not isinstance(known, Loss):
        raise TypeError(f"loss is {loss!r}; expected a loss such as bp.cross_entropy, or its name")
    return known


def _entropy(p):
    """-sum p ln p, where 0 ln 0 is 0."""
    return -np.sum(p * np.log(np.where(p > 0, p, 1)))


_CHANCE = {
    "half_squared_error": lambda Y: 0.5 * Y.var(axis=0).sum(),
    "mse": lambda Y: Y.var(axis=0).mean(),
    "mean_absolute_error": lambda Y: np.abs(Y - np.median(Y, axis=0)).mean(),
    "cross_entropy": lambda Y: _entropy(Y.mean(axis=0)),
    "binary_cross_entropy": lambda Y: _entropy(Y.mean(axis=0)) + _entropy(1 - Y.mean(axis=0)),
}


def _best(loss, Y):
    """The constant output (n_L,) of the least mean loss, by halving: of a convex loss the mean slope rises."""
    low, high = Y.min(axis=0), Y.max(axis=0)
    for _ in range(60):
        middle = (low + high) / 2
        rises = loss.gradient(np.broadcast_to(middle, Y.shape), Y).mean(axis=0) > 0
        low, high = np.where(rises, low, middle), np.where(rises, middle, high)
    return (low + high) / 2


def _share(part, whole):
    return float(part / whole) if whole else (np.inf if part else 0.0)


def _spread(array, edges):
    finite = array[np.isfinite(array)]
    counts, _ = np.histogram(np.clip(finite, edges[0], edges[-1]), edges)
    if not finite.size:
        return Spread(np.nan, np.nan, 0.0, counts.astype(float), edges)
    return Spread(float(finite.mean()), float(finite.std()), float(np.mean(finite == 0)), counts / finite.size, edges)
