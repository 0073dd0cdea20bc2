"""Explorer: one value is used twice, so that two ways lead from it to the loss. Nudge it, over one way or over both."""

from functools import partial

import numpy as np
from matplotlib.patches import Circle, FancyArrowPatch

from ..plots.style import BACKWARD, EDGE, FORWARD, GREY, INK, LIGHT_ARROW, PAPER, TINTS
from ..text import minus, number
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Choice, Slider, choices
from .graph import scrubbed

VALUE, TARGETS = 0.5, (1.0, 0.0)  # of h1 before the nudge; of o1 and o2, which are w · h1, without an activation
REST = {"h1": (62, 200), "o1": (218, 285), "o2": (218, 115), "E": (364, 200)}  # CSS pixels, as all below
EDGES = (("h1", "o1"), ("h1", "o2"), ("o1", "E"), ("o2", "E"))
RADIUS, LIFT = 29, 200  # of a circle; how far it rises when its value grows by 1
ROWS = {"over o1": 312, "over o2": 202, "both": 92}  # {where the nudge goes: the height of the bar of E's change}
LEFT, RIGHT, ZERO, SCALE = 470, 788, 615, 900  # of the rows; where a change of 0 is, and how long one of 1
BLUES = {"o1": FORWARD, "o2": TINTS[-1]}  # of the two ways
WEIGHTS = np.round(np.arange(-0.5, 1.201, 0.1), 1).tolist()  # to o1 only from 0 on: else its bar is too long


def outputs(value, weights):
    """What o1 and o2 say: a pair. value: what each of them gets from h1."""
    return [w * a for w, a in zip(weights, value, strict=True)]


def losses(value, weights):
    """The halves of the loss, one for each output."""
    return [(o - y) ** 2 / 2 for o, y in zip(outputs(value, weights), TARGETS, strict=True)]


def changes(nudge, weights):
    """How E changes when the nudge goes over o1 alone, and over o2 alone."""
    before, after = losses((VALUE, VALUE), weights), losses((VALUE + nudge, VALUE + nudge), weights)
    return [b - a for a, b in zip(before, after, strict=True)]


def rates(weights):
    """The two factors of each way: how o answers to h1, and how E answers to o."""
    return [(w, o - y) for w, o, y in zip(weights, outputs((VALUE, VALUE), weights), TARGETS, strict=True)]


