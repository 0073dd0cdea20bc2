"""Chapter 03: reverse mode on a graph whose nodes come in no order."""

from functools import partial

import numpy as np

from bpcourse.marking.answer import call
from bpcourse.marking.engine import Demand, Exercise, Misconception

from . import sweep_mistakes as wrong
from . import sweep_signs as shown
from .graphs import TooMany, any_graph, doublings, random_graph, small_graph, straight_line, tree


def _inputs(rng):
    graphs = [small_graph(rng), *(random_graph(rng, nodes, inputs) for nodes, inputs in ((9, 3), (7, 2), (13, 4)))]
    graphs += [random_graph(rng, 9, 2, output=4), random_graph(rng, 6, 2, output=0)]  # used by others; a source
    graphs += [random_graph(rng, 8, 2, zeros=True), straight_line(rng, 4, size=0.05), tree(rng, 7), ((), 1, 0)]
    graphs += [((), 3, 1), small_graph(rng), straight_line(rng, 100, spread=0.1)]  # small_graph: the same edges again
    return [_case(*graph) for graph in graphs]


def _case(edges, nodes, output):
    return {"edges": edges, "nodes": nodes, "output": output}


def _children_of(case, node):
    return [child for parent, child, _ in case["edges"] if parent == node]


def _parents_of(case, node):
    return [parent for parent, child, _ in case["edges"] if child == node]


def _rings(case):
    """The output, its parents, their parents and so on: a set for each number of edges, to the longest way."""
    rings = [{case["output"]}]
    while ring := {parent for node in rings[-1] for parent in _parents_of(case, node)}:
        rings.append(ring)
    return rings


def _longest(case):
    return len(_rings(case)) - 1


def _messages(case):
    """For each node the children that lead to the output: whoever sends it a message."""
    leads = set().union(*_rings(case))
    return [[child for child in _children_of(case, node) if child in leads] for node in range(case["nodes"])]


def _walks_edges_not_ways(function, seed):
    """False if an answer that is right multiplies thousands of times on 50 edges: it goes along each way alone."""
    outcome = call(function, _case(*doublings(np.random.default_rng(seed))), ("slopes",))
    return TooMany.__name__ not in outcome.error


def _truth(edges, nodes, output):
    """The nodes solve v = J v + input, so d v / d input is the inverse of I - J; one row of it is asked for."""
    J = np.zeros((nodes, nodes))
    for parent, child, local in edges:
        J[child, parent] += local
    return np.linalg.inv(np.eye(nodes) - J)[output]


_ORDER = " A node must have heard everybody who uses it before it speaks: in which order can that be had?"

