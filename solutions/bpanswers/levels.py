"""The level of every node of a graph, by a loop."""

import itertools
from functools import partial
from graphlib import TopologicalSorter

import numpy as np

from bpcourse.marking.answer import call
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Demand, Exercise

from .common.edits import edited, slips, solution

PROGRAM = solution("levels")
DEEP = 5_000
RECURSIVE = """
def levels(parents):
    known = {}

    def level(node):
        if node not in known:
            known[node] = max([level(parent) + 1 for parent in parents[node]], default=0)
        return known[node]

    return np.array([level(node) for node in range(len(parents))])
"""


def renumbered(rng, parents):
    """The same graph with other numbers, as tuples."""
    number = [int(i) for i in rng.permutation(len(parents))]
    new = [()] * len(parents)
    for node, own in enumerate(parents):
        new[number[node]] = tuple(number[parent] for parent in own)
    return tuple(new)


def chain(rng, nodes):
    return renumbered(rng, [(), *((k,) for k in range(nodes - 1))])


def deep_chain():
    """So numbered that a recursion is deep from whichever end of the numbers it begins, and that some seventy passes
    over the numbers settle all: a slow loop is done in time, too.
    """
    number = [*np.concatenate(np.array_split(np.arange(DEEP - 1), 70)[::-1]).tolist(), DEEP - 1]
    parents = [()] * DEEP
    for before, node in itertools.pairwise(number):
        parents[node] = (before,)
    return tuple(parents)


def random_parents(rng, nodes, most=3):
    """Each node has up to `most` parents, some of them double; what a node has last is often the one before."""
    found = []
    for node in range(nodes):
        count = int(rng.integers(0, most + 1)) if node else 0
        own = [int(parent) for parent in rng.integers(0, node, size=count)] if node else []
        if own and rng.random() < 0.6:
            own[int(rng.integers(count))] = node - 1
        found.append(own)
    return renumbered(rng, found)


def inputs(rng):
    doubled = [(), *((k, k) for k in range(6))]
    # 1 and 2 lead to 3 over a short and a long way, in both orders of the list.
    ways = [(), (), (0,), (2, 0), (0, 3), (4, 4), (1, 5, 0), (1,), ()]
    shorter = [(), (0,), (1,), (0, 2), (2, 0), (3, 0), (5, 1, 0)]
    graphs = [renumbered(rng, each) for each in (ways, doubled, shorter)]
    graphs += [((),), ((), (), ()), tuple((k - 1,) if k else () for k in range(6))]  # numbered in order
    graphs += [tuple((k + 1,) if k < 5 else () for k in range(6)), chain(rng, 60), renumbered(rng, ways)]
    graphs += [random_parents(rng, nodes) for nodes in (7, 9, 14, 40)]
    return [{"parents": parents} for parents in graphs]


def wide(rng):
    return {"parents": random_parents(rng, int(rng.integers(1, 14)))}


def truth(parents):
    """In an order from the standard library."""
    level = np.zeros(len(parents), dtype=int)
    for node in TopologicalSorter(dict(enumerate(parents))).static_order():
        level[node] = max((level[parent] + 1 for parent in parents[node]), default=0)
    return level


def no_recursion(function, seed):
    """Whether it is right on a long chain."""
    case = {"parents": deep_chain()}
    outcome = call(function, case, ("levels",))
    return outcome.parts is not None and agree(outcome.parts[0], truth(**case).astype(float))


# ----- right answers


def with_a_stack(parents):
    """The recursion, with a list in place of the calls."""
    level = [None] * len(parents)
    for start in range(len(parents)):
        waiting = [start]
        while waiting:
            node = waiting[-1]
            missing = [parent for parent in parents[node] if level[parent] is None]
            if missing:
                waiting += missing
            else:
                level[waiting.pop()] = max((level[parent] + 1 for parent in parents[node]), default=0)
    return level


