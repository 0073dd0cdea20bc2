"""Chapter 07: the gradient of a kernel, and of the pictures that one filter has seen."""

from functools import partial
from itertools import product

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import gradient


def correlate(X, K):
    """The kernel (k, l) at every place of X (..., h, w) where it fits: a sum over the entries of the kernel."""
    k, width = K.shape
    h, w = X.shape[-2] - k + 1, X.shape[-1] - width + 1
    return sum(K[i, j] * X[..., i : i + h, j : j + w] for i, j in np.ndindex(K.shape))


def pad(X, rows, columns):
    """X with so many zeros on each side of its last two axes."""
    return np.pad(X, [(0, 0)] * (X.ndim - 2) + [(rows, rows), (columns, columns)])


def _kernel_case(rng, n, h, w, rows, columns):
    return {"X": rng.normal(size=(n, h, w)), "delta": rng.normal(size=(n, rows, columns))}


def _kernel_inputs(rng):
    return [
        _kernel_case(rng, *sizes)
        for sizes in (
            (4, 7, 6, 5, 3), (3, 2, 8, 1, 5), (1, 5, 1, 2, 1), (5, 1, 4, 1, 4), (6, 4, 3, 4, 1), (2, 3, 2, 1, 1),
            (3, 11, 11, 8, 8), (3, 3, 3, 3, 3),
        )
    ]  # fmt: skip


def _kernel_wide(rng):
    n, h, w = rng.integers(1, 7, size=3)
    return _kernel_case(rng, n, h, w, rng.integers(1, h + 1), rng.integers(1, w + 1))


def _kernel_shape(X, delta):
    return tuple(np.array(X.shape[1:]) - delta.shape[1:] + 1)


def _kernel_truth(X, delta):
    """Complex steps of the mean over the batch of sum(delta z)."""
    return gradient(lambda K: (delta * correlate(X, K)).sum() / len(X), np.zeros(_kernel_shape(X, delta)))


def _kernel(X, delta, over=None, keep="all", flip=False):
    """One outer step for every place of the window; keep: "all" places, or the "first" or "last" one only."""
    k, width = _kernel_shape(X, delta)
    dK = np.zeros((k, width))
    for r, s in np.ndindex(delta.shape[1:]):
        one = np.einsum("n,nij->ij", delta[:, r, s], X[:, r : r + k, s : s + width])
        dK = dK + one if keep == "all" else one
        if keep == "first":
            break
    return (dK[::-1, ::-1] if flip else dK) / (len(X) if over is None else over)


