"""Means of rows taken from a table, backward: each copy sends its share, and a row that is taken twice hears twice."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

PROGRAM = solution("gather_backward")
NO_ROW = -1
SIZES = (  # m, k, t and n
    (7, 3, 4, 5), (3, 5, 6, 6), (1, 3, 4, 4), (5, 1, 3, 3), (4, 4, 4, 4), (6, 2, 1, 5), (3, 4, 2, 1), (33, 2, 5, 9),
    (2, 30, 3, 8), (4, 2, 3, 6),
)  # fmt: skip


def _case(rng, m, k, t, n):
    rows = rng.integers(0, n, size=(m, t))
    rows[np.arange(t) >= rng.integers(1, t + 1, size=(m, 1))] = NO_ROW
    return {"message": rng.normal(size=(m, k)), "rows": rows, "n": n}


def inputs(rng):
    cases = [_case(rng, *each) for each in SIZES]
    some = rng.choice([0, 1, 3], size=(7, 4))  # 2 and 4 never
    some[[0, 1, 2]] = [1, 1, 3, 1], [0, 0, NO_ROW, NO_ROW], [3, NO_ROW, NO_ROW, NO_ROW]
    cases[0]["rows"] = rng.permutation(some)
    cases[1]["rows"] = rng.permutation([[5, 0, 5, 2, NO_ROW, NO_ROW], [0, 2, 4, 4, 4, 0], [2, 0] + [NO_ROW] * 4])
    cases[2]["rows"] = np.array([[2, 0, 2, NO_ROW]])
    cases[9]["rows"] = rng.permutation(6)[[[0, 1, 2], [3, 3, -1], [4, 4, 4], [5, 5, 5]]]
    cases[9]["rows"][1:, 2] = cases[9]["rows"][2:, 1] = NO_ROW  # each once, but for one that comes twice in a row
    cases[9]["message"][1] = 0.0
    return cases


def wide(rng):
    return _case(rng, *sizes(rng, 4))


def by_shares(message, rows, n):
    """B = shares @ A, so dA is the transposed shares times the message."""
    counts = (rows[:, :, None] == np.arange(n)).sum(axis=1)
    return (counts / counts.sum(axis=1, keepdims=True)).T @ message


def added_at(message, rows, n):
    dA, (i, j) = np.zeros((n, message.shape[1])), np.nonzero(rows != NO_ROW)
    np.add.at(dA, rows[i, j], (message / (rows != NO_ROW).sum(axis=1)[:, None])[i])
    return dA


def row_by_row(message, rows, n):
    lengths = (rows >= 0).sum(axis=1)
    return [((rows == row).sum(axis=1) / lengths) @ message for row in range(n)]


def one_row_more(message, rows, n):
    """What is not there has a row of its own at the end, which is cut off."""
    sent = np.repeat(message / (rows >= 0).sum(axis=1, keepdims=True), rows.shape[1], axis=0)
    return np.eye(n + 1)[rows.ravel()].T[:-1] @ sent


def uses(case):
    return np.bincount(case["rows"][case["rows"] >= 0], minlength=case["n"])


def most_in_a_mean(case):
    return max((row == each).sum() for row in case["rows"] for each in row if each >= 0)


KEEP, LOOP, ADD, RETURN = "taken = taken[taken >= 0]", "for row in taken:", "dA[row] += sent / len(taken)", "return dA"
ONE_BY_ONE = f"{LOOP}\n            {ADD}"
slip, wrong = slips(PROGRAM), partial(edited, PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=by_shares,
    parts={"dA": 2},
    passed="A row of A hears from each of its copies, and a copy in a mean of three carries a third of the message.",
    shapes={"message": "m k", "rows": "m t"},
    room={
        "a row that is taken twice in one mean": lambda case: most_in_a_mean(case) > 1,
        "a row that is taken three times in one mean": lambda case: most_in_a_mean(case) > 2,
        "a row that is taken in two means": lambda case: max(
            sum(each in row for row in case["rows"]) for each in range(case["n"])) > 1,
        "a row that is never taken": lambda case: uses(case).min() == 0,
        "a last row that is never taken": lambda case: uses(case)[-1] == 0,
        "only one row in A": lambda case: case["n"] == 1,
        "more means than rows in A": lambda case: len(case["rows"]) > case["n"],
        "means of different numbers of rows": lambda case: len(set((case["rows"] >= 0).sum(axis=1))) > 1,
        "a mean of one row": lambda case: ((case["rows"] >= 0).sum(axis=1) == 1).any(),
        "places that are not used": lambda case: (case["rows"] < 0).any(),
    },
    ask={"dA": "Take one row of A: in which means does it stand, how often, and with which share?"},
    fixed=("rows", "n"),
    wide=wide,
    misconceptions=(
        slip("summed", "Each copy has sent the whole message. What is the derivative of a mean in one of its rows?",
             (ADD, "dA[row] += sent")),
        slip("divided_by_all_places", "Every message is divided by the number of places, −1 among them. Over how many "
             "rows goes the mean?", ("len(taken)", "rows.shape[1]")),
        slip("once_in_a_mean", "A row that stands twice in one mean has heard once: that comes from a `set`, and also "
             "from `dA[taken] += ...`, which reads all rows before it writes any. How do you make each copy count?",
             (ONE_BY_ONE, "dA[taken] += sent / len(taken)")),
        slip("divided_by_different_rows", "Each message is divided by the number of different rows. If a row stands "
             "twice in a mean, how often does it count in it?", ("len(taken)", "len(set(taken))")),
        slip("once_of_the_different_rows", "A row that stands twice in one mean is taken for one. How often does it "
             "count in the mean?", (KEEP, "taken = np.unique(taken[taken >= 0])")),
        slip("minus_one_to_the_last_row", "What stands at −1 has come to the last row of A: that is what the index −1 "
             "means in NumPy. Who should get it?",
             (KEEP, "count = (taken >= 0).sum()"), ("len(taken)", "count")),
        slip("minus_one_taken_for_a_row", "A −1 is treated like a row, in the mean and as an index, where it is the "
             "last row of A. What does the task say of it?", (KEEP, "taken = taken[:]")),
        slip("row_0_left_out", "Row 0 of A is left out, as if it stood for nothing. Which number stands for no row?",
             ("taken >= 0", "taken > 0"), ("len(taken)", "max(len(taken), 1)")),
        slip("row_0_hears_nothing", "All is right but row 0, which hears nothing. Which number stands for no row?",
             (LOOP, "for row in taken[taken > 0]:")),
        slip("last_message_only", "Where several copies of a row send something, only the last message has stayed. "
             "`+=` or `=`?", (ADD, "dA[row] = sent / len(taken)")),
        slip("averaged_over_uses", "What a row hears is averaged over its copies. Do effects share, or do they add "
             "up?", (RETURN, "return dA / np.maximum(np.bincount(rows[rows >= 0], minlength=n), 1)[:, None]")),
        slip("divided_by_uses", "Each message is divided by how often *its* row is used. Which mean does a copy stand "
             "in, and over how many rows does that go?", ("len(taken)", "(rows == row).sum()")),
        slip("uses_counted", "Shares are there, and no messages. What does each copy send?",
             (ADD, "dA[row] += 1 / len(taken)")),
        slip("divided_by_m", "The right one divided by the number of rows of B. Is a mean over these asked for?",
             (RETURN, "return dA / len(rows)")),
        slip("largest_index_only", "The result ends with the last row that was taken. How many rows has A?",
             ("zeros((n", "zeros((rows.max() + 1")),
        slip("every_row_hears_all", "Every row hears the messages of all. Which rows of A are in a mean?",
             (ADD, "dA += sent / len(taken)")),
        slip("summed_over_columns", "The columns are added up, too. Does one column of A reach another column of B?",
             (ADD, "dA[row] += sent.sum() / len(taken)")),
        slip("begins_with_ones", "Everywhere 1 too much. With what should a sum begin?", ("np.zeros", "np.ones")),
    ),
    right=(by_shares, added_at, row_by_row, one_row_more),
    wrong=(
        kept_by_shape(by_shares),
        lambda *args: np.transpose(by_shares(*args)),
        lambda *args: np.squeeze(by_shares(*args)),
        lambda message, rows, n: message,
        lambda message, rows, n: by_shares(message[:20], rows[:20], n),
        lambda message, rows, n: by_shares(message, rows[:, :4], n),
        lambda message, rows, n: by_shares(np.maximum(message, 0), rows, n),
        lambda message, rows, n: by_shares(message, rows, n) if n > 1 else message[:1],
        wrong((ADD, "dA[row - 1] += sent / len(taken)")), wrong((ADD, "dA[row] -= sent / len(taken)")),
        wrong((ADD, "dA[row] = np.maximum(dA[row], sent / len(taken))")), wrong(("len(taken)", "len(taken) ** 0.5")),
    ),
)  # fmt: skip
