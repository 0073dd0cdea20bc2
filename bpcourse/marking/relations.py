"""What a wrong part has in common with the right one in every case: a sentence that is true of all the numbers.

A relation is claimed only where several entries of several cases show it.
"""

import math

import numpy as np

from . import messages as say
from .compare import NEAR, TOLERANCE, agree

ENTRIES, CASES = 3, 2  # fewer than so many, in fewer cases, may be chance
MOST = 0.9  # of all entries: what holds of these sets none apart


def relation(triples, label, sizes, batch):
    """A sentence, or ''. triples: (came, right, the case). sizes: case -> the lengths of its named axes."""
    if not all(c.shape == r.shape and np.isfinite(c).all() and np.isfinite(r).all() for c, r, _ in triples):
        return ""
    if all(agree(c, r) for c, r, _ in triples):  # wrong by its precision alone
        return ""
    if not any(c.any() for c, _, _ in triples):
        return say.ALL_ZERO.format(label=label)
    different = _different(triples)
    if sum(np.count_nonzero(r) for _, r, _ in different) < ENTRIES or len(different) < CASES:
        return ""
    nearly = all(np.abs(c - r).max(initial=0) <= NEAR * np.abs(r).max(initial=0) for c, r, _ in triples)
    for look in (_factor, _entrywise) if nearly else (_factor, _entrywise, _places):  # how near says more than where
        text = look(triples, sizes, batch)
        if text:
            return label + text
    return ""


def _different(triples):
    """The cases that are not the same case again."""
    return [t for i, t in enumerate(triples) if not any(np.array_equal(t[1], other[1]) for other in triples[:i])]


def _whole(array):
    return bool((array == np.round(array)).all())


# ----- proportional


def _factor(triples, sizes, batch):
    if any(c.any() and not r.any() for c, r, _ in triples):
        return ""  # no factor makes that of 0
    pairs = [(c, r) for c, r, _ in triples if r.any()]
    factors = [float((c * r).sum() / (r * r).sum()) for c, r in pairs]
    cases = [case for _, r, case in triples if r.any()]
    if all(_whole(r) for _, r in pairs) and not all(f == -1 for f in factors):
        return ""  # for counts a factor is chance
    if not all(f and math.isfinite(f) and agree(c, f * r) for f, (c, r) in zip(factors, pairs, strict=True)):
        return ""
    if all(math.isclose(f, -1, rel_tol=TOLERANCE) for f in factors):
        return say.SIGN
    known = [{name: float(v) for name, v in case.items() if isinstance(v, int | float)} for case in cases]
    lengths = [sizes(case) for case in cases]
    if batch:
        lengths = [{say.BATCH: len(case[batch])} | length for case, length in zip(cases, lengths, strict=True)]
    for table, name_of in ((lengths, str), (known, "`{}`".format)):
        for name in table[0]:
            values = [row[name] for row in table]
            if all(math.isclose(f, v, rel_tol=TOLERANCE) for f, v in zip(factors, values, strict=True)):
                return say.TIMES_LENGTH.format(name=name_of(name))
            if all(v and math.isclose(f, 1 / v, rel_tol=TOLERANCE) for f, v in zip(factors, values, strict=True)):
                return say.OVER_LENGTH.format(name=name_of(name))
    if all(math.isclose(f, factors[0], rel_tol=TOLERANCE) for f in factors):
        return _constant(factors[0])
    if all(r.size > 1 for _, r in pairs) and not any(math.isclose(f, 1, rel_tol=TOLERANCE) for f in factors):
        said = list(dict.fromkeys(f"{f:.4g}" for f in factors))
        if len(said) > 1:
            return say.PROPORTIONAL.format(factors=", ".join(said[:3]))
    return ""


def _constant(factor):
    """The sentence for a factor of 2, -1/3, or 1.234."""
    for k in range(2, 100):
        for sign in (1, -1):
            if math.isclose(factor, sign * k, rel_tol=TOLERANCE):
                return say.TIMES.format(factor=str(sign * k))
            if math.isclose(factor, sign / k, rel_tol=TOLERANCE):
                return say.TIMES.format(factor=f"{sign}/{k}")
    if math.isclose(factor, 1, rel_tol=10 * TOLERANCE):  # not to be told from an error that differs by entry
        return ""
    return say.ABOUT.format(factor=f"{factor:.6g}" if abs(factor - 1) < 0.01 else f"{factor:.4g}")


# ----- entry by entry


