"""Plots of the gallery of bugs (chapter `gallery`)."""

import numpy as np

from .style import BACKWARD, FORWARD, GREY, INK, PAPER, new_axes, styled


@styled
def plot_kink(z, h, ax=None, title=""):
    """ReLU around z, and the chord from z - h to z + h with its slope: what a central difference measures."""
    ax = new_axes(ax, height=330)
    left, right = z - h, z + h
    grid = np.array([left - 0.6 * h, min(max(0.0, left - 0.6 * h), right + 0.6 * h), right + 0.6 * h])
    ends = np.maximum([left, right], 0)
    slope = (ends[1] - ends[0]) / (2 * h)
    ax.plot(grid, np.maximum(grid, 0), color=FORWARD, lw=3)
    ax.plot([left, right], ends, "o--", color=BACKWARD, ms=8)
    ax.plot(z, max(z, 0), "o", color=INK, mfc=PAPER, mew=2, ms=9, zorder=4)
    ax.annotate(
        f"slope of the chord: {slope:g}", ((left + right) / 2, ends.mean()), (-14, 10), textcoords="offset points",
        ha="right", color=BACKWARD, weight="bold",
    )  # fmt: skip
    ax.annotate("slope 0", (left, 0), (0, -20), textcoords="offset points", ha="center", color=FORWARD)
    ax.annotate("slope 1", (right, right), (-14, 4), textcoords="offset points", ha="right", color=FORWARD)
    ax.set_xticks([left, z, right], ["z − h", "z", "z + h"])
    ax.set_yticks([])
    ax.set(ylabel="ReLU", ylim=(-0.35 * h, right + 0.7 * h))
    ax.spines["left"].set_color(GREY)
    ax.set_title(title)
    return ax
