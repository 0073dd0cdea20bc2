"""Chapter 01: every displayed formula by SymPy, and every number that its outputs store, recomputed without bpcourse."""

import itertools
import re

import mpmath as mp
import numpy as np
import pytest
import stored
import sympy as sp
from thorough import THOROUGH

import bpcourse as bp

CELLS = stored.cells("chapters", "activations")
SOURCES = stored.sources(CELLS)
OUTPUTS = stored.outputs(CELLS)
z, c, y = sp.symbols("z c y", real=True)
sigma = lambda t: 1 / (1 + sp.exp(-t))  # noqa: E731


def zero(expression):
    return sp.simplify(sp.expand(expression.rewrite(sp.exp))) == 0


# ----- the formulas

SLOPES = {  # in the order of the chapter: g, the derivative as it is displayed
    "sigmoid": (sigma(z), sigma(z) * (1 - sigma(z))),
    "sigmoid, middle": (sigma(z), sp.exp(-z) / (1 + sp.exp(-z)) ** 2),
    "tanh": (sp.tanh(z), 1 - sp.tanh(z) ** 2),
    "softplus, in the answers": (sp.log(1 + sp.exp(z)), sigma(z)),
    "leaky, left": (c * z, c),
    "leaky, right": (z, sp.Integer(1)),
}


@pytest.mark.parametrize("name", SLOPES)
def test_slope(name):
    g, displayed = SLOPES[name]
    assert zero(sp.diff(g, z) - displayed)


def test_identities_of_the_text():
    assert zero(sp.tanh(z) - (2 * sigma(2 * z) - 1))
    assert zero(sp.tanh(z) - (sp.exp(z) - sp.exp(-z)) / (sp.exp(z) + sp.exp(-z)))
    a, w, x, b = sp.symbols("a w x b")
    E = (a - y) ** 2 / 2
    assert sp.expand(sp.diff(E, a) - (a - y)) == 0
    chain = sp.diff(E.subs(a, sigma(w * x + b)), w)
    displayed = (sigma(w * x + b) - y) * sp.diff(sigma(z), z).subs(z, w * x + b) * x
    assert sp.simplify(chain - displayed) == 0


def test_two_layers_are_one():
    W1, W2 = sp.Matrix(4, 3, sp.symbols("u:12")), sp.Matrix(2, 4, sp.symbols("v:8"))
    b1, b2, x = (sp.Matrix(sp.symbols(f"{name}:{n}")) for name, n in (("p", 4), ("q", 2), ("x", 3)))
    assert sp.expand(W2 * (W1 * x + b1) + b2 - (W2 * W1 * x + (W2 * b1 + b2))) == sp.zeros(2, 1)


def test_ten_pairs_fold_a_line_1023_times():
    """Exactly: a pair keeps the range from 0 to 2 and goes up and down once, so that 2n + 1 kinks come of n."""
    t = sp.symbols("t")
    fold = lambda f: 2 * (sp.Max(f, 0) - 2 * sp.Max(f - 1, 0))  # noqa: E731
    up, down = (fold(t).subs(t, point) for point in (sp.Rational(1, 3), sp.Rational(5, 3)))
    assert up == down == sp.Rational(2, 3)
    assert [fold(sp.Integer(end)) for end in (0, 1, 2)] == [0, 2, 0]
    kinks = [1]
    for _ in range(9):
        kinks.append(2 * kinks[-1] + 1)
    assert numbers("depth-fold-run") == kinks and kinks[-1] == 1023
    assert (
        SOURCES["depth-fold-said"].startswith("1,023. In one layer that takes 1,024 units:")
        and "kinks: 1, 3, 7." in SOURCES["depth-fold-question"]
    )


