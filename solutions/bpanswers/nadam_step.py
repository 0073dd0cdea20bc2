"""One step of Adam with Nesterov's look ahead."""

import math

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.optimizers import State

from .common.edits import edited, slips, solution
from .common.entrywise import SHAPES, ZERO, any_shape, exact, room, with_zero
from .common.parts import cut_to_whole, part_slips

PROGRAM = solution("nadam_step")
STEPS = 3, 8, 1, 2, 400, 30, 12, 5, 60


def _case(rng, shape, t, zero=False):
    g = rng.normal(size=shape)
    return {
        "theta": rng.normal(size=shape),
        "g": with_zero(g) if zero else g,
        "m": rng.normal(size=shape) * (t > 1),
        "v": rng.uniform(0.1, 2, shape) * (t > 1),
        "t": t,
        "alpha": rng.uniform(0.1, 0.4),
        "beta1": rng.uniform(0.6, 0.9),
        "beta2": rng.uniform(0.91, 0.99),
        "eps": rng.uniform(0.1, 0.3),
    }


def inputs(rng):
    cases = [_case(rng, shape, t, k == ZERO) for k, (shape, t) in enumerate(zip(SHAPES, STEPS, strict=True))]
    cases[5]["eps"] = rng.uniform(0.002, 0.005)
    return cases


def wide(rng):
    return _case(rng, any_shape(rng), int(rng.integers(1, 50))) | {"eps": 10.0 ** rng.uniform(-3, 0)}


@exact
def truth(theta, g, m, v, t, alpha, beta1, beta2, eps):
    """The corrections pulled into the rate and into eps, as Adam's paper does; the look ahead as one more average."""
    m, v = g + beta1 * (m - g), g * g + beta2 * (v - g * g)
    root = (1 - beta2**t).sqrt()
    return theta - alpha * root / (1 - beta1**t) * (g + beta1 * (m - g)) / (v.sqrt() + eps * root), m, v


def joined(theta, g, m, v, t, alpha, beta1, beta2, eps):
    """Two steps of the average, with one and the same g."""
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
    ahead = (m + (1 - beta1) * (g - m)) / (1 - beta1**t)
    return theta - alpha * ahead / (eps + np.sqrt(v / (1 - beta2**t))), m, v


def entries(theta, g, m, v, t, alpha, beta1, beta2, eps):
    out = np.empty((3, *theta.shape))
    for i in np.ndindex(theta.shape):
        a, b = beta1 * m[i] + (1 - beta1) * g[i], beta2 * v[i] + (1 - beta2) * g[i] ** 2
        up = beta1 * a / (1 - beta1**t) + (1 - beta1) * g[i] / (1 - beta1**t)
        out[(slice(None), *i)] = theta[i] - alpha * up / (math.sqrt(b / (1 - beta2**t)) + eps), a, b
    return list(out)


def library(theta, g, m, v, t, alpha, beta1, beta2, eps):
    """bp.adam's step, and what the look ahead adds to it."""
    there, state = bp.adam(alpha, beta1, beta2, eps).update(theta, g, State(t - 1, (m, v)))
    m, v = state.moments
    more = (1 - beta1) * (g - m) / (1 - beta1**t)
    return there - alpha * more / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


