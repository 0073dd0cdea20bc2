"""What a finger on the picture sets, as data: `moving.js` looks up in tables what a Target's function says."""

from functools import cache
from math import floor

from bpcourse.plots.style import WIDTH

STEP = 4  # CSS pixels from one place of a finger to the next that is tried
CELLS = 24  # along each side of a target, where one control follows both directions
PROBES = 5  # cells of a table by which it is known again


class Still(Exception):
    """A touch would set a control that stands still on the page."""


class Touches:
    """The touches of an explorer. grid: {control that moves: its values that are recorded}."""

    def __init__(self, explorer, grid):
        self.explorer, self.names = explorer, list(grid)
        # Of each value of a control, the place of the nearest one that is recorded.
        self.places = {name: _nearest(explorer.sliders[name], recorded) for name, recorded in grid.items()}
        self.known = []  # lists of tables, the last used first: most targets set the same in every state

    def of(self, target, values):
        """(box, tables) of a Target in this state, CSS pixels from the upper left corner of the picture: [left, top,
        width, height], and [control, left, top, across, down, columns, places] for each control that it sets: what
        cells of that size set it to, row by row; a finger beyond them is in the nearest. None for a target that sets
        what stands still.
        """
        left, bottom, wide, high = target.box
        box = [round(float(edge), 1) for edge in (left, self.explorer.height - bottom - high, wide, high)]

        @cache
        def places(x, y):
            """{control: the place that this finger sets}; y from the top."""
            found = target.sets(x, self.explorer.height - y)
            if any(values[name] != value for name, value in found.items() if name not in self.places):
                raise Still
            return {k: self.places[name][found[name]] for k, name in enumerate(self.names) if name in found}

        try:
            places(0, 0), places(WIDTH, self.explorer.height)  # in vain for all that stands still
            tables = next((known for known in self.known if _fits(known, box, places)), None) or _tables(
                box, self.explorer.height, places
            )
        except Still:
            return None
        self.known = [tables, *(known for known in self.known if known is not tables)]
        return (box, tables) if tables else None


def _nearest(control, recorded):
    at = [control.index(value) for value in recorded]
    return {value: min(range(len(at)), key=lambda k: abs(at[k] - n)) for n, value in enumerate(control.values)}


def _centre(box):
    left, top, wide, high = box
    return left + wide / 2, top + high / 2


def _fits(tables, box, places):
    """Whether these tables of another target say what this one sets, as far as a few fingers find out."""
    centre, (left, top, wide, high) = _centre(box), box
    corners = [(left, top), (left + wide, top), (left, top + high), (left + wide, top + high)]
    if [control for control, *_ in tables] != list(places(*centre)):
        return False
    for control, left, top, across, down, columns, found in tables:
        rows = len(found) // columns
        if rows > 1 and columns > 1 and [left, top] != box[:2]:
            return False
        some = range(0, len(found), max(1, len(found) // PROBES))
        cells = [(left + (k % columns + 0.5) * across, top + (k // columns + 0.5) * down) for k in some]
        points = [(x if columns > 1 else centre[0], y if rows > 1 else centre[1]) for x, y in cells]
        wanted = [found[k] for k in some]
        if len(found) == 1:
            points, wanted = corners, found * len(corners)
        if any(places(*point)[control] != place for point, place in zip(points, wanted, strict=True)):
            return False
    return True


def _tables(box, height, places):
    x, y = _centre(box)
    centre = places(x, y)
    row, column = [places(x, y) for x in _middles(0, WIDTH, STEP)], [places(x, y) for y in _middles(0, height, STEP)]
    across, down = ({k for cell in line for k in cell if cell[k] != centre[k]} for line in (row, column))
    if across & down:
        left, top, wide, high = box
        a, d = wide / CELLS, high / CELLS
        cells = [places(x, y) for y in _middles(top, top + high, d) for x in _middles(left, left + wide, a)]
        return [_table(k, cells, left, top, a, d, CELLS) for k in centre]
    cells = {k: row if k in across else column if k in down else [centre] for k in centre}
    return [_table(k, cells[k], 0, 0, *((STEP, height, len(row)) if k in across else (WIDTH, STEP, 1))) for k in centre]


def _table(control, cells, left, top, across, down, columns):
    return [control, left, top, round(across, 3), round(down, 3), columns, [cell[control] for cell in cells]]


def _middles(begin, end, step):
    """The middles of cells of this size, from `begin` to `end`."""
    return [begin + (k + 0.5) * step for k in range(round((end - begin) / step))]


def looked_up(tables, x, y):
    """{number of a control: place} that a finger at (x, y) from the upper left corner sets, as `moving.js` finds it."""
    found = {}
    for control, left, top, across, down, columns, places in tables:
        column = min(max(floor((x - left) / across), 0), columns - 1)
        row = min(max(floor((y - top) / down), 0), len(places) // columns - 1)
        found[control] = places[row * columns + column]
    return found
