"""What is recorded of the explorers for the site is what their frames draw."""

import gzip
import io
import itertools
import json
import os
import re
import sys
import time
from base64 import b64decode
from pathlib import Path

import matplotlib.path
import numpy as np
import pytest
from every_explorer import EXPLORERS, shared
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.transforms import IdentityTransform
from PIL import Image
from thorough import THOROUGH

import bpcourse as bp
from bpcourse.plots.style import SHARPNESS

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "site"))

import moving  # noqa: E402
import recorder  # noqa: E402
import renderer  # noqa: E402
import touch  # noqa: E402

SOME = EXPLORERS[:: 1 if THOROUGH else 3]


def small(explorer):
    """(rest, grid) of the first recording, with two values of each control."""
    rest, grid = recorder.face(explorer)[1][0]
    return rest, {name: values[:: max(1, len(values) - 1)][:2] for name, values in grid.items()}


def unpacked(recording):
    """[(sentence, image or None, what is drawn)] for each position, as moving.js reads it."""
    before = []
    for steps in json.loads(gzip.decompress(recorder.packed(recording)))["frames"]:
        frame = [step + (before[k] if k < len(before) else 0) for k, step in enumerate(steps)]
        sentence, image, count, *numbers = before = frame
        things = [recording["things"][k] for k in numbers[count:]]
        drawn = [[recording["styles"][k], *what] for k, *what in things]
        touches = [recording["touches"][k] for k in numbers[:count]]
        assert all(recording["tables"][k] for _, _, _, _, *tables in touches for k in tables)
        yield recording["status"][sentence], None if image < 0 else recording["images"][image], drawn


def pixels(address):
    return np.asarray(Image.open(io.BytesIO(b64decode(address.partition(",")[2]))).convert("RGB"))


@pytest.mark.parametrize("make", SOME, ids=lambda make: make.__name__)
def test_a_recording_holds_what_each_of_its_positions_draws(make):
    explorer = shared(make)
    rest, grid = small(explorer)
    frames = list(unpacked(recorder.record(explorer, rest, grid)))
    positions = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    assert len(frames) == len(positions)
    for (status, image, drawn), values in zip(frames, positions, strict=True):
        expected, scene = recorder.drawn(explorer, **rest, **values)
        assert (status, drawn) == (scene.status, json.loads(json.dumps(expected)))
        written = [thing[1] for thing in drawn if "t" in thing[0]]
        assert written == [label.text for label in scene.labels]
        assert (image is None) == (scene.under is None)
        if image:
            whole, (_, *box) = scene.under[0][..., :3], image
            kept = pixels(image[0]).astype(int)
            times = [length // of for length, of in zip(whole.shape, kept.shape[:2], strict=False)]
            again = kept.repeat(times[0], axis=0).repeat(times[1], axis=1)
            assert np.abs(again - whole).mean() < 4  # of 255: the palette, or a WebP
            left, bottom = scene.under[1:]
            assert box[0] == left * renderer.UNIT
            assert box[1] + box[3] == (explorer.height - bottom) * renderer.UNIT


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda make: make.__name__)
def test_the_face_names_the_values_that_are_drawn(make):
    explorer = shared(make)
    face, recordings = recorder.face(explorer)
    presets = {recorder.RESET: {}} | explorer.presets
    assert [text for text, *_ in face["presets"]] == list(presets)
    for text, number, places in face["presets"]:
        rest, grid = recordings[number]
        values = rest | {name: grid[name][at] for name, at in zip(grid, places, strict=True)}
        assert values == explorer.settings(**explorer.still) | presets[text]
    for _, grid in recordings:
        assert np.prod([len(values) for values in grid.values()]) <= recorder.MOST
        for (_, label, texts, _), (name, values) in zip(face["controls"], grid.items(), strict=True):
            control = explorer.sliders[name]
            assert label == control.label
            assert texts == [control.options[control.index(value)][0] for value in values]
            assert (f"{label} has" in " ".join(face["notes"])) == (len(values) < len(control.options))


@pytest.mark.parametrize("make", EXPLORERS, ids=lambda make: make.__name__)
def test_a_finger_sets_what_the_explorer_says_in_the_first_state_and_in_the_last(make):
    explorer, random = shared(make), np.random.default_rng(0)
    rest, grid = recorder.face(explorer)[1][0]
    touches = touch.Touches(explorer, grid)
    for k in (0, -1):
        values = rest | {name: recorded[k] for name, recorded in grid.items()}
        for target in explorer.move(**values).targets:
            if not (found := touches.of(target, values)):
                continue
            box, tables = found
            for x, y in np.array(box[:2]) + random.random((3, 2)) * box[2:]:
                for n, *_, across, down, _, _ in tables:
                    name, dx, dy = list(grid)[n], min(across, 12), min(down, 12)
                    near = [
                        touches.places[name][target.sets(x + a * dx, explorer.height - y + b * dy)[name]]
                        for a in (-1, 0, 1)
                        for b in (-1, 0, 1)
                    ]
                    assert min(near) <= touch.looked_up(tables, x, y)[n] <= max(near), (target.says, x, y)


def test_what_a_finger_can_do_here_and_what_only_in_the_notebook_is_said():
    here, only = recorder.face(bp.explore.optimizers(["sgd", "momentum"]))[0]["notes"]
    assert here == "In the picture: drag an end of the stretch."
    assert only.endswith("only there: click a name to drop it · drag the start.")
    assert "drag the dot along the curve" in recorder.face(bp.explore.one_weight())[0]["notes"][0]


