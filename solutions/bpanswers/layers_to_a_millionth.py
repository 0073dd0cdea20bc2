"""How many sigmoid units leave less than a millionth of a message?"""

import math

import numpy as np

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=20,
    points=2,
    passed="Each unit and its weight halve the message: twenty halvings make 1/1,048,576.",
    misconceptions=(
        Misconception("weights_ignored", 10, "After 10 units a millionth is left if every weight is 1. What does a "
                      "weight of 2 do to the factor?"),
        Misconception("rounded_down", 19, "After 19 units 1/524,288 is left. Is that less than a millionth?"),
        Misconception("one_too_many", 21, "21 is enough, but not the fewest. What is left after one unit less?"),
        Misconception("not_whole", math.log(1e-6) / math.log(0.5),
                      "That solves the equation exactly. Which whole number of units is needed?"),
        Misconception("tenths", 6, "Six factors of a tenth make a millionth. Which factor does a weight of 2 and a "
                      "slope of 1/4 make?"),
        Misconception("slope_one_half", math.ceil(math.log(1e-6) / math.log(0.125)),
                      "It looks as if the weight had made the factor smaller. Does the message come back times the "
                      "weight, or divided by it?"),
    ),
    question="By which factor is the message multiplied at each unit, its weight included?",
    tolerance=0.0,
    right=(20.0, np.int64(20), int(np.ceil(np.log2(1e6)))),
    wrong=(0, 30, 20.5, 20.001, 20.000001, -20, "20", float("inf"), 18, 22, [20, 20]),
)  # fmt: skip