class SplitAndJoin(Explorer):
    """One value on two ways to the loss: nudge it, and see what each way does (chapter `derivation`)."""

    name = "A path that splits and joins"
    height = 400
    moves = ("nudge", "way")
    sliders = {
        "nudge": Slider(
            "nudge of h1", choices(np.round(np.arange(-0.2, 0.201, 0.01), 2).tolist(), "{:.2f}".format), 0.2
        ),
        "w1": Slider("weight to o1", choices([w for w in WEIGHTS if w >= 0], "{:.1f}".format), 1.0),
        "w2": Slider("weight to o2", choices(WEIGHTS, "{:.1f}".format), 0.6),
        "way": Choice(
            "the nudge goes", (("both ways", "both"), ("over o1 only", "over o1"), ("over o2 only", "over o2")), "both"
        ),
    }

    def background(self):
        ax = self.page()
        for centre in REST.values():
            ax.add_patch(Circle(centre, RADIUS, fc="none", ec=LIGHT_ARROW, lw=1, ls=(0, (3, 3))))
        for y in ROWS.values():
            add_line(ax, [ZERO, ZERO], [y - 15, y + 15], color=EDGE, lw=1.5)
        style = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 13, "zorder": 1}
        self.edges = {edge: ax.add_patch(FancyArrowPatch((0, 0), (1, 1), **style)) for edge in EDGES}
        self.nodes = {node: ax.add_patch(Circle(at, RADIUS, fc=PAPER, zorder=3)) for node, at in REST.items()}
        self.grips = [add_line(ax, color=FORWARD, ls="", marker=marker, ms=6) for marker in (4, 5)]
        self.bars = [
            add_line(ax, color=BLUES[way], lw=7, solid_capstyle="butt", zorder=2) for way in ("o1", "o2", "o1", "o2")
        ]
        self.sum = add_line(ax, color=INK, lw=2, zorder=3)
        self.promised = add_line(ax, color=BACKWARD, ls="", marker="D", ms=7, mfc="none", mew=1.8, zorder=4)
        return [*self.edges.values(), *self.nodes.values(), *self.grips, *self.bars, self.sum, self.promised]

    def move(self, nudge, w1, w2, way):
        weights = w1, w2
        after = [VALUE + nudge * (way in ("both", f"over o{k}")) for k in (1, 2)]
        before = VALUE, VALUE
        out, loss = outputs(before, weights), sum(losses(before, weights))
        each, factors = changes(nudge, weights), rates(weights)
        promised = [nudge * w * e for w, e in factors]
        rise = {"h1": nudge, "E": sum(losses(after, weights)) - loss}
        rise |= dict(zip(("o1", "o2"), np.subtract(outputs(after, weights), out), strict=True))
        at = {node: (x, y + LIFT * rise[node]) for node, (x, y) in REST.items()}
        beside = self._graph(at, way)
        self._bars(each, promised)
        labels = [
            *_nodes(at, {"h1": VALUE, "o1": out[0], "o2": out[1], "E": loss}, rise),
            *(Label(*beside["h1", f"o{k}"], decimals(weights[k - 1], 1), FORWARD, 11, bold=True) for k in (1, 2)),
            *(Label(*beside[f"o{k}", "E"], decimals(factors[k - 1][1]), GREY, 10) for k in (1, 2)),
            *_rows(nudge, each, factors, way),
        ]
        said = dict(map(reversed, self.sliders["way"].options))[way]
        status = (
            f"A nudge of {decimals(nudge, 2)}, {said}: E = {loss:.3f} changes by {signed(rise['E'])}. "
            f"Over o1 {signed(each[0])}, over o2 {signed(each[1])}, over both {signed(sum(each))}; "
            f"the rates promise {signed(promised[0])}, {signed(promised[1])}, {signed(sum(promised))}."
        )
        only = "click a change, o1 or o2: only this way"
        rows = {row: (LEFT - 8, y - 44, RIGHT - LEFT + 16, 88) for row, y in ROWS.items()}
        targets = (
            Target(around(*at["h1"], RADIUS), self._drag, "drag h1 up and down"),
            *(self._weight(k, weights[k - 1], *beside["h1", f"o{k}"]) for k in (1, 2)),
            *(
                Target(around(*at[node], RADIUS), partial(_choose, row), only)
                for node, row in (("o1", "over o1"), ("o2", "over o2"), ("E", "both"))
            ),
            *(Target(box, partial(_choose, row), only) for row, box in rows.items()),
        )
        return Scene(labels, status, targets=targets)

    def _weight(self, k, w, x, y):
        def drag(finger, _):
            return {f"w{k}": scrubbed(self.sliders[f"w{k}"], w, finger - x)}

        return Target((x - 32, y - 18, 64, 36), drag, "drag a weight sideways")

    def _drag(self, x, y):
        return self.nearest(nudge=(y - REST["h1"][1]) / LIFT)

    def _graph(self, at, way):
        """Draws circles at these places, and the arrows between them; returns where the number of an arrow is."""
        beside = {}
        for node, circle in self.nodes.items():
            circle.set(center=at[node], ec=FORWARD, lw=1.5)
        for edge, arrow in self.edges.items():
            start, end = (np.array(at[node]) for node in edge)
            unit = (end - start) / np.hypot(*(end - start))
            arrow.set_positions(start + RADIUS * unit, end - RADIUS * unit)
            on = way in ("both", f"over {edge[0]}", f"over {edge[1]}")
            colour = BLUES[edge[0] if edge[0] in BLUES else edge[1]]
            arrow.set(color=colour if on else LIGHT_ARROW, lw=3 if on else 1.5)
            outside = 1 if "o1" in edge else -1
            beside[edge] = (start + end) / 2 + outside * 26 * np.array((-unit[1], unit[0]))
        for grip, side in zip(self.grips, (-1, 1), strict=True):
            x, y = np.transpose([beside["h1", "o1"], beside["h1", "o2"]])
            grip.set_data(x + side * 30, y)
        return beside

    def _bars(self, each, promised):
        """The change over each way alone; over both, the second begins where the first ends."""
        first, second = each
        rows = (("over o1", 0, first), ("over o2", 0, second), ("both", 0, first), ("both", first, first + second))
        for bar, (row, start, end), lift in zip(self.bars, rows, (0, 0, 5, -5), strict=True):
            bar.set_data([ZERO + SCALE * start, ZERO + SCALE * end], [ROWS[row] + lift] * 2)
        self.sum.set_data([ZERO + SCALE * (first + second)] * 2, [ROWS["both"] - 14, ROWS["both"] + 14])
        self.promised.set_data([ZERO + SCALE * x for x in (*promised, sum(promised))], list(ROWS.values()))


def _choose(way, x, y):
    return {"way": way}


def _nodes(at, value, rise):
    """Names, values before the nudge, and how much each changes."""
    for node, (x, y) in at.items():
        yield Label(x, y + 9, node, bold=True)
        yield Label(x, y - 9, decimals(value[node]), GREY, 10)
    above, below, right = (0, RADIUS + 13, "mm"), (0, -RADIUS - 13, "mm"), (RADIUS + 8, 0, "lm")
    for node, (over, up, anchor) in {"h1": above, "o1": above, "o2": below, "E": right}.items():
        x, y = at[node]
        yield Label(x + over, y + up, signed(rise[node]), FORWARD, 10, anchor, bold=True, backed=True)
    for k, (target, side) in enumerate(zip(TARGETS, (1, -1), strict=True), 1):
        x, y = at[f"o{k}"]
        yield Label(x - RADIUS - 9, y + side * 30, f"y{k} = {target:.0f}", GREY, 10, "rm")


def _rows(nudge, each, factors, way):
    """Beside the bars: what E does, and what the rates promise for this nudge."""
    yield Label(LEFT, 382, "What the nudge does to E", size=12, anchor="lm", bold=True)
    slopes = [w * e for w, e in factors]
    names = ("over o1 alone", "over o2 alone", "over both")
    for (row, y), name, change, slope in zip(
        ROWS.items(), names, (*each, sum(each)), (*slopes, sum(slopes)), strict=True
    ):
        yield Label(LEFT, y + 30, name, INK, 10.5, "lm", bold=row == way)
        yield Label(RIGHT, y + 30, signed(change), FORWARD, 10.5, "rm", bold=True)
        promise = f"rate {decimals(slope)} · nudge {decimals(nudge, 2)}"
        yield Label(LEFT, y - 27, promise, BACKWARD, 10, "lm")
        yield Label(RIGHT, y - 27, signed(slope * nudge), BACKWARD, 10, "rm")


def decimals(x, digits=3):
    """x with so many decimals; what rounds to zero has no sign."""
    return minus(number(x, f".{digits}f"))


def signed(x):
    """A change: four decimals with the sign, none for what rounds to zero."""
    return minus(number(x, "+.4f"))
