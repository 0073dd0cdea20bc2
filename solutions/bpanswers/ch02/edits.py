"""Chapter 02: a wrong answer is the right one with some parts replaced; and the logits that all must survive."""

import numpy as np

from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Misconception


def quiet(function):
    """The unstable answers overflow on purpose; they need not say so."""

    def answer(*inputs):
        with np.errstate(all="ignore"):
            return function(*inputs)

    return answer


def mistakes(**right):
    """A maker of misconceptions, for an exercise whose right parts are `right`, name -> function. It takes the name,
    the message, and the wrong function of each part that is wrong.
    """

    def make(name, message, shows=None, **wrong):
        def answer(*inputs):
            return tuple(wrong.get(part, fine)(*inputs) for part, fine in right.items())

        assert set(wrong) <= set(right), name
        return Misconception(name, quiet(answer), message, alone=True, shows=shows)

    return make


def clean(*parts):
    """The parts of a truth, 0 where they are 0 but for rounding: with one class there is nothing to get wrong."""
    return tuple(np.where(np.abs(part) < 1e-12, 0.0, part) for part in parts)


def rows_do_not_cancel(came, right, i):
    """True if part i alone is wrong, and some row of it does not sum to 0, as that of a softmax must; or nothing is."""
    if came.parts is None or not all(agree(came.parts[k], right[k]) for k in range(len(right)) if k != i):
        return False
    part = came.parts[i]
    if part.shape != right[i].shape or not np.isfinite(part).all():
        return False
    return bool((np.abs(part.sum(axis=1)) > 1e-6 * np.abs(part).max()).any()) or agree(part, right[i])


def hard(Y):
    """One-hot rows, with the 1 at the largest target."""
    return np.eye(Y.shape[1])[Y.argmax(axis=1)]


def sinks(came, right):
    """True if the loss alone, the first part, is wrong, and only where it should be above 700: it has stopped there."""
    if came.parts is None or came.parts[0].shape != right[0].shape:
        return False
    loss, far, near = came.parts[0], right[0] > 700, right[0] < 9
    stopped = (loss[far] > 1) & (loss[far] < 750)
    others = all(map(agree, came.parts[1:], right[1:]))
    return bool(stopped.all()) and np.allclose(loss[near], right[0][near], rtol=1e-2, atol=1e-4) and others


# ----- logits


def spread(rng, n, k, size=12_000):
    """n rows of k gaps: two large ones somewhere inside, one far below, zeros outside."""
    inside = [size, size, *[0.0] * (k - 4)]
    return np.array([[0.0, *rng.permutation(inside), -size if row % 2 else size / -2] for row in range(n)])


ONE_LOW = np.array([0, 0, -8000, 0, 0, 0])
"""Gaps of one row: beside the first logit or the median all others are small, beside the mean they are not."""


def logits(rng):
    """Logits of ordinary size, large ones, very negative ones, rows far from each other, and logits that lie thousands
    apart within a row: there the two largest stand neither first nor last. Then one example, one class, equal logits;
    one that is far below the others stands last, or first and last; one stands far above; rows that lie millions apart.
    """
    rows = rng.permutation([-20_000, 900, 3, 15_000])
    return [
        rng.normal(size=(7, 5)) * 2,
        rng.normal(size=(5, 3)) * 2 + 1000,
        rng.normal(size=(3, 4)) * 2 - 1000,
        rng.normal(size=(4, 6)) + rows[:, None],
        rng.normal(size=(6, 5)) + spread(rng, 6, 5),
        rng.normal(size=(5, 4)) + [-725, 0, 0, 0],  # e^725 is infinite, e^-725 is not yet 0
        rng.normal(size=(4, 6)) + ONE_LOW,
        rng.normal(size=(1, 3)) * 2,
        rng.normal(size=(4, 1)) * 2,
        np.full((3, 2), rng.normal()),
        rng.normal(size=(3, 4)) + [0, 0, 0, -725],
        rng.normal(size=(2, 5)) + [-8000, 0, 0, 0, -8000],
        rng.normal(size=(3, 40)) * 0.5 + [0, 0, 730, *[0] * 37],  # e^(z - mean) is infinite, and no probability is 0
        rng.normal(size=(3, 4)) + rng.permutation([300_000, -1_000_000, 0])[:, None],
    ]


