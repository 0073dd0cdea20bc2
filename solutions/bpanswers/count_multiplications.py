"""The multiplications of one backward pass, counted."""

import numpy as np

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth=6 + 6 + 3 + 12,
    points=1,
    passed="6 for dW2, 6 for the way back through W2, 3 for the slopes, 12 for dW1; dz into db costs nothing.",
    question="Write each of the five results as a table of products. How many entries, and how many factors in each?",
    tolerance=0.0,
    misconceptions=(
        Misconception("slopes_missing", 24.0, "It looks as if the products with weights and activations are all there. "
            "Which factor does (BP2) have besides?"),
        Misconception("one_step_at_W2_missing", 21.0, "It looks as if one of two steps is missing: the outer product "
            "that gives dW2, or the way back through W2. Which of them do you have?"),
        Misconception("gradients_only", 18.0, "18 is what the two outer products of (BP3) cost. What does (BP2) cost?"),
        Misconception("first_layer_missing", 15.0, "15 is what it costs without the gradient of W1. How many entries "
            "has that?"),
        Misconception("first_gradient_only", 12.0, "12 is what the gradient of W1 costs. What do the other four "
            "results cost?"),
        Misconception("recursion_only", 9.0, "9 is what (BP2) costs. What do the two gradients of (BP3) cost?"),
        Misconception("one_step_only", 6.0, "6 is the number of entries of W2: one step costs that. How many steps are "
            "there, at both matrices?"),
        Misconception("parameters_counted", 23.0, "23 is the number of all weights and biases. Which of their "
            "gradients need no product, and which products stand in (BP2)?"),
        Misconception("down_to_the_inputs", 39.0, "It looks as if you also went back through W1. Which delta would "
            "that give, and does anybody need it?"),
        Misconception("step_at_W2_twice", 33.0, "It looks as if a step at W2 is counted once more than it is made, or "
            "something that gives delta(2). What is known already?"),
        Misconception("three_too_many", 30.0, "It looks as if something is counted that is no multiplication: the "
            "additions in the way back, or the biases of layer 1. What does each of them multiply?"),
        Misconception("two_too_many", 29.0, "It looks as if delta of layer 2 is counted, which is known, or the biases "
            "of layer 2. What does (BP4) multiply?"),
        Misconception("biases_too", 32.0, "It looks as if you counted something for the biases. What does (BP4) "
            "multiply?"),
        Misconception("forward_too", 45.0, "It looks as if the forward run is counted as well. Which of the five "
            "results needs it, once delta and the slopes are known?"),
        Misconception("doubled", 54.0, "54 is twice the right one. Does every product stand in your table once?"),
        Misconception("for_a_batch", 216.0, "216 is the right one for a batch of eight. How many examples are there?"),
        Misconception("below_zero", -27.0, "-27 is below 0. Which numbers can a count be?"),
    ),
    right=(27, 27.0, np.int64(27)),
    wrong=(0, 26, 28, "27", True, float("inf"), [6, 6, 3, 12], 27.01, 27.000001),
)  # fmt: skip
