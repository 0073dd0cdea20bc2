"""Chapter 06: the gradients of a ReLU layer under softmax and cross-entropy, as the training on digits needs them."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import gradient

from .common.edits import edited, slips, solution
from .common.softmax_delta import NAMES, delta_mistakes


def _case(rng, n, m, h, classes, occur=None, largest=None):
    """occur: the number of classes that may occur, or None for all; largest: score, or None for any."""
    occur = classes if occur is None else min(occur, classes)
    labels = rng.permutation(np.r_[np.arange(occur), rng.integers(occur, size=max(n - occur, 0))])[:n]
    W1, b1, X = rng.normal(size=(h, m)), rng.normal(size=h), rng.normal(size=(n, m))
    W2, b2 = rng.normal(size=(classes, h)), rng.normal(size=classes)
    scores = np.maximum(X @ W1.T + b1, 0) @ W2.T
    if largest and scores.any():
        W2 *= largest / scores.flat[np.abs(scores).argmax()]
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "X": X, "labels": labels}


SIZES = (
    (7, 5, 4, 3), (3, 4, 5, 6), (11, 6, 7, 5, 4), (1, 3, 2, 4), (5, 1, 3, 2), (4, 3, 1, 5), (6, 2, 4, 1), (40, 2, 3, 2),
    (3, 3, 3, 3), (5, 3, 4, 3), (9, 4, 6, 3),
)  # fmt: skip


def _inputs(rng):
    cases = [_case(rng, *sizes) for sizes in SIZES]
    cases[-2]["b2"] += 900.0  # scores that are large, and no farther from each other than elsewhere
    cases[-1]["b1"][2] = -50.0  # a unit that is silent for all examples
    return [*cases, _case(rng, 6, 5, 3, 4, largest=1000.0)]


def _wide(rng):
    n, m, h, classes, occur = (int(k) for k in rng.integers(1, 7, size=5))
    return _case(rng, n, m, h, classes, occur, rng.choice([None, 1000.0]))


def _cost(W1, b1, W2, b2, X, labels):
    Z1 = X @ W1.T + b1
    Z2 = np.where(Z1.real > 0, Z1, 0) @ W2.T + b2
    top = Z2.real.max(axis=1)
    log_sum = np.log(np.exp(Z2 - top[:, None]).sum(axis=1)) + top
    return sum(log_sum[i] - Z2[i, label] for i, label in enumerate(labels)) / len(X)


def _truth(W1, b1, W2, b2, X, labels):
    """Complex steps of the cost, number by number: no delta in it."""
    given = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    grads = [
        gradient(lambda x, name=name: _cost(**given | {name: x}, X=X, labels=labels), given[name]) for name in given
    ]
    return tuple(np.where(np.abs(grad) < 1e-12, 0.0, grad) for grad in grads)  # of one class, rounding errors of 0


PROGRAM = solution("digit_gradients")
RELU, SLOPE, DELTA1 = "np.maximum(Z1, 0)", "(Z1 > 0)", "(delta2 @ W2) * (Z1 > 0)"
DELTA2 = "bp.softmax(A1 @ W2.T + b2) - bp.one_hot(labels, len(b2))"
DW1, DW2, DB1, DB2 = "delta1.T @ X / n", "delta2.T @ A1 / n", "delta1.mean(axis=0)", "delta2.mean(axis=0)"
GRADS = "dW1, dW2 = delta1.T @ X / n, delta2.T @ A1 / n"
slip, part, right = slips(PROGRAM, **NAMES), slips(PROGRAM, alone=True), edited(PROGRAM)


def _mask(name, new, message):
    """What stands in place of the slope of ReLU."""
    return part(name, f"In {{parts}} the message passes the hidden units {message}", (SLOPE, new))


def _first(text):
    """The edit that puts a line before all others."""
    return "    n, Z1 =", f"    {text}\n    n, Z1 ="


def other(*changes):
    return edited(PROGRAM, *changes)


def returned(new):
    """The right gradients, returned in another way."""
    return other((f"return dW1, {DB1}, dW2, {DB2}", f"db1, db2 = {DB1}, {DB2}\n    return {new}"))


def _only_hidden(case, outcome):
    """Sees that nothing is wrong but both gradients of the hidden layer, in all cases where something is."""
    if outcome.parts is None or outcome.changed:
        return False
    pairs = zip(outcome.parts, right(**case), strict=True)
    return {i for i, (came, true) in enumerate(pairs) if not agree(came, true)} in (set(), {0, 1})


def _one_by_one(W1, b1, W2, b2, X, labels):
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


def _library(W1, b1, W2, b2, X, labels):
    net = bp.Network((X.shape[1], len(b1), len(b2)), bp.relu, bp.identity, bp.cross_entropy)
    params = net.pack({1: W1, 2: W2}, {1: b1, 2: b2})
    grads = net.backward(params, net.forward(params, X), labels).grads
    return grads.W[1], grads.b[1], grads.W[2], grads.b[2]


def _columns(W1, b1, W2, b2, X, labels):
    """Everything in columns, and the mean in the first line of the way back; some of it as lists."""
    A = (X @ W1.T + b1).T.clip(0)
    P = bp.softmax((W2 @ A + b2[:, None]).T).T
    P[labels, np.arange(len(X))] -= 1
    D2 = P / len(X)
    D1 = np.einsum("kh,kn->hn", W2, D2) * np.sign(A)
    return np.einsum("hn,nm->hm", D1, X).tolist(), D1.sum(1).tolist(), np.einsum("kn,hn->kh", D2, A), D2.sum(axis=1)


def _augmented(W1, b1, W2, b2, X, labels):
    """The biases as weights of a constant 1."""
    x = np.column_stack([X, np.ones(len(X))])
    a = np.column_stack([np.maximum(x @ np.column_stack([W1, b1]).T, 0), np.ones(len(X))])
    d2 = (bp.softmax(a @ np.column_stack([W2, b2]).T) - np.eye(len(b2))[labels]) / len(X)
    d1 = (d2 @ W2) * (a[:, :-1] > 0)
    both1, both2 = d1.T @ x, d2.T @ a
    return both1[:, :-1], both1[:, -1], both2[:, :-1], both2[:, -1]


EXERCISE = Exercise(
    inputs=_inputs,
    truth=_truth,
    parts={"dW1": 1, "db1": 0.5, "dW2": 1, "db2": 0.5},
    passed="All four are the derivatives of the mean loss, to the last digit: a network can be trained with them.",
    batch="X",
    shapes={"W1": "h m", "b1": "h", "W2": "K h", "b2": "K", "X": "n m", "labels": "n"},
    room={
        "a class that never occurs": lambda case: len(set(case["labels"])) < len(case["b2"]),
        "a highest class that never occurs": lambda case: case["labels"].max() + 1 < len(case["b2"]),
        "a hidden unit that is silent for all examples": lambda case: (
            (case["X"] @ case["W1"].T + case["b1"] <= 0).all(axis=0).any()
        ),
        "large scores": lambda case: np.abs(case["W2"]).max() > 100,
        "large scores that are near to each other": lambda case: case["b2"].min() > 500,
        "more than 32 examples": lambda case: len(case["X"]) > 32,
        "a hidden z of exactly 0": "the loss has no derivative there, and both slopes are in use",
    },
    wide=_wide,
    ask={
        "dW1": "What came into the first layer, and with which delta does it meet?",
        "db1": "How many deltas has a hidden unit for one example, and how many examples are there?",
        "dW2": "What came into the output layer, and with which delta does it meet?",
        "db2": "What is the delta of an output for one example, and how many examples are there?",
    },
    misconceptions=(
        _mask("slope_missing", "1", "that are silent, too. Which slope has ReLU where z is negative?"),
        _mask("times_the_activation", "A1", "multiplied by what they said. Which slope has ReLU where z is positive?"),
        _mask("times_z", "Z1", "multiplied by their z. Which slope has ReLU on either side of 0?"),
        _mask("wrong_half_open", "(Z1 < 0)", "that are silent, and no other. On which side of 0 is ReLU flat?"),
        _mask("slope_of_a_sigmoid", "bp.sigmoid.derivative(Z1)", "multiplied by the slope of a sigmoid. Which "
            "activation have they?"),
        _mask("a_one_minus_a", "A1 * (1 - A1)", "multiplied by a (1 - a). Of which activation is that the slope?"),
        _mask("leaky", "np.where(Z1 > 0, 1, 0.01)", "that are silent, at a hundredth. Which slope has ReLU where z is "
            "negative?"),
        part("relu_of_the_message", "In {parts} only the positive part of the message passes. Whose sign decides, that "
            "of the message or that of z?", (DELTA1, "np.maximum(delta2 @ W2, 0)")),
        slip("softmax_slope_added", "Your delta of the output has a factor P (1 - P) too many. What is left of the "
            "slope of the softmax once it has met that of the logarithm?",
            (DELTA2, f"(P := bp.softmax(A1 @ W2.T + b2)) * (1 - P) * ({DELTA2})")),
        *delta_mistakes(slip, "your gradients are not numbers"),
        slip("labels_shifted", "You subtract 1 in the column after the right one. In which column stands class 0?",
            ("bp.one_hot(labels,", "bp.one_hot((labels + 1) % len(b2),")),
        slip("hidden_sigmoid", "Your hidden layer is one of sigmoids. Which activation has it here?",
            (RELU, "bp.sigmoid(Z1)"), (SLOPE, "bp.sigmoid.derivative(Z1)")),
        slip("hidden_tanh", "Your hidden layer is one of tanh. Which activation has it here?", (RELU, "np.tanh(Z1)"),
            (SLOPE, "(1 - A1**2)")),
        slip("relu_forgotten", "In your forward pass the hidden z go on as they are, and on the way back they pass "
            "ReLU. What comes out of a hidden unit whose z is negative?", (RELU, "Z1")),
        slip("b1_forgotten", "In your forward pass b1 does not come in. What is added to `X @ W1.T`?",
            ("X @ W1.T + b1", "X @ W1.T")),
        slip("b2_forgotten", "In your forward pass b2 does not come in. What is added to `A1 @ W2.T`?",
            ("A1 @ W2.T + b2", "A1 @ W2.T")),
        slip("uphill", "All four point in the opposite direction. Is delta the softmax minus the target, or the other "
            "way round?", ("bp.softmax(A1", "-bp.softmax(A1"), ("- bp.one_hot", "+ bp.one_hot")),
        slip("not_averaged", "All four are sums over the batch. The cost is a mean: where does the division go?",
            (" / n", ""), ("mean(", "sum(")),
        slip("averaged_twice", "All four are divided by the number of examples twice. In which two lines?",
            (" / n", " / n**2"), ("mean(axis=0)", "mean(axis=0) / n")),
        slip("first_example_only", "You take the first example alone. How many rows has `X`?",
            _first("X, labels = X[:1], labels[:1]")),
        part("biases_not_averaged", "{parts}: sums over the batch. The cost is a mean: where does the division go?",
            ("mean(", "sum(")),
        part("weights_not_averaged", "{parts}: sums over the batch. The cost is a mean: where does the division go?",
            (" / n", "")),
        part("biases_averaged_twice", "{parts}: divided by the number of examples twice. Where does a mean hide?",
            ("mean(axis=0)", "mean(axis=0) / n")),
        part("weights_averaged_twice", "{parts}: divided by the number of examples twice. Where does a mean hide?",
            (" / n", " / n**2")),
        slip("bias_to_one_number", "The gradient of a bias is one number for all units with you. Over which axis is "
            "the sum, and which stays?", (DB1, "0 * b1 + delta1.sum() / n"), (DB2, "0 * b2 + delta2.sum() / n")),
        part("bias_over_units", "{parts}: one number for each example. Over which axis is the sum, and which stays?",
            (DB1, "delta1.sum(axis=1) / n"), (DB2, "delta2.sum(axis=1) / n")),
        part("z_for_a", "{parts}: built with the z of the hidden layer. What does the output layer get from it, z or "
            "a?", (DW2, "delta2.T @ Z1 / n")),
        slip("delta_of_the_hidden_layer", "The output layer is right, and in the hidden layer neither the weights' "
            "gradient nor the biases' is: so the delta of the hidden layer is wrong. With which weights and which "
            "slope does the message come down?", (DELTA1, "(delta2 @ (W2 - 0.05 * delta2.T @ A1 / n)) * (Z1 > 0)"),
            shows=_only_hidden),
    ),
    right=(_one_by_one, _library, _columns, _augmented),
    wrong=(
        other(("len(b2)", "labels.max() + 1"), _first("W2, b2 = W2[: labels.max() + 1], b2[: labels.max() + 1]")),
        other((SLOPE, "(A1 >= 0)")),
        other((DELTA2, f"4 * (P := bp.softmax(A1 @ W2.T + b2)) * (1 - P) * ({DELTA2})")),
        other((DW2, "delta2.T @ X / n"), (DW1, "delta1.T @ A1 / n")),
        returned("dW2, db2, dW1, db1"),
        returned("dW1, dW2, db1, db2"),
        returned("dW1.T, db1, dW2.T, db2"),
        returned("*map(np.squeeze, (dW1, db1, dW2, db2)),"),
        returned("dW1, db1[None], dW2, db2[None]"),
        returned("dW1, db1.sum(), dW2, db2.sum()"),
        returned("[part / len(b2) for part in (dW1, db1, dW2, db2)]"),
        returned("np.clip(dW1, -1, 1), db1, dW2, db2"),
        returned("0.1 * W1, 0.1 * b1, 0.1 * W2, 0.1 * b2"),
        other(_first("X, labels = X[:3], labels[:3]")),
        other(_first("labels = np.roll(labels, 1)")),
    ),
)  # fmt: skip
