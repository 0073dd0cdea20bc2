"""What the explorers of a calculation share: they walk through its lines, and what a line reads travels to it."""

from dataclasses import replace

import numpy as np
from matplotlib.patches import FancyBboxPatch

from ..calculation import Equation
from ..plots.style import BACKWARD, BACKWARD_FILL, FORWARD, FORWARD_FILL, INK, PANEL, WIDTH
from ..text import minus
from .base import Explorer, Label, Scene, Target
from .wording import brief, fitted, pretty, sentence, spoken, width

PANEL_TOP, LEFT = 112, 28  # of the panel with the formula, CSS pixels
ROOM = WIDTH - 2 * LEFT
DIGITS = 9, 6, 4, 3  # of the numbers in a formula: as many as there is room for
HEAD = 150  # CSS pixels from the name of the pass to the sentence beside it, at the least


class Calculated(Explorer):
    """An explorer of the lines of a calculation, one at a time.

    A subclass gives `lines` (Lines), `state(...)`, `labels`, `boxes` and `situation`; in `background` it sets `net`, a
    Diagram; bias_at {bias that stands apart: (x, y)}; loss_at {output: where the edge to its loss ends}; share_at
    {output: where its loss stands}; and total_at (x, y).
    """

    journey = 0.4

    def state(self, **values):
        """(Page, the loss after one more step, or None where there is none)."""
        raise NotImplementedError

    def labels(self, value, after, example):
        """The Labels of the network. value: {(kind, about): number} of what is given or worked out so far, in this
        example; after: the loss after the step, or None.
        """
        raise NotImplementedError

    def boxes(self):
        """(what, box) of what a click on goes to a line."""
        raise NotImplementedError

    def situation(self, idle, **values):
        """What the controls say, as a sentence."""
        raise NotImplementedError

    def more_targets(self, **values):
        """What else can be touched."""
        return ()

    def bias_way(self, bias, unit):
        """(start, end) of the way from a bias that stands apart to a unit that has it."""
        return self.bias_at[bias], self.net.rim(unit, self.bias_at[bias])

    def panel(self, ax):
        """Draw the ground of the formula."""
        place = (12, 8), WIDTH - 24, PANEL_TOP - 8
        ax.add_patch(FancyBboxPatch(*place, boxstyle="round,pad=0,rounding_size=8", fc=PANEL, ec="none"))

    def move(self, **values):
        return self._scene(values)

    def on_the_way(self, share, before, **values):
        """What the line of this step reads travels to where it is used; the line's own value is not there yet."""
        if before != values | {"step": before["step"]} or values["step"] <= before["step"]:
            return None
        messages = list(self._messages(values))
        if not messages:
            return None
        scene = self._scene(values, arrived=False)
        for start, end, number, colour in messages:
            x, y = np.add(start, share * np.subtract(end, start))
            scene.labels.append(Label(x, y, brief(number), colour, 10, bold=True, backed=True))
        return replace(scene, unfinished=True)

    def _at(self, values):
        """(the number of the example, Page, the loss after one more step) of these values."""
        page, after = self.state(**{name: value for name, value in values.items() if name not in ("step", "example")})
        return values.get("example", self.lines.formulas.examples[0]), page, after

    def _scene(self, values, arrived=True):
        lines, step, (k, page, after) = self.lines, values["step"], self._at(values)
        name = lines.name(step, k) if step else None
        done = [lines.name(s, k) for s in range(1, step + 1 if arrived else step)]
        value = {
            (lines.kind(n), lines.about(n)): float(page.exact[n]) for n in (*page.given, *done) if self._told(n, k)
        }
        if len(done) < len(lines.steps):
            after = None
        forward = not step or lines.lines[name].phase == "forward"
        lit = lines.used(name) if step else ((), ())
        known = {about for kind, about in value if kind == "a"}
        colours = (FORWARD, FORWARD_FILL) if forward else (BACKWARD, BACKWARD_FILL)
        self.lit = set(lit[1])
        self.net.light(*lit, lines.way_back(name) if step else (), known, *colours)
        labels = [*self.labels(value, after, k), *self._formula(page, name, arrived)]
        idle = ("alpha",) if "alpha" in values and not values["taken"] and step < lines.first_new else ()
        said = f"{pretty(name)} = {spoken(page.exact[name])}" if step else "nothing is computed yet"
        loss = self._loss_said(value, after)
        status = f"Step {step} of {len(lines.steps)}: {said}. {loss}{self.situation(idle, **values)}"
        targets = (*self._steps_to(step), *self.more_targets(**values))
        return Scene(labels, minus(status), targets=targets, idle=idle)

    def _told(self, name, k):
        """Whether a number is one of this example, of something that is drawn."""
        known = self.lines.known.get(name)
        return known is not None and known.kind != "y" and known.example in (None, k)

    def _steps_to(self, step):
        for what, box in self.boxes():
            there = self.lines.next_step(what, step)
            if there != step:
                yield Target(box, lambda x, y, there=there: {"step": there}, "click a weight, a bias, a unit or a loss")

    def _loss_said(self, value, after):
        """The loss in words, as far as it is known."""
        cost = value.get(("C" if self.lines.formulas.n > 1 else "E", ""))
        if cost is None:
            return ""
        loss = spoken(cost)
        if after is None:
            return f"The loss is {loss}. "
        went = "stays at" if after == cost else f"{'falls' if after < cost else 'rises'} from {loss} to"
        return f"The loss {went} {spoken(after)}. "

    def _formula(self, page, name, arrived):
        if name is None:
            yield Label(LEFT, 66, "Nothing is computed yet. Forward will be blue, backward orange.", INK, 12, "lm")
            return
        line, sides = self.lines.lines[name], _sides(page, name)
        colour = FORWARD if line.phase == "forward" else BACKWARD
        head = line.phase.capitalize() + (f" ({line.rule})" if line.rule else "")
        yield Label(LEFT, 95, head, colour, 11, "lm", bold=True)
        yield Label(LEFT + HEAD, 95, sentence(self.lines, name), INK, 11, "lm")
        for k, ((sign, side), y) in enumerate(zip(sides, (71, 47, 24), strict=False)):
            text = f"{pretty(name)} = {pretty(side)}" if k == 0 else f"{sign} {pretty(side)}"
            if 0 < k == len(sides) - 1:
                if arrived:
                    yield Label(LEFT, y, text, colour, 12, "lm", bold=True)
            else:
                size = 12 if len(side) < 64 and width(text, 12) <= ROOM else 10
                yield Label(LEFT, y, fitted(text, ROOM, size), INK, size, "lm")

    def _messages(self, values):
        """(start, end, number, colour) of what travels to where the line of this step is worked out, CSS pixels."""
        k, page, _ = self._at(values)
        lines, name, net = self.lines, self.lines.name(values["step"], k), self.net
        kind, of, at = lines.kind(name), lines.about(name), self.net.at

        def a(unit):
            return lines.number(page, "a", unit, k)

        def delta(unit):
            return lines.number(page, "delta", unit, k)

        def w(weight):
            return float(page.exact[weight])

        if kind == "z":
            bias = lines.bias_of(of)
            if bias in self.bias_at:
                yield *self.bias_way(bias, of), w(bias), FORWARD
            for source, weight in ((lines.edges[weight][0], weight) for weight in lines.into(of)):
                yield net.rim(source, at[of]), net.rim(of, at[source]), w(weight) * a(source), FORWARD
        elif kind == "E(":
            yield net.rim(of, self.loss_at[of]), self.loss_at[of], a(of), FORWARD
        elif kind == "E":
            for unit, place in self.share_at.items():
                worth = lines.number(page, "E", unit, k) if lines.shares else a(unit)
                yield place, self.total_at, worth, FORWARD
        elif kind == "delta(o":
            yield self.loss_at[of], net.rim(of, self.loss_at[of]), lines.error(page, of, k), BACKWARD
        elif kind == "delta(h":
            for unit, weight in ((lines.edges[weight][1], weight) for weight in lines.out_of(of)):
                yield net.rim(unit, at[of]), net.rim(of, at[unit]), w(weight) * delta(unit), BACKWARD
        elif kind == "dE/dw" and lines.formulas.n == 1:
            (source, unit), meet = lines.edges[of], net.meet(of)
            for sender, number, colour in ((source, a(source), FORWARD), (unit, delta(unit), BACKWARD)):
                yield net.rim(sender, meet), between(meet, at[sender], 32), number, colour  # they end side by side
        elif kind == "dE/db" and lines.formulas.n == 1 and of in self.bias_at:
            for unit in sorted(lines.used(name)[0]):
                yield *reversed(self.bias_way(of, unit)), delta(unit), BACKWARD


def between(centre, towards, away):
    """The point on the way from `centre` to `towards` that lies so far away from it."""
    way = np.subtract(towards, centre)
    return centre + away * way / np.hypot(*way)


def _sides(page, name):
    """The right-hand sides of a line, with as many digits as there is room for."""
    for digits in DIGITS:
        sides = Equation(page, page.lines[name], digits).sides()
        if all(width(pretty(side), 10) < ROOM - 20 for _, side in sides[1:]):
            break
    return sides