def _entrywise(triples, _sizes, _batch):
    def holds(rule, least=ENTRIES):
        """True if in every case what came is rule(right, case)."""
        made = []
        for c, r, case in triples:
            try:
                made.append(np.asarray(rule(r, case), dtype=float))
            except (TypeError, ValueError, IndexError):
                return False
            if made[-1].shape != c.shape or not np.isfinite(made[-1]).all() or not agree(c, made[-1]):
                return False
        return sum(array.size for array in made) >= least

    offsets = [c - r for c, r, _ in triples]
    if all(np.ptp(offset) <= TOLERANCE * max(np.abs(r).max(), 1e-300)
           for offset, (_, r, _) in zip(offsets, triples, strict=True)):  # fmt: skip
        means = [float(offset.mean()) for offset in offsets]
        if all(math.isclose(m, means[0], rel_tol=TOLERANCE) for m in means):
            return say.OFFSET.format(offset=f"{abs(means[0]):.4g}", word=say.MORE if means[0] > 0 else say.LESS)
    for name, value in triples[0][2].items():
        if not isinstance(value, np.ndarray | float | int) or isinstance(value, bool):
            continue
        for text, rule in _WITH_ARGUMENT.items():
            if holds(lambda r, case, name=name, rule=rule: rule(r, case[name])):
                return text.format(name=name)
    for text, rule in _OF_RIGHT.items():
        if holds(lambda r, case, rule=rule: rule(r)):
            return text
    if all(agree(np.abs(c), np.abs(r)) for c, r, _ in triples):
        return say.SIGNS
    if any(c.size > 2 for c, _, _ in triples) and all(
        agree(np.sort(c, axis=None), np.sort(r, axis=None)) for c, r, _ in triples
    ):
        return say.PERMUTED
    return ""


_WITH_ARGUMENT = {
    say.IS_ARGUMENT: lambda r, x: x + 0 * r,
    say.TIMES_ARGUMENT: lambda r, x: r * x,
    say.OVER_ARGUMENT: lambda r, x: r / x,
    say.PLUS_ARGUMENT: lambda r, x: r + x,
    say.MINUS_ARGUMENT: lambda r, x: r - x,
    say.FROM_ARGUMENT: lambda r, x: x - r,
}
_OF_RIGHT = {
    say.ABSOLUTE: np.abs,
    say.SQUARED: np.square,
    say.RECIPROCAL: lambda r: 1 / r,
    say.ROOT: lambda r: np.sqrt(np.abs(r)),
    say.CUT_BELOW: lambda r: np.maximum(r, 0),
    say.CUT_ABOVE: lambda r: np.minimum(r, 0),
    say.ROUNDED: np.round,
    say.TRUNCATED: np.trunc,
    **{say.DECIMALS.format(d=d): lambda r, d=d: np.round(r, d) for d in range(1, 6)},
}


# ----- in which places


def _places(triples, _sizes, _batch):
    masks = [_wrong(c, r) for c, r, _ in triples]
    if all(mask.all() or not mask.any() for mask in masks):
        return ""
    for name, value in triples[0][2].items():
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "iuf":
            continue
        for text, has in _MASKS.items():
            pairs = [(mask, has(case[name])) for mask, (_, _, case) in zip(masks, triples, strict=True)]
            if all(np.array_equal(mask, where) for mask, where in pairs):
                return text.format(name=name)
    if sum(mask.sum() for mask in masks) > ENTRIES and sum(mask.any() for mask in masks) >= CASES:
        for name, value in triples[0][2].items():
            if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
                for text, has in _ONLY.items():
                    places = [has(case[name]) for _, _, case in triples]
                    if all(map(_fills, masks, places)) and sum(map(np.sum, places)) < MOST * sum(map(np.size, places)):
                        return text.format(name=name)
    if sum(_wrong(c, r).any() for c, r, _ in _different(triples)) < CASES:
        return ""  # in one case a place may be chance
    for text, where in _REGIONS.items():
        regions = [where(mask) for mask in masks]
        if all(_fills(mask, region) for mask, region in zip(masks, regions, strict=True)):
            return text
    return ""


def _wrong(came, right):
    """Where the two differ: a mask."""
    return np.abs(came - right) > TOLERANCE * (np.abs(right).max() or 1.0)


def _fills(mask, region):
    """True if what is wrong lies in the region, and is most of it."""
    if not mask.any():
        return True
    if region is None or region.shape != mask.shape or (mask & ~region).any():
        return False
    return mask.sum() >= region.sum() / 2


_MASKS = {
    say.WHERE_NEGATIVE: lambda x: x < 0,
    say.WHERE_POSITIVE: lambda x: x > 0,
    say.WHERE_ZERO: lambda x: x == 0,
    say.WHERE_LARGE: lambda x: np.abs(x) > 1,
    say.WHERE_SMALL: lambda x: np.abs(x) < 1,
}


_ONLY = {
    say.ONLY_NEGATIVE: lambda x: x < 0,
    say.ONLY_POSITIVE: lambda x: x > 0,
    say.ONLY_NOT_POSITIVE: lambda x: x <= 0,
    say.ONLY_NOT_NEGATIVE: lambda x: x >= 0,
}


def _line(axis, index, inside=True):
    def region(mask):
        if mask.ndim <= axis:
            return None
        found = np.full(mask.shape, not inside)
        np.moveaxis(found, axis, 0)[index] = inside
        return found

    return region


def _diagonal(mask):
    return np.eye(len(mask), dtype=bool) if mask.ndim == 2 and mask.shape[0] == mask.shape[1] else None


_REGIONS = {
    say.ONLY_DIAGONAL: _diagonal,
    say.ONLY_OFF_DIAGONAL: lambda mask: None if (eye := _diagonal(mask)) is None else ~eye,
    **{
        text.format(which=which, axis=axis): _line(axis, index, inside)
        for text, inside in ((say.ONLY_LINE, True), (say.ALL_BUT_LINE, False))
        for axis in range(4)
        for which, index in ((say.FIRST, 0), (say.LAST, -1))
    },
}
