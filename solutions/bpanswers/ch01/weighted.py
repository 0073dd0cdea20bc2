"""Chapter 01: SiLU and GELU, with the slopes that are derived on paper."""

import math

import numpy as np

from bpcourse.activations import sigmoid
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import H, complex_sigmoid, slope

from .inputs import KINDS, OF_A_SLOPE, OF_A_VALUE, SHAPES, alone, any_z, cut_to_whole

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
    cases = [np.clip(rng.normal(size=shape) * 1.5, -5, 5) for shape in SHAPES]
    cases[2] = rng.permutation([-3.0, -2, -1, 0, 1, 2])
    return [{"z": z, "Phi": area} for z in cases]


def _true_weighted(z, Phi):
    gelu = (z + 1j * H) * _area_by_series(z + 1j * H)
    return z * sigmoid(z), slope(lambda x: x * complex_sigmoid(x), z), z * area(z), gelu.imag / H


def _weighted(z, silu=None, silu_slope=None, gelu=None, gelu_slope=None):
    others = (silu, silu_slope, gelu, gelu_slope)
    return tuple(r if o is None else o for r, o in zip(_true_weighted(z, area), others, strict=True))


def _slopes(for_silu, for_gelu):
    return lambda z, Phi: _weighted(z, silu_slope=for_silu(z), gelu_slope=for_gelu(z))


def _by_tanh(z):
    """The approximation of GELU by tanh, with its slope."""
    inner = math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)
    switch = (1 + np.tanh(inner)) / 2
    return z * switch, switch + z * 2 * switch * (1 - switch) * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z**2)


def _with_bell(bell):
    """GELU's slope with another bell; SiLU's is right."""
    return lambda z, Phi: _weighted(z, gelu_slope=area(z) + z * bell(z))


