"""Functions of an exercise that are made anew beside the answer: they give the same, and only they travel."""

import pytest

from bpcourse.marking import exercises
from bpcourse.teaching import carried
from bpcourse.teaching.packing import pack, unpack

STAY = {"careful_check", "leaks"}  # their functions know what is asked for


def as_it_arrives(case):
    """(the case at the other end, how many of its functions only the marker can call)."""
    stay = []

    def given(place, state):
        if state is None:
            stay.append(place)
        return carried.made(state) if state else None

    return unpack(pack(case, []), given), len(stay)


@pytest.mark.parametrize("name", ["central_differences", "mended_adam"])
def test_formulas_give_the_same_at_the_other_end(name):
    exercise = exercises.find(name)
    for case in exercise.cases(1):
        there, stay = as_it_arrives(case)
        assert stay == 0
        function = next(value for value in case.values() if callable(value))
        remade = next(value for value in there.values() if callable(value))
        numbers = [case["theta"]] if name == "central_differences" else [case["p"], case["q"]]
        assert repr(remade(*numbers)) == repr(function(*numbers))


@pytest.mark.parametrize("name", sorted(STAY))
def test_a_function_that_knows_the_answer_stays(name):
    _, stay = as_it_arrives(exercises.find(name).cases(1)[0])
    assert stay == 1
