"""Chapter 02: what can be done with a pencil: predict a number, read a chart."""

import math

from bpcourse.marking.engine import Misconception, Question

LOSS_BY_HAND = Question(
    name="loss_by_hand",
    truth=math.log(4),
    points=1,
    passed="Equal logits give equal probabilities, 1/4 each, and the loss is the log of 4.",
    misconceptions=(
        Misconception(
            "probability", 0.25, "0.25 is the probability of the true class. What does the loss do with a probability?"
        ),
        Misconception("sign", -math.log(4), "That is log a, and it is below 0. Which sign does a loss of log a need?"),
        Misconception(
            "bits", 2.0, "That is the logarithm to base 2 (or the place of the logit). Which logarithm is meant here?"
        ),
        Misconception(
            "decimal_logarithm", math.log10(4), "You took the logarithm to base 10. Which base does the chapter use?"
        ),
        Misconception(
            "log_sum_exp_alone",
            3 + math.log(4),
            "That is the log of the sum of exponentials alone. What is subtracted from it?",
        ),
        Misconception("logit", 3.0, "3 is the logit itself. What does softmax make of four equal logits?"),
        Misconception("minus_logit", -3.0, "You took minus the logit. Is a logit the log of a probability already?"),
        Misconception("slope", -0.75, "That is a - y, the slope in the logit of the true class. What is the loss?"),
        Misconception("one_minus_probability", 0.75, "You took 1 - a. How does the loss depend on a?"),
        Misconception(
            "log_of_the_others", -math.log(0.75), "You took -log(1 - a). Which probability belongs to what happened?"
        ),
        Misconception(
            "others_counted", math.log(3), "That is the log of 3. Over how many classes is the probability shared out?"
        ),
        Misconception(
            "logits_for_exponentials",
            math.log(12),
            "That is the log of the sum of the logits. What does softmax make of a logit before it adds?",
        ),
        Misconception(
            "sum_of_logits", 12.0, "That is the sum of the logits. What does softmax make of four equal ones?"
        ),
        Misconception(
            "slope_of_a_sigmoid", 0.1875, "That is a (1 - a), the slope of a sigmoid. How does the loss depend on a?"
        ),
        Misconception(
            "summed_over_classes",
            4 * math.log(4),
            "You added -log a for all four classes. Which of them does the one-hot y leave?",
        ),
        Misconception(
            "averaged_over_classes",
            math.log(4) / 4,
            "You divided by the number of classes. Is there such a mean in the loss of one example?",
        ),
    ),
    question="First the four probabilities, then minus the logarithm of one of them. Which one?",
    tolerance=5e-4,
)

EQUIVALENT_RATE = Question(
    name="equivalent_rate",
    truth=0.25,
    points=2,
    passed="The slopes of the other cost are 2/5 of yours, so its rate must be 5/2 of yours.",
    misconceptions=(
        Misconception(
            "inverted",
            0.04,
            "You found the ratio of the slopes and used it the wrong way round. "
            "If the slopes are smaller, must the rate be smaller or larger?",
        ),
        Misconception(
            "half_forgotten", 0.5, "The mean over the outputs is in it. What does the missing 1/2 do to the slope?"
        ),
        Misconception(
            "outputs_forgotten",
            0.05,
            "The missing 1/2 is in it. By what does the mean over all entries divide, and your own cost does not?",
        ),
        Misconception(
            "batch_counted", 5.0, "You divided by the batch as well. Which of the two costs is a mean over the batch?"
        ),
        Misconception(
            "unchanged", 0.1, "The same rate would give the same steps for equal slopes. Are the two slopes equal?"
        ),
        Misconception(
            "half_the_wrong_way",
            1.0,
            "The outputs are treated rightly, the 1/2 the wrong way round. Without it, is the slope larger or smaller?",
        ),
        Misconception("ratio_alone", 2.5, "So many times as large must the rate be. How large is your own?"),
        Misconception(
            "ratio_of_the_slopes", 0.4, "That is the ratio of the slopes. What must the rate be to make up for it?"
        ),
        Misconception(
            "doubled",
            0.2,
            "You doubled the rate. Without the 1/2, is the friend's slope larger or smaller, and what does K do to it?",
        ),
        Misconception(
            "divided_by_outputs",
            0.02,
            "You divided by the number of outputs. If a mean over them makes the slopes smaller, must the rate be "
            "smaller or larger?",
        ),
        Misconception(
            "divided_by_batch",
            0.005,
            "You divided by the number of examples. Which of the two costs is a mean over the examples?",
        ),
        Misconception(
            "batch_alone",
            2.0,
            "You multiplied by the number of examples. Which of the two costs is a mean over the examples?",
        ),
        Misconception(
            "batch_and_outputs",
            10.0,
            "You multiplied by all the entries, 100. Which of n and K is in your own cost already, and where is "
            "the 1/2?",
        ),
        Misconception(
            "outputs_the_wrong_way",
            0.01,
            "You took the other slope to be ten times yours. Does a mean over five outputs make a slope larger?",
        ),
    ),
    question="Write down the slope in one entry a_ik for both costs. What is their ratio?",
    tolerance=5e-4,
)

