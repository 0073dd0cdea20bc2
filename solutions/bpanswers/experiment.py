"""Chapter 06: an experiment with three bugs: labels left behind, gradients not zeroed, the test set used to choose."""

from functools import cache
from itertools import combinations

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.choice_of_epoch import (
    choice_matters,
    draw,
    equal_sign_matters,
    equals_matter,
    highest_not_validated,
    none_validated,
    picks,
    share,
)  # fmt: skip
from .common.edits import edited, slips, solution
from .common.true_epoch import true_epoch

PROGRAM = solution("experiment")
START, RIGHT, KEEP = (
    "np.zeros((classes, X.shape[1])), np.zeros(classes)",
    "right = np.mean((validation[0]",
    "right > best",
)
LABELS, IMAGES, DW, DB = "labels[rows]", "X[rows]", "dW = ", "db = "
ON_VALIDATION = "(validation[0] @ W.T + b).argmax(axis=1) == validation[1]"
ON_TEST = "(test[0] @ W.T + b).argmax(axis=1) == test[1]"
LOG_SHARES = "np.log(bp.softmax(validation[0] @ W.T + b)[range(len(validation[1])), validation[1]]).mean()"
REPORT = f"return W, b, np.mean({ON_TEST})"
slip, part, epoch = slips(PROGRAM), slips(PROGRAM, alone=True), edited(solution("linear_epoch"))


# ----- the bugs, as edits of the mended program

LEFT_BEHIND = ((LABELS, "labels[at : at + size]"),)
NOT_ZEROED = ((DW, "dW = dW + "), (DB, "db = db + "), ("    for order", "    dW = db = 0\n    for order"))
BY_TEST = ((ON_VALIDATION, ON_TEST),)
BY_TRAINING = ((ON_VALIDATION, "(X @ W.T + b).argmax(axis=1) == labels"),)
LAST_OF_EQUALS = ((KEEP, "right >= best"),)
BUGS = {
    "labels_left_behind": (LEFT_BEHIND, "A batch holds the images `X[rows]` and the labels of other rows: a network "
        "cannot learn what is drawn by lot. Which labels belong to these images?"),
    "gradients_not_zeroed": (NOT_ZEROED, "From the second batch on, each step carries the gradients of all batches "
        "before it. Where does the gradient of a batch begin at zero?"),
    "chosen_by_the_test_set": (BY_TEST, "The epoch to keep is chosen by the test set, and then the same test set says "
        "how good it is. What were the validation examples put aside for?"),
}  # fmt: skip


def _left(names):
    """The misconception that leaves the bugs `names` in."""
    more = "" if len(names) == 1 else "This is not the only bug that is left. "
    return slip("_and_".join(names), more + BUGS[names[0]][1], *(edit for name in names for edit in BUGS[name][0]))


# ----- the cases: drawn until what is kept depends on what it is chosen by, with the bugs as without


@cache
def _epoch_by_epoch(edits):
    return edited(PROGRAM, *edits, ("        right =", "        yield W, b\n        right ="))


def _epochs(case, edits=()):
    """W, b after each epoch of the program with these edits."""
    return list(_epoch_by_epoch(edits)(**case))


def _bugs_matter(case):
    """With the bugs in, too, the test examples choose another epoch."""
    left = [picks(case, _epochs(case, edits)) for edits in (LEFT_BEHIND, NOT_ZEROED, LEFT_BEHIND + NOT_ZEROED)]
    return all(by_validation != by_test for by_validation, by_test, *_ in left)


def _none_validated(case):
    return none_validated(case, _epochs(case))


