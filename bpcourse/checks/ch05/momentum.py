"""Chapter 05: momentum: one step, and the three conventions in which it is written."""

from functools import partial

import numpy as np

from ..engine import Exercise, Misconception


def _step_inputs(rng):
    return [
        {
            "theta": rng.normal(size=shape),
            "g": rng.normal(size=shape),
            "v": rng.normal(size=shape),
            "alpha": rng.uniform(0.1, 0.4),
            "beta": rng.uniform(0.6, 0.9),
        }
        for shape in ((7,), (4, 3), (5,))
    ]


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
        Misconception(
            "damped",
            lambda theta, g, v, alpha, beta: _step(theta, g, v, alpha, beta, new=-(1 - beta)),
            "{parts}: there is a factor 1 - beta before the gradient. Is it in the equation?",
        ),
        Misconception(
            "nesterov",
            _nesterov,
            "{parts}: that is Nesterov's step. In the plain form, how is theta moved once v is known?",
        ),
        Misconception(
            "old_velocity",
            partial(_step, move="old"),
            "{parts}: theta moved with the v that came in. Which of the two equations comes first?",
        ),
        Misconception(
            "uphill",
            partial(_step, new=1.0),
            "{parts}: the gradient is added. Which way does the gradient point: up or down?",
        ),
        Misconception(
            "velocity_subtracted",
            partial(_step, sign=-1.0),
            "{parts}: v has the minus inside already, and you subtract it once more. What is the sign in the second "
            "equation?",
        ),
        Misconception(
            "never_forgets",
            lambda theta, g, v, alpha, beta: _step(theta, g, v, alpha, beta, keep=1 / beta),
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
        Misconception(
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


def _convert_inputs(rng):
    return [
        {"m": rng.normal(size=shape), "alpha": rng.uniform(0.5, 2.0), "beta": rng.uniform(0.6, 0.95)}
        for shape in ((5,), (4, 3), (7,))
    ]


def _convert_truth(m, alpha, beta):
    """Six steps in form C with random gradients; then the numbers with which A and B take them: least squares."""
    gs, steps, here = np.random.default_rng(0).normal(size=(6, *m.shape)), [], m
    for g in gs:
        here = beta * here + (1 - beta) * g
        steps.append(-alpha * here)
    # Step k of form A is beta^(k+1) v - rate * (the faded sum of gradients so far): linear in v and rate.
    faded = [sum(beta ** (k - j) * gs[j] for j in range(k + 1)) for k in range(6)]
    rows = [np.column_stack([beta ** (k + 1) * np.eye(m.size), -faded[k].ravel()]) for k in range(6)]
    *v, rate = np.linalg.lstsq(np.vstack(rows), np.ravel(steps), rcond=None)[0]
    v = np.reshape(v, m.shape)
    return np.array(rate), v, -v / rate


def convert(m, alpha, beta, *, rate=lambda a, b: a * (1 - b), v=lambda m, a, b: -a * m, u=lambda m, a, b: m / (1 - b)):
    """The right answer, unless a keyword puts something wrong in its place."""
    return rate(alpha, beta), v(m, alpha, beta), u(m, alpha, beta)


CONVERT_MOMENTUM = Exercise(
    name="convert_momentum",
    inputs=_convert_inputs,
    truth=_convert_truth,
    parts={"rate": 1, "v": 1, "u": 1},
    passed="With your numbers forms A and B take the same six steps as form C, for random gradients.",
    misconceptions=(
        Misconception(
            "rate_unchanged",
            partial(convert, rate=lambda a, b: a),
            "{parts}: the rate of form C, as it is. With which factor does a new gradient move theta in form C?",
        ),
        Misconception(
            "rate_divided",
            partial(convert, rate=lambda a, b: a / (1 - b)),
            "{parts}: the factor 1 - beta is upside down. A mean is smaller than a sum: must its rate be larger or "
            "smaller?",
        ),
        Misconception(
            "rate_times_beta",
            partial(convert, rate=lambda a, b: a * b),
            "{parts}: there is a factor beta. Which factor stands before g in form C?",
        ),
        Misconception(
            "v_uphill",
            partial(convert, v=lambda m, a, b: a * m),
            "{parts}: the right size, the wrong sign. m points uphill, as gradients do. Which way does v point?",
        ),
        Misconception(
            "v_only_turned",
            partial(convert, v=lambda m, a, b: -m),
            "{parts}: only the sign was turned. In form A, v is the whole step: what does form C multiply m by?",
        ),
        Misconception(
            "v_with_new_rate",
            partial(convert, v=lambda m, a, b: -a * (1 - b) * m),
            "{parts}: you multiplied m by the rate of form A. Which rate does the step -rate * m of form C have?",
        ),
        Misconception(
            "v_divided",
            partial(convert, v=lambda m, a, b: -m / a),
            "{parts}: m was divided by the rate. If the step is -rate * m, how long is it?",
        ),
        Misconception(
            "u_unchanged",
            partial(convert, u=lambda m, a, b: m),
            "{parts}: u is a sum of gradients, m is a mean. Which of them is larger?",
        ),
        Misconception(
            "u_times_one_minus_beta",
            partial(convert, u=lambda m, a, b: m * (1 - b)),
            "{parts}: the factor 1 - beta is upside down. u is a sum, m a mean: which of them is larger?",
        ),
        Misconception(
            "u_downhill",
            partial(convert, u=lambda m, a, b: -m / (1 - b)),
            "{parts}: the right size, the wrong sign. In form B the gradient is added to u: which way does u point?",
        ),
        Misconception(
            "u_with_rate",
            partial(convert, u=lambda m, a, b: a * m),
            "{parts}: there is a rate in u. In form B, where does the rate stand: in u, or before it?",
        ),
        Misconception(
            "unchanged",
            lambda m, alpha, beta: (alpha, m, m),
            "{parts}: taken over as it is. By what does one step move theta in form C, and by what in the other?",
        ),
    ),
)
