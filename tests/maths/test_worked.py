"""The numeric example: every line of the calculation against 50-digit arithmetic, and against the figures on record."""

import re

import exact
import mpmath as mp
import numpy as np
import pytest
from test_examples import must_be_true

import bpcourse as bp

W = bp.worked
NET = W.network()


def equations(params, X, Y, alpha):
    return W.equations(params, NET.backward(params, NET.forward(params, X), Y), Y, alpha)


CASES = {
    "S3": (exact.S3, equations(W.params(), W.X, W.Y, W.LEARNING_RATE)),
    "famous": (exact.FAMOUS, equations(W.famous_params(), W.FAMOUS_X, W.FAMOUS_Y, W.FAMOUS_LEARNING_RATE)),
}


@pytest.mark.parametrize("case", CASES)
def test_every_line_has_the_exact_value(case):
    example, lines = CASES[case]
    truth = exact.lines(example)
    assert set(lines) == set(truth) and len(lines) == 37
    for name, line in lines.items():
        assert line.value == pytest.approx(float(truth[name]), rel=1e-13), name


@pytest.mark.parametrize("case", CASES)
def test_the_printed_arithmetic_gives_the_printed_value(case):
    with mp.workdps(60):
        must_be_true(CASES[case][1], 9)


def test_the_figures_on_record():
    on_record = {
        "a(h1)": "0.602286177", "a(h2)": "0.601327636", "a(o1)": "0.748598311", "a(o2)": "0.759762733", "E(o1)": "0.030900560",
        "E(o2)": "0.009833246", "E": "0.040733806", "dE/dw6": "0.028133669", "new w6": "0.347186633", "new w1": "0.249998181",
        "dE/dw1": "1.81911912e-05", "dE/dw4": "7.11169300e-05",
    }  # fmt: skip
    for name, printed in on_record.items():
        assert W.number(CASES["S3"][1][name].value) == printed


