"""Phase portraits: where a weight on a spring is, and how fast it moves, step by step (chapter `momentum`)."""

import numpy as np

from .style import ACCENT, FORWARD, GREY, INK, PALE, figure, styled


@styled
def plot_portraits(ways, title=""):
    """Velocity against distance, one panel a way, a dot for each step; ways = {label: (e, v)}, arrays over the steps.

    The start is marked; a ring in green marks rest, where both are 0.
    """
    fig = figure(height=330)
    axes = np.atleast_1d(fig.subplots(1, len(ways), sharex=True, sharey=True))
    for ax, (label, (e, v)) in zip(axes, ways.items(), strict=True):
        ax.axhline(0, color=PALE, lw=1, zorder=0)
        ax.axvline(0, color=PALE, lw=1, zorder=0)
        ax.plot(e, v, color=FORWARD, lw=1.2, marker="o", ms=4)
        ax.plot(e[0], v[0], "o", color=INK, ms=8)
        ax.annotate("start", (e[0], v[0]), (0, 10), textcoords="offset points", ha="center", color=INK)
        ax.plot(0, 0, "o", ms=12, mfc="none", mec=ACCENT, mew=2)
        ax.set_title(label, fontsize=11, color=GREY)
        ax.set_xlabel("distance e")
    axes[0].set_ylabel("velocity v")
    fig.suptitle(title, x=0.01, ha="left", weight="bold", size=13)
    return axes[0]
