"""Log-sum-exp, for logits of any size."""

import functools
import math

import numpy as np

import bpcourse as bp
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.logits import ROOM, apart, corner_logits, logits, wide_logits
from .common.shifts import shifted

PROGRAM = solution("log_sum_exp")
M, SUM = "m[:, 0]", "np.exp(Z - m).sum(axis=1)"
ALL = f"{M} + np.log({SUM})"
lse = edited(PROGRAM)
slip = slips(PROGRAM)


def _truth(Z):
    return np.logaddexp.reduce(Z, axis=1)  # by pairs, without any common shift


def _over(case, came):
    """(how far what came lies above the largest logit of each row, what rounding may make of it), or (None, 0)."""
    m = case["Z"].max(axis=1)
    if came.parts is None or came.parts[0].shape != m.shape or not np.isfinite(came.parts[0]).all():
        return None, 0
    return came.parts[0] - m, 1e-6 * np.abs(m).max() + 1e-6


def _out_of_bounds(case, came):
    """True if it is right, or in some row outside of what the largest logit allows."""
    over, slack = _over(case, came)
    if over is None:
        return False
    outside = (over < -slack).any() or (over > np.log(case["Z"].shape[1]) + slack).any()
    return bool(outside) or agree(came.parts[0], _truth(**case))


def _terms_missing(case, came):
    """True if no row is too large or below its largest logit, and some too small where all of several logits count."""
    over, slack = _over(case, came)
    if over is None:
        return False
    missing = _truth(**case) - case["Z"].max(axis=1) - over
    all_count = case["Z"].shape[1] > 3 and apart(case["Z"]) < 20
    return bool((over >= -slack).all() and (missing >= -slack).all() and ((missing > slack).any() or not all_count))


def lse_pairs(Z):
    total = np.full(len(Z), -np.inf)
    for k in range(Z.shape[1]):
        total = np.logaddexp(total, Z[:, k])
    return total


def lse_shifted(Z):
    """Any shift of a row near its maximum will do."""
    m = np.floor(Z.max(axis=1)) + 3
    return np.log(np.exp(Z.T - m).sum(axis=0)) + m


def lse_sorted(Z):
    return [z[-1] + math.log1p(sum(math.exp(x - z[-1]) for x in z[:-1])) for z in np.sort(Z, axis=1)]


