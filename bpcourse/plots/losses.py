"""Plots of losses: where they come from, how they drive learning, where they break (chapter `losses`)."""

import numpy as np

from .style import ACCENT, BACKWARD, DASHES, FORWARD, GREY, INK, OTHER, PAPER, SHADE, new_axes, styled


@styled
def plot_bell(grid, density, readings, heights, ax=None, title=""):
    """A density over `grid`, and over each of the `readings` a line up to its height, which stands above it."""
    ax = new_axes(ax, height=270)
    ax.plot(grid, density, color=FORWARD)
    top = np.argmax(density)
    ax.axvline(grid[top], color=GREY, lw=1, ls=DASHES[1], zorder=0)
    note = f"a = {grid[top]:.1f}"
    ax.annotate(note, (grid[top], 0), (-6, 8), textcoords="offset points", ha="right", color=GREY)
    for reading, height in zip(readings, heights, strict=True):
        ax.plot([reading, reading], [0, height], color=INK, lw=2.5)
        ax.annotate(
            f"{height:.2f}",
            (reading, height),
            (5, 4),
            textcoords="offset points",
            color=INK,
            weight="bold",
            va="bottom",
        )
    ax.set(
        xlabel="reading y", ylabel="p(y)", xticks=[*readings], xlim=(grid[0], grid[-1]), ylim=(0, 1.15 * density[top])
    )
    ax.set_title(title)
    return ax


@styled
def plot_surprise(grid, surprise, readings, ax=None, title=""):
    """Minus the log likelihood over the guesses `grid`; `readings` as marks below, the lowest point in green."""
    ax = new_axes(ax, height=380)
    ax.plot(grid, surprise, color=FORWARD)
    best = np.argmin(surprise)
    low, high = np.min(surprise), np.max(surprise)
    ax.plot(grid[best], surprise[best], "o", color=ACCENT, ms=10, zorder=3)
    note = f"lowest at a = {grid[best]:.2f}"
    ax.annotate(note, (grid[best], low), (0, 14), textcoords="offset points", ha="center", color=ACCENT, weight="bold")
    floor = low - 0.12 * (high - low)
    ax.plot(readings, np.full(len(readings), floor), "|", color=INK, ms=16, mew=2.5)
    ax.annotate("the readings", (max(readings), floor), (10, 0), textcoords="offset points", va="center", color=GREY)
    ax.set(
        xlabel="a, the value that you suppose", ylabel="minus log likelihood", ylim=(low - 0.22 * (high - low), high)
    )
    ax.set_title(title)
    return ax


@styled
def plot_deltas(z, deltas, ax=None, title=""):
    """Delta over z for a target of 0; deltas = {label: delta at each z}. Solid where it stays, dashed where it dies."""
    ax = new_axes(ax, height=380)
    for label, delta in deltas.items():
        dies = delta[-1] < 0.5 * np.max(delta)
        ax.plot(z, delta, color=BACKWARD, ls=(0, (5, 2)) if dies else "-")
        at = (z[np.argmax(delta)], np.max(delta)) if dies else (z[-1], delta[-1])
        place = {"ha": "center", "xytext": (0, 8)} if dies else {"ha": "right", "xytext": (-8, -18)}
        ax.annotate(label, at, textcoords="offset points", color=BACKWARD, weight="bold", **place)
    ax.axvspan(3, z[-1], color=SHADE, zorder=0)
    ax.annotate("sure and wrong", (3, 0.4), (8, 0), textcoords="offset points", color=GREY, va="center")
    ax.set(xlabel="z of the unit (target 0)", ylabel="delta, dE/dz", xlim=(z[0], z[-1]), ylim=(-0.03, 1.05))
    ax.set_title(title)
    return ax


