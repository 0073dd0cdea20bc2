"""Is the gradient right? Ask the loss: nudge one parameter up and down and see how the loss moves.

The central difference D(h) = (C(theta + h) - C(theta - h)) / 2h needs no backward pass, so it shares no mistake with
one. It is off by a multiple of h^2; (4 D(h) - D(2h)) / 3 cancels that term (Richardson), which buys two more digits.
"""

from dataclasses import dataclass

import numpy as np

from .parameters import Parameters, must_fit

STEP = 1e-4  # a smaller h drowns in rounding; a larger one crosses more kinks
FLOOR = 1e-2  # see GradientReport


@dataclass(frozen=True)
class GradientReport:
    """The outcome of a gradient check: `analytic` and `numeric` gradients, and where they differ most.

    error[i] = |analytic - numeric| / max(|analytic|, |numeric|, FLOOR * the largest of all entries): relative, but an
    entry below a hundredth of the largest is measured against that hundredth, because there the rounding of
    the difference, and not the formula, is what would show. Where a nudge crosses a kink of an activation or of the
    loss, any number between the slopes on its two sides is right, and `numeric` is the nearest of them. Entries whose
    nudge crosses several kinks for one example cannot be judged; they are listed in `at_kink` and not compared.
    """

    analytic: Parameters
    numeric: Parameters
    error: np.ndarray
    at_kink: tuple[str, ...] = ()

    @property
    def max_relative_error(self):
        """The largest error of the entries compared: under 1e-7 the two gradients agree, over 1e-4 look for a mistake.

        NaN if some W[l] or b[l] has no entry that could be compared: then nothing is known, and no limit is kept.
        """
        unknown = self.analytic.copy()
        unknown.vector[:] = [self.analytic.name(i) in self.at_kink for i in range(self.error.size)]
        hidden = any(part.all() for part in [*unknown.W.values(), *unknown.b.values()])
        return np.nan if hidden else float(self.error.max())

    @property
    def worst(self):
        """The name of the entry with the largest error, such as 'W[1][0, 1]'."""
        return self.analytic.name(self.error.argmax())

    def __repr__(self):
        i, compared = self.error.argmax(), self.error.size - len(self.at_kink)
        some = f"{compared} of {self.error.size}" if self.at_kink else f"{compared}"
        lines = [
            f"largest relative error {self.error.max():.0e} of {some} entries, at {self.worst}:",
            f"  your gradient {self.analytic.vector[i]:+z.9f}, central difference {self.numeric.vector[i]:+z.9f}",
        ]
        if self.at_kink:
            lines.append(f"  not compared, the nudge crosses several kinks: {', '.join(self.at_kink)}")
        return "\n".join(lines)


def gradient_check(net, params, X, Y, grads=None):
    """Compare a gradient with central differences of the mean loss, entry by entry: a GradientReport.

    grads: the Parameters to judge; without it, those of `net.backward`. X (n, n_0) and Y (n, n_L), or labels (n,), as
    there. Refuses float32: its rounding alone is larger than the mistakes that a check should find.
    """
    must_fit(net.sizes, params)
    labels = np.ndim(Y) == 1  # net.targets has its say on those
    for name, array in (("params.vector", params.vector), ("X", X), ("Y", net.targets(Y) if labels else Y)):
        if getattr(array, "dtype", None) != np.float64:
            raise TypeError(f"{name} has dtype {getattr(array, 'dtype', type(array).__name__)}; expected float64")
    if grads is None:
        grads = net.backward(params, net.forward(params, X), Y).grads
    must_fit(net.sizes, grads, "grads")

    Y = net.targets(Y)
    numeric, at_kink = np.empty_like(params.vector), []
    for i in range(numeric.size):
        cost, side = _nudged(net, params, X, Y, i, (-2, -1, 1, 2))
        narrow, wide = (cost[1] - cost[-1]).mean() / (2 * STEP), (cost[2] - cost[-2]).mean() / (4 * STEP)
        numeric[i] = (4 * narrow - wide) / 3
        if (side[2] != side[-2]).any():
            low, high, kinks = _one_sided(net, params, X, Y, i)
            numeric[i] = np.clip(grads.vector[i], low, high)
            if kinks > 1:
                at_kink.append(i)

    size = np.maximum(np.abs(grads.vector), np.abs(numeric))
    size = np.maximum(size, FLOOR * size.max())
    error = np.abs(grads.vector - numeric) / np.where(size > 0, size, 1)
    error[at_kink] = 0
    return GradientReport(grads, Parameters(params.sizes, numeric), error, tuple(map(params.name, at_kink)))


def _nudged(net, params, X, Y, i, steps):
    """For each k of `steps`, with entry i nudged by k STEP: the loss of each example, and on which sides of the kinks
    its z and its error lie.
    """
    nudged, cost, side = params.copy(), {}, {}
    for k in steps:
        nudged.vector[i] = params.vector[i] + k * STEP
        trace = net.forward(nudged, X)
        cost[k] = net.loss.value(trace.output, Y)
        sides = [trace.z[layer] > kink for layer, g in net.g.items() for kink in g.kinks]
        sides += [trace.output - Y > kink for kink in net.loss.kinks]
        side[k] = np.hstack(sides) if sides else np.zeros((len(Y), 0), bool)
    return cost, side


def _one_sided(net, params, X, Y, i):
    """The bounds of the slope by entry i, from a slope on either side for each example, and the most kinks that a
    nudge crosses for one example. A fifth of STEP passes by most kinks.
    """
    k = 0.2
    cost, side = _nudged(net, params, X, Y, i, (-2 * k, -k, 0, k, 2 * k))
    up, down = ((4 * cost[s] - cost[2 * s] - 3 * cost[0]) / (2 * s * STEP) for s in (k, -k))
    crossed = (side[2 * k] != side[-2 * k]).sum(axis=1)
    return np.minimum(up, down).mean(), np.maximum(up, down).mean(), crossed.max()
