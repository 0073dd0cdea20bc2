"""Chapter 03: every displayed formula, and every number that it stores as output, by ways that are not its own."""

import re

import mpmath as mp
import numpy as np
import pytest
import stored
from exact import complex_gradient

import bpcourse as bp

CELLS = stored.cells("chapters", "derivation")
SOURCE = stored.sources(CELLS, ("code",))
SOURCE_TEXT = stored.sources(CELLS, ("markdown",))
OUTPUT = stored.outputs(CELLS)
H = 1e-30


def functions(*cells):
    """The names that these cells define."""
    space = {"np": np, "bp": bp, "g": bp.sigmoid, "sizes": (2, 10, 20, 30, 2)}
    for cell in cells:
        exec(SOURCE[cell], space)
    return space


def numbers(cell):
    return [float(text) for text in re.findall(r"-?\d+\.\d+(?:e[-+]\d+)?|-?\b\d+\b", OUTPUT[cell])]


def g(z):
    return 1 / (1 + np.exp(-z))


# ----- the 3-3-2 network, by complex steps and in 30 digits

NET = functions("parameters")
W1, b1, W2, b2, X0, Y0 = (NET[name] for name in ("W1", "b1", "W2", "b2", "x", "y"))


def loss(W1=W1, b1=b1, W2=W2, b2=b2, a1=None):
    a1 = g(W1 @ X0 + b1) if a1 is None else a1
    return ((g(W2 @ a1 + b2) - Y0) ** 2).sum() / 2


DW1 = complex_gradient(lambda W: loss(W1=W), W1)
DW2 = complex_gradient(lambda W: loss(W2=W), W2)
D1 = complex_gradient(lambda b: loss(b1=b), b1)
D2 = complex_gradient(lambda b: loss(b2=b), b2)
DA1 = complex_gradient(lambda a: loss(a1=a), g(W1 @ X0 + b1))


def loss_of_o1(push):
    """The loss when something is added to the sum of the first output."""
    return loss(b2=b2 + np.array([push, 0]))


def test_forward_numbers_in_thirty_digits():
    with mp.workdps(30):
        squeeze = lambda z: 1 / (1 + mp.exp(-z))  # noqa: E731
        dec = lambda array: mp.matrix([[mp.mpf(str(v)) for v in row] for row in np.atleast_2d(array)])  # noqa: E731
        a1 = (dec(W1) * dec(X0).T + dec(b1).T).apply(squeeze)
        a2 = (dec(W2) * a1 + dec(b2).T).apply(squeeze)
        E = ((a2[0] - 1) ** 2 + a2[1] ** 2) / 2
        six = lambda value: f"{float(value):.6f}"  # noqa: E731
        assert OUTPUT["forward-hidden"].strip() == "hidden " + " ".join(map(six, a1))
        assert OUTPUT["forward-output"].strip() == f"outputs {six(a2[0])} {six(a2[1])}, loss {six(E)}"


@pytest.mark.parametrize(("cell", "expected"), [
    ("rung-1-nudge", [DW2[0, 0], DW2[0, 0]]),
    ("rung-2-code", [*DW2[0], D2[0]]),
    ("rung-2-push-code", [D2[0] * 0.01, loss_of_o1(0.01) - loss_of_o1(0)]),
    ("rung-3-parts", [D2[0] * W2[0, 0], D2[1] * W2[1, 0], DA1[0]]),
    ("rung-3-nudge", [DA1[0]]),
    ("rung-4-delta", D1),
    ("rung-4-gradients", DW1.ravel()),
])  # fmt: skip
def test_ladder(cell, expected):
    shown = re.findall(r"-?\d+\.\d{6,}", OUTPUT[cell])
    assert len(shown) == len(expected)
    for text, value in zip(shown, expected, strict=True):
        assert float(text) == pytest.approx(value, abs=0.51 * 10.0 ** -len(text.split(".")[1]))


def test_rung_1_three_factors():
    error, slope, a, product = numbers("rung-1-code")[:4]
    assert error * slope * a == pytest.approx(product, abs=2e-7) and product == pytest.approx(DW2[0, 0], abs=1e-9)
    assert "your sign: None  the sign: -1" in OUTPUT["rung-1-code"]


def test_two_ways_add():
    """dE/da of h1 is the sum over the two outputs, and neither their product nor their mean."""
    assert D2[0] * W2[0, 0] + D2[1] * W2[1, 0] == pytest.approx(DA1[0], rel=1e-12)


