"""Losses: values against 50-digit arithmetic, gradients against differences, both against PyTorch, stable for huge logits."""

import warnings

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bpcourse as bp

mp.mp.dps = 50
REAL = [bp.half_squared_error, bp.mse, bp.mean_absolute_error, bp.huber(0.8), bp.huber(2)]
LOSSES = [*REAL, bp.binary_cross_entropy, bp.cross_entropy]
named = pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)


def case(loss, n=7, k=4, seed=0):
    rng = np.random.default_rng(seed)
    output = rng.normal(scale=2, size=(n, k))
    if loss is bp.cross_entropy:
        return output, bp.one_hot(rng.integers(k, size=n), k)
    if loss is bp.binary_cross_entropy:
        return output, rng.uniform(size=(n, k))
    return output, rng.normal(size=(n, k))


EXACT = {
    "half_squared_error": lambda a, y: sum((p - q) ** 2 for p, q in zip(a, y, strict=True)) / 2,
    "mse": lambda a, y: sum((p - q) ** 2 for p, q in zip(a, y, strict=True)) / len(a),
    "mean_absolute_error": lambda a, y: sum(abs(p - q) for p, q in zip(a, y, strict=True)) / len(a),
    "huber(0.8)": lambda a, y: huber(a, y, mp.mpf(0.8)),
    "huber(2)": lambda a, y: huber(a, y, mp.mpf(2)),
    "binary_cross_entropy": lambda z, y: sum(mp.log(1 + mp.exp(p)) - q * p for p, q in zip(z, y, strict=True)),
    "cross_entropy": lambda z, y: -sum(q * mp.log(mp.exp(p) / sum(map(mp.exp, z))) for p, q in zip(z, y, strict=True)),
}


def huber(a, y, d):
    e = [abs(p - q) for p, q in zip(a, y, strict=True)]
    return sum(x**2 / 2 if x <= d else d * (x - d / 2) for x in e) / len(a)


@named
def test_value_in_50_digits(loss):
    output, Y = case(loss)
    exact = [
        float(EXACT[loss.name]([mp.mpf(x) for x in a], [mp.mpf(x) for x in y])) for a, y in zip(output, Y, strict=True)
    ]
    np.testing.assert_allclose(loss(output, Y), exact, rtol=1e-13)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(which=st.integers(0, len(LOSSES) - 1), n=st.integers(1, 6), k=st.integers(1, 5), seed=st.integers(0, 999))
def test_gradient_is_the_slope_of_the_value(which, n, k, seed):
    loss, h = LOSSES[which], 1e-6
    output, Y = case(loss, n, k, seed)
    for j in range(k):
        up, down = output.copy(), output.copy()
        up[:, j] += h
        down[:, j] -= h
        numeric = (loss(up, Y) - loss(down, Y)) / (2 * h)
        np.testing.assert_allclose(loss.gradient(output, Y)[:, j], numeric, rtol=1e-6, atol=1e-8)


@named
def test_both_is_value_and_gradient(loss):
    output, Y = case(loss)
    value, gradient = loss.both(output, Y)
    np.testing.assert_allclose(value, loss.value(output, Y), rtol=1e-13)
    np.testing.assert_allclose(gradient, loss.gradient(output, Y), rtol=1e-13, atol=1e-16)


