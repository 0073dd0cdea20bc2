"""Chapter 05: one step of Adam with Nesterov's look ahead."""

from functools import partial

import numpy as np

from ..engine import Exercise, Misconception
from .exact import EPS_INSIDE, exact


def _inputs(rng):
    return [
        {
            "theta": rng.normal(size=shape),
            "g": rng.normal(size=shape),
            "m": rng.normal(size=shape) * (t > 1),
            "v": rng.uniform(0.1, 2, shape) * (t > 1),
            "t": t,
            "alpha": rng.uniform(0.1, 0.4),
            "beta1": rng.uniform(0.6, 0.9),
            "beta2": rng.uniform(0.91, 0.99),
            "eps": rng.uniform(0.1, 0.3),
        }
        for shape, t in (((7,), 3), ((4, 3), 8), ((5,), 1))
    ]


@exact
def _entry(theta, g, m, v, t, alpha, beta1, beta2, eps):
    """The corrections pulled into the rate and into eps, as Adam's paper does; the look ahead as one more average."""
    m, v = g + beta1 * (m - g), g * g + beta2 * (v - g * g)
    root = (1 - beta2**t).sqrt()
    return theta - alpha * root / (1 - beta1**t) * (g + beta1 * (m - g)) / (v.sqrt() + eps * root), m, v


def _truth(theta, g, m, v, t, alpha, beta1, beta2, eps):
    return _entry((theta, g, m, v), t=t, alpha=alpha, beta1=beta1, beta2=beta2, eps=eps)


def _ahead(beta1, m_hat, g, c1):
    return beta1 * m_hat + (1 - beta1) * g / c1


def _root_and_eps(v, eps):
    return np.sqrt(v) + eps


@np.errstate(all="ignore")  # some mistakes divide by zero
def nadam(
    theta, g, m, v, t, alpha, beta1, beta2, eps, *, correct=(True, True), power=lambda t: t, root=_root_and_eps,
    square=np.square, old=False, ahead=_ahead, keep_hat=False, sign=-1.0, beside=0.0, whole=False,
):  # fmt: skip
    """One step; the keywords switch single mistakes on, none by default."""
    before = m, v
    share1, share2 = (1.0, 1.0) if whole else (1 - beta1, 1 - beta2)
    m, v = beta1 * m + share1 * g, beta2 * v + share2 * square(g)
    m_hat, v_hat = before if old else (m, v)
    c1 = 1 - beta1 ** power(t) if correct[0] else 1.0
    c2 = 1 - beta2 ** power(t) if correct[1] else 1.0
    m_hat, v_hat = m_hat / c1, v_hat / c2
    theta = theta + sign * alpha * ahead(beta1, m_hat, g, c1) / root(v_hat, eps) + beside * eps
    return (theta, m_hat, v_hat) if keep_hat else (theta, m, v)


def _in_place(theta, g, m, v, t, alpha, beta1, beta2, eps):
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    theta -= alpha * (beta1 * m + (1 - beta1) * g) / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta, m, v


def _root_only(v, eps):
    return np.sqrt(v)


def _eps_inside(v, eps):
    return np.sqrt(v + eps)


