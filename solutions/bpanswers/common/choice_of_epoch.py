"""Which epoch of a training is kept, and by which examples it is chosen; with data drawn for that.

case: "train", "validation" and "test", each (X, labels). reached: W, b of a linear classifier after each epoch.
"""

import numpy as np


def draw(rng, n, n_in, classes, size, alpha, epochs, others=(19, 29)):
    """Classes as clouds of points, and the orders of some epochs. others: validation and test examples."""
    means = rng.normal(size=(classes, n_in))
    return {
        "train": _part(rng, n, means),
        "validation": _part(rng, others[0], means),
        "test": _part(rng, others[1], means),
        "orders": [rng.permutation(n) for _ in range(epochs)],
        "size": size,
        "alpha": alpha,
    }


def _part(rng, n, means):
    labels = rng.permutation(np.r_[np.arange(len(means)), rng.integers(len(means), size=max(n - len(means), 0))])[:n]
    return means[labels] + rng.normal(size=(n, means.shape[1])), labels


def share(W, b, part):
    """The share of right answers."""
    X, labels = part
    return np.mean((X @ W.T + b).argmax(axis=1) == labels)


def picks(case, reached):
    """The epochs, from 0, chosen by the validation set, the test set, the last of equals, and the training set."""
    scores = [[share(W, b, case[part]) for W, b in reached] for part in ("validation", "test", "train")]
    last = len(reached) - 1 - np.argmax(scores[0][::-1])
    return [int(np.argmax(scores[0])), int(np.argmax(scores[1])), int(last), int(np.argmax(scores[2]))]


def choice_matters(case, reached):
    """The epoch is neither the first nor the last, nor the one that the test or the training examples choose."""
    by_validation, by_test, _, by_training = picks(case, reached)
    return by_validation not in (0, len(reached) - 1, by_test, by_training)


def equals_matter(case, reached):
    """The last of several equal epochs is neither the first of them nor the last of all."""
    first, _, last, _ = picks(case, reached)
    return last not in (first, len(reached) - 1)


def equal_sign_matters(case, reached):
    """Another epoch has the most answers that are at most the label, and another those that are at least the label."""
    X, labels = case["validation"]
    off = np.array([(X @ W.T + b).argmax(axis=1) - labels for W, b in reached])
    return (off <= 0).sum(axis=1).argmax() != (off == 0).sum(axis=1).argmax() != (off >= 0).sum(axis=1).argmax()


def highest_not_validated(case):
    """The highest class has no validation example."""
    return case["validation"][1].max() < case["train"][1].max()


def none_validated(case, reached):
    """No epoch gets a validation example right."""
    return max(share(W, b, case["validation"]) for W, b in reached) == 0
