"""Plain data through a pipe: numbers, texts, arrays, and lists, tuples and dictionaries of them; nothing else.

Nothing that arrives can do anything: no pickle, no classes, no methods. What is no plain data arrives as an Opaque,
which has the name of its type and no more. Both ends use this room: the marker, and the child in its sandbox.
"""

import functools
import json
import math
import numbers
import os
import select
import struct
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal

import numpy as np

LIMIT = 64 * 2**20  # bytes of one message
ENTRIES = 100_000  # of what is read from a generator
LONG = 2**512  # a whole number that is longer travels as infinity
PLAIN = (type(None), bool, int, float, str)


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
    travel as their place in it; without it they are opaque.
    """
    buffers = []
    tree = json.dumps(_tree(value, buffers, functions)).encode()
    return b"".join([struct.pack("<I", len(tree)), tree, *buffers])


def _tree(value, buffers, functions):
    kind = type(value)
    if kind in PLAIN:
        if kind is not int or abs(value) < 2**63:
            return value
        return ["L", f"{value:x}"] if abs(value) < LONG else math.inf
    if isinstance(value, np.ndarray | np.generic):
        return _array(np.asarray(value), isinstance(value, np.generic), buffers, functions)
    if isinstance(value, bytes):
        buffers.append(value)
        return ["b", len(value)]
    if isinstance(value, Mapping):
        return ["d", [[_tree(k, buffers, functions), _tree(v, buffers, functions)] for k, v in value.items()]]
    if isinstance(value, list | tuple):
        return ["l" if isinstance(value, list) else "t", [_tree(entry, buffers, functions) for entry in value]]
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
        state = _tree(value.bit_generator.state, buffers, None) if isinstance(value, np.random.Generator) else None
        return ["f", place, state]
    if isinstance(value, Iterator | set | frozenset | range | type({}.values()) | type({}.keys())):
        entries = [_tree(entry, buffers, functions) for entry, _ in zip(value, range(ENTRIES), strict=False)]
        return ["i", kind.__name__, entries]
    return ["o", kind.__name__]


def _array(array, scalar, buffers, functions):
    if array.dtype.kind == "O":
        return ["a", list(array.shape), [_tree(entry, buffers, functions) for entry in array.ravel().tolist()]]
    if array.dtype.kind not in "biufcSU":
        return ["o", array.dtype.name]
    if array.dtype.itemsize > 16 and array.dtype.kind in "fc":  # long double: not the same on every machine
        array = array.astype(complex if array.dtype.kind == "c" else float)
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    buffers.append(array.tobytes())
    return ["n", array.dtype.str, list(array.shape), scalar]


def unpack(data, function=None):
    """The value of `pack`. function: (its place, state) -> what stands for a callable; without it there are none.
    Raises Broken for what `pack` has not made.
    """
    try:
        (length,) = struct.unpack_from("<I", data)
        tree = json.loads(data[4 : 4 + length])
        return _value(tree, _Buffers(data, 4 + length), function)
    except (ValueError, TypeError, KeyError, IndexError, struct.error, RecursionError, MemoryError, OverflowError) as e:
        raise Broken(f"no message: {type(e).__name__}") from None


class _Buffers:
    def __init__(self, data, at):
        self.data, self.at = data, at

    def next(self, length):
        if not 0 <= length <= len(self.data) - self.at:
            raise ValueError("more bytes named than came")
        self.at += length
        return self.data[self.at - length : self.at]


def _value(tree, buffers, function):
    if not isinstance(tree, list):
        return tree
    tag, *rest = tree
    match tag, rest:
        case "n", [str(dtype), list(shape), bool(scalar)]:
            dtype = _dtype(dtype)
            count = math.prod(_length(n) for n in shape)
            array = np.frombuffer(buffers.next(count * dtype.itemsize), dtype, count=count).reshape(shape).copy()
            return array[()] if scalar else array
        case "b", [int(length)]:
            return bytes(buffers.next(length))
        case "d", [list(items)]:
            return {_key(_value(k, buffers, function)): _value(v, buffers, function) for k, v in items}
        case "l", [list(entries)]:
            return [_value(entry, buffers, function) for entry in entries]
        case "t", [list(entries)]:
            return tuple(_value(entry, buffers, function) for entry in entries)
        case "a", [list(shape), list(entries)]:
            array = np.empty(len(entries), dtype=object)
            for i, entry in enumerate(entries):
                array[i] = _value(entry, buffers, function)
            return array.reshape([_length(n) for n in shape])
        case "e", []:
            return ...
        case "L", [str(digits)] if len(digits) < 200:
            return int(digits, 16)
        case "c", [int() | float() as real, int() | float() as imag]:
            return complex(real, imag)
        case "i", [str(name), list(entries)]:
            return _kind(name, Entries)([_value(entry, buffers, function) for entry in entries])
        case "o", [str(name)]:
            return _kind(name, Opaque)()
        case "f", [int(place), state] if function is not None:
            return function(place, None if state is None else _value(state, buffers, None))
    raise ValueError("no such tag")


@functools.lru_cache(100)
def _dtype(name):
    dtype = np.dtype(name)
    if dtype.kind not in "biufcSU" or dtype.itemsize > 2**16:
        raise ValueError("no array of this kind")
    return dtype


def _length(n):
    if type(n) is not int or not 0 <= n <= LIMIT:
        raise ValueError("no length")
    return n


def _key(value):
    if not isinstance(value, (*PLAIN, tuple, np.generic)):
        raise TypeError("no key")
    return value


def _kind(name, base):
    return type(name[:60] if name[:60].isidentifier() else "thing", (base,), {})


class Line:
    """Messages over two file descriptors, each at most LIMIT bytes long."""

    def __init__(self, incoming, outgoing, patient=False):
        """patient: waits for ever; the child does. The marker waits until a deadline, also in the midst of a message."""
        self.incoming, self.outgoing, self.patient, self.deadline = incoming, outgoing, patient, math.inf
        if not patient:
            os.set_blocking(incoming, False)
            os.set_blocking(outgoing, False)

    def send(self, message, functions=None):
        data = pack(message, functions)
        if len(data) > LIMIT:
            raise Broken(f"a message of {len(data)} bytes; {LIMIT} are allowed")
        data = memoryview(struct.pack("<I", len(data)) + data)
        while data:
            self._wait([], [self.outgoing])
            try:
                data = data[os.write(self.outgoing, data[: 2**16]) :]
            except OSError as error:
                raise Broken("the other end has gone") from error

    def receive(self, function=None):
        (length,) = struct.unpack("<I", self._read(4))
        if length > LIMIT:
            raise Broken(f"a message of {length} bytes; {LIMIT} are allowed")
        return unpack(self._read(length), function)

    def _read(self, length):
        data = bytearray()
        while len(data) < length:
            self._wait([self.incoming], [])
            piece = os.read(self.incoming, min(length - len(data), 2**20))
            if not piece:
                raise Broken("the other end has gone")
            data += piece
        return bytes(data)

    def _wait(self, reading, writing):
        if self.patient:
            return
        left = None if self.deadline == math.inf else max(0.0, self.deadline - time.monotonic())
        if not any(select.select(reading, writing, [], left)):
            raise Broken("no answer in time")
