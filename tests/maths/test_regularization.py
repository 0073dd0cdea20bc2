"""L2 and dropout: their gradients against central differences, their means against theory, and what they refuse."""

import numpy as np
import pytest

import bpcourse as bp
from bpcourse import regularization as reg
from bpcourse.casebook import scans

NET = bp.Network((4, 5, 3, 2), hidden=bp.tanh, output=bp.identity, loss=bp.cross_entropy)


@pytest.fixture
def params():
    return NET.parameters(np.random.default_rng(1).normal(size=NET.init(seed=0).vector.size))


def as_dictionary(params):
    return {f"W{layer}": W for layer, W in params.W.items()}


FORMS = {
    "Parameters": lambda params: params,
    "dictionary": as_dictionary,
    "array": lambda params: params.W[2],
}


@pytest.mark.parametrize("form", FORMS)
def test_l2_gradient_is_the_slope_of_its_penalty(params, form):
    weights = FORMS[form](params)
    grads = reg.l2_gradient(weights, 0.3)
    report = bp.gradient_check(lambda w: reg.l2_penalty(as_parameters(w, params), 0.3), *plain(weights, grads))
    assert report.max_relative_error < 1e-9


def plain(weights, grads):
    """Both in a form that gradient_check takes: Parameters as their vectors."""
    return (weights.vector, grads.vector) if hasattr(weights, "vector") else (weights, grads)


def as_parameters(w, params):
    return NET.parameters(w) if isinstance(w, np.ndarray) and w.shape == params.vector.shape else w


def test_l2_counts_weights_and_leaves_biases_out(params):
    expected = 0.25 * sum((W**2).sum() for W in params.W.values())
    assert reg.l2_penalty(params, 0.5) == pytest.approx(expected, rel=1e-12)
    assert reg.l2_penalty(as_dictionary(params), 0.5) == pytest.approx(expected, rel=1e-12)
    assert reg.l2_penalty(np.array([3.0, 4.0]), 1) == 12.5
    grads = reg.l2_gradient(params, 0.5)
    for layer in params.W:
        np.testing.assert_array_equal(grads.W[layer], 0.5 * params.W[layer])
        assert not grads.b[layer].any()
    assert reg.l2_penalty(params, 0) == 0 and not reg.l2_gradient(params, 0).vector.any()


def test_gradients_are_new_arrays_and_nothing_is_changed(params):
    before = params.vector.copy()
    grads = reg.l2_gradient(params, 1.0)
    grads.vector[:] = 7
    own = reg.l2_gradient(params.W[1], 1.0)
    own[:] = 7
    np.testing.assert_array_equal(params.vector, before)


def test_mask_is_zero_or_its_factor_and_has_the_mean_1():
    mask = reg.dropout_mask((400, 500), 0.2, np.random.default_rng(0))
    assert set(np.unique(mask)) == {0, 1.25}
    assert np.mean(mask == 0) == pytest.approx(0.2, abs=5e-3) and mask.mean() == pytest.approx(1, abs=5e-3)
    np.testing.assert_array_equal(mask, reg.dropout_mask((400, 500), 0.2, np.random.default_rng(0)))
    assert (reg.dropout_mask((3, 4), 0, np.random.default_rng(0)) == 1).all()


@pytest.mark.parametrize("drop", [0.1, 0.5, 0.9])
def test_dropout_back_is_the_slope_of_dropout(drop):
    rng = np.random.default_rng(2)
    a, message = rng.normal(size=(7, 5)), rng.normal(size=(7, 5))
    mask = reg.dropout_mask(a.shape, drop, rng)
    before = a.copy(), message.copy()
    back = reg.dropout_back(message, mask)
    report = bp.gradient_check(lambda a: float((message * reg.dropout(a, mask)).sum()), a, back)
    assert report.max_relative_error < 1e-9
    assert (back[mask == 0] == 0).all()
    np.testing.assert_array_equal((a, message), before)


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (
            lambda: reg.dropout_mask((2, 2), 1, np.random.default_rng(0)),
            ValueError,
            "drop is 1; expected a number from 0",
        ),
        (lambda: reg.dropout_mask((2, 2), -0.1, np.random.default_rng(0)), ValueError, "drop is -0.1"),
        (lambda: reg.dropout_mask((2, 2), 0.5, 0), TypeError, "rng is int; expected a generator"),
        (
            lambda: reg.dropout(np.ones((2, 3)), np.ones((2, 1))),
            ValueError,
            r"mask has shape \(2, 1\); expected \(2, 3\)",
        ),
        (lambda: reg.dropout_back(np.ones((2, 3)), np.ones(3)), ValueError, r"expected \(2, 3\), as message"),
        (lambda: reg.dropout([1.0], np.ones(1)), TypeError, "a is list"),
        (lambda: reg.l2_penalty(np.ones(3), -1), ValueError, "strength is -1"),
        (lambda: reg.l2_gradient({"W": [1.0]}, 1), TypeError, r"weights\['W'\] is list"),
        (lambda: reg.l2_penalty(np.array([1, 2]), 1), TypeError, "weights has dtype int64"),
    ],
)
def test_what_is_refused(call, error, told):
    with pytest.raises(error, match=told):
        call()


# ----- the file of the case


def test_scans_are_the_digits_and_their_number_tells_the_box():
    X, labels, _, _ = bp.datasets.digits()
    table = scans()
    assert table.shape == (1437, 66)
    np.testing.assert_array_equal(table[:, :64], 16 * X)
    np.testing.assert_array_equal(table[:, 65], labels)
    assert sorted(table[:, 64]) == list(range(1, 1438))
    assert (np.diff(labels[np.argsort(table[:, 64])]) >= 0).all()
    same = labels[:, None] == labels
    assert ((table[:, 64][:, None] < table[:, 64]) == (np.arange(1437)[:, None] < np.arange(1437)))[same].all()
