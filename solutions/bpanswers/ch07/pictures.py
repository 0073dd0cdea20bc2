"""Chapter 07: one filter forward, with padding and stride."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception

from .filters import correlate, pad


def _corner(stride):
    """A block of stride x stride: 1 in its upper left corner, 0 elsewhere."""
    return np.pad(np.ones((1, 1)), ((0, stride - 1), (0, stride - 1)))


def _picture_case(rng, h, w, k, width, padding, stride, sign=1):
    return {
        "x": rng.normal(size=(h, w)),
        "K": rng.normal(size=(k, width)),
        "b": sign * rng.uniform(0.5, 1.5),
        "padding": padding,
        "stride": stride,
    }


def _picture_inputs(rng):
    return [
        _picture_case(rng, *sizes)
        for sizes in (
            (6, 9, 3, 2, 1, 2, -1),
            (7, 10, 2, 3, 0, 3),
            (5, 4, 2, 6, 2, 1, -1),
            (1, 7, 3, 1, 1, 1),
            (8, 1, 1, 3, 1, 1, -1),
            (3, 2, 5, 4, 1, 1),
            (3, 4, 2, 2, 3, 4),
            (2, 3, 1, 1, 2, 1),
            (9, 9, 3, 3, 0, 1, -1),
            (3, 3, 3, 3, 1, 1),
        )
    ]


def _picture_wide(rng):
    h, w, padding = rng.integers(1, 7), rng.integers(1, 7), int(rng.integers(0, 4))
    k, width = (rng.integers(1, min(side + 2 * padding, 6) + 1) for side in (h, w))
    return _picture_case(rng, h, w, k, width, padding, int(rng.integers(1, 5)), rng.choice([-1, 1]))


def _left_over(case):
    """True if a last step of the window does not fit, in rows or in columns."""
    sides = np.array(case["x"].shape) + 2 * case["padding"] - case["K"].shape
    return (sides % case["stride"]).any()


def _picture(x, K, b, padding, stride, *, flip=False, over=1, biases=1, hang=False, fewer=0):
    """z of one picture; the keywords switch single mistakes on, none by default."""
    x = pad(x, padding, padding)
    if hang:  # every start inside of the padded picture counts, also where the window no longer fits
        x = np.pad(x, [(0, side - 1) for side in K.shape])
    z = correlate(x, K[::-1, ::-1] if flip else K)[::stride, ::stride] / over + biases * b
    return z[: len(z) - fewer, : z.shape[1] - fewer]


def _first_place(*args):
    z = _picture(*args)
    z.ravel()[1:] = 0
    return z


FILTER_PICTURE = Exercise(
    name="filter_picture",
    inputs=_picture_inputs,
    truth=_picture,
    parts={"z": 2},
    shapes={"x": "h w", "K": "k l"},
    room={
        "no padding": lambda case: case["padding"] == 0,
        "a padding of two": lambda case: case["padding"] == 2,
        "a padding above one": lambda case: case["padding"] > 1,
        "a padding above two": lambda case: case["padding"] > 2,
        "a stride above one": lambda case: case["stride"] > 1,
        "a stride above two": lambda case: case["stride"] > 2,
        "a last step that does not fit": _left_over,
        "a stride larger than the kernel": lambda case: case["stride"] > min(case["K"].shape),
        "a kernel larger than the picture": lambda case: np.greater(case["K"].shape, case["x"].shape).any(),
        "a kernel of one weight and some padding": lambda case: case["K"].size == 1 and case["padding"] > 0,
        "a kernel of more than one weight": lambda case: case["K"].size > 1,
        "a bias below 0": lambda case: case["b"] < 0,
        "more than six rows or columns of places": lambda case: max(_picture(**case).shape) > 6,
        "a result of one row or one column": lambda case: _picture(**case).shape.count(1) == 1,
        "a window that fits in one place": lambda case: _picture(**case).size == 1,
        "more than one place for the window": lambda case: _picture(**case).size > 1,
    },
    wide=_picture_wide,
    ask={"z": "Which pixels does the window of one output see, and which weight belongs to each?"},
    passed="Every window that fits, the kernel as it stands, and the bias once, with padding and stride.",
    misconceptions=(
        Misconception(
            "stride_forgotten",
            lambda x, K, b, padding, stride: _picture(x, K, b, padding, 1),
            "Right for a stride of one. In the padded picture, where does the window of output (r, s) begin?",
        ),
        Misconception(
            "padding_forgotten",
            lambda x, K, b, padding, stride: _picture(x, K, b, 0, stride),
            "Right without padding. How large is the picture over which the window moves?",
        ),
        Misconception(
            "padding_once",
            lambda x, K, b, padding, stride: _picture(np.pad(x, ((padding, 0), (padding, 0))), K, b, 0, stride),
            "There are zeros above and on the left only. How many sides has a picture?",
        ),
        Misconception(
            "padding_below",
            lambda x, K, b, padding, stride: _picture(np.pad(x, (0, 2 * padding)), K, b, 0, stride),
            "All the zeros are below and on the right. On which sides of the picture should they be?",
        ),
        Misconception(
            "padding_not_zero",
            lambda x, K, b, padding, stride: _picture(np.pad(x, padding, mode="edge"), K, b, 0, stride),
            "Around your picture stand copies of its outermost pixels. Which number should stand there?",
        ),
        Misconception(
            "stride_inside_the_window",
            lambda x, K, b, padding, stride: _picture(
                x, np.kron(K, _corner(stride))[: 1 - stride or None, : 1 - stride or None], b, padding, 1
            ),
            "The pixels inside of your window lie `stride` apart. Who takes the steps, the pixels in a window, or the "
            "window?",
        ),
        Misconception(
            "true_convolution",
            partial(_picture, flip=True),
            "Your kernel is turned round: that is a convolution in the sense of mathematics. Which entry of K belongs "
            "to the upper left pixel of the window?",
        ),
        Misconception(
            "turned_in_rows",
            lambda x, K, *rest: _picture(x, K[::-1], *rest),
            "Your kernel stands upside down. Which entry of K belongs to the upper left pixel of the window?",
        ),
        Misconception(
            "turned_in_columns",
            lambda x, K, *rest: _picture(x, K[:, ::-1], *rest),
            "Your kernel is mirrored, left for right. Which entry of K belongs to the upper left pixel of the window?",
        ),
        Misconception(
            "bias_missing",
            partial(_picture, biases=0),
            "Everything is there but the bias. Where does b come in?",
        ),
        Misconception(
            "bias_subtracted",
            partial(_picture, biases=-1),
            "The bias is subtracted. Which sign has b in the formula?",
        ),
        Misconception(
            "bias_for_each_weight",
            lambda x, K, *rest: _picture(x, K, *rest, biases=K.size),
            "The bias is in it as often as the kernel has weights. How often does it stand in the formula?",
        ),
        Misconception(
            "mean_for_sum",
            lambda x, K, *rest: _picture(x, K, *rest, over=K.size),
            "You took the mean of the products. What does the formula do with them?",
        ),
        Misconception(
            "first_place_only",
            _first_place,
            "Only the first place has its number, all others are 0. Does a `return` stand inside the loop?",
        ),
        Misconception(
            "last_place_missing",
            partial(_picture, fewer=1),
            "The last row and the last column of places are missing. How many places are there for a window as wide "
            "as the padded picture?",
        ),
        Misconception(
            "hangs_over_the_edge",
            partial(_picture, hang=True),
            "Your window also stands where it hangs over the edge. What becomes of a last step that does not fit?",
        ),
        Misconception(
            "one_number",
            lambda *args: _picture(*args).sum(),
            "You summed over all places, too. What should there be for each place of the window?",
        ),
    ),
)
