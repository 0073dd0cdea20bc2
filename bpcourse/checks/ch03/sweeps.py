"""Chapter 03: reverse mode on a graph whose nodes come in no order."""

from functools import partial

import numpy as np

from ..engine import Exercise, Misconception


def _graph(rng, nodes, inputs):
    """Random edges (parent, child, local), shuffled, between nodes numbered at random. One edge is there twice, as in
    a + a, and one node beside the output is used by nobody.
    """
    number = rng.permutation(nodes)
    edges = []
    for k in range(inputs, nodes):
        parents = rng.choice(min(k, nodes - 2), size=2, replace=False)
        if k < nodes - 1:
            parents[0] = k - 1  # so that there are long ways, and ways of different length
        edges += [(int(number[p]), int(number[k]), float(rng.uniform(0.4, 1.6) * rng.choice([-1, 1]))) for p in parents]
    edges.append(edges[2])
    return tuple(edges[i] for i in rng.permutation(len(edges))), nodes, int(number[nodes - 2])


def _inputs(rng):
    return [
        dict(zip(("edges", "nodes", "output"), _graph(rng, nodes, inputs), strict=True))
        for nodes, inputs in ((9, 3), (7, 2), (13, 4))
    ]


def _truth(edges, nodes, output):
    """The nodes solve v = J v + input, so d v / d input is the inverse of I - J; one row of it is asked for."""
    J = np.zeros((nodes, nodes))
    for parent, child, local in edges:
        J[child, parent] += local
    return np.linalg.inv(np.eye(nodes) - J)[output]


def sweep(edges, nodes, output, order=None, add=True, use_local=True, sinks=False, seed=1.0):
    """Reverse mode over `order` (default: a right one, found by visiting parents first)."""
    slope = np.zeros(nodes)
    if order is None:
        order = topological(edges, nodes)
    slope[output] = seed
    if sinks:
        for node in set(range(nodes)) - {parent for parent, _, _ in edges}:
            slope[node] = seed
    for node in reversed(order):
        for parent, child, local in edges:
            if child == node:
                message = slope[node] * (local if use_local else 1.0)
                slope[parent] = slope[parent] * add + message
    return slope


def topological(edges, nodes):
    """The nodes, each after all of its parents."""
    order = []

    def visit(node):
        if node not in order:
            for parent, child, _ in edges:
                if child == node:
                    visit(parent)
            order.append(node)

    for node in range(nodes):
        visit(node)
    return order


def _at_once(edges, nodes, output):
    slope = np.zeros(nodes)
    slope[output] = 1.0

    def pass_on(node):
        for parent, child, local in edges:
            if child == node:
                slope[parent] += slope[node] * local
                pass_on(parent)

    pass_on(output)
    return slope


def _edge_by_edge(edges, nodes, output, turned=True):
    slope = np.zeros(nodes)
    slope[output] = 1.0
    for parent, child, local in reversed(edges) if turned else edges:
        slope[parent] += slope[child] * local
    return slope


def _by_number(edges, nodes, output, turned=False):
    return sweep(edges, nodes, output, range(nodes - 1, -1, -1) if turned else range(nodes))


def _forward(edges, nodes, output):
    rate = np.zeros(nodes)
    rate[output] = 1.0
    for node in topological(edges, nodes):
        for parent, child, local in edges:
            if child == node:
                rate[node] += rate[parent] * local
    return rate


_ORDER = " A node must have heard everybody who uses it before it speaks: in which order can that be had?"

REVERSE_SWEEP = Exercise(
    name="reverse_sweep",
    inputs=_inputs,
    truth=_truth,
    parts={"slopes": 5},
    passed="On three shuffled graphs every slope equals that of the inverse matrix, which knows no order at all.",
    misconceptions=(
        Misconception(
            "passed_on_at_once",
            _at_once,
            "It looks as if nodes pass on all they have each time something arrives, so parts are passed on twice."
            + _ORDER,
        ),
        Misconception(
            "overwritten",
            partial(sweep, add=False),
            "A node keeps the last message only. With two children, what happens to the first one: `=` or `+=`?",
        ),
        Misconception(
            "by_number",
            _by_number,
            "You went through the nodes from the highest number to 0. The numbers say nothing." + _ORDER,
        ),
        Misconception(
            "by_number_upwards",
            partial(_by_number, turned=True),
            "You went through the nodes from 0 upwards. The numbers say nothing." + _ORDER,
        ),
        Misconception(
            "edge_by_edge",
            _edge_by_edge,
            "You went once through the edges, from the last to the first. They come shuffled." + _ORDER,
        ),
        Misconception(
            "edge_by_edge_from_the_first",
            partial(_edge_by_edge, turned=False),
            "You went once through the edges, as they come. They come shuffled." + _ORDER,
        ),
        Misconception(
            "ways_counted",
            partial(sweep, use_local=False),
            "You counted the ways from each node to the output. What is each message multiplied by on an edge?",
        ),
        Misconception(
            "every_end_started",
            partial(sweep, sinks=True),
            "You started with 1 at every node that nobody uses. Of which one node are the derivatives asked for?",
        ),
        Misconception(
            "start_missing",
            partial(sweep, seed=0.0),
            "All zero. How does the output answer to itself, and where does that number stand at the start?",
        ),
        Misconception(
            "forward_mode",
            _forward,
            "You have how each node answers to the output node. The question is the other way round: in which "
            "direction do the messages go?",
        ),
    ),
)
