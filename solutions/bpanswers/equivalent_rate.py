"""The rate that takes the same steps with the mean over all entries as with the course's cost."""

import numpy as np

from bpcourse.marking.engine import Misconception, Question

# fmt: off
EXERCISE = Question(
    truth=0.25,
    points=2,
    passed="The slopes of the other cost are 2/5 of yours, so its rate must be 5/2 of yours.",
    question="Write down the slope in one entry a_ik for both costs. What is their ratio?",
    misconceptions=(
        Misconception("inverted", 0.04,
            "You found the ratio of the slopes and used it the wrong way round. If the slopes are smaller, must the "
            "rate be smaller or larger?"),
        Misconception("half_forgotten", 0.5,
            "The mean over the outputs is in it. What does the missing 1/2 do to the slope?"),
        Misconception("outputs_forgotten", 0.05,
            "The missing 1/2 is in it. By what does the mean over all entries divide, and your own cost does not?"),
        Misconception("batch_counted", 5.0,
            "You divided by the batch as well. Which of the two costs is a mean over the batch?"),
        Misconception("unchanged", 0.1,
            "The same rate would give the same steps for equal slopes. Are the two slopes equal?"),
        Misconception("half_the_wrong_way", 1.0,
            "The outputs are treated rightly, the 1/2 the wrong way round. Without it, is the slope larger or "
            "smaller?"),
        Misconception("ratio_alone", 2.5, "So many times as large must the rate be. How large is your own?"),
        Misconception("ratio_of_the_slopes", 0.4,
            "That is the ratio of the slopes. What must the rate be to make up for it?"),
        Misconception("doubled", 0.2,
            "You doubled the rate. Without the 1/2, is the friend's slope larger or smaller, and what does K do to "
            "it?"),
        Misconception("divided_by_outputs", 0.02,
            "You divided by the number of outputs. If a mean over them makes the slopes smaller, must the rate be "
            "smaller or larger?"),
        Misconception("divided_by_batch", 0.005,
            "You divided by the number of examples. Which of the two costs is a mean over the examples?"),
        Misconception("batch_alone", 2.0,
            "You multiplied by the number of examples. Which of the two costs is a mean over the examples?"),
        Misconception("batch_and_outputs", 10.0,
            "You multiplied by all the entries, 100. Which of n and K is in your own cost already, and where is the "
            "1/2?"),
        Misconception("outputs_the_wrong_way", 0.01,
            "You took the other slope to be ten times yours. Does a mean over five outputs make a slope larger?"),
    ),
    right=(np.float64(0.25), 0.1 / 0.4, np.array([0.25])),
    wrong=(0.0, 0.25j, -0.25, 20, "0.25", 0.2503, 0.2501),
)
