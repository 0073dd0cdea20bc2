"""Regularisation: what keeps a network from learning its examples by heart. L2 and dropout, forward and backward.

Pure functions. Both enter the backward pass as they entered the forward pass: L2 adds to the gradient what it added to
the cost, and dropout sends a message back through the mask that the outputs went through.
"""

from collections.abc import Mapping

import numpy as np

from .arrays import floats, number
from .parameters import Parameters


def l2_penalty(weights, strength):
    """1/2 strength * sum w^2 over all weights, to be added to the cost.

    weights: Parameters (their W counts, the biases are left out), a dictionary of arrays, or an array. strength is
    often called lambda; with the 1/2, as here, its gradient is strength * w.
    """
    strength = _strength(strength)
    return 0.5 * strength * sum(float(np.vdot(w, w)) for w in _arrays(weights).values())


def l2_gradient(weights, strength):
    """strength * w for each weight, to be added to its derivative, in the form of `weights`.

    Of Parameters: Parameters, in which the biases have 0.
    """
    strength = _strength(strength)
    if isinstance(weights, Parameters):
        grads = Parameters(weights.sizes, np.zeros_like(weights.vector))
        for layer, w in weights.W.items():
            grads.W[layer][...] = strength * w
        return grads
    scaled = {name: strength * w for name, w in _arrays(weights).items()}
    return scaled if isinstance(weights, Mapping) else scaled[""]


def dropout_mask(shape, drop, rng):
    """A mask of `shape`: each entry is 0 with the probability `drop`, else 1 / (1 - drop), so that its mean is 1.

    drop: from 0 to below 1. rng: a numpy Generator; the same seed draws the same mask. Because the mean is 1, a network
    in use needs no mask and no factor: "inverted" dropout (Srivastava et al., 2014, scale the weights instead).
    """
    drop = number("drop", drop, 0, 1, low_too=True)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is {type(rng).__name__}; expected a generator: np.random.default_rng(seed)")
    return (rng.random(shape) >= drop) / (1 - drop)


def dropout(a, mask):
    """Forward: what a layer hands on, a * mask; both of one shape (n, units)."""
    return _alike("a", a, mask) * mask


def dropout_back(message, mask):
    """Backward: dE/da of the layer from `message`, dE/d(a * mask); with the mask of the forward pass, not a new one."""
    return _alike("message", message, mask) * mask


def _strength(strength):
    return number("strength", strength, 0, np.inf, low_too=True)


def _arrays(weights):
    """{name: array} of all that is penalised."""
    if isinstance(weights, Parameters):
        return weights.W
    if isinstance(weights, Mapping):
        return {name: floats(f"weights[{name!r}]", w) for name, w in weights.items()}
    return {"": floats("weights", weights)}


def _alike(name, array, mask):
    array = floats(name, array)
    if array.shape != np.shape(mask):
        raise ValueError(f"mask has shape {np.shape(mask)}; expected {array.shape}, as {name}")
    return array
