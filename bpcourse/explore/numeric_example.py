"""Explorer: the 2-2-2 network as a diagram with live numbers, stepped forward and backward one operation at a time."""

from dataclasses import replace
from functools import partial

import numpy as np
from matplotlib.patches import FancyBboxPatch

from .. import worked
from ..plots.style import BACKWARD, BACKWARD_FILL, FORWARD, FORWARD_FILL, GREY, INK, PANEL, WIDTH
from ..text import minus
from .base import Explorer, Label, Scene, Target, around
from .controls import Slider, choices
from .diagram import COLUMN, EDGES, RADIUS, Diagram, into, out_of
from .lines import (
    FIRST_NEW,
    GIVEN,
    SENTENCES,
    STEPS,
    TARGETS,
    about,
    brief,
    kind,
    next_step,
    pretty,
    state,
    telling,
    used,
    way_back,
)

# Where things stand, in CSS pixels from the lower left corner.
ROWS = 420, 228
MIDDLE = sum(ROWS) / 2
LOSS_X, LOSS_WIDE = 722, 112
LOSS = {"o1": (LOSS_X - LOSS_WIDE / 2, ROWS[0]), "o2": (LOSS_X - LOSS_WIDE / 2, ROWS[1])}  # where the edge of it ends
BIAS = {"b1": (COLUMN["h"], 148), "b2": (COLUMN["o"], 148)}
PANEL_TOP = 112
REACH = 100  # CSS pixels of the finger for 1 of an input
STILL = 14  # CSS pixels: half the height of what one touches; an input stays as it is until it is dragged out of there

RATES = sorted({0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, worked.LEARNING_RATE})
INPUTS = choices(sorted({*np.round(np.arange(-1, 1.001, 0.02), 2).tolist(), *GIVEN.values()}), "{:.2f}".format)


