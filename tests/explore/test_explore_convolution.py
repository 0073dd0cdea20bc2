"""The explorer of chapter `convolution` by the data that it draws."""

import itertools
import re
from importlib import import_module

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import bpcourse as bp
from bpcourse.explore.convolution import DELTA, FORWARD_MODE, KERNELS, PIXEL_MODE, WEIGHT_MODE
from bpcourse.plots.style import BACKWARD, FORWARD

window = import_module("bpcourse.explore.convolution")
EXPLORER = bp.explore.convolution()
RNG = np.random.default_rng(0)


def move(**values):
    scene = EXPLORER.move(**EXPLORER.settings(**values))
    return [label.text for label in scene.labels], scene.status


def number(text):
    return float(text.replace("−", "-"))


def last_number(text):
    return number(re.findall(r"−?[\d.]+", text)[-1])


def said(text, before, which=0):
    """The number, as text, that stands after `before`."""
    return re.findall(re.escape(before) + r"(−?\d+(?:\.\d+)?)", text)[which]


def loss(image, K):
    """sum of delta z, with z by another way than the explorer's: NumPy's windows."""
    windows = np.lib.stride_tricks.sliding_window_view(image, K.shape)
    return (DELTA * np.tensordot(windows, K, 2)).sum()


def nudge(f, array, i, h=1e-4):
    up, down = array.copy(), array.copy()
    up[i] += h
    down[i] -= h
    return (f(up) - f(down)) / (2 * h)


STATES = [
    {
        "kernel": kernel,
        "digit": int(RNG.integers(10)),
        "position": int(RNG.integers(1, 37)),
        "weight": f"{i % 3}, {i // 2}",
    }
    for i, kernel in enumerate(KERNELS)
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state["kernel"])
def test_forward_shows_nine_products_and_their_sum(state):
    shown, status = move(show=FORWARD_MODE, **state)
    image, K = EXPLORER.images[state["digit"]], KERNELS[state["kernel"]]
    r, s = divmod(state["position"] - 1, 6)
    z = (image[r : r + 3, s : s + 3] * K).sum()
    (head,) = [text for text in shown if text.startswith(f"z[{r}, {s}] = ")]
    assert last_number(head) == pytest.approx(z, abs=6e-6) and number(said(status, "= ")) == pytest.approx(z, abs=6e-6)
    rows = [text for text in shown if re.match(r"−?[\d.]+ ·", text)]
    assert len(rows) == 3 and sum(map(last_number, rows)) == pytest.approx(z, abs=2e-5)
    for row, line in enumerate(rows):
        for product in line.split(" = ")[0].split(" + "):
            assert product.count(" · ") == 1
        values = [number(text.strip("()")) for text in re.split(r" [·+] ", line.split(" = ")[0])]
        np.testing.assert_allclose(values[::2], image[r + row, s : s + 3], atol=6e-6)
        np.testing.assert_allclose(values[1::2], K[row], atol=6e-6)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state["kernel"])
def test_gradient_of_a_weight_is_its_slope_and_the_sum_so_far_is_that_of_the_first_windows(state):
    shown, status = move(show=WEIGHT_MODE, **state)
    image, K = EXPLORER.images[state["digit"]], KERNELS[state["kernel"]]
    i, j = map(int, state["weight"].split(", "))
    slope = nudge(lambda K: loss(image, K), K, (i, j))
    assert number(said(status, ", and ")) == pytest.approx(slope, abs=6e-6)
    (whole,) = [text for text in shown if text.startswith("all 36 positions:")]
    assert last_number(whole) == pytest.approx(slope, abs=6e-6)
    position = state["position"]
    shifted = image[i : i + 6, j : j + 6]
    (part,) = [text for text in shown if text.startswith(f"positions 1 to {position} together:")]
    assert last_number(part) == pytest.approx((DELTA * shifted).ravel()[:position].sum(), abs=6e-6)
    assert said(part, "together:  ") == said(status, " is ")
    r, s = divmod(position - 1, 6)
    (here,) = [text for text in shown if text.startswith("here:")]
    assert f"δ[{r}, {s}] · X[{r + i}, {s + j}]" in here
    assert last_number(here) == pytest.approx(DELTA[r, s] * image[r + i, s + j], abs=6e-6)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state["kernel"])
