"""Explorer: one parabola. Where the start is put, how long the steps are, and what every step does to the distance."""

import numpy as np

from ..plots.style import ACCENT, ALTERNATING, BACKWARD, DIVERGING, FORWARD, GREY, INK, PALE, PAPER
from ..text import short
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Slider, choices

LAST = 20  # steps
REACH = 1.5  # the start lies at most so far from the minimum
ARM = 1.75  # where the curve can be taken by its arm
LEFT, RIGHT, TOP = -2.1, 2.1, 12.8  # of theta and of f
SLOW = 0.75  # a path crawls if a step leaves more than this of the distance
FACTORS = (-1.8, 1.0)  # the ends of the scale of the factor
FAR = 100.0  # of theta: what lies farther out is not drawn
PANEL = 500, 272  # CSS pixels: where the right-hand side begins, and how wide it is


def f(theta, curvature):
    return 0.5 * curvature * theta**2


def verdict(factor):
    """(what a descent does whose every step multiplies the distance by `factor`, what a step is then)."""
    size = number(abs(factor))
    if factor == 0:
        return "One step", "the first one lands on the lowest point"
    if factor > 0:
        return "Crawls" if factor > SLOW else "Closes in", f"each step leaves {size} of the distance"
    if factor == -1:
        return "Swings without end", "each step lands as far on the other side"
    if factor < -1:
        return "Diverges", f"each step lands on the other side, {size} times as far"
    return "Swings", f"each step jumps across and leaves {size} of the distance"


def number(x):
    return short(x, ".4g", 1e-4, 1e4)


