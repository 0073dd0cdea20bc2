"""Chapter 07: what can be done with a pencil: a size, a shared weight, a picture."""

from bpcourse.marking.engine import Misconception, Question

OUTPUT_SIZE = Question(
    name="output_size",
    truth=13.0,
    points=1,
    passed="The window can travel 25 pixels, which is twelve steps of two, and the place where it starts counts, too.",
    misconceptions=(
        Misconception(
            "start_not_counted",
            12.0,
            "Twelve is the number of steps. At how many places does the window stand?",
        ),
        Misconception("not_rounded", 13.5, "There is no half place. What becomes of a step that does not fit?"),
        Misconception("rounded_up", 14.0, "At your last place the window hangs over the edge. May it?"),
        Misconception("padding_once", 11.0, "You counted the padding on one side. How many sides has a row?"),
        Misconception("padding_missing", 9.0, "That is the size without padding. How wide is the padded picture?"),
        Misconception("stride_missing", 26.0, "That is the size for a stride of one. How far does each step go?"),
        Misconception(
            "kernel_missing", 16.0, "Your window starts at the very last pixel. How much room does a window need?"
        ),
        Misconception("travel", 25.0, "That is how far the window can travel. In steps of which length does it go?"),
        Misconception("padded_width", 30.0, "That is the width of the padded row. How many places has a window in it?"),
        Misconception(
            "half_the_width", 15.0, "That is half of the padded width. How much of it can the window travel?"
        ),
        Misconception(
            "all_places", 169.0, "That is the number of places in both directions. How many are there in one?"
        ),
    ),
    question="How wide is the padded picture, how far can the window travel in it, and in which steps?",
)  # fmt: skip

SHARED_GRADIENT = Question(
    name="shared_gradient",
    truth=-6.5,
    points=1,
    passed="w2 multiplies −1, 3 and 1 in the three outputs: −1 − 6 + 0.5. Its copies add up.",
    misconceptions=(
        Misconception(
            "the_other_weight", 5.5, "That is the gradient of w1. Which inputs does w2 multiply in the three outputs?"
        ),
        Misconception(
            "last_output_only", 0.5, "That is what the last output says. In which other outputs does w2 occur?"
        ),
        Misconception(
            "first_output_only", -1.0, "That is what the first output says. In which other outputs does w2 occur?"
        ),
        Misconception(
            "mean_of_the_copies", -6.5 / 3, "You took the mean of three. If w2 moves, do its effects share, or add up?"
        ),
        Misconception(
            "weight_times_delta", -2.0, "That is w2 times the sum of the deltas. What does w2 multiply in z1?"
        ),
        Misconception(
            "delta_reversed",
            -5.5,
            "Either your deltas run the other way, or the first output is missing. Which delta belongs to which "
            "output, and in which outputs does w2 occur?",
        ),
        Misconception(
            "last_output_missing", -7.0, "That is what the first two outputs say. In which other output does w2 occur?"
        ),
        Misconception(
            "middle_output_only", -6.0, "That is what the middle output says. In which other outputs does w2 occur?"
        ),
        Misconception("value_for_delta", 42.0, "You used the outputs z. Which numbers say how E answers to z?"),
    ),
    question="In which outputs does w2 occur, which input does it multiply there, and which delta belongs to it?",
)  # fmt: skip

WHICH_FILTER = Question(
    name="which_filter",
    truth="D",
    points=1,
    choices=("A", "B", "C", "D"),
    passed="D takes the row above minus the row below: blue under a stroke, where it gets lighter on the way down.",
    misconceptions=(
        Misconception(
            "vertical",
            "A",
            "A compares left with right, so it would answer along the upright strokes. Where is this answer strongest?",
        ),
        Misconception(
            "vertical_turned",
            "B",
            "B compares left with right, so it would answer along the upright strokes. Where is this answer strongest?",
        ),
        Misconception(
            "turned_round",
            "C",
            "You have the right direction. C is below zero where the upper row is darker than the lower one. "
            "What is the answer just under the topmost stroke, blue or grey?",
        ),
    ),
)
