"""What the tests of the checks share: the solved exercises, a right answer to hidden_delta, and ways to spoil answers."""

import numpy as np
from thorough import THOROUGH

import bpcourse as bp
from bpcourse.marking import check

SEEDS = range(5 if THOROUGH else 1)  # all of them in `make slow`


def solved(cells):
    """The names that the answers of a solutions notebook define."""
    names = {"np": np, "bp": bp}
    for name, cell in cells.items():
        if name.endswith("-answer"):
            exec(cell.source, names)
    return names


def cases_again(exercise):
    """Each case of seed 0, at least three, with its twin (the same seed again) and the one of another seed."""
    cases = exercise.cases(0)
    assert len(cases) >= 3
    return zip(cases, exercise.cases(0), exercise.cases(1), strict=True)


def inputs_are_random(exercise):
    """The same seed gives the same cases, another seed others; what is 0 or 1 by its nature may be the same."""
    for case, same, different in cases_again(exercise):
        for key, value in case.items():
            if isinstance(value, float) and value:
                assert value == same[key] != different[key]
            if isinstance(value, np.ndarray):
                assert np.array_equal(value, same[key])
                fixed = set(value.ravel()) <= {0.0, 1.0}
                assert fixed or not np.array_equal(value, different[key])


def nothing(*_):
    """Takes anything, computes, returns nothing."""
    sum(range(3))


def changed(right, change):
    return lambda *args: change(right(*args))


def hidden(W2, delta2, z1):
    """A right answer to hidden_delta, to be spoilt by the tests."""
    return (delta2 @ W2) * bp.sigmoid.derivative(z1)


def judge(function, **options):
    return check("hidden_delta", function, **options)


def after(work):
    """An answer that first does `work` and is right otherwise."""

    def answer(W2, delta2, z1):
        work()
        return hidden(W2, delta2, z1)

    return answer


def returning(value):
    def answer(W2, delta2, z1):
        return value

    return answer


def instead(change):
    """An answer that returns change(the right array)."""

    def answer(W2, delta2, z1):
        return change(hidden(W2, delta2, z1))

    return answer


def refuses(result, *words):
    assert not result.passed and result.points == 0 and result.status == "Not yet", result
    for word in words:
        assert word in result.message, result


class AlwaysEqual:
    """Says yes to every comparison."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = None


class Equal(np.ndarray):
    """An array that says yes to every comparison."""

    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __array_ufunc__(self, *_, **__):
        return np.zeros(())

    def copy(self, order="C"):
        return hidden


class Pretender:
    """Its type cannot be asked for."""

    @property
    def __class__(self):
        raise RuntimeError("who asks?")


class Rogue(BaseException):
    """No Exception, so that `except Exception` lets it pass."""