def test_one_nudge_followed_to_its_end():
    """The picture's numbers, from a run with another weight; to the first order they are the rates times the nudge."""

    def run(w):
        hidden = g(np.r_[w, W1[0, 1:]] @ X0 + b1[0]), *g(W1 @ X0 + b1)[1:]
        return hidden[0], g(W2 @ hidden + b2)

    (h1, outputs), (h1_after, after) = run(W1[0, 0]), run(W1[0, 0] + 0.01)
    over = ((after - Y0) ** 2 - (outputs - Y0) ** 2) / 2
    assert f"h1 grows by {h1_after - h1:.5f}" in SOURCE_TEXT["rung-3-follow-ask"]
    assert OUTPUT["rung-3-follow"].strip() == f"your guess: None; E changes by {over.sum():.6f}"
    assert f"{DA1[0] * 0.00235:.4f}" == f"{over.sum():.4f}"  # what the reader can work out
    assert f"{h1_after - h1:.6f}" == "0.002353" and "h1 larger by 0.002353" in SOURCE["rung-3-follow-picture"]
    assert after[0] > outputs[0] and after[1] < outputs[1] and W2[1, 0] < 0 and (over < 0).all()
    assert over.sum() == pytest.approx(0.01 * DW1[0, 0], rel=0.01)


def test_the_table_of_products():
    """Above it the inputs; in each row the delta and its products, which are the derivatives."""
    head, *rows = [[float(number) for number in re.findall(r"-?\d+\.\d+", line)]
                   for line in OUTPUT["rung-5-bp3-table"].splitlines()]  # fmt: skip
    assert head == X0.tolist() and len(rows) == 3
    for row, delta, slopes_of_row in zip(rows, D1, DW1, strict=True):
        assert row == pytest.approx([delta, *slopes_of_row], abs=5.1e-5)


# ----- the formulas, at random points


@pytest.mark.parametrize("sizes", [(4, 3), (4, 5, 3), (3, 5, 4, 2), (2, 5, 3, 4, 6)])
def test_bp1_to_bp4_for_any_number_of_layers(sizes):
    code, rng, n = functions("rung-7-forward", "rung-7-backward"), np.random.default_rng(len(sizes)), 7
    W = {k: rng.normal(size=(sizes[k], sizes[k - 1])) for k in range(1, len(sizes))}
    b = {k: rng.normal(size=sizes[k]) for k in W}
    X, Y = rng.normal(size=(n, sizes[0])), rng.uniform(size=(n, sizes[-1]))

    def losses(W=W, b=b, move=None, at=0):
        A = X
        for k in W:
            Z = A @ W[k].T + b[k]
            A = g(Z + move if at == k else Z)
        return ((A - Y) ** 2).sum() / 2

    delta, dW, db = code["backward"](W, *code["forward"](W, b, X), Y)
    for k in W:
        expected = complex_gradient(lambda m, k=k: losses(move=m, at=k), np.zeros((n, sizes[k])))
        np.testing.assert_allclose(delta[k], expected, rtol=1e-9, atol=1e-15)
        expected = complex_gradient(lambda P, k=k: losses(W=W | {k: P}), W[k]) / n
        np.testing.assert_allclose(dW[k], expected, rtol=1e-9, atol=1e-15)
        expected = complex_gradient(lambda P, k=k: losses(b=b | {k: P}), b[k]) / n
        np.testing.assert_allclose(db[k], expected, rtol=1e-9, atol=1e-15)


def batch_loss(X, Y, W1=W1, b1=b1, W2=W2, b2=b2):
    return ((g(g(X @ W1.T + b1) @ W2.T + b2) - Y) ** 2).sum() / 2 / len(X)


def test_rungs_5_and_6_as_they_stand():
    """The cells themselves, from the first to rung 6: their matrices are the derivatives of the loss by complex steps."""
    names = list(SOURCE)
    climb = names[names.index("parameters") : names.index("rung-5-bp3-code") + 1]
    space = functions(*[name for name in climb if name not in ("ways-picture", "split-and-join")])
    for name, right in (("delta1", D1), ("delta2", D2), ("dW1", DW1), ("dW2", DW2), ("db1", D1), ("db2", D2)):
        np.testing.assert_allclose(space[name], right, rtol=1e-12, err_msg=name)
    for cell in ("rung-6-forward", "rung-6-deltas", "rung-6-gradients"):
        exec(SOURCE[cell], space)
    X, Y = space["X"], space["Y"]
    for name, start in (("W1", W1), ("b1", b1), ("W2", W2), ("b2", b2)):
        right = complex_gradient(lambda p, name=name: batch_loss(X, Y, **{name: p}), start)
        np.testing.assert_allclose(space["d" + name], right, rtol=1e-12, err_msg=name)
    for row, x, y in zip(space["delta"][1], X, Y, strict=True):  # delta belongs to ONE example: no division by n
        right = complex_gradient(lambda p, x=x, y=y: batch_loss(x[None], y[None], b1=p), b1)
        np.testing.assert_allclose(row, right, rtol=1e-12)


