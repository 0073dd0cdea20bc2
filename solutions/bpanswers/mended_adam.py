"""An Adam with three bugs."""

from dataclasses import replace

import numpy as np

from bpcourse.marking.formulas import Bowl, Valley

from .common.edits import edited, slips, solution
from .common.repair import Repair, left
from .common.weighted_mean import moments

PROGRAM = solution("mended_adam")


def _case(rng, k, steps):
    return {
        "p": rng.normal(size=k),
        "q": rng.normal(size=k),
        "gradients": Valley(*rng.normal(size=(4, k, k))).gradients,
        "steps": steps,
        "alpha": rng.uniform(0.1, 0.3),
        "beta1": rng.uniform(0.7, 0.9),
        "beta2": rng.uniform(0.91, 0.99),
        "eps": rng.uniform(0.02, 0.05),
    }


def inputs(rng):
    sizes = (5, 4), (3, 6), (4, 3), (1, 5), (3, 0), (2, 1), (2, 150), (4, 5), (3, 4), (5, 2)
    cases = [_case(rng, k, steps) for k, steps in sizes]
    bowl = {"gradients": Bowl(10.0).gradients}
    cases[6] |= bowl | {"alpha": rng.uniform(0.008, 0.012)}  # so long a run may not be chaotic
    cases[7] |= bowl
    cases[8] |= {"gradients": replace(cases[8]["gradients"].__self__, still=True).gradients}
    return cases


def truth(p, q, gradients, steps, alpha, beta1, beta2, eps):
    theta, seen = np.array([p, q]), []
    for _ in range(steps):
        seen.append(np.array(gradients(*theta)))
        theta = theta - alpha * moments(seen, beta1, 1) / (np.sqrt(moments(seen, beta2, 2)) + eps)
    return theta[0], theta[1]


def joined(p, q, gradients, steps, alpha, beta1, beta2, eps):
    k, theta = len(p), np.concatenate([p, q])
    m, v, t = np.zeros(2 * k), np.zeros(2 * k), 0
    while t < steps:
        t += 1
        g = np.concatenate(gradients(theta[:k], theta[k:]))
        m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
        theta = theta - alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta[:k], theta[k:]


def on_copies(p, q, gradients, steps, alpha, beta1, beta2, eps):
    p, q, t = p.copy(), q.copy(), 1
    mp, vp, mq, vq = (np.zeros(len(p)) for _ in range(4))
    for _ in range(steps):
        for x, g, m, v in zip((p, q), gradients(p, q), (mp, mq), (vp, vq), strict=True):
            m *= beta1
            m += (1 - beta1) * g
            v *= beta2
            v += (1 - beta2) * g * g
            x -= alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
        t += 1
    return p, q


def recursive(p, q, gradients, steps, alpha, beta1, beta2, eps, t=1, kept=(0, 0, 0, 0)):
    """The next step is the next call; its first moments are the number 0."""
    if t > steps:
        return p, q
    mp, vp, mq, vq = kept
    (gp, gq), rest = gradients(p, q), (alpha, beta1, beta2, eps)
    mp, vp = beta1 * mp + (1 - beta1) * gp, beta2 * vp + (1 - beta2) * gp**2
    mq, vq = beta1 * mq + (1 - beta1) * gq, beta2 * vq + (1 - beta2) * gq**2
    step = [alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps) for m, v in ((mp, vp), (mq, vq))]
    return recursive(p - step[0], q - step[1], gradients, steps, *rest, t + 1, (mp, vp, mq, vq))


class Adam:
    """One parameter's optimizer, with a state of its own."""

    def __init__(self, *numbers):
        self.numbers, self.t, self.m, self.v = numbers, 0, 0.0, 0.0

    def __call__(self, x, g):
        alpha, beta1, beta2, eps = self.numbers
        self.t += 1
        self.m, self.v = beta1 * self.m + (1 - beta1) * g, beta2 * self.v + (1 - beta2) * g**2
        return x - alpha * self.m / (1 - beta1**self.t) / (np.sqrt(self.v / (1 - beta2**self.t)) + eps)


def objects(p, q, gradients, steps, *numbers):
    """Two optimizers; gradients are asked for once more than needed."""
    of_p, of_q = Adam(*numbers), Adam(*numbers)
    for _ in range(steps):
        slopes = gradients(p, q)
        p, q = of_p(p, slopes[0]), of_q(q, slopes[1])
    gradients(p, q)
    return p, q


