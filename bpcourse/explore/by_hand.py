"""Explorer: the 2-2-2 network with all its weights and biases in your hand, and how far its answers are off."""

from functools import partial

import numpy as np

from .. import worked
from ..plots.style import ACCENT, FORWARD, GREY, INK, NOT_YET, PALE, WIDTH
from ..text import minus
from .base import Explorer, Label, Scene, Target, add_line
from .controls import Slider, choices
from .diagram import COLUMN, EDGES, RADIUS, Diagram

# Where things stand, in CSS pixels from the lower left corner.
ROWS = 420, 210
SCALE_LEFT, SCALE_WIDE = 600, 170  # of the scale from 0 to 1, on which an output stands beside what is wanted
BIAS_Y = 124
REACH = 60  # CSS pixels of the finger for 1 of a weight
STILL = (
    14  # CSS pixels: half the height of what one touches; a touch leaves it as it is until it is dragged out of there
)

NEAR = 0.01  # an output is right if it is nearer than this to what is wanted
FEW = 5  # so many changed numbers are named in the state in words
START = worked.params()
KNOBS = dict(zip(EDGES, [*START.W[1].flat, *START.W[2].flat], strict=True))
KNOBS = {name: float(x) for name, x in {**KNOBS, "b1": START.b[1][0], "b2": START.b[2][0]}.items()}
VALUES = sorted({*np.round(np.arange(-3, 3.001, 0.05), 2).tolist(), *KNOBS.values()})


def answer(**knobs):
    """The two outputs for these weights and biases, {"w1": ..., ..., "b2": ...}."""
    net, params = worked.network(), worked.params()
    numbers = [knobs[name] for name in EDGES]
    for layer, half in ((1, numbers[:4]), (2, numbers[4:])):
        params.W[layer][...] = np.reshape(half, (2, 2))
        params.b[layer][...] = knobs[f"b{layer}"]
    return net.forward(params, worked.X).output[0]


class ByHand(Explorer):
    """Ten weights and biases, turned by hand until two answers are right (chapter `numeric_example`)."""

    name = "Ten numbers, and the two answers that they make"
    height = 510
    moves = ("w1", "w5")
    sliders = {name: Slider(name, choices(VALUES, "{:.2f}".format), start) for name, start in KNOBS.items()}

    def background(self):
        ax = self.page()
        heads = ("inputs", "hidden", "outputs", "answers")
        for x, text in zip((*COLUMN.values(), on_scale(0.5)), heads, strict=True):
            ax.text(x, self.height - 14, text, ha="center", va="center", color=GREY)
        self.net = Diagram(ax, ROWS)
        for y, wanted, first in zip(ROWS, worked.Y[0], answer(**KNOBS), strict=True):
            ax.plot([COLUMN["o"] + RADIUS, SCALE_LEFT - 14], [y, y], color=PALE, lw=1.5, zorder=0)
            ax.plot([SCALE_LEFT, SCALE_LEFT + SCALE_WIDE], [y, y], color=NOT_YET, lw=2, zorder=1)
            for end in (0, 1):
                ax.text(on_scale(end), y - 18, f"{end}", ha="center", va="center", color=GREY, fontsize=10)
            ax.plot([on_scale(wanted)] * 2, [y - 11, y + 11], color=ACCENT, lw=3, zorder=2)
            ax.plot([on_scale(first)] * 2, [y - 5, y + 5], color=GREY, lw=1.5, zorder=2)
        self.off = [add_line(ax, color=FORWARD, lw=4, alpha=0.35, zorder=2, solid_capstyle="butt") for _ in ROWS]
        self.dots = [add_line(ax, color=FORWARD, marker="o", ms=11, zorder=3) for _ in ROWS]
        return [*self.net.moving, *self.off, *self.dots]

    def move(self, **knobs):
        moved = [name for name in KNOBS if knobs[name] != KNOBS[name]]
        self.net.light(edges=[name for name in moved if name in EDGES], known=self.net.at, colour=INK)
        outputs, labels, said = answer(**knobs), list(self._numbers(knobs)), []
        for k, (y, wanted, output) in enumerate(zip(ROWS, worked.Y[0], outputs, strict=True)):
            at, middle = on_scale(output), on_scale(0.5)
            self.off[k].set_data([on_scale(wanted), at], [y, y])
            self.dots[k].set_data([at], [y])
            verdict = "right" if right(output, wanted) else f"off by {output - wanted:+z.3f}"
            labels.append(Label(COLUMN["o"], y - 9, f"{output:.3f}", FORWARD, 10))
            labels.append(Label(middle, y + 27, f"wanted {wanted}", ACCENT, 10))
            labels.append(Label(middle, y - 38, minus(verdict), INK, 11, bold=True))
            said.append(f"o{k + 1} = {output:.3f}, wanted {wanted}, {verdict}")
        many = f"{len(moved)} of {len(KNOBS)} numbers changed"
        labels.append(Label(WIDTH / 2, 46, f"{'Both answers are right: ' if all_right(outputs) else ''}{many}", INK))
        which = ", ".join(f"{name} = {knobs[name]:.2f}" for name in moved) if len(moved) <= FEW else ""
        status = f"{'; '.join(said)}. {many}{': ' if which else ''}{which}."
        return Scene(labels, minus(status), targets=tuple(self._targets(knobs)))

    def _numbers(self, knobs):
        for unit, (x, y) in self.net.at.items():
            hidden = unit.startswith("h")  # nobody sees what it says
            yield Label(x, y + (0 if hidden else 9), unit, bold=True)
        for y, value in zip(ROWS, worked.X[0], strict=True):
            yield Label(COLUMN["i"], y - 9, f"{value}", FORWARD, 10)
        for name, value in knobs.items():
            x, y, anchor = self._place(name)
            text = f"{'bias ' if name not in EDGES else ''}{name} {minus(f'{value:.2f}')}"
            yield Label(x, y, text, INK, 10, anchor, bold=value != KNOBS[name])

    def _place(self, name):
        if name in EDGES:
            return self.net.place(name, 0)
        return COLUMN["h" if name == "b1" else "o"], BIAS_Y, "mm"

    def _targets(self, knobs):
        for name, value in knobs.items():
            x, y, anchor = self._place(name)
            box = (x - (45 if anchor == "mm" else 6), y - STILL, 90, 2 * STILL)
            yield Target(box, partial(self._drag, name, value, y), "drag a number up or down")

    def _drag(self, name, value, middle, x, y):
        up = y - middle
        return {name: self.sliders[name].nearest(value + (up - np.clip(up, -STILL, STILL)) / REACH)}


def on_scale(output):
    """Where an output from 0 to 1 stands, CSS pixels from the left."""
    return SCALE_LEFT + SCALE_WIDE * output


def right(output, wanted):
    return abs(output - wanted) < NEAR


def all_right(outputs):
    return all(map(right, outputs, worked.Y[0]))
