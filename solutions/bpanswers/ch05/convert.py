"""Chapter 05: from one convention of momentum to the two others."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise

from .exact import EDGE, SHAPES, Alone, any_shape, with_zeros


def _convert_case(rng, shape):
    return {"m": rng.normal(size=shape), "alpha": rng.uniform(0.5, 2.0), "beta": rng.uniform(0.6, 0.95)}


def _convert_inputs(rng):
    cases = [_convert_case(rng, shape) for shape in SHAPES]
    with_zeros(cases[-1]["m"])
    cases[EDGE]["beta"] = rng.uniform(0.98, 0.99)
    return cases


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
    ask={
        "rate": "By how much does a new gradient move theta in form C, and by how much in form A?",
        "v": "In form A, v is the whole step: how long is the step of form C if g is 0, before it fades?",
        "u": "In form B, the rate times u is the step: which step is it to be?",
    },
    shapes={"m": "..."},
    room={
        "a single entry": lambda case: case["m"].size == 1,
        "more than one dimension": lambda case: case["m"].ndim > 1,
        "a zero in m": lambda case: not case["m"].all(),
        "beta = 0": "nothing of the velocity is left for the next step: any v and any u would be right",
        "a beta above 0.97": lambda case: case["beta"] > 0.97,
    },
    wide=lambda rng: _convert_case(rng, any_shape(rng)) | {"beta": rng.uniform(0, 0.99)},
    misconceptions=(
        Alone(
            "rate_unchanged",
            partial(convert, rate=lambda a, b: a),
            "{parts}: the rate of form C, as it is. With which factor does a new gradient move theta in form C?",
        ),
        Alone(
            "rate_divided",
            partial(convert, rate=lambda a, b: a / (1 - b)),
            "{parts}: the factor 1 - beta is upside down. A mean is smaller than a sum: must its rate be larger or "
            "smaller?",
        ),
        Alone(
            "rate_times_beta",
            partial(convert, rate=lambda a, b: a * b),
            "{parts}: there is a factor beta. Which factor stands before g in form C?",
        ),
        Alone(
            "v_uphill",
            partial(convert, v=lambda m, a, b: a * m),
            "{parts}: the right size, the wrong sign. m points uphill, as gradients do. Which way does v point?",
        ),
        Alone(
            "v_only_turned",
            partial(convert, v=lambda m, a, b: -m),
            "{parts}: only the sign was turned. In form A, v is the whole step: what does form C multiply m by?",
        ),
        Alone(
            "v_with_new_rate",
            partial(convert, v=lambda m, a, b: -a * (1 - b) * m),
            "{parts}: you multiplied m by the rate of form A. Which rate does the step -rate * m of form C have?",
        ),
        Alone(
            "v_divided",
            partial(convert, v=lambda m, a, b: -m / a),
            "{parts}: m was divided by the rate. If the step is -rate * m, how long is it?",
        ),
        Alone(
            "u_unchanged",
            partial(convert, u=lambda m, a, b: m),
            "{parts}: u is a sum of gradients, m is a mean. Which of them is larger?",
        ),
        Alone(
            "u_times_one_minus_beta",
            partial(convert, u=lambda m, a, b: m * (1 - b)),
            "{parts}: the factor 1 - beta is upside down. u is a sum, m a mean: which of them is larger?",
        ),
        Alone(
            "u_downhill",
            partial(convert, u=lambda m, a, b: -m / (1 - b)),
            "{parts}: the right size, the wrong sign. In form B the gradient is added to u: which way does u point?",
        ),
        Alone(
            "u_with_rate",
            partial(convert, u=lambda m, a, b: a * m),
            "{parts}: there is a rate in u. In form B, where does the rate stand: in u, or before it?",
        ),
        Alone(
            "u_over_beta",
            partial(convert, u=lambda m, a, b: m / b),
            "{parts}: divided by beta. In form C a gradient comes in with another factor. Which?",
        ),
        Alone(
            "v_times_beta",
            partial(convert, v=lambda m, a, b: -a * b * m),
            "{parts}: that is beta times the step that form C has just made. Does form A not fade its v by itself?",
        ),
        Alone(
            "u_times_beta",
            partial(convert, u=lambda m, a, b: b * m / (1 - b)),
            "{parts}: the fading of the next step is in it already. Does form B not fade its u by itself?",
        ),
        Alone(
            "u_is_v",
            partial(convert, u=lambda m, a, b: -a * m),
            "{parts}: that is the v of form A. What is u multiplied by before it moves theta?",
        ),
        Alone(
            "rate_one_plus_beta",
            partial(convert, rate=lambda a, b: a * (1 + b)),
            "{parts}: there is a factor 1 + beta. Which factor stands before g in form C?",
        ),
        Alone(
            "rate_without_alpha",
            partial(convert, rate=lambda a, b: 1 - b),
            "{parts}: alpha is missing in it. By how much does a new gradient move theta in form C?",
        ),
        Alone(
            "v_over_one_minus_beta",
            partial(convert, v=lambda m, a, b: -a * m / (1 - b)),
            "{parts}: 1 - beta is below the line. In form A, v is the whole step: how long is the step of form C?",
        ),
        Alone(
            "v_is_minus_u",
            partial(convert, v=lambda m, a, b: -m / (1 - b)),
            "{parts}: that is the u of form B, turned round. Does form A multiply its v by a rate?",
        ),
        Alone(
            "v_zero",
            partial(convert, v=lambda m, a, b: 0 * m),
            "{parts}: it starts from rest, though form C was moving. Which step would form C take if g were 0?",
        ),
        Alone(
            "u_zero",
            partial(convert, u=lambda m, a, b: 0 * m),
            "{parts}: it starts from rest, though form C was moving. Which step would form C take if g were 0?",
        ),
        Alone(
            "unchanged",
            lambda m, alpha, beta: (alpha, m, m),
            "{parts}: taken over as it is. By what does one step move theta in form C, and by what in the other?",
        ),
    ),
)
