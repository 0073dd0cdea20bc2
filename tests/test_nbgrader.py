"""A class, in small: nbgrader releases an exercise, three learners hand it in, and the marks are right."""

import copy
import os
import subprocess
import sys
from pathlib import Path

import notebooks
import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed (extra teach).")

GUIDES = ["04_numeric_example"]  # marked in test_teaching.py, by the commands of docs/teaching.md
SOLUTIONS = sorted(
    path for path in (Path(__file__).resolve().parent.parent / "solutions").glob("*.ipynb") if path.stem not in GUIDES
)
ASSIGNMENT = "exercise"
CONFIG = f"""c = get_config()
c.CourseDirectory.course_id = "course"
c.ClearSolutions.code_stub = {{"python": {notebooks.STUB!r}}}
c.ExecutePreprocessor.timeout = 60
c.Application.log_level = "WARN"
"""


def surroundings(home):
    """An environment for nbgrader away from the user's own settings, in the folder `home`."""
    own = {"HOME": home, "JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_DATA_DIR": home / "data"}
    own |= {"JUPYTER_RUNTIME_DIR": home / "runtime", "IPYTHONDIR": home / "ipython", "PYTHONPATH": home / "quick"}
    # jsonschema compiles a grammar of addresses when it is imported, which takes two seconds and which no notebook
    # needs. It does without where it cannot be imported.
    (home / "quick").mkdir(exist_ok=True)
    (home / "quick" / "rfc3987_syntax.py").write_text("raise ImportError\n", encoding="utf-8")
    environment = os.environ | {name: str(path) for name, path in own.items()}
    # nbgrader calls the program alembic by its name alone, as if the environment were activated.
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    return environment


def nbgrader(course, *arguments):
    """Runs an nbgrader command in `course`."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, env=surroundings(course), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def answers(notebook):
    """{grade_id: cell} of the cells that a learner fills in."""
    found = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    return {cell.metadata.nbgrader.grade_id: cell for cell in found}


def points(notebook):
    """[(grade_id, points)] of the checks, in order."""
    marks = [cell.metadata.nbgrader for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return [(mark.grade_id, float(mark.points)) for mark in marks]


def fill_in(released, solution, leave_out=()):
    """The released notebook with the solution's answers, but for the ones in `leave_out`."""
    filled = copy.deepcopy(released)
    for grade_id, cell in answers(filled).items():
        if grade_id not in leave_out:
            cell.source = answers(solution)[grade_id].source
    return filled


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_marks_of_solved_blank_and_almost_solved(path, tmp_path):
    from nbgrader.api import Gradebook

    course = tmp_path / "course"
    source = course / "source" / ASSIGNMENT / path.name
    source.parent.mkdir(parents=True)
    source.write_bytes(path.read_bytes())
    (course / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")

    nbgrader(course, "generate_assignment", ASSIGNMENT)
    released = notebooks.read(course / "release" / ASSIGNMENT / path.name)
    exercise = notebooks.read(path.parent.parent / "exercises" / path.name)
    assert notebooks.tidy(notebooks.without_outputs(released)) == notebooks.without_outputs(exercise)

    solution = notebooks.read(path)
    (first, *_), ((_, worth), *_) = answers(solution), points(solution)
    learners = {
        "solved": fill_in(released, solution),
        "blank": released,
        "almost": fill_in(released, solution, leave_out=[first]),
    }
    for learner, notebook in learners.items():
        handed_in = course / "submitted" / learner / ASSIGNMENT / path.name
        handed_in.parent.mkdir(parents=True)
        handed_in.write_text(notebooks.to_text(notebook), encoding="utf-8")
    nbgrader(course, "autograde", ASSIGNMENT)

    total = sum(mark for _, mark in points(solution))
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "course") as gradebook:
        marks = {learner: gradebook.find_submission(ASSIGNMENT, learner) for learner in learners}
        assert {submission.max_score for submission in marks.values()} == {total}
        found = {learner: submission.score for learner, submission in marks.items()}
        by_hand = [s.assignment for s in marks.values() if s.needs_manual_grade]
    assert found == {"solved": total, "blank": 0.0, "almost": total - worth}
    assert not by_hand, "nbgrader waits for a mark by hand"
