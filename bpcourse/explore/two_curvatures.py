"""Explorer: a bowl with two curvatures and one learning rate. The path, and what a step leaves along each axis."""

import numpy as np

from ..plots.style import ACCENT, BACKWARD, FORWARD, GREY, INK, OTHER, PAPER
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Slider, choices
from .parabola import number
from .parabola import verdict as along_one

STEEP = 10.0  # the curvature along y; that along x is this divided by the condition number
LAST = 60  # steps
EXTENT = (-3.2, 3.2, -2.4, 2.4)  # left, right, bottom, top of the map
MAP = (24, 56, 440, 330)  # its place: left, bottom, width, height in CSS pixels
RATES = (520, 176, 254, 186)  # that of the factors over the learning rate
RING = 0.28  # half the height of the innermost line of equal loss
FAR = 30.0  # of x and y: what lies farther out is not drawn
COLOURS = (FORWARD, OTHER)  # of the flat direction, of the steep one


def factors(alpha, condition):
    """What a step multiplies x and y by; alpha: a number, or an array of them."""
    return tuple(np.round(1 - alpha * curvature, 9) + 0.0 for curvature in (STEEP / condition, STEEP))


def verdict(flat, steep, x, y, best):
    """(what the descent from (x, y) does and which direction is to blame, what a step is there). best: whether no
    other learning rate on the slider is better for both directions together.
    """
    if x == y == 0:
        return "At the lowest point already", "the slope is 0, and nothing moves"
    moving = [factor for factor, start in ((flat, x), (steep, y)) if start]
    word, meaning = along_one(max(moving, key=abs))
    if len(moving) == 1:
        blame = "only x moves" if x else "only y moves"
    elif flat == steep:
        blame = "both directions are the same"
    elif best:
        word, blame = "Best", "flat and steep are equally slow"
        meaning = f"each step leaves {number(max(flat, -steep))} of the distance; no other α leaves less"
    else:
        blame = f"the {'steep' if abs(steep) > abs(flat) else 'flat'} direction is to blame"
    return f"{word}: {blame}", meaning


