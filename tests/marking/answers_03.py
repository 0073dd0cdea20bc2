"""Right answers to the exercises of chapter 03, each written in other words than the solution."""

import copy
from fractions import Fraction
from functools import cache, partial
from graphlib import TopologicalSorter

import numpy as np

import bpcourse as bp


def g(z):
    return 1 / (1 + np.exp(-z))


def slope(z):
    return g(z) * (1 - g(z))


def tanh_slope(z):
    return 1 / np.cosh(z) ** 2


# ----- one layer


def layer_loops(W, Z, A_before, upstream):
    n, (n1, n0) = len(Z), W.shape
    dW, db, back = np.zeros((n1, n0)), [0.0] * n1, np.zeros((n, n0))
    for e in range(n):
        for j in range(n1):
            delta = upstream[e, j] * tanh_slope(Z[e, j])
            db[j] += delta / n
            for i in range(n0):
                dW[j, i] += delta * A_before[e, i] / n
                back[e, i] += delta * W[j, i]
    return [dW, db, back]


def layer_columns(W, Z, A_before, upstream):
    delta = (upstream * (1 - np.tanh(Z) ** 2)).T
    return delta @ A_before / len(Z), delta.mean(axis=1), (W.T @ delta).T


def layer_einsum(W, Z, A_before, upstream):
    delta = np.einsum("nj,nj->nj", upstream, tanh_slope(Z)) / len(Z)
    return np.einsum("nj,ni->ji", delta, A_before), delta.sum(0), len(Z) * np.einsum("nj,ji->ni", delta, W)


def skip_jacobian(W, b, A, upstream):
    rows = []
    for a, up in zip(A, upstream, strict=True):
        J = np.eye(len(a)) + np.diag(tanh_slope(W @ a + b)) @ W
        rows.append(up @ J)
    return rows


def skip_in_two(W, b, A, upstream):
    total = np.zeros(A.shape)
    total += upstream
    total += layer_columns(W, A @ W.T + b, A, upstream)[2]
    return total


# ----- many layers


def first_recursive(W, Z, delta_L):
    def delta(k):
        return delta_L if k == max(Z) else (delta(k + 1) @ W[k + 1]) * slope(Z[k])

    return delta(1)


def first_examples(W, Z, delta_L):
    rows = []
    for e in range(len(delta_L)):
        d = delta_L[e]
        for k in sorted(Z, reverse=True)[1:]:
            d = np.diag(slope(Z[k][e])) @ W[k + 1].T @ d
        rows.append(d)
    return np.array(rows)


def step_rows(W, b, X, Y, rate):
    """The library's step, in its own layout of rows."""
    sizes = (X.shape[0], *(len(W[k]) for k in (1, 2, 3)))
    net = bp.Network(sizes, bp.sigmoid, bp.identity, bp.cross_entropy)
    params = net.pack(dict(W), {k: b[k][:, 0] for k in b})
    params.vector[:] -= rate * net.backward(params, net.forward(params, X.T.copy()), Y.T.copy()).grads.vector
    return [params.W[k] for k in (1, 2, 3)] + [params.b[k][:, None] for k in (1, 2, 3)]


def step_written_out(W, b, X, Y, rate):
    A1 = g(W[1] @ X + b[1])
    A2 = g(W[2] @ A1 + b[2])
    E3 = np.exp(W[3] @ A2 + b[3])
    d3 = (E3 / E3.sum(axis=0) - Y) / X.shape[1]
    d2 = W[3].T @ d3 * A2 * (1 - A2)
    d1 = W[2].T @ d2 * A1 * (1 - A1)
    new = [W[1] - rate * d1 @ X.T, W[2] - rate * d2 @ A1.T, W[3] - rate * d3 @ A2.T]
    return (*new, *(b[k] - rate * d.sum(axis=1)[:, None] for k, d in ((1, d1), (2, d2), (3, d3))))


# ----- joins and sweeps


def tied_two_matrices(W, X, Y):
    first, second = W.copy(), W.copy()
    Z1 = X @ first.T
    Z2 = np.tanh(Z1) @ second.T
    d2 = (np.tanh(Z2) - Y) * tanh_slope(Z2) / len(X)
    d1 = d2 @ second * tanh_slope(Z1)
    return np.einsum("nj,ni->ji", d2, np.tanh(Z1)) + np.einsum("nj,ni->ji", d1, X)


def tied_examples(W, X, Y):
    dW = np.zeros(W.shape)
    for x, y in zip(X, Y, strict=True):
        a1 = np.tanh(W @ x)
        a2 = np.tanh(W @ a1)
        d2 = (a2 - y) * (1 - a2**2)
        dW += np.outer(d2, a1) + np.outer((W.T @ d2) * (1 - a1**2), x)
    return (dW / len(X)).tolist()


