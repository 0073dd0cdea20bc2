"""The case of chapter `debugging`: the file of an archive, and the friend's program, as it is when all is mended.

The chapter runs it as it came, with eight faults (`AS_IT_CAME`), and mends it function by function; the functions here
are what it ends with, for whoever goes on in the middle of it. Parameters are a dictionary, {"W1": (32, 64),
"b1": (32,), "W2": ..., "b3": (10,)}.
"""

import numpy as np

from .datasets import digits

LEVELS = 16  # grey levels of the scanner, above white


def scans():
    """(1437, 66), a row a scan: 64 grey levels from 0 (white) to 16, the number of the scan in the archive, from 1, and
    the digit.

    The pictures are those of `datasets.digits()`, the training part, in its order. The archive keeps its scans in ten
    boxes, one for each digit, and has numbered them box by box.
    """
    X, labels, _, _ = digits()
    number = np.empty(len(labels))
    number[np.argsort(labels, kind="stable")] = np.arange(1, len(labels) + 1)
    return np.column_stack([LEVELS * X, number, labels])


# ----- the program


def load():
    """Pictures (1437, 64) from 0 to 1 and labels (1437,)."""
    table = scans()
    return table[:, :64] / LEVELS, table[:, 65].astype(int)


def start(n_in, rng):
    """First parameters of a network n_in-32-32-10, by He."""
    p, sizes = {}, (n_in, 32, 32, 10)
    for l in (1, 2, 3):
        p[f"W{l}"] = rng.normal(0, np.sqrt(2 / sizes[l - 1]), (sizes[l], sizes[l - 1]))
        p[f"b{l}"] = np.zeros(sizes[l])
    return p


def softmax(Z):
    """Probabilities along each row."""
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def forward(p, X, drop, rng):
    """{0: X, 1: ..., 2: ..., 3: probabilities}; each hidden unit sits out with the probability `drop`."""
    a = {0: X}
    for l in (1, 2, 3):
        z = a[l - 1] @ p[f"W{l}"].T + p[f"b{l}"]
        if l < 3:
            kept = rng.random(z.shape) >= drop
            a[l] = np.maximum(z, 0) * kept / (1 - drop)
    a[3] = softmax(z)
    return a


def cost(p, a, y, l2):
    """The mean cross-entropy and the penalty 1/2 l2 sum W^2, together."""
    data = -np.log(a[3][np.arange(len(y)), y] + 1e-12).mean()
    penalty = l2 / 2 * sum((p[f"W{l}"] ** 2).sum() for l in (1, 2, 3))
    return data + penalty


def gradient_W(delta, a, W, l2):
    """(BP3), and the gradient of the penalty."""
    return delta.T @ a / len(delta) + l2 * W


def gradient_b(delta):
    """(BP4)."""
    return delta.mean(axis=0)


def sent_back(delta, W, a, drop, rng):
    """(BP2); a > 0 knows who sat out."""
    return delta @ W * (a > 0) / (1 - drop)


def backward(p, a, y, l2, drop, rng):
    """The gradient of `cost`, in the form of p."""
    grads, delta = {}, a[3] - np.eye(10)[y]
    for l in (3, 2, 1):
        W = p[f"W{l}"]
        grads[f"W{l}"], grads[f"b{l}"] = gradient_W(delta, a[l - 1], W, l2), gradient_b(delta)
        if l > 1:
            delta = sent_back(delta, W, a[l - 1], drop, rng)
    return grads


def train(X, y, epochs=20, alpha=0.1, l2=0.01, drop=0.2, size=50, seed=0, p=None, shuffle=True):
    """(parameters, the cost of each step before its update). It begins at p, if given, and else as `start` says."""
    rng = np.random.default_rng(seed)
    p, losses = p or start(X.shape[1], rng), []
    for _ in range(epochs):
        order = rng.permutation(len(X)) if shuffle else np.arange(len(X))
        for k in range(0, len(X), size):
            rows = order[k : k + size]
            a = forward(p, X[rows], drop, rng)
            losses.append(cost(p, a, y[rows], l2))
            grads = backward(p, a, y[rows], l2, drop, rng)
            p = {name: p[name] - alpha * grads[name] for name in p}
    return p, np.array(losses)


def accuracy(p, X, y):
    """The share of right answers."""
    return (forward(p, X, 0, np.random.default_rng(0))[3].argmax(axis=1) == y).mean()


# ----- what the chapter measures with


def data_loss(p, X, y):
    """The mean cross-entropy, without penalty and dropout."""
    return cost(p, forward(p, X, 0, np.random.default_rng(0)), y, 0)


def problem(p, X, y, l2=0.01, drop=0):
    """The loss on these pictures, as a function of the parameters, and the program's gradient at p."""

    def loss(p):
        return cost(p, forward(p, X, drop, np.random.default_rng(0)), y, l2)

    rng = np.random.default_rng(0)
    return loss, backward(p, forward(p, X, drop, rng), y, l2, drop, rng)


def slope(loss, p, name, i, h):
    """The slope of loss(p) along entry i of an array, by nudging it h to both sides."""
    up = {key: array.copy() for key, array in p.items()}
    down = {key: array.copy() for key, array in p.items()}
    up[name].flat[i] += h
    down[name].flat[i] -= h
    return (loss(up) - loss(down)) / (2 * h)


