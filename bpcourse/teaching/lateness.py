"""Deadlines, extensions, and what late work keeps: two small tables in the class folder, which a teacher writes.

deadlines.csv, a line for each deadline, and for each extension:

    assignment,learner,deadline
    04_numeric_example,,2026-10-05 23:59
    04_numeric_example,Ann Lee,2026-10-12 23:59

An empty learner means everybody; a line with a learner wins. The time is that of this machine, unless it has a zone
("2026-10-05T23:59+02:00"). A day without a time lasts to its end.

late.csv, how many days late at most, and the part of the points that is kept; after the last line nothing is:

    1,0.9
    7,0.5

Without late.csv, late work is said to be late and keeps all its points.
"""

from datetime import UTC, datetime, timedelta

from .records import TeachingError
from .spreadsheets import number, plain, read_csv

_DAY = timedelta(days=1)
_HEAD = ("assignment", "learner", "deadline")


class Lateness:
    """The rule of a class: called with (learner, assignment, when), it gives (days late, part of the points kept).

    when: a datetime, or None if nobody knows: then the work is in time, and `remark` says so.
    """

    def __init__(self, deadlines, steps):
        """deadlines: {(assignment, learner or ""): datetime with a zone}; steps: [(days, part)] in order, or None."""
        self.deadlines, self.steps = deadlines, steps

    def deadline(self, learner, assignment):
        """The learner's deadline, or None."""
        return self.deadlines.get((assignment, learner)) or self.deadlines.get((assignment, ""))

    def __call__(self, learner, assignment, when):
        deadline = self.deadline(learner, assignment)
        if deadline is None or when is None:
            return 0.0, 1.0
        # In UTC: the difference of two times of one zone is that of their clocks, which a change of summer time bends.
        late = max((when.astimezone(UTC) - deadline.astimezone(UTC)) / _DAY, 0.0)
        if late == 0 or self.steps is None:
            return late, 1.0
        return late, next((part for days, part in self.steps if late <= days), 0.0)

    def remark(self, learner, assignment, when):
        """A sentence for the teacher if there is a deadline and nobody knows when the work came; else ""."""
        if when is None and self.deadline(learner, assignment) is not None:
            return "Nobody knows when this was handed in; it counts as in time."
        return ""

    def strangers(self, learners):
        """Sentences on extensions for names that are not among the learners."""
        names = sorted({learner for _, learner in self.deadlines} - {""} - set(learners))
        return [
            f'deadlines.csv has an extension for "{name}", who has handed in nothing under that name.' for name in names
        ]


def late_and_kept(folder):
    """The Lateness of a class folder. TeachingError: a line that cannot be read, with its file and number."""
    releases = folder / "release"
    known = sorted(path.name for path in releases.iterdir() if path.is_dir()) if releases.is_dir() else []
    return Lateness(_deadlines(folder / "deadlines.csv", known), _steps(folder / "late.csv"))


def _wrong(path, line, came, expected):
    return TeachingError(f'{path}, line {line}: "{came}" came; expected {expected}.')


def _lines(path, head, form):
    """(line, cells) of a table, without its heading and without lines that begin with #."""
    rows = read_csv(path)[0] if path.exists() else []
    for k, (line, row) in enumerate(rows):
        cells = [cell.strip() for cell in row]
        if cells[0].startswith("#") or (k == 0 and head(cells)):
            continue
        if len(cells) != len(form.split(",")):
            raise _wrong(path, line, ",".join(row), f"{len(form.split(','))} cells: {form}")
        yield line, cells


def _deadlines(path, known):
    found = {}
    for line, cells in _lines(path, lambda cells: cells[0].casefold() == _HEAD[0], ",".join(_HEAD)):
        assignment, learner, text = cells
        if not assignment or known and assignment not in known:
            names = f"an assignment of this class: {', '.join(known)}" if known else "the name of an assignment"
            raise _wrong(path, line, assignment, names)
        try:
            time = datetime.fromisoformat(text)
            if not any(sign in text for sign in ":T ") and len(text) <= len("2026-10-05"):
                time += _DAY
            time = time.astimezone()  # without a zone: the one of this machine
        except (ValueError, OverflowError, OSError):
            raise _wrong(path, line, text, "a time as in 2026-10-05 23:59") from None
        if (assignment, learner) in found:
            raise _wrong(path, line, ",".join(cells), "one line for each assignment and learner; this is the second")
        found[assignment, learner] = time
    return found


def _steps(path):
    if not path.exists():
        return None
    steps = []
    for line, cells in _lines(path, lambda cells: number(cells[0]) is None, "days,part"):
        days, part = number(cells[0]), number(cells[1])
        last_days, last_part = steps[-1] if steps else (0.0, 1.0)
        if days is None or days <= last_days:
            raise _wrong(path, line, cells[0], f"a number of days greater than {plain(last_days)}")
        if part is None or not 0 <= part <= last_part:
            raise _wrong(path, line, cells[1], f"a part of the points between 0 and {plain(last_part)}, as in 0.9")
        steps.append((days, part))
    return steps
