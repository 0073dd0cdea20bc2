"""Right answers to the exercises of chapter 04, each written in other words than the solution."""

import copy
import functools

import numpy as np

import bpcourse as bp


def g(z):
    return 1 / (1 + np.exp(-z))


def slope(z):
    return g(z) * (1 - g(z))


# ----- forward


def forward_loops(W1, b1, W2, b2, X):
    A1 = [[g(sum(W1[j, i] * x[i] for i in range(len(x))) + b1[j]) for j in range(len(b1))] for x in X]
    A2 = [[g(sum(W2[k, j] * a[j] for j in range(len(a))) + b2[k]) for k in range(len(b2))] for a in A1]
    return A1, A2  # lists of lists


def forward_columns(W1, b1, W2, b2, X):
    A1 = g(W1 @ X.T + b1[:, None])
    return [A1.T, g(W2 @ A1 + b2[:, None]).T]  # a list of views


def forward_einsum(W1, b1, W2, b2, X):
    A1 = bp.sigmoid(np.einsum("ni,ji->nj", X, W1) + b1)
    return A1, bp.sigmoid(np.einsum("nj,kj->nk", A1, W2) + b2)


def forward_matrix(W1, b1, W2, b2, X):
    A1 = g(np.matrix(X) * np.matrix(W1).T + b1)
    return A1, g(A1 * np.matrix(W2).T + b2)


def forward_augmented(W1, b1, W2, b2, X):
    one = np.ones((len(X), 1))
    A1 = g(np.hstack([X, one]) @ np.hstack([W1, b1[:, None]]).T)
    return A1, g(np.hstack([A1, one]) @ np.hstack([W2, b2[:, None]]).T)


# ----- deltas


def delta_one_by_one(z, y):
    return np.reshape([(g(a) - b) * slope(a) for a, b in zip(z.flat, y.flat, strict=True)], z.shape).tolist()


def delta_by_differences(z, y):
    def error(z):
        return (g(z) - y) ** 2 / 2

    return (error(z + 1e-5) - error(z - 1e-5)) / 2e-5


def delta_from_tanh(z, y):
    return (np.tanh(z / 2) / 2 + 0.5 - y) / (4 * np.cosh(z / 2) ** 2)


def hidden_loops(W2, delta2, z1):
    out = np.zeros(z1.shape)
    for i in range(z1.shape[0]):
        for j in range(z1.shape[1]):
            for k in range(W2.shape[0]):
                out[i, j] += delta2[i, k] * W2[k, j] * slope(z1[i, j])
    return out


def hidden_columns(W2, delta2, z1):
    return ((W2.T @ delta2.T) * slope(z1.T)).T


# ----- gradients


def gradients_loops(delta2, delta1, A1, X):
    n = len(X)
    dW2 = sum(np.outer(d, a) for d, a in zip(delta2, A1, strict=True)) / n
    dW1 = sum(np.outer(d, x) for d, x in zip(delta1, X, strict=True)) / n
    return [dW2, delta2.mean(0), dW1, np.ones(n) @ delta1 / n]


def gradients_einsum(delta2, delta1, A1, X):
    dW2, dW1 = np.einsum("nk,nj->kj", delta2, A1), np.einsum("nj,ni->ji", delta1, X)
    return dW2 / len(X), np.mean(delta2, axis=0), dW1 / len(X), np.mean(delta1, axis=0)


def gradients_columns(delta2, delta1, A1, X):
    dW2, dW1 = (A1.T @ delta2).T / len(X), (X.T @ delta1).T / len(X)
    return dW2, list(delta2.mean(axis=0)), dW1, tuple(delta1.mean(axis=0))


def gradients_augmented(delta2, delta1, A1, X):
    """The bias as one more weight, on the input 1."""
    one = np.ones((len(X), 1))
    both = [d.T @ np.hstack([a, one]) / len(X) for d, a in ((delta2, A1), (delta1, X))]
    return both[0][:, :-1], both[0][:, -1], both[1][:, :-1], both[1][:, -1]


# ----- steps