def test_the_four_equations_in_components():
    """The block for the blackboard, sum by sum, for a network of its own: derivatives of the loss by complex steps."""
    rng, slope = np.random.default_rng(4), lambda z: g(z) * (1 - g(z))  # noqa: E731
    x, y = rng.normal(size=4), rng.uniform(size=2)
    V1, c1, V2, c2 = (rng.normal(size=shape) for shape in ((3, 4), 3, (2, 3), 2))
    zh = V1 @ x + c1
    ah, zo = g(zh), V2 @ g(zh) + c2
    out = [(g(zo[k]) - y[k]) * slope(zo[k]) for k in range(2)]
    hidden = [sum(out[k] * V2[k, j] for k in range(2)) * slope(zh[j]) for j in range(3)]
    dV2 = [[out[k] * ah[j] for j in range(3)] for k in range(2)]
    dV1 = [[hidden[j] * x[i] for i in range(4)] for j in range(3)]
    parts = {"W1": V1, "b1": c1, "W2": V2, "b2": c2}
    for (name, start), came in zip(parts.items(), (dV1, hidden, dV2, out), strict=True):
        right = complex_gradient(lambda p, name=name: batch_loss(x[None], y[None], **parts | {name: p}), start)
        np.testing.assert_allclose(came, right, rtol=1e-12, err_msg=name)


def test_the_delta_of_any_loss():
    """rung-5-bp1: a loss that mixes its outputs and is no squared error, by complex steps."""
    E = lambda a: np.sin(a[0] * a[1]) + a[0] ** 3 - np.log(a[1])  # noqa: E731
    z = np.array([0.3, -0.8])
    right = complex_gradient(lambda z: E(g(z)), z)
    np.testing.assert_allclose(complex_gradient(E, g(z)) * g(z) * (1 - g(z)), right, rtol=1e-12)


def test_formulas_by_sympy():
    """The chains that are written out, the local derivatives, and c = 4a."""
    sp = pytest.importorskip("sympy")
    w, a, c, y, x, v, w1, w2, u1, u2 = sp.symbols("w a c y x v w1 w2 u1 u2")
    squeeze = lambda z: 1 / (1 + sp.exp(-z))  # noqa: E731
    slope = sp.Lambda(c, sp.diff(squeeze(c), c))
    E = (squeeze(w * a + c) - y) ** 2 / 2
    assert sp.simplify(sp.diff(E, w) - (squeeze(w * a + c) - y) * slope(w * a + c) * a) == 0
    assert sp.simplify(slope(c) - squeeze(c) * (1 - squeeze(c))) == 0
    z = sp.Symbol("z")
    assert sp.simplify(sp.diff(sp.tanh(z), z) - (1 - sp.tanh(z) ** 2)) == 0
    h = [sp.tanh(wk * v * x) for wk in (w1, w2)]
    s = u1 * h[0] + u2 * h[1]
    ways = [(s - y) * u * (1 - hk**2) * wk * x for u, hk, wk in zip((u1, u2), h, (w1, w2), strict=True)]
    assert sp.simplify(sp.diff((s - y) ** 2 / 2, v) - sum(ways)) == 0
    bracket = u1 * (1 - h[0] ** 2) * w1 + u2 * (1 - h[1] ** 2) * w2
    assert sp.simplify((s - y) * bracket * x - sum(ways)) == 0  # pulled out
    at = {x: 1.5, y: 1, v: 0.8, w1: 0.5, w2: -0.8, u1: 0.7, u2: 0.9}
    expected = [float(way.subs(at)) for way in ways]
    shown = [float(t) for t in re.findall(r"-?\d+\.\d{6}", OUTPUT["graph-two-ways"])]
    assert shown == pytest.approx([*expected, sum(expected)], abs=6e-7)
    assert [float(t) for t in re.findall(r"\d\.\d{6}|-\d\.\d{6}", OUTPUT["graph-values"])] == pytest.approx(
        [float(s.subs(at)), float(((s - y) ** 2 / 2).subs(at))], abs=6e-7
    )


def test_the_lines_of_the_graph_in_reverse():
    """Every line that the reader writes by hand, by complex steps of the lines of the forward run."""
    names = ("graph-values", "graph-parents", "graph-two-ways", "reverse-lines-code")
    space = functions(*names)
    run = [line.split("=", 1) for line in SOURCE["graph-values"].splitlines()[1:-1]]  # c = ..., one a line
    for moved in ("v", "x", "w1", "w2", "u1", "u2", "c", "z1", "z2", "h1", "h2", "p1", "p2", "s"):
        values = {"np": np, **{name: space[name] for name in ("x", "y", "v", "w1", "w2", "u1", "u2")}}
        if moved in values:
            values[moved] = values[moved] + 1j * H
        for left, right in run:
            exec(f"{left} = {right}", values)
            if moved in (name.strip() for name in left.split(",")):
                values[moved] = values[moved] + 1j * H
        assert space["d" + moved] == pytest.approx(values["E"].imag / H, rel=1e-12), moved
    assert OUTPUT["reverse-lines-code"].strip() == f"dE/dc = {space['dc']:.6f}, dE/dv = {space['dv']:.6f}"
    assert f"∂E/∂c = {space['dc']:.3f}." in OUTPUT["explorer"]  # its still picture: the way back has come as far as c


