"""Explorer: a computational graph that splits and joins, stepped forward and backward, one node at a time."""

from dataclasses import replace
from functools import partial

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from ..plots.derivation import GRAPH_PLACES as PLACE
from ..plots.derivation import GRAPH_RADIUS as RADIUS
from ..plots.derivation import beside
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
from ..text import minus
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Choice, Slider, choices
from .small_graph import (
    ARROWS,
    BACKWARD_STEPS,
    EDGES,
    FORWARD_STEPS,
    GIVEN,
    LAST,
    TARGET,
    backward_step,
    brief,
    chain_lines,
    compute,
    formula,
    lit_by,
    now_at,
)

# Where ∂E stands beside its node: the way it lies from the centre, and the anchor of the text.
ABOVE, BELOW = (0, RADIUS + 15, "mm"), (0, -RADIUS - 15, "mm")
SLOPE_PLACE = dict.fromkeys(PLACE, BELOW) | dict.fromkeys(("v", "w1", "u1", "z2", "h2", "p2"), ABOVE)
SLOPE_PLACE |= {"c": (RADIUS + 8, 0, "lm"), "s": (-RADIUS - 8, 0, "rm")}
LEGEND = "In a circle the value, blue; beside it ∂E by this node, orange. On an arrow its local derivative, grey."


def scrubbed(slider, value, away):
    """The value of `slider` when a finger that came down on the number `value` is now `away` CSS pixels to its right:
    the number itself is a dead zone, beyond it each position takes 3 pixels.
    """
    beyond = np.sign(away) * max(0, abs(away) - RADIUS) / 3
    return slider.at(int(np.clip(slider.index(value) + round(beyond), 0, len(slider.options) - 1)))


