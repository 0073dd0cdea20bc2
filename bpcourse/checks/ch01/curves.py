"""Chapter 01: sigmoid, tanh and softplus for any z; SiLU and GELU with the slopes that are derived on paper."""

import math

import numpy as np

from ...activations import sigmoid
from ..engine import Exercise, Misconception
from ..truth import H, complex_sigmoid, slope
from .families import SHAPES


def _any_size(rng):
    far = rng.permutation([*np.linspace(-800, 800, 8), 0, 1]) + rng.normal(size=10)
    return [
        {"z": rng.normal(size=SHAPES[0]) * 2},
        {"z": far.reshape(SHAPES[1])},
        {"z": rng.normal(size=SHAPES[2]) * 20},
    ]


def _true_curves(z):
    """By logarithms of sums alone: sigmoid = e^-ln(1 + e^-z), and the slopes as products e^(...), no rule used."""
    up, down = np.logaddexp(0, z), np.logaddexp(0, -z)
    squeezed = 1 - 2 * np.exp(-np.logaddexp(0, 2 * z))
    return (
        np.exp(-down),
        np.exp(-down - up),
        squeezed,
        np.exp(2 * (math.log(2) - np.logaddexp(z, -z))),
        up,
        np.exp(-down),
    )


NAMES = ("sigmoid", "sigmoid_slope", "tanh", "tanh_slope", "softplus", "softplus_slope")


def _with(**change):
    """A wrong answer: the right curves, with `change`: part -> function of z in place of some."""

    def answer(z):
        with np.errstate(all="ignore"):
            right = dict(zip(NAMES, _true_curves(z), strict=True))
            return tuple((right | {name: f(z) for name, f in change.items()}).values())

    return answer


def _quotient(z):
    return np.exp(z) / (1 + np.exp(z))


THREE_CURVES = Exercise(
    name="three_curves",
    inputs=_any_size,
    truth=_true_curves,
    parts=dict.fromkeys(NAMES, 0.5),
    tolerance=1e-9,
    passed="Three curves and their slopes, right from -800 to 800.",
    misconceptions=(
        Misconception(
            "slope_of_a",
            _with(
                sigmoid_slope=lambda z: sigmoid.derivative(sigmoid(z)),
                tanh_slope=lambda z: 1 - np.tanh(np.tanh(z)) ** 2,
            ),
            "{parts}: the curve was applied once too often. Is the slope a function of z that you then give a?",
        ),
        Misconception(
            "z_in_a_formula",
            _with(sigmoid_slope=lambda z: z * (1 - z), tanh_slope=lambda z: 1 - z**2),
            "{parts}: you put z into a formula that is made of the output. Which letter belongs there?",
        ),
        Misconception(
            "quotient_overflows",
            _with(
                sigmoid=_quotient,
                sigmoid_slope=lambda z: _quotient(z) * (1 - _quotient(z)),
                softplus_slope=_quotient,
            ),
            "{parts}: right for small z, and `nan` for large ones: e^z over 1 + e^z is inf over inf. What do you get "
            "if you divide both by e^z?",
        ),
        Misconception(
            "slope_quotient_overflows",
            _with(sigmoid_slope=lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
            "{parts}: right for small z, and `nan` at -800: inf over inf. Can the slope be made of the output instead?",
        ),
        Misconception(
            "tanh_overflows",
            _with(
                tanh=lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
                tanh_slope=lambda z: 1 - ((np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))) ** 2,
            ),
            "{parts}: right for small z, and `nan` for large ones, where it is inf over inf. Which ready function of "
            "NumPy does not overflow?",
        ),
        Misconception(
            "softplus_overflows",
            _with(softplus=lambda z: np.log(1 + np.exp(z))),
            "{parts}: right for small z, and infinite at 800, where it should be 800. What can you take out of the "
            "logarithm so that the exponent left inside is never above 0?",
        ),
        Misconception(
            "softplus_is_relu",
            _with(softplus=lambda z: np.maximum(z, 0), softplus_slope=lambda z: (z > 0) * 1.0),
            "{parts}: that is ReLU. How large is ln(1 + e^z) at z = 0?",
        ),
        Misconception(
            "softplus_clipped",
            _with(softplus=lambda z: np.log(1 + np.exp(np.minimum(z, 700)))),
            "{parts}: right up to 700, and then it stays there. What is ln(1 + e^z) nearly equal to for a large z?",
        ),
        Misconception(
            "tanh_rule_for_sigmoid",
            _with(sigmoid_slope=lambda z: 1 - sigmoid(z) ** 2),
            "{parts}: 1 - a² is the slope of another curve. Which two factors has that of the sigmoid?",
        ),
        Misconception(
            "sigmoid_rule_for_tanh",
            _with(tanh_slope=lambda z: np.tanh(z) * (1 - np.tanh(z))),
            "{parts}: a (1 - a) is the slope of another curve. How steep is tanh at z = 0?",
        ),
        Misconception(
            "square_forgotten",
            _with(tanh_slope=lambda z: 1 - np.tanh(z)),
            "{parts}: 1 - a falls all the way from 2 to 0. Is the slope of tanh not the same at z and at -z?",
        ),
        Misconception(
            "falling",
            _with(
                sigmoid=lambda z: sigmoid(-z), tanh=lambda z: np.tanh(-z), softplus=lambda z: np.logaddexp(0, -z),
                softplus_slope=lambda z: sigmoid(-z),
            ),
            "{parts}: it falls where it should rise. Which sign has z in the exponent?",
        ),
        Misconception(
            "slope_of_softplus_too_far",
            _with(softplus_slope=sigmoid.derivative),
            "{parts}: that is the slope of the slope. What is the derivative of ln(1 + e^z), by the chain rule?",
        ),
        Misconception(
            "value_for_slope",
            _with(sigmoid_slope=sigmoid, tanh_slope=np.tanh, softplus_slope=lambda z: np.logaddexp(0, z)),
            "{parts}: that is the value. How much does it move when z moves a little?",
        ),
    ),
)  # fmt: skip


