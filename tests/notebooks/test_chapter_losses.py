"""Chapter 02: its formulas by SymPy, the numbers it stores recomputed without bpcourse, and what its figures draw."""

import math
import re

import mpmath as mp
import numpy as np
import pytest
import stored
import sympy as sp

from bpcourse import datasets, plots
from bpcourse.plots import style

CELLS = stored.cells("chapters", "losses")
SOURCE = stored.sources(CELLS)
OUTPUTS = stored.outputs(CELLS)


def numbers(cell):
    return [float(number) for number in re.findall(r"(?<![\w.])[-+]?(?:\d+\.?\d*(?:e[-+]\d+)?|inf|nan)", OUTPUTS[cell])]


def sigmoid(z):
    return 1 / (1 + mp.e**-z)


# ----- the formulas

a, y, z, T = sp.symbols("a y z T", positive=True)
tau, s, d = sp.symbols("tau s d", positive=True)
Z, Y = sp.symbols("z1:4", real=True), sp.symbols("y1:4", real=True)


def zero(expression):
    return sp.simplify(expression) == 0


def test_squared_error_is_gaussian():
    density = sp.exp(-((y - a) ** 2) / (2 * tau**2)) / (tau * sp.sqrt(2 * sp.pi))
    printed = (y - a) ** 2 / (2 * tau**2) + sp.log(tau * sp.sqrt(2 * sp.pi))
    assert zero(sp.expand_log(-sp.log(density) - printed, force=True))
    x = sp.Symbol("x", real=True)
    assert zero(sp.integrate(density.subs(y, x), (x, -sp.oo, sp.oo)) - 1)
    assert zero(sp.diff((a - y) ** 2 / 2, a) - (a - y))
    assert zero(sp.integrate((density * (y - a) ** 2).subs(y, x), (x, -sp.oo, sp.oo)) - tau**2)  # its typical size


def test_binary_cross_entropy_is_bernoulli():
    printed = -y * sp.log(a) - (1 - y) * sp.log(1 - a)
    assert zero(sp.expand_log(-sp.log(a**y * (1 - a) ** (1 - y)) - printed, force=True))
    assert zero(sp.diff(printed, a) - (-y / a + (1 - y) / (1 - a)))
    assert zero(sp.diff(printed, a) - (a - y) / (a * (1 - a)))


def test_absolute_error_is_laplace():
    x = sp.Symbol("x", real=True)
    density = sp.exp(-sp.Abs(x) / s) / (2 * s)
    assert zero(2 * sp.integrate(sp.exp(-x / s) / (2 * s), (x, 0, sp.oo)) - 1)
    assert zero(sp.expand_log(-sp.log(density) - (sp.Abs(x) / s + sp.log(2 * s)), force=True))
    mean_square = 2 * sp.integrate(x**2 * sp.exp(-x / s) / (2 * s), (x, 0, sp.oo))
    assert zero(mean_square.subs(s, 1 / sp.sqrt(2)) - 1)  # the typical size of Gauss's noise with tau = 1


def test_cross_entropy_is_categorical():
    A = sp.symbols("a1:4", positive=True)
    for true in range(3):
        Y = [int(j == true) for j in range(3)]
        p = sp.prod(aj**yj for aj, yj in zip(A, Y, strict=True))
        E = -sum(yj * sp.log(aj) for aj, yj in zip(A, Y, strict=True))
        assert p == A[true] and zero(-sp.log(p) - E)
    Y = sp.symbols("y1:4", positive=True)  # any exponents: the logarithm of the product is the sum
    p = sp.prod(aj**yj for aj, yj in zip(A, Y, strict=True))
    assert zero(sp.expand_log(-sp.log(p), force=True) + sum(yj * sp.log(aj) for aj, yj in zip(A, Y, strict=True)))
    probabilities = {A[2]: 1 - A[0] - A[1]}
    total = sum(sp.prod(aj ** int(j == true) for j, aj in enumerate(A)) for true in range(3))
    assert zero(total.subs(probabilities) - 1)


