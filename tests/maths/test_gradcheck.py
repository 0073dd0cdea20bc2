"""The gradient check: it finds every planted mistake, names the entry, and knows where it has no say."""

import numpy as np
import pytest

import bpcourse as bp
from bpcourse.mistakes import MISTAKES

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
    assert f"{25 - len(report.at_kink)} of 25 entries" in repr(report) and "b[1][1]" in repr(report).splitlines()[-1]


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
