"""The other end: runs what a learner wrote, in its sandbox, and says what came. It knows no answer and no truth.

`python -m bpcourse.teaching.child` reads messages from its standard input and answers on its standard output. A process
waits here for notebooks; each notebook runs in a fork of it, and each check calls the answer in a fork of that. So
whatever an answer does, it does to a process that ends with its exercise.
"""

import ast
import builtins
import contextlib
import gc
import inspect
import linecache
import os
import resource
import signal
import sys
import time
import types

from ..datasets import digits
from ..marking import answer, guard
from ..marking.guard import TimeUp, guarded
from . import carried
from .packing import Broken, pack
from .watch import PROCESSES
from .wire import Line

WAITING = 4  # seconds of waiting are one second of an answer's time
SIGN = 0.5  # seconds after which a call's end is said, so that the marker goes on waiting
CELL = 30.0  # seconds for a cell
SLACK = 3 * 2**20  # bytes that Python itself may ask for in a call, whatever the answer is
LIMITS = {  # of each process; the marker looks at what all take together
    resource.RLIMIT_AS: 2 * 2**30,  # bytes of memory
    resource.RLIMIT_FSIZE: 64 * 2**20,  # bytes of a file
    resource.RLIMIT_NOFILE: 256,
    resource.RLIMIT_CORE: 0,
}


def _clock():
    """Seconds of which those that other programs take from this one count a quarter: a busy machine costs no marks."""
    return time.process_time() + (time.monotonic() - time.process_time()) / WAITING


def main():
    """Answer notebooks until the other end closes the line."""
    guard.clock = _clock
    line = Line(os.dup(0), os.dup(1), patient=True)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    for limit, most in LIMITS.items():
        resource.setrlimit(limit, (most, most))
    if "--alone" in sys.argv:  # else they would be counted with all that the user runs
        resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
    _warm()
    line.send({"ready": True})
    alive = {os.getpid()}
    while True:
        try:
            message = line.receive()
        except Broken:
            os._exit(0)
        if "files" in message:  # nothing else is for this process
            _in_a_fork(line, alive, lambda message=message: _notebook(line, alive, message), "gone")


def _warm():
    """Load what notebooks use: what is loaded here, no fork needs to load again."""
    guarded(_nothing)
    digits()


def _in_a_fork(line, alive, work, ended="died"):
    """Do work() in a process of its own, and say when it has ended, and how; then end what it left behind.

    alive: the processes that must live, this one and those above it. ended: the word to say it with.
    """
    _end_others(alive)
    gc.freeze()  # a fork need not go through what is there already, and so make a copy of all of it
    child = os.fork()
    if not child:
        try:
            alive.add(os.getpid())
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    _end_others(alive)
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    line.send({ended: (signal.strsignal(number) or str(number)) if number else "exit"})


def _end_others(alive):
    """End what an answer has left running. Only in a sandbox of its own, where there is nobody else."""
    if "--alone" not in sys.argv:
        return
    if len(alive) == 1:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)  # all at once, also those that are about to begin others
    for _ in range(100):
        others = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in {1, *alive}]
        others = [pid for pid in others if _running(pid)]
        if not others:
            return
        for pid in others:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def _running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(") ")[2][:1] != "Z"
    except OSError:
        return False


# ----- one notebook


def _notebook(line, alive, message):
    """Run the cells that come, until the line says "end". message: the files beside the notebook."""
    here = f"/tmp/notebook-{os.getpid()}" if "--alone" in sys.argv else os.getcwd()
    os.makedirs(here, exist_ok=True)
    os.chdir(here)
    sys.path.insert(0, here)
    for name, content in message["files"].items():
        with contextlib.suppress(OSError, ValueError), open(os.path.basename(name), "wb") as file:
            file.write(content)
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    main.__dict__.update(display=_nothing)
    for name in ("exit", "quit"):  # Python started without `site` has none
        setattr(builtins, name, guard._no_exit)
    line.send({"begun": True})
    while True:
        message = line.receive()
        if "end" in message:
            return
        if "cell" in message:
            line.send(_cell(main.__dict__, message["cell"], message["name"]))
        elif "judge" in message:
            known = _at_a_glance(main.__dict__.get(message["judge"]))
            if known:
                line.send({"is": known, "over": True})
            else:
                _in_a_fork(line, alive, _Judged(line, alive, main.__dict__, message["judge"]).serve)
        else:  # it was meant for a process that has ended
            line.send({"died": "exit"})


