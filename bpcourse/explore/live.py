"""The live widget of an explorer: one anywidget for controls, picture, task, and state in words.

The browser side is live.js and live.css. It asks with one message (`asked`: all controls, and where a finger is) and
gets one answer (`picture`, `status`, `shown`); the mathematics and the drawing stay here.
"""

import asyncio
import time
from pathlib import Path

import anywidget
import traitlets

from ..plots.style import WIDTH
from ..still import LINE, jpeg
from .controls import Several, Slider

RESTS = 0.15  # seconds: from a picture with half the pixels each way, which is sooner there, to the same one, sharp
SOON = 0.005  # seconds: until a picture on the way is followed by the next
HERE = Path(__file__).parent


class Live(anywidget.AnyWidget):
    """The picture that follows the controls of `explorer`, and the finger.

    values: {control: value}, as they stand. face: what never changes. A control's value travels as its place among the
    options.
    """

    _esm, _css = HERE / "live.js", HERE / "live.css"
    face = traitlets.Dict().tag(sync=True)
    asked = traitlets.Dict().tag(sync=True, echo_update=False)
    shown = traitlets.Dict().tag(sync=True)
    picture = traitlets.Bytes().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)

    def __init__(self, explorer):
        self.explorer, self.values = explorer, explorer.settings()
        self.held = None, None  # the touch that goes on, by its number, and the target that it drags
        self.waiting = False
        self.rest = None
        self.before, self.begun = None, None  # the state that a journey leaves, and when
        super().__init__(face=_face(explorer))
        for file in (Live._esm, Live._css):  # anywidget waits for the files to change, and so would keep each widget
            if hasattr(file, "changed"):
                file.changed.disconnect()
        self._draw(explorer.move)  # the first picture is the one that the notebook stores

    def set(self, **values):
        """Set these controls, as a learner's hand would. ValueError for one, or for a value, that there is not."""
        controls = self.explorer.sliders
        self.explorer.settings(**values)
        for name, value in values.items():
            controls[name].index(value)
        self._change(self.values | values)

    @traitlets.observe("asked")
    def _hear(self, change):
        controls, touch = self.explorer.sliders, change.new.get("touch")
        values = {name: controls[name].at(index) for name, index in change.new["values"].items()}
        if touch:
            if touch["number"] != self.held[0]:
                start = touch["start"]
                self.held = touch["number"], next((t for t in reversed(self.scene.targets) if start in t), None)
            target = self.held[1]
            values |= target.sets(*touch["at"]) if target else {}
        self._change(values)

    def _change(self, values):
        """Draws the picture of these values, in a kernel as soon as the message that asks for it is answered.

        The browser sends the next value when the last message is answered. Drawing after the answer, kernel and
        browser work at the same time; of values that come meanwhile only the newest is drawn.
        """
        if self.explorer.journey and values != self.values:
            self.before, self.begun = self.values, time.monotonic()
        self.values = values
        loop = _loop()
        if loop is None:
            self._draw(self.explorer.move)
        elif not self.waiting:
            self.waiting = True
            loop.call_soon(self._draw_soon)

    def _draw_soon(self):
        self.waiting = False
        if self._draw(self._step).unfinished and not self.waiting:
            self.waiting = True
            _loop().call_later(SOON, self._draw_soon)  # when the messages that have come meanwhile are answered

    def _step(self, **values):
        """The Scene to be shown now: one of the journey that is under way, else that of `move_soon`."""
        if self.before:
            share = (time.monotonic() - self.begun) / self.explorer.journey
            scene = self.explorer.on_the_way(share, self.before, **values) if share < 1 else None
            if scene:
                return scene
            self.before = None
        return self.explorer.move_soon(**values)

    def _draw(self, move):
        explorer, loop = self.explorer, _loop()
        image, self.scene = explorer.draw(move, **self.values)
        moving = loop and self.picture
        with self.hold_sync():
            self.picture = jpeg(image.reduce(2) if moving else image)
            self.status = self.scene.status
            self.shown = {
                "answer": self.asked.get("number", 0),
                "values": {name: control.index(self.values[name]) for name, control in explorer.sliders.items()},
                "idle": list(self.scene.idle),
                "targets": [[*_share(target.box, explorer.height), target.says] for target in self.scene.targets],
                "unfinished": self.scene.unfinished,
                "ended": self.scene.ended,
            }
        if self.rest:
            self.rest.cancel()
        self.rest = loop.call_later(RESTS, self._sharpen, image) if moving else None
        return self.scene

    def _sharpen(self, image):
        self.picture = jpeg(image)


def _face(explorer):
    """What the browser must know before the first picture."""
    return {
        "name": explorer.name,
        "size": [WIDTH, explorer.height],
        "tasks": explorer.tasks,
        "race": explorer.race,
        "gone": LINE,
        "presets": {
            text: {name: explorer.sliders[name].index(value) for name, value in values.items()}
            for text, values in explorer.presets.items()
        },
        "controls": {name: _control(control) for name, control in explorer.sliders.items()},
    }


def _control(control):
    kind = "several" if isinstance(control, Several) else "slider" if isinstance(control, Slider) else "choice"
    return {
        "kind": kind,
        "label": control.label,
        "options": [text for text, _ in control.options],
        "start": control.index(control.start),
        "rare": control.rare,
        "play": getattr(control, "play", 0),
    }


def _share(box, height):
    """The box of a target as shares of the picture: left, top, width, height."""
    left, bottom, wide, high = box
    return [left / WIDTH, (height - bottom - high) / height, wide / WIDTH, high / height]


def _loop():
    """The kernel's event loop; None in a script or a test, where nobody waits and a picture may take its time."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
