"""Explorer: depth. What 1 to 50 layers leave of a message: the slopes times weights, and a real network."""

from functools import cache

import numpy as np

from ..losses import half_squared_error
from ..network import Network
from ..plots.style import BACKWARD, GREY, INK, PAPER, WIDTH
from ..text import raised
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Choice, Slider, choices
from .settings import ACTIVATIONS

WIDTH_OF_LAYER, BATCH, DEEPEST = 64, 8, 50
LOWEST, HIGHEST = -48, 28  # powers of ten on the axis
SCALES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0, 2.2, 2.5, 3.0)
ONE_LAYER = ("activation", "scale", "circles")  # what makes no difference to it


@cache
def draws():
    """Random numbers, drawn once: weights of deviation 1 for every layer, inputs and targets."""
    rng = np.random.default_rng(0)
    shape = (WIDTH_OF_LAYER, WIDTH_OF_LAYER)
    weights = {layer: rng.normal(size=shape) for layer in range(1, DEEPEST + 1)}
    return weights, rng.normal(size=(BATCH, WIDTH_OF_LAYER)), rng.normal(size=(BATCH, WIDTH_OF_LAYER))


def network(activation, scale, layers):
    """(net, params) of `layers` layers: W[l] is normal with deviation scale / sqrt(width), biases are zero."""
    weights, _, _ = draws()
    g = ACTIVATIONS[activation][1]
    net = Network((WIDTH_OF_LAYER,) * (layers + 1), hidden=g, output=g, loss=half_squared_error)
    return net, net.pack(
        {k: scale / np.sqrt(WIDTH_OF_LAYER) * weights[k] for k in range(1, layers + 1)},
        {k: np.zeros(WIDTH_OF_LAYER) for k in range(1, layers + 1)},
    )


@cache
def typical_slopes(activation, scale):
    """The typical (root mean square) slope of each layer up to the deepest: how many follow makes no difference."""
    net, params = network(activation, scale, DEEPEST)
    trace, g = net.forward(params, draws()[1]), ACTIVATIONS[activation][1]
    return np.array([np.sqrt(np.mean(g.derivative(trace.z[k]) ** 2)) for k in range(1, DEEPEST + 1)])


@cache
def depths(activation, scale, layers):
    """(deltas, weights, slopes) of a network of `layers` layers, each for l = 1..layers: the sizes of delta[l] and of
    dC/dW[l], the last one = 1; and the typical slopes. At most 9000 settings of 150 numbers: all are kept.
    """
    _, X, Y = draws()
    net, params = network(activation, scale, layers)
    trace = net.backward(params, net.forward(params, X), Y)
    deltas, gradients = (
        np.array([np.linalg.norm(part[k]) for k in range(1, layers + 1)]) for part in (trace.delta, trace.grads.W)
    )
    return deltas / deltas[-1], gradients / gradients[-1], typical_slopes(activation, scale)[:layers]


def product(factors):
    """What is left at layers 1..L of a message of 1 at layer L, which meets factors[l - 1] when it enters layer l."""
    return np.append(np.cumprod(factors[-2::-1])[::-1], 1.0) if len(factors) > 1 else np.ones(1)


