"""Explorer: anybody's worked example, stepped through one operation at a time (`bp.example(...).explore()`).

It draws up to four layers and four units of each. Of a larger network it draws the first four units, and the first two
layers and the last two; what is left out counts in every number, and is named.
"""

from decimal import DecimalException
from functools import lru_cache

import numpy as np

from ..arithmetic import FLOATS
from ..calculation import after, exact
from ..plots.style import BACKWARD, FORWARD, GREY, INK
from ..symbols import RATE, new
from ..text import listed, minus
from .base import Label
from .boxes import HIGH, MIDDLE, TEXT_HIGH, TEXT_WIDE, WIDE, Boxes
from .calculated import LEFT, Calculated
from .controls import Slider, choices
from .lines import Lines
from .wording import brief, compact, pretty, telling

ROWS, COLUMNS = 4, 4  # what is drawn of a network at the most
LONGEST = 2000  # lines of a calculation that one can walk through
WORK = 60_000  # lines worked out for the training steps on offer, at the most
FAR = 1e3  # a parameter beyond this: the training has diverged
RATES = 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0
TAKEN = 0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000
TURN, TOTAL = 694, 742  # CSS pixels from the left: where the edge to the loss turns, and the loss
BIAS_Y = 137  # CSS pixels from below: what the units of a layer share
BESIDE = 72  # CSS pixels from the middle of a box to the left: where a shared bias travels
SMALL = 9  # points


