"""Chapter 03: one layer backward, with a random message from above; and the message through any number of layers."""

from functools import partial
from types import MappingProxyType

import numpy as np

from ...activations import sigmoid, tanh
from ..engine import Exercise, Misconception
from ..truth import complex_sigmoid, gradient


def fixed(arrays):
    """A dictionary that an answer can read but not change, nor its arrays: every answer sees the same."""
    for array in arrays.values():
        array.setflags(write=False)
    return MappingProxyType(arrays)


def _layer_inputs(rng):
    cases = []
    for n, n0, n1 in ((7, 5, 4), (4, 3, 6), (5, 2, 3)):
        Z = rng.normal(size=(n, n1))
        Z.flat[rng.permutation(Z.size)[:2]] = 3.3, -2.9  # where tanh is nearly flat
        sizes = {"A_before": (n, n0), "upstream": (n, n1)}
        cases.append({"W": rng.normal(size=(n1, n0)), "Z": Z} | {k: rng.normal(size=s) for k, s in sizes.items()})
    return cases


def _layer_truth(W, Z, A_before, upstream):
    """Complex steps of sum(upstream * tanh(A W^T + B)), with B such that Z is what it is."""
    n, B = len(Z), Z - A_before @ W.T

    def message(W, A_before, shift):
        return (upstream * np.tanh(A_before @ W.T + B + shift)).sum()

    zero = np.zeros(Z.shape[1])
    return (
        gradient(lambda W: message(W, A_before, zero), W) / n,
        gradient(lambda shift: message(W, A_before, shift), zero) / n,
        gradient(lambda A: message(W, A, zero), A_before),
    )


def _layer(W, Z, A_before, upstream, slope=tanh.derivative, over=None, back_over=1, sign=1):
    delta, n = sign * upstream * slope(Z), len(Z) if over is None else over
    return delta.T @ A_before / n, delta.sum(axis=0) / n, delta @ W / back_over


def _bias_number(W, Z, A_before, upstream, of=np.sum):
    dW, db, back = _layer(W, Z, A_before, upstream)
    return dW, of(db), back


def _bias_rows(W, Z, A_before, upstream):
    dW, _, back = _layer(W, Z, A_before, upstream)
    return dW, upstream * tanh.derivative(Z), back


LAYER_BACKWARD = Exercise(
    name="layer_backward",
    inputs=_layer_inputs,
    truth=_layer_truth,
    parts={"dW": 1, "db": 1, "back": 1},
    tolerance=1e-11,
    passed="For random messages from above, each equals the derivative that is found without a chain rule.",
    batch="Z",
    misconceptions=(
        Misconception(
            "slope_missing",
            partial(_layer, slope=np.ones_like),
            "{parts}: the message from above is used as it came. What lies between A and Z?",
        ),
        Misconception(
            "slope_of_a",
            partial(_layer, slope=lambda z: tanh.derivative(tanh(z))),
            "{parts}: the slope was taken at A. Does `bp.tanh.derivative` take z or a?",
        ),
        Misconception(
            "z_in_a_formula",
            partial(_layer, slope=lambda z: 1 - z**2),
            "{parts}: you wrote 1 - Z**2. Which of z and a does that formula take?",
        ),
        Misconception(
            "value_for_slope",
            partial(_layer, slope=tanh.value),
            "{parts}: you multiplied by tanh(Z) itself. Is it the value that a message is multiplied by?",
        ),
        Misconception(
            "not_averaged",
            partial(_layer, over=1),
            "{parts}: exactly {n} times the right one, for a batch of {n}. The cost is a mean: where does the 1/n go?",
        ),
        Misconception(
            "message_averaged",
            lambda W, Z, A_before, upstream: _layer(W, Z, A_before, upstream, back_over=len(Z)),
            "{parts}: divided by {n}, for a batch of {n}. Each row is the message of one example: when is the mean "
            "taken?",
        ),
        Misconception(
            "sign",
            partial(_layer, sign=-1),
            "{parts}: the wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
        ),
        Misconception(
            "bias_one_number",
            _bias_number,
            "{parts}: you summed over the units as well. How many biases has the layer?",
        ),
        Misconception(
            "bias_mean_of_all",
            partial(_bias_number, of=np.mean),
            "{parts}: one mean of all deltas. How many biases has the layer?",
        ),
        Misconception(
            "slope_of_the_layer_below",
            lambda W, Z, A_before, upstream: (
                *_layer(W, Z, A_before, upstream)[:2],
                _layer(W, Z, A_before, upstream)[2] * (1 - A_before**2),
            ),
            "{parts}: a slope too many, that of the layer below. Is the derivative by its A asked for, or by its Z?",
        ),
        Misconception(
            "upstream_taken_for_targets",
            lambda W, Z, A_before, upstream: _layer(W, Z, A_before, tanh(Z) - upstream),
            "{parts}: you subtract `upstream` from A, as if it were targets. What is `upstream` here?",
        ),
        Misconception(
            "bias_not_reduced",
            _bias_rows,
            "{parts}: one row for each example. The cost is one number for the batch: how are the rows joined?",
        ),
        Misconception(
            "own_activation",
            lambda W, Z, A_before, upstream: (
                (upstream * tanh.derivative(Z)).T @ np.tanh(Z) / len(Z),
                *_layer(W, Z, A_before, upstream)[1:],
            ),
            "{parts}: made with the activation of the layer itself. What did W multiply on the way forward?",
        ),
        Misconception(
            "transposed_too_often",
            lambda W, Z, A_before, upstream: (upstream * tanh.derivative(Z)) @ W.T,
            "It looks like delta @ W.T. With one row an example, that is the way forward. How does W stand for the way "
            "back?",
        ),
    ),
)

