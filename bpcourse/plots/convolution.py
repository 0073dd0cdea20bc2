"""Plots of filters, of tied weights, of pooling, and what a moved picture does to a network (chapter `convolution`)."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from ..text import minus, number
from .style import (
    ACCENT,
    BACKWARD,
    BACKWARD_FILL,
    BELOW_ZERO,
    FORWARD,
    GREY,
    INK,
    OTHER,
    PAPER,
    SHADE,
    new_axes,
    styled,
)

VALUES = LinearSegmentedColormap.from_list("values", (BELOW_ZERO, PAPER, FORWARD))
GRADIENTS = LinearSegmentedColormap.from_list("gradients", (BELOW_ZERO, PAPER, BACKWARD))
INKED = LinearSegmentedColormap.from_list("ink", (PAPER, INK))
_LINES = ((INK, "-"), (FORWARD, (0, (5, 2))), (ACCENT, (0, (1, 1.2))), (OTHER, (0, (6, 2, 1, 2))))


def _cells(ax, array, colours=VALUES, numbers=None, light=False):
    """A table (rows, columns) as coloured cells, zero white. numbers: the format in which to write the entries.
    light: pale enough for numbers.
    """
    if colours is INKED:
        ax.imshow(array, cmap=colours, vmin=0, vmax=1)
    else:
        scale = np.abs(array).max() or 1.0
        ax.imshow(array, cmap=colours, vmin=-scale, vmax=scale, alpha=0.6 if light or numbers else 1)
    rows, columns = array.shape
    if numbers:
        for (i, j), value in np.ndenumerate(array):
            ax.text(j, i, minus(number(value, numbers)), ha="center", va="center", fontsize=10)
    ax.set(xticks=[], yticks=[], xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
    for spine in ax.spines.values():
        spine.set(visible=True, color=GREY, lw=0.8)


def _lines_between(ax, step, rows, columns, **style):
    """Lines around every block of step x step cells."""
    for at in range(step, columns, step):
        ax.axvline(at - 0.5, **style)
    for at in range(step, rows, step):
        ax.axhline(at - 0.5, **style)


@styled
def plot_tied(M, dM, ax=None, title=""):
    """A filter as a dense matrix M (outputs, inputs), in blue, beside the dense gradient dM, in orange; outside of the
    band M is zero and dM counts for nothing, so both are left white.
    """
    ax = new_axes(ax, height=290)
    ax.axis("off")
    ax.set_title(title)
    band = M != 0
    for left, table, colours, name in ((0.08, M, VALUES, "the matrix M"), (0.58, dM, GRADIENTS, "its gradient")):
        panel = ax.inset_axes((left, 0.0, 0.40, 0.88))
        _cells(panel, np.where(band, table, 0.0), colours, light=True)
        for (p, q), value in np.ndenumerate(table):
            text = minus(f"{value:g}") if band[p, q] else "0" if table is M else "·"
            panel.text(q, p, text, ha="center", va="center", color=INK if band[p, q] else GREY)
        panel.set_title(name, fontsize=11, pad=6, loc="center", weight="normal")
        panel.set_xticks(range(M.shape[1]), [f"x{q + 1}" for q in range(M.shape[1])])
        panel.set_yticks(range(M.shape[0]), [f"z{p + 1}" for p in range(M.shape[0])])
        panel.tick_params(length=0)
    return ax


@styled
def plot_filtered(image, filters, ax=None, title=""):
    """A picture (h, w) from 0 to 1, and what filters make of it: filters = {name: (kernel (k, k), answer)}.

    Above the kernels, below the answers; blue above zero, grey below. Where one of the two is None, the other stands
    below alone. The first panel is the picture.
    """
    both = any(kernel is not None and answer is not None for kernel, answer in filters.values())
    ax = new_axes(ax, height=220 if not both else 330 if len(filters) < 6 else 260)
    ax.axis("off")
    ax.set_title(title)
    width, high = 1 / (len(filters) + 1.45), 0.6 if both else 0.86
    _panel(ax, (0.0, 0.0, 1.25 * width, high), image, "picture", INKED)
    for k, (name, (kernel, answer)) in enumerate(filters.items()):
        left, above = (1.45 + k) * width, kernel is not None and answer is not None
        _panel(ax, (left, 0.0, 0.9 * width, high), kernel if answer is None else answer, "" if above else name)
        if above:
            _panel(ax, (left, 0.66, 0.9 * width, 0.23), kernel, name)
    return ax


def _panel(ax, box, array, name, colours=VALUES):
    panel = ax.inset_axes(box)
    _cells(panel, array, colours)
    panel.set_anchor("S")
    panel.set_title(name, fontsize=10.5, pad=5, loc="center", weight="normal")


@styled
def plot_pooling(A, p, pooled, routed, ax=None, title=""):
    """One channel A (h, w) in blocks of p x p, and the message that comes back into it by name: pooled and routed are
    {name: array}, pooled[name] (h / p, w / p) the pooled values, routed[name] (h, w) the gradient of A.
    """
    ax = new_axes(ax, height=320)
    ax.axis("off")
    ax.set_title(title)
    panels = [("values A", A, VALUES)] + [(f"message after {name}", back, GRADIENTS) for name, back in routed.items()]
    width = 1 / len(panels)
    for k, (name, table, colours) in enumerate(panels):
        panel = ax.inset_axes((k * width + 0.02, 0.0, width - 0.04, 0.88))
        _cells(panel, table, colours, numbers=".3g")
        _lines_between(panel, p, *A.shape, color=INK, lw=1.6)
        panel.set_title(name, fontsize=11, pad=6, loc="center", weight="normal")
        if k == 0:
            best = pooled["max"]
            for i, j in zip(*np.nonzero(A == np.kron(best, np.ones((p, p)))), strict=True):
                panel.add_artist(_frame(i, j, FORWARD))
    return ax


def _frame(i, j, colour):
    return Rectangle((j - 0.42, i - 0.42), 0.84, 0.84, fill=False, ec=colour, lw=2.2)


@styled
def plot_strides(x, delta, k, padding, stride, ax=None, title=""):
    """A row of pixels x (h,) with its padding, the windows of k pixels that move by `stride`, and below them delta, one
    for each window, spread over the places of the layer with stride 1, each under the middle of its window.
    """
    ax = new_axes(ax, height=300)
    row, places = np.pad(x, padding), len(x) + 2 * padding - k + 1
    spread = np.zeros(places)
    spread[: len(delta) * stride : stride] = delta
    inside = np.zeros(len(row), dtype=bool)
    for n in range(len(delta)):
        at, y = n * stride, 1.55 + 0.62 * (n % 2)  # in turns, so that windows that overlap can be told apart
        inside[at : at + k] = True
        ax.add_patch(Rectangle((at - 0.44, y), k - 0.12, 0.44, fc=FORWARD, ec="none"))
        ax.text(at + (k - 1) / 2, y + 0.22, f"z{n + 1}", ha="center", va="center", color=PAPER, weight="bold")
    for q, value in enumerate(row):
        border = q < padding or q >= len(row) - padding
        _cell(ax, q, 0.4, f"{value:g}", GREY if border else INK, SHADE if border else PAPER)
    for r, value in enumerate(spread):
        kept = r % stride == 0 and r // stride < len(delta)
        text = minus(f"{value:g}")
        _cell(ax, r + (k - 1) / 2, 3.1, text, INK if kept else GREY, BACKWARD_FILL if kept else PAPER, kept)
    for q in np.flatnonzero(~inside):
        ax.text(q, 1.85, "in no\nwindow", ha="center", va="center", color=GREY, fontsize=9.5)
    for y, name, colour in ((0.9, "pixels", INK), (2.12, "windows", FORWARD), (3.6, "delta", BACKWARD)):
        ax.text(-0.85, y, name, ha="right", va="center", color=colour, weight="bold")
    ax.set(xlim=(-2.3, len(row) - 0.2), ylim=(4.2, 0.2))
    ax.axis("off")
    ax.set_title(title)
    return ax


def _cell(ax, column, top, text, ink, ground, strong=False):
    ax.add_patch(
        Rectangle((column - 0.5, top), 1, 1, fc=ground, ec=BACKWARD if strong else GREY, lw=1.6 if strong else 0.8)
    )
    ax.text(column, top + 0.5, text, ha="center", va="center", color=ink)


@styled
def plot_moved(columns, accuracies, ax=None, title=""):
    """Share of right answers when every picture is moved by so many pixels; accuracies = {label: one for each of
    columns}. Labels stand at the right end.
    """
    ax = new_axes(ax, height=420)
    ends = []
    for (label, shares), (colour, dashes) in zip(accuracies.items(), _LINES, strict=False):
        ax.plot(columns, 100 * np.asarray(shares), color=colour, ls=dashes, marker="o", ms=5)
        ends.append([100 * shares[-1], label, colour])
    ends.sort(key=lambda end: end[0])
    for low, high in zip(ends, ends[1:], strict=False):  # keep the labels apart
        high[0] = max(high[0], low[0] + 6)
    for y, label, colour in ends:
        ax.annotate(label, (columns[-1], y), (10, 0), textcoords="offset points", color=colour, va="center")
    ax.axhline(10, color=GREY, lw=0.8, zorder=0)
    ax.annotate("guessing", (columns[0], 10), (0, 4), textcoords="offset points", color=GREY, fontsize=10)
    ax.set(ylim=(0, 102), xlabel="moved to the right by (pixels)", ylabel="right answers, %")
    ax.set_xticks(columns, [minus(number(c, "+d")) for c in columns])
    ax.set_title(title)
    return ax
