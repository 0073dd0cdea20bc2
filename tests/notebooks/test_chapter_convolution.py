"""Chapter `convolution`: every displayed formula, and every stored number, by ways that are not its own."""

import ast
import functools
import inspect
import re
from itertools import product

import numpy as np
import pytest
import stored
from exact import complex_gradient
from thorough import THOROUGH

import bpcourse as bp
from bpcourse import convolution

CELLS = stored.cells("chapters", "convolution")
SOURCE = stored.sources(CELLS)
OUTPUT = stored.outputs(CELLS)
DIGITS = bp.datasets.digits()


def functions(*cells):
    """The names that these cells define."""
    space = {"np": np, "bp": bp} | dict(zip(("X", "labels", "X_test", "labels_test"), DIGITS, strict=True))
    for cell in cells:
        exec(SOURCE[cell].partition("\nprint")[0], space)
    return space


LAYERS = functions(
    "moved-function-code", "numeric-code", "two-d-loops", "two-channels-given", "two-channels-run", "loops-code", "windows-code", "convolve-code", "backward-code",
    "blocks-code", "max-pool-code", "mean-pool-code", "network-init", "network-forward", "network-backward",
    "training-code", "stack-code",
)  # fmt: skip


def numbers(cell):
    return [float(text) for text in re.findall(r"-?\d+\.?\d*(?:e[-+]\d+)?", OUTPUT[cell])]


def layer(X, K, b):
    """The formula of the chapter, index by index."""
    n, c, h, w = X.shape
    m, _, k, width = K.shape
    Z = np.empty((n, m, h - k + 1, w - width + 1), dtype=np.result_type(X, K, b))
    for e, f, r, s in np.ndindex(Z.shape):
        Z[e, f, r, s] = b[f] + sum(
            K[f, a, i, j] * X[e, a, r + i, s + j] for a, i, j in product(range(c), range(k), range(width))
        )
    return Z


# ----- the beginning


def shifted(images, right):
    """Another way than the chapter's: roll, and clear what came in."""
    rolled = np.roll(images.reshape(-1, 8, 8), right, axis=2)
    if right:
        rolled[:, :, slice(0, right) if right > 0 else slice(right, None)] = 0
    return rolled.reshape(-1, 64)


@pytest.mark.parametrize("right", [-2, -1, 0, 1, 2, 4])
def test_moved_moves_to_the_right(right):
    np.testing.assert_array_equal(LAYERS["moved"](DIGITS[2], right), shifted(DIGITS[2], right))


def test_ink_that_is_left():
    left = [shifted(DIGITS[2], k).sum() / DIGITS[2].sum() for k in (-2, -1, 0, 1, 2)]
    assert OUTPUT["moved-function-code"].endswith(f": {left[3]:.1%}\n")
    assert OUTPUT["training-table"].splitlines()[-1].split()[-5:] == [f"{share:.0%}" for share in left]
    assert 0.03 < 1 - left[0] < 0.07 and 0.03 < 1 - left[-1] < 0.07, "about a twentieth"


# ----- on a line


def test_line_forward_and_names():
    assert numbers("one-d-forward") == [2 - 3 - 2 + 0.5, 6 + 2 + 4 + 0.5, -4 - 4 + 2 + 0.5]
    correlate, convolve = (re.findall(r"-?\d+\.\d+|-?\d+\.", row) for row in OUTPUT["names-code"].splitlines())
    assert [float(v) for v in correlate] == numbers("one-d-forward")
    x, w = [1, 3, -2, 4, 2], [2, -1, 1]
    assert [float(v) for v in convolve] == [sum(w[2 - i] * x[p + i] for i in range(3)) + 0.5 for p in range(3)]


def test_line_backward_by_complex_steps():
    x, w, delta = np.array([1.0, 3, -2, 4, 2]), np.array([2.0, -1, 1]), np.array([0.5, -1, 2])

    def loss(x, w, b=0.0):
        return sum(delta[p] * (sum(w[i] * x[p + i] for i in range(3)) + b) for p in range(3))

    dw, dx = complex_gradient(lambda w: loss(x, w), w), complex_gradient(lambda x: loss(x, w), x)
    assert numbers("one-d-dw-code")[:4] == pytest.approx([*dw, delta.sum()])
    assert numbers("one-d-dx-code")[:5] == pytest.approx(dx)
    assert numbers("one-d-dx-measured") == [pytest.approx(dx[2])] and "5.5." in SOURCE["one-d-dx-table"]
    outputs = [[sum(w[i] * at[p + i] for i in range(3)) for p in range(3)] for at in (x, x + np.eye(5)[2])]
    assert (
        np.subtract(*outputs[::-1]).tolist() == [1, -1, 2] and "z1, z2 and z3 move by 1, −1 and 2" in SOURCE["one-d-dx"]
    )
    assert numbers("names-flip") == pytest.approx(dx)
    head, *lines = OUTPUT["one-d-dx-flipped"].splitlines()
    padded = [float(v) for v in head.split()[1:]]
    assert padded == [0, 0, *delta, 0, 0]
    for k, line in enumerate(lines):  # each weight under its delta, in columns of five letters
        slots = [line[at : at + 5].strip() for at in range(6, 41, 5)]
        assert slots == [""] * k + [f"{v:g}" for v in w[::-1]] + [""] * (4 - k)
        assert line.startswith(f"to x{k + 1}") and float(line.split("=")[1]) == pytest.approx(dx[k])


