"""Find the bugs in a program that reports the cost and the accuracy."""

import math

import numpy as np

import bpcourse as bp
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise

from .common.cross_entropy import clean
from .common.edits import edited, slips, solution
from .common.logits import LARGE, ONE_LOW, SIZES, corner_logits, room, spread, wide_logits
from .common.memory import kept_by_shape
from .common.shifts import COLUMNS, LARGEST, shifted

PROGRAM = solution("loss_and_accuracy")
LOG_A = "Z - m - np.log(np.exp(Z - m).sum(axis=1, keepdims=True))"
PICKED, DECIDED = "log_A[np.arange(len(labels)), labels]", "(Z.argmax(axis=1) == labels)"
LOSS, ACCURACY = f"-{PICKED}.mean()", f"{DECIDED}.mean()"
right = edited(PROGRAM)
slip = slips(PROGRAM, alone=True)


def _truth(Z, labels):
    losses, hits = [], 0
    for z, label in zip(Z, labels, strict=True):
        losses.append(np.logaddexp.reduce(z) - z[label])
        hits += all(z[label] >= other for other in z)
    return clean(np.mean(losses), hits / len(Z))


def _labels(rng, Z, wrong):
    """Of `wrong` examples the true class is not the largest; in one of them it is second, in one last."""
    n, k = Z.shape
    ranks = Z.argsort(axis=1)
    labels = ranks[:, -1]
    if k > 1:
        labels[:wrong] = ranks[:wrong, :-1][np.arange(wrong), rng.integers(k - 1, size=wrong)]
        if wrong > 1:
            labels[:2] = ranks[0, -2], ranks[1, 0]
    return labels


def _cases(rng):
    """The number of wrong decisions is drawn, another one in every large case. Logits of ordinary size, rows far apart,
    rows with large gaps, and two in which e^z is infinite beside another logit, or beside the mean, but no probability
    is 0. Then one example, one class, few examples, a highest class that never occurs; what coincides; a low logit that
    stands last; one example that is decided rightly.
    """
    far = rng.permutation([-20_000, 900, 3, 15_000, 0, -700, 40, 8000, 1, 2, 5])[:, None]
    plan = (
        ((8, 5), 2, 0.0),
        ((11, 4), 2, far),
        ((7, 5), 2, spread(rng, 7, 5)),
        ((9, 6), 0.5, [-725, 0, 0, 0, 0, 0]),
        ((10, 40), 0.5, [0, 0, 730, *[0] * 37]),
        *(((7, 6), 1, ONE_LOW), ((1, 3), 2, 0.0), ((4, 1), 2, 0.0), ((3, 5), 2, 0.0), ((6, 3), 2, 0.0)),
    )
    wrong = [*rng.permutation([2, 3, 4, 5, 6]), 2, 1, 0, 2, 3]
    cases = []
    for ((n, k), size, shift), count in zip(plan, wrong, strict=True):
        Z = rng.normal(size=(n, k)) * size + shift
        labels = _labels(rng, Z, count) if (n, k) != (6, 3) else np.array([0, 1, 0, 1, 1, 0])
        order = rng.permutation(n)
        cases.append({"Z": Z[order], "labels": labels[order]})
    for Z in corner_logits(rng):
        step = 1 if (Z == np.round(Z)).all() else 1e-3
        Z = Z + step * Z.argsort(axis=1).argsort(axis=1)  # no two of a row are equal
        cases.append({"Z": Z, "labels": rng.integers(Z.shape[1], size=len(Z))})
    low, good = rng.normal(size=(3, 5)) + [0, 0, 0, 0, -725], rng.normal(size=(1, 4)) + 900
    cases.append({"Z": low, "labels": rng.integers(5, size=3)})
    return [*cases, {"Z": good, "labels": good.argmax(axis=1)}]


def _wide(rng):
    Z = wide_logits(rng)
    Z += 1e-3 * rng.permuted(np.tile(np.arange(Z.shape[1]), (len(Z), 1)), axis=1)  # no two of a row are equal
    return {"Z": Z, "labels": rng.integers(Z.shape[1], size=len(Z))}


# ----- what shows a mistake


