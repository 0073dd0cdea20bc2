"""The 2-2-2 network of the numeric examples as a drawing: where its units, its edges and their texts are."""

from itertools import pairwise, product

import numpy as np
from matplotlib.patches import Circle

from ..plots.style import CHAIN, EDGE, FORWARD, NOT_YET, PAPER
from .base import add_line, around

COLUMN = {"i": 70, "h": 300, "o": 530}  # CSS pixels from the left
RADIUS = 30
LINE = 15  # CSS pixels from one line of text to the next
EDGES = {}  # {weight: (the unit it comes from, the unit it goes into)}, counted row by row
for (_before, _after), _j, _i in product(pairwise(COLUMN), (1, 2), (1, 2)):
    EDGES[f"w{len(EDGES) + 1}"] = f"{_before}{_i}", f"{_after}{_j}"


def into(unit):
    """The weights that go into `unit`."""
    return [weight for weight, (_, target) in EDGES.items() if target == unit]


def out_of(unit):
    """The weights that come out of `unit`."""
    return [weight for weight, (source, _) in EDGES.items() if source == unit]


class Diagram:
    """Units and edges, drawn once on `ax`, the page; rows = (upper, lower) heights of the units, CSS pixels.

    at: {unit: (x, y)}. edges, chain, nodes: {name: artist}; those of the chain lie under the edges, wide and hidden.
    """

    def __init__(self, ax, rows):
        self.upper, self.lower = rows
        self.at = {f"{letter}{k}": (x, rows[k - 1]) for letter, x in COLUMN.items() for k in (1, 2)}
        self.edges, self.chain, self.nodes = {}, {}, {}
        for weight in EDGES:
            self.add_edge(ax, weight, *zip(*self.ends(weight), strict=True))
        for unit, centre in self.at.items():
            self.nodes[unit] = ax.add_patch(Circle(centre, RADIUS, ec=FORWARD, fc=PAPER, lw=1.5, zorder=4))

    @property
    def moving(self):
        return [*self.chain.values(), *self.edges.values(), *self.nodes.values()]

    def add_edge(self, ax, name, x, y):
        style = {"lw": 9, "zorder": 1, "solid_capstyle": "butt", "visible": False}
        self.chain[name] = add_line(ax, x, y, color=CHAIN, **style)
        self.edges[name] = add_line(ax, x, y, color=EDGE, lw=1.5, zorder=2)

    def light(self, units=(), edges=(), chain=(), known=(), colour=FORWARD, fill=PAPER):
        """Show these units and edges in `colour`, those of the chain wide; the known units have a blue line."""
        for unit, node in self.nodes.items():
            node.set(ec=FORWARD if unit in known else NOT_YET, fc=PAPER, lw=1.5)
            if unit in units:
                node.set(ec=colour, fc=fill, lw=3)
        for name, edge in self.edges.items():
            edge.set(**{"color": colour, "lw": 4} if name in edges else {"color": EDGE, "lw": 1.5})
            self.chain[name].set_visible(name in chain)

    def ends(self, weight):
        """The centres of the units at the two ends of an edge."""
        return [self.at[unit] for unit in EDGES[weight]]

    def along(self, weight, share):
        """The point of an edge that lies at this share of the way from its left end."""
        (x0, y0), (x1, y1) = self.ends(weight)
        return x0 + share * (x1 - x0), y0 + share * (y1 - y0)

    def place(self, weight, line):
        """(x, y, anchor) of line 0 or 1 of an edge's text. No text lies on an edge: that of a level edge stands
        outside, that of a slanting one between the edges, beside its left end.
        """
        (x0, y0), (x1, y1) = self.ends(weight)
        up = 1 if y0 == self.upper else -1
        if y0 == y1:
            return (x0 + x1) / 2, y0 + up * (14 + LINE * line), "mm"
        away = 26 + LINE * line  # from the level of the unit; the text's far edge must clear the edge of the network
        return x0 + (away + LINE / 2) * (x1 - x0) / abs(y1 - y0) + 10, y0 - up * away, "lm"

    def boxes(self, weight):
        """The boxes in which an edge and its text can be touched."""
        (x0, y0), (x1, y1) = self.ends(weight)
        (x, y, _), (_, far, _) = (self.place(weight, line) for line in (0, 1))
        if y0 == y1:
            low, high = sorted((y0 - np.sign(y - y0) * 10, far + np.sign(y - y0) * LINE / 2))
            return [(x0 + RADIUS + 6, low, x1 - x0 - 2 * RADIUS - 12, high - low)]
        edge = [around(*self.along(weight, share), 22) for share in (0.27, 0.73)]
        return [*edge, (x - 4, min(y, far) - LINE / 2, 134, 2 * LINE)]
