"""Chapter 01: every displayed formula by SymPy, and every number that its outputs store, recomputed without bpcourse."""

import json
import re
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

CELLS = json.loads((Path(__file__).parents[1] / "chapters/01_activations.ipynb").read_text(encoding="utf-8"))["cells"]
SOURCES = {cell["id"]: "".join(cell["source"]) for cell in CELLS}
OUTPUTS = {
    cell["id"]: "".join("".join(out.get("text") or out["data"]["text/plain"]) for out in cell["outputs"])
    for cell in CELLS if cell["cell_type"] == "code" and cell["outputs"]
}  # fmt: skip
z, c, y = sp.symbols("z c y", real=True)
sigma = lambda t: 1 / (1 + sp.exp(-t))  # noqa: E731


def zero(expression):
    return sp.simplify(sp.expand(expression.rewrite(sp.exp))) == 0


# ----- the formulas

SLOPES = {  # in the order of the chapter: g, the derivative as it is displayed
    "sigmoid": (sigma(z), sigma(z) * (1 - sigma(z))),
    "sigmoid, middle": (sigma(z), sp.exp(-z) / (1 + sp.exp(-z)) ** 2),
    "tanh": (sp.tanh(z), 1 - sp.tanh(z) ** 2),
    "softplus": (sp.log(1 + sp.exp(z)), sp.exp(z) / (1 + sp.exp(z))),
    "softplus is the integral of the sigmoid": (sp.log(1 + sp.exp(z)), sigma(z)),
    "leaky, left": (c * z, c),
    "leaky and ELU, right": (z, sp.Integer(1)),
    "ELU, left": (c * (sp.exp(z) - 1), c * sp.exp(z)),
    "SiLU": (z * sigma(z), sigma(z) + z * sigma(z) * (1 - sigma(z))),
}


@pytest.mark.parametrize("name", SLOPES)
def test_slope(name):
    g, displayed = SLOPES[name]
    assert zero(sp.diff(g, z) - displayed)


def test_slope_of_gelu():
    Phi, phi = (1 + sp.erf(z / sp.sqrt(2))) / 2, sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)
    assert sp.simplify(sp.diff(Phi, z) - phi) == 0
    assert sp.simplify(sp.diff(z * Phi, z) - (Phi + z * phi)) == 0


def test_identities_of_the_text():
    assert zero(sp.tanh(z) - (2 * sigma(2 * z) - 1))
    assert zero(sp.tanh(z) - (sp.exp(z) - sp.exp(-z)) / (sp.exp(z) + sp.exp(-z)))
    assert sp.diff(c * z, c) == z and sp.diff(z, c) == 0  # parametric ReLU: da/dc = min(z, 0)
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


def test_typical_size_of_a_sum_of_random_terms():
    rng = np.random.default_rng(5)
    s, n = 1.7, 64
    sums = (s / np.sqrt(n) * rng.normal(size=(4000, n)) * rng.normal(size=n)).sum(axis=1)
    rng = np.random.default_rng(5)
    rng.normal(size=(4000, n))
    messages = rng.normal(size=n)
    assert np.sqrt((sums**2).mean()) == pytest.approx(s * np.sqrt((messages**2).mean()), rel=0.05)
    assert np.sqrt(np.mean(np.where(rng.normal(size=100_000) > 0, 1.0, 0.0) ** 2)) == pytest.approx(2**-0.5, rel=0.01)


