"""The update-to-weight ratio of Adam's first step."""

import math

import numpy as np

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=0.001 / math.sqrt(2 / 50),
    points=2,
    passed="0.001 over 0.2. No gradient was needed: with Adam the rate and the size of the weights decide.",
    question="What is the size of a typical change, and what is that of a typical weight?",
    misconceptions=(
        Misconception("rate_alone", 0.001, "0.001 is the size of each change. With what is it to be compared?"),
        Misconception("upside_down", 200.0, "That is the norm of W divided by the norm of the change. Which of the two "
            "stands above the line?"),
        Misconception("variance", 0.001 / 0.04, "You divided by 2/50, the variance. What is the root mean square of "
            "the weights?"),
        Misconception("product", 0.001 * 0.2, "0.0002 is 0.001 times 0.2. A ratio says how many times one is contained "
            "in the other: which operation is that?"),
        Misconception("glorot", 0.001 / math.sqrt(1 / 50), "That is the ratio for weights with the standard deviation "
            "√(1/50). Which one does the task give?"),
        Misconception("weight_itself", 0.2, "0.2 is the size of a typical weight. How large is its first change beside "
            "it?"),
        Misconception("sum_over_the_inputs", 50 * 0.005, "The change of 50 weights is compared with one weight. How "
            "many entries do both arrays have?"),
        Misconception("norm_against_entry", math.sqrt(50) * 0.005, "The norm of 50 changes is compared with one "
            "weight. How many entries do both arrays have?"),
        Misconception("divided_by_root_two", 0.001 / math.sqrt(2), "That is 0.001 divided by √2. Either the 50 inputs "
            "got lost, or one change is compared with the norm of 50 weights. Which of the two is it?"),
        Misconception("root_forgotten_in_part", 0.001 / (2 / math.sqrt(50)), "You took the root of 50 and not that of "
            "2. What is √(2/50)?"),
        Misconception("mean_of_the_first_average", 0.1 * 0.005, "It is a tenth of the right one, as if Adam's first "
            "average were used as it is. By what is the first average divided?"),
        Misconception("uncorrected_averages", 0.1 / math.sqrt(0.001) * 0.005, "It is as if both averages of Adam were "
            "used uncorrected. How long is a step with the corrections, as the task says?"),
        Misconception("usual_value", 0.003, "About a thousandth is usual. What is it for the numbers given here?"),
    ),
    right=(0.005, 5e-3, np.float64(0.001) / 0.2, 1 / 200),
    wrong=(0, 0.5, 5, "0.005", True, float("inf"), [0.005, 0.005], -0.005, 0.0051, 0.004),
)  # fmt: skip
