"""Chapter 01: values and slopes of the relatives of ReLU that have a parameter c."""

import numpy as np

from ..engine import Exercise
from ..truth import H, slope
from .inputs import KINDS, KINDS_OF_C, OF_A_SLOPE, OF_A_VALUE, alone, any_z, at_kinks, cut_to_whole


def _right_prelu(z, c):
    by_c = np.where(z > 0, z + 0j, (c + 1j * H) * z).imag / H
    by_z = slope(lambda x: np.where(z > 0, x, c * x), z)
    return np.maximum(z, 0) + c * np.minimum(z, 0), by_z, by_c


def _prelu(z, c, a=None, da_dz=None, da_dc=None):
    """The right answer, with another part in place of some; a and da_dz as they are below 0."""
    right = _right_prelu(z, c)
    return (
        right[0] if a is None else np.where(z > 0, z, a),
        right[1] if da_dz is None else np.where(z > 0, 1.0, da_dz),
        right[2] if da_dc is None else da_dc,
    )


PARAMETRIC_RELU = Exercise(
    name="parametric_relu",
    inputs=lambda rng: [{"z": z, "c": c} for z, c in at_kinks(rng, (0.3, 0.07, 1.7, -0.4, 2, -1.3, 0.6, 0.8))],
    truth=_right_prelu,
    parts={"a": 1, "da_dz": 1, "da_dc": 1},
    tolerance=1e-9,
    passed="Value, slope and the derivative by c agree with derivatives taken without any rule, c above 1 and below 0 "
    "included.",
    shapes={"z": "..."},
    room=KINDS_OF_C | KINDS,
    ask={
        "a": OF_A_VALUE,
        "da_dz": OF_A_SLOPE,
        "da_dc": "In a cell of your own, nudge c by 1e-5 to both sides: how much does your a move, divided by 2e-5?",
    },
    wide=lambda rng: {"z": any_z(rng), "c": (rng.normal() * 2, int(rng.integers(-3, 4)))[int(rng.integers(2))]},
    misconceptions=(
        alone(
            "wrong_side",
            lambda z, c: (np.where(z > 0, c * z, z), np.where(z > 0, c, 1.0), np.maximum(z, 0)),
            "c acts on the positive side. On which side does ReLU need help?",
        ),
        alone(
            "plain_relu",
            lambda z, c: (np.maximum(z, 0), np.where(z > 0, 1.0, 0.0), np.zeros_like(z)),
            "as for plain ReLU, in which there is no c. What is different where z is below 0?",
        ),
        alone(
            "larger_of_both",
            lambda z, c: (np.maximum(z, c * z), np.where(z > c * z, 1.0, c), np.where(z > c * z, 0.0, z)),
            "right while c is not above 1. You take the larger of z and c z: is that z on the right side for every c?",
        ),
        alone(
            "sign_of_a",
            lambda z, c: _prelu(
                z, c, da_dz=np.where(c * z > 0, 1.0, c), da_dc=np.where(np.maximum(z, c * z) > 0, 0, z)
            ),
            "right while c is above 0. It is as if the sign of a decided: what sign does a have on the left, if c is "
            "below 0?",
        ),
        alone(
            "one_at_zero",
            lambda z, c: (*_prelu(z, c)[:1], np.where(z >= 0, 1.0, c), _prelu(z, c)[2]),
            "right but where z is exactly 0. Which of the two lines of the formula holds there?",
        ),
        alone(
            "minus_c",
            lambda z, c: _prelu(z, c, -c * z, -c, -np.minimum(z, 0)),
            "right, but with the wrong sign where z is below 0. What is a there, by the second line of the formula?",
        ),
        alone(
            "size_of_c",
            lambda z, c: _prelu(z, c, abs(c) * z, abs(c)),
            "right while c is not below 0. It is as if c had lost its sign: may a slope be negative?",
        ),
        alone(
            "a_hundredth",
            lambda z, c: _prelu(z, c, 0.01 * z, 0.01),
            "a hundredth, whatever c is. What is the argument c for?",
        ),
        alone(
            "c_alone",
            lambda z, c: _prelu(z, c, a=c),
            "below 0 you return c itself. What is it multiplied by?",
        ),
        alone(
            "one_on_both_sides",
            lambda z, c: _prelu(z, c, da_dz=1.0),
            "1 on both sides, as for the line z. How steep is c z?",
        ),
        alone(
            "slope_of_relu",
            lambda z, c: _prelu(z, c, da_dc=(z > 0) * 1.0),
            "1 above 0 and 0 below, the slope of ReLU. On which side does c occur?",
        ),
        alone(
            "z_everywhere",
            lambda z, c: _prelu(z, c, da_dc=z),
            "you return z on both sides. Does a contain c where z is above 0?",
        ),
        alone(
            "value_for_derivative",
            lambda z, c: _prelu(z, c, da_dc=c * np.minimum(z, 0)),
            "below 0 you return c z, the value. What is the derivative of c z, when it is c that moves?",
        ),
        alone(
            "c_for_its_derivative",
            lambda z, c: _prelu(z, c, da_dc=np.where(z > 0, 0.0, c)),
            "you return c below 0. What is the derivative of c z, when it is c that moves?",
        ),
        alone(
            "one_where_c_acts",
            lambda z, c: _prelu(z, c, da_dc=np.where(z > 0, 0.0, 1.0)),
            "you mark where c acts. By what is c multiplied there?",
        ),
        alone(
            "one_kept_above",
            lambda z, c: _prelu(z, c, da_dc=np.where(z > 0, 1.0, z)),
            "you have 1 where z is above 0. If c moves, does a move there?",
        ),
        alone(
            "summed",
            lambda z, c: _prelu(z, c, da_dc=np.minimum(z, 0).sum()),
            "one number for all. Summing comes when messages arrive: how does each a move with c?",
        ),
        alone(
            "value_for_slope",
            lambda z, c: _prelu(z, c, da_dz=c * z),
            "below 0 you return the value. What is the derivative of c z in z?",
        ),
        cut_to_whole(_right_prelu),
    ),
)


