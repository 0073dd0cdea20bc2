"""The small graph of chapter `derivation`, which its explorer steps through: nodes, values, slopes, ways."""

from itertools import pairwise

import numpy as np

from ..text import short

V, W_1, U_1, U_2, TARGET = 0.8, 0.5, 0.7, 0.9, 1.0
FORMULA = {
    "c": "v · x", "z1": "w1 · c", "z2": "w2 · c", "h1": "tanh(z1)", "h2": "tanh(z2)", "p1": "u1 · h1",
    "p2": "u2 · h2", "s": "p1 + p2", "E": "½ (s − y)²",
}  # fmt: skip
LOCAL = {  # how a node answers to each of its parents: {child: {parent: local derivative}}
    "c": {"v": "x", "x": "v"}, "z1": {"w1": "c", "c": "w1"}, "z2": {"w2": "c", "c": "w2"}, "h1": {"z1": "1 − h1²"},
    "h2": {"z2": "1 − h2²"}, "p1": {"u1": "h1", "h1": "u1"}, "p2": {"u2": "h2", "h2": "u2"},
    "s": {"p1": "1", "p2": "1"}, "E": {"s": "s − y"},
}  # fmt: skip
PARENTS = {child: tuple(both) for child, both in LOCAL.items()}
EDGES = tuple((parent, child) for child, both in PARENTS.items() for parent in both)
FORWARD_STEPS = tuple(PARENTS)
BACKWARD_STEPS = ("E", "s", "p1", "p2", "u1", "h1", "u2", "h2", "z1", "z2", "w1", "w2", "c", "v", "x")
LAST = len(FORWARD_STEPS) + len(BACKWARD_STEPS)
GIVEN = tuple(node for node in BACKWARD_STEPS if node not in PARENTS)
ARROWS = {f"{parent} → {child}": (parent, child) for parent, child in EDGES}


def backward_step(node):
    """The step at which the way back has come to `node`."""
    return len(FORWARD_STEPS) + 1 + BACKWARD_STEPS.index(node)


def now_at(step):
    """(the node that this step computes or None, whether that is on the way back)."""
    backward = step > len(FORWARD_STEPS)
    return ((None, *FORWARD_STEPS, *BACKWARD_STEPS)[step], backward)


def compute(x, w2):
    """The value of every node, the local derivative of every edge (parent, child), and dE/d(node)."""
    value = {"v": V, "x": x, "w1": W_1, "w2": w2, "u1": U_1, "u2": U_2}
    value["c"] = V * x
    local = {("v", "c"): x, ("x", "c"): V}
    for k in "12":
        value[f"z{k}"] = value[f"w{k}"] * value["c"]
        value[f"h{k}"] = float(np.tanh(value[f"z{k}"]))
        value[f"p{k}"] = value[f"u{k}"] * value[f"h{k}"]
        local[f"w{k}", f"z{k}"], local["c", f"z{k}"] = value["c"], value[f"w{k}"]
        local[f"z{k}", f"h{k}"] = 1 - value[f"h{k}"] ** 2
        local[f"u{k}", f"p{k}"], local[f"h{k}", f"p{k}"] = value[f"h{k}"], value[f"u{k}"]
        local[f"p{k}", "s"] = 1.0
    value["s"] = value["p1"] + value["p2"]
    error = value["s"] - TARGET
    value["E"], local["s", "E"] = error**2 / 2, error
    slope = {"E": 1.0}
    for child in reversed(FORWARD_STEPS):
        for parent in PARENTS[child]:
            slope[parent] = slope.get(parent, 0.0) + slope[child] * local[parent, child]
    return value, local, slope


def ways(node):
    """Every way from the loss back to `node`, as tuples ("E", ..., node)."""
    if node == "E":
        return [("E",)]
    return [(*way, node) for child in FORWARD_STEPS if node in PARENTS[child] for way in ways(child)]


def lit_by(chains):
    """The ways that are lit: those of a weight, those that go through an arrow, or none."""
    if chains in ARROWS:
        parent, child = ARROWS[chains]
        return [(*way, parent) for way in ways(child)]
    return [] if chains == "none" else ways(chains)


def formula(now, backward, value, local, slope):
    """What a step does: in a sentence, in symbols, in numbers."""
    if not backward:
        numbers = FORMULA[now].replace("y", brief(TARGET))
        for parent in PARENTS[now]:
            numbers = numbers.replace(parent, bracket(value[parent]))
        said = "The node computes its value from its parents."
        return said, f"{now} = {FORMULA[now]}", f"= {numbers} = {brief(value[now])}"
    users = [child for child in FORWARD_STEPS if now in PARENTS[child]]
    if not users:
        return "The loss answers to itself at the rate 1. Here the way back begins.", f"∂E/∂{now}", "= 1"
    said = (
        "Two nodes use it: two messages arrive, and they add up."
        if len(users) > 1
        else "The slope of the node that uses it, times the local derivative."
    )
    symbols = " + ".join(f"∂E/∂{child} · ∂{child}/∂{now}" for child in users)
    numbers = " + ".join(f"{bracket(slope[child])} · {bracket(local[now, child])}" for child in users)
    return said, f"∂E/∂{now} = {symbols}", f"= {numbers} = {brief(slope[now])}"


def chain_lines(chains, lit, local, slope, step):
    """What is lit, in up to three lines: an arrow's formula, each chain, the sum of a weight's two. Numbers come with
    the step that computes them.
    """
    node, lines, products = lit[0][-1], [], []
    if chains in ARROWS:
        child = lit[0][-2]
        symbols, number = LOCAL[child][node], brief(local[node, child])
        computed = step > FORWARD_STEPS.index(child) and symbols != number
        lines.append(f"∂{child}/∂{node} = {symbols}" + (f" = {number}" if computed else ""))
    known = step >= backward_step(node)
    for way in lit:
        rates = [local[parent, child] for child, parent in pairwise(way)]
        products.append(float(np.prod(rates)))
        numbers = f"{' · '.join(map(bracket, rates))} = {brief(products[-1])}"
        lines.append(f"{' ← '.join(way)}:   {numbers if known else f'numbers at step {backward_step(node)}'}")
    if known and chains in GIVEN and len(lit) > 1:
        lines.append(f"together {' + '.join(map(bracket, products))} = {brief(sum(products))} = ∂E/∂{node}")
    return lines


def brief(x):
    """Three decimals; whole numbers without, and very small ones with an exponent."""
    if abs(x) < 1e-12:
        return "0"
    return short(x, ".0f" if x == round(x) else ".3f", 5e-3)


def bracket(x):
    return f"({brief(x)})" if x < 0 else brief(x)
