"""Chapter 05: an Adam with three bugs."""

from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception

from .exact import moments


@dataclass(frozen=True)
class Repair(Exercise):
    """An exercise about a program with several bugs. `credit`: misconception -> points for what is mended already."""

    credit: tuple[tuple[str, float], ...] = ()

    def judge(self, function, seed=0):
        """Mark an answer: a Result."""
        result = super().judge(function, seed)
        return replace(result, points=dict(self.credit).get(result.diagnosis, result.points))


def _valley(rng, k):
    """gradients(p, q) of a smooth loss in which p and q are coupled, and q is steeper."""
    A, B, C, D = (rng.normal(size=(k, k)) for _ in range(4))

    def gradients(p, q):
        a, b = np.tanh(A @ p + B @ q), np.sin(C @ q + D @ p)
        return A.T @ a + D.T @ b, 3 * (B.T @ a + C.T @ b)

    return gradients


def _bowl(p, q):
    """A bowl's gradients; p itself is one of them, as in the notebook."""
    return p, 10 * q


def _mend_case(rng, k, steps):
    return {
        "p": rng.normal(size=k),
        "q": rng.normal(size=k),
        "gradients": _valley(rng, k),
        "steps": steps,
        "alpha": rng.uniform(0.1, 0.3),
        "beta1": rng.uniform(0.7, 0.9),
        "beta2": rng.uniform(0.91, 0.99),
        "eps": rng.uniform(0.02, 0.05),
    }


def _flat_in_one_place(gradients):
    """The same gradients, but the first entry of each is 0, always."""

    def flat(p, q):
        return tuple(np.append(0.0, g[1:]) for g in gradients(p, q))

    return flat


def _mend_inputs(rng):
    sizes = (5, 4), (3, 6), (4, 3), (1, 5), (3, 0), (2, 1), (2, 150), (4, 5), (3, 4), (5, 2)
    cases = [_mend_case(rng, k, steps) for k, steps in sizes]
    cases[6] |= {"gradients": _bowl, "alpha": rng.uniform(0.008, 0.012)}  # so long a run may not be chaotic
    cases[7] |= {"gradients": _bowl}
    cases[8] |= {"gradients": _flat_in_one_place(cases[8]["gradients"])}
    return cases


def _mend_truth(p, q, gradients, steps, alpha, beta1, beta2, eps):
    theta, seen = np.array([p, q]), []
    for _ in range(steps):
        seen.append(np.array(gradients(*theta)))
        theta = theta - alpha * moments(seen, beta1, 1) / (np.sqrt(moments(seen, beta2, 2)) + eps)
    return theta[0], theta[1]


_STEPS = {  # a step from m_hat, v_hat and the correction c of v
    "right": lambda m, v, c, eps: m / (np.sqrt(v) + eps),
    "no root": lambda m, v, c, eps: m / (v + eps),
    "up": lambda m, v, c, eps: m / np.sqrt(v) - eps,
    "down": lambda m, v, c, eps: m / np.sqrt(v) + eps,
    "inside": lambda m, v, c, eps: m / np.sqrt(v + eps),
    "missing": lambda m, v, c, eps: m / np.sqrt(v),
    "uncorrected": lambda m, v, c, eps: m / (np.sqrt(v) + eps / np.sqrt(c)),
}


@np.errstate(all="ignore")
def adam_of_two(
    p, q, gradients, steps, alpha, beta1, beta2, eps, *, count="steps", step="right", state="own", correct=(1, 1),
    one_by_one=False, in_place=False, keep_hats=False, more=0, least=0, sign=1, square=np.square, first_only=False,
    averages=True, order=(0, 1), whole=(False, False), rate=lambda alpha, t: alpha, asked=lambda ask, p, q: ask(p, q),
):  # fmt: skip
    """The program; the keywords switch single bugs on, none by default. correct: the powers of the two corrections."""
    theta = [p, q] if in_place else [p.copy(), q.copy()]
    own = [[np.zeros_like(p), np.zeros_like(p)], [np.zeros_like(p), np.zeros_like(p)]]
    kept = {
        "shared": [own[0], own[0]],
        "shared m": [own[0], [own[0][0], own[1][1]]],
        "shared v": [own[0], [own[1][0], own[0][1]]],
        "one array": [[m, m] for m, _ in own],
    }.get(state, own)
    t = 1
    for number in range(max(steps + more, least)):
        t = {"steps": number + 1, "never": 1, "late": number + 2, "from zero": number, "behind": max(number, 1)}.get(
            count, t
        )
        grads = asked(gradients, *theta)
        for k in order:
            m, v = kept[k]
            g = gradients(*theta)[k] if one_by_one else grads[k]
            if state == "forgotten":
                m[:], v[:] = 0, 0
            m[:] = beta1 * m + (1.0 if whole[0] else 1 - beta1) * g
            v[:] = beta2 * v + (1.0 if whole[1] else 1 - beta2) * square(g)
            c1, c2 = (1 - beta1**t) ** correct[0], (1 - beta2**t) ** correct[1]
            up = m / c1 if averages else g
            theta[k] -= (
                sign * rate(alpha, t) * _STEPS[step](up, v / c2, c2, eps if step not in ("up", "down") else eps / alpha)
            )
            if first_only:
                break
            if keep_hats:
                m[:], v[:] = m / c1, v / c2
            t += count == "parameters"
    return theta[0], theta[1]


