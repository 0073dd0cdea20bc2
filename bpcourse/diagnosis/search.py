"""Which backward pass gives exactly these gradients? Asked layer by layer, from the output down, as the pass runs.

What a layer shows settles its delta, right or wrong, and that is what goes on to the layer below. So several mistakes
at once take no longer to find than one.
"""

import math
from dataclasses import dataclass
from itertools import product

import numpy as np

from . import steps

WIDTH = 12  # explanations that are kept from layer to layer
ZERO = 1e-14  # what is smaller is a sum that rounding keeps from 0
SMALL = (1.0, *(x for k in range(2, 11) for x in (float(k), 1 / k)))
FREE = 4  # a factor that has no reason must be shown by so many entries


@dataclass(frozen=True)
class Story:
    """What was done from the output down to some layer. delta: of that layer, as the program had it; plain: the same
    without its slope; done: the mistakes ((name, layer, detail), ...).
    """

    delta: np.ndarray
    plain: np.ndarray
    done: tuple = ()

    @property
    def cost(self):
        """How much there is to believe: each kind of mistake counts, then each place, then what nobody expects."""
        kinds = {(name, detail) for name, _, detail in self.done}
        return len(kinds) + self.odd, len(self.done)

    @property
    def odd(self):
        """How many factors have no reason."""
        factors = {number for name, _, number in self.done if name.startswith("factor")}
        return sum(not _is_plain(number) for number in factors)


class Case:
    """The right pieces of a network's pass on a batch, and what came. came: {("W", l) or ("b", l): array of any shape}.

    limit: relative to an array's largest entry, within which two numbers are the same.
    """

    def __init__(self, net, params, X, Y, came, limit, known):
        self.net, self.params, self.X, self.Y, self.came, self.limit = net, params, X, Y, came, limit
        self.z, self.a = net.propagate(params, X)
        self.known = {"n": len(X), **known}

    def factor(self, came, made):
        """(The number by which `made` must be multiplied to be what came, how many entries show it), or None."""
        if came.shape != made.shape or not np.isfinite(made).all():
            return None
        most, own = np.abs(came).max(initial=0.0), np.abs(made).max(initial=0.0)
        if own < ZERO:
            return (1.0, 0) if most < ZERO else None
        f = float(np.vdot(made, came) / np.vdot(made, made))
        if abs(f) < 1e-9 or not np.abs(came - f * made).max() <= self.limit * most:
            return None
        shown = int(np.count_nonzero(np.abs(made) > 1e-6 * own))
        for size in (*SMALL, *(x for v in self.known.values() for x in (float(v), 1 / v))):
            if math.isclose(abs(f), size, rel_tol=10 * self.limit):
                return math.copysign(size, f), FREE  # it has a reason
        return f, shown


def _is_plain(f):
    return any(math.isclose(abs(f), v, rel_tol=1e-9) for k in range(1, 101) for v in (k, 1 / k))


def explain(case):
    """The cheapest Stories that give every entry of what came, down to layer 1, and the layer below which none does.

    ([Story, ...], 0), or (the stories that reach down to there, the layer that nothing explains).
    """
    stories = [None]
    for l in range(case.net.L, 0, -1):
        with np.errstate(all="ignore"):  # what overflows fits nothing
            found = [new for story in stories for new in _layer(case, l, story)]
        if not found:
            return [story for story in stories if story], l
        stories = _best(found)
    return stories, 0


def _best(found):
    """The cheapest, one for each delta that goes on."""
    kept = []
    for story in sorted(found, key=lambda s: s.cost):
        names = {name for name, *_ in story.done}
        if not any({name for name, *_ in s.done} == names and _near(s.delta, story.delta) for s in kept):
            kept.append(story)
    return [s for s in kept if s.cost[0] <= kept[0].cost[0] + 1][:WIDTH]


def _near(one, other):
    return one.shape == other.shape and np.abs(one - other).max() <= 1e-9 * max(np.abs(one).max(), 1e-300)