COUNT, ASK, STATE = "t in range(1, steps + 1)", "gradients(theta[0], theta[1])", "[np.zeros_like(x), np.zeros_like(x)]"
STATES, MOVE, BELOW = f"[{STATE} for x in theta]", "theta[k] - alpha * m_hat", "(np.sqrt(v_hat) + eps)"
STEP, M_HAT, V_HAT = f"{MOVE} / {BELOW}", "m / (1 - beta1**t)", "v / (1 - beta2**t)"
TURN, INNER = "        for k in (0, 1):", "            m, v = state[k]"
SHOULD_MOVE, DIVIDES = "What should be another number each time?", "What exactly does Python divide by?"
MEMORY, OWN = "How many arrays of moments are there in memory?", "np.zeros_like(p)"
# How each of the three bugs may be left: name -> (what is seen, a question, edits of the solution).
COUNTS = {
    "t_never_moves": ("the corrections are those of the first step in every step", SHOULD_MOVE, ("**t", "**1")),
    "t_one_ahead": ("in the first step t is 2 already", "With which t should the first step be made?",
        (COUNT, "t in range(2, steps + 2)")),
    "t_counts_parameters": ("t moves on twice in each step, once for p and once for q", "In which of the two loops "
        "does `t` belong?", (f"    for {COUNT}", "    t = 0\n    for _ in range(steps)"),
        (INNER, f"            t += 1\n{INNER}")),
    "t_never_moves_for_m": ("the correction of m stays that of the first step", SHOULD_MOVE, ("beta1**t", "beta1")),
    "t_never_moves_for_v": ("the correction of v stays that of the first step", SHOULD_MOVE, ("beta2**t", "beta2")),
}  # fmt: skip
PLACES = {
    "eps_by_precedence": ("every entry moves up by an eps in each step", DIVIDES, (BELOW, "np.sqrt(v_hat) + eps")),
    "eps_beside_the_step": ("every entry moves down by an eps in each step", DIVIDES,
        (STEP, "theta[k] - (alpha * m_hat / np.sqrt(v_hat) + eps)")),
    "eps_inside_root": ("eps stands inside the root", "Where does Adam have it?", (BELOW, "np.sqrt(v_hat + eps)")),
    "eps_missing": ("the same numbers would come without eps", "What does eps prevent?", (" + eps", "")),
    "eps_beside_uncorrected_root": ("eps stands beside the root of the uncorrected v", "Beside which root does Adam "
        "have it?", (BELOW, "(np.sqrt(v_hat) + eps / np.sqrt(1 - beta2**t))")),
}  # fmt: skip
SHARES = {
    "shared_state": ("the moments of p hold gradients of q as well", MEMORY, (STATES, f"[[{OWN}, {OWN}]] * 2")),
    "shared_m": ("the m of p holds gradients of q as well", MEMORY, (STATES, f"[[m, {OWN}] for m in [{OWN}] * 2]")),
    "shared_v": ("the v of p holds gradients of q as well", MEMORY, (STATES, f"[[{OWN}, v] for v in [{OWN}] * 2]")),
    "moments_forgotten": ("the moments start from 0 in every step", "Where should they be made?",
        (TURN, f"        state = {STATES}\n{TURN}")),
}  # fmt: skip
GIVEN = "t_never_moves", "eps_by_precedence", "shared_state"
ALL = "All three bugs are still there: these are the numbers of `faulty_adam`. Which line seems odd to you?"
slip = slips(PROGRAM)


def new(name, message, *changes):
    """A bug that was not there."""
    return slip(name, "The three bugs are mended, but there is a new one: " + message, *changes)


