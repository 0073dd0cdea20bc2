"""Explorer: one prediction, judged by four losses side by side; the losses above, their slopes below."""

import numpy as np

from ..plots.style import BACKWARD, FORWARD, GREY, INK, PALE, SHADE
from ..text import minus, number
from .base import Explorer, Label, Scene, add_line
from .controls import Slider, choices

LOW, HIGH = -1.0, 2.0  # the predictions shown
LOSS_TOP, SLOPE_TOP = 2.5, 3.0
GRID = np.linspace(LOW, HIGH, 301)
INSIDE = 1 / (1 + np.exp(-np.linspace(-16, 16, 250)))  # where a is a probability, dense at both ends
NAMES = ("½ squared error", "absolute error", "Huber", "cross-entropy")


def losses(a, y, d):
    """The four losses at the predictions a for the target y, in the order of NAMES; d is Huber's threshold."""
    e = np.abs(a - y)
    near = np.minimum(e, d)
    return 0.5 * e**2, e, 0.5 * near**2 + d * (e - near), cross_entropy(a, y)


def slopes(a, y, d):
    """The derivatives of the four losses by a."""
    with np.errstate(divide="ignore", invalid="ignore"):
        steep = (0 if y == 0 else -y / a) + (0 if y == 1 else (1 - y) / (1 - a))  # (a - y) / (a (1 - a)), also at 0, 1
        steep = np.where((a >= 0) & (a <= 1), steep, np.nan)
    return a - y, np.sign(a - y), np.clip(a - y, -d, d), steep


def cross_entropy(a, y):
    """-y log a - (1 - y) log(1 - a), where a factor of 0 drops its term; and NaN where a is no probability."""
    with np.errstate(divide="ignore", invalid="ignore"):
        E = (0 if y == 0 else -y * np.log(a)) - (0 if y == 1 else (1 - y) * np.log(1 - a))
        return np.where((a >= 0) & (a <= 1), E + 0.0, np.nan)


class Losses(Explorer):
    """One prediction, judged by four losses side by side, and their slopes (chapter `losses`)."""

    name = "One prediction, four losses and their slopes"
    height = 520
    sliders = {
        "a": Slider(
            "prediction a", choices(np.round(np.arange(-0.99, 1.995, 0.01), 2).tolist(), "{:.2f}".format), 0.01
        ),
        "y": Slider("target y", choices((0.0, 0.25, 0.5, 0.75, 1.0)), 1.0),
        "d": Slider("Huber threshold", choices((0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0)), 0.5),
    }

    def background(self):
        self.axes, self.lines = [], []
        for k in range(4):
            left = 0.075 + 0.235 * k
            top = self.figure.add_axes((left, 0.53, 0.2, 0.31), xlim=(LOW, HIGH), ylim=(-0.1, LOSS_TOP))
            low = self.figure.add_axes((left, 0.105, 0.2, 0.31), xlim=(LOW, HIGH), ylim=(-SLOPE_TOP, SLOPE_TOP))
            for ax in (top, low):
                ax.set_xticks((-1, 0, 1, 2))
                ax.tick_params(labelleft=k == 0)
                if k == 3:
                    ax.axvspan(LOW, 0, color=SHADE)
                    ax.axvspan(1, HIGH, color=SHADE)
            low.axhline(0, color=PALE, lw=1.5, zorder=0)
            low.set_xlabel("prediction a")
            top.tick_params(labelbottom=False)
            if k == 0:
                top.set_ylabel("loss E", color=FORWARD)
                low.set_ylabel("slope dE/da", color=BACKWARD)
            self.figure.text(left, 0.955, NAMES[k], weight="bold", color=INK, va="center")
            self.axes.append((top, low))
            loss = add_line(top, color=FORWARD, lw=2)
            tangent = add_line(top, color=BACKWARD, lw=3, zorder=3)
            slope = add_line(low, color=BACKWARD, lw=2)
            here = add_line(top, color=FORWARD, marker="o", ms=8, zorder=4)
            there = add_line(low, color=BACKWARD, marker="o", ms=8, zorder=4)
            self.lines.append((loss, tangent, slope, here, there))
        return [line for panel in self.lines for line in panel]

    def move(self, a, y, d):
        at, steep = losses(np.float64(a), y, d), slopes(np.float64(a), y, d)
        labels, said = [], []
        for k, (name, panel) in enumerate(zip(NAMES, self.lines, strict=True)):
            loss, tangent, slope, here, there = panel
            grid = INSIDE if k == 3 else GRID
            loss.set_data(grid, losses(grid, y, d)[k])
            slope.set_data(*_broken(grid, slopes(grid, y, d)[k], y if k == 1 else None))
            E, s = float(at[k]), float(steep[k])
            for dot, value, (low, top) in ((here, E, (0, LOSS_TOP)), (there, s, (-SLOPE_TOP, SLOPE_TOP))):
                shown = float(np.clip(value, low, top))
                dot.set_data([a], [shown])
                dot.set_marker("^" if value > top else "v" if value < low else "o")
                dot.set_clip_on(False)
            reach = 0.45 / np.hypot(1, 1.6 * s)
            kink = k == 1 and a == y
            if kink:
                there.set_data([], [])
            drawn = 0 <= E <= LOSS_TOP and not kink
            tangent.set_visible(drawn)
            if drawn:
                tangent.set_data([a - reach, a + reach], [E - s * reach, E + s * reach])
            x, _ = self.pixels(self.axes[k][0], LOW, 0)
            if np.isnan(E):
                texts = ("no probability", "no slope")
                said.append(f"{name}: a is no probability")
            else:
                texts = (f"E = {_number(E, '.3f')}", "kink: −1 and +1" if kink else f"slope {_number(s, '+.3f')}")
                slope_said = "slope -1 on the left and +1 on the right" if kink else f"slope {_number(s, '+.3f')}"
                said.append(f"{name} {_number(E, '.3f')}, {slope_said}".replace("∞", "infinite"))
            grey = np.isnan(E)
            labels.append(Label(x, 463, texts[0], GREY if grey else FORWARD, 10.5, "lm"))
            labels.append(Label(x, 237, minus(texts[1]), GREY if grey else BACKWARD, 10.5, "lm"))
        if any(line.get_marker() in "^v" for panel in self.lines for line in panel[3:]):
            x, _ = self.pixels(self.axes[0][0], LOW, 0)
            labels.append(Label(x, 258, "Triangle: beyond the edge.", GREY, 9.5, "lm"))
        status = f"Prediction {a:.2f}, target {y:g}, Huber threshold {d:g}. {'; '.join(said)}."
        return Scene(labels, status)


def _number(x, form):
    return ("−∞" if x < 0 else "∞") if np.isinf(x) else number(x, form)


def _broken(x, values, at):
    """The line of `values` over x, with a gap at x = at, where it jumps."""
    if at is None:
        return x, values
    i = np.searchsorted(x, at)
    left, right = values[max(i - 1, 0)], values[min(i + 1, len(x) - 1)]
    return (
        np.concatenate([x[:i], [at, np.nan, at], x[i + 1 :]]),
        np.concatenate([values[:i], [left, np.nan, right], values[i + 1 :]]),
    )
