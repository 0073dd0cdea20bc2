"""Values and slopes of the activations, against 50-digit arithmetic and PyTorch."""

import warnings

import mpmath as mp
import numpy as np
import pytest

import bpcourse as bp

mp.mp.dps = 50


def sigmoid(z):
    return 1 / (1 + mp.exp(-z))


EXACT = {  # (the course's, the definition in 50 digits, PyTorch's)
    "identity": (bp.identity, lambda z: z, lambda F, t: t),
    "sigmoid": (bp.sigmoid, sigmoid, lambda F, t: F.sigmoid(t)),
    "tanh": (bp.tanh, mp.tanh, lambda F, t: F.tanh(t)),
    "relu": (bp.relu, lambda z: max(z, mp.mpf(0)), lambda F, t: F.relu(t)),
    "leaky_relu(0.1)": (
        bp.leaky_relu(0.1),
        lambda z: z if z > 0 else z * mp.mpf(0.1),
        lambda F, t: F.leaky_relu(t, 0.1),
    ),
    "prelu(0.3)": (bp.prelu(0.3), lambda z: z if z > 0 else z * mp.mpf(0.3), lambda F, t: F.leaky_relu(t, 0.3)),
    "elu(1)": (bp.elu(), lambda z: z if z > 0 else mp.expm1(z), lambda F, t: F.elu(t)),
    "elu(0.7)": (bp.elu(0.7), lambda z: z if z > 0 else mp.mpf(0.7) * mp.expm1(z), lambda F, t: F.elu(t, 0.7)),
    "softplus": (bp.softplus, lambda z: mp.log1p(mp.exp(z)), lambda F, t: F.softplus(t, threshold=1000)),
    "gelu": (bp.gelu, lambda z: z * mp.ncdf(z), lambda F, t: F.gelu(t)),
    "silu": (bp.silu, lambda z: z * sigmoid(z), lambda F, t: F.silu(t)),
}
Z = np.array([-30.0, -3.7, -1.0, -0.25, 0.125, 0.9, 2.0, 17.0])
each = pytest.mark.parametrize("name", EXACT)


@each
def test_value_and_slope_in_50_digits(name):
    g, f, _ = EXACT[name]
    assert g.name == name
    np.testing.assert_allclose(g(Z), [float(f(mp.mpf(z))) for z in Z], rtol=1e-13)
    np.testing.assert_allclose(g.derivative(Z), [float(mp.diff(f, mp.mpf(z))) for z in Z], rtol=1e-11, atol=1e-16)


@each
def test_value_and_slope_equal_pytorch(name):
    torch = pytest.importorskip("torch", reason="torch is an optional oracle")
    g, _, f = EXACT[name]
    z = np.concatenate([np.random.default_rng(0).normal(scale=4, size=200), [0.0, -100.0, 100.0]])
    t = torch.tensor(z, requires_grad=True)
    value = f(torch.nn.functional, t)
    value.sum().backward()
    np.testing.assert_allclose(g(z), value.detach(), rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(g.derivative(z), t.grad, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@each
def test_extremes_give_no_warning_and_keep_dtype(name, dtype):
    g, f, _ = EXACT[name]
    z = np.array([-1e4, -800.0, -90.0, 0.0, 90.0, 800.0, 1e4], dtype=dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value, slope = g(z), g.derivative(z)
    assert value.dtype == slope.dtype == dtype
    np.testing.assert_allclose(value, [float(f(mp.mpf(float(x)))) for x in z], rtol=1e-5, atol=1e-30)
    assert np.isfinite(slope).all() and slope[0] in (0, pytest.approx(g.derivative(-50.0), abs=1e-6))


@each
def test_a_single_number_will_do(name):
    g = EXACT[name][0]
    assert float(g(0.5)) == g(np.array([0.5]))[0] and float(g.derivative(0.5)) == g.derivative(np.array([0.5]))[0]


def test_kinks_are_where_slope_or_bend_of_both_sides_differ():
    for g, *_ in EXACT.values():
        first = abs(g.derivative(1e-9) - g.derivative(-1e-9)) > 1e-6
        bend = [(g.derivative(2 * h) - g.derivative(h)) / h for h in (1e-5, -1e-5)]
        assert g.kinks == ((0.0,) if first or abs(bend[0] - bend[1]) > 1e-3 else ()), g.name


def test_relu_takes_the_slope_zero_at_its_kink():
    assert bp.relu.derivative(np.array([-1.0, 0.0, 1.0])).tolist() == [0, 0, 1]


def test_sigmoid_keeps_its_digits_far_out():
    assert bp.sigmoid(-50.0) == pytest.approx(float(sigmoid(mp.mpf(-50))), rel=1e-14)
    assert bp.gelu(-20.0) == pytest.approx(float(-20 * mp.ncdf(-20)), rel=1e-12)


def test_prelu_by_its_slope():
    z = np.linspace(-3, 3, 14)
    numeric = (bp.prelu(0.3 + 1e-6)(z) - bp.prelu(0.3 - 1e-6)(z)) / 2e-6
    np.testing.assert_allclose(bp.prelu(0.3).by_slope(z), numeric, atol=1e-9)
    assert bp.leaky_relu().by_slope is None


@pytest.mark.parametrize("make", [bp.leaky_relu, bp.prelu, bp.elu])
@pytest.mark.parametrize("bad", ["0.1", None, np.nan, True])
def test_a_bad_slope_is_named(make, bad):
    with pytest.raises(ValueError, match=r"(slope|alpha) is .*; expected a finite number"):
        make(bad)
