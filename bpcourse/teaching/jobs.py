"""What a worker does: a job is all that is to be marked of one learner, as plain data.

Its outcome depends on nothing else, so it may be done anywhere, in any order, again.
"""

import functools
import importlib
from dataclasses import dataclass, field, replace

import nbformat

from . import mending
from .folder import course_digest
from .frame import Frame
from .records import Marked, Mended, Task, TeachingError


@dataclass(frozen=True)
class Part:
    """One notebook of a job. shown, content: as in Handed; release: JSON text; hidden: as Folder.hidden; the rest as
    in Task.
    """

    assignment: str
    shown: str
    content: bytes
    release: str
    hidden: dict[str, str]
    points: dict[str, tuple[str, float]]
    seeds: dict[str, int]
    only: tuple[str, ...]
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """All that is to be marked of one learner. course: the digest of the course that must mark it."""

    learner: str
    parts: tuple[Part, ...]
    course: str
    unsafe: bool
    marker: str


def work(job):
    """Mend and mark the notebooks of a job: [(Mended or None, Marked)], in their order.

    TeachingError: nobody's notebook could be marked here; the message says why.
    """
    if course_digest() != job.course:
        raise TeachingError(
            "A worker has another version of the course. Install the same everywhere, and change nothing during a run."
        )
    mended = [_mended(part) for part in job.parts]
    try:
        tasks = [_task(job, part, one) for part, one in zip(job.parts, mended, strict=True) if isinstance(one, Mended)]
        marked = importlib.import_module(job.marker).mark_all(tasks, unsafe=job.unsafe) if tasks else []
        found = {one.assignment: one for one in marked}
        return [
            (one, found[part.assignment]) if isinstance(one, Mended) else (None, not_marked(job, part, one))
            for part, one in zip(job.parts, mended, strict=True)
        ]
    except TeachingError:
        raise
    except Exception as error:  # whatever goes wrong with one learner, the others are marked
        return [(None, not_marked(job, part, error)) for part in job.parts]


def not_marked(job, part, error):
    """A Marked without marks: no mark is better than a wrong one."""
    why = str(error) if isinstance(error, TeachingError) else f"{type(error).__name__}: {error}"
    return Marked(job.learner, part.assignment, (), (f"not marked: {' '.join(why.split())}",))


def _mended(part):
    """Mended, or what went wrong."""
    try:
        return mending.mend(_frame(part.release), mending.opened(part.content))
    except TeachingError as error:
        return TeachingError(f"{part.shown}: {error}")
    except Exception as error:
        return error


@functools.cache
def _frame(text):
    return Frame(nbformat.reads(text, as_version=4))


def _task(job, part, mended):
    """The Task of a mended notebook; a teacher's own check runs with its hidden lines."""
    hidden = {exercise: part.hidden[cell] for exercise, (cell, _) in part.points.items() if cell in part.hidden}
    steps = tuple(
        replace(step, source=hidden[step.exercise]) if step.asserts and step.exercise in hidden else step
        for step in mended.steps
    )
    return Task(job.learner, part.assignment, steps, part.points, part.seeds, part.only, part.files)
