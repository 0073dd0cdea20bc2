"""Directions in the parameters of a line, as what they do to the line (chapter `momentum`)."""

import numpy as np

from .style import ACCENT, FORWARD, FORWARD_FILL, GREY, INK, OTHER, PALE, PAPER, figure, styled

ENDS = np.array([0.0, 6.0])


def _points(ax, x, y, label):
    ax.plot(x, y, "o", color=INK, ms=7, zorder=4)
    ax.set_title(label, fontsize=11, weight="normal")
    ax.set_xlabel("x")


@styled
def plot_turns(x, y, best, moves, title=""):
    """The line that fits, and what a change of (w, b) by a direction makes of it, to both sides, one panel a direction.

    best = (w, b); moves = {label: (change of w, change of b)}. The place that such a change leaves still has a ring.
    """
    fig = figure(height=340)
    axes = fig.subplots(1, len(moves), sharex=True, sharey=True)
    best = np.asarray(best)
    for ax, (label, move) in zip(axes, moves.items(), strict=True):
        lines = [np.polyval(best + sign * np.asarray(move), ENDS) for sign in (-1, 1)]
        ax.fill_between(ENDS, *lines, color=FORWARD_FILL, lw=0)
        for line in lines:
            ax.plot(ENDS, line, color=FORWARD, lw=2)
        ax.plot(ENDS, np.polyval(best, ENDS), color=GREY, lw=1.2, ls="--")
        _points(ax, x, y, label)
        still = -move[1] / move[0]
        if ENDS[0] <= still <= ENDS[1]:
            ax.plot(still, np.polyval(best, still), "o", ms=16, mfc="none", mec=ACCENT, mew=2.5, zorder=5)
    axes[0].set_ylabel("y")
    fig.suptitle(title, x=0.01, ha="left", weight="bold", size=13)
    return axes[0]


@styled
def plot_what_is_left(x, y, best, stages, title=""):
    """A line on its way to the points, and under each panel how much of each direction is left, as bars.

    stages = {label: ((w, b), {direction: share left})}, shares of 1; one below zero is a way gone too far.
    """
    fig = figure(height=400)
    panels, bars = fig.subplots(2, len(stages), height_ratios=[4, 1])
    for ax, low, (label, (line, left)) in zip(panels, bars, stages.items(), strict=True):
        ax.plot(ENDS, np.polyval(best, ENDS), color=GREY, lw=1.2, ls="--")
        ax.plot(ENDS, np.polyval(line, ENDS), color=FORWARD, lw=2.5)
        _points(ax, x, y, label)
        ax.set(xlim=ENDS, ylim=(-1, 17), xticks=[0, 2, 4, 6], yticks=[0, 5, 10, 15])
        places = range(len(left))[::-1]
        low.barh(places, [1] * len(left), color=PALE, height=0.6)
        colours = [FORWARD if share >= 0 else OTHER for share in left.values()]
        low.barh(places, [abs(share) for share in left.values()], color=colours, height=0.6)
        for place, (name, share) in zip(places, left.items(), strict=True):
            low.annotate(f"{abs(share):.0%}", (1, place), (5, 0), textcoords="offset points", va="center", fontsize=11)
            if share < 0:
                inside = share < -0.5
                low.annotate(
                    "too far", (0 if inside else -share, place), (5, 0), textcoords="offset points", va="center",
                    fontsize=10, color=PAPER if inside else OTHER,
                )  # fmt: skip
            if ax is panels[0]:
                low.annotate(
                    name, (0, place), (-5, 0), textcoords="offset points", ha="right", va="center", fontsize=11
                )
        low.axis("off")
        if ax is not panels[0]:
            ax.tick_params(labelleft=False)
    far = any(share < 0 for _, left in stages.values() for share in left.values())
    bars[0].set_title("still off by" if far else "still missing", loc="left", fontsize=11, color=GREY, weight="normal")
    panels[0].set_ylabel("y")
    fig.suptitle(title, x=0.01, ha="left", weight="bold", size=13)
    return panels[0]
