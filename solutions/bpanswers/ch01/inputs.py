"""Chapter 01: arrays of one to three dimensions for the exercises on curves, and a mistake that all of them share."""

import numpy as np

from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Misconception

SHAPES = ((7, 3), (5, 2), (6,), (2, 1, 4), (1,), (1, 1), (4, 4))


def away_from_zero(rng, shape):
    """Normal numbers of both signs, none nearer to the kink than 0.05."""
    z = rng.normal(size=shape) * 1.5
    return z + np.where(z < 0, -0.05, 0.05)


def with_zero(rng, shape):
    """The same, and in some places 0 itself and numbers near it."""
    z = away_from_zero(rng, shape)
    z.flat[rng.permutation(z.size)[:4]] = 0.0, 0.001, -0.001, -0.09
    return z


def below_zero(rng, shape):
    """The same, all below 0."""
    return -np.abs(away_from_zero(rng, shape))


def above_zero(rng, shape):
    """The same, all above 0."""
    return np.abs(away_from_zero(rng, shape))


def far_out(rng, shape, left):
    """Numbers of both signs, on the right from 6 to 60, and down to `left`."""
    return np.where(
        np.arange(np.prod(shape)).reshape(shape) % 2, rng.uniform(6, 60, shape), rng.uniform(left, -1, shape)
    )


def at_kinks(rng, slopes, whole=(0, 1.0), left=-60):
    """[(z, c)], far from the kink and with it. No two of the kinds below, or of those of c, are in the same cases."""
    draw = (away_from_zero, with_zero, with_zero, with_zero, below_zero, away_from_zero, away_from_zero, below_zero)
    cases = zip(draw, (*SHAPES[:5], (4,), (3, 1, 2), (1,)), slopes, strict=True)
    return [
        *((z(rng, shape), c) for z, shape, c in cases),
        (away_from_zero(rng, (2, 3)), 3),
        (above_zero(rng, (4, 4)), 0.45),
        (below_zero(rng, (1, 1)), 1.2),
        (far_out(rng, (2, 5), left), 0.35),
        (with_zero(rng, (3, 4)), whole[0]),
        (with_zero(rng, (4, 2)), whole[1]),
    ]


def any_shape(rng):
    """One to three dimensions of 1 to 6 entries each."""
    return tuple(int(n) for n in rng.integers(1, 7, rng.integers(1, 4)))


def any_z(rng, size=1.5):
    """An array of any shape; some of its numbers are whole, and 0 among them."""
    z = rng.normal(size=any_shape(rng)) * size
    return np.where(rng.random(z.shape) < 0.3, np.round(z) + 0.0, z)


KINDS = {  # what sets the cases apart
    "a 0 in `z`": lambda case: bool((case["z"] == 0).any()),
    "a single number in `z`": lambda case: case["z"].size == 1,
    "one dimension of `z`": lambda case: case["z"].ndim == 1,
    "more than two dimensions of `z`": lambda case: case["z"].ndim > 2,
}
KINDS_AT_A_KINK = {
    "nothing but numbers above 0 in `z`": lambda case: bool((case["z"] > 0).all()),
    "numbers above 6 in `z`": lambda case: bool((case["z"] > 6).any()),
}
KINDS_OF_C = {
    "`c` below 0": lambda case: case["c"] < 0,
    "`c` above 1": lambda case: case["c"] > 1,
    "`c` below 0 or above 1": lambda case: not 0 <= case["c"] <= 1,
    "a whole number for `c`": lambda case: case["c"] == round(case["c"]),
    "`c` = 0": lambda case: case["c"] == 0,
    "`c` = 1": lambda case: case["c"] == 1,
}

OF_A_VALUE = "What should come out at z = 0, and what far to the left and far to the right?"
OF_A_SLOPE = "In a cell of your own, nudge z by 1e-5 to both sides: how much does your value move, divided by 2e-5?"


def cut_to_whole(truth):
    """np.vectorize takes the type of the first number that it sees for all: 1, and then 0.3 becomes 0."""

    def is_cut(came, right):
        return agree(came, right) or (came.dtype.kind == "i" and agree(came, np.trunc(right)))

    def shows(case, outcome):
        parts = truth(**case)
        return outcome.parts is not None and not outcome.changed and all(map(is_cut, outcome.parts, parts))

    return Misconception(
        "cut_to_whole",
        lambda *args: tuple(np.trunc(part).astype(int) for part in truth(*args)),
        "{parts}: decimals are cut off, since the array holds whole numbers. (`np.vectorize` decides the type by the "
        "first number that your function returns.) Where does an array of whole numbers come from?",
        shows=shows,
    )


def alone(name, wrong, message):
    """A mistake that is told of the parts that show it, whatever the other parts are."""
    return Misconception(name, wrong, "{parts}: " + message, alone=True)