M, V = "m = beta1 * m + (1 - beta1) * g", "v = beta2 * v + (1 - beta2) * g**2"
M_HAT, V_HAT, G_HAT = "m / (1 - beta1**t)", "v / (1 - beta2**t)", "g / (1 - beta1**t)"
BAR = f"beta1 * m_hat + (1 - beta1) * {G_HAT}"
BELOW, STEP, RETURN = "np.sqrt(v_hat) + eps", "alpha * m_bar / (np.sqrt(v_hat) + eps)", "return theta, m, v"
KEEP = M, f"old_m, old_v = m, v\n    {M}"
slip, alone = slips(PROGRAM), part_slips(PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"theta": 1, "m": 1, "v": 1},
    passed="At steps 1, 2, 3, 5, 8, 12, 30, 60 and 400 it agrees with arithmetic in 50 digits.",
    ask={
        "theta": "Work out the equations for one entry by hand: at which of them do your numbers part from it?",
        "m": "Which two terms does the equation of m add, and with which factor comes each?",
        "v": "Which two terms does the equation of v add, and with which factor comes each?",
    },
    shapes={"theta": "...", "g": "...", "m": "...", "v": "..."},
    room=room("g")
    | {
        "t = 1": lambda case: case["t"] == 1,
        "t above 1": lambda case: case["t"] > 1,
        "t above 10": lambda case: case["t"] > 10,
        "t = 400": lambda case: case["t"] > 99,
        "an eps below 0.01": lambda case: case["eps"] < 0.01,
    },
    wide=wide,
    misconceptions=(
        alone("plain_adam", "that is Adam's step, without the look ahead. What stands in the numerator here?",
              ("alpha * m_bar", "alpha * m_hat")),
        alone("gradient_not_corrected", "in the numerator, m is corrected and g is not. What is g divided by?",
              (G_HAT, "g")),
        alone("power_of_the_next_step", "in the numerator m is corrected with the power t + 1. The first paper on it "
              "does so. Which power do the equations of this exercise have?",
              ("beta1 * m_hat", "beta1 * m / (1 - beta1 ** (t + 1))")),
        alone("power_of_the_next_step_at_g", "in the numerator g is corrected with the power t + 1. Which power do the "
              "equations of this exercise have?", (G_HAT, "g / (1 - beta1 ** (t + 1))")),
        alone("beta_missing_ahead", "m_hat is in the numerator whole. With which factor does it fade in the step "
              "ahead?", ("beta1 * m_hat", "m_hat")),
        alone("gradient_whole_ahead", "g is in the numerator whole. Which share of it does an average take?",
              (f"(1 - beta1) * {G_HAT}", G_HAT)),
        alone("shares_exchanged_ahead", "in the numerator beta1 and 1 - beta1 have changed places. Which of them does "
              "m_hat keep?", (BAR, f"(1 - beta1) * m_hat + beta1 * {G_HAT}")),
        alone("subtracted_ahead", "in the numerator the part of g is subtracted. What does the next average do with "
              "it?", ("m_hat + ", "m_hat - ")),
        alone("no_correction", "m and v are used as they are, without the correction. Both began at 0: how large are "
              "they after the first step?", (M_HAT, "m"), (V_HAT, "v"), (G_HAT, "g")),
        alone("power_missing", "you divide by 1 - beta in every step. That is right at t = 1. What should become of "
              "the correction when t is large?", ("**t", "")),
        alone("t_from_zero", "the correction of the step before. In the first step t is 1: what is 1 - beta^0?",
              ("**t", " ** (t - 1)")),
        alone("t_behind", "from the second step on, the correction is that of the step before. Is `t` the number of "
              "this step, or of those before it?", ("**t", " ** max(t - 1, 1)")),
        alone("t_one_ahead", "the correction of the step after. Is `t` the number of this step, or of those before "
              "it?", ("**t", " ** (t + 1)")),
        alone("only_m_corrected", "only m is corrected. From which number did v start?", (V_HAT, "v")),
        alone("only_v_corrected", "only v is corrected. From which number did m start?", (M_HAT, "m"), (G_HAT, "g")),
        alone("eps_inside_root", "eps stands inside the root. Some libraries do that, and say so. Where does the "
              "equation of this exercise put it?", (BELOW, "np.sqrt(v_hat + eps)")),
        alone("eps_beside_uncorrected_root", "eps stands beside the root of the uncorrected v, as in some libraries. "
              "Beside which root does it stand in the equation here?", (BELOW, "np.sqrt(v_hat) + eps / np.sqrt(1 - "
              "beta2**t)")),
        alone("eps_missing", "the same numbers would come without eps. What happens to an entry whose gradients are "
              "all 0?", (" + eps", "")),
        alone("multiplied_by_the_correction", "m and v are multiplied by 1 - beta^t. They are too small at the start: "
              "what makes them larger?", (" / (1 - beta", " * (1 - beta")),
        alone("only_m_multiplied", "m is multiplied by 1 - beta1^t. It is too small at the start: what makes it "
              "larger?", (" / (1 - beta1", " * (1 - beta1")),
        alone("hat_multiplied", "in the hat, m is multiplied by 1 - beta1^t. It is too small at the start: what makes "
              "it larger?", (M_HAT, "m * (1 - beta1**t)")),
        alone("only_v_multiplied", "v is multiplied by 1 - beta2^t. It is too small at the start: what makes it "
              "larger?", (" / (1 - beta2", " * (1 - beta2")),
        alone("hat_missing_ahead", "in the numerator stands m, without its hat. What is m divided by?",
              ("beta1 * m_hat", "beta1 * m")),
        alone("hat_by_precedence", "in the hat of m, 1 divides m, and beta1^t is subtracted from it. What does Python "
              "divide by in `m / 1 - beta1**t`?", (M_HAT, "m / 1 - beta1**t")),
        alone("one_correction_for_both", "v is corrected with beta1. Which beta made v so small at the start?",
              (V_HAT, "v / (1 - beta1**t)")),
        alone("root_before_the_correction", "the root of v is divided by the correction. Which comes first in the "
              "equations, root or correction?", ("np.sqrt(v_hat)", "np.sqrt(v) / (1 - beta2**t)")),
        alone("rate_missing", "the step has no alpha in it. Where does the equation have it?",
              ("alpha * m_bar", "m_bar")),
        alone("moments_not_returned", "that is what came in. Which m and v does the next step start from?", KEEP,
              (RETURN, "return theta, old_m, old_v")),
        alone("bar_returned", "you return the average of the look ahead. It is for this step only: which m goes on?",
              (RETURN, "return theta, m_bar, v")),
        alone("uncorrected_and_eps_inside_root", "nothing is corrected, and eps stands inside the root, as in the "
              "tutorial that the chapter mends. Which of the two do you mend first?", (M_HAT, "m"), (V_HAT, "v"),
              (G_HAT, "g"), (BELOW, "np.sqrt(v_hat + eps)")),
        alone("eps_by_precedence", "eps is added to the whole step: every entry moves down by eps, whatever its "
              "gradient. Which comes first for Python, `/` or `+`?", (STEP, "(alpha * m_bar / np.sqrt(v_hat) + eps)")),
        alone("eps_beside_theta", "eps is added to theta itself: every entry moves up by eps, whatever its gradient. "
              "What does Python divide by in `m_bar / np.sqrt(v_hat) + eps`?",
              (STEP, "alpha * m_bar / np.sqrt(v_hat) + eps")),
        alone("hats_returned", "you return the corrected moments. They would be corrected again in the next step: "
              "which m and v go on?", (RETURN, "return theta, m_hat, v_hat")),
        alone("old_moments", "the step was made with the moments that came in. In which order do the equations "
              "stand?", KEEP, (M_HAT, f"old_{M_HAT}"), (V_HAT, f"old_{V_HAT}")),
        alone("old_v", "below the line stands the v that came in. In which order do the equations stand?", KEEP,
              (V_HAT, f"old_{V_HAT}")),
        slip("betas_swapped", "{parts}: beta1 and beta2 have changed places. Which of them belongs to m?",
             ("beta1", "beta0"), ("beta2", "beta1"), ("beta0", "beta2"), ("beta2, beta1, eps", "beta1, beta2, eps")),
        alone("root_missing", "you divided by v_hat itself. If all gradients were ten times as large, how should the "
              "step change?", ("np.sqrt(v_hat)", "v_hat")),
        alone("uphill", "the step goes uphill. What is its sign?", ("theta - alpha", "theta + alpha")),
        alone("power_of_the_next_step_twice", "both terms of the numerator are corrected with the power t + 1. Which "
              "power do the equations of this exercise have?", (BAR, "(beta1 * m + (1 - beta1) * g) / (1 - beta1 ** (t "
              "+ 1))")),
        alone("correction_by_precedence", "beta1^t is subtracted from the numerator itself. What does Python divide by "
              "in `g / 1 - beta1**t`?", (G_HAT, "g / 1 - beta1**t")),
        alone("bar_uncorrected_returned", "g has been averaged in twice: that is the average of the look ahead. Which "
              "m goes on?", (RETURN, "return theta, beta1 * m + (1 - beta1) * g, v")),
        alone("m_corrected_with_beta2", "in the numerator, m is corrected with beta2. Which beta made m so small at "
              "the start?", (M_HAT, "m / (1 - beta2**t)")),
        alone("g_corrected_with_beta2", "in the numerator, g is divided by a correction with beta2. Which beta stands "
              "there?", (G_HAT, "g / (1 - beta2**t)")),
        alone("one_correction_for_both_bars", "the numerator is corrected with beta2. Which beta made m so small at "
              "the start?", (M_HAT, "m / (1 - beta2**t)"), (G_HAT, "g / (1 - beta2**t)")),
        alone("corrected_twice", "the numerator is divided by 1 - beta1^t once more. How often do the equations "
              "correct m?", ("alpha * m_bar", "alpha * m_bar / (1 - beta1**t)")),
        alone("rate_of_a_sum", "the step is divided by 1 - beta1 as well. Which divisions do the equations have?",
              ("alpha * m_bar", "alpha * m_bar / (1 - beta1)")),
        alone("v_looks_ahead", "v looks ahead, too. Of which of the two moments is there a bar in the equations?",
              (BELOW, "np.sqrt(beta2 * v_hat + (1 - beta2) * g**2 / (1 - beta2**t)) + eps")),
        alone("times_t", "in the hat of m, beta1 is multiplied by t. What does the small t at beta1 mean?",
              (M_HAT, "m / (1 - beta1 * t)")),
        alone("times_t_everywhere", "the betas are multiplied by t, and a root of a negative number is `nan`. What "
              "does the small t at a beta mean?", ("**t", " * t")),
        alone("root_with_power_missing", "v is divided by 1 - beta2 in every step. That is right at t = 1. What should "
              "become of the correction when t is large?", (V_HAT, "v / (1 - beta2)")),
        # The averages m and v, which go on into theta:
        alone("m_with_beta2", "m averages with beta2. Which beta belongs to m?", (M, M.replace("beta1", "beta2"))),
        alone("v_with_beta1", "v averages with beta1. Which beta belongs to v?", (V, V.replace("beta2", "beta1"))),
        alone("size_for_square", "v averages |g|. The root comes later: what belongs inside it?",
              ("g**2", "np.abs(g)")),
        alone("share_squared", "1 - beta2 is squared together with g. What does the small 2 stand on in the "
              "equation?", ("(1 - beta2) * g**2", "((1 - beta2) * g) ** 2")),
        alone("m_whole", "g is added whole to the old m. For a gradient that stays the same, where would m end?",
              (M, "m = beta1 * m + g")),
        alone("v_whole", "g^2 is added whole to the old v. For a gradient that stays the same, where would v end?",
              (V, "v = beta2 * v + g**2")),
        alone("m_never_fades", "the old m is kept whole. What is it multiplied by?", ("m = beta1 * m", "m = m")),
        alone("v_never_fades", "the old v is kept whole. What is it multiplied by?", ("v = beta2 * v", "v = v")),
        alone("largest_for_mean", "v is the larger of two numbers. What do the equations make of the two?",
              (V, "v = np.maximum(beta2 * v, g**2)")),
        alone("mean_over_entries", "the squares were averaged over all entries. How many rates should there be, one "
              "for all entries or one for each?", ("g**2", "np.mean(g**2)")),
        alone("square_missing", "v averages g itself, so it can be negative. What does it average?", ("g**2", "g")),
        alone("square_of_m", "v averages the square of m. Of what is v the second moment?", ("g**2", "m**2")),
        slip("gradients_added_whole", "{parts}: g and g^2 are added whole. For a gradient that stays the same, where "
             "would m end?", (M, "m = beta1 * m + g"), (V, "v = beta2 * v + g**2")),
        slip("moments_forgotten", "{parts}: the m and v that came in have no part in it. What do the first two "
             "equations keep of them?", ("m = beta1 * m +", "m ="), ("v = beta2 * v +", "v =")),
        cut_to_whole(truth),
        slip("in_place", "The numbers are right, but the caller's theta, m and v were changed too: `*=`, `+=` and `-=` "
             "write into the argument. How do you make a new array?", (M, "m *= beta1\n    m += (1 - beta1) * g"),
             (V, "v *= beta2\n    v += (1 - beta2) * g**2"), ("theta = theta - ", "theta -= ")),
    ),
    right=(joined, entries, library),
    wrong=tuple(edited(PROGRAM, *changes) for changes in (
        [(M, "m = (1 - beta1) * g")], [("+ eps", "+ 1e-8")], [("+ eps", "+ max(eps, 0.01)")], [("**t", "**1000")],
        [("**t", "**min(t, 10)")], [("**t", "**max(t, 2)")], [("**t", "**min(t, 100)")],
        [("g**2", "g"), ("np.sqrt(v_hat)", "np.sqrt(np.abs(v_hat))")], [KEEP, (RETURN, "return theta, old_m, v")],
        [(V, "v = np.maximum(beta2 * v, np.abs(g))"), (BELOW, "v + eps")],
        [("**t", " * t"), ("np.sqrt(v_hat)", "np.sqrt(np.abs(v_hat))")], [("beta1 * m_hat + ", "")],
        [(RETURN, "return np.squeeze(theta), np.squeeze(m), np.squeeze(v)")],
    )),
)  # fmt: skip
