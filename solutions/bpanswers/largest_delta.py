"""The largest delta of a sigmoid unit with half the squared error, worked out on paper."""

import math

import numpy as np

from bpcourse.marking.engine import Misconception, Question

from .common.rounded import four_digits

# fmt: off
EXERCISE = Question(
    truth=4 / 27,
    points=2,
    passed="a² (1 - a) is largest at a = 2/3, and there it is 4/27.",
    question="Write delta as a function of a alone. Where is its derivative in a equal to 0?",
    tolerance=four_digits(4 / 27),
    misconceptions=(
        Misconception("largest_slope", 0.25,
            "1/4 is the largest slope of the sigmoid. What else is in delta, besides the slope?"),
        Misconception("at_one_half", 0.125,
            "You put in a = 1/2, where the slope is largest. But the error grows with a: is the product largest "
            "there?"),
        Misconception("place", 2 / 3, "2/3 is the output at which it happens. How large is delta there?"),
        Misconception("place_in_z", math.log(2), "That is the z at which it happens. How large is delta there?"),
        Misconception("slope_missing", 1.0, "1 is the bound of a - y. What is it multiplied by on the way from a to "
            "z?"),
        Misconception("factor_two", 8 / 27,
            "Exactly twice the right one: the 1/2 of the loss got lost, or you took a³ at a = 2/3. Which of the two is "
            "it?"),
        Misconception("half_kept", 2 / 27,
            "Exactly half the right one: a 1/2 too many, or a = 1/3 put in. Which of the two is it?"),
        Misconception("one_half", 0.5,
            "1/2 is the output at which the slope is largest. Which number is asked for, and where?"),
        Misconception("slope_half_done", 4 / 9, "That is a² at a = 2/3. Which factor of delta is missing?"),
        Misconception("what_is_left", 1 / 3,
            "That is 1 - a at the place where it happens. What else is in delta?"),
        Misconception("tanh", 2 / 3**1.5,
            "That is the largest a (1 - a²). What is the slope of a sigmoid, written with a?"),
        Misconception("slope_of_the_slope", 1 / (6 * 3**0.5),
            "That is the largest slope of the sigmoid's slope. Which two factors does delta have?"),
        Misconception("error_missing", 2 / 9,
            "That is the slope of the sigmoid at a = 2/3. Which factor of delta is missing?"),
        Misconception("slope_twice", 8 / 243,
            "That is a times the square of the slope, at a = 2/3. How many slopes lie between a and z?"),
    ),
    right=(0.14814815, 0.1481, np.float64(2 / 3) ** 2 / 3),
    wrong=(0.0, -4 / 27, 0.15, 0.1, 0.1482, 0.3, 27 / 4, np.nan, "4/27"),
)
