"""What follows from where things stand: the numbers of chapters and exercises, points, counts, the sums of minutes.

    python tools/derived.py        writes it wherever it is read; behind `make notebooks`

A chapter is known by what stands behind the number in its file's name (05_momentum: "momentum"), an exercise by
its name. So to move a chapter, rename its files; to add an exercise, write its cells and its file. Links to both are
followed: [chapter 05](05_momentum.ipynb), [exercise 3](#3.-Name-the-cause). A notebook without a number (one_page)
stands beside the course.
"""

import functools
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

TREE = Path(__file__).resolve().parent.parent
LIST = Path("bpcourse/data/exercises.json")
TASKS = Path("bpcourse/data/tasks.json")
EXPLORER = re.compile(r"^bp\.explore\.(\w+)\([^()]*\)$", re.MULTILINE)  # a live one, and no frame() of one
NUMBERED = re.compile(r"^\d+\. (.+)$", re.MULTILINE)
WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"]  # fmt: skip
COUNT = re.compile(rf"\b({'|'.join(WORDS)})(?= exercises\b| say \*Passed)", re.IGNORECASE)
CHECK = re.compile(r'bp\.check\((?:(\w+)|"(\w+)", \w+)\)')
TASK = re.compile(r"## (?:\d+\. )?(.+)\n\n([★☆]{5}) · about (\d+) minutes?(?: · \d+ points?)?\n")
STEM = re.compile(r"(?:(\d\d)_)?(\w+)")
LINK = re.compile(rf"\[([^\]\n]*)\]\(((?:[\w.-]+/)*)(?:{STEM.pattern}\.ipynb)?(#[^)\s]+)?\)")
ANCHOR = re.compile(r"#\d+\.-(.+)")


@dataclass(frozen=True)
class Task:
    """An exercise as its cells tell it."""

    name: str
    title: str
    minutes: int
    points: int
    asks_value: bool


@dataclass(frozen=True)
class Chapter:
    number: str  # "", if it has none
    slug: str
    title: str
    tasks: tuple[Task, ...]

    @property
    def file(self):
        return f"{self.number}_{self.slug}.ipynb".removeprefix("_")

    @property
    def label(self):
        """What stands before its title."""
        return f"{self.number} · " if self.number else ""

    def place(self, title):
        """The number of the exercise whose title, as an anchor writes it, is `title`."""
        found = [k for k, task in enumerate(self.tasks, start=1) if task.title.replace(" ", "-") == title]
        if not found:
            raise ValueError(f"there is no exercise {title!r} in chapter {self.number}")
        return found[0]


def parts(path):
    """(number, what stands behind it) of a notebook: ("05", "momentum"), or ("", "one_page")."""
    return STEM.fullmatch(path.stem).groups("")


def _read(path):
    return nbformat.read(path, as_version=4)


@functools.cache
def _points(name):
    from bpcourse.marking import exercises

    return exercises.find(name).max_points


def _tasks(notebook, points):
    """The exercises of a notebook, in order. points: name -> points."""
    cells = {cell.id: cell.source for cell in notebook.cells}
    for cell in notebook.cells:
        match = CHECK.fullmatch(cell.source) if cell.id.endswith("-check") and cell.cell_type == "code" else None
        if match is None:
            continue
        name = match[1] or match[2]
        task = TASK.match(cells.get(f"{name}-task", ""))
        title, minutes = (task[1], int(task[3])) if task else (name, 2)
        yield Task(name, title, minutes, points(name), match[2] is not None)


def chapters(tree=TREE, points=_points):
    """{what stands behind the number: Chapter}, in the order of the numbers."""
    found = {}
    for path in sorted((tree / "chapters").glob("*.ipynb")):
        number, slug = parts(path)
        reading, source = _read(path), tree / "solutions" / path.name
        title = re.match(r"# (?:\d\d · )?(.+)", reading.cells[0].source)[1]
        tasks = _tasks(_read(source) if source.exists() else reading, points)
        found[slug] = Chapter(number, slug, title, tuple(tasks))
    return found


