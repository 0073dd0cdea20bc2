"""Where a mistake has no name: change one argument at a time, and say which change the answer does not follow."""

from dataclasses import dataclass, replace

import numpy as np

from .. import messages as say
from ..answer import call
from ..compare import agree
from ..engine import Exercise

IGNORED = " `{part}` stays the same when `{name}` changes, and should not. What stands in the place of `{name}`?"
EXTRA = " `{part}` changes with `{name}`, and should not. Where does `{name}` come in?"
MIXED = " One entry of `{name}` changes other entries of `{part}`, too. What brings the entries together?"
FOLLOWS = " Where only {fine} changes, `{part}` follows as it should; where only {off} changes, it does not. Why?"


@dataclass(frozen=True)
class Probed(Exercise):
    """An Exercise with this help. entrywise: each entry of what is returned depends on its own entries only. fixed:
    arguments that cannot be changed alone.
    """

    entrywise: bool = False
    fixed: tuple[str, ...] = ()

    def judge(self, function, seed=0):
        """Mark an answer: a Result."""
        result = super().judge(function, seed)
        if result.passed or result.diagnosis or not result.attempted or "?" in result.message:
            return result
        return replace(result, message=result.message + self._seen(function, seed))

    def _seen(self, function, seed):
        """What the first case shows in which a part is wrong; '' if that is nothing."""
        names = list(self.parts)
        cases = self.cases(seed)
        came = self.outcomes(function, cases)
        if any(outcome.parts is None or outcome.changed for outcome in came):
            return ""  # there is more to say of that
        for case, came_here in zip(cases, came, strict=True):
            right = call(self.truth, case, tuple(names))
            for i, part in enumerate(names):
                c, r = came_here.parts[i], right.parts[i]
                if not agree(c, r, self.tolerance):
                    return self._of_part(function, case, i, part, c, r) if c.shape == r.shape else ""
        return ""

    def _of_part(self, function, case, i, part, c, r):
        fine, off = [], []
        for name in case:
            changed = self._changed(case, name)
            if changed is None:
                continue
            dc, dr = self._of(function, changed, i) - c, self._of(self.truth, changed, i) - r
            if not _moves(dc, c) and _moves(dr, r):
                return IGNORED.format(part=part, name=name)
            if _moves(dc, c) and not _moves(dr, r):
                return EXTRA.format(part=part, name=name)
            if self.entrywise and self._mixes(function, case, name, i, c):
                return MIXED.format(part=part, name=name)
            (fine if agree(dc, dr, 1e-4) or not _moves(dr, r) else off).append(name)
        if not fine or not off or len(off) > 2:  # more than two say nothing
            return ""
        return FOLLOWS.format(part=part, fine=say.listed(fine, "or"), off=say.listed(off, "or"))

    def _of(self, function, case, i):
        parts = call(function, case, tuple(self.parts)).parts
        return np.array(np.nan) if parts is None else parts[i]

    def _changed(self, case, name):
        """The case with another value of one argument, or None."""
        value = case[name]
        if name in self.fixed or not isinstance(value, np.ndarray | float | int):
            return None
        if isinstance(value, np.ndarray) and not value.any():
            return None  # what has not begun is no place to change
        if isinstance(value, int):
            return case | {name: value + 1}
        return case | {name: value * 1.01 if isinstance(value, float) else value + 0.01}

    def _mixes(self, function, case, name, i, c):
        if not isinstance(case[name], np.ndarray) or c.size < 2:
            return False
        array = case[name].copy()
        array.flat[0] += 0.01
        return _moves((self._of(function, case | {name: array}, i) - c).flat[1:], c)


def _moves(difference, array):
    return not np.abs(difference).max(initial=0.0) <= 1e-9 * (np.abs(array).max(initial=0.0) or 1.0)
