"""A patient with two bugs: labels that stay behind, and a standardisation that has seen the test rows."""

import math

import numpy as np

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.repair import Repair, left
from .common.right_in_part import each_part

PROGRAM = solution("mended_preparation")
DEAL, CENTRE, SPREAD = "X, labels = X[order], labels[order]", "X[:n].mean(axis=0)", "X[:n].std(axis=0)"
GUARD, MOVE = "np.where(spread > 0, spread, 1.0)", "X = (X - centre) / spread"
SPLIT, SPLIT_LABELS = "X[:n], X[n:]", "labels[:n], labels[n:]"


def _case(rng, n, m, held_out, constant=(), classes=4):
    """constant: columns that hold one whole number on the training rows; on the test rows they hold others."""
    X = rng.normal(size=(n, m)) * rng.uniform(0.3, 5, m) + 3 * rng.normal(size=m)
    order = rng.permutation(n)
    train, test = order[: n - held_out], order[n - held_out :]
    for k, column in enumerate(constant):
        X[train, column], X[test, column] = float(k), rng.integers(1, 9, size=held_out) + float(k)
    return {"X": X, "labels": rng.integers(classes, size=n), "order": order, "held_out": held_out}


def inputs(rng):
    plan = (
        *((9, 4, 3), (7, 3, 2, (1,)), (8, 5, 5, (0, 4)), (6, 2, 1), (5, 1, 2), (3, 4, 2), (2, 3, 1), (12, 12, 4)),
        *((40, 3, 30), (4, 31, 2), (11, 4, 6, (2,)), (60, 2, 5)),
    )
    cases = [_case(rng, *args) for args in plan]
    n = 10
    cases.append(_case(rng, n, 3, 4) | {"order": np.arange(n)})  # nothing is dealt anew
    cases.append(_case(rng, n, 3, 4) | {"order": np.arange(n)[::-1].copy()})
    far = _case(rng, 9, 3, 3)
    far["X"][far["order"][-3:]] += 50.0  # the test rows are of another kind
    return [*cases, far]


def wide(rng):
    n, m = int(rng.integers(2, 30)), int(rng.integers(1, 8))
    constant = rng.permutation(m)[: rng.integers(0, m + 1)].tolist() if rng.random() < 0.5 else ()
    return _case(rng, n, m, int(rng.integers(1, n)), constant, int(rng.integers(1, 6)))


def truth(X, labels, order, held_out):
    """Column by column and row by row, with exact sums."""
    train, test = order[: len(order) - held_out].tolist(), order[len(order) - held_out :].tolist()
    columns = {}
    for j in range(X.shape[1]):
        known = [float(X[i, j]) for i in train]
        mean = math.fsum(known) / len(known)
        spread = math.sqrt(math.fsum((x - mean) ** 2 for x in known) / len(known))
        columns[j] = mean, spread if len(set(known)) > 1 else 1.0

    def rows(chosen):
        made = [[(X[i, j] - columns[j][0]) / columns[j][1] for j in columns] for i in chosen]
        return np.array(made), np.array([labels[i] for i in chosen])

    return *rows(train), *rows(test)


def split_first(X, labels, order, held_out):
    """Indices first, then the numbers."""
    train, test = order[:-held_out], order[-held_out:]
    mean, spread = X[train].mean(0), X[train].std(0)
    spread[spread == 0] = 1
    return (X[train] - mean) / spread, labels[train], (X[test] - mean) / spread, labels[test]


def joined(X, labels, order, held_out):
    """Rows and labels in one table while they are dealt out; the spread from the mean of the squares."""
    table = np.column_stack([X, labels])[order]
    n = len(table) - held_out
    rows, dealt = table[:, :-1] - table[:n, :-1].mean(axis=0), table[:, -1].astype(int)
    spread = np.sqrt(np.mean(rows[:n] ** 2, axis=0))
    rows = rows / np.where(spread == 0, 1, spread)
    return [rows[:n], dealt[:n].tolist(), rows[n:], dealt[n:].tolist()]


def one_by_one(X, labels, order, held_out):
    n = len(X) - held_out
    X_new, labels_new = np.empty(X.shape), np.empty(len(X))
    for place, row in enumerate(order):
        X_new[place], labels_new[place] = X[row], labels[row]
    for column in X_new.T:
        column -= column[:n].mean()
        if np.ptp(column[:n]) > 0:
            column /= np.sqrt(np.var(column[:n]))
    return X_new[:n], labels_new[:n], X_new[n:], labels_new[n:]


