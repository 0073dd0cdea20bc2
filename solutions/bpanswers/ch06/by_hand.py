"""Chapter 06: what can be done with a pencil: a count, four learning curves, a deviation to start from."""

from functools import partial

import numpy as np

from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise, Misconception, Question

COUNT_UPDATES = Question(
    name="count_updates",
    truth=45 * 20,
    tolerance=0.0,
    points=1,
    passed="44 full batches and one short one make 45 updates an epoch, and 20 epochs make 900.",
    misconceptions=(
        Misconception(
            "last_batch_dropped", 44 * 20, "You count full batches only. What becomes of the examples left over?"
        ),
        Misconception("one_epoch", 45, "That is one epoch. How many epochs are there?"),
        Misconception(
            "one_epoch_without_the_last_batch",
            44,
            "44 batches are full. Which examples have not had their turn, and how many epochs are there to come?",
        ),
        Misconception(
            "not_whole",
            1437 / 32 * 20,
            "It looks as if you multiplied 1437/32, which is not whole, by the epochs. With what does a batch end "
            "that is not full: with no update, with a part of one, or with one?",
        ),
        Misconception(
            "one_an_epoch",
            20,
            "That is one update an epoch. When are the parameters changed: after all examples, or after each batch?",
        ),
        Misconception("one_an_example", 1437 * 20, "That is one update an example. How many examples share an update?"),
        Misconception(
            "batch_size_times_epochs",
            32 * 20,
            "You multiplied the batch size by the epochs. How many batches does one epoch have?",
        ),
    ),
    question="How many batches does one epoch need so that every example has had its turn?",
)

RIGHT_ADVICE = Question(
    name="right_advice",
    truth="C",
    points=2,
    choices=("A", "B", "C", "D"),
    passed="Run C learns its own examples better and better, and from its lowest point on it does worse on all others.",
    misconceptions=(
        Misconception(
            "more_units_for_leaps",
            "A",
            "In run A both losses leap up and down together. Would more units make the steps shorter?",
        ),
        Misconception(
            "slow_is_overfitting",
            "B",
            "In run B the two losses lie together, and both still fall at the end. What would an earlier stop save?",
        ),
        Misconception(
            "gap_is_overfitting",
            "D",
            "In run D there is a gap between the two losses. But does the validation loss ever rise?",
        ),
    ),
)


def _deviation_inputs(rng):
    sizes = (64, 30), (10, 24), (33, 5), (1, 7), (12, 1), (9, 9), (8, 1), (20, 6), (3000, 40), (15, 8)
    slopes = (
        (0.2, 0.4),
        (0.5, 0.8),
        (0.01, 0.1),
        (0.3, 0.6),
        (0, 0),
        (1, 1),
        (0.4, 0.7),
        (-0.8, -0.3),
        (0.1, 0.3),
        (1.2, 1.35),
    )
    return [
        {"n_in": n_in, "n_out": n_out, "slope": round(rng.uniform(*slope), 2)}
        for (n_in, n_out), slope in zip(sizes, slopes, strict=True)
    ]


def _any_deviation(rng):
    n_in, n_out = (int(k) for k in rng.integers(1, 100, size=2))
    return {"n_in": n_in, "n_out": n_out, "slope": float(rng.choice([0.0, 1.0, *rng.normal(size=6)]))}


def _by_integral(n_in, n_out, slope):
    """From E[g(z)^2] for a standard normal z, as an integral: Gauss's rule on each side of the kink."""
    x, w = np.polynomial.legendre.leggauss(60)
    z, w = 6 * (x + 1), 6 * w  # 0 to 12; beyond, the normal density is below 1e-31
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    mean_square = (w * density * (z**2 + (-slope * z) ** 2)).sum()
    return 1 / np.sqrt(n_in * mean_square)


def _deviation(n_in, n_out, slope, gain=lambda s: (1 + s**2) / 2, units=lambda n_in, n_out: n_in, power=-0.5):
    return (units(n_in, n_out) * gain(slope)) ** power


