"""Explorer: five inputs, three weights and a window that slides: what it gives, and what comes back to a weight and to
an input.
"""

from functools import partial

import numpy as np
from matplotlib.patches import Rectangle

from ..plots.style import ACCENT, BACKWARD, BACKWARD_FILL, EDGE, FORWARD, FORWARD_FILL, GREY, INK, PALE, PAPER
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Choice, Slider, choices
from .convolution import text, times

WEIGHTS = {"w1": 2.0, "w2": -1.0, "w3": 1.0}  # all numbers are those of the chapter's section "By hand"
INPUTS = {"x1": 1.0, "x2": 3.0, "x3": -2.0, "x4": 4.0, "x5": 2.0}
BIAS = 0.5
DELTA = (0.5, -1.0, 2.0)  # dE/dz
N = len(WEIGHTS)  # and so many outputs
FORWARD_MODE = "forward"
BACK = {f"back to {name}": name for name in (*WEIGHTS, *INPUTS)}
MOST = 4.0  # of an input and of a weight, up and down

# Where things stand, in CSS pixels from the lower left corner.
COLUMNS = 136 + 146 * np.arange(len(INPUTS))
UNIT, WIDE = 12, 34  # the height of 1, and the width of a bar
AXES = {"w": 430, "x": 296}
NAME = 68  # the name of a bar stands so far under its axis
FRAME_LOW, FRAME_TOP, ASIDE = 214, 492, 56  # of the window, and how far it goes beyond the middle of a bar
EDGE_TOP, EDGE_LOW, OUTPUT_Y = 216, 144, 124
FORMULA = 16, 68, 25  # left, first line, distance


def outputs(w, x):
    """z (3,): the same three weights and the same bias at each place of the window."""
    return [sum(w[i] * x[q + i] for i in range(N)) + BIAS for q in range(N)]


def seen(name):
    """[(q, i), ...], from 0: each output z_q that this weight or input is in, and the weight w_i of that product."""
    k = int(name[1]) - 1
    pairs = ((q, k if name in WEIGHTS else k - q) for q in range(N))
    return [(q, i) for q, i in pairs if 0 <= i < N]


