"""A bowl with two curvatures: the path is the rule's, who is blamed is to blame, and what a finger sets."""

import itertools
import re

import numpy as np
import pytest

import bpcourse as bp

EXPLORER = bp.explore.two_curvatures()
SLIDERS = EXPLORER.sliders


def shown(**values):
    scene = EXPLORER.move(**EXPLORER.settings(**values))
    return [label.text for label in scene.labels], scene


@pytest.mark.parametrize(
    ("alpha", "condition", "start"), [(0.05, 10, (-2.2, 0.9)), (0.2, 3, (3, -2)), (0.1, 1, (0, 1))]
)
def test_path_is_that_of_gradient_descent(alpha, condition, start):
    shown(alpha=alpha, condition=condition, steps=12, x=start[0], y=start[1])
    theta, path = np.array(start, dtype=float), [start]
    for _ in range(12):
        theta = theta - alpha * np.array([10 / condition, 10]) * theta
        path.append(theta)
    np.testing.assert_allclose(EXPLORER.path.get_xydata(), path, rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(EXPLORER.here.get_xydata(), [theta], rtol=1e-7, atol=1e-12)


def test_lines_are_of_equal_loss():
    for condition in SLIDERS["condition"].values:
        shown(condition=condition)
        x, y = EXPLORER.lines.get_data()
        loss = (10 / condition * x**2 + 10 * y**2).reshape(8, -1)[:, :-1]
        np.testing.assert_allclose(loss, np.broadcast_to(loss[:, :1], loss.shape), rtol=1e-9)
        assert (np.diff(loss[:, 0]) > 0).all()


def long_run(alpha, condition):
    """What is left of x and of y after 400 steps, and the larger of the two factors."""
    factors = np.array([1 - alpha * 10 / condition, 1 - alpha * 10])
    return np.abs(factors**400), np.abs(factors).max()


def test_who_is_blamed_is_what_is_left_in_every_state():
    for condition in SLIDERS["condition"].values:
        least = min(long_run(alpha, condition)[1] for alpha in SLIDERS["alpha"].values)
        called_best = []
        for alpha in SLIDERS["alpha"].values:
            texts, scene = shown(alpha=alpha, condition=condition)
            (flat, steep), worst = long_run(alpha, condition)
            said = texts[0]
            if condition == 1:
                assert said.endswith(": both directions are the same")
            elif said == "Best: flat and steep are equally slow":
                called_best.append(alpha)
                assert worst == pytest.approx(least) and f"each step leaves {worst:.4g} " in texts[1]
            else:
                assert said.endswith(f": the {'flat' if flat > steep else 'steep'} direction is to blame")
            word = said.split(":")[0]
            assert (word == "Diverges") == (worst > 1 + 1e-9), (alpha, condition)
            assert (word == "Swings without end") == (abs(worst - 1) < 1e-9)
            assert (word == "One step") == (worst < 1e-9)
            heights = [dot.get_xydata()[0] for dot in EXPLORER.dots]
            assert [at for at, _ in heights] == [alpha, alpha]
            assert max(height for _, height in heights) == pytest.approx(worst)
            in_words = [abs(float(x.replace("−", "-"))) for x in re.findall(r"[xy] by (\S+?)[ ;]", scene.status)]
            assert scene.status.startswith(f"{said}. ")
            assert in_words == pytest.approx([height for _, height in heights], rel=1e-3)
        assert len(called_best) == (condition > 1)


def test_a_start_on_an_axis_has_one_direction_to_blame():
    assert shown(y=0.0, alpha=0.21)[0][0] == "Crawls: only x moves"
    assert shown(x=0.0, alpha=0.21)[0][0] == "Diverges: only y moves"
    assert shown(x=0.0, y=0.0)[0][0].startswith("At the lowest point")


def test_start_rate_and_condition_can_be_dragged():
    for condition, alpha in itertools.product((1, 10, 100), (0.002, 0.1, 0.22)):
        values = EXPLORER.settings(condition=condition, alpha=alpha)
        pixels = EXPLORER.pixels
        scene = EXPLORER.move(**values)
        target = {t.says: t for t in scene.targets}
        assert EXPLORER.touch(*pixels(EXPLORER.map, -2.2, 0.9), **values) == {"x": -2.2, "y": 0.9}
        assert target["drag the start"].sets(*pixels(EXPLORER.map, 1.31, -1.52)) == {"x": 1.3, "y": -1.5}
        assert target["drag the start"].sets(-900, 2000) == {"x": -3.0, "y": 2.2}
        for dot in EXPLORER.dots:
            assert EXPLORER.touch(*pixels(EXPLORER.rates, *dot.get_xydata()[0]), **values) == {"alpha": alpha}
        assert target["drag the dots along: α"].sets(*pixels(EXPLORER.rates, 0.1634, 3)) == {"alpha": 0.164}
        grip = EXPLORER.grip.get_xydata()[0]
        assert EXPLORER.touch(*pixels(EXPLORER.map, *grip), **values) == {"condition": condition}
        assert 5 * grip[0] ** 2 * 10 / condition == pytest.approx(5 * 0.28**2 * 10)  # the diamond is on a line
        assert target["drag the diamond for κ"].sets(*pixels(EXPLORER.map, 0.28 * 30**0.5, 1)) == {"condition": 30}
