"""A class is marked: the same by any number of workers, stopped and gone on with, in part and again.

The marks are those of fake_marker.py, which runs nothing; what a sandbox makes of hand-ins is tested elsewhere.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path

import notebooks
import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed (extra teach).")
import classes  # noqa: E402

from bpcourse.teaching import commands, jobs, outcomes, running, workers  # noqa: E402
from bpcourse.teaching import folder as class_folder  # noqa: E402
from bpcourse.teaching.folder import Folder  # noqa: E402
from bpcourse.teaching.records import TeachingError  # noqa: E402

HERE = Path(__file__).parent
CHAPTERS = ("04_numeric_example", "06_adaptive_rules")
ANN = "ann 0000"


@pytest.fixture
def folder(tmp_path):
    return classes.copy_of(tmp_path / "class", 5, CHAPTERS)[0]


class Here:
    """In the place of workers.Processes: this process does the jobs, since others take a second to start."""

    width = 3

    def __init__(self, _count):
        pass

    __enter__, __exit__ = (lambda self: self), (lambda self, *_: None)

    def submit(self, function, job):
        future = Future()
        try:
            future.set_result(function(job))
        except Exception as error:
            future.set_exception(error)
        return future


def run(folder, jobs=None, **options):
    """A run by so many processes, or by this one."""
    with pytest.MonkeyPatch.context() as patch:
        if jobs is None:
            patch.setattr(running, "Processes", Here)
        return running.run(Folder(folder.path), jobs=jobs, **{"marker": "fake_marker", **options})


def out(folder, done):
    """{file: bytes} of all that is made of the marks."""
    outcomes.write_all(folder.path, done.records, folder.most(), folder.solutions())
    return {path.name: path.read_bytes() for path in sorted((folder.path / "out").rglob("*")) if path.is_file()}


def change(folder, learner, text, assignment=CHAPTERS[0]):
    """Adds a line to a learner's answer to the first exercise."""
    path = folder.path / "received" / learner / f"{assignment}.ipynb"
    notebook = notebooks.read(path)
    next(cell for cell in notebook.cells if cell.id.endswith("-answer")).source += f"\n{text}\n"
    path.write_text(notebooks.to_text(notebook), encoding="utf-8")


def marks(done):
    """{(learner, assignment): {exercise: its Mark}}."""
    return {(one.learner, one.assignment): {mark.exercise: mark for mark in one.marks} for one in done.records}


# ---- by whom


def test_any_number_of_workers_gives_the_same(folder, tmp_path):
    from distributed import LocalCluster

    results = []
    for number in (1, 2, 8):
        place = classes.copy_of(tmp_path / str(number), 5, CHAPTERS)[0]
        results.append(out(place, run(place, jobs=number)))
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        results.append(out(folder, run(folder, scheduler=cluster.scheduler_address)))
    assert results[0] == results[1] == results[2] == results[3]
    assert len(results[0]) > 5


