"""Worksheets: pleasant numbers from a seed, a solution that is apart, and the marks of a class."""

import csv
from decimal import Decimal

import nbformat
import pytest

from bpcourse import __main__ as program
from bpcourse.arithmetic import DECIMALS, working
from bpcourse.calculation import worked_out
from bpcourse.slips import SLIPS
from bpcourse.stepped import Stepped
from bpcourse.worksheet import COLUMNS, Worksheet, marks, worksheet

KINDS = [
    {}, {"sizes": (3, 2, 1), "hidden": "tanh", "loss": "mse"}, {"sizes": (2, 3, 3), "hidden": "relu", "loss": "cross_entropy"},
    {"sizes": (2, 1)}, {"sizes": (2, 2, 2, 2)}, {"sizes": (4, 4, 4), "hidden": "relu", "loss": "binary_cross_entropy"},
]  # fmt: skip


def by_hand(sheet, digits, slip=None):
    """{name: text} as somebody works who rounds every number, and perhaps makes a mistake."""
    example = sheet.example
    whole = Stepped(example.given, example.formulas, 0, 60)
    numbers = whole.with_slip(SLIPS[slip]) if slip else whole
    with working(40):
        values = worked_out(numbers.code, numbers.given, DECIMALS, lambda name, x: round(Decimal(x), digits))
    return {name: f"{values[name]:z.{digits}f}" for name in sheet.asked}


@pytest.mark.parametrize("options", KINDS, ids=str)
def test_the_numbers_are_pleasant(options):
    sheets = [worksheet(seed=seed, **options) for seed in range(5)]
    for sheet in sheets:
        for name, x in sheet.example.given.items():
            assert len(x.as_tuple().digits) == 1 and abs(x) <= 1, name
        lines = sheet.example.equations(4)
        sums = [line.value for name, line in lines.items() if name.startswith("z(")]
        assert len(set(sums)) == len(sums)
        for name, line in lines.items():
            assert line.sign == "="
            if name.startswith("z("):
                assert 0.05 <= abs(line.value) <= 2.5
            if name.startswith(("delta", "dE/d")):
                assert abs(line.value) >= 0.001
    assert len({str(sheet.example.given) for sheet in sheets}) == 5  # another seed, another sheet


def test_the_same_seed_is_the_same_sheet_everywhere():
    given = worksheet(seed=7).example.given
    assert given == worksheet((2, 2, 2), 7).example.given
    assert [str(given[name]) for name in ("i1", "i2", "y1", "y2", "w1", "w2", "b(h1)", "alpha")] == PINNED


PINNED = ["1", "0.8", "0.2", "0.8", "0.3", "0.8", "0.7", "0.2"]


def test_the_problem_gives_what_is_given_and_no_result():
    sheet = worksheet(seed=7)
    for form in ("md", "html", "ipynb"):
        problem, solution = sheet.problem(form), sheet.solution(form)
        for name in ("w1 = 0.3", "b(h1) = 0.7", "new b(o2)"):
            assert name in problem
        lines = sheet.example.equations(4).values()
        results = {
            line.result if form == "html" else line.result.latex.replace("\\", "\\" * (1 + (form == "ipynb")))
            for line in lines
        }
        assert not [x for x in results if x in problem] and all(x in solution for x in results)


def test_the_pages_are_what_their_names_say():
    sheet = worksheet(seed=3, sizes=(2, 3, 3), hidden="relu", loss="cross_entropy")
    for page in (sheet.problem("ipynb"), sheet.solution("ipynb")):
        nbformat.validate(nbformat.reads(page, as_version=4))
    cells = nbformat.reads(sheet.problem("ipynb"), as_version=4).cells
    (answers,) = [cell.source for cell in cells if cell.cell_type == "code"]
    scope = {}
    exec(answers, scope)
    assert list(scope["answers"]) == sheet.asked
    page = sheet.solution("html")
    assert page.startswith("<!doctype html>") and "://" not in page  # nothing from elsewhere
    for tag in ("table", "tr", "td", "pre", "p"):
        assert page.count(f"<{tag}>") == page.count(f"</{tag}>")
    rows = [line for line in sheet.problem("md").splitlines() if line.startswith("|")]
    assert [row.count("|") for row in rows] == [5] * 4 + [5] * 5 + [6] * 5


@pytest.mark.parametrize("options", KINDS, ids=str)
def test_whoever_rounds_is_marked_right_and_a_mistake_is_named(options):
    for seed in range(3):
        sheet = worksheet(seed=seed, **options)
        for digits in (4, 7):
            assert sheet.mark(by_hand(sheet, digits)).ok
        if options.get("loss") is None and len(sheet.example.net.sizes) == 3:
            found = sheet.mark(by_hand(sheet, 4, "hidden layer with the wrong sign"))
            assert found.first_wrong == "delta(h1)" and found.mistake == "hidden layer with the wrong sign"
        found = sheet.mark(by_hand(sheet, 4, "bias forgotten"))
        assert found.first_wrong.startswith("z(") and found.mistake == "bias forgotten"


