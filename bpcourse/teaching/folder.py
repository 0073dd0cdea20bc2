"""The class folder: what is released, what an exercise is worth, the secret. nbgrader calls it the course folder."""

import contextlib
import functools
import hashlib
import hmac
import json
import os
import re
import secrets
from pathlib import Path

import nbformat

from .records import TeachingError

STUB = "# Write your answer here."  # what stands in a released notebook where the solution was
CONFIG = "nbgrader_config.py"
SETS = 2  # of inputs for each exercise
PICTURES = ("plots", "explore")  # the parts of the course that no mark depends on
SETTINGS = f"""c = get_config()
c.CourseDirectory.course_id = "backpropagation"
c.ClearSolutions.code_stub = {{"python": {STUB!r}}}
c.Application.log_level = "WARN"
"""


def mark_of(cell):
    """nbgrader's metadata of a cell; {} if it has none."""
    return cell.metadata.get("nbgrader", {})


def exercise_of(grade_id):
    """The exercise that a cell belongs to: "hidden_delta" for "hidden_delta-check" and "hidden_delta-answer"."""
    return re.sub(r"-(check|answer)$", "", grade_id)


def points(notebook, by_machine=False):
    """{exercise: (grade_id of the cell that is marked, the most points)} of a released notebook, in its order.

    by_machine: only the check cells; not the tasks and written answers that nbgrader leaves to a teacher.
    """
    found = {}
    for cell in notebook.cells:
        mark = mark_of(cell)
        check = mark.get("grade") and not mark.get("solution") and cell.cell_type == "code"
        if check or (not by_machine and (mark.get("grade") or mark.get("task"))):
            found[exercise_of(mark["grade_id"])] = mark["grade_id"], float(mark["points"])
    return found


