"""Activation functions: the value g(z) and its derivative g'(z), side by side, both functions of z.

Books that write sigmoid' as a (1 - a) have swapped z for a = g(z). Here both functions take z, so that
the two cannot be mixed up. All are correct, and silent, from -1e4 to 1e4, for float32 and float64.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .arrays import number


@dataclass(frozen=True)
class Activation:
    """An elementwise activation: call it for g(z), call `.derivative` for g'(z).

    z: a float or an array of any shape; the result has the same shape.
    kinks: the points where g or g' jumps: there `derivative` is one-sided, and differences across one are no judge of
    it. by_slope: for a parametric activation, dg/d(slope) as a function of z; else None.
    """

    name: str
    value: Callable
    derivative: Callable
    kinks: tuple[float, ...] = ()
    by_slope: Callable | None = None

    def __call__(self, z):
        return self.value(z)

    def __repr__(self):
        return f"<activation {self.name}>"


identity = Activation("identity", lambda z: z, np.ones_like)
"""g(z) = z, the activation of a linear output; g' = 1."""


def _sigmoid(z):
    # 1 / (1 + e^-z) for z >= 0, e^z / (1 + e^z) below: no exponent above 0, so nothing overflows
    return np.exp(np.minimum(z, 0)) / (1.0 + np.exp(-np.abs(z)))


def _sigmoid_derivative(z):
    e = np.exp(-np.abs(z))  # g' is even in z: g'(z) = e^-|z| / (1 + e^-|z|)^2
    return e / (1.0 + e) ** 2


sigmoid = Activation("sigmoid", _sigmoid, _sigmoid_derivative)
"""1 / (1 + e^-z), between 0 and 1; g' = a (1 - a) with a = g(z), at most 1/4, at z = 0."""


def _tanh_derivative(z):
    return 1.0 - np.tanh(z) ** 2


tanh = Activation("tanh", np.tanh, _tanh_derivative)
"""tanh(z), between -1 and 1, zero-centred; its slope is 1 at 0 and dies within |z| > 3."""


def _above_zero(z):
    """1 where z > 0, else 0, in the precision of z: the derivative of relu, with 0 at the kink as in PyTorch."""
    return np.greater(z, 0).astype(np.result_type(z))


relu = Activation("relu", lambda z: np.maximum(z, 0), _above_zero, kinks=(0.0,))
"""max(z, 0). g' is 0 below 0 and 1 above: a unit whose z is negative for every example learns nothing, it is
dead.
"""


def leaky_relu(slope=0.01):
    """z above 0, slope * z below: g' is never 0, so no unit dies (Maas et al., 2013)."""
    slope = number("slope", slope, -np.inf, np.inf)
    return Activation(
        f"leaky_relu({slope:g})",
        lambda z: np.where(np.greater(z, 0), z, np.multiply(slope, z)),
        lambda z: slope + (1.0 - slope) * _above_zero(z),
        kinks=(0.0,) if slope != 1 else (),
    )


def prelu(slope=0.25):
    """Leaky ReLU whose slope is learned, one for a layer (He et al., 2015).

    `by_slope(z)` = min(z, 0) is dg/d(slope); `Trace.slope_grads[l]` then holds dC/d(slope) of layer l.
    """
    leaky = leaky_relu(slope)
    return Activation(
        f"prelu({slope:g})", leaky.value, leaky.derivative, leaky.kinks, by_slope=lambda z: np.minimum(z, 0)
    )


def elu(alpha=1.0):
    """z above 0, alpha (e^z - 1) below, which levels off at -alpha (Clevert et al., 2016)."""
    alpha = number("alpha", alpha, -np.inf, np.inf)
    return Activation(
        f"elu({alpha:g})",
        lambda z: np.where(np.greater(z, 0), z, alpha * np.expm1(np.minimum(z, 0))),
        lambda z: np.where(np.greater(z, 0), 1.0, alpha * np.exp(np.minimum(z, 0))),
        kinks=(0.0,),
    )


softplus = Activation("softplus", lambda z: np.logaddexp(0, z), _sigmoid)
"""log(1 + e^z), a smooth relu; its derivative is the sigmoid."""

_erfc = np.vectorize(math.erfc, otypes=[float])  # NumPy has no erf; exact, but slower than the other activations


def _normal_cdf(z):
    return (0.5 * _erfc(np.multiply(z, -math.sqrt(0.5)))).astype(np.result_type(z))


def _gelu_derivative(z):
    density = np.exp(-np.minimum(np.square(z), 1e4) / 2) / math.sqrt(2 * math.pi)  # beyond |z| = 100 it is 0 anyway
    return _normal_cdf(z) + z * density


gelu = Activation("gelu", lambda z: z * _normal_cdf(z), _gelu_derivative)
"""z Phi(z), with Phi the normal distribution function (Hendrycks & Gimpel, 2016); g' = Phi(z) + z phi(z)."""


def _silu_derivative(z):
    s = _sigmoid(z)
    return s * (1.0 + z * _sigmoid(np.negative(z)))  # 1 - sigmoid(z) is sigmoid(-z), without cancellation


silu = Activation("silu", lambda z: z * _sigmoid(z), _silu_derivative)
"""z sigmoid(z), also called swish (Elfwing et al., 2018)."""
