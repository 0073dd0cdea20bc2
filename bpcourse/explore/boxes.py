"""A small network of any shape as a drawing: a box for each unit, with its numbers, and the edges between them."""

from itertools import pairwise

import numpy as np
from matplotlib.patches import FancyBboxPatch

from ..plots.style import FORWARD, PAPER
from .diagram import Diagram

# CSS pixels
FIRST, LAST = 56, 570  # the columns of the inputs and of the outputs, from the left
MIDDLE = 323  # of all columns, from below
APART = {1: 0, 2: 150, 3: 108, 4: 87}  # from one row to the next, by the number of rows
WIDE, HIGH = 84, 74  # a box
TEXT_WIDE, TEXT_HIGH = 84, 31  # the two lines of an edge's text, with some room around them
CLEAR = 15  # from the rim of a box to where a number sets out
SHARES = 0.5, 0.4, 0.6, 0.36, 0.64, 0.28, 0.72  # of the way along an edge, where its text may stand
MANY = 6  # edges of a layer: of more, not all texts are shown at once


class Boxes(Diagram):
    """The units and edges of `lines`, a Lines, drawn once on `ax`, the page.

    texts: {weight: share of the way along its edge at which its text has room beside the others'}; of a layer in which
    they have not all room, no weight is in it.
    """

    def __init__(self, ax, lines):
        self.joins, self.edges, self.chain, self.nodes = lines.edges, {}, {}, {}
        columns = np.linspace(FIRST, LAST, len(lines.units))
        self.columns = dict(zip(lines.units, columns.tolist(), strict=True))
        self.at = {}
        for layer, units in lines.units.items():
            rows = MIDDLE + APART[len(units)] * (np.arange(len(units))[::-1] - (len(units) - 1) / 2)
            self.at |= {unit: (self.columns[layer], y) for unit, y in zip(units, rows.tolist(), strict=True)}
        for weight in self.joins:
            self.add_edge(ax, weight, *zip(*self.ends(weight), strict=True))
        for unit, (x, y) in self.at.items():
            place = (x - WIDE / 2 + 4, y - HIGH / 2 + 4), WIDE - 8, HIGH - 8
            style = {"boxstyle": "round,pad=4,rounding_size=10", "ec": FORWARD, "fc": PAPER, "lw": 1.5, "zorder": 4}
            self.nodes[unit] = ax.add_patch(FancyBboxPatch(*place, **style))
        self.texts = {}
        for before, after in pairwise(lines.units.values()):
            self.texts |= self._room([w for w, (i, j) in self.joins.items() if i in before and j in after])

    def _room(self, weights, taken=()):
        """{weight: share} for the edges of one layer, or {} if they have not all room; taken: the places that are."""
        if not weights or len(weights) > MANY:
            return {}
        first, *others = weights
        for share in SHARES:
            x, y = self.along(first, share)
            if self._between(first, x) and all(abs(x - u) >= TEXT_WIDE or abs(y - v) >= TEXT_HIGH for u, v in taken):
                found = self._room(others, (*taken, (x, y)))
                if found or not others:
                    return {first: share} | found
        return {}

    def _between(self, weight, x):
        (x0, _), (x1, _) = self.ends(weight)
        aside = (WIDE + TEXT_WIDE) / 2 + 3
        return x0 + aside <= x <= x1 - aside or 2 * x == x0 + x1  # in the middle in any case

    def ends(self, weight):
        return [self.at[unit] for unit in self.joins[weight]]

    def rim(self, unit, towards):
        """The point on the way from `unit` to `towards` at which a number that travels sets out, or arrives."""
        way = np.abs(np.subtract(towards, self.at[unit]))
        size = np.hypot(*way)
        inside = min(WIDE / 2 * size / max(way[0], 1e-9), HIGH / 2 * size / max(way[1], 1e-9))
        return self.at[unit] + (inside + CLEAR) / size * np.subtract(towards, self.at[unit])

    def meet(self, weight):
        """Where the two factors of a weight's derivative meet, clear of both boxes."""
        return self.along(weight, 0.5)

    def row(self, unit, k):
        """Where row k of a box's text stands."""
        x, y = self.at[unit]
        return x, y + HIGH / 2 - 11 - 13.2 * k
