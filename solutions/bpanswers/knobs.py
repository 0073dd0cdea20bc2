"""alpha lambda and beta, read off the distances of a walk of momentum on one parabola."""

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.sizes import sizes

PROGRAM = solution("knobs")


def _walk(rng, n, alpha_lambda, beta, velocity=None):
    """n distances from a random start; velocity: that before the first step, or a random one with which both roots are
    well in the walk.
    """
    while True:
        e, v = rng.uniform(0.5, 2.0) * rng.choice([-1, 1]), rng.normal() if velocity is None else velocity
        distances = [e]
        for _ in range(n - 1):
            v = beta * v - alpha_lambda * e
            e = e + v
            distances.append(e)
        e = np.array(distances)
        if velocity is not None or abs(e[1] ** 2 - e[0] * e[2]) > 0.05 * np.abs(e[:3]).max() ** 2:
            return {"e": e}


def inputs(rng):
    knobs = [(9, 0.6, 0.85), (6, 0.1, 0.3), (5, 2.2, 0.15), (4, 0.05, 0.9), (7, 3.3, 0.9), (4, 1.1, 0.5), (5, 4.5, 0.6)]
    cases = [_walk(rng, n, s * rng.uniform(0.95, 1.05), beta * rng.uniform(0.95, 1.05)) for n, s, beta in knobs]
    small, large = _walk(rng, 6, rng.uniform(0.4, 0.6), 0.8), _walk(rng, 6, rng.uniform(0.4, 0.6), 0.8)
    rest = _walk(rng, 6, rng.uniform(0.6, 0.8), rng.uniform(0.5, 0.7), velocity=0.0)
    return [*cases, rest, {"e": 1e-6 * small["e"]}, {"e": 1e6 * large["e"]},
            _walk(rng, 40, rng.uniform(0.2, 0.5), rng.uniform(0.93, 0.97))]  # fmt: skip


def wide(rng):
    (more,) = sizes(rng, 1)
    beta = rng.uniform(0.1, 0.97)
    case = _walk(rng, 3 + more, rng.uniform(0.05, 2.1) * (1 + beta), beta)
    return {"e": 10 ** rng.uniform(-3, 3) * case["e"]}


def _product_and_sum(e):
    """Of the two roots, from the first four positions: e_(k+1) = sum * e_k - product * e_(k-1), twice, by Cramer."""
    det = e[1] ** 2 - e[0] * e[2]
    return (e[2] ** 2 - e[1] * e[3]) / det, (e[1] * e[2] - e[0] * e[3]) / det


def truth(e):
    """Through the roots of the characteristic equation: their product is beta, their sum 1 + beta - alpha lambda."""
    product, total = _product_and_sum(e)
    roots = np.roots([1, -total, product])
    return np.array(np.prod(1 - roots).real), np.array(np.prod(roots).real)


def by_two_equations(e):
    v = np.diff(e)
    return np.linalg.solve([[-e[1], v[0]], [-e[2], v[1]]], v[1:3])


def by_cramer(e):
    beta, total = _product_and_sum(e.tolist())
    return 1 + beta - total, beta


def by_normal_equations(e):
    A = np.array([[-here, here - before] for before, here in zip(e[:-2], e[1:-1], strict=True)])
    b = np.array([after - here for here, after in zip(e[1:-1], e[2:], strict=True)])
    alpha_lambda, beta = np.linalg.inv(A.T @ A) @ (A.T @ b)
    return [alpha_lambda], [beta]


def by_elimination(e):
    first, second, third = (e[k + 1] - e[k] for k in range(3))
    beta = (third * e[1] - second * e[2]) / (second * e[1] - first * e[2])
    return (beta * first - second) / e[1] if abs(e[1]) > abs(e[2]) else (beta * second - third) / e[2], beta


EQUATIONS, RETURN, slip = "np.column_stack([-e[1:-1], steps[:-1]])", "return alpha_lambda, beta", slips(PROGRAM)


