"""The bias correction where beta changes: how much each past gradient weighs."""

import numpy as np

from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise, Misconception

from .common.edits import edited, slips, solution
from .common.sizes import sizes

PROGRAM = solution("moment_weights")


def inputs(rng):
    cases = [rng.uniform(0.5, 0.95, t) for t in (5, 8, 1, 3, 2)]
    cases.append(np.sort(rng.uniform(0.1, 0.5, 4)))
    cases.append(rng.uniform(0.05, 0.5, 6))
    cases.append(rng.uniform(0.8, 0.99, 30))
    cases.append(np.full(5, rng.uniform(0.5, 0.9)))
    cases.append(rng.uniform(0.02, 0.1, 400))  # their product is no float: it is 0
    return [{"betas": betas} for betas in cases]


def truth(betas):
    """Run the moving average, from 0, on a gradient that is 1 in step k only; divide by what it makes of ones."""
    m, of_ones = np.zeros(len(betas)), 0.0
    for beta, one in zip(betas, np.eye(len(betas)), strict=True):
        m, of_ones = beta * m + (1 - beta) * one, beta * of_ones + (1 - beta)
    return m / of_ones


def by_a_system(betas):
    """m_k - beta_k m_(k-1) = (1 - beta_k) g_k, solved for all steps at once."""
    steps = np.eye(len(betas)) - np.diag(betas[1:], -1)
    return np.linalg.solve(steps, np.diag(1 - betas))[-1] / (1 - betas.prod())


def running(betas):
    """A mean that is right in every step: the new gradient takes its share, the older ones make room."""
    shares, product = [], 1.0
    for beta in betas:
        product *= beta
        share = (1 - beta) / (1 - product)
        shares = [*(old * (1 - share) for old in shares), share]
    return shares


def by_recursion(betas):
    weights = []
    for beta in betas:
        weights = [beta * w for w in weights] + [1 - beta]
    return [w / sum(weights) for w in weights]


def by_products(betas):
    products = [np.prod(betas[k:]) for k in range(len(betas) + 1)]
    return np.diff(products) / (1 - products[0])


def by_logarithms(betas):
    after = np.append(np.cumsum(np.log(betas[::-1]))[::-1], 0.0)
    return (1 - betas) * np.exp(after[1:]) / -np.expm1(after[0])


def backward(betas):
    out, faded = np.empty(len(betas)), 1.0
    for k in reversed(range(len(betas))):
        out[k] = faded * (1 - betas[k])
        faded *= betas[k]
    return out / (1 - faded)


def corrected_in_every_step(betas):
    m = np.zeros(len(betas))
    for k, beta in enumerate(betas):
        m = (beta * m + (1 - beta) * np.eye(len(betas))[k]) / (1 - betas[: k + 1].prod())
    return m


SHARE, LATER = "(1 - betas) * faded", "np.append(betas[1:], 1.0)[::-1].cumprod()[::-1]"
BY, AGE, slip = "(1 - betas.prod())", "np.arange(len(betas))[::-1]", slips(PROGRAM)
WEIGHTS = f"{SHARE} / {BY}"


def scaled(name, message, *changes):
    """A mistake that shows whatever number all weights are divided by."""
    wrong = edited(PROGRAM, *changes)

    def shows(case, outcome):
        theirs = np.asarray(wrong(case["betas"]))
        if outcome.parts is None or outcome.parts[0].shape != theirs.shape:
            return False
        came = outcome.parts[0]
        return bool(came.any()) and agree(came * (theirs @ came) / (came @ came), theirs)

    return slip(name, message, *changes, shows=shows)


def one_left_out(name, which, index):
    """One step is left out of the product below the line."""
    change = BY, f"(1 - np.delete(betas, {index}).prod())"
    wrong = edited(PROGRAM, change)

    def shows(case, outcome):  # with one beta nothing is left, and the answer may be anything
        with np.errstate(divide="ignore"):
            return len(case["betas"]) == 1 or bool(outcome.parts) and agree(outcome.parts[0], wrong(case["betas"]))

    message = f"You divided by 1 - a product of betas without the {which} one. What do your weights add up to?"
    return slip(name, message, change, shows=shows)