class AnyExample(Calculated):
    """An example, one operation at a time, with the numbers put in."""

    name = "An example, one operation at a time"
    height = 520

    def __init__(self, example):
        f = example.formulas
        count = sum(1 for _ in f.lines())
        if count > LONGEST:
            raise ValueError(f"the example has {count} lines; expected at most {LONGEST}, to be walked through")
        layers = range(f.L + 1) if f.L < COLUMNS else (0, 1, f.L - 1, f.L)
        self.example, self.lines = example, Lines(f, {layer: min(f.sizes[layer], ROWS) for layer in layers})
        self.left_out = [f"{f.sizes[layer] - ROWS} {_called(f, layer)}" for layer in layers if f.sizes[layer] > ROWS]
        self.left_out += [f"{f.L + 1 - COLUMNS} layers"] if f.L >= COLUMNS else []
        drawn = sum(map(len, self.lines.units.values()))
        self.said_left_out = f" Not drawn: {sum(f.sizes) - drawn} of {sum(f.sizes)} units." if self.left_out else ""
        self.sliders = _sliders(example, self.lines, count)
        self._worked = lru_cache(maxsize=64)(self._work)
        super().__init__()

    def background(self):
        ax, lines = self.page(), self.lines
        self.panel(ax)
        self.net = net = Boxes(ax, lines)
        f = lines.formulas
        for layer, x in net.columns.items():
            drawn = len(lines.units[layer])
            head = f"{drawn} of {f.sizes[layer]} {_called(f, layer)}" if drawn < f.sizes[layer] else _head(f, layer)
            ax.text(x, self.height - 14, head, ha="center", va="center", color=GREY)
        ax.text(TOTAL, self.height - 14, "loss", ha="center", va="center", color=GREY)
        if f.L >= COLUMNS:
            ax.text((net.columns[1] + net.columns[f.L - 1]) / 2, MIDDLE, "…", ha="center", color=GREY, size=20)
        shared = {bias: units for bias, units in lines.biases.items() if f.bias[lines.layer(units[0])] == "layer"}
        self.bias_at = {bias: (net.at[units[0]][0], BIAS_Y) for bias, units in shared.items()}
        self.loss_at = {unit: (TURN, net.at[unit][1]) for unit in lines.outputs}
        self.total_at, self.share_at = (TOTAL, MIDDLE), self.loss_at
        for unit, (x, y) in self.loss_at.items():
            level = [net.at[unit][0] + WIDE / 2, x], [y, y]
            away = 48 * np.sign(y - MIDDLE)
            turn = [x, TOTAL if away else x], [y, MIDDLE + away]
            if lines.shares:
                net.add_edge(ax, f"E({unit})", *level)
                net.add_edge(ax, f"E, {unit}", *turn)
            else:
                net.add_edge(ax, f"E({unit})", *(a + b[1:] for a, b in zip(level, turn, strict=True)))
        return net.moving

    # ----- numbers

    def state(self, alpha=None, taken=0):
        return self._worked(alpha, taken)[:2]

    def _work(self, alpha, taken):
        """(Page, the loss after one more step, the training steps that were taken before it diverged)."""
        example = self.example
        if example.formulas.rate:
            given, taken = self._trained(example.given | {RATE: self._rate(alpha)}, taken)
            example = type(example)(example.net, example.formulas, given)
        return example.page, _loss_after(example), taken

    def _rate(self, alpha):
        own = self.example.given[RATE]
        return own if alpha == float(own) else exact(alpha)

    def _trained(self, given, taken):
        """(what is given after so many training steps, or after the most on offer at which all is still finite; how
        many). In floats: nine digits are shown.
        """
        parts = {name: line.parts for name, line in self.lines.lines.items()}
        for steps in (t for t in reversed(TAKEN) if 0 < t <= taken):
            try:
                found = after(parts, given, steps, FLOATS)
            except ArithmeticError:
                continue
            if all(abs(found[name]) < FAR for name in given if new(name) in parts):
                return {name: exact(found[name]) if new(name) in parts else x for name, x in given.items()}, steps
        return given, 0

    def situation(self, idle, step, example=None, alpha=None, taken=0):
        said = [f"example {example} of {self.lines.formulas.n}"] if example else []
        if alpha is not None:
            most = self._worked(alpha, taken)[2]
            said.append(f"training steps: {most}{' (with more it diverges)' if most < taken else ''}")
        said += [f"learning rate {alpha:g}"] if alpha is not None and "alpha" not in idle else []
        text = ", ".join(said)
        left_out = self.said_left_out if step < len(self.lines.steps) else ""  # at the end there is most to be said
        return (f"{text[0].upper()}{text[1:]}." if text else "") + left_out

    # ----- what stands in the picture

    def labels(self, value, after, example):
        yield from self._units(value)
        yield from self._weights(value)
        yield from self._losses(value, after, example)
        if not any(kind == "z" for kind, _ in value):
            yield from self._notes()

    def _units(self, value):
        f = self.lines.formulas
        for unit in self.net.at:
            rows = [(unit, INK)]
            bias, layer = self.lines.bias_of(unit), self.lines.layer(unit)
            if bias and f.bias[layer] == "unit":
                rows.append(_old_and_new("b", value, "b", bias, short=True))
            delta = value.get(("delta(o", unit), value.get(("delta(h", unit)))
            forward = [(kind, value[kind, unit]) for kind in "za" if (kind, unit) in value]
            rows += [(f"{kind} {compact(x)}" if layer else minus(f"{x:.6g}"), FORWARD) for kind, x in forward]
            if delta is not None:
                rows.append((f"δ {compact(delta)}", BACKWARD))
            top = (5 - len(rows)) / 2
            for k, (text, colour) in enumerate(rows):
                x, y = self.net.row(unit, top + k)
                yield Label(x, y, text, colour, 10 if k == 0 else SMALL, bold=k == 0 or colour == BACKWARD)

    def _weights(self, value):
        d = f"∂{self.lines.formulas.cost}"
        for weight, (x, y) in self._seen():
            text, colour = _old_and_new(weight, value, "w", weight, short=len(self.net.columns) > 3)
            slope = value.get(("dE/dw", weight))
            yield Label(x, y + (0 if slope is None else 7), text, colour, SMALL, backed=True)
            if slope is not None:
                yield Label(x, y - 7, f"{d} {brief(slope)}", BACKWARD, SMALL, backed=True)
        for bias, (x, y) in self.bias_at.items():
            text, colour = _old_and_new(f"bias {bias}", value, "b", bias)
            yield Label(x, y, text, colour, SMALL)
            if ("dE/db", bias) in value:
                yield Label(x, y - 14, f"{d} {brief(value['dE/db', bias])}", BACKWARD, SMALL)

    def _seen(self):
        """(weight, place of its text): of the layers in which all have room, and of what the line uses."""
        for weight in self.net.joins:
            if weight in self.net.texts or weight in self.lit:
                yield weight, self.net.along(weight, self.net.texts.get(weight, 0.5))

    def bias_way(self, bias, unit):
        x, y = self.net.at[unit]
        return (x - BESIDE, BIAS_Y), (x - BESIDE, y)

    def _losses(self, value, after, example):
        f = self.lines.formulas
        for unit, (_, y) in self.loss_at.items():
            left = self.net.at[unit][0] + WIDE / 2 + 6
            yield Label(left, y + 13, minus(f"target {float(self.lines.target(unit, example)):g}"), GREY, SMALL, "lm")
            if ("E(", unit) in value:
                yield Label(left, y - 13, f"E {brief(value['E(', unit])}", FORWARD, SMALL, "lm")
        rows = []
        if ("E", "") in value:
            rows.append((f"E {brief(value['E', ''])}", FORWARD, 12))
        if ("C", "") in value:
            rows += [("mean", GREY, SMALL), (f"C {brief(value['C', ''])}", FORWARD, 12)]
        if after is not None:
            rows += [("after the step", GREY, SMALL)]
            rows += [(f"{f.cost} {telling(after, value['C' if f.n > 1 else 'E', ''])}", FORWARD, 12)]
        for k, (text, colour, size) in enumerate(rows):
            y = MIDDLE + 17 * ((len(rows) - 1) / 2 - k)
            size -= 2 * (len(text) > 9) + (len(text) > 11)
            yield Label(TOTAL, y, text, colour, size if colour == FORWARD else SMALL, bold=colour == FORWARD)

    def _notes(self):
        hidden = [] if set(self.net.texts) == set(self.net.joins) else ["A weight shows where a line uses it."]
        left_out = [f"Not drawn, but counted: {listed(self.left_out)}."] if self.left_out else []
        if left_out or hidden:
            yield Label(LEFT, 40, " ".join([*left_out, *hidden]), GREY, 10, "lm")

    # ----- what can be touched

    def boxes(self):
        for weight, (x, y) in self._seen():
            yield weight, (x - TEXT_WIDE / 2, y - TEXT_HIGH / 2, TEXT_WIDE, TEXT_HIGH)
        for unit, (x, y) in self.net.at.items():
            yield unit, (x - WIDE / 2, y - HIGH / 2, WIDE, HIGH)
        for unit, (x, y) in self.loss_at.items():
            left = self.net.at[unit][0] + WIDE / 2
            yield f"E({unit})", (left, y - 20, x - left, 40)
        yield "E", (TURN + 4, MIDDLE - 40, 2 * (TOTAL - TURN - 4), 80)
        yield from ((bias, (x - 60, y - 22, 120, 32)) for bias, (x, y) in self.bias_at.items())


