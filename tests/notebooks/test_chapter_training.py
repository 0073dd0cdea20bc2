"""Its formulas by SymPy, its numbers recomputed without bpcourse, and its PyTorch program run."""

import math
import re

import numpy as np
import pytest
import stored
import sympy as sp
from thorough import THOROUGH

import bpcourse as bp
from bpcourse.explore.digits import silent_units

CELLS = stored.cells("chapters", "training")
SOURCE = stored.sources(CELLS)
OUTPUTS = stored.outputs(CELLS)


def numbers(cell):
    return [float(number) for number in re.findall(r"(?<![\w.])[-+]?\d+\.?\d*(?:e[-+]\d+)?", OUTPUTS[cell])]


def shown(cell, *expected):
    """All numbers that a cell printed are these, to the digits printed."""
    found = re.findall(r"(?<![\w.])[-+]?\d+\.?\d*(?:e[-+]\d+)?", OUTPUTS[cell])
    assert len(found) == len(expected), (found, expected)
    for text, number in zip(found, expected, strict=True):
        mantissa, _, exponent = text.partition("e")
        digit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        assert float(text) == pytest.approx(number, abs=0.501 * digit), (cell, text, number)


# ----- the line


H = np.array([[22.0, 6], [6, 2]])
LINE, GOAL = np.array([bp.datasets.line()[0][:, 0], np.ones(5)]).T, np.array([2.0, 3])
START = np.array([bp.Network((1, 1), bp.identity, bp.identity, bp.mse).init(seed=0).W[1][0, 0], 0])


def after(k, alpha, H=H, goal=GOAL):
    """theta after k steps on the bowl with Hessian H, from its closed form."""
    return goal + np.linalg.matrix_power(np.eye(2) - alpha * H, k) @ (START - goal)


def cost(theta, A=LINE):
    return np.mean((A @ (theta - GOAL)) ** 2)


def test_normal_equation_is_where_both_derivatives_are_zero():
    w, b = sp.symbols("w b")
    points = [(x, 2 * x + 3) for x in range(1, 6)]
    C = sum((w * x + b - y) ** 2 for x, y in points) / 5
    by_w, by_b = (sp.expand(sp.diff(C, v) * sp.Rational(5, 2)) for v in (w, b))
    assert by_w == 55 * w + 15 * b - 155 and by_b == 15 * w + 5 * b - 45
    assert sp.solve([by_w, by_b]) == {w: 2, b: 3}
    assert sp.hessian(C, (w, b)) == sp.Matrix([[22, 6], [6, 2]])
    centred = sum((w * (x - 3) + b - y) ** 2 for x, y in points) / 5
    assert sp.hessian(centred, (w, b)) == sp.diag(4, 2) and sp.solve([sp.diff(centred, v) for v in (w, b)])[b] == 9


def test_line_numbers():
    low, high = np.linalg.eigvalsh(H)
    shown("line-net", START[0], 0)
    shown("line-loop", *after(1000, 0.01))
    shown("line-library", cost(START), cost(after(999, 0.01)))  # the last entry is taken before the last step
    shown("hessian", *H.ravel(), high, low, high / low)
    shown("closed-form-code", 55, 15, 15, 5, 155, 45, 2, 3)
    flat = np.linalg.eigh(H)[1][:, 0]
    to_go, rest = abs(flat @ (START - GOAL)), (1 - 0.01 * low) ** 1000
    shown("slow-mode", *abs(flat), rest, rest, to_go, rest * to_go)
    assert "1 + 4 + 9 + 16 + 25 = 55" in SOURCE["closed-form"] and "Σxy = 155" in SOURCE["closed-form"]
    assert "(1 − 0.00338)⁶⁸⁰ = 0.1" in SOURCE["centre-intro"] and round((1 - 0.00338) ** 680, 3) == 0.1
    for claim, value in (("0.34 %", f"{low:.2f} %"), ("70 times", f"{high / low:.0f} times")):
        assert claim in SOURCE["hessian-read"] and claim == value
    assert "2/23.66 = 0.085" in SOURCE["centre-intro"] and round(high, 2) == 23.66 and round(2 / high, 3) == 0.085
    rates = [math.log(10) / -math.log(1 - alpha * low) for alpha in (0.01, 2 / (high + low))] + [1 / math.log10(3)]
    assert [round(steps) for steps in rates] == [680, 81, 2] and high + low == pytest.approx(24)
    assert "costs 680 steps" in SOURCE["centre-intro"] and "it costs 81" in SOURCE["centre-intro"]
    assert "81 steps a digit have become two" in SOURCE["centre-read"]
    assert "1/(0.01 · 0.338) = 296" in SOURCE["hessian-read"] and round(1 / (0.01 * low)) == 296
    crossed = next(k for k in range(300) if cost(after(k, 1 / 12)) < cost(after(k, 0.01)) and k)
    assert "begins above dotted" in SOURCE["centre-read"] and 85 <= crossed <= 92
    assert abs(1 - 0.01 * high) < abs(1 - high / 12), "in the steep direction the best rate is the slower one"
    parts = np.linalg.eigh(H)[1].T @ (START - GOAL)  # along the flat and the steep direction
    assert high * parts[1] ** 2 > 0.9 * (low * parts[0] ** 2 + high * parts[1] ** 2), "nearly all of the loss"
    assert "missing 0.08" in SOURCE["centre-intro"] and round(3 - after(1000, 0.01)[1], 2) == 0.08


