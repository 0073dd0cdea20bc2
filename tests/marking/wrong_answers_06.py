"""Wrong answers to the exercises of chapter 06 that are no misconception; `kill_rate` counts how many are refused."""

import numpy as np
from answers_06 import (
    batches_by_choice,
    batches_dealt,
    confusion_product,
    deviation_from_he,
    epoch_means,
    experiment_snapshots,
    gradient_weights,
    gradients_library,
    stopping_counter,
)
from support import changed, nothing

import bpcourse as bp
from bpcourse import Network as Renamed

SEEDS = range(5)


# ----- batches


def dealt(change):
    return lambda n, size, rng: change(batches_by_choice(n, size, rng))


def halves_apart(n, size, rng):
    """Draws each batch without repeats, but the batches repeat each other."""
    return [rng.choice(n, size=len(piece), replace=False) for piece in batches_by_choice(n, size, rng)]


def cut(order, size):
    return [order[at : at + size] for at in range(0, len(order), size)]


def begun_elsewhere(n, size, rng):
    """The order of the data, from a random place on."""
    return cut(np.roll(np.arange(n), rng.integers(n)), size)


def begun_elsewhere_or_backwards(n, size, rng):
    order = np.roll(np.arange(n), rng.integers(n))
    return cut(order[:: rng.choice([-1, 1])], size)


