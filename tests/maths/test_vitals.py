"""Vital signs: each against another way to the same number."""

import numpy as np
import pytest

import bpcourse as bp

vitals = bp.vitals


def rng(seed=0):
    return np.random.default_rng(seed)


# ----- chance


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_chance_of_even_classes_is_ln_K(classes):
    labels = np.arange(7 * classes) % classes
    assert vitals.chance_loss("cross_entropy", labels) == pytest.approx(np.log(classes), rel=1e-12)
    assert vitals.chance_loss(bp.cross_entropy, bp.one_hot(labels, classes + 2)) == pytest.approx(np.log(classes))


def test_chance_of_two_even_classes_is_ln_2_an_output():
    Y = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert vitals.chance_loss("binary_cross_entropy", Y) == pytest.approx(2 * np.log(2), rel=1e-12)
    assert vitals.chance_loss("binary_cross_entropy", np.zeros((4, 1))) == 0


LOSSES = (bp.half_squared_error, bp.mse, bp.mean_absolute_error, bp.huber(0.3), bp.binary_cross_entropy)


@pytest.mark.parametrize("loss", (*LOSSES, bp.cross_entropy), ids=lambda loss: loss.name)
def test_no_constant_answer_does_better_than_chance_and_one_does_as_well(loss):
    Y = rng().random((9, 3)) ** 2
    Y /= Y.sum(axis=1, keepdims=True)
    chance = vitals.chance_loss(loss, Y)

    def cost(constant):
        return float(loss(np.tile(constant, (9, 1)), Y).mean())

    best, step = Y.mean(axis=0), 1.0
    if loss.on_logits:
        best = np.log(best)
    while step > 1e-9:  # a search along the axes, which needs no formula
        tries = [best + step * sign * np.eye(3)[k] for k in range(3) for sign in (-1, 1)]
        nearer = min(tries, key=cost)
        best, step = (nearer, step) if cost(nearer) < cost(best) else (best, step / 2)
    assert cost(best) == pytest.approx(chance, rel=1e-8)


def test_what_is_no_loss_is_refused():
    with pytest.raises(TypeError, match="loss is 'entropy'; expected a loss such as bp.cross_entropy"):
        vitals.chance_loss("entropy", np.zeros((2, 2)))
    with pytest.raises(TypeError, match="loss is 'softmax'"):
        vitals.chance_loss("softmax", np.zeros((2, 2)))


# ----- steps


def test_update_ratio_of_gradient_descent_is_the_rate_times_gradient_by_weight():
    net = bp.Network((3, 4, 2), bp.tanh, bp.identity, bp.cross_entropy)
    params, X, Y = net.init(1), rng().standard_normal((6, 3)), np.arange(6) % 2
    grads = net.backward(params, net.forward(params, X), Y).grads
    rule = bp.sgd(0.3)
    after, _ = rule.update(params, grads, rule.init(params))
    ratio = vitals.update_ratio(params, after)
    assert list(ratio) == [1, 2]
    for layer, found in ratio.items():
        dW, W = grads.W[layer], params.W[layer]
        assert found == pytest.approx(0.3 * np.sqrt((dW**2).sum() / (W**2).sum()), rel=1e-12)
    assert vitals.update_ratio(params, params) == {1: 0, 2: 0}


def test_update_ratio_takes_dictionaries_and_says_where_there_was_nothing():
    before, after = {"W": np.zeros(2), "b": np.array([3.0, 4.0])}, {"W": np.ones(2), "b": np.array([3.0, 3.0])}
    assert vitals.update_ratio(before, after) == {"W": np.inf, "b": pytest.approx(0.2)}
    assert vitals.update_ratio(before, before) == {"W": 0, "b": 0}
    with pytest.raises(ValueError, match="after has W; expected W, b, as in before"):
        vitals.update_ratio(before, {"W": after["W"]})
    with pytest.raises(TypeError, match="before is ndarray; expected Parameters or a dictionary"):
        vitals.update_ratio(np.ones(2), after)