def test_the_cost_is_the_mean_of_the_losses():
    n, K = 4, 3
    A, Y = (np.random.default_rng(k).uniform(0.1, 0.9, size=(n, K)) for k in (0, 1))
    printed = -sum(Y[i, k] * math.log(A[i, k]) for i in range(n) for k in range(K)) / n
    losses = [-sum(Y[i, k] * math.log(A[i, k]) for k in range(K)) for i in range(n)]
    assert printed == pytest.approx(sum(losses) / n, rel=1e-12)


def test_delta_is_the_slope_of_F_minus_y():
    """The three rows of the table: F, its derivative, and E = F(z) - y z up to a term without z."""
    w = sp.Symbol("w", real=True)
    linear = w**2 / 2
    assert zero(sp.diff(linear, w) - w) and zero((w - y) ** 2 / 2 - (linear - y * w) - y**2 / 2)
    yes_no = sp.log(1 + sp.exp(w))
    assert zero(sp.diff(yes_no, w) - 1 / (1 + sp.exp(-w)))
    many = sp.log(sum(sp.exp(zk) for zk in Z))
    for zk in Z:
        assert zero(sp.diff(many, zk) - sp.exp(zk) / sum(sp.exp(zj) for zj in Z))
    for F in (linear, yes_no):
        assert zero(sp.diff(F - y * w, w) - (sp.diff(F, w) - y))


def test_both_terms_of_a_share_as_a_target():
    flips = [1] * 7 + [0] * 3
    mean = sum(-t * sp.log(a) - (1 - t) * sp.log(1 - a) for t in flips) / 10
    share = sp.Rational(7, 10)
    assert zero(mean - (-share * sp.log(a) - (1 - share) * sp.log(1 - a)))


def test_entropy_is_the_smallest_mean_surprise():
    share = sp.Rational(7, 10)
    mean = -share * sp.log(a) - (1 - share) * sp.log(1 - a)
    assert sp.solve(sp.diff(mean, a), a) == [share] and sp.diff(mean, a, 2).subs(a, share) > 0
    heads, tails, least, other = -sp.log(share), -sp.log(1 - share), mean.subs(a, share), mean.subs(a, 0.9)
    told = f"0.7 · {float(heads):.2f} + 0.3 · {float(tails):.2f} = {float(least):.2f}"
    assert (
        told in SOURCE["bernoulli-entropy"]
        and f"surprised by {float(other):.2f} on average" in SOURCE["bernoulli-cross"]
    )


def test_the_losses_with_z_alone():
    """The last steps to F(z) - y z: a = z, and the two logarithms of a sigmoid."""
    w = sp.Symbol("w", real=True)
    assert zero((w - y) ** 2 / 2 - (w**2 / 2 - y * w + y**2 / 2))
    yes = sp.exp(w) / (1 + sp.exp(w))
    assert zero(yes - 1 / (1 + sp.exp(-w))) and zero(1 - yes - 1 / (1 + sp.exp(w)))
    log_yes, log_no = w - sp.log(1 + sp.exp(w)), -sp.log(1 + sp.exp(w))
    assert zero(sp.expand_log(sp.log(yes), force=True) - log_yes)
    assert zero(-y * log_yes - (1 - y) * log_no - (sp.log(1 + sp.exp(w)) - y * w))


def test_softmax_by_another_curve_leaves_a_factor():
    f, z1, z2, y1 = sp.Function("f"), *sp.symbols("z1 z2 y1", real=True)
    total = f(z1) + f(z2)
    E = -y1 * (sp.log(f(z1)) - sp.log(total)) - (1 - y1) * (sp.log(f(z2)) - sp.log(total))
    assert zero(sp.diff(E, z1) - (f(z1) / total - y1) * sp.diff(f(z1), z1) / f(z1))
    found = sp.dsolve(sp.Eq(f(z1).diff(z1) / f(z1), 1)).rhs  # a factor of 1: a multiple of e^z, and no other curve
    assert sp.diff(found / sp.exp(z1), z1) == 0