def step(W1, b1, W2, b2, X, Y, alpha):
    A1 = g(X @ W1.T + b1)
    A2 = g(A1 @ W2.T + b2)
    delta2 = (A2 - Y) * A2 * (1 - A2)
    delta1 = (delta2 @ W2) * A1 * (1 - A1)
    grads = gradients_loops(delta2, delta1, A1, X)
    return [
        p - alpha * grad for p, grad in zip((W1, b1, W2, b2), (grads[2], grads[3], grads[0], grads[1]), strict=True)
    ]


def step_columns(W1, b1, W2, b2, X, Y, alpha):
    W1, b1, W2, b2, n = W1.copy(), b1.copy(), W2.copy(), b2.copy(), X.shape[0]
    x, y = X.T, Y.T
    a1 = g(W1 @ x + b1[:, None])
    a2 = g(W2 @ a1 + b2[:, None])
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = (W2.T @ d2) * a1 * (1 - a1)
    W2 -= alpha / n * d2 @ a1.T
    W1 -= alpha / n * d1 @ x.T
    b2 -= alpha * d2.mean(axis=1)
    b1 -= alpha * d1.mean(axis=1)
    return W1, b1, W2, b2


def step_library(W1, b1, W2, b2, X, Y, alpha):
    net = bp.Network((X.shape[1], len(b1), len(b2)), bp.sigmoid, bp.sigmoid, bp.half_squared_error)
    params = net.pack({1: W1, 2: W2}, {1: b1, 2: b2})
    params.vector[:] -= alpha * net.backward(params, net.forward(params, X), Y).grads.vector
    return params.W[1], params.b[1], params.W[2], params.b[2]


def step_object(W1, b1, W2, b2, X, Y, alpha):
    class Network:  # the name is nobody's property
        def __init__(self):
            self.theta = copy.deepcopy([W1, b1, W2, b2])

        def gradient(self, x, y):
            W1, b1, W2, b2 = self.theta
            a1 = g(W1 @ x + b1)
            a2 = g(W2 @ a1 + b2)
            d2 = (a2 - y) * a2 * (1 - a2)
            d1 = (W2.T @ d2) * a1 * (1 - a1)
            return np.outer(d1, x), d1, np.outer(d2, a1), d2

    net = Network()
    each = [net.gradient(x, y) for x, y in zip(X, Y, strict=True)]
    for p, grads in zip(net.theta, zip(*each, strict=True), strict=True):
        p -= alpha * np.mean(grads, axis=0)
    return net.theta


def step_by_differences(W1, b1, W2, b2, X, Y, alpha):
    """Slow, and right: no backward pass at all."""
    old = (W1, b1, W2, b2)

    def cost(theta):
        A2 = g(g(X @ theta[0].T + theta[1]) @ theta[2].T + theta[3])
        return ((A2 - Y) ** 2).sum() / 2 / len(X)

    def slopes(k):
        return central_flat(lambda p: cost([*old[:k], p, *old[k + 1 :]]), old[k], 1e-5)

    return tuple(p - alpha * slopes(k) for k, p in enumerate(old))


def steps(one):
    def train(W1, b1, W2, b2, X, Y, alpha, steps):
        theta = (W1, b1, W2, b2)
        for _ in range(steps):
            theta = one(*theta, X, Y, alpha)
        return theta

    return train


def train_while(W1, b1, W2, b2, X, Y, alpha, steps):
    while steps > 0:
        W1, b1, W2, b2 = step_columns(W1, b1, W2, b2, X, Y, alpha)
        steps -= 1
    return {0: W1}[0], b1, W2, b2


# ----- central differences


def central_flat(f, theta, h):
    flat, out = theta.ravel(), []
    for i in range(flat.size):
        e = np.zeros(flat.size)
        e[i] = h
        out.append((f((flat + e).reshape(theta.shape)) - f((flat - e).reshape(theta.shape))) / (2 * h))
    return np.array(out).reshape(theta.shape)


