"""Chapter 04: from the deltas to the gradients of weights and biases, means over the batch."""

import numpy as np

from ..engine import Exercise, Misconception
from ..truth import gradient
from .passes import SHAPES


def _gradient_inputs(rng):
    return [
        {
            "delta2": rng.normal(size=(n, n2)),
            "delta1": rng.normal(size=(n, n1)),
            "A1": rng.uniform(0.05, 0.95, (n, n1)),
            "X": rng.normal(size=(n, n0)),
        }
        for n, n0, n1, n2 in SHAPES
    ]


def _layer_truth(delta, A):
    """The mean of delta . (W a + b) over the batch, differentiated entry by entry in W and in b."""
    W, b, n = np.zeros((delta.shape[1], A.shape[1])), np.zeros(delta.shape[1]), len(A)
    return gradient(lambda W: (delta * (A @ W.T)).sum() / n, W), gradient(lambda b: (delta * b).sum() / n, b)


def _sums(delta2, delta1, A1, X):
    return delta2.T @ A1, delta2.sum(axis=0), delta1.T @ X, delta1.sum(axis=0)


def _means(delta2, delta1, A1, X, times=1.0):
    return tuple(times * total / len(X) for total in _sums(delta2, delta1, A1, X))


def _biases(change):
    """The right gradients of the weights, and `change(delta)` in place of those of the biases."""

    def wrong(delta2, delta1, A1, X):
        dW2, _, dW1, _ = _means(delta2, delta1, A1, X)
        return dW2, change(delta2), dW1, change(delta1)

    return wrong


def _weights(change):
    """The right gradients of the biases, and `change(delta, a)` in place of those of the weights."""

    def wrong(delta2, delta1, A1, X):
        _, db2, _, db1 = _means(delta2, delta1, A1, X)
        return change(delta2, A1), db2, change(delta1, X), db1

    return wrong


GRADIENTS = Exercise(
    name="gradients",
    inputs=_gradient_inputs,
    truth=lambda delta2, delta1, A1, X: (*_layer_truth(delta2, A1), *_layer_truth(delta1, X)),
    parts={"dW2": 1, "db2": 1, "dW1": 1, "db1": 1},
    passed="All four equal the derivatives of the mean cost, found entry by entry.",
    batch="X",
    misconceptions=(
        Misconception(
            "not_averaged",
            _sums,
            "{parts}: for a batch of {n}, exactly {n} times the right one. The cost is a mean: where does the 1/n go?",
        ),
        Misconception(
            "averaged_twice",
            lambda delta2, delta1, A1, X: _means(delta2, delta1, A1, X, 1 / len(X)),
            "{parts}: for a batch of {n}, the right one divided by {n}. How many means over the batch are there?",
        ),
        Misconception(
            "weights_transposed",
            _weights(lambda delta, A: A.T @ delta / len(A)),
            "{parts}: the transpose of the right one. A gradient has the shape of what it belongs to. "
            "What shape has W?",
        ),
        Misconception(
            "bias_to_one_number",
            _biases(lambda delta: delta.sum() / len(delta)),
            "{parts}: one number for the whole layer. Here each unit has its own bias: which axis may be summed?",
        ),
        Misconception(
            "bias_keeps_batch",
            _biases(lambda delta: delta),
            "{parts}: still one row an example. The biases are shared by all examples: how are the rows joined?",
        ),
        Misconception(
            "bias_keeps_batch_divided",
            _biases(lambda delta: delta / len(delta)),
            "{parts}: divided by {n}, but still one row an example. What adds up the rows?",
        ),
        Misconception(
            "bias_over_units",
            _biases(lambda delta: delta.mean(axis=1)),
            "{parts}: the mean runs over the units, not over the examples. Which axis is the batch?",
        ),
        Misconception(
            "bias_not_updated",
            _biases(lambda delta: np.zeros(delta.shape[1])),
            "{parts}: all zeros, so the biases would never learn. How does the error move when a bias moves?",
        ),
        Misconception(
            "bias_times_activation",
            lambda delta2, delta1, A1, X: (
                delta2.T @ A1 / len(X),
                (delta2.T @ A1 / len(X)).sum(axis=1),
                delta1.T @ X / len(X),
                (delta1.T @ X / len(X)).sum(axis=1),
            ),
            "{parts}: the sum of the weights' gradients. A bias is a weight on a constant input: which constant?",
        ),
        Misconception(
            "wrong_layer",
            lambda delta2, delta1, A1, X: (
                delta2.T @ X / len(X),
                delta2.mean(axis=0),
                delta1.T @ A1 / len(X),
                delta1.mean(axis=0),
            ),
            "{parts}: made with the activation of another layer. "
            "Which activation does this W multiply in the forward pass?",
        ),
        Misconception(
            "divided_by_units",
            _weights(lambda delta, A: delta.T @ A / delta.shape[1]),
            "{parts}: divided by the number of units. The mean runs over the examples: which length is that?",
        ),
        Misconception(
            "layers_swapped",
            lambda delta2, delta1, A1, X: _means(delta2, delta1, A1, X)[2:] + _means(delta2, delta1, A1, X)[:2],
            "{parts}: these belong to the other layer. In which order are the four asked for?",
        ),
        Misconception(
            "sign",
            lambda delta2, delta1, A1, X: _means(delta2, delta1, A1, X, -1.0),
            "{parts}: the wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
        ),
        Misconception(
            "first_example_only",
            lambda delta2, delta1, A1, X: _means(delta2[:1], delta1[:1], A1[:1], X[:1]),
            "{parts}: only the first example was counted. What do the other rows say?",
        ),
    ),
)
