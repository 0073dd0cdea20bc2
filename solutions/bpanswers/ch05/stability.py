"""Chapter 05: the largest rate of momentum in its third form, for any Hessian."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception


def _hessian(rng, k):
    """A symmetric matrix with well separated positive eigenvalues, in no special position."""
    Q = np.linalg.qr(rng.normal(size=(k, k)))[0]
    lam = np.linspace(0.5, 4.0, k) + rng.uniform(0, 0.4, k)
    H = (Q * lam) @ Q.T
    return (H + H.T) / 2


def _along_the_axes(lam):
    """A Hessian whose eigenvectors are the axes."""
    return np.diag(np.array(lam))


def _rate_inputs(rng):
    steep = rng.uniform(2, 3)
    hessians = [_hessian(rng, k) for k in (3, 5, 4, 1)] + [_along_the_axes([1.0, steep, 0.5, steep])]
    hessians += [rng.uniform(20, 30) * _hessian(rng, 3), 1e-3 * _hessian(rng, 2)]
    cases = [{"H": H, "beta": rng.uniform(0.6, 0.95)} for H in hessians]
    cases[1]["beta"], cases[5]["beta"] = rng.uniform(0.97, 0.98), 0.0
    return cases


def _rate_wide(rng):
    k = int(rng.integers(1, 7))
    return {"H": rng.uniform(0.01, 100) * _hessian(rng, k), "beta": rng.uniform(0, 0.99)}


def _lams(case):
    return np.linalg.eigvalsh(case["H"])


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


def _by_difference(H, beta):
    return limit(H, beta, size=lambda H: np.ptp(np.linalg.eigvalsh(H)) if len(H) > 1 else np.inf)


def _is(outcome, number):
    return bool(outcome.parts and outcome.parts[0].size == 1 and np.isclose(number, outcome.parts[0], rtol=1e-6).any())


def _some_eigenvalue(case, outcome):
    """True if what came is the limit of one of the eigenvalues."""
    return _is(outcome, limit(**case, size=np.linalg.eigvalsh))


LARGEST_RATE = Exercise(
    fixed=("H",),
    name="largest_rate",
    inputs=_rate_inputs,
    truth=_rate_truth,
    parts={"rate": 3},
    passed="On seven Hessians: just below your rate every mode of the update matrix shrinks, just above one grows.",
    ask={
        "rate": "Try a Hessian of one number, and walk in form C just below your rate and just above it. What happens?"
    },
    shapes={"H": "k k"},
    room={
        "repeated eigenvalues": lambda case: np.diff(_lams(case)).min(initial=9) < 1e-9,
        "eigenvectors along the axes": lambda case: not (case["H"] - np.diag(np.diag(case["H"]))).any(),
        "beta = 0": lambda case: case["beta"] == 0,
        "a beta that is not 0": lambda case: case["beta"] > 0,
        "a beta above 0.96": lambda case: case["beta"] > 0.96,
        "eigenvalues above 10": lambda case: _lams(case)[-1] > 10,
        "eigenvalues below 0.01": lambda case: _lams(case)[-1] < 0.01,
    },
    wide=_rate_wide,
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
            "determinant",
            partial(limit, size=np.linalg.det),
            "You divided by the determinant, the product of all eigenvalues. Which of them sets the limit?",
        ),
        Misconception(
            "row_sum",
            partial(limit, size=lambda H: np.abs(H).sum(axis=1).max()),
            "You divided by the largest sum of a row, which is never below the largest eigenvalue. That is on the safe "
            "side; which number is the limit itself?",
        ),
        Misconception(
            "corner",
            partial(limit, size=lambda H: H[0, 0]),
            "You divided by the entry in the corner of H. In which direction is the bowl the steepest?",
        ),
        Misconception(
            "mean_eigenvalue",
            partial(limit, size=lambda H: np.trace(H) / len(H)),
            "You divided by the mean of the eigenvalues. Which direction diverges first?",
        ),
        Misconception(
            "best_rate",
            partial(limit, size=lambda H: np.linalg.eigvalsh(H)[[0, -1]].sum()),
            "You divided by the sum of the smallest and the largest eigenvalue, as for the *best* rate of plain "
            "descent. Which is the largest that converges?",
        ),
        Misconception(
            "best_pair",
            lambda H, beta: (2 / np.sqrt(np.linalg.eigvalsh(H)[[0, -1]]).sum()) ** 2,
            "That is the rate of the best pair of form A. Does beta play no part in the limit?",
        ),
        Misconception(
            "beta_for_one_minus_beta",
            partial(limit, factor=lambda beta: 2 * (1 + beta) / beta if beta else np.inf),
            "There is a beta where the conversion has another factor. With which factor does a gradient come in, in "
            "form C?",
        ),
        Misconception(
            "multiplied_for_divided",
            lambda H, beta: limit(H, beta) * np.linalg.eigvalsh(H)[-1] ** 2,
            "You multiplied by the largest eigenvalue: `a / (1 - beta) * b` is not `a / ((1 - beta) * b)`. Which does "
            "Python do first?",
        ),
        Misconception(
            "upside_down",
            partial(limit, factor=lambda beta: 2 * (1 - beta) / (1 + beta)),
            "1 - beta and 1 + beta have changed places. Does momentum make the limit smaller or larger?",
        ),
        Misconception(
            "four",
            partial(limit, factor=lambda beta: 4 / (1 - beta)),
            "You took 4, what 2 (1 + beta) comes to when beta is 1. What is it for the beta that you get?",
        ),
        Misconception(
            "eigenvalue_itself",
            lambda H, beta: np.linalg.eigvalsh(H)[-1],
            "That is the largest eigenvalue. For which rate does a step along it diverge?",
        ),
        Misconception(
            "steepest_squared",
            partial(limit, size=lambda H: np.linalg.eigvalsh(H)[-1] ** 2),
            "You divided by the square of the largest eigenvalue. How often does lambda come in the limit of form A?",
        ),
        Misconception(
            "two_missing",
            partial(limit, factor=lambda beta: (1 + beta) / (1 - beta)),
            "That is half of the limit. Put mu = -1 into the characteristic equation: how often does 1 + beta come?",
        ),
        Misconception(
            "another_eigenvalue",
            partial(limit, size=lambda H: np.linalg.eigvalsh(H)[len(H) // 2]),
            "You divided by an eigenvalue of H, but not always by the largest. In which order does NumPy give them?",
            shows=_some_eigenvalue,
        ),
        Misconception(
            "root_of_eigenvalue",
            partial(limit, size=lambda H: np.sqrt(np.linalg.eigvalsh(H)[-1])),
            "You divided by the root of the largest eigenvalue. How often does lambda come in the limit of form A?",
        ),
        Misconception(
            "difference_of_eigenvalues",
            _by_difference,
            "You divided by the difference of the largest and the smallest eigenvalue. Do the directions act together, "
            "or each alone?",
            shows=lambda case, outcome: len(case["H"]) == 1 or _is(outcome, _by_difference(**case)),
        ),
        Misconception(
            "where_ringing_begins",
            partial(limit, factor=lambda beta: (1 - np.sqrt(beta)) ** 2 / (1 - beta)),
            "There the ringing begins, and the roots become complex. Which size must a root reach to diverge?",
        ),
        Misconception(
            "one_plus_beta_twice",
            partial(limit, factor=lambda beta: 2 * (1 + beta) ** 2 / (1 - beta)),
            "There is a factor 1 + beta too many. How often does it come when you put mu = -1 into the characteristic "
            "equation?",
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
