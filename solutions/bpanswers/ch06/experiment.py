"""Chapter 06: an experiment with three bugs: labels left behind, gradients not zeroed, the test set used to choose."""

from functools import lru_cache, partial
from itertools import combinations

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import H

EPOCHS = 5


def _part(rng, n, means):
    labels = rng.permutation(np.r_[np.arange(len(means)), rng.integers(len(means), size=max(n - len(means), 0))])[:n]
    return means[labels] + rng.normal(size=(n, means.shape[1])), labels


def _draw(rng, n, n_in, classes, size, alpha, epochs, others=(19, 29)):
    """others: the numbers of validation and of test examples."""
    means = rng.normal(size=(classes, n_in))
    return {
        "train": _part(rng, n, means),
        "validation": _part(rng, others[0], means),
        "test": _part(rng, others[1], means),
        "orders": [rng.permutation(n) for _ in range(epochs)],
        "size": size,
        "alpha": alpha,
    }


def _inputs(rng):
    """Each drawn until what is kept depends on what it is chosen by, with the bugs as without."""
    first = _drawn_until(rng, (23, 5, 4, 6, 0.7, EPOCHS), lambda case: _differ(_picks(case)))
    bugs = {"own_labels": False}, {"keep": 1.0}, {"own_labels": False, "keep": 1.0}
    second = _drawn_until(
        rng, (17, 3, 5, 5, 1.1, EPOCHS), lambda case: all(p[0] != p[1] for p in (_picks(case, **bug) for bug in bugs))
    )
    third = _drawn_until(rng, (26, 6, 3, 8, 0.9, EPOCHS), lambda case: _last_matters(_picks(case)))
    fourth = _drawn_until(rng, (21, 2, 4, 7, 0.8, EPOCHS), _equal_matters)
    fifth = _drawn_until(rng, (4, 3, 4, 3, 2, 2, (2, 3)), _highest_not_validated)
    none_right = _drawn_until(rng, (9, 1, 2, 20, 0.8, 3, (1, 1)), lambda case: _best(case, "validation") == 0
                              and _best(case, "test") == 1)  # fmt: skip
    long = _drawn_until(rng, (15, 4, 3, 6, 0.01, 24, (60, 29)), lambda case: _picks(case)[0] == 23)
    return [first, second, third, fourth, fifth, none_right, _draw(rng, 6, 4, 3, 1, 0.3, 1, (5, 2)), long]


def _best(case, part):
    """The largest accuracy of the epochs on a part that has one example: 1 if it is right in all of them, else 0."""
    reached = _epochs(case["train"], case["orders"], case["size"], case["alpha"])
    right = [_accuracy(W, b, case[part]) for W, b in reached]
    return max(right) if part == "validation" else min(right)


def _wide(rng):
    n, n_in, classes, size, epochs = (int(k) for k in rng.integers(1, 7, size=5))
    others = tuple(int(k) for k in rng.integers(1, 12, size=2))
    return _draw(rng, max(n, classes), n_in, classes, size, rng.uniform(0.1, 3), epochs, others)


def _differ(picks):
    return picks[0] not in (0, EPOCHS - 1, picks[1], picks[3])


def _equal_matters(case):
    """Another epoch has the most answers that are at most the label, and another those that are at least the label."""
    (X, labels), reached = case["validation"], _epochs(case["train"], case["orders"], case["size"], case["alpha"])
    off = np.array([(X @ W.T + b).argmax(axis=1) - labels for W, b in reached])
    return (off <= 0).sum(axis=1).argmax() != (off == 0).sum(axis=1).argmax() != (off >= 0).sum(axis=1).argmax()


def _highest_not_validated(case):
    return case["validation"][1].max() < case["train"][1].max()


def _last_matters(picks):
    return picks[2] not in (picks[0], EPOCHS - 1)


def _drawn_until(rng, shape, fine):
    while True:
        case = _draw(rng, *shape)
        if fine(case):
            return case


def _accuracy(W, b, part):
    X, labels = part
    return np.mean((X @ W.T + b).argmax(axis=1) == labels)


def _epochs(train, orders, size, alpha, own_labels=True, keep=0.0):
    """W, b after each epoch."""
    return _kept(tuple(a.tobytes() for a in (*train, *orders)), train[0].shape, size, alpha, own_labels, keep)