def test_one_layer_needs_a_unit_more_than_kinks():
    """n folds have slopes of 2^n, up and down in turn, so each kink changes the slope by 2^(n + 1). With one unit a
    kink, the slope before the first is a sum of such changes, those of the units that are flat on their right, and so
    a multiple of 2^(n + 1): never 2^n. With one unit more that slope can be made: the fold itself is built."""
    relu, fold = (lambda t: np.maximum(t, 0)), (lambda f: 2 * (relu(f) - 2 * relu(f - 1)))
    for n in (1, 2, 3):
        changes = [2 ** (n + 1) * (-1) ** (k + 1) for k in range(2**n - 1)]
        before = {-sum(part) for m in range(2**n) for part in itertools.combinations(changes, m)}
        assert 2**n not in before and all(slope % 2 ** (n + 1) == 0 for slope in before)
    x, kinks = np.linspace(0, 2, 4097), 2 * np.arange(1, 1024) / 1024
    built = 1024 * relu(x) + sum((-1) ** (k + 1) * 2048 * relu(x - kink) for k, kink in enumerate(kinks))
    folded = x
    for _ in range(10):
        folded = fold(folded)
    np.testing.assert_allclose(built, folded, atol=1e-6)
    assert 1 + len(kinks) == 1024


def test_xor():
    w1, w2, b = sp.symbols("w1 w2 b")
    f = lambda x1, x2: w1 * x1 + w2 * x2 + b  # noqa: E731
    assert sp.expand(f(0, 0) + f(1, 1) - (w1 + w2 + 2 * b)) == 0 == sp.expand(f(0, 1) + f(1, 0) - (w1 + w2 + 2 * b))
    relu = lambda t: max(t, 0)  # noqa: E731
    for x1 in (0, 1):
        for x2 in (0, 1):
            assert relu(x1 + x2) - 2 * relu(x1 + x2 - 1) == (x1 ^ x2)


def test_softmax_and_its_jacobian():
    Z = sp.Matrix(sp.symbols("z1:4", real=True))
    soft = lambda v: v.applyfunc(sp.exp) / sum(v.applyfunc(sp.exp))  # noqa: E731
    p, m = soft(Z), sp.symbols("m", real=True)
    assert (soft(Z - m * sp.ones(3, 1)) - p).applyfunc(sp.simplify) == sp.zeros(3, 1)
    J = sp.diag(*p) - p * p.T
    assert (p.jacobian(Z) - J).applyfunc(sp.simplify) == sp.zeros(3, 3)
    assert (J * sp.ones(3, 1)).applyfunc(sp.simplify) == sp.zeros(3, 1)
    assert sp.simplify(soft(sp.Matrix(Z[:2]))[0] - sigma(Z[0] - Z[1])) == 0
    u = sp.Matrix(sp.symbols("u1:4"))
    displayed = sp.Matrix([p[k] * (u[k] - u.dot(p)) for k in range(3)])
    assert (J.T * u - displayed).applyfunc(sp.simplify) == sp.zeros(3, 1)


def test_slopes_of_relu():
    right, left = sp.symbols("right", positive=True), sp.symbols("left", negative=True)
    relu = lambda t: sp.Max(t, 0)  # noqa: E731
    assert relu(right) == right and sp.diff(relu(right), right) == 1
    assert relu(left) == 0 and sp.diff(relu(left), left) == 0
    step = sp.symbols("step", positive=True)
    sides = [sp.limit((relu(k * step) - relu(0)) / (k * step), step, 0) for k in (-1, 1)]
    assert sides == [0, 1]  # at 0 the two sides disagree


def test_slope_of_the_loss_by_c():
    left = sp.symbols("left", negative=True)
    for t, da_dc in ((left, left), (-left, 0)):
        a = c * t if t == left else t
        assert sp.diff(a, c) == da_dc == sp.Min(t, 0)
        assert sp.expand(sp.diff((a - y) ** 2 / 2, c) - (a - y) * sp.Min(t, 0)) == 0
    zs, ys = [-2, sp.Rational(-1, 3), 5], sp.symbols("y1:4")
    a = [c * t if t < 0 else t for t in zs]
    C = sum((ak - yk) ** 2 for ak, yk in zip(a, ys, strict=True)) / 2 / 3
    displayed = sp.Rational(1, 3) * sum((ak - yk) * min(t, 0) for ak, yk, t in zip(a, ys, zs, strict=True))
    assert sp.expand(sp.diff(C, c) - displayed) == 0


