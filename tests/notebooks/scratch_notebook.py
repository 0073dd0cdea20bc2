"""A notebook for one test."""

import nbformat


def scratch(*sources):
    """A notebook of code cells with the ids c1, c2, ..., not run."""
    cells = [nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(sources, start=1)]
    return nbformat.v4.new_notebook(cells=cells)
