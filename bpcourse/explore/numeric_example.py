"""Explorer: the 2-2-2 network as a diagram with live numbers, stepped forward and backward one operation at a time."""

from functools import lru_cache, partial

import numpy as np

from .. import worked
from ..plots.style import BACKWARD, FORWARD, GREY, INK
from ..text import minus
from .base import Label, Target, around
from .calculated import Calculated, between
from .controls import Slider, choices
from .diagram import COLUMN, RADIUS, Diagram
from .lines import Lines
from .wording import brief, pretty, telling

# Where things stand, in CSS pixels from the lower left corner.
ROWS = 420, 228
MIDDLE = sum(ROWS) / 2
LOSS_X, LOSS_WIDE = 722, 112
BIAS = {"b1": (COLUMN["h"], 148), "b2": (COLUMN["o"], 148)}
REACH = 100  # CSS pixels of the finger for 1 of an input
STILL = 14  # CSS pixels: half the height of what one touches; an input stays as it is until it is dragged out of there

GIVEN = {"i1": worked.X[0, 0].item(), "i2": worked.X[0, 1].item()}
RATES = sorted({0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, worked.LEARNING_RATE})
INPUTS = choices(sorted({*np.round(np.arange(-1, 1.001, 0.02), 2).tolist(), *GIVEN.values()}), "{:.2f}".format)


@lru_cache(maxsize=64)
def state(alpha, i1, i2, taken):
    """(Page, the loss after one more step), after `taken` training steps from the published start. The biases stay as
    they are.
    """
    net, params = worked.network(), worked.params()
    X = np.array([[i1, i2]])
    for _ in range(taken):
        _step(params, net.backward(params, net.forward(params, X), worked.Y), alpha)
    trace = net.backward(params, net.forward(params, X), worked.Y)
    page = worked.page(params, trace, worked.Y, alpha)
    _step(params, trace, alpha)
    return page, net.loss(net.forward(params, X).output, worked.Y)[0]


def _step(params, trace, alpha):
    for layer, slopes in trace.grads.W.items():
        params.W[layer][...] -= alpha * slopes


LINES = Lines(state(worked.LEARNING_RATE, *GIVEN.values(), 0)[0].formulas)
STEPS = tuple(name for step in LINES.steps for name in step.values())


class Round(Diagram):
    """The Diagram, and where the numbers that travel on it set out and arrive."""

    def rim(self, unit, towards):
        """The point on the way from `unit` to `towards`, so far away that a number stands clear of the unit."""
        return between(self.at[unit], towards, RADIUS + 26)

    def meet(self, weight):
        """Where the two factors of a weight's derivative meet."""
        (_, y0), (_, y1) = self.ends(weight)
        return self.along(weight, 0.5 if y0 == y1 else 0.27)


