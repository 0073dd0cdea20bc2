"""Plots of logits on their way to a loss, and of the deltas of a batch, by their data."""

import numpy as np
import pytest
from matplotlib.text import Annotation

import bpcourse as bp
from bpcourse.plots import style
from bpcourse.text import minus

Z, TRUE = [0.5, -1.0, 2.0, 0.25], 3


def shown(ax, colour):
    """The texts of one colour, from left to right and from the top down."""
    texts = [(round(t.get_position()[0]), -t.get_position()[1], t.get_text()) for t in ax.texts if t.get_text()]
    colours = {t.get_text(): t.get_color() for t in ax.texts}
    return [text for _, _, text in sorted(texts) if colours[text] == colour]


def test_pipeline_writes_each_column_and_the_deltas_under_the_logits():
    ax = bp.plots.plot_pipeline(Z, TRUE, title="A claim")
    grown = [np.exp(z) for z in Z]
    a = [g / sum(grown) for g in grown]
    columns = [[*Z], [*grown, sum(grown)], [*a, 1.0], [-np.log(a[TRUE])]]
    blue = [
        f"sum {v:.3f}" if k and i == len(Z) else minus(f"{v:.3f}")
        for k, col in enumerate(columns)
        for i, v in enumerate(col)
    ]
    assert shown(ax, style.FORWARD) == blue
    deltas = [minus(f"{p - (k == TRUE):+.3f}") for k, p in enumerate(a)]
    assert shown(ax, style.BACKWARD) == [*deltas, "back in one step: delta = a − y"]
    shares = [t.get_text() for t in ax.texts if t.get_text().startswith("÷")]
    assert shares == [f"÷ {sum(grown):.4g}"] * len(Z)  # one sum for all


@pytest.mark.parametrize("true", range(3))
def test_pipeline_leads_from_the_loss_back_to_the_logits(true):
    ax = bp.plots.plot_pipeline([3.0, 1.0, 2.0], true)
    (way,) = ax.lines
    x, y = way.get_data()
    loss = next(t for t in ax.texts if t.get_position()[0] == 700 and t.get_color() == style.FORWARD)
    arrows = [t for t in ax.texts if isinstance(t, Annotation) and t.arrowprops["color"] == style.BACKWARD]
    logits = [patch for patch in ax.patches if patch.get_x() < 100 < patch.get_x() + patch.get_width()]
    assert way.get_color() == style.BACKWARD and x[0] == 700 and y[0] < loss.get_position()[1]
    assert max(y[1:3]) < min(patch.get_y() for patch in ax.patches), "it runs below all cells"
    assert x[2] == x[3] < min(logit.get_x() for logit in logits), "and up beside the logits, not through them"
    assert len(arrows) == 3 == len(logits)
    for logit, arrow in zip(logits, arrows, strict=True):  # each begins at the fork
        assert arrow.xy[0] == logit.get_x() and 0 < arrow.xy[1] - logit.get_y() < logit.get_height() / 2
        assert arrow.xyann == (x[2], arrow.xy[1]) and y[2] < arrow.xy[1] <= y[3]


def test_pipeline_texts_keep_apart():
    ax = bp.plots.plot_pipeline([100.0 / 12, -0.4, 0.5], 0)
    ax.figure.draw_without_rendering()
    boxes = [(t.get_text(), t.get_window_extent()) for t in ax.texts if t.get_text()]
    assert not [(a, b) for k, (a, one) in enumerate(boxes) for b, other in boxes[k + 1 :] if one.overlaps(other)]


def test_delta_batches_show_each_delta_and_frame_the_true_class():
    labels, rng = np.array([2, 0, 1, 1]), np.random.default_rng(0)
    before, after = rng.uniform(-1, 1, size=(2, 4, 3))
    after[0] = 0.01  # too small to be written
    first = bp.plots.plot_delta_batches({"before": before, "after": after}, labels, title="A claim")
    for ax, delta in zip(first.figure.axes, (before, after), strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), delta)
        assert ax.images[0].get_clim() == (-1, 1)
        frames = [tuple(np.array(frame.get_xy()) + 0.5) for frame in ax.patches]
        assert frames == [(true, row) for row, true in enumerate(labels)]
        written = {t.get_position(): t.get_text() for t in ax.texts}
        assert written == {(k, i): minus(f"{d:.1f}") for (i, k), d in np.ndenumerate(delta) if abs(d) >= 0.05}
    assert [ax.get_xlabel() for ax in first.figure.axes] == ["before", "after"]
    assert first.figure.get_suptitle() == "A claim"


@pytest.mark.parametrize("true", range(3))
def test_pipeline_takes_any_class(true):
    ax = bp.plots.plot_pipeline([3.0, 1.0, 2.0], true)
    (loss,) = [t for t in ax.texts if t.get_position()[0] == 700 and t.get_color() == style.FORWARD]
    assert loss.get_text() == f"{np.log(np.exp([3.0, 1.0, 2.0]).sum()) - [3.0, 1.0, 2.0][true]:.3f}"
