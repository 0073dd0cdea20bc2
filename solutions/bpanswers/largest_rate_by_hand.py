"""The largest rate of gradient descent, for two directions, by hand."""

import numpy as np

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=2 / 8,
    points=1,
    passed="The eigenvalues are 8 and 3, and the larger one sets the limit: 1 - 8 alpha must stay above -1.",
    misconceptions=(
        Misconception("diagonal_for_eigenvalue", 2 / 7, "You took the largest number on the diagonal, 7. Is there a "
                      "direction in which the bowl is steeper than along both axes?"),
        Misconception("smaller_diagonal_entry", 2 / 4, "You took 4, a number on the diagonal. In which directions does "
                      "the error only shrink or grow, and does not turn?"),
        Misconception("smallest_eigenvalue", 2 / 3, "That is the limit along the flat direction. With this rate, what "
                      "happens along the steep one?"),
        Misconception("one_over_lambda", 1 / 8, "With this rate the error along the steep direction is gone after one "
                      "step. Larger rates overshoot: how far may they?"),
        Misconception("best_rate", 2 / 11, "That is 2 over the sum of both eigenvalues, the *best* rate. Which is the "
                      "largest that still converges?"),
        Misconception("determinant", 2 / 24, "You divided by the determinant, 24, the product of the eigenvalues. "
                      "Which eigenvalue sets the limit?"),
        Misconception("row_sum", 2 / 9, "You divided by the sum of a row, 9. That is on the safe side. What is the "
                      "largest eigenvalue itself?"),
        Misconception("eigenvalue_itself", 8.0, "8 is the largest eigenvalue. For which alpha is 1 - 8 alpha equal to "
                      "-1?"),
        Misconception("eigenvalue_times_two", 1 / 16, "Half of 1/8: it looks as if the Hessian was doubled. For the "
                      "loss as given, what is the gradient?"),
    ),
    question="Along an eigenvector the error is multiplied by 1 - alpha lambda in each step. Which lambda are there?",
    right=(0.25, np.float64(0.25), 1 / 4, [0.25]),
    wrong=(0, 0.3, -0.25, "0.25", True, float("nan"), float("inf"), 0.2501, [0.25, 2 / 3], {}, 0.25j),
)  # fmt: skip