@cache  # every answer is marked on the same few
def _drawn(seed):
    rng = np.random.default_rng(seed)

    def until(fine, *shape):
        while not fine(case := draw(rng, *shape)):
            pass
        return case

    return [
        until(lambda case: choice_matters(case, _epochs(case)), 23, 5, 4, 6, 0.7, 5),
        until(_bugs_matter, 17, 3, 5, 5, 1.1, 5),
        until(lambda case: equals_matter(case, _epochs(case)), 26, 6, 3, 8, 0.9, 5),
        until(lambda case: equal_sign_matters(case, _epochs(case)), 21, 2, 4, 7, 0.8, 5),
        until(highest_not_validated, 4, 3, 4, 3, 2, 2, (2, 3)),
        until(
            lambda case: _none_validated(case) and min(share(W, b, case["test"]) for W, b in _epochs(case)) == 1,
            9, 1, 2, 20, 0.8, 3, (1, 1)),
        draw(rng, 6, 4, 3, 1, 0.3, 1, (5, 2)),
        until(lambda case: picks(case, _epochs(case))[0] == 23, 15, 4, 3, 6, 0.01, 24, (60, 29)),
    ]  # fmt: skip


def _inputs(rng):
    return [dict(case) for case in _drawn(int(rng.integers(2**31)))]


def _wide(rng):
    n, n_in, classes, size, epochs = (int(k) for k in rng.integers(1, 7, size=5))
    others = tuple(int(k) for k in rng.integers(1, 12, size=2))
    return draw(rng, max(n, classes), n_in, classes, size, rng.uniform(0.1, 3), epochs, others)


# ----- the truth


def _truth(train, validation, test, orders, size, alpha):
    """The epoch kept is the first with the largest number of right answers."""
    classes, reached = train[1].max() + 1, []
    theta = np.zeros((classes, train[0].shape[1])), np.zeros(classes)
    for order in orders:
        theta = true_epoch(*theta, *train, _cut(order, size), alpha)
        reached.append(theta)
    right = [[_count_right(*theta, *part) for theta in reached] for part in (validation, test)]
    kept = right[0].index(max(right[0]))
    return *reached[kept], right[1][kept] / len(test[1])


def _cut(order, size):
    return np.split(order, range(size, len(order), size))


def _count_right(W, b, X, labels):
    answers = [max(range(len(b)), key=(W @ x + b).__getitem__) for x in X]
    return sum(a == label for a, label in zip(answers, labels, strict=True))


# ----- other answers


def other(*changes):
    return edited(PROGRAM, *changes)


def reported(new):
    """The edit that returns the right W, b and another number."""
    return REPORT, f"return W, b, {new}"


def _snapshots(train, validation, test, orders, size, alpha):
    """Train first, choose afterwards."""
    theta, snapshots = (np.zeros((max(train[1]) + 1, train[0].shape[1])), np.zeros(max(train[1]) + 1)), []
    for order in orders:
        theta = epoch(*theta, *train, _cut(order, size), alpha)
        snapshots.append(theta)
    best = max(snapshots, key=lambda theta: share(*theta, validation))
    return [*best, share(*best, test)]


def _shuffled(train, validation, test, orders, size, alpha):
    """Shuffles images and labels together, and counts instead of averaging."""
    (X, labels), most, kept = train, -1, None
    W, b = np.zeros((labels.max() + 1, X.shape[1])), np.zeros(labels.max() + 1)
    for order in orders:
        W, b = epoch(W, b, X[order], labels[order], _cut(np.arange(len(X)), size), alpha)
        if _count_right(W, b, *validation) > most:
            most, kept = _count_right(W, b, *validation), (W.copy(), list(b))
    return *kept, _count_right(*kept, *test) / len(test[1])


