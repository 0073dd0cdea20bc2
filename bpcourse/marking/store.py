"""What a learner has done and what is open: one line a check, in a small file on this machine, sent nowhere.

The file only grows, by one line at a time. A line that is half written or damaged is left out when it is read; the
others count. BPCOURSE_PROGRESS names another file, or is "off".
"""

import html
import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

DONE, PART, OPEN = "done", "in part", "open"
_MARKS = {DONE: "●", PART: "◐", OPEN: "○"}
_COLOURS = {DONE: "#2da44e", PART: "#bf8700", OPEN: "#7d8590"}  # middle tones: for light and dark themes


def file():
    """The file in which progress is kept: a Path, or None where it is off (and while nbgrader marks)."""
    chosen = os.environ.get("BPCOURSE_PROGRESS", "")
    if chosen.lower() == "off" or os.environ.get("NBGRADER_EXECUTION"):
        return None
    try:
        return Path(chosen).expanduser() if chosen else Path.home() / ".bpcourse" / "progress.jsonl"
    except RuntimeError:  # a user without a home
        return None


def record(name, result):
    """Add the outcome of one check. An answer that was not attempted leaves no line; a disk that cannot be written to
    takes nothing from the check.
    """
    path = file()
    if path is None or not result.attempted or not result.max_points:
        return
    line = json.dumps({"exercise": name, "points": result.points, "diagnosis": result.diagnosis})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab+") as kept:  # one short write at the end: two notebooks may add at the same time
            half = kept.tell() and kept.seek(-1, os.SEEK_END) is not None and kept.read(1) != b"\n"
            kept.write((b"\n" if half else b"") + line.encode() + b"\n")
    except OSError:
        pass


def lines():
    """(exercise, points, diagnosis) of every check on record that can be read."""
    path = file()
    try:
        text = path.read_bytes().decode("utf-8", errors="replace") if path else ""
    except OSError:
        return []
    found = []
    for line in text.splitlines():
        try:
            entry = json.loads(line)
            name, points, diagnosis = entry["exercise"], float(entry["points"]), entry.get("diagnosis")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue
        if isinstance(name, str) and points >= 0 and isinstance(diagnosis, str | None):
            found.append((name, points, diagnosis))
    return found


@dataclass(frozen=True)
class Row:
    """One exercise. points: the best so far; tries: how many checks; met: misconception -> how often it came up."""

    name: str
    points: float
    max_points: float
    tries: int
    met: dict

    @property
    def state(self):
        """ "done", "in part" or "open"."""
        return DONE if self.points >= self.max_points else PART if self.points > 0 else OPEN

    @property
    def said(self):
        """The state as a table shows it: "tried" where checks have run and no point has come."""
        return "tried" if self.state == OPEN and self.tries else self.state

    @property
    def mark(self):
        return _MARKS[self.state]

    @property
    def colour(self):
        return _COLOURS[self.state]


@dataclass(frozen=True)
class Progress:
    """What is done and what is open. chapters: number -> its rows; shown as HTML in a notebook, as text elsewhere.

    whole: all chapters in one line each, instead of every exercise.
    """

    chapters: dict[str, tuple[Row, ...]]
    whole: bool

    def _head(self, chapter):
        rows = self.chapters[chapter]
        done, points = sum(row.state == DONE for row in rows), sum(row.points for row in rows)
        whole = sum(row.max_points for row in rows)
        of = f"{done} of {len(rows)} exercise{'s' * (len(rows) != 1)}"
        return chapter, f"{of}, {points:g} of {whole:g} point{'s' * (whole != 1)}"

    def _met(self):
        """Misconceptions that came up: (in words, exercise, how often, whether the exercise is done now)."""
        for rows in self.chapters.values():
            for row in rows:
                for mistake, times in row.met.items():
                    yield mistake.replace("_", " ").replace("+", " and "), row.name, times, row.state == DONE

    def _last(self):
        path = file()
        if path is None:
            return "Nothing is on record here."
        return f"Kept in {path}, on this machine only. Delete the file to begin anew."

    def __str__(self):
        text = []
        for chapter, rows in self.chapters.items():
            text.append("{:28}{}".format(*self._head(chapter)))
            if not self.whole:
                text += [
                    f"  {row.mark} {k:2} {row.name:26}{row.said:8} {row.points:g} of {row.max_points:g}"
                    for k, row in enumerate(rows, start=1)
                ]
        met = [
            f"  {what}, in {name}{_times(n)}: {_over(over)}"
            for what, name, n, over in self._met()
            if not (over and self.whole)
        ]
        solved = sum(over for *_, over in self._met())
        if self.whole and solved:  # in the end they are many
            last = list(self.chapters)[-1]
            met.append(f'  {solved} solved since; bp.progress("{last}") names those of chapter {last}.')
        return "\n".join([*text, *(["Misconceptions that came up:", *met] if met else []), self._last()])

    __repr__ = __str__

    def _repr_html_(self):
        rows = []
        for chapter, exercises in self.chapters.items():
            title, counts = self._head(chapter)
            marks = " ".join(
                f'<span title="{k} {row.name}: {row.said}" style="color: {row.colour}">{row.mark}</span>'
                for k, row in enumerate(exercises, start=1)
            )
            rows.append((f"<strong>{title}</strong>", marks, counts))
            if not self.whole:
                rows += [
                    (
                        f"{k} · <code>{row.name}</code>",
                        f'<span style="color: {row.colour}">{row.mark}</span> {row.said}',
                        f"{row.points:g} of {row.max_points:g}",
                    )
                    for k, row in enumerate(exercises, start=1)
                ]
        cell = '<td style="text-align: left">{}</td>'
        table = "".join(f"<tr>{''.join(map(cell.format, row))}</tr>" for row in rows)
        lines = {False: [], True: []}  # open, solved since
        for what, name, n, over in self._met():
            lines[over].append(f"<li>{html.escape(what)}, in <code>{name}</code>{_times(n)}: {_over(over)}</li>")
        met = "<p>Misconceptions that came up:</p>" if lines[False] or lines[True] else ""
        met += f"<ul>{''.join(lines[False])}</ul>" if lines[False] else ""
        if lines[True]:  # folded: in the end they are many
            met += (
                f"<details><summary>{len(lines[True])} solved since</summary><ul>{''.join(lines[True])}</ul></details>"
            )
        return f"<table>{table}</table>{met}<p><small>{html.escape(self._last())}</small></p>"


def _over(solved):
    return "solved since" if solved else "open"


def _times(n):
    return f" ({n} times)" if n > 1 else ""


def standing(chapters, wanted=None):
    """The Progress on record. chapters: number -> Chapter; wanted: one of these numbers, or None for all."""
    if wanted is not None and wanted not in chapters:
        raise ValueError(f"chapter is {wanted!r}; expected one of {', '.join(map(repr, chapters))}")
    best, tries, met = Counter(), Counter(), {}
    for name, points, diagnosis in lines():
        best[name], tries[name] = max(best[name], points), tries[name] + 1
        if diagnosis:
            met.setdefault(name, Counter())[diagnosis] += 1
    rows = {
        f"{number} {chapter.title}": tuple(
            Row(name, min(best[name], points), points, tries[name], dict(met.get(name, {})))
            for name, points in chapter.exercises.items()
        )
        for number, chapter in chapters.items()
        if wanted in (None, number)
    }
    return Progress(rows, wanted is None)
