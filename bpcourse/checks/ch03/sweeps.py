"""Chapter 03: reverse mode on a graph whose nodes come in no order."""

from collections import deque
from functools import partial

import numpy as np

from ..engine import Demand, Exercise, Misconception
from .graphs import TooMany, doublings, random_graph, small_graph


def _inputs(rng):
    graphs = [small_graph(rng), *(random_graph(rng, nodes, inputs) for nodes, inputs in ((9, 3), (7, 2), (13, 4)))]
    return [dict(zip(("edges", "nodes", "output"), graph, strict=True)) for graph in graphs]


def _walks_edges_not_ways(function, seed):
    """False if an answer that is right multiplies thousands of times on 50 edges: it goes along each way alone."""
    try:
        function(*doublings(np.random.default_rng(seed)))
    except TooMany:
        return False
    return True


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


def _queued(edges, nodes, output, again=True):
    """Breadth-first: a node passes on what it has when its turn comes; `again`: each time that it is met."""
    slope, waiting, seen = np.zeros(nodes), deque([output]), {output}
    slope[output] = 1.0
    while waiting:
        node = waiting.popleft()
        for parent, child, local in edges:
            if child == node:
                slope[parent] += slope[node] * local
                if again or parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
    return slope


def _preorder(edges, nodes, output):
    slope, seen = np.zeros(nodes), set()
    slope[output] = 1.0

    def visit(node):
        if node in seen:
            return
        seen.add(node)
        parents = [(parent, local) for parent, child, local in edges if child == node]
        for parent, local in parents:
            slope[parent] += slope[node] * local
        for parent, _ in parents:
            visit(parent)

    visit(output)
    return slope


def _waits_for_all(edges, nodes, output):
    """From the output on; a node speaks when all its children have, also those that do not lead to the output."""
    slope, waiting = np.zeros(nodes), deque([output])
    left = [sum(parent == node for parent, _, _ in edges) for node in range(nodes)]
    slope[output] = 1.0
    while waiting:
        node = waiting.popleft()
        for parent, child, local in edges:
            if child == node:
                slope[parent] += slope[node] * local
                left[parent] -= 1
                if not left[parent]:
                    waiting.append(parent)
    return slope


def _pairs_once(edges, nodes, output):
    """A table with one place for each pair, or a dictionary of pairs."""
    return sweep(tuple((p, c, v) for (p, c), v in {(p, c): v for p, c, v in edges}.items()), nodes, output)


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


def _one_message(case, outcome):
    """True if the slope of every node but the output is what one of its children sends, and 0 where it has none: `=` for
    `+=`, in whatever order the nodes come.
    """
    slopes = outcome.parts[0] if outcome.parts else np.empty(0)
    if slopes.shape != (case["nodes"],) or slopes[case["output"]] != 1:
        return False
    sent = {node: [] for node in range(case["nodes"])}
    for parent, child, local in case["edges"]:
        sent[parent].append(slopes[child] * local)
    return all(
        np.isclose(sent[node] or [0.0], slopes[node], rtol=1e-9, atol=0).any()
        for node in sent
        if node != case["output"]
    )


_ORDER = " A node must have heard everybody who uses it before it speaks: in which order can that be had?"

REVERSE_SWEEP = Exercise(
    name="reverse_sweep",
    inputs=_inputs,
    truth=_truth,
    parts={"slopes": 5},
    tolerance=1e-9,
    passed="Right on four graphs, in whatever order their edges come. And on one with 50 arrows and 33 million ways "
    "you went along the arrows, not along the ways.",
    demands=(
        Demand(
            "each_way_alone",
            _walks_edges_not_ways,
            2.0,
            "All slopes are right. But your program goes along every way from the output by itself, and 25 doublings "
            "in a row have 33 million ways on 50 arrows. When has a node heard everything, so that it can pass on the "
            "sum once?",
        ),
    ),
    misconceptions=(
        Misconception(
            "passed_on_at_once",
            _at_once,
            "It looks as if nodes pass on all they have each time something arrives, so parts are passed on twice."
            + _ORDER,
        ),
        Misconception(
            "passed_on_again",
            _queued,
            "It looks as if a node passes on all it has each time it is met, so parts are passed on twice." + _ORDER,
        ),
        Misconception(
            "breadth_first",
            partial(_queued, again=False),
            "It looks as if you go out from the output ring by ring, and a node passes on when it is first met. A "
            "longer way to it may still be on its way." + _ORDER,
        ),
        Misconception(
            "passed_on_when_first_met",
            _preorder,
            "It looks as if you go down one way after the other, and a node passes on when it is first met. Another "
            "way to it may still come." + _ORDER,
        ),
        Misconception(
            "waits_for_all_children",
            _waits_for_all,
            "It looks as if a node waits for all its children, also for those that do not lead to the output. Which "
            "of them can never speak?",
        ),
        Misconception(
            "parallel_edges_once",
            _pairs_once,
            "Two arrows join the same pair of nodes, as in a + a, and one of them is lost. Is there room for both "
            "where you keep them?",
        ),
        Misconception(
            "overwritten",
            partial(sweep, add=False),
            "A node keeps one message only. Where two messages meet at a node, what belongs there: `=` or `+=`?",
            shows=_one_message,
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