def test_every_displayed_formula_is_among_those_above():
    """A new display needs a test: this counts them."""
    shown = {cell: source.count("$$") // 2 for cell, source in SOURCES.items() if "$$" in source}
    assert shown == {
        "no-curve-proof": 1, "xor": 1, "xor-why": 1, "slope": 2, "sigmoid-derive": 1, "signs-said": 2, "tanh-said": 1,
        "relu": 1, "dead-said": 1, "prelu": 1, "softplus": 1, "elu": 1, "silu": 1, "gelu": 1, "depth-said": 1,
        "softmax": 1, "softmax-overflow-said": 1, "softmax-two": 1, "jacobian": 2, "jacobian-back": 1,
    }  # fmt: skip


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
    "slope-measured": (6, [*RACE, 1.6, None]),
    "sigmoid-max-shown": (6, [0.5, *(d(t) for t in (0, 0.5, 2, 4, 8))]),
    "slope-formula": (6, [0.5, s_of(0.5), d(0.5), 1, RACE[0], 8, s_of(8), d(8), 1, RACE[1]]),
    "a-or-z-shown": (6, [d(2), 1, d(2), d(s_of(2))]),
    "tanh-code": (6, [1 - mp.tanh(t) ** 2 for t in (0, 0.5, 2, 4)]),
    "relu-code": (1, [0, 0, 0.5, 3, 0, 0, 1, 1]),
    "relu-sides": (3, [-2, 0, 0, 0, 0, 1]),
    "prelu-code": (3, [1, -1]),
    "prelu-check": (3, [-1]),
    "elu-code": (4, [1.5]),
    "silu-code": (4, [-3, -0.5, 0, 2, *(t * s_of(t) for t in (-3, -0.5, 0, 2)),
                      *(s_of(t) + t * d(t) for t in (-3, -0.5, 0, 2))]),
    "softmax-code": (4, [*soft([1, 1, 1]), *soft([1, 1, 2])]),
    "softmax-shift-code": (6, P),
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
    assert numbers("no-curve-collapse") == pytest.approx([26, 8, *out, *out], abs=5.1e-5)


def test_dead_and_leaky_unit():
    def learn(leak, w=1.0, b=-5.0):
        xs = (-1, -0.5, 0, 0.5, 1)
        for _ in range(2000):
            zs = [w * x + b for x in xs]
            back = [
                ((t if t > 0 else leak * t) - (x + 1)) * (1 if t > 0 else leak) for t, x in zip(zs, xs, strict=True)
            ]
            w, b = w - 0.5 * sum(m * x for m, x in zip(back, xs, strict=True)) / 5, b - 0.5 * sum(back) / 5
        return b, w

    assert numbers("dead-run") == pytest.approx([-1, *learn(0.0)]) and learn(0.0) == (-5.0, 1.0)
    assert numbers("leaky-run") == pytest.approx(learn(0.01), abs=5.1e-5)


def test_table():
    gauss = lambda g: mp.quad(lambda t: g(t) * mp.npdf(t), [-8, -3, 0, 3, 8])  # noqa: E731
    exact = {
        "identity": lambda t: t, "sigmoid": s_of, "tanh": mp.tanh, "relu": lambda t: max(t, mp.mpf(0)),
        "leaky_relu(0.01)": lambda t: t if t > 0 else t / 100, "prelu(0.25)": lambda t: t if t > 0 else t / 4,
        "softplus": lambda t: mp.log(1 + mp.exp(t)), "elu(1)": lambda t: t if t > 0 else mp.exp(t) - 1,
        "gelu": lambda t: t * mp.ncdf(t), "silu": lambda t: t * s_of(t),
    }  # fmt: skip
    assert OUTPUTS["table-run"].splitlines()[0].split() == "name steepest slope at -3 mean output".split()
    rows = [line.split() for line in OUTPUTS["table-run"].splitlines()[1:]]
    assert [row[0] for row in rows] == list(exact)
    for name, steepest, at_minus_3, mean in rows:
        g = exact[name]
        top = max(mp.diff(g, t) for t in np.arange(-7.995, 8, 0.03))
        assert float(steepest) == pytest.approx(float(top), abs=2e-3)
        assert float(at_minus_3) == pytest.approx(float(mp.diff(g, -3)), abs=5.1e-5)
        assert float(mean) == pytest.approx(float(gauss(g)), abs=5.1e-4)


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
    expected = [-5, left, np.prod(slopes), np.mean(slopes)]
    assert [
        float(x) for x in re.findall(r"-?\d+\.\d+(?:e-\d+)?", OUTPUTS["depth-measured"].replace("1e-5", "-5.0"))
    ] == [pytest.approx(number, rel=0.05, abs=0) for number in expected]
    exploded, _ = run(lambda t: np.maximum(t, 0), lambda t: np.where(t > 0, 1.0, 0.0), 3.0)
    assert f"measured {exploded:.1e}" in OUTPUTS["explode-run"]
    assert OUTPUTS["depth-product"].strip().endswith(f"{0.25**10:.2e}")


def test_numbers_in_the_prose():
    assert s_of(0.5) - mp.mpf("0.622") < 1e-3 and abs(s_of(8) - mp.mpf("0.9997")) < 1e-4
    assert abs(mp.findroot(lambda t: d(t) - mp.mpf("0.1"), 2) - 2.06) < 0.005
    assert abs(mp.findroot(lambda t: 1 - mp.tanh(t) ** 2 - mp.mpf("0.1"), 2) - 1.82) < 0.005
    half, quarter = (mp.findroot(lambda t, v=v: d(t) - v, 2) for v in (mp.mpf(1) / 8, mp.mpf(1) / 16))
    assert abs(half - 1.76) < 0.005 and abs(quarter - 2.63) < 0.005 and abs(quarter - half - 0.87) < 0.005
    assert abs(mp.log(2) - 0.7) < 0.01  # where the slope is nearly e^-z, each 0.7 halves it
    assert abs(mp.findroot(lambda t: s_of(t) + t * d(t), -1.3) + 1.28) < 0.005
    sizes = (1, 20, 20, 20, 1)
    assert sum(n * m + m for n, m in zip(sizes, sizes[1:], strict=False)) == 901


def test_no_number_escapes_these_tests():
    own = {"no-curve-collapse", "signs", "dead-run", "leaky-run", "check-all-run", "table-run", "depth-product",
           "depth-measured", "explode-run", "softmax-overflow"}  # fmt: skip
    pictures = {cell for cell in OUTPUTS if cell.endswith(("-plot", "-explorer"))}
    assert set(OUTPUTS) == set(PRINTED) | own | pictures
    assert OUTPUTS["check-all-run"].strip() == "10 activations, all differences below 1e-9"
    assert OUTPUTS["softmax-overflow"].strip() == "[nan nan nan]"
    assert OUTPUTS["signs"].split("\n")[0].endswith("[-1 -1 -1 -1 -1]") and " 1" in OUTPUTS["signs"].split("\n")[1]