class Graph(Explorer):
    """A computational graph, stepped forward and backward, with the chains of one weight (chapter `derivation`)."""

    name = "A computational graph, one node at a time"
    height = 620
    moves = ("step", "w2")
    still = {"step": 22}
    journey = 0.5
    sliders = {
        "step": Slider(
            "step",
            (
                ("0: start", 0),
                *((f"{k}: {node}", k) for k, node in enumerate(FORWARD_STEPS, 1)),
                *((f"{backward_step(node)}: ∂E/∂{node}", backward_step(node)) for node in BACKWARD_STEPS),
            ),
            0,
            play=900,
        ),
        "chains": Choice("chains of", choices(("none", "v", "w1", "w2", "u1", "u2", "x", *ARROWS)), "none"),
        "x": Slider("input x", choices(np.round(np.arange(-2, 2.001, 0.1), 1).tolist(), "{:.1f}".format), 1.5),
        "w2": Slider("weight w2", choices(np.round(np.arange(-1, 1.001, 0.02), 2).tolist(), "{:.2f}".format), -0.8),
    }

    def background(self):
        ax = self.page()
        box = FancyBboxPatch((12, 8), WIDTH - 24, 148, boxstyle="round,pad=0,rounding_size=8", fc=PANEL, ec="none")
        ax.add_patch(box)
        self.chain, self.edges, self.nodes = {}, {}, {}
        for edge in EDGES:
            start, end = _ends(edge)
            ends = np.transpose([start, end])
            self.chain[edge] = add_line(ax, *ends, color=CHAIN, lw=9, zorder=1, solid_capstyle="butt")
            # A still one, and one to stand over it in another colour or on a chain: these are slow to draw.
            style = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 13, "zorder": 2}
            ax.add_patch(FancyArrowPatch(start, end, color=LIGHT_ARROW, lw=1.5, **style))
            self.edges[edge] = ax.add_patch(FancyArrowPatch(start, end, **style))
        for node, centre in PLACE.items():
            self.nodes[node] = ax.add_patch(Circle(centre, RADIUS, zorder=3))
        for name in ("x", "w2"):  # beside a number that can be dragged
            x, y = PLACE[name]
            for side, marker in ((-1, 4), (1, 5)):
                add_line(ax, [x + side * (RADIUS + 8)], [y - 9], marker=marker, ms=6, color=FORWARD)
        self.messages = add_line(ax, ls="", marker="o", ms=11, zorder=4)
        return [*self.chain.values(), *self.edges.values(), *self.nodes.values(), self.messages]

    def move(self, step, chains, x, w2):
        self.messages.set_data([], [])
        return self._scene(step, step, chains, x, w2)

    def on_the_way(self, share, before, step, chains, x, w2):
        if before != {"step": step - 1, "chains": chains, "x": x, "w2": w2}:
            return None
        value, local, slope = compute(x, w2)
        now, backward = now_at(step)
        edges = [edge for edge in EDGES if edge[0 if backward else 1] == now]
        if not edges:
            return None
        scene = self._scene(step, step - 1, chains, x, w2)
        colour, dots = BACKWARD if backward else FORWARD, []
        for edge in edges:
            start, end = reversed(_ends(edge)) if backward else _ends(edge)
            dots.append(start + share * (end - start))
            parent, child = edge
            # Halfway back a message meets the number of its arrow, and is multiplied by it.
            number = slope[child] * (local[edge] if share > 0.5 else 1) if backward else value[parent]
            # Across from the number of the arrow; on a slanting one nearer to the node that receives it.
            along, away = (0.5, 1.6) if start[1] == end[1] else (0.6, 1.05)
            at = start + along * (end - start) + away * ((start + end) / 2 - beside(*edge))
            scene.labels.append(Label(*at, brief(number), colour, 9.5, bold=True))
        self.messages.set(data=np.transpose(dots), color=colour, mec=PAPER)
        return replace(scene, unfinished=True)

    def _scene(self, step, arrived, chains, x, w2):
        """The Scene of this step, with the numbers that were there after the step `arrived`."""
        value, local, slope = compute(x, w2)
        done, back = FORWARD_STEPS[:arrived], BACKWARD_STEPS[: max(0, arrived - len(FORWARD_STEPS))]
        now, backward = now_at(step)
        lit = lit_by(chains)
        self._colour(now, backward, done, lit)
        labels = [
            *_numbers(value, local, slope, done, back, ARROWS.get(chains)),
            *_panel(step, chains, lit, value, local, slope),
            Label(PLACE["E"][0], PLACE["E"][1] + RADIUS + 15, f"y = {brief(TARGET)}, fixed", GREY, 10),
        ]
        said = "nothing is computed yet"
        if now:
            said = f"backward, ∂E/∂{now} = {brief(slope[now])}" if backward else f"forward, {now} = {brief(value[now])}"
        results = (("E", value["E"], len(FORWARD_STEPS)), ("∂E/∂v", slope["v"], backward_step("v")))
        status = [f"Step {step} of {LAST}: {said}"]
        status += [f"{name} = {brief(number)}" for name, number, at in results if at < step]
        status.append(f"Input x = {minus(f'{x:.1f}')}, weight w2 = {minus(f'{w2:.2f}')}")
        if lit:
            status.append(f"{len(lit)} chain{'s' if len(lit) > 1 else ''} of {chains} lit")
        targets = (
            *(self._arrow(edge, chains) for edge in EDGES),
            *(_slope_target(node) for node in back),
            *(self._node(node, step, chains) for node in PLACE),
            *(self._number(name, number) for name, number in (("x", x), ("w2", w2))),
        )
        return Scene(labels, f"{'. '.join(status)}.", targets=targets)

    def _arrow(self, edge, chains):
        corners = np.array([*_ends(edge), beside(*edge)])
        low, high = corners.min(axis=0) - 10, corners.max(axis=0) + 10
        return Target(
            (*low, *(high - low)), _toggle(" → ".join(edge), chains), "click an arrow: its formula and chains"
        )

    def _node(self, node, step, chains):
        if node in GIVEN:
            return Target(around(*PLACE[node], RADIUS), _toggle(node, chains), "click a weight or x: its chains")
        forward, backward = FORWARD_STEPS.index(node) + 1, backward_step(node)
        # The step in the direction that is under way; a second click shows the other one.
        to = backward if step == forward or step > len(FORWARD_STEPS) and step != backward else forward
        return Target(around(*PLACE[node], RADIUS), lambda x, y: {"step": to}, "click a node: its step")

    def _number(self, name, number):
        x, y = PLACE[name]
        sets = partial(self._scrub, name, number)
        return Target((x - RADIUS - 12, y - 21, 2 * RADIUS + 24, 22), sets, "drag the number of x or of w2 sideways")

    def _scrub(self, name, number, x, y):
        return {name: scrubbed(self.sliders[name], number, x - PLACE[name][0])}

    def _colour(self, now, backward, done, lit):
        colour, fill = (BACKWARD, BACKWARD_FILL) if backward else (FORWARD, FORWARD_FILL)
        on_chain = {(child, parent) for way in lit for parent, child in zip(way, way[1:], strict=False)}
        for edge in EDGES:
            self.chain[edge].set_visible(edge in on_chain)
            used = now is not None and now == edge[0 if backward else 1]
            style = {"color": colour, "lw": 3.5} if used else {"color": LIGHT_ARROW, "lw": 1.5}
            self.edges[edge].set(**style, visible=used or edge in on_chain)
        for node, circle in self.nodes.items():
            known = node in done or node in GIVEN
            circle.set(ec=FORWARD if known else NOT_YET, fc=PAPER, lw=1.5)
            if node == now:
                circle.set(ec=colour, fc=fill, lw=3.5)


