"""What can be done with a pencil: the gradient of a weight that stands in three places."""

from bpcourse.marking.engine import Misconception, Question

MISTAKES = (
    (
        "the_other_weight",
        5.5,
        "Either that is the gradient of w1, or your middle term has the wrong sign. Which inputs does w2 multiply in "
        "the three outputs, and what is δ2?",
    ),
    ("last_output_only", 0.5, "That is what the last output says. In which other outputs does w2 occur?"),
    ("first_output_only", -1, "That is what the first output says. In which other outputs does w2 occur?"),
    ("middle_output_only", -6, "That is what the middle output says. In which other outputs does w2 occur?"),
    ("last_output_missing", -7, "That is what the first two outputs say. In which other output does w2 occur?"),
    ("mean_of_the_copies", -6.5 / 3, "You took the mean of three. If w2 moves, do its effects share, or add up?"),
    ("weight_times_delta", -2, "That is w2 times the sum of the deltas. What does w2 multiply in z1?"),
    ("times_the_weight", -26, "That is w2 times the right one. If w2 moves by h, by how much does w2·x2 move?"),
    ("inputs_left_out", -0.5, "That is the sum of the deltas. What does w2 multiply in each output?"),
    ("deltas_left_out", 3, "That is the sum of the inputs. How does E answer to each output?"),
    ("without_signs", 7.5, "All your terms are above 0. Which deltas and which inputs are below?"),
    ("sign_of_the_first_term", -4.5, "The first of your three terms has the wrong sign. What is x2?"),
    ("sign_of_the_last_term", -7.5, "The last of your three terms has the wrong sign. What are δ3 and x4?"),
    (
        "delta_reversed",
        -5.5,
        "Either your deltas run the other way, or the first output is missing. Which delta belongs to which "
        "output, and in which outputs does w2 occur?",
    ),
    ("value_for_delta", 42, "You used the outputs z. Which numbers say how E answers to z?"),
)

EXERCISE = Question(
    truth=-6.5,
    points=1,
    passed="w2 multiplies −1, 3 and 1 in the three outputs: −1 − 6 + 0.5. Its copies add up.",
    misconceptions=tuple(Misconception(*mistake) for mistake in MISTAKES),
    question="In which outputs does w2 occur, which input does it multiply there, and which delta belongs to it?",
    right=(-6.5, -13 / 2),
    wrong=(0, 6.5, -6.4, 2.5, "-6.5", True, float("inf"), [-1, -6, 0.5], 6.5j),
)
