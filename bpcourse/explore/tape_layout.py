"""Where the nodes and wires of a tape stand: left to right by depth, each wire with a place of its own for its numbers.

Columns of nodes and columns of labels take turns. A wire is a chain of items, one in each column that it crosses; in
the first column behind its node it carries its numbers, and there it is level. The items of a column keep apart, so
no label can meet another.
"""

from dataclasses import dataclass

import numpy as np

from ..plots.style import WIDTH

RADIUS, LABEL = 18, 44  # of a node; width of what stands on a wire, CSS pixels
NODE, GIVEN, NUMBERS, PASSING = 72, 41, 38, 16  # heights that items of a column need
LEFT, RIGHT, PITCH = (
    28,
    84,
    130,
)  # margins, the right one with the wire that leaves the last node; columns at most so wide
DEEPEST = 7  # operations one after the other
BEND = 14  # points of a wire between two of its items
BEGINNINGS, SWEEPS, RELAXED = 12, 12, 40


@dataclass(frozen=True)
class Layout:
    """nodes[k]: (x, y) of line k. wires[k, j]: points (2, m) from the j-th parent of line k to it; numbers[k, j]: the
    middle of its level part. The wire out of the last node has the key None. tall: the height of it all.
    """

    nodes: list
    wires: dict
    numbers: dict
    tall: float


def layout(parents, low, high):
    """The Layout of a tape whose line k has the parents parents[k], between two heights. ValueError if it is too deep
    or too wide.
    """
    level = levels(parents)
    if max(level) > DEEPEST:
        raise ValueError(f"{max(level)} operations follow one another; up to {DEEPEST} find room in the picture")
    columns, chains = _items(parents, level)
    _untangle(columns, chains)
    y, tall = _heights(columns, chains, parents, low, high)
    pitch = min(PITCH, (WIDTH - LEFT - RIGHT) / max(max(level), 1))
    left = LEFT + (WIDTH - LEFT - RIGHT - pitch * max(level)) / 2
    nodes = [(left + pitch * level[k], y[k]) for k in range(len(parents))]
    ports, wires, numbers = _ports(parents, chains, y), {}, {}
    for wire, (source, *between, target) in chains.items():
        x, start = nodes[source]
        middle = x + pitch / 2 if wire else x + RADIUS + 12 + LABEL / 2
        points = [(x + RADIUS, start), (middle - LABEL / 2, y[between[0]]), (middle + LABEL / 2, y[between[0]])]
        points += [(x + pitch * (n + 1) / 2, y[item]) for n, item in enumerate(between[1:], 1)]
        if wire:
            end_x, end_y = nodes[target]
            points.append((end_x - np.sqrt(RADIUS**2 - ports[wire] ** 2) - 3, end_y + ports[wire]))
        wires[wire], numbers[wire] = _bent(points), (middle, y[between[0]])
    return Layout(nodes, wires, numbers, tall)


def levels(parents):
    """The column of each line: behind all its parents; what is given stands just before its first user."""
    level = [0] * len(parents)
    for k, own in enumerate(parents):
        level[k] = 1 + max((level[p] for p in own), default=-1)
    for k, own in enumerate(parents):
        users = [level[child] for child, others in enumerate(parents) if k in others]
        if not own and users:
            level[k] = min(users) - 1
    return level


def _items(parents, level):
    """(columns, chains): the items of each column, from the left, and those that make up each wire, from node to node.
    An item is the number of a line, or (wire, number of the column).
    """
    columns, chains = [[] for _ in range(2 * max(level) + 2)], {}
    for k in range(len(parents)):
        columns[2 * level[k]].append(k)
    for k, own in enumerate(parents):
        for j, parent in enumerate(own):
            between = [((k, j), column) for column in range(2 * level[parent] + 1, 2 * level[k])]
            chains[k, j] = [parent, *between, k]
    last = len(parents) - 1
    chains[None] = [last, (None, 2 * level[last] + 1), None]
    for chain in chains.values():
        for item in chain[1:-1]:
            columns[item[1]].append(item)
    return columns, chains


def _links(chains):
    pairs = [pair for chain in chains.values() for pair in zip(chain, chain[1:], strict=False) if pair[1] is not None]
    before, behind = {}, {}
    for a, b in pairs:
        behind.setdefault(a, []).append(b)
        before.setdefault(b, []).append(a)
    return before, behind


