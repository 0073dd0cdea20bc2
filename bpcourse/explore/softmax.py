"""Explorer: three logits, a temperature and the true class: probabilities, loss, and the slopes that sum to zero."""

import numpy as np

from ..losses import softmax
from ..plots.style import ACCENT, BACKWARD, FORWARD, GREY, INK, ONE_OF_MANY, PALE
from ..text import minus, number
from .base import Explorer, Label, Scene
from .controls import Slider, choices

_LOGITS = choices(np.round(np.arange(-5, 5.001, 0.1), 1).tolist(), "{:.1f}".format)
PANELS = (  # title, limits
    ("logits z", (-5.6, 5.6)),
    ("a = softmax(z / T)", (0, 1.12)),
    ("slopes (a − y) / T", (-2.24, 2.24)),
)
BASE = 118  # CSS pixels: where the panels begin


def passes(z, true, T):
    """(a, E, slopes of E by z) for the logits z, the true class (counted from 0) and the temperature T."""
    a = softmax(z / T)
    y = np.eye(3)[true]
    shifted = z / T - np.max(z / T)
    return a, float(np.log(np.exp(shifted).sum()) - shifted[true]), (a - y) / T


class Softmax(Explorer):
    """Softmax with three logits and a temperature: probabilities, loss, slopes that sum to zero (chapter `losses`)."""

    name = "Softmax and cross-entropy: the slopes balance"
    height = 440
    sliders = {
        "z1": Slider("logit z₁", _LOGITS, 2.0),
        "z2": Slider("logit z₂", _LOGITS, 1.0),
        "z3": Slider("logit z₃", _LOGITS, -1.0),
        "T": Slider("temperature T", choices((0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)), 1.0),
        "true": Slider("true class", choices((1, 2, 3)), 2),
    }

    def background(self):
        self.axes, bars = [], []
        for k, ((title, limits), colour) in enumerate(zip(PANELS, (GREY, FORWARD, BACKWARD), strict=True)):
            box = (0.055 + 0.325 * k, BASE / self.height, 0.26, 0.59)
            ax = self.figure.add_axes(box, xlim=(0.4, 3.6), ylim=limits)
            ax.set_xticks((1, 2, 3), ("", "", ""))
            ax.tick_params(axis="x", length=0)
            ax.spines["bottom"].set_visible(False)
            ax.axhline(0, color=GREY if k == 1 else PALE, lw=1.5, zorder=0)
            self.figure.text(box[0], 0.935, title, weight="bold", va="center", color=INK if k == 0 else colour)
            self.axes.append(ax)
            bars.append(ax.bar((1, 2, 3), (0, 0, 0), width=0.6, color=ONE_OF_MANY if k == 0 else colour).patches)
        self.bars = bars
        return [bar for group in bars for bar in group]

    def move(self, z1, z2, z3, T, true):
        z = np.array([z1, z2, z3])
        a, E, slope = passes(z, true - 1, T)
        labels = []
        for ax, group, values, form in zip(self.axes, self.bars, (z, a, slope), (".1f", ".3f", "+.3f"), strict=True):
            for k, (bar, value) in enumerate(zip(group, values, strict=True), start=1):
                bar.set_height(value)
                x, y = self.pixels(ax, k, value)
                _, zero = self.pixels(ax, k, 0)
                y = max(y, zero) + 12 if value >= 0 else min(y, zero) - 12
                labels.append(Label(x, y, minus(number(value, form)), INK, 10))
                labels.append(Label(x, BASE - 17, f"class {k}", ACCENT if k == true else GREY, 10, bold=k == true))
        x, _ = self.pixels(self.axes[0], 0.4, 0)
        labels.append(Label(x, 62, f"true class: {true}", ACCENT, 11, "lm", bold=True))
        x, _ = self.pixels(self.axes[1], 0.4, 0)
        labels.append(Label(x, 62, f"loss = −log a({true})", FORWARD, 11, "lm"))
        labels.append(Label(x, 36, f"= {E:.3f}", FORWARD, 13, "lm", bold=True))
        x, _ = self.pixels(self.axes[2], 0.4, 0)
        above, below = (minus(number(slope[side].sum(), "+.3f")) for side in (slope > 0, slope < 0))
        labels.append(Label(x, 62, f"above 0: {above}, below: {below}", BACKWARD, 10, "lm"))
        labels.append(Label(x, 36, f"sum = {abs(slope.sum()):.3f}", BACKWARD, 13, "lm", bold=True))
        x, _ = self.pixels(self.axes[0], 0.4, 0)
        labels.append(Label(x, 36, _verdict(a, true - 1), INK, 10.5, "lm"))
        status = (
            f"Logits {z1:.1f}, {z2:.1f}, {z3:.1f}, temperature {T:g}, true class {true}: "
            f"probabilities {a[0]:.3f}, {a[1]:.3f}, {a[2]:.3f}, loss {E:.3f}, "
            f"slopes {', '.join(number(s, '+.3f') for s in slope)}, which sum to zero."
        )
        return Scene(labels, status)


def _verdict(a, true):
    if a[true] < 0.05 and a.max() > 0.9:
        return "Sure and wrong."
    if a[true] > 0.9:
        return "Sure and right."
    if np.isclose(a, a.max(), rtol=1e-9).sum() > 1:
        return "Undecided."
    return "Right, not sure." if a[true] >= a.max() else "Wrong, not sure."
