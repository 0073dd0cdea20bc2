"""Four programs for a message through a sigmoid: which is wrong?"""

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth="D",
    points=2,
    choices=("A", "B", "C", "D"),
    passed="D hands a to a function that takes z: the sigmoid is applied twice. A, which has no z in its slope, is "
    "right, and so are B, because g(-z) is 1 - g(z), and C, because the slope is the same at z and -z.",
    misconceptions=(
        Misconception("slope_with_a_blamed", "A",
                      "A has no z in its slope. But is a (1 - a), with a = g(z), not a function of z all the same?"),
        Misconception("minus_z_blamed", "B", "B has g(-z) in it. What do g(z) and g(-z) add up to?"),
        Misconception("absolute_blamed", "C",
                      "C takes |z|. Is the slope of the sigmoid at z = 2 any different from that at z = -2?"),
    ),
    right=("d", " D "),
    wrong=("E", "AD", "", 4, 0.5, ["D"], True),
)  # fmt: skip
