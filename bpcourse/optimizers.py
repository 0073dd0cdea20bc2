"""Optimizers: a rule is the equations of its paper, in their symbols and their order, on one flat array.

theta: the parameters, g: the gradient, alpha: the learning rate, t: the number of the step, from 1. The new numbers
take the place of the old ones, which is fastest; so v <- beta v - alpha g takes two lines, `v *= beta` and
`v -= alpha * g`. Each equation stands behind the line that completes it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .arrays import number, whole


class State(NamedTuple):
    """Where an optimizer stands: t steps taken, and its moments, each an array like the parameters' vector."""

    t: int
    moments: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Rule:
    """An update rule.

    learning_rate(t): alpha. count: how many moments it has. step(theta, g, alpha, t, *moments): its equations, which
    change theta and the moments IN PLACE; `update` lets them.
    """

    name: str
    learning_rate: Callable
    count: int
    step: Callable

    def init(self, params):
        """The state before the first step: t = 0, all moments zero. params: Parameters, or a float array."""
        theta = getattr(params, "vector", params)
        return State(0, tuple(np.zeros_like(theta) for _ in range(self.count)))

    def update(self, params, grads, state, in_place=False):
        """One step: (new parameters, new state). params, grads: Parameters of one network, or float arrays of a shape.

        Nothing that was given is changed. That takes copies, and where arrays are large, time (benchmarks/speed.py
        measures it): a loop that needs the old numbers no more says in_place=True, and they are overwritten.
        """
        theta, g = getattr(params, "vector", params), getattr(grads, "vector", grads)
        came, expected = getattr(grads, "sizes", g.shape), getattr(params, "sizes", theta.shape)
        if came != expected:
            raise ValueError(f"grads belong to parameters of the size {came}; expected {expected}")
        moments, t = state.moments, state.t + 1
        if [m.shape for m in moments] != [theta.shape] * self.count:
            raise ValueError(
                f"state does not belong to {self.name} and these parameters; start with state = rule.init(params)"
            )
        if not in_place:
            params, moments = params.copy(), tuple(m.copy() for m in moments)
            theta = getattr(params, "vector", params)
        self.step(theta, g, self.learning_rate(t), t, *moments)
        return params, State(t, moments)

    def __repr__(self):
        return f"<rule {self.name}>"


def sgd(learning_rate):
    """Gradient descent: theta <- theta - alpha g."""

    def step(theta, g, alpha, t):
        theta -= alpha * g  # theta <- theta - alpha g

    return Rule("sgd", schedule(learning_rate), 0, step)


def momentum(learning_rate, momentum=0.9):
    """Heavy-ball momentum: v <- beta v - alpha g, theta <- theta + v (Polyak, 1964).

    Elsewhere v <- beta v + alpha g, theta <- theta - v (the same steps, v with the other sign), or one of the forms in
    which alpha stands outside of v; docs/notation.md has them.
    """
    beta = number("momentum", momentum, 0, 1, low_too=True)

    def step(theta, g, alpha, t, v):
        v *= beta
        v -= alpha * g  # v <- beta v - alpha g
        theta += v  # theta <- theta + v

    return Rule("momentum", schedule(learning_rate), 1, step)


def nesterov(learning_rate, momentum=0.9):
    """Nesterov's momentum, written for the point ahead: v <- beta v - alpha g, theta <- theta + beta v - alpha g
    (Sutskever, 2013).
    """
    beta = number("momentum", momentum, 0, 1, low_too=True)

    def step(theta, g, alpha, t, v):
        v *= beta
        v -= alpha * g  # v <- beta v - alpha g
        theta += beta * v - alpha * g  # theta <- theta + beta v - alpha g

    return Rule("nesterov", schedule(learning_rate), 1, step)


def adagrad(learning_rate, eps=1e-10):
    """s <- s + g^2, theta <- theta - alpha g / (sqrt(s) + eps): each entry has its own, shrinking rate (Duchi et
    al., 2011). s starts at 0; in Keras at 0.1.
    """
    eps = number("eps", eps, 0, np.inf)

    def step(theta, g, alpha, t, s):
        s += g**2  # s <- s + g^2
        theta -= alpha * g / (np.sqrt(s) + eps)  # theta <- theta - alpha g / (sqrt(s) + eps)

    return Rule("adagrad", schedule(learning_rate), 1, step)


