"""The largest rate of momentum in its third form, for any Hessian."""

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.hessians import hessian
from .common.sizes import sizes

PROGRAM = solution("largest_rate")


def _hessian(rng, k):
    """Positive eigenvalues, of which the largest stands well apart."""
    lam = np.linspace(0.5, 4.0, k) + rng.uniform(0, 0.4, k)
    lam[-1] += 0.5
    return hessian(rng, lam)


def inputs(rng):
    steep = rng.uniform(2, 3)
    hessians = [_hessian(rng, k) for k in (3, 5, 4, 1)] + [np.diag([1.0, steep, 0.5, steep])]
    hessians += [rng.uniform(20, 30) * _hessian(rng, 3), 1e-3 * _hessian(rng, 2), _hessian(rng, 8), _hessian(rng, 20)]
    cases = [{"H": H, "beta": rng.uniform(0.6, 0.95)} for H in hessians]
    cases[1]["beta"], cases[5]["beta"] = rng.uniform(0.97, 0.98), 0.0
    return cases


def wide(rng):
    return {"H": rng.uniform(0.01, 100) * _hessian(rng, *sizes(rng, 1)), "beta": rng.uniform(0, 0.99)}


def _radius(H, alpha, beta):
    """The largest factor of a step in form C: of the matrix that takes (m, theta) to the next (m, theta)."""
    one = np.eye(len(H))
    M = np.block([[beta * one, (1 - beta) * H], [-alpha * beta * one, one - alpha * (1 - beta) * H]])
    return np.abs(np.linalg.eigvals(M)).max()


def truth(H, beta):
    """Bisected: below it every mode of the update matrix shrinks, above it one grows."""
    low, high = 0.0, 1.0
    while _radius(H, high, beta) < 1:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _radius(H, middle, beta) < 1 else (low, middle)
    return np.array(low)


def by_power_iteration(H, beta, steps=5000):
    x = np.ones(len(H))
    for _ in range(steps):
        x = H @ x
        x = x / np.linalg.norm(x)
    return 2 * (1 + beta) / (1 - beta) / (x @ H @ x)


def by_norm(H, beta):
    return (2 + 2 * beta) / np.linalg.norm((1 - beta) * H, 2)


def by_squaring(H, beta):
    """H to the power 2^40, and what H does to what is left."""
    power = H.copy()
    for _ in range(40):
        power = power @ power
        power /= np.trace(power)
    return [2 * (1 + beta) / (1 - beta) * np.trace(power) / np.trace(H @ power)]


def by_bisection(H, beta):
    low, high = 0.0, 4 / (1 - beta) / np.linalg.eigvalsh(H)[-1]
    while high - low > 1e-12 * high:
        alpha = (low + high) / 2
        roots = [
            abs(np.roots([1, -(1 + beta - alpha * (1 - beta) * lam), beta])).max() for lam in np.linalg.eigvalsh(H)
        ]
        low, high = (alpha, high) if max(roots) < 1 else (low, alpha)
    return np.array([low])


def by_cholesky(H, beta):
    return 2 * (1 + beta) / (1 - beta) / np.linalg.norm(np.linalg.cholesky(H), 2) ** 2


LAM, LIMIT = "np.linalg.eigvalsh(H)", "2 * (1 + beta) / ((1 - beta) * steepest)"
MOST, slip = f"{LAM}.max()", slips(PROGRAM)
by_difference = edited(PROGRAM, (MOST, f"np.ptp({LAM}) if len(H) > 1 else np.inf"))
of_every_eigenvalue = edited(PROGRAM, (MOST, LAM))


def _is(outcome, number):
    return bool(outcome.parts and outcome.parts[0].size == 1 and np.isclose(number, outcome.parts[0], rtol=1e-6).any())


def _most(case):
    return np.linalg.eigvalsh(case["H"])[-1]


