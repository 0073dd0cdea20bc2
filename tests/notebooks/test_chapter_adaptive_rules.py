"""Rules that adapt: every displayed formula, and the numbers stored as output, by ways that are not the chapter's own."""

import math
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import stored
import sympy as sp

import bpcourse as bp

CELLS = stored.cells("chapters", "adaptive_rules")
SOURCE = stored.sources(CELLS)
OUTPUT = stored.outputs(CELLS)
NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]\d+)?")
ALPHA = sp.symbols("alpha", positive=True)


def text_of(cell):
    return SOURCE[cell]


def rows(cell):
    """The numbers of each line of an output."""
    return [[float(text) for text in NUMBER.findall(line)] for line in OUTPUT[cell].splitlines()]


def same_expression(a, b):
    return sp.simplify(a - b) == 0


def test_adagrad_walks_along_each_axis_as_in_a_round_bowl():
    """In the first bowl, of condition 1000: y, with a gradient 1000 times as large at each place, walks all the same."""
    steep, flat = (bp.surfaces.descend(bp.surfaces.bowl(condition=c), bp.adagrad(0.5), steps=100) for c in (1000, 1))
    assert bp.surfaces.bowl(condition=1000).gradient(np.array([1.0, 1.0])).tolist() == [1.0, 1000.0]
    np.testing.assert_allclose(steep, flat, rtol=1e-6, atol=1e-9)


def test_adagrad_and_rmsprop():
    assert rows("adagrad-first")[0] == [0.5, 0.5]
    stream = [100.0 if t == 20 else 1.0 for t in range(1, 401)]
    for t, size in rows("stream-adagrad")[:-1]:  # the last one is the guess
        assert size == round(stream[int(t) - 1] / math.sqrt(sum(g**2 for g in stream[: int(t)])), 4)
    kept = dict(rows("stream-adagrad")[:-1])
    assert kept[16] == 1 / 4 and kept[21] == round(kept[400], 2) == 0.01  # "the step α/4"
    assert sum(g**2 for g in stream) == 399 + 100**2 == 10_399 and round(math.sqrt(10_399)) == 102
    assert "399 · 1² + 100² = 10,399, and its root 102" in text_of("stream-read")
    held = dict(rows("stream-rmsprop")[:4])  # steps after the large gradient: what s still holds of it
    with_it = without = 0.0  # s of RMSprop, with the large gradient and without it
    for t in range(1, 121):
        with_it, without = 0.9 * with_it + 0.1 * stream[t - 1] ** 2, 0.9 * without + 0.1
        if t >= 20 and t - 20 in held:
            assert held[t - 20] == pytest.approx(with_it - without, abs=0.2), t  # what is left of it, but for its 1
    assert list(held) == [0, 10, 50, 100] and held[0] == 1000 and held[100] < 0.05
    for c in (10, 1000):  # AdaGrad does not see the curvature along an axis
        paths = [bp.surfaces.descend(bp.surfaces.bowl(k), bp.adagrad(0.5), steps=50) for k in (1, c)]
        np.testing.assert_allclose(paths[1] / paths[1][0], paths[0] / paths[0][0], rtol=1e-6, atol=1e-9)
    assert rows("rms-first") == [[round(1 / math.sqrt(1 - 0.9), 2), 0.99, round(1 / math.sqrt(1 - 0.99), 2)]]
    for line in OUTPUT["rms-restless"].splitlines():
        assert sorted({abs(value) for value in (float(x) for x in re.findall(r"-?0\.\d+", line))}) == [0.05]


