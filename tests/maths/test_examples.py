"""bp.example: every line as a calculator reads it, every number against 50-digit arithmetic, and what comes in."""

import re
from decimal import Decimal
from fractions import Fraction
from functools import cache

import mpmath as mp
import numpy as np
import pytest
from thorough import THOROUGH

import bpcourse as bp

# ----- a calculator: it reads the text of a line, and knows nothing else

CALCULATOR = {
    "mpf": mp.mpf, "exp": mp.exp, "ln": mp.log, "tanh": mp.tanh, "sqrt": mp.sqrt, "erfc": mp.erfc, "pi": mp.pi, "max": max,
    "abs": abs, "sign": mp.sign,
}  # fmt: skip


def calculated(text):
    return eval(re.sub(r"(?<![\w.])(\d[\d.]*(?:e[+-]\d+)?)", r"mpf('\1')", text), CALCULATOR)


def rounds_to(value, printed):
    """Whether the value, rounded to as many digits as are printed, is what is printed."""
    unit = mp.mpf(10) ** Decimal(printed).as_tuple().exponent
    return abs(value - mp.mpf(printed)) <= unit / 2 * (1 + mp.mpf("1e-30"))


def must_be_true(lines, digits):
    for name, line in lines.items():
        value, printed = calculated(line.numbers), line.result
        if line.sign == "=":
            assert rounds_to(value, printed), (name, line)
        else:  # only what is so small that forty digits more do not show it
            assert abs(line.exact) < Decimal("1e-30")
            assert abs(value - mp.mpf(printed)) < mp.mpf(10) ** -digits, (name, line)
        shown = [part.split("  since ")[0] for part in repr(line).split(" = ", 1)[1].split("\n  = ")]
        assert shown[-1] == printed or line.sign == "≈", name  # what is shown is what was judged
        assert "nan" not in repr(line).lower() and "--" not in repr(line)


# ----- a witness: the same network in mpmath, a forward pass and no more

PHI = mp.ncdf
ACTIVATIONS = {
    "identity": lambda z, c: z, "sigmoid": lambda z, c: 1 / (1 + mp.exp(-z)), "tanh": lambda z, c: mp.tanh(z),
    "relu": lambda z, c: max(z, 0), "leaky_relu": lambda z, c: z if z > 0 else c * z, "prelu": lambda z, c: z if z > 0 else c * z,
    "elu": lambda z, c: z if z > 0 else c * mp.expm1(z), "softplus": lambda z, c: mp.log1p(mp.exp(z)),
    "gelu": lambda z, c: z * PHI(z), "silu": lambda z, c: z / (1 + mp.exp(-z)),
}  # fmt: skip


def cross_entropy(z, y):
    powers = [mp.exp(x) for x in z]
    return -sum(t * mp.log(p / sum(powers)) for p, t in zip(powers, y, strict=True))


LOSSES = {
    "half_squared_error": lambda a, y, c: sum((p - t) ** 2 for p, t in zip(a, y, strict=True)) / 2,
    "mse": lambda a, y, c: sum((p - t) ** 2 for p, t in zip(a, y, strict=True)) / len(a),
    "mean_absolute_error": lambda a, y, c: sum(abs(p - t) for p, t in zip(a, y, strict=True)) / len(a),
    "huber": lambda a, y, c: sum(
        (p - t) ** 2 / 2 if abs(p - t) <= c else c * (abs(p - t) - c / 2) for p, t in zip(a, y, strict=True)
    ) / len(a),
    "binary_cross_entropy": lambda a, y, c: sum(mp.log1p(mp.exp(z)) - t * z for z, t in zip(a, y, strict=True)),
    "cross_entropy": lambda a, y, c: cross_entropy(a, y),
}  # fmt: skip


def cost(case, number):
    """The mean loss, with the numbers {name: mpf} of the example."""
    f, g = case["formulas"], case["g"]
    total = mp.mpf(0)
    for k, y in zip(f.examples, f.Y, strict=True):
        a = [number[f.out(0, i, k)] for i in range(f.sizes[0])]
        for layer in f.layers:
            b = [number[f.b(layer, j)] if f.bias[layer] else 0 for j in range(f.sizes[layer])]
            z = [sum(number[w] * x for w, x in zip(row, a, strict=True)) + b[j] for j, row in enumerate(f.w[layer])]
            kind, c = g[layer]
            a = [ACTIVATIONS[kind](x, c) for x in z]
        total += LOSSES[case["loss"][0]](a, [mp.mpf(str(t)) for t in y], case["loss"][1])
    weights = [number[w] for layer in f.layers for row in f.w[layer] for w in row]
    return total / f.n + (number["lambda"] / 2 * sum(w**2 for w in weights) if f.l2 else 0)


