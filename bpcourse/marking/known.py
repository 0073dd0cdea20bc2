"""What a check knows before it looks at an answer: the cases, the right outcomes, and those of the misconceptions."""

import numbers
from collections.abc import Mapping

import numpy as np

FAR = 1_000_000  # from the seed of a check to those of its other values


class Known:
    """What an exercise gives for one seed; each thing is computed when it is first asked for.

    kept: a dictionary that outlives the check, so that the next one with this seed computes less.
    cases: what the answer is called with.
    """

    def __init__(self, exercise, seed, kept):
        self.exercise, self.seed, self._kept = exercise, seed, kept
        self._cases = self._in_order(self._inputs)
        # An answer gets copies of data. To an object it may do anything: then it has cases of its own.
        self._shared = all(map(_is_data, self._cases))
        self.cases = list(self._cases) if self._shared else self._in_order(self._new_inputs)

    @staticmethod
    def _in_order(inputs):
        """The cases, then the sizes of the first with other values, and the first once more: an answer may keep
        something.
        """
        return [*inputs(0), inputs(1)[0], inputs(0)[0]]

    def widen(self):
        """Adds all that the task allows, before the repetition, which stays the last; the cases added."""
        wide = self._once("wide", self._new_wide)
        self._cases[-1:-1] = wide
        self.cases[-1:-1] = wide = wide if self._shared else self._new_wide()
        return wide

    @property
    def right(self):
        """The right outcome of every case."""
        return [self.outcome(self.exercise.truth, i) for i in range(len(self._cases))]

    def outcome(self, function, i):
        """What a function of the exercise's own, the truth or one of a misconception, gives on the i-th case."""
        return self._once((function, self._place(i)), lambda: self.exercise.outcome(function, self._cases[i]))

    def right_with(self, i, name, value, key):
        """The right outcome of the i-th case with another value of an argument; `key` tells the values apart."""
        changed = self._cases[i] | {name: value}
        return self._once((name, key, self._place(i)), lambda: self.exercise.outcome(self.exercise.truth, changed))

    def others(self, i):
        """Cases of the same sizes as the i-th, with other values; none for one of `widen`."""
        own = len(self._inputs(0))
        if i == own:
            return [self._inputs(2)[0]]
        i = 0 if i == len(self._cases) - 1 else i
        return [self._inputs(k)[i] for k in (1, 2, 3)] if i < own else []

    def _inputs(self, k):
        """The exercise's cases for the seed itself (k = 0) or for others."""
        return self._once(("inputs", k), lambda: self._new_inputs(k))

    def _new_inputs(self, k):
        return self.exercise.cases(self.seed + k * FAR)

    def _new_wide(self):
        return self.exercise.wide_inputs(self.seed, self.exercise.wide_cases)

    def _place(self, i):
        """A case's number whether there are wide ones or not: the last case is -1."""
        return i if i < len(self._cases) - 1 else -1

    def _once(self, key, make):
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


def _is_data(value):
    """True for what `answer.call` copies, and for what nobody can change."""
    if isinstance(value, Mapping):
        return all(map(_is_data, value.values()))
    if type(value) in (list, tuple):
        return all(map(_is_data, value))
    if isinstance(value, np.ndarray):
        return not value.dtype.hasobject
    return value is None or isinstance(value, numbers.Number | np.generic | str | bool)
