"""Where a mistake has no name: change one argument at a time, and say which change the answer does not follow."""

import numpy as np

from . import messages as say
from .compare import agree


def probe(exercise, function, case, others, i):
    """What a case shows in which part i is wrong, as a sentence; '' if nothing.

    others: cases of the same sizes, whose values take the place of this one's, one argument at a time. (A nudge would
    not do: adding the same to all entries is no change to a softmax.)
    """
    part = f"your `{list(exercise.parts)[i]}`" if len(exercise.parts) > 1 else say.RESULT

    def of(which, changed):
        parts = exercise.outcome(which, changed).parts
        return None if parts is None else parts[i]

    c, again, r = of(function, case), of(function, case), of(exercise.truth, case)
    if c is None or r is None or c.shape != r.shape or not np.isfinite(c).all():
        return ""
    if again is None or not agree(again, c):
        return say.TWICE.format(part=part)
    fine, off = [], []
    for name in case:
        changed = [] if name in exercise.fixed else [new for other in others if (new := _changed(case, other, name))]
        steps = [_steps(of(function, new), of(exercise.truth, new), c, r) for new in changed]
        if not steps or None in steps:
            continue
        came = [_moves(dc, c) for dc, _ in steps]
        right = [_moves(dr, r) for _, dr in steps]
        if not any(came) and all(right):
            return say.IGNORED.format(part=part, name=name)
        if all(came) and not any(right):
            return say.EXTRA.format(part=part, name=name)
        if isinstance(case[name], np.ndarray) and case[name].shape == c.shape and c.size > 1:
            first = [new[name].flat[:1] for new in changed]
            ones = [{**case, name: np.append(one, case[name].flat[1:]).reshape(c.shape)} for one in first]
            steps_of_one = [_steps(of(function, new), of(exercise.truth, new), c, r) for new in ones]
            if None not in steps_of_one and all(
                _moves(dc.flat[1:], c) and not _moves(dr.flat[1:], r) for dc, dr in steps_of_one
            ):
                return say.MIXED.format(part=part, name=name)
        if any(came) or any(right):
            (fine if all(agree(dc, dr, 1e-4) for dc, dr in steps) else off).append(name)
    if not fine or not off or len(off) > 2:  # more than two say nothing
        return ""
    return say.FOLLOWS.format(part=part, fine=say.listed(fine, "or"), off=say.listed(off, "or"))


def _steps(came, right, c, r):
    """How far what came and the right one have moved, or None where that cannot be said."""
    if came is None or right is None or came.shape != c.shape or right.shape != r.shape:
        return None
    return came - c, right - r


def _changed(case, other, name):
    """The case with the other one's value of one argument, or None where that is none, the same, or of another size."""
    value, new = case[name], other.get(name)
    if not isinstance(value, np.ndarray | float | int) or isinstance(value, bool) or type(new) is not type(value):
        return None
    if np.shape(new) != np.shape(value) or np.array_equal(new, value, equal_nan=isinstance(value, float)):
        return None
    return {**case, name: new}


def _moves(difference, array):
    return not np.abs(difference).max(initial=0.0) <= 1e-9 * (np.abs(array).max(initial=0.0) or 1.0)