LEFT = (
    *left(slip, (COUNTS, PLACES, SHARES), GIVEN, ALL),
    (slip("t_from_zero", "2 of 3 bugs mended. What is left: in the first step t is 0, and p and q become `nan`. What "
          "is 1 - beta1^t then?", (COUNT, "t in range(steps)")), 2.0),
)  # fmt: skip
NEW = (
    new("gradients_one_by_one", "the gradient of q is taken after p has moved. At which point do both gradients of a "
        "step belong?", (INNER, f"            grads = {ASK}\n{INNER}")),
    new("gradients_at_the_start", "all gradients are those at the p and q that came in. At which point does a step ask "
        "for them?", (ASK, "gradients(p, q)")),
    new("hats_kept", "the corrected m and v go into the next step, and are corrected again. Which m and v go on?",
        (f"m_hat, v_hat = {M_HAT}, {V_HAT}", f"m[:], v[:] = {M_HAT}, {V_HAT}\n            m_hat, v_hat = m, v")),
    new("no_correction", "m and v are not corrected. Both begin at 0: how large are they after the first step?",
        (M_HAT, "m"), (V_HAT, "v")),
    new("only_m_corrected", "v is not corrected. From which number did it start?", (V_HAT, "v")),
    new("only_v_corrected", "m is not corrected. From which number did it start?", (M_HAT, "m")),
    new("multiplied_by_the_correction", "m and v are multiplied by 1 - beta^t. They are too small at the start: what "
        "makes them larger?", ("m / (", "m * ("), ("v / (", "v * (")),
    new("v_corrected_with_beta1", "v is corrected with beta1. Which beta made v so small at the start?",
        (V_HAT, "v / (1 - beta1**t)")),
    new("hat_by_precedence", "1 divides m, and beta1^t is subtracted from it. What does Python divide by in `m / 1 - "
        "beta1**t`?", (M_HAT, "m / 1 - beta1**t")),
    new("one_step_too_many", "it takes one step too many. How often does your loop run if `steps` is 3?",
        (COUNT, "t in range(1, steps + 2)")),
    new("one_step_too_few", "it takes one step too few. How often does your loop run if `steps` is 3?",
        (COUNT, "t in range(1, steps)")),
    new("m_is_v", "m and v of a parameter are one and the same array. How many arrays does `[x] * 2` make?",
        (STATE, "[np.zeros_like(x)] * 2")),
    new("only_m_multiplied", "m is multiplied by 1 - beta1^t. It is too small at the start: what makes it larger?",
        ("m / (", "m * (")),
    new("uphill", "the steps go uphill. What is their sign?", (MOVE, MOVE.replace("-", "+"))),
    new("square_missing", "v averages g itself, so it can be negative. What does it average?",
        ("grads[k] ** 2", "grads[k]")),
    new("momentum_missing", "the gradient itself is above the line. What stands there in Adam?",
        ("alpha * m_hat", "alpha * grads[k]")),
    new("root_missing", "you divide by v_hat itself. If all gradients were ten times as large, how should the step "
        "change?", ("np.sqrt(v_hat)", "v_hat")),
    new("all_divided", "theta itself is divided by the root and eps. What exactly stands above the line?",
        (MOVE, f"({MOVE})")),
    new("size_for_square", "v averages |g|. The root comes later: what belongs inside it?",
        ("grads[k] ** 2", "np.abs(grads[k])")),
    new("m_whole", "g is added whole to the old m. For a gradient that stays the same, where would m end?",
        ("(1 - beta1) * grads", "grads")),
    new("v_whole", "g^2 is added whole to the old v. For a gradient that stays the same, where would v end?",
        ("(1 - beta2) * grads", "grads")),
    new("mean_over_entries", "the squares are averaged over all entries. How many rates should there be, one for all "
        "entries or one for each?", ("grads[k] ** 2", "np.mean(grads[k] ** 2)")),
    new("sum_over_entries", "the squares are added up over all entries. How many rates should there be, one for all "
        "entries or one for each?", ("grads[k] ** 2", "np.sum(grads[k] ** 2)")),
    new("largest_v", "the steps are divided by the largest v so far. Which v does Adam take?",
        (f"    for {COUNT}", f"    most = [0, 0]\n    for {COUNT}"), ("            theta[k] =", "            v_hat = "
        "most[k] = np.maximum(most[k], v_hat)\n            theta[k] =")),
    new("eps_squared_inside_root", "the square of eps stands inside the root. Where does Adam have eps?",
        (BELOW, "np.sqrt(v_hat + eps**2)")),
    new("largest_for_sum", "the larger of root and eps stands below the line. What does Adam make of the two?",
        (BELOW, "np.maximum(np.sqrt(v_hat), eps)")),
    new("q_first", "the gradient of p is taken after q has moved. At which point do both gradients of a step belong?",
        ("in (0, 1)", "in (1, 0)"), (INNER, f"            grads = {ASK}\n{INNER}")),
    new("always_a_step", "with `steps` 0 it takes a step all the same. How often should the loop run then?",
        ("steps + 1", "max(steps, 1) + 1")),
    new("t_behind", "t is one too small from the second step on. When is t moved on?", ("**t", " ** max(t - 1, 1)")),
    new("t_moves_on_after_p", "t is one ahead for q. In which of the two loops does `t` belong?",
        ("**t", " ** (t + k)")),
    new("rate_falls", "the rate falls with the root of t. Does Adam's line say so?",
        ("- alpha", "- alpha / np.sqrt(t)")),
    new("gradients_exchanged", "p moves by the gradient of q, and q by that of p. Which of the two comes first?",
        (ASK, f"{ASK}[::-1]")),
    new("points_exchanged", "`gradients` is asked at (q, p). Which of the two does it expect first?",
        (ASK, "gradients(theta[1], theta[0])[::-1]")),
    new("points_exchanged_only", "`gradients` is asked at (q, p). Which of the two does it expect first?",
        (ASK, "gradients(theta[1], theta[0])")),
    new("one_gradient_for_both", "both move by the gradient of q. Which of the two gradients belongs to p?",
        ("grads[k]", "grads[1]")),
    new("betas_swapped", "beta1 and beta2 have changed places. Which of them belongs to m?",
        ("    theta =", "    beta1, beta2 = beta2, beta1\n    theta =")),
    new("averages_swapped", "m averages with beta2 and v with beta1. Which of them belongs to m?",
        ("beta1 * m + (1 - beta1)", "beta2 * m + (1 - beta2)"), ("beta2 * v + (1 - beta2)", "beta1 * v + (1 - beta1)")),
    new("q_starts_at_p", "q starts where p does. Of what is each of the two a copy?", ("q.copy()", "p.copy()")),
    new("only_p_moves", "q stays where it was. Is the `return` inside the loop over k, or a step left out?",
        ("in (0, 1)", "in (0,)")),
    new("in_place", "the caller's p and q are changed. What were the `.copy()` for?",
        ("[p.copy(), q.copy()]", "[p, q]"), ("theta[k] = theta[k] -", "theta[k] -=")),
)  # fmt: skip

