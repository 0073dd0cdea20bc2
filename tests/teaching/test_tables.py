"""Marks as a spreadsheet, as Moodle and as Canvas read them."""

import csv
import io
import unicodedata

import pytest
from by_hand import NAMES, POINTS, mark, record, same_bytes

from bpcourse.teaching import canvas, moodle, outcomes
from bpcourse.teaching.names import belongs
from bpcourse.teaching.platforms import safe, tidy
from bpcourse.teaching.records import TeachingError
from bpcourse.teaching.spreadsheets import bare, file_names, guarded, number, plain, read_csv, to_csv, write
from bpcourse.teaching.tables import marks, write_marks


def table(path):
    """The rows of a CSV file, as a program reads it that knows nothing of ours."""
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def first_seen(cell):
    """The first character that a program which skips blanks and invisible ones sees."""
    return next((sign for sign in cell if unicodedata.category(sign)[0] not in "ZC"), "")


# ---- cells


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_no_formula_and_comes_back(name):
    cell = guarded(name)
    assert first_seen(cell) not in set("=+-@|＝＋－＠")
    assert bare(cell) == name


def test_no_two_texts_become_the_same_cell():
    texts = NAMES + [guarded(name) for name in NAMES] + ["-", "'-"]
    assert len({guarded(text) for text in set(texts)}) == len(set(texts))


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (0, "0"), (0.0, "0"), (24.3, "24.3"), (1 / 3, "0.33"), (1200.0, "1200"), (100, "100")],
)
def test_numbers_have_no_more_digits_than_they_need(value, text):
    assert plain(value) == text


@pytest.mark.parametrize(
    ("cell", "value"), [("0,9", 0.9), (" 1.5 ", 1.5), ("", None), ("x", None), ("inf", None), ("nan", None)]
)
def test_numbers_are_read_as_people_write_them(cell, value):
    assert number(cell) == value


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_tables_are_read_as_programs_save_them(tmp_path, encoding, delimiter):
    path = tmp_path / "a.csv"
    path.write_bytes(f'name{delimiter}mark\r\n\r\nZoë{delimiter}"0{delimiter}9"\r\n'.encode(encoding))
    rows, found, bom = read_csv(path)
    assert rows == [(1, ["name", "mark"]), (3, ["Zoë", f"0{delimiter}9"])]
    assert (found, bom) == (delimiter, encoding == "utf-8-sig")


def test_a_table_of_ours_comes_back_as_it_was(tmp_path):
    rows = [[name, "1"] for name in NAMES if "\udcff" not in name and name.strip()]
    write(tmp_path / "a.csv", to_csv(rows))
    assert [row for _, row in read_csv(tmp_path / "a.csv")[0]] == rows


def test_an_empty_and_a_broken_table_are_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    assert read_csv(path)[0] == []
    path.write_text("a,b\n" + "x" * 200_000, encoding="utf-8")
    with pytest.raises(TeachingError, match="a.csv, line 2: this is no CSV file"):
        read_csv(path)


def test_a_file_is_whole_or_not_there(tmp_path):
    path = tmp_path / "deep" / "a.txt"
    write(path, "old")
    assert path.read_text() == "old"
    path.unlink()
    path.mkdir()  # in the way
    with pytest.raises(OSError):
        write(path, "new")
    assert [p.name for p in path.parent.iterdir()] == ["a.txt"]


def test_every_name_has_a_file_of_its_own():
    found = file_names(NAMES, ".html")
    assert sorted(found) == sorted(NAMES)
    folded = {unicodedata.normalize("NFKC", name).casefold() for name in found.values()}
    assert len(folded) == len(NAMES)
    for file in found.values():
        assert not set(file) & set('/\\:*?"<>|\n\t') and file[0] != "." and len(file.encode()) < 255
    assert file_names(reversed(NAMES), ".html") == found


# ---- marks.csv


def test_marks_are_empty_where_nothing_was_marked_and_0_where_nothing_was_right(tmp_path):
    records = [
        record("ben", points=(0.0, 0.0)),
        record("ann", late=0.001, kept=0.5, remarks=("One\nthing.", "Another.")),
        record("ann", "02_second", points=()),
        record("carl", points=(1.0,), by_hand={"two": 1.5}),
    ]
    write_marks(tmp_path, records, POINTS)
    head, *rows = table(tmp_path / "out" / "marks.csv")
    found = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert list(found) == ["ann", "ben", "carl"] and len(set(head)) == len(head)
    ann, ben, carl = found.values()
    assert (ann["total"], ann["maximum"], ann["01_first: total"]) == ("1.5", "6", "1.5")
    assert (ann["01_first: one"], ann["01_first: days late"]) == ("1", "0.01")
    assert ann["01_first: remarks"] == "One thing. Another."
    assert (ann["02_second: total"], ann["02_second: three"]) == ("", "")
    assert (ben["total"], ben["01_first: one"], ben["02_second: total"]) == ("0", "0", "")
    assert (carl["01_first: two"], carl["total"], carl["01_first: days late"]) == ("1.5", "2.5", "")