def test_averaged_gradients_calm_the_jumps_and_a_long_memory_delays_them():
    """The picture of `adam-check`: y of the three, by formulas of its own."""
    ys, ms, squares, paths = [0.9] * 3, [0.0] * 3, [0.0] * 3, ([], [], [])
    memories = ((0.0, 0.9, False), (0.9, 0.9, True), (0.9, 0.999, True))  # of RMSprop, and of Adam with two memories
    for t in range(1, 401):
        for k, (beta1, beta2, hats) in enumerate(memories):
            g = 10 * ys[k]
            ms[k], squares[k] = beta1 * ms[k] + (1 - beta1) * g, beta2 * squares[k] + (1 - beta2) * g**2
            up, down = (1 - beta1**t, 1 - beta2**t) if hats else (1, 1)
            ys[k] -= 0.1 * (ms[k] / up) / (math.sqrt(squares[k] / down) + 1e-8)
            paths[k].append(ys[k])
    jumps, short, long = paths
    space = {"np": np, "bp": bp, "bowl": bp.surfaces.bowl(condition=10), "guess": None}
    exec("\n".join((SOURCE["rms-restless"], SOURCE["adam-code"], SOURCE["adam-check"].partition("\nax =")[0])), space)
    for name, path in {"Adam, β₂ = 0.9": short, "RMSprop": jumps}.items():
        np.testing.assert_allclose(space["curves"][name], path[389:], rtol=1e-2, atol=1e-6)  # from step 390 on
    theta, m, v, rule = 0.9, 0.0, 0.0, bp.adam(0.1)
    library, state = np.array([0.9]), rule.init(np.array([0.9]))
    for t in range(1, 401):  # "bp.adam does the same"
        theta, m, v = space["adam_step"](theta, 10 * theta, m, v, t)
        library, state = rule.update(library, 10 * library, state)
        assert library[0] == pytest.approx(theta, rel=1e-7, abs=1e-9)
    ends = np.array(jumps[349:])
    assert (np.sign(ends[1:]) == -np.sign(ends[:-1])).all() and (abs(abs(ends) - 0.05) < 0.001).all()
    assert max(map(abs, short[349:])) < 0.005  # "but for a tremble"
    assert min(long) < -0.1 and max(map(abs, long[-50:])) < 1e-6
    far = abs(bp.surfaces.descend(space["bowl"], bp.adam(0.1), steps=20_000)[:, 1])
    assert far[401:4001].max() < 1e-6 and far[-1000:].max() > 0.01  # rests for thousands of steps, and jumps again
    wakes = next(t for t in range(400, 20_000) if far[t] > 0.01)
    v = sum(0.001 * 0.999 ** (399 - t) * (10 * y) ** 2 for t, y in enumerate([0.9, *long[:399]]))  # at step 400
    factor = {t: 0.1 / math.sqrt(v * 0.999 ** (t - 400) / (1 - 0.999**t)) for t in (400, 2000, 4000, 6000)}
    *shown, last = rows("adam-rest")
    assert shown == [[t, round(value, 1)] for t, value in factor.items()] and last == [0.01, round(wakes, -2)]
    v_wake = v * 0.999 ** (wakes - 450 - 400)
    limit = 2 * (1 + 0.9) / ((1 - 0.9) * 10)  # of momentum, chapter 05, with 1 - β₁ before the gradient
    assert factor[6000] < limit < 0.1 / math.sqrt(v_wake)  # passed some steps before it is seen
    passed = next(t for t in range(6000, 7000) if 0.1 / math.sqrt(v * 0.999 ** (t - 400) / (1 - 0.999**t)) > limit)
    assert passed < 6400 and "so α/√v̂ < 3.8. At step 6000 it was 3.3; soon after" in text_of("adam-rest-read")
    shown = max(map(abs, ends)), max(map(abs, short[-50:]))
    assert rows("adam-check")[0] == [round(float(y), 3) for y in shown] and 8 < shown[0] / shown[1] < 15  # "a tenth"


