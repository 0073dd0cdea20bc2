"""Explorer: the 2-2-2 network as a diagram with live numbers, stepped forward and backward one operation at a time."""

import re
from functools import lru_cache

import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch

from .. import worked
from ..plots.style import (
    BACKWARD,
    BACKWARD_FILL,
    EDGE,
    FORWARD,
    FORWARD_FILL,
    GREY,
    INK,
    NOT_YET,
    PALE,
    PANEL,
    PAPER,
    WIDTH,
)
from ..text import minus, raised, short
from .base import Explorer, Label, Scene, add_line
from .controls import Slider, choices

# Where things stand, in CSS pixels from the lower left corner.
COLUMN = {"i": 70, "h": 300, "o": 530}
ROW = {1: 424, 2: 232}
UNITS = {f"{letter}{k}": (COLUMN[letter], ROW[k]) for letter in COLUMN for k in ROW}
RADIUS = 30
EDGES = {
    "w1": ("i1", "h1"), "w2": ("i2", "h1"), "w3": ("i1", "h2"), "w4": ("i2", "h2"),
    "w5": ("h1", "o1"), "w6": ("h2", "o1"), "w7": ("h1", "o2"), "w8": ("h2", "o2"),
}  # fmt: skip
ERROR_X, PANEL_TOP = 712, 116

RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
INPUTS = choices(np.round(np.arange(-1, 1.001, 0.02), 2).tolist(), "{:.2f}".format)

SENTENCES = {
    "z": "Each value that comes in times its weight, summed, plus the bias.",
    "a": "The sigmoid squeezes the sum into the range 0 to 1.",
    "E(": "Half the squared distance between output and target.",
    "E": "The loss is the sum over the outputs.",
    "g'": "How steep the sigmoid is at this sum.",
    "delta(o": "How the loss answers to this sum: error times slope.",
    "delta(h": "What the next layer sends back through the weights, times the slope.",
    "dE/dw": "The delta of the unit it goes into, times the value it carries.",
    "dE/db": "The units share this bias, so their deltas add up.",
    "new": "One step downhill: the weight minus the rate times the slope.",
}


@lru_cache(maxsize=64)
def _state(alpha, i1, i2, taken):
    """Parameters after `taken` training steps from the published start, biases fixed, and the equations there."""
    net, params = worked.network(), worked.params()
    X = np.array([[i1, i2]])
    for _ in range(taken):
        grads = net.backward(params, net.forward(params, X), worked.Y).grads
        for layer in (1, 2):
            params.W[layer][...] -= alpha * grads.W[layer]
    trace = net.backward(params, net.forward(params, X), worked.Y)
    return params, worked.equations(params, trace, worked.Y, alpha)


STEPS = tuple(_state(worked.LEARNING_RATE, *worked.X[0], 0)[1])