def table(path, rows, delimiter=",", encoding="utf-8"):
    with open(path, "w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


@pytest.fixture
def answers(tmp_path):
    """Ada rounds; Bo has one mistake; Cy left half out and a word in; Di has no seed."""
    sheet = worksheet(seed=1)
    names, right, wrong = sheet.asked, by_hand(sheet, 4), by_hand(worksheet(seed=2), 4, "g' missing at the output")
    return [
        ["learner", "seed", *names],
        ["Ada", "1", *(right[name] for name in names)],
        ["Bo", "2", *(wrong[name] for name in names)],
        ["Cy", "1", *(right[name] if k < 5 else "?" if k == 5 else "" for k, name in enumerate(names))],
        ["Di", "one", *("1" for _ in names)],
        ["", "", *("" for _ in names)],
    ]


def test_one_table_marks_a_class(answers, tmp_path):
    ada, bo, cy, di = marks(table(tmp_path / "a.csv", answers))
    n = str(len(answers[0]) - 2)
    assert ada == dict(zip(COLUMNS, ("Ada", "1", n, n, "0", "0", "0", "", ""), strict=True))
    assert bo["first wrong"] == "delta(o1)" and "the slope g' is missing at the output" in bo["why"]
    assert int(bo["wrong"]) == 2 and int(bo["follows"]) > 5
    assert int(bo["right"]) + int(bo["follows"]) + int(bo["wrong"]) == int(n)
    assert (cy["right"], cy["wrong"], cy["missing"]) == ("5", "1", str(int(n) - 6)) and cy["why"] == "'?' is no number"
    assert di["why"] == "line 5: seed is 'one'; expected a whole number" and di["right"] == ""


def test_tables_as_spreadsheets_write_them(answers, tmp_path):
    plain = marks(table(tmp_path / "a.csv", answers))
    commas = [[cell.replace(".", ",").replace("-", "−") for cell in row] for row in answers]
    assert marks(table(tmp_path / "b.csv", commas, ";", "utf-8-sig"))[0] == plain[0]
    assert marks(table(tmp_path / "c.csv", answers, "\t"))[1] == plain[1]


def test_the_command(answers, tmp_path, capsys):
    def run(*arguments):
        return program.main(["worksheet", *map(str, arguments)])

    assert run("--seed", 7) == 0 and "w1 = 0.3" in capsys.readouterr().out
    for name in ("s.md", "s.html", "s.ipynb"):
        assert run("--seed", 7, "--to", tmp_path / name, "--solution", tmp_path / f"solved_{name}") == 0
        sheet = worksheet(seed=7)
        assert (tmp_path / name).read_text(encoding="utf-8") == sheet.problem(name[2:])
        assert (tmp_path / f"solved_{name}").read_text(encoding="utf-8") == sheet.solution(name[2:])
    assert run("--form", tmp_path / "form.csv") == 0
    assert (tmp_path / "form.csv").read_text(encoding="utf-8-sig").strip().split(",")[:3] == [
        "learner",
        "seed",
        "z(h1)",
    ]
    path = table(tmp_path / "a.csv", [*answers, ["=1+1", "1", *answers[1][2:]]])
    assert run("--mark", path) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].split()[:3] == ["learner", "seed", "asked"] and len(printed) == 6
    assert run("--mark", path, "--to", tmp_path / "marks.csv") == 0
    written = list(csv.reader((tmp_path / "marks.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert written[0] == list(COLUMNS) and [row[0] for row in written[1:]] == ["Ada", "Bo", "Cy", "Di", "'=1+1"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sizes", "2;2"], "--sizes is '2;2'; expected widths such as 2,2,2"),
        (["--to", "sheet.pdf"], "form is 'pdf'; expected one of 'md', 'html', 'ipynb'"),
        (["--hidden", "gelu"], "hidden is 'gelu'; expected one of 'sigmoid', 'tanh', 'relu'"),
        (["--seed", "-1"], "seed is -1; expected a whole number, 0 or more"),
        (["--mark", "/nowhere/at/all.csv"], "No such file"),
    ],
)
def test_bad_wishes_are_named(arguments, message, capsys):
    assert program.main(["worksheet", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_bad_tables_are_named(answers, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="has no column 'seed'; expected learner, seed"):
        marks(table(tmp_path / "a.csv", [["learner", "z(h1)"], ["Ada", "1"]]))
    with pytest.raises(ValueError, match=r"has a column 'z\(h9\)'; expected a name of this sheet"):
        marks(table(tmp_path / "a.csv", [["learner", "seed", "z(h9)"], ["Ada", "1", "1"]]))
    monkeypatch.setattr("bpcourse.worksheet.TRIES", 10)
    with pytest.raises(ValueError, match="no pleasant numbers were found"):
        worksheet((2, 2, 2, 2, 2, 2), digits=2)
    assert isinstance(worksheet(), Worksheet)
