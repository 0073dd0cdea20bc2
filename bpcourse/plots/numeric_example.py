"""The 2-2-2 network of chapter `numeric_example` with its numbers, and the chain of one weight laid over it."""

from itertools import product

from matplotlib.patches import Rectangle

from ..text import minus
from .chain import box, new_page
from .style import ARROW_STYLE, BACKWARD, BACKWARD_FILL, FORWARD, FORWARD_FILL, GREY, INK, PALE, PAPER, styled

_WIDE = {"i": 50, "h": 154, "o": 168, "E": 92}  # of the boxes, in CSS pixels
_X = {"i": 31, "h": 253, "o": 552, "E": 748}  # their middles
_HIGH, _UPPER, _LOWER = 82, 336, 124
_MIDDLE = (_UPPER + _LOWER) / 2
_TEXT = {"ha": "center", "va": "center", "size": 9.5, "zorder": 5}


@styled
def plot_example(params, trace, Y, weight=None, back=True, ax=None, title=""):
    """The network with its values in blue and, under each, how the loss E answers to it, in orange.

    params, trace: of a 2-2-2 network whose units share the bias of their layer, after `net.backward`; Y (1, 2).
    weight: "w1" to "w8": only the chain from E back to it is drawn, on each arrow its factor of the chain rule.
    back: False shows the values only, before anything has come back.
    """
    ax, parts = new_page(ax, 450 if back else 410), _Parts(params, trace, Y, back)
    on = parts.chain(weight) if weight else list(parts.ends)
    for wire, (start, end) in parts.ends.items():
        _wire(ax, wire, start, end, wire in on, weight is not None)
    for unit in parts.units:
        _unit(ax, parts, unit, on, weight)
    for wire in on:
        above, below = parts.factor(wire, weight) if weight else parts.number(wire)
        _label(ax, *parts.ends[wire], f"{wire}: {above}" if wire == weight else above, below, weight)
    if weight:
        for line, text in enumerate(parts.formula(weight)):
            written = ax.text(8, 34 - 24 * line, text, va="center", size=10, color=BACKWARD if line else INK)
            written.set_in_layout(False)  # a long one would move the title to the edge
    else:
        _biases(ax, parts)
        if back:
            ax.text(8, 12, "blue: the value", va="center", color=FORWARD, weight="bold")
            ax.text(150, 12, "orange: how the loss E answers to it", va="center", color=BACKWARD, weight="bold")
        else:
            ax.set_ylim(40, 420)  # nothing is written below
    ax.set_title(title)
    return ax


class _Parts:
    """The names and numbers of the calculation. units: {unit: (layer, k)}; ends: {wire: (unit, unit)}."""

    def __init__(self, params, trace, Y, back):
        self.params, self.trace, self.Y, self.back = params, trace, Y, back
        self.units = {f"{letter}{k + 1}": (layer, k) for layer, letter in enumerate("iho") for k in (0, 1)}
        self.units["E"] = 3, 0
        self.ends, self.weights = {}, {}
        for layer, j, i in product((1, 2), (0, 1), (0, 1)):
            name = f"w{len(self.ends) + 1}"
            self.ends[name] = f"{'iho'[layer - 1]}{i + 1}", f"{'iho'[layer]}{j + 1}"
            self.weights[name] = layer, j, i
        self.ends |= {f"E(o{k})": (f"o{k}", "E") for k in (1, 2)}
        errors = {2: trace.output - Y, 1: trace.delta[2] @ params.W[2]}  # dE/da
        self.error = {unit: errors[layer][0, k] for unit, (layer, k) in self.units.items() if layer in errors}

    def value(self, name):
        if name in self.weights:
            layer, j, i = self.weights[name]
            return self.params.W[layer][j, i]
        return (self.trace.output - self.Y)[0, int(name[3]) - 1] ** 2 / 2

    def a(self, unit):
        layer, k = self.units[unit]
        return self.trace.a[layer][0, k]

    def slope(self, unit):
        """g'(z), as a(1 - a): the units are sigmoids."""
        return self.a(unit) * (1 - self.a(unit))

    def number(self, wire):
        """(value, slope) of a wire, as text."""
        if wire not in self.weights:
            return _six(self.value(wire)), "1" if self.back else ""
        layer, j, i = self.weights[wire]
        slope = _six(self.trace.grads.W[layer][j, i]) if self.back else ""
        return f"{wire} = {self.value(wire):.2f}", slope

    def chain(self, weight):
        """The wires between a weight and the loss, and the weight's own."""
        found = [weight]
        for wire in found:  # which grows on the way
            _, unit = self.ends[wire]
            found += [other for other, (start, _) in self.ends.items() if start == unit]
        return found

    def factor(self, wire, weight):
        """(formula, number): the rate that a wire of the chain of `weight` adds to it, as text."""
        start, _ = self.ends[wire]
        if wire == weight:
            return (start, f"{self.a(start):g}") if start[0] == "i" else (f"a({start})", _six(self.a(start)))
        if wire in self.weights:
            return wire, f"{self.value(wire):.2f}"
        return f"a({start}) − y{start[1]}", _six(self.error[start])

    def gate(self, unit):
        """(formula, number) of the slope of a unit, as text."""
        return f"g′({unit})", _six(self.slope(unit))

    def formula(self, weight):
        """Two lines: the whole chain of `weight` in formulas, and in numbers."""
        layer, j, i = self.weights[weight]
        _, unit = self.ends[weight]
        ways = []
        for output in ("o1", "o2") if layer == 1 else (unit,):
            error = tuple(text if text[0].isdigit() else f"({text})" for text in self.factor(f"E({output})", weight))
            onward = [self.factor(wire, weight) for wire, ends in self.ends.items() if ends == (unit, output)]
            ways.append([error, self.gate(output), *onward])
        lines = [" + ".join(" · ".join(factor[n] for factor in way) for way in ways) for n in (0, 1)]
        if layer == 1:
            lines = [f"[{line}] · {text}" for line, text in zip(lines, self.gate(unit), strict=True)]
        first, second = (f"{line} · {text}" for line, text in zip(lines, self.factor(weight, weight), strict=True))
        return f"∂E/∂{weight} = {first}", f"= {second} = {_six(self.trace.grads.W[layer][j, i])}"


