"""Chapter 01: values and slopes of the relatives of ReLU."""

import numpy as np

from ...activations import sigmoid
from ..engine import Exercise, Misconception
from ..truth import H, complex_sigmoid, slope

SHAPES = ((7, 3), (5, 2), (4, 6))


def away_from_zero(rng, shape):
    """Normal numbers of both signs, none nearer to the kink than 0.05."""
    z = rng.normal(size=shape) * 1.5
    return z + np.where(z < 0, -0.05, 0.05)


def _z_and_c(rng):
    return [{"z": away_from_zero(rng, shape), "c": c} for shape, c in zip(SHAPES, (0.3, 0.07, 1.7), strict=True)]


def _right_prelu(z, c):
    by_c = np.where(z > 0, z + 0j, (c + 1j * H) * z).imag / H
    return np.maximum(z, 0) + c * np.minimum(z, 0), slope(lambda x: np.where(z > 0, x, c * x), z), by_c


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
    passed="Value, slope and the derivative by c agree with derivatives taken without any rule.",
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
    return c * np.expm1(np.minimum(z, 0)) + np.maximum(z, 0), slope(
        lambda x: np.where(z > 0, x, c * (np.exp(x) - 1)), z
    )


def _elu(z, c, below=None, slope_below=None, slope_above=1.0):
    a, right = _right_elu(z, c)
    return (
        a if below is None else np.where(z > 0, z, below),
        np.where(z > 0, slope_above, right if slope_below is None else slope_below),
    )


ELU = Exercise(
    name="elu",
    inputs=_z_and_c,
    truth=_right_elu,
    parts={"a": 1, "da_dz": 1},
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


def _product_slope(z, first=1.0, second=1.0, inner=None):
    s = sigmoid(z)
    return first * s + second * (z * s * (1 - s) if inner is None else inner)


SILU_SLOPE = Exercise(
    name="silu_slope",
    inputs=lambda rng: [{"z": rng.normal(size=shape) * 2} for shape in SHAPES],
    truth=lambda z: slope(lambda x: x * complex_sigmoid(x), z),
    parts={"slope": 2},
    passed="At random points it equals the derivative taken without the product rule.",
    misconceptions=(
        Misconception(
            "first_half",
            lambda z: sigmoid(z),
            "That is one half of the product rule, with the sigmoid held still. Which half is missing?",
        ),
        Misconception(
            "second_half",
            lambda z: _product_slope(z, first=0.0),
            "That is one half of the product rule, with the factor z held still. Which half is missing?",
        ),
        Misconception(
            "product_of_derivatives",
            lambda z: sigmoid.derivative(z),
            "You multiplied the derivatives of both factors. What does the product rule say?",
        ),
        Misconception(
            "z_lost",
            lambda z: _product_slope(z, inner=sigmoid.derivative(z)),
            "In the second half something is missing: while the sigmoid moves, which factor stays?",
        ),
        Misconception(
            "value",
            lambda z: z * sigmoid(z),
            "You return the value of SiLU. How much does it move when z moves a little?",
        ),
        Misconception(
            "sign",
            lambda z: _product_slope(z, second=-1.0),
            "The two halves of the product rule are joined with the wrong sign. Is it a sum or a difference?",
        ),
        Misconception(
            "slope_of_a",
            lambda z: _product_slope(z, inner=z * sigmoid.derivative(sigmoid(z))),
            "The slope of the sigmoid was taken at its output: the sigmoid was applied once too often. Does that "
            "slope take z or a?",
        ),
        Misconception(
            "z_in_a_formula",
            lambda z: _product_slope(z, inner=z * z * (1 - z)),
            "You wrote z (1 - z) for the slope of the sigmoid. Of what is that formula made?",
        ),
        Misconception(
            "whole_value_for_a",
            lambda z: _product_slope(z, inner=z * sigmoid(z) * (1 - z * sigmoid(z))),
            "It looks as if a (1 - a) was used with a = z σ(z). Of which function is a (1 - a) the slope?",
        ),
    ),
)
