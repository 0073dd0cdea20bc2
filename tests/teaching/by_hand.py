"""Records of a class, made by hand: what came of marking, without marking anything."""

from datetime import UTC, datetime

from bpcourse.marking import messages as say
from bpcourse.teaching.records import Mark, Record

POINTS = {"01_first": {"one": 1.0, "two": 2.0}, "02_second": {"three": 3.0}}

# Names that have broken programs: formulas, HTML, paths, other scripts, directions, what nobody can see, one letter case.
NAMES = [
    "=1+1",
    "+49",
    "-2+3",
    "@SUM(A1)",
    "'=1",
    "''x",
    "\t=1",
    " =1",
    "\u200b=cmd()",
    "＝1+1",
    '=HYPERLINK("http://x","y")',
    "|calc",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&amp;",
    "../../up",
    "a/b",
    "a\\b",
    "CON.",
    "ann",
    "Ann",
    "Zoë",
    "Zoe\u0308",
    "刘伟",
    "محمد علي",
    "\u202eevil",
    "a,b;c",
    'say "hi"',
    "two\nlines",
    "x" * 300,
    "é" * 200,
    "\udcff",
]


def mark(exercise, points, most, message="Look again.", diagnosis=None, status=None):
    """A Mark; its status by the points."""
    by_points = say.PASSED if points >= most else say.IN_PART if points > 0 else say.NOT_YET
    return Mark(exercise, f"{exercise}-check", points, most, status or by_points, message, diagnosis)


def record(learner, assignment="01_first", points=(1.0, 2.0), **more):
    """A Record with marks for POINTS; points: as many as were marked; more: fields of Record."""
    exercises = list(POINTS[assignment].items())[: len(points)]
    marks = tuple(mark(name, got, most) for (name, most), got in zip(exercises, points, strict=True))
    return Record(learner, assignment, **{"marks": marks, "when": datetime(2026, 10, 5, 12, tzinfo=UTC)} | more)


def same_bytes(folder):
    """{path: bytes} of all files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
