"""Call an answer once, on fresh copies of its inputs, and record everything that came of it."""

import dis
import inspect
import linecache
import numbers
import re
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial, singledispatch
from types import FunctionType
from typing import Any

import numpy as np

from . import messages as say
from .compare import WrongType, alike, plain
from .guard import AskedForInput, AskedToExit, TimeUp, new_call, renew

_IDLE = {"RESUME", "NOP", "CACHE", "POP_TOP", "RETURN_VALUE", "RETURN_CONST", "LOAD_CONST"}


@dataclass(frozen=True)
class Outcome:
    """What one call gave: `parts`, a tuple of float arrays, or `problem`, a sentence; what it `changed` in any case.

    now: () -> the parts as what it returned holds them now, or None; a later call may have written into them.
    error: the exception as text, or ''; two outcomes with the same error and no parts are alike.
    """

    parts: tuple | None
    problem: str = ""
    error: str = ""
    changed: tuple[str, ...] = ()
    unfinished: bool = False
    now: Callable = field(default=lambda: None, compare=False, repr=False)

    @property
    def overwritten(self):
        """True if what the call returned holds other numbers by now."""
        now = self.now()
        return now is not None and not all(map(alike, now, self.parts))

    def like(self, other, which=None):
        """True if both raised the same error or returned the same numbers (of the parts `which`), changing the same."""
        if self.changed != other.changed or self.error != other.error:
            return False
        if self.parts is None or other.parts is None:
            return bool(self.error)
        which = range(len(self.parts)) if which is None else which
        return all(alike(self.parts[i], other.parts[i]) for i in which)


