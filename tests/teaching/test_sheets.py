"""A learner's sheet: what is on it, what is not, and the zips that hand it back."""

import io
import json
import re
import zipfile
from html.parser import HTMLParser

import pytest
from by_hand import NAMES, POINTS, mark, record

from bpcourse.marking import messages as say
from bpcourse.teaching.records import Record
from bpcourse.teaching.sheets import as_notebook, sheet, write_sheets

HARMLESS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "h1",
    "h2",
    "h3",
    "p",
    "table",
    "tr",
    "th",
    "td",
    "section",
}
HARMLESS |= {"span", "strong", "code", "pre", "bdi"}


class Seen(HTMLParser):
    """What a browser makes of a page: its elements, their attributes, its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = set(), {}, ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value)

    def handle_data(self, data):
        self.text += data


def one(learner="ann", message="Look again.", answer="x = 1", **more):
    """A learner's {assignment: Record} with one mark and one answer."""
    marks = (mark("one", 1.0, 1.0, message), mark("two", 1.0, 2.0))
    return {"01_first": Record(learner, "01_first", marks, answers={"one": answer}, **more)}


def test_a_sheet_says_what_the_check_said_beside_the_answer():
    text = Seen(sheet("ann", one(message="Use `np.exp`, not 2 < 1.", answer="x = a < b & c\ny = 'q'"), POINTS)).text
    for part in ("Use np.exp, not 2 < 1.", "x = a < b & c\ny = 'q'", "Passed, 1 of 1 point", "In part, 1 of 2 points"):
        assert part in text
    assert "not handed in" in text  # the other assignment
    assert "<code>np.exp</code>" in sheet("ann", one(message="Use `np.exp`."), POINTS)


@pytest.mark.parametrize(
    "hostile", NAMES + ["</code></pre><script>x</script>", "`<script>`", "</title><script>", "]]>", "<!--"]
)
def test_nothing_that_a_learner_writes_does_anything(hostile):
    records = one(learner=hostile, message=f"You wrote `{hostile}`.", answer=f"# {hostile}\nx = 1")
    page = sheet(hostile, records, POINTS)
    seen = Seen(page)
    assert seen.tags <= HARMLESS
    assert set(seen.attributes) <= {"lang", "charset", "name", "content", "http-equiv", "class"}
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff]", page)
    assert "default-src 'none'" in page  # and if all this should fail, no browser runs a script here


def test_what_is_for_the_teacher_is_not_on_the_sheet():
    records = one(remarks=("Two files came; classmate.ipynb looks the same.",))
    records["01_first"].answers["not_marked"] = "secret = 1"
    page = sheet("ann", records, POINTS)
    assert "classmate" not in page and "secret" not in page
    assert "classmate" not in as_notebook(records["01_first"])


def test_unsafe_is_said_on_the_sheet():
    records = one(remarks=("marked with --unsafe: whatever",))
    assert "Marked with --unsafe" in sheet("ann", records, POINTS)
    assert "Marked with --unsafe" in as_notebook(records["01_first"])
    assert "--unsafe" not in sheet("ann", one(), POINTS)


@pytest.mark.parametrize(("points", "status"), [(1.0, say.PASSED), (0.5, say.IN_PART), (0.0, say.NOT_YET)])
def test_points_that_the_teacher_set_count_and_are_said(points, status):
    marks = (mark("one", 0.0 if points else 1.0, 1.0, "It differs."),)
    text = Seen(sheet("ann", {"01_first": Record("ann", "01_first", marks, by_hand={"one": points})}, POINTS)).text
    assert f"{status}, {points:g} of 1 point" in text and "Your teacher has set these points." in text


def test_late_and_unmarked_work_is_said():
    text = Seen(sheet("ann", one(late=1.5, kept=0.9), POINTS)).text
    assert "1.5 days late: 90 % of the points are kept." in text and "1.8" in text
    assert "1 day late." in Seen(sheet("ann", one(late=1.0), POINTS)).text
    assert "could not be marked" in sheet("ann", {"01_first": record("ann", points=())}, POINTS)


def test_every_learner_has_a_sheet_and_nobody_elses_stays(tmp_path):
    write_sheets(tmp_path, [record(name) for name in NAMES], POINTS)
    assert len(list((tmp_path / "out" / "sheets").iterdir())) == len(NAMES)
    (tmp_path / "out" / "sheets" / "mine.txt").touch()
    write_sheets(tmp_path, [record("ann")], POINTS)
    assert sorted(path.name for path in (tmp_path / "out" / "sheets").iterdir()) == ["ann.html", "mine.txt"]
    assert "<bdi>ann</bdi>" in (tmp_path / "out" / "sheets" / "ann.html").read_text()


def archive(path):
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as found:
        assert found.testzip() is None
        return {name: found.read(name).decode() for name in found.namelist()}


@pytest.mark.parametrize("name", ["Ann_Mary Lee", "a/b", "..", "=1+1", "~x", "刘伟", "a\\b"])
def test_moodle_takes_the_sheet_of_each_learner(tmp_path, name):
    records = [record(name, lms={"moodle": "1234567"}), record("Ben"), record(name, "02_second", (3.0,))]
    write_sheets(tmp_path, records, POINTS)
    ((file, page),) = archive(tmp_path / "out" / "moodle" / "01_first.zip").items()
    # As Moodle's import reads a name: the learner's number is the second part, the kind of file the third and fourth.
    _, number, kind, plugin, shown = file.split("_", 4)
    assert (number, kind, plugin, shown) == ("1234567", "assignsubmission", "file", "01_first.html")
    assert "/" not in file and file[0] not in ".~"
    assert "01 first" in page and "02 second" not in page  # another one's marks may not be public yet
    assert not (tmp_path / "out" / "moodle" / "02_second.zip").exists()


@pytest.mark.parametrize("number", ["5001_70001", "leean_5001_70001_01_first.ipynb", "leean_LATE_5001_70001_x-1.ipynb"])
def test_canvas_takes_the_sheet_of_each_learner(tmp_path, number):
    write_sheets(tmp_path, [record("lee", lms={"canvas": number}), record("ben", lms={"canvas": "5002"})], POINTS)
    ((file, text),) = archive(tmp_path / "out" / "canvas" / "01_first.zip").items()
    # As Canvas reads a name: the first two parts of digits are the learner and the file handed in.
    assert [part for part in file.split("_") if part.isdigit()][:2] == ["5001", "70001"]
    assert json.loads(text)["nbformat"] == 4


def test_the_notebook_that_goes_back_is_valid_and_runs_nothing():
    import nbformat

    records = one(message="Use `<b>`.", answer="import os\nos.system('x')", late=2.0, kept=0.5)
    notebook = nbformat.reads(as_notebook(records["01_first"]), as_version=4)
    nbformat.validate(notebook)
    assert {cell.cell_type for cell in notebook.cells} == {"markdown", "raw"}
    text = "\n".join(cell.source for cell in notebook.cells)
    assert (
        "os.system('x')" in text and "<code>&lt;b&gt;</code>" in text and "2 days late" in text and "1 points." in text
    )