def test_huber_joins_without_a_jump_or_a_bend():
    r = sp.Symbol("r", real=True)
    inner, outer = r**2 / 2, lambda size: d * (size - d / 2)
    assert zero(sp.diff(inner, r) - r)
    for sign in (1, -1):  # |r| is sign * r on this side
        assert zero(sp.diff(outer(sign * r), r) - sign * d)
        assert zero((inner - outer(sign * r)).subs(r, sign * d))
        assert zero(sp.diff(inner - outer(sign * r), r).subs(r, sign * d))
    assert zero((d * r - inner).subs(r, d) - d**2 / 2)  # the jump without the half d


def test_delta_of_a_sigmoid():
    g = 1 / (1 + sp.exp(-z))
    squared, bce = (g - y) ** 2 / 2, -y * sp.log(g) - (1 - y) * sp.log(1 - g)
    assert zero(sp.diff(squared, z) - (g - y) * g * (1 - g))
    assert zero(sp.diff(bce, z) - (g - y))
    assert zero(sp.diff(sp.log(1 + sp.exp(z)) - y * z, z) - (g - y))
    assert sp.simplify(sp.expand_log(sp.simplify(bce - (sp.log(1 + sp.exp(z)) - y * z)), force=True)) == 0
    assert sp.limit(z * sp.exp(0) * g * (1 - g) / (z * sp.exp(-z)), z, sp.oo) == 1  # delta is nearly e^-z


def test_delta_of_softmax():
    total = sum(sp.exp(zk) for zk in Z)
    A = [sp.exp(zk) / total for zk in Z]
    E = sp.log(total) - sum(yk * zk for yk, zk in zip(Y, Z, strict=True))
    last = {Y[2]: 1 - Y[0] - Y[1]}  # the targets sum to 1
    point = dict(zip([*Z, *Y[:2]], (sp.Rational(6, 5), -sp.Rational(2, 5), sp.Rational(1, 2), 0.2, 0.5), strict=True))
    direct = -sum(yk * sp.log(ak) for yk, ak in zip(Y, A, strict=True))
    assert abs(sp.N((direct - E).subs(last).subs(point), 30)) < 1e-14
    for zk, ak, yk in zip(Z, A, Y, strict=True):
        assert zero(sp.diff(E, zk) - (ak - yk))
    example, numbers = sp.log(total) - Z[1], dict(zip(Z, map(sp.log, (3, 1, 6)), strict=True))
    assert zero(sp.expand_log(-sp.log(A[1]) - example, force=True))  # the second class is the true one
    assert [sp.diff(example, zk).subs(numbers) * 10 for zk in Z] == [3, -9, 6]
    assert [sp.diff(A[1], zk).subs(numbers) * 100 for zk in Z] == [-3, 9, -6]  # the long way: times -10
    assert sp.diff(-sp.log(a), a).subs(a, sp.Rational(1, 10)) == -10
    assert "(−0.03, 0.09, −0.06). Times −10: (0.3, −0.9, 0.6)" in SOURCE["softmax-jacobian"]
    jacobian = sp.Matrix(3, 3, lambda i, k: sp.diff(A[i], Z[k]))
    assert sp.simplify(jacobian - (sp.diag(*A) - sp.Matrix(A) * sp.Matrix(A).T)) == sp.zeros(3)
    by_a = sp.Matrix([-yk / ak for yk, ak in zip(Y, A, strict=True)])
    for k in range(3):
        assert zero(((jacobian.T * by_a)[k] - (A[k] - Y[k])).subs(last))


def test_temperature_divides_delta():
    total = sum(sp.exp(zk / T) for zk in Z)
    E = sp.log(total) - sum(yk * zk / T for yk, zk in zip(Y, Z, strict=True))
    for zk, yk in zip(Z, Y, strict=True):
        assert zero(sp.diff(E, zk) - (sp.exp(zk / T) / total - yk) / T)


def test_log_sum_exp_may_be_shifted():
    m = sp.Symbol("m", real=True)
    shifted = sp.exp(m) * sum(sp.exp(zk - m) for zk in Z)
    assert zero(sp.expand(shifted) - sum(sp.exp(zk) for zk in Z))


