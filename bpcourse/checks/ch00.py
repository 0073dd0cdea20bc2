"""The exercise of chapter 00: a first answer, to see how a check works."""

import numpy as np

from .engine import Misconception, Question

EXERCISES = (
    Question(
        name="warm_up",
        truth=2 * 3 + 1,
        points=1,
        passed="Weight times input, plus bias: that is z, and with no activation it is the output.",
        misconceptions=(
            Misconception("bias_forgotten", 6.0, "6 is what the weight makes of the input. What does the bias add?"),
            Misconception(
                "bias_before_weight",
                8.0,
                "You got 8, so the bias was added to the input, and then weighted too. "
                "In z = w x + b, what is weighted?",
            ),
            Misconception(
                "activation_added",
                1 / (1 + np.exp(-7.0)),
                "That is the sigmoid of the right number. Does this neuron have an activation?",
            ),
        ),
        question="What is w x + b for this neuron?",
    ),
)
