"""What learners hand in: opened, compared with the release, mended, and looked through. Part of classroom.py."""

import ast
import copy
import re
from collections import Counter

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

# Names that no answer needs, and that reach into the marking.
SUSPICIOUS = {
    "get_ipython", "input_transformers", "input_transformers_post", "input_transformers_cleanup", "ast_transformers",
    "settrace", "setprofile", "_getframe", "environ", "putenv", "getenv", "modules", "importlib", "__import__",
    "builtins", "__builtins__", "setattr", "exec", "eval", "ctypes", "inspect", "gc", "atexit", "subprocess", "vars",
    "__dict__", "__globals__", "display_formatter", "user_ns", "_repr_html_", "_repr_mimebundle_",
}  # fmt: skip
# The same inside a text, where `modules` would be an everyday word.
IN_TEXTS = re.compile(r"NBGRADER_EXECUTION|get_ipython|sys\.modules|bp\.check|bpcourse|__dict__|settrace|_transformers")
HARMLESS = re.compile(r"get_ipython\(\)\.run_line_magic\('(?:matplotlib|time|timeit|pinfo2?)'.*")


class NoNotebook(ValueError):
    """There is no file, or it holds no notebook, or none of this assignment."""


def find(learner, assignment, name):
    """The file in the folder `learner` that holds the notebook `name`. The browser may have put " (1)" behind the name:
    of several such files the one of that very name counts, or else the last one written.
    """
    files = [path for place in (learner, learner / assignment) for path in place.glob(f"{name}*.ipynb")]
    if not files:
        others = ", ".join(sorted(path.name for path in learner.iterdir() if path.is_file()))
        raise NoNotebook(f"{name}.ipynb is missing" + (f" (there is {others})" if others else ""))
    return max(files, key=lambda path: (path.stem == name, path.stat().st_mtime))


def opened(path):
    """The notebook in the file `path`; NoNotebook, with the name of the file, if there is none in it."""
    if not path.is_file():
        raise NoNotebook(f"There is no notebook {path}.")
    try:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            mark_of(cell).get("grade_id"), cell.source.strip(), cell.cell_type
    except Exception as error:  # nbformat raises many kinds, according to where it stumbles
        raise NoNotebook(f"{path.name} is no notebook ({type(error).__name__})") from error
    return notebook


def mark_of(cell):
    """nbgrader's metadata of a cell; {} if it has none."""
    return cell.metadata.get("nbgrader", {})


def name_of(cell):
    """The grade_id of a cell, or else its id; None for a cell that has neither."""
    return mark_of(cell).get("grade_id") or cell.get("id")


def exercise_of(cell):
    """The name of the exercise that a check cell marks: the one in bp.check(...), or else the cell's own."""
    found = re.search(r"bp\.check\(\s*[\"']?(\w+)", cell.source)
    return found[1] if found else name_of(cell)


def mend(release, handed_in):
    """(a copy of `release` with the answers that `handed_in` gives, remarks on what was out of order).

    Answers go where their grade_id stands in the release. Cells that the learner added stay behind the cell that they
    stood behind. Of an answer that is there twice the last one that says anything counts; the others run before it.
    """
    mended, remarks = copy.deepcopy(release), []
    place = {name_of(cell): i for i, cell in enumerate(mended.cells)}
    known = {cell.source for cell in release.cells}
    versions, added, at = {}, {}, -1
    for cell in handed_in.cells:
        if name_of(cell) in place:
            at = place[name_of(cell)]
            versions.setdefault(at, []).append(cell)
        elif cell.source.strip() and cell.source not in known:
            added.setdefault(at, []).append(cell)
    ours = {i for i, cell in enumerate(mended.cells) if mark_of(cell)}
    if not ours & set(versions):
        raise NoNotebook("the notebook is another one: it has no cell of this assignment")

    before, behind = {}, {}
    for i in ours & set(versions):
        if mark_of(mended.cells[i]).get("solution"):
            answers = [cell for cell in versions[i] if cell.source.strip() != mended.cells[i].source.strip()]
            if answers:
                mended.cells[i].source, before[i] = answers[-1].source, answers[:-1]
    for i, cells in added.items():
        behind.setdefault(_behind(mended, versions, i), []).extend(cells)
    remarks = _remarks(release, versions, [place.get(name_of(cell)) for cell in handed_in.cells], sorted(ours))

    cells = [*map(_own, behind.get(-1, []))]
    for i, cell in enumerate(mended.cells):
        cells += [*map(_own, before.get(i, [])), cell, *map(_own, behind.get(i, []))]
    for n, cell in enumerate(cell for cell in cells if "id" not in cell):
        cell.id = f"added-{n}"
    mended.cells = cells
    return mended, remarks


def _behind(mended, versions, i):
    """Where a cell goes that stood behind cell i: also behind the answer cells that were deleted there, so that an
    answer in a cell of the learner's own is not undone by the empty one.
    """
    target = i
    for j in range(i + 1, len(mended.cells)):
        if j in versions:
            break
        if mark_of(mended.cells[j]).get("solution"):
            target = j
    return target


def _own(cell):
    """A copy of a learner's own cell, without what nbgrader or a screen has left in it."""
    fields = {"cell_type": cell.cell_type, "metadata": {}, "source": cell.source}
    if cell.cell_type == "code":
        fields |= {"outputs": [], "execution_count": None}
    return nbformat.from_dict(fields)


def _remarks(release, versions, order, ours):
    names = {i: name_of(release.cells[i]) for i in ours}
    order = [i for i in dict.fromkeys(order) if i in names]
    late = [i for k, i in enumerate(order) if any(j < i for j in order[k + 1 :])]
    locked = [i for i in ours if i in versions and not mark_of(release.cells[i]).get("solution")]
    changed = [i for i in locked if all(cell.source != release.cells[i].source for cell in versions[i])]
    found = {
        "deleted": [i for i in ours if i not in versions],
        "there more than once": [i for i in ours if len(versions.get(i, [])) > 1],
        "out of order": late,
        "changed, though locked": changed,
    }
    return [f"{what}: {', '.join(names[i] for i in which)}" for what, which in found.items() if which]


def suspicious(notebook, release):
    """What in the learner's own code may reach into the marking, as texts: for a teacher to look at, no verdict."""
    given = {cell.source for cell in release.cells}
    own = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source not in given]
    found = Counter()
    for cell in own:
        for what in _reaches(cell.source):
            found[f"{what} in {name_of(cell)}"] += 1
    return list(found)


def _reaches(source):
    try:
        plain = HARMLESS.sub("pass", TransformerManager().transform_cell(source))
        flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree = compile(plain, "cell", "exec", flags)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # Python refuses it too, so it does nothing
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            for name in names:
                if name.startswith("bpcourse.") or SUSPICIOUS & set(name.split(".")):
                    yield name
            if isinstance(node, ast.Import):
                yield from ("bp = …" for alias in node.names if alias.asname == "bp" and alias.name != "bpcourse")
        elif isinstance(node, ast.Attribute):
            if node.attr in SUSPICIOUS or node.attr == "marking":
                yield node.attr
            if not isinstance(node.ctx, ast.Load) and _root(node) in ("bp", "np"):
                yield f"{ast.unparse(node)} = …"
        elif isinstance(node, ast.Name):
            if node.id in SUSPICIOUS:
                yield node.id
            if node.id == "bp" and not isinstance(node.ctx, ast.Load):
                yield "bp = …"
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == "bp":
            yield "bp = …"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from IN_TEXTS.findall(node.value)


def _root(node):
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", None)
