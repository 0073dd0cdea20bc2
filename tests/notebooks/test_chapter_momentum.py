"""Descent with momentum: every displayed formula, and the numbers stored as output, by ways that are not its own."""

import math
import re
from functools import cache
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
import stored
import sympy as sp

import bpcourse as bp

CELLS = stored.cells("chapters", "momentum")
SOURCE = stored.sources(CELLS)
OUTPUT = stored.outputs(CELLS)
NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]\d+)?")
LAM, ALPHA, BETA, MU, S, R = sp.symbols("lambda alpha beta mu s r", positive=True)


def text_of(cell):
    return SOURCE[cell]


def rows(cell):
    """The numbers of each line of an output."""
    return [[float(text) for text in NUMBER.findall(line)] for line in OUTPUT[cell].splitlines()]


def same_expression(a, b):
    return sp.simplify(a - b) == 0


@mp.workdps(40)
def line_loss(alpha, updates):
    """The loss of S1's line, in 40 digits, after so many steps: with H from the data, e -> e - alpha H e."""
    net = bp.Network((1, 1), hidden=bp.identity, output=bp.identity, loss=bp.mse)
    start = net.init(seed=0)
    e = mp.matrix([mp.mpf(float(start.W[1][0, 0])) - 2, mp.mpf(float(start.b[1][0])) - 3])
    H = mp.matrix([[22, 6], [6, 2]])
    e = (mp.eye(2) - mp.mpf(alpha) * H) ** updates * e
    return float((e.T * H * e)[0] / 2)


def test_the_two_runs_of_the_first_cell():
    for line, alpha in zip(OUTPUT["hook"].splitlines(), (0.084, 0.085), strict=True):
        expected = f"loss {line_loss(alpha, 0):.1f} at first, {line_loss(alpha, 999):.2e} at step 1000"
        assert line == f"alpha = {alpha}: {expected}"


def test_the_hessian_of_the_line_and_its_limit():
    w, b = sp.symbols("w b")
    loss = sum((w * x + b - (2 * x + 3)) ** 2 for x in range(1, 6)) / 5
    H = sp.hessian(loss, (w, b))
    twice, mixed = loss.diff(w, 2), loss.diff(w, b)  # two derivatives of the text, by hand: 2/n times these sums
    assert [twice, mixed] == [sp.Rational(2, 5) * sum(k * k for k in range(1, 6)), sp.Rational(2, 5) * 15]
    assert sp.expand(loss.diff(w)) == sp.expand(
        sp.Rational(2, 5) * sum((w * k + b - 2 * k - 3) * k for k in range(1, 6))
    )
    n, x = 5, range(1, 6)
    assert sp.Rational(2, n) * sp.Matrix([[sum(k * k for k in x), sum(x)], [sum(x), n]]) == H
    assert {sp.simplify(value) for value in H.eigenvals()} == {12 - 2 * sp.sqrt(34), 12 + 2 * sp.sqrt(34)}
    low, high = 12 - math.sqrt(136), 12 + math.sqrt(136)
    assert rows("check-hook-H")[2] == [round(low, 4), round(high, 4), round(high / low, 1)]
    assert OUTPUT["check-hook-limit"].split()[-1] == f"{2 / high:.6f}"
    assert "0.084 is below and 0.085 above" in OUTPUT["check-hook-limit"] and 0.084 < 2 / high < 0.085
    assert f"{high / low:.0f} times" in text_of("check-hook-read")


def test_the_flat_direction_turns_the_line_amid_the_points():
    """By hand: (1, t) is an eigenvector of [[22, 6], [6, 2]] if 22 + 6 t = lambda; a change by 1 costs lambda / 2."""
    for line, sign in zip(OUTPUT["directions"].splitlines()[:2], (-1, 1), strict=True):
        lam = 12 + sign * math.sqrt(136)
        t = (lam - 22) / 6
        w = 1 / math.hypot(1, t)
        assert line.endswith(f": w {w:+.2f}, b {w * t:+.2f}, loss +{lam / 2:.2f}; the line stays at x = {-t:.1f}")
        assert 6 * t * t + 20 * t == pytest.approx(6)  # it is one: 6 + 2 t = lambda t
        x = np.arange(1, 6)
        assert np.mean((w * (x + t)) ** 2) == pytest.approx(lam / 2)  # the loss of the line that was changed
        assert (x[0] < -t < x[-1]) == (sign < 0)  # "amid the points"


