"""What Canvas takes back: its gradebook as CSV with the marks in it, and a zip of sheets.

From Canvas's source (lib/gradebook_importer.rb and gradebook_exporter.rb, the assignment's model):

The gradebook's heading begins with "Student", "ID", perhaps "SIS User ID", "SIS Login ID" and more, and must have
"Section" as the last of these; then come assignments, as "Title (12345)". A row "Points Possible" comes before those
of the learners. A learner is found by ID, then by the other numbers, then by name. A column that is no assignment yet
makes a new one. An empty cell takes a grade away, so what is not ours to fill stays as it came.

The zip: in a file's name, cut at its underscores, the first part of digits is the learner's number and the second that
of the file handed in, as in "leean_12345_67890_NAME.ipynb". The learner sees it under the name of the file handed in,
which ends in .ipynb; so what goes back is a notebook, too.
"""

import re

from . import platforms
from .names import belongs
from .spreadsheets import keep_only, number, plain, read_csv, to_csv, write
from .tables import by_learner, maximum


def write_gradebooks(folder, records, points):
    """Fills each gradebook of CLASS/canvas/ into out/canvas/; makes one where there is none. Returns remarks.

    A grade is on the scale of the points possible of its column.
    """
    remarks, out = [], {}
    paths = sorted((folder / "canvas").glob("*.csv"))
    for path in paths:
        rows, delimiter, mark = read_csv(path)
        table = [row for _, row in rows]
        remarks += [f"canvas/{path.name}: {remark}" for remark in _fill(table, records, points)]
        out[path.name] = to_csv(table, delimiter, mark)
    known = {learner: mine for learner, mine in by_learner(records).items() if _numbers(mine)}
    if known and not paths:
        used = [name for name in points if any(name in mine for mine in known.values())]
        table = [
            ["Student", "ID", "Section", *used],
            ["    Points Possible", "", "", *(plain(maximum(points, name)) for name in used)],
        ]
        for learner, mine in known.items():
            marks = [plain(mine[name].total) if name in mine else "" for name in used]
            table.append([learner, _numbers(mine)[0], "", *marks])
        out["marks.csv"] = to_csv(table)
    for name, content in out.items():
        write(folder / "out" / "canvas" / name, content)
    keep_only(folder / "out" / "canvas", "*.csv", out)
    return remarks


def _parts(record):
    """The numbers that Canvas reads from a file's name: the learner's, then the file's; [] if none is known."""
    return [part for part in record.lms.get("canvas", "").split("_") if re.fullmatch("[0-9]+", part)][:2]


def _numbers(mine):
    """The numbers of a learner, {assignment: Record}."""
    return next((parts for record in mine.values() if (parts := _parts(record))), [])


def _fill(table, records, points):
    """Puts the marks into the rows of a gradebook; remarks on those that fit nowhere."""
    head = [cell.strip() for cell in table[0]] if table else []
    possible = next((row for row in table if row[0].strip() == "Points Possible"), None)
    if "ID" not in head or "Section" not in head or possible is None or any(len(row) != len(head) for row in table):
        return ["this is no gradebook as Canvas exports it; it is left as it is."]
    columns, remarks = {}, []
    for k in range(head.index("Section") + 1, len(head)):
        title = re.sub(r" \(\d+\)$", "", head[k])
        name = belongs(title, points) if title != head[k] else None  # only an assignment has a number
        if name in columns:
            remarks.append(f'"{head[columns[name]]}" and "{head[k]}" could both be {name}; the first was filled.')
        elif name and number(possible[k]) is not None:
            columns[name] = k
    people = [row for row in table[1:] if row is not possible and row[head.index("ID")].strip()]
    for learner, mine in by_learner(records).items():
        row = _row(people, head, learner, (_numbers(mine) or [""])[0])
        if row is None:
            remarks.append(f"{learner} has handed in and is not in it.")
            continue
        for name, record in mine.items():
            if name in columns and record.total is not None and maximum(points, name):
                k = columns[name]
                text = plain(record.total / maximum(points, name) * number(possible[k]))
                row[k] = text.replace(".", ",") if "," in possible[k] else text
    for name in points:
        if name not in columns and any(record.assignment == name for record in records):
            words = name.replace("_", " ")
            remarks.append(f'no assignment in it has "{words}" in its title, so the marks of {name} are not in it.')
    return remarks


def _row(people, head, learner, user):
    """The one row of a learner: by number, else by login or name; None if there is none, or more than one."""
    for column, text in (("ID", user), ("SIS Login ID", learner), ("SIS User ID", learner), ("Student", learner)):
        if column in head and text:
            rows = [row for row in people if text in _spellings(row[head.index(column)])]
            if rows:
                return rows[0] if len(rows) == 1 else None
    return None


def _spellings(cell):
    """A name as it stands, and "Lee, Ann" as "Ann Lee", as names of learners."""
    last, comma, first = cell.partition(", ")
    names = [cell, f"{first} {last}"] if comma else [cell]
    return {platforms.safe(platforms.tidy(name)) for name in names}


def sheet_name(record, assignment):
    """The name of a learner's sheet in the zip; None if the numbers in Canvas are not known."""
    parts = _parts(record)
    return "_".join(["sheet", *parts, f"{assignment}.ipynb"]) if len(parts) == 2 else None
