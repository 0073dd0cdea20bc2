"""One step of an optimizer, entry by entry, on arrays of any shape: its cases, and arithmetic in 50 digits."""

from decimal import Decimal, localcontext

import numpy as np

from .sizes import sizes

SHAPES = (7,), (4, 3), (5,), (1,), (2, 1, 4), (3, 3), (6,), (2, 1, 2, 3), (130,)
ZERO, FIRST, EDGE = 1, 2, 6  # in these cases an entry of g is 0; nothing has moved yet; a number is at its edge


def any_shape(rng):
    """One to four dimensions."""
    return tuple(sizes(rng, int(rng.integers(1, 5)), most=5))


def with_zero(array):
    """The same array with its first entry 0: a gradient or a moment can be that."""
    array.flat[0] = 0.0
    return array


def room(argument):
    """What sets cases apart by the shape of `argument` and by zeros in it."""
    return {
        "a single entry": lambda case: case[argument].size == 1,
        "more than one dimension": lambda case: case[argument].ndim > 1,
        "more than three dimensions": lambda case: case[argument].ndim > 3,
        "more than 100 entries": lambda case: case[argument].size > 100,
        f"a zero in {argument}": lambda case: not case[argument].all(),
        "as many rows as columns": lambda case: case[argument].ndim == 2 and len(set(case[argument].shape)) == 1,
    }


def exact(function):
    """The same function of arrays, computed entry by entry with 50 digits and rounded at the end.

    function: (numbers) -> a tuple of numbers. Arrays come first, and all have one shape.
    """

    def rounded(*in_order, **by_name):
        values = *in_order, *by_name.values()
        arrays = [value for value in values if isinstance(value, np.ndarray)]
        with localcontext() as context:
            context.prec = 50
            rest = [value if type(value) is int else Decimal(value) for value in values[len(arrays) :]]
            rows = [function(*map(Decimal, row), *rest) for row in np.transpose([a.ravel() for a in arrays]).tolist()]
        return tuple(np.array(column, float).reshape(arrays[0].shape) for column in zip(*rows, strict=True))

    return rounded
