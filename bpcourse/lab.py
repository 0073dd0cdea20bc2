"""`bpcourse`: lays the notebooks into a folder of the learner's and opens JupyterLab there.

bpcourse                             in the folder "backpropagation" of your home; in a clone of the course, there
bpcourse open FOLDER                 in another folder
bpcourse open FOLDER --no-browser    what begins with "-" goes to JupyterLab; --no-lab opens nothing
"""

import os
import shutil
from itertools import takewhile
from pathlib import Path

from .learner_folder import NOTE, course, is_clone, lay

FIRST = "chapters/00_start_here.ipynb"


def open_course(arguments):
    """The exit code, or a message for stderr."""
    folders = list(takewhile(lambda word: not word.startswith("-"), arguments))
    options = arguments[len(folders) :]
    stray = folders[1:] + [word for word in options if not word.startswith("-")]
    if stray:
        return (
            f"Got {' '.join(arguments)!r}; expected at most one folder, then options written --name=value. "
            f"Not clear is: {', '.join(stray)}"
        )
    folder = Path(folders[0]).expanduser().resolve() if folders else _usual()
    try:
        if not (folder == course() and is_clone(folder)):
            _tell(folder, lay(folder))
        _settings(folder)
    except OSError as error:
        return f"Cannot write into {folder}: {error.strerror}. Another folder: bpcourse open FOLDER"
    except ValueError as error:
        return str(error)
    if "--no-lab" in options:
        return 0
    return _lab(folder, options)


def _usual():
    return course() if is_clone(course()) else Path.home() / "backpropagation"


def _tell(folder, outcome):
    for names, what in ((outcome.new, "new"), (outcome.renewed, "brought up to date")):
        notebooks = sum(name.endswith(".ipynb") for name in names)
        if notebooks:
            print(f"{folder}: {notebooks} notebook{'s' * (notebooks > 1)} {what}.")
    for name in outcome.kept:
        print(f"{name} is left as you have it. For the newer one, rename yours and type this command again.")


def _settings(folder):
    """For this folder alone: JupyterLab's defaults, and the extension that saves explorers as pictures."""
    tools, here = course() / "tools", folder / NOTE.parent / "jupyter"
    for source, place in (
        ("overrides.json", "labconfig/default_setting_overrides.json"),
        ("server.json", "jupyter_server_config.d/bpcourse.json"),
    ):
        (here / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(tools / source, here / place)


def _lab(folder, options):
    from jupyterlab.labapp import LabApp

    own = folder / NOTE.parent
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join([str(own / "jupyter"), *([others] if others else [])])
    # The networks are small: threads that wait for each other take time from the browser.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Jupyter refuses to run as root unless told so; in a container there is nobody else.
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    print(f"Opening JupyterLab on {folder / FIRST}. To stop it, press Ctrl-C here.", flush=True)
    LabApp.launch_instance(
        [
            f"--ServerApp.root_dir={folder}",
            f"--LabApp.default_url=/lab/tree/{FIRST}",
            f"--LabApp.workspaces_dir={own / 'workspaces'}",
            "--ServerApp.answer_yes=True",
            *as_root,
            *options,
        ]
    )
    return 0
