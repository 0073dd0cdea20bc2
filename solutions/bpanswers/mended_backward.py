"""A message sent back through ReLU and leaky ReLU, with two planted bugs to mend."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise

from .common.curves import FIRST_C, KINDS, KINDS_AT_A_KINK, KINDS_OF_C, any_c, any_z, at_kinks
from .common.edits import edited, slips, solution
from .common.parts import cut_to_whole, part_slips
from .common.right_in_part import each_part, first_rows

PROGRAM = solution("mended_backward")
slip = part_slips(PROGRAM)

NEAR = 1e-4  # nearer to the kink than any z of the cases but 0


def inputs(rng):
    """Messages of ordinary size, then ten times as large, and some of them 0."""
    cases = []
    for k, (z, c) in enumerate(at_kinks(rng, (0.07, 1.7, -0.4, 2, -1.3, 0.6, 0.8))):
        u = rng.normal(size=z.shape) * (1 if k < 9 else 10)
        u.flat[2:3] = 0
        cases.append({"u": u, "z": z, "c": c})
    return cases


def wide(rng):
    z = any_z(rng)
    return {"u": rng.normal(size=z.shape) * 2, "z": z, "c": any_c(rng)}


def truth(u, z, c):
    """Each message times the slope, which is the difference from a little left of z: both curves are straight there."""
    relu = (np.maximum(z, 0) - np.maximum(z - NEAR, 0)) / NEAR
    left = (np.minimum(z, 0) - np.minimum(z - NEAR, 0)) / NEAR
    return u * relu, u * (relu + c * left)


RELU, LEAKY = "u * (z > 0)", "u * np.where(z > 0, 1.0, c)"


def leaky(name, message, wrong):
    return slip(name, message, (LEAKY, wrong))


def leak(name, message, wrong):
    """Wrong only where z is not above 0."""
    return slip(name, message, ("1.0, c)", f"1.0, {wrong})"))


both = slips(PROGRAM)

MISTAKES = (
    both("both_bugs_left", "Both lines still do what they did. Try them on z = -2 and z = 3: which messages should get "
         "through?", (RELU, "u * (np.maximum(z, 0) >= 0)"), ("1.0, c)", "c, 1.0)")),
    slip("mask_on_output", "every message gets through, dead units and all. For which outputs of a ReLU is `a >= 0` "
         "false?", (RELU, "u * (np.maximum(z, 0) >= 0)")),
    slip("open_on_both_sides", "every message gets through, but where z is exactly 0. On which side is ReLU flat?",
         (RELU, "u * (z != 0)")),
    slip("open_at_zero", "right but where z is exactly 0. Which slope does the task ask for there?",
         ("z > 0", "z >= 0")),
    slip("half_at_zero", "the mean of both slopes where z is exactly 0. Which slope does the task ask for there?",
         (RELU, "u * np.heaviside(z, 0.5)"), (LEAKY, "u * (c + (1 - c) * np.heaviside(z, 0.5))")),
    slip("threshold", "right but where z is just above 0. Where does the left side end?", ("z > 0", "z > 0.01")),
    leaky("sign_of_a", "right while c is above 0. It is as if the sign of the output decided: what is it on the left, "
         "if c is below 0?", "u * np.where(np.where(z > 0, z, c * z) > 0, 1.0, c)"),
    leaky("larger_is_z", "right while c is not above 1. It is as if the larger of z and c z decided: on which side is "
         "that z, if c is 2?", "u * np.where(z > c * z, 1.0, c)"),
    leaky("larger_equals_z", "wrong at z = 0, and wherever c is above 1. It is as if the larger of z and c z decided: "
         "on which side is that z, if c is 2?", "u * np.where(np.maximum(z, c * z) == z, 1.0, c)"),
    leak("size_of_c", "right while c is not below 0. It is as if c had lost its sign: may a slope be negative?",
         "abs(c)"),
    leak("minus_c", "right, but with the wrong sign where z is not above 0. How steep is c z?", "-c"),
    leak("c_clipped", "right while c is between 0 and 1, beyond as if c stopped there. Which c does the task allow?",
         "np.clip(c, 0, 1)"),
    leak("c_clipped_to_one", "right while c is between -1 and 1, beyond as if c stopped there. Which c does the task "
         "allow?", "np.clip(c, -1, 1)"),
    leak("first_c", f"as if c were {FIRST_C} in every call, as it is in the first. Where does your c come from?",
         f"{FIRST_C}"),
    slip("leaky_wrong_side", "where z is above 0 only c gets through. On which side is the leak?",
         ("1.0, c)", "c, 1.0)")),
    slip("mask_reversed", "you let through what should stop, and the other way round. On which side is ReLU flat?",
         (RELU, "u * (z < 0)")),
    slip("mask_of_message", "the sign of the message decides. Whose sign decides how steep the curve is?",
         ("z > 0", "u > 0")),
    leaky("larger_of_both", "you take the larger of u and c u. What decides how steep the curve is: the message, or z?",
         "np.maximum(u, c * u)"),
    slip("roles_exchanged", "u and z have changed places. Which of them is the message, and which says how steep the "
         "curve is?", ("z > 0", "u > 0"), ("= u *", "= z *")),
    slip("message_ignored", "that is the slope. What becomes of the message that arrives?", ("= u *", "= 1.0 *")),
    slip("forward_again", "that is the value of the unit. What is the message multiplied by on its way back?",
         ("= u *", "= z *")),
    slip("value_for_slope", "the message is multiplied by the value of the unit. By what should it be multiplied?",
         ("= u *", "= u * z *")),
    slip("leak_in_relu", "c times the message gets through where z is below 0. Which of the two units has a leak?",
         (RELU, LEAKY)),
    leak("no_leak", "nothing gets through below 0. What makes the unit leaky?", "0.0"),
    slip("leak_alone", "only the leak gets through. What happens to a message where z is above 0?",
         ("1.0, c)", "0.0, c)")),
    slip("leak_everywhere", "the leak is added on the right side, too. How steep is the curve there?",
         ("1.0, c)", "1.0 + c, c)")),
    leaky("divided_by_c", "below 0 the message is divided by c. How steep is c z?", "np.where(z > 0, u, u / c)"),
    leaky("c_added", "below 0 c is added to the message. What becomes of a message at a slope?",
         "np.where(z > 0, u, u + c)"),
    leak("one_minus_c", "below 0 the factor is 1 - c. How steep is c z?", "1 - c"),
    slip("sign_of_z", "the message gets the sign of z, as behind |z|. How steep is the curve where z is below 0?",
         (RELU, "u * np.sign(z)"), (LEAKY, "u * np.sign(z)")),
    leaky("leak_without_message", "below 0 you return c itself. What is c multiplied by?", "np.where(z > 0, u, c)"),
    leaky("leak_of_value", "below 0 you return c z, the value. What comes back there in place of z?",
         "np.where(z > 0, u, c * z)"),
    leak("leak_times_value", "below 0 the message is multiplied by c z, the value. How steep is c z?", "c * z"),
    leak("c_twice", "below 0 c comes in twice. How steep is c z?", "c * c"),
    leak("a_hundredth", "a hundredth gets through below 0, whatever c is. What is the argument c for?", "0.01"),
    leak("a_tenth", "a tenth gets through below 0, as in the example, whatever c is. What is the argument c for?",
         "0.1"),
    cut_to_whole(truth),
)  # fmt: skip


def back(u, z, c):
    return u * (z > 0), u * np.where(z > 0, 1.0, c)


def indexed(u, z, c):
    relu, leaky = u.copy(), u.copy()
    relu[z <= 0] = 0
    leaky[z <= 0] *= c
    return relu, leaky


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"back_relu": 1, "back_leaky": 1},
    passed="Both messages agree with slopes that were measured at each z, from its left.",
    shapes={"u": "...", "z": "..."},
    room=KINDS_OF_C | KINDS | KINDS_AT_A_KINK,
    ask=dict.fromkeys(
        ("back_relu", "back_leaky"),
        "Send messages of 1 and of -1 back at z = -2, 0, 0.001 and 3, with c = 2, too: what should come back?",
    ),
    wide=wide,
    misconceptions=MISTAKES,
    right=(
        indexed,
        lambda u, z, c: (u * bp.relu.derivative(z), u * bp.leaky_relu(c).derivative(z)),
        lambda u, z, c: (np.where(np.maximum(z, 0) > 0, u, 0), np.where(z <= 0, c * u, u)),  # the mask on a, but strict
    ),
    wrong=(
        edited(PROGRAM, ("1.0, c)", "1.0, c or 0.01)")),
        edited(PROGRAM, ("1.0, c)", "1.0 if (z <= 0).any() else c, c)")),
        edited(PROGRAM, (RELU, "u * ((z > 0) & (z < 6))")),
        edited(PROGRAM, ("back_relu =", "u = np.clip(u, -5, 5)\n    back_relu =")),
        edited(PROGRAM, (LEAKY, "u * (z > 0) + c")),
        edited(PROGRAM, ("where(z > 0", "where(z > c")),
        edited(PROGRAM, (LEAKY, "np.where(z > 0, u, np.where(z < 0, c * u, 0))")),
        edited(PROGRAM, (LEAKY, "u * np.maximum(z > 0, c) if c > 0 else u * (z > 0)")),
        edited(PROGRAM, ("= u *", "= u / len(u) *")),
        edited(PROGRAM, ("return back_relu, back_leaky", "return back_leaky, back_relu")),
        each_part(back, np.squeeze),
        each_part(back, np.transpose),
        first_rows(back),
    ),
)
