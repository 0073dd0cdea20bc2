"""Every pause can be resumed: where a chapter suggests one, and where another page links into a chapter, the first code
cell is tagged `resume`, and from there the chapter runs in a fresh namespace, with the stored text, to the next such cell.
(What stands after that runs from there, with fewer names.)

A pause is suggested in one wording: "A good place to pause is after *Heading*.", or, for several, "Good places to pause
are after *Heading* and after *Another*." The sentence PROMPT stands before each such cell.
"""

import ast
import contextlib
import io
import re
import warnings
from pathlib import Path

import derived
import matplotlib as mpl
import nbformat
import notebooks
import numpy as np
import pytest
from matplotlib.figure import Figure
from thorough import THOROUGH

TREE = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((TREE / "chapters").glob("*.ipynb"))
NOTEBOOKS = {path: nbformat.read(path, as_version=4).cells for path in CHAPTERS}
TEXTS = [path for folder in ("", "docs", "chapters", "solutions") for path in (TREE / folder).glob("*.[mi][dp]*")]
TEXTS += (TREE / "bpcourse").glob("**/*.py")  # a check's message may point to a section
LINK = re.compile(r"(?<!exercises/)(\d\d_\w+\.ipynb)#([^)\s\"'\\>]+)")  # of a chapter
HEADING = re.compile(r"^(#+) +(.+?) *$", re.MULTILINE)
PAUSE = re.compile(r"[^.\n]*\bplaces? to pause\b[^.\n]*\.")
OTHER_WORDS = re.compile(r"\b(take a (break|rest)|stop here for|tomorrow|(take|make) a pause|a pause)\b", re.IGNORECASE)
MINUTES = derived.reading_minutes((TREE / "docs" / "teaching.md").read_text(encoding="utf-8"))
AT_ONE_GO = 30  # minutes: what is read without a pause
PROMPT = "Coming back with a fresh kernel? Run the next cell."


def anchor(heading):
    """What stands after "#" in a link to a heading of a notebook."""
    return re.sub(r"[*_`]", "", heading).replace(" ", "-")


def headings(cells):
    """[(position of the cell, level, text)], in order."""
    texts = [(at, HEADING.findall(re.sub(r"```.*?```", "", cell.source, flags=re.DOTALL)))
             for at, cell in enumerate(cells) if cell.cell_type == "markdown"]  # fmt: skip
    return [(at, len(marks), text) for at, found in texts for marks, text in found]


def section(cells, text):
    """(first cell of the section, first cell after it) for its heading, or for the anchor of its heading."""
    known = headings(cells)
    found = [k for k, (_, _, name) in enumerate(known) if text in (name, anchor(name))]
    assert len(found) == 1, f"there are {len(found)} headings {text!r}; there are {[name for *_, name in known]}"
    (at, level, _), later = known[found[0]], known[found[0] + 1 :]
    return at, next((other for other, deep, _ in later if deep <= level), len(cells))


def pauses(cells):
    """The headings after which the text suggests a pause."""
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return [name for sentence in PAUSE.findall(text) for name in re.findall(r"after \*([^*]+)\*", sentence)]


def links(name):
    """The anchors of the chapter called `name` that other files link to."""
    others = (path.read_text(encoding="utf-8") for path in TEXTS if path.name != name or path.parent.name != "chapters")
    return sorted({anchor for text in others for chapter, anchor in LINK.findall(text) if chapter == name})


def entrances(path, cells):
    """{why somebody enters there: position of the first code cell}."""
    wanted = {f"pause after {name!r}": section(cells, name)[1] for name in pauses(cells)}
    wanted |= {f"link to #{name}": section(cells, name)[0] for name in links(path.name)}
    return {why: next(at for at in range(start, len(cells)) if cells[at].cell_type == "code")
            for why, start in wanted.items()}  # fmt: skip


def resumes(cells):
    return [at for at, cell in enumerate(cells) if "resume" in cell.metadata.get("tags", ())]


def run(source, names, file):
    """What a notebook would show of a cell, as text: what it prints, then its last expression."""
    tree, shown = ast.parse(source, file), io.StringIO()
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(shown):
        exec(compile(tree, file, "exec"), names)
        result = eval(compile(ast.Expression(last.value), file, "eval"), names) if last else None
    return shown.getvalue() + ("" if result is None else repr(result))


def stored(cell):
    return "".join(out.get("text") or out["data"]["text/plain"] for out in notebooks.from_the_run(cell.outputs))


def same(came, text):
    """Of an explorer, which stores the state of its sliders too, the name is compared."""
    explorer = re.fullmatch(r"<explorer: (.*)>", came)
    return text.startswith(f"{explorer[1]}. ") if explorer else came == text