def test_gradient_of_a_pixel_is_its_slope_and_the_block_is_what_saw_it(state):
    shown, status = move(show=PIXEL_MODE, **state)
    image, K = EXPLORER.images[state["digit"]], KERNELS[state["kernel"]]
    (r, s), (i, j) = divmod(state["position"] - 1, 6), map(int, state["weight"].split(", "))
    q, t = r + i, s + j
    slope = nudge(lambda image: loss(image, K), image, (q, t))
    (head,) = [text for text in shown if text.startswith(f"∂E/∂X[{q}, {t}] = ")]
    assert last_number(head) == pytest.approx(slope, abs=6e-6) and said(head, " = ", -1) == said(status, " is ")
    rows = [text for text in shown if re.match(r"−?[\d.]+ ·", text)]
    assert sum(map(last_number, rows)) == pytest.approx(slope, abs=2e-5)
    one = np.zeros((8, 8))
    one[q, t] = 1.0
    seen = window.output(one, np.ones((3, 3))) != 0
    rows, columns = np.nonzero(seen)
    block = EXPLORER.block
    assert block.get_visible() and block.get_xy() == (columns.min(), rows.min())
    assert block.get_width() * block.get_height() == seen.sum() and f"from {seen.sum()} of the 36" in status


@pytest.mark.parametrize("show", [FORWARD_MODE, WEIGHT_MODE, PIXEL_MODE])
def test_frames_stand_on_window_pixel_and_output(show):
    for position, weight in ((1, "0, 0"), (14, "1, 2"), (36, "2, 2")):
        move(show=show, position=position, weight=weight)
        (r, s), (i, j) = divmod(position - 1, 6), map(int, weight.split(", "))
        assert EXPLORER.window.get_xy() == (s, r) == EXPLORER.here.get_xy()
        assert EXPLORER.pixel.get_xy() == (s + j, r + i)
        colour = FORWARD if show == FORWARD_MODE else BACKWARD
        assert EXPLORER.window.get_edgecolor()[:3] == pytest.approx(to_rgb(colour))
        place = (2 - j, 2 - i) if show == PIXEL_MODE else (j, i)
        assert all(cell.get_xy() == place for cell in EXPLORER.cells)
        assert EXPLORER.block.get_visible() == (show == PIXEL_MODE)


def test_in_pixel_mode_the_framed_pair_is_the_window_that_stands_there():
    """delta of the window's output and the weight through which it sees the pixel, in the framed cells."""
    for position, weight in ((15, "0, 2"), (22, "2, 1")):
        shown, _ = move(show=PIXEL_MODE, position=position, weight=weight, kernel="counting")
        x, y = (int(v) for v in EXPLORER.cells[0].get_xy())
        tables = shown[5:23]
        deltas, weights = np.reshape(tables[:9], (3, 3)), np.reshape(tables[9:], (3, 3))
        (r, s), (i, j) = divmod(position - 1, 6), map(int, weight.split(", "))
        assert number(deltas[y, x]) == DELTA[r, s] and number(weights[y, x]) == KERNELS["counting"][i, j]


def test_colours_are_white_at_zero_stronger_with_size_and_grey_below():
    colours = window.tint(np.array([[0.0, 0.5, 1.0, -1.0]]), FORWARD)[0, :, :3]
    assert np.all(colours[0] == 1)
    assert colours[2] == pytest.approx(1 - 0.62 * (1 - np.array(to_rgb(FORWARD))))
    assert colours[1].sum() > colours[2].sum() and np.ptp(colours[2]) > 0.3 > np.ptp(colours[3])
    pale = window.tint(np.array([[1.0, 1.0]]), BACKWARD, np.array([[True, False]]))[0]
    assert pale[1].sum() > pale[0].sum()


def test_gradients_of_the_module_are_the_slopes_of_the_loss():
    image, K = EXPLORER.images[5], KERNELS["counting"]
    dK, dX = window.gradients(image, K)
    for i in np.ndindex(3, 3):
        assert dK[i] == pytest.approx(nudge(lambda K: loss(image, K), K, i), abs=1e-8)
    for i in np.ndindex(8, 8):
        assert dX[i] == pytest.approx(nudge(lambda image: loss(image, K), image, i), abs=1e-8)


def test_tasks_of_the_chapter_have_their_answers():
    z = window.output(EXPLORER.images[0], KERNELS["vertical edges"])
    (r, s) = np.argwhere(np.abs(z) < 0.2)[0]
    assert EXPLORER.images[0][r : r + 3, s : s + 3].any()
    counts = [len(rows) * len(columns) for q in range(8) for t in range(8) for rows, columns in [window.seen_by(q, t)]]
    counts = np.reshape(counts, (8, 8))
    assert {tuple(at) for at in np.argwhere(counts == 1)} == {(0, 0), (0, 7), (7, 0), (7, 7)}
    assert (counts[2:6, 2:6] == 9).all() and (counts == 9).sum() == 16
    move(show=WEIGHT_MODE, position=36, weight="0, 0")
    assert EXPLORER.pixel.get_xy() == (5, 5)


