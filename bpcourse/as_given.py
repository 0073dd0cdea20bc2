"""What `bp.example` takes, in the forms in which books give it, as rows of exact numbers."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import islice
from numbers import Real

import numpy as np

from . import activations, losses
from .architecture import widths
from .calculation import exact


def number_of(name, x):
    """x as the Decimal that was written."""
    if isinstance(x, str):
        try:
            value = Decimal(x)
        except InvalidOperation:
            raise ValueError(f"{name} has {x!r}; expected a number") from None
    elif isinstance(x, Decimal):
        value = x
    elif isinstance(x, Fraction):
        value = Decimal(x.numerator) / Decimal(x.denominator)
    elif isinstance(x, Real | np.number) and not isinstance(x, bool | np.bool_):
        value = exact(x)
    else:
        raise TypeError(f"{name} has {x!r}; expected a number")
    if not value.is_finite():
        raise ValueError(f"{name} has {x!r}; expected finite numbers")
    return value


def _listed(x):
    return list(x) if isinstance(x, list | tuple | np.ndarray) else None


def rows_of(name, x):
    """x, one example or several, as rows of equal length."""
    rows = _listed(x)
    if not rows:
        raise ValueError(f"{name} is {x!r}; expected a list of numbers, or of lists of numbers, one for each example")
    return _matrix(name, rows if _listed(rows[0]) is not None else [rows])


def _matrix(name, x):
    """x as rows of equal length; a plain list is one row."""
    rows = _listed(x) or [[]]
    rows = [_listed(row) for row in (rows if _listed(rows[0]) is not None else [rows])]
    if any(not row or len(row) != len(rows[0]) for row in rows):
        lengths = [len(row) if row is not None else "no list" for row in rows]
        raise ValueError(f"{name} has rows of the lengths {lengths}; expected a list of lists of equal length")
    return [[number_of(name, value) for value in row] for row in rows]


def _by_layer(name, x):
    """What is given for each layer, as a list: from {1: ..., 2: ...} or from a list."""
    if not isinstance(x, Mapping):
        return _listed(x)
    if set(x) != set(range(1, len(x) + 1)):
        raise ValueError(f"{name} has the layers {sorted(x)}; expected {list(range(1, len(x) + 1))}")
    return [x[l] for l in range(1, len(x) + 1)]


def _orders(order, L):
    each = [order] * L if isinstance(order, str) else list(order)
    if len(each) != L or set(each) - {"rows", "columns"}:
        raise ValueError(f"order is {order!r}; expected 'rows' or 'columns', or one of them for each of {L} layers")
    return dict(enumerate(each, 1))


def matrices_of(weights, sizes, order, n_in, n_out):
    """([rows into the units] of each layer, {l: order})."""
    layers = _by_layer("weights", weights)
    if not layers:
        raise TypeError(f"weights is {weights!r}; expected a matrix for each layer, or a flat list with sizes")
    if any(_listed(W) is None for W in layers):
        return _from_flat(layers, sizes, order, n_in, n_out)
    orders, found, before = _orders(order, len(layers)), [], n_in
    for l, rows in enumerate(layers, 1):
        W, plain = _matrix(f"weights of layer {l}", rows), _listed(_listed(rows)[0]) is None
        if orders[l] == "columns" and not plain:
            W = [list(row) for row in zip(*W, strict=True)]
        if len(W[0]) != before:
            raise ValueError(
                f"weights of layer {l} give a unit {len(W[0])} inputs; expected {before}. The order is {orders[l]!r}: "
                f"a row holds what {'comes into' if orders[l] == 'rows' else 'goes out of'} one unit"
            )
        found.append(W)
        before = len(W)
    if sizes is not None and widths(sizes) != (n_in, *map(len, found)):
        raise ValueError(f"sizes is {sizes!r}; expected {(n_in, *map(len, found))}, as the weights have it")
    return found, orders


def _from_flat(numbers, sizes, order, n_in, n_out):
    if sizes is None:
        raise ValueError("weights is a flat list; expected sizes with it, the widths of all layers, such as (2, 2, 1)")
    sizes = widths(sizes)
    if (sizes[0], sizes[-1]) != (n_in, n_out):
        raise ValueError(f"sizes is {sizes!r}; expected {n_in} for the inputs and {n_out} for the targets at its ends")
    orders, pairs = _orders(order, len(sizes) - 1), list(zip(sizes, sizes[1:], strict=False))
    wanted = sum(before * width for before, width in pairs)
    if len(numbers) != wanted:
        raise ValueError(f"weights has {len(numbers)} numbers; expected {wanted} for sizes {sizes}, without the biases")
    rest, found = iter([number_of("weights", x) for x in numbers]), []
    for l, (before, width) in enumerate(pairs, 1):
        if orders[l] == "rows":
            found.append([list(islice(rest, before)) for _ in range(width)])
        else:
            found.append([list(row) for row in zip(*(list(islice(rest, width)) for _ in range(before)), strict=True)])
    return found, orders


def biases_of(biases, sizes):
    """({l: one for each unit}, {l: "unit", "layer" or None})."""
    L = len(sizes) - 1
    layers = [None] * L if biases is None else _by_layer("biases", biases)
    if layers is None or len(layers) != L:
        came = repr(biases) if layers is None else f"{len(layers)} entries"
        raise ValueError(
            f"biases has {came}; expected {L}, for each layer a number, a list or None"
            if layers
            else f"biases is {came}; expected a list with, for each of {L} layers, a number, a list or None"
        )
    b, kinds = {}, {}
    for l, one in enumerate(layers, 1):
        each = _listed(one)
        if each is not None and len(each) != sizes[l]:
            raise ValueError(f"biases of layer {l} has {len(each)} numbers; expected {sizes[l]}, one for each unit")
        kinds[l] = None if one is None else "layer" if each is None else "unit"
        values = [] if one is None else [one] * sizes[l] if each is None else each
        b[l] = [number_of(f"biases of layer {l}", x) for x in values]
    return b, kinds


def output_of(output, loss):
    """The activation of the output layer, as `Network` wants it."""
    applied = getattr(loss, "on_logits", "")
    names = {"softmax": losses.softmax, "sigmoid": activations.sigmoid, "": None}
    if applied and (output is None or output is names[applied]):
        return activations.identity  # the loss applies it: a book says so of the layer
    return activations.sigmoid if output is None else output
