"""Parametric ReLU with all its derivatives."""

import copy

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import H, slope

from .common.curves import FIRST_C, KINDS, KINDS_AT_A_KINK, KINDS_OF_C, OF_A_SLOPE, OF_A_VALUE, any_c, any_z, at_kinks
from .common.edits import edited, solution
from .common.parts import cut_to_whole, part_slips
from .common.right_in_part import each_part, first_rows, keeps_first, two_loops

PROGRAM = solution("parametric_relu")
slip = part_slips(PROGRAM)


def truth(z, c):
    """Each derivative by a complex step in its own argument."""
    by_c = np.where(z > 0, z + 0j, (c + 1j * H) * z).imag / H
    by_z = slope(lambda x: np.where(z > 0, x, c * x), z)
    return np.maximum(z, 0) + c * np.minimum(z, 0), by_z, by_c


MISTAKES = (
    slip("wrong_side", "c acts on the positive side. On which side does ReLU need help?", ("z > 0", "z <= 0")),
    slip("plain_relu", "as for plain ReLU, in which there is no c. What is different where z is below 0?",
         ("c * z)", "0)"), ("1.0, c)", "1.0, 0)"), ("0.0, z)", "0.0, 0)")),
    slip("larger_of_both", "right while c is not above 1. You take the larger of z and c z: is that z on the right "
         "side for every c?", ("z > 0", "z > c * z")),
    slip("sign_of_a", "right while c is above 0. It is as if the sign of a decided: what sign does a have on the left, "
         "if c is below 0?", ("z > 0, 1.0", "a > 0, 1.0"), ("z > 0, 0.0", "a > 0, 0.0")),
    slip("one_at_zero", "right but where z is exactly 0. Which of the two lines of the formula holds there?",
         ("z > 0, 1.0", "z >= 0, 1.0")),
    slip("half_at_zero", "the mean of both slopes where z is exactly 0. Which line of the formula holds there?",
         ("np.where(z > 0, 1.0, c)", "c + (1 - c) * np.heaviside(z, 0.5)")),
    slip("threshold", "right but where z is just above 0. Where does the left side end?", ("z > 0", "z > 0.01")),
    slip("minus_c", "right, but with the wrong sign where z is below 0. What is a there, by the second line of the "
         "formula?", ("c * z", "-c * z"), ("1.0, c)", "1.0, -c)"), ("0.0, z)", "0.0, -z)")),
    slip("size_of_c", "right while c is not below 0. It is as if c had lost its sign: may a slope be negative?",
         ("c * z", "abs(c) * z"), ("1.0, c)", "1.0, abs(c))")),
    slip("c_clipped", "right while c is between 0 and 1, beyond as if c stopped there. Which c does the task allow?",
         ("a =", "c = min(max(c, 0), 1)\n    a =")),
    slip("a_hundredth", "a hundredth, whatever c is. What is the argument c for?",
         ("c * z", "0.01 * z"), ("1.0, c)", "1.0, 0.01)")),
    slip("first_c", f"as if c were {FIRST_C} in every call, as it is in the first. Where does your c come from?",
         ("a =", f"c = {FIRST_C}\n    a =")),
    slip("c_alone", "below 0 you return c itself. What is it multiplied by?", ("z, c * z", "z, c")),
    slip("one_on_both_sides", "1 on both sides, as for the line z. How steep is c z?", ("1.0, c)", "1.0, 1.0)")),
    slip("z_for_slope", "above 0 you return z, the value. How steep is the line z?", ("1.0, c)", "z, c)")),
    slip("slope_of_relu", "1 above 0 and 0 below, the slope of ReLU. On which side does c occur?",
         ("0.0, z)", "1.0, 0.0)")),
    slip("z_everywhere", "you return z on both sides. Does a contain c where z is above 0?", ("0.0, z)", "z, z)")),
    slip("value_for_derivative", "below 0 you return c z, the value. What is the derivative of c z, when it is c that "
         "moves?", ("0.0, z)", "0.0, c * z)")),
    slip("c_for_its_derivative", "you return c below 0. What is the derivative of c z, when it is c that moves?",
         ("0.0, z)", "0.0, c)")),
    slip("one_where_c_acts", "you mark where c acts. By what is c multiplied there?", ("0.0, z)", "0.0, 1.0)")),
    slip("one_kept_above", "you have 1 where z is above 0. If c moves, does a move there?", ("0.0, z)", "1.0, z)")),
    slip("summed", "one number for all. Summing comes when messages arrive: how does each a move with c?",
         ("0.0, z)", "0.0, z).sum()")),
    slip("value_for_slope", "below 0 you return the value. What is the derivative of c z in z?",
         ("1.0, c)", "1.0, c * z)")),
    slip("one_sum_everywhere", "the same sum stands in every entry. With how many z does one entry of a move, if c "
         "moves?", ("np.where(z > 0, 0.0, z)", "np.full(z.shape, np.minimum(z, 0).sum())")),
    slip("slope_times_value", "the slope is multiplied by the value. Does anything arrive here that it could be "
         "multiplied by?", ("1.0, c)", "z, c * c * z)")),
    cut_to_whole(truth),
)  # fmt: skip


