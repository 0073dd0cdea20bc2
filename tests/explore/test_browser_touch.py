"""Every explorer in JupyterLab, in a real browser: that it fits, in both themes; that every control and every part of
the picture answers to mouse, finger and keys; and what stays when the kernel is gone.
"""

import inspect

import lab
import pytest
from lab_explorer import Explorer

import bpcourse as bp

pytestmark = pytest.mark.skipif(lab.missing() is not None, reason=f"the explorers: {lab.missing()}")

NAMES = [name for name, _ in inspect.getmembers(bp.explore, inspect.isclass)]
SCREEN = {"laptop": 640, "desktop": 950}  # CSS pixels: what JupyterLab leaves for a cell's output
SIZES = {
    "laptop": (1366, 768), "desktop": (1920, 1080), "narrow": (900, 700), "laptop at 150 %": (911, 512),
    "tablet": (1180, 820), "phone": (680, 800),
}  # fmt: skip
NARROWEST = 120  # CSS pixels of a slider's track
CELLS = "() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].map(cell => cell.className.match(/jp-(Code|Markdown|Raw)Cell/)[1])"
THEME = "async theme => { await window.jupyterapp.commands.execute('apputils:change-theme', {theme}); }"
# What has no name of its own: a list's options are none, nor is a label of another explorer.
NAMELESS = """all => all
    .filter(one => !one.ariaLabel && !(one.localName === 'button' ? one.innerText : one.labels.length))
    .map(one => one.outerHTML)"""
# Where the parts of an explorer are: (left, right, top, bottom) of its parts, and what is wider than its place.
PARTS = """root => {
    const box = one => { const b = one.getBoundingClientRect(); return [b.left, b.right, b.top, b.bottom]; };
    const part = name => box(root.querySelector(name));
    return {
        all: box(root), picture: part('.bp-picture'), side: part('.bp-side'), status: part('.bp-status'),
        tracks: [...root.querySelectorAll('input[type=range]')].filter(one => one.checkVisibility()).map(box),
        wide: root.scrollWidth > root.clientWidth + 1,
    };
}"""


@pytest.fixture(scope="module")
def notebook(server, context):
    """A notebook with every explorer, run."""
    cells = [lab.NAMES_ITSELF, "import bpcourse as bp", *(f"bp.explore.{name}()" for name in NAMES)]
    notebook = lab.Notebook(context, server, lab.scratch(server, "all.ipynb", *cells))
    assert notebook.run_all() == 0 and notebook.errors() == []
    yield notebook
    assert notebook.problems == []


@pytest.fixture(params=NAMES)
def explorer(request, notebook):
    page = notebook.page
    page.set_viewport_size(dict(zip(("width", "height"), SIZES["laptop"], strict=True)))
    one = Explorer(page, page.locator(".bp-explorer").nth(NAMES.index(request.param)))
    one.box.scroll_into_view_if_needed()
    one.box.locator(".bp-reset").click()
    one.rests()
    return one


def test_all_are_there_and_nothing_is_asked(notebook):
    assert notebook.page.locator(".bp-explorer").count() == len(NAMES) and notebook.asked() == []


def test_fits_at_every_size(explorer):
    for name, (width, height) in SIZES.items():
        explorer.page.set_viewport_size({"width": width, "height": height})
        explorer.page.wait_for_timeout(120)
        parts = explorer.box.evaluate(PARTS)
        left, right, top, bottom = parts["all"]
        if name in SCREEN:
            assert bottom - top <= SCREEN[name], f"{name}: {bottom - top:.0f} pixels high"
            assert parts["side"][0] >= parts["picture"][1], f"{name}: the controls do not stand beside the picture"
        assert not parts["wide"] and explorer.cut_off() == [], name
        assert all(b - a >= NARROWEST for a, b, _, _ in parts["tracks"]), f"{name}: a track is too short"
        lengths = {round(b - a) for a, b, _, _ in parts["tracks"]}
        assert len(lengths) <= 1, f"{name}: like things have unlike tracks, {lengths}"
        assert all(left - 1 <= a and b <= right + 1 for a, b, _, _ in parts["tracks"]), name


def test_full_screen_shows_more_of_it_and_lets_go(explorer):
    page, button = explorer.page, explorer.box.get_by_role("button", name="full screen")
    wide = lambda: explorer.box.locator(".bp-picture").bounding_box()["width"]  # noqa: E731
    width, height = SIZES["narrow"]
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(120)
    before = wide()
    button.click()
    page.wait_for_function("() => document.fullscreenElement?.matches('.bp-explorer')")
    page.wait_for_timeout(120)
    picture = explorer.box.locator(".bp-picture").bounding_box()
    assert wide() > 1.1 * before and picture["y"] >= 0 and picture["y"] + picture["height"] <= height
    button.click()
    page.wait_for_function("() => !document.fullscreenElement")
    page.wait_for_timeout(120)
    assert wide() == before


