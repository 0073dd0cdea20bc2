"""What the marker makes of honest notebooks: the marks that the checks give, through the sandbox."""

import random
import shutil

import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed (extra teach).")
import by_task  # noqa: E402
import classes  # noqa: E402
from thorough import THOROUGH  # noqa: E402

import bpcourse.marking as marking  # noqa: E402
from bpcourse.marking import exercises, guard  # noqa: E402
from bpcourse.teaching import marker, messages, reach, remote, sandbox  # noqa: E402
from bpcourse.teaching.records import Step, Task, TeachingError  # noqa: E402

needs_bubblewrap = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed: no sandbox.")
FEW = None if THOROUGH else 3  # answers of an exercise


@needs_bubblewrap
def test_model_solutions_get_all_and_blank_notebooks_nothing():
    for assignment in classes.SOLUTIONS:
        blank = dict.fromkeys(classes.solved(assignment))
        right, none = marker.mark_all([by_task.task(assignment), by_task.task(assignment, blank)])
        assert right.remarks == none.remarks == ()
        assert {mark.exercise for mark in right.marks if mark.points != mark.max_points} == set()
        assert {mark.status for mark in right.marks} == {"Passed"}
        assert {(mark.points, mark.status) for mark in none.marks} == {(0.0, "Not attempted")}
        assert [mark.exercise for mark in right.marks] == [mark.exercise for mark in none.marks] == list(blank)


def answers(exercise):
    """Texts whose values are all further answers of an exercise, or a few of them, of every sort."""
    sorts = [
        [f"E.right[{k}]" for k in range(len(exercise.right))],
        [f"E.wrong[{k}]" for k in range(len(exercise.wrong))],
        [f"E.misconceptions[{k}].wrong" for k in range(len(exercise.misconceptions))],
    ]
    rng = random.Random(exercise.name)
    return [text for sort in sorts for text in (sort if FEW is None else rng.sample(sort, min(len(sort), 1)))]


def judged_here(exercise, answer, seed):
    done = guard.guarded(lambda: exercise.judge(answer, seed))
    return done.value if done.error is None else marking._stopped(done.error, exercise)


def by_what_it_is_no_more(exercise, text):
    """Answers that take the owner of the function they are given: in the sandbox it has none."""
    return exercise.name == "central_differences" and "misconceptions" in text


@pytest.mark.parametrize("name", exercises.names())
def test_an_answer_in_another_process_is_judged_as_here(name):
    # Without a sandbox, where a cell can reach the answers' package: so the answers need not be texts.
    exercise, seed = exercises.find(name), 7
    begin = Step(f"from bpcourse.marking import exercises\nE = exercises.find({name!r})", given=True)
    texts = [text for text in answers(exercise) if not by_what_it_is_no_more(exercise, text)]
    points = {name: (f"{name}-check", exercise.max_points)}
    tasks = [Task("ann", "x", (begin, Step("", name, text)), points, {name: seed}) for text in texts]
    for text, came in zip(texts, marker.mark_all(tasks, unsafe=True), strict=True):
        here = judged_here(exercise, eval(text, {"E": exercise}), seed)
        (mark,) = came.marks
        assert (mark.points, mark.status, mark.diagnosis) == (here.points, here.status, here.diagnosis), text


# ----- whatever goes wrong


HELPER = "def helper(x):\n    return x"


@needs_bubblewrap
def test_an_answer_may_use_what_another_cell_defines():
    used = classes.solved("04_numeric_example")["hidden_delta"].replace("return ", "return helper(") + ")"
    task = by_task.task("04_numeric_example", {"hidden_delta": used.replace("# (BP2))", ")")}, only=("hidden_delta",))
    for where in ("forward", ""):
        steps = list(task.steps)
        steps.insert(1, Step(HELPER, where))
        (mark,) = marker.mark(Task(**{**vars(task), "steps": tuple(steps)})).marks
        assert mark.points == mark.max_points, mark


@needs_bubblewrap
def test_a_cell_of_another_exercise_that_spoils_is_left_out_and_it_is_said():
    spoiled = by_task.task(
        "04_numeric_example", {"forward": "np.exp = bp.sigmoid = None"}, only=("forward", "hidden_delta", "gradients")
    )
    came = marker.mark(spoiled)
    assert [mark.points for mark in came.marks] == [0.0, 3.0, 4.0]
    assert messages.ALONE.format(name="hidden_delta") in came.remarks