def test_the_hats_undo_a_geometric_sum():
    b, t, i, g = sp.symbols("b t i g", positive=True)
    for steps in range(1, 6):
        total = (1 - b) * sp.Sum(b ** (steps - i) * g, (i, 1, steps)).doit()
        assert same_expression(total, (1 - b**steps) * g)
        m = 0
        for _ in range(steps):
            m = b * m + (1 - b) * g
        assert same_expression(m, total)
    shown = [row for row in rows("correction-code") if row]
    assert [row[0] for row in shown] == [1, 2, 3, 4, 5]
    for step, m, weights, *_, formula, quotient in shown:
        assert weights == formula == round(1 - 0.9**step, 4) and quotient == 10
        assert m == pytest.approx(10 * (1 - 0.9**step), abs=6e-5)
    assert shown[0][1:3] == [1, 0.1] and shown[1][1:3] == [1.9, 0.19] and "together 0.19" in SOURCE["correction"]


def test_the_tutorials_adam_beside_the_papers():
    assert rows("s1-first") == [[0.1, 0.001, round(0.1 / math.sqrt(0.001), 4)]]
    size = lambda t: (1 - 0.9**t) / math.sqrt(1 - 0.999**t)  # noqa: E731
    sizes = [size(t) for t in range(1, 1001)]
    top = int(np.argmax(sizes)) + 1
    assert rows("s1-table") == [[t, 1, round(size(t), 2)] for t in (2, top, 100, 300, 1000)]
    parts = f"{1 - 0.9**top:.3f}/{math.sqrt(1 - 0.999**top):.3f} = {size(top):.2f}"
    assert f"at t = {top}, {parts}" in text_of("s1-table-read")
    assert 1 - 0.9**30 > 0.95 > math.sqrt(1 - 0.999**2000) > 0.9  # the numerator is soon 1, the denominator late


def test_eps():
    for g, outside, inside in (
        map(float, re.findall(r"\d[\d.e+-]*", line)) for line in OUTPUT["eps-code"].splitlines()
    ):
        assert outside == round(g / (g + 1e-8), 4) and inside == round(g / math.sqrt(g * g + 1e-8), 4)
    g = np.geomspace(1e-12, 1, 200)  # 1e-16 inside acts almost like 1e-8 outside
    assert (np.sqrt(g**2 + 1e-16) / (g + 1e-8)).min() > 0.7


def test_decay():
    assert rows("decay-l2")[2] == [1.0]  # as far as with a hundredth of the pull
    for w, (_, theta) in zip((0.1, 0.001), rows("decay-l2")[:2], strict=True):
        x, m, v = 1.0, 0.0, 0.0
        for t in range(1, 11):
            g = w * x
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            x -= 0.01 * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
        assert theta == round(x, 4)


def points():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1.7, 1.7, 1000)
    return x, 2 * x + rng.standard_normal(1000)


def test_the_noise_of_a_minibatch():
    x, y = points()
    (w,) = np.linalg.lstsq(x[:, None], y, rcond=None)[0]
    h, sigma = np.mean(x**2), np.std((w * x - y) * x)
    assert rows("noise-data") == [[round(h, 3), round(w, 3)]]
    for B, measured, theory in rows("noise-code")[1:]:  # the first is the guess
        assert theory == round(sigma / math.sqrt(B), 3) and measured == pytest.approx(sigma / math.sqrt(B), rel=0.02)


def test_the_floor():
    h, sigma, B, V = sp.symbols("h sigma B V", positive=True)
    (variance,) = sp.solve((1 - ALPHA * h) ** 2 * V + ALPHA**2 * sigma**2 / B - V, V)
    assert same_expression(variance, ALPHA * sigma**2 / (B * h * (2 - ALPHA * h)))
    assert same_expression(sp.limit(h * variance / 2 / ALPHA, ALPHA, 0), sigma**2 / (4 * B))
    x, y = points()
    w = (x @ y) / (x @ x)
    spread, curvature = np.std((w * x - y) * x), np.mean(x**2)
    for alpha, B, ratio, measured, theory in rows("floor-table")[:-1]:  # the last one is the guess
        expected = alpha * spread**2 / (2 * B * (2 - alpha * curvature))
        assert ratio == pytest.approx(alpha / B, abs=6e-5) and theory == round(expected, 4)
        assert measured == pytest.approx(expected, rel=0.05)


