"""Plots of the digits: the pictures, a table of who was taken for whom, and what the first layer looks for
(chapter `training`).
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from .style import GREY, INK, PALE, SIGNED, new_axes, styled

SIDE = 8  # a digit is 8 by 8 pixels
_SIGNED = LinearSegmentedColormap.from_list("signed", SIGNED)


@styled
def plot_digits(images, captions, ax=None, title="", columns=8):
    """Pictures (n, 64) of 8 by 8 pixels, dark ink on white, with a caption under each."""
    return _grid(np.asarray(images), captions, ax, title, columns, {"cmap": "Greys", "vmin": 0, "vmax": 1})


@styled
def plot_features(weights, captions, ax=None, title="", columns=8):
    """Rows of weights (n, 64) as pictures of 8 by 8: green where ink makes the unit speak up, purple where it
    silences it, white for no opinion; the colours of the explorer. One scale for all, whose ends leave out the largest
    2 % of the weights, so that the others have colour.
    """
    most = float(np.quantile(np.abs(weights), 0.98))
    return _grid(weights, captions, ax, title, columns, {"cmap": _SIGNED, "vmin": -most, "vmax": most})


def _grid(images, captions, ax, title, columns, colours):
    if len(images) != len(captions):
        raise ValueError(f"captions has {len(captions)} entries; expected {len(images)}, one for each picture")
    rows = -(-len(images) // columns)
    cell = 780 / (1.14 * columns - 0.14)  # CSS pixels
    lines = max(caption.count("\n") + 1 for caption in captions)
    pitch_y = 1 + (14 + 19 * lines) / cell  # in widths of a picture: it, and its caption
    ax = new_axes(ax, height=52 + rows * pitch_y * cell)
    for k, (image, caption) in enumerate(zip(images, captions, strict=True)):
        row, column = divmod(k, columns)
        left, top = 1.14 * column, -pitch_y * row
        extent = (left, left + 1, top - 1, top)
        ax.imshow(image.reshape(SIDE, SIDE), extent=extent, interpolation="nearest", **colours)
        ax.plot([left, left + 1, left + 1, left, left], [top, top, top - 1, top - 1, top], color=PALE, lw=1)
        ax.text(left + 0.5, top - 1 - 5 / cell, caption, ha="center", va="top", fontsize=11, linespacing=1.25)
    ax.set(xlim=(-0.02, 1.14 * columns - 0.12), ylim=(-pitch_y * rows, 0.03), aspect="equal", anchor="W")
    ax.axis("off")
    ax.set_title(title)
    return ax


@styled
def plot_confusion(counts, ax=None, title=""):
    """How often the class of the row was called the class of the column: counts (K, K). Green, on the diagonal, is
    right; purple is wrong.
    """
    counts = np.asarray(counts)
    ax = new_axes(ax, height=520, width=540)
    K = len(counts)
    most = counts.max()
    for i in range(K):
        for k in range(K):
            count = counts[i, k]
            if not count:
                continue
            face = _SIGNED(0.6 + 0.15 * count / most if i == k else 0.25)
            ax.fill_between([k - 0.47, k + 0.47], i - 0.47, i + 0.47, color=face, lw=0)
            bold = "normal" if i == k else "bold"
            ax.text(k, i, f"{count}", ha="center", va="center", color=INK, weight=bold)
    for edge in np.arange(-0.5, K):
        ax.plot([-0.5, K - 0.5], [edge, edge], color=PALE, lw=0.8, zorder=0)
        ax.plot([edge, edge], [-0.5, K - 0.5], color=PALE, lw=0.8, zorder=0)
    ax.set(xlim=(-0.5, K - 0.5), ylim=(K - 0.5, -0.5), aspect="equal", anchor="W")
    ax.set(xlabel="the network says", ylabel="it is")
    ax.set_xticks(range(K))
    ax.set_yticks(range(K))
    ax.tick_params(length=0, labelsize=11, labelcolor=INK, color=GREY)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set_title(title)
    return ax
