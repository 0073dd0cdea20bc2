"""Chapter 02: log-sum-exp, for logits of any size."""

import numpy as np

from bpcourse.losses import log_softmax, softmax
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise, Misconception

from .cases import corner_logits
from .edits import ROOM, SHIFTS, logits, quiet, wide_logits


def _lse(Z):
    return _by(Z, Z.max(axis=1, keepdims=True))


def _by(Z, m):
    """Log-sum-exp with the shift m, whatever that does."""
    return np.broadcast_to(m, (len(Z), 1))[:, 0] + np.log(np.exp(Z - m).sum(axis=1))


def _inner(Z, total=lambda E: E.sum(axis=1)):
    """The sum of the shifted exponentials, or something else of them."""
    return total(np.exp(Z - Z.max(axis=1, keepdims=True)))


def _out_of_bounds(case, came):
    """True if it is right, or in some row outside of what the largest logit allows."""
    Z, m = case["Z"], case["Z"].max(axis=1)
    if came.parts is None or came.parts[0].shape != m.shape or not np.isfinite(came.parts[0]).all():
        return False
    over = came.parts[0] - m
    slack = 1e-6 * np.abs(m).max() + 1e-6
    return bool((over < -slack).any() or (over > np.log(Z.shape[1]) + slack).any()) or agree(came.parts[0], _lse(Z))


def _lse_mistake(name, message, wrong, **options):
    return Misconception(name, quiet(wrong), message, **options)


