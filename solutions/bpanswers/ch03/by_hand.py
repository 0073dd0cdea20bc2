"""Chapter 03: what can be done with a pencil: two ways that join, a count, a chart."""

from bpcourse.marking.engine import Misconception, Question

TWO_WAYS = Question(
    name="two_ways",
    truth=16.0 * 2 + 8.0 * 8,
    points=1,
    passed="Over b the way gives 32, over c it gives 64, and where ways join they add.",
    misconceptions=(
        Misconception("over_b_only", 32.0, "32 is what the way over b brings. Does a reach E in another way, too?"),
        Misconception("over_c_only", 64.0, "64 is what the way over c brings. Does a reach E in another way, too?"),
        Misconception(
            "multiplied",
            2048.0,
            "2048 is the product of the two ways. Rates multiply along one way; what do they do where two ways join?",
        ),
        Misconception("averaged", 48.0, "48 is the mean of the two ways (and what comes if dc/da is taken for 2). If a "
                      "moves both b and c, do the effects share, or do they add up?"),
        Misconception(
            "subtracted", -32.0, "-32 is one way minus the other. What do the effects do where two ways join?"
        ),
        Misconception("value_itself", 128.0, "128 is E itself. How fast does E change when a changes?"),
        Misconception(
            "local_only",
            10.0,
            "10 is the sum of db/da and dc/da. How does E answer to b, and how to c?",
        ),
        Misconception(
            "product_of_derivatives",
            16.0,
            "16 is c, and also db/da times dc/da. Is the derivative of a product the product of the derivatives?",
        ),
        Misconception(
            "stopped_at_b_and_c",
            24.0,
            "24 is dE/db plus dE/dc. How do b and c answer to a?",
        ),
        Misconception(
            "slope_of_b_missing",
            80.0,
            "80 is 16 + 64. The way over b brings dE/db alone: how does b answer to a?",
        ),
        Misconception(
            "slope_of_c_missing",
            40.0,
            "40 is 32 + 8. The way over c brings dE/dc alone: how does c answer to a?",
        ),
        Misconception(
            "own_factor",
            144.0,
            "144 is what comes if dE/db is taken for b and dE/dc for c. Hold c still and move b: by how much does E "
            "move?",
        ),
        Misconception("sign", -96.0, "-96 is below 0. Of all the local derivatives on the way, which one is below 0?"),
    ),
    question="Go back from E: what reaches b, what reaches c, and what does each of them send on to a?",
)  # fmt: skip

COUNT_MULTIPLICATIONS = Question(
    name="count_multiplications",
    truth=6 + 6 + 3 + 12,
    points=1,
    passed="6 for dW2, 6 for the way back through W2, 3 for the slopes, 12 for dW1; dz into db costs nothing.",
    misconceptions=(
        Misconception(
            "slopes_missing",
            24.0,
            "It looks as if the products with weights and activations are all there. Which factor does (BP2) have "
            "besides?",
        ),
        Misconception(
            "one_step_at_W2_missing",
            21.0,
            "It looks as if one of two steps is missing: the outer product that gives dW2, or the way back through W2. "
            "Which of them do you have?",
        ),
        Misconception("gradients_only", 18.0, "18 is what the two outer products of (BP3) cost. What does (BP2) cost?"),
        Misconception(
            "first_layer_missing",
            15.0,
            "15 is what it costs without the gradient of W1. How many entries has that?",
        ),
        Misconception("recursion_only", 9.0, "9 is what (BP2) costs. What do the two gradients of (BP3) cost?"),
        Misconception(
            "down_to_the_inputs",
            39.0,
            "It looks as if you also went back through W1. Which delta would that give, and does anybody need it?",
        ),
        Misconception(
            "three_too_many",
            30.0,
            "It looks as if something is counted that is no multiplication: the additions in the way back, or the "
            "biases of layer 1. What does each of them multiply?",
        ),
        Misconception(
            "two_too_many",
            29.0,
            "It looks as if delta of layer 2 is counted, which is known, or the biases of layer 2. What does (BP4) "
            "multiply?",
        ),
        Misconception(
            "biases_too", 32.0, "It looks as if you counted something for the biases. What does (BP4) multiply?"
        ),
        Misconception(
            "forward_too",
            45.0,
            "It looks as if the forward run is counted as well. Which of the five results needs it, once delta and "
            "the slopes are known?",
        ),
        Misconception("below_zero", -27.0, "-27 is below 0. Which numbers can a count be?"),
    ),
    question="Write each of the five results as a table of products. How many entries, and how many factors in each?",
    tolerance=0.0,
)

TRANSPOSED_MATRIX = Question(
    name="transposed_matrix",
    truth="W3",
    points=1,
    choices=("W1", "W2", "W3", "W4"),
    passed="W3 carries the message from layer 3 to layer 2, and layers 2 and 1 are wrong, 3 and 4 right.",
    misconceptions=(
        Misconception(
            "W1_blamed",
            "W1",
            "(BP2) makes delta(l) with W(l + 1), down to l = 1. Which delta would be made with W1?",
        ),
        Misconception(
            "W2_blamed",
            "W2",
            "W2 carries the message from layer 2 to layer 1. If that step were wrong, what would the bar of b2 show?",
        ),
        Misconception(
            "W4_blamed",
            "W4",
            "W4 carries the message from layer 4 to layer 3. If that step were wrong, what would the bar of b3 show?",
        ),
    ),
)
