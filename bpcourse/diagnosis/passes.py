"""Which wrong backward pass through a network gives these numbers, in words: the stories of `search`, told."""

import math

import numpy as np

from .. import activations
from ..network import Network
from . import messages as say
from .search import Case, explain

LIMIT = 1e-9  # of an array's largest entry, where two numbers are the same
SINGLE = 2e-5  # the same where float32 was at work
OTHERS = (activations.sigmoid, activations.tanh, activations.relu, activations.identity)


def told(net, params, X, Y, came, known, single, views):
    """[(names, message), ...] of what gives exactly the arrays `came` (W[1], b[1], W[2], ...), the likeliest first.

    views: whether the pass may have run on another batch, or through another network.
    """
    arrays = {(kind, l): came[2 * l - 2 + k] for l in net.g for k, kind in enumerate("Wb")}
    arrays = {key: np.asarray(array, dtype=float) for key, array in arrays.items()}
    if not all(np.isfinite(array).all() for array in arrays.values()):
        return []
    limit, found = SINGLE if single else LIMIT, []
    ways = _views(net, params, X, Y) if views else [("", None, net, params, X, Y, 1.0)]
    for view, detail, net_, params_, X_, Y_, factor in ways:
        scaled = {key: array / factor for key, array in arrays.items()}
        stories, stuck = explain(Case(net_, params_, X_, Y_, scaled, limit, known))
        if not stuck:
            found += [(story.cost[0], story, view, detail) for story in stories if story.done or view]
    least = min((cost for cost, *_ in found), default=0)
    texts = [_text(story, net.L, view, detail, known) for cost, story, view, detail in found if cost == least]
    return list(dict(reversed(texts)).items())[::-1]


def _views(net, params, X, Y):
    """(name, detail, and the network, the parameters, the batch and a factor that belong to it)."""
    n = len(X)
    if n > 1:
        yield "first_example_only", None, net, params, X[:1], Y[:1], 1.0
        yield "last_example_only", None, net, params, X[-1:], Y[-1:], 1.0
        for name, rows in (("last_example_left_out", slice(0, n - 1)), ("first_example_left_out", slice(1, n))):
            yield name, None, net, params, X[rows], Y[rows], 1.0
            yield name, None, net, params, X[rows], Y[rows], (n - 1) / n
    bare = params.copy()
    for b in bare.b.values():
        b[...] = 0
    yield "forward_without_biases", None, net, bare, X, Y, 1.0
    hidden, output = [net.g[l] for l in range(1, net.L)], net.g[net.L]
    for g in OTHERS:
        if net.L > 1 and any(g is not own for own in hidden):
            yield "hidden_of", g.name, Network(net.sizes, g, output, net.loss), params, X, Y, 1.0
        if g is not output and not net.loss.on_logits:
            yield "output_of", g.name, Network(net.sizes, hidden or g, g, net.loss), params, X, Y, 1.0


def _text(story, L, view, detail, known):
    """(names, message) of one story."""
    kinds = {}
    for name, l, number in story.done:
        kinds.setdefault((name, number), set()).add(l)
    names = [view] if view else []
    sentences = [say.VIEWS[view].format(detail=detail)] if view else []
    for (name, number), layers in kinds.items():
        in_, those = say.where(layers, L)
        sentences.append(say.PASSES["sign" if number == -1 else name].format(
            where=in_, where_layer=those, detail=_said(name, number, known)))  # fmt: skip
        names.append(_name(name, number, known))
    start = say.EXACTLY if len(sentences) == 1 else say.TOGETHER.format(count=len(sentences))
    if len(sentences) > 1:
        sentences = [text[0].upper() + text[1:] for text in sentences]
    return " + ".join(dict.fromkeys(names)), start + " ".join(sentences)


def _said(name, number, known):
    """A learning rate; or a factor, with its reason where that is the number of examples."""
    n = known["n"]
    if number is None or name == "output_first":
        return f"{number:g}" if number else ""
    if n > 1 and math.isclose(abs(number), n):
        return say.TIMES_N.format(n=n)
    return say.OVER_N.format(n=n) if n > 1 and math.isclose(abs(number), 1 / n) else say.factor(number)


def _name(name, number, known):
    """The name of a mistake; for a factor, where it comes from."""
    if not name.startswith("factor"):
        return name
    part = {"factor_of_weights": "weights_", "factor_of_biases": "biases_"}.get(name, "")
    n = known["n"]
    for value, reason in ((-1, "sign"), (n, "not_averaged"), (1 / n, "averaged_twice")):
        if math.isclose(number, value, rel_tol=1e-6):
            return part + reason
    return part + "constant_factor"
