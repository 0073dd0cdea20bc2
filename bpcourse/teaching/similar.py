"""Answers that are the same but for names, layout, comments and docstrings: a list to look at, which changes no mark.

Most exercises have one natural answer, and half of a class may give it, which means nothing. So an answer counts only
if it is long, and if hardly anybody else in the class has it.
"""

import ast
import warnings
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import log2

from ..marking import messages as say
from .spreadsheets import plain, to_csv, write

LONG = 40  # nodes of the syntax tree below which one answer is as good as given
RARE = 20  # at most one learner in so many may have it, besides the first
ENOUGH = 4.0  # bits of surprise, all exercises together, from which a pair is listed


@dataclass(frozen=True)
class Pair:
    """Two learners and the (assignment, exercise) that they answered alike.

    bits: how surprising that is, log2 of one over how many of the class give such an answer, summed over the exercises.
    """

    learners: tuple[str, str]
    exercises: tuple[tuple[str, str], ...]
    bits: float


@lru_cache(maxsize=100_000)
def shape(source):
    """(the answer without names, layout, comments and docstrings, its number of nodes); None if it is no Python.

    What the answer itself names (functions, arguments, variables) is numbered in order; what comes from outside, such
    as np.exp, attributes, and constants stay. Annotations are left out.
    """
    parts, own = [], set()
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(source)
        _walk(tree, parts, own)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    numbers = {}
    for k, part in enumerate(parts):
        if type(part) is tuple:
            parts[k] = f"#{numbers.setdefault(part, len(numbers))} " if part[0] in own else f"{part[0]} "
    return "".join(parts), parts.count(")")


_NAMES = {ast.Name: "id", ast.arg: "arg", ast.FunctionDef: "name", ast.AsyncFunctionDef: "name", ast.ClassDef: "name"}
_LEFT_OUT = {"annotation", "returns", "type_comment", "ctx", "kind", "type_params"}


def _walk(node, parts, own):
    """Appends a node to parts, in brackets, each name as a tuple; adds to own the names that are given a meaning."""
    if isinstance(node, ast.AST):
        kind = type(node)
        field = _NAMES.get(kind)
        if field and (kind is not ast.Name or type(node.ctx) is ast.Store):
            own.add(getattr(node, field))
        parts.append(f"({kind.__name__} ")
        for key in kind._fields:
            value = getattr(node, key, None)
            if key == field:
                parts.append((value,))
            elif key == "names" and kind in (ast.Global, ast.Nonlocal):
                parts += [(name,) for name in value]
            elif key not in _LEFT_OUT:
                _walk(value, parts, own)
        parts.append(")")
    elif type(node) is list:
        parts.append("[")
        for item in node:
            silent = type(item) is ast.Expr and type(item.value) is ast.Constant
            if not silent and type(item) is not ast.Pass:  # a docstring, dots, and nothing at all say nothing
                _walk(item, parts, own)
        parts.append("]")
    else:
        parts.append(f"{node!r} ")


def similar(records, natural=()):
    """The pairs worth a look, the most surprising first. natural: sources that anybody would write (the solutions)."""
    common = {found[0] for source in natural if (found := shape(source))}
    alike = defaultdict(lambda: defaultdict(list))  # (assignment, exercise): {shape: learners}
    for record in records:
        blank = {mark.exercise for mark in record.marks if mark.status == say.NOT_ATTEMPTED}
        for exercise, source in record.answers.items():
            found = shape(source) if exercise not in blank else None
            if found:
                long = found[1] >= LONG and found[0] not in common
                alike[record.assignment, exercise][found[0] if long else ""].append(record.learner)
    pairs = defaultdict(lambda: [0.0, []])
    for exercise in sorted(alike):
        count = len({learner for learners in alike[exercise].values() for learner in learners})
        for text, learners in alike[exercise].items():
            others = len(set(learners)) - 1
            if text and others <= max(1, count // RARE):
                for pair in combinations(sorted(set(learners)), 2):
                    pairs[pair][0] += log2(count / others)
                    pairs[pair][1].append(exercise)
    found = [Pair(pair, tuple(exercises), bits) for pair, (bits, exercises) in pairs.items() if bits >= ENOUGH]
    return sorted(found, key=lambda pair: (-round(pair.bits, 6), pair.learners))


def write_similar(folder, pairs):
    """Writes out/similar.csv of the class folder."""
    rows = [["learner", "other learner", "exercises alike", "surprise in bits", "which"]]
    for pair in pairs:
        which = ", ".join(f"{assignment}: {exercise}" for assignment, exercise in pair.exercises)
        rows.append([*pair.learners, len(pair.exercises), plain(pair.bits), which])
    write(folder / "out" / "similar.csv", to_csv(rows))
