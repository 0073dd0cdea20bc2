"""The loss of a classifier that knows nothing yet."""

import math

import numpy as np

from bpcourse.marking.engine import Misconception, Question

from .common.rounded import four_digits

EXERCISE = Question(
    truth=math.log(100),
    points=1,
    passed="ln 100. A first cost that is far from it has a reason: look for it before you train.",
    question="Which probability does each class get, and what is minus its natural logarithm?",
    tolerance=four_digits(math.log(100)),
    misconceptions=(
        Misconception("base_10", 2.0, "2 is the logarithm to the base 10. Which logarithm does the cross-entropy "
            "take, and which one is `np.log`?"),
        Misconception("base_2", math.log2(100), "That is the logarithm to the base 2. Which logarithm does the "
            "cross-entropy take, and which one is `np.log`?"),
        Misconception("sign", -math.log(100), "The logarithm of a probability is below 0. Which sign does the loss "
            "put before it?"),
        Misconception("probability", 0.01, "That is the probability of each class. What does the loss make of it?"),
        Misconception("share_wrong", 0.99, "That is the share of wrong answers that one expects. What does the "
            "cross-entropy make of the probability of the true class?"),
        Misconception("number_of_classes", 100.0, "100 is the number of classes, and e to the power of the cost. What "
            "is the cost itself?"),
        Misconception("scores_for_probabilities", 0.0, "The scores are all 0, and the loss is not. Which probability "
            "does a softmax make of a score of 0 among 100 equal ones?"),
        Misconception("examples_for_classes", math.log(50), "That is the logarithm of the number of pictures. Over "
            "what does the softmax share out the probability: over pictures, or over classes?"),
        Misconception("summed_over_examples", 50 * math.log(100), "That is the sum over the batch. What is the cost "
            "of a batch?"),
        Misconception("over_examples_too", math.log(100) / 50, "You divided by the number of pictures. Is the mean of "
            "50 equal numbers smaller than each of them?"),
        Misconception("over_classes_too", math.log(100) / 100, "You divided by the number of classes. How many of the "
            "100 terms of an example are left, if its target is a 1 and 99 zeros?"),
        Misconception("sigmoids", 100 * math.log(2), "That is the loss of 100 sigmoids that each say one half. Which "
            "function makes the probabilities here?"),
        Misconception("one_sigmoid", math.log(2), "ln 2 is chance for two classes. How many are there?"),
        Misconception("other_class_count", math.log(10), "ln 10 is chance for ten classes. How many are there?"),
    ),
    right=(4.605, 4.60517, -np.log(1 / 100), np.log([100.0])),
    wrong=(4.6, 4.7, 5, "4.605", True, float("nan"), [4.6, 4.6], {}, 4.604, 4.606, 4.605j),
)  # fmt: skip
