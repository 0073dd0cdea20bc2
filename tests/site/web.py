"""The site, built and served on this machine, and a browser that reaches nothing else."""

import contextlib
import functools
import http.server
import subprocess
import sys
import threading
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests" / "explore"))

from lab import chrome as browser  # noqa: E402, F401
from lab import missing  # noqa: E402, F401

SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desk": (1440, 900)}


def build(folder):
    """Builds the site into `folder`. Raises RuntimeError with what the command said if it warned of anything."""
    command = [sys.executable, TREE / "site" / "build.py", folder]
    run = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if run.returncode:
        raise RuntimeError(f"the site was not built:\n{run.stdout}")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def served(folder, handler=Quiet):
    """The address at which the files of `folder` are served, ending with a slash."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Visit:
    """A page of the site in a context of its own. `faults`: what went wrong while it was open, in words."""

    def __init__(self, chrome, address, *, scheme="light", size="desk", **options):
        width, height = SIZES[size]
        self.address, self.faults = address, []
        self.context = chrome.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", **options
        )
        self.context.route("**/*", self._only_here)
        self.page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("requestfailed", lambda request: self.faults.append(f"failed: {request.url}"))
        self.page.on("response", lambda r: r.status < 400 or self.faults.append(f"status {r.status}: {r.url}"))

    def _only_here(self, route):
        if route.request.url.startswith((self.address, "data:", "blob:")):
            route.continue_()
        else:
            self.faults.append(f"went elsewhere: {route.request.url}")
            route.abort()

    def _said(self, message):
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.type}: {message.text}")

    def go(self, path):
        """Opens the page, and waits until its mathematics is set."""
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("window.MathJax?.startup?.promise")
        return self.page

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.context.close()


def documents():
    """The pages that the tree asks for, without .html: a notebook or text each, and the first page."""
    found = [path for folder in ("chapters", "exercises", "docs") for path in sorted((TREE / folder).iterdir())]
    return ["index", *(f"{path.parent.name}/{path.stem}" for path in found if path.suffix in (".ipynb", ".md"))]
