"""Chapter 03: where paths join: a layer with a skip connection, and a matrix that is used twice."""

from functools import partial

import numpy as np

from ...activations import tanh
from ..engine import Exercise, Misconception
from ..truth import gradient


def _skip_inputs(rng):
    return [
        {
            "W": rng.normal(size=(k, k)),
            "b": rng.normal(size=k),
            "A": rng.normal(size=(n, k)),
            "upstream": rng.normal(size=(n, k)),
        }
        for n, k in ((7, 4), (3, 5), (4, 3))
    ]


def _layer_way(W, b, A, upstream, slope=tanh.derivative):
    return (upstream * slope(A @ W.T + b)) @ W


SKIP_BACKWARD = Exercise(
    name="skip_backward",
    inputs=_skip_inputs,
    truth=lambda W, b, A, upstream: gradient(lambda a: (upstream * (a + np.tanh(a @ W.T + b))).sum(), A),
    parts={"gradient": 2},
    tolerance=1e-11,
    passed="The direct way brings the message unchanged, the layer adds its own: effects add where ways join.",
    batch="A",
    misconceptions=(
        Misconception(
            "layer_only",
            _layer_way,
            "That is the way through the layer. A also goes straight to the output: what does that way bring?",
        ),
        Misconception(
            "skip_only",
            lambda W, b, A, upstream: upstream.copy(),
            "That is the straight way. A also goes through the layer: what does that way bring?",
        ),
        Misconception(
            "multiplied",
            lambda W, b, A, upstream: upstream * _layer_way(W, b, A, upstream),
            "You multiplied the two ways. Rates multiply along one way; what do they do where two ways join?",
        ),
        Misconception(
            "averaged",
            lambda W, b, A, upstream: (upstream + _layer_way(W, b, A, upstream)) / 2,
            "Half the right one: you took the mean of the two ways. Do effects share, or do they add up?",
        ),
        Misconception(
            "slope_missing",
            partial(lambda way, *args: args[3] + way(*args, slope=np.ones_like), _layer_way),
            "In the way through the layer the slope is missing. What does the message meet before it reaches W?",
        ),
        Misconception(
            "slope_of_a",
            lambda W, b, A, upstream: (
                upstream + _layer_way(W, b, A, upstream, slope=lambda z: tanh.derivative(np.tanh(z)))
            ),
            "The slope was taken at tanh(z): once too often. Does `bp.tanh.derivative` take z or a?",
        ),
        Misconception(
            "slope_on_both",
            lambda W, b, A, upstream: upstream * tanh.derivative(A @ W.T + b) + _layer_way(W, b, A, upstream),
            "The straight way carries a slope, too. Which function does it pass?",
        ),
        Misconception(
            "transposed",
            lambda W, b, A, upstream: upstream + (upstream * tanh.derivative(A @ W.T + b)) @ W.T,
            "It looks like delta @ W.T. W is square, so the shape says nothing: does the way back run along rows or "
            "columns of W?",
        ),
        Misconception(
            "forward_transposed",
            lambda W, b, A, upstream: upstream + (upstream * tanh.derivative(A @ W + b)) @ W,
            "The slopes are those of another Z: it looks like A @ W + b. W is square, so nothing complains: how does Z "
            "come about in the equation?",
        ),
        Misconception(
            "slope_after_the_weights",
            lambda W, b, A, upstream: upstream + (upstream @ W) * tanh.derivative(A @ W.T + b),
            "The message goes through W first and meets the slope then. On the way back, which of the two comes first?",
        ),
        Misconception(
            "entry_by_entry",
            lambda W, b, A, upstream: upstream * (1 + tanh.derivative(A @ W.T + b)),
            "In the way through the layer W is missing: each entry hears only itself. Which outputs does one entry of "
            "A move?",
        ),
        Misconception(
            "input_for_message",
            lambda W, b, A, upstream: A + _layer_way(W, b, A, upstream),
            "On the straight way you add A. That is what went forward: what comes back?",
        ),
        Misconception(
            "averaged_over_batch",
            lambda W, b, A, upstream: (upstream + _layer_way(W, b, A, upstream)) / len(A),
            "The right one divided by {n}, for a batch of {n}. Each row is one example's: is a mean asked for?",
        ),
    ),
)