def test_square_of_a_sum_of_terms_with_random_signs():
    """The mean over all signs of (sum of w m)^2, w of size s / sqrt(N), is s^2 times the mean of m^2: exactly."""
    s, N = sp.symbols("s", positive=True), 6
    m = sp.symbols(f"m1:{N + 1}")
    squares = [sum(s / sp.sqrt(N) * e * mk for e, mk in zip(signs, m, strict=True)) ** 2
               for signs in itertools.product((-1, 1), repeat=N)]  # fmt: skip
    mean = sum(map(sp.expand, squares)) / 2**N
    assert sp.expand(mean - s**2 * sum(mk**2 for mk in m) / N) == 0


def test_factors_of_a_chain():
    """Four layers have three factors s g'(z), and with equal slopes delta[1] / delta[L] is factor^(L - 1)."""
    s, z1, slope = sp.symbols("s z1 slope")
    g = sp.Function("g")
    chain = [z1]
    for _ in range(3):
        chain.append(s * g(chain[-1]))
    by_z1 = sp.diff(chain[-1], z1).doit()
    factors = sp.prod(s * sp.diff(g(z), z).subs(z, t).doit() for t in chain[:-1])
    for curve in (sp.tanh, sigma):
        point = {s: sp.Rational(7, 5), z1: sp.Rational(1, 3)}
        values = [
            expression.subs(g, sp.Lambda(z, curve(z))).doit().subs(point).evalf(30) for expression in (by_z1, factors)
        ]
        assert abs(values[0] - values[1]) < 1e-25 and abs(values[0]) > 1e-4
    line = sp.diff(chain[-1].subs(g, sp.Lambda(z, slope * z)).doit(), z1)
    assert sp.expand(line - (s * slope) ** (4 - 1)) == 0


def test_typical_slope_is_the_factor_of_independent_sizes():
    """mean of (delta slope)^2 over all pairs = mean of delta^2 times mean of slope^2; half zeros make 1 / sqrt(2)."""
    deltas, slopes = sp.symbols("d1:4"), sp.symbols("g1:5")
    mean = sum((a * b) ** 2 for a in deltas for b in slopes) / 12
    assert sp.expand(mean - sum(a**2 for a in deltas) / 3 * sum(b**2 for b in slopes) / 4) == 0
    assert sp.sqrt(sp.Rational(0**2 + 1**2, 2)) == 1 / sp.sqrt(2)


# ----- the numbers


def s_of(t):
    return 1 / (1 + mp.exp(-mp.mpf(t)))


def d(t):
    return s_of(t) * (1 - s_of(t))


def numbers(cell):
    return [float(x) for x in re.findall(r"-?\d+\.?\d*(?:e[+-]\d+)?", OUTPUTS[cell])]


def soft(values):
    e = [mp.exp(mp.mpf(v)) for v in values]
    return [v / sum(e) for v in e]


P = soft([2, 1, -1])
J = [[P[i] * ((i == k) - P[k]) for k in range(3)] for i in range(3)]
RACE = [(s_of(w) * d(w)) for w in (0.5, 8)]


def back(u):
    inner = sum(a * b for a, b in zip(u, P, strict=True))
    return [p * (a - inner) for a, p in zip(u, P, strict=True)]


