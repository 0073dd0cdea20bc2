"""Which of four curves belongs to the program that takes softmax twice."""

from bpcourse.marking.engine import Misconception, Question

# fmt: off
EXERCISE = Question(
    truth="D",
    points=2,
    choices=("A", "B", "C", "D"),
    passed="The second softmax gets probabilities. At best (1, 0, ..., 0) goes in, e / (e + 9) comes out, and the loss "
           "ends at 1.461.",
    misconceptions=(
        Misconception("right_program_blamed", "A",
            "A starts at log 10 and goes to 0. What is the lowest loss that a second softmax leaves possible?"),
        Misconception("start_blamed", "B",
            "B starts at a tenth of log 10. Equal probabilities stay equal after a second softmax: where must the "
            "curve of such a program start?"),
        Misconception("slow_program_blamed", "C",
            "C is slow, but it has not stopped. What is the best that can come out of a softmax whose inputs lie "
            "between 0 and 1?"),
    ),
    right=("D", " d "),
    wrong=("E", "", "A B", 4, ["D"]),
)
