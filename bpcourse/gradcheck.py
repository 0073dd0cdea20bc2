"""Is the gradient right? Ask the loss: nudge one parameter up and down and see how the loss moves.

The central difference D(h) = (C(theta + h) - C(theta - h)) / 2h needs no backward pass, so it shares no mistake with
one. It is off by a multiple of h^2; (4 D(h) - D(2h)) / 3 cancels that term (Richardson), which buys two more digits.
"""

from dataclasses import dataclass

import numpy as np

from .parameters import Parameters

STEP = 1e-4  # a smaller h drowns in rounding; a larger one crosses more kinks
FLOOR = 1e-2  # see GradientReport


@dataclass(frozen=True)
class GradientReport:
    """The outcome of a gradient check: `analytic` and `numeric` gradients, and where they differ most.

    error[i] = |analytic - numeric| / max(|analytic|, |numeric|, FLOOR * the largest of all entries): relative, but an
    entry below a hundredth of the largest is measured against that hundredth, because there the rounding of
    the difference, and not the formula, is what would show. Entries whose nudge crosses a kink of an activation or of
    the loss have no derivative to compare with; they are listed in `at_kink` and not counted.
    """

    analytic: Parameters
    numeric: Parameters
    error: np.ndarray
    at_kink: tuple[str, ...] = ()

    @property
    def max_relative_error(self):
        """The largest error; under 1e-7 the gradient is right, over 1e-4 it is wrong."""
        return float(self.error.max())

    @property
    def worst(self):
        """The name of the entry with the largest error, such as 'W[1][0, 1]'."""
        return self.analytic.name(self.error.argmax())

    def __repr__(self):
        i = self.error.argmax()
        lines = [
            f"largest relative error {self.max_relative_error:.0e} of {self.error.size} entries, at {self.worst}:",
            f"  your gradient {self.analytic.vector[i]:+.9f}, central difference {self.numeric.vector[i]:+.9f}",
        ]
        if self.at_kink:
            lines.append(f"  not counted, the nudge crosses a kink: {', '.join(self.at_kink)}")
        return "\n".join(lines)


def gradient_check(net, params, X, Y, grads=None):
    """Compare a gradient with central differences of the mean loss, entry by entry: a GradientReport.

    grads: the Parameters to judge; without it, those of `net.backward`. X (n, n_0) and Y (n, n_L), or labels (n,), as
    there. Refuses float32: its rounding alone is larger than the mistakes that a check should find.
    """
    labels = np.ndim(Y) == 1  # net.targets has its say on those
    for name, array in (("params.vector", params.vector), ("X", X), ("Y", net.targets(Y) if labels else Y)):
        if getattr(array, "dtype", None) != np.float64:
            raise TypeError(f"{name} has dtype {getattr(array, 'dtype', type(array).__name__)}; expected float64")
    if grads is None:
        grads = net.backward(params, net.forward(params, X), Y).grads
    if grads.vector.shape != params.vector.shape:
        raise ValueError(f"grads has {grads.vector.size} entries; expected {params.vector.size}")

    Y = net.targets(Y)
    nudged, numeric, at_kink = params.copy(), np.empty_like(params.vector), []
    theta = nudged.vector
    for i, here in enumerate(params.vector):
        cost, side = {}, {}
        for k in (-2, -1, 1, 2):
            theta[i] = here + k * STEP
            trace = net.forward(nudged, X)
            cost[k] = net.loss.value(trace.output, Y).mean()
            side[k] = _sides(net, trace, Y)
        theta[i] = here
        narrow, wide = (cost[1] - cost[-1]) / (2 * STEP), (cost[2] - cost[-2]) / (4 * STEP)
        numeric[i] = (4 * narrow - wide) / 3
        if side[2] != side[-2]:
            at_kink.append(i)

    size = np.maximum(np.abs(grads.vector), np.abs(numeric))
    size = np.maximum(size, FLOOR * size.max())
    error = np.abs(grads.vector - numeric) / np.where(size > 0, size, 1)
    error[at_kink] = 0
    return GradientReport(grads, Parameters(params.sizes, numeric), error, tuple(map(params.name, at_kink)))


def _sides(net, trace, Y):
    """On which side of the kinks each z lies, and each error where the loss has kinks."""
    hidden = [(trace.z[layer] > kink).tobytes() for layer, g in net.g.items() for kink in g.kinks]
    return hidden + [(trace.output - Y > kink).tobytes() for kink in net.loss.kinks]