KERNEL_GRADIENT = Exercise(
    name="kernel_gradient",
    inputs=_kernel_inputs,
    truth=_kernel_truth,
    parts={"dK": 3},
    passed="Summed over all places, averaged over the batch, and equal to what complex steps find.",
    batch="X",
    shapes={"X": "n h w", "delta": "n rows columns"},
    room={
        "h < rows": "The window stays inside the picture, so there are no more places than pixels.",
        "w < columns": "The window stays inside the picture, so there are no more places than pixels.",
        "more than one example": lambda case: len(case["X"]) > 1,
        "a result of one row or one column": lambda case: (np.array(_kernel_shape(**case)) == 1).sum() == 1,
        "a kernel of one weight": lambda case: case["X"].shape == case["delta"].shape,
        "a kernel of more than one weight": lambda case: case["X"].shape != case["delta"].shape,
        "more than one place for the window": lambda case: case["delta"][0].size > 1,
        "a kernel as large as the picture": lambda case: case["delta"][0].size == 1,
        "more than six rows or columns of places": lambda case: max(case["delta"].shape[1:]) > 6,
        "more than four examples": lambda case: len(case["X"]) > 4,
        "a kernel of more than one row": lambda case: _kernel_shape(**case)[0] > 1,
        "a kernel of more than one column": lambda case: _kernel_shape(**case)[1] > 1,
        "a kernel wider than high": lambda case: np.greater(*_kernel_shape(**case)[::-1]),
        "a kernel higher than wide": lambda case: np.greater(*_kernel_shape(**case)),
    },
    wide=_kernel_wide,
    ask={"dK": "Which pixel does one weight multiply at each place, and over what are these products added up?"},
    misconceptions=(
        Misconception(
            "not_averaged",
            partial(_kernel, over=1),
            "{n} times the right one, for a batch of {n}. The cost is a mean over the batch: where does the 1/n go?",
        ),
        Misconception(
            "averaged_twice",
            lambda X, delta: _kernel(X, delta, over=len(X) ** 2),
            "The right one divided by {n}, for a batch of {n}. How often is the mean over the batch taken?",
        ),
        Misconception(
            "mean_over_places",
            lambda X, delta: _kernel(X, delta, over=delta.size),
            "You took a mean over the places as well. If a weight moves, do its copies share the effect, or add up?",
        ),
        Misconception(
            "only_over_places",
            lambda X, delta: _kernel(X, delta, over=delta[0].size),
            "You divided by the number of places and not by that of the examples. Over which of the two is the cost "
            "a mean?",
        ),
        Misconception(
            "overwritten",
            partial(_kernel, keep="last"),
            "Only the last place of the window is in it. Is each place overwritten by the next, with `=` where `+=` "
            "belongs?",
        ),
        Misconception(
            "first_place_only",
            partial(_kernel, keep="first"),
            "Only the first place of the window is in it. Does a `return` stand inside the loop?",
        ),
        Misconception(
            "divided_by_the_rows",
            lambda X, delta: _kernel(X, delta, over=X.shape[1]),
            "You divided by the number of rows of a picture. Which axis of X counts the examples?",
        ),
        Misconception(
            "divided_by_the_rows_of_delta",
            lambda X, delta: _kernel(X, delta, over=delta.shape[1]),
            "You divided by the number of rows of a delta. Which axis of delta counts the examples?",
        ),
        Misconception(
            "divided_by_the_rows_of_the_kernel",
            lambda X, delta: _kernel(X, delta, over=_kernel_shape(X, delta)[0]),
            "You divided by the number of rows of the kernel. Over what is the cost a mean?",
        ),
        Misconception(
            "delta_turned_round",
            lambda X, delta: _kernel(X, delta[:, ::-1, ::-1]),
            "Your deltas run the other way, from the last place to the first. Which pixel does a weight see at the "
            "first place?",
        ),
        Misconception(
            "delta_without_sign",
            lambda X, delta: _kernel(X, abs(delta)),
            "Every delta counts with its size, whatever its sign. What does a delta below 0 say?",
        ),
        Misconception(
            "negative_deltas_cut",
            lambda X, delta: _kernel(X, np.maximum(delta, 0)),
            "Deltas below 0 are left out. Has a filter an activation function in this task?",
        ),
        Misconception(
            "pictures_turned_round",
            lambda X, delta: _kernel(X[:, ::-1, ::-1], delta),
            "The pictures are turned round, the deltas are not. Which pixel does a weight see at the first place?",
        ),
        Misconception(
            "first_example_only",
            lambda X, delta: _kernel(X[:1], delta[:1]),
            "Only the first example is in it. Over what is the cost a mean?",
        ),
        Misconception(
            "pictures_averaged",
            lambda X, delta: _kernel(0 * X + X.mean(axis=0), delta),
            "The deltas meet the mean picture. Which picture belongs to the delta of one example?",
        ),
        Misconception(
            "turned_round",
            partial(_kernel, flip=True),
            "The right numbers, turned round. Of the two gradients of a convolution, which one needs the flip?",
        ),
        Misconception(
            "sign",
            lambda X, delta: -_kernel(X, delta),
            "The wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
        ),
        Misconception(
            "one_for_each_example",
            lambda X, delta: np.array([_kernel(x[None], d[None]) for x, d in zip(X, delta, strict=True)]),
            "There is one kernel for each example. How many kernels has the layer?",
        ),
    ),
)


def _input_case(rng, n, rows, columns, k, width):
    return {"delta": rng.normal(size=(n, rows, columns)), "K": rng.normal(size=(k, width))}


def _input_inputs(rng):
    return [
        _input_case(rng, *sizes)
        for sizes in (
            (3, 5, 6, 4, 2), (4, 6, 5, 2, 3), (1, 2, 4, 3, 5), (2, 1, 3, 4, 1), (5, 4, 1, 1, 6), (3, 2, 3, 1, 1),
            (2, 1, 1, 2, 3), (2, 8, 8, 4, 4), (3, 3, 3, 3, 3),
        )
    ]  # fmt: skip