def test_a_scheduler_that_is_not_there_is_told(folder):
    with pytest.raises(TeachingError, match="No Dask scheduler answers at tcp://127.0.0.1:9"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(workers, "PATIENCE", 0.2)
            run(folder, scheduler="tcp://127.0.0.1:9")


def test_a_worker_that_dies_costs_a_second_try(folder, tmp_path):
    before = marks(run(folder))
    change(folder, "ben 0001", f"# dies once {tmp_path / 'died'}")
    done = run(folder, jobs=2, again=True)
    assert (tmp_path / "died").exists()
    ben = ("ben 0001", CHAPTERS[0])
    assert {key: found for key, found in marks(done).items() if key != ben} == {
        k: m for k, m in before.items() if k != ben
    }
    assert len(marks(done)[ben]) == len(before[ben]) and not any(
        "not marked" in r for one in done.records for r in one.remarks
    )


def test_a_worker_that_dies_again_costs_its_own_learner_only(folder, monkeypatch):
    before = marks(run(folder))
    change(folder, "ben 0001", "# dies")
    done = run(folder, jobs=2, again=True)
    for one in done.records:
        lost = one.learner == "ben 0001"
        assert marks(done)[one.learner, one.assignment] == ({} if lost else before[one.learner, one.assignment])
        assert any(remark.startswith("not marked: ") for remark in one.remarks) == lost
    monkeypatch.setattr(os, "_exit", lambda _: None)
    assert run(folder).count == 2  # tried again, both


def test_another_version_of_the_course_ends_the_run(folder, monkeypatch):
    monkeypatch.setattr(running, "course_digest", lambda: "another")
    with pytest.raises(TeachingError, match="another version of the course"):
        run(folder)
    assert not list(folder.path.glob("autograded/*"))


def test_whatever_the_marker_raises_is_a_remark(folder):
    done = run(folder, marker="no_such_marker")
    assert all("ModuleNotFoundError" in one.remarks[0] for one in done.records) and len(done.records) == 10


# ---- what is done again


def test_only_what_changed_is_marked_again(folder):
    assert run(folder).count == 10
    assert run(folder).count == 0
    change(folder, ANN, "# better")
    assert run(folder).count == 1
    release = notebooks.read(folder.paths[CHAPTERS[1]])
    release.cells[0].source += " "
    folder.paths[CHAPTERS[1]].write_text(notebooks.to_text(release), encoding="utf-8")
    assert run(folder).count == 5
    (folder.path / "secret").unlink()
    assert run(folder).count == 10
    assert run(folder, unsafe=True).count == 10  # and not without a word: see the remarks
    assert run(folder).count == 10


def test_a_new_course_marks_all_again(folder, monkeypatch):
    run(folder)
    for room in (running, jobs):
        monkeypatch.setattr(room, "course_digest", lambda: "another")
    assert run(folder).count == 10


def test_a_part_of_the_class(folder):
    assert run(folder, learners=[ANN, "ben 0001"], assignments=[CHAPTERS[0]]).count == 2
    assert run(folder, learners=[ANN]).count == 1
    assert run(folder, learners=[ANN]).count == 0
    assert run(folder, learners=[ANN], again=True).count == 2
    assert run(folder).count == 7
    assert len(run(folder, learners=[ANN]).records) == 10  # the tables are always those of all


def test_one_exercise_again_leaves_the_others(folder, monkeypatch):
    before = marks(run(folder))
    monkeypatch.setattr(Folder, "seed", lambda *_: 1)  # other marks
    stamp = running.Plan.stamp
    monkeypatch.setattr(running.Plan, "stamp", lambda *a: stamp(*a) | {"seeds": None})
    run(folder)
    other = marks(run(folder, again=True))
    monkeypatch.undo()
    assert other != before
    monkeypatch.setattr(running.Plan, "stamp", lambda *a: stamp(*a) | {"seeds": None})
    done = run(folder, exercises=["forward"])
    assert done.count == 5
    for key, found in marks(done).items():
        assert {n: m for n, m in found.items() if n != "forward"} == {
            n: m for n, m in other[key].items() if n != "forward"
        }
        assert found.get("forward") == before[key].get("forward")


def test_one_exercise_of_a_changed_file_means_all_of_it(folder):
    before = run(folder)
    change(folder, ANN, "# better")
    done = run(folder, exercises=["forward"])
    first = next(iter(marks(before)[ANN, CHAPTERS[0]]))
    assert run(folder).count == 0
    assert {one.learner: one.answers[first] for one in done.records if first in one.answers}[ANN].endswith("# better")


@pytest.mark.parametrize(
    "options, said",
    [
        ({"learners": ["nobody"]}, "There is no learner 'nobody'; there is ann 0000, ben 0001"),
        ({"assignments": ["99"]}, "There is no assignment '99'; there is 04_numeric_example"),
        ({"exercises": ["forwards"]}, "There is no exercise 'forwards'; there is delta_by_hand, forward"),
    ],
)
def test_who_is_not_there_is_named(folder, options, said):
    with pytest.raises(TeachingError) as error:
        run(folder, **options)
    assert str(error.value).startswith(said)


# ---- what a teacher's own check hides


def test_hidden_lines_run_and_are_not_handed_back(folder):
    for place, secret in (("source", "assert forward(2) == 4"), ("release", "")):
        path = folder.path / place / CHAPTERS[0] / f"{CHAPTERS[0]}.ipynb"
        notebook = notebooks.read(path)
        next(cell for cell in notebook.cells if cell.id == "forward-check").source = f"assert forward\n{secret}".strip()
        path.write_text(notebooks.to_text(notebook), encoding="utf-8")
    seen = []

    class Marker:
        mark_all = staticmethod(lambda tasks, unsafe: seen.extend(tasks) or [])

    plan_jobs = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "_mark", lambda plan, *_: plan_jobs.extend(plan.jobs) or 0)
        run(folder, learners=[ANN], assignments=[CHAPTERS[0]])
        patch.setitem(sys.modules, "marker_that_looks", Marker)
        jobs.work(running.Job(**(vars(plan_jobs[0]) | {"marker": "marker_that_looks"})))
    (step,) = [step for step in seen[0].steps if step.asserts]
    assert step.source == "assert forward\nassert forward(2) == 4"
    run(folder)
    written = [path.read_text(encoding="utf-8") for path in folder.path.glob("autograded/*/*/*.ipynb")]
    assert len(written) == 10 and not any("forward(2)" in text for text in written)


