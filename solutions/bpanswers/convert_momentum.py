"""From one convention of momentum to the two others."""

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.edits import edited, solution
from .common.entrywise import EDGE, SHAPES, any_shape, room, with_zero
from .common.parts import part_slips

PROGRAM = solution("convert_momentum")


def _case(rng, shape):
    return {"m": rng.normal(size=shape), "alpha": rng.uniform(0.5, 2.0), "beta": rng.uniform(0.6, 0.95)}


def inputs(rng):
    cases = [_case(rng, shape) for shape in SHAPES]
    with_zero(cases[-1]["m"])
    cases[EDGE]["beta"] = rng.uniform(0.98, 0.99)
    return cases


def truth(m, alpha, beta):
    """Six steps in form C with random gradients; then the numbers with which A and B take them: least squares."""
    gs, steps, here = np.random.default_rng(0).normal(size=(6, m.size)), [], m.ravel()
    for g in gs:
        here = beta * here + (1 - beta) * g
        steps.append(-alpha * here)
    # Step k of form A is beta^(k+1) v - rate * (the faded sum of gradients so far): linear in v and rate.
    faded = np.array([sum(beta ** (k - j) * gs[j] for j in range(k + 1)) for k in range(6)])
    kept = np.broadcast_to(beta ** np.arange(1, 7)[:, None], faded.shape)
    v, rate = (np.linalg.pinv(np.stack([kept, -faded], axis=-1).swapaxes(0, 1)) @ np.transpose(steps)[..., None]).T[0]
    v, rate = v.reshape(m.shape), rate.mean()
    return np.array(rate), v, -v / rate


def two_ways(m, alpha, beta):
    u = m / (1 - beta)
    rate = alpha - alpha * beta
    return rate, -rate * u, u


def by_a_step(m, alpha, beta):
    """What the next step is without a gradient, and what a gradient of 1 adds to it."""
    still, moved = -alpha * beta * m, -alpha * (beta * m + (1 - beta))
    rate = float(np.mean(still - moved))
    return [np.array(rate), (still / beta).tolist(), -still / beta / rate]


