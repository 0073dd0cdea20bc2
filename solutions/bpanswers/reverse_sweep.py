"""Reverse mode on a graph whose nodes come in no order."""

import numpy as np

from bpcourse.marking.answer import call
from bpcourse.marking.compare import agree, alike
from bpcourse.marking.engine import Demand, Exercise, Misconception

from .common import graphs, sweeps
from .common.edits import edited, slips, solution
from .common.sizes import sizes

PROGRAM = solution("reverse_sweep")
WALK = """
def reverse_sweep(edges, nodes, output):
    slope, waiting, met = np.zeros(nodes), [output], {output}
    slope[output] = 1.0
    while waiting:
        node = waiting.pop(0)
        for parent, child, local in edges:
            if child == node:
                slope[parent] += slope[node] * local
                if parent not in met:
                    met.add(parent)
                    waiting.append(parent)
    return slope
"""
DOWN = """
def reverse_sweep(edges, nodes, output):
    slope, met = np.zeros(nodes), set()
    slope[output] = 1.0

    def visit(node):
        if node not in met:
            met.add(node)
            for parent, child, local in edges:
                if child == node:
                    slope[parent] += slope[node] * local
                    visit(parent)

    visit(output)
    return slope
"""
EDGES = """
def reverse_sweep(edges, nodes, output):
    slope = np.zeros(nodes)
    slope[output] = 1.0
    for parent, child, local in edges:
        slope[parent] += slope[child] * local
    return slope
"""


def inputs(rng):
    found = [graphs.small_graph(rng), *(graphs.random_graph(rng, *size) for size in ((9, 3), (7, 2), (13, 4)))]
    found += [graphs.random_graph(rng, 9, 2, output=4), graphs.random_graph(rng, 6, 2, output=0)]  # used; a source
    found += [graphs.random_graph(rng, 8, 2, zeros=True), graphs.straight_line(rng, 4, size=0.05), graphs.tree(rng, 7)]
    found += [((), 1, 0), ((), 3, 1), graphs.small_graph(rng)]  # the same edges as in the first, other numbers on them
    found += [graphs.straight_line(rng, 100, spread=0.1), graphs.straight_line(rng, 4, size=30)]
    found += [graphs.any_graph(rng, 30), graphs.renumbered(*found[1])]
    return [graphs.case(*graph) for graph in found]


def wide(rng):
    (nodes,) = sizes(rng, 1, most=12)
    return graphs.case(*graphs.any_graph(rng, nodes))


def walks_edges_not_ways(function, seed):
    """False if an answer that is right multiplies thousands of times on 50 edges: it goes along each way alone. Or if
    what it gives there is not right, since that is easily had.
    """
    outcome = call(function, graphs.case(*graphs.doublings(np.random.default_rng(seed))), ("slopes",))
    right = sweeps.asking(*graphs.doublings(np.random.default_rng(seed)))
    return outcome.parts is not None and agree(outcome.parts[0], right, 1e-3)


# ----- what shows a mistake, whatever the numbers are


def _slopes(case, outcome):
    """What came if it has one number for each node, else None."""
    return outcome.parts[0] if outcome.parts and outcome.parts[0].shape == (case["nodes"],) else None


def one_message(case, outcome):
    """True if the slope of every node but the output is what one of its children sends, and 0 where it has none: that
    is `=` for `+=`, in whatever order the nodes come.
    """
    slopes = _slopes(case, outcome)
    if slopes is None or slopes[case["output"]] != 1:
        return False
    sent = {node: [] for node in range(case["nodes"])}
    for parent, child, local in case["edges"]:
        sent[parent].append(slopes[child] * local)
    return all(
        np.isclose(sent[node] or [0.0], slopes[node], rtol=1e-9, atol=0).any()
        for node in sent
        if node != case["output"]
    )


def something_for_nothing(case, outcome):
    """True if all slopes are right but those that should be 0."""
    slopes, right = _slopes(case, outcome), sweeps.asking(**case)
    return slopes is not None and bool(np.isclose(slopes, right, rtol=1e-9, atol=0)[right != 0].all())


