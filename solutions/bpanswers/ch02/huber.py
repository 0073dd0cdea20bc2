"""Chapter 02: Huber's loss of an error, and its slope."""

from dataclasses import replace

import numpy as np

from bpcourse.marking.compare import agree, alike
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import slope as complex_slope

from .cases import errors, wide_errors
from .edits import mistakes


def _truth(r, d):
    def loss(x):  # branches by the real part, so that the complex step can differentiate it
        return np.where(np.abs(np.real(x)) <= d, x * x / 2, d * (x * np.sign(np.real(x)) - d / 2))

    return np.real(loss(r)), complex_slope(loss, r)


def _near(r, d):
    return r**2 / 2


def _far(r, d):
    return d * (np.abs(r) - d / 2)


def _pieces(near=_near, far=_far, small=lambda r, d: np.abs(r) <= d):
    """A function of (r, d) from its two pieces and the choice between them."""
    return lambda r, d: np.where(small(r, d), near(r, d), far(r, d))


def _steps(near=lambda r, d: r, far=lambda r, d: d * np.sign(r), **options):
    """The same, for slopes."""
    return _pieces(near, far, **options)


def _one_piece(enough):
    """Both parts, one of the two pieces for the whole array: the inner one if `enough` errors are small."""

    def choose(near, far):
        return lambda r, d: near(r, d) if enough(np.abs(r) <= d) else far(r, d)

    return {"loss": choose(_near, _far), "slope": choose(lambda r, d: r, lambda r, d: d * np.sign(r))}


def _but_for_the_edges(wrong):
    """Shows a mistake that is made with `<` for `<=`, or with r / |r| for the sign."""

    def shows(case, came):
        inside = (case["r"] != 0) & (np.abs(case["r"]) != case["d"])
        pairs = zip(came.parts or [np.zeros(0)] * 2, wrong(*case.values()), strict=True)
        return all(c.shape == np.shape(w) == inside.shape and alike(c[inside], w[inside]) for c, w in pairs)

    return shows


def _right_where(small):
    """Shows a mistake beyond the threshold, or within it: the other piece is right in both parts."""

    def shows(case, came):
        there = (np.abs(case["r"]) <= case["d"]) == small
        pairs = list(zip(came.parts or [np.zeros(0)] * 2, _truth(**case), strict=True))
        return all(c.shape == t.shape and agree(c[there], t[there]) for c, t in pairs)

    return shows


def _mistake(name, message, shows=None, **wrong):
    made = mistakes(loss=_pieces(), slope=_steps())(name, message, **wrong)
    return replace(made, shows=shows or _but_for_the_edges(made.wrong))


