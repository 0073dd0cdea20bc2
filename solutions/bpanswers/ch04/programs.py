"""Chapter 04: whole programs: one step of gradient descent, the famous mistake mended, and training from nothing."""

from bpcourse.marking.engine import Exercise, Misconception

from .descent import (
    AXES,
    after_some_steps,
    any_case,
    errors,
    other_rate,
    other_rates,
    rises,
    step_cases,
    train_cases,
    true_descent,
)
from .edited import edited
from .passes import SQUARES, any_sizes, axes_equal
from .steps import BACKWARD, STEP
from .updates import ALONE, UPDATE

_MISTAKES = (*BACKWARD, *UPDATE)
_ROOM = SQUARES | {
    "a learning rate over 1": lambda case: case["alpha"] > 1,
    "as many examples as hidden units": axes_equal(("X", 0), ("W1", 0)),
    "targets below 0 or above 1": lambda case: not 0 <= case["Y"].min() <= case["Y"].max() <= 1,
    "outputs near their targets": lambda case: errors(case, 0).max() < 0.04,
}
_ASK = dict.fromkeys(
    ("W1", "b1", "W2", "b2"),
    "Is each of your gradients what a central difference of the cost gives, and is each update alpha times it?",
)


def _repeated(step, times=None):
    """Training that takes this step again and again."""

    def train(W1, b1, W2, b2, X, Y, alpha, steps=times):
        theta = (W1, b1, W2, b2)
        for _ in range(steps):
            theta = step(*theta, X, Y, alpha)
        return theta

    return train


ONE_STEP = Exercise(
    name="one_step",
    inputs=step_cases,
    wide=lambda rng: any_case(rng, any_sizes(rng), rng.uniform(0.1, 2.5)),
    truth=true_descent,
    parts={"W1": 1, "b1": 1, "W2": 1, "b2": 1},
    points=3,  # all or none: the faulty program has W2 and b2 right already
    passed="After your step all parameters are where the gradient of the cost leads, hidden layer and all.",
    batch="X",
    shapes=AXES,
    room=_ROOM,
    ask=_ASK,
    misconceptions=(
        *(
            Misconception(name, edited(STEP, *changes), message)
            for name, message, *changes in _MISTAKES
            if name not in {alone[0] for alone in ALONE}
        ),
        *(Misconception(name, edited(STEP, *changes), message, alone=True) for name, message, *changes in ALONE),
        Misconception(
            "forward_again",
            edited(
                STEP,
                ("    delta1 =", "    new_W2 = W2 - alpha * delta2.T @ A1 / n\n"
                 "    new_b2 = b2 - alpha * delta2.sum(axis=0) / n\n"
                 "    A2 = sigmoid(A1 @ new_W2.T + new_b2)\n    delta1 ="),
                ("(delta2 @ W2)", "((A2 - Y) * A2 * (1 - A2) @ new_W2)"),
            ),
            "It looks as if the forward pass ran again with the new output layer. "
            "How many forward passes does one step need?",
        ),
        Misconception(
            "gradients_returned",
            edited(STEP, ("    return", "    return dW1, db1, dW2, db2\n    return")),
            "You return the gradients. The task asks for the parameters after the step: what does the update "
            "make of them?",
        ),
        Misconception(
            "two_steps",
            _repeated(edited(STEP), 2),
            "That is where the parameters are after two steps. How many does the task ask for?",
        ),
        Misconception(
            "other_rate",
            edited(STEP, ("alpha *", "0.1 *")),
            "In every case your step is a right one, and not always as long as `alpha` says. Which rate do you take?",
            shows=other_rate,
        ),
    ),
)  # fmt: skip


_TRAIN = """
def train(W1, b1, W2, b2, X, Y, alpha, steps):
    start, n = (W1, b1, W2, b2), len(X)
    for k in range(steps):
        A1 = sigmoid(X @ W1.T + b1)
        A2 = sigmoid(A1 @ W2.T + b2)
        delta2 = (A2 - Y) * A2 * (1 - A2)
        delta1 = (delta2 @ W2) * A1 * (1 - A1)
        dW2, db2 = delta2.T @ A1 / n, delta2.sum(axis=0) / n
        dW1, db1 = delta1.T @ X / n, delta1.sum(axis=0) / n
        W1, b1, W2, b2 = W1 - alpha * dW1, b1 - alpha * db1, W2 - alpha * dW2, b2 - alpha * db2
    return W1, b1, W2, b2
"""


def _loop(name, message, *changes):
    return Misconception(name, edited(_TRAIN, *changes), message)


