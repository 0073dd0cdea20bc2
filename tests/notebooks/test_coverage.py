"""docs/coverage.md keeps its word: every cell, check and diagnosis that it names exists, and each number
of a row stands in its cells.

The sources themselves are not in the repository, so what must not be missing from the page is listed here.
"""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from bpcourse.marking.exercises import chapters, everything

EXERCISES = everything()

TREE = Path(__file__).parents[2]
PAGE = (TREE / "docs/coverage.md").read_text(encoding="utf-8")
SOURCES = ("S0", "S1", "S2", "S3", "S4", "The sixth")
MISTAKES = {"S0": "abcd", "S1": "ab", "S2": "ab", "S3": "", "S4": "abc"}
NUMBERS = {
    "S3": """0.02 0.04 0.4 0.7 0.5 0.9 0.1 0.25 0.15 0.20 0.30 0.35 0.40 0.415 0.602286177 0.411 0.601327636 1.091150525
        0.748598311 1.151379143 0.759762733 0.009833246 0.248598311 0.18819888 0.028133669 0.347186633 0.01545028
        0.025283526 0.030900560 0.040733806 0.04678592 0.02559657 0.02817852 0.02813367 0.01541646 0.01539193 0.00090956
        0.00177792 1.81911912e-05 3.63823824e-05 3.55584650e-05 7.11169300e-05 0.249998181 0.00268748 0.02118935
        0.0405279441 0.0387024122 0.0233205715 5.841675562e-04 5.580058e-09""",
    "The sixth": """0.291027924 0.015912196 0.984065734 0.291027774 0.015913620 0.984064274 3.510188e-05 3.6e-05
        0.05 0.10 0.01 0.99 0.15 0.55 0.35 0.60 0.280471447
        13 12""",
}
PEOPLE_MAKE = """before the hidden deltas; missing at the output; missing in hidden layers; of a instead of z; as diagonal;
    transpose missing; in square layers; factor 2 or ½; wrong sign; never updated; summed to one number; over the batch;
    averaged twice; of the wrong layer; `=` for `+=`; topological order; softmax that overflows; log of 0; without bias
    correction; t starts at 0; t is never moved on; by precedence; one state shared; momentum mixed; inside adam's moments;
    stale; at a kink; one-sided; in float32; too loose; output ≥ 0; leaky slope; argmax; sigmoid′ written with a; ε inside the root"""
LINK = re.compile(r"\[([\w ]+)\]\((\.\./[^)]+)\)|`([^`]+)`(:?)")


def sections(page):
    """{what stands before the colon of a heading: its rows, as lists of columns}."""
    found = {}
    for part in re.split(r"^## ", page, flags=re.M)[1:]:
        rows = [line[1:-1].split(" | ") for line in part.splitlines() if line.startswith("| ")]
        found[part.splitlines()[0].split(":")[0]] = [[column.strip() for column in row] for row in rows[1:]]
    return found


def text_of(cell):
    """What a cell says and what it prints."""
    parts = [cell["source"]]
    for output in cell.get("outputs", []):
        parts += [output.get("text", ""), *(v for k, v in output.get("data", {}).items() if k.startswith("text/"))]
    return "\n".join("".join(part) for part in parts)


def cells_of(column):
    """[(path of the notebook, id)] of a column such as "[03](../chapters/03_x.ipynb) `a`, `b`; [04](…) `c`"."""
    path, found = None, []
    for _, link, word, _ in LINK.findall(column):
        path = link.removeprefix("../") or path
        if word:
            found.append((path, word))
    return found


def diagnoses_of(column):
    """[(chapter, exercise, diagnosis)] of a column such as "[04](…) `one_step`: `output_first`, `uphill`"."""
    chapter, exercise, found = None, None, []
    for number, _, word, colon in LINK.findall(column):
        chapter, exercise = number or chapter, word if colon else exercise
        if word and not colon:
            found.append((chapter, exercise, word))
    return found


def occurs(key, text):
    """True if `key` stands in the text as a whole: 0.1 is not in 0.15, nor is `cell` in cells."""
    before = r"(?<![\w.])" if key[0].isalnum() else ""
    after = r"(?!\w|\.\d)" if key[-1].isalnum() else ""
    return key in text and re.search(before + re.escape(key) + after, text) is not None


NUMBER = re.compile(r"(?<![\w.])(?<!\d,)\d+(?:\.\d+)?(?:e-?\d+)?(?!\w|[.,]\d)")


def last_place(number):
    """What one unit in the last digit of a number, as it is written, is worth."""
    return 10.0 ** Decimal(number).as_tuple().exponent


