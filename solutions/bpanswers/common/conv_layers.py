"""A whole convolution layer backward: cases, the truth, mistakes, and answers of every exercise that asks for one."""

import numpy as np

from bpcourse.convolution import convolve_backward

from .edits import edited, slips, solution
from .memory import kept_by_shape

# ----- the inputs and the truth


def case(rng, n, c, m, h, w, k, width, padding=0, stride=1):
    """delta, X and K of a layer."""
    rows, columns = (h + 2 * padding - k) // stride + 1, (w + 2 * padding - width) // stride + 1
    return {
        "delta": rng.normal(size=(n, m, rows, columns)),
        "X": rng.normal(size=(n, c, h, w)),
        "K": rng.normal(size=(m, c, k, width)),
    }


def padded(X, padding):
    return np.pad(X, ((0, 0), (0, 0), (padding, padding), (padding, padding)))


def seen_through(i, j, delta, stride):
    """The pixels of the padded pictures that meet the weight (i, j) in the outputs of delta."""
    h, w = delta.shape[2:]
    return np.s_[:, :, i : i + (h - 1) * stride + 1 : stride, j : j + (w - 1) * stride + 1 : stride]


def forward(X, K, b, padding=0, stride=1):
    """Z (n, m, h', w'), as a sum over the entries of the kernel."""
    X = padded(X, padding)
    h, w = ((X.shape[2 + a] - K.shape[2 + a]) // stride + 1 for a in (0, 1))
    Z = np.zeros((len(X), len(K), h, w)) + b[:, None, None]
    for i, j in np.ndindex(K.shape[2:]):
        Z += np.einsum("mc,nchw->nmhw", K[:, :, i, j], X[seen_through(i, j, Z, stride)])
    return Z


def truth(delta, X, K, padding=0, stride=1):
    """Z is linear in X, in K and in b: its slope by an entry is what the unit vector of that entry gives. There is no
    backward pass in it.
    """
    n, m, no_bias = len(X), len(K), np.zeros(len(K))
    pixels = np.eye(X[0].size).reshape(-1, *X.shape[1:])  # as examples: all zero but one pixel
    weights = np.eye(K[0].size).reshape(-1, *K.shape[1:])  # as filters: all zero but one weight
    by_pixel = forward(pixels, K, no_bias, padding, stride)
    by_weight = forward(X, weights, np.zeros(len(weights)), padding, stride)
    by_bias = forward(X, 0 * K, no_bias + 1, padding, stride)
    return (
        np.einsum("nmrs,nkrs->mk", delta, by_weight).reshape(m, *K.shape[1:]) / n,
        (delta * by_bias).sum(axis=(0, 2, 3)) / n,
        np.einsum("nmrs,kmrs->nk", delta, by_pixel).reshape(X.shape),
    )


SHAPES = {"delta": "n m h′ w′", "X": "n c h w", "K": "m c k l"}
ROOM = {
    "a gradient with a side of one": lambda case: 1 in case["X"].shape + case["K"].shape,
    "more than one example": lambda case: len(case["X"]) > 1,
    "more than one channel": lambda case: case["X"].shape[1] > 1,
    "more than one filter": lambda case: len(case["K"]) > 1,
    "a kernel of more than one weight": lambda case: case["K"][0, 0].size > 1,
    "more than one place for the window": lambda case: case["delta"][0, 0].size > 1,
}
ASK = {
    "dK": "Which numbers does one weight multiply at each place, and over what is its gradient a sum or a mean?",
    "db": "Which outputs move if one bias moves, and over what is its gradient a sum or a mean?",
    "dX": "Which outputs have seen one pixel, and through which weights?",
}

# ----- the mistakes

PROGRAM = solution("conv_layer_backward").replace("padding, stride):", "padding=0, stride=1):")
slip = slips(PROGRAM, alone=True)
KERNEL, CUT = "r, s], K)", "d_padded[:, :, p : p + h, p : p + w]"
UPPER_LEFT = "Through which weight did a delta see the upper left pixel of its window?"

BACK = (
    slip("overwritten", "{parts}: a pixel that several windows saw has kept only the last message. What should happen "
         "where ways join?", ("columns] += ", "columns] = ")),
    slip("turned_round", "{parts}: the kernel is turned round. When a delta hands its message to the pixels of its own "
         "window, through which weight did it see the upper left one?", (KERNEL, "r, s], K[:, :, ::-1, ::-1])")),
    slip("turned_in_rows", "{parts}: the kernel stands upside down. " + UPPER_LEFT, (KERNEL, "r, s], K[:, :, ::-1])")),
    slip("turned_in_columns", "{parts}: the kernel is mirrored, left for right. " + UPPER_LEFT,
         (KERNEL, "r, s], K[..., ::-1])")),
    slip("message_averaged", "{parts}: divided by {n}, for a batch of {n}. Each picture has its own gradient: is a "
         "mean asked for?", (CUT, f"{CUT} / n")),
)  # fmt: skip
MEANS = (
    slip("last_place_only", "{parts}: only the last place of the window is in it. Is each place overwritten by the "
         "next, with `=` where `+=` belongs?", ("dK += ", "dK = ")),
    slip("gradient_turned_round", "{parts}: the right numbers, turned round. Is there a flip in the gradient of a "
         "kernel?", ("dK / n", "dK[:, :, ::-1, ::-1] / n")),
    slip("not_averaged", "{parts}: {n} times the right one, for a batch of {n}. The cost is a mean: where does the 1/n "
         "go?", ("dK / n, db / n", "dK, db")),
    slip("averaged_twice", "{parts}: the right one divided by {n}, for a batch of {n}. How often is the mean over the "
         "batch taken?", ("dK / n, db / n", "dK / n**2, db / n**2")),
    slip("bias_mean_over_places", "{parts}: the mean over all places was taken. If a bias moves, how many of the "
         "outputs of a picture move with it?", ("db / n", "db / delta[:, 0].size")),
    slip("bias_over_places_only", "{parts}: divided by the number of places, and not by that of the examples. Over "
         "which of the two is the cost a mean?", ("dK / n, db / n", "dK / delta[0, 0].size, db / delta[0, 0].size")),
    slip("mean_over_places", "{parts}: a mean over the places was taken, too. If a weight moves, do its copies share "
         "the effect, or add up?", ("dK / n, db / n", "dK / delta[:, 0].size, db / delta[:, 0].size")),
    slip("bias_one_number", "{parts}: one number for all filters. How many biases has the layer?",
         ("db / n", "db.sum() / n")),
    slip("sign", "{parts}: the wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
         ("return dK / n, db / n, d", "return -dK / n, -db / n, -d")),
)  # fmt: skip
WITH_PADDING = (
    slip("stride_forgotten", "{parts}: right for a stride of one. In the padded picture, where does the window of "
         "output (r, s) begin?", ("    n, p,", "    stride = 1\n    n, p,")),
    slip("stride_in_rows_only", "{parts}: right in the first column of windows. At which column does the second one "
         "begin?", ("s * stride", "s")),
    slip("padding_not_cut", "{parts}: as large as the padded picture. Which of these numbers belong to pixels of X?",
         (CUT, "d_padded")),
    slip("nothing_left_without_padding", "{parts}: right where there is padding. In a layer with padding 0, which "
         "entries does the slice `0:-0` take?", (CUT, "d_padded[:, :, p:-p, p:-p]")),
    slip("cut_at_the_start", "{parts}: the first h rows and w columns of the padded picture. Which numbers stand in "
         "its first rows, and where do those of X begin?", (CUT, "d_padded[:, :, :h, :w]")),
    slip("padded_below_only", "{parts}: right if all the zeros stood below and on the right. On which sides do they "
         "stand?", ("(p, p), (p, p)", "(0, 2 * p), (0, 2 * p)")),
    slip("padded_above_only", "{parts}: right if all the zeros stood above and on the left. On which sides do they "
         "stand?", ("(p, p), (p, p)", "(2 * p, 0), (2 * p, 0)")),
    slip("padded_with_the_edge", "{parts}: around the pictures stand copies of their outermost pixels. Which number "
         "should stand there?", ("(p, p), (p, p))", '(p, p), (p, p)), mode="edge"')),
)  # fmt: skip


def first(line):
    """The edit that does something first."""
    return "    n, p,", f"    {line}\n    n, p,"


def returning(dK="dK / n", db="db / n", dX=CUT):
    return edited(PROGRAM, (f"return dK / n, db / n, {CUT}", f"return {dK}, {db}, {dX}"))


WRONG = (
    *(returning(dK=f"dK / {size}") for size in ("k", "l", "delta.shape[2]", "X.shape[1]", "len(K)")),
    *(returning(db=f"db / {size}") for size in ("k", "l", "delta.shape[2]", "len(K)", "delta[0, 0].size")),
    returning(dK="(dK[:, :1] + 0 * dK) / n"),
    returning(dK=CUT, dX="dK / n"),
    returning("np.squeeze(dK / n)", "np.squeeze(db / n)", f"np.squeeze({CUT})"),
    edited(PROGRAM, first("delta = np.ones_like(delta)")),
    *(
        edited(PROGRAM, (f"range(delta.shape[{axis}])", f"range({number})"))
        for axis, number in ((2, "delta.shape[2] - 1"), (2, "min(delta.shape[2:])"), (3, "min(delta.shape[2:])"),
                             (3, "min(delta.shape[3], l)"))
    ),
    kept_by_shape(lambda *args: truth(*args)),
)  # fmt: skip

# ----- right answers in other words


def by_entries(delta, X, K, padding=0, stride=1):
    """Over the entries of the kernel and not over the places."""
    n, p, P = len(X), padding, padded(X, padding)
    dK, dP = np.empty_like(K), np.zeros_like(P)
    for i, j in np.ndindex(K.shape[2:]):
        seen = seen_through(i, j, delta, stride)
        dK[:, :, i, j] = np.tensordot(delta, P[seen], axes=((0, 2, 3), (0, 2, 3))) / n
        dP[seen] += np.einsum("nmhw,mc->nchw", delta, K[:, :, i, j])
    return [dK, delta.mean(axis=0).sum(axis=(1, 2)), dP[:, :, p : dP.shape[2] - p, p : dP.shape[3] - p]]


def by_zeros_between(delta, X, K, padding=0, stride=1):
    """Delta with zeros between, then the layer of stride one, flipped kernel and all."""
    n, p, (k, width), P = len(X), padding, K.shape[2:], padded(X, padding)
    spread = np.zeros((*delta.shape[:2], P.shape[2] - k + 1, P.shape[3] - width + 1))
    spread[:, :, : delta.shape[2] * stride : stride, : delta.shape[3] * stride : stride] = delta
    windows = np.lib.stride_tricks.sliding_window_view
    dK = np.einsum("nmrs,ncrsij->mcij", spread, windows(P, (k, width), axis=(2, 3))) / n
    around = np.pad(spread, ((0, 0), (0, 0), (k - 1, k - 1), (width - 1, width - 1)))
    dP = np.einsum("nmqtij,mcij->ncqt", windows(around, (k, width), axis=(2, 3)), K[:, :, ::-1, ::-1])
    return dK, spread.sum(axis=(0, 2, 3)) / n, dP[:, :, p : p + X.shape[2], p : p + X.shape[3]]


def delta_by_delta(delta, X, K, padding=0, stride=1):
    """Each delta adds to the kernel of its filter, and hands out to its window."""
    n, p, (h, w), (k, width), P = len(X), padding, X.shape[2:], K.shape[2:], padded(X, padding)
    dK, dP, db = np.zeros_like(K), np.zeros_like(P), np.zeros(len(K))
    for e, f, r, s in np.ndindex(delta.shape):
        place = np.s_[e, :, r * stride : r * stride + k, s * stride : s * stride + width]
        dK[f] += delta[e, f, r, s] * P[place] / n
        dP[place] += delta[e, f, r, s] * K[f]
        db[f] += delta[e, f, r, s] / n
    return tuple(np.asfortranarray(part) for part in (dK, db, dP[:, :, p : p + h, p : p + w]))


def by_the_chapter(delta, X, K, padding=0, stride=1):
    """Zeros between the deltas, and the chapter's function for the rest."""
    p, (rows, columns), P = padding, delta.shape[2:], padded(X, padding)
    spread = np.zeros((*delta.shape[:2], P.shape[2] - K.shape[2] + 1, P.shape[3] - K.shape[3] + 1))
    spread[:, :, : rows * stride : stride, : columns * stride : stride] = delta
    dK, db, dX = convolve_backward(spread, P, K)
    return dK, db, dX[:, :, p : p + X.shape[2], p : p + X.shape[3]]


def picture_by_picture(delta, X, K, padding=0, stride=1):
    each = [by_entries(d[None], x[None], K, padding, stride) for d, x in zip(delta, X, strict=True)]
    dK, db, dX = zip(*each, strict=True)
    return np.mean(dK, axis=0).tolist(), np.mean(db, axis=0), np.concatenate(dX)


def nearly(delta, X, K, padding=0, stride=1):
    """Rounding of another kind: all off by a ten-millionth."""
    return tuple(part * (1 + 1e-7) for part in by_entries(delta, X, K, padding, stride))


RIGHT = (by_entries, by_zeros_between, delta_by_delta, by_the_chapter, picture_by_picture, nearly)
