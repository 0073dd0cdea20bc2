"""Chapter 04: what can be done with a pencil: predict, derive, read a chart."""

import numpy as np

from ...activations import sigmoid
from ..engine import Exercise, Misconception, Question
from ..truth import complex_sigmoid, gradient, slope

DELTA_BY_HAND = Question(
    name="delta_by_hand",
    truth=(0.8 - 0.3) * 0.8 * (1 - 0.8),
    points=1,
    passed="The error, 0.5, times the slope of the sigmoid at that output, 0.16.",
    misconceptions=(
        Misconception(
            "slope_missing",
            0.5,
            "0.5 is the derivative of the error in the output a. Delta is its derivative in z. "
            "What lies between z and a?",
        ),
        Misconception(
            "sign",
            -0.08,
            "The size is right, the sign is not. If z rises a little, a rises: does the error then grow or shrink?",
        ),
        Misconception(
            "factor_two",
            0.16,
            "Twice the right one (or the slope alone). What is the 1/2 in the error for?",
        ),
        Misconception(
            "half_kept", 0.04, "Half the right one. What happens to the 1/2 when the square is differentiated?"
        ),
        Misconception("error_itself", 0.125, "0.125 is the error E itself. How fast does it change when z changes?"),
        Misconception("error_times_slope", 0.02, "That is E times the slope. Which derivative of E belongs there?"),
        Misconception(
            "slope_of_a",
            0.5 * float(sigmoid.derivative(0.8)),
            "You took the slope of the sigmoid at z = 0.8. But 0.8 is the output a. How is the slope written with a?",
        ),
        Misconception(
            "slope_of_z",
            0.5 * np.log(4) * (1 - np.log(4)),
            "You put z = ln 4 into a (1 - a). Which of z and a does that formula take?",
        ),
        Misconception(
            "one_minus_a",
            0.1,
            "One factor is missing: the slope of the sigmoid is a product, and 1 - a is half of it. What is the rest?",
        ),
        Misconception(
            "only_a",
            0.4,
            "One factor is missing: the slope of the sigmoid is a product, and a is half of it. What is the rest?",
        ),
    ),
    question="Delta is a product of two numbers: how E changes with a, and how a changes with z. What is each of them?",
)


def _z_and_y(rng):
    shapes = ((7, 3), (5, 2), (4, 6))
    return [{"z": rng.normal(size=shape) * 1.5, "y": rng.uniform(0.05, 0.95, shape)} for shape in shapes]


def _delta(z, y, a=None, slope_at=None, factor=1.0):
    a = sigmoid(z) if a is None else a
    return factor * (a - y) * sigmoid.derivative(z if slope_at is None else slope_at)


DELTA_OUTPUT = Exercise(
    name="delta_output",
    inputs=_z_and_y,
    truth=lambda z, y: slope(lambda x: (complex_sigmoid(x) - y) ** 2 / 2, z),
    parts={"delta": 2},
    passed="At random points it equals the derivative of the error in z, found without any chain rule.",
    batch="z",
    misconceptions=(
        Misconception(
            "slope_missing",
            lambda z, y: sigmoid(z) - y,
            "You return a - y, the derivative of the error in a. The question is its derivative in z: where did g' go?",
        ),
        Misconception(
            "slope_of_a",
            lambda z, y: _delta(z, y, slope_at=sigmoid(z)),
            "The slope was taken at a: the sigmoid was applied once too often. Does your g' take z or a?",
        ),
        Misconception(
            "z_in_a_formula",
            lambda z, y: (sigmoid(z) - y) * z * (1 - z),
            "You wrote z (1 - z). The slope of the sigmoid is a (1 - a). What is a?",
        ),
        Misconception(
            "sign",
            lambda z, y: _delta(z, y, factor=-1),
            "The right one with the wrong sign. "
            "If a is larger than y, should z go up or down, and what does delta say?",
        ),
        Misconception(
            "factor_two",
            lambda z, y: _delta(z, y, factor=2),
            "Exactly twice the right one. What became of the 1/2 in front?",
        ),
        Misconception(
            "half_kept",
            lambda z, y: _delta(z, y, factor=0.5),
            "Exactly half the right one. What became of the exponent 2?",
        ),
        Misconception(
            "square_kept",
            lambda z, y: 0.5 * (sigmoid(z) - y) ** 2 * sigmoid.derivative(z),
            "You multiply the error itself by the slope. What is the derivative of 1/2 (a - y)^2 in a?",
        ),
        Misconception(
            "no_activation",
            lambda z, y: _delta(z, y, a=z),
            "You compare z with y. Which of z and a is the output of the unit?",
        ),
        Misconception(
            "slope_only",
            lambda z, y: sigmoid.derivative(z),
            "That is the slope of the sigmoid. Where does the target y come in?",
        ),
        Misconception(
            "averaged_already",
            lambda z, y: _delta(z, y, factor=1 / len(z)),
            "For a batch of {n} it is the right one divided by {n}. "
            "Delta belongs to one example: when is the mean taken?",
        ),
        Misconception(
            "summed_over_units",
            lambda z, y: _delta(z, y).sum(axis=1),
            "You sum over the units. Every unit has a delta of its own: what is the derivative for one z?",
        ),
    ),
)