def test_conventions():
    n, K = 4, 3
    A, Y = (sp.Matrix(n, K, sp.symbols(f"{name}:12")) for name in "uv")
    squares = sum((p - q) ** 2 for p, q in zip(A, Y, strict=True))
    for cost, factor in (
        (squares / 2 / n, sp.Rational(1, n)),
        (squares / (n * K), sp.Rational(2, n * K)),
        (squares / 2, 1),
    ):
        assert zero(sp.diff(cost, A[1, 2]) - factor * (A[1, 2] - Y[1, 2]))


# ----- the numbers


def steps_needed(z, delta):
    steps = 0
    while 1 / (1 + math.exp(-z)) >= 0.1:
        z, steps = z - delta(1 / (1 + math.exp(-z))), steps + 1
    return steps


SE, CE = (lambda a: a * a * (1 - a)), (lambda a: a)
FAR, ODD = (1, 2, 3, 4, 50), (5, 7, 9, 11, 3)
TRUE, FLAT = ([abs(w * x + b - y) for x, y in zip(FAR, ODD, strict=True)] for w, b in ((2, 3), (-0.1, 8.2)))


def hop(shake=lambda: 0.0):
    """(w, b) after each of 20,000 steps of the absolute error on the five points, in plain Python."""
    w, b, ways = shake(), shake(), []
    for _ in range(20_000):
        signs = [(r > 0) - (r < 0) for r in (w * x + b - y for x, y in zip(range(1, 6), ODD, strict=True))]
        pull = sum(sign * x for sign, x in zip(signs, range(1, 6), strict=True))
        w, b = w - 0.01 * (pull / 5), b - 0.01 * (sum(signs) / 5)
        ways.append((w, b))
    return ways


