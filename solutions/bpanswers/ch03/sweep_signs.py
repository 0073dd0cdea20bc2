"""Chapter 03: what shows a mistake in reverse mode, whatever the numbers are."""

import numpy as np

from bpcourse.marking.compare import alike

from . import sweep_mistakes as wrong
from .sweep_mistakes import arrivals, sweep


def one_message(case, outcome):
    """True if the slope of every node but the output is what one of its children sends, and 0 where it has none: that
    is `=` for `+=`, in whatever order the nodes come.
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


def something_for_nothing(case, outcome):
    """True if all slopes are right but those that should be 0."""
    edges, nodes, output = case.values()
    if not outcome.parts or outcome.parts[0].shape != (nodes,):
        return False
    right = sweep(edges, nodes, output)
    return bool(np.isclose(outcome.parts[0], right, rtol=1e-9, atol=0)[right != 0].all())


def cut_short(case, outcome):
    """True if the slopes are what has arrived after some number of edges."""
    edges, nodes, output = case.values()
    if not outcome.parts or outcome.parts[0].shape != (nodes,):
        return False
    return any(np.allclose(outcome.parts[0], slope, rtol=1e-9, atol=1e-12) for slope in arrivals(edges, nodes, output))


def whole_numbers(case, outcome):
    """True if there is nothing behind the point."""
    slopes = outcome.parts[0] if outcome.parts else np.array(0.5)
    return bool((slopes == np.round(slopes)).all())


def last_met_first(case, outcome):
    """True if the slopes are those of a stack, on which a node may lie once or as often as it was met."""
    return bool(outcome.parts) and any(
        alike(outcome.parts[0], wrong.last_met_first(**case, once=once)) for once in (False, True)
    )
