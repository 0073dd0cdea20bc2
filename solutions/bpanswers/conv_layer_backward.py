"""A convolution layer backward, with channels, padding and stride."""

import numpy as np

from bpcourse.marking.engine import Exercise

from .common import conv_layers as layers
from .common.edits import edited

SIZES = (
    (5, 1, 9, 6, 8, 4, 7, 0, 1), (4, 2, 5, 6, 5, 3, 4, 1, 2), (1, 3, 2, 5, 2, 1, 2, 1, 2), (4, 2, 1, 1, 6, 3, 3, 1, 3),
    (2, 4, 3, 3, 1, 3, 1, 0, 1), (3, 2, 5, 4, 3, 2, 4, 2, 3), (2, 2, 3, 3, 2, 1, 1, 2, 1), (1, 2, 3, 1, 1, 3, 2, 2, 1),
    (2, 3, 2, 8, 6, 3, 4, 0, 2), (2, 1, 2, 4, 4, 3, 3, 3, 1), (3, 3, 3, 3, 3, 3, 3, 1, 1), (2, 2, 1, 7, 8, 2, 1, 0, 4),
)  # fmt: skip


def case(rng, *sizes):
    *_, padding, stride = sizes
    return layers.case(rng, *sizes) | {"padding": padding, "stride": stride}


def wide(rng):
    n, c, m, h, w = rng.integers(1, 7, size=5)
    padding = int(rng.integers(0, 4))
    k, width = (rng.integers(1, min(side + 2 * padding, 6) + 1) for side in (h, w))
    return case(rng, n, c, m, h, w, k, width, padding, int(rng.integers(1, 5)))


def left_over(case):
    """True if a last step of the window does not fit, in rows or in columns."""
    sides = np.array(case["X"].shape[2:]) + 2 * case["padding"] - case["K"].shape[2:]
    return (sides % case["stride"]).any()


ROOM = {
    "no padding": lambda case: case["padding"] == 0,
    "a padding of two": lambda case: case["padding"] == 2,
    "a padding above one": lambda case: case["padding"] > 1,
    "a padding above two": lambda case: case["padding"] > 2,
    "some padding": lambda case: case["padding"] > 0,
    "a stride above one": lambda case: case["stride"] > 1,
    "a stride above two": lambda case: case["stride"] > 2,
    "a last step that does not fit": left_over,
    "a padding larger than the picture": lambda case: case["padding"] > max(case["X"].shape[2:]),
    "a stride larger than the kernel": lambda case: case["stride"] > min(case["K"].shape[2:]),
    "several windows with gaps in both directions": lambda case: (
        case["stride"] > max(case["K"].shape[2:]) and min(case["delta"].shape[2:]) > 1
    ),
    "windows that see zeros only": lambda case: case["padding"] >= min(case["K"].shape[2:]),
    **layers.ROOM,
}


def only_as_wide_as_needed(delta, X, K, padding, stride):
    """Zeros between the deltas, and the picture cut to what the windows saw: too small where pixels are left over."""
    p, (rows, columns) = padding, delta.shape[2:]
    h, w = (rows - 1) * stride + K.shape[2], (columns - 1) * stride + K.shape[3]
    dK, db, dX = layers.by_entries(delta, layers.padded(X, p)[:, :, :h, :w], K, 0, stride)
    return dK, db, dX[:, :, p : p + X.shape[2], p : p + X.shape[3]]


EXERCISE = Exercise(
    inputs=lambda rng: [case(rng, *each) for each in SIZES],
    truth=layers.truth,
    parts={"dK": 2, "db": 1, "dX": 2},
    passed="Channels, padding and stride, also where the last step does not fit: this is the layer of the libraries.",
    batch="X",
    shapes=layers.SHAPES,
    room=ROOM,
    wide=wide,
    ask=layers.ASK,
    misconceptions=(*layers.WITH_PADDING, *layers.BACK, *layers.MEANS),
    right=layers.RIGHT,
    wrong=(
        *layers.WRONG,
        *(
            edited(layers.PROGRAM, layers.first(line))
            for line in (
                "X = X[:, ::-1]",
                "padding = 0",
                "padding = max(padding, 1)",
                "padding = min(padding, 1)",
                "delta, X = delta[:1], X[:1]",
                "stride = min(stride, 2)",
                "stride = min(stride, max(K.shape[2:]))",
                "stride = min(stride, *K.shape[2:])",
            )
        ),
        layers.returning(dK="abs(dK) / n"),
        layers.returning(dX=f"{layers.CUT}.swapaxes(2, 3)"),
        only_as_wide_as_needed,
    ),
)
