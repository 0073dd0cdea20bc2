"""Explorer: one weight. The loss over the weight, the slope where you stand, and the step that gradient descent
takes.
"""

import numpy as np

from ..plots.style import BACKWARD, FORWARD, GREY, INK, PAPER, WIDTH
from ..text import minus, number
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Slider, choices

INPUT, TARGET = 1.5, 3.0  # the output is w * INPUT, the loss 1/2 (w * INPUT - TARGET)^2, lowest at w = 2


def loss(w):
    return 0.5 * (w * INPUT - TARGET) ** 2


def slope(w):
    return (w * INPUT - TARGET) * INPUT


class OneWeight(Explorer):
    """One weight, one example: the loss curve, its slope, and the step downhill (chapter `start_here`)."""

    name = "One weight, and which way is downhill"
    height = 400
    moves = ("w", "alpha")
    sliders = {
        "w": Slider("weight w", choices(np.round(np.arange(-1, 5.001, 0.05), 2).tolist(), "{:.2f}".format), 0.5),
        "alpha": Slider("learning rate α", choices(np.round(np.arange(0.05, 0.901, 0.05), 2).tolist()), 0.2),
    }

    def background(self):
        ax = self.figure.add_axes(
            (0.08, 0.15, 0.52, 0.72), xlim=(-1.3, 5.3), ylim=(-1.4, 11.6), xlabel="weight w", ylabel="loss"
        )
        self.ax = ax
        ax.set_title("The slope says which way is down, and how steep")
        grid = np.linspace(-1.2, 5.2, 200)
        ax.plot(grid, loss(grid), color=FORWARD, lw=2)
        self.tangent = add_line(ax, color=BACKWARD, lw=2)
        self.step = add_line(ax, color=BACKWARD, lw=1.5, ls=":")
        self.here = add_line(ax, color=FORWARD, marker="o", ms=10, zorder=4)
        self.there = add_line(ax, color=PAPER, mec=BACKWARD, mew=2, marker="o", ms=10, zorder=4)
        return [self.tangent, self.step, self.here, self.there]

    def move(self, w, alpha):
        here, s = loss(w), slope(w)
        new = w - alpha * s
        reach = 1.5 / np.hypot(1, s / 2)
        self.tangent.set_data([w - reach, w + reach], [here - s * reach, here + s * reach])
        self.step.set_data([w, new], [here, loss(new)])
        self.here.set_data([w], [here])
        self.there.set_data([new], [loss(new)])
        error = w * INPUT - TARGET
        x, lines = 0.655 * WIDTH, []
        for y, text, colour in (
            (334, f"input {INPUT}, target {TARGET:.0f}", GREY),
            (304, f"output = w · input = {w * INPUT:z.3f}", FORWARD),
            (274, f"error = output − target = {number(error, '+.3f')}", FORWARD),
            (244, f"loss = ½ · error² = {here:.3f}", FORWARD),
            (202, f"slope = error · input = {number(s, '+.3f')}", BACKWARD),
            (172, f"step = −α · slope = {number(-alpha * s, '+.3f')}", BACKWARD),
            (142, f"new w = w + step = {new:z.3f}", BACKWARD),
            (112, f"new loss = {loss(new):.3f}", BACKWARD),
        ):
            lines.append(Label(x, y, minus(text), colour, 10.5, "lm"))
        verdict = _verdict(s, here, loss(new))
        lines.append(Label(x, 70, verdict, INK, 10.5, "lm", bold=True))
        status = (
            f"{verdict} w = {w:.2f}, loss {here:.3f}, slope {number(s, '+.3f')}; "
            f"with learning rate {alpha} the next w is {new:z.3f}, loss {loss(new):.3f}."
        )
        dot = Target(around(*self.pixels(self.ax, w, here)), self._walk, "drag the dot along the curve")
        if s == 0:
            return Scene(lines, status, targets=(dot,), idle=("alpha",))

        def stretch(x, y):
            """The circle follows the finger from side to side, as far as a learning rate takes it there."""
            return self.nearest(alpha=(w - self.point(self.ax, x, y)[0]) / s)

        circle = Target(around(*self.pixels(self.ax, new, loss(new))), stretch, "drag the open circle for α")
        return Scene(lines, status, targets=(circle, dot))

    def _walk(self, x, y):
        """The dot follows the finger from side to side: the curve says how high it is."""
        w, _ = self.point(self.ax, x, y)
        return self.nearest(w=w)


def _verdict(s, here, there):
    if s == 0:
        return "Flat: this is the lowest point."
    if there > here:
        return "Too far: the loss rises."
    return "Slope below 0: go right." if s < 0 else "Slope above 0: go left."