def test_two_steps_lift_the_line_and_339_turn_it():
    """S1's line from 0, walked step by step in w and b, with no eigenvector: what is missing, and the pictured lines."""
    x = np.arange(1, 6)
    flat, steep = (np.array([1, (12 + s * math.sqrt(136) - 22) / 6]) for s in (-1, 1))
    line, missing, shown = np.zeros(2), {}, {0: "100", 2: "97", 100: "26", 339: "1"}
    for step in range(340):
        short = np.linalg.solve(np.column_stack([flat, steep]), line - [2, 3])
        missing[step] = short
        errors = line[0] * x + line[1] - (2 * x + 3)
        line = line - 0.04 * 2 * np.array([np.mean(errors * x), np.mean(errors)])
    shares = {step: short / missing[0] for step, short in missing.items()}
    first = [min(step for step, share in shares.items() if abs(share[k]) < 0.01) for k in (0, 1)]
    assert OUTPUT["line-learned"].splitlines()[0].endswith(f"steep: {first[1]} steps, flat: {first[0]} steps")
    title = '"The lift takes {first[1]} steps, the turn {first[0]}"'
    assert first == [339, 2] and title in SOURCE["line-learned-picture"]
    assert [f"{100 * shares[step][0]:.0f}" for step in shown] == list(shown.values())
    assert "100, 97, 26 and 1 percent" in SOURCE["line-learned-picture"]


def test_one_parabola():
    theta = sp.symbols("theta")
    f = LAM * theta**2 / 2
    assert same_expression(theta - ALPHA * sp.diff(f, theta), (1 - ALPHA * LAM) * theta)
    assert OUTPUT["first-step"].endswith("theta 0.6\n")
    assert rows("factor-code") == [[0.36, 0.6], [0.216, 0.6], [0.1296, 0.6]]
    assert OUTPUT["five-rates-code"].endswith(f"factor {1 - 4 * 0.45:.2f}, after 8 steps {0.8**8:.3f}\n")


def test_the_best_learning_rate_and_its_rate():
    low, high, kappa = sp.symbols("lambda1 lambda2 kappa", positive=True)
    (best,) = sp.solve((1 - ALPHA * low) + (1 - ALPHA * high), ALPHA)
    assert same_expression(best, 2 / (low + high))
    assert same_expression(1 - best * low, (high - low) / (high + low))
    assert same_expression((1 - best * low).subs(high, kappa * low), (kappa - 1) / (kappa + 1))
    tried = np.linspace(1e-4, 0.25, 100_001)  # and no other does better
    worst = np.maximum(abs(1 - tried), abs(1 - 10 * tried))
    assert tried[worst.argmin()] == pytest.approx(2 / 11, abs=1e-5) and worst.min() == pytest.approx(9 / 11, abs=1e-5)
    assert rows("best-code") == rows("best-measured") == [[0.1818, 0.8182]]
    rates = [round(max(abs(1 - share * 2 / 11), abs(1 - 10 * share * 2 / 11)), 3) for share in (0.9, 1.1)]
    assert rates == [0.836, 1.0] and "the rate is 0.836" in text_of("best-read")


def test_steps_for_each_digit():
    for kappa, steps in rows("condition-code")[1:]:
        assert steps == round(math.log(0.1) / math.log((kappa - 1) / (kappa + 1)), 1)
    for kappa, plain, fast, beta in rows("speed-code")[1:]:
        root = math.sqrt(kappa)
        assert plain == round(math.log(0.1) / math.log((kappa - 1) / (kappa + 1)), 1)
        assert fast == round(math.log(0.1) / math.log((root - 1) / (root + 1)), 1)
        assert beta == round(((root - 1) / (root + 1)) ** 2, 3)
    assert [row[0] for row in rows("speed-code")[1:]] == [10, 100, 1000, 10_000]


def test_the_turned_bowl():
    H = sp.Matrix(2, 2, sp.symbols("h11 h12 h12 h22"))
    theta = sp.Matrix(sp.symbols("x y"))
    f = (theta.T * H * theta)[0] / 2
    assert sp.simplify(sp.Matrix([f.diff(t) for t in theta]) - H * theta) == sp.zeros(2, 1)
    c, s = math.cos(math.pi / 6), math.sin(math.pi / 6)
    turned = np.array([[c * c + 10 * s * s, -9 * c * s], [-9 * c * s, s * s + 10 * c * c]])
    assert [row for row in rows("turned-code")] == turned.round(3).tolist()
    along_axes = [[0.866, 0.5, 0.866, 0.5, 1], [0.5, -0.866, 5, -8.66, 10]]  # the axes, turned by 30 degrees
    assert rows("eigen-code") == along_axes
    for x, y, gx, gy, _ in along_axes:
        assert (turned @ [x, y]).tolist() == pytest.approx([gx, gy], abs=5e-3)
    x, y = sp.symbols("x y")
    along, across = (x * sp.cos(sp.pi / 6) + y * sp.sin(sp.pi / 6)), (y * sp.cos(sp.pi / 6) - x * sp.sin(sp.pi / 6))
    poly = sp.Poly(sp.expand(along**2 + 10 * across**2), x, y)  # 2 f: the straight bowl, at a point turned back
    shown = [round(float(poly.coeff_monomial(term)), 3) for term in (x**2, y**2)]
    assert shown == [3.25, 7.75] and round(float(poly.coeff_monomial(x * y)) / 2, 3) == -3.897
    assert r"3.25\,x^2-2\cdot3.897\,xy+7.75\,y^2" in text_of("turned")
    factors = [[float(x) for x in re.findall(r"-?\d\.\d+", line)] for line in OUTPUT["eigen-factors"].splitlines()]
    assert factors == [[0.85] * 4, [-0.5] * 4]
    start = np.array([c * -2.2 - s * 0.9, s * -2.2 + c * 0.9])
    path = [np.linalg.matrix_power(np.eye(2) - 0.15 * turned, k) @ start for k in range(5)]
    ratios = np.divide(path[1:], path[:-1]).T
    assert rows("turned-path") == [pytest.approx(list(row), abs=6e-4) for row in ratios]