def _decay(case):
    return np.abs(case["e"][-1]) / np.abs(case["e"]).max()


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    tolerance=1e-4,  # a walk that grows or rings loses digits, in normal equations twice as many
    parts={"alpha_lambda": 2, "beta": 2},
    passed="The two roots that your numbers give are those in the path, for walks that creep, ring and diverge.",
    ask={
        "alpha_lambda": "Put your numbers into e_2 - e_1 = beta (e_1 - e_0) - alpha lambda e_1: does it hold?",
        "beta": "Put your numbers into e_2 - e_1 = beta (e_1 - e_0) - alpha lambda e_1: does it hold?",
    },
    fixed=("e",),
    shapes={"e": "n"},
    room={
        "n = 1": "two unknowns need two equations, which are four positions",
        "n = 4": lambda case: len(case["e"]) == 4,
        "n above 20": lambda case: len(case["e"]) > 20,
        "a start at rest": lambda case: abs(case["e"][1] - (1 - float(truth(**case)[0])) * case["e"][0])
        < 1e-6 * abs(case["e"][0]),
        "a distance that grows": lambda case: _decay(case) == 1,
        "distances below a thousandth": lambda case: np.abs(case["e"]).max() < 1e-3,
        "distances above a thousand": lambda case: np.abs(case["e"]).max() > 1e3,
        "a start below 0": lambda case: case["e"][0] < 0,
    },
    wide=wide,
    misconceptions=(
        slip("sign", "alpha lambda has the wrong sign. Does the slope pull towards the minimum or away from it?",
             ("-e[1:-1]", "e[1:-1]")),
        slip("sum_of_the_roots", "Your first number is the factor of e_k when the step is written with positions only. "
             "How is alpha lambda hidden in it?", (RETURN, "return 1 + beta - alpha_lambda, beta")),
        slip("product_with_a_minus", "Your beta is the factor of e_(k-1), with its sign. Which sign has beta there?",
             (RETURN, "return alpha_lambda, -beta")),
        slip("slope_at_the_end", "You took the slope where a step ends. Where does momentum take it?",
             ("-e[1:-1]", "-e[2:]")),
        slip("slope_one_step_before", "You took the slope one step too early: a step begins where the one before has "
             "ended. Which position is that?", ("-e[1:-1]", "-e[:-2]")),
        slip("started_at_rest", "That is right if the walk began at rest. May you know that?",
             (RETURN, "alpha_lambda = 1 - e[1] / e[0]\n    return alpha_lambda, (e[2] - e[1] + alpha_lambda * e[1]) / "
              "(e[1] - e[0])")),
        slip("form_c", "Your first number is that of form C. By which factor does its alpha differ from that of this "
             "course?", (RETURN, "return alpha_lambda / (1 - beta), beta")),
        slip("velocity_of_two_steps", "You took the velocity from positions that are two steps apart. Which two make "
             "the last step?", ("steps[:-1]", "e[2:] - e[:-2]")),
        slip("without_momentum", "beta = 0 is gradient descent. Does each step multiply the distance by the same "
             "number here?", (RETURN, "return 1 - e[1] / e[0], 0.0")),
        slip("positions_for_steps", "Your equations have positions where the velocity belongs. How is it read from the "
             "list?", ("steps[:-1]", "e[:-2]")),
        slip("order_of_unknowns", "The two numbers have changed places. Which column belongs to which?",
             ("alpha_lambda, beta = np", "beta, alpha_lambda = np")),
    ),
    right=(by_two_equations, by_cramer, by_normal_equations, by_elimination),
    wrong=(
        *(edited(PROGRAM, change) for change in (
            (RETURN, "return alpha_lambda, 0.9"), (RETURN, "return alpha_lambda"),
            (RETURN, "return alpha_lambda, beta**2"),
            (RETURN, "return 2 * alpha_lambda, beta"), (RETURN, "return min(alpha_lambda, 4.0), beta"),
            (RETURN, "return alpha_lambda, np.sqrt(abs(beta))"), (RETURN, "return alpha_lambda * beta, beta"),
            ("steps[1:]", "steps[:-1]"),
        )),
        lambda e: by_two_equations(e[-4:] + 1e-3 * np.abs(e).max()),
    ),
)  # fmt: skip