e = lambda z: mp.e ** mp.mpf(z)  # noqa: E731
LOGITS = mp.log(3), 0, mp.log(6)  # of the example with 3, 1, 6 and their sum 10
BATCH = (LOGITS, 1), ((2.0, 0.1, -1.0), 0)
LSE = 1000 + mp.log(1 + mp.e + mp.e**2)
SOFT = [mp.e**k / (1 + mp.e + mp.e**2) for k in range(3)]
LOGITS_5, TARGETS_5 = (1.2, -0.4, 0.5), (0.2, 0.5, 0.3)  # of the five pairs
SHARES = [e(t) / sum(map(e, LOGITS_5)) for t in LOGITS_5]
COIN = -(0.7 * math.log(0.7) + 0.3 * math.log(0.3))
STORED = {
    "one-number-code": [2.0, -2.0],
    "nudge-check": [-2, -2],
    "count-code": [0],
    "likelihood-code": [20.2, 60.6 / 3],
    "underflow-code": [0.0],
    "logs-code": [
        x for r in (19.8, 20.1, 20.7) for x in (r, (r - 19.6) ** 2 / 0.5 + math.log(0.5 * math.sqrt(2 * math.pi)))
    ],
    "bernoulli-code": [0.8, 1, 0.8, -math.log(0.8), 0.8, 0, 0.2, -math.log(0.2)],
    "bernoulli-cost": [-mp.log("0.99"), -mp.log("0.01"), mp.log("0.01") / mp.log("0.99"), 0.9999999999, mp.log(10**10)],
    "bernoulli-coin": [COIN, 0.7, -math.log(0.7), -math.log(0.3)],
    "bernoulli-share": [COIN, 0.7, COIN, 0.9, -0.7 * math.log(0.9) - 0.3 * math.log(0.1)],
    "bernoulli-slope-code": [0.99, 0, 100, 0.99, 1, -1 / 0.99, 0.3, 1, -1 / 0.3],
    "categorical-code": [-math.log(0.7), -math.log(0.8), -math.log(0.1)],
    "categorical-cost": [-math.log(0.7 * 0.8 * 0.1) / 3],
    "chance-code": [math.log(10)],
    "conventions-code": [4, 2 / 3],
    "conventions-rate-code": [0.3, 0.45, 0.075],
    "deaf-code": [sigmoid(6), sigmoid(6) ** 2 * (1 - sigmoid(6))],
    "cancel-code": [1 + mp.e**6, sigmoid(6) * sigmoid(-6), sigmoid(6)],
    "steps-code": [6, steps_needed(6, CE), steps_needed(6, SE), 10, steps_needed(10, CE), steps_needed(10, SE)],
    "steps-ratio": [
        steps_needed(6, SE), 6, steps_needed(6, SE) - steps_needed(5, SE), 5, 9, 10, SE(sigmoid(9)) / SE(sigmoid(10)), mp.mpf(steps_needed(10.0, SE)) / steps_needed(9.0, SE),
    ],
    "steps-rate-code": [1 / (sigmoid(10) * sigmoid(-10)), 0, 0.125 / (sigmoid(10) * sigmoid(-10))],
    "softmax-numbers": [*LOGITS, 0.3, 0.1, 0.6, math.log(10)],
    "softmax-delta-code": [0.3, 0.1, 0.6, 0.3, -0.9, 0.6],
    "softmax-batch": [(e(z) / sum(map(e, row)) - (k == true)) / 2 for row, true in BATCH for k, z in enumerate(row)]
    + [mp.mpf("-0.45")],
    "family-code": [1.2, 1.2, 1.2, 1.2, sigmoid(1.2), sigmoid(1.2), *SHARES, *SHARES],
    "pairs-two": [(g - y) * g * (1 - g) for g, y in zip(map(sigmoid, LOGITS_5), TARGETS_5, strict=True)]
    + [p * (p - y - sum(q * (q - t) for q, t in zip(SHARES, TARGETS_5, strict=True))) for p, y in zip(SHARES, TARGETS_5, strict=True)],
    "break-code": [math.inf],
    "break-stable": [mp.log(1 + mp.e**40)],
    "patch-code": [-mp.log("1e-12"), 0, 40, 1],
    "logsumexp-code": [LSE],
    "log-softmax-code": [math.inf, 800],
    "refuse-right": [LSE - 1001, SOFT[0], SOFT[1] - 1, SOFT[2]],
    "outlier-code": [20.2, (19.8 + 20.1 + 20.2 + 20.5 + 207) / 5],
    "laplace-code": [
        *(laplace := [mp.e ** (-6 * mp.sqrt(2)) / mp.sqrt(2), mp.e**-18 / mp.sqrt(2 * mp.pi)]), laplace[0] / laplace[1],
    ],
    "huber-check": [-4, 3.5, -1, -0.3, 0.045, -0.3, 0.2, 0.02, 0.2, 2.5, 2, 1, 0.5, 0.5],
    "fit-code": [0, 7, 1.5, 4, *hop()[-1]],
    "lever-code": [x for size in (lambda r: r * r / 2, lambda r: min(r, 1) * (r - min(r, 1) / 2), lambda r: r)
                   for x in (sum(map(size, TRUE)) / 5, sum(map(size, FLAT)) / 5)],
}  # fmt: skip


@pytest.mark.parametrize("cell", STORED)
def test_stored_number(cell):
    shown, right = numbers(cell), STORED[cell]
    assert len(shown) == len(right), (shown, right)
    texts = re.findall(r"(?<![\w.])[-+]?(?:\d+\.?\d*(?:e[-+]\d+)?|inf|nan)", OUTPUTS[cell])
    for text, x, value in zip(texts, shown, right, strict=True):
        half = 0.5000001 * 10.0 ** -len(text.partition(".")[2].partition("e")[0])
        if "e" in text:
            half *= 10.0 ** int(text.partition("e")[2])
        assert x == value or abs(x - float(value)) <= half, (text, value)


def test_every_printed_number_is_recomputed():
    others = {
        "classifier-run",
        "pairs-measure",
        "softmax-jacobian-code",
        "logsumexp-naive",
        "temperature-code",
        "refuse",
    }
    texts = {cell for cell in OUTPUTS if "picture" not in cell and "explore" not in cell}
    assert texts == set(STORED) | others