REVERSE_SWEEP = Exercise(
    name="reverse_sweep",
    inputs=_inputs,
    truth=_truth,
    parts={"slopes": 5},
    room={
        "one node": lambda case: case["nodes"] == 1,
        "no edge at all": lambda case: not case["edges"],
        "an output that other nodes use": lambda case: bool(_children_of(case, case["output"])),
        "an output that depends on no other node": lambda case: not _parents_of(case, case["output"]),
        "two edges between the same two nodes": lambda case: (
            len({edge[:2] for edge in case["edges"]}) < len(case["edges"])
        ),
        "nodes that do not lead to the output": lambda case: len(set().union(*_rings(case))) < case["nodes"],
        "nodes that get several messages": lambda case: max(map(len, _messages(case))) > 1,
        "ways of more than one edge": lambda case: _longest(case) > 1,
        "ways of more than two edges": lambda case: _longest(case) > 2,
        "ways of more than three edges": lambda case: _longest(case) > 3,
        "ways of more than four edges": lambda case: _longest(case) > 4,
        "ways of very many edges": lambda case: _longest(case) > 20,
        "a negative local derivative on a way to the output": lambda case: any(
            local < 0 and child in set().union(*_rings(case)) for _, child, local in case["edges"]
        ),
        "an output that depends on others": lambda case: bool(_parents_of(case, case["output"])),
        "a local derivative of 0": lambda case: any(local == 0 for _, _, local in case["edges"]),
    },
    ask={"slopes": "Draw the graph: which is the first node with a wrong slope, and whom has it heard by then?"},
    fixed=("nodes", "output"),  # another number is another graph
    wide=lambda rng: _case(*any_graph(rng)),
    passed="Right on thirteen graphs, in whatever order their edges come. And on one with 50 arrows and 33 million "
    "ways you went along the arrows, not along the ways.",
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
            wrong.at_once,
            "It looks as if nodes pass on all they have each time something arrives, so parts are passed on twice."
            + _ORDER,
        ),
        Misconception(
            "passed_on_again",
            wrong.queued,
            "It looks as if a node passes on all it has each time it is met, so parts are passed on twice." + _ORDER,
        ),
        Misconception(
            "breadth_first",
            partial(wrong.queued, again=False),
            "It looks as if you go out from the output ring by ring, and a node passes on when it is first met. A "
            "longer way to it may still be on its way." + _ORDER,
        ),
        Misconception(
            "passed_on_when_first_met",
            wrong.preorder,
            "It looks as if you go down one way after the other, and a node passes on when it is first met. Another "
            "way to it may still come." + _ORDER,
        ),
        Misconception(
            "waits_for_all_children",
            wrong.waits_for_all,
            "It looks as if a node waits for all its children, also for those that do not lead to the output. Which "
            "of them can never speak?",
        ),
        Misconception(
            "parallel_edges_once",
            wrong.pairs_once,
            "Two arrows join the same pair of nodes, as in a + a, and one of them is lost. Is there room for both "
            "where you keep them?",
        ),
        Misconception(
            "overwritten",
            partial(wrong.sweep, add=False),
            "A node keeps one message only. Where two messages meet at a node, what belongs there: `=` or `+=`?",
            shows=shown.one_message,
        ),
        Misconception(
            "by_number",
            wrong.by_number,
            "It looks as if you go through the nodes from the highest number to 0. The numbers say nothing." + _ORDER,
        ),
        Misconception(
            "by_number_upwards",
            partial(wrong.by_number, turned=True),
            "It looks as if you go through the nodes from 0 upwards. The numbers say nothing." + _ORDER,
        ),
        Misconception(
            "edge_by_edge",
            wrong.edge_by_edge,
            "It looks as if you go once through the edges, from the last to the first. They come shuffled." + _ORDER,
        ),
        Misconception(
            "edge_by_edge_from_the_first",
            partial(wrong.edge_by_edge, turned=False),
            "It looks as if you go once through the edges, as they come. They come shuffled." + _ORDER,
        ),
        Misconception(
            "ways_counted",
            partial(wrong.sweep, use_local=False),
            "These are the numbers of ways from each node to the output. What is a message multiplied by on an edge?",
        ),
        Misconception(
            "every_end_started",
            partial(wrong.sweep, sinks=True),
            "It looks as if you start with 1 at every node that nobody uses. Of which one node are the derivatives "
            "asked for?",
        ),
        Misconception(
            "start_missing",
            partial(wrong.sweep, seed=0.0),
            "All zero. How does the output answer to itself, and where does that number stand at the start?",
        ),
        Misconception(
            "forward_mode",
            wrong.forward,
            "That is how each node answers to the output node. The question is the other way round: in which "
            "direction do the messages go?",
        ),
        Misconception(
            "output_left_out",
            wrong.output_left_out,
            "All is right but the slope of the output itself. How does it answer to itself?",
        ),
        Misconception(
            "parents_of_the_output_only",
            lambda edges, nodes, output: wrong.sweep(edges, nodes, output, [output]),
            "Only the parents of the output have a slope. What do they pass on to their own parents?",
        ),
        Misconception(
            "highest_number_started",
            lambda edges, nodes, output: wrong.sweep(edges, nodes, nodes - 1),
            "These are the derivatives of the node with the highest number. Of which node are they asked for?",
        ),
        Misconception(
            "down_at_once",
            wrong.down_at_once,
            "It looks as if each message is followed down at once, and a node passes on when it is first met. Another "
            "message to it may still come." + _ORDER,
        ),
        Misconception(
            "output_only",
            lambda edges, nodes, output: np.eye(nodes)[output],
            "Only the output itself has a slope. What does it pass on to its parents?",
        ),
        Misconception(
            "output_counted_twice",
            wrong.output_counted_twice,
            "The output's own slope is 2, all else is right. Where is it set, and where is it added to?",
        ),
        Misconception(
            "last_met_first",
            wrong.last_met_first,
            "It looks as if the node that was met last passes on first. Another message to it may still come." + _ORDER,
            shows=shown.last_met_first,
        ),
        Misconception(
            "one_parent_each",
            wrong.one_parent_each,
            "Of each node only the last edge that leads to it is kept. How many parents may a node have?",
        ),
        Misconception(
            "node_0_started",
            lambda edges, nodes, output: wrong.sweep(edges, nodes, 0),
            "These are the derivatives of node 0. Of which node are they asked for?",
        ),
        Misconception(
            "unused_node_started",
            wrong.first_unused,
            "These are the derivatives of a node that nobody uses. Of which node are they asked for?",
        ),
        Misconception(
            "something_for_nothing",
            lambda edges, nodes, output: wrong.sweep(edges, nodes, output) + (wrong.sweep(edges, nodes, output) == 0),
            "All slopes that are not 0 are right, and where 0 is due something else came. By how much does the output "
            "move when a node moves that does not lead to it?",
            shows=shown.something_for_nothing,
        ),
        Misconception(
            "cut_short",
            partial(wrong.rounds, number=2),
            "Only the ways up to some length are in it, and longer ones are cut off. What tells you that everything "
            "has arrived?",
            shows=shown.cut_short,
        ),
        Misconception(
            "whole_numbers",
            lambda edges, nodes, output: np.trunc(wrong.sweep(edges, nodes, output)),
            "All slopes that came are whole numbers. Of which dtype is the array, and what happens to decimals in it?",
            shows=shown.whole_numbers,
        ),
        Misconception(
            "parallel_edges_multiplied",
            wrong.parallel_edges_multiplied,
            "Two arrows join the same pair of nodes, as in a + a, and their local derivatives are multiplied. What "
            "happens to effects where ways join?",
        ),
    ),
)