ASKED = "Take two steps by hand with numbers for p and q, and print t, m and v in each: which of them is not yours?"

EXERCISE = Repair(
    inputs=inputs,
    truth=truth,
    parts={"p": 1, "q": 1},
    points=3,
    credit=(*((mistake.name, points) for mistake, points in LEFT), *((mistake.name, 2.0) for mistake in NEW)),
    passed="Step by step p and q are where the weighted sums of all past gradients lead, each with moments of its own.",
    fixed=("gradients", "steps"),
    ask={"p": ASKED, "q": ASKED},
    shapes={"p": "k", "q": "k"},
    room={
        "steps = 0": lambda case: case["steps"] == 0,
        "steps = 1": lambda case: case["steps"] == 1,
        "more than one step": lambda case: case["steps"] > 1,
        "steps above 0": lambda case: case["steps"] > 0,
        "a gradient of 0": lambda case: not case["gradients"](case["p"], case["q"])[0].all(),
        "gradients that return p itself": lambda case: case["gradients"](case["p"], case["q"])[0] is case["p"],
    },
    wide=lambda rng: _case(rng, int(rng.integers(1, 7)), int(rng.integers(0, 9))),
    misconceptions=(*(mistake for mistake, _ in LEFT), *NEW),
    right=(joined, on_copies, recursive, objects),
    wrong=tuple(edited(PROGRAM, change) for change in (
        ("return theta[0], theta[1]", "return theta[0], q"), (COUNT, "t in range(1, 2)"), ("in (0, 1)", "in ()"),
        ("in range(1, steps + 1)", "in range(1, min(steps, 10) + 1)"), ("beta1**t", "0.9**t"),
        ("in range(1, steps + 1)", "in range(1, min(steps, 100) + 1)"), ("alpha * m_hat", "0.01 * m_hat"),
        (ASK, f"[np.where(g == 0, 1e-3, g) for g in {ASK}]"), ("theta[k] = theta[k]", "theta[k] = 0.99 * theta[k]"),
        (TURN, f"        old, grads = grads, [g.copy() for g in grads]\n        [g.fill(0) for g in old]\n{TURN}"),
    )),
)  # fmt: skip
