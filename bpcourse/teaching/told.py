"""What a teacher is told of a hand-in that was put in order."""

import difflib

from .folder import mark_of
from .sources import bound, parsed

CLOSE = 0.75  # how close a name must be to that of an answer to be a slip of the keyboard
MOST = 4  # names in one remark


def remarks(frame, notebook, pieces, answered, said):
    """Sentences on what was out of order. answered: {exercise: Piece}; said: {sentence with {}: where}."""
    if not any(mark_of(cell).get("grade_id") or cell.get("id") in frame.place for cell in notebook.cells):
        yield "its cells have lost their names and were found by their text"
    names = [name for cell in notebook.cells for name in (mark_of(cell).get("grade_id"), cell.get("id"))]
    there = {piece.at for piece in pieces} | {frame.place.get(name) for name in names}
    wanted = {
        k: frame.names[k]
        for k, cell in enumerate(frame.cells)
        if mark_of(cell) and cell.cell_type == "code" and frame.of_answer.get(k) not in answered
    }
    deleted = [name for k, name in wanted.items() if k not in there]
    twice, again = [], []
    for name, piece in answered.items():
        versions = [one for one in pieces if name in one.answers]
        counts = next(k for k, one in enumerate(versions) if one is piece)
        twice += [name] if len({one.cell for one in versions[: counts + 1]}) > 1 else []
        again += [name] if versions[counts + 1 :] else []
    in_place = {piece.at for piece in pieces if not piece.moved}
    moved = [
        p.at for p in pieces if p.moved and p.at not in in_place and p.role != "text" and (p.named or p.role != "own")
    ]
    as_given = {
        mark_of(cell).get("grade_id")
        for cell in notebook.cells
        if frame.texts[frame.place.get(mark_of(cell).get("grade_id"), 0)] == cell.source.strip()
    }
    found = {
        "deleted, and put back: {}": deleted,
        "answered more than once, the last counts: {}": twice,
        "answered again below its check, which does not count: {}": again,
        "moved: {}": [frame.names[k] for k in dict.fromkeys(moved) if mark_of(frame.cells[k])],
    } | said
    for sentence, which in found.items():
        if sentence.startswith("changed"):
            which = [name for name in which if name not in as_given]
        if which:
            more = [f"and {len(which) - MOST} more"] if len(which) > MOST + 1 else []
            yield sentence.format(", ".join([*which[: MOST if more else None], *more]))
    yield from _close_names(frame, pieces, answered)


def _close_names(frame, pieces, answered):
    """Answers that may be there under another name: only the learner can say so."""
    if len(answered) == len(frame.exercises):
        return
    given = {name for k, cell in enumerate(frame.cells) if frame.kinds[k] != "answer" for name in _made(cell.source)}
    own = {name for piece in pieces if piece.code for name in _made(piece.code)} - given - frame.of_name.keys()
    for name, exercise in frame.exercises.items():
        if name not in answered:
            for wanted in sorted(exercise.names):
                for close in difflib.get_close_matches(wanted, sorted(own), n=1, cutoff=CLOSE):
                    yield f"{wanted} is not answered, but there is a {close}: if that is the answer, rename it"


def _made(source):
    return set().union(*map(bound, parsed(source) or ())) if parsed(source) else set()