def test_lines_come_in_an_order_in_which_each_uses_only_what_is_known():
    known = {"w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "b1", "b2", "i1", "i2", "y1", "y2", "alpha"}
    for line in CASES["S3"][1].values():
        used = set(re.findall(r"(?:[a-z]+'?|E)\([hio]\d\)|dE/d[wb]\d|\b[wbiy]\d\b(?!\))|alpha", line.symbols))
        assert used <= known, line.name
        known.add(line.name)


def test_each_line_names_its_rule_and_phase():
    lines = CASES["S3"][1]
    rules = {name: line.rule for name, line in lines.items() if line.rule}
    assert {rules[name] for name in ("delta(o1)", "delta(o2)")} == {"BP1"}
    assert {rules[name] for name in ("delta(h1)", "delta(h2)")} == {"BP2"}
    assert {rule for name, rule in rules.items() if name.startswith("dE/dw")} == {"BP3"}
    assert set(rules.values()) == {
        "BP1",
        "BP2",
        "BP3",
    }  # a shared bias sums (BP4) over its units, so it has no tag of its own
    assert [line.phase for line in lines.values()] == ["forward"] * 11 + ["backward"] * 18 + ["update"] * 8


def test_latex_has_the_same_numbers():
    line = CASES["S3"][1]["delta(h1)"]
    latex = line._repr_latex_()
    assert r"\delta_{h_1} &= (w_{5} \cdot \delta_{o_1} + w_{7} \cdot \delta_{o_2}) \cdot g'(z_{h_1})" in latex
    assert r"9.09559561 \times 10^{-4}" in latex and r"\tag{BP2}" in latex
    assert r"\frac{1}{1 + e^{-0.415000000}}" in CASES["S3"][1]["a(h1)"]._repr_latex_()
    assert r"\frac{\partial E}{\partial w_{6}}" in CASES["S3"][1]["new w6"]._repr_latex_()


def test_lines_shown_together_are_the_same_lines():
    lines = CASES["S3"][1]
    block = lines.show("dE/dw1", "dE/db1")
    assert list(block) == ["dE/dw1", "dE/db1"]
    assert repr(block) == repr(lines["dE/dw1"]) + "\n" + repr(lines["dE/db1"])
    latex = block._repr_latex_()
    assert latex.count("&=") == 4 and r"= 1.81911912 \times 10^{-5}" in latex and "= 0.002687483" in latex


def test_lines_are_shown_with_other_digits_and_stay_true():
    lines = CASES["S3"][1]
    block = lines.show("z(o1)", "a(o1)", "delta(h1)", digits=6)
    assert [line.result for line in block.values()] == ["1.091151", "0.748598", "9.09560e-04"]
    with mp.workdps(60):
        must_be_true(lines.show(digits=6), 6)
    assert lines["a(o1)"].result == "0.748598311"
    with pytest.raises(ValueError, match="digits is 0"):
        lines.show("a(o1)", digits=0)


def test_a_negative_sum_keeps_its_brackets():
    params = W.params()
    params.b[1][...] = -1.0
    line = equations(params, W.X, W.Y, 0.1)["a(h1)"]
    assert line.numbers == "1/(1 + exp(-(-0.985000000)))"
    assert r"\frac{1}{1 + e^{-(-0.985000000)}}" in line._repr_latex_()


def test_number_shows_nine_decimals_or_nine_digits():
    assert [W.number(x) for x in (0, 0.4, -0.0012, 9.0955956e-4)] == [
        "0.000000000",
        "0.400000000",
        "-0.001200000",
        "9.09559560e-04",
    ]


def test_a_trace_without_gradients_and_a_batch_are_refused():
    with pytest.raises(ValueError, match="no gradients; expected the result of net.backward"):
        W.equations(W.params(), NET.forward(W.params(), W.X), W.Y)
    X, Y = np.repeat(W.X, 3, axis=0), np.repeat(W.Y, 3, axis=0)
    with pytest.raises(ValueError, match="3 example.*expected ONE example"):
        W.equations(W.params(), NET.backward(W.params(), NET.forward(W.params(), X), Y), Y)


def test_lines_that_would_not_hold_are_refused():
    """Other units, another loss, or numbers that do not belong together."""

    def lines(net, params, X=W.X, Y=W.Y, lines_Y=None):
        trace = net.backward(params, net.forward(params, X), Y)
        return W.equations(params, trace, Y if lines_Y is None else lines_Y)

    for hidden, output, loss, message in (
        (bp.relu, bp.sigmoid, bp.half_squared_error, r"trace.a\[1\] is not the sigmoid.*expected sigmoid units"),
        (bp.sigmoid, bp.tanh, bp.half_squared_error, r"trace.a\[2\] is not the sigmoid"),
        (bp.sigmoid, bp.identity, bp.binary_cross_entropy, r"trace.a\[2\] is not the sigmoid"),
        (bp.sigmoid, bp.sigmoid, bp.mse, None),  # with two outputs the mean of squares is the half sum
        (bp.sigmoid, bp.sigmoid, bp.mean_absolute_error, "not the half squared error.*expected that loss"),
    ):
        net = bp.Network((2, 2, 2), hidden, output, loss)
        if message is None:
            assert lines(net, W.params()) == CASES["S3"][1]
        else:
            with pytest.raises(ValueError, match=message):
                lines(net, W.params())
    with pytest.raises(ValueError, match="not the half squared error"):
        lines(NET, W.params(), lines_Y=W.Y + 0.1)
    with pytest.raises(ValueError, match=r"Y has shape \(1, 3\); expected \(1, 2\)"):
        lines(NET, W.params(), lines_Y=np.ones((1, 3)))
    with pytest.raises(ValueError, match=r"trace.z\[1\] does not follow from params"):
        W.equations(W.famous_params(), NET.backward(W.params(), NET.forward(W.params(), W.X), W.Y), W.Y)


@pytest.mark.parametrize("sizes", [(3, 2, 1), (2, 3, 1), (1, 1, 1), (2, 2, 3), (2, 1), (3, 2, 4, 2)])
def test_the_lines_hold_for_other_networks(sizes):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        net = bp.Network(sizes, bp.sigmoid, bp.sigmoid, bp.half_squared_error)
        params = net.init(seed)
        for b in params.b.values():
            b[...] = rng.normal()
        X, Y = rng.normal(size=(1, sizes[0])), rng.uniform(size=(1, sizes[-1]))
        lines = W.equations(params, net.backward(params, net.forward(params, X), Y), Y, 0.5)
        with mp.workdps(60):
            must_be_true(lines, 9)
        slopes = [line.value for name, line in lines.items() if name.startswith("dE/dw")]
        grads = net.backward(params, net.forward(params, X), Y).grads
        assert sorted(slopes) == pytest.approx(sorted(x for W in grads.W.values() for x in W.flat), rel=1e-12)


def test_a_layer_whose_biases_differ_has_one_for_each_unit():
    params = W.params()
    params.b[1][:] = 0.4, 0.2
    lines = equations(params, W.X, W.Y, 0.1)
    assert lines["z(h2)"].numbers == "0.15*0.02 + 0.2*0.04 + 0.2" and lines["z(h2)"].value == pytest.approx(0.211)
    assert lines["dE/db(h2)"].value == lines["delta(h2)"].value and "b2" in lines["z(o1)"].symbols


def test_hidden_units_and_weights_are_counted_through_all_layers():
    net = bp.Network((1, 2, 9, 1), bp.sigmoid, bp.sigmoid, bp.half_squared_error)
    params = net.init(0)
    lines = W.equations(params, net.backward(params, net.forward(params, W.X[:, :1]), W.Y[:, :1]), W.Y[:, :1])
    assert lines["z(h3)"].symbols == "w3*a(h1) + w4*a(h2) + b2"
    assert lines["delta(h11)"].symbols == "(w29*delta(o1))*g'(h11)"
    assert lines["delta(h11)"].symbols.latex == r"(w_{29} \cdot \delta_{o_1}) \cdot g'(z_{h_{11}})"


def test_a_given_number_is_as_short_as_it_was_given():
    params = W.params()
    params.W[1][0] = 12.345678, -2.0
    line = equations(params, np.array([[1234567.0, 0.0]]), W.Y, 0.1)["z(h1)"]
    assert line.numbers == "12.345678*1234567 + (-2)*0 + 0.4"


def test_twin_has_no_two_equal_dimensions():
    net, params, X, Y = W.twin()
    dimensions = (len(X), *net.sizes)
    assert len(set(dimensions)) == len(dimensions)
    assert Y.shape == (5, 2) and params.b[1].any()
