"""Plots of chapter `debugging`, by their data."""

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.plots import style
from bpcourse.plots.debugging import COLUMNS


def texts(ax):
    return [text.get_text() for text in ax.texts]


RUNS = {
    "falls": ("healthy", [3.0, 2.0, 1.0]),
    "flat": ("rate too small", [2.5, 2.4, 2.5, 2.4]),
    "part": ("by heart", [2.0, 1.0, 0.5, 0.1, 0.0], [2.0, 3.0, 3.5]),
    "b": ("b", [1.0, 1.0]),
    "c": ("c", [1.0, 1.0]),
}


def test_shapes_have_a_panel_each_with_its_words_and_its_curve():
    ax = bp.plots.plot_shapes(RUNS, title="A claim", level=2.3)
    assert ax.get_title(loc="left") == "A claim" and len(ax.child_axes) == len(RUNS)
    for panel, (name, (said, losses, *_)) in zip(ax.child_axes, RUNS.items(), strict=True):
        level, curve, *_ = panel.lines
        assert texts(panel)[-2:] == [name, said]
        assert set(level.get_ydata()) == {2.3} and list(curve.get_ydata()) == losses
        assert list(curve.get_xdata()) == list(range(len(losses))) and panel.get_xlim() == (0, len(losses) - 1)
        assert [tick.get_text() for tick in panel.get_yticklabels()] == ["0", "2.3"]
        assert panel.get_ylim() == (0, 4.6), "the level stands at one height in all"


def test_the_axes_of_shapes_are_named():
    panels = bp.plots.plot_shapes(RUNS, level=2.3).child_axes
    assert [panel.get_ylabel() for panel in panels] == ["loss", "", "", "", "loss"]
    for panel, (_, losses, *_) in zip(panels, RUNS.values(), strict=True):
        assert [tick.get_text() for tick in panel.get_xticklabels()] == ["0", f"{len(losses) - 1} steps"]
    assert [texts(panel)[:-2] for panel in panels] == [[], [], ["training", "validation"], [], []]


def test_a_curve_that_rises_above_what_is_shown_is_cut_and_its_panel_says_how_far_it_goes():
    jump = [2.0, 19.4, 2.0, 2.0]
    tall, high, free = (bp.plots.plot_shapes({"a": ("", losses)}, level=level).child_axes[0]
                        for losses, level in ((jump, 2.0), ([2.0, 3.9], 2.0), (jump, 0.0)))  # fmt: skip
    assert tall.get_ylim() == high.get_ylim() == (0, 4)
    assert "up to 19" in texts(tall) and list(tall.lines[1].get_ydata()) == jump
    assert free.get_ylim()[1] == pytest.approx(19.4 * 1.06)
    assert not any("up to" in text for panel in (high, free) for text in texts(panel))


def test_other_losses_are_green_over_the_same_steps_and_what_they_are_beside_is_grey():
    panel = bp.plots.plot_shapes(RUNS).child_axes[2]
    curve, other = panel.lines
    assert other.get_color() == style.ACCENT == panel.texts[1].get_color() and curve.get_color() == style.ONE_OF_MANY
    assert other.get_xydata().tolist() == [[0, 2], [2, 3], [4, 3.5]] and panel.get_ylim()[1] == pytest.approx(3.71)
    alone = bp.plots.plot_shapes(RUNS).child_axes[0]
    assert [line.get_color() for line in alone.lines] == [style.INK]
    assert [tick.get_text() for tick in alone.get_yticklabels()] == ["0"]


def test_shapes_stand_four_a_row():
    places = [panel.get_position() for panel in _drawn(bp.plots.plot_shapes(RUNS)).child_axes]
    assert COLUMNS == 4 and len({round(place.y0, 6) for place in places[:4]}) == 1
    assert places[4].y1 < places[0].y0 and places[4].x0 == pytest.approx(places[0].x0)


def test_a_name_alone_stands_where_the_words_would():
    named, bare = bp.plots.plot_shapes({"a": ("said", [1.0, 2.0]), "b": ("", [1.0, 2.0])}).child_axes
    (_, words), (name, _) = named.texts, bare.texts
    assert name.get_text() == "b" and name.get_position() == words.get_position()


def _drawn(ax):
    ax.figure.canvas.draw()
    return ax


BEFORE = {"a": np.array([1e-7, 10.0, 0, 0]), "∂": np.array([100.0, -100.0])}
AFTER = {"a": np.array([0.1, 0.1, -0.1, 0]), "∂": np.array([0.0, 0.0])}


def test_layers_count_numbers_by_size_and_zeros_in_words():
    ax = bp.plots.plot_layers(BEFORE, AFTER, labels=("sick", "well"), title="T")
    forward, backward = ax.child_axes
    assert texts(forward) == ["a", "zero: sick 50%, well 25%"] and texts(backward) == ["∂", "zero: sick 0%, well 100%"]
    after, before = (patch.get_data() for patch in forward.patches)
    assert before.values.sum() == pytest.approx(0.5) and after.values.sum() == pytest.approx(0.75)
    here = np.flatnonzero(after.values)
    assert len(here) == 1 and after.edges[here[0]] <= -1 <= after.edges[here[0] + 1]
    sizes = [before.edges[k] for k in np.flatnonzero(before.values)]
    assert sizes == pytest.approx([-7, 1], abs=0.3)
    assert not backward.patches[0].get_data().values.any() and backward.patches[1].get_data().values.sum() == 1
    assert forward.get_xlim() == backward.get_xlim()


def test_layers_are_blue_forward_and_orange_backward_and_dashed_before():
    ax = bp.plots.plot_layers(
        {"a": BEFORE["a"], "b": BEFORE["a"]} | BEFORE, {"a": AFTER["a"], "b": BEFORE["a"]} | AFTER
    )
    colours = [panel.texts[0].get_color() for panel in ax.child_axes]
    assert colours == [style.FORWARD, style.FORWARD, style.BACKWARD]
    after, before = ax.child_axes[0].patches
    assert after.get_linestyle() in ("-", "solid") and before.get_linestyle() not in ("-", "solid")
    labelled = [any(tick.get_text() for tick in panel.get_xticklabels()) for panel in ax.child_axes]
    assert labelled == [False, True, True]


def test_numbers_beyond_the_axis_count_at_its_end():
    many = np.concatenate([np.full(999, 0.5), [1e-30]])
    panel = bp.plots.plot_layers({"a": many}, {"a": many}).child_axes[0]
    counted = panel.patches[0].get_data()
    assert counted.values.sum() == pytest.approx(1) and counted.values[0] == pytest.approx(1e-3)
    assert counted.edges[0] > -20
