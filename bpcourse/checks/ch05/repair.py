"""Chapter 05: an Adam with three bugs."""

from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

import numpy as np

from ..engine import Exercise, Misconception
from .exact import moments


@dataclass(frozen=True)
class Repair(Exercise):
    """An Exercise about a program with several bugs. `credit`: misconception -> points for what is mended already."""

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


def _mend_inputs(rng):
    return [
        {
            "p": rng.normal(size=k),
            "q": rng.normal(size=k),
            "gradients": _valley(rng, k),
            "steps": steps,
            "alpha": rng.uniform(0.1, 0.3),
            "beta1": rng.uniform(0.7, 0.9),
            "beta2": rng.uniform(0.91, 0.99),
            "eps": rng.uniform(0.02, 0.05),
        }
        for k, steps in ((5, 4), (3, 6), (4, 3))
    ]


def _mend_truth(p, q, gradients, steps, alpha, beta1, beta2, eps):
    theta, seen = np.array([p, q]), []
    for _ in range(steps):
        seen.append(np.array(gradients(*theta)))
        theta = theta - alpha * moments(seen, beta1, 1) / (np.sqrt(moments(seen, beta2, 2)) + eps)
    return theta[0], theta[1]


@np.errstate(all="ignore")
def adam_of_two(
    p, q, gradients, steps, alpha, beta1, beta2, eps, *, count="steps", precedence=0, shared=False, reset=False,
    one_by_one=False, in_place=False, more=0,
):  # fmt: skip
    """The program; the keywords switch single bugs on, none by default."""
    theta = [p, q] if in_place else [p.copy(), q.copy()]
    t = 1
    own = [[np.zeros_like(p), np.zeros_like(p)], [np.zeros_like(p), np.zeros_like(p)]]
    state = [own[0], own[0]] if shared else own
    for step in range(steps + more):
        t = {"steps": step + 1, "never": 1, "late": step + 2, "from_zero": step}.get(count, t)
        grads = gradients(*theta)
        for k in (0, 1):
            m, v = state[k]
            g = gradients(*theta)[k] if one_by_one else grads[k]
            if reset:
                m[:], v[:] = 0, 0
            m[:] = beta1 * m + (1 - beta1) * g
            v[:] = beta2 * v + (1 - beta2) * g**2
            m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
            theta[k] += precedence * eps - alpha * m_hat / (np.sqrt(v_hat) + (0 if precedence else eps))
            t += count == "parameters"
    return theta[0], theta[1]


_BUGS = {
    "t_never_moves": ({"count": "never"}, "the corrections are those of the first step in every step"),
    "eps_by_precedence": ({"precedence": 1}, "every entry moves by an eps too much"),
    "shared_state": ({"shared": True}, "the moments of p hold gradients of q as well"),
}
_QUESTIONS = {
    "t_never_moves": "What should be another number in every step?",
    "eps_by_precedence": "What exactly does Python divide by?",
    "shared_state": "How many arrays of moments are there in memory?",
}


def _left(names):
    """The misconception of somebody who has not mended the bugs `names`."""
    keywords = {key: value for name in names for key, value in _BUGS[name][0].items()}
    seen = ", and ".join(_BUGS[name][1] for name in names)
    message = f"{3 - len(names)} of 3 bugs mended. What is left: {seen}. {_QUESTIONS[names[0]]}"
    if len(names) == 3:
        message = "All three bugs are still there: these are the numbers of `faulty_adam`. Which line seems odd to you?"
    return Misconception("+".join(names), partial(adam_of_two, **keywords), message)


_LEFT = tuple(_left(names) for count in (1, 2, 3) for names in combinations(_BUGS, count))

MENDED_ADAM = Repair(
    name="mended_adam",
    inputs=_mend_inputs,
    truth=_mend_truth,
    parts={"p": 1, "q": 1},
    points=3,
    credit=(*((mistake.name, 2.0 - mistake.name.count("+")) for mistake in _LEFT), ("eps_beside_the_step", 2.0)),
    passed="Step by step p and q are where the weighted sums of all past gradients lead, each with moments of its own.",
    misconceptions=(
        *_LEFT,
        Misconception(
            "eps_beside_the_step",
            partial(adam_of_two, precedence=-1),
            "2 of 3 bugs mended. What is left: every entry moves down by an eps too much. What exactly does Python "
            "divide by?",
        ),
        Misconception(
            "t_counts_parameters",
            partial(adam_of_two, count="parameters"),
            "t moves on twice in each step, once for p and once for q. In which of the two loops does `t` belong?",
        ),
        Misconception(
            "t_from_zero",
            partial(adam_of_two, count="from_zero"),
            "Your p and q are `nan` from the first step on. With which t is it made, and what is 1 - beta1^t then?",
        ),
        Misconception(
            "t_one_ahead",
            partial(adam_of_two, count="late"),
            "In the first step t is 2 already. With which t should the first step be made?",
        ),
        Misconception(
            "moments_forgotten",
            partial(adam_of_two, reset=True),
            "The moments start from 0 in every step, so that nothing is remembered. Where should they be made?",
        ),
        Misconception(
            "gradients_one_by_one",
            partial(adam_of_two, one_by_one=True),
            "The gradient of q was taken after p had moved. At which point do both gradients of a step belong?",
        ),
        Misconception(
            "in_place",
            partial(adam_of_two, in_place=True),
            "The numbers are right, but the caller's p and q were changed too. What were the `.copy()` for?",
        ),
    ),
)