class NumericExample(Explorer):
    """The 2-2-2 network, one operation at a time, with the numbers put in (chapter `numeric_example`)."""

    name = "The numeric example, one operation at a time"
    height = 520
    journey = 0.4
    sliders = {
        "step": Slider(
            "step",
            (("0: start", 0), *((f"{k}: {pretty(name)}", k) for k, name in enumerate(STEPS, 1))),
            STEPS.index("E") + 1,
            play=1200,
        ),
        "alpha": Slider("learning rate α", choices(RATES), worked.LEARNING_RATE),
        "i1": Slider("input i1", INPUTS, GIVEN["i1"]),
        "i2": Slider("input i2", INPUTS, GIVEN["i2"]),
        "taken": Slider("training steps", choices((0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)), 0),
    }

    def background(self):
        ax = self.page()
        panel = (12, 8), WIDTH - 24, PANEL_TOP - 8
        ax.add_patch(FancyBboxPatch(*panel, boxstyle="round,pad=0,rounding_size=8", fc=PANEL, ec="none"))
        heads = ("inputs", "hidden layer", "output layer", "loss")
        for x, text in zip((*COLUMN.values(), LOSS_X), heads, strict=True):
            ax.text(x, self.height - 14, text, ha="center", va="center", color=GREY)
        self.net = Diagram(ax, ROWS)
        for unit, (end, y) in LOSS.items():
            side = np.sign(MIDDLE - y)
            self.net.add_edge(ax, f"E({unit})", (COLUMN["o"] + RADIUS, end), (y, y))
            self.net.add_edge(ax, f"E, {unit}", (LOSS_X, LOSS_X), (y + side * 12, MIDDLE - side * 38))
        return self.net.moving

    def move(self, **values):
        return self._scene(**values)

    def on_the_way(self, share, before, step, **given):
        """What the line of this step reads travels to where it is used; the line's own value is not there yet."""
        if before != given | {"step": before["step"]} or step <= before["step"]:
            return None
        messages = list(self._messages(step, **given))
        if not messages:
            return None
        scene = self._scene(step, **given, arrived=False)
        for start, end, number, colour in messages:
            x, y = np.add(start, share * np.subtract(end, start))
            scene.labels.append(Label(x, y, brief(number), colour, 10, bold=True, backed=True))
        return replace(scene, unfinished=True)

    def _scene(self, step, alpha, i1, i2, taken, arrived=True):
        params, lines, after = state(alpha, i1, i2, taken)
        now = lines[STEPS[step - 1]] if step else None
        value = {name: lines[name].value for name in STEPS[: step if arrived else step - 1]}
        if STEPS[-1] not in value:
            after = None
        given = {"i1": i1, "i2": i2}
        colour, fill = (FORWARD, FORWARD_FILL) if not now or now.phase == "forward" else (BACKWARD, BACKWARD_FILL)
        known = {unit for unit in self.net.at if unit in given or f"a({unit})" in value}
        self.net.light(*(used(now) if now else ((), ())), way_back(now) if now else (), known, colour, fill)
        labels = [
            *self._units(value, given),
            *self._weights(params, value),
            *_losses(value, after),
            *_formula(now, arrived),
        ]
        idle = ("alpha",) if taken == 0 and step < FIRST_NEW else ()
        status = (
            f"Step {step} of {len(lines)}: {_said(now)}. {_loss_said(value, after)}Inputs {i1:.2f} and {i2:.2f}, "
            f"training steps: {taken}{'' if idle else f', learning rate {alpha}'}."
        )
        return Scene(labels, minus(status), targets=tuple(self._targets(step, given)), idle=idle)

    def _units(self, value, given):
        for unit, (x, y) in self.net.at.items():
            a = given.get(unit, value.get(f"a({unit})"))
            yield Label(x, y + (9 if a is not None else 0), unit, bold=True)
            if a is not None:
                yield Label(x, y - 9, minus(f"{a:.2f}") if unit in given else f"{a:.4f}", FORWARD, 10)
            out = RADIUS if y == ROWS[0] else -RADIUS  # to the side on which no edge arrives
            if f"z({unit})" in value:
                yield Label(x, y + 1.4 * out, f"z {brief(value[f'z({unit})'])}", FORWARD, 10)
            if f"delta({unit})" in value:
                yield Label(x, y + 1.93 * out, f"δ {brief(value[f'delta({unit})'])}", BACKWARD, 10, bold=True)

    def _weights(self, params, value):
        for weight, old in _by_name(params).items():
            new, slope = value.get(f"new {weight}"), value.get(f"dE/d{weight}")
            x, y, anchor = self.net.place(weight, 0)
            if new is None:
                yield Label(x, y, f"{weight} {brief(old)}", INK, 10, anchor)
            else:
                yield Label(x, y, f"{weight} → {telling(new, old)}", BACKWARD, 10, anchor)
            if slope is not None:
                x, y, anchor = self.net.place(weight, 1)
                yield Label(x, y, f"∂E {brief(slope)}", BACKWARD, 10, anchor)
        for layer, (bias, (x, y)) in enumerate(BIAS.items(), 1):
            yield Label(x, y, f"shared bias {bias} {brief(params.b[layer][0])}", INK, 10)
            if f"dE/d{bias}" in value:
                yield Label(x, y - 17, f"∂E {brief(value[f'dE/d{bias}'])}", BACKWARD, 10)

    def _messages(self, step, **given):
        """(start, end, number, colour) of what travels to where the line of this step is worked out, CSS pixels."""
        params, lines, _ = state(**given)
        name, at, w = STEPS[step - 1], self.net.at, _by_name(params)
        sort, of, a = kind(name), about(name), {unit: given[unit] for unit in GIVEN}
        a |= {unit: lines[f"a({unit})"].value for unit in at if unit not in GIVEN}
        delta = {unit: lines[f"delta({unit})"].value for unit in at if unit not in GIVEN}
        if sort == "z":
            bias = "b1" if of.startswith("h") else "b2"
            yield BIAS[bias], _rim(at[of], BIAS[bias]), params.b[int(bias[1])][0], FORWARD
            for source, weight in ((EDGES[weight][0], weight) for weight in into(of)):
                yield _rim(at[source], at[of]), _rim(at[of], at[source]), w[weight] * a[source], FORWARD
        elif sort == "E(":
            yield _rim(at[of], LOSS[of]), LOSS[of], a[of], FORWARD
        elif sort == "E":
            for unit, (_, y) in LOSS.items():
                yield (LOSS_X, y), (LOSS_X, MIDDLE), lines[f"E({unit})"].value, FORWARD
        elif sort == "delta(o":
            yield LOSS[of], _rim(at[of], LOSS[of]), a[of] - TARGETS[of], BACKWARD
        elif sort == "delta(h":
            for unit, weight in ((EDGES[weight][1], weight) for weight in out_of(of)):
                yield _rim(at[unit], at[of]), _rim(at[of], at[unit]), w[weight] * delta[unit], BACKWARD
        elif sort == "dE/dw":
            source, unit = EDGES[of]
            meet = self.net.along(of, 0.5 if at[source][1] == at[unit][1] else 0.27)
            for sender, number, colour in ((source, a[source], FORWARD), (unit, delta[unit], BACKWARD)):
                yield _rim(at[sender], meet), _rim(meet, at[sender], 32), number, colour  # they end side by side
        elif sort == "dE/db":
            for unit in sorted(used(lines[name])[0]):
                yield _rim(at[unit], BIAS[of]), BIAS[of], delta[unit], BACKWARD

    def _targets(self, step, given):
        boxes = [(weight, box) for weight in EDGES for box in self.net.boxes(weight)]
        boxes += [(unit, around(*centre, RADIUS)) for unit, centre in self.net.at.items() if unit not in given]
        boxes += [(f"E({unit})", (x, y - 26, LOSS_WIDE, 52)) for unit, (x, y) in LOSS.items()]
        boxes += [("E", (LOSS_X - 70, MIDDLE - 38, 140, 76))]
        boxes += [(bias, (x - 86, y - 26, 172, 36)) for bias, (x, y) in BIAS.items()]
        for what, box in boxes:
            there = next_step(what, step)
            if there != step:
                yield Target(box, lambda x, y, there=there: {"step": there}, "click a weight, a bias, a unit or a loss")
        for unit, value in given.items():
            box = around(*self.net.at[unit], STILL)
            yield Target(box, partial(self._drag, unit, value), "drag an input up or down")

    def _drag(self, unit, value, x, y):
        up = y - self.net.at[unit][1]
        return {unit: self.sliders[unit].nearest(value + (up - np.clip(up, -STILL, STILL)) / REACH)}


