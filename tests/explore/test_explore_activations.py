"""The explorers of chapter `activations` by the data they draw."""

import itertools
import re
from importlib import import_module

import mpmath as mp
import numpy as np
import pytest

import bpcourse as bp
from bpcourse.explore.settings import ACTIVATIONS

curves, deep = (import_module(f"bpcourse.explore.{name}") for name in ("activations", "depth"))
CURVES, DEPTH = bp.explore.activations(), bp.explore.depth()
EXACT = {
    "identity": lambda z, c: z,
    "sigmoid": lambda z, c: 1 / (1 + mp.exp(-z)),
    "tanh": lambda z, c: mp.tanh(z),
    "relu": lambda z, c: max(z, mp.mpf(0)),
    "leaky_relu": lambda z, c: z if z > 0 else c * z,
    "prelu": lambda z, c: z if z > 0 else c * z,
    "elu": lambda z, c: z if z > 0 else c * (mp.exp(z) - 1),
    "softplus": lambda z, c: mp.log(1 + mp.exp(z)),
    "gelu": lambda z, c: z * mp.ncdf(z),
    "silu": lambda z, c: z / (1 + mp.exp(-z)),
}


def shown(explorer, **values):
    scene = explorer.move(**explorer.settings(**values))
    return [label.text for label in scene.labels], scene.status


def test_every_activation_of_the_module_can_be_chosen():
    made = {make(0.5).name.partition("(")[0] for _, make, _, _ in curves.CURVES.values()}
    own = [getattr(bp, name) for name in bp.__all__]
    module = {g.name for g in own if isinstance(g, bp.Activation)} | {"leaky_relu", "prelu", "elu"}
    assert made == module == set(EXACT) == set(ACTIVATIONS)
    assert set(CURVES.sliders["activation"].values) == set(DEPTH.sliders["activation"].values) == module


@pytest.mark.parametrize("activation", EXACT)
@pytest.mark.parametrize(("z", "c"), [(-3.1, 0.25), (-0.4, 1.5), (1.7, 0.01)])
def test_dot_tangent_and_numbers_are_those_of_the_curve(activation, z, c):
    texts, status = shown(CURVES, activation=activation, z=z, c=c)
    exact = lambda x: EXACT[activation](x, mp.mpf(c))  # noqa: E731
    value, slope = float(exact(mp.mpf(z))), float(mp.diff(exact, z))
    at_edge = min(max(value, curves.VALUES[0]), curves.VALUES[1])
    assert CURVES.here.get_data()[1][0] == pytest.approx(at_edge, abs=1e-12)
    assert CURVES.here.get_marker() == ("o" if at_edge == value else "v")
    assert CURVES.there.get_data()[1][0] == pytest.approx(slope, abs=1e-9)
    (x0, x1), (y0, y1) = CURVES.tangent.get_data()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(slope, abs=1e-9)
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx((z, value), abs=1e-9)
    drawn = dict(zip(*CURVES.value.get_data(), strict=True))
    assert all(drawn[x] == pytest.approx(float(exact(mp.mpf(x))), abs=1e-9) for x in (-5.0, -1.0, 2.0))
    number = f"{slope + 0.0:.4f}".replace("-", "−")
    assert f"slope g′ = {number}" in texts and f"slope {number}" in status


@pytest.mark.parametrize("activation", EXACT)
def test_grey_is_where_the_slope_is_below_a_tenth(activation):
    shown(CURVES, activation=activation, c=0.05)
    zones = [(zone.get_x(), zone.get_x() + zone.get_width()) for zone in CURVES.zones[0] if zone.get_width()]
    same = [(zone.get_x(), zone.get_x() + zone.get_width()) for zone in CURVES.zones[1] if zone.get_width()]
    assert zones == same
    for z in np.arange(-4.93, 5, 0.17):
        slope = abs(mp.diff(lambda x: EXACT[activation](x, mp.mpf("0.05")), z))
        inside = any(start <= z <= end for start, end in zones)
        near_an_edge = any(abs(z - edge) < 0.03 for zone in zones for edge in zone)
        assert near_an_edge or inside == (slope < 0.1), z


def test_no_curve_has_more_zones_than_can_be_drawn():
    for activation in EXACT:
        for c in CURVES.sliders["c"].values:
            assert len(curves.curve(activation, c)[3]) <= len(CURVES.zones[0])