Z3, Y3 = np.array([1.2, -0.4, 0.5]), np.array([0.2, 0.5, 0.3])


def finite(E, z, h=1e-6):
    return np.array([(E(z + h * e) - E(z - h * e)) / (2 * h) for e in np.eye(3)])


def test_the_five_pairs():
    g, soft = (lambda z: 1 / (1 + np.exp(-z))), (lambda z: np.exp(z) / np.exp(z).sum())
    half = lambda a: ((a - Y3) ** 2).sum() / 2  # noqa: E731
    pairs = [
        (lambda z: z, half), (g, half), (g, lambda a: -(Y3 * np.log(a) + (1 - Y3) * np.log(1 - a)).sum()),
        (soft, lambda a: -(Y3 * np.log(a)).sum()), (soft, half),
    ]  # fmt: skip
    _, *lines = OUTPUTS["pairs-measure"].splitlines()  # the first is the guess
    assert [line.split()[0] for line in lines] == ["yes", "no", "yes", "yes", "no"]
    for line, (output, loss) in zip(lines, pairs, strict=True):
        right = [*finite(lambda z: loss(output(z)), Z3), *(output(Z3) - Y3)]  # noqa: B023
        np.testing.assert_allclose([float(x) for x in re.findall(r"-?\d+\.\d*", line)], right, atol=6e-5)


def test_the_two_jacobians_and_the_temperature():
    soft, true = np.array([3, 1, 6]) / 10, np.array([0, 1, 0])
    full, diagonal = OUTPUTS["softmax-jacobian-code"].splitlines()[-2:]  # before them, the guess
    for line, right in ((full, soft - true), (diagonal, -true * (1 - soft))):
        shown = [float(x) for x in re.findall(r"-?\d+\.\d*", line)]
        np.testing.assert_allclose(shown, [*right, right.sum()], atol=6e-5)
    warm = np.exp(np.array([2.0, 1, -1]) / 2)
    warm /= warm.sum()
    shown = [float(x) for x in re.findall(r"-?\d+\.\d*", OUTPUTS["temperature-code"])]
    np.testing.assert_allclose(shown, [*warm, *((warm - [0, 1, 0]) / 2)], atol=6e-5)
    assert OUTPUTS["logsumexp-naive"].strip() == "[inf inf inf] inf [nan nan nan]"


def test_the_classifier():
    """The run again, pictures as columns with a row of ones, slopes by log-sum-exp; and what the text reads from it."""
    X, labels, X_test, labels_test = datasets.digits()
    columns, n = np.vstack([X.T, np.ones(len(X))]), len(X)
    W, costs = np.zeros((10, 65)), []
    for _ in range(301):
        Z = W @ columns
        high = Z.max(axis=0)
        lse = high + np.log(np.exp(Z - high).sum(axis=0))
        costs.append((lse - Z[labels, range(n)]).mean())
        slope = np.exp(Z - lse) - (labels == np.arange(10)[:, None])
        W = W - 0.5 / n * (slope @ columns.T)
    right = (np.argmax(W[:, :64] @ X_test.T + W[:, 64:], axis=0) == labels_test).mean()
    assert [f"step {k:3d}: loss {costs[k]:.3f}" for k in (0, 300)] == OUTPUTS["classifier-run"].splitlines()[:2]
    assert f"{right:.0%} are read right" in OUTPUTS["classifier-run"] and costs[0] == pytest.approx(math.log(10))
    delta, own = slope.T[:8], labels[:8]
    asked = -delta[range(8), own]
    assert [f"{d:.1f}" for d in sorted(asked)[-2:]] == ["0.4", "0.8"] and own[asked.argsort()[-2:]].tolist() == [6, 8]
    eight = slope.T[own.tolist().index(8)]
    assert eight.argmax() == 9 and eight.sum() == pytest.approx(0, abs=1e-12)  # "is taken for a 9", "the deltas to 0"
    assert f"add up to −{-sum(round(d, 1) for d in eight):.1f};" in SOURCE["classifier-read"]  # as they are drawn
    assert (delta[range(8), own] < 0).all() and np.sort(asked)[:6].max() < 0.25  # the others are nearly silent


