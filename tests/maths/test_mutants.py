"""The list of planted bugs is in step with the code; `make mutants` runs it (it takes ten minutes)."""

import mutants
import pytest
from thorough import THOROUGH


@pytest.mark.parametrize("number", range(len(mutants.PLANTED)))
def test_each_planted_bug_still_has_its_place(number):
    name, right, wrong = mutants.PLANTED[number]
    assert right in mutants.source(name) and right != wrong


def test_the_list_is_long_enough_and_says_nothing_twice():
    assert len(set(mutants.PLANTED)) == len(mutants.PLANTED) >= 60


if THOROUGH:  # it runs a file of tests twice

    def test_a_planted_bug_is_found_and_right_code_is_not(monkeypatch):
        monkeypatch.setattr(mutants, "TESTS", ("activations",))  # `make mutants` runs all of them
        name, right, _ = mutants.PLANTED[30]
        assert name == "activations.py" and not mutants.survives(30)
        monkeypatch.setattr(mutants, "PLANTED", [(name, right, right)])
        assert mutants.survives(0)
