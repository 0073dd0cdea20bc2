"""Plain data arrives as it left, and nothing that comes can do more than be refused."""

import json
import struct
import tracemalloc
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpcourse.teaching import packing
from bpcourse.teaching.packing import Broken, Entries, Opaque, pack, unpack

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
VALUES = st.recursive(
    PLAIN | st.binary(max_size=5) | st.just(...),
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(PLAIN, inner, max_size=4)
    ),
    max_leaves=20,
)
TAGS = st.sampled_from(["n", "b", "d", "l", "t", "a", "e", "L", "c", "i", "o", "f", "x"])
TREES = st.recursive(
    PLAIN | st.sampled_from(["<f8", "|b1", "<U3", "f8,f8", "O", "<U99999", 1e400, -1, 2**70]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(TAGS, inner, inner, inner).map(list)
        | st.tuples(TAGS, inner).map(list)
        | st.tuples(TAGS, st.lists(inner, max_size=3)).map(list)
        | st.tuples(TAGS, inner, inner).map(list)
        | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=20,
)


def message(tree, rest=b""):
    data = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return struct.pack("<I", len(data)) + data + rest


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_plain_data_arrives_as_it_left(value):
    assert repr(unpack(pack(value))) == repr(value)


ARRAYS = [np.arange(6.0).reshape(2, 3), np.zeros((0, 3), np.int8), np.array(True), np.array(["ab", "c"]), np.ones(2, ">f4"),
          np.array([1j, 2]), np.float32(1.5), np.int64(-3), np.array(["x", None, 3.0], dtype=object)]  # fmt: skip


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}-{array.shape}")
def test_arrays_arrive_as_they_left(array):
    came = unpack(pack(array))
    assert type(came) is type(array) and came.shape == array.shape and came.tolist() == array.tolist()
    assert came.dtype == array.dtype.newbyteorder("<")


def test_what_is_no_plain_data_has_no_more_than_a_name():
    class Odd:
        __reduce__ = __getstate__ = None

    came = unpack(pack([Odd(), Odd, len, (k for k in range(3)), Fraction(1, 2), Decimal("0.5"), 10**400]))
    assert [type(one).__name__ for one in came] == ["Odd", "type", "builtin_function_or_method", "generator"] + 3 * [
        "float"
    ]
    assert all(isinstance(one, Opaque) and not callable(one) for one in came[:4])
    assert isinstance(came[3], Entries) and list(came[3]) == [0, 1, 2] and came[4:] == [0.5, 0.5, float("inf")]


@given(st.binary(max_size=60) | st.builds(message, TREES, st.binary(max_size=20)))
@settings(max_examples=1500, deadline=None)
def test_what_is_no_message_is_refused_as_broken(data):
    try:
        unpack(data, lambda place, state: None)
    except Broken:
        pass


@pytest.mark.parametrize(
    "data",
    [
        message(b"[" * 10**6),
        message(b'["l",[' * 5000 + b"1" + b"]]" * 5000),
        message(b"[" + b"[]," * 9_000_000 + b"[]]"),
        message(["n", "f8," * 100_000, [1], False]),
        message(["n", "<f8", [2**20] * 90_000, False]),
        message(["n", "<f8", [2**26, 2**26, 0], False]),
        message(["n", "<f8", [2**26], False]),
        message(["n", "|V8", [1], False], bytes(8)),
        message(["n", "|O8", [1], False], bytes(8)),
        message(["L", "f" * 10**6]),
        message(b"9" * 10**6),
        message(["b", -5]),
        message({"e": 1}),
        struct.pack("<I", 2**31),
        b"",
    ],
    ids=range(15),
)
def test_what_is_made_to_take_long_or_much_is_refused(data):
    tracemalloc.start()
    try:
        with pytest.raises(Broken):
            unpack(data)
        assert tracemalloc.get_traced_memory()[1] < 4 * len(data) + 100 * packing.TREE
    finally:
        tracemalloc.stop()