HUBER = Exercise(
    name="huber",
    inputs=errors,
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
    wide=wide_errors,
    ask={
        "loss": "Put in d/2, d and 2d for r, and the same below 0: what does each piece of the formula give?",
        "slope": "Draw the loss: how steep is it at 0, at d/2 and at 2d, and at the same places below 0?",
    },
    misconceptions=(
        _mistake(
            "jump",
            "For large errors `loss` is d |r|. At |r| = d the inner piece is d²/2: do the two meet?",
            loss=_pieces(far=lambda r, d: d * np.abs(r)),
        ),
        _mistake(
            "bracket_lost",
            "For large errors `loss` is d |r| - d/2. What does the d in front of the bracket multiply?",
            loss=_pieces(far=lambda r, d: d * np.abs(r) - d / 2),
        ),
        _mistake(
            "half_lost_beyond",
            "For large errors `loss` is d (|r| - d). At |r| = d the inner piece is d²/2: do the two meet?",
            loss=_pieces(far=lambda r, d: d * (np.abs(r) - d)),
        ),
        _mistake(
            "half_lost_within",
            "For small errors `loss` is r². Which factor stands before the square?",
            loss=_pieces(near=lambda r, d: r**2),
        ),
        _mistake(
            "flat_beyond",
            "`loss` does not grow beyond the threshold. Is an error of 10 no worse than one of d?",
            loss=lambda r, d: np.clip(r, -d, d) ** 2 / 2,
        ),
        _mistake(
            "outer_slope_one",
            "{parts}: the straight pieces have slope 1. How steep is the inner piece where it ends?",
            loss=_pieces(far=lambda r, d: np.abs(r) - d / 2),
            slope=_steps(far=lambda r, d: np.sign(r)),
        ),
        _mistake(
            "shifted_absolute",
            "{parts}: the pieces meet, but with a bend. How steep must the straight piece be to leave no kink?",
            loss=_pieces(far=lambda r, d: np.abs(r) - d + d**2 / 2),
            slope=_steps(far=lambda r, d: np.sign(r)),
        ),
        _mistake(
            "sign_lost",
            "`slope` is +d for large errors of both signs. If `a` is far too small and grows, does the loss rise?",
            slope=_steps(far=lambda r, d: d),
        ),
        _mistake(
            "far_not_differentiated",
            "`slope` is d |r| for large errors. What is the derivative of d |r|?",
            slope=_steps(far=lambda r, d: d * np.abs(r)),
        ),
        _mistake(
            "far_turned",
            "`slope` has the wrong sign for large errors, and the right one for small ones. Does the loss of a large "
            "r > 0 rise or fall as r grows?",
            slope=_steps(far=lambda r, d: -d * np.sign(r)),
        ),
        _mistake(
            "two_r",
            "`slope` is 2r for small errors. What does the 1/2 do when r² is differentiated?",
            slope=_steps(near=lambda r, d: 2 * r),
        ),
        _mistake(
            "dead_beyond",
            "`slope` is 0 for large errors: they teach nothing. Is the loss flat out there?",
            slope=_steps(far=lambda r, d: 0),
        ),
        _mistake(
            "straight_everywhere",
            "{parts}: the straight piece is taken for errors of all sizes. What happens below the threshold?",
            loss=_far,
            slope=lambda r, d: d * np.sign(r),
        ),
        _mistake(
            "clipped_at_one",
            "`slope` is r/d, cut off at 1. What is the derivative of r²/2?",
            slope=lambda r, d: np.clip(r / d, -1, 1),
        ),
        _mistake(
            "one_piece_if_all",
            "{parts}: one piece is chosen for the whole array, the square only if all errors are small. Who should "
            "choose?",
            **_one_piece(np.all),
        ),
        _mistake(
            "one_piece_if_any",
            "{parts}: one piece is chosen for the whole array, the square as soon as one error is small. Who should "
            "choose?",
            **_one_piece(np.any),
        ),
        _mistake(
            "half_missing",
            "{parts}: twice the right one. Where is the 1/2 of the square?",
            loss=lambda r, d: 2 * _pieces()(r, d),
            slope=lambda r, d: 2 * _steps()(r, d),
        ),
        _mistake(
            "never_clipped",
            "{parts}: as for the half squared error, whatever the size. What happens beyond the threshold?",
            loss=_near,
            slope=lambda r, d: r,
        ),
        _mistake(
            "absolute",
            "{parts}: as for the absolute error, whatever the size. What happens below the threshold?",
            loss=lambda r, d: np.abs(r),
            slope=lambda r, d: np.sign(r),
        ),
        _mistake(
            "pieces_swapped",
            "{parts}: the two pieces have changed places. Which of them belongs to small errors?",
            loss=_pieces(_far, _near),
            slope=_steps(lambda r, d: d * np.sign(r), lambda r, d: r),
        ),
        _mistake(
            "sign_ignored",
            "{parts}: large errors below 0 are treated as if they were above. Where does |r| belong?",
            loss=_pieces(far=lambda r, d: d * (r - d / 2)),
            slope=_steps(far=lambda r, d: d),
        ),
        _mistake(
            "one_sided",
            "{parts}: large errors below 0 still count as a square. What should be compared with d?",
            loss=_pieces(small=lambda r, d: r <= d),
            slope=_steps(small=lambda r, d: r <= d),
        ),
        _mistake(
            "square_compared",
            "{parts}: r² is compared with d. Which size of r makes the two pieces meet?",
            loss=_pieces(small=lambda r, d: r * r <= d),
            slope=_steps(small=lambda r, d: r * r <= d),
        ),
        _mistake(
            "d_is_one",
            "{parts}: these are the numbers for d = 1. Where does the argument `d` come in?",
            loss=lambda r, d: _pieces()(r, 1),
            slope=lambda r, d: _steps()(r, 1),
        ),
        _mistake(
            "signs_turned",
            "`slope` is the right one with the wrong sign. Is the loss of r = 1 going up or down as r grows?",
            slope=lambda r, d: -_steps()(r, d),
        ),
        _mistake(
            "loss_for_slope",
            "`slope` is the loss once more. What is its derivative by r?",
            slope=_pieces(),
        ),
        _mistake(
            "averaged",
            "{parts}: a mean over all entries has come in. Each entry has a loss of its own: who asked for a mean?",
            loss=lambda r, d: _pieces()(r, d).mean(),
            slope=lambda r, d: _steps()(r, d) / r.size,
        ),
        _mistake(
            "summed",
            "`loss` is one number, the sum over all entries. Each entry has a loss of its own: who asked for a sum?",
            loss=lambda r, d: _pieces()(r, d).sum(),
        ),
        _mistake(
            "pseudo_huber",
            "{parts}: that is pseudo-Huber, one smooth curve. Which two pieces does the formula have?",
            loss=lambda r, d: d**2 * (np.sqrt(1 + (r / d) ** 2) - 1),
            slope=lambda r, d: r / np.sqrt(1 + (r / d) ** 2),
        ),
        _mistake(
            "log_cosh",
            "{parts}: that is log-cosh, one smooth curve. Which two pieces does the formula have?",
            loss=lambda r, d: d**2 * np.log(np.cosh(r / d)),
            slope=lambda r, d: d * np.tanh(r / d),
        ),
        _mistake(
            "wrong_beyond",
            "{parts}: right for small errors, and not for all large ones. What do the straight pieces look like?",
            loss=_pieces(far=lambda r, d: d * (np.abs(r) + d / 2)),
            slope=_steps(far=lambda r, d: d * r),
            shows=_right_where(True),
        ),
        _mistake(
            "wrong_within",
            "{parts}: right for large errors, and not for all small ones. What does the inner piece look like?",
            loss=_pieces(near=lambda r, d: np.abs(r) / 2),
            slope=_steps(near=lambda r, d: r / 2),
            shows=_right_where(False),
        ),
    ),
)
