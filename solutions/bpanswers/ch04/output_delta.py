"""Chapter 04: delta at the output, derived on paper."""

from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import complex_sigmoid, slope

from .edited import edited


def _z_and_y(rng, shape, y=None, wide=1.5):
    return {"z": rng.normal(size=shape) * wide, "y": rng.uniform(0.05, 0.95, shape) if y is None else y}


def _any_z_and_y(rng):
    shape = tuple(rng.integers(1, 7, rng.integers(1, 4)))
    return _z_and_y(rng, shape, rng.normal(size=shape), rng.uniform(0.5, 6))


def _output_cases(rng):
    shapes = ((7, 3), (5,), (4, 6), (1,), (2, 3, 4), (1, 2), (6, 1), (7, 3))
    return [
        *(_z_and_y(rng, shape) for shape in shapes),
        _z_and_y(rng, (3, 5), rng.choice((0.0, 1.0), (3, 5))),
        *(_z_and_y(rng, shape, rng.uniform(-2, 3, shape), wide=6) for shape in ((2, 6), (8,))),
        *(_z_and_y(rng, shape) for shape in ((4, 4), (3, 3, 3), (2, 1, 3, 2))),
    ]


_DELTA = """
def delta_output(z, y):
    a = sigmoid(z)
    slope = a * (1 - a)
    return (a - y) * slope
"""
_SLOPE, _RETURN = "slope = a * (1 - a)", "(a - y) * slope"


def _delta(name, message, *changes):
    return Misconception(name, edited(_DELTA, *changes), message)


