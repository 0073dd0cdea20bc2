"""What explorers share beside their base: activations, rules and rates on offer, and runs of training by the epoch."""

from functools import partial

import numpy as np

from .. import activations as act
from .. import optimizers
from ..plots.style import BETWEEN_UNITS
from ..text import short
from .base import Explorer, Target, add_line

# name: (text, what its momentum is called, the rule)
RULES = {
    "sgd": ("SGD", "", lambda alpha, beta: optimizers.sgd(alpha)),
    "momentum": ("momentum", "β", optimizers.momentum),
    "nesterov": ("Nesterov", "β", optimizers.nesterov),
    "adagrad": ("AdaGrad", "", lambda alpha, beta: optimizers.adagrad(alpha)),
    "rmsprop": ("RMSprop", "", lambda alpha, beta: optimizers.rmsprop(alpha)),
    "adam": ("Adam", "β₁", optimizers.adam),
    "adamw": ("AdamW", "β₁", optimizers.adamw),
}
ACTIVATIONS = {  # name: (text, the activation)
    "identity": ("identity", act.identity), "sigmoid": ("sigmoid", act.sigmoid), "tanh": ("tanh", act.tanh),
    "relu": ("ReLU", act.relu), "leaky_relu": ("leaky ReLU 0.01", act.leaky_relu(0.01)),
    "prelu": ("param. ReLU 0.25", act.prelu(0.25)), "elu": ("ELU", act.elu(1.0)),
    "softplus": ("softplus", act.softplus), "gelu": ("GELU", act.gelu), "silu": ("SiLU", act.silu),
}  # fmt: skip
RATES = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
STARTS = ("zeros", "small", "xavier", "he")
SOON = 0.06  # seconds of training for one picture of a live widget


def completed(presets, sliders, still):
    """The presets with all controls: what one of them does not name stands as in the still picture, `still` beside the
    controls' starts.
    """
    start = {name: control.start for name, control in sliders.items()} | still
    return {text: start | values for text, values in presets.items()}


class ByEpoch(Explorer):
    """An explorer of a run of training, which goes on only as far as it is looked at. A subclass gives `show`,
    `run(**settings)`, a Run, and `looks`, the controls that no run needs to know. A touch on the curves over the epochs
    goes to the epoch under the finger.
    """

    looks = ()

    def move(self, epoch, **settings):
        return self._reach(epoch, np.inf, settings)

    def move_soon(self, epoch, **settings):
        return self._reach(epoch, SOON, settings)

    def _reach(self, asked, seconds, settings):
        looks = {name: settings.pop(name) for name in self.looks}
        training = self.run(**settings)
        epoch = training.reach(asked, seconds)
        unfinished = epoch < asked and training.overflow is None
        where = f"Epoch {epoch} of {asked}, still training" if unfinished else f"Epoch {epoch}"
        return self.show(training, epoch, asked, where, unfinished, settings, **looks)

    def show(self, training, epoch, asked, where, unfinished, settings, **looks):
        """Set the moving artists to `epoch` of the run, which may be on the way to the one that is asked for; `where`
        says so. settings: those of the run. Return a Scene.
        """
        raise NotImplementedError

    def cursors(self, *panels):
        """For `background`: in each of these axes over the epochs an upright line, for the epoch that is shown."""
        self.panels = panels
        self.cursor = [add_line(ax, color=BETWEEN_UNITS, lw=1.2, zorder=1) for ax in panels]
        return self.cursor

    def at_epoch(self, epoch):
        """Set the cursors to this epoch; return what can be touched: one Target for each panel."""
        for ax, line in zip(self.panels, self.cursor, strict=True):
            line.set_data([epoch, epoch], ax.get_ylim())
            (x0, y0), (x1, y1) = (self.pixels(ax, x, y) for x, y in zip(ax.get_xlim(), ax.get_ylim(), strict=True))
            # Wider than the axes by half a fingertip, so that the first epoch and the last are easy to get.
            box = (x0 - 12, y0, x1 - x0 + 24, y1 - y0)
            yield Target(box, partial(self._to_epoch, ax), "drag along a curve: that epoch")

    def _to_epoch(self, ax, x, y):
        at, _ = self.point(ax, x, y)
        return self.nearest(epoch=at)


def mark_end(line, epoch, y, limits, usual="o"):
    """Set the one marker of `line` to where a curve ends, (epoch, y); a triangle at the end of the axis, if y lies
    beyond its limits; none at epoch 0, where no curve has begun.
    """
    low, high = limits
    line.set_data([epoch][:epoch], [np.clip(y, low, high)][:epoch])
    line.set_marker("v" if y < low else "^" if y > high else usual)


def rule_in_words(optimizer, alpha, beta):
    shown, letter, _ = RULES[optimizer]
    return f"{shown}, α = {alpha:g}, " + (f"{letter} = {beta:g}" if letter else "no momentum")


def log10(x):
    """log10 for a plot: what is too small or too large (0, too) comes far beyond the ends of any axis."""
    with np.errstate(divide="ignore"):
        return np.clip(np.log10(x), -99, 99)


def three_digits(x):
    """With an exponent where they would not show."""
    return short(x, ".3g", 1e-3, 1e3)


def apart(heights, low, high, gap):
    """{key: height} for labels in one column: as near to `heights` as they fit between low and high, `gap` apart."""
    y, found = low - gap, {}
    for room, key in enumerate(sorted(heights, key=heights.get), start=1 - len(heights)):
        found[key] = y = min(max(heights[key], y + gap), high + room * gap)
    return found