def test_a_learner_of_whom_nothing_was_marked_has_no_total():
    assert marks([record("ann", points=())], POINTS)[1][:3] == ["ann", "", "6"]


def test_marks_begin_with_the_byte_order_mark_that_excel_needs(tmp_path):
    write_marks(tmp_path, [record("刘伟")], POINTS)
    assert (tmp_path / "out" / "marks.csv").read_bytes()[:3] == b"\xef\xbb\xbf"


def test_every_name_comes_back_from_the_table(tmp_path):
    write_marks(tmp_path, [record(name) for name in NAMES if "\udcff" not in name], POINTS)
    rows = table(tmp_path / "out" / "marks.csv")
    assert sorted(bare(row[0]) for row in rows[1:]) == sorted(name for name in NAMES if "\udcff" not in name)
    assert all(first_seen(cell) not in set("=+-@＝") for row in rows for cell in row)


# ---- titles


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("04 The numeric example", "04_numeric_example"),
        ("Week 2: 04 - Numeric Example (draft)", "04_numeric_example"),
        ("04_numeric_example", "04_numeric_example"),
        ("04 numeric example, again", "04_numeric_example"),
        ("04", None),
        ("14 numeric example", None),
        ("", None),
    ],
)
def test_titles_belong_to_assignments(title, name):
    assert belongs(title, ["04_numeric_example", "05_momentum", "04_example"][:2]) == name


def test_of_two_assignments_the_closer_one_is_meant():
    assert belongs("04 numeric example", ["04_example", "04_numeric_example"]) == "04_numeric_example"


# ---- Moodle

ENGLISH = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Grade can be changed"]
ENGLISH += ["Last modified (submission)", "Last modified (grade)", "Feedback comments"]
GERMAN = [
    "ID",
    "Vollständiger Name",
    "E-Mail-Adresse",
    "Status",
    "Bewertung",
    "Bestwertung",
    "Bewertung kann geändert werden",
]
GERMAN += ["Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)", "Feedback"]


def worksheet(folder, head, people, most="100.00", who="Participant ", name="Grades-BP-04--77.csv"):
    """Puts a worksheet as Moodle writes it into the class folder. people: {number: full name}."""
    rows = [
        [
            f"{who}{n}",
            full,
            f"{n}@x.org",
            "Submitted for grading - ",
            "",
            most,
            "Yes",
            "Monday, 5 October 2026, 9:00 AM",
            "-",
            "",
        ]
        for n, full in people.items()
    ]
    write(folder / "moodle" / name, to_csv([head, *rows], mark=False))
    return folder / "out" / "moodle" / name


@pytest.mark.parametrize(("head", "who"), [(ENGLISH, "Participant "), (GERMAN, "Teilnehmer/in")])
def test_a_worksheet_is_filled_by_number_in_any_language(tmp_path, head, who):
    records = [record("Ann", lms={"moodle": "1234567"}), record("Ben", points=(0.0, 0.0), lms={"moodle": "1234568"})]
    records.append(record("Carla", points=(), lms={"moodle": "1234569"}))  # could not be marked
    path = worksheet(tmp_path, head, {"1234568": "Ben B", "1234567": "Somebody Else", "1234569": "Carla"}, who=who)
    before = table(tmp_path / "moodle" / path.name)
    assert moodle.write_worksheets(tmp_path, records, POINTS) == []
    after = table(path)
    assert [row[4] for row in after] == [head[4], "0", "100", ""]
    assert [row[:4] + row[5:] for row in after] == [row[:4] + row[5:] for row in before]


def test_a_worksheet_is_filled_on_its_own_scale_with_its_own_comma(tmp_path):
    path = worksheet(tmp_path, ENGLISH, {"7": "Ann"}, most="10,00")
    assert moodle.write_worksheets(tmp_path, [record("Ann", points=(1.0, 1.5), lms={"moodle": "7"})], POINTS) == []
    assert table(path)[1][4] == "8,33"


