"""A hand-in put in order: the release's cells, with the learner's answers and own cells in their places.

The learner's own code keeps its order, since it worked in that order. The release's cells stand where the release has
them, and each check behind the answer that it is about.
"""

import json
from dataclasses import dataclass

from .opening import opened
from .pieces import Piece, pieces_of
from .records import Mended, Step, TeachingError
from .sources import bound, cut, global_names, needed, needed_at_once, parsed, without
from .told import remarks

__all__ = ["mend", "opened"]

ELSEWHERE = "# The answer stands in another cell."


def mend(frame, notebook):
    """The Mended of a hand-in; TeachingError with the reason if it holds nothing of the release in this Frame."""
    try:
        return _mend(frame, notebook)
    except RecursionError as error:
        raise TeachingError("its code is nested too deeply to be read") from error


def _mend(frame, notebook):
    pieces, said = pieces_of(frame, notebook)
    by_chance = len({name for piece in pieces for name in piece.answers}) < 2  # a chapter may define one of them
    if by_chance and not any(_of_an_exercise(frame, piece) for piece in pieces):
        raise TeachingError("it is the notebook of another assignment: it has no exercise of this one")
    answered = _answered(frame, pieces)
    _leave_out_stubs(frame, pieces, answered)
    _settle(frame, pieces)
    entries = _in_order(frame, pieces, answered)
    _put_checks_behind(frame, entries, pieces, answered, said)
    found = remarks(frame, notebook, pieces, answered, said)
    steps = _steps(frame, entries, answered)
    return Mended(tuple(steps), _notebook(frame, entries), tuple(found), _own_code(frame, entries, answered))


def _of_an_exercise(frame, piece):
    """Whether it is a cell of an exercise, by its name or its text."""
    if piece.at is None or not (piece.named or piece.role != "own"):
        return False
    return frame.kinds[piece.at] in ("answer", "check") or frame.names[piece.at].rpartition("-")[0] in frame.exercises


def _answered(frame, pieces):
    """{exercise: the piece that counts as its answer}: the last before its last check that says anything.

    If none stands before a check, or the check was deleted, the last of all. A copy of the answer's own cell counts
    wherever it stands.
    """
    found = {}
    for name, exercise in frame.exercises.items():
        versions = [k for k, piece in enumerate(pieces) if name in piece.answers]
        checks = [k for k, piece in enumerate(pieces) if piece.role == "check" and piece.at == exercise.check]
        last = checks[-1] if checks else len(pieces)
        before = [k for k in versions if k < last or pieces[k].named]
        if versions:
            found[name] = pieces[(before or versions)[-1]]
    return found


def _leave_out_stubs(frame, pieces, answered):
    """What leaves an answer open that stands elsewhere must not undo it."""
    for piece in pieces:
        if piece.code:
            stubs = {statement for statement in parsed(piece.code) or () if frame.left_open(statement) in answered}
            if stubs:
                piece.code = without(piece.code, lambda statement, stubs=stubs: statement in stubs)


WEIGHTS = {"check": 4, "given": 3, "own": 2, "blank": 2, "text": 1}


def _settle(frame, pieces):
    """Finds which pieces were moved: those outside the weightiest run in the order of the release."""
    best, previous = [(0, None)] * len(frame.cells), {}  # for each place the best run that ends there
    for k, piece in enumerate(pieces):
        if piece.at is not None:
            weight, previous[k] = max(best[: piece.at + 1], key=lambda run: run[0])
            weight += WEIGHTS[piece.role] if piece.named or piece.role != "own" else 1
            best[piece.at] = max(best[piece.at], (weight, k), key=lambda run: run[0])
    stay, k = set(), max(best, key=lambda run: run[0])[1]
    while k is not None:
        stay.add(k)
        k = previous[k]
    for k, piece in enumerate(pieces):
        piece.moved = piece.at is not None and k not in stay


@dataclass
class _Entry:
    """What stands at one place: a cell of the release (at), a piece, or a piece in an answer's cell (both).

    stub: the release's, which runs and is not shown.
    """

    at: int | None
    piece: Piece | None = None
    stub: bool = False


def _in_order(frame, pieces, answered):
    """The entries, each cell of the release once; a check may still stand before its answer."""
    keyed, waiting, before = [], [], -1
    order = {id(piece): k for k, piece in enumerate(pieces)}
    for piece in pieces:
        if piece.moved or piece.at is None:
            waiting.append(piece)
            continue
        keyed += [(_gap(frame, p, before, piece.at), order[id(p)], p) for p in waiting]
        waiting, before = [], piece.at
        keyed.append(((piece.at, -1), order[id(piece)], piece))
    keyed += [(_gap(frame, p, before, len(frame.cells)), order[id(p)], p) for p in waiting]
    # Of several in one answer cell the one that counts, or else the last, gets its name.
    owners = {p.at: p for p in pieces if p.role == "own" and p.at is not None and frame.kinds[p.at] == "answer"}
    owners |= {p.at: p for name, p in answered.items() if p.at in frame.exercises[name].answers}
    placed = [(key, k, _Entry(p.at if owners.get(p.at) is p else None, p)) for key, k, p in keyed if p.role == "own"]
    placed += [((k, 0), 0, _Entry(k)) for k in range(len(frame.cells)) if k not in owners]
    for name, exercise in frame.exercises.items():  # a stub must be there before what does not replace it
        if name not in answered:
            placed += [((k, -3), 0, _Entry(k, stub=True)) for k in exercise.answers if k in owners]
    return [entry for _, _, entry in sorted(placed, key=lambda one: one[:2])]


