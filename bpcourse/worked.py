"""The numeric example: small networks with every number known, and a Trace turned into equations with the numbers put
in.

Names are those of the published examples: inputs i1, i2; hidden units h1, h2; outputs o1, o2; targets y1, y2; weights
w1, w2, ... row by row (W[1][0, 0] is w1); one bias a layer, b1 and b2, shared by the units of the layer.
"""

import re
from dataclasses import dataclass

import numpy as np

from .activations import sigmoid
from .losses import half_squared_error
from .network import Network

LEARNING_RATE = 0.1
X = np.array([[0.02, 0.04]])
Y = np.array([[0.5, 0.9]])


def network():
    """The 2-2-2 network of the example: sigmoid everywhere, half squared error (S3)."""
    return Network((2, 2, 2), hidden=sigmoid, output=sigmoid, loss=half_squared_error)


def params():
    """Its weights and biases (S3)."""
    W = {1: [[0.25, 0.25], [0.15, 0.20]], 2: [[0.30, 0.35], [0.40, 0.35]]}
    return network().pack(W, {1: [0.4, 0.4], 2: [0.7, 0.7]})


FAMOUS_LEARNING_RATE = 0.5
FAMOUS_X = np.array([[0.05, 0.10]])
FAMOUS_Y = np.array([[0.01, 0.99]])


def famous_params():
    """The parameters of the best-known 2-2-2 example on the web, for the same network."""
    W = {1: [[0.15, 0.20], [0.25, 0.30]], 2: [[0.40, 0.45], [0.50, 0.55]]}
    return network().pack(W, {1: [0.35, 0.35], 2: [0.60, 0.60]})


def twin():
    """(net, params, X, Y): a 3-4-2 network with a batch of 5, in which no two dimensions are equal."""
    net = Network((3, 4, 2), hidden=sigmoid, output=sigmoid, loss=half_squared_error)
    rng = np.random.default_rng(0)
    count = net.init().vector.size
    return net, net.parameters(rng.normal(size=count)), rng.normal(size=(5, 3)), rng.uniform(size=(5, 2))


@dataclass(frozen=True)
class Equation:
    """One line of the calculation, `name = symbols = numbers = value`, shown as mathematics in a notebook.

    phase: "forward", "backward" or "update". rule: the equation that it follows ("BP1" to "BP3"), or "".
    """

    name: str
    symbols: str
    numbers: str
    value: float
    phase: str
    rule: str = ""

    def __repr__(self):
        return f"{self.name} = {self.symbols}\n  = {self.numbers}\n  = {number(self.value)}"

    def _repr_latex_(self):
        tag = rf"\tag{{{self.rule}}}" if self.rule else ""
        right = r" \\ &= ".join(map(_latex, [self.symbols, self.numbers, number(self.value)]))
        return rf"$$\begin{{aligned}} {_latex(self.name)} &= {right} \end{{aligned}}{tag}$$"


class Calculation(dict):
    """The lines of one training step, {name: Equation}; `show` puts some of them together."""

    def show(self, *names):
        """These lines in one block; with no names, all of them."""
        return Calculation({name: self[name] for name in names or self})

    def __repr__(self):
        return "\n".join(map(repr, self.values()))

    def _repr_latex_(self):
        rows = []
        for line in self.values():
            name, symbols, numbers, value = map(_latex, (line.name, line.symbols, line.numbers, number(line.value)))
            rows.append(rf"{name} &= {symbols} \\ &= {numbers} = {value}")
        return r"$$\begin{aligned} " + r" \\[4pt] ".join(rows) + r" \end{aligned}$$"


def number(x):
    """x with 9 decimals, or with 9 significant digits where it is smaller than 0.001."""
    return f"{x:.8e}" if 0 < abs(x) < 1e-3 else f"{x:z.9f}"


