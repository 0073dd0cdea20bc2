"""Chapter 01: values and slopes of the relatives of ReLU that have a parameter c."""

import numpy as np

from ..engine import Exercise, Misconception
from ..truth import H, slope

SHAPES = ((7, 3), (5, 2), (4, 6))


def away_from_zero(rng, shape):
    """Normal numbers of both signs, none nearer to the kink than 0.05."""
    z = rng.normal(size=shape) * 1.5
    return z + np.where(z < 0, -0.05, 0.05)


def with_zero(rng, shape):
    """The same, and in some places 0 itself and numbers near it."""
    z = away_from_zero(rng, shape)
    z.flat[rng.permutation(z.size)[:3]] = 0.0, 0.02, -0.02
    return z


def _z_and_c(rng, slopes=(0.3, 0.07, 1.7, -0.4)):
    """Cases far from the kink, and two that have it."""
    draw = (away_from_zero, with_zero, away_from_zero, with_zero)
    cases = zip(draw, (*SHAPES, (6, 5)), slopes, strict=True)
    return [{"z": z(rng, shape), "c": c} for z, shape, c in cases]


def _right_prelu(z, c):
    by_c = np.where(z > 0, z + 0j, (c + 1j * H) * z).imag / H
    by_z = slope(lambda x: np.where(z > 0, x, c * x), z)
    return np.maximum(z, 0) + c * np.minimum(z, 0), by_z, by_c


def _prelu(z, c, below=None, da_dz=None, da_dc=None):
    a, right_dz, right_dc = _right_prelu(z, c)
    return (
        a if below is None else np.where(z > 0, z, below),
        right_dz if da_dz is None else da_dz,
        right_dc if da_dc is None else da_dc,
    )


PARAMETRIC_RELU = Exercise(
    name="parametric_relu",
    inputs=_z_and_c,
    truth=_right_prelu,
    parts={"a": 1, "da_dz": 1, "da_dc": 1},
    tolerance=1e-9,
    passed="Value, slope and the derivative by c agree with derivatives taken without any rule, c above 1 and below 0 "
    "included.",
    misconceptions=(
        Misconception(
            "wrong_side",
            lambda z, c: (np.where(z > 0, c * z, z), np.where(z > 0, c, 1.0), np.maximum(z, 0)),
            "{parts}: the slope c acts on the positive side. On which side does ReLU need help?",
        ),
        Misconception(
            "plain_relu",
            lambda z, c: (np.maximum(z, 0), np.where(z > 0, 1.0, 0.0), np.zeros_like(z)),
            "{parts}: c has no effect, this is plain ReLU. What should happen where z is below 0?",
        ),
        Misconception(
            "larger_of_both",
            lambda z, c: (np.maximum(z, c * z), np.where(z > c * z, 1.0, c), np.minimum(z, 0)),
            "{parts}: right while c is below 1. You take the larger of z and c z: is that z on the right side for "
            "every c?",
        ),
        Misconception(
            "sign_of_a",
            lambda z, c: _prelu(z, c, da_dz=np.where(_right_prelu(z, c)[0] > 0, 1.0, c)),
            "{parts}: right while c is above 0. You ask for the sign of a: what sign has a on the left, if c is below "
            "0?",
        ),
        Misconception(
            "one_at_zero",
            lambda z, c: _prelu(z, c, da_dz=np.where(z >= 0, 1.0, c)),
            "{parts}: right but where z is exactly 0. Which of the two lines of the formula holds there?",
        ),
        Misconception(
            "minus_c",
            lambda z, c: _prelu(z, c, -c * z, np.where(z > 0, 1.0, -c), -np.minimum(z, 0)),
            "{parts}: the left side rises to the left. Which sign has c z for a negative z?",
        ),
        Misconception(
            "z_everywhere",
            lambda z, c: _prelu(z, c, da_dc=z),
            "{parts}: you return z on both sides. Does a contain c where z is above 0?",
        ),
        Misconception(
            "c_for_its_derivative",
            lambda z, c: _prelu(z, c, da_dc=np.where(z > 0, 0.0, c)),
            "{parts}: you return c below 0. What is the derivative of c z, when it is c that moves?",
        ),
        Misconception(
            "one_where_c_acts",
            lambda z, c: _prelu(z, c, da_dc=np.where(z > 0, 0.0, 1.0)),
            "{parts}: you mark where c acts. By what is c multiplied there?",
        ),
        Misconception(
            "one_kept_above",
            lambda z, c: _prelu(z, c, da_dc=np.where(z > 0, 1.0, z)),
            "{parts}: you have 1 where z is above 0. If c moves, does a move there?",
        ),
        Misconception(
            "summed",
            lambda z, c: _prelu(z, c, da_dc=np.minimum(z, 0).sum()),
            "{parts}: one number for all. Summing comes when messages arrive: how does each a move with c?",
        ),
        Misconception(
            "value_for_slope",
            lambda z, c: _prelu(z, c, da_dz=np.where(z > 0, 1.0, c * z)),
            "{parts}: below 0 you return the value. What is the derivative of c z in z?",
        ),
    ),
)