def test_small_steps_do_not_mean_arrival():
    steps = [np.linalg.norm(after(k + 1, 0.01) - after(k, 0.01)) for k in range(900)]
    k = 1 + next(k for k, step in enumerate(steps) if step < 5e-4)
    far = np.linalg.norm(after(k, 0.01) - GOAL)
    shown("stop-run", k, far, far / 5e-4)
    assert "about three hundred times" in SOURCE["stop-why"]


def test_centring():
    goal, bowl = np.array([2.0, 9]), np.diag([4.0, 2])
    distance = [np.linalg.norm(after(k, 1 / 3, bowl, goal) - goal) for k in range(27)]
    shown("centre-run", next(k for k, d in enumerate(distance) if d < 1e-6), 2, 9, 3, 3)
    shown("centre-hessian", 4, 0, 0, 2)
    assert "about 9 away" in SOURCE["centre-guess-text"] and round(distance[0]) == 9


def test_divergence_of_the_line():
    losses = [cost(after(k, 0.2)) for k in (0, 1, 10, 100)]
    epochs, told = OUTPUTS["debug-nan"].split(": ")
    assert told.split() == [*(f"{loss:.3g}" for loss in losses), "nan"] and epochs == "epochs 1, 2, 11, 101, 1000"
    assert "13.9" in SOURCE["debug-nan-read"] and round((1 - 0.2 * np.linalg.eigvalsh(H)[1]) ** 2, 1) == 13.9


# ----- XOR and the first weights