def test_the_small_rate_passes_the_floor_of_the_large_one_only_after_step_400():
    x, y = points()
    w, curvature = (x @ y) / (x @ x), np.mean(x**2)
    noise = np.var((w * x - y) * x) / 4
    large = 0.4 * noise / (2 * (2 - 0.4 * curvature))
    small = [w**2]  # the mean square of the distance
    for _ in range(600):
        small.append((1 - 0.005 * curvature) ** 2 * small[-1] + 0.005**2 * noise)
    crossing = (curvature * np.array(small) / 2 < large).argmax()
    assert 420 < crossing < 480 and "only after step 400" in text_of("schedules-read")


def test_schedules_and_warm_up():
    staircase, cosine = bp.step_schedule(0.4, every=100, factor=0.25), bp.cosine_schedule(0.4, steps=400, final=0.1)
    warm = bp.warm_up(cosine, steps=20)
    for t in (1, 2, 99, 100, 101, 200, 201, 399, 400):
        assert staircase(t) == pytest.approx(0.4 * 0.25 ** math.floor((t - 1) / 100), rel=1e-12)
        assert cosine(t) == pytest.approx(0.1 + 0.15 * (1 + math.cos(math.pi * (t - 1) / 400)), rel=1e-12)
        assert warm(t) == pytest.approx(t / 20 * cosine(1) if t <= 20 else cosine(t - 20), rel=1e-12)
    assert rows("schedules-code") == [[0.2, 0, 0.025]]  # the 0 is the cosine


def test_the_quartic_needs_a_warm_up():
    theta, steps = 5.0, 0
    while abs(theta) <= 1e6:
        theta, steps = theta - 0.1 * theta**3, steps + 1
    warm = 5.0
    for t in range(1, 41):
        warm -= min(t / 20, 1) * 0.1 * warm**3
    _, first, second = OUTPUT["warm-code"].splitlines()
    assert first.endswith(f"after {steps} steps") and second.endswith(f"theta {warm:.3f}")
    z = sp.symbols("z")
    assert 0.1 * 5**3 == 12.5 and 5 - 12.5 == -7.5 and 5 - 12.5 / 20 > 0  # the first step, and that of the warm-up
    assert sp.diff(z**4 / 4, z) == z**3 and sp.diff(z**4 / 4, z, 2) == 3 * z**2


def test_a_shared_state_drags_the_wrong_way():
    def adam(gradients, owners):
        state, places = {owner: [0.0, 0.0] for owner in owners}, [0.0, 0.0]
        for t in range(1, 11):
            for k, (g, owner) in enumerate(zip(gradients, owners, strict=True)):
                m, v = state[owner]
                m, v = state[owner] = [0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g]
                places[k] -= 0.1 * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
        return [round(place, 3) for place in places]

    shown = [[float(x) for x in re.findall(r"-?\d+\.\d*", line)] for line in OUTPUT["state-shared"].splitlines()[:2]]
    assert shown == [adam((1.0, -100.0), "ab"), adam((1.0, -100.0), "aa")]
    assert shown[0][0] < 0 < shown[1][0]