DELTA_OUTPUT = Exercise(
    name="delta_output",
    inputs=_output_cases,
    wide=_any_z_and_y,
    truth=lambda z, y: slope(lambda x: (complex_sigmoid(x) - y) ** 2 / 2, z),
    parts={"delta": 2},
    passed="At random points it equals the derivative of the error in z, found without any chain rule.",
    batch="z",
    shapes={"z": "... m", "y": "... m"},
    room={
        "targets of 0 and 1": lambda case: set(case["y"].flat) <= {0, 1},
        "large z, and targets below 0 or above 1": lambda case: abs(case["y"] - 0.5).max() > 0.5,
        "axes of the same length": lambda case: case["z"].ndim > 1 and len(set(case["z"].shape)) == 1,
    },
    ask={"delta": "Take one z and one y: by how much does 1/2 (g(z) - y)^2 change if z grows by a thousandth?"},
    misconceptions=(
        _delta(
            "slope_missing",
            "You return a - y, the derivative of the error in a. The question is its derivative in z: where did g' go?",
            (_RETURN, "a - y"),
        ),
        _delta(
            "slope_of_a",
            "The slope was taken at a: the sigmoid was applied once too often. Does your g' take z or a?",
            (_SLOPE, "slope = sigmoid.derivative(a)"),
        ),
        _delta(
            "slope_of_slope",
            "These are the numbers with s (1 - s), where s is already the slope a (1 - a). "
            "How often does the chain rule take a slope here?",
            (_SLOPE, "slope = a * (1 - a); slope = slope * (1 - slope)"),
        ),
        _delta(
            "slope_squared",
            "These are the numbers with the slope squared. How often does the chain pass through g?",
            (_RETURN, "(a - y) * slope * slope"),
        ),
        _delta(
            "z_in_a_formula",
            "You wrote z (1 - z). The slope of the sigmoid is a (1 - a). What is a?",
            (_SLOPE, "slope = z * (1 - z)"),
        ),
        _delta(
            "z_in_one_factor",
            "These are the numbers with a (1 - z). Both factors of the slope are written with a: what is a?",
            (_SLOPE, "slope = a * (1 - z)"),
        ),
        _delta(
            "slope_of_target",
            "These are the numbers with y (1 - y). At which point does the unit stand: at its output or at its target?",
            (_SLOPE, "slope = y * (1 - y)"),
        ),
        _delta(
            "half_target",
            "These are the numbers with a (1 - y). The slope of the sigmoid knows nothing of a target: "
            "how is it written?",
            (_SLOPE, "slope = a * (1 - y)"),
        ),
        _delta(
            "steepest_slope",
            "These are the numbers with a slope of 1/4 everywhere, the steepest there is. "
            "What is the slope at another z?",
            (_SLOPE, "slope = 1 / 4"),
        ),
        _delta(
            "slope_of_tanh",
            "These are the numbers with 1 - tanh(z)^2, the slope of tanh. Which g does the task name?",
            (_SLOPE, "slope = 1 - np.tanh(z) ** 2"),
        ),
        _delta(
            "slope_for_output",
            "You compare the slope of the unit with y. What does the error compare with y?",
            (_RETURN, "slope - y"),
        ),
        _delta(
            "slope_added",
            "You add the slope to a - y. How do rates combine along a chain?",
            (_RETURN, "a - y + slope"),
        ),
        _delta(
            "divided_by_slope",
            "You divide a - y by the slope, which gives the derivative of the binary cross-entropy in a. "
            "How do rates combine along a chain?",
            (_RETURN, "(a - y) / slope"),
        ),
        _delta(
            "one_minus_a_missing",
            "You multiply by a. That is one half of the slope of the sigmoid: what is the other factor?",
            (_SLOPE, "slope = a"),
        ),
        _delta(
            "plus_in_slope",
            "These are the numbers with a (1 + a). How is the slope of the sigmoid written with a?",
            (_SLOPE, "slope = a * (1 + a)"),
        ),
        _delta(
            "z_and_y_exchanged",
            "These are the numbers with z and y exchanged. Which of the two goes through g?",
            ("    a = sigmoid(z)", "    z, y = y, z\n    a = sigmoid(z)"),
        ),
        _delta(
            "a_missing",
            "You multiply by 1 - a. That is one half of the slope of the sigmoid: what is the other factor?",
            (_SLOPE, "slope = 1 - a"),
        ),
        _delta(
            "tanh_slope",
            "These are the numbers with 1 - a^2, the slope of tanh written with its output. "
            "How is the slope of the sigmoid written with a?",
            (_SLOPE, "slope = 1 - a**2"),
        ),
        _delta(
            "tanh",
            "These are the numbers for a unit of tanh. Which g does the task name?",
            ("a = sigmoid(z)", "a = np.tanh(z)"), (_SLOPE, "slope = 1 - a**2"),
        ),
        _delta(
            "sign",
            "The right one with the wrong sign. "
            "If a is larger than y, should z go up or down, and what does delta say?",
            (_RETURN, "(y - a) * slope"),
        ),
        _delta(
            "derivative_in_y",
            "You return y - a, the derivative of the error in y. The question is its derivative in z: "
            "what does z move first?",
            (_RETURN, "y - a"),
        ),
        _delta(
            "factor_two",
            "Exactly twice the right one. What became of the 1/2 in front?",
            (_RETURN, "2 * (a - y) * slope"),
        ),
        _delta(
            "half_kept",
            "Exactly half the right one. What became of the exponent 2?",
            (_RETURN, "(a - y) * slope / 2"),
        ),
        _delta(
            "square_kept",
            "You multiply the error itself by the slope. What is the derivative of 1/2 (a - y)^2 in a?",
            (_RETURN, "0.5 * (a - y) ** 2 * slope"),
        ),
        _delta(
            "square_doubled",
            "You multiply (a - y)^2 by the slope. What is the derivative of 1/2 (a - y)^2 in a?",
            (_RETURN, "(a - y) ** 2 * slope"),
        ),
        _delta(
            "a_squared",
            "One a too many: these are the numbers with a^2 (1 - a). How is the slope of the sigmoid written with a?",
            (_SLOPE, "slope = a**2 * (1 - a)"),
        ),
        _delta(
            "error_itself",
            "You return 1/2 (a - y)^2, the error itself. How fast does it change when z changes?",
            (_RETURN, "(a - y) ** 2 / 2"),
        ),
        _delta(
            "no_activation",
            "You compare z with y. Which of z and a is the output of the unit?",
            (_RETURN, "(z - y) * slope"),
        ),
        _delta(
            "no_activation_no_slope",
            "You return z - y. Which of z and a is the output of the unit, whose error it is?",
            (_RETURN, "z - y"),
        ),
        _delta(
            "brackets_missing",
            "These are the numbers of a - y * a * (1 - a): without brackets the product comes first. What is the slope "
            "multiplied by?",
            (_RETURN, "a - y * slope"),
        ),
        _delta(
            "slope_only",
            "That is the slope of the sigmoid. Where does the target y come in?",
            (_RETURN, "slope"),
        ),
        _delta(
            "averaged_already",
            "For a batch of {n} it is the right one divided by {n}. "
            "Delta belongs to one example: when is the mean taken?",
            (_RETURN, "(a - y) * slope / len(z)"),
        ),
        _delta(
            "averaged_over_all",
            "It is the right one divided by the number of its entries. "
            "Each entry is a derivative of its own: when is a mean taken?",
            (_RETURN, "(a - y) * slope / z.size"),
        ),
        _delta(
            "one_number",
            "You return one number, the sum of all. The task asks for one derivative for each entry: what joins them?",
            (_RETURN, "((a - y) * slope).sum()"),
        ),
        _delta(
            "mean_of_all",
            "You return one number, the mean of all. The task asks for one derivative for each entry: what joins them?",
            (_RETURN, "((a - y) * slope).mean()"),
        ),
        _delta(
            "summed_over_units",
            "You sum over the units. Every unit has a delta of its own: what is the derivative for one z?",
            (_RETURN, "((a - y) * slope).sum(axis=-1)"),
        ),
        _delta(
            "summed_over_examples",
            "You sum over the examples. Delta belongs to one example: when are they joined?",
            (_RETURN, "((a - y) * slope).sum(axis=0)"),
        ),
    ),
)  # fmt: skip
