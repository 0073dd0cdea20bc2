"""nbgrader's gradebook: what the machine found goes in, what a teacher set by hand stays, and both come out."""

import copy
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import notebooks
import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed (extra teach).")
import classes  # noqa: E402
from nbgrader.api import Gradebook  # noqa: E402

from bpcourse.teaching import book as room  # noqa: E402
from bpcourse.teaching.book import Book, Entry  # noqa: E402
from bpcourse.teaching.folder import Folder, points  # noqa: E402
from bpcourse.teaching.lateness import Lateness  # noqa: E402
from bpcourse.teaching.records import Mark, Record, TeachingError  # noqa: E402

CHAPTER = "04_numeric_example"
WHEN = datetime(2026, 10, 6, 1, 59, tzinfo=UTC)
IN_TIME = Lateness({}, None)
SAID = "`hidden_delta` raised <script>alert(1)</script> & stopped."


@pytest.fixture
def folder(tmp_path):
    return classes.copy_of(tmp_path / "class", 1, (CHAPTER,))[0]


def record(folder, learner="ann 0000", part=0.5, **fields):
    """A Record in which every exercise got that part of its points."""
    status = {0.0: "Not yet", 0.5: "In part", 1.0: "Passed"}[part]
    marks = [
        Mark(name, cell, part * most, most, status, SAID)
        for name, (cell, most) in points(folder.releases[CHAPTER]).items()
    ]
    return Record(learner, CHAPTER, tuple(marks), ("moved: a cell",), when=WHEN, lms={"moodle": "7"}, **fields)


def hand_in(folder):
    (path,) = folder.path.glob("received/*/*.ipynb")
    return json.dumps(notebooks.read(path))


def write(folder, *records):
    with Book(folder) as book:
        for one in records:
            book.write([Entry(one, hand_in(folder), {"made of": "this"})])


def read(folder, lateness=IN_TIME):
    with Book(folder) as book:
        return book.records(lateness)


def grades(folder, learner="ann 0000"):
    """(nbgrader's gradebook, its {cell: Grade}, its {cell: Comment}) of a learner."""
    gradebook = Gradebook(f"sqlite:///{folder.path / 'gradebook.db'}", "backpropagation")
    handed = gradebook.find_submission_notebook(CHAPTER, CHAPTER, learner)
    return (
        gradebook,
        {grade.name: grade for grade in handed.grades},
        {comment.name: comment for comment in handed.comments},
    )


def by_hand(folder, **values):
    """What a teacher does in formgrader to the exercise hidden_delta."""
    gradebook, scores, comments = grades(folder)
    for name, value in values.items():
        setattr(
            comments["hidden_delta-answer"] if name.endswith("comment") else scores["hidden_delta-check"], name, value
        )
    gradebook.db.commit()
    gradebook.close()


def test_what_goes_in_comes_out(folder):
    zoe = record(folder, "Zoë, 李", answers={"hidden_delta": "def hidden_delta(): 'ä'"})
    write(folder, zoe, record(folder))
    assert read(folder) == [zoe, record(folder)]  # by name


def test_nbgrader_knows_scores_comments_and_times(folder):
    write(folder, record(folder))
    gradebook, scores, comments = grades(folder)
    with gradebook:
        assert {name: (grade.auto_score, grade.max_score) for name, grade in scores.items()} == {
            cell: (most / 2, most) for cell, most in points(folder.releases[CHAPTER]).values()
        }
        assert not any(grade.needs_manual_grade for grade in scores.values())
        said = comments["hidden_delta-answer"].comment
        assert "<" not in said and "In part (1.5 of 3 points)" in said  # it becomes HTML, by way of Markdown
        submission = gradebook.find_submission(CHAPTER, "ann 0000")
        assert (submission.score, submission.max_score) == (13.5, 27)
        assert submission.timestamp == datetime(2026, 10, 6, 1, 59)


@pytest.mark.parametrize(
    "set_by_hand, due",
    [({"manual_score": 2.0}, 2.0), ({"extra_credit": 1.0}, 4.0), ({"manual_score": 0.0, "extra_credit": 0.5}, 0.5)],
)
def test_a_mark_by_hand_survives_and_counts(folder, set_by_hand, due):
    write(folder, record(folder))
    by_hand(folder, manual_comment="See me.", **set_by_hand)
    write(folder, record(folder, part=1.0))
    (one,) = read(folder)
    assert one.by_hand == {"hidden_delta": due} and one.total == 27 - 3 + due
    gradebook, scores, comments = grades(folder)
    with gradebook:
        assert comments["hidden_delta-answer"].comment == "See me."
        assert scores["hidden_delta-check"].score == due


def test_nbgrader_asks_for_another_look_only_where_the_machine_changed_its_mind(folder):
    write(folder, record(folder))
    by_hand(folder, manual_score=2.0, needs_manual_grade=False)
    for part, asks in ((0.5, False), (1.0, True)):
        write(folder, record(folder, part=part))
        gradebook, scores, _ = grades(folder)
        with gradebook:
            assert {name for name, grade in scores.items() if grade.needs_manual_grade} == (
                {"hidden_delta-check"} if asks else set()
            )