def plain_rules():
    """The six rules, written again: (theta, g, state, t, alpha) -> step, for many alpha at once."""

    def averages(state, g, t, decays):
        kept = [state.get(k, 0 * g) for k in range(len(decays))]
        for k, (decay, power) in enumerate(decays):
            state[k] = decay * kept[k] + (1 - decay) * g**power
        return [state[k] / (1 - decay**t) for k, (decay, _) in enumerate(decays)]

    def heavy(g, state, t, alpha, ahead):
        v = state["v"] = 0.9 * state.get("v", 0 * g) - alpha * g
        return 0.9 * v - alpha * g if ahead else v

    def summed(g, state, t, alpha):
        state["s"] = state.get("s", 0 * g) + g**2
        return -alpha * g / (np.sqrt(state["s"]) + 1e-10)

    def rms(g, state, t, alpha):
        (corrected,) = averages(state, g, t, [(0.99, 2)])
        return -alpha * g / (np.sqrt(corrected * (1 - 0.99**t)) + 1e-8)

    def adam(g, state, t, alpha):
        m, v = averages(state, g, t, [(0.9, 1), (0.999, 2)])
        return -alpha * m / (np.sqrt(v) + 1e-8)

    return [
        lambda g, state, t, alpha: -alpha * g,
        lambda g, state, t, alpha: heavy(g, state, t, alpha, False),
        lambda g, state, t, alpha: heavy(g, state, t, alpha, True),
        summed, rms, adam,
    ]  # fmt: skip


def test_the_table_of_rules():
    surfaces = [
        bp.surfaces.bowl(10), bp.surfaces.bowl(1000), bp.surfaces.bowl(1000, 30),
        bp.surfaces.ravine(), bp.surfaces.rosenbrock(),
    ]  # fmt: skip
    alphas = 10.0 ** np.arange(-4, 0.6, 0.5)[:, None]
    counts, best = np.zeros((6, 5), dtype=int), np.zeros((6, 5))
    for j, (line, surface) in enumerate(zip(OUTPUT["compare-print"].splitlines()[1:-1], surfaces, strict=True)):
        shown = line[16:].split()
        for i, step in enumerate(plain_rules()):
            theta, state = np.tile(surface.start, (10, 1)), {}
            distance = [np.linalg.norm(theta - surface.minimum, axis=1)]
            with np.errstate(all="ignore"):
                for t in range(1, 501):
                    theta = theta + step(surface.gradient(theta), state, t, alphas)
                    distance.append(np.linalg.norm(theta - surface.minimum, axis=1))
                far = ~(np.array(distance) < 0.05)
            needed = [501 - np.argmax(f[::-1]) for f in far.T if not f[-1]]
            counts[i, j] = len(needed)
            assert shown[i] == (f"{float(f'{min(needed):.2g}'):.0f}" if needed else "-"), (surface, i)
            best[i, j] = min(needed, default=np.inf)
    for line, row in zip(OUTPUT["compare-count"].splitlines(), counts, strict=True):
        assert NUMBER.findall(line) == [str((row > 0).sum()), "5", str(row.sum()), "50"]
    assert best.argmin(axis=0).tolist() == [3, 3, 1, 5, 5]  # "AdaGrad and Adam win two rows each, momentum one"
    assert counts.sum(axis=1).argmax() == 5  # "Adam arrives for the most learning rates"


def test_the_cost_of_turning_the_bowl():
    plain, adagrad, *slopes = zip(*[row[1:] for row in rows("adagrad-turned-code")[:-1]], strict=True)
    (_, along), (_, across) = slopes  # the first gradient of the turned bowl
    assert along < 0 < across and 0.9 < -across / along < 1  # "both entries are about as large"
    assert plain[0] == plain[1] and adagrad[0] < 10 and adagrad[1] > plain[1]
    factor = np.abs(1 - np.outer(np.geomspace(0.01, 3, 40), [1, 100]))
    best = factor.max(axis=1).argmin()
    path = np.linalg.norm(factor[best] ** np.arange(1001)[:, None] * [-2.2, 0.9], axis=1)
    assert plain[0] == (path < 0.01).argmax()
    for turn, shown in zip((0, math.pi / 4), adagrad, strict=True):
        c, s = math.cos(turn), math.sin(turn)
        axes = np.array([[c, -s], [s, c]])
        H, alpha = axes @ np.diag([1, 100]) @ axes.T, np.geomspace(0.01, 3, 40)[:, None]
        theta, total, far = np.tile(axes @ [-2.2, 0.9], (40, 1)), 0, []
        for _ in range(1000):
            g = theta @ H
            total = total + g**2
            theta = theta - alpha * g / np.sqrt(total)
            far.append(np.linalg.norm(theta, axis=1) >= 0.01)
        assert shown == min(1001 - np.argmax(f[::-1]) for f in np.transpose(far) if not f[-1])


