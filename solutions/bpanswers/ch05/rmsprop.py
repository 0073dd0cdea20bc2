"""Chapter 05: RMSprop, a rate for every entry."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception

from .exact import EDGE, EPS_INSIDE, FIRST, SHAPES, ZERO, Alone, any_shape, exact, with_zeros
from .momentum import ONE_SHAPE


def _rmsprop_case(rng, shape, first=False, zero=False):
    g = rng.normal(size=shape)
    return {
        "theta": rng.normal(size=shape),
        "g": with_zeros(g) if zero else g,
        "s": rng.uniform(0.1, 2, shape) * (not first),
        "alpha": rng.uniform(0.1, 0.4),
        "rho": rng.uniform(0.6, 0.9),
        "eps": rng.uniform(1, 2) if first else rng.uniform(0.1, 0.3),  # larger than the root, and smaller
    }


def _rmsprop_inputs(rng):
    cases = [_rmsprop_case(rng, shape, k == FIRST, k in (FIRST, ZERO)) for k, shape in enumerate(SHAPES)]
    cases[EDGE]["rho"] = rng.uniform(0.98, 0.99)
    return cases


@exact
def _rmsprop_entry(theta, g, s, alpha, rho, eps):
    s = g * g + rho * (s - g * g)
    return theta - alpha * g * (s.sqrt() - eps) / (s - eps * eps), s  # the root is made rational


def _rmsprop_truth(theta, g, s, alpha, rho, eps):
    return _rmsprop_entry((theta, g, s), alpha=alpha, rho=rho, eps=eps)


def _outside(g, s, eps):
    return g / (np.sqrt(s) + eps)


def _root_only(g, s, eps):
    return g / np.sqrt(s)


@np.errstate(all="ignore")  # without its square, s can be negative
def _rmsprop(
    theta, g, s, alpha, rho, eps, *, keep=None, add=None, square=np.square, step=_outside, old=False, sign=-1.0,
    beside=0.0,
):  # fmt: skip
    """One step; the keywords switch single mistakes on, none by default."""
    before = s
    s = (rho if keep is None else keep(rho)) * s + (1 - rho if add is None else add(rho)) * square(g)
    return theta + sign * alpha * step(g, before if old else s, eps) + beside * eps, s


def _by_other_s(theta, g, s, alpha, rho, eps, new):
    return theta - alpha * g / (np.sqrt(np.abs(new)) + eps), new


def _corrected(theta, g, s, alpha, rho, eps, keep):
    s = rho * s + (1 - rho) * g**2
    return theta - alpha * g / (np.sqrt(s / (1 - rho)) + eps), s / (1 - rho) if keep else s


def _rmsprop_in_place(theta, g, s, alpha, rho, eps):
    s *= rho
    s += (1 - rho) * g**2
    theta -= alpha * g / (np.sqrt(s) + eps)
    return theta, s


RMSPROP_STEP = Exercise(
    name="rmsprop_step",
    inputs=_rmsprop_inputs,
    truth=_rmsprop_truth,
    parts={"theta": 1, "s": 1},
    passed="It agrees with arithmetic in 50 digits, with an eps so large that its place can be seen.",
    ask={
        "theta": "Compare the fraction sign by sign: what stands above the line, and what below it?",
        "s": "Which two terms does the first equation add, and with which factor comes each?",
    },
    shapes={"theta": "...", "g": "...", "s": "..."},
    room=ONE_SHAPE
    | {
        "s = 0, as in a first step": lambda case: not case["s"].any(),
        "an s that is not 0": lambda case: case["s"].any(),
    },
    wide=lambda rng: _rmsprop_case(rng, any_shape(rng), rng.random() < 0.2) | {"eps": 10.0 ** rng.uniform(-3, 0)},
    misconceptions=(
        Alone("eps_inside_root", partial(_rmsprop, step=lambda g, s, eps: g / np.sqrt(s + eps)), EPS_INSIDE),
        Alone(
            "eps_added_twice",
            partial(_rmsprop, step=lambda g, s, eps: g / (np.sqrt(s + eps) + eps)),
            "{parts}: eps is there twice, inside the root and beside it. Where does the equation have it?",
        ),
        Alone(
            "eps_squared",
            partial(_rmsprop, step=lambda g, s, eps: g / (np.sqrt(s) + eps**2)),
            "{parts}: the square of eps stands beside the root. What stands there in the equation?",
        ),
        Alone(
            "eps_squared_inside_root",
            partial(_rmsprop, step=lambda g, s, eps: g / np.sqrt(s + eps**2)),
            "{parts}: the square of eps stands inside the root: root of a sum, not sum of two roots. Where does the "
            "equation put eps?",
        ),
        Alone(
            "eps_subtracted",
            partial(_rmsprop, step=lambda g, s, eps: g / (np.sqrt(s) - eps)),
            "{parts}: eps is subtracted from the root. What is it there to prevent?",
        ),
        Alone(
            "gradient_missing",
            partial(_rmsprop, step=lambda g, s, eps: 1 / (np.sqrt(s) + eps)),
            "{parts}: the step has no g above the line. What stands there in the equation?",
        ),
        Misconception(
            "share_squared",
            partial(_rmsprop, add=lambda rho: (1 - rho) ** 2),
            "{parts}: 1 - rho is squared together with g. What does the small 2 stand on in the equation?",
        ),
        Misconception(
            "gradient_for_square",
            lambda theta, g, s, alpha, rho, eps: _by_other_s(theta, g, s, alpha, rho, eps, rho * s + (1 - rho) * g),
            "{parts}: s averages g itself, so it can be negative. What does it average?",
        ),
        Alone(
            "sign_for_gradient",
            partial(_rmsprop, step=lambda g, s, eps: np.sign(g) / (np.sqrt(s) + eps)),
            "{parts}: only the sign of g is above the line. What stands there in the equation?",
        ),
        Misconception(
            "mean_over_entries",
            partial(_rmsprop, square=lambda g: np.mean(g**2)),
            "{parts}: the squares were averaged over all entries. How many rates should there be, one for all entries "
            "or one for each?",
        ),
        Misconception(
            "corrected",
            lambda theta, g, s, alpha, rho, eps: _corrected(theta, g, s, alpha, rho, eps, True),
            "{parts}: s is divided by 1 - rho. Is there a correction in the two equations?",
        ),
        Alone(
            "corrected_for_the_step",
            lambda theta, g, s, alpha, rho, eps: _corrected(theta, g, s, alpha, rho, eps, False),
            "{parts}: s is divided by 1 - rho in the step. Is there a correction in the two equations?",
        ),
        Alone(
            "largest_for_sum",
            partial(_rmsprop, step=lambda g, s, eps: g / np.maximum(np.sqrt(s), eps)),
            "{parts}: the larger of root and eps stands below the line. What do the equations make of the two?",
        ),
        Alone(
            "signs_only",
            partial(_rmsprop, step=lambda g, s, eps: np.sign(g)),
            "{parts}: each entry moved by alpha, in one direction or the other. By what is g divided in the equation?",
        ),
        Alone(
            "plain_descent",
            partial(_rmsprop, step=lambda g, s, eps: g),
            "{parts}: a step of plain gradient descent. By what is it divided here?",
        ),
        Alone(
            "s_never_updated",
            lambda theta, g, s, alpha, rho, eps: (_rmsprop(theta, g, s, alpha, rho, eps)[0], s),
            "{parts}: that is the s that came in. Which s does the next step start from?",
        ),
        Alone(
            "rate_outside_forgotten",
            lambda theta, g, s, alpha, rho, eps: _rmsprop(theta, g, s, 1.0, rho, eps),
            "{parts}: the step has no alpha in it. Where does the equation have it?",
        ),
        Misconception(
            "decay_by_alpha",
            lambda theta, g, s, alpha, rho, eps: _rmsprop(theta, g, s, rho, alpha, eps),
            "{parts}: alpha and rho have changed places. Which of them is the share of s that is kept?",
        ),
        Alone(
            "eps_by_precedence",
            partial(_rmsprop, step=_root_only, beside=-1.0),
            "{parts}: eps is added to the whole step: every entry moves down by eps, whatever its gradient. Which "
            "comes first for Python, `/` or `+`?",
        ),
        Alone(
            "eps_beside_theta",
            partial(_rmsprop, step=_root_only, beside=1.0),
            "{parts}: eps is added to theta itself: every entry moves up by eps, whatever its gradient. What does "
            "Python divide by in `g / np.sqrt(s) + eps`?",
        ),
        Alone(
            "eps_beside_ratio",
            partial(_rmsprop, step=lambda g, s, eps: g / np.sqrt(s) + eps),
            "{parts}: eps is added to g over root s, not to the root. What does Python divide by in "
            "`g / np.sqrt(s) + eps`?",
        ),
        Alone(
            "eps_missing",
            partial(_rmsprop, step=_root_only),
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
        Alone(
            "root_missing",
            partial(_rmsprop, step=lambda g, s, eps: g / (s + eps)),
            "{parts}: you divided by s itself. If all gradients were ten times as large, how should the step change?",
        ),
        Alone(
            "old_s",
            partial(_rmsprop, old=True),
            "{parts}: the step was made with the s that came in. Which of the two equations comes first?",
        ),
        Alone(
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