def test_a_real_network_is_ill_conditioned():
    low, high, power = (
        float(text) for text in re.findall(r"from (\S+) to (\S+)\n.* to the (\S+)$", OUTPUT["real-hessian"])[0]
    )
    assert 1e-5 < low < 1e-4 and 1 < high < 2 and power == pytest.approx(math.log10(high / low), abs=0.15)
    steps = math.log(10) * 10**power / 2  # for one digit, in the long run: 1.15 kappa
    assert 20_000 < steps < 40_000 and "tens of thousands of steps for one digit" in text_of("real-read")


def test_other_networks_are_ill_conditioned_too():
    """The text says it of other seeds; one that is not yet at a minimum, with a curvature below 0, has no kappa."""
    space = {"np": np, "bp": bp, "guess": None}
    exec(SOURCE["real-train"], space)
    powers = []
    for seed in range(10):
        exec(
            SOURCE["real-train"].split("trained =")[1].join(["trained =", ""]).replace("seed=0", f"seed={seed}"), space
        )
        exec(SOURCE["real-hessian"].split("print")[0], space)
        lams = space["lams"]
        if lams[0] > 0:
            powers.append(math.log10(lams[-1] / lams[0]))
    assert "Nine of the seeds 0 to 9 lead to a minimum: κ from 8,000 to 50,000" in text_of("real-read")
    assert len(powers) == 9 and 8_000 < 10 ** min(powers) and 10 ** max(powers) < 50_000


def test_zigzag_and_terminal_velocity():
    *six, sums = rows("zigzag")
    assert len(six) == 6 and sums == pytest.approx([sum(-2.2 * 0.82**k for k in range(6)), 3.689], abs=6e-4)
    assert sum(9 * (-0.8) ** k for k in range(6)) == pytest.approx(sums[1], abs=6e-4)
    for k, (x, y) in enumerate(six):
        assert x == pytest.approx(-2.2 * 0.82**k, abs=6e-4) and y == pytest.approx(9 * (-0.8) ** k, abs=6e-4)
    v, g = sp.symbols("v g")
    (end,) = sp.solve(BETA * v - ALPHA * g - v, v)
    assert same_expression(end, -ALPHA * g / (1 - BETA))
    assert OUTPUT["terminal-code"].endswith("v after 200 steps -1.000000\n")


def three_forms(alphas, beta, hessian, start):
    """Paths of the forms A, B and C, theta along the diagonal of `hessian`."""
    ways = []
    for form in "ABC":
        theta, m, way = np.array(start), np.zeros(2), []
        for alpha in alphas:
            g = hessian * theta
            if form == "A":
                m = beta * m - alpha * g
                theta = theta + m
            elif form == "B":
                m = beta * m + g
                theta = theta - alpha * m
            else:
                m = beta * m + (1 - beta) * g
                theta = theta - alpha / (1 - beta) * m
            way.append(theta)
        ways.append(np.array(way))
    return ways


def test_the_three_forms_agree_until_alpha_changes():
    hessian, start = np.array([1.0, 10.0]), (-2.2, 0.9)
    A, B, C = three_forms([0.05] * 40, 0.9, hessian, start)
    np.testing.assert_allclose(A, B, atol=1e-12)
    np.testing.assert_allclose(A, C, atol=1e-12)
    assert "alpha = 0.05" in OUTPUT["forms-same"]
    A, B, C = three_forms([0.05] * 20 + [0.01] * 20, 0.9, hessian, start)
    np.testing.assert_allclose(B, C, atol=1e-12)
    assert np.abs(A - B)[20:].max() > 0.1 and np.abs(A - B)[:20].max() < 1e-12
    ways = three_forms([0.05] * 10 + [0.0] * 30, 0.9, hessian, start)
    for line, way in zip(OUTPUT["forms-differ-code"].splitlines(), ways, strict=True):
        lengths = np.linalg.norm(np.diff([start, *way], axis=0), axis=1)
        assert re.findall(r"\d\.\d{4}", line) == [f"{lengths[k]:.4f}" for k in (9, 10, 19)]


