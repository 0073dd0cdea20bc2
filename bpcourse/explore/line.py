"""Explorer: a line through five points, by hand and by gradient descent, and the bowl of its loss over weight and bias.
What changes when the inputs are centred?
"""

from functools import partial

import numpy as np

from .. import datasets
from ..plots.style import ACCENT, BACKWARD, EDGE, FORWARD, GREY, INK, PAPER
from ..text import minus, short
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Choice, Slider, choices
from .settings import three_digits

EPOCHS = 140
RATES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.08, 0.083, 0.085, 0.09, 0.1, 0.2, 0.3, 0.333, 0.4, 0.48, 0.5, 0.51)
X, Y = (column[:, 0] for column in datasets.line())
SLOPE = 2.0  # of the line on which the points lie
REACH = 4.0  # the bowl is shown so far from its lowest point
BEYOND = 0.5  # the ends of the line stand so far outside the points
LEVELS = 0.5 * 4.0 ** np.arange(6)  # of the loss, on the bowl
ROUNDING = 1e-13  # of a distance: what is nearer has arrived
TOP = 3e2  # of the picture of the line: Agg wants no large numbers


class Bowl:
    """The mean squared error over (w, b) for these inputs: exact, since it is a bowl. `lowest` (2,), `lam` (2,), the
    curvatures in rising order, and Q (2, 2), their directions as columns.
    """

    def __init__(self, x):
        A = np.column_stack([x, np.ones_like(x)])
        self.x, self.lowest = x, np.linalg.solve(A.T @ A, A.T @ Y)
        self.lam, self.Q = np.linalg.eigh(2 / len(x) * A.T @ A)

    def path(self, theta, alpha, epochs):
        """(epochs + 1, 2): gradient descent from theta, by what each step leaves of the distance."""
        left = (1 - alpha * self.lam) ** np.arange(epochs + 1)[:, None]
        return self.lowest + (left * ((theta - self.lowest) @ self.Q)) @ self.Q.T

    def loss(self, theta):
        return float(self.lam / 2 @ (self.Q.T @ (theta - self.lowest)) ** 2)

    def rings(self):
        """Lines of equal loss, around (0, 0), with gaps of nan between them: (n, 2)."""
        angle = np.append(np.linspace(0, 2 * np.pi, 120), np.nan)
        circle = np.column_stack([np.cos(angle), np.sin(angle)])
        return np.vstack([(circle * np.sqrt(2 * level / self.lam)) @ self.Q.T for level in LEVELS])


BOWLS = {"as they are": Bowl(X), "centred": Bowl(X - X.mean())}


