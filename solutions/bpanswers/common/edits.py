"""A mistake as what it is: a small edit of a right program."""

import linecache

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Misconception

from .answer_cells import answer_cells


def edited(program, *changes, **names):
    """The function that `program` (text) defines last, after `changes`: pairs of a text that stands in it and what
    somebody wrote in its place. Its names are np, bp and `names`.
    """
    for old, new in changes:
        if old not in program:
            raise ValueError(f"{old!r} does not stand in the program:\n{program}")
        program = program.replace(old, new)
    defined, file = {"np": np, "bp": bp, **names}, f"<edit {abs(hash(program))}>"
    before = dict(defined)
    exec(compile(program, file, "exec"), defined)
    linecache.cache[file] = len(program), None, program.splitlines(True), file  # an error can show its line
    made = [value for name, value in defined.items() if name != "__builtins__" and before.get(name) is not value]
    return made[-1]


def slips(program, alone=False, **names):
    """A maker of misconceptions that are edits of `program`: slip(name, message, (old, new), ..., shows=None)."""

    def slip(name, message, *changes, alone=alone, shows=None):
        return Misconception(name, edited(program, *changes, **names), message, alone, shows)

    return slip


def solution(name):
    """The model solution of an exercise, as text: its answer cell, without the marks around the solution."""
    lines = answer_cells()[name].splitlines(keepends=True)
    return "".join(line for line in lines if line.strip() not in ("### BEGIN SOLUTION", "### END SOLUTION"))