TRAIN = Exercise(
    name="train",
    inputs=train_cases,
    wide=lambda rng: any_case(rng, any_sizes(rng), rng.uniform(0.1, 2.5), int(rng.integers(1, 8))),
    truth=true_descent,
    parts={"W1": 1, "b1": 1, "W2": 1, "b2": 1},
    points=5,  # all or none: after two steps every mistake is in every part
    passed="On networks of many sizes your parameters follow the true gradient step after step.",
    batch="X",
    shapes=AXES,
    room=_ROOM
    | {
        "one step": lambda case: case["steps"] == 1,
        "more than four steps": lambda case: case["steps"] > 4,
        "a cost that rises on the way": rises,
    },
    ask=_ASK,
    misconceptions=(
        *(Misconception(name, _repeated(edited(STEP, *changes)), message) for name, message, *changes in _MISTAKES),
        _loop(
            "forward_only_once",
            "The deltas come from the outputs of the first step. The parameters have moved since: what must run again?",
            ("A1 = ", "A1 = A1 if k else "), ("A2 = ", "A2 = A2 if k else "),
        ),
        _loop(
            "one_long_step",
            "All your steps go along the gradient of the first point. The parameters have moved since: what must run "
            "again?",
            ("range(steps)", "range(1)"), ("alpha *", "steps * alpha *"),
        ),
        _loop(
            "hidden_forward_only_once",
            "A1 is that of the first step. The weights before it have moved since: what must run again?",
            ("A1 = ", "A1 = A1 if k else "),
        ),
        _loop(
            "one_example_a_step",
            "Each step sees one example, the next one in turn. The task takes the mean over the whole batch: "
            "which rows belong to one step?",
            ("len(X)", "1"), ("X @", "X[[k % len(X)]] @"), ("A2 - Y", "A2 - Y[[k % len(X)]]"),
            (".T @ X ", ".T @ X[[k % len(X)]] "),
        ),
        _loop(
            "twice_as_many_steps",
            "Twice as many steps as asked for. How often does your loop run if `steps` is 3?",
            ("range(steps)", "range(2 * steps)"),
        ),
        _loop(
            "momentum",
            "These are the numbers of momentum with 0.9: each step has nine tenths of the last one in it. "
            "What does the task ask for?",
            ("delta2.T @ A1 / n, ", "delta2.T @ A1 / n + (0.9 * dW2 if k else 0), "),
            ("delta2.sum(axis=0) / n", "delta2.sum(axis=0) / n + (0.9 * db2 if k else 0)"),
            ("delta1.T @ X / n, ", "delta1.T @ X / n + (0.9 * dW1 if k else 0), "),
            ("delta1.sum(axis=0) / n", "delta1.sum(axis=0) / n + (0.9 * db1 if k else 0)"),
        ),
        _loop(
            "gradients_pile_up",
            "The gradients of all steps so far are added up and used again. To which point do the derivatives of a "
            "step belong?",
            ("delta2.T @ A1 / n, ", "delta2.T @ A1 / n + (dW2 if k else 0), "),
            ("delta2.sum(axis=0) / n", "delta2.sum(axis=0) / n + (db2 if k else 0)"),
            ("delta1.T @ X / n, ", "delta1.T @ X / n + (dW1 if k else 0), "),
            ("delta1.sum(axis=0) / n", "delta1.sum(axis=0) / n + (db1 if k else 0)"),
        ),
        _loop(
            "rate_falls",
            "These are the numbers with a learning rate that falls from step to step, alpha / 1, alpha / 2, ... "
            "What does the task say of it?",
            ("alpha *", "alpha / (k + 1) *"),
        ),
        _loop(
            "one_step_only",
            "That is where the parameters are after one step. Is the `return` inside the loop?",
            ("range(steps)", "range(1)"),
        ),
        _loop(
            "one_step_too_few",
            "One step too few. How often does your loop run if `steps` is 3?",
            ("range(steps)", "range(steps - 1)"),
        ),
        _loop(
            "one_step_too_many",
            "One step too many. How often does your loop run if `steps` is 3?",
            ("range(steps)", "range(steps + 1)"),
        ),
        Misconception(
            "other_rate",
            _repeated(edited(STEP, ("alpha *", "0.5 *"))),
            "In every case the number of steps is right, and so is each step but for its length: it is not always that "
            "of `alpha`. Which rate do you take?",
            shows=other_rates,
        ),
        Misconception(
            "other_number_of_steps",
            edited(_TRAIN, ("range(steps)", "range(3)")),
            "In every case these are the parameters after a whole number of right steps, and not always after `steps` "
            "of them. What decides how often your loop runs?",
            shows=after_some_steps,
        ),
        _loop(
            "never_moved",
            "The parameters come back as they went in. Where are the new values stored?",
            ("return W1, b1, W2, b2", "return start"),
        ),
        _loop(
            "gradients_returned",
            "You return the gradients of the last step. The task asks for the parameters: what does the update make of "
            "them?",
            ("return W1, b1, W2, b2", "return dW1, db1, dW2, db2"),
        ),
    ),
)  # fmt: skip
