"""The gradient check: it finds every planted mistake, names the entry, and knows where it has no say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_network import ACTIVATIONS, LOGITS, REAL, random_case

import bpcourse as bp
from bpcourse.mistakes import MISTAKES
from bpcourse.nested import Nested

NET = bp.worked.network()


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_is_caught_far_from_the_limit(name):
    for params, X, Y in (
        (bp.worked.famous_params(), bp.worked.FAMOUS_X, bp.worked.FAMOUS_Y),
        (bp.worked.params(), bp.worked.X, bp.worked.Y),
    ):
        grads = bp.mistakes.gradient(name, NET, params, NET.forward(params, X), Y, alpha=0.5)
        assert bp.gradient_check(NET, params, X, Y, grads).max_relative_error > 1e-3


def test_a_mistake_assembled_from_right_pieces_is_right():
    params, X, Y = bp.worked.params(), bp.worked.X, bp.worked.Y
    trace = NET.forward(params, X)
    right = bp.mistakes.Pieces(NET, params, trace, Y, alpha=0.5).grads()
    np.testing.assert_allclose(right.vector, NET.backward(params, trace, Y).grads.vector, rtol=1e-12)


def test_unequal_widths_refuse_the_wrong_transpose():
    net, params, X, Y = bp.worked.twin()
    refused = []
    for name in MISTAKES:
        try:
            bp.mistakes.gradient(name, net, params, net.forward(params, X), Y, 0.5)
        except ValueError as error:
            refused.append(name)
            assert f"name is {name!r}, and on a network (3, 4, 2)" in str(error) and "equal width" in str(error)
    assert refused == ["W2 transposed in the recursion", "dW2 with its own layer's activation"]


def test_unknown_mistake_is_named():
    with pytest.raises(ValueError, match="name is 'no such'; expected one of 'W2 updated"):
        bp.mistakes.gradient("no such", NET, None, None, None, 0.5)
    with pytest.raises(ValueError, match="net has 1 layers; expected 2"):
        bp.mistakes.gradient("biases never updated", bp.Network((2, 1), bp.tanh, bp.tanh, bp.mse), None, None, None, 1)


@pytest.mark.parametrize("index", [0, 5, 11, 20, 25])
def test_the_report_names_the_one_wrong_entry(index):
    net, params, X, Y = bp.worked.twin()
    grads = net.backward(params, net.forward(params, X), Y).grads
    grads.vector[index] += 1e-4
    report = bp.gradient_check(net, params, X, Y, grads)
    assert report.worst == params.name(index)
    assert report.worst in repr(report) and f"{grads.vector[index]:+.9f}" in repr(report)


def test_a_vanishing_first_layer_is_still_judged():
    params, X, Y = bp.worked.params(), bp.worked.X, bp.worked.Y
    grads = NET.backward(params, NET.forward(params, X), Y).grads
    grads.W[1][...] *= 1.001  # a thousandth of numbers near 2e-5, beside numbers near 3e-2
    assert bp.gradient_check(NET, params, X, Y, grads).max_relative_error > 1e-5


def at_a_kink(sizes=(2, 3, 1), loss=bp.half_squared_error):
    """With zero biases and zero inputs every hidden z is exactly at the kink of ReLU."""
    net = bp.Network(sizes, bp.relu, bp.identity, loss)
    params, X, Y = net.init(seed=0), np.zeros((1, sizes[0])), np.ones((1, sizes[-1]))
    return net, params, X, Y, net.backward(params, net.forward(params, X), Y).grads


def test_at_a_kink_each_slope_between_its_sides_is_right_and_no_other():
    net, params, X, Y, grads = at_a_kink()
    assert bp.gradient_check(net, params, X, Y, grads).max_relative_error < 1e-7  # relu'(0) = 0
    open_side = -params.W[2][0]  # dC/db[1] with relu'(0) = 1: delta2 is 0 - 1
    for share, passes in ((1, True), (0.5, True), (1.01, False), (-0.01, False)):
        grads.b[1][...] = share * open_side
        report = bp.gradient_check(net, params, X, Y, grads)
        assert (report.max_relative_error < 1e-7) is passes and report.at_kink == (), share


@pytest.mark.parametrize(
    "loss", [bp.half_squared_error, bp.mse, bp.mean_absolute_error, bp.huber(0.5)], ids=lambda loss: loss.name
)
def test_kinks_hide_no_wrong_gradient(loss):
    """A zero network: each z lies at the kink, so the right gradient of the first layer is 0 on both sides."""
    net = bp.Network((3, 4, 2), bp.relu, bp.identity, loss)
    params, X = net.init(0, "zeros"), np.random.default_rng(0).normal(size=(5, 3))
    Y = np.random.default_rng(1).normal(size=(5, 2))
    grads = net.backward(params, net.forward(params, X), Y).grads
    assert bp.gradient_check(net, params, X, Y, grads).max_relative_error < 1e-7
    grads.W[1][...] = 7
    report = bp.gradient_check(net, params, X, Y, grads)
    assert report.max_relative_error == 1 and report.worst.startswith("W[1]") and "26 entries" in repr(report)


@pytest.mark.parametrize("g", [bp.relu, bp.leaky_relu(0.1), bp.elu(), bp.elu(0.5)], ids=lambda g: g.name)
def test_right_gradients_at_and_near_kinks_pass(g):
    """Whole inputs and weights put many z exactly at 0, small ones put them within a nudge of it."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        net = bp.Network((3, 4, 2), g, bp.sigmoid, bp.mean_absolute_error if seed % 2 else bp.half_squared_error)
        params = net.parameters(rng.integers(-1, 2, net.init().vector.size) + 1e-4 * rng.integers(-1, 2) * rng.random())
        X, Y = rng.integers(-2, 3, (5, 3)).astype(float), rng.normal(size=(5, 2))
        report = bp.gradient_check(net, params, X, Y)
        assert report.max_relative_error < 1e-7, (seed, report)


