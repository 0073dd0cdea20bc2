"""What is wrong with a gradient, in words: `diagnose`.

`facts` compares array with array and needs nothing else; `search` looks for the backward pass that gives these numbers,
where the network is known. Nothing is said that does not explain every entry.
"""

import re
from collections.abc import Mapping
from functools import partial

import numpy as np

from ..arrays import number
from ..differences import slopes, value_of
from ..gradcheck import function_and_gradient, gradient_check, sizes
from ..nested import Nested, as_array
from ..network import Network
from ..parameters import Parameters, must_fit
from .passes import told
from .result import Diagnosis
from .verdict import SAME, judge

__all__ = ["Diagnosis", "diagnose"]


def diagnose(net, params, X=None, Y=None, grads=None, *, n=None, learning_rate=None):
    """What is wrong with a gradient: a Diagnosis, which says it in words.

    diagnose(net, params, X, Y, grads): of a Network's mean loss, where mistakes of a backward pass have names. grads:
    Parameters, or your arrays as {"W1": ..., "b1": ..., "W2": ...} or [W1, b1, W2, ...], of any shapes.
    diagnose(loss, params, grads): of any function, as in `gradient_check`. n: the number of examples, if the loss is a
    mean over them. learning_rate: yours, if it might have come in.
    """
    rate = None if learning_rate is None else number("learning_rate", learning_rate, 0, np.inf)
    known = {"learning_rate": rate} if rate else {}
    if isinstance(net, Network):
        return _of_network(net, params, X, Y, grads, known)
    loss, form, grads = function_and_gradient(net, params, X, Y, grads)
    if n is not None:
        known = {"n": number("n", n, 0, np.inf), **known}
    came = form.like(grads)
    value = value_of(loss, form)
    found = slopes(value, form.vector)
    doubt = np.where(found.kink | found.drowned, np.inf, 4 * found.doubt)
    return judge(form, came, found.value, doubt, found.single or _single(came, form), known, value)


def _of_network(net, params, X, Y, grads, known):
    must_fit(net.sizes, params)
    form = Nested(params)
    came = _arrays(form, grads)
    single = _single(came, form) or any(getattr(array, "dtype", None) == np.float32 for array in (X, Y))
    params, X, Y = form.build(form.vector), _double(X), _double(Y)
    trace, targets = net.backward(params, net.forward(params, X), Y), net.targets(Y)
    right = trace.grads.vector
    if all(c.shape == shape for c, shape in zip(came, form.shapes, strict=True)):
        right = _at_kinks(net, params, X, Y, np.concatenate([c.ravel() for c in came]).astype(float), trace, targets)
    doubt = np.where(np.isnan(right), np.inf, 0.0)

    def value(vector):
        return float(net.loss.value(net.propagate(net.parameters(vector), X)[1][net.L], targets).mean())

    known = {"n": len(X), **known}
    stories = partial(told, net, params, X, targets, came, known)
    return judge(form, came, np.nan_to_num(right), doubt, single, known, value, stories)


def _double(array):
    """A float32 array in float64; anything else as it is, for the network to judge."""
    return array.astype(float) if getattr(array, "dtype", None) == np.float32 else array


def _at_kinks(net, params, X, Y, came, trace, targets):
    """The right gradient (all,): that of `backward`; where a kink leaves a choice, the choice that came, if it is one;
    NaN where nothing is known.
    """
    right = trace.grads.vector
    near = [np.abs(trace.z[l] - kink).min() for l, g in net.g.items() for kink in g.kinks]
    near += [np.abs(trace.output - targets - kink).min() for kink in net.loss.kinks]
    if min(near, default=1.0) > 1e-9 or (np.abs(came - right) <= SAME * sizes(right, right)).all():
        return right
    report = gradient_check(net, params, X, Y, net.parameters(came))
    numeric, out = report.numeric.vector, [params.name(i) in report.at_kink for i in range(right.size)]
    chosen = np.abs(came - numeric) <= 1e-6 * sizes(came, numeric)
    return np.where(out, np.nan, np.where(chosen, came, right))


def _arrays(form, grads):
    """The arrays of a network's gradient in the order W[1], b[1], W[2], ...: of any form that tells which is which."""
    if isinstance(grads, Parameters):
        return form.like(grads)
    if isinstance(grads, Mapping):
        named = {re.sub(r"[\[\]_ ]", "", str(key)).removeprefix("d"): value for key, value in grads.items()}
        if set(named) == {"W", "b"} and all(isinstance(v, Mapping) for v in named.values()):
            named = {f"{kind}{l}": value for kind, each in named.items() for l, value in each.items()}
        wanted = [re.sub(r"[\[\]]", "", name) for name in form.names]
        if set(named) == set(wanted):
            return [as_array(f"grads[{name!r}]", named[name]) for name in wanted]
        raise ValueError(f"grads has the keys {', '.join(map(repr, grads))}; expected {', '.join(map(repr, wanted))}")
    if isinstance(grads, list | tuple):
        flat = [a for pair in grads for a in pair] if all(isinstance(pair, tuple) for pair in grads) else grads
        if len(flat) == len(form.names):
            return [as_array(f"grads[{i}]", value) for i, value in enumerate(flat)]
        raise ValueError(f"grads is a {type(grads).__name__} of {len(grads)}; expected {', '.join(form.names)}")
    raise TypeError(f"grads is {type(grads).__name__}; expected Parameters, or arrays as a dictionary or a list")


def _single(came, form):
    """True if a gradient was computed in float32, wherever its numbers stand now."""
    if any(dtype.itemsize < 8 for dtype in form.dtypes):
        return True
    numbers = np.concatenate([c.ravel() for c in came]).astype(float)
    with np.errstate(over="ignore"):
        long = numbers[(numbers.astype(np.float16) != numbers) & np.isfinite(numbers)]  # 0.25 says nothing
        return len(long) > 2 and bool((long.astype(np.float32) == long).all())
