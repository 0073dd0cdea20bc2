"""The stored pictures: few bytes, and the same to the eye."""

import base64
import io
from pathlib import Path

import notebooks
import numpy as np
import pytest
from pictures import AREA, EDGE, few_colours
from PIL import Image, ImageDraw

TREE = Path(__file__).resolve().parents[2]
NOTEBOOKS = [
    path for folder in ("chapters", "exercises", "solutions") for path in sorted((TREE / folder).glob("*.ipynb"))
]


def stored(path):
    """The pictures in the outputs of a notebook, as PNGs."""
    outputs = (output for cell in notebooks.read(path).cells for output in cell.get("outputs", ()))
    return [base64.b64decode(output.data["image/png"]) for output in outputs if "image/png" in output.get("data", {})]


def png(pixels):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def seen(picture):
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.relative_to(TREE)))
def test_stored_pictures_have_palettes_and_solutions_have_none(path):
    pictures = stored(path)
    assert all(Image.open(io.BytesIO(picture)).mode == "P" for picture in pictures), "run `make notebooks`"
    assert not (pictures and path.parent.name == "solutions")


def test_all_notebooks_together_have_less_than_six_megabytes():
    assert sum(map(len, map(stored, NOTEBOOKS))) > 50
    assert sum(path.stat().st_size for path in NOTEBOOKS) < 6e6


def test_a_smooth_ground_gets_no_bands_and_letters_keep_their_edges():
    ramp = np.linspace((247, 250, 253), (120, 180, 238), 400).round()
    pixels = np.broadcast_to(ramp[:, None], (400, 300, 3)).astype(np.uint8)
    sheet = Image.fromarray(pixels.copy())
    ImageDraw.Draw(sheet).text((40, 150), "dE/dw", "#222222", font_size=60)
    pixels = np.asarray(sheet)
    drawn = few_colours(png(pixels))
    off = np.abs(seen(drawn) - pixels).max(axis=2)
    assert off[:150].max() <= AREA and off.max() <= EDGE
    assert len(drawn) < len(png(pixels))


def test_few_colours_gives_the_same_bytes_again_and_leaves_a_palette_alone():
    pixels = np.random.default_rng(0).integers(0, 256, (60, 60, 3)).astype(np.uint8)  # more colours than a palette has
    drawn = few_colours(png(pixels))
    assert drawn == few_colours(png(pixels)) == few_colours(drawn)
    assert len(np.unique(seen(drawn).reshape(-1, 3), axis=0)) <= 256
    plain = np.zeros((4, 4, 4), np.uint8)
    plain[..., 3], plain[0, 0, :3] = 255, (217, 115, 13)
    assert (seen(few_colours(png(plain))) == plain[..., :3]).all()
