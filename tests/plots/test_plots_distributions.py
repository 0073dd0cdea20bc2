"""The histograms by layer and the dead units, by the data of their artists."""

import dataclasses

import numpy as np
import pytest

import bpcourse as bp
from bpcourse import plots
from bpcourse.plots import style

X, LABELS, _, _ = bp.datasets.digits()


def trace(g, sizes=(64, 20, 20, 10)):
    net = bp.Network(sizes, g, bp.identity, bp.half_squared_error)
    params = net.init(weights="he")
    return net.backward(params, net.forward(params, X[:200]), bp.one_hot(LABELS[:200], 10))


def histogram(panel):
    (steps,) = panel.patches
    return steps.get_data()


@pytest.fixture(scope="module")
def both():
    return {"tanh": trace(bp.tanh), "relu": trace(bp.relu)}


def test_a_column_a_network_and_a_row_a_layer_of_each_pass(both):
    ax = plots.plot_distributions(both, (1, 2), title="A claim")
    assert ax.get_title(loc="left") == "A claim" and len(ax.child_axes) == 8
    panels = iter(ax.child_axes)
    for column, (label, one) in enumerate(both.items()):
        column_of = [next(panels) for _ in range(4)]
        assert [panel.get_title(loc="left") for panel in column_of] == [label, "", "", ""]
        for panel, (name, layer) in zip(column_of, (("a", 1), ("a", 2), ("δ", 1), ("δ", 2)), strict=True):
            counts, edges, _ = histogram(panel)
            array = (one.a if name == "a" else one.delta)[layer]
            numbers = array[array != 0] if name == "a" else np.log10(np.abs(array[array != 0]))
            assert np.array_equal(counts, np.histogram(numbers, edges)[0])
            assert counts.sum() >= 0.99 * numbers.size and counts.max() < panel.get_ylim()[1]
            said = [text.get_text() for text in panel.texts]
            assert (f"{name}, layer {layer}" in said) == (column == 0)
            zero = np.mean(array == 0)
            assert (f"{zero:.0%} are 0" in said) == (zero > 0.005) == (label == "relu")


def test_forward_is_blue_and_backward_orange_on_one_axis_for_all(both):
    panels = plots.plot_distributions(both, (1, 2)).child_axes
    colours = [style.mpl.colors.to_hex(panel.patches[0].get_edgecolor()) for panel in panels]
    assert colours == [style.FORWARD, style.FORWARD, style.BACKWARD, style.BACKWARD] * 2
    forward, backward = ([panel.get_xlim() for panel in panels if (panel.patches[0].get_edgecolor()
                          == style.mpl.colors.to_rgba(colour))] for colour in (style.FORWARD, style.BACKWARD))  # fmt: skip
    assert len(set(backward)) == 1 and len(set(forward)) == 2  # of δ one axis; of a one a network
    assert forward[0] == (-1, 1) and forward[2][0] == 0


@pytest.mark.parametrize("decades", [4, 9, 11, 20, 60])
def test_no_two_powers_of_ten_run_into_each_other(both, decades):
    deltas = {1: np.array([[10.0**-decades, 1.0]]), 2: np.ones((1, 2))}
    ax = plots.plot_distributions({"wide": dataclasses.replace(both["tanh"], delta=deltas)}, (1, 2))
    named = [text.get_text() for text in ax.child_axes[-1].get_xticklabels()]
    assert ax.child_axes[-1].get_xlim() == (-decades, 0) and 3 <= len(named) <= 6
    assert named[-1] == "$10^{0}$"


def test_dead_units_are_counted_by_what_became_of_them():
    before = {1: np.array([True, True, False, False]), 2: np.array([True, True, True, False])}
    after = {1: np.array([True, True, True, True]), 2: np.array([False, False, True, False])}
    ax = plots.plot_dead(before, after, title="A claim")
    stayed, woke, died = ([bar.get_height() for bar in bars] for bars in ax.containers)
    assert (stayed, woke, died) == ([2, 1], [0, 2], [-2, 0]) and ax.get_title(loc="left") == "A claim"
    assert [bar.get_y() for bar in ax.containers[1]] == [2, 1]  # on top of those that stayed
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "dead before and after",
        "dead before, awake after",
        "died in training",
    ]
    ax.figure.canvas.draw()
    assert not any(set("-−.") & set(tick.get_text()) for tick in ax.get_yticklabels())  # counts, downward too


def test_nobody_dead_is_a_picture_too():
    nobody = {1: np.zeros(3, dtype=bool)}
    low, high = plots.plot_dead(nobody, nobody).get_ylim()
    assert low < 0 < high
