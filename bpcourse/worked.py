"""The numeric examples: two published ones on a 2-2-2 network, and a twin in which no two dimensions are equal.

The first is that of the tutorial which chapter `numeric_example` follows; the famous one is the best-known on the web.
"""

import numpy as np

from .activations import sigmoid
from .calculation import Calculation, Equation, number, training_step
from .losses import half_squared_error
from .network import Network

__all__ = [
    "FAMOUS_LEARNING_RATE", "FAMOUS_X", "FAMOUS_Y", "LEARNING_RATE", "X", "Y", "Calculation", "Equation", "equations",
    "famous_params", "network", "number", "params", "twin",
]  # fmt: skip

LEARNING_RATE = 0.1
X = np.array([[0.02, 0.04]])
Y = np.array([[0.5, 0.9]])


def network():
    """The 2-2-2 network of both examples: sigmoid everywhere, half squared error."""
    return Network((2, 2, 2), hidden=sigmoid, output=sigmoid, loss=half_squared_error)


def params():
    """The weights and biases of the example."""
    W = {1: [[0.25, 0.25], [0.15, 0.20]], 2: [[0.30, 0.35], [0.40, 0.35]]}
    return network().pack(W, {1: [0.4, 0.4], 2: [0.7, 0.7]})


FAMOUS_LEARNING_RATE = 0.5
FAMOUS_X = np.array([[0.05, 0.10]])
FAMOUS_Y = np.array([[0.01, 0.99]])


def famous_params():
    """The weights and biases of the famous example."""
    W = {1: [[0.15, 0.20], [0.25, 0.30]], 2: [[0.40, 0.45], [0.50, 0.55]]}
    return network().pack(W, {1: [0.35, 0.35], 2: [0.60, 0.60]})


def twin():
    """(net, params, X, Y): a 3-4-2 network with a batch of 5, in which no two dimensions are equal."""
    net = Network((3, 4, 2), hidden=sigmoid, output=sigmoid, loss=half_squared_error)
    rng = np.random.default_rng(0)
    count = net.init().vector.size
    return net, net.parameters(rng.normal(size=count)), rng.normal(size=(5, 3)), rng.uniform(size=(5, 2))


def equations(params, trace, Y, learning_rate=LEARNING_RATE):
    """Every line of one training step, {name: Equation}: see `bpcourse.calculation.training_step`."""
    return training_step(params, trace, Y, learning_rate)
