"""SiLU and GELU, with the slopes that are derived on paper."""

import functools
import math

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import H, complex_sigmoid, slope

from .common.curves import KINDS, OF_A_SLOPE, OF_A_VALUE, SHAPES, any_z
from .common.edits import edited, solution
from .common.parts import cut_to_whole, part_slips
from .common.right_in_part import each_part, first_rows, two_loops

PROGRAM = solution("silu_and_gelu")
slip = part_slips(PROGRAM, k=math.sqrt(2 / math.pi))

_erfc = np.vectorize(math.erfc, otypes=[float])


def area(z):
    """Phi(z), the area under the bell curve left of z."""
    return 0.5 * _erfc(-np.asarray(z) / math.sqrt(2))


def area_by_series(z):
    """Phi(z) = 1/2 + phi(z) (z + z^3 / 3 + z^5 / (3 * 5) + ...), which takes complex z; for |z| < 6."""
    term, total = z, z
    for k in range(3, 240, 2):
        term = term * z * z / k
        total = total + term
    return 0.5 + np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * total


def inputs(rng):
    cases = [np.clip(rng.normal(size=shape) * 1.5, -5, 5) for shape in SHAPES]
    cases[2] = rng.permutation([-3.0, -2, -1, 0, 1, 2])
    return [{"z": z, "Phi": area} for z in cases]


def truth(z, Phi):
    gelu = (z + 1j * H) * area_by_series(z + 1j * H)
    return z * bp.sigmoid(z), slope(lambda x: x * complex_sigmoid(x), z), z * area(z), gelu.imag / H


SILU, GELU, BELL = "s + z * s * (1 - s)", "Phi(z) + z * phi", "np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)"
RETURN = "return z * s, silu_slope, z * Phi(z), gelu_slope"


def slopes(name, message, silu, gelu):
    return slip(name, message, (RETURN, f"return z * s, {silu}, z * Phi(z), {gelu}"))


def bell(name, message, wrong):
    return slip(name, message, (BELL, wrong))