def _untangle(columns, chains):
    """Orders each column, in place, so that few wires cross: the best that was found from a few beginnings."""
    before, behind = _links(chains)
    rng, best, fewest = np.random.default_rng(0), None, np.inf
    for beginning in range(BEGINNINGS):
        if beginning:
            for column in columns:
                rng.shuffle(column)
        for sweep in range(SWEEPS):
            _sweep(columns, before, behind, sweep)
            crossings = _crossings(columns, behind)
            if crossings < fewest:
                best, fewest = [list(column) for column in columns], crossings
        if not fewest:
            break
    columns[:] = best


def _sweep(columns, before, behind, sweep):
    """Puts each item of each column where its neighbours are, from the left or from the right."""
    forth = sweep % 2 == 0
    for n in range(1, len(columns)) if forth else range(len(columns) - 2, -1, -1):
        near, links = columns[n - 1 if forth else n + 1], before if forth else behind
        if sweep // 2 % 2:
            columns[n].reverse()  # of those that want the same place, now the other one comes first
        rank, own = ({item: place for place, item in enumerate(column)} for column in (near, columns[n]))
        # What has no neighbour there keeps its place.
        columns[n].sort(key=lambda item: np.mean([rank[other] for other in links.get(item, ())] or [own[item]]))


def _crossings(columns, behind):
    count = 0
    for left, right in zip(columns, columns[1:], strict=False):
        rank = {item: place for place, item in enumerate(right)}
        ends = [rank[other] for item in left for other in sorted(behind.get(item, ()), key=rank.get)]
        count += sum(a > b for n, a in enumerate(ends) for b in ends[n + 1 :])
    return count


def _height(item, chains, parents):
    if isinstance(item, int):
        return NODE if parents[item] else GIVEN
    wire, _ = item
    return NUMBERS if chains[wire][1] == item else PASSING


def _heights(columns, chains, parents, low, high):
    """({item: y}, height of them all): in each column the order given and room for each, and every item as near to its
    neighbours as that allows.
    """
    before, behind = _links(chains)
    y = {}
    rooms = [[_height(item, chains, parents) for item in column] for column in columns]
    if max(map(sum, rooms)) > high - low:
        raise ValueError("too many wires stand above one another; show a smaller part of the tape")
    for column, room in zip(columns, rooms, strict=True):
        for item, top in zip(column, np.cumsum(room) - np.array(room) / 2, strict=True):
            y[item] = (low + high + sum(room)) / 2 - top
    order = range(len(columns))
    for n in [*order, *reversed(order)] * RELAXED:
        near = [before.get(item, []) + behind.get(item, []) for item in columns[n]]
        wanted = [np.mean([y[other] for other in others]) if others else y[item]
                  for item, others in zip(columns[n], near, strict=True)]  # fmt: skip
        y |= zip(columns[n], _apart(wanted, rooms[n], low, high), strict=True)
    edges = [y[item] + side * top / 2 for column, room in zip(columns, rooms, strict=True)
             for item, top in zip(column, room, strict=True) for side in (-1, 1)]  # fmt: skip
    aside = (low + high - min(edges) - max(edges)) / 2
    return {item: value + aside for item, value in y.items()}, max(edges) - min(edges)


def _apart(wanted, room, low, high):
    """Heights from the top down, nearest to those wanted, of items that need so much room (isotonic regression)."""
    offset = np.concatenate([[0], np.cumsum((np.array(room[:-1]) + room[1:]) / 2)])
    blocks = []
    for value in -np.array(wanted) - offset:
        blocks.append([value, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, m), (b, n) = blocks[-2:]
            blocks[-2:] = [[(a * m + b * n) / (m + n), m + n]]
    shifted = np.repeat([value for value, _ in blocks], [n for _, n in blocks])
    top, bottom = room[0] / 2 - high, -low - room[-1] / 2 - offset[-1]
    return -(np.clip(shifted, top, bottom) + offset)


def _ports(parents, chains, y):
    """{wire: how far above the middle of its node it arrives}."""
    ports = {}
    for k, own in enumerate(parents):
        wires = sorted(((k, j) for j in range(len(own))), key=lambda wire: y[chains[wire][-2]])
        ports |= {wire: 14 * (n - (len(wires) - 1) / 2) for n, wire in enumerate(wires)}
    return ports


def _bent(points):
    """A line through these points that is level at each of them."""
    share = np.linspace(0, 1, BEND)
    parts = [
        (x0 + share * (x1 - x0), y0 + share**2 * (3 - 2 * share) * (y1 - y0))
        for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False)
    ]
    return np.concatenate(parts, axis=1)