def sweep_kahn(edges, nodes, output):
    """Again and again a node whose children have all spoken."""
    waiting = [sum(parent == node for parent, _, _ in edges) for node in range(nodes)]
    ready, slopes = [node for node in range(nodes) if not waiting[node]], [0.0] * nodes
    slopes[output] = 1.0
    while ready:
        node = ready.pop()
        for parent, child, local in edges:
            if child == node:
                slopes[parent] += slopes[node] * local
                waiting[parent] -= 1
                if not waiting[parent]:
                    ready.append(parent)
    return slopes


def sweep_level_by_level(edges, nodes, output):
    """What is new is passed on in rounds: some arrows are walked several times, but no way alone."""
    slopes, new = np.zeros(nodes), np.eye(nodes)[output]
    while new.any():
        slopes += new
        following = np.zeros(nodes)
        for parent, child, local in edges:
            following[parent] += new[child] * local
        new = following
    return slopes


def sweep_by_equations(edges, nodes, output):
    """The slopes solve s = J^T s + start."""
    J = np.zeros((nodes, nodes))
    for parent, child, local in edges:
        J[child, parent] += local
    return np.linalg.solve(np.eye(nodes) - J.T, np.eye(nodes)[output])


def sweep_asking(edges, nodes, output):
    """Each node asks its children, and what it hears is kept."""
    known = {output: 1.0}

    def slope_of(node):
        if node not in known:
            known[node] = sum(slope_of(child) * local for parent, child, local in edges if parent == node)
        return known[node]

    return np.array([slope_of(node) for node in range(nodes)])


def sweep_pulling(edges, nodes, output):
    """Each node sums over its children, in an order in which they are done."""
    order, slopes = [], np.eye(nodes)[output]

    def visit(node):
        if node not in order:
            for parent, child, _ in edges:
                if child == node:
                    visit(parent)
            order.append(node)

    visit(output)
    for node in reversed(order):
        for parent, child, local in edges:
            if parent == node:
                slopes[node] += slopes[child] * local
    return slopes


def sweep_by_name_only(*, edges, nodes, output):
    return sweep_asking(edges, nodes, output)


def sweep_until_nothing_changes(edges, nodes, output):
    """Every slope from the slopes of its children, all at once, as often as there are nodes."""
    slopes = [0.0] * nodes
    for _ in range(nodes + 1):
        new = [float(node == output) for node in range(nodes)]
        for parent, child, local in edges:
            new[parent] += slopes[child] * local
        slopes = new
    return slopes


# ----- in other styles


def layer_by_differences(W, Z, A_before, upstream):
    """With a slope that is right to nine digits."""
    delta = upstream * (np.tanh(Z + 1e-5) - np.tanh(Z - 1e-5)) / 2e-5
    return delta.T @ A_before / len(Z), delta.mean(axis=0), delta @ W


def layer_in_place(W, Z, A_before, upstream):
    W, Z, A_before, upstream = copy.deepcopy((W, Z, A_before, upstream))
    assert all(isinstance(array, np.ndarray) and array.dtype == np.float64 for array in (W, Z, A_before, upstream))
    upstream *= tanh_slope(Z)
    return upstream.T.dot(A_before) / Z.shape[0], upstream.sum(0) / Z.shape[0], upstream.dot(W)


def first_of_a_copy(W, Z, delta_L):
    """Asks what the statement says: dictionaries. Then it empties copies of them."""
    assert isinstance(W, dict) and isinstance(Z, dict)
    W, Z, delta = copy.deepcopy(W), dict(Z), delta_L
    Z.popitem()
    while Z:
        k, z = Z.popitem()
        delta = (delta @ W.pop(k + 1)) * slope(z)
    return delta.tolist()


def step_in_place(W, b, X, Y, rate):
    """On deep copies, in rows."""
    W, b, X, Y = copy.deepcopy(W), copy.deepcopy(b), X.T, Y.T
    A = {0: X, 1: g(X @ W[1].T + b[1].T)}
    A[2] = g(A[1] @ W[2].T + b[2].T)
    delta = (bp.softmax(A[2] @ W[3].T + b[3].T) - Y) / len(X)
    for k in (3, 2, 1):
        below = (delta @ W[k]) * A[k - 1] * (1 - A[k - 1])
        W[k] -= rate * delta.T @ A[k - 1]
        b[k] -= rate * delta.sum(axis=0)[:, None]
        delta = below
    return [*W.values(), *b.values()]


