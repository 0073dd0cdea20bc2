"""What a teacher wants to know of a class, counted: by exercise, by misconception, by learner. No layout here."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import median

from ..marking import messages as say
from .tables import by_learner, share, status

STATES = (say.PASSED, say.IN_PART, say.NOT_YET, say.NOT_ATTEMPTED)


@dataclass(frozen=True)
class Met:
    """A misconception in one exercise. message: what most of the learners were told."""

    assignment: str
    exercise: str
    name: str
    message: str
    learners: tuple[str, ...]


def states(records, points):
    """{(assignment, exercise): Counter of STATES} of the notebooks that were marked."""
    found = {(assignment, exercise): Counter() for assignment in points for exercise in points[assignment]}
    for record in records:
        for mark in record.marks:
            if (record.assignment, mark.exercise) in found:
                found[record.assignment, mark.exercise][status(record, mark)] += 1
    return found


def misconceptions(records):
    """[Met], what most learners have first."""
    who, told = defaultdict(set), defaultdict(Counter)
    for record in records:
        for mark in record.marks:
            if mark.diagnosis and status(record, mark) != say.PASSED:
                key = (record.assignment, mark.exercise, mark.diagnosis)
                who[key].add(record.learner)
                told[key][mark.message] += 1
    most = {key: min(counts, key=lambda text: (-counts[text], text)) for key, counts in told.items()}
    found = [Met(*key, most[key], tuple(sorted(who[key]))) for key in who]
    return sorted(found, key=lambda met: (-len(met.learners), met.assignment, met.exercise, met.name))


def shares(records, points):
    """{assignment: {learner: share of the points}} of what was marked; assignments as in points."""
    found = {assignment: {} for assignment in points}
    for record in sorted(records, key=lambda record: record.learner):
        reached = share(record, points) if record.assignment in points else None
        if reached is not None:
            found[record.assignment][record.learner] = reached
    return found


def current(records, points):
    """The assignments that the class has reached: at least half of the learners have handed them in."""
    everybody = by_learner(records)
    return [name for name in points if 2 * sum(name in mine for mine in everybody.values()) >= max(len(everybody), 1)]


def latest(records, reached):
    """The last two current assignments of which something is marked, or the one there is; reached: of `shares`."""
    return [name for name in current(records, reached) if reached[name]][-2:]


def behind(records, reached):
    """{learner: the learner's shares, None where there is none} of who falls behind: in each of the `latest`
    handed in nothing that could be marked, or has less than half of the class's median; reached: of `shares`.
    """
    last = latest(records, reached)
    half = {name: median(reached[name].values()) / 2 for name in last}
    found = {}
    for learner in by_learner(records):
        mine = [reached[name].get(learner) for name in last]
        if last and all(got is None or got < half[name] for got, name in zip(mine, last, strict=True)):
            found[learner] = mine
    return found
