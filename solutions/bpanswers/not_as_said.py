"""Five lines of code, of which one does not do what its documentation says."""

from bpcourse.marking.engine import Misconception, Question

EXERCISE = Question(
    truth="E",
    points=2,
    choices=("A", "B", "C", "D", "E"),
    passed="In E the decay is divided by sqrt(v) as well, so that weights with large gradients hardly decay: Adam with "
    "an L2 penalty, which AdamW was made to replace.",
    misconceptions=(
        Misconception("A_blamed", "A", "Write out two steps of A, and two of the chapter's form, from v = 0. Where "
                      "does theta end in each?"),
        Misconception("B_blamed", "B", "Divide m by 1 - beta1^t and v by 1 - beta2^t under the root. Which factor can "
                      "you pull to the front?"),
        Misconception("C_blamed", "C", "The eps is inside the root. Is that another formula than the one that the "
                      "sentence states?"),
        Misconception("D_blamed", "D", "Differentiate the whole cost, with the penalty. What does a step of gradient "
                      "descent on it look like?"),
    ),
    right=("e", " E "),
    wrong=("F", "", "AE", 5, ["E"], True),
)  # fmt: skip
