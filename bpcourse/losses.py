"""Losses: the loss of ONE example and its gradient with respect to the outputs, side by side; and softmax.

Both take a batch as rows, `output` and `Y` of shape (n, n_L). `value` gives one loss an example, shape (n,);
`gradient` gives d(loss of that example)/d(output), shape (n, n_L). The cost, the mean over the batch, is
taken by the network. The two cross-entropies take logits (z of the output layer, with no activation): fused with
their sigmoid or softmax they are stable, and their gradient is a - y. No loss has a penalty on the weights (L2): add
its gradient, w theta, to `trace.grads` yourself. `bp.adamw` has a weight decay, which is something else.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .arrays import number


def softmax(Z):
    """Probabilities e^z_k / sum_j e^z_j along the last axis of Z. Adding a constant to a row changes nothing."""
    Z = np.asarray(Z)
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))  # the largest exponent is 0, so nothing overflows
    return E / E.sum(axis=-1, keepdims=True)


def log_softmax(Z):
    """log(softmax(Z)) along the last axis, by log-sum-exp: finite where softmax itself rounds to 0."""
    Z = np.asarray(Z)
    Z = Z - Z.max(axis=-1, keepdims=True)
    return Z - np.log(np.exp(Z).sum(axis=-1, keepdims=True))


def _any_real(Y, n_out):
    return Y


@dataclass(frozen=True)
class Loss:
    """A loss: call it for the losses of the examples, call `.gradient` for their derivatives.

    on_logits: the activation that it applies itself, so that the output layer must have none. takes_labels: a target
    may be the number of a class. targets(Y, n_L): checks Y and puts it into the
    form that `value` takes. decide(output): the answer that the output stands for (a class, say), or None where the
    output is the answer. fused(output, Y): value and gradient together, where they share an exponential. kinks: the
    errors a - y at which the gradient or its slope jumps.
    """

    name: str
    value: Callable
    gradient: Callable
    on_logits: str = ""
    takes_labels: bool = False
    targets: Callable = _any_real
    decide: Callable | None = None
    fused: Callable | None = None
    kinks: tuple[float, ...] = ()

    def both(self, output, Y):
        """(value, gradient), from one pass where `fused` shares their work; Y as `targets` gives it."""
        return self.fused(output, Y) if self.fused else (self.value(output, Y), self.gradient(output, Y))

    def __call__(self, output, Y):
        return self.value(output, self.targets(Y, output.shape[1]))

    def __repr__(self):
        return f"<loss {self.name}>"


half_squared_error = Loss(
    "half_squared_error",
    lambda output, Y: 0.5 * np.square(output - Y).sum(axis=1),
    lambda output, Y: output - Y,
)
"""1/2 sum_k (a_k - y_k)^2 over the outputs k; the 1/2 cancels the 2 of the derivative."""

mse = Loss(
    "mse",
    lambda output, Y: np.square(output - Y).mean(axis=1),
    lambda output, Y: 2.0 * (output - Y) / output.shape[1],
)
"""The mean of (a_k - y_k)^2 over the outputs k; its gradient is 2/n_L times the half squared error's."""

mean_absolute_error = Loss(
    "mean_absolute_error",
    lambda output, Y: np.abs(output - Y).mean(axis=1),
    lambda output, Y: np.sign(output - Y) / output.shape[1],
    kinks=(0.0,),
)
"""The mean of |a_k - y_k|: an outlier pulls no harder than any other example. At a = y the gradient is taken as 0."""


def huber(delta=1.0):
    """Half the square up to |a_k - y_k| = delta, straight beyond it; the mean over the outputs k (Huber, 1964)."""
    delta = number("delta", delta, 0, np.inf)

    def value(output, Y):
        error = np.abs(output - Y)
        near = np.minimum(error, delta)  # 1/2 near^2 + delta (error - near) is both branches in one line
        return (0.5 * near**2 + delta * (error - near)).mean(axis=1)

    def gradient(output, Y):
        return np.clip(output - Y, -delta, delta) / output.shape[1]

    return Loss(f"huber({delta:g})", value, gradient, kinks=(-delta, delta))


def _probabilities(Y, n_out):
    if Y.min() < 0 or Y.max() > 1:
        raise ValueError(f"Y has entries from {Y.min():g} to {Y.max():g}; expected probabilities from 0 to 1")
    return Y


binary_cross_entropy = Loss(
    "binary_cross_entropy",
    lambda Z, Y: (np.logaddexp(0, Z) - Y * Z).sum(axis=1),
    lambda Z, Y: np.exp(-np.logaddexp(0, -Z)) - Y,  # sigmoid(z) - y
    on_logits="sigmoid",
    targets=_probabilities,
    decide=lambda Z: (Z > 0).astype(int),
)
"""-sum_k [y_k log a_k + (1 - y_k) log(1 - a_k)] with a = sigmoid(z), as log(1 + e^z) - y z; y is 0 or 1, or between.
The sum over the outputs k, where Keras and PyTorch take the mean: n_L times theirs. Finite logits only.
"""


def one_hot(labels, classes):
    """Rows with a 1 at the label and 0 elsewhere: labels (n,) of whole numbers 0..classes-1 gives (n, classes)."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ValueError(f"labels have shape {labels.shape} and dtype {labels.dtype}; expected (n,) whole numbers")
    if labels.size and not (0 <= labels.min() and labels.max() < classes):
        raise ValueError(f"labels run from {labels.min()} to {labels.max()}; expected 0 to {classes - 1}")
    return np.eye(classes)[labels]


def _classes(Y, n_out):
    if Y.ndim == 1:
        return one_hot(Y, n_out)
    if np.abs(_probabilities(Y, n_out).sum(axis=1) - 1).max() > 1e-6:
        raise ValueError("Y has rows that do not sum to 1; expected labels (n,) or one-hot rows (n, n_L)")
    return Y


def _cross_entropy_fused(Z, Y):
    Z = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(Z)
    S = E.sum(axis=1, keepdims=True)
    return np.log(S[:, 0]) - np.vecdot(Y, np.where(Y, Z, 0.0)), E / S - Y  # 0 times minus infinity counts as 0


cross_entropy = Loss(
    "cross_entropy",
    lambda Z, Y: -np.vecdot(Y, np.where(Y, log_softmax(Z), 0.0)),
    lambda Z, Y: softmax(Z) - Y,
    on_logits="softmax",
    takes_labels=True,
    targets=_classes,
    decide=lambda Z: Z.argmax(axis=1),
    fused=_cross_entropy_fused,
)
"""-sum_k y_k log a_k with a = softmax(z); y one-hot rows (n, n_L), or labels (n,) of whole numbers. A class whose
logit is minus infinity is ruled out: it adds nothing if y_k is 0, and the loss is infinite if it is not.
"""