@styled
def plot_steps_needed(starts, needed, ax=None, title=""):
    """Steps of learning needed over the z where it starts, logarithmic; needed = {label: steps for each start}."""
    ax = new_axes(ax, height=380)
    for (label, steps), marker in zip(needed.items(), "oD", strict=False):
        ax.semilogy(starts, steps, color=BACKWARD, marker=marker, ms=6, mfc=PAPER, mew=1.8)
        here = (starts[-1], steps[-1])
        ax.annotate(label, here, (-8, 10), textcoords="offset points", color=BACKWARD, ha="right", weight="bold")
        ax.annotate(f"{steps[-1]:,}", here, (10, 0), textcoords="offset points", color=INK, va="center")
    ax.set(xlabel="z at the start (target 0)", ylabel="steps until a < 0.1", ylim=(5, 1e5))
    ax.set_xlim(right=starts[-1] + 0.9)
    ax.set_title(title)
    return ax


@styled
def plot_stairs(z, naive, stable, ax=None, title=""):
    """A loss computed in two ways over z; where the naive one is infinite, the picture says so."""
    ax = new_axes(ax, height=380)
    finite = np.isfinite(naive)
    ax.plot(z, stable, color=ACCENT, lw=3)
    ax.plot(z[finite], naive[finite], color=INK, lw=1.4)
    end = z[finite][-1]
    ax.axvspan(end, z[-1], color=SHADE, zorder=0)
    ax.annotate("from here on\n−log(1 − a) is inf", (end, z[0]), (8, 12), textcoords="offset points", color=INK)
    k = len(z) * 5 // 6
    ax.annotate("log(1 + eᶻ)", (z[k], stable[k]), (10, -14), textcoords="offset points", color=ACCENT, weight="bold")
    ax.annotate("−log(1 − a)", (end, naive[finite][-1]), (-6, -18), textcoords="offset points", color=INK, ha="right")
    ax.set(xlabel="z of the unit (target 0)", ylabel="loss", xlim=(z[0], z[-1]))
    ax.set_title(title)
    return ax


@styled
def plot_line_fits(x, y, fits, odd=None, ax=None, title=""):
    """Points and straight lines; fits = {label: (w, b)}; the point number `odd` is ringed."""
    ax = new_axes(ax, height=420)
    ax.plot(x, y, "o", color=INK, ms=8, zorder=3)
    if odd is not None:
        ax.plot(x[odd], y[odd], "o", ms=18, mfc="none", mec=INK, mew=1.5)
        ax.annotate("a slip of the pen", (x[odd], y[odd]), (-16, 0), textcoords="offset points", ha="right",
                    va="center", color=GREY)  # fmt: skip
    ends = np.array([np.min(x) - 0.3, np.max(x) + 0.3])
    styles = ((GREY, (0, (1, 1.5))), (FORWARD, (0, (6, 2))), (ACCENT, "-"))
    for (label, (w, b)), (colour, dashes) in zip(fits.items(), styles, strict=False):
        ax.plot(ends, w * ends + b, color=colour, ls=dashes, lw=2.5, zorder=2)
        ax.annotate(label, (ends[1], w * ends[1] + b), (6, 0), textcoords="offset points", va="center", color=colour)
    ax.set(xlabel="x", ylabel="y", xlim=(ends[0], ends[1] + 1.1))
    ax.set_title(title)
    return ax


@styled
def plot_training(curves, ax=None, title=""):
    """Losses over the steps of training on plain axes; curves = {label: losses}, losses[k] after k steps."""
    ax = new_axes(ax, height=400)
    ax.axhline(np.log(10), color=GREY, lw=1.2, ls="--", zorder=0)
    styles = ((INK, "-"), (FORWARD, (0, (6, 2))), (OTHER, (0, (6, 2, 1, 2))), (ACCENT, (0, (1, 1.5))))
    for (label, losses), (colour, dashes) in zip(curves.items(), styles, strict=False):
        ax.plot(losses, color=colour, ls=dashes, lw=2.5)
        k = min(3, len(losses) - 1)  # early, where the curves are still apart
        ax.annotate(label, (k, losses[k]), (5, 5), textcoords="offset points", color=colour, weight="bold", size=13)
    ax.annotate("log 10", (len(losses) - 1, np.log(10)), (0, 5), textcoords="offset points", ha="right", color=GREY)
    ax.set(xlabel="steps of training", ylabel="loss", ylim=(0, 2.6), xlim=(-0.3, len(losses)))
    ax.set_title(title)
    return ax
