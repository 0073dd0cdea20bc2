"""Adam's very first step, as a number."""

import numpy as np

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=2.5,
    points=1,
    passed="The corrections leave g / |g|: the first step has the length alpha, however large the gradient is.",
    misconceptions=(
        Misconception("uphill", 1.5, "The length is right. The gradient is below 0: on which side does the "
                      "loss fall?"),
        Misconception("the_step_alone", 0.5, "That is the length of the step. Where does it lead from 2?"),
        Misconception("no_correction", 2 + 0.5 * 0.1 / np.sqrt(0.001), "That is the step without the corrections, "
                      "more than three times as long. By what are m and v divided at t = 1?"),
        Misconception("m_not_corrected", 2 + 0.5 * 0.1, "m is not corrected. By what is it divided at t = 1?"),
        Misconception("v_not_corrected", 2 + 0.5 / np.sqrt(0.001), "v is not corrected. By what is it divided at t = "
                      "1?"),
        Misconception("gradient_descent", 2 + 0.5 * 50, "That is a step of plain descent. By what does Adam divide the "
                      "gradient?"),
        Misconception("momentum_alone", 2 + 0.5 * 0.1 * 50, "That is alpha times m. By what does Adam divide it?"),
        Misconception("root_missing", 2 + 0.5 / 50, "You divided by v, the square of the gradient's size. What does "
                      "Adam take of v first?"),
        Misconception("no_step", 2.0, "That is where it starts. Can Adam stand still while the gradient is not 0?"),
        Misconception("gradient_descent_uphill", 2 - 0.5 * 50, "That is a step of plain descent, and uphill. By "
                      "what does Adam divide the gradient?"),
        Misconception("beta_for_one_minus_beta", 2 + 0.5 * 0.9 / np.sqrt(0.999), "beta and 1 - beta have changed "
                      "places, and nothing is corrected. With which factor does a new gradient come in?"),
    ),
    question="At t = 1, what are m and v after their corrections, and what is the one by the root of the other?",
    right=(5 / 2, np.float64(2.5), 2 - 0.5 * -50 / np.sqrt(50**2), 2 + 0.5 * 50 / (50 + 1e-8)),
    wrong=(0, 2.1, 2.51, 2.499, "2.5", True, float("nan"), -2.5, [2.5, 2.5], 2.5001, {}, 2.5j, 52, -0.5),
)  # fmt: skip
