"""Plots and graphs of chapter `derivation`, by their data."""

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.explore.small_graph import PARENTS, compute
from bpcourse.plots import derivation, style
from bpcourse.text import minus


def test_ways_highlights_the_weight_and_what_it_acts_through():
    ax = bp.plots.plot_ways((3, 3, 2), (0, 1), title="A claim")
    orange = [line for line in ax.lines if line.get_color() == style.BACKWARD]
    assert len(orange) == 1 + 2 + 2 and len(ax.lines) == 9 + 6 + 2
    texts = {text.get_text(): text.get_position() for text in ax.texts}
    (start,) = [line for line in orange if line.get_xdata()[0] == texts["x2"][0]]
    assert (start.get_ydata()[0], start.get_ydata()[1]) == (texts["x2"][1], texts["h1"][1])
    assert {"x3", "h3", "o2", "E", "the weight"} <= set(texts) and "o3" not in texts
    assert ax.get_title(loc="left") == "A claim"


def test_a_network_without_a_weight_in_question_has_no_orange():
    ax = bp.plots.plot_ways((3, 3, 2), title="A claim")
    assert {line.get_color() for line in ax.lines} == {style.EDGE} and len(ax.lines) == 9 + 6 + 2
    assert len({circle.get_edgecolor() for circle in ax.patches}) == 1 and len(ax.patches) == 3 + 3 + 2 + 1
    assert {text.get_color() for text in ax.texts if text.get_text()} == {style.INK, style.GREY}
    assert "the weight" not in {text.get_text() for text in ax.texts}


def test_ways_writes_each_change_under_what_changes():
    changes = {"w": 0.01, "h2": -0.5, "o1": 0.25, "o2": 0.125, "o1 E": 1.0, "o2 E": -2.0, "E": -1.0}
    ax = bp.plots.plot_ways((3, 3, 2), (1, 0), changes)
    texts = {text.get_text(): np.array(text.get_position()) for text in ax.texts}
    for name in ("h2", "o1", "o2", "E"):
        across, up = texts[minus(f"{changes[name]:+.6f}")] - texts[name]
        assert across == 0 and -45 < up < -25  # under its circle
    above = {text.get_text(): text.get_position() for text in bp.plots.plot_ways((3, 3, 2), (0, 0), {"h1": 0.5}).texts}
    assert 25 < above["+0.500000"][1] - above["h1"][1] < 45  # no line runs there
    assert texts["+1.000000"][1] > texts["o1"][1] - 20 and texts["−2.000000"][1] < texts["E"][1]
    assert texts["o1"][0] < texts["+1.000000"][0] == texts["−2.000000"][0] < texts["E"][0]
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not [(a, b) for k, a in enumerate(boxes) for b in boxes[k + 1 :] if a.overlaps(b)]


def test_chain_multiplies_from_the_loss_back():
    ax = bp.plots.plot_chain({"w": 0.8, "z": 0.3, "E": 2.0}, {"f": 0.5, "g": -3.0}, title="A claim")
    columns = {}
    for text in ax.texts:
        if text.get_text():
            columns.setdefault(text.get_position()[0], []).append((-text.get_position()[1], text.get_text()))
    shown = [[text for _, text in sorted(column)] for _, column in sorted(columns.items())]
    assert shown == [
        ["w", "0.8000", "−1.5000"], ["f", "· 0.5000"], ["z", "0.3000", "−3.0000"], ["g", "· −3.0000"], ["E", "2.0000", "1"]
    ]  # fmt: skip


def graph_of_the_chapter():
    """(values, parents) as the chapter hands them over, from the explorer, which computes them in its own way."""
    value, local, _ = compute(1.5, -0.8)
    parents = {child: [(p, local[p, child]) for p in both] for child, both in PARENTS.items()}
    return value, parents


def test_graph_shows_each_value_in_its_node_and_each_local_derivative_on_its_arrow():
    values, parents = graph_of_the_chapter()
    ax = bp.plots.plot_graph(values, parents, title="A claim")
    places, short = derivation.GRAPH_PLACES, lambda number: f"{number:.3f}".replace("-", "−")
    assert set(places) == set(values) and ax.get_title(loc="left") == "A claim"
    written = [(text.get_position(), text.get_text(), text.get_color()) for text in ax.texts if text.get_text()]
    for node, (x, y) in places.items():
        inside = [w for w in written if np.hypot(w[0][0] - x, w[0][1] - y) < 12]
        assert [(t, c == style.FORWARD) for _, t, c in inside] == [(node, False), (short(values[node]), True)]
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None) is not None]
    grey = [w for w in written if w[2] == style.GREY]
    assert len(arrows) == len(grey) == sum(map(len, parents.values())) == 15
    for child, both in parents.items():
        for parent, local in both:  # the number beside the middle of the arrow, and no other number there
            middle = (np.array(places[parent]) + places[child]) / 2
            near = sorted(grey, key=lambda w: np.hypot(*(np.array(w[0]) - middle)))
            assert near[0][1] in (short(local), "1" if local == 1 else None)
            ends = [(a.xyann, a.xy) for a in arrows if np.allclose((np.array(a.xyann) + a.xy) / 2, middle)]
            ((start, end),) = ends
            assert np.dot(np.array(end) - start, np.array(places[child]) - places[parent]) > 0  # from parent to child


