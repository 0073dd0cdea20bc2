"""Gradients that are handed to a training program, and that watch how they are used."""

import numpy as np

from bpcourse.datasets import digits

from .edits import edited, solution

FACTORS = np.random.default_rng(0).integers(2**63, size=64, dtype=np.uint64) * 2 + 1
right_gradients = edited(solution("digit_gradients"))


class Gradients:
    """The gradients of digit_gradients, but 0 for hidden unit 0: what learns by them alone leaves it as it began.

    calls: parameters, gradients and number of examples of the first two calls; met: which of the images came; foreign:
    how many came with labels not their own; peeked: how many came that were kept back.
    """

    def __init__(self, X, labels, held_out):
        self.keys, first = np.unique(_keys(X), return_index=True)
        self.labels, self.kept_back = labels[first], np.setdiff1d(_keys(held_out), self.keys)
        self.calls, self.foreign, self.peeked, self.met = [], 0, 0, np.zeros(len(first), dtype=bool)

    def __call__(self, W1, b1, W2, b2, X, labels):
        params = [np.array(p, dtype=float) for p in (W1, b1, W2, b2)]
        X, labels = np.asarray(X, dtype=float), np.asarray(labels)
        _refuse_other_shapes(*params, X, labels)
        grads = right_gradients(*params, X, labels)
        grads[0][0], grads[1][0], grads[2][:, 0] = 0, 0, 0
        if len(self.calls) < 2:
            self.calls.append((params, grads, len(X)))
        keys = _keys(X)
        at, known = _found(keys, self.keys)
        self.met[at[known]] = True
        self.foreign += np.count_nonzero(self.labels[at[known]] != labels[known])
        self.peeked += np.count_nonzero(_found(keys, self.kept_back)[1])
        return grads


def _found(keys, among):
    """(the place of each key among sorted ones, whether it is there). np.isin takes longer than the gradients."""
    at = np.searchsorted(among, keys).clip(max=len(among) - 1)
    return at, among[at] == keys


def _keys(X):
    """A whole number for each image, which tells it from the others: from its bits, so that it is exact."""
    bits = np.ascontiguousarray(X + 0.0).view(np.uint64)
    return (bits ^ (bits >> 32)) @ FACTORS[: X.shape[1]]  # the low bits of short numbers are all 0


def _refuse_other_shapes(W1, b1, W2, b2, X, labels):
    h, m = W1.shape if W1.ndim == 2 else (len(b1), X.shape[-1])
    expected = {"W1": (h, m), "b1": (h,), "W2": (len(b2), h), "X": (len(X), m), "labels": (len(X),)}
    for name, array in (("W1", W1), ("b1", b1), ("W2", W2), ("X", X), ("labels", labels)):
        if array.shape != expected[name]:
            raise ValueError(f"gradients: {name} has the shape {array.shape}; expected {expected[name]}")


# ----- the cases of the digits

HELD_OUT, HIDDEN, FEW = 360, 32, 160
FAR = (
    2520  # from a seed to another: a multiple of 2 to 10, so that a few seeds of an answer's own don't tell them apart
)


class _Case(dict):
    """The arguments; `held_out`, images and labels that the answer never sees, goes beside them."""

    held_out = None


def _case(X, labels, hidden, seed, held_out):
    case = _Case(gradients=Gradients(X, labels, held_out[0]), X=X, labels=labels, hidden=hidden, seed=seed)
    case.held_out = held_out
    return case


def _all_digits(rng):
    X, labels, X_test, labels_test = digits()
    order = rng.permutation(len(X) + len(X_test))
    return np.concatenate([X, X_test])[order], np.concatenate([labels, labels_test])[order]


def digit_cases(rng):
    """All training images; few; the same few again, with other names for the ten classes, and with another seed; and
    fewer images than pixels, without the last class, for another number of hidden units.
    """
    (X, digit), seed = _all_digits(rng), int(rng.integers(1000))
    names = rng.permutation(10)
    others = np.roll(names, 1)  # no class keeps its name
    whole, few = np.arange(HELD_OUT, len(X)), np.arange(HELD_OUT, HELD_OUT + FEW)
    fewer = whole[names[digit[whole]] < 9][:50]
    plan = (whole, names, 0), (few, names, 0), (few, names, 0), (few, others, 0), (few, names, FAR), (fewer, names, 0)
    return [
        _case(X[rows].copy(), name[digit[rows]], 12 if rows is fewer else HIDDEN, seed + more, (X[:HELD_OUT],
              name[digit[:HELD_OUT]])) for rows, name, more in plan
    ]  # fmt: skip


def one_of_many(rng):
    """A case of any size."""
    X, labels = _all_digits(rng)
    n, hidden = (int(k) for k in rng.integers(20, 60, size=2))
    return _case(X[:n], labels[:n], hidden, int(rng.integers(1000)), (X[-100:], labels[-100:]))