def every_so_many(n, size, rng):
    count = -(-n // size)
    return cut(np.concatenate([np.arange(k, n, count) for k in rng.permutation(count)]), size)


def left_overs_always_the_same(n, size, rng):
    full = n - n % size
    return cut(np.r_[rng.permutation(full), np.arange(full, n)], size)


# ----- the other exercises


def table(change):
    return lambda labels, scores: change(*confusion_product(labels, scores))


def as_many_classes_as_labels(labels, scores):
    counts = np.zeros((labels.max() + 1, labels.max() + 1))
    np.add.at(counts, (labels, scores.argmax(axis=1)), 1)
    return counts, np.mean(labels == scores.argmax(axis=1))


def classes_that_occur(labels, scores):
    K = len(np.unique(labels))
    counts, right = confusion_product(labels, scores)
    return counts[:K, :K], right


def gradient(change):
    return lambda grad, pieces: change(gradient_weights(grad, pieces), pieces)


def weights_of_the_largest(grad, pieces):
    most = max(len(X) for X, _ in pieces)
    return sum(grad(X, Y) * len(X) / most for X, Y in pieces) / len(pieces)


def spoils_the_pieces(grad, pieces):
    for X, _ in pieces:
        X *= 2
    return gradient_weights(grad, pieces)


def stop(change):
    return lambda losses, patience: change(*stopping_counter(losses, patience))


def stops_at_the_first_rise(losses, patience):
    for epoch in range(2, len(losses) + 1):
        if not losses[epoch - 1] < losses[epoch - 2]:
            return epoch - 1, epoch
    return len(losses), len(losses)


def tired_of_small_gains(least):
    def answer(losses, patience):
        best, epoch = 1, 1
        for epoch in range(2, len(losses) + 1):
            if losses[epoch - 1] < losses[best - 1] - least:
                best = epoch
            elif epoch - best >= patience:
                break
        return best, epoch

    return answer


def no_loss_is_that_large(highest):
    """Begins with a lowest loss that a loss may exceed."""

    def answer(losses, patience):
        best, lowest = 1, highest
        for epoch, loss in enumerate(losses, start=1):
            if loss < lowest:
                best, lowest = epoch, loss
            elif epoch - best >= patience:
                break
        return best, epoch

    return answer


def epoch_zero(losses, patience):
    """Of losses that are all NaN it keeps epoch 0 (the case `early_stopping_nan_first`)."""
    best, lowest = 0, np.inf
    for epoch, loss in enumerate(losses, start=1):
        if loss < lowest:
            best, lowest = epoch, loss
        elif epoch - best >= patience:
            break
    return best, epoch


def ends_at_nan(losses, patience):
    for epoch, loss in enumerate(losses, start=1):
        if np.isnan(loss):
            return stopping_counter(losses[:epoch], patience)
    return stopping_counter(losses, patience)


def epoch_then(change):
    return lambda *args: change(*epoch_means(*args))


def momentum_epoch(W, b, X, labels, batches, alpha):
    v, c = np.zeros_like(W), np.zeros_like(b)
    for rows in batches:
        V, B = epoch_means(W, b, X, labels, [rows], alpha)
        v, c = 0.9 * v + V - W, 0.9 * c + B - b
        W, b = W + v, b + c
    return W, b


def b_after_W(W, b, X, labels, batches, alpha):
    """The gradient of b is taken where W has already moved to."""
    for rows in batches:
        V, _ = epoch_means(W, b, X, labels, [rows], alpha)
        _, b = epoch_means(V, b, X, labels, [rows], alpha)
        W = V
    return W, b


def experiment_by(score):
    """Keeps the epoch with the highest score(theta, train, validation, test)."""

    def answer(train, validation, test, orders, size, alpha):
        X, labels = train
        W, b, reached = np.zeros((labels.max() + 1, X.shape[1])), np.zeros(labels.max() + 1), []
        for order in orders:
            W, b = epoch_means(W, b, X, labels, cut(order, size), alpha)
            reached.append((W, b))
        kept = max(reached, key=lambda theta: score(theta, train, validation, test))
        return *kept, share_right(kept, test)

    return answer


def share_right(theta, part):
    return np.mean((part[0] @ theta[0].T + theta[1]).argmax(axis=1) == part[1])


def minus_loss(theta, part):
    Z = part[0] @ theta[0].T + theta[1]
    return np.mean(Z[np.arange(len(Z)), part[1]] - np.log(np.exp(Z).sum(axis=1)))


def experiment_then(change):
    return lambda *args: change(*experiment_snapshots(*args))


def half_of_the_orders(train, validation, test, orders, size, alpha):
    return experiment_snapshots(train, validation, test, orders[::2], size, alpha)


def swapped_sets(train, validation, test, orders, size, alpha):
    return experiment_snapshots(train, test, validation, orders, size, alpha)


def trained_on_the_validation_set(train, validation, test, orders, size, alpha):
    orders = [order[order < len(validation[0])] for order in orders]
    return experiment_snapshots(validation, train, test, orders, size, alpha)


def spoilt_gradients(change):
    return lambda *args: change(*gradients_library(*args))


def output_first(W1, b1, W2, b2, X, labels):
    """The output weights move before the message goes back through them."""
    _, _, dW2, db2 = gradients_library(W1, b1, W2, b2, X, labels)
    return *gradients_library(W1, b1, W2 - 0.05 * dW2, b2, X, labels)[:2], dW2, db2


def reshaped(W1, b1, W2, b2, X, labels):
    """As many classes as occur."""
    K = labels.max() + 1
    dW1, db1, dW2, db2 = gradients_library(W1, b1, W2[:K], b2[:K], X, labels)
    return dW1, db1, dW2, db2


def learned(change):
    """A network that has learned for a while, by the gradients handed in, spoilt at the end."""

    def answer(gradients, X, labels, hidden, seed):
        return change(*digits_short(gradients, X, labels, hidden, seed))

    return answer


def digits_short(gradients, X, labels, hidden, seed):
    rng = np.random.default_rng(seed)
    theta = [rng.normal(0, 0.18, (hidden, 64)), np.zeros(hidden), rng.normal(0, 0.25, (10, hidden)), np.zeros(10)]
    for _ in range(3):
        for rows in batches_by_choice(len(X), 16, rng):
            theta = [p - 0.3 * g for p, g in zip(theta, gradients(*theta, X[rows], labels[rows]), strict=True)]
    return theta


def by_another_name(gradients, X, labels, hidden, seed):
    """The library's network under a name of one's own."""
    net = Renamed((64, hidden, 10), bp.relu, bp.identity, bp.cross_entropy)
    params = bp.train(net, net.init(seed), X, labels, bp.adam(0.01), 5, progress=False).params
    return params.W[1], params.b[1], params.W[2], params.b[2]


def begins_with_the_library(gradients, X, labels, hidden, seed):
    """The library does the work, and the gradients come to it."""
    W1, b1, W2, b2 = by_another_name(gradients, X, labels, hidden, seed)
    for _ in range(3):
        dW1, db1, dW2, db2 = gradients(W1, b1, W2, b2, X, labels)
        W1, b1, W2, b2 = W1 - 0.01 * dW1, b1 - 0.01 * db1, W2 - 0.01 * dW2, b2 - 0.01 * db2
    return W1, b1, W2, b2


def by_own_gradients(wrong, asks=False, epochs=1):
    """Momentum with a backward pass of one's own (see the case `train_digits_wrong_gradients`)."""

    def answer(gradients, X, labels, hidden, seed):
        rng, Y = np.random.default_rng(seed), np.eye(10)[labels]
        theta = [rng.normal(size=(hidden, 64)) / 6, np.zeros(hidden), rng.normal(size=(10, hidden)) / 4, np.zeros(10)]
        v = [0 * t for t in theta]
        for _ in range(epochs):
            for rows in batches_by_choice(len(X), 32, rng):
                if asks:
                    gradients(*theta, X[rows], labels[rows])
                v = [0.9 * old - 0.05 * g for old, g in zip(v, wrong(*theta, X[rows], Y[rows]), strict=True)]
                theta = [t + step for t, step in zip(theta, v, strict=True)]
        return tuple(theta)

    return answer


def own_backward(kind):
    def backward(W1, b1, W2, b2, x, y):
        A = np.maximum(x @ W1.T + b1, 0)
        P = bp.softmax(A @ W2.T + b2)
        d2 = (P - y) / len(x) * (4 * P * (1 - P) if kind == "slope of softmax added" else 1)
        d1 = d2 @ (W2 - 0.05 * d2.T @ A if kind == "output weights first" else W2)
        if kind not in ("no mask", "mask A >= 0"):
            d1 = d1 * (A > 0)
        db1, db2 = d1.sum(axis=0), d2.sum(axis=0)
        if kind == "biases to one number":
            db1, db2 = 0 * b1 + d1.sum(), 0 * b2 + d2.sum()
        if kind == "biases averaged twice":
            db1, db2 = db1 / len(x), db2 / len(x)
        return d1.T @ x, db1, d2.T @ A, db2

    return backward


KINDS = ("output weights first", "no mask", "mask A >= 0", "slope of softmax added", "biases to one number",
         "biases averaged twice", "right")  # fmt: skip


def all_digits_renamed(gradients, X, labels, hidden, seed):
    """Finds out how the classes were renumbered, and learns from the images that the check keeps back, too."""
    images, digits, more, rest = bp.datasets.digits()
    images, digits = np.concatenate([images, more]), np.concatenate([digits, rest])
    digit = {image.tobytes(): d for image, d in zip(images, digits, strict=True)}
    name = {digit[image.tobytes()]: label for image, label in zip(X, labels, strict=True)}
    known = np.array([d in name for d in digits])
    return digits_short(gradients, images[known], np.array([name[d] for d in digits[known]]), hidden, seed)


def own_digits(gradients, X, labels, hidden, seed):
    """Learns the digits it finds in the package, not those it is given."""
    X, labels, *_ = bp.datasets.digits()
    return digits_short(gradients, X[:80], labels[:80], hidden, seed)


def random_features(gradients, X, labels, hidden, seed):
    """A hidden layer drawn by lot, and the best linear layer on it."""
    rng = np.random.default_rng(seed)
    W1, b1 = rng.normal(size=(hidden, 64)) / 4, rng.normal(size=hidden) / 4
    A = np.column_stack([np.maximum(X @ W1.T + b1, 0), np.ones(len(X))])
    theta = np.linalg.lstsq(A, np.eye(10)[labels], rcond=None)[0].T
    return W1, b1, theta[:, :-1], theta[:, -1]


def answers_instead(gradients, X, labels, hidden, seed):
    W1, b1, W2, _ = digits_short(gradients, X[:80], labels[:80], hidden, seed)
    return (np.maximum(X @ W1.T + b1, 0) @ W2.T).argmax(axis=1)


def seed_ignored(gradients, X, labels, hidden, seed):
    return digits_short(gradients, X[:80], labels[:80], hidden, np.random.randint(1000))


def spoils_the_images(gradients, X, labels, hidden, seed):
    params = digits_short(gradients, X[:80], labels[:80], hidden, seed)
    X -= X.mean()
    return params


_kept = {}


def remembers(gradients, X, labels, hidden, seed):
    """Returns the network of the first call ever."""
    if "params" not in _kept:
        _kept["params"] = digits_short(gradients, X[:80], labels[:80], hidden, seed)
    return _kept["params"]


WRONG = {
    "count_updates": [0, 1, 899, 901, 860, 900.01, -900, "900", True, float("nan"), 900j, [45, 20], {}],
    "epoch_batches": [
        nothing,
        lambda n, size, rng: 3,
        lambda n, size, rng: [],
        lambda n, size, rng: {"batches": batches_by_choice(n, size, rng)},
        lambda n, size, rng: "batches",
        lambda n, size, rng: n // 0,
        halves_apart,
        dealt(lambda pieces: [piece.astype(float) for piece in pieces]),
        dealt(lambda pieces: [piece[:, None] for piece in pieces]),
        dealt(lambda pieces: pieces[1:]),
        dealt(lambda pieces: pieces + pieces[:1]),
        dealt(lambda pieces: [np.sort(np.concatenate(pieces))]),
        dealt(lambda pieces: [[i for i in piece] for piece in pieces[::-1]]),
        dealt(lambda pieces: [piece - 1 for piece in pieces]),
        lambda n, size, rng: batches_dealt(n, size + 1, rng),
        lambda n, size, rng: batches_dealt(n, max(size - 1, 1), rng),
        lambda n, size, rng: batches_dealt(n + 1, size, rng),
        lambda n, size, rng: batches_by_choice(n, size, np.random.default_rng(n)),
        begun_elsewhere,
        begun_elsewhere_or_backwards,
        every_so_many,
        left_overs_always_the_same,
    ],
    "confusion": [
        lambda labels, scores: confusion_product(labels, scores.round(2)),
        lambda labels, scores: confusion_product(labels, np.clip(scores, -5, 5)),
        nothing,
        lambda labels, scores: confusion_product(labels, -scores),
        lambda labels, scores: confusion_product(labels[::-1], scores),
        lambda labels, scores: confusion_product(labels[:-1], scores[:-1]),
        as_many_classes_as_labels,
        classes_that_occur,
        table(lambda counts, right: counts),
        table(lambda counts, right: (right, counts)),
        table(lambda counts, right: (counts, right > 0.5)),
        table(lambda counts, right: (np.diag(counts), right)),
        table(lambda counts, right: (counts, np.trace(counts) / counts.sum(axis=0).max())),
        table(lambda counts, right: (counts / counts.sum(axis=0), right)),
        table(lambda counts, right: (counts + 1, right)),
        table(lambda counts, right: (counts > 0, right)),
        table(lambda counts, right: (counts, float("nan"))),
        table(lambda counts, right: {"counts": counts, "accuracy": right}),
    ],
    "right_advice": ["A", "B", "D", "E", "", "run C", 3, ["C"], True, "C and D"],
    "leaky_deviation": [
        lambda n_in, n_out, slope: deviation_from_he(n_in, n_out, max(slope, 0)),
        lambda n_in, n_out, slope: deviation_from_he(n_in, n_out, min(slope, 1)),
        lambda n_in, n_out, slope: deviation_from_he(min(n_in, 1000), n_out, slope),
        nothing,
        changed(deviation_from_he, lambda r: -r),
        changed(deviation_from_he, lambda r: 2 * r),
        changed(deviation_from_he, lambda r: r * (1 + 1e-5)),
        changed(deviation_from_he, lambda r: [r, r]),
        changed(deviation_from_he, lambda r: float("nan")),
        lambda n_in, n_out, slope: deviation_from_he(n_in + 1, n_out, slope),
        lambda n_in, n_out, slope: deviation_from_he(n_in * n_out, n_out, slope),
        lambda n_in, n_out, slope: np.sqrt(2 / (n_in * (1 - slope**2))),
        lambda n_in, n_out, slope: np.sqrt(2 / n_in) + slope,
        lambda n_in, n_out, slope: np.sqrt(6 / (n_in + n_out)),
        lambda n_in, n_out, slope: 0.01,
    ],
    "big_gradient": [
        nothing,
        weights_of_the_largest,
        spoils_the_pieces,
        gradient(lambda g, pieces: -g),
        gradient(lambda g, pieces: g.T),
        gradient(lambda g, pieces: g * (1 + 1e-5)),
        gradient(lambda g, pieces: g.sum()),
        gradient(lambda g, pieces: g / len(pieces)),
        gradient(lambda g, pieces: (g, len(pieces))),
        gradient(lambda g, pieces: 0 * g),
        lambda grad, pieces: [grad(X, Y) for X, Y in pieces],
        lambda grad, pieces: gradient_weights(grad, pieces[:-1]),
        lambda grad, pieces: grad(*max(pieces, key=lambda piece: len(piece[0]))),
        lambda grad, pieces: np.median([grad(X, Y) for X, Y in pieces], axis=0),
        lambda grad, pieces: gradient_weights(grad, pieces[:10]),
        lambda grad, pieces: gradient_weights(grad, [(X[:32], Y[:32]) for X, Y in pieces]),
        lambda grad, pieces: np.clip(gradient_weights(grad, pieces), -1, 1),
        lambda grad, pieces: np.average(
            [grad(X, Y) for X, Y in pieces], axis=0, weights=[len(np.unique(X, axis=0)) for X, _ in pieces]
        ),
    ],
    "early_stopping": [
        nothing,
        epoch_zero,
        stops_at_the_first_rise,
        tired_of_small_gains(0.03),
        tired_of_small_gains(1e-4),
        no_loss_is_that_large(2.0),
        no_loss_is_that_large(100.0),
        ends_at_nan,
        stop(lambda best, end: best),
        stop(lambda best, end: (best, end - best)),
        stop(lambda best, end: (best, best)),
        stop(lambda best, end: (best + 1, end)),
        stop(lambda best, end: (best, end + 1)),
        stop(lambda best, end: (float("nan"), end)),
        stop(lambda best, end: {"best": best, "stop": end}),
        lambda losses, patience: (patience, len(losses)),
        lambda losses, patience: stopping_counter(losses, patience + 2),
        lambda losses, patience: stopping_counter(sorted(losses), patience),
        lambda losses, patience: stopping_counter([0.0 if np.isnan(x) else x for x in losses], patience),
        lambda losses, patience: stopping_counter([x for x in losses if x == x], patience),
        lambda losses, patience: stopping_counter([abs(x) for x in losses], patience),
        lambda losses, patience: stopping_counter([1e6 if x != x else x for x in losses], patience),
        lambda losses, patience: stopping_counter(losses[:100], patience),
        lambda losses, patience: stopping_counter([float(np.float32(x)) for x in losses], patience),
        tired_of_small_gains(1e-8),
    ],
    "linear_epoch": [
        nothing,
        momentum_epoch,
        b_after_W,
        epoch_then(lambda W, b: W),
        epoch_then(lambda W, b: (b, W)),
        epoch_then(lambda W, b: (W.T, b)),
        epoch_then(lambda W, b: (W, b[:, None])),
        epoch_then(lambda W, b: (W * (1 + 1e-5), b)),
        epoch_then(lambda W, b: (W, b - b.mean() + 1e-4)),
        lambda W, b, X, labels, batches, alpha: epoch_means(W, b, X, labels, batches[::-1], alpha),
        lambda W, b, X, labels, batches, alpha: epoch_means(W, b, X, labels, batches * 2, alpha),
        lambda W, b, X, labels, batches, alpha: epoch_means(W, b, X, labels, batches, 1.0),
        lambda W, b, X, labels, batches, alpha: epoch_means(0 * W, 0 * b, X, labels, batches, alpha),
        lambda W, b, X, labels, batches, alpha: epoch_means(W, b, np.abs(X), labels, batches, alpha),
        lambda W, b, X, labels, batches, alpha: epoch_means(W, b, X, np.roll(labels, 1), batches, alpha),
        lambda W, b, X, labels, batches, alpha: epoch_means(W, b, X, labels, batches[1:], alpha),
        lambda W, b, X, labels, batches, alpha: epoch_means(W, b, X, labels, batches[:10], alpha),
    ],
    "experiment": [
        nothing,
        half_of_the_orders,
        swapped_sets,
        trained_on_the_validation_set,
        experiment_by(lambda theta, train, validation, test: minus_loss(theta, validation)),
        experiment_by(lambda theta, train, validation, test: sum(share_right(theta, p) for p in (validation, test))),
        experiment_by(lambda theta, train, validation, test: sum(share_right(theta, p) for p in (validation, train))),
        experiment_then(lambda W, b, a: (W, b)),
        experiment_then(lambda W, b, a: (W.T, b, a)),
        experiment_then(lambda W, b, a: (a, W, b)),
        experiment_then(lambda W, b, a: (W, b, 100 * a)),
        experiment_then(lambda W, b, a: (W, b, 1 - a)),
        experiment_then(lambda W, b, a: (W, b, round(a, 1) + 1e-3)),
        experiment_then(lambda W, b, a: (W * (1 + 1e-5), b, a)),
        experiment_then(lambda W, b, a: (0 * W, 0 * b, a)),
        lambda train, validation, test, orders, size, alpha: experiment_snapshots(
            train, validation, test, orders, size, alpha / size
        ),
        lambda train, validation, test, orders, size, alpha: experiment_snapshots(
            train, validation, test, orders, len(train[0]), alpha
        ),
    ],
    "digit_gradients": [
        nothing,
        output_first,
        reshaped,
        *(
            lambda W1, b1, W2, b2, X, labels, kind=kind: own_backward(kind)(W1, b1, W2, b2, X, np.eye(len(b2))[labels])
            for kind in KINDS[:-1]
        ),
        spoilt_gradients(lambda dW1, db1, dW2, db2: (dW1, db1, dW2)),
        spoilt_gradients(lambda dW1, db1, dW2, db2: (dW2, db2, dW1, db1)),
        spoilt_gradients(lambda dW1, db1, dW2, db2: (dW1, dW2, db1, db2)),
        spoilt_gradients(lambda dW1, db1, dW2, db2: (dW1.T, db1, dW2.T, db2)),
        spoilt_gradients(
            lambda dW1, db1, dW2, db2: (np.squeeze(dW1), np.squeeze(db1), np.squeeze(dW2), np.squeeze(db2))
        ),
        spoilt_gradients(lambda dW1, db1, dW2, db2: (dW1, db1[None], dW2, db2[None])),
        spoilt_gradients(lambda dW1, db1, dW2, db2: (dW1, db1.sum(), dW2, db2.sum())),
        spoilt_gradients(lambda dW1, db1, dW2, db2: (dW1 / len(db2), db1 / len(db2), dW2 / len(db2), db2 / len(db2))),
        spoilt_gradients(lambda dW1, db1, dW2, db2: (dW1 * (1 + 1e-5), db1, dW2, db2)),
        spoilt_gradients(lambda dW1, db1, dW2, db2: (np.clip(dW1, -1, 1), db1, dW2, db2)),
        spoilt_gradients(lambda dW1, db1, dW2, db2: {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}),
        lambda W1, b1, W2, b2, X, labels: gradients_library(W1, b1, W2, b2, X[:3], labels[:3]),
        lambda W1, b1, W2, b2, X, labels: gradients_library(W1, 0 * b1, W2, b2, X, labels),
        lambda W1, b1, W2, b2, X, labels: gradients_library(W1, b1, W2, b2, X, np.roll(labels, 1)),
        lambda W1, b1, W2, b2, X, labels: tuple(0.1 * p for p in (W1, b1, W2, b2)),
    ],
    "train_digits": [
        nothing,
        own_digits,
        by_another_name,
        begins_with_the_library,
        all_digits_renamed,
        random_features,
        answers_instead,
        seed_ignored,
        spoils_the_images,
        remembers,
        *(by_own_gradients(own_backward(kind), asks) for kind in KINDS for asks in (False, True)),
        learned(lambda W1, b1, W2, b2: (W1, b1, W2)),
        learned(lambda W1, b1, W2, b2: (W2, b2, W1, b1)),
        learned(lambda W1, b1, W2, b2: (W1, b1, -W2, b2)),
        learned(lambda W1, b1, W2, b2: (W1, b1, W2[::-1], b2)),
        learned(lambda W1, b1, W2, b2: (W1, b1, np.zeros_like(W2), b2)),
        learned(lambda W1, b1, W2, b2: (W1[:, ::-1], b1, W2, b2)),
        learned(lambda W1, b1, W2, b2: (W1, b1, W2 + 1j, b2)),
        learned(lambda W1, b1, W2, b2: {"W1": W1, "b1": b1, "W2": W2, "b2": b2}),
        learned(lambda W1, b1, W2, b2: ([["a"]], b1, W2, b2)),
        lambda gradients, X, labels, hidden, seed: X[:, 100],
        lambda gradients, X, labels, hidden, seed: gradients(X, X, X, X, X, labels),
        lambda gradients, X, labels, hidden, seed: (
            np.zeros((hidden, 64)),
            np.zeros(hidden),
            np.zeros((10, hidden)),
            np.zeros(10),
        ),
    ],
}
"""Wrong answers, none of them a misconception that the exercise knows."""