class NumericExample(Calculated):
    """The 2-2-2 network, one operation at a time, with the numbers put in (chapter `numeric_example`)."""

    name = "The numeric example, one operation at a time"
    height = 520
    moves = ("step", "taken")
    lines = LINES
    sliders = {
        "step": Slider(
            "step",
            (("0: start", 0), *((f"{k}: {pretty(name)}", k) for k, name in enumerate(STEPS, 1))),
            STEPS.index("E") + 1,
            play=1200,
        ),
        "alpha": Slider("learning rate α", choices(RATES), worked.LEARNING_RATE),
        "i1": Slider("input i1", INPUTS, GIVEN["i1"]),
        "i2": Slider("input i2", INPUTS, GIVEN["i2"]),
        "taken": Slider("training steps", choices((0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)), 0),
    }
    bias_at = BIAS
    loss_at = {f"o{k}": (LOSS_X - LOSS_WIDE / 2, y) for k, y in enumerate(ROWS, 1)}
    share_at = {f"o{k}": (LOSS_X, y) for k, y in enumerate(ROWS, 1)}
    total_at = LOSS_X, MIDDLE

    def background(self):
        ax = self.page()
        self.panel(ax)
        heads = ("inputs", "hidden layer", "output layer", "loss")
        for x, text in zip((*COLUMN.values(), LOSS_X), heads, strict=True):
            ax.text(x, self.height - 14, text, ha="center", va="center", color=GREY)
        self.net = Round(ax, ROWS)
        for unit, (end, y) in self.loss_at.items():
            side = np.sign(MIDDLE - y)
            self.net.add_edge(ax, f"E({unit})", (COLUMN["o"] + RADIUS, end), (y, y))
            self.net.add_edge(ax, f"E, {unit}", (LOSS_X, LOSS_X), (y + side * 12, MIDDLE - side * 38))
        return self.net.moving

    def state(self, **values):
        return state(**values)

    def situation(self, idle, alpha, i1, i2, taken, **_):
        rate = "" if idle else f", learning rate {alpha}"
        return f"Inputs {i1:.2f} and {i2:.2f}, training steps: {taken}{rate}."

    def labels(self, value, after, example):
        yield from self._units(value)
        yield from self._weights(value)
        yield from self._losses(value, after)

    def _units(self, value):
        for unit, (x, y) in self.net.at.items():
            a = value.get(("a", unit))
            yield Label(x, y + (9 if a is not None else 0), unit, bold=True)
            if a is not None:
                yield Label(x, y - 9, minus(f"{a:.2f}") if unit in GIVEN else f"{a:.4f}", FORWARD, 10)
            out = RADIUS if y == ROWS[0] else -RADIUS  # to the side on which no edge arrives
            delta = value.get(("delta(o", unit), value.get(("delta(h", unit)))
            if ("z", unit) in value:
                yield Label(x, y + 1.4 * out, f"z {brief(value['z', unit])}", FORWARD, 10)
            if delta is not None:
                yield Label(x, y + 1.93 * out, f"δ {brief(delta)}", BACKWARD, 10, bold=True)

    def _weights(self, value):
        for weight in LINES.edges:
            old, new, slope = (value.get((kind, weight)) for kind in ("w", "new", "dE/dw"))
            x, y, anchor = self.net.place(weight, 0)
            if new is None:
                yield Label(x, y, f"{weight} {brief(old)}", INK, 10, anchor)
            else:
                yield Label(x, y, f"{weight} → {telling(new, old)}", BACKWARD, 10, anchor)
            if slope is not None:
                x, y, anchor = self.net.place(weight, 1)
                yield Label(x, y, f"∂E {brief(slope)}", BACKWARD, 10, anchor)
        for bias, (x, y) in BIAS.items():
            yield Label(x, y, f"shared bias {bias} {brief(value['b', bias])}", INK, 10)
            if ("dE/db", bias) in value:
                yield Label(x, y - 17, f"∂E {brief(value['dE/db', bias])}", BACKWARD, 10)

    def _losses(self, value, after):
        for unit, (x, y) in self.share_at.items():
            yield Label(x, y + 17 * np.sign(y - MIDDLE), f"target {LINES.target(unit, '')}", GREY, 10)
            if ("E(", unit) in value:
                yield Label(x, y, f"E({unit}) {brief(value['E(', unit])}", FORWARD, 10)
        x, y = self.total_at
        if ("E", "") in value:
            loss = value["E", ""]
            yield Label(x, y + (22 if after is not None else 0), f"E {brief(loss)}", FORWARD, 13, bold=True)
        if after is not None:
            yield Label(x, y - 2, "after the step", GREY, 10)
            yield Label(x, y - 22, f"E {telling(after, loss)}", FORWARD, 13, bold=True)

    def boxes(self):
        yield from ((weight, box) for weight in LINES.edges for box in self.net.boxes(weight))
        yield from ((unit, around(*centre, RADIUS)) for unit, centre in self.net.at.items() if unit not in GIVEN)
        yield from (
            (f"E({unit})", (x - LOSS_WIDE / 2, y - 26, LOSS_WIDE, 52)) for unit, (x, y) in self.share_at.items()
        )
        yield "E", (LOSS_X - 70, MIDDLE - 38, 140, 76)
        yield from ((bias, (x - 86, y - 26, 172, 36)) for bias, (x, y) in BIAS.items())

    def more_targets(self, **values):
        for unit in GIVEN:
            box = around(*self.net.at[unit], STILL)
            yield Target(box, partial(self._drag, unit, values[unit]), "drag an input up or down")

    def _drag(self, unit, value, x, y):
        up = y - self.net.at[unit][1]
        return {unit: self.sliders[unit].nearest(value + (up - np.clip(up, -STILL, STILL)) / REACH)}
