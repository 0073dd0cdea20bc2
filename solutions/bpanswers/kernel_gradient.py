"""The gradient of a kernel."""

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import gradient

from .common.correlation import correlate
from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

# ----- the inputs and the truth


def case(rng, n, h, w, rows, columns):
    return {"X": rng.normal(size=(n, h, w)), "delta": rng.normal(size=(n, rows, columns))}


SIZES = (
    (4, 7, 6, 5, 3), (3, 2, 8, 1, 5), (1, 5, 1, 2, 1), (5, 1, 4, 1, 4), (6, 4, 3, 4, 1), (2, 3, 2, 1, 1),
    (3, 11, 11, 8, 8), (3, 3, 3, 3, 3),
)  # fmt: skip


def wide(rng):
    n, h, w = sizes(rng, 3)
    return case(rng, n, h, w, rng.integers(1, h + 1), rng.integers(1, w + 1))


def kernel_shape(X, delta):
    return tuple(np.array(X.shape[1:]) - delta.shape[1:] + 1)


def truth(X, delta):
    """Complex steps of the mean over the batch of sum(delta z)."""
    return gradient(lambda K: (delta * correlate(X, K)).sum() / len(X), np.zeros(kernel_shape(X, delta)))


ROOM = {
    "h < h′": "The window stays inside the picture, so there are no more places than pixels.",
    "w < w′": "The window stays inside the picture, so there are no more places than pixels.",
    "more than one example": lambda case: len(case["X"]) > 1,
    "a result of one row or one column": lambda case: (np.array(kernel_shape(**case)) == 1).sum() == 1,
    "a kernel of one weight": lambda case: case["X"].shape == case["delta"].shape,
    "a kernel of more than one weight": lambda case: case["X"].shape != case["delta"].shape,
    "more than one place for the window": lambda case: case["delta"][0].size > 1,
    "a kernel as large as the picture": lambda case: case["delta"][0].size == 1,
    "more than six rows or columns of places": lambda case: max(case["delta"].shape[1:]) > 6,
    "more than four examples": lambda case: len(case["X"]) > 4,
    "a kernel of more than one row": lambda case: kernel_shape(**case)[0] > 1,
    "a kernel of more than one column": lambda case: kernel_shape(**case)[1] > 1,
    "a kernel wider than high": lambda case: np.greater(*kernel_shape(**case)[::-1]),
    "a kernel higher than wide": lambda case: np.greater(*kernel_shape(**case)),
}

# ----- the mistakes

PROGRAM = solution("kernel_gradient")
slip = slips(PROGRAM)


def first(line):
    """The edit that does something first."""
    return "    k, l =", f"    {line}\n    k, l ="


MISTAKES = (
    slip("not_averaged", "{n} times the right one, for a batch of {n}. The cost is a mean over the batch: where does "
         "the 1/n go?", (" / len(X)", "")),
    slip("averaged_twice", "The right one divided by {n}, for a batch of {n}. How often is the mean over the batch "
         "taken?", ("len(X)", "len(X) ** 2")),
    slip("mean_over_places", "You took a mean over the places as well. If a weight moves, do its copies share the "
         "effect, or add up?", ("len(X)", "delta.size")),
    slip("only_over_places", "You divided by the number of places and not by that of the examples. Over which of the "
         "two is the cost a mean?", ("len(X)", "delta[0].size")),
    slip("overwritten", "Only the last place of the window is in it. Is each place overwritten by the next, with `=` "
         "where `+=` belongs?", ("dK += ", "dK = ")),
    slip("first_place_only", "Only the first place of the window is in it. Does a `return` stand inside the loop?",
         ("    return", "        return")),
    slip("last_row_missing", "The last row of places is missing. How far do the loops go?",
         ("np.ndindex(delta.shape[1:])", "np.ndindex(delta.shape[1] - 1, delta.shape[2])")),
    slip("last_places_missing", "The last row and the last column of places are missing. How far do the loops go?",
         ("np.ndindex(delta.shape[1:])", "np.ndindex(delta.shape[1] - 1, delta.shape[2] - 1)")),
    slip("divided_by_the_rows", "You divided by the number of rows of a picture. Which axis of X counts the examples?",
         ("len(X)", "X.shape[1]")),
    slip("divided_by_the_rows_of_delta", "You divided by the number of rows of a delta. Which axis of delta counts the "
         "examples?", ("len(X)", "delta.shape[1]")),
    slip("divided_by_the_rows_of_the_kernel", "You divided by the number of rows of the kernel. Over what is the cost "
         "a mean?", ("len(X)", "k")),
    slip("delta_turned_round", "Your deltas run the other way, from the last place to the first. Which pixel does a "
         "weight see at the first place?", ("delta[:, r, s,", "delta[:, -1 - r, -1 - s,")),
    slip("delta_without_sign", "Every delta counts with its size, whatever its sign. What does a delta below 0 say?",
         ("(delta[", "(abs(delta)[")),
    slip("negative_deltas_cut", "Deltas below 0 are left out. Has a filter an activation function in this task?",
         ("(delta[", "(np.maximum(delta, 0)[")),
    slip("pictures_turned_round", "The pictures are turned round, the deltas are not. Which pixel does a weight see at "
         "the first place?", ("* X[", "* X[:, ::-1, ::-1][")),
    slip("first_example_only", "Only the first example is in it. Over what is the cost a mean?",
         first("X, delta = X[:1], delta[:1]")),
    slip("last_example_missing", "The last example is missing. How far does the loop over the examples go?",
         ("(delta[:,", "(delta[:-1,"), ("* X[:,", "* X[:-1,")),
    slip("pictures_averaged", "The deltas meet the mean picture. Which picture belongs to the delta of one example?",
         ("* X[", "* X.mean(axis=0, keepdims=True)[")),
    slip("turned_round", "The right numbers, turned round. Of the two gradients of a convolution, which one needs the "
         "flip?", ("return dK", "return dK[::-1, ::-1]")),
    slip("sign", "The wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
         ("return dK", "return -dK")),
    slip("one_for_each_example", "There is one kernel for each example. How many kernels has the layer?",
         ("np.zeros((k, l))", "np.zeros((len(X), k, l))"), (".sum(axis=0)", ""), (" / len(X)", "")),
)  # fmt: skip

