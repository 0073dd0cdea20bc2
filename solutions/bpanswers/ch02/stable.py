"""Chapter 02: softmax with cross-entropy, for logits of any size."""

import numpy as np

from bpcourse.losses import log_softmax, softmax
from bpcourse.marking.engine import Exercise

from .cases import stable_cases, wide_stable
from .edits import COLUMNS, ROOM, SHIFTS, clean, hard, mistakes, rows_do_not_cancel, shifted_softmax, sinks


def behind(case):
    """True if a true class lies thousands behind the largest logit of its row."""
    gap = case["Z"].max(axis=1, keepdims=True) - case["Z"]
    return bool((case["Y"] * gap).max() > 1000)


def _truth(Z, Y):
    """The loss by pairs of logits; each probability as 1 / sum_j e^(z_j - z_k), which needs no common shift."""
    with np.errstate(over="ignore"):
        A = 1 / np.exp(Z[:, None, :] - Z[:, :, None]).sum(axis=2)
    return clean((Y * (np.logaddexp.reduce(Z, axis=1, keepdims=True) - Z)).sum(axis=1), A - Y)


def _loss(Z, Y):
    return -(Y * log_softmax(Z)).sum(axis=1)


def _delta(Z, Y):
    return softmax(Z) - Y


def _naive(Z):
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


def _loss_by(log):
    """The loss from the log of the probabilities as log(Z) gives it."""
    return lambda Z, Y: -(Y * log(Z)).sum(axis=1)


def _all_by(softmax, log):
    """Both parts from the probabilities and their logs as softmax(Z) and log(Z) give them."""
    return {"loss": _loss_by(log), "delta": lambda Z, Y: softmax(Z) - Y}


_mistake = mistakes(loss=_loss, delta=_delta)