def _sinks(case, came):
    """True if the cost alone is wrong, and only where single losses should be above 700: there they stop at less."""
    if came.parts is None or came.parts[0].shape != ():
        return False
    losses = np.logaddexp.reduce(case["Z"], axis=1) - case["Z"][np.arange(len(case["Z"])), case["labels"]]
    far = losses > 700
    there = (came.parts[0] * len(far) - losses[~far].sum()) / max(far.sum(), 1)  # the mean loss of those
    fine = 9 < there < 750 if far.any() else np.isclose(came.parts[0], losses.mean(), rtol=1e-2, atol=1e-4)
    return bool(fine) and came.parts[1].shape == () and bool(np.isclose(came.parts[1], right(**case)[1]))


def _no_share(case, came):
    """True if the cost is right, and the accuracy is right or no share of the examples."""
    if came.parts is None or any(part.shape for part in came.parts) or not agree(came.parts[0], _truth(**case)[0]):
        return False
    n = len(case["Z"])
    count = came.parts[1] * n
    no_share = abs(count - round(float(count))) > 1e-6 or not 0 <= count <= n
    return bool(no_share) or agree(came.parts[1], _truth(**case)[1])


def _compares_classes_with_examples(case, came):
    """True if k answers were compared with n labels, wherever that cannot be done."""
    n, k = case["Z"].shape
    return k == 1 or n == 1 or n == k or f"could not be broadcast together with shapes ({k},) ({n},)" in came.error


def _labels_for_rows(case, came):
    """True if a label was taken for a row wherever there is no such row."""
    label = next((label for label in case["labels"] if label >= len(case["Z"])), None)
    return label is None or f"index {label} is out of bounds for axis 0 with size {len(case['Z'])}" in came.error


# ----- right in other words


def with_loops(Z, labels):
    losses, hits = [], 0
    for z, label in zip(Z, labels, strict=True):
        losses.append(math.log(sum(math.exp(x - max(z)) for x in z)) + max(z) - z[label])
        hits += int(np.argmax(z)) == label
    return sum(losses) / len(losses), hits / len(labels)


def by_gaps(Z, labels):
    gap = Z - np.take_along_axis(Z, labels[:, None], axis=1)
    return np.logaddexp.reduce(gap, axis=1) @ np.ones(len(Z)) / len(Z), np.mean(gap.max(axis=1) == 0)


def by_one_hot(Z, labels):
    Y = np.zeros(Z.shape)
    Y[np.arange(len(labels)), labels] = 1
    lse = np.logaddexp.reduce(Z, axis=1, keepdims=True)
    return float((Y * (lse - Z)).sum() / len(Z)), int((Y.argmax(1) == Z.argmax(1)).sum()) / len(Z)


