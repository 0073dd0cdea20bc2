"""Tasks for the marker, made of the model solutions with some answers in their places."""

import copy

import classes
import nbformat

from bpcourse.marking import exercises
from bpcourse.teaching import mending
from bpcourse.teaching.frame import Frame
from bpcourse.teaching.records import Task

SEED = 2**100 + 7  # one that nobody guesses


def chapter_of(exercise):
    """The assignment in which an exercise stands."""
    number = next(number for number, chapter in exercises.chapters().items() if exercise in chapter.exercises)
    return next(assignment for assignment in classes.SOLUTIONS if assignment.startswith(number))


def task(assignment, answers=None, before=None, only=(), **more):
    """The Task of a notebook with the model solutions but for `answers` and an own cell `before` some ({exercise: text};
    None: as it was given out). more: fields of the Task.
    """
    release = classes._released(assignment)
    notebook, solved = copy.deepcopy(release), classes.solved(assignment)
    answers, points = {**solved, **(answers or {})}, {}
    for cell in list(notebook.cells):
        name = cell.id.removesuffix("-answer")
        if cell.id.endswith("-answer"):
            cell.source = answers[name] if answers[name] is not None else cell.source
        if cell.id.endswith("-answer") and name in (before or {}):
            notebook.cells.insert(notebook.cells.index(cell), nbformat.v4.new_code_cell(before[name]))
        nbgrader = cell.metadata.get("nbgrader", {})
        if nbgrader.get("grade") and nbgrader.get("cell_type") == "code":
            points[nbgrader["grade_id"].removesuffix("-check")] = nbgrader["grade_id"], float(nbgrader["points"])
    steps = mending.mend(Frame(release), notebook).steps
    return Task("ann", assignment, steps, points, dict.fromkeys(points, SEED), only, **more)
