"""Sphinx extension: the explorers move on the pages, without a kernel.

Before the pages are read, each explorer that a notebook shows is recorded at the positions of its moving controls
(`recorder.py`); a player, `moving.js`, stands after its stored picture and loads a recording when it is touched.
Recordings are kept in build/, by what they depend on.
"""

import ast
import hashlib
import html
import io
import json
import logging
import os
import re
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import matplotlib
from fontTools import subset
from matplotlib.font_manager import FontProperties, findfont

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "bpcourse"
KEPT = HERE.parent / "build" / "moving"
SPARED = 3600  # seconds for which a recording is kept that nothing asks for


def explorer_of(source):
    """(name, arguments, named arguments) of the explorer that a cell of this source shows; None if it shows none that
    can be made without running the notebook.
    """
    try:
        last = ast.parse(source).body[-1].value
        name = re.fullmatch(r"bp\.explore\.(\w+)", ast.unparse(last.func))[1]
        named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in last.keywords}
        return name, tuple(ast.literal_eval(argument) for argument in last.args), named
    except (SyntaxError, IndexError, AttributeError, ValueError, TypeError):
        return None


def shown(notebook):
    """Of a notebook, as JSON has it: (cell, what its explorer is) for each that shows one."""
    for cell in notebook["cells"]:
        found = explorer_of("".join(cell["source"])) if cell["cell_type"] == "code" else None
        if found and any("image/png" in output.get("data", {}) for output in cell["outputs"]):
            yield cell, found


def needed(path, known):
    """Add to the set `known` this file of the package and all that it imports from the package, however far."""
    if path in known or not path.is_file():
        return
    known.add(path)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            module = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            for stem in (module, *(module / alias.name for alias in node.names)):
                needed(stem.with_suffix(".py"), known)
                needed(stem / "__init__.py", known)


@cache
def _depends(name):
    """A digest of all that the pictures of an explorer depend on, beside the arguments of its call."""
    known, digest = set(), hashlib.sha256(matplotlib.__version__.encode())
    known.update(HERE / f"{part}.py" for part in ("recorder", "renderer", "touch"))
    needed(PACKAGE / "explore" / f"{name}.py", known)
    for path in sorted(known):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                node.value.value = None  # a docstring, which draws nothing
        digest.update(ast.dump(tree).encode())
    for path in sorted(PACKAGE.glob("data/*.npz")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def key(found):
    return hashlib.sha256(repr((found, _depends(found[0]))).encode()).hexdigest()[:16]


def keep(found):
    """Record an explorer into the folder KEPT, unless it is there: KEY.json, its face, and KEY-0.moving, ... ."""
    import recorder

    from bpcourse import explore

    ready = KEPT / f"{key(found)}.json"
    if ready.exists():
        return
    name, arguments, named = found
    explorer = getattr(explore, name)(*arguments, **named)
    face, recordings = recorder.face(explorer)
    face["files"] = [f"{key(found)}-{k}.moving" for k in range(len(recordings))]
    for file, (rest, grid) in zip(face["files"], recordings, strict=True):
        recording = recorder.record(explorer, rest, grid)
        letters = {letter for thing in recording["things"] for letter in thing[1]}
        _put(KEPT / file, recorder.packed(recording))
        face["letters"] = "".join(sorted(letters.union(face.get("letters", ""))))
    _put(ready, json.dumps(face, ensure_ascii=False).encode())


def _put(path, content):
    """Write a file at once, so that another build that reads it finds all of it."""
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)


def record_all(app):
    """Sphinx's `builder-inited`: all explorers of all notebooks, on all processors."""
    KEPT.mkdir(parents=True, exist_ok=True)
    notebooks = sorted(Path(app.srcdir).rglob("*.ipynb"))
    wanted = {key(found): found for path in notebooks for _, found in shown(json.loads(path.read_text("utf-8")))}
    missing = [name for name in wanted if not (KEPT / f"{name}.json").exists()]
    if missing:
        print(f"Recording {len(missing)} of {len(wanted)} explorers: minutes for all, but they are kept.")
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        list(pool.map(keep, wanted.values()))
    prune(wanted)
    app.moving_wanted = sorted(wanted)


def prune(wanted):
    """Of the folder KEPT, delete what none of these keys names, unless it was used in the last hour: it may be that a
    build of the tree as it was before an edit still runs.
    """
    for path in KEPT.iterdir():
        if re.split(r"[-.]", path.name)[0] in wanted:
            os.utime(path)
        elif time.time() - path.stat().st_mtime > SPARED:
            path.unlink(missing_ok=True)


def outdated(app, env, *changes):
    """Sphinx's `env-get-outdated`: the pages name the recordings, so that new ones need new pages."""
    before, env.moving_wanted = getattr(env, "moving_wanted", None), app.moving_wanted
    if before == app.moving_wanted:
        return []
    return [name for name in env.found_docs if str(env.doc2path(name)).endswith(".ipynb")]


def add_player(app, docname, source):
    """Sphinx's `source-read`: after the picture of an explorer comes what `moving.js` makes its player of."""
    if not str(app.env.doc2path(docname)).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    for cell, found in shown(notebook):
        face = json.loads((KEPT / f"{key(found)}.json").read_text("utf-8"))
        del face["letters"]
        player = f'<div class="moving" data-face="{html.escape(json.dumps(face, ensure_ascii=False))}"></div>'
        cell["outputs"].append({"output_type": "display_data", "metadata": {}, "data": {"text/html": player}})
    source[0] = json.dumps(notebook)


def lay_out(app, exception):
    """Sphinx's `build-finished`: the recordings, and their letters as two fonts."""
    if exception or app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "moving"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    letters = set()
    for name in app.moving_wanted:
        face = json.loads(KEPT.joinpath(f"{name}.json").read_text("utf-8"))
        letters.update(face["letters"])
        for file in face["files"]:
            shutil.copyfile(KEPT / file, target / file)
    for weight in ("normal", "bold"):
        target.joinpath(f"letters-{weight}.woff").write_bytes(_font(weight, "".join(sorted(letters))))


def _font(weight, letters):
    """The explorers' font with these letters only, as WOFF."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells of each table of the font that it drops
    options = subset.Options(flavor="woff", layout_features=["kern"], notdef_outline=True)
    font = subset.load_font(findfont(FontProperties(family="DejaVu Sans", weight=weight)), options)
    cut = subset.Subsetter(options)
    cut.populate(text=letters)
    cut.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


def setup(app):
    app.connect("builder-inited", record_all)
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", add_player)
    app.connect("build-finished", lay_out)
    app.add_css_file("moving.css")
    app.add_js_file("moving.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
