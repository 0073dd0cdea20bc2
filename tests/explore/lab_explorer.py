"""An explorer in the page: moves its sliders and measures how soon its picture follows."""

import statistics
import time

# Times one key press inside the page: from the press to the moment when the new picture is loaded and drawn.
# An explorer's picture gets a new address; the one of `interact` is a new element, so the whole box is watched.
WATCH = """box => {
    const picture = () => box.querySelector('img.bp-picture, .jp-OutputArea img');
    const before = picture().src;
    let pressed = null;
    const press = () => { pressed = performance.now(); };
    window.bpTook = new Promise(resolve => {
        const observer = new MutationObserver(() => {
            const image = picture();
            if (pressed === null || !image || image.src === before) return;
            observer.disconnect();
            document.removeEventListener('keydown', press, true);
            const shown = () => requestAnimationFrame(() => resolve(performance.now() - pressed));
            const wait = () => picture().decode().then(shown, wait);  // again, where a sharper one has taken its place
            wait();
        });
        observer.observe(box, {subtree: true, childList: true, attributes: true, attributeFilter: ['src']});
    });
    document.addEventListener('keydown', press, true);
}"""
TOOK = "patience => Promise.race([window.bpTook, new Promise(stop => setTimeout(() => stop(null), patience))])"


# Counts the pictures that come on screen, from now on.
COUNT = """box => {
    const count = window.bpCount = {seen: 0};
    new MutationObserver(() => {
        const shown = () => requestAnimationFrame(() => { count.seen += 1; });
        box.querySelector('img.bp-picture').decode().then(shown, () => {});  // replaced before it was shown
    }).observe(box, {subtree: true, attributes: true, attributeFilter: ['src']});
}"""


class Explorer:
    """An explorer in the page: sliders, a picture, and the state in words."""

    def __init__(self, page, box):
        self.page = page
        self.box = box
        self.handles = box.locator(".noUi-handle")

    def status(self):
        return self.box.locator(".bp-status").first.inner_text()

    def cut_off(self):
        """The labels beside the controls that have too little room."""
        return self.box.locator(".widget-label").evaluate_all(
            "labels => labels.filter(l => l.scrollWidth > l.clientWidth).map(l => l.innerText)"
        )

    def press(self, key="ArrowRight", slider=0, timeout=3):
        """Presses a key on a slider: milliseconds until the new picture is on screen; None if none came in time."""
        self.handles.nth(slider).focus()
        self.box.evaluate(WATCH)
        self.page.keyboard.press(key)
        return self.page.evaluate(TOOK, timeout * 1000)

    def seen(self):
        """The picture's address and the state in words: what a slider changes."""
        return self.box.locator("img.bp-picture").first.get_attribute("src"), self.status()

    def moves(self, slider, timeout=3):
        """Whether the picture or the words change when the keyboard moves the slider, to one side or the other."""
        before = self.seen()
        for key in ("ArrowRight", "ArrowLeft"):
            self.handles.nth(slider).press(key)
            deadline = time.monotonic() + timeout
            while time.monotonic() < deadline:
                if self.seen() != before:
                    return True
                self.page.wait_for_timeout(30)
        return False

    def times(self, presses=30, slider=0):
        """Milliseconds of `presses` key presses, to and fro: back where the slider ends. Shorter if it is stuck."""
        found, keys, stuck = [], ["ArrowRight", "ArrowLeft"], 0
        while len(found) < presses and stuck < 2:
            took = self.press(keys[0], slider, timeout=2)
            if took is None:
                keys.reverse()
                stuck += 1
            else:
                found.append(took)
                stuck = 0
        return found

    def drag(self, seconds=2.0, slider=0):
        """Drags a slider with the mouse, to and fro: (pictures a second meanwhile, its value at the end, the state in
        words half a second later).
        """
        handle = self.handles.nth(slider)
        handle.scroll_into_view_if_needed()
        at, track = (
            handle.bounding_box(),
            handle.locator("xpath=ancestor::*[contains(@class,'noUi-target')]").bounding_box(),
        )
        y, start = at["y"] + at["height"] / 2, at["x"] + at["width"] / 2
        self.page.mouse.move(start, y)
        self.page.mouse.down()
        self.box.evaluate(COUNT)
        begin = time.monotonic()
        while (passed := time.monotonic() - begin) < seconds:
            share = abs((2.3 * passed / seconds + (start - track["x"]) / track["width"]) % 2 - 1)
            self.page.mouse.move(track["x"] + (1 - share) * track["width"], y)
            self.page.wait_for_timeout(12)
        seen = self.page.evaluate("window.bpCount.seen")
        self.page.mouse.up()
        self.page.wait_for_timeout(500)
        readout = handle.locator("xpath=ancestor::*[contains(@class,'widget-slider')]").locator(".widget-readout")
        return seen / seconds, readout.inner_text(), self.status()


def summary(times):
    """(median, 95th percentile) of a list of milliseconds."""
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


# An explorer that draws nothing: ready-made pictures of an explorer's size and kind are swapped, so the time is that of
# slider, kernel and browser alone.
ECHO = """import io
import ipywidgets as widgets
from PIL import Image, ImageDraw

def picture(k):
    out = io.BytesIO()
    image = Image.new("RGB", (1520, 860), "white")
    ImageDraw.Draw(image).line([(0, 430), (38 * k, 20 * k), (1520, 430)], "steelblue", 5)
    image.save(out, "JPEG", quality=92, subsampling=0)
    return out.getvalue()

pictures = [picture(k) for k in range(40)]
slider = widgets.IntSlider(value=0, min=0, max=39)
image = widgets.Image(value=pictures[0], format="jpeg", layout=widgets.Layout(width="760px"))
status = widgets.HTML("0")
def show(change):
    image.value = pictures[change.new]
    status.value = str(change.new)
slider.observe(show, "value")
box = widgets.VBox([slider, image, status])
for widget, css in ((box, "bp-explorer"), (image, "bp-picture"), (status, "bp-status")):
    widget.add_class(css)
box"""
