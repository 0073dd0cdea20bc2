"""A fully connected network: forward pass, backward pass, and the record of what they computed.

The layout is rows: X (n, n_0), Z[l] (n, n_l), W[l] (n_l, n_{l-1}), b[l] (n_l,); see docs/notation.md.
"""

from dataclasses import dataclass

import numpy as np

from . import parameters
from .architecture import activations, widths
from .arrays import batch, floats
from .parameters import Parameters


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
        self.sizes = widths(sizes)
        self.L = len(sizes) - 1
        self.g = activations(self.L, hidden, output, loss)
        self.loss = loss
        self.learned_slopes = [l for l, g in self.g.items() if g.by_slope]

    def __repr__(self):
        names = ", ".join(g.name for g in self.g.values())
        return f"<Network {'-'.join(map(str, self.sizes))}: {names}; {self.loss.name}>"

    # ----- the mathematics

    def propagate(self, params, X):
        """The forward pass: (z, a), as in the Trace of `forward`; nothing is checked."""
        z, a, W, b = {}, {0: X}, params.W, params.b
        for l, g in self.g.items():
            z[l] = a[l - 1] @ W[l].T
            z[l] += b[l]
            a[l] = g.value(z[l])
        return z, a

    def backpropagate(self, params, z, a, Y, grads):
        """The backward pass: a Trace, as that of `backward`; nothing is checked, and `grads` takes the gradients.

        Y: as `targets` gives it.
        """
        g, W, L, n, dW, db = self.g, params.W, self.L, len(Y), grads.W, grads.b
        losses, dE_da = self.loss.both(a[L], Y)
        delta = {L: dE_da * g[L].derivative(z[L])}  # (BP1)
        for l in range(L - 1, 0, -1):
            delta[l] = (delta[l + 1] @ W[l + 1]) * g[l].derivative(z[l])  # (BP2)
        for l in delta:
            np.matmul(delta[l].T / n, a[l - 1], out=dW[l])  # (BP3)
            np.divide(delta[l].sum(axis=0), n, out=db[l])  # (BP4)
        slope_grads = {l: self._slope_grad(l, z, W, delta, dE_da) for l in self.learned_slopes}
        return Trace(z, a, float(losses.sum() / n), delta, grads, slope_grads)

    def _slope_grad(self, l, z, W, delta, dE_da):
        """dC/d(slope) of layer l: what comes back to a[l], times dg/d(slope)."""
        back = dE_da if l == self.L else delta[l + 1] @ W[l + 1]
        return float((back * self.g[l].by_slope(z[l])).sum() / len(back))

    # ----- the same with its arguments checked, and what goes with it

    def init(self, seed=0, weights="xavier"):
        """Parameters to start from: weights "zeros", "small" (0.01), "xavier" or "he", normal; biases zero.

        The reason for each stands in parameters.INITIALISERS. seed: a whole number; the same seed gives the same
        parameters.
        """
        return parameters.initial(self.sizes, weights, seed)

    def parameters(self, vector):
        """Parameters of this network whose numbers are `vector` (not copied), in the order W[1], b[1], W[2], ..."""
        return Parameters(self.sizes, floats("vector", vector))

    def pack(self, W, b):
        """Parameters with the given W = {1: ..., L: ...} and b = {1: ..., L: ...}, copied."""
        return parameters.pack(self.sizes, W, b)

    def forward(self, params, X):
        """Run the batch X (n, n_0) through the network: a Trace with z[l] and a[l]."""
        parameters.must_fit(self.sizes, params)
        return Trace(*self.propagate(params, batch("X", X, self.sizes[0])))

    def backward(self, params, trace, Y):
        """Add to `trace`: the loss against the targets Y (n, n_L), delta[l], and the gradients of the mean loss.

        Y may be labels (n,), whole numbers, where the loss is cross_entropy.
        """
        parameters.must_fit(self.sizes, params)
        if not isinstance(trace, Trace) or tuple(a.shape[1] for a in trace.a.values()) != self.sizes:
            came = repr(trace) if isinstance(trace, Trace) else type(trace).__name__
            raise TypeError(f"trace is {came}; expected the Trace that this network's forward(params, X) gave")
        Y = self.targets(Y)
        if len(Y) != len(trace.a[0]):
            raise ValueError(f"Y has {len(Y)} rows; expected {len(trace.a[0])}, one for each example in the trace")
        return self.backpropagate(params, trace.z, trace.a, Y, Parameters(self.sizes, np.empty_like(params.vector)))

    def targets(self, Y):
        """Y, checked, as rows (n, n_L) of floats: what the loss compares the output with."""
        labels = self.loss.takes_labels and isinstance(Y, np.ndarray) and Y.ndim == 1 and Y.dtype.kind in "iu"
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
        return self.share_right(self.forward(params, X).output, self.targets(Y))

    def share_right(self, output, Y):
        """`accuracy` of an output (n, n_L) that is there already; nothing is checked. Y: as `targets` gives it."""
        right = self.loss.decide(output) == self.loss.decide(Y - 0.5)  # - 0.5: a target is a probability, not a logit
        return np.count_nonzero(right) / right.size
