"""Pictures that carry the chain rule: numbers forward over each wire in blue, what comes back under it in orange."""

from matplotlib.patches import FancyBboxPatch

from ..text import minus
from .style import ARROW_STYLE, BACKWARD, BACKWARD_FILL, FORWARD, FORWARD_FILL, GREY, new_axes, styled

_BACK = ARROW_STYLE | {"color": BACKWARD}


@styled
def plot_chain(links, factors, ax=None, title=""):
    """A line of links from a weight to the loss: in each its value, and under it the slope of the loss at this link.

    links = {name: value}, the loss last; factors = {formula: value}, one for each arrow, in the same order.
    """
    ax = new_page(ax, 200)
    step = 700 / len(factors)
    names, formulas, slope = list(links), list(factors), 1.0
    for k in reversed(range(len(names))):
        x, last = 50 + k * step, k == len(factors)
        if not last:
            slope *= factors[formulas[k]]
            middle = x + step / 2
            ax.annotate("", (x + step - 49, 103), (x + 49, 103), arrowprops=ARROW_STYLE)
            ax.annotate("", (x + 49, 87), (x + step - 49, 87), arrowprops=_BACK)
            ax.text(middle, 127, formulas[k], ha="center", va="center", color=GREY)
            shown = minus(f"· {factors[formulas[k]]:.4f}")
            ax.text(middle, 62, shown, ha="center", va="center", color=BACKWARD)
        box(ax, (x, 95), 92, 78, BACKWARD_FILL if last else FORWARD_FILL, BACKWARD if last else FORWARD)
        ax.text(x, 119, names[k], ha="center", va="center", weight="bold", zorder=4)
        ax.text(x, 96, minus(f"{links[names[k]]:.4f}"), ha="center", va="center", color=FORWARD, zorder=4)
        shown = "1" if last else minus(f"{slope:.4f}")
        ax.text(x, 73, shown, ha="center", va="center", color=BACKWARD, weight="bold", zorder=4)
    ax.set_title(title)
    return ax


def new_page(ax, height):
    """Axes of 800 x (height - 30) CSS pixels for a drawing, with room for a title."""
    ax = new_axes(ax, height=height)
    ax.set(xlim=(0, 800), ylim=(0, height - 30), aspect="equal")
    ax.axis("off")
    return ax


def box(ax, centre, width, height, fill, edge):
    """A box with round corners; all lengths in CSS pixels."""
    (x, y), style = centre, "round,pad=0,rounding_size=10"
    corner = x - width / 2, y - height / 2
    ax.add_patch(FancyBboxPatch(corner, width, height, boxstyle=style, fc=fill, ec=edge, lw=1.5, zorder=3))