def peeled(parents):
    """Level after level: those all of whose parents are gone."""
    left, level, round_ = {k: set(own) for k, own in enumerate(parents)}, np.zeros(len(parents)), 0
    users = {k: set() for k in left}
    for k, own in left.items():
        for parent in own:
            users[parent].add(k)
    now = [k for k, own in left.items() if not own]
    while now:
        following = []
        for node in now:
            level[node] = round_
            for user in users[node]:
                left[user].discard(node)
                if not left[user]:
                    following.append(user)
        now, round_ = following, round_ + 1
    return level


def pushed_along(parents):
    """Along the edges, sorted by the place of the parent in an order."""
    level, order = [0] * len(parents), list(TopologicalSorter(dict(enumerate(parents))).static_order())
    place = {node: k for k, node in enumerate(order)}
    edges = sorted((place[parent], parent, node) for node, own in enumerate(parents) for parent in own)
    for _, parent, node in edges:
        level[node] = max(level[node], level[parent] + 1)
    return level


def until_nothing_changes(parents):
    """Slow on long chains."""
    level, changing = [0] * len(parents), True
    while changing:
        changing = False
        for node, own in enumerate(parents):
            for parent in own:
                if level[node] <= level[parent]:
                    level[node], changing = level[parent] + 1, True
    return level


# ----- what can be said of a case


def users(case):
    found = [0] * len(case["parents"])
    for own in case["parents"]:
        for parent in own:
            found[parent] += 1
    return found


recursive = edited(RECURSIVE)
MAX, LEVEL = "max(level[node], level[parent] + 1)", "level[parent] + 1"
LOOP = "    for parent in ready:                # the list grows while the loop goes along it\n"
slip, wrong, down = slips(PROGRAM), partial(edited, PROGRAM), slips(RECURSIVE)
EACH = "max([level(parent) + 1 for parent in parents[node]], default=0)"

EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"levels": 3},
    passed="Right on graphs of many kinds, and on a chain of 5,000 nodes, where every call inside a call would be one "
    "too many.",
    room={
        "one node": lambda case: len(case["parents"]) == 1,
        "no edge": lambda case: not any(case["parents"]),
        "a parent that stands there twice": lambda case: any(len(set(own)) < len(own) for own in case["parents"]),
        "a node with parents of different levels": lambda case: any(
            len({truth(**case)[parent] for parent in own}) > 1 for own in case["parents"]
        ),
        "a node whose last parent is not the highest": lambda case: any(
            own and truth(**case)[own[-1]] < max(truth(**case)[list(own)]) for own in case["parents"]
        ),
        "parents with higher numbers than their node": lambda case: any(
            max(own, default=-1) > node for node, own in enumerate(case["parents"])
        ),
        "a node that several use": lambda case: max(users(case)) > 1,
        "several nodes without parents": lambda case: case["parents"].count(()) > 1,
        "several nodes that nobody uses": lambda case: users(case).count(0) > 1,
        "more than 20 nodes": lambda case: len(case["parents"]) > 20,
    },
    ask={"levels": "Draw the graph with each node above its parents: which node is the first with a wrong level, and "
         "what are the levels of its parents?"},
    wide=wide,
    demands=(
        Demand(
            "recursion",
            no_recursion,
            2.0,
            "All levels are right on the small graphs. But on a chain of 5,000 nodes your function stops, or comes to "
            "another result: Python does not let a function call itself thousands of times inside each other. What can "
            "keep the list of nodes that may be next?",
        ),
    ),
    misconceptions=(
        slip("shortest_way", "It looks as if a level followed the shortest way down. A node must wait for all of its "
             "parents: which way decides?",
             (MAX, "min(level[node] or len(parents), level[parent] + 1)")),
        slip("last_to_come", "It looks as if the parent that is handled last decided, whatever its level is. Which of "
             "the parents does the task ask for?", (LOOP, "    while ready:\n        parent = ready.pop()\n"),
             (MAX, LEVEL)),
        down("last_parent", "It looks as if the last parent in each tuple decided. Which one does the task ask for?",
             (EACH, "level(parents[node][-1]) + 1 if parents[node] else 0")),
        down("first_parent", "It looks as if the first parent in each tuple decided. Which one does the task ask for?",
             (EACH, "level(parents[node][0]) + 1 if parents[node] else 0")),
        down("parents_counted", "That is the number of parents of every node. How do the levels of the parents come "
             "in?", (EACH, "len(parents[node])")),
        down("levels_added", "It looks as if the levels of all parents were added up. Which one of them decides?",
             (EACH, "sum(level(parent) + 1 for parent in parents[node])")),
        down("levels_of_parents_summed", "It looks as if a node got one more than the sum of its parents' levels. "
             "Which one of them decides?",
             (EACH, "sum(level(parent) for parent in parents[node]) + 1 if parents[node] else 0")),
        down("begins_at_one", "Each level is too high by one. Which level has a node without parents?",
             ("default=0", "default=1")),
        down("highest_parent_kept", "No node is higher than its parents. What does a node add to the highest level "
             "among them?", (EACH, "max([level(parent) for parent in parents[node]], default=0)")),
        down("double_counts_twice", "It looks as if a parent that stands there twice lifted its node by two. Is the "
             "way from it any longer?",
             (EACH, "max([level(p) + parents[node].count(p) for p in parents[node]], default=0)")),
        down("one_pass", "It looks as if you go once through the nodes, as they are numbered. The numbers say nothing: "
             "which node can be done when?",
             (EACH, "max([known.get(parent, 0) + 1 for parent in parents[node]], default=0)")),
        down("one_pass_from_the_end", "It looks as if you go once through the nodes, from the highest number down. The "
             "numbers say nothing: which node can be done when?",
             (EACH, "max([known.get(parent, 0) + 1 for parent in parents[node]], default=0)"),
             ("    return np.array", "    [level(node) for node in reversed(range(len(parents)))]\n    return "
                 "np.array")),
        slip("from_the_other_end", "These are the distances to the far end: a node that nobody uses has 0. Which nodes "
             "should have 0?",
             ("users[parent].append(node)", "users[node].append(parent)"),
             ("[len(own) for own in parents]", "[sum(own.count(k) for own in parents) for k in range(len(parents))]"),
             ("[node for node, own in enumerate(parents) if not own]",
              "[node for node, count in enumerate(waits_for) if not count]")),
        down("numbers_of_nodes", "The numbers of the nodes came back. They say nothing: what is a level made of?",
             (EACH, "node")),
        down("ways_counted", "It looks as if you count the ways down from a node. What is asked for: how many, or how "
             "long?", (EACH, "sum(level(parent) for parent in parents[node]) if parents[node] else 1")),
        down("ancestors_averaged", "It looks as if a node got one more than the mean of its parents' levels. Which one "
             "of them decides?", (EACH, "np.mean([level(parent) + 1 for parent in parents[node] or [node]]) "
             "if parents[node] else 0")),
        slip("edges_to_twins_lost", "It looks as if a node with a double parent is never done. How often does it wait "
             "for that parent, and how often does that one report?",
             ("for own in parents]\n    level", "for own in parents]\n    users = [set(u) for u in users]\n    level")),
        down("order_for_level", "It looks as if nodes were numbered in the order in which they are done. May two nodes "
             "have the same level?",
             (EACH, "[level(parent) for parent in parents[node]] and len(known) or len(known)")),
    ),
    right=(with_a_stack, peeled, pushed_along, until_nothing_changes),
    wrong=(
        edited(RECURSIVE, ("np.array([", "sorted([")),
        edited(RECURSIVE, ("return np.array", "return -np.array")),
        edited(RECURSIVE, ("return np.array([level(node) for node in range(len(parents))])",
                           "return max(level(node) for node in range(len(parents)))")),
        lambda parents: truth(parents)[::-1],
        lambda parents: np.minimum(truth(parents), 5),
        lambda parents: truth(parents).max() - truth(parents),
        lambda parents: np.eye(len(parents))[0],
        lambda parents: truth(parents[:20]) if len(parents) < 20 else np.zeros(len(parents)),
    ),
)  # fmt: skip