def test_nine_ways_and_one_product_of_two_sums():
    """By a graph in which each of the six arrows is a node of its own, walked from the end."""
    _, parents, _ = drawn("share-picture")
    into, out = ([local for _, local in parents[node]] for node in "cE")
    (answer,) = slopes(lambda v: sum(k * sum(m * v for m in into) for k in out), 1)
    assert answer == pytest.approx(72) and (sum(into), sum(out)) == (9, 8)
    guess, products, brackets = OUTPUT["share-run"].strip().splitlines()
    terms, total = products.split(" = ")
    assert sorted(map(int, terms.split(" + "))) == sorted(a * b for a in into for b in out) and total == "72"
    assert guess == "your guess: None" and brackets == "(2 + 3 + 4) * (1 + 5 + 2) = 9 * 8 = 72"
    slope, count = functions("reverse-mode-code")["reverse_mode"](parents)
    assert (slope["v"], slope["c"], count) == (72, 8, 6)
    assert "1 + 5 + 2 = 8" in SOURCE_TEXT["share-read"]
    assert " + ".join(f"{k} · 8" for k in into) + " = 9 · 8 = 72" in SOURCE_TEXT["share-read"] and 3**3 == 27


def test_both_modes_on_random_graphs():
    """Against the inverse of I - J, which knows neither mode."""
    code, rng = functions("reverse-mode-code", "forward-mode-code"), np.random.default_rng(0)
    for nodes in (5, 9, 14):
        J, parents = np.zeros((nodes, nodes)), {}
        for k in range(2, nodes):
            rows = [(int(p), float(rng.normal())) for p in {k - 1, *rng.integers(0, k, 2)}]
            parents[k] = rows
            for p, local in rows:
                J[k, p] += local
        exact = np.linalg.inv(np.eye(nodes) - J)
        slope, count = code["reverse_mode"](parents)
        assert count == sum(map(len, parents.values()))
        for node, value in slope.items():
            assert value == pytest.approx(exact[-1, node], rel=1e-9, abs=1e-12)
        for start in range(2):
            rate, steps = code["forward_mode"](parents, start)
            assert steps <= count
            for node, value in rate.items():
                assert value == pytest.approx(exact[node, start], rel=1e-9, abs=1e-12)


def test_columns_of_the_published_program():
    code = functions("program-init", "program-forward", "bug-1-mended", "bug-2-mended")
    rng = np.random.default_rng(3)
    W, b = code["initialise"](rng, {k: 0.8 for k in (1, 2, 3, 4)})
    b = {k: rng.normal(size=b[k].shape) for k in b}
    X, Y = rng.normal(size=(2, 5)), np.eye(2)[:, [0, 1, 1, 0, 1]]

    def cost(W):
        A = X
        for k in (1, 2, 3):
            A = g(W[k] @ A + b[k])
        Z = W[4] @ A + b[4]
        return (np.log(np.exp(Z).sum(axis=0)) - (Y * Z).sum(axis=0)).sum() / 5

    Z, A = code["forward_columns"](W, b, X)
    assert code["compute_cost"](A[4], Y) == pytest.approx(cost(W), rel=1e-12)
    dW, db = code["backward_columns"](W, Z, A, Y)
    for k in W:
        np.testing.assert_allclose(
            dW[k], complex_gradient(lambda P, k=k: cost(W | {k: P}), W[k]), rtol=1e-8, atol=1e-12
        )
    new, _ = code["update"](dict(W), dict(b), dW, db, 0.5)
    np.testing.assert_allclose(new[4], W[4] - 0.5 * dW[4])


# ----- what the cells print


