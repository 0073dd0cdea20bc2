"""Explorers by the data they draw: no browser needed, since a frame is a function of the slider values."""

import asyncio
import dataclasses
import gc
import inspect
import io
import itertools
import re
import time
import weakref

import numpy as np
import pytest
from every_explorer import EXPLORERS, shared
from notebook_lint import MINUS_ZERO
from PIL import Image, ImageDraw
from thorough import THOROUGH

import bpcourse as bp
from bpcourse.explore.base import SHARPNESS, Scene, font
from bpcourse.explore.controls import Several
from bpcourse.explore.one_weight import loss

LONGEST = 180  # of the state in words: two lines, wherever an explorer fits


def texts(explorer, **values):
    scene = explorer.move(**explorer.settings(**values))
    return [label.text for label in scene.labels], scene.status


def boxes(explorer, labels):
    """Where each label's ink lies, in device pixels."""
    height = explorer.height * SHARPNESS
    pen = ImageDraw.Draw(Image.new("RGB", (1600, height)))
    for label in labels:
        at = (label.x * SHARPNESS, height - label.y * SHARPNESS)
        yield label.text, pen.textbbox(at, label.text, font(label.size, label.bold), label.anchor)


def values(control):
    """The values that a control can take; for buttons that stay pressed: none, each, and all of them."""
    if isinstance(control, Several):
        return ((), *((value,) for value in control.values), control.values)
    return control.values


def extremes(explorer):
    """The start, the presets, and what lies at the edges: of the last, every sixth unless the tests are thorough."""
    yield {}
    yield from explorer.presets.values()
    yield from itertools.islice(edges(explorer), 0, None, 1 if THOROUGH else 6)


def edges(explorer):
    """Each slider at each end, and every value of the first slider."""
    sliders, rng = explorer.sliders, np.random.default_rng(0)
    many = len(sliders) >= 6  # these compute a descent or a training for each state
    ends = {name: (values(slider)[0], values(slider)[-1]) for name, slider in sliders.items()}
    corners = list(itertools.product(*ends.values()))
    if len(corners) > 32:  # all of one control's ends, and a sample of how they meet
        corners = [corners[i] for i in rng.permutation(len(corners))[: 6 if many else 32]]
        for name, slider in sliders.items():
            yield from ({name: value} for value in values(slider)[:: max(1, len(values(slider)) // (4 if many else 8))])
    for corner in corners:
        yield dict(zip(sliders, corner, strict=True))
    first = next(iter(sliders))
    for value in values(sliders[first])[:: 10 if many else 1]:
        yield {first: value}
        yield {name: values(slider)[-1] for name, slider in sliders.items()} | {first: value}


def test_file_class_and_what_a_learner_types_say_the_same():
    for name, make in inspect.getmembers(bp.explore, inspect.isclass):
        assert make.__module__ == f"bpcourse.explore.{name}" and make.__name__ == name.title().replace("_", "")
        assert re.search(r"chapter `\w+`", make.__doc__.splitlines()[0])


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda make: make.__name__)
def test_no_text_leaves_the_picture_or_runs_into_another(make):
    explorer = shared(make)
    for state in extremes(explorer):
        scene = explorer.move(**explorer.settings(**state))
        placed = list(boxes(explorer, scene.labels))
        assert len(scene.status) <= LONGEST, (state, scene.status)
        for text in (*(label.text for label in scene.labels), scene.status):
            assert not MINUS_ZERO.search(text.replace("exp(−0", "exp(0")), (state, text)  # that minus is the formula's
        for text, (left, top, right, bottom) in placed:
            assert 0 <= left < right <= 1600 and 0 <= top < bottom <= explorer.height * SHARPNESS, (state, text)
        for (text, a), (other, b) in itertools.combinations(placed, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (state, text, other)


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda make: make.__name__)
def test_frame_is_a_sharp_picture_with_a_text_alternative(make):
    explorer = make()
    picture = explorer.frame()
    assert Image.open(io.BytesIO(picture.png)).size == (1600, 2 * explorer.height)
    data, metadata = picture._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == f"{explorer.name}. {texts(explorer)[1]}"
    assert metadata["image/png"]["width"] == 800
    first, control = next(iter(explorer.sliders.items()))
    other = next(value for value in reversed(values(control)) if value != control.start)
    assert explorer.frame(**{first: other}).png != picture.png
    assert explorer.frame().png == picture.png  # nothing is left over from the frame between


def test_a_number_in_words_has_a_minus_and_a_hyphen_stays():
    assert Scene(status="-3 at (-0.5, 2): 2-16-1, cross-entropy").status == "−3 at (−0.5, 2): 2-16-1, cross-entropy"


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda make: make.__name__)
def test_a_notebook_gets_the_widget_a_picture_and_a_stable_text(make):
    explorer = make()
    data, metadata = explorer._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert data["text/plain"] == make()._repr_mimebundle_()[0]["text/plain"]
    assert "0x" not in data["text/plain"] and set(metadata) == {"image/png"}
    assert data["text/plain"].endswith(texts(explorer, **make.still)[1])


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda make: make.__name__)
def test_the_live_picture_is_the_frame_of_its_values(make):
    explorer = make()
    live = explorer.widget
    assert explorer.widget is live
    controls = list(reversed(explorer.sliders.items()))  # the number of epochs last: no training goes on for long
    for name, control in controls[:: 1 if THOROUGH else 4]:
        live.set(**{name: values(control)[-1]})
        assert live.status == texts(explorer, **live.values)[1]
        assert {key: explorer.sliders[key].at(index) for key, index in live.shown["values"].items()} == live.values
        assert_same_picture(live.picture, explorer.frame(**live.values).png)