def test_no_line_separates_xor_and_one_half_is_best():
    w1, w2, b, z = sp.symbols("w1 w2 b z", real=True)
    at = lambda x1, x2: w1 * x1 + w2 * x2 + b  # noqa: E731
    assert sp.expand(at(0, 1) + at(1, 0) - at(0, 0) - at(1, 1)) == 0
    C = sum(sp.log(1 + sp.exp(at(*x))) - y * at(*x) for x, y in (((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)))
    zero = {w1: 0, w2: 0, b: 0}
    assert [sp.diff(C, v).subs(zero) for v in (w1, w2, b)] == [0, 0, 0] and C.subs(zero) == 4 * sp.log(2)
    bend = sp.diff(sp.log(1 + sp.exp(z)), z, 2)
    assert sp.simplify(bend - sp.exp(z) / (1 + sp.exp(z)) ** 2) == 0  # above 0 everywhere: a bowl
    shown("xor-one", math.log(2), 2, math.log(2), *[0.5] * 4)
    shown("xor-gradient", 0.5, -0.5, -0.5, 0.5, 0, 0, 0)


def test_hidden_units_for_xor():
    assert numbers("xor-hidden-run") == [10, 20, 0.347, 0.347, 2, 2, 0.347]  # the two 2 are of log(2) / 2
    assert round(math.log(2) / 2, 3) == 0.347 and "Half of them" in SOURCE["xor-hidden-read"]


def test_variances():
    z, s = sp.Symbol("z", real=True), sp.Symbol("s", positive=True)
    density = sp.exp(-(z**2) / (2 * s**2)) / (s * sp.sqrt(2 * sp.pi))
    assert sp.simplify(sp.integrate(z**2 * density, (z, 0, sp.oo)) - s**2 / 2) == 0  # E[max(z, 0)^2]
    assert "Xavier loses a factor √2" in SOURCE["he-read"]
    rows = {
        line.split()[0]: [float(size) for size in line.split()[1:]] for line in OUTPUTS["he-measure"].splitlines()[1:]
    }
    assert 0.5**5 * 0.7 < rows["xavier"][-1] < 0.5**5 and all(0.75 < size < 1.25 for size in rows["he"])
    assert "(1/√2)^10 = 0.0312" in OUTPUTS["he-measure"] and len(rows["he"]) == len(rows["xavier"]) == 6
    batch, ends = np.random.default_rng(1).normal(size=(2, 200, 100))[0], {2: [], 1: []}
    for gain, last in ends.items():  # He's and Xavier's weights, twelve draws
        for seed in range(12):
            rng, a = np.random.default_rng(seed), batch
            for _ in range(10):
                a = np.maximum(a @ (math.sqrt(gain / 100) * rng.standard_normal((100, 100))).T, 0)
            last.append(math.sqrt((a**2).mean()))
    ranges = [f"between {min(last):.{k}f} and {max(last):.{k}f}" for last, k in zip(ends.values(), (1, 2), strict=True)]
    assert all(words in SOURCE["he-read"] for words in ranges), ranges
    rng, n, v = np.random.default_rng(0), 400, 0.003
    a = rng.standard_normal((1, n)) + 2  # inputs need no mean of 0
    sums = rng.normal(0, math.sqrt(v), (20_000, n)) @ a[0]
    assert sums.var() == pytest.approx(n * v * np.mean(a**2), rel=0.03)


def test_a_sum_of_100_terms():
    rng = np.random.default_rng(0)
    inputs, rows = rng.standard_normal((1000, 100)), []
    for weight in (0.01, 0.1, 1.0):
        z = np.einsum("ni,ji->nj", inputs, weight * rng.standard_normal((100, 100)))
        rows += [weight, math.sqrt((z**2).mean()), math.sqrt(((1 - np.tanh(z) ** 2) ** 2).mean())]
    shown("xavier-sizes", *rows)
    assert "√100 = 10 times" in SOURCE["xavier-sizes-read"] and f"leaves {rows[-1]:.2f}" in SOURCE["xavier-layers-read"]


def test_xavier_and_he_in_numbers():
    """The whole numbers beside the formulas."""
    W = np.random.default_rng(0).standard_normal((100, 300)) / math.sqrt((300 + 100) / 2)
    shown("xavier-code", W.var(), 1, 200, 1 / 200)
    assert "divides by the mean of the two numbers, here 200" in SOURCE["xavier-middle"]
    assert "1 = 100 \\cdot 0.01 \\cdot 1" in SOURCE["xavier-forward"] and 0.1**2 == pytest.approx(0.01)
    shown("xavier-term", 0.1**2, 2**2, 0.1**2 * 2**2)
    shown("xavier-both", *(x for n in (300, 100, 200) for x in (1, n, 300 / n, 100 / n)))
    assert "1.5 and 0.5" in SOURCE["xavier-middle"]
    shown("he-half", (9 + 1 + 1 + 9) / 4, (0 + 0 + 1 + 9) / 4)
    (line,) = re.findall(r"W = (.*)", SOURCE["he-formula"])
    net = bp.Network((300, 100), bp.relu, bp.relu, bp.mse)
    he = eval(line, {"np": np, "n_in": 300, "n_out": 100, "rng": np.random.default_rng(0)})
    np.testing.assert_allclose(he, net.init(seed=0, weights="he").W[1], rtol=1e-12)


def test_ten_tanh_layers_from_three_starts():
    net = bp.Network((100,) * 11, bp.tanh, bp.identity, bp.half_squared_error)
    a0, targets = np.random.default_rng(1).normal(size=(2, 200, 100))
    sizes, first, last = {}, {}, {}
    for factor in (1, 10, 100):
        W, a = {k: factor * w for k, w in net.init(seed=0, weights="small").W.items()}, [a0]
        for k in range(1, 11):
            a.append(np.tanh(a[-1] @ W[k].T) if k < 10 else a[-1] @ W[k].T)
        delta, sizes[factor], last[factor] = a[10] - targets, [], a[9]
        first[factor] = a[1]
        if factor == 10:
            activations = a[1:10]
        for k in range(9, 0, -1):
            delta = delta @ W[k + 1] * (1 - a[k] ** 2)
            sizes[factor].append(math.sqrt((delta**2).mean()))
    shrinks, keeps, grows = (np.array(sizes[factor]) for factor in (1, 10, 100))
    assert np.abs(shrinks[1:] / shrinks[:-1] - 0.1).max() < 0.005 and shrinks[-1] == pytest.approx(1e-9, rel=0.1)
    flat = [(1 - a**2 == 0).mean() for a in (last[1], last[10], last[100])]  # "rounded to 0"
    assert flat[:2] == [0, 0] and 0.02 < flat[2] < 0.1 and "is rounded to 0" in SOURCE["xavier-layers-read"]
    middle = [math.sqrt((a**2).mean()) for a in (first[10], last[10])]
    assert f"*a* falls from {middle[0]:.2f} to {middle[1]:.2f}" in SOURCE["xavier-layers-read"]
    slopes = [np.sqrt(((1 - a**2) ** 2).mean()) for a in activations]  # the slopes of layers 1 to 9, with weights 0.1
    assert np.all(np.diff(slopes) > 0) and f"from {slopes[0]:.2f} to {slopes[-1]:.2f}" in SOURCE["xavier-layers-read"]
    assert f"together leave {np.prod(slopes[:8]):.1f} of δ" in SOURCE["xavier-layers-read"]
    assert keeps[-1] / keeps[0] == pytest.approx(np.prod(slopes[:8]), abs=0.03)
    assert "with 0.1 both shrink slowly" in SOURCE["xavier-plot"]
    assert (keeps > 0.3).all() and (keeps < 1.1).all() and 0.2 < last[10].std() < 0.4 and last[1].std() < 1e-8
    rise = (grows[-1] / grows[0]) ** (1 / 8)
    assert (grows[1:] / grows[:-1] > 2).all() and rise == pytest.approx(2.3, abs=0.2)
    assert "2.3 a layer" in SOURCE["xavier-layers-read"] and 800 < grows[-1] / grows[0] < 1250
    assert shrinks[-1] / shrinks[0] == pytest.approx(1e-8, rel=0.1)  # "after eight, 10⁻⁸"
    deltas = [line.split()[1:] for line in OUTPUTS["xavier-layers"].splitlines() if line.startswith("delta")]
    assert deltas == [[f"{size:.1g}" for size in row[::-1]] for row in (shrinks, keeps, grows)]
    assert (abs(last[100]) > 0.9).mean() > 0.85 and 1e4 < grows[-1] < 1e5


def test_gradient_of_the_published_start_dies():
    small, xavier = (line.split()[1:] for line in OUTPUTS["small-norms"].splitlines())
    assert 0.9e4 < float(xavier[0]) / float(small[0]) < 1.2e4 and "ten thousand" in SOURCE["small-norms-read"]


def test_equal_units_stay_equal():
    assert OUTPUTS["zeros"].strip() == "all 17 derivatives 0: True" and OUTPUTS["equal"].strip().endswith("rows: 1")
    equal, random = numbers("random")
    assert equal == 0.315 and random == 0.107


# ----- what is said of many starts: all of them trained side by side, without bpcourse's training


def layers(theta, sizes):
    """W (starts, units, inputs) and b (starts, 1, units) of each layer, as views of theta (starts, parameters)."""
    at, W, b = 0, [], []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        W.append(theta[:, at : at + n_in * n_out].reshape(-1, n_out, n_in))
        b.append(theta[:, None, at + n_in * n_out : at + n_in * n_out + n_out])
        at += (n_in + 1) * n_out
    return W, b


def side_by_side(net, seeds, X, Y, epochs, size, alpha):
    """Adam from the starts of all seeds, tanh below a sigmoid: the answers (starts, n, 1), the losses (starts,)."""
    theta = np.array([net.init(seed=seed).vector for seed in seeds])
    rng, m, v, t = np.random.default_rng(0), 0.0, 0.0, 0

    def forward(x):
        a, (W, b) = [x], layers(theta, net.sizes)
        for k in range(len(W)):
            z = a[-1] @ W[k].transpose(0, 2, 1) + b[k]
            a.append(np.tanh(z))
        return a, 1 / (1 + np.exp(-z))

    for _ in range(epochs):
        order = rng.permutation(len(X))
        for at in range(0, len(X), size):
            rows, t = order[at : at + size], t + 1
            a, P = forward(X[rows])
            delta, grads = (P - Y[rows]) / len(rows), []
            for k, W in reversed(list(enumerate(layers(theta, net.sizes)[0]))):
                dW, db = delta.transpose(0, 2, 1) @ a[k], delta.sum(axis=1)
                grads[:0] = [dW.reshape(len(theta), -1), db]
                delta = delta @ W * (1 - a[k] ** 2)
            grad = np.concatenate(grads, axis=1)
            m, v = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * grad**2
            theta -= alpha * (m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8))
    P = forward(X)[1]
    return P, -np.log(np.where(Y == 1, P, 1 - P)).mean(axis=(1, 2))