@singledispatch
def is_blank(function):
    """True if the body is only a docstring, a comment, `pass` or `...`: its bytecode returns None and does no more."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    return all(
        step.opname in _IDLE and (not step.opname.endswith("_CONST") or step.argval is None or step.argval is ...)
        for step in dis.get_instructions(code)
    )


@singledispatch
def argument_names(function):
    """The names of the positional arguments, or None where they cannot be known (some functions written in C)."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        return None
    return [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


@singledispatch
def arguments_problem(function, expected):
    """A sentence if `function` cannot take the arguments `expected`, or takes them in another order; else ''."""
    came = argument_names(function)
    if came is None or by_name_only(function, expected):
        return ""
    first = came[: len(expected)]
    if _binds(function, *expected) and (first == list(expected) or set(first) != set(expected)):
        return ""
    names = str(inspect.signature(function)).partition(" ->")[0]
    return say.ARGUMENTS.format(came=names, expected=", ".join(expected))


def by_name_only(function, names):
    """True if `function` takes the arguments `names`, but only by name, as in `def f(*, z, c)`."""
    code = getattr(function, "__code__", None) if type(function) is FunctionType and not vars(function) else None
    if code and not code.co_kwonlyargcount and not code.co_flags & inspect.CO_VARKEYWORDS:
        return False  # to read a signature takes time, and this is asked before every call
    return not _binds(function, *names) and _binds(function, **dict.fromkeys(names))


def _binds(function, *args, **kwargs):
    try:
        inspect.signature(function).bind(*args, **kwargs)
    except (ValueError, TypeError):
        return False
    return True


@dataclass(frozen=True)
class Ran:
    """What one call did. taken: what `run` took from the returned value, or None if there is none; the rest as in
    Outcome. now: () -> what it would take of the same value now, or None for a value that nobody can change.
    """

    taken: Any
    problem: str
    error: str
    changed: tuple[str, ...]
    unfinished: bool
    now: Callable


def call(function, inputs, part_names, read=None, seconds=None):
    """What one call gives: an Outcome, as of `calls`."""
    return calls(function, [inputs], part_names, read, seconds)[0]


def calls(function, cases, part_names, read=None, seconds=None):
    """Call `function` on copies of the values of each case (name -> array, number or function): an Outcome for each.

    read: (what it returned, the names of the parts) -> (the parts as arrays, '') or (None, a sentence that says what is
    wrong with it); if None, numbers and arrays are read.
    """
    outcomes = []
    for ran in run(function, cases, lambda value: (read or _read)(value, part_names), seconds):
        parts, problem = ran.taken or (None, ran.problem)
        now = partial(lambda ran: (ran.now() or [None])[0], ran)
        outcomes.append(Outcome(parts, problem, ran.error, ran.changed, ran.unfinished, now))
    return outcomes


@singledispatch
def run(function, cases, take, seconds=None):
    """Call `function` as `calls` does: a Ran for each case, with take(what it returned), which is the answer's risk.

    As is_blank, arguments_problem, argument_names and call_within, it can be told how to do this where the function is
    in another process (teaching.remote does).
    """
    return [_run(function, inputs, take, seconds) for inputs in cases]


def _run(function, inputs, take, seconds):
    given = {name: _copy(value) for name, value in inputs.items()}
    taken, problem, error, unfinished, now = None, "", "", False, lambda: None
    ready = partial(function, **given) if by_name_only(function, given) else partial(function, *given.values())
    new_call(seconds)
    try:
        value = ready()
        taken = take(value)
        if isinstance(value, np.ndarray | list | tuple | dict):
            now = partial(take, value)
        del value  # a coroutine complains when it goes; let it do so here, where nobody hears
    except (TimeUp, KeyboardInterrupt):  # the end of the whole check, not of this call only
        raise
    except NotImplementedError:
        unfinished = True
    except BaseException as raised:
        error = error_text(raised)
        if isinstance(raised, AskedForInput | AskedToExit):
            problem = say.INPUT if isinstance(raised, AskedForInput) else say.EXIT
        else:
            problem = say.RAISED.format(error=error.rstrip("."), line=_line(raised, function), inputs=shown(inputs))
            problem += next((text for words, text in say.ERRORS_EXPLAINED.items() if words in error), "")
    finally:
        renew()  # what the check itself does now has its own time
    changed = tuple(name for name, value in given.items() if not _same(value, inputs[name]))
    return Ran(taken, problem, error, changed, unfinished, now)


@singledispatch
def call_within(function, inputs, limit):
    """What a call returns, or None if it needs more than `limit` bytes at its peak, beyond its arguments."""
    traced = tracemalloc.is_tracing()
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        value = function(*inputs.values())
        return value if tracemalloc.get_traced_memory()[1] - before <= limit else None
    finally:
        if not traced:
            tracemalloc.stop()


def _copy(value):
    """Arrays, lists, tuples and dictionaries in memory of their own; the rest as it is."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(_copy(entry) for entry in value)
    if isinstance(value, Mapping):
        return {key: _copy(entry) for key, entry in value.items()}
    return value


def error_text(error):
    """'ValueError: what it says', on one line and not endless."""
    try:
        text = " ".join(str(error).split())
        text = re.sub(r", with gufunc signature \S+", "", text)  # NumPy's formula for shapes, which nobody can read
    except Exception:  # an exception whose __str__ fails
        text = ""
    text = text if len(text) <= 300 else text[:300] + "..."
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def shown(inputs):
    """'W2 (3, 4), Z (7, 3) with entries up to 1002 in size, c = 1.7': arrays by shape, the rest by value."""
    said = []
    for name, value in inputs.items():
        if isinstance(value, Mapping):
            said += [f"{name}[{k!r}] {_shape(array)}" for k, array in value.items() if isinstance(array, np.ndarray)]
        elif isinstance(value, np.ndarray):
            said.append(f"{name} {_shape(value)}")
        elif isinstance(value, list | tuple) and (found := _arrays(value)):
            arrays = [_shape(entry) for entry in found]
            said.append(f"{name}: " + (" and ".join(arrays) if len(arrays) < 4 else f"{len(arrays)} arrays"))
        elif isinstance(value, float):
            said.append(f"{name} = {value:.4g}")
        elif isinstance(value, bool | int | str | list | tuple) and len(repr(value)) < 400:
            said.append(f"{name} = {value!r}")
    return ", ".join(said) or "of another kind"


def _arrays(value):
    """The arrays in a list, or in the tuples of a list, in their order."""
    entries = [inner for entry in value for inner in (entry if isinstance(entry, list | tuple) else [entry])]
    return [entry for entry in entries if isinstance(entry, np.ndarray)]


def _shape(array):
    size = np.abs(array).max(initial=0) if array.dtype.kind == "f" else 0
    return f"{array.shape}" + (f" with entries up to {size:.0f} in size" if size > 100 else "")


def _same(after, before):
    """False if an array holds other numbers than before, or a list or dictionary other things."""
    if isinstance(before, Mapping):
        return list(after) == list(before) and all(_same(after[key], before[key]) for key in before)
    if type(before) in (list, tuple):
        return len(after) == len(before) and all(map(_same, after, before))
    if not isinstance(before, np.ndarray):
        return after is before or not isinstance(before, numbers.Number) or after == before
    if not isinstance(after, np.ndarray) or after.shape != before.shape:
        return False
    # Not exact: theta[i] += h and then -= h brings a number back to within its rounding, and that is no harm.
    return np.array_equal(after, before) or (
        before.dtype.kind == "f" and np.allclose(after, before, rtol=1e-12, atol=1e-12, equal_nan=True)
    )


def _read(value, part_names):
    """(arrays, '') or (None, a sentence that says what is wrong with the type)."""
    if value is None:
        return None, say.NOTHING
    if value is ...:
        return None, say.DOTS
    many = len(part_names) > 1
    if many:
        facts = {"count": len(part_names), "parts": ", ".join(part_names)}
        if isinstance(value, np.ndarray) and value.ndim and len(value) == len(part_names):
            value = list(value)  # np.stack of the parts unpacks as a tuple does
        if not isinstance(value, list | tuple):
            kind = f"one array of shape {value.shape}" if isinstance(value, np.ndarray) else say.a(value)
            return None, say.NOT_A_TUPLE.format(kind=kind, **facts)
        if len(value) != len(part_names):
            return None, say.WRONG_COUNT.format(came=f"{len(value)} thing{'' if len(value) == 1 else 's'}", **facts)
    arrays = []
    for label, part in zip(part_labels(part_names), value if many else [value], strict=True):
        try:
            arrays.append(plain(part))
        except WrongType as wrong:
            return None, say.WRONG_TYPE.format(label=label, kind=wrong, expected="numbers")
    return tuple(arrays), ""


def part_labels(part_names):
    """How the sentences name the parts: `dW`, or 'what your function returns' where there is only one."""
    return [f"Your `{name}`" for name in part_names] if len(part_names) > 1 else ["What your function returned"]


def _line(error, function):
    """The line of the answer's own file in which it failed, as ', in its line 3: `...`', or ''."""
    code, found, step = getattr(function, "__code__", None), None, error.__traceback__
    while step is not None and code is not None:
        if step.tb_frame.f_code.co_filename == code.co_filename:
            found = step.tb_lineno
        step = step.tb_next
    text = " ".join(linecache.getline(code.co_filename, found).split()) if found else ""
    return say.RAISED_LINE.format(number=found, text=text) if text else ""