EXERCISE = Exercise(
    fixed=("H",),
    inputs=inputs,
    truth=truth,
    parts={"rate": 3},
    passed="On nine Hessians: just below your rate every mode of the update matrix shrinks, just above one grows.",
    ask={"rate": "Walk in form C just below your rate and just above it: which of the two does not do what it should?"},
    shapes={"H": "k k"},
    room={
        "repeated eigenvalues": lambda case: np.diff(np.linalg.eigvalsh(case["H"])).min(initial=9) < 1e-9,
        "eigenvectors along the axes": lambda case: not (case["H"] - np.diag(np.diag(case["H"]))).any(),
        "beta = 0": lambda case: case["beta"] == 0,
        "a beta that is not 0": lambda case: case["beta"] > 0,
        "a beta above 0.96": lambda case: case["beta"] > 0.96,
        "eigenvalues above 10": lambda case: _most(case) > 10,
        "eigenvalues below 0.01": lambda case: _most(case) < 0.01,
        "more than two directions": lambda case: len(case["H"]) > 2,
        "more than six directions": lambda case: len(case["H"]) > 6,
    },
    wide=wide,
    misconceptions=(
        slip("limit_of_form_a", "That is the limit of forms A and B. Which rate of form C takes the same path as the "
             "rate alpha of form A?", ("(1 - beta) * ", "")),
        slip("converted_the_wrong_way", "The factor 1 - beta is upside down. A mean is smaller than a sum: does it "
             "bear a larger rate or a smaller one?", (LIMIT, "2 * (1 + beta) * (1 - beta) / steepest")),
        slip("gradient_descent", "That is the limit without momentum. Where does beta enter?", (LIMIT, "2 / steepest")),
        slip("gradient_descent_converted", "You converted the rate, but began with the limit of plain descent. What is "
             "the limit of form A?", ("2 * (1 + beta)", "2")),
        slip("end_of_ringing", "There the ringing ends, and the roots become real. Which size must a root reach to "
             "diverge?", ("2 * (1 + beta)", "(1 + np.sqrt(beta)) ** 2")),
        slip("end_of_ringing_in_form_a", "There the ringing of form A ends, and the roots become real. Which size must "
             "a root reach to diverge?", (LIMIT, "(1 + np.sqrt(beta)) ** 2 / steepest")),
        slip("nesterov", "That is the limit of Nesterov's form. Where does form C take its gradient: at theta, or "
             "ahead of it?", ("((1 - beta)", "(1 + 2 * beta) / ((1 - beta)")),
        slip("one_over_lambda", "With this rate alpha lambda is 1 in form A. How large may it be with momentum?",
             ("2 * (1 + beta)", "1")),
        slip("diagonal_for_eigenvalue", "You took the largest number on the diagonal of H. In which direction is the "
             "bowl the steepest?", (MOST, "np.diag(H).max()")),
        slip("smallest_eigenvalue", "That is the limit of the flattest direction. Which direction diverges first?",
             (MOST, f"{LAM}.min()")),
        slip("determinant", "You divided by the determinant, the product of all eigenvalues. Which of them sets the "
             "limit?", (MOST, "np.linalg.det(H)")),
        slip("row_sum", "You divided by the largest sum of a row, which is never below the largest eigenvalue. That is "
             "on the safe side; which number is the limit itself?", (MOST, "np.abs(H).sum(axis=1).max()")),
        slip("row_sum_with_signs", "You divided by the largest sum of a row. In which direction is the bowl the "
             "steepest?", (MOST, "H.sum(axis=1).max()")),
        slip("corner", "You divided by the entry in the corner of H. In which direction is the bowl the steepest?",
             (MOST, "H[0, 0]")),
        slip("corner_of_two", "You took the first two rows and columns of H for all of it. How many directions has "
             "it?", (MOST, "np.linalg.eigvalsh(H[:2, :2]).max()")),
        slip("two_by_two", "You took the eigenvalue from trace and determinant, as is right for a matrix of 2 by 2. "
             "How large may H be?", (MOST, "(np.trace(H) + np.sqrt(max(np.trace(H) ** 2 - 4 * np.linalg.det(H), 0))) / "
             "2")),
        slip("mean_eigenvalue", "You divided by the mean of the eigenvalues. Which direction diverges first?",
             (MOST, f"{LAM}.mean()")),
        slip("best_rate", "You divided by the sum of the smallest and the largest eigenvalue, as for the *best* rate "
             "of plain descent. Which is the largest that converges?", (MOST, f"{LAM}[[0, -1]].sum()")),
        slip("best_rate_itself", "That is the *best* rate of plain descent. Which is the largest that converges, with "
             "momentum?", (LIMIT, f"2 / {LAM}[[0, -1]].sum()")),
        slip("best_pair", "That is the rate of the best pair of form A. Does beta play no part in the limit?",
             (LIMIT, f"(2 / np.sqrt({LAM}[[0, -1]]).sum()) ** 2")),
        slip("beta_for_one_minus_beta", "There is a beta where the conversion has another factor. With which factor "
             "does a gradient come in, in form C?", (LIMIT, f"{LIMIT.replace('1 - beta', 'beta')} if beta else "
             "np.inf")),
        slip("multiplied_for_divided", "You multiplied by the largest eigenvalue: `a / (1 - beta) * b` is not `a / ((1 "
             "- beta) * b)`. Which does Python do first?", ("((1 - beta) * steepest)", "(1 - beta) * steepest")),
        slip("upside_down", "1 - beta and 1 + beta have changed places. Does momentum make the limit smaller or "
             "larger?", (LIMIT, "2 * (1 - beta) / ((1 + beta) * steepest)")),
        slip("four", "You took 4, what 2 (1 + beta) comes to when beta is 1. What is it for the beta that you get?",
             ("2 * (1 + beta)", "4")),
        slip("eigenvalue_itself", "That is the largest eigenvalue. For which rate does a step along it diverge?",
             (LIMIT, "steepest")),
        slip("eigenvalue_missing", "The rate does not depend on H. What do you divide by?", (" * steepest", "")),
        slip("steepest_squared", "You divided by the square of the largest eigenvalue. How often does lambda come in "
             "the limit of form A?", ("* steepest", "* steepest**2")),
        slip("two_missing", "That is half of the limit. Put mu = -1 into the characteristic equation: how often does 1 "
             "+ beta come?", ("2 * (1 + beta)", "(1 + beta)")),
        slip("another_eigenvalue", "You divided by an eigenvalue of H, but not always by the largest. In which order "
             "does NumPy give them?", (MOST, f"{LAM}[len(H) // "
             "2]"), shows=lambda case, outcome: _is(outcome, of_every_eigenvalue(**case))),
        slip("root_of_eigenvalue", "You divided by the root of the largest eigenvalue. How often does lambda come in "
             "the limit of form A?", ("* steepest", "* np.sqrt(steepest)")),
        slip("difference_of_eigenvalues", "You divided by the difference of the largest and the smallest eigenvalue. "
             "Do the directions act together, or each alone?", (MOST, f"np.ptp({LAM}) if len(H) > 1 else "
             "np.inf"), shows=lambda case, outcome: len(case["H"]) == 1 or _is(outcome, by_difference(**case))),
        slip("where_ringing_begins", "There the ringing begins, and the roots become complex. Which size must a root "
             "reach to diverge?", ("2 * (1 + beta)", "(1 - np.sqrt(beta)) ** 2")),
        slip("where_ringing_begins_in_form_a", "There the ringing of form A begins, and the roots become complex. "
             "Which size must a root reach to diverge?", (LIMIT, "(1 - np.sqrt(beta)) ** 2 / steepest")),
        slip("condition_number", "You divided by the condition number, the quotient of two eigenvalues. Which "
             "direction diverges first?", (MOST, "np.linalg.cond(H)")),
        slip("one_plus_beta_twice", "There is a factor 1 + beta too many. How often does it come when you put mu = -1 "
             "into the characteristic equation?", ("(1 + beta)", "(1 + beta) ** 2")),
        slip("one_minus_beta_twice", "There is a factor 1 - beta too many below the line. How often is the rate "
             "converted?", ("((1 - beta)", "((1 - beta) ** 2")),
        slip("brackets_missing", "Without brackets, `1 - beta * steepest` subtracts beta times the eigenvalue from 1, "
             "and `a / 1 - b` divides by 1 only. Which signs does Python work out first?",
             (LIMIT, "2 * (1 + beta) / 1 - beta * steepest")),
        slip("trace", "You divided by the trace, the sum of all eigenvalues. Do the directions act together, or each "
             "alone?", (MOST, "np.trace(H)")),
        slip("limits_added_up", "You added up the limits of all directions. Do the directions act together, or each "
             "alone?", (MOST, f"(1 / (1 / {LAM}).sum())")),
        slip("frobenius_norm", "You divided by `np.linalg.norm(H)`, the root of the sum of all squares. Which norm of "
             "a symmetric matrix is its largest eigenvalue?", (MOST, "np.linalg.norm(H)")),
    ),
    right=(by_power_iteration, by_norm, by_bisection, by_squaring, by_cholesky),
    wrong=(
        *(edited(PROGRAM, change) for change in (
            (MOST, LAM), (MOST, f"np.sort({LAM})[len(H) // 3]"), (MOST, f"{LAM}[2 % len(H)]"),
            (MOST, f"{MOST} if len(H) < 7 else np.abs(H).sum(axis=1).max()"),
            (MOST, f"{MOST} if len(H) < 13 else np.trace(H)"),
            (LIMIT, "2 / np.linalg.det(H)"), (LIMIT, "np.sqrt(beta)"), (LIMIT, f"min({LIMIT}, 100.0)"),
            (LIMIT, f"-{LIMIT}"),
            (LIMIT, f"0.999 * {LIMIT}"), (LIMIT, f"0, {LIMIT}"),
        )),
        lambda H, beta: by_power_iteration(H, beta, 10), lambda H, beta: by_norm(H, min(beta, 0.9)),
    ),
)  # fmt: skip
