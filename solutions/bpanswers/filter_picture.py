"""One filter forward, with padding and stride."""

import copy

import numpy as np

from bpcourse.convolution import convolve
from bpcourse.marking.compare import alike
from bpcourse.marking.engine import Exercise

from .common.correlation import correlate
from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

# ----- the inputs and the truth


def case(rng, h, w, k, width, padding, stride, sign=1):
    return {
        "x": rng.normal(size=(h, w)),
        "K": rng.normal(size=(k, width)),
        "b": sign * rng.uniform(0.5, 1.5),
        "padding": padding,
        "stride": stride,
    }


SIZES = (
    (6, 9, 3, 2, 1, 2, -1), (7, 10, 2, 3, 0, 3), (5, 4, 2, 6, 2, 1, -1), (1, 7, 3, 1, 1, 1), (8, 1, 1, 3, 1, 1, -1),
    (3, 2, 5, 4, 1, 1), (3, 4, 2, 2, 3, 4), (2, 3, 1, 1, 2, 1), (9, 9, 3, 3, 0, 1, -1), (3, 3, 3, 3, 1, 1),
)  # fmt: skip


def wide(rng):
    (h, w), padding = sizes(rng, 2), int(rng.integers(0, 4))
    k, width = (rng.integers(1, min(side + 2 * padding, 6) + 1) for side in (h, w))
    return case(rng, h, w, k, width, padding, int(rng.integers(1, 5)), rng.choice([-1, 1]))


def truth(x, K, b, padding, stride):
    return correlate(np.pad(x, padding), K)[::stride, ::stride] + b


def left_over(case):
    """True if a last step of the window does not fit, in rows or in columns."""
    sides = np.array(case["x"].shape) + 2 * case["padding"] - case["K"].shape
    return (sides % case["stride"]).any()


ROOM = {
    "no padding": lambda case: case["padding"] == 0,
    "a padding of two": lambda case: case["padding"] == 2,
    "a padding above one": lambda case: case["padding"] > 1,
    "a padding above two": lambda case: case["padding"] > 2,
    "a stride above one": lambda case: case["stride"] > 1,
    "a stride above two": lambda case: case["stride"] > 2,
    "a last step that does not fit": left_over,
    "a stride larger than the kernel": lambda case: case["stride"] > min(case["K"].shape),
    "a kernel larger than the picture": lambda case: np.greater(case["K"].shape, case["x"].shape).any(),
    "a kernel of one weight and some padding": lambda case: case["K"].size == 1 and case["padding"] > 0,
    "a kernel of more than one weight": lambda case: case["K"].size > 1,
    "a bias below 0": lambda case: case["b"] < 0,
    "more than six rows or columns of places": lambda case: max(truth(**case).shape) > 6,
    "a result of one row or one column": lambda case: truth(**case).shape.count(1) == 1,
    "a window that fits in one place": lambda case: truth(**case).size == 1,
    "more than one place for the window": lambda case: truth(**case).size > 1,
}

# ----- the mistakes

PROGRAM = solution("filter_picture")
slip = slips(PROGRAM)
PADDED, ROWS, COLUMNS = "np.pad(x, padding)", "r * stride : r * stride + k", "s * stride : s * stride + l"


def first(line):
    """The edit that does something first."""
    return "    padded,", f"    {line}\n    padded,"


def or_an_error(changed):
    """What the edit of the padding gives, or any error where the kernel does not fit then."""
    wrong = edited(PROGRAM, (PADDED, changed))

    def shows(case, came):
        try:
            z = wrong(**case)
        except ValueError:
            return bool(came.error)
        return came.parts is not None and alike(came.parts[0], z)

    return shows