_COUNTS = {  # what is seen, and a question
    "never": ("the corrections are those of the first step in every step", "What should be another number each time?"),
    "late": ("in the first step t is 2 already", "With which t should the first step be made?"),
    "parameters": (
        "t moves on twice in each step, once for p and once for q",
        "In which of the two loops does `t` belong?",
    ),
}
_PLACES = {
    "up": ("every entry moves up by an eps in each step", "What exactly does Python divide by?"),
    "down": ("every entry moves down by an eps in each step", "What exactly does Python divide by?"),
    "inside": ("eps stands inside the root", "Where does Adam have it?"),
    "missing": ("the same numbers would come without eps", "What does eps prevent?"),
    "uncorrected": ("eps stands beside the root of the uncorrected v", "Beside which root does Adam have it?"),
}
_STATES = {
    "shared": ("the moments of p hold gradients of q as well", "How many arrays of moments are there in memory?"),
    "shared m": ("the m of p holds gradients of q as well", "How many arrays of moments are there in memory?"),
    "shared v": ("the v of p holds gradients of q as well", "How many arrays of moments are there in memory?"),
    "forgotten": ("the moments start from 0 in every step", "Where should they be made?"),
}
_NAMES = {
    "never": "t_never_moves", "late": "t_one_ahead", "parameters": "t_counts_parameters", "up": "eps_by_precedence",
    "down": "eps_beside_the_step", "inside": "eps_inside_root", "missing": "eps_missing",
    "uncorrected": "eps_beside_uncorrected_root", "shared": "shared_state",
    "shared m": "shared_m", "shared v": "shared_v", "forgotten": "moments_forgotten",
}  # fmt: skip


def _left():
    """(misconception, points) for each way to leave some of the three bugs, one perhaps in another shape."""
    given = {"steps", "never", "right", "up", "own", "shared"}
    for ways in product(("steps", *_COUNTS), ("right", *_PLACES), ("own", *_STATES)):
        seen = [tables[way] for tables, way in zip((_COUNTS, _PLACES, _STATES), ways, strict=True) if way in tables]
        if not seen or sum(way not in given for way in ways) > 1:
            continue
        left = ", and ".join(what for what, _ in seen)
        message = f"{3 - len(seen)} of 3 bugs mended. What is left: {left}. {seen[0][1]}"
        if ways == ("never", "up", "shared"):
            message = (
                "All three bugs are still there: these are the numbers of `faulty_adam`. Which line seems odd to you?"
            )
        wrong = partial(adam_of_two, count=ways[0], step=ways[1], state=ways[2])
        yield Misconception("+".join(_NAMES[way] for way in ways if way in _NAMES), wrong, message), 3.0 - len(seen)


def _new(name, message, **mistake):
    """A bug that was not there."""
    return Misconception(
        name, partial(adam_of_two, **mistake), "The three bugs are mended, but there is a new one: " + message
    )