U = [-1, 0, mp.mpf("0.5")]
PRINTED = {  # cell: (decimals, what it prints)
    "xor-relu": (0, [0, 0, 1, 0, 2, 0, 0, 0, 1, 1, 1, 2, 0, 1, 1, 0, 1, 1, 2, 0, 1, 1, 1, 1, 2, 2, 1, 0]),
    "slope-sigmoid": (4, [s_of(t) for t in (-8, -1, 0, 1, 8)]),
    "slope-measured": (6, [*RACE, None]),
    "sigmoid-max-shown": (6, [d(t) for t in (0, 0.5, 2, 4, 8)]),
    "slope-formula": (6, [0.5, s_of(0.5), d(0.5), 1, RACE[0], 8, s_of(8), d(8), 1, RACE[1]]),
    "a-or-z-shown": (6, [d(2), 1, d(2), d(s_of(2))]),
    "tanh-code": (6, [1 - mp.tanh(t) ** 2 for t in (0, 0.5, 2, 4)]),
    "tanh-sigma": (4, [*map(mp.tanh, (-1, 0.5, 2)), 2, 2, 1, *map(mp.tanh, (-1, 0.5, 2))]),
    "relu-code": (1, [0, 0, 0.5, 3, 0, 0, 1, 1]),
    "leaky-code": (3, [-0.02, -0.005, 0.5, 3, 0.01, 0.01, 1, 1]),
    "relu-sides": (3, [-2, 0, 0, 0, 0, 1]),
    "prelu-code": (3, [-1]),
    "prelu-check": (3, [-1]),
    "prelu-step-check": (6, [mp.mpf("1.25") * sum(t**2 for t in (mp.mpf(k) / 4 for k in range(1, 5))) / 9]),
    "prelu-learn-run": (4, [-1, 0]),
    "check-all-run": (3, [0, 0.5, 0, 0.01, 0, 0.505, 0.01, 0.25, 0, 0.625, 0.25]),
    "depth-chain": (5, [x for k in range(5) for x in (5 - k, 2.0**-k, 2, 0.25, 2.0 ** -(k + 1))]),
    "softmax-code": (4, [*soft([1, 1, 1]), *soft([1, 1, 2])]),
    "softmax-shift-code": (6, [*P, *P]),
    "softmax-stable-code": (6, P),
    "softmax-two-code": (4, [s_of("1.1"), s_of("1.1")]),
    "jacobian-check": (4, [x for k in range(3) for x in (k + 1, k + 1, *J[k])]),  # J is symmetric
    "jacobian-code": (4, [*J[0], *J[1], *J[2], 0]),
    "jacobian-back-code": (4, [0, 0, 0, *(p * (1 - p) for p in P), *back(U),
                               *(a * p * (1 - p) for a, p in zip(U, P, strict=True))]),
}  # fmt: skip


@pytest.mark.parametrize("cell", PRINTED)
def test_printed(cell):
    places, expected = PRINTED[cell]
    came = numbers(cell)
    assert len(came) == len(expected), came
    for number, right in zip(came, expected, strict=True):
        assert right is None or abs(number - float(right)) <= 0.5000001 * 10.0**-places, (number, right)


def test_the_race():
    assert numbers("slope-measured")[-1] == pytest.approx(float(RACE[1] / RACE[0]), abs=5.1e-5)
    assert RACE[0] / RACE[1] > 400


def test_collapse():
    rng = np.random.default_rng(1)
    W1, b1, W2, b2 = rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=(2, 4)), rng.normal(size=2)
    x = [0.5, -1.0, 2.0]
    hidden = [sum(W1[j, i] * x[i] for i in range(3)) + b1[j] for j in range(4)]
    out = [sum(W2[k, j] * hidden[j] for j in range(4)) + b2[k] for k in range(2)]
    assert numbers("no-curve-collapse") == pytest.approx([8, *out, *out], abs=5.1e-5)


def test_dead_and_leaky_unit():
    def learn(leak, w=1.0, b=-5.0, alpha=0.5):
        xs = (-1, -0.5, 0, 0.5, 1)
        for _ in range(2000):
            zs = [w * x + b for x in xs]
            back = [
                ((t if t > 0 else leak * t) - (x + 1)) * (1 if t > 0 else leak) for t, x in zip(zs, xs, strict=True)
            ]
            w, b = w - alpha * sum(m * x for m, x in zip(back, xs, strict=True)) / 5, b - alpha * sum(back) / 5
        return b, w

    assert numbers("dead-run") == pytest.approx(learn(0.0)) and learn(0.0) == (-5.0, 1.0)
    assert numbers("leaky-run") == pytest.approx(learn(0.01), abs=5.1e-5)
    ends = [number for alpha in (0.5, 1.9) for number in (alpha, learn(0.0, b=5.0, alpha=alpha)[0])]
    assert numbers("dead-step-run") == pytest.approx([*ends, 1.9], abs=5.1e-5)
    assert ends[1] == pytest.approx(1) and ends[3] == pytest.approx(5 - 1.9 * 4)  # "it stays" where one step leads
    assert learn(1.0, b=5.0, alpha=1.9)[0] == pytest.approx(1)  # it is the kink that kills, not the rate alone