# ---- stopped


def start(folder, options="jobs=2"):
    """A run in a process of its own, of which each learner takes a moment."""
    program = f"from bpcourse.teaching import running; from bpcourse.teaching.folder import Folder\nrunning.run(Folder({str(folder.path)!r}), marker='fake_marker', {options})"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}
    return subprocess.Popen([sys.executable, "-c", program], env=environment, stderr=subprocess.PIPE, text=True)


def descendants(pid):
    """The ids of all processes that a process has started, and those have."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == pid:
            found += [int(path.parent.name), *descendants(int(path.parent.name))]
    return found


def until(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.01)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_stopped_in_the_middle_and_gone_on_with(folder, tmp_path, how):
    for path in folder.path.glob("received/*"):
        change(folder, path.name, "# slow")
    whole = tmp_path / "whole"
    subprocess.run(["cp", "-a", folder.path, whole], check=True)
    process = start(folder)
    until(lambda: any(folder.path.glob("autograded/*/*/*.ipynb")) or process.poll() is not None)
    children = descendants(process.pid)
    assert len(children) >= 2
    process.send_signal(how)
    assert process.wait(60) != 0
    until(lambda: not any(map(alive, children)))
    said = process.stderr.read()
    if how == signal.SIGINT:
        assert "Stopped after" in said and "of 10 notebooks" in said
    done = run(folder)
    assert 0 < done.count < 10
    assert out(folder, done) == out(Folder(whole), run(Folder(whole)))


def test_two_runs_at_a_time_are_refused(folder):
    with folder.alone():
        with pytest.raises(TeachingError, match="Another process is marking"):
            run(folder)
    assert run(folder).count == 10


# ---- the class folder


@pytest.mark.parametrize("inside", [".", "class", "bpcourse/class", ".."])
def test_a_class_folder_in_or_around_a_clone_is_refused(tmp_path, inside):
    clone = tmp_path / "course"
    (clone / "bpcourse").mkdir(parents=True)
    (clone / "pyproject.toml").write_text('[project]\nname = "bpcourse"\n', encoding="utf-8")
    with pytest.raises(TeachingError, match="the course itself lies in"):
        class_folder.new(clone / inside, [classes.SOLUTIONS[CHAPTERS[0]]])
    assert not (clone / inside / "source").exists()


def test_the_secret_is_the_teachers_alone(tmp_path):
    class_folder.new(tmp_path / "c", [classes.SOLUTIONS[CHAPTERS[0]]])
    secret = tmp_path / "c" / "secret"
    assert secret.stat().st_mode & 0o777 == 0o600 and len(bytes.fromhex(secret.read_text())) == 32
    folder, again = Folder(tmp_path / "c"), Folder(tmp_path / "c")
    seeds = {exercise: {folder.seed(f"{k}", exercise) for k in range(200)} for exercise in ("c", "bc")}
    assert all(len(some) == class_folder.SETS and min(some) >= 0 and max(some) < 2**31 for some in seeds.values())
    assert not seeds["c"] & seeds["bc"]
    assert folder.seed("a", "c") == again.seed("a", "c")
    secret.write_text("short\n", encoding="utf-8")
    with pytest.raises(TeachingError, match="64 hexadecimal digits"):
        _ = Folder(tmp_path / "c").secret


def test_new_adds_to_a_class_and_overwrites_nothing(tmp_path, capsys):
    first, second = (str(classes.SOLUTIONS[name]) for name in CHAPTERS)
    assert commands.main(["new", str(tmp_path / "c"), first]) == 0
    (tmp_path / "c" / "nbgrader_config.py").write_text("# mine\n", encoding="utf-8")
    secret = (tmp_path / "c" / "secret").read_bytes()
    assert commands.main(["new", str(tmp_path / "c"), second]) == 0
    assert (tmp_path / "c" / "nbgrader_config.py").read_text(encoding="utf-8") == "# mine\n"
    assert (tmp_path / "c" / "secret").read_bytes() == secret
    assert sorted(path.stem for path in tmp_path.glob("c/source/*/*")) == sorted(CHAPTERS)
    assert commands.main(["new", str(tmp_path / "c"), first]) == 2
    assert "is there already" in capsys.readouterr().err


TREE = HERE.parents[1]


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["new", "c", "nowhere.ipynb"], "There is no notebook nowhere.ipynb."),
        (["new", "c", "text.ipynb"], "text.ipynb is no notebook"),
        (["new", "c", str(TREE / "chapters" / "04_numeric_example.ipynb")], "no cell that gives points"),
        (["new", "c", str(TREE / "exercises" / "04_numeric_example.ipynb")], "Take solutions/04_numeric_example.ipynb"),
        (["new", "text.ipynb", str(TREE / "solutions" / "04_numeric_example.ipynb")], "cannot be made"),
        (["new", str(TREE / "class"), str(TREE / "solutions" / "04_numeric_example.ipynb")], "the course itself lies in"),
        (["mark", "nowhere"], "is no class folder"),
        (["mark", "made"], "nbgrader generate_assignment 04"),
        (["mark", "two"], "must hold one notebook and holds 2 (a.ipynb, b.ipynb)"),
        (["mark", "none"], "must hold one notebook and holds 0 (none)"),
        (["mark", "made", "--jobs", "0"], "'0' is no whole number above 0"),
    ],
)  # fmt: skip
def test_bad_input_is_told(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("text.ipynb").write_text("{}", encoding="utf-8")
    for name, files in (("made", ()), ("two", ("a", "b")), ("none", ())):
        Path(name, "source", "04").mkdir(parents=True)
        Path(name, "nbgrader_config.py").touch()
        for file in files:
            Path(name, "release", "04").mkdir(parents=True, exist_ok=True)
            Path(name, "release", "04", f"{file}.ipynb").write_text("{}", encoding="utf-8")
    Path("none", "release", "04").mkdir(parents=True)
    try:
        code = commands.main(arguments)
    except SystemExit as end:
        code = end.code
    assert code == 2 and said in capsys.readouterr().err
    assert not Path("c").exists()


def test_the_command_marks_a_class_and_prints_its_table(folder, monkeypatch, capsys):
    def marked(*arguments):
        return running_run(*arguments, marker="fake_marker")

    running_run = running.run
    monkeypatch.setattr(running, "run", marked)
    assert commands.main(["mark", str(folder.path), "--jobs", "2", "--unsafe"]) == 0
    said = capsys.readouterr()
    head, *rows = said.out.splitlines()
    assert re.split("  +", head) == ["learner", "04 (of 27)", "06 (of 21)", "total (of 48)", "remarks"]
    cells = [re.split("  +", row) for row in rows[:5]]
    assert [row[0] for row in cells] == ["ann 0000", "ben 0001", "chloé 0002", "dmitri 0003", "李娜 0004"]
    assert all(float(row[1]) + float(row[2]) == float(row[3]) for row in cells)
    assert all("04: " in row and "--unsafe" in row for row in rows[:5])
    assert "10 notebooks were marked now" in said.out and "Marking: 100%" in said.err
    assert commands.main(["mark", str(folder.path), "--unsafe"]) == 0
    assert "Nothing has changed" in capsys.readouterr().out


def test_python_m_bpcourse_knows_both_commands_and_the_progress():
    def python(*arguments):
        command = [sys.executable, "-m", "bpcourse", *arguments]
        return subprocess.run(command, cwd=TREE, capture_output=True, text=True, timeout=60)

    assert "CLASS" in python("mark", "--help").stdout and "NOTEBOOK" in python("new", "--help").stdout
    assert "hidden_delta" in python("progress", "04").stdout and python("progress", "99").returncode == 1


def test_a_class_is_made_the_same_twice(tmp_path):
    made = [classes.make(tmp_path / name, 3, CHAPTERS[:1]) for name in "ab"]
    files = [{p.relative_to(tmp_path / n): p.read_bytes() for p in (tmp_path / n).glob("received/*/*")} for n in "ab"]
    assert made[0] == made[1] and files[0] == files[1] and len(files[0]) == 3
    assert json.dumps(made[0][ANN, CHAPTERS[0]])


def test_an_interrupt_that_python_passes_over_stops_the_run_all_the_same(folder, monkeypatch):
    class Deaf:
        def __del__(self):  # what is raised in here is printed and forgotten
            signal.raise_signal(signal.SIGINT)

    def keep(plan, job, outcome, kept=running.Plan.keep):
        kept(plan, job, outcome)
        Deaf()

    monkeypatch.setattr(running.Plan, "keep", keep)
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    with pytest.raises(running.Stopped, match="Stopped after 2 of 10 notebooks"):
        run(folder)