def run_to_the_next_resume(cells, start):
    """What is wrong with the first cell that raises or shows something else, or None."""
    names = {"__name__": "__main__"}
    clean = (
        contextlib.chdir(TREE / "chapters"),
        np.errstate(),
        np.printoptions(),
        mpl.rc_context(),
        warnings.catch_warnings(),
    )
    with contextlib.ExitStack() as stack:
        for context in clean:
            stack.enter_context(context)
        warnings.simplefilter("error")  # a notebook would show it in red
        for cell in cells[start : min((at for at in resumes(cells) if at > start), default=None)]:
            if cell.cell_type == "code":
                try:
                    came = run(cell.source, names, f"<{cell.id}>")
                except Exception as error:
                    return f"cell {cell.id} raises {type(error).__name__}: {error}"
                if not same(came, stored(cell)):
                    return f"cell {cell.id} stores\n{stored(cell)}\nand now shows\n{came}"
    return None


def names_of(paths):
    return [path.stem for path in paths]


@pytest.fixture(autouse=True)
def figures_are_not_rendered(monkeypatch):
    """Their text alternatives are compared; the pictures would take most of the time."""
    monkeypatch.setattr(Figure, "savefig", lambda *_, **__: None)


@pytest.mark.parametrize("path", CHAPTERS, ids=names_of(CHAPTERS))
def test_whoever_comes_back_meets_a_resume_cell_first(path):
    cells = NOTEBOOKS[path]
    for why, at in entrances(path, cells).items():
        assert at in resumes(cells), f"{why}: the first code cell, {cells[at].id}, is not tagged `resume`"


@pytest.mark.parametrize("path", CHAPTERS, ids=names_of(CHAPTERS))
def test_pauses_are_suggested_in_one_wording(path):
    cells = NOTEBOOKS[path]
    assert pauses(cells) or MINUTES[derived.parts(path)[1]] <= AT_ONE_GO, (
        "no pause is suggested; see the top of this file for the wording"
    )
    for cell in cells:
        if cell.cell_type == "markdown":
            assert all("after *" in sentence for sentence in PAUSE.findall(cell.source)), cell.id
            assert not OTHER_WORDS.search(cell.source), f"{cell.id}: a pause in other words"


@pytest.mark.parametrize("path", CHAPTERS, ids=names_of(CHAPTERS))
def test_resume_cells_are_short_silent_and_announced(path):
    cells = NOTEBOOKS[path]
    for at in resumes(cells):
        cell, before = cells[at], cells[at - 1]
        assert cell.id.startswith("resume") and not cell.outputs, f"{cell.id}: the id begins with resume, no output"
        assert len(cell.source.splitlines()) <= 15, cell.id
        assert before.cell_type == "markdown" and before.source.rstrip().endswith(PROMPT), (
            f"{PROMPT!r} before {cell.id}"
        )


PLACES = [(path, cells[at].id, at) for path, cells in NOTEBOOKS.items() for at in resumes(cells)]


SOME = PLACES[:: 1 if THOROUGH else 5]


@pytest.mark.parametrize("path, name, start", SOME, ids=[f"{path.stem}-{name}" for path, name, _ in SOME])
def test_chapter_runs_from_its_resume_cell_to_the_next(path, name, start):
    complaint = run_to_the_next_resume(NOTEBOOKS[path], start)
    assert complaint is None, f"{path.name} from {name}: {complaint}"


# ----- this test sees what it should


def scratch(*sources):
    """A chapter: (text) or (code, stored output); a code that begins with "# resume" is tagged."""
    code, text = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    cells = []
    for number, source in enumerate(sources):
        if isinstance(source, str):
            cells.append(text(source, id=f"t{number}"))
        else:
            outputs = [nbformat.v4.new_output("stream", text=source[1])] if source[1] else []
            tags = {"tags": ["resume"]} if source[0].startswith("# resume") else {}
            cells.append(code(source[0], id=f"c{number}", outputs=outputs, metadata=tags))
    return cells


def test_entrance_after_a_section_is_after_its_subsections():
    cells = scratch("A good place to pause is after *One*.", "# One\n\n## Part", ("x = 1", ""), "# Two", ("x", ""))
    assert entrances(Path("00_none.ipynb"), cells) == {"pause after 'One'": 4}
    cells[0].source = "Good places to pause are after *Part* and after *Two*."
    cells.append(scratch(("x", ""))[0])
    with pytest.raises(StopIteration):
        entrances(Path("00_none.ipynb"), cells)


def test_lost_name_and_changed_number_are_seen():
    cells = scratch("# One", ("# resume\nx = 1", ""), ("print(x)", "2\n"), ("# resume\ny = 1", ""), ("print(x)", "1\n"))
    assert resumes(cells) == [1, 3] and run_to_the_next_resume(cells, 1).startswith("cell c2 stores\n2")
    cells[2].outputs[0].text = "1\n"
    assert run_to_the_next_resume(cells, 1) is None
    assert "c4 raises NameError: name 'x'" in run_to_the_next_resume(cells, 3)
