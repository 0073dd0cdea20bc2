"""Plots of a deep network's numbers by layer: how they are spread, which units are dead (chapter `activations`)."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from .style import BACKWARD, BACKWARD_FILL, EDGE, FORWARD, FORWARD_FILL, GREY, INK, PAPER, new_axes, styled

_PASSES = (("a", FORWARD, FORWARD_FILL), ("δ", BACKWARD, BACKWARD_FILL))
_BINS = 45


@styled
def plot_distributions(traces, layers, ax=None, title=""):
    """Histograms of a (blue) and, below, of the size of δ (orange, logarithmic) in some layers.

    traces = {label: Trace}, a column each; layers: their numbers, a row each. The axis of δ is one for all networks,
    that of a its network's own. Numbers that are exactly 0 are left out, and their share is written beside. Each
    histogram fills its panel, so heights cannot be compared. The panels are insets of the axes that come back.
    """
    rows, width = 2 * len(layers) + 1, 0.92 / len(traces)
    ax = new_axes(ax, height=80 + 50 * rows)
    ax.axis("off")
    ax.set_title(title, pad=30)
    sizes = {label: [np.log10(_nonzero(np.abs(trace.delta[k]))) for k in layers] for label, trace in traces.items()}
    every = np.concatenate([size for of_one in sizes.values() for size in of_one])
    decades = np.floor(np.quantile(every, 1e-3)), np.ceil(every.max())
    for column, (label, trace) in enumerate(traces.items()):
        values = [_nonzero(trace.a[k]) for k in layers]
        span = np.floor(min(0, *map(np.min, values))), np.ceil(max(map(np.max, values)))
        for half, (shown, arrays, limits) in enumerate(((values, trace.a, span), (sizes[label], trace.delta, decades))):
            for row, layer in enumerate(layers):
                at = 1 - (half * (len(layers) + 1) + row + 0.85) / rows
                panel = ax.inset_axes((0.08 + column * (width + 0.01), at, width - 0.035, 0.72 / rows))
                _histogram(panel, shown[row], limits, half, np.mean(arrays[layer] == 0), row == len(layers) - 1)
                if column == 0:
                    name, colour, _ = _PASSES[half]
                    panel.text(-0.06, 0.1, f"{name}, layer {layer}", transform=panel.transAxes, fontsize=10,
                               color=colour, ha="right")  # fmt: skip
                if half == row == 0:
                    panel.set_title(label, fontsize=11, pad=6)
    return ax


def _nonzero(array):
    return array[array != 0]


def _histogram(panel, numbers, limits, half, zero, last):
    """One panel. half: 0 for a, 1 for log10 of the size of δ; zero: the share left out; last: with names of ticks."""
    _, colour, fill = _PASSES[half]
    counts, edges = np.histogram(numbers, np.linspace(*limits, _BINS + 1))
    panel.stairs(counts, edges, fill=True, fc=fill, ec=colour, lw=1.2)
    panel.set(xlim=limits, ylim=(0, 1.1 * max(counts.max(), 1)), yticks=[])
    panel.spines["left"].set_visible(False)
    panel.tick_params(labelsize=9, length=2)
    low, high = limits
    step = 2 * np.ceil((high - low) / 10)  # of powers of ten: at most six have a name
    ticks = np.arange(step * np.ceil(low / step), high + 1, step) if half else np.linspace(low, high, 3)
    names = [f"$10^{{{tick:.0f}}}$" if half else f"{tick:g}".replace("-", "−") for tick in ticks]
    panel.set_xticks(ticks, names if last else [])
    if zero > 0.005:
        place = {"x": 0.02, "ha": "left"} if half else {"x": 1, "ha": "right"}  # where the histogram is not
        panel.text(y=0.95, s=f"{zero:.0%} are 0", transform=panel.transAxes, fontsize=9, color=GREY, va="top", **place)


@styled
def plot_dead(before, after, ax=None, title=""):
    """How many units of each layer are dead: before, after = {layer: (units,) True for a dead unit}.

    Upward what was dead before training: those that still are, filled, and those that woke. Downward what died since.
    """
    ax = new_axes(ax, height=360)
    layers = list(before)
    stayed, woke, died = (
        np.array([np.sum(which(before[k], after[k])) for k in layers], dtype=int)
        for which in (lambda b, a: b & a, lambda b, a: b & ~a, lambda b, a: ~b & a)
    )
    ax.bar(layers, stayed, 0.7, fc=INK, ec=INK, lw=1.2, label="dead before and after")
    ax.bar(layers, woke, 0.7, bottom=stayed, fc=PAPER, ec=INK, lw=1.2, label="dead before, awake after")
    ax.bar(layers, -died, 0.7, fc=EDGE, ec=INK, lw=1.2, label="died in training")
    ax.axhline(0, color=INK, lw=1.2)
    ax.set(xlabel="layer", ylabel="dead units", ylim=(-1.25 * max(*died, 1), 1.12 * max(*(stayed + woke), 1)))
    ax.set_xticks(layers)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")
    ax.legend(loc="upper left", frameon=False)
    ax.set_title(title)
    return ax