def test_graph_shows_each_slope_under_its_value():
    values, parents = graph_of_the_chapter()
    slope = slopes(parents)
    ax = bp.plots.plot_graph(values, parents, slope)
    for node, (x, y) in derivation.GRAPH_PLACES.items():
        inside = [
            t for t in ax.texts if t.get_text() and np.hypot(t.get_position()[0] - x, t.get_position()[1] - y) < 20
        ]
        assert [t.get_text() for t in inside] == [node, *(minus(f"{n[node]:.3f}") for n in (values, slope))]
        assert [t.get_color() for t in inside[1:]] == [style.FORWARD, style.BACKWARD]
        assert inside[0].get_position()[1] > inside[1].get_position()[1] > inside[2].get_position()[1]


def test_a_graph_of_other_places_writes_whole_numbers_without_decimals():
    places = {"a": (100, 100), "b": (100, 20), "c": (300, 60)}
    ax = bp.plots.plot_graph({"a": 2, "b": -3, "c": 0.5}, {"c": [("a", 1), ("b", -2)]}, None, places)
    written = {text.get_text() for text in ax.texts if text.get_text()}
    assert written == {"a", "2", "b", "−3", "c", "0.500", "1", "−2"}
    (up,), (down,) = ([t.get_position() for t in ax.texts if t.get_text() == text] for text in ("1", "−2"))
    assert up[1] > 80 and down[1] < 40, "outside of the arrows"


def test_a_graph_says_above_a_node_how_it_is_made_and_asks_where_a_slope_is_asked_for():
    places, slopes = {"a": (100, 100), "b": (100, 20), "c": (300, 60)}, {"a": "?", "b": "?", "c": 1}
    parents = {"c": [("a", 1), ("b", 1)]}
    ax = bp.plots.plot_graph({"a": 2, "b": 3, "c": 5}, parents, slopes, places, made={"c": "c = a + b"})
    written = {text.get_text(): text for text in ax.texts}
    (x, y), circle = written["c = a + b"].get_position(), derivation.GRAPH_RADIUS
    assert x == 300 and 60 + circle < y < 60 + 2 * circle
    asked = [text.get_position() for text in ax.texts if text.get_text() == "?"]
    assert [(x, round(y)) for x, y in asked] == [(100, 87), (100, 7)]
    ax.figure.draw_without_rendering()
    box = written["c = a + b"].get_window_extent()
    assert not any(box.overlaps(other.get_window_extent()) for text, other in written.items() if text != "c = a + b")


def test_several_arrows_between_two_nodes_are_bent_and_keep_apart():
    places = {"a": (100, 80), "b": (400, 80)}
    ax = bp.plots.plot_graph(None, {"b": [("a", 2), ("a", -3), ("a", 4)]}, places=places)
    written = [(text.get_text(), text.get_position()) for text in ax.texts if text.get_text()]
    assert sorted(text for text, _ in written) == ["2", "4", "a", "b", "−3"]
    heights = [y for text, (x, y) in written if x == 250]
    assert len(heights) == 3 and min(a - b for a, b in zip(heights, heights[1:], strict=False)) > 30
    ax.figure.draw_without_rendering()
    arrows = [text.arrow_patch for text in ax.texts if getattr(text, "arrow_patch", None) is not None]
    middles = [np.mean(arrow.get_path().vertices[:3], axis=0)[1] for arrow in arrows]
    assert len(arrows) == 3 and middles[0] > middles[1] > middles[2]
    low, high = ax.get_ylim()
    assert low < min(heights) and max(heights) + 8 < high


