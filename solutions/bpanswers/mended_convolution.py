"""A convolution layer backward with bugs to mend."""

from bpcourse.marking.engine import Exercise

from .common import conv_layers as layers
from .common.edits import slips, solution

SIZES = (
    (5, 1, 9, 6, 8, 4, 7), (1, 3, 2, 5, 2, 1, 2), (4, 2, 1, 1, 6, 1, 3), (2, 4, 2, 3, 1, 3, 1), (2, 3, 4, 7, 4, 3, 2),
    (3, 2, 3, 4, 5, 1, 1), (2, 1, 2, 9, 9, 3, 3),
)  # fmt: skip
INSIDE = "The window stays inside the picture."


def wide(rng):
    n, c, m, k, width, rows, columns = rng.integers(1, 7, size=7)
    return layers.case(rng, n, c, m, rows + k - 1, columns + width - 1, k, width)


AS_GIVEN = slips(solution("mended_convolution"), alone=True)(
    "as_given",
    "{parts}: still as in the given program. Do its gradients agree with central differences, on a batch of more than "
    "one and with a random kernel?",
    ("columns] += ", "columns] = "),
    ("d, K)", "d, K[:, :, ::-1, ::-1])"),
    ("delta.sum(axis=(0, 2, 3)) / n", "delta.mean(axis=(0, 2, 3))"),
    ("return dK", "return dK / n"),
)

EXERCISE = Exercise(
    inputs=lambda rng: [layers.case(rng, *each) for each in SIZES],
    truth=layers.truth,
    parts={"dK": 1, "db": 1, "dX": 2},
    passed="All four bugs are gone: what the layer makes of single pixels and weights agrees with all three gradients.",
    batch="X",
    shapes=layers.SHAPES,
    room=dict.fromkeys(("h < h′", "w < w′", "h < k", "w < l", "all equal"), INSIDE) | layers.ROOM,
    wide=wide,
    ask=layers.ASK,
    misconceptions=(
        *layers.BACK,
        *layers.MEANS,
        AS_GIVEN,  # the last, so that one of its bugs alone is called by its own name
    ),
    right=layers.RIGHT,
    wrong=(
        *layers.WRONG,
        layers.returning(dK="dK.swapaxes(0, 1) / n"),
        layers.returning(db="db[:, None] / n"),
        layers.returning(db="db / 2"),
        layers.returning(dX=f"{layers.CUT}.sum(axis=0)"),
        layers.returning(dX=f"abs({layers.CUT})"),
    ),
)
