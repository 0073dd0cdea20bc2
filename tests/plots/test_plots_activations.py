"""The plots of chapter `activations` by the data of their artists."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.text import Annotation

from bpcourse import plots
from bpcourse.plots import style
from bpcourse.plots.activations import NEGATIVE, POSITIVE, broken, flat_zones

Z = np.linspace(-4, 4, 81)


def words(ax):
    return {text.get_text() for text in ax.texts}


def test_flat_zones_are_where_the_slope_is_small():
    assert flat_zones(Z, np.where(Z > 1.05, 1.0, 0.0)) == [(-4.0, pytest.approx(1.0))]
    zones = flat_zones(Z, np.abs(Z) - 2)
    assert zones == [pytest.approx((-2.0, -2.0), abs=0.11), pytest.approx((2.0, 2.0), abs=0.11)]
    assert flat_zones(Z, np.ones_like(Z)) == [] and flat_zones(Z, np.zeros_like(Z)) == [(-4.0, 4.0)]
    assert flat_zones(Z, np.full_like(Z, -1.0)) == []


def test_value_and_slope_have_a_panel_for_each_curve():
    curves = {"a": (Z, np.tanh(Z), 1 - np.tanh(Z) ** 2), "b": (Z, Z, np.ones_like(Z)), "c": (Z, 2 * Z, 0 * Z + 2)}
    ax = plots.plot_value_and_slope(curves, title="A claim")
    panels = ax.child_axes
    assert [panel.get_title(loc="left") for panel in panels] == list(curves)
    assert ax.get_title(loc="left") == "A claim"
    for panel, (z, value, slope) in zip(panels, curves.values(), strict=True):
        value_line, slope_line = [line for line in panel.lines if len(line.get_xdata()) == len(z)]
        assert value_line.get_zorder() <= slope_line.get_zorder()
        assert np.array_equal(value_line.get_ydata(), value) and value_line.get_color() == style.FORWARD
        assert np.array_equal(slope_line.get_ydata(), slope) and slope_line.get_color() == style.BACKWARD
        assert slope_line.get_linestyle() != value_line.get_linestyle()
        assert {"value g", "slope g′"} <= words(panel)
    assert [len(panel.patches) for panel in panels] == [2, 0, 0]
    assert [panel.get_ylim() for panel in plots.plot_value_and_slope(curves, ylim=(-1, 2)).child_axes] == [(-1, 2)] * 3


def test_a_jump_is_a_gap_and_a_steep_slope_is_none():
    slope = np.where(Z > 0, 1.0, 0.25)
    panel = plots.plot_value_and_slope({"a": (Z, Z, slope)}).child_axes[0]
    x, y = panel.lines[-1].get_data()
    gap = np.flatnonzero(np.isnan(y))
    assert len(gap) == 1 and x[gap[0] - 1] == 0.0 and (y[gap[0] - 1], y[gap[0] + 1]) == (0.25, 1.0)
    assert np.array_equal(y[~np.isnan(y)], slope) and not np.isnan(broken(Z, 1 - np.tanh(Z) ** 2)[1]).any()


def test_functions_are_labelled_where_they_end():
    ax = plots.plot_functions({"one": (Z, Z), "two": (Z, Z**2)}, title="A claim")
    assert [list(line.get_ydata()) for line in ax.lines] == [list(Z), list(Z**2)]
    assert words(ax) == {"one", "two"} and ax.texts[1].xy == (4.0, 16.0)
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 2


def test_a_folded_line_has_a_dot_at_each_kink():
    once, twice = 1 - np.abs(Z) / 4, np.abs(1 - np.abs(Z) / 2)
    fig = plots.plot_folds({"one": (Z, once), "two": (Z, twice)}, title="A claim").figure
    for ax, label, y, kinks in zip(fig.axes, ("one", "two"), (once, twice), ([0], [-2, 0, 2]), strict=True):
        line, dots = ax.lines
        assert np.array_equal(line.get_ydata(), y) and ax.get_title(loc="left") == label
        assert line.get_color() == dots.get_color() == style.FORWARD
        assert list(dots.get_xdata()) == pytest.approx(kinks, abs=1e-9)
    assert fig.get_suptitle() == "A claim"


def test_depth_is_logarithmic_over_the_layers():
    ax = plots.plot_depth({"dies": [1e-9, 1e-4, 1.0], "lives": [0.5, 0.8, 1.0]}, title="A claim")
    lines = [line for line in ax.lines if len(line.get_xdata()) == 3]
    assert ax.get_yscale() == "log" and [list(line.get_xdata()) for line in lines] == [[1, 2, 3]] * 2
    assert list(lines[0].get_ydata()) == [1e-9, 1e-4, 1.0] and words(ax) == {"dies", "lives"}
    assert {line.get_color() for line in lines} == {style.BACKWARD}  # messages travel backward
    assert len({line.get_linestyle() for line in lines}) == len({line.get_marker() for line in lines}) == 2


def test_the_way_back_is_a_bar_for_each_unit_with_its_number():
    chains = {"half": [0.25, 0.5, 1.0], "twice": [4.0, 2.0, 1.0]}
    fig = plots.plot_way_back(chains, title="A claim").figure
    for ax, (label, sizes) in zip(fig.axes, chains.items(), strict=True):
        assert [bar.get_height() for bar in ax.patches if hasattr(bar, "get_height")] == sizes
        assert ax.get_title(loc="left") == label and ax.get_ylim()[0] == 0
        numbers = {t.xy: t.get_text() for t in ax.texts if isinstance(t, Annotation) and t.get_text()}
        written = ["1/4", "1/2", "1"] if label == "half" else ["4", "2", "1"]
        assert numbers == {(k, size): text for k, (size, text) in enumerate(zip(sizes, written, strict=True), 1)}
        (arrow,) = [t for t in ax.texts if isinstance(t, Annotation) and not t.get_text()]
        assert arrow.xy[0] < arrow.xyann[0] and arrow.arrowprops["color"] == style.BACKWARD  # to the left, above all
        assert arrow.xy[1] > max(sizes)
    assert fig.get_suptitle() == "A claim"


def test_the_row_of_units_shows_one_step_back_and_leaves_the_others():
    ax = plots.plot_row_of_units(weight=2, value=0.5, slope=0.25, units=4, title="A claim")
    row = lambda start: [t.get_text() for t in sorted(ax.texts, key=lambda t: t.get_position()[0])  # noqa: E731
                         if t.get_text().startswith(start)]  # fmt: skip
    assert row("δ") == ["δ = ?", "δ = ?", "δ = 1 · 2 · 1/4 = 1/2", "δ = 1"]
    assert row("unit") == [f"unit {k}" for k in (1, 2, 3, 4)] and row("says") == ["says 1/2"] * 4
    assert row("slope") == ["slope 1/4"] * 4 and row("weight") == ["weight 2"] * 3
    arrows = [t for t in ax.texts if isinstance(t, Annotation)]
    assert len(arrows) == 6 and row("·") == ["· 2"] * 3
    for arrow in arrows:  # blue to the right, orange to the left
        forward = arrow.xy[0] > arrow.xyann[0]
        assert arrow.arrowprops["color"] == (style.FORWARD if forward else style.BACKWARD)
    ax = plots.plot_row_of_units(weight=2, value=0.5, slope=0.25)
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[k + 1 :])


def test_jacobian_shows_every_number_in_its_place():
    J = np.array([[0.2, -0.1, 0.0], [-0.3, 0.4, 0.25]])
    ax = plots.plot_jacobian(J, title="A claim")
    at = {text.get_position(): text.get_text() for text in ax.texts}
    assert at == {(k, i): f"{J[i, k]:+.3f}".replace("-", "−") for i in range(2) for k in range(3)}
    colours = [mpl.colors.to_hex(patch.get_facecolor()[0]) for patch in ax.collections]
    assert colours == [POSITIVE if J[i, k] > 0 else NEGATIVE for i in range(2) for k in range(3)]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["by z₁", "by z₂", "by z₃"]
    assert not {POSITIVE, NEGATIVE} & {style.FORWARD, style.BACKWARD}


def test_they_draw_on_given_axes_and_leave_the_settings_alone():
    before = dict(mpl.rcParams)
    for draw in (
        lambda ax: plots.plot_value_and_slope({"a": (Z, Z, Z)}, ax=ax),
        lambda ax: plots.plot_functions({"a": (Z, Z)}, ax=ax),
        lambda ax: plots.plot_depth({"a": [0.1, 1.0]}, ax=ax),
        lambda ax: plots.plot_jacobian(np.eye(3), ax=ax),
    ):
        ax = style.figure().add_subplot()
        assert draw(ax) is ax
    assert dict(mpl.rcParams) == before
