"""The numeric examples: two published ones on a 2-2-2 network, and a twin in which no two dimensions are equal.

The first is that of the tutorial which chapter `numeric_example` follows; the famous one is the best-known on the web.
"""

import numpy as np

from .activations import sigmoid
from .calculation import Calculation, Equation, Page, exact, given
from .formulas import Formulas
from .losses import half_squared_error
from .network import Network
from .symbols import number

__all__ = [
    "FAMOUS_LEARNING_RATE", "FAMOUS_X", "FAMOUS_Y", "LEARNING_RATE", "X", "Y", "Calculation", "Equation", "equations",
    "famous_params", "network", "number", "params", "trace", "twin",
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


def trace():
    """Every number of the example's forward and backward pass."""
    net, start = network(), params()
    return net.backward(start, net.forward(start, X), Y)


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
    """Every line of one training step, {name: Equation}: a Calculation, in the order of the work.

    params, trace: of a network of sigmoid units with half squared error and ONE example, after
    `net.backward(params, trace, Y)`; Y (1, n_L). A layer whose biases are equal has one, b1; else each unit has its
    own, b(h1). Only the weights are updated: the published examples leave the biases. A line is true as printed, see
    `bpcourse.calculation`. `bp.example` takes any network.
    """
    return page(params, trace, Y, learning_rate).equations()


def page(params, trace, Y, learning_rate=LEARNING_RATE):
    """The Page with the lines of `equations`: their formulas, and exact numbers."""
    _told_truly(params, trace, Y)
    layers = params.W.keys()
    bias = {l: "unit" if np.ptp(b) else "layer" for l, b in params.b.items()}
    targets = [[exact(y) for y in Y[0]]]
    net = {l: sigmoid for l in layers}, half_squared_error
    formulas = Formulas(params.sizes, *net, targets, bias, dict.fromkeys(layers, "rows"), trained=False)
    return Page(formulas, given(formulas, trace.a[0], params.W, params.b, learning_rate))


def _told_truly(params, trace, Y):
    """Refuse what the lines of `equations` would say falsely."""
    if trace.grads is None:
        raise ValueError("trace has no gradients; expected the result of net.backward(params, trace, Y)")
    if len(trace.a[0]) != 1 or tuple(a.shape[1] for a in trace.a.values()) != params.sizes:
        raise ValueError(f"trace is {trace!r}; expected ONE example through the layers of {params!r}")
    for layer, b in params.b.items():
        z, a = trace.z[layer], trace.a[layer]
        if not np.allclose(z, trace.a[layer - 1] @ params.W[layer].T + b, rtol=1e-9):
            raise ValueError(f"trace.z[{layer}] does not follow from params; expected the params of the forward pass")
        if not np.allclose(a, sigmoid(z), rtol=1e-9):
            raise ValueError(
                f"trace.a[{layer}] is not the sigmoid of trace.z[{layer}]; expected sigmoid units: "
                "bp.example takes any network"
            )
    if np.shape(Y) != trace.output.shape:
        raise ValueError(f"Y has shape {np.shape(Y)}; expected {trace.output.shape}")
    if not np.isclose(trace.loss, half_squared_error.value(trace.output, Y).mean(), rtol=1e-9):
        raise ValueError(
            "trace.loss is not the half squared error of trace.output and Y; expected that loss and that Y: "
            "bp.example takes any loss"
        )
