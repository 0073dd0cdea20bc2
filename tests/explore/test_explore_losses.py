"""The explorers of chapter `losses` by the data they draw."""

from importlib import import_module

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.plots.style import FORWARD
from bpcourse.text import minus

pred, soft, sure = (import_module(f"bpcourse.explore.{name}") for name in ("losses", "softmax", "sure_and_wrong"))
LOSSES, SOFTMAX, UNIT = bp.explore.losses(), bp.explore.softmax(), bp.explore.sure_and_wrong()


def move(explorer, **values):
    scene = explorer.move(**explorer.settings(**values))
    return [label.text for label in scene.labels], scene.status


def nudge(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)


def states(explorer):
    """Some hundred settings: each control at ten of its values, the others at their start and at both ends."""
    for name, control in explorer.sliders.items():
        for value in control.values[:: max(1, len(control.values) // 10)]:
            for end in (None, 0, -1):
                others = {} if end is None else {key: other.values[end] for key, other in explorer.sliders.items()}
                yield others | {name: value}


def touches(explorer, says, **values):
    """The targets of one kind in this state, each with its centre."""
    scene = explorer.move(**explorer.settings(**values))
    for target in scene.targets:
        if target.says == says:
            left, bottom, width, height = target.box
            yield target, (left + width / 2, bottom + height / 2)


@pytest.mark.parametrize("explorer", [LOSSES, SOFTMAX, UNIT], ids=lambda explorer: type(explorer).__name__)
def test_every_target_lies_in_the_picture_can_be_reached_and_sets_values_that_there_are(explorer):
    for state in states(explorer):
        targets = explorer.move(**explorer.settings(**state)).targets
        for k, target in enumerate(targets):
            left, bottom, width, height = target.box
            assert 0 <= left and left + width <= 800 and 0 <= bottom and bottom + height <= explorer.height, state
            spots = [(left + width * i / 8, bottom + height * j / 40) for i in range(9) for j in range(41)]
            above = [other for other in targets[k + 1 :] if other.says != target.says]
            free = [spot for spot in spots if not any(spot in other for other in above)]
            assert free or target.says == "drag where Huber turns", (state, target)
            for spot in ((left, bottom), (-200.0, 900.0), (1000.0, -50.0)):  # a finger that drags may leave the picture
                for name, value in target.sets(*spot).items():
                    assert value in explorer.sliders[name].values


@pytest.mark.parametrize("explorer", [LOSSES, SOFTMAX, UNIT], ids=lambda explorer: type(explorer).__name__)
def test_the_state_in_words_is_short(explorer):
    longest = max((explorer.move(**explorer.settings(**state)).status for state in states(explorer)), key=len)
    assert len(longest) <= 200, longest


# ----- four losses side by side


@pytest.mark.parametrize(("a", "y", "d"), [(0.01, 1.0, 0.5), (0.61, 0.75, 0.1), (0.99, 0.0, 2.0), (0.99, 0.0, 0.5)])
def test_losses_are_those_of_the_library_and_the_slopes_are_their_derivatives(a, y, d):
    values, slopes = pred.losses(np.float64(a), y, d), pred.slopes(np.float64(a), y, d)
    A, Y = np.array([[a]]), np.array([[y]])
    logit = np.log(A / (1 - A))
    for loss, value, output in zip(
        (bp.half_squared_error, bp.mean_absolute_error, bp.huber(d), bp.binary_cross_entropy),
        values, (A, A, A, logit), strict=True,
    ):  # fmt: skip
        assert value == pytest.approx(loss(output, Y)[0], rel=1e-12)
    for k in range(4):
        assert slopes[k] == pytest.approx(nudge(lambda a, k=k: float(pred.losses(np.float64(a), y, d)[k]), a), rel=1e-5)


@pytest.mark.parametrize(
    ("a", "y", "d"), [(0.01, 1.0, 0.5), (-0.99, 0.0, 0.2), (1.99, 0.5, 2.0), (0.75, 0.75, 1.0), (0.5, 0.0, 1.0)]
)
def test_losses_draws_curves_dots_and_tangents(a, y, d):
    shown, status = move(LOSSES, a=a, y=y, d=d)
    assert shown.count(f"y = {y:g}") == 4
    for k, (loss, tangent, slope, here, there) in enumerate(LOSSES.lines):
        E, s = float(pred.losses(np.float64(a), y, d)[k]), float(pred.slopes(np.float64(a), y, d)[k])
        assert [line.get_xdata()[0] for line in LOSSES.targets[k]] == [y] * 3
        x, drawn = loss.get_data()
        np.testing.assert_allclose(drawn, pred.losses(x, y, d)[k])
        assert here.get_xdata()[0] == a
        if np.isnan(E):
            assert shown[3 * k] == "no probability" and not tangent.get_visible()
            assert {(dot.get_marker(), dot.get_ydata()[0]) for dot in (here, there)} == {("x", 0.0)}
            assert f"{pred.NAMES[k]} none, a is no probability" in status
            continue
        assert here.get_ydata()[0] == E and here.get_marker() == "o" and here.get_color() == FORWARD
        kink = k == 1 and a == y
        assert list(there.get_ydata()) == ([] if kink else [max(min(s, 3), -3)])
        assert there.get_marker() == ("v" if s < -3 else "^" if s > 3 else "o")
        slope_said = "-1 or +1" if kink else "0.000" if s == 0 else f"{s:+.3f}"
        assert f"{pred.NAMES[k]} {E:.3f} ({minus(slope_said)})" in status
        assert tangent.get_visible() != kink
        assert (shown[3 * k + 1] == "kink: −1 and +1") == kink
        if tangent.get_visible():
            (x0, x1), (y0, y1) = tangent.get_data()
            assert (y1 - y0) / (x1 - x0) == pytest.approx(s, abs=1e-12) and (y0 + y1) / 2 == pytest.approx(E)
        x, drawn = slope.get_data()
        there_too = ~np.isnan(drawn) & (np.abs(x - y) > 0.011)
        np.testing.assert_allclose(drawn[there_too], pred.slopes(x, y, d)[k][there_too])


def test_losses_shows_every_finite_loss_and_what_is_infinite_leaves_the_picture():
    for y in LOSSES.sliders["y"].values:
        shown, _ = move(LOSSES, y=y)
        assert shown.count("∞") == (y > 0) + (y < 1)
        _, drawn = LOSSES.lines[pred.CROSS_ENTROPY][0].get_data()
        for end, infinite in ((drawn[0], y > 0), (drawn[-1], y < 1)):
            assert end > pred.LOSS_TOP if infinite else end < 1e-9
        for a in LOSSES.sliders["a"].values:
            finite = [E for E in pred.losses(np.float64(a), y, 2.0) if np.isfinite(E)]
            assert max(finite) < pred.LOSS_TOP


def test_losses_leaves_a_gap_where_the_absolute_error_has_its_kink():
    for y in LOSSES.sliders["y"].values:
        assert y in LOSSES.sliders["a"].values
        move(LOSSES, y=y)
        x, drawn = LOSSES.lines[1][2].get_data()
        (at,) = np.flatnonzero(np.isnan(drawn))
        assert x[at - 1] == x[at + 1] == y and (drawn[at - 1], drawn[at + 1]) == (-1, 1)


def test_losses_at_the_ends_of_the_probabilities():
    """Sure and right costs nothing, sure and wrong without end; beside 0 and 1 the values go over into these."""
    for a, y, E, slope in ((1.0, 1.0, "0.000", "−1.000"), (0.0, 0.0, "0.000", "+1.000"), (1.0, 0.0, "∞", "∞"),
                           (0.0, 1.0, "∞", "−∞"), (1.0, 0.75, "∞", "∞"), (0.0, 0.25, "∞", "−∞")):  # fmt: skip
        shown, status = move(LOSSES, a=a, y=y)
        assert shown[9:11] == [f"E = {E}", f"slope {slope}"] and "nan" not in status
        near = float(pred.cross_entropy(np.float64(abs(a - 1e-9)), y))
        assert (near < 1e-8) == (E == "0.000")
        assert ("Triangle: beyond the edge." in shown) == (E == "∞")


def test_losses_answers_the_tasks_of_the_chapter():
    assert LOSSES.settings() == {"a": 0.99, "y": 1.0, "d": 0.5}  # where the first one begins
    shown, _ = move(LOSSES, a=-0.99, y=1.0, d=0.5)
    assert [text for text in shown if text not in ("y = 1", "∞")] == [
        "E = 1.980", "slope −1.990", "E = 1.990", "slope −1.000", "E = 0.870", "slope −0.500", "no probability", "no slope",
    ]  # fmt: skip
    a = np.array(LOSSES.sliders["a"].values)
    np.testing.assert_allclose(pred.losses(a, 1.0, 2.0)[2], pred.losses(a, 1.0, 2.0)[0])
    inside = a[(a > 0) & (a < 1)]
    lowest = inside[np.argmin(pred.losses(inside, 0.75, 1.0)[3])]
    assert lowest == 0.75 and move(LOSSES, a=0.75, y=0.75)[0][9] == "E = 0.562"


@pytest.mark.parametrize("state", [{}, {"a": 0.0, "y": 1.0}, {"a": -0.5, "y": 0.5}, {"a": 0.25, "y": 0.25}])
def test_losses_dots_target_line_and_corners_follow_the_finger(state):
    dots = list(touches(LOSSES, "drag a dot", **state))
    assert len(dots) == 8
    now = LOSSES.settings(**state)
    for (dot, at), ax in zip(dots, [ax for pair in LOSSES.axes for ax in pair], strict=True):
        assert LOSSES.touch(*at, **state) == {"a": now["a"]}
        there, _ = LOSSES.pixels(ax, 0.4, 0)
        assert dot.sets(there, 5) == {"a": 0.4}
    lines = list(touches(LOSSES, "drag the target line", **state))
    for (line, (x, _)), (top, _) in zip(lines, LOSSES.axes, strict=True):
        _, handle = LOSSES.pixels(top, 0, pred.HANDLE)
        assert LOSSES.touch(x, handle, **state) == {"y": now["y"]}
        assert line.sets(LOSSES.pixels(top, 0.6, 0)[0], 300) == {"y": 0.5}
    turns = list(touches(LOSSES, "drag where Huber turns", **state))
    assert len(turns) == 2 * sum(-1 <= now["y"] + side * now["d"] <= 2 for side in (-1, 1))
    for turn, at in turns:
        assert turn.sets(*at) == {"d": now["d"]}
        assert turn.sets(LOSSES.pixels(LOSSES.axes[pred.HUBER][0], now["y"] + 0.3, 0)[0], 0) == {"d": 0.3}


# ----- softmax


@pytest.mark.parametrize("values", [
    {}, {"z1": 5.0, "z2": -5.0, "z3": -5.0, "true": 3}, {"T": 0.5, "z3": 3.3}, {"T": 10.0, "true": 1, "z2": -0.7},
])  # fmt: skip
def test_softmax_draws_the_numbers_and_the_slopes_are_the_derivatives(values):
    shown, status = move(SOFTMAX, **values)
    z1, z2, z3, T, true = ({name: s.start for name, s in SOFTMAX.sliders.items()} | values).values()
    z = np.array([z1, z2, z3])
    E = lambda z: float(bp.cross_entropy((z / T)[None], np.array([true - 1]))[0])  # noqa: E731
    slopes = [nudge(lambda s, e=e: E(z + s * e), 0.0) for e in np.eye(3)]
    heights = [[bar.get_height() for bar in group] for group in SOFTMAX.bars]
    np.testing.assert_allclose(heights[0], z)
    np.testing.assert_allclose(heights[1], bp.softmax(z / T), rtol=1e-12)
    np.testing.assert_allclose(heights[2], slopes, atol=1e-8)
    assert f"= {E(z):.3f}" in shown and "sum = 0.000" in shown and f"Loss {E(z):.3f}" in status
    above, below = sum(s for s in slopes if s > 0), sum(s for s in slopes if s < 0)
    assert f"above 0: {above:+.3f}, below: {below:+.3f}".replace("-", "−") in shown
    assert not any(sign + "0.000" in text for text in [*shown, status] for sign in "+-−")


def test_softmax_slopes_sum_to_zero_everywhere():
    rng = np.random.default_rng(0)
    for _ in range(200):
        a, _, slopes = soft.passes(rng.uniform(-5, 5, 3), rng.integers(3), rng.choice(SOFTMAX.sliders["T"].values))
        assert abs(slopes.sum()) < 1e-12 and (slopes < 0).sum() <= 1 and a.sum() == pytest.approx(1)


def test_softmax_answers_the_tasks_of_the_chapter():
    sure = move(SOFTMAX, z1=5.0, z2=-5.0, z3=-5.0, true=3)
    assert "Sure and wrong." in sure[0] and "= 10.000" in sure[0]
    once, shifted = move(SOFTMAX)[0], move(SOFTMAX, z1=3.0, z2=2.0, z3=0.0)[0]
    assert once[6:] == shifted[6:] and once[:6] != shifted[:6]
    assert (
        move(SOFTMAX, z1=-0.3, z2=5.0, z3=-0.3)[1].count("Loss 0.010")
        and soft.passes(np.array([-0.3, 5.0, -0.3]), 1, 1.0)[1]
        < 0.01
        < soft.passes(np.array([-0.2, 5.0, -0.2]), 1, 1.0)[1]
    )
    order = [
        np.argsort([bar.get_height() for bar in SOFTMAX.bars[1]]).tolist() for T in (0.5, 10.0) if move(SOFTMAX, T=T)
    ]
    assert order[0] == order[1]


@pytest.mark.parametrize(("z", "true", "said"), [
    ((5.0, -5.0, -5.0), 1, "Sure and right."), ((1.0, 0.9, 0.0), 1, "Right, not sure."), ((1.0, 1.5, 0.0), 1, "Wrong, not sure."),
    ((1.0, 1.0, 1.0), 2, "Undecided."), ((1.0, 1.0, 0.0), 3, "Undecided."),
])  # fmt: skip
def test_softmax_says_how_it_stands(z, true, said):
    assert said in move(SOFTMAX, z1=z[0], z2=z[1], z3=z[2], true=true)[0]


def test_softmax_sure_means_nine_tenths_in_every_state():
    for z in np.random.default_rng(1).uniform(-5, 5, (300, 3)):
        for true in (0, 1, 2):
            a, E, _ = soft.passes(z, true, 1.0)
            said = soft._verdict(a, true)
            assert said.startswith("Sure") == (a.max() > 0.9) and ("ight" in said) == (a.argmax() == true)
            assert ("Sure and right" in said) == (np.exp(-E) > 0.9)


@pytest.mark.parametrize("state", [{}, {"z1": 0.0, "z2": 5.0, "z3": -5.0, "true": 3, "T": 0.5}])
def test_softmax_bars_and_class_names_follow_the_finger(state):
    now = SOFTMAX.settings(**state)
    bars = list(touches(SOFTMAX, "drag a logit's bar", **state))
    for k, (bar, _) in enumerate(bars, start=1):
        tip = SOFTMAX.pixels(SOFTMAX.axes[0], k, now[f"z{k}"])
        assert SOFTMAX.touch(*tip, **state) == {f"z{k}": now[f"z{k}"]}
        assert bar.sets(*SOFTMAX.pixels(SOFTMAX.axes[0], k + 1, -2.34)) == {f"z{k}": -2.3}
    names = list(touches(SOFTMAX, "click a class to make it the true one", **state))
    assert [SOFTMAX.touch(*at, **state) for _, at in names] == 3 * [{"true": true} for true in (1, 2, 3)]


# ----- a unit that is sure and wrong


def test_the_unit_has_the_losses_of_the_library_and_their_slopes_in_z():
    z = np.linspace(-6, 10, 33)
    a, y = bp.sigmoid(z)[:, None], np.zeros((33, 1))
    for (_, _, loss, most), values in zip(
        sure.LOSSES, (bp.half_squared_error(a, y), bp.binary_cross_entropy(z[:, None], y)), strict=True
    ):
        np.testing.assert_allclose(loss(z)[0], values, rtol=1e-12)
        np.testing.assert_allclose(loss(z)[1], nudge(lambda z, loss=loss: loss(z)[0], z), atol=1e-8)
        assert values.max() < 1.06 * most


@pytest.mark.parametrize(("z", "step"), [(8.0, 0), (8.0, 20), (10.0, 40), (-6.0, 3), (0.7, 1)])
def test_the_unit_draws_where_both_losses_have_led_it(z, step):
    shown, status = move(UNIT, z=z, step=step)
    for (name, _, loss, _), (_, (says, here, there), new) in zip(sure.LOSSES, UNIT.panels, strict=True):
        now = z
        for _ in range(step):
            now -= loss(now)[1]
        E, slope = loss(now)
        assert says.get_xdata()[0] == pytest.approx(bp.sigmoid(now))
        assert (here.get_xdata()[0], here.get_ydata()[0]) == pytest.approx((now, E))
        assert (there.get_xdata()[0], there.get_ydata()[0]) == pytest.approx((now, slope))
        assert new.get_xdata()[0] == pytest.approx(now - slope)
        assert f"loss E = {E:.3f}" in shown and f"z = {now:.3f}".replace("-", "−") in shown
        assert f"{name}: a = {bp.sigmoid(now):.5f}, loss {E:.3f}, slope {slope:.5f}: " in status


def test_the_unit_headline_agrees_with_its_numbers_in_every_state():
    for z in UNIT.sliders["z"].values[::5]:
        for step in UNIT.sliders["step"].values[::4]:
            shown, status = move(UNIT, z=z, step=step)
            for k, (name, _, loss, _) in enumerate(sure.LOSSES):
                said, now = shown[7 * k], sure.walk(z, loss, step)
                a, (_, slope) = bp.sigmoid(now), loss(now)
                assert said.startswith("Right") == (a < 0.5) and f"{name}: a = {a:.5f}" in status
                assert ("hardly moves" in said) == (a >= 0.5 and slope < 0.02)
                assert "hardly" not in said or k == 0  # cross-entropy is never deaf
                assert said.lower() in status


def test_the_unit_answers_the_tasks_of_the_chapter():
    assert UNIT.settings() == {"z": 8.0, "step": 0}
    shown, _ = move(UNIT, step=20)
    assert "Wrong, and hardly moves." in shown and "it says a = 0.99966" in shown
    assert "Right, nearly done." in shown and "it says a = 0.08416" in shown
    z = np.array(UNIT.sliders["z"].values)
    half, cross = sure.squared(z)[1], sure.cross_entropy(z)[1]
    assert z[half.argmax()] == 0.7 and f"{half.max():.3f}" == "0.148" and abs(bp.sigmoid(0.7) - 2 / 3) < 0.002
    assert (np.diff(cross) > 0).all() and 0.9999 < cross[-1] < 1
    at = [f"{loss(z)[0]:.2f} {loss(z)[1]:.2g}" for loss in (sure.squared, sure.cross_entropy) for z in (2.0, 10.0)]
    assert at == ["0.39 0.092", "0.50 4.5e-05", "2.13 0.88", "10.00 1"]


@pytest.mark.parametrize("state", [{}, {"z": 10.0, "step": 22}, {"z": -6.0}, {"z": 0.0}])
def test_the_unit_dots_follow_the_finger_and_start_anew(state):
    dots = list(touches(UNIT, "drag a dot", **state))
    assert len(dots) == 6
    for k, (dot, at) in enumerate(dots):
        says, top, low = UNIT.panels[k // 3][0]
        if k % 3 == 0:
            assert dot.sets(*UNIT.pixels(says, 0.5, 0)) == {"z": 0.0, "step": 0}
            assert dot.sets(-100, 0) == {"z": -6.0, "step": 0} and dot.sets(900, 0) == {"z": 10.0, "step": 0}
        else:
            assert dot.sets(*UNIT.pixels(top, 3.02, 100)) == {"z": 3.0, "step": 0}
            now = sure.walk(UNIT.settings(**state)["z"], sure.LOSSES[k // 3][2], state.get("step", 0))
            assert UNIT.touch(*at, **state) == {"z": pytest.approx(now, abs=0.0501), "step": 0}
