"""The best momentum for a learning rate that is given, for any Hessian."""

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.hessians import hessian
from .common.sizes import sizes

PROGRAM = solution("best_momentum")


def _case(rng, low, high, k, scale=1.0):
    """k directions with alpha lambda from `low` to `high`, both of which occur; alpha is about 1/scale."""
    alpha = rng.uniform(0.5, 2.0) / scale
    inner = rng.uniform(low, high, max(k - 2, 0))
    return {"H": hessian(rng, np.array([low, high, *inner][:k]) / alpha), "alpha": alpha}


def inputs(rng):
    def flat():
        return rng.uniform(0.03, 0.15), rng.uniform(1.0, 2.0)

    def steep():
        return rng.uniform(0.5, 0.8), rng.uniform(2.8, 3.7)

    cases = [_case(rng, *flat(), 3), _case(rng, *steep(), 4), _case(rng, rng.uniform(0.05, 0.3), 1.0, 1)]
    cases += [_case(rng, rng.uniform(2.2, 3.6), 3.9, 1), _case(rng, rng.uniform(0.02, 0.1), rng.uniform(0.3, 0.7), 2)]
    cases += [_case(rng, rng.uniform(1.3, 1.6), rng.uniform(2.5, 3.8), 5), _case(rng, *flat(), 2, scale=30.0)]
    cases += [_case(rng, *steep(), 3, scale=0.002), _case(rng, *flat(), 9), _case(rng, *steep(), 20)]
    alpha, low, high = rng.uniform(0.5, 2), *steep()
    return [*cases, {"H": np.diag([1.0, high, low, high]) / alpha, "alpha": alpha}]


def wide(rng):
    while True:
        low, high = np.sort(rng.uniform(0.02, 3.9, 2))
        case = _case(rng, low, high, *sizes(rng, 1), scale=10 ** rng.uniform(-2, 2))
        if np.abs(1 - np.sqrt(_stretch(**case))).max() > 0.1:  # near 0 a beta has no six digits that count
            return case


def _stretch(H, alpha):
    """alpha lambda of all directions."""
    return alpha * np.linalg.eigvalsh(H)


def _flattest(H, alpha):
    ends = np.abs(1 - np.sqrt(_stretch(H, alpha)))
    return ends[0] >= ends[-1]


def _rate(stretch, beta):
    """The largest root in size of mu^2 - (1 + beta - alpha lambda) mu + beta, over all directions."""
    half = (1 + beta - stretch) / 2
    root = np.sqrt((half**2 - beta).astype(complex))
    return max(np.abs(half + root).max(), np.abs(half - root).max())


def truth(H, alpha):
    """By search: the rate falls with beta and then rises, so a third of what is left can be thrown away each time."""
    stretch, low, high = _stretch(H, alpha), 0.0, 1.0
    for _ in range(90):
        one, other = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, other) if _rate(stretch, one) < _rate(stretch, other) else (one, high)
    return np.array(low), np.array(_rate(stretch, high))


def by_ends(H, alpha):
    lam = np.linalg.eigvalsh(H)
    rate = max(1 - np.sqrt(alpha * lam[0]), np.sqrt(alpha * lam[-1]) - 1)
    return rate * rate, rate


def by_cholesky(H, alpha):
    roots = np.linalg.svd(np.linalg.cholesky(alpha * H), compute_uv=False)
    betas = (1 - roots) ** 2
    return [float(betas.max()), float(np.sqrt(betas.max()))]


def by_ringing(H, alpha):
    """The least beta at which every direction rings: 4 beta above (1 + beta - alpha lambda)^2 for each; bisected."""
    stretch, low, high = alpha * np.linalg.eigvals(H).real, 0.0, 1.0
    for _ in range(60):
        beta = (low + high) / 2
        low, high = (low, beta) if ((1 + beta - stretch) ** 2 <= 4 * beta).all() else (beta, high)
    return np.array([high]), np.array([high**0.5])


def by_a_loop(H, alpha):
    beta = 0.0
    for lam in np.linalg.eigh(H)[0]:
        beta = max(beta, 1 + alpha * lam - 2 * np.sqrt(alpha * lam))
    return beta, np.sqrt(beta)


