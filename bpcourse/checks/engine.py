"""What an exercise is and how an answer to it is marked.

An Exercise asks for a function, a Question for a value. Both know misconceptions: wrong answers that people really
give, each with a message that leads out of it. An answer that behaves like one is told so.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import messages as say
from .answer import argument_names, arguments_problem, call, is_blank, part_labels, shapes
from .compare import WrongType, agree, describe, plain
from .result import Result

CLOSE = 1e-2  # a number this near (relative) is told so


@dataclass(frozen=True)
class Misconception:
    """A mistake with a name. `wrong`: the function (for a Question the value) that somebody makes who has it.

    message: what was seen and a question that leads out, never the answer. In it {n} is the number of examples in the
    batch and {parts} the names of what is wrong.
    """

    name: str
    wrong: Callable | float | str
    message: str


@dataclass(frozen=True)
class Exercise:
    """An exercise whose answer is a function.

    inputs: (rng) -> the cases, a list of dicts from argument name to value; their names in order are the signature.
    truth: the right function, computed by another way than the solution's. passed: what to say when all is right.
    parts: what the function returns, name -> points; one entry if it returns one array.
    points: set it to give all points or none although there are several parts.
    batch: the argument that has one row an example.
    """

    name: str
    inputs: Callable
    truth: Callable
    parts: dict[str, float]
    passed: str
    misconceptions: tuple[Misconception, ...]
    points: float | None = None
    batch: str | None = None

    @property
    def max_points(self):
        """All the points."""
        return float(sum(self.parts.values()) if self.points is None else self.points)

    def cases(self, seed=0):
        """The inputs of every case."""
        return self.inputs(np.random.default_rng(seed))

    def outcomes(self, function, cases):
        """What `function` gives on every case."""
        return [call(function, case, tuple(self.parts)) for case in cases]

    def judge(self, function, seed=0):
        """Mark an answer: a Result."""
        if function is None or function is ... or is_blank(function):
            return self._not_attempted()
        if not callable(function):
            return self._not_yet(say.NOT_A_FUNCTION.format(name=self.name, kind=say.a(function)))
        cases = self.cases(seed)
        problem = arguments_problem(function, list(cases[0]))
        if problem:
            return self._not_yet(problem)
        came, right = self.outcomes(function, cases), self.outcomes(self.truth, cases)
        if any(outcome.unfinished for outcome in came):
            return self._not_attempted()
        good = self._good_parts(came, right)
        if all(good) and not any(outcome.changed for outcome in came):
            return Result(True, self.max_points, self.max_points, None, self.passed)
        return self._explain(function, cases, came, right, good)

    def _good_parts(self, came, right):
        """For every part, whether it is right in all cases."""
        if any(outcome.parts is None for outcome in came):
            return [False] * len(self.parts)
        return [
            all(agree(c.parts[i], r.parts[i]) for c, r in zip(came, right, strict=True)) for i in range(len(self.parts))
        ]

    def _explain(self, function, cases, came, right, good):
        wrong = [i for i, fine in enumerate(good) if not fine]
        points = 0.0
        if self.points is None and not any(outcome.changed for outcome in came):
            points = float(sum(p for p, fine in zip(self.parts.values(), good, strict=True) if fine))
        praise = self._praise(good)
        found = self._misconception(cases, came, wrong)
        if found:
            mistake, seen = found
            parts = say.listed([list(self.parts)[i] for i in seen])
            message = mistake.message.format(n=self._n(cases[0]), parts=parts)
            return Result(False, points, self.max_points, mistake.name, praise + message)
        message = self._general(cases, came, right, good)
        names, expected = argument_names(function), list(cases[0])
        if names and names[: len(expected)] != expected:
            message += " " + say.NAMES_DIFFER.format(expected=", ".join(expected), came=", ".join(names))
        return Result(False, points, self.max_points, None, praise + message)

    def _misconception(self, cases, came, wrong):
        """The misconception that explains all that is wrong, or else the first thing; with the parts it explains."""
        names = tuple(self.parts)
        wrong = wrong or list(range(len(names)))  # nothing is wrong where only an argument was changed
        for which in (wrong, wrong[:1]) if len(wrong) > 1 else (wrong,):
            for mistake in self.misconceptions:
                pairs = zip(came, cases, strict=True)
                if all(outcome.like(call(mistake.wrong, case, names), which) for outcome, case in pairs):
                    return mistake, which
        return None

    def _general(self, cases, came, right, good):
        """What can be said of a mistake that nobody foresaw."""
        for outcome in came:
            if outcome.changed and all(good):
                return say.CHANGED_RIGHT + say.CHANGED_RIGHT_END.format(names=say.listed(outcome.changed))
            if outcome.changed and not outcome.error:
                return say.CHANGED.format(names=say.listed(outcome.changed))
            if outcome.problem:
                return outcome.problem
        part = good.index(False)
        label = part_labels(tuple(self.parts))[part]
        for k, case in enumerate(cases):
            c, r = came[k].parts[part], right[k].parts[part]
            if not agree(c, r):
                where = say.WHERE.format(shapes=shapes(case))
                text = describe(c, r, label[0].lower() + label[1:], self._n(case))
                return where + (say.LATER_CASE if k else "") + text
        raise AssertionError("a wrong part agrees in every case")

    def _praise(self, good):
        fine = [name for name, is_fine in zip(self.parts, good, strict=True) if is_fine]
        if not fine or len(fine) == len(good):
            return ""
        return (say.RIGHT_PART if len(fine) == 1 else say.RIGHT_PARTS).format(parts=say.listed(fine))

    def _n(self, case):
        return len(case[self.batch]) if self.batch else None

    def _not_attempted(self):
        return Result(False, 0.0, self.max_points, None, say.BLANK_FUNCTION.format(name=self.name), attempted=False)

    def _not_yet(self, message):
        return Result(False, 0.0, self.max_points, None, message)


@dataclass(frozen=True)
class Question:
    """An exercise whose answer is a value: a number, or one of the letters `choices`.

    question: what to ask somebody whose number fits no misconception.
    """

    name: str
    truth: float | str
    points: float
    passed: str
    misconceptions: tuple[Misconception, ...]
    question: str = ""
    choices: tuple[str, ...] = ()

    @property
    def max_points(self):
        """All the points."""
        return float(self.points)

    def judge(self, value, seed=0):
        """Mark an answer: a Result. The seed changes nothing: a question has one right answer."""
        if value is None or value is ...:
            return self._result(False, say.BLANK_VALUE.format(name=self.name), attempted=False)
        if callable(value):
            return self._result(False, say.A_FUNCTION.format(name=self.name))
        return self._choice(value) if self.choices else self._number(value)

    def _choice(self, value):
        letter = value.strip().upper() if isinstance(value, str) else None
        if letter not in self.choices:
            kind = f'"{value[:20]}"' if isinstance(value, str) else say.a(value)
            return self._result(False, say.CHOICE.format(name=self.name, choices=", ".join(self.choices), kind=kind))
        if letter == self.truth:
            return self._result(True, self.passed)
        for mistake in self.misconceptions:
            if letter == mistake.wrong:
                return self._result(False, mistake.message, mistake.name)
        raise AssertionError(f"choice {letter} has no message")

    def _number(self, value):
        if isinstance(value, str):
            return self._result(False, say.NUMBER_TEXT.format(name=self.name))
        try:
            number = plain(value)
        except WrongType as wrong:
            return self._result(False, say.NUMBER_KIND.format(name=self.name, kind=wrong))
        if number.size != 1:
            kind = f"{say.a(value)} of {number.size} numbers"
            return self._result(False, say.NUMBER_KIND.format(name=self.name, kind=kind))
        number, right = number.reshape(()), np.array(float(self.truth))
        if not np.isfinite(number):
            return self._result(False, say.NUMBER_NOT_FINITE.format(name=self.name, came=float(number)))
        if agree(number, right):
            return self._result(True, self.passed)
        for mistake in self.misconceptions:
            if agree(number, np.array(float(mistake.wrong)), 1e-3):  # typed by hand, with fewer digits
                return self._result(False, mistake.message, mistake.name)
        for right_size, text in ((right, say.NUMBER_CLOSE), (-right, say.NUMBER_SIGN)):
            if agree(number, right_size, CLOSE):
                return self._result(False, text.format(came=float(number)))
        return self._result(False, say.NUMBER_WRONG.format(came=float(number), question=self.question).strip())

    def _result(self, passed, message, diagnosis=None, attempted=True):
        return Result(passed, self.max_points if passed else 0.0, self.max_points, diagnosis, message, attempted)
