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
    with pytest.raises(ValueError):
        bp.mistakes.gradient("W2 transposed in the recursion", net, params, net.forward(params, X), Y, 0.5)


def test_unknown_mistake_is_named():
    with pytest.raises(ValueError, match="name is 'no such'; expected one of 'W2 updated"):
        bp.mistakes.gradient("no such", NET, None, None, None, 0.5)


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


def test_entries_at_a_kink_are_listed_and_not_counted():
    net = bp.Network((2, 3, 1), bp.relu, bp.identity, bp.half_squared_error)
    params = net.init(seed=0)
    X, Y = np.zeros((1, 2)), np.ones((1, 1))  # zero biases and zero inputs: every hidden z is exactly at the kink
    report = bp.gradient_check(net, params, X, Y)
    assert report.at_kink == ("b[1][0]", "b[1][1]", "b[1][2]")
    assert report.max_relative_error < 1e-7 and "b[1][0]" in repr(report)


def test_float32_is_refused():
    params, X, Y = bp.worked.params(), bp.worked.X, bp.worked.Y
    with pytest.raises(TypeError, match="X has dtype float32; expected float64"):
        bp.gradient_check(NET, params, X.astype(np.float32), Y)
    with pytest.raises(TypeError, match="params.vector has dtype float32"):
        bp.gradient_check(NET, NET.parameters(params.vector.astype(np.float32)), X, Y)


def test_foreign_gradients_are_refused():
    with pytest.raises(ValueError, match="grads has 26 entries; expected 12"):
        bp.gradient_check(NET, bp.worked.params(), bp.worked.X, bp.worked.Y, bp.worked.twin()[1])