SOFTMAX_CROSS_ENTROPY = Exercise(
    name="softmax_cross_entropy",
    inputs=stable_cases,
    truth=_truth,
    parts={"loss": 2, "delta": 2},
    passed="Loss and delta are right for logits of every size, and for true classes that lie thousands behind.",
    batch="Z",
    shapes={"Z": "n K", "Y": "n K"},
    room={
        "a true class that lies thousands behind": behind,
        "targets that are not one-hot": lambda case: case["Y"].max(axis=1).min() < 1,
        **ROOM,
    },
    wide=wide_stable,
    ask={
        "loss": "Take one row, with K = 2: which number does each factor and each log of the formula have?",
        "delta": "Take one row: which probabilities do its logits have, and which targets are taken off?",
    },
    misconceptions=(
        _mistake(
            "overflow",
            "{parts}: right for small logits, and `nan` at 1000. What can be subtracted from a row without any change "
            "of its softmax?",
            **_all_by(_naive, lambda Z: np.log(_naive(Z))),
        ),
        _mistake(
            "log_of_zero",
            "Your softmax is stable, and then `loss` takes the log of a probability that was rounded to 0. "
            "Can you have `log a` without `a` itself?",
            loss=_loss_by(lambda Z: np.log(softmax(Z))),
        ),
        _mistake(
            "log_of_zero_picked",
            "`loss` is infinite where the true class was rounded to 0: the log of a probability is taken. "
            "Can you have `log a` without `a` itself?",
            loss=lambda Z, Y: -np.where(Y > 0, Y * np.log(softmax(Z)), 0.0).sum(axis=1),
        ),
        _mistake(
            "log_of_zero_hidden",
            "`loss` takes the log of a probability that was rounded to 0, and what came of it was made 0. Can you have "
            "`log a` without `a` itself?",
            loss=lambda Z, Y: -np.nan_to_num(Y * np.log(softmax(Z)), nan=0, neginf=0).sum(axis=1),
        ),
        _mistake(
            "patched_12",
            "`loss` stops growing where a true class lies far behind: something tiny is added inside the log, or the "
            "probability is cut off from below. What should the loss of a true class 800 behind be?",
            loss=_loss_by(lambda Z: np.log(softmax(Z) + 1e-12)),
            shows=lambda case, came: sinks(came, _truth(**case)),
        ),
        _mistake(
            "log_of_the_sum",
            "`loss` is the log of the mean probability, Σ y a, where the mean of the logs is asked for. (With one-hot "
            "targets both are the same.) Which of the two stands in the formula?",
            loss=lambda Z, Y: -np.log((Y * softmax(Z)).sum(axis=1)),
        ),
        _mistake(
            "softmax_twice",
            "{parts}: softmax was taken twice. What are Z, logits or probabilities?",
            loss=lambda Z, Y: _loss(softmax(Z), Y),
            delta=lambda Z, Y: softmax(softmax(Z)) - Y,
        ),
        _mistake(
            "over_examples",
            "{parts}: the probabilities of a column sum to 1. Which axis runs over the classes?",
            loss=_loss_by(lambda Z: log_softmax(Z.T).T),
            delta=lambda Z, Y: softmax(Z.T).T - Y,
        ),
        _mistake(
            "clipped",
            "{parts}: large logits are cut off before they are used. Is softmax still the same for them?",
            loss=lambda Z, Y: _loss(np.clip(Z, -700, 700), Y),
            delta=lambda Z, Y: _delta(np.clip(Z, -700, 700), Y),
        ),
        _mistake(
            "hard_targets",
            "{parts}: the largest target of a row is treated as 1 and the others as 0. Must the rows of Y be one-hot?",
            loss=lambda Z, Y: np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(Z)), Y.argmax(axis=1)],
            delta=lambda Z, Y: softmax(Z) - hard(Y),
        ),
        _mistake(
            "hard_targets_and_log",
            "`loss` is minus the log of one probability, of the largest target: infinite where that was rounded to 0, "
            "and wrong where the rows of Y are not one-hot. Which logs does the formula add up?",
            loss=lambda Z, Y: -np.log(softmax(Z)[np.arange(len(Z)), Y.argmax(axis=1)]),
        ),
        _mistake(
            "divided_by_the_largest",
            "{parts}: the logits are divided by the largest. What may be done to all logits of a row without any "
            "change of its softmax?",
            **_all_by(lambda Z: softmax(Z / Z.max()), lambda Z: log_softmax(Z / Z.max())),
        ),
        _mistake(
            "squared_error",
            "`loss` is half the squared error of the probabilities. Which loss is asked for?",
            loss=lambda Z, Y: (_delta(Z, Y) ** 2).sum(axis=1) / 2,
        ),
        _mistake(
            "target_added",
            "In `loss` the logits of the target have the wrong sign. Does a large logit of the true class cost more, "
            "or less?",
            loss=lambda Z, Y: np.logaddexp.reduce(Z, axis=1) + (Y * Z).sum(axis=1),
        ),
        _mistake(
            "not_normalised",
            "In `delta` the exponentials do not sum to 1. What are they divided by?",
            delta=lambda Z, Y: np.exp(Z) - Y,
        ),
        _mistake(
            "one_minus_a",
            "`delta` is a - 1 in all entries. Which of them have the target 1?",
            delta=lambda Z, Y: softmax(Z) - 1,
        ),
        _mistake(
            "sign_of_delta",
            "`delta` has the wrong sign. If a class has too much probability, is the slope in its logit above 0?",
            delta=lambda Z, Y: Y - softmax(Z),
        ),
        _mistake(
            "sign_of_loss",
            "`loss` is below 0. Which sign has the log of a probability?",
            loss=lambda Z, Y: -_loss(Z, Y),
        ),
        _mistake(
            "delta_diagonal",
            "`delta` comes from the diagonal of the Jacobian alone. Which probabilities depend on one logit?",
            delta=lambda Z, Y: -Y * (1 - softmax(Z)),
        ),
        _mistake(
            "delta_in_a",
            "`delta` is the derivative in a, -y/a. What lies between a and the logits?",
            delta=lambda Z, Y: -Y / softmax(Z),
        ),
        _mistake(
            "slope_added",
            "`delta` is a - y times a (1 - a), so its rows do not sum to 0. Is the slope of softmax in a - y already?",
            delta=lambda Z, Y: (softmax(Z) - Y) * softmax(Z) * (1 - softmax(Z)),
        ),
        _mistake(
            "delta_averaged",
            "{parts}: divided by the number of examples. Loss and delta belong to one example: when is the mean taken?",
            loss=lambda Z, Y: _loss(Z, Y) / len(Z),
            delta=lambda Z, Y: (softmax(Z) - Y) / len(Z),
        ),
        _mistake(
            "delta_over_classes",
            "`delta` is divided by the number of classes. Is there a mean over classes in this loss?",
            delta=lambda Z, Y: (softmax(Z) - Y) / Z.shape[1],
        ),
        _mistake(
            "delta_of_logs",
            "`delta` takes the log of the probabilities where the probabilities belong. What is the derivative of a "
            "log-sum-exp?",
            delta=lambda Z, Y: log_softmax(Z) - Y,
        ),
        _mistake(
            "delta_without_target",
            "`delta` is the probabilities. Which term of the loss contains y, and what is its derivative?",
            delta=lambda Z, Y: softmax(Z),
        ),
        _mistake(
            "loss_averaged",
            "`loss` is one number, the cost of the batch. How many examples are there?",
            loss=lambda Z, Y: _loss(Z, Y).mean(),
        ),
        _mistake(
            "loss_summed",
            "`loss` is one number, the sum over the batch. How many examples are there?",
            loss=lambda Z, Y: _loss(Z, Y).sum(),
        ),
        _mistake(
            "loss_not_summed",
            "`loss` has one number for each class. What does the formula do with the classes?",
            loss=lambda Z, Y: -Y * log_softmax(Z),
        ),
        _mistake(
            "loss_over_classes",
            "`loss` is divided by the number of classes. Is there such a mean in the loss of one example?",
            loss=lambda Z, Y: _loss(Z, Y) / Z.shape[1],
        ),
        _mistake(
            "log_sum_exp_alone",
            "`loss` is the log-sum-exp of each row. What is subtracted from it?",
            loss=lambda Z, Y: np.logaddexp.reduce(Z, axis=1),
        ),
        _mistake(
            "largest_is_true",
            "`loss` takes the class with the largest logit for the true one. Who says which class is true?",
            loss=lambda Z, Y: np.logaddexp.reduce(Z, axis=1) - Z.max(axis=1),
        ),
        _mistake(
            "binary",
            "{parts}: that is binary cross-entropy, every class for itself. What ties the classes together?",
            loss=lambda Z, Y: (np.logaddexp(0, Z) - Y * Z).sum(axis=1),
            delta=lambda Z, Y: 1 / (1 + np.exp(-np.clip(Z, -700, 700))) - Y,
        ),
        _mistake(
            "other_classes_added",
            "`loss` has a second term, (1 - y) log(1 - a), for the other classes. Is it in the formula?",
            loss=lambda Z, Y: -(Y * np.log(softmax(Z)) + (1 - Y) * np.log(1 - softmax(Z))).sum(axis=1),
        ),
        _mistake(
            "rows_do_not_cancel",
            "Not all rows of `delta` sum to 0. What becomes of the loss if all logits of a row grow by the same "
            "number?",
            delta=lambda Z, Y: softmax(Z) * (1 - Y),
            shows=lambda case, came: rows_do_not_cancel(came, _truth(**case), 1),
        ),
        _mistake(
            "columns_shifted",
            f"{{parts}}: {COLUMNS}",
            **_all_by(*shifted_softmax(lambda Z: Z.max(axis=0))),
        ),
        _mistake(
            "one_maximum_and_exp",
            f"{{parts}}: {SHIFTS['one_maximum'][1]}",
            delta=lambda Z, Y: np.exp(shifted_softmax(np.max)[1](Z)) - Y,
            loss=_loss_by(shifted_softmax(np.max)[1]),
        ),
        *(  # after `log_of_zero`, whose loss is lost in the same places
            _mistake(name, f"{{parts}}: {message}", **_all_by(*shifted_softmax(shift)))
            for name, (shift, message) in SHIFTS.items()
        ),
    ),
)