def _right_elu(z, c):
    by_z = slope(lambda x: np.where(z > 0, x, c * (np.exp(x) - 1)), z)
    return c * np.expm1(np.minimum(z, 0)) + np.maximum(z, 0), by_z


def _elu(z, c, below=None, slope_below=None, slope_above=1.0):
    a, right = _right_elu(z, c)
    return (
        a if below is None else np.where(z > 0, z, below),
        np.where(z > 0, slope_above, right if slope_below is None else slope_below),
    )


ELU = Exercise(
    name="elu",
    inputs=lambda rng: _z_and_c(rng, (0.3, 0.07, 1.7, 0.6)),
    truth=_right_elu,
    parts={"a": 1, "da_dz": 1},
    tolerance=1e-9,
    passed="The line on the right, the exponential on the left, and both slopes.",
    misconceptions=(
        Misconception(
            "minus_one_missing",
            lambda z, c: _elu(z, c, c * np.exp(z)),
            "{parts}: the left side ends at c instead of 0, so there is a step at z = 0. What is taken off the "
            "exponential?",
        ),
        Misconception(
            "c_on_the_exponential_only",
            lambda z, c: _elu(z, c, c * np.exp(z) - 1),
            "{parts}: far to the left the value should level off at -c, and yours does at -1. What does c multiply?",
        ),
        Misconception(
            "c_missing",
            lambda z, c: _elu(z, c, np.expm1(z), np.exp(z)),
            "{parts}: these are the numbers for c = 1. Where does c come in?",
        ),
        Misconception(
            "value_for_slope",
            lambda z, c: _elu(z, c, slope_below=c * np.expm1(z)),
            "{parts}: below 0 you return the value. What becomes of the -1 in the derivative?",
        ),
        Misconception(
            "a_plus_one",
            lambda z, c: _elu(z, c, slope_below=c * np.expm1(z) + 1),
            "{parts}: below 0 you return a + 1, which is right for c = 1. What is left of c (e^z - 1) if the -c is "
            "added back?",
        ),
        Misconception(
            "a_plus_one_everywhere",
            lambda z, c: (_right_elu(z, c)[0], _right_elu(z, c)[0] + 1),
            "{parts}: you return a + 1 on both sides. How steep is the line on the right?",
        ),
        Misconception(
            "a_plus_c_everywhere",
            lambda z, c: (_right_elu(z, c)[0], _right_elu(z, c)[0] + c),
            "{parts}: a + c is the slope on the left, and you return it on both sides. How steep is the line on the "
            "right?",
        ),
        Misconception(
            "one_at_zero",
            lambda z, c: (_right_elu(z, c)[0], np.where(z >= 0, 1.0, c * np.exp(z))),
            "{parts}: right but where z is exactly 0. Which of the two lines of the formula holds there?",
        ),
        Misconception(
            "slope_of_a",
            lambda z, c: _elu(z, c, slope_below=c * np.exp(c * np.expm1(np.minimum(z, 0)))),
            "{parts}: the slope was taken at a. Is the exponent z or a?",
        ),
        Misconception(
            "sign",
            lambda z, c: _elu(z, c, c * (1 - np.exp(z)), -c * np.exp(z)),
            "{parts}: the left side has the wrong sign. Does ELU lie above or below 0 there?",
        ),
        Misconception(
            "falling_exponent",
            lambda z, c: _elu(z, c, c * np.expm1(-z), -c * np.exp(-z)),
            "{parts}: the exponential grows to the left. Which sign has z in the exponent?",
        ),
        Misconception(
            "wrong_side",
            lambda z, c: (np.where(z > 0, c * np.expm1(z), z), np.where(z > 0, c * np.exp(z), 1.0)),
            "{parts}: the exponential stands on the right. On which side does ELU bend?",
        ),
        Misconception(
            "no_branch",
            lambda z, c: (c * np.expm1(z), c * np.exp(z)),
            "{parts}: the exponential runs through to the right. What is g for z above 0?",
        ),
    ),
)
