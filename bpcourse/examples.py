"""Anybody's worked example: a small network with its numbers, to be calculated line by line and set beside a print.

example = bp.example([0.05, 0.10], [0.01, 0.99], [[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
                     biases=[0.35, 0.60], learning_rate=0.5)
example.equations()                                    # every line, with the numbers put in
example.explore()                                      # the same, line by line, in a picture of the network
example.after(1).compare({"E": "0.291027924"})         # what a book prints, against what is right
"""

from functools import cached_property

import numpy as np

from . import activations, losses
from .arithmetic import DECIMALS, working
from .arrays import whole
from .as_given import biases_of, matrices_of, number_of, output_of, rows_of
from .calculation import Page, after, given
from .formulas import Formulas
from .network import Network, Trace
from .parameters import Parameters, count

FORMS = "text", "latex", "markdown"
LONG = 100  # from so many steps on, 30 digits do


def example(
    inputs, targets, weights, biases=None, *, sizes=None, order="rows", hidden=activations.sigmoid, output=None,
    loss=losses.half_squared_error, learning_rate=None, train_biases=True, l2=None,
):  # fmt: skip
    """A worked example: an `Example`. Numbers may be floats, fractions, or text, which keeps its digits ("0.10").

    inputs, targets: a list for one example, a list of lists for several. weights: one matrix for each layer; or, with
    `sizes`, all in one flat list, w1, w2, ... order: "rows", a row holds what comes INTO a unit (w1, w2, ... are the
    weights into h1, then those into h2); "columns", a row holds what goes OUT of one (those out of i1, then out of i2);
    or one of them for each layer. Names count the weights along the rows. biases: None, or for each layer a number
    (shared by its units: b1), a list (one a unit: b(h1), b(h2)), or None. train_biases=False keeps them. hidden,
    output, loss: as in `bp.Network`; output may be left out (sigmoid, or what the loss applies itself), and bp.softmax
    or bp.sigmoid may be said of a loss that takes logits. l2: adds l2/2 times the sum of the squared weights.
    """
    X, Y = rows_of("inputs", inputs), rows_of("targets", targets)
    if len(X) != len(Y):
        raise ValueError(f"targets has {len(Y)} rows; expected {len(X)}, one for each example of inputs")
    matrices, order = matrices_of(weights, sizes, order, len(X[0]), len(Y[0]))
    sizes = (len(X[0]), *(len(W) for W in matrices))
    if len(Y[0]) != sizes[-1]:
        raise ValueError(f"targets has {len(Y[0])} numbers an example; expected {sizes[-1]}, as many as outputs")
    b, bias = biases_of(biases, sizes)
    net = Network(sizes, hidden, output_of(output, loss), loss)
    floats = np.array(Y, dtype=float)
    net.targets(floats)
    numbers = {"learning_rate": learning_rate, "l2": l2}
    rate, l2 = (None if x is None else number_of(name, x) for name, x in numbers.items())
    layers = range(1, net.L + 1)
    formulas = Formulas(sizes, net.g, loss, Y, bias, order, train_biases, rate is not None, l2 is not None)
    W = dict(zip(layers, matrices, strict=True))
    return Example(net, formulas, given(formulas, X, W, b, rate, l2))