def tied_by_differences(W, X, Y):
    def cost(W):
        return ((np.tanh(np.tanh(X @ W.T) @ W.T) - Y) ** 2).sum() / 2 / len(X)

    dW, nudge = np.zeros_like(W), np.zeros_like(W)
    for at in np.ndindex(W.shape):
        nudge[at] = 1e-5
        dW[at] = (cost(W + nudge) - cost(W - nudge)) / 2e-5
        nudge[at] = 0.0
    return dW


def tied_by_the_library(W, X, Y):
    net = bp.Network((len(W),) * 3, bp.tanh, bp.tanh, bp.half_squared_error)
    params = net.pack({1: W, 2: W}, {k: np.zeros(len(W)) for k in (1, 2)})
    grads = net.backward(params, net.forward(params, X), Y).grads
    return grads.W[1] + grads.W[2]


def layer_by_complex_steps(W, Z, A_before, upstream):
    delta = upstream * np.tanh(Z + 1e-30j).imag / 1e-30
    return np.tensordot(delta, A_before, (0, 0)) / len(Z), np.average(delta, axis=0), [row @ W for row in delta]


def skip_by_complex_steps(W, b, A, upstream):
    columns = []
    for e in np.eye(len(b)):
        moved = A + 1e-30j * e
        columns.append(((moved + np.tanh(moved @ W.T + b)).imag / 1e-30 * upstream).sum(axis=1))
    return np.transpose(columns)


def first_by_jacobians(W, Z, delta_L):
    rows = []
    for e, row in enumerate(delta_L):
        J = np.eye(Z[1].shape[1])
        for k in range(1, len(Z)):
            J = W[k + 1] @ (slope(Z[k][e])[:, None] * J)
        rows.append(row @ J)
    return rows


def step_by_the_library(W, b, X, Y, rate):
    net = bp.Network((len(X), *(len(W[k]) for k in (1, 2, 3))), bp.sigmoid, bp.identity, bp.cross_entropy)
    params = net.pack(W, {k: b[k][:, 0] for k in b})
    grads = net.backward(params, net.forward(params, X.T), Y.T).grads
    return [W[k] - rate * grads.W[k] for k in W] + [b[k] - rate * grads.b[k][:, None] for k in b]


def tied_forward(W, X, Y):
    """One direction after the other, forward."""
    A1 = np.tanh(X @ W.T)
    A2 = np.tanh(A1 @ W.T)
    G = np.empty_like(W)
    for j, i in np.ndindex(W.shape):
        dA1 = np.zeros_like(X)
        dA1[:, j] = X[:, i] * (1 - A1[:, j] ** 2)
        dZ2 = dA1 @ W.T
        dZ2[:, j] += A1[:, i]
        G[j, i] = ((A2 - Y) * (1 - A2**2) * dZ2).sum() / len(X)
    return G


def sweep_by_graphlib(edges, nodes, output):
    order = TopologicalSorter({node: set() for node in range(nodes)})
    for parent, child, _ in edges:
        order.add(child, parent)
    slopes = np.eye(nodes)[output]
    for node in reversed(list(order.static_order())):
        for parent, child, local in edges:
            if child == node:
                slopes[parent] += slopes[node] * local
    return slopes


def sweep_in_fractions(edges, nodes, output):
    @cache
    def slope_of(node):
        if node == output:
            return Fraction(1)
        return sum((slope_of(c) * Fraction(float(v)) for p, c, v in edges if p == node), Fraction(0))

    return [float(slope_of(node)) for node in range(nodes)]


RIGHT = {
    "two_ways": [96, np.float64(96), 6 * 4**2],
    "count_multiplications": [27, 27.0, np.int64(27)],
    "transposed_matrix": ["W3", "w3", " W3 "],
    "layer_backward": [
        layer_loops,
        layer_columns,
        layer_einsum,
        layer_by_differences,
        layer_in_place,
        partial(layer_columns),
        layer_by_complex_steps,
        lambda *args: [part.astype(np.float32) for part in layer_columns(*args)],
    ],
    "skip_backward": [
        skip_jacobian,
        skip_in_two,
        skip_by_complex_steps,
        lambda W, b, A, upstream: np.asfortranarray(skip_in_two(W, b, A, upstream)),
    ],
    "first_delta": [first_recursive, first_examples, first_of_a_copy, first_by_jacobians],
    "mended_step": [step_rows, step_written_out, step_in_place, step_by_the_library],
    "tied_gradient": [tied_two_matrices, tied_examples, tied_by_differences, tied_by_the_library, tied_forward],
    "reverse_sweep": [
        sweep_kahn,
        sweep_level_by_level,
        sweep_by_equations,
        sweep_asking,
        sweep_pulling,
        sweep_until_nothing_changes,
        sweep_by_name_only,
        sweep_by_graphlib,
        sweep_in_fractions,
    ],
}