def listed(found):
    """The list of exercises that is part of `bpcourse`, as text. A chapter without any is not in it."""
    entries = {
        chapter.number: {
            "title": chapter.title,
            "exercises": {task.name: task.points for task in chapter.tasks},
            "values": [task.name for task in chapter.tasks if task.asks_value],
        }
        for chapter in found.values()
        if chapter.tasks
    }
    return json.dumps(entries, indent=1, ensure_ascii=False) + "\n"


def explorers(tree, found):
    """What each chapter asks its explorers to be used for, as text: {explorer: {chapter: [a task as HTML, ...]}}. It is
    the numbered list that stands before the explorer's cell, after the last cell of code but one. Where a chapter shows
    an explorer again, "chapter#cell" stands for the chapter.
    """
    from markdown_it import MarkdownIt

    entries = {}
    for slug, chapter in found.items():
        cells = _read(tree / "chapters" / chapter.file).cells
        for k, cell in enumerate(cells):
            match = EXPLORER.search(cell.source) if cell.cell_type == "code" else None
            near = [c.source for c in cells[max(k - 2, 0) : k] if c.cell_type == "markdown"]
            tasks = next(filter(None, map(NUMBERED.findall, reversed(near))), [])
            if match and tasks:
                asked = entries.setdefault(match[1], {})
                asked[f"{slug}#{cell.id}" if slug in asked else slug] = [*map(MarkdownIt().renderInline, tasks)]
    return json.dumps(entries, indent=1, ensure_ascii=False) + "\n"


def linked(text, found, here=None):
    """`text` with the numbers of chapters and exercises in its links as they are now. here: its own Chapter."""

    def link(match):
        label, folder, number, slug, anchor = match.groups()
        if slug is not None and slug not in found:
            return match[0]  # a notebook that is no chapter
        chapter = found[slug] if slug else here
        exercise = ANCHOR.fullmatch(anchor or "")
        if exercise and chapter and (here is not None or "exercises/" in folder):
            place = chapter.place(exercise[1])
            anchor, label = f"#{place}.-{exercise[1]}", re.sub(r"\b\d+\b", str(place), label)
        elif slug and chapter.number:
            label = re.sub(r"(?<!\d)\d\d(?=\b|_)", chapter.number, label)
        return f"[{label}]({folder}{chapter.file if slug else ''}{anchor or ''})"

    return LINK.sub(link, text)


def _counted(text, count):
    def word(match):
        new = WORDS[count]
        return new.capitalize() if match[1][0].isupper() else new

    return COUNT.sub(word, text)


def promised(text, found, reading):
    """The lines of a list of chapters that end with two times, "155 and 83.", with those as they are now."""

    def line(match):
        chapter = found[match[2]]
        return f"{match[1]}{reading[chapter.slug]} and {_minutes(chapter.tasks)}."

    return re.sub(r"^(- \[.*?\]\((?:\d\d_)?(\w+)\.ipynb\):.* )\d+ and \d+\.$", line, text, flags=re.M)


def _notebook(notebook, folder, chapter, found, reading):
    """Changes `notebook`, of the folder "chapters" or "solutions", in place."""
    title = f"# {'Exercises ' if folder == 'solutions' else ''}{chapter.label}"
    first = notebook.cells[0]
    first.source = re.sub(r"\A#[^\n]*", title + chapter.title, first.source)
    numbers = {task.name: (k, task) for k, task in enumerate(chapter.tasks, start=1)}
    for cell in notebook.cells:
        name, _, kind = cell.id.rpartition("-")
        if kind == "task" and name in numbers and folder == "solutions":
            k, task = numbers[name]
            points = f"{task.points:g} point{'' if task.points == 1 else 's'}"
            cell.source = TASK.sub(
                lambda m, k=k, points=points: (
                    f"## {k}. {m[1]}\n\n{m[2]} · about {m[3]} minute{'' if m[3] == '1' else 's'} · {points}\n"
                ),
                cell.source,
                count=1,
            )
        if kind == "check" and name in numbers and "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.points = int(numbers[name][1].points)
        if cell.id == "progress" and folder == "solutions":
            cell.source = f'bp.progress("{chapter.number}")'
        if cell.cell_type == "markdown":
            if cell.id in ("title", "end") or "../exercises/" in cell.source:
                cell.source = _counted(cell.source, len(chapter.tasks))
            cell.source = linked(cell.source, found, chapter if folder == "solutions" else None)
            cell.source = promised(cell.source, found, reading)


