"""Marks what one learner handed in: the learner's cells run in a sandbox, the truth stays on this side.

Whatever goes wrong costs the exercise in which it goes wrong. A cell that ends its process is left out and the cells
before it are run again; a process that does not answer is ended with its sandbox, and another one takes its place. An
exercise that gets less than all is marked once more without the cells of the others, if those could reach it.
"""

import contextlib
import time
from dataclasses import replace

from ..marking import exercises, guard
from ..marking import messages as check_says
from ..marking.engine import Question
from ..marking.guard import TimeUp
from ..marking.result import Result
from . import messages as say
from .child import CELL, WAITING
from .reach import are_empty, reaches_others
from .records import Mark, Marked, TeachingError
from .remote import GRACE, TEXT, Died, Gone, Remote, Talk
from .sandbox import Sandbox

NOTEBOOK = 600.0  # seconds; what is not marked by then is not marked
FILES = 32 * 2**20  # bytes of all files beside a notebook


def mark(task, unsafe=False):
    """The Marked of one Task. TeachingError if there is no sandbox on this machine; unsafe: run without one."""
    return mark_all([task], unsafe)[0]


def mark_all(tasks, unsafe=False):
    """The Marked of each Task, in one sandbox: for tasks of one learner."""
    with _Place(unsafe) as place:
        return [_marked(task, place) for task in tasks]


class _Place:
    """A sandbox, and another one when it is broken."""

    def __init__(self, unsafe):
        self.unsafe, self.sandbox, self.talk = unsafe, None, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.sandbox:
            self.sandbox.close()
        self.sandbox = None

    def begin(self, files):
        """A Talk with a process that has run nothing yet."""
        if self.sandbox and not self.talk.broken:
            try:
                self.talk = Talk(self.sandbox, files)
                return self.talk
            except Died:
                pass  # what ran before has left the sandbox in a bad state
        self.__exit__()
        self.sandbox = Sandbox(self.unsafe)
        try:
            self.talk = Talk(self.sandbox, files)
        except Died as died:
            self.__exit__()
            raise TeachingError(f"The sandbox begins no notebook: {died}.") from died
        return self.talk


def _marked(task, place):
    end = time.monotonic() + NOTEBOOK
    wanted = [name for name in task.points if not task.only or name in task.only]
    files, remarks = _files(task)
    whole = _Pass(task, place, task.steps, end)
    whole.run(files)
    results = dict(whole.results)
    for name in wanted:
        of_others = [step for step in task.steps if step.exercise not in ("", name)]
        others = [step for step in of_others if not step.given]
        mine = [step for step in task.steps if step not in others and not (step.check and step in of_others)]
        own = [step for step in mine if not step.given and step.exercise == name]
        if _unexplained(results.get(name), own) and reaches_others(others, mine):
            bad = whole.left_out | whole.late
            mine = [step for step in mine if step.exercise or step not in bad]
            alone = _Pass(replace(task, only=(name,)), place, mine, end)
            alone.run(files)
            if alone.results.get(name) and _points(alone.results[name]) > _points(results.get(name)):
                results[name] = alone.results[name]
                whole.remarks = {step: said for step, said in whole.remarks.items() if step.exercise != name}
                remarks.append(say.ALONE.format(name=name))
    remarks += whole.remarks.values()
    lost = [name for name in wanted if name not in results]
    if lost:
        remarks.append(say.NOT_MARKED.format(names=", ".join(lost), seconds=NOTEBOOK))
    if place.unsafe:
        remarks.append(say.UNSAFE)
    marks = tuple(_mark(name, *task.points[name], results[name]) for name in wanted if name in results)
    return Marked(task.learner, task.assignment, marks, tuple(dict.fromkeys(map(_clean, remarks))))


def _unexplained(result, own):
    """Whether another exercise's cell may be to blame: its own are not blank, and no known mistake explains it."""
    if result is None or not result.attempted:
        return not are_empty(own)
    return not result.passed and not result.diagnosis


