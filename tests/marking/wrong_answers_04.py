"""Wrong answers to the exercises of chapter 04 that are no misconception; `kill_rate` counts how many are refused."""

import numpy as np
from answers_04 import central_flat, forward_einsum, g, slope, step, steps
from answers_04 import gradients_einsum as good

SEEDS = range(5)


def one_path_only(W2, delta2, z1):
    out = np.zeros(z1.shape)
    for k in range(W2.shape[0]):
        out = delta2[:, [k]] * W2[k] * slope(z1)  # `=` for `+=` where paths join
    return out


def _faulty(change):
    """One step with `change(old, new, X, Y, alpha)` in place of the new parameters."""

    def answer(W1, b1, W2, b2, X, Y, alpha):
        old = (W1, b1, W2, b2)
        return change(old, step(*old, X, Y, alpha), X, Y, alpha)

    return answer


STEP_WRONG = [
    _faulty(lambda old, new, X, Y, alpha: (new[2], new[3], new[0], new[1])),  # the layers in the other order
    _faulty(lambda old, new, X, Y, alpha: new[:3]),  # one missing
    _faulty(lambda old, new, X, Y, alpha: (new[0], new[1], old[2], old[3])),  # only the hidden layer learns
    _faulty(lambda old, new, X, Y, alpha: (new[0], old[1], new[2], new[3])),  # only b1 does not learn
    _faulty(lambda old, new, X, Y, alpha: step(*old, X[:1], Y[:1], alpha)),  # only the first example
    _faulty(lambda old, new, X, Y, alpha: step(*old, X[:-1], Y[:-1], alpha)),  # the last example forgotten
    _faulty(lambda old, new, X, Y, alpha: step(*old, X, Y, alpha**2)),
    _faulty(lambda old, new, X, Y, alpha: step(*old, X, Y, 0.1)),
    _faulty(lambda old, new, X, Y, alpha: step(*old, X, Y, alpha * X.shape[0] / Y.size)),  # mean over all entries
    _faulty(lambda old, new, X, Y, alpha: np.concatenate([np.ravel(p) for p in new])),  # one flat vector
    _faulty(lambda old, new, X, Y, alpha: [p * (1 + 1e-5) for p in new]),  # nearly right
]


