"""What a wrong array has in common with the right one, entry by entry: facts that need no network.

A fact is (name, detail). It is claimed only of an array every entry of which it explains.
"""

import math

import numpy as np

NICE = (2, 3, 4, 5, 6, 8, 10)
FREE = 3  # a factor that has no reason must be shown by so many entries
STEPS = tuple(10.0**-k for k in range(1, 8))


class Pair:
    """One array: what came, what is right, and the `limit` (as right.shape) within which two numbers are the same.

    Where nothing is known, the limit is infinite. theta: the parameters themselves.
    """

    def __init__(self, name, came, right, limit, theta):
        self.name, self.came, self.right, self.limit, self.theta = name, came, right, limit, theta
        self.fits = came.shape == right.shape
        self.known = np.isfinite(limit)
        self.most = float(limit[self.known].max(initial=0.0))

    def is_(self, candidate, scale=1.0):
        """True if what came is the candidate. scale: by what the right numbers were multiplied to make it."""
        candidate = np.asarray(candidate)
        if candidate.shape != self.came.shape or not np.isfinite(candidate).all():
            return False
        limit = self.limit if self.fits else self.most
        return bool((np.abs(self.came - candidate) <= limit * max(abs(scale), 1e-12)).all())

    @property
    def fine(self):
        """True if what came is right."""
        return self.is_(self.right)

    @property
    def telling(self):
        """How many entries are known, and too large to be rounding."""
        return int(np.count_nonzero(np.abs(self.right) > 100 * self.limit))

    def factor(self):
        """The number by which the right array was multiplied, or None."""
        if not self.fits or not self.telling or not np.isfinite(self.came).all():
            return None
        r, c = self.right[self.known], self.came[self.known]
        f = float(np.vdot(r, c) / np.vdot(r, r))
        if abs(f) < 1e-9 or not self.is_(f * self.right, f):
            return None
        close = 10 * self.most / np.abs(r).max() + 1e-9
        nice = (sign * size for size in (1.0, *NICE, *(1 / k for k in NICE)) for sign in (1, -1))
        return next((value for value in nice if math.isclose(f, value, rel_tol=close)), f)


def facts(pair, pairs, known):
    """All facts of a wrong array, the most telling first. known: {name: number}, such as the batch size."""
    c, r = pair.came, pair.right
    if not np.isfinite(c).all():
        return [("not_finite", None)]
    if not pair.fits:
        return list(_of_shape(pair))
    if np.abs(c).max() <= 1e-12 * np.abs(r).max():
        return [("zero", None)]
    found = []
    f = pair.factor()
    if f is not None and (pair.telling >= FREE or _reason(f, known)):
        found.append(("factor", f))
    found += [fact for fact in _of_entries(pair, pairs, known) if fact]
    return found


def _reason(f, known):
    """True if a factor is one that programs are known to make."""
    size = abs(f)
    numbers = [*NICE, 1, *(v for v in known.values() if v)]
    return any(math.isclose(size, v, rel_tol=1e-6) or math.isclose(size, 1 / v, rel_tol=1e-6) for v in numbers)


def _of_shape(pair):
    c, r = pair.came, pair.right
    if c.ndim == 2 and pair.is_(r.T):
        yield "transposed", None
    if c.size == 1 and r.size > 1:
        for name, value in (("one_number_sum", r.sum()), ("one_number_mean", r.mean())):
            if abs(float(c.ravel()[0]) - value) <= r.size * pair.most:
                yield name, None
    if c.size == r.size and c.ndim > 0 and np.abs(c.reshape(r.shape) - r).max(initial=0) <= pair.most:
        yield "reshaped", None
    for axis in range(c.ndim):
        for name, joined in (("not_reduced_sum", c.sum(axis)), ("not_reduced_mean", c.mean(axis))):
            if (
                c.shape[axis] > 1
                and joined.shape == r.shape
                and np.abs(joined - r).max(initial=0) <= c.shape[axis] * pair.most
            ):
                yield name, axis
    yield "shape", c.shape


def _of_entries(pair, pairs, known):
    c, r = pair.came, pair.right
    if r.ndim == 2 and r.shape[0] == r.shape[1] > 1 and pair.is_(r.T):
        yield "transposed", None
    if pair.known.all() and r.size > 1 and np.ptp(c) <= pair.most:
        for name, value in (("one_number_sum", r.sum()), ("one_number_mean", r.mean())):
            if pair.is_(np.full(r.shape, value), r.size if name == "one_number_sum" else 1):
                yield name, None
    if pair.theta.size >= FREE:
        yield from _of_theta(pair)
    if pair.telling < FREE or not pair.known.all():
        return
    if pair.is_(np.abs(r)):
        yield "signs_lost", None
    if pair.is_(np.sign(r)):
        yield "signs_only", None
    for other in pairs:
        if other is not pair and pair.is_(other.right):
            yield "exchanged", other.name
    if r.size > 3 and np.abs(np.sort(c, axis=None) - np.sort(r, axis=None)).max() <= pair.most:
        yield "permuted", None
    most = np.abs(c).max()
    at_most = np.abs(c) >= most * (1 - 1e-9)
    if most < np.abs(r).max() * (1 - 1e-6) and at_most.sum() > 1 and pair.is_(np.clip(r, -most, most)):
        yield "clipped", float(most)


def _of_theta(pair):
    """What came has to do with the parameters themselves."""
    c, r, theta = pair.came, pair.right, pair.theta
    for name, base, direction in (("penalty", c - r, theta), ("new_values", c - theta, r)):
        size = np.vdot(direction, direction)
        f = float(np.vdot(direction, base) / size) if size else 0.0
        if (
            abs(f) > 1e-9
            and (f < 0 or name == "penalty")
            and np.abs(f * direction).max() > 100 * pair.most
            and holds(pair, (name, f))
        ):
            yield name, f


def holds(pair, fact):
    """True if a factor, or what a fact says of the parameters, holds of this array, too, however small it is."""
    name, f = fact
    if not pair.fits:
        return False
    if name == "factor":
        return pair.is_(f * pair.right, max(1, abs(f)))
    if name == "penalty":
        return pair.is_(pair.right + f * pair.theta, max(1, abs(f)))
    return name == "new_values" and pair.is_(pair.theta + f * pair.right, max(1, abs(f)))


def one_sided(pairs, value, form):
    """("one_sided" or "step_too_large", the step) if the whole gradient is such a difference; else None."""
    if any(not p.fits or not np.isfinite(p.came).all() for p in pairs):
        return None
    theta, came = form.vector, np.concatenate([p.came.ravel() for p in pairs])
    off = np.abs(came - np.concatenate([p.right.ravel() for p in pairs]))
    i, base = int(off.argmax()), value(theta)

    def nudged(k, h):
        other = theta.copy()
        other[k] += h
        return value(other)

    ways = {"one_sided": lambda k, h: (nudged(k, h) - base) / h,
            "step_too_large": lambda k, h: (nudged(k, h) - nudged(k, -h)) / (2 * h)}  # fmt: skip
    for name, way in ways.items():
        for h in STEPS:
            noise = 4e-15 * max(abs(base), 1e-300) / h
            if off[i] > 20 * noise and abs(way(i, h) - came[i]) <= noise + 1e-9 * abs(came[i]):
                if all(abs(way(k, h) - came[k]) <= noise + 1e-9 * abs(came).max() for k in range(theta.size)):
                    return name, h
    return None
