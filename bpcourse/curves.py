"""Activations and losses as formulas: the same functions as in `activations` and `losses`, for a line to be printed.

z, s, a, y: names (Symbols); c: the number of an activation or loss with a parameter, as a Constant.
"""

from typing import NamedTuple

from .activations import Activation
from .losses import Loss
from .symbols import Pick, added, constant

ZERO = constant(0)


class Curve(NamedTuple):
    """value(z, s, c), slope(z, s, a, c) and helper(z), a number s that both need (None if there is none)."""

    value: object
    slope: object
    helper: object = None


def _sigmoid(z):
    return ["sigmoid(", z, ")sigmoid"]


def _leaky(z, c):
    return [Pick((z,), ZERO, (z,), (c, "*", z))]


def _leaky_slope(z, c):
    return [Pick((z,), ZERO, ("1",), (c,))]


CURVES = {
    "identity": Curve(lambda z, s, c: [z], lambda z, s, a, c: ["1"]),
    "sigmoid": Curve(lambda z, s, c: _sigmoid(z), lambda z, s, a, c: [a, "*", "(", "1", "-", a, ")"]),
    "tanh": Curve(lambda z, s, c: ["tanh(", z, ")"], lambda z, s, a, c: ["1", "-", a, "square"]),
    "relu": Curve(lambda z, s, c: ["max(", z, ")"], lambda z, s, a, c: [Pick((z,), ZERO, ("1",), ("0",))]),
    "leaky_relu": Curve(lambda z, s, c: _leaky(z, c), lambda z, s, a, c: _leaky_slope(z, c)),
    "prelu": Curve(lambda z, s, c: _leaky(z, c), lambda z, s, a, c: _leaky_slope(z, c)),
    "elu": Curve(
        lambda z, s, c: [Pick((z,), ZERO, (z,), (c, "*", "(", "exp(", z, ")exp", "-", "1", ")"))],
        lambda z, s, a, c: [Pick((z,), ZERO, ("1",), (c, "*", "exp(", z, ")exp"))],
    ),
    "softplus": Curve(lambda z, s, c: ["ln(", "1", "+", "exp(", z, ")exp", ")"], lambda z, s, a, c: _sigmoid(z)),
    "gelu": Curve(
        lambda z, s, c: [z, "*", s],
        lambda z, s, a, c: [s, "+", z, "*", "bell(", z, ")bell"],
        lambda z: ["half", "erfc(", z, "/root2", ")"],
    ),
    "silu": Curve(lambda z, s, c: [z, "*", s], lambda z, s, a, c: [s, "+", a, "*", "(", "1", "-", s, ")"], _sigmoid),
}


class Cost(NamedTuple):
    """share(a, y, t, c): what one output adds to the loss, t being the number y; error(a, y, c): its derivative
    with respect to a, a factor of a product; mean: whether the outputs are averaged.
    """

    share: object
    error: object
    mean: bool = False


def _difference(a, y):
    return ["(", a, "-", y, ")"]


def _distance(a, y):
    return ["abs(", a, "-", y, ")abs"]


def _sign(a, y):
    return ["sign(", a, "-", y, ")"]


def _huber(a, y, t, c):
    far = (c, "*", "(", *_distance(a, y), "-", constant(float(c) / 2), ")")
    return [Pick(tuple(_distance(a, y)), c, far, ("half", "(", a, "-", y, ")square"))]


def _huber_error(a, y, c):
    return [Pick(tuple(_distance(a, y)), c, (c, "*", *_sign(a, y)), tuple(_difference(a, y)))]


def _log(a, y, t, c):
    """-y ln a; nothing where y is 0."""
    return [] if t == 0 else ["minus", *([] if t == 1 else [y, "*"]), "ln(", a, ")"]


def _two_logs(a, y, t, c):
    if t == 0:
        return ["minus", "ln(", "1", "-", a, ")"]
    if t == 1:
        return _log(a, y, t, c)
    return ["minus", y, "*", "ln(", a, ")", "-", "(", "1", "-", y, ")", "*", "ln(", "1", "-", a, ")"]


COSTS = {
    "half_squared_error": Cost(
        lambda a, y, t, c: ["half", "(", a, "-", y, ")square"], lambda a, y, c: _difference(a, y)
    ),
    "mse": Cost(lambda a, y, t, c: ["(", a, "-", y, ")square"], lambda a, y, c: ["2", "*", *_difference(a, y)], True),
    "mean_absolute_error": Cost(lambda a, y, t, c: _distance(a, y), lambda a, y, c: _sign(a, y), True),
    "huber": Cost(_huber, _huber_error, True),
    "binary_cross_entropy": Cost(_two_logs, lambda a, y, c: _difference(a, y)),
    "cross_entropy": Cost(_log, lambda a, y, c: _difference(a, y)),
}


def softmax(zs, j):
    """e^z_j over the sum of all e^z."""
    return ["frac(", "exp(", zs[j], ")exp", "over(", *added([["exp(", z, ")exp"] for z in zs]), ")frac"]


def curve_of(g):
    """(Curve, c) of an Activation; refused is one that is none of the module's."""
    kind = g.name.partition("(")[0] if isinstance(g, Activation) else None
    if kind not in CURVES:
        raise ValueError(f"an activation is {g!r}; expected one of {', '.join(CURVES)}, whose formulas are known")
    # The parameter itself, not the six digits of it in the name: the slope just below 0, which is elu's alpha as well.
    return CURVES[kind], constant(float(g.derivative(0.0))) if "(" in g.name else None


def cost_of(loss):
    """(Cost, c) of a Loss."""
    kind = loss.name.partition("(")[0] if isinstance(loss, Loss) else None
    if kind not in COSTS:
        raise ValueError(f"loss is {loss!r}; expected one of {', '.join(COSTS)}, whose formulas are known")
    return COSTS[kind], constant(loss.kinks[1]) if "(" in loss.name else None
