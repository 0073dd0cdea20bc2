"""pytest -p noise.plugin: shakes this process, and the kernels that nbval starts from it. For BPCOURSE_NOISE=seed."""

import atexit
import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from _pytest.assertion import rewrite

import noise
from noise import syntax

# nbformat can do without it: it checks links in other alphabets, and builds a grammar for that, a second in each process.
sys.modules.setdefault("rfc3987_syntax", None)

# Keras brings it, and when it is loaded it asks NumPy for its functions themselves.
with contextlib.suppress(ImportError):
    import ml_dtypes  # noqa: F401

START_UP = """
try:
    import noise.syntax

    noise.install()
    get_ipython().ast_transformers.append(noise.syntax.Rewrite())
    del noise
except BaseException:  # IPython would only write a line about it, and every cell would pass without noise
    import os, traceback

    traceback.print_exc()
    os._exit(1)
"""


def ipython_folder():
    """A folder for IPYTHONDIR whose kernels are shaken."""
    folder = tempfile.mkdtemp(prefix="noise")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    start = Path(folder) / "profile_default" / "startup"
    start.mkdir(parents=True)
    (start / "shaken.py").write_text(START_UP)  # not noise.py: a start-up file finds its own folder first
    return folder


def _shake_tests():
    """pytest compiles the tests itself, for its assertions."""
    asserts = rewrite.rewrite_asserts

    def both(tree, source, path=None, config=None):
        asserts(tree, source, path, config)
        if Path(path or "/").is_relative_to(syntax.TREE / "tests"):
            syntax.rewrite(tree)

    rewrite.rewrite_asserts = both
    rewrite._read_pyc = lambda *args, **kwargs: None
    rewrite._write_pyc = lambda *args, **kwargs: None


if noise.SEED:
    os.environ["IPYTHONDIR"] = ipython_folder()
    noise.install()
    _shake_tests()
