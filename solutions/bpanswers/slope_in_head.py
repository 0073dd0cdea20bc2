"""The slope of a sigmoid, from its output alone."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=0.9 * (1 - 0.9),
    points=1,
    passed="a (1 - a), with no need to know z. Nine tenths of the way up, a sigmoid has lost nearly two thirds of its "
    "steepness.",
    misconceptions=(
        Misconception("tanh_formula", 0.19, "You took 1 - a². Which of the two squeezers has that slope?"),
        Misconception("slope_of_a", float(bp.sigmoid.derivative(0.9)),
                      "That is the slope at z = 0.9. But 0.9 is the output a. How is the slope written with a?"),
        Misconception("one_minus_a", 0.1,
                      "1 - a is one of two factors. What is it multiplied by in the slope of the sigmoid?"),
        Misconception("one_minus_a_squared", 0.01, "You took 1 - a twice. Which of the two factors is a itself?"),
        Misconception("a_itself", 0.9, "0.9 is the output. How much does it move when z moves a little?"),
        Misconception("a_squared", 0.81, "You took a times a. In which of the two factors is a taken from 1?"),
        Misconception("steepest", 0.25,
                      "A quarter is the slope where the sigmoid is steepest. At which output is that?"),
        Misconception("sign", -0.09, "The size is right, the sign is not. Does a sigmoid ever fall?"),
        Misconception("z_itself", float(np.log(9)), "That is z itself. How is the slope written with a?"),
        Misconception("plus_for_minus", 1.71,
                      "You took a (1 + a). A curve that goes flat has a small slope: is yours small where a is 1?"),
    ),
    question="The slope of the sigmoid is a product of two numbers, both made from a. Which are they?",
    right=(0.09, np.float64(0.09), bp.sigmoid.derivative(np.log(9)), 0.9 - 0.9**2),
    wrong=(0.3, 0, "0.09", True, float("nan"), 0.0901, 0.0899, 0.09002, 0.009, [0.09, 0.1], {}, 0.09j),
)  # fmt: skip