@pytest.mark.parametrize("with_slopes", [False, True])
def test_graph_texts_keep_apart_from_each_other_and_from_circles_and_arrows(with_slopes):
    values, parents = graph_of_the_chapter()
    ax = bp.plots.plot_graph(values, parents, slopes(parents) if with_slopes else None)
    ax.figure.draw_without_rendering()
    window = ax.get_window_extent()
    boxes = [(text, text.get_window_extent()) for text in ax.texts if text.get_text()]
    circles = [circle.get_window_extent() for circle in ax.patches]
    pairs = [
        (derivation.GRAPH_PLACES[p], derivation.GRAPH_PLACES[child]) for child in parents for p, _ in parents[child]
    ]
    lines = np.concatenate([ax.transData.transform(np.linspace(start, end, 50)) for start, end in pairs])
    for k, (text, box) in enumerate(boxes):
        assert not [other.get_text() for other, there in boxes[k + 1 :] if box.overlaps(there)], text
        assert window.x0 <= box.x0 and box.x1 <= window.x1, text
        if text.get_color() == style.GREY:
            assert not [point for point in lines if box.contains(*point)], text
            for circle in circles:
                x, y = (circle.x0 + circle.x1) / 2, (circle.y0 + circle.y1) / 2
                away = np.hypot(np.clip(x, box.x0, box.x1) - x, np.clip(y, box.y0, box.y1) - y)
                assert away > circle.width / 2 + 1, text


def test_counts_are_drawn_in_the_colour_of_their_direction():
    ax = bp.plots.plot_counts([1, 2], {"forward mode": [3, 9], "reverse mode": [2, 4], "other": [1, 1]}, title="T")
    assert [line.get_color() for line in ax.lines] == [style.FORWARD, style.BACKWARD, style.INK]
    assert [list(line.get_ydata()) for line in ax.lines] == [[3, 9], [2, 4], [1, 1]]
    assert [text.get_text() for text in ax.texts] == ["forward mode", "reverse mode", "other"]
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert bp.plots.plot_counts([1, 2], {"forward": [1, 2]}, log=False).get_yscale() == "linear"


def test_layer_sizes_have_one_line_a_network():
    ax = bp.plots.plot_layer_sizes({"small": [1e-6, 1e-3, 1.0], "fitting": [0.1, 0.1, 1.0]}, title="T")
    assert [list(line.get_xdata()) for line in ax.lines[:2]] == [[1, 2, 3]] * 2
    assert list(ax.lines[0].get_ydata()) == [1e-6, 1e-3, 1.0] and ax.get_yscale() == "log"
    assert [text.get_text() for text in ax.texts] == ["small", "fitting"]
    assert {line.get_color() for line in ax.lines[:2]} == {style.BACKWARD}  # delta travels backward
    assert (
        len({line.get_linestyle() for line in ax.lines[:2]}) == len({line.get_marker() for line in ax.lines[:2]}) == 2
    )


# ----- the graph of a network


NET = bp.Network((3, 4, 2), bp.tanh, bp.identity, bp.cross_entropy)
PARAMS, RNG = NET.init(seed=5), np.random.default_rng(5)
X, Y = RNG.normal(size=(1, 3)), np.array([[0.3, 0.7]])


def slopes(parents):
    slope = {"E": 1.0}
    for node in reversed(parents):
        for parent, local in parents[node]:
            slope[parent] = slope.get(parent, 0.0) + slope[node] * local
    return slope


def test_graph_gives_the_gradient_of_the_network():
    trace = NET.backward(PARAMS, NET.forward(PARAMS, X), Y)
    slope = slopes(bp.graphs.network(NET, PARAMS, X, Y))
    for k in (1, 2):
        for (j, i), d in np.ndenumerate(trace.grads.W[k]):
            assert slope[f"W{k}[{j},{i}]"] == pytest.approx(d, rel=1e-12)
        for j, d in enumerate(trace.grads.b[k]):
            assert slope[f"b{k}[{j}]"] == pytest.approx(d, rel=1e-12)
            assert slope[f"z{k}[{j}]"] == pytest.approx(trace.delta[k][0, j], rel=1e-12)


def test_graph_is_in_topological_order_and_ends_with_the_loss():
    parents, seen = bp.graphs.network(NET, PARAMS, X, Y), set()
    for node, rows in parents.items():
        assert all(parent in seen or parent not in parents for parent, _ in rows)
        seen.add(node)
    assert list(parents)[-1] == "E" and sum(map(len, parents.values())) == 4 * 7 + 4 + 2 * 9 + 2 + 2


def test_graph_is_of_one_example():
    two = np.vstack([X, X])
    with pytest.raises(ValueError, match="x has 2 rows and y has 2; expected one example"):
        bp.graphs.network(NET, PARAMS, two, np.vstack([Y, Y]))
    with pytest.raises(ValueError, match="x has shape"):
        bp.graphs.network(NET, PARAMS, X[:, :2], Y)
