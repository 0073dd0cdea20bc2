"""A mistake as what it is: a small edit of a right program."""

import functools
import json
import linecache
from pathlib import Path

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Misconception

NOTEBOOKS = Path(__file__).parents[2]


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


@functools.cache
def _answer_cells():
    """{grade_id without "-answer": text} of all source notebooks."""
    found = {}
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            name, _, kind = cell["id"].rpartition("-")
            if kind == "answer":
                found[name] = "".join(cell["source"])
    return found


def solution(name):
    """The model solution of an exercise, as text: its answer cell, without the marks around the solution."""
    lines = _answer_cells()[name].splitlines(keepends=True)
    return "".join(line for line in lines if line.strip() not in ("### BEGIN SOLUTION", "### END SOLUTION"))
