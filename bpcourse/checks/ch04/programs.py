"""Chapter 04: whole programs: one step of gradient descent, the famous mistake mended, and training from nothing."""

from functools import partial

import numpy as np

from ...activations import sigmoid
from ..engine import Exercise, Misconception
from ..truth import complex_sigmoid, gradient
from .passes import parameters


def _inputs(rng, cases):
    return [
        parameters(rng, n0, n1, n2)
        | {"X": rng.normal(size=(n, n0)), "Y": rng.uniform(0.05, 0.95, (n, n2)), "alpha": alpha}
        | ({"steps": steps} if steps else {})
        for n, n0, n1, n2, alpha, steps in cases
    ]


def _step_inputs(rng):
    return _inputs(rng, [(7, 5, 4, 3, 0.9, 0), (5, 3, 6, 2, 1.3, 0), (4, 2, 3, 5, 0.6, 0)])


def _train_inputs(rng):
    return _inputs(rng, [(5, 3, 4, 2, 0.9, 3), (7, 2, 3, 4, 1.3, 4), (4, 5, 2, 3, 0.6, 2)])


def _cost(theta, X, Y):
    W1, b1, W2, b2 = theta
    A2 = complex_sigmoid(complex_sigmoid(X @ W1.T + b1) @ W2.T + b2)
    return ((A2 - Y) ** 2).sum() / 2 / len(X)


def _true_descent(W1, b1, W2, b2, X, Y, alpha, steps=1):
    """Gradient descent whose gradients come from complex steps of the cost: no backward pass in it."""
    theta = [W1, b1, W2, b2]
    for _ in range(steps):
        grads = [
            gradient(lambda p, k=k, theta=theta: _cost(theta[:k] + [p] + theta[k + 1 :], X, Y), theta[k])
            for k in range(4)
        ]
        theta = [p - alpha * grad for p, grad in zip(theta, grads, strict=True)]
    return tuple(theta)


def descend(
    W1, b1, W2, b2, X, Y, alpha, steps=1, *,
    order="right", biases=True, average=True, in_place=False, repeat_forward=True, again=False, more=0, single=False,
    slope_output=sigmoid.derivative, slope_hidden=sigmoid.derivative, factor=1.0,
):  # fmt: skip
    """Gradient descent on the half squared error; the keywords switch single mistakes on, none by default."""
    if not in_place:
        W1, b1, W2, b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    all_X, all_Y, A2 = X, Y, None
    for _ in range(steps + more):
        for i in range(len(all_X) if single else 1):
            X, Y = (all_X[i : i + 1], all_Y[i : i + 1]) if single else (all_X, all_Y)
            n = len(X) if average else 1
            if repeat_forward or A2 is None:
                Z1 = X @ W1.T + b1
                A1 = sigmoid(Z1)
                Z2 = A1 @ W2.T + b2
                A2 = sigmoid(Z2)
            delta2 = (A2 - Y) * slope_output(Z2) * factor
            delta1 = (delta2 @ W2) * slope_hidden(Z1)
            dW2, db2 = delta2.T @ A1 / n, delta2.sum(axis=0) / n
            if order == "output first":
                delta1 = (delta2 @ (W2 - alpha * dW2)) * slope_hidden(Z1)
            if again:  # the forward pass repeated with the new output layer before the hidden deltas
                A2 = sigmoid(A1 @ (W2 - alpha * dW2).T + b2 - alpha * db2)
                delta1 = ((A2 - Y) * A2 * (1 - A2)) @ (W2 - alpha * dW2) * slope_hidden(Z1)
            dW1, db1 = delta1.T @ X / n, delta1.sum(axis=0) / n
            W1 -= alpha * dW1
            W2 -= alpha * dW2
            if biases:
                b1 -= alpha * db1
                b2 -= alpha * db2
    return W1, b1, W2, b2


def _wrong(**mistake):
    return partial(descend, **mistake)


