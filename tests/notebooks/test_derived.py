"""What follows from where things stand: everything is up to date, and what moves takes its numbers along."""

import json
import re

import derived
import nbformat
import notebooks
import pytest


def test_everything_is_up_to_date():
    stale = [path for path, text in derived.texts().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make notebooks`"


def test_programs_name_a_chapter_by_what_stands_behind_its_number():
    """A number in a docstring, a comment or a message would have to be changed by hand."""
    known = derived.chapters()
    for folder in ("bpcourse", "benchmarks", "solutions/bpanswers", "tests/plots", "tests/explore", "tests/marking"):
        for path in (derived.TREE / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\bchapters? \d\d\b", text), path
            assert set(re.findall(r"\bchapters? `(\w+)`", text)) <= set(known), path


def test_pages_name_a_chapter_by_a_link():
    for page in [*derived.TREE.glob("*.md"), *(derived.TREE / "docs").glob("*.md")]:
        text = re.sub(r"\[[^]]*\]\([^)]*\)|```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
        assert not re.search(r"\b(chapters?|exercises) \d\d\b|^\| \d\d(, \d\d)* \|", text, re.M), page


def test_a_chapter_says_as_long_as_the_guide_does():
    reading = derived.reading_minutes((derived.TREE / "docs" / "teaching.md").read_text(encoding="utf-8"))
    parts = {"": 0, " and a half": 30, " and three quarter": 45}
    near = {"A little over": range(1, 15), "About": range(-7, 8)}
    for chapter in derived.chapters().values():
        path = derived.TREE / "chapters" / chapter.file
        text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        minutes = re.search(r"^About (\d+) minutes\b", text, re.M)
        if minutes:
            assert int(minutes[1]) == reading[chapter.slug], path
            continue
        word, whole, part = re.search(
            r"^(About|A little over) (an|two|three|four)(.*) hours?, without", text, re.M
        ).groups()
        said = 60 * {"an": 1, "two": 2, "three": 3, "four": 4}[whole] + parts[part]
        assert reading[chapter.slug] - said in near[word], path


def test_an_explorer_shows_the_tasks_that_stand_before_it():
    """Without `chapter` it shows the first that any chapter sets: every other cell names its own."""
    by_explorer = json.loads((derived.TREE / derived.TASKS).read_text(encoding="utf-8"))
    known = derived.chapters()
    several = 0
    for explorer, entries in by_explorer.items():
        for key in [*entries][1:]:
            slug, _, name = key.partition("#")
            cells = nbformat.read(derived.TREE / "chapters" / known[slug].file, as_version=4).cells
            (shown,) = (c for c in cells if c.id == name or (not name and f"bp.explore.{explorer}(" in c.source))
            assert f'chapter="{key}"' in shown.source, f"{shown.id}: {shown.source}"
            several += 1
    assert several > 0


def cell(kind, name, source):
    made = (nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell)(source, id=name)
    if name.endswith("-check"):
        made.metadata["nbgrader"] = {"points": 0}
    return made


def save(path, *cells):
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(notebooks.to_text(nbformat.v4.new_notebook(cells=list(cells))), encoding="utf-8")


def exercise(name, title, minutes):
    return [
        cell("markdown", f"{name}-task", f"## {title}\n\n★☆☆☆☆ · about {minutes} minutes\n\nDo it."),
        cell("code", f"{name}-check", f"bp.check({name})"),
    ]


GUIDE = """\
| chapter | reading | exercises | minutes | points | afterwards |
|---|---|---|---|---|---|
| [00 Start](../chapters/00_start.ipynb) | 10 | 0 | 0 | 0 | begin |
| [09 Deep](../chapters/09_deep.ipynb) | 20 | 9 | 9 | 9 | go on |
| [A page](../chapters/a_page.ipynb) | 15 | 0 | 0 | 0 | read 99 of it |

| week | chapters | minutes | together |
|---|---|---|---|
| 1 | [00](../chapters/00_start.ipynb), [09](../chapters/09_deep.ipynb) | 1 | talk |

| what | minutes |
|---|---|
| [chapter 09](../chapters/09_deep.ipynb) | 20 |
| exercise [7](../exercises/09_deep.ipynb#7.-The-second) | 1 |
| in all, without breaks | 1 |
"""


@pytest.fixture
def tree(tmp_path):
    """Two chapters and a page. The second chapter was 09 before it was moved; an exercise was put before its second."""
    save(
        tmp_path / "chapters" / "00_start.ipynb",
        cell("markdown", "title", "# Start\n\nSee [chapter 09](09_deep.ipynb#x). [Page 99](a_page.ipynb)"),
        cell("markdown", "next", "- [09 · Deep](09_deep.ipynb): 2 to 3, and more. 1 and 2."),
    )
    save(tmp_path / "chapters" / "01_deep.ipynb", cell("markdown", "title", "# 09 · Deep"))
    save(
        tmp_path / "solutions" / "01_deep.ipynb",
        cell("markdown", "title", "# Exercises 09 · Deep\n\nTwo exercises on [chapter 09](../chapters/09_deep.ipynb)."),
        *exercise("one", "1. The first", 4),
        *exercise("new", "Between them", 1),
        *exercise("two", "2. The second", 5),
        cell("code", "progress", 'bp.progress("09")'),
        cell("markdown", "two-hints", "As in [exercise 1](#1.-The-first); [exercise 2](#2.-The-second) is this one."),
    )
    save(tmp_path / "chapters" / "a_page.ipynb", cell("markdown", "title", "# A page\n\nSee [09](09_deep.ipynb)."))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "teaching.md").write_text(GUIDE, encoding="utf-8")
    return tmp_path


