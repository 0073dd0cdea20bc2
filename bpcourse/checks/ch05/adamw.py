"""Chapter 05: AdamW from nothing: gradients, moments, corrections, decay and warm-up."""

from functools import partial

import numpy as np

from ..engine import Exercise, Misconception
from ..truth import gradient
from .exact import moments

BETA1, BETA2 = 0.9, 0.999


def _adamw_inputs(rng):
    cases = []
    for (n, n0, n1), warm_up, steps in (((7, 5, 3), 3, 5), ((5, 3, 4), 2, 4), ((4, 2, 6), 5, 4)):
        Y = rng.uniform(0.1, 1, (n, n1))
        cases.append(
            {
                "W": rng.normal(size=(n1, n0)),
                "b": rng.normal(size=n1),
                "X": rng.normal(size=(n, n0)),
                "Y": Y / Y.sum(axis=1, keepdims=True),
                "alpha": rng.uniform(0.1, 0.3),
                "decay": rng.uniform(0.2, 0.5),
                "eps": rng.uniform(0.01, 0.03),
                "warm_up": warm_up,
                "steps": steps,
            }
        )
    return cases


def _cost(W, b, X, Y):
    Z = X @ W.T + b
    return (np.log(np.exp(Z).sum(axis=1)) - (Y * Z).sum(axis=1)).sum() / len(X)


def _adamw_truth(W, b, X, Y, alpha, decay, eps, warm_up, steps):
    """Complex steps of the cost, the weights of all past gradients written out, the decay as one product."""
    past = [], []
    for t in range(1, steps + 1):
        past[0].append(gradient(lambda W, b=b: _cost(W, b, X, Y), W))
        past[1].append(gradient(lambda b, W=W: _cost(W, b, X, Y), b))
        rate = alpha * min(t / warm_up, 1)
        step = [rate * moments(gs, BETA1, 1) / (np.sqrt(moments(gs, BETA2, 2)) + eps) for gs in past]
        W, b = (1 - rate * decay) * W - step[0], b - step[1]
    return W, b


@np.errstate(all="ignore")  # some mistakes divide by zero
def adamw(
    W, b, X, Y, alpha, decay, eps, warm_up, steps, *, where="beside", biases=False, scaled="rate", warm=0, correct=True,
    inside=False, precedence=False, average=True, in_place=False, more=0, cooled=True, sign=-1.0, count="steps",
):  # fmt: skip
    """The program; the keywords switch single mistakes on, none by default."""
    theta = [W, b] if in_place else [W.copy(), b.copy()]
    m, v, t = [np.zeros_like(x) for x in theta], [np.zeros_like(x) for x in theta], int(count == "one")
    for step in range(1, steps + 1 + more):
        Z = X @ theta[0].T + theta[1]
        P = np.exp(Z - Z.max(axis=1, keepdims=True))
        delta = (P / P.sum(axis=1, keepdims=True) - Y) / (len(X) if average else 1)
        grads = [delta.T @ X, delta.sum(axis=0)]
        rate = alpha * min((step + warm) / warm_up, 1 if cooled else np.inf) if warm is not None else alpha
        t += count == "steps"
        for k in (0, 1):
            t += count == "parameters"
            shrink = decay if k == 0 or biases else 0.0
            g = grads[k] + (shrink * theta[k] if where == "moments" else 0)
            m[k] = BETA1 * m[k] + (1 - BETA1) * g
            v[k] = BETA2 * v[k] + (1 - BETA2) * g**2
            m_hat, v_hat = (m[k] / (1 - BETA1**t), v[k] / (1 - BETA2**t)) if correct else (m[k], v[k])
            root = np.sqrt(v_hat + eps) if inside else np.sqrt(v_hat) + (0 if precedence else eps)
            move = -sign * rate * (m_hat / root + (eps if precedence else 0))
            pull = {"rate": rate, "alpha": alpha, "not": 1.0}[scaled] * shrink
            if where == "beside":
                theta[k] -= move + pull * theta[k]
            elif where == "after":
                theta[k] -= move
                theta[k] -= pull * theta[k]
            else:
                theta[k] -= move
    return theta[0], theta[1]


