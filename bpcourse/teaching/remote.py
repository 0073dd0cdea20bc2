"""An answer that is in a sandbox: the machine that marks asks it as it asks a function of its own process.

Inputs go over as plain data, numbers come back; functions that an exercise hands over stay here, and the answer gets
one that asks them. `Remote` takes the place of the function in `Exercise.judge`.
"""

import time

import numpy as np

from ..marking import answer, guard
from ..marking.guard import TimeUp
from .wire import Broken, Opaque, unpack

GRACE = 5.0  # seconds beyond a limit that the child keeps itself, until the child is not believed any more
TEXT = 4000  # characters of a text from the child that are kept


class Died(Exception):
    """The process of an answer has ended, or does not answer: the message says how."""


class Remote:
    """The function that `expression` names in a notebook that runs in a sandbox."""

    def __init__(self, sandbox, expression):
        """Died or TimeUp if the expression has no value in time. `missing`: why it has none, '' if it has."""
        self.sandbox, self.printed, self.missing, self.is_function = sandbox, False, "", False
        self.calls, self.now = 0, None  # now: what every call so far would give now, while nobody calls again
        sandbox.say({"judge": expression})
        first = sandbox.hear(guard.SECONDS + GRACE)
        if "error" in first:
            _late(first)
            self.missing = _text(first["error"])
            return
        self.facts = first["is"]
        self.is_function = "value" not in self.facts

    @property
    def value(self):
        """The value, where it is no function."""
        return unpack(self.facts["value"])

    def __call__(self, *_):
        raise TypeError("an answer in a sandbox is called by bpcourse.marking.answer only")

    def ask(self, what, /, patience=guard.SECONDS, **arguments):
        """(the reply, the functions that went along); TimeUp if the answer took too long. patience: seconds."""
        functions = []
        self.sandbox.say({what: arguments}, functions)
        reply = self.sandbox.hear(patience + GRACE, functions, len(arguments.get("cases", ())))
        _late(reply)
        self.printed |= reply.get("printed") is True
        return reply, functions

    def end(self):
        if not self.sandbox.broken:
            self.sandbox.say({"done": True})


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
    reply, functions = function.ask("run", patience=seconds or guard.SECONDS, cases=list(cases), seconds=seconds)
    if "is" not in reply:  # even to look at what it returned was an error
        error = _text(reply["error"])
        return [answer.Ran(None, error, error, (), False, lambda: None) for _ in cases]
    for place, state in reply["is"]["generators"]:
        functions[place].bit_generator.state = state
    return [_ran(function, inputs, came, take) for inputs, came in zip(cases, reply["is"]["calls"], strict=True)]


def _ran(function, inputs, came, take):
    call, function.calls, function.now = function.calls, function.calls + 1, None

    def again():
        function.now = function.now or function.ask("again")[0]["is"]
        return None if function.now[call] is None else take(unpack(function.now[call]))

    taken = None if came["taken"] is None else take(unpack(came["taken"]))
    changed = tuple(name for name in inputs if name in came["changed"])
    return answer.Ran(taken, _text(came["problem"]), _text(came["error"]), changed, came["unfinished"] is True, again)


@answer.fits.register
def _(function: Remote, inputs, limit):
    reply, _ = function.ask("fits", inputs=inputs, limit=limit)
    return reply.get("is") is True


def _late(reply):
    if reply.get("late") is True:
        raise TimeUp


def _text(value):
    return value[:TEXT] if isinstance(value, str) else ""


# ----- the talk with the child


class Talk:
    """One notebook in a sandbox: `say` and `hear`, with the calls of functions that stay here answered in between."""

    def __init__(self, sandbox):
        self.line, self.broken = sandbox.line, False

    def say(self, message, functions=None):
        """Died if the child does not listen."""
        self.line.deadline = time.monotonic() + GRACE
        self._try(lambda: self.line.send(message, functions))

    def hear(self, seconds, functions=(), calls=0):
        """The next message, within so many seconds; Died if there is none or the process has ended. calls: how often
        the child may say that a call has ended; then the time begins anew.
        """
        self.line.deadline = time.monotonic() + seconds
        while True:
            message = self._try(self.line.receive)
            if message == {"next": True} and calls:
                calls -= 1
                self.line.deadline = time.monotonic() + seconds
                continue
            if not isinstance(message, dict):
                self._break("it sent no message")
            if "died" in message:
                how = _text(message["died"])
                raise Died("it ended its own process" if how == "exit" else f"its process ended ({how})")
            if "call" not in message:
                return message
            deadline = self.line.deadline
            self._try(lambda message=message: self.line.send(_called(functions, message)))
            self.line.deadline = deadline

    def _try(self, work):
        try:
            return work()
        except Broken as broken:
            self._break(str(broken))

    def _break(self, why):
        self.broken = True
        raise Died(why)


def _called(functions, message):
    """What a function that stayed here says to a call from the sandbox."""
    try:
        function, args, kwargs = functions[message["call"]], message["args"], message["kwargs"]
        if isinstance(function, np.random.Generator) or not all(map(_plain, [*args, *kwargs.values()])):
            raise TypeError("a function of the exercise takes numbers and arrays")
        with np.errstate(all="ignore"):
            return {"returned": function(*args, **kwargs)}
    except Exception as error:
        return {"raised": type(error).__name__, "text": str(error)[:300]}


def _plain(value):
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    return not isinstance(value, Opaque)
