"""Chapter 06: which of four pieces of advice four learning curves support."""

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth="C",
    points=2,
    choices=("A", "B", "C", "D"),
    passed="Run C learns its own examples better and better, and from its lowest point on it does worse on all others.",
    right=("c", " C "),
    wrong=("E", "", "run C", 3, ["C"], True, "C and D"),
    misconceptions=(
        Misconception("more_units_for_leaps", "A", "In run A both losses leap up and down together. Would more units "
            "make the steps shorter?"),
        Misconception("slow_is_overfitting", "B", "In run B the two losses lie together, and both still fall at the "
            "end. What would an earlier stop save?"),
        Misconception("gap_is_overfitting", "D", "In run D there is a gap between the two losses. But does the "
            "validation loss ever rise?"),
    ),
)  # fmt: skip
