"""Explorer: a 3 x 3 window that slides over a digit: what it gives, and what comes back to a weight and to a pixel."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from ..datasets import digits
from ..plots.style import BACKWARD, BETWEEN_CELLS, FORWARD, GREY, INK, SHARPNESS
from ..text import minus, number
from .base import Explorer, Label, Scene, Target
from .controls import Choice, Slider, choices
from .pixels import tint

SIDE, SIZE = 6, 3  # of the output and of the kernel; the digit has 8 x 8 pixels
KERNELS = {
    "vertical edges": np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]),
    "horizontal edges": np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]),
    "diagonal": np.array([[-2.0, -1, 0], [-1, 0, 1], [0, 1, 2]]),
    "spots": np.array([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
    "blur": np.array([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16,
    "counting": np.arange(1.0, 10).reshape(3, 3) / 10,
}
_TENTHS = np.array([*range(-9, 0), *range(1, 10)])
DELTA = np.random.default_rng(7).choice(_TENTHS, (SIDE, SIDE)) / 10  # dE/dz: any numbers would do
FORWARD_MODE, WEIGHT_MODE, PIXEL_MODE = "forward", "gradient of one weight", "gradient of one pixel"
# left, bottom, cell in CSS pixels, and cells on a side: the two small tables stand one above the other
TABLES = DIGIT, FIRST, SECOND, MAP = (24, 201, 33, 8), (320, 350, 50, SIZE), (320, 166, 50, SIZE), (520, 201, 44, SIDE)
GROUND = 24, 166, 760, 334  # left, bottom, width and height of what holds all four
LINE = np.append(np.multiply(255, to_rgb(BETWEEN_CELLS)), 255)
STRENGTHS = 0.65, 0.4, 0.62, 0.62  # of the colours of the four tables
COLUMN = 16, 122, 26  # of the formulas: left, first line, distance


def output(image, K):
    """z (6, 6): the nine pixels times the nine weights, for every place of the window."""
    z = np.empty((SIDE, SIDE))
    for r, s in np.ndindex(z.shape):
        z[r, s] = (image[r : r + SIZE, s : s + SIZE] * K).sum()
    return z


def gradients(image, K, positions=SIDE**2):
    """dE/dK (3, 3) and dE/dX (8, 8), collected over the first so many positions of the window."""
    dK, dX = np.zeros_like(K), np.zeros_like(image)
    for p in range(positions):
        r, s = divmod(p, SIDE)
        dK += DELTA[r, s] * image[r : r + SIZE, s : s + SIZE]
        dX[r : r + SIZE, s : s + SIZE] += DELTA[r, s] * K
    return dK, dX


def seen_by(row, column):
    """The outputs that have pixel (row, column) in their window: (rows, columns), each a range."""
    return tuple(range(max(0, at - SIZE + 1), min(SIDE, at + 1)) for at in (row, column))


class Convolution(Explorer):
    """A 3 x 3 window on a digit: forward, and what comes back to a weight and to a pixel (chapter `convolution`)."""

    name = "One window, nine weights"
    height = 530
    moves = ("position", "kernel")
    sliders = {
        "position": Slider("position", choices(tuple(range(1, SIDE**2 + 1))), 14, play=700),
        "show": Choice("show", choices((FORWARD_MODE, WEIGHT_MODE, PIXEL_MODE)), FORWARD_MODE),
        "weight": Choice("weight (i, j)", choices([f"{i}, {j}" for i, j in np.ndindex(SIZE, SIZE)]), "1, 2"),
        "kernel": Choice("filter", choices(tuple(KERNELS)), "vertical edges"),
        "digit": Choice("digit", choices(tuple(range(10))), 0),
    }

    def __init__(self, chapter=None):
        _, _, X, labels = digits()
        self.images = X[[np.flatnonzero(labels == digit)[0] for digit in range(10)]].reshape(10, 8, 8)
        super().__init__(chapter)
        left, bottom, width, height = (SHARPNESS * edge for edge in GROUND)
        still = np.asarray(self.figure.canvas.buffer_rgba())[: SHARPNESS * self.height - bottom]
        self.ground = still[-height:, left : left + width].copy()  # `move` colours the cells in it

    def background(self):
        panels = []
        for left, bottom, cell, n in TABLES:
            ax = self.axes_at(left, bottom, n * cell, n * cell, xlim=(0, n), ylim=(n, 0), xticks=[], yticks=[])
            for spine in ax.spines.values():
                spine.set(visible=True, color=GREY, lw=1)
            panels.append(ax)
            for at in range(n if n > SIZE else 0):  # rows and columns are counted from 0, as in the code
                ax.text(at + 0.5, n + 9 / cell, f"{at}", color=GREY, size=9, ha="center", va="center")
                ax.text(-7 / cell, at + 0.5, f"{at}", color=GREY, size=9, ha="center", va="center")
        digit, first, second, answer = panels
        self.window = digit.add_patch(Rectangle((0, 0), SIZE, SIZE, fill=False, lw=3, zorder=5, clip_on=False))
        self.pixel = digit.add_patch(Rectangle((0, 0), 1, 1, fill=False, lw=2.5, zorder=6, ec=INK, clip_on=False))
        self.cells = [
            ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, lw=2.5, zorder=6, ec=INK, clip_on=False))
            for ax in (first, second)
        ]
        self.block = answer.add_patch(Rectangle((0, 0), 1, 1, fill=False, lw=3, zorder=5, clip_on=False))
        self.here = answer.add_patch(Rectangle((0, 0), 1, 1, fill=False, lw=2.5, zorder=6, ec=INK, clip_on=False))
        return [self.window, self.pixel, *self.cells, self.block, self.here]

    def move(self, position, show, weight, kernel, digit):
        image, K = self.images[digit], KERNELS[kernel]
        (r, s), (i, j) = divmod(position - 1, SIDE), map(int, weight.split(", "))
        q, t = r + i, s + j  # the pixel under the chosen weight
        colour = FORWARD if show == FORWARD_MODE else BACKWARD
        self.window.set(xy=(s, r), ec=colour)
        self.pixel.set_xy((t, q))
        self.here.set_xy((s, r))
        for cell in self.cells:
            cell.set_xy((j, i))
        self.block.set_visible(show == PIXEL_MODE)
        draw = {FORWARD_MODE: self._forward, WEIGHT_MODE: self._weight, PIXEL_MODE: self._pixel}[show]
        titles, tables, sign, lines, status = draw(image, K, position, r, s, i, j)
        labels = []
        for table, (title, ink) in zip(TABLES, titles, strict=True):
            left, bottom, cell, n = table
            y = bottom - 14 if table == SECOND else bottom + n * cell + 14
            labels.append(Label(left + n * cell / 2, y, title, ink, 10.5))
        left, bottom, cell, n = FIRST
        labels.append(Label(left + n * cell / 2, bottom - 17, sign, INK, 10))  # between the two small tables
        for (left, bottom, cell, n), table in zip(TABLES[1:], tables, strict=True):
            for (row, column), value in np.ndenumerate(table):
                x, y = left + cell * (column + 0.5), bottom + cell * (n - row - 0.5)
                labels.append(Label(x, y, value, INK if value != "–" else GREY, 9.5))
        left, top, step = COLUMN
        for k, (text, ink) in enumerate(lines):
            labels.append(Label(left, top - step * k, text, ink, 10.5, "lm", bold=k == 0))
        under = self.ground, *GROUND[:2]
        idle = ("kernel",) if show == WEIGHT_MODE else ()
        said = f"{status} Digit {digit}." if idle else f"{status} Digit {digit}, filter {kernel}."
        return Scene(labels, said, under, tuple(self._targets(show, r, s, i, j)), idle)

    def _targets(self, show, r, s, i, j):
        """What a touch sets: (r, s) is the place of the window, (i, j) the weight that is chosen now."""
        pixel = show == PIXEL_MODE
        q, t = r + i, s + j

        def at(row, column):
            """The window that stands as near to (row, column) as it can."""
            return tuple(int(np.clip(k, 0, SIDE - 1)) for k in (row, column))

        def pair(window, q, t):
            """This window, and of its weights the one that is nearest to pixel (q, t)."""
            i, j = (int(np.clip(k - k0, 0, SIZE - 1)) for k, k0 in zip((q, t), window, strict=True))
            return {"position": window[0] * SIDE + window[1] + 1, "weight": f"{i}, {j}"}

        def on_digit(x, y):
            row, column = cell_at(DIGIT, x, y)
            if pixel:
                return pair(at(row - i, column - j), row, column)
            row, column = at(row - 1, column - 1)  # the finger holds the window in its middle
            return {"position": row * SIDE + column + 1}

        def on_map(x, y):
            window = cell_at(MAP, x, y)
            return pair(window, q, t) if pixel else {"position": window[0] * SIDE + window[1] + 1}

        def on_small(table):
            def touch(x, y):
                row, column = cell_at(table, x, y)
                if pixel:  # the kernel stands flipped, and the pixel stays: another window sees it
                    return pair(at(q - (SIZE - 1 - row), t - (SIZE - 1 - column)), q, t)
                return {"weight": f"{row}, {column}"}

            return touch

        yield Target(box(DIGIT), on_digit, "click a pixel" if pixel else "drag the window over the digit")
        yield Target(box(MAP), on_map, "click a place of the window in the table on the right")
        for table in (FIRST, SECOND):
            says = "click a delta or its weight" if pixel else "click one of the nine for its weight"
            yield Target(box(table), on_small(table), says)

    def _paint(self, *tables):
        """Colour the cells of the four tables, with lines between them; their frames stay."""
        for (left, bottom, cell, n), table, strength in zip(TABLES, tables, STRENGTHS, strict=True):
            size = SHARPNESS * cell
            colours = (255 * tint(*table, strength=strength) + 0.5).astype(np.uint8)
            cells = colours.repeat(size, axis=0).repeat(size, axis=1)
            cells[::size] = cells[:, ::size] = LINE
            right, low = SHARPNESS * (left - GROUND[0]), SHARPNESS * (GROUND[1] + GROUND[3] - bottom)
            inside = slice(2, n * size - 1)
            self.ground[low - n * size : low, right : right + n * size][inside, inside] = cells[inside, inside]

    def _forward(self, image, K, position, r, s, i, j):
        z, patch = output(image, K), image[r : r + SIZE, s : s + SIZE]
        self._paint((image, INK), (patch, INK), (K, FORWARD), (z, FORWARD))
        titles = (("the digit X", INK), ("under the window", INK), ("the weights K", FORWARD), ("all sums z", FORWARD))
        lines = [(f"z[{r}, {s}] = Σ K[i, j] · X[{r} + i, {s} + j] = {text(z[r, s])}", FORWARD)]
        lines += [(row, INK) for row in products(patch, K)]
        lines.append((f"The framed pixel X[{r + i}, {s + j}] meets the weight K[{i}, {j}].", GREY))
        status = (
            f"z[{r}, {s}] = {text(z[r, s])}: nine pixels times nine weights, at position {position}. "
            f"Weight ({i}, {j}) meets pixel ({r + i}, {s + j})."
        )
        return titles, (each(patch), each(K), each(z, ".1f")), "times", lines, status

    def _weight(self, image, K, position, r, s, i, j):
        patch, (so_far, _), (whole, _) = (
            image[r : r + SIZE, s : s + SIZE],
            gradients(image, K, position),
            gradients(image, K),
        )
        order = np.arange(SIDE**2).reshape(SIDE, SIDE) < position
        met = np.zeros((8, 8), bool)
        met[i : i + SIDE, j : j + SIDE] = order
        shown = ((image, INK, met), (patch, INK), (so_far, BACKWARD), (DELTA, BACKWARD, order))
        self._paint(*shown)
        titles = (
            ("met by the weight so far", INK),
            ("under the window", INK),
            ("∂E/∂K so far", BACKWARD),
            ("the deltas δ", BACKWARD),
        )
        here = DELTA[r, s] * image[r + i, s + j]
        lines = [
            (f"∂E/∂K[{i}, {j}] = Σ δ[r, s] · X[r + {i}, s + {j}] = {text(whole[i, j])}", BACKWARD),
            (
                f"here:  δ[{r}, {s}] · X[{r + i}, {s + j}] = {times(DELTA[r, s], image[r + i, s + j])} = {text(here)}",
                INK,
            ),
            (f"positions 1 to {position} together:  {text(so_far[i, j])}", INK),
            (f"all {SIDE**2} positions:  {text(whole[i, j])}", INK),
            ("Each window adds δ times its nine pixels to the nine gradients.", GREY),
        ]
        status = (
            f"The gradient of weight ({i}, {j}) is {text(so_far[i, j])} after {position} of {SIDE**2} positions, "
            f"and {text(whole[i, j])} after all. Here: {text(here)}."
        )
        sign = f"times δ = {text(DELTA[r, s])}, added ↓"
        return titles, (each(patch), each(so_far, ".2f"), each(DELTA, ".1f")), sign, lines, status

    def _pixel(self, image, K, position, r, s, i, j):
        q, t = r + i, s + j
        rows, columns = seen_by(q, t)
        padded = np.pad(DELTA, SIZE - 1)
        around, flipped = padded[q : q + SIZE, t : t + SIZE], K[::-1, ::-1]
        seen, inside = np.zeros((SIDE, SIDE), bool), np.zeros((SIZE, SIZE), bool)
        seen[np.ix_(rows, columns)] = True
        inside[np.ix_([a - q + SIZE - 1 for a in rows], [a - t + SIZE - 1 for a in columns])] = True
        dX = gradients(image, K)[1][q, t]
        shown = ((image, INK), (around, BACKWARD, inside), (flipped, FORWARD, inside), (DELTA, BACKWARD, seen))
        self._paint(*shown)
        self.block.set(xy=(columns[0], rows[0]), width=len(columns), height=len(rows), ec=BACKWARD)
        for cell in self.cells:  # the window that stands here has its place in the small tables, too
            cell.set_xy((SIZE - 1 - j, SIZE - 1 - i))
        titles = (
            ("the digit X", INK),
            ("δ that saw it", BACKWARD),
            ("through the weight", FORWARD),
            ("the deltas δ", BACKWARD),
        )
        lines = [(f"∂E/∂X[{q}, {t}] = Σ δ[{q} − i, {t} − j] · K[i, j] = {text(dX)}", BACKWARD)]
        lines += [(row, INK) for row in products(around, flipped, inside)]
        count = f"{seen.sum()} outputs have" if seen.sum() > 1 else "One output has"
        lines.append((f"{count} seen the framed pixel. The kernel stands flipped.", GREY))
        status = (
            f"The gradient of pixel ({q}, {t}) is {text(dX)}, from {seen.sum()} of the {SIDE**2} outputs; "
            f"position {position} sees it through weight ({i}, {j})."
        )
        tables = (np.where(inside, each(around), "–"), np.where(inside, each(flipped), "–"), each(DELTA, ".1f"))
        return titles, tables, "times", lines, status


def box(table):
    """The box of a Target over a table."""
    left, bottom, cell, n = table
    return left, bottom, n * cell, n * cell


def cell_at(table, x, y):
    """(row, column) of the cell of a table at (x, y), or the one that is nearest to it."""
    left, bottom, cell, n = table
    return tuple(int(np.clip(k, 0, n - 1)) for k in ((bottom + n * cell - y) // cell, (x - left) // cell))


def text(value, form=".5f"):
    """A number without useless zeros, with a real minus."""
    shown = number(value, form)
    shown = shown.rstrip("0").rstrip(".") if form == ".5f" else shown
    return minus(shown) if float(shown) else "0"


def each(array, form=".5f"):
    """Every number of an array as text."""
    return np.array([text(value, form) for value in array.flat], dtype=object).reshape(array.shape)


def times(a, b, first=True):
    """A product, with brackets around what is negative and does not come first."""
    return f"{text(a) if first or a >= 0 else f'({text(a)})'} · {f'({text(b)})' if b < 0 else text(b)}"


def products(one, other, inside=None):
    """A line for each row of two tables: the products and their sum; what is not `inside` is left out."""
    for row in range(SIZE):
        cells = [k for k in range(SIZE) if inside is None or inside[row, k]]
        if not cells:
            yield "no output here"
            continue
        total = sum(one[row, k] * other[row, k] for k in cells)
        yield f"{' + '.join(times(one[row, k], other[row, k], k == cells[0]) for k in cells)} = {text(total)}"