OWN_POWER = (
    "You raised each step's own beta to a power. Which betas does a gradient meet: its own, or those of the steps "
    "after it?"
)


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"weights": 4},
    passed="They are what the moving average itself makes of gradients that come one at a time, and they sum to 1.",
    ask={"weights": "Run the average on gradients that are 0, but for a 1 in one step: is the end your weight of that "
    "step?"},
    shapes={"betas": "t"},
    room={
        "more than one beta": lambda case: len(case["betas"]) > 1,
        "more than 100 steps": lambda case: len(case["betas"]) > 100,
        "betas below a half": lambda case: case["betas"].max() < 0.5,
        "betas that rise from step to step": lambda case: len(case["betas"]) > 1 and (np.diff(case["betas"]) > 0).all(),
        "betas that are all the same": lambda case: len(case["betas"]) > 1 and not np.ptp(case["betas"]),
    },
    wide=lambda rng: {"betas": rng.uniform(0.001, 0.999, *sizes(rng, 1))},
    misconceptions=(
        slip("not_corrected", "These are the weights in m, without the correction. What do they add up to, and what "
             "should they?", (f" / {BY}", "")),
        slip("power_of_the_last", "You divided by 1 - beta^t, with the last beta. What do your weights add up to, if "
             "the betas differ?", (BY, "(1 - betas[-1] ** len(betas))")),
        slip("power_of_the_first", "You divided by 1 - beta^t, with the first beta. What do your weights add up to, if "
             "the betas differ?", (BY, "(1 - betas[0] ** len(betas))")),
        slip("power_missing", "You divided by one 1 - beta. That is right for the first step. What do your weights add "
             "up to later?", (BY, "(1 - betas[-1])")),
        slip("only_the_last_beta", "You used the last beta for every step. With which betas was g_1 multiplied on its "
             "way?", (WEIGHTS, f"(1 - betas[-1]) * betas[-1] ** {AGE} / (1 - betas[-1] ** len(betas))")),
        slip("only_the_first_beta", "You used the first beta for every step. With which betas was g_1 multiplied on "
             "its way?", (WEIGHTS, f"(1 - betas[0]) * betas[0] ** {AGE} / (1 - betas[0] ** len(betas))")),
        scaled("own_beta_as_power", OWN_POWER, (LATER, f"betas ** {AGE}"), (BY, "(1 - betas ** len(betas))")),
        scaled("own_beta_as_power_in_proportion", OWN_POWER, (LATER, f"betas ** {AGE}")),
        scaled("own_beta_too", "Each weight has one beta too many, that of its own step. By which beta is the newest "
               "gradient multiplied?", (LATER, "betas[::-1].cumprod()[::-1]")),
        scaled("earlier_betas", "Each weight has the betas of the steps *before* it. When does a gradient begin to "
               "fade?", (LATER, "np.append(1.0, betas.cumprod()[:-1])")),
        scaled("earlier_betas_and_own", "Each weight has the betas of its own step and of those before it. When does a "
               "gradient begin to fade?", (LATER, "betas.cumprod()")),
        slip("newest_first", "The right weights in the wrong order. Which gradient has faded most?",
             (WEIGHTS, f"({WEIGHTS})[::-1]")),
        scaled("share_missing", "Each gradient enters with a factor that is the same in all steps, or with none. With "
               "which factor does the gradient of step k enter the average?", ("(1 - betas) *", "1 *")),
        slip("first_gradient_whole", "That is the average that starts from m = g_1. Here it starts from m = 0: what "
             "must be corrected?", (WEIGHTS, "np.append(1.0, 1 - betas[1:]) * faded")),
        slip("equal_weights", "That is the plain mean. Does a moving average treat old and new gradients alike?",
             (WEIGHTS, "np.full(len(betas), 1 / len(betas))")),
        slip("betas_themselves", "These are the betas, scaled so that they add up to 1. With which factor does a "
             "gradient enter, and what happens to it later?", (WEIGHTS, "betas / betas.sum()")),
        slip("never_faded", "These are the factors 1 - beta with which the gradients enter, scaled so that they add up "
             "to 1. What happens to a gradient in the steps after it?", (WEIGHTS, "(1 - betas) / (1 - betas).sum()")),
        Misconception("corrected_in_every_step", corrected_in_every_step, "Here the corrected average goes into the "
                      "next step, where it is corrected again. Which average does the next step start from?"),
        slip("corrected_by_its_own_step", "Each weight is divided by the correction of its own step. All belong to one "
             "average, m_t: which correction is that of m_t?", (BY, "(1 - betas.cumprod())")),
        slip("multiplied_by_the_correction", "You multiplied by 1 - the product of the betas. The weights in m are too "
             "small: what makes them larger?", (f"/ {BY}", f"* {BY}")),
        slip("one_plus", "There is a plus below the line. What do the weights in m add up to?",
             (BY, "(1 + betas.prod())")),
        slip("divided_by_t", "You divided by the number of steps. What do the weights in m add up to?",
             (BY, "len(betas)")),
        scaled("enters_with_beta", "Each gradient enters with beta. Which factor stands before g in the equation?",
               ("(1 - betas) *", "betas *")),
        scaled("fades_by_one_minus_beta", "A gradient is multiplied by 1 - beta in each later step. By what is the old "
               "m multiplied?", (LATER, "np.append(1 - betas[1:], 1.0)[::-1].cumprod()[::-1]"),
               (BY, "(1 - (1 - betas).prod())")),
        scaled("faded_once", "Each gradient fades in the next step only. What happens to it in the steps after that?",
               (LATER, "np.append(betas[1:], 1.0)"), (BY, "(1 - betas[0])")),
        scaled("added_for_multiplied", "The betas of the later steps are added up. What becomes of a gradient in two "
               "steps: the sum of the two betas, or something else?", (LATER, "np.append(betas[:0:-1].cumsum()[::-1], "
               "1.0)")),
        slip("product_not_from_one", "You divided by the product of the betas. What do the weights in m add up to: "
             "that, or what is missing?", (BY, "betas.prod()")),
        slip("power_of_the_mean", "You divided by 1 - beta^t, with the mean of the betas. What do your weights add up "
             "to, if they differ?", (BY, "(1 - betas.mean() ** len(betas))")),
        slip("added_up", "These are sums of the weights up to each step. What is the weight of one gradient alone?",
             (WEIGHTS, f"({WEIGHTS}).cumsum()")),
        slip("swapped", "beta and 1 - beta have changed places. Which of them multiplies the old m?",
             ("    faded", "    betas = 1 - betas\n    faded")),
        one_left_out("correction_without_the_first", "first", 0),
        one_left_out("correction_without_the_last", "last", -1),
        scaled("betas_turned_round", "These are the weights if the betas come in the wrong order. Which beta belongs "
               "to the first step?", ("    faded", "    betas = betas[::-1]\n    faded")),
        scaled("only_the_mean_beta", "You used the mean of the betas for every step. With which betas was g_1 "
               "multiplied on its way?", ("    faded", "    betas = np.full(len(betas), betas.mean())\n    faded")),
        scaled("power_of_the_last_beta", "Each gradient fades by a power of the last beta. With which betas was g_1 "
               "multiplied on its way?", (LATER, f"betas[-1] ** {AGE}")),
        scaled("one_beta_too_few", "Each weight lacks the beta of the step that follows. When does a gradient begin to "
               "fade?", (LATER, "np.append(betas[2:], [1.0, 1.0])[-len(betas):][::-1].cumprod()[::-1]")),
        scaled("last_beta_missing", "The products end one beta too early: the last beta is in none of them. Does the "
               "slice end before its last index, or at it?", (LATER, "np.append(betas[1:-1], [1.0, "
               "1.0])[-len(betas):][::-1].cumprod()[::-1]")),
        scaled("betas_sorted", "These are the weights if the betas are sorted. Do the betas belong to steps?",
               ("    faded", "    betas = np.sort(betas)\n    faded")),
    ),
    right=(by_recursion, by_products, backward, by_logarithms, by_a_system, running),
    wrong=(
        *(edited(PROGRAM, change) for change in (
            (WEIGHTS, "np.zeros(len(betas))"), (WEIGHTS, "np.ones(len(betas))"), (WEIGHTS, f"({WEIGHTS})[:, None]"),
            (WEIGHTS, f"-{WEIGHTS}"), ("    faded", "    betas = np.full(len(betas), 0.9)\n    faded"),
            ("    faded", "    betas = betas**2\n    faded"), (LATER, "betas.prod() / betas.cumprod()"),
            (WEIGHTS, f"{WEIGHTS} if len(betas) > 1 else 1 - betas"), (WEIGHTS, f"{WEIGHTS}, {BY}"),
            (WEIGHTS, f"(1 - betas[-1]) * faded / {BY}"),
            (LATER, "np.array([betas[k + 1 : k + 11].prod() for k in range(len(betas))])"),
        )),
        lambda betas: np.append(betas[-1] * by_products(betas[:-1]), 1 - betas[-1]),  # the old mean was corrected
        lambda betas: by_products(np.append(0.9, betas))[1:],
    ),
)  # fmt: skip
