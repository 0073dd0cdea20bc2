"""Colours stand in one file, by what they say."""

import ast
from pathlib import Path

import pytest
from matplotlib.colors import is_color_like

import bpcourse

PACKAGE = Path(bpcourse.__file__).parent
FILES = [path for folder in ("plots", "explore") for path in sorted((PACKAGE / folder).glob("*.py"))]
NOT_COLOURS = {"none"}  # and grey levels such as "0.5" and single letters such as "k", which are texts as well


def literals(tree):
    for node in ast.walk(tree):
        value = getattr(node, "value", None)
        if isinstance(node, ast.Constant) and isinstance(value, str) and len(value) > 1 and is_color_like(value):
            if value not in NOT_COLOURS and not value.replace(".", "").isdigit():
                yield f"line {node.lineno}: {value}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_colours_stand_in_style_only(path):
    found = list(literals(ast.parse(path.read_text(encoding="utf-8"))))
    assert bool(found) == (path.name == "style.py"), found


def test_a_colour_would_be_seen():
    tree = ast.parse("ax.plot(x, color='#a8408a'); ax.plot(x, 'o', mfc='none', c='white', label='0.5'); a = 'C0'")
    assert {text.split(": ")[1] for text in literals(tree)} == {"#a8408a", "white", "C0"}
