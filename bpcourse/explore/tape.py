"""Explorer: a tape that grows line by line while a program runs, and the sweep that goes back over it."""

from dataclasses import replace
from functools import cache

import numpy as np

from ..plots.style import (
    BACKWARD,
    BACKWARD_FILL,
    FORWARD,
    FORWARD_FILL,
    GREY,
    INK,
    LIGHT_ARROW,
    NOT_YET,
    PANEL,
    PAPER,
)
from ..text import minus, short
from .base import POINT, Explorer, Label, Scene, Target, add_line, around
from .controls import Choice, Slider, choices
from .tape_layout import RADIUS, layout
from .tape_lines import PROGRAMS, computed, read

LOW, HIGH = 216, 522  # of the graph, CSS pixels
ROWS, TOP, ROW = 7, 121, 17.5  # of the list in each of its two columns: how many, the height of the first, the distance
COLUMNS = (28, 414)  # where they begin
VALUE, GRAD = 258, 344  # from there to the right end of a number
LEGEND = "On a wire the value, blue, above it; the message that comes back, orange, below it."


class Running:
    """A program, and where its steps are: the lines forward, then the seed (the last grad is 1), then the pushes."""

    def __init__(self, lines, high=HIGH):
        self.lines = lines
        self.parents = [line.parents for line in lines]
        self.layout = layout(self.parents, LOW, high)
        self.made = [k for k, line in enumerate(lines) if line.parents]
        self.seed = len(self.made) + 1
        self.last = self.seed + len(self.made)

    def forward(self, k):
        return self.made.index(k) + 1

    def backward(self, k):
        """The step at which line k pushes; of what is given, that at which the last message comes."""
        if self.parents[k]:
            return self.last - self.made.index(k)
        users = [child for child, own in enumerate(self.parents) if k in own]
        return self.backward(min(users)) if users else self.seed

    def at(self, step):
        """(line of this step or None, "forward", "seed" or "backward")."""
        if step == self.seed:
            return len(self.lines) - 1, "seed"
        if step > self.seed:
            return self.made[self.last - step], "backward"
        return (self.made[step - 1] if step else None), "forward"

    def pushed(self, step):
        """The lines that have pushed, in order."""
        return [self.at(s)[0] for s in range(self.seed + 1, step + 1)]

    def grads(self, step):
        """{line: what has arrived so far}; lines to which nothing has come are missing."""
        grad = {len(self.lines) - 1: 1.0} if step >= self.seed else {}
        for k in self.pushed(step):
            for parent, amount in zip(self.parents[k], self.lines[k].added, strict=True):
                if amount is not None:
                    grad[parent] = grad.get(parent, 0.0) + amount
        return grad