def test_entries_that_cross_several_kinks_are_listed_and_not_compared():
    net, params, X, Y, grads = at_a_kink((2, 3, 3, 1))
    grads.b[1][1] = 7
    report = bp.gradient_check(net, params, X, Y, grads)
    assert set(report.at_kink) <= {"b[1][0]", "b[1][1]", "b[1][2]"} and "b[1][1]" in report.at_kink
    assert report.error.max() < 1e-7  # what is not compared has no error
    assert f"{25 - len(report.at_kink)} of 25 entries" in repr(report) and "b[1][1]" in repr(report).splitlines()[2]


def test_nothing_is_said_where_all_entries_of_an_array_are_hidden():
    net, params, X, Y, grads = at_a_kink((2, 3, 3, 1))
    params.W[2][...] = 1  # each nudge of b[1] moves three more z off their kinks
    report = bp.gradient_check(net, params, X, Y)
    assert report.at_kink == ("b[1][0]", "b[1][1]", "b[1][2]")
    assert not report.max_relative_error < 1e-7 and not report.max_relative_error > 1e-4


def test_slopes_that_are_tiny_beside_the_loss_drown_and_others_do_not():
    """What chapter `numeric_example` says of errors over 1e-4: an innocent cause is a slope of a millionth of the loss."""
    net, params, X, Y = bp.worked.twin()
    params.W[2][...] = abs(params.W[2])
    drowned = {}
    for bias in (0.0, 3.0, 18.0):
        params.b[2][...] = bias  # the further from 0, the flatter
        trace = net.backward(params, net.forward(params, X), Y)
        drowned[abs(trace.grads.vector).max() / trace.loss] = bp.gradient_check(net, params, X, Y).max_relative_error
    assert all((error > 1e-4) == (size < 1e-6) for size, error in drowned.items()) and min(drowned) < 1e-6


def test_float32_is_refused():
    params, X, Y = bp.worked.params(), bp.worked.X, bp.worked.Y
    with pytest.raises(TypeError, match="X has dtype float32; expected float64"):
        bp.gradient_check(NET, params, X.astype(np.float32), Y)
    with pytest.raises(TypeError, match="params.vector has dtype float32"):
        bp.gradient_check(NET, NET.parameters(params.vector.astype(np.float32)), X, Y)


def test_foreign_gradients_are_refused():
    with pytest.raises(ValueError, match=r"grads belong to a network \(3, 4, 2\); expected \(2, 2, 2\)"):
        bp.gradient_check(NET, bp.worked.params(), bp.worked.X, bp.worked.Y, bp.worked.twin()[1])


# ----- any function


def forms(params):
    """(params, the same in other forms): what a program of one's own may keep them in."""
    W, b = params.W, params.b
    layers = list(zip(W.values(), b.values(), strict=True))
    flat = [array for pair in layers for array in pair]
    lists = [[w.tolist(), tuple(v)] for w, v in layers]
    return [params, dict(zip(("W1", "b1", "W2", "b2"), flat, strict=True)), {"W": W, "b": b}, flat, layers, lists]


