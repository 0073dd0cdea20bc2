"""Chapter 01: parametric ReLU with all its derivatives."""

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import H, slope

from .inputs import KINDS, KINDS_AT_A_KINK, KINDS_OF_C, OF_A_SLOPE, OF_A_VALUE, alone, any_z, at_kinks, cut_to_whole


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
    passed="Value, slope and the derivative by c agree with derivatives taken without any rule, c above 1 and below 0 "
    "included.",
    shapes={"z": "..."},
    room=KINDS_OF_C | KINDS | KINDS_AT_A_KINK,
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
        alone(
            "one_sum_everywhere",
            lambda z, c: _prelu(z, c, da_dc=np.full(z.shape, np.minimum(z, 0).sum())),
            "the same sum stands in every entry. With how many z does one entry of a move, if c moves?",
        ),
        alone(
            "slope_times_value",
            lambda z, c: _prelu(z, c)[:1] + (_prelu(z, c)[1] * _prelu(z, c)[0], np.minimum(z, 0)),
            "the slope is multiplied by the value. Does anything arrive here that it could be multiplied by?",
        ),
        cut_to_whole(_right_prelu),
    ),
)
