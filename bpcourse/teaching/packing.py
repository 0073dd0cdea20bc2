"""Plain data as bytes: numbers, texts, arrays, and lists, tuples and dictionaries of them; nothing else.

Nothing that arrives can do anything: no pickle, no classes, no methods. What is no plain data arrives as an Opaque,
which has the name of its type and no more. Both ends use this room: the marker, and the child in its sandbox.
"""

import functools
import json
import math
import numbers
import re
import struct
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal

import numpy as np

from . import carried

TREE = 2 * 2**20  # bytes of all in a value that is no array: as lists, and numbers in them, they take 50 times as much
AXES, NUMBERS = 32, 2**21  # of an array
ENTRIES = 100_000  # of a list, and of what is read from a generator
LONG = 2**512  # a whole number that is longer travels as infinity
PLAIN = frozenset({type(None), bool, int, float, str})
FORMS = {list: "l", tuple: "t", dict: "d", Mapping: "d"}  # what has entries, and its tag


class Broken(Exception):
    """The other end has sent something that is no message, or has gone, or did not answer in time."""


class Opaque:
    """Something that is no plain data. Its class has the name that the type had over there."""


class Entries(Opaque):
    """What can only be gone through, such as a generator: `entries` are what came out of it."""

    def __init__(self, entries):
        self.entries = entries

    def __iter__(self):
        return iter(self.entries)


def pack(value, functions=None):
    """bytes of a value. functions: a list to which callables (and generators of random numbers) are added, which then
    travel as their place in it, with the state that `carried` gives; without it they are opaque.
    """
    buffers = []
    tree = json.dumps(_tree(value, buffers, functions)).encode()
    if len(tree) > TREE:
        raise ValueError(f"more than {TREE} bytes of text, lists and numbers outside of arrays")
    return b"".join([struct.pack("<I", len(tree)), tree, *buffers])


def _tree(value, buffers, functions):
    kind = type(value)
    if kind in PLAIN:
        if kind is not int or abs(value) < 2**63:
            return value
        return ["L", f"{value:x}"] if abs(value) < LONG else math.inf
    if kind is np.ndarray:
        return _array(value, False, buffers, functions)
    form = FORMS.get(kind)
    if form is None:
        if isinstance(value, np.ndarray | np.generic):
            return _array(np.asarray(value), isinstance(value, np.generic), buffers, functions)
        if isinstance(value, bytes):
            buffers.append(value)
            return ["b", len(value)]
        form = next((form for base, form in FORMS.items() if isinstance(value, base)), None)
    if form:
        if len(value) > ENTRIES:
            raise ValueError(f"more than {ENTRIES} entries in a {kind.__name__}")
        if form == "d":
            return ["d", [[_tree(k, buffers, functions), _tree(v, buffers, functions)] for k, v in value.items()]]
        return [form, [_tree(entry, buffers, functions) for entry in value]]
    if value is ...:
        return ["e"]
    if isinstance(value, complex):
        return ["c", value.real, value.imag]
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, numbers.Real | Decimal):
        return float(value)
    if functions is not None and (callable(value) or isinstance(value, np.random.Generator)):
        if not any(known is value for known in functions):
            functions.append(value)
        place = next(i for i, known in enumerate(functions) if known is value)
        return ["f", place, _tree(carried.state(value), buffers, None)]
    if isinstance(value, Iterator | set | frozenset | range | type({}.values()) | type({}.keys())):
        entries = [_tree(entry, buffers, functions) for entry, _ in zip(value, range(ENTRIES), strict=False)]
        return ["i", kind.__name__, entries]
    return ["o", kind.__name__]


def _array(array, scalar, buffers, functions):
    _shape(array.shape)
    if array.dtype.kind == "O":
        return ["a", list(array.shape), [_tree(entry, buffers, functions) for entry in array.ravel().tolist()]]
    if array.dtype.kind not in "biufcSU":
        return ["o", array.dtype.name]
    if array.dtype.itemsize > 16 and array.dtype.kind in "fc":  # long double: not the same on every machine
        array = array.astype(complex if array.dtype.kind == "c" else float)
    if not array.dtype.isnative or sys.byteorder == "big":
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    buffers.append(array.tobytes())
    return ["n", array.dtype.str, list(array.shape), scalar]


