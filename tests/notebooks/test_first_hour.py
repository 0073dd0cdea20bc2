"""The first hour: a way through some chapters, for those who have no more. Its cells are tagged `first-hour`.

Each part of the way begins with a cell that says so, "> **First hour**, part 2: …", and links to the next part.
"""

import re

import derived
import notebooks
import pytest
from test_resume import anchor, figures_are_not_rendered, headings, run_to_the_next_resume  # noqa: F401

CHAPTERS = {
    chapter.file: notebooks.read(derived.TREE / "chapters" / chapter.file).cells
    for chapter in derived.chapters().values()
}
MARK = re.compile(r"^#+ .*\n\n> \*\*First hour\*\*, part (\d)\b.*$", re.MULTILINE)
NEXT = re.compile(r"\[[^]]*\]\(((?:\w+\.ipynb)?(?:#[^)]*)?)\)")


def tagged(cells):
    return [cell for cell in cells if "first-hour" in cell.metadata.get("tags", ())]


WAY = {file: tagged(cells) for file, cells in CHAPTERS.items() if tagged(cells)}


def parts():
    """[(file, first cell, its mark)], in the order of the chapters."""
    found = [(file, cell, MARK.match(cell.source)) for file, cells in CHAPTERS.items() for cell in cells]
    return [part for part in found if part[2]]


def test_each_part_is_counted_begins_where_cells_begin_to_be_tagged_and_leads_to_the_next():
    marks = parts()
    assert [int(mark[1]) for *_, mark in marks] == list(range(1, len(marks) + 1))
    starts = [
        (file, cell.id)
        for file, cells in CHAPTERS.items()
        for before, cell in zip([None, *cells], cells, strict=False)
        if cell in tagged(cells) and before not in tagged(cells)
    ]
    assert [(file, cell.id) for file, cell, _ in marks] == starts
    for (file, _, mark), (after, cell, _) in zip(marks, marks[1:], strict=False):
        (link,) = NEXT.findall(mark[0])
        (*_, (_, _, title)) = headings([cell])[:1]
        assert link == (after if after != file else f"#{anchor(title)}")


@pytest.mark.parametrize("file", WAY)
def test_its_cells_run_alone_and_show_what_they_show_in_their_chapter(file):
    assert run_to_the_next_resume(WAY[file], 0) is None


def test_it_takes_an_hour_by_the_times_that_the_chapters_promise():
    reading = derived.reading_minutes((derived.TREE / "docs" / "teaching.md").read_text(encoding="utf-8"))
    minutes = 0
    for file, cells in WAY.items():
        words, all_words = (sum(len(cell.source.split()) for cell in part) for part in (cells, CHAPTERS[file]))
        minutes += reading[derived.parts(derived.TREE / file)[1]] * words / all_words
    assert 55 < minutes < 65, minutes


def test_the_readme_shows_where_it_begins():
    readme = (derived.TREE / "README.md").read_text(encoding="utf-8")
    (line,) = [line for line in readme.split("\n\n") if "First hour" in line]
    assert [file for file in CHAPTERS if f"(chapters/{file})" in line] == list(WAY)
