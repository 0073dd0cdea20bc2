"""A hand-in, cut into pieces: each is one cell of the release, one answer, or something of the learner's own."""

import re
from dataclasses import dataclass

import nbformat

from .folder import mark_of
from .sources import bound, check_of, cut, goes_on, parsed, plain

SAME, CHANGED = 0.8, 0.6  # how alike a cell is that has lost its name, and one that has kept it
MOST_FENCES = 100  # in one cell
_FENCED = re.compile(r"^```(?:python|py)?\n(.*?)\n```$", re.S | re.I | re.M)


@dataclass
class Piece:
    """A stretch of a learner's cell. cell: which cell of the hand-in it stood in.

    role: "given", "text" or "check" (the release's takes its place), "blank" (a stub, also replaced), "own" (kept).
    at: its place in the release, or None; named: its cell has the name of the cell there. code: what runs of it; "" for
    text. answers: the exercises that it answers. from_text: its cell is one of text, and counts if no code answers.
    shown: the name of its cell; kind: what kind of cell it is. moved: it stands out of the order of the release.
    """

    source: str
    cell: int
    role: str
    at: int | None = None
    code: str = ""
    answers: tuple[str, ...] = ()
    named: bool = False
    from_text: bool = False
    shown: str = ""
    kind: str = "code"
    moved: bool = False


def pieces_of(frame, notebook):
    """([Piece] in the learner's order, {sentence: places} of what was found on the way)."""
    pieces, said = [], {}
    for number, cell in _joined(notebook.cells, said, frame):
        if cell.source.strip():
            pieces += _Cell(frame, number, cell, said).pieces()
    by_code = {name for piece in pieces if not piece.from_text for name in piece.answers}
    for piece in pieces:
        if piece.from_text and by_code.issuperset(piece.answers):
            piece.code, piece.answers, piece.kind = "", (), "markdown"
        elif piece.from_text:
            _say(said, "a cell of text was read as code: {}", piece.shown)
    return pieces, said


def _joined(cells, said, frame):
    """[(number, cell)], where a cell that was split in the middle of something is whole again."""
    found = []
    for number, cell in enumerate(cells):
        before = found[-1][1] if found else None
        if before and before.cell_type == cell.cell_type == "code" and goes_on(before.source, cell.source):
            whole = nbformat.from_dict(before | {"source": f"{before.source}\n{cell.source}"})
            found[-1] = found[-1][0], whole
            _say(said, "split in the middle, and joined: {}", _Cell(frame, found[-1][0], whole, said).shown)
        else:
            found.append((number, cell))
    return found


def _say(said, what, where):
    places = said.setdefault(what, [])
    if where not in places:
        places.append(where)


