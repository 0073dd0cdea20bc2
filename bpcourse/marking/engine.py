"""What an exercise is and how an answer to it is marked.

An Exercise asks for a function, a Question for a value. Both know misconceptions: wrong answers that people really
give, each with a message that leads out of it. An answer that behaves like one is told so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import numpy as np

from . import messages as say
from .answer import arguments_problem, calls, is_blank
from .compare import TOLERANCE, WrongType, agree, plain
from .explain import explain
from .guard import TimeUp
from .known import FAR, Known
from .result import Result

MORE = 16  # wide cases on which what seems to set the wrong cases apart is tried
TYPED = 5  # as many digits as this, or fewer, were typed and not computed
CLOSE = 1e-2  # a number this near (relative) is told so


@dataclass(frozen=True)
class Misconception:
    """A mistake with a name. `wrong`: the function (for a Question the value) that somebody makes who has it.

    message: what was seen and a question that leads out, never the answer. In it {n} is the number of examples in the
    batch and {parts} the names of what is wrong. It is given where the mistake explains everything that came, in every
    part of every case. alone: the message speaks of {parts} only, and is true of them whatever the other parts are.
    shows: (case, Outcome) -> True if that shows the mistake, though it has not the numbers of `wrong`.
    """

    name: str
    wrong: Callable | float | str
    message: str
    alone: bool = False
    shows: Callable | None = None


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
    shapes: argument -> the names of its axes, as in {"W": "m n", "b": "m"}; "..." first for any number of them.
    room: what some of the cases have and others have not, as a predicate of a case, by a name that ends the sentence
    "It is wrong wherever ..."; or, as text, why no case has it.
    wide: (rng) -> one case of any sizes and values that the task allows. What is right in all cases is tried on so many
    of these: wide_cases.
    ask: part -> a question that helps with anything wrong in it, where no more can be seen.
    fixed: arguments that cannot be changed alone (see probe).
    seconds: what one call may take, if the task says more than guard.SECONDS.
    read: how what the answer returns becomes arrays, as in `answer.call`; None for numbers, arrays and lists of them.
    name: that of its file, set by `exercises.find`. right, wrong: further answers, for the tests: right ones in other
    words than the solution's, and wrong ones that are no misconception.
    """

    inputs: Callable
    truth: Callable
    parts: dict[str, float]
    passed: str
    misconceptions: tuple[Misconception, ...]
    name: str = ""
    points: float | None = None
    batch: str | None = None
    tolerance: float = TOLERANCE
    demands: tuple[Demand, ...] = ()
    shapes: dict[str, str] = field(default_factory=dict)
    room: dict[str, Callable | str] = field(default_factory=dict)
    wide: Callable | None = None
    wide_cases: int = 8
    ask: dict[str, str] = field(default_factory=dict)
    fixed: tuple[str, ...] = ()
    read: Callable | None = None
    seconds: float | None = None
    right: tuple[Callable, ...] = ()
    wrong: tuple[Callable, ...] = ()
    _kept: dict = field(default_factory=dict, init=False, repr=False, compare=False)  # seed -> what Known keeps

    @property
    def max_points(self):
        """All the points."""
        return float(sum(self.parts.values()) if self.points is None else self.points)

    def cases(self, seed=0):
        """The inputs of every case."""
        return self.inputs(np.random.default_rng(seed))

    def sizes(self, case):
        """The length of every axis that `shapes` names, in a case: {"n": 7, ...}."""
        found = {}
        for name, axes in self.shapes.items():
            names = [axis for axis in axes.split() if axis != "..."]
            if names:
                found |= zip(names, np.shape(case[name])[-len(names) :], strict=True)
        return found

    def outcome(self, function, case):
        """What `function` gives on a case."""
        return self.outcomes(function, [case])[0]

    def outcomes(self, function, cases):
        """What `function` gives on every case."""
        return calls(function, cases, tuple(self.parts), self.read, self.seconds)

    def judge(self, function, seed=0):
        """Mark an answer: a Result."""
        if function is None or function is ... or is_blank(function):
            return self._not_attempted()
        if not callable(function):
            return self._not_yet(say.NOT_A_FUNCTION.format(name=self.name, kind=say.a(function)))
        problem = arguments_problem(function, self.arguments)
        return self._not_yet(problem) if problem else self._mark(function, seed)

    @cached_property
    def arguments(self):
        """The names of the arguments, in their order."""
        return list(self.cases()[0])

    def _mark(self, function, seed):
        """`judge` for a function that takes the arguments."""
        known = Known(self, seed, self._kept.setdefault(seed, {}))
        came = self.outcomes(function, known.cases)
        if any(outcome.unfinished for outcome in came):
            return self._not_attempted()
        good, changed = self._good_parts(came, known.right), any(outcome.changed for outcome in came)
        if all(good) and not changed and self.wide:  # right so far: then on all that the task allows
            came[-1:-1] = self.outcomes(function, known.widen())
            good, changed = self._good_parts(came, known.right), any(outcome.changed for outcome in came)
        if all(good) and not changed and any(outcome.overwritten for outcome in came):
            return self._not_yet(say.OVERWRITTEN)
        if all(good) and not changed:
            for demand in self.demands:
                if not self._meets(function, demand, seed):
                    points = self.max_points - demand.costs
                    return Result(False, points, self.max_points, demand.name, demand.message)
            return Result(True, self.max_points, self.max_points, None, self.passed)
        points = 0.0
        if self.points is None and not changed:
            points = float(sum(p for p, fine in zip(self.parts.values(), good, strict=True) if fine))
        diagnosis, message = explain(self, function, known, came, good)
        praise = "" if diagnosis == "order_of_parts" else self._praise(good)
        return Result(False, points, self.max_points, diagnosis, praise + message)

    @staticmethod
    def _meets(function, demand, seed):
        try:
            return demand.met(function, seed)
        except TimeUp:  # of a call in another process: its inputs are plain data, and cannot count their own use
            return False

    def wide_inputs(self, seed, count):
        """Cases of any sizes and values that the task allows."""
        rng = np.random.default_rng(seed + FAR)
        return [self.wide(rng) for _ in range(count)] if self.wide else []

    @cached_property
    def more_cases(self):
        """(a case, the right outcome) of some more wide cases, the same for every answer."""
        cases = self.wide_inputs(FAR, MORE)
        outcomes = self.outcomes(self.truth, cases)
        return [(c, r) for c, r in zip(cases, outcomes, strict=True) if r.parts is not None]

    def _good_parts(self, came, right):
        """For every part, whether it is right in all cases."""
        if any(outcome.parts is None for outcome in came):
            return [False] * len(self.parts)
        return [
            all(agree(c.parts[i], r.parts[i], self.tolerance) for c, r in zip(came, right, strict=True))
            for i in range(len(self.parts))
        ]

    def _praise(self, good):
        fine = [name for name, is_fine in zip(self.parts, good, strict=True) if is_fine]
        if not fine or len(fine) == len(good):
            return ""
        praise = (say.RIGHT_PART if len(fine) == 1 else say.RIGHT_PARTS).format(parts=say.listed(fine))
        return praise + ("" if self.points is None else say.ALL_OR_NONE)

    def _not_attempted(self):
        return Result(False, 0.0, self.max_points, None, say.BLANK_FUNCTION.format(name=self.name), attempted=False)

    def _not_yet(self, message):
        return Result(False, 0.0, self.max_points, None, message)