_erfc = np.vectorize(math.erfc, otypes=[float])


def area(z):
    """Phi(z), the area under the bell curve left of z."""
    return 0.5 * _erfc(-np.asarray(z) / math.sqrt(2))


def _bell(z):
    return np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


def _area_by_series(z):
    """Phi(z) = 1/2 + phi(z) (z + z^3 / 3 + z^5 / (3 * 5) + ...), which takes complex z; for |z| < 6."""
    term, total = z, z
    for k in range(3, 240, 2):
        term = term * z * z / k
        total = total + term
    return 0.5 + _bell(z) * total


def _draw(rng):
    return [{"z": np.clip(rng.normal(size=shape) * 1.5, -5, 5), "Phi": area} for shape in SHAPES]


def _true_weighted(z, Phi):
    gelu = (z + 1j * H) * _area_by_series(z + 1j * H)
    return z * sigmoid(z), slope(lambda x: x * complex_sigmoid(x), z), z * area(z), gelu.imag / H


def _weighted(z, silu=None, silu_slope=None, gelu=None, gelu_slope=None):
    others = (silu, silu_slope, gelu, gelu_slope)
    return tuple(r if o is None else o for r, o in zip(_true_weighted(z, area), others, strict=True))


def _slopes(for_silu, for_gelu):
    return lambda z, Phi: _weighted(z, silu_slope=for_silu(z), gelu_slope=for_gelu(z))


SILU_AND_GELU = Exercise(
    name="silu_and_gelu",
    inputs=_draw,
    truth=_true_weighted,
    parts={"silu": 0.5, "silu_slope": 1, "gelu": 0.5, "gelu_slope": 1},
    tolerance=1e-11,
    passed="At random points both slopes equal derivatives taken without the product rule.",
    misconceptions=(
        Misconception(
            "first_half",
            _slopes(sigmoid, area),
            "{parts}: one half of the product rule, with the switch held still. Which half is missing?",
        ),
        Misconception(
            "second_half",
            _slopes(lambda z: z * sigmoid.derivative(z), lambda z: z * _bell(z)),
            "{parts}: one half of the product rule, with the factor z held still. Which half is missing?",
        ),
        Misconception(
            "product_of_derivatives",
            _slopes(sigmoid.derivative, _bell),
            "{parts}: you multiplied the derivatives of both factors. What does the product rule say?",
        ),
        Misconception(
            "z_lost",
            _slopes(lambda z: sigmoid(z) + sigmoid.derivative(z), lambda z: area(z) + _bell(z)),
            "{parts}: in the second half something is missing. While the switch moves, which factor stays?",
        ),
        Misconception(
            "value",
            _slopes(lambda z: z * sigmoid(z), lambda z: z * area(z)),
            "{parts}: that is the value. How much does it move when z moves a little?",
        ),
        Misconception(
            "sign",
            _slopes(lambda z: sigmoid(z) - z * sigmoid.derivative(z), lambda z: area(z) - z * _bell(z)),
            "{parts}: the two halves of the product rule are joined with the wrong sign. Is it a sum or a difference?",
        ),
        Misconception(
            "slope_of_a",
            _slopes(lambda z: sigmoid(z) + z * sigmoid.derivative(sigmoid(z)), lambda z: area(z) + z * _bell(area(z))),
            "{parts}: the slope of the switch was taken at its output, so the switch was applied once too often. Does "
            "that slope take z or the output?",
        ),
        Misconception(
            "z_in_a_formula",
            lambda z, Phi: _weighted(z, silu_slope=sigmoid(z) + z * z * (1 - z)),
            "{parts}: you wrote z (1 - z) for the slope of the sigmoid. Of what is that formula made?",
        ),
        Misconception(
            "a_rule_for_area",
            lambda z, Phi: _weighted(z, gelu_slope=area(z) + z * area(z) * (1 - area(z))),
            "{parts}: a (1 - a) is the slope of the sigmoid. How fast does an area grow when its edge moves right?",
        ),
        Misconception(
            "whole_value_for_a",
            lambda z, Phi: _weighted(z, silu_slope=sigmoid(z) + z * sigmoid(z) * (1 - z * sigmoid(z))),
            "{parts}: it looks as if a (1 - a) was used with a = z σ(z). Of which function is a (1 - a) the slope?",
        ),
        Misconception(
            "bell_without_its_factor",
            lambda z, Phi: _weighted(z, gelu_slope=area(z) + z * np.exp(-(z**2) / 2)),
            "{parts}: the bell is too high. Which number makes the whole area under it 1?",
        ),
        Misconception(
            "slope_of_the_bell",
            lambda z, Phi: _weighted(z, gelu_slope=area(z) - z * z * _bell(z)),
            "{parts}: you differentiated the bell as well. What is the derivative of the area under a curve?",
        ),
        Misconception(
            "switch_only",
            lambda z, Phi: _weighted(z, silu=sigmoid(z), gelu=area(z)),
            "{parts}: that is the switch alone. What is it multiplied by?",
        ),
        Misconception(
            "sigmoid_for_area",
            lambda z, Phi: _weighted(
                z,
                gelu=z * sigmoid(1.702 * z),
                gelu_slope=sigmoid(1.702 * z) + 1.702 * z * sigmoid.derivative(1.702 * z),
            ),
            "{parts}: that is the approximation with a sigmoid, good to two digits. Which function do you get as "
            "`Phi`?",
        ),
    ),
)