WRONG = [
    *(
        edited(PROGRAM, ("return dK", f"return {changed}"))
        for changed in ("0 * delta", "2 * dK", "dK.T", "dK[::-1]", "abs(dK)", "dK.sum()", "np.squeeze(dK)")
    ),
    *(
        edited(PROGRAM, ("(delta[", f"({changed}["))
        for changed in ("(0 * delta + 1)", "np.sign(delta)", "(delta - delta.mean())")
    ),
    *(edited(PROGRAM, ("len(X)", divisor)) for divisor in ("(len(X) - 1)", "X.shape[2]")),
    *(
        edited(PROGRAM, ("delta.shape[1:])", f"{places})"))
        for places in ("np.minimum(delta.shape[1:], 6)", "delta.shape[1], min(delta.shape[1:])")
    ),
    edited(PROGRAM, ("* X[", "* np.roll(X, 1, axis=0)[")),
    edited(PROGRAM, first("X, delta = X.mean(axis=0)[None], delta.mean(axis=0)[None]")),
    kept_by_shape(truth),
]  # fmt: skip

# ----- right answers in other words


def by_loops(X, delta):
    (n, h, w), (_, rows, columns) = X.shape, delta.shape
    dK = np.zeros((h - rows + 1, w - columns + 1))
    for e in range(n):
        for r in range(rows):
            for s in range(columns):
                dK += delta[e, r, s] / n * X[e, r : r + dK.shape[0], s : s + dK.shape[1]]
    return dK


def by_correlation(X, delta):
    """Delta slides over the picture; the mean of what it gives."""
    shape = np.array(X.shape[1:]) - delta.shape[1:] + 1
    each = [
        [[(d * x[i : i + d.shape[0], j : j + d.shape[1]]).sum() for j in range(shape[1])] for i in range(shape[0])]
        for x, d in zip(X, delta, strict=True)
    ]
    return np.mean(each, axis=0)


def by_tied_weights(X, delta):
    """The dense gradient, summed over the entries that are tied."""
    (n, h, w), (_, rows, columns) = X.shape, delta.shape
    dense = np.einsum("nrs,nqt->rsqt", delta, X) / n
    dK = np.zeros((h - rows + 1, w - columns + 1))
    for r, s, i, j in np.ndindex(rows, columns, *dK.shape):
        dK[i, j] += dense[r, s, r + i, s + j]
    return dK


def by_fourier(X, delta):
    (h, w), shape = X.shape[1:], np.array(X.shape[1:]) - delta.shape[1:] + 1
    each = np.fft.irfft2(np.fft.rfft2(X) * np.conj(np.fft.rfft2(delta, s=(h, w))), s=(h, w))
    return each.mean(axis=0)[: shape[0], : shape[1]]


def by_windows(X, delta):
    """Each window is an example."""
    shape = kernel_shape(X, delta)
    seen = np.lib.stride_tricks.sliding_window_view(X, shape, axis=(1, 2))
    return (delta.reshape(-1) @ seen.reshape(delta.size, -1) / len(X)).reshape(shape)


EXERCISE = Exercise(
    inputs=lambda rng: [case(rng, *each) for each in SIZES],
    truth=truth,
    parts={"dK": 3},
    passed="Summed over all places, averaged over the batch, and equal to what complex steps find.",
    batch="X",
    shapes={"X": "n h w", "delta": "n h′ w′"},
    room=ROOM,
    wide=wide,
    ask={"dK": "Which pixel does one weight multiply at each place, and over what are these products added up?"},
    misconceptions=MISTAKES,
    right=(by_loops, by_correlation, by_tied_weights, by_fourier, by_windows),
    wrong=tuple(WRONG),
)
