"""What no notebook of the course may hold: one small function a rule.

A rule takes a notebook (the plain dict of its JSON, so that nothing is repaired on the way) and its path, and yields
(cell, complaint). `lint` turns them into lines "path, cell id: what is wrong; what to do".
"""

import io
import json
import re
import tokenize

import notebooks

LONGEST_CELL = 15  # lines
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
GUESS = re.compile(r"^\w*guess\w* = (?!None\b)(.+?)\s*(?:#|$)", re.MULTILINE)
REPLAYED = re.compile(r"\bclear_output\b|\bupdate_display\b|\bdisplay_id\s*=")
# A folder of one machine. Not after a letter, ':', '.' or '/': that is part of an address or of a longer path.
ABSOLUTE = re.compile(r"(?<![\w:./~-])(/home/|/root/|/work/|/tmp/|/Users/|/private/)|\b[A-Za-z]:\\+Users\b")
# -0, -0.000, -0.00e+00; not the -0 of -0.5, 2-0 or 10-03.
MINUS_ZERO = re.compile(r"(?<![\w.)])[-−](?:0+\.?0*|\.0+)(?:e[-+]?\d+)?(?![\w.])")
# What only one machine would print: a setting of its environment, a place in its memory or on its disk, a version, a day
# or a clock's time, how long something took.
MACHINE = re.compile(
    r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\b0x[0-9a-f]{6,}\b|~/|site-packages|\.venv\b|\b\d+\.\d+\.\d+\b"
    r"|\b20\d\d-\d\d-\d\d\b|\b\d?\d:\d\d\b|\b\d+ ?(?:[mµn]s|s|(?:milli|micro)?seconds?)\b"
)
CHAPTER = re.compile(r"\b[Cc]hapters? 0?\d\b")
LINKED = re.compile(r"\[[^\]\n]*\]\([^)\s]*\.ipynb[^)\s]*\)")


def text(lines):
    """A multi-line string of the notebook format, which may be stored as a list of lines."""
    return "".join(lines) if isinstance(lines, list) else lines


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def each_output(notebook):
    return [(cell, output) for cell in code_cells(notebook) for output in cell["outputs"]]


def never_run(notebook, path):
    for cell in code_cells(notebook):
        if cell["execution_count"] is None:
            yield cell, "was never run, so its output is not checked; run `make notebooks`, or delete it if it is empty"


def run_in_order(notebook, path):
    run = [cell for cell in code_cells(notebook) if cell["execution_count"] is not None]
    for wanted, cell in enumerate(run, start=1):
        if cell["execution_count"] != wanted:
            yield cell, f"has count {cell['execution_count']} and not {wanted}; run `make notebooks`"
            return


def _said(output):
    """The texts of an output."""
    data = output.get("data", {})
    return [text(output.get("text", "")), *(text(data[kind]) for kind in data if kind.startswith("text/"))]


def no_stderr(notebook, path):
    for cell, output in each_output(notebook):
        if output.get("name") == "stderr":
            yield cell, f"wrote to stderr: {text(output['text']).strip()[:80]!r}; remove the cause of the warning"


def no_error(notebook, path):
    for cell, output in each_output(notebook):
        if output["output_type"] == "error":
            yield cell, f"stores an error, {output['ename']}; catch it in the cell and print what matters"


def no_minus_zero(notebook, path):
    for cell, output in each_output(notebook):
        found = next(filter(None, map(MINUS_ZERO.search, _said(output))), None)
        if found:
            yield cell, f"shows {found.group()!r}, whose sign is not the same on every processor; round, then add 0.0"


def no_machine(notebook, path):
    for cell, output in each_output(notebook):
        found = next(filter(None, map(MACHINE.search, _said(output))), None)
        if found:
            yield cell, f"shows {found[0]!r}, which is a matter of the machine that ran it; print what holds everywhere"


def no_semicolon(notebook, path):
    for cell in code_cells(notebook):
        if _last_token(text(cell["source"])) == ";":
            yield cell, "ends with ';' to hide its output, which nbval still compares; give the value a name instead"


