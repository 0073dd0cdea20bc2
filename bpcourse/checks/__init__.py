"""What marks the exercises: `bp.check(your_function)` or `bp.check("name", your_value)`.

One file (or folder) a chapter holds its exercises as a tuple EXERCISES. Imports the mathematics only.
"""

import builtins
import difflib
import numbers
import sys
from dataclasses import replace

from . import ch00, ch01, ch02, ch03, ch04, ch05, ch06, ch07, guard
from . import messages as say
from .answer import error_text
from .engine import Question
from .guard import TimeUp, guarded
from .result import Result
from .store import record, standing

CHAPTERS = (ch00, ch01, ch02, ch03, ch04, ch05, ch06, ch07)
EXERCISES = {exercise.name: exercise for chapter in CHAPTERS for exercise in chapter.EXERCISES}
"""Every exercise, by name."""

__all__ = ["EXERCISES", "Result", "check", "progress"]


def check(*answer, seed=0):
    """Mark an answer: `check(function)`, found by the function's name, or `check("name", value)`; a Result.

    seed: of the random inputs, a whole number. Nothing that the answer does raises from here, nothing is printed, and
    an answer that does not end is stopped after `guard.SECONDS`.
    """
    found = {}
    result, error = guarded(lambda: _check(answer, seed, found))
    if error is not None:
        result = _stopped(error, found.get("exercise"))
    if "exercise" in found:
        result = replace(result, message=" ".join([result.message, *_remarks(result, found)]))
        record(found["exercise"].name, result)
    return result


def progress(chapter=None):
    """What is done and what is open, with the misconceptions that came up: of all chapters, or of one, such as "04".

    It is kept in a small file on this machine (see checks.store).
    """
    return standing({module.__name__[-2:]: module.EXERCISES for module in CHAPTERS}, chapter)


def _remarks(result, found):
    """What the answer itself cannot show: that it is not the one just written, or that it printed something."""
    shell = getattr(builtins, "get_ipython", lambda: None)()  # there while a notebook runs a cell
    if getattr(getattr(shell, "last_execution_result", None), "success", True) is False:
        yield say.AFTER_ERROR
    elif found.get("printed") and not result.passed:
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


def _check(answer, seed, found):
    if not isinstance(seed, numbers.Integral) or isinstance(seed, bool) or seed < 0:
        return _misuse(say.BAD_SEED.format(kind=seed if type(seed) in (int, float) else say.a(seed)))
    some = {"name": _first(is_function=True), "value_name": _first(is_function=False)}
    if not answer:
        return _misuse(say.NO_ANSWER.format(**some))
    if len(answer) > 2:
        return _misuse(say.TOO_MANY.format(count=len(answer)))
    if len(answer) == 2:
        name, value = answer
        if not isinstance(name, str):
            return _misuse(say.NAME_NOT_TEXT.format(kind=say.a(name)))
    elif isinstance(answer[0], str):
        exercise = EXERCISES.get(answer[0])
        if exercise is None:
            return _unknown(answer[0])
        is_value = isinstance(exercise, Question)
        return _misuse((say.NAME_WITHOUT_VALUE if is_value else say.NAME_WITHOUT_FUNCTION).format(name=answer[0]))
    else:
        value = answer[0]
        if not callable(value):
            return _misuse(say.VALUE_WITHOUT_NAME.format(kind=say.a(value), **some))
        name = getattr(value, "__name__", None)
        if not isinstance(name, str) or name == "<lambda>":
            return _misuse(say.NAMELESS.format(came=name if isinstance(name, str) else type(value).__name__, **some))
    if name not in EXERCISES:
        return _unknown(name)
    found["exercise"] = EXERCISES[name]
    result = found["exercise"].judge(value, seed)
    found["printed"] = getattr(sys.stdout, "used", False) is True
    return result


def _first(is_function):
    return next((name for name, e in EXERCISES.items() if isinstance(e, Question) != is_function), "name")


def _unknown(name):
    names, closest = say.listed(EXERCISES), difflib.get_close_matches(name, EXERCISES, n=1)
    if closest:
        return _misuse(say.UNKNOWN.format(name=name, closest=closest[0], names=names))
    return _misuse(say.UNKNOWN_FAR.format(name=name, names=names))


def _misuse(message):
    return Result(False, 0.0, 0.0, None, message)
