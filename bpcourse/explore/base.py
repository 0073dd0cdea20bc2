"""What all explorers share: a picture that follows its controls, and a fast way from the one to the other.

What never moves is drawn once. On an event the moving artists are blitted onto it, the changing texts are
written by Pillow (Matplotlib sets one in 3 ms, Pillow in 0.05), and the result goes to the browser as one image.
"""

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

import matplotlib as mpl
import numpy as np
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.lines import Line2D
from PIL import Image, ImageDraw, ImageFont

from ..plots.style import INK, PAPER, SHARPNESS, STYLE, WIDTH, Picture, figure
from ..still import still
from .controls import Control

POINT = 96 / 72  # CSS pixels in a point
_SIGN = re.compile(r"(?<!\w)-(?=\d)")  # a hyphen that is a number's sign


def add_line(ax, x=(), y=(), **style):
    """A Line2D on `ax` that leaves its limits as they are."""
    return ax.add_line(Line2D(x, y, **style))


@dataclass(frozen=True)
class Label:
    """A changing text at (x, y) in CSS pixels from the lower left corner.

    anchor: as Pillow's, "mm" is centred and "lm" starts at x. size: in points. backed: on a white ground, for a text
    on a line.
    """

    x: float
    y: float
    text: str
    colour: str = INK
    size: float = 11
    anchor: str = "mm"
    bold: bool = False
    backed: bool = False


@dataclass(frozen=True)
class Target:
    """A part of the picture that a finger can touch: box = (left, bottom, width, height), CSS pixels from the lower
    left corner of the picture.

    sets: a function of (x, y), where the finger is, to the values that it sets, {control: value}. A finger that has
    come down in the box drags the target: later it may be anywhere, outside the picture, too. says: in a few words,
    what a touch does.
    """

    box: tuple
    sets: Callable
    says: str

    def __contains__(self, point):
        left, bottom, width, height = self.box
        return left <= point[0] <= left + width and bottom <= point[1] <= bottom + height


def around(x, y, radius=18):
    """The box of a Target around a point; a fingertip needs some 36 CSS pixels."""
    return (x - radius, y - radius, 2 * radius, 2 * radius)


@dataclass(frozen=True)
class Scene:
    """What `move` returns beside the artists that it has set: the texts, and the state in words.

    under: (image, left, bottom), RGBA bytes in device pixels to be laid under the moving artists, at CSS pixels.
    targets: what can be touched, the topmost last. idle: the names of the controls that make no difference now.
    unfinished: this is a state on the way, from `move_soon`; the widget will ask again. ended: nothing more comes, so
    a player stops.
    """

    labels: list[Label] = field(default_factory=list)
    status: str = ""
    under: tuple | None = None
    targets: tuple[Target, ...] = ()
    idle: tuple[str, ...] = ()
    unfinished: bool = False
    ended: bool = False

    def __post_init__(self):
        object.__setattr__(self, "status", _SIGN.sub("−", self.status))