ABOVE = "np.pad(x, ((padding, 0), (padding, 0)))"
MISTAKES = (
    slip("stride_forgotten", "Right for a stride of one. In the padded picture, where does the window of output (r, s) "
         "begin?", first("stride = 1")),
    slip("windows_one_apart", "There are as many places as there should be, but the windows lie one pixel apart. In "
         "the padded picture, where does that of output (r, s) begin?", (ROWS, "r : r + k"), (COLUMNS, "s : s + l")),
    slip("padding_forgotten", "Right without padding. How large is the picture over which the window moves?",
         (PADDED, "x"), shows=or_an_error("x")),
    slip("padding_once", "These are the places that a picture has with zeros above and on the left only. Do your zeros "
         "stand on all four sides, and does the number of places count them twice in each direction?",
         (PADDED, ABOVE), shows=or_an_error(ABOVE)),
    slip("padding_below", "All the zeros are below and on the right. On which sides of the picture should they be?",
         (PADDED, "np.pad(x, (0, 2 * padding))")),
    slip("padding_not_zero", "Around your picture stand copies of its outermost pixels. Which number should stand "
         "there?", (PADDED, 'np.pad(x, padding, mode="edge")')),
    slip("stride_inside_the_window", "The pixels inside of your window lie `stride` apart. Who takes the steps, the "
         "pixels in a window, or the window?", (ROWS, "r : r + (k - 1) * stride + 1 : stride"),
         (COLUMNS, "s : s + (l - 1) * stride + 1 : stride"), ("[0] - k) // stride + 1", "[0] - (k - 1) * stride)"),
         ("[1] - l) // stride + 1", "[1] - (l - 1) * stride)")),
    slip("true_convolution", "Your kernel is turned round: that is a convolution in the sense of mathematics. Which "
         "entry of K belongs to the upper left pixel of the window?", ("(K *", "(K[::-1, ::-1] *")),
    slip("turned_in_rows", "Your kernel stands upside down. Which entry of K belongs to the upper left pixel of the "
         "window?", ("(K *", "(K[::-1] *")),
    slip("turned_in_columns", "Your kernel is mirrored, left for right. Which entry of K belongs to the upper left "
         "pixel of the window?", ("(K *", "(K[:, ::-1] *")),
    slip("bias_missing", "Everything is there but the bias. Where does b come in?", ("sum() + b", "sum()")),
    slip("bias_subtracted", "The bias is subtracted. Which sign has b in the formula?", ("sum() + b", "sum() - b")),
    slip("bias_for_each_weight", "The bias is in it as often as the kernel has weights. How often does it stand in the "
         "formula?", ("]).sum() + b", "] + b).sum()")),
    slip("mean_for_sum", "You took the mean of the products. What does the formula do with them?", ("sum()", "mean()")),
    slip("first_place_only", "Only the first place has its number, all others are 0. Does a `return` stand inside the "
         "loop?", ("    return z", "        return z")),
    slip("last_place_missing", "The last row and the last column of places are missing. How many places are there for "
         "a window as wide as the padded picture?", ("// stride + 1", "// stride")),
    slip("place_at_the_edge_missing", "A window that ends exactly at the edge is left out. With which number does the "
         "range of the starts end, and is that number in it?", ("- k) //", "- k - 1) //"), ("- l) //", "- l - 1) //")),
    slip("hangs_over_the_edge", "Your window also stands where it hangs over the edge. What becomes of a last step "
         "that does not fit?", (PADDED, "np.pad(np.pad(x, padding), ((0, K.shape[0] - 1), (0, K.shape[1] - 1)))")),
    slip("rounded_up", "A last step that does not fit has a place of its own, and zeros were added for it. What does "
         "the task do with such a step?", (PADDED, "np.pad(np.pad(x, padding), (0, stride - 1))")),
    slip("one_number", "You summed over all places, too. What should there be for each place of the window?",
         ("return z", "return z.sum()")),
)  # fmt: skip


def calls_kept(right):
    """Takes the bias away when it comes again."""
    seen = []

    def answer(x, K, b, padding, stride):
        seen.append(b)
        return right(x, K, b if seen.count(b) == 1 else -b, padding, stride)

    return answer


WRONG = [
    *(
        edited(PROGRAM, ("return z", f"return {changed}"))
        for changed in ("0 * x", "-z", "z.T", "z[::-1]", "np.maximum(z, 0)", "z.astype(int)", "z.astype(complex)",
                        "np.squeeze(z)", "z[:, : len(z)]", "np.pad(z[: len(z) - 1], padding)")
    ),
    *(
        edited(PROGRAM, (PADDED, changed))
        for changed in ("np.pad(x, padding, constant_values=1.0)", "np.pad(x, ((padding, padding), (0, 0)))",
                        "np.pad(x, 2 * padding)", "np.pad(x, min(padding, 1))", "np.pad(x, min(padding, 2))",
                        "x if K.size == 1 else np.pad(x, padding)", "np.pad(x[::stride, ::stride], padding)")
    ),
    *(
        edited(PROGRAM, first(line))
        for line in ("K = abs(K)", "b = abs(b)", "stride = min(stride, 2)", "padding, stride = stride, padding or 1",
                     "x = x[::stride, ::stride]; stride = 1")
    ),
    edited(PROGRAM, ("sum() + b", "sum() * b")),
    edited(PROGRAM, (PADDED, "np.pad(x.T, padding)"), ("return z", "return z.T")),
    edited(PROGRAM, (PADDED, "x"), ("return z", "return np.pad(z, padding)")),
    edited(PROGRAM, (ROWS, "r : r + k"), ("[0] - k) // stride", "[0] - k)")),
    edited(PROGRAM, (COLUMNS, "s : s + l"), ("[1] - l) // stride", "[1] - l)")),
    calls_kept(truth),
    kept_by_shape(truth),
]  # fmt: skip