@needs_bubblewrap
def test_a_wrong_answer_is_tried_alone_only_where_another_exercise_could_reach_it(monkeypatch):
    passes, run = [], marker._Pass.run
    monkeypatch.setattr(marker._Pass, "run", lambda self, files: (passes.append(self), run(self, files)))
    wrong = "def hidden_delta(W2, delta2, z1):\n    return 3.0 * z1"
    only = ("forward", "hidden_delta")
    for forward, count in ((classes.solved("04_numeric_example")["forward"], 1), ("np.e = 3.0", 2)):
        passes.clear()
        marker.mark(by_task.task("04_numeric_example", {"hidden_delta": wrong, "forward": forward}, only=only))
        assert len(passes) == count


@needs_bubblewrap
def test_a_teachers_own_check_is_run_and_ends_with_its_exercise():
    steps = (
        Step("x = 3", "mine"),
        Step("assert x == 3", "mine", asserts=True),
        Step("assert x == 4", "no", asserts=True),
    )
    came = marker.mark(Task("ann", "x", steps, {"mine": ("a", 2.0), "no": ("b", 1.0)}, {"mine": 1, "no": 1}))
    assert [(mark.points, mark.status) for mark in came.marks] == [(2.0, "Passed"), (0.0, "Not yet")]


@needs_bubblewrap
def test_one_exercise_alone_can_be_marked():
    came = marker.mark(by_task.task("04_numeric_example", only=("gradients",)))
    assert [(mark.exercise, mark.points) for mark in came.marks] == [("gradients", 4.0)]


@needs_bubblewrap
def test_what_a_function_hands_back_of_its_arguments_is_the_same_array():
    clears = classes.solved("06_adaptive_rules")["mended_adam"].replace(
        "grads = gradients(theta[0], theta[1])",
        "grads = gradients(theta[0], theta[1]); old = grads; grads = [g.copy() for g in grads]; [g.fill(0) for g in old]",
    )
    (mark,) = marker.mark(by_task.task("06_adaptive_rules", {"mended_adam": clears}, only=("mended_adam",))).marks
    assert mark.points < mark.max_points


@needs_bubblewrap
def test_what_takes_too_long_in_all_is_said_to_be_not_marked(monkeypatch):
    monkeypatch.setattr(marker, "NOTEBOOK", -1.0)
    came = marker.mark(by_task.task("04_numeric_example"))
    assert came.marks == () and "not marked" in came.remarks[0]


@needs_bubblewrap
def test_calls_that_take_too_long_together_end_the_answer(monkeypatch):
    monkeypatch.setattr(remote, "ALL", -1.0)
    (mark,) = marker.mark(by_task.task("04_numeric_example", only=("forward",))).marks
    assert mark.points == 0.0 and "all its calls together" in mark.message


@needs_bubblewrap
def test_a_function_of_the_exercise_gets_little_memory():
    with remote._little_memory(), pytest.raises(MemoryError):
        bytearray(2 * remote.ROOM)
    bytearray(1000)


def test_without_a_sandbox_nothing_is_marked(monkeypatch):
    sandbox.way.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(TeachingError, match="(?s)bubblewrap.*not installed.*--unsafe"):
        marker.mark(by_task.task("04_numeric_example"))
    sandbox.way.cache_clear()


def test_marks_without_a_sandbox_say_so():
    came = marker.mark(by_task.task("04_numeric_example", only=("forward",)), unsafe=True)
    assert messages.UNSAFE in came.remarks and came.marks[0].points == 2.0


@needs_bubblewrap
def test_a_sandbox_that_does_not_start_is_told(monkeypatch):
    monkeypatch.setattr(sandbox, "command", lambda *_: ["/bin/sh", "-c", "echo no such thing >&2"])
    with pytest.raises(TeachingError, match="does not start.*no such thing"):
        marker.mark(by_task.task("04_numeric_example"))


# ----- which cells could reach others


@pytest.mark.parametrize(
    "source",
    [
        "def other(x):\n    return np.sort(x)",
        "other = 0.5 * np.exp(2)",
        "import numpy as np\nother = 3",
        "'a text'",
        "x +",
    ],
)
def test_cells_that_only_define_reach_nobody(source):
    assert not reach.reaches_others([Step(source, "other")], [Step("mine = np.abs(1)", "mine", "mine")])


@pytest.mark.parametrize(
    "source",
    ["mine = 3", "np = None", "np.abs = None", "del np", "def abs_(x=setattr(np, 'a', 1)): pass", "import evil",
     "import math as np", "from x import *", "for k in range(3): pass", "other()", "class Other: pass", "x = (mine := 3)",
     "@print\ndef f(): pass", "x[0] = 3", "exec('np = 1')"],
)  # fmt: skip
def test_cells_that_do_more_may_reach_others(source):
    assert reach.reaches_others([Step(source, "other")], [Step("mine = np.abs(1)", "mine", "mine")])