# ----- layers


def test_dead_units_get_no_gradient_and_the_others_do():
    net = bp.Network((3, 8, 4, 2), bp.relu, bp.identity, bp.cross_entropy)
    params, X, Y = net.init(2, "he"), rng().standard_normal((20, 3)), np.arange(20) % 2
    params.b[1][:3] = -50
    params.b[2][1] = -50
    trace = net.backward(params, net.forward(params, X), Y)
    dead = vitals.dead_units(net, trace)
    silent = {layer: np.mean(~trace.delta[layer].any(axis=0)) for layer in (1, 2)}
    assert dead[1] == 3 / 8 and dead == pytest.approx(silent)


def test_a_saturated_sigmoid_is_dead_up_to_a_slope():
    net = bp.Network((1, 2, 1), bp.sigmoid, bp.identity, bp.half_squared_error)
    params = net.pack({1: [[1.0], [1.0]], 2: [[1.0, 1.0]]}, {1: [0.0, 12.0], 2: [0.0]})
    trace = net.forward(params, np.array([[-1.0], [1.0]]))
    assert vitals.dead_units(net, trace) == {1: 0}
    assert vitals.dead_units(net, trace, least=1e-4) == {1: 0.5}


def test_spread_is_that_of_the_numbers_and_layers_share_their_edges():
    arrays = {1: rng(1).standard_normal((50, 4)), 2: 0.1 * rng(2).standard_normal((50, 3))}
    arrays[2][:5] = 0
    found = vitals.spread(arrays, bins=10)
    for key, array in arrays.items():
        inside = [np.mean((array >= a) & (array < b)) for a, b in zip(found[1].edges, found[1].edges[1:], strict=False)]
        inside[-1] += np.mean(array == found[1].edges[-1])
        assert found[key].shares == pytest.approx(inside) and found[key].shares.sum() == pytest.approx(1)
        assert (found[key].mean, found[key].deviation) == pytest.approx((array.mean(), array.std()))
    assert found[2].zero == 0.1 and (found[1].edges == found[2].edges).all()


def test_spread_counts_what_lies_beyond_the_edges_in_the_last_bins_and_leaves_out_what_is_not_finite():
    found = vitals.spread({1: np.array([-9.0, 0.5, np.inf, 9.0, np.nan]), 2: np.array([np.nan])}, bins=[-1, 0, 1])
    assert found[1].shares == pytest.approx([1 / 3, 2 / 3]) and found[1].mean == pytest.approx(0.5 / 3)
    assert np.isnan(found[2].mean) and not found[2].shares.any()


# ----- who depends on whom


def test_examples_of_a_network_do_not_depend_on_each_other():
    net = bp.Network((3, 5, 2), bp.tanh, bp.identity, bp.half_squared_error)
    params, X, Y = net.init(0), rng().standard_normal((4, 3)), rng(1).standard_normal((4, 2))
    D = vitals.dependence(lambda X: net.loss(net.forward(params, X).output, Y), X)
    assert (D[~np.eye(4, dtype=bool)] == 0).all()
    trace = net.backward(params, net.forward(params, X), Y)
    assert np.diag(D) == pytest.approx(np.linalg.norm(trace.delta[1] @ params.W[1], axis=1), rel=1e-6)


def test_what_leaks_from_one_example_into_another_shows_where():
    X = rng().standard_normal((4, 2))
    shifted = vitals.dependence(lambda X: (np.roll(X, 1, axis=0) ** 2).sum(axis=1), X)
    assert (shifted > 0).tolist() == np.roll(np.eye(4, dtype=bool), 1, axis=0).tolist()
    centred = vitals.dependence(lambda X: ((X - X.mean(axis=0)) ** 2).sum(axis=1), X)
    assert (centred > 0).all()
    with pytest.raises(ValueError, match=r"loss_of_each\(X\) has shape \(\); expected \(4,\): one loss an example"):
        vitals.dependence(lambda X: (X**2).mean(), X)
