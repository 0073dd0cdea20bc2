"""The run: everything handed in is marked, a learner a job, on all processors of this machine or on a Dask cluster.

Only this process writes, as the outcomes come; so it can be stopped at any time, and the next run goes on.
"""

import contextlib
import hashlib
import json
import os
import signal
import threading
from collections import defaultdict
from dataclasses import dataclass

import nbformat
from tqdm import tqdm

from .arrivals import arrivals
from .book import Book, Entry
from .folder import course_digest, points
from .jobs import Job, Part, not_marked, work
from .lateness import late_and_kept
from .records import Record, TeachingError
from .workers import Cluster, Processes, outcomes

MARKER = "bpcourse.teaching.marker"  # the module whose mark_all(tasks, unsafe) marks the notebooks of a learner


@dataclass(frozen=True)
class Run:
    """What came of it. count: the notebooks that were marked now; remarks: sentences on what came in."""

    records: list[Record]
    remarks: list[str]
    count: int


class Stopped(TeachingError):
    """Somebody stopped the run; the message says how far it got."""


def run(folder, learners=(), assignments=(), exercises=(), again=False, jobs=None, scheduler=None, unsafe=False,
        marker=MARKER):  # fmt: skip
    """Mark what was handed in to a Folder and is not marked yet: a Run, with the records of the whole class.

    learners, assignments: only these, if any are given. exercises: mark these again, and leave the other marks of a
    notebook as they are. again: mark again what is marked. jobs: processes on this machine, one a processor if None.
    scheduler: the address of a Dask scheduler in place of those. unsafe: without a sandbox.
    """
    _refuse_unknown("assignment", assignments, folder.releases)
    _refuse_unknown("exercise", exercises, [name for release in folder.releases.values() for name in points(release)])
    with folder.alone():
        handed, remarks = arrivals(folder.path, folder.releases)
        _refuse_unknown("learner", learners, sorted({one.learner for _, one in handed}))
        chosen = {
            (one.learner, assignment): one
            for assignment, one in handed
            if (not learners or one.learner in learners) and (not assignments or assignment in assignments)
        }
        with Book(folder) as book:
            plan = Plan(book, chosen, exercises, again, unsafe, marker)
            count = _mark(plan, jobs, scheduler)
            return Run(book.records(late_and_kept(folder.path)), remarks, count)


def _refuse_unknown(kind, given, known):
    for name in given:
        if name not in known:
            raise TeachingError(f"There is no {kind} {name!r}; there is " + (", ".join(known) or "none") + ".")


# ---- what is to be done, and what is kept of it


class Plan:
    """The jobs of a run, and what becomes of their outcomes. handed: {(learner, assignment): Handed}."""

    def __init__(self, book, handed, exercises, again, unsafe, marker):
        self.book, self.folder, self.handed, self.unsafe = book, book.folder, handed, unsafe
        self.shared = {assignment: self._shared(assignment) for assignment in self.folder.releases}
        self.digests = {name: _digest_of(shared) for name, shared in self.shared.items()}
        parts = defaultdict(list)
        for learner, assignment in sorted(handed):
            part = self._part(learner, assignment, set(exercises), again)
            if part:
                parts[learner].append(part)
        self.jobs = [Job(name, tuple(some), course_digest(), unsafe, marker) for name, some in parts.items()]

    def _shared(self, assignment):
        """What the parts of all learners have in common."""
        release = self.folder.releases[assignment]
        return {
            "release": nbformat.writes(release),
            "hidden": self.folder.hidden(assignment),
            "points": points(release, by_machine=True),
        }

    def stamp(self, learner, assignment):
        """What the marks of a notebook are made from. If anything of it has changed, it is marked again."""
        handed = self.handed[learner, assignment]
        made_from = {
            "handed in": [_digest(handed.content), handed.when and handed.when.isoformat(), handed.lms],
            "beside": {name: _digest(content) for name, content in handed.beside.items()},
            "release": self.digests[assignment],
            "seeds": [self.folder.seed(learner, name) for name in self.shared[assignment]["points"]],
            "course": course_digest(),
            "unsafe": self.unsafe,
        }
        return {name: _digest_of(value) for name, value in made_from.items()}

    def _part(self, learner, assignment, exercises, again):
        """What is to be done about a notebook, or None. If it has changed, all its exercises are marked."""
        shared, handed = self.shared[assignment], self.handed[learner, assignment]
        asked = tuple(name for name in shared["points"] if name in exercises)
        if exercises and not asked:
            return None
        before, now = self.book.stamp(learner, assignment), self.stamp(learner, assignment)
        if before == now and not again and not asked:
            return None
        changed = [name for name in now if name != "course" and before.get(name) != now[name]]
        seeds = {name: self.folder.seed(learner, name) for name in shared["points"]}
        only = () if changed else asked
        return Part(assignment, handed.shown, handed.content, seeds=seeds, only=only, files=handed.beside, **shared)

    def keep(self, job, outcome):
        """Write what came of a job; an exception if it could not be had."""
        if isinstance(outcome, Exception):
            outcome = [(None, not_marked(job, part, outcome)) for part in job.parts]
        self.book.write([self._entry(part, *one) for part, one in zip(job.parts, outcome, strict=True)])

    def _entry(self, part, mended, marked):
        learner, assignment = marked.learner, marked.assignment
        handed, marks, remarks = self.handed[learner, assignment], marked.marks, marked.remarks
        stamp = self.stamp(learner, assignment) if marks else {}  # without a mark the next run tries again
        if part.only:
            new = {mark.exercise: mark for mark in marks}
            marks = tuple(new.get(mark.exercise, mark) for mark in self.book.marks(learner, assignment))
            others = [text for text in self.book.remarks(learner, assignment) if not any(e in text for e in part.only)]
            stamp, remarks = stamp and self.book.stamp(learner, assignment), (*others, *remarks)
        if mended:
            remarks = (*mended.remarks, *remarks)
        record = Record(
            learner, assignment, marks, tuple(dict.fromkeys(remarks)), when=handed.when, lms=handed.lms,
            answers=mended.answers if mended else {},
        )  # fmt: skip
        return Entry(record, mended and mended.notebook, stamp)


def _digest(content):
    return hashlib.sha256(content).hexdigest()


def _digest_of(value):
    return _digest(json.dumps(value, sort_keys=True).encode())


def _mark(plan, processes, scheduler):
    """Have the jobs done; the number of notebooks. Stopped, with the number, on Ctrl-C."""
    total, count = sum(len(job.parts) for job in plan.jobs), 0
    if not total:
        return 0
    processes = min(processes or len(os.sched_getaffinity(0)), len(plan.jobs))
    with Cluster(scheduler) if scheduler else Processes(processes) as workers:
        with tqdm(total=total, unit=" notebooks", desc="Marking") as bar:
            try:
                with _heard() as interrupts:
                    for job, outcome in outcomes(work, plan.jobs, workers):
                        plan.keep(job, outcome)
                        count += len(job.parts)
                        bar.update(len(job.parts))
                        if interrupts:
                            raise KeyboardInterrupt
            except KeyboardInterrupt:
                raise Stopped(f"Stopped after {count} of {total} notebooks. The same command goes on.") from None
    return count


@contextlib.contextmanager
def _heard():
    """A list of the Ctrl-C that came. Each raises as ever; but where it comes in a callback, as the gradebook's
    library has many, Python passes over what is raised, and then only the list knows.
    """
    came, before = [], signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield came
        return

    def note(number, frame):
        came.append(number)
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)
