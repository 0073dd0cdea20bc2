"""The mean and the variance of a unit's z over the masks of dropout."""

import math

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

PROGRAM = solution("dropout_noise")
MEAN, FACTOR, SQUARES = "w @ a", "drop / (1 - drop)", "((w * a) ** 2).sum()"
VARIANCE = f"{FACTOR} * {SQUARES}"


def _case(rng, m, drop, zeros=0, scale=1.0):
    w, a = rng.normal(size=m), scale * rng.normal(size=m)
    a[rng.permutation(m)[:zeros]] = 0.0  # as ReLU gives them
    return {"w": w, "a": a, "drop": drop}


def inputs(rng):
    sizes_and_more = (5, 0), (4, 2), (7, 0), (3, 1), (1, 0), (2, 0), (6, 0), (33, 12)
    cases = [_case(rng, m, float(rng.uniform(0.55, 0.85)) - 0.5 * (i % 2), zeros) for i, (m, zeros) in
             enumerate(sizes_and_more)]  # fmt: skip
    cases += [_case(rng, 4, 0.0), _case(rng, 5, 0.5), _case(rng, 4, 0.1, scale=50.0), _case(rng, 3, 0.98)]
    cases[2]["a"] = np.abs(cases[2]["a"])
    return cases


def wide(rng):
    (m,) = sizes(rng, 1, most=9)
    drop = float(rng.choice([0.0, 0.5, rng.uniform(0.01, 0.99), rng.uniform(0.01, 0.7)]))
    return _case(rng, m, drop, int(rng.integers(0, m)), float(rng.choice([1.0, 30.0])))


def truth(w, a, drop):
    """Term by term: each takes two values, and its mean and spread are those of two weighted points."""
    mean, variance = [], []
    for w_i, a_i in zip(w.tolist(), a.tolist(), strict=True):
        kept = w_i * a_i / (1 - drop)
        mean.append((1 - drop) * kept)
        variance.append((1 - drop) * (kept - mean[-1]) ** 2 + drop * mean[-1] ** 2)
    return math.fsum(mean), math.fsum(variance)


def loops(w, a, drop):
    mean = variance = 0.0
    for k in range(len(w)):
        mean += w[k] * a[k]
        variance += w[k] ** 2 * a[k] ** 2 * (1 / (1 - drop) - 1)
    return mean, variance


def covariances(w, a, drop):
    """The quadratic form of the covariance matrix of the masks."""
    spread = np.diag(np.full(len(w), drop * (1 - drop))) / (1 - drop) ** 2
    return [np.array([(w * a).sum()]), (w * a) @ spread @ (w * a)]


def second_moments(w, a, drop):
    """The mean of the square minus the square of the mean, with all pairs of terms."""
    t = w * a
    pairs = np.outer(t, t) * (1 + np.eye(len(t)) * (1 / (1 - drop) - 1))
    return t.sum(), (pairs - np.outer(t, t)).sum()


slip, part = slips(PROGRAM), slips(PROGRAM, alone=True)


def variance(name, new, message):
    return part(name, f"`variance` {message}", (VARIANCE, new))