@cache
def explorer():
    return bp.explore.optimizers()


def says(**sliders):
    """What the explorer says of each rule: {name: verdict}."""
    named = re.compile(r"(gradient descent|momentum|Nesterov|AdaGrad|RMSprop|AdamW?) (\w+)")
    below = [label.text for label in explorer().move(**explorer().settings(**sliders)).labels if label.y < 60]
    return dict(found.groups() for found in map(named.match, below) if found)


def test_the_other_answers():
    leaves = {}
    for name in ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"):
        path = bp.surfaces.descend(bp.surfaces.saddle(), getattr(bp, name)(0.0487), (-2.4, 0.1), 200)
        leaves[name] = (abs(path[:, 1]) > 1).argmax()
    assert min(leaves, key=leaves.get) == "rmsprop" and leaves["rmsprop"] <= 3


def test_every_printed_number_is_tested_here():
    """Cells that print numbers, by name: a new one needs a test above."""
    shown = {name for name, text in OUTPUT.items() if re.search(r"\d", text)}
    here = set(re.findall(r'(?:OUTPUT\[|rows\()"([\w-]+)"', Path(__file__).read_text()))
    pictures = {name for name in SOURCE if re.search(r"bp\.(plots\.picture|explore)", SOURCE[name])}
    assert shown - pictures <= here


def test_t_begins_at_1():
    assert "1 - 0.9 ** 0 = 0.0, 1 - 0.9 ** 1 = 0.1" in OUTPUT["state-t"] and "[(2,), (2,)]" in OUTPUT["state-t"]


# ----- what is recalled, and the first cell


def test_a_word_in_one_text_of_a_thousand():
    texts = np.column_stack([np.ones(1000), np.arange(1000) == 0])  # which of the two words each text holds
    frequent, rare = texts.T @ np.ones(1000) / 1000  # the gradients, if each text has the error 1
    flat, steep = np.linalg.eigvalsh(texts.T @ texts / 1000)
    assert frequent == pytest.approx(1000 * rare) and steep / flat == pytest.approx(1000, rel=0.01)


def test_the_walks_of_the_first_cell():
    root = math.sqrt(1000)
    alpha, beta = (2 / (1 + root)) ** 2, ((root - 1) / (root + 1)) ** 2
    curvature, start = np.array([1.0, 1000.0]), np.array([-2.2, 0.9])
    plain = start * (1 - 2 / 1001 * curvature) ** 100
    before, heavy = start, start - alpha * curvature * start  # positions only: v is the last step
    for _ in range(99):
        before, heavy = heavy, heavy + beta * (heavy - before) - alpha * curvature * heavy

    def adagrad(alpha, curvature):
        place, total = start, 0.0
        for _ in range(100):
            total = total + (curvature * place) ** 2
            place = place - alpha * curvature * place / np.sqrt(total)
        return place

    ends = plain, heavy, adagrad(0.1, curvature), adagrad(0.5, curvature)
    for line, end in zip(OUTPUT["hook"].splitlines(), ends, strict=True):
        expected = f"distance {np.hypot(2.2, 0.9):.2f} at first, {np.linalg.norm(end):.2g} after 100 steps"
        assert line.endswith(expected)
    np.testing.assert_allclose(adagrad(0.1, curvature), adagrad(0.1, np.ones(2)))  # "as in a round bowl"
    assert np.linalg.norm(ends[2]) > np.linalg.norm(heavy)  # "0.1 was too short"


