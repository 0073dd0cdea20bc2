"""What marks the exercises: `bp.check(your_function)` or `bp.check("name", your_value)`.

Imports the mathematics only. What knows an answer is found by `exercises.find`.
"""

import builtins
import difflib
import numbers
from dataclasses import replace

from . import exercises, guard, undefined
from . import messages as say
from .answer import error_text
from .guard import TimeUp, guarded
from .result import Result
from .store import record, standing

__all__ = ["Result", "check", "progress"]

undefined.install()


def check(*answer, seed=0):
    """Mark an answer: `check(function)`, found by the function's name, or `check("name", value)`; a Result.

    seed: of the random inputs, a whole number. Nothing that the answer does raises from here, nothing is printed, and
    an answer that does not end is stopped after `guard.SECONDS`.
    """
    asked = guarded(lambda: _asked(answer, seed))  # even to ask an answer for its name may do anything
    if asked.error is not None:
        return _stopped(asked.error, None)
    if isinstance(asked.value, str):
        return _misuse(asked.value)
    name, value = asked.value
    try:
        exercise = exercises.find(name)
    except exercises.NoAnswers:
        return _misuse(say.NO_ANSWERS.format(name=name))
    marked = guarded(lambda: exercise.judge(value, seed))
    result = marked.value if marked.error is None else _stopped(marked.error, exercise)
    result = replace(result, message=" ".join([result.message, *_remarks(result, marked.printed)]))
    record(name, result)
    return result


def progress(chapter=None):
    """What is done and what is open, with the misconceptions that came up: of all chapters, or of one, such as "04".

    It is kept in a small file on this machine (see marking.store).
    """
    return standing(exercises.chapters(), chapter)


def _remarks(result, printed):
    """What the answer itself cannot show: that it is not the one just written, or that it printed something."""
    shell = getattr(builtins, "get_ipython", lambda: None)()  # there while a notebook runs a cell
    if getattr(getattr(shell, "last_execution_result", None), "success", True) is False:
        yield say.AFTER_ERROR
    elif printed and not result.passed:
        yield say.PRINTED


def _stopped(error, exercise):
    """The Result where the answer did not let itself be marked."""
    if isinstance(error, TimeUp):
        message = say.TIME.format(seconds=getattr(exercise, "seconds", None) or guard.SECONDS)
    elif isinstance(error, KeyboardInterrupt):
        message = say.STOPPED
    else:
        message = say.UNREADABLE.format(error=error_text(error))
    return Result(False, 0.0, exercise.max_points if exercise else 0.0, None, message)


def _asked(answer, seed):
    """(the name of an exercise, the answer to it), or a sentence that says why they cannot be known."""
    if not isinstance(seed, numbers.Integral) or isinstance(seed, bool) or seed < 0:
        return say.BAD_SEED.format(kind=seed if type(seed) in (int, float) else say.a(seed))
    some = {"name": exercises.names(values=False)[0], "value_name": exercises.names(values=True)[0]}
    if not answer:
        return say.NO_ANSWER.format(**some)
    if len(answer) > 2:
        return say.TOO_MANY.format(count=len(answer))
    known = exercises.names()
    if len(answer) == 2:
        name, value = answer
        if not isinstance(name, str):
            return say.NAME_NOT_TEXT.format(kind=say.a(name))
    elif isinstance(answer[0], str):
        name = answer[0]
        if name in known:
            is_value = name in exercises.names(values=True)
            return (say.NAME_WITHOUT_VALUE if is_value else say.NAME_WITHOUT_FUNCTION).format(name=name)
    else:
        value = answer[0]
        if not callable(value):
            return say.VALUE_WITHOUT_NAME.format(kind=say.a(value), **some)
        name = getattr(value, "__name__", None)
        if not isinstance(name, str) or name == "<lambda>":
            return say.NAMELESS.format(came=name if isinstance(name, str) else type(value).__name__, **some)
    if name not in known:
        closest = difflib.get_close_matches(name, known, n=1)
        if closest:
            return say.UNKNOWN.format(name=name, closest=closest[0], names=say.listed(known))
        return say.UNKNOWN_FAR.format(name=name, names=say.listed(known))
    return str(name), value


def _misuse(message):
    return Result(False, 0.0, 0.0, None, message)