M = sp.Matrix([[BETA, -S], [BETA, 1 - S]])


def test_the_matrix_and_its_characteristic_equation():
    v, e = sp.symbols("v e")
    new_v = BETA * v - S * e
    assert sp.simplify(sp.Matrix([new_v, e + new_v]) - M * sp.Matrix([v, e])) == sp.zeros(2, 1)
    equation = MU**2 - (1 + BETA - S) * MU + BETA
    assert same_expression((M - MU * sp.eye(2)).det(), equation)
    assert same_expression((BETA - MU) * (1 - S - MU) + S * BETA, equation)
    k = sp.symbols("k", positive=True)
    powers = MU ** (k + 1) - (1 + BETA - S) * MU**k + BETA * MU ** (k - 1)  # one step with positions only
    assert same_expression(powers, MU ** (k - 1) * equation)
    D = (1 + BETA - S) ** 2 - 4 * BETA
    assert same_expression(sp.discriminant(equation, MU), D)
    for end in ((1 - sp.sqrt(BETA)) ** 2, (1 + sp.sqrt(BETA)) ** 2):
        assert same_expression(D.subs(S, end), 0)
    assert sp.solve(equation.subs(MU, -1), S) == [2 * BETA + 2] and same_expression(equation.subs(MU, 1), S)
    printed = "D 0.010, roots [0.4 0.5]"
    assert OUTPUT["characteristic-code"].strip() == printed
    assert {sp.nsimplify(root) for root in sp.solve(equation.subs({S: 0.3, BETA: 0.2}), MU)} == {
        sp.Rational(2, 5), sp.Rational(1, 2)}  # fmt: skip


def by_eigenvalues(s, beta):
    roots = np.linalg.eigvals(np.array([[beta, -s], [beta, 1 - s]]))
    if abs(roots).max() >= 1:
        return "diverging"
    if abs(roots.imag).max() > 0:
        return "ringing"
    return "monotone" if roots.real.min() >= 0 else "alternating"


def test_a_swing_without_complex_numbers():
    """e = r^k cos(k phi) fits one step exactly if r^2 = beta and 2 r cos(phi) = 1 + beta - alpha lambda; a sine, too."""
    r, phi, k = sp.symbols("r phi k", positive=True)
    for wave in (sp.cos, sp.sin):
        e = [r**n * wave(n * phi) for n in (k + 1, k, k - 1)]
        assert same_expression(sp.expand_trig(e[0] - 2 * r * sp.cos(phi) * e[1] + r**2 * e[2]), 0)
    assert same_expression(sp.cos((k + 1) * phi) + sp.cos((k - 1) * phi), 2 * sp.cos(phi) * sp.cos(k * phi))
    v, before, now = sp.symbols("v before now")
    after = now + BETA * v - S * now  # form A, with the velocity now - before
    assert same_expression(after.subs(v, now - before), (1 + BETA - S) * now - BETA * before)
    angle = math.degrees(math.acos((1 + 0.85 - 0.6) / (2 * math.sqrt(0.85))))
    assert rows("swing-code") == [[round(angle), round(math.sqrt(0.85), 3), round(360 / angle, 1)]]


def test_both_roots_are_inside_where_the_parabola_is_above_zero_at_both_ends():
    equation = MU**2 - (1 + BETA - S) * MU + BETA
    assert same_expression(equation.subs(MU, 1), S) and same_expression(equation.subs(MU, -1), 2 * (1 + BETA) - S)


def test_signs_of_a_start_at_rest():
    """Monotone: the distance never changes sides; alternating: at every step. From e = 1, v = 0."""
    rng = np.random.default_rng(0)
    for s, beta in zip(rng.uniform(0, 3.9, 400), rng.uniform(0.01, 0.95, 400), strict=True):
        e = steep_way(s, beta, False, 60)
        turns = [a * b < 0 for a, b in zip(e, e[1:], strict=False) if abs(a * b) > 1e-280]
        kind = by_eigenvalues(s, beta)
        if kind == "monotone":
            assert not any(turns) and all(b < a for a, b in zip(e, e[1:], strict=False))
        elif kind == "alternating":
            assert all(turns)


def test_a_double_root_brings_a_factor_k():
    k, root = sp.symbols("k mu", positive=True)  # the step whose two roots are both mu
    s_double = (1 - root) ** 2  # beta = mu^2 on the border, 1 + beta - alpha lambda = 2 mu
    assert same_expression(1 + root**2 - s_double, 2 * root)
    assert same_expression((k + 1) * root ** (k + 1), 2 * root * k * root**k - root**2 * (k - 1) * root ** (k - 1))
    for (last, steps, measured, theory), n in zip(rows("double-code"), (60, 200, 1000), strict=True):
        ends = []
        for lam, start in ((1, -2.2), (100, 0.9)):
            way = steep_way(4 / 121 * lam, 81 / 121, False, n)
            ends.append([start * way[n - 20], start * way[n]])
        before, after = np.linalg.norm(ends, axis=0)
        assert (last, steps, theory) == (20, n, 0.818) and measured == round((after / before) ** (1 / 20), 3)


