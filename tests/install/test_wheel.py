"""The wheel in an empty environment: `bpcourse` lays the notebooks, opens JupyterLab on them, and they run."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from bpcourse.marking.exercises import names

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests" / "explore"))

from lab import free_port  # noqa: E402

LARGEST = 4_500_000  # bytes


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, made of what git has: what lies about in this folder cannot get into it."""
    folder = tmp_path_factory.mktemp("wheel")
    files = run("git", "-C", TREE, "ls-files", "-z").split("\0")
    for name in filter(None, files):
        target = folder / "tree" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (TREE / name).is_file():
            target.write_bytes((TREE / name).read_bytes())
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, folder / "tree")
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def scripts(wheel, tmp_path_factory):
    """The folder of an environment's programs."""
    environment = tmp_path_factory.mktemp("environment") / "venv"
    run(sys.executable, "-m", "venv", environment)
    programs = environment / "bin"
    run(programs / "python", "-m", "pip", "install", "--quiet", "-c", TREE / "constraints.txt", wheel)
    return programs


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


def surroundings(home):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER", "BPCOURSE"))}
    return kept | {"HOME": str(home), "PYTHONSAFEPATH": "1"}


def test_wheel_is_small(wheel):
    assert wheel.stat().st_size < LARGEST


def test_bpcourse_lays_the_course_and_opens_it(scripts, home):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    options = ("--no-browser", f"--ServerApp.port={port}", "--IdentityProvider.token=word")
    lab = subprocess.Popen([scripts / "bpcourse", *options], env=surroundings(home), cwd=home)
    try:
        assert ask(lab, f"{address}/api/contents/chapters/00_start_here.ipynb?content=0")["type"] == "notebook"
        plugin = "@jupyter-widgets/jupyterlab-manager:plugin"
        (settings,) = (s for s in ask(lab, f"{address}/lab/api/settings")["settings"] if s["id"] == plugin)
        assert settings["schema"]["properties"]["saveState"]["default"] is True
    finally:
        lab.terminate()
        lab.wait(30)
    mine = home / "backpropagation"
    laid = {path.relative_to(mine).as_posix() for path in mine.glob("*/*.ipynb")}
    there = {path.relative_to(TREE).as_posix() for path in TREE.glob("[ce]*s/*.ipynb")}
    assert laid == there


def ask(lab, address, seconds=60):
    """The JSON that the server sends, once it is up."""
    until = time.monotonic() + seconds
    while lab.poll() is None and time.monotonic() < until:
        try:
            request = urllib.request.Request(address, headers={"Authorization": "token word"})
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.2)
    raise AssertionError("The server did not come up.")


def test_a_chapter_and_its_exercises_run_there(scripts, home):
    run(scripts / "bpcourse", "open", "--no-lab", env=surroundings(home))
    mine = home / "backpropagation"
    for name in ("chapters/00_start_here.ipynb", "exercises/01_activations.ipynb"):
        run(scripts / "jupyter", "execute", "--inplace", mine / name, env=surroundings(home))
    blank = (mine / "exercises/01_activations.ipynb").read_text(encoding="utf-8")
    assert blank.lower().count("not attempted") >= 10


def test_each_exercise_can_be_judged_there(scripts, home):
    program = "from bpcourse.marking.exercises import find, names; print(*(find(name).name for name in names()))"
    assert run(scripts / "python", "-c", program, env=surroundings(home)).split() == names()


def test_right_answers_pass_there(scripts, home):
    mine = home / "answers.ipynb"
    mine.write_bytes((TREE / "solutions" / "04_numeric_example.ipynb").read_bytes())
    run(scripts / "jupyter", "execute", "--inplace", mine, env=surroundings(home))
    last = json.loads(mine.read_bytes())["cells"][-1]["outputs"][0]["data"]["text/plain"]
    assert "10 of 10 exercises, 27 of 27 points" in "".join(last)


def test_a_second_visit_keeps_an_answer(scripts, home):
    mine = home / "backpropagation" / "exercises" / "01_activations.ipynb"
    answered = mine.read_text(encoding="utf-8").replace("...", "7", 1)
    mine.write_text(answered, encoding="utf-8")
    assert run(scripts / "bpcourse", "open", "--no-lab", env=surroundings(home)) == ""
    assert mine.read_text(encoding="utf-8") == answered
