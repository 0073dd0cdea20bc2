"""Explorer: three logits, a temperature and the true class: probabilities, loss, and the slopes that sum to zero."""

import numpy as np

from ..losses import softmax
from ..plots.style import ACCENT, BACKWARD, FORWARD, GREY, INK, ONE_OF_MANY, PALE
from ..text import lowered, minus, number
from .base import Explorer, Label, Scene, Target, add_line
from .controls import Choice, Slider, choices

_LOGITS = choices(np.round(np.arange(-5, 5.001, 0.1), 1).tolist(), "{:.1f}".format)
LIMITS = ((-5.8, 5.8), (0, 1.12), (-2.4, 2.4))  # of the panels: logits, probabilities, slopes
COLOURS = (INK, FORWARD, BACKWARD)
BASE = 118  # CSS pixels: where the panels begin
SURE = 0.9


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
    moves = ("z1", "true")
    sliders = {
        "z1": Slider("logit z₁", _LOGITS, 2.0),
        "z2": Slider("logit z₂", _LOGITS, 1.0),
        "z3": Slider("logit z₃", _LOGITS, -1.0),
        "T": Slider("temperature T", choices((0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)), 1.0),
        "true": Choice("true class", choices((1, 2, 3)), 2),
    }

    def background(self):
        self.axes, self.bars = [], []
        for k, (limits, colour) in enumerate(zip(LIMITS, COLOURS, strict=True)):
            ax = self.axes_at(44 + 260 * k, BASE, 208, 260, xlim=(0.4, 3.6), ylim=limits)
            ax.set_xticks((1, 2, 3), ("", "", ""))
            ax.tick_params(axis="x", length=0)
            ax.spines["bottom"].set_visible(False)
            ax.axhline(0, color=GREY if k == 1 else PALE, lw=1.5, zorder=0)
            self.axes.append(ax)
            self.bars.append(ax.bar((1, 2, 3), (0, 0, 0), width=0.6, color=ONE_OF_MANY if k == 0 else colour).patches)
        self.grips = [add_line(self.axes[0], color=INK, lw=4, solid_capstyle="butt") for _ in range(3)]
        return [bar for group in self.bars for bar in group] + self.grips

    def move(self, z1, z2, z3, T, true):
        z = np.array([z1, z2, z3])
        a, E, slope = passes(z, true - 1, T)
        for k, (grip, value) in enumerate(zip(self.grips, z, strict=True), start=1):
            grip.set_data([k - 0.3, k + 0.3], [value, value])
        labels, targets = [], [self._bar(k, value) for k, value in enumerate(z, start=1)]
        for ax, group, values, form in zip(self.axes, self.bars, (z, a, slope), (".1f", ".3f", "+.3f"), strict=True):
            for k, (bar, value) in enumerate(zip(group, values, strict=True), start=1):
                bar.set_height(value)
                x, y = self.pixels(ax, k, value)
                _, zero = self.pixels(ax, k, 0)
                y = max(y, zero) + 12 if value >= 0 else min(y, zero) - 12
                labels.append(Label(x, y, minus(number(value, form)), INK, 10))
                labels.append(Label(x, BASE - 17, f"class {k}", ACCENT if k == true else GREY, 10, bold=k == true))
                box = (x - 31, BASE - 30, 62, 26)
                targets.append(Target(box, lambda x, y, k=k: {"true": k}, "click a class to make it the true one"))
        above, below = (minus(number(slope[side].sum(), "+.3f")) for side in (slope > 0, slope < 0))
        by_T = "" if T == 1 else f" / {T:g}"
        texts = (
            ("logits z", f"true class: {true}", ACCENT, _verdict(a, true - 1)),
            (f"a = softmax(z{by_T})", f"loss = −log a{lowered(true)}", FORWARD, f"= {E:.3f}"),
            (f"slopes {f'(a − y){by_T}' if by_T else 'a − y'}", f"above 0: {above}, below: {below}", BACKWARD,
             f"sum = {abs(slope.sum()):.3f}"),
        )  # fmt: skip
        for ax, own, (title, under, colour, last) in zip(self.axes, COLOURS, texts, strict=True):
            x, _ = self.pixels(ax, 0.4, 0)
            labels.append(Label(x, 414, title, own, 11, "lm", bold=True))
            labels.append(Label(x, 62, under, colour, 10, "lm", bold=colour == ACCENT))
            labels.append(Label(x, 36, last, own, 12, "lm", bold=True))
        status = (
            f"{_verdict(a, true - 1)} Loss {E:.3f}. Logits {z1:.1f}, {z2:.1f}, {z3:.1f}, temperature {T:g}, "
            f"true class {true}: probabilities {', '.join(f'{p:.3f}' for p in a)}, "
            f"slopes {', '.join(number(s, '+.3f') for s in slope)}."
        )
        return Scene(labels, status, targets=tuple(targets))

    def _bar(self, k, value):
        """The Target of the k-th logit: its bar and a fingertip beyond: one of no height can be dragged, too."""
        ax, name = self.axes[0], f"z{k}"
        left, bottom = self.pixels(ax, k - 0.45, min(value, 0))
        right, top = self.pixels(ax, k + 0.45, max(value, 0))

        def drag(x, y):
            return {name: self.sliders[name].nearest(self.point(ax, x, y)[1])}

        return Target((left, bottom - 18, right - left, top - bottom + 36), drag, "drag a logit's bar")


def _verdict(a, true):
    if np.isclose(a, a.max(), rtol=1e-9).sum() > 1:
        return "Undecided."
    sure, right = a.max() > SURE, a[true] == a.max()
    if sure:
        return "Sure and right." if right else "Sure and wrong."
    return "Right, not sure." if right else "Wrong, not sure."