def test_a_closed_explorer_leaves_the_memory():
    explorer = bp.explore.one_weight()
    explorer._repr_mimebundle_()
    gone = weakref.ref(explorer), weakref.ref(explorer.ax.figure)
    explorer.widget.close()
    del explorer
    gc.collect()
    assert [left() for left in gone] == [None, None]


async def finished(live, seconds=30):
    """Waits until nothing more is to come; a loaded machine is slow."""
    until = time.monotonic() + seconds
    while (live.shown["unfinished"] or live.waiting) and time.monotonic() < until:
        await asyncio.sleep(0.02)


def assert_same_picture(jpeg, png):
    a, b = (np.asarray(Image.open(io.BytesIO(data)), dtype=float) for data in (jpeg, png))
    assert a.shape == b.shape and np.abs(a - b).mean() < 1.5  # JPEG against PNG: the same picture but for rounding


def ask(live, touch=None, **values):
    """What the browser sends: all controls, and where a finger is."""
    now = {name: control.index(live.values[name]) for name, control in live.explorer.sliders.items()}
    now |= {name: live.explorer.sliders[name].index(value) for name, value in values.items()}
    live.asked = {"number": live.asked.get("number", 0) + 1, "values": now, "touch": touch}


def test_a_message_of_the_browser_is_answered_with_its_number():
    live = bp.explore.one_weight().widget
    ask(live, w=1.0, alpha=0.4)
    assert live.values == {"w": 1.0, "alpha": 0.4} and live.shown["answer"] == 1
    assert "w = 1.00" in live.status and "learning rate 0.4" in live.status


def test_a_finger_holds_what_it_touched_wherever_it_goes():
    explorer = bp.explore.one_weight()
    live = explorer.widget
    x, y = explorer.pixels(explorer.ax, 0.5, loss(0.5))
    far, _ = explorer.pixels(explorer.ax, 4.0, 0)
    for at in ([x, y], [far, y - 80], [far, -500]):
        ask(live, touch={"number": 1, "start": [x, y], "at": at})
    assert live.values["w"] == 4.0
    ask(live, touch={"number": 2, "start": [x, y], "at": [x, y]})  # where the dot was: now there is nothing
    assert live.values["w"] == 4.0
    ask(live, touch={"number": 3, "start": [far, explorer.pixels(explorer.ax, 4.0, loss(4.0))[1]], "at": [-900, 0]})
    assert live.values["w"] == -1.0


def test_an_unfinished_picture_is_followed_by_the_finished_one():
    class Slow(bp.explore.one_weight):
        calls, seen = 0, []

        def move_soon(self, **values):
            self.calls += 1
            self.seen = [*self.seen, values["w"]]
            scene = self.move(**values)
            unfinished = self.calls % 3 != 0
            return dataclasses.replace(scene, status="on the way" if unfinished else "there", unfinished=unfinished)

    async def kernel():
        explorer = Slow()
        live = explorer.widget
        assert explorer.calls == 0
        for w in (0.5, 1.0, 1.5):
            live.set(w=w)  # only the newest is drawn, and in one chain of pictures
        await asyncio.sleep(0.002)
        assert live.status == "on the way" and live.shown["unfinished"] and explorer.calls == 1
        live.set(w=2.0)
        await finished(live)
        return explorer

    explorer = asyncio.run(kernel())
    assert explorer.widget.status == "there" and not explorer.widget.shown["unfinished"]
    assert explorer.calls == 3 and explorer.seen == [1.5, 2.0, 2.0]
    assert "there" not in Slow().widget.status  # without a kernel there is one picture, and it is exact


def test_a_journey_shows_states_on_the_way_and_then_the_one_asked_for():
    class Travelling(bp.explore.one_weight):
        journey = 0.5

        def on_the_way(self, share, before, **values):
            shares.append(share)
            scene = self.move(w=before["w"] + share * (values["w"] - before["w"]), alpha=values["alpha"])
            return dataclasses.replace(scene, unfinished=True)

    async def kernel():
        live = Travelling().widget
        live.set(w=2.0)
        await finished(live)
        return live

    shares = []
    live = asyncio.run(kernel())
    assert len(shares) > 2 and shares == sorted(shares) and 0 < shares[0] < shares[-1] < 1
    assert "w = 2.00" in live.status and not live.shown["unfinished"]