DEPTHS = (  # n, (n_0, ..., n_L); in one network all layers are equally wide, so that every W fits everywhere
    (7, (5, 4, 3, 2)),
    (4, (3, 5, 2)),
    (5, (2, 4, 6, 3, 7)),
    (6, (4, 4, 4, 4)),
    (8, (5, 3, 2, 4, 3, 5, 2)),
    (6, (4, 5)),
)


def _deep_inputs(rng):
    return [
        {
            "W": fixed({k: rng.normal(size=(s[k], s[k - 1])) for k in range(1, len(s))}),
            "Z": fixed({k: rng.normal(size=(n, s[k])) for k in range(1, len(s))}),
            "delta_L": rng.normal(size=(n, s[-1])),
        }
        for n, s in DEPTHS
    ]


def _deep_truth(W, Z, delta_L):
    """Complex steps of sum(delta_L * z_L) in z_1, with biases such that every Z is what it is."""
    L = len(Z)
    B = {k: Z[k] - complex_sigmoid(Z[k - 1]) @ W[k].T for k in range(2, L + 1)}

    def message(z):
        for k in range(2, L + 1):
            z = complex_sigmoid(z) @ W[k].T + B[k]
        return (delta_L * z).sum()

    return gradient(message, Z[1])


def _deep(
    W, Z, delta_L, slope=sigmoid.derivative, to=1, top=False, last_only=False, over=1, weights=lambda W, k: W[k + 1]
):
    delta = delta_L * slope(Z[len(Z)]) if top else delta_L
    for k in range(len(Z) - 1, to - 1, -1):
        delta = delta @ weights(W, k)
        if not last_only or k == to:
            delta = delta * slope(Z[k])
    return delta / over


FIRST_DELTA = Exercise(
    name="first_delta",
    inputs=_deep_inputs,
    truth=_deep_truth,
    parts={"delta": 3},
    tolerance=1e-11,
    passed="Through one to six layers the message arrives as derivatives found without (BP2) say it must.",
    batch="delta_L",
    misconceptions=(
        Misconception(
            "slope_missing",
            partial(_deep, slope=np.ones_like),
            "Only the weights are in it. What does a message meet between A and Z of each layer?",
        ),
        Misconception(
            "slope_only_once",
            partial(_deep, last_only=True),
            "There is one slope, that of layer 1. How many activations does the message pass on its way?",
        ),
        Misconception(
            "slope_of_a",
            partial(_deep, slope=lambda z: sigmoid.derivative(sigmoid(z))),
            "The slopes were taken at a: the sigmoid was applied once too often. Does your g' take z or a?",
        ),
        Misconception(
            "slope_at_the_top",
            partial(_deep, top=True),
            "You multiplied `delta_L` by the slope of layer L. Of what is delta the derivative: of a, or of z?",
        ),
        Misconception(
            "stopped_early",
            partial(_deep, to=2),
            "That is the delta of layer 2. At which value of l does your loop end?",
        ),
        Misconception(
            "one_layer_too_far",
            lambda W, Z, delta_L: _deep(W, Z, delta_L) @ W[1],
            "You went through W[1] as well, down to the inputs. Between which layers does W[1] lie?",
        ),
        Misconception(
            "averaged_already",
            lambda W, Z, delta_L: _deep(W, Z, delta_L, over=len(delta_L)),
            "The right one divided by {n}, for a batch of {n}. Delta belongs to one example: when is the mean taken?",
        ),
        Misconception(
            "own_weights",
            partial(_deep, weights=lambda W, k: W[k]),
            "You went from layer l + 1 to layer l through W[l]. Which W lies between these two layers?",
        ),
        Misconception(
            "one_step_only",
            lambda W, Z, delta_L: (delta_L @ W[len(Z)]) * sigmoid.derivative(Z[len(Z) - 1]),
            "You took one step down, from layer L. How often must (BP2) be applied to reach layer 1?",
        ),
        Misconception(
            "transposed_too_often",
            partial(_deep, weights=lambda W, k: W[k + 1].T),
            "It looks like delta @ W.T. With one row an example, that is the way forward. How does W stand for the way "
            "back?",
        ),
    ),
)