def test_the_bell_over_the_readings():
    p = [math.exp(-((y - 19.6) ** 2) / 0.5) / (0.5 * math.sqrt(2 * math.pi)) for y in (19.8, 20.1, 20.7)]
    assert [f"{x:.2f}" for x in p] == ["0.74", "0.48", "0.07"] and f"{math.prod(p):.3f}" == "0.025"
    assert "0.74 · 0.48 · 0.07 = 0.025" in SOURCE["likelihood-product"] and f"{0.74 * 0.48 * 0.07:.3f}" == "0.025"


def test_claims_in_the_prose():
    assert SOURCE["huber"].startswith("24,000 times") and round(numbers("laplace-code")[-1], -3) == 24_000
    assert "458 times" in SOURCE["bernoulli-surprise"] and round(math.log(0.01) / math.log(0.99)) == 458
    assert f"takes {steps_needed(6, CE)} steps" in SOURCE["steps-guess"]
    assert "2.2·10⁻¹⁶" in SOURCE["stairs-read"] and f"{np.spacing(1.0):.1e}" == "2.2e-16"
    stairs = (1 - 1 / (1 + np.exp(-np.linspace(33, 39, 3001)))) / np.spacing(1.0)
    assert np.array_equal(stairs, stairs.round()) and {0, 1, 2, 3} <= set(stairs.tolist())
    assert "e⁷⁰⁹" in SOURCE["logsumexp-derive"] and 709 < math.log(np.finfo(float).max) < 710
    assert "4·10⁻¹⁸" in SOURCE["break-why"] and f"{float(sigmoid(-40)):.0e}" == "4e-18"
    ahead = math.log(2 / (math.exp(0.01) - 1))  # where log(1 + 2 e^-ahead) is 0.01
    assert "About 5.3" in SOURCE["play-softmax-answers"] and round(ahead, 1) == 5.3
    assert "−log 1/10 = log 10 = 2.303" in SOURCE["classifier-deltas"]
    assert "0.562" in SOURCE["play-losses-answers"]
    assert round(-0.75 * math.log(0.75) - 0.25 * math.log(0.25), 3) == 0.562
    gaps = np.diff([steps_needed(z, CE) for z in range(3, 11)])
    upper = steps_needed(10, SE) - steps_needed(9, SE)
    assert "Most steps are taken up there" in SOURCE["steps-read"] and upper > steps_needed(10, SE) / 2
    first = steps_needed(6, SE) - steps_needed(5, SE)
    assert f"of the {steps_needed(6, SE)} from z = 6, {first} lead to 5" in SOURCE["steps-read"]
    assert gaps.tolist() == [2] + [1] * 6  # one step more each time that z is larger by 1, two from 3 to 4
    assert min(flat < true for true, flat in zip(*[iter(numbers("lever-code"))] * 2, strict=True))  # "by all three"


def test_the_fits_are_the_best_lines():
    x, y = np.array([1.0, 2, 3, 4, 5]), np.array([5.0, 7, 9, 11, 3])
    np.testing.assert_allclose(np.polyfit(x, y, 1), [0, 7], atol=1e-12)
    e = 1.5 * x + 4 - y
    pull = np.clip(e, -1, 1)  # Huber: the pulls balance, alone and weighted with x
    assert pull.sum() == 0 and (pull * x).sum() == 0
    assert (np.abs(2 * x + 3 - y) > 0).sum() == 1


