"""Chapter 03: reverse mode, right in `sweep`, and the ways in which people get it wrong."""

from collections import deque

import numpy as np


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


def at_once(edges, nodes, output):
    slope = np.zeros(nodes)
    slope[output] = 1.0

    def pass_on(node):
        for parent, child, local in edges:
            if child == node:
                slope[parent] += slope[node] * local
                pass_on(parent)

    pass_on(output)
    return slope


def output_left_out(edges, nodes, output):
    slope = sweep(edges, nodes, output)
    slope[output] = 0.0
    return slope


def output_counted_twice(edges, nodes, output):
    slope = sweep(edges, nodes, output)
    slope[output] += 1.0
    return slope


def down_at_once(edges, nodes, output):
    slope, seen = np.zeros(nodes), set()
    slope[output] = 1.0

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent, child, local in edges:
                if child == node:
                    slope[parent] += slope[node] * local
                    visit(parent)

    visit(output)
    return slope


def last_met_first(edges, nodes, output, once=False):
    """once: a node waits once, from when it is met; else as often as it is met, and speaks at its first turn."""
    slope, waiting, met, spoken = np.zeros(nodes), [output], {output}, set()
    slope[output] = 1.0
    while waiting:
        node = waiting.pop()
        if node not in spoken:
            spoken.add(node)
            for parent, child, local in edges:
                if child == node:
                    slope[parent] += slope[node] * local
                    if not once or parent not in met:
                        met.add(parent)
                        waiting.append(parent)
    return slope


def one_parent_each(edges, nodes, output):
    """A dictionary with one edge for each child."""
    return sweep(tuple({edge[1]: edge for edge in edges}.values()), nodes, output)


def first_unused(edges, nodes, output):
    used = {parent for parent, _, _ in edges}
    return sweep(edges, nodes, next(node for node in range(nodes) if node not in used))


def rounds(edges, nodes, output, number):
    """What has come from the output over `number` edges at most."""
    return arrivals(edges, nodes, output)[: number + 1][-1]


def arrivals(edges, nodes, output):
    """What has come over 0, 1, 2 ... edges at most."""
    news = np.eye(nodes)[output]
    slopes = [news]
    for _ in range(nodes):
        sent = np.zeros(nodes)
        for parent, child, local in edges:
            sent[parent] += news[child] * local
        slopes.append(slopes[-1] + sent)
        news = sent
    return slopes


def parallel_edges_multiplied(edges, nodes, output):
    local = {}
    for parent, child, value in edges:
        local[parent, child] = local.get((parent, child), 1.0) * value
    return sweep(tuple((parent, child, value) for (parent, child), value in local.items()), nodes, output)


def queued(edges, nodes, output, again=True):
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


def preorder(edges, nodes, output):
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


def waits_for_all(edges, nodes, output):
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


def pairs_once(edges, nodes, output):
    """A table with one place for each pair, or a dictionary of pairs."""
    return sweep(tuple((p, c, v) for (p, c), v in {(p, c): v for p, c, v in edges}.items()), nodes, output)


def edge_by_edge(edges, nodes, output, turned=True):
    slope = np.zeros(nodes)
    slope[output] = 1.0
    for parent, child, local in reversed(edges) if turned else edges:
        slope[parent] += slope[child] * local
    return slope


def by_number(edges, nodes, output, turned=False):
    return sweep(edges, nodes, output, range(nodes - 1, -1, -1) if turned else range(nodes))


def forward(edges, nodes, output):
    rate = np.zeros(nodes)
    rate[output] = 1.0
    for node in topological(edges, nodes):
        for parent, child, local in edges:
            if child == node:
                rate[node] += rate[parent] * local
    return rate