_LEFT = tuple(_left())
_NEW = (
    _new("gradients_one_by_one", "the gradient of q is taken after p has moved. At which point do both gradients of a "
         "step belong?", one_by_one=True),
    _new("hats_kept", "the corrected m and v go into the next step, and are corrected again. Which m and v go on?",
         keep_hats=True),
    _new("no_correction", "m and v are not corrected. Both begin at 0: how large are they after the first step?",
         correct=(0, 0)),
    _new("only_m_corrected", "v is not corrected. From which number did it start?", correct=(1, 0)),
    _new("only_v_corrected", "m is not corrected. From which number did it start?", correct=(0, 1)),
    _new("multiplied_by_the_correction", "m and v are multiplied by 1 - beta^t. They are too small at the start: what "
         "makes them larger?", correct=(-1, -1)),
    _new("one_step_too_many", "it takes one step too many. How often does your loop run if `steps` is 3?", more=1),
    _new("one_step_too_few", "it takes one step too few. How often does your loop run if `steps` is 3?", more=-1),
    _new("m_is_v", "m and v of a parameter are one and the same array. How many arrays does `[x] * 2` make?",
         state="one array"),
    _new("only_m_multiplied", "m is multiplied by 1 - beta1^t. It is too small at the start: what makes it larger?",
         correct=(-1, 1)),
    _new("uphill", "the steps go uphill. What is their sign?", sign=-1),
    _new("square_missing", "v averages g itself, so it can be negative. What does it average?", square=lambda g: g),
    _new("momentum_missing", "the gradient itself is above the line. What stands there in Adam?", averages=False),
    _new("root_missing", "you divide by v_hat itself. If all gradients were ten times as large, how should the step "
         "change?", step="no root"),
    _new("size_for_square", "v averages |g|. The root comes later: what belongs inside it?", square=np.abs),
    _new("m_whole", "g is added whole to the old m. For a gradient that stays the same, where would m end?",
         whole=(True, False)),
    _new("v_whole", "g^2 is added whole to the old v. For a gradient that stays the same, where would v end?",
         whole=(False, True)),
    _new("mean_over_entries", "the squares are averaged over all entries. How many rates should there be, one for all "
         "entries or one for each?", square=lambda g: np.mean(g**2)),
    _new("sum_over_entries", "the squares are added up over all entries. How many rates should there be, one for all "
         "entries or one for each?", square=lambda g: np.sum(g**2)),
    _new("q_first", "the gradient of p is taken after q has moved. At which point do both gradients of a step belong?",
         one_by_one=True, order=(1, 0)),
    _new("always_a_step", "with `steps` 0 it takes a step all the same. How often should the loop run then?", least=1),
    _new("t_behind", "t is one too small from the second step on. When is t moved on?", count="behind"),
    _new("rate_falls", "the rate falls with the root of t. Does Adam's line say so?",
         rate=lambda alpha, t: alpha / np.sqrt(t)),
    _new("gradients_exchanged", "p moves by the gradient of q, and q by that of p. Which of the two comes first?",
         asked=lambda ask, p, q: ask(p, q)[::-1]),
    _new("points_exchanged", "`gradients` is asked at (q, p). Which of the two does it expect first?",
         asked=lambda ask, p, q: ask(q, p)[::-1]),
    _new("points_exchanged_only", "`gradients` is asked at (q, p). Which of the two does it expect first?",
         asked=lambda ask, p, q: ask(q, p)),
    Misconception(
        "betas_swapped",
        lambda p, q, gradients, steps, alpha, beta1, beta2, eps: adam_of_two(
            p, q, gradients, steps, alpha, beta2, beta1, eps
        ),
        "The three bugs are mended, but there is a new one: beta1 and beta2 have changed places. Which of them belongs "
        "to m?",
    ),
    _new("only_p_moves", "q stays where it was. Is the `return` inside the loop over k, or a step left out?",
         first_only=True),
    _new("in_place", "the caller's p and q are changed. What were the `.copy()` for?", in_place=True),
)  # fmt: skip

MENDED_ADAM = Repair(
    name="mended_adam",
    inputs=_mend_inputs,
    truth=_mend_truth,
    parts={"p": 1, "q": 1},
    points=3,
    credit=(
        *((mistake.name, points) for mistake, points in _LEFT),
        *((mistake.name, 2.0) for mistake in _NEW),
        ("t_from_zero", 2.0),
    ),
    passed="Step by step p and q are where the weighted sums of all past gradients lead, each with moments of its own.",
    fixed=("gradients", "steps"),
    ask={
        "p": "With gradients that are always 1 for p and 2 for q, each step of both is alpha, nearly. Is yours?",
        "q": "With gradients that are always 1 for p and 2 for q, each step of both is alpha, nearly. Is yours?",
    },
    shapes={"p": "k", "q": "k"},
    room={
        "steps = 0": lambda case: case["steps"] == 0,
        "steps = 1": lambda case: case["steps"] == 1,
        "more than one step": lambda case: case["steps"] > 1,
        "steps above 0": lambda case: case["steps"] > 0,
        "more than 100 steps": lambda case: case["steps"] > 100,
        "a gradient of 0": lambda case: not case["gradients"](case["p"], case["q"])[0].all(),
        "gradients that return p itself": lambda case: case["gradients"](case["p"], case["q"])[0] is case["p"],
    },
    wide=lambda rng: _mend_case(rng, int(rng.integers(1, 7)), int(rng.integers(0, 9))),
    misconceptions=(
        *(mistake for mistake, _ in _LEFT),
        Misconception(
            "t_from_zero",
            partial(adam_of_two, count="from zero"),
            "2 of 3 bugs mended. What is left: in the first step t is 0, and p and q become `nan`. What is 1 - beta1^t "
            "then?",
        ),
        *_NEW,
    ),
)
