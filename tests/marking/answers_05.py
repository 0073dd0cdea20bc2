"""Right answers to the exercises of chapter 05, each written in other words than the solution."""

import math
import warnings

import numpy as np

import bpcourse as bp
from bpcourse.parameters import Parameters

# ----- momentum


def momentum_entries(theta, g, v, alpha, beta):
    new_theta, new_v = np.empty(theta.shape), np.empty(v.shape)
    for i in np.ndindex(theta.shape):
        new_v[i] = v[i] * beta - g[i] * alpha
        new_theta[i] = theta[i] + new_v[i]
    return new_theta, new_v


def momentum_as_pytorch(theta, g, v, alpha, beta):
    """Form B inside, form A outside."""
    u = -v / alpha
    u = beta * u + g
    return [theta - alpha * u, -alpha * u]


def momentum_copies(theta, g, v, alpha, beta):
    theta, v = theta.copy(), v.copy()
    v *= beta
    v -= alpha * g
    theta += v
    print("a step")
    warnings.warn("noisy", stacklevel=1)
    return theta, v


def by_library(rule, theta, g, *moments, t=1):
    """One step of a rule of bpcourse, whose vectors are flat."""
    sizes, flat = (theta.size - 1, 1), [x.ravel().copy() for x in (theta, g, *moments)]
    params, grads = (Parameters(sizes, x) for x in flat[:2])
    state = type(rule.init(params))(t - 1, tuple(flat[2:]))
    params, state = rule.update(params, grads, state)
    return [x.reshape(theta.shape) for x in (params.vector, *state.moments)]


def momentum_library(theta, g, v, alpha, beta):
    return by_library(bp.momentum(alpha, beta), theta, g, v)


class Momentum:
    """An object that is called, as a function is."""

    def __call__(self, theta, g, v, alpha, beta):
        return theta + beta * v - alpha * g, beta * v - alpha * g


def momentum_recursive(theta, g, v, alpha, beta):
    """Nested lists, down to their numbers."""
    if np.ndim(theta) == 0:
        return theta + beta * v - alpha * g, beta * v - alpha * g
    rows = [momentum_recursive(*row, alpha, beta) for row in zip(theta, g, v, strict=True)]
    return [row[0] for row in rows], [row[1] for row in rows]


def convert_two_ways(m, alpha, beta):
    u = m / (1 - beta)
    rate = alpha - alpha * beta
    return rate, -rate * u, u


def convert_by_a_step(m, alpha, beta):
    """What the next step is without a gradient, and what a gradient of 1 adds to it."""
    still, moved = -alpha * beta * m, -alpha * (beta * m + (1 - beta))
    rate = float(np.mean(still - moved))
    return [np.array(rate), (still / beta).tolist(), -still / beta / rate]


def rate_by_power_iteration(H, beta):
    x = np.ones(len(H))
    for _ in range(5000):
        x = H @ x
        x = x / np.linalg.norm(x)
    return 2 * (1 + beta) / (1 - beta) / (x @ H @ x)


def rate_by_norm(H, beta):
    return (2 + 2 * beta) / np.linalg.norm((1 - beta) * H, 2)


def rate_by_squaring(H, beta):
    """H to the power 2^40, and what H does to what is left."""
    power = H.copy()
    for _ in range(40):
        power = power @ power
        power /= np.trace(power)
    return [2 * (1 + beta) / (1 - beta) * np.trace(power) / np.trace(H @ power)]


def rate_by_bisection(H, beta):
    low, high = 0.0, 4 / (1 - beta) / np.linalg.eigvalsh(H)[-1]
    while high - low > 1e-12 * high:
        alpha = (low + high) / 2
        roots = [
            abs(np.roots([1, -(1 + beta - alpha * (1 - beta) * lam), beta])).max() for lam in np.linalg.eigvalsh(H)
        ]
        low, high = (alpha, high) if max(roots) < 1 else (low, alpha)
    return np.array([low])


def momentum_vectorized(theta, g, v, alpha, beta):
    step = np.vectorize(lambda x, slope, old: (x + beta * old - alpha * slope, beta * old - alpha * slope), otypes="dd")
    return step(theta, g, v)


def rate_by_cholesky(H, beta):
    return 2 * (1 + beta) / (1 - beta) / np.linalg.norm(np.linalg.cholesky(H), 2) ** 2


def weights_by_a_system(betas):
    """m_k - beta_k m_(k-1) = (1 - beta_k) g_k, solved for all steps at once."""
    steps = np.eye(len(betas)) - np.diag(betas[1:], -1)
    return np.linalg.solve(steps, np.diag(1 - betas))[-1] / (1 - betas.prod())


def weights_running(betas):
    """A mean that is right in every step: the new gradient takes its share, the older ones make room."""
    shares, product = [], 1.0
    for beta in betas:
        product *= beta
        share = (1 - beta) / (1 - product)
        shares = [*(old * (1 - share) for old in shares), share]
    return shares


