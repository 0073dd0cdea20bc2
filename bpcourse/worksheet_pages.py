"""The pages of a worksheet: blocks of (kind, content), and how they become Markdown, HTML or a notebook."""

import json
from html import escape

from .text import listed

WHERE = {
    "z": "the sum that comes into a unit", "a": "what the unit gives", "E": "the loss",
    "delta": "∂E/∂z of a unit", "dE/d": "the gradient of a weight or a bias", "new": "the same after one step",
}  # fmt: skip


STYLE = (
    "body{max-width:60em;margin:2em auto;padding:0 1em;font-family:sans-serif}pre{white-space:pre-wrap}"
    "table{border-collapse:collapse;margin:1em 0}td{border:1px solid;padding:.3em .6em}"
)


def problem(sheet):
    """The blocks of the problem."""
    example, f = sheet.example, sheet.example.formulas
    given = {str(name): str(x) for name, x in example.given.items()}
    net = example.net
    yield "title", f"Worksheet {sheet.seed}: one training step of a {'-'.join(map(str, net.sizes))} network, by hand"
    hidden = f"Hidden units: {net.g[1].name}. " if net.L > 1 else ""
    output = net.loss.on_logits or net.g[net.L].name
    yield "text", f"{hidden}Output: {output}. Loss: {_loss(net.loss.name)}. Learning rate: {given['alpha']}."
    rows = [["input", *(given[f.out(0, i, "")] for i in range(f.sizes[0]))]]
    rows += [["target", *(given[f.y(j, "")] for j in range(f.sizes[-1]))]]
    yield "table", [["", *map(str, range(1, max(map(len, rows))))], *rows]
    for l in f.layers:
        before = [f.out(l - 1, i, "") for i in range(f.sizes[l - 1])]
        head = ["weights into", *(f"from {name}" for name in before), "bias"]
        units = ["".join(map(str, unit)) for unit in f.units[l]]
        body = [
            [unit, *(f"{w} = {given[w]}" for w in f.w[l][j]), f"{f.b(l, j)} = {given[f.b(l, j)]}"]
            for j, unit in enumerate(units)
        ]
        yield "table", [head, *body]
    said = f"Calculate one step: forward, backward, update. Work with {sheet.digits} decimals or more. "
    yield (
        "text",
        said + "Whether you go on with the rounded numbers or with all digits makes no difference to the marks.",
    )
    yield "text", "Hand in, by these names: " + "; ".join(f"{kind}: {said}" for kind, said in WHERE.items()) + "."
    yield "names", sheet.asked


def solution(sheet):
    """The blocks of the solution."""
    yield "title", f"Solution of worksheet {sheet.seed}"
    digits = f"Numbers have {sheet.digits} decimals; small ones, {sheet.digits} significant digits. "
    yield "text", digits + "Inside a line there are more where it takes them to get the last digit of the result."
    for phase in ("forward", "backward", "update"):
        lines = sheet.example.equations(sheet.digits)
        yield "heading", phase.capitalize()
        yield "lines", lines.show(*(name for name, line in lines.items() if line.phase == phase))


def _loss(name):
    return {
        "half_squared_error": "half the sum of the squared errors, E = ½ Σ (a − y)²",
        "mse": "the mean of the squared errors over the outputs",
        "binary_cross_entropy": "binary cross-entropy, E = −Σ [y ln a + (1 − y) ln(1 − a)]",
        "cross_entropy": "cross-entropy, E = −Σ y ln a",
    }[name]


def _rows(rows):
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


def markdown(blocks):
    """One text; formulas as mathematics."""
    write = {
        "title": lambda text: f"# {text}",
        "heading": lambda text: f"## {text}",
        "text": str,
        "table": lambda rows: "\n".join(
            [f"| {' | '.join(_rows(rows)[0])} |", "|" + "---|" * len(_rows(rows)[0])]
            + [f"| {' | '.join(row)} |" for row in _rows(rows)[1:]]
        ),
        "names": lambda names: f"`{'`, `'.join(names)}`",
        "lines": lambda lines: "\n\n".join(line._repr_latex_() for line in lines.values()),
    }
    return "\n\n".join(write[kind](content) for kind, content in blocks) + "\n"


def html(blocks):
    """A page that needs nothing from elsewhere: formulas as text."""
    write = {
        "title": lambda text: f"<h1>{escape(text)}</h1>",
        "heading": lambda text: f"<h2>{escape(text)}</h2>",
        "text": lambda text: f"<p>{escape(text)}</p>",
        "table": lambda rows: (
            "<table>"
            + "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in _rows(rows))
            + "</table>"
        ),
        "names": lambda names: f"<p>{escape(listed(names))}</p>",
        "lines": lambda lines: f"<pre>{escape(repr(lines))}</pre>",
    }
    blocks = list(blocks)
    body = "\n".join(write[kind](content) for kind, content in blocks)
    head = f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(blocks[0][1])}</title>'
    return f"{head}<style>{STYLE}</style></head><body>\n{body}\n</body></html>\n"


def notebook(blocks):
    """A notebook: the text in cells, and a cell to fill in where numbers are asked for."""
    cells = []
    for k, (kind, content) in enumerate(blocks):
        cell = {
            "cell_type": "markdown",
            "id": f"block-{k}",
            "metadata": {},
            "source": markdown([(kind, content)]).strip(),
        }
        if kind == "names":
            source = "answers = {\n" + "".join(f'    "{name}": None,\n' for name in content) + "}"
            cell |= {"cell_type": "code", "execution_count": None, "outputs": [], "source": source}
        cells.append(cell)
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return json.dumps(
        {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1, ensure_ascii=False
    )


PAGES = {"md": markdown, "html": html, "ipynb": notebook}
