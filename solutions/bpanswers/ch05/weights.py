"""Chapter 05: the bias correction where beta changes: how much each past gradient weighs."""

from functools import partial

import numpy as np

from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise, Misconception


def _inputs(rng):
    cases = [rng.uniform(0.5, 0.95, t) for t in (5, 8, 1, 3, 2)]
    cases.append(np.sort(rng.uniform(0.1, 0.5, 4)))
    cases.append(rng.uniform(0.05, 0.5, 6))
    cases.append(rng.uniform(0.8, 0.99, 30))
    cases.append(np.full(5, rng.uniform(0.5, 0.9)))
    return [{"betas": betas} for betas in cases]


def _truth(betas):
    """Run the moving average, from 0, on a gradient that is 1 in step k only; divide by what it makes of ones."""

    def average(gs):
        m = 0.0
        for beta, g in zip(betas, gs, strict=True):
            m = beta * m + (1 - beta) * g
        return m

    return np.array([average(one) for one in np.eye(len(betas))]) / average(np.ones(len(betas)))


def later(betas, own=False):
    """For each step, the product of the betas of all steps after it (and its own)."""
    products = np.cumprod(betas[::-1])[::-1]
    return products if own else np.append(products[1:], 1.0)


def weights(betas, *, share=lambda betas: 1 - betas, fade=later, by=lambda betas: 1 - betas.prod()):
    """The right answer, unless a keyword puts something wrong in its place."""
    return share(betas) * fade(betas) / by(betas)


def _of_one_beta(beta, t):
    age = t - np.arange(1, t + 1)
    return (1 - beta) * beta**age / (1 - beta**t)


def _corrected_in_every_step(betas):
    m = np.zeros(len(betas))
    for k, beta in enumerate(betas):
        m = (beta * m + (1 - beta) * np.eye(len(betas))[k]) / (1 - betas[: k + 1].prod())
    return m


def _first_gradient_whole(betas):
    out = weights(betas, by=lambda betas: 1)
    out[0] = betas[1:].prod()
    return out


def _without(index):
    """The right answer, but one step is left out of the product below the line."""

    def wrong(betas):
        with np.errstate(divide="ignore"):
            return weights(betas, by=lambda betas: 1 - np.delete(betas, index).prod())

    def shows(case, outcome):  # with one beta nothing is left, and the answer may be anything
        return len(case["betas"]) == 1 or bool(outcome.parts) and agree(outcome.parts[0], wrong(case["betas"]))

    return {"wrong": wrong, "shows": shows}


def _in_proportion(wrong):
    """The answer, and a sign of it that does not mind by which number all weights are divided."""

    def shows(case, outcome):
        theirs = np.asarray(wrong(case["betas"]))
        if outcome.parts is None or outcome.parts[0].shape != theirs.shape:
            return False
        came = outcome.parts[0]
        return bool(came.any()) and agree(came * (theirs @ came) / (came @ came), theirs)

    return {"wrong": wrong, "shows": shows}


