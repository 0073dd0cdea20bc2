"""Chapter 01: ELU and its slope."""

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import slope

from .inputs import KINDS, KINDS_AT_A_KINK, KINDS_OF_C, OF_A_SLOPE, OF_A_VALUE, alone, any_z, at_kinks, cut_to_whole


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


def _for_elu(rng):
    """Far to the left, too, where the exponential is nearly 0, and so far to the right that it is infinite."""
    cases = at_kinks(rng, (0.3, 0.07, 1.7, 0.4, 2, 1.3, 0.6, 0.8), whole=(4, 1.0), left=-3)
    cases += [(-rng.uniform(4, 11, (3, 2)), 0.9), (rng.permutation([-800.0, -2, -1, 0.4, 30, 800]), 0.25)]
    return [{"z": z, "c": c} for z, c in cases]


ELU = Exercise(
    name="elu",
    inputs=_for_elu,
    truth=_right_elu,
    parts={"a": 1, "da_dz": 1},
    passed="The line on the right, the exponential on the left, and both slopes.",
    shapes={"z": "..."},
    room={kind: KINDS_OF_C[kind] for kind in ("`c` above 1", "a whole number for `c`", "`c` = 1")}
    | KINDS
    | KINDS_AT_A_KINK
    | {"numbers near 800 in `z`": lambda case: bool((case["z"] > 700).any())}
    | {"`c` below 0": "the task says that c is above 0"},
    ask={"a": OF_A_VALUE, "da_dz": OF_A_SLOPE},
    wide=lambda rng: {
        "z": np.maximum(any_z(rng) * rng.choice([1, 5]), -11),
        "c": (rng.uniform(0.01, 5), int(rng.integers(1, 6)))[int(rng.integers(2))],
    },
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
        alone(
            "c_under_z",
            lambda z, c: _elu(z, c, c * np.expm1(np.minimum(z, 0) / c), np.exp(np.minimum(z, 0) / c)),
            "z is divided by c in the exponent, as in CELU. What stands there in the task?",
        ),
        alone(
            "powers_of_two",
            lambda z, c: _elu(z, c, c * (2.0 ** np.minimum(z, 0) - 1), c * 2.0 ** np.minimum(z, 0)),
            "powers of 2. Of which number are they in the formula?",
        ),
        alone(
            "c_taken_off",
            lambda z, c: _elu(z, c, np.exp(np.minimum(z, 0)) - c, np.exp(np.minimum(z, 0))),
            "c is taken off the exponential. By what is the whole bracket multiplied?",
        ),
        alone(
            "slope_times_value",
            lambda z, c: (_elu(z, c)[0], _elu(z, c)[0] * _elu(z, c)[1]),
            "the slope is multiplied by the value. Does anything arrive here that it could be multiplied by?",
        ),
        cut_to_whole(_right_elu),
    ),
)
