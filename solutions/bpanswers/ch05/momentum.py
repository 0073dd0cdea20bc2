"""Chapter 05: one step of momentum."""

from functools import partial

from bpcourse.marking.engine import Exercise, Misconception

from .exact import EDGE, FIRST, SHAPES, ZERO, Alone, any_shape, with_zeros

ONE_SHAPE = {
    "a single entry": lambda case: next(iter(case.values())).size == 1,
    "more than one dimension": lambda case: next(iter(case.values())).ndim > 1,
    "a zero in g": lambda case: not case["g"].all(),
    "as many rows as columns": lambda case: case["g"].ndim == 2 and len(set(case["g"].shape)) == 1,
}


def _step_case(rng, shape, first=False, zero=False):
    g = rng.normal(size=shape)
    return {
        "theta": rng.normal(size=shape),
        "g": with_zeros(g) if zero else g,
        "v": rng.normal(size=shape) * (not first),
        "alpha": rng.uniform(0.1, 0.4),
        "beta": rng.uniform(0.6, 0.9),
    }


def _step_inputs(rng):
    cases = [_step_case(rng, shape, k == FIRST, k == ZERO) for k, shape in enumerate(SHAPES)]
    cases[EDGE]["beta"] = 0.0
    return cases


def _step_truth(theta, g, v, alpha, beta):
    """Polyak's form, which knows positions only: theta + beta (theta - theta before) - alpha g."""
    before = theta - v
    after = theta + beta * (theta - before) - alpha * g
    return after, after - theta


def _step(theta, g, v, alpha, beta, *, keep=1.0, new=-1.0, move="new", sign=1.0):
    """v <- keep beta v + new alpha g; theta <- theta + sign (the v that `move` names)."""
    old = v
    v = keep * beta * old + new * alpha * g
    return theta + sign * (old if move == "old" else v), v


def _nudged(theta, g, v, alpha, beta, more):
    """The right step, and something more for theta."""
    theta, v = _step(theta, g, v, alpha, beta)
    return theta + more, v


def _in_place(theta, g, v, alpha, beta):
    v *= beta
    v -= alpha * g
    theta += v
    return theta, v


def _pytorch(theta, g, v, alpha, beta):
    v = beta * v + g
    return theta - alpha * v, v


def _average(theta, g, v, alpha, beta):
    v = beta * v + (1 - beta) * g
    return theta - alpha * v, v


def _nesterov(theta, g, v, alpha, beta):
    v = beta * v - alpha * g
    return theta + beta * v - alpha * g, v


