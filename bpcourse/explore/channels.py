"""Explorer: a window that walks over the three channels of a colour picture, with a padding and a stride: what it
gives, and what comes back to the weights and to the pixels.
"""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from ..plots.style import BACKWARD, BETWEEN_CELLS, CHANNELS, FORWARD, GREY, INK, PAPER, SHADE, SHARPNESS, WIDTH
from .base import Explorer, Label, Scene, Target
from .controls import Choice, Slider, choices
from .convolution import text
from .pixels import tint

SIDE, SIZE, LEVELS = 6, 3, 3  # a colour has the levels 0 to 3
_COLOURS = {"S": (1, 2, 3), "R": (3, 0, 0), "Y": (3, 3, 0), "G": (0, 2, 0)}  # sky, petal, middle, leaf
_FLOWER = "SSRRSS", "SRYYRS", "SRYYRS", "SSRRSS", "SSGSGS", "SSGGSS"
X = np.array([[_COLOURS[letter] for letter in row] for row in _FLOWER]).transpose(2, 0, 1)  # (c, h, w)
_EDGES, _PLUS = np.array([[-1, 0, 1]] * SIZE), np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
FILTERS = {  # name: (K of this filter (c, k, k), its b)
    "0: edges of red": (np.array([_EDGES, 0 * _EDGES, 0 * _EDGES]), 1),
    "1: red, not green": (np.array([_PLUS, -_PLUS, 0 * _PLUS]), -2),
    "2: a mixture": (np.random.default_rng(2).integers(-1, 2, (len(CHANNELS), SIZE, SIZE)), 1),
}
DELTA = np.random.default_rng(78).integers(-1, 2, (len(FILTERS), SIDE, SIDE))  # dE/dZ: any numbers would do
FORWARD_MODE, WEIGHTS_MODE, PIXELS_MODE = "forward", "back to the weights", "back to the pixels"

# left, bottom, cell in CSS pixels, and cells on a side
PLANES = tuple((left, 228, 22, SIDE + 2) for left in (18, 208, 398))  # of the channels, with room for a padding of 1
SCENERY = (606, 228, 22, SIDE + 2)  # the picture in its colours
LEFT, RIGHT = ([(left + aside, 120, 26, SIZE) for left, *_ in PLANES] for aside in (4, 94))  # two small tables each
MAP = (606, 22, 28, SIDE)
LINES = 18, 66, 24  # of the formulas: left, first line, distance
DOT = 3  # CSS pixels: half the side of the mark on the middle of a window
LINE = np.append(np.multiply(255, to_rgb(BETWEEN_CELLS)), 255)


def places(padding, stride):
    """How many places the window has each way."""
    return (SIDE + 2 * padding - SIZE) // stride + 1


def walk(padding, stride, upto=SIDE**2):
    """The first so many places of the window: (r, s) of the output, and its rows and columns of the padded picture."""
    n = places(padding, stride)
    for r, s in list(np.ndindex(n, n))[:upto]:
        yield r, s, slice(stride * r, stride * r + SIZE), slice(stride * s, stride * s + SIZE)


def padded(padding):
    """X with a border of zeros: (c, h, w)."""
    return np.pad(X, ((0, 0), (padding, padding), (padding, padding)))


def sums(K, padding, stride):
    """Each channel's sum of nine products, at each place: (c, r, s). Their sum and b make Z."""
    n, image = places(padding, stride), padded(padding)
    out = np.empty((len(CHANNELS), n, n), dtype=int)
    for r, s, rows, columns in walk(padding, stride):
        out[:, r, s] = (K * image[:, rows, columns]).sum(axis=(1, 2))
    return out


def gradients(K, delta, padding, stride, upto=SIDE**2):
    """dE/dK (c, k, k) and dE/dX with its border (c, h, w), collected over the first so many places."""
    image = padded(padding)
    dK, dX = np.zeros_like(K), np.zeros_like(image)
    for r, s, rows, columns in walk(padding, stride, upto):
        dK += delta[r, s] * image[:, rows, columns]
        dX[:, rows, columns] += delta[r, s] * K
    return dK, dX


