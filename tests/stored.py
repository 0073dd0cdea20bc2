"""What the notebooks store, by the ids of their cells: {id: cell}, {id: source}, {id: output as text}."""

from pathlib import Path

import derived
import nbformat
import notebooks

TREE = Path(__file__).resolve().parent.parent


def cells(folder, chapter):
    """The cells of a notebook in `folder`. chapter: its number, or its name without, such as "numeric_example"."""
    (path,) = [path for path in (TREE / folder).glob("*.ipynb") if chapter in derived.parts(path)]
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


def exercises(chapter):
    """The names of the exercises of a chapter, which is called as in `cells`."""
    found = (name.removesuffix("-check") for name in cells("solutions", chapter) if name.endswith("-check"))
    return [name for name in found if f"{name}-task" in cells("solutions", chapter)]


def sources(cells, kinds=("code", "markdown")):
    return {name: cell.source for name, cell in cells.items() if cell.cell_type in kinds}


def outputs(cells):
    """Of the cells that have an output: what they printed, and the text of what they showed."""
    return {
        name: "".join(out.get("text") or out["data"]["text/plain"] for out in notebooks.from_the_run(cell.outputs))
        for name, cell in cells.items()
        if cell.get("outputs")
    }