GIVEN = [
    (bp.identity, None), (bp.sigmoid, None), (bp.tanh, None), (bp.relu, None), (bp.leaky_relu(0.125), "0.125"),
    (bp.prelu(0.3), "0.3"), (bp.elu(1.1234567), "1.1234567"), (bp.softplus, None), (bp.gelu, None), (bp.silu, None),
]  # fmt: skip
COSTS = [
    (bp.half_squared_error, None), (bp.mse, None), (bp.mean_absolute_error, None), (bp.huber(0.35), "0.35"),
    (bp.binary_cross_entropy, None), (bp.cross_entropy, None),
]  # fmt: skip


def kind(pair):
    return pair[0].name.partition("(")[0], None if pair[1] is None else mp.mpf(pair[1])


@cache
def random_case(seed):
    """An example of a random network, with what the witness needs to know of it; every activation and loss in turn."""
    rng = np.random.default_rng(seed)
    L = int(rng.integers(1, 4))
    sizes = tuple(int(n) for n in rng.integers(1, 5, size=L + 1))
    n = int(rng.choice([1, 1, 1, 2, 3]))
    loss = COSTS[seed % len(COSTS)]
    hidden = [GIVEN[(seed + k) % len(GIVEN)] for k in range(L - 1)]
    output = GIVEN[0] if loss[0].on_logits else GIVEN[(seed // 6) % len(GIVEN)]
    digits = None if rng.random() < 0.3 else int(rng.integers(1, 4))  # given as printed, or with all its digits

    def numbers(*shape, scale=1.0):
        x = scale * rng.normal(size=shape)
        return x if digits is None else np.round(x, digits)

    Y = numbers(n, sizes[-1])
    if loss[0] is bp.binary_cross_entropy:
        Y = rng.choice([0, 1, 0.25], size=Y.shape)
    if loss[0] is bp.cross_entropy:
        Y = bp.one_hot(rng.integers(0, sizes[-1], size=n), sizes[-1])
        if sizes[-1] > 1 and rng.random() < 0.3:
            Y = 0.75 * Y + 0.25 * np.roll(Y, 1, axis=1)
    scale = rng.choice([0.3, 1, 1, 3])  # the last saturates
    order = [str(rng.choice(["rows", "columns"])) for _ in range(L)]
    shapes = list(zip(sizes[1:], sizes[:-1], strict=True))
    W = [numbers(*(shape if o == "rows" else shape[::-1]), scale=scale) for o, shape in zip(order, shapes, strict=True)]
    b = [rng.choice(["unit", "layer", "none"]) for _ in range(L)]
    b = [
        {"unit": numbers(j), "layer": float(numbers(1)[0]), "none": None}[str(x)]
        for x, (j, _) in zip(b, shapes, strict=True)
    ]
    options = {
        "learning_rate": 0.5,
        "train_biases": bool(rng.random() < 0.7),
        "l2": 0.01 if rng.random() < 0.2 else None,
    }
    example = bp.example(
        numbers(n, sizes[0]), Y, [w.tolist() for w in W], b, order=order, hidden=[g for g, _ in hidden] or bp.sigmoid, output=output[0],
        loss=loss[0], **options,
    )  # fmt: skip
    layers = [kind(g) for g in (*hidden, output)]
    return example, {"formulas": example.formulas, "g": dict(enumerate(layers, 1)), "loss": kind(loss)}


SEEDS = range(0, 200, 1 if THOROUGH else 7)  # 7, so that each activation and each loss has its turn


@pytest.mark.parametrize("digits", [9, 3])
def test_every_printed_line_is_true_for_a_calculator(digits, record_property):
    count = 0
    with mp.workdps(60):
        for seed in SEEDS[:: 1 if digits == 9 else 7]:
            lines = random_case(seed)[0].equations(digits)
            must_be_true(lines, digits)
            count += len(lines)
    record_property(
        "summary", f"Printed lines of random networks that a calculator confirms, {digits} digits: {count}."
    )


def test_every_gradient_is_that_of_the_loss_in_50_digits():
    rng, nudge = np.random.default_rng(1), mp.mpf("1e-20")
    with mp.workdps(60):
        for seed in SEEDS:
            example, case = random_case(seed)
            number = {name: mp.mpf(str(x)) for name, x in example.given.items()}
            exact = {name: mp.mpf(str(x)) for name, x in example.page.exact.items()}
            assert abs(cost(case, number) - exact[case["formulas"].cost]) < mp.mpf("1e-45"), seed
            names = list(example.gradients)
            for name in (names[i] for i in rng.choice(len(names), size=min(3, len(names)), replace=False)):
                up, down = (cost(case, number | {name: number[name] + h}) for h in (nudge, -nudge))
                slope = exact[case["formulas"].dE(name)]
                assert abs((up - down) / (2 * nudge) - slope) < mp.mpf("1e-25"), (seed, name)


def test_the_trace_is_that_of_the_network():
    for seed in SEEDS:
        example, case = random_case(seed)
        net, trace, Y = example.net, example.trace, np.array(example.formulas.Y, dtype=float)
        theirs = net.backward(example.params, net.forward(example.params, trace.a[0]), Y)
        for mine, other in ((trace.z, theirs.z), (trace.a, theirs.a), (trace.delta, theirs.delta)):
            for layer in other:
                np.testing.assert_allclose(mine[layer], other[layer], rtol=1e-9, atol=1e-12)
        assert trace.slope_grads == pytest.approx(theirs.slope_grads, rel=1e-9, abs=1e-12)
        if not example.formulas.l2:
            assert trace.loss == pytest.approx(theirs.loss, rel=1e-9, abs=1e-12)
            np.testing.assert_allclose(trace.grads.vector, theirs.grads.vector, rtol=1e-9, atol=1e-12)


# ----- what comes in, what comes out

FAMOUS = dict(
    inputs=[0.05, 0.10], targets=[0.01, 0.99], weights=[[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
    biases=[0.35, 0.60], learning_rate=0.5,
)  # fmt: skip


def famous(**changes):
    return bp.example(**(FAMOUS | changes))


def test_the_same_weights_in_every_form_make_the_same_example():
    rows, columns = [[1, 2, 3], [4, 5, 6]], [[1, 4], [2, 5], [3, 6]]
    last, X, Y = [[0.5, -0.5]], [1, 0, 2], [1]
    by_rows = bp.example(X, Y, [rows, last])
    same = [
        bp.example(X, Y, {1: np.array(rows), 2: np.array(last)}),
        bp.example(X, Y, [rows, last[0]]),  # a plain list: the weights into one unit
        bp.example(X, Y, [columns, [[0.5], [-0.5]]], order="columns"),
        bp.example(X, Y, [columns, last], order=["columns", "rows"]),
        bp.example(X, Y, [1, 2, 3, 4, 5, 6, 0.5, -0.5], sizes=(3, 2, 1)),
        bp.example(X, Y, [1, 4, 2, 5, 3, 6, 0.5, -0.5], sizes=(3, 2, 1), order="columns"),
        bp.example([X], [Y], [[["1", "2.0", Fraction(3)], ["4", 5, Decimal(6)]], last]),
    ]
    for other in same:
        assert np.array_equal(other.params.vector, by_rows.params.vector)
        assert other.trace.loss == by_rows.trace.loss
    assert same[3].equations()["z(h2)"].symbols == "w2*i1 + w4*i2 + w6*i3"
    assert by_rows.equations()["z(h2)"].symbols == "w4*i1 + w5*i2 + w6*i3"


def test_text_fractions_and_decimals_keep_what_was_written():
    example = famous(inputs=["0.05", "0.10"], learning_rate=Fraction(1, 2), targets=[Decimal("0.01"), 0.99])
    assert example.equations()["z(h1)"].numbers == "0.15*0.05 + 0.2*0.10 + 0.35"
    assert example.equations()["E"].result == "0.298371109"


def test_biases_are_shared_one_a_unit_or_none_and_may_be_kept():
    lines = famous(biases=[0.35, [0.6, 0.7]]).equations()
    assert {"new b1", "new b(o1)", "new b(o2)"} <= set(lines)
    assert lines["dE/db1"].symbols == "delta(h1) + delta(h2)" and lines["dE/db(o2)"].symbols == "delta(o2)"
    assert not any(name.startswith("new b") for name in famous(train_biases=False).equations())
    lines = famous(biases=[None, 0.6]).equations()
    assert lines["z(h1)"].symbols == "w1*i1 + w2*i2" and "dE/db1" not in lines and "dE/db2" in lines
    assert famous(biases=None).params.b[2].tolist() == [0, 0]


def test_steps_with_shared_biases_are_those_on_record():
    """docs/errata.md: one bias a layer 0.285750887, one a unit 0.280471447, biases kept 0.291027774."""
    each = [[0.35, 0.35], [0.60, 0.60]]
    kinds = {"0.285750887": {}, "0.280471447": {"biases": each}, "0.291027774": {"train_biases": False}}
    for printed, change in kinds.items():
        assert famous(**change).after(1).equations()["E"].result == printed
    assert famous().after(3).given == famous().after(1).after(2).given


def test_ten_thousand_steps_end_where_they_should():
    lines = famous(train_biases=False).after(10_000).equations()
    assert (lines["a(o1)"].result, lines["a(o2)"].result) == ("0.015913620", "0.984064274")


def test_several_examples_have_their_numbers_and_one_mean():
    lines = bp.example([[1, 0], [0, 1]], [[1], [0]], [0.5, -0.25], sizes=(2, 1), learning_rate=1).equations(4)
    assert lines["z(o1)[2]"].symbols == "w1*i1[2] + w2*i2[2]"
    assert lines["C"].symbols == "(E[1] + E[2])/2"
    assert lines["dC/dw1"].symbols == "(delta(o1)[1]*i1[1] + delta(o1)[2]*i1[2])/2"
    assert lines["z(o1)[2]"].symbols.latex == r"w_{1} \cdot i_{1}^{[2]} + w_{2} \cdot i_{2}^{[2]}"


def test_a_softmax_layer_may_be_called_by_its_name():
    as_books = famous(targets=[0, 1], output=bp.softmax, loss=bp.cross_entropy)
    as_here = famous(targets=[0, 1], output=bp.identity, loss=bp.cross_entropy)
    assert as_books.equations() == as_here.equations()
    assert as_books.equations()["delta(o1)"].symbols == "a(o1) - y1"
    assert np.array_equal(as_books.trace.output, as_books.trace.z[2])
    assert famous(output=bp.sigmoid, loss=bp.binary_cross_entropy).net.g[2] is bp.identity


def test_a_logarithm_is_written_for_the_target_that_counts():
    def loss_lines(y):
        lines = bp.example([1], [y], [[[0.5]]], loss=bp.binary_cross_entropy).equations()
        return lines["E(o1)"].symbols

    assert loss_lines(1) == "-ln(a(o1))" and loss_lines(0) == "-ln(1 - a(o1))"
    assert loss_lines(0.25) == "-y1*ln(a(o1)) - (1 - y1)*ln(1 - a(o1))"


def test_what_cancels_is_0_and_no_noise():
    """The deltas of a softmax layer sum to 0: a bias that the layer shares has no gradient."""
    W = [[[0.4, -0.6], [-0.5, -0.2], [-2, -0.2]]]
    example = bp.example([2, -2.6], [0, 1, 0], W, [0.3], output=bp.softmax, loss=bp.cross_entropy, learning_rate=0.5)
    lines = example.equations()
    assert lines["dE/db1"].exact == 0 and lines["dE/db1"].sign == "=" and lines["new b1"].result == "0.300000000"


def test_small_numbers_keep_their_significant_digits():
    numbers = [bp.worked.number(Decimal(x), 4) for x in ("1.5", "0.05", "0.0312", "-0.00456", "0.00012")]
    assert numbers == ["1.5000", "0.0500", "0.03120", "-0.004560", "1.200e-04"]


def test_a_kink_is_met_exactly():
    """0.1*3 - 0.3 is 0 in the numbers as they are given, and 5.6e-17 in floats: the slope of ReLU is 0 there."""
    example = bp.example([3], [1], [[[0.1]], [[1]]], [[-0.3], None], hidden=bp.relu)
    assert example.trace.z[1][0, 0] == 0 and example.gradients["w1"] == 0
    assert "g'(h1) = 0  since z(h1) <= 0" in repr(example.equations())


def test_a_saturated_unit_keeps_its_small_slope():
    line = bp.example([40], [0], [[[1]]]).equations()["g'(o1)"]
    assert line.result == "4.24835426e-18" and line.sign == "="
    line = bp.example([200], [0], [[[1]]]).equations()["g'(o1)"]  # nobody prints 90 digits
    assert line.sign == "≈" and repr(line).endswith("\n  ≈ " + line.result)


def test_lines_as_text_latex_and_markdown():
    example = famous()
    text, latex, markdown = (example.equations(4, form=form) for form in ("text", "latex", "markdown"))
    assert text.splitlines()[:3] == ["z(h1) = w1*i1 + w2*i2 + b1", "  = 0.15*0.05 + 0.2*0.1 + 0.35", "  = 0.3775"]
    assert latex.startswith(r"$$\begin{aligned} z_{h_1} &= w_{1} \cdot i_{1}") and latex.endswith("$$")
    assert [line for line in markdown.splitlines() if line.startswith("**")] == [
        "**Forward**",
        "**Backward**",
        "**Update**",
    ]
    for formatted in (latex, markdown):
        assert formatted.count("{") == formatted.count("}")


@pytest.mark.parametrize("seed", SEEDS[:24])
def test_latex_has_matched_braces_and_the_same_numbers(seed):
    for line in random_case(seed)[0].equations().values():
        latex = line._repr_latex_()
        assert latex.count("{") == latex.count("}") and latex.count(r"\left|") == latex.count(r"\right|")
        for number in re.findall(r"\d+\.\d+", line.numbers):
            assert number in latex


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"weights": [[[1, 2, 3]], [[1], [2]]]}, ValueError, r"weights of layer 1 give a unit 3 inputs; expected 2.*'rows'"),
        ({"weights": [0.1] * 8}, ValueError, "flat list; expected sizes"),
        ({"weights": [0.1] * 7, "sizes": (2, 2, 2)}, ValueError, "7 numbers; expected 8"),
        ({"sizes": (2, 3, 2)}, ValueError, r"expected \(2, 2, 2\)"),
        ({"weights": 3}, TypeError, "weights is 3; expected a matrix for each layer"),
        ({"weights": [[[1, 2], [3]], [[1, 2]]]}, ValueError, r"weights of layer 1 has rows of the lengths \[2, 1\]"),
        ({"order": "row"}, ValueError, "order is 'row'; expected 'rows' or 'columns'"),
        ({"biases": [0.1]}, ValueError, "biases has 1 entries; expected 2"),
        ({"biases": 0.1}, ValueError, r"biases is 0.1; expected a list with, for each of 2 layers"),
        ({"biases": [[0.1], 0.2]}, ValueError, "biases of layer 1 has 1 numbers; expected 2"),
        ({"inputs": []}, ValueError, r"inputs is \[\]; expected a list of numbers"),
        ({"inputs": [0.1, "x"]}, ValueError, "inputs has 'x'; expected a number"),
        ({"inputs": [0.1, True]}, TypeError, "inputs has True; expected a number"),
        ({"inputs": [0.1, float("nan")]}, ValueError, "inputs has nan; expected finite"),
        ({"targets": [1]}, ValueError, "targets has 1 numbers an example; expected 2"),
        ({"targets": [[1, 0], [0, 1]]}, ValueError, "targets has 2 rows; expected 1"),
        ({"hidden": bp.softmax}, TypeError, "hidden is softmax"),
        ({"output": bp.tanh, "loss": bp.cross_entropy}, ValueError, "takes logits"),
        ({"loss": bp.cross_entropy, "targets": [0.5, 0.4]}, ValueError, "rows that do not sum to 1"),
        ({"hidden": bp.Activation("mine", np.sin, np.cos)}, ValueError, "activation mine.*expected one of identity, sigmoid"),
    ],
)  # fmt: skip
def test_bad_input_is_named(changes, error, message):
    with pytest.raises(error, match=message):
        famous(**changes)


def test_bad_wishes_are_named():
    with pytest.raises(ValueError, match="digits is 0; expected a whole number, 1 or more"):
        famous().equations(0)
    with pytest.raises(ValueError, match="form is 'pdf'; expected one of 'text', 'latex', 'markdown'"):
        famous().equations(form="pdf")
    with pytest.raises(ValueError, match="no learning_rate; expected one"):
        famous(learning_rate=None).after(1)
