"""How live the explorer `training` is in JupyterLab: pictures a second while it plays, and how soon it stops.

`bp.explore.training()` plays on from its first frame, so that every picture needs an epoch that was not trained before:
2-16-16-1 on 400 points. Behind `make bench`; takes about half a minute.
"""

import re
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "explore"))

import lab  # noqa: E402

SECONDS, STOPS = 4, 5
CELL = "import bpcourse as bp\nbp.explore.training()"
# When each new picture was on screen, in milliseconds of the page's clock.
RECORD = """box => {
    const frames = window.bpFrames = [];
    box.querySelector('img.bp-picture').addEventListener('load', () => {
        requestAnimationFrame(() => frames.push(performance.now()));
    });
}"""
CLICK = """button => { window.bpFrames.length = 0; button.click(); return performance.now(); }"""


class Player:
    """The explorer, playing in the page."""

    def __init__(self, context, server):
        self.notebook = lab.Notebook(context, server, lab.scratch(server, "training.ipynb", CELL))
        self.notebook.run_all()
        self.page = self.notebook.page
        (self.explorer,) = self.notebook.explorers()
        self.play = self.explorer.box.locator(".bp-player button").nth(2)  # it stops, too
        self.explorer.box.get_by_label("speed").select_option("fast")
        self.explorer.box.evaluate(RECORD)

    def epoch(self):
        return int(re.match(r"Epoch (\d+)", self.explorer.status())[1])

    def run(self, seconds):
        """Plays for so long, then stops: (pictures a second, epochs a second, milliseconds from stop to the last
        picture; 0 if none came after it)."""
        before, start = self.epoch(), self.play.evaluate(CLICK)
        self.page.wait_for_timeout(1000 * seconds)
        frames, epochs = self.page.evaluate("window.bpFrames.slice()"), self.epoch() - before
        stopped = self.play.evaluate(CLICK)
        self.page.wait_for_timeout(1000)
        late = [at - stopped for at in self.page.evaluate("window.bpFrames.slice()")]
        shown = (frames[-1] - start) / 1000
        return len(frames) / shown, epochs / shown, max(late, default=0.0)


def main():
    if lab.missing():
        print(f"Nothing can be measured here: {lab.missing()}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, lab.Server(Path(folder)) as server, lab.browser() as context:
        player = Player(context, server)
        pictures, epochs, late = player.run(SECONDS)
        stops = [late] + [player.run(0.5)[2] for _ in range(STOPS - 1)]
    print(
        f"Live training in JupyterLab: {pictures:.0f} pictures and {epochs:.0f} epochs a second; after a stop the last "
        f"picture comes within {statistics.median(stops):.0f} ms (worst of {STOPS}: {max(stops):.0f} ms)."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
