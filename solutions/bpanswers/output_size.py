"""What can be done with a pencil: the places of a window in a row."""

from bpcourse.marking.engine import Misconception, Question

MISTAKES = (
    ("start_not_counted", 12, "Twelve is the number of steps. At how many places does the window stand?"),
    ("not_rounded", 13.5, "There is no half place. What becomes of a step that does not fit?"),
    ("half_a_step", 12.5, "There is no half step. How many whole ones fit, and what did you not count?"),
    ("rounded_up", 14, "At your last place the window hangs over the edge. May it?"),
    ("padding_once", 11, "You counted the padding on one side. How many sides has a row?"),
    ("padding_missing", 9, "That is the size without padding. How wide is the padded picture?"),
    ("steps_without_padding", 8, "You counted steps, without padding. How wide is the padded row?"),
    ("steps_with_padding_once", 10, "You counted steps, with padding on one side. How many sides has a row?"),
    ("stride_missing", 26, "That is the size for a stride of one. How far does each step go?"),
    ("kernel_missing", 16, "Your window starts at the very last pixel. How much room does a window need?"),
    ("side_by_side", 6, "So many windows stand side by side. In steps of which length does the window go?"),
    ("travel", 25, "That is how far the window can travel. In steps of which length does it go?"),
    ("padded_width", 30, "That is the width of the padded row. How many places has a window in it?"),
    ("width", 22, "That is the width of the row. How wide is it with its zeros?"),
    ("half_the_width", 15, "That is half of the padded width. How much of it can the window travel?"),
    ("all_places", 169, "That is the number of places in both directions. How many are there in one?"),
)

EXERCISE = Question(
    truth=13,
    points=1,
    passed="The window can travel 25 pixels, which is twelve steps of two, and the place where it starts counts, too.",
    tolerance=0,
    misconceptions=tuple(Misconception(*mistake) for mistake in MISTAKES),
    question="How wide is the padded picture, how far can the window travel in it, and in which steps?",
    right=(13, 13.0, len(range(0, 22 + 8 - 5 + 1, 2))),
    wrong=(0, 7, 27, -13, "13", True, float("nan"), [13, 13], 13.01),
)
