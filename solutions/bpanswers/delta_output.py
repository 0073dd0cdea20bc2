"""Delta at the output, derived on paper."""

from functools import partial

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import slope

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

_PROGRAM = solution("delta_output")
_SLOPE, _RETURN = "* a * (1 - a)", "(a - y) * a * (1 - a)"
_slip, _wrong = slips(_PROGRAM), partial(edited, _PROGRAM)


def _case(rng, shape, y=None, large=False):
    """z of at most 3 in size, so that nobody's largest number hides the others; if `large`, some of 10 to 30."""
    z = rng.uniform(-3, 3, shape)
    if large:
        z.flat[1::2] = rng.uniform(10, 30, z.flat[1::2].shape) * rng.choice([-1, 1], z.flat[1::2].shape)
    return {"z": z, "y": rng.uniform(0.05, 0.95, shape) if y is None else y}


def _cases(rng):
    shapes = ((7, 3), (5,), (4, 6), (1,), (2, 3, 4), (1, 2), (6, 1), (7, 3), (4, 4), (3, 3, 3), (2, 1, 3, 2))
    return [
        *(_case(rng, shape) for shape in shapes),
        _case(rng, (3, 5), rng.choice((0.0, 1.0), (3, 5))),
        *(_case(rng, shape, rng.uniform(-2, 3, shape)) for shape in ((2, 6), (8,))),
        *(_case(rng, shape, large=True) for shape in ((2, 5), (9,))),
        _case(rng, (rng.integers(25, 41), 2)),
    ]


def _wide(rng):
    count = int(rng.integers(1, 6))
    shape = tuple(sizes(rng, count, most=6 if count < 4 else 3))
    return _case(rng, shape, rng.normal(size=shape) if rng.random() < 0.7 else None, large=rng.random() < 0.4)


# ----- right answers


def _g(z):
    return 1 / (1 + np.exp(-z))


def _slope(z):
    return _g(z) * (1 - _g(z))


def _one_by_one(z, y):
    return np.reshape([(_g(a) - b) * _slope(a) for a, b in zip(z.flat, y.flat, strict=True)], z.shape).tolist()


def _differences(z, y):
    def error(z):
        return (_g(z) - y) ** 2 / 2

    return (error(z + 1e-5) - error(z - 1e-5)) / 2e-5


def _turned_if_square(z, y):
    delta = (_g(z) - y) * _slope(z)
    return delta.T if delta.ndim > 1 and len(set(delta.shape)) == 1 else delta