def _points(result):
    return -1.0 if result is None else result.points


def _mark(name, cell, most, result):
    whole = result.max_points or most
    points = most if result.passed else round(min(max(result.points, 0.0), whole) / whole * most, 6)
    return Mark(name, cell, float(points), float(most), result.status, _clean(result.message), result.diagnosis)


def _clean(text):
    """One line without what no file or page can hold, or what turns the line around."""
    return "".join(c if c.isprintable() else " " for c in text[:TEXT])


def _files(task):
    """(the files beside the notebook, [what to say of those that are too large])."""
    kept, said, room = {}, [], FILES
    for name, content in sorted(task.files.items(), key=lambda item: len(item[1])):
        room -= len(content)
        if room < 0:
            said.append(say.TOO_LARGE.format(name=name, most=FILES // 2**20))
        else:
            kept[name] = content
    return kept, said


class _Pass:
    """Runs steps of a notebook in their order; `results` by exercise, `remarks` by exercise or cell.

    errors: of an exercise's own cell. left_out: steps that ended their process; late: steps that took too long.
    """

    def __init__(self, task, place, steps, end):
        self.task, self.place, self.steps, self.end, self.talk = task, place, steps, end, None
        self.results, self.errors, self.remarks = {}, {}, {}
        self.left_out, self.late = set(), set()

    def run(self, files):
        while not self._through(files):
            pass

    def _through(self, files):
        """Run the steps that are left; False if they must be begun again."""
        self.talk = None
        for step in self.steps:
            if time.monotonic() > self.end:
                break
            judged = step.check or step.asserts
            if step in self.left_out or judged and not self._open(step.exercise):
                continue
            if self.talk is None:
                self.talk = self.place.begin(files)
            if step.check:
                self.results[step.exercise] = self._judge(step)
            else:
                self._run(step)
            if self.talk.over:
                return False
        if self.talk:
            with contextlib.suppress(Died):  # what it would have said next is lost, and nothing more
                self.talk.say({"end": True})
        return True

    def _open(self, name):
        wanted = name in self.task.points and (not self.task.only or name in self.task.only)
        return wanted and name not in self.results

    def _run(self, step):
        """Run a cell. If its process ends with it, it is left out from now on."""
        name = step.exercise or say.OWN_CELL
        try:
            self.talk.say({"cell": step.source, "name": f"<{name}>"})
            came = self.talk.hear(WAITING * CELL + GRACE)
            error, late = came["error"][:TEXT], came["late"] is True
        except Exception as failed:
            self.talk.over = True
            self.talk.broken |= not isinstance(failed, Gone)
            self.left_out.add(step)
            self._failed(step, say.CELL_DIED.format(how=failed if isinstance(failed, Died) else say.UNREADABLE))
            return
        if late:
            self.late.add(step)
            self._failed(step, say.CELL_LATE.format(seconds=CELL))
        elif error:
            self._failed(step, say.CELL_ERROR.format(error=error[:300]))
        elif step.asserts:
            most = self.task.points[step.exercise][1]
            self.results[step.exercise] = Result(True, most, most, None, say.ASSERTED)

    def _failed(self, step, what):
        if step.asserts:
            most = self.task.points[step.exercise][1]
            self.results[step.exercise] = Result(False, 0.0, most, None, what)
        elif not step.given:
            self.errors[step.exercise] = what
            self.remarks[step] = f"{step.exercise or say.OWN_CELL}: {what}"

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
            self.talk.broken = self.talk.over = True
            message = say.NO_ANSWER.format(kind=type(error).__name__)
        self.remarks[step] = f"{name}: {message}"
        return Result(False, 0.0, exercise.max_points, None, message)

    def _asked(self, exercise, step):
        answer = Remote(self.talk, step.check)
        try:
            result = self._result(exercise, step, answer)
        finally:
            answer.end()
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


def _nothing():
    pass