@pytest.mark.parametrize("form", range(6))
def test_any_form_of_parameters_is_judged_and_named(form):
    net, params, X, Y = bp.worked.twin()
    right = forms(net.backward(params, net.forward(params, X), Y).grads)[form]
    given, seen, order = forms(params)[form], [], (0, 2, 1, 3) if form == 2 else range(4)

    def loss(p):
        seen.append(type(p))
        arrays = Nested(p).like(p)
        q = net.parameters(np.concatenate([np.ravel(arrays[k]) for k in order]))
        return net.backward(q, net.forward(q, X), Y).loss

    assert bp.gradient_check(loss, given, right).max_relative_error < 1e-7 and set(seen) == {type(given)}
    wrong = Nested(right)
    wrong = wrong.build(wrong.vector + 1e-3 * (np.arange(26) == 20))
    names = ["W[2][1, 0]", "W2[1, 0]", "W[2][1, 0]", "params[2][1, 0]", "params[1][0][1, 0]", "params[1][0][1, 0]"]
    report = bp.gradient_check(loss, given, wrong)
    if form != 2:  # there the biases of the first layer come last but one
        assert report.worst == names[form] and names[form] in repr(report)
    assert report.max_relative_error > 1e-4


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=4), n=st.integers(1, 9), hidden=st.sampled_from(ACTIVATIONS),
    loss=st.sampled_from(REAL + LOGITS), seed=st.integers(0, 10_000),
)  # fmt: skip
def test_of_a_network_that_it_does_not_know_it_says_the_same(sizes, n, hidden, loss, seed):
    net, params, X, Y = random_case(tuple(sizes), n, seed, hidden, hidden, loss)
    trace, Y = net.backward(params, net.forward(params, X), Y), net.targets(Y)

    def cost(p):
        return net.loss.value(net.propagate(p, X)[1][net.L], Y).mean()

    assert bp.gradient_check(cost, params, trace.grads).max_relative_error < 1e-7
    if trace.grads.vector.any():
        trace.grads.vector[abs(trace.grads.vector).argmax()] *= 1.001
        assert bp.gradient_check(cost, params, trace.grads).max_relative_error > 5e-4


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1.0, 1e3, 1e6])
def test_the_step_finds_its_scale(scale):
    """A parameter may be a millionth or a million; so may what it multiplies."""
    rng = np.random.default_rng(0)
    x, theta = rng.normal(size=5) / scale, rng.normal(size=5) * scale
    right = x * (1 - np.tanh(x @ theta) ** 2)
    assert bp.gradient_check(lambda p: np.tanh(x @ p), theta, right).max_relative_error < 1e-6
    assert bp.gradient_check(lambda p: np.tanh(x @ p), theta, 1.001 * right).max_relative_error > 1e-4


def test_a_kink_nearby_is_passed_by_and_one_right_there_is_left_out():
    theta = np.array([1.0, -2.0, 3e-5, 0.0])

    def loss(p):
        return np.abs(p).sum()

    report = bp.gradient_check(loss, theta, np.array([1.0, -1.0, 1.0, 0.3]))
    assert report.at_kink == ("params[3]",) and report.judged == {"params": (3, 4)} and report.max_relative_error < 1e-7
    assert "3 of 4 entries" in repr(report) and "kink there: params[3]" in repr(report)
    assert bp.gradient_check(loss, theta, np.array([1.0, -1.0, -1.0, 0.3])).max_relative_error > 1


def test_an_array_of_which_half_is_not_judged_keeps_no_limit():
    for zeros, judged in ((2, True), (3, False)):
        theta = {"W": np.ones(3), "b": np.arange(4.0) * (np.arange(4) >= zeros)}
        report = bp.gradient_check(
            lambda p: p["W"].sum() + abs(p["b"]).sum(), theta, {"W": np.ones(3), "b": np.ones(4)}
        )
        assert (report.max_relative_error < 1e-7) is judged and report.judged["b"] == (4 - zeros, 4)
        assert ("b is not judged: 1 of its 4" in repr(report)) is not judged and (
            report.not_judged == ["b"]
        ) is not judged


def test_a_step_that_is_asked_for_is_taken():
    assert bp.gradient_check(lambda p: np.sin(50 * p), 0.3, 50 * np.cos(15)).max_relative_error < 1e-7
    assert bp.gradient_check(lambda p: np.sin(50 * p), 0.3, 50 * np.cos(15), step=0.03).not_judged == ["params"]
    assert bp.gradient_check(lambda p: np.sin(p), 0.3, np.cos(0.3), step=0.03).max_relative_error > 1e-9
    net, params, X, Y = bp.worked.twin()
    assert bp.gradient_check(net, params, X, Y, step=1.0).max_relative_error > 1e-4