# ----- the adaptive ones


def rmsprop_entries(theta, g, s, alpha, rho, eps):
    new_s = [rho * old + (1 - rho) * slope**2 for old, slope in zip(s.ravel(), g.ravel(), strict=True)]
    new = [
        x - alpha * slope / (math.sqrt(a) + eps) for x, slope, a in zip(theta.ravel(), g.ravel(), new_s, strict=True)
    ]
    return np.reshape(new, theta.shape), np.reshape(new_s, s.shape)


def rmsprop_moves(theta, g, s, alpha, rho, eps):
    s = s + (1 - rho) * (g * g - s)
    rates = alpha / (eps + s**0.5)
    return theta + rates * -g, s


def rmsprop_library(theta, g, s, alpha, rho, eps):
    return by_library(bp.rmsprop(alpha, rho, eps), theta, g, s)


def weights_by_recursion(betas):
    weights = []
    for beta in betas:
        weights = [beta * w for w in weights] + [1 - beta]
    return [w / sum(weights) for w in weights]


def weights_by_products(betas):
    products = [np.prod(betas[k:]) for k in range(len(betas) + 1)]
    return np.diff(products) / (1 - products[0])


def weights_by_quotients(betas):
    return tuple((1 - betas) * np.prod(betas) / np.cumprod(betas) / (1 - np.prod(betas)))


def weights_by_logarithms(betas):
    after = np.append(np.cumsum(np.log(betas[::-1]))[::-1], 0.0)
    return (1 - betas) * np.exp(after[1:]) / -np.expm1(after[0])


def weights_backward(betas):
    out, faded = np.empty(len(betas)), 1.0
    for k in reversed(range(len(betas))):
        out[k] = faded * (1 - betas[k])
        faded *= betas[k]
    return out / (1 - faded)


def nadam_joined(theta, g, m, v, t, alpha, beta1, beta2, eps):
    """Two steps of the average, with one and the same g."""
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
    ahead = (m + (1 - beta1) * (g - m)) / (1 - beta1**t)
    return theta - alpha * ahead / (eps + np.sqrt(v / (1 - beta2**t))), m, v


def nadam_entries(theta, g, m, v, t, alpha, beta1, beta2, eps):
    out = np.empty((3, *theta.shape))
    for i in np.ndindex(theta.shape):
        a, b = beta1 * m[i] + (1 - beta1) * g[i], beta2 * v[i] + (1 - beta2) * g[i] ** 2
        up = beta1 * a / (1 - beta1**t) + (1 - beta1) * g[i] / (1 - beta1**t)
        out[(slice(None), *i)] = theta[i] - alpha * up / (math.sqrt(b / (1 - beta2**t)) + eps), a, b
    return list(out)


def nadam_from_library(theta, g, m, v, t, alpha, beta1, beta2, eps):
    """bp.adam's step, and what the look ahead adds to it."""
    there, m, v = by_library(bp.adam(alpha, beta1, beta2, eps), theta, g, m, v, t=t)
    more = (1 - beta1) * (g - m) / (1 - beta1**t)
    return there - alpha * more / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_efficient(theta, g, m, v, t, alpha, beta1, beta2, eps):
    m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g * g - v)
    rate = alpha * math.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - rate * m / (np.sqrt(v) + eps * math.sqrt(1 - beta2**t)), m, v


def adam_entries(theta, g, m, v, t, alpha, beta1, beta2, eps):
    out = np.empty((3, *theta.shape))
    for i in np.ndindex(theta.shape):
        a, b = beta1 * m[i] + (1 - beta1) * g[i], beta2 * v[i] + (1 - beta2) * g[i] ** 2
        step = (a / (1 - beta1**t)) / (math.sqrt(b / (1 - beta2**t)) + eps)
        out[(slice(None), *i)] = theta[i] - alpha * step, a, b
    return list(out)


# ----- programs


def mended_joined(p, q, gradients, steps, alpha, beta1, beta2, eps):
    k, theta = len(p), np.concatenate([p, q])
    m, v, t = np.zeros(2 * k), np.zeros(2 * k), 0
    while t < steps:
        t += 1
        g = np.concatenate(gradients(theta[:k], theta[k:]))
        theta, m, v = adam_efficient(theta, g, m, v, t, alpha, beta1, beta2, eps)
    return theta[:k], theta[k:]


def mended_in_place(p, q, gradients, steps, alpha, beta1, beta2, eps):
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


def mended_recursive(p, q, gradients, steps, alpha, beta1, beta2, eps, t=1, moments=(0, 0, 0, 0)):
    """The next step is the next call; its first moments are the number 0."""
    if t > steps:
        return p, q
    mp, vp, mq, vq = moments
    (gp, gq), rest = gradients(p, q), (alpha, beta1, beta2, eps)
    mp, vp = beta1 * mp + (1 - beta1) * gp, beta2 * vp + (1 - beta2) * gp**2
    mq, vq = beta1 * mq + (1 - beta1) * gq, beta2 * vq + (1 - beta2) * gq**2
    step = [alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps) for m, v in ((mp, vp), (mq, vq))]
    return mended_recursive(p - step[0], q - step[1], gradients, steps, *rest, t + 1, (mp, vp, mq, vq))


