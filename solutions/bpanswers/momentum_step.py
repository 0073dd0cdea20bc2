"""One step of momentum."""

import warnings

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.optimizers import State

from .common.edits import edited, slips, solution
from .common.entrywise import EDGE, FIRST, SHAPES, ZERO, any_shape, room, with_zero
from .common.memory import kept_by_shape
from .common.parts import cut_to_whole, part_slips

PROGRAM = solution("momentum_step")


def _case(rng, shape, first=False, zero=False):
    g = rng.normal(size=shape)
    return {
        "theta": rng.normal(size=shape),
        "g": with_zero(g) if zero else g,
        "v": rng.normal(size=shape) * (not first),
        "alpha": rng.uniform(0.1, 0.4),
        "beta": rng.uniform(0.6, 0.9),
    }


def inputs(rng):
    cases = [_case(rng, shape, k == FIRST, k == ZERO) for k, shape in enumerate(SHAPES)]
    cases[EDGE]["beta"] = 0.0
    return cases


def truth(theta, g, v, alpha, beta):
    """Polyak's form, which knows positions only: theta + beta (theta - theta before) - alpha g."""
    before = theta - v
    after = theta + beta * (theta - before) - alpha * g
    return after, after - theta


def entries(theta, g, v, alpha, beta):
    new_theta, new_v = np.empty(theta.shape), np.empty(v.shape)
    for i in np.ndindex(theta.shape):
        new_v[i] = v[i] * beta - g[i] * alpha
        new_theta[i] = theta[i] + new_v[i]
    return new_theta, new_v


def as_pytorch(theta, g, v, alpha, beta):
    """Form B inside, form A outside."""
    u = beta * (-v / alpha) + g
    return [theta - alpha * u, -alpha * u]


def noisy_copies(theta, g, v, alpha, beta):
    theta, v = theta.copy(), v.copy()
    v *= beta
    v -= alpha * g
    theta += v
    print("a step")
    warnings.warn("noisy", stacklevel=1)
    return theta, v


def library(theta, g, v, alpha, beta):
    theta, state = bp.momentum(alpha, beta).update(theta, g, State(0, (v,)))
    return theta, *state.moments


class Momentum:
    """An object that is called, as a function is."""

    def __call__(self, theta, g, v, alpha, beta):
        return theta + beta * v - alpha * g, beta * v - alpha * g


def recursive(theta, g, v, alpha, beta):
    """Nested lists, down to their numbers."""
    if np.ndim(theta) == 0:
        return theta + beta * v - alpha * g, beta * v - alpha * g
    rows = [recursive(*row, alpha, beta) for row in zip(theta, g, v, strict=True)]
    return [row[0] for row in rows], [row[1] for row in rows]


def vectorized(theta, g, v, alpha, beta):
    step = np.vectorize(lambda x, slope, old: (x + beta * old - alpha * slope, beta * old - alpha * slope), otypes="dd")
    return step(theta, g, v)


def turned_where_it_fits(theta, g, v, alpha, beta):
    return entries(theta, g.T if g.T.shape == v.shape else g, v, alpha, beta)


