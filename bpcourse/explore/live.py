"""The live widget of an explorer: its controls, the picture, and the state in words."""

import asyncio
import io
import time

import ipywidgets as widgets
import traitlets

from ..plots.style import WIDTH
from .base import Several, Slider

# While a slider moves, its pictures have half the pixels each way, so that more of them fit into a second; the last
# one is sent again, sharp.
MOVING, RESTS = 0.25, 0.15  # seconds: from one picture to the next; from the last one to the sharp one
TICK = 40  # milliseconds between two positions of a slider that runs
WIDE = {"width": "auto"}


def build(explorer):
    """The widget, an ipywidgets box. It leaves `explorer.controls`, named as `explorer.sliders`, `explorer.picture` and
    `explorer.status`.
    """
    live = Live(explorer)
    rows, pairs = [], []
    longest = max(len(control.label) for control in explorer.sliders.values())
    style = {"description_width": f"{max(8.5, 0.55 * longest):g}em"}  # else ipywidgets cuts a long label off
    if explorer.presets:
        rows.append(_row([live.preset(text, values) for text, values in explorer.presets.items()]))
    for number, (name, control) in enumerate(explorer.sliders.items()):
        if isinstance(control, Several):
            widget = shown = _Pressed(control)
        elif isinstance(control, Slider):
            widget = _slider(control, style)
            shown = _player(widget) if control.play else widget
        else:
            widget = shown = widgets.Dropdown(
                options=control.options, value=control.start, description=control.label, style=style, layout=WIDE
            )
        # The first control has a row of its own, and so have buttons; the others stand two in a row.
        (rows if number == 0 or isinstance(control, Several) else pairs).append(shown)
        live.controls[name] = widget
        widget.observe(live.show, "value")
    if pairs:
        rows.append(widgets.GridBox(pairs, layout={"grid_template_columns": "1fr 1fr", "grid_gap": "0 12px"}))
    live.draw(explorer.move)  # the first picture is the one that the notebook stores
    explorer.controls, explorer.picture, explorer.status = live.controls, live.picture, live.status
    box = widgets.VBox([*rows, live.picture, live.status], layout={"max_width": f"{WIDTH}px", "width": "100%"})
    for widget, css in ((box, "bp-explorer"), (live.picture, "bp-picture"), (live.status, "bp-status")):
        widget.add_class(css)
    return box


class Live:
    """The picture that follows the controls."""

    def __init__(self, explorer):
        self.explorer, self.controls = explorer, {}
        self.picture = widgets.Image(format="jpeg", layout=widgets.Layout(width="100%"))
        self.status = widgets.HTML()
        self.held = self.asked = False
        self.drawn, self.rest = float("-inf"), None

    def show(self, _=None):
        """Draws the picture, in a kernel as soon as the message that asks for it is answered.

        The browser sends a slider's next value when the last message is answered. Drawing after the answer, kernel and
        browser work at the same time; of values that come meanwhile only the newest is drawn.
        """
        if self.held or self.asked:
            return
        loop = _loop()
        if loop is None:
            self.draw(self.explorer.move)
        else:
            self.asked = True
            loop.call_soon(self.draw_soon)

    def draw_soon(self):
        self.asked = False
        if self.draw(self.explorer.move_soon).unfinished and not self.asked:
            self.asked = True
            _loop().call_later(0.005, self.draw_soon)  # when the messages that have come meanwhile are answered

    def draw(self, move):
        values = {name: control.value for name, control in self.controls.items()}
        image, scene = self.explorer.draw(move, **values)
        loop, before, self.drawn = _loop(), self.drawn, time.monotonic()
        moving = loop and self.drawn - before < MOVING
        self.send(image.reduce(2) if moving else image)
        self.status.value = f'<span role="status">{scene.status}</span>'
        if self.rest:
            self.rest.cancel()
        self.rest = loop.call_later(RESTS, self.send, image) if moving else None
        return scene

    def send(self, image):
        out = io.BytesIO()
        # Eight times faster than PNG, and without chroma subsampling the eye sees no difference at two pixels a CSS
        # pixel.
        image.save(out, "JPEG", quality=92, subsampling=0)
        self.picture.value = out.getvalue()

    def preset(self, text, values):
        """A button that sets some controls, with one picture for all of them."""

        def press(_):
            self.held = True
            try:
                for name, value in values.items():
                    self.controls[name].value = value
            finally:
                self.held = False
            self.show()

        button = widgets.Button(description=text, layout=WIDE)
        button.on_click(press)
        return button


class _Pressed(widgets.HBox):
    """A row of buttons that stay pressed. `value`: the tuple of the options whose buttons are, in their order."""

    value = traitlets.Tuple()

    def __init__(self, control):
        self.buttons = {
            value: widgets.ToggleButton(value=value in control.start, description=text, tooltip=text, layout=WIDE)
            for text, value in control.options
        }
        super().__init__([widgets.Label(control.label), *self.buttons.values()], layout={"flex_flow": "row wrap"})
        self.value = control.start
        for button in self.buttons.values():
            _mark(button)
            button.observe(self._read, "value")
        self.observe(self._write, "value")

    def _read(self, change):
        _mark(change.owner)
        self.value = tuple(value for value, button in self.buttons.items() if button.value)

    def _write(self, change):
        with self.hold_trait_notifications():
            for value, button in self.buttons.items():
                button.value = value in change.new


def _mark(button):
    """Two greys alone hardly tell a pressed button from the others, least of all in the dark theme."""
    button.button_style = "primary" if button.value else ""


def _loop():
    """The kernel's event loop; None in a script or a test, where nobody waits and a picture may take its time."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _row(children):
    return widgets.HBox(children, layout={"flex_flow": "row wrap"})


def _slider(control, style):
    return widgets.SelectionSlider(
        options=control.options, value=control.start, description=control.label, continuous_update=True,
        style=style, layout=WIDE,
    )  # fmt: skip


def _player(slider):
    """The slider behind buttons: run and stop, rewind, one step back, one step on.

    Play and slider are linked in the browser, which sends a position when the last one is answered, and the kernel
    draws only the newest: however slow it is, it never falls behind.
    """
    last = len(slider.options) - 1
    play = widgets.Play(value=slider.index, min=0, max=last, interval=TICK, show_repeat=False)
    widgets.jslink((play, "value"), (slider, "index"))
    buttons = []
    for icon, tooltip, by in (("step-backward", "one step back", -1), ("step-forward", "one step on", +1)):
        button = widgets.Button(icon=icon, tooltip=tooltip, layout={"width": "2.8em", "padding": "0"})
        button.on_click(lambda _, by=by: setattr(slider, "index", min(max(slider.index + by, 0), last)))
        buttons.append(button)
    slider.layout.flex = "1 1 auto"
    return widgets.HBox([play, *buttons, slider])
