"""Marks what one learner handed in: the learner's cells run in a sandbox, the truth stays on this side.

Whatever goes wrong costs the exercise in which it goes wrong. A cell that ends its process is left out and the cells
before it are run again; a process that does not answer is ended with its sandbox, and another one takes its place.
"""

import time
from dataclasses import replace

from ..marking import exercises, guard
from ..marking import messages as check_says
from ..marking.engine import Question
from ..marking.guard import TimeUp
from ..marking.result import Result
from . import messages as say
from .child import CELL
from .records import Mark, Marked
from .remote import GRACE, Died, Remote, Talk
from .sandbox import Sandbox
from .undrawn import undrawn

NOTEBOOK = 600.0  # seconds; what is not marked by then is not marked


def mark(task, unsafe=False):
    """The Marked of one Task. TeachingError if there is no sandbox on this machine; unsafe: run without one."""
    return mark_all([task], unsafe)[0]


def mark_all(tasks, unsafe=False):
    """The Marked of each Task, in one sandbox: for tasks of one learner."""
    with _Place(unsafe) as place:
        return [_Notebook(task, place).marked() for task in tasks]


class _Place:
    """A sandbox, and another one when it is broken."""

    def __init__(self, unsafe):
        self.unsafe, self.sandbox, self.talk = unsafe, None, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.sandbox:
            self.sandbox.close()

    def begin(self, files):
        """A Talk with a process that has run nothing yet."""
        if self.talk is None or self.talk.broken:
            self.__exit__()
            self.sandbox = Sandbox(self.unsafe)
            self.talk = Talk(self.sandbox)
        self.talk.say({"files": dict(files)})
        return self.talk


class _Notebook:
    def __init__(self, task, place):
        self.task, self.place, self.talk = task, place, None
        self.results, self.errors, self.remarks = {}, {}, []  # by exercise; errors: of its own cell
        self.left_out = set()  # steps that ended their process

    def marked(self):
        task, end = self.task, time.monotonic() + NOTEBOOK
        while not self._through(end):
            pass
        wanted = [name for name in task.points if not task.only or name in task.only]
        lost = [name for name in wanted if name not in self.results]
        if lost:
            self.remarks.append(say.NOT_MARKED.format(names=", ".join(lost), seconds=NOTEBOOK))
        marks = [self._mark(name) for name in wanted if name in self.results]
        if self.place.unsafe:
            self.remarks.append(say.UNSAFE)
        return Marked(task.learner, task.assignment, tuple(marks), tuple(dict.fromkeys(self.remarks)))

    def _mark(self, name):
        result, (cell, most) = self.results[name], self.task.points[name]
        whole = result.max_points or most
        points = most if result.passed else round(min(max(result.points, 0.0), whole) / whole * most, 6)
        return Mark(name, cell, float(points), float(most), result.status, result.message, result.diagnosis)

    def _through(self, end):
        """Run the steps that are left; False if they must be begun again."""
        self.talk = None
        for i, step in enumerate(self.task.steps):
            if time.monotonic() > end:
                break
            if i in self.left_out or step.exercise in self.results and (step.check or step.asserts):
                continue
            if (step.check or step.asserts) and not self._wanted(step.exercise):
                continue
            if self.talk is None:
                self.talk = self.place.begin(self.task.files)
            if step.check:
                self.results[step.exercise] = self._judge(step)
            elif not self._run(step):
                self.left_out.add(i)
                return False
            if self.talk.broken:
                return False
        if self.talk:
            self._quietly(lambda: self.talk.say({"end": True}))
        return True

    def _wanted(self, name):
        return name in self.task.points and (not self.task.only or name in self.task.only)

    def _run(self, step):
        """Run a cell; False if its process has ended with it."""
        name = step.exercise or say.OWN_CELL
        try:
            self.talk.say({"cell": undrawn(step.source) if step.given else step.source, "name": f"<{name}>"})
            came = self.talk.hear(CELL + GRACE)
            error, late = came.get("error"), came.get("late") is True
        except Died as died:
            self._failed(step, say.CELL_DIED.format(how=died))
            return False
        if late:
            self._failed(step, say.CELL_LATE.format(seconds=CELL))
        elif isinstance(error, str) and error:
            self._failed(step, say.CELL_ERROR.format(error=error[:300]))
        elif step.asserts:
            most = self.task.points[step.exercise][1]
            self.results[step.exercise] = Result(True, most, most, None, say.ASSERTED)
        return True

    def _failed(self, step, what):
        if step.asserts:
            most = self.task.points[step.exercise][1]
            self.results[step.exercise] = Result(False, 0.0, most, None, what)
        elif not step.given:
            self.errors[step.exercise] = what
            self.remarks.append(f"{step.exercise or say.OWN_CELL}: {what}")

    def _judge(self, step):
        name = step.exercise
        try:
            exercise = exercises.find(name)
        except KeyError:
            return Result(False, 0.0, self.task.points[name][1], None, say.NO_EXERCISE.format(name=name))
        try:
            return self._asked(exercise, step)
        except TimeUp:
            seconds = getattr(exercise, "seconds", None) or guard.SECONDS
            message = check_says.TIME.format(seconds=seconds)
        except Died as died:
            message = say.ANSWER_DIED.format(how=died)
        except Exception as error:  # what came is data that nobody foresaw: it is not an answer
            message = say.NO_ANSWER.format(kind=type(error).__name__)
        self.remarks.append(f"{name}: {message}")
        return Result(False, 0.0, exercise.max_points, None, message)

    def _asked(self, exercise, step):
        answer = Remote(self.talk, step.check)
        try:
            result = self._result(exercise, step, answer)
        finally:
            self._quietly(answer.end)
        if answer.printed and not result.passed:
            return replace(result, message=f"{result.message} {check_says.PRINTED}")
        return result

    def _result(self, exercise, step, answer):
        if answer.missing:
            why = self.errors.get(step.exercise) or say.MISSING.format(what=answer.missing)
            return Result(False, 0.0, exercise.max_points, None, why)
        value = answer
        if not answer.is_function:
            value = answer.value
        elif isinstance(exercise, Question):
            value = _nothing  # a question asks for a value, and says so to whoever hands in a function
        with guard.quiet():
            return exercise.judge(value, self.task.seeds[step.exercise])

    def _quietly(self, work):
        try:
            work()
        except Died:
            pass  # what it would have said next is lost, and nothing more


def _nothing():
    pass