def test_gradient_descent_has_three_tenths_of_the_way_to_go():
    assert (99 / 101) ** 60 == pytest.approx(0.30, abs=0.005)
    assert "three tenths" in text_of("long-bowl-plot")
    e = np.array([-2.2 * steep_way(0.01, 0.8, False, 60)[60], 0.9 * steep_way(1.0, 0.8, False, 60)[60]])
    assert 0.01 < np.linalg.norm(e) / math.hypot(2.2, 0.9) < 0.03  # "momentum is nearly there"


def test_the_regimes_are_what_the_eigenvalues_say():
    space = {"np": np}
    exec(SOURCE["regimes-code"], space)
    rng, seen = np.random.default_rng(5), set()
    for s, beta in zip(rng.uniform(0, 4.2, 3000), rng.uniform(0.001, 1, 3000), strict=True):
        expected = by_eigenvalues(s, beta)
        assert space["regime"](s, beta) == expected == bp.regimes.regime(s, beta), (s, beta)
        seen.add(expected)
    assert len(seen) == 4


def test_every_start_converges_inside_the_boundary_and_none_on_the_grid_outside():
    """Simulated with the rule of bpcourse, for curvatures 2 % to both sides of the line and over all of the plane."""
    for beta in np.linspace(0, 0.95, 20):
        limit = 2 * (1 + beta)
        curvature = np.concatenate([np.linspace(0.02, 0.98, 25), [1.02], np.linspace(1.05, 2, 10)]) * limit
        rule, theta = bp.momentum(1.0, beta), np.ones_like(curvature)
        state = rule.init(theta)
        for _ in range(1000):
            theta, state = rule.update(theta, curvature * theta, state)
            theta[abs(theta) > 1e100], state.moments[0][abs(theta) > 1e100] = 1e100, 0.0
        assert (abs(theta) < 1e-3).tolist() == (curvature < limit).tolist(), beta


def test_the_ways_that_the_text_names():
    v, e = 0.0, 1.0
    for _ in range(200):
        v = 0.9 * v - 3.5 * e
        e += v
    assert f"{abs(e):.1e}" in OUTPUT["regimes-run"]
    for line, (s, beta) in zip(
        OUTPUT["radius-code"].splitlines(), ((0.1, 0.3), (0.6, 0.85), (2.2, 0.15), (3.5, 0.5)), strict=True
    ):
        radius = abs(np.linalg.eigvals(np.array([[beta, -s], [beta, 1 - s]]))).max()
        assert line.split() == [
            "αλ",
            f"{s:.1f}",
            "β",
            f"{beta:.2f}",
            by_eigenvalues(s, beta),
            "radius",
            f"{radius:.4f}",
        ]
    wrong, points, off = rows("plane-check")[0]
    assert points == 240 * 160 and f"{points:,.0f} walks" in text_of("plane-ask") and wrong < 50 and off <= 0.004


@mp.workdps(30)
def test_three_baths_of_oil():
    """By the roots of the characteristic equation, in 30 digits; the border is the double root."""
    lines = OUTPUT["spring-run"].splitlines()[1:]
    al = mp.mpf("0.1")
    for line, beta in zip(lines, (mp.mpf("0.9"), (1 - mp.sqrt(al)) ** 2, al), strict=True):
        total = 1 + beta - al
        root = mp.sqrt(total**2 / 4 - beta)
        if abs(root) < 1e-12:
            mu = total / 2  # e = (1 + c k) mu^k, with e_1 = 1 - al
            e = [((1 + ((1 - al) / mu - 1) * k) * mu**k) for k in range(201)]
        else:
            one, two = total / 2 + root, total / 2 - root
            share = (1 - al - two) / (one - two)
            e = [mp.re(share * one**k + (1 - share) * two**k) for k in range(201)]
        last = max(k for k in range(201) if abs(e[k]) > 0.01)
        past = sum(e[k] * e[k + 1] < 0 for k in range(last))
        assert line == f"beta {float(beta):.2f}: farther than 1 % up to step {last}, past rest {past} times on the way"
    assert "= 0.47" in SOURCE["spring"] and f"{float((1 - mp.sqrt(al)) ** 2):.2f}" == "0.47"
    radii = [float(bp.regimes.spectral_radius(0.1, b)) for b in (0.1, 0.3, (1 - 0.1**0.5) ** 2, 0.6, 0.9)]
    assert min(radii) == radii[2]  # "in the long run no β is faster"
    assert min(bp.regimes.spectral_radius(0.1, np.linspace(0, 1, 10_001))) >= radii[2] - 1e-12
    assert f"a step leaves {radii[2]:.3f}" in text_of("spring-read")
    quicker = steep_way(0.1, 0.53, False, 400)  # past rest, by less than 1 %
    assert max(k for k, e in enumerate(quicker) if abs(e) > 0.01) == 11 and -0.01 < min(quicker) < 0
    assert "at 0.53 the weight is farther up to step 11" in text_of("spring-read")