class _Cell:
    """One cell of a hand-in."""

    def __init__(self, frame, number, cell, said):
        self.frame, self.number, self.kind, self.said = frame, number, cell.cell_type, said
        self.source = cell.source.strip("\n")
        named = frame.place.get(mark_of(cell).get("grade_id"))
        self.at = frame.place.get(cell.get("id")) if named is None else named
        self.shown = (frame.names[self.at] if self.at is not None else "") or f"cell {number + 1}"

    def say(self, what, where=None):
        _say(self.said, what, where or self.shown)

    def piece(self, source, role, at=None, **more):
        named = at is not None and at == self.at
        return Piece(source, self.number, role, at, named=named, shown=self.shown, kind=self.kind, **more)

    def pieces(self):
        same = self._same(self.source)
        if same is not None:
            return [self.piece(self.source, self.frame.kinds[same], same)]
        found, changed = [], False
        for text in self._by_texts(self.source):
            same = self._same(text)
            if same is not None:
                found.append(self.piece(text, self.frame.kinds[same], same))
            elif text.strip():
                found += self._rest(text)
                changed = True
        locked = self.at is not None and self.frame.kinds[self.at] in ("given", "check")
        if locked and changed and mark_of(self.frame.cells[self.at]):
            self.say("changed, though locked, and put right: {}")
        return found

    def _same(self, text):
        """The cell of the release that a text is, to the letter; not an answer cell."""
        text = text.strip()
        if self.at is not None and self.frame.texts[self.at] == text and self.frame.kinds[self.at] != "answer":
            return self.at
        return self.frame.by_text.get(text)

    def _by_texts(self, source):
        """The source cut around the cells of the release that stand in it word for word, as cells were merged."""
        cut_source = f"\n{source}\n"
        for text, k in self.frame.by_text.items():
            if (len(text) > 20 or self.frame.kinds[k] == "check") and f"\n{text}\n" in cut_source:
                cut_source = cut_source.replace(f"\n{text}\n", f"\n\0{text}\0\n")
        texts = [text.strip("\n") for text in cut_source.split("\0")]
        # In a text in quotation marks, or in the middle of a function, it is no cell.
        if parsed(source) is not None and any(parsed(text) is None for text in texts):
            return [source]
        return texts

    def _rest(self, text):
        """What is no cell of the release to the letter."""
        kind = None if self.at is None else self.frame.kinds[self.at]
        if self.kind != "code":
            code = "\n".join(_FENCED.findall(text) if text.count("```") <= MOST_FENCES else ()) or text
            if self._answers(plain(code)[0] or ""):
                found = self._code(code)
                for piece in found:
                    piece.from_text, piece.kind = True, "code"
                return found
            if kind is None:
                like = self._like(text, ("text",))
                return [self.piece(text, "own" if like is None else "text", like)]
            return [self.piece(text, "own" if kind == "answer" else kind, self.at)]
        return self._code(text)

    def _code(self, text):
        code, left = plain(text)
        for what in left:
            self.say(f"{what} was left out: {{}}")
        if code is None:
            return [self.piece(text, "own", self.at if self._is_answer() else None)]
        if code != text and not any(check_of(statement) for statement in parsed(code) or ()):
            return [self._one(text, code, parsed(code))]
        found = []
        for part, statements in cut(code, check_of):
            asked = check_of(statements[0]) if statements else None
            if asked:
                exercise = self.frame.exercise_asked(asked)
                at = self.frame.exercises[exercise].check if exercise else None
                found.append(self.piece(part, "check", at))
            elif part.strip():
                found.append(self._one(part, part, statements))
        return found

    def _is_answer(self):
        return self.at is not None and self.frame.kinds[self.at] == "answer"

    def _one(self, text, code, statements):
        frame, answers = self.frame, self._answers(code)
        blank = statements is not None and all(self._blank(statement) for statement in statements)
        if answers:
            own = frame.of_answer.get(self.at)
            slot = self.at if own in answers else next(iter(frame.exercises[answers[0]].answers), None)
            return self.piece(text, "own", slot, code=code, answers=answers)
        if blank and statements:
            stubs = [frame.of_name[name] for name in bound(statements[0]) if name in frame.of_name]
            slot = self.at if self._is_answer() else None
            if slot is None and stubs:
                slot = next(iter(frame.exercises[stubs[0]].answers), None)
            return self.piece(text, "blank", slot)
        if self._is_answer():
            return self.piece(text, "own", self.at, code=code)
        if self.at is not None:
            if frame.alike(self.at, text) > CHANGED:
                return self.piece(text, frame.kinds[self.at], self.at)
        else:
            like = self._like(text, ("given", "text"))
            if like is not None:
                if frame.kinds[like] == "given":
                    self.say("changed, though locked, and put right: {}", frame.names[like])
                return self.piece(text, frame.kinds[like], like)
        return self.piece(text, "own", None, code=code)

    def _like(self, text, kinds):
        if len(text) < 20:
            return None
        places = [k for k, kind in enumerate(self.frame.kinds) if kind in kinds]
        best = max(places, key=lambda k: self.frame.alike(k, text), default=None)
        return best if best is not None and self.frame.alike(best, text) > SAME else None

    def _blank(self, statement):
        """Whether it leaves open what it should answer."""
        return self.frame.left_open(statement) is not None or self.frame.is_stub(statement)

    def _answers(self, code):
        """The exercises that a code answers, in its order."""
        said = [statement for statement in parsed(code) or () if not self._blank(statement)]
        names = [name for statement in said for name in sorted(bound(statement)) if name in self.frame.of_name]
        return tuple(dict.fromkeys(self.frame.of_name[name] for name in names))
