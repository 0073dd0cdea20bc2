"""Drives JupyterLab in Chromium: starts a server of its own, runs notebooks, moves sliders, measures.

The server and the browser keep all they write in a folder that is thrown away. BPCOURSE_LAB_PYTHON names the Python
whose JupyterLab is driven (this one, if not set); BPCOURSE_SHOTS a folder for pictures of what was seen.
"""

import io
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from lab_explorer import Explorer
from PIL import Image

TREE = Path(__file__).resolve().parents[2]
COPIED = ("chapters", "exercises", "docs")
START_SECONDS = 60
RUN_SECONDS = 180
SHOTS = os.environ.get("BPCOURSE_SHOTS")
POLLING = 200  # ms between two looks at the page while it works; a look at each frame takes time from what it waits for
LONGEST_PICTURE = 8000  # CSS pixels; Chromium draws no more than 16384 of its own
BROWSER = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# Messages of the console that are not about the course. As narrow as can be, each with its reason.
HARMLESS = (
    # JupyterLab asks whether a file of settings or of its workspace exists, and 404 is the answer "no".
    re.compile(r"Failed to load resource: .* 404 .*/lab/api/(workspaces|translations)/"),
)


def missing():
    """Why no notebook can be driven here, in a sentence; None if it can."""
    try:
        import playwright  # noqa: F401
    except ImportError:
        return "playwright is not installed (extra test)."
    if chromium() is None:
        return "there is no chromium on this machine."
    return None


def chromium():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def lab_python():
    return os.environ.get("BPCOURSE_LAB_PYTHON") or sys.executable


def free_port():
    """The number of a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A JupyterLab on copies of the notebooks, in `folder` / "course"; or a Notebook 7, which the tests' own environment
    has.
    """

    def __init__(self, folder, program="jupyterlab"):
        self.command = [lab_python() if program == "jupyterlab" else sys.executable, "-m", program]
        self.root = folder / "course"
        self.root.mkdir()
        for name in COPIED:
            if (TREE / name).is_dir():
                shutil.copytree(TREE / name, self.root / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        self.token = secrets.token_hex(16)
        self.log = folder / "server.log"
        config = folder / "config"
        (config / "labconfig").mkdir(parents=True)
        # nbgrader's menus are no part of what a learner opens; they are there when the tests' own JupyterLab is driven.
        disabled = {"disabledExtensions": {"@jupyter/nbgrader": True, "jupyterlab-jupytext": True}}
        (config / "labconfig" / "page_config.json").write_text(json.dumps(disabled), encoding="utf-8")
        if lab_python() == sys.executable:  # an environment of a learner has them from `make`
            shutil.copy(TREE / "tools" / "overrides.json", config / "labconfig" / "default_setting_overrides.json")
        self.environment = os.environ | {
            "HOME": str(folder),
            "JUPYTER_CONFIG_DIR": str(config),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "IPYTHONDIR": str(folder / "ipython"),
            "MPLCONFIGDIR": str(folder / "matplotlib"),
            "OMP_NUM_THREADS": "1",  # as `make lab` has it
        }
        for name in ("NBGRADER_EXECUTION", "PYTHONWARNINGS", "MPLBACKEND"):
            self.environment.pop(name, None)

    def __enter__(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0", "--allow-root"]
        options += [f"--ServerApp.root_dir={self.root}", f"--IdentityProvider.token={self.token}"]
        command = [*self.command, "--LabApp.expose_app_in_browser=True", *options]
        with self.log.open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command, cwd=self.root, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text(encoding='utf-8')[-3000:]}")
            time.sleep(0.1)
        return self

    def _answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/api/status?token={self.token}", timeout=1):
                return True
        except OSError:
            return False

    def __exit__(self, *error):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)

    def address(self, notebook):
        return f"{self.url}/lab/tree/{notebook}?token={self.token}&reset"


@contextmanager
def chrome():
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=list(BROWSER))
        try:
            yield started
        finally:
            started.close()


@contextmanager
def browser(sharpness=2):
    """A headless Chromium, of a laptop's size; `sharpness` is the device's pixels for one of CSS."""
    with chrome() as started:
        yield started.new_context(viewport={"width": 1366, "height": 900}, device_scale_factor=sharpness)


NAMES_ITSELF = "import os, pathlib\npathlib.Path('kernel.pid').write_text(str(os.getpid()))"

# The prompts of all code cells: "[ ]:" not run, "[*]:" running or waiting, "[3]:" run. Where code is folded there is none.
PROMPTS = (
    "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]"
    ".map(prompt => prompt.innerText).filter(text => text.trim())"
)


