"""The files that came in: in folders, in zips, and in zips in those; read, and never changed or written anywhere."""

import io
import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from . import platforms
from .opening import LARGEST
from .records import TeachingError
from .zips import MOST_NESTED, Zip, time_of

NOTEBOOK = re.compile(r".*\.ipynb(\.(txt|json|html?))?", re.I)  # some browsers put another ending behind it
SMALL = 2**20  # bytes of a file that may lie beside a notebook, for its cells to open
_HIDDEN = re.compile(r"\..*|__MACOSX|~\$.*|Thumbs\.db|desktop\.ini", re.I)


@dataclass
class File:
    """One file. parts: its path, from what says whose it is; group: the zip it came in, "received" or "submitted".

    content: None if it is no notebook; data: that of a small file that is none. clock: where the time is from, "zip",
    "file" (when it was written) or "" (the exchange). sender, learner, assignment: "" or None until they are known.
    readable: whether it holds a notebook of the assignment.
    """

    shown: str
    parts: tuple[str, ...]
    group: str
    content: bytes | None
    when: datetime | None
    clock: str
    sender: platforms.Sender | None = None
    learner: str = ""
    assignment: str = ""
    readable: bool = False
    data: bytes | None = None


class Scan:
    """The files below a class folder, in the order of their names; remarks: what could not be read."""

    def __init__(self, folder, assignments):
        self.folder, self.assignments, self.remarks, self.found = Path(folder), set(assignments), [], []

    def files(self):
        """[File] of all in received/ and submitted/ that is not hidden."""
        for group in ("received", "submitted"):
            for path in self._paths(self.folder / group):
                parts = path.relative_to(self.folder / group).parts
                shown = "/".join(parts if group == "received" else (group, *parts))
                # A teacher may keep a folder for each assignment, as a platform does.
                inside = parts[1:] if group == "received" and parts[0] in self.assignments else parts
                try:
                    self._take(path, inside, group, shown)
                except TeachingError as error:
                    self.remarks.append(f"{shown}: {error}.")
                except OSError as error:
                    self.remarks.append(f"{shown} cannot be read ({error.strerror}).")
        return self.found

    def _paths(self, top):
        for place, folders, names in os.walk(top):
            for name in [name for name in folders if Path(place, name).is_symlink()]:
                self._link(Path(place, name))
            folders[:] = sorted(name for name in folders if not _HIDDEN.fullmatch(name))
            for name in sorted(names):
                path = Path(place, name)
                if _HIDDEN.fullmatch(name) or name == "timestamp.txt":
                    continue
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path
                else:
                    self._link(path)

    def _link(self, path):
        self.remarks.append(f"{path.relative_to(self.folder)} is a link, not a file; put there what it leads to.")

    def _take(self, path, parts, group, shown):
        """A file of the file system."""
        if parts[-1].lower().endswith(".zip") and group == "received":
            alone = len(parts) == 1 and platforms.sender(parts) is None
            with path.open("rb") as file:
                self._unpack(Zip(file), shown, () if alone else parts, shown if alone else group)
            return
        if group == "submitted" and len(parts) < 3:
            return
        content = data = None
        with path.open("rb") as file:
            if NOTEBOOK.fullmatch(parts[-1]):
                content = file.read(LARGEST + 1)
            elif path.stat().st_size <= SMALL:
                data = file.read(SMALL)
        self.found.append(File(shown, parts, group, content, *self._when(path), data=data))

    def _unpack(self, archive, shown, before, group, nested=False):
        """What is in a zip. before: the parts of the path that say whose it is, () for a zip of a platform."""
        members = [(parts, info) for parts, info in archive.members() if not any(map(_HIDDEN.fullmatch, parts))]
        outer = 0 if before else _wrapped([parts for parts, _ in members])
        for parts, info in members:
            where, path, content = f"{shown}: {'/'.join(parts)}", (*before, *parts[outer:]), None
            try:
                if parts[-1].lower().endswith(".zip") and not nested:
                    inner = archive.read(info, MOST_NESTED)
                    if len(inner) > MOST_NESTED:
                        raise TeachingError(f"it has more than {MOST_NESTED // 2**20} MB; unpack it")
                    self._unpack(Zip(io.BytesIO(inner), MOST_NESTED), where, path, group, nested=True)
                    continue
                data = None
                if NOTEBOOK.fullmatch(parts[-1]):
                    content = archive.read(info)
                elif info.file_size <= SMALL:
                    data = archive.read(info)
            except TeachingError as error:
                self.remarks.append(f"{where}: {error}.")
                if archive.room < 0:
                    return
                continue
            self.found.append(File(where, path, group, content, time_of(info), "zip", data=data))

    def _when(self, path):
        """(when a file was handed in, how that is known)."""
        stamp = path.parent / "timestamp.txt"  # nbgrader writes it where it puts what it collects
        if stamp.is_file() and not stamp.is_symlink():
            text = stamp.read_text("utf-8", "replace")[:100].strip().replace(" UTC", "+00:00")
            try:
                when = datetime.fromisoformat(text)
                return when if when.tzinfo else when.replace(tzinfo=UTC), ""
            except ValueError:
                self.remarks.append(f"{stamp.relative_to(self.folder)} holds no time; that of the file counts.")
        return datetime.fromtimestamp(path.stat().st_mtime, UTC), "file"


def _wrapped(paths):
    """1 if all in a zip lies in one folder around those of the learners, as when a folder was packed; else 0."""
    paths = [parts for parts in paths if NOTEBOOK.fullmatch(parts[-1])]
    if len({parts[0] for parts in paths}) != 1 or platforms.sender(paths[0][:1]):
        return 0
    inner = {parts[1:2] for parts in paths}
    named = all(platforms.sender(parts[1:]) for parts in paths)
    return 1 if named or (len(inner) > 1 and all(len(parts) > 2 for parts in paths)) else 0
