"""Where a mistake has no name: change one argument at a time, and say which change the answer does not follow."""

import numpy as np

from . import messages as say
from .compare import agree


def probe(exercise, function, case, other, i):
    """What a case shows in which part i is wrong, as a sentence; '' if nothing.

    other: a case of the same sizes, whose values take the place of this one's, one argument at a time. (A nudge would
    not do: adding the same to all entries is no change to a softmax.)
    """
    part, fine, off = list(exercise.parts)[i], [], []

    def of(which, changed):
        parts = exercise.outcome(which, changed).parts
        return None if parts is None else parts[i]

    c, r = of(function, case), of(exercise.truth, case)
    if c is None or r is None or c.shape != r.shape or not np.isfinite(c).all():
        return ""
    for name in case:
        changed = None if name in exercise.fixed else _changed(case, other, name)
        came, right = (None, None) if changed is None else (of(function, changed), of(exercise.truth, changed))
        if came is None or right is None or came.shape != c.shape or right.shape != c.shape:
            continue
        dc, dr = came - c, right - r
        if not _moves(dc, c) and _moves(dr, r):
            return say.IGNORED.format(part=part, name=name)
        if _moves(dc, c) and not _moves(dr, r):
            return say.EXTRA.format(part=part, name=name)
        if isinstance(case[name], np.ndarray) and case[name].shape == c.shape and c.size > 1:
            one = case | {name: np.concatenate([changed[name].flat[:1], case[name].flat[1:]]).reshape(c.shape)}
            apart, together = (of(which, one) for which in (exercise.truth, function))
            if apart is not None and together is not None and together.shape == c.shape:
                if not _moves((apart - r).flat[1:], r) and _moves((together - c).flat[1:], c):
                    return say.MIXED.format(part=part, name=name)
        (fine if agree(dc, dr, 1e-4) or not _moves(dr, r) else off).append(name)
    if not fine or not off or len(off) > 2:  # more than two say nothing
        return ""
    return say.FOLLOWS.format(part=part, fine=say.listed(fine, "or"), off=say.listed(off, "or"))


def _changed(case, other, name):
    """The case with the other one's value of one argument, or None where that is none, the same, or of another size."""
    value, new = case[name], other[name]
    if not isinstance(value, np.ndarray | float | int) or isinstance(value, bool) or type(new) is not type(value):
        return None
    if np.shape(new) != np.shape(value) or np.array_equal(new, value, equal_nan=isinstance(value, float)):
        return None
    return {**case, name: new}


def _moves(difference, array):
    return not np.abs(difference).max(initial=0.0) <= 1e-9 * (np.abs(array).max(initial=0.0) or 1.0)