def rmsprop(learning_rate, decay=0.99, eps=1e-8):
    """s <- rho s + (1 - rho) g^2, theta <- theta - alpha g / (sqrt(s) + eps): AdaGrad that forgets (Tieleman &
    Hinton, 2012). rho is `decay`, 0.99 unless you say another (as in PyTorch); Keras has 0.9.
    """
    rho, eps = number("decay", decay, 0, 1, low_too=True), number("eps", eps, 0, np.inf)

    def step(theta, g, alpha, t, s):
        s *= rho
        s += (1 - rho) * g**2  # s <- rho s + (1 - rho) g^2
        theta -= alpha * g / (np.sqrt(s) + eps)  # theta <- theta - alpha g / (sqrt(s) + eps)

    return Rule("rmsprop", schedule(learning_rate), 1, step)


def adam(learning_rate=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True, eps_inside_root=False):
    """Adam (Kingma & Ba, 2015), with eps beside the root of the corrected v. Keras puts it beside the root of the
    uncorrected one. Some tutorials print Adam without bias correction and with eps inside the root: the two options
    give that.
    """
    step = _adam(beta1, beta2, eps, bias_correction, eps_inside_root)
    return Rule("adam", schedule(learning_rate), 2, step)


def adamw(learning_rate=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    """Adam with decoupled weight decay, theta <- theta - alpha lambda theta outside of the moments (Loshchilov &
    Hutter, 2019).
    """
    adam_step = _adam(beta1, beta2, eps, True, False)
    decay = number("weight_decay", weight_decay, 0, np.inf, low_too=True)

    def step(theta, g, alpha, t, m, v):
        theta -= alpha * decay * theta  # theta <- theta - alpha lambda theta
        adam_step(theta, g, alpha, t, m, v)

    return Rule("adamw", schedule(learning_rate), 2, step)


def _adam(beta1, beta2, eps, bias_correction, eps_inside_root):
    beta1, beta2 = (number(k, b, 0, 1, low_too=True) for k, b in (("beta1", beta1), ("beta2", beta2)))
    eps = number("eps", eps, 0, np.inf)

    def step(theta, g, alpha, t, m, v):
        m *= beta1
        m += (1 - beta1) * g  # m <- beta1 m + (1 - beta1) g
        v *= beta2
        v += (1 - beta2) * g**2  # v <- beta2 v + (1 - beta2) g^2
        m_hat = m / (1 - beta1**t) if bias_correction else m
        v_hat = v / (1 - beta2**t) if bias_correction else v
        root = np.sqrt(v_hat + eps) if eps_inside_root else np.sqrt(v_hat) + eps
        theta -= alpha * m_hat / root  # theta <- theta - alpha m_hat / (sqrt(v_hat) + eps)

    return step


def schedule(learning_rate):
    """The learning rate as a function of the step t = 1, 2, ...: a number above 0 becomes a constant one."""
    if callable(learning_rate):
        return learning_rate
    alpha = number("learning_rate", learning_rate, 0, np.inf)
    return lambda t: alpha


def step_schedule(learning_rate, every, factor=0.1):
    """alpha times `factor` after each `every` steps."""
    alpha, every = number("learning_rate", learning_rate, 0, np.inf), whole("every", every, 1)
    factor = number("factor", factor, 0, np.inf)
    return lambda t: alpha * factor ** ((t - 1) // every)


def cosine_schedule(learning_rate, steps, final=0.0):
    """From alpha down to `final` along half a cosine, over `steps` steps; `final` from then on (Loshchilov &
    Hutter, 2017).
    """
    alpha, steps = number("learning_rate", learning_rate, 0, np.inf), whole("steps", steps, 1)
    final = number("final", final, 0, np.inf, low_too=True)
    return lambda t: final + (alpha - final) * (1 + np.cos(np.pi * min(t - 1, steps) / steps)) / 2


def warm_up(learning_rate, steps):
    """Rises in equal parts to its full value at step number `steps`, then follows `learning_rate`: a number or a
    schedule.
    """
    after, steps = schedule(learning_rate), whole("steps", steps, 1)
    return lambda t: after(max(t - steps, 1)) * min(t / steps, 1.0)
