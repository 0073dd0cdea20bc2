"""What comes through the pipe: plain data arrives as it left, and nothing that comes can do more than be refused."""

import json
import os
import struct
import tracemalloc
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpcourse.teaching import wire
from bpcourse.teaching.wire import Broken, Entries, Line, Opaque, pack, unpack

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
        assert tracemalloc.get_traced_memory()[1] < 4 * len(data) + 100 * wire.TREE
    finally:
        tracemalloc.stop()


# ----- the line


@pytest.fixture
def ends():
    """(the marker's Line, the child's) in one process."""
    asked, answered = os.pipe(), os.pipe()
    yield Line(answered[0], asked[1]), Line(asked[0], answered[1], patient=True)
    for fd in (*asked, *answered):
        os.close(fd)


def test_only_what_answers_the_last_question_is_heard(ends):
    marker, child = ends
    child.send("forged before anything was asked")
    marker.send("one")
    assert child.receive() == "one"
    child.send("an answer to one")
    marker.within(5)
    assert marker.receive() == "an answer to one"
    child.send("to the next question")
    marker.send("two")
    assert child.receive() == "two"
    child.send("an answer to two")
    assert marker.receive() == "an answer to two"


def test_all_processes_of_the_child_answer_the_last_question(ends):
    marker, child = ends
    marker.send("for a fork")
    pid = os.fork()
    if not pid:
        child.receive()
        os._exit(0)
    os.waitpid(pid, 0)
    child.send("it has ended")
    marker.within(5)
    assert marker.receive() == "it has ended"


def test_the_time_is_over_also_where_there_is_always_something_to_read(ends):
    marker, child = ends
    marker.within(0.0)
    child.send("x")
    with pytest.raises(Broken, match="in time"):
        marker.receive()


def test_a_message_of_which_half_came_is_no_answer(ends):
    marker, child = ends
    os.write(child.outgoing, wire.HEAD.pack(100, bytes(8)) + b"x")
    marker.within(0.05)
    with pytest.raises(Broken, match="in time"):
        marker.receive()


def test_a_message_that_is_too_long_is_not_read(ends):
    marker, child = ends
    os.write(child.outgoing, wire.HEAD.pack(wire.LIMIT + 1, bytes(8)))
    marker.within(5)
    with pytest.raises(Broken, match="bytes"):
        marker.receive()


def test_somebody_looks_at_the_other_end_while_the_marker_waits(ends, monkeypatch):
    marker, _ = ends

    def look():
        raise Broken("seen")

    marker.look = look
    monkeypatch.setattr(wire, "LOOK", 0.01)
    marker.within(5)
    with pytest.raises(Broken, match="seen"):
        marker.receive()


def test_the_marker_does_not_wait_for_a_child_that_does_not_listen(ends):
    marker, _ = ends
    marker.within(0.05)
    with pytest.raises(Broken, match="in time"):
        marker.send(np.zeros(10**6))
