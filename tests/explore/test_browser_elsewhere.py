"""Explorers outside JupyterLab on a laptop: in Notebook 7, and under a finger."""

import lab
import pytest
from lab_explorer import Explorer

pytestmark = pytest.mark.skipif(lab.missing() is not None, reason=f"the explorers: {lab.missing()}")

CELL = "import bpcourse as bp\nbp.explore.one_weight()"
READY = """() => {
    const kernel = document.querySelector('.jp-NotebookPanel .jp-Toolbar-kernelName, .jp-NotebookKernelStatus');
    const state = document.querySelector('.jp-Notebook-ExecutionIndicator');
    return kernel && !kernel.innerText.includes('No Kernel') && state && state.dataset.status === 'idle';
}"""
RUN = "() => /[*0-9]/.test(document.querySelector('.jp-CodeCell .jp-InputPrompt').innerText)"
CELLS = "() => document.querySelectorAll('.jp-Notebook .jp-CodeCell').length"


@pytest.fixture(scope="module")
def explorer(tmp_path_factory):
    """An explorer in Notebook 7, on a screen that knows fingers."""
    with lab.Server(tmp_path_factory.mktemp("notebook"), program="notebook") as server, lab.browser(1) as context:
        name = lab.scratch(server, "one.ipynb", CELL)
        page = context.new_page()
        page.goto(f"{server.url}/notebooks/{name}?token={server.token}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        page.wait_for_function(READY, timeout=60_000)
        page.locator(".jp-CodeCell .cm-content").first.click()
        for _ in range(60):  # a key that comes while the page is still being built is lost
            if page.evaluate(RUN):
                break
            page.keyboard.press("Control+Enter")
            page.wait_for_timeout(1000)
        page.wait_for_selector(".bp-explorer .bp-targets > div", timeout=120_000)
        yield Explorer(page, page.locator(".bp-explorer"))


def test_it_is_alive_and_its_keys_are_its_own(explorer):
    cells = explorer.page.evaluate(CELLS)
    assert explorer.moves(0)
    for control in explorer.box.locator("button, input").all():
        control.focus()
        for key in ("a", "b", "d", "d", "m", "x"):
            explorer.page.keyboard.press(key)
    assert explorer.page.evaluate(CELLS) == cells and explorer.box.is_visible()
    assert explorer.page.locator(".jp-MarkdownCell").count() == 0


def test_a_finger_drags_the_dot(explorer):
    explorer.rests()
    fingers = explorer.page.context.new_cdp_session(explorer.page)
    x, y = explorer.middle(explorer.targets.count() - 1)

    def touch(kind, *points):
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]})

    before = explorer.status()
    touch("touchStart", (x, y))
    for step in range(1, 6):
        touch("touchMove", (x + 8 * step, y))
        explorer.page.wait_for_timeout(40)
    touch("touchEnd")
    explorer.rests()
    assert explorer.status() != before
    assert explorer.page.evaluate("() => window.scrollY") == 0
