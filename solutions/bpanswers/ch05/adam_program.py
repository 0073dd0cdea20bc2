"""Chapter 05: one step of Adam with Nesterov's look ahead: its inputs, its truth, and the program with its mistakes."""

import numpy as np

from .exact import SHAPES, ZERO, any_shape, exact, with_zeros


def _case(rng, shape, t, zero=False):
    g = rng.normal(size=shape)
    return {
        "theta": rng.normal(size=shape),
        "g": with_zeros(g) if zero else g,
        "m": rng.normal(size=shape) * (t > 1),
        "v": rng.uniform(0.1, 2, shape) * (t > 1),
        "t": t,
        "alpha": rng.uniform(0.1, 0.4),
        "beta1": rng.uniform(0.6, 0.9),
        "beta2": rng.uniform(0.91, 0.99),
        "eps": rng.uniform(0.1, 0.3),
    }


def inputs(rng):
    steps = 3, 8, 1, 2, 400, 30, 12, 5
    return [_case(rng, shape, t, k == ZERO) for k, (shape, t) in enumerate(zip(SHAPES, steps, strict=True))]


def wide(rng):
    return _case(rng, any_shape(rng), int(rng.integers(1, 50))) | {"eps": 10.0 ** rng.uniform(-3, 0)}


@exact
def _entry(theta, g, m, v, t, alpha, beta1, beta2, eps):
    """The corrections pulled into the rate and into eps, as Adam's paper does; the look ahead as one more average."""
    m, v = g + beta1 * (m - g), g * g + beta2 * (v - g * g)
    root = (1 - beta2**t).sqrt()
    return theta - alpha * root / (1 - beta1**t) * (g + beta1 * (m - g)) / (v.sqrt() + eps * root), m, v


def truth(theta, g, m, v, t, alpha, beta1, beta2, eps):
    return _entry((theta, g, m, v), t=t, alpha=alpha, beta1=beta1, beta2=beta2, eps=eps)


def look_ahead(beta1, m_hat, g, c1):
    return beta1 * m_hat + (1 - beta1) * g / c1


def _root_and_eps(v, eps):
    return np.sqrt(v) + eps


@np.errstate(all="ignore")  # some mistakes divide by zero
def nadam(
    theta, g, m, v, t, alpha, beta1, beta2, eps, *, correct=(1, 1), power=lambda t: t, root=_root_and_eps,
    square=np.square, old=False, ahead=look_ahead, keep_hat=False, sign=-1.0, beside=0.0, first=None, second=None,
):  # fmt: skip
    """One step; the keywords switch single mistakes on, none by default. correct: powers of the two corrections; first,
    second: the new m and v.
    """
    before = m, v
    m = first(m, g, beta1, beta2) if first else beta1 * m + (1 - beta1) * g
    v = second(v, g, beta1, beta2) if second else beta2 * v + (1 - beta2) * square(g)
    m_hat, v_hat = before if old else (m, v)
    c1, c2 = (1 - beta1 ** power(t)) ** correct[0], (1 - beta2 ** power(t)) ** correct[1]
    m_hat, v_hat = m_hat / c1, v_hat / c2
    theta = theta + sign * alpha * ahead(beta1, m_hat, g, c1) / root(v_hat, eps) + beside * eps
    return (theta, m_hat, v_hat) if keep_hat else (theta, m, v)


def other_root(theta, g, m, v, t, alpha, beta1, beta2, eps, hat):
    """The right step, but for the hat of v."""
    new, m, v = nadam(theta, g, m, v, t, alpha, beta1, beta2, eps)
    return theta + (new - theta) * (np.sqrt(v / (1 - beta2**t)) + eps) / (np.sqrt(hat(v)) + eps), m, v


def whole(old, g, beta):
    return beta * old + g


def _corrected(t, beta1, beta2):
    return 1 - beta1**t


def other_bar(theta, g, m, v, t, alpha, beta1, beta2, eps, *, c_m=_corrected, c_g=_corrected):
    """The right step, but for what m and g are divided by in the numerator."""
    _, m, v = nadam(theta, g, m, v, t, alpha, beta1, beta2, eps)
    bar = beta1 * m / c_m(t, beta1, beta2) + (1 - beta1) * g / c_g(t, beta1, beta2)
    return theta - alpha * bar / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def in_place(theta, g, m, v, t, alpha, beta1, beta2, eps):
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    theta -= alpha * (beta1 * m + (1 - beta1) * g) / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta, m, v


def root_only(v, eps):
    return np.sqrt(v)


def eps_inside(v, eps):
    return np.sqrt(v + eps)
