"""How quickly the explorers answer in JupyterLab, from a key or a finger to the new picture. Behind `make bench`.

Beside them, in the same run: an echo, which swaps ready-made pictures and draws nothing, and the usual way, `interact`
with an inline figure; then the optimizers behind a slow line. Prints two tables; takes some three minutes.
"""

import inspect
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "explore"))

import lab  # noqa: E402
from lab_explorer import ECHO, Explorer, summary  # noqa: E402
from slow_line import SlowLine  # noqa: E402

PRESSES, TOUCHES = 60, 30
ROUND_TRIP = 0.15  # seconds, of the slow line
OPTIMIZERS = "import bpcourse as bp\nbp.explore.optimizers()"
INTERACT = """%config InlineBackend.figure_format = "{format}"
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import interact

def picture(k=20):
    w = np.linspace(-1, 5, 200)
    at, slope = -1 + 0.1 * k, 0.1 * k - 3
    fig, ax = plt.subplots(figsize=(7.6, 4.3), dpi=100)
    ax.plot(w, (w - 2) ** 2 / 2)
    ax.plot([at - 1, at + 1], [(at - 2) ** 2 / 2 - slope, (at - 2) ** 2 / 2 + slope])
    ax.plot(at, (at - 2) ** 2 / 2, "o")
    ax.set(xlabel="weight w", ylabel="loss", title=f"w = {{at:.1f}}, slope = {{slope:+.1f}}")
    plt.show()

interact(picture, k=(0, 60));"""


def explorer_names():
    """The explorers of the course: the classes of bpcourse.explore."""
    import bpcourse as bp

    return [name for name, _ in inspect.getmembers(bp.explore, inspect.isclass)]


def opened(context, server, name, source, box):
    """(notebook, explorer) of the widget that the cell `source` shows."""
    notebook = lab.Notebook(context, server, lab.scratch(server, f"{name}.ipynb", source))
    notebook.run_all()
    return notebook, Explorer(notebook.page, notebook.page.locator(box).first)


def measure(context, server, name, source, box):
    """(median, 95th percentile) in milliseconds: of key presses, and of touches where the picture can be touched."""
    notebook, explorer = opened(context, server, name, source, box)
    keys = explorer.times(PRESSES)
    touches = explorer.touch_times(TOUCHES)
    notebook.close()
    if len(keys) < PRESSES:
        raise RuntimeError(f"{name}: only {len(keys)} of {PRESSES} key presses brought a new picture")
    return summary(keys), summary(touches) if len(touches) > 1 else None


def moved(context, server):
    """The optimizers, while something moves for two seconds: pictures a second by slider, by finger, and while the
    player runs; and whether the slider's last picture is that of the value at which it was left.
    """
    notebook, explorer = opened(context, server, "moved", OPTIMIZERS, ".bp-explorer")
    by_finger = explorer.drag_target(target=explorer.targets.count() - 1)  # the start
    by_slider, value, status = explorer.drag()
    player = explorer.box.locator(".bp-player")
    player.get_by_label("speed").select_option("fast")
    player.get_by_label("to the start").click()
    explorer.rests()
    player.get_by_label("run", exact=True).click()
    playing = explorer.pictures(2.0)
    notebook.close()
    return by_slider, by_finger, playing, f"α = {value}," in status


def row(label, echo, keys, touches):
    shown = "".join(f"{x:8.0f}" for x in (*keys, *(touches or ())))
    print(f"{label:32}{shown}{'' if touches else ' ' * 16}{keys[0] / echo:16.2f}", flush=True)


def main():
    if lab.missing():
        print(f"Nothing can be measured here: {lab.missing()}", file=sys.stderr)
        return 1
    echo, usual = ("echo, nothing drawn", "echo", ECHO, ".bp-explorer"), []
    ours = [
        (f"bp.explore.{name}()", name, f"import bpcourse as bp\nbp.explore.{name}()", ".bp-explorer")
        for name in explorer_names()
    ]
    for label, kind in (("interact, inline figure", "png"), ("interact, sharp inline figure", "retina")):
        usual.append((label, f"interact_{kind}", INTERACT.format(format=kind), ".widget-interact"))
    slow = [echo, ("bp.explore.optimizers()", "optimizers", OPTIMIZERS, ".bp-explorer"), usual[0]]
    with tempfile.TemporaryDirectory() as folder, lab.Server(Path(folder)) as server, lab.browser() as context:
        print(f"From hand to picture in JupyterLab, milliseconds; {PRESSES} key presses, {TOUCHES} touches")
        table(context, server, [echo, *ours, *usual])
        by_slider, by_finger, playing, last = moved(context, server)
        print("Pictures a second, optimizers: ", end="")
        print(
            f"{by_slider:.0f} dragging the learning rate, {by_finger:.0f} the start, {playing:.0f} playing fast; ",
            end="",
        )
        print("the last one is that of the slider's final value." if last else "THE LAST ONE IS NOT THE FINAL VALUE'S.")
    with tempfile.TemporaryDirectory() as folder, lab.Server(Path(folder)) as server:
        port = int(server.url.rpartition(":")[2])
        with SlowLine(port, ROUND_TRIP) as line, lab.browser() as context:
            server.url = f"http://127.0.0.1:{line.port}"
            print(f"The same behind a line of {1000 * ROUND_TRIP:.0f} milliseconds, there and back")
            table(context, server, slow)
    return 0


def table(context, server, cases):
    print(f"{'':32}{'key':>8}{'95th':>8}{'touch':>8}{'95th':>8}{'key / echo':>16}")
    echo = None
    for label, name, source, box in cases:
        keys, touches = measure(context, server, name, source, box)
        echo = echo or keys[0]
        row(label, echo, keys, touches)


if __name__ == "__main__":
    sys.exit(main())
