"""What Moodle takes back: its grading worksheet with the marks in it, and a zip of sheets.

From Moodle's source (mod/assign/feedback/offline and /file, gradingtable.php; versions 2.8 to 4.5):

A worksheet's import looks for three headings, in the language of the site: "Identifier" ("Participant 1234567", a
number that only this learner's hand-in for only this assignment has), "Grade" and "Last modified (grade)". It passes
over a row without saying so where the grade is above the maximum, or where Moodle's grade is newer than the last of the
three.
The column after the grade is its maximum, or "Scale" where an assignment is not graded in points.

A zip's files go to the learner whose number stands between the first two underscores of a file's name, as in
"Ann Lee_1234567_assignsubmission_file_sheet.html"; what comes after "file_" is the name that the learner sees.
"""

import re

from . import platforms
from .names import belongs
from .spreadsheets import keep_only, number, plain, read_csv, to_csv, write
from .tables import maximum

_HEAD = ("Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)")


def write_worksheets(folder, records, points):
    """Fills each worksheet of CLASS/moodle/ into out/moodle/; makes one where there is none. Returns remarks.

    Its grade is on the scale of its own maximum.
    """
    remarks, filled, out = [], set(), {}
    for path in sorted((folder / "moodle").glob("*.csv")):
        rows, delimiter, mark = read_csv(path)
        table = [row for _, row in rows]
        assignment = _assignment(path, table, records, points)
        if assignment is None:
            remarks.append(
                f"moodle/{path.name}: nobody in it has handed in, and its name is that of no assignment; name the "
                f"file after its assignment, as in {next(iter(points), 'NAME')}.csv."
            )
            continue
        mine = [record for record in records if record.assignment == assignment]
        remarks += [f"moodle/{path.name}: {remark}" for remark in _fill(table, mine, maximum(points, assignment))]
        out[path.name] = to_csv(table, delimiter, mark)
        filled.add(assignment)
    for assignment in points:
        known = [r for r in records if r.assignment == assignment and "moodle" in r.lms and r.total is not None]
        if known and assignment not in filled:
            most = plain(maximum(points, assignment))
            rows = [[f"Participant {r.lms['moodle']}", r.learner, plain(r.total), most, "-"] for r in _sorted(known)]
            out[f"{assignment}.csv"] = to_csv([_HEAD, *rows])
    for name, content in out.items():
        write(folder / "out" / "moodle" / name, content)
    keep_only(folder / "out" / "moodle", "*.csv", out)
    return remarks


def _sorted(records):
    return sorted(records, key=lambda record: record.learner)


def _number(cell):
    """The digits at the end of an identifier, whatever stands before them in the language of the site; or ""."""
    return re.search(r"(\d*)\s*$", cell)[1]


def _assignment(path, table, records, points):
    """Which assignment a worksheet is of: by the numbers in it, else by its name; None if neither says."""
    numbers = {_number(row[0]) for row in table[1:]} - {""}
    hits = [(sum(r.assignment == name and r.lms.get("moodle") in numbers for r in records), name) for name in points]
    best = max(hits, default=(0, ""))
    return best[1] if best[0] else belongs(path.stem, points)


def _columns(table):
    """(index of the grade, index of its maximum) in a worksheet; None if it is none.

    By the headings, or where those are in another language: the maximum is the one number that all rows have.
    """
    head, width = [cell.strip().casefold() for cell in table[0]], len(table[0])
    if len(table) < 2 or any(len(row) != width for row in table) or not all(_number(row[0]) for row in table[1:]):
        return None
    if "maximum grade" in head:
        most = head.index("maximum grade")
    else:
        same = [
            k for k in range(2, width) if len({row[k] for row in table[1:]}) == 1 and (number(table[1][k]) or 0) > 0
        ]
        most = same[-1] if same else 0
    grade = head.index("grade") if "grade" in head else most - 1
    return (grade, most) if most and all(number(row[most]) for row in table[1:]) else None


def _fill(table, records, most):
    """Puts the marks into a worksheet's rows; remarks on those that fit nowhere."""
    found = _columns(table)
    if found is None:
        return ["this is no grading worksheet of an assignment that is graded in points; it is left as it is."]
    grade, top = found
    by_number, by_name = {_number(row[0]): row for row in table[1:]}, {}
    for row in table[1:]:
        by_name.setdefault(platforms.safe(platforms.tidy(row[1])), []).append(row)
    remarks = []
    for record in _sorted(records):
        named = by_name.get(record.learner, [])
        row = by_number.get(record.lms.get("moodle")) or (named[0] if len(named) == 1 else None)
        if row is None:
            remarks.append(f"{record.learner} has handed in and is not in it.")
        elif record.total is not None:
            text = plain(record.total / most * number(row[top]) if most else 0.0)
            row[grade] = text.replace(".", ",") if "," in row[top] else text
    return remarks


def sheet_name(record, assignment):
    """The name of a learner's sheet in the zip; None if the number in Moodle is not known."""
    if "moodle" not in record.lms:
        return None
    # Underscores and slashes part what the import reads; the name before the number is for a person's eyes only.
    name = re.sub(r"[\x00-\x1f_/\\:\ud800-\udfff]+", " ", record.learner).strip(" .~") or "learner"
    return f"{name}_{record.lms['moodle']}_assignsubmission_file_{assignment}.html"
