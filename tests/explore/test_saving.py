"""Saving a notebook: an explorer's last picture takes the place of its view, and nothing else changes."""

import asyncio
import base64
import contextlib
import copy
import io
import json
from pathlib import Path
from types import SimpleNamespace

import ipywidgets
import nbformat
import numpy as np
import pytest
from ipywidgets.widgets.widget import Widget
from jupyter_server.services.contents.filemanager import FileContentsManager
from PIL import Image
from tornado.ioloop import IOLoop

import bpcourse as bp
from bpcourse import saving, still
from bpcourse.saving import JPEG, PNG, STATE, VIEW

TREE = Path(__file__).resolve().parents[2]
MOVED = {"w": 1.0}


def shown(widget):
    """The output of a cell that ends with `widget`, as JupyterLab has it."""
    bundle = widget._repr_mimebundle_()
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    data = {kind: base64.b64encode(x).decode() if isinstance(x, bytes) else x for kind, x in data.items()}
    output = {"output_type": "execute_result", "execution_count": 1, "data": data, "metadata": metadata}
    return json.loads(json.dumps(output))


def notebook(*widgets, state=()):
    """What JupyterLab saves: a text, a cell for each of `widgets`, and the state of those in `state`."""
    cells = [nbformat.v4.new_code_cell("x", id=f"c{k}") | {"outputs": [shown(w)]} for k, w in enumerate(widgets)]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("text", id="text"), *cells])
    if state:
        book.metadata["widgets"] = {STATE: Widget.get_manager_state(widgets=list(state))}
    return json.loads(json.dumps(book))


def with_layout(*widgets):
    return [*widgets, *(w.layout for w in widgets)]


@pytest.fixture
def explorer():
    explorer = bp.explore.one_weight()
    explorer.widget.set(**MOVED)
    return explorer


@pytest.fixture
def mixed(explorer):
    """A notebook with an explorer, and a slider that is none of ours."""
    slider = ipywidgets.IntSlider()
    return notebook(explorer, slider, state=[*with_layout(explorer.widget, slider), slider.style])


def output(book, cell):
    return next(c for c in book["cells"] if c["id"] == cell)["outputs"][0]


def test_last_picture_takes_the_place_of_the_view(explorer):
    before = notebook(explorer, state=with_layout(explorer.widget))
    after = saving.without_views(before)
    came, data = output(after, "c0"), output(after, "c0")["data"]
    assert set(data) == {JPEG, "text/plain"} and "widgets" not in after["metadata"]
    image = Image.open(io.BytesIO(base64.b64decode(data[JPEG])))
    wanted = explorer.frame(**MOVED)
    right = Image.open(io.BytesIO(wanted.png)).convert("RGB")
    picture = image.crop((0, 0, *right.size))
    other = Image.open(io.BytesIO(explorer.frame().png)).convert("RGB")

    def difference(one):
        return np.abs(np.asarray(picture, float) - np.asarray(one, float)).mean()

    assert difference(right) < 1 < difference(other)  # a JPEG of it; and not the one of the start
    strip = np.asarray(image.crop((0, right.height, *image.size)).convert("L"))
    assert strip.min() < 150 and (strip > 250).mean() > 0.9  # a line of text
    assert data["text/plain"] == wanted.alt == came["metadata"][JPEG]["alt"]
    width, height = wanted.size
    assert came["metadata"] == {JPEG: {"width": width, "height": height + still.HEIGHT, "alt": wanted.alt}}
    assert output(before, "c0")["data"][VIEW]  # a copy was changed


def reduce(book, factor):
    """Makes the explorer's last picture smaller."""
    (kept,) = [k for k in book["metadata"]["widgets"][STATE]["state"].values() if "buffers" in k]
    image = Image.open(io.BytesIO(base64.b64decode(kept["buffers"][0]["data"]))).reduce(factor)
    image.save(file := io.BytesIO(), "JPEG")
    kept["buffers"][0]["data"] = base64.b64encode(file.getvalue()).decode()


def test_while_it_moves_the_picture_has_the_same_size_on_the_page(explorer):
    book = notebook(explorer, state=with_layout(explorer.widget))
    reduce(book, 2)
    width, height = explorer.frame().size
    size = output(saving.without_views(book), "c0")["metadata"][JPEG]
    assert (size["width"], size["height"]) == (width, pytest.approx(height + still.HEIGHT, abs=1))