def _tied_inputs(rng):
    return [
        {
            "W": rng.normal(size=(k, k)),
            "X": rng.normal(size=(n, k)),
            "Y": rng.uniform(-0.9, 0.9, (n, k)),
        }
        for n, k in ((7, 4), (5, 3), (3, 5))
    ]


def _tied_cost(W, X, Y):
    return ((np.tanh(np.tanh(X @ W.T) @ W.T) - Y) ** 2).sum() / 2 / len(X)


def _tied(
    W, X, Y, first=1.0, second=1.0, over=None, slope_output=tanh.derivative, slope_hidden=tanh.derivative,
    back=lambda W: W,
):  # fmt: skip
    """dC/dW as first * (what the first use gives) + second * (what the second use gives)."""
    Z1 = X @ W.T
    A1 = np.tanh(Z1)
    Z2 = A1 @ W.T
    delta2 = (np.tanh(Z2) - Y) * slope_output(Z2)
    delta1 = (delta2 @ back(W)) * slope_hidden(Z1)
    return (first * delta1.T @ X + second * delta2.T @ A1) / (len(X) if over is None else over)


TIED_GRADIENT = Exercise(
    name="tied_gradient",
    inputs=_tied_inputs,
    truth=lambda W, X, Y: gradient(lambda W: _tied_cost(W, X, Y), W),
    parts={"dW": 3},
    tolerance=1e-11,
    passed="Both uses of W are in it, and their sum is the derivative that is found without a chain rule.",
    batch="X",
    misconceptions=(
        Misconception(
            "overwritten_by_the_first_layer",
            partial(_tied, second=0.0),
            "Only the first use of W is there. Is the second one overwritten, with `=` where `+=` belongs?",
        ),
        Misconception(
            "second_use_only",
            partial(_tied, first=0.0),
            "Only the second use of W is there. In which other line does W act on the loss?",
        ),
        Misconception(
            "mean_of_the_uses",
            partial(_tied, first=0.5, second=0.5),
            "Half the right one: the mean of both uses. If W moves, do its two effects share, or do they add up?",
        ),
        Misconception(
            "difference_of_the_uses",
            partial(_tied, first=-1.0),
            "The two uses are subtracted. What happens to effects where ways join?",
        ),
        Misconception(
            "not_averaged",
            partial(_tied, over=1),
            "{n} times the right one, for a batch of {n}. The cost is a mean over the batch: where does the 1/n go?",
        ),
        Misconception(
            "first_use_not_averaged",
            lambda W, X, Y: _tied(W, X, Y, first=len(X)),
            "The first use of W counts {n} times too much, for a batch of {n}. Which of the two gradients has the 1/n?",
        ),
        Misconception(
            "second_use_not_averaged",
            lambda W, X, Y: _tied(W, X, Y, second=len(X)),
            "The second use of W counts {n} times too much, for a batch of {n}. Which of the two gradients has the "
            "1/n?",
        ),
        Misconception(
            "way_back_transposed",
            partial(_tied, back=np.transpose),
            "It looks like delta2 @ W.T. W is square, so the shape says nothing: does the way back run along rows or "
            "columns of W?",
        ),
        Misconception(
            "slope_missing_at_output",
            partial(_tied, slope_output=np.ones_like),
            "The slope of the second activation is missing. What lies between Z2 and A2?",
        ),
        Misconception(
            "slope_missing_inside",
            partial(_tied, slope_hidden=np.ones_like),
            "The slope of the first activation is missing. What lies between Z1 and A1?",
        ),
        Misconception(
            "slope_of_a",
            partial(
                _tied,
                slope_output=lambda z: tanh.derivative(np.tanh(z)),
                slope_hidden=lambda z: tanh.derivative(np.tanh(z)),
            ),
            "The slopes were taken at a. Does `bp.tanh.derivative` take z or a?",
        ),
        Misconception(
            "sign",
            partial(_tied, first=-1.0, second=-1.0),
            "The right one with the wrong sign. Is the error A2 - Y or Y - A2?",
        ),
        Misconception(
            "transposed",
            lambda W, X, Y: _tied(W, X, Y).T,
            "The transpose of the right one. W is square, so its shape says nothing: which index of W is the unit that "
            "receives?",
        ),
    ),
)
