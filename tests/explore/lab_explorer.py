"""An explorer in the page: moves its sliders, touches its picture, and measures how soon the picture follows."""

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
        # Ours are inputs of HTML, those of ipywidgets (the echo, `interact`) are not.
        self.handles = box.locator("input[type=range], .noUi-handle")
        self.targets = box.locator(".bp-targets > div")

    def status(self):
        return self.box.locator(".bp-status").first.inner_text()

    def unfold(self):
        """Opens what is folded away."""
        self.box.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")

    def cut_off(self):
        """What is written in the controls and has too little room."""
        return self.box.locator("label, output, button, .bp-task, .bp-several span, .widget-label").evaluate_all(
            "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
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

    def changes(self, act, timeout=2.0):
        """Whether picture or words change after `act()`."""
        before = self.seen()
        act()
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.seen() != before:
                return True
            self.page.wait_for_timeout(30)
        return False

    def rests(self, seconds=0.4, timeout=15):
        """Waits until nothing has changed for so long."""
        deadline, since, seen = time.monotonic() + timeout, time.monotonic(), self.seen()
        while time.monotonic() - since < seconds and time.monotonic() < deadline:
            self.page.wait_for_timeout(50)
            if self.seen() != seen:
                since, seen = time.monotonic(), self.seen()

    def swipe(self, target, by):
        """Puts the mouse down on a target, moves it, and lets go."""
        x, y = self.middle(target)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + by[0], y + by[1], steps=3)
        self.page.mouse.up()

    def moves(self, slider, timeout=3):
        """Whether the picture or the words change when the keyboard moves the slider, to one side or the other."""
        handle = self.handles.nth(slider)
        return any(self.changes(lambda key=key: handle.press(key), timeout) for key in ("ArrowRight", "ArrowLeft"))

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

    def touch(self, target=0, by=(9, 0), timeout=3):
        """Touches a target with the mouse and moves it a little: milliseconds from the move to the new picture on
        screen; None if none came in time.
        """
        x, y = self.middle(target)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.wait_for_timeout(250)  # the picture of the touch itself has come
        self.box.evaluate(WATCH.replace("keydown", "pointermove"))
        self.page.mouse.move(x + by[0], y + by[1])
        took = self.page.evaluate(TOOK, timeout * 1000)
        self.page.mouse.up()
        return took

    def middle(self, target=0):
        """Where a target is, in the page; behind a slow line it may be laid anew at this very moment."""
        while (box := self.targets.nth(target).bounding_box()) is None:
            self.page.wait_for_timeout(20)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def touch_times(self, touches=30):
        """Milliseconds of so many small drags, to and fro, of the topmost target that answers to one; [] if none does."""
        for k in reversed(range(self.targets.count())):
            if self.touch(k, timeout=1) is not None:
                times = [
                    self.touch(min(k, self.targets.count() - 1), (-9 if j % 2 == 0 else 9, 0)) for j in range(touches)
                ]
                return [took for took in times if took is not None]
        return []

    def drag_target(self, seconds=2.0, target=0, reach=150):
        """Drags a target to and fro for a while: pictures a second meanwhile."""
        x, y = self.middle(target)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        rate = self.pictures(seconds, lambda share: self.page.mouse.move(x + reach * share, y))
        self.page.mouse.up()
        return rate

    def drag(self, seconds=2.0, slider=0):
        """Drags a slider with the mouse, to and fro: (pictures a second meanwhile, its value at the end, the state in
        words half a second later).
        """
        handle = self.handles.nth(slider)
        handle.scroll_into_view_if_needed()
        track = handle.bounding_box()
        y, start, thumb = track["y"] + track["height"] / 2, track["x"] + 8, 16
        self.page.mouse.move(start, y)
        self.page.mouse.down()
        rate = self.pictures(seconds, lambda share: self.page.mouse.move(start + share * (track["width"] - thumb), y))
        self.page.mouse.up()
        self.page.wait_for_timeout(500)
        return rate, handle.get_attribute("aria-valuetext"), self.status()

    def pictures(self, seconds, move=lambda share: None):
        """Calls move(share) with shares to and fro between 0 and 1; pictures a second that came on screen."""
        self.box.evaluate(COUNT)
        begin = time.monotonic()
        while (passed := time.monotonic() - begin) < seconds:
            move(abs((2.3 * passed / seconds + 1) % 2 - 1))
            self.page.wait_for_timeout(12)
        return self.page.evaluate("window.bpCount.seen") / seconds


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
