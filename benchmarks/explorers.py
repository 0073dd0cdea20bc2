"""How quickly the explorers answer in JupyterLab, from key press to the new picture on screen. Behind `make bench`.

Beside them, in the same run: an echo, which swaps ready-made pictures and draws nothing, and the usual way, `interact`
with an inline figure. Prints a table; takes about a minute.
"""

import inspect
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "explore"))

import lab  # noqa: E402
from lab_explorer import ECHO, Explorer, summary  # noqa: E402

PRESSES = 60
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


def measure(context, server, name, source, box):
    """(median, 95th percentile) in milliseconds of the widget that the cell `source` shows."""
    notebook = lab.Notebook(context, server, lab.scratch(server, f"{name}.ipynb", source))
    notebook.run_all()
    times = Explorer(notebook.page, notebook.page.locator(box).first).times(PRESSES)
    notebook.close()
    if len(times) < PRESSES:
        raise RuntimeError(f"{name}: only {len(times)} of {PRESSES} key presses brought a new picture")
    return summary(times)


def dragged(context, server):
    """Two seconds of dragging the learning rate of the optimizers explorer: pictures a second, and whether the last
    picture is that of the value at which the slider was left.
    """
    source = "import bpcourse as bp\nbp.explore.optimizers()"
    notebook = lab.Notebook(context, server, lab.scratch(server, "dragged.ipynb", source))
    notebook.run_all()
    rate, value, status = notebook.explorers()[0].drag()
    notebook.close()
    return rate, f"learning rate {value}," in status


def main():
    if lab.missing():
        print(f"Nothing can be measured here: {lab.missing()}", file=sys.stderr)
        return 1
    cases = [("echo, nothing drawn", "echo", ECHO, ".bp-explorer")]
    for name in explorer_names():
        cases.append((f"bp.explore.{name}()", name, f"import bpcourse as bp\nbp.explore.{name}()", ".bp-explorer"))
    for label, kind in (("interact, inline figure", "png"), ("interact, sharp inline figure", "retina")):
        cases.append((label, f"interact_{kind}", INTERACT.format(format=kind), ".widget-interact"))
    print(f"From key press to picture in JupyterLab, milliseconds, {PRESSES} presses")
    print(f"{'':32}{'median':>8}{'95th':>8}{'median / echo':>16}")
    with tempfile.TemporaryDirectory() as folder, lab.Server(Path(folder)) as server, lab.browser() as context:
        echo = None
        for label, name, source, box in cases:
            median, late = measure(context, server, name, source, box)
            echo = echo or median
            print(f"{label:32}{median:8.0f}{late:8.0f}{median / echo:16.1f}", flush=True)
        rate, last = dragged(context, server)
    print(f"Dragging the learning rate for two seconds: {rate:.0f} pictures a second; the last one ", end="")
    print("is that of the slider's final value." if last else "IS NOT THAT OF THE SLIDER'S FINAL VALUE.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
