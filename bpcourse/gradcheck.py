"""Is the gradient right? Ask the loss: nudge one parameter up and down and see how the loss moves.

The central difference D(h) = (C(theta + h) - C(theta - h)) / 2h needs no backward pass, so it shares no mistake with
one. It is off by a multiple of h^2; (4 D(h) - D(2h)) / 3 cancels that term (Richardson), which buys two more digits.
Of a network the kinks are known, example by example; any other function is asked by `differences`.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .arrays import number
from .differences import slopes, value_of
from .nested import Nested
from .network import Network
from .parameters import Parameters, must_fit

STEP = 1e-4  # a smaller h drowns in rounding; a larger one crosses more kinks
FLOOR = 1e-2  # see GradientReport
ENOUGH = 1 / 2  # of an array's entries: where fewer can be compared, it is not judged
SHOWN = 6  # names in a line

KINKS = "  not compared, the nudge crosses several kinks: {names}"
CORNERS = "  not compared, the loss has a kink there: {names}"
DROWNED = "  not compared, the loss is rounded by more than they change it: {names}"
UNJUDGED = (
    "  {name} is not judged: {known} of its {all} entries could be compared. Take other inputs, move the parameters a "
    "little at random, or take a smaller step."
)
SINGLE_GRADIENT = "  your gradient is {dtype}, which keeps few digits: errors under {limit:.0e} may be its rounding"
SINGLE_LOSS = (
    "  the loss is computed in float32: errors under {limit:.0e} may be its rounding. Can it compute in float64?"
)
ROUGH_LOSS = "  the differences themselves may be off: errors under {limit:.0e} say nothing"
FLAT = "  no nudge changes the loss: does it use the params that it is given?"


@dataclass(frozen=True)
class GradientReport:
    """The outcome of a gradient check: `analytic` and `numeric` gradients, and where they differ most.

    error[i] = |analytic - numeric| / max(|analytic|, |numeric|, FLOOR * the largest of all entries): relative, but an
    entry below a hundredth of the largest is measured against that hundredth, because there the rounding of
    the difference, and not the formula, is what would show. Where a nudge crosses a kink of an activation or of the
    loss of a network, any number between the slopes on its two sides is right, and `numeric` is the nearest of them.
    Entries that cannot be judged are not compared. at_kink: the nudge crosses several kinks for one example; of
    any other function: it has a kink there. drowned: the slope is smaller than the rounding of the loss. notes: what
    else is to be known. doubt[i]: by how much, relative as the error, `numeric` itself may be off.
    """

    analytic: object
    numeric: object
    error: np.ndarray
    at_kink: tuple[str, ...] = ()
    drowned: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    doubt: np.ndarray | float = field(default=0.0, repr=False)

    @cached_property
    def _form(self):
        return Nested(self.numeric)

    @cached_property
    def judged(self):
        """{array: (how many of its entries were compared, how many it has)}."""
        form, left_out = self._form, {*self.at_kink, *self.drowned}
        known = np.array([not left_out or form.entry(i) not in left_out for i in range(self.error.size)])
        parts = zip(form.names, form.split(known), strict=True)
        return {name: (int(np.count_nonzero(part)), part.size) for name, part in parts}

    @property
    def not_judged(self):
        """The names of the arrays of which fewer than half of the entries could be compared."""
        return [name for name, (known, size) in self.judged.items() if known < ENOUGH * size]

    @property
    def max_relative_error(self):
        """The largest error of the entries compared: under 1e-7 the two gradients agree, over 1e-4 look for a mistake.

        NaN if there is an array that is not judged: then nothing is known, and no limit is kept.
        """
        return np.nan if self.not_judged else float(self.error.max())

    @property
    def worst(self):
        """The name of the entry with the largest error, such as 'W[1][0, 1]'."""
        return self._form.entry(self.error.argmax())

    def __repr__(self):
        i, compared = self.error.argmax(), sum(known for known, _ in self.judged.values())
        some = f"{compared} of {self.error.size}" if compared < self.error.size else f"{compared}"
        yours, ours = (self._form.vector_of(gradient)[i] for gradient in (self.analytic, self.numeric))
        lines = [
            f"largest relative error {self.error.max():.0e} of {some} entries, at {self.worst}:",
            f"  your gradient {yours:+z.9f}, central difference {ours:+z.9f}",
        ]
        for names, line in ((self.at_kink, CORNERS if np.ndim(self.doubt) else KINKS), (self.drowned, DROWNED)):
            if names:
                lines.append(line.format(names=", ".join(names[:SHOWN]) + ", …" * (len(names) > SHOWN)))
        for name in self.not_judged:
            known, size = self.judged[name]
            lines.append(UNJUDGED.format(name=name, known=known or "none", all=size))
        return "\n".join([*lines, *self.notes])


def gradient_check(net, params, X=None, Y=None, grads=None, *, step=None):
    """Compare a gradient with central differences, entry by entry: a GradientReport.

    gradient_check(net, params, X, Y): of a Network's mean loss. grads: the Parameters to judge; without it, those of
    `net.backward`. X (n, n_0) and Y (n, n_L), or labels (n,), as there.
    gradient_check(loss, params, grads): of any function. loss: takes what `params` is, gives one number. params: an
    array, or a dictionary, list or tuple of arrays, nested as you like. grads: your gradient, in the same form.
    step: how far an entry is nudged. Refuses float32 parameters: their rounding alone is larger than the mistakes that
    a check should find.
    """
    step = None if step is None else number("step", step, 0, np.inf)
    if not isinstance(net, Network):
        return check_function(*function_and_gradient(net, params, X, Y, grads), step)
    must_fit(net.sizes, params)
    labels = np.ndim(Y) == 1  # net.targets has its say on those
    for name, array in (("params.vector", params.vector), ("X", X), ("Y", net.targets(Y) if labels else Y)):
        if getattr(array, "dtype", None) != np.float64:
            raise TypeError(f"{name} has dtype {getattr(array, 'dtype', type(array).__name__)}; expected float64")
    if grads is None:
        grads = net.backward(params, net.forward(params, X), Y).grads
    must_fit(net.sizes, grads, "grads")

    Y, step = net.targets(Y), step or STEP
    numeric, at_kink = np.empty_like(params.vector), []
    for i in range(numeric.size):
        cost, side = _nudged(net, params, X, Y, i, (-2, -1, 1, 2), step)
        narrow, wide = (cost[1] - cost[-1]).mean() / (2 * step), (cost[2] - cost[-2]).mean() / (4 * step)
        numeric[i] = (4 * narrow - wide) / 3
        if (side[2] != side[-2]).any():
            low, high, kinks = _one_sided(net, params, X, Y, i, step)
            numeric[i] = np.clip(grads.vector[i], low, high)
            if kinks > 1:
                at_kink.append(i)
    error = relative_error(grads.vector, numeric)
    error[at_kink] = 0
    return GradientReport(grads, Parameters(params.sizes, numeric), error, tuple(map(params.name, at_kink)))


def relative_error(analytic, numeric):
    """The error of a GradientReport, of two vectors (all,)."""
    size = sizes(analytic, numeric)
    return np.abs(analytic - numeric) / np.where(size > 0, size, 1)


def sizes(analytic, numeric):
    """What a difference of two vectors (all,) is measured against, entry by entry."""
    size = np.maximum(np.abs(analytic), np.abs(numeric))
    return np.maximum(size, FLOOR * size.max())


def _nudged(net, params, X, Y, i, steps, step):
    """For each k of `steps`, with entry i nudged by k step: the loss of each example, and on which sides of the kinks
    its z and its error lie.
    """
    nudged, cost, side = params.copy(), {}, {}
    for k in steps:
        nudged.vector[i] = params.vector[i] + k * step
        trace = net.forward(nudged, X)
        cost[k] = net.loss.value(trace.output, Y)
        sides = [trace.z[layer] > kink for layer, g in net.g.items() for kink in g.kinks]
        sides += [trace.output - Y > kink for kink in net.loss.kinks]
        side[k] = np.hstack(sides) if sides else np.zeros((len(Y), 0), bool)
    return cost, side


def _one_sided(net, params, X, Y, i, step):
    """The bounds of the slope by entry i, from a slope on either side for each example, and the most kinks that a
    nudge crosses for one example. A fifth of the step passes by most kinks.
    """
    k = 0.2
    cost, side = _nudged(net, params, X, Y, i, (-2 * k, -k, 0, k, 2 * k), step)
    up, down = ((4 * cost[s] - cost[2 * s] - 3 * cost[0]) / (2 * s * step) for s in (k, -k))
    crossed = (side[2 * k] != side[-2 * k]).sum(axis=1)
    return np.minimum(up, down).mean(), np.maximum(up, down).mean(), crossed.max()


# ----- any function


def function_and_gradient(loss, params, X, Y, grads):
    """(loss, params as Nested, grads) of a call with a function, whose third argument is the gradient."""
    if not callable(loss):
        raise TypeError(f"net is {type(loss).__name__}; expected a Network, or a loss: a function of the params")
    if Y is not None or (X is None) == (grads is None):
        raise TypeError("with a loss that is a function, expected gradient_check(loss, params, grads)")
    return loss, Nested(params), X if grads is None else grads


def check_function(loss, form, grads, step=None):
    """The GradientReport of a loss and params as a Nested."""
    for name, dtype in zip(form.names, form.dtypes, strict=True):
        if dtype.itemsize < 8:
            raise TypeError(f"{name} has dtype {dtype}; expected float64: write {name}.astype(float)")
    analytic = form.vector_of(grads)
    found = slopes(value_of(loss, form), form.vector, step)
    size = sizes(analytic, found.value)
    size = np.where(size > 0, size, 1)
    error, doubt = np.abs(analytic - found.value) / size, found.doubt / size
    error[found.kink | found.drowned] = 0
    at_kink, drowned = (tuple(map(form.entry, np.flatnonzero(mask))) for mask in (found.kink, found.drowned))
    notes, limit = [], float(doubt[~(found.kink | found.drowned)].max(initial=0))
    for dtype in {array.dtype for array in form.like(grads)}:
        if dtype.kind == "f" and dtype.itemsize < 8:
            notes.append(SINGLE_GRADIENT.format(dtype=dtype, limit=100 * np.finfo(dtype).eps))
    if found.single or limit > 1e-6:
        notes.append((SINGLE_LOSS if found.single else ROUGH_LOSS).format(limit=limit))
    if not found.value.any():
        notes.append(FLAT)
    return GradientReport(grads, form.build(found.value), error, at_kink, drowned, tuple(notes), doubt)