def _gap(frame, piece, before, after):
    """The place of a piece between cells of the release: in front of the next one that the learner has in its place."""
    if piece.at is not None and piece.at > after and needed_at_once(piece.code) - {"np", "bp"}:
        return piece.at, -1  # moved up, and it may read what is made before its place
    return after, (-1 if before == after else -2)


def _put_checks_behind(frame, entries, pieces, answered, said):
    """Moves the checks that stand before their answer."""
    order = {id(piece): k for k, piece in enumerate(pieces)}
    for name, exercise in reversed(frame.exercises.items()):
        if name not in answered:
            continue
        piece = answered[name]
        of_check = next(k for k, entry in enumerate(entries) if entry.at == exercise.check)
        of_answer = next(k for k, entry in enumerate(entries) if entry.piece is piece)
        if of_check < of_answer:
            entries.insert(of_answer, entries.pop(of_check))
        checks = [k for k, one in enumerate(pieces) if one.role == "check" and one.at == exercise.check]
        if checks and checks[-1] < order[id(piece)] and not any(pieces[k].moved for k in checks):
            said.setdefault("answered below its check, and counted: {}", []).insert(0, name)


# ---- what comes of it ------------------------------------------------------------------------------------------------


def _steps(frame, entries, answered):
    """The steps; of the given cells only what a later one may need."""
    made = []
    for entry in entries:
        if entry.piece is not None:
            piece = entry.piece
            exercise = piece.answers[0] if piece.answers else frame.of_answer.get(piece.at, "")
            if piece.code.strip():
                made.append(Step(piece.code, exercise))
        elif frame.kinds[entry.at] == "check":
            made += _check_steps(frame, entry.at)
        elif frame.cells[entry.at].cell_type == "code":
            exercise = frame.of_answer.get(entry.at, "")
            if exercise not in answered:  # else its stub would undo the answer
                made.append(Step(frame.cells[entry.at].source, exercise, given=True))
    later, kept = set(), []
    for step in reversed(made):
        if step.given and not step.exercise:
            source = needed(step.source, later)
            if source:
                kept.append(Step(source, given=True))
            continue
        later |= global_names(step.check or step.source)
        kept.append(step)
    return kept[::-1]


def _check_steps(frame, k):
    exercise = next(exercise for exercise in frame.exercises.values() if exercise.check == k)
    source = frame.cells[k].source
    if not exercise.expression:
        return [Step(source, exercise.name, asserts=True, given=True)]
    before = [Step(exercise.before, given=True)] if exercise.before.strip() else []
    return [*before, Step(source, exercise.name, check=exercise.expression, given=True)]


def _notebook(frame, entries):
    """The same as a notebook in JSON, with every cell of the release that has a name."""
    cells, added = [], 0
    taken = {entry.at for entry in entries if entry.piece is not None}
    elsewhere = {
        k
        for entry in entries
        if entry.piece is not None
        for name in entry.piece.answers
        for k in frame.exercises[name].answers
        if k not in taken
    }
    for entry in entries:
        if entry.stub:
            continue
        cell = frame.cells[entry.at] if entry.at is not None else {}
        kind = cell.get("cell_type") or entry.piece.kind
        source = cell.get("source", "") if entry.piece is None else entry.piece.source
        if entry.piece is None and entry.at in elsewhere:
            source = ELSEWHERE
        made = {"cell_type": kind, "metadata": dict(cell.get("metadata", {})), "source": source}
        if kind == "code":
            made |= {"outputs": [], "execution_count": None}
        if "id" in cell:
            made["id"] = cell["id"]
        else:
            made["id"], added = f"added-{added}", added + 1
        cells.append(made)
    whole = {"cells": cells, "metadata": dict(frame.release.metadata), "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True) + "\n"


def _own_code(frame, entries, answered):
    """{exercise: the learner's own code}: what answers it, and what else stands before its check."""
    found, waiting = {}, []
    for entry in entries:
        if entry.piece is not None and entry.piece.code and not entry.piece.answers:
            waiting.append(entry.piece.code)
        elif entry.at is not None and frame.kinds[entry.at] == "check":
            name = next(name for name, exercise in frame.exercises.items() if exercise.check == entry.at)
            if name in answered:
                found[name] = "\n".join([*waiting, _part(frame, answered[name], name)])
            waiting = []
    return {name: found[name] for name in frame.exercises if name in found}


def _part(frame, piece, name):
    """What of a piece answers one exercise."""
    if len(piece.answers) == 1:
        return piece.code
    names = frame.exercises[name].names
    others = {other for other in frame.of_name if frame.of_name[other] != name}
    pieces = cut(piece.code, lambda statement: bool(bound(statement) & (names | others)))
    return "\n".join(text for text, (first, *_) in pieces if bound(first) & names or not bound(first) & others)
