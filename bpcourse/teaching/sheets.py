"""A sheet for each learner: what each check said, beside the learner's own answer; and the zips that hand sheets back.

A sheet holds what the learner wrote and what the check said, and nothing else: no input, no seed, no solution, none of
the remarks that are for the teacher.
"""

import io
import json
import re
import zipfile

from . import canvas, moodle
from .page import CLASSES, escape, name, page, prose, words
from .spreadsheets import file_names, keep_only, plain, write
from .tables import by_learner, maximum, status, total

UNSAFE = "--unsafe"  # in a remark: answers of the class ran without a sandbox
_UNSAFE_TEXT = "Marked with --unsafe: the answers ran without a sandbox, so these marks prove less."
_UNMARKED = "This notebook could not be marked. Please ask your teacher."
_BY_HAND = "Your teacher has set these points."

_STYLE = """
body { max-width: 1040px; }
.head td, .head th { padding-right: 28px; } .head tr.sum td { border-top: 1px solid var(--line); font-weight: 600; }
.exercise { border-left: 5px solid var(--none); padding: 2px 0 2px 14px; margin: 14px 0; display: grid; gap: 4px 20px;
  grid-template-columns: minmax(0, 1fr) minmax(0, 1.15fr); break-inside: avoid; }
.exercise > h3 { grid-column: 1 / -1; margin: 0; } .exercise pre { align-self: start; }
.exercise.yes { border-color: var(--yes); } .exercise.part { border-color: var(--part); }
.exercise.no { border-color: var(--no); }
.exercise .got { font-weight: 400; color: var(--soft); margin-left: 8px; }
@media (max-width: 720px) { .exercise { grid-template-columns: minmax(0, 1fr); } }
"""


def _points(got, most):
    return f"{plain(got)} of {plain(most)} point{'' if most == 1 else 's'}"


def _late(record):
    """How late a hand-in was and what that costs, in words; "" for in time."""
    if record.late <= 0:
        return ""
    days = f"{plain(max(record.late, 0.01))} day{'' if record.late == 1 else 's'} late"
    return f"{days}." if record.kept == 1 else f"{days}: {plain(100 * record.kept)} % of the points are kept."


def _when(record):
    return f"{record.when:%Y-%m-%d %H:%M}" if record.when else ""


def _said(mark, record):
    """(status, points, message) of a mark, as the learner reads it."""
    message = mark.message
    if mark.exercise in record.by_hand:
        message = f"{_BY_HAND} The check had said: {mark.status}. {message}"
    return status(record, mark), record.points(mark.exercise), message


def _exercise(mark, record):
    state, got, message = _said(mark, record)
    answer = record.answers.get(mark.exercise, "").strip("\n")
    code = f"<pre><code>{escape(answer)}</code></pre>" if answer.strip() else ""
    return (
        f'<section class="exercise {CLASSES.get(state, "none")}"><h3>{escape(words(mark.exercise))}'
        f'<span class="got"><strong>{escape(state)}</strong>, {_points(got, mark.max_points)}</span></h3>'
        f"<p>{prose(message)}</p>{code}</section>"
    )


def _assignment(record, points):
    notes = [note for note in (f"Handed in {_when(record)}." if record.when else "", _late(record)) if note]
    parts = [f"<h2>{escape(words(record.assignment))}</h2>"]
    parts += [f'<p class="soft">{escape(" ".join(notes))}</p>'] if notes else []
    parts += [_exercise(mark, record) for mark in record.marks] or [f'<p class="warn">{_UNMARKED}</p>']
    return "\n".join(parts)


def sheet(learner, records, points):
    """The page of a learner, HTML. records: {assignment: Record}, the learner's; points names the assignments."""
    rows = []
    for assignment in points:
        record = records.get(assignment)
        got = "not handed in" if record is None else "not marked" if record.total is None else plain(record.total)
        most, late = plain(maximum(points, assignment)), escape(_late(record)) if record else ""
        rows.append(
            f'<tr><td>{escape(words(assignment))}</td><td class="n">{got}</td><td class="n">{most}</td>'
            f"<td>{late}</td></tr>"
        )
    if len(points) > 1:
        most = plain(sum(maximum(points, assignment) for assignment in points))
        got = plain(total(records[name] for name in points if name in records))
        rows.append(f'<tr class="sum"><td>together</td><td class="n">{got}</td><td class="n">{most}</td><td></td></tr>')
    mine = [records[assignment] for assignment in points if assignment in records]
    unsafe = any(UNSAFE in remark for record in mine for remark in record.remarks)
    body = [
        f"<h1>{name(learner)}</h1>",
        f'<p class="warn">{_UNSAFE_TEXT}</p>' if unsafe else "",
        '<table class="head"><tr><th></th><th class="n">points</th><th class="n">of</th><th></th></tr>',
        *rows,
        "</table>",
        *(_assignment(record, points) for record in mine),
    ]
    return page(learner, "\n".join(part for part in body if part), _STYLE)


def as_notebook(record):
    """One assignment's sheet as a notebook (JSON), for a platform that gives it back under a notebook's name."""

    def text(cell_id, source):
        return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": source}

    notes = [_UNSAFE_TEXT] if any(UNSAFE in remark for remark in record.remarks) else []
    notes += [_late(record)] if record.late > 0 else []
    notes += [f"{plain(record.total)} points."] if record.total is not None else [_UNMARKED]
    cells = [text("head", f"# {escape(words(record.assignment))}\n\n{escape(' '.join(notes))}")]
    for k, mark in enumerate(record.marks):
        state, got, message = _said(mark, record)
        head = f"## {escape(words(mark.exercise))}\n\n**{escape(state)}**, {_points(got, mark.max_points)}.\n\n"
        cells.append(text(f"said-{k}", f"{head}<p>{prose(message)}</p>"))
        answer = record.answers.get(mark.exercise, "").strip("\n")
        if answer.strip():
            # A raw cell shows an answer and never runs it.
            cells.append({"cell_type": "raw", "id": f"answer-{k}", "metadata": {}, "source": answer})
    whole = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=True, indent=1) + "\n"


def _zipped(files):
    """{name: text} as the bytes of a zip, the same for the same files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, text in sorted(files.items()):
            archive.writestr(
                zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0)),
                text.encode(errors="backslashreplace"),
                zipfile.ZIP_DEFLATED,
            )
    return content.getvalue()


def write_sheets(folder, records, points):
    """Writes out/sheets/LEARNER.html, and ASSIGNMENT.zip into out/moodle/ and out/canvas/ where numbers are known.

    A sheet in a zip is of its assignment only. What an earlier run left is removed.
    """
    everybody, out = by_learner(records), folder / "out"
    names = file_names(everybody, ".html")
    for learner, mine in everybody.items():
        write(out / "sheets" / names[learner], sheet(learner, mine, points))
    keep_only(out / "sheets", "*.html", names.values())
    zips = {"moodle": set(), "canvas": set()}
    for assignment, exercises in points.items():
        handed = [mine[assignment] for mine in everybody.values() if assignment in mine]
        stem = re.sub(r"\W+", "_", assignment)
        for platform, rule in (("moodle", moodle.sheet_name), ("canvas", canvas.sheet_name)):
            files = {}
            for record in handed:
                if file := rule(record, stem):
                    one = {assignment: exercises}
                    html = platform == "moodle"
                    files[file] = sheet(record.learner, {assignment: record}, one) if html else as_notebook(record)
            if files:
                write(out / platform / f"{assignment}.zip", _zipped(files))
                zips[platform].add(f"{assignment}.zip")
    for platform, made in zips.items():
        keep_only(out / platform, "*.zip", made)