EXERCISE = Exercise(
    inputs=_inputs,
    truth=_truth,
    parts={"W": 1, "b": 1, "accuracy": 2},
    points=4,  # all or none: the faulty program may have a part right by chance
    room={
        "a batch size that does not divide n": lambda case: len(case["train"][0]) % case["size"],
        "a batch size larger than n": lambda case: len(case["train"][0]) < case["size"],
        "no validation example that any epoch gets right": _none_validated,
        "more than twenty epochs": lambda case: len(case["orders"]) > 20,
        "batches of one": lambda case: case["size"] == 1,
        "a single epoch": lambda case: len(case["orders"]) == 1,
        "a single input": lambda case: case["train"][0].shape[1] == 1,
        "a single validation example": lambda case: len(case["validation"][0]) == 1,
        "a class without a test example": lambda case: set(case["test"][1]) < set(case["train"][1]),
        "a highest class without a validation example": highest_not_validated,
        "a class without a training example": "the program takes the number of classes from the training labels",
    },
    wide=_wide,
    ask={
        "W": "What do W and b become after the first batch of the first order, and what after the second?",
        "b": "What do W and b become after the first batch of the first order, and what after the second?",
        "accuracy": "Which parameters do you return, and what share of the test examples do they get right?",
    },
    passed="The images meet their own labels, each batch has its own gradient, and the test set has the last word "
    "only.",
    misconceptions=(
        *(_left(names) for count in (1, 2, 3) for names in combinations(BUGS, count)),
        slip("only_db_mended", "From the second batch on, dW carries the gradients of all batches before it, and db "
            "does not. Where does the gradient of a batch begin at zero?",
            (DW, "dW = dW + "), ("    for order", "    dW = 0\n    for order")),
        slip("only_dW_mended", "From the second batch on, db carries the gradients of all batches before it, and dW "
            "does not. Where does the gradient of a batch begin at zero?",
            (DB, "db = db + "), ("    for order", "    db = 0\n    for order")),
        slip("zeroed_once_an_epoch", "Your gradients begin at zero in each epoch, and within it each step carries "
            "those of the batches before. Where does the gradient of a batch begin at zero?",
            (DW, "dW = dW + "), (DB, "db = db + "), ("        for at", "        dW = db = 0\n        for at")),
        slip("chosen_by_the_training_set", "The epoch to keep is chosen by the training examples. On which examples "
            "can you see that learning by heart has begun?", *BY_TRAINING),
        slip("chosen_by_the_loss", "You keep the epoch with the lowest validation loss. By what does the task choose?",
            (f"np.mean({ON_VALIDATION})", LOG_SHARES), ("-1.0", "-np.inf")),
        slip("sets_exchanged", "The epoch to keep is chosen by the test set, and the validation set says how good it "
            "is. Which of the two waits until the end?",
            ("    (X, labels)", "    validation, test = test, validation\n    (X, labels)")),
        slip("last_epoch_kept", "You return the parameters of the last epoch. Where are those of the best one kept?",
            (KEEP, "True")),
        slip("first_epoch_kept", "You return the parameters of the first epoch. When is a later one better?",
            (KEEP, "best < 0")),
        part("validation_accuracy_reported", "The accuracy you report is that of the validation examples, and they "
            "have been used to choose. On which examples is the result not flattered?",
            reported(f"np.mean({ON_VALIDATION})")),
        part("training_accuracy_reported", "The accuracy you report is that of the training examples. Which examples "
            "has the network never met?", reported("np.mean((X @ W.T + b).argmax(axis=1) == labels)")),
        part("share_wrong_reported", "Your {parts} is the share of wrong answers. Which share is asked for?",
            reported(f"1 - np.mean({ON_TEST})")),
        part("number_right_reported", "Your {parts} is the number of right answers. Out of how many?",
            reported(f"np.sum({ON_TEST})")),
        part("percent_reported", "Your {parts} is a hundred times too large. Is it a share between 0 and 1, or a "
            "percentage?", reported(f"100 * np.mean({ON_TEST})")),
        part("accuracy_of_the_last_epoch", "Your {parts} is that of the last epoch's parameters. Which ones do you "
            "return?", ("    W, b = kept\n", f"    last = np.mean({ON_TEST})\n    W, b = kept\n"), reported("last")),
        part("largest_accuracy_on_the_test_set", "Your {parts} is the largest that an epoch reached on the test set. "
            "Which parameters do you return, and how good are they?", ("    for order", "    most = 0\n    for order"),
            ("        right =", f"        most = max(most, np.mean({ON_TEST}))\n        right ="), reported("most")),
        slip("last_batch_dropped", "You changed something that was right: examples that do not fill a batch have no "
            "turn. May a batch be short?", ("len(X), size)", "len(X) - size + 1, size)")),
        slip("last_batch_always_dropped", "You changed something that was right: the last batch of an epoch has no "
            "turn. At which positions of the order does a batch begin?", ("len(X), size)", "len(X) - size, size)")),
        slip("one_step_an_epoch", "You changed something that was right: an epoch is one step with you, for all "
            "examples. How many examples share a step?", ("len(X), size)", "len(X), len(X))"),
            ("at + size", "at + len(X)")),
        slip("not_averaged", "You changed something that was right: your gradients are sums over the batch. The cost "
            "is a mean: where does the division go?", (" / len(rows)", "")),
        slip("short_batch_as_full", "You changed something that was right: you divide by `size` in a short batch, too. "
            "How many examples has it?", ("len(rows)", "size")),
        slip("averaged_over_all", "You changed something that was right: you divide by the number of all examples. "
            "Over how many does the sum of one batch run?", ("len(rows)", "len(X)")),
        slip("softmax_missing", "You changed something that was right: the scores themselves stand for probabilities. "
            "What makes probabilities of them?", ("bp.softmax(", "(")),
        slip("one_order_for_all", "You take the first order in every epoch. Which order belongs to the second?",
            ("order[at", "orders[0][at")),
        slip("orders_ignored", "You take the rows in their own order, batch by batch. What does each entry of `orders` "
            "say?", ("order[at : at + size]", "np.arange(len(X))[at : at + size]")),
        slip("begun_anew", "Each epoch begins with W and b at zero. From where does the second epoch go on?",
            ("        for at", f"        W, b = {START}\n        for at")),
        slip("judged_before_the_epoch", "You judge and keep the parameters with which an epoch begins. When is an "
            "epoch's work done?", ("        for at", "        start = W, b\n        for at"),
            ("(validation[0] @ W.T + b)", "(validation[0] @ start[0].T + start[1])"),
            ("right, (W, b)", "right, start")),
        slip("stops_at_the_first_that_is_no_better", "You stop at the first epoch that is no better than the best so "
            "far. May a later one be better still?",
            ("right, (W, b)", "right, (W, b)\n        else:\n            break")),
        slip("rate_halved", "You halve the rate after each epoch. Which one does the program take?",
            ("        right =", "        alpha = alpha / 2\n        right =")),
        slip("last_of_equals", "Of several epochs with the same accuracy you keep the last; the program keeps the "
            "first. Was `>` not right?", *LAST_OF_EQUALS),
    ),
    right=(_snapshots, _shuffled),
    wrong=(
        other(("in orders:", "in orders[::2]:")),
        other(
            ("    (X, labels)", "    validation, train = train, validation\n    (X, labels)"),
            ("order[at", "order[order < len(X)][at"),
        ),
        other((f"np.mean({ON_VALIDATION})", f"np.mean({ON_VALIDATION}) + np.mean({ON_TEST})")),
        other(
            (f"np.mean({ON_VALIDATION})", f"np.mean({ON_VALIDATION}) + np.mean((X @ W.T + b).argmax(axis=1) == labels)")
        ),
        other((START, "0.01 * np.random.default_rng(0).normal(size=(classes, X.shape[1])), np.zeros(classes)")),
        other((REPORT, "return W, b")),
        other((REPORT, f"return W.T, b, np.mean({ON_TEST})")),
        other((REPORT, f"return np.mean({ON_TEST}), W, b")),
        other((REPORT, f"return (W, b), np.mean({ON_TEST})")),
        other((REPORT, f"return W, b, round(np.mean({ON_TEST}), 1) + 1e-3")),
        other((REPORT, f"return 0 * W, 0 * b, np.mean({ON_TEST})")),
        other(("- alpha", "- alpha / size")),
    ),
)  # fmt: skip
