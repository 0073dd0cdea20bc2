"""The line to the child: only what answers is heard, in time."""

import os

import numpy as np
import pytest

from bpcourse.teaching import wire
from bpcourse.teaching.packing import Broken
from bpcourse.teaching.wire import Line


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