def test_table():
    gauss = lambda g: mp.quad(lambda t: g(t) * mp.npdf(t), [-8, -3, 0, 3, 8])  # noqa: E731
    exact = {
        "identity": lambda t: t, "sigmoid": s_of, "tanh": mp.tanh, "relu": lambda t: max(t, mp.mpf(0)),
        "leaky_relu(0.01)": lambda t: t if t > 0 else t / 100, "prelu(0.25)": lambda t: t if t > 0 else t / 4,
        "softplus": lambda t: mp.log(1 + mp.exp(t)), "elu(1)": lambda t: t if t > 0 else mp.exp(t) - 1,
        "gelu": lambda t: t * mp.ncdf(t), "silu": lambda t: t * s_of(t),
    }  # fmt: skip
    assert OUTPUTS["table-run"].splitlines()[1].split() == "name steepest slope at -3 mean output".split()
    rows = [line.split() for line in OUTPUTS["table-run"].splitlines()[2:]]
    assert [row[0] for row in rows] == list(exact)
    for name, steepest, at_minus_3, mean in rows:
        g = exact[name]
        top = max(mp.diff(g, t) for t in np.arange(-7.995, 8, 0.03))
        assert float(steepest) == pytest.approx(float(top), abs=2e-3)
        assert float(at_minus_3) == pytest.approx(float(mp.diff(g, -3)), abs=5.1e-5)
        assert float(mean) == pytest.approx(float(gauss(g)), abs=5.1e-4)
    means = sorted((abs(float(row[3])), row[0]) for row in rows)
    assert [name for _, name in means[:3]] == [
        "identity",
        "tanh",
        "elu(1)",
    ]  # "after the two whose mean is 0 comes ELU"
    assert [row[0] for row in rows if float(row[1]) < 0.999] == ["sigmoid"]  # "the sigmoid alone stays at a quarter"


def test_depth_in_numpy_alone():
    def run(g, slope, s):
        rng = np.random.default_rng(0)
        W = [s / np.sqrt(64) * rng.normal(size=(64, 64)) for _ in range(30)]
        a, Y, zs = rng.normal(size=(16, 64)), rng.normal(size=(16, 64)), []
        for w in W:
            zs.append(a @ w.T)
            a = g(zs[-1])
        delta, sizes = (a - Y) * slope(zs[-1]), []
        for k in range(29, -1, -1):
            sizes.insert(0, np.linalg.norm(delta))
            if k:
                delta = delta @ W[k] * slope(zs[k - 1])
        return sizes[0] / sizes[-1], [np.sqrt((slope(x) ** 2).mean()) for x in zs[:-1]]

    squash = lambda t: 1 / (1 + np.exp(-t))  # noqa: E731
    left, slopes = run(squash, lambda t: squash(t) * (1 - squash(t)), 1.0)
    expected = [left, 0.25**29, np.mean(slopes), np.prod(slopes)]
    came = [float(x) for x in re.findall(r"-?\d+\.\d+(?:e-\d+)?", OUTPUTS["depth-measured"])]
    assert came == [pytest.approx(number, rel=0.05, abs=0) for number in expected]
    assert 0.5 < left / np.prod(slopes) < 2  # "off by less than a factor of two"
    assert 9.5 < 0.25**29 / left < 12  # "Factors of ¼ give ten times too much"
    exploded, _ = run(lambda t: np.maximum(t, 0), lambda t: np.where(t > 0, 1.0, 0.0), 3.0)
    assert f"measured {exploded:.1e}" in OUTPUTS["explode-run"]
    assert OUTPUTS["depth-product"].strip().endswith(f"{0.25**10:.2e}")
    assert 4 < exploded / (3 / 2**0.5) ** 29 < 5 and f"{(3 / 2**0.5) ** 29:.0e}" == "3e+09"  # "over four times as much"
    kept, slopes = run(np.tanh, lambda t: 1 - np.tanh(t) ** 2, 1.0)
    assert (
        0.1 < kept < 10 and slopes[28] > 0.95 and slopes[0] < slopes[4] < slopes[9] < slopes[28]
    )  # "z comes nearer to 0"
    squash_slope, flat = lambda t: squash(t) * (1 - squash(t)), []
    left, slopes = run(squash, lambda t: flat.append((squash_slope(t) < 0.1).mean()) or squash_slope(t), 10.0)
    assert 0.095 < np.mean(slopes) < 0.105 and 0.2 < left < 5  # "0.1 at s = 10"
    assert min(flat) > 0.5  # "most units are saturated": they let less than a tenth through


