"""Chapter 01: a message sent back through ReLU and leaky ReLU, with two planted bugs to mend."""

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception

from .inputs import KINDS, KINDS_AT_A_KINK, KINDS_OF_C, alone, any_z, at_kinks, cut_to_whole

NEAR = 1e-4  # nearer to the kink than any z of the cases but 0


def _messages(rng):
    """Messages of ordinary size, then ten times as large, and some of them 0."""
    return [
        {
            "u": rng.normal(size=z.shape) * (1 if k < 9 else 10) * (np.arange(z.size).reshape(z.shape) != 2),
            "z": z,
            "c": c,
        }
        for k, (z, c) in enumerate(at_kinks(rng, (0.3, 0.07, 1.7, -0.4, 2, -1.3, 0.6, 0.8)))
    ]


def _any_messages(rng):
    z = any_z(rng)
    c = (rng.normal() * 2, int(rng.integers(-3, 4)))[int(rng.integers(2))]
    return {"u": rng.normal(size=z.shape) * 2, "z": z, "c": c}


def _right_back(u, z, c):
    """Each message times the slope, which is the difference from a little left of z: both curves are straight there."""
    relu = (np.maximum(z, 0) - np.maximum(z - NEAR, 0)) / NEAR
    left = (np.minimum(z, 0) - np.minimum(z - NEAR, 0)) / NEAR
    return u * relu, u * (relu + c * left)


def _back(u, z, c, relu=None, leaky=None):
    right = _right_back(u, z, c)
    return right[0] if relu is None else relu, right[1] if leaky is None else leaky