class Folder:
    """A class folder that is there; TeachingError with what to do, if `path` is none."""

    def __init__(self, path):
        self.path = Path(path).resolve()
        refuse_the_course(self.path)
        if not (self.path / CONFIG).is_file():
            raise TeachingError(
                f"{self.path} is no class folder: it has no {CONFIG}. Make one: python -m bpcourse new {path} "
                "solutions/04_numeric_example.ipynb"
            )

    @functools.cached_property
    def paths(self):
        """{assignment: the file of its released notebook}, in the order of their names."""
        found = {}
        for place in sorted((self.path / "release").glob("[!.]*")):
            if place.is_dir():
                files = sorted(place.glob("[!.]*.ipynb"))
                if len(files) != 1:
                    there = ", ".join(file.name for file in files) or "none"
                    raise TeachingError(f"{place} must hold one notebook and holds {len(files)} ({there}).")
                found[place.name] = files[0]
        if not found:
            known = sorted(place.name for place in (self.path / "source").glob("[!.]*"))
            name = known[0] if known else "ASSIGNMENT"
            raise TeachingError(f"Nothing is released. Run in {self.path}: nbgrader generate_assignment {name}")
        return found

    @functools.cached_property
    def releases(self):
        """{assignment: its released notebook}."""
        found = {}
        for assignment, path in self.paths.items():
            notebook = opened(path)
            if not points(notebook):
                raise TeachingError(f"{path} has no cell that gives points.")
            found[assignment] = notebook
        return found

    def most(self):
        """{assignment: {exercise: the most points}}, for the tables."""
        return {
            assignment: {exercise: most for exercise, (_, most) in points(notebook).items()}
            for assignment, notebook in self.releases.items()
        }

    def hidden(self, assignment):
        """{grade_id: source} of check cells that say more in the teacher's own notebook than in the released one."""
        path = self.path / "source" / assignment / self.paths[assignment].name
        if not path.is_file():
            return {}
        shown = {mark_of(cell).get("grade_id"): cell.source for cell in self.releases[assignment].cells}
        checks = [cell for cell in opened(path).cells if mark_of(cell).get("grade") and cell.cell_type == "code"]
        sources = {mark_of(cell)["grade_id"]: cell.source for cell in checks if not mark_of(cell).get("solution")}
        return {name: source for name, source in sources.items() if source != shown.get(name)}

    def solutions(self):
        """The sources of all cells in the teacher's own notebooks: given programs, and natural answers."""
        cells = [cell for path in sorted(self.path.glob("source/*/*.ipynb")) for cell in opened(path).cells]
        return [cell.source for cell in cells if cell.cell_type == "code"]

    @functools.cached_property
    def secret(self):
        """32 bytes that only the teacher's account can read; made when they are first needed."""
        path = self.path / "secret"
        with contextlib.suppress(FileExistsError):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32) + "\n")
        try:
            key = bytes.fromhex(path.read_text(encoding="ascii"))
        except ValueError:
            key = b""
        if len(key) != 32:
            raise TeachingError(f"{path} does not hold 64 hexadecimal digits. Delete it; then all is marked anew.")
        return key

    def seed(self, learner, exercise):
        """The seed of the inputs that a learner's answer meets: a whole number below 2**31.

        The secret and the name choose one of SETS, all of them secret: what is right for a set is computed once.
        """
        return self._keyed([exercise, self._keyed([learner, exercise]) % SETS])

    def _keyed(self, what):
        return int.from_bytes(hmac.digest(self.secret, json.dumps(what).encode(), "sha256")[:4], "big") >> 1

    @contextlib.contextmanager
    def alone(self):
        """Hold the folder; TeachingError if another process holds it. The system lets go for a process that dies."""
        import fcntl

        with (self.path / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise TeachingError(f"Another process is marking {self.path}; wait for it or stop it.") from None
            yield


def opened(path):
    """The notebook in a file of the teacher's; TeachingError if there is none."""
    if not Path(path).is_file():
        raise TeachingError(f"There is no notebook {path}.")
    try:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            mark_of(cell).get("grade_id"), cell.source.strip(), cell.cell_type
    except Exception as error:  # nbformat raises many kinds, according to where it stumbles
        raise TeachingError(f"{path} is no notebook ({type(error).__name__}).") from error
    return notebook


def new(path, notebooks):
    """Make the class folder, or add assignments to it: one a notebook, with its name. Returns the files in source/."""
    path, notebooks = Path(path).resolve(), [Path(notebook) for notebook in notebooks]
    refuse_the_course(path)
    targets = {notebook: path / "source" / notebook.stem / notebook.name for notebook in notebooks}
    if len(set(targets.values())) < len(targets):
        raise TeachingError("Two of the notebooks have one name; each becomes an assignment of its name.")
    for notebook, target in targets.items():
        if target.exists():
            raise TeachingError(f"{target} is there already; delete it first if you want it anew.")
        cells = opened(notebook).cells
        if not any(mark_of(cell).get("grade") for cell in cells):
            raise TeachingError(f"{notebook} has no cell that gives points. Take a notebook of solutions/.")
        if not any("### BEGIN SOLUTION" in cell.source for cell in cells):
            raise TeachingError(
                f"{notebook} has no solutions; nbgrader starts from those. Take solutions/{notebook.name}."
            )
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not (path / CONFIG).exists():
            (path / CONFIG).write_text(SETTINGS, encoding="utf-8")
        _ = Folder(path).secret
        for notebook, target in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(notebook.read_bytes())
    except OSError as error:
        raise TeachingError(f"{path} cannot be made: {error.strerror} ({error.filename}).") from error
    return list(targets.values())


def refuse_the_course(path):
    """TeachingError if a class folder at `path` would lie in a clone of the course, or hold one."""
    for place in (path, *path.parents, *(child for child in path.glob("*/") if path.is_dir())):
        project = place / "pyproject.toml"
        if project.is_file() and re.search(r'^name = "bpcourse"', project.read_text("utf-8", "replace"), re.M):
            raise TeachingError(
                f"{path} cannot be a class folder: the course itself lies in {place}. Take a folder beside it, "
                f"such as {place.parent / 'class'}."
            )


@functools.cache
def course_digest():
    """A number for all of the course that a mark depends on: the programs of `bpcourse` and of the answers' package."""
    import importlib.util

    total = hashlib.sha256()
    for package in ("bpcourse", "bpanswers"):
        found = importlib.util.find_spec(package)
        for place in found.submodule_search_locations if found else ():
            for path in sorted(Path(place).rglob("*.*")):
                if path.suffix in (".py", ".npz", ".json") and path.relative_to(place).parts[0] not in PICTURES:
                    total.update(f"{path.relative_to(place)}\n".encode() + path.read_bytes())
    return total.hexdigest()
