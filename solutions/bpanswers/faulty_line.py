"""A gradient check is read: which line is at fault?"""

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth="D",
    points=2,
    choices=("A", "B", "C", "D", "E", "F"),
    passed="Both gradients made from delta1 are off, and no other. (The fault: W2 transposed, unseen as W2 is square.)",
    misconceptions=(
        Misconception("delta2_blamed", "A", "delta2 goes into every line below it. If it were wrong, what would the "
            "bars of W2 and b2 show?"),
        Misconception("dW2_blamed", "B", "Look at the bars of W2. How large is the error there?"),
        Misconception("db2_blamed", "C", "Look at the bars of b2. How large is the error there?"),
        Misconception("dW1_blamed", "E", "Line E makes the gradient of W1 and nothing else. Which other bars are "
            "long?"),
        Misconception("db1_blamed", "F", "Line F makes the gradient of b1 and nothing else. Which other bars are "
            "long?"),
    ),
    right=("d", " D "),
    wrong=("G", "", "D and E", 4, ["D"], True),
)  # fmt: skip