class Tape(Explorer):
    """A tape and the sweep over it; `root`, an object of your own class, is shown with `names` (chapter `tape`).

    Without `root`, programs to choose from. Otherwise an object with data, grad, parents and push; name=object gives
    the nodes that lead to it their names. TypeError for objects that lack one of these; ValueError for a tape that has
    a cycle, or finds no room.
    """

    name = "A tape, line by line, and the sweep back"
    height = 526
    moves = ("step", "program")
    journey = 0.5
    still = {"step": 5}

    def __init__(self, root=None, /, **names):
        if root is None and names:
            raise ValueError(f"{', '.join(names)}: names of nodes, but there is no tape; tape(root, name=node) has one")
        if root is None:
            self.running = {name: _brought_along(name) for name in PROGRAMS}
        else:
            lines = read(root, names)
            high = LOW + Running(lines).layout.tall + 1
            self.running, self.height = {"yours": Running(lines, high)}, round(high) + 4  # no taller than it needs
        last = max(running.last for running in self.running.values())
        self.sliders = {"step": Slider("step", choices(range(last + 1)), 0, play=1000)}
        if root is None:
            self.sliders["program"] = Choice("program", choices(PROGRAMS), next(iter(PROGRAMS)))
        else:
            self.still = {"step": last}
        super().__init__()

    def background(self):
        ax = self.page()
        ax.fill([12, 788, 788, 12], [6, 6, 206, 206], color=PANEL, lw=0)
        size = 2 * RADIUS / POINT
        arrow = {"ls": "", "marker": ">", "ms": 7, "zorder": 2}
        self.wires = add_line(ax, color=LIGHT_ARROW, lw=1.5, zorder=1)
        self.heads = add_line(ax, color=LIGHT_ARROW, **arrow)
        self.lit, self.lit_heads = add_line(ax, lw=3, zorder=2), add_line(ax, **arrow)
        circle = {"ls": "", "marker": "o", "ms": size, "mew": 1.5, "zorder": 3, "mfc": PAPER}
        self.waiting = add_line(ax, mec=NOT_YET, **circle)
        self.known = add_line(ax, mec=FORWARD, **circle)
        self.given = add_line(ax, mec=FORWARD, **circle | {"marker": "s", "ms": size * 0.92, "mfc": PANEL})
        self.now = add_line(ax, **circle | {"mew": 3, "zorder": 4})
        self.row = add_line(ax, lw=ROW * 0.72, solid_capstyle="butt", zorder=1)
        self.messages = add_line(ax, ls="", marker="o", ms=11, mec=PAPER, zorder=5)
        artists = self.wires, self.heads, self.lit, self.lit_heads, self.waiting, self.known, self.given
        return [*artists, self.now, self.row, self.messages]

    def move(self, step, program="yours"):
        self.messages.set_data([], [])
        running = self.running[program]
        step = min(step, running.last)
        return self._scene(running, step, step)

    def on_the_way(self, share, before, step, program="yours"):
        running = self.running[program]
        if before["step"] != step - 1 or before.get("program", "yours") != program or not 0 < step <= running.last:
            return None
        k, direction = running.at(step)
        if direction == "seed":
            return None
        way = share if direction == "forward" else 1 - share
        dots = []
        for j in range(len(running.parents[k])):
            points = running.layout.wires[k, j]
            dots.append(points[:, round(way * (points.shape[1] - 1))])
        scene = self._scene(running, step, step - 1)
        self.messages.set(data=np.transpose(dots), color=FORWARD if direction == "forward" else BACKWARD, mec=PAPER)
        return replace(scene, unfinished=True)

    def _scene(self, running, step, arrived):
        """The Scene of `step`, with the numbers that were there after the step `arrived`."""
        k, direction = running.at(step)
        self._draw(running, k, direction, arrived)
        grads = running.grads(arrived)
        said, numbers = _told(running, step, k, direction)
        back = direction != "forward"
        labels = [
            *_graph(running, arrived),
            *_list(running, arrived, grads),
            Label(28, 191, "Backward" if back else "Forward", BACKWARD if back else FORWARD, 11, "lm", bold=True),
            Label(118, 191, said, INK, 11, "lm"),
            Label(28, 168, numbers or LEGEND, (BACKWARD if back else FORWARD) if numbers else GREY, 11, "lm"),
        ]
        status = f"Step {step} of {running.last}: {said} {numbers}".strip()
        if len(status) > 178:
            status = f"Step {step} of {running.last}: {said}"
        targets = [
            Target(box, lambda x, y, k=k: {"step": _other(running, k, step)}, "click a node or a line: its step")
            for k in range(len(running.lines))
            for box in (around(*running.layout.nodes[k], RADIUS), (*_row_corner(k), 370, ROW))
        ]
        return Scene(labels, f"{status.rstrip('.')}.", targets=tuple(targets), ended=step == running.last)

    def _draw(self, running, k, direction, arrived):
        place, wires = running.layout.nodes, running.layout.wires
        lit = {"seed": [None], "forward": [], "backward": []}[direction]
        if direction != "seed" and k is not None:
            lit = [(k, j) for j in range(len(running.parents[k]))]
        self.wires.set_data(_joined(wires.values()))
        self.heads.set_data(_ends(wires.values()))
        colour, fill = (FORWARD, FORWARD_FILL) if direction == "forward" else (BACKWARD, BACKWARD_FILL)
        self.lit.set(data=_joined(wires[wire] for wire in lit), color=colour)
        self.lit_heads.set(data=_ends(wires[wire] for wire in lit), color=colour)
        made = [n for n in running.made if running.forward(n) <= arrived]
        self.known.set_data(_at(place, made))
        self.waiting.set_data(_at(place, set(running.made) - set(made)))
        self.given.set_data(_at(place, set(range(len(place))) - set(running.made)))
        self.now.set(data=_at(place, [] if k is None else [k]), mec=colour, mfc=fill)
        self.now.set_marker("o" if k is None or running.parents[k] else "s")
        self.row.set_color(fill)
        x, y = _row_corner(k or 0)
        self.row.set_data(*([[], []] if k is None else [[x, x + 370], [y + ROW / 2] * 2]))


@cache
def _brought_along(program):
    return Running(computed(PROGRAMS[program]))


def _joined(lines):
    """Several lines as one, with gaps between them."""
    lines = list(lines)
    gap = np.full((2, 1), np.nan)
    return np.concatenate([part for line in lines for part in (line, gap)], axis=1) if lines else ([], [])


def _ends(lines):
    """Where arrow heads stand: their middle is a little before the end."""
    return np.transpose([line[:, -1] - (3, 0) for line in lines]) if (lines := list(lines)) else ([], [])


