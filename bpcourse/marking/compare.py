"""Is an array the right one, and if not, what is the shape of the mistake?"""

import math
import numbers
from decimal import Decimal

import numpy as np

from . import messages as say

TOLERANCE = 1e-6  # of the array's largest entry
NEAR = 5e-3  # of the largest entry: what is off by less is told how many digits are right
ROUNDING = 1e-14  # what a sum of ordinary numbers may miss 0 by


class WrongType(Exception):
    """Raised by `plain` with a description of what came."""


def plain(value):
    """A float64 array with the numbers of `value`, in memory of its own: number, array (any subclass), nested list.

    Raises WrongType for anything else. float32 stays visible as `.dtype` of the answer, see `describe`.
    """
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.kind not in "iuf":
            kinds = {"c": "complex numbers", "b": "True and False", "O": "objects", "U": "text", "S": "text"}
            raise WrongType(f"an array of {kinds.get(array.dtype.kind, str(array.dtype))}")
        return array.copy()
    if isinstance(value, bool) or value is None or value is ...:
        raise WrongType(say.a(value))
    if isinstance(value, complex):
        raise WrongType("a complex number")
    if isinstance(value, numbers.Real | Decimal):
        return np.array(float(value))
    if isinstance(value, list | tuple):
        entries = [plain(entry) for entry in value]
        if len({entry.shape for entry in entries}) > 1:
            raise WrongType(f"{say.a(value)} of things of different shapes")
        return np.array(entries, dtype=float if not entries else None)
    raise WrongType(say.a(value))


def agree(came, right, tolerance=TOLERANCE):
    """True if `came` has the shape of `right` and differs by no more than tolerance times its largest entry.

    Where a number is asked for, an array that holds one is right, too. What is 0 but for rounding is 0.
    """
    if not _fits(came, right):
        return False
    scale = np.abs(right).max(initial=0.0) or 1.0
    limit = max(tolerance * scale, ROUNDING)
    return bool(np.abs(came.reshape(right.shape) - right).max(initial=0.0) <= limit)  # False for NaN


def _fits(came, right):
    return came.shape == right.shape or (came.size == 1 and right.ndim == 0)


def alike(one, other):
    """True if the two agree, and are NaN or infinite in the same places: the mark of a mistake that overflows."""
    lost = ~np.isfinite(other)
    if one.shape == other.shape and max(np.abs(one).max(initial=0.0), np.abs(other).max(initial=0.0)) < 1e-12:
        return True  # both are rounding errors of zero
    if one.shape != other.shape or not lost.any():
        return agree(one, other)
    if not np.array_equal(one[lost], other[lost], equal_nan=True):
        return False
    return agree(np.where(lost, 0.0, one), np.where(lost, 0.0, other))


def describe(came, right, label):
    """One or two sentences on how `came` differs from `right` in one case; `label` is its name."""
    if not _fits(came, right):
        return _describe_shape(came, right, label)
    came = came.reshape(right.shape)
    if not np.isfinite(came).all():
        return say.NOT_FINITE.format(label=label)
    text = _describe_place(came, right, label)
    off = np.abs(came - right).max(initial=0.0) / (np.abs(right).max(initial=0.0) or 1.0)
    if off < NEAR and right.any():
        text = say.NEARLY.format(label=label, digits=round(-math.log10(off)))
    if came.dtype.kind == "f" and came.dtype.itemsize < 8:
        text += say.FLOAT32.format(dtype=came.dtype)
    return text


def _describe_shape(came, right, label):
    facts = {"label": label, "came": came.shape, "expected": right.shape}
    if agree(came.T, right):
        return say.TRANSPOSED.format(**facts)
    if came.size == right.size and agree(came.reshape(right.shape), right):
        return say.RESHAPED.format(**facts)
    for axis in range(came.ndim if came.size else 0):
        if agree(came.sum(axis), right):
            return say.UNREDUCED_SUM.format(axis=axis, **facts)
        if agree(came.mean(axis), right):
            return say.UNREDUCED_MEAN.format(axis=axis, **facts)
    return (say.SHAPE_TURNED if came.ndim > 1 and came.shape == right.shape[::-1] else say.SHAPE).format(**facts)


def _describe_place(came, right, label):
    if right.ndim == 0:
        return say.DIFFERS_NUMBER.format(label=label, came=float(came))
    difference = np.abs(came - right)
    where = [int(i) for i in np.unravel_index(difference.argmax(), difference.shape)]
    return say.DIFFERS.format(label=label, difference=difference.max(), where=where)
