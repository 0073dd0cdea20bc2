"""The explorer of a line through five points (chapter `training`) by the data it draws."""

from importlib import import_module

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.explore.settings import three_digits

line = import_module("bpcourse.explore.line")
LINE = bp.explore.line()
STATES = [
    {}, {"epoch": 140}, {"epoch": 30, "inputs": "centred"}, {"epoch": 140, "inputs": "centred", "alpha": 0.333}, {"epoch": 20, "alpha": 0.09},
    {"epoch": 140, "alpha": 0.51}, {"epoch": 140, "alpha": 0.5, "inputs": "centred"}, {"w": 6.0, "middle": 25.0}, {"w": -2.0, "middle": -7.0, "inputs": "centred"},
]  # fmt: skip


def move(**values):
    scene = LINE.move(**LINE.settings(**values))
    return scene, [label.text for label in scene.labels]


INPUTS = pytest.mark.parametrize("inputs", ["as they are", "centred"])


@INPUTS
@pytest.mark.parametrize("alpha", [0.01, 0.09, 0.333])
def test_the_path_and_the_loss_are_those_of_train(inputs, alpha):
    X, Y = bp.datasets.line()
    net = bp.Network((1, 1), hidden=bp.identity, output=bp.identity, loss=bp.mse)
    w, middle, moved = -1.5, 4.0, 3 * (inputs == "centred")
    start = net.parameters(np.array([w, middle - (3 - moved) * w]))
    history = bp.train(net, start, X - moved, Y, bp.sgd(alpha), epochs=25, batch_size=None, snapshots=True, progress=False)  # fmt: skip
    bowl = line.BOWLS[inputs]
    path = bowl.path(start.vector, alpha, 25)
    np.testing.assert_allclose(path, history.snapshots, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose([bowl.loss(theta) for theta in path[:-1]], history.loss, rtol=1e-9, atol=1e-20)
    scene, texts = move(epoch=24, inputs=inputs, alpha=alpha, w=w, middle=middle)
    assert f"loss {three_digits(history.loss[24])};" in texts[0] and scene.status.startswith(texts[0])
    shown = np.column_stack(LINE.path.get_data()) - [line.SLOPE, 0]
    np.testing.assert_allclose(shown, np.clip(path[:-1] - bowl.lowest, -line.TOP, line.TOP), atol=1e-9)


def test_to_centre_the_inputs_moves_neither_line_nor_loss():
    as_they_are, centred = (move(w=1.0, middle=5.0, inputs=c)[1][0] for c in line.BOWLS)
    assert (
        as_they_are == "Epoch 0: w = 1.000, b = 2.000, loss 18; 1.41 from the lowest point."
        and centred == "Epoch 0: w = 1.000, b = 5.000, loss 18; 4.12 from the lowest point."
    )


@pytest.mark.parametrize("values", STATES)
def test_headline_theory_and_panels_agree(values):
    scene, texts = move(**values)
    values = LINE.settings(**values)
    bowl = line.BOWLS[values["inputs"]]
    theta = np.array([values["w"], values["middle"] - 3 * values["w"] * (values["inputs"] != "centred")])
    path = bowl.path(theta, values["alpha"], values["epoch"])
    distance = np.linalg.norm(path - bowl.lowest, axis=1)
    most = np.abs(1 - values["alpha"] * bowl.lam).max()
    assert ("it diverges" in texts[1]) == (most > 1) and ("never arrives" in texts[1]) == (abs(most - 1) < 1e-9)
    if values["epoch"] == 140:
        assert (distance[-1] > distance[0]) == ("it diverges" in texts[1])
    (costs,) = [text.split("takes ")[1].split()[0] for text in texts if "takes" in text] or [None]
    if costs:
        later = bowl.path(theta, values["alpha"], 10 * round(float(costs)))
        assert 1e-11 < np.linalg.norm(later[-1] - bowl.lowest) / distance[0] < 1e-9  # ten digits
    assert f"{texts[0]} {texts[1]}" == scene.status and f"; {three_digits(distance[-1])} from" in texts[0]
    x, y = LINE.line.get_data()
    if np.abs(y).max() < line.TOP:
        np.testing.assert_allclose((y[1] - y[0]) / (x[1] - x[0]), path[-1][0], atol=1e-9)
        assert LINE.bias.get_ydata()[0] == pytest.approx(path[-1][1])
        answers = LINE.errors.get_ydata().reshape(-1, 3)
        assert np.mean((answers[:, 1] - answers[:, 0]) ** 2) == pytest.approx(bowl.loss(path[-1]), abs=1e-9)
    assert LINE.now.get_visible() == (np.abs(path[-1] - bowl.lowest).max() <= line.REACH)


@INPUTS
def test_an_end_of_the_line_follows_the_finger_and_the_other_stays(inputs):
    state = {"inputs": inputs, "epoch": 12, "alpha": 0.02}
    move(**state)
    ends = np.column_stack(LINE.handles.get_data())
    for k in (0, 1):
        x, y = LINE.pixels(LINE.plane, *ends[k])
        _, to = LINE.pixels(LINE.plane, 0, 11.0)
        target = [t for t in move(**state)[0].targets if (x, y) in t][-1]
        values = target.sets(x + 40, to)
        assert values["epoch"] == 0 and set(values) == {"epoch", "w", "middle"}
        move(**state | values)
        new = np.column_stack(LINE.handles.get_data())
        assert new[k, 1] == pytest.approx(11.0, abs=0.2) and new[1 - k, 1] == pytest.approx(ends[1 - k, 1], abs=0.2)


@INPUTS
def test_a_touch_on_the_bowl_starts_there(inputs):
    state = {"inputs": inputs, "epoch": 5}
    for w, away in ((0.5, 1.5), (5.5, -3.5), (-2.0, 4.0)):
        at = LINE.pixels(LINE.bowl, w, away)
        values = LINE.touch(*at, **state)
        assert set(values) == {"w", "middle"}
        move(**state | values)
        assert LINE.start.get_visible()
        np.testing.assert_allclose([LINE.start.get_xdata()[0], LINE.start.get_ydata()[0]], [w, away], atol=0.06)
    outside = move(**state)[0].targets[0].sets(-500, 9000)
    assert outside == LINE.touch(*LINE.pixels(LINE.bowl, -2.0, 4.0), **state)


def test_what_can_be_touched_lies_inside_the_picture():
    for values in STATES:
        scene, _ = move(**values)
        for left, bottom, width, height in (target.box for target in scene.targets):
            assert 0 <= left and left + width <= 800 and 0 <= bottom and bottom + height <= LINE.height
