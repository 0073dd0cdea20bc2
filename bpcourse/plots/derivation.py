"""Plots of chapter `derivation`: the ways through a network, a small graph, cost of both modes, size of delta."""

import numpy as np
from matplotlib.patches import Circle

from ..text import minus
from .style import ARROW_STYLE, BACKWARD, BACKWARD_FILL, DASHES, EDGE, FORWARD, GREY, INK, PALE, PAPER, new_axes, styled

_X, _RADIUS = (100, 300, 500), 25
_LOSS_X = 690
_HIGH, _MIDDLE, _LOW, _TOP, _BOTTOM = 467, 389, 311, 561, 217
GRAPH_PLACES = {  # where the nodes of the small graph stand, here and in its explorer, in CSS pixels
    "v": (50, _HIGH), "x": (50, _LOW), "c": (170, _MIDDLE), "z1": (296, _HIGH), "z2": (296, _LOW), "w1": (296, _TOP),
    "w2": (296, _BOTTOM), "h1": (407, _HIGH), "h2": (407, _LOW), "p1": (518, _HIGH), "p2": (518, _LOW),
    "u1": (518, _TOP), "u2": (518, _BOTTOM), "s": (632, _MIDDLE), "E": (752, _MIDDLE),
}  # fmt: skip
GRAPH_RADIUS = 31  # of a node
_BEND = 52  # how far the outer of several arrows between two nodes swing out


@styled
def plot_ways(sizes, weight=None, changes=None, ax=None, title=""):
    """A network of two layers and its loss, with all ways from one first-layer weight to the loss in orange.

    sizes = (n_0, n_1, n_2); weight = (j, i): into hidden unit j, from input i, counted from 0; None: the network alone.
    changes = {"w": ..., "h1": ..., "o1": ..., "o1 E": ..., "E": ...}: what a nudge of the weight changes, written under
    it (of h1, above it); "o1 E" is what E changes over o1.
    """
    ax = new_axes(ax, height=390)
    ax.set(xlim=(40, 760), ylim=(40, 345), aspect="equal")
    ax.axis("off")
    places = [[(x, 170 + 92 * ((n - 1) / 2 - k)) for k in range(n)] for x, n in zip(_X, sizes, strict=True)]
    j, i = weight or (None, None)
    loss = (_LOSS_X, 170)
    for k, to in enumerate(places[1]):
        for m, start in enumerate(places[0]):
            _line(ax, start, to, (k, m) == (j, i))
    for to in places[2]:
        for m, start in enumerate(places[1]):
            _line(ax, start, to, m == j)
        _line(ax, to, loss, bool(weight))
    lit = range(sizes[2]) if weight else ()
    for letter, column, on in (("x", places[0], ()), ("h", places[1], (j,)), ("o", places[2], lit)):
        for k, centre in enumerate(column):
            _node(ax, centre, f"{letter}{k + 1}", k in on)
    _node(ax, loss, "E", bool(weight))
    where = {"E": loss}
    if weight:
        x, y = np.add(places[0][i], places[1][j]) / 2
        ax.text(x, y + 13, "the weight", ha="center", va="center", color=BACKWARD, weight="bold")
        where["w"] = x, y + 22
    where |= {f"{letter}{k + 1}": c for letter, at in (("h", places[1]), ("o", places[2])) for k, c in enumerate(at)}
    middle = places[2][0][1] / 2 + places[2][-1][1] / 2
    for k, (x, y) in enumerate(places[2]):  # outside of the arrow to E; what is written is set lower by 37
        where[f"o{k + 1} E"] = (x + _LOSS_X) / 2 + 8, (y + loss[1]) / 2 + 37 + (24 if y > middle else -24)
    x, y = where["h1"]
    where["h1"] = x, y + 74  # above the circle: below it a line from h1 would cross the number
    for name, change in (changes or {}).items():
        (x, y), text = where[name], minus(f"{change:+.6f}")
        ax.text(x, y - 37, text, ha="center", va="center", color=FORWARD, weight="bold", zorder=5)
    for x, text in zip((*_X, _LOSS_X), ("inputs", "hidden", "outputs", "loss"), strict=True):
        ax.text(x, 330, text, ha="center", va="center", color=GREY)
    ax.set_title(title)
    return ax


def _line(ax, start, end, on):
    style = {"color": BACKWARD, "lw": 4, "zorder": 2} if on else {"color": EDGE, "lw": 1.5, "zorder": 1}
    ax.plot([start[0], end[0]], [start[1], end[1]], solid_capstyle="butt", **style)


def _node(ax, centre, text, on):
    fill, edge = (BACKWARD_FILL, BACKWARD) if on else (PAPER, GREY)
    ax.add_patch(Circle(centre, _RADIUS, fc=fill, ec=edge, lw=3 if on else 1.5, zorder=3))
    ax.text(*centre, text, ha="center", va="center", weight="bold", color=INK, zorder=4)


