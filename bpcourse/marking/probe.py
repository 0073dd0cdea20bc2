"""Where a mistake has no name: change one argument at a time, and say which change the answer does not follow."""

import numpy as np

from . import messages as say
from .compare import agree


def probe(exercise, function, known, at, i):
    """What a case (the one with number `at`) shows in which part i is wrong, as a sentence; '' if nothing.

    The values of cases of the same sizes take the place of this one's, one argument at a time. (A nudge would not do:
    adding the same to all entries is no change to a softmax.)
    """
    part = f"your `{list(exercise.parts)[i]}`" if len(exercise.parts) > 1 else say.RESULT
    case, others = known.cases[at], known.others(at)

    def of(outcome):
        return None if outcome.parts is None else outcome.parts[i]

    def steps_to(name, values, which):
        """How far the answer moves, and how far it should, with each of the values of an argument."""
        came = [of(exercise.outcome(function, case | {name: value})) for value in values]
        right = [of(known.right_with(at, name, value, (which, k))) for k, value in enumerate(values)]
        return [_steps(*pair, c, r) for pair in zip(came, right, strict=True)]

    c, again = of(exercise.outcome(function, case)), of(exercise.outcome(function, case))
    r = of(known.outcome(exercise.truth, at))
    if c is None or r is None or c.shape != r.shape or not np.isfinite(c).all():
        return ""
    if again is None or not agree(again, c):
        return say.TWICE.format(part=part)
    fine, off = [], []
    for name in case:
        new = [] if name in exercise.fixed else [_other_value(case, other, name) for other in others]
        new = [value for value in new if value is not None]
        steps = steps_to(name, new, "all")
        if not steps or None in steps:
            continue
        came = [_moves(dc, c) for dc, _ in steps]
        right = [_moves(dr, r) for _, dr in steps]
        if not any(came) and all(right):
            return say.IGNORED.format(part=part, name=name)
        if all(came) and not any(right):
            return say.EXTRA.format(part=part, name=name)
        if isinstance(case[name], np.ndarray) and case[name].shape == c.shape and c.size > 1:
            ones = [np.append(value.flat[:1], case[name].flat[1:]).reshape(c.shape) for value in new]
            steps_of_one = steps_to(name, ones, "the first entry")
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


def _other_value(case, other, name):
    """The other case's value of an argument, or None where that is none, the same, or of another size."""
    value, new = case[name], other[name]
    if not isinstance(value, np.ndarray | float | int) or isinstance(value, bool) or type(new) is not type(value):
        return None
    if np.shape(new) != np.shape(value) or np.array_equal(new, value, equal_nan=isinstance(value, float)):
        return None
    return new


def _moves(difference, array):
    return not np.abs(difference).max(initial=0.0) <= 1e-9 * (np.abs(array).max(initial=0.0) or 1.0)
