"""Puts the notebooks into the wheel, so that `pip install` brings the whole course. All else: pyproject.toml."""

import json
import shutil
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

TREE = Path(__file__).resolve().parent
# Not through their packages, which need NumPy.
sys.path += [str(TREE / "bpcourse"), str(TREE / "solutions" / "bpanswers" / "common")]
from answer_cells import answer_cells  # noqa: E402
from learner_folder import LAID  # noqa: E402


class WithNotebooks(build_py):
    def run(self):
        super().run()
        if self.editable_mode:  # the clone has them
            return
        library = Path(self.build_lib)
        for pattern in (*LAID, "tools/*.json"):
            for path in TREE.glob(pattern):
                target = library / "bpcourse" / "course" / path.relative_to(TREE)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        (library / "bpanswers" / "answer_cells.json").write_text(json.dumps(answer_cells()), encoding="utf-8")


setup(cmdclass={"build_py": WithNotebooks})
