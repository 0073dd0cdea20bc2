"""Huber's loss of an error, and its slope."""

import functools
import math
from dataclasses import replace

import numpy as np

import bpcourse as bp
from bpcourse.marking.compare import agree, alike
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import slope as complex_slope

from .common.edits import edited, slips
from .common.logits import whole
from .common.sizes import sizes

PROGRAM = """
def huber(r, d):
    small = np.abs(r) <= d
    loss = np.where(small, r**2 / 2, d * (np.abs(r) - d / 2))
    slope = np.where(small, r, d * np.sign(r))
    return loss, slope
"""
right = edited(PROGRAM)
NEAR, FAR = "r**2 / 2", "d * (np.abs(r) - d / 2)"
NEAR_SLOPE, FAR_SLOPE = "np.where(small, r, d", "d * np.sign(r)"
LOSS, SLOPE = f"np.where(small, {NEAR}, {FAR})", f"np.where(small, r, {FAR_SLOPE})"
SMALL = "np.abs(r) <= d"


def _truth(r, d):
    def loss(x):  # branches by the real part, so that the complex step can differentiate it
        return np.where(np.abs(np.real(x)) <= d, x * x / 2, d * (x * np.sign(np.real(x)) - d / 2))

    return np.real(loss(r)), complex_slope(loss, r)


def _errors(rng):
    """Errors of all sizes, in the larger cases some a hundredth within and beyond the threshold, on both sides; in one
    case exactly 0 and exactly the threshold, in one none beyond it, in one all. Whole numbers, as many rows as columns,
    equal ones, d = 1; errors near 0; errors in the thousands; one error.
    """
    cases = []
    plan = ((7, 3), 0.7), ((5, 2), 1.3), ((4, 6), 2.0), ((6,), 0.9), ((3, 5), 2), ((4, 3), 30.0), ((2, 4), 0.05)
    for shape, d in plan:
        r = rng.normal(size=shape) * 2.5
        if d < 5:
            r.flat[rng.permutation(r.size)[:4]] = 0.99 * d, -0.99 * d, 1.01 * d, -1.01 * d
        if d == 2 and isinstance(d, int):
            r.flat[[0, *1 + rng.permutation(r.size - 1)[:3]]] = 2.7, 0.0, d, -d  # the first makes d of a whole array
        if d == 0.05:
            r = rng.choice([-1, 1], size=shape) * rng.uniform(0.1, 4, size=shape)
        cases.append({"r": r, "d": d})
    one = rng.uniform(0.2, 0.9, size=3)
    return [
        *cases,
        {"r": whole(rng), "d": 1.0},
        {"r": rng.normal(size=(8, 9)) * 1e-8, "d": 1.1},
        {"r": rng.choice([-1, 1], size=(2, 2)) * rng.uniform(1500, 3000, size=(2, 2)), "d": 0.6},
        {"r": -one[:1] - 1, "d": 0.8},
        {"r": one[1:2, None], "d": 1.4},
        {"r": one[2:, None] + 1, "d": 0.6},
    ]


def _wide(rng):
    shape = sizes(rng, rng.integers(1, 3))
    return {"r": rng.normal(size=shape) * 10 ** rng.uniform(-2, 3), "d": float(10 ** rng.uniform(-2, 2))}


def _same_in(case, came, expected, there, same):
    """True if, in the places `there`, what came is what is expected, part by part."""
    pairs = zip(came.parts or [np.zeros(0)] * 2, expected, strict=True)
    return all(c.shape == np.shape(e) == there.shape and same(c[there], e[there]) for c, e in pairs)


def _right_where(small):
    """Shows a mistake beyond the threshold, or within it: the other piece is right in both parts."""
    return lambda case, came: _same_in(case, came, _truth(**case), (np.abs(case["r"]) <= case["d"]) == small, agree)


