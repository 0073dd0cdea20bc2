"""A Trace turned into equations with the numbers put in, line by line, as one would calculate it by hand.

Names are those of the published examples: inputs i1, i2; hidden units h1, h2; outputs o1, o2; targets y1, y2; weights
w1, w2, ... row by row (W[1][0, 0] is w1); one bias a layer, b1 and b2, shared by the units of the layer.
"""

from dataclasses import dataclass
from itertools import count

import numpy as np

from .activations import sigmoid
from .losses import half_squared_error
from .symbols import RATE, TOTAL, Symbol, added, in_brackets, in_latex, joined, named


@dataclass(frozen=True)
class Equation:
    """One line of the calculation, `name = symbols = numbers = value`, shown as mathematics in a notebook.

    name, symbols, numbers: strings, with the same for MathJax in their attribute `latex`. phase: "forward", "backward"
    or "update". rule: the equation that it follows ("BP1" to "BP3"), or "".
    """

    name: Symbol
    symbols: Symbol
    numbers: Symbol
    value: float
    phase: str
    rule: str = ""

    def __repr__(self):
        return f"{self.name} = {self.symbols}\n  = {self.numbers}\n  = {number(self.value)}"

    def _repr_latex_(self):
        tag = rf"\tag{{{self.rule}}}" if self.rule else ""
        right = r" \\ &= ".join(part.latex for part in (self.symbols, self.numbers, number(self.value)))
        return rf"$$\begin{{aligned}} {self.name.latex} &= {right} \end{{aligned}}{tag}$$"


class Calculation(dict):
    """The lines of one training step, {name: Equation}; `show` puts some of them together."""

    def show(self, *names):
        """These lines in one block; with no names, all of them."""
        return Calculation({name: self[name] for name in names or self})

    def __repr__(self):
        return "\n".join(map(repr, self.values()))

    def _repr_latex_(self):
        rows = [
            rf"{line.name.latex} &= {line.symbols.latex} \\ &= {line.numbers.latex} = {number(line.value).latex}"
            for line in self.values()
        ]
        return r"$$\begin{aligned} " + r" \\[4pt] ".join(rows) + r" \end{aligned}$$"


def number(x):
    """x with 9 decimals, or with 9 significant digits where it is smaller than 0.001: a string, with `latex`."""
    return in_latex(f"{x:.8e}" if 0 < abs(x) < 1e-3 else f"{x:z.9f}")


def training_step(params, trace, Y, learning_rate):
    """Every line of one training step: a Calculation, {name: Equation}, in the order of the work.

    params, trace: of a network of sigmoid units with half squared error and ONE example, after
    `net.backward(params, trace, Y)`; Y (1, n_L). Hidden units are counted through all layers, as weights are. Only the
    weights are updated: the published examples leave the biases. Refused are units of another kind, another loss, and a
    bias for each unit: the lines would not hold.
    Names: "z(h1)", "a(h1)", ..., "E(o1)", "E"; "g'(o1)", "delta(o1)", "dE/dw5", "dE/db2", ...; "new w1", ...
    """
    _told_truly(params, trace, Y)
    page = _Page(params, trace, Y, learning_rate)
    page.forward()
    page.backward()
    page.update()
    return page.lines