def test_counts():
    """Reachable edges, counted on the shape of the network alone."""
    guess, head, *lines = OUTPUT["counting-print"].splitlines()
    asked, others, *more = OUTPUT["counting-others"].splitlines()
    assert guess == asked == "your guess: None"
    assert re.split(r"  +", head) == ["parameters", "one run", "reverse", "reverse/run"]
    assert others.split() == ["parameters", "reverse", "forward", "nudging", "forward/reverse"]
    rows = []
    for k, line, other in zip((1, 2, 4, 8, 16), lines, more, strict=True):
        sizes = (k, k, k, k, 1)
        pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
        edges = sum(n_in * n_out * 2 + n_out + n_out for n_in, n_out in pairs) + 1  # products, bias, slope; the loss
        parameters = sum((n_in + 1) * n_out for n_in, n_out in pairs)
        total, walks = 0, []
        for layer, (n_in, n_out) in enumerate(pairs):
            run, width = 2, 1  # parameter to z, z to a
            for _, above in pairs[layer + 1 :]:
                run, width = run + width * above + above, above
            total += (n_in + 1) * n_out * (run + width)  # and on to the loss
            walks.append(run + width)
        found, beside = ([float(text) for text in re.findall(r"[\d.]+", row)] for row in (line, other))
        weights = sum(n_in * n_out for n_in, n_out in pairs)
        nudging = (parameters + 1) * weights
        assert found == [parameters, weights, edges, pytest.approx(edges / weights, abs=0.0501)]
        assert beside == [parameters, edges, total, nudging, pytest.approx(total / edges, abs=0.0501)]
        assert 2 <= edges / parameters <= 2.2
        rows.append((edges / weights, parameters - weights))
    assert [round(runs, 1) for runs, _ in rows] == [4.2, 3.1, 2.5, 2.3, 2.1]  # "comes down to about two runs"
    assert (weights, rows[-1][1], parameters) == (784, 49, 833)
    said = SOURCE_TEXT["counting-ask"] + SOURCE_TEXT["counting-reverse-ask"]
    assert (3 * 16 * 16 + 16, 3 * 16 + 1) == (784, 49)
    said_of_walks = f"{walks[0]} arrows from a weight of the first layer, {walks[-1]} from one of the last"
    assert said_of_walks in SOURCE_TEXT["counting-read"]
    assert "3·16·16 + 16 = 784 weights and 3·16 + 1 = 49 biases: 833 parameters" in said
    assert "784 times" in said and "833 slopes" in said
    full = f"as much as {total / weights:.0f} full runs, {total / edges:.0f} times reverse mode"
    assert full in SOURCE_TEXT["counting-read"] and f"walks {parameters} times" in SOURCE_TEXT["counting-read"]
    assert "26" in OUTPUT["forward-mode-run"] and "15 slopes from 15 multiplications" in OUTPUT["reverse-mode-run"]
    assert OUTPUT["counting-equal"].strip() == "51 parameters, 104 multiplications backward"
    assert OUTPUT["memory"].startswith("24 numbers kept")


def test_forward_mode_takes_more():
    assert int(numbers("forward-mode-run")[-1]) == 26 > 15
    space = functions("graph-values", "graph-parents", "forward-mode-code")
    rate, _ = space["forward_mode"](space["parents"], "v")
    assert rate["c"] == pytest.approx(1.5) and rate["z1"] == pytest.approx(1.5 * 0.5) == 0.75  # forward-mode


def test_order():
    """The chapter on the tape tries the same rule, and says so."""
    assert "at once: 6 after" in stored.outputs(stored.cells("chapters", "tape"))["at-once-run"]
    assert OUTPUT["order-run"].strip() == "your guess: None, passed on at once 6, in order 4"
    assert "ways 1048576, in order 40 multiplications, slope 1048576" in OUTPUT["order-ways"]


def test_mistakes_show_what_the_text_says():
    assert OUTPUT["s4-product"].strip() == "cannot multiply (2,) by (2, 3) entry by entry"
    assert "V1 @ x gives" in OUTPUT["s4-index"] and "V2 @ a1 fails" in OUTPUT["s4-index"]
    found = [float(t) for t in re.findall(r"-?\d\.\d*", OUTPUT["s4-index-right"])]
    assert found == [*np.round(W1 @ X0, 3), *np.round(W1 @ X0, 3)]
    assert "(5,)  a row of delta[L - 1]: (3,)" in OUTPUT["s4-bias-shapes"]
    assert "right passes" in OUTPUT["check-square-report"] and "wrong fails" in OUTPUT["check-square-report"]
    assert "layers that moved: [1, 2, 3]" in OUTPUT["bug-2-run"]
    assert OUTPUT["bug-2-cause"].strip() == "name 'L' is not defined"
    assert all(f"W[{k}] {s}" in OUTPUT["program-run"] for k, s in ((1, (10, 2)), (4, (2, 30))))