MISTAKES = (
    slopes("first_half", "one half of the product rule, with the switch held still. Which half is missing?",
         "s", "Phi(z)"),
    slopes("second_half", "one half of the product rule, with the factor z held still. Which half is missing?",
         "z * s * (1 - s)", "z * phi"),
    slopes("product_of_derivatives", "you multiplied the derivatives of both factors. What does the product rule say?",
         "s * (1 - s)", "phi"),
    slopes("z_lost", "in the second half something is missing. While the switch moves, which factor stays?",
         "s + s * (1 - s)", "Phi(z) + phi"),
    slopes("switch_lost", "in the first half something is missing. While z moves, which factor stays?",
         "1 + z * s * (1 - s)", "1 + z * phi"),
    slopes("z_squared", "in the second half z comes in twice. What stays while the switch moves?",
         "s + z * z * s * (1 - s)", "Phi(z) + z * z * phi"),
    slopes("halves_crossed", "you added the product of both and the product of their derivatives. In each half of the "
         "product rule, how many of the two factors are differentiated?", "z * s + s * (1 - s)", "z * Phi(z) + phi"),
    slopes("switch_not_differentiated", "in the second half the switch itself stands. What should have become of it "
         "there?", "s + z * s", "Phi(z) + z * Phi(z)"),
    slopes("value", "that is the value. How much does it move when z moves a little?", "z * s", "z * Phi(z)"),
    slopes("sign", "the two halves of the product rule are joined with the wrong sign. Is it a sum or a difference?",
         "s - z * s * (1 - s)", "Phi(z) - z * phi"),
    slopes("slope_of_a", "the slope of the switch was taken at its output, so the switch was applied once too often. "
         "Does that slope take z or the output?",
         "s + z * bp.sigmoid.derivative(s)", "Phi(z) + z * np.exp(-(Phi(z) ** 2) / 2) / np.sqrt(2 * np.pi)"),
    slopes("slope_of_slope", "that is the slope of the slope. How often did you differentiate?",
         "s * (1 - s) * (2 + z * (1 - 2 * s))", "phi * (2 - z * z)"),
    slip("z_in_a_formula", "you wrote z (1 - z) for the slope of the sigmoid. Of what is that formula made?",
         (SILU, "s + z * z * (1 - z)")),
    slopes("one_factor", "in the second half 1 minus the switch stands for its slope. How steep does that make the "
         "switch far to the left, where it is flat?", "s + z * (1 - s)", "Phi(z) + z * (1 - Phi(z))"),
    slip("a_squared", "in the second half σ(z) squared stands for the slope of the sigmoid. In which of its two "
         "factors is σ(z) taken from 1?", (SILU, "s + z * s**2")),
    slip("plus_for_minus", "in the second half stands σ(z) times 1 + σ(z). Is that small far to the right, where σ is "
         "flat?", (SILU, "s + z * s * (1 + s)")),
    slip("silu_for_gelu", "that belongs to SiLU. Which switch does GELU have?",
         (RETURN, "return z * s, silu_slope, z * s, silu_slope")),
    slopes("bell_of_the_other", "in the second half stands the slope of the other switch. Which switch belongs to "
         "which curve?", "s + z * phi", "Phi(z) + z * s * (1 - s)"),
    bell("bell_doubled", "the bell is twice too high. Which number makes the whole area under it 1?", f"2 * {BELL}"),
    bell("bell_halved", "the bell is half as high as it should be. Which number makes the whole area under it 1?",
         f"0.5 * {BELL}"),
    slip("a_rule_for_area", "a (1 - a) is the slope of the sigmoid. How fast does an area grow when its edge moves "
         "right?", (GELU, "Phi(z) + z * Phi(z) * (1 - Phi(z))")),
    slip("whole_value_for_a", "it looks as if a (1 - a) was used with a = z σ(z). Of which function is a (1 - a) the "
         "slope?", (SILU, "s + z * s * (1 - z * s)")),
    bell("bell_without_its_factor", "the bell is too high. Which number makes the whole area under it 1?",
         "np.exp(-(z**2) / 2)"),
    bell("another_factor", "the root over 2π is missing from the bell. How high is it in the middle?",
         "np.exp(-(z**2) / 2) / (2 * np.pi)"),
    bell("root_of_pi", "the bell is divided by the root of π. What stands under the root in the task?",
         "np.exp(-(z**2) / 2) / np.sqrt(np.pi)"),
    bell("root_of_two_times_pi", "`a / b * c` is (a / b) * c, so π stands above and not below. What belongs in "
         "brackets?", "np.exp(-(z**2) / 2) / np.sqrt(2) * np.pi"),
    bell("bell_too_narrow", "the bell is too narrow. By what is z² divided in the exponent?",
         "np.exp(-(z**2)) / np.sqrt(2 * np.pi)"),
    bell("bell_rises", "your bell grows to both sides. Which sign does the exponent have?",
         "np.exp(z**2 / 2) / np.sqrt(2 * np.pi)"),
    slip("slope_of_the_bell", "you differentiated the bell as well. What is the derivative of the area under a curve?",
         (GELU, "Phi(z) - z * z * phi")),
    slip("switch_only", "that belongs to the switch alone. What is it multiplied by?",
         (RETURN, "return s, s * (1 - s), Phi(z), phi")),
    slip("sigmoid_for_area", "that is the approximation with a sigmoid, good to two digits. Which function do you get "
         "as `Phi`?",
         (RETURN, "q = bp.sigmoid(1.702 * z)\n    return z * s, silu_slope, z * q, q + 1.702 * z * q * (1 - q)")),
    slip("tanh_for_area", "that is the approximation with tanh, good to three digits. Which function do you get as "
         "`Phi`?",
         (RETURN, "q = (1 + np.tanh(k * (z + 0.044715 * z**3))) / 2\n    return z * s, silu_slope, z * q, gelu_slope"),
         (", gelu_slope", ", q + z * 2 * q * (1 - q) * k * (1 + 3 * 0.044715 * z**2)")),
    slip("bracket_moved", "σ(z) was taken out, and then the bracket closes too early. What does 1 stand beside in σ(z) "
         "(1 + ...)?", (SILU, "s * (1 + z) * (1 - s)")),
    slip("tanh_rule", "in the second half stands 1 - σ(z)². Of which curve is 1 - a² the slope?",
         (SILU, "s + z * (1 - s**2)")),
    slip("bell_times_z", "z is multiplied by the height of the bell. Which switch does GELU have?",
         ("z * Phi(z), gelu", "z * phi, gelu")),
    bell("square_forgotten", "your bell falls from left to right. What is squared in the exponent?",
         "np.exp(-z / 2) / np.sqrt(2 * np.pi)"),
    bell("half_of_z_squared", "the bell is too wide, as if z / 2 were squared. What is squared, and what is halved?",
         "np.exp(-((z / 2) ** 2)) / np.sqrt(2 * np.pi)"),
    bell("root_of_two_only", "the bell is divided by √2 · π. How far does the root reach in the task?",
         "np.exp(-(z**2) / 2) / (np.sqrt(2) * np.pi)"),
    slip("tanh_for_switch", "z is multiplied by tanh(z). Between which two numbers should the switch lie?",
         ("return z * s", "return z * np.tanh(z)")),
    slip("relu_for_both", "as for ReLU, whose switch is 0 or 1 and nothing between. What is the switch at z = 0?",
         (RETURN, "return np.maximum(z, 0), (z > 0) * 1.0, np.maximum(z, 0), (z > 0) * 1.0")),
    slip("steeper_switch", "z σ(1.702 z) is another curve's approximation. What stands in the sigmoid of SiLU?",
         ("return z * s", "return z * bp.sigmoid(1.702 * z)")),
    cut_to_whole(truth),
)  # fmt: skip


