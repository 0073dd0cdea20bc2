"""A check that is run before the cell of its answer, in a real kernel: a sentence, and every other NameError as ever."""

import re
from pathlib import Path

import nbformat
import notebooks
import pytest
from nbclient import NotebookClient

from bpcourse.marking import exercises
from bpcourse.marking import messages as say

TREE = Path(__file__).resolve().parents[2]
IMPORTS = "import numpy as np\nimport bpcourse as bp"


def run(*sources):
    """What each cell gives: the whole text of its errors and results, in one kernel."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    NotebookClient(nbformat.v4.new_notebook(cells=cells), timeout=60, allow_errors=True).execute()
    return ["".join(map(said, cell.outputs)) for cell in cells]


def said(output):
    if output.output_type == "error":
        return "\n".join(output.traceback)
    return output.get("text") or output.data["text/plain"]


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
