"""Chapter 02: find the bugs in a program that reports the cost and the accuracy."""

import numpy as np

from ...losses import log_softmax, softmax
from ..engine import Exercise, Misconception
from .stable import _quiet, shift_mistakes, spread


def _inputs(rng):
    """The number of wrong decisions is drawn, another one in every case; in one of the wrong ones the true class is
    second, in one it is last. Logits of ordinary size, rows far apart, rows with large gaps, and two cases in which e^z
    is infinite for a logit beside another one, or beside the mean, but no probability is stored as 0.
    """
    cases = []
    rows = rng.permutation([-20_000, 900, 3, 15_000, 0, -700, 40, 8000, 1, 2, 5])
    shapes = ((8, 5), (11, 4), (7, 5), (9, 6), (10, 40))
    wrong = rng.permutation([2, 3, 4, 5, 6])
    for i, ((n, k), count) in enumerate(zip(shapes, wrong, strict=True)):
        Z = rng.normal(size=(n, k)) * 2 if i < 4 else rng.uniform(-1, 1, (n, k))
        Z += (0.0, rows[:n, None], spread(rng, n, k), [-725, *[0] * (k - 1)], [0, 0, 730, *[0] * (k - 3)])[i]
        ranks = Z.argsort(axis=1)
        labels = ranks[:, -1]
        labels[:count] = ranks[:count, :-1][np.arange(count), rng.integers(k - 1, size=count)]
        labels[:2] = ranks[0, -2], ranks[1, 0]
        order = rng.permutation(n)
        cases.append({"Z": Z[order], "labels": labels[order]})
    return cases


def _truth(Z, labels):
    losses, hits = [], 0
    for z, label in zip(Z, labels, strict=True):
        losses.append(np.logaddexp.reduce(z) - z[label])
        hits += all(z[label] >= other for other in z)
    return np.mean(losses), hits / len(Z)


def _picked(table, labels):
    return table[np.arange(len(labels)), labels]


def _cost(Z, labels):
    return -_picked(log_softmax(Z), labels).mean()


def _accuracy(Z, labels):
    return (Z.argmax(axis=1) == labels).mean()


def _answer_by(log_softmax):
    return lambda Z, labels: (-_picked(log_softmax(Z), labels).mean(), _accuracy(Z, labels))


def _among_the_first_two(Z, labels):
    return (Z.argsort(axis=1)[:, -2:] == labels[:, None]).any(axis=1).mean()


LOSS_AND_ACCURACY = Exercise(
    name="loss_and_accuracy",
    inputs=_inputs,
    truth=_truth,
    parts={"loss": 2, "accuracy": 1},
    tolerance=1e-9,
    passed="All three bugs are gone: one softmax, no log of 0, and the largest logit of each row decides.",
    batch="Z",
    misconceptions=(
        Misconception(
            "wrong_axis",
            lambda Z, labels: (_cost(Z, labels), (Z.argmax(axis=0) == labels).mean()),
            "The shapes do not fit: `argmax` gives one answer for each class, and there is one label for each example. "
            "Which axis should argmax run along?",
        ),
        Misconception(
            "softmax_twice",
            lambda Z, labels: (_cost(softmax(Z), labels), _accuracy(Z, labels)),
            "`loss` has gone through softmax twice. Which of its lines already holds probabilities?",
        ),
        Misconception(
            "log_of_zero",
            _quiet(lambda Z, labels: (-np.log(_picked(softmax(Z), labels)).mean(), _accuracy(Z, labels))),
            "`loss` is infinite where logits lie far apart: the log of a probability that was rounded to 0. "
            "Can you go from the logits to the loss in one step?",
        ),
        Misconception(
            "patched_12",
            lambda Z, labels: (-np.log(_picked(softmax(Z), labels) + 1e-12).mean(), _accuracy(Z, labels)),
            "`loss` is too small where logits lie far apart: something tiny was added inside the log. "
            "Does the loss still know how wrong the network is?",
        ),
        Misconception(
            "overflow",
            _quiet(
                lambda Z, labels: (
                    -np.log(_picked(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True), labels)).mean(),
                    _accuracy(Z, labels),
                )
            ),
            "`loss` is not a number where logits are large: `exp` overflows. What can be subtracted from a row first?",
        ),
        *shift_mistakes(_answer_by, "`loss`"),
        Misconception(
            "among_the_first_two",
            lambda Z, labels: (_cost(Z, labels), _among_the_first_two(Z, labels)),
            "`accuracy` counts a true class in second place as right. For how many classes does the network decide?",
        ),
        Misconception(
            "loss_summed",
            lambda Z, labels: (-_picked(log_softmax(Z), labels).sum(), _accuracy(Z, labels)),
            "`loss` is {n} times too large, for a batch of {n}. Is it a sum or a mean?",
        ),
        Misconception(
            "sign",
            lambda Z, labels: (-_cost(Z, labels), _accuracy(Z, labels)),
            "`loss` is below 0. Which sign has the log of a probability?",
        ),
        Misconception(
            "counted",
            lambda Z, labels: (_cost(Z, labels), (Z.argmax(axis=1) == labels).sum()),
            "`accuracy` is a count. Which share of the examples is that?",
        ),
        Misconception(
            "error_rate",
            lambda Z, labels: (_cost(Z, labels), (Z.argmax(axis=1) != labels).mean()),
            "`accuracy` is the share of wrong answers (or of the smallest logits). Which should be counted?",
        ),
        Misconception(
            "per_cent",
            lambda Z, labels: (_cost(Z, labels), 100 * _accuracy(Z, labels)),
            "`accuracy` is a percentage. Between which numbers does a share lie?",
        ),
        Misconception(
            "smallest_logit",
            lambda Z, labels: (_cost(Z, labels), (Z.argmin(axis=1) == labels).mean()),
            "`accuracy` counts the class with the smallest logit. Which class does the network decide for?",
        ),
    ),
)
