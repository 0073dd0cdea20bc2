"""One step of RMSprop, a rate for every entry."""

import math

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.optimizers import State

from .common.edits import edited, slips, solution
from .common.entrywise import EDGE, FIRST, SHAPES, ZERO, any_shape, exact, room, with_zero
from .common.parts import cut_to_whole, part_slips

PROGRAM = solution("rmsprop_step")


def _case(rng, shape, first=False, zero=False):
    g = rng.normal(size=shape)
    return {
        "theta": rng.normal(size=shape),
        "g": with_zero(g) if zero else g,
        "s": rng.uniform(0.1, 2, shape) * (not first),
        "alpha": rng.uniform(0.1, 0.4),
        "rho": rng.uniform(0.6, 0.9),
        "eps": rng.uniform(1, 2) if first else rng.uniform(0.1, 0.3),  # larger than the root, and smaller
    }


def inputs(rng):
    cases = [_case(rng, shape, k == FIRST, k in (FIRST, ZERO)) for k, shape in enumerate(SHAPES)]
    cases[EDGE]["rho"] = rng.uniform(0.98, 0.99)
    cases[5]["eps"] = rng.uniform(0.002, 0.005)
    return cases


@exact
def truth(theta, g, s, alpha, rho, eps):
    s = g * g + rho * (s - g * g)
    return theta - alpha * g * (s.sqrt() - eps) / (s - eps * eps), s  # the root is made rational


def entries(theta, g, s, alpha, rho, eps):
    new_s = [rho * old + (1 - rho) * slope**2 for old, slope in zip(s.ravel(), g.ravel(), strict=True)]
    new = [
        x - alpha * slope / (math.sqrt(a) + eps) for x, slope, a in zip(theta.ravel(), g.ravel(), new_s, strict=True)
    ]
    return np.reshape(new, theta.shape), np.reshape(new_s, s.shape)


def by_moves(theta, g, s, alpha, rho, eps):
    s = s + (1 - rho) * (g * g - s)
    rates = alpha / (eps + s**0.5)
    return theta + rates * -g, s


def library(theta, g, s, alpha, rho, eps):
    theta, state = bp.rmsprop(alpha, rho, eps).update(theta, g, State(0, (s,)))
    return theta, *state.moments


def one_dimension(theta, g, s, alpha, rho, eps):
    s = np.array([rho * old + (1 - rho) * slope**2 for old, slope in zip(s, g, strict=True)])
    return [x - alpha * slope / (float(a) ** 0.5 + eps) for x, slope, a in zip(theta, g, s, strict=True)], s


