"""Run code that may do anything: stop it when its time is up, keep it quiet, put everything back afterwards.

The time limit works as the stop button does: a watchdog thread sends SIGINT to the main thread, and the
handler raises TimeUp in whatever is running there. One long call inside a C library cannot be stopped this way.
"""

import _thread
import builtins
import contextlib
import io
import os
import random
import signal
import sys
import threading
import time
import warnings
from typing import Any, NamedTuple

import numpy as np

SECONDS = 5.0  # for one call of an answer; a right one needs a few milliseconds
PAUSE = 60.0
LOOK = 0.25  # seconds from one look at the deadline to the next: to be told of each move of it would cost more
AGAIN = 0.02  # seconds between two signals, if the first did not stop the answer

clock = time.monotonic  # by which the time of an answer is measured
_running = []  # the guards at work, the innermost last


class TimeUp(BaseException):
    """Raised inside an answer that has run for too long; not an Exception, so that `except Exception` lets it pass."""


class AskedForInput(Exception):
    """Raised when an answer calls input()."""


class AskedToExit(Exception):
    """Raised when an answer calls exit() or quit()."""


class Done(NamedTuple):
    """What came of guarded work: its value, or the error that it raised; whether it printed anything."""

    value: Any
    error: BaseException | None
    printed: bool


def guarded(work, seconds=None):
    """Call work(), a Python function: a Done.

    The time limit holds from here, and from each `new_call` in it. Raises nothing itself. Outside the main thread there
    is no time limit: signals go to the main thread only.
    """
    if threading.current_thread() is not threading.main_thread():
        with quiet() as sink:
            try:
                return Done(work(), None, sink.used)
            except BaseException as error:
                return Done(None, error, sink.used)
    watch = _Watch(SECONDS if seconds is None else seconds)
    before = signal.signal(signal.SIGINT, watch.on_signal)
    watch.thread.start()
    _running.append(watch)
    try:
        with quiet() as sink:
            return Done(*watch.run(work), sink.used)
    finally:
        _running.pop()
        watch.end()
        watch.thread.join()  # after this no signal comes; until then on_signal ignores it
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


def new_call(seconds=None):
    """The answer is called once more: its time begins anew, and pictures that it shows again are not shown again."""
    if _running:
        _running[-1].calls += 1
    renew(seconds)


def renew(seconds=None):
    """The time limit begins anew, with another number of seconds if they are given."""
    if _running:
        _running[-1].deadline = clock() + (_running[-1].seconds if seconds is None else seconds)


@contextlib.contextmanager
def pause():
    """The time limit stands still: what happens here is not the answer's doing. For less than `PAUSE` seconds."""
    if not _running:
        yield
        return
    watch, start = _running[-1], clock()
    watch.deadline += PAUSE
    try:
        yield
    finally:
        watch.deadline -= PAUSE - (clock() - start)


class _Watch:
    def __init__(self, seconds):
        self.seconds, self.expired, self.calls = seconds, False, 0
        self.armed, self.frame, self.attempts = False, None, 0
        self.changed, self.over, self.deadline = threading.Condition(), False, clock() + seconds
        self.thread = threading.Thread(target=self._wait, daemon=True)

    def end(self):
        with self.changed:
            self.over = True
            self.changed.notify()

    def run(self, work):
        self.frame = sys._getframe()
        self.armed = True
        try:
            value, error = work(), None
        except BaseException as raised:
            value, error = None, raised
        self.armed = False  # until here this frame is the one interrupted, and on_signal spares it
        self.frame = None
        return value, error

    def on_signal(self, _number, frame):
        if not self.armed or frame is self.frame:
            return
        if not self.expired:
            raise KeyboardInterrupt  # the reader's own stop button
        self.attempts += 1
        if self.attempts > 2:  # the answer catches everything: raise in its `except` clause as well
            sys.settrace(_stop_at_next_line)
            frame.f_trace = _stop_at_next_line
        raise TimeUp

    def _wait(self):
        with self.changed:
            while not self.over:
                left = self.deadline - clock()
                if left > 0 and not self.expired:
                    self.changed.wait(min(left, LOOK))  # the deadline may move meanwhile
                    continue
                self.expired = True
                if hasattr(signal, "pthread_kill"):
                    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)  # wakes a sleep, too
                else:
                    _thread.interrupt_main()
                self.changed.wait(AGAIN)


def _stop_at_next_line(_frame, event, _value):
    if event == "line":
        raise TimeUp
    return _stop_at_next_line


class _Sink(io.TextIOBase):
    """Forgets what is written to it, so that an endless print fills no memory. `used`: whether anything came."""

    used = False

    def writable(self):
        return True

    def write(self, text):
        self.used = True
        return len(text)


def _no_input(*_):
    raise AskedForInput("input() was called")


def _no_exit(*_):
    raise AskedToExit("exit() was called")


@contextlib.contextmanager
def quiet():
    trace, recursion, stdin, ask = sys.gettrace(), sys.getrecursionlimit(), sys.stdin, builtins.input
    numpy_state, python_state, folder = np.random.get_state(), random.getstate(), os.getcwd()
    with (
        contextlib.redirect_stdout(_Sink()) as sink,
        contextlib.redirect_stderr(_Sink()),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        np.printoptions(),
        _notebook_held(),
    ):
        warnings.simplefilter("ignore")
        sys.stdin, builtins.input = io.StringIO(), _no_input
        try:
            yield sink
        finally:
            if sys.gettrace() is not trace:
                sys.settrace(trace)
            sys.stdin, builtins.input = stdin, ask
            sys.setrecursionlimit(recursion)
            np.random.set_state(numpy_state)
            random.setstate(python_state)
            with contextlib.suppress(OSError):  # the folder may be gone
                os.chdir(folder)


@contextlib.contextmanager
def _notebook_held():
    """In a notebook: exit() ends an answer and not the kernel, and an answer called again shows no second picture."""
    shell = getattr(builtins, "get_ipython", lambda: None)()
    if shell is None or not hasattr(shell, "ask_exit"):
        yield
        return
    publish, figures = shell.display_pub.publish, set(_open_figures())

    def publish_once(*args, **kwargs):
        if not _running or _running[-1].calls < 2:
            publish(*args, **kwargs)

    shell.ask_exit, shell.display_pub.publish = _no_exit, publish_once  # these hide the methods of the class
    try:
        yield
    finally:
        del shell.ask_exit, shell.display_pub.publish
        for number in sorted(set(_open_figures()) - figures)[1:]:
            sys.modules["matplotlib.pyplot"].close(number)


def _open_figures():
    """The numbers of Matplotlib's open figures; none if nobody has imported it."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    return pyplot.get_fignums() if pyplot else []
