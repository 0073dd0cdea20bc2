"""Checks of what comes in: each error names the argument, what came and what was expected."""

import numpy as np


def floats(name, array):
    """`array` itself, if it is a NumPy array of finite floats."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} is {type(array).__name__}; expected a NumPy array of floats")
    if array.dtype.kind != "f":
        raise TypeError(f"{name} has dtype {array.dtype}; expected floats: write {name}.astype(float)")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has NaN or infinite entries; expected finite numbers")
    return array


def batch(name, array, width):
    """`array` itself, if it is a batch of rows (n, width) of finite floats, n at least 1."""
    array = floats(name, array)
    if array.ndim != 2 or array.shape[1] != width or len(array) == 0:
        raise ValueError(f"{name} has shape {array.shape}; expected (n, {width}): one row an example, n at least 1")
    return array


def number(name, value, low, high, *, low_too=False):
    """`value` as a float, if it is a number between low and high (low itself only with low_too, high never)."""
    real = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not real or not (low < value < high or (low_too and value == low)):
        bound = f" from {low:g}" if low_too else f" above {low:g}"
        kind = "a finite number" if low == -np.inf else "a number" + bound + f" and below {high:g}" * (high < np.inf)
        raise ValueError(f"{name} is {value!r}; expected {kind}")
    return float(value)


def whole(name, value, low):
    """`value` as an int, if it is a whole number of at least `low`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < low:
        raise ValueError(f"{name} is {value!r}; expected a whole number, {low} or more")
    return int(value)
