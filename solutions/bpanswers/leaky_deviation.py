"""Chapter 06: the deviation that the weights of a leaky network start from."""

import numpy as np

from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise, Misconception

from .common.edits import edited, slips, solution

CASES = (  # n_in, n_out, and between what the slope lies
    (64, 30, 0.2, 0.4), (10, 24, 0.5, 0.8), (33, 5, 0.01, 0.1), (1, 7, 0.3, 0.6), (12, 1, 0, 0), (9, 9, 1, 1),
    (8, 1, 0.4, 0.7), (20, 6, -0.8, -0.3), (3000, 40, 0.1, 0.3), (15, 8, 1.2, 1.35),
)  # fmt: skip


def _inputs(rng):
    return [{"n_in": n, "n_out": m, "slope": round(rng.uniform(low, high), 2)} for n, m, low, high in CASES]


def _wide(rng):
    n_in, n_out = (int(k) for k in rng.integers(1, 100, size=2))
    return {"n_in": n_in, "n_out": n_out, "slope": float(rng.choice([0.0, 1.0, *rng.normal(size=6)]))}


def _truth(n_in, n_out, slope):
    """From E[g(z)^2] for a standard normal z, as an integral: Gauss's rule on each side of the kink."""
    x, w = np.polynomial.legendre.leggauss(60)
    z, w = 6 * (x + 1), 6 * w  # 0 to 12; beyond, the normal density is below 1e-31
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    mean_square = (w * density * (z**2 + (-slope * z) ** 2)).sum()
    return 1 / np.sqrt(n_in * mean_square)


PROGRAM = """
def leaky_deviation(n_in, n_out, slope):
    return (n_in * (1 + slope**2) / 2) ** -0.5
"""
GAIN = "(1 + slope**2) / 2"
slip, right = slips(PROGRAM), edited(solution("leaky_deviation"))


def other(old, new):
    return edited(PROGRAM, (old, new))


def _units(name, new, which):
    """The slope is right, the number of units is not."""
    message = f"The slope is right, the number of units is not: {which}. How many terms has the sum that makes one z?"
    return slip(name, message, ("n_in * ", f"{new} * "))


LARGER = (
    "Your weights get larger when the slope does. If more comes through the activation, must the weights make up for "
    "it, or hold it back?"
)
CURVE = (
    "Your variance goes from 2/n_in at the slope 0 to 1/n_in at the slope 1 along another curve. Of which quantity "
    "does it have to be the reciprocal?"
)