def test_words_follow_the_slope():
    for values, words in (
        ({"activation": "relu", "z": -2.0}, "Off: nothing gets through."),
        ({"activation": "relu", "z": 2.0}, "All of it gets through."),
        ({"activation": "sigmoid", "z": 4.0}, "Flat: hardly anything passes."),
        ({"activation": "gelu", "z": -1.4}, "The message comes out reversed."),
        ({"activation": "silu", "z": 2.4}, "The message comes out larger."),
        ({"activation": "tanh", "z": 0.5}, "Open: a part gets through."),
    ):
        assert words in shown(CURVES, **values)[0], values
    assert "with c = 0.5" in shown(CURVES, activation="elu", c=0.5)[0]
    assert not any(text.startswith("with c") for text in shown(CURVES, activation="tanh", c=0.5)[0])


@pytest.mark.parametrize(("activation", "c", "slopes"), [
    ("relu", 0.25, "0 left, 1 right"), ("prelu", 0.5, "0.5 left, 1 right"), ("elu", 1.5, "1.5 left, 1 right"),
    ("elu", 1.0, None), ("leaky_relu", 1.0, None), ("silu", 0.25, None),
])  # fmt: skip
def test_at_a_kink_there_is_no_tangent_and_both_slopes_are_named(activation, c, slopes):
    texts, status = shown(CURVES, activation=activation, z=0.0, c=c)
    sentence = f"Kink: slope {slopes}."
    assert (sentence in texts) == (sentence in status) == (not CURVES.tangent.get_visible()) == (slopes is not None)
    assert "Kink" not in shown(CURVES, activation=activation, z=0.1, c=c)[1] and CURVES.tangent.get_visible()


def test_what_lies_beyond_the_edge_is_a_triangle_and_a_jump_is_a_gap():
    texts, _ = shown(CURVES, activation="prelu", z=-5.0, c=2.0)
    assert CURVES.here.get_marker() == "v" and "Triangle: beyond the edge." in texts
    assert CURVES.there.get_marker() == "o" and CURVES.there.get_ydata() == [2.0]
    z, slope = CURVES.slope.get_data()
    assert np.isnan(slope).sum() == 1 and set(slope[~np.isnan(slope)]) == {1.0, 2.0}
    assert "Triangle: beyond the edge." not in shown(CURVES, activation="prelu", z=5.0, c=2.0)[0]
    shown(CURVES, activation="elu", c=1.0)
    assert not np.isnan(CURVES.slope.get_ydata()).any()


def by_hand(activation, scale, layers, part="deltas"):
    """The messages in the explorer's own network, by a loop over layers that uses neither Network nor Trace; with
    part="weights": the sizes of dC/dW.
    """
    weights, X, Y = deep.draws()
    g = ACTIVATIONS[activation][1]
    W = [scale / 8 * weights[k] for k in range(1, layers + 1)]  # sqrt(64) is 8
    a, z, entering = X, [], []
    for w in W:
        entering.append(a)
        z.append(a @ w.T)
        a = g(z[-1])
    delta, sizes = (a - Y) * g.derivative(z[-1]), []
    for k in range(layers - 1, -1, -1):
        here = delta if part == "deltas" else np.einsum("nj,ni->ji", delta, entering[k])
        sizes.insert(0, np.sqrt((here**2).sum()))
        if k:
            delta = (delta @ W[k]) * g.derivative(z[k - 1])
    return np.array(sizes) / sizes[-1], [np.sqrt((g.derivative(x) ** 2).mean()) for x in z]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_circles_are_a_real_network_and_the_line_the_product_of_factors(activation):
    shown(DEPTH, activation=activation, scale=1.2, layers=17)
    real, slopes = by_hand(activation, 1.2, 17)
    np.testing.assert_allclose(DEPTH.real.get_ydata(), np.log10(real), atol=1e-9)
    for layer in (1, 5, 16, 17):
        left = np.prod([1.2 * slope for slope in slopes[layer - 1 : 16]])
        assert DEPTH.both.get_ydata()[layer - 1] == pytest.approx(np.log10(left), abs=1e-9)
        assert DEPTH.alone.get_ydata()[layer - 1] == pytest.approx(np.log10(left / 1.2 ** (17 - layer)), abs=1e-9)
    assert list(DEPTH.real.get_xdata()) == list(range(1, 18))
    line = list(DEPTH.both.get_ydata())
    texts, status = shown(DEPTH, activation=activation, scale=1.2, layers=17, circles="weights")
    gradients, _ = by_hand(activation, 1.2, 17, "weights")
    np.testing.assert_allclose(DEPTH.real.get_ydata(), np.log10(gradients), atol=1e-9)
    assert list(DEPTH.both.get_ydata()) == line and f"{deep._power(gradients[0])} of the last layer's dC/dW" in status
    assert any(text.startswith("○  real network, dC/dW") for text in texts)


def test_product_predicts_the_real_network_within_a_factor_of_200_over_50_layers():
    for activation in ACTIVATIONS:
        for scale in (0.5, 1.0, 1.4, 3.0):
            shown(DEPTH, activation=activation, scale=scale, layers=50)
            assert abs(DEPTH.both.get_ydata()[0] - DEPTH.real.get_ydata()[0]) < np.log10(200)