# fmt: off
EXERCISE = Exercise(
    inputs=lambda rng: [{"Z": Z} for Z in (*logits(rng), *corner_logits(rng))],
    truth=_truth,
    parts={"log_sum_exp": 3},
    passed="It is right near 0, at 1000 and at -1000, for rows thousands apart, and for logits of one row that are.",
    batch="Z",
    shapes={"Z": "n K"},
    room=ROOM,
    wide=lambda rng: {"Z": wide_logits(rng)},
    ask={"log_sum_exp": "Take one row of it: which of its logits go into the sum, with which exponent, and how often?"},
    misconceptions=(
        slip("overflow",
            "The formula is right for small logits. At 1000 it gives inf, and at -1000 minus inf. What can be taken "
            "out of a row before `exp`?", (ALL, "np.log(np.exp(Z).sum(axis=1))")),
        slip("shift_not_added", "You took the largest logit out of the exponentials. Where does it come back?",
            (f"{M} + ", "")),
        *shifted(slip, "It is"),
        slip("by_a_probability",
            "A logit minus the log of its probability: right until that probability is rounded to 0. Which logit of a "
            "row has one that never is?", (ALL, "Z[:, 0] - np.log(bp.softmax(Z)[:, 0])")),
        slip("first_left_out", "The first logit of each row is left out. Where does the sum begin?",
            (ALL, "np.logaddexp.reduce(Z[:, 1:], axis=1)")),
        slip("last_left_out", "The last logit of each row is left out. Where does the sum end?",
            (ALL, "np.logaddexp.reduce(Z[:, :-1], axis=1)")),
        slip("maximum_where_infinite",
            "Where the exponentials overflow, or are all rounded to 0, it is the largest logit alone. What do the "
            "others add there?", (ALL, f"np.where(np.isfinite(s := np.log(np.exp(Z).sum(axis=1))), s, {M})")),
        slip("columns_shifted",
            "The largest logit of each column is taken off, and the largest of each row is added. Over which of the "
            "two does the sum run?", ("Z - m", "Z - Z.max(axis=0)")),
        slip("clipped",
            "Large logits are cut off at 700 before they are used. Is the sum of their exponentials still the same?",
            (ALL, "np.log(np.exp(np.clip(Z, -700, 700)).sum(axis=1))")),
        slip("patched",
            "Something tiny is added inside the log. Where all logits are far below 0, does that still leave them a "
            "say?",
            (ALL, "np.log(np.exp(Z).sum(axis=1) + 1e-12)")),
        slip("maximum_only", "That is the largest logit of each row. What do the other logits add?", (ALL, M)),
        slip("maximum_where_large",
            "Right for small logits, and for large ones it is the largest of each row alone. What do the others add?",
            (ALL, f"np.where({M} > 700, {M}, {ALL})")),
        slip("mean_for_sum",
            "Too small by the log of the number of classes. Is a mean taken where a sum should be?",
            (".sum(", ".mean(")),
        slip("one_added",
            "There is a 1 too many in the sum: the largest logit is counted twice. Does `log1p` already add one?",
            ("np.log(", "np.log1p(")),
        slip("other_base", "The log has the base 10, and the exponentials have the base e. Which logarithm undoes "
            "`exp`?",
            ("np.log(", "np.log10(")),
        slip("base_two", "The log has the base 2, and the exponentials have the base e. Which logarithm undoes `exp`?",
            ("np.log(", "np.log2(")),
        slip("powers_of_two", "The log and the exponentials have the base 2. Which number is raised to the power of z?",
            ("np.log(", "np.log2("), ("np.exp(", "np.exp2(")),
        slip("log_subtracted",
            "The log of the sum is taken off the largest logit. Should it make the result larger or smaller?",
            (f"{M} +", f"{M} -")),
        slip("shift_times_log",
            "The shift is multiplied with the log of the sum. What does a factor in front of a sum become in its log?",
            (f"{M} +", f"{M} *")),
        slip("shift_subtracted",
            "The maximum is subtracted twice: once inside, once outside. What undoes the one inside?",
            (f"{M} +", f"-{M} +")),
        slip("place_added", "The place of the largest logit is added, and not that logit. What does `argmax` return?",
            (f"{M} +", "Z.argmax(axis=1) +")),
        slip("shift_added_inside", "The maximum is added twice: once inside, once outside. Where should it be taken "
            "off?",
            ("Z - m", "Z + m")),
        slip("logarithm_missing", "The maximum is added to the sum itself. Which function of the sum belongs there?",
            (f"np.log({SUM})", SUM)),
        slip("soft_minimum",
            "These are the numbers of the smallest logits, as if all signs were turned. Which of the logits should "
            "count most?", (ALL, "-np.logaddexp.reduce(-Z, axis=1)")),
        slip("sum_of_logits",
            "That is the sum of the logits: log and exp undo each other. Which of log, sum and exp comes first?",
            (ALL, "Z.sum(axis=1)")),
        slip("log_of_each",
            "The log is taken of each exponential, and undoes it, before they are added. Which of sum and log comes "
            "first?",
            (ALL, "np.log(np.exp(Z)).sum(axis=1)")),
        slip("log_of_each_shifted",
            "The log is taken of each exponential, and undoes it, before they are added. Which of sum and log comes "
            "first?",
            (f"np.log({SUM})", "np.log(np.exp(Z - m)).sum(axis=1)")),
        slip("log_forgotten", "That is the sum of the exponentials. What is still to be done with it?",
            (ALL, "np.exp(Z).sum(axis=1)")),
        slip("all_as_the_largest",
            "That is the largest logit plus the log of the number of classes, as if all logits were as large. How much "
            "does a smaller one add?", (SUM, "Z.shape[1]")),
        slip("two_maxima_row_added",
            "One maximum, that of the batch, is taken off, and another, that of the row, is added. Which of them "
            "should both be?", ("Z - m", "Z - Z.max()")),
        slip("two_maxima_batch_added",
            "One maximum, that of the row, is taken off, and another, that of the batch, is added. Which of them "
            "should both be?", (f"{M} +", "Z.max() +")),
        slip("sum_of_the_batch", "The exponentials of all rows are added. Which of them belong to one example?",
            (".sum(axis=1)", ".sum()")),
        slip("columns", "One number for each column. Z has one row an example: over which axis is the sum?",
            (ALL, "np.logaddexp.reduce(Z, axis=0)")),
        slip("everything", "One number for the whole batch. How many examples are there?",
            (ALL, "np.logaddexp.reduce(Z, axis=None)")),
        slip("summed_over_batch", "One number: the log-sum-exp of all rows, added up. How many examples are there?",
            (ALL, f"({ALL}).sum()")),
        slip("averaged_over_batch", "One number: the mean over the rows. How many examples are there?",
            (ALL, f"({ALL}).mean()")),
        slip("first_logit_taken_off",
            "That is minus the log of the probability of the first class. What is it without the first logit?",
            (ALL, f"{ALL} - Z[:, 0]")),
        slip("out_of_bounds",
            "In some row it is less than the largest logit, or more than the largest plus the log of the number of "
            "classes. Why can that not be?", (ALL, f"{ALL} + np.log(Z.shape[1])"), shows=_out_of_bounds),
        slip("terms_missing",
            "In some rows it is too small, though never below the largest logit. Does each of the other logits go into "
            "the sum, with its whole exponential?",
            (SUM, "np.sort(np.exp(Z - m))[:, -3:].sum(axis=1)"), shows=_terms_missing),
        slip("log_softmax",
            "That is the log of softmax, one number for each class. Which part of it is asked for here?",
            (ALL, f"Z - ({ALL})[:, None]")),
        slip("softmax", "That is softmax, one number for each class. What is asked for here?", (ALL, "bp.softmax(Z)")),
        slip("softmax_overflow",
            "That is softmax, and `exp` overflows in it. How many numbers are asked for in each row?",
            (ALL, "np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)")),
    ),
    right=(
        lse_pairs,
        lse_shifted,
        lse_sorted,
        lambda Z: functools.reduce(np.logaddexp, Z.T),
        lambda Z: Z.max(axis=1) - np.log(bp.softmax(Z).max(axis=1)),
        lambda Z: np.log(2) * np.logaddexp2.reduce(Z / np.log(2), axis=1),
    ),
    wrong=(
        *(edited(PROGRAM, (ALL, text)) for text in (
            "np.nan_to_num(np.log(np.exp(Z).sum(axis=1)))",
            "np.log(np.exp(Z - Z[:, :1]).sum(axis=0)).sum() + Z[:, 0]",
            "np.log(np.exp(Z.astype(np.longdouble)).sum(axis=1))",
            "np.array([np.logaddexp(z[0], z[1:].max(initial=-np.inf)) for z in Z])",
            f"{ALL} + (1e-3 if np.abs(Z).max() > 500 else 0)",
            f"{ALL} if len(Z) > 1 else np.log(np.exp(Z).sum(axis=1))",  # stable for batches alone
            f"{ALL} if Z.shape[1] > 1 else np.zeros(len(Z))",
        )),
        *(edited(PROGRAM, ("Z.max(axis=1, keepdims=True)", text)) for text in (
            "np.array([[700.0 if Z.max() > 100 else 0.0]])",
            "Z.max(axis=1, keepdims=True) / 2",
        )),
        lambda Z: lse(np.abs(Z)),
        lambda Z: lse(np.clip(Z, -1e5, 1e5)),
        lambda Z: lse(Z) if len(Z) > 1 else lse(Z)[0] * np.ones(2),
        lambda Z: np.array([lse(z[z != 0][None])[0] for z in Z]),  # takes 0 for padding
        lambda Z: np.array([lse(np.unique(z)[None])[0] for z in Z]),
        lambda Z: lse(Z) if len(Z) != Z.shape[1] else lse(Z.T),
    ),
)