def derive(tree):
    found = derived.texts(tree, {"one": 1, "new": 2, "two": 3}.get)
    return {str(path.relative_to(tree)): text for path, text in found.items()}


def sources(text):
    return {cell.id: cell for cell in nbformat.reads(text, as_version=4).cells}


def test_numbers_points_and_counts_follow(tree):
    texts = derive(tree)
    cells = sources(texts["solutions/01_deep.ipynb"])
    assert (
        cells["title"].source == "# Exercises 01 · Deep\n\nThree exercises on [chapter 01](../chapters/01_deep.ipynb)."
    )
    assert cells["new-task"].source.startswith("## 2. Between them\n\n★☆☆☆☆ · about 1 minute · 2 points\n")
    assert cells["two-task"].source.startswith("## 3. The second\n\n★☆☆☆☆ · about 5 minutes · 3 points\n")
    assert cells["one-task"].source.startswith("## 1. The first\n\n★☆☆☆☆ · about 4 minutes · 1 point\n")
    assert [cells[f"{name}-check"].metadata.nbgrader.points for name in ("one", "new", "two")] == [1, 2, 3]
    assert cells["two-hints"].source == "As in [exercise 1](#1.-The-first); [exercise 3](#3.-The-second) is this one."
    chapters = [sources(texts[f"chapters/{name}.ipynb"])["title"].source for name in ("00_start", "01_deep")]
    assert chapters == ["# 00 · Start\n\nSee [chapter 01](01_deep.ipynb#x). [Page 99](a_page.ipynb)", "# 01 · Deep"]
    assert sources(texts["chapters/a_page.ipynb"])["title"].source == "# A page\n\nSee [01](01_deep.ipynb)."
    listed = json.loads(texts["bpcourse/data/exercises.json"])
    assert listed == {"01": {"title": "Deep", "exercises": {"one": 1, "new": 2, "two": 3}, "values": []}}


def test_times_that_are_promised_and_the_table_of_progress_follow(tree):
    texts = derive(tree)
    assert sources(texts["chapters/00_start.ipynb"])["next"].source == (
        "- [01 · Deep](01_deep.ipynb): 2 to 3, and more. 20 and 10."
    )
    assert sources(texts["solutions/01_deep.ipynb"])["progress"].source == 'bp.progress("01")'


def test_tables_of_the_guide_follow(tree):
    rows = [line for line in derive(tree)["docs/teaching.md"].splitlines() if "ipynb" in line or "in all" in line]
    assert rows == [
        "| [00 Start](../chapters/00_start.ipynb) | 10 | 0 | 0 | 0 | begin |",
        "| [01 Deep](../chapters/01_deep.ipynb) | 20 | 3 | 10 | 6 | go on |",
        "| [A page](../chapters/a_page.ipynb) | 15 | 0 | 0 | 0 | read 99 of it |",
        "| 1 | [00](../chapters/00_start.ipynb), [01](../chapters/01_deep.ipynb) | 40 | talk |",
        "| [chapter 01](../chapters/01_deep.ipynb) | 20 |",
        "| exercise [3](../exercises/01_deep.ipynb#3.-The-second) | 5 |",
        "| in all, without breaks | 25 |",
    ]


def test_a_second_time_changes_nothing(tree):
    for _ in range(2):
        texts = derive(tree)
        for name, text in texts.items():
            (tree / name).parent.mkdir(exist_ok=True, parents=True)
            (tree / name).write_text(text, encoding="utf-8")
    assert derive(tree) == texts


def test_a_link_to_an_exercise_that_is_gone_is_refused(tree):
    path = tree / "docs" / "teaching.md"
    path.write_text(GUIDE.replace("#7.-The-second", "#7.-The-third"), encoding="utf-8")
    with pytest.raises(ValueError, match="no exercise 'The-third' in chapter 01"):
        derive(tree)
