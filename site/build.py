"""Builds the site into build/site from the stored notebooks; nothing is run. Behind `make site`.

python site/build.py            builds what changed
python site/build.py FOLDER     into another folder
"""

import shutil
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

TREE = Path(__file__).resolve().parent.parent
FOLDERS, FILES = ("chapters", "exercises", "docs"), ("README.md", "CONTRIBUTING.md", "LICENSE", "LICENSE-text.md")


def assemble(target):
    """Lays what the site is built from into the folder `target`, as it lies in the tree, so that links hold."""
    shutil.rmtree(target, ignore_errors=True)
    for folder in FOLDERS:
        shutil.copytree(TREE / folder, target / folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    for path in (*(TREE / name for name in FILES), TREE / "site" / "index.md"):
        shutil.copy2(path, target)


def main(out):
    """Builds into the folder `out`; returns the exit code, which is not 0 after any warning."""
    source = out.with_name(f"{out.name}-source")
    assemble(source)
    options = ["--fail-on-warning", "--keep-going", "--quiet", "--jobs", "2", "--conf-dir", str(TREE / "site")]
    code = build_main([*options, "--doctree-dir", str(out.with_name(f"{out.name}-doctrees")), str(source), str(out)])
    if code == 0:
        print(f"The site is in {out}: open {out / 'index.html'}.")
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else TREE / "build" / "site").resolve()))
