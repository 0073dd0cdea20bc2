"""The explorer of two kinks: the line, what a touch sets, and that a curve is needed."""

import itertools

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.text import minus

EXPLORER = bp.explore.kinks()
SOLVED = {"curve": "relu", "b1": 0.0, "v1": 1.0, "b2": -1.0, "v2": -2.0}  # the text's own numbers


def states(n=300):
    rng = np.random.default_rng(0)
    for _ in range(n):
        yield {name: control.values[rng.integers(len(control.values))] for name, control in EXPLORER.sliders.items()}


def test_the_line_is_the_sum_of_the_two_units():
    for state in states():
        EXPLORER.move(**state)
        x, y = EXPLORER.sum.get_data()
        for at in (-1.0, 0.0, 0.5, 1.25, 2.0, 3.0):
            sums = np.array([at + state["b1"], at + state["b2"]])
            out = np.array([state["v1"], state["v2"]]) @ (np.maximum(sums, 0) if state["curve"] == "relu" else sums)
            assert y[np.argmin(np.abs(x - at))] == pytest.approx(out, abs=1e-9) and np.abs(x - at).min() < 1e-9


def test_squares_table_and_words_agree_with_the_line():
    for state in (SOLVED, *states()):
        scene = EXPLORER.move(**state)
        x, y = EXPLORER.sum.get_data()
        outputs = [y[np.argmin(np.abs(x - at))] for at in (0, 1, 2)]
        hits = [output == pytest.approx(wanted, abs=1e-9) for output, wanted in zip(outputs, (0, 1, 0), strict=True)]
        assert [square.get_markerfacecolor() != "white" for square in EXPLORER.squares] == hits
        verdict = next(label.text for label in scene.labels if label.text[:2] in ("0 ", "1 ", "2 ", "Al") and label.bold
                       and label.y == 98)  # fmt: skip
        assert verdict.startswith("All three" if all(hits) else f"{sum(hits)} of 3") and scene.status.startswith(
            verdict
        )
        assert (
            minus(", ".join(f"{output + 0.0:z.2f}" for output in outputs)) in scene.status and len(scene.status) < 200
        )
        shown = [label.text for label in scene.labels]
        assert all(f"{output:z.2f}".replace("-", "−") in shown for output in outputs)


def test_xor_can_be_solved_with_a_curve_and_not_without_and_the_chapters_answers_hold():
    for state in (SOLVED, {"curve": "relu", "b1": -0.5, "v1": 2.0, "b2": -1.0, "v2": -3.0}):
        assert EXPLORER.move(**state).status.startswith("All three: this is XOR.")
    weights, biases = (np.array(EXPLORER.sliders[name].values) for name in ("v1", "b1"))
    b1, v1, b2, v2 = np.meshgrid(biases, weights, biases, weights, sparse=True)
    hits = {}
    for name, g in (("none", lambda z: z), ("relu", lambda z: np.maximum(z, 0))):
        outputs = (v1 * g(s + b1) + v2 * g(s + b2) for s in (0, 1, 2))
        hits[name] = sum((output == wanted).astype(int) for output, wanted in zip(outputs, (0, 1, 0), strict=True))
    assert hits["none"].max() == 2 and hits["relu"].max() == 3
    assert (hits["relu"] == 3).sum() == 4  # the two that the chapter names, with either unit the first
    assert np.where(v2 == 0, hits["relu"], 0).max() == 2  # one unit


def test_each_ring_and_each_dot_follows_the_finger():
    for state in states(40):
        for k in (1, 2):
            b, v = state[f"b{k}"], state[f"v{k}"]
            ring, dot = EXPLORER.pixels(EXPLORER.ax, -b, 0), EXPLORER.pixels(EXPLORER.ax, 1 - b, v)
            targets = [target for target in EXPLORER.move(**state).targets]
            for place, name, along in ((ring, f"b{k}", "x"), (dot, f"v{k}", "y")):
                mine = [target for target in targets if tuple(place) in target and name in target.sets(*place)]
                assert mine and mine[0].sets(*place) == {name: state[name]}
                for wanted in EXPLORER.sliders[name].values:
                    to = EXPLORER.pixels(EXPLORER.ax, *((-wanted, 2) if along == "x" else (0.3, wanted)))
                    assert mine[0].sets(*to) == {name: wanted}
    assert EXPLORER.touch(*EXPLORER.pixels(EXPLORER.ax, 0, 0), **SOLVED) == {"b1": 0.0}
    assert EXPLORER.touch(*EXPLORER.pixels(EXPLORER.ax, 2, -2), **SOLVED) == {"v2": -2.0}


def test_a_kink_is_where_its_ring_is_and_the_dot_as_high_as_the_weight():
    for b1, b2 in itertools.product(EXPLORER.sliders["b1"].values[::3], repeat=2):
        EXPLORER.move(curve="relu", b1=b1, v1=1.0, b2=b2, v2=-2.0)
        for ring, b in zip(EXPLORER.rings, (b1, b2), strict=True):
            assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (-b, 0)
        assert [(dot.get_xdata()[0], dot.get_ydata()[0]) for dot in EXPLORER.dots] == [(1 - b1, 1.0), (1 - b2, -2.0)]
        if b1 != b2:
            x, y = EXPLORER.sum.get_data()
            bends = x[1:-1][np.abs(np.diff(y, 2)) > 1e-9]
            np.testing.assert_allclose(sorted(bends), sorted((-b1, -b2)), atol=1e-9)