def adamw_one_table(W, b, X, Y, alpha, decay, eps, warm_up, steps):
    """b is one more column of W, for an input that is always 1."""
    T, A = np.column_stack([W, b]), np.column_stack([X, np.ones(len(X))])
    w = decay * np.append(np.ones(W.shape[1]), 0.0)
    m, v = np.zeros_like(T), np.zeros_like(T)
    for t in range(1, steps + 1):
        g = (bp.softmax(A @ T.T) - Y).T @ A / len(A)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        T = T - alpha * min(1, t / warm_up) * (m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + eps) + w * T)
    return T[:, :-1], T[:, -1]


class _Adam:
    """One parameter's optimiser, with a state of its own."""

    def __init__(self, *numbers):
        self.numbers, self.t, self.m, self.v = numbers, 0, 0.0, 0.0

    def __call__(self, x, g):
        alpha, beta1, beta2, eps = self.numbers
        self.t += 1
        self.m, self.v = beta1 * self.m + (1 - beta1) * g, beta2 * self.v + (1 - beta2) * g**2
        return x - alpha * self.m / (1 - beta1**self.t) / (np.sqrt(self.v / (1 - beta2**self.t)) + eps)


def mended_objects(p, q, gradients, steps, *numbers):
    """Two optimisers; gradients are asked for once more than needed."""
    of_p, of_q = _Adam(*numbers), _Adam(*numbers)
    for _ in range(steps):
        slopes = gradients(p, q)
        p, q = of_p(p, slopes[0]), of_q(q, slopes[1])
    gradients(p, q)
    return p, q


def adamw_shrunk_first(W, b, X, Y, alpha, decay, eps, warm_up, steps):
    W, b = W.copy(), b.copy()
    state = {name: [np.zeros_like(x), np.zeros_like(x)] for name, x in (("W", W), ("b", b))}
    for t in range(1, steps + 1):
        E = np.exp(X @ W.T + b)
        delta = (E / E.sum(axis=1, keepdims=True) - Y) / len(X)
        rate = alpha if t >= warm_up else alpha * t / warm_up
        W *= 1 - rate * decay
        for name, x, g in (("W", W, np.einsum("nj,ni->ji", delta, X)), ("b", b, delta.sum(0))):
            x[...], *state[name] = adam_entries(x, g, *state[name], t, rate, 0.9, 0.999, eps)
    return W, b


def adamw_library(W, b, X, Y, alpha, decay, eps, warm_up, steps):
    """bp.adamw on the weights, bp.adam on the biases."""
    rate, sizes = bp.warm_up(alpha, warm_up), W.shape[::-1]
    net = bp.Network(sizes, hidden=bp.identity, output=bp.identity, loss=bp.cross_entropy)
    with_decay, without = bp.adamw(rate, eps=eps, weight_decay=decay), bp.adam(rate, eps=eps)
    params = net.pack({1: W}, {1: b})
    states = with_decay.init(params), without.init(params)
    for _ in range(steps):
        grads = net.backward(params, net.forward(params, X), Y).grads
        decayed, first = with_decay.update(params, grads, states[0])
        plain, second = without.update(params, grads, states[1])
        params, states = net.pack({1: decayed.W[1]}, {1: plain.b[1]}), (first, second)
    return params.W[1], params.b[1]


RIGHT = {
    "largest_rate_by_hand": [0.25, np.float64(0.25), 1 / 4, [0.25]],
    "momentum_step": [
        momentum_entries, momentum_as_pytorch, momentum_copies, momentum_library, momentum_recursive, Momentum(),
        momentum_vectorized,
        lambda theta, g, v, alpha, beta: np.stack([theta + beta * v - alpha * g, beta * v - alpha * g]),
    ],
    "causes": ["dcea", list("DCEA"), "D, C, E, A", ("d", "c", "e", "a"), "D-C-E-A", "'DCEA'", "d/c/e/a."],
    "not_as_said": ["e", " E "],
    "rmsprop_step": [rmsprop_entries, rmsprop_moves, rmsprop_library],
    "convert_momentum": [convert_two_ways, convert_by_a_step],
    "largest_rate": [rate_by_power_iteration, rate_by_norm, rate_by_bisection, rate_by_squaring, rate_by_cholesky],
    "moment_weights": [
        weights_by_recursion, weights_by_products, weights_backward, weights_by_quotients, weights_by_logarithms,
        weights_by_a_system, weights_running,
    ],
    "nadam_step": [nadam_joined, nadam_entries, nadam_from_library],
    "mended_adam": [mended_joined, mended_in_place, mended_recursive, mended_objects],
    "train_adamw": [adamw_shrunk_first, adamw_library, adamw_one_table],
}  # fmt: skip