def test_nothing_leaves_the_axis():
    for activation in ACTIVATIONS:
        for scale in (deep.SCALES[0], deep.SCALES[-1]):
            shown(DEPTH, activation=activation, scale=scale, layers=50)
            gradients = deep.depths(activation, scale, 50)[1]
            assert deep.LOWEST < np.log10(gradients).min() and np.log10(gradients).max() < deep.HIGHEST
            for line in (DEPTH.alone, DEPTH.both, DEPTH.real):
                assert deep.LOWEST < min(line.get_ydata()) and max(line.get_ydata()) < deep.HIGHEST


def test_one_layer_loses_nothing_and_words_follow_the_size():
    assert "One layer: nothing is lost." in shown(DEPTH, layers=1)[0]
    for layers, idle in ((1, {"activation", "scale", "circles"}), (2, set())):
        assert set(DEPTH.move(**DEPTH.settings(layers=layers)).idle) == idle
    assert "delta vanishes." in shown(DEPTH, activation="sigmoid", layers=50, scale=1.0)[0]
    assert "delta explodes." in shown(DEPTH, activation="relu", layers=50, scale=3.0)[0]
    texts, status = shown(DEPTH, activation="relu", layers=50, scale=1.4)
    assert "delta arrives." in texts and "a real network has 3.67 of the last layer's delta" in status
    assert "delta grows." in shown(DEPTH, activation="identity", layers=50, scale=1.1)[0]
    assert "delta shrinks." in shown(DEPTH, activation="identity", layers=30, scale=0.9)[0]


def test_grey_is_explained_where_there_is_some():
    for activation in EXACT:
        texts, _ = shown(CURVES, activation=activation, c=0.25)
        grey = any(zone.get_width() for zone in CURVES.zones[0])
        assert grey == ("Grey: less than a tenth gets through." in texts), activation


def test_words_agree_with_the_printed_slope_everywhere():
    for activation, z, c in itertools.product(EXACT, CURVES.sliders["z"].values[::2], (0.01, 1.0, 2.0)):
        texts, status = shown(CURVES, activation=activation, z=z, c=c)
        s = float(re.search(r"slope (−?[\d.]+)\.", status)[1].replace("−", "-"))
        words = next(text for text in texts if text in status and text.endswith("."))
        fits = {
            "Off": s == 0, "Flat": abs(s) < 0.1001, "The message comes out reversed": s <= -0.1, "All of it": s == 1,
            "The message comes out larger": s > 1, "Open": 0.1 <= s < 1, "Kink": z == 0,
        }  # fmt: skip
        assert next(fits[start] for start in fits if words.startswith(start)), (activation, z, c, s, words)
        assert f"A message of 1 comes out as {s:.4f}.".replace("-", "−") in texts


def dragged(explorer, start, end, **values):
    """What a finger sets that comes down at `start` and goes to `end`."""
    scene = explorer.move(**explorer.settings(**values))
    return next((target.sets(*end) for target in reversed(scene.targets) if start in target), {})


@pytest.mark.parametrize("activation", EXACT)
def test_the_dot_follows_the_finger_in_both_panels(activation):
    g = curves.CURVES[activation][1](0.5)
    for z in (-5.0, -1.7, 0.0, 2.3, 5.0):
        drawn = {  # where the dots stand
            CURVES.top: np.clip(g(z), *curves.VALUES),
            CURVES.low: np.clip(g.derivative(z), *curves.SLOPES),
        }
        for ax, y in drawn.items():
            state, start = {"activation": activation, "c": 0.5, "z": z}, tuple(CURVES.pixels(ax, z, y))
            assert CURVES.touch(*start, **state) == {"z": z}
            for wanted in CURVES.sliders["z"].values[::7]:
                assert dragged(CURVES, start, CURVES.pixels(ax, wanted, 0.9), **state) == {"z": wanted}
            assert dragged(CURVES, start, (-400, 900), **state) == {"z": -5.0}