EXERCISE = Exercise(
    inputs=_inputs,
    truth=_truth,
    parts={"deviation": 3},
    room={
        "one input": lambda case: case["n_in"] == 1,
        "one unit": lambda case: case["n_out"] == 1,
        "fewer inputs than units": lambda case: case["n_in"] < case["n_out"],
        "more inputs than units": lambda case: case["n_in"] > case["n_out"],
        "the slope 0, which is ReLU": lambda case: case["slope"] == 0,
        "the slope 1, which is the identity": lambda case: case["slope"] == 1,
        "a negative slope": lambda case: case["slope"] < 0,
        "a slope above 1": lambda case: case["slope"] > 1,
        "more than a thousand inputs": lambda case: case["n_in"] > 1000,
    },
    wide=_wide,
    ask={"deviation": "By what is the variance multiplied from one layer to the next, and when is that 1?"},
    passed="With it the mean square of z is the same in every layer; the check took the integral over the normal "
    "density.",
    misconceptions=(
        slip("meant_for_relu", "That is He's deviation: right for a slope of 0. What does the negative half of the z "
            "bring when it is not silenced?", (GAIN, "0.5")),
        slip("no_activation", "That is right for a layer without an activation. How large is the mean of g(z)^2, "
            "compared with that of z^2?", (GAIN, "1")),
        slip("xavier", "That is Xavier's deviation. How many terms has the sum that makes one z, and where does the "
            "slope come in?", (GAIN, "0.5"), ("n_in * ", "(n_in + n_out) * ")),
        slip("mean_of_both_sides", "You divide by the mean of n_in and n_out. For z to keep its size on the way "
            "forward, how many terms are summed?", ("n_in * ", "(n_in + n_out) / 2 * ")),
        slip("n_out", "You count the units of the layer itself. How many terms has the sum that makes one z?",
            ("n_in * ", "n_out * ")),
        slip("variance", "That is the variance of the weights. What is asked for?", ("-0.5", "-1.0")),
        slip("upside_down", "It is the reciprocal of the right one. Should the weights grow or shrink when a unit has "
            "more inputs?", ("-0.5", "0.5")),
        slip("negative", "It is the right one with the wrong sign. Can the square root of a variance be negative?",
            ("return ", "return -")),
        slip("slope_not_squared", "You let the negative half shrink by the slope. It is a mean *square* that is kept: "
            "by what does it shrink?", ("slope**2", "slope")),
        slip("size_of_the_slope", "You add 1 and the size of the slope. It is a mean *square* that is kept: by what "
            "does it shrink?", ("slope**2", "abs(slope)")),
        slip("halves_not_weighed", "You add 1 and the square of the slope. What share of the z is positive, and what "
            "share negative?", (GAIN, "(1 + slope**2)")),
        slip("variance_of_a", "You took the variance of g(z), with its mean removed. The weights multiply all of g(z): "
            "which mean enters Var z?", (GAIN, "((1 + slope**2) / 2 - (1 - slope) ** 2 / (2 * np.pi))")),
        slip("mean_slope_squared", "You squared the mean slope. Which comes first here, the square or the mean?",
            (GAIN, "((1 + slope) / 2) ** 2")),
        slip("sum_squared", "You squared the sum of both slopes. Which comes first here, the square or the sum?",
            ("(1 + slope**2)", "(1 + slope) ** 2")),
        slip("gain_outside_the_root", "1 + c^2 stands outside the square root with you. Is it a part of the variance "
            "or of the deviation?", ("(1 + slope**2)", "(1 + slope**2) ** 2")),
        slip("whole_gain_outside_the_root", "2/(1 + c^2) stands outside the square root with you. Is it a part of the "
            "variance or of the deviation?", (GAIN, "((1 + slope**2) / 2) ** 2")),
        slip("inputs_outside_the_root", "n_in stands outside the square root with you. Is it a part of the variance or "
            "of the deviation?", ("n_in * ", "n_in**2 * ")),
        slip("gain_upside_down", LARGER, (GAIN, "/ (2 * (1 + slope**2))"), ("* /", "/")),
        slip("gain_with_its_half_upside_down", LARGER, (GAIN, "2 / (1 + slope**2)")),
        slip("straight_line", CURVE, (GAIN, "1 / (2 - slope)")),
        slip("parabola", CURVE, (GAIN, "1 / (2 - slope**2)")),
        slip("fourth_power", CURVE, ("slope**2", "slope**4")),
        _units("both_sides_added", "(n_in + n_out)", "you add n_in and n_out"),
        _units("both_sides_multiplied", "n_in * n_out", "you multiply n_in and n_out"),
        _units("geometric_mean", "(n_in * n_out) ** 0.5", "you take a mean of n_in and n_out"),
        _units("larger_side", "max(n_in, n_out)", "you take the larger one of n_in and n_out"),
        _units("one_more_input", "(n_in + 1)", "you count one more than n_in"),
        _units("one_input_less", "max(n_in - 1, 1)", "you count one less than n_in"),
        Misconception("nearly", lambda n_in, n_out, slope: round(float(right(n_in, n_out, slope)), 4),
            "It is nearly right, and in no case off by more than a hundredth. Was it rounded, or found by drawing "
            "random numbers? All digits are asked for.",
            shows=lambda case, outcome: bool(outcome.parts) and agree(outcome.parts[0], _truth(**case), 1e-2)),
    ),
    right=(
        lambda n_in, n_out, slope: np.sqrt(2 / n_in) / np.sqrt(1 + slope**2),
        lambda n_in, n_out, slope: np.array([(n_in * (0.5 + 0.5 * slope * slope)) ** -0.5]),
        lambda n_in, n_out, slope: np.float32(1 / np.sqrt(n_in * np.mean([1, slope**2]))),
    ),
    wrong=(
        other("slope**2", "max(slope, 0) ** 2"),
        other("slope**2", "min(slope, 1) ** 2"),
        other("n_in * ", "min(n_in, 1000) * "),
        other("return ", "return 2 * "),
        other("1 + slope**2", "1 - slope**2"),
        lambda n_in, n_out, slope: [right(n_in, n_out, slope)] * 2,
        lambda n_in, n_out, slope: np.sqrt(2 / n_in) + slope,
        lambda n_in, n_out, slope: np.sqrt(6 / (n_in + n_out)),
        lambda n_in, n_out, slope: 0.01,
    ),
)  # fmt: skip
