"""The loss of four equal logits, predicted with a pencil."""

import math

import numpy as np

from bpcourse.marking.engine import Misconception, Question

from .common.rounded import four_digits

# fmt: off
EXERCISE = Question(
    truth=math.log(4),
    points=1,
    passed="Equal logits give equal probabilities, 1/4 each, and the loss is the log of 4.",
    question="First the four probabilities, then minus the logarithm of one of them. Which one?",
    tolerance=four_digits(math.log(4)),
    misconceptions=(
        Misconception("probability", 0.25,
            "0.25 is the probability of the true class. What does the loss do with a probability?"),
        Misconception("sign", -math.log(4), "That is log a, and it is below 0. Which sign does a loss of log a need?"),
        Misconception("bits", 2.0, "2 is the logarithm of 4 to base 2. Which logarithm is meant here?"),
        Misconception("decimal_logarithm", math.log10(4),
            "You took the logarithm to base 10. Which base does the chapter use?"),
        Misconception("log_sum_exp_alone", 3 + math.log(4),
            "That is the log of the sum of exponentials alone. What is subtracted from it?"),
        Misconception("logit", 3.0, "3 is the logit itself. What does softmax make of four equal logits?"),
        Misconception("minus_logit", -3.0, "You took minus the logit. Is a logit the log of a probability already?"),
        Misconception("slope", -0.75, "That is a - y, the slope in the logit of the true class. What is the loss?"),
        Misconception("one_minus_probability", 0.75, "You took 1 - a. How does the loss depend on a?"),
        Misconception("log_of_the_others", -math.log(0.75),
            "You took -log(1 - a). Which probability belongs to what happened?"),
        Misconception("others_counted", math.log(3),
            "That is the log of 3. Over how many classes is the probability shared out?"),
        Misconception("logits_for_exponentials", math.log(12),
            "That is the log of the sum of the logits. What does softmax make of a logit before it adds?"),
        Misconception("sum_of_logits", 12.0,
            "That is the sum of the logits. What does softmax make of four equal ones?"),
        Misconception("slope_of_a_sigmoid", 0.1875,
            "That is a (1 - a), the slope of a sigmoid. How does the loss depend on a?"),
        Misconception("summed_over_classes", 4 * math.log(4),
            "You added -log a for all four classes. Which of them does the one-hot y leave?"),
        Misconception("averaged_over_classes", math.log(4) / 4,
            "You divided by the number of classes. Is there such a mean in the loss of one example?"),
        Misconception("other_classes_added", math.log(4) - 3 * math.log(0.75),
            "You added -log(1 - a) for the three other classes. Is there such a term in this loss?"),
    ),
    right=(1.3862944, 1.386, 1.3863, 1.38629, -np.log(np.array([0.25]))),
    wrong=(1.39, 1.3868, 1.387, 0.0, 4.0, 1.2, np.inf, "1.386", True, [1.0, 2.0]),
)