def test_stopping_rules():
    """XOR in other words: by columns, with tanh for the sigmoid; the same step count."""
    X, Y = np.array([[0.0, 0, 1, 1], [0, 1, 0, 1]]), np.array([[0.0, 1, 1, 0]])
    rng = np.random.default_rng(0)
    theta = [rng.normal(size=(4, 2)), np.zeros((4, 1)), rng.normal(size=(1, 4)), np.zeros((1, 1))]
    steps = 0
    while steps < 20_000:
        steps += 1
        W, b, V, c = theta
        A = (1 + np.tanh((W @ X + b) / 2)) / 2
        out = (1 + np.tanh((V @ A + c) / 2)) / 2
        d2 = (out - Y) * out * (1 - out) / 4
        d1 = V.T @ d2 * A * (1 - A)
        change = [5 * d1 @ X.T, 5 * d1.sum(axis=1)[:, None], 5 * d2 @ A.T, 5 * d2.sum(axis=1)[:, None]]
        theta = [p - step for p, step in zip(theta, change, strict=True)]
        if max(np.abs(step).max() for step in change) < 1e-3:
            break
    W, b, V, c = theta  # after the last update
    out = (1 + np.tanh((V @ ((1 + np.tanh((W @ X + b) / 2)) / 2) + c) / 2)) / 2
    answers = " ".join(f"{a:.3f}" for a in out[0])
    assert OUTPUT["xor-run"].strip() == f"answers {answers} after {steps} step(s): the change was small"
    assert OUTPUT["xor-small"].strip().endswith("after 1 step(s): the change was small")


def test_one_start_of_sixty_stops_at_answers_of_a_half():
    """xor-flat, and what is said of the other starts; all sixty at once, each until its own change is small."""
    X, Y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
    draws = [(rng.normal(size=(4, 2)), rng.normal(size=(1, 4))) for rng in map(np.random.default_rng, range(60))]
    W, V = (np.array(both) for both in zip(*draws, strict=True))
    b, c = np.zeros((60, 1, 4)), np.zeros((60, 1, 1))
    steps, moving = np.zeros(60, dtype=int), np.ones(60, dtype=bool)
    while moving.any() and steps.max() < 20_000:
        A = g(X @ W.swapaxes(1, 2) + b)
        out = g(A @ V.swapaxes(1, 2) + c)
        d2 = (out - Y) * out * (1 - out) / 4
        d1 = d2 @ V * A * (1 - A)
        change = [
            5 * d
            for d in (d1.swapaxes(1, 2) @ X, d1.sum(1, keepdims=True), d2.swapaxes(1, 2) @ A, d2.sum(1, keepdims=True))
        ]
        for array, move in zip((W, b, V, c), change, strict=True):
            array[moving] -= move[moving]
        steps += moving
        moving &= np.max([np.abs(move).max(axis=(1, 2)) for move in change], axis=0) >= 1e-3
    out = g(g(X @ W.swapaxes(1, 2) + b) @ V.swapaxes(1, 2) + c)[:, :, 0]
    wrong = np.abs(out - Y[:, 0]).max(axis=1)
    assert not moving.any() and np.flatnonzero(wrong > 0.1).tolist() == [22]
    assert np.abs(out[22][[1, 3]] - 0.5).max() < 0.01
    answers = " ".join(f"{a:.3f}" for a in out[22])
    assert OUTPUT["xor-flat"].strip() == f"answers {answers} after {steps[22]} step(s): the change was small"


def test_one_unit_cannot_do_xor():
    """The three inequalities of `algorithm`, at random: whoever keeps them says 1 for (1, 1)."""
    w1, w2, b = np.random.default_rng(0).normal(size=(3, 10_000))
    fits = (b <= 0) & (w1 + b > 0) & (w2 + b > 0)
    assert fits.sum() > 100 and (w1 + w2 + b)[fits].min() > 0


def test_a_hundred_starts_stall_alike():
    """What bug-3-read and bug-3-forward-read say, for a hundred seeds."""
    points, labels = bp.datasets.moons(200, seed=0)
    sizes = (2, 10, 20, 30, 2)
    net = bp.Network(sizes, bp.sigmoid, bp.identity, bp.cross_entropy)
    for seed in range(100):
        lost = {}
        for name, scale in (("small", lambda n: 0.01), ("fitting", lambda n: 4 / np.sqrt(n))):
            rng, zeros = np.random.default_rng(seed), {k: np.zeros(sizes[k]) for k in (1, 2, 3, 4)}
            W = {k: rng.standard_normal((sizes[k], sizes[k - 1])) * scale(sizes[k - 1]) for k in (1, 2, 3, 4)}
            params = net.pack(W, zeros)
            trace = net.backward(params, net.forward(params, points), labels)
            size = [np.sqrt((trace.delta[k] ** 2).mean()) for k in (1, 2, 3, 4)]
            lost[name] = [size[3] / size[2], size[2] / size[1], size[1] / size[0]]
            if name == "small":
                assert np.ptp(trace.a[3], axis=0).max() < 5e-6  # "but for some millionths"
                same = np.mean(trace.delta[4], axis=0)[:, None] * trace.a[3][0]  # "moves the answer for all alike"
                np.testing.assert_allclose(trace.grads.W[4], same, atol=5e-6)
                assert np.abs(trace.grads.W[4]).max() < 0.05 * np.abs(trace.delta[4]).mean()  # "they nearly cancel"
        assert 40 < min(lost["small"]) and max(lost["small"]) < 400
        # the dashed line, a factor of nine and then none, is no freak start
        assert 4 < lost["fitting"][0] < 11 and 0.25 < min(lost["fitting"]) and max(lost["fitting"][1:]) < 4