# ----- right answers in other words


def places(x, K, padding, stride):
    """Rows and columns of places, as the formula of the chapter counts them."""
    return tuple((side + 2 * padding - of_K) // stride + 1 for side, of_K in zip(x.shape, K.shape, strict=True))


def by_loops(x, K, b, padding, stride):
    """No padded array: what lies outside of the picture is skipped."""
    rows, columns = places(x, K, padding, stride)
    z = [[b] * columns for _ in range(rows)]
    for r in range(rows):
        for s in range(columns):
            for (i, j), weight in np.ndenumerate(K):
                q, u = r * stride + i - padding, s * stride + j - padding
                if 0 <= q < x.shape[0] and 0 <= u < x.shape[1]:
                    z[r][s] += weight * x[q, u]
    return z


def by_entries(x, K, b, padding, stride):
    """A sum over the entries of the kernel: a shifted picture for each, of which every so many pixels are taken."""
    rows, columns = places(x, K, padding, stride)
    around = np.zeros(np.array(x.shape) + 2 * padding)
    around[padding : padding + x.shape[0], padding : padding + x.shape[1]] = x
    z = np.full((rows, columns), b)
    for (i, j), weight in np.ndenumerate(K):
        z += weight * around[i::stride, j::stride][:rows, :columns]
    return z


def by_products(x, K, b, padding, stride):
    taken = np.lib.stride_tricks.sliding_window_view(np.pad(x, padding), K.shape)[::stride, ::stride]
    print("some answers print")
    return (taken.reshape(-1, K.size) @ K.ravel()).reshape(taken.shape[:2]) + b


def by_rows(x, K, b, padding, stride):
    """Row by row, with NumPy's correlation in one dimension; the places between are thrown away."""
    around = np.pad(x, padding)
    z = np.zeros(np.array(around.shape) - K.shape + 1) + b
    for r in range(len(z)):
        for i in range(len(K)):
            z[r] += np.correlate(around[r + i], K[i], "valid")
    return np.asfortranarray(z[::stride, ::stride])


def by_fourier(x, K, b, padding, stride):
    """The correlation theorem; where the window wraps round is cut off."""
    x = np.pad(x, padding)
    z = np.fft.irfft2(np.fft.rfft2(x) * np.conj(np.fft.rfft2(K, s=x.shape)), s=x.shape)
    return z[: x.shape[0] - K.shape[0] + 1 : stride, : x.shape[1] - K.shape[1] + 1 : stride] + b


def by_the_chapter(x, K, b, padding=0, stride=1):
    return convolve(np.pad(x, padding)[None, None], K[None, None], np.array([b]))[0, 0, ::stride, ::stride]


def by_recursion(x, K, b, padding, stride):
    """Row below row, as a list of lists."""
    padded, (k, width) = np.pad(copy.deepcopy(x), padding), K.shape

    def below(r):
        if r + k > len(padded):
            return []
        starts = range(0, padded.shape[1] - width + 1, stride)
        return [[float(np.vdot(padded[r : r + k, s : s + width], K)) + b for s in starts], *below(r + stride)]

    return below(0)


class ByAnObject:
    """An object that can be called, and works with np.vectorize."""

    def __call__(self, x, K, b, padding, stride):
        assert isinstance(x, np.ndarray) and isinstance(padding, int) and isinstance(stride, int)
        padded, (k, width) = np.pad(x, padding), K.shape

        def at(r, s):
            return float((padded[r * stride : r * stride + k, s * stride : s * stride + width] * K).sum() + b)

        return np.vectorize(at)(*np.indices(places(x, K, padding, stride)))


EXERCISE = Exercise(
    inputs=lambda rng: [case(rng, *each) for each in SIZES],
    truth=truth,
    parts={"z": 2},
    shapes={"x": "h w", "K": "k l"},
    room=ROOM,
    wide=wide,
    ask={"z": "Which pixels does the window of one output see, and which weight belongs to each?"},
    passed="Every window that fits, the kernel as it stands, and the bias once, with padding and stride.",
    misconceptions=MISTAKES,
    right=(
        by_loops, by_entries, by_products, by_rows, by_fourier, by_the_chapter, by_recursion, ByAnObject(),
    ),
    wrong=tuple(WRONG),
)  # fmt: skip
