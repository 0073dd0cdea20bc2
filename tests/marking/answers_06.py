"""Right answers to the exercises of chapter 06, each written in other words than the solution."""

import warnings

import numpy as np

import bpcourse as bp

# ----- batches


def batches_by_choice(n, size, rng):
    order = rng.choice(n, size=n, replace=False)
    return np.split(order, np.arange(size, n, size))


def batches_dealt(n, size, rng):
    pack, dealt = list(range(n)), []
    rng.shuffle(pack)
    while pack:
        dealt.append(pack[:size])
        pack = pack[size:]
    return dealt


def batches_yielded(n, size, rng):
    order = rng.random(n).argsort(kind="stable").astype(np.int32)
    for k in range(-(-n // size)):
        yield order[k * size : (k + 1) * size]


def batches_fisher_yates(n, size, rng):
    """Swaps by hand, each batch sorted, in an array of arrays."""
    order = list(range(n))
    for i in range(n - 1, 0, -1):
        j = int(rng.integers(i + 1))
        order[i], order[j] = order[j], order[i]
    dealt = np.empty(-(-n // size), dtype=object)
    for k in range(len(dealt)):
        dealt[k] = np.sort(order[k * size : (k + 1) * size])
    return dealt


def batches_spawned(n, size, rng):
    """A generator of its own, but seeded by the one that it was given."""
    return batches_by_choice(n, size, np.random.default_rng(rng.integers(2**32)))


# ----- the table of answers


def confusion_loops(labels, scores):
    K = scores.shape[1]
    counts, right = [[0] * K for _ in range(K)], 0
    for label, row in zip(labels, scores, strict=True):
        answer = int(np.argmax(row))
        counts[label][answer] += 1
        right += answer == label
    print("right:", right)
    return [counts, right / len(labels)]


def confusion_product(labels, scores):
    K = scores.shape[1]
    counts = np.eye(K)[labels].T @ np.eye(K)[scores.argmax(axis=1)]
    return counts, np.trace(counts) / counts.sum()


def confusion_bincount(labels, scores):
    K, answers = scores.shape[1], scores.argmax(axis=-1)
    return np.bincount(labels * K + answers, minlength=K * K).reshape(K, K), (answers == labels).mean()


def confusion_histogram(labels, scores):
    edges = np.arange(scores.shape[1] + 1) - 0.5
    counts = np.histogram2d(labels, scores.argsort(axis=1)[:, -1], bins=[edges, edges])[0].astype(np.uint8)
    return counts, np.float32((scores[np.arange(len(labels)), labels] == scores.max(axis=1)).mean())


# ----- the deviation


def deviation_from_he(n_in, n_out, slope):
    return np.sqrt(2 / n_in) / np.sqrt(1 + slope**2)


def deviation_as_a_power(n_in, n_out, slope):
    return np.array([(n_in * (0.5 + 0.5 * slope * slope)) ** -0.5])


def deviation_as_a_mean(n_in, n_out, slope):
    return np.float32(1 / np.sqrt(n_in * np.mean([1, slope**2])))


# ----- pieces


def gradient_weights(grad, pieces):
    sizes = np.array([len(X) for X, _ in pieces], dtype=float)
    return np.tensordot(sizes / sizes.sum(), [grad(*piece) for piece in pieces], axes=1)


def gradient_running(grad, pieces):
    """A running mean, in which each piece weighs its share of all examples so far."""
    mean, n = None, 0
    for X, Y in pieces:
        n += len(X)
        g = grad(X, Y)
        mean = g if mean is None else mean + (g - mean) * len(X) / n
    return mean.tolist()


def gradient_one_by_one(grad, pieces):
    return np.mean([grad(X[i : i + 1], Y[i : i + 1]) for X, Y in pieces for i in range(len(X))], axis=0)


# ----- early stopping


def stopping_counter(losses, patience):
    best, wait, epoch = 1, 0, 1
    lowest = losses[0] if losses[0] == losses[0] else float("inf")
    while epoch < len(losses) and wait < patience:
        epoch += 1
        if losses[epoch - 1] < lowest:
            best, lowest, wait = epoch, losses[epoch - 1], 0
        else:
            wait += 1
    return best, epoch


def stopping_table(losses, patience):
    """For each end, the record so far; the first end that is late enough."""
    for end in range(1, len(losses) + 1):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            best = int(np.argmin(np.nan_to_num(losses[:end], nan=np.inf, posinf=np.inf))) + 1
        if end - best >= patience:
            break
    return np.int64(best), float(end)


def stopping_records(losses, patience):
    known, records = [loss if loss == loss else np.inf for loss in losses], [1]
    for epoch in range(2, len(known) + 1):
        if epoch - 1 - records[-1] >= patience:
            return records[-1], epoch - 1
        if known[epoch - 1] < min(known[: epoch - 1]):
            records.append(epoch)
    return records[-1], len(known)


# ----- one epoch


def epoch_loops(W, b, X, labels, batches, alpha):
    W, b = W.copy(), list(b)
    for rows in batches:
        dW, db = np.zeros_like(W), np.zeros(len(b))
        for i in rows:
            z = W @ X[i] + b
            e = np.exp(z - z.max())
            for k in range(len(b)):
                delta = e[k] / e.sum() - (labels[i] == k)
                dW[k] += delta * X[i] / len(rows)
                db[k] += delta / len(rows)
        W -= alpha * dW
        b = [old - alpha * grad for old, grad in zip(b, db, strict=True)]
    return [W, b]


def epoch_library(W, b, X, labels, batches, alpha):
    net = bp.Network((X.shape[1], len(b)), bp.identity, bp.identity, bp.cross_entropy)
    params, rule = net.pack({1: W}, {1: b}), bp.sgd(alpha)
    state = rule.init(params)
    for rows in batches:
        trace = net.backward(params, net.forward(params, X[rows]), labels[rows])
        params, state = rule.update(params, trace.grads, state)
    return params.W[1], params.b[1]


def epoch_means(W, b, X, labels, batches, alpha):
    W, b = np.array(W), np.array(b)
    for rows in map(list, batches):
        x, Z = X[rows], X[rows] @ W.T + b
        P = np.exp(Z - Z.max(1, keepdims=True))
        P /= P.sum(1, keepdims=True)
        P[range(len(rows)), labels[rows]] -= 1
        W, b = W - alpha * np.mean(P[:, :, None] * x[:, None, :], axis=0), b - alpha * P.mean(0)
    return W, b


def epoch_augmented(W, b, X, labels, batches, alpha):
    """The biases as a column of weights on a constant 1."""
    theta = np.c_[W, b]
    for rows in batches:
        x = np.c_[X[rows], np.ones(len(rows))]
        z = x @ theta.T
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p = p / p.sum(axis=1, keepdims=True) - (labels[rows][:, None] == np.arange(len(theta)))
        theta = theta - alpha * np.einsum("nk,ni->ki", p, x) / len(rows)
    return theta[:, :-1], theta[:, -1]


# ----- the experiment


def experiment_snapshots(train, validation, test, orders, size, alpha):
    """Train first, choose afterwards."""
    X, labels = train
    K = max(labels) + 1
    W, b, snapshots = np.zeros((K, X.shape[1])), np.zeros(K), []
    for order in orders:
        batches = [order[at : at + size] for at in range(0, len(order), size)]
        W, b = epoch_means(W, b, X, labels, batches, alpha)
        snapshots.append((W, b))

    def right(theta, part):
        return np.mean((part[0] @ theta[0].T + theta[1]).argmax(axis=1) == part[1])

    best = max(snapshots, key=lambda theta: right(theta, validation))
    return best[0], best[1], right(best, test)


def experiment_shuffled(train, validation, test, orders, size, alpha):
    """Shuffles images and labels together, and counts instead of averaging."""
    (X, labels), most, kept = train, -1, None
    W, b = np.zeros((labels.max() + 1, X.shape[1])), np.zeros(labels.max() + 1)
    for order in orders:
        Xo, yo = X[order], labels[order]
        for at in range(0, len(X), size):
            W, b = epoch_loops(W, np.asarray(b), Xo, yo, [range(at, min(at + size, len(X)))], alpha)
        count = sum(int((W @ x + b).argmax()) == y for x, y in zip(*validation, strict=True))
        if count > most:
            most, kept = count, (W.copy(), list(b))
    W, b = kept
    return W, b, sum(int((W @ x + b).argmax()) == y for x, y in zip(*test, strict=True)) / len(test[1])


# ----- the gradients of a network that reads


def gradients_one_by_one(W1, b1, W2, b2, X, labels):
    """Example by example, outer products, a mean at the end."""
    total = [0.0, 0.0, 0.0, 0.0]
    for x, label in zip(X, labels, strict=True):
        z = W1 @ x + b1
        a = np.where(z > 0, z, 0.0)
        s = W2 @ a + b2
        p = np.exp(s - s.max())
        d2 = p / p.sum()
        d2[label] -= 1
        d1 = (W2.T @ d2) * np.heaviside(z, 0.0)
        total = [old + new for old, new in zip(total, (np.outer(d1, x), d1, np.outer(d2, a), d2), strict=True)]
    return [part / len(X) for part in total]


def gradients_library(W1, b1, W2, b2, X, labels):
    net = bp.Network((X.shape[1], len(b1), len(b2)), bp.relu, bp.identity, bp.cross_entropy)
    params = net.pack({1: W1, 2: W2}, {1: b1, 2: b2})
    grads = net.backward(params, net.forward(params, X), labels).grads
    return grads.W[1], grads.b[1], grads.W[2], grads.b[2]


def gradients_columns(W1, b1, W2, b2, X, labels):
    """Everything in columns, and the mean in the first line of the way back; some of it as lists."""
    A = (X @ W1.T + b1).T.clip(0)
    P = bp.softmax((W2 @ A + b2[:, None]).T).T
    P[labels, np.arange(len(X))] -= 1
    D2 = P / len(X)
    D1 = np.einsum("kh,kn->hn", W2, D2) * np.sign(A)
    return np.einsum("hn,nm->hm", D1, X).tolist(), D1.sum(1).tolist(), np.einsum("kn,hn->kh", D2, A), D2.sum(axis=1)


def gradients_augmented(W1, b1, W2, b2, X, labels):
    """The biases as weights of a constant 1."""
    x = np.column_stack([X, np.ones(len(X))])
    a = np.column_stack([np.maximum(x @ np.column_stack([W1, b1]).T, 0), np.ones(len(X))])
    d2 = (bp.softmax(a @ np.column_stack([W2, b2]).T) - np.eye(len(b2))[labels]) / len(X)
    d1 = (d2 @ W2) * (a[:, :-1] > 0)
    both1, both2 = d1.T @ x, d2.T @ a
    return both1[:, :-1], both1[:, -1], both2[:, :-1], both2[:, -1]


# ----- digits


def digits_plain(gradients, X, labels, hidden, seed):
    """Plain gradient descent, everything spelled out."""
    rng = np.random.default_rng(seed)
    W1, W2 = rng.normal(0, 0.18, (hidden, X.shape[1])), rng.normal(0, 0.25, (10, hidden))
    b1, b2 = np.zeros(hidden), np.zeros(10)
    for _ in range(40):
        for rows in batches_by_choice(len(X), 30, rng):
            dW1, db1, dW2, db2 = gradients(W1, b1, W2, b2, X[rows], labels[rows])
            W2, b2 = W2 - 0.4 * dW2, b2 - 0.4 * db2
            W1, b1 = W1 - 0.4 * dW1, b1 - 0.4 * db1
    return W1, b1, W2, b2


def digits_folded(gradients, X, labels, hidden, seed):
    """Learns from standardised images, and folds that into the first layer; a rate that falls; float32 at the end."""
    mean, spread = X.mean(axis=0), np.where(X.std(axis=0) > 0.01, X.std(axis=0), 1)
    rng = np.random.default_rng(seed)
    theta = [
        rng.normal(0, 0.18, (hidden, X.shape[1])),
        np.zeros(hidden),
        rng.normal(0, 0.25, (10, hidden)),
        np.zeros(10),
    ]
    for t in range(40):
        for rows in batches_by_choice(len(X), 20, rng):
            grads = gradients(*theta, (X[rows] - mean) / spread, labels[rows])
            theta = [p - 0.1 * (1 - t / 45) * g for p, g in zip(theta, grads, strict=True)]
    W1, b1, W2, b2 = theta
    return [p.astype(np.float32) for p in (W1 / spread, b1 - (W1 / spread) @ mean, W2, b2)]


def digits_adam(gradients, X, labels, hidden, seed):
    """Adam on one flat vector, images drawn with replacement, and a word on the screen."""
    rng = np.random.default_rng(seed)
    shapes = ((hidden, X.shape[1]), (hidden,), (10, hidden), (10,))
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])

    def parts(theta):
        return [piece.reshape(shape) for piece, shape in zip(np.split(theta, ends[:-1]), shapes, strict=True)]

    theta = 0.15 * rng.normal(size=ends[-1])
    m, s = np.zeros_like(theta), np.zeros_like(theta)
    for t in range(1, 25 * len(X) // 32):
        rows = rng.choice(len(X), size=32)
        g = np.concatenate([np.ravel(p) for p in gradients(*parts(theta), X[rows], labels[rows])])
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        theta = theta - 0.005 * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    print("done")
    warnings.warn("a warning is no mistake", stacklevel=2)
    return parts(theta)


class Network:
    """A learner's own class may have this name."""

    def __init__(self, gradients, hidden, rng):
        self.gradients, self.rng, self.speed = gradients, rng, [0.0] * 4
        self.theta = [rng.normal(0, 0.18, (hidden, 64)), rng.uniform(0, 0.1, hidden), rng.normal(0, 0.2, (10, hidden)),
                      np.zeros(10)]  # fmt: skip

    def epoch(self, X, labels):
        for rows in batches_dealt(len(X), 50, self.rng):
            for k, g in enumerate(self.gradients(*self.theta, X[rows], labels[rows])):
                self.speed[k] = 0.9 * self.speed[k] + g + 1e-4 * self.theta[k] * (k % 2 == 0)  # weight decay
                self.theta[k] = self.theta[k] - 0.05 * self.speed[k]


def digits_class(gradients, X, labels, hidden, seed):
    """Keeps an eighth for validation, and stops when that is lowest: the network of that epoch is returned."""
    net = Network(gradients, hidden, np.random.default_rng(seed))
    part, best = len(X) // 8, (np.inf, None)
    for _ in range(60):
        net.epoch(X[part:], labels[part:])
        W1, b1, W2, b2 = net.theta
        P = bp.softmax(np.maximum(X[:part] @ W1.T + b1, 0) @ W2.T + b2)
        loss = -np.log(P[np.arange(part), labels[:part]] + 1e-12).mean()
        best = min(best, (loss, net.theta[:]), key=lambda pair: pair[0])
    return tuple(best[1])


def digits_online(gradients, X, labels, hidden, seed):
    """One picture a step."""
    rng = np.random.default_rng(seed)
    theta = [rng.normal(0, 0.18, (hidden, 64)), np.zeros(hidden), rng.normal(0, 0.2, (10, hidden)), np.zeros(10)]
    for k in range(8):
        for i in rng.permutation(len(X)):
            grads = gradients(*theta, X[i : i + 1], labels[i : i + 1])
            theta = [p - (0.04 - 0.004 * k) * g for p, g in zip(theta, grads, strict=True)]
    return theta


RIGHT = {
    "count_updates": [900, 900.0, np.int64(45) * 20, np.array([900])],
    "epoch_batches": [batches_by_choice, batches_dealt, batches_yielded, batches_fisher_yates, batches_spawned],
    "confusion": [confusion_loops, confusion_product, confusion_bincount, confusion_histogram],
    "right_advice": ["C", "c", " C "],
    "leaky_deviation": [deviation_from_he, deviation_as_a_power, deviation_as_a_mean],
    "big_gradient": [gradient_weights, gradient_running, gradient_one_by_one],
    "early_stopping": [stopping_counter, stopping_table, stopping_records],
    "linear_epoch": [epoch_loops, epoch_library, epoch_means, epoch_augmented],
    "experiment": [experiment_snapshots, experiment_shuffled],
    "digit_gradients": [gradients_one_by_one, gradients_library, gradients_columns, gradients_augmented],
    "train_digits": [digits_plain, digits_adam, digits_folded, digits_class, digits_online],
}
