"""Chapter 04: from the deltas to the gradients of weights and biases, means over the batch."""

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import gradient

from .edited import edited
from .passes import SHAPES, any_sizes, axes_equal


def _case(rng, n, n0, n1, n2):
    return {
        "delta2": rng.normal(size=(n, n2)),
        "delta1": rng.normal(size=(n, n1)),
        "A1": rng.uniform(0.05, 0.95, (n, n1)),
        "X": rng.normal(size=(n, n0)),
    }


def _layer_truth(delta, A):
    """The mean of delta . (W a + b) over the batch, differentiated entry by entry in W and in b."""
    W, b, n = np.zeros((delta.shape[1], A.shape[1])), np.zeros(delta.shape[1]), len(A)
    return gradient(lambda W: (delta * (A @ W.T)).sum() / n, W), gradient(lambda b: (delta * b).sum() / n, b)


_GRADIENTS = """
def gradients(delta2, delta1, A1, X):
    n = len(X)
    dW2 = delta2.T @ A1 / n
    db2 = delta2.sum(axis=0) / n
    dW1 = delta1.T @ X / n
    db1 = delta1.sum(axis=0) / n
    return dW2, db2, dW1, db1
"""
_dW, _db = ("delta2.T @ A1 / n", "delta1.T @ X / n"), ("delta2.sum(axis=0) / n", "delta1.sum(axis=0) / n")


def _mistake(name, message, *changes):
    return Misconception(name, edited(_GRADIENTS, *changes), message, alone=True)


def _weights(name, message, wrong):
    """A mistake in both weight gradients; in `wrong`, D and A stand for the deltas and for what came in."""
    changes = [
        (old, wrong.replace("D", d).replace("A", a))
        for old, d, a in zip(_dW, ("delta2", "delta1"), ("A1", "X"), strict=True)
    ]
    return _mistake(name, message, *changes)


def _biases(name, message, wrong):
    """A mistake in both bias gradients; in `wrong`, D stands for the deltas."""
    changes = [(old, wrong.replace("D", d)) for old, d in zip(_db, ("delta2", "delta1"), strict=True)]
    return _mistake(name, message, *changes)