def test_follows_the_theme(explorer):
    picture = explorer.box.locator(".bp-picture")
    lights = {}
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        explorer.page.evaluate(THEME, theme)
        explorer.page.wait_for_timeout(400)
        lights[theme] = lab.corner(picture.screenshot()), explorer.box.evaluate("one => getComputedStyle(one).color")
    dark, light = lights["JupyterLab Dark"], lights["JupyterLab Light"]
    assert dark[0] < 60 and light[0] > 235 and dark[1] != light[1], lights


def test_every_control_answers_to_keys(explorer):
    explorer.unfold()
    for k in range(explorer.handles.count()):
        if explorer.handles.nth(k).is_enabled():
            assert explorer.moves(k), f"slider {explorer.handles.nth(k).get_attribute('aria-label')}"
            explorer.rests()  # a control may disable the next one
    lists = explorer.box.locator(".bp-choice select")
    for k in range(lists.count()):
        if lists.nth(k).is_enabled():
            lists.nth(k).focus()
            assert explorer.changes(lambda: explorer.page.keyboard.press("ArrowDown")) or explorer.changes(
                lambda: explorer.page.keyboard.press("ArrowUp")
            ), f"list {k}"
            explorer.rests()
    buttons = explorer.box.locator(".bp-several button, .bp-presets button")
    for k in range(buttons.count()):
        buttons.nth(k).focus()
        explorer.page.keyboard.press("Space")
        explorer.rests()
    assert explorer.box.locator("button, input, select").evaluate_all(NAMELESS) == []


def test_a_typed_number_becomes_the_nearest_that_there_is(explorer):
    for box in explorer.box.locator("input.bp-value:visible").all():
        if box.is_enabled():
            name = box.get_attribute("aria-label").removesuffix(", typed")
            track = explorer.box.get_by_label(name, exact=True).first
            box.fill("0.02")
            box.press("Enter")
            assert box.input_value() == track.get_attribute("aria-valuetext") != ""
            box.fill("nothing")
            box.press("Enter")
            assert box.input_value() == track.get_attribute("aria-valuetext")
            explorer.box.locator(".bp-reset").click()  # the number typed may have disabled the next box
            explorer.rests()


def test_no_key_in_it_is_a_command_of_the_notebook(explorer):
    page, cells = explorer.page, explorer.page.evaluate(CELLS)
    explorer.unfold()
    for control in explorer.box.locator("button, input, select, summary").all():
        if control.is_visible() and control.is_enabled():
            control.focus()
            for key in ("m", "b", "a", "y", "x", "d", "d", "1", "j", "Shift+l"):
                page.keyboard.press(key)
            break_out = page.locator(".jp-Dialog")
            assert page.evaluate(CELLS) == cells and break_out.count() == 0, control.evaluate("one => one.outerHTML")
    assert explorer.box.is_visible()


def test_every_part_that_can_be_touched_answers(explorer):
    """The first and the last of each kind; that all of them set something is tested without a browser."""
    kinds = explorer.targets.evaluate_all("all => all.map(one => one.title)")
    for kind in dict.fromkeys(kinds):
        for k in {kinds.index(kind), len(kinds) - 1 - kinds[::-1].index(kind)}:
            swipes = ((24, -18), (-24, 18))
            assert any(explorer.changes(lambda k=k, by=by: explorer.swipe(k, by)) for by in swipes), (k, kind)
            explorer.box.locator(".bp-reset").click()
            explorer.rests()


def test_player_runs_steps_and_stops(explorer):
    player = explorer.box.locator(".bp-player")
    if player.count() == 0:
        return  # nothing here has steps
    button = lambda name: player.get_by_role("button", name=name, exact=True)  # noqa: E731
    button("to the start").click()
    explorer.rests()
    assert explorer.changes(lambda: button("one on").click())
    explorer.rests()
    assert explorer.changes(lambda: button("one back").click())
    explorer.rests()
    assert explorer.changes(lambda: button("run").click())
    button("stop").click()
    explorer.rests(2.0)
    before = explorer.seen()
    explorer.page.wait_for_timeout(1500)
    assert explorer.seen() == before


def test_state_is_announced_once_it_rests(explorer):
    explorer.rests()
    explorer.page.wait_for_timeout(900)
    assert explorer.box.locator(".bp-announced").inner_text() == explorer.status() != ""


def test_a_kernel_that_does_not_answer_is_spoken_of_until_it_does(notebook):
    box = notebook.page.locator(".bp-explorer").nth(NAMES.index("one_weight"))
    line = box.locator(".bp-lost")
    with notebook.stopped():
        box.locator("input[type=range]").first.press("ArrowRight")
        line.wait_for(state="visible", timeout=8000)
        assert "does not answer" in line.inner_text()
    line.wait_for(state="hidden", timeout=8000)


def test_without_a_kernel_the_picture_stays_and_a_line_says_what_to_do(notebook):
    """The last test of this notebook: its kernel is started anew."""
    notebook.restart()
    boxes = notebook.page.locator(".bp-explorer")
    for box in boxes.all():
        assert "run this cell to bring it alive" in box.inner_text()
        assert box.locator(".bp-picture").evaluate("one => one.complete && one.naturalWidth > 0")
        assert (
            box.locator("input, select, .bp-targets > div").evaluate_all(
                "all => all.some(one => one.checkVisibility())"
            )
            is False
        )
