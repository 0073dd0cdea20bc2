"""Graphs, as (edges, nodes, output): those on which reverse mode is tried, and what can be said of one."""

import numpy as np

NUMBERS = dict(zip("wzxyabds", (3, 5, 7, 0, 6, 2, 4, 1), strict=True))
SMALL = ("ad", "ya", "za", "wz", "bd", "xy", "as", "zx", "bd", "ab")
"""A small graph that has all that is hard: from z to a and from a to the output d lead a long way and a short one; of
the short ones one comes first in the list, the other one last. The way over b is double, as in b + b. s does not lead
to d.
"""


def small_graph(rng):
    value = {pair: float(rng.integers(2, 10) / 10 * rng.choice([-1, 1])) for pair in sorted(set(SMALL))}
    return tuple((NUMBERS[p], NUMBERS[c], value[p + c]) for p, c in SMALL), len(NUMBERS), NUMBERS["d"]


def random_graph(rng, nodes, inputs, output=None, zeros=False):
    """Random edges (parent, child, local), shuffled, between nodes numbered at random. One edge is there twice, as in
    a + a, and one node beside the output is used by nobody; or the output is the node `output` of the calculation.
    zeros: every third local derivative is 0.
    """
    number = rng.permutation(nodes)
    edges = []
    for k in range(inputs, nodes):
        if k < nodes - 1:  # there are long ways, and ways of different length
            parents = k - 1, int(rng.integers(k - 1))
        else:
            parents = rng.choice(nodes - 2, size=2, replace=False)
        locals_ = [round(float(rng.uniform(0.4, 1.6) * rng.choice([-1, 1])), 2) for _ in parents]
        edges += [(int(number[p]), int(number[k]), local) for p, local in zip(parents, locals_, strict=True)]
    edges.append(edges[2])
    if zeros:
        edges = [(p, c, 0.0 if i % 3 == 1 else local) for i, (p, c, local) in enumerate(edges)]
    return (
        tuple(edges[i] for i in rng.permutation(len(edges))),
        nodes,
        int(number[nodes - 2 if output is None else output]),
    )


def straight_line(rng, nodes, spread=0.6, size=1.0):
    """Each node is used by the next one: one way. size: of the local derivatives; a small one makes tiny slopes."""
    number = [int(i) for i in rng.permutation(nodes)]
    edges = [
        (p, c, round(size * float(rng.uniform(1 - spread, 1 + spread)), 4))
        for p, c in zip(number[:-1], number[1:], strict=True)
    ]
    return tuple(edges[i] for i in rng.permutation(nodes - 1)), nodes, number[-1]


def tree(rng, nodes):
    """Each node but the first is used by one other; the first is the output."""
    number = [int(i) for i in rng.permutation(nodes)]
    users = [0, 0, 1, *(int(rng.integers(k)) for k in range(3, nodes - 1))]
    edges = [
        (number[k], number[user], round(float(rng.uniform(0.4, 1.6) * rng.choice([-1, 1])), 2))
        for k, user in enumerate(users, start=1)
    ]
    return tuple(edges[i] for i in rng.permutation(len(edges))), nodes, number[0]


def any_graph(rng, nodes):
    """Any edges between the nodes, some of them double, some without effect; any node is the output. Three parents a
    node at most: an answer that goes along every way by itself is soon done, too.
    """
    number, edges, size = [int(i) for i in rng.permutation(nodes)], [], rng.choice([1, 30])
    for child in range(1, nodes):
        for parent in rng.integers(0, child, size=rng.integers(0, 4)):
            edges.append((number[parent], number[child], float(size * rng.normal() * rng.choice([0, 1, 1, 1]))))
    return tuple(edges[i] for i in rng.permutation(len(edges))), nodes, int(rng.integers(nodes))


def renumbered(edges, nodes, output):
    """The same graph with other numbers for all nodes but the output."""
    others = [node for node in range(nodes) if node != output]
    new = {output: output} | dict(zip(others, [*others[1:], others[0]], strict=True))
    return tuple((new[parent], new[child], local) for parent, child, local in edges), nodes, output


DOUBLINGS, ENOUGH = 25, 60_000


class TooMany(Exception):
    """Raised when a local derivative of `doublings` has been used far more often than once for each edge."""


def doublings(rng):
    """b = a + a, c = b + b and so on: 50 edges, and 2^25 ways. Its local derivatives count how often they are used."""
    count = 0

    class Local(np.float64):
        def _used(self, other, product):
            nonlocal count
            count += 1
            if count > ENOUGH:
                raise TooMany
            return product(self, other)

        def __mul__(self, other):
            return self._used(other, np.float64.__mul__)

        def __rmul__(self, other):
            return self._used(other, np.float64.__rmul__)

    number = [int(i) for i in rng.permutation(DOUBLINGS + 1)]
    edges = [(number[k], number[k + 1], Local(rng.uniform(0.4, 0.6))) for k in range(DOUBLINGS)] * 2
    return tuple(edges[i] for i in rng.permutation(len(edges))), DOUBLINGS + 1, number[-1]


# ----- what can be said of one


def case(edges, nodes, output):
    return {"edges": edges, "nodes": nodes, "output": output}


def children_of(case, node):
    return [child for parent, child, _ in case["edges"] if parent == node]


def parents_of(case, node):
    return [parent for parent, child, _ in case["edges"] if child == node]


def rings(case):
    """The output, its parents, their parents and so on: a set for each number of edges, to the longest way."""
    found = [{case["output"]}]
    while ring := {parent for node in found[-1] for parent in parents_of(case, node)}:
        found.append(ring)
    return found


def leads(case):
    """The nodes that lead to the output, and the output."""
    return set().union(*rings(case))


def longest(case):
    return len(rings(case)) - 1


def messages(case):
    """For each node the children that lead to the output: whoever sends it a message."""
    leading = leads(case)
    return [[child for child in children_of(case, node) if child in leading] for node in range(case["nodes"])]


def answers(edges, nodes, output=None):
    """[i, j]: how node i answers to node j. The nodes solve v = J v + input, so it is the inverse of I - J."""
    J = np.zeros((nodes, nodes))
    for parent, child, local in edges:
        J[child, parent] += local
    return np.linalg.inv(np.eye(nodes) - J)