class OneWindow(Explorer):
    """A window of three weights on five inputs, forward and back (chapter `convolution`)."""

    name = "Five inputs, three weights"
    height = 498
    moves = ("position", "show", "w1")
    sliders = {
        **{
            name: Slider(name, choices(np.arange(-MOST, MOST + 0.1, 0.5).tolist(), "{:g}".format), start)
            for name, start in (WEIGHTS | INPUTS).items()
        },
        "position": Slider("position", choices(range(1, N + 1)), 1, play=1000),
        "show": Choice("show", choices((FORWARD_MODE, *BACK)), FORWARD_MODE),
    }

    def background(self):
        ax = self.page()
        for head, y in (("weights", AXES["w"]), ("inputs", AXES["x"]), ("outputs", OUTPUT_Y)):
            ax.text(16, y, head, color=GREY, va="center", size=10.5)
        for q, i in np.ndindex(N, N):
            ax.plot(*_edge(q, i), color=PALE, lw=1.2, zorder=0)
        ax.plot(COLUMNS[[0, -1]] + [-40, 40], [AXES["x"]] * 2, color=EDGE, lw=1.2, zorder=1)
        self.window = ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, lw=2.5, zorder=1))
        self.axis = add_line(ax, color=EDGE, lw=1.2, zorder=1)
        self.bars = {name: ax.add_patch(Rectangle((0, 0), WIDE, 1, lw=2, zorder=2)) for name in WEIGHTS | INPUTS}
        self.knobs = {name: add_line(ax, marker="o", ms=9, mec=PAPER, zorder=3) for name in WEIGHTS | INPUTS}
        self.edges, self.thick = (add_line(ax, lw=lw, zorder=1) for lw in (1.6, 3.4))
        self.boxes = [ax.add_patch(Rectangle((x - 58, OUTPUT_Y - 16), 116, 32, zorder=2)) for x in COLUMNS[1:-1]]
        return [
            self.window, self.axis, *self.bars.values(), *self.knobs.values(), self.edges, self.thick, *self.boxes,
        ]  # fmt: skip

    def move(self, position, show, **values):
        p, target = position - 1, BACK.get(show)
        w, x = ([values[name] for name in names] for names in (WEIGHTS, INPUTS))
        z = outputs(w, x)
        colour, pairs = (BACKWARD, seen(target)) if target else (FORWARD, [(p, i) for i in range(N)])
        left, bottom, width, height = _frame(p, p + N - 1)
        self.window.set(xy=(left, bottom), width=width, height=height, ec=colour)
        self.axis.set_data(COLUMNS[[p, p + N - 1]] + [-40, 40], [AXES["w"]] * 2)
        labels = list(self._bars(values, p, target))
        for line, thick in ((self.edges, False), (self.thick, True)):
            ends = [_edge(q, i) for q, i in pairs if (q == p) == thick]
            line.set_data(*np.hstack([np.array([[*a, np.nan], [*b, np.nan]]) for a, b in ends] or [np.empty((2, 0))]))
            line.set_color(colour)
        for q, i in pairs:
            xs, ys = _edge(q, i)
            labels.append(Label(np.mean(xs), np.mean(ys), f"w{i + 1}", colour, 10, bold=q == p, backed=True))
        first = outputs([*WEIGHTS.values()], [*INPUTS.values()])
        for q, box in enumerate(self.boxes):
            box.set(ec=colour, lw=3 if q == p else 1.2, fc=BACKWARD_FILL if target else FORWARD_FILL)
            says = f"δ{q + 1} = {text(DELTA[q])}" if target else f"z{q + 1} = {text(z[q])}"
            labels.append(Label(COLUMNS[q + 1], OUTPUT_Y, says, colour, 11, bold=q == p))
            if not target and z[q] != first[q]:
                labels.append(Label(COLUMNS[q + 1], OUTPUT_Y - 27, f"at first {text(first[q])}", ACCENT, 10))
        lines = list(_back(target, pairs, p, w, x) if target else _forward(p, w, x, z))
        left, top, step = FORMULA
        for k, (line, ink) in enumerate(lines):
            labels.append(Label(left, top - step * k, line, ink, 10.5, "lm", bold=k == 0))
        every = f"All outputs: {', '.join(f'z{q + 1} = {text(z[q])}' for q in range(N))}."
        said = f"{lines[0][0]}. {lines[-1][0] if target else every}"
        numbers = (f"{name} = {', '.join(map(text, some))}" for name, some in (("w", w), ("x", x)))
        return Scene(labels, f"{said} {'; '.join(numbers)}; b = {BIAS:g}.", targets=tuple(self._targets(values, p)))

    def _places(self, p):
        """{name: (x, y)}, CSS pixels: the middle of each bar's axis, with the window at p."""
        names = [*WEIGHTS, *INPUTS]
        at = ((column, AXES["w"]) for column in COLUMNS[p : p + N]), ((column, AXES["x"]) for column in COLUMNS)
        return dict(zip(names, (*at[0], *at[1]), strict=True))

    def _bars(self, values, p, target):
        for name, (x, y) in self._places(p).items():
            ink, value, chosen = FORWARD if name in WEIGHTS else INK, values[name], name == target
            fill = BACKWARD_FILL if chosen else FORWARD_FILL if name in WEIGHTS else PALE
            self.bars[name].set(xy=(x - WIDE / 2, y), height=UNIT * value, fc=fill, ec=BACKWARD if chosen else ink)
            self.knobs[name].set(data=([x], [y + UNIT * value]), mfc=BACKWARD if chosen else ink)
            yield Label(x, y - NAME, f"{name} = {text(value)}", BACKWARD if chosen else ink, 10.5, bold=chosen)

    def _targets(self, values, p):
        def slide(x, y):
            """The finger holds the window in its middle."""
            return {"position": int(np.clip(np.abs(COLUMNS - x).argmin(), 1, N))}

        yield Target(_frame(0, -1), slide, "drag the window")
        for q, x in enumerate(COLUMNS[1:-1]):
            at = {"position": q + 1}
            yield Target((x - 58, OUTPUT_Y - 16, 116, 32), lambda x, y, at=at: at, "click an output")
        places = self._places(p)
        for name, (x, y) in places.items():
            way = {"show": f"back to {name}"}
            yield Target((x - 48, y - NAME - 12, 96, 24), lambda x, y, way=way: way, "click a name for the way back")
        for name, (x, y) in places.items():
            at = around(x, y + UNIT * values[name], 16)
            yield Target(at, partial(self._drag, name, y), "drag a dot up or down")

    def _drag(self, name, axis, x, y):
        return {name: self.sliders[name].nearest((y - axis) / UNIT)}


def _frame(first, last):
    """(left, bottom, width, height) around the columns from the first to the last."""
    left = COLUMNS[first] - ASIDE
    return left, FRAME_LOW, COLUMNS[last] + ASIDE - left, FRAME_TOP - FRAME_LOW


def _edge(q, i):
    """From input q + i down to output q: ((x, x), (y, y))."""
    return (COLUMNS[q + i], COLUMNS[q + 1]), (EDGE_TOP, EDGE_LOW)


def _forward(p, w, x, z):
    names = " + ".join(f"w{i + 1} · x{p + i + 1}" for i in range(N))
    numbers = " + ".join(times(w[i], x[p + i], i == 0) for i in range(N))
    yield f"z{p + 1} = {names} + b = {text(z[p])}", FORWARD
    yield f"= {numbers} + {BIAS:g}", INK


def _back(target, pairs, p, w, x):
    factor = (lambda q, i: f"x{q + i + 1}") if target in WEIGHTS else (lambda q, i: f"w{i + 1}")
    value = (lambda q, i: x[q + i]) if target in WEIGHTS else (lambda q, i: w[i])
    whole = sum(DELTA[q] * value(q, i) for q, i in pairs)
    yield f"∂E/∂{target} = {' + '.join(f'δ{q + 1} · {factor(q, i)}' for q, i in pairs)} = {text(whole)}", BACKWARD
    yield f"= {' + '.join(times(DELTA[q], value(q, i), q == pairs[0][0]) for q, i in pairs)}", INK
    here = [f"The window at position {p + 1} adds {text(DELTA[q] * value(q, i))}." for q, i in pairs if q == p]
    yield here[0] if here else f"The window at position {p + 1} does not see {target}.", GREY
