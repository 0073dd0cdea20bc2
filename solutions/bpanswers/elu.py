"""ELU and its slope."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import slope

from .common.curves import FIRST_C, KINDS, KINDS_AT_A_KINK, KINDS_OF_C, OF_A_SLOPE, OF_A_VALUE, any_z, at_kinks
from .common.edits import edited, solution
from .common.parts import cut_to_whole, part_slips
from .common.right_in_part import each_part, first_rows, keeps_first, two_loops

PROGRAM = solution("elu")
slip = part_slips(PROGRAM)


def truth(z, c):
    by_z = slope(lambda x: np.where(z > 0, x, c * (np.exp(x) - 1)), z)
    return c * np.expm1(np.minimum(z, 0)) + np.maximum(z, 0), by_z


def inputs(rng):
    """Far to the left, too, where the exponential is nearly 0, and so far to the right that it is infinite."""
    cases = at_kinks(rng, (0.07, 1.7, 0.4, 2, 1.3, 0.6, 0.8), whole=(4, 1.0), left=-3)
    cases += [(-rng.uniform(4, 11, (3, 2)), 0.9), (rng.permutation([-800.0, -2, -1, 0.4, 30, 800]), 0.25)]
    return [{"z": z, "c": c} for z, c in cases]


def wide(rng):
    c = (rng.uniform(0.01, 5), int(rng.integers(1, 6)))[int(rng.integers(2))]
    return {"z": np.maximum(any_z(rng) * rng.choice([1, 5]), -11), "c": c}


VALUE, LEFT = "np.where(z > 0, z, c * (np.exp(z) - 1))", "c * (np.exp(z) - 1)"
SLOPE, SLOPE_LEFT = "np.where(z > 0, 1.0, c * np.exp(z))", "1.0, c * np.exp(z)"

MISTAKES = (
    slip("minus_one_missing", "the left side ends at c instead of 0, so there is a step at z = 0. What is taken off "
         "the exponential?", (LEFT, "c * np.exp(z)")),
    slip("c_on_the_exponential_only", "far to the left the value should level off at -c, and yours does at -1. What "
         "does c multiply?", (LEFT, "c * np.exp(z) - 1")),
    slip("c_missing", "these are the numbers for c = 1. Where does c come in?", ("c * ", "")),
    slip("c_in_the_exponent", "c multiplies z in the exponent. What does it multiply in the formula?",
         (LEFT, "np.exp(c * z) - 1"), (SLOPE_LEFT, "1.0, c * np.exp(c * z)")),
    slip("c_twice", "c comes in twice. How often does it stand in the formula?",
         (LEFT, "c * (np.exp(c * z) - 1)"), (SLOPE_LEFT, "1.0, c * c * np.exp(z)")),
    slip("c_on_both_sides", "c stands on the right, too. What is g for z above 0?",
         ("z > 0, z,", "z > 0, c * z,"), ("1.0, c", "c, c")),
    slip("straight_on_the_left", "below 0 it is a straight line with the slope c, as in leaky ReLU. What bends ELU "
         "there?", (LEFT, "c * z"), (SLOPE_LEFT, "1.0, c")),
    slip("plain_relu", "as for plain ReLU. What is different where z is below 0?", ("c * ", "0.0 * ")),
    slip("larger_of_both", "you take the larger of z and the exponential. Which of the two is larger on the right, if "
         "c is above 1?", (VALUE, f"np.maximum(z, {LEFT})")),
    slip("smaller_of_both", "you take the smaller of z and the exponential. What decides in the formula which of them "
         "it is?", (VALUE, f"np.minimum(z, {LEFT})")),
    slip("value_for_slope", "below 0 you return the value. What becomes of the -1 in the derivative?",
         (SLOPE_LEFT, "1.0, a")),
    slip("value_everywhere", "that is the value. How much does it move when z moves a little?",
         ("return a, da_dz", "return a, a")),
    slip("z_for_slope", "above 0 you return z, the value. How steep is the line z?", (SLOPE_LEFT, "z, c * np.exp(z)")),
    slip("zero_above", "above 0 you return 0. How steep is the line z?", (SLOPE_LEFT, "0.0, c * np.exp(z)")),
    slip("one_in_the_exponent", "the -1 stands in the exponent. Where does it stand in the formula?",
         ("(np.exp(z) - 1)", "np.exp(z - 1)"), (SLOPE_LEFT, "1.0, c * np.exp(z - 1)")),
    slip("c_for_one", "c is taken off the exponential. What does the formula do with c?", (LEFT, "np.exp(z) - c")),
    slip("divided_by_c", "the exponential is divided by c. What does the formula do with c?",
         (LEFT, "(np.exp(z) - 1) / c"), (SLOPE_LEFT, "1.0, np.exp(z) / c")),
    slip("c_times_a", "below 0 you return c a. In c (e^z - 1), what becomes of the -1 in the derivative?",
         (SLOPE_LEFT, "1.0, c * a")),
    slip("power_rule", "you took e^z as if it were a power of z. In a power z stands below: where does it stand here?",
         (SLOPE_LEFT, "1.0, c * z * np.exp(z - 1)")),
    slip("a_plus_one", "below 0 you return a + 1, which is right for c = 1. What is left of c (e^z - 1) if the -c is "
         "added back?", (SLOPE_LEFT, "1.0, a + 1")),
    slip("a_plus_one_everywhere", "you return a + 1 on both sides. How steep is the line on the right?",
         (SLOPE, "a + 1")),
    slip("a_plus_c_everywhere", "a + c is the slope on the left, and you return it on both sides. How steep is the "
         "line on the right?", (SLOPE, "a + c")),
    slip("one_at_zero", "right but where z is exactly 0. Which of the two lines of the formula holds there?",
         ("z > 0, 1.0", "z >= 0, 1.0")),
    slip("threshold", "right but where z is just above 0. Where does the left side end?", ("z > 0", "z > 0.01")),
    slip("slope_of_a", "the slope was taken at a. Is the exponent z or a?", (SLOPE_LEFT, "1.0, c * np.exp(a)")),
    slip("sign", "the left side has the wrong sign. Does ELU lie above or below 0 there?",
         ("(np.exp(z) - 1)", "(1 - np.exp(z))"), ("1.0, c", "1.0, -c")),
    slip("falling_exponent", "the exponential grows to the left. Which sign does z have in the exponent?",
         ("np.exp(z)", "np.exp(-z)"), ("1.0, c", "1.0, -c")),
    slip("wrong_side", "the exponential stands on the right. On which side does ELU bend?", ("z > 0", "z <= 0")),
    slip("no_branch", "the exponential runs through to the right. What is g for z above 0?",
         (VALUE, LEFT), (SLOPE, "c * np.exp(z)")),
    slip("c_under_z", "z is divided by c in the exponent, as in CELU. What stands there in the task?",
         ("np.exp(z)", "np.exp(z / c)"), ("1.0, c * ", "1.0, ")),
    slip("powers_of_two", "powers of 2. Of which number are they in the formula?", ("np.exp(z)", "2.0**z")),
    slip("e_rounded", "as if e were 2.718 and no more. Which function of NumPy has all the digits of e?",
         ("np.exp(z)", "2.718**z")),
    slip("first_c", f"as if c were {FIRST_C} in every call, as it is in the first. Where does your c come from?",
         ("a =", f"c = {FIRST_C}\n    a =")),
    slip("c_taken_off", "c is taken off the exponential. By what is the whole bracket multiplied?",
         (LEFT, "np.exp(z) - c"), ("1.0, c * ", "1.0, ")),
    slip("slope_times_value", "the slope is multiplied by the value. Does anything arrive here that it could be "
         "multiplied by?", ("return a, da_dz", "return a, a * da_dz")),
    cut_to_whole(truth),
)  # fmt: skip


def from_value(z, c):
    a = np.where(z > 0, z, c * np.expm1(z))
    return a, np.where(z > 0, 1, a + c)  # c e^z is a + c


def loops(z, c):
    both = np.array([(x, 1.0) if x > 0 else (c * (np.exp(x) - 1), c * np.exp(x)) for x in z.flat])
    return both[:, 0].reshape(z.shape), both[:, 1].reshape(z.shape)


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"a": 1, "da_dz": 1},
    passed="The line on the right, the exponential on the left, and both slopes.",
    shapes={"z": "..."},
    room={kind: KINDS_OF_C[kind] for kind in ("`c` above 1", "a whole number for `c`", "`c` = 1")}
    | KINDS
    | KINDS_AT_A_KINK
    | {"numbers near 800 in `z`": lambda case: bool((case["z"] > 700).any())}
    | {"`c` below 0": "the task says that c is above 0"},
    ask={"a": OF_A_VALUE, "da_dz": OF_A_SLOPE},
    wide=wide,
    misconceptions=MISTAKES,
    right=(
        from_value,
        loops,
        lambda z, c: (bp.elu(c)(z), bp.elu(c).derivative(z)),
        each_part(from_value, np.float32),
        lambda z, c: (np.piecewise(z, [z > 0, z <= 0], [lambda x: x, lambda x: c * np.expm1(x)]), loops(z, c)[1]),
    ),
    wrong=(
        edited(PROGRAM, (VALUE, f"(z > 0) * z + (z <= 0) * {LEFT}")),  # 0 * inf
        edited(PROGRAM, ("return a, da_dz", "return np.where(z < -10, -c, a), np.where(z < -10, 0, da_dz)")),
        edited(PROGRAM, ("return a", "return np.minimum(a, 6)")),
        edited(PROGRAM, ("return a", "return np.tanh(z), 1 - np.tanh(z) ** 2  # a")),
        edited(PROGRAM, ("a =", "c = min(c, 1.0)\n    a =")),
        edited(PROGRAM, ("    return a", "    a = np.where((z > -0.1) & (z <= 0), c * z, a)\n    return a")),
        edited(PROGRAM, ("z > 0, 1.0", "z > -0.06, 1.0")),
        edited(PROGRAM, ("return a, da_dz", "return da_dz, a")),
        each_part(from_value, lambda part: 1.0507 * part),  # SELU's factor
        each_part(from_value, lambda part: part.ravel() if part.size == 1 else part),
        each_part(from_value, np.squeeze),
        each_part(from_value, np.transpose),
        first_rows(from_value),
        two_loops(from_value),
        keeps_first(from_value),
    ),
)
