"""A fully connected network: forward pass, backward pass, and the record of what they computed.

The layout is rows: X (n, n_0), Z[l] (n, n_l), W[l] (n_l, n_{l-1}), b[l] (n_l,); see docs/notation.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .activations import Activation, identity
from .arrays import batch, floats
from .losses import Loss, softmax
from .parameters import Parameters, count, initial


@dataclass(frozen=True)
class Trace:
    """What a forward pass and, after it, a backward pass computed; keyed by the index of the maths.

    z[l], a[l], delta[l]: (n, n_l), with a[0] = X. loss: the mean over the batch. grads: Parameters of dC/dW[l],
    dC/db[l]. slope_grads[l]: dC/d(slope) of a layer whose activation has a learned slope (prelu).
    """

    z: dict[int, np.ndarray]
    a: dict[int, np.ndarray]
    loss: float | None = None
    delta: dict[int, np.ndarray] | None = None
    grads: Parameters | None = None
    slope_grads: dict[int, float] | None = None

    @property
    def output(self):
        """a[L], the network's answer, shape (n, n_L)."""
        return self.a[len(self.a) - 1]

    def __repr__(self):
        passes = "forward" if self.grads is None else f"forward and backward, loss {self.loss:.9f}"
        return f"<Trace of {self.a[0].shape[0]} example(s) through {len(self.z)} layer(s): {passes}>"


