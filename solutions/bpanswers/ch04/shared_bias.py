"""Chapter 04: the gradient of one bias that a whole layer shares."""

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import gradient

from .edited import edited


def _deltas(rng, n, n1, n2):
    return {"delta2": rng.normal(size=(n, n2)), "delta1": rng.normal(size=(n, n1))}


def _shift(delta):
    """How the mean error moves when ONE number is added to every z of the layer: its slope there is the gradient."""
    return gradient(lambda b: (delta * (np.zeros(delta.shape) + b)).sum() / len(delta), np.array(0.3))


_SHARED = """
def shared_bias_gradients(delta2, delta1):
    n = len(delta2)
    db2 = delta2.sum() / n
    db1 = delta1.sum() / n
    return db2, db1
"""


def _shared(name, message, wrong=None, *changes):
    """A mistake in both numbers: in `wrong`, D stands for the deltas of a layer; or else `changes`."""
    if wrong:
        changes = [(f"{d}.sum() / n", wrong.replace("D", d)) for d in ("delta2", "delta1")]
    return Misconception(name, edited(_SHARED, *changes), message, alone=True)


# (n, n1, n2); some lengths equal; the first sizes again, with other numbers
_SIZES = ((7, 4, 3), (2, 3, 5), (1, 3, 2), (5, 1, 4), (4, 6, 1), (5, 4, 4), (6, 2, 2), (3, 3, 3), (7, 4, 3))

SHARED_BIAS_GRADIENTS = Exercise(
    name="shared_bias_gradients",
    inputs=lambda rng: [_deltas(rng, *sizes) for sizes in _SIZES],
    wide=lambda rng: _deltas(rng, *rng.integers(1, 7, 3)),
    truth=lambda delta2, delta1: (_shift(delta2), _shift(delta1)),
    parts={"db2": 1, "db1": 1},
    passed="One bias moves every z of its layer, so it collects every delta of its layer.",
    batch="delta2",
    shapes={"delta2": "n n2", "delta1": "n n1"},
    ask=dict.fromkeys(("db2", "db1"), "How many deltas has the layer for one example, and how many examples?"),
    misconceptions=(
        _shared(
            "one_bias_a_unit",
            "{parts}: you return one number for each unit. Here all units of a layer share one bias: what reaches it?",
            "D.mean(axis=0)",
        ),
        _shared(
            "one_bias_a_unit_summed",
            "{parts}: you return one number for each unit, a sum over the batch. "
            "Here all units of a layer share one bias: what reaches it?",
            "D.sum(axis=0)",
        ),
        _shared(
            "averaged_over_units",
            "{parts}: you took the mean over the units, too. "
            "If one bias moves two units, do their effects add or average?",
            "D.mean()",
        ),
        _shared(
            "one_less",
            "{parts}: divided by n - 1. Over how many examples does the mean run?",
            "D.sum() / (n - 1 or 1)",
        ),
        _shared(
            "not_averaged",
            "{parts}: {n} times the right one, for a batch of {n}. "
            "The cost is a mean over the batch: where does the 1/n go?",
            "D.sum()",
        ),
        _shared(
            "averaged_twice",
            "{parts}: the right one divided by {n}, for a batch of {n}. How many means over the batch are there?",
            "D.sum() / n / n",
        ),
        _shared(
            "averaged_over_units_only",
            "{parts}: the sum of all deltas, divided by the number of units. Over what does the mean of the cost run?",
            "D.sum() / D.shape[1]",
        ),
        _shared(
            "kept_the_batch",
            "{parts}: you return one number for each example. "
            "The cost is one number for the batch: how are they joined?",
            "D.sum(axis=1)",
        ),
        _shared(
            "kept_the_batch_averaged",
            "{parts}: you return one number for each example, a mean over its units. "
            "The cost is one number for the batch: how are the examples joined?",
            "D.mean(axis=1)",
        ),
        _shared(
            "sign",
            "{parts}: the wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
            "-D.sum() / n",
        ),
        _shared(
            "signs_lost",
            "{parts}: the deltas were added without their signs. If one effect is up and one down, what do they make?",
            "np.abs(D).sum() / n",
        ),
        _shared(
            "last_example_forgotten",
            "{parts}: the sum without the last example, over n. Where does your loop end?",
            "D[:-1].sum() / n",
        ),
        _shared(
            "repeated_for_each_unit",
            "{parts}: the right number, once for each unit. How many biases has a layer here?",
            "np.full(D.shape[1], D.sum() / n)",
        ),
        _shared(
            "squares_summed",
            "{parts}: the squares of the deltas were added. What does one delta say about its z?",
            "(D**2).sum() / n",
        ),
        _shared(
            "doubled",
            "{parts}: twice the right one. How often does each delta reach the bias?",
            "2 * D.sum() / n",
        ),
        _shared(
            "first_unit_only",
            "{parts}: only the first unit was counted. Which units does the shared bias move?",
            "D[:, 0].mean()",
        ),
        _shared(
            "last_unit_only",
            "{parts}: only the last unit was counted. Which units does the shared bias move?",
            "D[:, -1].mean()",
        ),
        _shared(
            "first_example_only",
            "{parts}: only the first example was counted. What do the other rows say?",
            "D[0].sum()",
        ),
        _shared(
            "last_example_only",
            "{parts}: only the last example was counted. What do the other rows say?",
            "D[-1].sum()",
        ),
        _shared(
            "layers_swapped",
            "{parts}: the number of the other layer stands there. Which deltas belong to which layer?",
            None, ("return db2, db1", "return db1, db2"),
        ),
        _shared(
            "layers_joined",
            "{parts}: the deltas of both layers are in it. Which z does this bias enter directly?",
            None, ("return db2, db1", "return db2 + db1, db2 + db1"),
        ),
        _shared(
            "zero",
            "{parts}: zero, so the shared bias would never learn. How does the error move when a bias moves?",
            "0 * D.sum()",
        ),
    ),
)  # fmt: skip
