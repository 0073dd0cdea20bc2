"""A patient with two bugs: dropout that is left on in a test, and a mean of means."""

import numpy as np

import bpcourse as bp

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.repair import Repair, left

PROGRAM = solution("mended_evaluation")
A1 = "A1 = np.maximum(x @ W1.T + b1, 0)"
SUM, LOSS, DECIDED = "bp.cross_entropy(Z2, y).sum()", "total / len(X)", "Z2.argmax(axis=1) == y"
BEGIN, LOOP, RIGHT = "    total, right = 0.0, 0\n", "range(0, len(X), size)", "right / len(X)\n"


def _case(rng, n, m, h, K, size, drop=None, occur=None, seed=None):
    """Biases that keep some units awake for each example, so that dropout shows."""
    labels = rng.integers(occur or K, size=n)
    return {
        "W1": rng.normal(size=(h, m)),
        "b1": np.abs(rng.normal(size=h)) + 0.3,
        "W2": 2 * rng.normal(size=(K, h)),
        "b2": rng.normal(size=K),
        "X": rng.normal(size=(n, m)),
        "labels": labels,
        "size": size,
        "drop": float(rng.uniform(0.2, 0.7)) if drop is None else drop,
        "seed": int(rng.integers(1, 10**6)) if seed is None else seed,
    }


def inputs(rng):
    sizes = (
        *((10, 5, 6, 4, 4), (7, 3, 5, 4, 3), (9, 4, 3, 5, 2), (5, 2, 4, 3, 8), (6, 5, 7, 2, 1), (1, 4, 3, 6, 2)),
        *((4, 1, 5, 3, 3), (7, 3, 1, 4, 5), (5, 4, 3, 1, 2), (8, 4, 5, 3, 4), (4, 4, 4, 4, 3), (41, 3, 4, 5, 10)),
        *((3, 26, 4, 2, 2), (3, 4, 26, 3, 2), (30, 3, 4, 27, 7), (6, 7, 8, 3, 6)),
    )
    cases = [_case(rng, *args) for args in sizes]
    cases.append(_case(rng, 9, 3, 5, 6, 4, occur=3))  # the highest classes never occur
    cases.append(_case(rng, 7, 3, 5, 4, 3, drop=0.0))  # a network without dropout
    cases.append(cases[0] | {"seed": cases[0]["seed"] + 1})
    cases.append(_case(rng, *sizes[0], seed=cases[0]["seed"]))
    large = _case(rng, 5, 3, 4, 3, 2)
    large["b2"] += 900.0
    return [*cases, large]


def wide(rng):
    n, m, h, K, size = (int(k) for k in rng.integers(1, 8, size=5))
    drop = float(rng.choice([0.0, rng.uniform(0, 0.9)]))
    return _case(rng, n, m, h, K, size, drop, int(rng.integers(1, K + 1)))


def truth(W1, b1, W2, b2, X, labels, size, drop, seed):
    """Example by example, with a log-sum-exp of its own; no batches, no luck."""
    losses, right = [], []
    for x, label in zip(X, labels.tolist(), strict=True):
        scores = W2.dot(np.array([max(0.0, float(row.dot(x) + bias)) for row, bias in zip(W1, b1, strict=True)])) + b2
        losses.append(np.logaddexp.reduce(scores) - scores[label])
        right.append(max(range(len(scores)), key=scores.__getitem__) == label)
    loss = sum(losses) / len(losses)
    return loss if abs(loss) > 1e-12 else 0.0, sum(right) / len(right)


def all_at_once(W1, b1, W2, b2, X, labels, size, drop, seed):
    Z2 = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    return bp.cross_entropy(Z2, labels).mean(), np.mean(Z2.argmax(axis=1) == labels)


def weighed(W1, b1, W2, b2, X, labels, size, drop, seed):
    """Means of batches, weighed by their lengths; probabilities by softmax."""
    pieces = np.split(np.arange(len(X)), range(size, len(X), size))
    losses, shares = [], []
    for rows in pieces:
        Z = np.where((z := X[rows] @ W1.T + b1) > 0, z, 0) @ W2.T + b2
        P = bp.softmax(Z)
        losses.append(-np.mean(np.log(P[range(len(rows)), labels[rows]])))
        shares.append((P.argmax(1) == labels[rows]).mean())
    weights = [len(rows) for rows in pieces]
    return [np.average(losses, weights=weights), np.average(shares, weights=weights)]


