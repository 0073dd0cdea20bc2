"""Chapter 05: what its exercises share: shapes, arithmetic in 50 digits, and a remark."""

from decimal import Decimal, localcontext
from functools import partial

import numpy as np

from bpcourse.marking.engine import Misconception

Alone = partial(Misconception, alone=True)  # its message is true of {parts}, whatever the other parts are

EPS_INSIDE = (
    "{parts}: eps stands inside the root. Some libraries do that, and say so. Where does the equation of this exercise "
    "put it?"
)


def any_shape(rng):
    """One to three dimensions of one to five each."""
    return tuple(int(n) for n in rng.integers(1, 6, rng.integers(1, 4)))


SHAPES = (7,), (4, 3), (5,), (1,), (2, 1, 4), (3, 3), (6,), (7,)  # the first one again: an answer may keep something
FIRST, ZERO, EDGE = 2, 1, 6  # in the third case nothing has moved yet, in the second an entry of g is 0, in the last
# but one a number stands at the edge of what is allowed


def with_zeros(array):
    """The same array with its first entry 0: a gradient or a moment can be that."""
    array.flat[0] = 0.0
    return array


def exact(function):
    """The same function of arrays, computed entry by entry with 50 digits and rounded at the end.

    function: (numbers, one for each array; keywords) -> a tuple of numbers.
    """

    def rounded(arrays, **numbers):
        with localcontext() as context:
            context.prec = 50
            numbers = {name: value if type(value) is int else Decimal(value) for name, value in numbers.items()}
            rows = [
                function(*map(Decimal, map(float, row)), **numbers) for row in zip(*map(np.ravel, arrays), strict=True)
            ]
        return tuple(np.array(column, float).reshape(arrays[0].shape) for column in zip(*rows, strict=True))

    return rounded


def moments(gs, beta, power):
    """The corrected mean of the gradients so far, to a power, with the weight of each written out: no recursion."""
    t = len(gs)
    weights = [(1 - beta) * beta ** (t - k) for k in range(1, t + 1)]
    return sum(w * g**power for w, g in zip(weights, gs, strict=True)) / sum(weights)
