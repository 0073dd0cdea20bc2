"""Chapter 05: AdamW from nothing: its inputs, its truth, and the program with its mistakes."""

import numpy as np

from bpcourse.marking.truth import gradient

from .exact import moments

BETA1, BETA2 = 0.9, 0.999


def _case(rng, sizes, warm_up, steps, kind="shares"):
    n, n0, n1 = sizes
    Y = rng.uniform(0.1, 1, (n, n1))
    Y /= Y.sum(axis=1, keepdims=True)
    if kind != "shares":  # one class for each example; the last one never, if there are others
        Y = np.eye(n1)[rng.integers(0, max(n1 - 1, 1), n)]
    return {
        "W": rng.normal(size=(n1, n0)),
        "b": rng.normal(size=n1),
        "X": rng.normal(size=(n, n0)),
        "Y": Y,
        "alpha": rng.uniform(0.1, 0.3),
        "decay": rng.uniform(0.2, 0.5),
        "eps": rng.uniform(0.01, 0.03),
        "warm_up": warm_up,
        "steps": steps,
    }


def inputs(rng):
    return [
        _case(rng, (7, 5, 3), 3, 5),
        _case(rng, (5, 3, 4), 2, 4, "classes"),
        _case(rng, (4, 2, 6), 5, 4),
        _case(rng, (1, 4, 2), 2, 3, "classes"),
        _case(rng, (3, 1, 2), 1, 3),
        _case(rng, (2, 3, 1), 2, 3),
        _case(rng, (4, 2, 3), 2, 1),
        _case(rng, (3, 3, 3), 20, 60),
        _case(rng, (7, 5, 3), 4, 2, "classes"),
    ]


def wide(rng):
    n, n0, n1, warm_up, steps = (int(k) for k in rng.integers(1, 7, 5))
    return _case(rng, (n, n0, n1), warm_up, steps, "classes" if rng.random() < 0.5 else "shares")


def _cost(W, b, X, Y):
    Z = X @ W.T + b
    return (np.log(np.exp(Z).sum(axis=1)) - (Y * Z).sum(axis=1)).sum() / len(X)


def truth(W, b, X, Y, alpha, decay, eps, warm_up, steps):
    """Complex steps of the cost, the weights of all past gradients written out, the decay as one product."""
    past = [], []
    for t in range(1, steps + 1):
        past[0].append(gradient(lambda W, b=b: _cost(W, b, X, Y), W))
        past[1].append(gradient(lambda b, W=W: _cost(W, b, X, Y), b))
        rate = alpha * min(t / warm_up, 1)
        step = [rate * moments(gs, BETA1, 1) / (np.sqrt(moments(gs, BETA2, 2)) + eps) for gs in past]
        W, b = (1 - rate * decay) * W - step[0], b - step[1]
    return W, b


_PLACES = {  # a step from m_hat, v_hat and the correction c of v
    "right": lambda m, v, c, eps: m / (np.sqrt(v) + eps),
    "inside": lambda m, v, c, eps: m / np.sqrt(v + eps),
    "precedence": lambda m, v, c, eps: m / np.sqrt(v) + eps,
    "uncorrected": lambda m, v, c, eps: m / (np.sqrt(v) + eps / np.sqrt(c)),
    "missing": lambda m, v, c, eps: m / np.sqrt(v),
}


_PULLS = {"twice": 2.0, "half": 0.5, "grows": -1.0}


def softmax(Z, axis=1):
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)


def _gradients(theta, X, Y, outputs, divide, one_number):
    delta = outputs(X @ theta[0].T + theta[1]) - Y
    by_W, by_b = divide(X, Y)
    return delta.T @ X / by_W, (delta.sum() if one_number else delta.sum(axis=0)) / by_b


def _by_n(X, Y):
    return len(X), len(X)


@np.errstate(all="ignore")  # some mistakes divide by zero
def adamw(
    W, b, X, Y, alpha, decay, eps, warm_up, steps, *, where="beside", biases=False, scaled="rate", warm=0,
    place="right", divide=_by_n, in_place=False, more=0, cap=min, sign=-1.0, count="steps", powers=(1, 1),
    keep_hats=False, one_by_one=False, outputs=softmax, one_number=False, betas=(BETA1, BETA2), corrected=(0, 1),
    late=0, targets=lambda Y: Y, shape=lambda theta: theta,
):  # fmt: skip
    """The program; the keywords switch single mistakes on, none by default."""
    theta = [W, b] if in_place else [W.copy(), b.copy()]
    m, v, t = [np.zeros_like(x) for x in theta], [np.zeros_like(x) for x in theta], int(count == "one")
    Y, (beta1, beta2) = targets(Y), betas
    for step in range(1, steps + 1 + more):
        grads = _gradients(theta, X, Y, outputs, divide, one_number)
        t += count == "steps"
        for k in (0, 1):
            t += count in ("parameters", "everywhere")
            now = t if count == "everywhere" else step + (warm or 0)
            rate = alpha if warm is None else alpha * cap(now / (warm_up + late), 1)
            shrink = decay if (k == 1 if biases == "only" else k == 0 or biases) else 0.0
            g = _gradients(theta, X, Y, outputs, divide, one_number)[k] if one_by_one else grads[k]
            g = g + (shrink * theta[k] if where in ("moments", "both") else 0)
            m[k] = beta1 * m[k] + (1 - beta1) * g
            v[k] = beta2 * v[k] + (1 - beta2) * g**2
            c1, c2 = ((1 - b**t) ** (power if k in corrected else 0) for b, power in zip(betas, powers, strict=True))
            m_hat, v_hat = m[k] / c1, v[k] / c2
            if keep_hats:
                m[k], v[k] = m_hat, v_hat
            move = -sign * rate * _PLACES[place](m_hat, v_hat, c2, eps)
            pull = shrink * {"alpha": alpha, "not": 1.0}.get(scaled, rate * _PULLS.get(scaled, 1.0))
            if where in ("beside", "both"):
                theta[k] -= move + pull * shape(theta[k])
            elif where == "after":
                theta[k] -= move
                theta[k] -= pull * theta[k]
            else:
                theta[k] -= move
    return theta[0], theta[1]
