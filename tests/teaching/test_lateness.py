"""Deadlines, extensions and what late work keeps."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from by_hand import NAMES

from bpcourse.teaching.lateness import late_and_kept
from bpcourse.teaching.records import TeachingError
from bpcourse.teaching.spreadsheets import to_csv

DUE = datetime(2026, 10, 5, 22, 0, tzinfo=UTC)
DEADLINES = """assignment,learner,deadline
# of the second group
04,,2026-10-05T22:00+00:00
04,Ann Lee,2026-10-08T00:00+02:00
"""


def rule(folder, deadlines=DEADLINES, late="1,0.9\n7,0.5\n"):
    """The rule of a class folder with these two files; None: without the file."""
    for name, text in (("deadlines.csv", deadlines), ("late.csv", late)):
        if text is not None:
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return late_and_kept(folder)


@pytest.mark.parametrize(
    ("days", "kept"), [(-3, 1.0), (0, 1.0), (1e-6, 0.9), (1, 0.9), (1.01, 0.5), (7, 0.5), (7.01, 0.0), (900, 0.0)]
)
def test_late_work_keeps_a_part(tmp_path, days, kept):
    late, part = rule(tmp_path)("Ben", "04", DUE + timedelta(days=days))
    assert (late, part) == (pytest.approx(max(days, 0), abs=1e-9), kept)


def test_an_extension_wins_whether_it_is_later_or_earlier(tmp_path):
    found = rule(tmp_path, DEADLINES + "04,Early,2026-10-01T22:00Z\n")
    assert found("Ann Lee", "04", DUE + timedelta(days=2)) == (0.0, 1.0)
    assert found("Early", "04", DUE) == (4.0, 0.5)


def test_the_zone_of_the_hand_in_makes_no_difference(tmp_path):
    when = (DUE + timedelta(hours=12)).astimezone(timezone(timedelta(hours=9)))
    assert rule(tmp_path)("Ben", "04", when) == (0.5, 0.9)


def test_without_a_rule_late_work_is_late_and_keeps_all(tmp_path):
    assert rule(tmp_path, late=None)("Ben", "04", DUE + timedelta(days=9)) == (9.0, 1.0)


def test_without_a_deadline_nothing_is_late(tmp_path):
    found = rule(tmp_path, deadlines=None)
    assert found("Ben", "04", DUE) == (0.0, 1.0) and found.remark("Ben", "04", None) == ""


def test_work_without_a_time_is_in_time_and_that_is_said(tmp_path):
    found = rule(tmp_path)
    assert found("Ben", "04", None) == (0.0, 1.0) and "counts as in time" in found.remark("Ben", "04", None)
    assert found.remark("Ben", "04", DUE) == "" and found.remark("Ben", "05", None) == ""


@pytest.mark.parametrize(("zone", "offset"), [("UTC", 0), ("Asia/Tokyo", 9), ("America/New_York", -4)])
def test_a_time_without_a_zone_is_of_this_machine_and_a_day_lasts_to_its_end(tmp_path, monkeypatch, zone, offset):
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        found = rule(tmp_path, "a,,2026-10-05 12:00\nb,,2026-10-05\n")
        there = timezone(timedelta(hours=offset))
        assert found.deadline("Ben", "a") == datetime(2026, 10, 5, 12, tzinfo=there)
        assert found.deadline("Ben", "b") == datetime(2026, 10, 6, tzinfo=there)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("name", [name for name in NAMES if name.isprintable() and name == name.strip()], ids=ascii)
def test_a_name_from_the_table_of_marks_can_have_an_extension(tmp_path, name):
    found = rule(tmp_path, to_csv([["assignment", "learner", "deadline"], ["04", name, "2026-10-09"]]))
    assert found.deadline(name, "04") is not None and found.deadline("somebody", "04") is None


def test_tables_as_a_spreadsheet_saves_them(tmp_path):
    found = rule(
        tmp_path, "assignment;learner;deadline\r\n04;;2026-10-05 12:00\r\n".encode("utf-16"), "days;part\r\n1;0,9\r\n"
    )
    assert found.steps == [(1.0, 0.9)] and found.deadline("x", "04") is not None


@pytest.mark.parametrize(
    ("deadlines", "late", "told"),
    [
        ("04,,tomorrow\n", None, 'deadlines.csv, line 1: "tomorrow" came; expected a time as in'),
        ("04,,05/10/2026 23:59\n", None, "deadlines.csv, line 1"),
        ("04,,9999-12-31\n", None, "deadlines.csv, line 1"),
        ("\n04,2026-10-05\n", None, 'line 2: "04,2026-10-05" came; expected 3 cells: assignment,learner,deadline'),
        (",,2026-10-05\n", None, "expected the name of an assignment"),
        (DEADLINES + "04,,2026-10-06\n", None, "line 5"),
        (None, "1,0.9\n1,0.5\n", 'late.csv, line 2: "1" came; expected a number of days greater than 1'),
        (None, "1,90\n", '"90" came; expected a part of the points between 0 and 1'),
        (None, "1,0.5\n2,0.9\n", '"0.9" came; expected a part of the points between 0 and 0.5'),
        (None, "days,part\nx,0.9\n", 'line 2: "x" came'),
        (None, "1,nan\n", '"nan" came'),
        (None, "1\n", "expected 2 cells"),
    ],
)
def test_a_bad_line_is_told_with_its_file_and_number(tmp_path, deadlines, late, told):
    with pytest.raises(TeachingError) as error:
        rule(tmp_path, deadlines, late)
    assert told in str(error.value)


def test_an_assignment_that_does_not_exist_is_told(tmp_path):
    (tmp_path / "release" / "04_numeric_example").mkdir(parents=True)
    with pytest.raises(TeachingError, match="expected an assignment of this class: 04_numeric_example"):
        rule(tmp_path)


def test_an_extension_for_nobody_is_said(tmp_path):
    found = rule(tmp_path)
    assert found.strangers(["Ben"]) == [
        'deadlines.csv has an extension for "Ann Lee", who has handed in nothing under that name.'
    ]
    assert found.strangers(["Ann Lee", "Ben"]) == []