_COMMON = (
    Misconception(
        "output_first",
        _wrong(order="output first"),
        "Your numbers are what you get if W2 is updated before the error goes back through it. "
        "Which W2 made the output whose error this is?",
    ),
    Misconception(
        "biases_frozen",
        _wrong(biases=False),
        "These are the numbers of a program that leaves b1 and b2 where they were. "
        "Which equation gives their gradients, and where is the update?",
    ),
    Misconception(
        "not_averaged",
        _wrong(average=False),
        "The steps are {n} times too long, for a batch of {n}. The cost is a mean: where does the 1/n go?",
    ),
    Misconception(
        "uphill",
        _wrong(factor=-1.0),
        "The parameters moved by the right amount in the wrong direction: the cost grows. "
        "What is the sign of the update?",
    ),
    Misconception(
        "factor_two",
        _wrong(factor=2.0),
        "The steps are twice too long. The error has a 1/2 in front: what is its derivative?",
    ),
    Misconception(
        "slope_missing_at_output",
        _wrong(slope_output=np.ones_like),
        "These are the numbers with delta2 = A2 - Y. That is the derivative in A2. What lies between Z2 and A2?",
    ),
    Misconception(
        "slope_missing_in_hidden_layer",
        _wrong(slope_hidden=np.ones_like),
        "These are the numbers without a slope in the hidden layer: the error came back through W2 and met no g'. "
        "Where does it belong?",
    ),
    Misconception(
        "slope_of_a",
        _wrong(
            slope_output=lambda z: sigmoid.derivative(sigmoid(z)), slope_hidden=lambda z: sigmoid.derivative(sigmoid(z))
        ),
        "The slopes were taken at a: the sigmoid was applied once too often. Does your g' take z or a?",
    ),
    Misconception(
        "in_place",
        _wrong(in_place=True),
        "The numbers are right, but the caller's W1, b1, W2 and b2 were changed too: `-=` writes into the argument. "
        "How do you make a new array?",
    ),
)

ONE_STEP = Exercise(
    name="one_step",
    inputs=_step_inputs,
    truth=_true_descent,
    parts={"W1": 1, "b1": 1, "W2": 1, "b2": 1},
    points=3,  # all or none: the faulty program has W2 and b2 right already
    passed="After your step all parameters are where the gradient of the cost leads, hidden layer and all.",
    batch="X",
    misconceptions=(
        *_COMMON,
        Misconception(
            "forward_again",
            _wrong(again=True),
            "It looks as if the forward pass ran again with the new output layer. "
            "How many forward passes does one step need?",
        ),
        Misconception(
            "only_output_layer",
            lambda W1, b1, W2, b2, X, Y, alpha: (W1, b1, *descend(W1, b1, W2, b2, X, Y, alpha)[2:]),
            "W1 and b1 did not move at all. Which lines give their new values?",
        ),
        Misconception(
            "gradients_returned",
            lambda W1, b1, W2, b2, X, Y, alpha: tuple(
                (old - new) / alpha
                for old, new in zip((W1, b1, W2, b2), descend(W1, b1, W2, b2, X, Y, alpha), strict=True)
            ),
            "You return the gradients. The task asks for the parameters after the step: what does the update "
            "make of them?",
        ),
        Misconception(
            "rate_missing",
            lambda W1, b1, W2, b2, X, Y, alpha: descend(W1, b1, W2, b2, X, Y, 1.0),
            "These are the numbers with a learning rate of 1. Where does `alpha` come in?",
        ),
    ),
)

TRAIN = Exercise(
    name="train",
    inputs=_train_inputs,
    truth=_true_descent,
    parts={"W1": 1, "b1": 1, "W2": 1, "b2": 1},
    points=5,  # all or none: after two steps every mistake is in every part
    passed="On three networks, none of them square, your parameters follow the true gradient step after step.",
    batch="X",
    misconceptions=(
        *_COMMON,
        Misconception(
            "forward_only_once",
            _wrong(repeat_forward=False),
            "The deltas come from the outputs of the first step. The parameters have moved since: what must run again?",
        ),
        Misconception(
            "one_step_only",
            lambda W1, b1, W2, b2, X, Y, alpha, steps: descend(W1, b1, W2, b2, X, Y, alpha, 1),
            "That is where the parameters are after one step. Is the `return` inside the loop?",
        ),
        Misconception(
            "one_step_too_few",
            _wrong(more=-1),
            "One step too few. How often does your loop run if `steps` is 3?",
        ),
        Misconception(
            "one_step_too_many",
            _wrong(more=1),
            "One step too many. How often does your loop run if `steps` is 3?",
        ),
        Misconception(
            "example_by_example",
            _wrong(single=True),
            "You update after every single example. The task takes one step for the mean over the whole batch. "
            "When is a step?",
        ),
        Misconception(
            "never_moved",
            lambda W1, b1, W2, b2, X, Y, alpha, steps: (W1, b1, W2, b2),
            "The parameters come back as they went in. Where are the new values stored?",
        ),
    ),
)