@pytest.mark.parametrize("width, solved", [(2, 99), (8, 200)])
def test_xor_from_200_starts(width, solved):
    X, Y = bp.datasets.xor()
    net = bp.Network((2, width, 1), bp.tanh, bp.identity, bp.binary_cross_entropy)
    P, loss = side_by_side(net, range(200), X, Y, 600, 4, 0.05)
    assert np.sum(loss < 0.1) == solved
    if width == 2:
        lost = P[:20][loss[:20] > 0.1][:, :, 0]  # of the 20 starts of the chapter
        assert ((np.abs(lost - 0.5) < 0.02).sum(axis=1) == 2).all(), "½ to two of the points"
        assert "of 200 starts, 99" in SOURCE["xor-hidden-read"] and "all of 200" in SOURCE["xor-hidden-read"]


def test_spirals_from_40_starts():
    S, arms = bp.datasets.spirals(400, turns=1.0, seed=0)
    net = bp.Network((2, 16, 1), bp.tanh, bp.identity, bp.binary_cross_entropy)
    P, _ = side_by_side(net, range(40), S, arms[:, None].astype(float), 150, 40, 0.02)
    share = ((P[:, :, 0] > 0.5) == arms).mean(axis=1)
    assert np.sum(share < 0.78) == 7 and np.sum(share > 0.96) == 33 and "7 end as" in SOURCE["spirals-read"]
    assert share[0] < 0.78 and share[1] > 0.98


SEEDS = (1, 2, 3) if THOROUGH else (1,)


def test_four_curves_from_other_starts():
    X, labels = bp.datasets.moons(200, noise=0.15, seed=0)
    ends = []
    for g, weights in ((bp.sigmoid, "small"), (bp.sigmoid, "xavier"), (bp.tanh, "xavier"), (bp.relu, "he")):
        net = bp.Network((2, 10, 20, 30, 2), g, bp.identity, bp.cross_entropy)
        options = {"batch_size": None, "progress": False}
        runs = [bp.train(net, net.init(seed, weights), X, labels, bp.sgd(0.1), 1000, **options) for seed in SEEDS]
        ends.append(np.array([run.loss[-1] for run in runs]))
    assert abs(ends[0] - math.log(2)).max() < 1e-3 and (0.3 < ends[1]).all() and (ends[1] < 0.55).all()
    assert (ends[3] < ends[2]).all() and ends[2].max() < 0.11 and "(Other seeds" in SOURCE["starts-read"]


# ----- the digits, trained by a program that shares nothing with bpcourse but the data and the first weights


@pytest.fixture(scope="module")
def digits():
    X, y, X_test, y_test = bp.datasets.digits()
    net = bp.Network((64, 64, 10), bp.relu, bp.identity, bp.cross_entropy)
    return X[:1187], y[:1187], X[1187:], y[1187:], X_test, y_test, net.init(seed=0, weights="he").vector


def outputs(theta, X):
    W1, b1, W2, b2 = np.split(theta, [4096, 4160, 4800])
    hidden = np.maximum(X @ W1.reshape(64, 64).T + b1, 0)
    return hidden, hidden @ W2.reshape(10, 64).T + b2, W2.reshape(10, 64)


def loss_of(Z, y):
    return float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(y)), y]))


