"""The slopes of any function, by central differences: with what is in doubt about each, and where there is none.

Nothing is known of the function but its values. So the step is chosen by what they show: smaller where the function
bends or has a kink nearby, larger where its own rounding drowns the difference.
"""

from dataclasses import dataclass

import numpy as np

STEP = 1e-4  # for a loss that is computed in float64
EPS = 2.0**-52
SURE = 1e-7  # of an entry's size: a slope that is in doubt by less is taken as it is
FLOOR = 1e-2  # of the largest slope: what is smaller is measured against that
KNOWN = 1e-4  # in doubt by more than this, an entry says nothing


@dataclass(frozen=True)
class Slopes:
    """value, doubt (all,): each slope, and by how much it may be off. kink, drowned (all,): masks of the entries that
    cannot be judged, as the function has a kink right there, or as its rounding is larger than what it shows. steps
    (all,): the step that was taken. noise: by how much a value of the function may be off. single: True if the
    function computes in float32.
    """

    value: np.ndarray
    doubt: np.ndarray
    kink: np.ndarray
    drowned: np.ndarray
    steps: np.ndarray
    noise: float
    single: bool


def value_of(loss, form):
    """The loss of a learner as a function of a vector (all,), asked at once whether it will do.

    form: the Nested that it takes. Raises TypeError or ValueError where it gives no finite number, changes its
    argument, or gives another number the second time.
    """

    def value(vector):
        came = loss(form.build(vector))
        array = np.asarray(came)
        if array.size != 1 or array.dtype.kind not in "iuf":
            kind = f"an array of shape {array.shape}" if array.dtype.kind in "iuf" else type(came).__name__
            raise TypeError(f"loss(params) is {kind}; expected one number, such as the mean over the examples")
        if not np.isfinite(array).all():
            raise ValueError(f"loss(params) is {array.ravel()[0]}; expected a finite number")
        return float(array.ravel()[0])

    given = form.build(form.vector)
    loss(given)
    if not np.array_equal(form.vector_of(given, "params"), form.vector):
        raise ValueError("loss changes the params that it is given; expected that it works on a copy of them")
    first, second = value(form.vector), value(form.vector)
    if first != second:
        raise ValueError(
            f"loss(params) is {first:.9g} and then {second:.9g} for the same params; expected the same number: where "
            "it draws at random, give it a generator with a seed in each call"
        )
    return value


def slopes(f, theta, step=None):
    """The Slopes of f at theta (all,). f: a vector (all,) -> a float. step: to take this one, whatever shows."""
    base = f(theta)
    noise, single = _noise(f, theta, base)
    first = step or STEP * min((noise / (EPS * max(abs(base), 1e-300))) ** 0.2 if base else 1.0, 1e3)
    count = theta.size
    value, doubt, off, steps = np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count)
    for i in range(count):
        value[i], doubt[i], off[i], steps[i] = _one(f, theta, i, first, base, noise)
    size = np.maximum(np.abs(value), FLOOR * np.abs(value).max())
    if step is None:
        for i in np.flatnonzero(np.maximum(doubt, off) > SURE * size):
            value[i], doubt[i], off[i], steps[i] = _finer(f, theta, i, first, base, noise, size[i])
        size = np.maximum(np.abs(value), FLOOR * np.abs(value).max())
    rough = (
        off > SURE * size + 20 * noise / steps
    )  # neither smooth nor rounding: a kink, or a bend that no step resolves
    doubt[rough] += off[rough]
    kink = rough & (off > KNOWN * size)
    drowned = ~kink & (doubt > KNOWN * size) & (size > 0)
    return Slopes(value, doubt, kink, drowned, steps, noise, single)


def _noise(f, theta, base):
    """(By how much a value of f is off by its rounding, whether it is that of float32): from values that lie so near
    to each other that a smooth function is straight between them; beside theta, where a kink may lie.
    """
    way = np.random.default_rng(0).standard_normal(theta.size) * np.maximum(np.abs(theta), 1)
    runs = np.array([[f(theta + (at + k * 1e-6) * way) for k in range(7)] for at in (1e-4, 3e-4)])
    bends = [np.abs(np.convolve(run, [1, -4, 6, -4, 1], "valid")).max() / 8 for run in runs]
    single = bool(np.ptp(runs) > 0 and (runs.astype(np.float32) == runs).all())
    return max(min(bends), (2.0**-23 if single else EPS) * max(abs(base), np.abs(runs).max())), single


def _one(f, theta, i, step, base, noise):
    """The slope by entry i with one step: (value, its doubt, how far it is from smooth, the step)."""
    nudged, h = theta.copy(), step * max(abs(theta[i]), 1.0)
    cost, at = {}, {}
    for k in (-4, -2, -1, 1, 2, 4):
        nudged[i] = theta[i] + k * h
        cost[k], at[k] = f(nudged), nudged[i]
    D = {k: (cost[k] - cost[-k]) / (at[k] - at[-k]) for k in (1, 2, 4)}
    bend = {k: cost[k] - 2 * base + cost[-k] for k in (1, 2, 4)}
    fine, coarse = (4 * D[1] - D[2]) / 3, (4 * D[2] - D[4]) / 3
    rounding = 2 * noise / h
    gap = abs(fine - coarse)
    # Of a smooth function both of these shrink with the fourth power of the step; a kink leaves its jump in one.
    off = max(gap, abs(bend[2] - 4 * bend[1]) / h, abs(bend[4] - 4 * bend[2]) / (4 * h))
    return fine, gap / 8 + rounding, off, h


def _finer(f, theta, i, step, base, noise, size):
    """The best that other steps give: the first that leaves no doubt, or else the one with the least."""
    tried = []
    for k in (1, 1 / 16, 1 / 256, 1 / 4096, 16, 256):
        tried.append(_one(f, theta, i, step * k, base, noise))
        _, doubt, off, h = tried[-1]
        if doubt <= SURE * size and off <= SURE * size + 20 * noise / h:
            return tried[-1]
    return min(tried, key=lambda one: max(one[1], one[2]))
