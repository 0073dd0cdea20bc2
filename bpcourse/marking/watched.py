"""Gradients that an exercise hands to a training program, and that watch how they are used.

They know nothing that `bpcourse` does not give away, so they can be computed beside the answer, in its own process: a
training program asks for thousands of them. What they tell of their use proves nothing against somebody who wants to
deceive, here and anywhere: a program may ask for gradients and learn by something else.
"""

import numpy as np

from ..losses import one_hot, softmax

FACTORS = np.random.default_rng(0).integers(2**63, size=64, dtype=np.uint64) * 2 + 1
CALLS = 2  # of which parameters and gradients are kept
KEPT_BACK = -1  # in place of a label
LARGEST = 2**19  # numbers of an array of these


class WatchedGradients:
    """The gradients of a ReLU layer under softmax and cross-entropy, but 0 for hidden unit 0: what learns by them alone
    leaves it as it began.

    images: keys of all images that are known, in order; labels: theirs, KEPT_BACK for one that must not come.
    calls: parameters, gradients and number of examples of the first calls; came: which of the images came; foreign:
    whether one came with a label not its own; peeked: whether one came that was kept back.
    """

    def __init__(self, images, labels):
        self.images, self.labels = images, labels
        self.calls, self.foreign, self.peeked, self.came = [], False, False, np.zeros(len(images), dtype=bool)

    @classmethod
    def of(cls, X, labels, held_out):
        """Those for the images X (n, m) with their labels (n,). held_out: images (k, m) that are kept back."""
        images, first = np.unique(np.concatenate([_keys(X), _keys(held_out)]), return_index=True)
        return cls(images, np.concatenate([labels, np.full(len(held_out), KEPT_BACK)])[first])

    @property
    def met(self):
        """Which of the images that may come came."""
        return self.came[self.labels != KEPT_BACK]

    def __call__(self, W1, b1, W2, b2, X, labels):
        params = [np.array(p, dtype=float) for p in (W1, b1, W2, b2)]
        X, labels = np.asarray(X, dtype=float), np.asarray(labels)
        _refuse_other_shapes(*params, X, labels)
        if not len(X):
            raise ValueError("gradients: X has no example, and there is no mean of none")
        grads = self._gradients(*params, X, labels)
        if len(self.calls) < CALLS:
            self.calls.append((params, tuple(grad.copy() for grad in grads), len(X)))  # the program may change its own
        self._note(_keys(X), labels)
        return grads

    def _note(self, keys, labels):
        at = np.minimum(self.images.searchsorted(keys), len(self.images) - 1)
        known = self.images[at] == keys
        self.came[at[known]] = True
        own = self.labels[at[known]]
        if (own != labels[known]).any():
            self.peeked |= bool((own == KEPT_BACK).any())
            self.foreign |= bool((own != labels[known])[own != KEPT_BACK].any())

    @staticmethod
    def _gradients(W1, b1, W2, b2, X, labels):
        Z1 = X @ W1.T + b1
        A1 = np.maximum(Z1, 0)
        delta2 = (softmax(A1 @ W2.T + b2) - one_hot(labels, len(b2))) / len(X)
        delta1 = (delta2 @ W2) * (Z1 > 0)
        delta1[:, 0], A1[:, 0] = 0, 0
        return delta1.T @ X, delta1.sum(axis=0), delta2.T @ A1, delta2.sum(axis=0)

    # ----- on the way to an answer in another process, and back

    @property
    def made_from(self):
        """Plain data: the arguments of a new one."""
        return {"images": self.images, "labels": self.labels}

    @property
    def seen(self):
        """Plain data: what it tells of its use."""
        return {"calls": self.calls, "came": self.came, "foreign": self.foreign, "peeked": self.peeked}

    @seen.setter
    def seen(self, seen):
        """Raises some error if that is not what `seen` gives: nothing from another process is believed."""
        came, calls = seen["came"], []
        for params, grads, count in seen["calls"][:CALLS]:
            for arrays in (params, grads):
                if not all(isinstance(p, np.ndarray) and p.dtype == float and p.size <= LARGEST for p in arrays):
                    raise TypeError("no arrays of a moderate size")
                _refuse_other_shapes(*arrays, np.empty((0, arrays[0].shape[-1])), np.empty(0))
            if any(p.shape != g.shape for p, g in zip(params, grads, strict=True)):
                raise ValueError("gradients have the shapes of the parameters")
            calls.append((list(params), tuple(grads), int(count)))
        if not isinstance(came, np.ndarray) or came.dtype != bool or came.shape != self.came.shape:
            raise TypeError("came is no mask of the images")
        self.calls, self.came = calls, came
        self.foreign, self.peeked = seen["foreign"] is True, seen["peeked"] is True


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
