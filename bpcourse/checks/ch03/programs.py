"""Chapter 03: one step of the published program, in its own layout: examples are columns."""

from functools import partial

import numpy as np

from ...activations import sigmoid
from ...losses import softmax
from ..engine import Exercise, Misconception
from ..truth import complex_sigmoid, gradient
from .layers import fixed

PARTS = ("W1", "W2", "W3", "b1", "b2", "b3")


def _inputs(rng):
    cases = []
    for m, s, rate in ((7, (5, 4, 6, 3), 0.9), (5, (3, 6, 4, 2), 1.3), (6, (2, 5, 3, 4), 0.7)):
        Y = rng.uniform(0.1, 1, (s[3], m))
        cases.append(
            {
                "W": fixed({k: rng.normal(size=(s[k], s[k - 1])) for k in (1, 2, 3)}),
                "b": fixed({k: rng.normal(size=(s[k], 1)) for k in (1, 2, 3)}),
                "X": rng.normal(size=(s[0], m)),
                "Y": Y / Y.sum(axis=0),
                "rate": rate,
            }
        )
    return cases


def _cost(theta, X, Y):
    W1, W2, W3, b1, b2, b3 = theta
    Z3 = W3 @ complex_sigmoid(W2 @ complex_sigmoid(W1 @ X + b1) + b2) + b3
    return (np.log(np.exp(Z3).sum(axis=0)) - (Y * Z3).sum(axis=0)).sum() / Y.shape[1]


def _truth(W, b, X, Y, rate):
    """Complex steps of the cost: no backward pass in it."""
    theta = [W[1], W[2], W[3], b[1], b[2], b[3]]
    grads = [
        gradient(lambda p, k=k: _cost([*theta[:k], p, *theta[k + 1 :]], X, Y), theta[k]) for k in range(len(theta))
    ]
    return tuple(p - rate * grad for p, grad in zip(theta, grads, strict=True))


def program(
    W, b, X, Y, rate, *,
    before=1, slope=lambda Z, A: sigmoid.derivative(Z), last=3, factor=1.0, average=True, biases=True,
    softmax_axis=0, softmax_slope=False, updated_first=False,
):  # fmt: skip
    """The program; the keywords switch single mistakes on, none by default."""
    A, Z, m = {0: X}, {}, X.shape[1]
    for k in (1, 2, 3):
        Z[k] = W[k] @ A[k - 1] + b[k]
        A[k] = sigmoid(Z[k])
    A[3] = softmax(Z[3].T).T if softmax_axis == 0 else softmax(Z[3])
    dZ, dW, db = A[3] - Y, {}, {}
    if softmax_slope:
        dZ = dZ * A[3] * (1 - A[3])
    for k in (3, 2, 1):
        dW[k] = factor * dZ @ A[k - before].T / (m if average else 1)
        db[k] = factor * dZ.sum(axis=1, keepdims=True) / (m if average else 1)
        if k > 1:
            weights = W[k] - rate * dW[k] if updated_first else W[k]
            dZ = (weights.T @ dZ) * slope(Z[k - 1], A[k - 1])
    new_W = {k: W[k] - rate * dW[k] if k <= last else W[k] for k in W}
    new_b = {k: b[k] - rate * db[k] if k <= last and biases else b[k] for k in b}
    return new_W[1], new_W[2], new_W[3], new_b[1], new_b[2], new_b[3]


def _undefined(W, b, X, Y, rate):
    raise NameError("name 'L' is not defined")


def _no_last_key(W, b, X, Y, rate):
    raise KeyError(3)


MENDED_STEP = Exercise(
    name="mended_step",
    inputs=_inputs,
    truth=_truth,
    parts=dict.fromkeys(PARTS, 1),
    points=4,  # all or none: the faulty program has some of the parts right
    tolerance=1e-11,
    passed="All six arrays move as derivatives found without a backward pass demand, on three networks.",
    misconceptions=(
        Misconception(
            "undefined_L",
            _undefined,
            "`L` is used and never defined. How many layers are there, and which argument knows it?",
        ),
        Misconception(
            "own_activation",
            partial(program, before=0),
            "dW[l] is formed with the activation of layer l itself. What did W[l] multiply on the way forward?",
        ),
        Misconception(
            "slope_of_a",
            partial(program, slope=lambda Z, A: sigmoid.derivative(A)),
            "The layers below the last are off: the slope is taken at A. Does `bp.sigmoid.derivative` take z or a?",
        ),
        Misconception(
            "slope_missing",
            partial(program, slope=lambda Z, A: 1.0),
            "The layers below the last are off: no slope is left on the way back. What lies between Z and A?",
        ),
        Misconception(
            "last_layer_left_out",
            partial(program, last=2),
            "The last layer did not move. Up to which l does your loop run?",
        ),
        Misconception(
            "last_layer_without_key",
            _no_last_key,
            "There is no entry for layer 3. `range(1, L)` ends before L: up to which l should the loop run?",
        ),
        Misconception(
            "updated_before_the_deltas",
            partial(program, updated_first=True),
            "The deltas below the last layer went back through weights that had been updated already. At which weights "
            "is the gradient taken, the old or the new?",
        ),
        Misconception(
            "biases_left_out",
            partial(program, biases=False),
            "The biases did not move. Which line updates them?",
        ),
        Misconception(
            "not_averaged",
            partial(program, average=False),
            "The steps are as many times too long as there are examples. Where does the 1/m go?",
        ),
        Misconception(
            "uphill",
            partial(program, factor=-1.0),
            "The parameters moved by the right amount in the wrong direction. What is the sign of the update?",
        ),
        Misconception(
            "softmax_slope_as_sigmoid",
            partial(program, softmax_slope=True),
            "At the output there is a factor a (1 - a). For softmax with cross-entropy, is A - Y not the whole delta "
            "already?",
        ),
        Misconception(
            "softmax_over_examples",
            partial(program, softmax_axis=1),
            "The softmax runs over the examples. With columns, along which axis do the classes of one example lie?",
        ),
        Misconception(
            "never_moved",
            lambda W, b, X, Y, rate: (W[1], W[2], W[3], b[1], b[2], b[3]),
            "The parameters come back as they went in. Where are the new values stored?",
        ),
    ),
)