def _slip(name, message, *changes, shows=None):
    """Shows as well the mistake that is made with `<` for `<=`, or with r / |r| for the sign."""
    made = slips(PROGRAM, alone=True)(name, message, *changes, shows=shows)

    def but_for_the_edges(case, came):
        there = (case["r"] != 0) & (np.abs(case["r"]) != case["d"])
        return _same_in(case, came, made.wrong(*case.values()), there, alike)

    return made if shows else replace(made, shows=but_for_the_edges)


# ----- right in other words


def with_loops(r, d):
    loss, slope = np.zeros(r.shape), np.zeros(r.shape)
    for i in np.ndindex(r.shape):
        if abs(r[i]) <= d:
            loss[i], slope[i] = r[i] * r[i] / 2, r[i]
        else:
            loss[i], slope[i] = d * abs(r[i]) - d * d / 2, math.copysign(d, r[i])
    return loss.tolist(), slope


def clipped(r, d):
    s = np.minimum(np.maximum(r, -d), d)
    return [s * r - s**2 / 2, s]


def recursive(r, d):
    if np.ndim(r) == 0:
        x = float(r)
        return (x * x / 2, x) if abs(x) <= d else (d * (abs(x) - d / 2), math.copysign(d, x))
    parts = [recursive(x, d) for x in r]
    return [part[0] for part in parts], [part[1] for part in parts]


def with_masks(r, d):
    loss, slope, small = np.empty_like(r), np.empty_like(r), np.abs(r) < d
    loss[small], slope[small] = r[small] ** 2 / 2, r[small]
    loss[~small], slope[~small] = d * (np.abs(r[~small]) - d / 2), d * np.sign(r[~small])
    return loss, slope


def measured(r, d, h=1e-6):
    return clipped(r, d)[0], (clipped(r + h, d)[0] - clipped(r - h, d)[0]) / (2 * h)


class Huber:
    def __call__(self, r, d):
        column, loss = r.reshape(-1, 1), bp.huber(float(d))
        return loss(column, 0 * column).reshape(r.shape), loss.gradient(column, 0 * column).reshape(r.shape)


# ----- wrong


def in_place(r, d):
    loss = clipped(r, d)[0]
    np.clip(r, -d, d, out=r)
    return loss, r


def row_by_row(r, d):
    """Two nested loops, for two dimensions only."""
    parts = [[clipped(np.array(x), d) for x in row] for row in r]
    return [[part[0] for part in row] for row in parts], [[part[1] for part in row] for row in parts]


