"""Wrong answers to the exercises of chapter 03 that are no misconception; `kill_rate` counts how many are refused."""

import numpy as np
from answers_03 import (
    first_examples,
    layer_columns,
    skip_in_two,
    step_written_out,
    sweep_asking,
    sweep_kahn,
    tanh_slope,
    tied_two_matrices,
)
from support import changed, nothing, zero_like

import bpcourse as bp

SEEDS = range(5)


def layer(change):
    return changed(layer_columns, change)


def step(change):
    return changed(step_written_out, change)


def upstream_into_back(W, Z, A_before, upstream):
    dW, db, _ = layer_columns(W, Z, A_before, upstream)
    return dW, db, upstream @ W


def one_unit_only(W, Z, A_before, upstream):
    dW, db, back = layer_columns(W, Z, A_before, upstream)
    back = 0 * back
    for j in range(W.shape[0]):
        back = (upstream * tanh_slope(Z))[:, [j]] * W[j]  # `=` for `+=`
    return dW, db, back


def first_without_bottom_slope(W, Z, delta_L):
    delta = delta_L
    for k in range(len(Z) - 1, 0, -1):
        delta = delta @ W[k + 1]
        if k > 1:
            delta = delta * bp.sigmoid.derivative(Z[k])
    return delta


def first_by_addition(W, Z, delta_L):
    delta = delta_L
    for k in range(len(Z) - 1, 0, -1):
        delta = delta @ W[k + 1] + bp.sigmoid.derivative(Z[k])
    return delta


def tied_stale(W, X, Y):
    A1 = np.tanh(X @ W.T)
    A2 = np.tanh(A1 @ W.T)
    d2 = (A2 - Y) * (1 - A2**2)
    return (d2.T @ A1 + d2.T @ X) / len(X)  # the same delta for both uses


def sweep_from_zero(edges, nodes, output):
    return sweep_kahn(edges, nodes, 0 if output else 1)


def sweep_once_each(edges, nodes, output):
    """A pair that occurs twice counted once."""
    return sweep_asking(tuple(set(edges)), nodes, output)


def sweep_last_pair(edges, nodes, output):
    return sweep_asking(tuple((p, c, v) for (p, c), v in {(p, c): v for p, c, v in edges}.items()), nodes, output)


def sweep_direct_parents(edges, nodes, output):
    slopes = np.zeros(nodes)
    slopes[output] = 1.0
    for parent, child, local in edges:
        if child == output:
            slopes[parent] += local
    return slopes


def sweep_every_way(edges, nodes, output):
    """Every way alone: right, and never done where the ways are many."""
    slopes = np.zeros(nodes)

    def pass_on(node, share):
        slopes[node] += share
        for parent, child, local in edges:
            if child == node:
                pass_on(parent, share * local)

    pass_on(output, 1.0)
    return slopes


def sweep_every_way_asking(edges, nodes, output):
    """The same from the other end: nothing that was heard is kept."""

    def slope_of(node):
        if node == output:
            return 1.0
        return sum(slope_of(child) * local for parent, child, local in edges if parent == node)

    return [slope_of(node) for node in range(nodes)]


def sweep_ring_by_ring(edges, nodes, output):
    """In the order of the shortest distance from the output."""
    distance, ring = {output: 0}, [output]
    while ring:
        ring = [p for node in ring for p, c, _ in edges if c == node and p not in distance]
        distance |= {p: max(distance.values()) + 1 for p in ring}
    slopes = np.eye(nodes)[output]
    for node in sorted(distance, key=distance.get):
        for parent, child, local in edges:
            if child == node:
                slopes[parent] += slopes[node] * local
    return slopes


def sweep_in_many_rounds(edges, nodes, output):
    slopes = np.eye(nodes)[output]
    for _ in range(nodes):
        for parent, child, local in edges:
            slopes[parent] += slopes[child] * local
    return slopes


def first_for_two_to_four_layers(W, Z, delta_L):
    L = len(Z)
    delta = (delta_L @ W[L]) * bp.sigmoid.derivative(Z[L - 1])
    if L > 2:
        delta = (delta @ W[L - 1]) * bp.sigmoid.derivative(Z[L - 2])
    if L > 3:
        delta = (delta @ W[L - 2]) * bp.sigmoid.derivative(Z[L - 3])
    return delta


def sweep_no_output(edges, nodes, output):
    slopes = np.array(sweep_kahn(edges, nodes, output))
    slopes[output] = 0.0
    return slopes


# ----- right but for some sizes, or but for the second call


def squeezed(right):
    def answer(*args):
        parts = right(*args)
        return tuple(map(np.squeeze, parts)) if isinstance(parts, tuple) else np.squeeze(parts)

    return answer