class Explorer:
    """Controls and a picture. A subclass gives `name`, `sliders` (its controls), `background` and `move`; if it likes
    `presets`, {text of the button: {control: value}}, and `on_the_way`.

    Shown as the last line of a cell it is live; `frame(**values)` gives one picture without a browser.
    chapter: the one whose tasks stand beside it, if several have some; "chapter#cell", if it has several.
    """

    name = ""
    height = 430
    sliders: dict[str, Control] = {}
    presets: dict[str, dict] = {}
    still = {}  # values of the picture that a notebook stores, where the start shows too little
    moves = ()  # the controls that move on the site, where nothing computes; the first, if none is named
    race = ""  # the control that a preset does not set at once, but plays up to its value
    journey = 0.0  # seconds that `on_the_way` takes from one state to the next; 0, if it jumps

    def __init__(self, chapter=None):
        self.tasks = tasks(type(self).__module__.rpartition(".")[2], chapter)
        with mpl.rc_context(STYLE):
            self.figure = figure(self.height)
            self.figure.set_layout_engine("none")
            self.moving = self.background()
        for artist in self.moving:
            artist.set_animated(True)
        self.figure.canvas.draw()
        self._still = self.figure.canvas.copy_from_bbox(self.figure.bbox)
        self._widget = None

    def background(self):
        """Draw what never moves on `self.figure`; return the artists that will."""
        raise NotImplementedError

    def move(self, **values):
        """Set the moving artists to the state that the slider values name; return a Scene."""
        raise NotImplementedError

    def move_soon(self, **values):
        """As `move`, for the live widget: one that needs long may set a state on the way and return it `unfinished`."""
        return self.move(**values)

    def on_the_way(self, share, before, **values):
        """As `move`, for the live widget with a `journey`: the Scene when `share` of it has passed, from the state
        `before` (all values of all controls) to this one; None where there is nothing to see between the two.
        """
        return None

    def touch(self, x, y, /, **values):
        """What a touch at (x, y), CSS pixels from the lower left corner, sets in this state: {control: value}."""
        for target in reversed(self.move(**self.settings(**values)).targets):
            if (x, y) in target:
                return target.sets(x, y)
        return {}

    def nearest(self, **wanted):
        """{control: the value that it has nearest to the number wanted}: what a Target sets."""
        return {name: self.sliders[name].nearest(number) for name, number in wanted.items()}

    def axes_at(self, left, bottom, width, height, **settings):
        """New axes at this place of the figure, in CSS pixels."""
        box = (left / WIDTH, bottom / self.height, width / WIDTH, height / self.height)
        return self.figure.add_axes(box, **settings)

    def page(self, **settings):
        """New axes over the whole picture, whose units are CSS pixels."""
        ax = self.axes_at(0, 0, WIDTH, self.height, xlim=(0, WIDTH), ylim=(0, self.height), **settings)
        ax.axis("off")
        return ax

    def point(self, ax, x, y):
        """The point of `ax` that lies at (x, y), CSS pixels: the reverse of `pixels`, for a Target."""
        return ax.transData.inverted().transform((x * SHARPNESS, y * SHARPNESS))

    def pixels(self, ax, x, y):
        """Where the point (x, y) of `ax` lies, in CSS pixels from the lower left corner: for a Label."""
        return ax.transData.transform((x, y)) / SHARPNESS

    def frame(self, **values):
        """The picture for these slider values (those not named stand at their start)."""
        image, scene = self.draw(self.move, **values)
        return self._picture(image.convert("RGB"), scene)

    def _picture(self, image, scene):
        out = io.BytesIO()
        image.save(out, "PNG")
        return Picture(out.getvalue(), (WIDTH, image.height // SHARPNESS), f"{self.name}. {scene.status}")

    def settings(self, **values):
        """The values of all sliders: those not named stand at their start. ValueError for a name that there is not."""
        unknown = set(values) - set(self.sliders)
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))}: no such slider; expected {', '.join(self.sliders)}")
        return {name: slider.start for name, slider in self.sliders.items()} | values

    def draw(self, move, **values):
        """(image, scene) for these values; move: `self.move`, or another function from values to a Scene."""
        scene = move(**self.settings(**values))
        return self.image(scene), scene

    def image(self, scene):
        """The artists as they stand, with what `scene` adds."""
        canvas = self.figure.canvas
        canvas.restore_region(self._still)
        if scene.under:
            image, left, bottom = scene.under
            below, left = (self.height - bottom) * SHARPNESS, left * SHARPNESS
            pixels = np.asarray(canvas.buffer_rgba())
            pixels[below - image.shape[0] : below, left : left + image.shape[1]] = image
        for artist in sorted(self.moving, key=lambda artist: artist.get_zorder()):
            artist.draw(canvas.get_renderer())
        size = canvas.get_width_height()
        # X for A: the picture is opaque, and leaving the fourth byte out would take longer than writing all the texts.
        image = Image.frombuffer("RGBX", size, canvas.buffer_rgba(), "raw", "RGBX", 0, 1).copy()
        for label in scene.labels:
            written, (left, top, right, bottom) = _written(label.text, label.size, label.bold, label.anchor)
            x, y = round(label.x * SHARPNESS), image.height - round(label.y * SHARPNESS)
            if label.backed:
                image.paste(PAPER, (x + left - 6, y + top - 8, x + right + 6, y + bottom + 8))
            image.paste(label.colour, (x + left, y + top), written)
        return image

    def _repr_mimebundle_(self, include=None, exclude=None):
        image, scene = self.draw(self.move, **self.still)
        data, shown = self._picture(still(image.convert("RGB"), WIDTH), scene)._repr_mimebundle_()
        live, _ = self.widget._repr_mimebundle_()
        return live | data, shown

    def __repr__(self):
        return f"<explorer: {self.name}>"

    @property
    def widget(self):
        """The live widget: controls, picture, and the state in words."""
        if self._widget is None:
            from .live import Live  # only here: frame() works without a browser

            self._widget = Live(self)
        return self._widget


def tasks(explorer, chapter=None):
    """The tasks, as HTML, that a chapter sets for this explorer: those of the first chapter that has some, if none is
    named. They are read from the chapter's text by `make notebooks`.
    """
    by_chapter = json.loads(files("bpcourse").joinpath("data/tasks.json").read_text("utf-8")).get(explorer, {})
    return by_chapter.get(chapter or next(iter(by_chapter), None), [])


@lru_cache(maxsize=4096)
def _written(text, size, bold, anchor):
    """The text as a mask, and its box around the anchor point: most texts stay the same from one frame to the next."""
    face = font(size, bold)
    left, top, right, bottom = (int(edge) for edge in face.getbbox(text, anchor=anchor))
    mask = Image.new("L", (max(right - left, 1), max(bottom - top, 1)))
    ImageDraw.Draw(mask).text((-left, -top), text, 255, face, anchor)
    return mask, (left, top, right, bottom)


@cache
def font(size, bold):
    """Pillow's font for a Label."""
    path = findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal"))
    return ImageFont.truetype(path, round(size * POINT * SHARPNESS))
