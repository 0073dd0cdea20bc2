"""Plots of activations, of what depth does to their slopes, and of a Jacobian (chapter `activations`)."""

import numpy as np

from ..text import lowered, minus
from .chain import box, new_page
from .style import (
    ACCENT,
    ARROW_STYLE,
    BACKWARD,
    BACKWARD_FILL,
    DASHES,
    FORWARD,
    FORWARD_FILL,
    GREY,
    INK,
    OTHER,
    PALE,
    PAPER,
    figure,
    new_axes,
    styled,
)

FLAT = 0.1  # a slope smaller than this in size counts as flat: less than a tenth of a message gets through
_COLOURS = (INK, FORWARD, OTHER, ACCENT)
_MARKS = ("o", "s", "^", "D")
POSITIVE, NEGATIVE = ACCENT, OTHER  # signs, in colours that stand for neither pass


def flat_zones(z, slope, limit=FLAT):
    """The intervals [(from, to), ...] of the grid z on which |slope| < limit."""
    flat = np.concatenate([[False], np.abs(slope) < limit, [False]])
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    return [(z[start], z[end - 1]) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def broken(z, y, jump=0.15):
    """z and y with a gap (nan) wherever y jumps by more than `jump` between two points of the grid: a line drawn
    through them takes no values in between.
    """
    at = np.flatnonzero(np.abs(np.diff(y)) > jump) + 1
    return np.insert(z, at, np.nan), np.insert(y, at, np.nan)


@styled
def plot_value_and_slope(curves, ax=None, title="", ylim=None):
    """A panel for each of curves = {name: (z, value, slope)}, two in a row: value blue, slope orange and dashed (with a
    gap where it jumps), shaded where the slope is below `FLAT` in size. ylim: one for all panels; without it, each has
    its own. The panels are insets of the axes that come back.
    """
    rows = (len(curves) + 1) // 2
    ax = new_axes(ax, height=90 + 230 * rows)
    ax.axis("off")
    ax.set_title(title)
    height = 1 / (rows + 0.22 * (rows - 1))
    for k, (name, (z, value, slope)) in enumerate(curves.items()):
        row, column = divmod(k, 2)
        panel = ax.inset_axes((0.03 + 0.52 * column, 1 - height - row * 1.22 * height, 0.45, 0.88 * height))
        for start, end in flat_zones(z, slope):
            panel.axvspan(start, end, color=PALE, lw=0, zorder=0)
        panel.axhline(0, color=GREY, lw=0.8)
        panel.plot(z, value, color=FORWARD, lw=3)
        panel.plot(*broken(z, slope), color=BACKWARD, lw=1.8, ls=(0, (4, 1.5)))
        low, high = min(value.min(), slope.min()), max(value.max(), slope.max())
        own = (low - 0.06 * (high - low), high + 0.12 * (high - low))
        panel.set(xlim=(z[0], z[-1]), ylim=ylim or own, xlabel="z")
        panel.set_title(name, fontsize=11, pad=6)
        panel.text(0.02, 0.93, "value g", color=FORWARD, transform=panel.transAxes, va="top")
        panel.text(0.02, 0.80, "slope g′", color=BACKWARD, transform=panel.transAxes, va="top")
    return ax


@styled
def plot_functions(curves, ax=None, title="", xlabel="x", ylabel="output"):
    """Curves {label: (x, y)} with their labels at the right end."""
    ax = new_axes(ax)
    for (label, (x, y)), colour, dashes in zip(curves.items(), _COLOURS, DASHES, strict=False):
        ax.plot(x, y, color=colour, ls=dashes)
        ax.annotate(label, (x[-1], y[-1]), (6, 0), textcoords="offset points", color=colour, va="center")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set_title(title)
    return ax


@styled
def plot_depth(norms, ax=None, title=""):
    """Sizes of delta at each layer on a logarithmic axis; norms = {label: [at layer 1, ..., at layer L]}. All are
    messages, so all are orange, and dashes and marks tell them apart.
    """
    ax = new_axes(ax, height=420)
    for (label, sizes), dashes, mark in zip(norms.items(), DASHES, _MARKS, strict=False):
        layers = np.arange(1, len(sizes) + 1)
        ax.semilogy(layers, sizes, color=BACKWARD, ls=dashes, marker=mark, ms=6, mfc=PAPER, markevery=(0, 4))
        ax.annotate(label, (1, sizes[0]), (-10, 0), textcoords="offset points", va="center", ha="right")
    last = len(sizes)
    ax.plot([1, last], [1, 1], color=GREY, lw=0.8, zorder=0)
    room = 0.06 + 0.016 * max(map(len, norms))  # left of layer 1, for the labels
    ax.set(
        xlim=(1 - room * last, last + 0.5), xlabel="layer (the loss is at the right end)", ylabel="size of δ, last = 1"
    )
    ax.set_xticks([1, *range(5, last + 1, 5)])
    ax.spines["bottom"].set_bounds(1, last)
    ax.set_title(title)
    return ax


@styled
def plot_row_of_units(weight, value, slope, units=6, ax=None, title=""):
    """Units in a row that all say `value`, with one slope and one weight, and the first step back from the last, whose
    delta is 1: times the weight, times the slope of the unit before. What the other units get is left to the reader.
    """
    ax = new_page(ax, 185)
    step = 668 / (units - 1)
    for unit in range(1, units + 1):
        x = 66 + (unit - 1) * step
        box(ax, (x, 83), 84, 82, FORWARD_FILL, FORWARD)
        back = unit < units
        says = ((107, f"unit {unit}", INK), (83, f"says {_part(value)}", FORWARD))
        for y, text, colour in (*says, (59, f"slope {_part(slope)}", BACKWARD if back else GREY)):
            ax.text(x, y, text, ha="center", va="center", color=colour, size=10, zorder=4)
        reached = f"1 · {weight:g} · {_part(slope)} = {_part(weight * slope)}"
        delta = "1" if not back else reached if unit == units - 1 else "?"
        ax.text(x, 22, f"δ = {delta}", ha="center", va="center", color=BACKWARD, weight="bold", size=10)
        if back:
            start, end, middle = x + 45, x + step - 45, x + step / 2
            ax.annotate("", (end, 98), (start, 98), arrowprops=ARROW_STYLE | {"color": FORWARD})
            ax.annotate("", (start, 68), (end, 68), arrowprops=ARROW_STYLE | {"color": BACKWARD})
            ax.text(middle, 138, f"weight {weight:g}", ha="center", va="center", color=GREY, size=10)
            ax.text(middle, 52, f"· {weight:g}", ha="center", va="center", color=BACKWARD, size=10)
    ax.set_title(title)
    return ax


def _part(x):
    """A number; below 1 it is written as one over another."""
    return f"{x:.4g}" if x >= 1 else f"1/{1 / x:.4g}"


@styled
def plot_way_back(chains, title=""):
    """A panel for each of chains = {label: [delta of unit 1, ..., delta of the last unit]}: a bar for each unit, with
    its number above. Each panel has its own scale; a number below 1 is written as one over another.
    """
    fig = figure(height=290)
    axes = np.atleast_1d(fig.subplots(1, len(chains)))
    for ax, (label, sizes) in zip(axes, chains.items(), strict=True):
        units = np.arange(1, len(sizes) + 1)
        ax.bar(units, sizes, width=0.7, color=BACKWARD_FILL, edgecolor=BACKWARD, lw=1.5)
        for unit, size in zip(units, sizes, strict=True):
            shown, above = _part(size), {"textcoords": "offset points", "ha": "center", "size": 10}
            ax.annotate(shown, (unit, size), (0, 3), color=BACKWARD, **above)
        top = max(sizes)
        ax.annotate("", (0.7, 1.32 * top), (len(sizes) + 0.3, 1.32 * top), arrowprops=ARROW_STYLE | {"color": BACKWARD})
        ax.text(units.mean(), 1.35 * top, "δ on its way back", ha="center", va="bottom", color=BACKWARD, size=10)
        ax.set(xlim=(0.4, len(sizes) + 0.6), ylim=(0, 1.5 * top), xlabel="unit", xticks=units, yticks=[])
        ax.tick_params(length=0)
        ax.spines["left"].set_visible(False)
        ax.set_title(label, fontsize=11)
    fig.suptitle(title, x=0.01, ha="left", weight="bold", size=13)
    return axes[0]


@styled
def plot_folds(folds, title=""):
    """A panel for each of folds = {label: (x, y)}: a line that layers have folded, with a dot at each of its kinks."""
    fig = figure(height=230)
    axes = np.atleast_1d(fig.subplots(1, len(folds), sharey=True))
    for ax, (label, (x, y)) in zip(axes, folds.items(), strict=True):
        kinks = np.flatnonzero(np.abs(np.diff(y, 2)) > 1e-9) + 1
        ax.plot(x, y, color=FORWARD, lw=2)
        ax.plot(x[kinks], y[kinks], "o", color=FORWARD, ms=6, mfc=PAPER, clip_on=False)
        ax.set(xlim=(x[0], x[-1]), xticks=(x[0], x[-1]), yticks=(min(y), max(y)))
        ax.set_title(label, fontsize=11)
    fig.suptitle(title, x=0.01, ha="left", weight="bold", size=13)
    return axes[0]


@styled
def plot_jacobian(J, ax=None, title="", inputs="z", outputs="p"):
    """A Jacobian (m, n) as a table: row i an output, column k an input; green above 0, purple below, the deeper the
    larger.
    """
    ax = new_axes(ax, height=110 + 62 * len(J), width=800)
    rows, columns = J.shape
    biggest = np.abs(J).max()
    for i in range(rows):
        for k in range(columns):
            share = abs(J[i, k]) / biggest
            colour = POSITIVE if J[i, k] > 0 else NEGATIVE
            ax.fill_between([k - 0.48, k + 0.48], i - 0.46, i + 0.46, color=colour, alpha=0.10 + 0.45 * share, lw=0)
            ax.text(k, i, minus(f"{J[i, k]:+.3f}"), ha="center", va="center")
    ax.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
    ax.set_xticks(range(columns), [f"by {inputs}{lowered(k + 1)}" for k in range(columns)])
    ax.set_yticks(range(rows), [f"{outputs}{lowered(i + 1)} changes" for i in range(rows)])
    ax.tick_params(length=0)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set_title(title)
    return ax
