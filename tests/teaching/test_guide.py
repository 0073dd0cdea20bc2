"""docs/teaching.md, followed to the letter: its commands mark a class, and what it promises to say is said."""

import copy
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import notebooks
import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed (extra teach).")

TREE = Path(__file__).resolve().parents[2]
GUIDE = (TREE / "docs" / "teaching.md").read_text(encoding="utf-8")
SETUP, MAKE, MARK = re.findall(r"```sh\n(.*?)```", GUIDE, re.S)
NAME = "04_numeric_example"
CHAPTERS = {path.stem[:2]: path for path in sorted((TREE / "chapters").glob("*.ipynb"))}


def shell(commands, folder, home):
    """Runs lines of the guide in bash, away from the user's own settings; what they print."""
    own = {"HOME": home, "JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_DATA_DIR": home / "data"}
    environment = os.environ | {name: str(path) for name, path in own.items()}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    done = subprocess.run(
        ["bash", "-euc", commands], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def answers(notebook):
    """{exercise: the cell that a learner fills in}."""
    found = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    return {cell.metadata.nbgrader.grade_id.removesuffix("-answer"): cell for cell in found}


def handed_in(released, solution, solved):
    """The released notebook with the solution's answers to the exercises `solved`."""
    filled = copy.deepcopy(released)
    for name, cell in answers(filled).items():
        if name in solved:
            cell.source = answers(solution)[name].source
    return filled


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """(the class folder, a clone beside it, a home), after the commands that make and release an assignment."""
    assert SETUP == "make setup-test\n. .venv-test/bin/activate\n"  # not run: these tests run in that environment
    place = tmp_path_factory.mktemp("guide")
    for name in ("clone", "home"):
        (place / name).mkdir()
    (place / "clone" / "solutions").symlink_to(TREE / "solutions")
    shell(MAKE, place / "clone", place / "home")
    return place / "class", place / "clone", place / "home"


def test_what_is_released_is_the_exercise_of_the_course(course):
    released = notebooks.read(course[0] / "release" / NAME / f"{NAME}.ipynb")
    exercise = notebooks.read(TREE / "exercises" / f"{NAME}.ipynb")
    assert notebooks.tidy(notebooks.without_outputs(released)) == notebooks.without_outputs(exercise)


def test_the_commands_of_the_guide_mark_a_class(course):
    folder, clone, home = course
    released = notebooks.read(folder / "release" / NAME / f"{NAME}.ipynb")
    solution = notebooks.read(TREE / "solutions" / f"{NAME}.ipynb")
    five = list(answers(solution))[:5]
    half = handed_in(released, solution, five)
    answers(half)["hidden_delta"].source = "def hidden_delta(W2, delta2, z1):\n    return delta2 @ W2\n"
    for learner, notebook in {
        "ann": handed_in(released, solution, answers(solution)), "ben": half, "carla": released,
    }.items():  # fmt: skip
        path = folder / "received" / learner / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    received = {path: path.read_bytes() for path in folder.glob("received/*/*")}
    (promised,) = re.findall(r"```text\n(.*?)```", GUIDE, re.S)
    assert shell(MARK, clone, home).startswith(promised)
    assert {path: path.read_bytes() for path in folder.glob("received/*/*")} == received
    for promise in re.findall(r"^\| (`.*?) \|", GUIDE, re.M):
        for name in re.findall(r"`([^`]+)`", promise):
            if name not in ("moodle/", "canvas/"):  # nothing here came from there
                assert (folder / "out" / name).exists(), name


def test_what_nbgrader_collects_is_marked(course, tmp_path):
    folder, clone, home = course
    exchange, learner = tmp_path / "exchange", tmp_path / "learner"
    exchange.mkdir(), exchange.chmod(0o777), learner.mkdir()
    (setting,) = re.findall(r"`(c\.Exchange\.root = \"[^\"]+\")`", GUIDE)
    setting = setting.replace("/srv/nbgrader/exchange", str(exchange))
    config = folder / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + setting + "\n", encoding="utf-8")
    (learner / "nbgrader_config.py").write_text(config.read_text(encoding="utf-8"), encoding="utf-8")
    shell(f"nbgrader release_assignment {NAME}", folder, home)
    shell(f"nbgrader fetch_assignment {NAME}", learner, home)
    fetched = learner / NAME / f"{NAME}.ipynb"
    notebook = notebooks.read(fetched)
    nbformat.write(handed_in(notebook, notebooks.read(TREE / "solutions" / f"{NAME}.ipynb"), ["forward"]), fetched)
    shell(f"nbgrader submit {NAME}", learner, home)
    shell(f"nbgrader collect {NAME}", folder, home)
    (collected,) = folder.glob(f"submitted/*/{NAME}/{NAME}.ipynb")
    (row,) = [line for line in shell(MARK, clone, home).splitlines() if line.startswith(collected.parts[-3])]
    assert row.split()[1] == "2"


# ----- the rest of the guide


def test_what_the_plans_name_is_a_section_of_its_chapter():
    plans = GUIDE.split("## Four weeks")[1].split("\n## Set up")[0]
    count = 0
    for row in re.findall(r"^\| (.*\".*) \|$", plans, re.M):
        numbers = re.findall(r"/(\d\d)_\w+\.ipynb\)", row)
        heads = "\n".join(c.source for n in numbers for c in notebooks.read(CHAPTERS[n]).cells if c.source[0] == "#")
        for title in re.findall(r'"([^"]+)"', row):
            assert re.search(rf"^##+ {re.escape(title)}", heads, re.M), (title, numbers)
            count += 1
    assert count > 10


def test_a_cell_reads_the_file_that_lies_beside_its_notebook(course):
    folder, clone, home = course
    notebook = notebooks.read(folder / "release" / NAME / f"{NAME}.ipynb")
    answers(notebook)["delta_by_hand"].source = "delta_by_hand = float(open('delta.txt').read())"
    learner = folder / "received" / "dora"
    learner.mkdir(parents=True)
    nbformat.write(notebook, learner / "mine.ipynb")
    (learner / "delta.txt").write_text("0.08", encoding="utf-8")
    assert re.search(r"^dora +1 ", shell(f"{MARK.strip()} --learner dora", clone, home), re.M)
