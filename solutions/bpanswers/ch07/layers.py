"""Chapter 07: a whole convolution layer backward: a faulty program to mend, and one with padding and stride."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception


def forward(X, K, b, padding=0, stride=1):
    """Z (n, m, h', w'), as a sum over the entries of the kernel."""
    X = np.pad(X, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    h, w = ((X.shape[2 + a] - K.shape[2 + a]) // stride + 1 for a in (0, 1))
    Z = b[:, None, None]
    for i, j in np.ndindex(K.shape[2:]):
        part = X[:, :, i : i + (h - 1) * stride + 1 : stride, j : j + (w - 1) * stride + 1 : stride]
        Z = Z + np.einsum("mc,nchw->nmhw", K[:, :, i, j], part)
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


def program(
    delta, X, K, padding=0, stride=1, *, over=None, add=True, turn=False, bias=np.sum, step=None, cut=True,
    back_over=1, bias_axes=(0, 2, 3), sign=1,
):  # fmt: skip
    """The backward pass, window by window; the keywords switch single mistakes on, none by default."""
    n, step, (k, width) = len(X), stride if step is None else step, K.shape[2:]
    padded = np.pad(X, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dK, dX, delta = np.zeros_like(K), np.zeros_like(padded), sign * delta
    for r, s in np.ndindex(delta.shape[2:]):
        place, d = np.s_[:, :, r * step : r * step + k, s * step : s * step + width], delta[:, :, r, s]
        dK += np.einsum("nm,ncij->mcij", d, padded[place])
        dX[place] = (dX[place] if add else 0) + np.einsum("nm,mcij->ncij", d, K[:, :, ::-1, ::-1] if turn else K)
    n = n if over is None else over
    h, w = X.shape[2:]
    if cut == "from the end":  # what `p : -p` leaves
        dX = dX[:, :, padding:-padding, padding:-padding]
    elif cut:
        dX = dX[:, :, padding : padding + h, padding : padding + w]
    return dK / n, bias(delta, axis=bias_axes) / (n if bias is np.sum else 1), dX / back_over


def faulty(delta, X, K):
    """As it is given, with its four bugs."""
    dK, _, _ = program(delta, X, K)
    return dK / len(X), delta.mean(axis=(0, 2, 3)), program(delta, X, K, add=False, turn=True)[2]


def _case(rng, n, c, m, h, w, k, width, padding=0, stride=1):
    """delta, X and K of a layer."""
    rows, columns = (h + 2 * padding - k) // stride + 1, (w + 2 * padding - width) // stride + 1
    return {
        "delta": rng.normal(size=(n, m, rows, columns)),
        "X": rng.normal(size=(n, c, h, w)),
        "K": rng.normal(size=(m, c, k, width)),
    }


def _mended_inputs(rng):
    return [
        _case(rng, *sizes)
        for sizes in (
            (5, 1, 9, 6, 8, 4, 7),
            (1, 3, 2, 5, 2, 1, 2),
            (4, 2, 1, 1, 6, 1, 3),
            (2, 4, 2, 3, 1, 3, 1),
            (2, 3, 4, 7, 4, 3, 2),
            (3, 2, 3, 4, 5, 1, 1),
            (2, 1, 2, 9, 9, 3, 3),
        )
    ]


def _mended_wide(rng):
    n, c, m, k, width, rows, columns = rng.integers(1, 7, size=7)
    return _case(rng, n, c, m, rows + k - 1, columns + width - 1, k, width)


_SHAPES = {"delta": "n m rows columns", "X": "n c h w", "K": "m c k l"}
_INSIDE = "The window stays inside the picture."
_ASK = {
    "dK": "Which numbers does one weight multiply at each place, and over what is its gradient a sum or a mean?",
    "db": "Which outputs move if one bias moves, and over what is its gradient a sum or a mean?",
    "dX": "Which outputs have seen one pixel, and through which weights?",
}
_SEVERAL = {
    "a gradient with a side of one": lambda case: 1 in case["X"].shape + case["K"].shape,
    "more than one example": lambda case: len(case["X"]) > 1,
    "more than one channel": lambda case: case["X"].shape[1] > 1,
    "more than one filter": lambda case: len(case["K"]) > 1,
    "a kernel of more than one weight": lambda case: case["K"][0, 0].size > 1,
    "more than one place for the window": lambda case: case["delta"][0, 0].size > 1,
}


_BACK = {
    "overwritten": Misconception(
        "overwritten",
        partial(program, add=False),
        "{parts}: a pixel that several windows saw has kept only the last message. What should happen where ways join?",
        alone=True,
    ),
    "turned": Misconception(
        "turned_round",
        partial(program, turn=True),
        "{parts}: the kernel is turned round. When a delta hands its message to the pixels of its own window, through "
        "which weight did it see the upper left one?",
        alone=True,
    ),
    "turned_in_rows": Misconception(
        "turned_in_rows",
        lambda delta, X, K, *rest: program(delta, X, K[:, :, ::-1], *rest),
        "{parts}: the kernel stands upside down. Through which weight did a delta see the upper left pixel of its "
        "window?",
        alone=True,
    ),
    "turned_in_columns": Misconception(
        "turned_in_columns",
        lambda delta, X, K, *rest: program(delta, X, K[..., ::-1], *rest),
        "{parts}: the kernel is mirrored, left for right. Through which weight did a delta see the upper left pixel of "
        "its window?",
        alone=True,
    ),
    "message_averaged": Misconception(
        "message_averaged",
        lambda *args: program(*args, back_over=len(args[1])),
        "{parts}: divided by {n}, for a batch of {n}. Each picture has its own gradient: is a mean asked for?",
        alone=True,
    ),
}
_MEANS = (
    Misconception(
        "not_averaged",
        partial(program, over=1),
        "{parts}: {n} times the right one, for a batch of {n}. The cost is a mean: where does the 1/n go?",
        alone=True,
    ),
    Misconception(
        "averaged_twice",
        lambda *args: program(*args, over=len(args[1]) ** 2),
        "{parts}: the right one divided by {n}, for a batch of {n}. How often is the mean over the batch taken?",
        alone=True,
    ),
    Misconception(
        "bias_mean_over_places",
        partial(program, bias=np.mean),
        "{parts}: the mean over all places was taken. If a bias moves, how many of the outputs of a picture move with "
        "it?",
        alone=True,
    ),
    Misconception(
        "bias_over_places_only",
        lambda *args: program(*args, over=args[0][0, 0].size),
        "{parts}: divided by the number of places, and not by that of the examples. Over which of the two is the cost "
        "a mean?",
        alone=True,
    ),
    Misconception(
        "bias_one_number",
        partial(program, bias_axes=None),
        "{parts}: one number for all filters. How many biases has the layer?",
        alone=True,
    ),
    Misconception(
        "sign",
        partial(program, sign=-1),
        "{parts}: the wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
        alone=True,
    ),
)

MENDED_CONVOLUTION = Exercise(
    name="mended_convolution",
    inputs=_mended_inputs,
    truth=truth,
    parts={"dK": 1, "db": 1, "dX": 2},
    passed="All four bugs are gone: what the layer makes of single pixels and weights agrees with all three gradients.",
    batch="X",
    shapes=_SHAPES,
    room=dict.fromkeys(("h < rows", "w < columns", "h < k", "w < l", "all equal"), _INSIDE) | _SEVERAL,
    wide=_mended_wide,
    ask=_ASK,
    misconceptions=(
        *_BACK.values(),
        *_MEANS,
        Misconception(  # the last, so that one of its bugs alone is called by its own name
            "as_given",
            faulty,
            "{parts}: still as in the given program. Do its gradients agree with central differences, on a batch of "
            "more than one and with a random kernel?",
            alone=True,
        ),
    ),
)


def _layer_case(rng, *sizes):
    *_, padding, stride = sizes
    return _case(rng, *sizes) | {"padding": padding, "stride": stride}


def _layer_inputs(rng):
    return [
        _layer_case(rng, *sizes)
        for sizes in (
            (5, 1, 9, 6, 8, 4, 7, 0, 1),
            (4, 2, 5, 6, 5, 3, 4, 1, 2),
            (1, 3, 2, 5, 2, 1, 2, 1, 2),
            (4, 2, 1, 1, 6, 3, 3, 1, 3),
            (2, 4, 3, 3, 1, 3, 1, 0, 1),
            (3, 2, 5, 4, 3, 2, 4, 2, 3),
            (2, 2, 3, 3, 2, 1, 1, 2, 1),
            (1, 2, 3, 1, 1, 3, 2, 2, 1),
            (2, 3, 2, 8, 6, 3, 4, 0, 2),
            (2, 1, 2, 4, 4, 3, 3, 3, 1),
            (3, 3, 3, 3, 3, 3, 3, 1, 1),
        )
    ]


def _layer_wide(rng):
    n, c, m, h, w = rng.integers(1, 7, size=5)
    padding = int(rng.integers(0, 4))
    k, width = (rng.integers(1, min(side + 2 * padding, 6) + 1) for side in (h, w))
    return _layer_case(rng, n, c, m, h, w, k, width, padding, int(rng.integers(1, 5)))


def _left_over(case):
    """True if a last step of the window does not fit, in rows or in columns."""
    sides = np.array(case["X"].shape[2:]) + 2 * case["padding"] - case["K"].shape[2:]
    return (sides % case["stride"]).any()


CONV_LAYER_BACKWARD = Exercise(
    name="conv_layer_backward",
    inputs=_layer_inputs,
    truth=truth,
    parts={"dK": 2, "db": 1, "dX": 2},
    passed="Channels, padding and stride, also where the last step does not fit: this is the layer of the libraries.",
    batch="X",
    shapes=_SHAPES,
    room={
        "no padding": lambda case: case["padding"] == 0,
        "a padding of two": lambda case: case["padding"] == 2,
        "a padding above one": lambda case: case["padding"] > 1,
        "a padding above two": lambda case: case["padding"] > 2,
        "some padding": lambda case: case["padding"] > 0,
        "a stride above one": lambda case: case["stride"] > 1,
        "a stride above two": lambda case: case["stride"] > 2,
        "a last step that does not fit": _left_over,
        "a padding larger than the picture": lambda case: case["padding"] > max(case["X"].shape[2:]),
        "a stride larger than the kernel": lambda case: case["stride"] > min(case["K"].shape[2:]),
        "windows that see zeros only": lambda case: case["padding"] >= min(case["K"].shape[2:]),
        **_SEVERAL,
    },
    wide=_layer_wide,
    ask=_ASK,
    misconceptions=(
        Misconception(
            "stride_forgotten",
            partial(program, step=1),
            "{parts}: right for a stride of one. In the padded picture, where does the window of output (r, s) begin?",
            alone=True,
        ),
        Misconception(
            "padding_not_cut",
            partial(program, cut=False),
            "{parts}: as large as the padded picture. Which of these numbers belong to pixels of X?",
            alone=True,
        ),
        Misconception(
            "nothing_left_without_padding",
            partial(program, cut="from the end"),
            "{parts}: right where there is padding. In a layer with padding 0, which entries does the slice `0:-0` "
            "take?",
            alone=True,
        ),
        *_BACK.values(),
        *_MEANS,
    ),
)
