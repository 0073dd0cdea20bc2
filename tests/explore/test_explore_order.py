"""The explorer of the order of a step: its arrows, its words and what a touch sets, against the loss itself."""

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.explore.order import APART, ROWS, TIP

EXPLORER = bp.explore.order()
ALPHAS = EXPLORER.sliders["alpha"].values


def loss(a_h1, W2):
    """E if h1 sends a_h1 through the weights W2, all else as in the example."""
    params = bp.worked.params()
    a = bp.sigmoid(bp.worked.X[0] @ params.W[1].T + params.b[1])
    output = bp.sigmoid(W2 @ np.array([a_h1, a[1]]) + params.b[2])
    return 0.5 * ((output - bp.worked.Y[0]) ** 2).sum(), a[0]


def told():
    """∂E/∂a(h1) by nudging a(h1)."""
    W2, h = bp.worked.params().W[2], 1e-6
    a = loss(0.5, W2)[1]
    return (loss(a + h, W2)[0] - loss(a - h, W2)[0]) / (2 * h)


def drawn(alpha):
    """(where the first arrow of the lower row ends, where the second one does, the dot)."""
    EXPLORER.move(alpha=alpha)
    first, second, dot = EXPLORER.arrows
    assert first.get_xdata()[0] == 0 and second.get_xdata()[0] == pytest.approx(first.get_xdata()[1] + TIP)
    return first.get_xdata()[1] + TIP, second.get_xdata()[1] - TIP, dot.get_xdata()[0]


def test_with_a_rate_of_nothing_both_rows_are_what_the_loss_says():
    _, end, dot = drawn(0.0)
    assert dot == pytest.approx(end) == pytest.approx(told(), rel=1e-8)
    still = [line for line in EXPLORER.ax.lines if line not in EXPLORER.arrows and line.get_marker() == "o"]
    assert [line.get_xdata()[0] for line in still] == pytest.approx([told()], rel=1e-8)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_lower_row_is_the_step_out_of_order(alpha):
    net, params = bp.worked.network(), bp.worked.params()
    trace = net.backward(params, net.forward(params, bp.worked.X), bp.worked.Y)
    moved = params.W[2] - alpha * trace.grads.W[2]
    first, end, dot = drawn(alpha)
    assert first == pytest.approx(moved[0, 0] * trace.delta[2][0, 0], rel=1e-12)
    assert dot == pytest.approx(end) == pytest.approx((trace.delta[2] @ moved)[0, 0], rel=1e-9)
    scene = EXPLORER.move(alpha=alpha)
    verdict = scene.labels[-1].text
    assert scene.status.startswith(verdict) and f"w5 {moved[0, 0]:.3f} and w7 {moved[1, 0]:.3f}" in scene.status
    assert ("wrong sign" in verdict, "same" in verdict) == (dot < 0, alpha == 0)
    if 0 < dot < told():
        assert f" {100 * dot / told():.0f} % " in verdict


@pytest.mark.parametrize("alpha", [0.0, 1.0, 5.0])
def test_the_dot_follows_the_finger(alpha):
    def place(rate):
        return EXPLORER.pixels(EXPLORER.ax, drawn(rate)[2], ROWS[1] - 2 * APART)

    start = place(alpha)
    for wanted in ALPHAS[::10]:
        (target,) = EXPLORER.move(alpha=alpha).targets
        assert start in target and target.sets(*place(wanted)) == {"alpha": wanted}
    assert target.sets(-500, 0) == {"alpha": ALPHAS[-1]} and target.sets(900, 0) == {"alpha": 0.0}
