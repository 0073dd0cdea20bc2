"""Chapter 02: find the bugs in a program that reports the cost and the accuracy."""

import numpy as np

from bpcourse.losses import log_softmax, softmax
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise

from .cases import report_cases, wide_report
from .edits import COLUMNS, ROOM, SHIFTS, clean, mistakes, shifted_softmax


def _truth(Z, labels):
    losses, hits = [], 0
    for z, label in zip(Z, labels, strict=True):
        losses.append(np.logaddexp.reduce(z) - z[label])
        hits += all(z[label] >= other for other in z)
    return clean(np.mean(losses), hits / len(Z))


def _picked(table, labels):
    return table[np.arange(len(labels)), labels]


def _cost(Z, labels):
    return -_picked(log_softmax(Z), labels).mean()


def _accuracy(Z, labels):
    return (Z.argmax(axis=1) == labels).mean()


def _cost_by(log):
    """The cost from the log of the probabilities as log(Z) gives it."""
    return lambda Z, labels: -_picked(log(Z), labels).mean()


def _by_class(Z, labels):
    return np.mean([(Z[labels == c].argmax(axis=1) == c).mean() for c in np.unique(labels)])


def _sinks(case, came):
    """True if the cost alone is wrong, and only where single losses should be above 700: there they stop at less."""
    if came.parts is None or came.parts[0].shape != ():
        return False
    losses = np.logaddexp.reduce(case["Z"], axis=1) - _picked(case["Z"], case["labels"])
    far = losses > 700
    there = (came.parts[0] * len(far) - losses[~far].sum()) / max(far.sum(), 1)  # the mean loss of those
    fine = 9 < there < 750 if far.any() else np.isclose(came.parts[0], losses.mean(), rtol=1e-2, atol=1e-4)
    return bool(fine) and came.parts[1].shape == () and bool(np.isclose(came.parts[1], _accuracy(**case)))


def _no_share(case, came):
    """True if the cost is right, and the accuracy is right or no share of the examples."""
    if came.parts is None or any(part.shape for part in came.parts) or not agree(came.parts[0], _truth(**case)[0]):
        return False
    count = came.parts[1] * len(case["Z"])
    return bool(abs(count - round(float(count))) > 1e-6 or not 0 <= count <= len(case["Z"])) or agree(
        came.parts[1], _truth(**case)[1]
    )


def _compares_classes_with_examples(case, came):
    """True if k answers were compared with n labels, wherever that cannot be done."""
    n, k = case["Z"].shape
    return k == 1 or n == 1 or n == k or f"could not be broadcast together with shapes ({k},) ({n},)" in came.error


_mistake = mistakes(loss=_cost, accuracy=_accuracy)

