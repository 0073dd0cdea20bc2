"""What an explorer draws, as data: the moving artists and texts of each position of its controls. `moving.js` draws it
again, over the still background.
"""

import base64
import gzip
import hashlib
import io
import itertools
import json
import math
from functools import lru_cache

import numpy as np
from matplotlib.colors import to_hex, to_rgb
from PIL import Image
from renderer import UNIT, Recorder, length, units
from touch import Touches

from bpcourse.explore.base import POINT, font
from bpcourse.explore.controls import Several, Slider
from bpcourse.plots.style import PAPER, SHARPNESS, WIDTH

MOST = 800  # positions of one grid; where there are more, the longest control is thinned
COLOURS = 256  # of an image
LARGE = 3_000  # bytes of a PNG from which a WebP is tried
RESET = "reset"  # the button that goes to the explorer's own start, as the live one has it


def drawn(explorer, **values):
    """(what is drawn, scene) for these values: [style, path, ...] of the moving artists, then [style, text, x, y] of
    the labels, whose style has a font.
    """
    scene = explorer.move(**explorer.settings(**values))
    canvas = explorer.figure.canvas
    recorder = Recorder(canvas.get_width_height(), explorer.figure.dpi)
    for artist in sorted(explorer.moving, key=lambda artist: artist.get_zorder()):
        artist.draw(recorder)
    written = itertools.chain.from_iterable(_label(label, recorder.size[1]) for label in scene.labels)
    return [*recorder.drawn, *written], scene


def _label(label, height):
    """What a Label draws: its ground, if it has one, and its text on the base line."""
    x, y = round(label.x * SHARPNESS), height - round(label.y * SHARPNESS)
    left, top, right, bottom, base = _box(label.text, label.size, label.bold, label.anchor)
    if label.backed:
        corners = [x + left - 6, y + top - 8, x + right + 6, y + bottom + 8]
        x0, y0, x1, y1 = units(np.array(corners)).tolist()
        yield [{"f": to_hex(to_rgb(PAPER))}, f"M{x0} {y0}H{x1}V{y1}H{x0}z"]
    side = {"l": "left", "m": "center", "r": "right"}[label.anchor[0]]
    size = length(round(label.size * POINT * SHARPNESS))
    style = {"f": to_hex(label.colour), "a": side, "t": f"{'bold ' if label.bold else ''}{size}px"}
    yield [style, label.text, *units(np.array([x, y + base])).tolist()]


@lru_cache(maxsize=4096)
def _box(text, size, bold, anchor):
    """The box of a text around its anchor, and how far below that its base line lies, in device pixels."""
    face = font(size, bold)
    box = face.getbbox(text, anchor=anchor)
    return *(int(edge) for edge in box), box[1] - face.getbbox(text, anchor=anchor[0] + "s")[1]


def thinned(lengths, kept, most=MOST):
    """For controls of these lengths the places that are recorded: every second of the longest, again and again, until
    there are at most `most` positions; those in `kept`, one set a control, always.
    """
    strides = [1] * len(lengths)

    def places(k):
        return sorted({*range(0, lengths[k], strides[k]), lengths[k] - 1, *kept[k]})

    while np.prod([len(places(k)) for k in range(len(lengths))]) > most:
        longest = max(range(len(lengths)), key=lambda k: len(places(k)))
        if strides[longest] > lengths[longest]:
            break
        strides[longest] *= 2
    return [places(k) for k in range(len(lengths))]


def face(explorer):
    """(face, rests): what the page must know before anything is loaded, and for each recording the values of the
    controls that stand still.

    face: plain data. controls: [kind, label, texts of the places recorded, milliseconds of a player or 0]; presets:
    [text, which recording, the place of each control], the explorer's own start first; notes: what a finger on the
    picture does, and what is not here.
    """
    names = explorer.moves or tuple(explorer.sliders)[:1]
    controls = [explorer.sliders[name] for name in names]
    if any(isinstance(control, Several) for control in controls):
        raise TypeError(f"{explorer.name}: moves has {', '.join(names)}; buttons that stay pressed have no places")
    begin = explorer.settings(**explorer.still)
    presets = {RESET: begin} | {text: begin | values for text, values in explorer.presets.items()}
    kept = [{c.index(values[n]) for values in presets.values()} for n, c in zip(names, controls, strict=True)]
    grid = thinned([len(control.options) for control in controls], kept)
    rests, starts = [], []
    for text, values in presets.items():
        rest = {name: value for name, value in values.items() if name not in names}
        if rest not in rests:
            rests.append(rest)
        places = [at.index(c.index(values[n])) for n, c, at in zip(names, controls, grid, strict=True)]
        starts.append([text, rests.index(rest), places])
    few = [
        f"{c.label} has {len(at)} of its {len(c.options)} values"
        for c, at in zip(controls, grid, strict=True)
        if len(at) < len(c.options)
    ]
    if len(explorer.sliders) > len(names):
        few.append("the other controls stand still" if len(rests) == 1 else "only the buttons set the other controls")
    recorded = {n: [c.at(k) for k in at] for n, c, at in zip(names, controls, grid, strict=True)}
    touches, said = Touches(explorer, recorded), {True: {}, False: {}}  # dicts, for their order
    for target in explorer.move(**begin).targets:
        said[touches.of(target, begin) is not None][target.says] = None
    only = " · ".join(says for says in said[False] if says not in said[True])
    notes = [f"In the picture: {' · '.join(said[True])}."] if said[True] else []
    if few:
        notes.append(
            f"On this page {'; '.join(few)}. In the notebook all of it moves{only and f'; only there: {only}'}."
        )
    return {
        "name": explorer.name,
        "size": [WIDTH, explorer.height, UNIT],
        "controls": [
            [
                "range" if isinstance(c, Slider) else "select",
                c.label,
                [c.options[k][0] for k in at],
                getattr(c, "play", 0),
            ]
            for c, at in zip(controls, grid, strict=True)
        ],
        "presets": starts,
        "notes": notes,
    }, [(rest, recorded) for rest in rests]