# ----- how each of the two bugs may be left: name -> (what is seen, a question, edits of the solution)

WITH_ROWS = "Which label belongs to the row that is the first after dealing?"
UNSEEN = "Which rows may be looked at before the test?"
LABELS = {
    "labels_left_behind": ("the rows are dealt out anew, and the labels stay where they were", WITH_ROWS,
        (DEAL, "X = X[order]")),
    "labels_dealt_backwards": ("the labels are dealt out by the reverse order, `argsort` of the one of the rows",
        WITH_ROWS, (DEAL, "X, labels = X[order], labels[np.argsort(order)]")),
    "labels_dealt_twice": ("the labels are dealt out twice, and the rows once", WITH_ROWS,
        (DEAL, "X, labels = X[order], labels[order][order]")),
}  # fmt: skip
STATISTICS = {
    "statistics_of_all_rows": ("mean and spread are those of all rows, the test rows among them", UNSEEN,
        (CENTRE, "X.mean(axis=0)"), (SPREAD, "X.std(axis=0)")),
    "mean_of_all_rows": ("the mean is that of all rows, the test rows among them", UNSEEN,
        (CENTRE, "X.mean(axis=0)")),
    "spread_of_all_rows": ("the spread is that of all rows, the test rows among them", UNSEEN,
        (SPREAD, "X.std(axis=0)")),
    "each_set_by_its_own": ("the test rows are standardised by their own mean and spread", UNSEEN,
        (MOVE, "own = X[n:].std(axis=0)\n    X = np.concatenate([(X[:n] - centre) / spread, "
         "(X[n:] - X[n:].mean(axis=0)) / np.where(own > 0, own, 1.0)])")),
    "statistics_of_the_test_rows": ("mean and spread are those of the test rows", UNSEEN,
        (CENTRE, "X[n:].mean(axis=0)"), (SPREAD, "X[n:].std(axis=0)")),
}  # fmt: skip
slip, part = slips(PROGRAM), slips(PROGRAM, alone=True)
LEFT = dict(
    left(slip, (LABELS, STATISTICS), ("labels_left_behind", "statistics_of_all_rows"), "Both bugs are still there, and "
         "nothing has changed. Where do the labels go when the rows are dealt out?")
)  # fmt: skip
SPOILT = "You changed something that was right:"