def test_a_wrong_transpose_is_caught_from_every_start():
    X, Y = (functions("parameters", "rung-6-forward")[name] for name in ("X", "Y"))
    net = bp.Network((3, 3, 3, 2), bp.sigmoid, bp.sigmoid, bp.half_squared_error)
    for seed in range(50):
        params = net.init(seed=seed)
        trace = net.backward(params, net.forward(params, X), Y)
        delta1 = (trace.delta[2] @ params.W[2].T) * bp.sigmoid.derivative(trace.z[1])
        wrong = net.pack({**trace.grads.W, 1: delta1.T @ X / 4}, {**trace.grads.b, 1: delta1.mean(axis=0)})
        assert bp.gradient_check(net, params, X, Y, wrong).max_relative_error > 1e-2
        assert bp.gradient_check(net, params, X, Y).max_relative_error < 1e-7


def test_the_stall_and_its_cure():
    costs = [line.split()[-1] for line in OUTPUT["bug-3-run"].splitlines() if line.startswith("step")]
    assert costs == ["0.6931"] * 6 and f"{np.log(2):.4f}" == "0.6931"
    mended = [float(line.split()[-1]) for line in OUTPUT["bug-3-mended"].splitlines()]
    assert mended == sorted(mended, reverse=True) and mended[-1] < 0.02
    small, fitting = (
        [float(t) for t in re.findall(r"\d\.\de-\d\d", line)] for line in OUTPUT["bug-3-sizes"].splitlines()
    )
    assert all(30 < above / below < 400 for below, above in zip(small, small[1:], strict=False))
    forward = OUTPUT["bug-3-forward"]
    assert "delta of layer 4 0.50, inputs of layer 4 differ by" in forward
    spread, entry = (float(t) for t in re.findall(r"\de-\d\d", forward))
    assert spread < 5e-6 and 1e-5 < entry < 1e-3  # "some millionths"; the gradient is far below delta
    assert 8 < fitting[3] / fitting[2] < 12 and max(fitting[:3]) < 2 * min(fitting[:3])


def slopes(function, *at):
    """The derivatives of a function of numbers, by complex steps."""
    return [function(*(v + H * 1j * (k == n) for k, v in enumerate(at))).imag / H for n in range(len(at))]


def drawn(cell):
    """(values, parents, slopes) of a graph as its cell hands them over, from a run of the cells that it needs."""
    got, before = [], {"small-plot": ["small-forward"], "twice-plot": ["gates-code", "twice-guess", "twice-run"]}
    space = functions(*before.get(cell, ()))

    class Plots:
        plot_graph = staticmethod(
            lambda values, parents, slopes=None, *rest, **more: got.append((values, parents, slopes))
        )
        picture = staticmethod(lambda *texts: None)

    space["bp"] = type("Module", (), {"plots": Plots})
    exec(SOURCE[cell], space)
    return got[0]


def test_the_first_gates_by_complex_steps():
    product, f = lambda q, k: q * k, lambda x, y, k: (x + y) * k  # noqa: E731
    dq, dk = slopes(product, 5, -4)
    f0, q1, up, k1, down = numbers("one-gate")
    assert [f0, q1, k1] == [-20, 5.01, -3.99]
    assert [round((up - f0) / 0.01, 6), round((down - f0) / 0.01, 6)] == [dq, dk] == [-4, 5]  # one-gate-read
    dx, dy, dk = slopes(f, 2, 3, -4)
    assert numbers("small-forward") == [2 + 3, f(2, 3, -4)]
    assert numbers("small-backward") == [dq, dk, dx, dy, 3.01, f(2, 3.01, -4)]
    values, parents, asked = drawn("small-plot")
    assert values == {"x": 2, "y": 3, "k": -4, "q": 5, "f": -20}
    assert parents == {"q": [("x", 1), ("y", 1)], "f": [("q", dq), ("k", dk)]}
    assert asked == {"x": "?", "y": "?", "q": dq, "k": dk, "f": 1}


