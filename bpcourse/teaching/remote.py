"""An answer that is in a sandbox: the machine that marks asks it as it asks a function of its own process.

Inputs go over as plain data, numbers come back; functions that an exercise hands over stay here (but for those in
`carried`), and the answer gets one that asks them. `Remote` takes the place of the function in `Exercise.judge`.
"""

import contextlib
import resource
import time

import numpy as np

from ..marking import answer, guard
from ..marking import messages as say
from ..marking.guard import TimeUp
from . import carried
from .child import WAITING
from .packing import Broken, Opaque, unpack

GRACE = 5.0  # seconds beyond a limit that the child keeps itself, until the child is not believed any more
ALL = 120.0  # seconds that one answer may take in all its calls
TEXT = 4000  # characters of a text from the child that are kept
ASKED = 4 * 2**20  # bytes of the arguments with which an answer calls a function that stays here
SMALL = 2**16  # of those that cannot make anything large: 8,000 by 8,000 numbers at most
ROOM = 2**30  # bytes that such a call may take


class Died(Exception):
    """The process of an answer has ended, or does not answer: the message says how."""


class Gone(Died):
    """The process of the whole notebook has ended, with all that its cells had made."""


class Remote:
    """The function that `expression` names in a notebook that runs in a sandbox."""

    def __init__(self, sandbox, expression):
        """Died or TimeUp if the expression has no value in time. `missing`: why it has none, '' if it has."""
        self.sandbox, self.printed, self.missing, self.is_function = sandbox, False, "", False
        self.over = False  # it has no process of its own any more
        self.calls, self.now = 0, None  # now: what every call so far would give now, while nobody calls again
        self.end_of_time = time.monotonic() + ALL
        sandbox.say({"judge": expression})
        first = sandbox.hear(WAITING * guard.SECONDS + GRACE)
        if "error" in first:
            _late(first)
            self.missing = _text(first["error"])
            return
        self.over, self.facts = first.get("over") is True, first["is"]
        self.is_function = "value" not in self.facts

    @property
    def value(self):
        """The value, where it is no function."""
        return unpack(self.facts["value"])

    def __call__(self, *_):
        raise TypeError("an answer in a sandbox is called by bpcourse.marking.answer only")

    def ask(self, what, /, patience=None, **arguments):
        """(the reply, the functions that went along); TimeUp if the answer took too long. patience: seconds."""
        functions = []
        if time.monotonic() > self.end_of_time:
            raise Died(f"all its calls together took more than {ALL:g} seconds")
        self.sandbox.say({what: arguments}, functions)
        wait = WAITING * (patience or guard.SECONDS) + GRACE
        reply = self.sandbox.hear(wait, functions, len(arguments.get("cases", ())))
        _late(reply)
        self.printed |= reply.get("printed") is True
        return reply, functions

    def end(self):
        """Its process ends, and the notebook's must still be there."""
        if not self.over and not self.sandbox.over:
            with contextlib.suppress(Died):
                self.sandbox.say({"done": True})
                self.sandbox.hear(GRACE)


@answer.is_blank.register
def _(function: Remote):
    return function.facts["blank"] is True


@answer.argument_names.register
def _(function: Remote):
    names = function.facts["names"]
    return names if isinstance(names, list) and all(isinstance(name, str) for name in names) else None


@answer.arguments_problem.register
def _(function: Remote, expected):
    reply, _ = function.ask("arguments", expected=list(expected))
    return _text(reply.get("is") or reply.get("error"))


@answer.run.register
def _(function: Remote, cases, take, seconds=None):
    reply, functions = function.ask("run", patience=seconds, cases=list(cases), seconds=seconds)
    if "is" not in reply:  # even to look at what it returned was an error
        error = _text(reply["error"])
        return [answer.Ran(None, error, error, (), False, lambda: None) for _ in cases]
    for place, changed in reply["is"]["carried"]:
        carried.take(functions[place], changed)
    return [_ran(function, inputs, came, take) for inputs, came in zip(cases, reply["is"]["calls"], strict=True)]


