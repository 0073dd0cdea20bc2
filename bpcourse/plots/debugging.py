"""Plots of runs that learn and of runs that do not (chapter `debugging`)."""

import numpy as np

from .style import ACCENT, BACKWARD, BACKWARD_FILL, FORWARD, FORWARD_FILL, GREY, INK, ONE_OF_MANY, new_axes, styled

COLUMNS = 4
PANEL = 95  # pixels high
GAP, WORDS, NAME = 0.26, 0.72, 0.5  # of a panel: between two; above one with words; above one with a name alone
CUT = 2  # levels, above which a curve is cut


@styled
def plot_shapes(runs, ax=None, title="", level=0.0, names=("training", "validation")):
    """Loss curves in small panels, four a row, each under its name; runs = {name: (what it says, losses)} or
    {name: (what it says, losses, other losses)}, the other ones as a green line over the same steps, and both with
    their `names`. Where it says nothing (""), the name stands in its place. level: where a dashed line runs across
    each, at one height; a curve that rises above two of it is cut there, and its panel says how far it goes.
    """
    rows = -(-len(runs) // COLUMNS)
    above = WORDS if any(said for said, *_ in runs.values()) else NAME
    ax = new_axes(ax, height=60 + PANEL * (1 + above) * rows)
    ax.axis("off")
    ax.set_title(title)
    width, height = 1 / (COLUMNS + GAP * (COLUMNS - 1)), 1 / (rows * (1 + above))
    for k, (name, (said, losses, *other)) in enumerate(runs.items()):
        row, column = divmod(k, COLUMNS)
        bottom = 1 - (row + 1) * height * (1 + above) + 0.14 * height
        panel = ax.inset_axes(((1 + GAP) * column * width, bottom, width, height))
        losses = np.asarray(losses)
        steps = np.arange(len(losses))
        if level:
            panel.axhline(level, color=GREY, lw=1, ls="--", zorder=0)
        panel.plot(steps, losses, color=ONE_OF_MANY if other else INK, lw=1)
        for values in other:
            panel.plot(np.linspace(0, steps[-1], len(values)), values, color=ACCENT, lw=2.2)
            for which, colour, y in zip(names, (GREY, ACCENT), (0.8, 0.6), strict=True):
                panel.text(1, y, which, transform=panel.transAxes, fontsize=10, color=colour, ha="right", va="bottom")
        top = max(np.max(values) for values in (losses, *other))
        high = CUT * level if level else 1.06 * top
        if top > high:
            panel.annotate(f"up to {top:.0f}", (np.argmax(losses), high), (4, 0), textcoords="offset points",
                           fontsize=9, va="top")  # fmt: skip
        panel.set(xlim=(0, steps[-1]), ylim=(0, high))
        panel.set_xticks([0, steps[-1]], ["0", f"{steps[-1]} steps"])
        panel.xaxis.get_majorticklabels()[-1].set_ha("right")
        panel.set_yticks([0, level] if level else [0], ["0", f"{level:.1f}"] if level else ["0"])
        panel.tick_params(labelsize=9, length=2)
        panel.set_ylabel("" if column else "loss", fontsize=10, labelpad=0)
        panel.text(0, 1.3 if said else 1.07, name, transform=panel.transAxes, fontsize=11, weight="bold", va="bottom")
        panel.text(0, 1.07, said, transform=panel.transAxes, fontsize=10, color=GREY, va="bottom")
    return ax


@styled
def plot_layers(before, after, ax=None, title="", labels=("before", "after")):
    """How large the numbers of each layer are, of two networks: before = {name: array}, after with the same names.

    A panel a name: the shares of the numbers that are not 0, by size, on one logarithmic axis for all; how many are 0
    is written beside. Names that begin with "∂" are drawn as the backward pass, in the right column.
    """
    sides = [[name for name in after if name.startswith("∂") == back] for back in (False, True)]
    rows = max(map(len, sides))
    ax = new_axes(ax, height=104 + 92 * rows)
    ax.axis("off")
    ax.set_title(title)
    edges = np.linspace(*_decades([*before.values(), *after.values()]), 61)
    for column, names in enumerate(sides):
        colour, fill = ((FORWARD, FORWARD_FILL), (BACKWARD, BACKWARD_FILL))[column]
        for row, name in enumerate(names):
            panel = ax.inset_axes((0.55 * column, 1 - (row + 1) / rows + 0.22 / rows, 0.45, 0.66 / rows))
            for array, style in (
                (after[name], {"fc": fill, "ec": colour, "lw": 1.6}),
                (before[name], {"fc": "none", "ec": INK, "lw": 1.2, "ls": (0, (3, 1.5))}),
            ):
                panel.stairs(_shares(array, edges), edges, fill=style["fc"] != "none", **style)
            panel.set(xlim=edges[[0, -1]], yticks=[], ylim=(0, None))
            powers = np.arange(edges[0], edges[-1] + 1, 2)
            last = row == len(names) - 1
            panel.set_xticks(powers, [f"$10^{{{power:.0f}}}$" for power in powers] if last else [])
            panel.set_xlabel("size" if last else "")
            panel.spines["left"].set_visible(False)
            panel.text(0, 1.0, name, transform=panel.transAxes, weight="bold", color=colour, va="bottom")
            zeros = (
                f"{label} {np.mean(values[name] == 0):.0%}"
                for label, values in zip(labels, (before, after), strict=True)
            )
            panel.text(1, 1.0, "zero: " + ", ".join(zeros), transform=panel.transAxes, fontsize=10, color=GREY,
                       va="bottom", ha="right")  # fmt: skip
    return ax


def _decades(arrays):
    """The whole powers of ten, as exponents, between which the sizes of nearly all numbers lie."""
    sizes = np.concatenate([np.abs(array).ravel() for array in arrays])
    logs = np.log10(sizes[sizes > 0])
    low, high = np.quantile(logs, [0.005, 1])
    return 2 * np.floor(low / 2), 2 * np.ceil(high / 2)


def _shares(array, edges):
    """What share of the numbers of an array has log10 |number| in each bin; what is beyond counts in the outermost."""
    sizes = np.abs(array[array != 0])
    logs = np.clip(np.log10(sizes), edges[0], edges[-1]) if sizes.size else sizes
    return np.histogram(logs, edges)[0] / array.size
