"""The style of all plots, and the way in which a notebook shows one.

`picture(ax, alt)` shows a figure in a notebook: sharp on every screen, as wide as a notebook column, with its
text alternative. Blue is the forward pass, orange the backward pass, green the one to look at, grey is context.
"""

import io

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

FORWARD, BACKWARD, INK, GREY, PALE = "#1f5fa8", "#d9730d", "#222222", "#767676", "#e4e4e4"
ACCENT = "#00795f"  # the one to look at, where neither pass is meant
FORWARD_FILL, BACKWARD_FILL = "#dbe8f6", "#fde6cf"
WIDTH = 800  # CSS pixels: a notebook column on a laptop
CSS_DPI, SHARPNESS = 96, 2  # two device pixels for each CSS pixel

STYLE = {
    "font.family": "DejaVu Sans", "font.size": 11, "axes.titlesize": 13, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "axes.titlepad": 12, "axes.labelsize": 11, "axes.spines.top": False,
    "axes.spines.right": False, "xtick.labelsize": 10, "ytick.labelsize": 10, "lines.linewidth": 2,
    "axes.edgecolor": GREY, "axes.labelcolor": INK, "xtick.color": GREY, "ytick.color": GREY, "xtick.labelcolor": INK,
    "ytick.labelcolor": INK, "text.color": INK, "lines.solid_capstyle": "round", "figure.facecolor": "white",
    "axes.facecolor": "white",
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