def _ran(function, inputs, came, take):
    call, function.calls, function.now = function.calls, function.calls + 1, None
    taken, problem, error = None, _text(came["problem"]), _text(came["error"])

    def again():
        function.now = function.now or function.ask("again")[0]["is"]
        return None if function.now[call] is None else take(unpack(function.now[call]))

    if came["taken"] is not None:
        value = unpack(came["taken"])
        try:
            taken = take(value)
        except Exception as raised:  # the answer's risk, as where it is called here
            error = answer.error_text(raised)
            problem = say.RAISED.format(error=error, line="", inputs=answer.shown(inputs))
    changed = tuple(name for name in inputs if name in came["changed"])
    return answer.Ran(taken, problem, error, changed, came["unfinished"] is True, again)


@answer.call_within.register
def _(function: Remote, inputs, limit):
    reply, _ = function.ask("call_within", inputs=inputs, limit=limit)
    return None if reply.get("is") is None else unpack(reply["is"])


def _late(reply):
    if reply.get("late") is True:
        raise TimeUp


def _text(value):
    return value[:TEXT] if isinstance(value, str) else ""


# ----- the talk with the child


class Talk:
    """One notebook in a sandbox: `say` and `hear`, with the calls of functions that stay here answered in between.

    over: its process has ended; broken: the sandbox cannot be used any more.
    """

    def __init__(self, sandbox, files):
        """Begins a process that has run nothing yet. files: those beside the notebook. Died if it does not begin."""
        self.line, self.broken, self.over = sandbox.line, False, False
        self.say({"files": files})
        self.hear(GRACE)

    def say(self, message, functions=None):
        """Died if the child does not listen."""
        self.line.within(GRACE)
        self._try(lambda: self.line.send(message, functions))

    def hear(self, seconds, functions=(), calls=0):
        """The next message, within so many seconds; Died if there is none or the process has ended. calls: how often
        the child may say that a call has ended; then the time begins anew.
        """
        self.line.within(seconds)
        while True:
            message = self._try(self.line.receive)
            if not isinstance(message, dict):
                self._break("it sent no message")
            if message.get("next") is True and calls:
                calls -= 1
                self.line.within(seconds)
            elif "call" in message:
                self._try(lambda message=message: self.line.send(_called(functions, message)))
            elif "gone" in message:
                self.over = True
                raise Gone(_how(message["gone"]))
            elif "died" in message:
                raise Died(_how(message["died"]))
            else:
                return message

    def _try(self, work):
        try:
            return work()
        except Broken as broken:
            self._break(str(broken))

    def _break(self, why):
        self.broken = self.over = True
        raise Died(why)


def _how(ended):
    return "it ended its own process" if ended == "exit" else f"its process ended ({_text(ended)})"


def _called(functions, message):
    """What a function that stayed here says to a call from the sandbox."""
    try:
        function, args, kwargs = functions[message["call"]], message["args"], message["kwargs"]
        given = [*args, *kwargs.values()]
        if isinstance(function, np.random.Generator) or not all(map(_plain, given)):
            raise TypeError("a function of the exercise takes numbers and arrays")
        size = sum(value.nbytes for value in given if isinstance(value, np.ndarray))
        if size > ASKED:
            raise MemoryError("a function of the exercise takes no arrays as large as these")
        with np.errstate(all="ignore"), _little_memory() if size > SMALL else contextlib.nullcontext():
            value = function(*args, **kwargs)
        values = value if isinstance(value, tuple) else [value]
        same = [[k, i] for k, one in enumerate(values) for i, arg in enumerate(args) if one is arg]
        return {"returned": value, "same": same}
    except Exception as error:
        return {"raised": type(error).__name__, "text": str(error)[:300]}


@contextlib.contextmanager
def _little_memory():
    """What is done here gets a MemoryError where it needs more than ROOM: shapes may be such that it would need all."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            most = int(file.read().split()[0]) * resource.getpagesize() + ROOM
    except OSError:  # no Linux
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if soft == resource.RLIM_INFINITY else min(most, soft), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _plain(value):
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    return not isinstance(value, Opaque | dict)