@lru_cache(maxsize=4096)  # misconceptions and seeds ask for the same few runs again and again
def _kept(data, shape, size, alpha, own_labels, keep):
    X, (labels, *orders) = np.frombuffer(data[0]).reshape(shape), (np.frombuffer(part, int) for part in data[1:])
    return tuple(_run(X, labels, orders, size, alpha, own_labels, keep))


def _run(X, labels, orders, size, alpha, own_labels, keep):
    W, b = np.zeros((labels.max() + 1, X.shape[1])), np.zeros(labels.max() + 1)
    dW, db = np.zeros_like(W), np.zeros_like(b)
    for order in orders:
        for at in range(0, len(order), size):
            rows = order[at : at + size]
            y = labels[rows] if own_labels else labels[at : at + size]
            delta = X[rows] @ W.T + b
            delta = np.exp(delta - delta.max(axis=1, keepdims=True))
            delta /= delta.sum(axis=1, keepdims=True)
            delta[np.arange(len(rows)), y] -= 1.0
            dW = keep * dW + delta.T @ X[rows] / len(rows)
            db = keep * db + delta.mean(axis=0)
            W, b = W - alpha * dW, b - alpha * db
        yield W, b


def experiment(
    train, validation, test, orders, size, alpha, *, by="validation", report="test", last_of_equals=False, **mistakes
):
    """The experiment; the keywords switch single mistakes on, none by default."""
    parts = {"train": train, "validation": validation, "test": test}
    best, kept = -1.0, None
    for W, b in _epochs(train, orders, size, alpha, **mistakes):
        score = _accuracy(W, b, parts[by]) if by in parts else 0.0 if by == "first" else best + 1
        if score > best or (last_of_equals and score == best):
            best, kept = score, (W, b)
    return *kept, _accuracy(*kept, parts[report])


def _picks(case, **mistakes):
    """The epochs, from 0, chosen by the validation set, the test set, the last of equals, and the training set."""
    reached = _epochs(case["train"], case["orders"], case["size"], case["alpha"], **mistakes)
    scores = [[_accuracy(W, b, case[part]) for W, b in reached] for part in ("validation", "test", "train")]
    last = len(reached) - 1 - np.argmax(scores[0][::-1])
    return [int(np.argmax(scores[0])), int(np.argmax(scores[1])), int(last), int(np.argmax(scores[2]))]


def _truth(train, validation, test, orders, size, alpha):
    """Complex steps of each batch's loss; the epoch kept is the first with the largest number of right answers."""
    (X, labels), reached = train, []
    theta = np.zeros((labels.max() + 1, X.shape[1] + 1))  # the last column holds the biases
    X = np.column_stack([X, np.ones(len(X))])
    for order in orders:
        for at in range(0, len(X), size):
            x, y = X[order[at : at + size]], labels[order[at : at + size]]
            theta = theta - alpha * _slopes(theta, x, y)
        reached.append(theta)
    right = [[_count_right(t, *part) for t in reached] for part in (validation, test)]
    kept = right[0].index(max(right[0]))
    return reached[kept][:, :-1], reached[kept][:, -1], right[1][kept] / len(test[1])


def _slopes(theta, x, y):
    """The complex step of the mean loss, of all entries of theta (K, m) at once: nudged (K m, K, m)."""
    nudged = theta + 1j * H * np.eye(theta.size).reshape(-1, *theta.shape)
    Z = x @ nudged.transpose(0, 2, 1)
    loss = np.log(np.exp(Z).sum(axis=2)) - Z[:, np.arange(len(y)), y]
    return (loss.sum(axis=1).imag / H / len(y)).reshape(theta.shape)


def _count_right(theta, X, labels):
    answers = [max(range(len(theta)), key=(theta[:, :-1] @ x + theta[:, -1]).__getitem__) for x in X]
    return sum(a == label for a, label in zip(answers, labels, strict=True))