def adam(theta, X, y, epochs, alpha, size, seed=0):
    """The training of the chapter: after each epoch its mean loss and the parameters."""
    theta, rng, t = theta.copy(), np.random.default_rng(seed), 0
    m = v = np.zeros_like(theta)
    for _ in range(epochs):
        order, total = rng.permutation(len(X)), 0.0
        for at in range(0, len(X), size):
            rows, t = order[at : at + size], t + 1
            hidden, Z, W2 = outputs(theta, X[rows])
            total += loss_of(Z, y[rows]) * len(rows)
            error = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True) - np.eye(10)[y[rows]]
            back = (error @ W2) * (hidden > 0)
            parts = back.T @ X[rows], back.sum(axis=0), error.T @ hidden, error.sum(axis=0)
            g = np.concatenate([part.ravel() for part in parts]) / len(rows)
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            theta = theta - alpha * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        yield total / len(X), theta


def test_training_on_the_digits(digits):
    X, y, X_val, y_val, X_test, y_test, start = digits
    losses, thetas = zip(*adam(start, X, y, 60, 0.003, 32), strict=True)
    right = [float(np.mean(outputs(theta, X_val)[1].argmax(axis=1) == y_val)) for theta in thetas]
    validation = [loss_of(outputs(theta, X_val)[1], y_val) for theta in thetas]
    best = int(np.argmin(validation))
    assert (
        numbers("train-run") == [60 * math.ceil(1187 / 32), right[-1], 1.0] and "of 38 updates" in SOURCE["train-intro"]
    )
    shown("early", best + 1, validation[best], right[best])
    shown("pytorch-ours", *(x for k in range(5) for x in (k + 1, losses[k])))
    answers = outputs(thetas[best], X_test)[1].argmax(axis=1)
    share = np.mean(answers == y_test)
    assert share >= 0.97
    rows = OUTPUTS["test-run"].splitlines()[1:]
    assert rows[0].startswith("64")
    assert (
        f"√({share:.3f} · {1 - share:.3f}/360) = {100 * math.sqrt(share * (1 - share) / 360):.1f} %"
        in SOURCE["test-read"]
    )
    for row, name, part in zip(rows, ("64 hidden units ", "the rival       "), (share, 350 / 360), strict=True):
        assert row == f"{name}{part:.1%} of 360, give or take {math.sqrt(part * (1 - part) / 360):.1%}"
    assert round(360 * share) == 355
    first_test, first_validation = numbers("seeds-run")[0], numbers("seeds-run")[6]
    assert first_test == round(100 * share, 1) and first_validation == round(100 * right[best], 1)  # the same run
    wrong = [(int(y_test[i]), int(answers[i])) for i in np.flatnonzero(answers != y_test)]
    assert re.findall(r"is (\d), says (\d)", OUTPUTS["wrong-plot"]) == [(str(a), str(b)) for a, b in wrong]
    assert len(np.unique(np.vstack([X, X_val, X_test]), axis=0)) == 1797  # no picture lies on two piles
    assert [said for _, said in wrong].count(8) == 3 and len(wrong) == 5 and (1, 7) not in wrong


def linear_adam(X, y, X_val, y_val, theta, alpha, epochs=40, size=32):
    """Validation loss and accuracy after each epoch of a network without hidden layer."""
    rng, t, m, v = np.random.default_rng(0), 0, 0.0, 0.0
    X, X_val = (np.column_stack([A, np.ones(len(A))]) for A in (X, X_val))
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for at in range(0, len(X), size):
            rows, t = order[at : at + size], t + 1
            Z = X[rows] @ theta.T
            error = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True) - np.eye(10)[y[rows]]
            g = error.T @ X[rows] / len(rows)
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            theta = theta - alpha * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        Z = X_val @ theta.T
        yield loss_of(Z, y_val), np.mean(Z.argmax(axis=1) == y_val)


def test_rival_is_as_good_when_it_is_tuned(digits):
    X, y, X_val, y_val, *_, start = digits
    net = bp.Network((64, 10), bp.identity, bp.identity, bp.cross_entropy)
    first = net.init(seed=0, weights="he")
    theta = np.column_stack([first.W[1], first.b[1]])
    own, rivals = [], []
    for alpha in (0.003, 0.01, 0.03, 0.1):
        rivals.append(min(linear_adam(X, y, X_val, y_val, theta, alpha)))
        if alpha < 0.1:
            ends = (outputs(params, X_val)[1] for _, params in adam(start, X, y, 40, alpha, 32))
            own.append(min((loss_of(Z, y_val), np.mean(Z.argmax(axis=1) == y_val)) for Z in ends))
    own, rivals = np.array(own) * (1, 100), np.array(rivals) * (1, 100)
    rates = (0.003, 0.01, 0.03, 0.1)
    rows = [(rates[k], *rivals[k]) for k in range(4)] + [(64, rates[k], *own[k]) for k in range(3)]
    rows = [number for row in rows for number in row]
    shown("rival-run", *rows)
    assert own[0, 1] - rivals[0, 1] > 2, "seems worth more than two points"
    best, rival = own[own[:, 0].argmin()], rivals[rivals[:, 0].argmin()]
    assert f"{best[0]:.3f} against {rival[0]:.3f}" in SOURCE["rival-read"]
    assert rival[1] - best[1] == pytest.approx(0.8), "two more pictures of 250"
    assert own[:, 0].argmin() == 1 and rivals[:, 0].argmin() == 2, (
        "inside of its list, and at the end of the first three"
    )


