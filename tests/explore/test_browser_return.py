"""Save, close and open in JupyterLab: an explorer is its last picture, with the line that says what to do."""

import json

import lab
import pytest

pytestmark = pytest.mark.skipif(lab.missing() is not None, reason=f"coming back: {lab.missing()}")

CELLS = (
    "import bpcourse as bp\nimport ipywidgets",
    "bp.explore.one_weight()",
    "bp.explore.one_weight()",
    "ipywidgets.IntSlider(description='not ours')",
)
SAVE = "async () => { await window.jupyterapp.commands.execute('docmanager:save'); }"


def test_coming_back(context, server):
    name = lab.scratch(server, "return.ipynb", *CELLS)
    notebook = lab.Notebook(context, server, name)
    page = notebook.page
    live = page.locator(".jp-NotebookPanel .bp-explorer")
    assert notebook.run_all() == 0 and live.count() == 2
    start = live.nth(1).locator(".bp-status").inner_text()
    live.nth(1).locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1000)  # until it rests
    said = live.nth(1).locator(".bp-status").inner_text()
    assert said != start
    page.evaluate(SAVE)
    notebook.close()

    kept = json.loads((server.root / name).read_text(encoding="utf-8"))
    first, moved, other = (cell["outputs"][0]["data"] for cell in kept["cells"][1:])
    assert "".join(first["text/plain"]).endswith(start) and "".join(moved["text/plain"]).endswith(said)

    notebook = lab.Notebook(context, server, name)
    pictures = page.locator(".jp-NotebookPanel .jp-OutputArea img")
    pictures.nth(1).wait_for()
    page.locator(".jp-OutputArea .widget-label", has_text="not ours").wait_for()  # JupyterLab has saved and restored it
    assert pictures.count() == 2 and live.count() == 0
    assert [picture.get_attribute("src")[:15] for picture in pictures.all()] == ["data:image/jpeg"] * 2
    assert page.get_by_text("Error displaying widget").count() == 0
    assert notebook.run_all() == 0 and live.count() == 2 and pictures.count() == 2  # the live ones'
    assert notebook.errors() == [] and notebook.problems == []
    notebook.close()
