"""Plots of chapter `losses`: logits on their way to a loss and the deltas on theirs back; the deltas of a batch."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from ..text import minus
from .style import ARROW_STYLE, BACKWARD, DELTAS, FORWARD, FORWARD_FILL, GREY, INK, PAPER, figure, new_axes, styled

_X, _WIDTH, _TOP, _ROW, _FORK = (100, 300, 500, 700), 96, 200, 48, 22


@styled
def plot_pipeline(z, true, ax=None, title=""):
    """Logits, their exponentials, the probabilities, and minus the logarithm of that of class `true`.

    z (K,) floats; true counts from 0. In orange the way back, which forks to all logits;
    under each stands its delta, a - y.
    """
    z = np.asarray(z, dtype=float)
    grown = np.exp(z)
    a = grown / grown.sum()
    delta = a - np.eye(len(z))[true]
    low = _TOP - _ROW * len(z)
    ax = new_axes(ax, height=110 + _ROW * (len(z) + 1))
    ax.set(xlim=(-44, 800), ylim=(low - 60, _TOP + 45), aspect="equal")
    ax.axis("off")
    for x, name in zip(_X, ("logit z", "e to the z", "probability a", "loss"), strict=True):
        ax.text(x, _TOP + 25, name, ha="center", va="center", weight="bold")
    for k in range(len(z)):
        y = _TOP - _ROW * (k + 0.5)
        shown, colour, weight = (f"{k + 1}\n(true)", INK, "bold") if k == true else (f"{k + 1}", GREY, "normal")
        ax.text(-20, y, shown, ha="center", va="center", color=colour, weight=weight)
        _cell(ax, _X[0], y, f"{z[k]:.3f}", under=f"{delta[k]:+.3f}")
        _cell(ax, _X[1], y, f"{grown[k]:.3f}")
        _cell(ax, _X[2], y, f"{a[k]:.3f}", fill=FORWARD_FILL if k == true else PAPER)
        for left, right in zip(_X[:2], _X[1:3], strict=True):
            ax.annotate("", (right - _WIDTH / 2 - 3, y), (left + _WIDTH / 2 + 3, y), arrowprops=ARROW_STYLE)
        shared = f"÷ {grown.sum():.4g}"  # by one sum, so each logit moves every probability
        ax.text((_X[1] + _X[2]) / 2, y + 11, shared, ha="center", va="center", color=GREY, size=10)
    y = _TOP - _ROW * (true + 0.5)
    ax.annotate("", (_X[3] - _WIDTH / 2 - 3, y), (_X[2] + _WIDTH / 2 + 3, y), arrowprops=ARROW_STYLE)
    _cell(ax, _X[3], y, f"{-np.log(a[true]):.3f}", fill=FORWARD_FILL)
    ax.text(_X[1], low - 22, f"sum {grown.sum():.3f}", ha="center", va="center", color=FORWARD)
    ax.text(_X[2], low - 22, f"sum {a.sum():.3f}", ha="center", va="center", color=FORWARD)
    back = low - 50
    places = [_TOP - _ROW * (k + 0.5) - 9 for k in range(len(z))]  # of the deltas
    ax.plot((_X[3], _X[3], _FORK, _FORK), (y - _ROW / 2 + 4, back, back, places[0]), color=BACKWARD, lw=1.5)
    for place in places:
        ax.annotate("", (_X[0] - _WIDTH / 2, place), (_FORK, place), arrowprops=ARROW_STYLE | {"color": BACKWARD})
    ax.text(_X[3] - 8, back + 4, "back in one step: delta = a − y", ha="right", va="bottom", color=BACKWARD, size=10)
    for k, text in enumerate(("make positive", "divide by the sum", "minus log")):
        ax.text((_X[k] + _X[k + 1]) / 2, _TOP + 5, text, ha="center", va="center", color=GREY, size=10)
    ax.set_title(title)
    return ax


def _cell(ax, x, y, text, under="", fill=PAPER):
    height = _ROW - 8
    ax.add_patch(Rectangle((x - _WIDTH / 2, y - height / 2), _WIDTH, height, fc=fill, ec=FORWARD, lw=1.2, zorder=2))
    ax.text(x, y + (8 if under else 0), minus(text), ha="center", va="center", color=FORWARD, zorder=3)
    if under:
        ax.text(x, y - 9, minus(under), ha="center", va="center", color=BACKWARD, size=10, zorder=3)


@styled
def plot_delta_batches(batches, labels, title=""):
    """The deltas of a batch of examples (rows) for each class (columns), once for each entry of `batches`.

    batches = {label: delta (n, K)}; labels (n,), the true classes, in a frame. Orange is above 0, purple below.
    """
    fig = figure(height=60 + 30 * len(labels))
    axes = fig.subplots(1, len(batches), sharey=True)
    shades = LinearSegmentedColormap.from_list("delta", DELTAS)
    for ax, (label, delta) in zip(np.atleast_1d(axes), batches.items(), strict=True):
        ax.imshow(delta, cmap=shades, vmin=-1, vmax=1, aspect="auto")
        for row, true in enumerate(labels):
            ax.add_patch(Rectangle((true - 0.5, row - 0.5), 1, 1, fill=False, ec=INK, lw=1.2))
            for k, d in enumerate(delta[row]):
                if abs(d) >= 0.05:
                    dark = abs(d) > 0.6
                    ax.text(k, row, minus(f"{d:.1f}"), ha="center", va="center", size=9, color=PAPER if dark else INK)
        ax.set_xticks(range(delta.shape[1]))
        ax.set_yticks(range(len(labels)), [f"a {true}" for true in labels])
        ax.tick_params(length=0)
        ax.set_xlabel(label)
        ax.spines[:].set_visible(False)
    fig.suptitle(title, x=0.01, ha="left", weight="bold", size=13)
    return np.atleast_1d(axes)[0]
