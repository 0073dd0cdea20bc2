"""Wrong answers made of right ones: right for a part of what the task allows, or returned in another shape."""

import numpy as np


def each_part(right, change):
    """`change` of every array that `right` returns."""
    return lambda *inputs: [change(part) for part in right(*inputs)]


def first_rows(right, n=20):
    """0 from row n on."""

    def cut(part):
        part = np.array(part, dtype=float)
        part[n:] = 0
        return part

    return each_part(right, cut)


def two_loops(right):
    """For tables alone, though the task allows more."""

    def answer(z, *others):
        rows = [[right(z[i, j : j + 1], *others) for j in range(z.shape[1])] for i in range(z.shape[0])]
        return [np.array([[cell[k][0] for cell in row] for row in rows]) for k in range(len(rows[0][0]))]

    return answer


def keeps_first(right):
    """Keeps all but the first argument from its first call."""
    kept = []

    def answer(first, *others):
        kept.append(others)
        return right(first, *kept[0])

    return answer
