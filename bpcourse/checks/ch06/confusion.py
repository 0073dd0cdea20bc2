"""Chapter 06: the confusion matrix of a classifier, and its accuracy."""

import numpy as np

from ..engine import Exercise, Misconception


def _inputs(rng):
    cases = []
    for n, classes in ((23, 4), (31, 3), (17, 5)):
        labels = rng.permutation(np.r_[np.arange(classes), rng.integers(classes, size=n - classes)])
        scores = rng.normal(size=(n, classes))
        scores[np.arange(n), labels] += 0.8  # right more often than not, so that the table has large entries, too
        cases.append({"labels": labels, "scores": scores})
    labels = rng.permutation(np.r_[np.arange(5), rng.integers(5, size=8)])  # of six classes one has no example
    scores = rng.normal(size=(13, 6))
    scores[0, 5] += 10  # but is an answer
    return [*cases, {"labels": labels, "scores": scores}]


def _by_counting(labels, scores):
    """Each pair of classes counted by itself."""
    classes = range(scores.shape[1])
    answers = [max(classes, key=row.__getitem__) for row in scores]
    pairs = list(zip(labels.tolist(), answers, strict=True))
    counts = [[sum(pair == (true, said) for pair in pairs) for said in classes] for true in classes]
    return counts, sum(true == said for true, said in pairs) / len(pairs)


def _table(labels, scores):
    counts, accuracy = _by_counting(labels, scores)
    return np.array(counts, float), accuracy


def _changed(counts=lambda table: table, accuracy=lambda table, right: right):
    def answer(labels, scores):
        table, right = _table(labels, scores)
        return counts(table), accuracy(table, right)

    return answer


def _no_repeats(labels, scores):
    table, _ = _table(labels, scores)
    table = np.minimum(table, 1)
    return table, np.trace(table) / table.sum()


def _lost(labels, scores):
    return np.minimum(_table(labels, scores)[0], 1), _table(labels, scores)[1]


def _examples_axis(labels, scores):
    counts, said = np.zeros((scores.shape[1],) * 2), scores.argmax(axis=0)
    for true, answer in zip(labels, said, strict=False):
        counts[true, answer] += 1
    return counts, np.mean(labels == said)


def _of_rows(table):
    with np.errstate(invalid="ignore"):  # a class without examples
        return table / table.sum(axis=1, keepdims=True)


CONFUSION = Exercise(
    name="confusion",
    inputs=_inputs,
    truth=_by_counting,
    parts={"counts": 2, "accuracy": 1},
    passed="Every pair of true class and answer is counted, also those that occur often.",
    batch="labels",
    misconceptions=(
        Misconception(
            "rows_and_columns_swapped",
            _changed(counts=lambda table: table.T),
            "`counts` is the transpose of the right one. Which of the two indices is the true class?",
        ),
        Misconception(
            "argmax_over_examples",
            _examples_axis,
            "It looks like `argmax(axis=0)`: for each class, the example that has most of it. For each *example* you "
            "want a class: along which axis do the scores of one example lie?",
        ),
        Misconception(
            "repeats_lost",
            _lost,
            "No entry of your `counts` is above 1. `counts[labels, answers] += 1` reads all entries, adds 1 and "
            "writes them back: what happens to a pair that occurs twice?",
        ),
        Misconception(
            "repeats_lost_in_both",
            _no_repeats,
            "No entry of your `counts` is above 1. `counts[labels, answers] += 1` reads all entries, adds 1 and "
            "writes them back: what happens to a pair that occurs twice?",
        ),
        Misconception(
            "shares_of_rows",
            _changed(counts=_of_rows),
            "Your rows sum to 1. Are shares asked for, or counts?",
        ),
        Misconception(
            "shares_of_all",
            _changed(counts=lambda table: table / table.sum()),
            "Your table sums to 1. Are shares asked for, or counts?",
        ),
        Misconception(
            "mean_over_classes",
            _changed(accuracy=lambda table, right: np.diag(_of_rows(table)).mean()),
            "`accuracy` is the mean of the classes' own shares of right answers, so a rare class weighs as much as a "
            "common one. Over what is the mean to be taken?",
        ),
        Misconception(
            "number_right",
            _changed(accuracy=lambda table, right: np.trace(table)),
            "`accuracy` is the number of right answers. Out of how many?",
        ),
        Misconception(
            "over_classes",
            _changed(accuracy=lambda table, right: np.trace(table) / len(table)),
            "You divide the number of right answers by the number of classes. How many answers are there?",
        ),
        Misconception(
            "share_wrong",
            _changed(accuracy=lambda table, right: 1 - right),
            "`accuracy` is the share of wrong answers. Which entries of the table are the right ones?",
        ),
        Misconception(
            "percent",
            _changed(accuracy=lambda table, right: 100 * right),
            "`accuracy` is a hundred times too large. Is it a share between 0 and 1, or a percentage?",
        ),
    ),
)