def test_a_worksheet_without_known_numbers_is_filled_by_full_name_if_that_is_one_person(tmp_path):
    path = worksheet(tmp_path, ENGLISH, {"1": "Ann", "2": "Bo", "3": "Bo"}, name="02 second.csv")
    records = [record("Ann", "02_second", (3.0,)), record("Bo", "02_second", (3.0,)), record("Ann")]
    assert moodle.write_worksheets(tmp_path, records, POINTS) == [
        "moodle/02 second.csv: Bo has handed in and is not in it."
    ]
    assert [row[4] for row in table(path)[1:]] == ["100", "", ""]


def test_a_full_name_is_found_however_it_is_written(tmp_path):
    path = worksheet(tmp_path, ENGLISH, {"1": "Zoe\u0308  Lee", "2": "=1+1"}, name="01 first.csv")
    records = [record(safe(tidy(name))) for name in ("Zoë Lee", "=1+1")]
    assert moodle.write_worksheets(tmp_path, records, POINTS) == []
    assert [row[4] for row in table(path)[1:]] == ["100", "100"]


def test_two_people_of_one_name_are_told_apart_by_number(tmp_path):
    path = worksheet(tmp_path, ENGLISH, {"1": "Bo", "2": "Bo"})
    records = [record("Bo", lms={"moodle": "2"}), record("Bo (1)", points=(0.0, 0.0), lms={"moodle": "1"})]
    assert moodle.write_worksheets(tmp_path, records, POINTS) == []
    assert [row[4] for row in table(path)[1:]] == ["0", "100"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "nobody in it has handed in"),
        ("Name,Mark\nAnn,3\n", "nobody in it has handed in"),
        ("Identifier,Full name,Grade,Scale\nParticipant 7,Ann,,Fail\n", "no grading worksheet"),
        ("Identifier,Full name,Grade,Maximum Grade\nParticipant 7,Ann\n", "no grading worksheet"),
    ],
)
def test_what_is_no_worksheet_is_said_and_left(tmp_path, text, told):
    write(tmp_path / "moodle" / "a.csv", text)
    (remark,) = moodle.write_worksheets(tmp_path, [record("Ann", lms={"moodle": "7"})], POINTS)
    assert remark.startswith("moodle/a.csv: ") and told in remark


def test_without_a_worksheet_one_is_made_with_the_headings_that_moodle_looks_for(tmp_path):
    records = [record("=Ann", lms={"moodle": "7"}), record("Ben"), record("Carl", points=(), lms={"moodle": "8"})]
    assert moodle.write_worksheets(tmp_path, records, POINTS) == []
    head, *rows = table(tmp_path / "out" / "moodle" / "01_first.csv")
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(head)
    assert rows == [["Participant 7", "'=Ann", "3", "3", "-"]]


# ---- Canvas

CANVAS = '''Student,ID,SIS User ID,SIS Login ID,Section,Notes,Week 1: 01 First (901),Something else (902),01 first
,,,,,,Manual Posting,,
    Points Possible,,,,,,10,5,(read only)
"Lee, Ann",5001,S1,ann@x.org,A,,,3,
"=""=1+1""",5002,S2,eve@x.org,A,,4,N/A,
"Bo, Bo",5003,S3,bo@x.org,A,,EX,,
"Student, Test",5999,,,A,,,,
'''


def test_a_gradebook_of_canvas_is_filled_and_the_rest_stays(tmp_path):
    write(tmp_path / "canvas" / "g.csv", CANVAS)
    records = [
        record("leean_5001", lms={"canvas": "5001_70001"}),
        record("=1+1", points=(0.0, 0.0), lms={"canvas": "leean_5002_70002_01_first.ipynb"}),
    ]
    assert canvas.write_gradebooks(tmp_path, records, POINTS) == []
    before = list(csv.reader(io.StringIO(CANVAS)))
    after = table(tmp_path / "out" / "canvas" / "g.csv")
    assert [row[6] for row in after[3:]] == ["10", "0", "EX", ""]
    assert [row[1:6] + row[7:] for row in after] == [row[1:6] + row[7:] for row in before]
    assert after[4][0] == "'" + before[4][0] and after[2][0] == before[2][0]


@pytest.mark.parametrize("learner", ["Ann Lee", "Lee, Ann", "ann@x.org", "S1"])
def test_a_learner_of_canvas_is_found_by_login_and_name(tmp_path, learner):
    write(tmp_path / "canvas" / "g.csv", CANVAS)
    assert canvas.write_gradebooks(tmp_path, [record(learner)], POINTS) == []
    assert table(tmp_path / "out" / "canvas" / "g.csv")[3][6] == "10"


