"""Explorer: kinks. Two units whose sum is to go through three points, with a curve and without: XOR by hand."""

import numpy as np

from ..plots.style import ACCENT, DASHES, FORWARD, GREY, INK, OTHER, PAPER, WIDTH
from ..text import minus
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Choice, Slider, choices

CURVES = {"relu": ("ReLU", lambda z: np.maximum(z, 0.0)), "none": ("no curve", lambda z: z)}
WANTED = {0: 0, 1: 1, 2: 0}  # x1 + x2: exclusive or
GRID = np.arange(-52, 133) / 40  # from -1.3 to 3.3, with every kink
BIASES = choices(np.arange(-2, 1.01, 0.25).tolist(), "{:.2f}".format)
WEIGHTS = choices(np.arange(-3, 3.01, 0.25).tolist(), "{:.2f}".format)
UNITS = ((ACCENT, DASHES[1]), (OTHER, DASHES[2]))


class Kinks(Explorer):
    """XOR by hand: two units, with a curve or without, and three points to go through (chapter `activations`)."""

    name = "Two units, two kinks"
    height = 410
    moves = ("v1", "v2", "curve")
    sliders = {
        "curve": Choice("curve", tuple((shown, name) for name, (shown, _) in CURVES.items()), "none"),
        "b1": Slider("bias b₁ of unit 1", BIASES, 0.5),
        "v1": Slider("weight v₁ of unit 1", WEIGHTS, 1.0),
        "b2": Slider("bias b₂ of unit 2", BIASES, -0.5),
        "v2": Slider("weight v₂ of unit 2", WEIGHTS, -0.5),
    }

    def background(self):
        ax = self.axes_at(50, 55, 440, 300, xlim=(GRID[0], GRID[-1]), ylim=(-3.3, 3.3), xlabel="the sum x₁ + x₂")
        self.ax = ax
        ax.set_title("Can the blue line go through the three squares?")
        ax.axhline(0, color=GREY, lw=0.8)
        ax.set_xticks(range(-1, 4))
        self.squares = [add_line(ax, [x], [y], color=INK, marker="s", ms=13, mew=2) for x, y in WANTED.items()]
        self.units = [add_line(ax, color=colour, lw=1.5, ls=dashes, zorder=3) for colour, dashes in UNITS]
        self.sum = add_line(ax, color=FORWARD, lw=3, zorder=4)
        self.rings = [
            add_line(ax, color=colour, mfc=PAPER, mew=2, marker="o", ms=10, zorder=5, clip_on=False)
            for colour, _ in UNITS
        ]
        self.dots = [add_line(ax, color=colour, marker="o", ms=10, zorder=5, clip_on=False) for colour, _ in UNITS]
        return [*self.squares, *self.units, self.sum, *self.rings, *self.dots]

    def move(self, curve, b1, v1, b2, v2):
        shown, g = CURVES[curve]
        parts = (b1, v1), (b2, v2)
        f = lambda x: sum(v * g(x + b) for b, v in parts)  # noqa: E731
        targets = []
        for k, (b, v) in enumerate(parts):
            self.units[k].set_data(GRID, v * g(GRID + b))
            self.rings[k].set_data([-b], [0])  # where the unit's sum is 0
            self.dots[k].set_data([1 - b], [v])  # where it is 1, and g(1) = 1
            targets += self._handles(k + 1, b, v)
        self.sum.set_data(GRID, f(GRID))
        outputs = {x: float(f(x)) for x in WANTED}
        hit = {x: outputs[x] == y for x, y in WANTED.items()}  # exact: all are multiples of 1/16
        for x, square in zip(WANTED, self.squares, strict=True):
            square.set_markerfacecolor(INK if hit[x] else PAPER)
        verdict = _verdict(curve, hit)
        left, labels = 0.65 * WIDTH, []
        for y, text, colour, bold in (
            (340, shown if curve == "none" else f"{shown}: g(z) = max(z, 0)", INK, True),
            (308, f"– –  unit 1: {_unit(curve, b1, v1)}", ACCENT, False),
            (282, f"· · ·  unit 2: {_unit(curve, b2, v2)}", OTHER, False),
            (256, "—  f: the sum of both", FORWARD, True),
            (98, verdict, INK, True),
        ):
            labels.append(Label(left, y, minus(text), colour, 10, "lm", bold=bold))
        rows = [("inputs", "f", "wanted", GREY, False)]
        for x, pair in zip(WANTED, ("0 and 0", "0 and 1, 1 and 0", "1 and 1"), strict=True):
            rows.append((pair, f"{outputs[x]:z.2f}", f"{WANTED[x]}", INK if hit[x] else GREY, hit[x]))
        for y, (pair, output, wanted, colour, bold) in zip((214, 190, 166, 142), rows, strict=True):
            for x, text, anchor in ((left, pair, "lm"), (left + 180, output, "rm"), (left + 250, wanted, "rm")):
                labels.append(Label(x, y, minus(text), colour, 10, anchor, bold=bold))
        said = ", ".join(f"{outputs[x]:z.2f}" for x in WANTED)
        status = f"{verdict} With {shown}, f is {said} at the sums 0, 1, 2; wanted are 0, 1, 0."
        return Scene(labels, status, targets=tuple(targets))

    def _handles(self, k, b, v):
        """The targets of unit k: the ring on the axis sets its bias, the dot its weight."""

        def shift(x, y):
            return {f"b{k}": self.sliders[f"b{k}"].nearest(-self.point(self.ax, x, y)[0])}

        def tilt(x, y):
            return {f"v{k}": self.sliders[f"v{k}"].nearest(self.point(self.ax, x, y)[1])}

        yield Target(around(*self.pixels(self.ax, 1 - b, v)), tilt, "drag a dot up or down")
        yield Target(around(*self.pixels(self.ax, -b, 0)), shift, "drag a ring to the side")


def _unit(curve, b, v):
    z = f"sum {'+' if b >= 0 else '−'} {abs(b):.2f}"
    return f"{v:z.2f} · " + (f"g({z})" if curve == "relu" else f"({z})")


def _verdict(curve, hit):
    if all(hit.values()):
        return "All three: this is XOR."
    return f"{sum(hit.values())} of 3" + (": a sum of lines is a line." if curve == "none" else ".")
