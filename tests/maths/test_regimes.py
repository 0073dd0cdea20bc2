"""Regimes of momentum: theory against simulation, on a grid of the plane."""

import numpy as np
import pytest

import bpcourse as bp
from bpcourse import regimes
from bpcourse.optimizers import State

GRID = [
    (alpha_lambda, beta)
    for beta in (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97)
    for alpha_lambda in (0.003, 0.02, 0.11, 0.37, 0.8, 1.03, 1.31, 1.77, 1.98, 2.03, 2.45, 2.9, 3.3, 3.75, 3.97, 4.5)
]


def distances(alpha_lambda, beta, steps=4000):
    """The distance to the minimum by step, with the course's own momentum on 1/2 e^2."""
    rule, theta, found = bp.momentum(alpha_lambda, beta), np.array([1.0]), [1.0]
    state = rule.init(theta)
    for _ in range(steps):
        theta, state = rule.update(theta, theta, state)
        found.append(theta[0])
        if abs(theta[0]) > 1e12 or abs(theta[0]) < 1e-12:
            break
    return np.array(found)


@pytest.mark.parametrize(("alpha_lambda", "beta"), GRID)
def test_simulation_converges_where_the_boundary_says(alpha_lambda, beta):
    found = distances(alpha_lambda, beta)
    assert (abs(found[-1]) < 1e-2) == (alpha_lambda < 2 * (1 + beta))
    assert (abs(found[-1]) > 1e2) == (regimes.regime(alpha_lambda, beta) == "diverging")


@pytest.mark.parametrize(("alpha_lambda", "beta"), GRID)
def test_regime_is_what_the_signs_of_the_distance_say(alpha_lambda, beta):
    e = distances(alpha_lambda, beta)[:400]
    turns = np.count_nonzero(e[1:] * e[:-1] < 0) / (len(e) - 1)
    name = regimes.regime(alpha_lambda, beta)
    if name == "monotone":
        assert turns == 0
    elif name in ("alternating", "diverging"):
        assert turns > 0.99
    else:
        # A ringing distance swings with the angle of the eigenvalue: a change of sign every pi / angle steps.
        angle = np.angle(np.linalg.eigvals(regimes.momentum_matrix(alpha_lambda, beta))[0])
        assert turns == pytest.approx(abs(angle) / np.pi, abs=2 / len(e))


@pytest.mark.parametrize(("alpha_lambda", "beta"), GRID)
def test_spectral_radius_is_the_largest_eigenvalue_and_the_rate_of_the_simulation(alpha_lambda, beta):
    radius = float(regimes.spectral_radius(alpha_lambda, beta))
    eigenvalues = np.linalg.eigvals(regimes.momentum_matrix(alpha_lambda, beta))
    assert radius == pytest.approx(np.abs(eigenvalues).max(), rel=1e-9)
    if regimes.regime(alpha_lambda, beta) == "monotone":  # the distance falls by the radius at every late step
        e = distances(alpha_lambda, beta)
        assert e[-1] / e[-2] == pytest.approx(radius, rel=2e-3)


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_matrix_takes_one_step_of_the_course_s_rule(name):
    v, e, lam, alpha, beta = 0.3, -0.7, 4.0, 0.05, 0.8
    rule, matrix = getattr(bp, name)(alpha, beta), getattr(regimes, f"{name}_matrix")(alpha * lam, beta)
    theta, state = rule.update(np.array([e]), np.array([lam * e]), State(0, (np.array([v]),)))
    np.testing.assert_allclose(matrix @ [v, e], [state.moments[0][0], theta[0]], rtol=1e-14)


@pytest.mark.parametrize(("alpha_lambda", "beta"), GRID)
def test_in_the_long_run_the_slowest_direction_decides(alpha_lambda, beta):
    """Beside a direction that shrinks faster."""
    matrices = [regimes.momentum_matrix(alpha_lambda, beta), np.array([[0.0, 0.0], [0.0, 1e-3]])]
    for order in (matrices, matrices[::-1]):
        name, factor = regimes.long_run(order)
        assert name == regimes.regime(alpha_lambda, beta)
        assert factor == pytest.approx(float(regimes.spectral_radius(alpha_lambda, beta)), rel=1e-9)


@pytest.mark.parametrize("beta", [0.0, 0.25, 0.7, 0.99])
def test_on_the_line_a_swing_lasts(beta):
    for matrix, limit in (
        (regimes.momentum_matrix, 2 * (1 + beta)),
        (regimes.nesterov_matrix, 2 * (1 + beta) / (1 + 2 * beta)),
    ):
        names = [regimes.long_run([matrix(limit * share, beta)])[0] for share in (1 - 1e-6, 1, 1 + 1e-6)]
        assert names == ["alternating", "lasting", "diverging"]


def test_equal_roots_are_not_parted_by_rounding():
    for beta in np.linspace(0.01, 0.99, 99):
        first, second, _ = regimes.boundaries(beta)
        assert regimes.long_run([regimes.momentum_matrix(first, beta)])[0] == "monotone"
        assert regimes.long_run([regimes.momentum_matrix(second, beta)])[0] == "alternating"


def test_boundaries_are_where_the_regime_changes():
    for beta in (0.0, 0.2, 0.64, 0.95):
        edges = [float(edge) for edge in regimes.boundaries(beta)]
        names = []
        for edge in edges:
            names += [regimes.regime(edge * (1 - 1e-9), beta), regimes.regime(edge * (1 + 1e-9), beta)]
        assert names[0] == "monotone" and names[3:] == ["alternating", "alternating", "diverging"]
        assert names[1:3] == (["alternating", "monotone"] if beta == 0 else ["ringing", "ringing"])


@pytest.mark.parametrize(("low", "high"), [(1.0, 20.0), (0.3, 3.0), (2.0, 2.0)])
def test_best_pair_beats_its_neighbours(low, high):
    alpha, beta, rate = regimes.best(low, high)
    slowest = lambda a, b: max(float(regimes.spectral_radius(a * k, b)) for k in np.linspace(low, high, 50))  # noqa: E731
    assert slowest(alpha, beta) == pytest.approx(rate, abs=1e-7)
    for da in (0.93, 1.07):
        for db in (-0.05, 0.0, 0.05):
            if beta + db >= 0 and high > low:
                assert slowest(alpha * da, beta + db) > rate
    kappa = high / low
    assert rate == pytest.approx((np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1), abs=1e-12)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="alpha_lambda is -1; expected a number above 0"):
        regimes.regime(-1, 0.5)
    with pytest.raises(ValueError, match="beta is 1; expected a number from 0 and below 1"):
        regimes.regime(1, 1)
