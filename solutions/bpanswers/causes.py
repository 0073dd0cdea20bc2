"""Four trajectories, each with its cause."""

from dataclasses import dataclass

import numpy as np

from bpcourse.marking import messages as say
from bpcourse.marking.engine import Misconception, Question
from bpcourse.marking.result import Result

BETWEEN = " ,;.-/|'\""  # what people write between or around letters
WANTED = "`{name}` should be {count} letters in quotation marks, one for each run; {kind} came."
RIGHT_ONE, RIGHT_SOME = "Run {numbers} is right. ", "Runs {numbers} are right. "
LOOKS = "Run {number} is not {letter}. With {letter} the path would {look} {question}"


@dataclass(frozen=True)
class Matching(Question):
    """A Question about several runs: the answer is one letter for each, as in "BADC"; each gives its share.

    truth: the right letters. looks: letter -> what a path would do if that letter were right.
    asks: for each run, the question that leads to what it does.
    """

    looks: tuple[tuple[str, str], ...] = ()
    asks: tuple[str, ...] = ()

    def judge(self, value, seed=0):
        """Mark an answer: a Result."""
        several = isinstance(value, list | tuple) and len(value) > 0
        if value is None or value is ... or (several and all(v is ... for v in value)):
            return self._result(False, say.BLANK_VALUE.format(name=self.name), attempted=False)
        text = "".join(value) if several and all(isinstance(v, str) for v in value) else value
        text = "".join(c for c in text if c not in BETWEEN).upper() if isinstance(text, str) else ""
        if len(text) != len(self.truth) or set(text) - {letter for letter, _ in self.looks}:
            kind = f'"{value[:20]}"' if isinstance(value, str) else say.a(value)
            return self._result(False, WANTED.format(name=self.name, count=len(self.truth), kind=kind))
        return self._runs(text)

    def _runs(self, text):
        wrong = [k for k, (came, right) in enumerate(zip(text, self.truth, strict=True)) if came != right]
        if not wrong:
            return self._result(True, self.passed)
        k = wrong[0]
        message = LOOKS.format(number=k + 1, letter=text[k], look=dict(self.looks)[text[k]], question=self.asks[k])
        fine = [str(i + 1) for i in range(len(text)) if i not in wrong]
        if fine:
            listed = " and ".join(", ".join(fine).rsplit(", ", 1))
            message = (RIGHT_ONE if len(fine) == 1 else RIGHT_SOME).format(numbers=listed) + message
        points = self.max_points * len(fine) / len(text)
        return Result(False, points, self.max_points, f"run_{k + 1}_as_{text[k]}", message)


TRUE = "DCEA"
LONGER = "From one jump across to the next, do they get longer or shorter?"

EXERCISE = Matching(
    truth=TRUE,
    points=2,
    looks=(
        ("A", "jump across the valley, and each jump would be longer than the one before."),
        ("B", "go in tiny steps on one smooth line, with no jump across the valley."),
        ("C", "sweep past the minimum in wide swings and come back, again and again."),
        ("D", "jump across the valley, less and less, and creep along its floor."),
        ("E", "go to the minimum, and jitter around it without a pattern for ever after."),
        ("F", "climb out of the valley from the first step on, and never cross its floor."),
    ),
    asks=(
        LONGER,
        "Where is the path when it passes the minimum: does it stop there?",
        "Look at the last ten steps only: is there a pattern in them?",
        LONGER,
    ),
    passed="You can tell them apart: a rate too large jumps further each time, a momentum too large swings.",
    misconceptions=tuple(
        Misconception(f"run_{k + 1}_as_{letter}", TRUE[:k] + letter + TRUE[k + 1 :], "")  # `judge` says it
        for k in range(len(TRUE))
        for letter in "ABCDEF"
        if letter != TRUE[k]
    ),
    right=("dcea", list("DCEA"), "D, C, E, A", ("d", "c", "e", "a"), "D-C-E-A", "'DCEA'", "d/c/e/a."),
    wrong=(
        "AAAA", "CDAE", "DCE", "DCEAB", "DCEG", "", "1234", 4, True, ["D"], ["D", "C", "E", 1], ["D", "C", "E"],
        {"1": "D"}, [4, 3, 5, 1], "run 1 is D", [[]], ["DC"], np.array(["D", "C", "E", "A"]),
    ),
)  # fmt: skip