def draws(g, scale, target=1.0, depth=30):
    """|delta at layer 1| / |delta at layer 30| of 100 networks as `messages` draws them, and the products of factors.

    target: the size of the random targets; if it is huge, the error has nothing to do with the weights."""
    ratios, products = [], []
    for seed in range(1, 101):
        rng = np.random.default_rng(seed)
        W = {k: scale / 8 * rng.normal(size=(64, 64)) for k in range(1, depth + 1)}
        net = bp.Network((64,) * (depth + 1), g, g, bp.half_squared_error)
        params = net.pack(W, {k: np.zeros(64) for k in W})
        X, Y = rng.normal(size=(16, 64)), target * rng.normal(size=(16, 64))
        trace = net.backward(params, net.forward(params, X), Y)
        ratios.append(np.linalg.norm(trace.delta[1]) / np.linalg.norm(trace.delta[depth]))
        products.append(np.prod([scale * np.sqrt((g.derivative(trace.z[k]) ** 2).mean()) for k in range(1, depth)]))
    return np.array(ratios), np.array(products)


def test_how_well_the_product_tells_the_size():
    ratios, products = draws(bp.sigmoid, 1.0)
    assert 1 / 2.5 < (ratios / products).min() and (ratios / products).max() < 2.5
    ratios, products = draws(bp.relu, 3.0)
    times = ratios / (3 / 2**0.5) ** 29
    assert 0.5 < ((times > 2) & (times < 6)).mean()
    assert (ratios / products > 1).all()
    ratios, products = draws(bp.relu, 3.0, target=1e12)  # an error that has nothing to do with the weights
    assert 0.7 < np.median(ratios / products) < 1.1, "so that is the reason"


def test_six_units_in_a_row():
    """The row of the text as a network: each sum is 0 with the bias -w/2, and delta has the bars of the picture."""
    for w in (2, 4, 8):
        net = bp.Network((1,) * 7, bp.sigmoid, bp.sigmoid, bp.half_squared_error)
        params = net.pack({k: [[w]] for k in range(1, 7)}, {k: [-w / 2] for k in range(1, 7)})
        trace = net.backward(params, net.forward(params, np.array([[0.5]])), np.array([[1.0]]))
        assert all(trace.z[k].item() == 0 and trace.a[k].item() == 0.5 for k in range(1, 7))
        left = [(trace.delta[k] / trace.delta[6]).item() for k in range(1, 7)]
        assert left == pytest.approx([(w / 4) ** (6 - k) for k in range(1, 7)], rel=1e-12)


def test_sums_of_64_terms():
    terms = np.random.default_rng(2).normal(size=(10_000, 64))
    sums = [sum(row) for row in terms.tolist()]
    typical = (sum(t * t for t in sums) / len(sums)) ** 0.5
    assert numbers("depth-sum") == [1.0, pytest.approx(typical, abs=0.051)] and 7.5 < typical < 8.5
    products = (sum(t * t for t in sums[::2]) / len(sums)) ** 0.5
    assert numbers("depth-slopes") == [pytest.approx(t, abs=0.051) for t in (typical, 2**-0.5, products)]
    assert f"{round(typical, 1) * round(2**-0.5, 2):.1f}" == f"{products:.1f}" == "5.6"  # "7.9 * 0.71 is 5.6"


