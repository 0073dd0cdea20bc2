"""The explorers of chapter `losses` by the data they draw."""

from importlib import import_module

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.plots.style import FORWARD

pred, soft = (import_module(f"bpcourse.explore.{name}") for name in ("losses", "softmax"))
LOSSES, SOFTMAX = bp.explore.losses(), bp.explore.softmax()


def move(explorer, **values):
    scene = explorer.move(**explorer.settings(**values))
    return [label.text for label in scene.labels], scene.status


def nudge(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)


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
    for k, (loss, tangent, slope, here, there) in enumerate(LOSSES.lines):
        E, s = float(pred.losses(np.float64(a), y, d)[k]), float(pred.slopes(np.float64(a), y, d)[k])
        x, drawn = loss.get_data()
        np.testing.assert_allclose(drawn, pred.losses(x, y, d)[k])
        assert loss.get_color() == FORWARD and here.get_xdata()[0] == a
        if np.isnan(E):
            assert shown[2 * k] == "no probability" and np.isnan(here.get_ydata()[0])
            assert f"{pred.NAMES[k]}: a is no probability" in status
            continue
        assert here.get_ydata()[0] == min(E, pred.LOSS_TOP)
        assert list(there.get_ydata()) == ([] if k == 1 and a == y else [max(min(s, 3), -3)])
        assert here.get_marker() == ("^" if E > pred.LOSS_TOP else "o")
        assert there.get_marker() == ("v" if s < -3 else "^" if s > 3 else "o")
        kink = k == 1 and a == y
        slope_said = (
            "slope -1 on the left and +1 on the right" if kink else "slope 0.000" if s == 0 else f"slope {s:+.3f}"
        )
        assert f"{pred.NAMES[k]} {E:.3f}, {slope_said}" in status
        assert tangent.get_visible() == (E <= pred.LOSS_TOP and not kink)
        assert (shown[2 * k + 1] == "kink: −1 and +1") == kink
        if tangent.get_visible():
            (x0, x1), (y0, y1) = tangent.get_data()
            assert (y1 - y0) / (x1 - x0) == pytest.approx(s, abs=1e-12) and (y0 + y1) / 2 == pytest.approx(E)
        x, drawn = slope.get_data()
        there_too = ~np.isnan(drawn) & (np.abs(x - y) > 0.011)
        np.testing.assert_allclose(drawn[there_too], pred.slopes(x, y, d)[k][there_too])


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
        assert shown[6:8] == [f"E = {E}", f"slope {slope}"] and "nan" not in status
        near = float(pred.cross_entropy(np.float64(abs(a - 1e-9)), y))
        assert (near < 1e-8) == (E == "0.000")
        assert ("Triangle: beyond the edge." in shown) == (E == "∞")


def test_losses_answers_the_tasks_of_the_chapter():
    shown, _ = move(LOSSES, a=-0.99, y=1.0, d=0.5)
    assert shown == [
        "E = 1.980", "slope −1.990", "E = 1.990", "slope −1.000", "E = 0.870", "slope −0.500", "no probability", "no slope",
    ]  # fmt: skip
    a = np.array(LOSSES.sliders["a"].values)
    np.testing.assert_allclose(pred.losses(a, 1.0, 2.0)[2], pred.losses(a, 1.0, 2.0)[0])
    inside = a[(a > 0) & (a < 1)]
    lowest = inside[np.argmin(pred.losses(inside, 0.75, 1.0)[3])]
    assert lowest == 0.75 and move(LOSSES, a=0.75, y=0.75)[0][6] == "E = 0.562"


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
    assert f"= {E(z):.3f}" in shown and "sum = 0.000" in shown and f"loss {E(z):.3f}" in status
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
        move(SOFTMAX, z1=-0.3, z2=5.0, z3=-0.3)[1].count("loss 0.010")
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