class Line(Explorer):
    """A line through five points: by hand, by descent, and with centred inputs (chapter `training`)."""

    name = "A line through five points"
    height = 436
    moves = ("epoch", "alpha")
    sliders = {
        "alpha": Slider("learning rate α", choices(RATES, "{:g}".format), 0.01),
        "epoch": Slider("epoch", choices(tuple(range(EPOCHS + 1))), 0, play=80),
        "inputs": Choice("inputs", (("1 to 5", "as they are"), ("centred: −2 to 2", "centred")), "as they are"),
        "w": Slider("start: weight w", choices(np.round(np.arange(-2, 6.01, 0.05), 2).tolist(), "{:g}".format), 0.0),
        "middle": Slider(
            "start: mid-height", choices(np.round(np.arange(-7, 25.01, 0.1), 1).tolist(), "{:g}".format), 6.0
        ),
    }

    def background(self):
        self.plane = self.axes_at(40, 62, 352, 272, xlim=(-3.2, 6.2), ylim=(-1, 16), xlabel="input x")
        self.bowl = self.axes_at(468, 62, 272, 272, xlim=(SLOPE - REACH, SLOPE + REACH), ylim=(-REACH, REACH))
        self.bowl.set(xlabel="weight w", yticks=range(-4, 5, 2), yticklabels=[])
        self.plane.axvline(0, color=GREY, lw=0.8)
        thick = {"lw": 2.4, "zorder": 3}
        self.errors = add_line(self.plane, color=BACKWARD, lw=1.4)
        self.line = add_line(self.plane, color=FORWARD, **thick)
        self.points = add_line(self.plane, color=INK, marker="o", ms=7, mec=PAPER, ls="none", zorder=4)
        self.handles = add_line(
            self.plane, color=FORWARD, marker="o", ms=12, mfc=PAPER, mew=2, ls="none", zorder=5, clip_on=False
        )
        self.bias = add_line(self.plane, color=ACCENT, marker="s", ms=8, mec=PAPER, ls="none", zorder=5)
        self.rings = add_line(self.bowl, color=EDGE, lw=1, zorder=1)
        self.lowest = add_line(self.bowl, color=INK, marker="+", ms=12, mew=1.8)
        self.path = add_line(self.bowl, color=BACKWARD, lw=1.4, marker="o", ms=3.4, mew=0, zorder=3)
        self.start = add_line(self.bowl, color=INK, marker="o", ms=9, mfc=PAPER, mew=1.6, zorder=4, clip_on=False)
        self.now = add_line(self.bowl, color=FORWARD, marker="o", ms=9, mec=PAPER, zorder=5, clip_on=False)
        return [
            self.errors, self.line, self.points, self.handles, self.bias, self.rings, self.lowest, self.path,
            self.start, self.now,
        ]  # fmt: skip

    def move(self, alpha, epoch, inputs, w, middle):
        bowl = BOWLS[inputs]
        path = bowl.path(np.array([w, middle - w * bowl.x.mean()]), alpha, epoch)
        handles = self._line(bowl, path[-1])
        self._bowl(bowl, path)
        (along, across), far = 1 - alpha * bowl.lam, np.linalg.norm(path[-1] - bowl.lowest)
        loss, far = (bowl.loss(path[-1]), far) if far > ROUNDING else (0.0, 0.0)
        here = "w = {}, b = {}".format(*(short(c, "z.3f", 0, 1e4) for c in path[-1]))
        title = f"Epoch {epoch}: {here}, loss {three_digits(loss)}; {three_digits(far)} from the lowest point."
        factors = minus(f"{across:z.3g} across the valley, × {along:z.3g} along it")
        theory = f"By epoch: distance × {factors}; {_verdict(along, across)}."
        labels = [
            Label(16, 416, title, INK, 12, "lm", bold=True),
            Label(16, 391, theory, GREY, 10, "lm"),
            Label(40, 354, "Five points and the line  y = w x + b", INK, 10.5, "lm", bold=True),
            Label(468, 354, "Loss by w and b:  ○ start,  + lowest", INK, 10.5, "lm", bold=True),
            Label(432, 198, "bias", INK, 10.5),
            Label(432, 182, "b", INK, 10.5),
        ]
        for tick in range(-4, 5, 2):
            _, y = self.pixels(self.bowl, SLOPE, tick)
            labels.append(Label(460, y, minus(f"{bowl.lowest[1] + tick:.0f}"), INK, 10, "rm"))
        ends = [
            Target(around(*at), partial(self._pull, bowl, handles, k), "drag an end of the line")
            for k, at in enumerate(self.pixels(self.plane, *handle) for handle in handles)
        ]
        bowl_ = Target((462, 56, 284, 284), partial(self._start, bowl), "touch the bowl: a start there")
        return Scene(labels, f"{title} {theory}", targets=(bowl_, *ends))

    def _line(self, bowl, theta):
        """Set the picture of the line; return where its handles are, (2, 2)."""
        low, high = self.plane.get_ylim()
        x = np.array([bowl.x[0] - BEYOND, bowl.x[-1] + BEYOND])
        w, b = theta
        self.line.set_data(np.array([-3.2, 6.2]), np.clip(w * np.array([-3.2, 6.2]) + b, -TOP, TOP))
        self.points.set_data(bowl.x, Y)
        answers = np.clip(w * bowl.x + b, -TOP, TOP)
        gap = np.full_like(Y, np.nan)
        self.errors.set_data(np.repeat(bowl.x, 3), np.column_stack([Y, answers, gap]).ravel())
        handles = np.column_stack([x, np.clip(w * x + b, low, high)])
        self.handles.set_data(*handles.T)
        self.bias.set_data([0], [np.clip(b, -TOP, TOP)])
        return handles

    def _bowl(self, bowl, path):
        away = np.clip(path - bowl.lowest, -TOP, TOP) + [SLOPE, 0]
        self.rings.set_data(*(bowl.rings() + [SLOPE, 0]).T)
        self.lowest.set_data([SLOPE], [0])
        self.path.set_data(*away.T)
        for dot, at in ((self.start, away[0]), (self.now, away[-1])):
            dot.set_data(*at[:, None])
            dot.set_visible(np.abs(at - [SLOPE, 0]).max() <= REACH)

    def _pull(self, bowl, handles, k, x, y):
        """The end k of the line follows the finger up and down; the other one stays."""
        ends = handles.copy()
        ends[k, 1] = self.point(self.plane, x, y)[1]
        (x0, y0), (x1, y1) = ends
        w = (y1 - y0) / (x1 - x0)
        return self._set(bowl, w, y0 - w * x0) | {"epoch": 0}

    def _start(self, bowl, x, y):
        w, away = np.clip(self.point(self.bowl, x, y), [SLOPE - REACH, -REACH], [SLOPE + REACH, REACH])
        return self._set(bowl, w, bowl.lowest[1] + away)

    def _set(self, bowl, w, b):
        """The controls for the line w x + b over these inputs. Its height in the middle of the points is the same,
        whether the inputs are centred or not.
        """
        w = self.sliders["w"].nearest(w)
        return {"w": w, "middle": self.sliders["middle"].nearest(b + w * bowl.x.mean())}


def _verdict(*factors):
    most = max(map(abs, factors))
    if most > 1 + 1e-9:
        return "it diverges"
    if most > 1 - 1e-9:
        return "it never arrives"
    return f"ten times nearer takes {np.log(0.1) / np.log(most):.0f} epochs"
