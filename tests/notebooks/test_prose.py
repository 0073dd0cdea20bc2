"""The prose: spelling, by codespell's list of common slips, and one spelling of each word that has two."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(path for folder in ("chapters", "solutions") for path in (TREE / folder).glob("*.ipynb"))
PAGES = [TREE / "README.md", TREE / "CONTRIBUTING.md", *sorted((TREE / "docs").glob("*.md"))]
SOURCES = sorted(path for folder in ("bpcourse", "tools", "tests") for path in (TREE / folder).rglob("*.py"))
# Words of the course that codespell takes for slips of others.
KNOWN = "fro,thru,notin,nin"
# As the course spells them; in code (between backticks, or in an address) both may stand.
OTHERWISE = {
    r"optimi[s]er": "with z", r"optimi[z]e(?!r)|optimi[z]ation": "with s", r"neighbor": "neighbour", r"\bcolor": "colour",
    r"behavior": "behaviour", r"\bcenter": "centre", r"gr[a]yscale": "greyscale", r"initiali[z]": "with s",
    r"normali[z]": "with s", r"programme\b": "program", r"data set[s]?-": "data set", r"timesteps?\b": "step",
}  # fmt: skip


def prose(path):
    """What a reader reads: the text cells of a notebook, a page whole, of a program the docstrings and comments."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return text


def words(text):
    """A text without code, formulas, addresses and titles in italics."""
    text = re.sub(r"```.*?```|^ {4}[^\n]*$", " ", text, flags=re.S | re.M)
    text = re.sub(r"`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)|https?://\S+|\*[A-Z][^*]*\*", " ", text, flags=re.S)
    return text


def slips(texts, folder):
    """What codespell finds in {name: text}, a line each. It is called once: reading its list takes it a second."""
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "codespell_lib", f"--ignore-words-list={KNOWN}", str(folder)]
    return subprocess.run(command, capture_output=True, encoding="utf-8").stdout.splitlines()


def other_spellings(text):
    """[(what stands there, how the course spells it)] in a text without code."""
    return [(match[0], right) for pattern, right in OTHERWISE.items() for match in re.finditer(pattern, text, re.I)]


def test_spelling(tmp_path):
    paths = [*NOTEBOOKS, *PAGES, *SOURCES]
    texts = {"-".join(path.relative_to(TREE).parts): prose(path) for path in paths}
    assert len(texts) == len(paths) > 50
    assert slips(texts, tmp_path) == []


@pytest.mark.parametrize("path", [*NOTEBOOKS, *PAGES], ids=lambda path: str(path.relative_to(TREE)))
def test_one_spelling_of_each_word(path):
    assert other_spellings(words(prose(path))) == []


def test_slips_are_seen(tmp_path):
    text = "It is sepe" + "rate from the optimi" + "ser's color, not `color`, nor $color$.\n\n    a color\n"
    (slip,) = slips({"page": text}, tmp_path)
    assert "==> separate" in slip
    assert other_spellings(words(text)) == [("optimiser", "with z"), ("color", "colour")]
