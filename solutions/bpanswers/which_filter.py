"""A picture, and four filters of which one has made it."""

from bpcourse.marking.engine import Misconception, Question

UPRIGHT = "{} compares left with right, so it would answer along the upright strokes. Where is this answer strongest?"

EXERCISE = Question(
    truth="D",
    points=1,
    choices=("A", "B", "C", "D"),
    passed="D takes the row above minus the row below: blue under a stroke, where it gets lighter on the way down.",
    misconceptions=(
        Misconception("vertical", "A", UPRIGHT.format("A")),
        Misconception("vertical_turned", "B", UPRIGHT.format("B")),
        Misconception(
            "turned_round",
            "C",
            "You have the right direction. C is below zero where the upper row is darker than the lower one. "
            "What is the answer just under the topmost stroke, blue or grey?",
        ),
    ),
    right=("D", "d", " D "),
    wrong=("E", "", 4, ["D"], True, "C and D", 0.5),
)
