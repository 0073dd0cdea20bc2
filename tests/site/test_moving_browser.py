"""The explorers move on the pages of the site: by keyboard, to the picture of the values that they show."""

import io
import json
import sys
from base64 import b64decode
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from web import Visit

import bpcourse as bp

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "site"))

import moving  # noqa: E402
import recorder  # noqa: E402
import touch  # noqa: E402

SOON = 15_000  # milliseconds
LIKE = 2.5  # of 255, mean difference of two pictures: letters and edges are set by another hand
OTHER = 100  # of 255, on a picture of 400 pixels' width: a difference that an eye would see
SEEN = 0.004  # share of the pixels that may differ so


def pages():
    for path in sorted((TREE / "chapters").glob("*.ipynb")):
        calls = [call for _, call in moving.shown(json.loads(path.read_text("utf-8")))]
        if calls:
            yield pytest.param(f"chapters/{path.stem}.html", calls, id=path.stem)


def is_at(page, canvas, *indices):
    """Wait until the canvas shows the frame of this index, or of one of these."""
    wanted = [canvas, [str(index) for index in indices]]
    page.wait_for_function("([canvas, all]) => all.includes(canvas.dataset.shown)", arg=wanted, timeout=SOON)


def differ(shown, wanted):
    """(mean difference, share of the pixels that an eye would see differ), of two Pillow images."""
    size = (400, wanted.height * 400 // wanted.width)
    a, b = (np.asarray(image.convert("RGB").resize(size, Image.Resampling.BOX), float) for image in (shown, wanted))
    return np.abs(a - b).mean(), (np.abs(a - b).max(axis=2) > OTHER).mean()


def test_each_explorer_weighs_less_than_three_megabytes_with_all_its_buttons(site):
    weighs = Counter()
    for file in site.rglob("*.moving"):
        weighs[file.name.partition("-")[0]] += file.stat().st_size
    assert len(weighs) > 20 and max(weighs.values()) < 3_000_000, weighs.most_common(3)


@pytest.mark.parametrize(("path", "calls"), list(pages()))
def test_explorers_move_by_keyboard_to_the_picture_of_the_values_shown(address, chrome, path, calls):
    with Visit(chrome, address) as visit:
        page = visit.go(path)
        players = page.query_selector_all(".moving")
        assert len(players) == len(calls)
        for player, (name, arguments, named) in zip(players, calls, strict=True):
            explorer = getattr(bp.explore, name)(*arguments, **named)
            face, recordings = recorder.face(explorer)
            _, number, places = face["presets"][0]
            rest, grid = recordings[number]
            canvas = player.evaluate_handle("node => node.closest('.cell_output').querySelector('canvas')").as_element()
            fields = player.query_selector_all("input, select")
            for k, field in enumerate(fields):
                forward = places[k] + 1 < len(face["controls"][k][2])
                slides = field.evaluate("node => node.tagName") == "INPUT"
                field.focus()
                page.keyboard.press(
                    ("ArrowRight" if forward else "ArrowLeft") if slides else ("ArrowUp", "ArrowDown")[forward]
                )
                places[k] += 1 if forward else -1
                is_at(page, canvas, np.ravel_multi_index(places, [len(values) for values in grid.values()]))
            shown = player.eval_on_selector_all(
                ".moving-control", "all => all.map(one => one.querySelector('select')?.selectedOptions[0].text"
                " ?? one.querySelector('output').textContent)",
            )  # fmt: skip
            values = {}
            for (control, at), text in zip(grid.items(), shown, strict=True):
                (values[control],) = [
                    value
                    for written, value in explorer.sliders[control].options
                    if written.replace("-", "−") == text.replace("-", "−") and value in at
                ]
            image, scene = explorer.draw(explorer.move, **rest, **values)
            assert player.query_selector(".moving-status").text_content() == scene.status
            address_of = canvas.evaluate("canvas => canvas.toDataURL()")
            mean, seen = differ(Image.open(io.BytesIO(b64decode(address_of.partition(",")[2]))), image)
            assert mean < LIKE and seen < SEEN, f"{name} {values}: {mean:.2f}, {seen:.4f}"
        assert not visit.faults


@pytest.mark.parametrize(("path", "calls"), list(pages()))
def test_a_finger_on_the_picture_sets_what_the_explorer_says(address, chrome, path, calls):
    """The lowest and the topmost target of each, dragged from their middle and let go elsewhere."""
    with Visit(chrome, address) as visit:
        page = visit.go(path)
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
        for player, (name, arguments, named) in zip(page.query_selector_all(".moving"), calls, strict=True):
            explorer = getattr(bp.explore, name)(*arguments, **named)
            face, recordings = recorder.face(explorer)
            _, number, start = face["presets"][0]
            rest, grid = recordings[number]
            touches, lengths = touch.Touches(explorer, grid), [len(values) for values in grid.values()]
            values = rest | {name: recorded[at] for (name, recorded), at in zip(grid.items(), start, strict=True)}
            found = [touches.of(target, values) for target in explorer.move(**values).targets]
            found = [one for one in found if one]
            canvas = player.evaluate_handle("node => node.closest('.cell_output').querySelector('canvas')").as_element()
            hands = canvas.evaluate_handle("node => node.nextSibling").as_element()
            for k in {0, len(found) - 1} if found else ():
                player.query_selector("button:text-is('reset')").click()
                is_at(page, canvas, np.ravel_multi_index(start, lengths))
                assert len(hands.query_selector_all("div")) == len(found)
                (left, top, wide, high), tables = found[k]
                hands.scroll_into_view_if_needed()
                box = hands.bounding_box()
                scale = box["width"] / face["size"][0]
                x, y = next(
                    (x, y)
                    for x, y in ((left + a * wide, top + b * high) for a in (0.5, 0.1, 0.9) for b in (0.5, 0.1, 0.9))
                    if not any(a <= x <= a + w and b <= y <= b + h for (a, b, w, h), _ in found[k + 1 :])
                )
                page.mouse.move(box["x"] + x * scale, box["y"] + y * scale)
                page.mouse.down()
                page.mouse.move(box["x"] + (x + 41) * scale, box["y"] + (y - 27) * scale)
                wanted = [  # a browser may round where the finger is
                    np.ravel_multi_index([sets.get(n, at) for n, at in enumerate(start)], lengths)
                    for sets in (
                        touch.looked_up(tables, x + 41 + a, y - 27 + b) for a in (-1, 0, 1) for b in (-1, 0, 1)
                    )
                ]
                is_at(page, canvas, *wanted)
                page.mouse.up()
        assert not visit.faults


def test_a_button_sets_all_that_it_names(address, chrome):
    explorer = bp.explore.optimizers(["sgd", "momentum", "nesterov"])
    face, recordings = recorder.face(explorer)
    text, number, places = next(preset for preset in face["presets"] if preset[1])
    rest, grid = recordings[number]
    with Visit(chrome, address) as visit:
        page = visit.go("chapters/05_momentum.html")
        player = page.query_selector_all(".moving")[-1]
        player.query_selector(f"button:text-is('{text}')").press("Enter")
        canvas = player.evaluate_handle("node => node.closest('.cell_output').querySelector('canvas')").as_element()
        is_at(page, canvas, np.ravel_multi_index(places, [len(values) for values in grid.values()]))
        scene = explorer.move(
            **rest, **{name: values[at] for (name, values), at in zip(grid.items(), places, strict=True)}
        )
        assert player.query_selector(".moving-status").text_content() == scene.status
        assert not visit.faults


def test_nothing_is_loaded_before_a_player_is_touched(address, chrome):
    with Visit(chrome, address) as visit:
        asked = []
        visit.page.on("request", lambda request: asked.append(request.url))
        page = visit.go("chapters/00_start_here.html")
        assert asked and not [url for url in asked if "/moving/" in url]
        page.query_selector(".moving input").focus()
        page.wait_for_function("performance.getEntriesByType('resource').some(one => one.name.endsWith('.moving'))")


def test_without_a_script_the_stored_picture_stands(address, chrome):
    with Visit(chrome, address, java_script_enabled=False) as visit:
        visit.page.goto(f"{address}chapters/00_start_here.html")
        image = visit.page.query_selector("div.cell_output:has(.moving) img")
        image.scroll_into_view_if_needed()
        assert image.is_visible() and image.bounding_box()["height"] > 100
        assert not visit.page.query_selector(".moving input, canvas")


def test_a_recording_that_does_not_come_is_spoken_of(address, chrome):
    with Visit(chrome, address) as visit:
        page = visit.go("chapters/00_start_here.html")
        visit.context.route("**/*.moving", lambda route: route.abort())
        page.query_selector(".moving input").press("ArrowRight")
        page.wait_for_function("document.querySelector('.moving-status').textContent.includes('could not be loaded')")
