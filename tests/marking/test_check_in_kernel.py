"""The checks in a real kernel: run before the cell of their answer, and with answers that do not end, make noise, show
pictures, or would end the kernel.
"""

import re
from pathlib import Path

import nbformat
import notebooks
import pytest
from nbclient import NotebookClient
from scratch_notebook import scratch

from bpcourse.marking import exercises
from bpcourse.marking import messages as say

TREE = Path(__file__).resolve().parents[2]
IMPORTS = "import numpy as np\nimport bpcourse as bp"


def run(*sources):
    """What each cell gives: the whole text of its errors and results, in one kernel."""
    notebook = scratch(*sources)
    NotebookClient(notebook, timeout=60, allow_errors=True).execute()
    return ["".join(map(said, cell.outputs)) for cell in notebook.cells]


def said(output):
    if output.output_type == "error":
        return "\n".join(output.traceback)
    return output.get("text") or output.data["text/plain"]


# ----- before the cell of the answer: a sentence, and every other NameError as ever


def test_check_before_its_answer_and_on_the_empty_answer():
    checks, stubs = {}, []
    for path in [TREE / "chapters" / "00_start_here.ipynb", *sorted((TREE / "exercises").glob("*.ipynb"))]:
        sources = [cell.source for cell in notebooks.read(path).cells if cell.cell_type == "code"]
        checks |= {
            found[1]: source for source in sources if (found := re.match(r"bp\.check\(.*?([a-z]\w*)\)$", source))
        }
        stubs += [source for source in sources if notebooks.STUB in source or " = ..." in source]
    assert list(checks) == exercises.names() and len(stubs) == len(checks)
    came = run(IMPORTS, *checks.values(), *stubs, *checks.values())[1:]
    undefined, silent, blank = (came[k * len(checks) : (k + 1) * len(checks)] for k in range(3))
    assert undefined == [say.UNDEFINED.format(name=name) for name in checks]
    assert set(silent) == {""}
    for name, text in zip(checks, blank, strict=True):
        assert text.startswith(say.NOT_ATTEMPTED) and "(The cell that ran before" not in text, name


def test_it_counts_as_an_error():
    cell = nbformat.v4.new_code_cell(f"{IMPORTS}\nbp.check(elu)", id="check")
    with pytest.raises(notebooks.NotebookError, match="cell check failed"):
        notebooks.execute(nbformat.v4.new_notebook(cells=[cell]), TREE / "exercises" / "x.ipynb")


OTHERS = (
    "elu",
    "bp.check(nonsense)",
    'bp.check("elu", nonsense)',
    "def f():\n    return bp.check(elu)\n\n\nf()",
    "def f():\n    elu += 1\n\n\nbp.check(f(elu=1) if False else f())",
    "bp.check(1 / 0)",
)


def test_every_other_error_is_shown_as_python_shows_it():
    taken = "get_ipython().set_custom_exc((KeyError,), print)"  # nothing is installed then
    as_ever, with_us = run(taken, IMPORTS, "bp.check", *OTHERS), run("1", IMPORTS, "bp.check", *OTHERS)
    for source, wanted, came in zip(OTHERS, as_ever[3:], with_us[3:], strict=True):
        assert came == wanted and re.search("Error.*Traceback", came), source
    assert "NameError" in run(taken, IMPORTS, "bp.check(elu)")[2]


# ----- answers that meddle with the kernel

KERNEL_CELLS = [
    "import bpcourse as bp\nfrom bpcourse.marking import guard\nguard.SECONDS = 0.5",
    "def hidden_delta(W2, delta2, z1):\n    print('noise')\n    while True:\n        pass",
    "bp.check(hidden_delta)",
    "import asyncio\nawait asyncio.sleep(0)\nbp.check(hidden_delta)",
    "def forward(W1, b1, W2, b2, X):\n    import warnings\n    warnings.warn('noise')\n"
    "    A1 = bp.sigmoid(X @ W1.T + b1)\n    return A1, A1",
    "bp.check(forward)",
    "def hidden_delta(W2, delta2, z1):\n    input('your name')",
    "bp.check(hidden_delta)",
    "def hidden_delta(W2, delta2, z1):\n    quit()",
    "bp.check(hidden_delta)",
    "def hidden_delta(W2, delta2, z1):\n    exit()",
    "bp.check(hidden_delta)",
]


@pytest.mark.parametrize("marking", [False, True])
def test_in_a_kernel_endless_noisy_answers_and_marks(tmp_path, monkeypatch, marking):
    if marking:
        monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    else:
        monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    done = notebooks.execute(scratch(*KERNEL_CELLS), tmp_path / "x.ipynb")
    outputs = [cell.outputs for cell in done.cells]
    assert all(output.output_type == "execute_result" for group in outputs for output in group), outputs
    texts = {number: outputs[number][0].data["text/plain"] for number in (2, 3, 5, 7, 9, 11)}
    if marking:
        assert texts == {2: "0.0", 3: "0.0", 5: "1.0", 7: "0.0", 9: "0.0", 11: "0.0"}
        utils = pytest.importorskip("nbgrader.utils", reason="nbgrader is not installed (extra teach).")
        marks = {"grade": True, "solution": False, "points": 2}
        done.cells[5].metadata.nbgrader = nbformat.from_dict(marks)
        assert utils.determine_grade(done.cells[5]) == (1.0, 2.0)
    else:
        assert "still running after 0.5 seconds" in texts[2] and "still running" in texts[3]
        assert texts[5].startswith("In part (1 of 2 points). `A1` is right.") and "calls `input()`" in texts[7]
        assert "calls `exit()` or `quit()`" in texts[9] and "calls `exit()` or `quit()`" in texts[11]
    html = outputs[5][0].data["text/html"]
    assert html.startswith('<div style="border-left: 5px solid') and "<code>A1</code> is right." in html


def test_a_picture_that_an_answer_shows_is_shown_once(tmp_path):
    """Each call of the answer makes one: a figure left open, one shown, and an image displayed."""
    answer = """
import matplotlib.pyplot as plt
from IPython.display import Image, display
def hidden_delta(W2, delta2, z1):
    {}
    return (delta2 @ W2) * bp.sigmoid.derivative(z1)
"""
    shows = ("plt.figure(); plt.plot([1])", "plt.plot([1]); plt.show()", "display({'text/plain': 'mine'}, raw=True)")
    cells = [
        "import bpcourse as bp",
        *(text for show in shows for text in (answer.format(show), "bp.check(hidden_delta)")),
    ]
    done = notebooks.execute(scratch(*cells), tmp_path / "x.ipynb")
    for cell in done.cells[2::2]:
        kinds = [out.output_type for out in cell.outputs]
        assert kinds.count("display_data") == 1 and kinds.count("execute_result") == 1, kinds
        (result,) = (out for out in cell.outputs if out.output_type == "execute_result")
        assert "Passed" in result.data["text/plain"]