def test_digits_are_what_the_slider_says():
    _, _, X, labels = bp.datasets.digits()
    for digit in range(10):
        (at,) = np.flatnonzero((X.reshape(-1, 8, 8) == EXPLORER.images[digit]).all(axis=(1, 2)))
        assert labels[at] == digit


def test_cells_stand_under_their_numbers_with_lines_between_them():
    """The colours in the picture, at the places where the labels write the numbers and on the lines beside them."""
    image, _ = EXPLORER.draw(EXPLORER.move, position=14, kernel="counting")
    picture = np.asarray(image)[..., :3] / 255
    K, patch = KERNELS["counting"], EXPLORER.images[0][2:5, 1:4]
    tables = (
        (window.DIGIT, EXPLORER.images[0], window.INK, 0.65),
        (window.FIRST, patch, window.INK, 0.4),
        (window.SECOND, K, FORWARD, 0.62),
        (window.MAP, window.output(EXPLORER.images[0], K), FORWARD, 0.62),
    )
    for (left, bottom, cell, n), array, colour, strength in tables:
        colours = window.tint(array, colour, strength=strength)[..., :3]
        for i, j in np.ndindex(array.shape):
            x, y = 2 * (left + cell * j), 2 * (EXPLORER.height - bottom - cell * (n - i))
            np.testing.assert_allclose(picture[y + 8, x + 8], colours[i, j], atol=0.003)
            if i and j == 0:  # no frame lies on these lines
                np.testing.assert_allclose(picture[y, x + 8], window.LINE[0] / 255, atol=0.003)
    assert image.size == (1600, 2 * EXPLORER.height)


MODES = (FORWARD_MODE, WEIGHT_MODE, PIXEL_MODE)


def middle(table, row, column):
    """CSS pixels: the middle of a cell."""
    left, bottom, cell, n = table
    return left + cell * (column + 0.5), bottom + cell * (n - row - 0.5)


def pair(state):
    """The window, the weight and the pixel under it: three (row, column)."""
    window_, weight = divmod(state["position"] - 1, 6), tuple(map(int, state["weight"].split(", ")))
    return window_, weight, tuple(np.add(window_, weight).tolist())


@pytest.mark.parametrize("show", MODES)
@pytest.mark.parametrize(("position", "weight"), [(1, "0, 0"), (14, "1, 2"), (30, "2, 0"), (36, "2, 2")])
def test_each_touch_chooses_what_lies_under_the_finger(show, position, weight):
    state = EXPLORER.settings(show=show, position=position, weight=weight)
    _, chosen, pixel = pair(state)
    touch = lambda table, at: state | EXPLORER.touch(*middle(table, *at), **state)  # noqa: E731
    for at in np.ndindex(6, 6):
        window_, _, now = pair(touch(window.MAP, at))
        assert window_ == at
        if show == PIXEL_MODE and max(np.abs(np.subtract(pixel, np.add(at, 1)))) <= 1:
            assert now == pixel  # this window sees it, so it stays
    for at in np.ndindex(8, 8):
        window_, _, now = pair(touch(window.DIGIT, at))
        expected = at if show == PIXEL_MODE else tuple(np.clip(np.subtract(at, 1), 0, 5).tolist())
        assert (now if show == PIXEL_MODE else window_) == expected
    for table in (window.FIRST, window.SECOND):
        for at in np.ndindex(3, 3):
            after = touch(table, at)
            if show != PIXEL_MODE:
                assert pair(after)[1] == at and after["position"] == position
                continue
            flipped = tuple(np.subtract(2, at).tolist())
            if all(0 <= k <= 5 for k in np.subtract(pixel, flipped)):
                assert pair(after)[1:] == (flipped, pixel)
            assert pair(after)[2] == pixel  # a cell without an output gives the nearest that there is


@pytest.mark.parametrize("show", MODES)
def test_a_finger_that_drags_out_of_a_table_stays_at_its_edge(show):
    for target in EXPLORER.move(**EXPLORER.settings(show=show)).targets:
        for at in ((-900, 2000), (5000, 2000), (-900, -900), (5000, -900)):
            after = EXPLORER.settings(show=show) | target.sets(*at)
            EXPLORER.move(**after)
            assert all(0 <= k <= 7 for k in pair(after)[2])


def test_the_state_in_words_is_short_enough_for_two_lines():
    for show, position, weight, kernel, digit in itertools.product(
        MODES, (1, 20, 36), ("0, 0", "2, 2"), KERNELS, (0, 8)
    ):
        status = move(show=show, position=position, weight=weight, kernel=kernel, digit=digit)[1]
        assert len(status) <= 200 and (kernel in status) == (show != WEIGHT_MODE)
