"""The site, measured: what a page weighs before it is touched, how soon it shows, how much of it moves meanwhile.

Built from the tree, served from this machine, packed as Pages packs (gzip), in a headless Chromium with an empty cache.
Behind `make bench`; takes about a minute.
"""

import gzip
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "site"))

import web  # noqa: E402

TIMES = 5
PACKED = (".html", ".js", ".css", ".svg", ".json")
# Bytes over the line, milliseconds to the first contentful paint and to the largest, and the sum of the layout shifts.
WATCH = """window.seen = {shift: 0, largest: 0};
new PerformanceObserver(list => list.getEntries().forEach(entry => { seen.shift += entry.value; }))
    .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(entry => { seen.largest = entry.startTime; }))
    .observe({type: 'largest-contentful-paint', buffered: true});"""
READ = """() => ({...seen, first: performance.getEntriesByName('first-contentful-paint')[0].startTime})"""


class Packing(web.Quiet):
    """Serves what can be packed as gzip, and counts what it sends."""

    sent = 0

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path = path / "index.html"
        if not path.is_file():
            return self.send_error(404)
        body = path.read_bytes()
        if packed := path.suffix in PACKED:
            body = gzip.compress(body, 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)
        Packing.sent += len(body)


def measure(chrome, address, name, size):
    """(kB sent, ms to the first paint, ms to the largest, layout shift) of one visit."""
    with web.Visit(chrome, address, size=size) as visit:
        visit.page.add_init_script(WATCH)
        Packing.sent = 0
        page = visit.go(f"{name}.html")
        page.wait_for_timeout(500)
        seen = page.evaluate(READ)
        return Packing.sent / 1000, seen["first"], seen["largest"], seen["shift"]


def main():
    if web.missing():
        print(f"Nothing can be measured here: {web.missing()}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        web.build(site)
        with web.served(site, Packing) as address, web.browser() as chrome:
            weights = {name: measure(chrome, address, name, "desk")[0] for name in web.documents()}
            chapters = [name for name in weights if name.startswith("chapters/")]
            rows = {
                "first page": "index",
                "lightest chapter": min(chapters, key=weights.get),
                "heaviest page": max(weights, key=weights.get),
            }
            print("| page | size | kB before touch | ms to first paint | ms to largest | layout shift |")
            print("|---|---|---|---|---|---|")
            for words, name in rows.items():
                for size in ("desk", "phone"):
                    runs = [measure(chrome, address, name, size) for _ in range(TIMES)]
                    kilobytes, first, largest, shift = (statistics.median(column) for column in zip(*runs, strict=True))
                    print(f"| {words}, {name} | {size} | {kilobytes:.0f} | {first:.0f} | {largest:.0f} | {shift:.3f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
