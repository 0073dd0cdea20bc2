"""The README keeps its word: its example prints what it says, and its picture is a real frame."""

import io
import re
from pathlib import Path

import numpy as np
from maths import mutants
from PIL import Image

import bpcourse as bp
from bpcourse.marking import exercises

TREE = Path(__file__).parents[2]
README = (TREE / "README.md").read_text(encoding="utf-8")


def test_the_example_prints_what_its_comments_say(capsys):
    (program,) = re.findall(r"```python\n(.*?)```", README, re.S)
    promised = re.findall(r"print\(.*\)\s+# (.*)", program)
    exec(compile(program, "README.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == promised and len(promised) == 2


def test_the_picture_is_a_frame_of_the_explorer():
    ours = Image.open(TREE / "docs/optimizers.png").convert("L")
    frame = Image.open(io.BytesIO(bp.explore.optimizers().frame().png)).convert("L")
    assert ours.size == frame.size
    assert np.abs(np.asarray(ours, float) - np.asarray(frame, float)).mean() < 0.5


def test_every_chapter_and_its_exercises_are_on_the_map():
    for notebook in [*TREE.glob("chapters/*.ipynb"), *TREE.glob("exercises/*.ipynb")]:
        assert f"({notebook.parent.name}/{notebook.name})" in README


def test_what_it_counts_is_counted():
    misconceptions = sum(len(exercise.misconceptions) for exercise in exercises.everything().values())
    assert f"name the misconception where there\nis one, of {misconceptions:,}." in README
    assert f"plants {len(mutants.PLANTED)} bugs in the mathematics" in README