MOMENT_WEIGHTS = Exercise(
    name="moment_weights",
    inputs=_inputs,
    truth=_truth,
    parts={"weights": 4},
    passed="They are what the moving average itself makes of gradients that come one at a time, and they sum to 1.",
    ask={"weights": "Write out m_1 and m_2 by hand and divide. Do your weights for two betas say the same?"},
    shapes={"betas": "t"},
    room={
        "more than one beta": lambda case: len(case["betas"]) > 1,
        "more than eight steps": lambda case: len(case["betas"]) > 8,
        "betas below a half": lambda case: case["betas"].max() < 0.5,
        "betas that rise from step to step": lambda case: len(case["betas"]) > 1 and (np.diff(case["betas"]) > 0).all(),
        "betas that are all the same": lambda case: len(case["betas"]) > 1 and not np.ptp(case["betas"]),
    },
    wide=lambda rng: {"betas": rng.uniform(0.001, 0.999, rng.integers(1, rng.choice([4, 40])))},
    misconceptions=(
        Misconception(
            "not_corrected",
            partial(weights, by=lambda betas: 1),
            "These are the weights in m, without the correction. What do they add up to, and what should they?",
        ),
        Misconception(
            "power_of_the_last",
            partial(weights, by=lambda betas: 1 - betas[-1] ** len(betas)),
            "You divided by 1 - beta^t, with the last beta. What do your weights add up to, if the betas differ?",
        ),
        Misconception(
            "power_of_the_first",
            partial(weights, by=lambda betas: 1 - betas[0] ** len(betas)),
            "You divided by 1 - beta^t, with the first beta. What do your weights add up to, if the betas differ?",
        ),
        Misconception(
            "power_missing",
            partial(weights, by=lambda betas: 1 - betas[-1]),
            "You divided by one 1 - beta. That is right for the first step. What do your weights add up to later?",
        ),
        Misconception(
            "only_the_last_beta",
            lambda betas: _of_one_beta(betas[-1], len(betas)),
            "You used the last beta for every step. With which betas was g_1 multiplied on its way?",
        ),
        Misconception(
            "only_the_first_beta",
            lambda betas: _of_one_beta(betas[0], len(betas)),
            "You used the first beta for every step. With which betas was g_1 multiplied on its way?",
        ),
        Misconception(
            "own_beta_as_power",
            **_in_proportion(lambda betas: _of_one_beta(betas, len(betas))),
            message="You raised each step's own beta to a power. Which betas does a gradient meet: its own, or those "
            "of the steps after it?",
        ),
        Misconception(
            "own_beta_too",
            **_in_proportion(partial(weights, fade=partial(later, own=True))),
            message="Each weight has one beta too many, that of its own step. By which beta is the newest gradient "
            "multiplied?",
        ),
        Misconception(
            "earlier_betas",
            **_in_proportion(partial(weights, fade=lambda betas: np.append(1.0, np.cumprod(betas)[:-1]))),
            message="Each weight has the betas of the steps *before* it. When does a gradient begin to fade?",
        ),
        Misconception(
            "newest_first",
            lambda betas: weights(betas)[::-1],
            "The right weights in the wrong order. Which gradient has faded most?",
        ),
        Misconception(
            "share_missing",
            **_in_proportion(partial(weights, share=lambda betas: 1.0)),
            message="The factor 1 - beta is missing. With which factor does a gradient enter the average?",
        ),
        Misconception(
            "first_gradient_whole",
            _first_gradient_whole,
            "That is the average that starts from m = g_1. Here it starts from m = 0: what must be corrected?",
        ),
        Misconception(
            "equal_weights",
            lambda betas: np.full(len(betas), 1 / len(betas)),
            "That is the plain mean. Does a moving average treat old and new gradients alike?",
        ),
        Misconception(
            "betas_themselves",
            lambda betas: betas / betas.sum(),
            "These are the betas, scaled so that they add up to 1. With which factor does a gradient enter, and what "
            "happens to it later?",
        ),
        Misconception(
            "never_faded",
            lambda betas: (1 - betas) / (1 - betas).sum(),
            "These are the factors 1 - beta with which the gradients enter, scaled so that they add up to 1. What "
            "happens to a gradient in the steps after it?",
        ),
        Misconception(
            "corrected_in_every_step",
            lambda betas: _corrected_in_every_step(betas),
            "Here the corrected average goes into the next step, where it is corrected again. Which average does the "
            "next step start from?",
        ),
        Misconception(
            "multiplied_by_the_correction",
            lambda betas: weights(betas) * (1 - betas.prod()) ** 2,
            "You multiplied by 1 - the product of the betas. The weights in m are too small: what makes them larger?",
        ),
        Misconception(
            "one_plus",
            partial(weights, by=lambda betas: 1 + betas.prod()),
            "There is a plus below the line. What do the weights in m add up to?",
        ),
        Misconception(
            "divided_by_t",
            partial(weights, by=len),
            "You divided by the number of steps. What do the weights in m add up to?",
        ),
        Misconception(
            "enters_with_beta",
            **_in_proportion(partial(weights, share=lambda betas: betas)),
            message="Each gradient enters with beta. Which factor stands before g in the equation?",
        ),
        Misconception(
            "fades_by_one_minus_beta",
            **_in_proportion(lambda betas: (1 - betas) * later(1 - betas) / (1 - (1 - betas).prod())),
            message="A gradient is multiplied by 1 - beta in each later step. By what is the old m multiplied?",
        ),
        Misconception(
            "faded_once",
            **_in_proportion(lambda betas: (1 - betas) * np.append(betas[1:], 1.0) / (1 - betas[0])),
            message="Each gradient fades in the next step only. What happens to it in the steps after that?",
        ),
        Misconception(
            "product_not_from_one",
            partial(weights, by=lambda betas: betas.prod()),
            "You divided by the product of the betas. What do the weights in m add up to: that, or what is missing?",
        ),
        Misconception(
            "power_of_the_mean",
            partial(weights, by=lambda betas: 1 - betas.mean() ** len(betas)),
            "You divided by 1 - beta^t, with the mean of the betas. What do your weights add up to, if they differ?",
        ),
        Misconception(
            "added_up",
            lambda betas: np.cumsum(weights(betas)),
            "These are sums of the weights up to each step. What is the weight of one gradient alone?",
        ),
        Misconception(
            "swapped",
            lambda betas: weights(1 - betas),
            "beta and 1 - beta have changed places. Which of them multiplies the old m?",
        ),
        Misconception(
            "correction_without_the_first",
            **_without(0),
            message="You divided by 1 - a product of betas without the first one. What do your weights add up to?",
        ),
        Misconception(
            "correction_without_the_last",
            **_without(-1),
            message="You divided by 1 - a product of betas without the last one. What do your weights add up to?",
        ),
        Misconception(
            "betas_turned_round",
            **_in_proportion(lambda betas: weights(betas[::-1])),
            message="These are the weights if the betas come in the wrong order. Which beta belongs to the first step?",
        ),
        Misconception(
            "only_the_mean_beta",
            **_in_proportion(lambda betas: _of_one_beta(betas.mean(), len(betas))),
            message="You used the mean of the betas for every step. With which betas was g_1 multiplied on its way?",
        ),
        Misconception(
            "power_of_the_last_beta",
            **_in_proportion(lambda betas: (1 - betas) * betas[-1] ** np.arange(len(betas))[::-1]),
            message="Each gradient fades by a power of the last beta. With which betas was g_1 multiplied on its way?",
        ),
        Misconception(
            "one_beta_too_few",
            **_in_proportion(lambda betas: (1 - betas) * np.append(later(betas)[1:], 1.0)),
            message="Each weight lacks the beta of the step that follows. When does a gradient begin to fade?",
        ),
        Misconception(
            "betas_sorted",
            **_in_proportion(lambda betas: weights(np.sort(betas))),
            message="These are the weights if the betas are sorted. Do the betas belong to steps?",
        ),
    ),
)
