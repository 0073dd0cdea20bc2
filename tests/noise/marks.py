"""Judges the truth of every exercise, and each of its misconceptions, and prints what is not judged as it should be.

python tests/noise/marks.py; with BPCOURSE_NOISE=seed in arithmetic whose last bits are shaken.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

import noise  # noqa: E402

if noise.SEED:
    noise.install()

from bpcourse.marking.exercises import everything  # noqa: E402


def misjudged(exercise):
    """Right answers that are refused, wrong ones that pass or that are called by another name, as lines."""
    result = exercise.judge(exercise.truth)
    if not result.passed or result.points != result.max_points:
        yield f"{exercise.name}: its truth gets {result.points:g} of {result.max_points:g} points: {result.message}"
    for mistake in exercise.misconceptions:
        result = exercise.judge(mistake.wrong)
        if result.passed or result.diagnosis != mistake.name:
            yield f"{exercise.name}: {mistake.name} is taken for {result.diagnosis or result.status}"


if __name__ == "__main__":
    lines = [line for exercise in everything().values() for line in misjudged(exercise)]
    print("\n".join(lines))
    sys.exit(bool(lines))
