"""An extension of Jupyter's server: in a notebook that is saved, an explorer's last picture takes the place of its live
view, which without its kernel would read "model not found".

JupyterLab saves the view beside the picture of the start, and, with the setting `saveState`, the state of all widgets
in the notebook's metadata. The last picture is in the state. Widgets of others stay as they are.
"""

import base64
import copy
import io
import json
from functools import lru_cache

from PIL import Image

from .still import jpeg, still

VIEW, STATE = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"
PNG, JPEG = "image/png", "image/jpeg"


def _jupyter_server_extension_points():
    return [{"module": __name__}]


def _load_jupyter_server_extension(app):
    # When all extensions are there: one of them may put a manager of its own in place (Jupytext does).
    app.io_loop.add_callback(lambda: app.contents_manager.register_pre_save_hook(before_saving))


def before_saving(model, path="", contents_manager=None, **_):
    """Changes the notebook that `model` brings. On any surprise it is saved as it is."""
    if model.get("type") != "notebook" or not model.get("content"):
        return
    try:
        model["content"] = without_views(model["content"])
    except Exception:  # whatever it is, nobody's work may be lost for it
        if contents_manager:
            contents_manager.log.warning("%s is saved with its explorers as they are.", path, exc_info=True)


def without_views(notebook):
    """A copy of the notebook, the dict of its JSON, with the last pictures of explorers in place of their views."""
    notebook = copy.deepcopy(notebook)
    states = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
    ours = {name: kept for name, kept in states.items() if _is_ours(kept)}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            view = output.get("data", {}).get(VIEW)
            if view and view["model_id"] in ours:
                _show_last(output, ours[view["model_id"]])
            # An explorer whose state was not saved. No other widget's picture has a text alternative.
            if view and view["model_id"] not in states and output.get("metadata", {}).get(PNG, {}).get("alt"):
                del output["data"][VIEW]
    if ours:
        _forget(notebook["metadata"], states, ours)
    return notebook


def _is_ours(kept):
    return str(kept["state"].get("_anywidget_id", "")).startswith("bpcourse.")


def _show_last(output, kept):
    """The output with the picture and the words of the widget's saved state."""
    data, state = output["data"], kept["state"]
    (last,) = (buffer["data"] for buffer in kept["buffers"] if buffer["path"] == ["picture"])
    width = state["face"]["size"][0]
    picture, height = _still(last, width)
    words = f"{state['face']['name']}. {state['status']}"
    for old in (VIEW, PNG):
        data.pop(old, None)
        output["metadata"].pop(old, None)
    data |= {JPEG: picture, "text/plain": words}
    output["metadata"][JPEG] = {"width": width, "height": height, "alt": words}


@lru_cache(maxsize=32)  # few of a notebook's explorers have moved since it was saved two minutes ago
def _still(picture, width):
    """(the JPEG `picture` with the line under it, its height in CSS pixels); both in base64."""
    image = still(Image.open(io.BytesIO(base64.b64decode(picture))), width)
    return base64.b64encode(jpeg(image)).decode(), round(image.height * width / image.width)


def _forget(metadata, states, ours):
    """Takes the explorers' models, and those of their layouts, out of `states`; not one that another model holds."""
    gone = ours.keys() | {str(kept["state"].get("layout")).removeprefix("IPY_MODEL_") for kept in ours.values()}
    held = None
    while held != set():
        others = json.dumps([kept for name, kept in states.items() if name not in gone])
        held = {name for name in gone if f"IPY_MODEL_{name}" in others}
        gone -= held
    for name in gone & states.keys():
        del states[name]
    if not states:
        del metadata["widgets"]
