"""The explorer of chapter `derivation` by the data it draws."""

import itertools

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.explore.graph import BACKWARD_STEPS, EDGES, FORWARD_STEPS, WEIGHTS, brief, chains, compute
from bpcourse.plots.style import BACKWARD, FORWARD

GRAPH = bp.explore.graph()


def loss(x=1.5, v=0.8, w1=0.5, w2=-0.8, u1=0.7, u2=0.9):
    s = u1 * np.tanh(w1 * v * x) + u2 * np.tanh(w2 * v * x)
    return (s - 1) ** 2 / 2


def scene(**values):
    return GRAPH.move(**GRAPH.settings(**values))


def shown(**values):
    return [label.text for label in scene(**values).labels]


@pytest.mark.parametrize("name", ["x", "v", "w1", "w2", "u1", "u2"])
@pytest.mark.parametrize(("x", "w2"), [(1.5, -0.8), (-0.7, 0.34), (2.0, 1.0)])
def test_every_slope_is_that_of_the_loss(name, x, w2):
    value, _, slope = compute(x, w2)
    at = {"x": x, "w2": w2}
    here = at.get(name, value[name])
    h = 1e-6
    measured = (loss(**at | {name: here + h}) - loss(**at | {name: here - h})) / (2 * h)
    assert slope[name] == pytest.approx(measured, abs=1e-8) and value["E"] == pytest.approx(loss(**at))


@pytest.mark.parametrize("name", WEIGHTS[1:])
def test_the_chains_of_a_weight_add_up_to_its_slope(name):
    _, local, slope = compute(1.5, -0.8)
    ways = chains(name)
    assert len(ways) == (2 if name == "v" else 1) and all(way[0] == "E" and way[-1] == name for way in ways)
    products = [np.prod([local[p, c] for c, p in itertools.pairwise(way)]) for way in ways]
    assert sum(products) == pytest.approx(slope[name], rel=1e-12)


def test_the_orders_are_topological():
    assert all(p not in FORWARD_STEPS or FORWARD_STEPS.index(p) < FORWARD_STEPS.index(c) for p, c in EDGES)
    assert all(BACKWARD_STEPS.index(c) < BACKWARD_STEPS.index(p) for p, c in EDGES)
    assert set(BACKWARD_STEPS) == {node for edge in EDGES for node in edge}


def test_a_step_shows_what_is_computed_and_nothing_else():
    value, _, slope = compute(1.5, -0.8)
    for step in range(25):
        texts = shown(step=step, weight=0)
        done, back = FORWARD_STEPS[:step], BACKWARD_STEPS[: max(0, step - 9)]
        assert ("0.600" in texts) == ("z1" in done) and ("0.837" in texts) == ("E" in done)
        assert sum(text.startswith("∂E ") for text in texts) == len(back)
        assert ("∂E 0.140" in texts) == ("v" in back)


@pytest.mark.parametrize(("step", "lit", "colour"), [
    (1, {("v", "c"), ("x", "c")}, FORWARD), (8, {("p1", "s"), ("p2", "s")}, FORWARD), (10, set(), BACKWARD),
    (11, {("s", "E")}, BACKWARD), (22, {("c", "z1"), ("c", "z2")}, BACKWARD), (24, {("x", "c")}, BACKWARD), (0, set(), None),
])  # fmt: skip
def test_a_step_lights_up_the_arrows_it_uses(step, lit, colour):
    scene(step=step)
    assert {edge for edge, line in GRAPH.edges.items() if line.get_visible()} == lit
    assert all(GRAPH.edges[edge].get_color() == colour for edge in lit)


def test_the_chains_of_the_chosen_weight_are_drawn():
    for k, name in enumerate(WEIGHTS):
        scene(weight=k, step=0)
        expected = {(p, c) for way in (chains(name) if k else []) for c, p in itertools.pairwise(way)}
        assert {edge for edge, line in GRAPH.chain.items() if line.get_visible()} == expected
    at_w1 = len(FORWARD_STEPS) + 1 + BACKWARD_STEPS.index("w1")
    assert "E ← s ← p1 ← h1 ← z1 ← w1" in shown(weight=2, step=at_w1 - 1)  # no numbers before the way back is there
    numbers = "E ← s ← p1 ← h1 ← z1 ← w1:   (−1.294) · 1 · 0.700 · 0.712 · 1.200 = −0.773"
    assert numbers in shown(weight=2, step=at_w1)


def test_the_formula_of_the_join():
    texts = shown(step=22)
    assert "∂E/∂c = ∂E/∂z1 · ∂z1/∂c + ∂E/∂z2 · ∂z2/∂c" in texts
    assert "= (−0.645) · 0.500 + (−0.519) · (−0.800) = 0.093" in texts
    assert "Two nodes use it: two messages arrive, and they add up." in texts
    assert "s = p1 + p2" in shown(step=8) and "= 0.376 + (−0.670) = −0.294" in shown(step=8)
    assert "= ½ ((−0.294) − 1)² = 0.837" in shown(step=9)


def test_the_answers_that_the_chapter_gives():
    slopes = {w2: compute(1.5, w2)[2] for w2 in GRAPH.sliders["w2"].values}
    nearest = min(slopes, key=lambda w2: abs(slopes[w2]["v"]))
    assert nearest == -0.32
    texts = shown(step=24, w2=-0.32)
    assert "∂E 4.7e−4" in texts and "∂E −0.570" in texts and "∂E −0.892" in texts
    dead = shown(step=24, w2=0.0, weight=1)
    assert slopes[0.0]["w2"] != 0 and "∂E −0.674" in dead
    assert any(text.startswith("E ← s ← p2") and text.endswith("= 0") for text in dead)


def test_status_says_it_in_words():
    status = scene(step=22, weight=1).status
    assert "Step 22 of 24: ∂E/∂c = 0.093" in status and "2 chains from E to v shown" in status
    assert "no chain" in scene(weight=0).status and "E = 0.837; no chain" in scene().status
    assert "∂E/∂v = 0.140" in scene(step=24).status
    for step in range(24):  # nothing is told before it is computed
        assert ("E = 0.837" in scene(step=step).status) == (step >= 9) and "∂E/∂v" not in scene(
            step=min(step, 22)
        ).status
    assert "nothing is computed yet" in scene(step=0).status


def test_numbers_are_short():
    assert [brief(x) for x in (0.0, 1.0, -2.0, 0.25, 4e-4, -1e-16)] == ["0", "1", "−2", "0.250", "4.0e−4", "0"]
