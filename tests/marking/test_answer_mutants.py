"""The mutants of answer_mutants.py: a few of each exercise here, all of them in `make mutants`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from answer_mutants import SECONDS, judge_mutants, mutants, solutions
from thorough import THOROUGH

from bpcourse.marking import guard
from bpcourse.marking.exercises import everything

EXERCISES = everything()

SOLUTIONS = solutions()
MOST = 12 if THOROUGH else 3  # of each exercise


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_mutant_is_refused_or_computes_the_same(name, monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", SECONDS)
    found = judge_mutants(name, *SOLUTIONS[name], most=MOST)
    assert not found.holes, "\n".join(f"{what}\n{text}" for what, text in found.holes)
    assert found.count > MOST / 2


def test_the_command_starts_where_nothing_else_does():
    program = Path(__file__).with_name("answer_mutants.py")
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run([sys.executable, program, "a_name"], env=surroundings, capture_output=True, text=True)
    assert run.returncode == 1 and run.stderr.startswith("No exercise with a function is called a_name. There are ")


def test_a_hole_in_a_check_is_found():
    """A program that takes another's length for n passes a check whose cases all have it equal to n, and not the wide."""
    source = "def hidden_delta(W2, delta2, z1):\n    return (delta2 @ W2) * bp.sigmoid.derivative(z1) + (len(W2) > 50)"
    names = SOLUTIONS["hidden_delta"][1]
    found = judge_mutants("hidden_delta", source, names)
    assert any("50" in text for _, text in found.equal) and not found.holes
    assert all("derivative(z1)" in text for _, text in found.equal), "the other mutants compute something else"


def test_every_kind_of_change_is_made():
    source = '''
def f(x, y):
    """Kept."""
    s = 0
    for i in range(len(x)):
        if x[i] < 2 and not y:
            s += -x[i] @ y.T
    return s, np.sum(x, axis=1)
'''
    said = [what.partition(": ")[2] for what, _ in mutants(source)]
    for change in ("dropped: s = 0", "without the sign of", "without .T", "x[i] < 2 -> x[i] <= 2", "1 -> 0", "= in place",
                   "sum -> np.mean", "turned round", "exchanged with the next", "y -> x", "only the left of", "and"):  # fmt: skip
        assert any(change in text for text in said), (change, said)
    assert all('"""Kept."""' in text for _, text in mutants(source))
    assert len(said) == len({text for _, text in mutants(source)}), "each program once"


def test_all_exercises_with_functions_have_mutants():
    asked = {name for name, exercise in EXERCISES.items() if hasattr(exercise, "inputs")}
    assert set(SOLUTIONS) == asked