def _central(i_of, f, theta, h):
    out = np.zeros(theta.shape)
    for i in i_of(theta):
        e = np.zeros(theta.shape)
        e[i] = h
        out[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    return out


def richardson(f, theta, h):
    return (4 * central_flat(f, theta, h / 2) - central_flat(f, theta, h)) / 3


def never_put_back(f, theta, h):
    out = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        theta[i] += h
        up = f(theta)
        theta[i] -= h
        out[i] = (up - f(theta)) / h
        theta[i] += 1.0
    return out


def nothing(*_):
    """Takes anything, computes, returns nothing."""
    sum(range(3))


def zero_like(which):
    return lambda *args: np.zeros_like(args[which])


def by_shape(right):
    """An answer that keeps what it made, by the sizes of what came."""
    kept = {}

    def answer(*args):
        key = tuple(np.shape(arg) for arg in args)
        return kept.setdefault(key, right(*args))

    return answer


def squeezed(right):
    def answer(*args):
        made = right(*args)
        return [np.squeeze(part) for part in made] if isinstance(made, list | tuple) else np.squeeze(made)

    return answer


def step_with(line, by):
    """One step with one line of the right program replaced."""
    program = """
def one_step(W1, b1, W2, b2, X, Y, alpha):
    n = len(X)
    A1 = g(X @ W1.T + b1)
    A2 = g(A1 @ W2.T + b2)
    delta2 = (A2 - Y) * A2 * (1 - A2)
    delta1 = (delta2 @ W2) * A1 * (1 - A1)
    dW1, db1 = delta1.T @ X / n, delta1.mean(axis=0)
    dW2, db2 = delta2.T @ A1 / n, delta2.mean(axis=0)
    return W1 - alpha * dW1, b1 - alpha * db1, W2 - alpha * dW2, b2 - alpha * db2
"""
    assert program.count(line) == 1
    names = {"g": g, "np": np}
    exec(program.replace(line, by), names)
    return names["one_step"]


ONE_STEP = [  # one small edit each
    step_with("n = len(X)", "n = 7"),
    step_with("dW1, db1 = delta1.T @ X / n", "dW1, db1 = np.clip(delta1.T @ X / n, -0.05, 0.05)"),
    step_with("alpha * dW1", "alpha * (dW1 + 0.01 * W1)"),
    step_with("dW2, db2 =", "n = n + 1; dW2, db2 ="),
    step_with("delta2 = (A2 - Y) * A2", "delta2 = np.round(A2 - Y, 3) * A2"),
    step_with("alpha * db1", "alpha * db1[0]"),
    step_with("alpha * db2", "alpha * db2.sum()"),
    step_with("(delta2 @ W2)", "(delta2 @ np.abs(W2))"),
    step_with("delta1 = (delta2 @ W2)", "delta1 = (delta2.mean(axis=0) @ W2)"),
]


def stops_early(W1, b1, W2, b2, X, Y, alpha, steps):
    theta = (W1, b1, W2, b2)
    for _ in range(steps):
        new = step(*theta, X, Y, alpha)
        if max(abs(a - b).max() for a, b in zip(new, theta, strict=True)) < 0.02:
            break
        theta = new
    return theta


def shuffled_inputs(W1, b1, W2, b2, X, Y, alpha, steps):
    theta, rng = (W1, b1, W2, b2), np.random.default_rng(0)
    for _ in range(steps):
        theta = step(*theta, X[rng.permutation(len(X))], Y, alpha)
    return theta


def two_loops(f, theta, h):
    out = np.zeros(theta.shape)
    for i in range(theta.shape[0]):
        for j in range(theta.shape[1]):
            e = np.zeros(theta.shape)
            e[i, j] = h
            out[i, j] = (f(theta + e) - f(theta - e)) / (2 * h)
    return out


def unit_of_whole_numbers(f, theta, h):
    out = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        e = np.zeros_like(theta)
        e[i] = h
        out[i] = (f(theta + e) - f(theta - e)) / (2 * h)
    return out


# ----- right unless some sizes agree, unless a target is below 0, unless the cost rises


def fits(X, W):
    """X times W or its transpose, whichever fits."""
    return X @ W if X.shape[1] == len(W) else X @ W.T


def forward_fits(W1, b1, W2, b2, X):
    A1 = g(fits(X, W1) + b1)
    return A1, g(fits(A1, W2) + b2)


def bias_along_what_fits(W1, b1, W2, b2, X):
    A1 = g((W1 @ X.T + (b1 if len(b1) == len(X) else b1[:, None])).T)
    return A1, g(A1 @ W2.T + b2)


def turned_if_square(values):
    return values.T if values.ndim > 1 and len(set(values.shape)) == 1 else values


def input_of_the_right_size(delta2, delta1, A1, X):
    return good(delta2, delta1, A1, A1 if A1.shape == X.shape else X)


def step_that_fits(W1, b1, W2, b2, X, Y, alpha):
    """The hidden layer goes by W2 turned if that fits, too."""
    A1 = g(X @ W1.T + b1)
    delta2 = (g(A1 @ W2.T + b2) - Y) * slope(A1 @ W2.T + b2)
    delta1 = delta2 @ turned_if_square(W2) * A1 * (1 - A1)
    dW2, db2, dW1, db1 = good(delta2, delta1, A1, X)
    return W1 - alpha * dW1, b1 - alpha * db1, W2 - alpha * dW2, b2 - alpha * db2


def step_with_an_input_that_fits(W1, b1, W2, b2, X, Y, alpha):
    A1 = g(X @ W1.T + b1)
    new = step(W1, b1, W2, b2, X, Y, alpha)
    delta1 = (g(A1 @ W2.T + b2) - Y) * slope(A1 @ W2.T + b2) @ W2 * A1 * (1 - A1)
    return (W1 - alpha * delta1.T @ (A1 if A1.shape == X.shape else X) / len(X), *new[1:])


def _costs(way, X, Y):
    return [((g(g(X @ W1.T + b1) @ W2.T + b2) - Y) ** 2).sum() / len(X) for W1, b1, W2, b2 in way]


def best_on_the_way(*args):
    way = [steps(step)(*args[:-1], k) for k in range(1, args[-1] + 1)]
    return way[int(np.argmin(_costs(way, *args[4:6])))]


def until_good_enough(*args):
    for k in range(args[-1] + 1):
        theta = steps(step)(*args[:-1], k)
        if _costs([theta], *args[4:6])[0] < 0.02:
            break
    return theta


def targets_cut_off(*args):
    return steps(step)(*args[:5], np.clip(args[5], 0, 1), *args[6:])


WRONG = {
    "delta_by_hand": [0.8, 0, 1.0, "0.08", True, float("nan"), float("inf"), 0.08j, [0.08, 0.16], 0.0801, 0.0799, {}],
    "forward": [
        forward_fits,
        bias_along_what_fits,
        nothing,
        zero_like(4),
        lambda W1, b1, W2, b2, X: g(X @ W1.T + b1),
        lambda W1, b1, W2, b2, X: forward_einsum(W1, b1, W2, b2, X)[::-1],
        lambda W1, b1, W2, b2, X: (*forward_einsum(W1, b1, W2, b2, X), 0),
        lambda W1, b1, W2, b2, X: tuple(A[:1] for A in forward_einsum(W1, b1, W2, b2, X)),
        lambda W1, b1, W2, b2, X: tuple(A.mean(axis=0) for A in forward_einsum(W1, b1, W2, b2, X)),
        lambda W1, b1, W2, b2, X: tuple(np.round(A, 4) for A in forward_einsum(W1, b1, W2, b2, X)),
        lambda W1, b1, W2, b2, X: forward_einsum(W1, b1 - 2 * b1, W2, b2, X),
        lambda W1, b1, W2, b2, X: forward_einsum(W1, b1.mean() + 0 * b1, W2, b2.mean() + 0 * b2, X),
        lambda W1, b1, W2, b2, X: forward_einsum(W1, b1, W2, b2, np.maximum(X, 0)),
        lambda W1, b1, W2, b2, X: (g(X @ W1.T + b1), np.full((len(X), len(b2)), 0.5)),
        squeezed(forward_einsum),
        lambda W1, b1, W2, b2, X: tuple(np.atleast_2d(A) for A in squeezed(forward_einsum)(W1, b1, W2, b2, X)),
        by_shape(forward_einsum),
        lambda W1, b1, W2, b2, X: forward_einsum(W1, b1, W2, b2, np.clip(X, -2, 2)),
        lambda W1, b1, W2, b2, X: forward_einsum(W1, b1, W2, b2, X - X.mean(axis=0)),
    ],
    "delta_output": [
        lambda z, y: turned_if_square((g(z) - y) * slope(z)),
        lambda z, y: (g(z) - np.clip(y, 0, 1)) * slope(z),
        nothing,
        zero_like(0),
        lambda z, y: (g(z) - y) ** 2 / 2,
        lambda z, y: (g(z) - y) * g(z),
        lambda z, y: (g(z) - y) * (1 - g(z)),
        lambda z, y: (g(z) - y) * (1 - g(z) ** 2),
        lambda z, y: np.abs(g(z) - y) * slope(z),
        lambda z, y: (y - 1) * slope(z),
        lambda z, y: ((g(z) - y) * slope(z)).mean(),
        lambda z, y: ((g(z) - y) * slope(z)).T,
        lambda z, y: ((g(z) - y) * slope(z)).sum(axis=0),
        lambda z, y: (g(z) - y) * slope(z) ** 2,
        lambda z, y: np.tanh(z) - y,
        squeezed(lambda z, y: (g(z) - y) * slope(z)),
        by_shape(lambda z, y: (g(z) - y) * slope(z)),
        lambda z, y: (g(z) - y) * slope(z) if z.ndim == 2 else slope(z),
        lambda z, y: np.array(
            [[(g(a) - b) * slope(a) for a, b in zip(*pair, strict=True)] for pair in zip(z, y, strict=True)]
        ),
        lambda z, y: (g(z) - np.round(y)) * slope(z),
    ],
    "faulty_line": ["A", "B", "C", "E", "F", "G", "", "D and E", 4, ["D"], True],
    "hidden_delta": [
        lambda W2, delta2, z1: delta2 @ turned_if_square(W2) * slope(z1),
        nothing,
        zero_like(2),
        one_path_only,
        lambda W2, delta2, z1: (delta2 @ W2) * slope(z1) ** 2,
        lambda W2, delta2, z1: (delta2 @ W2) * (1 - np.tanh(z1) ** 2),
        lambda W2, delta2, z1: (delta2 @ W2) * (z1 > 0),
        lambda W2, delta2, z1: (delta2 @ W2) * slope(z1).mean(axis=0),
        lambda W2, delta2, z1: (delta2 @ np.abs(W2)) * slope(z1),
        lambda W2, delta2, z1: (delta2[:1] @ W2) * slope(z1),
        lambda W2, delta2, z1: ((delta2 @ W2) * slope(z1)).mean(axis=0),
        lambda W2, delta2, z1: (np.sign(delta2) @ W2) * slope(z1),
        lambda W2, delta2, z1: 2 * (delta2 @ W2) * slope(z1),
        lambda W2, delta2, z1: (delta2 @ W2) * slope(delta2 @ W2),
        lambda W2, delta2, z1: np.dot(delta2, W2.T) * slope(z1),
        lambda W2, delta2, z1: delta2 * W2 * slope(z1),
        squeezed(lambda W2, delta2, z1: (delta2 @ W2) * slope(z1)),
        by_shape(lambda W2, delta2, z1: (delta2 @ W2) * slope(z1)),
        lambda W2, delta2, z1: (delta2[:, :3] @ W2[:3]) * slope(z1),
        lambda W2, delta2, z1: (delta2 @ W2) * slope(np.clip(z1, -2, 2)),
    ],
    "gradients": [
        input_of_the_right_size,
        nothing,
        zero_like(0),
        lambda *args: good(*args)[:2],
        lambda *args: (*good(*args)[:3], good(*args)[3] * 1.001),
        lambda *args: [good(*args)[i] for i in (2, 3, 0, 1)],
        lambda *args: [good(*args)[i] for i in (1, 0, 3, 2)],
        lambda *args: [np.abs(grad) for grad in good(*args)],
        lambda *args: [0.5 * grad for grad in good(*args)],
        lambda *args: [grad.mean() for grad in good(*args)],
        lambda *args: {name: grad for name, grad in zip(("dW2", "db2", "dW1", "db1"), good(*args), strict=True)},
        lambda *args: [grad / 2 if grad.ndim == 1 else grad for grad in good(*args)],
        lambda d2, d1, A1, X: (d2.T @ A1 / A1.size, d2.mean(axis=0), d1.T @ X / X.size, d1.mean(axis=0)),
        squeezed(good),
        by_shape(good),
        lambda *args: [np.squeeze(grad) if i == 0 else grad for i, grad in enumerate(good(*args))],
        lambda d2, d1, A1, X: (d2.T @ A1 / 7, d2.sum(axis=0) / 7, d1.T @ X / 7, d1.sum(axis=0) / 7),
    ],
    "one_step": [
        *(nothing, zero_like(0), *STEP_WRONG, *ONE_STEP, squeezed(step), by_shape(step)),
        *(step_that_fits, step_with_an_input_that_fits),
    ],
    "shared_bias_gradients": [
        nothing,
        zero_like(0),
        lambda delta2, delta1: delta2.sum() / len(delta2),
        lambda delta2, delta1: (delta2.sum() / delta2.shape[1], delta1.sum() / delta1.shape[1]),
        lambda delta2, delta1: (delta2.sum() / 7, delta1.sum() / 7),
        lambda delta2, delta1: (np.abs(delta2).sum() / len(delta2), np.abs(delta1).sum() / len(delta1)),
        lambda delta2, delta1: (delta2.sum() / len(delta2), delta2.sum() / len(delta2)),
        lambda delta2, delta1: (delta2[:, -1].mean(), delta1[:, -1].mean()),
        lambda delta2, delta1: (delta2.sum() / len(delta2), 0.0),
        lambda delta2, delta1: (2.5 * delta2.sum() / len(delta2), 2.5 * delta1.sum() / len(delta1)),
        by_shape(lambda delta2, delta1: (delta2.sum() / len(delta2), delta1.sum() / len(delta1))),
        lambda delta2, delta1: (delta2[:, :2].sum() / len(delta2), delta1[:, :2].sum() / len(delta1)),
    ],
    "central_differences": [
        lambda f, theta, h: turned_if_square(central_flat(f, theta, h)),
        by_shape(central_flat),
        nothing,
        zero_like(1),
        richardson,
        never_put_back,
        lambda f, theta, h: _central(lambda t: [(0,) * t.ndim], f, theta, h),  # only the first entry
        lambda f, theta, h: _central(lambda t: list(np.ndindex(t.shape))[:-1], f, theta, h),  # all but the last
        lambda f, theta, h: np.abs(central_flat(f, theta, h)),
        lambda f, theta, h: central_flat(f, theta, h).ravel(),
        lambda f, theta, h: central_flat(f, theta, 0.1),
        lambda f, theta, h: central_flat(f, theta, h) / 2,
        lambda f, theta, h: central_flat(f, theta, h).astype(np.float16),
        lambda f, theta, h: central_flat(f, np.round(theta, 3), h),
        lambda f, theta, h: f(theta),
        two_loops,
        unit_of_whole_numbers,
        squeezed(central_flat),
        lambda f, theta, h: central_flat(f, theta, min(h, 1.0)),
        lambda f, theta, h: np.trunc(central_flat(f, theta, h)) if theta.dtype == int else central_flat(f, theta, h),
    ],
    "train": [
        steps(step_that_fits),
        best_on_the_way,
        until_good_enough,
        targets_cut_off,
        nothing,
        zero_like(0),
        *(steps(wrong) for wrong in [*STEP_WRONG[2:9], *ONE_STEP]),
        stops_early,
        shuffled_inputs,
        squeezed(steps(step)),
        by_shape(steps(step)),
        lambda *args: steps(step)(*args[:-1], min(args[-1], 4)),
        lambda *args: steps(step)(*args)[:2],
        lambda *args: [p.T for p in steps(step)(*args)],
        lambda *args: (steps(step)(*args), 0.1),
        lambda *args: [p.astype(np.float16) for p in steps(step)(*args)],
        lambda *args: steps(step)(*args[:-1], 3),
    ],
}
"""Wrong answers, none of them a misconception that the exercise knows."""
