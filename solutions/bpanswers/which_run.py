"""Which of four runs had its labels shuffled against their rows?"""

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth="B",
    points=2,
    choices=("A", "B", "C", "D"),
    passed="Run B learns by heart what cannot be learned: its training loss falls below chance, and on digits with "
    "true labels it does worse than chance, and ever worse.",
    right=("b", " B "),
    wrong=("E", "", "run B", 3, ["B"], True, "B and D"),
    misconceptions=(
        Misconception("gap_is_shuffled", "A", "Run A has a gap between its losses, and both are far below chance. "
            "Could a network that was taught wrong labels read nine of ten digits?"),
        Misconception("flat_is_shuffled", "C", "Run C stays at chance on its own examples, too. But 300 examples can "
            "be learned by heart, whatever their labels: so what must have happened to its units?"),
        Misconception("slow_is_shuffled", "D", "The training loss of run D falls as slowly as that of B. But what does "
            "its validation loss do: could it fall below chance if the training labels meant nothing?"),
    ),
)  # fmt: skip
