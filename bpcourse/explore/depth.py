"""Explorer: depth. What 1 to 50 layers leave of a message: the slopes times weights, and a real network."""

from functools import cache

import numpy as np

from ..losses import half_squared_error
from ..network import Network
from ..plots.style import BACKWARD, GREY, INK, PAPER, WIDTH
from ..text import raised
from .base import Explorer, Label, Scene, add_line
from .controls import Choice, Slider, choices
from .settings import ACTIVATIONS

WIDTH_OF_LAYER, BATCH, DEEPEST = 64, 8, 50
LOWEST, HIGHEST = -48, 28  # powers of ten on the axis
SCALES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0, 2.2, 2.5, 3.0)


@cache
def draws():
    """Random numbers, drawn once: weights of deviation 1 for every layer, inputs and targets."""
    rng = np.random.default_rng(0)
    shape = (WIDTH_OF_LAYER, WIDTH_OF_LAYER)
    weights = {layer: rng.normal(size=shape) for layer in range(1, DEEPEST + 1)}
    return weights, rng.normal(size=(BATCH, WIDTH_OF_LAYER)), rng.normal(size=(BATCH, WIDTH_OF_LAYER))


@cache
def depths(activation, scale, layers):
    """(deltas, weights, slopes) of a network of `layers` layers, each for l = 1..layers: the sizes of delta[l] and of
    dC/dW[l], the last one = 1; and the typical (root mean square) slope.

    W[l] is normal with deviation scale / sqrt(width), biases are zero. At most 9000 settings of 150 numbers: all are
    kept.
    """
    weights, X, Y = draws()
    g = ACTIVATIONS[activation][1]
    net = Network((WIDTH_OF_LAYER,) * (layers + 1), hidden=g, output=g, loss=half_squared_error)
    params = net.pack(
        {k: scale / np.sqrt(WIDTH_OF_LAYER) * weights[k] for k in range(1, layers + 1)},
        {k: np.zeros(WIDTH_OF_LAYER) for k in range(1, layers + 1)},
    )
    trace = net.backward(params, net.forward(params, X), Y)
    deltas, gradients = (
        np.array([np.linalg.norm(part[k]) for k in range(1, layers + 1)]) for part in (trace.delta, trace.grads.W)
    )
    slopes = np.array([np.sqrt(np.mean(g.derivative(trace.z[k]) ** 2)) for k in range(1, layers + 1)])
    return deltas / deltas[-1], gradients / gradients[-1], slopes


def product(factors):
    """What is left at layers 1..L of a message of 1 at layer L, which meets factors[l - 1] when it enters layer l."""
    return np.append(np.cumprod(factors[-2::-1])[::-1], 1.0) if len(factors) > 1 else np.ones(1)


class Depth(Explorer):
    """What 1 to 50 layers leave of a message: slopes and weights, and a real network (chapter `activations`)."""

    name = "What depth does to a message"
    height = 480
    sliders = {
        "layers": Slider("layers L", choices(tuple(range(1, DEEPEST + 1))), 30),
        "activation": Slider("activation", tuple((shown, name) for name, (shown, _) in ACTIVATIONS.items()), "sigmoid"),
        "scale": Slider("weight scale s", choices(SCALES), 1.4),
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
        return [self.alone, self.both, self.real]

    def move(self, layers, activation, scale, circles):
        deltas, gradients, slopes = depths(activation, scale, layers)
        real, what = (deltas, "delta") if circles == "deltas" else (gradients, "dC/dW")
        alone, both = product(slopes), product(scale * slopes)
        at = np.arange(1, layers + 1)
        for line, y in ((self.alone, alone), (self.both, both), (self.real, real)):
            line.set_data(at, np.log10(y))
        shown = ACTIVATIONS[activation][0]
        slope = float(np.exp(np.mean(np.log(slopes[:-1])))) if layers > 1 else float(slopes[0])
        factor, x = scale * slope, 0.675 * WIDTH
        verdict = _verdict(real[0], layers)
        labels = []
        for y, text, colour, bold in (
            (400, f"{shown}, L = {layers}, s = {scale}", INK, True),
            (362, f"typical slope (mean) {slope:.3f}", BACKWARD, False),
            (336, f"factor s · slope = {factor:.3f}", BACKWARD, False),
            (294, "Left of delta at layer 1:", INK, False),
            (268, f"– –  slopes alone {_power(alone[0])}", GREY, False),
            (242, f"—  slopes · weights {_power(both[0])}", BACKWARD, True),
            (216, f"○  real network, {what} {_power(real[0])}", INK, True),
            (170, verdict, INK, True),
        ):
            labels.append(Label(x, y, text, colour, 10, "lm", bold=bold))
        sizes = "size of delta" if circles == "deltas" else "size of delta, and of dC/dW (circles)"
        labels.append(Label(0.09 * WIDTH, 424, f"{sizes}; that of the last layer = 1", GREY, 10, "lm"))
        status = (
            f"{shown}, {layers} layers, weight scale {scale}: at layer 1 the product of slopes and weights leaves "
            f"{both[0]:.1e} of delta, in a real network {what} is {real[0]:.1e} of the last one. {verdict}"
        )
        return Scene(labels, status)


def _verdict(left, layers):
    if layers == 1:
        return "One layer: nothing is lost."
    if left < 1e-3:
        return "It vanishes."
    if left > 1e3:
        return "It explodes."
    return "It shrinks." if left < 0.1 else "It grows." if left > 10 else "It arrives."


def _power(x):
    """x as a power of ten with one digit before it, or as a number between 0.01 and 100."""
    if 0.01 <= x < 100:
        return f"{x:.2f}"
    digits, exponent = f"{x:.0e}".split("e")
    return f"{digits} × 10{raised(int(exponent))}"
