"""Who handed a file in: the names that learning platforms give to files, and names of learners that a class can use.

From the sources of Moodle (mod/assign/locallib.php) and Canvas (lib/content_zipper.rb):

    Ann Lee_1234567_assignsubmission_file_/04.ipynb     Moodle, a folder for each learner (newer: without the last "_")
    Ann Lee_1234567_assignsubmission_file_04.ipynb      Moodle, without folders; "onlinetext" is a text typed in
    leean_12345_67890_04.ipynb                          Canvas: short name, the learner's number, the file's
    leean_LATE_12345_67890_04-1.ipynb                   Canvas: late, and handed in for the second time

Moodle's number belongs to one hand-in and is another one in each assignment; Canvas's is always the same.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

_MOODLE = re.compile(r"(.+)_(\d+)_assignsubmission_[a-z]+(?:_.*)?", re.S | re.I)
_CANVAS = re.compile(r"(.+?)_(?:late_)?(\d+|(?<=anon_)[0-9a-z]{5})_(\d+)_.+", re.S | re.I)
# What nbgrader, a file system or a spreadsheet does not take; and what would look like the escape of one of them.
_UNSAFE = re.compile('[\0-\x1f\x7f<>:"/\\\\|\\[\\]{}*?+\udc80-\udcff]|^[=@.-]|[. ]$|%(?=[0-9A-F]{2})')
LONGEST = 120  # bytes of a learner's name; file systems take 255, and more is put behind it


@dataclass(frozen=True)
class Sender:
    """Who handed in, as a file's name says it. number: what Moodle tells namesakes apart by, in one assignment."""

    name: str
    number: str = ""
    moodle: bool = False
    canvas: str = ""

    @property
    def lms(self):
        """As in Handed."""
        if self.moodle:
            return {"moodle": self.number}
        return {"canvas": self.canvas} if self.canvas else {}


def tidy(name):
    """The same name, however a system writes its accents and spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def moodle(part):
    """The Sender that Moodle names in a part of a path, or None."""
    found = _MOODLE.fullmatch(part)
    return Sender(tidy(found[1]), found[2], moodle=True) if found and tidy(found[1]) else None


def canvas(part):
    """The Sender that Canvas names in the name of a file, or None."""
    found = _CANVAS.fullmatch(part)
    if not found:
        return None
    numbers = f"{found[2]}_{found[3]}" if found[2].isdigit() else ""
    return Sender(tidy(f"{found[1]}_{found[2]}"), found[2], canvas=numbers)


def sender(parts):
    """The Sender that the first part of a path names, or None; what lies below is a learner's, who may name anybody."""
    first = parts[0] if parts else ""
    single = len(parts) == 1 or first.lower().endswith(".zip")
    return moodle(first) or (canvas(first) if single else None)


def safe(name):
    """The name with what nbgrader, file systems or spreadsheets refuse as %XX; different for different names."""
    made = _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in _bytes(found[0])), name)
    if len(_bytes(made)) > LONGEST:
        start = _bytes(made)[: LONGEST - 17].decode("utf-8", "ignore")
        made = f"{start}~{hashlib.sha256(_bytes(made)).hexdigest()[:16]}"
    return made or "%"


def _bytes(text):
    return text.encode("utf-8", "surrogateescape")