def _ends(edge):
    """Where the arrow of this edge begins and ends, CSS pixels: at the rims of its nodes."""
    start, end = (np.array(PLACE[node], dtype=float) for node in edge)
    rim = RADIUS * (end - start) / np.hypot(*(end - start))
    return start + rim, end - rim


def _toggle(one, chains):
    """A click lights the chains of `one`, and a second puts them out."""
    return lambda x, y: {"chains": "none" if chains == one else one}


def _slope_at(node):
    """x, y and anchor of the text ∂E beside a node."""
    (x, y), (right, up, anchor) = PLACE[node], SLOPE_PLACE[node]
    return x + right, y + up, anchor


def _slope_target(node):
    x, y, anchor = _slope_at(node)
    left = {"lm": x, "mm": x - 40, "rm": x - 80}[anchor]
    return Target((left, y - 10, 80, 20), lambda x, y: {"step": backward_step(node)}, "click a node: its step")


def _numbers(value, local, slope, done, back, lit):
    for node, (x, y) in PLACE.items():
        known = node in done or node in GIVEN
        yield Label(x, y + (9 if known else 0), node, bold=True)
        if known:
            yield Label(x, y - 9, brief(value[node]), FORWARD, 9.5)
        if node in back:
            left, up, anchor = _slope_at(node)
            yield Label(left, up, f"∂E {brief(slope[node])}", BACKWARD, 10, anchor, bold=True)
    for edge, rate in local.items():
        if edge[1] in done:
            yield Label(*beside(*edge), brief(rate), INK if edge == lit else GREY, 10, bold=edge == lit)


def _panel(step, chains, lit, value, local, slope):
    """The Labels of the formula of this step, and of the chains that are lit."""
    now, backward = now_at(step)
    colour = BACKWARD if backward else FORWARD
    if now is None:
        yield Label(28, 115, "Nothing is computed yet. Forward will be blue, backward orange.", INK, 12, "lm")
    else:
        said, symbols, numbers = formula(now, backward, value, local, slope)
        yield Label(28, 138, "Backward" if backward else "Forward", colour, 11, "lm", bold=True)
        yield Label(118, 138, said, INK, 11, "lm")
        yield Label(28, 115, symbols, INK, 12, "lm")
        yield Label(28, 92, numbers, colour, 12, "lm", bold=True)
    if lit:
        for text, y in zip(chain_lines(chains, lit, local, slope, step), (66, 45, 24), strict=False):
            yield Label(28, y, text, INK, 10, "lm")
    else:
        yield Label(28, 66, LEGEND, GREY, 10, "lm")
