"""Mistakes in the cross-entropy of a softmax: edits that fit every program with these lines, whatever else it does:

shifted = Z - Z.max(axis=1, keepdims=True)
log_A = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
loss = -(Y * log_A).sum(axis=1)
... = np.exp(log_A) - Y
"""

import numpy as np

from bpcourse.marking.compare import agree

from .shifts import COLUMNS, LARGEST, shifted

LOG_A = "shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))"
LOSS = "-(Y * log_A).sum(axis=1)"
SLOPE = "np.exp(log_A) - Y"
QUOTIENT = ("np.exp(log_A)", "np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)")
HARD = "np.eye(Y.shape[1])[Y.argmax(axis=1)]"


def clean(*parts):
    """The parts of a truth, 0 where they are 0 but for rounding: with one class there is nothing to get wrong."""
    return tuple(np.where(np.abs(part) < 1e-12, 0.0, part) for part in parts)


def rows_do_not_cancel(came, right, i):
    """True if part i alone is wrong, and some row of it does not sum to 0, as that of a softmax must; or nothing is."""
    if came.parts is None or not all(agree(came.parts[k], right[k]) for k in range(len(right)) if k != i):
        return False
    part = came.parts[i]
    if part.shape != right[i].shape or not np.isfinite(part).all():
        return False
    return bool((np.abs(part.sum(axis=1)) > 1e-6 * np.abs(part).max()).any()) or agree(part, right[i])


def _sinks(came, right):
    """True if the loss alone, the first part, is wrong, and only where it should be above 700: it has stopped there."""
    if came.parts is None or came.parts[0].shape != right[0].shape:
        return False
    loss, far, near = came.parts[0], right[0] > 700, right[0] < 9
    stopped = (loss[far] > 1) & (loss[far] < 750)
    others = all(map(agree, came.parts[1:], right[1:]))
    return bool(stopped.all()) and np.allclose(loss[near], right[0][near], rtol=1e-2, atol=1e-4) and others


