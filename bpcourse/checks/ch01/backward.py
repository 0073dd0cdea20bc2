"""Chapter 01: a message sent back through ReLU and leaky ReLU, with two planted bugs to mend."""

import numpy as np

from ..engine import Exercise, Misconception
from .families import SHAPES, away_from_zero, with_zero


def _messages(rng):
    cases = zip((away_from_zero, with_zero, with_zero), SHAPES, (0.3, 0.07, -0.4), strict=True)
    return [{"u": rng.normal(size=shape), "z": z(rng, shape), "c": c} for z, shape, c in cases]


def _right_back(u, z, c):
    """Each message times the slope, which is the difference from a little left of z: both curves are straight there."""
    relu = np.maximum(z, 0) - np.maximum(z - 0.01, 0)
    left = np.minimum(z, 0) - np.minimum(z - 0.01, 0)
    return u * relu / 0.01, u * (relu + c * left) / 0.01


def _back(u, z, c, relu=None, leaky=None):
    right = _right_back(u, z, c)
    return right[0] if relu is None else relu, right[1] if leaky is None else leaky


MENDED_BACKWARD = Exercise(
    name="mended_backward",
    inputs=_messages,
    truth=_right_back,
    parts={"back_relu": 1, "back_leaky": 1},
    tolerance=1e-9,
    passed="Both messages agree with slopes that were measured at each z, from its left.",
    batch="u",
    misconceptions=(
        Misconception(
            "mask_on_output",
            lambda u, z, c: _back(u, z, c, relu=u),
            "{parts}: every message gets through, dead units and all. For which outputs of a ReLU is `a >= 0` false?",
        ),
        Misconception(
            "open_at_zero",
            lambda u, z, c: _back(u, z, c, relu=u * (z >= 0), leaky=u * np.where(z >= 0, 1.0, c)),
            "{parts}: right but where z is exactly 0. Which slope does the task ask for there?",
        ),
        Misconception(
            "sign_of_a",
            lambda u, z, c: _back(u, z, c, leaky=u * np.where(np.where(z > 0, z, c * z) > 0, 1.0, c)),
            "{parts}: right while c is above 0. You ask for the sign of the output: what is it on the left, if c is "
            "below 0?",
        ),
        Misconception(
            "leaky_wrong_side",
            lambda u, z, c: _back(u, z, c, leaky=u * np.where(z > 0, c, 1.0)),
            "{parts}: where z is above 0 only c gets through. On which side is the leak?",
        ),
        Misconception(
            "mask_reversed",
            lambda u, z, c: _back(u, z, c, relu=u * (z < 0)),
            "{parts}: you let through what should stop, and the other way round. On which side is ReLU flat?",
        ),
        Misconception(
            "mask_of_message",
            lambda u, z, c: (np.maximum(u, 0), np.where(u > 0, u, c * u)),
            "{parts}: the sign of the message decides. Whose sign decides how steep the curve is?",
        ),
        Misconception(
            "message_ignored",
            lambda u, z, c: (np.where(z > 0, 1.0, 0.0), np.where(z > 0, 1.0, c)),
            "{parts}: that is the slope. What becomes of the message that arrives?",
        ),
        Misconception(
            "forward_again",
            lambda u, z, c: (np.maximum(z, 0), np.where(z > 0, z, c * z)),
            "{parts}: that is the value of the unit. What is the message multiplied by on its way back?",
        ),
        Misconception(
            "value_for_slope",
            lambda u, z, c: (u * np.maximum(z, 0), u * np.where(z > 0, z, c * z)),
            "{parts}: the message is multiplied by the value of the unit. By what should it be multiplied?",
        ),
        Misconception(
            "no_leak",
            lambda u, z, c: _back(u, z, c, leaky=u * (z > 0)),
            "{parts}: nothing gets through below 0. What makes the unit leaky?",
        ),
        Misconception(
            "leak_without_message",
            lambda u, z, c: _back(u, z, c, leaky=np.where(z > 0, u, c)),
            "{parts}: below 0 you return c itself. What is c multiplied by?",
        ),
        Misconception(
            "leak_of_value",
            lambda u, z, c: _back(u, z, c, leaky=np.where(z > 0, u, c * z)),
            "{parts}: below 0 you return c z, the value. What comes back there in place of z?",
        ),
        Misconception(
            "both_bugs_left",
            lambda u, z, c: (u, u * np.where(z > 0, c, 1.0)),
            "Both lines still do what they did. Try them on z = -2 and z = 3: which messages should get through?",
        ),
    ),
)
