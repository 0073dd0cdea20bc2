"""The lines of a calculation, for an explorer that walks through them: what each is about, and what it reads."""

from typing import NamedTuple

from ..formulas import COST, PENALTY
from ..symbols import TOTAL, names_in, new, of_example

SHARES = "E({})"  # what belongs to an output's part of the loss: its line, its box, the edge to it
LAST = "E, {}"  # the edge from there to the total loss
ASIDE = ("g'", "s", "E(")  # lines about a unit that a click on it passes over


class Known(NamedTuple):
    """What a name stands for.

    kind: "z", "s", "a", "E(" (what an output adds to the loss), "E" (the loss of an example), "R" (the penalty), "C"
    (the mean), "g'", "delta(o", "delta(h", "dE/dw", "dE/db", "new"; or "w", "b", "y". about: a unit, a weight, a bias,
    or "" for the loss. example: its number, or None for what all share.
    """

    kind: str
    about: str
    example: object = None


class Lines:
    """The lines of one example's calculation, and the network that they are about.

    formulas: Formulas. drawn: {layer: how many units} of the layers that are drawn, from the inputs, 0, on; None: all.
    steps: [{example: name}, ...], the lines in their order. Of what is drawn, units: {layer: [unit, ...]}; edges:
    {weight: (the unit that it comes from, the unit that it goes into)}; biases: {bias: [unit, ...]}.
    """

    def __init__(self, formulas, drawn=None):
        self.formulas = f = formulas
        drawn = drawn or dict(enumerate(f.sizes))
        self.units = {layer: [_unit(f, layer, j) for j in range(count)] for layer, count in drawn.items()}
        self.outputs = self.units[f.L]
        self.edges, self.biases, self.known = {}, {}, {}
        for layer in f.layers:
            self._learn(layer)
        self._learn_losses()
        self.lines = {line.name: line for line in f.lines()}
        there = {"", *self.edges, *self.biases, *(unit for units in self.units.values() for unit in units)}
        each = [
            [name for name in self.lines if self.known[name].example in (None, k) and self.known[name].about in there]
            for k in f.examples
        ]
        self.steps = [dict(zip(f.examples, names, strict=True)) for names in zip(*each, strict=True)]
        self._first = [self.known[next(iter(step.values()))] for step in self.steps]
        self.shares = any(one.kind == "E(" for one in self._first)  # softmax gives no output a loss of its own
        phases = [self.lines[next(iter(step.values()))].phase for step in self.steps]
        self.first_back = phases.index("backward") + 1
        self.first_new = phases.index("update") + 1 if "update" in phases else len(phases) + 1

    def _learn(self, layer):
        """The names that belong to layer layer, and to the inputs if it is the first."""
        f, before, own = self.formulas, self.units.get(layer - 1, []), self.units.get(layer, [])
        for k in f.examples:
            if layer == 1:
                self.known |= {f.out(0, i, k): Known("a", _unit(f, 0, i), k) for i in range(f.sizes[0])}
            for j in range(f.sizes[layer]):
                kinds = {kind: kind for kind in ("z", "s", "a", "g'")} | {
                    "delta": "delta(o" if layer == f.L else "delta(h"
                }
                self.known |= {
                    f.of(name, layer, j, k): Known(kind, _unit(f, layer, j), k) for name, kind in kinds.items()
                }
        for j, i in f.counted(layer):
            w = f.w[layer][j][i]
            self._learn_parameter(w, "w")
            if i < len(before) and j < len(own):
                self.edges[w] = before[i], own[j]
        for b, units in f.biases(layer).items():
            self._learn_parameter(b, "b")
            if any(j < len(own) for j in units):
                self.biases[b] = [own[j] for j in units if j < len(own)]

    def _learn_parameter(self, name, kind):
        self.known |= {name: Known(kind, name), self.formulas.dE(name): Known(f"dE/d{kind}", name)}
        self.known[new(name)] = Known("new", name)

    def _learn_losses(self):
        f = self.formulas
        self.known |= {COST: Known("C", ""), PENALTY: Known("R", "")}
        for k in f.examples:
            self.known[of_example(TOTAL, k)] = Known("E", "", k)
            for j in range(f.sizes[-1]):
                self.known[f.of("E", f.L, j, k)] = Known("E(", _unit(f, f.L, j), k)
                self.known[f.y(j, k)] = Known("y", "", k)

    def name(self, step, example):
        """The name of the line at `step`, 1, 2, ..."""
        return self.steps[step - 1][example]

    def kind(self, name):
        """What kind of line it is: see Known."""
        return self.known[name].kind

    def about(self, name):
        """The unit, the weight or the bias that a line is about; "" for the loss."""
        return self.known[name].about

    def layer(self, about):
        """The layer of a unit that is drawn."""
        return next((layer for layer, units in self.units.items() if about in units), None)

    # ----- what is clicked

    def clicked(self, what):
        """The steps through which one clicks on `what`: a weight, a unit, a bias, "E(o1)" or "E"."""
        found = []
        for step, one in enumerate(self._first, 1):
            if what == "E":
                there = one.kind in ("E", "C", "R")
            elif what.startswith("E("):
                there = one.kind == "E(" and what == SHARES.format(one.about)
            else:
                there = one.about == what and one.kind not in ASIDE
            found += [step] if there else []
        return found

    def next_step(self, what, step):
        """The step to which a click on `what` goes: to its first line, in the pass that is under way if it has one
        there; from one of its lines to the next, and round. `step` itself where there is none.
        """
        places = self.clicked(what)
        if step in places:
            return places[(places.index(step) + 1) % len(places)]
        return next((k for k in places if self.first_back <= min(k, step)), places[0] if places else step)

    # ----- what lights up

    def used(self, name):
        """(units, edges) that a line reads or writes. Two edges have no weight: "E(o1)" goes from o1 to its loss, and
        "E, o1" from there to the total loss; where an output has no loss of its own, "E(o1)" goes all the way.
        """
        found = [self.known[n] for n in (name, *names_in(self.lines[name].parts)) if n in self.known]
        drawn = {unit for units in self.units.values() for unit in units}
        units = {one.about for one in found if one.about in drawn}
        edges = {one.about for one in found if one.about in self.edges}
        kind, about = self.kind(name), self.about(name)
        owners = self.biases.get(about, [])
        units |= {unit for unit in owners if self.formulas.bias[self.layer(unit)] == "unit"}
        if kind in ("E(", "delta(o"):
            edges.add(SHARES.format(about))
        if kind == "E":
            edges |= {(LAST if self.shares else SHARES).format(unit) for unit in self.outputs}
        return units, edges

    def way_back(self, name):
        """The edges between the loss and what a line of the way back is about: all its chains."""
        if self.lines[name].phase != "backward" or self.kind(name) == "g'":
            return set()
        what = self.about(name)
        if what in self.edges:
            return {what} | self._downstream(self.edges[what][1])
        return set().union(*map(self._downstream, self.biases.get(what, [what])))

    def _downstream(self, unit):
        if unit in self.outputs:
            return {SHARES.format(unit)} | ({LAST.format(unit)} if self.shares else set())
        return set().union(*({weight} | self._downstream(self.edges[weight][1]) for weight in self.out_of(unit)))

    def into(self, unit):
        """The weights that go into `unit`."""
        return [weight for weight, (_, target) in self.edges.items() if target == unit]

    def out_of(self, unit):
        """The weights that come out of `unit`."""
        return [weight for weight, (source, _) in self.edges.items() if source == unit]

    # ----- numbers

    def number(self, page, kind, unit, example):
        """The number of this kind ("z", "a", "delta", ...) that belongs to a unit: a float."""
        f, layer = self.formulas, self.layer(unit)
        j = self.units[layer].index(unit)
        name = f.out(layer, j, example) if kind == "a" else f.of(kind, layer, j, example)
        return float(page.exact[name])

    def error(self, page, unit, example):
        """What comes back from the loss to an output, before its slope: dE/da; dE/dz of a loss that takes logits."""
        return float(page.number(self.formulas.error(self.outputs.index(unit), example)))

    def target(self, unit, example):
        """The target of an output, as it was given."""
        f = self.formulas
        return f.Y[(example or 1) - 1][self.outputs.index(unit)]

    def bias_of(self, unit):
        """The name of the bias of a unit; None if it has none."""
        return next((bias for bias, units in self.biases.items() if unit in units), None)


def _unit(f, layer, j):
    letter, number = f.units[layer][j]
    return f"{letter}{number}"
