"""A class with nbgrader: makes its folder, mends what is handed in, marks it. The steps are in docs/teaching.md.

    python tools/classroom.py new ../course solutions/04_numeric_example.ipynb
    python tools/classroom.py mark ../course 04_numeric_example

nbgrader does the marking. What lies in received/LEARNER/ is read and never changed.
"""

import argparse
import csv
import multiprocessing
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import handed_in
from notebooks import STUB, read, to_text

from bpcourse.marking import guard, messages

VERDICT = "application/vnd.bpcourse.check+json"
CONFIG = '''c = get_config()
c.CourseDirectory.course_id = "backpropagation"
c.ClearSolutions.code_stub = {{"python": {stub!r}}}
c.Execute.timeout = 60  # seconds for one cell; then it is interrupted, and the next one runs
c.Execute.interrupt_on_timeout = True
c.IgnorePattern.enabled, c.IgnorePattern.pattern = True, "(?s)."  # stderr takes no points; only errors do
# While marking, a check also stores its verdict: which misconception it saw is not in the points.
c.Execute.extra_arguments = ["""--IPKernelApp.exec_lines=get_ipython().display_formatter.mimebundle_formatter\\
.for_type_by_name("bpcourse.marking.result", "Result", lambda result: {{"{verdict}": vars(result)}})"""]
c.Application.log_level = "WARN"
'''


class ClassroomError(Exception):
    """Something is missing or in the way; the message says what to do."""


def new(folder, paths):
    """Make the course folder, or add assignments to it: one a notebook, with the notebook's name."""
    for path in paths:
        target = folder / "source" / path.stem / path.name
        if target.exists():
            raise ClassroomError(f"{target} is there already; delete it first if you want it anew.")
        notebook = handed_in.opened(path)
        if not any(handed_in.mark_of(cell).get("grade") for cell in notebook.cells):
            raise ClassroomError(f"{path} has no cell that gives points. Take a notebook of solutions/.")
        if not any("### BEGIN SOLUTION" in cell.source for cell in notebook.cells):
            raise ClassroomError(f"{path} has no solutions; nbgrader starts from those. Take solutions/{path.name}.")
    config = folder / "nbgrader_config.py"
    if not config.exists():
        folder.mkdir(parents=True, exist_ok=True)
        config.write_text(CONFIG.format(stub=STUB, verdict=VERDICT), encoding="utf-8")
    for path in paths:
        target = folder / "source" / path.stem / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
        print(f"{target} is the teacher's notebook: change what you like, then generate the assignment.")


@dataclass
class Marked:
    """One learner. points: by exercise, empty if nothing could be marked; met: {exercise: misconception}."""

    learner: str
    points: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)
    by_hand: list = field(default_factory=list)
    met: dict = field(default_factory=dict)


def mark(folder, assignment, limit):
    """Mark everyone in received/; returns [Marked], and {exercise: the most points} in the order of the notebooks."""
    releases = _releases(folder, assignment)
    learners = sorted(path for path in (folder / "received").glob("*") if path.is_dir() and path.name[0] != ".")
    if not learners:
        raise ClassroomError(f"{folder / 'received'} holds no learner: put each notebook in received/LEARNER/.")
    everyone = [Marked(path.name) for path in learners]
    for path, marked in zip(learners, everyone, strict=True):
        print(f"Marking {path.name}.", file=sys.stderr, flush=True)
        if set(path.name) & set("[]{}*?+"):
            marked.remarks.append("not marked: nbgrader allows none of []{}*?+ in a name; rename the folder")
        elif _take_in(folder, assignment, releases, path, marked) and _autograde(folder, assignment, marked, limit):
            _read_marks(folder, assignment, marked)
        if marked.by_hand:
            marked.remarks.append("look at this by hand: " + ", ".join(marked.by_hand))
    graded = [cell for release in releases.values() for cell in release.cells if handed_in.mark_of(cell).get("grade")]
    return everyone, {handed_in.exercise_of(cell): handed_in.mark_of(cell)["points"] for cell in graded}


def _releases(folder, assignment):
    if not (folder / "nbgrader_config.py").is_file():
        raise ClassroomError(f"{folder} is no course folder: it has no nbgrader_config.py. Make one with 'new'.")
    paths = sorted((folder / "release" / assignment).glob("*.ipynb"))
    if not paths:
        there = folder / "release" / assignment
        raise ClassroomError(f"{there} holds no notebook. Run in {folder}: nbgrader generate_assignment {assignment}")
    return {path.stem: read(path) for path in paths}


def _take_in(folder, assignment, releases, learner, marked):
    """Put the mended notebooks of one learner into submitted/; True if there is anything to mark."""
    target = folder / "submitted" / marked.learner / assignment
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("*.ipynb"):
        old.unlink()
    for name, release in releases.items():
        try:
            mended, remarks = handed_in.mend(release, handed_in.opened(handed_in.find(learner, assignment, name)))
            marked.by_hand += handed_in.suspicious(mended, release)
        except Exception as error:  # whatever a learner hands in, the others are marked
            marked.remarks.append(str(error).partition("\n")[0])
            continue
        marked.remarks += remarks
        (target / f"{name}.ipynb").write_text(to_text(mended), encoding="utf-8")
    return any(target.glob("*.ipynb"))


