"""Chapter 05: one step of Adam with Nesterov's look ahead."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception

from .adam_averages import AVERAGES
from .adam_program import (
    eps_inside,
    in_place,
    inputs,
    look_ahead,
    nadam,
    other_bar,
    other_root,
    root_only,
    truth,
    wide,
)  # fmt: skip
from .exact import EPS_INSIDE, Alone
from .momentum import ONE_SHAPE

NADAM_STEP = Exercise(
    name="nadam_step",
    inputs=inputs,
    truth=truth,
    parts={"theta": 1, "m": 1, "v": 1},
    passed="At steps 1, 2, 3, 5, 8, 12, 30 and 400 it agrees with arithmetic in 50 digits.",
    ask={
        "theta": "Print m_hat, v_hat and m_bar for t = 1 and m = v = 0: are they g, g^2 and (1 + beta1) g?",
        "m": "Which two terms does the equation of m add, and with which factor comes each?",
        "v": "Which two terms does the equation of v add, and with which factor comes each?",
    },
    shapes={"theta": "...", "g": "...", "m": "...", "v": "..."},
    room=ONE_SHAPE
    | {
        "t = 1": lambda case: case["t"] == 1,
        "t above 1": lambda case: case["t"] > 1,
        "t above 10": lambda case: case["t"] > 10,
        "t = 400": lambda case: case["t"] > 99,
    },
    wide=wide,
    misconceptions=(
        Alone(
            "plain_adam",
            partial(nadam, ahead=lambda beta1, m_hat, g, c1: m_hat),
            "{parts}: that is Adam's step, without the look ahead. What stands in the numerator here?",
        ),
        Alone(
            "gradient_not_corrected",
            partial(nadam, ahead=lambda beta1, m_hat, g, c1: beta1 * m_hat + (1 - beta1) * g),
            "{parts}: in the numerator, m is corrected and g is not. What is g divided by?",
        ),
        Alone(
            "power_of_the_next_step",
            partial(
                nadam,
                ahead=lambda beta1, m_hat, g, c1: look_ahead(beta1, m_hat * c1 / (1 - beta1 * (1 - c1)), g, c1),
            ),
            "{parts}: in the numerator m is corrected with the power t + 1. The first paper on it does so. Which power "
            "do the equations of this exercise have?",
        ),
        Alone(
            "beta_missing_ahead",
            partial(nadam, ahead=lambda beta1, m_hat, g, c1: m_hat + (1 - beta1) * g / c1),
            "{parts}: m_hat is in the numerator whole. With which factor does it fade in the step ahead?",
        ),
        Alone(
            "gradient_whole_ahead",
            partial(nadam, ahead=lambda beta1, m_hat, g, c1: beta1 * m_hat + g / c1),
            "{parts}: g is in the numerator whole. Which share of it does an average take?",
        ),
        Alone(
            "no_correction",
            partial(nadam, correct=(0, 0)),
            "{parts}: m and v are used as they are, without the correction. Both began at 0: how large are they after "
            "the first step?",
        ),
        Alone(
            "power_missing",
            partial(nadam, power=lambda t: 1),
            "{parts}: you divide by 1 - beta in every step. That is right at t = 1. What should become of the "
            "correction when t is large?",
        ),
        Alone(
            "t_from_zero",
            partial(nadam, power=lambda t: t - 1),
            "{parts}: the correction of the step before. In the first step t is 1: what is 1 - beta^0?",
        ),
        Alone(
            "t_behind",
            partial(nadam, power=lambda t: max(t - 1, 1)),
            "{parts}: from the second step on, the correction is that of the step before. Is `t` the number of this "
            "step, or of those before it?",
        ),
        Alone(
            "t_one_ahead",
            partial(nadam, power=lambda t: t + 1),
            "{parts}: the correction of the step after. Is `t` the number of this step, or of those before it?",
        ),
        Alone(
            "only_m_corrected",
            partial(nadam, correct=(1, 0)),
            "{parts}: only m is corrected. From which number did v start?",
        ),
        Alone(
            "only_v_corrected",
            partial(nadam, correct=(0, 1)),
            "{parts}: only v is corrected. From which number did m start?",
        ),
        Alone("eps_inside_root", partial(nadam, root=eps_inside), EPS_INSIDE),
        Alone(
            "eps_beside_uncorrected_root",
            lambda theta, g, m, v, t, alpha, beta1, beta2, eps: nadam(
                theta, g, m, v, t, alpha, beta1, beta2, eps / np.sqrt(1 - beta2**t)
            ),
            "{parts}: eps stands beside the root of the uncorrected v, as in some libraries. Beside which root does it "
            "stand in the equation here?",
        ),
        Alone(
            "eps_missing",
            partial(nadam, root=root_only),
            "{parts}: the same numbers would come without eps. What happens to an entry whose gradients are all 0?",
        ),
        Alone(
            "multiplied_by_the_correction",
            partial(nadam, correct=(-1, -1)),
            "{parts}: m and v are multiplied by 1 - beta^t. They are too small at the start: what makes them larger?",
        ),
        Alone(
            "only_m_multiplied",
            partial(nadam, correct=(-1, 1)),
            "{parts}: m is multiplied by 1 - beta1^t. It is too small at the start: what makes it larger?",
        ),
        Alone(
            "only_v_multiplied",
            partial(nadam, correct=(1, -1)),
            "{parts}: v is multiplied by 1 - beta2^t. It is too small at the start: what makes it larger?",
        ),
        Alone(
            "hat_missing_ahead",
            partial(nadam, ahead=lambda beta1, m_hat, g, c1: beta1 * m_hat * c1 + (1 - beta1) * g / c1),
            "{parts}: in the numerator stands m, without its hat. What is m divided by?",
        ),
        Alone(
            "one_correction_for_both",
            lambda theta, g, m, v, t, alpha, beta1, beta2, eps: other_root(
                theta, g, m, v, t, alpha, beta1, beta2, eps, lambda v: v / (1 - beta1**t)
            ),
            "{parts}: v is corrected with beta1. Which beta made v so small at the start?",
        ),
        Alone(
            "root_before_the_correction",
            partial(nadam, root=lambda v_hat, eps: np.sqrt(v_hat) + eps, correct=(1, 2)),
            "{parts}: the root of v is divided by the correction. Which comes first in the equations, root or "
            "correction?",
        ),
        Alone(
            "rate_missing",
            lambda theta, g, m, v, t, alpha, beta1, beta2, eps: nadam(theta, g, m, v, t, 1.0, beta1, beta2, eps),
            "{parts}: the step has no alpha in it. Where does the equation have it?",
        ),
        Alone(
            "moments_not_returned",
            lambda theta, g, m, v, *rest: (nadam(theta, g, m, v, *rest)[0], m, v),
            "{parts}: that is what came in. Which m and v does the next step start from?",
        ),
        Alone(
            "bar_returned",
            lambda theta, g, m, v, t, alpha, beta1, beta2, eps: (
                nadam(theta, g, m, v, t, alpha, beta1, beta2, eps)[0],
                look_ahead(beta1, (beta1 * m + (1 - beta1) * g) / (1 - beta1**t), g, 1 - beta1**t),
                nadam(theta, g, m, v, t, alpha, beta1, beta2, eps)[2],
            ),
            "{parts}: you return the average of the look ahead. It is for this step only: which m goes on?",
        ),
        Alone(
            "uncorrected_and_eps_inside_root",
            partial(nadam, root=eps_inside, correct=(0, 0)),
            "{parts}: nothing is corrected, and eps stands inside the root, as in the tutorial that the chapter "
            "mends. Which of the two do you mend first?",
        ),
        Alone(
            "eps_by_precedence",
            partial(nadam, root=root_only, beside=-1.0),
            "{parts}: eps is added to the whole step: every entry moves down by eps, whatever its gradient. Which "
            "comes first for Python, `/` or `+`?",
        ),
        Alone(
            "eps_beside_theta",
            partial(nadam, root=root_only, beside=1.0),
            "{parts}: eps is added to theta itself: every entry moves up by eps, whatever its gradient. What does "
            "Python divide by in `m_hat / np.sqrt(v_hat) + eps`?",
        ),
        Alone(
            "hats_returned",
            partial(nadam, keep_hat=True),
            "{parts}: you return the corrected moments. They would be corrected again in the next step: which m and v "
            "go on?",
        ),
        Alone(
            "old_moments",
            partial(nadam, old=True),
            "{parts}: the step was made with the moments that came in. In which order do the equations stand?",
        ),
        Misconception(
            "betas_swapped",
            lambda theta, g, m, v, t, alpha, beta1, beta2, eps: nadam(theta, g, m, v, t, alpha, beta2, beta1, eps),
            "{parts}: beta1 and beta2 have changed places. Which of them belongs to m?",
        ),
        Alone(
            "root_missing",
            partial(nadam, root=lambda v, eps: v + eps),
            "{parts}: you divided by v_hat itself. If all gradients were ten times as large, how should the step "
            "change?",
        ),
        Alone("uphill", partial(nadam, sign=1.0), "{parts}: the step goes uphill. What is its sign?"),
        Alone(
            "power_of_the_next_step_twice",
            partial(
                nadam, ahead=lambda beta1, m_hat, g, c1: look_ahead(beta1, m_hat, g, c1) * c1 / (1 - beta1 * (1 - c1))
            ),
            "{parts}: both terms of the numerator are corrected with the power t + 1. Which power do the equations of "
            "this exercise have?",
        ),
        Alone(
            "correction_by_precedence",
            partial(nadam, ahead=lambda beta1, m_hat, g, c1: beta1 * m_hat + (1 - beta1) * g - (1 - c1)),
            "{parts}: beta1^t is subtracted from the numerator itself. What does Python divide by in "
            "`g / 1 - beta1**t`?",
        ),
        Alone(
            "bar_uncorrected_returned",
            lambda theta, g, m, v, t, alpha, beta1, beta2, eps: (
                theta,
                beta1 * (beta1 * m + (1 - beta1) * g) + (1 - beta1) * g,
                v,
            ),
            "{parts}: g has been averaged in twice: that is the average of the look ahead. Which m goes on?",
        ),
        Alone(
            "m_corrected_with_beta2",
            partial(other_bar, c_m=lambda t, beta1, beta2: 1 - beta2**t),
            "{parts}: in the numerator, m is corrected with beta2. Which beta made m so small at the start?",
        ),
        Alone(
            "g_corrected_with_beta2",
            partial(other_bar, c_g=lambda t, beta1, beta2: 1 - beta2**t),
            "{parts}: in the numerator, g is divided by a correction with beta2. Which beta stands there?",
        ),
        Alone(
            "one_correction_for_both_bars",
            partial(other_bar, c_m=lambda t, beta1, beta2: 1 - beta2**t, c_g=lambda t, beta1, beta2: 1 - beta2**t),
            "{parts}: the numerator is corrected with beta2. Which beta made m so small at the start?",
        ),
        Alone(
            "times_t",
            partial(other_bar, c_m=lambda t, beta1, beta2: 1 - beta1 * t),
            "{parts}: in the hat of m, beta1 is multiplied by t. What does the small t at beta1 mean?",
        ),
        Alone(
            "root_with_power_missing",
            lambda theta, g, m, v, t, alpha, beta1, beta2, eps: other_root(
                theta, g, m, v, t, alpha, beta1, beta2, eps, lambda v: v / (1 - beta2)
            ),
            "{parts}: v is divided by 1 - beta2 in every step. That is right at t = 1. What should become of the "
            "correction when t is large?",
        ),
        *AVERAGES,
        Misconception(
            "in_place",
            in_place,
            "The numbers are right, but the caller's theta, m and v were changed too: `*=`, `+=` and `-=` write into "
            "the argument. How do you make a new array?",
        ),
    ),
)