SILU_AND_GELU = Exercise(
    name="silu_and_gelu",
    inputs=_draw,
    truth=_true_weighted,
    parts={"silu": 0.5, "silu_slope": 1, "gelu": 0.5, "gelu_slope": 1},
    passed="At random points both slopes equal derivatives taken without the product rule.",
    shapes={"z": "..."},
    room={kind: has for kind, has in KINDS.items() if kind != "a 0 in `z`"}
    | {"whole numbers in `z`": lambda case: bool((case["z"] == np.round(case["z"])).all())},
    ask={"silu": OF_A_VALUE, "silu_slope": OF_A_SLOPE, "gelu": OF_A_VALUE, "gelu_slope": OF_A_SLOPE},
    wide=lambda rng: {"z": np.clip(any_z(rng, 2), -5.5, 5.5), "Phi": area},
    misconceptions=(
        alone(
            "first_half",
            _slopes(sigmoid, area),
            "one half of the product rule, with the switch held still. Which half is missing?",
        ),
        alone(
            "second_half",
            _slopes(lambda z: z * sigmoid.derivative(z), lambda z: z * _bell(z)),
            "one half of the product rule, with the factor z held still. Which half is missing?",
        ),
        alone(
            "product_of_derivatives",
            _slopes(sigmoid.derivative, _bell),
            "you multiplied the derivatives of both factors. What does the product rule say?",
        ),
        alone(
            "z_lost",
            _slopes(lambda z: sigmoid(z) + sigmoid.derivative(z), lambda z: area(z) + _bell(z)),
            "in the second half something is missing. While the switch moves, which factor stays?",
        ),
        alone(
            "switch_lost",
            _slopes(lambda z: 1 + z * sigmoid.derivative(z), lambda z: 1 + z * _bell(z)),
            "in the first half something is missing. While z moves, which factor stays?",
        ),
        alone(
            "z_squared",
            _slopes(lambda z: sigmoid(z) + z * z * sigmoid.derivative(z), lambda z: area(z) + z * z * _bell(z)),
            "in the second half z comes in twice. What stays while the switch moves?",
        ),
        alone(
            "halves_crossed",
            _slopes(lambda z: z * sigmoid(z) + sigmoid.derivative(z), lambda z: z * area(z) + _bell(z)),
            "you added the product of both and the product of their derivatives. In each half of the product rule, how "
            "many of the two factors are differentiated?",
        ),
        alone(
            "switch_not_differentiated",
            _slopes(lambda z: sigmoid(z) + z * sigmoid(z), lambda z: area(z) + z * area(z)),
            "in the second half the switch itself stands. What should have become of it there?",
        ),
        alone(
            "value",
            _slopes(lambda z: z * sigmoid(z), lambda z: z * area(z)),
            "that is the value. How much does it move when z moves a little?",
        ),
        alone(
            "sign",
            _slopes(lambda z: sigmoid(z) - z * sigmoid.derivative(z), lambda z: area(z) - z * _bell(z)),
            "the two halves of the product rule are joined with the wrong sign. Is it a sum or a difference?",
        ),
        alone(
            "slope_of_a",
            _slopes(lambda z: sigmoid(z) + z * sigmoid.derivative(sigmoid(z)), lambda z: area(z) + z * _bell(area(z))),
            "the slope of the switch was taken at its output, so the switch was applied once too often. Does that "
            "slope take z or the output?",
        ),
        alone(
            "slope_of_slope",
            _slopes(lambda z: sigmoid.derivative(z) * (2 + z * (1 - 2 * sigmoid(z))), lambda z: _bell(z) * (2 - z * z)),
            "that is the slope of the slope. How often did you differentiate?",
        ),
        alone(
            "z_in_a_formula",
            lambda z, Phi: _weighted(z, silu_slope=sigmoid(z) + z * z * (1 - z)),
            "you wrote z (1 - z) for the slope of the sigmoid. Of what is that formula made?",
        ),
        alone(
            "one_factor",
            _slopes(lambda z: sigmoid(z) + z * (1 - sigmoid(z)), lambda z: area(z) + z * (1 - area(z))),
            "in the second half 1 minus the switch stands for its slope. How steep does that make the switch far to "
            "the left, where it is flat?",
        ),
        alone(
            "a_squared",
            lambda z, Phi: _weighted(z, silu_slope=sigmoid(z) + z * sigmoid(z) ** 2),
            "in the second half σ(z) squared stands for the slope of the sigmoid. In which of its two factors is σ(z) "
            "taken from 1?",
        ),
        alone(
            "plus_for_minus",
            lambda z, Phi: _weighted(z, silu_slope=sigmoid(z) + z * sigmoid(z) * (1 + sigmoid(z))),
            "in the second half stands σ(z) times 1 + σ(z). Is that small far to the right, where σ is flat?",
        ),
        alone(
            "silu_for_gelu",
            lambda z, Phi: _weighted(z, gelu=z * sigmoid(z), gelu_slope=sigmoid(z) + z * sigmoid.derivative(z)),
            "that belongs to SiLU. Which switch does GELU have?",
        ),
        alone(
            "bell_of_the_other",
            _slopes(lambda z: sigmoid(z) + z * _bell(z), lambda z: area(z) + z * sigmoid.derivative(z)),
            "in the second half stands the slope of the other switch. Which switch belongs to which curve?",
        ),
        alone(
            "bell_doubled",
            _with_bell(lambda z: 2 * _bell(z)),
            "the bell is twice too high. Which number makes the whole area under it 1?",
        ),
        alone(
            "bell_halved",
            _with_bell(lambda z: _bell(z) / 2),
            "the bell is half as high as it should be. Which number makes the whole area under it 1?",
        ),
        alone(
            "a_rule_for_area",
            lambda z, Phi: _weighted(z, gelu_slope=area(z) + z * area(z) * (1 - area(z))),
            "a (1 - a) is the slope of the sigmoid. How fast does an area grow when its edge moves right?",
        ),
        alone(
            "whole_value_for_a",
            lambda z, Phi: _weighted(z, silu_slope=sigmoid(z) + z * sigmoid(z) * (1 - z * sigmoid(z))),
            "it looks as if a (1 - a) was used with a = z σ(z). Of which function is a (1 - a) the slope?",
        ),
        alone(
            "bell_without_its_factor",
            _with_bell(lambda z: np.exp(-(z**2) / 2)),
            "the bell is too high. Which number makes the whole area under it 1?",
        ),
        alone(
            "another_factor",
            _with_bell(lambda z: np.exp(-(z**2) / 2) / (2 * math.pi)),
            "the root over 2π is missing from the bell. How high is it in the middle?",
        ),
        alone(
            "root_of_pi",
            _with_bell(lambda z: np.exp(-(z**2) / 2) / math.sqrt(math.pi)),
            "the bell is divided by the root of π. What stands under the root in the task?",
        ),
        alone(
            "root_of_two_times_pi",
            _with_bell(lambda z: np.exp(-(z**2) / 2) / math.sqrt(2) * math.pi),
            "`a / b * c` is (a / b) * c, so π stands above and not below. What belongs in brackets?",
        ),
        alone(
            "bell_too_narrow",
            _with_bell(lambda z: np.exp(-(z**2)) / math.sqrt(2 * math.pi)),
            "the bell is too narrow. By what is z² divided in the exponent?",
        ),
        alone(
            "bell_rises",
            _with_bell(lambda z: np.exp(z**2 / 2) / math.sqrt(2 * math.pi)),
            "your bell grows to both sides. Which sign does the exponent have?",
        ),
        alone(
            "slope_of_the_bell",
            lambda z, Phi: _weighted(z, gelu_slope=area(z) - z * z * _bell(z)),
            "you differentiated the bell as well. What is the derivative of the area under a curve?",
        ),
        alone(
            "switch_only",
            lambda z, Phi: _weighted(z, silu=sigmoid(z), gelu=area(z)),
            "that is the switch alone. What is it multiplied by?",
        ),
        alone(
            "sigmoid_for_area",
            lambda z, Phi: _weighted(
                z,
                gelu=z * sigmoid(1.702 * z),
                gelu_slope=sigmoid(1.702 * z) + 1.702 * z * sigmoid.derivative(1.702 * z),
            ),
            "that is the approximation with a sigmoid, good to two digits. Which function do you get as `Phi`?",
        ),
        alone(
            "tanh_for_area",
            lambda z, Phi: _weighted(z, gelu=_by_tanh(z)[0], gelu_slope=_by_tanh(z)[1]),
            "that is the approximation with tanh, good to three digits. Which function do you get as `Phi`?",
        ),
        alone(
            "bracket_moved",
            lambda z, Phi: _weighted(z, silu_slope=sigmoid(z) * (1 + z) * (1 - sigmoid(z))),
            "σ(z) was taken out, and then the bracket closes too early. What does 1 stand beside in σ(z) (1 + ...)?",
        ),
        alone(
            "tanh_rule",
            lambda z, Phi: _weighted(z, silu_slope=sigmoid(z) + z * (1 - sigmoid(z) ** 2)),
            "in the second half stands 1 - σ(z)². Of which curve is 1 - a² the slope?",
        ),
        alone(
            "bell_times_z",
            lambda z, Phi: _weighted(z, gelu=z * _bell(z)),
            "z is multiplied by the height of the bell. Which switch does GELU have?",
        ),
        alone(
            "square_forgotten",
            _with_bell(lambda z: np.exp(-z / 2) / math.sqrt(2 * math.pi)),
            "your bell falls from left to right. What is squared in the exponent?",
        ),
        alone(
            "half_of_z_squared",
            _with_bell(lambda z: np.exp(-((z / 2) ** 2)) / math.sqrt(2 * math.pi)),
            "the bell is too wide, as if z / 2 were squared. What is squared, and what is halved?",
        ),
        alone(
            "root_of_two_only",
            _with_bell(lambda z: np.exp(-(z**2) / 2) / (math.sqrt(2) * math.pi)),
            "the bell is divided by √2 · π. How far does the root reach in the task?",
        ),
        alone(
            "tanh_for_switch",
            lambda z, Phi: _weighted(z, silu=z * np.tanh(z)),
            "z is multiplied by tanh(z). Between which two numbers should the switch lie?",
        ),
        alone(
            "relu_for_both",
            lambda z, Phi: _weighted(z, np.maximum(z, 0), (z > 0) * 1.0, np.maximum(z, 0), (z > 0) * 1.0),
            "as for ReLU, whose switch is 0 or 1 and nothing between. What is the switch at z = 0?",
        ),
        alone(
            "steeper_switch",
            lambda z, Phi: _weighted(z, silu=z * sigmoid(1.702 * z)),
            "z σ(1.702 z) is another curve's approximation. What stands in the sigmoid of SiLU?",
        ),
        cut_to_whole(_true_weighted),
    ),
)