def test_seeds(digits):
    X, y, X_val, y_val, X_test, y_test, _ = digits
    on_test, on_val, of_rival, spread = (numbers("seeds-run")[at : at + 6] for at in (0, 6, 12, 18))
    for row in (on_test, on_val, of_rival):
        assert row[5] == pytest.approx(np.mean(row[:5]), abs=0.11)  # each of them is rounded
    assert spread == pytest.approx([(max(on_test[:5]) - min(on_test[:5])) / 100], abs=1.1e-3)
    assert f"{on_test[5]} % on average over five seeds, {min(on_test)} to {max(on_test)} %" in SOURCE["seeds-read"]
    assert f"{min(on_test)} to {max(on_test)} % of 360" in SOURCE["summary"]
    assert all(v < t for v, t in zip(on_val[:5], on_test[:5], strict=True))  # "the validation pile is the harder one"
    for share, n, claim in ((on_test[5], 360, "0.7"), (on_val[5], 250, "1.3")):
        assert f"{math.sqrt(share * (100 - share) / n):.1f}" == claim and claim in SOURCE["seeds-read"]
    pooled = (360 * on_test[5] + 250 * on_val[5]) / 610
    give = math.sqrt(pooled * (100 - pooled) / 610)
    assert f"give {pooled:.1f} %, give or take {give:.1f}" in SOURCE["seeds-read"]
    assert (
        96
        < pooled - math.sqrt(pooled * (100 - pooled) / 610)
        < pooled + math.sqrt(pooled * (100 - pooled) / 610)
        < 98.2
    )
    assert all(own > other for own, other in zip(on_test[:5], of_rival[:5], strict=True))
    assert (
        3.6 * (on_test[5] - of_rival[5]) == pytest.approx(2, abs=0.5) and "about two pictures" in SOURCE["seeds-read"]
    )
    # seed 3 once more, without bpcourse's training
    net = bp.Network((64, 64, 10), bp.relu, bp.identity, bp.cross_entropy)
    *_, thetas = zip(*adam(net.init(seed=3, weights="he").vector, X, y, 60, 0.003, 32, seed=3), strict=True)
    best = int(np.argmin([loss_of(outputs(theta, X_val)[1], y_val) for theta in thetas]))
    shares = [np.mean(outputs(thetas[best], A)[1].argmax(axis=1) == b) for A, b in ((X_test, y_test), (X_val, y_val))]
    assert [round(100 * share, 1) for share in shares] == [on_test[3], on_val[3]]


def test_overfitting(digits):
    X, y, X_val, y_val, *_, start = digits
    *_, thetas = zip(*adam(start, X[:150], y[:150], 100, 0.01, 20), strict=True)
    validation = [loss_of(outputs(theta, X_val)[1], y_val) for theta in thetas]
    best = int(np.argmin(validation))
    shown("overfit-run", best + 1, validation[best], 100, validation[-1])
    expected = []
    for epoch in (best, 99):
        Z = outputs(thetas[epoch], X_val)[1]
        P, wrong = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True), Z.argmax(axis=1) != y_val
        expected += [epoch + 1, 1 - wrong.mean(), P[wrong].max(axis=1).mean()]
    shown("overfit-accuracy", *expected)
    assert f"epoch {best + 1} on" in SOURCE["overfit-read"]
    fitted = outputs(thetas[best], X[:150])[1].argmax(axis=1) == y[:150]
    assert fitted.all()  # "has all of them right"
    first = next(k for k, theta in enumerate(thetas, 1) if (outputs(theta, X[:150])[1].argmax(axis=1) == y[:150]).all())
    assert "After some ten epochs" in SOURCE["overfit-intro"] and 8 <= first <= 12


def trained(digits, seed, rows, rule, epochs, size):
    X, y, X_val, y_val, *_ = digits
    net = bp.Network((64, 64, 10), bp.relu, bp.identity, bp.cross_entropy)
    start, options = net.init(seed=seed, weights="he"), {"seed": seed, "snapshots": True, "progress": False}
    return net, bp.train(net, start, X[rows], y[rows], rule, epochs, size, validation=(X_val, y_val), **options)


def test_nine_other_draws_of_150_pictures_rise_too(digits):
    turns, rises = [], []
    for seed in range(1, 10):
        rows = np.random.default_rng(seed).permutation(1187)[:150]
        losses = np.array(trained(digits, seed, rows, bp.adam(0.01), 100, 20)[1].validation_loss)
        turns.append(losses.argmin() + 1)
        rises.append(round(100 * (losses[-1] / losses.min() - 1)))
    assert (min(turns), max(turns), min(rises), max(rises)) == (13, 34, 6, 22), (turns, rises)
    assert "by 6 to 22 %, from some epoch between 13 and 34 on" in SOURCE["overfit-read"]


def test_the_moved_3_is_no_3_for_any_of_ten_seeds(digits):
    pixels = np.array([[float(c == "#") for c in line] for line in SOURCE["use-picture"].split('"""')[1].split()])
    said = []
    for seed in range(10):
        net, run = trained(digits, seed, slice(None), bp.adam(0.003), 60, 32)
        params = net.parameters(run.snapshots[np.argmin(run.validation_loss) + 1])
        straight, moved = net.predict(params, np.array([pixels.ravel(), np.roll(pixels, 1, axis=1).ravel()]))
        assert straight == 3
        said.append(int(moved))
    assert sorted(said) == [2, *[7] * 5, *[9] * 4] and said[0] == 9
    assert "none says 3 any more" in SOURCE["use-warn-why"]


