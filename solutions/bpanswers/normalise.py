"""A fused operation: each row with its mean taken off and divided by its spread, forward and backward."""

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import H

from .common.edits import edited, solution
from .common.parts import part_slips
from .common.right_in_part import each_part
from .common.sizes import sizes

PROGRAM = solution("normalise")
SIZES = (7, 4), (3, 5), (1, 3), (5, 1), (4, 4), (2, 6), (2, 2), (33, 3), (3, 31), (6, 2)  # n, k


def _case(rng, n, k, eps):
    x = rng.normal(size=(n, k)) * rng.uniform(0.4, 3, size=(n, 1)) + rng.normal(size=(n, 1))
    return {"x": x, "message": rng.normal(size=(n, k)), "eps": eps}


def inputs(rng):
    small = [0.01, 1e-5, 0.3, 1.0, 0.1, 2.0, 1e-3, 0.5, 0.2, 1e-5]
    cases = [_case(rng, *size, eps * float(rng.uniform(1, 2))) for size, eps in zip(SIZES, small, strict=True)]
    cases[1]["x"][1] = cases[1]["x"][1, 0]  # a constant row
    cases[4]["x"][2] = 1.5
    cases[5]["x"] += 1000.0
    return cases


def wide(rng):
    case = _case(rng, *sizes(rng, 2), float(10 ** rng.uniform(-4, 0.5)))
    if rng.random() < 0.3:
        case["x"][0] = 0.7
    return case


def forward(x, eps):
    centred = x - x.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + eps)


def truth(x, message, eps):
    """A complex step in each column of x."""
    steps = [(message * forward(x + 1j * H * e, eps).imag / H).sum(axis=1) for e in np.eye(x.shape[1])]
    return forward(x, eps), np.stack(steps, axis=1)


def by_jacobian(x, message, eps):
    k = x.shape[1]
    C, y = np.eye(k) - 1 / k, forward(x, eps)
    rows = []
    for c, m, out in zip(x @ C, message, y, strict=True):
        s = np.sqrt(c @ c / k + eps)
        rows.append(m @ (C / s - np.outer(out, c) / (k * s**2)))
    return y, np.array(rows)


def line_by_line(x, message, eps):
    """As a tape would: each line of the way forward, turned round."""
    k = x.shape[1]
    mu = x.sum(axis=1, keepdims=True) / k
    c = x - mu
    s = ((c * c).sum(axis=1, keepdims=True) / k + eps) ** 0.5
    back_c = message / s
    back_s = (-message * c / s**2).sum(axis=1, keepdims=True)
    back_c = back_c + back_s / (2 * s) / k * 2 * c
    return c / s, back_c - back_c.sum(axis=1, keepdims=True) / k


def in_columns(x, message, eps):
    y, back = line_by_line(x, message, eps)
    return y.T.copy().T, list(back)


