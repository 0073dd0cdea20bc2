"""The checks against answers that do not end or meddle with their surroundings."""

import builtins
import logging
import os
import random
import signal
import sys
import threading
import time
import warnings
from dataclasses import replace

import numpy as np
import pytest
from support import after, hidden, judge, refuses

from bpcourse.marking import check, exercises, guard
from bpcourse.marking import messages as say
from bpcourse.marking.exercises import everything

EXERCISES = everything()

# ----- answers that do not end


def loop():
    while True:
        pass


def loop_that_catches():
    while True:
        try:
            time.sleep(0.001)
        except BaseException:
            pass


def loop_in_the_handler():
    try:
        while True:
            pass
    except BaseException:
        while True:
            pass


def sleep():
    time.sleep(3600)


def sleep_that_catches():
    while True:
        try:
            time.sleep(3600)
        except BaseException:
            continue


def print_for_ever():
    while True:
        print("again")


def loop_in_another_frame():
    sum(1 for _ in iter(int, 1))


ENDLESS = [
    loop,
    loop_that_catches,
    loop_in_the_handler,
    sleep,
    sleep_that_catches,
    print_for_ever,
    loop_in_another_frame,
]


@pytest.mark.parametrize("work", ENDLESS, ids=lambda f: f.__name__)
def test_endless_answer_is_stopped(work, monkeypatch, capfd):
    monkeypatch.setattr(guard, "SECONDS", 0.2)
    handler, trace, threads = signal.getsignal(signal.SIGINT), sys.gettrace(), threading.active_count()
    refuses(judge(after(work)), "still running after 0.2 seconds")
    assert signal.getsignal(signal.SIGINT) is handler
    assert sys.gettrace() is trace and threading.active_count() == threads
    assert judge(hidden, seed=1).status == "Not yet" or judge(hidden).passed
    assert capfd.readouterr() == ("", "")


def test_each_call_has_its_own_time(monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.5)
    calls = len(EXERCISES["hidden_delta"].cases()) + 1
    assert calls * 0.1 > 0.5 and judge(after(lambda: time.sleep(0.1))).passed, "longer in all than one call may take"
    refuses(judge(after(lambda: time.sleep(2))), "still running after 0.5 seconds")


def test_an_exercise_may_give_more_time(monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.05)
    slow = replace(EXERCISES["hidden_delta"], seconds=1.0)
    monkeypatch.setattr(exercises, "find", lambda name: slow)
    assert judge(after(lambda: time.sleep(0.1))).passed
    refuses(judge(after(loop)), "still running after 1 seconds")


def test_debugger_is_left_as_it_was(monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.2)

    def debugger(_frame, _event, _value):
        return None

    before = sys.gettrace()
    sys.settrace(debugger)
    try:
        refuses(judge(after(sleep_that_catches)), "still running")
        assert sys.gettrace() is debugger
    finally:
        sys.settrace(before)


def test_no_late_signal_after_an_answer_that_ends_with_the_time():
    """An answer that ends just when its time does: either verdict is fair, but nothing may come out."""
    for k in range(60):
        seconds = 0.005 + 0.0001 * (k % 10)

        def work(seconds=seconds):
            end = time.perf_counter() + 0.005
            while time.perf_counter() < end:
                pass
            return "done"

        value, error, _ = guard.guarded(work, seconds)
        assert value == "done" or isinstance(error, guard.TimeUp)
    time.sleep(2 * guard.AGAIN)


def test_reading_an_answer_counts_as_time(monkeypatch):
    class Slow(float):
        def __float__(self):
            loop()

    monkeypatch.setattr(guard, "SECONDS", 0.2)
    refuses(check("delta_by_hand", Slow(1)), "still running")


def test_stop_button_stops_the_check_and_nothing_else():
    def answer(W2, delta2, z1):
        signal.raise_signal(signal.SIGINT)
        loop()

    refuses(judge(answer), say.STOPPED)


def test_outside_the_main_thread():
    results = []
    thread = threading.Thread(target=lambda: results.extend([judge(hidden), judge(after(sys.exit))]))
    thread.start()
    thread.join()
    assert results[0].passed
    refuses(results[1], "SystemExit")


def test_check_inside_an_answer():
    assert judge(after(lambda: judge(hidden))).passed


# ----- answers that change what is not theirs


def test_changed_argument_is_named():
    def answer(W2, delta2, z1):
        out = hidden(W2, delta2, z1)
        W2 *= 2
        z1[0, 0] = 0
        return out

    refuses(judge(answer), "is right, but", "`W2` and `z1`")

    def wrong_too(W2, delta2, z1):
        delta2[:] = 1
        return delta2

    refuses(judge(wrong_too), "changed its argument `delta2`")


def test_argument_changed_and_then_an_error():
    def answer(W2, delta2, z1):
        W2 *= 2
        raise ValueError("after all")

    refuses(judge(answer), "ValueError: after all")


def test_every_call_gets_fresh_copies():
    kept = []

    def answer(W2, delta2, z1):
        for array in kept:
            array[...] = np.nan
        kept.extend([W2, delta2, z1])
        return hidden(W2, delta2, z1)

    assert judge(answer).passed and judge(answer).passed


def test_view_of_an_argument_is_no_answer_and_no_harm():
    refuses(judge(lambda W2, delta2, z1: z1[:]))
    refuses(judge(lambda W2, delta2, z1: W2.T))


def test_surroundings_are_as_before(capfd):
    def meddle():
        print("noise")
        print("noise", file=sys.stderr)
        os.write(1, b"")
        logging.getLogger("bpcourse.test").warning("noise")
        warnings.warn("noise", stacklevel=1)
        warnings.filterwarnings("ignore", message="this one only")
        np.seterr(all="raise")
        np.set_printoptions(precision=1)
        np.random.seed(0)
        random.seed(0)
        sys.setrecursionlimit(5000)
        os.chdir("/")
        sys.stdout = sys.stderr = None
        builtins.input = None

    np.random.seed(5)
    random.seed(5)
    np.random.random(3)
    expected = np.random.RandomState(5).random(4)[3]
    before = (
        np.geterr(), np.get_printoptions(), sys.getrecursionlimit(), list(warnings.filters), sys.stdout, sys.stderr,
        sys.stdin, builtins.input, random.getstate(), signal.getsignal(signal.SIGINT), sys.gettrace(),
        os.getcwd(),
    )  # fmt: skip
    assert judge(after(meddle)).passed
    now = (
        np.geterr(), np.get_printoptions(), sys.getrecursionlimit(), list(warnings.filters), sys.stdout, sys.stderr,
        sys.stdin, builtins.input, random.getstate(), signal.getsignal(signal.SIGINT), sys.gettrace(),
        os.getcwd(),
    )  # fmt: skip
    assert now == before
    assert np.random.random() == expected
    assert capfd.readouterr() == ("", "")


def test_warnings_are_no_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert judge(after(lambda: np.log(np.zeros(2)) / np.zeros(2))).passed


def test_exit_ends_the_answer_only():
    for leave in (sys.exit, exit, quit):
        refuses(judge(after(leave)), "SystemExit")


def test_input_is_refused():
    refuses(judge(after(lambda: input())), "calls `input()`")
    assert judge(after(lambda: sys.stdin.read())).passed
