"""Chapter 05: what can be done without a program: a limit by hand, four trajectories, five lines of code."""

from dataclasses import dataclass

from bpcourse.marking import messages as say
from bpcourse.marking.engine import Misconception, Question
from bpcourse.marking.result import Result

LARGEST_RATE_BY_HAND = Question(
    name="largest_rate_by_hand",
    truth=2 / 8,
    points=1,
    passed="The eigenvalues are 8 and 3, and the larger one sets the limit: 1 - 8 alpha must stay above -1.",
    misconceptions=(
        Misconception(
            "diagonal_for_eigenvalue",
            2 / 7,
            "You took the largest number on the diagonal, 7. Is there a direction in which the bowl is steeper than "
            "along both axes?",
        ),
        Misconception("smaller_diagonal_entry", 2 / 4, "You took 4, a number on the diagonal. In which directions does "
                      "the error only shrink or grow, and does not turn?"),
        Misconception(
            "smallest_eigenvalue",
            2 / 3,
            "That is the limit along the flat direction. With this rate, what happens along the steep one?",
        ),
        Misconception(
            "one_over_lambda",
            1 / 8,
            "With this rate the error along the steep direction is gone after one step. Larger rates overshoot: how "
            "far may they?",
        ),
        Misconception(
            "best_rate",
            2 / 11,
            "That is 2 over the sum of both eigenvalues, the *best* rate. Which is the largest that still converges?",
        ),
        Misconception(
            "determinant",
            2 / 24,
            "You divided by the determinant, 24, the product of the eigenvalues. Which eigenvalue sets the limit?",
        ),
        Misconception(
            "row_sum",
            2 / 9,
            "You divided by the sum of a row, 9. That is on the safe side. What is the largest eigenvalue itself?",
        ),
        Misconception("eigenvalue_itself", 8.0, "8 is the largest eigenvalue. For which alpha is 1 - 8 alpha equal to "
                      "-1?"),
        Misconception(
            "eigenvalue_times_two",
            1 / 16,
            "Half of 1/8: it looks as if the Hessian was doubled. For the loss as given, what is the gradient?",
        ),
    ),
    question="Along an eigenvector the error is multiplied by 1 - alpha lambda in each step. Which lambda are there?",
)  # fmt: skip


@dataclass(frozen=True)
class Matching(Question):
    """A Question about several runs: the answer is one letter for each, as in "BADC"; each gives its share.

    truth: the right letters. looks: letter -> what a path would do if that letter were right.
    asks: for each run, the question that leads to what it does.
    """

    letters: str = ""
    looks: tuple[tuple[str, str], ...] = ()
    asks: tuple[str, ...] = ()

    def judge(self, value, seed=0):
        """Mark an answer: a Result."""
        if (
            value is None
            or value is ...
            or (isinstance(value, list | tuple) and value and all(v is ... for v in value))
        ):
            return self._result(False, say.BLANK_VALUE.format(name=self.name), attempted=False)
        if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
            value = "".join(value)
        text = "".join(c for c in value if c not in _BETWEEN).upper() if isinstance(value, str) else None
        if text is None or len(text) != len(self.truth) or set(text) - set(self.letters):
            kind = f'"{value[:20]}"' if isinstance(value, str) else say.a(value)
            return self._result(False, WANTED.format(name=self.name, count=len(self.truth), kind=kind))
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


_BETWEEN = " ,;.-/|'\""  # what people write between or around letters
WANTED = "`{name}` should be {count} letters in quotation marks, one for each run; {kind} came."
RIGHT_ONE, RIGHT_SOME = "Run {numbers} is right. ", "Runs {numbers} are right. "
LOOKS = "Run {number} is not {letter}. With {letter} the path would {look} {question}"

_TRUE = "DCEA"
_LOOKS = (
    ("A", "jump across the valley, and each jump would be longer than the one before."),
    ("B", "go in tiny steps on one smooth line, with no jump across the valley."),
    ("C", "sweep past the minimum in wide swings and come back, again and again."),
    ("D", "jump across the valley, less and less, and creep along its floor."),
    ("E", "go to the minimum, and jitter around it without a pattern for ever after."),
    ("F", "climb out of the valley from the first step on, and never cross its floor."),
)
_ASKS = (
    "From one jump across to the next, do they get longer or shorter?",
    "Where is the path when it passes the minimum: does it stop there?",
    "Look at the last ten steps only: is there a pattern in them?",
    "From one jump across to the next, do they get longer or shorter?",
)

CAUSES = Matching(
    name="causes",
    truth=_TRUE,
    points=2,
    letters="ABCDEF",
    looks=_LOOKS,
    asks=_ASKS,
    passed="You can tell them apart: a rate too large jumps further each time, a momentum too large swings.",
    misconceptions=tuple(
        Misconception(f"run_{k + 1}_as_{letter}", _TRUE[:k] + letter + _TRUE[k + 1 :], "")  # `judge` says it
        for k in range(len(_TRUE))
        for letter in "ABCDEF"
        if letter != _TRUE[k]
    ),
)

NOT_AS_SAID = Question(
    name="not_as_said",
    truth="E",
    points=2,
    choices=("A", "B", "C", "D", "E"),
    passed="In E the decay is divided by sqrt(v) as well, so that weights with large gradients hardly decay: "
    "Adam with an L2 penalty, which AdamW was made to replace.",
    misconceptions=(
        Misconception(
            "A_blamed",
            "A",
            "Write out two steps of A, and two of the chapter's form, from v = 0. Where does theta end in each?",
        ),
        Misconception(
            "B_blamed",
            "B",
            "Divide m by 1 - beta1^t and v by 1 - beta2^t under the root. Which factor can you pull to the front?",
        ),
        Misconception(
            "C_blamed",
            "C",
            "The eps is inside the root. Is that another formula than the one that the sentence states?",
        ),
        Misconception(
            "D_blamed",
            "D",
            "Differentiate the whole cost, with the penalty. What does a step of gradient descent on it look like?",
        ),
    ),
)