class Network:
    """A network of layers sizes = (n_0, ..., n_L); it holds no parameters, so every call names its own.

    hidden: an `Activation`, or one for each of the L - 1 hidden layers; output: an `Activation`; loss: a `Loss` on
    a[L]. A loss that takes logits (cross_entropy, binary_cross_entropy) wants output=bp.identity.
    """

    def __init__(self, sizes, hidden, output, loss):
        if not isinstance(sizes, tuple | list) or len(sizes) < 2:
            raise ValueError(f"sizes is {sizes!r}; expected at least two layer widths, such as (2, 3, 1)")
        if not all(isinstance(n, int | np.integer) and not isinstance(n, bool) and n > 0 for n in sizes):
            raise ValueError(f"sizes is {sizes!r}; expected whole numbers above 0")
        self.sizes = tuple(int(n) for n in sizes)
        self.L = len(sizes) - 1
        each = list(hidden) if isinstance(hidden, tuple | list) else [hidden] * (self.L - 1)
        if len(each) != self.L - 1:
            raise ValueError(
                f"hidden has {len(each)} activations; expected one, or one for each of {self.L - 1} hidden layers"
            )
        if not isinstance(loss, Loss):
            raise TypeError(f"loss is {loss!r}; expected a loss such as bp.half_squared_error")
        for name, g in [*(("hidden", g) for g in each or [hidden]), ("output", output)]:
            if g is softmax:
                raise TypeError(
                    f"{name} is softmax, which is no elementwise activation; "
                    "write output=bp.identity, loss=bp.cross_entropy"
                )
            if not isinstance(g, Activation):
                raise TypeError(f"{name} is {g!r}; expected an activation such as bp.sigmoid or bp.leaky_relu(0.01)")
        if loss.on_logits and output is not identity:
            raise ValueError(
                f"output is {output.name}, but {loss.name} takes logits and applies {loss.on_logits} itself; "
                "write output=bp.identity"
            )
        self.g = dict(enumerate([*each, output], start=1))
        self.loss = loss

    def __repr__(self):
        activations = ", ".join(g.name for g in self.g.values())
        return f"<Network {'-'.join(map(str, self.sizes))}: {activations}; {self.loss.name}>"

    def init(self, seed=0, weights="xavier"):
        """Parameters to start from: weights "zeros", "small" (S0's 0.01), "xavier" or "he", normal; biases zero.

        The reason for each stands in parameters.INITIALISERS. seed: a whole number; the same seed gives the same
        parameters.
        """
        return initial(self.sizes, weights, seed)

    def parameters(self, vector):
        """Parameters of this network whose numbers are `vector` (not copied), in the order W[1], b[1], W[2], ..."""
        return Parameters(self.sizes, floats("vector", vector))

    def pack(self, W, b):
        """Parameters with the given W = {1: ..., L: ...} and b = {1: ..., L: ...}, copied."""
        params = self.parameters(np.zeros(count(self.sizes)))
        for name, given, own in (("W", W, params.W), ("b", b, params.b)):
            if not isinstance(given, Mapping):
                layers = "{" + ", ".join(f"{layer}: ..." for layer in own) + "}"
                raise TypeError(f"{name} is {type(given).__name__}; expected a dictionary {layers}, an array a layer")
            if set(given) != set(own):
                raise ValueError(f"{name} has the layers {sorted(given)}; expected {sorted(own)}")
            for layer, array in own.items():
                value = np.asarray(given[layer], dtype=float)
                if name == "b" and value.ndim == 0:
                    raise ValueError(
                        f"b[{layer}] is one number; expected {array.size}, one for each unit: "
                        f"to share it, write np.full({array.size}, {value:g})"
                    )
                if value.shape != array.shape:
                    raise ValueError(f"{name}[{layer}] has shape {value.shape}; expected {array.shape}")
                array[...] = value
        return params

    def forward(self, params, X):
        """Run the batch X (n, n_0) through the network: a Trace with z[l] and a[l]."""
        self._own(params)
        return self._forward(params, batch("X", X, self.sizes[0]))

    def _forward(self, params, X):
        a, z = {0: X}, {}
        for layer, g in self.g.items():
            z[layer] = a[layer - 1] @ params.W[layer].T
            z[layer] += params.b[layer]
            a[layer] = g.value(z[layer])
        return Trace(z, a)

    def backward(self, params, trace, Y):
        """Add to `trace`: the loss against the targets Y (n, n_L), delta[l], and the gradients of the mean loss.

        Y may be labels (n,), whole numbers, where the loss is cross_entropy.
        """
        self._own(params)
        if not isinstance(trace, Trace) or tuple(a.shape[1] for a in trace.a.values()) != self.sizes:
            came = repr(trace) if isinstance(trace, Trace) else type(trace).__name__
            raise TypeError(f"trace is {came}; expected the Trace that this network's forward(params, X) gave")
        Y = self.targets(Y)
        if len(Y) != len(trace.a[0]):
            raise ValueError(f"Y has {len(Y)} rows; expected {len(trace.a[0])}, one for each example in the trace")
        return self._backward(params, trace, Y, Parameters(self.sizes, np.empty_like(params.vector)))

    def _backward(self, params, trace, Y, grads):
        """`backward` with all checks done; the gradients are written into `grads`."""
        z, a, g, W, L, n = trace.z, trace.a, self.g, params.W, self.L, len(Y)
        delta, slope_grads = {}, {}
        losses, back = self.loss.both(a[L], Y)  # back: the derivative by a[l], from l = L down to 1
        for layer in range(L, 0, -1):
            delta[layer] = back * g[layer].derivative(z[layer])  # (BP1) at L, (BP2) below
            if g[layer].by_slope:
                slope_grads[layer] = float((back * g[layer].by_slope(z[layer])).sum() / n)
            share = delta[layer] / n
            np.matmul(share.T, a[layer - 1], out=grads.W[layer])  # (BP3)
            share.sum(axis=0, out=grads.b[layer])  # (BP4)
            if layer > 1:
                back = delta[layer] @ W[layer]
        return Trace(z, a, float(losses.sum() / n), delta, grads, slope_grads)

    def targets(self, Y):
        """Y, checked, as rows (n, n_L) of floats: what the loss compares the output with."""
        labels = isinstance(Y, np.ndarray) and Y.ndim == 1 and Y.dtype.kind in "iu" and self.loss.on_logits == "softmax"
        return self.loss.targets(Y if labels else batch("Y", Y, self.sizes[-1]), self.sizes[-1])

    def predict(self, params, X):
        """The answer for X (n, n_0): classes (n,) with cross_entropy, 0 or 1 (n, n_L) with binary_cross_entropy,
        else a[L] itself.
        """
        output = self.forward(params, X).output
        return self.loss.decide(output) if self.loss.decide else output

    def accuracy(self, params, X, Y):
        """The share of right answers, for a loss that decides between classes."""
        if self.loss.decide is None:
            raise ValueError(
                f"loss is {self.loss.name}; expected cross_entropy or binary_cross_entropy, "
                "which decide between classes"
            )
        return self._accuracy(self.forward(params, X).output, self.targets(Y))

    def _accuracy(self, output, Y):
        right = self.loss.decide(output) == self.loss.decide(Y - 0.5)  # - 0.5: a target is a probability, not a logit
        return np.count_nonzero(right) / right.size

    def _own(self, params, name="params"):
        if not isinstance(params, Parameters):
            raise TypeError(
                f"{name} is {type(params).__name__}; expected Parameters: net.pack(W, b) makes them of arrays, "
                "net.parameters(vector) of a vector"
            )
        if params.sizes != self.sizes:
            raise ValueError(f"{name} belong to a network {params.sizes}; expected {self.sizes}")
