"""Chapter 06: the confusion matrix of a classifier, and its accuracy."""

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution


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
    return [
        *(_case(rng, *size) for size in ((23, 4), (31, 3), (17, 5), (6, 1), (5, 5), (900, 2))),
        highest_missing, lowest_missing, never_said, one, few,
        # so large that an exponential overflows; to be told apart in float64 only; so small that exponentials are equal
        _scaled(rng, 1.0, 1e4), _scaled(rng, 1.0, 1e-12), _scaled(rng, 0.0, 1e-20),
    ]  # fmt: skip


def _scaled(rng, offset, factor):
    case = _case(rng, 14, 4)
    return case | {"scores": offset + factor * case["scores"]}


def _wide(rng):
    n, classes = int(rng.integers(1, 9)), int(rng.integers(1, 7))
    return _case(rng, n, classes, rng.permutation(classes)[: rng.integers(1, classes + 1)])


def _truth(labels, scores):
    """Each pair of classes counted by itself."""
    classes = range(scores.shape[1])
    answers = [max(classes, key=row.__getitem__) for row in scores]
    pairs = list(zip(labels.tolist(), answers, strict=True))
    counts = [[sum(pair == (true, said) for pair in pairs) for said in classes] for true in classes]
    return counts, sum(true == said for true, said in pairs) / len(pairs)


def of_rows(table):
    """Each row divided by its sum; NaN for a class without examples."""
    with np.errstate(invalid="ignore"):
        return table / table.sum(axis=1, keepdims=True)


def _normalised(axis):
    """Sees a table whose rows (axis 1) or columns (axis 0) sum to 1, but for those of classes without any."""

    def shows(case, outcome):
        if outcome.parts is None or outcome.parts[0].shape != (case["scores"].shape[1],) * 2:
            return False
        there = case["labels"] if axis == 1 else case["scores"].argmax(axis=1)
        return np.allclose(outcome.parts[0].sum(axis=axis)[there], 1)

    return shows


PROGRAM = solution("confusion")
ANSWERS, SIZE, RIGHT = "scores.argmax(axis=1)", "(scores.shape[1], scores.shape[1])", "np.mean(labels == answers)"
slip, part = slips(PROGRAM, of_rows=of_rows), slips(PROGRAM, alone=True, of_rows=of_rows)


def _counts(name, new, message, shows=None):
    """Another table, and the right accuracy."""
    return part(name, message, ("return counts", f"return {new}"), shows=shows)


def _accuracy(name, new, message):
    return part(name, message, (RIGHT, new))


def _sized(name, new, message):
    return slip(name, message, (SIZE, f"({new},) * 2"))


def _answers(name, new, message):
    return slip(name, message, (ANSWERS, new))


def other(old, new):
    return edited(PROGRAM, (old, new), of_rows=of_rows)


def _loops(labels, scores):
    K = scores.shape[1]
    counts, right = [[0] * K for _ in range(K)], 0
    for label, row in zip(labels, scores, strict=True):
        answer = int(np.argmax(row))
        counts[label][answer] += 1
        right += answer == label
    print("right:", right)
    return [counts, right / len(labels)]


def _product(labels, scores):
    K = scores.shape[1]
    counts = np.eye(K)[labels].T @ np.eye(K)[scores.argmax(axis=1)]
    return counts, np.trace(counts) / counts.sum()


def _bincount(labels, scores):
    K, answers = scores.shape[1], scores.argmax(axis=-1)
    return np.bincount(labels * K + answers, minlength=K * K).reshape(K, K), (answers == labels).mean()


def _histogram(labels, scores):
    edges = np.arange(scores.shape[1] + 1) - 0.5
    counts = np.histogram2d(labels, scores.argsort(axis=1)[:, -1], bins=[edges, edges])[0].astype(np.uint16)
    return counts, np.float32((scores[np.arange(len(labels)), labels] == scores.max(axis=1)).mean())