def cut_short(case, outcome):
    """True if the slopes are what has arrived after some number of edges; of a long way not all of it."""
    slopes = _slopes(case, outcome)
    if slopes is None or (graphs.longest(case) > 60 and alike(slopes, sweeps.asking(**case))):
        return False
    return any(np.allclose(slopes, came, rtol=1e-9, atol=1e-12) for came in sweeps.arrivals(**case))


def small_ones_dropped(case, outcome):
    """True if messages under some size are missing."""
    slopes = _slopes(case, outcome)
    return slopes is not None and any(alike(slopes, dropping(limit)(**case)) for limit in 10.0 ** -np.arange(1, 10))


def whole_numbers(case, outcome):
    """True if one number for each node came, in an array of whole numbers."""
    return _slopes(case, outcome) is not None and outcome.parts[0].dtype.kind in "iu"


def from_one_node(case, outcome):
    """True if the numbers are those of forward mode, from any node."""
    slopes = _slopes(case, outcome)
    return slopes is not None and any(alike(slopes, column) for column in graphs.answers(**case).T)


def last_met_first(case, outcome):
    """True if the slopes are those of a stack, on which a node may lie once or as often as it was met."""
    return bool(outcome.parts) and any(alike(outcome.parts[0], stack(**case)) for stack in (ON_THE_STACK, ONCE))


slip, walk, down = slips(PROGRAM), slips(WALK), slips(DOWN)
START, ALL, ONLY = "slope[output] = 1.0\n", "for node in range(nodes):\n        visit(node)", "    visit(output)\n"
ADD, LOCAL, RETURN = "slope[parent] += slope[node] * local", " * local", "return slope"
VISIT = "            for parent, child, local in edges:\n                if child == node:\n"
MEET = "if parent not in met:\n                    met.add(parent)\n"
AS_MET = (
    ("{output}", "set()"), (f"{MEET}                    waiting", "waiting"),
    ("pop(0)\n", "pop()\n        if node in met:\n            continue\n        met.add(node)\n"),
)  # fmt: skip
ON_THE_STACK, ONCE = edited(WALK, *AS_MET), edited(WALK, ("pop(0)", "pop()"))
UNUSED = "next(node for node in range(nodes) if node not in {edge[0] for edge in edges})"
ORDER = " A node must have heard everybody who uses it before it speaks: in which order can that be had?"


def first(line):
    """The change that puts a line at the beginning of the solution."""
    return "    order = []\n", f"    {line}\n    order = []\n"


def dropping(limit):
    return edited(PROGRAM, (ADD, f"slope[parent] += slope[node] * local if abs(slope[node] * local) > {limit} else 0"))


