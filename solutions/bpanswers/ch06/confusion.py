"""Chapter 06: the confusion matrix of a classifier, and its accuracy."""

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception


def _case(rng, n, classes, occur=None):
    """occur: the classes that occur, or None for all."""
    occur = np.arange(classes) if occur is None else np.array(occur)
    labels = rng.permutation(np.r_[occur, rng.choice(occur, size=max(n - len(occur), 0))])[:n]
    scores = rng.normal(size=(n, classes))
    scores[np.arange(n), labels] += 0.8  # right more often than not, so that the table has large entries, too
    return {"labels": labels, "scores": scores}


def _inputs(rng):
    highest_missing, lowest_missing = _case(rng, 13, 6, [0, 1, 2, 3, 4]), _case(rng, 12, 5, [1, 2, 4])
    highest_missing["scores"][0, 5] += 10  # but it is an answer
    lowest_missing["scores"][:, 0] -= 10  # and it is no answer either
    never_said = _case(rng, 15, 4)
    never_said["scores"][:, [1, 3]] -= 10
    one, few = _case(rng, 1, 3, [1]), _case(rng, 3, 7, [2, 5])
    return [*(_case(rng, *size) for size in ((23, 4), (31, 3), (17, 5), (6, 1), (5, 5))),
            highest_missing, lowest_missing, never_said, one, few, _scaled(rng, 1e4), _scaled(rng, 1e-6)]  # fmt: skip


def _scaled(rng, factor):
    """Scores so large that an exponential overflows, or so small that they differ in the seventh digit only."""
    case = _case(rng, 14, 4)
    return case | {"scores": 1.0 + factor * case["scores"]}


def _wide(rng):
    n, classes = int(rng.integers(1, 9)), int(rng.integers(1, 7))
    return _case(rng, n, classes, rng.permutation(classes)[: rng.integers(1, classes + 1)])


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


def _as_many_as(count):
    def answer(labels, scores):
        answers = scores.argmax(axis=1)
        counts = np.zeros((count(labels, answers),) * 2)
        np.add.at(counts, (labels, answers), 1)
        return counts, np.mean(labels == answers)

    return answer


def _of_rows(table):
    with np.errstate(invalid="ignore"):  # a class without examples
        return table / table.sum(axis=1, keepdims=True)


def _rows_are_shares(case, outcome):
    if outcome.parts is None or outcome.parts[0].shape != (case["scores"].shape[1],) * 2:
        return False
    return np.allclose(outcome.parts[0].sum(axis=1)[case["labels"]], 1)  # rows of classes that occur


