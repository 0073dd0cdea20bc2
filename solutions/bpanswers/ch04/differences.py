"""Chapter 04: the central difference."""

import numpy as np

from bpcourse.marking.answer import call
from bpcourse.marking.compare import alike
from bpcourse.marking.engine import Exercise, Misconception

from .edited import edited


class _Cubic:
    """sum c theta^3 + theta^T Q theta, whose central difference is known in closed form for every h.

    An answer gets the method `value` as its f, which has nothing about it that a function has not.
    """

    def __init__(self, rng, shape):
        size = int(np.prod(shape))
        self.shape, self.c, self.Q = shape, rng.normal(size=size), rng.normal(size=(size, size)) / np.sqrt(size)

    def value(self, theta):
        theta = np.asarray(theta)
        if theta.shape != self.shape:
            raise ValueError(f"f was called with an array of shape {theta.shape}; theta has the shape {self.shape}")
        x = theta.ravel().astype(np.result_type(theta, float))  # complex numbers, too, for a complex step
        return ((self.c * x**3).sum() + x @ self.Q @ x).item()

    def central(self, theta, h):
        """3 c theta^2 + c h^2 from the cubes, (Q + Q^T) theta from the squares."""
        x = theta.ravel()
        return (3 * self.c * x**2 + self.c * h**2 + (self.Q + self.Q.T) @ x).reshape(theta.shape)


def _case(rng, shape, h, whole=False):
    theta = rng.integers(-3, 4, shape) if whole else rng.normal(size=shape) * (rng.random(shape) < 0.8)  # some 0
    return {"f": _Cubic(rng, shape).value, "theta": theta, "h": h}


def _any_case(rng):
    shape = tuple(rng.integers(1, 7, rng.integers(1, 3)))
    return _case(rng, shape, float(rng.uniform(0.01, 2.5)), bool(rng.integers(2)))


def _cases(rng):
    floats = [
        _case(rng, shape, h)
        for shape, h in (((7,), 0.1), ((4, 3), 0.05), ((1,), 1.5), ((1, 4), 0.2), ((5, 1), 0.7), ((3, 3), 0.4))
    ]
    return [*floats, _case(rng, (5,), 0.3, whole=True), _case(rng, (2, 5), 1.25, whole=True), _case(rng, (7,), 0.1)]


def _whole(case):
    return case["theta"].dtype.kind == "i"


_DIFFERENCES = """
def central_differences(f, theta, h):
    slopes, nudged = np.zeros(theta.shape), theta.astype(float)
    for i in np.ndindex(theta.shape):
        nudged[i] = theta[i] + h
        up = f(nudged)
        nudged[i] = theta[i] - h
        down = f(nudged)
        nudged[i] = theta[i]
        slopes[i] = (up - down) / (2 * h)
    return slopes
"""


def _for_some_step(case, outcome):
    """True if these are the central differences for a step of any size."""
    if outcome.parts is None or outcome.changed or outcome.parts[0].shape != case["theta"].shape:
        return False
    f, theta = case["f"], case["theta"]
    squared = (outcome.parts[0] - f.__self__.central(theta, 0.0)).ravel() / f.__self__.c
    return squared.mean() > 0 and alike(outcome.parts[0], f.__self__.central(theta, np.sqrt(squared.mean())))


_PLUS = """
def central_differences(f, theta, h):
    slopes, nudged = np.zeros(theta.shape), theta.copy()
    for i in np.ndindex(theta.shape):
        nudged[i] += h
        up = f(nudged)
        nudged[i] -= 2 * h
        down = f(nudged)
        nudged[i] += h
        slopes[i] = (up - down) / (2 * h)
    return slopes
"""
_UP, _DOWN, _BACK, _OVER = "nudged[i] = theta[i] + h", "nudged[i] = theta[i] - h", "nudged[i] = theta[i]\n", "2 * h"
_COPY, _ROOM = ("theta.astype(float)", "theta.copy()"), ("np.zeros(theta.shape)", "np.zeros_like(theta)")


def _mistake(name, message, *changes, plus=()):
    """A mistake, also where it comes with a second one: an array of whole numbers for the nudges or for the slopes.
    plus: the edits that make the same mistake of _PLUS.
    """
    also = [edited(_PLUS, *plus)] if plus else []
    also += [edited(_DIFFERENCES, *changes, *whole) for whole in ((_COPY,), (_ROOM,), (_COPY, _ROOM))]
    wrong = edited(_DIFFERENCES, *changes)

    def shows(case, outcome):
        programs = [wrong, *also] if _whole(case) else [wrong]
        return any(outcome.like(call(program, case, ("gradient",))) for program in programs)

    return Misconception(name, wrong, message, shows=shows)


