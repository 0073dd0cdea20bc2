"""Sigmoid, tanh and softplus for any z, with their slopes."""

import math

import numpy as np

import bpcourse as bp
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise, Misconception

from .common.curves import KINDS, OF_A_SLOPE, OF_A_VALUE, SHAPES, any_z
from .common.edits import edited, solution
from .common.parts import cut_to_whole, part_slips
from .common.right_in_part import each_part, first_rows, two_loops

NAMES = ("sigmoid", "sigmoid_slope", "tanh", "tanh_slope", "softplus", "softplus_slope")
PROGRAM = solution("three_curves")
slip = part_slips(PROGRAM)


def inputs(rng):
    far = rng.permutation([*np.linspace(-800, 800, 8), 0, 1]) + rng.normal(size=10)
    return [
        {"z": rng.normal(size=SHAPES[0]) * 2},
        {"z": far.reshape(SHAPES[1])},
        {"z": rng.permutation([-7.0, -2, -1, 0, 1, 3])},
        {"z": rng.normal(size=SHAPES[3]) * 20},
        *({"z": np.clip(rng.normal(size=shape), -2, 2)} for shape in SHAPES[4:]),
        {"z": rng.permutation(np.linspace(-10.6, 10.6, 12) + rng.uniform(-0.3, 0.3, 12)).reshape(3, 4)},
    ]


def wide(rng):
    z = any_z(rng) * rng.choice([1, 20, 300])
    z.flat[0] = rng.normal()  # what is nearly 0 everywhere has no digits to compare
    return {"z": np.clip(z, -800, 800)}


def truth(z):
    """By logarithms of sums alone: sigmoid = e^-ln(1 + e^-z), and the slopes as products e^(...), no rule used."""
    up, down = np.logaddexp(0, z), np.logaddexp(0, -z)
    squeezed = 1 - 2 * np.exp(-np.logaddexp(0, 2 * z))
    squeezed_slope = np.exp(2 * (math.log(2) - np.logaddexp(z, -z)))
    return np.exp(-down), np.exp(-down - up), squeezed, squeezed_slope, up, np.exp(-down)


def shows_clipping(case, outcome):
    """Softplus follows z up to some number and then stays there, and all else is right."""
    if outcome.parts is None or outcome.changed:
        return False
    right = truth(case["z"])
    clipped = np.logaddexp(0, np.minimum(case["z"], outcome.parts[4].max(initial=-np.inf)))
    return all(agree(outcome.parts[k], clipped if k == 4 else right[k]) for k in range(6))


SIGMOID, SOFTPLUS = "np.where(z >= 0, 1 / (1 + e), e / (1 + e))", "np.maximum(z, 0) + np.log(1 + e)"
OF_SIGMOID, OF_TANH, OF_SOFTPLUS = "s * (1 - s)", "1 - t**2", "softplus, s"  # the slopes, in the line that returns them

MISTAKES = (
    slip("slope_of_a", "the curve was applied once too often. Is the slope a function of z that you then give a?",
         (OF_SIGMOID, "bp.sigmoid.derivative(s)"), (OF_TANH, "1 - np.tanh(t) ** 2")),
    slip("z_in_a_formula", "you put z into a formula that is made of the output. Which letter belongs there?",
         (OF_SIGMOID, "z * (1 - z)"), (OF_TANH, "1 - z**2")),
    slip("quotient_overflows", "right for small z, and `nan` for large ones, where e^z is infinite. What do you get if "
         "you divide numerator and denominator by e^z?", (SIGMOID, "np.exp(z) / (1 + np.exp(z))")),
    slip("slope_quotient_overflows", "right for small z, and `nan` at -800, where e^-z is infinite. Can the slope be "
         "made of the output instead?", (OF_SIGMOID, "np.exp(-z) / (1 + np.exp(-z)) ** 2")),
    slip("tanh_overflows", "right for small z, and `nan` for large ones, where e^z is infinite. Which ready function "
         "of NumPy does not overflow?", ("np.tanh(z)", "(np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))")),
    slip("softplus_overflows", "right for small z, and infinite at 800, where it should be 800. What can you take out "
         "of the logarithm so that the exponent left inside is never above 0?", (SOFTPLUS, "np.log(1 + np.exp(z))")),
    slip("softplus_is_relu", "that is ReLU. How large is ln(1 + e^z) at z = 0?",
         (" + np.log(1 + e)", ""), (OF_SOFTPLUS, "softplus, (z > 0) * 1.0")),
    slip("size_for_positive_part", "right on the right, and on the left it rises again. What is left of ln(1 + e^z) "
         "far to the left?", ("np.maximum(z, 0)", "np.abs(z)")),
    Misconception(
        "softplus_clipped",
        edited(PROGRAM, (SOFTPLUS, "np.logaddexp(0, np.minimum(z, 500))")),
        "{parts}: right up to some z, and then it stays where it is. What is ln(1 + e^z) nearly equal to for a "
        "large z?",
        shows=shows_clipping,
    ),
    slip("tanh_rule_for_sigmoid", "1 - a² is the slope of another curve. Which two factors does that of the sigmoid "
         "have?", (OF_SIGMOID, "1 - s**2")),
    slip("one_factor", "you return 1 - a. How steep does that make the sigmoid far to the left, where it is flat?",
         (OF_SIGMOID, "1 - s")),
    slip("a_squared", "you return a². A curve that goes flat has a small slope there: is yours small where a is 1?",
         (OF_SIGMOID, "s**2"), (OF_TANH, "t**2")),
    slip("plus_for_minus", "there is a plus in it. A curve that goes flat has a small slope there: is yours small "
         "where a is 1?", (OF_SIGMOID, "s * (1 + s)"), (OF_TANH, "1 + t**2")),
    slip("sign", "the right one with the wrong sign. Does the curve rise or fall?",
         (OF_SIGMOID, "-s * (1 - s)"), (OF_TANH, "t**2 - 1"), (OF_SOFTPLUS, "softplus, -s")),
    slip("sigmoid_rule_for_tanh", "a (1 - a) is the slope of another curve. How steep is tanh at z = 0?",
         (OF_TANH, "t * (1 - t)")),
    slip("square_forgotten", "1 - a falls all the way from 2 to 0. Is the slope of tanh not the same at z and at -z?",
         (OF_TANH, "1 - t")),
    slip("sigmoid_for_tanh", "that belongs to the sigmoid. Between which two numbers does tanh lie?",
         ("t, 1 - t**2", "s, s * (1 - s)")),
    slip("tanh_for_sigmoid", "that belongs to tanh. Between which two numbers does the sigmoid lie?",
         ("s, s * (1 - s)", "t, 1 - t**2")),
    slip("not_squeezed", "a sigmoid, stretched to the range from -1 to 1, but as wide as before. How steep is it at z "
         "= 0?", ("t, 1 - t**2", "2 * s - 1, 2 * s * (1 - s)")),
    slip("falling", "it falls where it should rise. Which sign does z have in the exponent?",
         ("return s,", "return 1 - s,"), ("t, 1 - t", "-t, 1 - t"), (OF_SOFTPLUS, "softplus - z, s")),
    slip("slope_of_softplus_too_far", "that is the slope of the slope. What is the derivative of ln(1 + e^z), by the "
         "chain rule?", (OF_SOFTPLUS, "softplus, s * (1 - s)")),
    slip("inner_derivative_missing", "that is 1 over what stands in the logarithm. What does the chain rule multiply "
         "it by?", (OF_SOFTPLUS, "softplus, 1 / (1 + np.exp(z))")),
    slip("even_slope", "the same at z and at -z, as if softplus were as steep on the left as on the right. How steep "
         "is it far to the left?", (OF_SOFTPLUS, "softplus, 1 / (1 + e)")),
    slip("value_for_slope", "that is the value. How much does it move when z moves a little?",
         (OF_SIGMOID, "s"), (OF_TANH, "t"), (OF_SOFTPLUS, "softplus, softplus")),
    cut_to_whole(truth),
)  # fmt: skip