def _by_name(params):
    """The weights, {name: value}."""
    return dict(zip(EDGES, [*params.W[1].flat, *params.W[2].flat], strict=True))


def _rim(centre, towards, away=RADIUS + 26):
    """The point on the way from `centre` to `towards`, so far away that a number stands clear of a unit."""
    way = np.subtract(towards, centre)
    return centre + away * way / np.hypot(*way)


def _losses(value, after):
    for unit, (_, y) in LOSS.items():
        yield Label(LOSS_X, y + 17 * np.sign(y - MIDDLE), f"target {TARGETS[unit]}", GREY, 10)
        if f"E({unit})" in value:
            yield Label(LOSS_X, y, f"E({unit}) {brief(value[f'E({unit})'])}", FORWARD, 10)
    if "E" in value:
        yield Label(LOSS_X, MIDDLE + (22 if after is not None else 0), f"E {brief(value['E'])}", FORWARD, 13, bold=True)
    if after is not None:
        yield Label(LOSS_X, MIDDLE - 2, "after the step", GREY, 10)
        yield Label(LOSS_X, MIDDLE - 22, f"E {telling(after, value['E'])}", FORWARD, 13, bold=True)


def _formula(now, arrived):
    if now is None:
        yield Label(28, 66, "Nothing is computed yet. Forward will be blue, backward orange.", INK, 12, "lm")
        return
    colour = FORWARD if now.phase == "forward" else BACKWARD
    rule = f" ({now.rule})" if now.rule else ""
    yield Label(28, 95, f"{now.phase.capitalize()}{rule}", colour, 11, "lm", bold=True)
    yield Label(178, 95, SENTENCES[kind(now.name)], INK, 11, "lm")
    yield Label(28, 71, f"{pretty(now.name)} = {pretty(now.symbols)}", INK, 12, "lm")
    yield Label(28, 47, f"= {pretty(now.numbers)}", INK, 12 if len(now.numbers) < 64 else 10, "lm")
    if arrived:
        yield Label(28, 24, f"= {pretty(worked.number(now.value))}", colour, 12, "lm", bold=True)


def _said(now):
    return f"{pretty(now.name)} = {pretty(worked.number(now.value))}" if now else "nothing is computed yet"


def _loss_said(value, after):
    """The loss in words, as far as it is known."""
    if "E" not in value:
        return ""
    loss = pretty(worked.number(value["E"]))
    if after is None:
        return f"The loss is {loss}. "
    went = "stays at" if after == value["E"] else f"{'falls' if after < value['E'] else 'rises'} from {loss} to"
    return f"The loss {went} {pretty(worked.number(after))}. "