def test_float32_is_noticed_wherever_it_comes_in():
    x = np.random.default_rng(0).normal(size=(6, 4))
    theta, right = np.ones(4), (x * (1 - np.tanh(x.sum(axis=1, keepdims=True)) ** 2)).mean(axis=0)

    def loss(p):
        return np.tanh(x @ p).mean()

    with pytest.raises(TypeError, match="params has dtype float32; expected float64: write params.astype"):
        bp.gradient_check(loss, theta.astype(np.float32), right)
    assert "your gradient is float32" in repr(bp.gradient_check(loss, theta, right.astype(np.float32)))
    for single in (
        lambda p: np.float32(loss(p)),
        lambda p: float(np.tanh(x.astype(np.float32) @ p.astype(np.float32)).mean()),
    ):
        report = bp.gradient_check(single, theta, right)
        assert "computed in float32" in repr(report) and (abs(report.error) <= 4 * report.doubt).all()
        assert bp.gradient_check(single, theta, 1.01 * right).max_relative_error > 5e-3
    assert "float32" not in repr(bp.gradient_check(loss, theta, right))


def test_a_loss_that_no_nudge_moves_is_said():
    report = bp.gradient_check(lambda p: 0.7, {"W": np.ones((2, 2))}, {"W": np.ones((2, 2))})
    assert report.max_relative_error == 1 and "does it use the params" in repr(report)


def _adds_to_its_params(p):
    p["W"] += 1
    return p["W"].sum()


W, RNG = {"W": np.ones((2, 3))}, np.random.default_rng(0)
BAD = {
    "no function": (lambda: bp.gradient_check(0.5, W, W), TypeError, "net is float; expected a Network, or a loss"),
    "no gradient": (lambda: bp.gradient_check(lambda p: 1.0, W), TypeError, r"expected gradient_check\(loss, params, grads\)"),
    "X and Y": (lambda: bp.gradient_check(lambda p: 1.0, W, W, W, W), TypeError, r"expected gradient_check\(loss"),
    "shape": (lambda: bp.gradient_check(lambda p: p["W"].sum(), W, {"W": np.ones((3, 2))}), ValueError, r"gradient of W has shape \(3, 2\); expected \(2, 3\)"),
    "keys": (lambda: bp.gradient_check(lambda p: 1.0, W, {"V": 1.0}), ValueError, "grads has the keys 'V'; expected 'W'"),
    "a list": (lambda: bp.gradient_check(lambda p: 1.0, W, [1.0]), TypeError, "grads is a list of 1; expected a dictionary with the keys 'W'"),
    "too short": (lambda: bp.gradient_check(lambda p: 1.0, [np.ones(2), np.ones((2, 2))], [np.ones(2)]), ValueError, "grads is a list of 1; expected a list of 2"),
    "nothing": (lambda: bp.gradient_check(lambda p: 1.0, {}, {}), ValueError, "params is an empty dictionary with no number"),
    "whole numbers": (lambda: bp.gradient_check(lambda p: 1.0, np.arange(3), np.ones(3)), TypeError, r"params has dtype int64.*astype\(float\)"),
    "text": (lambda: bp.gradient_check(lambda p: 1.0, {"W": "x"}, W), TypeError, "W is str; expected an array"),
    "NaN": (lambda: bp.gradient_check(lambda p: 1.0, {"W": np.array([np.nan])}, W), ValueError, "W has NaN"),
    "loss of each": (lambda: bp.gradient_check(lambda p: p["W"], W, W), TypeError, r"loss\(params\) is an array of shape \(2, 3\); expected one number"),
    "loss nothing": (lambda: bp.gradient_check(lambda p: None, W, W), TypeError, r"loss\(params\) is NoneType"),
    "loss NaN": (lambda: bp.gradient_check(lambda p: np.nan, W, W), ValueError, r"loss\(params\) is nan"),
    "loss at random": (lambda: bp.gradient_check(lambda p: RNG.normal(), W, W), ValueError, "for the same params.*seed"),
    "loss changes": (lambda: bp.gradient_check(_adds_to_its_params, W, W), ValueError, "loss changes the params"),
    "step": (lambda: bp.gradient_check(lambda p: 1.0, W, W, step=0), ValueError, "step is 0; expected a number above 0"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_is_refused(name):
    call, error, message = BAD[name]
    with pytest.raises(error, match=message):
        call()
