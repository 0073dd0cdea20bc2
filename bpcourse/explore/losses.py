"""Explorer: one prediction, judged by four losses side by side; the losses above, their slopes below."""

import numpy as np

from ..plots.style import ACCENT, BACKWARD, FORWARD, GREY, INK, PALE, PAPER, SHADE
from ..text import minus, number
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Slider, choices

LOW, HIGH = -1.0, 2.0  # the predictions shown
LOSS_TOP, SLOPE_TOP = 5.0, 3.0  # 5 is more than cross-entropy at 0.01, the last prediction before it is infinite
GRID = np.linspace(LOW, HIGH, 301)
# Where a is a probability, dense at both ends and near enough to them that what is infinite there leaves the picture.
INSIDE = 1 / (1 + np.exp(-np.linspace(-24, 24, 320)))
NAMES = ("½ squared error", "absolute error", "Huber", "cross-entropy")
HUBER, CROSS_ENTROPY = 2, 3
HANDLE = -0.5  # on the axis of the losses: the height at which the target line has its handle


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
    height = 620
    moves = ("a", "y")
    sliders = {
        "a": Slider(
            "prediction a", choices(np.round(np.arange(-0.99, 1.995, 0.01), 2).tolist(), "{:.2f}".format), 0.99
        ),
        "y": Slider("target y", choices((0.0, 0.25, 0.5, 0.75, 1.0)), 1.0),
        "d": Slider("Huber threshold", choices((0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0)), 0.5),
    }

    def background(self):
        self.axes, self.lines, self.targets = [], [], []
        for k, name in enumerate(NAMES):
            left = 56 + 188 * k
            top = self.axes_at(left, 316, 154, 236, xlim=(LOW, HIGH), ylim=(-0.15, LOSS_TOP))
            low = self.axes_at(left, 66, 154, 176, xlim=(LOW, HIGH), ylim=(-SLOPE_TOP, SLOPE_TOP))
            for ax in (top, low):
                ax.set_xticks((-1, 0, 1, 2))
                ax.tick_params(labelleft=k == 0)
                if k == CROSS_ENTROPY:
                    ax.axvspan(LOW, 0, color=SHADE)
                    ax.axvspan(1, HIGH, color=SHADE)
            low.axhline(0, color=PALE, lw=1.5, zorder=0)
            low.set_xlabel("prediction a")
            top.tick_params(labelbottom=False)
            if k == 0:
                top.set_ylabel("loss E", color=FORWARD)
                low.set_ylabel("slope dE/da", color=BACKWARD)
            self.figure.text(left / 800, 604 / self.height, name, weight="bold", color=INK, va="center")
            self.axes.append((top, low))
            line = {"color": ACCENT, "lw": 1.2, "ls": (0, (4, 3)), "zorder": 1}
            target = [add_line(ax, **line) for ax in (top, low)]
            target.append(add_line(top, color=ACCENT, marker="^", ms=9, clip_on=False))
            self.targets.append(target)
            loss = add_line(top, color=FORWARD, lw=2)
            tangent = add_line(top, color=BACKWARD, lw=3, zorder=3)
            slope = add_line(low, color=BACKWARD, lw=2)
            here = add_line(top, color=FORWARD, marker="o", ms=8, zorder=4, clip_on=False)
            there = add_line(low, color=BACKWARD, marker="o", ms=8, zorder=4, clip_on=False)
            self.lines.append((loss, tangent, slope, here, there))
        corner = {"color": PAPER, "marker": "o", "ms": 6, "mew": 1.5, "ls": "none", "zorder": 3.5}
        top, low = self.axes[HUBER]
        self.corners = add_line(top, mec=FORWARD, **corner), add_line(low, mec=BACKWARD, **corner)
        moving = (line for group in (*self.targets, *self.lines) for line in group)
        return [*moving, *self.corners]

    def move(self, a, y, d):
        at, steep = losses(np.float64(a), y, d), slopes(np.float64(a), y, d)
        labels, said, lines, dots = [], [], [], []
        for k, (name, panel) in enumerate(zip(NAMES, self.lines, strict=True)):
            (top, low), (loss, tangent, slope, here, there) = self.axes[k], panel
            grid = INSIDE if k == CROSS_ENTROPY else GRID
            loss.set_data(grid, losses(grid, y, d)[k])
            slope.set_data(*_broken(grid, slopes(grid, y, d)[k], y if k == 1 else None))
            E, s = float(at[k]), float(steep[k])
            kink = k == 1 and a == y
            for ax, dot, value in ((top, here, E), (low, there, 0.0 if kink else s)):
                dots.append(self._place(ax, dot, a, value))
            if kink:
                there.set_data([], [])
            reach = 0.45 / np.hypot(1, 0.9 * s)
            drawn = E <= LOSS_TOP and not kink
            tangent.set_visible(drawn)
            if drawn:
                tangent.set_data([a - reach, a + reach], [E - s * reach, E + s * reach])
            if np.isnan(E):
                texts, words = ("no probability", "no slope"), "none, a is no probability"
            else:
                texts = (f"E = {_number(E, '.3f')}", "kink: −1 and +1" if kink else f"slope {_number(s, '+.3f')}")
                words = f"{_number(E, '.3f')} ({'-1 or +1' if kink else _number(s, '+.3f')})".replace("∞", "infinite")
            said.append(f"{name} {words}")
            x, _ = self.pixels(top, LOW, 0)
            grey = np.isnan(E)
            labels.append(Label(x, 584, texts[0], GREY if grey else FORWARD, 10.5, "lm"))
            labels.append(Label(x, 258, minus(texts[1]), GREY if grey else BACKWARD, 10.5, "lm"))
            lines.append(self._aim(k, y, labels))
        for end, infinite in ((0, y > 0), (1, y < 1)):
            if infinite:
                x, _ = self.pixels(self.axes[CROSS_ENTROPY][0], end, 0)
                labels.append(Label(x, 566, "∞", FORWARD, 11))
        if any(line.get_marker() in "^v" for panel in self.lines for line in panel[3:]):
            x, _ = self.pixels(self.axes[CROSS_ENTROPY][0], HIGH, 0)
            labels.append(Label(x, 10, "Triangle: beyond the edge.", GREY, 9.5, "rm"))
        status = f"a = {a:.2f}, y = {y:g}. Loss (slope): {', '.join(said)}."
        return Scene(labels, status, targets=(*lines, *self._turn(y, d), *dots))

    def _place(self, ax, dot, a, value):
        """Sets the dot to `value`, a triangle where that is beyond the edge and a cross where there is none; returns
        its Target.
        """
        low, high = (0, LOSS_TOP) if ax.get_ylim()[1] == LOSS_TOP else (-SLOPE_TOP, SLOPE_TOP)
        shown = 0.0 if np.isnan(value) else float(np.clip(value, low, high))
        dot.set_data([a], [shown])
        dot.set_color(GREY if np.isnan(value) else FORWARD if high == LOSS_TOP else BACKWARD)
        dot.set_marker("x" if np.isnan(value) else "^" if value > high else "v" if value < low else "o")

        def drag(x, y):
            return self.nearest(a=self.point(ax, x, y)[0])

        return Target(around(*self.pixels(ax, a, shown), 16), drag, "drag a dot")

    def _aim(self, k, y, labels):
        """Sets the target line of the k-th loss, adds its label, and returns its Target."""
        top, low = self.axes[k]
        above, below, handle = self.targets[k]
        above.set_data([y, y], top.get_ylim())
        below.set_data([y, y], low.get_ylim())
        handle.set_data([y], [HANDLE])
        x, middle = self.pixels(top, y, HANDLE)
        labels.append(Label(x + 10, middle, f"y = {y:g}", ACCENT, 10, "lm"))
        (_, bottom), (_, end) = self.pixels(low, y, -SLOPE_TOP), self.pixels(top, y, LOSS_TOP)

        def drag(x, _):
            return self.nearest(y=self.point(top, x, 0)[0])

        return Target((x - 10, bottom, 20, end - bottom), drag, "drag the target line")

    def _turn(self, y, d):
        """Sets the points where Huber's loss turns from square to line; returns their Targets."""
        at = np.array([y - d, y + d])
        at = at[(at >= LOW) & (at <= HIGH)]
        targets = []
        for ax, dots, f in zip(self.axes[HUBER], self.corners, (losses, slopes), strict=True):
            heights = f(at, y, d)[HUBER]
            dots.set_data(at, heights)

            def drag(x, _, ax=ax):
                return self.nearest(d=abs(self.point(ax, x, 0)[0] - y))

            for x, height in zip(at, heights, strict=True):
                targets.append(Target(around(*self.pixels(ax, x, height), 10), drag, "drag where Huber turns"))
        return targets


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