MOMENTUM_STEP = Exercise(
    name="momentum_step",
    inputs=_step_inputs,
    truth=_step_truth,
    parts={"theta": 1, "v": 1},
    passed="The same positions as Polyak's form gives, which has no v: it looks back at the last position.",
    ask={
        "theta": "How is theta moved once v is known?",
        "v": "Which two terms does the first equation add, and with which factor comes each?",
    },
    shapes={"theta": "...", "g": "...", "v": "..."},
    room=ONE_SHAPE
    | {
        "v = 0, as in a first step": lambda case: not case["v"].any(),
        "a v that is not 0": lambda case: case["v"].any(),
        "beta = 0": lambda case: case["beta"] == 0,
        "a v and a beta that are not 0": lambda case: case["beta"] > 0 and case["v"].any(),
    },
    wide=lambda rng: _step_case(rng, any_shape(rng), rng.random() < 0.2) | {"beta": rng.uniform(0, 1)},
    misconceptions=(
        Misconception(
            "pytorch_form",
            _pytorch,
            "{parts}: these are the numbers of v = beta v + g, theta = theta - alpha v. Here v has alpha inside "
            "already: where does alpha stand in the two equations?",
        ),
        Misconception(
            "average_form",
            _average,
            "{parts}: these are the numbers with (1 - beta) g, the form that averages gradients. What stands before g "
            "in the first equation here?",
        ),
        Alone(
            "gradient_twice",
            lambda theta, g, v, alpha, beta: _nudged(theta, g, v, alpha, beta, -alpha * g),
            "{parts}: alpha g is subtracted once more after it has gone into v. How often is it in the two equations?",
        ),
        Alone(
            "faded_again",
            lambda theta, g, v, alpha, beta: _nudged(theta, g, v, alpha, beta, (beta - 1) * (beta * v - alpha * g)),
            "{parts}: the new v is multiplied by beta before it moves theta. How often does v fade in a step?",
        ),
        Alone(
            "velocity_twice",
            lambda theta, g, v, alpha, beta: _nudged(theta, g, v, alpha, beta, beta * v - alpha * g),
            "{parts}: theta has moved by v twice. How often is v added?",
        ),
        Misconception(
            "beta_turned_round",
            lambda theta, g, v, alpha, beta: _step(theta, g, v, alpha, 1 - beta),
            "{parts}: the old v is multiplied by 1 - beta. Which share of it is kept?",
        ),
        Misconception(
            "all_faded",
            lambda theta, g, v, alpha, beta: _step(theta, g, v, alpha, beta, new=-beta),
            "{parts}: the gradient is multiplied by beta as well. What does beta stand before in the first equation?",
        ),
        Misconception(
            "minus_before_both",
            lambda theta, g, v, alpha, beta: _step(theta, g, -v, alpha, beta),
            "{parts}: the old v came in with a minus. Which term of the first equation has one?",
        ),
        Misconception(
            "turned_velocity",
            lambda theta, g, v, alpha, beta: (theta - (beta * v + alpha * g), beta * v + alpha * g),
            "{parts}: these are the numbers of v = beta v + alpha g, theta = theta - v, a widespread form, in which v "
            "points uphill. Which way does v point in the two equations here?",
        ),
        Alone(
            "step_without_momentum",
            lambda theta, g, v, alpha, beta: (theta - alpha * g, beta * v - alpha * g),
            "{parts}: theta moved by the gradient alone. What moves it in the second equation?",
        ),
        Alone(
            "velocity_never_updated",
            lambda theta, g, v, alpha, beta: (theta + beta * v - alpha * g, v),
            "{parts}: that is the v that came in. Which v does the next step start from?",
        ),
        Misconception(
            "damped",
            lambda theta, g, v, alpha, beta: _step(theta, g, v, alpha, beta, new=-(1 - beta)),
            "{parts}: there is a factor 1 - beta before the gradient. Is it in the equation?",
        ),
        Alone(
            "nesterov",
            _nesterov,
            "{parts}: that is Nesterov's step. In the plain form, how is theta moved once v is known?",
        ),
        Alone(
            "old_velocity",
            partial(_step, move="old"),
            "{parts}: theta moved with the v that came in. Which of the two equations comes first?",
        ),
        Misconception(
            "uphill",
            partial(_step, new=1.0),
            "{parts}: the gradient is added. Which way does the gradient point: up or down?",
        ),
        Alone(
            "velocity_subtracted",
            partial(_step, sign=-1.0),
            "{parts}: v has the minus inside already, and you subtract it once more. What is the sign in the second "
            "equation?",
        ),
        Misconception(
            "never_forgets",
            lambda theta, g, v, alpha, beta: (theta + (v - alpha * g), v - alpha * g),
            "{parts}: the old velocity is kept whole. What is it multiplied by?",
        ),
        Misconception(
            "velocity_forgotten",
            partial(_step, keep=0.0),
            "{parts}: that is plain gradient descent: the old velocity is gone. Which term carries it on?",
        ),
        Misconception(
            "rate_missing",
            lambda theta, g, v, alpha, beta: _step(theta, g, v, 1.0, beta),
            "{parts}: the gradient comes in whole. Where does `alpha` stand?",
        ),
        Alone(
            "rate_twice",
            lambda theta, g, v, alpha, beta: (
                theta + alpha * (beta * v - alpha * g),
                beta * v - alpha * g,
            ),
            "{parts}: alpha acts twice, on the gradient and on v. How long is the step that v stands for?",
        ),
        Misconception(
            "swapped",
            lambda theta, g, v, alpha, beta: _step(theta, g, v, beta, alpha),
            "{parts}: alpha and beta have changed places. Which of them multiplies the gradient?",
        ),
        Misconception(
            "in_place",
            _in_place,
            "The numbers are right, but the caller's theta and v were changed too: `*=`, `-=` and `+=` write into the "
            "argument. How do you make a new array?",
        ),
    ),
)