LOG_SUM_EXP = Exercise(
    name="log_sum_exp",
    inputs=lambda rng: [{"Z": Z} for Z in (*logits(rng), *corner_logits(rng))],
    truth=lambda Z: np.logaddexp.reduce(Z, axis=1),  # by pairs, without any common shift
    parts={"log_sum_exp": 3},
    passed="It is right near 0, at 1000 and at -1000, for rows thousands apart, and for logits of one row that are.",
    batch="Z",
    shapes={"Z": "n K"},
    room=ROOM,
    wide=lambda rng: {"Z": wide_logits(rng)},
    ask={"log_sum_exp": "Take one row with three logits, such as 0, 1 and 2: which numbers go into the sum?"},
    misconceptions=(
        _lse_mistake(
            "overflow",
            "The formula is right for small logits. At 1000 it gives inf, and at -1000 minus inf. "
            "What can be taken out of a row before `exp`?",
            lambda Z: np.log(np.exp(Z).sum(axis=1)),
        ),
        _lse_mistake(
            "shift_not_added",
            "You took the largest logit out of the exponentials. Where does it come back?",
            lambda Z: np.log(_inner(Z)),
        ),
        *(
            _lse_mistake(name, f"It is {message}", lambda Z, shift=shift: _by(Z, shift(Z)))
            for name, (shift, message) in SHIFTS.items()
        ),
        _lse_mistake(
            "by_a_probability",
            "A logit minus the log of its probability: right until that probability is rounded to 0. Which logit of a "
            "row has one that never is?",
            lambda Z: Z[:, 0] - np.log(softmax(Z)[:, 0]),
        ),
        _lse_mistake(
            "first_left_out",
            "The first logit of each row is left out. Where does the sum begin?",
            lambda Z: np.logaddexp.reduce(Z[:, 1:], axis=1),
        ),
        _lse_mistake(
            "last_left_out",
            "The last logit of each row is left out. Where does the sum end?",
            lambda Z: np.logaddexp.reduce(Z[:, :-1], axis=1),
        ),
        _lse_mistake(
            "maximum_where_infinite",
            "Where the exponentials overflow, or are all rounded to 0, it is the largest logit alone. What do the "
            "others add there?",
            lambda Z: (lambda s: np.where(np.isfinite(s), s, Z.max(axis=1)))(np.log(np.exp(Z).sum(axis=1))),
        ),
        _lse_mistake(
            "largest_in_size",
            "You take off the logit that is largest in size. Where all logits of a row are far below 0, what is left "
            "of the exponentials?",
            lambda Z: _by(Z, np.abs(Z).max(axis=1, keepdims=True)),
        ),
        _lse_mistake(
            "columns_shifted",
            "The largest logit of each column is taken off, and the largest of each row is added. Over which of the "
            "two does the sum run?",
            lambda Z: Z.max(axis=1) + np.log(np.exp(Z - Z.max(axis=0)).sum(axis=1)),
        ),
        _lse_mistake(
            "clipped",
            "Large logits are cut off at 700 before they are used. Is the sum of their exponentials still the same?",
            lambda Z: np.log(np.exp(np.clip(Z, -700, 700)).sum(axis=1)),
        ),
        _lse_mistake(
            "patched",
            "Something tiny is added inside the log. Where all logits are far below 0, does that still leave them "
            "a say?",
            lambda Z: np.log(np.exp(Z).sum(axis=1) + 1e-12),
        ),
        _lse_mistake(
            "maximum_only",
            "That is the largest logit of each row. What do the other logits add?",
            lambda Z: Z.max(axis=1),
        ),
        _lse_mistake(
            "maximum_where_large",
            "Right for small logits, and for large ones it is the largest of each row alone. What do the others add?",
            lambda Z: np.where(Z.max(axis=1) > 700, Z.max(axis=1), _lse(Z)),
        ),
        _lse_mistake(
            "mean_for_sum",
            "Too small by the log of the number of classes. Is a mean taken where a sum should be?",
            lambda Z: Z.max(axis=1) + np.log(_inner(Z, lambda E: E.mean(axis=1))),
        ),
        _lse_mistake(
            "one_added",
            "There is a 1 too many in the sum: the largest logit is counted twice. Does `log1p` already add one?",
            lambda Z: Z.max(axis=1) + np.log1p(_inner(Z)),
        ),
        _lse_mistake(
            "other_base",
            "The log has the base 10, and the exponentials have the base e. Which logarithm undoes `exp`?",
            lambda Z: Z.max(axis=1) + np.log10(_inner(Z)),
        ),
        _lse_mistake(
            "base_two",
            "The log has the base 2, and the exponentials have the base e. Which logarithm undoes `exp`?",
            lambda Z: Z.max(axis=1) + np.log2(_inner(Z)),
        ),
        _lse_mistake(
            "log_subtracted",
            "The log of the sum is taken off the largest logit. Should it make the result larger or smaller?",
            lambda Z: Z.max(axis=1) - np.log(_inner(Z)),
        ),
        _lse_mistake(
            "shift_times_log",
            "The shift is multiplied with the log of the sum. What does a factor in front of a sum become in its log?",
            lambda Z: Z.max(axis=1) * np.log(_inner(Z)),
        ),
        _lse_mistake(
            "shift_subtracted",
            "The maximum is subtracted twice: once inside, once outside. What undoes the one inside?",
            lambda Z: np.log(_inner(Z)) - Z.max(axis=1),
        ),
        _lse_mistake(
            "logarithm_missing",
            "The maximum is added to the sum itself. Which function of the sum belongs there?",
            lambda Z: Z.max(axis=1) + _inner(Z),
        ),
        _lse_mistake(
            "soft_minimum",
            "These are the numbers of the smallest logits, as if all signs were turned. Which of the logits should "
            "count most?",
            lambda Z: -_lse(-Z),
        ),
        _lse_mistake(
            "sum_of_logits",
            "That is the sum of the logits: log and exp undo each other. Which of log, sum and exp comes first?",
            lambda Z: Z.sum(axis=1),
        ),
        _lse_mistake(
            "log_of_each",
            "The log is taken of each exponential, and undoes it, before they are added. Which of sum and log comes "
            "first?",
            lambda Z: np.log(np.exp(Z)).sum(axis=1),
        ),
        _lse_mistake(
            "log_forgotten",
            "That is the sum of the exponentials. What is still to be done with it?",
            lambda Z: np.exp(Z).sum(axis=1),
        ),
        _lse_mistake(
            "all_as_the_largest",
            "That is the largest logit plus the log of the number of classes, as if all logits were as large. How much "
            "does a smaller one add?",
            lambda Z: Z.max(axis=1) + np.log(Z.shape[1]),
        ),
        _lse_mistake(
            "two_maxima_row_added",
            "One maximum, that of the batch, is taken off, and another, that of the row, is added. Which of them "
            "should both be?",
            lambda Z: Z.max(axis=1) + np.log(np.exp(Z - Z.max()).sum(axis=1)),
        ),
        _lse_mistake(
            "two_maxima_batch_added",
            "One maximum, that of the row, is taken off, and another, that of the batch, is added. Which of them "
            "should both be?",
            lambda Z: Z.max() + np.log(_inner(Z)),
        ),
        _lse_mistake(
            "sum_of_the_batch",
            "The exponentials of all rows are added. Which of them belong to one example?",
            lambda Z: Z.max(axis=1) + np.log(_inner(Z, np.sum)),
        ),
        _lse_mistake(
            "columns",
            "One number for each column. Z has one row an example: over which axis is the sum?",
            lambda Z: np.logaddexp.reduce(Z, axis=0),
        ),
        _lse_mistake(
            "everything",
            "One number for the whole batch. How many examples are there?",
            lambda Z: np.logaddexp.reduce(Z, axis=None),
        ),
        _lse_mistake(
            "summed_over_batch",
            "One number: the log-sum-exp of all rows, added up. How many examples are there?",
            lambda Z: _lse(Z).sum(),
        ),
        _lse_mistake(
            "averaged_over_batch",
            "One number: the mean over the rows. How many examples are there?",
            lambda Z: _lse(Z).mean(),
        ),
        _lse_mistake(
            "first_logit_taken_off",
            "That is minus the log of the probability of the first class. What is it without the first logit?",
            lambda Z: _lse(Z) - Z[:, 0],
        ),
        _lse_mistake(
            "out_of_bounds",
            "In some row it is less than the largest logit, or more than the largest plus the log of the number of "
            "classes. Why can that not be?",
            lambda Z: _lse(Z) + np.log(Z.shape[1]),
            shows=_out_of_bounds,
        ),
        _lse_mistake(
            "log_softmax",
            "That is the log of softmax, one number for each class. Which part of it is asked for here?",
            log_softmax,
        ),
        _lse_mistake("softmax", "That is softmax, one number for each class. What is asked for here?", softmax),
        _lse_mistake(
            "softmax_overflow",
            "That is softmax, and `exp` overflows in it. How many numbers are asked for in each row?",
            lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True),
        ),
    ),
)