def _autograde(folder, assignment, marked, limit):
    """Let nbgrader mark one learner, in a process that may fail or hang alone; True if it came to an end."""
    log = folder / "logs" / f"{assignment}-{marked.learner}.txt"
    log.parent.mkdir(exist_ok=True)
    process = multiprocessing.Process(target=_nbgrader, args=(folder, assignment, marked.learner, log))
    process.start()
    process.join(limit)
    if process.is_alive():
        process.terminate()
        process.join()
        marked.remarks.append(f"not marked: ran for more than {limit:g} seconds and was stopped; look at it by hand")
        return False
    if process.exitcode:
        why = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if "Error: " in line]
        marked.remarks.append(f"not marked: {why[-1].strip() if why else 'nbgrader failed'} (more in logs/{log.name})")
        return False
    return True


def _config(folder):
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", str(folder)).load_config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.setdefault("db_url", f"sqlite:///{folder / 'gradebook.db'}")
    return config


def _nbgrader(folder, assignment, learner, log):
    from nbgrader.apps import NbGraderAPI

    with log.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        result = NbGraderAPI(config=_config(folder)).autograde(assignment, learner, force=True, create=True)
        file.write((result.get("log") or "") + (result.get("error") or ""))
    sys.exit(0 if result["success"] else 1)


def _read_marks(folder, assignment, marked):
    """The points from nbgrader's gradebook; what the checks said from the notebooks that it ran."""
    from nbgrader.api import Gradebook

    course = _config(folder).CourseDirectory
    for path in sorted((folder / "autograded" / marked.learner / assignment).glob("*.ipynb")):
        with Gradebook(course.db_url, course.course_id) as gradebook:
            grades = gradebook.find_submission_notebook(path.stem, assignment, marked.learner).grades
            scores = {grade.name: (grade.score, grade.needs_manual_grade) for grade in grades}
        for cell in read(path).cells:
            if cell.cell_type == "code":
                _read_cell(cell, scores, marked)


def _read_cell(cell, scores, marked):
    name, exercise = handed_in.name_of(cell), handed_in.exercise_of(cell)
    for output in cell.outputs:
        if output.output_type == "error" and output.ename == "CellTimeoutError":
            marked.remarks.append(f"{name} did not end and was stopped")
        elif output.output_type == "error" and output.ename != "KeyboardInterrupt":
            marked.remarks.append(f"{name}: {output.ename}")
    if name not in scores:
        return
    marked.points[exercise], by_hand = scores[name]
    if by_hand:
        marked.remarks.append(f"{exercise} waits for a mark by hand")
    verdict = next((output.data[VERDICT] for output in cell.outputs if VERDICT in output.get("data", {})), None)
    if verdict is None and marked.points[exercise] and "bp.check(" in cell.source:
        marked.by_hand.append(f"{exercise} has points, but bp.check did not answer")
    elif verdict and verdict["diagnosis"]:
        marked.met[exercise] = verdict["diagnosis"]
    elif verdict and verdict["message"] == messages.TIME.format(seconds=guard.SECONDS):
        marked.remarks.append(f"{exercise} did not end and was stopped")


def report(folder, assignment, everyone, most):
    """Print the table, write it as marks-ASSIGNMENT.csv and the misconceptions as misconceptions-ASSIGNMENT.csv."""
    total, width = sum(most.values()), max(len("learner"), *(len(marked.learner) for marked in everyone))
    rows, head = [], f"points (of {total:g})"
    print(f"{'learner':{width}}  {head}  remarks")
    for marked in everyone:
        points = sum(marked.points.values()) if marked.points else ""
        shown, remarks = "-" if points == "" else f"{points:g}", "; ".join(marked.remarks)
        print(f"{marked.learner:{width}}  {shown:{len(head)}}  {remarks}".rstrip())
        rows.append([marked.learner, *(marked.points.get(name, "") for name in most), points, remarks])
    met = Counter(pair for marked in everyone for pair in marked.met.items()).most_common()
    print("\nMisconceptions, and how many learners have them:" if met else "\nNo misconception came up.")
    for (exercise, diagnosis), count in met:
        print(f"{count:3}  {exercise}: {diagnosis.replace('_', ' ')}")
    tables = {
        f"marks-{assignment}.csv": [["learner", *most, "total", "remarks"], *rows],
        f"misconceptions-{assignment}.csv": [["exercise", "misconception", "learners"], *([*m, n] for m, n in met)],
    }
    for name, table in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)


def main(arguments):
    """Returns the exit code: 0, or 2 with a message if something is missing."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("new", help="make a course folder, or add assignments to it")
    make.add_argument("folder", type=Path)
    make.add_argument("notebooks", type=Path, nargs="+", metavar="notebook")
    grade = commands.add_parser("mark", help="mark what lies in received/LEARNER/")
    for name, kind in (("folder", Path), ("assignment", str)):
        grade.add_argument(name, type=kind)
    grade.add_argument("--limit", type=float, default=600, help="seconds for all of one learner (600)")
    chosen = parser.parse_args(arguments)
    folder = chosen.folder.resolve()
    # nbgrader calls the program alembic by its name alone, as if the environment were activated.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    try:
        if chosen.command == "new":
            new(folder, chosen.notebooks)
        else:
            import nbgrader.apps  # noqa: F401  # once, for all the processes that follow

            report(folder, chosen.assignment, *mark(folder, chosen.assignment, chosen.limit))
    except (ClassroomError, handed_in.NoNotebook) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