S, STEP, ROOT = "rho * s + (1 - rho) * g**2", "alpha * g / (np.sqrt(s) + eps)", "np.sqrt(s) + eps"
slip, alone = slips(PROGRAM), part_slips(PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"theta": 1, "s": 1},
    passed="It agrees with arithmetic in 50 digits, with an eps so large that its place can be seen.",
    ask={
        "theta": "Work out both equations for one entry by hand: at which of them do your numbers part from it?",
        "s": "Which two terms does the first equation add, and with which factor comes each?",
    },
    shapes={"theta": "...", "g": "...", "s": "..."},
    room=room("g")
    | {
        "s = 0, as in a first step": lambda case: not case["s"].any(),
        "an s that is not 0": lambda case: case["s"].any(),
        "an eps below 0.01": lambda case: case["eps"] < 0.01,
    },
    wide=lambda rng: _case(rng, any_shape(rng), rng.random() < 0.2) | {"eps": 10.0 ** rng.uniform(-3, 0)},
    misconceptions=(
        alone("eps_inside_root", "eps stands inside the root. Some libraries do that, and say so. Where does the "
              "equation of this exercise put it?", (ROOT, "np.sqrt(s + eps)")),
        alone("eps_added_twice", "eps is there twice, inside the root and beside it. Where does the equation have "
              "it?", (ROOT, "np.sqrt(s + eps) + eps")),
        alone("eps_squared", "the square of eps stands beside the root. What stands there in the equation?",
              (ROOT, "np.sqrt(s) + eps**2")),
        alone("eps_squared_inside_root", "the square of eps stands inside the root: root of a sum, not sum of two "
              "roots. Where does the equation put eps?", (ROOT, "np.sqrt(s + eps**2)")),
        alone("eps_subtracted", "eps is subtracted from the root. What is it there to prevent?",
              (ROOT, "np.sqrt(s) - eps")),
        alone("gradient_missing", "the step has no g above the line. What stands there in the equation?",
              ("alpha * g", "alpha")),
        alone("share_squared", "1 - rho is squared together with g. What does the small 2 stand on in the equation?",
              ("(1 - rho) * g**2", "((1 - rho) * g) ** 2")),
        alone("all_squared", "the whole average is squared, the old s with it. What does the small 2 stand on in the "
              "equation?", (S, "(rho * s + (1 - rho) * g) ** 2")),
        alone("share_by_precedence", "1 is added whole, and rho multiplies g^2. What do the brackets around 1 - rho "
              "hold together?", (S, "rho * s + 1 - rho * g**2")),
        alone("doubled_for_squared", "s averages 2 g. Which sign of Python makes a power, `*` or `**`?",
              ("g**2", "g * 2")),
        alone("sign_for_gradient", "only the sign of g is above the line. What stands there in the equation?",
              ("alpha * g", "alpha * np.sign(g)")),
        alone("mean_over_entries", "the squares were averaged over all entries. How many rates should there be, one "
              "for all entries or one for each?", ("g**2", "np.mean(g**2)")),
        slip("corrected", "{parts}: s is divided by 1 - rho. Is there a correction in the two equations?",
             (S, f"({S}) / (1 - rho)")),
        alone("corrected_for_the_step", "s is divided by 1 - rho in the step. Is there a correction in the two "
              "equations?", ("np.sqrt(s)", "np.sqrt(s / (1 - rho))")),
        alone("largest_for_sum", "the larger of root and eps stands below the line. What do the equations make of the "
              "two?", (ROOT, "np.maximum(np.sqrt(s), eps)")),
        alone("multiplied_for_divided", "g is multiplied by root and eps. On which side of the line do they stand?",
              ("alpha * g /", "alpha * g *")),
        alone("signs_only", "each entry moved by alpha, in one direction or the other. By what is g divided in the "
              "equation?", (STEP, "alpha * np.sign(g)")),
        alone("plain_descent", "a step of plain gradient descent. By what is it divided here?",
              (STEP, "alpha * g")),
        alone("s_never_updated", "that is the s that came in. Which s does the next step start from?",
              (f"s = {S}", f"old, s = s, {S}"), ("return theta, s", "return theta, old")),
        alone("rate_outside_forgotten", "the step has no alpha in it. Where does the equation have it?",
              ("alpha * g", "g")),
        slip("decay_by_alpha", "{parts}: alpha and rho have changed places. Which of them is the share of s that is "
             "kept?", ("s = rho * s + (1 - rho)", "s = alpha * s + (1 - alpha)"), (STEP, STEP.replace("alpha", "rho"))),
        alone("eps_by_precedence", "eps is added to the whole step: every entry moves down by eps, whatever its "
              "gradient. Which comes first for Python, `/` or `+`?", (STEP, "(alpha * g / np.sqrt(s) + eps)")),
        alone("eps_beside_theta", "eps is added to theta itself: every entry moves up by eps, whatever its gradient. "
              "What does Python divide by in `g / np.sqrt(s) + eps`?",
              (STEP, "alpha * g / np.sqrt(s) + eps")),
        alone("eps_beside_ratio", "eps is added to g over root s, not to the root. What does Python divide by in `g / "
              "np.sqrt(s) + eps`?", (STEP, "alpha * (g / np.sqrt(s) + eps)")),
        alone("eps_beside_rate", "eps is added to alpha over root s, not to the root. What does Python divide by in "
              "`alpha / np.sqrt(s) + eps`?", (STEP, "(alpha / np.sqrt(s) + eps) * g")),
        alone("eps_missing", "the same numbers would come without eps. What happens to an entry whose gradients are "
              "all 0?", (" + eps", "")),
        alone("decay_swapped", "rho and 1 - rho have changed places. If rho is 0.99, should s be mostly old or mostly "
              "new?", (S, "(1 - rho) * s + rho * g**2")),
        alone("square_missing", "s averages g itself, so it can be negative. What does it average?",
              ("g**2", "g")),
        alone("size_for_square", "s averages |g|. The root comes later: what belongs inside it?",
              ("g**2", "np.abs(g)")),
        alone("squared_norm", "the squares were added up into one number. How many rates should there be, one for all "
              "entries or one for each?", ("g**2", "(g**2).sum()")),
        alone("adagrad", "that is AdaGrad, which forgets nothing, so that its steps die out. What does RMSprop do with "
              "the old s?", (S, "s + g**2")),
        alone("whole_square_added", "the old s fades, but g^2 is added whole. For a gradient that stays the same, "
              "where would s end?", (S, "rho * s + g**2")),
        alone("root_missing", "you divided by s itself. If all gradients were ten times as large, how should the step "
              "change?", ("np.sqrt(s)", "s")),
        alone("old_s", "the step was made with the s that came in. Which of the two equations comes first?",
              (f"s = {S}", f"old, s = s, {S}"), ("np.sqrt(s)", "np.sqrt(old)")),
        alone("uphill", "the step goes uphill. What is its sign?", ("theta - alpha", "theta + alpha")),
        cut_to_whole(truth),
        slip("in_place", "The numbers are right, but the caller's theta and s were changed too: `*=`, `+=` and `-=` "
             "write into the argument. How do you make a new array?", (f"s = {S}", "s *= rho\n    s += (1 - rho) * "
             "g**2"), ("theta = theta - ", "theta -= ")),
    ),
    right=(entries, by_moves, library),
    wrong=(
        *(edited(PROGRAM, *changes) for changes in (
            [("rho * s", "0 * s")], [("+ eps", "+ 1e-8")], [("+ eps", "+ max(eps, 0.01)")],
            [("rho * s + (1 - rho)", "0.99 * s + 0.01")], [("g**2", "g"), ("sqrt(s)", "sqrt(np.abs(s))")],
            [("g**2", "g.mean() ** 2")], [("theta, s\n", "np.squeeze(theta), np.squeeze(s)\n")],
        )),
        one_dimension,
    ),
)  # fmt: skip