# fmt: off
EXERCISE = Exercise(
    inputs=_cases,
    truth=_truth,
    parts={"loss": 2, "accuracy": 1},
    passed="All three bugs are gone: one softmax, no log of 0, and the largest logit of each row decides.",
    batch="Z",
    shapes={"Z": "n K", "labels": "n"},
    room={
        "a class that never occurs": lambda case: len(np.unique(case["labels"])) < case["Z"].shape[1],
        "a highest class that never occurs": lambda case: case["labels"].max() + 1 < case["Z"].shape[1],
        "no right answer": lambda case: right(**case)[1] == 0,
        "right answers only": lambda case: right(**case)[1] == 1,
        **room(*SIZES, "logits of one row hundreds apart", "rows that lie thousands apart", *LARGE),
    },
    wide=_wide,
    ask={
        "loss": "Take one example with three classes and go through your lines by hand: which number do you pick?",
        "accuracy": "Take two examples with three classes: which class does each row decide for, and which is true?",
    },
    fixed=("Z", "labels"),  # a share moves by jumps: it may stay as it is although all decisions have changed
    misconceptions=(
        slip("wrong_axis",
            "`argmax` runs over the examples and gives one answer for each class, and there is one label for each "
            "example. Which axis should it run along?", ("Z.argmax(axis=1)", "Z.argmax(axis=0)"),
            shows=_compares_classes_with_examples),
        slip("labels_for_rows",
            "`labels` alone in the brackets picks whole rows: label 3 the fourth example. Which two numbers find one "
            "entry of a table?", (PICKED, "log_A[labels]"), shows=_labels_for_rows),
        slip("softmax_twice",
            "`loss` has gone through softmax twice. Which line of the program holds probabilities already?",
            (LOG_A, "np.log(bp.softmax(bp.softmax(Z)))")),
        slip("log_of_zero",
            "`loss` is infinite where logits lie far apart: the log of a probability that was rounded to 0. Can you go "
            "from the logits to the loss in one step?", (PICKED, f"np.log(np.exp({PICKED}))")),
        slip("patched_12",
            "`loss` is too small where logits lie far apart: something tiny is added inside the log, or the "
            "probability is cut off from below. Does the loss still know how wrong the network is?",
            (PICKED, f"np.log(np.exp({PICKED}) + 1e-12)"), shows=_sinks),
        slip("log_of_zero_hidden",
            "`loss` leaves out the examples whose probability was rounded to 0, as if they had no loss. Which examples "
            "are the worst of all?", (LOSS, f"np.nan_to_num(-np.log(np.exp({PICKED})), posinf=0).mean()")),
        slip("overflow",
            "`loss` is not a number where logits are large: `exp` overflows. What can be subtracted from a row first?",
            (LOG_A, "np.log(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))")),
        slip("nothing_taken_off",
            "`loss` is infinite where logits are large: `exp` overflows. What can be subtracted from a row first?",
            (LARGEST, "0.0")),
        *shifted(slip, "`loss`:"),
        slip("columns_shifted", f"`loss`: {COLUMNS}", (LARGEST, "Z.max(axis=0)")),
        slip("loss_over_true_classes",
            "`loss` is the mean over the classes that occur, and rare ones count more. Over what is the mean taken?",
            (LOSS, f"np.mean([-{PICKED}[labels == c].mean() for c in np.unique(labels)])")),
        slip("loss_of_wrong_answers",
            "`loss` counts the examples that are decided wrongly alone. Has a right answer no loss?",
            (LOSS, f"-({PICKED} * (Z.argmax(axis=1) != labels)).mean()")),
        slip("median", "`loss` is the median of the losses. Which mean is asked for?", (LOSS, f"np.median(-{PICKED})")),
        slip("labels_from_1",
            "`loss` takes the class before the one that the label names. From which number do the labels count?",
            (PICKED, PICKED.replace(", labels", ", labels - 1"))),
        slip("loss_summed", "`loss` is the sum over the examples. Which of sum and mean is asked for?",
            (LOSS, LOSS.replace("mean", "sum"))),
        slip("loss_over_classes", "`loss` is divided by the number of classes, too. Over what is the mean taken?",
            (LOSS, f"{LOSS} / Z.shape[1]")),
        slip("loss_of_each", "`loss` has one number for each example. How many numbers does the program report?",
            (LOSS, f"-{PICKED}")),
        slip("loss_of_the_mean", "`loss` is the log of the mean probability. Which comes first, the mean or the log?",
            (LOSS, f"-np.log(np.exp({PICKED}).mean())")),
        slip("log_forgotten",
            "`loss` is minus the mean probability of the true class. Which function of it is the loss?",
            (LOSS, f"-np.exp({PICKED}).mean()")),
        slip("all_classes", "`loss` averages over all classes of each example. Which one of them does the label pick?",
            (PICKED, "log_A")),
        slip("softmax_over_examples", "`loss`: the probabilities of a column sum to 1. Which axis runs over the "
            "classes?",
            (LOG_A, "np.log(bp.softmax(Z.T).T)")),
        slip("softmax_over_examples_by_logs",
            "`loss`: the probabilities of a column sum to 1. Which axis runs over the classes?",
            ("axis=1, keepdims", "axis=0, keepdims")),
        slip("other_classes_added",
            "`loss` has a second term, log(1 - a) of each class that is not true. Is it in this cross-entropy?",
            (LOSS, "-np.where(np.eye(Z.shape[1])[labels], log_A, np.log1p(-np.exp(log_A))).sum(axis=1).mean()")),
        slip("sigmoid_for_softmax",
            "`loss`: every logit goes through a sigmoid of its own. Which output turns a row into probabilities?",
            (LOG_A, "np.log(bp.sigmoid(Z))")),
        slip("every_label_for_every_row",
            "`loss` takes the labels of all examples in each row. Which one entry belongs to each row?",
            (PICKED, "log_A[:, labels]")),
        slip("minus_the_logit",
            "`loss` is minus the logit of the true class. What has to be added to make a log of a probability of it?",
            (LOG_A, "Z")),
        slip("log_sum_exp_alone", "`loss` is the mean log-sum-exp of the rows. What is subtracted from it?",
            (LOSS, "np.logaddexp.reduce(Z, axis=1).mean()")),
        slip("largest_is_true",
            "`loss` takes the class with the largest logit for the true one. Who says which class is true?",
            (PICKED, "log_A.max(axis=1)")),
        slip("sign", "`loss` is below 0. Which sign has the log of a probability?", (LOSS, LOSS[1:])),
        slip("among_the_first_two",
            "`accuracy` counts a true class in second place as right. For how many classes does the network decide?",
            (DECIDED, "(Z.argsort(axis=1)[:, -2:] == labels[:, None]).any(axis=1)")),
        slip("counted", "`accuracy` is a count. Which share of the examples is that?", (ACCURACY, f"{DECIDED}.sum()")),
        slip("error_rate", "`accuracy` is the share of wrong answers. Which should be counted?",
            (DECIDED, DECIDED.replace("==", "!="))),
        slip("per_cent", "`accuracy` is a percentage. Between which numbers does a share lie?",
            (ACCURACY, f"100 * {ACCURACY}")),
        slip("smallest_logit",
            "`accuracy` counts the class with the smallest logit. Which class does the network decide for?",
            ("argmax", "argmin")),
        slip("classes_from_1",
            "`accuracy` compares the labels with classes that count from 1. From which number do the labels count?",
            (DECIDED, "(Z.argmax(axis=1) + 1 == labels)")),
        slip("mean_over_classes",
            "`accuracy` is the mean over the classes that occur, and rare ones count more. Of what is it the share?",
            (ACCURACY, f"np.mean([{DECIDED}[labels == c].mean() for c in np.unique(labels)])")),
        slip("no_share",
            "`accuracy` times the number of examples is not always a whole number from 0 to that number. How many "
            "answers are right?", (ACCURACY, f"{DECIDED}.sum() / (len(Z) + 1)"), shows=_no_share),
        slip("more_than_half",
            "`accuracy` counts an answer only if its probability is above 1/2. Which class does the network decide for "
            "if none is?", (DECIDED, f"(np.exp({PICKED}) > 0.5)")),
        slip("above_0",
            "`accuracy` counts the true classes whose logit is above 0. With what should a logit be compared?",
            (DECIDED, "(Z[np.arange(len(Z)), labels] > 0)")),
        slip("mean_probability",
            "`accuracy` is the mean probability of the true class. Is a decision a probability, or right or wrong?",
            (ACCURACY, f"np.exp({PICKED}).mean()")),
        slip("always_right", "`accuracy` is 1 whatever comes in. With what are the decisions compared?",
            (ACCURACY, "1.0")),
        slip("all_or_nothing", "`accuracy` is 1 if all answers are right, and 0 otherwise. Which share is asked for?",
            (ACCURACY, f"float({DECIDED}.all())")),
    ),
    right=(
        with_loops,
        by_gaps,
        by_one_hot,
        lambda Z, labels: (bp.cross_entropy(Z, labels).mean(), np.mean(bp.cross_entropy.decide(Z) == labels)),
        lambda Z, labels: [part * (1 + 1e-7) for part in right(Z, labels)],
    ),
    wrong=(
        *(edited(PROGRAM, (ACCURACY, text)) for text in (
            "0.5",
            f"({DECIDED} & (Z.max(axis=1) > 0)).mean()",
            "(len(Z) - len(Z) // 2) / len(Z)",  # never looks
            "(np.abs(Z).argmax(axis=1) == labels).mean()",
            f"round({ACCURACY}, 2)",
            "(Z.argmax(axis=1) == labels[0]).mean()",
        )),
        *(edited(PROGRAM, (LOSS, text)) for text in (
            "bp.cross_entropy(Z, np.eye(labels.max() + 1)[labels]).mean()",
            "bp.cross_entropy(Z, np.eye(len(set(labels)))[labels]).mean()",
        )),
        edited(PROGRAM, (LARGEST, "(700 if Z.max() > 100 else 0)")),
        edited(PROGRAM, (LARGEST, f"{LARGEST} / 2")),
        edited(PROGRAM, (PICKED, f"np.log(np.maximum(np.exp({PICKED}), 1e-300))"), (ACCURACY, "0.5")),
        kept_by_shape(right),
        lambda Z, labels: right(Z, labels) if Z.shape[1] != 2 else (0.0, 1.0),
        lambda Z, labels: right(Z, labels) if Z.size > 1 else (1.0, 1.0),
    ),
)
