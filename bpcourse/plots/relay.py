"""The picture relay, and a network as circles and lines (chapter `start_here`)."""

import numpy as np
from matplotlib.patches import Circle, Polygon, Rectangle, Wedge

from .style import BACKWARD, FORWARD, FORWARD_FILL, GREY, INK, LEAVES, PALE, PAPER, ROOF, TRUNK, WALL, new_axes, styled


@styled
def plot_relay(people=3, ax=None, title=""):
    """The picture relay: a description goes along a row of people, the last one draws it, and the correction comes
    back.
    """
    ax = new_axes(ax, height=330)
    ax.set(xlim=(0, 800), ylim=(0, 270), aspect="equal")
    ax.axis("off")
    _house(ax, 72, 150, 0)
    _house(ax, 728, 150, 1)
    places = np.linspace(72, 728, people + 2)
    for k, x in enumerate(places[1:-1]):
        ax.add_patch(Circle((x, 176), 17, fc=PAPER, ec=INK, lw=1.8))
        ax.add_patch(Wedge((x, 108), 33, 0, 180, fc=PAPER, ec=INK, lw=1.8))
        ax.text(x, 88, f"layer {k + 1}", ha="center", va="center", color=GREY)
    for x0, x1 in zip(places[:-1], places[1:], strict=True):
        _arrow(ax, (x0 + 52, 165), (x1 - 52, 165), FORWARD)
        if x0 > places[0]:  # nobody corrects the original
            _arrow(ax, (x1 - 52, 122), (x0 + 52, 122), BACKWARD)
    ax.text(72, 88, "original", ha="center", va="center", color=GREY)
    ax.text(728, 88, "drawing", ha="center", va="center", color=GREY)
    ax.text(400, 232, "forward: each passes on what it understood", ha="center", color=FORWARD, weight="bold")
    ax.text(
        400,
        46,
        "backward: each hears what should have been said differently",
        ha="center",
        color=BACKWARD,
        weight="bold",
    )
    ax.plot([72, 72, 728, 728], [74, 18, 18, 74], color=GREY, lw=1.5, ls=":")
    ax.text(400, 18, " compare: the loss ", ha="center", va="center", color=GREY, bbox={"fc": PAPER, "ec": "none"})
    ax.set_title(title)
    return ax


@styled
def plot_network(sizes, unit=None, ax=None, title=""):
    """A network with sizes[0] inputs (squares) and sizes[l] units in layer l (circles), a line for each weight.

    unit: (l, j), the layer and the unit in it, both counted from 1: its lines and itself are blue; or None.
    """
    ax = new_axes(ax, height=330)
    ax.set(xlim=(0, 800), ylim=(0, 270), aspect="equal")
    ax.axis("off")
    columns = np.linspace(150, 650, len(sizes))
    gap = min(58, 200 / max(sizes))
    rows = [150 + gap * ((n - 1) / 2 - np.arange(n)) for n in sizes]
    for layer in range(1, len(sizes)):
        for j, y in enumerate(rows[layer], 1):
            ours = (layer, j) == unit
            for y0 in rows[layer - 1]:
                colour, width = (FORWARD, 2.4) if ours else (GREY, 1.1)
                ax.plot(columns[layer - 1 : layer + 1], [y0, y], color=colour, lw=width, zorder=2 if ours else 1)
            face, edge = (FORWARD_FILL, FORWARD) if ours else (PAPER, INK)
            ax.add_patch(Circle((columns[layer], y), 18, fc=face, ec=edge, lw=2.4 if ours else 1.8, zorder=3))
    for y in rows[0]:
        ax.add_patch(Rectangle((columns[0] - 15, y - 15), 30, 30, fc=PALE, ec=INK, lw=1.8, zorder=3))
    ax.text(columns[0], 16, f"{sizes[0]} inputs", ha="center", va="center", color=GREY)
    for layer, n in enumerate(sizes[1:], 1):
        kind = "outputs" if layer == len(sizes) - 1 else "hidden units"
        ax.text(columns[layer], 16, f"layer {layer}: {n} {kind}", ha="center", va="center", color=GREY)
    ax.set_title(title)
    return ax


def _house(ax, x, y, wrong):
    """A house with a tree in a frame; `wrong` (0 or 1) moves the tree to the other side and tilts the roof."""
    ax.add_patch(Rectangle((x - 42, y - 40), 84, 84, fc=PAPER, ec=INK, lw=1.8))
    side = -1 if wrong else 1
    ax.add_patch(Rectangle((x - 8 - 9 * side, y - 28), 32, 28, fc=WALL, ec=INK, lw=1.2))
    tip = (x + 8 - 9 * side + 12 * wrong, y + 24 - 6 * wrong)
    ax.add_patch(Polygon([(x - 12 - 9 * side, y), (x + 28 - 9 * side, y), tip], fc=ROOF, ec=INK, lw=1.2))
    ax.add_patch(Rectangle((x + 26 * side - 2, y - 28), 4, 18, fc=TRUNK, ec="none"))
    ax.add_patch(Circle((x + 26 * side, y - 2), 11, fc=LEAVES, ec=INK, lw=1.2))


def _arrow(ax, start, end, colour):
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 2.2, "mutation_scale": 16})