def equations(params, trace, Y, learning_rate=LEARNING_RATE):
    """Every line of one training step: a Calculation, {name: Equation}, in the order of the work.

    params, trace: of a two-layer network of sigmoid units with half squared error and ONE example, after
    `net.backward(params, trace, Y)`; Y (1, n_2). Only the weights are updated: the published examples leave the biases.
    Refused are units of another kind, another loss, and a bias for each unit: the lines would not hold.
    Names: "z(h1)", "a(h1)", ..., "E(o1)", "E"; "g'(o1)", "delta(o1)", "dE/dw5", "dE/db2", ...; "new w1", ...
    """
    if trace.grads is None:
        raise ValueError("trace has no gradients; expected the result of net.backward(params, trace, Y)")
    if len(trace.z) != 2 or len(trace.a[0]) != 1:
        raise ValueError(f"trace is {trace!r}; expected ONE example through 2 layers")
    _told_truly(params, trace, Y)
    units = [_names(letter, n) for letter, n in zip("iho", params.sizes, strict=True)]
    outs = [units[0], *([f"a({unit})" for unit in units[layer]] for layer in (1, 2))]
    w1, w2 = (W.size for W in params.W.values())
    w = {1: np.reshape(_names("w", w1), params.W[1].shape), 2: np.reshape(_names("w", w1 + w2)[w1:], params.W[2].shape)}
    targets = _names("y", len(units[2]))

    given = dict(zip(units[0] + targets, [*trace.a[0][0], *Y[0]], strict=True)) | {"alpha": learning_rate}
    for layer in (1, 2):
        given |= dict(zip(w[layer].flat, params.W[layer].flat, strict=True)) | {f"b{layer}": params.b[layer][0]}
    text = {name: _bracketed(_short(x)) for name, x in given.items()}
    lines = Calculation()

    def write(phase, name, symbols, result, rule=""):
        numbers = _NAME.sub(lambda match: text[match[0]], symbols)
        text[name] = _bracketed(number(result))
        lines[name] = Equation(name, symbols, numbers, float(result), phase, rule)

    for layer in (1, 2):
        for j, unit in enumerate(units[layer]):
            products = [f"{weight}*{a}" for weight, a in zip(w[layer][j], outs[layer - 1], strict=True)]
            write("forward", f"z({unit})", " + ".join([*products, f"b{layer}"]), trace.z[layer][0, j])
            write("forward", f"a({unit})", f"1/(1 + exp(-z({unit})))", trace.a[layer][0, j])
    for a, y, unit, target in zip(trace.output[0], Y[0], units[2], targets, strict=True):
        write("forward", f"E({unit})", f"1/2*(a({unit}) - {target})**2", 0.5 * (a - y) ** 2)
    write("forward", "E", " + ".join(f"E({unit})" for unit in units[2]), trace.loss)

    for layer, rule in ((2, "BP1"), (1, "BP2")):
        for j, unit in enumerate(units[layer]):
            a = trace.a[layer][0, j]
            write("backward", f"g'({unit})", f"a({unit})*(1 - a({unit}))", a * (1 - a))
            if layer == 2:
                sent_back = f"a({unit}) - {targets[j]}"
            else:
                sent_back = " + ".join(f"{weight}*delta({o})" for weight, o in zip(w[2][:, j], units[2], strict=True))
            write("backward", f"delta({unit})", f"({sent_back})*g'({unit})", trace.delta[layer][0, j], rule)
        for j, unit in enumerate(units[layer]):
            for i, a in enumerate(outs[layer - 1]):
                write("backward", f"dE/d{w[layer][j, i]}", f"delta({unit})*{a}", trace.grads.W[layer][j, i], "BP3")
        shared = " + ".join(f"delta({unit})" for unit in units[layer])
        write(
            "backward", f"dE/db{layer}", shared, trace.grads.b[layer].sum()
        )  # (BP4), summed over the units that share it

    for layer in (1, 2):
        new = params.W[layer] - learning_rate * trace.grads.W[layer]
        for weight, result in zip(w[layer].flat, new.flat, strict=True):
            write("update", f"new {weight}", f"{weight} - alpha*dE/d{weight}", result)
    return lines


def _told_truly(params, trace, Y):
    """Refuse what the lines of `equations` would say falsely."""
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


_NAME = re.compile(r"(?:[a-z]+'?|E)\([hio]\d\)|dE/d[wb]\d+|[wbiy]\d+|alpha")


def _names(letter, count):
    return [f"{letter}{k + 1}" for k in range(count)]


def _short(x):
    """A given number: as short as it was given."""
    return f"{x:g}" if x == round(x, 6) and (abs(x) >= 1e-3 or x == 0) else number(x)


def _bracketed(text):
    return f"({text})" if text.startswith("-") else text


def _latex(text):
    """The same line for MathJax."""
    for pattern, into in _TO_LATEX:
        text = re.sub(pattern, into, text)
    return text


_TO_LATEX = (
    (r"(\d)e-0?(\d+)", r"\1 \\times 10^{-\2}"),
    (r"1/\(1 \+ exp\(-(\(.*?\)|z\(..\)|[^)]*)\)\)", r"\\frac{1}{1 + e^{-\1}}"),
    (r"1/2\*", r"\\tfrac{1}{2}\\,"),
    (r"\*\*2", "^2"),
    (r"\*", r" \\cdot "),
    (r"dE/d([wb])(\d+)", r"\\frac{\\partial E}{\\partial \1_{\2}}"),
    (r"delta\(([hio])(\d)\)", r"\\delta_{\1_\2}"),
    (r"g'\(([hio])(\d)\)", r"g'(z_{\1_\2})"),
    (r"([zaE])\(([hio])(\d)\)", r"\1_{\2_\3}"),
    (r"new ([wb])(\d+)", r"\1_{\2}^{\\text{new}}"),
    (r"(?<![_A-Za-z\\{])([wbiy])(\d+)", r"\1_{\2}"),
    (r"\balpha\b", r"\\alpha"),
)