CENTRED = "x - x.mean(axis=1, keepdims=True)"
S = "np.sqrt((centred**2).mean(axis=1, keepdims=True) + eps)"
STRAIGHT = "message - message.mean(axis=1, keepdims=True)"
OVER_S = "y * (message * y).mean(axis=1, keepdims=True)"
BACK = f"(straight - {OVER_S}) / s"
slip = part_slips(PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"y": 1, "back": 4},
    passed="Three ways, one line. On the tape it would be nine operations, each with an array of its own to keep.",
    batch="x",
    shapes={"x": "n k", "message": "n k"},
    room={
        "a constant row": lambda case: (np.ptp(case["x"], axis=1) == 0).any(),
        "entries near 1000": lambda case: case["x"].max() > 500,
        "more than 8 rows": lambda case: len(case["x"]) > 8,
        "an eps over 0.25": lambda case: case["eps"] > 0.25,
    },
    ask={
        "y": "For one row, write down μ, then s, then y. At which of them do you and the program part?",
        "back": "Give all three ways for a row of two numbers, one by one: which of them does your formula leave out?",
    },
    wide=wide,
    misconceptions=(
        slip("straight_way_only", "that is the message over s, the straight way alone. What else moves in y, if one "
             "entry of x moves?", (BACK, "message / s")),
        slip("mean_taken_as_fixed", "the way over s is there, and the one over the mean is missing. What does a nudge "
             "of one entry of x do to μ?", (STRAIGHT, "message")),
        slip("spread_taken_as_fixed", "the way over the mean is there, and the one over s is missing. What does a "
             "nudge of one entry of x do to s?", (BACK, "straight / s")),
        slip("signs_of_the_ways", "the way over s is added. If s grows, does y grow with it?",
             ("straight - y", "straight + y")),
        slip("mean_added", "the way over the mean is added. If μ grows, does y grow with it?",
             (STRAIGHT, STRAIGHT.replace(" - ", " + "))),
        slip("sums_for_means", "it looks as if sums stood where means should: how far does one of k entries move the "
             "mean?", (STRAIGHT, STRAIGHT.replace("mean", "sum")), ("(message * y).mean", "(message * y).sum")),
        slip("sum_over_the_mean", "on the way over the mean a sum stands where a mean should. How far does one of k "
             "entries move μ?", (STRAIGHT, STRAIGHT.replace("mean", "sum"))),
        slip("sum_over_the_spread", "on the way over s a sum stands where a mean should. How far does one of k entries "
             "move s?", ("(message * y).mean", "(message * y).sum")),
        slip("factor_two", "the way over s counts twice. The square brings a 2: what does the root bring?",
             (f"straight - {OVER_S}", f"straight - 2 * {OVER_S}")),
        slip("half", "the way over s counts half. The root brings a half: what does the square bring?",
             (f"straight - {OVER_S}", f"straight - 0.5 * {OVER_S}")),
        slip("division_forgotten", "everything is there but the division by s. What is the slope of (x − μ) / s in x?",
             (f"{BACK}", f"straight - {OVER_S}")),
        slip("divided_twice", "everything is divided by s once too often. How many of the factors 1/s are in y "
             "already?", (BACK, f"{BACK} / s")),
        slip("eps_taken_as_zero_backward", "it looks as if the way over s were taken as for eps = 0. Which s belongs "
             "into its slope?", (OVER_S, f"{OVER_S} * s**2 / (s**2 - eps + (s**2 <= eps * 1.000001))")),
        slip("centred_for_y", "on the way over s stands x − μ where y should. Through how many divisions by s does "
             "that way go?", ("(straight - y *", "(straight - centred *")),
        slip("message_mean_on_the_way_over_s", "on the way over s the mean of the message is taken alone. Does every "
             "y feel a change of s in the same way?", ("(message * y).mean", "message.mean")),
        slip("y_not_multiplied", "on the way over s the factor y is missing. Does every x move s in the same way?",
             ("(straight - y * (", "(straight - (")),
        slip("times_s", "everything is multiplied by s. What is the slope of (x − μ) / s in x?",
             (BACK, BACK.replace("/ s", "* s"))),
        slip("message_ignored", "the message does not come in. What is a local derivative multiplied by?",
             (STRAIGHT, "np.ones_like(x)"), ("(message * y)", "y")),
        slip("minus_in_front", "the right one with the wrong sign. If one entry of x grows, where does its own y go?",
             (BACK, f"-{BACK}")),
        slip("by_columns", "it looks as if each column were treated by itself. Over which axis do the means go?",
             ("axis=1", "axis=0")),
        slip("over_the_whole_array", "it looks as if one mean and one s were taken for the whole array. Which numbers "
             "belong to one row?", ("axis=1, keepdims=True", "")),
        slip("divided_by_k_minus_1", "it looks as if the squares were divided by k − 1. By what does the task divide?",
             (S, "np.sqrt((centred**2).sum(axis=1, keepdims=True) / max(x.shape[1] - 1, 1) + eps)")),
        slip("eps_outside_the_root", "it looks as if eps were added to the root. Where does it stand in the task?",
             (S, "np.sqrt((centred**2).mean(axis=1, keepdims=True)) + eps")),
        slip("eps_forgotten", "it looks as if eps were left out. What is s in a row that is constant?",
             (S, "np.maximum(np.sqrt((centred**2).mean(axis=1, keepdims=True)), 1e-12)")),
        slip("eps_fixed", "it looks as if eps were 1e-5 whatever comes. What is the argument for?",
             ("+ eps", "+ 1e-5")),
        slip("root_forgotten", "it looks as if the root were left out, so you divide by the variance. What is s?",
             (S, "(centred**2).mean(axis=1, keepdims=True) + eps")),
        slip("mean_kept", "it looks as if the mean were not taken off in y. What stands above the line there?",
             ("y = centred", "y = x")),
        slip("length_for_spread", "it looks as if you divided by the length of the row: a sum of squares where a mean "
             "should be. What stands before the sum in s?",
             (S, "np.sqrt((centred**2).sum(axis=1, keepdims=True) + eps)")),
        slip("spread_around_zero", "it looks as if the squares of x itself went into s. From what is the distance "
             "taken?",
             ("(centred**2)", "(x**2)")),
        slip("mean_distance", "it looks as if s were the mean of |x − μ|. What happens to the distances before the "
             "mean is taken?", (S, "np.abs(centred).mean(axis=1, keepdims=True) + eps")),
        slip("slope_of_the_first_row", "it looks as if the s of the first row were used for all. Which s belongs to a "
             "row?",
             (BACK, BACK.replace("/ s", "/ s[0]"))),
    ),
    right=(by_jacobian, line_by_line, in_columns),
    wrong=(
        each_part(line_by_line, np.squeeze),
        each_part(line_by_line, np.transpose),
        lambda x, message, eps: line_by_line(x, message, eps)[::-1],
        lambda x, message, eps: line_by_line(x, message / len(x), eps),
        lambda x, message, eps: line_by_line(np.where(np.abs(x) > 100, 100.0, x), message, eps),
        lambda x, message, eps: (forward(x, eps), message * 0.0),
        lambda x, message, eps: (forward(x, eps), forward(message, eps)),
        edited(PROGRAM, (BACK, f"{BACK} * (s > np.sqrt(eps) * 1.001)")),
        edited(PROGRAM, (BACK, f"np.where(x.shape[1] > 20, straight / s, {BACK})")),
        edited(PROGRAM, (BACK, f"{BACK} * (np.arange(len(x)) < 8)[:, None]")),
    ),
)  # fmt: skip
