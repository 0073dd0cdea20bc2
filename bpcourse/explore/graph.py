"""Explorer: a computational graph that splits and joins, stepped forward and backward, one node at a time."""

import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch

from ..plots.derivation import GRAPH_PLACES as PLACE
from ..plots.style import (
    BACKWARD,
    BACKWARD_FILL,
    CHAIN,
    FORWARD,
    FORWARD_FILL,
    GREY,
    INK,
    LIGHT_ARROW,
    NOT_YET,
    PANEL,
    PAPER,
    WIDTH,
)
from ..text import short
from .base import Explorer, Label, Scene, add_line
from .controls import Slider, choices

V, W_1, U_1, U_2, TARGET = 0.8, 0.5, 0.7, 0.9, 1.0
MIDDLE, LOW, TOP, BOTTOM = (PLACE[node][1] for node in ("c", "z2", "w1", "w2"))
RADIUS = 31
FORMULA = {
    "c": "v · x", "z1": "w1 · c", "z2": "w2 · c", "h1": "tanh(z1)", "h2": "tanh(z2)", "p1": "u1 · h1",
    "p2": "u2 · h2", "s": "p1 + p2", "E": "½ (s − y)²",
}  # fmt: skip
PARENTS = {
    "c": ("v", "x"), "z1": ("w1", "c"), "z2": ("w2", "c"), "h1": ("z1",), "h2": ("z2",), "p1": ("u1", "h1"),
    "p2": ("u2", "h2"), "s": ("p1", "p2"), "E": ("s",),
}  # fmt: skip
EDGES = tuple((parent, child) for child, both in PARENTS.items() for parent in both)
FORWARD_STEPS = tuple(PARENTS)
BACKWARD_STEPS = ("E", "s", "p1", "p2", "u1", "h1", "u2", "h2", "z1", "z2", "w1", "w2", "c", "v", "x")
LAST = len(FORWARD_STEPS) + len(BACKWARD_STEPS)
WEIGHTS = ("none", "v", "w1", "w2", "u1", "u2")


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


def chains(node):
    """Every way from the loss back to `node`, as tuples ("E", ..., node)."""
    if node == "E":
        return [("E",)]
    return [(*way, node) for child in FORWARD_STEPS if node in PARENTS[child] for way in chains(child)]


class Graph(Explorer):
    """A computational graph, stepped forward and backward, with the chains of one weight (chapter `derivation`)."""

    name = "A computational graph, one node at a time"
    height = 570
    sliders = {
        "step": Slider(
            "step",
            (
                ("0: start", 0),
                *((f"{k}: {node}", k) for k, node in enumerate(FORWARD_STEPS, 1)),
                *((f"{k}: ∂E/∂{node}", k) for k, node in enumerate(BACKWARD_STEPS, 1 + len(FORWARD_STEPS))),
            ),
            len(FORWARD_STEPS),
        ),
        "weight": Slider("chains of", tuple((f"{k}: {name}", k) for k, name in enumerate(WEIGHTS)), 0),
        "x": Slider("input x", choices(np.round(np.arange(-2, 2.001, 0.1), 1).tolist(), "{:.1f}".format), 1.5),
        "w2": Slider("weight w2", choices(np.round(np.arange(-1, 1.001, 0.02), 2).tolist(), "{:.2f}".format), -0.8),
    }

    def background(self):
        ax = self.page()
        box = FancyBboxPatch((12, 8), WIDTH - 24, 136, boxstyle="round,pad=0,rounding_size=8", fc=PANEL, ec="none")
        ax.add_patch(box)
        self.chain, self.edges, self.nodes = {}, {}, {}
        arrow = {"arrowstyle": "-|>", "color": LIGHT_ARROW, "lw": 1.5, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 13}
        for edge in EDGES:
            start, end = (np.array(PLACE[node], dtype=float) for node in edge)
            unit = (end - start) / np.hypot(*(end - start))
            start, end = start + RADIUS * unit, end - RADIUS * unit
            ax.annotate("", end, start, arrowprops=arrow)
            style = {"solid_capstyle": "butt", "visible": False}
            ends = np.transpose([start, end])
            self.chain[edge] = add_line(ax, *ends, color=CHAIN, lw=9, zorder=1, **style)
            self.edges[edge] = add_line(ax, *ends, lw=3.5, zorder=2, **style)
        for node, centre in PLACE.items():
            self.nodes[node] = ax.add_patch(Circle(centre, RADIUS, zorder=3))
        return [*self.chain.values(), *self.edges.values(), *self.nodes.values()]

    def move(self, step, weight, x, w2):
        value, local, slope = compute(x, w2)
        done = FORWARD_STEPS[:step]
        back = BACKWARD_STEPS[: max(0, step - len(FORWARD_STEPS))]
        now = back[-1] if back else done[-1] if done else None
        ways = chains(WEIGHTS[weight]) if weight else []
        self._colour(now, done, bool(back), ways)
        labels = [
            *_numbers(value, local, slope, done, back),
            *_formula(now, bool(back), value, local, slope),
            *_chain_lines(WEIGHTS[weight], ways, local, WEIGHTS[weight] in back),
            Label(PLACE["E"][0], MIDDLE + 46, f"y = {brief(TARGET)}, fixed", GREY, 9.5),
        ]
        said = "nothing is computed yet"
        if now:
            said = f"∂E/∂{now} = {brief(slope[now])}" if back else f"{now} = {brief(value[now])}"
        about = (
            f"{len(ways)} chain{'' if len(ways) == 1 else 's'} from E to {WEIGHTS[weight]} shown"
            if ways
            else "no chain"
        )
        status = (
            f"Step {step} of {LAST}: {said}. Input x {brief(x)}, weight w2 {brief(w2)}; "
            f"{_result('E', value['E'], 'E' in done)}{_result('∂E/∂v', slope['v'], 'v' in back)}{about}."
        )
        return Scene(labels, status)

    def _colour(self, now, done, backward, ways):
        colour, fill = (BACKWARD, BACKWARD_FILL) if backward else (FORWARD, FORWARD_FILL)
        on_chain = {(child, parent) for way in ways for parent, child in zip(way, way[1:], strict=False)}
        for edge in EDGES:
            self.chain[edge].set_visible(edge in on_chain)
            self.edges[edge].set(color=colour, visible=now is not None and now == edge[0 if backward else 1])
        for node, circle in self.nodes.items():
            known = node in done or node not in PARENTS
            circle.set(ec=FORWARD if known else NOT_YET, fc=PAPER, lw=1.5)
            if node == now:
                circle.set(ec=colour, fc=fill, lw=3.5)


