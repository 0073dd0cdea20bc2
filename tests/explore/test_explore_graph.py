"""The explorer of the small graph by the data it draws."""

import itertools
import re

import numpy as np
import pytest
from test_explore import boxes

import bpcourse as bp
from bpcourse.explore.base import SHARPNESS
from bpcourse.explore.small_graph import (
    ARROWS,
    BACKWARD_STEPS,
    EDGES,
    FORWARD_STEPS,
    GIVEN,
    LAST,
    LOCAL,
    backward_step,
    brief,
    compute,
    lit_by,
    ways,
)
from bpcourse.plots.derivation import GRAPH_PLACES as PLACE
from bpcourse.plots.derivation import GRAPH_RADIUS as RADIUS
from bpcourse.plots.derivation import beside
from bpcourse.plots.style import BACKWARD, FORWARD, LIGHT_ARROW, WIDTH

GRAPH = bp.explore.graph()
CHAINS = GRAPH.sliders["chains"].values
# Corners of both numbers, a dead chain, two chains that cancel, a slope of nearly 0 everywhere.
NUMBERS = [*itertools.product((-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0)), (1.5, -0.8), (1.5, -0.32), (1.5, 0.72), (-0.1, 0.02)]


def loss(x=1.5, v=0.8, w1=0.5, w2=-0.8, u1=0.7, u2=0.9):
    s = u1 * np.tanh(w1 * v * x) + u2 * np.tanh(w2 * v * x)
    return (s - 1) ** 2 / 2


def scene(**values):
    return GRAPH.move(**GRAPH.settings(**values))


def shown(**values):
    return [label.text for label in scene(**values).labels]


def on_the_way(share, step, **values):
    values = GRAPH.settings(step=step, **values)
    return GRAPH.on_the_way(share, values | {"step": step - 1}, **values)


def step_of(node):
    return FORWARD_STEPS.index(node) + 1


@pytest.mark.parametrize("name", ["x", "v", "w1", "w2", "u1", "u2"])
@pytest.mark.parametrize(("x", "w2"), [(1.5, -0.8), (-0.7, 0.34), (2.0, 1.0)])
def test_every_slope_is_that_of_the_loss(name, x, w2):
    value, _, slope = compute(x, w2)
    at = {"x": x, "w2": w2}
    here = at.get(name, value[name])
    h = 1e-6
    measured = (loss(**at | {name: here + h}) - loss(**at | {name: here - h})) / (2 * h)
    assert slope[name] == pytest.approx(measured, abs=1e-8) and value["E"] == pytest.approx(loss(**at))


@pytest.mark.parametrize("edge", EDGES, ids=" -> ".join)
def test_the_formula_of_a_local_derivative_gives_its_number(edge):
    value, local, _ = compute(1.3, -0.44)
    parent, child = edge
    formula = LOCAL[child][parent].replace("−", "-").replace("²", "**2")
    assert eval(formula, {**value, "y": 1.0}) == pytest.approx(local[edge], rel=1e-12)


@pytest.mark.parametrize("name", GIVEN)
def test_the_chains_of_a_weight_add_up_to_its_slope(name):
    _, local, slope = compute(1.5, -0.8)
    assert len(ways(name)) == (2 if name in "vx" else 1)
    assert all(way[0] == "E" and way[-1] == name for way in ways(name))
    products = [np.prod([local[p, c] for c, p in itertools.pairwise(way)]) for way in ways(name)]
    assert sum(products) == pytest.approx(slope[name], rel=1e-12)


def test_the_orders_are_topological():
    assert all(p not in FORWARD_STEPS or FORWARD_STEPS.index(p) < FORWARD_STEPS.index(c) for p, c in EDGES)
    assert all(BACKWARD_STEPS.index(c) < BACKWARD_STEPS.index(p) for p, c in EDGES)
    assert set(BACKWARD_STEPS) == {node for edge in EDGES for node in edge}


def test_a_step_shows_what_is_computed_and_nothing_else():
    for step in range(LAST + 1):
        texts = shown(step=step)
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
    for edge, arrow in GRAPH.edges.items():
        assert arrow.get_visible() == (edge in lit)
        if edge in lit:
            assert arrow.get_edgecolor() == pytest.approx(rgba(colour)) and arrow.get_linewidth() > 2
    scene(step=step, chains="v")
    for edge, arrow in GRAPH.edges.items():  # a chain hides no arrow
        assert arrow.get_visible() or not GRAPH.chain[edge].get_visible()
        assert edge in lit or arrow.get_edgecolor() == pytest.approx(rgba(LIGHT_ARROW))


