"""The notebooks as files: the lint and its fixtures, exercises built from solutions, and links."""

import json
import re
from pathlib import Path

import nbformat
import notebook_lint
import notebooks
import pytest
from scratch_notebook import scratch

TREE = Path(__file__).resolve().parents[2]
FIXTURES = Path(__file__).parent / "fixtures" / "lint"
FOLDERS = ("chapters", "exercises", "solutions")
NOTEBOOKS = [path for folder in FOLDERS for path in sorted((TREE / folder).glob("*.ipynb"))]
PAGES = [*NOTEBOOKS, *sorted(TREE.glob("*.md")), *sorted((TREE / "docs").glob("**/*.md"))]


def name(path):
    return str(path.relative_to(TREE))


# ----- the lint


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_notebook_follows_the_rules(path):
    assert not notebook_lint.lint(path), "\n".join(notebook_lint.lint(path))


def test_clean_fixture_is_accepted_by_all_rules():
    assert notebook_lint.lint(FIXTURES / "clean.ipynb") == []


@pytest.mark.parametrize("rule", notebook_lint.RULES, ids=lambda rule: rule.__name__)
def test_each_rule_alone_refuses_its_fixtures(rule):
    wrong = sorted(FIXTURES.glob(f"{rule.__name__}*.ipynb"))
    assert wrong, f"no fixture for the rule {rule.__name__}"
    others = [other for other in notebook_lint.RULES if other is not rule]
    for path in wrong:
        complaints = notebook_lint.lint(path, [rule])
        assert len(complaints) == 1 and complaints[0].startswith(f"{path}, cell "), complaints
        assert notebook_lint.lint(path, others) == []


def test_long_answer_is_allowed_only_in_solutions(tmp_path):
    notebook = json.loads((FIXTURES / "short_cells.ipynb").read_text(encoding="utf-8"))
    notebook["cells"][2]["metadata"] = {"nbgrader": {"solution": True}}
    for folder, complaints in (("solutions", 0), ("exercises", 1), ("chapters", 1)):
        assert len(list(notebook_lint.short_cells(notebook, tmp_path / folder / "x.ipynb"))) == complaints


# ----- exercises come from solutions


def test_every_solution_has_its_exercise_and_no_more():
    exercises, solutions = (sorted(path.name for path in (TREE / folder).glob("*.ipynb")) for folder in FOLDERS[1:])
    assert exercises == solutions != []


@pytest.mark.parametrize("solution", sorted((TREE / "solutions").glob("*.ipynb")), ids=name)
def test_exercise_is_what_its_solution_gives(solution):
    pytest.importorskip("nbgrader", reason="nbgrader is not installed (extra teach).")
    exercise = notebooks.read(TREE / "exercises" / solution.name)
    built = notebooks.to_text(notebooks.release(notebooks.read(solution)))
    stored = notebooks.to_text(notebooks.without_outputs(exercise))
    assert built == stored, f"exercises/{solution.name} differs from its solution; run `make notebooks`"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_notebook_is_stored_as_make_notebooks_stores_it(path):
    stored = path.read_text(encoding="utf-8")
    assert stored == notebooks.to_text(notebooks.tidy(notebooks.read(path))), "run `make notebooks`"


def test_release_removes_every_solution(tmp_path):
    pytest.importorskip("nbgrader", reason="nbgrader is not installed (extra teach).")
    source = "def twice(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    answer = nbformat.v4.new_code_cell(source, id="twice-answer")
    answer.metadata.nbgrader = {"schema_version": 3, "grade_id": "twice-answer", "solution": True, "grade": False}
    solution = nbformat.v4.new_notebook(cells=[answer], metadata={"kernelspec": notebooks.KERNEL})
    (cell,) = notebooks.release(solution).cells
    assert cell.source == f"def twice(x):\n    {notebooks.STUB}"
    assert solution.cells[0].source == source


# ----- tidying