RATE, V, U, alone = "alpha * (1 - beta)", "-alpha * m", "m / (1 - beta)", part_slips(PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"rate": 1, "v": 1, "u": 1},
    passed="With your numbers forms A and B take the same six steps as form C, for random gradients.",
    ask={
        "rate": "By how much does a new gradient move theta in form C, and by how much in form A?",
        "v": "In form A, v is the whole step: how long is the step of form C if g is 0, before it fades?",
        "u": "In form B, the rate times u is the step: which step is it to be?",
    },
    shapes={"m": "..."},
    room=room("m")
    | {
        "beta = 0": "nothing of the velocity is left for the next step: any v and any u would be right",
        "a beta above 0.97": lambda case: case["beta"] > 0.97,
    },
    wide=lambda rng: _case(rng, any_shape(rng)) | {"beta": rng.uniform(0.01, 0.99)},
    misconceptions=(
        alone("rate_unchanged", "the rate of form C, as it is. With which factor does a new gradient move theta in "
              "form C?", (RATE, "alpha")),
        alone("rate_divided", "the factor 1 - beta is upside down. A mean is smaller than a sum: must its rate be "
              "larger or smaller?", (RATE, "alpha / (1 - beta)")),
        alone("rate_times_beta", "there is a factor beta. Which factor stands before g in form C?",
              (RATE, "alpha * beta")),
        alone("v_uphill", "the right size, the wrong sign. m points uphill, as gradients do. Which way does v point?",
              (V, "alpha * m")),
        alone("v_only_turned", "only the sign was turned. In form A, v is the whole step: what does form C multiply m "
              "by?", (V, "-m")),
        alone("v_with_new_rate", "you multiplied m by the rate of form A. Which rate does the step -rate * m of form C "
              "have?", (V, "-rate * m")),
        alone("v_divided", "m was divided by the rate. If the step is -rate * m, how long is it?",
              (V, "-m / alpha")),
        alone("u_unchanged", "u is a sum of gradients, m is a mean. Which of them is larger?", (U, "m")),
        alone("u_times_one_minus_beta", "the factor 1 - beta is upside down. u is a sum, m a mean: which of them is "
              "larger?", (U, "m * (1 - beta)")),
        alone("u_downhill", "the right size, the wrong sign. In form B the gradient is added to u: which way does u "
              "point?", (U, "-m / (1 - beta)")),
        alone("u_with_rate", "there is a rate in u. In form B, where does the rate stand: in u, or before it?",
              (U, "alpha * m")),
        alone("u_keeps_alpha", "alpha is in it. From rate * u = alpha m, with the rate that you have: what cancels?",
              (U, "alpha * m / (1 - beta)")),
        alone("u_over_alpha", "alpha is below the line. From rate * u = alpha m, with the rate that you have: what "
              "cancels?", (U, "m / rate")),
        alone("u_over_beta", "divided by beta. In form C a gradient comes in with another factor. Which?",
              (U, "m / beta")),
        alone("v_times_beta", "that is beta times the step that form C has just made. Does form A not fade its v by "
              "itself?", (V, "-alpha * beta * m")),
        alone("u_times_beta", "the fading of the next step is in it already. Does form B not fade its u by itself?",
              (U, "beta * m / (1 - beta)")),
        alone("u_is_v", "that is the v of form A. What is u multiplied by before it moves theta?", (U, "v")),
        alone("rate_one_plus_beta", "there is a factor 1 + beta. Which factor stands before g in form C?",
              (RATE, "alpha * (1 + beta)")),
        alone("rate_over_one_plus_beta", "it is divided by 1 + beta. Which factor stands before g in form C?",
              (RATE, "alpha / (1 + beta)")),
        alone("rate_squared_factor", "1 - beta comes twice. How often does it stand before g in form C?",
              (RATE, "alpha * (1 - beta) ** 2")),
        alone("rate_by_difference", "beta is subtracted from alpha. With which factor does a new gradient move theta "
              "in form C?", (RATE, "alpha - beta")),
        alone("rate_without_alpha", "alpha is missing in it. By how much does a new gradient move theta in form C?",
              (RATE, "1 - beta")),
        alone("v_over_one_minus_beta", "1 - beta is below the line. In form A, v is the whole step: how long is the "
              "step of form C?", (V, "-alpha * m / (1 - beta)")),
        alone("v_is_minus_u", "that is the u of form B, turned round. Does form A multiply its v by a rate?",
              (V, "-m / (1 - beta)")),
        alone("v_zero", "it starts from rest, though form C was moving. Which step would form C take if g were 0?",
              (V, "0 * m")),
        alone("u_zero", "it starts from rest, though form C was moving. Which step would form C take if g were 0?",
              (U, "0 * m")),
        alone("unchanged", "taken over as it is. By what does one step move theta in form C, and by what in the "
              "other?", (RATE, "alpha"), (V, "m"), (U, "m")),
    ),
    right=(two_ways, by_a_step),
    wrong=tuple(edited(PROGRAM, *changes) for changes in (
        [("(1 - beta)", "beta")], [(V, "alpha * m"), (U, "-m / (1 - beta)"), (RATE, "alpha")], [(V, "0 * m"),
        (U, "0 * m")],
        [(RATE, "beta * (1 - alpha)"), (V, "-beta * m"), (U, "m / (1 - alpha)")],
        [("return rate, v, u", "return rate, np.squeeze(v), np.squeeze(u)")], [(U, "m / max(1 - beta, 0.1)")],
        [(U, "m * sum(beta**k for k in range(100))")], [(RATE, f"np.full(m.shape, {RATE})")],
        [(RATE, "alpha * (1 - round(beta, 1))")], [(V, "np.where(m == m.flat[0], -alpha * m, 0)")],
    )),
)  # fmt: skip
