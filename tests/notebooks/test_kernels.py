"""The kernels that the course is tried with are what they are said to be: shaken by `tests/noise`, or computing as another
processor does (`tests/portable.py`).
"""

import os
import re
import subprocess
from pathlib import Path

import nbformat
import notebooks
import numpy as np
import portable
import pytest
from noise import plugin, run
from scratch_notebook import scratch

TREE = Path(__file__).resolve().parents[2]


# ----- kernels and tests are shaken


def write(path, *sources_and_outputs):
    """A notebook as if it had been run: (source, what it printed) for each cell."""
    notebook = scratch(*(source for source, _ in sources_and_outputs))
    for number, (cell, (_, printed)) in enumerate(zip(notebook.cells, sources_and_outputs, strict=True), start=1):
        cell.execution_count, cell.outputs = number, [nbformat.v4.new_output("stream", name="stdout", text=printed)]
    path.write_text(notebooks.to_text(notebook), encoding="utf-8")


def test_a_kernel_and_a_test_fail_if_they_hang_on_the_last_bits_and_hold_if_not(tmp_path):
    def chaotic(sin):
        x = 1.0
        for _ in range(200):
            x = 3 * sin(x)
        return float(x)

    loop = "x = 1.0\nfor _ in range(200):\n    x = 3 * np.sin(x)\n"
    write(
        tmp_path / "cells.ipynb",
        (f"import numpy as np\n{loop}print(round(x, 3))", f"{round(chaotic(np.sin), 3)}\n"),
        ("import bpcourse as bp\nprint(bp.sigmoid(1.0).round(6), np.exp(0), round(1.1 ** 3.3, 9))", f"0.731059 1.0 {1.1**3.3:.9f}\n"),
        ("print(1.1 ** 3.3, np.full(3, 0.1) @ np.full(3, 0.7))", f"{1.1**3.3} {np.full(3, 0.1) @ np.full(3, 0.7)}\n"),
    )  # fmt: skip
    (tmp_path / "test_it.py").write_text(
        f"import numpy as np\ndef test_chaos():\n    {loop.replace(chr(10), chr(10) + '    ')}\n"
        f"    assert round(x, 3) == {round(chaotic(np.sin), 3)}\n"
        "def test_sum():\n    assert np.exp(0) == 1 and np.allclose(np.full(3, 0.1) @ np.ones(3), 0.3)\n"
    )
    code, told = run.run([str(tmp_path / "cells.ipynb"), str(tmp_path / "test_it.py")], 3, ["-rA"])
    verdicts = {(what, name.strip()) for what, name in re.findall(r"^(PASSED|FAILED) .*::(\w+(?: \d+)?)", told, re.M)}
    assert code == 1 and verdicts == {
        ("FAILED", "Cell 0"), ("PASSED", "Cell 1"), ("FAILED", "Cell 2"), ("FAILED", "test_chaos"), ("PASSED", "test_sum"),
    }, told  # fmt: skip


def test_a_kernel_that_cannot_be_shaken_does_not_start(tmp_path):
    write(tmp_path / "cell.ipynb", ("print(1)", "1\n"))
    command = [part for part in run.command([str(tmp_path / "cell.ipynb")]) if part != "noise.plugin"]
    command.pop(command.index("-p"))  # the one before it: only the kernel is told
    surroundings = run.environment("") | {"IPYTHONDIR": plugin.ipython_folder()}
    told = subprocess.run(command, env=surroundings, cwd=TREE, capture_output=True, text=True)
    assert told.returncode == 1 and "Kernel died" in told.stdout, told
    assert subprocess.run(command, env=surroundings | {"BPCOURSE_NOISE": "1"}, cwd=TREE).returncode == 0


# ----- the kernels of make portable


def test_each_kernel_is_really_used_or_said_not_to_be():
    for kernel in portable.KERNELS:
        blas, features = portable.used(portable.environment(kernel))
        assert portable.lacks(kernel, features) or not portable.mistaken(kernel, blas, features)
    assert portable.mistaken("Haswell", "SkylakeX", ["X86_V3"]) == "OpenBLAS computes as SkylakeX"
    assert portable.mistaken("Nehalem", "Nehalem", ["X86_V3"]) == "NumPy uses X86_V3"
    assert portable.lacks("SkylakeX", ["X86_V3"]) == ["X86_V4"]


def test_an_instruction_set_that_numpy_does_not_know_is_no_silent_one():
    with pytest.raises(subprocess.CalledProcessError):
        portable.used(os.environ | {"NPY_DISABLE_CPU_FEATURES": "AVX_OF_NOBODY"})


def test_a_kernel_that_this_processor_lacks_is_told_and_others_decide(monkeypatch, capsys):
    monkeypatch.setattr(portable, "run", lambda *_: 0)
    monkeypatch.setattr(portable, "used", lambda _: ("SkylakeX", ["X86_V3"]))
    assert portable.main(["SkylakeX"]) == 0
    assert "SkylakeX: NOT DONE, this processor has no X86_V4" in capsys.readouterr().out
    monkeypatch.setattr(portable, "used", lambda _: ("Haswell", ["X86_V3", "X86_V4"]))
    assert portable.main(["SkylakeX"]) == 1  # it could, and did not
    assert "SkylakeX: NOT DONE, OpenBLAS computes as Haswell" in capsys.readouterr().out
    monkeypatch.setattr(portable, "used", lambda _: ("SkylakeX", ["X86_V3", "X86_V4"]))
    assert portable.main(["SkylakeX"]) == 0 and "all holds" in capsys.readouterr().out
    monkeypatch.setattr(portable, "run", lambda *_: 1)
    assert portable.main(["SkylakeX"]) == 1 and "NOT ALL HOLDS" in capsys.readouterr().out
    assert portable.main(["Sparc"]) == 2
