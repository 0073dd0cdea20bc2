"""The learner's folder: the course's notebooks are laid into it, and what the learner wrote is never touched.

A notebook counts as changed when the text of its cells is not what was laid; running it changes nothing. What was laid
is noted in FOLDER/.bpcourse/laid.json, so that a newer version of the course brings what is new there.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

NOTE = Path(".bpcourse") / "laid.json"
LAID = ("chapters/*.ipynb", "exercises/*.ipynb", "docs/*.md", "LICENSE*")


def course():
    """The folder that the notebooks come from: in an installed package its own copy, in a clone the clone."""
    package = Path(__file__).resolve().parent
    return package / "course" if (package / "course").is_dir() else package.parent


def is_clone(folder):
    """Whether the course itself is written in this folder: nothing is laid over its sources."""
    return (folder / "solutions").is_dir() and (folder / "pyproject.toml").is_file()


@dataclass(frozen=True)
class Outcome:
    """Names of files, relative to the folder: laid for the first time, brought up to date, left as the learner has
    them although the course has a newer one.
    """

    new: tuple
    renewed: tuple
    kept: tuple


def lay(folder, source=None):
    """Bring `folder` up to date with the course in `source` (that of this package): an Outcome.

    A file that the learner deleted is laid again. Stopped at any moment and begun again, it comes to the same.
    OSError where the folder cannot be written to, ValueError for a folder that is a clone of the course.
    """
    folder, source = Path(folder).expanduser(), source or course()
    if is_clone(folder):
        raise ValueError(f"{folder} is a clone of the course. Choose another folder for your copies.")
    noted = _noted(folder)
    new, renewed, kept = [], [], []
    for path in sorted(found for pattern in LAID for found in source.glob(pattern)):
        name, data = path.relative_to(source).as_posix(), path.read_bytes()
        mine, theirs, before = folder / name, _fingerprint(path.name, data), noted.get(name)
        has = _fingerprint(path.name, mine.read_bytes()) if mine.exists() else None
        if has is None or has == before != theirs:
            _write(mine, data)
            (new if has is None else renewed).append(name)
        elif has != theirs:
            if theirs != before:
                kept.append(name)
            continue  # what was laid stays noted: the learner may still come back to it
        noted[name] = theirs
    _write(folder / NOTE, json.dumps(noted, indent=1).encode())
    return Outcome(tuple(new), tuple(renewed), tuple(kept))


def _noted(folder):
    """{name: fingerprint of what was laid}; empty where there is no note that can be read."""
    try:
        noted = json.loads((folder / NOTE).read_bytes())
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _fingerprint(name, data):
    """Equal for two notebooks with the same cells, whatever their outputs; for other files, the same bytes."""
    if name.endswith(".ipynb"):
        try:
            cells = [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(data)["cells"]]
            data = json.dumps(cells).encode()
        except (ValueError, KeyError, TypeError, RecursionError):
            pass  # no notebook any more: compared as it is
    return hashlib.sha256(data).hexdigest()


def _write(path, data):
    """All of it or nothing: a file that is half written would be taken for the learner's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".part")
    half.write_bytes(data)
    os.replace(half, path)