def test_third_column_is_the_kernel_upside_down():
    assert [0.5 * 1, -1 * 3, 2 * -2] == [0.5, -3, -4] and "0.5 − 3 − 4 = −6.5" in SOURCE["tied-read"]
    space = {"np": np, "w1": 2.0, "w2": -1.0, "w3": 1.0}
    exec(SOURCE["tied-matrix"].splitlines()[0], space)
    assert space["M"][:, 2].tolist() == [1, -1, 2] and "1, −1, 2" in SOURCE["tied-read"]


# ----- pictures and channels


def test_two_channels_by_hand():
    """(Channel, row, column), and 2 times 2 weights for each. What is drawn of them is tested in tests/plots."""
    given = functions("two-channels-given")
    X, K = given["X2"].tolist(), given["K2"].tolist()

    def number(r, s, d):
        return sum(X[d][r + i][s + j] * K[d][i][j] for i, j in product(range(2), repeat=2))

    by_channel = [[[number(r, s, d) for s in range(2)] for r in range(2)] for d in range(2)]
    both = [[by_channel[0][r][s] + by_channel[1][r][s] + 1 for s in range(2)] for r in range(2)]
    shown = [[float(v) for v in re.findall(r"-?\d+\.\d", line)] for line in OUTPUT["two-channels-run"].splitlines()[1:]]
    assert shown == [np.ravel(table).tolist() for table in (*by_channel, both)]
    assert np.ravel(both).tolist() == [9, 3, 4, 6] == numbers("loops-code") == numbers("convolve-code")
    assert numbers("windows-channel") == np.ravel(by_channel[0]).tolist()
    assert [by_channel[d][0][0] for d in range(2)] == [7, 1]
    assert "7 and 1 and b = 1 make 9" in OUTPUT["two-channels-plot"]
    assert "(X2, K2, 1, hidden={(1, 1)}" in SOURCE["two-channels-plot"]


def test_two_channels_back_by_hand():
    """The three gradients of the sum of delta times z, by complex steps through the formula, and in the text."""
    space = functions("two-channels-given", "back-bias-code")
    X, K, delta = (space[name].astype(float) for name in ("X2", "K2", "delta_by_hand"))
    table = re.search(r"begin\{bmatrix\}(.*?)\\end", SOURCE["back-bias"])[1]
    assert [[int(v) for v in row.split("&")] for row in table.split(r"\\")] == delta.tolist()
    E = lambda X, K, b: (delta * layer(X[None], K[None], b)[0, 0]).sum()  # noqa: E731
    db = complex_gradient(lambda b: E(X, K, b), np.ones(1))
    dK, dX = complex_gradient(lambda K: E(X, K, np.ones(1)), K), complex_gradient(lambda X: E(X, K, np.ones(1)), X)
    assert numbers("back-bias-code") == pytest.approx(db)
    lines = [line.partition(" [")[2] for line in OUTPUT["back-filter-code"].splitlines()]
    assert [[float(v) for v in re.findall(r"-?\d+\.\d", line)] for line in lines] == [
        list(table.ravel()) for table in dK
    ]
    assert dK[0, 0, 0] == 2 * 1 - 1 * 3 and ": 2 · 1 − 1 · 3 = −1." in SOURCE["back-filter"]
    assert numbers("back-input-code") == dX[0].ravel().tolist() == numbers("back-input-flip")
    stamps = [delta[r, s] * K[0][1 - r, 1 - s] for r, s in ((0, 0), (1, 1))]  # on the middle pixel
    assert dX[0, 1, 1] == sum(stamps) and stamps == [4, -1] and SOURCE["back-input-read"].startswith("4 − 1 = 3.")


def test_a_kernel_of_one_pixel_is_a_dense_layer_at_each():
    space = functions("two-channels-given")
    X, W = space["X2"], np.array([[2.0, -1], [0, 1], [1, 1]])
    mixed = layer(X[None], W[:, :, None, None], np.zeros(3))[0]
    np.testing.assert_array_equal(mixed, np.einsum("fd,dhw->fhw", W, X))
    assert numbers("one-by-one-code") == [*mixed[:, 0, 1], *mixed[:, 0, 1]] == [3, 1, 3] * 2
    assert tuple(X[:, 0, 1]) == (2, 1) and "is 2 in one channel, 1 in the other" in SOURCE["one-by-one"]
    assert "(2, −1), (0, 1) and (1, 1)" in SOURCE["one-by-one"]