def stands(number, text):
    """True if `number` stands in a text, perhaps with more or fewer digits (cut off, or rounded)."""
    return any(
        abs(float(number) - float(other)) <= 1.001 * max(last_place(number), last_place(other))
        for other in NUMBER.findall(text)
        if min(len(number), len(other)) > 3 or float(number) == float(other)
    )


def problems(row, cells):
    """What is wrong with a row: the cells that it names last, and the numbers of what it says first."""
    named = cells_of(row[-1])
    gone = [place for place in named if place not in cells]
    if gone or not named:
        return [f"no cell {place}" for place in gone] or ["names no cell"]
    text = "\n".join(cells[place] for place in named)
    return [
        f"{number} is in none of its cells"
        for number in NUMBER.findall(row[0])
        if len(number) > 2 and not stands(number, text)
    ]


def problems_of_diagnoses(column):
    """What is wrong with a column of exercises."""
    for chapter, name, diagnosis in diagnoses_of(column):
        if name not in EXERCISES:
            yield f"no exercise {name}"
        elif name not in chapters()[chapter].exercises:
            yield f"{name} is not of chapter {chapter}"
        elif diagnosis not in {m.name for m in EXERCISES[name].misconceptions}:
            yield f"{name} does not know {diagnosis}"


CELLS = {
    (f"chapters/{path.name}", cell["id"]): text_of(cell)
    for path in sorted(TREE.glob("chapters/*.ipynb"))
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
}
ROWS = sections(PAGE)
TREATED = [pytest.param(row, id=f"{source}: {row[0]}") for source in SOURCES for row in ROWS.get(source, [])]
MADE = [pytest.param(row, id=row[0]) for row in ROWS["The mistakes that people make"]]


def test_every_source_has_its_rows_and_every_chapter_occurs():
    assert set(ROWS) == {*SOURCES, "The mistakes that people make"}
    assert all(len(ROWS[source]) >= 10 for source in SOURCES)
    assert all(len(row) == 2 for source in SOURCES for row in ROWS[source])
    used = {path for source in SOURCES for row in ROWS[source] for path, _ in cells_of(row[-1])}
    assert used == {path for path, _ in CELLS}


@pytest.mark.parametrize("row", TREATED)
def test_the_statement_stands_in_its_cells(row):
    assert problems(row, CELLS) == []


@pytest.mark.parametrize("row", MADE)
def test_the_mistake_is_caught_or_shown(row):
    assert len(row) == 3
    assert list(problems_of_diagnoses(row[1])) == []
    if row[-1] != "–":
        assert problems(row, CELLS) == []
    assert diagnoses_of(row[1]) or row[-1] != "–", "neither caught nor shown"


@pytest.mark.parametrize("source", MISTAKES)
def test_every_published_mistake_has_a_row(source):
    found = [re.match(r"\*\*Mistake(?: \((\w)\))?:\*\*", row[0]) for row in ROWS[source]]
    assert [match[1] or "" for match in found if match] == list(MISTAKES[source] or [""])


@pytest.mark.parametrize("source", NUMBERS)
def test_every_number_of_the_worked_examples_has_a_row(source):
    said = "\n".join(row[0] for row in ROWS[source])
    assert [number for number in NUMBERS[source].split() if not occurs(number, said)] == []


def test_every_mistake_that_people_make_has_a_row():
    said = [row.values[0][0].lower() for row in MADE]
    assert [part for part in PEOPLE_MAKE.split(";") if not any(" ".join(part.split()) in row for row in said)] == []


def test_a_wrong_row_is_seen():
    cells = {("chapters/04_x.ipynb", "here"): "E = 0.040733806, and no more", ("chapters/04_x.ipynb", "there"): "0.5"}
    place = "[04](../chapters/04_x.ipynb) "
    assert problems(["E = 0.040733806 from 0.5", place + "`here`, `there`"], cells) == []
    assert problems(["E = 0.04073381", place + "`here`"], cells) == []
    assert problems(["E = 0.04073391", place + "`here`"], cells) == ["0.04073391 is in none of its cells"]
    assert problems(["0.5", place + "`here`"], cells) == ["0.5 is in none of its cells"]
    assert problems(["E", place + "`their`"], cells) == ["no cell ('chapters/04_x.ipynb', 'their')"]
    assert problems(["E", "chapter 04"], cells) == ["names no cell"]


def test_a_wrong_diagnosis_is_seen():
    place = "[04](../exercises/04_numeric_example.ipynb) "
    assert list(problems_of_diagnoses(place + "`one_step`: `output_first`, `uphill`")) == []
    assert list(problems_of_diagnoses(place + "`one_stop`: `uphill`")) == ["no exercise one_stop"]
    assert list(problems_of_diagnoses(place + "`one_step`: `uphill`, `up`")) == ["one_step does not know up"]
    assert list(problems_of_diagnoses(place + "`elu`: `sign`")) == ["elu is not of chapter 04"]