def _right_for_floats(case, outcome):
    """True in a case with floats if the answer is right there; in one with whole numbers, whatever came."""
    return _whole(case) or outcome.like(call(lambda f, theta, h: f.__self__.central(theta, h), case, ("gradient",)))


_CUT_OFF = (
    "Right for floats, wrong for whole numbers: an array of whole numbers keeps no fractions, and you store {what} "
    "in one. Which kind of array can hold them?"
)

CENTRAL_DIFFERENCES = Exercise(
    name="central_differences",
    inputs=_cases,
    wide=_any_case,
    truth=lambda f, theta, h: f.__self__.central(theta, h),
    parts={"gradient": 3},
    passed="For cubic functions your differences equal the closed form for every h, vector or matrix, floats or whole "
    "numbers.",
    shapes={"theta": "... m"},
    room={
        "whole numbers in `theta`": _whole,
        "a step h over 1": lambda case: case["h"] > 1,
        "a square `theta`": lambda case: case["theta"].shape == (3, 3),
    },
    ask={"gradient": "Which two points is f called with for this entry, and what are the other entries then?"},
    misconceptions=(
        Misconception("nudges_cut_off", edited(_DIFFERENCES, _COPY), _CUT_OFF.format(what="theta + h")),
        Misconception("slopes_cut_off", edited(_DIFFERENCES, _ROOM), _CUT_OFF.format(what="the slopes")),
        Misconception(
            "nudges_and_slopes_cut_off",
            edited(_DIFFERENCES, _COPY, _ROOM),
            _CUT_OFF.format(what="both theta + h and the slopes"),
        ),
        Misconception(
            "nudge_lost",
            lambda f, theta, h: f.__self__.central(theta, h) * (theta.dtype.kind == "f"),
            "Right for floats, and 0 everywhere for whole numbers: f does not feel your nudge there. "
            "Which kind of array can hold a fraction?",
        ),
        _mistake(
            "one_sided",
            "That is (f(theta + h) - f(theta)) / h, off by a multiple of h. What cancels if you step both ways?",
            (_DOWN, "nudged[i] = theta[i]"), (_OVER, "h"),
            plus=(("-= 2 * h", "-= h"), ("nudged[i] += h\n        slopes", "slopes"), ("(2 * h)", "h")),
        ),
        _mistake(
            "backward",
            "That is (f(theta) - f(theta - h)) / h, off by a multiple of h. What cancels if you step both ways?",
            (_UP, "nudged[i] = theta[i]"), (_OVER, "h"),
        ),
        _mistake(
            "one_sided_over_2h",
            "That is (f(theta + h) - f(theta)) / 2h. Which second point does the formula ask for?",
            (_DOWN, "nudged[i] = theta[i]"),
        ),
        _mistake(
            "divided_by_h",
            "Exactly twice the right one. How far apart are theta + h and theta - h?",
            (_OVER, "h"),
        ),
        _mistake(
            "precedence",
            "The right one times h squared: `/ 2 * h` divides by 2, and then multiplies by h. What do brackets do?",
            ("(2 * h)", "2 * h"),
        ),
        _mistake(
            "brackets_missing",
            "These are the numbers of f(theta + h) - f(theta - h) / 2h: without brackets only the second value is "
            "divided. What is divided by 2h?",
            ("(up - down) / (2 * h)", "up - down / (2 * h)"),
        ),
        _mistake(
            "up_only",
            "That is f(theta + h) / 2h. Which second value of f does the formula ask for?",
            ("(up - down) / (2 * h)", "up / (2 * h)"),
        ),
        _mistake(
            "second_difference",
            "That is (f(theta + h) - 2 f(theta) + f(theta - h)) / h^2, which tells how the slope changes. "
            "Which difference tells the slope itself?",
            ("(up - down) / (2 * h)", "(up - 2 * f(theta) + down) / h**2"),
        ),
        Misconception(
            "two_copies_not_restored",
            edited(
                _DIFFERENCES,
                ("    for", "    other = theta.astype(float)\n    for"), ("down = f(nudged)", "down = f(other)"),
                (_UP, "nudged[i] += h"), (_DOWN, "other[i] -= h"), (_BACK, "pass\n"),
            ),
            "The first entry is right, the later ones are not: in both of your copies the earlier nudges are still "
            "there. When are they put back?",
        ),
        _mistake(
            "not_divided",
            "These are the differences themselves, not divided by 2h. What makes a slope of them?",
            ("(up - down) / (2 * h)", "up - down"),
        ),
        _mistake(
            "sign",
            "The right one with the wrong sign. Which of the two losses is taken from which?",
            ("up - down", "down - up"),
        ),
        _mistake(
            "sum",
            "You add the two values of f. What do they have to be for a slope?",
            ("up - down", "up + down"),
        ),
        _mistake(
            "not_restored",
            "The first entry is right, the later ones are not: the earlier nudges are still in theta. "
            "When is it put back?",
            (_BACK, "pass\n"), plus=(("nudged[i] += h\n        slopes", "slopes"),),
        ),
        Misconception(
            "theta_left_changed",
            edited(
                _DIFFERENCES,
                ("theta.astype(float)", "theta"), (_UP, "here = theta[i]; theta[i] = here + h"),
                (_DOWN, "theta[i] = here - h"), (_BACK, "pass\n"),
            ),
            "theta comes back changed, and the nudges add up from entry to entry. When is each entry put back?",
        ),
        _mistake(
            "all_at_once",
            "You nudge all entries together and get one number. How do you learn what one entry does?",
            ("    slopes, ", "    return (f(theta + h) - f(theta - h)) / (2 * h)\n    slopes, "),
        ),
        _mistake(
            "all_at_once_everywhere",
            "You nudge all entries together, and every entry gets the same number. "
            "How do you learn what one entry does?",
            (_UP, "nudged = theta + h"), (_DOWN, "nudged = theta - h"), (_BACK, "pass\n"),
        ),
        _mistake(
            "rows_together",
            "Right for a vector, wrong for a matrix: there theta[i] is a whole row. How do you reach single entries?",
            ("np.ndindex(theta.shape)", "range(len(theta))"),
        ),
        _mistake(
            "flat",
            "The right numbers, but in one row also for a matrix. Which shape is asked for?",
            ("return slopes", "return slopes.ravel()"),
        ),
        _mistake(
            "half_step",
            "You step h/2 each way. The task steps h each way; with a cubic f the two differ. What is your nudge?",
            (_UP, "nudged[i] = theta[i] + h / 2"), (_DOWN, "nudged[i] = theta[i] - h / 2"), (_OVER, "h"),
        ),
        _mistake(
            "half_step_over_2h",
            "You step h/2 each way and divide by 2h. How far apart are the two points at which f is taken?",
            (_UP, "nudged[i] = theta[i] + h / 2"), (_DOWN, "nudged[i] = theta[i] - h / 2"),
        ),
        _mistake(
            "double_step",
            "You step 2h each way. The task steps h each way; with a cubic f the two differ. What is your nudge?",
            (_UP, "nudged[i] = theta[i] + 2 * h"), (_DOWN, "nudged[i] = theta[i] - 2 * h"), (_OVER, "4 * h"),
        ),
        _mistake(
            "relative_step",
            "Your nudge is h times the entry itself. The task steps h, whatever the entry is. What is your nudge at 0?",
            (_UP, "nudged[i] = theta[i] * (1 + h)"), (_DOWN, "nudged[i] = theta[i] * (1 - h)"),
        ),
        Misconception(
            "h_without_effect",
            lambda f, theta, h: f.__self__.central(theta, 0.0),
            "Your numbers do not change with h, and those of the formula do: for a cubic f they are off the slope by a "
            "multiple of h squared. Do you step by the h that comes in, and only by that?",
        ),
        Misconception(
            "other_step",
            lambda f, theta, h: f.__self__.central(theta, 0.1),
            "In every case these are right differences, and not always for the h that comes in. "
            "Which step do you take?",
            shows=_for_some_step,
        ),
        Misconception(
            "whole_numbers",
            edited(_PLUS),
            "Right for floats, and not for whole numbers. An array of whole numbers keeps no fractions: "
            "do you store one in such an array?",
            shows=_right_for_floats,
        ),
        Misconception(
            "f_of_one_entry",
            lambda f, theta, h: np.array([(f(t + h) - f(t - h)) / (2 * h) for t in theta]),
            "f is called with one entry of theta, but f needs all of theta. "
            "How do you nudge one entry and pass them all?",
        ),
    ),
)  # fmt: skip