def rgba(colour):
    return tuple(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)) + (1,)


def test_what_is_chosen_is_drawn_wide():
    for chains in CHAINS:
        scene(chains=chains, step=0)
        if chains in ARROWS:
            parent, child = ARROWS[chains]
            expected = {(p, c) for way in ways(child) for c, p in itertools.pairwise(way)} | {(parent, child)}
        else:
            expected = {(p, c) for way in (ways(chains) if chains in GIVEN else []) for c, p in itertools.pairwise(way)}
        assert {edge for edge, line in GRAPH.chain.items() if line.get_visible()} == expected
    assert "E ← s ← p1 ← h1 ← z1 ← w1:   numbers at step 20" in shown(chains="w1", step=19)
    numbers = "E ← s ← p1 ← h1 ← z1 ← w1:   (−1.294) · 1 · 0.700 · 0.712 · 1.200 = −0.773"
    assert numbers in shown(chains="w1", step=20)
    assert "together (−0.483) + 0.623 = 0.140 = ∂E/∂v" in shown(chains="v", step=23)


def test_the_formula_of_an_arrow():
    assert "∂z1/∂c = w1" in shown(chains="c → z1", step=1)  # its number comes with z1
    assert "∂z1/∂c = w1 = 0.500" in shown(chains="c → z1", step=2)
    assert "∂h1/∂z1 = 1 − h1² = 0.712" in shown(chains="z1 → h1", step=24)
    assert "∂s/∂p1 = 1" in shown(chains="p1 → s", step=24)  # and not "1 = 1"
    texts = shown(chains="v → c", step=24)
    assert "∂c/∂v = x = 1.500" in texts and sum(text.startswith("E ← s") for text in texts) == 2


def test_the_formula_of_the_join():
    texts = shown(step=22)
    assert "∂E/∂c = ∂E/∂z1 · ∂z1/∂c + ∂E/∂z2 · ∂z2/∂c" in texts
    assert "= (−0.645) · 0.500 + (−0.519) · (−0.800) = 0.093" in texts
    assert "Two nodes use it: two messages arrive, and they add up." in texts
    assert "s = p1 + p2" in shown(step=8) and "= 0.376 + (−0.670) = −0.294" in shown(step=8)
    assert "= ½ ((−0.294) − 1)² = 0.837" in shown(step=9)


def test_no_line_says_that_a_number_is_itself():
    for step, chains in itertools.product(range(LAST + 1), CHAINS):
        for text in shown(step=step, chains=chains):
            sides = [side.strip() for side in text.split(" = ")]
            assert all(a != b for a, b in itertools.pairwise(sides)), text


def test_status_panel_and_nodes_agree():
    for step, (x, w2) in itertools.product(range(LAST + 1), NUMBERS):
        state = scene(step=step, x=x, w2=w2, chains="v")
        texts = [label.text for label in state.labels]
        assert len(state.status) <= 200 and state.status.startswith(f"Step {step} of {LAST}: ")
        if step:
            kind, name, number = re.match(r"Step \d+ of \d+: (\w+), (\S+) = (\S+)\. ", state.status).groups()
            panel = next(text for text in texts if text.startswith("= "))
            assert panel.endswith(f"= {number}") and kind.capitalize() in texts
            node = name.removeprefix("∂E/∂")
            label = number if kind == "forward" else f"∂E {number}"
            near = [text for text in state.labels if text.text == label and apart(text, PLACE[node]) < RADIUS + 60]
            assert near and any(text.startswith(f"{name} = ") or text == name for text in texts)
        else:
            assert "nothing is computed yet" in state.status
        value, _, slope = compute(x, w2)  # nothing is told before it is computed
        said = re.sub(r"Step .*?(forward|backward), ", "", state.status).rstrip(".").split(". ")
        assert said.count(f"E = {brief(value['E'])}") == (step >= 9)
        assert said.count(f"∂E/∂v = {brief(slope['v'])}") == (step >= 23)
        if step >= 23:
            chains = [text.rpartition(" = ")[2] for text in texts if text.startswith("E ← s")]
            assert len(chains) == 2 and f"∂E {brief(slope['v'])}" in texts
            assert any(text.startswith("together ") and f"= {brief(slope['v'])} = ∂E/∂v" in text for text in texts)


