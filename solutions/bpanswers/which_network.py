"""Four deep networks in a chart: which is ReLU with the weight scale 1?"""

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth="B",
    points=2,
    choices=("A", "B", "C", "D"),
    passed="19 factors of 1/√2 make about a thousandth: B. (A is the sigmoid with s = 1, C tanh with s = 1, D "
    "ReLU with s = 2.)",
    misconceptions=(
        Misconception("taken_for_sigmoid", "A",
                      "A loses a factor of about 4 in each layer. Which activation has a steepest slope of a quarter?"),
        Misconception("half_dead_ignored", "C", "C hardly loses anything. For ReLU half of the slopes are 0: what does "
                      "that make of the typical slope?"),
        Misconception("grows", "D", "D grows from layer to layer. With s = 1 and no slope above 1, can a message grow "
                      "that much?"),
    ),
    right=("b", "B "),
    wrong=("E", "AB", "", 2, 0.5, ["B"], True),
)  # fmt: skip
