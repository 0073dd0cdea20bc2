"""What the exhibits of the chapter `gallery` share: a small case, its gradient as measured, and how far one is off."""

import numpy as np

from .activations import sigmoid
from .gradcheck import gradient_check
from .losses import half_squared_error
from .network import Network
from .parameters import count


def case(sizes=(4, 3, 2), n=5, seed=0):
    """A network of sigmoids with half the squared error, and a batch: (net, params, X (n, n_0), Y (n, n_L)).

    All is random from the seed, also the biases: what is 0 hides mistakes.
    """
    net, rng = Network(sizes, hidden=sigmoid, output=sigmoid, loss=half_squared_error), np.random.default_rng(seed)
    params = net.parameters(rng.standard_normal(count(sizes)))
    return net, params, rng.standard_normal((n, sizes[0])), rng.random((n, sizes[-1]))


def measured(net, params, X, Y):
    """The gradient of the mean loss by central differences: Parameters. No backward pass has a part in it."""
    return gradient_check(net, params, X, Y).numeric


def off(mine, right):
    """The largest difference of two arrays of one shape, as a share of the largest entry of `right`."""
    mine, right = np.asarray(mine), np.asarray(right)
    if mine.shape != right.shape:
        raise ValueError(f"mine has the shape {mine.shape}; expected {right.shape}, that of right")
    return float(np.abs(mine - right).max() / np.abs(right).max())
