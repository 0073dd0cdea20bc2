"""Run code that may do anything: stop it when its time is up, keep it quiet, put everything back afterwards.

The time limit works as the stop button does: a watchdog thread sends SIGINT to the main thread, and the
handler raises TimeUp in whatever is running there. One long call inside a C library cannot be stopped this way.
"""

import _thread
import builtins
import contextlib
import io
import random
import signal
import sys
import threading
import warnings

import numpy as np

SECONDS = 5.0  # for a whole check; a right answer needs a few milliseconds
AGAIN = 0.02  # seconds between two signals, if the first did not stop the answer


class TimeUp(BaseException):
    """Raised inside an answer that has run for too long; not an Exception, so that `except Exception` lets it pass."""


class AskedForInput(Exception):
    """Raised when an answer calls input()."""


def guarded(work, seconds=None):
    """Call work(), a Python function, and return (its value, None), or (None, what it raised).

    Raises nothing itself. Outside the main thread there is no time limit: signals go to the main thread only.
    """
    if threading.current_thread() is not threading.main_thread():
        with _quiet():
            try:
                return work(), None
            except BaseException as error:
                return None, error
    watch = _Watch(SECONDS if seconds is None else seconds)
    before = signal.signal(signal.SIGINT, watch.on_signal)
    watch.thread.start()
    try:
        with _quiet():
            return watch.run(work)
    finally:
        watch.over.set()
        watch.thread.join()  # after this no signal comes; until then on_signal ignores it
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


class _Watch:
    def __init__(self, seconds):
        self.seconds, self.over, self.expired = seconds, threading.Event(), False
        self.armed, self.frame, self.attempts = False, None, 0
        self.thread = threading.Thread(target=self._wait, daemon=True)

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
        if self.over.wait(self.seconds):
            return
        self.expired = True
        while True:
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)  # wakes a sleep, too
            else:
                _thread.interrupt_main()
            if self.over.wait(AGAIN):
                return


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


@contextlib.contextmanager
def _quiet():
    trace, recursion, stdin, ask = sys.gettrace(), sys.getrecursionlimit(), sys.stdin, builtins.input
    numpy_state, python_state = np.random.get_state(), random.getstate()
    with (
        contextlib.redirect_stdout(_Sink()),
        contextlib.redirect_stderr(_Sink()),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        np.printoptions(),
    ):
        warnings.simplefilter("ignore")
        sys.stdin, builtins.input = io.StringIO(), _no_input
        try:
            yield
        finally:
            if sys.gettrace() is not trace:
                sys.settrace(trace)
            sys.stdin, builtins.input = stdin, ask
            sys.setrecursionlimit(recursion)
            np.random.set_state(numpy_state)
            random.setstate(python_state)
