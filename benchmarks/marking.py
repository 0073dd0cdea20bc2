"""How quickly is a class marked? All handed-in notebooks of a class made by a script, each run in its sandbox.

    python benchmarks/marking.py                              300 learners, 7 notebooks each
    python benchmarks/marking.py --learners 30 --cluster 0    a smaller class, and no Dask

Then a part of the class by one Dask worker and by two, in turn, which have both marked it before: what an exercise asks
of every learner is computed once in each worker.
"""

import argparse
import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in ("tests/teaching", "tools")]

import classes  # noqa: E402

from bpcourse.teaching import running  # noqa: E402
from bpcourse.teaching.folder import Folder  # noqa: E402

CHAPTERS = tuple(classes.SOLUTIONS)[:7]
GOAL, GOAL_OF_TWO = 300, 1.8  # seconds; times as fast
ROUNDS = 3


def by_command(path, unsafe):
    """Seconds that `python -m bpcourse mark` takes."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "bpcourse", "mark", path, *(["--unsafe"] if unsafe else [])]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def by_clusters(path, unsafe):
    """Seconds that one Dask worker and two take for a class that they have marked before: in turn, the best of ROUNDS,
    since a machine is not equally fast at all times.
    """
    from distributed import LocalCluster

    took = {1: [], 2: []}
    with contextlib.ExitStack() as stack:
        clusters = {
            n: stack.enter_context(LocalCluster(n_workers=n, threads_per_worker=1, dashboard_address=None))
            for n in took
        }
        for _ in range(1 + ROUNDS):
            for count, cluster in clusters.items():
                start = time.perf_counter()
                running.run(Folder(path), again=True, scheduler=cluster.scheduler_address, unsafe=unsafe)
                took[count].append(time.perf_counter() - start)
    return [min(seconds[1:]) for seconds in took.values()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--learners", type=int, default=300)
    parser.add_argument("--cluster", type=int, default=40, help="so many learners for the Dask workers; 0 for none")
    parser.add_argument("--unsafe", action="store_true", help="without a sandbox")
    chosen = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="class-"))
    try:
        classes.make(place / "class", chosen.learners, CHAPTERS)
        took, count = by_command(place / "class", chosen.unsafe), chosen.learners * len(CHAPTERS)
        goal = f" (goal {GOAL} s)" if chosen.learners == 300 else ""
        print(f"{count} notebooks of {chosen.learners} learners: {took:.0f} s{goal}, {took / count:.2f} s each.")
        if chosen.cluster:
            classes.make(place / "part", chosen.cluster, CHAPTERS)
            one, two = by_clusters(place / "part", chosen.unsafe)
            ratio = f"{one / two:.2f} times as fast as one (goal {GOAL_OF_TWO})"
            print(f"Two Dask workers are {ratio}: {two:.0f} s and {one:.0f} s for {chosen.cluster} learners.")
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
