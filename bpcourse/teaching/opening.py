"""The bytes of a hand-in become a notebook, whatever its encoding; and which assignment a notebook is of."""

import json
import re

import nbformat

from .folder import mark_of, points
from .records import TeachingError

LARGEST = 32 * 2**20  # bytes of a notebook; the course's own, with all pictures, have less than one million
MOST_CELLS = 2000
MOST_TEXT = 500_000  # characters of all cells; the longest notebook of the course has 60,000


def opened(content):
    """The notebook (nbformat 4) in the bytes of a file; TeachingError with the reason if there is none.

    It is not validated: cells without ids, metadata or outputs are as good as others.
    """
    if len(content) > LARGEST:
        raise TeachingError(f"it has more than {LARGEST // 2**20} MB; ask for the notebook without its outputs")
    try:
        data = json.loads(_text(content))
    except (ValueError, RecursionError) as error:
        raise TeachingError(_why_not(content)) from error
    try:
        if isinstance(data, dict) and "worksheets" in data:  # as they were before 2015
            data = nbformat.convert(nbformat.from_dict(data), 4)
        cells = [_cell(cell) for cell in data["cells"] if isinstance(cell, dict)]
    except Exception as error:  # the conversion raises many kinds, according to where it stumbles
        raise TeachingError("it is no notebook: it has no list of cells") from error
    if len(cells) > MOST_CELLS:
        raise TeachingError(f"it has more than {MOST_CELLS} cells")
    if sum(len(cell["source"]) for cell in cells) > MOST_TEXT:
        raise TeachingError(f"its cells have more than {MOST_TEXT} characters")
    return nbformat.from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _text(content):
    """The text of a file; what is no Unicode is read as Western European."""
    try:
        return content.decode(json.detect_encoding(content)).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").removeprefix("ï»¿")


def _why_not(content):
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n\0")[:200].lower()
    if not start:
        return "the file is empty"
    if start.startswith((b"<!doctype", b"<html")):
        return "it is a web page, not a notebook; ask for the .ipynb file itself"
    if start.startswith((b"pk\x03\x04", b"%pdf", b"\x1f\x8b", b"rar!", b"7z")):
        return "it is another kind of file, renamed; ask for the .ipynb file itself"
    if b"<<<<<<<" in content and b">>>>>>>" in content:
        return "it holds the marks of a git conflict (<<<<<<<); ask for the file without them"
    if start.startswith((b"{", b"{".decode().encode("utf-16")[2:])):
        return "it is damaged or cut off; ask for it again"
    return "it is no notebook; ask for the .ipynb file"


def _cell(cell):
    """A cell with all that the format asks for but an id, and no outputs."""
    source, metadata, kind = cell.get("source", ""), cell.get("metadata"), cell.get("cell_type")
    source = "".join(map(str, source)) if isinstance(source, list) else str(source or "")
    # Half of a character that JSON lets through, and nothing can store.
    source = source.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = mark.get("grade_id") if isinstance(mark, dict) else None
    made = {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "markdown",
        "metadata": {"nbgrader": {"grade_id": grade_id}} if isinstance(grade_id, str) else {},
        "source": source,
    }
    return made | ({"id": cell["id"]} if isinstance(cell.get("id"), str) else {})


# ---- which assignment ------------------------------------------------------------------------------------------------


def traits(cells):
    """What tells a notebook from those of other assignments: names of cells, texts, headings, checks, names made."""
    found = set()
    for cell in cells:
        found |= {("name", name) for name in (mark_of(cell).get("grade_id"), cell.get("id")) if name}
        found |= {("text", cell.source.strip())} if cell.source.strip() else set()
        found |= {("line", line) for line in cell.source.split("\n") if line.startswith(("bp.check(", "## "))}
        found |= {("made", name) for name in re.findall(r"^(?:def +)?(\w+)(?= *[=(])", cell.source, re.M)}
    return found


def traits_of_releases(releases):
    """{assignment: the traits that only its release has}, of the cells that belong to an exercise."""
    found = {}
    for name, release in releases.items():
        exercises = tuple(f"{exercise}-" for exercise in points(release))
        mine = [cell for cell in release.cells if _name(cell).startswith(exercises) or _is_answer(cell)]
        answers = {trait for trait in traits(filter(_is_answer, mine)) if trait[0] == "made"}
        found[name] = {trait for trait in traits(mine) if trait[0] != "made"} | answers
    everywhere = [a & b for name, a in found.items() for other, b in found.items() if name < other]
    return {name: mine.difference(*everywhere) for name, mine in found.items()}


def _name(cell):
    return mark_of(cell).get("grade_id") or cell.get("id") or ""


def _is_answer(cell):
    return bool(mark_of(cell).get("solution"))


def assignments_of(notebook, known):
    """The assignments that a notebook may belong to: those with most of their traits in it. known: {name: traits}."""
    mine = traits(notebook.cells)
    shared = {name: len(mine & theirs) for name, theirs in known.items()}
    most = max(shared.values(), default=0)
    return [name for name, count in shared.items() if count == most and most]