def _nothing(*_, **__):
    pass


def _cell(namespace, source, name):
    """Run a cell: {"error": '' or its text, "late": whether it was stopped}."""

    def work():
        linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
        code = compile(source, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if code.co_flags & inspect.CO_COROUTINE:
            import asyncio  # which takes a tenth of the time that a child needs to begin

            asyncio.run(eval(code, namespace))
        else:
            exec(code, namespace)

    done = guarded(work, CELL)
    late = isinstance(done.error, TimeUp)
    return {"error": "" if done.error is None else answer.error_text(done.error), "late": late}


# ----- one answer


def _at_a_glance(value):
    """What is to be said of a plain value, or of a function that is still empty: nothing of it can do anything, so it
    needs no process of its own. None for all others.
    """
    if type(value) in (int, float, str, type(...)):
        return {"value": pack(value)}
    if type(value) is types.FunctionType and not vars(value) and answer.is_blank(value):
        return {"blank": True, "names": None}
    return None


class _Judged:
    """Answers what the marker asks of one answer, the value of `expression`."""

    def __init__(self, line, alive, namespace, expression):
        self.line, self.alive, self.namespace, self.expression = line, alive, namespace, expression
        self.value, self.kept = None, []  # kept: what each call would give now
        self.carried = {}  # place in the message -> what came with a state: it may be there several times

    def serve(self):
        self.line.send(self._asked(self._first))
        while True:
            self.carried = {}
            message = self.line.receive(self._given)
            if "done" in message:
                return
            if "call_within" in message:
                _in_a_fork(self.line, self.alive, lambda message=message: self._answer(message))
            else:
                self._answer(message)

    def _answer(self, message):
        (what, arguments), *_ = message.items()
        self.line.send(self._asked(lambda: getattr(self, f"_{what}")(**arguments)))

    def _asked(self, work):
        done = guarded(work)
        if done.error is None:
            return {"is": done.value, "printed": done.printed}
        return {"error": answer.error_text(done.error), "late": isinstance(done.error, TimeUp)}

    def _first(self):
        self.value = eval(self.expression, self.namespace)
        if not callable(self.value):
            return {"value": pack(self.value)}
        return {"blank": answer.is_blank(self.value), "names": answer.argument_names(self.value)}

    def _arguments(self, expected):
        return answer.arguments_problem(self.value, expected)

    def _run(self, cases, seconds):
        ran, said = [], time.monotonic()
        for inputs in cases:
            ran += answer.run(self.value, [inputs], pack, seconds)
            if time.monotonic() - said > SIGN:
                self.line.send({"next": True})
                said = time.monotonic()
        self.kept += [one.now for one in ran]
        names = "taken", "problem", "error", "changed", "unfinished"
        return {
            "calls": [{name: getattr(one, name) for name in names} for one in ran],
            "carried": [[place, carried.after(value)] for place, value in self.carried.items()],
        }

    def _again(self):
        return [now() for now in self.kept]

    def _call_within(self, inputs, limit):
        """In a process of its own, to which the kernel gives no more: a count of its own could be misled."""
        with open("/proc/self/statm", encoding="ascii") as file:
            room = int(file.read().split()[0]) * resource.getpagesize() + limit + SLACK
        resource.setrlimit(resource.RLIMIT_AS, (room, room))
        try:
            return pack(self.value(*inputs.values()))
        except MemoryError:
            return None

    def _given(self, place, state):
        """What stands here for a function that the exercise hands over, or for a generator of random numbers."""
        if state is not None:
            if place not in self.carried:
                self.carried[place] = carried.made(state)
            return self.carried[place]

        def given(*args, **kwargs):
            with guard.pause():
                self.line.send({"call": place, "args": list(args), "kwargs": kwargs})
                reply = self.line.receive()
            if "raised" in reply:
                raise getattr(builtins, reply["raised"], RuntimeError)(reply["text"])
            return _with_arguments(reply["returned"], reply["same"], args)

        return given


def _with_arguments(value, same, arguments):
    """What a function returned, with the arguments themselves where it handed them back: somebody may write into it."""
    if not same:
        return value
    values = list(value) if isinstance(value, tuple) else [value]
    for place, number in same:
        values[place] = arguments[number]
    return tuple(values) if isinstance(value, tuple) else values[0]


if __name__ == "__main__":
    main()
