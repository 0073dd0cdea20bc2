"""The explorer of one weight: what a touch sets, and what it says."""

import itertools

import pytest

import bpcourse as bp
from bpcourse.explore.one_weight import loss, slope

EXPLORER = bp.explore.one_weight()
W, ALPHA = (EXPLORER.sliders[name].values for name in ("w", "alpha"))


def places(w, alpha):
    """Where the dot and the open circle stand, in CSS pixels."""
    new = w - alpha * slope(w)
    return tuple(EXPLORER.pixels(EXPLORER.ax, w, loss(w))), tuple(EXPLORER.pixels(EXPLORER.ax, new, loss(new)))


def dragged(start, end, **values):
    scene = EXPLORER.move(**EXPLORER.settings(**values))
    return next((target.sets(*end) for target in reversed(scene.targets) if start in target), {})


@pytest.mark.parametrize("w", [-1.0, 0.5, 2.0, 5.0])
def test_the_dot_follows_the_finger_along_the_curve(w):
    dot, _ = places(w, 0.2)
    assert EXPLORER.touch(*dot, w=w) == {"w": w}
    for wanted in W:
        x, y = places(wanted, 0.2)[0]
        assert dragged(dot, (x, y), w=w) == dragged(dot, (x, y + 70), w=w) == {"w": wanted}
    assert dragged(dot, (-300, 5), w=w) == {"w": W[0]} and dragged(dot, (3000, 5), w=w) == {"w": W[-1]}


@pytest.mark.parametrize("w", [-1.0, 0.5, 4.0])
def test_the_open_circle_sets_the_learning_rate_that_leads_there(w):
    for alpha, wanted in itertools.product((0.4, 0.9), ALPHA):
        _, circle = places(w, alpha)
        assert dragged(circle, places(w, wanted)[1], w=w, alpha=alpha) == {"alpha": wanted}
    _, circle = places(w, 0.9)
    assert dragged(circle, (-900 if slope(w) < 0 else 900, 100), w=w, alpha=0.9) == {"alpha": ALPHA[0]}


def test_the_words_agree_with_the_numbers_everywhere():
    for w, alpha in itertools.product(W, ALPHA):
        scene = EXPLORER.move(w=w, alpha=alpha)
        texts = [label.text for label in scene.labels]
        s, new = slope(w), w - alpha * slope(w)
        verdict = (
            "Flat: this is the lowest point." if s == 0
            else "Too far: the loss rises." if loss(new) > loss(w)
            else "Slope below 0: go right." if s < 0 else "Slope above 0: go left."
        )  # fmt: skip
        assert verdict in texts and scene.status.startswith(verdict)
        assert f"new loss = {loss(new):.3f}" in texts and f"loss {loss(new):.3f}." in scene.status
        assert scene.idle == (("alpha",) if s == 0 else ())
        assert "+0.000" not in scene.status and len(scene.status) < 200
