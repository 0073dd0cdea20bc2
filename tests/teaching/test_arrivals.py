"""What comes in: whose it is, of which assignment, when, and what of several files counts."""

import io
import json
import os
import random
import stat
import string
import zipfile
from datetime import UTC, datetime

import mangled
import nbformat
import pytest

from bpcourse.teaching import platforms
from bpcourse.teaching.arrivals import CLOCKS, arrivals

FOUR, ONE = "04_numeric_example", "01_activations"
RELEASES = {name: nbformat.from_dict(mangled.read("exercises", name)) for name in (ONE, FOUR)}
SOLVED = {name: json.dumps(mangled.solved(name)).encode() for name in RELEASES}
BLANK = {name: json.dumps(mangled.read("exercises", name)).encode() for name in RELEASES}
OTHER = json.dumps(mangled.solved("02_losses")).encode()


def zipped(files, times=None):
    """The bytes of a zip of {path: bytes}."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            info = zipfile.ZipInfo(path, (times or {}).get(path, (2026, 3, 1, 12, 0, 0)))
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def put(folder, files, seconds=None):
    """Writes {path below the class folder: bytes}. seconds: {path: when it was written}."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        second = (seconds or {}).get(path, 1_000_000_000)
        os.utime(target, (second, second))


def came(folder, releases=RELEASES):
    """({(learner, assignment): Handed}, remarks but those on clocks); nothing in received/ is changed."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}
    handed, remarks = arrivals(folder, releases)
    assert before == {path: path.read_bytes() for path in before}
    assert before.keys() == {path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}
    found = {(one.learner, assignment): one for assignment, one in handed}
    assert len(found) == len(handed) and list(found) == sorted(found)
    return found, [remark for remark in remarks if remark not in CLOCKS.values()]


# ---- whose, and of which assignment ----------------------------------------------------------------------------------

S = SOLVED[FOUR]
MOODLE, BARE = "Ann Lee_1234567_assignsubmission_file_", "Zoë O'Neil-Ng_7_assignsubmission_file"
WHERE = {
    "a folder": ({"received/ann/04.ipynb": S}, "ann", {}),
    "a folder in it": ({"received/ann/week 4/my work/04.ipynb": S}, "ann", {}),
    "any name of a file": ({"received/ann/练习.ipynb": S}, "ann", {}),
    "capitals": ({"received/ann/04.IPYNB": S}, "ann", {}),
    "another ending": ({"received/ann/04.ipynb.txt": S}, "ann", {}),
    "a name with a space": ({"received/ann  lee /04.ipynb": S}, "ann lee", {}),
    "accents of a Mac": ({"received/Zoe\u0308/04.ipynb": S}, "Zo\u00eb", {}),
    "the exchange": ({f"submitted/ann/{FOUR}/04.ipynb": S}, "ann", {}),
    "the exchange in received": ({f"received/ann/{FOUR}/04.ipynb": S}, "ann", {}),
    "Moodle": ({"received/04.zip": zipped({f"{MOODLE}/04.ipynb": S})}, "Ann Lee", {"moodle": "1234567"}),
    "Moodle, newer": ({"received/04.zip": zipped({f"{BARE}/04.ipynb": S})}, "Zoë O'Neil-Ng", {"moodle": "7"}),
    "Moodle, flat": ({"received/04.zip": zipped({f"{MOODLE}04.ipynb": S})}, "Ann Lee", {"moodle": "1234567"}),
    "Moodle, folders": ({"received/04.zip": zipped({f"{MOODLE}/a/b/04.ipynb": S})}, "Ann Lee", {"moodle": "1234567"}),
    "Moodle, in one folder": ({"received/04.zip": zipped({f"04/{MOODLE}/04.ipynb": S})}, "Ann Lee", {"moodle": "1234567"}),
    "Moodle, unpacked": ({f"received/{MOODLE}/04.ipynb": S}, "Ann Lee", {"moodle": "1234567"}),
    "Moodle, a zip": ({"received/04.zip": zipped({f"{MOODLE}/w.zip": zipped({"x/04.ipynb": S})})}, "Ann Lee", {"moodle": "1234567"}),
    "Moodle, a zip, unpacked": ({f"received/{MOODLE}/w.ZIP": zipped({"04.ipynb": S})}, "Ann Lee", {"moodle": "1234567"}),
    "Moodle, and a text": (
        {"received/04.zip": zipped({f"{MOODLE}/04.ipynb": S, "Ann Lee_1234567_assignsubmission_onlinetext_/onlinetext.html": b"Hi"})},
        "Ann Lee",
        {"moodle": "1234567"},
    ),
    "Moodle, blind": ({"received/04.zip": zipped({"Teilnehmer_in_88_assignsubmission_file_/04.ipynb": S})}, "Teilnehmer_in", {"moodle": "88"}),
    "Canvas": ({"received/s.zip": zipped({"leean_12345_67890_04.ipynb": S})}, "leean_12345", {"canvas": "12345_67890"}),
    "Canvas, late": ({"received/s.zip": zipped({"leean_LATE_12345_67890_04-1.ipynb": S})}, "leean_12345", {"canvas": "12345_67890"}),
    "Canvas, loose": ({"received/leean_12345_67890_04.ipynb": S}, "leean_12345", {"canvas": "12345_67890"}),
    "Canvas, a zip": ({"received/s.zip": zipped({"leean_12_34_w.zip": zipped({"04.ipynb": S})})}, "leean_12", {"canvas": "12_34"}),
    "Canvas, anonymous": ({"received/s.zip": zipped({"anon_aB3d5_67890_04.ipynb": S})}, "anon_aB3d5", {}),
    "Canvas, a group": ({"received/s.zip": zipped({"group 3_12_34_04.ipynb": S})}, "group 3_12", {"canvas": "12_34"}),
    "folders in a zip": ({"received/all.zip": zipped({"ann/04.ipynb": S})}, "ann", {}),
    "folders, packed in one": (
        {"received/all.zip": zipped({"class/ann/04.ipynb": S, "class/ben/x.ipynb": S, "__MACOSX/class/ann/._04.ipynb": b"x"})},
        "ann",
        {},
    ),
    "a zip in a folder": ({"received/ann/work.zip": zipped({"a/04.ipynb": S})}, "ann", {}),
    "a path out of it": ({"received/all.zip": zipped({"../../ann/../04.ipynb": S})}, "ann", {}),
    "a path from the root": ({"received/all.zip": zipped({"/ann/04.ipynb": S})}, "ann", {}),
    "a path of Windows": ({"received/all.zip": zipped({"ann\\week\\04.ipynb": S})}, "ann", {}),
    "a folder for the assignment": ({f"received/{FOUR}/ann/04.ipynb": S}, "ann", {}),
    "a zip in a folder for the assignment": ({f"received/{FOUR}/s.zip": zipped({"ann/04.ipynb": S})}, "ann", {}),
    "hidden files beside": (
        {
            "received/ann/04.ipynb": S,
            "received/ann/.ipynb_checkpoints/04-checkpoint.ipynb": b"x",
            "received/ann/._04.ipynb": b"x",
            "received/__MACOSX/ann/04.ipynb": b"x",
            "received/.DS_Store": b"x",
            "received/ann/data.csv": b"1",
        },
        "ann",
        {},
    ),
    "lost its names": ({"received/ann/x.ipynb": json.dumps(mangled.without_names(mangled.solved(FOUR))).encode()}, "ann", {}),
    "in one cell": ({"received/ann/x.ipynb": json.dumps(mangled.all_code_in_one_cell(mangled.solved(FOUR))).encode()}, "ann", {}),
    "UTF-16": ({"received/ann/x.ipynb": S.decode().encode("utf-16")}, "ann", {}),
    "BOM": ({"received/ann/x.ipynb": b"\xef\xbb\xbf" + S}, "ann", {}),
}  # fmt: skip


@pytest.mark.parametrize(("files", "learner", "lms"), WHERE.values(), ids=WHERE)
def test_a_file_is_told_to_its_learner_and_assignment(files, learner, lms, tmp_path):
    put(tmp_path, files)
    found, remarks = came(tmp_path)
    assert remarks == []
    one = found[learner, FOUR]
    assert {assignment for _, assignment in found} == {FOUR}
    assert one.lms == lms and one.when is not None and one.when.tzinfo is not None
    assert b"delta_by_hand" in one.content.replace(b"\0", b"")


@pytest.mark.parametrize(
    ("name", "assignment", "told"),
    [
        ("01_activations.ipynb", FOUR, "is counted for 04_numeric_example, whose exercises are in it"),
        ("Week 1 activations 01.ipynb", FOUR, "is counted for 04_numeric_example"),
        ("x.ipynb", FOUR, None),
        ("04_numeric_example.ipynb", FOUR, None),
    ],
)
def test_what_is_in_it_says_which_assignment_it_is(name, assignment, told, tmp_path):
    put(tmp_path, {f"received/ann/{name}": S})
    found, remarks = came(tmp_path)
    assert list(found) == [("ann", assignment)]
    assert [told in remark for remark in remarks] == ([True] if told else [])


# ---- which counts ----------------------------------------------------------------------------------------------------

HALF = json.dumps(mangled.solved(FOUR, leave_out=("train",))).encode()
P = "received/ann/"


@pytest.mark.parametrize(
    ("files", "seconds", "counts", "left_out"),
    [
        ({"x.ipynb": BLANK[FOUR], "x (1).ipynb": S}, (100, 200), "x (1).ipynb", ["x.ipynb"]),
        ({"x.ipynb": BLANK[FOUR], "x (1).ipynb": S}, (200, 100), "x (1).ipynb", ["x.ipynb"]),
        ({"x.ipynb": HALF, "x (1).ipynb": S}, (100, 200), "x (1).ipynb", ["x.ipynb"]),
        ({"x.ipynb": HALF, "x (1).ipynb": S}, (200, 100), "x.ipynb", ["x (1).ipynb"]),
        (
            {"x.ipynb": HALF, "x (2).ipynb": S, "x (10).ipynb": HALF + b" "},
            (100, 100, 100),
            "x (10).ipynb",
            ["x.ipynb", "x (2).ipynb"],
        ),
        ({"04 numeric example.ipynb": b"{", "y.ipynb": S}, (200, 100), "y.ipynb", ["04 numeric example.ipynb"]),
        ({"x.ipynb": S, "y.ipynb": S}, (100, 200), "x.ipynb", []),
        ({"a/x.ipynb": HALF, "b.zip": zipped({"x.ipynb": S})}, (100, 200), "b.zip: x.ipynb", ["a/x.ipynb"]),
    ],
)
def test_of_several_files_the_newest_counts_that_is_not_blank(files, seconds, counts, left_out, tmp_path):
    put(tmp_path, {P + k: v for k, v in files.items()}, dict(zip((P + k for k in files), seconds, strict=True)))
    found, remarks = came(tmp_path)
    assert found["ann", FOUR].shown == f"ann/{counts}"
    (said,) = [remark for remark in remarks if " counts, " in remark] or [None]
    assert (said is None) == (not left_out) and all(f"ann/{name}" in said for name in left_out)


def test_the_newest_of_all_places_counts(tmp_path):
    zips = {
        f"received/{k}.zip": zipped({f"{MOODLE}/04.ipynb": text}, {f"{MOODLE}/04.ipynb": (2026, 3, k, 0, 0, 0)})
        for k, text in ((1, S), (2, HALF))
    }
    put(tmp_path, zips)
    found, remarks = came(tmp_path)
    assert found["Ann Lee", FOUR].content == HALF and "1.zip" in remarks[0]


def test_the_second_file_of_canvas_counts(tmp_path):
    put(tmp_path, {"received/s.zip": zipped({"a_1_2_x.ipynb": HALF, "a_1_3_x-1.ipynb": S})})
    found, remarks = came(tmp_path)
    assert found["a_1", FOUR].content == S and found["a_1", FOUR].lms == {"canvas": "1_3"} and len(remarks) == 1


# ---- when ------------------------------------------------------------------------------------------------------------


def test_the_time_of_handing_in(tmp_path, monkeypatch):
    put(
        tmp_path,
        {
            f"submitted/ann/{FOUR}/x.ipynb": S,
            f"submitted/ann/{FOUR}/timestamp.txt": b"2026-03-01 23:30:00.123456 UTC\n",
            f"received/ben/{FOUR}/x.ipynb": S,
            f"received/ben/{FOUR}/timestamp.txt": b"2026-03-01 23:30:00 +0200",
            "received/carla/x.ipynb": S,
            f"received/dan/{FOUR}/x.ipynb": S,
            f"received/dan/{FOUR}/timestamp.txt": b"yesterday",
            "received/z.zip": zipped({f"{MOODLE}/x.ipynb": S}),
        },
    )
    handed, remarks = arrivals(tmp_path, RELEASES)
    when = {one.learner: one.when for _, one in handed}
    assert when["ann"] == datetime(2026, 3, 1, 23, 30, 0, 123456, tzinfo=UTC)
    assert when["ben"] == datetime(2026, 3, 1, 21, 30, tzinfo=UTC)
    assert when["carla"] == when["dan"] == datetime.fromtimestamp(1_000_000_000, UTC)
    assert when["Ann Lee"] == datetime(2026, 3, 1, 12).astimezone()
    assert set(CLOCKS.values()) < set(remarks) and sum("holds no time" in remark for remark in remarks) == 1


def test_a_zip_that_knows_the_time_in_utc(tmp_path):
    info = zipfile.ZipInfo("ann/x.ipynb", (2026, 3, 1, 12, 0, 0))
    info.extra = b"UT\x05\x00\x01" + (1_700_000_000).to_bytes(4, "little")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(info, S)
    put(tmp_path, {"received/z.zip": made.getvalue()})
    assert came(tmp_path)[0]["ann", FOUR].when == datetime.fromtimestamp(1_700_000_000, UTC)


# ---- what cannot be used ---------------------------------------------------------------------------------------------


def locked():
    """A zip whose file says that it needs a password."""
    content = bytearray(zipped({"ann/x.ipynb": S}))
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(start) + offset] |= 1
    return bytes(content)


def damaged():
    content = bytearray(zipped({"ann/x.ipynb": S}))
    content[200] ^= 255
    return bytes(content)


BOMB = zipped({"ann/x.ipynb": b" " * (33 * 2**20)})
BAD = {
    "loose": ({"received/04 ann.ipynb": S}, "04 ann.ipynb: nobody knows whose it is", []),
    "loose in a zip": ({"received/all.zip": zipped({"04.ipynb": S})}, "all.zip: 04.ipynb: nobody knows whose it is", []),
    "empty": ({"received/ann/04_numeric_example.ipynb": b""}, "ann/04_numeric_example.ipynb: the file is empty", [FOUR]),
    "cut off": ({"received/ann/04 numeric example.ipynb": S[:900]}, "ann/04 numeric example.ipynb: it is damaged or cut off", [FOUR]),
    "cut off, in a folder": ({f"received/{FOUR}/ann/x.ipynb": S[:900]}, "ann/x.ipynb: it is damaged or cut off", [FOUR]),
    "cut off, by any name": ({"received/ann/x.ipynb": S[:900]}, "ann/x.ipynb: it is damaged or cut off", []),
    "a web page": ({f"submitted/ann/{FOUR}/x.ipynb": b"<html>"}, "it is a web page", [FOUR]),
    "another chapter": ({"received/ann/x.ipynb": OTHER}, "ann/x.ipynb is a notebook of no assignment of this class", []),
    "another chapter, renamed": ({f"received/ann/{FOUR}.ipynb": OTHER}, "is a notebook of no assignment", [FOUR]),
    "a chapter": ({f"received/ann/{FOUR}.ipynb": json.dumps(mangled.read("chapters", FOUR)).encode()}, None, [FOUR]),
    "no notebook": ({"received/ann/04.pdf": b"%PDF"}, "ann/04.pdf is no notebook, and ann has none", []),
    "only a text": ({"received/z.zip": zipped({"Ann Lee_1_assignsubmission_onlinetext_/onlinetext.html": b"Hi"})}, "Ann Lee has none", []),
    "an archive": ({"received/ann/04.rar": b"Rar!"}, "ann/04.rar is not opened here; unpack it", []),
    "a zip in a zip in a zip": ({"received/ann/a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"x.ipynb": S})})})}, "c.zip is not opened here", []),
    "no zip": ({"received/ann/a.zip": b"PK"}, "ann/a.zip: it is no zip, or a broken one", []),
    "no zip at the top": ({"received/a.zip": S}, "a.zip: it is no zip, or a broken one", []),
    "a locked zip": ({"received/a.zip": locked()}, "a.zip: ann/x.ipynb: it is locked with a password", []),
    "a damaged zip": ({"received/a.zip": damaged()}, "a.zip: ann/x.ipynb: it is damaged in the zip", []),
    "a bomb": ({"received/a.zip": BOMB}, "a.zip: ann/x.ipynb: it has more than 32 MB", []),
    "bombs": ({"received/ann/a.zip": zipped({"a.zip": BOMB, **{f"{k}.ipynb": b" " * (33 * 2**20) for k in range(2)}})}, "has more than 32 MB", []),
    "a large zip in a zip": (
        {"received/ann/a.zip": zipped({"b.zip": bytes(2**26 + 1)})},
        "ann/a.zip: b.zip: it has more than 64 MB",
        [],
    ),
    "names of others": (
        {f"received/ann/work/{name}_{k}_assignsubmission_file_/x.ipynb": S for k, name in enumerate(("Ben", "Eve"))},
        "ann holds files with the names of several learners",
        [],
    ),
    "Canvas, a folder too deep": (
        {f"received/all/{name}_{k}_5_x.ipynb": S for k, name in enumerate(("ben", "eve"))},
        "all holds files with the names of several learners",
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "told", "comes"), BAD.values(), ids=BAD)
def test_what_cannot_be_used_is_told_with_its_name(files, told, comes, tmp_path):
    put(tmp_path, files | {"received/zoe/x.ipynb": SOLVED[ONE]})
    found, remarks = came(tmp_path)
    assert sorted(found) == [*(("ann", name) for name in comes), ("zoe", ONE)]
    assert told is None or any(told in remark for remark in remarks), remarks


def test_a_zip_that_bursts_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("bpcourse.teaching.zips.MOST_FILES", 3)
    monkeypatch.setattr("bpcourse.teaching.files.MOST_NESTED", 2 * len(S))
    put(
        tmp_path,
        {
            "received/a.zip": zipped({f"{k}/x.ipynb": S for k in "abcd"}),
            "received/ann/b.zip": zipped({"x.zip": zipped({f"{k}.ipynb": S for k in "abc"})}),
        },
    )
    found, remarks = came(tmp_path)
    assert any("a.zip: it holds more than 3 files" in remark for remark in remarks)
    assert any("unpacks to far more than notebooks need" in remark for remark in remarks)
    assert list(found) == [("ann", FOUR)]


def test_links_are_not_followed(tmp_path):
    put(tmp_path, {"secret/x.ipynb": S, "received/zoe/x.ipynb": S})
    (tmp_path / "received" / "ann").mkdir()
    (tmp_path / "received" / "ann" / "x.ipynb").symlink_to(tmp_path / "secret" / "x.ipynb")
    (tmp_path / "received" / "ben").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "received" / "ann" / "y.ipynb")
    handed, remarks = arrivals(tmp_path, RELEASES)
    assert [one.learner for _, one in handed] == ["zoe"]
    assert sum("is a link, not a file" in remark for remark in remarks) == 3


def test_a_link_in_a_zip_leads_nowhere(tmp_path):
    info = zipfile.ZipInfo("ann/x.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(info, str(tmp_path / "secret.ipynb"))
    put(tmp_path, {"secret.ipynb": S, "received/z.zip": made.getvalue()})
    found, remarks = came(tmp_path)
    assert found == {} and "z.zip: ann/x.ipynb: it is no notebook" in remarks[0]


def test_a_zip_without_the_mark_of_utf8(tmp_path):
    content = zipped({"Zoë_7_assignsubmission_file_/x.ipynb": S})
    plain = bytearray(content)
    for start, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        plain[plain.index(start) + offset] &= ~8 & 255
    put(tmp_path, {"received/z.zip": bytes(plain)})
    assert list(came(tmp_path)[0]) == [("Zoë", FOUR)]


def test_there_may_be_nothing(tmp_path):
    assert arrivals(tmp_path, RELEASES) == ([], [])


# ---- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["=1+1", "-x", "a[b]", "{x}", "a*", "what?", "@x", "a%2Bb", "a:b", "x" * 200, "Ann", "", ".."]
)
def test_names_are_made_safe(name):
    made = platforms.safe(name)
    assert made and not set(made) & set('[]{}*?+/\\<>|":') and made[0] not in "=@.-" and len(made) <= 120
    assert made == name or "%" in made or len(name) > 120


def test_different_names_stay_different():
    rng = random.Random(0)
    letters = "%+=B2C" + string.punctuation
    names = {"".join(rng.choices(letters, k=rng.randint(1, 5))) for _ in range(20_000)}
    assert len({platforms.safe(name) for name in names}) == len(names)


def test_an_unsafe_name_is_told(tmp_path):
    put(tmp_path, {"received/=1+1/x.ipynb": S, "received/a+b/x.ipynb": S})
    found, remarks = came(tmp_path)
    assert list(found) == [("%3D1%2B1", FOUR), ("a%2Bb", FOUR)]
    assert remarks[0].startswith('The learner "=1+1" is called "%3D1%2B1" here')


def test_namesakes_are_told_apart(tmp_path):
    def zip_of(**numbers):
        return zipped(
            {f"{n.replace('_', ' ')[:-1]}_{k}_assignsubmission_file_/x.ipynb": text for n, (k, text) in numbers.items()}
        )

    put(
        tmp_path,
        {
            "received/01.zip": zip_of(Ann_Lee1=(5, SOLVED[ONE]), Ben1=(6, SOLVED[ONE])),
            "received/04.zip": zip_of(Ann_Lee1=(17, S), Ann_Lee2=(18, HALF), Ben1=(19, S)),
        },
    )
    found, remarks = came(tmp_path)
    assert list(found) == [("Ann Lee 17", FOUR), ("Ann Lee 18", FOUR), ("Ann Lee 5", ONE), ("Ben", ONE), ("Ben", FOUR)]
    assert len(remarks) == 3 and all(remark.startswith("Several learners are called Ann Lee") for remark in remarks)
    (tmp_path / "learners.csv").write_text(
        "learner;Moodle;Moodle;Canvas\nann.a;Ann Lee 17;Ann Lee 5\nann.b;Ann Lee 18\nben;BEN;;77\n"
    )
    put(tmp_path, {"received/c.zip": zipped({"ben_77_88_x.ipynb": HALF}), "received/ben/y.ipynb": S})
    found, remarks = came(tmp_path)
    assert list(found) == [("ann.a", ONE), ("ann.a", FOUR), ("ann.b", FOUR), ("ben", ONE), ("ben", FOUR)]
    assert len(remarks) == 1 and "ben, 04_numeric_example: " in remarks[0]


def test_a_roster_that_contradicts_itself(tmp_path):
    (tmp_path / "learners.csv").write_text("learner,other\na,Ann\nb,ann\n")
    put(tmp_path, {"received/Ann/x.ipynb": S})
    found, remarks = came(tmp_path)
    assert list(found) == [("Ann", FOUR)] and remarks == [
        'learners.csv has "ann" for more than one learner; it is passed over.'
    ]


def test_one_assignment_alone(tmp_path):
    put(tmp_path, {"received/ann/x.ipynb": S, "received/ben/x.ipynb": OTHER, "received/carla/x.ipynb": b"{"})
    found, remarks = came(tmp_path, {FOUR: RELEASES[FOUR]})
    assert list(found) == [("ann", FOUR), ("ben", FOUR), ("carla", FOUR)] and len(remarks) == 2


# ---- what lies beside a notebook -------------------------------------------------------------------------------------


def test_small_files_beside_a_notebook_come_with_it_and_those_of_others_do_not(tmp_path):
    zip_of_moodle = zipped({f"{MOODLE}/own.ipynb": S, f"{MOODLE}/data.csv": b"1,2", f"{BARE}_/data.csv": b"theirs"})
    put(tmp_path, {
        "received/04.zip": zip_of_moodle, "received/ben/04.ipynb": S, "received/ben/helper.py": b"x = 1",
        "received/ben/large.bin": bytes(2**20 + 1), "received/ben/more/other.csv": b"3", "received/notes.txt": b"4",
    })  # fmt: skip
    found, _ = came(tmp_path)
    assert found["Ann Lee", FOUR].beside == {"data.csv": b"1,2"}
    assert found["ben", FOUR].beside == {"helper.py": b"x = 1"}