def _loss_after(example):
    """The loss after one more step; None without a rate, and where it is past all bounds."""
    try:
        return float(example.after(1).page.exact[example.formulas.cost]) if example.formulas.rate else None
    except DecimalException:
        return None


def _sliders(example, lines, count):
    f, first = example.formulas, example.formulas.examples[0]
    names = [pretty(step[first].removesuffix("[1]")) for step in lines.steps]
    start = 1 + [step[first] for step in lines.steps].index(f.cost)
    found = {
        "step": Slider("step", (("0: start", 0), *((f"{k}: {n}", k) for k, n in enumerate(names, 1))), start, play=1200)
    }
    if f.n > 1:
        found["example"] = Slider("example", choices(f.examples), 1)
    if f.rate:
        rate = float(example.given[RATE])
        found["alpha"] = Slider("learning rate α", choices(sorted({rate, *RATES})), rate)
        found["taken"] = Slider("training steps", choices([t for t in TAKEN if t * count <= WORK]), 0)
    return found


def _called(f, layer):
    return "inputs" if layer == 0 else "outputs" if layer == f.L else "hidden units"


def _head(f, layer):
    hidden = "hidden layer" if f.L == 2 else f"hidden layer {layer}"
    return "inputs" if layer == 0 else "output layer" if layer == f.L else hidden


def _old_and_new(text, value, kind, name, short=False):
    """(text, colour) of a parameter: as it is, or as it is after the step."""
    old, new = value[kind, name], value.get(("new", name))
    if new is None:
        return f"{text} {compact(old)}", INK
    return (f"{text}→{compact(new)}" if short else f"{text} → {telling(new, old)}"), BACKWARD