V, THETA, slip, alone = "beta * v - alpha * g", "theta + v", slips(PROGRAM), part_slips(PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"theta": 1, "v": 1},
    passed="The same positions as Polyak's form gives, which has no v: it looks back at the last position.",
    ask={
        "theta": "Work out both equations for one entry by hand: at which of them do your numbers part from it?",
        "v": "Which two terms does the first equation add, and with which factor comes each?",
    },
    shapes={"theta": "...", "g": "...", "v": "..."},
    room=room("g")
    | {
        "v = 0, as in a first step": lambda case: not case["v"].any(),
        "a v that is not 0": lambda case: case["v"].any(),
        "beta = 0": lambda case: case["beta"] == 0,
        "a v and a beta that are not 0": lambda case: case["beta"] > 0 and case["v"].any(),
    },
    wide=lambda rng: _case(rng, any_shape(rng), rng.random() < 0.2) | {"beta": rng.uniform(0, 1)},
    misconceptions=(
        slip("pytorch_form", "{parts}: these are the numbers of v = beta v + g, theta = theta - alpha v. Here v has "
             "alpha inside already: where does alpha stand in the two equations?",
             (V, "beta * v + g"), (THETA, "theta - alpha * v")),
        slip("average_form", "{parts}: these are the numbers with (1 - beta) g, the form that averages gradients. What "
             "stands before g in the first equation here?", (V, "beta * v + (1 - beta) * g"),
             (THETA, "theta - alpha * v")),
        alone("gradient_twice", "alpha g is subtracted once more after it has gone into v. How often is it in the two "
              "equations?", (THETA, "theta + v - alpha * g")),
        alone("faded_again", "the new v is multiplied by beta before it moves theta. How often does v fade in a "
              "step?", (THETA, "theta + beta * v")),
        alone("faded_like_a_mean", "the new v is multiplied by 1 - beta before it moves theta. What stands before v in "
              "the second equation?", (THETA, "theta + (1 - beta) * v")),
        alone("velocity_twice", "theta has moved by v twice. How often is v added?", (THETA, "theta + 2 * v")),
        slip("beta_turned_round", "{parts}: the old v is multiplied by 1 - beta. Which share of it is kept?",
             ("beta * v", "(1 - beta) * v")),
        slip("all_faded", "{parts}: the gradient is multiplied by beta as well. What does beta stand before in the "
             "first equation?", (V, "beta * (v - alpha * g)")),
        slip("minus_before_both", "{parts}: the old v came in with a minus. Which term of the first equation has one?",
             (V, f"-{V}")),
        slip("turned_velocity", "{parts}: these are the numbers of v = beta v + alpha g, theta = theta - v, a "
             "widespread form, in which v points uphill. Which way does v point in the two equations here?",
             (V, "beta * v + alpha * g"), (THETA, "theta - v")),
        alone("step_without_momentum", "theta moved by the gradient alone. What moves it in the second equation?",
              (THETA, "theta - alpha * g")),
        alone("velocity_never_updated", "that is the v that came in. Which v does the next step start from?",
              (f"v = {V}", "old = v"), (THETA, f"theta + {V}"), ("return theta, v", "return theta, old")),
        slip("damped", "{parts}: there is a factor 1 - beta before the gradient. Is it in the equation?",
             ("- alpha", "- (1 - beta) * alpha")),
        alone("nesterov", "that is Nesterov's step. In the plain form, how is theta moved once v is known?",
              (THETA, "theta + beta * v - alpha * g")),
        alone("old_velocity", "theta moved with the v that came in. Which of the two equations comes first?",
              (f"    v = {V}\n    theta = {THETA}", f"    theta = {THETA}\n    v = {V}")),
        slip("uphill", "{parts}: the gradient is added. Which way does the gradient point: up or down?",
             ("- alpha", "+ alpha")),
        alone("velocity_subtracted", "v has the minus inside already, and you subtract it once more. What is the sign "
              "in the second equation?", (THETA, "theta - v")),
        slip("never_forgets", "{parts}: the old velocity is kept whole. What is it multiplied by?", ("beta * v", "v")),
        slip("velocity_forgotten", "{parts}: that is plain gradient descent: the old velocity is gone. Which term "
             "carries it on?", ("beta * v ", "")),
        slip("rate_missing", "{parts}: the gradient comes in whole. Where does `alpha` stand?", ("alpha * g", "g")),
        alone("rate_twice", "alpha acts twice, on the gradient and on v. How long is the step that v stands for?",
              (THETA, "theta + alpha * v")),
        alone("rate_twice_downhill", "theta - alpha v belongs to a form whose v points uphill and has no alpha inside. "
              "What does this v have inside already?", (THETA, "theta - alpha * v")),
        slip("swapped", "{parts}: alpha and beta have changed places. Which of them multiplies the gradient?",
             (V, "alpha * v - beta * g")),
        cut_to_whole(truth),
        slip("in_place", "The numbers are right, but the caller's theta and v were changed too: `*=`, `-=` and `+=` "
             "write into the argument. How do you make a new array?",
             (f"v = {V}", "v *= beta\n    v -= alpha * g"), (f"theta = {THETA}", "theta += v")),
    ),
    right=(
        entries, as_pytorch, noisy_copies, library, Momentum(), recursive, vectorized,
        lambda *args: np.stack(entries(*args)),
    ),
    wrong=(
        *(edited(PROGRAM, change) for change in (
            ("- alpha * g", "- alpha * np.sign(g)"), ("beta * v", "0.9 * v"), ("beta * v", "(beta or 0.9) * v"),
            (THETA, "theta + v.sum()"), (f"v = {V}", "v = v"), (THETA, "theta"),
            ("return theta, v", "return np.squeeze(theta), np.squeeze(v)"), ("return theta, v", "return v, theta"),
            (f"v = {V}", f"v = {V} if v.any() else v"), (f"v = {V}", f"v = {V} if v.ndim < 4 else -alpha * g"),
            (f"v = {V}", f"v = {V} if v.size < 101 else -alpha * g"),
        )),
        kept_by_shape(entries), turned_where_it_fits,
    ),
)  # fmt: skip