MENDED_BACKWARD = Exercise(
    name="mended_backward",
    inputs=_messages,
    truth=_right_back,
    parts={"back_relu": 1, "back_leaky": 1},
    passed="Both messages agree with slopes that were measured at each z, from its left.",
    shapes={"u": "...", "z": "..."},
    room=KINDS_OF_C | KINDS | KINDS_AT_A_KINK,
    ask=dict.fromkeys(
        ("back_relu", "back_leaky"), "Send messages of 1 and of -1 back at z = -2 and at z = 3: what should come back?"
    ),
    wide=_any_messages,
    misconceptions=(
        Misconception(
            "both_bugs_left",
            lambda u, z, c: (u, u * np.where(z > 0, c, 1.0)),
            "Both lines still do what they did. Try them on z = -2 and z = 3: which messages should get through?",
        ),
        alone(
            "mask_on_output",
            lambda u, z, c: _back(u, z, c, relu=u),
            "every message gets through, dead units and all. For which outputs of a ReLU is `a >= 0` false?",
        ),
        alone(
            "open_at_zero",
            lambda u, z, c: _back(u, z, c, relu=u * (z >= 0), leaky=u * np.where(z >= 0, 1.0, c)),
            "right but where z is exactly 0. Which slope does the task ask for there?",
        ),
        alone(
            "sign_of_a",
            lambda u, z, c: _back(u, z, c, leaky=u * np.where(np.where(z > 0, z, c * z) > 0, 1.0, c)),
            "right while c is above 0. It is as if the sign of the output decided: what is it on the left, if c is "
            "below 0?",
        ),
        alone(
            "size_of_c",
            lambda u, z, c: _back(u, z, c, leaky=u * np.where(z > 0, 1.0, abs(c))),
            "right while c is not below 0. It is as if c had lost its sign: may a slope be negative?",
        ),
        alone(
            "leaky_wrong_side",
            lambda u, z, c: _back(u, z, c, leaky=u * np.where(z > 0, c, 1.0)),
            "where z is above 0 only c gets through. On which side is the leak?",
        ),
        alone(
            "mask_reversed",
            lambda u, z, c: _back(u, z, c, relu=u * (z < 0)),
            "you let through what should stop, and the other way round. On which side is ReLU flat?",
        ),
        alone(
            "mask_of_message",
            lambda u, z, c: (np.maximum(u, 0), np.where(u > 0, u, c * u)),
            "the sign of the message decides. Whose sign decides how steep the curve is?",
        ),
        alone(
            "larger_of_both",
            lambda u, z, c: _back(u, z, c, leaky=np.maximum(u, c * u)),
            "you take the larger of u and c u. What decides how steep the curve is: the message, or z?",
        ),
        alone(
            "roles_exchanged",
            lambda u, z, c: (np.where(u > 0, z, 0.0), np.where(u > 0, z, c * z)),
            "u and z have changed places. Which of them is the message, and which says how steep the curve is?",
        ),
        alone(
            "message_ignored",
            lambda u, z, c: (np.where(z > 0, 1.0, 0.0), np.where(z > 0, 1.0, c)),
            "that is the slope. What becomes of the message that arrives?",
        ),
        alone(
            "forward_again",
            lambda u, z, c: (np.maximum(z, 0), np.where(z > 0, z, c * z)),
            "that is the value of the unit. What is the message multiplied by on its way back?",
        ),
        alone(
            "value_for_slope",
            lambda u, z, c: (u * np.maximum(z, 0), u * np.where(z > 0, z, c * z)),
            "the message is multiplied by the value of the unit. By what should it be multiplied?",
        ),
        alone(
            "leak_in_relu",
            lambda u, z, c: _back(u, z, c, relu=u * np.where(z > 0, 1.0, c)),
            "c times the message gets through where z is below 0. Which of the two units has a leak?",
        ),
        alone(
            "no_leak",
            lambda u, z, c: _back(u, z, c, leaky=u * (z > 0)),
            "nothing gets through below 0. What makes the unit leaky?",
        ),
        alone(
            "leak_alone",
            lambda u, z, c: _back(u, z, c, leaky=np.where(z > 0, 0.0, c * u)),
            "only the leak gets through. What happens to a message where z is above 0?",
        ),
        alone(
            "leak_everywhere",
            lambda u, z, c: _back(u, z, c, leaky=u * (z > 0) + c * u),
            "the leak is added on the right side, too. How steep is the curve there?",
        ),
        alone(
            "divided_by_c",
            lambda u, z, c: _back(u, z, c, leaky=np.where(z > 0, u, u / c)),
            "below 0 the message is divided by c. How steep is c z?",
        ),
        alone(
            "c_added",
            lambda u, z, c: _back(u, z, c, leaky=np.where(z > 0, u, u + c)),
            "below 0 c is added to the message. What becomes of a message at a slope?",
        ),
        alone(
            "one_minus_c",
            lambda u, z, c: _back(u, z, c, leaky=np.where(z > 0, u, (1 - c) * u)),
            "below 0 the factor is 1 - c. How steep is c z?",
        ),
        alone(
            "sign_of_z",
            lambda u, z, c: (u * np.sign(z), u * np.sign(z)),
            "the message gets the sign of z, as behind |z|. How steep is the curve where z is below 0?",
        ),
        alone(
            "leak_without_message",
            lambda u, z, c: _back(u, z, c, leaky=np.where(z > 0, u, c)),
            "below 0 you return c itself. What is c multiplied by?",
        ),
        alone(
            "leak_of_value",
            lambda u, z, c: _back(u, z, c, leaky=np.where(z > 0, u, c * z)),
            "below 0 you return c z, the value. What comes back there in place of z?",
        ),
        alone(
            "c_twice",
            lambda u, z, c: _back(u, z, c, leaky=np.where(z > 0, u, c * c * u)),
            "below 0 c comes in twice. How steep is c z?",
        ),
        alone(
            "a_hundredth",
            lambda u, z, c: _back(u, z, c, leaky=np.where(z > 0, u, 0.01 * u)),
            "a hundredth gets through below 0, whatever c is. What is the argument c for?",
        ),
        cut_to_whole(_right_back),
    ),
)