EXERCISE = Repair(
    inputs=inputs,
    truth=truth,
    parts={"X_train": 1, "labels_train": 1, "X_test": 1, "labels_test": 1},
    points=4,
    credit=tuple((mistake.name, 2 * mended) for mistake, mended in LEFT.items()),
    passed="The labels go with their rows, and the test rows are treated with numbers that never saw them.",
    shapes={"X": "n m", "labels": "n", "order": "n"},
    room={
        "a class that never occurs": lambda case: len(set(case["labels"].tolist())) < 4,
        "a column that is constant on the training rows": lambda case: _constant(case).any(),
        "a single training row": lambda case: len(case["X"]) - case["held_out"] == 1,
        "a single test row": lambda case: case["held_out"] == 1,
        "more test rows than training rows": lambda case: 2 * case["held_out"] > len(case["X"]),
        "an order that changes nothing": lambda case: not (np.diff(case["order"]) - 1).any(),
        "more than 32 rows": lambda case: len(case["X"]) > 32,
        "n = 1": "there is at least one training row and one test row",
    },
    wide=wide,
    ask={
        "X_train": "Which mean and which deviation has each column of it?",
        "X_test": "Is it moved and divided by the same numbers as the training rows?",
        "labels_train": "To which rows of `X` do these labels belong?",
        "labels_test": "To which rows of `X` do these labels belong?",
    },
    misconceptions=(
        *LEFT,
        slip("nothing_dealt", f"{SPOILT} nothing is dealt out any more. What is `order` for?", (DEAL, "pass")),
        slip("dealt_backwards", f"{SPOILT} rows and labels go together, but by the reverse order. Which row of X comes "
             "first after dealing?", (DEAL, "X, labels = X[np.argsort(order)], labels[np.argsort(order)]")),
        slip("order_of_its_own", f"{SPOILT} the rows are dealt out in another order than `order`. Who decides it?",
             (DEAL, "order = np.roll(order, 1)\n    X, labels = X[order], labels[order]")),
        slip("measured_before_dealing", "Mean and spread are those of the first rows *before* they are dealt out, and "
             "some of them are test rows. When are the first n rows the training rows?",
             (CENTRE, "start[:n].mean(axis=0)"), (SPREAD, "start[:n].std(axis=0)"),
             ("    X, labels", "    start = X\n    X, labels")),
        slip("constant_columns_divided", "Where a column is constant there is a division by 0. What does the task say "
             "of such a column?", (GUARD, "spread")),
        slip("constant_columns_dropped", f"{SPOILT} columns that are constant are gone. What does the task say of "
             "them?",
             (MOVE, "X = ((X - centre) / spread)[:, np.ptp(X[:n], axis=0) > 0]")),
        slip("constant_columns_unmoved", f"{SPOILT} columns that are constant stay as they were. What does the task "
             "say of them?", (MOVE, "X = np.where(np.ptp(X[:n], axis=0) > 0, (X - centre) / spread, X)")),
        slip("constant_columns_emptied", f"{SPOILT} columns that are constant become 0 in the test rows, too. What "
             "does the task say of them?", (MOVE, "X = np.where(np.ptp(X[:n], axis=0) > 0, (X - centre) / spread, 0)")),
        slip("one_mean_for_all", f"{SPOILT} one mean and one spread for all columns together. Along which axis are "
             "they taken?", (CENTRE, "X[:n].mean() + 0 * X[0]"), (SPREAD, "X[:n].std() + 0 * X[0]")),
        slip("one_spread_for_all", f"{SPOILT} one spread for all columns together. Along which axis is it taken?",
             (SPREAD, "X[:n].std() + 0 * X[0]")),
        slip("not_moved", f"{SPOILT} the columns are divided and not moved. Which mean should they have?",
             ("- centre", "")),
        slip("not_divided", f"{SPOILT} the columns are moved and not divided. Which deviation should they have?",
             (" / spread\n", "\n")),
        slip("divided_by_the_variance", f"{SPOILT} the columns are divided by their variance. What has the unit of the "
             "column itself?", (SPREAD, "X[:n].var(axis=0)")),
        slip("other_deviation", f"{SPOILT} the deviation is divided by n - 1 in place of n. Which one did the program "
             "take?", (SPREAD, "(X[:n].std(axis=0, ddof=1) if n > 1 else 0 * X[0])")),
        slip("range_for_deviation", f"{SPOILT} the columns are divided by their range. Which deviation should they "
             "have?",
             (SPREAD, "np.ptp(X[:n], axis=0)")),
        slip("median_for_mean", f"{SPOILT} the median is taken off. Which mean should a column have?",
             (CENTRE, "np.median(X[:n], axis=0)")),
        slip("test_rows_not_standardised", f"{SPOILT} the test rows come back as they went in. With which numbers "
             "should they be treated?", (MOVE, "X = np.concatenate([(X[:n] - centre) / spread, X[n:]])")),
        slip("test_rows_first", f"{SPOILT} the first rows are put aside. Which rows are the test set?",
             ("n = len(X) - held_out", "n = held_out"), (CENTRE, "X[n:].mean(axis=0)"), (SPREAD, "X[n:].std(axis=0)"),
             (SPLIT, "X[n:], X[:n]"), (SPLIT_LABELS, "labels[n:], labels[:n]")),
        slip("held_out_for_training", f"{SPOILT} `held_out` rows are for training, and the rest for the test. Which "
             "is it?",
             ("n = len(X) - held_out", "n = held_out")),
    ),
    right=(split_first, joined, one_by_one),
    wrong=(
        kept_by_shape(split_first),
        each_part(split_first, np.squeeze),
        *(edited(PROGRAM, change) for change in (
            (CENTRE, "X[:20].mean(axis=0)"), (SPREAD, "X[:n].std(axis=0) + 1e-3"), (GUARD, "np.maximum(spread, 1)"),
            (GUARD, "np.where(spread > 0.5, spread, 1.0)"), (SPLIT, "X[:n], X[:n]"),
            (SPLIT_LABELS, "labels[:n], labels[:held_out]"), ("    n = ", "    X -= X.mean(axis=0)\n    n = "),
            ("    n = ", "    held_out = max(held_out, 2)\n    n = "),
            (MOVE, "X = np.clip((X - centre) / spread, -2, 2)"),
            ("return X_train, labels_train, X_test, labels_test", "return X_train, X_test, labels_train, labels_test"),
        )),
        edited(PROGRAM, (DEAL, "labels = labels[order]")),
    ),
)  # fmt: skip


def _constant(case):
    train = case["order"][: len(case["X"]) - case["held_out"]]
    return np.ptp(case["X"][train], axis=0) == 0
