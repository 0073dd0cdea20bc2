"""Chapter 06: one epoch of minibatch training of a linear softmax classifier."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.softmax_delta import NAMES, delta_mistakes
from .common.true_epoch import true_epoch


def _case(rng, n, n_in, classes, size, alpha, highest=None):
    """highest: the number of classes that may occur, or None for all."""
    order, occur = rng.permutation(n), classes if highest is None else highest
    labels = rng.permutation(np.r_[np.arange(occur), rng.integers(occur, size=max(n - occur, 0))])[:n]
    return {
        "W": rng.normal(size=(classes, n_in)),
        "b": rng.normal(size=classes),
        "X": rng.normal(size=(n, n_in)),
        "labels": labels,
        "batches": [order[at : at + size].copy() for at in range(0, n, size)],
        "alpha": alpha,
    }


SIZES = (
    (23, 5, 4, 6, 0.5), (17, 3, 5, 7, 0.9), (13, 6, 3, 4, 0.7), (12, 4, 6, 3, 1.0, 5), (7, 1, 3, 20, 0.8),
    (5, 7, 2, 1, 0.6), (1, 4, 3, 2, 0.9), (9, 2, 1, 4, 0.5), (3, 2, 8, 2, 1.5), (4, 6, 5, 4, 2.0),
    (13, 3, 2, 1, 0.4), (3, 3, 3, 2, 0.7), (8, 2, 4, 5, 0.6),
)  # fmt: skip


def _inputs(rng):
    cases = [_case(rng, *sizes) for sizes in SIZES]
    cases[-1]["b"] += 900.0  # its scores are large, and no farther from each other than elsewhere
    return cases


def _wide(rng):
    n, n_in, classes, size, highest = (int(k) for k in rng.integers(1, 7, size=5))
    return _case(rng, n, n_in, classes, size, rng.uniform(0.1, 2), min(highest, classes))


PROGRAM = solution("linear_epoch")
LOOP, RETURN, DELTA = "in batches:", "return W, b", "P - bp.one_hot(labels[rows], len(b))"
MEAN_W, MEAN_B = "X[rows] / len(rows)", "sum(axis=0) / len(rows)"
STEP_W, STEP_B = "W - alpha * delta.T @ X[rows]", "b - alpha * delta.sum(axis=0)"
RUNNING = "    at = 0\n    for rows in batches:\n        own, at = np.arange(at, at + len(rows)), at + len(rows)\n"
slip = slips(PROGRAM, **NAMES)


def other(*changes):
    return edited(PROGRAM, *changes)


def _over(name, new, message):
    """Divided by something else than the size of the batch."""
    return slip(name, message, ("/ len(rows)", f"/ {new}"))


def _batches(name, new, message):
    return slip(name, message, (LOOP, f"in {new}:"))


def _carried(keep):
    """Each step carries a part of the step before."""
    dW, db = "delta.T @ X[rows] / len(rows)", "delta.sum(axis=0) / len(rows)"
    return (
        ("        W = W", f"        v, c = {keep} * v + {dW}, {keep} * c + {db}\n        W = W"),
        ("    for rows", "    v = c = 0\n    for rows"),
        (f"alpha * {dW}", "alpha * v"),
        (f"alpha * {db}", "alpha * c"),
    )


def _loops(W, b, X, labels, batches, alpha):
    W, b = W.copy(), list(b)
    for rows in batches:
        dW, db = np.zeros_like(W), np.zeros(len(b))
        for i in rows:
            z = W @ X[i] + b
            e = np.exp(z - z.max())
            for k in range(len(b)):
                delta = e[k] / e.sum() - (labels[i] == k)
                dW[k] += delta * X[i] / len(rows)
                db[k] += delta / len(rows)
        W -= alpha * dW
        b = [old - alpha * grad for old, grad in zip(b, db, strict=True)]
    return [W, b]


def _library(W, b, X, labels, batches, alpha):
    net = bp.Network((X.shape[1], len(b)), bp.identity, bp.identity, bp.cross_entropy)
    params = net.pack({1: W}, {1: b})
    for rows in batches:
        grads = net.backward(params, net.forward(params, X[rows]), labels[rows]).grads
        params = net.pack({1: params.W[1] - alpha * grads.W[1]}, {1: params.b[1] - alpha * grads.b[1]})
    return params.W[1], params.b[1]


def _means(W, b, X, labels, batches, alpha):
    for rows in map(list, batches):
        x, Z = X[rows], X[rows] @ W.T + b
        P = np.exp(Z - Z.max(1, keepdims=True))
        P /= P.sum(1, keepdims=True)
        P[range(len(rows)), labels[rows]] -= 1
        W, b = W - alpha * np.mean(P[:, :, None] * x[:, None, :], axis=0), b - alpha * P.mean(0)
    return W, b


def _augmented(W, b, X, labels, batches, alpha):
    """The biases as a column of weights on a constant 1."""
    theta = np.c_[W, b]
    for rows in batches:
        x = np.c_[X[rows], np.ones(len(rows))]
        z = x @ theta.T
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p = p / p.sum(axis=1, keepdims=True) - (labels[rows][:, None] == np.arange(len(theta)))
        theta = theta - alpha * np.einsum("nk,ni->ki", p, x) / len(rows)
    return theta[:, :-1], theta[:, -1]


EXERCISE = Exercise(
    inputs=_inputs,
    truth=true_epoch,
    parts={"W": 2, "b": 2},
    points=4,  # all or none: after the second batch every mistake is in both
    shapes={"W": "K m", "b": "K", "X": "n m", "labels": "n"},
    room={
        "a class that never occurs": lambda case: len(set(case["labels"])) < len(case["b"]),
        "a highest class that never occurs": lambda case: case["labels"].max() + 1 < len(case["b"]),
        "one batch": lambda case: len(case["batches"]) == 1,
        "a full last batch": lambda case: len(case["batches"][-1]) == len(case["batches"][0]),
        "a short last batch": lambda case: len(case["batches"][-1]) < len(case["batches"][0]),
        "batches of one": lambda case: len(case["batches"][0]) == 1,
        "a learning rate of 1": lambda case: case["alpha"] == 1,
        "more than ten batches": lambda case: len(case["batches"]) > 10,
        "large scores": lambda case: case["b"].min() > 500,
    },
    wide=_wide,
    ask=dict.fromkeys(("W", "b"), "What do W and b become after the first batch alone, and what after the second?"),
    passed="Batch after batch your parameters follow the true gradient of that batch, the short last one included.",
    misconceptions=(
        _over("not_averaged", "1", "You take the sum over the examples of a batch. The cost is a mean: where does the "
            "division go?"),
        _over("averaged_over_all", "len(X)", "You divide by the number of all examples. Over how many does the sum of "
            "one batch run?"),
        _over("averaged_twice", "len(rows) ** 2", "Your steps are too short by a further factor: a mean was taken, and "
            "divided once more. In which two lines?"),
        _over("short_batch_as_full", "len(batches[0])", "You divide by the size of the first batch, also in the last "
            "one, which may be shorter. How many examples has *this* batch?"),
        _over("divided_by_inputs", "X.shape[1]", "You divide by the number of inputs. Which axis of `X[rows]` counts "
            "the examples?"),
        _over("divided_by_classes", "len(rows) / len(b)", "You divide by the number of classes, too. The cost is a "
            "mean: over what?"),
        slip("stale_parameters", "Every batch's gradient is taken where the epoch began. The parameters have moved "
            "since: what must be computed again?", ("    for rows", "    start = W, b\n    for rows"),
            ("X[rows] @ W.T + b", "X[rows] @ start[0].T + start[1]")),
        slip("gradients_not_zeroed", "The first step is right; every later one carries the gradients of the batches "
            "before. Where does a batch's gradient begin at zero?", *_carried(1.0)),
        slip("momentum", "Each step carries nine tenths of the one before. Is momentum asked for?", *_carried(0.9)),
        slip("labels_of_other_rows", "Each batch meets the labels of the first rows. Which labels belong to the rows "
            "of `X` in this batch?", ("labels[rows]", "labels[: len(rows)]")),
        slip("labels_in_their_order", "The labels come in their own order, batch by batch, and the inputs do not. "
            "Which labels belong to the rows of `X` in this batch?", ("    for rows in batches:\n", RUNNING),
            ("labels[rows]", "labels[own]")),
        slip("inputs_in_their_order", "The inputs come in their own order, batch by batch, and the labels do not. "
            "Which rows of `X` belong to these labels?", ("    for rows in batches:\n", RUNNING),
            ("X[rows]", "X[own]")),
        slip("batches_ignored", "You take the rows in their own order, piece by piece. Which rows does each entry of "
            "`batches` name?", ("    for rows in batches:\n", RUNNING), ("X[rows]", "X[own]"),
            ("labels[rows]", "labels[own]")),
        _batches("all_at_once", "[np.arange(len(X))]", "That is one single step for all examples. How many steps has "
            "an epoch?"),
        _batches("example_by_example", "np.concatenate(batches)[:, None]", "You take a step for each example. How many "
            "examples share a step?"),
        _batches("first_batch_only", "batches[:1]", "That is where the parameters are after the first batch. When does "
            "your function return?"),
        _batches("last_batch_only", "batches[-1:]", "That is one step, with the last batch. From where does each batch "
            "go on?"),
        _batches("last_batch_dropped", "batches[:-1]", "The last batch never had its step. Over which entries of "
            "`batches` does your loop run?"),
        _batches("short_batch_dropped", "[rows for rows in batches if len(rows) == len(batches[0])]",
            "A short last batch has no step with you. How many examples must a batch have?"),
        _batches("two_epochs", "batches + batches", "Each batch has two steps with you. How often does an example have "
            "its turn in one epoch?"),
        _batches("batches_backwards", "batches[::-1]", "You take the batches from the last to the first. In which "
            "order do they come?"),
        slip("biases_frozen", "W moves and b never does. Which line gives its gradient, one number for each class, and "
            "which updates it?", (STEP_B, "b + 0 * delta.sum(axis=0)")),
        slip("weights_frozen", "b moves and W never does. Which line gives its gradient, and which updates it?",
            (STEP_W, "W + 0 * delta.T @ X[rows]")),
        slip("b_after_W", "In each batch W takes its step first, and the gradient of b is computed with the new W. "
            "Where should both gradients be taken?",
            ("        b = b", f"        P = bp.softmax(X[rows] @ W.T + b)\n        delta = {DELTA}\n        b = b")),
        slip("only_b_not_averaged", "The gradient of W is a mean over the batch, that of b a sum. Which of the two "
            "does the cost ask for?", (MEAN_B, "sum(axis=0)")),
        slip("only_W_not_averaged", "The gradient of b is a mean over the batch, that of W a sum. Which of the two "
            "does the cost ask for?", (MEAN_W, "X[rows]")),
        slip("only_b_averaged_twice", "The gradient of b is divided by the number of examples twice, that of W once. "
            "Where does a mean hide?", (MEAN_B, "mean(axis=0) / len(rows)")),
        slip("softmax_slope_added", "Your delta has a factor P (1 - P) too many. What is left of the slope of the "
            "softmax once it has met that of the logarithm?", (DELTA, f"({DELTA}) * P * (1 - P)")),
        slip("b_forgotten", "In your forward pass b does not come in. What is added to `X[rows] @ W.T`?",
            (".T + b)", ".T)")),
        slip("uphill", "The parameters move in the wrong direction: the loss grows. Is delta the softmax minus the "
            "target, or the other way round?", ("- alpha", "+ alpha")),
        slip("b_uphill", "W moves downhill and b uphill. In which direction is a step?", ("b - alpha", "b + alpha")),
        slip("rate_typed_in", "Your rate is 0.1 whatever comes in. Where is it typed in?", ("alpha * ", "0.1 * ")),
        *delta_mistakes(slip, "your W is not a number"),
        slip("in_place", "The numbers are right, but the caller's W and b were changed too: `-=` writes into the "
            "argument. How do you make a new array?", ("W = W - alpha * ", "W -= alpha * "),
            ("b = b - alpha * ", "b -= alpha * ")),
        slip("never_moved", "The parameters come back as they went in. Where are the new values stored?",
            ("W = W", "V = W"), ("b = b", "c = b")),
        slip("changes_returned", "You return by how much W and b have changed. Which is asked for, the change or the "
            "new values?", ("    for rows", "    start = W, b\n    for rows"),
            (RETURN, "return W - start[0], b - start[1]")),
        slip("gradients_returned", "You return the gradients of the last batch. What have they been used for, and what "
            "is asked for?", (RETURN, "return delta.T @ X[rows] / len(rows), delta.mean(axis=0)")),
    ),
    right=(_loops, _library, _means, _augmented),
    wrong=(
        other((RETURN, "return W")),
        other((RETURN, "return b, W")),
        other((RETURN, "return W.T, b")),
        other((RETURN, "return W, b[:, None]")),
        other((RETURN, "return W, b - b.mean() + 1e-4")),
        other(("    for rows", "    W, b = 0 * W, 0 * b\n    for rows")),
        other(("    for rows", "    X = np.abs(X)\n    for rows")),
        other(("    for rows", "    labels = np.roll(labels, 1)\n    for rows")),
        other(("alpha * ", "1.0 * ")),
        other((LOOP, "in batches[1:]:")),
        other((LOOP, "in batches[:10]:")),
        other((MEAN_B, "mean()")),
        other(("bp.softmax(", "bp.softmax(np.clip("), (".T + b)", ".T + b, -30, 30))")),
        other(("W - alpha", "W * (1 - 1e-4 * alpha) - alpha")),
    ),
)  # fmt: skip