def test_counts_and_checks(digits):
    X, y, *_, start = digits
    assert start.size == 4810 == 64 * 64 + 64 + 64 * 10 + 10 and "4810 parameters" in OUTPUTS["shape-right"]
    tiny, *two = (line.rpartition(": ")[2].split() for line in OUTPUTS["sanity-chance"].splitlines())
    assert (
        tiny[0] == f"{math.log(10):.4f}," and float(tiny[-1]) < 1e-6 and "sixth decimal" in SOURCE["sanity-chance-read"]
    )
    for factor, row in zip((1, 10), two, strict=True):
        loss = loss_of(factor * outputs(start, X)[1], y)  # without biases the logits grow with the last layer
        assert row[0] == f"{loss:.4f}," and float(row[-1]) == float(f"{loss - math.log(10):.0g}")
    blind = np.random.default_rng(0).integers(0, 10, (1000, 360))
    scores = (blind == digits[5]).mean(axis=1)
    shown("blind", scores.mean(), scores.max())
    assert numbers("debug-dead")[-1] == 64
    assert numbers("debug-labels")[-1] == pytest.approx(0.1, abs=0.03)  # chance


def test_adam_moves_weights_where_ink_is_rare():
    (_, *adam_moved), (_, *heavy) = (
        [line.split()[0], *re.findall(r"\d+\.\d+", line)] for line in OUTPUTS["features-moved"].splitlines()[1:]
    )
    outer, inner, _ = map(float, heavy)
    assert inner / outer == pytest.approx(15, abs=1) and "fifteen times" in SOURCE["features-why"]
    assert float(adam_moved[0]) > 0.7 * float(adam_moved[1])


# ----- PyTorch


def program(*cells):
    code, recorded = re.findall(r"```(?:python|text)\n(.*?)```", "".join(SOURCE[cell] for cell in cells), re.S)
    return code, recorded


@pytest.mark.parametrize("framework", ["pytorch", "keras"])
def test_the_framework_text_is_short_and_has_its_numbers(framework):
    code, recorded = program(f"{framework}-text")
    assert len(code.splitlines()) <= 25 and recorded == OUTPUTS[f"{framework}-ours"]


def test_pytorch_gives_the_same_losses(digits, capsys):
    torch = pytest.importorskip("torch")
    X_fit, y_fit, *_, start = digits
    net = bp.Network((64, 64, 10), bp.relu, bp.identity, bp.cross_entropy)
    code, recorded = program("pytorch-text")
    totals = []
    code = code.replace("    print(", "    totals.append(total / len(X_fit))\n    print(")
    before = torch.get_default_dtype()
    try:
        exec(
            code, {"np": np, "bp": bp, "X_fit": X_fit, "y_fit": y_fit, "start": net.parameters(start), "totals": totals}
        )
    finally:
        torch.set_default_dtype(before)
    ours = bp.train(
        net, net.parameters(start), X_fit, y_fit, bp.adam(0.003), epochs=5, batch_size=32, seed=0, progress=False
    )
    np.testing.assert_allclose(totals, ours.loss, rtol=1e-10)
    assert capsys.readouterr().out == recorded


@pytest.fixture
def keras(monkeypatch):
    """Keras on PyTorch; whether it computes in 64 bits there: up to version 3.11 it does."""
    pytest.importorskip("torch")
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    before = keras.config.floatx()
    yield keras, keras.backend.result_type("float64", "float64") == "float64"
    keras.config.set_floatx(before)


def test_keras_gives_the_same_losses(keras, digits, capsys):
    _, double = keras
    X_fit, y_fit, *_, start = digits
    code, recorded = program("keras-text")
    net = bp.Network((64, 64, 10), bp.relu, bp.identity, bp.cross_entropy)
    names = {"np": np, "bp": bp, "X_fit": X_fit, "y_fit": y_fit, "start": net.parameters(start), "totals": []}
    exec(code.replace('    print(f"epoch', "    totals.append(run.history['loss'][0])\n    print(f\"epoch"), names)
    rule = bp.adam(0.003, eps=1e-16)
    ours = bp.train(net, names["start"], X_fit, y_fit, rule, epochs=5, batch_size=32, seed=0, progress=False).loss
    np.testing.assert_allclose(names["totals"], ours, rtol=1e-10 if double else 1e-4)
    w, b, x, line = 0.5, 0.0, np.arange(1.0, 6.0), []
    for _ in range(1000):  # the line, by hand
        r = w * x + b - (2 * x + 3)
        line.append((r**2).mean())
        w, b = w - 0.01 * 2 * (r * x).mean(), b - 0.01 * 2 * r.mean()
    np.testing.assert_allclose(names["losses"], line, rtol=1e-10 if double else 1e-4)
    assert not double or capsys.readouterr().out == recorded


