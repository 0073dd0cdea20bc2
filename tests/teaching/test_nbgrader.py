"""A class, in small: nbgrader releases the exercises, two learners hand them in, and the marks are right.

Each has solved every second exercise and left the others blank, one the odd ones, one the even ones: so every answer of
the solutions must get all its points, and every blank none.
"""

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
    path for path in (Path(__file__).resolve().parents[2] / "solutions").glob("*.ipynb") if path.stem not in GUIDES
)
ASSIGNMENT = "exercises"  # all notebooks in one: nbgrader takes seconds to start
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


def odd_and_even(names):
    """{learner: the exercises that this learner left blank}."""
    return {"odd": names[1::2], "even": names[0::2]}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder, released, handed in and marked."""
    course = tmp_path_factory.mktemp("nbgrader") / "course"
    source = course / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    for path in SOLUTIONS:
        (source / path.name).write_bytes(path.read_bytes())
    nbgrader(course, "generate_assignment", ASSIGNMENT)
    for path in SOLUTIONS:
        solution, released = notebooks.read(path), notebooks.read(course / "release" / ASSIGNMENT / path.name)
        for learner, blank in odd_and_even(list(answers(solution))).items():
            handed_in = course / "submitted" / learner / ASSIGNMENT / path.name
            handed_in.parent.mkdir(parents=True, exist_ok=True)
            handed_in.write_text(notebooks.to_text(fill_in(released, solution, blank)), encoding="utf-8")
    nbgrader(course, "autograde", ASSIGNMENT)
    return course


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_release_is_the_exercise(path, course):
    released = notebooks.read(course / "release" / ASSIGNMENT / path.name)
    exercise = notebooks.read(path.parent.parent / "exercises" / path.name)
    assert notebooks.tidy(notebooks.without_outputs(released)) == notebooks.without_outputs(exercise)


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_solved_has_all_points_and_blank_has_none(path, course):
    from nbgrader.api import Gradebook

    solution = notebooks.read(path)
    checks = dict(zip(answers(solution), points(solution), strict=True))  # answer -> (check, points)
    for learner, blank in odd_and_even(list(checks)).items():
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "course") as gradebook:
            grades = gradebook.find_submission_notebook(path.stem, ASSIGNMENT, learner).grades
            found = {grade.name: (grade.score, grade.max_score) for grade in grades}
            by_hand = [grade.name for grade in grades if grade.needs_manual_grade]
        due = {check: (0.0 if answer in blank else worth, worth) for answer, (check, worth) in checks.items()}
        assert found == due
        assert not by_hand, "nbgrader waits for a mark by hand"
