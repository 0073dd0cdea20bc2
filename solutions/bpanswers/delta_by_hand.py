"""Delta of one output unit, in one's head: a = 0.8, y = 0.3."""

import numpy as np

from bpcourse.activations import sigmoid
from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=(0.8 - 0.3) * 0.8 * (1 - 0.8),
    points=1,
    passed="The error, 0.5, times the slope of the sigmoid at that output, 0.16.",
    question="Delta is a product of two numbers: how E changes with a, and how a changes with z. What is each of them?",
    misconceptions=(
        Misconception("slope_missing", 0.5, "0.5 is the derivative of the error in the output a. Delta is its "
            "derivative in z. What lies between z and a?"),
        Misconception("sign_and_slope_missing", -0.5, "That is y - a, without a slope. Which sign has the derivative "
            "of the error in a, and what lies between z and a?"),
        Misconception("sign", -0.08, "The size is right, the sign is not. If z rises a little, a rises: does the error "
            "then grow or shrink?"),
        Misconception("factor_two", 0.16, "Twice the right one (or the slope alone). What is the 1/2 in the error "
            "for?"),
        Misconception("factor_two_and_sign", -0.16, "Twice the right one, with the wrong sign. What is the 1/2 in the "
            "error for, and if z rises, does the error grow?"),
        Misconception("half_kept", 0.04, "Half the right one. What happens to the 1/2 when the square is "
            "differentiated?"),
        Misconception("error_itself", 0.125, "0.125 is the error E itself. How fast does it change when z changes?"),
        Misconception("error_times_slope", 0.02, "That is E times the slope. Which derivative of E belongs there?"),
        Misconception("slope_of_a", 0.5 * float(sigmoid.derivative(0.8)), "You took the slope of the sigmoid at z = "
            "0.8. But 0.8 is the output a. How is the slope written with a?"),
        Misconception("g_of_a", 0.5 * float(sigmoid(0.8)), "You multiplied a - y by g(0.8). But 0.8 is the output of g "
            "already: what is the slope there?"),
        Misconception("slope_of_z", 0.5 * np.log(4) * (1 - np.log(4)), "You put z = ln 4 into a (1 - a). Which of z "
            "and a does that formula take?"),
        Misconception("one_minus_a", 0.1, "One factor is missing: the slope of the sigmoid is a product, and 1 - a is "
            "half of it. What is the rest?"),
        Misconception("only_one_minus_a", 0.2, "0.2 is 1 - a, a part of the slope of the sigmoid. What is the rest of "
            "delta?"),
        Misconception("only_a", 0.4, "One factor is missing: the slope of the sigmoid is a product, and a is half of "
            "it. What is the rest?"),
        Misconception("a_twice", 0.8 * 0.08, "The output came in once too often. Which factors has the slope of the "
            "sigmoid?"),
        Misconception("target_for_error", 0.3 * 0.08, "The target came in as one more factor. How does y enter the "
            "error?"),
        Misconception("rates_added", 0.5 + 0.16, "You added the error and the slope. How do rates combine along a "
            "chain?"),
        Misconception("slope_of_target", 0.5 * 0.3 * 0.7, "You took the slope at the target, y (1 - y). At which point "
            "does the unit stand: at a or at y?"),
        Misconception("half_target", 0.5 * 0.8 * 0.7, "You multiplied by a (1 - y). The slope of the sigmoid knows "
            "nothing of the target: how is it written?"),
        Misconception("product_of_both", 0.24, "0.24 is a times y. How far is the output from its target, and how fast "
            "does it move with z?"),
        Misconception("given_output", 0.8, "0.8 is the output itself. By how much does the error change when z changes "
            "a little?"),
        Misconception("given_target", 0.3, "0.3 is the target itself. By how much does the error change when z changes "
            "a little?"),
        Misconception("slope_squared", 0.5 * 0.16**2, "The slope came in twice. How often does the chain from z to E "
            "pass through g?"),
        Misconception("in_percent", 8, "That is delta in hundredths. How large is the product itself?"),
    ),
    right=(np.float64(0.08), np.array([0.08]), 2 / 25),
    wrong=(0, 1.0, "0.08", True, float("nan"), float("inf"), 0.08j, [0.08, 0.16], 0.0801, 0.0799),
)  # fmt: skip
