"""Runs notebooks and tests with their last bits shaken, once for each seed, and lists what does not hold.

.venv-test/bin/python tests/noise/run.py --seeds 1-5 chapters/02_losses.ipynb tests/notebooks/test_chapter_losses.py
.venv-test/bin/python tests/noise/run.py --seeds 3 solutions/02_losses.ipynb -- -k some_cell
"""

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def command(paths, options=()):
    """pytest with its noise, for notebooks and tests."""
    return [
        *(sys.executable, "-m", "pytest", "-q", "-p", "noise.plugin", "-p", "no:cacheprovider", "-p", "no:xdist"),
        *("-p", "no:hypothesispytest"),  # it loads all of hypothesis, also where no test asks for it
        *("--nbval", "--nbval-current-env", "--nbval-cell-timeout", "300", "--color=no", "--tb=short"),
        *options,
        *paths,
    ]


def environment(seed):
    path = os.pathsep.join([str(TREE / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])])
    return os.environ | {
        "BPCOURSE_NOISE": str(seed),
        "BPCOURSE_PROGRESS": "off",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": path,
    }


def run(paths, seed, options=()):
    """(exit code, what pytest printed, without colours)"""
    done = subprocess.run(
        command(paths, options), cwd=TREE, env=environment(seed), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode, COLOURS.sub("", done.stdout.decode(errors="replace"))


def seeds(text):
    """'1-3,7' -> [1, 2, 3, 7]"""
    ends = [part.split("-") for part in text.split(",")]
    return [seed for part in ends for seed in range(int(part[0]), int(part[-1]) + 1)]


def main(args):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=seeds, default=[1], help="such as 1-5 or 3,8")
    parser.add_argument("paths", nargs="+")
    cut = args.index("--") if "--" in args else len(args)
    given, failed = parser.parse_args(args[:cut]), 0
    for seed in given.seeds:
        start = time.perf_counter()
        code, text = run(given.paths, seed, args[cut + 1 :])
        print(f"---- seed {seed}, {time.perf_counter() - start:.0f} s: {'all holds' if code == 0 else 'not all holds'}")
        if code:
            failed += 1
            print(text)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