_BUGS = {
    "labels_left_behind": (
        {"own_labels": False},
        "A batch holds the images `X[rows]` and the labels of other rows: a network cannot learn what is drawn by "
        "lot. Which labels belong to these images?",
    ),
    "gradients_not_zeroed": (
        {"keep": 1.0},
        "From the second batch on, each step carries the gradients of all batches before it. Where does the gradient "
        "of a batch begin at zero?",
    ),
    "chosen_by_the_test_set": (
        {"by": "test"},
        "The epoch to keep is chosen by the test set, and then the same test set says how good it is. What were the "
        "validation examples put aside for?",
    ),
}


def _left(names):
    """The misconception that leaves the bugs `names` in."""
    options = {key: value for name in names for key, value in _BUGS[name][0].items()}
    more = "" if len(names) == 1 else "This is not the only bug that is left. "
    return Misconception("_and_".join(names), partial(experiment, **options), more + _BUGS[names[0]][1])


EXPERIMENT = Exercise(
    name="experiment",
    inputs=_inputs,
    truth=_truth,
    parts={"W": 1, "b": 1, "accuracy": 2},
    points=4,  # all or none: the faulty program may have a part right by chance
    room={
        "a batch size that does not divide n": lambda case: len(case["train"][0]) % case["size"],
        "a batch size larger than n": lambda case: len(case["train"][0]) < case["size"],
        "no validation example that any epoch gets right": lambda case: (
            len(case["validation"][0]) == 1 and _best(case, "validation") == 0
        ),
        "more than twenty epochs": lambda case: len(case["orders"]) > 20,
        "batches of one": lambda case: case["size"] == 1,
        "a single epoch": lambda case: len(case["orders"]) == 1,
        "a single input": lambda case: case["train"][0].shape[1] == 1,
        "a single validation example": lambda case: len(case["validation"][0]) == 1,
        "a class without a test example": lambda case: set(case["test"][1]) < set(case["train"][1]),
        "a highest class without a validation example": _highest_not_validated,
        "a class without a training example": "the program takes the number of classes from the training labels",
    },
    wide=_wide,
    ask={
        "W": "What do W and b become after the first batch of the first order, and what after the second?",
        "b": "What do W and b become after the first batch of the first order, and what after the second?",
        "accuracy": "Which parameters do you return, and what share of the test examples do they get right?",
    },
    passed=(
        "The images meet their own labels, each batch has its own gradient, and the test set has the last word only."
    ),
    misconceptions=(
        *(_left(names) for count in (1, 2, 3) for names in combinations(_BUGS, count)),
        Misconception(
            "chosen_by_the_training_set",
            partial(experiment, by="train"),
            "The epoch to keep is chosen by the training examples. On which examples can you see that learning by "
            "heart has begun?",
        ),
        Misconception(
            "last_epoch_kept",
            partial(experiment, by="last"),
            "You return the parameters of the last epoch. Where are those of the best one kept?",
        ),
        Misconception(
            "first_epoch_kept",
            partial(experiment, by="first"),
            "You return the parameters of the first epoch. When is a later one better?",
        ),
        Misconception(
            "validation_accuracy_reported",
            partial(experiment, report="validation"),
            "The accuracy you report is that of the validation examples, and they have been used to choose. On which "
            "examples is the result not flattered?",
            alone=True,
        ),
        Misconception(
            "training_accuracy_reported",
            partial(experiment, report="train"),
            "The accuracy you report is that of the training examples. Which examples has the network never met?",
            alone=True,
        ),
        Misconception(
            "share_wrong_reported",
            lambda *args: (*experiment(*args)[:2], 1 - experiment(*args)[2]),
            "Your {parts} is the share of wrong answers. Which share is asked for?",
            alone=True,
        ),
        Misconception(
            "last_batch_dropped",
            lambda train, validation, test, orders, size, alpha: experiment(
                train, validation, test, [o[: len(o) // size * size] for o in orders], size, alpha
            ),
            "You changed something that was right: examples that do not fill a batch have no turn. May a batch be "
            "short?",
        ),
        Misconception(
            "one_order_for_all",
            lambda train, validation, test, orders, size, alpha: experiment(
                train, validation, test, orders[:1] * len(orders), size, alpha
            ),
            "You take the first order in every epoch. Which order belongs to the second?",
        ),
        Misconception(
            "last_of_equals",
            partial(experiment, last_of_equals=True),
            "Of several epochs with the same accuracy you keep the last; the program keeps the first. Was `>` not "
            "right?",
        ),
    ),
)