def of_the_loss(slip, truth, Z="Z"):
    """Mistakes in `loss` alone. truth: of the exercise; `loss` is its first part. Z: the program's logits."""

    def wrong(name, message, loss, shows=None):
        return slip(name, message, (LOSS, loss.replace("Z", Z)), shows=shows)

    # fmt: off
    return (
        wrong("log_of_zero",
            "Your softmax is stable, and then `loss` takes the log of a probability that was rounded to 0. Can you "
            "have `log a` without `a` itself?", "-(Y * np.log(np.exp(log_A))).sum(axis=1)"),
        wrong("log_of_zero_picked",
            "`loss` is infinite where the true class was rounded to 0: the log of a probability is taken. Can you have "
            "`log a` without `a` itself?", "-np.where(Y > 0, Y * np.log(np.exp(log_A)), 0.0).sum(axis=1)"),
        wrong("log_of_zero_hidden",
            "`loss` takes the log of a probability that was rounded to 0, and what came of it was made 0. Can you have "
            "`log a` without `a` itself?", "-np.nan_to_num(Y * np.log(np.exp(log_A)), nan=0, neginf=0).sum(axis=1)"),
        wrong("patched_12",
            "`loss` stops growing where a true class lies far behind: something tiny is added inside the log, or the "
            "probability is cut off from below. What should the loss of a true class 800 behind be?",
            "-(Y * np.log(np.exp(log_A) + 1e-12)).sum(axis=1)", shows=lambda case, came: _sinks(came, truth(**case))),
        wrong("log_of_the_sum",
            "`loss` is the log of the mean probability, Σ y a, where the mean of the logs is asked for. (With one-hot "
            "targets both are the same.) Which of the two stands in the formula?",
            "-np.log((Y * np.exp(log_A)).sum(axis=1))"),
        wrong("hard_targets_and_log",
            "`loss` is minus the log of one probability, of the largest target: infinite where that was rounded to 0, "
            "and wrong where the rows of Y are not one-hot. Which logs does the formula add up?",
            "-np.log(np.exp(log_A)[np.arange(len(Y)), Y.argmax(axis=1)])"),
        wrong("sign_of_loss", "`loss` is below 0. Which sign has the log of a probability?", "(Y * log_A).sum(axis=1)"),
        wrong("squared_error",
            "`loss` is half the squared error of the probabilities. Which loss is asked for?",
            "((np.exp(log_A) - Y) ** 2).sum(axis=1) / 2"),
        wrong("target_added",
            "In `loss` the logits of the target have the wrong sign. Does a large logit of the true class cost more, "
            "or less?", "np.logaddexp.reduce(Z, axis=1) + (Y * Z).sum(axis=1)"),
        wrong("entropy_taken_off",
            "`loss` has the entropy of the targets taken off: that is the Kullback-Leibler divergence. Is there a term "
            "of y alone in the formula?", f"{LOSS} + (Y * np.log(np.where(Y > 0, Y, 1))).sum(axis=1)"),
        wrong("loss_averaged", "`loss` is one number, the cost of the batch. How many examples are there?",
            f"({LOSS}).mean()"),
        wrong("loss_summed", "`loss` is one number, the sum over the batch. How many examples are there?",
            f"({LOSS}).sum()"),
        wrong("loss_not_summed", "`loss` has one number for each class. What does the formula do with the classes?",
            "-Y * log_A"),
        wrong("loss_over_classes",
            "`loss` is divided by the number of classes. Is there such a mean in the loss of one example?",
            f"{LOSS} / Z.shape[1]"),
        wrong("log_sum_exp_alone", "`loss` is the log-sum-exp of each row. What is subtracted from it?",
            "np.logaddexp.reduce(Z, axis=1)"),
        wrong("largest_is_true",
            "`loss` takes the class with the largest logit for the true one. Who says which class is true?",
            "-log_A.max(axis=1)"),
        wrong("other_classes_added",
            "`loss` has a second term, (1 - y) log(1 - a), for the other classes. Is it in the formula?",
            "-(Y * np.log(bp.softmax(Z)) + (1 - Y) * np.log(1 - bp.softmax(Z))).sum(axis=1)"),
        wrong("binary_loss",
            "`loss` is binary cross-entropy, every class for itself. What ties the classes together?",
            "(np.logaddexp(0, Z) - Y * Z).sum(axis=1)"),
    )


def of_the_log(slip, Z="Z"):
    """Mistakes in the log of the probabilities, with which all that is made of it is wrong."""
    largest = LARGEST.replace("Z", Z)
    # fmt: off
    return (
        slip("overflow",
            "{parts}: right for small logits, and `nan` for large ones. What can be subtracted from a row without any "
            "change of its softmax?",
            (LOG_A, f"np.log(np.exp({Z}) / np.exp({Z}).sum(axis=1, keepdims=True))")),
        slip("nothing_taken_off",
            "{parts}: right for small logits, and lost in `inf` for large ones: `exp` overflows. What can be taken off "
            "a row without any change of its softmax?", (largest, "0.0")),
        slip("log_sum_exp_added",
            "{parts}: the log of the sum is added, and not taken off. What is the log of a quotient?",
            (LOG_A, LOG_A.replace("-", "+"))),
        slip("log_sum_exp_added_in_loss",
            "In `loss` the log of the sum is added, and not taken off. What is the log of a quotient?",
            (LOSS, LOSS.replace("log_A", f"({LOG_A.replace('-', '+')})"))),
        slip("hard_targets",
            "{parts}: the largest target of a row is treated as 1 and the others as 0. Must the rows of Y be one-hot?",
            ("shifted =", f"Y = {HARD}\n    shifted =")),
        slip("columns_shifted", f"{{parts}}: {COLUMNS}", (largest, f"{Z}.max(axis=0)"), QUOTIENT),
        # after `log_of_zero`, whose loss is lost in the same places; the probabilities as a quotient, or from logs
        *shifted(slip, "{parts}:", QUOTIENT, Z=Z),
        *shifted(slip, "{parts}:", suffix="_and_exp", Z=Z),
    )