# fmt: off
EXERCISE = Exercise(
    inputs=_errors,
    truth=_truth,
    parts={"loss": 1, "slope": 1},
    passed="Both pieces are right, they meet without a jump, and the slope is the derivative of the loss.",
    batch="r",
    shapes={"r": "..."},
    room={
        "one error": lambda case: case["r"].size == 1,
        "one dimension": lambda case: case["r"].ndim == 1,
        "two dimensions": lambda case: case["r"].ndim == 2,
        "no error beyond the threshold": lambda case: np.abs(case["r"]).max() <= case["d"],
        "no error within the threshold": lambda case: np.abs(case["r"]).min() > case["d"],
        "errors on both sides of the threshold": lambda case: (
            np.abs(case["r"]).min() <= case["d"] < np.abs(case["r"]).max()
        ),
        "whole numbers only": lambda case: (case["r"] == np.round(case["r"])).all(),
        "errors near 0 only": lambda case: np.abs(case["r"]).max() < 1e-6,
        "errors in the thousands": lambda case: np.abs(case["r"]).max() > 1000,
        "an error of 0": lambda case: (case["r"] == 0).any(),
        "a whole number for the threshold": lambda case: isinstance(case["d"], int),
    },
    wide=_wide,
    ask={
        "loss": "Put in d/2, d and 2d for r, and the same below 0: what does each piece of the formula give?",
        "slope": "Draw the loss: how steep is it at 0, at d/2 and at 2d, and at the same places below 0?",
    },
    misconceptions=(
        _slip("jump", "For large errors `loss` is d |r|. At |r| = d the inner piece is d²/2: do the two meet?",
            (FAR, "d * np.abs(r)")),
        _slip("bracket_lost",
            "For large errors `loss` is d |r| - d/2. What does the d in front of the bracket multiply?",
            (FAR, "d * np.abs(r) - d / 2")),
        _slip("half_lost_beyond",
            "For large errors `loss` is d (|r| - d). At |r| = d the inner piece is d²/2: do the two meet?",
            (FAR, "d * (np.abs(r) - d)")),
        _slip("half_lost_within", "For small errors `loss` is r². Which factor stands before the square?",
            (NEAR, "r**2")),
        _slip("flat_beyond",
            "`loss` does not grow beyond the threshold. Is an error of 10 no worse than one of d?", (FAR, "d**2 / 2")),
        _slip("outer_slope_one",
            "{parts}: the straight pieces have slope 1. How steep is the inner piece where it ends?",
            (FAR, "np.abs(r) - d / 2"), (FAR_SLOPE, "np.sign(r)")),
        _slip("shifted_absolute",
            "{parts}: the pieces meet, but with a bend. How steep must the straight piece be to leave no kink?",
            (FAR, "np.abs(r) - d + d**2 / 2"), (FAR_SLOPE, "np.sign(r)")),
        _slip("sign_lost",
            "`slope` is +d for large errors of both signs. If `a` is far too small and grows, does the loss rise?",
            (FAR_SLOPE, "d")),
        _slip("far_not_differentiated", "`slope` is d |r| for large errors. What is the derivative of d |r|?",
            (FAR_SLOPE, "d * np.abs(r)")),
        _slip("far_turned",
            "`slope` has the wrong sign for large errors, and the right one for small ones. Does the loss of a large r "
            "> 0 rise or fall as r grows?", (FAR_SLOPE, "-d * np.sign(r)")),
        _slip("two_r", "`slope` is 2r for small errors. What does the 1/2 do when r² is differentiated?",
            (NEAR_SLOPE, "np.where(small, 2 * r, d")),
        _slip("dead_beyond", "`slope` is 0 for large errors: they teach nothing. Is the loss flat out there?",
            (FAR_SLOPE, "0.0")),
        _slip("straight_everywhere",
            "{parts}: the straight piece is taken for errors of all sizes. What happens below the threshold?",
            (LOSS, FAR), (SLOPE, FAR_SLOPE)),
        _slip("clipped_at_one", "`slope` is r/d, cut off at 1. What is the derivative of r²/2?",
            (SLOPE, "np.clip(r / d, -1, 1)")),
        _slip("one_piece_if_all",
            "{parts}: one piece is chosen for the whole array, the square only if all errors are small. Who should "
            "choose?",
            (SMALL, f"np.all({SMALL})")),
        _slip("one_piece_if_any",
            "{parts}: one piece is chosen for the whole array, the square as soon as one error is small. Who should "
            "choose?",
            (SMALL, f"np.any({SMALL})")),
        _slip("half_missing", "{parts}: twice the right one. Where is the 1/2 of the square?",
            ("return loss, slope", "return 2 * loss, 2 * slope")),
        _slip("never_clipped",
            "{parts}: as for the half squared error, whatever the size. What happens beyond the threshold?",
            (LOSS, NEAR), (SLOPE, "r")),
        _slip("absolute", "{parts}: as for the absolute error, whatever the size. What happens below the threshold?",
            (LOSS, "np.abs(r)"), (SLOPE, "np.sign(r)")),
        _slip("pieces_swapped", "{parts}: the two pieces have changed places. Which of them belongs to small errors?",
            (SMALL, "np.abs(r) > d")),
        _slip("sign_ignored", "{parts}: large errors below 0 are treated as if they were above. Where does |r| belong?",
            (FAR, "d * (r - d / 2)"), (FAR_SLOPE, "d")),
        _slip("one_sided", "{parts}: large errors below 0 still count as a square. What should be compared with d?",
            (SMALL, "r <= d")),
        _slip("square_compared", "{parts}: r² is compared with d. Which size of r makes the two pieces meet?",
            (SMALL, "r**2 <= d")),
        _slip("d_is_one", "{parts}: these are the numbers for d = 1. Where does the argument `d` come in?",
            ("    small", "    d = 1\n    small")),
        _slip("signs_turned",
            "`slope` is the right one with the wrong sign. Is the loss of r = 1 going up or down as r grows?",
            ("return loss, slope", "return loss, -slope")),
        _slip("loss_for_slope", "`slope` is the loss once more. What is its derivative by r?", (SLOPE, "loss")),
        _slip("averaged",
            "{parts}: a mean over all entries has come in. Each entry has a loss of its own: who asked for a mean?",
            ("return loss, slope", "return loss.mean(), slope / r.size")),
        _slip("summed",
            "`loss` is one number, the sum over all entries. Each entry has a loss of its own: who asked for a sum?",
            ("return loss,", "return loss.sum(),")),
        _slip("pseudo_huber", "{parts}: that is pseudo-Huber, one smooth curve. Which two pieces does the formula "
            "have?",
            (LOSS, "d**2 * (np.sqrt(1 + (r / d) ** 2) - 1)"), (SLOPE, "r / np.sqrt(1 + (r / d) ** 2)")),
        _slip("log_cosh", "{parts}: that is log-cosh, one smooth curve. Which two pieces does the formula have?",
            (LOSS, "d**2 * np.log(np.cosh(r / d))"), (SLOPE, "d * np.tanh(r / d)")),
        _slip("wrong_beyond",
            "{parts}: right for small errors, and not for all large ones. What do the straight pieces look like?",
            (FAR, "d * (np.abs(r) + d / 2)"), (FAR_SLOPE, "d * r"), shows=_right_where(small=True)),
        _slip("wrong_within",
            "{parts}: right for large errors, and not for all small ones. What does the inner piece look like?",
            (NEAR, "np.abs(r) / 2"), (NEAR_SLOPE, "np.where(small, r / 2, d"), shows=_right_where(small=False)),
    ),
    right=(
        with_loops,
        clipped,
        recursive,
        with_masks,
        measured,
        Huber(),
        lambda r, d: np.stack(clipped(r, d)).tolist(),
        functools.partial(lambda half, r, d: clipped(r, 2 * half * d), 0.5),
        lambda r, d: [part * (1 + 1e-7) for part in clipped(r, d)],
        lambda r, d: [part.astype(np.float32) for part in clipped(r, d)],
        lambda r, d: clipped(np.asfortranarray(r), d),
    ),
    wrong=(
        in_place,
        row_by_row,
        edited(PROGRAM, (SLOPE, "np.abs(r).clip(0, d) * np.tanh(1e6 * r)")),  # wrong near 0 alone
        # np.vectorize makes the type of the first result that of all: whole numbers, where the first is a whole d
        edited(PROGRAM, (SLOPE, "np.vectorize(lambda x: x if abs(x) <= d else d if x > 0 else -d)(r)")),
        edited(PROGRAM, (LOSS, "np.minimum(r**2 / 2, d * np.abs(r))")),
        edited(PROGRAM, (SLOPE, "np.where(np.abs(r) < d, r, np.where(np.abs(r) > d, d * np.sign(r), 0))")),
        edited(PROGRAM, (SMALL, "r**2 <= d"), (SLOPE, "np.clip(r, -d, d)")),
        edited(PROGRAM, ("return loss, slope", "return loss / d, slope / d")),
        *(edited(PROGRAM, ("    small", f"    {text}\n    small")) for text in (
            "d = d / 2",
            "d = min(d, 1)",
            "d = 1.01 if d == 1 else d",
            "d = d if len(r) > 1 else 2 * d",
            "r = r.clip(-1e3, 1e3)",  # afraid of large errors
        )),
        lambda r, d: [part.squeeze() for part in right(r[None], d)],  # right but for one row, one column
        lambda r, d: right(r, d) if r.shape != r.T.shape else [part.T for part in right(r, d)],
    ),
)
