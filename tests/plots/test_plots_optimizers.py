"""The plots of chapters `momentum`, `adaptive_rules` by the data of their artists."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex

import bpcourse as bp
from bpcourse import plots
from bpcourse.plots import style
from bpcourse.plots.optimizers import RATES, apart


def words(ax):
    return {text.get_text() for text in ax.texts}


def lines(ax, size):
    return [line for line in ax.lines if len(line.get_xdata()) == size]


def test_parabolas_hold_the_steps_on_the_curve():
    paths = {"a": [1.0, 0.5, 0.25], "b": [1.0, -1.5, 1.2]}
    ax = plots.plot_parabolas(paths, 4, title="A claim")
    assert ax.get_title(loc="left") == "A claim"
    assert [panel.get_title(loc="left") for panel in ax.child_axes] == ["a", "b"]
    for panel, path in zip(ax.child_axes, paths.values(), strict=True):
        (steps,) = lines(panel, 3)
        assert list(steps.get_xdata()) == path and steps.get_color() == style.BACKWARD
        np.testing.assert_allclose(steps.get_ydata(), 2 * np.square(path))
        (curve,) = lines(panel, 200)
        np.testing.assert_allclose(curve.get_ydata(), 2 * curve.get_xdata() ** 2)
        (last,) = [line for line in lines(panel, 1) if line.get_color() == style.ACCENT]
        assert (*last.get_xdata(), *last.get_ydata()) == (path[-1], 2 * path[-1] ** 2)


def test_paths_start_at_the_ring_and_end_at_the_dot_inside_the_extent_of_the_surface():
    surface = bp.surfaces.bowl(10)
    gone = np.array([[1.0, 1.0], [2.0, -9.0], [np.nan, np.nan]])
    paths = {"a": bp.surfaces.descend(surface, bp.sgd(0.1), steps=4), "b": gone}
    ax = plots.plot_paths(surface, paths, title="A claim")
    for panel, path in zip(ax.child_axes, paths.values(), strict=True):
        (way,) = lines(panel, len(path))
        np.testing.assert_array_equal(np.column_stack(way.get_data()), path)
        points = {(line.get_marker(), line.get_markerfacecolor()): line for line in lines(panel, 1)}
        assert tuple(np.ravel(points["o", "white"].get_data())) == tuple(path[0])
        finite = path[np.isfinite(path).all(axis=1)]
        assert tuple(np.ravel(points["o", style.ACCENT].get_data())) == tuple(finite[-1])
        (cross,) = [line for line in lines(panel, 1) if line.get_marker() == "x"]
        assert tuple(np.ravel(cross.get_data())) == surface.minimum
        assert (*panel.get_xlim(), *panel.get_ylim()) == surface.extent and panel.get_aspect() == 1
        assert len(panel.collections) == 1  # the contours


def test_rates_show_the_larger_factor_in_green_and_the_best():
    alpha = np.linspace(0, 0.3, 31)
    factors = {"flat": abs(1 - alpha), "steep": abs(1 - 10 * alpha)}
    ax = plots.plot_rates(alpha, factors, (2 / 11, 9 / 11), ([0.1, 0.2], [0.9, 1.0]), title="A claim")
    green, *_ = [line for line in lines(ax, 31) if line.get_color() == style.ACCENT]
    np.testing.assert_array_equal(green.get_ydata(), np.maximum(*factors.values()))
    grey = [line for line in lines(ax, 31) if line.get_color() == style.GREY]
    assert [list(line.get_ydata()) for line in grey] == [list(f) for f in factors.values()]
    (best,) = lines(ax, 1)
    assert (*best.get_xdata(), *best.get_ydata()) == (2 / 11, 9 / 11)
    assert {"flat", "steep", "best: α = 0.182, rate 0.818"} <= words(ax)
    assert any(list(line.get_ydata()) == [0.9, 1.0] for line in lines(ax, 2))


def test_curves_by_step_are_labelled_at_their_own_height():
    curves = {"slow": 0.9 ** np.arange(20), "fast": 0.5 ** np.arange(20)}
    ax = plots.plot_by_step(curves, start=1, title="A claim")
    assert ax.get_yscale() == "log" and ax.get_xlim() == (1, 20)
    for line, (label, values) in zip(ax.lines, curves.items(), strict=True):
        assert list(line.get_xdata()) == list(range(1, 21))
        np.testing.assert_array_equal(line.get_ydata(), values)
        (text,) = [text for text in ax.texts if text.get_text() == label]
        at = ax.transAxes.inverted().transform(ax.transData.transform((20, values[-1])))[1]
        assert text.xy == (1.0, pytest.approx(at, abs=1e-6)) and text.get_color() == line.get_color()
    assert plots.plot_by_step(curves, log=False).get_yscale() == "linear"


def test_labels_keepapart_and_stay_below_the_top():
    moved = apart(np.array([0.1, 0.5, 0.51, 0.97]), 0.065)
    assert moved[0] == 0.1 and (np.diff(moved) >= 0.065 - 1e-12).all()
    crowded = apart(np.array([0.95, 0.96, 0.97]), 0.065)
    assert (np.diff(crowded) >= 0.065 - 1e-12).all() and crowded[-1] <= 0.98 + 1e-12


def test_plane_has_the_boundaries_of_theory_and_a_panel_for_each_point():
    across, up = np.linspace(0.01, 4, 41), np.linspace(0, 0.95, 20)
    rate = bp.regimes.spectral_radius(*np.meshgrid(across, up))
    points = {"monotone": (0.1, 0.3, np.array([1, 0.5, 0.2])), "diverging": (3.5, 0.5, np.array([1.0, -3, 9, -27]))}
    ax = plots.plot_plane(across, up, rate, points, title="A claim")
    plane, *panels = ax.child_axes
    thick, *dashed = sorted(lines(plane, 201), key=lambda line: -line.get_linewidth())
    beta = thick.get_ydata()
    np.testing.assert_allclose(thick.get_xdata(), 2 * (1 + beta))
    ringing, alternating, _ = bp.regimes.boundaries(beta)
    np.testing.assert_allclose([line.get_xdata() for line in dashed], [ringing, alternating])
    assert {"monotone", "ringing", "alternating", "diverging", "αλ = 2(1 + β)", "A", "B"} <= words(plane)
    spots = [tuple(np.ravel(line.get_data())) for line in lines(plane, 1)]
    assert spots == [(0.1, 0.3), (3.5, 0.5)]
    assert [panel.get_title(loc="left") for panel in panels] == ["A: monotone", "B: diverging"]
    for panel, (_, _, distances), colour in zip(panels, points.values(), (style.FORWARD, style.GREY), strict=True):
        (way,) = [line for line in panel.lines if line.get_marker() == "o"]
        np.testing.assert_array_equal(way.get_ydata(), distances)
        assert way.get_color() == colour


def test_the_names_of_the_regimes_stand_in_their_regimes():
    ax = plots.plot_plane([0.01, 4], [0, 0.95], np.full((2, 2), 0.5), {"a": (1.0, 0.5, np.zeros(3))})
    for text in ax.child_axes[0].texts:
        if text.get_text() in ("monotone", "ringing", "alternating", "diverging"):
            assert bp.regimes.regime(*text.get_position()) == text.get_text()


def test_stretches_are_blue_where_they_ring_from_end_to_end_and_the_border_is_a_v():
    ax = plots.plot_stretches({"room": 0.9, "fits": 81 / 121, "out": 0.45}, 4 / 121, 400 / 121, title="A claim")
    border, limit, *stretches = ax.lines
    across, up = border.get_data()
    np.testing.assert_allclose(np.abs(np.subtract(across, 1)), up)  # the root of alpha lambda is 1 plus or minus that
    np.testing.assert_allclose(limit.get_xdata() ** 2, 2 * (1 + limit.get_ydata() ** 2))
    assert [line.get_color() for line in stretches] == [style.FORWARD, style.FORWARD, style.BACKWARD]
    for line, beta in zip(stretches, (0.9, 81 / 121, 0.45), strict=True):
        np.testing.assert_allclose(np.square(line.get_xydata()), [[4 / 121, beta], [400 / 121, beta]])
    assert {"room", "fits", "out", "ringing", "diverging"} <= words(ax)


def test_the_tints_change_at_the_rates_that_they_name():
    ax = plots.plot_plane([0.01, 4], [0, 0.95], np.full((2, 2), 0.5), {"a": (1.0, 0.5, np.zeros(3))})
    named = [text for text in ax.child_axes[0].texts if text.get_text().startswith("rate ")]
    assert [float(text.get_text()[5:]) for text in named] == list(RATES[1:-1])
    for text in named:  # on the edge: at the height at which the rate, root of beta, is reached
        assert float(text.get_text()[5:]) ** 2 == text.get_position()[1] and text.get_va() == "center"


def test_they_draw_on_given_axes_and_leave_the_settings_alone():
    before, surface, grid = dict(mpl.rcParams), bp.surfaces.bowl(10), np.linspace(0, 1, 5)
    for draw in (
        lambda ax: plots.plot_parabolas({"a": [1.0]}, 1, ax=ax),
        lambda ax: plots.plot_paths(surface, {"a": np.ones((2, 2))}, ax=ax),
        lambda ax: plots.plot_rates(grid, {"a": grid}, (0.5, 0.5), ax=ax),
        lambda ax: plots.plot_by_step({"a": grid + 1}, ax=ax),
        lambda ax: plots.plot_plane(grid, grid, np.full((5, 5), 0.5), {"a": (1, 0.5, grid)}, ax=ax),
        lambda ax: plots.plot_stretches({"a": 0.5}, 0.1, 2.0, ax=ax),
    ):
        ax = style.figure().add_subplot()
        assert draw(ax) is ax
    assert dict(mpl.rcParams) == before


def test_portraits_draw_velocity_against_distance_and_mark_start_and_rest():
    ways = {
        "one": (np.array([1.0, 0.5, -0.25]), np.array([0.0, -0.5, -0.75])),
        "two": (np.array([2.0, 0.0]), np.zeros(2)),
    }
    first = bp.plots.plot_portraits(ways, title="A claim")
    for ax, (label, (e, v)) in zip(first.figure.axes, ways.items(), strict=True):
        way, start, rest = ax.lines[-3:]
        np.testing.assert_array_equal(way.get_xydata(), np.column_stack([e, v]))
        assert start.get_xydata().tolist() == [[e[0], v[0]]] and rest.get_xydata().tolist() == [[0, 0]]
        assert rest.get_markeredgecolor() == style.ACCENT and ax.get_title(loc="left") == label
    assert first.figure.get_suptitle() == "A claim"


def test_turns_draw_the_line_moved_to_both_sides_and_ring_the_place_that_stays():
    x = np.arange(1.0, 4.0)
    moves = {"turns about 2": (1.0, -2.0), "leaves no place among them": (1.0, 1.0)}
    first = bp.plots.plot_turns(x, 2 * x, (2.0, 0.0), moves, title="A claim")
    for ax, (label, (w, b)) in zip(first.figure.axes, moves.items(), strict=True):
        back, forth, middle, points, *ring = ax.lines
        assert back.get_ydata().tolist() == [-b, 6 * (2 - w) - b] and forth.get_ydata().tolist() == [b, 6 * (2 + w) + b]
        assert middle.get_ydata().tolist() == [0, 12] and ax.get_title(loc="left") == label
        np.testing.assert_array_equal(points.get_xydata(), np.column_stack([x, 2 * x]))
        assert [line.get_xydata().tolist() for line in ring] == ([[[2.0, 4.0]]] if b < 0 else [])
    assert first.figure.get_suptitle() == "A claim"


def test_what_is_left_draws_the_line_of_each_stage_and_a_bar_for_each_share():
    stages = {
        "start": ((0.0, 0.0), {"steep": 1.0, "flat": 1.0}),
        "later": ((1.0, 2.0), {"steep": -0.75, "flat": 0.25}),
    }
    first = bp.plots.plot_what_is_left(np.ones(2), np.ones(2), (2.0, 3.0), stages, title="A claim")
    upper, lower = first.figure.axes[:2], first.figure.axes[2:]
    for ax, low, (label, ((w, b), left)) in zip(upper, lower, stages.items(), strict=True):
        assert ax.get_title(loc="left") == label
        assert ax.lines[0].get_ydata().tolist() == [3, 15] and ax.lines[1].get_ydata().tolist() == [b, 6 * w + b]
        assert [bar.get_width() for bar in low.patches] == [1, 1, *(abs(share) for share in left.values())]
        said = [text for text in low.texts if "%" in text.get_text()]
        assert [text.get_text() for text in said] == [f"{abs(share):.0%}" for share in left.values()]
        far = [text.xy for text in low.texts if text.get_text() == "too far"]
        assert far == [(0, 1)] * (min(left.values()) < 0)  # on the bar of "steep", the upper one
        for bar, share in zip(low.patches[2:], left.values(), strict=True):
            assert to_hex(bar.get_facecolor()) == (style.OTHER if share < 0 else style.FORWARD)
    assert lower[0].get_title(loc="left") == "still off by"  # one is too far
    short = dict.fromkeys(("start", "still there"), stages["start"])
    rest = bp.plots.plot_what_is_left(np.ones(2), np.ones(2), (2.0, 3.0), short, title="A claim")
    assert rest.figure.axes[2].get_title(loc="left") == "still missing"
    assert first.figure.get_suptitle() == "A claim"


def test_by_rate_draws_the_mean_of_each_row_and_its_range():
    rates, wrong = [0.01, 0.1], {"sgd": [[10, 20], [5, 7]], "adam": [[3, 3], [50, 90]]}
    ax = bp.plots.plot_by_rate(rates, wrong, title="A claim")
    for line, bars, (rule, rows) in zip(ax.lines, ax.collections, wrong.items(), strict=True):
        assert line.get_label() == rule and line.get_color() == style.RULE_COLOURS[rule]
        np.testing.assert_allclose(line.get_xdata(), rates, rtol=0.1)  # side by side
        np.testing.assert_array_equal(line.get_ydata(), np.mean(rows, axis=1))
        ends = [segment[:, 1].tolist() for segment in bars.get_segments()]
        assert ends == [[min(row), max(row)] for row in rows]
    assert ax.get_xscale() == ax.get_yscale() == "log" and [t.get_text() for t in ax.get_legend().get_texts()] == [
        *wrong
    ]