def _right_elu(z, c):
    by_z = slope(lambda x: np.where(z > 0, x, c * (np.exp(x) - 1)), z)
    return c * np.expm1(np.minimum(z, 0)) + np.maximum(z, 0), by_z


def _elu(z, c, below=None, slope_below=None):
    """The right answer, with something else below 0."""
    a, right = _right_elu(z, c)
    return (
        a if below is None else np.where(z > 0, z, below),
        np.where(z > 0, 1.0, right if slope_below is None else slope_below),
    )


ELU = Exercise(
    name="elu",
    inputs=lambda rng: [{"z": z, "c": c} for z, c in at_kinks(rng, (0.3, 0.07, 1.7, 0.4, 2, 1.3, 0.6, 0.8))],
    truth=_right_elu,
    parts={"a": 1, "da_dz": 1},
    tolerance=1e-9,
    passed="The line on the right, the exponential on the left, and both slopes.",
    shapes={"z": "..."},
    room={kind: KINDS_OF_C[kind] for kind in ("`c` above 1", "a whole number for `c`")}
    | KINDS
    | {"`c` below 0": "the task says that c is above 0"},
    ask={"a": OF_A_VALUE, "da_dz": OF_A_SLOPE},
    wide=lambda rng: {"z": any_z(rng), "c": (rng.uniform(0.01, 5), int(rng.integers(1, 6)))[int(rng.integers(2))]},
    misconceptions=(
        alone(
            "minus_one_missing",
            lambda z, c: _elu(z, c, c * np.exp(z)),
            "the left side ends at c instead of 0, so there is a step at z = 0. What is taken off the exponential?",
        ),
        alone(
            "c_on_the_exponential_only",
            lambda z, c: _elu(z, c, c * np.exp(z) - 1),
            "far to the left the value should level off at -c, and yours does at -1. What does c multiply?",
        ),
        alone(
            "c_missing",
            lambda z, c: _elu(z, c, np.expm1(z), np.exp(z)),
            "these are the numbers for c = 1. Where does c come in?",
        ),
        alone(
            "c_in_the_exponent",
            lambda z, c: _elu(z, c, np.expm1(c * z), c * np.exp(c * z)),
            "c multiplies z in the exponent. What does it multiply in the formula?",
        ),
        alone(
            "c_twice",
            lambda z, c: _elu(z, c, c * np.expm1(c * z), c * c * np.exp(z)),
            "c comes in twice. How often does it stand in the formula?",
        ),
        alone(
            "straight_on_the_left",
            lambda z, c: _elu(z, c, c * z, c),
            "below 0 it is a straight line with the slope c, as in leaky ReLU. What bends ELU there?",
        ),
        alone(
            "plain_relu",
            lambda z, c: (np.maximum(z, 0), np.where(z > 0, 1.0, 0.0)),
            "as for plain ReLU. What is different where z is below 0?",
        ),
        alone(
            "larger_of_both",
            lambda z, c: (np.maximum(z, c * np.expm1(z)), _right_elu(z, c)[1]),
            "you take the larger of z and the exponential. Which of the two is larger on the right, if c is above 1?",
        ),
        alone(
            "smaller_of_both",
            lambda z, c: (np.minimum(z, c * np.expm1(z)), _right_elu(z, c)[1]),
            "you take the smaller of z and the exponential. What decides in the formula which of them it is?",
        ),
        alone(
            "value_for_slope",
            lambda z, c: _elu(z, c, slope_below=c * np.expm1(z)),
            "below 0 you return the value. What becomes of the -1 in the derivative?",
        ),
        alone(
            "value_everywhere",
            lambda z, c: (_right_elu(z, c)[0], _right_elu(z, c)[0]),
            "that is the value. How much does it move when z moves a little?",
        ),
        alone(
            "one_in_the_exponent",
            lambda z, c: _elu(z, c, c * np.exp(z - 1), c * np.exp(z - 1)),
            "the -1 stands in the exponent. Where does it stand in the formula?",
        ),
        alone(
            "c_for_one",
            lambda z, c: _elu(z, c, np.exp(z) - c),
            "c is taken off the exponential. What does the formula do with c?",
        ),
        alone(
            "divided_by_c",
            lambda z, c: _elu(z, c, np.expm1(z) / c, np.exp(z) / c),
            "the exponential is divided by c. What does the formula do with c?",
        ),
        alone(
            "c_times_a",
            lambda z, c: _elu(z, c, slope_below=c * c * np.expm1(z)),
            "below 0 you return c a. In c (e^z - 1), what becomes of the -1 in the derivative?",
        ),
        alone(
            "power_rule",
            lambda z, c: _elu(z, c, slope_below=c * z * np.exp(z - 1)),
            "you took e^z as if it were a power of z. In a power z stands below: where does it stand here?",
        ),
        alone(
            "a_plus_one",
            lambda z, c: _elu(z, c, slope_below=c * np.expm1(z) + 1),
            "below 0 you return a + 1, which is right for c = 1. What is left of c (e^z - 1) if the -c is added back?",
        ),
        alone(
            "a_plus_one_everywhere",
            lambda z, c: (_right_elu(z, c)[0], _right_elu(z, c)[0] + 1),
            "you return a + 1 on both sides. How steep is the line on the right?",
        ),
        alone(
            "a_plus_c_everywhere",
            lambda z, c: (_right_elu(z, c)[0], _right_elu(z, c)[0] + c),
            "a + c is the slope on the left, and you return it on both sides. How steep is the line on the right?",
        ),
        alone(
            "one_at_zero",
            lambda z, c: (_right_elu(z, c)[0], np.where(z >= 0, 1.0, c * np.exp(z))),
            "right but where z is exactly 0. Which of the two lines of the formula holds there?",
        ),
        alone(
            "slope_of_a",
            lambda z, c: _elu(z, c, slope_below=c * np.exp(c * np.expm1(np.minimum(z, 0)))),
            "the slope was taken at a. Is the exponent z or a?",
        ),
        alone(
            "sign",
            lambda z, c: _elu(z, c, c * (1 - np.exp(z)), -c * np.exp(z)),
            "the left side has the wrong sign. Does ELU lie above or below 0 there?",
        ),
        alone(
            "falling_exponent",
            lambda z, c: _elu(z, c, c * np.expm1(-z), -c * np.exp(-z)),
            "the exponential grows to the left. Which sign does z have in the exponent?",
        ),
        alone(
            "wrong_side",
            lambda z, c: (np.where(z > 0, c * np.expm1(z), z), np.where(z > 0, c * np.exp(z), 1.0)),
            "the exponential stands on the right. On which side does ELU bend?",
        ),
        alone(
            "no_branch",
            lambda z, c: (c * np.expm1(z), c * np.exp(z)),
            "the exponential runs through to the right. What is g for z above 0?",
        ),
        cut_to_whole(_right_elu),
    ),
)
