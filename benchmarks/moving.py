"""How soon an explorer moves on the site, in headless Chromium: from the key to the picture drawn, once it is loaded.
Beside it, how much is loaded for that.

    python benchmarks/moving.py [FOLDER]     of the site built in build/site, or in FOLDER
"""

import statistics
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TREE / "tests" / "site"))

import web  # noqa: E402

KEYS = 60
# From the time stamp of the event to the end of the drawing that it asked for.
WATCH = """([canvas, field]) => {
  window.took = [];
  let begun = null;
  field.addEventListener("keydown", event => { begun = event.timeStamp; }, {capture: true});
  new MutationObserver(() => { if (begun) window.took.push(performance.now() - begun); begun = null; })
    .observe(canvas, {attributes: true, attributeFilter: ["data-shown"]});
}"""


def measured(page, player):
    """[milliseconds] of KEYS keys on the first control, there and back."""
    canvas = player.evaluate_handle("node => node.closest('.cell_output').querySelector('canvas')").as_element()
    field = player.query_selector("input, select")
    forward, back = (
        ("ArrowRight", "ArrowLeft") if field.evaluate("n => n.tagName === 'INPUT'") else ("ArrowDown", "ArrowUp")
    )
    field.press(back)
    field.press(forward)  # at least one of the two moves it
    page.wait_for_function("canvas => canvas.dataset.shown", arg=canvas)
    page.evaluate(WATCH, [canvas, field])
    for k in range(KEYS):
        field.press(forward if k < KEYS // 2 else back)
        page.wait_for_timeout(30)
    return page.evaluate("window.took")


def main(folder):
    medians = []
    with web.served(folder) as address, web.browser() as chrome:
        for path in sorted(folder.glob("chapters/*.html")):
            with web.Visit(chrome, address) as visit:
                page = visit.go(f"chapters/{path.name}")
                for player in page.query_selector_all(".moving"):
                    face = player.evaluate("node => JSON.parse(node.dataset.face)")
                    sizes = [(folder / "_static" / "moving" / file).stat().st_size / 1e6 for file in face["files"]]
                    times = sorted(measured(page, player))
                    medians.append(statistics.median(times))
                    print(
                        f"{path.stem:20} {face['name'][:44]:44} {medians[-1]:5.1f} ms, 95 % within "
                        f"{times[int(0.95 * len(times))]:5.1f}; {max(sizes):.2f} MB, all buttons {sum(sizes):.2f}"
                    )
    print(f"Medians from {min(medians):.1f} to {max(medians):.1f} ms, {len(medians)} explorers.")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else TREE / "build" / "site").resolve())
