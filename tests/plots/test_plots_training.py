"""Plots of chapter `training`, by their data."""

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.plots import style
from bpcourse.plots.digits import SIDE
from bpcourse.plots.training import CLASSES


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_curves_start_at_epoch_1_and_the_last_is_green():
    ax = bp.plots.plot_curves({"A": [3.0, 2.0, 1.0], "B": [1.0, 0.5]}, level=0.7, at={"A": (2, 5, 9)}, title="A claim")
    level, first, second = ax.lines
    assert set(level.get_ydata()) == {0.7}
    assert first.get_xydata().tolist() == [[1, 3], [2, 2], [3, 1]] and second.get_xydata().tolist() == [
        [1, 1],
        [2, 0.5],
    ]
    assert first.get_color() != style.ACCENT == second.get_color()
    assert [(text.get_text(), text.xy, text.get_position()) for text in ax.texts] == [
        ("A", (2, 2.0), (5, 9)),
        ("B", (2, 0.5), (8, 0)),
    ]
    assert ax.get_title(loc="left") == "A claim" and ax.get_ylim()[0] == 0 and ax.get_yscale() == "linear"
    assert bp.plots.plot_curves({"A": [3.0, 2.0]}, log=True).get_yscale() == "log"


def test_turning_marks_the_lowest_validation_loss_and_shades_what_comes_after():
    ax = bp.plots.plot_turning([3, 2, 1, 0.5], [3, 0.25, 0.5, 0.75])
    training, validation, ring = ax.lines
    assert training.get_ydata().tolist() == [3, 2, 1, 0.5] and validation.get_ydata().tolist() == [3, 0.25, 0.5, 0.75]
    assert training.get_xdata().tolist() == [1, 2, 3, 4] and ring.get_xydata().tolist() == [[2, 0.25]]
    assert texts(ax) == ["lowest at epoch 2: 0.250", "training", "validation"]
    (shade,) = ax.patches
    assert shade.get_extents().transformed(ax.transData.inverted()).intervalx.tolist() == pytest.approx([2, 4])
    assert ax.get_ylim() == (0, 0.75)


@pytest.fixture
def halves():
    """Four points and a network that says 1 right of x1 = 0.33, which lies between two points of the grid: the third
    is on the wrong side, by a little.
    """
    x, y = np.linspace(-1, 1, 21), np.linspace(-2, 2, 11)
    X = np.array([[-0.5, 0.1], [0.8, -1.0], [0.34, 1.3], [0.31, -1.9]])
    return X, np.array([0, 1, 0, 0]), x, y, np.tile(0.5 + 0.5 * (x - 0.33), (11, 1))


def test_boundaries_lie_where_the_probability_is_a_half(halves):
    X, labels, x, y, P = halves
    ax = bp.plots.plot_boundaries({"one": halves, "two": halves}, title="T")
    assert [panel.get_title(loc="left") for panel in ax.child_axes] == ["one", "two"]
    panel = ax.child_axes[0]
    ground, line = panel.collections
    np.testing.assert_allclose(ground.levels, np.linspace(0, 1, 13))
    assert list(ground.get_facecolor()[0][:3]) != list(ground.get_facecolor()[-1][:3]) and len(line.levels) == 1
    (vertices,) = [path.vertices for path in line.get_paths()]
    np.testing.assert_allclose(vertices[:, 0], 0.33, atol=1e-12)
    assert panel.get_xlim() == (-1, 1) and panel.get_ylim() == (-2, 2)


def test_boundaries_show_each_class_and_ring_what_is_wrong(halves):
    X, labels, *_ = halves
    zero, one, wrong = bp.plots.plot_boundaries({"one": halves}).child_axes[0].lines
    np.testing.assert_array_equal(zero.get_xydata(), X[labels == 0])
    np.testing.assert_array_equal(one.get_xydata(), X[labels == 1])
    np.testing.assert_array_equal(wrong.get_xydata(), X[[2]])
    assert (zero.get_marker(), one.get_marker()) == (CLASSES[0][0], CLASSES[1][0]) and CLASSES[0][0] != CLASSES[1][0]
    assert wrong.get_markerfacecolor() == "none"


def test_digits_lie_in_rows_with_a_caption_under_each():
    pictures = np.linspace(0, 1, 3 * SIDE**2).reshape(3, -1)
    ax = bp.plots.plot_digits(pictures, ["a", "b", "c"], columns=2)
    for image, picture in zip(ax.images, pictures, strict=True):
        np.testing.assert_array_equal(image.get_array(), picture.reshape(SIDE, SIDE))
        assert image.get_clim() == (0, 1) and image.get_cmap().name == "Greys"
    left, right, below = (image.get_extent() for image in ax.images)
    assert left[1] < right[0] and left[2:] == right[2:]  # side by side
    assert below[:2] == left[:2] and below[3] < left[2]  # in the next row
    assert texts(ax) == ["a", "b", "c"]
    for image, text in zip(ax.images, ax.texts, strict=True):
        x0, x1, bottom, _ = image.get_extent()
        x, y = text.get_position()
        assert x == pytest.approx((x0 + x1) / 2) and bottom - 0.1 < y < bottom


def test_features_have_one_scale_symmetric_about_white():
    weights = np.array([np.linspace(-0.2, 0.1, 64), np.full(64, 0.6)])
    weights[0, 0] = -9  # one of 128: it has the deepest colour, and does not bleach the others
    ax = bp.plots.plot_features(weights, ["for 1", "for 2"])
    assert {image.get_clim() for image in ax.images} == {(-0.6, 0.6)}
    colours = ax.images[0].get_cmap()
    assert min(colours(0.5)[:3]) > 0.94  # nothing learned is white
    green, purple = colours(1.0), colours(0.0)
    assert green[1] > max(green[0], green[2]) and purple[1] < min(purple[0], purple[2])


def test_pictures_and_captions_must_be_as_many():
    with pytest.raises(ValueError, match="captions has 1 entries; expected 2, one for each picture"):
        bp.plots.plot_digits(np.zeros((2, 64)), ["a"])


def test_confusion_has_the_truth_down_and_the_answer_across():
    counts = np.array([[5, 0, 0], [0, 7, 2], [0, 0, 9]])
    ax = bp.plots.plot_confusion(counts)
    shown = {tuple(text.get_position()): text.get_text() for text in ax.texts}
    assert shown == {(0, 0): "5", (1, 1): "7", (2, 1): "2", (2, 2): "9"}  # (column, row), no zeros
    colours = [tuple(patch.get_facecolor()[0][:3]) for patch in ax.collections]
    purple = [red > green for red, green, _ in colours]  # the wrong one; on the diagonal green leads
    assert len(colours) == 4 and sum(purple) == 1 and colours[purple.index(True)][2] > 0.7
    assert ax.get_ylim()[0] > ax.get_ylim()[1] and (ax.get_xlabel(), ax.get_ylabel()) == ("the network says", "it is")