def test_what_does_not_fit_into_a_gradebook_of_canvas_is_said(tmp_path):
    write(tmp_path / "canvas" / "g.csv", CANVAS)
    records = [record("Nobody Known"), record("Ann Lee", "02_second", (3.0,))]
    remarks = canvas.write_gradebooks(tmp_path, records, POINTS)
    assert any("Nobody Known has handed in and is not in it" in remark for remark in remarks)
    assert any('no assignment in it has "02 second" in its title' in remark for remark in remarks)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Student,Mark\nAnn,3\n",
        "Student,ID,01 First (901)\nPoints Possible,,10\nAnn,5,\n",
        "Student,Section,01 First (901)\nPoints Possible,,10\nAnn,5,\n",
        "Student,ID,Section,01 First (901)\nAnn,5,,\n",
        "Student,ID,Section,01 First (901)\nPoints Possible,,,10\nAnn\n",
    ],
)
def test_what_is_no_gradebook_of_canvas_is_said_and_left(tmp_path, text):
    write(tmp_path / "canvas" / "g.csv", text)
    (remark,) = canvas.write_gradebooks(tmp_path, [record("Ann", lms={"canvas": "5"})], POINTS)
    assert remark == "canvas/g.csv: this is no gradebook as Canvas exports it; it is left as it is."


def test_without_a_gradebook_of_canvas_one_is_made_that_its_import_takes(tmp_path):
    records = [record("ann_5001", lms={"canvas": "5001"}), record("ann_5001", "02_second", (), lms={"canvas": "5001"})]
    assert canvas.write_gradebooks(tmp_path, records, POINTS) == []
    rows = table(tmp_path / "out" / "canvas" / "marks.csv")
    assert rows[0] == ["Student", "ID", "Section", "01_first", "02_second"]  # Section must end what is of the student
    assert rows[1:] == [["    Points Possible", "", "", "3", "3"], ["ann_5001", "5001", "", "3", ""]]


# ---- all of it


@pytest.mark.parametrize(
    "records",
    [
        [],
        [record("ann", points=())],
        [record(n, lms={"moodle": str(k), "canvas": f"{k}_{k}"}) for k, n in enumerate(NAMES)],
    ],
    ids=["nobody", "unmarked", "all"],
)
def test_the_same_records_give_the_same_bytes_in_any_order(tmp_path, records):
    for k, order in enumerate((records, records[::-1])):
        outcomes.write_all(tmp_path / str(k), order, POINTS)
    first, second = (same_bytes(tmp_path / str(k)) for k in range(2))
    assert first == second and "out/marks.csv" in first and "out/overview.html" in first
    outcomes.write_all(tmp_path / "0", records, POINTS)
    assert same_bytes(tmp_path / "0") == first


def test_what_an_earlier_class_left_does_not_stay(tmp_path):
    numbers = {"moodle": "7", "canvas": "5_6"}
    worksheet(tmp_path, ENGLISH, {"7": "Ann"})
    write(tmp_path / "canvas" / "g.csv", CANVAS)
    outcomes.write_all(tmp_path, [record("Ann", lms=numbers)], POINTS)
    there = same_bytes(tmp_path / "out")
    for name in ("sheets/Ann.html", "moodle/01_first.zip", "canvas/01_first.zip", "canvas/g.csv"):
        assert name in there
    for path in (*tmp_path.glob("moodle/*"), *tmp_path.glob("canvas/*")):
        path.unlink()
    (tmp_path / "out" / "mine.csv").touch()
    outcomes.write_all(tmp_path, [record("Ben")], POINTS)
    left = ["marks.csv", "mine.csv", "overview.html", "sheets/Ben.html", "similar.csv"]
    assert list(same_bytes(tmp_path / "out")) == left


def test_an_extension_for_nobody_is_among_the_remarks(tmp_path):
    (tmp_path / "deadlines.csv").write_text("01_first,Anne,2026-10-05\n")
    (remark,) = outcomes.write_all(tmp_path, [record("Ann")], POINTS)
    assert '"Anne"' in remark


def test_an_exercise_worth_nothing_breaks_nothing(tmp_path):
    points = {"01_first": {"one": 0.0}}
    worksheet(tmp_path, ENGLISH, {"7": "Ann"})
    ann = record("Ann", points=(), lms={"moodle": "7"})
    ann = type(ann)(**vars(ann) | {"marks": (mark("one", 0.0, 0.0),)})
    outcomes.write_all(tmp_path, [ann], points)