def test_the_noise_that_stays():
    """The mean of e^2, of e v and of v^2 do not change in a step: three linear equations, solved by SymPy."""
    ee, ev, vv = sp.symbols("ee ev vv")
    square_v = BETA**2 * vv - 2 * ALPHA * BETA * ev + ALPHA**2 * ee + ALPHA**2  # of v' = beta v - alpha (e + noise)
    product = BETA * ev - ALPHA * ee  # of e and v'
    stays = sp.solve(
        [square_v - vv, ee + 2 * product + square_v - ee, product + square_v - ev], [ee, ev, vv], dict=True
    )
    formula = sp.simplify(stays[0][ee])
    assert same_expression(formula, ALPHA * (1 + BETA) / ((1 - BETA) * (2 * (1 + BETA) - ALPHA)))
    size = {(a, b): math.sqrt(formula.subs({ALPHA: a, BETA: b})) for a, b in ((0.1, 0), (0.1, 0.9), (0.01, 0.9))}
    shown = rows("noise-run")[-3:]
    for (alpha, beta, came), (pair, right) in zip(shown, size.items(), strict=True):
        assert (alpha, beta) == pair and came == pytest.approx(right, rel=0.02)  # 20,000 weights: 0.5 % of chance
    assert "size of 0.23" in SOURCE["noise"] and shown[0][2] == 0.23
    assert 3 < size[0.1, 0.9] / size[0.1, 0] < 3.3 and size[0.01, 0.9] == pytest.approx(size[0.1, 0], rel=0.05)


def test_the_best_pair():
    low, high, kappa = sp.symbols("lambda1 lambda2 kappa", positive=True)
    root = (sp.sqrt(kappa) - 1) / (sp.sqrt(kappa) + 1)
    alpha = (2 / (sp.sqrt(low) + sp.sqrt(high))) ** 2
    beta_root = root.subs(kappa, high / low)
    assert same_expression(1 - beta_root, sp.sqrt(alpha) * sp.sqrt(low))
    assert same_expression(1 + beta_root, sp.sqrt(alpha) * sp.sqrt(high))
    assert OUTPUT["optimal-code"].strip() == f"alpha {4 / 121:.5f}, beta {81 / 121:.5f}, rate {9 / 11:.5f}"
    kappa_of_ninety = ((1 + math.sqrt(0.9)) / (1 - math.sqrt(0.9))) ** 2
    assert rows("speed-ninety") == [[0.9, round(kappa_of_ninety)]]
    (left, right), short = (4 / 121, 400 / 121), 9 / 11  # the stretch at the best pair, from branch to branch
    assert left == pytest.approx((1 - short) ** 2) and right == pytest.approx((1 + short) ** 2)
    assert "4 / 121, 400 / 121" in SOURCE["optimal-picture"]
    kinds = [{bp.regimes.regime(left, beta), bp.regimes.regime(right, beta)} for beta in (0.9, 81 / 121 + 1e-9, 0.45)]
    assert kinds == [{"ringing"}, {"ringing"}, {"monotone", "diverging"}]


def test_no_other_pair_is_better():
    equation = MU**2 - (1 + BETA - S) * MU + BETA
    assert same_expression(sp.solve(equation, S)[0], (1 - MU) * (1 - BETA / MU))
    assert same_expression(equation.subs(MU, R), R * (S - (1 - R) * (1 - BETA / R)))
    assert same_expression(equation.subs(MU, -R), R * ((1 + R) * (1 + BETA / R) - S))
    quotient = (1 + R) * (1 + BETA / R) / ((1 - R) * (1 - BETA / R))
    slope = sp.simplify(sp.diff(quotient, BETA) * (1 - R) * (R - BETA) ** 2 / (1 + R))
    assert same_expression(slope, 2 * R)  # above 0 for r below 1: the quotient grows with beta
    assert same_expression(quotient.subs(BETA, R**2), ((1 + R) / (1 - R)) ** 2)
    assert same_expression(quotient.subs(BETA, 0), (1 + R) / (1 - R))
    rng = np.random.default_rng(3)
    for a, b in zip(rng.uniform(0, 0.045, 4000), rng.uniform(0, 1, 4000), strict=True):
        worst = max(abs(np.linalg.eigvals(np.array([[b, -a * lam], [b, 1 - a * lam]]))).max() for lam in (1, 100))
        assert worst >= 9 / 11
    found = rows("optimal-search")[0]
    assert found[:2] == [0.033, 0.67] and 9 / 11 <= found[2] < 9 / 11 + 0.003


