"""The explorer of a path that splits and joins, by the data it draws."""

import itertools
import re

import numpy as np
import pytest
from test_explore import boxes

import bpcourse as bp
from bpcourse.explore.base import SHARPNESS
from bpcourse.explore.split_and_join import BLUES, LEFT, RADIUS, REST, RIGHT, ROWS, SCALE, ZERO
from bpcourse.plots.style import FORWARD, LIGHT_ARROW, WIDTH

SPLIT = bp.explore.split_and_join()
GRID = [
    dict(zip(("nudge", "w1", "w2", "way"), state, strict=True))
    for state in itertools.product((-0.2, -0.07, 0.0, 0.01, 0.2), (0.0, 0.5, 0.8, 1.2), (-0.5, 0.4, 1.2), ROWS)
]


def scene(**values):
    return SPLIT.move(**SPLIT.settings(**values))


def loss(over_o1, over_o2, w1, w2):
    """E when h1 says so much to o1 and so much to o2."""
    return (w1 * over_o1 - 1) ** 2 / 2 + (w2 * over_o2) ** 2 / 2


def numbers(text):
    return [float(number.replace("−", "-")) for number in re.findall(r"[+−]?\d+\.\d+", text)]


def measured(nudge, w1, w2):
    """The change of E over o1, over o2 and over both, by running the network."""
    nudged = [loss(0.5 + nudge * a, 0.5 + nudge * b, w1, w2) for a, b in ((1, 0), (0, 1), (1, 1))]
    return [e - loss(0.5, 0.5, w1, w2) for e in nudged]


def test_words_rows_bars_and_nodes_agree():
    for values in GRID:
        nudge, w1, w2, way = values.values()
        state, changes = scene(**values), measured(nudge, w1, w2)
        rates = [(0.5 * w1 - 1) * w1, 0.5 * w2 * w2]
        rates.append(sum(rates))
        chosen = changes[list(ROWS).index(way)]
        expected = [nudge, loss(0.5, 0.5, w1, w2), chosen, *changes, *(rate * nudge for rate in rates)]
        assert numbers(state.status) == pytest.approx(expected, abs=6e-4) and len(state.status) <= 200
        texts = [label.text for label in state.labels if label.x >= LEFT][1:]
        rows = zip(*[iter(texts)] * 4, strict=True)
        for (_, change, promise, promised), e, rate in zip(rows, changes, rates, strict=True):
            assert numbers(change) == pytest.approx([e], abs=6e-4)
            assert numbers(promise) == pytest.approx([rate, nudge], abs=6e-4)
            assert numbers(promised) == pytest.approx([rate * nudge], abs=6e-4)
        ends = [bar.get_xdata() for bar in SPLIT.bars]
        assert [(b - a) / SCALE for a, b in ends] == pytest.approx([*changes[:2], *changes[:2]], abs=1e-9)
        assert ends[2][0] == ZERO and ends[3][0] == ends[2][1]  # head to tail
        assert SPLIT.sum.get_xdata()[0] == pytest.approx(ends[3][1]) == pytest.approx(ZERO + SCALE * changes[2])
        assert [(x - ZERO) / SCALE for x in SPLIT.promised.get_xdata()] == pytest.approx([r * nudge for r in rates])
        bold = [label.text for label in state.labels if label.bold and label.text.startswith("over")]
        assert bold == [{"both": "over both", "over o1": "over o1 alone", "over o2": "over o2 alone"}[way]]
        assert (SPLIT.nodes["E"].center[1] - REST["E"][1]) / 200 == pytest.approx(chosen)


def test_the_rates_are_the_slopes_of_the_loss():
    for w1, w2 in itertools.product((0.0, 0.3, 1.0), (-0.5, 0.6, 1.2)):
        h = 1e-6
        for row, (a, b) in zip(ROWS, ((1, 0), (0, 1), (1, 1)), strict=True):
            slope = (loss(0.5 + a * h, 0.5 + b * h, w1, w2) - loss(0.5 - a * h, 0.5 - b * h, w1, w2)) / (2 * h)
            (promise,) = [t for t in scene(w1=w1, w2=w2).labels if t.y == ROWS[row] - 27 and t.text.startswith("rate")]
            assert numbers(promise.text)[0] == pytest.approx(slope, abs=6e-4)


