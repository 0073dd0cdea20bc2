"""Plain data through a pipe: numbers, texts, arrays, and lists, tuples and dictionaries of them; nothing else.

Nothing that arrives can do anything: no pickle, no classes, no methods. What is no plain data arrives as an Opaque,
which has the name of its type and no more. Both ends use this room: the marker, and the child in its sandbox.
"""

import functools
import json
import math
import mmap
import numbers
import os
import re
import select
import struct
import sys
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal

import numpy as np

from . import carried

LIMIT = 64 * 2**20  # bytes of one message
TREE = 2 * 2**20  # bytes of all in a value that is no array: as lists, and numbers in them, they take 50 times as much
AXES, NUMBERS = 32, 2**21  # of an array
ENTRIES = 100_000  # of a list, and of what is read from a generator
LONG = 2**512  # a whole number that is longer travels as infinity
LOOK = 0.25  # seconds of waiting from one look at what the other end is doing to the next
PLAIN = (type(None), bool, int, float, str)
HEAD = struct.Struct("<I8s")  # of a message: its length, and what it answers


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
    if isinstance(value, np.ndarray | np.generic):
        return _array(np.asarray(value), isinstance(value, np.generic), buffers, functions)
    if isinstance(value, bytes):
        buffers.append(value)
        return ["b", len(value)]
    if isinstance(value, Mapping | list | tuple) and len(value) > ENTRIES:
        raise ValueError(f"more than {ENTRIES} entries in a {kind.__name__}")
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
    if type(tree) is not list:
        raise ValueError("no tag")
    tag, *rest = tree
    match tag, rest:
        case "n", [str(dtype), list(shape), bool(scalar)]:
            dtype, shape = _dtype(dtype), _shape(shape)
            count = math.prod(shape)
            array = np.frombuffer(buffers.next(count * dtype.itemsize), dtype, count=count).reshape(shape)
            return array[()] if scalar else array.copy()  # which can be written to
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
            return array.reshape(_shape(shape))
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
    if not isinstance(value, (*PLAIN, tuple, np.generic)):
        raise TypeError("no key")
    return value


def _kind(name, base):
    return type(name[:60] if name[:60].isidentifier() else "thing", (base,), {})


class Line:
    """Messages over two file descriptors, each at most LIMIT bytes long.

    The marker asks, the child answers. Each question has a mark, which nobody could know before; a message with another
    mark answers no question, whoever wrote it, and is passed over.
    """

    def __init__(self, incoming, outgoing, patient=False, look=None):
        """patient: waits for ever; the child does. The marker waits until a deadline, also in the midst of a message.

        look: called now and then while the marker waits; may raise Broken.
        """
        self.incoming, self.outgoing, self.patient, self.look = incoming, outgoing, patient, look
        self.mark = mmap.mmap(-1, 8)  # all processes of the child answer the last question that any of them has read
        self.deadline, self.looked = math.inf, time.monotonic()
        if not patient:
            os.set_blocking(incoming, False)
            os.set_blocking(outgoing, False)

    def within(self, seconds):
        """What follows must be done in so many seconds."""
        self.looked = time.monotonic()
        self.deadline = self.looked + seconds

    def send(self, message, functions=None):
        data = pack(message, functions)
        if len(data) > LIMIT:
            raise Broken(f"a message of {len(data)} bytes; {LIMIT} are allowed")
        if not self.patient:
            self.mark[:] = os.urandom(8)
        data = memoryview(HEAD.pack(len(data), self.mark[:]) + data)
        while data:
            self._in_time()
            try:
                data = data[os.write(self.outgoing, data[: 2**16]) :]
            except BlockingIOError:
                self._wait([], [self.outgoing])
            except OSError as error:
                raise Broken("the other end has gone") from error

    def receive(self, function=None):
        while True:
            length, mark = HEAD.unpack(self._read(HEAD.size))
            if length > LIMIT:
                raise Broken(f"a message of {length} bytes; {LIMIT} are allowed")
            data = self._read(length)
            if self.patient:
                self.mark[:] = mark
            if mark == self.mark[:]:
                return unpack(data, function)

    def _read(self, length):
        data = bytearray()
        while len(data) < length:
            self._in_time()
            try:
                piece = os.read(self.incoming, min(length - len(data), 2**20))
            except BlockingIOError:
                self._wait([self.incoming], [])
                continue
            if not piece:
                raise Broken("the other end has gone")
            data += piece
        return bytes(data)

    def _in_time(self):
        """Broken if the time is over, also where there is always something to read."""
        if self.patient:
            return
        now = time.monotonic()
        if now >= self.deadline:
            raise Broken("no answer in time")
        if self.look and now >= self.looked + LOOK:
            self.look()
            self.looked = time.monotonic()

    def _wait(self, reading, writing):
        while not any(select.select(reading, writing, [], max(0.0, min(self.deadline - time.monotonic(), LOOK)))):
            self._in_time()