LOSS_AND_ACCURACY = Exercise(
    name="loss_and_accuracy",
    inputs=report_cases,
    truth=_truth,
    parts={"loss": 2, "accuracy": 1},
    passed="All three bugs are gone: one softmax, no log of 0, and the largest logit of each row decides.",
    batch="Z",
    shapes={"Z": "n K", "labels": "n"},
    room={
        "a class that never occurs": lambda case: len(np.unique(case["labels"])) < case["Z"].shape[1],
        "a highest class that never occurs": lambda case: case["labels"].max() + 1 < case["Z"].shape[1],
        "no right answer": lambda case: _accuracy(**case) == 0,
        "right answers only": lambda case: _accuracy(**case) == 1,
        **{
            kind: ROOM[kind]
            for kind in (
                "one example",
                "one class",
                "logits of one row thousands apart",
                "logits of one row hundreds apart",
                "rows that lie thousands apart",
                "logits above 700",
                "one example with large logits",
                "large logits of several classes",
                "large logits",
            )
        },
    },
    wide=wide_report,
    ask={
        "loss": "Take one example with three classes and go through your lines by hand: which number do you pick?",
        "accuracy": "Take two examples with three classes: which class does each row decide for, and which is true?",
    },
    fixed=("Z", "labels"),  # a share moves by jumps: it may stay as it is although all decisions have changed
    misconceptions=(
        _mistake(
            "wrong_axis",
            "`argmax` runs over the examples and gives one answer for each class, and there is one label for each "
            "example. Which axis should it run along?",
            accuracy=lambda Z, labels: (softmax(Z).argmax(axis=0) == labels).mean(),
            shows=_compares_classes_with_examples,
        ),
        _mistake(
            "softmax_twice",
            "`loss` has gone through softmax twice. Which line of the program holds probabilities already?",
            loss=lambda Z, labels: _cost(softmax(Z), labels),
        ),
        _mistake(
            "log_of_zero",
            "`loss` is infinite where logits lie far apart: the log of a probability that was rounded to 0. "
            "Can you go from the logits to the loss in one step?",
            loss=_cost_by(lambda Z: np.log(softmax(Z))),
        ),
        _mistake(
            "patched_12",
            "`loss` is too small where logits lie far apart: something tiny is added inside the log, or the "
            "probability is cut off from below. Does the loss still know how wrong the network is?",
            loss=_cost_by(lambda Z: np.log(softmax(Z) + 1e-12)),
            shows=_sinks,
        ),
        _mistake(
            "log_of_zero_hidden",
            "`loss` leaves out the examples whose probability was rounded to 0, as if they had no loss. Which examples "
            "are the worst of all?",
            loss=lambda Z, labels: np.nan_to_num(-np.log(_picked(softmax(Z), labels)), posinf=0).mean(),
        ),
        _mistake(
            "overflow",
            "`loss` is not a number where logits are large: `exp` overflows. What can be subtracted from a row first?",
            loss=_cost_by(lambda Z: np.log(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))),
        ),
        *(
            _mistake(name, f"`loss`: {message}", loss=_cost_by(shifted_softmax(shift)[1]))
            for name, (shift, message) in SHIFTS.items()
        ),
        _mistake(
            "columns_shifted",
            f"`loss`: {COLUMNS}",
            loss=_cost_by(shifted_softmax(lambda Z: Z.max(axis=0))[1]),
        ),
        _mistake(
            "loss_over_true_classes",
            "`loss` is the mean over the classes that occur, and rare ones count more. Over what is the mean taken?",
            loss=lambda Z, labels: np.mean([_cost(Z[labels == c], labels[labels == c]) for c in np.unique(labels)]),
        ),
        _mistake(
            "loss_of_wrong_answers",
            "`loss` counts the examples that are decided wrongly alone. Has a right answer no loss?",
            loss=lambda Z, labels: np.mean(-_picked(log_softmax(Z), labels) * (Z.argmax(axis=1) != labels)),
        ),
        _mistake(
            "median",
            "`loss` is the median of the losses. Which mean is asked for?",
            loss=lambda Z, labels: np.median(-_picked(log_softmax(Z), labels)),
        ),
        _mistake(
            "labels_from_1",
            "`loss` takes the class before the one that the label names. From which number do the labels count?",
            loss=lambda Z, labels: _cost(Z, labels - 1),
        ),
        _mistake(
            "loss_summed",
            "`loss` is the sum over the examples. Which of sum and mean is asked for?",
            loss=lambda Z, labels: _cost(Z, labels) * len(Z),
        ),
        _mistake(
            "loss_over_classes",
            "`loss` is divided by the number of classes, too. Over what is the mean taken?",
            loss=lambda Z, labels: _cost(Z, labels) / Z.shape[1],
        ),
        _mistake(
            "loss_of_each",
            "`loss` has one number for each example. How many numbers does the program report?",
            loss=lambda Z, labels: -_picked(log_softmax(Z), labels),
        ),
        _mistake(
            "loss_of_the_mean",
            "`loss` is the log of the mean probability. Which comes first, the mean or the log?",
            loss=lambda Z, labels: -np.log(_picked(softmax(Z), labels).mean()),
        ),
        _mistake(
            "log_forgotten",
            "`loss` is minus the mean probability of the true class. Which function of it is the loss?",
            loss=lambda Z, labels: -_picked(softmax(Z), labels).mean(),
        ),
        _mistake(
            "all_classes",
            "`loss` averages over all classes of each example. Which one of them does the label pick?",
            loss=lambda Z, labels: -log_softmax(Z).mean(),
        ),
        _mistake(
            "softmax_over_examples",
            "`loss`: the probabilities of a column sum to 1. Which axis runs over the classes?",
            loss=_cost_by(lambda Z: np.log(softmax(Z.T).T)),
        ),
        _mistake(
            "every_label_for_every_row",
            "`loss` takes the labels of all examples in each row. Which one entry belongs to each row?",
            loss=lambda Z, labels: -log_softmax(Z)[:, labels].mean(),
        ),
        _mistake(
            "minus_the_logit",
            "`loss` is minus the logit of the true class. What has to be added to make a log of a probability of it?",
            loss=lambda Z, labels: -_picked(Z, labels).mean(),
        ),
        _mistake(
            "log_sum_exp_alone",
            "`loss` is the mean log-sum-exp of the rows. What is subtracted from it?",
            loss=lambda Z, labels: np.logaddexp.reduce(Z, axis=1).mean(),
        ),
        _mistake(
            "largest_is_true",
            "`loss` takes the class with the largest logit for the true one. Who says which class is true?",
            loss=lambda Z, labels: _cost(Z, Z.argmax(axis=1)),
        ),
        _mistake(
            "sign",
            "`loss` is below 0. Which sign has the log of a probability?",
            loss=lambda Z, labels: -_cost(Z, labels),
        ),
        _mistake(
            "among_the_first_two",
            "`accuracy` counts a true class in second place as right. For how many classes does the network decide?",
            accuracy=lambda Z, labels: (Z.argsort(axis=1)[:, -2:] == labels[:, None]).any(axis=1).mean(),
        ),
        _mistake(
            "counted",
            "`accuracy` is a count. Which share of the examples is that?",
            accuracy=lambda Z, labels: (Z.argmax(axis=1) == labels).sum(),
        ),
        _mistake(
            "error_rate",
            "`accuracy` is the share of wrong answers. Which should be counted?",
            accuracy=lambda Z, labels: 1 - _accuracy(Z, labels),
        ),
        _mistake(
            "per_cent",
            "`accuracy` is a percentage. Between which numbers does a share lie?",
            accuracy=lambda Z, labels: 100 * _accuracy(Z, labels),
        ),
        _mistake(
            "smallest_logit",
            "`accuracy` counts the class with the smallest logit. Which class does the network decide for?",
            accuracy=lambda Z, labels: (Z.argmin(axis=1) == labels).mean(),
        ),
        _mistake(
            "mean_over_classes",
            "`accuracy` is the mean over the classes that occur, and rare ones count more. Of what is it the share?",
            accuracy=_by_class,
        ),
        _mistake(
            "no_share",
            "`accuracy` times the number of examples is not always a whole number from 0 to that number. How many "
            "answers are right?",
            accuracy=lambda Z, labels: (Z.argmax(axis=1) == labels).sum() / (len(Z) + 1),
            shows=_no_share,
        ),
        _mistake(
            "more_than_half",
            "`accuracy` counts an answer only if its probability is above 1/2. Which class does the network decide for "
            "if none is?",
            accuracy=lambda Z, labels: (_picked(softmax(Z), labels) > 0.5).mean(),
        ),
        _mistake(
            "mean_probability",
            "`accuracy` is the mean probability of the true class. Is a decision a probability, or right or wrong?",
            accuracy=lambda Z, labels: _picked(softmax(Z), labels).mean(),
        ),
        _mistake(
            "always_right",
            "`accuracy` is 1 whatever comes in. With what are the decisions compared?",
            accuracy=lambda Z, labels: 1.0,
        ),
        _mistake(
            "all_or_nothing",
            "`accuracy` is 1 if all answers are right, and 0 otherwise. Which share is asked for?",
            accuracy=lambda Z, labels: int(_accuracy(Z, labels)),
        ),
    ),
)