OPEN = "async path => { await window.jupyterapp.commands.execute('docmanager:open', {path}); }"
KERNEL = "window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel"
RESTART = f"async () => {{ await {KERNEL}.restart(); }}"
CLOSE = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.context.sessionContext.shutdown();
    panel.dispose();  // without the question whether to save
}"""


class Notebook:
    """One notebook, open in JupyterLab. `problems` collects what the console and the page complain about.

    The first one of a context opens JupyterLab at its address, the others open in the same page: that saves seconds.
    """

    def __init__(self, context, server, name):
        self.server, self.name = server, name
        self.problems = []
        self.page = context.pages[0] if context.pages else context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._hear_error)
        if self.page.url.startswith(server.url):
            self.page.evaluate(OPEN, name)
        else:
            self.page.goto(server.address(name))
        self._wait_for_rest(START_SECONDS)

    def _hear(self, message):
        if message.type == "error":
            text = f"{message.text} {message.location.get('url', '')}"
            if not any(pattern.search(text) for pattern in HARMLESS):
                self.problems.append(f"console: {text}")

    def _hear_error(self, error):
        self.problems.append(f"page error: {error}")

    def _wait_for_rest(self, seconds=RUN_SECONDS):
        """Until a kernel is there and idle. JupyterLab says "idle" of "No Kernel" too; what is run then is lost."""
        self.page.wait_for_function(
            """() => {
                const name = document.querySelector('.jp-NotebookPanel .jp-Toolbar-kernelName');
                const indicator = document.querySelector('.jp-NotebookPanel .jp-Notebook-ExecutionIndicator');
                return name && name.innerText !== 'No Kernel' && indicator && indicator.dataset.status === 'idle';
            }""",
            timeout=seconds * 1000,
            polling=POLLING,
        )

    def asked(self):
        """The texts of dialogs and notices that JupyterLab shows: what a learner would have to click away."""
        return self.page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts()

    def folded(self):
        """How many cells have an output that is folded away."""
        return self.page.locator(".jp-NotebookPanel .jp-OutputPlaceholder").count()

    def run_all(self):
        """Clears what the file stores, runs all cells, and waits until the kernel is at rest.

        Returns the number of code cells that were not run: those after a cell that failed.
        """
        self._menu("Edit", "Clear Outputs of All Cells")
        self.page.wait_for_function(f"() => {PROMPTS}.every(text => text.includes('[ ]'))")
        self._menu("Run", "Run All Cells")
        self.page.wait_for_function(
            f"() => /\\d/.test({PROMPTS}[0]) && !{PROMPTS}.some(text => text.includes('*'))",
            timeout=RUN_SECONDS * 1000,
            polling=POLLING,
        )
        self._wait_for_rest()
        self.page.wait_for_timeout(500)  # the last widgets are drawn after the kernel has said that it rests
        return self.page.evaluate(f"() => {PROMPTS}.filter(text => !/\\d/.test(text)).length")

    def _menu(self, menu, item):
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.get_by_role("menuitem", name=re.compile(f"^{item}")).first.click()

    def errors(self):
        """Texts on stderr and exceptions in the outputs."""
        return self.page.locator(
            ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr'],"
            " .jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']"
        ).all_inner_texts()

    def explorers(self):
        return [Explorer(self.page, box) for box in self.page.locator(".bp-explorer").all()]

    @contextmanager
    def stopped(self):
        """The kernel of a notebook whose first cell is NAMES_ITSELF stands still meanwhile."""
        process = int((self.server.root / "kernel.pid").read_text(encoding="utf-8"))
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)

    def restart(self):
        """Starts the kernel anew; what was shown stays."""
        self.page.evaluate(RESTART)
        self._wait_for_rest()
        self.page.wait_for_timeout(1000)

    def shoot(self, folder):
        """Pictures of the whole notebook, as a learner sees it when scrolling, and of each explorer."""
        folder, stem = Path(folder), Path(self.name).stem
        folder.mkdir(parents=True, exist_ok=True)
        size = self.page.viewport_size
        height = self.page.evaluate("() => document.querySelector('.jp-WindowedPanel-outer').scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": min(height + 200, LONGEST_PICTURE)})
        self.page.evaluate("() => { document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0; }")
        self.page.wait_for_timeout(800)
        self.page.screenshot(path=folder / f"{stem}.png")
        for number, explorer in enumerate(self.explorers(), start=1):
            explorer.box.screenshot(path=folder / f"{stem}_explorer{number}.png")
        self.page.set_viewport_size(size)
        self.page.wait_for_timeout(300)

    def close(self):
        self.page.evaluate(CLOSE)
        self.page.remove_listener("console", self._hear)
        self.page.remove_listener("pageerror", self._hear_error)


def corner(png):
    """How light the upper left corner of a picture is, from 0 to 255."""
    return Image.open(io.BytesIO(png)).convert("L").getpixel((3, 3))


def scratch(server, name, *sources):
    """Writes a notebook of these code cells for the server; returns its name."""
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata.kernelspec = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    nbformat.write(notebook, server.root / name)
    return name
