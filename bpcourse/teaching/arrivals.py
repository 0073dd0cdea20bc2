"""What came in, in zips, folders and from nbgrader's exchange: one file a learner and assignment."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from .files import Scan
from .frame import Frame
from .mending import mend
from .names import belongs
from .opening import assignments_of, opened, traits_of_releases
from .records import Handed, TeachingError
from .senders import find_senders, name_learners, tell_of_those_without

CLOCKS = {
    "zip": "In zips, the times of handing in are those of the files there, taken as local times of this machine.",
    "file": "Where nothing else says when a file was handed in, it is when that file was last written.",
}
MOST_BESIDE = 20  # files beside a notebook that its cells may open
_COUNTED = re.compile(r"(?: ?\((\d+)\)|-(\d+))\.\w+")


def arrivals(folder, releases):
    """([(assignment, Handed)], remarks): what counts of all that lies in folder/received and folder/submitted.

    releases: {assignment: its released notebook}. Of several files of one learner for one assignment the newest counts
    that is not blank. What cannot be read and has nothing better beside it comes, too: `opened` will say why.
    """
    scan = Scan(folder, releases)
    files, remarks = scan.files(), scan.remarks
    find_senders(files, remarks)
    files = [file for file in files if file.sender is not None]
    known = traits_of_releases(releases)
    for file in files:
        if file.content is not None:
            file.assignment = _assignment(file, releases, known, remarks)
    name_learners(files, Path(folder), remarks)
    tell_of_those_without(files, remarks)
    piles = defaultdict(list)
    for file in files:
        if file.assignment:
            piles[file.learner, file.assignment].append(file)
    counting = {key: _that_counts(*key, pile, releases, remarks) for key, pile in sorted(piles.items())}
    clocks = {file.clock for file in counting.values()}
    remarks += [sentence for clock, sentence in CLOCKS.items() if clock in clocks]
    beside = defaultdict(dict)
    for file in files:
        if file.data is not None:
            beside[_place(file)][file.parts[-1]] = file.data
    handed = [
        (
            assignment,
            Handed(
                learner,
                _printable(file.shown),
                file.content,
                file.when,
                file.sender.lms,
                dict(list(beside[_place(file)].items())[:MOST_BESIDE]),
            ),  # fmt: skip
        )
        for (learner, assignment), file in counting.items()
    ]
    return handed, [_printable(remark) for remark in dict.fromkeys(remarks)]


def _place(file):
    """The folder that a file lies in, of one sender."""
    return file.group, file.parts[:-1], file.sender.name, file.shown.partition(": ")[0] if ": " in file.shown else ""


def _assignment(file, releases, known, remarks):
    """The assignment of a notebook, by what is in it; of one that cannot be read, by its names; "" if nothing says."""
    *_, name = file.parts
    named = [part for part in file.shown.replace(": ", "/").split("/")[:-1] if part in releases]
    guess = named[-1] if named else belongs(name.rpartition(".")[0], releases)
    if guess is None and len(releases) == 1:
        (guess,) = releases
    try:
        fitting = assignments_of(opened(file.content), known)
    except TeachingError as error:
        remarks.append(f"{file.shown}: {error}.")
        return guess or ""
    if not fitting:
        remarks.append(f"{file.shown} is a notebook of no assignment of this class ({', '.join(releases)}).")
        return guess or ""
    if guess not in fitting and len(fitting) > 1:
        remarks.append(f"{file.shown} could be of {' or '.join(fitting)}; put it into a folder of that name.")
        return ""
    file.readable = True
    if guess in fitting:
        return guess
    if guess and len(releases) > 1:
        remarks.append(f"{file.shown} is counted for {fitting[0]}, whose exercises are in it.")
    return fitting[0]


def _that_counts(learner, assignment, pile, releases, remarks):
    """The newest file that is not blank; at worst one that cannot be read."""
    distinct = {}
    for file in sorted(pile, key=_age):
        distinct.setdefault(file.content, file)  # of the same file twice the earlier
    if len(distinct) == 1:
        return file if len(pile) == 1 else min(pile, key=_age)
    worth = {id(file): _worth(file, releases[assignment]) for file in distinct.values()}
    *others, best = sorted(distinct.values(), key=lambda file: (worth[id(file)], *_age(file)))
    newest = "the newest that has an answer" if worth[id(best)] == 2 else "the newest"
    left_out = ", ".join(file.shown for file in others)
    remarks.append(f"{learner}, {assignment}: {best.shown} counts, {newest}; not {left_out}.")
    return best


def _age(file):
    """The order in time; where that is the same, of the numbers that browsers and Canvas add."""
    number = _COUNTED.search(file.parts[-1])
    start = datetime.min.replace(tzinfo=UTC)
    return file.when or start, int(number[1] or number[2]) if number else 0, file.shown


def _worth(file, release):
    """2 if it has an answer, 1 if it is blank, 0 if it cannot be read."""
    try:
        return (2 if mend(Frame(release), opened(file.content)).answers else 1) if file.readable else 0
    except TeachingError:
        return 0


def _printable(text):
    return text.encode("utf-8", "replace").decode()
