"""Explorer: a sigmoid unit that should say 0, under two losses: loss, slope, and how soon it learns."""

import numpy as np

from ..activations import sigmoid
from ..plots.style import ACCENT, BACKWARD, FORWARD, INK, PAPER, WIDTH
from ..text import minus, number
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Slider, choices

LOW, HIGH = -6.0, 10.0  # of z
GRID = np.linspace(LOW, HIGH, 321)
LAST = 40  # steps
EDGES = (58, 458)  # CSS pixels: where the two panels begin
DEAF = 0.02  # a slope that hardly moves z


def squared(z):
    """(E, dE/dz) of half the squared error, for the target 0."""
    a = sigmoid(z)
    return a**2 / 2, a * a * (1 - a)


def cross_entropy(z):
    """(E, dE/dz) of -log(1 - a), from z alone."""
    return np.logaddexp(0, z), sigmoid(z)


LOSSES = (  # name, formula, loss and slope, the most that it comes to here
    ("½ squared error", "E = ½ (a − y)²", squared, 0.5),
    ("cross-entropy", "E = −log(1 − a)", cross_entropy, HIGH),
)


def walk(z, loss, steps):
    """z after this many steps z <- z - dE/dz: a learning rate of 1."""
    for _ in range(steps):
        z = z - loss(z)[1]
    return float(z)


class SureAndWrong(Explorer):
    """A unit that is sure and wrong, and learns by squared error or by cross-entropy (chapter `losses`)."""

    name = "A unit that is sure and wrong, under two losses"
    height = 490
    moves = ("z", "step")
    sliders = {
        "z": Slider("z at the start", choices(np.linspace(LOW, HIGH, 161).round(1).tolist(), "{:.1f}".format), 8.0),
        "step": Slider("steps of learning", choices(range(LAST + 1)), 0, play=250),
    }

    def background(self):
        self.panels, moving = [], []
        for left, (name, formula, loss, most) in zip(EDGES, LOSSES, strict=True):
            self.figure.text(left / WIDTH, 472 / self.height, name, weight="bold", color=INK, va="center")
            at = (left + 320) / WIDTH, 472 / self.height
            self.figure.text(*at, formula, color=FORWARD, va="center", ha="right", size=10.5)
            says = self.axes_at(left, 390, 320, 16, xlim=(0, 1), ylim=(-1, 1))
            says.set_xticks((0, 0.5, 1), ("0", "0.5", "1"))
            says.tick_params(axis="x", pad=9, length=0)
            says.set_yticks(())
            says.spines["left"].set_visible(False)
            says.spines["bottom"].set_position(("data", 0))
            says.plot([0], [0], color=ACCENT, marker="D", ms=9, zorder=3, clip_on=False)
            top = self.axes_at(left, 214, 320, 124, xlim=(LOW, HIGH), ylim=(-0.04 * most, 1.06 * most))
            low = self.axes_at(left, 50, 320, 112, xlim=(LOW, HIGH), ylim=(-0.04, 1.08))
            low.set_xlabel("z", labelpad=1)
            top.plot(GRID, loss(GRID)[0], color=FORWARD, lw=2)
            low.plot(GRID, loss(GRID)[1], color=BACKWARD, lw=2)
            top.tick_params(labelbottom=False)
            for ax in (top, low):
                ax.set_xticks(range(-6, 11, 2))
            low.set_yticks((0, 0.5, 1))
            dot = {"marker": "o", "ms": 10, "zorder": 4, "clip_on": False}
            a, here, there = (
                add_line(ax, color=c, **dot) for ax, c in ((says, FORWARD), (top, FORWARD), (low, BACKWARD))
            )
            new = add_line(top, color=PAPER, mec=BACKWARD, mew=2, **dot | {"zorder": 3})
            self.panels.append(((says, top, low), (a, here, there), new))
            moving += [new, a, here, there]
        return moving

    def move(self, z, step):
        labels, targets, said = [], [], []
        for left, (name, _, loss, _), (axes, dots, new) in zip(EDGES, LOSSES, self.panels, strict=True):
            now = walk(z, loss, step)
            a, (E, slope) = float(sigmoid(now)), map(float, loss(now))
            for ax, dot, at in zip(axes, dots, ((a, 0), (now, E), (now, slope)), strict=True):
                dot.set_data(*([value] for value in at))
                targets.append(Target(around(*self.pixels(ax, *at)), self._drag(ax), "drag a dot"))
            new.set_data([now - slope], [loss(now - slope)[0]])
            says, s = _verdict(a, slope), number(slope, ".5f")
            for y, text, colour, bold in (
                (446, says, INK, True),
                (420, f"it says a = {a:.5f}", FORWARD, False),
                (354, f"loss E = {E:.3f}", FORWARD, False),
                (180, f"slope dE/dz = {s}", BACKWARD, False),
            ):
                labels.append(Label(left, y, text, colour, 10.5, "lm", bold=bold))
            for y, text, colour in (
                (420, "the truth is y = 0", ACCENT),
                (354, minus(f"z = {now:z.3f}"), INK),
                (180, f"next step −{s}", BACKWARD),
            ):
                labels.append(Label(left + 320, y, text, colour, 10.5, "rm"))
            said.append(f"{name}: a = {a:.5f}, loss {E:.3f}, slope {s}: {says.lower()}")
        steps = ("", ", 1 step")[step] if step < 2 else f", {step} steps"
        return Scene(labels, f"z = {z:.1f}{steps}. {' '.join(said)}", targets=tuple(targets))

    def _drag(self, ax):
        def drag(x, y):
            at, _ = self.point(ax, x, y)
            if ax.get_xlim() == (0, 1):  # a finger on the scale of a: to its z
                at = np.clip(at, 1e-6, 1 - 1e-6)
                at = np.log(at / (1 - at))
            return {"z": self.sliders["z"].nearest(at), "step": 0}

        return drag


def _verdict(a, slope):
    """In words, how a unit stands whose target is 0."""
    if a < 0.1:
        return "Right, nearly done."
    if a < 0.5:
        return "Right, and not sure."
    return "Wrong, and hardly moves." if slope < DEAF else "Wrong, and it learns."