def test_the_unit_its_gates_and_its_scale():
    unit = lambda w, x, b: max(w * x + b, 0, key=np.real)  # noqa: E731
    shown = {"gates-run": (2, 3, -1), "gates-closed": (2, 3, -7), "gates-scale-run": (0.002, 3000, -1)}
    for cell, (w, x, b) in shown.items():
        by_steps = [2 * slope for slope in (slopes(unit, w, x, b) if unit(w, x, b) else (0, 0, 0))]
        a, *messages = numbers(cell)
        assert a == pytest.approx(unit(w, x, b)) and messages == pytest.approx(by_steps), cell
    assert numbers("gates-scale-run")[1] == 1000 * numbers("gates-run")[1]  # "told to move a thousand times as much"
    code, rng = functions("gates-code"), np.random.default_rng(0)
    for message, one, other in rng.normal(size=(20, 3)):
        for name, gate in (("multiply", lambda a, b: a * b), ("add", lambda a, b: a + b),
                           ("max", lambda a, b: max(a, b, key=np.real))):  # fmt: skip
            right = [message * slope for slope in slopes(gate, one, other)]
            assert code[f"{name}_back"](message, one, other) == pytest.approx(right), name
    values, parents, back = drawn("gates")
    assert [values[node] for node in "wxpbza"] == [2, 3, 6, -1, 5, 5]
    assert [back[node] for node in "wxb"] == numbers("gates-run")[1:]
    for node, both in parents.items():  # each slope is that of the next node times what stands on the arrow
        assert all(back[parent] == back[node] * local for parent, local in both), node


def test_a_value_used_twice():
    (slope,) = slopes(lambda t: 2 * t - 5 * t, 3)
    assert slope == -3 and "dt = 2 + (-5) = -3; s = -9, with 3.01 for t it is -9.03" in OUTPUT["twice-run"]
    values, parents, back = drawn("twice-plot")
    assert values == {"t": 3, "p": 6, "r": -15, "s": -9} and back == {"t": slope, "p": 1, "r": 1, "s": 1}
    assert back["t"] == sum(back[node] * dict(parents[node])["t"] for node in "pr")


@pytest.mark.parametrize(("step", "node"), [(10, "E"), (24, "x")])
def test_the_tasks_name_the_first_and_the_last_step_of_the_way_back(step, node):
    assert f"set *step* to {step}" in SOURCE_TEXT["play"].lower()
    assert re.search(rf"Step {step} of 24: backward, ∂E/∂{node} =", bp.explore.graph().frame(step=step).alt)


def test_on_two_ways_the_changes_add_up_and_the_rates_promise_for_small_nudges():
    """split-answer, and the bracket of rung-3-why with a loss that mixes the outputs."""
    w2 = 1.0  # the weight to o2 at which the rates cancel

    def E(nudge_1, nudge_2, w2=w2):
        return ((0.5 + nudge_1 - 1) ** 2 + (w2 * (0.5 + nudge_2)) ** 2) / 2

    for nudge, change in ((0.2, "0.0400"), (0.02, "0.0004")):
        assert f"{E(nudge, nudge) - E(0, 0):.4f}" == change
        for w in (0.6, 1.0):
            parts = E(nudge, 0, w) + E(0, nudge, w) - 2 * E(0, 0, w)
            assert E(nudge, nudge, w) - E(0, 0, w) == pytest.approx(parts, rel=1e-12)
    mixed = lambda o1, o2: np.sin(o1 * o2) + o1 * o2**2  # noqa: E731
    first, second = slopes(mixed, 0.5, 0.3)
    for nudge in (1e-2, 1e-3):
        after_the_first = mixed(0.5 + nudge, 0.3 + 0.6 * nudge) - mixed(0.5 + nudge, 0.3)
        assert abs(after_the_first - 0.6 * second * nudge) < 2 * nudge**2
        assert mixed(0.5 + nudge, 0.3) - mixed(0.5, 0.3) == pytest.approx(first * nudge, abs=2 * nudge**2)


def test_a_sum_as_one_node():
    total = lambda b, w1, a1, w2, a2: w1 * a1 + w2 * a2 + b  # noqa: E731
    values, parents, _ = drawn("counting-node")
    names = ("b", "w1", "a1", "w2", "a2")
    at = [values[name] for name in names]
    assert values["z"] == total(*at) and set(parents) == {"z"}
    assert dict(parents["z"]) == dict(zip(names, slopes(total, *at), strict=True))


def test_the_two_messages_that_meet_at_c():
    space = functions("graph-values", "graph-parents", "graph-two-ways", "reverse-lines-code")
    shown = [float(text.replace("−", "-")) for text in re.findall(r"−?\d\.\d+", SOURCE_TEXT["reverse-picture-read"])]
    exact = [space[name] for name in ("dz1", "w1", "dz2", "w2", "dc")]
    assert shown == pytest.approx(exact, abs=5.01e-4)