def check(loss, p, grads, h=1e-5, entries=20):
    """Prints for each array how far its gradient is off at some entries, as a share of the largest slope there."""
    for name, g in grads.items():
        some = np.random.default_rng(0).permutation(g.size)[:entries]
        nudged = np.array([slope(loss, p, name, i, h) for i in some])
        error = abs(g.flat[some] - nudged).max() / abs(nudged).max()
        percent = f"{100 * error:.0f}" if error > 0.01 else f"{100 * error:.1g}"
        print(name, "right" if error < 1e-6 else f"off {percent} %", end="   ")
    print()


def eight_runs():
    """{cause: the losses of each step} of eight trainings of the mended program, without regularisers: one is healthy.
    The values are tuples; that of "learned by heart" has the losses on the validation pile, too, one for each epoch.
    """
    X, y = load()
    X, y, X_val, y_val = X[:1187], y[:1187], X[1187:], y[1187:]
    off = {"l2": 0, "drop": 0}
    small = {name: array / 10 for name, array in start(64, np.random.default_rng(0)).items()}
    boxes = np.argsort(y, kind="stable")
    p, seen, unseen = None, [], []
    for epoch in range(100):
        p, losses = train(X[:100], y[:100], 1, size=20, seed=epoch, p=p, **off)
        seen, unseen = [*seen, *losses], [*unseen, data_loss(p, X_val, y_val)]
    return {
        "healthy": train(X, y, **off)[1:],
        "rate too small": train(X, y, alpha=0.003, **off)[1:],
        "rate far too small": train(X, y, alpha=1e-5, **off)[1:],
        "rate too large": train(X, y, alpha=2.0, **off)[1:],
        "first weights too small": train(X, y, 40, p=small, **off)[1:],
        "batch too small": train(X, y, 1, size=4, **off)[1:],
        "sorted, not shuffled": train(X[boxes], y[boxes], 4, shuffle=False, **off)[1:],
        "learned by heart": (seen, unseen),
    }


# ----- as it came

AS_IT_CAME = """\
def load():
    table = bp.casebook.scans()
    return table[:, :65], table[:, 65].astype(int)

def start(n_in, rng):
    p, sizes = {}, (n_in, 32, 32, 10)
    for l in (1, 2, 3):
        p[f"W{l}"] = rng.normal(0, np.sqrt(2 / sizes[l - 1]), (sizes[l], sizes[l - 1]))     # He
        p[f"b{l}"] = np.zeros(sizes[l])
    return p

def softmax(Z):
    E = np.exp(Z - Z.max(axis=0))                       # nothing overflows
    return E / E.sum(axis=0)

def forward(p, X, drop, rng):
    a = {0: X}
    for l in (1, 2, 3):
        z = a[l - 1] @ p[f"W{l}"].T + p[f"b{l}"]
        if l < 3:
            kept = rng.random(z.shape) >= drop
            a[l] = np.maximum(z, 0) * kept / (1 - drop)
    a[3] = softmax(z)
    return a

def cost(p, a, y, l2):
    data = -np.log(a[3][np.arange(len(y)), y] + 1e-12).mean()       # no log of 0
    penalty = l2 / 2 * sum((p[f"W{l}"] ** 2).sum() for l in (1, 2, 3))
    return data + penalty

def gradient_W(delta, a, W, l2):
    return delta.T @ a / len(delta)                                 # (BP3)

def gradient_b(delta):
    return delta.sum(axis=0)                                        # (BP4)

def sent_back(delta, W, a, drop, rng):
    kept = rng.random(a.shape) >= drop
    return delta @ W * (a > 0) * kept / (1 - drop)                  # (BP2)

def backward(p, a, y, l2, drop, rng):
    grads, delta = {}, a[3] - np.eye(10)[y]                         # (BP1): probabilities minus one-hot rows
    for l in (3, 2, 1):
        W = p[f"W{l}"]
        grads[f"W{l}"], grads[f"b{l}"] = gradient_W(delta, a[l - 1], W, l2), gradient_b(delta)
        if l > 1:
            delta = sent_back(delta, W, a[l - 1], drop, rng)
    return grads

def train(X, y, epochs=20, alpha=1e-5, l2=0.01, drop=0.2, size=50, seed=0):
    rng = np.random.default_rng(seed)
    p, losses = start(X.shape[1], rng), []
    for epoch in range(epochs):
        X, y = rng.permutation(X), rng.permutation(y)               # another order in each epoch
        for k in range(0, len(X), size):
            a = forward(p, X[k : k + size], drop, rng)
            losses.append(cost(p, a, y[k : k + size], l2))
            grads = backward(p, a, y[k : k + size], l2, drop, rng)
            p = {name: p[name] - alpha * grads[name] for name in p}
    return p, np.array(losses)

def accuracy(p, X, y, rng, drop=0.2):
    return (forward(p, X, drop, rng)[3].argmax(axis=1) == y).mean()
"""
"""The text of the program with its eight faults; it needs `np` and `bp`."""