def _wrong(**mistake):
    return partial(adamw, **mistake)


TRAIN_ADAMW = Exercise(
    name="train_adamw",
    inputs=_adamw_inputs,
    truth=_adamw_truth,
    parts={"W": 1, "b": 1},
    points=5,  # all or none: after two steps every mistake is in both
    passed="Step after step you are where complex steps of the cost lead, the decay beside the moments, not in them.",
    batch="X",
    misconceptions=(
        Misconception(
            "decay_inside_moments",
            _wrong(where="moments"),
            "The decay was added to the gradient, so that it goes through m and v and is divided by the root of v. In "
            "AdamW, which line does it stand in?",
        ),
        Misconception(
            "decay_missing",
            _wrong(where="nowhere"),
            "These are the numbers of Adam: nothing decays. Which term is missing in the line that moves W?",
        ),
        Misconception(
            "decay_of_new_weights",
            _wrong(where="after"),
            "The weights decayed after the step was taken. In the equation, is it the old or the new W that decays?",
        ),
        Misconception(
            "decay_not_scaled",
            _wrong(scaled="not"),
            "The weights lose the share `decay` in each step. What stands before the bracket in the equation?",
        ),
        Misconception(
            "decay_not_warmed_up",
            _wrong(scaled="alpha"),
            "The decay is multiplied by alpha from the first step on. Which rate does the equation name?",
        ),
        Misconception(
            "biases_decay",
            _wrong(biases=True),
            "b decays as well. What does the task say about the biases?",
        ),
        Misconception(
            "no_warm_up",
            _wrong(warm=None),
            "The rate is alpha from the first step on. What is alpha_t when t is 1?",
        ),
        Misconception(
            "warm_up_from_zero",
            _wrong(warm=-1),
            "The rate of the first step is 0: it goes nowhere. What is alpha_t when t is 1?",
        ),
        Misconception(
            "warm_up_never_ends",
            _wrong(cooled=False),
            "The rate rises above alpha. What is the `min` in its equation for?",
        ),
        Misconception(
            "no_correction",
            _wrong(correct=False),
            "m and v are used without the correction. Both began at 0: how large are they after the first step?",
        ),
        Misconception(
            "t_stays_0",
            _wrong(count="never"),
            "The correction finds t at 0, and divides 0 by 0. Where is t moved on?",
        ),
        Misconception(
            "t_stays_1",
            _wrong(count="one"),
            "The corrections stay those of the first step. Where is t moved on?",
        ),
        Misconception(
            "t_counts_parameters",
            _wrong(count="parameters"),
            "t moves on for W and again for b. In which of the loops does it belong?",
        ),
        Misconception(
            "eps_inside_root",
            _wrong(inside=True),
            "eps stands inside the root. Where does the equation put it?",
        ),
        Misconception(
            "eps_by_precedence",
            _wrong(precedence=True),
            "eps is added to the fraction. Which comes first for Python, `/` or `+`?",
        ),
        Misconception(
            "not_averaged",
            _wrong(average=False),
            "The gradients are {n} times too large, for a batch of {n}. Adam nearly hides it: only eps tells. Where "
            "does the 1/n go?",
        ),
        Misconception(
            "uphill",
            _wrong(sign=1.0),
            "Adam's part of the step goes uphill. What is its sign?",
        ),
        Misconception(
            "one_step_too_few",
            _wrong(more=-1),
            "One step too few. How often does your loop run if `steps` is 3?",
        ),
        Misconception(
            "one_step_too_many",
            _wrong(more=1),
            "One step too many. How often does your loop run if `steps` is 3?",
        ),
        Misconception(
            "one_step_only",
            lambda W, b, X, Y, alpha, decay, eps, warm_up, steps: adamw(W, b, X, Y, alpha, decay, eps, warm_up, 1),
            "That is where the parameters are after one step. Is the `return` inside the loop?",
        ),
        Misconception(
            "in_place",
            _wrong(in_place=True),
            "The numbers are right, but the caller's W and b were changed too: `-=` writes into the argument. How do "
            "you make a new array?",
        ),
    ),
)
