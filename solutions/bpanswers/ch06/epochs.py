"""Chapter 06: one epoch of minibatch training of a linear softmax classifier."""

from functools import partial

import numpy as np

from bpcourse.activations import sigmoid
from bpcourse.losses import one_hot, softmax
from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import gradient


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


def _cost(W, b, X, labels):
    Z = X @ W.T + b
    top = Z.real.max(axis=1)
    return (np.log(np.exp(Z - top[:, None]).sum(axis=1)) + top - Z[np.arange(len(X)), labels]).sum() / len(X)


def _true_epoch(W, b, X, labels, batches, alpha):
    """Steps along complex-step derivatives of each batch's cost: no delta in it."""
    for rows in batches:
        x, y = X[rows], labels[rows]
        dW = gradient(lambda W, b=b, x=x, y=y: _cost(W, b, x, y), W)
        db = gradient(lambda b, W=W, x=x, y=y: _cost(W, b, x, y), b)
        W, b = W - alpha * dW, b - alpha * db
    return W, b


def epoch(
    W, b, X, labels, batches, alpha, *,
    over=lambda rows, n, size: len(rows), stale=False, biases=True, in_place=False, factor=1.0, keep=0.0,
    own_labels=True, target=1.0, to_share=softmax, numbers=False, only=slice(None), over_b=None, slope=False,
    moved=False, sign_b=1.0,
):  # fmt: skip
    """The epoch; the keywords switch single mistakes on, none by default."""
    if not in_place:
        W, b = W.copy(), b.copy()
    start, dW, db = (W.copy(), b.copy()), 0.0, 0.0
    for rows in batches[only]:
        x, y = X[rows], labels[rows] if own_labels else labels[: len(rows)]
        Z = x @ start[0].T + start[1] if stale else x @ W.T + b
        P = to_share(Z)
        delta = factor * (P - target * (y[:, None] if numbers else one_hot(y, len(b)))) * (P * (1 - P) if slope else 1)
        n = over(rows, len(X), len(batches[0]))
        dW, db = keep * dW + delta.T @ x / n, keep * db + delta.sum(axis=0) / (over_b(rows) if over_b else n)
        W -= alpha * dW
        if moved:  # the gradient of b is taken where W has already moved to
            db = (softmax(x @ W.T + b) - one_hot(y, len(b))).mean(axis=0)
        if biases:
            b -= sign_b * alpha * db
    return W, b


def _all_at_once(W, b, X, labels, batches, alpha):
    return epoch(W, b, X, labels, (np.arange(len(X)),), alpha)


def _ignored(W, b, X, labels, batches, alpha):
    size = len(batches[0])
    return epoch(W, b, X, labels, [np.arange(at, min(at + size, len(X))) for at in range(0, len(X), size)], alpha)


def _example_by_example(W, b, X, labels, batches, alpha):
    return epoch(W, b, X, labels, np.concatenate(batches)[:, None], alpha)


def overflows(Z):
    """The softmax of large scores is NaN."""
    with np.errstate(all="ignore"):
        return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