def keeps(right):
    """What was computed for these sizes once is given again."""
    kept = {}

    def answer(*args):
        sizes = tuple(np.shape(arg) if not isinstance(arg, dict) else len(arg) for arg in args)
        if sizes not in kept:
            kept[sizes] = right(*args)
        return kept[sizes]

    return answer


def first_unrolled(W, Z, delta_L):
    """For six layers at most."""
    L, delta = len(Z), delta_L
    for k in (L - 1, L - 2, L - 3, L - 4, L - 5):
        if k > 0:
            delta = (delta @ W[k + 1]) * bp.sigmoid.derivative(Z[k])
    return delta


def first_empties(W, Z, delta_L):
    right = first_examples(W, Z, delta_L)
    W.clear()
    return right


def step_into_the_dictionaries(W, b, X, Y, rate):
    new = step_written_out(W, b, X, Y, rate)
    for k in (1, 2, 3):
        W[k], b[k] = new[k - 1], new[k + 2]
    return new


def step_of_the_classes_seen(W, b, X, Y, rate):
    labels = Y.argmax(axis=0)
    return step_written_out(W, b, X, np.eye(labels.max() + 1)[labels].T, rate)


def sweep_array_of_edges(edges, nodes, output):
    """Fails where there is no edge."""
    parents = np.array(edges)[:, 0].astype(int)
    return sweep_asking(edges, nodes, output) if len(parents) else None


def sweep_zero_is_nothing(edges, nodes, output):
    return sweep_asking([(p, c, local or 1.0) for p, c, local in edges], nodes, output)


def sweep_from_the_last_sink(edges, nodes, output):
    """The output is not used by others, it believes."""
    used = {parent for parent, _, _ in edges}
    return sweep_asking(edges, nodes, output if output not in used else next(n for n in range(nodes) if n not in used))


def sweep_in_rounds(number):
    """So many times over all edges; right where no way is longer."""

    def answer(edges, nodes, output):
        slopes = start = np.eye(nodes)[output]
        for _ in range(number):
            sent = start.copy()
            for parent, child, local in edges:
                if parent != output:
                    sent[parent] += slopes[child] * local
            slopes = sent
        return slopes

    return answer


def sweep_by_distances(edges, nodes, output):
    """The longest distance from the output, looked for six times."""
    distance = {output: 0}
    for _ in range(6):
        for parent, child, _ in edges:
            if child in distance:
                distance[parent] = max(distance.get(parent, 0), distance[child] + 1)
    slopes = np.eye(nodes)[output]
    for node in sorted(distance, key=distance.get):
        for parent, child, local in edges:
            if child == node:
                slopes[parent] += slopes[node] * local
    return slopes


def sweep_that_remembers():
    """What a node of this number was once given is given again."""
    kept = {}

    def answer(edges, nodes, output):
        def slope_of(node):
            key = nodes, output, node
            if key not in kept:
                kept[key] = 1.0 if node == output else sum(slope_of(c) * v for p, c, v in edges if p == node)
            return kept[key]

        return [slope_of(node) for node in range(nodes)]

    return answer


def sweep_one_parent_each(edges, nodes, output):
    return sweep_asking(tuple({edge[1]: edge for edge in edges}.values()), nodes, output)


def step_old_slopes(W, b, X, Y, rate):
    """The third bug is mended in one layer and left in the other."""
    A1 = bp.sigmoid(W[1] @ X + b[1])
    A2 = bp.sigmoid(W[2] @ A1 + b[2])
    d2 = (W[3].T @ (bp.softmax((W[3] @ A2 + b[3]).T).T - Y)) * bp.sigmoid.derivative(A2)
    d1 = (W[2].T @ d2) * A1 * (1 - A1)
    new = list(step_written_out(W, b, X, Y, rate))
    m = X.shape[1]
    new[0], new[1] = W[1] - rate * d1 @ X.T / m, W[2] - rate * d2 @ A1.T / m
    new[3], new[4] = b[1] - rate * d1.mean(axis=1, keepdims=True), b[2] - rate * d2.mean(axis=1, keepdims=True)
    return new


def only_where(condition, other, right):
    return lambda *args: other(*args) if condition(*args) else right(*args)