def test_what_is_asked_for_comes_small_and_is_sharp_when_it_rests():
    async def kernel():
        live, widths = bp.explore.one_weight().widget, []
        live.observe(lambda change: widths.append(Image.open(io.BytesIO(change.new)).width), "picture")
        for w in (1.0, 1.5, 2.0):
            live.set(w=w)
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.4)
        return live, widths

    live, widths = asyncio.run(kernel())
    assert widths == [800, 800, 800, 1600]
    assert_same_picture(live.picture, live.explorer.frame(w=2.0).png)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"speed": 3}, "speed: no such slider; expected w, alpha"),
        ({"alpha": 7}, "learning rate α: got 7; expected one of 0.05"),
    ],
)
def test_what_cannot_be_set_is_named_and_nothing_is_lost(wrong, said):
    live = bp.explore.one_weight().widget
    before = dict(live.values)
    with pytest.raises(ValueError, match=said):
        live.set(**wrong)
    assert live.values == before


def touched(explorer, state):
    """The targets of a state, each with the middle of its box."""
    for target in explorer.move(**explorer.settings(**state)).targets:
        left, bottom, width, height = target.box
        yield target, (left + width / 2, bottom + height / 2)


FINGER = 12  # CSS pixels: what is smaller than this each way can hardly be touched


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda make: make.__name__)
def test_what_can_be_touched_lies_in_the_picture_and_sets_what_a_control_could(make):
    explorer = shared(make)
    assert any(True for state in extremes(explorer) for _ in touched(explorer, state)), "nothing can be touched"
    for state in extremes(explorer):
        for target, (x, y) in touched(explorer, state):
            assert 0 <= x <= 800 and 0 <= y <= explorer.height, (state, target)
            assert min(target.box[2:]) >= FINGER and 0 < len(target.says) < 60, (state, target)
            for at in ((x, y), (x + 60, y - 40), (-500, 2000), (5000, -300)):  # a finger may leave the picture
                for name, value in target.sets(*at).items():
                    explorer.sliders[name].index(value)


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda make: make.__name__)
def test_controls_that_are_greyed_out_make_no_difference(make):
    explorer, rng = shared(make), np.random.default_rng(0)
    for state in list(extremes(explorer))[:: 1 if len(explorer.sliders) < 6 else 3][:40]:
        state = explorer.settings(**state)
        scene = explorer.move(**state)
        assert set(scene.idle) <= set(explorer.sliders), scene.idle
        picture = explorer.image(scene).tobytes()
        for name in scene.idle:
            options = values(explorer.sliders[name])
            other = state | {name: options[rng.integers(len(options))]}
            assert explorer.draw(explorer.move, **other)[0].tobytes() == picture, (state, name)


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda make: make.__name__)
def test_tasks_are_those_of_the_chapters_text(make):
    explorer = shared(make)
    for text in explorer.tasks:
        assert 10 < len(re.sub("<[^>]+>", "", text)) < 330 and "$" not in text and "](" not in text, text


def test_an_unknown_slider_is_named():
    with pytest.raises(ValueError, match="speed: no such slider; expected w, alpha"):
        bp.explore.one_weight().frame(speed=3)


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda make: make.__name__)
def test_every_slider_label_shows_the_value_that_is_used(make):
    for slider in shared(make).sliders.values():
        if isinstance(slider, Several):
            assert set(slider.start) <= set(slider.values)
            continue
        assert slider.start in slider.values
        for shown, value in slider.options:
            if isinstance(value, str):  # a choice, such as that of an activation
                assert shown.strip()
                continue
            number = re.match(r"-?[\d.]+", shown)[0]
            assert float(number) == pytest.approx(float(value), abs=1e-9)


@pytest.mark.parametrize(("w", "alpha"), [(0.5, 0.2), (-1.0, 0.9), (2.0, 0.4), (4.35, 0.05)])
def test_one_weight_draws_the_slope_and_the_step(w, alpha):
    explorer = bp.explore.one_weight()
    explorer.move(w=w, alpha=alpha)
    (x0, x1), (y0, y1) = explorer.tangent.get_data()
    numeric = (loss(w + 1e-5) - loss(w - 1e-5)) / 2e-5
    assert (y1 - y0) / (x1 - x0) == pytest.approx(numeric, abs=1e-6)
    assert (y0 + y1) / 2 == pytest.approx(loss(w))
    new = w - alpha * numeric
    assert explorer.there.get_xdata()[0] == pytest.approx(new, abs=1e-6)
    assert explorer.there.get_ydata()[0] == pytest.approx(0.5 * (1.5 * new - 3) ** 2, abs=1e-5)
    left, right = explorer.ax.get_xlim()
    assert left < new < right


def test_one_weight_says_when_a_step_goes_too_far():
    assert "Too far: the loss rises." in texts(bp.explore.one_weight(), w=0.0, alpha=0.9)[0]
    assert "Slope below 0: go right." in texts(bp.explore.one_weight(), w=0.0, alpha=0.2)[0]
    assert "Flat: this is the lowest point." in texts(bp.explore.one_weight(), w=2.0)[0]


def test_a_player_is_told_to_stop_where_a_run_ends():
    explorer = bp.explore.training()
    state = explorer.settings(**explorer.presets["overflow"])
    assert explorer.move(**state).ended
    assert not explorer.move(**state | {"epoch": 1}).ended
