"""The central difference."""

import copy
from functools import partial

import numpy as np

from bpcourse.marking.answer import call
from bpcourse.marking.compare import alike
from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.formulas import Cubic

from .common.edits import edited, solution
from .common.sizes import sizes


def _central(cubic, theta, h):
    """3 c theta^2 + c h^2 and 3 u (u . theta)^2 + u^3 h^2 from the cubes, (Q + Q^T) theta from the squares."""
    x = theta.ravel()
    slope = 3 * cubic.c * x**2 + 3 * cubic.u * (cubic.u @ x) ** 2 + (cubic.Q + cubic.Q.T) @ x
    return (slope + (cubic.c + cubic.u**3) * h**2).reshape(theta.shape)


def _truth(f, theta, h):
    return _central(f.__self__, theta, h)


def _case(rng, shape, h, whole=False):
    theta = rng.integers(-3, 4, shape) if whole else 2 * rng.normal(size=shape) * (rng.random(shape) < 0.8)  # some 0
    size = int(np.prod(shape))
    c, Q, u = rng.normal(size=size), rng.normal(size=(size, size)), rng.normal(size=size)
    cubic = Cubic(c, Q / np.sqrt(size), u / np.sqrt(size), shape)
    return {"f": cubic.value, "theta": theta, "h": h}


def _wide(rng):
    shape = tuple(sizes(rng, int(rng.integers(1, 3))))
    return _case(rng, shape, float(rng.uniform(0.01, 2.5)), bool(rng.integers(2)))


def _cases(rng):
    floats = [
        _case(rng, shape, h)
        for shape, h in (((7,), 0.1), ((4, 3), 0.05), ((1,), 1.5), ((1, 4), 0.2), ((5, 1), 0.7), ((3, 3), 0.4))
    ]
    floats[0]["theta"][-1] = 4.5  # beyond all the whole numbers below
    whole = [_case(rng, shape, h, whole=True) for shape, h in (((5,), 0.3), ((2, 5), 1.25))]
    return [*floats, *whole, _case(rng, (7,), 0.1), _case(rng, (int(rng.integers(25, 41)), 2), 0.6)]


def _whole(case):
    return case["theta"].dtype.kind == "i"