def digits_networks(seed):
    """{name: (net, start, trace at the start)} of the three networks that read digits, as the chapter makes them."""
    X, labels, _, _ = bp.datasets.digits()
    found = {}
    for g, weights in ((bp.sigmoid, "xavier"), (bp.tanh, "xavier"), (bp.relu, "he")):
        net = bp.Network((64,) * 11 + (10,), g, bp.identity, bp.half_squared_error)
        start = net.init(seed=seed, weights=weights)
        found[g.name] = net, start, net.backward(start, net.forward(start, X), bp.one_hot(labels, 10))
    return found


def trained(net, start):
    """The History of the chapter's training, and how many of the 360 test digits are right after it."""
    X, labels, X_test, labels_test = bp.datasets.digits()
    run = bp.train(net, start, X, bp.one_hot(labels, 10), bp.sgd(0.02), epochs=15, progress=False)
    return run, int((net.forward(run.params, X_test).output.argmax(axis=1) == labels_test).sum())


def one_answer(net, params):
    return len(set(net.forward(params, bp.datasets.digits()[2]).output.argmax(axis=1))) == 1


def moved(run, start):
    """The largest move of a weight in layer 1."""
    return np.abs(run.params.W[1] - start.W[1]).max()


def silent(trace):
    return np.array([np.all(trace.z[layer] <= 0, axis=0) for layer in range(1, 11)])


SEEDS = range(10) if THOROUGH else range(1)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_histograms_foretell_holds_for_other_starts(seed):
    """Of δ and a before the first step, of training, and of who is dead: what the chapter says of any start."""
    networks = digits_networks(seed)
    for name, (net, start, trace) in networks.items():
        size = {layer: np.sqrt(np.mean(trace.delta[layer] ** 2)) for layer in (1, 4, 7, 10)}
        spread = {layer: trace.a[layer].std(axis=0).mean() / trace.a[layer].std() for layer in (1, 4, 10)}
        run, right = trained(net, start)
        if name == "sigmoid":
            assert 1e-6 < size[1] / size[10] < 3e-6  # "two millionths"; the numbers of this start are below
            for deep, flat in ((10, 7), (7, 4), (4, 1)):
                assert 10**-2.1 < size[flat] / size[deep] < 10**-1.6  # "almost two powers of ten in three layers"
            assert spread[1] > 0.4 and spread[4] < 0.05 and spread[10] < 1e-4  # "spikes"
            assert right == 35 and one_answer(net, run.params)
        else:
            assert 0.3 < size[1] / size[10] < 3  # "stay where they are"
            assert 310 < right < 350  # "about nine in ten"
    net, _, trace = networks["relu"]
    X = bp.datasets.digits()[0]
    before, after = silent(trace), silent(net.forward(run.params, X))
    assert 43 <= before.sum() <= 111 and before[:5].sum() < before[5:].sum()
    assert spread[10] < spread[1]  # "the values that different digits send are more alike"
    assert np.array_equal(before[0] & after[0], before[0])  # in layer 1 none wakes
    assert (before & ~after)[1:].any() and (~before & after).any()  # "some wake, others die"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_deeper_the_worse(seed):
    """Sigmoids in 1, 2, 5 and 10 hidden layers: as printed for the first start, and the same story for others."""
    X, labels, _, _ = bp.datasets.digits()
    lines, right, moves = OUTPUTS["depth-digits-run"].strip().splitlines()[1:], {}, {}
    for hidden, line in zip((1, 2, 5, 10), lines, strict=True):
        net = bp.Network((64,) * (hidden + 1) + (10,), bp.sigmoid, bp.identity, bp.half_squared_error)
        start = net.init(seed=seed)
        run, right[hidden] = trained(net, start)
        moves[hidden] = moved(run, start)
        if seed == 0:
            told = re.fullmatch(r" ?(\d+) hidden layers: right (\d+%), largest move of a weight in layer 1: (.+)", line)
            assert told.groups() == (str(hidden), f"{right[hidden] / 360:.0%}", f"{moves[hidden]:.7f}")
        assert one_answer(net, run.params) == (hidden >= 5)  # "with five layers and with ten, ... the same answer"
    assert 270 < right[1] and 110 < right[2] < 180 and right[5] == right[10] == 35  # "the deeper, the worse"
    assert moves[10] < 1e-6  # "by even a millionth"
    assert 650 < moves[5] / moves[10] < 2000 and 0.25**5 == 1 / 1024  # "about a thousandfold"
    if seed == 0:
        assert 900 < moves[5] / moves[10] < 1100