def naive_where_harmless(z):
    """1 / (1 + e^-z) overflows to 1 / inf = 0, which is right."""
    s = 1 / (1 + np.exp(-z))
    return s, s - s**2, np.tanh(z), (1 - np.tanh(z)) * (1 + np.tanh(z)), np.logaddexp(0, z), s


def by_the_library(z):
    three = (bp.sigmoid, bp.tanh, bp.softplus)
    return np.stack([part for curve in three for part in (curve(z), curve.derivative(z))])  # one array, six parts


def loops(z):
    rows = []
    for x in z.ravel():
        e = math.exp(-abs(x))
        s, t = (1 / (1 + e) if x > 0 else e / (1 + e)), math.tanh(x)
        rows.append((s, s * (1 - s), t, 1 - t * t, max(x, 0) + math.log1p(e), s))
    return [column.reshape(z.shape) for column in np.array(rows).T]


def all_of_tanh(z):
    """Softplus as PyTorch has it, a line from 20 on."""
    half, t = np.tanh(z / 2), np.tanh(z)
    softplus = np.where(z > 20, z, np.log1p(np.exp(np.minimum(z, 20))))
    return (1 + half) / 2, (1 - half * half) / 4, t, 1 - t * t, softplus, (1 + half) / 2


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts=dict.fromkeys(NAMES, 0.5),
    passed="Three curves and their slopes, right from -800 to 800.",
    shapes={"z": "..."},
    room={kind: has for kind, has in KINDS.items() if kind != "a 0 in `z`"}
    | {
        "numbers near 800 in `z`": lambda case: bool((case["z"] > 700).any()),
        "whole numbers in `z`": lambda case: bool((case["z"] == np.round(case["z"])).all()),
    },
    ask={name: OF_A_SLOPE if name.endswith("slope") else OF_A_VALUE for name in NAMES},
    wide=wide,
    misconceptions=MISTAKES,
    right=(naive_where_harmless, by_the_library, loops, all_of_tanh),
    wrong=(
        *(edited(PROGRAM, (OF_SOFTPLUS, f"np.where(z > {k}, z, softplus), s")) for k in (5, 8, 10)),
        edited(PROGRAM, (SOFTPLUS, "np.nan_to_num(np.log(1 + np.exp(z)), posinf=800)")),
        edited(PROGRAM, (SOFTPLUS, "z + np.log(1 + np.exp(-z))")),  # overflows on the other side
        edited(PROGRAM, ("return s,", "return 1 / (1 + np.exp(-np.clip(z, -10, 10))),")),
        edited(PROGRAM, (OF_SIGMOID, "np.exp(-z) * s**2")),  # inf * 0
        edited(PROGRAM, (OF_TANH, "4 * s * (1 - s)")),
        edited(PROGRAM, ("np.tanh(z)", "np.tanh(2 * z)")),
        edited(PROGRAM, ("e = np", "z = np.clip(z, -100, 100)\n    e = np")),
        edited(PROGRAM, ("return s, s * (1 - s), t, 1 - t**2", "return s, t, s * (1 - s), 1 - t**2")),
        lambda z: [np.nan_to_num(np.exp(z) / (1 + np.exp(z)))] * 6,
        each_part(loops, lambda part: np.round(part, 6)),
        each_part(loops, np.squeeze),
        each_part(loops, np.transpose),
        first_rows(loops),
        two_loops(loops),
    ),
)