WRONG = {
    "two_ways": [0, 90, 95, 97, -96, "96", True, float("nan"), 96j, [32, 64], {}, 96.1],
    "count_multiplications": [0, 26, 28, 12, 54, -27, "27", True, float("inf"), [6, 6, 3, 12], 27.01, 27.000001],
    "transposed_matrix": ["W1", "W2", "W4", "W5", "", "C", 3, ["W3"], True, "W2 and W3"],
    "layer_backward": [
        layer(lambda r: [part.astype(np.float16) for part in r]),
        only_where(
            lambda W, Z, *_: W.shape[0] == W.shape[1], lambda W, *rest: layer_columns(W.T, *rest), layer_columns
        ),
        squeezed(layer_columns),
        keeps(layer_columns),
        layer(lambda r: (r[0] / len(r[2]), r[1], r[2])),
        layer(lambda r: (r[0], r[1].mean() + 0 * r[1], r[2])),
        lambda W, Z, A_before, upstream: layer_columns(W, Z, A_before, upstream + tanh_slope(Z)),
        nothing,
        zero_like(0),
        upstream_into_back,
        one_unit_only,
        layer(lambda r: r[:2]),
        layer(lambda r: (r[2], r[1], r[0])),
        layer(lambda r: (r[0].T, r[1], r[2])),
        layer(lambda r: (r[0], r[1], 2 * r[2])),
        layer(lambda r: (r[0], np.abs(r[1]), r[2])),
        layer(lambda r: (r[0], r[1], r[2][:1])),
        layer(lambda r: (r[0] * (1 + 1e-5), r[1], r[2])),
        layer(lambda r: {"dW": r[0], "db": r[1], "back": r[2]}),
        lambda W, Z, A_before, upstream: layer_columns(W, np.clip(Z, -2.5, 2.5), A_before, upstream),
        lambda W, Z, A_before, upstream: layer_columns(W, A_before @ W.T, A_before, upstream),
        layer(lambda r: (r[0], r[1][None], r[2])),
        lambda W, Z, A_before, upstream: layer_columns(W, Z, A_before, np.ones_like(upstream)),
        lambda W, Z, A_before, upstream: layer_columns(W, Z, np.tanh(A_before), upstream),
    ],
    "skip_backward": [
        squeezed(skip_in_two),
        keeps(skip_in_two),
        only_where(
            lambda W, b, A, upstream: len(A) == len(b), lambda *args: skip_in_two(args[0].T, *args[1:]), skip_in_two
        ),
        only_where(lambda W, b, A, upstream: len(A) == 1, lambda W, b, A, upstream: upstream, skip_in_two),
        nothing,
        zero_like(2),
        changed(skip_in_two, lambda r: -r),
        changed(skip_in_two, lambda r: r.mean(axis=0)),
        changed(skip_in_two, lambda r: r[:1]),
        changed(skip_in_two, lambda r: r * (1 + 1e-5)),
        lambda W, b, A, upstream: upstream + (upstream * tanh_slope(A @ W + b)) @ W.T,
        lambda W, b, A, upstream: upstream + (upstream * tanh_slope(A + np.tanh(A @ W.T + b))) @ W,
        lambda W, b, A, upstream: upstream * A + (upstream * tanh_slope(A @ W.T + b)) @ W,
        lambda W, b, A, upstream: skip_in_two(W, 0 * b, A, upstream),
        lambda W, b, A, upstream: 1 + (upstream * tanh_slope(A @ W.T + b)) @ W,
        lambda W, b, A, upstream: upstream - (upstream * tanh_slope(A @ W.T + b)) @ W,
        lambda W, b, A, upstream: upstream + (upstream * tanh_slope(A @ W + b)) @ W,
        lambda W, b, A, upstream: upstream + upstream * tanh_slope(A @ W.T + b),
        lambda W, b, A, upstream: A + np.tanh(A @ W.T + b),
    ],
    "first_delta": [
        squeezed(first_examples),
        keeps(first_examples),
        first_unrolled,
        first_empties,
        nothing,
        zero_like(2),
        first_without_bottom_slope,
        first_by_addition,
        changed(first_examples, lambda r: -r),
        changed(first_examples, lambda r: r.T),
        changed(first_examples, lambda r: r.mean(axis=0)),
        changed(first_examples, lambda r: 4 * r),
        changed(first_examples, lambda r: r * (1 + 1e-5)),
        first_for_two_to_four_layers,
        lambda W, Z, delta_L: first_examples(W, Z, delta_L) if len(Z) > 1 else None,
        lambda W, Z, delta_L: first_examples(W, Z, delta_L) if len(Z) < 5 else delta_L @ W[len(Z)],
        lambda W, Z, delta_L: first_examples(W, Z, np.sign(delta_L)),
        lambda W, Z, delta_L: delta_L,
        lambda W, Z, delta_L: first_examples({k: np.abs(W[k]) for k in W}, Z, delta_L),
        lambda W, Z, delta_L: (delta_L @ W[len(Z)]) @ W[len(Z) - 1],
    ],
    "mended_step": [
        squeezed(step_written_out),
        keeps(step_written_out),
        step_into_the_dictionaries,
        step_of_the_classes_seen,
        lambda W, b, X, Y, rate: step_written_out(W, b, X, Y, rate * X.shape[1] / 7),
        nothing,
        zero_like(2),
        step(lambda r: r[:3]),
        step(lambda r: (*r[3:], *r[:3])),
        step(lambda r: (*r[:3], *(p[:, 0] for p in r[3:]))),
        step(lambda r: np.concatenate([np.ravel(p) for p in r])),
        step(lambda r: [p * (1 + 1e-5) for p in r]),
        lambda W, b, X, Y, rate: (*step_written_out(W, b, X, Y, rate)[:3], *step_written_out(W, b, X, Y, 1.0)[3:]),
        lambda W, b, X, Y, rate: step_written_out(W, b, X, (Y == Y.max(axis=0)) * 1.0, rate),
        lambda W, b, X, Y, rate: step_written_out(W, b, X, Y, 1.0),
        lambda W, b, X, Y, rate: step_written_out(W, b, X, Y, rate / X.shape[0]),
        lambda W, b, X, Y, rate: step_written_out(W, b, X[:, :-1], Y[:, :-1], rate),
        lambda W, b, X, Y, rate: step_written_out(W, b, X, np.round(Y), rate),
        lambda W, b, X, Y, rate: (W[1], *step_written_out(W, b, X, Y, rate)[1:]),
        lambda W, b, X, Y, rate: (*step_written_out(W, b, X, Y, rate)[:5], b[3]),
    ],
    "tied_gradient": [
        only_where(lambda W, X, Y: len(W) == 1, tied_stale, tied_two_matrices),
        lambda W, X, Y: tied_two_matrices(W, X, Y) * len(X) / max(len(X) - 1, 1),
        squeezed(tied_two_matrices),
        keeps(tied_two_matrices),
        only_where(lambda W, X, Y: len(X) == 1, tied_stale, tied_two_matrices),
        nothing,
        zero_like(0),
        tied_stale,
        changed(tied_two_matrices, lambda r: 2 * r),
        changed(tied_two_matrices, lambda r: r.mean()),
        changed(tied_two_matrices, lambda r: r / 3),
        changed(tied_two_matrices, lambda r: r * (1 + 1e-5)),
        changed(tied_two_matrices, lambda r: (r + r.T) / 2),
        lambda W, X, Y: tied_two_matrices(W.T, X, Y).T,
        lambda W, X, Y: tied_two_matrices(W, X, Y) * len(X) / X.shape[1],
        lambda W, X, Y: tied_two_matrices(W, X, Y) / len(X),
        lambda W, X, Y: tied_two_matrices(W, X, 0 * Y),
        lambda W, X, Y: tied_two_matrices(W, X[:1], Y[:1]),
        lambda W, X, Y: tied_two_matrices(W.T, X, Y),
        lambda W, X, Y: tied_two_matrices(W, X, Y) ** 2,
    ],
    "reverse_sweep": [
        *map(sweep_in_rounds, (8, 20, 50)),
        sweep_by_distances,
        changed(sweep_asking, lambda r: [slope if abs(slope) > 1e-3 else 0.0 for slope in r]),
        sweep_that_remembers(),
        lambda edges, nodes, output: sweep_asking(edges, nodes, output) if edges else np.ones(nodes),
        lambda edges, nodes, output: [slope or float("nan") for slope in sweep_asking(edges, nodes, output)],
        squeezed(lambda *args: np.array(sweep_asking(*args))),
        keeps(sweep_asking),
        sweep_array_of_edges,
        sweep_zero_is_nothing,
        sweep_from_the_last_sink,
        nothing,
        lambda edges, nodes, output: np.zeros(nodes),
        sweep_from_zero,
        sweep_once_each,
        sweep_last_pair,
        sweep_direct_parents,
        sweep_no_output,
        sweep_every_way,
        sweep_every_way_asking,
        sweep_ring_by_ring,
        sweep_in_many_rounds,
        changed(sweep_asking, lambda r: -r),
        changed(sweep_asking, lambda r: r[::-1]),
        changed(sweep_asking, lambda r: np.abs(r)),
        changed(sweep_asking, lambda r: r[:-1]),
        changed(sweep_asking, lambda r: {k: v for k, v in enumerate(r)}),
        changed(sweep_asking, lambda r: r * (1 + 1e-5)),
    ],
}
"""Wrong answers, none of them a misconception that the exercise knows."""
