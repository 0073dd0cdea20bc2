"""Chapter 06: the gradients of a ReLU layer under softmax and cross-entropy, as the training on digits needs them."""

from functools import partial

import numpy as np

from bpcourse.activations import sigmoid
from bpcourse.losses import one_hot, softmax
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import gradient

from .epochs import overflows


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


def gradients(
    W1, b1, W2, b2, X, labels, *, softmax=softmax, target=1.0, numbers=False, factor=1.0, slope=False,
    back=lambda d, z, a: d * (z > 0), source=None, over=len, over_b=len, one_bias=False, sum_axis=0,
    bias1=True, bias2=True,
):  # fmt: skip
    """The right gradients; the keywords switch single mistakes on, none by default."""
    Z1 = X @ W1.T + bias1 * b1
    A1 = np.maximum(Z1, 0)
    P = softmax(A1 @ W2.T + bias2 * b2)
    Y = labels[:, None] if numbers else one_hot(labels, len(b2))
    delta2 = factor * (P - target * Y) * (P * (1 - P) if slope else 1)
    delta1 = back(delta2 @ W2, Z1, A1)
    dW = delta1.T @ X / over(X), delta2.T @ (A1 if source is None else source(Z1)) / over(X)
    db = [delta.sum(axis=sum_axis) / over_b(X) for delta in (delta1, delta2)]
    if one_bias:
        db = np.full_like(b1, db[0].sum()), np.full_like(b2, db[1].sum())
    return dW[0], db[0], dW[1], db[1]


def _mistake(name, message, alone=False, **options):
    return Misconception(name, partial(gradients, **options), message, alone)


def _output_first(W1, b1, W2, b2, X, labels):
    """The output weights have moved before the message goes back through them."""
    _, _, dW2, db2 = gradients(W1, b1, W2, b2, X, labels)
    dW1, db1, _, _ = gradients(W1, b1, W2 - 0.05 * dW2, b2, X, labels)
    return dW1, db1, dW2, db2


def _wrong_parts(case, outcome):
    """The numbers of the parts that are wrong in this case; None if there are none to look at."""
    if outcome.parts is None or outcome.changed:
        return None
    right = gradients(**case)
    return {i for i, (came, true) in enumerate(zip(outcome.parts, right, strict=True)) if not agree(came, true)}


_MASK = "In {parts} the message passes the hidden units "

DIGIT_GRADIENTS = Exercise(
    name="digit_gradients",
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
        _mistake(
            "slope_missing",
            _MASK + "that are silent, too. Which slope has ReLU where z is negative?",
            alone=True,
            back=lambda d, z, a: d,
        ),
        _mistake(
            "times_the_activation",
            _MASK + "multiplied by what they said. Which slope has ReLU where z is positive?",
            alone=True,
            back=lambda d, z, a: d * a,
        ),
        _mistake(
            "times_z",
            _MASK + "multiplied by their z. Which slope has ReLU on either side of 0?",
            alone=True,
            back=lambda d, z, a: d * z,
        ),
        _mistake(
            "relu_of_the_message",
            "In {parts} only the positive part of the message passes. Whose sign decides, that of the message or that "
            "of z?",
            alone=True,
            back=lambda d, z, a: np.maximum(d, 0),
        ),
        _mistake(
            "wrong_half_open",
            _MASK + "that are silent, and no other. On which side of 0 is ReLU flat?",
            alone=True,
            back=lambda d, z, a: d * (z < 0),
        ),
        _mistake(
            "softmax_slope_added",
            "Your delta of the output has a factor P (1 - P) too many. What is left of the slope of the softmax once "
            "it has met that of the logarithm?",
            slope=True,
        ),
        _mistake(
            "softmax_over_examples",
            "Your softmax runs over the examples of the batch. Along which axis do the classes of one example lie?",
            softmax=lambda Z: softmax(Z.T).T,
        ),
        _mistake(
            "softmax_overflows",
            "Where the scores are large your gradients are not numbers: an exponential of 1000 overflows. What may "
            "be subtracted from all scores of an example without a change of its softmax?",
            softmax=overflows,
        ),
        _mistake(
            "sigmoid_for_softmax",
            "You take the sigmoid of each score: then the shares of the classes do not sum to 1. What makes "
            "probabilities of all scores together?",
            softmax=sigmoid.value,
        ),
        _mistake(
            "b1_forgotten",
            "In your forward pass b1 does not come in. What is added to `X @ W1.T`?",
            bias1=False,
        ),
        _mistake(
            "b2_forgotten",
            "In your forward pass b2 does not come in. What is added to `A1 @ W2.T`?",
            bias2=False,
        ),
        _mistake(
            "softmax_missing",
            "Your delta of the output takes the scores themselves for probabilities. What makes probabilities of them?",
            softmax=lambda Z: Z,
        ),
        _mistake(
            "target_missing",
            "In your delta the labels do not come in. What is subtracted from the softmax, and in which column?",
            target=0.0,
        ),
        _mistake(
            "labels_as_numbers",
            "You subtract the number of the class from every entry of its row. Which row of zeros and ones stands for "
            "a label?",
            numbers=True,
        ),
        _mistake(
            "uphill",
            "All four point in the opposite direction. Is delta the softmax minus the target, or the other way round?",
            factor=-1.0,
        ),
        _mistake(
            "not_averaged",
            "All four are sums over the batch. The cost is a mean: where does the division go?",
            over=lambda X: 1,
            over_b=lambda X: 1,
        ),
        _mistake(
            "averaged_twice",
            "All four are divided by the number of examples twice. In which two lines?",
            over=lambda X: len(X) ** 2,
            over_b=lambda X: len(X) ** 2,
        ),
        _mistake(
            "biases_not_averaged",
            "{parts}: sums over the batch. The cost is a mean: where does the division go?",
            alone=True,
            over_b=lambda X: 1,
        ),
        _mistake(
            "weights_not_averaged",
            "{parts}: sums over the batch. The cost is a mean: where does the division go?",
            alone=True,
            over=lambda X: 1,
        ),
        _mistake(
            "biases_averaged_twice",
            "{parts}: divided by the number of examples twice. Where does a mean hide?",
            alone=True,
            over_b=lambda X: len(X) ** 2,
        ),
        _mistake(
            "weights_averaged_twice",
            "{parts}: divided by the number of examples twice. Where does a mean hide?",
            alone=True,
            over=lambda X: len(X) ** 2,
        ),
        _mistake(
            "bias_to_one_number",
            "The gradient of a bias is one number for all units with you. Over which axis is the sum, and which stays?",
            one_bias=True,
        ),
        _mistake(
            "bias_over_units",
            "{parts}: one number for each example. Over which axis is the sum, and which stays?",
            alone=True,
            sum_axis=1,
        ),
        _mistake(
            "z_for_a",
            "{parts}: built with the z of the hidden layer. What does the output layer get from it, z or a?",
            alone=True,
            source=lambda z: z,
        ),
        Misconception(
            "delta_of_the_hidden_layer",
            _output_first,
            "The output layer is right, and in the hidden layer neither the weights' gradient nor the biases' is: so "
            "the delta of the hidden layer is wrong. With which weights and which slope does the message come down?",
            shows=lambda case, outcome: _wrong_parts(case, outcome) in (set(), {0, 1}),
        ),
    ),
)