def _input_wide(rng):
    return _input_case(rng, *rng.integers(1, 7, size=5))


def _input_truth(delta, K):
    """z is linear in the inputs: its slope by a pixel is the answer to the picture in which only that pixel is 1."""
    n, h, w = delta.shape
    shape = (h + K.shape[0] - 1, w + K.shape[1] - 1)
    answers = correlate(np.eye(shape[0] * shape[1]).reshape(-1, *shape), K)
    return np.einsum("nrs,qrs->nq", delta, answers).reshape(n, *shape)


def spread(delta, K, add=True, places=slice(None)):
    """Each delta hands delta * K to the pixels of its window; add: `+=`, else `=`; places: which rows and columns."""
    (n, h, w), (k, width) = delta.shape, K.shape
    dX = np.zeros((n, h + k - 1, w + width - 1))
    for r, s in product(range(h)[places], range(w)[places]):
        place = np.s_[:, r : r + k, s : s + width]
        dX[place] = (dX[place] if add else 0.0) + delta[:, r, s, None, None] * K
    return dX


INPUT_GRADIENT = Exercise(
    name="input_gradient",
    inputs=_input_inputs,
    truth=_input_truth,
    parts={"dX": 3},
    passed="Each pixel hears from every window that saw it, through the weight through which it was seen.",
    batch="delta",
    shapes={"delta": "n rows columns", "K": "k l"},
    room={
        "more than one example": lambda case: len(case["delta"]) > 1,
        "a result with a side of one": lambda case: 1 in spread(**case).shape,
        "a kernel of one weight": lambda case: case["K"].size == 1,
        "a kernel of more than one weight": lambda case: case["K"].size > 1,
        "a square kernel of more than one weight": lambda case: case["K"].shape[0] == case["K"].shape[1] > 1,
        "a kernel with a side above three": lambda case: max(case["K"].shape) > 3,
        "windows that overlap": lambda case: (np.minimum(case["K"].shape, case["delta"].shape[1:]) > 1).any(),
        "more than one place for the window": lambda case: case["delta"][0].size > 1,
        "a kernel with more rows and columns than delta": lambda case: np.greater(
            case["K"].shape, case["delta"].shape[1:]
        ).all(),
    },
    wide=_input_wide,
    ask={"dX": "Which outputs have seen one pixel, and through which weight has each of them seen it?"},
    misconceptions=(
        Misconception(
            "not_flipped",
            lambda delta, K: spread(delta, K[::-1, ::-1]),
            "The kernel is the wrong way round. The first window that reaches a pixel: with which of its weights does "
            "it see that pixel?",
        ),
        Misconception(
            "flipped_in_rows_only",
            lambda delta, K: spread(delta, K[:, ::-1]),
            "Along the rows of the picture the kernel is the wrong way round. In how many directions does it flip?",
        ),
        Misconception(
            "flipped_in_columns_only",
            lambda delta, K: spread(delta, K[::-1, :]),
            "Along the columns of the picture the kernel is the wrong way round. In how many directions does it flip?",
        ),
        Misconception(
            "overwritten",
            partial(spread, add=False),
            "Each pixel has kept only the message of the last window that saw it. What should happen where ways join?",
        ),
        Misconception(
            "first_place_only",
            partial(spread, places=slice(1)),
            "Only the first delta of each picture has handed out its message. Does a `return` stand inside the loop?",
        ),
        Misconception(
            "last_place_missing",
            partial(spread, places=slice(-1)),
            "The last row and the last column of delta are missing. How far do the loops go?",
        ),
        Misconception(
            "sign",
            lambda delta, K: -spread(delta, K),
            "The wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
        ),
        Misconception(
            "not_padded",
            lambda delta, K: correlate(delta, K[::-1, ::-1]),
            "The result is smaller than delta. Each input should get a number: how many inputs has a row?",
        ),
        Misconception(
            "averaged_over_batch",
            lambda delta, K: spread(delta, K) / len(delta),
            "The right one divided by {n}, for a batch of {n}. Each picture has its own gradient: is a mean asked for?",
        ),
        Misconception(
            "summed_over_batch",
            lambda delta, K: spread(delta, K).sum(axis=0),
            "The examples are summed. Does a pixel of one picture act on the loss of another?",
        ),
    ),
)
