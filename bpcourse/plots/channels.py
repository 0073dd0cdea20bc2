"""Two small pictures of chapter `convolution`: a sum over channels, and stamps that overlap on the way back."""

import numpy as np
from matplotlib.patches import Rectangle

from ..text import minus
from .style import (
    ARROW_STYLE,
    BACKWARD,
    BACKWARD_FILL,
    CHAIN,
    FORWARD,
    FORWARD_FILL,
    GREY,
    INK,
    PAPER,
    new_axes,
    styled,
)

_WIDE = 1.5  # of a cell that holds a product
_DASHES = ("-", (0, (3, 2)))  # of the frames of stamps, in turns


@styled
def plot_channels(X, K, b, at=(0, 0), hidden=(), ax=None, title=""):
    """One filter K (c, k, l) with bias b on the channels X (c, h, w): for the window with its upper left corner `at`
    the products of each channel, their sums, and the one number that they make. hidden: places of the output that
    show a question mark.
    """
    X, K = np.asarray(X), np.asarray(K)
    (c, h, w), (_, k, across), (r, s) = X.shape, K.shape, at
    windows = np.lib.stride_tricks.sliding_window_view(X, (k, across), axis=(1, 2))
    Z = np.einsum("crsij,cij->rs", windows, K) + b
    sums = (windows[:, r, s] * K).sum(axis=(1, 2))
    step = h + 1.4
    middle, end = (step * (c - 1) + h) / 2, w + across + 2 + _WIDE * across  # of the height; where a row's tables end
    into = end + 3.6, middle - Z.shape[0] / 2 + r + 0.5  # where the parts of the sum meet
    ax = new_axes(ax, height=50 + 44 * step * c)
    for d in range(c):
        top, mid = step * d, step * d + h / 2
        inside = np.zeros((h, w), dtype=bool)
        inside[r : r + k, s : s + across] = True
        _table(ax, 0, top, X[d], np.where(inside, FORWARD_FILL, PAPER), f"X, channel {d}")
        _frame(ax, s, top + r, across, k, FORWARD)
        _table(ax, w + 1, mid - k / 2, K[d], np.full((k, across), PAPER), f"K, channel {d}", FORWARD)
        pairs = zip(K[d].ravel(), windows[d, r, s].ravel(), strict=True)
        products = np.reshape([f"{_text(weight)} · {_text(pixel)}" for weight, pixel in pairs], (k, across))
        left = w + across + 2
        _table(ax, left, mid - k / 2, products, np.full((k, across), FORWARD_FILL), "products", wide=_WIDE)
        for x, sign in ((w + 0.5, "⋆"), (w + across + 1.5, "→"), (left + _WIDE * across + 0.5, "=")):
            ax.text(x, mid, sign, ha="center", va="center", color=GREY, fontsize=13)
        _part(ax, end + 1.3, mid, _text(sums[d]), into)
    _part(ax, end + 1.3, middle, f"b = {_text(b)}", into)
    shown = np.array([["?" if (p, q) in hidden else _text(v) for q, v in enumerate(row)] for p, row in enumerate(Z)])
    fills = np.full(Z.shape, PAPER, dtype=object)
    fills[r, s] = FORWARD_FILL
    _table(ax, end + 3.8, middle - Z.shape[0] / 2, shown, fills, "Z")
    _frame(ax, end + 3.8 + s, middle - Z.shape[0] / 2 + r, 1, 1, FORWARD)
    total = " + ".join(_text(v) for v in (*sums, b)).replace("+ −", "− ") + f" = {_text(Z[r, s])}"
    ax.text(end + 3.8 + Z.shape[1] / 2, middle + Z.shape[0] / 2 + 0.5, total, ha="center", va="center", color=FORWARD)
    return _finish(ax, end + 4.2 + Z.shape[1], step * c - 1.4, title)