GRADIENTS = Exercise(
    name="gradients",
    inputs=lambda rng: [_case(rng, *sizes) for sizes in SHAPES],
    wide=lambda rng: _case(rng, *any_sizes(rng)),
    truth=lambda delta2, delta1, A1, X: (*_layer_truth(delta2, A1), *_layer_truth(delta1, X)),
    parts={"dW2": 1, "db2": 1, "dW1": 1, "db1": 1},
    passed="All four equal the derivatives of the mean cost, found entry by entry.",
    batch="X",
    shapes={"delta2": "n n2", "delta1": "n n1", "A1": "n n1", "X": "n n0"},
    room={
        "as many inputs as hidden units": axes_equal(("X", 1), ("A1", 1)),
        "as many hidden units as outputs": axes_equal(("delta2", 1), ("delta1", 1)),
    },
    ask={
        **dict.fromkeys(("dW2", "dW1"), "Which delta and which activation meet in its first entry, for each example?"),
        **dict.fromkeys(("db2", "db1"), "Which deltas are in its first entry, and what are they divided by?"),
    },
    misconceptions=(
        _mistake(
            "not_averaged",
            "{parts}: for a batch of {n}, exactly {n} times the right one. The cost is a mean: where does the 1/n go?",
            (" / n", ""),
        ),
        _mistake(
            "averaged_twice",
            "{parts}: for a batch of {n}, the right one divided by {n}. How many means over the batch are there?",
            (" / n", " / n / n"),
        ),
        _mistake(
            "layers_swapped",
            "{parts}: what belongs to the other layer stands there. Which deltas belong to which layer?",
            ("return dW2, db2, dW1, db1", "return dW1, db1, dW2, db2"),
        ),
        _mistake(
            "sign",
            "{parts}: the wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
            ("return dW2, db2, dW1, db1", "return -dW2, -db2, -dW1, -db1"),
        ),
        _mistake(
            "first_example_only",
            "{parts}: these are the numbers of the first example alone. What do the other rows say?",
            ("    n = len(X)", "    n, delta2, delta1, A1, X = 1, delta2[:1], delta1[:1], A1[:1], X[:1]"),
        ),
        _mistake(
            "last_example_only",
            "{parts}: these are the numbers of the last example alone. What do the other rows say?",
            ("    n = len(X)", "    n, delta2, delta1, A1, X = 1, delta2[-1:], delta1[-1:], A1[-1:], X[-1:]"),
        ),
        _mistake(
            "last_example_forgotten",
            "{parts}: these are the sums without the last example, over n. Where does your loop end?",
            ("    n = len(X)", "    n, delta2, delta1, A1, X = len(X), delta2[:-1], delta1[:-1], A1[:-1], X[:-1]"),
        ),
        _mistake(
            "first_example_forgotten",
            "{parts}: these are the sums without the first example, over n. Where does your loop begin?",
            ("    n = len(X)", "    n, delta2, delta1, A1, X = len(X), delta2[1:], delta1[1:], A1[1:], X[1:]"),
        ),
        _mistake(
            "one_less",
            "{parts}: divided by n - 1. Over how many examples does the mean run?",
            ("len(X)", "(len(X) - 1 or 1)"),
        ),
        _mistake(
            "signs_of_deltas_lost",
            "{parts}: these are the numbers with the sizes of the deltas, without their signs. What does a sign say?",
            ("    n = len(X)", "    n, delta2, delta1 = len(X), np.abs(delta2), np.abs(delta1)"),
        ),
        _mistake(
            "divided_by_inputs",
            "{parts}: divided by the number of inputs. The mean runs over the examples: which length is that?",
            ("len(X)", "X.shape[1]"),
        ),
        _weights(
            "weights_transposed",
            "{parts}: the transpose of the right one. A gradient has the shape of what it belongs to. "
            "What shape has W?",
            "A.T @ D / n",
        ),
        _weights(
            "means_multiplied",
            "{parts}: the mean delta times the mean of what came in. Is the mean of products the product of the means?",
            "np.outer(D.mean(axis=0), A.mean(axis=0))",
        ),
        _weights(
            "sums_multiplied",
            "{parts}: the sum of the deltas times the sum of what came in, over n. "
            "Is the sum of products the product of the sums?",
            "np.outer(D.sum(axis=0), A.sum(axis=0)) / n",
        ),
        _weights(
            "divided_by_units",
            "{parts}: divided by the number of units. The mean runs over the examples: which length is that?",
            "D.T @ A / D.shape[1]",
        ),
        _weights(
            "divided_by_all_entries",
            "{parts}: divided by the number of all the entries that came in. Over what does the mean of the cost run?",
            "D.T @ A / A.size",
        ),
        _weights(
            "activation_ignored",
            "{parts}: every column is the gradient of the bias. What came into each weight?",
            "np.repeat(D.mean(axis=0)[:, None], A.shape[1], axis=1)",
        ),
        _mistake(
            "wrong_layer",
            "{parts}: made with the activation of another layer. "
            "Which activation does this W multiply in the forward pass?",
            ("delta2.T @ A1", "delta2.T @ X"), ("delta1.T @ X", "delta1.T @ A1"),
        ),
        _biases(
            "bias_to_one_number",
            "{parts}: one number for the whole layer. Here each unit has its own bias: which axis may be summed?",
            "D.sum() / n",
        ),
        _biases(
            "bias_mean_of_all",
            "{parts}: one number, the mean over examples and units. Here each unit has its own bias: "
            "which axis may be joined?",
            "D.mean()",
        ),
        _biases(
            "bias_keeps_batch",
            "{parts}: still one row an example. The biases are shared by all examples: how are the rows joined?",
            "D",
        ),
        _biases(
            "bias_keeps_batch_divided",
            "{parts}: divided by {n} for a batch of {n}, but still one row an example. What adds up the rows?",
            "D / n",
        ),
        _biases(
            "bias_keeps_a_row",
            "{parts}: the right numbers, as one row of a matrix. A gradient has the shape of what it belongs to. "
            "What shape has b?",
            "D.mean(axis=0, keepdims=True)",
        ),
        _biases(
            "bias_over_units",
            "{parts}: the mean runs over the units, not over the examples. Which axis is the batch?",
            "D.mean(axis=1)",
        ),
        _biases(
            "bias_sum_over_units",
            "{parts}: one number for each example, the sum over its units. Which axis is the batch?",
            "D.sum(axis=1)",
        ),
        _biases(
            "bias_not_updated",
            "{parts}: all zeros, so the biases would never learn. How does the error move when a bias moves?",
            "np.zeros(D.shape[1])",
        ),
        _mistake(
            "bias_times_activation",
            "{parts}: the sum of the weights' gradients. A bias is a weight on a constant input: which constant?",
            (_db[0], "dW2.sum(axis=1)"), (_db[1], "dW1.sum(axis=1)"),
        ),
    ),
)  # fmt: skip