def test_the_digits_as_printed():
    networks = digits_networks(0)
    deltas = networks["sigmoid"][2].delta
    assert "two millionths" in SOURCES["digits-plot-said"]
    assert round(1e6 * np.sqrt(np.mean(deltas[1] ** 2) / np.mean(deltas[10] ** 2))) == 2
    lines = OUTPUTS["digits-train-run"].strip().splitlines()[-2:]
    for line, name in zip(lines, ("tanh", "relu"), strict=True):
        assert line == f"{name}: right {trained(*networks[name][:2])[1] / 360:.0%}"
    assert f"{0.235**3:.3f}" == "0.013" and "0.235³ = 0.013" in SOURCES["digits-plot-said"]
    by_layer = silent(networks["relu"][2]).sum(axis=1)
    assert numbers("who-is-dead-run") == [by_layer.sum()] == [53]
    assert f"{by_layer.sum()} of {10 * 64} units are dead" in SOURCES["who-is-dead-said"]
    assert 2 == by_layer[:5].min() and by_layer[:5].max() == 5 and by_layer.max() == 10  # of the picture's text


def test_numbers_in_the_prose():
    assert s_of(0.5) - mp.mpf("0.622") < 1e-3 and abs(s_of(8) - mp.mpf("0.9997")) < 1e-4
    assert abs(mp.findroot(lambda t: d(t) - mp.mpf("0.1"), 2) - 2.06) < 0.005
    assert abs(mp.findroot(lambda t: 1 - mp.tanh(t) ** 2 - mp.mpf("0.1"), 2) - 1.82) < 0.005
    half, quarter = (mp.findroot(lambda t, v=v: d(t) - v, 2) for v in (mp.mpf(1) / 8, mp.mpf(1) / 16))
    assert abs(s_of(mp.mpf("-2.2")) - mp.mpf("0.1")) < 0.001  # softplus lets a tenth through at about -2.2
    assert abs(half - 1.76) < 0.005 and abs(quarter - 2.63) < 0.005 and abs(quarter - half - 0.87) < 0.005
    assert abs(mp.log(2) - 0.7) < 0.01  # where the slope is nearly e^-z, each 0.7 halves it
    assert abs(mp.findroot(lambda t: s_of(t) + t * d(t), -1.3) + 1.28) < 0.005


def test_no_number_escapes_these_tests():
    own = {"no-curve-collapse", "signs", "dead-run", "dead-step-run", "leaky-run", "table-run", "depth-product",
           "depth-measured", "depth-sum", "depth-slopes", "depth-fold-run", "depth-digits-run",
           "digits-train-run", "who-is-dead-run", "explode-run", "softmax-overflow"}  # fmt: skip
    pictures = {cell for cell in OUTPUTS if cell.endswith(("-plot", "-explorer"))}
    assert set(OUTPUTS) == set(PRINTED) | own | pictures, "put a new cell into PRINTED, or into own and test it"
    assert OUTPUTS["softmax-overflow"].strip() == "[nan nan nan]"
    assert OUTPUTS["signs"].split("\n")[0].endswith("[-1 -1 -1 -1 -1]") and " 1" in OUTPUTS["signs"].split("\n")[1]
    assert OUTPUTS["table-run"].startswith("your guess None")
