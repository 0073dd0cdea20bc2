"""The plots of chapter 07 by the data of their artists."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import bpcourse as bp
from bpcourse.plots import convolution as conv
from bpcourse.plots.style import BACKWARD, FORWARD, INK

RNG = np.random.default_rng(7)
IMAGE = RNG.uniform(size=(8, 8))
K, ANSWER = RNG.normal(size=(3, 3)), RNG.normal(size=(6, 6))


def panels(ax):
    return {child.get_title(loc="center") or str(k): child for k, child in enumerate(ax.child_axes)}


def data(panel):
    return np.asarray(panel.images[0].get_array())


def numbers(panel):
    return [float(text.get_text().replace("−", "-")) for text in panel.texts]


@pytest.mark.parametrize(("colours", "above"), [(conv.VALUES, FORWARD), (conv.GRADIENTS, BACKWARD)])
def test_zero_is_white_and_the_signs_differ_in_lightness(colours, above):
    assert colours(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.01)
    assert colours(1.0)[:3] == pytest.approx(to_rgb(above)) and colours(0.0)[:3] == pytest.approx(
        to_rgb(conv.BELOW_ZERO)
    )
    assert np.ptp(colours(0.0)[:3]) < 0.01 < 0.3 < np.ptp(colours(1.0)[:3])


def test_tied_shows_the_band_and_hides_what_is_no_weight():
    M = np.array([[2.0, -1, 1, 0], [0, 2, -1, 1]])
    dM = np.arange(1.0, 9).reshape(2, 4)
    ax = bp.plots.plot_tied(M, dM, title="A claim")
    left, right = panels(ax)["the matrix M"], panels(ax)["its gradient"]
    np.testing.assert_array_equal(data(left), M)
    np.testing.assert_array_equal(data(right), np.where(M != 0, dM, 0))
    assert [text.get_text() for text in left.texts] == ["2", "−1", "1", "0", "0", "2", "−1", "1"]
    assert [text.get_text() for text in right.texts] == ["1", "2", "3", "·", "·", "6", "7", "8"]
    assert left.images[0].get_cmap() is conv.VALUES and right.images[0].get_cmap() is conv.GRADIENTS
    assert [label.get_text() for label in left.get_xticklabels()] == ["x1", "x2", "x3", "x4"]
    assert [label.get_text() for label in left.get_yticklabels()] == ["z1", "z2"] and ax.get_title(
        loc="left"
    ) == "A claim"


def test_filtered_shows_picture_kernels_and_answers():
    ax = bp.plots.plot_filtered(IMAGE, {"one": (K, ANSWER), "two": (-K, 2 * ANSWER)}, title="A claim")
    shown = ax.child_axes
    np.testing.assert_array_equal(data(shown[0]), IMAGE)
    for expected, panel in zip((ANSWER, K, 2 * ANSWER, -K), shown[1:], strict=True):
        np.testing.assert_array_equal(data(panel), expected)
        image = panel.images[0]
        assert image.norm.vmax == -image.norm.vmin == np.abs(expected).max(), "zero is white"
    assert [panel.get_title(loc="center") for panel in shown] == ["picture", "", "one", "", "two"]
    assert shown[0].images[0].norm.vmin == 0 and shown[0].images[0].norm.vmax == 1


def test_filtered_shows_answers_and_kernels_alone():
    ax = bp.plots.plot_filtered(IMAGE, {"answer": (None, ANSWER), "A": (K, None)})
    shown = panels(ax)
    assert list(shown) == ["picture", "answer", "A"]
    np.testing.assert_array_equal(data(shown["answer"]), ANSWER)
    np.testing.assert_array_equal(data(shown["A"]), K)


def test_pooling_frames_the_winner_of_each_block():
    A = np.array([[1.0, 5, 0, 2], [2, 3, 4, 1]])
    routed = {"max": np.array([[0, 0.8, 0, 0], [0, 0, -0.4, 0]]), "mean": np.full((2, 4), 0.2)}
    ax = bp.plots.plot_pooling(A, 2, {"max": np.array([[5.0, 4.0]])}, routed, title="A claim")
    shown = panels(ax)
    assert numbers(shown["values A"]) == A.ravel().tolist()
    for name, back in routed.items():
        assert numbers(shown[f"message after {name}"]) == pytest.approx(back.ravel())
        np.testing.assert_array_equal(data(shown[f"message after {name}"]), back)
    frames = [p.get_xy() for p in shown["values A"].patches if p.get_linewidth() == 2.2]
    assert [(x + 0.42, y + 0.42) for x, y in frames] == [(1, 0), (2, 1)]
    assert [line.get_xdata()[0] for line in shown["values A"].lines] == [1.5]


def test_moved_draws_shares_in_percent_with_labels_apart():
    shares = {"a": [0.2, 0.9, 0.50], "b": [0.3, 0.8, 0.51], "c": [0.4, 0.7, 0.1]}
    ax = bp.plots.plot_moved((-1, 0, 1), shares, title="A claim")
    for line, (label, row) in zip(ax.lines, shares.items(), strict=False):
        np.testing.assert_allclose(line.get_ydata(), 100 * np.array(row))
        (text,) = [text for text in ax.texts if text.get_text() == label]
        assert text.get_color() == line.get_color() and list(line.get_xdata()) == [-1, 0, 1]
    heights = {text.get_text(): text.xy[1] for text in ax.texts}
    assert heights["b"] - heights["a"] >= 6 and heights["a"] == 50 and heights["c"] == 10
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines[:3]}) == 3
    assert ax.lines[0].get_color() == INK and ax.get_title(loc="left") == "A claim"
    assert [label.get_text() for label in ax.get_xticklabels()] == ["−1", "0", "+1"]


def test_strides_put_each_delta_under_the_middle_of_its_window():
    x, delta = np.array([1.0, 3, 0, 2, 1, 4, 2]), np.array([0.5, -1, 2])
    ax = bp.plots.plot_strides(x, delta, 3, 1, 3, title="A claim")  # 9 pixels with the border, windows at 0, 3, 6
    texts = {(round(t.get_position()[0], 6), round(t.get_position()[1], 2)): t.get_text() for t in ax.texts}
    assert [texts[q, 0.9] for q in range(9)] == ["0", "1", "3", "0", "2", "1", "4", "2", "0"]
    assert [texts[1.0 + r, 3.6] for r in range(7)] == ["0.5", "0", "0", "−1", "0", "0", "2"]
    bars = [p for p in ax.patches if to_rgb(p.get_facecolor()) == to_rgb(FORWARD)]
    assert [round(p.get_x() + p.get_width() / 2, 6) for p in bars] == [1, 4, 7] and bars[0].get_width() < 3
    kept = [p.get_x() + 0.5 for p in ax.patches if to_rgb(p.get_edgecolor()) == to_rgb(BACKWARD)]
    assert kept == [1, 4, 7] and "in no\nwindow" not in texts.values()
    left_over = bp.plots.plot_strides(np.ones(8), np.ones(4), 3, 1, 2)
    assert [t.get_position()[0] for t in left_over.texts if "in no" in t.get_text()] == [9]