# ----- the answers to "Play"


def test_where_momentum_and_adam_arrive_on_the_slider():
    preset = explorer().presets["just right"] | {"optimizers": ("momentum", "adam"), "momentum": 0.9, "steps": 200}
    rates = explorer().sliders["learning_rate"].values
    came = {rate: says(**preset | {"learning_rate": rate}) for rate in rates}
    arrived = {name: [r for r in rates if came[r][name] == "arrives"] for name in ("momentum", "Adam")}
    low, high = min(arrived["momentum"]), max(arrived["momentum"])
    assert arrived["momentum"] == [rate for rate in rates if low <= rate <= high]
    assert arrived["Adam"] == [rate for rate in rates if rate >= min(arrived["Adam"])]
    assert f"from {low} to {high}: " in text_of("play-answers") and 2 * 1.9 / 20 == pytest.approx(0.19)
    assert f"Adam from {min(arrived['Adam'])} on, to the end of the slider" in text_of("play-answers")
    assert high < 0.19 < min(rate for rate in rates if rate > high)


def test_what_the_stream_of_gradients_costs():
    stream, text = bp.explore.stream(), text_of("stream-answers")

    def cost(rule, **values):
        first, *_ = stream.move(**stream.settings(rules=(rule,), **values)).labels
        return re.fullmatch(r"\w+: (.*)", first.text)[1]

    assert cost("adagrad", gradient=20) == "below half for 112 steps" and "Up to 20 it comes back, after 112" in text
    larger = [g for g in stream.sliders["gradient"].values if g > 20]
    assert {cost("adagrad", gradient=g) for g in larger} == {"below half to the end"}
    assert f"From {larger[0]} on" in text
    assert [cost("rmsprop", rho=rho).split(" for ")[-1] for rho in (0.9, 0.5)] == ["55 steps", "10 steps"]
    assert cost("rmsprop", rho=0.99) == "below half to the end" and "For 55 steps; with ρ = 0.5 for 10" in text
    back = {rule: "backward for 22 steps" in cost(rule, gradient=-100) for rule in stream.sliders["rules"].values}
    assert [rule for rule in back if back[rule]] == ["adam", "momentum"] and "for 22 steps each" in text


def test_only_adam_arrives_on_the_network():
    came = says(**explorer().presets["all on a network"])
    assert [name for name, word in came.items() if word == "arrives"] == ["Adam", "AdamW"]
    assert came["AdaGrad"] == "crawls" and came["RMSprop"] == "goes"


def test_on_digits_from_other_starts():
    """What the text says of the picture, from three starts that it does not show."""
    space = {"np": np, "bp": bp}
    exec(SOURCE["digits-code"], space)
    rates, lowest = 10.0 ** np.arange(-3, 0.6, 0.5), {}
    for rule in (bp.sgd, bp.rmsprop, bp.adam):
        means = [np.mean([space["wrong_share"](rule(a), seed) for seed in (3, 4, 5)]) for a in rates]
        lowest[rule] = min(means), rates[np.argmin(means)]
    assert max(depth for depth, _ in lowest.values()) < 2 * min(depth for depth, _ in lowest.values())
    assert lowest[bp.sgd][1] / lowest[bp.rmsprop][1] == pytest.approx(10**1.5)  # "thirty times"
    assert "less than two: True" in OUTPUT["digits-run"]
    X, y, X_test, y_test = bp.datasets.digits()
    wrong = []
    for seed in range(3):  # "(Adam's usual 0.001 ...; after thirty it is good, too.)"
        start = space["net"].init(seed=seed, weights="he")
        run = bp.train(space["net"], start, X, y, bp.adam(0.001), 30, batch_size=32, seed=seed, progress=False)
        wrong.append(100 * np.mean(space["net"].predict(run.params, X_test) != y_test))
    assert np.mean(wrong) < 8