class Depth(Explorer):
    """What 1 to 50 layers leave of a message: slopes and weights, and a real network (chapter `activations`)."""

    name = "What depth does to a message"
    height = 480
    moves = ("layers", "activation")
    sliders = {
        "layers": Slider("layers L", choices(tuple(range(1, DEEPEST + 1))), 20),  # the chapter has 30 guessed
        "activation": Choice("activation", tuple((shown, name) for name, (shown, _) in ACTIVATIONS.items()), "sigmoid"),
        "scale": Slider("weight scale s", choices(SCALES), 1.0),
        "circles": Choice("circles", (("deltas", "deltas"), ("weight gradients", "weights")), "deltas"),
    }

    def background(self):
        ax = self.figure.add_axes(
            (0.09, 0.13, 0.55, 0.72),
            xlim=(0, DEEPEST + 1),
            ylim=(LOWEST, HIGHEST),
            xlabel="layer (the loss follows the last one)",
        )
        self.ax = ax
        ax.set_title("A factor in each layer decides what arrives", pad=28)
        ticks = range(-40, 21, 10)
        ax.set_yticks(ticks, [f"$10^{{{k}}}$" if k else "1" for k in ticks])
        ax.set_xticks([1, 10, 20, 30, 40, 50])
        ax.axhline(0, color=GREY, lw=0.8)
        self.alone = add_line(ax, color=GREY, lw=1.5, ls=(0, (4, 2)), zorder=2)
        self.both = add_line(ax, color=BACKWARD, lw=2, zorder=5)
        self.real = add_line(ax, color=INK, ls="none", marker="o", ms=6, mfc=PAPER, mew=1.3, zorder=4)
        self.ends = add_line(ax, color=BACKWARD, ls="none", marker="o", ms=11, zorder=3)
        return [self.alone, self.ends, self.both, self.real]

    def move(self, layers, activation, scale, circles):
        deltas, gradients, slopes = depths(activation, scale, layers)
        circles = circles if layers > 1 else "deltas"
        real, what = (deltas, "delta") if circles == "deltas" else (gradients, "dC/dW")
        alone, both = product(slopes), product(scale * slopes)
        at, ends = np.arange(1, layers + 1), [0, layers - 1]
        for line, x, y in (
            (self.alone, at, alone),
            (self.both, at, both),
            (self.real, at, real),
            (self.ends, at[ends], both[ends]),
        ):
            line.set_data(x, np.log10(y))
        verdict = _verdict(what, real[0], layers)
        shown, x, labels = ACTIVATIONS[activation][0], 0.675 * WIDTH, []
        for y, text, colour, bold in (
            *_factors(layers, shown, scale, slopes),
            (294, "Left at layer 1:", INK, False),
            (268, f"– –  slopes alone {_power(alone[0])}", GREY, False),
            (242, f"—  slopes · weights {_power(both[0])}", BACKWARD, True),
            (216, f"○  real network, {what} {_power(real[0])}", INK, True),
            (170, verdict, INK, True),
        ):
            labels.append(Label(x, y, text, colour, 10, "lm", bold=bold))
        sizes = "size of delta" if circles == "deltas" else "size of delta, and of dC/dW (circles)"
        labels.append(Label(0.09 * WIDTH, 424, f"{sizes}; that of the last layer = 1", GREY, 10, "lm"))
        if layers == 1:
            return Scene(labels, verdict, targets=self._targets(1, activation, 1, circles), idle=ONE_LAYER)
        status = (
            f"{verdict} {shown}, {layers} layers, weight scale {scale}: layer 1 of a real network has "
            f"{_power(real[0])} of the last layer's {what}; of delta, slopes · weights leave {_power(both[0])}."
        )
        return Scene(labels, status, targets=self._targets(layers, activation, both[0], circles))

    def _targets(self, layers, activation, left, circles):
        """left: the height of the left end of the orange line."""
        (start, bottom), (end, _) = (self.pixels(self.ax, k, LOWEST) for k in (1, DEEPEST))
        says = "drag the right end, or click the axis, for L"
        axis = Target((start - 9, bottom - 22, end - start + 18, 30), self._lengthen, says)
        right = Target(around(*self.pixels(self.ax, layers, 0)), self._lengthen, says)
        if layers == 1:
            return axis, right

        def lift(x, y):
            """The scale whose product comes nearest to the finger."""
            _, wanted = self.point(self.ax, x, y)
            ends = {s: np.log10(product(s * typical_slopes(activation, s)[:layers])[0]) for s in SCALES}
            return {"scale": min(ends, key=lambda s: abs(ends[s] - wanted))}

        def swap(x, y):
            return {"circles": "weights" if circles == "deltas" else "deltas"}

        end = Target(around(*self.pixels(self.ax, 1, np.log10(left))), lift, "drag the left end for s")
        legend = Target((0.67 * WIDTH, 205, 0.32 * WIDTH, 22), swap, "click ○ in the legend")
        return axis, legend, end, right

    def _lengthen(self, x, y):
        return self.nearest(layers=self.point(self.ax, x, y)[0])


def _factors(layers, shown, scale, slopes):
    """The first lines at the side: what the factor is made of. One layer has none."""
    if layers == 1:
        return ((400, "L = 1", INK, True),)
    slope = float(np.exp(np.mean(np.log(slopes[:-1]))))
    return (
        (400, f"{shown}, L = {layers}, s = {scale}", INK, True),
        (362, f"typical slope, all layers {slope:.3f}", BACKWARD, False),
        (336, f"factor s · slope = {scale * slope:.3f}", BACKWARD, False),
    )


def _verdict(what, left, layers):
    if layers == 1:
        return "One layer: nothing is lost."
    words = (
        "vanishes" if left < 1e-3 else "explodes" if left > 1e3 else "shrinks" if left < 0.1 else
        "grows" if left > 10 else "arrives"
    )  # fmt: skip
    return f"{what} {words}."


def _power(x):
    """x as a power of ten with one digit before it, or as a number between 0.01 and 100."""
    if 0.01 <= x < 100:
        return f"{x:.2f}"
    digits, exponent = f"{x:.0e}".split("e")
    return f"{digits} × 10{raised(int(exponent))}"
