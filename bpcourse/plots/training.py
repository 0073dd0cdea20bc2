"""Plots of training: losses, decision boundaries (chapter `training`)."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from . import style
from .style import ACCENT, DARKER_OTHER, FORWARD, GREY, INK, PAPER, PROBABILITY, SHADE, new_axes, styled

CLASSES = (("o", 5.6, style.CLASSES[0]), ("D", 4.9, style.CLASSES[1]))  # marker, size, colour
_PLANE = LinearSegmentedColormap.from_list("plane", PROBABILITY)
_STYLES = ((INK, (0, (1, 1.5))), (DARKER_OTHER, (0, (6, 2))), (FORWARD, "-"), (GREY, "-"))


@styled
def plot_curves(curves, ax=None, title="", level=None, xlabel="epochs", ylabel="loss", log=False, at=None):
    """Losses over the epochs; curves = {label: values}, the last one in green. A label stands at the right end, or by
    its curve where `at` = {label: (epoch, points to the right, points up)} says so. level: a dashed line across.
    """
    ax = new_axes(ax, height=390)
    last = len(curves) - 1
    longest = max(map(len, curves.values()))
    if level is not None:
        ax.axhline(level, color=GREY, lw=1.2, ls="--", zorder=0)
    for k, (label, values) in enumerate(curves.items()):
        colour, dashes = (ACCENT, "-") if k == last else _STYLES[k % len(_STYLES)]
        epochs = np.arange(1, len(values) + 1)
        ax.plot(epochs, values, color=colour, ls=dashes, lw=2.5)
        here, *shift = (at or {}).get(label, (len(values), 8, 0))
        place = {"xytext": shift, "textcoords": "offset points", "va": "center"}
        ax.annotate(label, (here, values[here - 1]), color=colour, weight="bold", **place)
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear", xlim=(0, longest * 1.02))
    if not log:
        ax.set_ylim(bottom=0)
    ax.set_title(title)
    return ax


@styled
def plot_turning(training, validation, ax=None, title=""):
    """Training loss (dashed) and validation loss over the epochs; the epoch of the lowest validation loss is marked."""
    ax = new_axes(ax, height=400)
    epochs = np.arange(1, len(training) + 1)
    best = int(np.argmin(validation))
    ax.axvspan(epochs[best], epochs[-1], color=SHADE, lw=0, zorder=0)
    ax.plot(epochs, training, color=INK, ls=(0, (5, 2)))
    ax.plot(epochs, validation, color=ACCENT, lw=2.8)
    ax.plot(epochs[best], validation[best], "o", color=ACCENT, ms=10, mfc=PAPER, mew=2.5, zorder=4)
    side, shift = ("left", 16) if best < len(epochs) / 2 else ("right", -16)  # where there is room
    ax.annotate(
        f"lowest at epoch {epochs[best]}: {validation[best]:.3f}", (epochs[best], validation[best]), (shift, 46),
        textcoords="offset points", color=ACCENT, weight="bold", ha=side,
        arrowprops={"arrowstyle": "-", "color": ACCENT, "lw": 1, "shrinkB": 7, "relpos": (shift < 0, 0)},
    )  # fmt: skip
    for label, values, colour in (("training", training, INK), ("validation", validation, ACCENT)):
        ax.annotate(label, (epochs[-1], values[-1]), (8, 0), textcoords="offset points", color=colour, va="center")
    ax.set(xlabel="epochs", ylabel="loss", xlim=(0, epochs[-1]), ylim=(0, 3 * validation[best]))
    ax.set_title(title)
    return ax


@styled
def plot_boundaries(panels, ax=None, title=""):
    """Data in the plane, and what a network makes of it, in panels side by side.

    panels = {label: (X, labels, x, y, P)}: X (n, 2), labels (n,) 0 or 1, P (len(y), len(x)) the probability of class 1
    at each point of the grid. The dark line is where P is a half; a ring is round a point on the wrong side.
    """
    width = 1 / (len(panels) + 0.06 * (len(panels) - 1))
    tallest = max(np.ptp(y) / np.ptp(x) for _, _, x, y, _ in panels.values()) * 780 * width  # CSS pixels
    ax = new_axes(ax, height=86 + tallest)
    ax.axis("off")
    ax.set_title(title)
    for k, (label, (X, labels, x, y, P)) in enumerate(panels.items()):
        panel = ax.inset_axes((1.06 * k * width, 0, width, tallest / (tallest + 28)))
        panel.contourf(x, y, P, levels=np.linspace(0, 1, 13), cmap=_PLANE, zorder=0)
        panel.contour(x, y, P, levels=[0.5], colors=[INK], linewidths=2, zorder=1)
        for c, (marker, size, colour) in enumerate(CLASSES):
            panel.plot(*X[labels == c].T, marker, ms=size, mfc=colour, mec=PAPER, mew=0.7, ls="", zorder=2)
        wrong = (_between(X, x, y, P) > 0.5) != labels
        panel.plot(*X[wrong].T, "o", ms=9, mfc="none", mec=INK, mew=1, zorder=3)
        panel.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), xticks=[], yticks=[], aspect="equal", anchor="N")
        panel.spines[:].set_visible(False)
        panel.set_title(label, fontsize=11, weight="normal", pad=6)
    return ax


def _between(X, x, y, P):
    """P at the points X (n, 2), bilinear between the points of the grid x, y."""
    along = (np.interp(X[:, d], grid, np.arange(len(grid))) for d, grid in enumerate((x, y)))
    i, j = (np.minimum(a.astype(int), len(grid) - 2) for a, grid in zip(along, (x, y), strict=True))
    s, t = (X[:, 0] - x[i]) / (x[i + 1] - x[i]), (X[:, 1] - y[j]) / (y[j + 1] - y[j])
    return (1 - t) * ((1 - s) * P[j, i] + s * P[j, i + 1]) + t * ((1 - s) * P[j + 1, i] + s * P[j + 1, i + 1])
