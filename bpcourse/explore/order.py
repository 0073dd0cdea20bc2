"""Explorer: the order of a step. What comes back to a hidden unit through the weights that made the loss, and what
comes back if the output weights have been updated first.
"""

from .. import worked
from ..plots.style import ACCENT, BACKWARD, EDGE, GREY, INK, WIDTH
from ..text import minus
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Slider, choices

TRACE = worked.trace()
DELTA = TRACE.delta[2][0]  # of o1 and o2
OLD = worked.params().W[2][:, 0]  # w5 and w7, the two ways out of h1
SLOPES = TRACE.grads.W[2][:, 0]

LEFT, RIGHT, BOTTOM = -0.0085, 0.016, 78  # of the number line; CSS pixels
ROWS = 302, 168  # heights of the two rows of arrows, CSS pixels
APART = 18  # from an arrow to the one under it
TIP = 7 * (RIGHT - LEFT) / (WIDTH - 80)  # half the length of an arrow's head, on the number line


def ways(alpha):
    """(weights, what comes back over each) of w5 and w7 after an update with the learning rate alpha."""
    weights = OLD - alpha * SLOPES
    return weights, weights * DELTA


class Order(Explorer):
    """What returns to h1 if W2 is updated before the hidden deltas are computed (chapter `one_page`)."""

    name = "The message to h1, through old weights and through new ones"
    height = 400
    still = {"alpha": 3.0}
    sliders = {"alpha": Slider("learning rate α", choices([k / 10 for k in range(51)]), 0.1)}

    def background(self):
        self.ax = self.axes_at(40, BOTTOM, WIDTH - 80, 310, xlim=(LEFT, RIGHT), ylim=(BOTTOM, BOTTOM + 310))
        self.ax.spines["left"].set_visible(False)
        self.ax.set(yticks=[], xticks=[-0.005, 0, 0.005, 0.01, 0.015])
        self.ax.set_xlabel("what comes back to h1: ∂E/∂a(h1)")
        truth = ways(0)[1].sum()
        for x, colour in ((0, EDGE), (truth, ACCENT)):
            for row in ROWS:
                self.ax.plot([x, x], [row - 42, row + 14], color=colour, lw=2, zorder=1)
        for row in ROWS:
            for k, text in enumerate(("over w5", "over w7", "together")):
                self.ax.text(LEFT, row - k * APART, text, va="center", color=GREY, size=10)
        for line, points in zip(self._arrows(), _points(ROWS[0], ways(0)[1]), strict=True):
            line.set_data(*points)
        self.arrows = self._arrows()
        return self.arrows

    def _arrows(self):
        """Two arrows, to the right over w5 and back over w7, and the dot where they end."""
        style = {"color": BACKWARD, "lw": 4, "ms": 11, "markevery": [1], "zorder": 3, "solid_capstyle": "butt"}
        ends = add_line(self.ax, color=INK, marker="o", ms=9, zorder=4)
        return [*(add_line(self.ax, marker=tip, **style) for tip in "><"), ends]

    def move(self, alpha):
        weights, back = ways(alpha)
        for line, points in zip(self.arrows, _points(ROWS[1], back), strict=True):
            line.set_data(*points)
        right, sum_ = ways(0)[1].sum(), back.sum()
        labels = [
            Label(40, ROWS[0] + 64, "Through the weights that made the loss", INK, 11, "lm", bold=True),
            Label(40, ROWS[1] + 64, f"Through the weights after an update with α = {alpha}", INK, 11, "lm", bold=True),
            *(Label(40, row + 38, _formula(*ways(a)), INK, 11, "lm") for row, a in zip(ROWS, (0, alpha), strict=True)),
            Label(WIDTH - 40, ROWS[0] + 64, "green: what the loss itself says", ACCENT, 11, "rm"),
            Label(WIDTH / 2, 14, _verdict(sum_ / right), INK, 11, bold=True),
        ]
        status = (
            f"{_verdict(sum_ / right)} With α = {alpha} the update makes w5 {weights[0]:.3f} and w7 {weights[1]:.3f}; "
            f"through them {sum_:.5f} comes back to h1. The loss says {right:.5f}."
        )
        x, y = self.pixels(self.ax, sum_, ROWS[1] - 2 * APART)

        def follow(x, y):
            """The dot follows the finger from side to side: a learning rate takes it there."""
            return self.nearest(alpha=(right - self.point(self.ax, x, y)[0]) / (right - ways(1)[1].sum()))

        return Scene(labels, status, targets=(Target(around(x, y), follow, "drag the lower dot for α"),))


def _points(row, back):
    """(x, y) of the two arrows of a row and of the dot where they end."""
    (first, _), total = back, back.sum()
    upper, lower = [row, row], [row - APART, row - APART]
    return ([0, first - TIP], upper), ([first, total + TIP], lower), ([total], [row - 2 * APART])


def _formula(weights, back):
    parts = " + ".join(
        f"{w:.3f} · {d:.4f}" if d > 0 else f"{w:.3f} · (−{-d:.4f})" for w, d in zip(weights, DELTA, strict=True)
    )
    return minus(f"w5 · δ(o1) + w7 · δ(o2) = {parts} = {back.sum():.5f}")


def _verdict(share):
    if share < 0:
        return "The wrong sign: the weights into h1 would walk uphill."
    return (
        "The same weights, the same message."
        if share == 1
        else f"The right sign, and {100 * share:.0f} % of what the loss says."
    )