def mean(name, new, message):
    return part(name, f"`mean` {message}", (MEAN, new))


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"mean": 1, "variance": 2},
    passed="The mean is that without dropout, which is what the division by 1 - q is for, and the noise grows with q, "
    "faster and faster.",
    shapes={"w": "m", "a": "m"},
    room={
        "drop = 0": lambda case: case["drop"] == 0,
        "drop = 1/2": lambda case: case["drop"] == 0.5,
        "a drop above 1/2": lambda case: case["drop"] > 0.5,
        "an input that is 0": lambda case: not case["a"].all(),
        "inputs that are all above 0": lambda case: case["a"].min() > 0,
        "more than ten inputs": lambda case: len(case["a"]) > 10,
        "large inputs": lambda case: np.abs(case["a"]).max() > 20,
    },
    wide=wide,
    ask={
        "mean": "What is the mean of M, if it is 0 with the probability q?",
        "variance": "For one term: what is the mean of its square, and what the square of its mean?",
    },
    misconceptions=(
        slip("not_inverted", "Both are those of a mask of ones and zeros, without the division by 1 - q. Which numbers "
             "is M?",
             (MEAN, "(1 - drop) * (w @ a)"), (VARIANCE, f"drop * (1 - drop) * {SQUARES}")),
        variance("division_forgotten", f"drop * (1 - drop) * {SQUARES}", "is that of a mask of ones and zeros. What "
                 "becomes of a variance when its number is divided by 1 - q?"),
        variance("divided_once", f"drop * {SQUARES}", "is 1 - q times the right one. If a number is divided by 1 - q, "
                 "by what is its variance divided?"),
        variance("divided_three_times", f"drop / (1 - drop) ** 2 * {SQUARES}", "is the right one divided by 1 - q. "
                 "What is the variance of the mask before it is divided?"),
        variance("square_of_the_sum", f"{FACTOR} * (w @ a) ** 2", "has the square of the sum, as if one coin decided "
                 "for all inputs. What adds up when the terms are independent?"),
        variance("inputs_not_squared", f"{FACTOR} * (w**2 * a).sum()", "has the inputs without a square. What does a "
                 "constant factor do to a variance?"),
        variance("weights_not_squared", f"{FACTOR} * (w * a**2).sum()", "has the weights without a square. What does a "
                 "constant factor do to a variance?"),
        variance("nothing_squared", f"{FACTOR} * (w @ a)", "has neither the weights nor the inputs squared. What does "
                 "a constant factor do to a variance?"),
        variance("inputs_left_out", f"{FACTOR} * (w**2).sum()", "does not depend on the inputs. What is each mask "
                 "multiplied by?"),
        variance("weights_left_out", f"{FACTOR} * (a**2).sum()", "does not depend on the weights. What is each mask "
                 "multiplied by?"),
        variance("squares_multiplied", f"{FACTOR} * (w**2).sum() * (a**2).sum()", "has a product of two sums. Does "
                 "each weight meet each input?"),
        variance("sizes_added", f"{FACTOR} * np.abs(w * a).sum()", "adds up sizes, where squares belong. What does a "
                 "constant factor do to a variance?"),
        variance("mean_of_the_squares", f"{SQUARES} / (1 - drop)", "is the sum of the means of the squares. What must "
                 "be taken off to make variances of them?"),
        variance("turned_over", f"(1 - drop) / (drop or np.nan) * {SQUARES}", "has q below the line, so that the noise "
                 "is largest where nobody sits out. Is q the probability of sitting out, or of being kept?"),
        variance("drop_squared", f"drop**2 / (1 - drop) * {SQUARES}", "has a factor q too many. What is the variance "
                 "of a number that is 0 with the probability q, else 1?"),
        variance("square_of_a_variance", f"drop**2 * {SQUARES}", "has q (1 - q) squared over (1 - q)². Is q (1 - q) "
                 "the variance of a mask of ones and zeros already, or its root?"),
        variance("deviation", f"np.sqrt({VARIANCE})", "is the standard deviation. What is its square?"),
        variance("mean_over_inputs", f"{FACTOR} * ((w * a) ** 2).mean()", "is a mean over the inputs. How do the "
                 "variances of independent terms go together in a sum?"),
        variance("of_the_inputs", f"{FACTOR} * np.var(w * a) * len(w)", "is the spread between the inputs. Which is "
                 "random here: the inputs, or the masks?"),
        variance("second_moment_of_z", f"{VARIANCE} + (w @ a) ** 2", "is the mean of z². What must be taken off to "
                 "make a variance of it?"),
        variance("no_variance", "0.0 * drop", "is 0. Is z the same with every mask?"),
        mean("mean_of_ones_and_zeros", "(1 - drop) * (w @ a)", "is that of a mask of ones and zeros. What is the mean "
             "of M?"),
        mean("all_kept", "w @ a / (1 - drop)", "is z with nobody sitting out, and still divided. How often is an input "
             "kept?"),
        mean("mean_times_drop", "drop * (w @ a)", "is that of the inputs that sit out. Is q the probability of sitting "
             "out, or of being kept?"),
        mean("mean_over_inputs_too", "(w * a).mean()", "is a mean over the inputs. Over what is the mean taken here?"),
        mean("mean_is_zero", "0 * (w @ a)", "is 0. Which z comes if nobody sits out?"),
    ),
    right=(loops, covariances, second_moments),
    wrong=(
        kept_by_shape(edited(PROGRAM)),
        *(edited(PROGRAM, change) for change in (
            (FACTOR, "(1 - drop)"), (FACTOR, "abs(1 - 2 * drop) / (1 - drop)"), (FACTOR, "min(drop / (1 - drop), 5)"),
            (SQUARES, "((w * a)[:20] ** 2).sum()"), (SQUARES, "(np.maximum(w * a, 0) ** 2).sum()"),
            (MEAN, "w @ np.maximum(a, 0)"), (MEAN, "np.round(w @ a, 2)"), (VARIANCE, f"max({VARIANCE}, 1e-3)"),
            (VARIANCE, f"-{VARIANCE}"), (MEAN, "w * a"), (SQUARES, "(w * a) ** 2"),
        )),
        edited(PROGRAM, (f"{MEAN}, {VARIANCE}", f"{VARIANCE}, {MEAN}")),
    ),
)  # fmt: skip