SIZES, RATE, RETURN = "abs(1 - roots)", "abs(1 - roots).max()", "return rate**2, rate"
ROOTS, slip = "np.sqrt(alpha * np.linalg.eigvalsh(H))", slips(PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"beta": 3, "rate": 3},
    passed="On eleven Hessians no other beta does better: the search over all of them ends at yours.",
    ask={
        "beta": "In one direction, at which beta does the ringing begin? And which direction is the last to ring?",
        "rate": "At your beta, what is the larger |mu| of each direction, and which of them is the largest?",
    },
    fixed=("H", "alpha"),
    shapes={"H": "k k"},
    room={
        "the flattest direction decides": lambda case: _flattest(**case),
        "the steepest direction decides": lambda case: not _flattest(**case),
        "alpha lambda above 1 in each direction": lambda case: _stretch(**case)[0] > 1,
        "alpha lambda below 1 in each direction": lambda case: _stretch(**case)[-1] < 1,
        "repeated eigenvalues": lambda case: np.diff(np.linalg.eigvalsh(case["H"])).min(initial=9) < 1e-9,
        "eigenvectors along the axes": lambda case: not (case["H"] - np.diag(np.diag(case["H"]))).any(),
        "an alpha below 0.1": lambda case: case["alpha"] < 0.1,
        "an alpha above 10": lambda case: case["alpha"] > 10,
        "more than two directions": lambda case: len(case["H"]) > 2,
        "more than six directions": lambda case: len(case["H"]) > 6,
    },
    wide=wide,
    misconceptions=(
        slip("flattest_alone", "You took the flattest direction alone. Where alpha lambda is near 4, how much does a "
             "step leave of the steepest?", (RATE, f"{SIZES}[0]")),
        slip("steepest_alone", "You took the steepest direction alone. Where alpha lambda is near 0, how much does a "
             "step leave of the flattest?", (RATE, f"{SIZES}[-1]")),
        slip("fastest_direction", "That is the beta of the direction that needs the least. Do the others ring by then?",
             (RATE, f"{SIZES}.min()")),
        slip("mean_direction", "You took the mean over the directions. Which of them decides in the long run?",
             (RATE, f"{SIZES}.mean()")),
        slip("beta_is_the_rate", "Both numbers are the same. Where it rings, which function of beta does a step leave?",
             (RETURN, "return rate, rate")),
        slip("rate_is_beta", "Both numbers are the same. Where it rings, which function of beta does a step leave?",
             (RETURN, "return rate**2, rate**2")),
        slip("root_for_square", "beta is the root of the rate in your answer. Where it rings, which of them is the "
             "root of the other?", (RETURN, "return np.sqrt(rate), rate")),
        slip("roots_missing", "Your rate is that of gradient descent, |1 - alpha lambda|. What do the roots become "
             "where they are equal?", (ROOTS, "alpha * np.linalg.eigvalsh(H)")),
        slip("gradient_descent", "beta = 0 is gradient descent. What does a little momentum do to the larger root?",
             (ROOTS, "alpha * np.linalg.eigvalsh(H)"), (RETURN, "return 0.0, rate")),
        slip("alpha_outside_the_root", "alpha stands outside of the root. Where does it stand beside lambda, in the "
             "equation for mu?", (ROOTS, "alpha * np.sqrt(np.linalg.eigvalsh(H))")),
        slip("alpha_missing", "Your answer does not depend on alpha. Which product decides on the regime?",
             (ROOTS, "np.sqrt(np.linalg.eigvalsh(H))")),
        slip("best_pair", "That is the beta of the best pair, which belongs to another alpha. Which alpha is given?",
             (RATE, "(roots[-1] - roots[0]) / (roots[-1] + roots[0])")),
        slip("diagonal_for_eigenvalue", "You took the numbers on the diagonal of H. In which directions does a step "
             "only stretch?", (ROOTS, "np.sqrt(alpha * np.diag(H))")),
        slip("size_missing", "Where alpha lambda is above 1, 1 - sqrt(alpha lambda) is below 0. What counts of a root: "
             "it or its size?", (RATE, "(1 - roots).max()")),
    ),
    right=(by_ends, by_cholesky, by_ringing, by_a_loop),
    wrong=(
        *(edited(PROGRAM, change) for change in (
            (RATE, SIZES), (RATE, f"{SIZES}.sum()"), (RATE, f"np.median({SIZES})"), (RETURN, "return 0.9, rate"),
            (RETURN, "return rate**2"), (RETURN, "return rate**2, -rate"), (RETURN, "return 1 - rate**2, rate"),
            (RETURN, "return min(rate**2, 0.5), rate"), (RETURN, "return rate**2, 0.999 * rate"),
            (RATE, f"{SIZES}[[0, -1]].mean()"), (RATE, "abs(1 + roots).max()"),
            (RATE, f"{SIZES}.max() if len(H) < 7 else {SIZES}[0]"),
        )),
        lambda H, alpha: by_ends(H[:2, :2], alpha),
    ),
)  # fmt: skip