class Parabola(Explorer):
    """Gradient descent on one parabola: learning rate, curvature and start (chapter `momentum`)."""

    name = "One parabola, and one learning rate"
    height = 430
    moves = ("alpha", "steps")
    _rates = choices(np.round(np.arange(1, 111) / 100, 2).tolist(), "{:.2f}".format)
    sliders = {
        "alpha": Slider(
            "learning rate α", choices(np.round(np.arange(1, 111) / 100, 2).tolist(), "{:.2f}".format), 0.1
        ),
        "curvature": Slider("curvature λ", choices(np.arange(2, 8.1, 0.5).tolist(), "{:g}".format), 4.0),
        "start": Slider("start θ", choices(np.round(np.arange(-30, 31) / 20, 2).tolist(), "{:.2f}".format), 1.0),
        "steps": Slider("steps", choices(range(LAST + 1)), 6, play=400),
    }
    race = "steps"
    presets = {
        "too short": {"alpha": 0.05, "curvature": 4.0, "steps": 20},
        "exact": {"alpha": 0.25, "curvature": 4.0, "steps": 3},
        "too long": {"alpha": 0.45, "curvature": 4.0, "steps": 20},
        "fatal": {"alpha": 0.52, "curvature": 4.0, "steps": 20},
    }

    def background(self):
        self.ax = self.axes_at(24, 56, 430, 318, xlim=(LEFT, RIGHT), ylim=(-0.5, TOP), xlabel="θ")
        self.ax.set_xticks((-2, -1, 0, 1, 2), ("−2", "−1", "0", "1", "2"))
        self.ax.set_yticks(())
        self.ax.spines["left"].set_visible(False)
        left, wide = PANEL
        self.scale = self.axes_at(left, 262, wide, 18, xlim=FACTORS, ylim=(0, 1))
        for low, high, colour in ((FACTORS[0], -1, DIVERGING), (-1, 0, ALTERNATING), (0, 1, PALE)):
            self.scale.axvspan(low, high, color=colour, lw=0)
        self.scale.set_xticks((-1, 0, 1), ("−1", "0", "1"))
        self.scale.set_yticks(())
        self.scale.spines[:].set_visible(False)
        self.by_step = self.axes_at(left, 56, wide, 136, xlim=(-0.6, LAST + 0.6), ylim=(-2.2, 2.2), xlabel="step")
        self.by_step.set_xticks((0, 5, 10, 15, 20))
        self.by_step.set_yticks((-2, -1, 0, 1, 2), ("−2", "−1", "0", "1", "2"))
        self.by_step.axhline(0, color=GREY, lw=1)
        zones = ((FACTORS[0], -1, "diverges"), (-1, 0, "swings"), (0, 1, "one side"))
        self.zones = [Label(self.pixels(self.scale, (a + b) / 2, 0)[0], 249, text, GREY, 9) for a, b, text in zones]
        dot = {"marker": "o", "ls": "none", "clip_on": False}
        self.curve = add_line(self.ax, color=FORWARD, lw=2)
        self.arm = add_line(self.ax, color=FORWARD, mfc=PAPER, ms=9, mew=1.8, zorder=3, **dot | {"marker": "D"})
        self.path = add_line(self.ax, color=BACKWARD, marker="o", ms=5, lw=1.3, zorder=4)
        self.first = add_line(self.ax, color=BACKWARD, mfc=PAPER, ms=9, mew=1.8, zorder=5, **dot | {"clip_on": True})
        self.here = add_line(self.ax, color=ACCENT, ms=8, zorder=6, **dot)
        self.ring = add_line(self.ax, color=INK, mfc=PAPER, ms=10, mew=1.8, zorder=7, **dot)
        self.dot = add_line(self.scale, color=INK, mfc=ACCENT, ms=11, mew=1.4, zorder=3, **dot)
        self.thetas = add_line(self.by_step, color=BACKWARD, marker="o", ms=4.5, lw=1, zorder=3)
        self.now = add_line(self.by_step, color=ACCENT, ms=8, zorder=4, **dot)
        moving = (self.curve, self.arm, self.path, self.first, self.here, self.ring, self.dot, self.thetas, self.now)
        return list(moving)

    def move(self, alpha, curvature, start, steps):
        factor = round(1 - alpha * curvature, 9) + 0.0  # where it is 0 or -1 it must say so
        path = start * factor ** np.arange(steps + 1)
        self._draw(curvature, factor, path)
        word, meaning = verdict(factor) if start else ("At the lowest point", "the slope is 0, and nothing moves")
        product = f"1 − αλ = 1 − {alpha:.2f} · {curvature:g} = {number(factor)}"
        after = f"after {steps} step{'s' * (steps != 1)}: {number(path[-1])}"
        left, _ = PANEL
        labels = [
            Label(24, 402, f"{word}: {meaning}", INK, 12, "lm", bold=True),
            Label(left, 330, "Each step multiplies θ by", INK, 10, "lm"),
            Label(left, 304, product, BACKWARD, 11, "lm", bold=True),
            Label(left, 208, f"θ {after}", INK, 10, "lm"),
            *self.zones,
        ]
        status = f"{word}: {meaning}. {product}. θ = {number(start)} at the start, {after}."
        return Scene(labels, status, targets=tuple(self._targets(curvature, factor, start)))

    def _draw(self, curvature, factor, path):
        grid = np.linspace(LEFT, RIGHT, 121)
        self.curve.set_data(grid, f(grid, curvature))
        self.arm.set_data([ARM], [f(ARM, curvature)])
        shown = path[np.abs(path) < FAR]  # Agg wants no larger numbers
        self.path.set_data(shown, f(shown, curvature))
        self.thetas.set_data(np.arange(len(shown)), shown)
        self.ring.set_data(path[:1], f(path[:1], curvature))
        self.first.set_data(path[1:2], f(path[1:2], curvature))
        for artist, x, y in ((self.here, path[-1], f(path[-1], curvature)), (self.now, len(path) - 1, path[-1])):
            artist.set_data([x], [y])
            artist.set_visible(abs(path[-1]) <= RIGHT)
        self.dot.set_data([max(factor, FACTORS[0])], [0.5])
        self.dot.set_marker("o" if factor >= FACTORS[0] else "<")

    def _targets(self, curvature, factor, start):
        low, high = (self.pixels(self.by_step, x, 0)[0] for x in (0, LAST))
        yield Target((low - 12, 56, high - low + 24, 136), self._to_step, "click a step")
        yield Target(around(*self.pixels(self.ax, ARM, f(ARM, curvature))), self._bend, "drag the diamond for λ")
        left, wide = PANEL

        def along(x, y):
            """The rate that puts the factor where the finger is."""
            return self.nearest(alpha=(1 - self.point(self.scale, x, y)[0]) / curvature)

        yield Target((left - 10, 255, wide + 20, 32), along, "drag the dot on the scale for α")
        there = start * factor
        if start and f(there, curvature) < TOP and abs(there) < RIGHT:

            def stretch(x, y):
                """The rate with which the first step lands where the finger is, from side to side."""
                wanted = self.point(self.ax, x, y)[0] / start
                return self.nearest(alpha=(1 - wanted) / curvature)

            at = self.pixels(self.ax, there, f(there, curvature))
            yield Target(around(*at), stretch, "drag the first step for α")
        yield Target(around(*self.pixels(self.ax, start, f(start, curvature))), self._walk, "drag the start")

    def _to_step(self, x, y):
        return self.nearest(steps=self.point(self.by_step, x, y)[0])

    def _bend(self, x, y):
        """The curvature with which the arm is as high as the finger."""
        return self.nearest(curvature=self.point(self.ax, x, y)[1] / f(ARM, 1))

    def _walk(self, x, y):
        return self.nearest(start=self.point(self.ax, x, y)[0])
