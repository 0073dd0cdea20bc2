"""Rows taken from a table, backward: a row that is taken twice hears twice."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

PROGRAM = solution("gather_backward")
SIZES = (7, 3, 5), (3, 4, 6), (1, 3, 4), (5, 1, 3), (4, 4, 4), (6, 2, 1), (33, 2, 9), (2, 30, 3), (5, 7, 2), (4, 3, 4)


def _case(rng, m, k, n):
    return {"message": rng.normal(size=(m, k)), "rows": rng.integers(0, n, size=m), "n": n}


def inputs(rng):
    cases = [_case(rng, *each) for each in SIZES]
    cases[0]["rows"] = rng.permutation([0, 0, 0, 1, 3, 3, 1])  # 2 and 4 never
    cases[1]["rows"] = rng.permutation([0, 4, 4])
    cases[4]["rows"] = rng.permutation([1, 1, 3, 0])
    cases[7]["rows"], cases[8]["rows"] = np.array([2, 2]), rng.permutation([0, 0, 1, 1, 1])
    cases[9]["rows"] = rng.permutation(4)  # each once
    cases[9]["message"][1] = 0.0
    return cases


def wide(rng):
    return _case(rng, *sizes(rng, 3))


def one_hot(message, rows, n):
    return np.equal.outer(np.arange(n), rows) @ message


def row_by_row(message, rows, n):
    return [message[rows == row].sum(axis=0) for row in range(n)]


def added_at(message, rows, n):
    dA = np.zeros((n, message.shape[1]))
    np.add.at(dA, rows, message)
    return dA


def sorted_first(message, rows, n):
    """Running sums over the sorted rows, and their differences."""
    order = np.argsort(rows, kind="stable")
    total = np.vstack([np.zeros(message.shape[1]), message[order].cumsum(axis=0)])
    ends = np.searchsorted(rows[order], np.arange(n + 1))
    return np.diff(total[ends], axis=0)


def uses(case):
    return np.bincount(case["rows"], minlength=case["n"])


ADD, RETURN = "dA[row] += sent", "return dA"
slip, wrong = slips(PROGRAM), partial(edited, PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=one_hot,
    parts={"dA": 2},
    passed="What a row of A hears is the sum over its copies, and a row without copies hears nothing.",
    shapes={"message": "m k", "rows": "m"},
    room={
        "a row that is taken twice or more": lambda case: uses(case).max() > 1,
        "a row that is taken three times or more": lambda case: uses(case).max() > 2,
        "a row that is never taken": lambda case: uses(case).min() == 0,
        "a last row that is never taken": lambda case: uses(case)[-1] == 0,
        "only one row in A": lambda case: case["n"] == 1,
        "more rows in B than in A": lambda case: len(case["rows"]) > case["n"],
        "rows that come in another order than in A": lambda case: (np.diff(case["rows"]) < 0).any(),
    },
    ask={"dA": "Take one row of A: in which places of `rows` does its number stand, and what comes from there?"},
    fixed=("rows", "n"),
    wide=wide,
    misconceptions=(
        slip("last_message_only", "Where a row was taken several times only its last message has arrived: that comes "
             "from `=`, and also from `dA[rows] += message`, which reads all rows before it writes any. How do you "
             "make each message count?", (ADD, "dA[row] = sent")),
        slip("first_message_only", "Where a row was taken several times only its first message has arrived. What "
             "happens to messages that meet?", (ADD, "dA[row] = dA[row] if dA[row].any() else sent")),
        slip("averaged", "Where a row was taken several times, its messages are averaged. Do effects share, or do they "
             "add up?", (RETURN, "return dA / np.maximum(np.bincount(rows, minlength=n), 1)[:, None]")),
        slip("largest_index_only", "The result ends with the last row that was taken. How many rows has A?",
             ("zeros((n", "zeros((rows.max() + 1")),
        slip("taken_rows_only", "Only rows that were taken are there. What is the gradient of the others?",
             (RETURN, "return dA[np.unique(rows)]")),
        slip("taken_again", "You take rows from `message`, as the way forward took rows from A. Where do the rows of "
             "`message` have to go?", (RETURN, "return message[rows]")),
        slip("as_it_came", "That is `message` itself, one row for each row of B. How many rows has A?",
             (RETURN, "return message")),
        slip("uses_counted", "Each entry is the number of times that its row was taken. What does every copy send?",
             (ADD, "dA[row] += 1")),
        slip("every_row_hears_all", "Every row hears the messages of all. Which rows of B are copies of one row of A?",
             (ADD, "dA += sent")),
        slip("summed_over_columns", "The columns are added up, too. Does one column of A reach another column of B?",
             (ADD, "dA[row] += sent.sum()")),
        slip("times_uses", "Each sum is multiplied by the number of uses once more. Is it in the sum already?",
             (RETURN, "return dA * np.bincount(rows, minlength=n)[:, None]")),
        slip("last_message_times_uses", "It looks as if the last message of each row were multiplied by the number of "
             "its uses. Are all messages of a row equal?",
             (ADD, "dA[row] = sent"), (RETURN, "return dA * np.bincount(rows, minlength=n)[:, None]")),
        slip("divided_by_m", "The right one divided by the number of rows of B. Is a mean asked for?",
             (RETURN, "return dA / len(rows)")),
        slip("ones_where_never_taken", "Rows that were never taken have 1. How does E answer to a row that it does not "
             "use?", ("np.zeros", "np.ones"), (ADD, "dA[row] = sent + (dA[row] if (dA[row] != 1).any() else 0)")),
        slip("begins_with_ones", "Everywhere 1 too much. With what should a sum begin?", ("np.zeros", "np.ones")),
    ),
    right=(one_hot, row_by_row, added_at, sorted_first),
    wrong=(
        kept_by_shape(one_hot),
        lambda *args: np.transpose(one_hot(*args)),
        lambda *args: np.squeeze(one_hot(*args)),
        lambda message, rows, n: one_hot(message[:20], rows[:20], n),
        lambda message, rows, n: one_hot(np.maximum(message, 0), rows, n),
        lambda message, rows, n: one_hot(message, np.sort(rows), n),
        lambda message, rows, n: one_hot(message, rows, n) if n > 1 else message[:1],
        lambda message, rows, n: one_hot(*(each[len(rows) > n :] for each in (message, rows)), n),
        wrong((ADD, "dA[row - 1] += sent")), wrong((ADD, "dA[row] -= sent")),
        wrong((ADD, "dA[row] = np.maximum(dA[row], sent)")),
    ),
)  # fmt: skip
