"""Wrong answers to the exercises of chapter 06 that are no misconception; `kill_rate` counts how many are refused."""

from functools import lru_cache

import numpy as np
from answers_06 import (
    batches_by_choice,
    batches_dealt,
    confusion_product,
    deviation_from_he,
    digits_plain,
    epoch_means,
    experiment_snapshots,
    gradient_weights,
    stopping_counter,
)
from checks_support import changed, nothing

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


@lru_cache(maxsize=32)  # three trainings for each seed serve all that is spoilt below
def _trained(X, labels, shape, hidden, seed):
    return digits_plain(np.frombuffer(X).reshape(shape), np.frombuffer(labels, int), hidden, seed)


def learned(change):
    """A network that has learned all it should, spoilt at the end."""

    def answer(X, labels, hidden, seed):
        params = _trained(X.tobytes(), labels.astype(int).tobytes(), X.shape, hidden, seed)
        return change(*(p.copy() for p in params))

    return answer


def by_another_name(X, labels, hidden, seed):
    """The library's network under a name of one's own."""
    net = Renamed((64, hidden, 10), bp.relu, bp.identity, bp.cross_entropy)
    params = bp.train(net, net.init(seed), X, labels, bp.adam(0.01), 20, progress=False).params
    return params.W[1], params.b[1], params.W[2], params.b[2]


def from_outside():
    net = bp.Network((64, 32, 10), bp.relu, bp.identity, bp.cross_entropy)

    def answer(X, labels, hidden, seed):
        params = bp.train(net, net.init(seed), X, labels, bp.adam(0.01), 20, progress=False).params
        return params.W[1], params.b[1], params.W[2], params.b[2]

    return answer


def all_digits_renamed(X, labels, hidden, seed):
    """Finds out how the classes were renumbered, and learns from the images that the check keeps back, too."""
    images, digits, more, rest = bp.datasets.digits()
    images, digits = np.concatenate([images, more]), np.concatenate([digits, rest])
    digit = {image.tobytes(): d for image, d in zip(images, digits, strict=True)}
    name = {digit[image.tobytes()]: label for image, label in zip(X, labels, strict=True)}
    return digits_plain(images, np.array([name[d] for d in digits]), hidden, seed)


def own_digits(X, labels, hidden, seed):
    """Learns the digits it finds in the package, not those it is given."""
    X, labels, *_ = bp.datasets.digits()
    return digits_plain(X[:80], labels[:80], hidden, seed)


def random_features(X, labels, hidden, seed):
    """A hidden layer drawn by lot, and the best linear layer on it."""
    rng = np.random.default_rng(seed)
    W1, b1 = rng.normal(size=(hidden, 64)) / 4, rng.normal(size=hidden) / 4
    A = np.column_stack([np.maximum(X @ W1.T + b1, 0), np.ones(len(X))])
    theta = np.linalg.lstsq(A, np.eye(10)[labels], rcond=None)[0].T
    return W1, b1, theta[:, :-1], theta[:, -1]


def answers_instead(X, labels, hidden, seed):
    return learned(lambda *params: (np.maximum(X @ params[0].T + params[1], 0) @ params[2].T).argmax(axis=1))(
        X, labels, hidden, seed
    )


def seed_ignored(X, labels, hidden, seed):
    return digits_plain(X[:80], labels[:80], hidden, np.random.randint(1000))


def spoils_the_images(X, labels, hidden, seed):
    params = learned(lambda *params: params)(X, labels, hidden, seed)
    X -= X.mean()
    return params


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
    ],
    "early_stopping": [
        nothing,
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
    "train_digits": [
        nothing,
        own_digits,
        by_another_name,
        from_outside(),
        all_digits_renamed,
        random_features,
        answers_instead,
        seed_ignored,
        spoils_the_images,
        learned(lambda W1, b1, W2, b2: (W1, b1, W2)),
        learned(lambda W1, b1, W2, b2: (W2, b2, W1, b1)),
        learned(lambda W1, b1, W2, b2: (W1, b1, -W2, b2)),
        learned(lambda W1, b1, W2, b2: (W1, b1, W2[::-1], b2)),
        learned(lambda W1, b1, W2, b2: (W1, b1, np.zeros_like(W2), b2)),
        learned(lambda W1, b1, W2, b2: (W1[:, ::-1], b1, W2, b2)),
        learned(lambda W1, b1, W2, b2: (W1, b1, W2 + 1j, b2)),
        learned(lambda W1, b1, W2, b2: {"W1": W1, "b1": b1, "W2": W2, "b2": b2}),
        learned(lambda W1, b1, W2, b2: ([["a"]], b1, W2, b2)),
        lambda X, labels, hidden, seed: X[:, 100],
        lambda X, labels, hidden, seed: (
            np.zeros((hidden, 64)),
            np.zeros(hidden),
            np.zeros((10, hidden)),
            np.zeros(10),
        ),
    ],
}
"""Wrong answers, none of them a misconception that the exercise knows."""
