"""One parabola: the path is the rule's, and what is said of it is true in every state; what a finger sets."""

import itertools
from importlib import import_module

import numpy as np
import pytest

import bpcourse as bp

shell = import_module("bpcourse.explore.parabola")
EXPLORER = bp.explore.parabola()
SLIDERS = EXPLORER.sliders


def shown(**values):
    scene = EXPLORER.move(**EXPLORER.settings(**values))
    return [label.text for label in scene.labels], scene


@pytest.mark.parametrize(("alpha", "curvature", "start"), [(0.1, 4.0, 1.0), (0.45, 4.0, -1.5), (0.3, 7.5, 0.05)])
def test_dots_are_the_steps_of_gradient_descent_on_the_curve(alpha, curvature, start):
    shown(alpha=alpha, curvature=curvature, start=start, steps=9)
    theta, path = start, [start]
    for _ in range(9):
        theta -= alpha * curvature * theta
        path.append(theta)
    np.testing.assert_allclose(EXPLORER.path.get_xdata(), path, rtol=1e-7)
    np.testing.assert_allclose(EXPLORER.path.get_ydata(), [curvature / 2 * x**2 for x in path], rtol=1e-7)
    np.testing.assert_allclose(EXPLORER.thetas.get_xydata(), list(enumerate(path)), rtol=1e-7)
    np.testing.assert_allclose(EXPLORER.now.get_xydata(), [[9, path[-1]]], rtol=1e-7)


def test_the_word_the_factor_the_scale_and_the_path_agree_in_every_state():
    """Who walks can tell: on one side, across, farther and farther."""
    for alpha, curvature in itertools.product(SLIDERS["alpha"].values, SLIDERS["curvature"].values):
        texts, scene = shown(alpha=alpha, curvature=curvature, steps=5)
        path = EXPLORER.thetas.get_ydata()
        at, product = EXPLORER.dot.get_xdata()[0], alpha * curvature
        growth, across = abs(path[1]) - 1, path[1] < 0
        if abs(product - 1) < 1e-9:
            words = {"One step"}
            assert path[1:].tolist() == [0] * 5
        elif abs(product - 2) < 1e-9:
            words = {"Swings without end"}
            assert path.tolist() == [1, -1] * 3 and at == -1
        elif across:
            words = {"Diverges"} if growth > 0 else {"Swings"}
            assert (at < -1) == (growth > 0) and at < 0
        else:
            words = {"Crawls"} if path[1] > 0.75 else {"Closes in"}
            assert 0 < at < 1
        assert texts[0].split(":")[0] in words and scene.status.startswith(texts[0] + ". "), (alpha, curvature)
        assert texts[2] == f"1 − αλ = 1 − {alpha:.2f} · {curvature:g} = {1 - product:z.4g}".replace("-", "−")
        assert texts[2] in scene.status and texts[3].removeprefix("θ ") in scene.status
        assert len(scene.status) < 200


def test_the_start_changes_no_word_but_at_the_lowest_point():
    for alpha in (0.05, 0.25, 0.45, 0.5, 0.52):
        said = {shown(alpha=alpha, start=start)[0][0] for start in SLIDERS["start"].values if start}
        assert len(said) == 1
    assert shown(start=0.0)[0][0].startswith("At the lowest point")


def test_each_preset_shows_what_it_is_called():
    words = {name: shown(**values)[0][0].split(":")[0] for name, values in EXPLORER.presets.items()}
    assert words == {"too short": "Crawls", "exact": "One step", "too long": "Swings", "fatal": "Diverges"}


def at(ax, x, y):
    return EXPLORER.pixels(ax, x, y)


def test_start_first_step_arm_scale_and_steps_can_be_touched():
    values = EXPLORER.settings()
    target = {t.says: t for t in EXPLORER.move(**values).targets}
    grip = at(EXPLORER.ax, 1.0, 2.0)
    assert EXPLORER.touch(*grip, **values) == {"start": 1.0}
    assert target["drag the start"].sets(*at(EXPLORER.ax, -1.3, 9)) == {"start": -1.3}
    assert target["drag the start"].sets(-900, 0) == {"start": -1.5}
    assert EXPLORER.touch(*at(EXPLORER.ax, 0.6, 0.72), **values) == {"alpha": 0.1}
    assert target["drag the first step for α"].sets(*at(EXPLORER.ax, -0.8, 1.28)) == {"alpha": 0.45}
    assert EXPLORER.touch(*at(EXPLORER.ax, 1.75, 2 * 1.75**2), **values) == {"curvature": 4.0}
    assert target["drag the diamond for λ"].sets(*at(EXPLORER.ax, 0, 3.5 * 1.75**2)) == {"curvature": 7.0}
    assert EXPLORER.touch(*at(EXPLORER.scale, 0.6, 0.5), **values) == {"alpha": 0.1}
    assert target["drag the dot on the scale for α"].sets(*at(EXPLORER.scale, -1, 0)) == {"alpha": 0.5}
    assert EXPLORER.touch(*at(EXPLORER.by_step, 13.2, 1), **values) == {"steps": 13}


def test_what_is_drawn_lies_in_the_picture_and_a_first_step_out_of_it_cannot_be_touched():
    for alpha, curvature, start in itertools.product((0.01, 0.5, 1.1), (2.0, 8.0), (-1.5, 0.0, 0.05, 1.5)):
        _, scene = shown(alpha=alpha, curvature=curvature, start=start, steps=20)
        says = [target.says for target in scene.targets]
        first = start * (1 - alpha * curvature)
        assert ("drag the first step for α" in says) == (
            start != 0 and abs(first) < shell.RIGHT and curvature / 2 * first**2 < shell.TOP
        )
        for target in scene.targets:
            left, bottom, wide, high = target.box
            assert 0 <= left + wide / 2 <= 800 and 0 <= bottom + high / 2 <= EXPLORER.height
        assert np.abs(EXPLORER.path.get_xdata()).max() < shell.FAR
        shown_dot = EXPLORER.here.get_visible()
        assert shown_dot == (abs(start * (1 - alpha * curvature) ** 20) <= shell.RIGHT)
