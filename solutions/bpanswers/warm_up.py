"""The exercise of chapter `start_here`: a first answer, to see how a check works."""

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=2 * 3 + 1,
    points=1,
    passed="2 · 3 + 1: the input times its weight, and then the bias.",
    misconceptions=(
        Misconception("bias_forgotten", 6.0, "6 is what the weight makes of the input. What does the bias add?"),
        Misconception("bias_before_weight", 8.0, "8 is 2 · (3 + 1). Does the weight belong to the input alone?"),
        Misconception("bias_added_to_weight", 9.0, "9 is (2 + 1) · 3. To what is the bias added?"),
        Misconception("bias_taken_off", 5.0, "5 is one less than 2 · 3. Which sign does the bias have?"),
    ),
    question="What is the weight times the input, and what is added to that?",
)
