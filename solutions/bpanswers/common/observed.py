"""An exercise that has many right answers: what comes is looked at for symptoms, not compared with one truth."""

from collections.abc import Callable
from dataclasses import dataclass

from bpcourse.marking import messages as say
from bpcourse.marking.engine import Exercise
from bpcourse.marking.result import Result


@dataclass(frozen=True)
class Observed(Exercise):
    """look: (cases, outcomes) -> (the name of the misconception seen, facts for its message), or None if all is well.

    truth is one of the right answers.
    """

    look: Callable | None = None

    def _mark(self, function, seed):
        cases = self.cases(seed)
        came = self.outcomes(function, cases)
        if any(outcome.unfinished for outcome in came):
            return self._not_attempted()
        for outcome in came:
            if outcome.problem or outcome.changed:
                return self._not_yet(outcome.problem or say.changed(outcome.changed))
        seen = self.look(cases, came)
        if not seen:
            return Result(True, self.max_points, self.max_points, None, self.passed)
        name, facts = seen
        (message,) = (m.message for m in self.misconceptions if m.name == name)
        return Result(False, 0.0, self.max_points, name, message.format(**facts))
