"""The transposed matrix, found on a chart of errors."""

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth="W3",
    points=1,
    choices=("W1", "W2", "W3", "W4"),
    passed="W3 carries the message from layer 3 to layer 2, and layers 2 and 1 are wrong, 3 and 4 right.",
    misconceptions=(
        Misconception("W1_blamed", "W1", "(BP2) makes delta(l) with W(l + 1), down to l = 1. Which delta would be made "
            "with W1?"),
        Misconception("W2_blamed", "W2", "W2 carries the message from layer 2 to layer 1. If that step were wrong, "
            "what would the bar of b2 show?"),
        Misconception("W4_blamed", "W4", "W4 carries the message from layer 4 to layer 3. If that step were wrong, "
            "what would the bar of b3 show?"),
    ),
    right=("W3", "w3", " W3 "),
    wrong=("W5", "", "C", 3, ["W3"], True, "W2 and W3"),
)  # fmt: skip
