"""The lines of the numeric example, for its explorer: their order, what each is about, and how it is written."""

import re
from functools import lru_cache

import numpy as np

from .. import worked
from ..text import minus, raised, short
from .diagram import EDGES, out_of

GIVEN = {"i1": worked.X[0, 0].item(), "i2": worked.X[0, 1].item()}
TARGETS = {"o1": worked.Y[0, 0].item(), "o2": worked.Y[0, 1].item()}

SENTENCES = {
    "z": "Each value that comes in times its weight, summed, plus the bias.",
    "a": "The sigmoid squeezes the sum into the range 0 to 1.",
    "E(": "Half the squared distance between output and target.",
    "E": "The loss is the sum over the outputs.",
    "g'": "How steep the sigmoid is at this sum.",
    "delta(o": "How the loss answers to this sum: error times slope.",
    "delta(h": "What the next layer sends back through the weights, times the slope.",
    "dE/dw": "The delta of the unit it goes into, times the value it carries.",
    "dE/db": "The units share this bias, so their deltas add up.",
    "new": "One step downhill: the weight minus the rate times the slope.",
}


@lru_cache(maxsize=64)
def state(alpha, i1, i2, taken):
    """(parameters, lines, the loss after one more step), after `taken` training steps from the published start.
    The biases stay as they are.
    """
    net, params = worked.network(), worked.params()
    X = np.array([[i1, i2]])
    for _ in range(taken):
        _step(params, net.backward(params, net.forward(params, X), worked.Y), alpha)
    trace = net.backward(params, net.forward(params, X), worked.Y)
    lines = worked.equations(params, trace, worked.Y, alpha)
    after = params.copy()
    _step(after, trace, alpha)
    return params, lines, net.loss(net.forward(after, X).output, worked.Y)[0]


def _step(params, trace, alpha):
    for layer, slopes in trace.grads.W.items():
        params.W[layer][...] -= alpha * slopes


STEPS = tuple(state(worked.LEARNING_RATE, *GIVEN.values(), 0)[1])
FIRST_BACK, FIRST_NEW = (next(k for k, name in enumerate(STEPS, 1) if name.startswith(p)) for p in ("g'", "new"))


def about(name):
    """The unit or the parameter that a line is about; "" for the total loss."""
    return (re.search(r"[howb]\d+", name) or [""])[0]


def kind(name):
    """The key of SENTENCES to which a line belongs."""
    return next(key for key in SENTENCES if name.startswith(key))


def clicked(what):
    """The lines through which one clicks on `what`: a weight, a unit, a bias, "E(o1)" or "E"."""
    if what.startswith("E"):
        return [what]
    of = [name for name in STEPS if about(name) == what]
    return [name for name in of if kind(name) not in ("g'", "E(")]


def next_step(what, step):
    """The step to which a click on `what` goes: to its first line, in the pass that is under way if it has one there;
    from one of its lines to the next, and round.
    """
    places = [STEPS.index(name) + 1 for name in clicked(what)]
    if step in places:
        return places[(places.index(step) + 1) % len(places)]
    return next((k for k in places if FIRST_BACK <= min(k, step)), places[0])


def used(line):
    """(units, edges) that a line reads or writes. Two edges have no weight: "E(o1)" goes from o1 to its loss, and
    "E, o1" from there to the total loss.
    """
    text = f"{line.name} {line.symbols}"
    units = set(re.findall(r"\b[iho]\d\b", text))
    edges = set(re.findall(r"\bw\d+\b", text.replace("dE/dw", "dE/d w")))
    if kind(line.name) in ("E(", "delta(o"):
        edges.add(f"E({about(line.name)})")
    if kind(line.name) == "E":
        edges |= {f"E, {unit}" for unit in TARGETS}
    return units, edges


def way_back(line):
    """The edges between the loss and what a line of the way back is about: all its chains."""
    if line.phase != "backward" or kind(line.name) == "g'":
        return set()
    what = about(line.name)
    if what in EDGES:
        return {what} | _downstream(EDGES[what][1])
    if what.startswith("b"):
        return set().union(*map(_downstream, used(line)[0]))
    return _downstream(what)


def _downstream(unit):
    if unit in TARGETS:
        return {f"E({unit})", f"E, {unit}"}
    return set().union(*({weight} | _downstream(EDGES[weight][1]) for weight in out_of(unit)))


def brief(x):
    """Four decimals, or three significant digits where those would show nothing; what is only rounding is called so."""
    if abs(x) < 1e-12:
        return "≈ 0" if x else "0"
    return _written(x, 4)


def telling(new, old):
    """`new`, with as many digits as it takes to differ from `old`; called ≈ where eight do not show it."""
    if new == old or abs(new) < 1e-12:
        return brief(new)
    texts = (_written(new, digits) for digits in range(4, 9) if _written(new, digits) != _written(old, digits))
    return next(texts, f"≈ {brief(new)}")


def _written(x, digits):
    return short(x, f".{digits}f", 1e-3, far=f".{digits - 2}e")


def pretty(text):
    """A line of `worked` in the letters of a textbook."""
    for plain, letter in (
        ("delta", "δ"),
        ("alpha", "α"),
        ("dE/d", "∂E/∂"),
        ("**2", "²"),
        ("*", " · "),
        ("g'", "g′"),
    ):
        text = text.replace(plain, letter)
    return minus(re.sub(r"e(-\d+)", lambda match: f" × 10{raised(int(match[1]))}", text))