def test_what_has_no_mark_waits_for_one_by_hand(folder):
    write(folder, replace(record(folder), marks=()))
    assert read(folder)[0].total is None
    gradebook, scores, _ = grades(folder)
    with gradebook:
        assert all(grade.needs_manual_grade and grade.auto_score is None for grade in scores.values())
    by_hand(folder, manual_score=2.0)
    assert read(folder)[0].total == 2.0


def test_late_work_loses_by_the_rule_of_today(folder):
    write(folder, record(folder))
    due = WHEN - timedelta(days=1, hours=12)
    rule = Lateness({(CHAPTER, ""): due}, [(1, 0.9), (7, 0.5)])
    (one,) = read(folder, rule)
    assert (one.late, one.kept, one.total) == (1.5, 0.5, 6.75)
    gradebook, *_ = grades(folder)
    with gradebook:
        submission = gradebook.find_submission(CHAPTER, "ann 0000")
        assert (submission.late_submission_penalty, submission.total_seconds_late) == (6.75, 1.5 * 86400)
    (one,) = read(folder, Lateness(rule.deadlines | {(CHAPTER, "ann 0000"): WHEN}, rule.steps))
    assert (one.late, one.kept, one.total) == (0.0, 1.0, 13.5)
    gradebook, *_ = grades(folder)
    with gradebook:
        submission = gradebook.find_submission(CHAPTER, "ann 0000")
        assert (submission.late_submission_penalty, submission.total_seconds_late) == (0, 0)


def test_the_notebook_says_what_the_checks_said_and_nothing_hidden(folder):
    notebook = json.loads(hand_in(folder))
    for cell in notebook["cells"]:
        if cell["id"] == "hidden_delta-check":
            cell["source"] = "assert secret_test"
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "a learner's own output"}]
    with Book(folder) as book:
        book.write([Entry(record(folder), json.dumps(notebook), {})])
        path = book.path("ann 0000", CHAPTER)
    text = path.read_text(encoding="utf-8")
    assert "secret_test" not in text and "a learner's own output" not in text
    cells = {cell.id: cell for cell in notebooks.read(path).cells}
    (shown,) = cells["hidden_delta-check"].outputs
    assert shown.data["text/plain"] == f"In part (1.5 of 3 points). {SAID}"
    assert "<script>" not in shown.data["text/html"] and "<code>hidden_delta</code>" in shown.data["text/html"]


def test_feedback_of_nbgrader_runs_no_learners_script(folder):
    from nbgrader.converters import GenerateFeedback

    notebook = json.loads(hand_in(folder))
    notebook["cells"].insert(
        1, {"cell_type": "markdown", "id": "own", "metadata": {}, "source": "<script>alert(2)</script>"}
    )
    with Book(folder) as book:
        book.write([Entry(record(folder), json.dumps(notebook), {})])
        book.course.assignment_id = CHAPTER
        GenerateFeedback(coursedir=book.course, config=book.course.config).start()
    (page,) = folder.path.glob("feedback/ann 0000/*/*.html")
    text = page.read_text(encoding="utf-8")
    assert "In part (1.5 of 3 points)" in text and "Score: 13.5 / 27.0" in text
    assert "<script>alert" not in text
    assert not any(line in text for source in folder.solutions() for line in source.splitlines() if "SOLUTION" in line)


def test_a_file_is_whole_whatever_happens(folder, monkeypatch):
    write(folder, record(folder))
    with Book(folder) as book:
        before = book.path("ann 0000", CHAPTER).read_bytes()

        def fail(*_):
            raise OSError("the disk is full")

        monkeypatch.setattr(os, "replace", fail)
        with pytest.raises(OSError):
            book.write([Entry(record(folder, part=1.0), hand_in(folder), {"made of": "that"})])
        assert book.path("ann 0000", CHAPTER).read_bytes() == before
        assert book.stamp("ann 0000", CHAPTER) == {"made of": "this"}  # so the next run does it again


@pytest.mark.parametrize("lost", ["gradebook.db", "autograded/ann 0000/04_numeric_example/04_numeric_example.ipynb"])
def test_half_of_what_was_kept_is_nothing(folder, lost):
    write(folder, record(folder))
    (folder.path / lost).unlink()
    with Book(folder) as book:
        assert book.kept == {}


def test_a_release_that_the_gradebook_does_not_know_as_it_is_is_refused(folder):
    release = copy.deepcopy(folder.releases[CHAPTER])
    cell = next(cell for cell in release.cells if cell.id == "forward-check")
    cell.metadata.nbgrader.points = 9
    folder.paths[CHAPTER].write_text(notebooks.to_text(release), encoding="utf-8")
    with pytest.raises(TeachingError, match=f"nbgrader generate_assignment {CHAPTER} --force"):
        Book(Folder(folder.path))


def test_rewrite_leaves_no_second_file(tmp_path):
    for text in ("one", "two"):
        room.rewrite(tmp_path / "x", text)
    assert [path.name for path in tmp_path.iterdir()] == ["x"] and (tmp_path / "x").read_text() == "two"