def _six(number):
    return minus(f"{number:.6f}")


def _centre(unit):
    return _X[unit[0]], _MIDDLE if unit == "E" else _UPPER if unit[1] == "1" else _LOWER


def _rim(start, end):
    (x0, y0), (x1, y1) = _centre(start), _centre(end)
    return (x0 + _WIDE[start[0]] / 2, y0), (x1 - _WIDE[end[0]] / 2, y1 + (0 if end != "E" else (y0 - y1) * 0.2))


def _label(ax, start, end, above, below, weight):
    """The two numbers of a wire: over and under a level one, on a crossing one near where it begins, else beside it."""
    (x0, y0), (x1, y1) = _rim(start, end)
    share = 0.5 if y0 == y1 or end == "E" else 0.26
    x, y, side = x0 + share * (x1 - x0), y0 + share * (y1 - y0), "center"
    if end == "E":
        x, y, side = x + 10, y + (12 if y0 > y1 else -12), "left"
    elif y0 != y1:
        high = 38 if below else 22
        ax.add_patch(Rectangle((x - 36, y - high / 2), 72, high, fc=PAPER, ec="none", zorder=2))
    for up, text, colour in ((1, above, INK if weight else FORWARD), (-1, below, BACKWARD)):
        ax.text(
            x,
            y + up * (12 if y0 == y1 else 9 if below else 0),
            text,
            color=colour,
            **_TEXT | {"ha": side, "weight": "bold"},
        )


def _wire(ax, wire, start, end, on, back):
    tail, tip = _rim(start, end)
    style = ARROW_STYLE | ({"color": PALE} if not on else {"color": BACKWARD, "lw": 2.5} if back else {})
    ax.annotate("", *((tail, tip) if back and on else (tip, tail)), arrowprops=style, zorder=1)


def _unit(ax, parts, unit, on, weight):
    (x, y), wide = _centre(unit), _WIDE[unit[0]]
    if unit == "E":
        box(ax, (x, y), wide, _HIGH, BACKWARD_FILL, BACKWARD)
        for up, text, colour in (
            (24, "E", INK),
            (0, _six(parts.trace.loss), FORWARD),
            (-24, "1" if parts.back else "", BACKWARD),
        ):
            ax.text(x, y + up, text, color=colour, weight="bold", **_TEXT)
        return
    sends = weight is not None and parts.ends[weight][0] == unit  # its value is a factor, its sum does not matter
    lit, high = any(unit in parts.ends[wire] for wire in on), 52 if unit[0] == "i" else _HIGH
    fill = PAPER if unit[0] == "i" or not lit or sends else FORWARD_FILL
    box(ax, (x, y), wide, high, fill, FORWARD if lit else PALE)
    name = f"{unit}, should be {parts.Y[0, int(unit[1]) - 1]:g}" if unit[0] == "o" else unit
    beside = (1 if y > _MIDDLE else -1) * (high / 2 + 13)
    ax.text(x, y + beside, name, color=INK if lit else GREY, **_TEXT | {"size": 11, "weight": "bold"})
    if unit[0] == "i":
        ax.text(x, y, f"{parts.a(unit):g}", color=FORWARD if lit else GREY, weight="bold", **_TEXT)
        return
    layer, k = parts.units[unit]
    halves = {
        "z": (parts.trace.z[layer][0, k], parts.trace.delta[layer][0, k]),
        "a = g(z)": (parts.a(unit), parts.error[unit]),
    }
    for side, (head, (value, slope)) in zip((-1, 1), halves.items(), strict=True):
        if lit and (side == 1 or not sends):
            at = x + side * wide / 4
            ax.text(at, y + 25, head, color=GREY, **_TEXT)
            ax.text(at, y + (2 if parts.back else -9), _six(value), color=FORWARD, weight="bold", **_TEXT)
            if not weight and parts.back:
                ax.text(at, y - 23, _six(slope), color=BACKWARD, weight="bold", **_TEXT)
    if weight and lit and not sends:
        ax.text(x, y - 23, f"← g′ = {_six(parts.slope(unit))}", color=BACKWARD, weight="bold", **_TEXT)
    if lit:
        ax.plot([x, x], [y + (-10 if weight and not sends else -34), y + 34], color=FORWARD, lw=0.8, zorder=4)


def _biases(ax, parts):
    for letter, layer in (("h", 1), ("o", 2)):
        x = _X[letter]
        box(ax, (x, _MIDDLE), 84, 50, PAPER, GREY)
        ax.text(
            x,
            _MIDDLE + 11 * parts.back,
            f"b{layer} = {parts.params.b[layer][0]:g}",
            color=FORWARD,
            weight="bold",
            **_TEXT,
        )
        slope = _six(parts.trace.grads.b[layer].sum()) if parts.back else ""
        ax.text(x, _MIDDLE - 11, slope, color=BACKWARD, weight="bold", **_TEXT)
        for unit in (_UPPER, _LOWER):
            side = 1 if unit > _MIDDLE else -1
            tip, tail = (x, unit - side * _HIGH / 2), (x, _MIDDLE + side * 25)
            ax.annotate("", tip, tail, arrowprops=ARROW_STYLE)