class _Page:
    """The lines so far, and what they are about; units and parameters as (letter, number), so ("w", 5) for w5."""

    def __init__(self, params, trace, Y, learning_rate):
        self.params, self.trace, self.learning_rate, self.lines = params, trace, learning_rate, Calculation()
        self.layers, letters = params.W.keys(), ["i", *["h"] * (len(params.W) - 1), "o"]
        numbering = {letter: count(1) for letter in "ihow"}
        self.units = {
            l: [(letter, next(numbering[letter])) for _ in range(n)]
            for l, (letter, n) in enumerate(zip(letters, params.sizes, strict=True))
        }
        self.w = {l: [[("w", next(numbering["w"])) for _ in row] for row in W] for l, W in params.W.items()}
        self.targets = [(("y", k), y) for k, y in enumerate(Y[0], 1)]

        given = [*zip(self.units[0], trace.a[0][0], strict=True), *self.targets]
        given += [(("b", l), b[0]) for l, b in params.b.items()]
        given += [pair for l, W in params.W.items() for pair in zip(sum(self.w[l], []), W.flat, strict=True)]
        self.known = {named("", *which): in_brackets(_short(x)) for which, x in given}
        self.known[RATE] = in_brackets(_short(learning_rate))

    def write(self, phase, name, parts, value, rule=""):
        """The line name = parts = numbers = value; later lines know the value."""
        numbers = joined(self.known.get(part, part) for part in parts)
        self.lines[name] = Equation(name, joined(parts), numbers, float(value), phase, rule)
        self.known[name] = in_brackets(number(value))

    def outputs(self, l):
        """The names of what layer l hands on: of inputs, or of what its units give."""
        return [named("a" if l else "", *unit) for unit in self.units[l]]

    def forward(self):
        """z and a of each unit, layer by layer; then the loss."""
        for l in self.layers:
            for j, unit in enumerate(self.units[l]):
                z, a = named("z", *unit), named("a", *unit)
                products = [[named("", *w), "*", x] for w, x in zip(self.w[l][j], self.outputs(l - 1), strict=True)]
                self.write("forward", z, added([*products, [named("", "b", l)]]), self.trace.z[l][0, j])
                self.write("forward", a, ["sigmoid(", z, ")sigmoid"], self.trace.a[l][0, j])
        last = self.units[max(self.layers)]
        for unit, (target, y), a in zip(last, self.targets, self.trace.output[0], strict=True):
            parts = ["half_square(", named("a", *unit), "-", named("", *target), ")half_square"]
            self.write("forward", named("E", *unit), parts, 0.5 * (a - y) ** 2)
        self.write("forward", TOTAL, added([[named("E", *unit)] for unit in last]), self.trace.loss)

    def backward(self):
        """The deltas of a layer, then the slopes of its parameters, from the last layer to the first."""
        for l in reversed(self.layers):
            for j, unit in enumerate(self.units[l]):
                a, slope = named("a", *unit), named("g'", *unit)
                value = self.trace.a[l][0, j]
                self.write("backward", slope, [a, "*", "(", "1", "-", a, ")"], value * (1 - value))
                if l == max(self.layers):
                    rule, back = "BP1", [a, "-", named("", *self.targets[j][0])]
                else:
                    above = zip(self.w[l + 1], self.units[l + 1], strict=True)
                    rule, back = "BP2", added([[named("", *row[j]), "*", named("delta", *to)] for row, to in above])
                delta = named("delta", *unit)
                self.write("backward", delta, ["(", *back, ")", "*", slope], self.trace.delta[l][0, j], rule)
            deltas = [named("delta", *unit) for unit in self.units[l]]
            for j, delta in enumerate(deltas):
                for i, x in enumerate(self.outputs(l - 1)):
                    slope = named("dE/d", *self.w[l][j][i])
                    self.write("backward", slope, [delta, "*", x], self.trace.grads.W[l][j, i], "BP3")
            shared = self.trace.grads.b[l].sum()  # (BP4), summed over the units that share the bias
            self.write("backward", named("dE/d", "b", l), added([[delta] for delta in deltas]), shared)

    def update(self):
        """A step down for each weight."""
        for l in self.layers:
            new = self.params.W[l] - self.learning_rate * self.trace.grads.W[l]
            for w, value in zip(sum(self.w[l], []), new.flat, strict=True):
                parts = [named("", *w), "-", RATE, "*", named("dE/d", *w)]
                self.write("update", named("new", *w), parts, value)


def _told_truly(params, trace, Y):
    """Refuse what the lines of `training_step` would say falsely."""
    if trace.grads is None:
        raise ValueError("trace has no gradients; expected the result of net.backward(params, trace, Y)")
    if len(trace.a[0]) != 1 or tuple(a.shape[1] for a in trace.a.values()) != params.sizes:
        raise ValueError(f"trace is {trace!r}; expected ONE example through the layers of {params!r}")
    for layer, b in params.b.items():
        if np.ptp(b):
            raise ValueError(f"params.b[{layer}] is {b}; expected one bias, shared by the units of the layer")
        z, a = trace.z[layer], trace.a[layer]
        if not np.allclose(z, trace.a[layer - 1] @ params.W[layer].T + b, rtol=1e-9):
            raise ValueError(f"trace.z[{layer}] does not follow from params; expected the params of the forward pass")
        if not np.allclose(a, sigmoid(z), rtol=1e-9):
            raise ValueError(f"trace.a[{layer}] is not the sigmoid of trace.z[{layer}]; expected sigmoid units")
    if np.shape(Y) != trace.output.shape:
        raise ValueError(f"Y has shape {np.shape(Y)}; expected {trace.output.shape}")
    if not np.isclose(trace.loss, half_squared_error.value(trace.output, Y).mean(), rtol=1e-9):
        raise ValueError(
            "trace.loss is not the half squared error of trace.output and Y; expected that loss and that Y"
        )


def _short(x):
    """A given number: as short as it was given."""
    if x == round(x, 6) and (abs(x) >= 1e-3 or x == 0):
        return in_latex(f"{x:.6f}".rstrip("0").rstrip("."))
    return number(x)
