"""Thirteen wrong gradients that people really write, for a two-layer network: what a gradient check is there to catch.

On a network of equal layer widths none of them raises an error. `gradient` gives one in the form of `trace.grads`.
"""

import numpy as np

from .parameters import Parameters, count


class Pieces:
    """The right pieces of a backward pass through two layers, for a mistake to put together wrongly."""

    def __init__(self, net, params, trace, Y, alpha):
        self.sizes, self.a, self.alpha, self.W2 = net.sizes, trace.a, alpha, params.W[2]
        self.error = net.loss.gradient(trace.output, Y)
        self.g = net.g
        self.slope1, self.slope2 = (net.g[layer].derivative(trace.z[layer]) for layer in (1, 2))
        self.delta2 = self.error * self.slope2
        self.delta1 = self.back(self.delta2)

    def back(self, delta2, W2=None):
        """(BP2) from any delta2 and W2."""
        return (delta2 @ (self.W2 if W2 is None else W2)) * self.slope1

    def with_slopes_of_a(self):
        """delta2 and delta1 with g'(a) where g'(z) belongs."""
        delta2 = self.error * self.g[2].derivative(self.a[2])
        return delta2, (delta2 @ self.W2) * self.g[1].derivative(self.a[1])

    def grads(self, delta2=None, delta1=None, a1=None, bias=lambda gradient: gradient):
        """(BP3) and (BP4), with the right piece wherever none is given; `bias` is done to each bias gradient."""
        delta = {2: self.delta2 if delta2 is None else delta2, 1: self.delta1 if delta1 is None else delta1}
        before = {2: self.a[1] if a1 is None else a1, 1: self.a[0]}
        grads = Parameters(self.sizes, np.empty(count(self.sizes)))
        for layer in (1, 2):
            grads.W[layer][...] = delta[layer].T @ before[layer] / len(self.error)
            grads.b[layer][...] = bias(delta[layer].mean(axis=0))
        return grads


MISTAKES = {
    "W2 updated before the hidden deltas": lambda p: p.grads(delta1=p.back(p.delta2, p.W2 - p.alpha * p.grads().W[2])),
    "g' missing at the output": lambda p: p.grads(p.error, p.back(p.error)),
    "g' missing in the hidden layer": lambda p: p.grads(delta1=p.delta2 @ p.W2),
    "g' taken of a instead of z": lambda p: p.grads(*p.with_slopes_of_a()),
    "W2 transposed in the recursion": lambda p: p.grads(delta1=p.back(p.delta2, p.W2.T)),
    "everything twice too large": lambda p: p.grads(2 * p.delta2, 2 * p.delta1),
    "hidden layer with the wrong sign": lambda p: p.grads(delta1=-p.delta1),
    "everything with the wrong sign": lambda p: p.grads(-p.delta2, -p.delta1),
    "biases never updated": lambda p: p.grads(bias=lambda gradient: 0 * gradient),
    "bias gradients summed to one number": lambda p: p.grads(bias=lambda gradient: gradient.sum()),
    "dW2 with its own layer's activation": lambda p: p.grads(a1=p.a[2]),
    "only one of two paths counted": lambda p: p.grads(delta1=p.back(p.delta2[:, -1:], p.W2[-1:])),
    "hidden layer never updated": lambda p: p.grads(delta1=0 * p.delta1),
}


def gradient(name, net, params, trace, Y, alpha):
    """The gradient with the mistake `name` in it: Parameters. `trace` comes from net.forward; alpha is the learning
    rate. Two of the mistakes fit into a network of equal widths only.
    """
    if name not in MISTAKES:
        raise ValueError(f"name is {name!r}; expected one of {', '.join(map(repr, MISTAKES))}")
    if len(net.sizes) != 3:
        raise ValueError(f"net has {len(net.sizes) - 1} layers; expected 2")
    pieces = Pieces(net, params, trace, net.targets(Y), alpha)
    try:
        return MISTAKES[name](pieces)
    except ValueError:
        raise ValueError(
            f"name is {name!r}, and on a network {net.sizes} the arrays of this mistake do not fit together; "
            "expected layers of equal width, such as (2, 2, 2)"
        ) from None