def test_layer_is_the_formula():
    rng = np.random.default_rng(0)
    for n, c, m, h, w, k, width in ((2, 3, 4, 6, 7, 3, 2), (3, 2, 1, 5, 4, 2, 3), (1, 1, 2, 4, 6, 4, 1)):
        X, K, b = rng.normal(size=(n, c, h, w)), rng.normal(size=(m, c, k, width)), rng.normal(size=m)
        for name in ("convolve", "convolve_by_loops"):
            np.testing.assert_allclose(LAYERS[name](X, K, b), layer(X, K, b), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(
            LAYERS["convolve_loops"](X[0, 0], K[0, 0], b[0]), layer(X[:1, :1], K[:1, :1], b[:1])[0, 0], atol=1e-12
        )


def test_three_lines_backward_are_the_derivatives_of_the_formula():
    rng = np.random.default_rng(1)
    X, K, b = rng.normal(size=(2, 3, 5, 4)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)
    delta = rng.normal(size=(2, 4, 3, 3))
    dK, db, dX = LAYERS["convolve_backward"](delta, X, K)
    close = {"rtol": 1e-10, "atol": 1e-10}
    np.testing.assert_allclose(dK, complex_gradient(lambda K: (delta * layer(X, K, b)).sum() / 2, K), **close)
    np.testing.assert_allclose(db, complex_gradient(lambda b: (delta * layer(X, K, b)).sum() / 2, b), **close)
    np.testing.assert_allclose(dX, complex_gradient(lambda X: (delta * layer(X, K, b)).sum(), X), **close)


def test_windows_are_examples_of_a_dense_layer():
    """With the network of the library: its (BP3) divides by 48 windows where the layer divides by 2 pictures."""
    rng = np.random.default_rng(4)
    X, K, b = rng.normal(size=(2, 3, 6, 7)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)
    Y = rng.normal(size=(2, 4, 4, 6))
    net = bp.Network((18, 4), hidden=bp.identity, output=bp.identity, loss=bp.half_squared_error)
    rows = [X[e, :, r : r + 3, s : s + 2].ravel() for e, r, s in product(range(2), range(4), range(6))]
    targets = [Y[e, :, r, s] for e, r, s in product(range(2), range(4), range(6))]
    params = net.pack({1: K.reshape(4, 18)}, {1: b})
    trace = net.backward(params, net.forward(params, np.array(rows)), np.array(targets))
    dK, db, _ = LAYERS["convolve_backward"](layer(X, K, b) - Y, X, K)
    np.testing.assert_allclose(24 * trace.grads.W[1].reshape(K.shape), dK, rtol=1e-10)
    np.testing.assert_allclose(24 * trace.grads.b[1], db, rtol=1e-10)
    assert OUTPUT["rows-run"] == "your guess None, (BP3) divides by 2.000000 to 2.000000\n"
    assert "By 2, for all 4 · 18 = 72 weights." in SOURCE["rows-read"] and K.size == 72


def test_hidden_filter_is_the_only_lowest_point():
    """By least squares: the table of windows has full rank, and its solution is the hidden filter."""
    pictures = DIGITS[0][:100].reshape(-1, 8, 8)
    hidden = np.array([[-1.0, 0, 1]] * 3)
    rows = np.array([image[r : r + 3, s : s + 3].ravel() for image in pictures for r in range(6) for s in range(6)])
    found, _, rank, _ = np.linalg.lstsq(rows, rows @ hidden.ravel(), rcond=None)
    assert rank == 9 and len(rows) == 3600 and "3,600 answers" in SOURCE["hidden-filter"]
    np.testing.assert_allclose(found.reshape(3, 3), hidden, atol=1e-9)
    assert numbers("hidden-filter-run") == hidden.ravel().tolist()
    lam = np.linalg.svd(rows, compute_uv=False) ** 2 / 100
    assert 0.02 < 2 * (1 + 0.9) / lam[0], "below the limit of momentum"


def test_delta_with_zeros_between_is_the_way_back_of_a_stride():
    """The layer of stride 1 with the delta of the figure, border cut off, against complex steps of stride 2."""
    rng = np.random.default_rng(9)
    x, K, delta = rng.normal(size=(1, 1, 8, 8)), rng.normal(size=(1, 1, 3, 3)), rng.normal(size=(1, 1, 4, 4))
    spread = np.zeros((1, 1, 8, 8))
    spread[..., ::2, ::2] = delta
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    dK, db, dX = LAYERS["convolve_backward"](spread, padded, K)

    def message(x, K):
        padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
        return (delta * layer(padded, K, np.zeros(1))[..., ::2, ::2]).sum()

    np.testing.assert_allclose(dX[..., 1:9, 1:9], complex_gradient(lambda x: message(x, K), x), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(dK, complex_gradient(lambda K: message(x, K), K), rtol=1e-10, atol=1e-12)
    *lines, last = OUTPUT["sizes-backward-check"].splitlines()
    row, w, deltas = np.array([0, 1, 3, 0, 2, 1, 4, 2, 1, 0]), np.array([2, -1, 1]), np.array([0.5, -1, 2, 0.3])
    assert f"row, deltas = np.array({row[1:-1].tolist()}), np.array([0.5, -1, 2, 0.3])" in SOURCE["sizes-plot"]
    to_row, to_kernel = np.zeros(10), np.zeros(3)
    for q, i in product(range(4), range(3)):
        to_row[2 * q + i] += deltas[q] * w[i]
        to_kernel[i] += deltas[q] * row[2 * q + i]
    for line, gradient in zip(lines, (to_row[1:-1], to_kernel), strict=True):
        assert [float(value) for value in line.partition("[")[2].strip("]").split()] == pytest.approx(gradient)
    assert to_row[2] == -1.5 == 0.5 * 1 + (-1) * 2 and "0.5 · 1 + (−1) · 2 = −1.5" in SOURCE["sizes-backward"]
    assert last == "both agree with the nudges"


def test_answers_move_along_where_the_text_says_so():
    """Equivariance: stride 1 by every pixel, stride 2 by two pixels only; columns that touch the edge left out."""
    rng = np.random.default_rng(5)
    wide, K = rng.normal(size=(1, 1, 6, 12)), rng.normal(size=(1, 1, 3, 3))
    here, by_1, by_2 = (layer(wide[..., 2 - k : 10 - k], K, np.zeros(1)) for k in (0, 1, 2))
    np.testing.assert_array_equal(by_1[..., 1:], here[..., :-1])
    np.testing.assert_array_equal(by_2[..., ::2][..., 1:], here[..., ::2][..., :-1])
    assert np.abs(by_1[..., ::2][..., 1:] - here[..., ::2][..., :-1]).min() > 1e-3, "not by one pixel"
    assert OUTPUT["equivariant-code"].startswith("the answer has moved by one pixel")


def test_wrong_flip_of_an_edge_is_minus_the_right_one():
    filters = functions("two-d-loops", "two-d-shape", "filters-plot")["filters"]
    delta, image = np.random.default_rng(6).normal(size=(1, 1, 6, 6)), DIGITS[2][10].reshape(1, 1, 8, 8)
    for name in ("vertical edges", "horizontal edges"):
        kernel = filters[name][None, None]
        right, wrong = (LAYERS["convolve_backward"](delta, image, k)[2] for k in (kernel, kernel[..., ::-1, ::-1]))
        np.testing.assert_array_equal(wrong, -right)


def test_shapes_that_are_printed():
    assert OUTPUT["two-d-shape"] == "(6, 6)\n" and OUTPUT["convolve-random"] == "(2, 4, 4, 6)\n"
    says = "2 examples, 4 filters, 6 − 3 + 1 = 4 rows, 7 − 2 + 1 = 6 columns."
    assert SOURCE["convolve-equal"].startswith(says) and (counted(6, 3, 0, 1), counted(7, 2, 0, 1)) == (4, 6)
    assert all(rows != columns for rows, columns in ((6, 7), (3, 2), (4, 6))), "so that their mix-up cannot hide"
    shapes = re.findall(r"^\|`(\w)`\|.*\|(.*)\|(.*)\|$", SOURCE["channels"], re.M)
    X, K = (functions("two-channels-given")[name] for name in ("X2", "K2"))
    Z = layer(X[None], K[None], np.ones(1))
    by_hand = [str(array.shape) for array in (X[None], K[None], np.ones(1), Z)]
    assert shapes == list(zip("XKbZ", by_hand, ("(2, 3, 6, 7)", "(4, 3, 3, 2)", "(4,)", "?"), strict=True))
    assert (
        "rng.normal(size=(2, 3, 6, 7)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)" in SOURCE["convolve-random"]
    )
    assert OUTPUT["backward-run"] == "(4, 3, 3, 2) (4,) (2, 3, 6, 7)\n"
    assert numbers("backward-numeric") == [4 * 3 * 3 * 2 + 4 + 2 * 3 * 6 * 7]
    assert numbers("windows-line") == [1, 3, -2, 3, -2, 4, -2, 4, 2, *numbers("one-d-forward")]


def test_flip_is_invisible_for_symmetric_kernels_only():
    filters = functions("two-d-loops", "two-d-shape", "filters-plot")["filters"]
    shown = dict(re.findall(r"(\w+(?: edges)?) +largest difference ([\d.]+)", OUTPUT["flip-bug-code"]))
    assert set(shown) == set(filters)
    for name, kernel in filters.items():
        assert (float(shown[name]) == 0) == np.array_equal(kernel, kernel[::-1, ::-1])
    for name in ("vertical edges", "horizontal edges"):
        assert np.array_equal(filters[name][::-1, ::-1], -filters[name]), "they change their sign"


@pytest.mark.parametrize(
    ("h", "k", "p", "t"), [(8, 3, 0, 1), (8, 3, 1, 1), (8, 3, 1, 2), (8, 2, 0, 2), (28, 5, 2, 3), (7, 4, 1, 3)]
)
def test_formula_of_the_size_counts_the_places(h, k, p, t):
    assert counted(h, k, p, t) == (h + 2 * p - k) // t + 1


def counted(h, k, p, t):
    return len([start for start in range(0, h + 2 * p, t) if start + k <= h + 2 * p])


def test_sizes_that_are_asked_for():
    cases = (8, 3, 1, 2), (28, 5, 2, 1), (224, 7, 3, 2)
    assert OUTPUT["sizes-check"] == f"your guess None  counted {[counted(*case) for case in cases]}\n"
    assert all(str(case) in SOURCE["sizes-formula"] for case in cases)
    side = 240
    for _ in range(10):
        side = counted(side, 5, 0, 1)
    says = f"a kernel of 5 × 5 takes {240 - counted(240, 5, 0, 1)} rows away, and ten such layers {240 - side}"
    assert f"{says}: of 240 rows {side} are left. A padding of 2 gives the 4 rows back" in SOURCE["sizes"]
    assert all(counted(h, k, (k - 1) // 2, 1) == h for h in (6, 7) for k in (1, 3, 5)), "the size stays"
    settings = [(p, t) for p in (0, 1) for t in (1, 2, 3)]
    says = [row for p in "01" for row in table(SOURCE["sizes"], p)]
    assert [tuple(map(int, (p, *row[:2]))) for p, row in zip("000111", says, strict=True)] == [
        (p, t, counted(6, 3, p, t)) for p, t in settings
    ]
    assert "Take padding 1, stride 2: 6 rows become 8, and a window of 3 can travel 5." in SOURCE["sizes-formula"]
    assert counted(6, 3, 1, 2) == 1 + (8 - 3) // 2 == 3 and ": 3 places" in SOURCE["sizes-formula"]
    left_out = {(p, t): (6 + 2 * p - 3) % t for p, t in settings}  # rows below the last window
    assert {at for at, rows in left_out.items() if rows > at[0]} == {(0, 2), (1, 3)}, "with these the last row"
    assert {at for at, rows in left_out.items() if 0 < rows <= at[0]} == {(1, 2)}, "with this only zeros"
    named = {(0, 2): "the last row", (1, 2): "zeros", (1, 3): "the last row and zeros"}
    assert [row[2] for row in says] == [named.get(setting, "nothing") for setting in settings]


def table(text, word):
    """The cells behind the first in those rows of a table whose first cell begins with a word."""
    return [line.strip("|").split("|")[1:] for line in text.splitlines() if line.startswith(f"|{word}")]


def test_red_not_green_answers_most_on_the_yellow_pixels():
    from bpcourse.explore.channels import FILTERS, X

    K, b = FILTERS["1: red, not green"]
    Z = layer(X[None], K[None], np.array([b]))[0, 0]
    yellow = (X[0] == 3) & (X[1] == 3)
    np.testing.assert_array_equal(Z == Z.max(), yellow[1:-1, 1:-1])
    assert Z.max() == 4 == 3 + 3 + b
    cross = [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)]
    yellow, red = (
        [int(X[0, r + i, s + j] - X[1, r + i, s + j]) for i, j in cross] for r, s in ((1, 2), (1, 1))
    )  # the middle first
    assert yellow[0] == 0 and sorted(yellow) == [0, 0, 0, 3, 3] and sum(yellow) + b == Z[0, 1] == 4
    assert red[0] == 3 and sorted(red) == [-1, -1, 0, 3, 3] and sum(red) + b == Z[0, 0] == 2
    text = SOURCE["channels-answers"]
    assert "two neighbours are red: 3 + 3, and b = −2 leaves 4." in text and b == -2
    red = (X[0] == 3) & (X[1] != 3)
    assert Z[red[1:-1, 1:-1]].max() == 2 and "A red one gets 2 at most." in text


def test_lenet_is_counted_as_its_paper_says():
    """By the shapes of PyTorch-like arrays for today's layers."""
    side, shapes = (
        32,
        {"C1": (6, 1, 5, 5), "C3": (16, 6, 5, 5), "C5": (120, 16, 5, 5), "F6": (84, 120), "out": (10, 84)},
    )
    counts = {name: np.empty(shape).size + shape[0] for name, shape in shapes.items()}
    lines = OUTPUT["lenet-count"].splitlines()
    for line, (name, pool) in zip(lines, (("C1", 2), ("C3", 2), ("C5", 1)), strict=False):
        full = counted(side, 5, 0, 1)
        side = full // pool
        sides = f"channels of {full} × {full}, then {side} × {side}"
        assert line.split() == [name, str(shapes[name][0]), *f"{sides} {counts[name]:,}".split()]
    share = counts["C5"] / sum(counts.values())
    assert (
        lines[3] == f"all {sum(counts.values()):,}, in C5 {share:.0%}  your guess None"
        and sum(counts.values()) == 61706
    )
    text = SOURCE["lenet-read"]
    assert "A filter of C3 reads 6 channels" in text
    assert f"16 · (6 · 25 + 1) = {counts['C3']:,}" in text and f"{counts['C1']} parameters of C1" in text
    assert f"{counted(32, 5, 0, 1)} · {counted(32, 5, 0, 1)} places" in text


# ----- PyTorch as an oracle


def test_layers_equal_those_of_pytorch():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(2)
    X, K, b = rng.normal(size=(3, 2, 7, 8)), rng.normal(size=(4, 2, 2, 3)), rng.normal(size=4)
    tX, tK, tb = (torch.tensor(array, requires_grad=True) for array in (X, K, b))
    tZ = torch.nn.functional.conv2d(tX, tK, tb)
    Z = LAYERS["convolve"](X, K, b)
    delta = rng.normal(size=Z.shape)
    tZ.backward(torch.tensor(delta))
    dK, db, dX = LAYERS["convolve_backward"](delta, X, K)
    for ours, theirs in ((Z, tZ.detach()), (3 * dK, tK.grad), (3 * db, tb.grad), (dX, tX.grad)):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("ties", [False, True])
def test_pooling_equals_that_of_pytorch(ties):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(3)
    A = rng.integers(0, 3, (2, 3, 6, 4)).astype(float) if ties else rng.normal(size=(2, 3, 6, 4))
    up = rng.normal(size=(2, 3, 3, 2))
    for ours, back, theirs in (
        (LAYERS["max_pool"], lambda: LAYERS["max_pool_backward"](up, A, 2), torch.nn.functional.max_pool2d),
        (LAYERS["mean_pool"], lambda: LAYERS["mean_pool_backward"](up, 2), torch.nn.functional.avg_pool2d),
    ):
        tA = torch.tensor(A, requires_grad=True)
        tP = theirs(tA, 2)
        tP.backward(torch.tensor(up))
        np.testing.assert_allclose(ours(A, 2), tP.detach(), rtol=1e-12)
        np.testing.assert_allclose(back(), tA.grad, rtol=1e-12)


def test_network_equals_that_of_pytorch():
    torch = pytest.importorskip("torch")
    theta, rng = LAYERS["init"](5, 2, seed=3), np.random.default_rng(4)
    theta["b1"] = rng.normal(size=5)
    X, labels = DIGITS[0][:7], DIGITS[1][:7]
    t = {name: torch.tensor(array, requires_grad=True) for name, array in theta.items()}
    P = torch.nn.functional.max_pool2d(
        torch.relu(torch.nn.functional.conv2d(torch.tensor(X.reshape(-1, 1, 8, 8)), t["K"], t["b1"])), 2
    )
    logits = P.reshape(7, -1) @ t["W"].T + t["b2"]
    torch.nn.functional.cross_entropy(logits, torch.tensor(labels)).backward()
    trace = LAYERS["forward"](theta, X, 2)
    grads, _ = LAYERS["backward"](theta, trace, labels, 2)
    np.testing.assert_allclose(trace[-1], logits.detach(), rtol=1e-10, atol=1e-10)
    for name in theta:
        np.testing.assert_allclose(grads[name], t[name].grad, rtol=1e-10, atol=1e-10)


# ----- pooling, ties, overlaps


def test_blocks_and_back():
    A = np.arange(2 * 3 * 4 * 6.0).reshape(2, 3, 4, 6)
    B = LAYERS["blocks"](A, 2)
    assert B.shape == (2, 3, 2, 3, 4) and B[1, 2, 1, 2].tolist() == A[1, 2, 2:4, 4:6].ravel().tolist()
    np.testing.assert_array_equal(LAYERS["unblocks"](B, 2), A)


def test_ties_are_counted():
    """By loops over the blocks of all digits."""
    tied = inked = tied_inked = 0
    for image in DIGITS[0].reshape(-1, 8, 8):
        for r, s in product(range(0, 8, 2), repeat=2):
            block = image[r : r + 2, s : s + 2].ravel().tolist()
            tie = block.count(max(block)) > 1
            tied, inked, tied_inked = tied + tie, inked + (max(block) > 0), tied_inked + (tie and max(block) > 0)
    assert OUTPUT["ties-count"] == (
        f"{tied / (16 * len(DIGITS[0])):.0%} of the blocks have a tie, {tied_inked / inked:.0%} of those with ink\n"
    )


def test_at_a_tie_of_three_the_central_difference_hands_out_three_halves():
    block = np.array([5.0, 5, 5, 1])
    np.testing.assert_allclose(LAYERS["numeric"](block.max, block), [0.5, 0.5, 0.5, 0])


def test_overlap_loses_a_message_twice():
    assert OUTPUT["overlap-code"].startswith(
        "place of the winner in each window: [1 1]\n= 2.0   += 2.0   np.add.at 2.5"
    )
    out = np.zeros(3)
    for place, message in ((1, 0.5), (1, 2.0)):
        out[place] += message
    assert out[1] == 2.5, "and += in a loop adds"


# ----- the network


def test_check_fails_at_the_kink_only_and_for_b_only():
    lines = OUTPUT["network-check"].splitlines()
    assert [line.split()[:2] for line in lines] == [["K", "right"], ["b1", "off"], ["W", "right"], ["b2", "right"]]
    assert OUTPUT["network-kink"].endswith("with biases: True\n")
    assert bp.relu.derivative(np.zeros(1))[0] == 0, "our rule says 0 at the kink"
    theta = LAYERS["init"](4, 2, seed=0)
    Z = layer(DIGITS[0][:3].reshape(-1, 1, 8, 8), theta["K"], theta["b1"])
    assert OUTPUT["network-kink"].startswith(f"{(Z == 0).mean():.0%} ")
    white = (
        np.lib.stride_tricks.sliding_window_view(DIGITS[0][:3].reshape(-1, 8, 8), (3, 3), axis=(1, 2)).max((3, 4)) == 0
    )
    np.testing.assert_array_equal((Z == 0).all(axis=1), white)


def test_parameters_are_counted():
    def count(filters, p):
        return sum(array.size for array in LAYERS["init"](filters, p, 0).values())

    assert count(4, 2) == 4 * 10 + 37 * 10 and count(8, 2) == 810 == 8 * 10 + 10 * (8 * 9 + 1)
    assert bp.Network((64, 64, 10), bp.relu, bp.identity, bp.cross_entropy).init(0).vector.size == 4810
    assert numbers("training-run")[0] == 810 and numbers("training-others") == [count(16, 6)] == [330]


def rows():
    return {
        line[:20].strip(): [int(v.rstrip("%")) for v in line[20:].split()]
        for line in OUTPUT["training-table"].splitlines()
    }


def test_table_agrees_with_the_numbers_before_it():
    table = rows()
    dense, small = table["dense, 4810"], table["2 × 2 pooling, 810"]
    assert re.findall(r": (\d+)", OUTPUT["moved-measured"]) == [str(dense[2]), str(dense[3])]
    assert re.findall(r"(\d+)%", OUTPUT["training-run"]) == [str(v) for v in (dense[2], small[2], dense[3], small[3])]


def test_what_the_text_says_of_the_table():
    table = rows()
    dense, small, large, taught, _ = table.values()
    assert 8 <= dense[2] - large[2] <= 12, "ten points in the middle"
    assert min(taught[1:4]) > max(max(row[1:4:2]) for row in (dense, small, large)) and max(taught[0], taught[4]) < 60
    for row in (dense, small, large, taught):
        assert row[2] == max(row[:3]) or row is large or row is taught
        assert row[0] < row[1] and row[4] < row[3], "further is harder"


START = 0  # the chapter's; the sentences were written with the starts 0 to 11, which take two minutes


@functools.cache
def shares(start):
    """Of the four networks, in percent: what they read in place, and of the digits moved by one pixel to each side."""
    X, labels, X_test, right = DIGITS
    net = bp.Network((64, 64, 10), bp.relu, bp.identity, bp.cross_entropy)
    first = net.init(seed=start, weights="he")
    more = np.vstack([shifted(X, k) for k in (-1, 0, 1)]), np.tile(labels, 3)
    options = {"epochs": 30, "progress": False, "seed": start}
    found = {}
    for name, data in (("dense", (X, labels)), ("taught", more)):
        params = bp.train(net, first, *data, bp.momentum(0.05), **options).params
        found[name] = [net.forward(params, shifted(X_test, k)).output for k in (0, -1, 1)]
    for name, filters, p in (("2 × 2", 8, 2), ("6 × 6", 16, 6)):
        theta = LAYERS["train"](LAYERS["init"](filters, p, seed=start), p=p, seed=start)
        found[name] = [LAYERS["forward"](theta, shifted(X_test, k), p)[-1] for k in (0, -1, 1)]
    return {name: [100 * np.mean(z.argmax(axis=1) == right) for z in outputs] for name, outputs in found.items()}


SAID = {  # in place, and moved by one pixel: the limits in the text
    "dense": ((97, 99), (45, 53)),
    "2 × 2": ((97, 99), (52, 72)),
    "6 × 6": ((83, 88), (70, 88)),
    "taught": ((97, 99), (97, 98)),
}


@pytest.mark.parametrize("start", [START, 5, 10] if THOROUGH else [START])
def test_what_the_text_says_of_twelve_starts(start):
    text = SOURCE["training-plot-read"]
    for name, row in shares(start).items():
        here, there = SAID[name]
        assert all(low <= round(share) <= high for share, (low, high) in zip(row, (here, there, there), strict=True))
        label = {"dense": name, "taught": "dense, taught moves"}.get(name, f"{name} pooling")
        assert f"|{label}|{here[0]} to {here[1]}|{there[0]} to {there[1]}|" in text
    dense, taught, small, large = (shares(start)[name] for name in ("dense", "taught", "2 × 2", "6 × 6"))
    assert 48 <= round(dense[2]) <= 53 and "48 to 53 of 100" in SOURCE["moved-why"]
    lost = [row[0] - np.mean(row[1:]) for row in (dense, small, large)]
    assert lost[0] > lost[1] > lost[2], "the fewer places are kept, the less a move hurts"
    assert abs(small[0] - dense[0]) < 2, "about as many digits in place"


def test_filter_1_has_almost_died():
    theta = LAYERS["train"](LAYERS["init"](8, 2, seed=0), p=2)
    active = (LAYERS["forward"](theta, DIGITS[2], 2)[1] > 0).mean(axis=(0, 2, 3))
    assert active[1] < 0.01 and np.delete(active, 1).min() > 0.2 and "Filter 1 is grey" in SOURCE["learned-read"]


# ----- two layers


def field(*layers):
    """Places each way that one unit sees, by walking down from it: (k, stride) of each layer, the lowest first."""
    low, high = 0, 0
    for k, stride in reversed(layers):
        low, high = low * stride, high * stride + k - 1
    return high - low + 1


def test_receptive_fields():
    table = np.array([[int(v) for v in re.findall(r"\d", row)] for row in OUTPUT["stack-field"].splitlines()[1:]])
    rows, columns = np.nonzero(table)
    assert table.shape == (8, 8) and table.sum() == 25 and rows.min() == 1 and columns.min() == 2
    assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == field((3, 1), (3, 1)) == 5
    assert SOURCE["stack-field-read"].startswith("5:")
    assert [field(*[(3, 1)] * depth) for depth in (1, 2, 3, 4)] == [3, 5, 7, 9], "each further layer adds k − 1"


def test_two_layers_equal_those_of_pytorch():
    torch = pytest.importorskip("torch")
    space = functions_of_two()
    theta, rng = space["init_two"](3, 2, 3), np.random.default_rng(4)
    theta |= {"b0": rng.normal(size=2), "b1": rng.normal(size=3)}
    X, labels = DIGITS[0][:7], DIGITS[1][:7]
    t = {name: torch.tensor(array, requires_grad=True) for name, array in theta.items()}
    A0 = torch.relu(torch.nn.functional.conv2d(torch.tensor(X.reshape(-1, 1, 8, 8)), t["K0"], t["b0"], padding=2))
    A = torch.relu(torch.nn.functional.conv2d(A0, t["K"], t["b1"]))
    logits = A.amax(dim=(2, 3)) @ t["W"].T + t["b2"]
    torch.nn.functional.cross_entropy(logits, torch.tensor(labels)).backward()
    trace = LAYERS["forward_two"](theta, X, 8)
    grads, _ = LAYERS["backward_two"](theta, trace, labels, 8)
    np.testing.assert_allclose(trace[-1], logits.detach(), rtol=1e-10, atol=1e-10)
    assert set(grads) == set(theta) == set(t)
    for name in theta:
        np.testing.assert_allclose(grads[name], t[name].grad, rtol=1e-10, atol=1e-10)
    assert OUTPUT["stack-check"] == "True\n"


def functions_of_two():
    space = {"np": np}
    exec(SOURCE["stack-check"].split("\n\n")[0], space)
    return space


def percents(outputs):
    return [100 * np.mean(z.argmax(axis=1) == DIGITS[3]) for z in outputs]


@pytest.mark.parametrize("start", [START, 5, 7] if THOROUGH else [START])
def test_what_the_text_says_of_two_layers(start):
    """The sentences were written with the starts 0 to 11; 5 reads fewest in place, and 7 of the moved digits."""
    theta = functions_of_two()["init_two"](start)
    options = {"there": LAYERS["forward_two"], "back": LAYERS["backward_two"], "alpha": 0.02, "seed": start}
    theta = LAYERS["train"](theta, 8, **options)
    row = percents(LAYERS["forward_two"](theta, shifted(DIGITS[2], k), 8)[-1] for k in (-2, -1, 0, 1, 2))
    assert 86 <= round(row[2]) <= 96 and "86 to 96 of 100 in place" in SOURCE["stack-train-read"]
    assert (
        all(76 <= round(share) <= 96 for share in (row[1], row[3]))
        and "76 to 96 of those" in SOURCE["stack-train-read"]
    )
    assert row[1] > row[2] - 1, "nearly as many as in place"
    if start == START:
        assert sum(array.size for array in theta.values()) == 802 == 4 * 10 + 16 * 37 + 10 * 17
        said = OUTPUT["stack-train"].splitlines()
        assert said[3].split()[3:] == [f"{share:.0f}%" for share in row]
        assert said[1:3] == OUTPUT["training-table"].splitlines()[1:3]


@pytest.mark.parametrize("start", [1, 3] if THOROUGH else [1])
def test_a_border_alone_makes_the_row_level_and_no_higher(start):
    """Written with the starts 0 to 5; of those 1 reads most and 3 fewest."""

    def there(theta, X, p):
        return LAYERS["forward"](theta, np.pad(X.reshape(-1, 1, 8, 8), ((0, 0), (0, 0), (1, 1), (1, 1))), p)

    theta = LAYERS["train"](LAYERS["init"](16, 6, seed=start), 8, there=there, seed=start)
    row = percents(there(theta, shifted(DIGITS[2], k), 8)[-1] for k in (-1, 0, 1))
    assert np.ptp(row) < 1.5 and all(78 <= round(share) <= 89 for share in row)
    assert "78 to 89 in six starts" in SOURCE["stack-train-read"]


# ----- what the second half imports


@pytest.mark.parametrize(
    "cell", ["moved-function-code", "numeric-code", "windows-code", "convolve-code", "backward-code"]
)
def test_module_has_the_functions_of_the_chapter(cell):
    """The module's functions are those that the reader has seen, but for their docstrings."""
    here = {node.name: node for node in ast.parse(SOURCE[cell]).body if isinstance(node, ast.FunctionDef)}
    there = {node.name: node for node in ast.parse(inspect.getsource(convolution)).body if hasattr(node, "name")}
    for name, node in here.items():
        there[name].body = there[name].body[1:]
        assert ast.unparse(there[name]) == ast.unparse(node)