def _at(place, lines):
    return np.transpose([place[k] for k in sorted(lines)]) if lines else ([], [])


def _other(running, k, step):
    """The step of line k in the direction that is under way; a second click shows the other one."""
    if not running.parents[k]:
        return running.backward(k)
    forward, backward = running.forward(k), running.backward(k)
    return backward if step == forward or step >= running.seed and step != backward else forward


def _row_corner(k):
    """The lower left corner of the row of line k."""
    return COLUMNS[k // ROWS] - 8, TOP - ROW * (k % ROWS) - ROW / 2


def _graph(running, arrived):
    """The names in and over the nodes, and the numbers on the wires."""
    lines, pushed = running.lines, running.pushed(arrived)
    for (x, y), line in zip(running.layout.nodes, lines, strict=True):
        if line.parents:
            yield Label(x, y, line.operation, size=9 if len(line.operation) > 1 else 16, bold=len(line.operation) == 1)
            yield Label(x, y + RADIUS + 9, line.name, bold=True, size=9.5)
        else:
            yield Label(x, y, line.name, bold=True, size=10 if len(line.name) < 4 else 8.5)
    for wire, (x, y) in running.layout.numbers.items():
        parent = running.parents[wire[0]][wire[1]] if wire else len(lines) - 1
        if not lines[parent].parents or running.forward(parent) <= arrived:
            yield Label(x, y + 9, shown(lines[parent].value), FORWARD, 9)
        message = (lines[wire[0]].messages[wire[1]] if wire[0] in pushed else None) if wire else 1.0
        if message is not None and (wire or arrived >= running.seed):
            yield Label(x, y - 9, shown(message), BACKWARD, 9)


def _list(running, arrived, grads):
    """The tape as a list: what each line does, its value, and its grad, bold when everybody was heard."""
    pushed = running.pushed(arrived)
    for k, line in enumerate(running.lines):
        x, y = COLUMNS[k // ROWS], TOP - ROW * (k % ROWS)
        if k % ROWS == 0:
            yield Label(x + VALUE, y + 20, "data", FORWARD, 9.5, "rm", bold=True)
            yield Label(x + GRAD, y + 20, "grad", BACKWARD, 9.5, "rm", bold=True)
            if not k:
                yield Label(x, y + 20, "The tape", INK, 9.5, "lm", bold=True)
        if line.parents and running.forward(k) > arrived:
            continue
        right = line.written([running.lines[p].name for p in line.parents])
        yield Label(x, y, f"{line.name} = {right}" if right else f"{line.name}, given", INK, 10, "lm")
        yield Label(x + VALUE, y, shown(line.value), FORWARD, 10, "rm")
        if k in grads:
            heard = all(child in pushed for child, own in enumerate(running.parents) if k in own)
            yield Label(x + GRAD, y, shown(grads[k]), BACKWARD, 10, "rm", bold=heard)


def _told(running, step, k, direction):
    """What a step does, in a sentence and in numbers."""
    if k is None:
        return "Nothing has run yet. What is given stands on the tape, with its value.", ""
    line = running.lines[k]
    names = [running.lines[p].name for p in line.parents]
    if direction == "seed":
        return f"The sweep begins: {line.name} answers to itself at the rate 1.", f"{line.name}.grad = 1"
    if direction == "forward":
        numbers = line.written([_bracket(running.lines[p].value) for p in line.parents])
        said = f"{line.name} computes its value, and keeps its parents and its messages."
        return said, f"{line.name} = {line.written(names)} = {numbers} = {shown(line.value)}"
    if not line.pushes:
        return f"{line.name} has parents and no push: nothing goes back from here.", ""
    grad = running.grads(step - 1).get(k, 0.0)
    parts = []
    for name, message in zip(names, line.messages, strict=True):
        if message is None:
            continue
        rate = f"{_bracket(grad)} · {_bracket(message / grad)} = " if grad and np.isfinite(grad) else ""
        parts.append(f"to {name}: {rate}{shown(message)}")
    return f"{line.name} pushes: grad times local derivative goes to each parent.", ";   ".join(parts)


def shown(x):
    """Three figures after the point, fewer for large numbers, whole numbers without."""
    if abs(x) < 1e-12:
        return "0"
    if not np.isfinite(x):
        return minus(str(float(x)))
    form = ".0f" if x == round(x) else ".3f" if abs(x) < 10 else ".2f" if abs(x) < 100 else ".1f"
    return short(x, form, 5e-3, 1e4)


def _bracket(x):
    return f"({shown(x)})" if x < 0 else shown(x)