@named
def test_value_and_gradient_equal_pytorch(loss):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    F = torch.nn.functional
    theirs = {
        "half_squared_error": lambda a, y: 0.5 * F.mse_loss(a, y, reduction="sum"),
        "mse": lambda a, y: F.mse_loss(a, y) * len(a),
        "mean_absolute_error": lambda a, y: F.l1_loss(a, y) * len(a),
        "huber(0.8)": lambda a, y: F.huber_loss(a, y, delta=0.8) * len(a),
        "huber(2)": lambda a, y: F.huber_loss(a, y, delta=2.0) * len(a),
        "binary_cross_entropy": lambda a, y: F.binary_cross_entropy_with_logits(a, y, reduction="sum"),
        "cross_entropy": lambda a, y: F.cross_entropy(a, y, reduction="sum"),
    }
    output, Y = case(loss)
    t = torch.tensor(output, requires_grad=True)
    total = theirs[loss.name](t, torch.tensor(Y))
    total.backward()
    assert loss(output, Y).sum() == pytest.approx(total.item(), rel=1e-12)
    np.testing.assert_allclose(loss.gradient(output, Y), t.grad, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("loss", [bp.binary_cross_entropy, bp.cross_entropy], ids=lambda loss: loss.name)
def test_logits_of_ten_thousand_are_exact_and_silent(loss):
    Z = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]])
    Y = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value, gradient = loss(Z, Y), loss.gradient(Z, Y)
        fused = loss.both(Z, Y)
    expected = {"cross_entropy": [2e4, 2e4 + np.log(2)], "binary_cross_entropy": [2e4 + np.log(2), 3e4]}[loss.name]
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    np.testing.assert_allclose(fused[0], expected, rtol=1e-12)
    assert np.isfinite(gradient).all() and np.abs(gradient).max() <= 1


def test_labels_and_one_hot_rows_are_the_same():
    labels = np.array([2, 0, 1, 2])
    Z = np.random.default_rng(1).normal(size=(4, 3))
    np.testing.assert_array_equal(bp.one_hot(labels, 3), [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    np.testing.assert_array_equal(bp.cross_entropy(Z, labels), bp.cross_entropy(Z, bp.one_hot(labels, 3)))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(z=st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=8), shift=st.floats(-1e3, 1e3))
def test_softmax_is_a_probability_and_ignores_a_shift(z, shift):
    p = bp.softmax(z)
    assert p.sum() == pytest.approx(1, rel=1e-12) and (p >= 0).all()
    np.testing.assert_allclose(bp.softmax(np.array(z) + shift), p, atol=1e-9)
    np.testing.assert_allclose(np.exp(bp.log_softmax(z)), p, atol=1e-12)
    assert np.isfinite(bp.log_softmax(z)).all()


def test_softmax_works_on_rows():
    Z = np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 2.0]])
    np.testing.assert_allclose(bp.softmax(Z), [[0.125, 0.25, 0.625], [0.375, 0.375, 0.25]], rtol=1e-14)
    np.testing.assert_allclose(bp.log_softmax(Z), np.log([[0.125, 0.25, 0.625], [0.375, 0.375, 0.25]]), rtol=1e-14)


def test_an_outlier_pulls_the_square_but_not_the_others():
    far, near = np.array([[100.0]]), np.array([[1.5]])
    Y = np.zeros((1, 1))
    assert bp.mse.gradient(far, Y)[0, 0] == 200
    assert bp.mean_absolute_error.gradient(far, Y)[0, 0] == bp.mean_absolute_error.gradient(near, Y)[0, 0] == 1
    assert bp.huber(1).gradient(far, Y)[0, 0] == bp.huber(1).gradient(near, Y)[0, 0] == 1


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("together", [False, True])
def test_a_class_that_is_ruled_out_adds_nothing(together):
    """A logit of minus infinity: the loss and the gradient of the other classes alone; and log 0 if it is the target."""
    Z = np.array([[2.0, -np.inf, 2.0], [-np.inf, 1.0, -0.5], [0.3, -np.inf, 1.0]])
    Y = np.array([[1.0, 0, 0], [0, 0.25, 0.75], [0, 1, 0]])
    both = bp.cross_entropy.both if together else lambda Z, Y: (bp.cross_entropy(Z, Y), bp.cross_entropy.gradient(Z, Y))
    value, gradient = both(Z, Y)
    for row, others in ((0, [0, 2]), (1, [1, 2])):
        alone, slope = both(Z[row : row + 1, others], Y[row : row + 1, others])
        np.testing.assert_allclose(value[row], alone[0], rtol=1e-15)
        np.testing.assert_allclose(gradient[row, others], slope[0], rtol=1e-15)
    assert value[0] == pytest.approx(np.log(2), rel=1e-15) and value[2] == np.inf
    assert [gradient[0, 1], gradient[1, 0], gradient[2, 1]] == [0, 0, -1]