def test_a_line_is_recorded_where_it_lies():
    explorer = bp.explore.one_weight()
    drawn, _ = recorder.drawn(explorer)
    found = 0
    for line in explorer.moving:
        points = line.axes.transData.transform(line.get_xydata()) / SHARPNESS
        for _, _, *at in (thing for thing in drawn if len(thing) > 2 and "t" not in thing[0]):
            if len(at) == 2 * len(points):
                places = np.reshape(at, (-1, 2)).cumsum(axis=0) / renderer.UNIT
                found += np.allclose(places, np.column_stack([points[:, 0], explorer.height - points[:, 1]]), atol=0.3)
    assert found >= 1


def record_path(vertices, codes=None, face=(1.0, 0, 0)):
    pen = renderer.Recorder((200, 100), 192)
    pen.draw_path(GraphicsContextBase(), matplotlib.path.Path(vertices, codes), IdentityTransform(), face)
    return pen.drawn


def test_a_path_is_written_as_svg_writes_it():
    codes = [1, 2, 2, 79]
    ((style, path),) = record_path([(10, 10), (30, 10), (30, 50.5), (0, 0)], codes)
    assert style["f"] == "#ff0000ff" and style["w"] > 0
    numbers = [float(n) for n in re.findall(r"-?\d+", path)]
    assert path[0] == "M" and path[-1] == "z"
    unit = renderer.UNIT / SHARPNESS
    assert np.allclose(numbers, [10 * unit, 90 * unit, 20 * unit, 0, 0, -40.5 * unit], atol=unit)


def test_a_curve_goes_by_its_distance_from_where_it_begins():
    ((_, path),) = record_path([(10, 10), (10, 20), (20, 20), (20, 10)], [1, 4, 4, 4])
    numbers = [int(n) for n in re.findall(r"-?\d+", path)]
    assert "c" in path and np.allclose(
        numbers[2:], np.array([0, -10, 10, -10, 10, 0]) * renderer.UNIT / SHARPNESS, atol=1
    )


def test_what_cannot_be_drawn_again_is_refused():
    pen, pencil = renderer.Recorder((200, 100), 192), GraphicsContextBase()
    with pytest.raises(NotImplementedError):
        pen.draw_image(pencil, 0, 0, np.zeros((2, 2, 4), np.uint8))
    pencil.set_hatch("/")
    with pytest.raises(NotImplementedError):
        pen.draw_path(pencil, matplotlib.path.Path([(0, 0), (1, 1)]), IdentityTransform())


def test_thinning_keeps_the_ends_and_what_a_button_sets():
    lengths, kept = (101, 5), ({37}, {2})
    places = recorder.thinned(lengths, kept, most=100)
    assert np.prod([len(at) for at in places]) <= 100 and places[1] == [0, 1, 2, 3, 4]
    assert {0, 37, 100} <= set(places[0]) and places[0] == sorted(places[0])
    assert recorder.thinned((4, 5), ({0}, {0}), most=100) == [list(range(4)), list(range(5))]


@pytest.mark.parametrize("k", [1, 2, 7])
def test_an_image_of_cells_keeps_one_pixel_of_each(k):
    cells = np.random.default_rng(0).integers(0, 255, (3, 5, 3), np.uint8)
    image = cells.repeat(k, axis=0).repeat(k, axis=1)
    assert np.array_equal(pixels(recorder._url(recorder._small(image))), cells)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("bp.explore.line()", ("line", (), {})),
        (
            'import bpcourse as bp\nbp.explore.optimizers(["sgd"], chapter="x")',
            ("optimizers", (["sgd"],), {"chapter": "x"}),
        ),
        ("bp.explore.tape(out, out=out)", None),  # what the learner's variables hold is known only to a kernel
        ("bp.explore.graph().frame(step=22)", None),
        ("x = 1", None),
        ("%matplotlib inline", None),
        ("", None),
    ],
)
def test_a_cell_is_known_to_show_an_explorer(source, found):
    assert moving.explorer_of(source) == found


def test_every_explorer_is_moved_by_some_chapter():
    notebooks = [json.loads(path.read_text("utf-8")) for path in sorted((TREE / "chapters").glob("*.ipynb"))]
    names = {getattr(bp.explore, name) for notebook in notebooks for _, (name, *_) in moving.shown(notebook)}
    assert names == set(EXPLORERS)


def test_recordings_that_nothing_asks_for_go_but_not_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(moving, "KEPT", tmp_path)
    now = time.time()
    ages = {"asked.json": 9999, "asked-0.moving": 9999, "old.json": 9999, "old-10.moving": 9999, "new.json": 9}
    for name, age in ages.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (now - age, now - age))
    moving.prune({"asked"})
    assert {path.name for path in tmp_path.iterdir()} == {"asked.json", "asked-0.moving", "new.json"}
    assert (tmp_path / "asked.json").stat().st_mtime >= now - 1  # it was used


def test_a_recording_is_made_again_when_what_it_draws_from_changes():
    known = set()
    moving.needed(moving.PACKAGE / "explore" / "optimizers.py", known)
    names = {path.relative_to(moving.PACKAGE).as_posix() for path in known}
    assert {"explore/base.py", "explore/verdict.py", "surfaces.py", "optimizers.py", "plots/style.py"} <= names
    assert not any(name.startswith(("marking/", "teaching/")) for name in names)
