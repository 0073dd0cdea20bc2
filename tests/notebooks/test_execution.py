"""Notebooks are run as they are said to be: by `make notebooks`, which tidies them, and by nbval, which is strict."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import notebook_lint
import notebooks
import pytest
from scratch_notebook import scratch

FIXTURES = Path(__file__).parent / "fixtures" / "lint"


def test_execute_strips_widgets_merges_streams_and_is_repeatable(tmp_path):
    notebook = scratch(
        "import ipywidgets\nipywidgets.IntSlider()",
        "print('one', flush=True)\nprint('two', flush=True)",
        "import pathlib\nprint(pathlib.Path.cwd().name)",
    )
    notebook.metadata.widgets = {"old": 1}
    notebook.cells[1].metadata = {"collapsed": True, "tags": ["keep"]}
    done = notebooks.execute(notebook, tmp_path / "x.ipynb")
    assert "widgets" not in done.metadata and done.cells[1].metadata == {"tags": ["keep"]}
    assert list(done.cells[0].outputs[0].data) == ["text/plain"]
    assert [output.text for output in done.cells[1].outputs] == ["one\ntwo\n"]
    assert done.cells[2].outputs[0].text == f"{tmp_path.name}\n"
    assert [cell.execution_count for cell in done.cells] == [1, 2, 3]
    streams_only = scratch(*(cell.source for cell in done.cells[1:]))
    again = notebooks.execute(streams_only, tmp_path / "x.ipynb")
    assert notebooks.to_text(notebooks.execute(again, tmp_path / "x.ipynb")) == notebooks.to_text(again)


def test_failing_cell_is_named_and_the_file_is_left_alone(tmp_path):
    path = tmp_path / "broken.ipynb"
    path.write_text(notebooks.to_text(scratch("x = 1", "x / 0")), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(notebooks.NotebookError, match=r"broken.ipynb, cell c2 failed(.|\n)*ZeroDivisionError"):
        notebooks.rewrite(path, notebooks.read(path))
    assert path.read_bytes() == before


def test_warnings_are_kept_for_the_lint_to_refuse(tmp_path):
    path = tmp_path / "warns.ipynb"
    assert notebooks.rewrite(path, scratch("import warnings\nwarnings.warn('careful')"))
    assert any("careful" in complaint for complaint in notebook_lint.lint(path, [notebook_lint.no_stderr]))


# ----- nbval is strict


def test_nbval_refuses_one_changed_digit(tmp_path):
    clean = shutil.copy(FIXTURES / "clean.ipynb", tmp_path / "clean.ipynb")
    changed = tmp_path / "changed.ipynb"
    changed.write_text(clean.read_text(encoding="utf-8").replace('"0.500\\n"', '"0.501\\n"'), encoding="utf-8")
    assert clean.read_bytes() != changed.read_bytes()
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider", "-v", "."]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120).stdout
    assert re.findall(r"^(\w+)::ipynb::Cell \d+ (PASSED|FAILED)", told, re.M) == [
        ("changed", "PASSED"), ("changed", "FAILED"), ("clean", "PASSED"), ("clean", "PASSED"),
    ], told  # fmt: skip
