"""A released notebook as the frame that every hand-in is put into: what in it is given, what is asked, what checks."""

import ast
import builtins
import functools
import re
from collections import Counter
from dataclasses import dataclass

from .folder import exercise_of, mark_of
from .sources import bound, check_of, cut, names_in, needed_at_once, parsed, says_nothing


@dataclass(frozen=True)
class Exercise:
    """One exercise of a release. check, answers: places of its check cell and of its answer cells in the notebook.

    expression: what the check cell asks about; "" for a teacher's own cell of `assert` lines. names: those in it, one
    of which an answer must make. before: what the check cell runs before `bp.check`.
    """

    name: str
    check: int
    answers: tuple[int, ...]
    expression: str
    names: frozenset
    before: str


class Frame:
    """A release: cells in their order, kinds ("given", "text", "answer", "check"), exercises {name: Exercise}."""

    def __init__(self, release):
        self.release, self.cells = release, release.cells
        self.kinds = [_kind(cell) for cell in release.cells]
        self.names = [_name(cell) for cell in release.cells]
        self.place = {name: k for k, name in enumerate(self.names) if name}
        self.place |= {cell.id: k for k, cell in enumerate(release.cells) if "id" in cell and cell.id not in self.place}
        self.texts = [cell.source.strip() for cell in release.cells]
        self.by_text = {}
        for k, text in enumerate(self.texts):
            if text and self.kinds[k] != "answer":
                self.by_text.setdefault(text, k)
        self.exercises, start = {}, 0
        for k, kind in enumerate(self.kinds):
            if kind == "check":
                exercise = self._exercise(start, k)
                self.exercises[exercise.name], start = exercise, k + 1
        self.of_answer = {k: exercise.name for exercise in self.exercises.values() for k in exercise.answers}
        self.of_name = {name: exercise.name for exercise in self.exercises.values() for name in exercise.names}
        stubs = [parsed(self.cells[k].source) or () for k in self.of_answer]
        self._stubs = {}
        for statement in (statement for statements in stubs for statement in statements):
            self._stubs.setdefault(_shape(statement), set()).add(ast.dump(statement))

    def _exercise(self, start, k):
        source = self.cells[k].source
        pieces = cut(source, check_of)
        asked = [check_of(statements[0]) for _, statements in pieces if statements and check_of(statements[0])]
        name = exercise_of(self.names[k])
        between = [a for a in range(start, k) if self.kinds[a] == "answer"]
        answers = [a for a, kind in enumerate(self.kinds) if kind == "answer" and exercise_of(self.names[a]) == name]
        made = set()
        for a in answers or between:
            made = made.union(*map(bound, parsed(self.cells[a].source) or ()))
        read = names_in(asked[0][1]) if asked else needed_at_once(source) - set(dir(builtins)) - {"bp", "np"}
        before = [text for text, statements in pieces if not (statements and check_of(statements[0]))]
        return Exercise(
            name,
            k,
            tuple(answers or between),
            ast.unparse(asked[0][1]) if asked else "",
            frozenset(read & made or read),
            "\n".join(before) if asked else "",
        )

    def is_stub(self, statement):
        """Whether it stands in an answer cell of the release as it is."""
        shape = _shape(statement)
        return shape in self._stubs and ast.dump(statement) in self._stubs[shape]

    def left_open(self, statement):
        """The exercise that a statement makes room for and does not answer; None for all others."""
        names = sorted(bound(statement) & self.of_name.keys())
        open_ = names and (says_nothing(statement) or self.is_stub(statement))
        return self.of_name[names[0]] if open_ else None

    def exercise_asked(self, asked):
        """The exercise that a learner's own `bp.check(...)` is about, of what `check_of` found; None if none is."""
        named, answer = asked
        if named in self.exercises:
            return named
        return next((self.of_name[name] for name in sorted(names_in(answer)) if name in self.of_name), None)

    def alike(self, k, text):
        """How much of its words a text shares with cell k, 0 to 1."""
        mine, theirs = words(self.texts[k]), words(text)
        return 2 * (mine & theirs).total() / max(mine.total() + theirs.total(), 1)


@functools.lru_cache(1024)
def words(text):
    """The words and signs of a text, counted."""
    return Counter(re.findall(r"\w+|[^\w\s]", text[:20_000]))


def _shape(statement):
    """What is quick to compare."""
    return type(statement), getattr(statement, "name", None), len(getattr(statement, "body", ()))


def _name(cell):
    return mark_of(cell).get("grade_id") or cell.get("id") or ""


def _kind(cell):
    mark = mark_of(cell)
    if mark.get("solution"):
        return "answer"
    if cell.cell_type != "code":
        return "text"
    return "check" if mark.get("grade") else "given"
