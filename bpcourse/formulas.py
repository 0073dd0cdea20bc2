"""The formulas of one training step of any fully connected network: {name: parts}, unit by unit, as by hand.

Names are those of the published examples: inputs i1, i2; hidden units h1, h2, counted through all layers; outputs o1,
o2; targets y1, y2; weights w1, w2, ...; a bias b1 for all units of layer 1, or b(h1) for one unit. With several
examples what belongs to one has its number: z(h1)[2]; the loss of one is then E[2], and their mean C.
"""

from itertools import count, product
from typing import NamedTuple

from .curves import cost_of, curve_of, softmax
from .symbols import RATE, TOTAL, Symbol, added, constant, named, new, of_example, slope_of

COST, L2, PENALTY = Symbol("C", "C"), Symbol("lambda", r"\lambda"), Symbol("R", "R")


class Line(NamedTuple):
    """One line: name = parts. rule: the equation that it follows, "BP1" to "BP4", or ""."""

    name: Symbol
    parts: list
    phase: str
    rule: str = ""


class Formulas:
    """What a step computes, as formulas; a known mistake changes one of the methods (`slips.py`).

    sizes: the widths of the layers. g: {l: Activation}. loss: a Loss. Y: the targets (n, n_L), as exact numbers. bias:
    {l: "unit", "layer" or None}. order: {l: "rows" or "columns"}: the weights of layer l are counted along what comes
    into a unit, or along what goes out of one. trained: whether the biases learn. rate, l2: whether there is one.
    """

    def __init__(self, sizes, g, loss, Y, bias, order, trained=True, rate=True, l2=False):
        self.sizes, self.g, self.loss, self.Y, self.bias, self.order = sizes, g, loss, Y, bias, order
        self.curves, (self.costs, self.c) = {l: curve_of(each) for l, each in g.items()}, cost_of(loss)
        self.trained, self.rate, self.l2 = trained, rate, l2
        self.L, self.n = len(sizes) - 1, len(Y)
        self.layers, self.examples = range(1, self.L + 1), range(1, self.n + 1) if self.n > 1 else [""]
        self.cost = COST if self.n > 1 else TOTAL
        numbers, letters = {letter: count(1) for letter in "ihow"}, ["i", *"h" * (self.L - 1), "o"]
        self.units = [
            [(letter, next(numbers[letter])) for _ in range(width)]
            for letter, width in zip(letters, sizes, strict=True)
        ]
        self.w = {l: self._counted(l, numbers["w"]) for l in self.layers}

    def _counted(self, l, numbers):
        """The names of the weights of layer l, [into unit j][out of unit i]."""
        into, out = range(self.sizes[l]), range(self.sizes[l - 1])
        if self.order[l] == "rows":
            return [[named("", "w", next(numbers)) for _ in out] for _ in into]
        columns = [[named("", "w", next(numbers)) for _ in into] for _ in out]
        return [list(row) for row in zip(*columns, strict=True)]

    def counted(self, l):
        """(j, i), unit and input, of the weights of layer l, as they are counted."""
        pairs = product(range(self.sizes[l]), range(self.sizes[l - 1]))
        return sorted(pairs, key=lambda pair: pair[::-1]) if self.order[l] == "columns" else pairs

    # ----- names

    def of(self, kind, l, j, k):
        """The name of a number of unit j of layer l in example k."""
        return named(kind, *self.units[l][j], k)

    def out(self, l, j, k):
        """The name of what unit j of layer l hands on: of an input, or of what the unit gives."""
        return self.of("a" if l else "", l, j, k)

    def y(self, j, k):
        """The name of a target."""
        return named("", "y", j + 1, k)

    def b(self, l, j):
        """The name of the bias of unit j of layer l; None if it has none."""
        return {"unit": named("b", *self.units[l][j]), "layer": named("", "b", l), None: None}[self.bias[l]]

    def biases(self, l):
        """{name of a bias of layer l: the units that have it}."""
        found = {}
        for j in range(self.sizes[l] if self.bias[l] else 0):
            found.setdefault(self.b(l, j), []).append(j)
        return found

    def dE(self, parameter):
        """The name of the gradient with respect to a parameter."""
        return slope_of(parameter, self.cost)

    def on_logits(self, l):
        """How the loss turns the sums of layer l into probabilities, "softmax" or "sigmoid"; "" if it does not."""
        return self.loss.on_logits if l == self.L else ""

    # ----- forward

    def z(self, l, j, k):
        """The sum that comes into a unit."""
        b = [[self.b(l, j)]] if self.bias[l] else []
        return added([*([w, "*", self.out(l - 1, i, k)] for i, w in enumerate(self.w[l][j])), *b])

    def a(self, l, j, k):
        """What a unit gives; of an output layer whose loss takes logits, the probability."""
        if self.on_logits(l) == "softmax":
            return softmax([self.of("z", l, m, k) for m in range(self.sizes[l])], j)
        z, (curve, c) = self.of("z", l, j, k), self.curves[l]
        if self.on_logits(l):
            return ["sigmoid(", z, ")sigmoid"]
        return curve.value(z, self.of("s", l, j, k), c)

    def share(self, j, k):
        """What output j adds to the loss of example k."""
        return self.costs.share(self.of("a", self.L, j, k), self.y(j, k), self.Y[k - 1 if k else 0][j], self.c)

    def total(self, k):
        """The loss of example k."""
        outputs = range(self.sizes[-1])
        if self.loss.on_logits == "softmax":
            return [part for j in outputs for part in self.share(j, k)] or ["0"]
        return self.averaged(added([[self.of("E", self.L, j, k)] for j in outputs]))

    def averaged(self, parts):
        """The parts of a sum over the outputs, divided by their number if the loss is a mean."""
        return _over(parts, self.sizes[-1] if self.costs.mean else 1)

    def mean(self, parts):
        """The parts of a sum over the examples, divided by their number."""
        return _over(parts, self.n)

    def penalty(self):
        """Half the sum of the squared weights, times lambda."""
        weights = [w for l in self.layers for row in self.w[l] for w in row]
        return [L2, "/", "2", "*", "(", *added([[w, "square"] for w in weights]), ")"]

    # ----- backward

    def slope(self, l, j, k):
        """g' of a unit, at its z."""
        curve, c = self.curves[l]
        return curve.slope(self.of("z", l, j, k), self.of("s", l, j, k), self.of("a", l, j, k), c)

    def error(self, j, k):
        """dE/da of an output; of a loss that takes logits, dE/dz."""
        parts = self.costs.error(self.of("a", self.L, j, k), self.y(j, k), self.c)
        return [*parts, "/", constant(self.sizes[-1])] if self.costs.mean and self.sizes[-1] > 1 else parts

    def back(self, l, j, k):
        """What comes back to a hidden unit from the layer above."""
        above = range(self.sizes[l + 1])
        return ["(", *added([[self.w[l + 1][m][j], "*", self.of("delta", l + 1, m, k)] for m in above]), ")"]

    def delta(self, l, j, k):
        """dE/dz of a unit."""
        if self.on_logits(l):
            parts = self.error(j, k)
            return parts[1:-1] if parts[0] == "(" and parts[-1] == ")" else parts
        return [*(self.error(j, k) if l == self.L else self.back(l, j, k)), "*", self.of("g'", l, j, k)]

    def dw(self, l, j, i):
        """The gradient of a weight."""
        terms = [[self.of("delta", l, j, k), "*", self.out(l - 1, i, k)] for k in self.examples]
        return [*self.mean(added(terms)), *(["+", L2, "*", self.w[l][j][i]] if self.l2 else [])]

    def db(self, l, units):
        """The gradient of the bias that these units of layer l share."""
        return self.mean(added([[self.of("delta", l, j, k)] for k in self.examples for j in units]))

    # ----- update

    def new(self, parameter):
        """A parameter after the step."""
        return [parameter, "-", RATE, "*", self.dE(parameter)]

    # ----- all of it, in the order of the work

    def lines(self):
        """Each Line of the step."""
        yield from self._forward()
        yield from self._backward()
        if self.rate:
            for l in self.layers:
                biases = self.biases(l) if self.trained else ()
                for parameter in [*(self.w[l][j][i] for j, i in self.counted(l)), *biases]:
                    yield Line(new(parameter), self.new(parameter), "update")

    def _forward(self):
        for k in self.examples:
            for l in self.layers:
                for j in range(self.sizes[l]):
                    yield Line(self.of("z", l, j, k), self.z(l, j, k), "forward")
                    helper = None if self.on_logits(l) else self.curves[l][0].helper
                    if helper:
                        yield Line(self.of("s", l, j, k), helper(self.of("z", l, j, k)), "forward")
                    yield Line(self.of("a", l, j, k), self.a(l, j, k), "forward")
            if self.loss.on_logits != "softmax":
                for j in range(self.sizes[-1]):
                    yield Line(self.of("E", self.L, j, k), self.share(j, k), "forward")
            if self.n > 1:
                yield Line(of_example(TOTAL, k), self.total(k), "forward")
        if self.l2:
            yield Line(PENALTY, self.penalty(), "forward")
        cost = self.mean(added([[of_example(TOTAL, k)] for k in self.examples])) if self.n > 1 else self.total("")
        yield Line(self.cost, [*cost, *(["+", PENALTY] if self.l2 else [])], "forward")

    def _backward(self):
        for l in reversed(self.layers):
            for k in self.examples:
                for j in range(self.sizes[l]):
                    if not self.on_logits(l):
                        yield Line(self.of("g'", l, j, k), self.slope(l, j, k), "backward")
                    rule = "BP1" if l == self.L else "BP2"
                    yield Line(self.of("delta", l, j, k), self.delta(l, j, k), "backward", rule)
            for j, i in self.counted(l):
                yield Line(self.dE(self.w[l][j][i]), self.dw(l, j, i), "backward", "BP3")
            for b, units in self.biases(l).items():
                # A bias of several units sums (BP4) over them, so it has no tag of its own.
                yield Line(self.dE(b), self.db(l, units), "backward", "BP4" if self.bias[l] == "unit" else "")


def _over(parts, n):
    """The parts of a sum, divided by n."""
    if n == 1:
        return parts
    return [*(["(", *parts, ")"] if "+" in parts else parts), "/", constant(n)]