LINEAR_EPOCH = Exercise(
    name="linear_epoch",
    inputs=_inputs,
    truth=_true_epoch,
    parts={"W": 2, "b": 2},
    points=4,  # all or none: after the second batch every mistake is in both
    shapes={"W": "K m", "b": "K", "X": "n m", "labels": "n"},
    room={
        "a class that never occurs": lambda case: len(set(case["labels"])) < len(case["b"]),
        "a highest class that never occurs": lambda case: case["labels"].max() + 1 < len(case["b"]),
        "one batch": lambda case: len(case["batches"]) == 1,
        "a full last batch": lambda case: len(case["batches"][-1]) == len(case["batches"][0]),
        "batches of one": lambda case: len(case["batches"][0]) == 1,
        "a learning rate of 1": lambda case: case["alpha"] == 1,
        "more than ten batches": lambda case: len(case["batches"]) > 10,
        "large scores": lambda case: case["b"].min() > 500,
    },
    ask=dict.fromkeys(("W", "b"), "What do W and b become after the first batch alone, and what after the second?"),
    wide=_wide,
    passed="Batch after batch your parameters follow the true gradient of that batch, the short last one included.",
    misconceptions=(
        Misconception(
            "not_averaged",
            partial(epoch, over=lambda rows, n, size: 1),
            "You take the sum over the examples of a batch. The cost is a mean: where does the division go?",
        ),
        Misconception(
            "averaged_over_all",
            partial(epoch, over=lambda rows, n, size: n),
            "You divide by the number of all examples. Over how many does the sum of one batch run?",
        ),
        Misconception(
            "averaged_twice",
            partial(epoch, over=lambda rows, n, size: len(rows) ** 2),
            "Your steps are too short by a further factor: a mean was taken, and divided once more. In which two "
            "lines?",
        ),
        Misconception(
            "short_batch_as_full",
            partial(epoch, over=lambda rows, n, size: size),
            "You divide by the size of the first batch, also in the last one, which may be shorter. How many examples "
            "has *this* batch?",
        ),
        Misconception(
            "stale_parameters",
            partial(epoch, stale=True),
            "Every batch's gradient is taken where the epoch began. The parameters have moved since: what must be "
            "computed again?",
        ),
        Misconception(
            "gradients_not_zeroed",
            partial(epoch, keep=1.0),
            "The first step is right; every later one carries the gradients of the batches before. Where does a "
            "batch's gradient begin at zero?",
        ),
        Misconception(
            "labels_of_other_rows",
            partial(epoch, own_labels=False),
            "Each batch meets the labels of the first rows. Which labels belong to the rows of `X` in this batch?",
        ),
        Misconception(
            "batches_ignored",
            _ignored,
            "You take the rows in their own order, piece by piece. Which rows does each entry of `batches` name?",
        ),
        Misconception(
            "all_at_once",
            _all_at_once,
            "That is one single step for all examples. How many steps has an epoch?",
        ),
        Misconception(
            "example_by_example",
            _example_by_example,
            "You take a step for each example. How many examples share a step?",
        ),
        Misconception(
            "first_batch_only",
            partial(epoch, only=slice(0, 1)),
            "That is where the parameters are after the first batch. When does your function return?",
        ),
        Misconception(
            "last_batch_dropped",
            partial(epoch, only=slice(0, -1)),
            "The last batch never had its step. Over which entries of `batches` does your loop run?",
        ),
        Misconception(
            "biases_frozen",
            partial(epoch, biases=False),
            "W moves and b never does. Which line gives its gradient, one number for each class, and which updates it?",
        ),
        Misconception(
            "b_after_W",
            partial(epoch, moved=True),
            "In each batch W takes its step first, and the gradient of b is computed with the new W. Where should both "
            "gradients be taken?",
        ),
        Misconception(
            "only_b_not_averaged",
            partial(epoch, over_b=lambda rows: 1),
            "The gradient of W is a mean over the batch, that of b a sum. Which of the two does the cost ask for?",
        ),
        Misconception(
            "only_W_not_averaged",
            partial(epoch, over=lambda rows, n, size: 1, over_b=len),
            "The gradient of b is a mean over the batch, that of W a sum. Which of the two does the cost ask for?",
        ),
        Misconception(
            "only_b_averaged_twice",
            partial(epoch, over_b=lambda rows: len(rows) ** 2),
            "The gradient of b is divided by the number of examples twice, that of W once. Where does a mean hide?",
        ),
        Misconception(
            "softmax_slope_added",
            partial(epoch, slope=True),
            "Your delta has a factor P (1 - P) too many. What is left of the slope of the softmax once it has met that "
            "of the logarithm?",
        ),
        Misconception(
            "batches_backwards",
            lambda W, b, X, labels, batches, alpha: epoch(W, b, X, labels, batches[::-1], alpha),
            "You take the batches from the last to the first. In which order do they come?",
        ),
        Misconception(
            "momentum",
            partial(epoch, keep=0.9),
            "Each step carries nine tenths of the one before. Is momentum asked for?",
        ),
        Misconception(
            "uphill",
            partial(epoch, factor=-1.0),
            "The parameters move in the wrong direction: the loss grows. Is delta the softmax minus the target, or "
            "the other way round?",
        ),
        Misconception(
            "softmax_overflows",
            partial(epoch, to_share=overflows),
            "Where the scores are large your W is not a number: an exponential of 1000 overflows. What may be "
            "subtracted from all scores of an example without a change of its softmax?",
        ),
        Misconception(
            "target_missing",
            partial(epoch, target=0.0),
            "In your delta the labels do not come in. What is subtracted from the softmax, and in which column?",
        ),
        Misconception(
            "softmax_over_examples",
            partial(epoch, to_share=lambda Z: softmax(Z.T).T),
            "The softmax runs over the examples of a batch. Along which axis do the classes of one example lie?",
        ),
        Misconception(
            "sigmoid_for_softmax",
            partial(epoch, to_share=sigmoid.value),
            "You take the sigmoid of each score: then the shares of the classes do not sum to 1. What makes "
            "probabilities of all scores together?",
        ),
        Misconception(
            "softmax_missing",
            partial(epoch, to_share=lambda Z: Z),
            "Your delta takes the scores themselves for probabilities. What makes probabilities of them?",
        ),
        Misconception(
            "labels_as_numbers",
            partial(epoch, numbers=True),
            "You subtract the number of the class from every entry of its row. Which row of zeros and ones stands for "
            "a label?",
        ),
        Misconception(
            "divided_by_inputs",
            lambda W, b, X, labels, batches, alpha: epoch(
                W, b, X, labels, batches, alpha, over=lambda rows, n, size: X.shape[1]
            ),
            "You divide by the number of inputs. Which axis of `X[rows]` counts the examples?",
        ),
        Misconception(
            "b_uphill",
            partial(epoch, sign_b=-1.0),
            "W moves downhill and b uphill. In which direction is a step?",
        ),
        Misconception(
            "in_place",
            partial(epoch, in_place=True),
            "The numbers are right, but the caller's W and b were changed too: `-=` writes into the argument. How do "
            "you make a new array?",
        ),
        Misconception(
            "never_moved",
            lambda W, b, X, labels, batches, alpha: (W, b),
            "The parameters come back as they went in. Where are the new values stored?",
        ),
    ),
)
