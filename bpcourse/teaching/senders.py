"""Whose a file is: the platform's name for it, or the folder it lies in; and one name for each learner."""

import re
from collections import defaultdict

from . import platforms
from .files import NOTEBOOK
from .spreadsheets import read_csv

ARCHIVE = re.compile(r".*\.(rar|7z|tar|tgz|tar\.\w+|gz|xz|zip)", re.I)
ROSTER = "learners.csv"


def find_senders(files, remarks):
    """Sets the sender of each File; leaves None where nobody knows, and says so."""
    inside = defaultdict(set)  # whom a folder's own files name
    for file in files:
        if file.group != "submitted" and platforms.sender(file.parts) is None:
            inside[file.group, file.parts[0]] |= {sender.name for part in file.parts[1:] if (sender := _named(part))}
    for file in files:
        file.sender = None if file.group == "submitted" else platforms.sender(file.parts)
        if file.sender is None and len(file.parts) > 1:
            if len(inside[file.group, file.parts[0]]) > 1:
                # It may be a platform's, unpacked one folder too deep, or one learner's who names others.
                remarks.append(
                    f"{file.parts[0]} holds files with the names of several learners, so nobody knows whose they are; "
                    "put a platform's zip, or the folders that were in it, directly into received/."
                )
            else:
                file.sender = platforms.Sender(platforms.tidy(file.parts[0]))
        elif file.sender is None and file.content is not None:
            remarks.append(f"{file.shown}: nobody knows whose it is; put it into a folder with the learner's name.")


def _named(part):
    return platforms.moodle(part) or (platforms.canvas(part) if NOTEBOOK.fullmatch(part) else None)


def name_learners(files, folder, remarks):
    """Sets the learner of each File. Needs their assignments, since Moodle's numbers belong to those."""
    numbers = defaultdict(set)
    for file in files:
        if file.sender.moodle and file.assignment:
            numbers[file.group, file.assignment, file.sender.name].add(file.sender.number)
    namesakes = {name for (*_, name), some in numbers.items() if len(some) > 1}
    roster = _roster(folder / ROSTER, remarks)
    for file in files:
        file.learner = _learner(file.sender, namesakes, roster, remarks)


def _learner(sender, namesakes, roster, remarks):
    several = sender.moodle and sender.name in namesakes
    name = f"{sender.name} {sender.number}" if several else sender.name
    for alias in (name, sender.canvas and sender.number):
        if alias and alias.casefold() in roster:
            return roster[alias.casefold()]
    if several:
        remarks.append(
            f"Several learners are called {sender.name}; Moodle's numbers tell them apart, as in {name!r}. They are "
            f"others in each assignment: {ROSTER} can say who is who."
        )
    made = platforms.safe(name)
    if made != name:
        remarks.append(f'The learner "{name}" is called "{made}" here, since not every program takes that name.')
    return made


def _roster(path, remarks):
    """{another name, in small letters: the learner} of learners.csv: one line a learner, first the name to use here."""
    if not path.is_file():
        return {}
    found, twice = {}, set()
    for _, (learner, *aliases) in read_csv(path)[0][1:]:
        for alias in {platforms.tidy(alias).casefold() for alias in (learner, *aliases)} - {""}:
            twice |= {alias} if alias in found else set()
            found[alias] = platforms.safe(platforms.tidy(learner))
    remarks += [f'{ROSTER} has "{alias}" for more than one learner; it is passed over.' for alias in sorted(twice)]
    return {alias: learner for alias, learner in found.items() if alias not in twice}


def tell_of_those_without(files, remarks):
    """Tells of learners who handed in something, and no notebook."""
    have = {file.learner for file in files if file.content is not None}
    for file in files:
        if file.learner not in have:
            if ARCHIVE.fullmatch(file.parts[-1]):
                remarks.append(f"{file.shown} is not opened here; unpack it, or ask for the notebook itself.")
            else:
                remarks.append(f"{file.shown} is no notebook, and {file.learner} has none; ask for the .ipynb file.")