def joined(z, Phi):
    s, left = 1 / (1 + np.exp(-z)), Phi(z)
    phi = np.exp(-np.square(z) / 2) / math.sqrt(2 * math.pi)
    return [z * s, s * (1 + z * (1 - s)), z * left, left + z * phi]


def quotient(z, Phi):
    e = np.exp(-z)
    phi = (2 * np.pi * np.exp(z * z)) ** -0.5
    return z / (1 + e), (1 + e + z * e) / (1 + e) ** 2, Phi(z) * z, phi * z + Phi(z)


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"silu": 0.5, "silu_slope": 1, "gelu": 0.5, "gelu_slope": 1},
    passed="At random points both slopes equal derivatives taken without the product rule.",
    shapes={"z": "..."},
    room={kind: has for kind, has in KINDS.items() if kind != "a 0 in `z`"}
    | {"whole numbers in `z`": lambda case: bool((case["z"] == np.round(case["z"])).all())},
    ask={"silu": OF_A_VALUE, "silu_slope": OF_A_SLOPE, "gelu": OF_A_VALUE, "gelu_slope": OF_A_SLOPE},
    wide=lambda rng: {"z": np.clip(any_z(rng, 2), -5.5, 5.5), "Phi": area},
    misconceptions=MISTAKES,
    right=(joined, quotient, functools.partial(joined), each_part(joined, lambda part: part * (1 + 1e-8))),
    wrong=(
        edited(PROGRAM, ("s = bp", "z = -z\n    s = bp")),
        edited(PROGRAM, ("s = bp", "z = 1.702 * z\n    s = bp")),
        edited(PROGRAM, (SILU, "z * s / z")),
        edited(PROGRAM, (SILU, "(bp.silu(z + 1e-2) - bp.silu(z - 1e-2)) / 2e-2")),
        edited(PROGRAM, (GELU, "(bp.gelu(z + 1e-4) - bp.gelu(z)) / 1e-4")),
        edited(PROGRAM, (RETURN, "return z * Phi(z), gelu_slope, z * s, silu_slope")),
        each_part(joined, np.squeeze),
        each_part(joined, np.transpose),
        first_rows(joined),
        two_loops(joined),
    ),
)
