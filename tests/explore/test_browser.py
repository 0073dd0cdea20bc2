"""The chapters in JupyterLab, in a real browser: every cell runs, every explorer answers, nothing complains.

Times are told in the last lines of the run and never asserted: they belong to the machine.
"""

from pathlib import Path

import derived
import lab
import notebooks
import pytest
from lab_explorer import ECHO, summary

pytestmark = pytest.mark.skipif(lab.missing() is not None, reason=f"the explorers: {lab.missing()}")

TREE = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((TREE / "chapters").glob("*.ipynb"))
PRESSES = 12


def explorers_wanted(path):
    """How many explorers the chapter's cells show."""
    return sum(
        bool(derived.EXPLORER.search(cell.source)) for cell in notebooks.read(path).cells if cell.cell_type == "code"
    )


@pytest.fixture
def open_notebook(context, server):
    opened = []

    def open_one(name):
        opened.append(lab.Notebook(context, server, name))
        return opened[-1]

    yield open_one
    for notebook in opened:
        notebook.close()


@pytest.fixture(scope="module")
def echo(context, server):
    """(median, 95th percentile) of an explorer that draws nothing, in this very run."""
    notebook = lab.Notebook(context, server, lab.scratch(server, "echo.ipynb", ECHO))
    notebook.run_all()
    (explorer,) = notebook.explorers()
    times = explorer.times(PRESSES)
    notebook.close()
    assert len(times) >= PRESSES
    return summary(times)


def test_there_are_explorers_to_drive():
    assert sum(map(explorers_wanted, CHAPTERS)) > 0


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_in_jupyterlab(path, open_notebook, echo, record_property):
    notebook = open_notebook(f"chapters/{path.name}")
    assert notebook.asked() == []
    assert notebook.folded() == len(list(notebooks.answers(notebooks.read(path))))
    assert notebook.run_all() == 0, f"cells after a failing one were not run: {notebook.errors()}"
    assert notebook.folded() == 0  # run, an answer is there to be read
    explorers = notebook.explorers()
    assert len(explorers) == explorers_wanted(path)
    for number, explorer in enumerate(explorers, start=1):
        times = explorer.times(PRESSES)
        assert len(times) >= PRESSES, f"explorer {number}: its first slider brought only {len(times)} new pictures"
        assert explorer.status().strip() and explorer.cut_off() == []
        (median, late), (echo_median, echo_late) = summary(times), echo
        record_property(
            "summary",
            f"In the browser, {path.stem}, explorer {number}: from key press to picture {median:.0f} ms "
            f"(95th percentile {late:.0f}); without any drawing {echo_median:.0f} ms ({echo_late:.0f}).",
        )
    if lab.SHOTS:
        notebook.shoot(lab.SHOTS)
    assert notebook.errors() == []
    assert notebook.problems == []


def test_driver_sees_what_goes_wrong(open_notebook, server):
    """The tests above would notice: a warning, an error, the cells not run after it, the console, a dead slider."""
    dead = ECHO.replace("image.value = pictures[change.new]", "pass")
    name = lab.scratch(
        server,
        "wrong.ipynb",
        "import sys\nprint('careful', file=sys.stderr)",
        "from IPython.display import Javascript\nJavascript('console.error(\"from a cell\")')",
        dead,
        "1 / 0",
        "print('never')",
    )
    notebook = open_notebook(name)
    assert notebook.run_all() == 1
    warning, error = notebook.errors()
    assert "careful" in warning and "ZeroDivisionError" in error
    assert len(notebook.problems) == 1 and "from a cell" in notebook.problems[0]
    (explorer,) = notebook.explorers()
    assert explorer.press(timeout=1) is None