def test_nesterov():
    y, v = sp.symbols("y v")
    # theta <- theta + beta v' - alpha g on the pair (v, theta)
    new_v = BETA * v - S * y
    step = sp.Matrix([new_v, y + BETA * new_v - S * y]).jacobian([v, y])
    equation = MU**2 - (1 + BETA) * (1 - S) * MU + BETA * (1 - S)
    assert same_expression((step - MU * sp.eye(2)).det(), equation)
    assert sp.simplify(step - sp.Matrix([[BETA, -S], [BETA**2, 1 - S - S * BETA]])) == sp.zeros(2, 2)
    limit = sp.solve((step + sp.eye(2)).det(), S)
    assert len(limit) == 1 and same_expression(limit[0], 2 * (1 + BETA) / (1 + 2 * BETA))
    now, before = sp.symbols("now before")
    gone = now + BETA * (now - before)  # along an eigenvector, with the positions of p only
    assert same_expression(gone - S * gone, (1 - S) * ((1 + BETA) * now - BETA * before))
    # the paper's form, in the point p
    g, p = sp.symbols("g p")
    v_new = BETA * v - ALPHA * g
    assert same_expression((p + v_new) + BETA * v_new, (p + BETA * v) + BETA * v_new - ALPHA * g)
    assert f"{2 * 1.9 / 2.8:.3f}" == "1.357" and "1.357 for β = 0.9, where momentum has 3.8" in text_of("nesterov-read")
    theory = [round(math.sqrt(0.9), 3), round(math.sqrt(0.45), 3)]
    measured = rows("nesterov-rate")
    assert measured[2] == theory
    for (rate, _), expected in zip(measured[:2], theory, strict=True):
        assert rate == pytest.approx(expected, abs=0.002)
    swings = [-min(steep_way(0.5, 0.9, ahead, 120)) for ahead in (False, True)]
    assert [swing for _, swing in measured[:2]] == [round(swing, 2) for swing in swings]


def steep_way(s, beta, ahead, steps):
    """Distances from 1, at rest, as a recurrence of the second order without a velocity."""
    e = [1.0, 1 - (1 + beta) * s if ahead else 1 - s]
    for _ in range(steps - 1):
        gone = (1 + beta) * e[-1] - beta * e[-2]
        e.append((1 - s) * gone if ahead else gone - s * e[-1])
    return e


@cache
def explorer():
    return bp.explore.optimizers(["sgd", "momentum", "nesterov"])


def says(**sliders):
    """What the explorer says of each rule: {name: verdict}."""
    status = explorer().move(**explorer().settings(**sliders)).status
    return dict(re.findall(r"(gradient descent|momentum|RMSprop|Adam) ([a-z]+)", status))


@pytest.mark.parametrize(("beta", "stable", "not_"), [(0, 0.178, 0.205), (0.5, 0.274, 0.316), (0.9, 0.365, 0.422)])
def test_the_largest_stable_learning_rate_on_the_slider(beta, stable, not_):
    kwargs = {"surface": "bowl", "condition": 10, "momentum": beta, "optimizers": ("momentum",), "steps": 200}
    assert says(learning_rate=stable, **kwargs)["momentum"] == "arrives"
    assert says(learning_rate=not_, **kwargs)["momentum"] == "diverges"
    assert stable < 2 * (1 + beta) / 10 < not_


def test_what_is_said_of_one_parabola_and_of_two_curvatures():
    parabola, two = bp.explore.parabola(), bp.explore.two_curvatures()
    rates, one = parabola.sliders["alpha"].values, text_of("parabola-answers")
    for curvature, limit in ((4.0, "0.5"), (8.0, "0.25"), (2.0, "1")):
        words = {rate: said(parabola, alpha=rate, curvature=curvature) for rate in rates}
        assert words[float(limit)] == "Swings without end"
        assert [rate for rate in rates if words[rate] == "Diverges"] == [r for r in rates if r > float(limit)]
        assert f"With more than {limit}" in one or f"with more than {limit}" in one
    best = {rate: said(two, alpha=rate, condition=100) for rate in two.sliders["alpha"].values}
    (alpha,) = [rate for rate, word in best.items() if word == "Best"]
    assert f"{alpha}, just below the limit of 0.2. A step leaves {1 - alpha / 10:.4f} of" in text_of(
        "two-curvatures-answers"
    )
    assert (said(two, alpha=0.21, y=0.0), said(two, alpha=0.21, y=0.1)) == ("Crawls", "Diverges")


def said(explorer, **values):
    """The first word of the explorer above its picture."""
    return explorer.move(**explorer.settings(**values)).labels[0].text.split(":")[0]