class TwoCurvatures(Explorer):
    """Gradient descent in a bowl with two curvatures, and the two factors of a step (chapter `momentum`)."""

    name = "Two curvatures, and one learning rate"
    height = 440
    moves = ("alpha", "condition")
    _conditions = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100)
    _rates = choices(np.round(np.arange(1, 111) / 500, 3).tolist(), "{:.3f}".format)
    sliders = {
        "alpha": Slider("learning rate α", _rates, 0.05),
        "condition": Slider("condition number κ", choices(_conditions), 10),
        "steps": Slider("steps", choices(range(LAST + 1)), 30, play=150),
        "x": Slider("start, x", choices(np.round(np.arange(-30, 31) / 10, 1).tolist()), -2.2, rare=True),
        "y": Slider("start, y", choices(np.round(np.arange(-22, 23) / 10, 1).tolist()), 0.9, rare=True),
    }

    def background(self):
        left, right, bottom, top = EXTENT
        self.map = self.axes_at(*MAP, xlim=(left, right), ylim=(bottom, top), xticks=[], yticks=[])
        self.map.spines[:].set_visible(False)
        ticks = ([0, 0.05, 0.1, 0.15, 0.2], ["0", "0.05", "0.1", "0.15", "0.2"])
        self.rates = self.axes_at(*RATES, xlim=(0, 0.222), ylim=(0, 1.25), xlabel="learning rate α")
        self.rates.set_xticks(*ticks)
        self.rates.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
        self.rates.axhline(1, color=INK, lw=1)
        self.map.plot([0], [0], "x", color=INK, ms=8, mew=1.8)
        dot = {"marker": "o", "ls": "none", "clip_on": False}
        self.lines = add_line(self.map, color=FORWARD, lw=0.9, alpha=0.55)
        self.path = add_line(self.map, color=BACKWARD, marker="o", ms=3.6, lw=1.3, zorder=3)
        self.grip = add_line(self.map, color=FORWARD, mfc=PAPER, ms=9, mew=1.8, zorder=4, **dot | {"marker": "D"})
        self.here = add_line(self.map, color=ACCENT, ms=8, zorder=5, **dot)
        self.start = add_line(self.map, color=INK, mfc=PAPER, ms=10, mew=1.8, zorder=6, **dot)
        self.worst = add_line(self.rates, color=ACCENT, lw=6, alpha=0.3, zorder=2)
        self.sizes = [add_line(self.rates, color=colour, lw=1.8, zorder=3) for colour in COLOURS]
        self.upright = add_line(self.rates, color=GREY, lw=1, zorder=2)
        self.dots = [add_line(self.rates, color=colour, ms=10, zorder=5, **dot) for colour in COLOURS]
        return [
            self.lines, self.path, self.grip, self.here, self.start, self.worst, *self.sizes, self.upright, *self.dots,
        ]  # fmt: skip

    def move(self, alpha, condition, steps, x, y):
        both = factors(alpha, condition)
        path = np.array([x, y]) * np.power(both, np.arange(steps + 1)[:, None])
        self._draw(alpha, condition, both, path)
        curvatures = (STEEP / condition, STEEP)
        rates = self.sliders["alpha"].values
        best = alpha == rates[np.abs(factors(np.array(rates), condition)).max(axis=0).argmin()]
        said, meaning = verdict(*both, x, y, best)
        products = [
            f"1 − αλ{index} = 1 − {alpha:.3f} · {curvature:.4g} = {number(factor)}"
            for index, curvature, factor in zip("₁₂", curvatures, both, strict=True)
        ]
        first, last = (number(float(np.hypot(*point))) for point in (path[0], path[-1]))
        after = f"after {steps} step{'s' * (steps != 1)} the distance is {last}"
        labels = [
            Label(MAP[0], 420, said, INK, 12, "lm", bold=True),
            Label(MAP[0], 397, meaning, GREY, 10, "lm"),
            Label(RATES[0] - 26, 378, "what a step leaves of x and y", INK, 10, "lm"),
            Label(MAP[0], 32, f"{after}; it was {first}", INK, 10, "lm"),
        ]
        for k, (text, name, colour) in enumerate(zip(products, ("flat, x:", "steep, y:"), COLOURS, strict=True)):
            labels.append(Label(RATES[0] - 26, 100 - 40 * k, name, colour, 10, "lm"))
            labels.append(Label(RATES[0] - 26, 82 - 40 * k, text, colour, 10.5, "lm", bold=True))
        flat, steep = map(number, both)
        status = f"{said}. Each step multiplies x by {flat} and y by {steep}; {after}, it was {first}."
        return Scene(labels, status, targets=tuple(self._targets(alpha, condition, both, x, y)))

    def _draw(self, alpha, condition, both, path):
        turn = np.append(np.linspace(0, 2 * np.pi, 121), np.nan)
        heights = RING * np.arange(1, 9)[:, None]
        self.lines.set_data((np.sqrt(condition) * heights * np.cos(turn)).ravel(), (heights * np.sin(turn)).ravel())
        self.grip.set_data([RING * np.sqrt(condition)], [0])
        shown = path[np.abs(path).max(axis=1) < FAR]
        self.path.set_data(*shown.T)
        self.start.set_data(*path[:1].T)
        self.here.set_data(*path[-1:].T)
        self.here.set_visible(bool((np.abs(path[-1]) <= (EXTENT[1], EXTENT[3])).all()))
        grid = np.linspace(0, 0.22, 221)
        sizes = np.abs(factors(grid, condition))
        self.worst.set_data(grid, sizes.max(axis=0))
        self.upright.set_data([alpha, alpha], self.rates.get_ylim())
        for line, dot, size, factor in zip(self.sizes, self.dots, sizes, both, strict=True):
            line.set_data(grid, size)
            dot.set_data([alpha], [abs(factor)])

    def _targets(self, alpha, condition, both, x, y):
        left, bottom, wide, high = RATES
        yield Target((left - 12, bottom, wide + 24, high), self._along, "drag the dots along: α")
        grip = self.pixels(self.map, RING * np.sqrt(condition), 0)
        yield Target(around(*grip), self._stretch, "drag the diamond for κ")
        yield Target(around(*self.pixels(self.map, x, y)), self._walk, "drag the start")

    def _along(self, x, y):
        return self.nearest(alpha=self.point(self.rates, x, y)[0])

    def _stretch(self, x, y):
        """The condition number with which the innermost line ends where the finger is."""
        end = max(self.point(self.map, x, y)[0], 0.0)
        return self.nearest(condition=(end / RING) ** 2)

    def _walk(self, x, y):
        at = self.point(self.map, x, y)
        return self.nearest(x=at[0], y=at[1])
