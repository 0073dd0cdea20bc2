"""An exercise that has many right answers: what comes is looked at for symptoms, not compared with one truth."""

from collections.abc import Callable
from dataclasses import dataclass

from .. import messages as say
from ..answer import arguments_problem, is_blank
from ..engine import Exercise
from ..result import Result


@dataclass(frozen=True)
class Observed(Exercise):
    """look: (cases, outcomes) -> (the name of the misconception seen, facts for its message), or None if all is well.

    before: (function) -> the same, seen before the answer is called. truth is one of the right answers.
    """

    look: Callable | None = None
    before: Callable = lambda function: None

    def judge(self, function, seed=0):
        """Mark an answer: a Result."""
        if function is None or function is ... or is_blank(function):
            return self._not_attempted()
        if not callable(function):
            return self._not_yet(say.NOT_A_FUNCTION.format(name=self.name, kind=say.a(function)))
        cases = self.cases(seed)
        problem, seen = arguments_problem(function, list(cases[0])), self.before(function)
        if problem:
            return self._not_yet(problem)
        if not seen:
            came = self.outcomes(function, cases)
            if any(outcome.unfinished for outcome in came):
                return self._not_attempted()
            for outcome in came:
                if outcome.problem or outcome.changed:
                    return self._not_yet(outcome.problem or say.CHANGED.format(names=say.listed(outcome.changed)))
            seen = self.look(cases, came)
        if not seen:
            return Result(True, self.max_points, self.max_points, None, self.passed)
        name, facts = seen
        (message,) = (m.message for m in self.misconceptions if m.name == name)
        return Result(False, 0.0, self.max_points, name, message.format(**facts))
