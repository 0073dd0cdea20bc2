"""Chapter 03: what can be done with a pencil: two ways that join, a count, a chart."""

from ..engine import Misconception, Question

TWO_WAYS = Question(
    name="two_ways",
    truth=16.0 * 2 + 8.0 * 8,
    points=1,
    passed="Over b the way gives 32, over c it gives 64, and where ways join they add.",
    misconceptions=(
        Misconception("over_b_only", 32.0, "That is the way over b. Does a reach E in another way, too?"),
        Misconception("over_c_only", 64.0, "That is the way over c. Does a reach E in another way, too?"),
        Misconception(
            "multiplied",
            2048.0,
            "You multiplied the two ways. Rates multiply along one way; what do they do where two ways join?",
        ),
        Misconception("averaged", 48.0, "You took the mean of the two ways. If a moves both b and c, do the effects "
                      "share, or do they add up?"),
        Misconception("value_itself", 128.0, "128 is E itself. How fast does E change when a changes?"),
        Misconception(
            "local_only",
            10.0,
            "That is the sum of db/da and dc/da. How does E answer to b, and how to c?",
        ),
        Misconception(
            "own_factor",
            144.0,
            "For E = b c you took dE/db = b and dE/dc = c. Hold c still and move b: by how much does E move?",
        ),
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
            "The products with weights are all there. Which factor does (BP2) have besides the weights?",
        ),
        Misconception(
            "way_back_missing",
            21.0,
            "The outer products are there, and so are the slopes. How does the message get from the deltas of layer 2 "
            "to layer 1?",
        ),
        Misconception("gradients_only", 18.0, "These are the two outer products of (BP3). What does (BP2) cost?"),
        Misconception(
            "down_to_the_inputs",
            39.0,
            "You also went back through W1. Which delta would that give, and does anybody need it?",
        ),
        Misconception(
            "additions_too",
            30.0,
            "It looks as if you counted the three additions in the matrix product. How many *multiplications* has it?",
        ),
        Misconception(
            "biases_too", 32.0, "It looks as if you counted something for the biases. What does (BP4) multiply?"
        ),
    ),
    question="Write each of the five results as a table of products. How many entries, and how many factors in each?",
    tolerance=0.0,
)

TRANSPOSED_MATRIX = Question(
    name="transposed_matrix",
    truth="W3",
    points=2,
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
