"""Learners who want marks that are not due, or harm: they get what their honest part deserves, and nobody is harmed."""

import os
import shutil
import socket
import time
from pathlib import Path

import numpy
import pytest

import bpcourse

pytest.importorskip("nbgrader", reason="nbgrader is not installed (extra teach).")
import attacks  # noqa: E402
import by_task  # noqa: E402

from bpcourse.marking import guard  # noqa: E402
from bpcourse.teaching import marker, remote, watch  # noqa: E402

pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed: no sandbox.")
INSTALLED = [Path(package.__file__) for package in (bpcourse, numpy)]


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """What must not be touched; afterwards it is looked at. Gives what to put for CANARY in the attacks' texts."""
    monkeypatch.setenv("CANARY", "TRUTH=CANARY")
    for name in ("home", "class"):
        (tmp_path / name).write_text("untouched")
    server, abstract, before = (
        socket.create_server(("127.0.0.1", 0)),
        socket.socket(socket.AF_UNIX),
        watch.below(os.getpid()),
    )
    abstract.bind(f"\0canary-{os.getpid()}")
    abstract.listen()
    with server, abstract:
        yield {
            "CANARY_PORT": str(server.getsockname()[1]), "CANARY/": f"{tmp_path}/", "\\0canary": f"\\0canary-{os.getpid()}"
        }  # fmt: skip
        for one in (server, abstract):
            one.setblocking(False)
            with pytest.raises(BlockingIOError):
                one.accept()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"home": "untouched", "class": "untouched"}
    assert not any(attacks.WRITTEN in path.read_text() for path in INSTALLED)
    for _ in range(100):  # the system takes a moment to end a large process
        left = set(watch.below(os.getpid())) - set(before)
        if not left:
            break
        time.sleep(0.05)
    assert not left


@pytest.fixture
def impatient(monkeypatch):
    """The marker waits a shorter time than the child, which has its own limits."""
    monkeypatch.setattr(guard, "SECONDS", 1.0)
    for module in (remote, marker):
        monkeypatch.setattr(module, "GRACE", 1.5)
    monkeypatch.setattr(marker, "CELL", 1.0)


def marked(attack, names, places):
    """The Marked of a notebook with an attack. names: the exercises to mark."""
    texts = attack.source, attack.before
    for old, new in places.items():
        texts = [text.replace(old, new) for text in texts]
    before = {attack.exercise: texts[1]} if texts[1] else {}
    assignment = by_task.chapter_of(attack.exercise)
    return marker.mark(by_task.task(assignment, {attack.exercise: texts[0]}, before, tuple(names), files=attack.files))


def neighbours(name):
    """An exercise, the one before it and two after it."""
    names = list(by_task.task(by_task.chapter_of(name)).points)
    at = names.index(name)
    return names[max(0, at - 1) : at + 3]


@pytest.mark.parametrize("attack", attacks.ALL, ids=lambda attack: f"{attack.kind}: {attack.name}".replace(" ", "-"))
def test_it_earns_what_is_due_and_nobody_is_harmed(attack, outside, request):
    if attack.hangs:
        request.getfixturevalue("impatient")
    names = neighbours(attack.exercise)
    came = marked(attack, names, outside)
    points = {mark.exercise: mark.points for mark in came.marks}
    full = {mark.exercise: mark.max_points for mark in came.marks}
    assert points == {**{name: full[name] for name in names}, attack.exercise: attack.due}, came
    for text in [*came.remarks, *(mark.message for mark in came.marks)]:
        assert text.isprintable() and len(text) <= remote.TEXT
    (message,) = (mark.message for mark in came.marks if mark.exercise == attack.exercise)
    assert "AssertionError" not in message, message  # an attack that found a door says so by an assert
