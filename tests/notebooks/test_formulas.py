"""Each formula that these chapters display is proved by a test, which the metadata of its cell names (`proved_by`).

Behind the test's name stands a digest of the formula: who changes a sign in a chapter is sent to the test.
"""

import hashlib
import importlib
import re

import pytest
import stored

CHAPTERS = ("activations", "losses", "derivation")


def displayed(source):
    """The formulas in the text of a cell, white space made one blank."""
    return [re.sub(r"\s+", " ", formula).strip() for formula in re.findall(r"\$\$(.*?)\$\$", source, re.S)]


def digest(formula):
    return hashlib.sha1(formula.encode()).hexdigest()[:8]


def problems(cell, tests):
    """What is wrong with the `proved_by` of a cell. tests: the names of its chapter's tests."""
    formulas = displayed(cell.source) if cell.cell_type == "markdown" else []
    named = [line.split(" ") for line in cell.metadata.get("proved_by", [])]
    if len(named) != len(formulas):
        yield f"{cell.id} displays {len(formulas)} formulas, and its metadata names tests for {len(named)}"
    for (test, told), formula in zip(named, formulas, strict=False):
        if test not in tests:
            yield f"{cell.id}: there is no test {test}"
        if told != digest(formula):
            yield f"{cell.id}: a formula has changed. Does {test} still prove it? Then write {digest(formula)!r} for {told}"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_displayed_formula_is_one_that_a_test_proves(chapter):
    cells, tests = stored.cells("chapters", chapter), vars(importlib.import_module(f"test_chapter_{chapter}"))
    assert [problem for cell in cells.values() for problem in problems(cell, tests)] == []
    assert sum(len(displayed(cell.source)) for cell in cells.values()) > 10


def test_a_changed_formula_is_sent_to_its_test():
    cell = next(cell for cell in stored.cells("chapters", "losses").values() if "proved_by" in cell.metadata)
    test = cell.metadata.proved_by[0].split(" ")[0]
    assert list(problems(cell, {test})) == []
    assert list(problems(cell, {})) == [f"{cell.id}: there is no test {test}"]
    cell.source = cell.source.replace("$$", "$$-", 1)
    assert "a formula has changed" in next(problems(cell, {test}))
    cell.source += "$$x$$"
    assert " formulas, and its metadata names tests for " in next(problems(cell, {test}))
