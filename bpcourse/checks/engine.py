"""What an exercise is and how an answer to it is marked.

An Exercise asks for a function, a Question for a value. Both know misconceptions: wrong answers that people really
give, each with a message that leads out of it. An answer that behaves like one is told so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from . import messages as say
from .answer import argument_names, arguments_problem, call, is_blank, part_labels, shown
from .compare import TOLERANCE, WrongType, agree, describe, plain
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
class Demand:
    """What a task asks for besides right numbers, such as an answer that needs little memory.

    met: (function, seed) -> True if it is met; called with right answers only. costs: the points lost if it is not.
    message: as that of a Misconception.
    """

    name: str
    met: Callable
    costs: float
    message: str


@dataclass(frozen=True)
class Exercise:
    """An exercise whose answer is a function.

    inputs: (rng) -> the cases, a list of dicts from argument name to value; their names in order are the signature.
    truth: the right function, computed by another way than the solution's. passed: what to say when all is right.
    parts: what the function returns, name -> points; one entry if it returns one array.
    points: set it to give all points or none although there are several parts.
    batch: the argument that has one row an example.
    tolerance: how far an answer may be off, as a part of the largest entry of the right array. demands: what is asked
    for besides right numbers.
    """

    name: str
    inputs: Callable
    truth: Callable
    parts: dict[str, float]
    passed: str
    misconceptions: tuple[Misconception, ...]
    points: float | None = None
    batch: str | None = None
    tolerance: float = TOLERANCE
    demands: tuple[Demand, ...] = ()
    _right: dict = field(default_factory=dict, init=False, repr=False, compare=False)  # seed -> outcomes of the truth

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
        return self._not_yet(problem) if problem else self._mark(function, cases, seed)

    def _mark(self, function, cases, seed):
        """`judge` for a function that takes the arguments."""
        came = self.outcomes(function, cases)
        if seed not in self._right:  # kept, since many truths are slow: they ask the loss itself, number by number
            self._right[seed] = self.outcomes(self.truth, cases)
        right = self._right[seed]
        if any(outcome.unfinished for outcome in came):
            return self._not_attempted()
        good = self._good_parts(came, right)
        if all(good) and not any(outcome.changed for outcome in came):
            for demand in self.demands:
                if not demand.met(function, seed):
                    points = self.max_points - demand.costs
                    return Result(False, points, self.max_points, demand.name, demand.message)
            return Result(True, self.max_points, self.max_points, None, self.passed)
        return self._explain(function, cases, came, right, good)

    def _good_parts(self, came, right):
        """For every part, whether it is right in all cases."""
        if any(outcome.parts is None for outcome in came):
            return [False] * len(self.parts)
        return [
            all(agree(c.parts[i], r.parts[i], self.tolerance) for c, r in zip(came, right, strict=True))
            for i in range(len(self.parts))
        ]

    def _explain(self, function, cases, came, right, good):
        wrong = [i for i, fine in enumerate(good) if not fine]
        points = 0.0
        if self.points is None and not any(outcome.changed for outcome in came):
            points = float(sum(p for p, fine in zip(self.parts.values(), good, strict=True) if fine))
        praise = self._praise(good)
        far = [i for i in wrong if not self._nearly(came, right, i)]
        found = self._misconception(cases, came, far) if far or not wrong else None
        if self._in_another_order(came, right) and not (found and found[1] == far):
            message = say.ORDER_OF_PARTS.format(parts=", ".join(self.parts))
            return Result(False, points, self.max_points, "order_of_parts", message)
        if found:
            mistake, seen = found
            parts = say.listed([list(self.parts)[i] for i in seen])
            message = mistake.message.format(n=self._n(cases[0]), parts=parts)
            if all(outcome.parts is None for outcome in came):  # an error is all there is to go by: show it, too
                message += " " + came[0].problem
            return Result(False, points, self.max_points, mistake.name, praise + message)
        message = self._general(cases, came, right, good)
        names, expected = argument_names(function), list(cases[0])
        if names and any(name in names and names.index(name) != i for i, name in enumerate(expected)):
            message += " " + say.NAMES_DIFFER.format(expected=", ".join(expected), came=", ".join(names))
        return Result(False, points, self.max_points, None, praise + message)

    def _nearly(self, came, right, i):
        """True if part i fails by its precision alone: then it says nothing about a misconception."""
        return all(c.parts and agree(c.parts[i], r.parts[i]) for c, r in zip(came, right, strict=True))

    def _in_another_order(self, came, right):
        """True if every part is there and right, but not in its place."""
        if any(outcome.parts is None or outcome.changed for outcome in came):
            return False
        count = range(len(self.parts))
        pairs = list(zip(came, right, strict=True))
        places = [
            [i for i in count if all(agree(c.parts[i], r.parts[k], self.tolerance) for c, r in pairs)] for k in count
        ]
        return all(places) and set().union(*places) == set(count)  # some parts may be equal

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
            if not agree(c, r, self.tolerance):
                text = describe(c, r, label[0].lower() + label[1:], self._n(case))
                text = (say.LATER_CASE if k else "") + text[0].lower() + text[1:]
                return say.WHERE.format(inputs=shown(case)) + text
        raise AssertionError("a wrong part agrees in every case")

    def _praise(self, good):
        fine = [name for name, is_fine in zip(self.parts, good, strict=True) if is_fine]
        if not fine or len(fine) == len(good):
            return ""
        praise = (say.RIGHT_PART if len(fine) == 1 else say.RIGHT_PARTS).format(parts=say.listed(fine))
        return praise + ("" if self.points is None else say.ALL_OR_NONE)

    def _n(self, case):
        return len(case[self.batch]) if self.batch else None

    def _not_attempted(self):
        return Result(False, 0.0, self.max_points, None, say.BLANK_FUNCTION.format(name=self.name), attempted=False)

    def _not_yet(self, message):
        return Result(False, 0.0, self.max_points, None, message)


@dataclass(frozen=True)
class Question:
    """An exercise whose answer is a value: a number, or one of the letters `choices`.

    question: what to ask somebody whose number fits no misconception. tolerance: how far a number may be off, as a part
    of the right one; 0 for a count.
    """

    name: str
    truth: float | str
    points: float
    passed: str
    misconceptions: tuple[Misconception, ...]
    question: str = ""
    choices: tuple[str, ...] = ()
    tolerance: float = TOLERANCE

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
        if agree(number, right, self.tolerance or 1e-12):
            return self._result(True, self.passed)
        for mistake in self.misconceptions:
            if agree(number, np.array(float(mistake.wrong)), 1e-3):  # typed by hand, with fewer digits
                return self._result(False, mistake.message, mistake.name)
        for right_size, text in (
            (right, say.NUMBER_CLOSE if self.tolerance else say.COUNT_CLOSE),
            (-right, say.NUMBER_SIGN),
        ):
            if agree(number, right_size, CLOSE):
                return self._result(False, text.format(came=float(number)))
        return self._result(False, say.NUMBER_WRONG.format(came=float(number), question=self.question).strip())

    def _result(self, passed, message, diagnosis=None, attempted=True):
        return Result(passed, self.max_points if passed else 0.0, self.max_points, diagnosis, message, attempted)
