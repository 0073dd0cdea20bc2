"""Curves of z, some with a kink at 0 and a parameter c: inputs that leave room, kinds of cases, questions."""

import numpy as np

from .sizes import sizes

SHAPES = ((7, 3), (5, 2), (6,), (2, 1, 4), (1,), (1, 1), (4, 4), (30, 2), (2, 31), (2, 1, 3, 1, 2))


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
    odd = np.arange(np.prod(shape)).reshape(shape) % 2
    return np.where(odd, rng.uniform(6, 60, shape), rng.uniform(left, -1, shape))


FIRST_C = 0.3


def at_kinks(rng, slopes, whole=(0, 1.0), left=-60):
    """[(z, c)], far from the kink and with it. No two of the kinds below, or of those of c, are in the same cases."""
    draw = (away_from_zero, with_zero, with_zero, with_zero, below_zero, away_from_zero, away_from_zero, below_zero)
    cases = zip(draw, (*SHAPES[:5], (4,), (3, 1, 2, 1, 2), (1,)), (FIRST_C, *slopes), strict=True)
    return [
        *((z(rng, shape), c) for z, shape, c in cases),
        (away_from_zero(rng, (30, 2)), 3),
        (above_zero(rng, (4, 4)), 0.45),
        (below_zero(rng, (1, 1)), 1.2),
        (far_out(rng, (2, 31), left), 0.35),
        (with_zero(rng, (3, 4)), whole[0]),
        (with_zero(rng, (4, 2)), whole[1]),
    ]


def any_z(rng, size=1.5):
    """An array of one to five dimensions; some of its numbers are whole, and 0 among them."""
    dimensions = int(rng.integers(1, 6))
    z = rng.normal(size=sizes(rng, dimensions, most=(6, 6, 4, 3, 2)[dimensions - 1])) * size
    return np.where(rng.random(z.shape) < 0.3, np.round(z) + 0.0, z)


def any_c(rng):
    """Of either sign, and whole as often as not."""
    return (rng.normal() * 2, int(rng.integers(-3, 4)))[int(rng.integers(2))]


KINDS = {  # what sets the cases apart
    "a 0 in `z`": lambda case: bool((case["z"] == 0).any()),
    "a single number in `z`": lambda case: case["z"].size == 1,
    "one dimension of `z`": lambda case: case["z"].ndim == 1,
    "more than two dimensions of `z`": lambda case: case["z"].ndim > 2,
    "more than twenty rows of `z`": lambda case: len(case["z"]) > 20,
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
