"""What goes from room to room: plain data, which can be sent to another machine."""

from dataclasses import asdict, dataclass, field
from datetime import datetime


class TeachingError(Exception):
    """Something is missing or in the way; the message says what came, what was expected, and what to do."""


@dataclass(frozen=True)
class Handed:
    """One file that a learner handed in, not opened yet.

    shown: where it came from, for a teacher's eyes, as in "04.zip: Ann Lee_123_assignsubmission_file_/04.ipynb".
    when: the time of handing in, with its zone, or None if nobody knows. lms: {"moodle": number} or
    {"canvas": "USER_FILE"}, by which the learning platform knows this hand-in, to give it back.
    """

    learner: str
    shown: str
    content: bytes
    when: datetime | None = None
    lms: dict[str, str] = field(default_factory=dict)
    beside: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One cell to run, in its turn. exercise: the one that an answer or a check cell belongs to, else "".

    check: the expression whose value is the answer, as in "hidden_delta"; then `source` is not run. Else `source` is
    run: in a check cell that is a teacher's own, made of `assert` lines, `asserts` is True and its points hang on it.
    given: it stands in the release as it is.
    """

    source: str
    exercise: str = ""
    check: str = ""
    asserts: bool = False
    given: bool = False


@dataclass(frozen=True)
class Mended:
    """A hand-in put in order: the steps to run; the same as a notebook (nbformat 4, JSON text), in which each check
    cell has the grade_id of the release; what was out of order, in sentences a teacher can act on; and the learner's
    own code by exercise, for comparing.
    """

    steps: tuple[Step, ...]
    notebook: str
    remarks: tuple[str, ...]
    answers: dict[str, str]


@dataclass(frozen=True)
class Mark:
    """What one exercise got. cell: the grade_id of its check cell; status: as that of marking.result.Result.

    message: what the check said, plain text with `code` in backquotes. diagnosis: the misconception's name, or None.
    """

    exercise: str
    cell: str
    points: float
    max_points: float
    status: str
    message: str
    diagnosis: str | None = None


@dataclass(frozen=True)
class Task:
    """All that marking one notebook needs, so that it can be done anywhere: a pure function of this.

    steps: of Mended. points: exercise -> (grade_id of its check cell, the most points), of the release. seeds: exercise
    -> the seed of its inputs, from the class's secret and the learner's name. only: mark these exercises; all if empty.
    files: those beside the notebook.
    """

    learner: str
    assignment: str
    steps: tuple[Step, ...]
    points: dict[str, tuple[str, float]]
    seeds: dict[str, int]
    only: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Marked:
    """What came of a Task: one Mark an exercise, in the order of the release; remarks: sentences for the teacher."""

    learner: str
    assignment: str
    marks: tuple[Mark, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """All that the class folder keeps of one learner's notebook, and what every table and page is made of.

    marks: as the machine gave them; empty if it could not be marked, and then a remark says why. by_hand: exercise ->
    the points that a teacher has set in nbgrader, which count in place of the machine's. late: days late, 0.0 if in
    time; kept: the part of the points that the rule for late work leaves (1.0 = all). answers: as in Mended.
    """

    learner: str
    assignment: str
    marks: tuple[Mark, ...]
    remarks: tuple[str, ...] = ()
    by_hand: dict[str, float] = field(default_factory=dict)
    when: datetime | None = None
    late: float = 0.0
    kept: float = 1.0
    lms: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)

    def points(self, exercise):
        """The points of one exercise, before the rule for late work; None if it has no mark."""
        machine = {mark.exercise: mark.points for mark in self.marks}
        return self.by_hand.get(exercise, machine.get(exercise))

    @property
    def total(self):
        """All points, after the rule for late work; None if nothing could be marked."""
        names = dict.fromkeys([*(mark.exercise for mark in self.marks), *self.by_hand])
        return self.kept * sum(self.points(name) or 0.0 for name in names) if names else None


def as_json(record):
    """A Marked or Mark as a dictionary that JSON can hold."""
    return asdict(record)