LOST = (
    "No entry of your `counts` is above 1. If `counts[labels, answers] += 1` stands there: it reads all entries, adds "
    "1 and writes them back, so what happens to a pair that occurs twice?"
)
MEAN = ", each with its own share. Over what is the mean to be taken?"
FROM_ZERO = "(lambda best: np.where(best > 0, scores.argmax(axis=1), 0))(scores.max(axis=1))"

EXERCISE = Exercise(
    inputs=_inputs,
    truth=_truth,
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
        "scores that differ by very little": lambda case: case["scores"].shape[1] > 1 and np.ptp(case["scores"]) < 1e-3,
        "very small scores": lambda case: np.abs(case["scores"]).max() < 1e-10,
        "scores that differ in late digits only": lambda case: (
            case["scores"].shape[1] > 1 and np.ptp(case["scores"]) < 1e-3 * np.abs(case["scores"]).min()
        ),
        "hundreds of examples": lambda case: len(case["labels"]) > 500,
        "two equal scores": "the task says that there are none",
    },
    wide=_wide,
    ask={
        "counts": "Take the first example with a pencil: to which entry does it add 1?",
        "accuracy": "How many examples are there, and for how many is the answer the label?",
    },
    misconceptions=(
        _counts("rows_and_columns_swapped", "counts.T", "`counts` is the transpose of the right one. Which of the two "
            "indices is the true class?"),
        slip("argmax_over_examples", "It looks like `argmax(axis=0)`: for each class, the example that has most of it. "
            "For each *example* you want a class: along which axis do the scores of one example lie?",
            (ANSWERS, "scores.argmax(axis=0)"),
            ("np.add.at(counts, (labels, answers), 1)", "for i, j in zip(labels, answers): counts[i, j] += 1")),
        _answers("argmin", "scores.argmin(axis=1)", "With you the answer is the class with the smallest score. Which "
            "one does the task take?"),
        _answers("largest_in_size", "np.abs(scores).argmax(axis=1)", "With you the answer is the class whose score is "
            "farthest from 0. Is -3 a larger score than 1?"),
        _answers("sought_from_zero", FROM_ZERO, "Where all scores of an example are negative, your answer is class 0. "
            "With which score does your search for the largest begin?"),
        _answers("whole_numbers", "np.trunc(scores).argmax(axis=1)", "You drop the decimals of the scores, and then "
            "several are equal. Which of 0.2 and 0.9 is larger?"),
        slip("answers_from_one", "Your answers are the right ones plus 1. Which number has the first class?",
            (ANSWERS, f"{ANSWERS} + 1"), (SIZE, "(scores.shape[1] + 1,) * 2"),
            ("return counts", "return counts[:-1, :-1]")),
        _counts("repeats_lost", "np.minimum(counts, 1)", LOST),
        slip("repeats_lost_in_both", LOST, ("np.add.at(counts, (labels, answers), 1)", "counts[labels, answers] += 1"),
            (RIGHT, "np.trace(counts) / counts.sum()")),
        _counts("shares_of_rows", "of_rows(counts)", "In `counts` you divide each row by its sum. Are shares asked "
            "for, or counts?", _normalised(1)),
        _counts("shares_of_columns", "of_rows(counts.T).T", "In `counts` you divide each column by its sum. Are shares "
            "asked for, or counts?", _normalised(0)),
        _counts("shares_of_all", "counts / counts.sum()", "Your `counts` sum to 1. Are shares asked for, or counts?"),
        _counts("only_the_diagonal", "np.diag(np.diag(counts))", "Your `counts` hold the right answers only. Where "
            "does an answer go that is wrong?"),
        _counts("only_what_is_wrong", "counts - np.diag(np.diag(counts))", "Your `counts` hold the wrong answers only. "
            "Where does an answer go that is right?"),
        _counts("narrow_numbers", "counts.astype(np.int64).astype(np.int8)", "Large counts come out wrong, some below "
            "0. Which is the largest number that fits into the type of yours?"),
        _sized("size_from_the_labels", "labels.max() + 1", "Your table has as many rows as the highest label asks for. "
            "Which argument knows how many classes there are, also where the last one never occurs?"),
        _sized("size_from_labels_and_answers", "max(labels.max(), answers.max()) + 1", "Your table has as many rows as "
            "the highest label or answer asks for. Which argument knows how many classes there are, also where the "
            "last one never comes up?"),
        _sized("only_classes_that_occur", "len(np.unique(labels))", "Your table has as many rows as different labels "
            "occur. Which argument knows how many classes there are?"),
        _accuracy("mean_over_classes", "np.diag(of_rows(counts)).mean()", "`accuracy` is the mean of the classes' own "
            "shares of right answers, so a rare class weighs as much as a common one. Over what is the mean to be "
            "taken?"),
        _accuracy("mean_over_classes_0_where_none", "np.nan_to_num(np.diag(of_rows(counts))).mean()",
            "`accuracy` is the mean of the classes' own shares of right answers, with 0 for a class that never occurs. "
            "Over what is the mean to be taken?"),
        _accuracy("mean_over_classes_that_occur", "np.nanmean(np.diag(of_rows(counts)))",
            "`accuracy` is a mean over the classes that occur" + MEAN),
        _accuracy("mean_over_classes_that_are_answers", "np.nanmean(np.diag(of_rows(counts.T)))",
            "`accuracy` is a mean over the classes that are answers" + MEAN),
        _accuracy("one_example_less", "np.trace(counts) / max(len(labels) - 1, 1)", "`accuracy` is divided by one "
            "example less than there are. How many answers are there?"),
        _accuracy("one_example_more", "np.trace(counts) / (len(labels) + 1)", "`accuracy` is divided by one example "
            "more than there are. How many answers are there?"),
        _accuracy("right_to_wrong", "np.trace(counts) / max(len(labels) - np.trace(counts), 1)", "`accuracy` is the "
            "number of right answers divided by that of wrong ones. Out of how many is a share taken?"),
        _accuracy("two_best", "np.mean((scores >= np.sort(scores, axis=1)[:, -2:][:, :1])[np.arange(len(labels)), "
            "labels])", "For your `accuracy` an example is also right if its class has the second largest score. How "
            "many answers has each example?"),
        _accuracy("number_right", "np.trace(counts)", "`accuracy` is the number of right answers. Out of how many?"),
        _accuracy("over_classes", "np.trace(counts) / len(counts)", "`accuracy` is the number of right answers divided "
            "by the number of classes. How many answers are there?"),
        _accuracy("share_wrong", "np.mean(labels != answers)", "`accuracy` is the share of wrong answers. Which "
            "entries of the table are the right ones?"),
        _accuracy("percent", "100 * np.mean(labels == answers)", "`accuracy` is a hundred times too large. Is it a "
            "share between 0 and 1, or a percentage?"),
    ),
    right=(_loops, _product, _bincount, _histogram),
    wrong=(
        other(ANSWERS, "scores.round(2).argmax(axis=1)"),
        other(ANSWERS, "np.clip(scores, -5, 5).argmax(axis=1)"),
        other(ANSWERS, "scores.astype(np.float32).argmax(axis=1)"),
        other(ANSWERS, "bp.softmax(scores).argmax(axis=1)"),
        other(ANSWERS, "scores.argmax(axis=1)[::-1]"),
        other("    counts = ", "    labels, answers = labels[:-1], answers[:-1]\n    counts = "),
        other("return counts", "return counts.astype(np.uint8)"),
        other("return counts", "return np.diag(counts)"),
        other("return counts", "return counts + 1"),
        other("return counts", "return counts > 0"),
        other("return counts", "return counts[: len(set(labels)), : len(set(labels))]"),
        other(RIGHT, RIGHT + " > 0.5"),
        other(RIGHT, "labels == answers"),
        other(RIGHT, "np.trace(counts) / counts.sum(axis=0).max()"),
    ),
)  # fmt: skip