CONFUSION = Exercise(
    name="confusion",
    inputs=_inputs,
    truth=_by_counting,
    parts={"counts": 2, "accuracy": 1},
    passed="Every pair of true class and answer is counted, also those that occur often.",
    batch="labels",
    shapes={"labels": "n", "scores": "n K"},
    room={
        "a class that never occurs": lambda case: len(set(case["labels"])) < case["scores"].shape[1],
        "a highest class that never occurs": lambda case: case["labels"].max() + 1 < case["scores"].shape[1],
        "a class that is never an answer": lambda case: (
            len(set(case["scores"].argmax(axis=1))) < case["scores"].shape[1]
        ),
        "a class that neither occurs nor is an answer": lambda case: (
            len({*case["labels"].tolist(), *case["scores"].argmax(axis=1).tolist()}) < case["scores"].shape[1]
        ),
        "large scores": lambda case: np.abs(case["scores"]).max() > 1000,
        "scores that are nearly equal": lambda case: case["scores"].shape[1] > 1 and np.ptp(case["scores"]) < 1e-3,
        "two equal scores": "the task says that there are none",
    },
    wide=_wide,
    ask={
        "counts": "Take the first example with a pencil: to which entry does it add 1?",
        "accuracy": "How many examples are there, and for how many is the answer the label?",
    },
    misconceptions=(
        Misconception(
            "rows_and_columns_swapped",
            _changed(counts=lambda table: table.T),
            "`counts` is the transpose of the right one. Which of the two indices is the true class?",
            alone=True,
        ),
        Misconception(
            "argmax_over_examples",
            _examples_axis,
            "It looks like `argmax(axis=0)`: for each class, the example that has most of it. For each *example* you "
            "want a class: along which axis do the scores of one example lie?",
        ),
        Misconception(
            "argmin",
            lambda labels, scores: _table(labels, -scores),
            "With you the answer is the class with the smallest score. Which one does the task take?",
        ),
        Misconception(
            "repeats_lost",
            _lost,
            "No entry of your `counts` is above 1. `counts[labels, answers] += 1` reads all entries, adds 1 and "
            "writes them back: what happens to a pair that occurs twice?",
            alone=True,
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
            "In `counts` you divide each row by its sum. Are shares asked for, or counts?",
            alone=True,
            shows=_rows_are_shares,
        ),
        Misconception(
            "shares_of_columns",
            _changed(counts=lambda table: _of_rows(table.T).T),
            "In `counts` you divide each column by its sum. Are shares asked for, or counts?",
            alone=True,
        ),
        Misconception(
            "shares_of_all",
            _changed(counts=lambda table: table / table.sum()),
            "Your `counts` sum to 1. Are shares asked for, or counts?",
            alone=True,
        ),
        Misconception(
            "only_the_diagonal",
            _changed(counts=lambda table: np.diag(np.diag(table))),
            "Your `counts` hold the right answers only. Where does an answer go that is wrong?",
            alone=True,
        ),
        Misconception(
            "only_what_is_wrong",
            _changed(counts=lambda table: table - np.diag(np.diag(table))),
            "Your `counts` hold the wrong answers only. Where does an answer go that is right?",
            alone=True,
        ),
        Misconception(
            "size_from_the_labels",
            _as_many_as(lambda labels, answers: labels.max() + 1),
            "Your table has as many rows as the highest label asks for. Which argument knows how many classes there "
            "are, also where the last one never occurs?",
        ),
        Misconception(
            "size_from_labels_and_answers",
            _as_many_as(lambda labels, answers: max(labels.max(), answers.max()) + 1),
            "Your table has as many rows as the highest label or answer asks for. Which argument knows how many "
            "classes there are, also where the last one never comes up?",
        ),
        Misconception(
            "only_classes_that_occur",
            _as_many_as(lambda labels, answers: len(np.unique(labels))),
            "Your table has as many rows as different labels occur. Which argument knows how many classes there are?",
        ),
        Misconception(
            "mean_over_classes",
            _changed(accuracy=lambda table, right: np.diag(_of_rows(table)).mean()),
            "`accuracy` is the mean of the classes' own shares of right answers, so a rare class weighs as much as a "
            "common one. Over what is the mean to be taken?",
            alone=True,
        ),
        Misconception(
            "mean_over_classes_0_where_none",
            _changed(accuracy=lambda table, right: np.nan_to_num(np.diag(_of_rows(table))).mean()),
            "`accuracy` is the mean of the classes' own shares of right answers, with 0 for a class that never occurs. "
            "Over what is the mean to be taken?",
            alone=True,
        ),
        *(
            Misconception(
                f"mean_over_{which.replace(' ', '_')}",
                _changed(accuracy=lambda table, right, turn=turn: np.nanmean(np.diag(_of_rows(turn(table))))),
                f"`accuracy` is a mean over the {which}, each with its own share. Over what is the mean to be taken?",
                alone=True,
            )
            for which, turn in (("classes that occur", lambda t: t), ("classes that are answers", lambda t: t.T))
        ),
        Misconception(
            "one_example_less",
            _changed(accuracy=lambda table, right: np.trace(table) / max(table.sum() - 1, 1)),
            "`accuracy` is divided by one example less than there are. How many answers are there?",
            alone=True,
        ),
        Misconception(
            "number_right",
            _changed(accuracy=lambda table, right: np.trace(table)),
            "`accuracy` is the number of right answers. Out of how many?",
            alone=True,
        ),
        Misconception(
            "over_classes",
            _changed(accuracy=lambda table, right: np.trace(table) / len(table)),
            "`accuracy` is the number of right answers divided by the number of classes. How many answers are there?",
            alone=True,
        ),
        Misconception(
            "share_wrong",
            _changed(accuracy=lambda table, right: 1 - right),
            "`accuracy` is the share of wrong answers. Which entries of the table are the right ones?",
            alone=True,
        ),
        Misconception(
            "percent",
            _changed(accuracy=lambda table, right: 100 * right),
            "`accuracy` is a hundred times too large. Is it a share between 0 and 1, or a percentage?",
            alone=True,
        ),
    ),
)