EXERCISE = Exercise(
    inputs=_cases,
    wide=_wide,
    truth=lambda z, y: slope(lambda x: ((1 + np.tanh(x / 2)) / 2 - y) ** 2 / 2, z),
    parts={"delta": 2},
    passed="At random points it equals the derivative of the error in z, found without any chain rule.",
    batch="z",
    shapes={"z": "... m", "y": "... m"},
    room={
        "targets other than 0 and 1": lambda case: not set(case["y"].flat) <= {0, 1},
        "targets below 0 or above 1": lambda case: abs(case["y"] - 0.5).max() > 0.5,
        "entries of `z` over 10 in size": lambda case: abs(case["z"]).max() >= 10,
        "axes of the same length": lambda case: case["z"].ndim > 1 and len(set(case["z"].shape)) == 1,
    },
    ask={"delta": "Take one z and one y: by how much does 1/2 (g(z) - y)^2 change if z grows by a thousandth?"},
    misconceptions=(
        _slip("slope_missing", "You return a - y, the derivative of the error in a. The question is its derivative in "
            "z: where did g' go?", (_RETURN, "a - y")),
        _slip("slope_of_a", "The slope was taken at a: the sigmoid was applied once too often. Does your g' take z or "
            "a?", (_SLOPE, "* bp.sigmoid.derivative(a)")),
        _slip("slope_of_slope", "These are the numbers with s (1 - s), where s is already the slope a (1 - a). How "
            "often does the chain rule take a slope here?", (_SLOPE, "* a * (1 - a) * (1 - a * (1 - a))")),
        _slip("slope_squared", "These are the numbers with the slope squared. How often does the chain pass through g?",
            (_SLOPE, "* (a * (1 - a)) ** 2")),
        _slip("z_in_a_formula", "You wrote z (1 - z). The slope of the sigmoid is a (1 - a). What is a?",
            (_SLOPE, "* z * (1 - z)")),
        _slip("z_in_one_factor", "These are the numbers with a (1 - z). Both factors of the slope are written with a: "
            "what is a?", (_SLOPE, "* a * (1 - z)")),
        _slip("slope_of_target", "These are the numbers with y (1 - y). At which point does the unit stand: at its "
            "output or at its target?", (_SLOPE, "* y * (1 - y)")),
        _slip("half_target", "These are the numbers with a (1 - y). The slope of the sigmoid knows nothing of a "
            "target: how is it written?", (_SLOPE, "* a * (1 - y)")),
        _slip("steepest_slope", "These are the numbers with a slope of 1/4 everywhere, the steepest there is. What is "
            "the slope at another z?", (_SLOPE, "/ 4")),
        _slip("slope_of_tanh", "These are the numbers with 1 - tanh(z)^2, the slope of tanh. Which g does the task "
            "name?", (_SLOPE, "* (1 - np.tanh(z) ** 2)")),
        _slip("slope_for_output", "You compare the slope of the unit with y. What does the error compare with y?",
            (_RETURN, "a * (1 - a) - y")),
        _slip("slope_added", "You add the slope to a - y. How do rates combine along a chain?",
            (_SLOPE, "+ a * (1 - a)")),
        _slip("divided_by_slope", "You divide a - y by the slope, which gives the derivative of the binary "
            "cross-entropy in a. How do rates combine along a chain?", (_SLOPE, "/ (a * (1 - a))")),
        _slip("one_minus_a_missing", "You multiply by a. That is one half of the slope of the sigmoid: what is the "
            "other factor?", (_SLOPE, "* a")),
        _slip("plus_in_slope", "These are the numbers with a (1 + a). How is the slope of the sigmoid written with a?",
            (_SLOPE, "* a * (1 + a)")),
        _slip("z_and_y_exchanged", "These are the numbers with z and y exchanged. Which of the two goes through g?",
            ("sigmoid(z)", "sigmoid(y)"), ("a - y", "a - z")),
        _slip("a_missing", "You multiply by 1 - a. That is one half of the slope of the sigmoid: what is the other "
            "factor?", (_SLOPE, "* (1 - a)")),
        _slip("tanh_slope", "These are the numbers with 1 - a^2, the slope of tanh written with its output. How is the "
            "slope of the sigmoid written with a?", (_SLOPE, "* (1 - a**2)")),
        _slip("tanh", "These are the numbers for a unit of tanh. Which g does the task name?",
            ("bp.sigmoid(z)", "np.tanh(z)"), (_SLOPE, "* (1 - a**2)")),
        _slip("sign", "The right one with the wrong sign. If a is larger than y, should z go up or down, and what does "
            "delta say?", ("(a - y)", "(y - a)")),
        _slip("derivative_in_y", "You return y - a, the derivative of the error in y. The question is its derivative "
            "in z: what does z move first?", (_RETURN, "y - a")),
        _slip("factor_two", "Exactly twice the right one. What became of the 1/2 in front?", ("return", "return 2 *")),
        _slip("half_kept", "Exactly half the right one. What became of the exponent 2?", ("return", "return 0.5 *")),
        _slip("square_kept", "You multiply the error itself by the slope. What is the derivative of 1/2 (a - y)^2 in "
            "a?", ("(a - y)", "0.5 * (a - y) ** 2")),
        _slip("square_doubled", "You multiply (a - y)^2 by the slope. What is the derivative of 1/2 (a - y)^2 in a?",
            ("(a - y)", "(a - y) ** 2")),
        _slip("a_squared", "One a too many: these are the numbers with a^2 (1 - a). How is the slope of the sigmoid "
            "written with a?", (_SLOPE, "* a**2 * (1 - a)")),
        _slip("error_itself", "You return 1/2 (a - y)^2, the error itself. How fast does it change when z changes?",
            (_RETURN, "(a - y) ** 2 / 2")),
        _slip("no_activation", "You compare z with y. Which of z and a is the output of the unit?",
            ("(a - y)", "(z - y)")),
        _slip("no_activation_no_slope", "You return z - y. Which of z and a is the output of the unit, whose error it "
            "is?", (_RETURN, "z - y")),
        _slip("brackets_missing", "These are the numbers of a - y * a * (1 - a): without brackets the product comes "
            "first. What is the slope multiplied by?", ("(a - y)", "a - y")),
        _slip("brackets_of_slope_missing", "These are the numbers of (a - y) * a * 1 - a: without brackets the product "
            "comes first. What is a multiplied by?", ("(1 - a)", "1 - a")),
        _slip("slope_only", "That is the slope of the sigmoid. Where does the target y come in?",
            (_RETURN, "a * (1 - a)")),
        _slip("size_of_error_lost", "These are the numbers with the sign of the error, without its size. What is the "
            "derivative of 1/2 (a - y)^2 in a?", ("(a - y)", "np.sign(a - y)")),
        _slip("sign_of_error_lost", "These are the numbers with the size of the error, without its sign. What does the "
            "sign of a delta say?", ("(a - y)", "abs(a - y)")),
        _slip("second_derivative", "That is the second derivative of the error in z. How often is it to be "
            "differentiated?", (_RETURN, "(a * (1 - a)) ** 2 + (a - y) * a * (1 - a) * (1 - 2 * a)")),
        _slip("averaged_already", "For a batch of {n} it is the right one divided by {n}. Delta belongs to one "
            "example: when is the mean taken?", (_RETURN, "(a - y) * a * (1 - a) / len(z)")),
        _slip("averaged_over_all", "It is the right one divided by the number of its entries. Each entry is a "
            "derivative of its own: when is a mean taken?", (_RETURN, "(a - y) * a * (1 - a) / z.size")),
        _slip("one_number", "You return one number, the sum of all. The task asks for one derivative for each entry: "
            "what joins them?", (_RETURN, "((a - y) * a * (1 - a)).sum()")),
        _slip("mean_of_all", "You return one number, the mean of all. The task asks for one derivative for each entry: "
            "what joins them?", (_RETURN, "((a - y) * a * (1 - a)).mean()")),
        _slip("summed_over_units", "You sum over the units. Every unit has a delta of its own: what is the derivative "
            "for one z?", (_RETURN, "((a - y) * a * (1 - a)).sum(axis=-1)")),
        _slip("summed_over_examples", "You sum over the examples. Delta belongs to one example: when are they joined?",
            (_RETURN, "((a - y) * a * (1 - a)).sum(axis=0)")),
    ),
    right=(
        lambda z, y: (bp.sigmoid(z) - y) * bp.sigmoid.derivative(z),
        lambda z, y: (_g(z) - y) * np.exp(-z) / (1 + np.exp(-z)) ** 2,
        lambda z, y: np.vectorize(lambda a, b: (_g(a) - b) * _slope(a), otypes=[float])(z, y),
        lambda z, y: (np.tanh(z / 2) / 2 + 0.5 - y) / (4 * np.cosh(z / 2) ** 2),
        _one_by_one,
        _differences,
    ),
    wrong=(
        kept_by_shape(edited(_PROGRAM)),
        _turned_if_square,
        _wrong((_RETURN, "(a - np.clip(y, 0, 1)) * a * (1 - a)")),
        _wrong((_RETURN, "(a - np.round(y)) * a * (1 - a)")),
        _wrong((_RETURN, "(y - 1) * a * (1 - a)")),
        _wrong((_RETURN, "((a - y) * a * (1 - a)).T")),
        _wrong((_RETURN, "np.squeeze((a - y) * a * (1 - a))")),
        _wrong((_RETURN, "(a - y) * a * (1 - a) * (np.arange(len(z)) < 20).reshape(-1, *[1] * (z.ndim - 1))")),
        _wrong((_RETURN, "np.tanh(z) - y")),
        _wrong((_RETURN, "(a - y) * a * (1 - a) if z.ndim == 2 else a * (1 - a)")),
        _wrong((_RETURN, "np.array([[(p - q) * p * (1 - p) for p, q in zip(*r)] for r in zip(a, y)])")),  # matrices
        _wrong(("sigmoid(z)", "sigmoid(np.clip(z, -4, 4))")),
    ),
)  # fmt: skip
