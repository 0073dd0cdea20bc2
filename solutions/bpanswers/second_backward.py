"""What a second backward adds where nothing is set back to zero."""

import numpy as np

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=14.0,
    points=1,
    passed="More than twice 5: the second call found 1 in `b.grad`, made it 2, and sent that on, twice 4. Setting back "
    "only the leaves would not be enough.",
    question="Which gradients are not 0 when the second call begins, and what does each of them send?",
    tolerance=0.0,
    misconceptions=(
        Misconception("doubled", 10.0, "10 is twice 5, as if the second call sent what the first one sent. But what "
            "does `b.grad` hold when it begins?"),
        Misconception("zeroed", 5.0, "5 is what stands there after the first call. What does `+=` do with it in the "
            "second one?"),
        Misconception("second_call_only", 9.0, "9 is what the second call adds. To what does it add that?"),
        Misconception("root_added", 19.0, "It looks as if `y.grad` were 2 in the second call. Is it added to, or set?"),
        Misconception("square_heard_once", 8.0, "It looks as if x heard only once from b = x · x. How many inputs has "
            "a product, whatever they are?"),
        Misconception("square_heard_once_in_one_call", 3.0, "3 is one call in which x hears only once from b = x · x. "
            "How many inputs has a product, and how many calls are there?"),
        Misconception("square_heard_once_doubled", 6.0, "6 is twice 3, and 3 is one call in which x hears only once "
            "from b = x · x. How many messages does a product send?"),
        Misconception("way_over_y_left_out", 12.0, "12 is what comes over b in both calls. Which other line uses x?"),
        Misconception("way_over_y_once", 13.0, "It looks as if y sent its 1 to x in one call only. How often is its "
            "push called?"),
        Misconception("doubled_twice", 20.0, "20 is 4 times 5. What exactly holds twice as much in the second call: "
            "everything, or one gradient?"),
        Misconception("all_from_the_second_doubled", 15.0, "It looks as if the second call sent twice what the first "
            "one sent. Which message is doubled, and which one is not?"),
    ),
    right=(14, 14.0, np.int64(14), np.array([14.0])),
    wrong=(0, 1, 4, 25, -14, "14", True, float("nan"), [5, 9], 14.01),
)  # fmt: skip