def test_the_absolute_error_hops_about_the_best_line():
    """One decimal of w and b holds from step to step, and with shaken numbers; w goes back and forth by a hundredth."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        ways = np.array(hop(lambda rng=rng: rng.normal() * 1e-14))
        late = ways[-1000:]
        assert (late.round(1) == [2.0, 3.0]).all() and (np.abs(np.diff(late[:, 0])) > 1e-3).all()
        assert late[:, 0].min() == pytest.approx(1.98, abs=0.005) and late[:, 0].max() == pytest.approx(1.99, abs=0.005)


# ----- the figures


def words(ax):
    return {text.get_text() for text in ax.texts}


def test_surprise_marks_the_lowest_point_and_the_readings():
    ax = plots.plot_surprise(np.array([1.0, 2, 3]), np.array([5.0, 1, 2]), np.array([1.5, 2.5]), title="A claim")
    assert ax.lines[1].get_xydata().tolist() == [[2, 1]] and ax.lines[1].get_color() == style.ACCENT
    assert ax.lines[2].get_xdata().tolist() == [1.5, 2.5] and ax.get_title(loc="left") == "A claim"
    assert words(ax) == {"lowest at a = 2.00", "the readings"}


def test_bell_stands_over_the_readings():
    grid = np.array([1.0, 2, 3])
    ax = plots.plot_bell(grid, np.array([0.2, 0.8, 0.2]), [1.0, 3.0], [0.2, 0.2], title="A claim")
    curve, middle, *stems = ax.lines
    assert curve.get_ydata().tolist() == [0.2, 0.8, 0.2] and middle.get_xdata() == [2, 2]
    assert [stem.get_xydata().tolist() for stem in stems] == [[[1, 0], [1, 0.2]], [[3, 0], [3, 0.2]]]
    assert words(ax) == {"a = 2.0", "0.20"} and ax.get_title(loc="left") == "A claim"


def test_deltas_are_dashed_where_they_die():
    z = np.linspace(-6, 10, 50)
    a = 1 / (1 + np.exp(-z))
    ax = plots.plot_deltas(z, {"stays": a, "dies": a * a * (1 - a)})
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--"]
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), a * a * (1 - a))
    assert words(ax) == {"stays", "dies", "sure and wrong"}


def test_steps_are_shown_on_a_logarithmic_axis_with_their_last_number():
    ax = plots.plot_steps_needed([0, 1, 2], {"slow": [10, 100, 22134], "fast": [10, 11, 12]})
    assert ax.get_yscale() == "log" and words(ax) == {"slow", "fast", "22,134", "12"}
    assert ax.lines[0].get_ydata().tolist() == [10, 100, 22134]
    assert ax.lines[0].get_marker() != ax.lines[1].get_marker()


def test_stairs_end_where_the_naive_loss_is_infinite():
    z = np.linspace(33, 39, 301)
    naive = np.where(z < 37, z, np.inf)
    ax = plots.plot_stairs(z, naive, z)
    assert ax.lines[1].get_xdata()[-1] == z[z < 37][-1] and np.isfinite(ax.lines[1].get_ydata()).all()
    assert ax.lines[0].get_color() == style.ACCENT and len(ax.lines[0].get_xdata()) == 301


def test_line_fits_are_the_lines_and_ring_the_odd_point():
    fits = {"one": (0.0, 7.0), "two": (2.0, 3.0)}
    ax = plots.plot_line_fits(np.array([1.0, 2]), np.array([5.0, 1]), fits, odd=1)
    points, ring, *lines = ax.lines
    assert points.get_xydata().tolist() == [[1, 5], [2, 1]] and ring.get_xydata().tolist() == [[2, 1]]
    for line, (w, b) in zip(lines, fits.values(), strict=True):
        np.testing.assert_allclose(line.get_ydata(), w * line.get_xdata() + b)
    assert words(ax) == {"one", "two", "a slip of the pen"}


def test_training_shows_all_losses_from_step_0():
    ax = plots.plot_training({"A": [2.3, 1.0, 0.5], "B": [0.2, 0.1, 0.1]})
    assert [list(line.get_ydata()) for line in ax.lines[1:]] == [[2.3, 1.0, 0.5], [0.2, 0.1, 0.1]]
    assert ax.lines[0].get_ydata()[0] == pytest.approx(math.log(10)) and words(ax) == {"A", "B", "log 10"}
