"""Which of four runs had its labels shuffled against their rows?"""

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth="C",
    points=2,
    choices=("A", "B", "C", "D"),
    passed="Run C learns by heart what cannot be learned: its training loss falls below chance, and on digits with "
    "true labels it does worse than chance, and ever worse.",
    right=("c", " C "),
    wrong=("E", "", "run C", 3, ["C"], True, "A and C"),
    misconceptions=(
        Misconception("slow_is_shuffled", "A", "The training loss of run A falls as slowly as that of C. But what does "
            "its validation loss do: could it fall below chance if the training labels meant nothing?"),
        Misconception("gap_is_shuffled", "B", "Run B has a gap between its losses, and both are far below chance. "
            "Could a network that was taught wrong labels read nine of ten digits?"),
        Misconception("flat_is_shuffled", "D", "Run D stays at chance on its own examples, too. But 300 examples can "
            "be learned by heart, whatever their labels: so what must have happened to its units?"),
    ),
)  # fmt: skip
