"""The style of all plots, and the way in which a notebook shows one.

`picture(ax, alt)` shows a figure in a notebook: sharp on every screen, as wide as a notebook column, with its
text alternative. Blue is the forward pass, orange the backward pass, green the one to look at, grey is context.
"""

import io

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# All colours of plots and explorers, by what they say.
FORWARD, BACKWARD, INK, GREY, PALE, PAPER = "#1f5fa8", "#d9730d", "#222222", "#767676", "#e4e4e4", "white"
ACCENT = "#00795f"  # the one to look at, where neither pass is meant
FORWARD_FILL, BACKWARD_FILL = "#dbe8f6", "#fde6cf"
OTHER, DARKER_OTHER = "#a8408a", "#8e3b80"  # one more line; a sign below zero where grey would say nothing
LINES = (ACCENT, INK, GREY, OTHER)  # one after the other, with DASHES
SHADE, PANEL = "#f3f3f3", "#f6f6f6"  # a part of the axes that is spoken of; the ground of a few lines of text
EDGE, ARROW, NOT_YET, ONE_OF_MANY = "#c8c8c8", "#a8a8a8", "#b5b5b5", "#9a9a9a"  # of networks; of what has no name
LIGHT_ARROW, BETWEEN_UNITS, BETWEEN_CELLS = "#b8b8b8", "#d0d0d0", "#d6d6d6"
BELOW_ZERO = "#8a8a8a"  # grey, so that the sign shows without colour, too
CHAIN = "#f3bd8a"  # a way back through a graph, under its edges
LAYERS = ("#4f2500", "#964700", "#cc6600", "#e88f2e")  # backward, from the first layer to the last
CHANNELS = ("red", "green", "blue")  # of a colour picture, in their order
CLASSES = ("#4a2a6b", "#00573a")  # purple and green, which the colour-blind tell apart
SIGNED = (CLASSES[0], "#b39fca", "#f8f8f5", "#9dd0aa", CLASSES[1])  # from below zero to above
DELTAS = ("#5b3a86", "#b7a5cc", PAPER, "#f4c195", BACKWARD)  # of a batch: from asks for more to asks for less
PROBABILITY = (SIGNED[1], "#d6cae2", SIGNED[2], "#d3ead7", SIGNED[3])  # paler: from class 0 to class 1
TINTS = ("#f4f8fc", "#e3edf8", "#cbddf0", "#adc8e5", "#8caed6", "#6a91c2")  # of the plane of regimes: slow to fast
ALTERNATING, DIVERGING = "#c4c4c4", "#8d8d8d"  # on the plane of regimes in the explorer
HIGH_GROUND, LOW_GROUND = "#f7fafd", "#c4d8ee"  # of a surface
RULE_COLOURS = {
    "sgd": INK, "momentum": ACCENT, "nesterov": "#7b3fa0", "adagrad": "#8a6d00", "rmsprop": "#9c5a3c",
    "adam": "#c2185b", "adamw": "#3456c9",
}  # fmt: skip
WALL, ROOF, TRUNK, LEAVES = "#f0d9b5", "#b5533c", "#7a5230", "#6a9955"  # of the house that the relay passes on

# Of the arrows of diagrams, for `arrowprops`.
ARROW_STYLE = {"arrowstyle": "-|>", "color": ARROW, "lw": 1.5, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 13}
DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
WIDTH = 800  # CSS pixels: a notebook column on a laptop
CSS_DPI, SHARPNESS = 96, 2  # two device pixels for each CSS pixel

STYLE = {
    "font.family": "DejaVu Sans", "font.size": 11, "axes.titlesize": 13, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "axes.titlepad": 12, "axes.labelsize": 11, "axes.spines.top": False,
    "axes.spines.right": False, "xtick.labelsize": 10, "ytick.labelsize": 10, "lines.linewidth": 2,
    "axes.edgecolor": GREY, "axes.labelcolor": INK, "xtick.color": GREY, "ytick.color": GREY, "xtick.labelcolor": INK,
    "ytick.labelcolor": INK, "text.color": INK, "lines.solid_capstyle": "round", "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
}  # fmt: skip


def figure(height=400, width=WIDTH):
    """An empty figure of width x height CSS pixels. It is not pyplot's, so a notebook shows it only when asked."""
    fig = Figure(figsize=(width / CSS_DPI, height / CSS_DPI), dpi=CSS_DPI * SHARPNESS, layout="constrained")
    fig.get_layout_engine().set(w_pad=0.1, h_pad=0.1)
    FigureCanvasAgg(fig)
    return fig


def new_axes(ax=None, height=400, width=WIDTH):
    """`ax` itself, or the axes of a new figure."""
    return ax if ax is not None else figure(height, width).add_subplot()


class Picture:
    """A PNG with a text alternative, at the size that a learner sees; `size` in CSS pixels."""

    def __init__(self, png, size, alt):
        self.png, self.size, self.alt = png, size, alt

    def __repr__(self):
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        shown = {"width": self.size[0], "height": self.size[1], "alt": self.alt}
        return {"image/png": self.png, "text/plain": self.alt}, {"image/png": shown}


def picture(ax, alt):
    """Show the figure of `ax`; `alt` says in words what it shows, for those who cannot see it."""
    if not isinstance(alt, str) or len(alt) < 20:
        raise ValueError(f"alt is {alt!r}; expected a sentence that says what the figure shows")
    out, fig = io.BytesIO(), ax.figure
    fig.savefig(out, format="png", metadata={"Software": None})
    size = tuple(int(n) for n in fig.get_size_inches() * CSS_DPI)
    return Picture(out.getvalue(), size, alt)


def styled(function):
    """Decorator: draw in the course's style and leave matplotlib's own settings as they were."""
    return mpl.rc_context(STYLE)(function)