def _part(ax, x, y, text, into):
    """A part of the sum, and its arrow."""
    ax.text(x, y, text, ha="center", va="center", color=FORWARD, weight="bold")
    ax.annotate("", into, (x + 0.25 + 0.14 * len(text), y), arrowprops=ARROW_STYLE | {"color": FORWARD})


@styled
def plot_stamps(delta, K, ax=None, title=""):
    """The way back to the input of one channel: each delta (rows, columns) that is not 0 stamps delta times the kernel
    K (k, l) onto the place where its window stood. At the right they are added; a question mark stands where two meet.
    """
    delta, K = np.asarray(delta), np.asarray(K)
    (rows, columns), (k, across) = delta.shape, K.shape
    h, w = rows + k - 1, columns + across - 1
    ax = new_axes(ax, height=85 + 45 * h)
    ground = np.where(delta != 0, BACKWARD_FILL, PAPER)
    _table(ax, 0, (h - rows) / 2, delta, ground, "δ", BACKWARD)
    _table(ax, columns + 1, (h - k) / 2, K, np.full(K.shape, FORWARD_FILL), "kernel", FORWARD)
    ax.text(columns + 0.5, h / 2, "·", ha="center", va="center", color=GREY, fontsize=13)
    left, total, stamps, frames = columns + across + 2, np.zeros((h, w)), np.zeros((h, w), dtype=int), []
    for n, (r, s) in enumerate(np.argwhere(delta != 0)):
        inside, message = np.zeros((h, w), dtype=bool), np.zeros((h, w))
        inside[r : r + k, s : s + across] = True
        message[r : r + k, s : s + across] = delta[r, s] * K
        total, stamps = total + message, stamps + inside
        texts = np.where(inside, np.vectorize(_text)(message), "")
        ax.text(left - 0.5, h / 2, "+" if n else "→", ha="center", va="center", color=GREY, fontsize=13)
        _table(ax, left, 0, texts, np.where(inside, BACKWARD_FILL, PAPER), f"{_text(delta[r, s])} · kernel", BACKWARD)
        frames.append((s, r, _DASHES[n % 2]))
        _frame(ax, left + s, r, across, k, BACKWARD, _DASHES[n % 2])
        left += w + 1
    ax.text(left - 0.5, h / 2, "=", ha="center", va="center", color=GREY, fontsize=13)
    texts = np.where(stamps > 1, "?", np.vectorize(_text)(total))
    fills = np.choose(np.minimum(stamps, 2), (PAPER, BACKWARD_FILL, CHAIN))
    _table(ax, left, 0, texts, fills, "to the pixels", BACKWARD)
    for s, r, dashes in frames:
        _frame(ax, left + s, r, across, k, BACKWARD, dashes)
    return _finish(ax, left + w + 0.2, h, title)


def _text(value):
    return value if isinstance(value, str) else minus(f"{value + 0.0:g}")


def _table(ax, left, top, values, fills, name, ink=INK, wide=1):
    """Cells with values (numbers or texts) and their ground, under a name."""
    for (p, q), value in np.ndenumerate(values):
        x, y = left + wide * q, top + p
        ax.add_patch(Rectangle((x, y), wide, 1, fc=fills[p, q], ec=GREY, lw=0.8))
        ax.text(x + wide / 2, y + 0.5, _text(value), ha="center", va="center", color=INK)
    middle = left + wide * np.shape(values)[1] / 2
    ax.text(middle, top - 0.35, name, ha="center", va="center", color=ink, weight="bold", fontsize=10)


def _frame(ax, left, top, width, height, colour, dashes="-"):
    ax.add_patch(Rectangle((left, top), width, height, fill=False, ec=colour, lw=2.4, ls=dashes, zorder=3))


def _finish(ax, right, bottom, title):
    ax.set(xlim=(-0.2, right), ylim=(bottom + 0.2, -0.8), aspect="equal")
    ax.axis("off")
    ax.set_title(title)
    return ax
