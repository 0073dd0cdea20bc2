"""Chapter 05: RMSprop, a rate for every entry."""

from functools import partial

import numpy as np

from ..engine import Exercise, Misconception
from .exact import EPS_INSIDE, exact


def _rmsprop_inputs(rng):
    return [
        {
            "theta": rng.normal(size=shape),
            "g": rng.normal(size=shape),
            "s": rng.uniform(0.1, 2, shape),
            "alpha": rng.uniform(0.1, 0.4),
            "rho": rng.uniform(0.6, 0.9),
            "eps": rng.uniform(0.1, 0.3),
        }
        for shape in ((7,), (4, 3), (5,))
    ]


@exact
def _rmsprop_entry(theta, g, s, alpha, rho, eps):
    s = g * g + rho * (s - g * g)
    return theta - alpha / (s.sqrt() / g + eps / g), s


def _rmsprop_truth(theta, g, s, alpha, rho, eps):
    return _rmsprop_entry((theta, g, s), alpha=alpha, rho=rho, eps=eps)


def _outside(g, s, eps):
    return g / (np.sqrt(s) + eps)


@np.errstate(all="ignore")  # without its square, s can be negative
def _rmsprop(
    theta, g, s, alpha, rho, eps, *, keep=None, add=None, square=np.square, step=_outside, old=False, sign=-1.0
):  # fmt: skip
    """One step; the keywords switch single mistakes on, none by default."""
    before = s
    s = (rho if keep is None else keep(rho)) * s + (1 - rho if add is None else add(rho)) * square(g)
    return theta + sign * alpha * step(g, before if old else s, eps), s


def _rmsprop_in_place(theta, g, s, alpha, rho, eps):
    s *= rho
    s += (1 - rho) * g**2
    theta -= alpha * g / (np.sqrt(s) + eps)
    return theta, s


RMSPROP_STEP = Exercise(
    name="rmsprop_step",
    inputs=_rmsprop_inputs,
    truth=_rmsprop_truth,
    parts={"theta": 2, "s": 1},
    passed="It agrees with arithmetic in 50 digits, with an eps so large that its place can be seen.",
    misconceptions=(
        Misconception("eps_inside_root", partial(_rmsprop, step=lambda g, s, eps: g / np.sqrt(s + eps)), EPS_INSIDE),
        Misconception(
            "eps_by_precedence",
            lambda theta, g, s, alpha, rho, eps: (
                theta - (alpha * g / np.sqrt(rho * s + (1 - rho) * g**2) + eps),
                rho * s + (1 - rho) * g**2,
            ),
            "{parts}: eps is added to the whole step: every entry moves down by eps, whatever its gradient. Which "
            "comes first for Python, `/` or `+`?",
        ),
        Misconception(
            "eps_beside_theta",
            lambda theta, g, s, alpha, rho, eps: (
                theta - alpha * g / np.sqrt(rho * s + (1 - rho) * g**2) + eps,
                rho * s + (1 - rho) * g**2,
            ),
            "{parts}: eps is added to theta itself: every entry moves up by eps, whatever its gradient. What does "
            "Python divide by in `g / np.sqrt(s) + eps`?",
        ),
        Misconception(
            "eps_beside_ratio",
            partial(_rmsprop, step=lambda g, s, eps: g / np.sqrt(s) + eps),
            "{parts}: eps is added to g over root s, not to the root. What does Python divide by in "
            "`g / np.sqrt(s) + eps`?",
        ),
        Misconception(
            "eps_missing",
            partial(_rmsprop, step=lambda g, s, eps: g / np.sqrt(s)),
            "{parts}: the same numbers would come without eps. What happens to an entry whose gradients are all 0?",
        ),
        Misconception(
            "decay_swapped",
            partial(_rmsprop, keep=lambda rho: 1 - rho, add=lambda rho: rho),
            "{parts}: rho and 1 - rho have changed places. If rho is 0.99, should s be mostly old or mostly new?",
        ),
        Misconception(
            "square_missing",
            partial(_rmsprop, square=lambda g: g),
            "{parts}: s averages g itself, so it can be negative. What does it average?",
        ),
        Misconception(
            "size_for_square",
            partial(_rmsprop, square=np.abs),
            "{parts}: s averages |g|. The root comes later: what belongs inside it?",
        ),
        Misconception(
            "squared_norm",
            partial(_rmsprop, square=lambda g: (g**2).sum()),
            "{parts}: the squares were added up into one number. How many rates should there be, one for all entries "
            "or one for each?",
        ),
        Misconception(
            "adagrad",
            partial(_rmsprop, keep=lambda rho: 1.0, add=lambda rho: 1.0),
            "{parts}: that is AdaGrad, which forgets nothing, so that its steps die out. What does RMSprop do with the "
            "old s?",
        ),
        Misconception(
            "whole_square_added",
            partial(_rmsprop, add=lambda rho: 1.0),
            "{parts}: the old s fades, but g^2 is added whole. For a gradient that stays the same, where would s end?",
        ),
        Misconception(
            "root_missing",
            partial(_rmsprop, step=lambda g, s, eps: g / (s + eps)),
            "{parts}: you divided by s itself. If all gradients were ten times as large, how should the step change?",
        ),
        Misconception(
            "old_s",
            partial(_rmsprop, old=True),
            "{parts}: the step was made with the s that came in. Which of the two equations comes first?",
        ),
        Misconception(
            "uphill",
            partial(_rmsprop, sign=1.0),
            "{parts}: the step goes uphill. What is its sign?",
        ),
        Misconception(
            "in_place",
            _rmsprop_in_place,
            "The numbers are right, but the caller's theta and s were changed too: `*=`, `+=` and `-=` write into the "
            "argument. How do you make a new array?",
        ),
    ),
)