def central_in_place(f, theta, h):
    theta = 1.0 * theta
    out = np.zeros_like(theta)
    for i in np.ndindex(*theta.shape):
        theta[i] += h
        up = f(theta)
        theta[i] -= 2 * h
        out[i] = (up - f(theta)) / (2 * h)
        theta[i] += h  # back, up to rounding
    return out


def central_unit(f, theta, h):
    unit = np.eye(theta.size).reshape(theta.size, *theta.shape)
    return (np.array([f(theta + h * e) - f(theta - h * e) for e in unit]) / h / 2).reshape(theta.shape)


def central_recursive(f, theta, h):
    """Lists in lists: of a matrix, each row is a vector whose f has the other rows in it."""
    if theta.ndim > 1:

        def with_row(i):
            return lambda row: f(np.concatenate([theta[:i], row[None], theta[i + 1 :]]))

        return [central_recursive(with_row(i), theta[i], h) for i in range(len(theta))]

    def at(i, to):
        return f(np.r_[theta[:i], theta[i] + to, theta[i + 1 :]])

    return [(at(i, h) - at(i, -h)) / (2 * h) for i in range(len(theta))]


def central_enumerated(f, theta, h, dtype=float):
    out = np.array(theta, dtype=dtype)
    for i, _ in np.ndenumerate(theta):
        up, down = theta.astype(dtype), theta.astype(dtype)
        up[i] += h
        down[i] -= h
        out[i] = (f(up) - f(down)) / (2 * h)
    return out


RIGHT = {
    "delta_by_hand": [0.08, np.float64(0.08), np.array([0.08]), 2 / 25],
    "forward": [forward_loops, forward_columns, forward_einsum, forward_matrix, forward_augmented],
    "delta_output": [
        lambda z, y: (bp.sigmoid(z) - y) * bp.sigmoid.derivative(z),
        lambda z, y: (g(z) - y) * np.exp(-z) / (1 + np.exp(-z)) ** 2,
        lambda z, y: np.vectorize(lambda a, b: (g(a) - b) * slope(a), otypes=[float])(z, y),
        delta_one_by_one,
        delta_by_differences,
        delta_from_tanh,
    ],
    "faulty_line": ["D", "d", " D "],
    "hidden_delta": [
        hidden_loops,
        lambda W2, delta2, z1, tiny=3e-8: (delta2 @ W2) * slope(z1) * (1 + tiny),  # other rounding
        hidden_columns,
        lambda W2, delta2, z1: np.einsum("nk,kj,nj->nj", delta2, W2, slope(z1)),
        lambda W2, delta2, z1: np.array([(W2.T @ d) * slope(z) for d, z in zip(delta2, z1, strict=True)]),
    ],
    "gradients": [gradients_loops, gradients_einsum, gradients_columns, gradients_augmented],
    "one_step": [
        step,
        step_columns,
        step_library,
        step_object,
        step_by_differences,
        lambda *args: [p.tolist() for p in step(*args)],
    ],
    "shared_bias_gradients": [
        lambda delta2, delta1: (delta2.mean(axis=0).sum(), delta1.mean(axis=0).sum()),
        lambda delta2, delta1: [float(sum(map(sum, d)) / len(d)) for d in (delta2, delta1)],
        lambda delta2, delta1: np.array([delta2.sum(), delta1.sum()]) / len(delta1),  # unpacks as a tuple does
        lambda delta2, delta1: (delta2.sum(axis=1).mean(keepdims=True), delta1.sum(axis=1).mean(keepdims=True)),
    ],
    "central_differences": [
        central_flat,
        central_in_place,
        central_unit,
        central_recursive,
        central_enumerated,
        lambda f, theta, h: np.multiply(central_flat(f, copy.deepcopy(theta), h), 1 + 1e-8),  # other rounding
    ],
    "train": [
        steps(step),
        steps(step_columns),
        steps(step_library),
        steps(step_object),
        train_while,
        lambda *args: functools.reduce(lambda theta, _: step(*theta, *args[4:7]), range(args[7]), args[:4]),
    ],
}
"""Right answers, written in other ways than the solution."""