def _as_written(number, right):
    """False if `number` was typed with a few digits and the last of them is wrong (cut off or rounded is right)."""
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    return len(digits) > TYPED or abs(number - right) <= 1.001 * 10.0**exponent


@dataclass(frozen=True)
class Question:
    """An exercise whose answer is a value: a number, or one of the letters `choices`.

    question: what to ask somebody whose number fits no misconception. tolerance: how far a number may be off, as a part
    of the right one; 0 for a count. name, right, wrong: as those of an Exercise.
    """

    truth: float | str
    points: float
    passed: str
    misconceptions: tuple[Misconception, ...]
    name: str = ""
    question: str = ""
    choices: tuple[str, ...] = ()
    tolerance: float = TOLERANCE
    right: tuple = ()
    wrong: tuple = ()

    @property
    def max_points(self):
        """All the points."""
        return float(self.points)

    def judge(self, value, seed=0):
        """Mark an answer: a Result. The seed changes nothing: a question has one right answer."""
        if value is None or value is ...:
            return self._result(False, say.BLANK_VALUE.format(name=self.name), attempted=False)
        if callable(value) and not self.choices:
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
        if agree(number, right, self.tolerance or 1e-12) and _as_written(float(number), float(right)):
            return self._result(True, self.passed)
        for mistake in self.misconceptions:
            if agree(number, np.array(float(mistake.wrong)), 1e-3):  # typed by hand, with fewer digits
                return self._result(False, mistake.message, mistake.name)
        count = say.COUNT_NEAR if number == np.round(number) else say.COUNT_CLOSE
        for right_size, text in (
            (right, say.NUMBER_CLOSE if self.tolerance else count),
            (-right, say.NUMBER_SIGN),
        ):
            if agree(number, right_size, CLOSE):
                return self._result(False, text.format(came=float(number)))
        if not self.tolerance and number != np.round(number):
            return self._result(False, say.NOT_A_COUNT.format(came=float(number)))
        return self._result(False, say.NUMBER_WRONG.format(came=float(number), question=self.question).strip())

    def _result(self, passed, message, diagnosis=None, attempted=True):
        return Result(passed, self.max_points if passed else 0.0, self.max_points, diagnosis, message, attempted)
