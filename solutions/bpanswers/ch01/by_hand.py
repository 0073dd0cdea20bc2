"""Chapter 01: what needs no program: a slope in the head, code to judge, a chart to read, a prediction."""

import math

from bpcourse.activations import sigmoid
from bpcourse.marking.engine import Misconception, Question

SLOPE_IN_HEAD = Question(
    name="slope_in_head",
    truth=0.9 * (1 - 0.9),
    points=1,
    passed="a (1 - a), with no need to know z. Nine tenths of the way up, a sigmoid has lost nearly two thirds of its "
    "steepness.",
    misconceptions=(
        Misconception("tanh_formula", 0.19, "You took 1 - a². Which of the two squeezers has that slope?"),
        Misconception(
            "slope_of_a",
            float(sigmoid.derivative(0.9)),
            "That is the slope at z = 0.9. But 0.9 is the output a. How is the slope written with a?",
        ),
        Misconception(
            "one_minus_a", 0.1, "1 - a is one of two factors. What is it multiplied by in the slope of the sigmoid?"
        ),
        Misconception("one_minus_a_squared", 0.01, "You took 1 - a twice. Which of the two factors is a itself?"),
        Misconception("a_itself", 0.9, "0.9 is the output. How much does it move when z moves a little?"),
        Misconception("a_squared", 0.81, "You took a times a. In which of the two factors is a taken from 1?"),
        Misconception(
            "steepest", 0.25, "A quarter is the slope where the sigmoid is steepest. At which output is that?"
        ),
        Misconception("sign", -0.09, "The size is right, the sign is not. Does a sigmoid ever fall?"),
    ),
    question="The slope of the sigmoid is a product of two numbers, both made from a. Which are they?",
    tolerance=5e-4,
)

WHICH_IS_WRONG = Question(
    name="which_is_wrong",
    truth="D",
    points=2,
    choices=("A", "B", "C", "D"),
    passed="D hands a to a function that takes z: the sigmoid is applied twice. A, which has no z in its slope, is "
    "right, and so are B, because g(-z) is 1 - g(z), and C, because the slope is the same at z and -z.",
    misconceptions=(
        Misconception(
            "slope_with_a_blamed",
            "A",
            "A has no z in its slope. But is a (1 - a), with a = g(z), not a function of z all the same?",
        ),
        Misconception("minus_z_blamed", "B", "B has g(-z) in it. What do g(z) and g(-z) add up to?"),
        Misconception(
            "absolute_blamed",
            "C",
            "C takes |z|. Is the slope of the sigmoid at z = 2 any different from that at z = -2?",
        ),
    ),
)

WHICH_NETWORK = Question(
    name="which_network",
    truth="B",
    points=2,
    choices=("A", "B", "C", "D"),
    passed="19 factors of 1/√2 make about a thousandth: B. (A is the sigmoid with s = 1, C tanh with s = 1, D "
    "ReLU with s = 2.)",
    misconceptions=(
        Misconception(
            "taken_for_sigmoid",
            "A",
            "A loses a factor of about 4 in each layer. Which activation has a steepest slope of a quarter?",
        ),
        Misconception(
            "half_dead_ignored",
            "C",
            "C hardly loses anything. For ReLU half of the slopes are 0: what does that make of the typical slope?",
        ),
        Misconception(
            "grows",
            "D",
            "D grows from layer to layer. With s = 1 and no slope above 1, can a message grow that much?",
        ),
    ),
)

LAYERS_TO_A_MILLIONTH = Question(
    name="layers_to_a_millionth",
    truth=20,
    points=2,
    passed="Each unit and its weight halve the message: twenty halvings make 1/1,048,576.",
    misconceptions=(
        Misconception(
            "weights_ignored",
            10,
            "After 10 units a millionth is left if every weight is 1. What does a weight of 2 do to the factor?",
        ),
        Misconception("rounded_down", 19, "After 19 units 1/524,288 is left. Is that less than a millionth?"),
        Misconception("one_too_many", 21, "21 is enough, but not the fewest. What is left after one unit less?"),
        Misconception(
            "not_whole",
            math.log(1e-6) / math.log(0.5),
            "That solves the equation exactly. Which whole number of units is needed?",
        ),
        Misconception(
            "tenths",
            6,
            "Six factors of a tenth make a millionth. Which factor does a weight of 2 and a slope of 1/4 make?",
        ),
        Misconception(
            "slope_one_half",
            math.ceil(math.log(1e-6) / math.log(0.125)),
            "It looks as if the weight had made the factor smaller. Does the message come back times the weight, or "
            "divided by it?",
        ),
    ),
    question="By which factor is the message multiplied at each unit, its weight included?",
    tolerance=0.0,
)
