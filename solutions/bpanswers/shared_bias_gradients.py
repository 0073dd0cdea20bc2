"""The gradient of one bias that a whole layer shares."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import gradient

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

_PROGRAM = solution("shared_bias_gradients")
_2, _1 = "delta2.sum() / n", "delta1.sum() / n"
_slip, _wrong = slips(_PROGRAM, alone=True), partial(edited, _PROGRAM)
# (n, n1, n2); some lengths equal; the first sizes again, with other numbers; each large once
_SIZES = ((7, 4, 3), (2, 3, 5), (1, 3, 2), (5, 1, 4), (4, 6, 1), (5, 4, 4), (6, 2, 2), (3, 3, 3), (7, 4, 3),
          (40, 3, 2), (2, 40, 3), (2, 3, 40))  # fmt: skip


def _case(rng, n, n1, n2):
    return {"delta2": rng.normal(size=(n, n2)), "delta1": rng.normal(size=(n, n1))}


def _shift(delta):
    """How the mean error moves when ONE number is added to every z of the layer: its slope there is the gradient."""
    return gradient(lambda b: (delta * (np.zeros(delta.shape) + b)).sum() / len(delta), np.array(0.3))


def _both(name, message, wrong):
    """A mistake in both numbers: in `wrong`, D stands for the deltas of a layer."""
    return _slip(name, message, (_2, wrong.replace("D", "delta2")), (_1, wrong.replace("D", "delta1")))


EXERCISE = Exercise(
    inputs=lambda rng: [_case(rng, *n) for n in _SIZES],
    wide=lambda rng: _case(rng, *sizes(rng, 3)),
    truth=lambda delta2, delta1: (_shift(delta2), _shift(delta1)),
    parts={"db2": 1, "db1": 1},
    passed="One bias moves every z of its layer, so it collects every delta of its layer.",
    batch="delta2",
    shapes={"delta2": "n n2", "delta1": "n n1"},
    ask=dict.fromkeys(("db2", "db1"), "How many deltas has the layer for one example, and how many examples?"),
    misconceptions=(
        _both("one_bias_a_unit", "{parts}: you return one number for each unit. Here all units of a layer share one "
            "bias: what reaches it?", "D.mean(axis=0)"),
        _both("one_bias_a_unit_summed", "{parts}: you return one number for each unit, a sum over the batch. Here all "
            "units of a layer share one bias: what reaches it?", "D.sum(axis=0)"),
        _both("averaged_over_units", "{parts}: you took the mean over the units, too. If one bias moves two units, do "
            "their effects add or average?", "D.mean()"),
        _both("one_less", "{parts}: divided by n - 1. Over how many examples does the mean run?",
            "D.sum() / (n - 1 or 1)"),
        _both("not_averaged", "{parts}: {n} times the right one, for a batch of {n}. The cost is a mean over the "
            "batch: where does the 1/n go?", "D.sum()"),
        _both("averaged_twice", "{parts}: the right one divided by {n}, for a batch of {n}. How many means over the "
            "batch are there?", "D.sum() / n / n"),
        _both("averaged_over_units_only", "{parts}: the sum of all deltas, divided by the number of units. Over what "
            "does the mean of the cost run?", "D.sum() / D.shape[1]"),
        _both("five_examples", "{parts}: divided by 5, whatever comes. How many examples are there in the batch?",
            "D.sum() / 5"),
        _both("two_units", "{parts}: twice the mean of all deltas, which is right for two units. How many units has "
            "the layer?", "2 * D.mean()"),
        _both("first_two_units", "{parts}: only the first two units were counted. How many units has the layer?",
            "D[:, :2].sum() / n"),
        _both("kept_the_batch", "{parts}: you return one number for each example. The cost is one number for the "
            "batch: how are they joined?", "D.sum(axis=1)"),
        _both("kept_the_batch_averaged", "{parts}: you return one number for each example, a mean over its units. The "
            "cost is one number for the batch: how are the examples joined?", "D.mean(axis=1)"),
        _both("sign", "{parts}: the wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
            "-D.sum() / n"),
        _both("signs_lost", "{parts}: the deltas were added without their signs. If one effect is up and one down, "
            "what do they make?", "np.abs(D).sum() / n"),
        _both("last_example_forgotten", "{parts}: the sum without the last example, over n. Where does your loop end?",
            "D[:-1].sum() / n"),
        _both("repeated_for_each_unit", "{parts}: the right number, once for each unit. How many biases has a layer "
            "here?", "np.full(D.shape[1], D.sum() / n)"),
        _both("squares_summed", "{parts}: the squares of the deltas were added. What does one delta say about its z?",
            "(D**2).sum() / n"),
        _both("root_of_squares", "{parts}: the root of the mean square of the deltas. If one effect is up and one "
            "down, what do they make?", "(D**2).mean() ** 0.5"),
        _both("largest_only", "{parts}: only the largest delta of each example was counted. Which units does the "
            "shared bias move?", "D.max(axis=1).mean()"),
        _both("product", "{parts}: the deltas of the units were multiplied. If one bias moves two units, how do their "
            "effects join?", "D.prod(axis=1).mean()"),
        _both("cut_off", "{parts}: cut off to a whole number. Where are the decimals lost?", "int(D.sum() / n)"),
        _both("doubled", "{parts}: twice the right one. How often does each delta reach the bias?", "2 * D.sum() / n"),
        _both("first_unit_only", "{parts}: only the first unit was counted. Which units does the shared bias move?",
            "D[:, 0].mean()"),
        _both("last_unit_only", "{parts}: only the last unit was counted. Which units does the shared bias move?",
            "D[:, -1].mean()"),
        _both("first_example_only", "{parts}: only the first example was counted. What do the other rows say?",
            "D[0].sum()"),
        _both("last_example_only", "{parts}: only the last example was counted. What do the other rows say?",
            "D[-1].sum()"),
        _slip("layers_swapped", "{parts}: the number of the other layer stands there. Which deltas belong to which "
            "layer?", (f"{_2}, {_1}", f"{_1}, {_2}")),
        _slip("layers_joined", "{parts}: the deltas of both layers are in it. Which z does this bias enter directly?",
            (f"{_2}, {_1}", f"{_2} + {_1}, {_2} + {_1}")),
        _both("zero", "{parts}: zero, so the shared bias would never learn. How does the error move when a bias moves?",
            "0 * D.sum()"),
    ),
    right=(
        lambda delta2, delta1: (delta2.mean(axis=0).sum(), delta1.mean(axis=0).sum()),
        lambda delta2, delta1: [float(sum(map(sum, d)) / len(d)) for d in (delta2, delta1)],
        lambda delta2, delta1: np.array([delta2.sum(), delta1.sum()]) / len(delta1),  # unpacks as a tuple does
        lambda delta2, delta1: (delta2.sum(axis=1).mean(keepdims=True), delta1.sum(axis=1).mean(keepdims=True)),
    ),
    wrong=(
        kept_by_shape(edited(_PROGRAM)),
        _wrong((f", {_1}", "")),
        _wrong((_1, "delta2.sum() / n")),
        _wrong(("n = len(delta2)", "n = 7")),
        _wrong((_2, f"2.5 * {_2}"), (_1, f"2.5 * {_1}")),
        _wrong((_2, "delta2[:20].sum() / n"), (_1, "delta1[:20].sum() / n")),
    ),
)  # fmt: skip