def _numbers(value, local, slope, done, back):
    for node, (x, y) in PLACE.items():
        known = node in done or node not in PARENTS
        yield Label(x, y + (9 if known else 0), node, bold=True)
        if known:
            yield Label(x, y - 9, brief(value[node]), FORWARD, 9.5)
        if node in back:
            text, style = f"∂E {brief(slope[node])}", {"colour": BACKWARD, "size": 10, "bold": True}
            if y in (TOP, BOTTOM):
                yield Label(x + RADIUS + 6, y, text, anchor="lm", **style)
            else:
                up = node in ("v", "z2", "h2", "p2")
                yield Label(x, y + (40 if up else -52 if node == "c" else -40), text, **style)
    for (parent, child), rate in local.items():
        if child in done:
            (x0, y0), (x1, y1) = PLACE[parent], PLACE[child]
            level = y0 == y1
            away = -15 if y0 == LOW else 15  # beside a level line, on the other side of ∂E
            share = 0.56 if parent in "vx" else 0.42 if parent == "c" else 0.5
            at = (x0 + share * (x1 - x0), y0 + share * (y1 - y0) + (away if level else 0))
            yield Label(*at, brief(rate), GREY, 9.5, backed=not level)


def _formula(now, backward, value, local, slope):
    if now is None:
        yield Label(28, 98, "Nothing is computed yet. Forward will be blue, backward orange.", INK, 12, "lm")
        return
    if not backward:
        numbers = FORMULA[now].replace("y", brief(TARGET))
        for parent in PARENTS[now]:
            numbers = numbers.replace(parent, _bracket(value[parent]))
        said, lines = "The node computes its value from its parents.", (f"{now} = {FORMULA[now]}", numbers)
        result, colour = value[now], FORWARD
    elif now == "E":
        said, lines = "The loss answers to itself at the rate 1. Here the way back begins.", ("∂E/∂E", "1")
        result, colour = 1.0, BACKWARD
    else:
        users = [child for child in FORWARD_STEPS if now in PARENTS[child]]
        said = "The slope of the node that uses it, times the local derivative."
        if len(users) > 1:
            said = "Two nodes use it: two messages arrive, and they add up."
        symbols = " + ".join(f"∂E/∂{child} · ∂{child}/∂{now}" for child in users)
        numbers = " + ".join(f"{_bracket(slope[child])} · {_bracket(local[now, child])}" for child in users)
        lines, result, colour = (f"∂E/∂{now} = {symbols}", numbers), slope[now], BACKWARD
    yield Label(28, 126, "Backward" if backward else "Forward", colour, 11, "lm", bold=True)
    yield Label(118, 126, said, INK, 11, "lm")
    yield Label(28, 102, lines[0], INK, 12, "lm")
    yield Label(28, 78, f"= {lines[1]} = {brief(result)}", colour, 12, "lm", bold=True)


def _chain_lines(weight, ways, local, known):
    for way, y in zip(ways, (50, 27), strict=False):
        text = " ← ".join(way)
        if known:
            rates = [local[parent, child] for child, parent in zip(way, way[1:], strict=False)]
            text += f":   {' · '.join(map(_bracket, rates))} = {brief(float(np.prod(rates)))}"
        yield Label(28, y, text, INK, 10, "lm")
    if not ways:
        yield Label(28, 50, "Choose a weight to see its chains.", GREY, 10, "lm")


def brief(x):
    """Three decimals; whole numbers without, and very small ones with an exponent."""
    if abs(x) < 1e-12:
        return "0"
    return short(x, ".0f" if x == round(x) else ".3f", 5e-3)


def _result(name, x, known):
    return f"{name} = {brief(x)}; " if known else ""


def _bracket(x):
    return f"({brief(x)})" if x < 0 else brief(x)