def unpack(data, function=None):
    """The value of `pack`. function: (its place, state) -> what stands for a callable; without it there are none.
    Raises Broken for what `pack` has not made.
    """
    try:
        (length,) = struct.unpack_from("<I", data)
        if length > TREE:
            raise ValueError("too long")
        tree = json.loads(data[4 : 4 + length])
        return _value(tree, _Buffers(data, 4 + length), function)
    except Exception as error:  # whatever came, it is no message
        raise Broken(f"no message: {type(error).__name__}") from None


class _Buffers:
    def __init__(self, data, at):
        self.data, self.at = data, at

    def next(self, length):
        if not 0 <= length <= len(self.data) - self.at:
            raise ValueError("more bytes named than came")
        self.at += length
        return self.data[self.at - length : self.at]


def _value(tree, buffers, function):
    if type(tree) in PLAIN:
        return tree
    return READERS[(tree[0], *map(type, tree[1:]))](buffers, function, *tree[1:])


def _values(trees, buffers, function):
    return [_value(tree, buffers, function) for tree in trees]


def _numbers(buffers, function, dtype, shape, scalar):
    dtype, shape = _dtype(dtype), _shape(shape)
    count = math.prod(shape)
    array = np.frombuffer(buffers.next(count * dtype.itemsize), dtype, count=count).reshape(shape)
    return array[()] if scalar else array.copy()  # which can be written to


def _objects(buffers, function, shape, entries):
    array = np.empty(len(entries), dtype=object)
    for i, entry in enumerate(_values(entries, buffers, function)):
        array[i] = entry
    return array.reshape(_shape(shape))


def _mapping(buffers, function, items):
    return {_key(_value(k, buffers, function)): _value(v, buffers, function) for k, v in items}


def _entries(buffers, function, name, entries):
    return _kind(name, Entries)(_values(entries, buffers, function))


def _integer(buffers, function, digits):
    if len(digits) >= 200:
        raise ValueError("a whole number that is too long")
    return int(digits, 16)


def _function(buffers, function, place, state):
    return function(place, None if state is None else _value(state, buffers, None))


READERS = {  # by the tag and the types of what follows: no others are read
    ("n", str, list, bool): _numbers,
    ("b", int): lambda buffers, _, length: bytes(buffers.next(length)),
    ("d", list): _mapping,
    ("l", list): lambda buffers, function, entries: _values(entries, buffers, function),
    ("t", list): lambda buffers, function, entries: tuple(_values(entries, buffers, function)),
    ("a", list, list): _objects,
    ("e",): lambda *_: ...,
    ("L", str): _integer,
    ("c", float, float): lambda _, __, real, imag: complex(real, imag),
    ("i", str, list): _entries,
    ("o", str): lambda _, __, name: _kind(name, Opaque)(),
    ("f", int, type(None)): _function,
    ("f", int, list): _function,
}


@functools.lru_cache(100)
def _dtype(name):
    if not re.fullmatch(r"[<|][biufcSU]\d{1,5}", name):
        raise ValueError("no array of this kind")
    return np.dtype(name)


def _shape(lengths):
    if len(lengths) > AXES:
        raise ValueError("an array of so many axes is not read")
    total = 1
    for n in lengths:
        if type(n) is not int or n < 0:
            raise ValueError("no length of an axis")
        total *= n or 1  # an axis of no length makes the others no shorter
        if total > NUMBERS:
            raise ValueError(f"an array of more than {NUMBERS} numbers is not read")
    return lengths


def _key(value):
    if type(value) not in PLAIN and not isinstance(value, tuple | np.generic):
        raise TypeError("no key")
    return value


def _kind(name, base):
    return type(name[:60] if name[:60].isidentifier() else "thing", (base,), {})