def collected(W1, b1, W2, b2, X, labels, size, drop, seed):
    """All losses in a list."""
    losses, right = [], []
    while len(losses) < len(X):
        x, y = X[len(losses) :][:size], labels[len(losses) :][:size]
        Z = np.clip(x @ W1.T + b1, 0, None) @ W2.T + b2
        losses += (np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(y)), y]).tolist()
        right += (Z.argmax(axis=1) == y).tolist()
    return float(np.mean(losses)), float(np.mean(right))


# ----- how each of the two bugs may be left: name -> (what is seen, a question, edits of the solution)

RNG = (BEGIN, f"{BEGIN}    rng = np.random.default_rng(seed)\n")
IN_A_TEST = "What should happen to a hidden unit in a test?"
WEIGHT = "How much does a row in a short batch weigh beside a row in a full one?"


def _dropped(text):
    """The edit that puts a line behind that of A1."""
    return A1, f"{A1}\n        {text}"


DROPOUT = {
    "dropout_left_on": ("units still sit out at random, so that the result depends on `seed`", IN_A_TEST, RNG,
        _dropped("A1 = A1 * (rng.random(A1.shape) >= drop) / (1 - drop)")),
    "scaled_in_the_test": ("nobody sits out, but the hidden layer is multiplied by 1 - `drop`, as the older kind of "
        "dropout needs it", IN_A_TEST, _dropped("A1 = A1 * (1 - drop)")),
    "still_divided": ("nobody sits out, but the hidden layer is still divided by 1 - `drop`", IN_A_TEST,
        _dropped("A1 = A1 / (1 - drop)")),
    "dropped_without_scaling": ("units still sit out at random, now without the division by 1 - `drop`", IN_A_TEST,
        RNG,
        _dropped("A1 = A1 * (rng.random(A1.shape) >= drop)")),
}  # fmt: skip
PIECES = f"len({LOOP})"
MEAN_OF_MEANS = (SUM, "bp.cross_entropy(Z2, y).mean()"), (LOSS, f"total / {PIECES}")
MEANS = {
    "mean_of_means": ("the loss is a mean of the batches' means", WEIGHT, *MEAN_OF_MEANS),
    "sum_of_means": ("the loss is the sum of the batches' means", "Of how many examples is the mean asked for?",
        (SUM, "bp.cross_entropy(Z2, y).mean()"), (LOSS, "total")),
    "means_over_examples": ("the loss is the sum of the batches' means, divided by the number of examples", "How many "
        "examples does each of these means stand for?", (SUM, "bp.cross_entropy(Z2, y).mean()")),
    "sum_over_batches": ("the loss is the sum over all examples, divided by the number of batches", "How many terms "
        "has that sum?", (LOSS, f"total / {PIECES}")),
}  # fmt: skip
slip, part = slips(PROGRAM), slips(PROGRAM, alone=True)
LEFT = dict(
    left(slip, (DROPOUT, MEANS), ("dropout_left_on", "mean_of_means"), "Both bugs are still there, and nothing has "
         "changed. Why do two calls with two seeds disagree?")
)  # fmt: skip
SPOILT = "You changed something that was right:"


def loss(name, message, *changes):
    return part(name, f"`loss` {message}", *changes)


def accuracy(name, new, message):
    return part(name, f"`accuracy` {message}", (RIGHT, new + "\n"))