def apart(label, centre):
    return np.hypot(label.x - centre[0], label.y - centre[1])


def test_status_counts_what_is_lit():
    assert "2 chains of v lit" in scene(chains="v").status and "1 chain of c → z1 lit" in scene(chains="c → z1").status
    assert "lit" not in scene().status and "Input x = 1.5, weight w2 = −0.80" in scene().status
    assert all(f"{len(lit_by(chains))} chain" in scene(chains=chains).status for chains in CHAINS if chains != "none")


def test_the_answers_that_the_chapter_gives():
    slopes = {w2: compute(1.5, w2)[2] for w2 in GRAPH.sliders["w2"].values}
    nearest = min(slopes, key=lambda w2: abs(slopes[w2]["v"]))
    assert nearest == -0.32
    texts = shown(step=24, w2=-0.32)
    assert "∂E 4.7e−4" in texts and "∂E −0.570" in texts and "∂E −0.892" in texts
    dead = shown(step=24, w2=0.0, chains="v")
    assert slopes[0.0]["w2"] != 0 and "∂E −0.674" in dead
    assert any(text.startswith("E ← s ← p2") and text.endswith("= 0") for text in dead)


def test_numbers_are_short():
    assert [brief(x) for x in (0.0, 1.0, -2.0, 0.25, 4e-4, -1e-16)] == ["0", "1", "−2", "0.250", "4.0e−4", "0"]


# What stands in the picture keeps apart.


def states():
    """Scenes of every step, with many numbers and choices; of what is on its way, too."""
    for step in range(LAST + 1):
        for k, (x, w2) in enumerate(NUMBERS[step % 4 :: 4]):
            yield scene(step=step, x=x, w2=w2, chains=CHAINS[(4 * step + k) % len(CHAINS)])
            travelling = on_the_way((0.2, 0.8)[k % 2], step, x=x, w2=w2) if step else None
            if travelling:
                yield travelling


def test_no_text_touches_a_circle_or_an_arrow_or_another_text():
    lines = np.concatenate([np.linspace(PLACE[p], PLACE[c], 60) for p, c in EDGES])
    centres = np.array(list(PLACE.values()))
    for state in states():
        placed = list(boxes(GRAPH, state.labels))
        for (text, a), (other, b) in itertools.combinations(placed, 2):
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (state.status, text, other)
        for text, (left, top, right, bottom) in placed:
            x0, x1 = left / SHARPNESS, right / SHARPNESS
            y0, y1 = GRAPH.height - bottom / SHARPNESS, GRAPH.height - top / SHARPNESS
            assert 0 <= x0 and x1 <= WIDTH and 0 <= y0 and y1 <= GRAPH.height, text
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            if (np.hypot(*(centres - (x, y)).T) < 20).any():  # it stands in a circle
                corners = [np.hypot(*(centres - corner).T).min() for corner in itertools.product((x0, x1), (y0, y1))]
                assert max(corners) < RADIUS + 2, text
                continue
            away = np.hypot(*(centres - np.clip(centres, (x0, y0), (x1, y1))).T)
            assert away.min() > RADIUS + 2, (state.status, text)
            inside = (lines > (x0 - 2, y0 - 2)).all(axis=1) & (lines < (x1 + 2, y1 + 2)).all(axis=1)
            assert not inside.any(), (state.status, text)


# What can be touched.


@pytest.mark.parametrize("node", FORWARD_STEPS)
def test_a_click_on_a_node_goes_to_its_step_in_the_direction_under_way(node):
    def click(step):
        return GRAPH.touch(PLACE[node][0], PLACE[node][1] + 10, step=step)["step"]

    for step in range(LAST + 1):
        same = step in (step_of(node), backward_step(node))
        backward = (step > len(FORWARD_STEPS)) != same  # a second click shows the other side
        assert click(step) == (backward_step(node) if backward else step_of(node)), step


@pytest.mark.parametrize("node", GIVEN)
def test_a_click_on_a_weight_lights_its_chains_and_a_second_puts_them_out(node):
    x, y = PLACE[node]
    for step in (0, 9, 24):
        assert GRAPH.touch(x, y + 10, step=step) == {"chains": node}
        assert GRAPH.touch(x, y + 10, step=step, chains=node) == {"chains": "none"}