class Channels(Explorer):
    """A window on three channels, with padding and stride, forward and back (chapter `convolution`)."""

    name = "One filter, three channels"
    height = 430
    moves = ("place", "padding", "stride")
    still = {"place": 6}
    sliders = {
        "place": Slider("place", choices(range(1, SIDE**2 + 1)), 1, play=500),
        "padding": Slider("padding", choices((0, 1)), 0),
        "stride": Slider("stride", choices((1, 2, 3)), 1),
        "filter": Choice("filter", choices(tuple(FILTERS)), "1: red, not green"),
        "show": Choice("show", choices((FORWARD_MODE, WEIGHTS_MODE, PIXELS_MODE)), FORWARD_MODE),
    }

    def __init__(self, chapter=None):
        super().__init__(chapter)
        self.ground = np.empty((SHARPNESS * self.height, SHARPNESS * WIDTH, 4), np.uint8)

    def background(self):
        ax = self.page()
        left, bottom, cell, n = MAP
        self.frames = [ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, lw=3, zorder=3)) for _ in (*PLANES, SCENERY)]
        self.here = ax.add_patch(Rectangle((0, 0), cell, cell, fill=False, lw=2.5, ec=INK, zorder=3))
        return [*self.frames, self.here]

    def move(self, place, padding, stride, filter, show):
        f, n = list(FILTERS).index(filter), places(padding, stride)
        place = min(place, n * n)
        r, s, rows, columns = list(walk(padding, stride))[place - 1]
        self._frame(r, s, padding, stride, BACKWARD if show != FORWARD_MODE else FORWARD)
        self.ground[:] = 255
        self._scenery(padding, stride)
        draw = {FORWARD_MODE: self._forward, WEIGHTS_MODE: self._weights, PIXELS_MODE: self._pixels}[show]
        planes, left, right, answer, under, lines, said = draw(f, place, r, s, rows, columns, padding, stride)
        labels = [*self._planes(*planes, padding, stride)]
        for tables, (name, arrays, colour) in ((LEFT, left), (RIGHT, right)):
            for table, array in zip(tables, arrays, strict=True):
                strength = np.abs(arrays).max()
                labels += [self._title(table, name, colour, 9.5), *self._table(table, array, colour, strength)]
        for (x, *_), says in zip(PLANES, under, strict=True):
            labels.append(Label(x + 88, LEFT[0][1] - 16, says, lines[0][1], 10))
            labels.append(Label(x + 88, LEFT[0][1] + 39, "·" if show == FORWARD_MODE else "→", INK, 11))
        name, array, colour = answer
        known = np.arange(n * n).reshape(n, n) < (n * n if show == FORWARD_MODE else place)
        ink = np.where(known, INK, GREY)
        labels += [self._title((*MAP[:3], n), name, colour, rows=SIDE)]
        labels += self._table(MAP, array, colour, np.abs(array).max(), ink, known)
        labels.append(self._title(SCENERY, "all three: the picture", INK))
        x, y, step = LINES
        labels += [Label(x, y - step * k, *line, 10.5, "lm", bold=k == 0) for k, line in enumerate(lines)]
        said = f"{said} Place {place} of {n} · {n}, padding {padding}, stride {stride}; filter {filter}."
        under = self.ground, 0, 0
        return Scene(labels, said, under, tuple(_targets(n, padding, stride)), ended=place == n * n)

    def _frame(self, r, s, padding, stride, colour):
        for frame, (left, bottom, cell, n) in zip(self.frames, (*PLANES, SCENERY), strict=True):
            row, column = (stride * k + 1 - padding for k in (r, s))
            xy = left + cell * column, bottom + cell * (n - row - SIZE)
            frame.set(xy=xy, width=SIZE * cell, height=SIZE * cell, ec=colour)
        left, bottom, cell, n = MAP
        self.here.set_xy((left + cell * s, bottom + cell * (n - 1 - r)))

    def _forward(self, f, place, r, s, rows, columns, padding, stride):
        (K, b), patch = list(FILTERS.values())[f], padded(padding)[:, rows, columns]
        each = sums(K, padding, stride)
        z, here = each.sum(axis=0) + b, each[:, r, s]
        numbers = " + ".join(f"({text(v)})" if v < 0 and k else text(v) for k, v in enumerate((*here, b)))
        lines = [(f"Z[{f}, {r}, {s}] = {' + '.join(CHANNELS)} + b = {numbers} = {text(z[r, s])}", FORWARD)]
        lines += _size(padding, stride)
        said = f"Z[{f}, {r}, {s}] = {numbers} = {text(z[r, s])}."
        under = [f"nine products: {text(v)}" for v in here]
        planes = [f"X, {name}" for name in CHANNELS], padded(padding), INK
        return planes, ("window", patch, INK), ("K", K, FORWARD), (f"Z of filter {f}", z, FORWARD), under, lines, said

    def _weights(self, f, place, r, s, rows, columns, padding, stride):
        K, delta, patch = list(FILTERS.values())[f][0], DELTA[f], padded(padding)[:, rows, columns]
        n = places(padding, stride)
        dK, _ = gradients(K, delta, padding, stride, place)
        lines = [("Each place adds δ · window to ∂E/∂K, channel by channel.", BACKWARD), *_size(padding, stride)]
        said = f"∂E/∂K of the upper left weights so far: {', '.join(map(text, dK[:, 0, 0]))}; δ = {text(delta[r, s])}."
        planes = [f"X, {name}" for name in CHANNELS], padded(padding), INK
        answer = f"δ of filter {f}", delta[:n, :n], BACKWARD
        under = [f"times δ = {text(delta[r, s])}, added"] * len(CHANNELS)
        return planes, ("window", patch, INK), ("∂E/∂K so far", dK, BACKWARD), answer, under, lines, said

    def _pixels(self, f, place, r, s, rows, columns, padding, stride):
        K, delta = list(FILTERS.values())[f][0], DELTA[f]
        n = places(padding, stride)
        _, dX = gradients(K, delta, padding, stride, place)
        lost = " What comes to the border is thrown away." if padding else ""
        lines = [("Each place adds δ · K to nine pixels of each channel.", BACKWARD)]
        lines += [(f"The other filters add theirs.{lost}", GREY)]
        share = int((dX[:, padding : padding + SIDE, padding : padding + SIDE] != 0).sum())
        said = f"∂E/∂X so far: {share} of {X.size} pixels have a gradient that is not 0; δ = {text(delta[r, s])}."
        planes = [f"∂E/∂X so far, {name}" for name in CHANNELS], dX, BACKWARD
        answer = f"δ of filter {f}", delta[:n, :n], BACKWARD
        under = [f"times δ = {text(delta[r, s])}, added ↑"] * len(CHANNELS)
        message = delta[r, s] * K
        return planes, ("K", K, FORWARD), ("message", message, BACKWARD), answer, under, lines, said

    def _planes(self, names, arrays, colour, padding, stride):
        """The three channels; what is in no window is grey, and so is the border."""
        used = stride * (places(padding, stride) - 1) + SIZE
        at = 1 - padding
        for (left, bottom, cell, n), name, array in zip(PLANES, names, arrays, strict=True):
            inside = (left + cell * at, bottom + cell * at, cell, len(array))
            shown = np.pad(np.ones((SIDE, SIDE), bool), padding)
            ink = np.where(shown, INK, GREY)
            ink[used:] = ink[:, used:] = GREY
            yield self._title((left, bottom, cell, n), name, colour)
            most = np.abs(arrays).max()
            yield from self._table(inside, array, colour, most, ink, shown, 0.45)

    def _title(self, table, name, colour, size=10.5, rows=None):
        left, bottom, cell, n = table
        return Label(left + n * cell / 2, bottom + (rows or n) * cell + 13, name, colour, size)

    def _table(self, table, array, colour, most, ink=None, shown=None, strength=0.62):
        """Colour the cells of a table (rows, columns) from its upper left corner; the Labels with its numbers. most:
        the number with the full colour; shown: where False, the ground of what does not count.
        """
        left, bottom, cell, n = table
        size, top = SHARPNESS * cell, SHARPNESS * (self.height - bottom - n * cell)
        extended = np.append(array, [[most] * array.shape[1]], axis=0)  # so that all tables in a row have one scale
        colours = tint(extended, colour, strength=strength)[:-1]
        if shown is not None:
            colours[~shown] = (*to_rgb(SHADE), 1)
        cells = (255 * colours + 0.5).astype(np.uint8).repeat(size, axis=0).repeat(size, axis=1)
        cells[::size] = cells[:, ::size] = cells[-1] = cells[:, -1] = LINE
        height, width = cells.shape[:2]
        self.ground[top : top + height, SHARPNESS * left : SHARPNESS * left + width] = cells
        for (row, column), value in np.ndenumerate(array):
            x, y = left + cell * (column + 0.5), bottom + cell * (n - row - 0.5)
            yield Label(x, y, text(value), INK if ink is None else ink[row, column], 9)

    def _scenery(self, padding, stride):
        """The picture in its colours, a border in black, and a dot on the middle of each place of the window."""
        left, bottom, cell, n = SCENERY
        size, at = SHARPNESS * cell, 1 - padding
        colours = np.full((*padded(padding).shape[1:], 4), 255, np.uint8)
        colours[..., :3] = padded(padding).transpose(1, 2, 0) * (255 // LEVELS)
        cells = colours.repeat(size, axis=0).repeat(size, axis=1)
        top, edge = SHARPNESS * (self.height - bottom - n * cell) + size * at, SHARPNESS * left + size * at
        self.ground[top : top + len(cells), edge : edge + len(cells)] = cells
        for _, _, rows, columns in walk(padding, stride):
            y, x = (first + size * (k.start + k.stop) // 2 for first, k in ((top, rows), (edge, columns)))
            for half, colour in ((SHARPNESS * DOT, INK), (SHARPNESS * (DOT - 1), PAPER)):
                self.ground[y - half : y + half, x - half : x + half, :3] = np.multiply(255, to_rgb(colour))


def _size(padding, stride):
    """A line on what a window leaves out."""
    left_out = (SIDE + 2 * padding - SIZE) % stride
    if left_out:
        some = "last row and column are" if left_out == 1 else f"last {left_out} rows and columns are"
        yield f"The {some} in no window.", GREY


def _targets(n, padding, stride):
    """n: places each way."""

    def at(row, column):
        r, s = (int(np.clip(k, 0, n - 1)) for k in (row, column))
        return {"place": r * n + s + 1}

    def on_map(x, y):
        left, bottom, cell, side = MAP
        return at((bottom + cell * side - y) // cell, (x - left) // cell)

    def on_plane(table):
        left, bottom, cell, side = table

        def touch(x, y):
            """The finger holds the window in its middle."""
            row, column = (bottom + cell * side - y) / cell, (x - left) / cell
            return at(*(round((k - 1 + padding - SIZE / 2) / stride) for k in (row, column)))

        return touch

    for table in (*PLANES, SCENERY):
        left, bottom, cell, side = table
        yield Target((left, bottom, side * cell, side * cell), on_plane(table), "drag the window")
    left, bottom, cell, side = MAP
    edge = n * cell
    yield Target((left, bottom + cell * side - edge, edge, edge), on_map, "click a place of the window")
