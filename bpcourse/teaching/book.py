"""The gradebook of nbgrader, through its API, and autograded/: marks go in, and come out with those set by hand.

What the machine found is kept in the notebook in autograded/ (metadata "bpcourse"), what a teacher set in formgrader in
the gradebook. A record is both, with the rule for late work as it stands today.
"""

import html
import json
import os
import sys
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from nbgrader import api
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells
from sqlalchemy.orm import selectinload
from traitlets.config import PyFileConfigLoader

from ..marking import messages
from ..marking.result import Result
from .folder import CONFIG, exercise_of, mark_of, points
from .records import Mark, Record, TeachingError

KEY = "bpcourse"  # of our own metadata in a notebook


@dataclass(frozen=True)
class Entry:
    """What is written of one notebook. notebook: that of Mended (JSON text), or None where nothing could be mended.

    stamp: what the marks were made from, as plain data; a run marks again what has another.
    """

    record: Record
    notebook: str | None
    stamp: dict


class Book:
    """The gradebook of a Folder, open. Written by one process only."""

    def __init__(self, folder):
        self.folder = folder
        config = PyFileConfigLoader(CONFIG, str(folder.path)).load_config()
        config.CourseDirectory.root = str(folder.path)
        self.course = CourseDirectory(config=config)
        # nbgrader calls the program alembic by its name alone, as if the environment were activated.
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        self.gradebook = api.Gradebook(self.course.db_url, self.course.course_id)
        self.db = self.gradebook.db()
        self.db.expire_on_commit = False  # nobody else writes, so nothing is read twice
        self.known = {assignment: self._register(assignment) for assignment in folder.releases}
        self.kept = self._kept()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.gradebook.close()

    def _register(self, assignment):
        """nbgrader's Assignment; entered from the release where `nbgrader generate_assignment` has not done it here."""
        notebook, name = self.folder.releases[assignment], self.folder.paths[assignment].stem
        try:
            known = self.gradebook.find_notebook(name, assignment)
        except api.MissingEntry:
            self.gradebook.update_or_create_assignment(assignment, course_id=self.course.course_id)
            about = {"assignment": assignment, "notebook": name, "db_url": self.course.db_url}
            SaveCells().preprocess(notebook.copy(), {"nbgrader": about})
            known = self.gradebook.find_notebook(name, assignment)
        graded = {cell.name: cell.max_score for cell in (*known.grade_cells, *known.task_cells)}
        if graded != dict(points(notebook).values()):
            raise TeachingError(
                f"nbgrader's gradebook and {self.folder.paths[assignment]} have other check cells or points. "
                f"Run in {self.folder.path}: nbgrader generate_assignment {assignment} --force"
            )
        return known.assignment

    # ---- autograded/

    def path(self, learner, assignment):
        """The file in autograded/ of a learner's notebook."""
        place = self.course.format_path(self.course.autograded_directory, learner, assignment)
        return Path(place) / self.folder.paths[assignment].name

    def _kept(self):
        """{(learner, assignment): what the notebook in autograded/ keeps}, of those that the gradebook knows, too."""
        submitted, found = api.SubmittedAssignment, {}
        rows = self.db.query(submitted.student_id, api.Assignment.name).select_from(submitted)
        for learner, assignment in rows.join(api.Assignment, api.Assignment.id == submitted.assignment_id):
            path = self.path(learner, assignment) if assignment in self.known else None
            if path and path.is_file():
                try:
                    kept = json.loads(path.read_text(encoding="utf-8"))["metadata"].get(KEY)
                except (ValueError, KeyError):
                    continue  # not of our making; it is marked again
                if kept:
                    found[learner, assignment] = kept
        return found

    def stamp(self, learner, assignment):
        """The stamp of the marks that are there; {} if there are none."""
        return self.kept.get((learner, assignment), {}).get("stamp", {})

    def marks(self, learner, assignment):
        """The marks that the machine gave, as they are kept."""
        return tuple(Mark(**mark) for mark in self.kept.get((learner, assignment), {}).get("marks", ()))

    def remarks(self, learner, assignment):
        """The remarks that are kept."""
        return tuple(self.kept.get((learner, assignment), {}).get("remarks", ()))

    # ---- writing

    def write(self, entries):
        """Keep the entries of one learner: first in the gradebook, then in autograded/, where the stamp is. So what a
        sudden end has left half done is done again.
        """
        if entries:
            submissions = self._submissions(entries[0].record.learner, [entry.record.assignment for entry in entries])
            for entry in entries:
                self._score(submissions[entry.record.assignment], entry.record)
            self.db.commit()
        for entry in entries:
            self._notebook(entry)

    def _submissions(self, learner, assignments):
        """{assignment: nbgrader's SubmittedAssignment}, with their grades and comments; made where there are none, and
        not committed: what Gradebook.add_submission does, for a class.
        """
        notebooks = selectinload(api.SubmittedAssignment.notebooks)
        rows = self.db.query(api.SubmittedAssignment).filter_by(student_id=learner).options(
            notebooks.selectinload(api.SubmittedNotebook.grades),
            notebooks.selectinload(api.SubmittedNotebook.comments),
        )  # fmt: skip
        by_id = {submission.assignment_id: submission for submission in rows}
        if not by_id and self.db.get(api.Student, learner) is None:
            self.db.add(api.Student(id=learner))
        return {
            name: by_id.get(self.known[name].id) or self._submission(learner, self.known[name]) for name in assignments
        }

    def _submission(self, learner, assignment):
        made = api.SubmittedAssignment(assignment_id=assignment.id, student_id=learner)
        for notebook in assignment.notebooks:
            tasks = list(notebook.task_cells)
            made.notebooks.append(
                api.SubmittedNotebook(
                    notebook_id=notebook.id,
                    grades=[api.Grade(cell_id=cell.id) for cell in notebook.grade_cells + tasks],
                    comments=[api.Comment(cell_id=cell.id) for cell in notebook.solution_cells + tasks],
                )
            )
        self.db.add(made)
        return made

    def _score(self, submission, record):
        """The machine's scores and comments. What was set by hand stays; where the machine now says something else,
        nbgrader asks for another look.
        """
        submission.timestamp = _utc(record.when)
        (notebook,) = self.known[record.assignment].notebooks
        (handed,) = submission.notebooks
        names = {cell.id: cell.name for cell in (*notebook.grade_cells, *notebook.task_cells, *notebook.solution_cells)}
        marks = {mark.cell: mark for mark in record.marks}
        for grade in handed.grades:
            mark = marks.get(names[grade.cell_id])
            score = mark and mark.points
            if score != grade.auto_score or grade.manual_score is None:
                grade.needs_manual_grade = score is None or grade.manual_score is not None
            grade.auto_score = score
        answers = _answers(self.folder.releases[record.assignment])
        for comment in handed.comments:
            mark = marks.get(answers.get(names[comment.cell_id]))
            comment.auto_comment = mark and html.escape(str(_result(mark)).replace("`", "'"), quote=False)

    def _notebook(self, entry):
        """Write the notebook into autograded/ in one go: the learner's, with what each check said below it."""
        record, release = entry.record, self.folder.releases[entry.record.assignment]
        notebook = json.loads(entry.notebook or json.dumps(release))
        marks = {mark.cell: mark for mark in record.marks}
        given = {cell.source for cell in release.cells}
        shown = {mark_of(cell).get("grade_id"): cell.source for cell in release.cells}
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = _outputs(marks.get(name)), None
            elif cell["source"] not in given:
                cell["source"] = cell["source"].replace("<", "&lt;")  # nbgrader shows Markdown with any HTML in it
            if name in marks:
                cell["source"] = shown[name]  # no hidden test is handed back
        kept = {
            "stamp": entry.stamp,
            "marks": [asdict(mark) for mark in record.marks],
            "remarks": list(record.remarks),
            "when": record.when and record.when.isoformat(),
            "lms": record.lms,
            "answers": record.answers,
        }
        notebook["metadata"][KEY] = kept
        path = self.path(record.learner, record.assignment)
        path.parent.mkdir(parents=True, exist_ok=True)
        rewrite(path, json.dumps(notebook, ensure_ascii=False, sort_keys=True) + "\n")
        self.kept[record.learner, record.assignment] = kept

    # ---- reading

    def records(self, lateness):
        """All that is known: [Record], by learner and assignment, with the class's Lateness as it stands today. What
        late work loses is entered in the gradebook, too, and so are the deadlines.
        """
        by_hand, notebooks, found = self._by_hand(), self._notebooks(), []
        for (learner, assignment), kept in sorted(self.kept.items()):
            when = kept["when"] and datetime.fromisoformat(kept["when"])
            late, part = lateness(learner, assignment, when)
            remarks = [*kept["remarks"], lateness.remark(learner, assignment, when)]
            record = Record(
                learner, assignment, self.marks(learner, assignment), tuple(filter(None, remarks)),
                by_hand.get((learner, assignment), {}), when, late, part, kept["lms"], kept["answers"],
            )  # fmt: skip
            notebook = notebooks[learner, assignment]
            notebook.late_submission_penalty = (replace(record, kept=1.0).total or 0.0) - (record.total or 0.0)
            due, own = (_utc(lateness.deadline(name, assignment)) for name in ("", learner))
            if due:
                notebook.assignment.extension = own - due if own != due else None
            found.append(record)
        for assignment, known in self.known.items():
            known.duedate = _utc(lateness.deadline("", assignment)) or known.duedate
        self.db.commit()
        return found

    def _notebooks(self):
        """{(learner, assignment): nbgrader's SubmittedNotebook}."""
        names = {assignment.id: name for name, assignment in self.known.items()}
        joined = selectinload(api.SubmittedNotebook.assignment)
        rows = (
            self.db.query(api.SubmittedNotebook, api.SubmittedAssignment).join(api.SubmittedAssignment).options(joined)
        )
        return {(s.student_id, names[s.assignment_id]): notebook for notebook, s in rows if s.assignment_id in names}

    def _by_hand(self):
        """{(learner, assignment): {exercise: points}} of what a teacher has set or added in formgrader."""
        found = {}
        set_by_hand = api.Grade.manual_score.is_not(None) | api.Grade.extra_credit.is_not(None)
        rows = (
            self.db.query(api.SubmittedAssignment.student_id, api.Assignment.name, api.BaseCell.name, api.Grade.score)
            .select_from(api.Grade)
            .join(api.SubmittedNotebook, api.SubmittedNotebook.id == api.Grade.notebook_id)
            .join(api.SubmittedAssignment, api.SubmittedAssignment.id == api.SubmittedNotebook.assignment_id)
            .join(api.Assignment, api.Assignment.id == api.SubmittedAssignment.assignment_id)
            .join(api.BaseCell, api.BaseCell.id == api.Grade.cell_id)
            .filter(set_by_hand)
        )
        for learner, assignment, cell, score in rows:
            found.setdefault((learner, assignment), {})[exercise_of(cell)] = score
        return found


def rewrite(path, text):
    """Write a file in one go: whatever happens, it holds all of the old text or all of the new."""
    path = Path(path)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def _utc(time):
    """A time as the gradebook has it: in UTC, and without a zone; None for None."""
    return time and time.astimezone(UTC).replace(tzinfo=None)


def _answers(release):
    """{grade_id of an answer cell: that of the check cell that follows it}."""
    found, waiting = {}, []
    for cell in release.cells:
        mark = mark_of(cell)
        if mark.get("solution"):
            waiting.append(mark["grade_id"])
        elif mark.get("grade"):
            found |= dict.fromkeys(waiting, mark["grade_id"])
            waiting = []
    return found


def _result(mark):
    """The Result that a Mark was, to show it as bp.check does."""
    passed, attempted = mark.status == messages.PASSED, mark.status != messages.NOT_ATTEMPTED
    return Result(passed, mark.points, mark.max_points, mark.diagnosis, mark.message, attempted)


def _outputs(mark):
    if mark is None:
        return []
    result = _result(mark)
    shown = {"text/html": result._repr_html_().splitlines(True), "text/plain": str(result).splitlines(True)}
    return [{"output_type": "display_data", "data": shown, "metadata": {}}]