_PROGRAM = solution("central_differences").replace("np.empty(", "np.zeros(")
_IN_PLACE = """
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
_LAST = "    return slopes"
_wrong = partial(edited, _PROGRAM)


def _plain(name, message, *changes):
    return Misconception(name, edited(_PROGRAM, *changes), message)


def _slip(name, message, *changes, plus=()):
    """A mistake, also where it comes with a second one: an array of whole numbers for the nudges or for the slopes.
    plus: the edits that make the same mistake of _IN_PLACE.
    """
    also = [edited(_IN_PLACE, *plus)] if plus else []
    also += [edited(_PROGRAM, *changes, *whole) for whole in ((_COPY,), (_ROOM,), (_COPY, _ROOM))]
    wrong = edited(_PROGRAM, *changes)

    def shows(case, outcome):
        programs = [wrong, *also] if _whole(case) else [wrong]
        return any(outcome.like(call(program, case, ("gradient",))) for program in programs)

    return Misconception(name, wrong, message, shows=shows)


def _for_some_step(case, outcome):
    """True if these are the central differences for a step of any size."""
    if outcome.parts is None or outcome.changed or outcome.parts[0].shape != case["theta"].shape:
        return False
    cubic, theta = case["f"].__self__, case["theta"]
    by_h = cubic.c + cubic.u**3
    squared = (outcome.parts[0] - _central(cubic, theta, 0.0)).ravel() @ by_h / (by_h @ by_h)
    return squared > 0 and alike(outcome.parts[0], _central(cubic, theta, np.sqrt(squared)))


def _right_for_floats(case, outcome):
    """True in a case with floats if the answer is right there; in one with whole numbers, whatever came."""
    return _whole(case) or outcome.like(call(_truth, case, ("gradient",)))


_CUT_OFF = (
    "Right for floats, wrong for whole numbers: an array of whole numbers keeps no fractions, and you store {what} "
    "in one. Which kind of array can hold them?"
)


# ----- right answers


def _flat(f, theta, h):
    flat, out = theta.ravel(), []
    for i in range(flat.size):
        e = np.zeros(flat.size)
        e[i] = h
        out.append((f((flat + e).reshape(theta.shape)) - f((flat - e).reshape(theta.shape))) / (2 * h))
    return np.array(out).reshape(theta.shape)


def _units(f, theta, h):
    unit = np.eye(theta.size).reshape(theta.size, *theta.shape)
    return (np.array([f(theta + h * e) - f(theta - h * e) for e in unit]) / h / 2).reshape(theta.shape)


def _recursive(f, theta, h):
    """Lists in lists: of a matrix, each row is a vector whose f has the other rows in it."""
    if theta.ndim > 1:

        def with_row(i):
            return lambda row: f(np.concatenate([theta[:i], row[None], theta[i + 1 :]]))

        return [_recursive(with_row(i), theta[i], h) for i in range(len(theta))]

    def at(i, to):
        return f(np.r_[theta[:i], theta[i] + to, theta[i + 1 :]])

    return [(at(i, h) - at(i, -h)) / (2 * h) for i in range(len(theta))]


EXERCISE = Exercise(
    inputs=_cases,
    wide=_wide,
    truth=_truth,
    parts={"gradient": 3},
    passed="For cubic functions your differences equal the closed form for every h, vector or matrix, floats or whole "
    "numbers.",
    shapes={"theta": "... m"},
    room={
        "whole numbers in `theta`": _whole,
        "a step h over 1": lambda case: case["h"] > 1,
        "a square `theta`": lambda case: case["theta"].ndim == 2 and len(set(case["theta"].shape)) == 1,
        "more than 10 entries of `theta`": lambda case: case["theta"].size > 10,
    },
    ask={"gradient": "Which two points is f called with for this entry, and what are the other entries then?"},
    misconceptions=(
        _plain("nudges_cut_off", _CUT_OFF.format(what="theta + h"), _COPY),
        _plain("slopes_cut_off", _CUT_OFF.format(what="the slopes"), _ROOM),
        _plain("nudges_and_slopes_cut_off", _CUT_OFF.format(what="both theta + h and the slopes"), _COPY, _ROOM),
        Misconception("nudge_lost", lambda f, theta, h: _truth(f, theta, h) * (theta.dtype.kind == "f"), "Right for "
            "floats, and 0 everywhere for whole numbers: f does not feel your nudge there. Which kind of array can "
            "hold a fraction?"),
        _slip("one_sided", "That is (f(theta + h) - f(theta)) / h, off by a multiple of h. What cancels if you step "
            "both ways?", (_DOWN, "nudged[i] = theta[i]"), (_OVER, "h"),
            plus=(("-= 2 * h", "-= h"), ("nudged[i] += h\n        slopes", "slopes"), ("(2 * h)", "h"))),
        _slip("backward", "That is (f(theta) - f(theta - h)) / h, off by a multiple of h. What cancels if you step "
            "both ways?", (_UP, "nudged[i] = theta[i]"), (_OVER, "h")),
        _slip("one_sided_over_2h", "That is (f(theta + h) - f(theta)) / 2h. Which second point does the formula ask "
            "for?", (_DOWN, "nudged[i] = theta[i]")),
        _slip("divided_by_h", "Exactly twice the right one. How far apart are theta + h and theta - h?", (_OVER, "h")),
        _slip("precedence", "The right one times h squared: `/ 2 * h` divides by 2, and then multiplies by h. What do "
            "brackets do?", ("(2 * h)", "2 * h")),
        _slip("brackets_missing", "These are the numbers of f(theta + h) - f(theta - h) / 2h: without brackets only "
            "the second value is divided. What is divided by 2h?", ("(up - down) / (2 * h)", "up - down / (2 * h)")),
        _slip("up_only", "That is f(theta + h) / 2h. Which second value of f does the formula ask for?",
            ("(up - down) / (2 * h)", "up / (2 * h)")),
        _slip("second_difference", "That is (f(theta + h) - 2 f(theta) + f(theta - h)) / h^2, which tells how the "
            "slope changes. Which difference tells the slope itself?",
            ("(up - down) / (2 * h)", "(up - 2 * f(theta) + down) / h**2")),
        _plain("two_copies_not_restored", "The first entry is right, the later ones are not: in both of your copies "
            "the earlier nudges are still there. When are they put back?",
            ("    for", "    other = theta.astype(float)\n    for"),
            ("f(nudged)\n        nudged[i] = theta[i]\n", "f(other)\n"), (_UP, "nudged[i] += h"),
            (_DOWN, "other[i] -= h")),
        _slip("not_divided", "These are the differences themselves, not divided by 2h. What makes a slope of them?",
            ("(up - down) / (2 * h)", "up - down")),
        _slip("sign", "The right one with the wrong sign. Which of the two losses is taken from which?",
            ("up - down", "down - up")),
        _slip("sum", "You add the two values of f. What do they have to be for a slope?", ("up - down", "up + down")),
        _slip("not_restored", "The first entry is right, the later ones are not: the earlier nudges are still in "
            "theta. When is it put back?", (_BACK, "pass\n"), plus=(("nudged[i] += h\n        slopes", "slopes"),)),
        _plain("theta_left_changed", "theta comes back changed, and the nudges add up from entry to entry. When is "
            "each entry put back?", ("theta.astype(float)", "theta"), (_UP, "here = theta[i]; theta[i] = here + h"),
            (_DOWN, "theta[i] = here - h"), (_BACK, "pass\n")),
        _slip("all_at_once", "You nudge all entries together and get one number. How do you learn what one entry does?",
            ("    slopes, ", "    return (f(theta + h) - f(theta - h)) / (2 * h)\n    slopes, ")),
        _slip("all_at_once_everywhere", "You nudge all entries together, and every entry gets the same number. How do "
            "you learn what one entry does?", (_UP, "nudged = theta + h"), (_DOWN, "nudged = theta - h"),
            (_BACK, "pass\n")),
        _slip("slopes_summed", "You return one number, the sum of the right ones. The task asks for one for each entry "
            "of theta: what joins them?", ("return slopes", "return slopes.sum()")),
        _slip("first_entry_only", "Only the first entry is there. Where does the `return` stand, in the loop or after "
            "it?", (_LAST, "        return slopes")),
        _slip("last_entry_forgotten", "Only the last entry is missing. Where does your loop end?",
            ("np.ndindex(theta.shape)", "list(np.ndindex(theta.shape))[:-1]")),
        _slip("rows_together", "Right for a vector, wrong for a matrix: there theta[i] is a whole row. How do you "
            "reach single entries?", ("np.ndindex(theta.shape)", "range(len(theta))")),
        _slip("flat", "The right numbers, but in one row also for a matrix. Which shape is asked for?",
            ("return slopes", "return slopes.ravel()")),
        _slip("half_step", "You step h/2 each way. The task steps h each way; with a cubic f the two differ. What is "
            "your nudge?", (_UP, "nudged[i] = theta[i] + h / 2"), (_DOWN, "nudged[i] = theta[i] - h / 2"),
            (_OVER, "h")),
        _slip("half_step_over_2h", "You step h/2 each way and divide by 2h. How far apart are the two points at which "
            "f is taken?", (_UP, "nudged[i] = theta[i] + h / 2"), (_DOWN, "nudged[i] = theta[i] - h / 2")),
        _slip("double_step", "You step 2h each way. The task steps h each way; with a cubic f the two differ. What is "
            "your nudge?", (_OVER, "4 * h"), (_UP, "nudged[i] = theta[i] + 2 * h"),
            (_DOWN, "nudged[i] = theta[i] - 2 * h")),
        _slip("double_step_over_2h", "You step 2h each way and divide by 2h. How far apart are the two points at which "
            "f is taken?", (_UP, "nudged[i] = theta[i] + 2 * h"), (_DOWN, "nudged[i] = theta[i] - 2 * h")),
        _slip("relative_step", "Your nudge is h times the entry itself. The task steps h, whatever the entry is. What "
            "is your nudge at 0?", (_UP, "nudged[i] = theta[i] * (1 + h)"), (_DOWN, "nudged[i] = theta[i] * (1 - h)")),
        _slip("relative_step_divided", "Your step is h times the entry itself (and h where that is 0). The task steps "
            "h, whatever the entry is. What is your nudge?", (_OVER, "2 * k"),
            (_UP, "k = h * (abs(theta[i]) or 1); nudged[i] = theta[i] + k"), (_DOWN, "nudged[i] = theta[i] - k")),
        Misconception("h_without_effect", lambda f, theta, h: _truth(f, theta, 0.0), "Your numbers do not change with "
            "h, and those of the formula do: for a cubic f they are off the slope by a multiple of h squared. Do you "
            "step by the h that comes in, and only by that?"),
        Misconception("other_step", lambda f, theta, h: _truth(f, theta, 0.1), "In every case these are right "
            "differences, and not always for the h that comes in. Which step do you take?", shows=_for_some_step),
        Misconception("whole_numbers", edited(_IN_PLACE), "Right for floats, and not for whole numbers. An array of "
            "whole numbers keeps no fractions: do you store one in such an array?", shows=_right_for_floats),
        Misconception("f_of_one_entry", lambda f, theta, h: np.array([(f(t + h) - f(t - h)) / (2 * h) for t in theta]),
            "f is called with one entry of theta, but f needs all of theta. How do you nudge one entry and pass them "
            "all?"),
    ),
    right=(
        _flat,
        edited(_IN_PLACE, ("theta.copy()", "1.0 * theta")),  # back, up to rounding
        _units,
        _recursive,
        lambda f, theta, h: np.multiply(_flat(f, copy.deepcopy(theta), h), 1 + 1e-8),  # other rounding
    ),
    wrong=(
        _wrong(("return slopes", "return slopes.T if len(set(slopes.shape)) == 1 else slopes")),
        _wrong(("return slopes", "return abs(slopes)")),
        _wrong(("return slopes", "return slopes / 2")),
        _wrong(("return slopes", "return np.squeeze(slopes)")),
        _wrong(("return slopes", "slopes.flat[10:] = 0; return slopes")),
        _wrong(("return slopes", "return f(theta)")),
        _wrong(("    for", "    theta = np.round(theta, 3)\n    for")),
        _wrong(("    for", "    h = min(h, 1.0)\n    for")),
        _wrong(("    for", "    f = lambda t, given=f: given(np.clip(t, -2, 2))\n    for")),
        edited(_IN_PLACE, ("theta.copy()", "theta"), ("nudged[i] += h\n        slopes", "slopes")),  # never put back
        lambda f, theta, h: (4 * _flat(f, theta, h / 2) - _flat(f, theta, h)) / 3,  # Richardson
    ),
)  # fmt: skip
