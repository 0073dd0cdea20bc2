"""The gradient of the pictures that one filter has seen."""

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.correlation import correlate
from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

# ----- the inputs and the truth


def case(rng, n, rows, columns, k, width):
    return {"delta": rng.normal(size=(n, rows, columns)), "K": rng.normal(size=(k, width))}


SIZES = (
    (3, 5, 6, 4, 2), (4, 6, 5, 2, 3), (1, 2, 4, 3, 5), (2, 1, 3, 4, 1), (5, 4, 1, 1, 6), (3, 2, 3, 1, 1),
    (2, 1, 1, 2, 3), (2, 8, 8, 4, 4), (3, 3, 3, 3, 3),
)  # fmt: skip


def truth(delta, K):
    """z is linear in the inputs: its slope by a pixel is the answer to the picture in which only that pixel is 1."""
    shape = tuple(np.array(delta.shape[1:]) + K.shape - 1)
    answers = correlate(np.eye(shape[0] * shape[1]).reshape(-1, *shape), K)
    return np.einsum("nrs,qrs->nq", delta, answers).reshape(-1, *shape)


ROOM = {
    "more than one example": lambda case: len(case["delta"]) > 1,
    "a result with a side of one": lambda case: 1 in truth(**case).shape,
    "a kernel of one weight": lambda case: case["K"].size == 1,
    "a kernel of more than one weight": lambda case: case["K"].size > 1,
    "a square kernel of more than one weight": lambda case: case["K"].shape[0] == case["K"].shape[1] > 1,
    "a kernel with a side above three": lambda case: max(case["K"].shape) > 3,
    "windows that overlap": lambda case: (np.minimum(case["K"].shape, case["delta"].shape[1:]) > 1).any(),
    "one place for the window": lambda case: case["delta"][0].size == 1,
    "more than one place for the window": lambda case: case["delta"][0].size > 1,
    "a kernel with more rows and columns than delta": lambda case: np.greater(
        case["K"].shape, case["delta"].shape[1:]
    ).all(),
}

# ----- the mistakes

HANDED_OUT = '''
def handed_out(delta, K):
    """The other way to write it: where the solution collects, here each output hands out."""
    (n, h, w), (k, width) = delta.shape, K.shape
    dX = np.zeros((n, h + k - 1, w + width - 1))
    for r, s in np.ndindex(h, w):
        dX[:, r : r + k, s : s + width] += delta[:, r, s, None, None] * K
    return dX
'''
COLLECTED = solution("input_gradient")
handing, collecting = slips(HANDED_OUT), slips(COLLECTED)
PADDED = "np.pad(delta, ((0, 0), (k - 1, k - 1), (l - 1, l - 1)))"

MISTAKES = (
    handing("not_flipped", "The kernel is the wrong way round. The first window that reaches a pixel: with which of "
            "its weights does it see that pixel?", ("* K", "* K[::-1, ::-1]")),
    handing("flipped_in_rows_only", "Along the rows of the picture the kernel is the wrong way round. In how many "
            "directions does it flip?", ("* K", "* K[:, ::-1]")),
    handing("flipped_in_columns_only", "Along the columns of the picture the kernel is the wrong way round. In how "
            "many directions does it flip?", ("* K", "* K[::-1]")),
    handing("overwritten", "Each pixel has kept only the message of the last window that saw it. What should happen "
            "where ways join?", ("+= delta", "= delta")),
    handing("mean_of_the_messages", "Each pixel has the mean of the messages of the windows that saw it. If it moves, "
            "how many outputs move with it?", ("    return dX", "    return dX / seen"),
            ("    for r", "    seen = np.zeros_like(dX)\n    for r"),
            ("        dX[:, r : r + k, s : s + width]",
             "        seen[:, r : r + k, s : s + width] += 1\n        dX[:, r : r + k, s : s + width]")),
    handing("first_place_only", "Only the first delta of each picture has handed out its message. Does a `return` "
            "stand inside the loop?", ("    return", "        return")),
    handing("last_row_missing", "The last row of delta is missing. How far do the loops go?",
            ("ndindex(h, w)", "ndindex(h - 1, w)")),
    handing("last_place_missing", "The last row and the last column of delta are missing. How far do the loops go?",
            ("ndindex(h, w)", "ndindex(h - 1, w - 1)")),
    handing("delta_turned_round", "Your deltas run the other way, from the last place to the first. Which window does "
            "the first delta belong to?", ("delta[:, r, s,", "delta[:, -1 - r, -1 - s,")),
    handing("sign", "The wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
            ("return dX", "return -dX")),
    handing("averaged_over_batch", "The right one divided by {n}, for a batch of {n}. Each picture has its own "
            "gradient: is a mean asked for?", ("return dX", "return dX / n")),
    handing("summed_over_batch", "The examples are summed. Does a pixel of one picture act on the loss of another?",
            ("return dX", "return dX.sum(axis=0)")),
    collecting("not_padded", "The result is smaller than delta. Each input should get a number: how many inputs has a "
               "row?", (PADDED, "delta")),
    collecting("edge_values_around", "Around your delta stand copies of its outermost numbers. What does an output "
               "that is not there say?", (PADDED, PADDED[:-1] + ', mode="edge")')),
)  # fmt: skip

