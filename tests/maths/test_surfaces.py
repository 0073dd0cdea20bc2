"""Surfaces: the gradient by differences, the minimum, the Hessian; and what a path is."""

import numpy as np
import pytest

import bpcourse as bp

SURFACES = {
    "bowl": bp.surfaces.bowl(10.0),
    "turned bowl": bp.surfaces.bowl(50.0, 30.0),
    "ravine": bp.surfaces.ravine(),
    "rosenbrock": bp.surfaces.rosenbrock(),
    "saddle": bp.surfaces.saddle(),
    "network_slice": bp.surfaces.network_slice(),
}


@pytest.mark.parametrize("name", SURFACES)
def test_gradient_by_central_differences_on_a_grid_of_points(name):
    surface, h = SURFACES[name], 1e-5
    theta = np.random.default_rng(0).uniform(-2.5, 2.5, size=(3, 4, 2))
    assert surface.value(theta).shape == (3, 4) and surface.gradient(theta).shape == theta.shape
    for i, step in enumerate(h * np.eye(2)):
        difference = (surface.value(theta + step) - surface.value(theta - step)) / (2 * h)
        np.testing.assert_allclose(surface.gradient(theta)[..., i], difference, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(surface.value(theta[1, 2]), surface.value(theta)[1, 2], rtol=1e-14)


@pytest.mark.parametrize("name", SURFACES)
def test_minimum_is_the_lowest_point_that_is_shown(name):
    surface = SURFACES[name]
    left, right, bottom, top = surface.extent
    grid = np.stack(np.meshgrid(np.linspace(left, right, 41), np.linspace(bottom, top, 31)), axis=-1)
    assert surface.value(np.array(surface.minimum)) <= surface.value(grid).min() + 1e-9
    assert np.linalg.norm(surface.gradient(np.array(surface.minimum))) < 1e-3
    assert left < surface.start[0] < right and bottom < surface.start[1] < top


def test_bowl_has_the_eigenvalues_and_the_axes_it_is_asked_for():
    H = bp.surfaces.bowl(50.0, 30.0).hessian
    values, vectors = np.linalg.eigh(H)
    np.testing.assert_allclose(values, [1, 50], rtol=1e-12)
    assert abs(vectors[1, 0] / vectors[0, 0]) == pytest.approx(np.tan(np.radians(30)), rel=1e-12)
    assert all(surface.hessian is None for name, surface in SURFACES.items() if "bowl" not in name)


def test_rosenbrock_and_saddle_at_points_by_hand():
    assert SURFACES["rosenbrock"].value(np.array([-1.0, 2.0])) == 4 + 5
    assert SURFACES["saddle"].value(np.array([1.0, 2.0])) == 0.5 - 2 + 1
    assert SURFACES["saddle"].value(np.zeros(2)) == 0


def test_network_slice_is_the_loss_of_a_network_with_two_weights_changed():
    X, labels = bp.datasets.moons(40, 0.15, seed=0)
    Y = labels[:, None].astype(float)
    net = bp.Network((2, 3, 1), hidden=bp.tanh, output=bp.identity, loss=bp.binary_cross_entropy)
    history = bp.train(net, net.init(seed=0), X, Y, bp.adam(0.05), epochs=1000, batch_size=None, progress=False)
    W = {layer: w.copy() for layer, w in history.params.W.items()}
    W[1][0, 0], W[1][1, 1] = -1.25, 0.5
    trace = net.forward(net.pack(W, history.params.b), X)
    expected = net.backward(net.pack(W, history.params.b), trace, Y)
    assert SURFACES["network_slice"].value(np.array([-1.25, 0.5])) == pytest.approx(expected.loss, rel=1e-12)
    found = SURFACES["network_slice"].gradient(np.array([-1.25, 0.5]))
    np.testing.assert_allclose(found, [expected.grads.W[1][0, 0], expected.grads.W[1][1, 1]], rtol=1e-12)


def test_a_path_is_the_rule_step_by_step():
    surface = SURFACES["rosenbrock"]
    path = bp.surfaces.descend(surface, bp.momentum(0.01, 0.8), (-1.0, 1.0), steps=7)
    theta, v = np.array([-1.0, 1.0]), np.zeros(2)
    for row in path:
        np.testing.assert_allclose(row, theta, rtol=1e-13)
        v = 0.8 * v - 0.01 * surface.gradient(theta)
        theta = theta + v
    assert path.shape == (8, 2)
    assert tuple(bp.surfaces.descend(surface, bp.adam(0.1), steps=3)[0]) == surface.start


def test_a_path_that_diverges_ends_in_nan_and_warns_of_nothing(recwarn):
    path = bp.surfaces.descend(SURFACES["rosenbrock"], bp.sgd(1.0), steps=100)
    gone = np.isnan(path).any(axis=1)
    assert gone[-1] and not gone[0] and (np.diff(gone.astype(int)) >= 0).all()
    assert np.abs(path[~gone]).max() < 1e6 and not recwarn


@pytest.mark.parametrize("start", [(1.0,), (np.nan, 0.0), (1.0, 2.0, 3.0)])
def test_a_start_that_is_no_point_is_refused(start):
    with pytest.raises(ValueError, match="start is .* expected two numbers"):
        bp.surfaces.descend(SURFACES["bowl"], bp.sgd(0.1), start)


def test_bad_conditions_are_refused():
    with pytest.raises(ValueError, match="condition is 0; expected a number above 0"):
        bp.surfaces.bowl(0)
