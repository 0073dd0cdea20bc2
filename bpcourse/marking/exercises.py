"""Where the exercises are: the list of them, which is part of the course, and the answers, which may be absent.

What knows an answer is a package of its own, `bpanswers` (in solutions/), with one file an exercise: EXERCISE, an
Exercise or a Question. An environment without it can run what a learner wrote and not judge it.
"""

import functools
import importlib
import importlib.util
import json
from dataclasses import dataclass, replace
from pathlib import Path

ANSWERS = "bpanswers"
LIST = Path(__file__).parents[1] / "data" / "exercises.json"  # written by `make notebooks`


@dataclass(frozen=True)
class Chapter:
    """What is known of a chapter without any answer. exercises: name -> points, in the order of its notebook.

    values: those of them that ask for a value, not for a function.
    """

    title: str
    exercises: dict[str, float]
    values: tuple[str, ...] = ()


class NoAnswers(Exception):
    """Raised where an answer should be judged and `bpanswers` is not installed."""


@functools.cache
def chapters():
    """{number: Chapter}, such as "04"."""
    listed = json.loads(LIST.read_text(encoding="utf-8"))
    return {number: Chapter(**{**entry, "values": tuple(entry["values"])}) for number, entry in listed.items()}


def names(values=None):
    """The names of all exercises in their order. values: only those that ask for a value (True), or for a function."""
    return [
        name
        for chapter in chapters().values()
        for name in chapter.exercises
        if values is None or (name in chapter.values) == values
    ]


@functools.cache
def find(name):
    """The Exercise or Question of this name; KeyError if there is none, NoAnswers if the answers are not here."""
    if importlib.util.find_spec(ANSWERS) is None:
        raise NoAnswers
    if not name.isidentifier() or importlib.util.find_spec(f"{ANSWERS}.{name}") is None:
        raise KeyError(name)
    return replace(importlib.import_module(f"{ANSWERS}.{name}").EXERCISE, name=name)


def everything():
    """{name: Exercise or Question}, all of them, in their order."""
    return {name: find(name) for name in names()}