WRONG = [
    *(
        edited(HANDED_OUT, ("return dX", f"return {changed}"))
        for changed in ("0 * delta", "2 * dX", "dX.swapaxes(1, 2)", "dX[:, 1:-1]", "dX[:, ::-1, ::-1]",
                        "np.squeeze(dX)", "dX if n > 1 else dX[0]",
                        "np.pad(dX[:, 1:-1, 1:-1], ((0, 0), (1, 1), (1, 1)))")
    ),
    edited(HANDED_OUT, ("+= delta[:,", "+= (1 + 0 * delta)[:,")),
    edited(HANDED_OUT, ("+= delta[:,", "+= delta[:1,")),
    *(
        edited(HANDED_OUT, ("* K", f"* {changed}"))
        for changed in ("np.ones_like(K)", "abs(K)", "(K.T if k == width else K)")
    ),
    *(  # the border of zeros is as wide as another side of the kernel
        edited(COLLECTED, (PADDED, f"np.pad(delta, ((0, 0), ({up} - 1, {up} - 1), ({side} - 1, {side} - 1)))"))
        for up, side in ("kk", "ll", "lk")
    ),
    kept_by_shape(truth),
]  # fmt: skip


def reads_from_the_other_end(delta, K):
    """Collecting with negative places."""
    (n, h, w), (k, width) = delta.shape, K.shape
    dX = np.zeros((n, h + k - 1, w + width - 1))
    for e, q, t, i, j in np.ndindex(*dX.shape, k, width):
        if q - i < h and t - j < w:
            dX[e, q, t] += K[i, j] * delta[e, q - i, t - j]
    return dX


# ----- right answers in other words


def by_entries(delta, K):
    """For each weight, delta moved to the pixels that it saw."""
    dX, (k, width) = 0, K.shape
    for (i, j), weight in np.ndenumerate(K):
        dX = dX + weight * np.pad(delta, ((0, 0), (i, k - 1 - i), (j, width - 1 - j)))
    return dX


def by_pixels(delta, K):
    """Each pixel asks all places, and skips those that are none."""
    (n, h, w), (k, width) = delta.shape, K.shape
    dX = np.zeros((n, h + k - 1, w + width - 1))
    for e, q, t, i, j in np.ndindex(*dX.shape, k, width):
        if 0 <= q - i < h and 0 <= t - j < w:
            dX[e, q, t] += K[i, j] * delta[e, q - i, t - j]
    return dX


def by_rows(delta, K):
    """NumPy's true convolution of every row of delta with every row of the kernel."""
    (n, h, w), (k, width) = delta.shape, K.shape
    dX = np.zeros((n, h + k - 1, w + width - 1))
    for e, r, i in np.ndindex(n, h, k):
        dX[e, r + i] += np.convolve(delta[e, r], K[i])
    return dX


def by_fourier(delta, K):
    shape = delta.shape[1] + K.shape[0] - 1, delta.shape[2] + K.shape[1] - 1
    return np.fft.irfft2(np.fft.rfft2(delta, s=shape) * np.fft.rfft2(K, s=shape), s=shape)


def by_the_matrix(delta, K):
    """M^T delta, with M from the answers to pictures of one pixel."""
    n, h, w = delta.shape
    shape = (h + K.shape[0] - 1, w + K.shape[1] - 1)
    ones = np.eye(shape[0] * shape[1]).reshape(-1, *shape)
    seen = np.lib.stride_tricks.sliding_window_view(ones, K.shape, axis=(1, 2))
    M = np.einsum("qrsij,ij->qrs", seen, K).reshape(len(ones), -1)
    return (delta.reshape(n, -1) @ M.T).reshape(n, *shape)


EXERCISE = Exercise(
    inputs=lambda rng: [case(rng, *each) for each in SIZES],
    truth=truth,
    parts={"dX": 3},
    passed="Each pixel hears from every window that saw it, through the weight through which it was seen.",
    batch="delta",
    shapes={"delta": "n h′ w′", "K": "k l"},
    room=ROOM,
    wide=lambda rng: case(rng, *sizes(rng, 5)),
    ask={"dX": "Which outputs have seen one pixel, and through which weight has each of them seen it?"},
    misconceptions=MISTAKES,
    right=(edited(HANDED_OUT), by_entries, by_pixels, by_rows, by_fourier, by_the_matrix),
    wrong=(reads_from_the_other_end, *WRONG),
)