LEAKY_DEVIATION = Exercise(
    name="leaky_deviation",
    inputs=_deviation_inputs,
    truth=_by_integral,
    parts={"deviation": 3},
    room={
        "one input": lambda case: case["n_in"] == 1,
        "one unit": lambda case: case["n_out"] == 1,
        "fewer inputs than units": lambda case: case["n_in"] < case["n_out"],
        "more inputs than units": lambda case: case["n_in"] > case["n_out"],
        "the slope 0, which is ReLU": lambda case: case["slope"] == 0,
        "the slope 1, which is the identity": lambda case: case["slope"] == 1,
        "a negative slope": lambda case: case["slope"] < 0,
        "a slope above 1": lambda case: case["slope"] > 1,
        "more than a thousand inputs": lambda case: case["n_in"] > 1000,
    },
    wide=_any_deviation,
    ask={"deviation": "By what is the variance multiplied from one layer to the next, and when is that 1?"},
    passed=(
        "With it the mean square of z is the same in every layer; the check took the integral over the normal density."
    ),
    misconceptions=(
        Misconception(
            "meant_for_relu",
            partial(_deviation, gain=lambda s: 0.5),
            "That is He's deviation: right for a slope of 0. What does the negative half of the z bring when it is "
            "not silenced?",
        ),
        Misconception(
            "no_activation",
            partial(_deviation, gain=lambda s: 1.0),
            "That is right for a layer without an activation. How large is the mean of g(z)^2, compared with that of "
            "z^2?",
        ),
        Misconception(
            "xavier",
            partial(_deviation, gain=lambda s: 0.5, units=lambda n_in, n_out: n_in + n_out),
            "That is Xavier's deviation. How many terms has the sum that makes one z, and where does the slope come "
            "in?",
        ),
        Misconception(
            "mean_of_both_sides",
            partial(_deviation, gain=lambda s: (1 + s**2) / 2, units=lambda n_in, n_out: (n_in + n_out) / 2),
            "You divide by the mean of n_in and n_out. For z to keep its size on the way forward, how many terms are "
            "summed?",
        ),
        Misconception(
            "n_out",
            partial(_deviation, units=lambda n_in, n_out: n_out),
            "You count the units of the layer itself. How many terms has the sum that makes one z?",
        ),
        Misconception(
            "variance",
            partial(_deviation, power=-1.0),
            "That is the variance of the weights. What is asked for?",
        ),
        Misconception(
            "upside_down",
            partial(_deviation, power=0.5),
            "It is the reciprocal of the right one. Should the weights grow or shrink when a unit has more inputs?",
        ),
        Misconception(
            "slope_not_squared",
            partial(_deviation, gain=lambda s: (1 + s) / 2),
            "You let the negative half shrink by the slope. It is a mean *square* that is kept: by what does it "
            "shrink?",
        ),
        Misconception(
            "halves_not_weighed",
            partial(_deviation, gain=lambda s: 1 + s**2),
            "You add 1 and the square of the slope. What share of the z is positive, and what share negative?",
        ),
        Misconception(
            "variance_of_a",
            partial(_deviation, gain=lambda s: (1 + s**2) / 2 - (1 - s) ** 2 / (2 * np.pi)),
            "You took the variance of g(z), with its mean removed. The weights multiply all of g(z): which mean "
            "enters Var z?",
        ),
        Misconception(
            "mean_slope_squared",
            partial(_deviation, gain=lambda s: ((1 + s) / 2) ** 2),
            "You squared the mean slope. Which comes first here, the square or the mean?",
        ),
        Misconception(
            "sum_squared",
            partial(_deviation, gain=lambda s: (1 + s) ** 2 / 2),
            "You squared the sum of both slopes. Which comes first here, the square or the sum?",
        ),
        Misconception(
            "gain_outside_the_root",
            partial(_deviation, gain=lambda s: (1 + s**2) ** 2 / 2),
            "1 + c^2 stands outside the square root with you. Is it a part of the variance or of the deviation?",
        ),
        *(
            Misconception(
                name,
                partial(_deviation, gain=gain),
                "Your weights get larger when the slope does. If more comes through the activation, must the weights "
                "make up for it, or hold it back?",
            )
            for name, gain in (
                ("gain_upside_down", lambda s: 1 / (2 * (1 + s**2))),
                ("gain_with_its_half_upside_down", lambda s: 2 / (1 + s**2)),
            )
        ),
        *(
            Misconception(
                name,
                partial(_deviation, gain=gain),
                "Your variance goes from 2/n_in at the slope 0 to 1/n_in at the slope 1 along another curve. Of which "
                "quantity does it have to be the reciprocal?",
            )
            for name, gain in (
                ("straight_line", lambda s: 1 / (2 - s)),
                ("parabola", lambda s: 1 / (2 - s**2)),
                ("fourth_power", lambda s: (1 + s**4) / 2),
            )
        ),
        *(
            Misconception(
                name,
                partial(_deviation, units=units),
                "The slope is right, the number of units is not: {which}. How many terms has the sum that makes one "
                "z?".replace("{which}", which),
            )
            for name, units, which in (
                ("both_sides_added", lambda n_in, n_out: n_in + n_out, "you add n_in and n_out"),
                ("geometric_mean", lambda n_in, n_out: (n_in * n_out) ** 0.5, "you take a mean of n_in and n_out"),
                ("one_more_input", lambda n_in, n_out: n_in + 1, "you count one more than n_in"),
                ("one_input_less", lambda n_in, n_out: max(n_in - 1, 1), "you count one less than n_in"),
            )
        ),
        Misconception(
            "nearly",
            lambda n_in, n_out, slope: round(float(_deviation(n_in, n_out, slope)), 4),
            "It is nearly right, and in no case off by more than a hundredth. Was it rounded, or found by drawing "
            "random numbers? All digits are asked for.",
            shows=lambda case, outcome: bool(outcome.parts) and agree(outcome.parts[0], _by_integral(**case), 1e-2),
        ),
    ),
)