EXERCISE = Exercise(
    inputs=inputs,
    truth=lambda edges, nodes, output: graphs.answers(edges, nodes)[output],
    parts={"slopes": 5},
    room={
        "one node": lambda case: case["nodes"] == 1,
        "no edge at all": lambda case: not case["edges"],
        "an output that other nodes use": lambda case: bool(graphs.children_of(case, case["output"])),
        "an output that depends on no other node": lambda case: not graphs.parents_of(case, case["output"]),
        "two edges between the same two nodes": lambda case: (
            len({edge[:2] for edge in case["edges"]}) < len(case["edges"])
        ),
        "nodes that do not lead to the output": lambda case: len(graphs.leads(case)) < case["nodes"],
        "nodes that get several messages": lambda case: max(map(len, graphs.messages(case))) > 1,
        **{
            f"ways of more than {number}": lambda case, more=more: graphs.longest(case) > more
            for more, number in enumerate(("one edge", "two edges", "three edges", "four edges"), start=1)
        },
        "ways of very many edges": lambda case: graphs.longest(case) > 20,
        "more than 20 nodes": lambda case: case["nodes"] > 20,
        "slopes over 1000 in size": lambda case: np.abs(sweeps.asking(**case)).max() > 1000,
        "a negative local derivative on a way to the output": lambda case: any(
            local < 0 and child in graphs.leads(case) for _, child, local in case["edges"]
        ),
        "an output that depends on others": lambda case: bool(graphs.parents_of(case, case["output"])),
        "a local derivative of 0": lambda case: any(local == 0 for _, _, local in case["edges"]),
    },
    ask={"slopes": "Draw the graph: which is the first node with a wrong slope, and whom has it heard by then?"},
    fixed=("nodes", "output"),  # another number is another graph
    wide=wide,
    passed="Right on graphs of many kinds, in whatever order their edges come. And on one with 50 arrows and 33 "
    "million ways you went along the arrows, not along the ways.",
    demands=(
        Demand(
            "each_way_alone",
            walks_edges_not_ways,
            2.0,
            "All slopes are right. But your program goes along every way from the output by itself, and 25 doublings "
            "in a row have 33 million ways on 50 arrows. When has a node heard everything, so that it can pass on the "
            "sum once?",
        ),
    ),
    misconceptions=(
        down("passed_on_at_once", "It looks as if nodes pass on all they have each time something arrives, so parts "
             "are passed on twice." + ORDER, ("if node not in met", "if True")),
        walk("passed_on_again", "It looks as if a node passes on all it has each time it is met, so parts are passed "
             "on twice." + ORDER, ("if parent not in met", "if True")),
        walk("breadth_first", "It looks as if you go out from the output ring by ring, and a node passes on when it "
             "is first met. A longer way to it may still be on its way." + ORDER),
        down("passed_on_when_first_met", "It looks as if you go down one way after the other, and a node passes on "
             "when it is first met. Another way to it may still come." + ORDER,
             ("                    visit(parent)\n", f"{VISIT}                    visit(parent)\n")),
        walk("waits_for_all_children", "It looks as if a node waits for all its children, also for those that do not "
             "lead to the output. Which of them can never speak?",
             ("    while", "    left = [sum(edge[0] == node for edge in edges) for node in range(nodes)]\n    while"),
             (MEET, "left[parent] -= 1\n                if not left[parent]:\n")),
        slip("parallel_edges_once", "Two arrows join the same pair of nodes, as in a + a, and one of them is lost. Is "
             "there room for both where you keep them?",
             first("edges = [(*pair, local) for pair, local in {edge[:2]: edge[2] for edge in edges}.items()]"),
             shows=lambda case, outcome: bool(outcome.parts) and alike(outcome.parts[0], sweeps.twins_once(**case))),
        slip("overwritten", "A node keeps one message only. Where two messages meet at a node, what belongs there: "
             "`=` or `+=`?", ("+=", "="), shows=one_message),
        slip("by_number", "It looks as if you go through the nodes from the highest number to 0. The numbers say "
             "nothing." + ORDER, (ONLY, "    order = range(nodes)\n")),
        slip("by_number_upwards", "It looks as if you go through the nodes from 0 upwards. The numbers say "
             "nothing." + ORDER, (ONLY, "    order = range(nodes)[::-1]\n")),
        Misconception("edge_by_edge", edited(EDGES, ("in edges", "in edges[::-1]")), "It looks as if you go once "
            "through the edges, from the last to the first. They come shuffled." + ORDER),
        Misconception("edge_by_edge_from_the_first", edited(EDGES), "It looks as if you go once through the edges, as "
            "they come. They come shuffled." + ORDER),
        slip("ways_counted", "These are the numbers of ways from each node to the output. What is a message "
             "multiplied by on an edge?", (LOCAL, "")),
        slip("locals_added", "A message and the local derivative of its edge are added. What do rates do along one "
             "way?", (LOCAL, " + local")),
        slip("averaged", "It looks as if each message is divided by the number of edges that leave the node: a mean. "
             "What do effects do where ways join?", (LOCAL, " * local / sum(edge[0] == parent for edge in edges)")),
        slip("every_end_started", "It looks as if you start with 1 at every node that nobody uses. Of which one node "
             "are the derivatives asked for?",
             (ONLY[4:-1], ALL),
             (START, f"{START}    slope[[n for n in range(nodes) if n not in {{edge[0] for edge in edges}}]] = 1.0\n")),
        slip("every_node_started", "It looks as if you start with 1 at every node. Of which one node are the "
             "derivatives asked for?", ("np.zeros", "np.ones")),
        slip("start_missing", "All zero. How does the output answer to itself, and where does that number stand at "
             "the start?", (START, "slope[output] = 0.0\n")),
        slip("forward_mode", "That is how each node answers to the output node. The question is the other way round: "
             "in which direction do the messages go?",
             (ONLY[4:-1], ALL), ("reversed(order)", "order"),
             ("slope[parent] += slope[node]", "slope[node] += slope[parent]")),
        slip("forward_mode_from_a_node", "That is how each node answers to one node. The question is how the output "
             "answers to each: in which direction do the messages go?",
             (START, "slope[order[0]] = 1.0\n"), ("reversed(order)", "order"),
             ("slope[parent] += slope[node]", "slope[node] += slope[parent]"), shows=from_one_node),
        slip("output_left_out", "All is right but the slope of the output itself. How does it answer to itself?",
             (RETURN, "slope[output] = 0.0\n    return slope")),
        slip("parents_of_the_output_only", "Only the parents of the output have a slope. What do they pass on to "
             "their own parents?", (ONLY, "    order = [output]\n")),
        slip("highest_number_started", "These are the derivatives of the node with the highest number. Of which node "
             "are they asked for?", first("output = nodes - 1")),
        down("down_at_once", "It looks as if each message is followed down at once, and a node passes on when it is "
             "first met. Another message to it may still come." + ORDER),
        slip("output_only", "Only the output itself has a slope. What does it pass on to its parents?", (ONLY, "")),
        slip("output_counted_twice", "The output's own slope is 2, all else is right. Where is it set, and where is "
             "it added to?", (RETURN, "slope[output] += 1.0\n    return slope")),
        walk("last_met_first", "It looks as if the node that was met last passes on first. Another message to it may "
             "still come." + ORDER, *AS_MET, shows=last_met_first),
        slip("one_parent_each", "Of each node only the last edge that leads to it is kept. How many parents may a "
             "node have?", first("edges = list({edge[1]: edge for edge in edges}.values())")),
        slip("node_0_started", "These are the derivatives of node 0. Of which node are they asked for?",
             first("output = 0")),
        slip("unused_node_started", "These are the derivatives of a node that nobody uses. Of which node are they "
             "asked for?", first(f"output = {UNUSED}")),
        slip("something_for_nothing", "All slopes that are not 0 are right, and where 0 is due something else came. "
             "By how much does the output move when a node moves that does not lead to it?",
             (RETURN, "return slope + (slope == 0)"), shows=something_for_nothing),
        Misconception("small_ones_dropped", dropping(1e-2), "Messages that are small are missing, and the others are "
            "all there. How small may a message be before it counts for nothing?", shows=small_ones_dropped),
        Misconception("cut_short", sweeps.rounds(2), "Only the ways up to some length are in it, and longer ones are "
            "cut off. What tells you that everything has arrived?", shows=cut_short),
        slip("whole_numbers", "All slopes that came are whole numbers. Of which dtype is the array, and what happens "
             "to decimals in it?", ("np.zeros(nodes)", "np.zeros(nodes, dtype=int)"), shows=whole_numbers),
        slip("parallel_edges_multiplied", "Two arrows join the same pair of nodes, as in a + a, and their local "
             "derivatives are multiplied. What happens to effects where ways join?",
             first("edges = [(*p, np.prod([e[2] for e in edges if e[:2] == p])) for p in {e[:2] for e in edges}]")),
    ),
    right=sweeps.RIGHT,
    wrong=(
        sweeps.every_way, sweeps.every_way_asking, *map(sweeps.rounds, (8, 20, 50)), sweeps.by_distances(6),
        sweeps.ring_by_ring, sweeps.keeping_slopes(), sweeps.keeping_orders(), sweeps.keeping_results(),
        edited(EDGES, ("in edges", "in nodes * edges")),
        *(edited(PROGRAM, change) for change in (
            (RETURN, "return slope if edges else np.ones(nodes)"), (RETURN, "return np.where(slope, slope, np.nan)"),
            (RETURN, "return np.squeeze(slope)"), (RETURN, "return -slope"), (RETURN, "return slope[::-1]"),
            (RETURN, "return abs(slope)"), (RETURN, "return slope[:-1]"), (RETURN, "return dict(enumerate(slope))"),
            (RETURN, "return np.clip(slope, -50, 50)"), (LOCAL, " * (local or 1.0)"), first("np.array(edges)[:, 0]"),
            first("edges = set(edges)"), first("output = 0 if output else 1"),
            first(f"output = {UNUSED} if output in [edge[0] for edge in edges] else output"),
        )),
    ),
)  # fmt: skip