class Example:
    """A network with its numbers. net: the Network; given: {name: the exact number}. See `bp.example`.

    start, steps: the Example from which this one was reached by `after`, and in how many steps.
    """

    def __init__(self, net, formulas, given, start=None, steps=0, digits=None):
        self.net, self.formulas, self.given = net, formulas, given
        self.start, self.steps, self._digits = start or self, steps, digits

    @cached_property
    def page(self):
        """Every line with its exact number."""
        return Page(self.formulas, self.given, self._digits)

    def __repr__(self):
        after = f" after {self.steps} step{'s' * (self.steps > 1)}" if self.steps else ""
        return f"<Example{after}: {self.net!r}, {self.formulas.n} example{'s' * (self.formulas.n > 1)}>"

    def equations(self, digits=9, form=None):
        """Every line of the step, {name: Equation}; with form "text", "latex" or "markdown", a string.

        digits: decimals of a number, or significant digits where it is small. A line is true as printed: see
        `bpcourse.calculation`. With a loss that takes logits, a(o1) is the probability.
        """
        lines = self.page.equations(whole("digits", digits, 1))
        if form is None:
            return lines
        if form not in FORMS:
            raise ValueError(f"form is {form!r}; expected one of {', '.join(map(repr, FORMS))}, or None")
        return {"text": repr, "latex": type(lines)._repr_latex_, "markdown": type(lines).markdown}[form](lines)

    @property
    def gradients(self):
        """{name of a parameter: its gradient}, floats."""
        f = self.formulas
        names = [name for l in f.layers for name in [*(f.w[l][j][i] for j, i in f.counted(l)), *f.biases(l)]]
        return {name: float(self.page.exact[f.dE(name)]) for name in names}

    @cached_property
    def params(self):
        """The weights and biases, as Parameters of `net`."""
        f, x = self.formulas, self.given
        W = {l: [[float(x[w]) for w in row] for row in f.w[l]] for l in f.layers}
        b = {l: [float(x[f.b(l, j)]) if f.bias[l] else 0.0 for j in range(f.sizes[l])] for l in f.layers}
        return self.net.pack(W, b)

    @cached_property
    def trace(self):
        """The Trace that net.forward and net.backward would give, of the exact numbers; with l2, of that loss."""
        f, x = self.formulas, self.page.exact

        def table(kind, l):
            return np.array([[float(x[f.of(kind, l, j, k)]) for j in range(f.sizes[l])] for k in f.examples])

        z, delta = ({l: table(kind, l) for l in f.layers} for kind in ("z", "delta"))
        a = {l: table("a" if l else "", l) for l in range(f.L + 1)}
        if self.net.loss.on_logits:
            a[f.L] = z[f.L]
        grads = Parameters(f.sizes, np.empty(count(f.sizes)))
        for l in f.layers:
            grads.W[l][...] = [[float(x[f.dE(w)]) for w in row] for row in f.w[l]]
            grads.b[l][...] = delta[l].mean(axis=0)
        Y = np.array(f.Y, dtype=float)
        back = self.net.loss.gradient(a[f.L], Y)
        slopes = {l: self.net._slope_grad(l, z, self.params.W, delta, back) for l in self.net.learned_slopes}
        return Trace(z, a, float(x[f.cost]), delta, grads, slopes)

    def after(self, steps):
        """The Example with the parameters as they are after so many more training steps."""
        whole("steps", steps, 0)
        if steps and not self.formulas.rate:
            raise ValueError(
                "there is no learning_rate; expected one, to take a step with: bp.example(..., learning_rate=)"
            )
        lines = {line.name: line.parts for line in self.formulas.lines()}
        with working(self.page.digits if steps < LONG else 30):
            given = after(lines, self.given, steps, DECIMALS)
        return Example(self.net, self.formulas, given, self.start, self.steps + steps)

    def explore(self):
        """The explorer that walks through the lines: show it as the last line of a cell.

        It draws up to four layers and four units of each, and says what it leaves out. ValueError for more than 2000
        lines.
        """
        from .explore.any_example import AnyExample

        return AnyExample(self)

    def compare(self, printed, decimals=None):
        """Printed numbers, {name: number}, against the right ones: a `Comparison`, see `bpcourse.printed`.

        A number is text, which keeps its digits ("0.4150"), or a float, as written. A name with a minus in front means
        the number of the other sign: "-delta(h1)" for a source whose delta is -dE/dz. A name with "new " in front, "new
        E", means the same after the step. decimals: to how many the source rounds the numbers on the way that it does
        not print; None: to none.
        """
        from .printed import Comparison

        return Comparison(self, printed, decimals)