def test_without_state_the_first_picture_stays(explorer):
    before = notebook(explorer)
    after = saving.without_views(before)
    assert output(before, "c0")["data"].pop(VIEW)
    assert after == before


def test_what_is_not_ours_stays(mixed):
    after = saving.without_views(mixed)
    assert output(after, "c1") == output(mixed, "c1") and VIEW in output(after, "c1")["data"]
    before, kept = (book["metadata"]["widgets"][STATE]["state"] for book in (mixed, after))
    assert {k["model_name"] for k in kept.values()} == {"IntSliderModel", "LayoutModel", "SliderStyleModel"}
    assert len(kept) == 3 and kept.items() <= before.items()
    assert saving.without_views(after) == after


def test_a_picture_beside_the_view_of_another_stays():
    slider = ipywidgets.IntSlider()
    for state, metadata in (((), {}), ([slider], {PNG: {"alt": "a slider"}})):
        book = notebook(slider, state=state)
        output(book, "c0")["data"][PNG], output(book, "c0")["metadata"] = "iVBORw0KGgo=", metadata
        assert saving.without_views(book) == book


def test_explorer_in_a_box_of_another_keeps_its_model(explorer):
    box = ipywidgets.VBox([explorer.widget])
    book = notebook(box, state=with_layout(box, explorer.widget))
    assert saving.without_views(book) == book


def places(value, path=()):
    """The paths to everything in nested dicts and lists, the deepest first."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))
        yield (*path, key)


def test_damage_of_any_kind_loses_nothing(explorer, mixed):
    """Each entry of the notebook in turn is lost, or of another kind: saving raises nothing and keeps all the rest."""
    reduce(mixed, 8)  # it is drawn some thousand times
    ours, tried = {explorer.widget.model_id, explorer.widget.layout.model_id}, 0
    for path in [path for path in places(mixed) if not {"face", "controls"} <= set(path)]:
        for damage in ("lost", None, 7, "x", [], {}):
            book = copy.deepcopy(mixed)
            place = book
            for key in path[:-1]:
                place = place[key]
            if damage == "lost":
                del place[path[-1]]
            else:
                place[path[-1]] = damage
            model = {"type": "notebook", "content": book}
            before = copy.deepcopy(book)
            saving.before_saving(model)
            assert book == before
            assert of_others(model["content"], ours) == of_others(book, ours), path
            tried += 1
    assert tried > 500


def of_others(book, ours):
    """The notebook without the outputs of an explorer's cell, and the models `ours`."""
    book = copy.deepcopy(book)
    with contextlib.suppress(Exception):  # it may be damaged
        del next(cell for cell in book["cells"] if cell.get("outputs") and cell.get("id") != "c1")["outputs"]
    with contextlib.suppress(Exception):
        states = book["metadata"]["widgets"][STATE]["state"]
        for name in ours & states.keys():
            del states[name]
        if not states:
            del book["metadata"]["widgets"]
    return book


def test_other_files_are_none_of_its_business():
    for model in ({"type": "file", "content": "x"}, {"type": "directory"}, {"type": "notebook"}, {"chunk": 1}):
        before = copy.deepcopy(model)
        saving.before_saving(model, contents_manager=object())  # which has no log to complain in
        assert model == before


def test_jupyters_server_saves_so(mixed, tmp_path):
    manager = FileContentsManager(root_dir=str(tmp_path))
    listed = json.loads((TREE / "tools" / "server.json").read_text(encoding="utf-8"))
    extensions = listed["ServerApp"]["jpserver_extensions"]
    (point,) = saving._jupyter_server_extension_points()
    assert extensions == {point["module"]: True} and point["module"] == saving.__name__

    async def server():
        app = SimpleNamespace(io_loop=IOLoop.current(), contents_manager=None)
        saving._load_jupyter_server_extension(app)
        app.contents_manager = manager  # another extension's
        await asyncio.sleep(0.01)

    asyncio.run(server())
    manager.save({"type": "notebook", "format": "json", "content": mixed}, "x.ipynb")
    book = nbformat.read(tmp_path / "x.ipynb", as_version=4)
    nbformat.validate(book)
    assert set(book.cells[1].outputs[0].data) == {JPEG, "text/plain"}