@pytest.mark.parametrize(("way", "on"), [("both", {"o1", "o2"}), ("over o1", {"o1"}), ("over o2", {"o2"})])
def test_the_nudge_lights_the_way_that_it_goes(way, on):
    scene(way=way)
    for edge, arrow in SPLIT.edges.items():
        (middle,) = set(edge) & set(BLUES)
        colour = BLUES[middle] if middle in on else LIGHT_ARROW
        assert arrow.get_edgecolor()[:3] == pytest.approx([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    assert {node for node in BLUES if SPLIT.nodes[node].center[1] != REST[node][1]} == on
    assert BLUES["o1"] == FORWARD


def test_the_answers_that_the_chapter_gives():
    assert numbers(scene().status)[2:6] == [-0.0368, -0.08, 0.0432, -0.0368]
    cancel = [w2 for w2 in SPLIT.sliders["w2"].values if abs((0.5 - 1) * 1.0 + 0.5 * w2 * w2) < 1e-12]
    assert cancel == [1.0]
    assert numbers(scene(w2=1.0, nudge=0.2).status)[2] == 0.040 and numbers(scene(w2=1.0).status)[-1] == 0
    assert numbers(scene(w2=1.0, nudge=0.02).status)[2] == 0.0004


def test_before_anything_is_touched_each_bar_is_seen_and_in_no_state_one_leaves_its_row():
    scene()
    lengths = [abs(np.diff(bar.get_xdata()).item()) for bar in SPLIT.bars]
    assert min(lengths) > 30 and abs(SPLIT.sum.get_xdata()[0] - ZERO) > 30
    sliders = SPLIT.sliders
    for nudge, w1, w2 in itertools.product((-0.2, 0.2), sliders["w1"].values, sliders["w2"].values):
        scene(nudge=nudge, w1=w1, w2=w2)
        across = np.ravel([*(bar.get_xdata() for bar in SPLIT.bars), SPLIT.promised.get_xdata()[:2]])
        for x in (*across, SPLIT.promised.get_xdata()[2]):
            assert LEFT + 7 < x < RIGHT - 7, (nudge, w1, w2)


def test_h1_can_be_dragged_up_and_down():
    for nudge in (-0.2, 0.0, 0.13, 0.2):
        x, y = REST["h1"]
        state = scene(nudge=nudge)
        (target,) = [t for t in reversed(state.targets) if (x, y + 200 * nudge) in t][:1]
        assert target.sets(x, y + 200 * nudge) == {"nudge": nudge}
        assert target.sets(x + 300, y + 20) == {"nudge": 0.1} and target.sets(x, y - 900) == {"nudge": -0.2}


def test_a_weight_can_be_dragged_sideways():
    for values in GRID[::7]:
        for k in (1, 2):
            slider = SPLIT.sliders[f"w{k}"]
            start = values[f"w{k}"]
            target = [t for t in scene(**values).targets if t.says == "drag a weight sideways"][k - 1]
            left, bottom, wide, high = target.box
            x, y = left + wide / 2, bottom + high / 2
            label = [t for t in scene(**values).labels if (t.x, t.y) in target and t.colour == FORWARD and t.size == 11]
            assert [numbers(t.text) for t in label] == [[start]]
            assert SPLIT.touch(x, y, **values) == {f"w{k}": start}  # a click alone changes nothing
            step = slider.values[min(slider.index(start) + 2, len(slider.values) - 1)]
            assert target.sets(x + 31 + 6, y) == {f"w{k}": step}
            assert target.sets(-5000, y) == {f"w{k}": slider.values[0]}


def test_a_click_sends_the_nudge_over_one_way():
    for row, y in ROWS.items():
        assert SPLIT.touch(600, y + 30) == SPLIT.touch(600, y - 27) == {"way": row}
    for node, way in (("o1", "over o1"), ("o2", "over o2"), ("E", "both")):
        assert SPLIT.touch(*REST[node], nudge=0.0) == {"way": way}


def test_texts_keep_apart_from_each_other_from_circles_and_from_arrows():
    for values in GRID:
        state = scene(**values)
        placed = list(boxes(SPLIT, state.labels))
        centres = np.array([circle.center for circle in SPLIT.nodes.values()])
        lines = np.concatenate([
            np.linspace(SPLIT.nodes[a].center, SPLIT.nodes[b].center, 60) for a, b in SPLIT.edges
        ])  # fmt: skip
        for (text, a), (other, b) in itertools.combinations(placed, 2):
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (values, text, other)
        for text, (left, top, right, bottom) in placed:
            x0, x1 = left / SHARPNESS, right / SHARPNESS
            y0, y1 = SPLIT.height - bottom / SHARPNESS, SPLIT.height - top / SHARPNESS
            assert 0 <= x0 and x1 <= WIDTH and 0 <= y0 and y1 <= SPLIT.height, (values, text)
            away = np.hypot(*(centres - np.clip(centres, (x0, y0), (x1, y1))).T)
            if away.min() < 10:
                continue  # it stands in a circle
            assert away.min() > RADIUS + 1, (values, text)
            inside = (lines > (x0 - 2, y0 - 2)).all(axis=1) & (lines < (x1 + 2, y1 + 2)).all(axis=1)
            assert not inside.any(), (values, text)
        for target in state.targets:
            left, bottom, wide, high = target.box
            assert 0 <= left and left + wide <= WIDTH and 0 <= bottom and bottom + high <= SPLIT.height, target
