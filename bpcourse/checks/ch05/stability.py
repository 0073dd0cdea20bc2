"""Chapter 05: the largest rate of momentum in its third form, for any Hessian."""

from functools import partial

import numpy as np

from ..engine import Exercise, Misconception


def _hessian(rng, k):
    """A symmetric matrix with well separated positive eigenvalues, in no special position."""
    Q = np.linalg.qr(rng.normal(size=(k, k)))[0]
    lam = np.linspace(0.5, 4.0, k) + rng.uniform(0, 0.4, k)
    H = (Q * lam) @ Q.T
    return (H + H.T) / 2


def _rate_inputs(rng):
    return [{"H": _hessian(rng, k), "beta": rng.uniform(0.6, 0.95)} for k in (3, 5, 4)]


def radius(H, alpha, beta):
    """The largest factor of a step in form C: of the matrix that takes (m, theta) to the next (m, theta)."""
    one = np.eye(len(H))
    M = np.block([[beta * one, (1 - beta) * H], [-alpha * beta * one, one - alpha * (1 - beta) * H]])
    return np.abs(np.linalg.eigvals(M)).max()


def _rate_truth(H, beta):
    """Bisected: below it every mode of the update matrix shrinks, above it one grows."""
    low, high = 0.0, 1.0
    while radius(H, high, beta) < 1:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if radius(H, middle, beta) < 1 else (low, middle)
    return np.array(low)


def limit(H, beta, *, factor=lambda beta: 2 * (1 + beta) / (1 - beta), size=lambda H: np.linalg.eigvalsh(H)[-1]):
    """The right answer, unless a keyword puts something wrong in its place."""
    return factor(beta) / size(H)


LARGEST_RATE = Exercise(
    name="largest_rate",
    inputs=_rate_inputs,
    truth=_rate_truth,
    parts={"rate": 3},
    passed="On three Hessians: just below your rate every mode of the update matrix shrinks, just above one grows.",
    misconceptions=(
        Misconception(
            "limit_of_form_a",
            partial(limit, factor=lambda beta: 2 * (1 + beta)),
            "That is the limit of forms A and B. Which rate of form C takes the same path as the rate alpha of form A?",
        ),
        Misconception(
            "converted_the_wrong_way",
            partial(limit, factor=lambda beta: 2 * (1 + beta) * (1 - beta)),
            "The factor 1 - beta is upside down. A mean is smaller than a sum: does it bear a larger rate or a "
            "smaller one?",
        ),
        Misconception(
            "gradient_descent",
            partial(limit, factor=lambda beta: 2.0),
            "That is the limit without momentum. Where does beta enter?",
        ),
        Misconception(
            "gradient_descent_converted",
            partial(limit, factor=lambda beta: 2 / (1 - beta)),
            "You converted the rate, but began with the limit of plain descent. What is the limit of form A?",
        ),
        Misconception(
            "end_of_ringing",
            partial(limit, factor=lambda beta: (1 + np.sqrt(beta)) ** 2 / (1 - beta)),
            "There the ringing ends, and the roots become real. Which size must a root reach to diverge?",
        ),
        Misconception(
            "nesterov",
            partial(limit, factor=lambda beta: 2 * (1 + beta) / (1 + 2 * beta) / (1 - beta)),
            "That is the limit of Nesterov's form. Where does form C take its gradient: at theta, or ahead of it?",
        ),
        Misconception(
            "one_over_lambda",
            partial(limit, factor=lambda beta: 1 / (1 - beta)),
            "With this rate alpha lambda is 1 in form A. How large may it be with momentum?",
        ),
        Misconception(
            "diagonal_for_eigenvalue",
            partial(limit, size=lambda H: np.diag(H).max()),
            "You took the largest number on the diagonal of H. In which direction is the bowl the steepest?",
        ),
        Misconception(
            "smallest_eigenvalue",
            partial(limit, size=lambda H: np.linalg.eigvalsh(H)[0]),
            "That is the limit of the flattest direction. Which direction diverges first?",
        ),
        Misconception(
            "trace",
            partial(limit, size=np.trace),
            "You divided by the trace, the sum of all eigenvalues. Do the directions act together, or each alone?",
        ),
        Misconception(
            "frobenius_norm",
            partial(limit, size=np.linalg.norm),
            "You divided by `np.linalg.norm(H)`, the root of the sum of all squares. Which norm of a symmetric matrix "
            "is its largest eigenvalue?",
        ),
    ),
)