FAULTY_LINE = Question(
    name="faulty_line",
    truth="D",
    points=2,
    choices=("A", "B", "C", "D", "E", "F"),
    passed="Both gradients made from delta1 are off, and no other. (The fault: W2 transposed, unseen as W2 is square.)",
    misconceptions=(
        Misconception(
            "delta2_blamed",
            "A",
            "delta2 goes into every line below it. If it were wrong, what would the bars of W2 and b2 show?",
        ),
        Misconception("dW2_blamed", "B", "Look at the bars of W2. How large is the error there?"),
        Misconception("db2_blamed", "C", "Look at the bars of b2. How large is the error there?"),
        Misconception(
            "dW1_blamed", "E", "Line E makes the gradient of W1 and nothing else. Which other bars are long?"
        ),
        Misconception(
            "db1_blamed", "F", "Line F makes the gradient of b1 and nothing else. Which other bars are long?"
        ),
    ),
)


def _deltas(rng):
    return [
        {"delta2": rng.normal(size=(n, n2)), "delta1": rng.normal(size=(n, n1))}
        for n, n1, n2 in ((7, 4, 3), (5, 6, 2), (4, 3, 5))
    ]


def _shift(delta):
    """How the mean error moves when ONE number is added to every z of the layer: its slope there is the gradient."""
    return gradient(lambda b: (delta * (np.zeros(delta.shape) + b)).sum() / len(delta), np.array(0.3))


SHARED_BIAS_GRADIENTS = Exercise(
    name="shared_bias_gradients",
    inputs=_deltas,
    truth=lambda delta2, delta1: (_shift(delta2), _shift(delta1)),
    parts={"db2": 1, "db1": 1},
    passed="One bias moves every z of its layer, so it collects every delta of its layer.",
    batch="delta2",
    misconceptions=(
        Misconception(
            "one_bias_a_unit",
            lambda delta2, delta1: (delta2.mean(axis=0), delta1.mean(axis=0)),
            "{parts}: you return one number for each unit. Here all units of a layer share one bias: what reaches it?",
        ),
        Misconception(
            "averaged_over_units",
            lambda delta2, delta1: (delta2.mean(), delta1.mean()),
            "{parts}: you took the mean over the units, too. "
            "If one bias moves two units, do their effects add or average?",
        ),
        Misconception(
            "not_averaged",
            lambda delta2, delta1: (delta2.sum(), delta1.sum()),
            "{parts}: {n} times the right one, for a batch of {n}. "
            "The cost is a mean over the batch: where does the 1/n go?",
        ),
        Misconception(
            "kept_the_batch",
            lambda delta2, delta1: (delta2.sum(axis=1), delta1.sum(axis=1)),
            "{parts}: you return one number for each example. "
            "The cost is one number for the batch: how are they joined?",
        ),
        Misconception(
            "layers_swapped",
            lambda delta2, delta1: (_shift(delta1), _shift(delta2)),
            "{parts}: these are the numbers of the other layer. In which order are they asked for?",
        ),
        Misconception(
            "layers_joined",
            lambda delta2, delta1: (_shift(delta2) + _shift(delta1), _shift(delta1)),
            "{parts}: the deltas of both layers are in it. Which z does this bias enter directly?",
        ),
        Misconception(
            "sign",
            lambda delta2, delta1: (-_shift(delta2), -_shift(delta1)),
            "{parts}: the wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
        ),
        Misconception(
            "first_unit_only",
            lambda delta2, delta1: (delta2[:, 0].mean(), delta1[:, 0].mean()),
            "{parts}: only the first unit was counted. Which units does the shared bias move?",
        ),
        Misconception(
            "first_example_only",
            lambda delta2, delta1: (delta2[0].sum(), delta1[0].sum()),
            "{parts}: only the first example was counted. What do the other rows say?",
        ),
    ),
)