def test_keras_as_the_tutorial_has_it(keras, digits):
    """Softmax in the network, and Keras's own epsilon."""
    keras, double = keras
    X_fit, y_fit, *_, start = digits
    code, _ = program("keras-text")
    code = code.replace("Dense(10)]", "Dense(10, 'softmax')]").replace("from_logits=True", "from_logits=False")
    names = {"np": np, "bp": bp, "X_fit": X_fit, "y_fit": y_fit}
    names["start"] = bp.Network((64, 64, 10), bp.relu, bp.identity, bp.cross_entropy).parameters(start)
    code = code.replace(", epsilon=1e-16", "").replace("range(5)", "range(1)").replace("epochs=1000", "epochs=2")
    exec(code, names)
    (loss,) = names["run"].history["loss"]
    assert keras.optimizers.Adam().epsilon == 1e-7
    assert "first epoch says 1.7618382" in SOURCE["keras-read"] or not double
    assert loss == pytest.approx(1.7618382, abs=2e-6)
    assert f"{loss:.4f}" == "1.7618" == f"{1.761778714:.4f}"


# ----- what the answers to the play sections say


def of_the_run(make, settings):
    """Of an explorer's settings, those that its run has."""
    return {name: value for name, value in settings.items() if name not in ("epoch", *make.looks)}


def plane(preset=None, epoch=90, **other):
    """Loss and gradient lengths that the explorer shows."""
    settings = {name: control.start for name, control in bp.explore.training.sliders.items()}
    settings |= bp.explore.training.presets.get(preset, {}) | other
    run = bp.explore.training.run(**of_the_run(bp.explore.training, settings))
    assert run.reach(epoch) == epoch
    history = run.history
    return history.loss[epoch - 1], [lengths[epoch - 1] for lengths in history.gradient_norm.values()]


def test_answers_about_the_line():
    explorer = bp.explore.line()

    def far(**values):
        words = explorer.move(**explorer.settings(**values)).status
        return float(re.search(r"; (\S+) from the lowest point", words)[1]), "diverges" in words

    assert [far(epoch=epoch) for epoch in (0, 20, 140)] == [(3.61, False), (3.2, False), (2.13, False)]
    rates = explorer.sliders["alpha"].values
    assert next(rate for rate in rates if far(alpha=rate)[1]) == 0.085
    centred = {"inputs": "centred", "alpha": 0.333}
    assert next(epoch for epoch in range(141) if far(epoch=epoch, **centred)[0] < 0.01) == 6


def test_answers_about_the_plane():
    assert plane("one line", 300)[0] == pytest.approx(math.log(2), abs=0.002)
    one_line = bp.explore.training.presets["one line"]
    assert one_line["layers"] == 0
    assert 0.34 < plane("one line", layers=1, units=2)[0] < 0.38 and plane("one line", layers=1, units=4)[0] < 0.05
    assert plane("three units")[0] < 0.15 and plane("three units", units=2)[0] > 0.3
    loss, lengths = plane("stalled")
    assert loss > 0.69 and 1e5 < lengths[3] / lengths[0] < 4e5
    for helps in ({"weights": "xavier"}, {"weights": "he"}, {"optimizer": "adam"}, {"layers": 1}):
        assert plane("stalled", **helps)[0] < 0.35
    assert (
        max(plane("stalled", alpha=rate)[0] for rate in (2.0, 5.0)) < 0.35
        and plane("stalled", optimizer="rmsprop")[0] < 0.35
    )
    for fails in ({"layers": 2}, {"activation": "tanh"}, {"activation": "relu"}, {"alpha": 1.0}):
        assert plane("stalled", **fails)[0] > 0.69
    assert plane("stalled", 300, alpha=1.0)[0] < 0.35
    loss, lengths = plane("steps too long")
    assert not any(lengths) and loss > 0.5
    settings = {name: control.start for name, control in bp.explore.training.sliders.items()}
    settings |= bp.explore.training.presets["steps too long"]
    run = bp.explore.training.run(**of_the_run(bp.explore.training, settings))
    trace = run.net.forward(run.parameters(90), run.X)
    awake = trace.a[3].any(axis=1)
    assert awake.mean() < 0.1  # "for nine points in ten, or for more": 0.01 or 0.09, as the last digits happen to be
    assert (trace.output[awake] < -1e4).all() and not run.Y[awake].any()  # "so sure, and right"


def pictures(epoch=100, **other):
    settings = {name: control.start for name, control in bp.explore.digits.sliders.items()} | other
    run = bp.explore.digits.run(**of_the_run(bp.explore.digits, settings))
    assert run.reach(epoch) == epoch
    return run


def test_answers_about_the_digits():
    few = pictures(count=50).history
    assert few.accuracy[-1] == 1 and 0.75 < few.validation_accuracy[-1] < 0.8
    assert 25 <= 1 + np.argmin(few.validation_loss) <= 35
    speaks = (run := pictures(30)).parameters(30).W[2][6]
    assert np.argsort(-speaks)[0] == 6 and np.sort(speaks)[-1] > 1.5 * np.sort(speaks)[-2]  # "unit 7"
    asked = run.parameters(30).W[1][6].reshape(8, 8)
    assert asked[2:5, 2:4].mean() > 0.3 > 0 > asked[1:3, 4:6].mean()  # "left of the middle", "to the right of it"
    four = pictures(units=4)
    assert len(silent_units(four, four.parameters(100))) == 1  # "one of the four units is silent"
    assert pictures(units=4).history.validation_accuracy[-1] == pytest.approx(0.8, abs=0.03)
    silent = {
        rate: len(silent_units((run := pictures(alpha=rate)), run.parameters(100))) for rate in (0.05, 0.2, 0.5, 1.0)
    }
    assert max(silent[0.05], silent[0.2]) < 8 and 13 <= silent[0.5] < 25 == silent[1.0]