def wide_logits(rng):
    """Logits of any size, any spread, for 1 to 6 examples and classes."""
    n, k = rng.integers(1, 7, size=2)
    Z = rng.normal(size=(n, k)) * 10 ** rng.uniform(-2, 4)
    return Z + rng.choice([0, 1, 1000, 20_000]) * rng.normal(size=(rng.choice([1, n]), rng.choice([1, k])))


def apart(Z):
    """How far the logits of one row lie apart, at most."""
    return np.ptp(Z, axis=1).max()


ROOM = {
    "one example": lambda case: len(case["Z"]) == 1,
    "one class": lambda case: case["Z"].shape[1] == 1,
    "logits of one row thousands apart": lambda case: apart(case["Z"]) > 5000,
    "logits of one row hundreds apart": lambda case: 600 < apart(case["Z"]) < 5000,
    "rows that lie thousands apart": lambda case: np.ptp(case["Z"].mean(axis=1)) > 5000 and apart(case["Z"]) < 100,
    "logits near 1000": lambda case: 900 < case["Z"].min() <= case["Z"].max() < 1100,
    "logits near -1000": lambda case: -1100 < case["Z"].min() <= case["Z"].max() < -900,
    "logits above 700": lambda case: case["Z"].max() > 700,
    "logits below -700": lambda case: case["Z"].min() < -700,
    "large logits": lambda case: np.abs(case["Z"]).max() > 500,
    "whole numbers for logits": lambda case: (case["Z"] == np.round(case["Z"])).all(),
    "two classes": lambda case: case["Z"].shape[1] == 2,
    "logits beyond 100,000": lambda case: np.abs(case["Z"]).max() > 1e5,
    "equal logits in a row": lambda case: any(len(np.unique(z)) < len(z) for z in case["Z"]),
    "one example with large logits": lambda case: len(case["Z"]) == 1 and np.abs(case["Z"]).max() > 500,
    "large logits of several classes": lambda case: np.abs(case["Z"]).max() > 500 and case["Z"].shape[1] > 1,
    "equal logits": lambda case: np.ptp(case["Z"]) == 0 and case["Z"].size > 1,
}
"""What sets logits apart, in words that end a sentence; the narrowest first."""


# ----- shifts


def shifted_softmax(shift):
    """(softmax, log softmax), from logits that are shifted by shift(Z), whatever that does."""

    def total(Z):
        return np.exp(Z - shift(Z)).sum(axis=1, keepdims=True)

    return lambda Z: np.exp(Z - shift(Z)) / total(Z), lambda Z: Z - shift(Z) - np.log(total(Z))


def _column(of):
    return lambda Z: of(Z, axis=1, keepdims=True)


SHIFTS = {
    "one_maximum": (
        np.max,
        "right until rows lie far apart. One maximum is taken for the whole batch: how large is the largest exponent "
        "in the other rows?",
    ),
    "shifted_by_the_mean": (
        _column(np.mean),
        "right until the logits of a row lie far apart. You take off the mean of a row: how large can a logit minus "
        "the mean become?",
    ),
    "shifted_by_the_median": (
        _column(np.median),
        "right until the logits of a row lie far apart. You take off the median of a row: how large can a logit minus "
        "the median become?",
    ),
    "shifted_by_the_smallest": (
        _column(np.min),
        "right until the logits of a row lie far apart. You take off the smallest logit of a row: how large can the "
        "others be beside it?",
    ),
    "shifted_by_the_first": (
        lambda Z: Z[:, :1],
        "right until the logits of a row lie far apart. You take off the first logit: how large can the others be "
        "beside it?",
    ),
    "shifted_by_the_last": (
        lambda Z: Z[:, -1:],
        "right until the logits of a row lie far apart. You take off the last logit: how large can the others be "
        "beside it?",
    ),
    "one_mean": (
        np.mean,
        "right until rows lie far apart: one mean is taken off the whole batch. What does each row need?",
    ),
    "shifted_by_1000": (
        lambda Z: 1000.0,
        "right for logits near 1000 alone: one fixed number is taken off. What should it depend on?",
    ),
}
"""What people subtract from a row in place of its largest logit: name of the mistake -> (the shift, what to say)."""

COLUMNS = (
    "the largest logit of each column is taken off, another number from each logit of a row. Does that leave the "
    "softmax of the row as it is?"
)
