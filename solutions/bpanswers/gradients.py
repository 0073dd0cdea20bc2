"""From the deltas to the gradients of weights and biases, means over the batch."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import gradient

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes
from .common.two_layers import all_sizes, equal

_PROGRAM = solution("gradients")
_N, _RETURN = "    n = len(X)", "return dW2, db2, dW1, db1"
_slip, _wrong = slips(_PROGRAM, alone=True), partial(edited, _PROGRAM)


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


def _weights(name, message, wrong):
    """A mistake in both weight gradients; in `wrong`, D and A stand for the deltas and for what came in."""
    second, first = wrong.replace("A", "A1").replace("D", "delta2"), wrong.replace("A", "X").replace("D", "delta1")
    return _slip(name, message, ("delta2.T @ A1 / n", second), ("delta1.T @ X / n", first))


def _biases(name, message, wrong):
    """A mistake in both bias gradients; in `wrong`, D stands for the deltas."""
    return _slip(name, message, *((f"{d}.sum(axis=0) / n", wrong.replace("D", d)) for d in ("delta2", "delta1")))


# ----- right answers


def _loops(delta2, delta1, A1, X):
    n = len(X)
    dW2 = sum(np.outer(d, a) for d, a in zip(delta2, A1, strict=True)) / n
    dW1 = sum(np.outer(d, x) for d, x in zip(delta1, X, strict=True)) / n
    return [dW2, delta2.mean(0), dW1, np.ones(n) @ delta1 / n]


def _einsum(delta2, delta1, A1, X):
    dW2, dW1 = np.einsum("nk,nj->kj", delta2, A1), np.einsum("nj,ni->ji", delta1, X)
    return dW2 / len(X), np.mean(delta2, axis=0), dW1 / len(X), np.mean(delta1, axis=0)


def _columns(delta2, delta1, A1, X):
    dW2, dW1 = (A1.T @ delta2).T / len(X), (X.T @ delta1).T / len(X)
    return dW2, list(delta2.mean(axis=0)), dW1, tuple(delta1.mean(axis=0))


def _augmented(delta2, delta1, A1, X):
    """The bias as one more weight, on the input 1."""
    one = np.ones((len(X), 1))
    both = [d.T @ np.hstack([a, one]) / len(X) for d, a in ((delta2, A1), (delta1, X))]
    return both[0][:, :-1], both[0][:, -1], both[1][:, :-1], both[1][:, -1]


EXERCISE = Exercise(
    inputs=lambda rng: [_case(rng, *n) for n in all_sizes(rng)],
    wide=lambda rng: _case(rng, *sizes(rng, 4)),
    truth=lambda delta2, delta1, A1, X: (*_layer_truth(delta2, A1), *_layer_truth(delta1, X)),
    parts={"dW2": 1, "db2": 1, "dW1": 1, "db1": 1},
    passed="All four equal the derivatives of the mean cost, found entry by entry.",
    batch="X",
    shapes={"delta2": "n n2", "delta1": "n n1", "A1": "n n1", "X": "n n0"},
    room={
        "as many inputs as hidden units": equal(("X", 1), ("A1", 1)),
        "as many hidden units as outputs": equal(("delta2", 1), ("delta1", 1)),
    },
    ask={
        **dict.fromkeys(("dW2", "dW1"), "Which delta and which activation meet in its first entry, for each example?"),
        **dict.fromkeys(("db2", "db1"), "Which deltas are in its first entry, and what are they divided by?"),
    },
    misconceptions=(
        _slip("not_averaged", "{parts}: for a batch of {n}, exactly {n} times the right one. The cost is a mean: where "
            "does the 1/n go?", (" / n", "")),
        _slip("averaged_twice", "{parts}: for a batch of {n}, the right one divided by {n}. How many means over the "
            "batch are there?", (" / n", " / n / n")),
        _slip("layers_swapped", "{parts}: what belongs to the other layer stands there. Which deltas belong to which "
            "layer?", (_RETURN, "return dW1, db1, dW2, db2")),
        _slip("sign", "{parts}: the wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
            (_RETURN, "return -dW2, -db2, -dW1, -db1")),
        _slip("first_example_only", "{parts}: these are the numbers of the first example alone. What do the other rows "
            "say?", (_N, "    n, delta2, delta1, A1, X = 1, delta2[:1], delta1[:1], A1[:1], X[:1]")),
        _slip("last_example_only", "{parts}: these are the numbers of the last example alone. What do the other rows "
            "say?", (_N, "    n, delta2, delta1, A1, X = 1, delta2[-1:], delta1[-1:], A1[-1:], X[-1:]")),
        _slip("last_example_forgotten", "{parts}: these are the sums without the last example, over n. Where does your "
            "loop end?", (_N, _N + "; delta2, delta1, A1, X = delta2[:-1], delta1[:-1], A1[:-1], X[:-1]")),
        _slip("first_example_forgotten", "{parts}: these are the sums without the first example, over n. Where does "
            "your loop begin?", (_N, _N + "; delta2, delta1, A1, X = delta2[1:], delta1[1:], A1[1:], X[1:]")),
        _slip("one_less", "{parts}: divided by n - 1. Over how many examples does the mean run?",
            ("len(X)", "(len(X) - 1 or 1)")),
        _slip("signs_of_deltas_lost", "{parts}: these are the numbers with the sizes of the deltas, without their "
            "signs. What does a sign say?", (_N, _N + "; delta2, delta1 = abs(delta2), abs(delta1)")),
        _slip("divided_by_inputs", "{parts}: divided by the number of inputs. The mean runs over the examples: which "
            "length is that?", ("len(X)", "X.shape[1]")),
        _weights("weights_transposed", "{parts}: the transpose of the right one. A gradient has the shape of what it "
            "belongs to. What shape has W?", "A.T @ D / n"),
        _weights("means_multiplied", "{parts}: the mean delta times the mean of what came in. Is the mean of products "
            "the product of the means?", "np.outer(D.mean(axis=0), A.mean(axis=0))"),
        _weights("sums_multiplied", "{parts}: the sum of the deltas times the sum of what came in, over n. Is the sum "
            "of products the product of the sums?", "np.outer(D.sum(axis=0), A.sum(axis=0)) / n"),
        _weights("divided_by_units", "{parts}: divided by the number of units. The mean runs over the examples: which "
            "length is that?", "D.T @ A / D.shape[1]"),
        _weights("divided_by_all_entries", "{parts}: divided by the number of all the entries that came in. Over what "
            "does the mean of the cost run?", "D.T @ A / A.size"),
        _weights("activation_ignored", "{parts}: every column is the gradient of the bias. What came into each weight?",
            "np.repeat(D.mean(axis=0)[:, None], A.shape[1], axis=1)"),
        _weights("activation_again", "{parts}: these are the numbers with the sigmoid of what came in. What does W "
            "multiply in the forward pass?", "D.T @ bp.sigmoid(A) / n"),
        _slip("wrong_layer", "{parts}: made with the activation of another layer. Which activation does this W "
            "multiply in the forward pass?", ("delta2.T @ A1", "delta2.T @ X"), ("delta1.T @ X", "delta1.T @ A1")),
        _biases("bias_to_one_number", "{parts}: one number for the whole layer. Here each unit has its own bias: which "
            "axis may be summed?", "D.sum() / n"),
        _biases("bias_mean_of_all", "{parts}: one number, the mean over examples and units. Here each unit has its own "
            "bias: which axis may be joined?", "D.mean()"),
        _biases("bias_median", "{parts}: the median of the rows. Of what is the cost a mean, and of what is its "
            "derivative one?", "np.median(D, axis=0)"),
        _biases("bias_keeps_batch", "{parts}: still one row an example. The biases are shared by all examples: how are "
            "the rows joined?", "D"),
        _biases("bias_keeps_batch_divided", "{parts}: divided by {n} for a batch of {n}, but still one row an example. "
            "What adds up the rows?", "D / n"),
        _biases("bias_keeps_a_row", "{parts}: the right numbers, as one row of a matrix. A gradient has the shape of "
            "what it belongs to. What shape has b?", "D.mean(axis=0, keepdims=True)"),
        _biases("bias_over_units", "{parts}: the mean runs over the units, not over the examples. Which axis is the "
            "batch?", "D.mean(axis=1)"),
        _biases("bias_sum_over_units", "{parts}: one number for each example, the sum over its units. Which axis is "
            "the batch?", "D.sum(axis=1)"),
        _biases("bias_not_updated", "{parts}: all zeros, so the biases would never learn. How does the error move when "
            "a bias moves?", "np.zeros(D.shape[1])"),
        _slip("bias_times_activation", "{parts}: the sum of the weights' gradients. A bias is a weight on a constant "
            "input: which constant?", ("delta2.sum(axis=0) / n", "dW2.sum(axis=1)"),
            ("delta1.sum(axis=0) / n", "dW1.sum(axis=1)")),
    ),
    right=(_loops, _einsum, _columns, _augmented),
    wrong=(
        kept_by_shape(edited(_PROGRAM)),
        _wrong(("@ X", "@ (A1 if A1.shape == X.shape else X)")),
        _wrong(("db1 = delta1.sum(axis=0) / n", "db1 = 1.001 * delta1.mean(axis=0)")),
        _wrong((_RETURN, "return dW1, db1, dW2, db2")),
        _wrong((_RETURN, "return db2, dW2, db1, dW1")),
        _wrong((_RETURN, "return abs(dW2), abs(db2), abs(dW1), abs(db1)")),
        _wrong((_RETURN, "return dW2 / 2, db2 / 2, dW1 / 2, db1 / 2")),
        _wrong((_RETURN, "return dW2, db2 / 2, dW1, db1 / 2")),
        _wrong((_RETURN, "return dW2.mean(), db2.mean(), dW1.mean(), db1.mean()")),
        _wrong((_RETURN, "return np.squeeze(dW2), np.squeeze(db2), np.squeeze(dW1), np.squeeze(db1)")),
        _wrong((_RETURN, "return np.squeeze(dW2), db2, dW1, db1")),
        _wrong(("@ A1 / n", "@ A1 / A1.size"), ("@ X / n", "@ X / X.size")),
        _wrong(("len(X)", "7")),
        _wrong((_N, _N + "; delta2, delta1, A1, X = delta2[:20], delta1[:20], A1[:20], X[:20]")),
    ),
)  # fmt: skip