def masks(z, c):
    positive = (z > 0).astype(float)
    return positive * z + c * (1 - positive) * z, positive + c * (1 - positive), np.minimum(z, 0)


def halves(z, c):
    return [np.maximum(z, 0) + c * np.minimum(z, 0), c + (1 - c) * np.heaviside(z, 0.0), bp.prelu(c).by_slope(z)]


def loops(z, c):
    a, da_dz, da_dc = np.zeros(z.shape), np.ones(z.shape), np.zeros(z.shape)
    for i in np.ndindex(z.shape):
        a[i] = z[i]
        if z[i] <= 0:
            a[i], da_dz[i], da_dc[i] = c * z[i], c, z[i]
    return a, da_dz, da_dc


def recursive(z, c):
    """One dimension less at each call."""
    if z.ndim == 0:
        return (float(z), 1.0, 0.0) if z > 0 else (c * z, c, z)
    parts = zip(*(recursive(part, c) for part in z), strict=True)
    return [np.array(part, dtype=float).reshape(z.shape) for part in parts]


class Unit:
    """Keeps what the way back needs."""

    def __init__(self, c):
        self.c = c

    def forward(self, z):
        self.left, self.z = z <= 0, z
        return np.where(self.left, self.c * z, z)


def by_a_class(z, c):
    unit = Unit(c)
    a = unit.forward(copy.deepcopy(z))
    return a, np.where(unit.left, c, 1.0), unit.z * unit.left


def vectorized(z, c):
    value = np.vectorize(lambda x: x if x > 0 else c * x, otypes=[float])
    steep = np.vectorize(lambda x: 1 if x > 0 else c, otypes=[float])
    return value(z), steep(z), np.clip(z, None, 0)


EXERCISE = Exercise(
    inputs=lambda rng: [{"z": z, "c": c} for z, c in at_kinks(rng, (0.07, 1.7, -0.4, 2, -1.3, 0.6, 0.8))],
    truth=truth,
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
    wide=lambda rng: {"z": any_z(rng), "c": any_c(rng)},
    misconceptions=MISTAKES,
    right=(masks, halves, loops, recursive, by_a_class, vectorized),
    wrong=(
        edited(PROGRAM, ("a =", "c = c or 0.01\n    a =")),
        edited(PROGRAM, ("a =", "c = 0.25\n    a =")),
        edited(PROGRAM, ("0.0, z)", "0.0, a / c)")),  # c may be 0
        edited(PROGRAM, ("0.0, z)", "0.0, z) * (c != 1)")),
        edited(PROGRAM, ("0.0, z)", "0.0, z) if (z <= 0).any() else np.ones_like(z)")),
        edited(PROGRAM, ("return a", "return np.minimum(a, 6)")),  # ReLU6
        edited(PROGRAM, ("np.where(z > 0, 1.0, c)", "((1 + c) + (1 - c) * z / abs(z)) / 2")),  # 0 / 0 at 0
        edited(PROGRAM, ("return a, da_dz, da_dc", "return da_dc, da_dz, a")),
        lambda z, c: masks(np.round(z, 3), c),
        lambda z, c: masks(z[:1], c),
        each_part(masks, np.squeeze),
        each_part(masks, np.transpose),
        each_part(masks, np.atleast_2d),
        each_part(masks, np.mean),
        each_part(masks, lambda part: part.astype(int)),
        first_rows(masks),
        two_loops(masks),
        keeps_first(masks),
    ),
)
