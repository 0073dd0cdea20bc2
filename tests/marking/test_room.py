"""The cases of every exercise leave room: what is special in an answer has no case in which it happens to be right.

Of the kinds below each exercise has a case, or says in its `room` why not. The sizes follow from its `shapes`.
"""

from itertools import combinations

import numpy as np
import pytest

from bpcourse.marking.engine import Exercise
from bpcourse.marking.exercises import everything

EXERCISES = everything()

FUNCTIONS = {name: exercise for name, exercise in EXERCISES.items() if isinstance(exercise, Exercise)}
SEEDS = range(3)


def asked_by_shapes(exercise, cases):
    """{kind: whether some case has it}, for the kinds that the shapes ask for."""
    rows = [exercise.sizes(case) for case in cases]
    kinds = {}
    for axis in rows[0]:
        kinds[f"{axis} = 1"] = any(row[axis] == 1 for row in rows)
    for one, other in combinations(rows[0], 2):
        kinds[f"{one} < {other}"] = any(row[one] < row[other] for row in rows)
        kinds[f"{other} < {one}"] = any(row[other] < row[one] for row in rows)
    if len(rows[0]) > 1:
        kinds["all different"] = any(len(set(row.values())) == len(row) for row in rows)
        kinds["all equal"] = any(set(row.values()) == {max(row.values())} != {1} for row in rows)
    for name, axes in exercise.shapes.items():
        if "..." in axes:
            kinds["dimensions"] = len({np.ndim(case[name]) for case in cases}) > 1
    return kinds


def asked_by_arguments(exercise, cases):
    """The names of the kinds that the arguments ask for."""
    for name, value in cases[0].items():
        if name == "labels" or name.endswith("_labels"):
            yield "a class that never occurs"
        if name in ("batch_size", "size", "batch") and isinstance(value, int):
            yield from ("a batch size that does not divide n", "a batch size larger than n", "batches of one")
        if name in ("t", "step"):
            yield "t = 1"
        if name == "seed":
            yield "another seed with the same data"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_cases_leave_room(name):
    exercise = FUNCTIONS[name]
    arrays = {key for key, value in exercise.cases(0)[0].items() if isinstance(value, np.ndarray)}
    assert arrays <= set(exercise.shapes), f"shapes of {sorted(arrays - set(exercise.shapes))}"
    for seed in SEEDS:
        cases = exercise.cases(seed)
        kinds = asked_by_shapes(exercise, cases)
        kinds |= dict.fromkeys(set(asked_by_arguments(exercise, cases)) - set(exercise.room), False)
        for kind, has in exercise.room.items():
            if callable(has):
                found = [bool(has(case)) for case in cases]
                assert any(found), f"no case has this: {kind}"
                assert not all(found), f"each case has this, and then it tells nothing: {kind}"
            else:
                assert len(has) > 10, f"why has no case this: {kind}"
                assert not kinds.get(kind), f"there is a case with this after all: {kind}"
        missing = [kind for kind, there in kinds.items() if not there and kind not in exercise.room]
        assert not missing, f"cases with these, or a sentence in `room` that says why not: {missing}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_wide_makes_cases_of_many_sizes(name):
    """`wide` is what tells an equal mutant from a wrong one: its cases fit the task, and reach farther than the check's."""
    exercise = FUNCTIONS[name]
    rng = np.random.default_rng(0)
    cases = [exercise.wide(rng) for _ in range(40)]
    assert all(list(case) == list(exercise.cases(0)[0]) for case in cases), "the same arguments in the same order"
    rows = [exercise.sizes(case) for case in cases]
    for axis in rows[0]:
        if f"{axis} = 1" not in exercise.room or callable(exercise.room[f"{axis} = 1"]):
            assert len({row[axis] for row in rows}) >= 4 and any(row[axis] == 1 for row in rows), axis


def test_the_question_is_asked_of_all():
    assert len(FUNCTIONS) > 40


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arrays_have_the_axes_that_the_shapes_name(name):
    exercise = FUNCTIONS[name]
    for case in exercise.cases():
        known = exercise.sizes(case)
        for argument, axes in exercise.shapes.items():
            shape, names = np.shape(case[argument]), axes.split()
            if "..." not in names:
                assert shape == tuple(known[axis] for axis in names), f"{argument} {shape} is not ({axes})"