SOFTMAX_TWICE = Question(
    name="softmax_twice",
    truth="D",
    points=2,
    choices=("A", "B", "C", "D"),
    passed=(
        "The second softmax gets probabilities. At best (1, 0, ..., 0) goes in, e / (e + 9) comes out, "
        "and the loss ends at 1.461."
    ),
    misconceptions=(
        Misconception(
            "right_program_blamed",
            "A",
            "A starts at log 10 and goes to 0. What is the lowest loss that a second softmax leaves possible?",
        ),
        Misconception(
            "start_blamed",
            "B",
            "B starts at a tenth of log 10. Equal probabilities stay equal after a second softmax: "
            "where must the curve of such a program start?",
        ),
        Misconception(
            "slow_program_blamed",
            "C",
            "C is slow, but it has not stopped. What is the best that can come out of a softmax "
            "whose inputs lie between 0 and 1?",
        ),
    ),
)

LARGEST_DELTA = Question(
    name="largest_delta",
    truth=4 / 27,
    points=2,
    passed="a² (1 - a) is largest at a = 2/3, and there it is 4/27.",
    misconceptions=(
        Misconception(
            "largest_slope", 0.25, "1/4 is the largest slope of the sigmoid. What else is in delta, besides the slope?"
        ),
        Misconception(
            "at_one_half",
            0.125,
            "You put in a = 1/2, where the slope is largest. But the error grows with a: is the product largest there?",
        ),
        Misconception("place", 2 / 3, "2/3 is the output at which it happens. How large is delta there?"),
        Misconception("place_in_z", math.log(2), "That is the z at which it happens. How large is delta there?"),
        Misconception(
            "slope_missing", 1.0, "1 is the bound of a - y. What is it multiplied by on the way from a to z?"
        ),
        Misconception("factor_two", 8 / 27, "Exactly twice the right one. What is the 1/2 in the loss for?"),
        Misconception(
            "half_kept",
            2 / 27,
            "Exactly half the right one: a 1/2 too many, or a = 1/3 put in. Which of the two is it?",
        ),
        Misconception(
            "one_half", 0.5, "1/2 is the output at which the slope is largest. Which number is asked for, and where?"
        ),
        Misconception("slope_half_done", 4 / 9, "That is a² at a = 2/3. Which factor of delta is missing?"),
        Misconception("what_is_left", 1 / 3, "That is 1 - a at the place where it happens. What else is in delta?"),
        Misconception(
            "tanh", 2 / 3**1.5, "That is the largest a (1 - a²). What is the slope of a sigmoid, written with a?"
        ),
        Misconception(
            "slope_of_the_slope",
            1 / (6 * 3**0.5),
            "That is the largest slope of the sigmoid's slope. Which two factors does delta have?",
        ),
        Misconception(
            "error_missing", 2 / 9, "That is the slope of the sigmoid at a = 2/3. Which factor of delta is missing?"
        ),
    ),
    question="Write delta as a function of a alone. Where is its derivative in a equal to 0?",
    tolerance=5e-4,
)