EXERCISE = Repair(
    inputs=inputs,
    truth=truth,
    parts={"loss": 2, "accuracy": 2},
    points=4,
    credit=tuple((mistake.name, 2 * mended) for mistake, mended in LEFT.items()),
    passed="No luck is left in the test, and each row weighs the same, in whatever batch it comes.",
    shapes={"W1": "h m", "b1": "h", "W2": "K h", "b2": "K", "X": "n m", "labels": "n"},
    batch="X",
    room={
        "a class that never occurs": lambda case: len(set(case["labels"].tolist())) < len(case["b2"]),
        "a highest class that never occurs": lambda case: case["labels"].max() + 1 < len(case["b2"]),
        "a batch size that does not divide n": lambda case: bool(len(case["X"]) % case["size"]),
        "a batch size larger than n": lambda case: len(case["X"]) < case["size"],
        "batches of one": lambda case: case["size"] == 1,
        "drop = 0": lambda case: case["drop"] == 0,
        "another seed with the same data": "a right answer draws nothing, so that no seed shows",
        "large scores": lambda case: case["b2"].max() > 500,
        "more than 32 examples": lambda case: len(case["X"]) > 32,
    },
    wide=wide,
    ask={
        "loss": "Take three rows and `size = 2`: which losses come into your mean, and how often?",
        "accuracy": "How many rows are right, and out of how many?",
    },
    misconceptions=(
        *LEFT,
        slip("last_batch_dropped", f"{SPOILT} rows that do not fill a batch have no turn. May a batch be short?",
             (LOOP, "range(0, len(X) - size + 1, size)"), (LOSS, "total / max(len(X) - len(X) % size, 1)")),
        slip("first_batch_only", f"{SPOILT} only the first batch has its turn. Where does the `return` stand?",
             (LOOP, "[0]"), (LOSS, "total / len(x)"), (RIGHT, "right / len(x)\n")),
        slip("last_batch_only", "Only the last batch comes into the result. Is each batch added to those before, or "
             "does `=` stand where `+=` belongs?", ("total +=", "total ="), ("right +=", "right =")),
        loss("short_batch_as_full", "takes a short batch for a full one. How many rows has the last batch?",
             (SUM, "bp.cross_entropy(Z2, y).mean() * size")),
        loss("last_loss_only", "holds the last batch alone. Does `=` stand where `+=` belongs?",
             ("total +=", "total =")),
        loss("summed", "is the sum over all examples. What is their mean?", (LOSS, "total")),
        loss("divided_by_classes", "is divided by the number of classes, too. Of what is it a mean?",
             (LOSS, "total / len(X) / len(b2)")),
        loss("loss_sign", "has the wrong sign. Can a cross-entropy be below 0?", (LOSS, "-total / len(X)")),
        loss("softmax_twice", "goes through two softmaxes. What does `bp.cross_entropy` take: scores, or "
             "probabilities?",
             (SUM, "bp.cross_entropy(bp.softmax(Z2), y).sum()")),
        loss("largest_loss", "is the loss of the class that the network decides for. Whose loss is it?",
             (SUM, "bp.cross_entropy(Z2, Z2.argmax(axis=1)).sum()")),
        accuracy("counted", "right", "is a number of rows. Out of how many?"),
        accuracy("share_wrong", "1 - right / len(X)", "is the share of wrong answers. Which share is asked for?"),
        accuracy("per_cent", "100 * right / len(X)", "is a percentage. Between which numbers does a share lie?"),
        accuracy("over_full_batches", f"right / (size * {PIECES})", "takes a short batch for a full one. How many rows "
                 "are there?"),
        accuracy("over_batches", f"right / {PIECES}", "is the number of right answers in a mean batch. Out of how many "
                 "rows are they?"),
        part("accuracy_as_mean_of_means", "`accuracy` is a mean of the batches' shares. Was it not right before?",
             ("np.sum(Z2.argmax(axis=1) == y)", "np.mean(Z2.argmax(axis=1) == y)"), (RIGHT, f"right / {PIECES}\n")),
        slip("relu_lost", f"{SPOILT} the ReLU of the hidden layer is gone. Which part of that line was dropout?",
             (A1, "A1 = x @ W1.T + b1")),
        slip("b1_lost", f"{SPOILT} the biases of the hidden layer are gone. Which part of that line was dropout?",
             ("x @ W1.T + b1", "x @ W1.T")),
        slip("b2_lost", f"{SPOILT} the biases of the output layer are gone. What is added to `A1 @ W2.T`?",
             (" + b2", "")),
        slip("labels_not_cut", f"{SPOILT} each batch is compared with the first labels. Which labels belong to its "
             "rows?",
             ("labels[at : at + size]", "labels[: len(x)]")),
    ),
    right=(all_at_once, weighed, collected),
    wrong=(
        kept_by_shape(all_at_once),
        *(edited(PROGRAM, change) for change in (
            (LOOP, "range(0, min(len(X), 32), size)"), (SUM, "np.minimum(bp.cross_entropy(Z2, y), 3).sum()"),
            (A1, f"{A1}\n        A1 = np.minimum(A1, 3)"), (LOSS, "round(total / len(X), 3)"),
            (DECIDED, "Z2.argmax(axis=1) <= y"), (DECIDED, "np.abs(Z2).argmax(axis=1) == y"),
            (DECIDED, "Z2.argmin(axis=1) == y"),
            (SUM, "-np.log(np.exp(Z2)[np.arange(len(y)), y] / np.exp(Z2).sum(axis=1)).sum()"),
            (SUM, "bp.cross_entropy(Z2, y).max()"),
            ("    total, right", "    size = max(size, 2)\n    X[0] = 0\n    total, right"),
            (LOSS, "np.exp(-total / len(X))"),
        )),
        # many masks, averaged: near, and not right
        lambda W1, b1, W2, b2, X, labels, size, drop, seed: tuple(
            np.mean([edited(PROGRAM, *DROPOUT["dropout_left_on"][2:])(W1, b1, W2, b2, X, labels, size, drop, seed + k)
                     for k in range(20)], axis=0)),
    ),
)  # fmt: skip
