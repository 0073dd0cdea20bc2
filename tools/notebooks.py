"""Runs the notebooks, tidies them and builds exercises/ from solutions/. Behind `make notebooks`.

    python tools/notebooks.py                                        all of them
    python tools/notebooks.py chapters/04_numeric_example.ipynb      some of them (an exercise goes with its solution)

A file is written only when its bytes change, so a second run changes nothing.
"""

import ast
import base64
import copy
import logging
import os
import re
import sys
import time
from pathlib import Path

import derived
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from pictures import few_colours

from bpcourse.teaching.folder import STUB

TREE = Path(__file__).resolve().parent.parent
CELL_TIMEOUT = 60  # seconds; nbval allows as many
WIDGET_VIEW, PICTURE = "application/vnd.jupyter.widget-view+json", "image/png"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
CELL_METADATA = ("nbgrader", "proved_by", "tags", "deletable", "editable")  # all else is a trace of somebody's screen
GUESS = re.compile(r"\w*guess\w* = ")
# What JupyterLab shows of a folded output is the first line of the first piece, so this one stands before each answer.
GUESS_FIRST, MARK = "Guess first. Then run this cell to see the answer.", {"bpcourse": "guess first"}


class NotebookError(Exception):
    """A notebook did not run. The message names the notebook and the cell."""


def read(path):
    """The notebook in the file `path`."""
    return nbformat.read(path, as_version=4)


def to_text(notebook):
    """The bytes of the file, as text: sorted keys, one space of indentation, a newline at the end."""
    return nbformat.writes(notebook, version=4) + "\n"


def tidy(notebook):
    """A copy without what a screen, a clock or a widget has left in it; cells counted 1..n as they were run."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k in CELL_METADATA})
        if cell.cell_type == "code":
            cell.outputs = _tidy_outputs(cell.outputs)
            if only_draws(cell.source):
                cell.metadata["jupyter"] = {"source_hidden": True}
    for cell in answers(notebook):
        cell.metadata.setdefault("jupyter", {})["outputs_hidden"] = True
        cell.outputs.insert(0, nbformat.v4.new_output("display_data", {"text/plain": GUESS_FIRST}, metadata=dict(MARK)))
    return notebook


def only_draws(source):
    """Whether all that the cell does is to draw, with bp.plots or a frame of an explorer: JupyterLab folds its code,
    which teaches nothing.
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError:  # a line of IPython's
        return False
    calls = [getattr(statement, "value", None) for statement in statements]
    drawing = re.compile(r"bp\.plots\.|bp\.explore\..*\.frame$")
    return bool(calls) and all(isinstance(call, ast.Call) and drawing.match(ast.unparse(call.func)) for call in calls)


def answers(notebook):
    """The code cells with an output that answer a guess: from the one after `guess = ...` to the one that shows the
    guess again, in the same section, and those that stand right under it, such as a picture of the answer. JupyterLab
    folds their stored output, and unfolds it when they are run: nobody reads the answer before the question.
    """
    waiting = under = False
    for cell in notebook.cells:
        if cell.cell_type != "code":
            waiting, under = waiting and not cell.source.startswith("#"), False
        elif GUESS.match(cell.source):
            waiting, under = True, False
        elif waiting or under:
            if cell.outputs:
                yield cell
            under = under or "guess" in cell.source
            waiting = not under


def from_the_run(outputs):
    """Those of a cell's stored outputs that running it gives: all but the line before a folded answer."""
    return [output for output in outputs if output.get("metadata") != MARK]


def _tidy_outputs(outputs):
    """Without widget views; pictures with few colours; neighbouring pieces of one stream in one piece."""
    kept = []
    for output in from_the_run(outputs):
        if "data" in output:
            output.data.pop(WIDGET_VIEW, None)
            if PICTURE in output.data:
                png = few_colours(base64.b64decode(output.data[PICTURE]))
                output.data[PICTURE] = base64.b64encode(png).decode()
            if not output.data:
                continue
        elif output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
            kept[-1].text += output.text
            continue
        kept.append(output)
    return kept


def without_pictures(notebook):
    """A copy without pictures, for a notebook that nobody reads in colour; their text alternatives stay."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(PICTURE, None)
            output.get("metadata", {}).pop(PICTURE, None)
    return notebook


def without_outputs(notebook):
    """A copy with no output and no execution count: what a learner or a teacher wrote."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def release(solution):
    """The exercise notebook that belongs to the notebook `solution`, by nbgrader's own steps; not yet run."""
    from nbgrader import preprocessors as steps

    notebook, resources = copy.deepcopy(solution), {}
    for step in (
        steps.LockCells(),
        steps.ClearSolutions(code_stub={"python": STUB}),
        steps.ClearOutput(),
        steps.ClearHiddenTests(),
        steps.ComputeChecksums(),
    ):
        notebook, resources = step.preprocess(notebook, resources)
    return tidy(notebook)


def execute(notebook, path):
    """A tidy copy with the outputs of a fresh kernel, which starts in the folder of `path`."""
    notebook = without_outputs(notebook)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        store_widget_state=False,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],  # not its remarks about how it is connected
    )
    client.log.setLevel(logging.CRITICAL)  # its errors come as exceptions, and are told below
    current = {}
    client.on_cell_execute = lambda cell, cell_index: current.update(cell=cell)
    try:
        client.execute()
    except CellTimeoutError as error:
        raise NotebookError(f"{_where(path, current)} ran longer than {CELL_TIMEOUT} seconds.") from error
    except DeadKernelError as error:
        raise NotebookError(f"{_where(path, current)} ended the kernel.") from error
    except CellExecutionError as error:
        raise NotebookError(f"{_where(path, current)} failed.\n{error}") from error
    return tidy(notebook)


def _where(path, current):
    cell = current.get("cell", {})
    return f"{_name(path)}, cell {cell.get('id', '(before the first)')}"


def _name(path):
    return os.path.relpath(path, TREE)


def rewrite(path, notebook):
    """Runs `notebook` and writes it to `path` if that changes the file; says what it did."""
    start = time.perf_counter()
    done = execute(notebook, path)
    text = to_text(without_pictures(done) if path.parent == TREE / "solutions" else done)
    changed = not path.exists() or path.read_text(encoding="utf-8") != text
    if changed:
        path.write_text(text, encoding="utf-8", newline="\n")
    seconds = time.perf_counter() - start
    print(f"{_name(path)}: {'rewritten' if changed else 'unchanged'}, {seconds:.1f} s", flush=True)
    return changed


def main(names):
    """Rewrites the notebooks `names`, or all of chapters/ and solutions/. Returns the exit code."""
    # The debugger's notice about frozen modules would end up in the notebooks.
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    os.environ["BPCOURSE_PROGRESS"] = "off"  # the solutions pass their checks, and that is no learner's progress
    paths = [Path(name).resolve() for name in names] or [
        path for folder in ("chapters", "solutions") for path in sorted((TREE / folder).glob("*.ipynb"))
    ]
    for path in paths:
        if not path.is_file():
            print(f"There is no notebook {path}.", file=sys.stderr)
            return 2
        if path.parent == TREE / "exercises":
            print(f"{path.name} is built from its solution; edit solutions/{path.name}.", file=sys.stderr)
            return 2
    try:
        for path in derived.update(TREE):
            print(f"{_name(path)}: brought up to date", flush=True)
        for path in paths:
            rewrite(path, read(path))
            if path.parent == TREE / "solutions":
                rewrite(TREE / "exercises" / path.name, release(read(path)))
    except NotebookError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