@styled
def plot_graph(values, parents, slopes=None, places=None, made=None, ax=None, title=""):
    """A graph of chapter `derivation`: values in the nodes in blue, the local derivative on each arrow in grey; under
    each value, where given, the slope of the last node here in orange. An integer is written without decimals, and a
    text (such as "?") as it is. Several arrows between the same two nodes, side by side, are bent.

    values, slopes = {node: number}; parents = {node: [(parent, local derivative), ...]}; places = {node: (x, y) in CSS
    pixels}, those of GRAPH_PLACES if not given; made = {node: how it is computed, written above it}.
    values=None: names alone.
    """
    places, radius = places or GRAPH_PLACES, GRAPH_RADIUS
    bent = {node for node, row in parents.items() if len(row) > len({parent for parent, _ in row})}
    room = _BEND + 22 - radius if bent else 4
    low = min(y for _, y in places.values()) - radius - (room - 12 if bent else room)
    high = max(y + radius + (24 if node in (made or ()) else room) for node, (_, y) in places.items())
    ax = new_axes(ax, height=high - low + 26)
    ax.set(xlim=(10, 795), ylim=(low, high), aspect="equal")
    ax.axis("off")
    circle = {node: Circle(centre, radius, fc=PAPER, ec=FORWARD, lw=1.5, zorder=3) for node, centre in places.items()}
    for node, centre in places.items():
        ax.add_patch(circle[node])
        lines = [(node, {"weight": "bold"})]
        if values:
            lines.append((_short(values[node]), {"color": FORWARD, "size": 10}))
        if slopes:
            lines.append((_short(slopes[node]), {"color": BACKWARD, "size": 9}))
        for up, (text, style) in zip(((0,), (10, -10), (18, 2, -13))[len(lines) - 1], lines, strict=True):
            _number(ax, (centre[0], centre[1] + up), text, **style)
        if made and node in made:
            _number(ax, (centre[0], centre[1] + radius + 13), made[node], color=INK)
        if node in bent:
            _bundle(ax, circle, places, node, parents[node])
            continue
        for parent, local in parents.get(node, ()):
            start, end = np.array(places[parent]), np.array(centre)
            unit = (end - start) / np.hypot(*(end - start))
            ax.annotate("", end - radius * unit, start + radius * unit, arrowprops=ARROW_STYLE)
            _number(ax, beside(parent, node, places), _short(local).replace("1.000", "1"), color=GREY, size=10)
    ax.set_title(title)
    return ax


def _bundle(ax, circle, places, node, row):
    """All arrows into a node from one other, left of it, side by side, each with its number."""
    for k, (parent, local) in enumerate(row):
        start, end = np.array(places[parent]), np.array(places[node])
        up = _BEND * (1 - 2 * k / (len(row) - 1))  # of the middle of this arrow
        bow = {"connectionstyle": f"arc3,rad={-2 * up / (end[0] - start[0])}"}
        ends = {"patchA": circle[parent], "patchB": circle[node]}
        ax.annotate("", end, start, arrowprops=ARROW_STYLE | bow | ends)
        _number(ax, (start + end) / 2 + (0, up + 13), _short(local), color=GREY, size=10)


def beside(parent, child, places=GRAPH_PLACES):
    """Where the number of an arrow of a graph stands: outside of its middle; of an upright one, right."""
    start, end = (np.array(places[node], dtype=float) for node in (parent, child))
    middle, (dx, dy) = (start + end) / 2, (end - start) / np.hypot(*(end - start))
    across = np.array((-dy, dx)) if dx else np.array((1.0, 0.0))
    heights = [y for _, y in places.values()]
    if dx and middle[1] < (min(heights) + max(heights)) / 2:
        across = -across
    return middle + across * (17 + 20 * across[0] ** 2)


def _short(number):
    return f"{number}" if isinstance(number, int | str) else f"{number:.3f}"


def _number(ax, place, text, **style):
    ax.text(*place, minus(text), ha="center", va="center", zorder=4, **style)


@styled
def plot_counts(sizes, curves, ax=None, title="", xlabel="parameters of the network", log=True):
    """Multiplications against a size; curves = {label: counts}, one for each entry of `sizes`.

    "forward" in a label makes the curve blue, "reverse" orange; others are dark and dashed.
    """
    ax = new_axes(ax, height=400)
    others = iter((INK, GREY))
    for label, counts in curves.items():
        known = {"forward": FORWARD, "reverse": BACKWARD}
        colour = next((c for word, c in known.items() if word in label), None)
        marker = "o" if colour == FORWARD else "s" if colour == BACKWARD else "D"
        colour, dashes = (colour, "-") if colour else (next(others), (0, (5, 2)))
        ax.plot(sizes, counts, color=colour, ls=dashes, marker=marker, ms=6)
        ax.annotate(label, (sizes[-1], counts[-1]), (10, 0), textcoords="offset points", color=colour, va="center")
    if log:
        ax.set(xscale="log", yscale="log")
    ax.set(xlabel=xlabel, ylabel="multiplications")
    ax.set_title(title)
    return ax


@styled
def plot_layer_sizes(sizes, ax=None, title=""):
    """The size of delta in each layer on a logarithmic axis; sizes = {label: [layer 1, layer 2, ...]}."""
    ax = new_axes(ax, height=380)
    dashes = iter(DASHES)
    marks = iter("osD")
    for label, values in sizes.items():
        layers, style = np.arange(1, len(values) + 1), {"ls": next(dashes), "marker": next(marks)}
        ax.plot(layers, values, color=BACKWARD, ms=7, mfc=PAPER, mew=1.8, **style)  # delta travels backward
        top = values[1] == max(other[1] for other in sizes.values())
        place = {"xytext": (0, 11), "va": "bottom"} if top else {"xytext": (14, -4), "va": "top"}
        ax.annotate(label, (2, values[1]), textcoords="offset points", ha="left", **place)
    ax.set(yscale="log", xlabel="layer (the message goes from right to left)", ylabel="typical size of delta")
    ax.set_xticks(layers, [f"{layer}" for layer in layers])
    ax.grid(axis="y", color=PALE, lw=0.8)
    ax.set_axisbelow(True)
    ax.set_title(title)
    return ax