def test_every_printed_number_is_tested_here():
    """Cells that print numbers, by name: a new one needs a test above."""
    shown = {name for name, text in OUTPUT.items() if re.search(r"\d", text)}
    here = set(re.findall(r'(?:OUTPUT\[|rows\()"([\w-]+)"', Path(__file__).read_text()))
    pictures = {name for name in SOURCE if re.search(r"bp\.(plots\.picture|explore)", SOURCE[name])}
    assert shown - pictures <= here


def test_the_first_factors_in_two_directions():
    assert OUTPUT["two-code"].splitlines()[1:] == ["factors of x [0.85 0.85 0.85]", "factors of y [-0.5 -0.5 -0.5]"]


def test_with_momentum_the_line_is_turned_in_43_steps_and_lifted_in_42():
    """Along each eigenvector by powers of the matrix of a step; the lines of the picture by the slopes of the loss."""
    missing = []
    for lam in (12 - math.sqrt(136), 12 + math.sqrt(136)):
        step = np.array([[0.8, -0.04 * lam], [0.8, 1 - 0.04 * lam]])
        missing.append([np.linalg.matrix_power(step, k)[1, 1] for k in range(400)])  # from v = 0, e = 1
    flat, steep = (1 + max(k for k in range(400) if abs(share[k]) >= 0.01) for share in missing)
    assert OUTPUT["line-again-run"].splitlines()[0].endswith(f"steep: {steep} steps, flat: {flat} steps")
    title = "Momentum: the turn in {flat} steps, not 339; the lift in {steep}, not 2"
    assert (flat, steep) == (43, 42) and title in SOURCE["line-again-picture"] and round(339 / flat) == 8  # "an eighth"
    assert "after 2 steps, of the flat one after 339" in text_of("line-again")
    shown = [[round(100 * share[k]) for k in (2, 5, 20, 43)] for share in missing]
    assert shown == [[96, 85, 24, 1], [-75, 56, -12, -1]] and "96, 85, 24 and 1 percent" in SOURCE["line-again-picture"]
    assert f"{0.8**0.5:.3f}" == "0.894" and f"{0.894**42:.3f}" == "0.009"
    assert "√β = 0.894" in text_of("line-again-read") and "0.894^{42} = 0.009" in text_of("line-again-read")
    assert all(
        (1 + 0.8 - 0.04 * lam) ** 2 < 4 * 0.8 for lam in (12 - math.sqrt(136), 12 + math.sqrt(136))
    )  # both swing
    assert "75 percent too much, then 56" in re.sub(r'"\n *"', "", SOURCE["line-again-picture"])
    x, line, v, lines = np.arange(1, 6), np.zeros(2), np.zeros(2), []
    for _ in range(44):
        lines.append(line)
        errors = line[0] * x + line[1] - (2 * x + 3)
        v = 0.8 * v - 0.04 * 2 * np.array([np.mean(errors * x), np.mean(errors)])
        line = line + v
    above = [lines[k][0] * x + lines[k][1] - (2 * x + 3) for k in (2, 5, 20, 43)]
    assert min(above[0]) > 0 > max(above[1]) and lines[20][0] > 2.4 and max(abs(above[3])) < 0.15


def test_from_rest_the_second_root_has_this_share():
    """B is never below 0 while the larger root is below 1, so (1 + B) mu_1^k decides the sign: no crossing of 0."""
    one, two = sp.symbols("mu_1 mu_2")
    B = two * (1 - one) / (one - two)
    for k, expected in ((0, 1), (1, one + two - one * two)):  # beta = mu_1 mu_2, 1 + beta - alpha lambda = mu_1 + mu_2
        assert same_expression((1 + B) * one**k - B * two**k, expected)


def test_the_fast_lane():
    """Its cells run without those that it passes by, up to the cell to come back at; and what it says of the roots."""
    names, space = list(SOURCE), {}
    way = ["imports", "hook", *names[names.index("check-hook-H") : names.index("momentum-head")], "resume-momentum"]
    way += names[names.index("zigzag") : names.index("matrix")]
    for name in way:
        if CELLS[name].cell_type == "code":
            exec(re.split(r"^ax = ", SOURCE[name], flags=re.M)[0], space)  # all but the picture
    for s, beta in ((0.6, 0.85), (1.5, 0.2), (3.0, 0.7)):
        roots = np.roots([1, -(1 + beta - s), beta])
        assert abs(roots) == pytest.approx([math.sqrt(beta)] * 2)
        angle = math.acos((1 + beta - s) / (2 * math.sqrt(beta)))
        assert sorted(np.angle(roots)) == pytest.approx([-angle, angle])


def test_at_the_limit_it_swings_for_ever():
    for beta in (0.0, 0.3, 0.9):
        e = steep_way(2 * (1 + beta), beta, False, 600)
        assert max(map(abs, e[500:])) == pytest.approx(abs(e[-1])) and 0.5 < abs(e[-1]) < 25 and e[-1] * e[-2] < 0