def _last_token(source):
    """The last token that counts, which is what IPython looks at too: a comment after the ';' does not save it."""
    last = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in (tokenize.OP, tokenize.NAME, tokenize.NUMBER, tokenize.STRING):
                last = token.string
    except (tokenize.TokenError, SyntaxError):
        return source.rstrip()[-1:]
    return last


def no_redrawing(notebook, path):
    for cell in code_cells(notebook):
        found = REPLAYED.search(text(cell["source"]))
        if found:
            yield cell, f"uses {found.group()}, which nbval does not replay; print once, or use an explorer"


def no_widget(notebook, path):
    if "widgets" in notebook["metadata"]:
        yield {}, "stores the state of widgets; run `make notebooks`"
    for cell, output in each_output(notebook):
        if WIDGET_VIEW in output.get("data", {}):
            yield cell, "stores a widget view, which shows as 'model not found' elsewhere; run `make notebooks`"


def short_cells(notebook, path):
    for cell in code_cells(notebook):
        lines = len(text(cell["source"]).splitlines())
        is_answer = cell["metadata"].get("nbgrader", {}).get("solution", False) and path.parent.name == "solutions"
        if lines > LONGEST_CELL and not is_answer:
            yield cell, f"has {lines} lines, more than {LONGEST_CELL}; move code into bpcourse, or split the idea"


def cell_ids(notebook, path):
    seen = set()
    for number, cell in enumerate(notebook["cells"], start=1):
        if not cell.get("id"):
            yield cell, f"(number {number} of the notebook) has no id; give it a short readable one"
        elif cell["id"] in seen:
            yield cell, "has the id of an earlier cell; give it its own"
        seen.add(cell.get("id"))


def no_absolute_path(notebook, path):
    for cell in notebook["cells"]:
        for part in _readable(cell):
            found = ABSOLUTE.search(part)
            if found:
                yield cell, f"names a folder of one machine, {found.group()!r}; use a path relative to the notebook"
                break


def open_guess(notebook, path):
    for cell in code_cells(notebook):
        found = GUESS.search(text(cell["source"]))
        if found:
            yield cell, f"begins a guess with {found.group(1)}, which suggests an answer; write None"


def guess_shown_again(notebook, path):
    """In its section, and before the next: else it is not compared, and all that follows stays folded."""
    waiting = None
    for cell in (*notebook["cells"], {"cell_type": "markdown", "source": "# The end"}):
        source, code = text(cell["source"]), cell["cell_type"] == "code"
        asks, ends = code and notebooks.GUESS.match(source), not code and source.startswith("#")
        if waiting and (asks or ends):
            yield waiting, "asks for a guess that no later cell of its section shows again, beside the answer"
        if asks or ends or (code and "guess" in source):
            waiting = cell if asks else None


def no_bare_number(notebook, path):
    """A link to the chapter follows when it moves; a number alone does not."""
    for cell in notebook["cells"]:
        found = CHAPTER.search(LINKED.sub("", text(cell["source"])))
        if found:
            yield (
                cell,
                f"says {found[0]!r}; write a link, [chapter 04](04_numeric_example.ipynb), which is kept up to date",
            )


def _readable(cell):
    """The source and all text of the outputs; not base64, in which '/tmp/' may occur by chance."""
    yield text(cell["source"])
    for output in cell.get("outputs", []):
        yield text(output.get("text", ""))
        yield "\n".join(output.get("traceback", []))
        for kind, data in output.get("data", {}).items():
            if kind.startswith("text/") or kind == "image/svg+xml":
                yield text(data)


RULES = (
    never_run,
    run_in_order,
    no_stderr,
    no_error,
    no_minus_zero,
    no_machine,
    no_semicolon,
    no_redrawing,
    no_widget,
    short_cells,
    cell_ids,
    no_absolute_path,
    open_guess,
    guess_shown_again,
    no_bare_number,
)


def lint(path, rules=RULES):
    """The complaints about the notebook in the file `path`, as lines for a reader."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [
        f"{path}, cell {cell.get('id', '(none)')}: {complaint}"
        for rule in rules
        for cell, complaint in rule(notebook, path)
    ]
