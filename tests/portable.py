"""The course on other processors: notebooks and number tests with the kernels of each, and with the last bits shaken.

    python tests/portable.py                       the four kernels, and three seeds of noise; behind `make portable`
    python tests/portable.py Nehalem SkylakeX      these kernels only
    python tests/portable.py noise

A process takes OpenBLAS's kernels for another processor where OPENBLAS_CORETYPE names it, and NumPy's own loops without
the instructions that NPY_DISABLE_CPU_FEATURES lists. What was used is printed. A processor without AVX-512 cannot stand
in for one that has it: then this says so, in its last line too, and goes on.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
NUMBERS = [
    *sorted((TREE / "tests" / "notebooks").glob("test_chapter_*.py")),
    *(
        found
        for name in ("worked", "regimes", "surfaces", "training", "optimizers")
        for found in (TREE / "tests").rglob(f"test_{name}.py")
    ),
    *sorted((TREE / "tests" / "marking").glob("test_*_exercises.py")),
]
NOTEBOOKS = [
    path for folder in ("chapters", "solutions", "exercises") for path in sorted((TREE / folder).glob("*.ipynb"))
]
AVX512 = ("X86_V4", "AVX512_ICL", "AVX512_SPR")  # NumPy's groups of instructions, of which it says which it found
KERNELS = {  # OPENBLAS_CORETYPE: what NumPy may not use, and what it must use
    "Nehalem": (("X86_V3", *AVX512), ()),
    "Haswell": (AVX512, ("X86_V3",)),
    "Zen": (AVX512, ("X86_V3",)),  # in the wheels of NumPy, the kernels of Haswell
    "SkylakeX": ((), ("X86_V3", "X86_V4")),
}
EXPECTED = {"Zen": "Haswell"}  # what OpenBLAS calls the kernels it took, where that is another name
SEEDS = (2, 3, 4)  # `make test` has seed 1

ASK = """
import json, warnings
warnings.simplefilter("error")  # an unknown feature is only a warning to NumPy
import numpy, threadpoolctl
from numpy._core._multiarray_umath import __cpu_features__, __cpu_dispatch__
blas = next((info["architecture"] for info in threadpoolctl.threadpool_info() if "architecture" in info), "no OpenBLAS")
print(json.dumps([blas, [name for name in __cpu_dispatch__ if __cpu_features__[name]]]))
"""


def environment(kernel):
    """The environment of a process that computes as `kernel` does."""
    off = [name for name in KERNELS[kernel][0] if name in dispatched()]
    return os.environ | {
        "OPENBLAS_CORETYPE": kernel,
        "NPY_DISABLE_CPU_FEATURES": " ".join(off),
        "BPCOURSE_PROGRESS": "off",
        "OMP_NUM_THREADS": "1",
    }


def used(environment):
    """(the kernels that OpenBLAS takes, the instructions that NumPy takes) in a process with this environment."""
    blas, features = json.loads(subprocess.check_output([sys.executable, "-c", ASK], env=environment))
    return blas, features


def dispatched():
    """The groups of instructions that NumPy uses on this processor if it may."""
    return used(os.environ | {"NPY_DISABLE_CPU_FEATURES": ""})[1]


def held(well):
    return "all holds" if well else "NOT ALL HOLDS", well


def lacks(kernel, features):
    """What this processor has not, and `kernel` needs."""
    return [name for name in KERNELS[kernel][1] if name not in features]


def mistaken(kernel, blas, features):
    """What a process computes with that was told to compute as `kernel` does, where it is something else; or ''."""
    if blas != EXPECTED.get(kernel, kernel):
        return f"OpenBLAS computes as {blas}"
    return ", ".join(f"NumPy uses {name}" for name in KERNELS[kernel][0] if name in features)


def run(environment, options=()):
    """pytest, on two processes, with all notebooks and number tests: its exit code."""
    command = [
        *(
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "2",
            "--dist",
            "loadfile",
            "-p",
            "no:cacheprovider",
            "--tb=short",
        ),
        *("--nbval", "--nbval-current-env", "--nbval-cell-timeout", "300", *options),
        *(str(path.relative_to(TREE)) for path in [*NUMBERS, *NOTEBOOKS]),
    ]
    return subprocess.call(command, cwd=TREE, env=environment)


def on_kernel(kernel):
    """(what came of it in words, whether that is well)"""
    surroundings = environment(kernel)
    blas, features = used(surroundings)
    print(f"==== {kernel}: OpenBLAS computes as {blas}, NumPy with {', '.join(features) or 'its baseline'}", flush=True)
    if lacks(kernel, features):
        return f"NOT DONE, this processor has no {' and no '.join(lacks(kernel, features))}", True
    wrong = mistaken(kernel, blas, features)
    if wrong:
        return f"NOT DONE, {wrong}", False
    return held(run(surroundings) == 0)


def under_noise(seed):
    """(what came of it, whether that is well): notebooks and numbers hold, and each answer is judged as without noise."""
    from noise import run as shaken

    print(f"==== noise, seed {seed}", flush=True)
    surroundings = shaken.environment(seed)
    marks = subprocess.call([sys.executable, str(TREE / "tests" / "noise" / "marks.py")], env=surroundings)
    return held(run(surroundings, ("-p", "noise.plugin")) == 0 and marks == 0)


def main(names):
    unknown = set(names) - {*KERNELS, "noise"}
    if unknown:
        print(f"There is no {', '.join(unknown)}; there are {', '.join(KERNELS)} and noise.", file=sys.stderr)
        return 2
    told, well = {}, True
    for name in names or [*KERNELS, "noise"]:
        for seed in SEEDS if name == "noise" else [None]:
            start = time.perf_counter()
            came, good = on_kernel(name) if seed is None else under_noise(seed)
            well &= good
            told[name if seed is None else f"noise {seed}"] = f"{came} ({time.perf_counter() - start:.0f} s)"
    print("==== On other processors")
    for name, came in told.items():
        print(f"{name}: {came}")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