@pytest.mark.parametrize("arrow", ARROWS)
def test_a_click_on_an_arrow_or_on_its_number_lights_its_chains(arrow):
    start, end = (np.array(PLACE[node]) for node in ARROWS[arrow])
    for at in ((start + end) / 2, beside(*ARROWS[arrow])):
        for step in (0, 9, 24):
            assert GRAPH.touch(*at, step=step) == {"chains": arrow}
        assert GRAPH.touch(*at, step=9, chains=arrow) == {"chains": "none"}


def test_a_click_on_a_slope_goes_to_its_step():
    for step in range(LAST + 1):
        for label in scene(step=step).labels:
            if label.text.startswith("∂E "):
                x = label.x + {"lm": 20, "mm": 0, "rm": -20}[label.anchor]
                name = min(PLACE, key=lambda node: np.hypot(x - PLACE[node][0], label.y - PLACE[node][1]))
                assert GRAPH.touch(x, label.y, step=step) == {"step": backward_step(name)}


@pytest.mark.parametrize(("name", "start"), [("x", 1.5), ("w2", -0.8), ("w2", 0.34)])
def test_a_number_can_be_dragged_sideways(name, start):
    x, y = PLACE[name]
    for values in ({"step": 0}, {"step": 24, "chains": "v"}):
        state = scene(**values, **{name: start})
        (target,) = [t for t in reversed(state.targets) if (x, y - 9) in t][:1]
        slider = GRAPH.sliders[name]
        at = slider.index(start)
        assert target.sets(x, y - 9) == {name: start} == target.sets(x + RADIUS, y)  # a click alone changes nothing
        assert target.sets(x + RADIUS + 9, y + 200) == {name: slider.at(at + 3)}
        assert target.sets(x - RADIUS - 9, y) == {name: slider.at(at - 3)}
        assert target.sets(-5000, y) == {name: slider.values[0]} and target.sets(5000, y) == {name: slider.values[-1]}


def test_all_that_can_be_touched_lies_in_the_picture_and_sets_a_value_that_there_is():
    for state in states():
        for target in state.targets:
            left, bottom, wide, high = target.box
            assert 0 <= left and left + wide <= WIDTH and 0 <= bottom and bottom + high <= GRAPH.height
            assert min(wide, high) >= 20
            for name, value in target.sets(left + wide / 2, bottom + high / 2).items():
                GRAPH.sliders[name].index(value)
    assert len({target.says for target in scene(step=24).targets}) == 4


# Messages on their way.


def test_messages_travel_along_the_lit_arrows():
    for step in range(1, LAST + 1):
        backward = step > len(FORWARD_STEPS)
        used = [edge for edge in EDGES if edge[0 if backward else 1] == (*FORWARD_STEPS, *BACKWARD_STEPS)[step - 1]]
        if not used:
            assert on_the_way(0.3, step) is None  # the way back begins at the loss, where nothing arrives
            continue
        before, after = set(shown(step=step - 1)), set(shown(step=step))
        value, local, slope = compute(1.5, -0.8)
        for share in (0.0, 0.4, 0.6, 1.0):
            travelling = on_the_way(share, step)
            dots = np.transpose(GRAPH.messages.get_data())
            assert travelling.unfinished and len(dots) == len(used) and travelling.status == scene(step=step).status
            for (parent, child), dot in zip(used, dots, strict=True):
                start, end = np.array(PLACE[parent]), np.array(PLACE[child])
                unit = (end - start) / np.hypot(*(end - start))
                start, end = start + RADIUS * unit, end - RADIUS * unit
                assert dot == pytest.approx(end + share * (start - end) if backward else start + share * (end - start))
            news = [label.text for label in travelling.labels[-len(used) :]]
            if backward:
                rates = [slope[child] * (local[parent, child] if share > 0.5 else 1) for parent, child in used]
            else:
                rates = [value[parent] for parent, _ in used]
            assert news == [brief(rate) for rate in rates]
            here = [text for text in after - before if text.startswith("∂E ")]
            assert not set(here) & {label.text for label in travelling.labels}  # not before it has arrived
    scene(step=5)
    assert len(GRAPH.messages.get_xdata()) == 0


def test_only_one_step_on_is_a_journey():
    here = GRAPH.settings(step=14)
    for before in ({"step": 12}, {"step": 14}, {"step": 15}, {"step": 13, "x": 0.5}, {"step": 13, "chains": "v"}):
        assert GRAPH.on_the_way(0.5, here | before, **here) is None
    assert GRAPH.journey > 0 and GRAPH.sliders["step"].play > 1000 * GRAPH.journey