def _layer(case, l, above):
    """The Stories that go on from `above` and explain layer l, the cheaper ones first; dearer ones where none is."""
    net, z, a = case.net, case.z[l], case.a[l]
    if l == net.L:
        ways = list(steps.errors(net, a, case.Y))
    else:
        ways = list(steps.messages(above.delta, above.plain, case.params.W[l + 1], case.params.W[l]))
    slopes = list(steps.slopes(net.g[l], z, a, case.a[l - 1]))
    found = []
    for most in (0, 1, 2):
        for way, message in ways:
            for bend, slope in slopes:
                if bool(way) + bool(bend) != most or (l == net.L and net.loss.on_logits and bend):
                    continue
                done = [(name, l, None) for name in (way, bend) if name]
                found += _ends(case, l, above, message * slope, message, done)
        if most and l < net.L:
            found += _updated(case, l, above, slopes if most == 2 else slopes[:1])
        if any(story.odd == (above.odd if above else 0) for story in found):
            break
    return found


def _updated(case, l, above, slopes):
    """The message came back through weights that had been moved already, by any learning rate."""
    moved = case.came["W", l + 1]
    W = case.params.W[l + 1]
    if moved.shape != W.shape or not np.isfinite(moved).all():
        return
    for bend, slope in slopes:
        base, extra = (above.delta @ W) * slope, (above.delta @ moved) * slope
        came = np.append(case.came["W", l], case.came["b", l])
        of_base, of_extra = (np.append(d.T @ case.a[l - 1] / len(d), d.mean(axis=0)) for d in (base, extra))
        if came.shape != of_base.shape or not of_extra.any():
            continue
        rate = float(np.vdot(of_extra, of_base - came) / np.vdot(of_extra, of_extra))
        seen = [case.known.get("learning_rate"), *(number for name, _, number in above.done if name == "output_first")]
        if abs(rate) < 1e-6 or (came.size < FREE and not any(v and math.isclose(rate, v, rel_tol=1e-3) for v in seen)):
            continue
        done = [("output_first", l, float(f"{rate:.4g}")), *([(bend, l, None)] if bend else [])]
        message = above.delta @ (W - rate * moved)
        yield from _ends(case, l, above, message * slope, message, done)


def _ends(case, l, above, delta, plain, done):
    """The Stories in which this delta, times some number, gives what came for layer l."""
    before = (*(above.done if above else ()), *done)
    biases = _fitting(case, case.came["b", l], steps.bias_gradients(delta, case.a[l - 1], case.params.b[l]))
    if not biases:
        return  # the products for the weights take longer
    ways = steps.weight_gradients(delta, case.a[l - 1], case.z.get(l - 1), case.a[l], case.X, case.params.W[l])
    for (of_W, f, by_W), (of_b, h, by_b) in product(_fitting(case, case.came["W", l], ways), biases):
        if of_W == "weights_frozen" and of_b == "biases_frozen":
            yield Story(delta, plain, (*before, ("layer_frozen", l, None)))
            continue
        ends = [(name, l, None) for name in dict.fromkeys((of_W, of_b)) if name]
        if of_W == "weights_frozen" or not by_W:  # zeros show no factor
            f = h
        elif of_b == "biases_frozen" or not by_b:
            h = f
        if math.isclose(f, 1, rel_tol=1e-9) and math.isclose(h, 1, rel_tol=1e-9):
            yield Story(delta, plain, (*before, *ends))
        elif math.isclose(f, h, rel_tol=10 * case.limit) and by_W + by_b >= FREE * (2 if done else 1):
            yield Story(f * delta, f * plain, (*before, ("factor", l, f), *ends))
            yield Story(delta, plain, (*before, ("factor_here", l, f), *ends))  # multiplied in at the end
        elif min(by_W, by_b) >= FREE:
            each = [(name, l, x) for name, x in (("factor_of_weights", f), ("factor_of_biases", h)) if x != 1]
            yield Story(delta, plain, (*before, *each, *ends))


def _fitting(case, came, ways):
    """[(name, factor, how many entries show it), ...] of what gives `came` but for a factor; alone, if it is right."""
    found = []
    for name, made in ways:
        fits = case.factor(came, made)
        if fits:
            found.append((name, *fits))
            if not name and (fits[1] >= FREE or fits[0] == 1):
                break  # then nothing dearer is asked for
    return found
