"""A tape is read: in which line does the first wrong gradient stand?"""

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth="D",
    points=1,
    choices=("A", "B", "C", "D", "E", "F"),
    passed="q is used twice in q · q, so it hears −3 twice: −6. One of the two was lost, as with = in place of +=.",
    misconceptions=(
        Misconception("leaf_x_blamed", "A", "x hears −3 from q, and −3 · (−2) from p, by the gradients that stand "
            "there. Do they add up to what A says?"),
        Misconception("leaf_y_blamed", "B", "y hears −3 · 3 from p, by the gradient that stands there, and 1 from the "
            "last line. Do they add up to what B says?"),
        Misconception("handed_on_blamed", "C", "p is used in one sum, and a sum hands its message on. Whose gradient "
            "does p hand on, and is that one right?"),
        Misconception("square_blamed", "E", "r is used once, in the last line, which is a sum. What does a sum send to "
            "each of its two inputs?"),
        Misconception("start_blamed", "F", "F is where the sweep begins. How does `out` answer to itself?"),
    ),
    right=("d", " D "),
    wrong=("G", "", "q", "C and D", 4, ["D"], True),
)  # fmt: skip