class NumericExample(Explorer):
    """The 2-2-2 network, one operation at a time, with the numbers put in (chapter `numeric_example`)."""

    name = "The numeric example, one operation at a time"
    height = 530
    sliders = {
        "step": Slider(
            "step",
            (("0: start", 0), *((f"{k + 1}: {n}", k + 1) for k, n in enumerate(STEPS))),
            STEPS.index("dE/dw6") + 1,
        ),
        "alpha": Slider("learning rate α", choices(RATES), worked.LEARNING_RATE),
        "i1": Slider("input i1", INPUTS, worked.X[0, 0]),
        "i2": Slider("input i2", INPUTS, worked.X[0, 1]),
        "taken": Slider("training steps", choices((0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)), 0),
    }

    def background(self):
        ax = self.page()
        ax.add_patch(
            FancyBboxPatch(
                (12, 12), WIDTH - 24, PANEL_TOP - 12, boxstyle="round,pad=0,rounding_size=8", fc=PANEL, ec="none"
            )
        )
        for x, text in (
            (COLUMN["i"], "inputs"),
            (COLUMN["h"], "hidden layer"),
            (COLUMN["o"], "output layer"),
            (ERROR_X, "loss"),
        ):
            ax.text(x, self.height - 16, text, ha="center", va="center", color=GREY)
        for k in (1, 2):
            ax.plot([COLUMN["o"] + RADIUS, ERROR_X - 46], [ROW[k]] * 2, color=PALE, lw=1.5, zorder=1)
        self.edges, self.nodes = {}, {}
        for weight, (source, target) in EDGES.items():
            (x0, y0), (x1, y1) = UNITS[source], UNITS[target]
            self.edges[weight] = add_line(ax, [x0, x1], [y0, y1], zorder=1)
        for unit, centre in UNITS.items():
            self.nodes[unit] = ax.add_patch(Circle(centre, RADIUS, zorder=2))
        return [*self.edges.values(), *self.nodes.values()]

    def move(self, step, alpha, i1, i2, taken):
        params, lines = _state(alpha, i1, i2, taken)
        known = list(lines.values())[:step]
        now = known[-1] if known else None
        value = {line.name: line.value for line in known}
        self._colour(now, value)
        labels = [
            *self._units(value, i1, i2),
            *self._weights(params, value),
            *self._loss(value),
            *self._formula(now, step),
        ]
        said = f"{now.name} = {worked.number(now.value)}" if now else "nothing is computed yet"
        loss = worked.number(lines["E"].value)
        status = (
            f"Step {step} of {len(lines)}: {said}. Learning rate {alpha}, inputs {i1:.2f} and {i2:.2f}; "
            f"training steps: {taken}; the loss is {loss}."
        )
        return Scene(labels, status)

    def _colour(self, now, value):
        colour, fill = (BACKWARD, BACKWARD_FILL) if now and now.phase != "forward" else (FORWARD, FORWARD_FILL)
        units, weights = _used(now)
        for unit, node in self.nodes.items():
            done = unit.startswith("i") or f"a({unit})" in value
            node.set(ec=FORWARD if done else NOT_YET, fc=PAPER, lw=1.5)
            if unit in units:
                node.set(ec=colour, fc=fill, lw=3)
        for weight, edge in self.edges.items():
            edge.set(color=EDGE, lw=1.5)
            if weight in weights:
                edge.set(color=colour, lw=4)

    def _units(self, value, i1, i2):
        for unit, (x, y) in UNITS.items():
            a = {"i1": i1, "i2": i2}.get(unit, value.get(f"a({unit})"))
            yield Label(x, y + (9 if a is not None else 0), unit, bold=True)
            if a is not None:
                yield Label(x, y - 9, minus(f"{a:.2f}") if unit.startswith("i") else f"{a:.4f}", FORWARD, 10)
            if f"z({unit})" in value:
                yield Label(x, y + RADIUS + 13, f"z {brief(value[f'z({unit})'])}", FORWARD, 10)
            if f"delta({unit})" in value:
                yield Label(
                    x - 10,
                    y - RADIUS - 13,
                    f"δ {brief(value[f'delta({unit})'])}",
                    BACKWARD,
                    10,
                    bold=True,
                    backed=True,
                )

    def _weights(self, params, value):
        numbers = [*params.W[1].flat, *params.W[2].flat]
        for (weight, (source, target)), old in zip(EDGES.items(), numbers, strict=True):
            (x0, y0), (x1, y1) = UNITS[source], UNITS[target]
            level = y0 == y1
            share = 0.5 if level else 0.36
            x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            new = value.get(f"new {weight}")
            text = f"{weight} {brief(old)}" if new is None else f"new {weight} {brief(new)}"
            slope = value.get(f"dE/d{weight}")
            up = 11 if level else 0 if slope is None else 8  # beside a level line, on a slanting one
            yield Label(x, y + up, text, INK if new is None else BACKWARD, 10, bold=new is not None, backed=not level)
            if slope is not None:
                yield Label(x, y - (12 if level else 9), f"∂E {brief(slope)}", BACKWARD, 10, backed=not level)
        for layer, letter in ((1, "h"), (2, "o")):
            yield Label(COLUMN[letter], 158, f"shared bias b{layer} {brief(params.b[layer][0])}", INK, 10)
            if f"dE/db{layer}" in value:
                yield Label(COLUMN[letter], 139, f"∂E {brief(value[f'dE/db{layer}'])}", BACKWARD, 10)

    def _loss(self, value):
        for k, target in enumerate(worked.Y[0], start=1):
            yield Label(ERROR_X, ROW[k] + 11, f"target {target}", GREY, 10)
            if f"E(o{k})" in value:
                yield Label(ERROR_X, ROW[k] - 10, f"E(o{k}) {brief(value[f'E(o{k})'])}", FORWARD, 10)
        if "E" in value:
            yield Label(ERROR_X, sum(ROW.values()) / 2, f"E {brief(value['E'])}", FORWARD, 13, bold=True)

    def _formula(self, now, step):
        if now is None:
            yield Label(28, 70, "Nothing is computed yet. Forward will be blue, backward orange.", INK, 12, "lm")
            return
        colour = FORWARD if now.phase == "forward" else BACKWARD
        kind = next(key for key in SENTENCES if now.name.startswith(key))
        rule = f" ({now.rule})" if now.rule else ""
        yield Label(28, 98, f"{now.phase.capitalize()}{rule}", colour, 11, "lm", bold=True)
        yield Label(178, 98, SENTENCES[kind], INK, 11, "lm")
        yield Label(28, 74, f"{_pretty(now.name)} = {_pretty(now.symbols)}", INK, 12, "lm")
        yield Label(28, 50, f"= {_pretty(now.numbers)}", INK, 12 if len(now.numbers) < 64 else 10, "lm")
        yield Label(28, 27, f"= {_pretty(worked.number(now.value))}", colour, 12, "lm", bold=True)


def _used(now):
    """The units and the weights that a line of the calculation reads or writes."""
    if now is None:
        return set(), set()
    text = f"{now.name} {now.symbols}"
    units = set(re.findall(r"\b[iho]\d\b", text))
    weights = set(re.findall(r"\bw\d+\b", text.replace("dE/dw", "dE/d w")))
    return units, weights


def brief(x):
    """Four decimals, or three significant digits where those would show nothing; what is only rounding is called so."""
    if abs(x) < 1e-12:
        return "≈ 0" if x else "0"
    return short(x, ".4f", 1e-3, far=".2e")


def _pretty(text):
    """A line of `worked` in the letters of a textbook."""
    for plain, letter in (
        ("delta", "δ"),
        ("alpha", "α"),
        ("dE/d", "∂E/∂"),
        ("**2", "²"),
        ("*", " · "),
        ("g'", "g′"),
    ):
        text = text.replace(plain, letter)
    return minus(re.sub(r"e(-\d+)", lambda match: f" × 10{raised(int(match[1]))}", text))
