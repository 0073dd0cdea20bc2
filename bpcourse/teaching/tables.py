"""marks.csv: one table of all learners and all assignments."""

from ..marking import messages as say
from .spreadsheets import plain, to_csv, write


def by_learner(records):
    """{learner: {assignment: Record}}, learners sorted by name."""
    found = {}
    for record in sorted(records, key=lambda record: (record.learner, record.assignment)):
        found.setdefault(record.learner, {})[record.assignment] = record
    return found


def maximum(points, assignment):
    """The most points of an assignment; points: {assignment: {exercise: most points}}."""
    return sum(points[assignment].values())


def total(records):
    """All points of some records, after the rule for late work; None if none of them was marked."""
    totals = [record.total for record in records if record.total is not None]
    return sum(totals) if totals else None


def share(record, points):
    """The part of an assignment's points that was reached, before the rule for late work; None if it was not marked."""
    most = maximum(points, record.assignment)
    got = [record.points(exercise) or 0.0 for exercise in points[record.assignment]]
    return None if record.total is None else min(sum(got) / most, 1.0) if most else 1.0


def status(record, mark):
    """Passed, In part, Not yet, Not attempted: as the check said, or by the points where a teacher has set them."""
    if mark.exercise not in record.by_hand:
        return mark.status
    got = record.points(mark.exercise)
    return say.PASSED if got >= mark.max_points else say.IN_PART if got > 0 else say.NOT_YET


def marks(records, points):
    """The rows of marks.csv, the first its heading.

    A learner, the total, the maximum; then for each assignment its total, maximum and days late, the points of each
    exercise before the rule for late work, and remarks. A cell is empty where nothing was marked, and 0 where nothing
    was right. Headings begin with the assignment, so no two are alike.
    """
    head = ["learner", "total", "maximum"]
    for assignment, exercises in points.items():
        names = ["total", "maximum", "days late", *exercises, "remarks"]
        head += [f"{assignment}: {name}" for name in names]
    rows = [head]
    most = sum(maximum(points, assignment) for assignment in points)
    for learner, mine in by_learner(records).items():
        row = [learner, plain(total(mine.get(name) for name in points if name in mine)), plain(most)]
        for assignment, exercises in points.items():
            record = mine.get(assignment)
            row += [plain(record and record.total), plain(maximum(points, assignment)), _late(record)]
            row += [plain(record and record.points(exercise)) for exercise in exercises]
            row.append(" ".join(" ".join(remark.split()) for remark in record.remarks) if record else "")
        rows.append(row)
    return rows


def _late(record):
    """Days late; "" for in time. Rounded up, so that no late work looks like work in time."""
    return plain(max(record.late, 0.01)) if record and record.late > 0 else ""


def write_marks(folder, records, points):
    """Writes out/marks.csv of the class folder."""
    write(folder / "out" / "marks.csv", to_csv(marks(records, points)))
