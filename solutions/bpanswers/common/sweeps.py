"""Reverse mode on a graph in other words: right, right and slow, and right for some graphs only."""

from fractions import Fraction
from functools import cache
from graphlib import TopologicalSorter

import numpy as np


def ready_ones(edges, nodes, output):
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


def level_by_level(edges, nodes, output):
    """What is new is passed on in rounds: some arrows are walked several times, but no way alone."""
    slopes, new = np.zeros(nodes), np.eye(nodes)[output]
    while new.any():
        slopes += new
        following = np.zeros(nodes)
        for parent, child, local in edges:
            following[parent] += new[child] * local
        new = following
    return slopes


def by_equations(edges, nodes, output):
    """The slopes solve s = J^T s + start."""
    J = np.zeros((nodes, nodes))
    for parent, child, local in edges:
        J[child, parent] += local
    return np.linalg.solve(np.eye(nodes) - J.T, np.eye(nodes)[output])


def asking(edges, nodes, output):
    """Each node asks its children, and what it hears is kept."""
    known = {output: 1.0}

    def slope_of(node):
        if node not in known:
            known[node] = sum(slope_of(child) * local for parent, child, local in edges if parent == node)
        return known[node]

    return np.array([slope_of(node) for node in range(nodes)])


def twins_once(edges, nodes, output):
    """Wrong: edges with the same numbers count once, as in a set."""
    return asking(set(edges), nodes, output)


def topological(edges, nodes):
    """The nodes, each after all of its parents."""
    order = TopologicalSorter({node: set() for node in range(nodes)})
    for parent, child, _ in edges:
        order.add(child, parent)
    return list(order.static_order())


def pulling(edges, nodes, output):
    """Each node sums over its children, in an order in which they are done."""
    slopes = np.eye(nodes)[output]
    for node in reversed(topological(edges, nodes)):
        for parent, child, local in edges:
            if parent == node:
                slopes[node] += slopes[child] * local
    return slopes


def pushing(edges, nodes, output, order=None):
    """Each node hands to its parents; order: where every parent comes before its children."""
    slopes = np.eye(nodes)[output]
    for node in reversed(order or topological(edges, nodes)):
        for parent, child, local in edges:
            if child == node:
                slopes[parent] += slopes[node] * local
    return slopes


def by_name_only(*, edges, nodes, output):
    return asking(edges, nodes, output)


def until_nothing_changes(edges, nodes, output):
    """Every slope from the slopes of its children, all at once, as often as there are nodes."""
    return rounds(nodes + 1)(edges, nodes, output)


def in_fractions(edges, nodes, output):
    @cache
    def slope_of(node):
        if node == output:
            return Fraction(1)
        return sum((slope_of(c) * Fraction(float(v)) for p, c, v in edges if p == node), Fraction(0))

    return [float(slope_of(node)) for node in range(nodes)]


RIGHT = (
    *(ready_ones, level_by_level, by_equations, asking, pulling, pushing, by_name_only, until_nothing_changes),
    in_fractions,
)

# ----- every way alone: right, and never done where the ways are many


def every_way(edges, nodes, output):
    slopes = np.zeros(nodes)

    def pass_on(node, share):
        slopes[node] += share
        for parent, child, local in edges:
            if child == node:
                pass_on(parent, share * local)

    pass_on(output, 1.0)
    return slopes


def every_way_asking(edges, nodes, output):
    """The same from the other end: nothing that was heard is kept."""

    def slope_of(node):
        if node == output:
            return 1.0
        return sum(slope_of(child) * local for parent, child, local in edges if parent == node)

    return [slope_of(node) for node in range(nodes)]


# ----- right for some graphs only


def rounds(number):
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


def arrivals(edges, nodes, output):
    """What has come over 0, 1, 2 ... edges at most."""
    return [rounds(number)(edges, nodes, output) for number in range(nodes + 1)]


def by_distances(times):
    """In the order of the longest distance from the output, looked for so many times."""

    def answer(edges, nodes, output):
        distance = {output: 0}
        for _ in range(times):
            for parent, child, _ in edges:
                if child in distance:
                    distance[parent] = max(distance.get(parent, 0), distance[child] + 1)
        return pushing(edges, nodes, output, sorted(distance, key=distance.get, reverse=True))

    return answer


def ring_by_ring(edges, nodes, output):
    """In the order of the shortest distance from the output."""
    distance, ring = {output: 0}, [output]
    while ring:
        ring = [p for node in ring for p, c, _ in edges if c == node and p not in distance]
        distance |= {p: max(distance.values()) + 1 for p in ring}
    return pushing(edges, nodes, output, sorted(distance, key=distance.get, reverse=True))


def keeping_slopes():
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


def keeping_orders():
    """The order of the first graph of its size is the order of all."""
    kept = {}
    return lambda edges, nodes, output: pushing(
        edges, nodes, output, kept.setdefault((nodes, output, len(edges)), topological(edges, nodes))
    )


def keeping_results():
    """What was computed for a graph of this size once is given again."""
    kept = {}
    return lambda edges, nodes, output: kept.setdefault((nodes, output, len(edges)), asking(edges, nodes, output))