def test_answers_to_a_guess_are_folded_up_to_the_cell_that_shows_it_again_and_what_stands_under_it():
    def code(source, id):
        return nbformat.v4.new_code_cell(source, id=id, outputs=[nbformat.v4.new_output("stream", text=f"{id}\n")])

    text = nbformat.v4.new_markdown_cell
    cells = [
        code("x = 1", id="before"), code("guess = 2    # your number", id="guess"), text("Run it.", id="text"),
        code("y = x + 1", id="work"), nbformat.v4.new_code_cell("def f(): ...", id="silent"),
        code("print(guess, y)", id="shown"), code("plot(y)", id="under"), text("It is 3.", id="said"),
        code("y", id="after"), code("guess_b = 3", id="second"), text("## Another section", id="head"), code("print(4)", id="other"),
    ]  # fmt: skip
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert [cell.id for cell in notebooks.answers(notebook)] == ["work", "shown", "under"]
    tidied = notebooks.tidy(notebook)
    folded = {cell.id: cell for cell in tidied.cells if cell.metadata.get("jupyter")}
    assert list(folded) == ["work", "shown", "under"]
    assert folded["shown"].metadata.jupyter == {"outputs_hidden": True}
    assert [shown_when_folded(cell) for cell in folded.values()] == [notebooks.GUESS_FIRST] * 3
    assert notebooks.from_the_run(folded["shown"].outputs) == cells[5].outputs
    assert notebooks.tidy(tidied) == tidied
    tidied.cells[1].source = "x = 2"  # no guess any more
    assert [cell.outputs for cell in notebooks.tidy(tidied).cells if "outputs" in cell][2] == cells[3].outputs


def shown_when_folded(cell):
    """The one line of a folded cell's outputs that JupyterLab shows (getOutputPlaceholderText, 4.2 to 4.6)."""
    kinds = ("text/html", "image/svg+xml", "application/pdf", "text/markdown", "text/plain")
    first = cell.outputs[0] if cell.outputs else {"text": ""}
    said = (
        next((first["data"][kind] for kind in kinds if kind in first["data"]), "") if "data" in first else first["text"]
    )
    return next(filter(None, said.split("\n")), "")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_fold_gives_no_answer_away(path):
    folded = {
        cell.id: cell for cell in notebooks.read(path).cells if cell.metadata.get("jupyter", {}).get("outputs_hidden")
    }
    shown = {name: shown_when_folded(cell) for name, cell in folded.items()}
    assert shown == dict.fromkeys(folded, notebooks.GUESS_FIRST)


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("bp.plots.picture(ax, 'a line')", True),
        ("ax = bp.plots.plot_tied(M, dM)\nbp.plots.picture(ax, 'a line')", True),
        ("M = np.eye(3)\nbp.plots.picture(bp.plots.plot_tied(M, M), 'a line')", False),
        ("for k in (1, 2):\n    bp.plots.picture(ax, 'a line')", False),
        ("bp.explore.one_weight()", False),
        ("%timeit f()", False),
        ("", False),
    ],
)
def test_code_is_folded_where_it_only_draws(source, folded, tmp_path):
    assert notebooks.only_draws(source) == folded
    metadata = notebooks.tidy(scratch(source)).cells[0].metadata
    assert (metadata.get("jupyter") == {"source_hidden": True}) == folded


# ----- links

LINK = re.compile(r"(?<!\\)\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|(?:href|src)=[\"']([^\"']+)[\"']")
FENCE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def prose(path):
    """The Markdown text of a page, without its code."""
    if path.suffix == ".ipynb":
        text = "\n\n".join(cell.source for cell in notebooks.read(path).cells if cell.cell_type == "markdown")
    else:
        text = path.read_text(encoding="utf-8")
    return FENCE.sub("", text)


def anchors(path):
    """What may stand after '#': JupyterLab's form in a notebook, GitHub's in a .md file; and what has an id."""
    found = set(re.findall(r"(?:id|name)=[\"']([^\"']+)[\"']", prose(path)))
    for heading in re.findall(r"^#+\s+(.+?)\s*$", prose(path), re.MULTILINE):
        heading = re.sub(r"[*_`]", "", heading)
        if path.suffix == ".ipynb":
            found.add(heading.replace(" ", "-"))
        else:
            found.add(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-"))
    return found


def broken_links(path):
    for link in (first or second for first, second in LINK.findall(prose(path))):
        place, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", place):
            continue
        target = (path.parent / place).resolve() if place else path
        if not target.exists():
            yield f"{link}: there is no {target}"
        elif anchor and target.suffix in (".md", ".ipynb") and anchor not in anchors(target):
            yield f"{link}: no heading for '#{anchor}'; there are {sorted(anchors(target))}"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_resolve(path):
    assert not list(broken_links(path))


def test_link_check_sees_broken_links(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# One Two\n[a](#one-two) [b](page.md) [c](https://example.org/x) `[d](gone.md)`\n"
        '[e](gone.md) [f](page.md#three) <img src="gone.png">\n',
        encoding="utf-8",
    )
    assert [complaint.split(":")[0] for complaint in broken_links(page)] == ["gone.md", "page.md#three", "gone.png"]