# ----- the teacher's tables


def reading_minutes(page):
    """{what stands behind the number of a chapter: minutes}, the estimates of docs/teaching.md."""
    rows = re.findall(r"^\| (\[.*?\)) \| (\d+) \|(?=[^|]+\|[^|]+\|[^|]+\|[^|]+\|$)", page, flags=re.M)
    return {LINK.fullmatch(link)[4]: int(minutes) for link, minutes in rows}


def teaching(page, found):
    """docs/teaching.md with its counts and sums of minutes. The minutes of reading stand there: an estimate."""
    reading, lines = reading_minutes(page), []
    for line in page.splitlines():
        if not line.startswith("| "):
            lines.append(line)
            continue
        row = [column.strip() for column in line[1:-1].split("|")]
        here = [found[m[4]] for m in LINK.finditer(row[0] if len(row) == 6 else row[1]) if m[4]]
        if len(row) == 6 and here:  # what there is
            (chapter,) = here
            row[3] = f"{_minutes(chapter.tasks)}"
            if row[2] != "a warm-up":
                row[2], row[4] = f"{len(chapter.tasks)}", f"{sum(task.points for task in chapter.tasks):g}"
        elif len(row) == 4 and here:  # weeks
            row[2] = f"{sum(reading[chapter.slug] + _minutes(chapter.tasks) for chapter in here)}"
        elif len(row) == 2 and "/exercises/" in row[0]:  # one day
            links = [(found[m[4]], ANCHOR.fullmatch(m[5])[1]) for m in LINK.finditer(row[0]) if m[5]]
            row[1] = f"{_minutes([chapter.tasks[chapter.place(title) - 1] for chapter, title in links])}"
        lines.append(f"| {' | '.join(row)} |".replace("|  |", "| |"))
    return _total("\n".join(lines) + "\n")


def _minutes(tasks):
    return sum(task.minutes for task in tasks)


def _total(page):
    """The last row of the table of one day is the sum of those above."""
    head, row, tail = re.split(r"(\| in all, without breaks \| )\d+(?= \|)", page)
    table = head[head.rindex("| what | minutes |") :]
    return head + row + str(sum(map(int, re.findall(r" (\d+) \|$", table, re.M)))) + tail


# ----- all of it


def texts(tree=TREE, points=_points):
    """{path: what should stand there}, of everything that holds something derived."""
    from notebooks import to_text

    found = chapters(tree, points)
    new = {tree / LIST: listed(found), tree / TASKS: explorers(tree, found)}
    guide = tree / "docs" / "teaching.md"
    reading = reading_minutes(linked(guide.read_text(encoding="utf-8"), found)) if guide.exists() else {}
    for chapter in found.values():
        for folder in ("chapters", "solutions"):
            path = tree / folder / chapter.file
            if path.exists():
                notebook = _read(path)
                _notebook(notebook, folder, chapter, found, reading)
                new[path] = to_text(notebook)
    for path in [*sorted(tree.glob("*.md")), *sorted((tree / "docs").glob("*.md"))]:
        new[path] = linked(path.read_text(encoding="utf-8"), found)
    if guide in new:
        new[guide] = teaching(new[guide], found)
    return new


def update(tree=TREE):
    """Writes what is derived; returns the paths that it changed."""
    changed = []
    for path, text in texts(tree).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            changed.append(path)
    return changed


if __name__ == "__main__":
    for changed in update():
        print(f"{changed.relative_to(TREE)}: brought up to date")
    sys.exit(0)