NADAM_STEP = Exercise(
    name="nadam_step",
    inputs=_inputs,
    truth=_truth,
    parts={"theta": 2, "m": 1, "v": 1},
    passed="At steps 1, 3 and 8 it agrees with arithmetic in 50 digits.",
    misconceptions=(
        Misconception(
            "plain_adam",
            partial(nadam, ahead=lambda beta1, m_hat, g, c1: m_hat),
            "{parts}: that is Adam's step, without the look ahead. What stands in the numerator here?",
        ),
        Misconception(
            "gradient_not_corrected",
            partial(nadam, ahead=lambda beta1, m_hat, g, c1: beta1 * m_hat + (1 - beta1) * g),
            "{parts}: in the numerator, m is corrected and g is not. What is g divided by?",
        ),
        Misconception(
            "power_of_the_next_step",
            partial(
                nadam,
                ahead=lambda beta1, m_hat, g, c1: _ahead(beta1, m_hat * c1 / (1 - beta1 * (1 - c1)), g, c1),
            ),
            "{parts}: in the numerator m is corrected with the power t + 1. The first paper on it does so. Which power "
            "do the equations of this exercise have?",
        ),
        Misconception(
            "beta_missing_ahead",
            partial(nadam, ahead=lambda beta1, m_hat, g, c1: m_hat + (1 - beta1) * g / c1),
            "{parts}: m_hat is in the numerator whole. With which factor does it fade in the step ahead?",
        ),
        Misconception(
            "gradient_whole_ahead",
            partial(nadam, ahead=lambda beta1, m_hat, g, c1: beta1 * m_hat + g / c1),
            "{parts}: g is in the numerator whole. Which share of it does an average take?",
        ),
        Misconception(
            "no_correction",
            partial(nadam, correct=(False, False)),
            "{parts}: m and v are used as they are, without the correction. Both began at 0: how large are they after "
            "the first step?",
        ),
        Misconception(
            "power_missing",
            partial(nadam, power=lambda t: 1),
            "{parts}: you divide by 1 - beta in every step. That is right at t = 1. What should become of the "
            "correction when t is large?",
        ),
        Misconception(
            "t_from_zero",
            partial(nadam, power=lambda t: t - 1),
            "{parts}: the correction of the step before. In the first step t is 1: what is 1 - beta^0?",
        ),
        Misconception(
            "t_one_ahead",
            partial(nadam, power=lambda t: t + 1),
            "{parts}: the correction of the step after. Is `t` the number of this step, or of those before it?",
        ),
        Misconception(
            "only_m_corrected",
            partial(nadam, correct=(True, False)),
            "{parts}: only m is corrected. From which number did v start?",
        ),
        Misconception(
            "only_v_corrected",
            partial(nadam, correct=(False, True)),
            "{parts}: only v is corrected. From which number did m start?",
        ),
        Misconception("eps_inside_root", partial(nadam, root=_eps_inside), EPS_INSIDE),
        Misconception(
            "uncorrected_and_eps_inside_root",
            partial(nadam, root=_eps_inside, correct=(False, False)),
            "{parts}: nothing is corrected, and eps stands inside the root, as in the tutorial that the chapter "
            "mends. Which of the two do you mend first?",
        ),
        Misconception(
            "eps_by_precedence",
            partial(nadam, root=_root_only, beside=-1.0),
            "{parts}: eps is added to the whole step: every entry moves down by eps, whatever its gradient. Which "
            "comes first for Python, `/` or `+`?",
        ),
        Misconception(
            "eps_beside_theta",
            partial(nadam, root=_root_only, beside=1.0),
            "{parts}: eps is added to theta itself: every entry moves up by eps, whatever its gradient. What does "
            "Python divide by in `m_hat / np.sqrt(v_hat) + eps`?",
        ),
        Misconception(
            "square_missing",
            partial(nadam, square=lambda g: g),
            "{parts}: v averages g itself, so it can be negative. What does it average?",
        ),
        Misconception(
            "square_of_m",
            lambda theta, g, m, v, t, alpha, beta1, beta2, eps: nadam(
                theta, g, m, v, t, alpha, beta1, beta2, eps, square=lambda g: (beta1 * m + (1 - beta1) * g) ** 2
            ),
            "{parts}: v averages the square of m. Of what is v the second moment?",
        ),
        Misconception(
            "hats_returned",
            partial(nadam, keep_hat=True),
            "{parts}: you return the corrected moments. They would be corrected again in the next step: which m and v "
            "go on?",
        ),
        Misconception(
            "old_moments",
            partial(nadam, old=True),
            "{parts}: the step was made with the moments that came in. In which order do the equations stand?",
        ),
        Misconception(
            "betas_swapped",
            lambda theta, g, m, v, t, alpha, beta1, beta2, eps: nadam(theta, g, m, v, t, alpha, beta2, beta1, eps),
            "{parts}: beta1 and beta2 have changed places. Which of them belongs to m?",
        ),
        Misconception(
            "root_missing",
            partial(nadam, root=lambda v, eps: v + eps),
            "{parts}: you divided by v_hat itself. If all gradients were ten times as large, how should the step "
            "change?",
        ),
        Misconception(
            "gradients_added_whole",
            partial(nadam, whole=True),
            "{parts}: g and g^2 are added whole. For a gradient that stays the same, where would m end?",
        ),
        Misconception("uphill", partial(nadam, sign=1.0), "{parts}: the step goes uphill. What is its sign?"),
        Misconception(
            "in_place",
            _in_place,
            "The numbers are right, but the caller's theta, m and v were changed too: `*=`, `+=` and `-=` write into "
            "the argument. How do you make a new array?",
        ),
    ),
)