def test_the_ring_bends_the_curve_and_c_is_idle_where_there_is_none():
    for activation in EXACT:
        state = {"activation": activation, "z": 3.0, "c": 0.5}
        exact = lambda c, activation=activation: float(EXACT[activation](mp.mpf(curves.RING), c))  # noqa: E731
        start = tuple(CURVES.pixels(CURVES.top, curves.RING, exact(0.5)))
        scene = CURVES.move(**CURVES.settings(**state))
        assert CURVES.ring.get_visible() == ("c" not in scene.idle) == (activation in curves.WITH_C)
        if activation in curves.WITH_C:
            assert (CURVES.ring.get_xdata()[0], CURVES.ring.get_ydata()[0]) == (curves.RING, exact(0.5))
            for c in CURVES.sliders["c"].values:
                assert dragged(CURVES, start, CURVES.pixels(CURVES.top, 1, exact(c)), **state) == {"c": c}
        else:
            assert CURVES.touch(*start, **state) == {}


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "gelu", "identity"])
def test_the_ends_of_the_line_and_the_axis_can_be_touched(activation):
    for layers, scale in ((50, 1.4), (20, 0.5), (7, 3.0)):
        state = {"activation": activation, "layers": layers, "scale": scale}
        shown(DEPTH, **state)
        (left, right), (low, high) = DEPTH.ends.get_data()
        assert (left, right, high) == (1, layers, 0) and low == DEPTH.both.get_ydata()[0]
        end = tuple(DEPTH.pixels(DEPTH.ax, layers, 0))
        assert DEPTH.touch(*end, **state) == {"layers": layers}
        assert dragged(DEPTH, end, DEPTH.pixels(DEPTH.ax, 13, 9), **state) == {"layers": 13}
        for wanted in (1, 33, 50):
            assert DEPTH.touch(*DEPTH.pixels(DEPTH.ax, wanted, deep.LOWEST), **state) == {"layers": wanted}
        start = tuple(DEPTH.pixels(DEPTH.ax, 1, low))
        for wanted in deep.SCALES[::4]:
            shown(DEPTH, **state | {"scale": wanted})
            place = DEPTH.pixels(DEPTH.ax, 2, DEPTH.both.get_ydata()[0])
            assert dragged(DEPTH, start, place, **state) == {"scale": wanted}


def test_the_legend_changes_the_circles():
    for circles, other in (("deltas", "weights"), ("weights", "deltas")):
        scene = DEPTH.move(**DEPTH.settings(circles=circles))
        label = next(label for label in scene.labels if label.text.startswith("○"))
        assert DEPTH.touch(label.x + 60, label.y, circles=circles) == {"circles": other}


def test_the_state_in_words_agrees_with_the_numbers_of_the_picture():
    for activation, scale, layers, circles in itertools.product(
        ACTIVATIONS, deep.SCALES[::4], (1, 2, 17, 50), ("deltas", "weights")
    ):
        texts, status = shown(DEPTH, activation=activation, scale=scale, layers=layers, circles=circles)
        verdict = next(text for text in texts if text in status and text.endswith("."))
        size, what = 10 ** DEPTH.real.get_ydata()[0], "dC/dW" if circles == "weights" and layers > 1 else "delta"
        limits = {"vanishes": (0, 1e-3), "shrinks": (1e-3, 0.1), "arrives": (0.1, 10), "grows": (10, 1e3)}
        word = next((word for word, (low, high) in limits.items() if low <= size < high), "explodes")
        assert verdict == (f"{what} {word}." if layers > 1 else "One layer: nothing is lost.")
        assert f"○  real network, {what} {deep._power(size)}" in texts
        assert (layers == 1) or (f"{deep._power(size)} of the last layer's {what}" in status)
        assert len(status) < 200


def test_answers_that_the_chapter_gives_to_its_tasks():
    def left(**values):
        shown(DEPTH, **values)
        return 10 ** DEPTH.both.get_ydata()[0], 10 ** DEPTH.real.get_ydata()[0]

    assert (
        max(left(activation="sigmoid", scale=1.0, layers=11))
        < 1e-6
        < min(left(activation="sigmoid", scale=1.0, layers=10))
    )
    assert 5e-15 < min(left(activation="sigmoid", scale=3.0, layers=50)) < 1e-13
    assert min(left(activation="tanh", scale=3.0, layers=50)) > 1e6
    assert left(activation="identity", scale=1.0, layers=50)[0] == pytest.approx(1)
    sizes = {s: abs(np.log10(left(activation="relu", scale=s, layers=50)[0])) for s in deep.SCALES}
    assert min(sizes, key=sizes.get) == 1.4
    assert DEPTH.sliders["layers"].start != 30, "the chapter asks for a guess of what 30 layers leave"
    small = {"activation": "relu", "scale": 0.8, "layers": 50}  # task 5: dC/dW is as large in every layer
    assert left(**small)[1] < 1e-11
    shown(DEPTH, circles="weights", **small)
    assert np.abs(DEPTH.real.get_ydata()).max() < 0.31  # within a factor of two


def test_a_second_visit_computes_nothing():
    deep.depths("tanh", 1.1, 12)
    before = deep.depths.cache_info()
    shown(DEPTH, activation="tanh", scale=1.1, layers=12)
    after = deep.depths.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)