def record(explorer, rest, grid):
    """One recording, as `moving.js` reads it: plain data. rest: the values of what stands still; grid: {control: the
    values recorded}, the last one fastest.

    styles and things: what is drawn, each once; status: the sentences; images: what lies under the moving artists;
    touches: what can be touched, [left, top, width, height, table, ...], the topmost last (`Touches.of`); frames: for
    each position [status, image or -1, number of touches, touch, ..., thing, ...], each as the step from the frame
    before.
    """
    styles, things, sentences, images, frames = Numbers(), Numbers(), Numbers(), {}, []
    touches, tables, finger = Numbers(), Numbers(), Touches(explorer, grid)
    for chosen in itertools.product(*grid.values()):
        values = rest | dict(zip(grid, chosen, strict=True))
        shapes, scene = drawn(explorer, **values)
        shown = [things.of([styles.of(style), *what]) for style, *what in shapes]
        found = [touch for touch in (finger.of(target, values) for target in scene.targets) if touch]
        touched = [touches.of([*box, *map(tables.of, those)]) for box, those in found]
        frames.append([sentences.of(scene.status), _place(scene, explorer, images), len(touched), *touched, *shown])
    return {
        "ground": _url(_ground(explorer)),
        "styles": styles.all(),
        "things": things.all(),
        "status": sentences.all(),
        "images": [image for _, image in images.values()],
        "touches": touches.all(),
        "tables": tables.all(),
        "frames": _steps(frames),
    }


def _place(scene, explorer, images):
    """The place of what lies under a scene among `images`, {digest: as it is served}; -1 if nothing does."""
    if scene.under is None:
        return -1
    pixels, *place = scene.under
    digest = hashlib.sha256(pixels.tobytes() + str(place).encode()).digest()
    if digest not in images:
        images[digest] = len(images), _under(scene.under, explorer.height)
    return images[digest][0]


class Numbers:
    """Numbers things, which JSON can write, by their first coming: the same thing has the same number."""

    def __init__(self):
        self._number = {}

    def of(self, thing):
        return self._number.setdefault(json.dumps(thing, ensure_ascii=False), len(self._number))

    def all(self):
        return [json.loads(written) for written in self._number]


def _steps(frames):
    """Each frame by its difference to the one before; to 0 where that has no number."""
    before = [[], *frames[:-1]]
    return [
        [number - other for number, other in itertools.zip_longest(frame, last[: len(frame)], fillvalue=0)]
        for frame, last in zip(frames, before, strict=True)
    ]


def _ground(explorer):
    canvas = explorer.figure.canvas
    canvas.restore_region(explorer._still)
    return np.asarray(canvas.buffer_rgba())[..., :3]


def _under(under, height):
    """[the image, left, top, width, height in units]: with no more pixels than it needs."""
    image, left, bottom = under
    box = [left * SHARPNESS, (height - bottom) * SHARPNESS - image.shape[0], image.shape[1], image.shape[0]]
    return [_url(_small(image[..., :3])), *units(np.array(box)).tolist()]


def _small(image):
    """The image without pixels that only repeat their neighbours."""
    cells = image.shape[:2]
    for axis in (0, 1):
        changes = np.flatnonzero((np.diff(image, axis=axis) != 0).any(axis=(1 - axis, 2))) + 1
        cells = *cells, *changes.tolist()
    step = math.gcd(*cells)
    return image[::step, ::step]


def _url(image):
    """Pixels (rows, columns, 3) as the address of an image that it holds: a PNG with a palette or, for what is large
    and smooth, a WebP, in which the eye sees no difference.
    """
    kind, out, image = "png", io.BytesIO(), Image.fromarray(np.ascontiguousarray(image))
    image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG")
    if len(out.getvalue()) > LARGE:
        webp = io.BytesIO()
        image.save(webp, "WEBP", quality=90, method=2)
        if len(webp.getvalue()) < len(out.getvalue()) / 2:  # else it is larger when packed: PNGs repeat each other
            kind, out = "webp", webp
    return f"data:image/{kind};base64," + base64.b64encode(out.getvalue()).decode()


def packed(recording):
    """The bytes of a recording, as it is served."""
    return gzip.compress(json.dumps(recording, ensure_ascii=False, separators=(",", ":")).encode(), mtime=0)
