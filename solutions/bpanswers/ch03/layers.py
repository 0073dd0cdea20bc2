"""Chapter 03: one layer backward, with a random message from above."""

from functools import partial

import numpy as np

from bpcourse.activations import sigmoid, tanh
from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import gradient

from .one_layer import layer, layer_with, one_delta

SIZES = ((7, 5, 4), (4, 3, 6), (2, 6, 3), (5, 7, 8), (1, 4, 3), (6, 1, 2), (3, 2, 1), (4, 4, 4), (7, 5, 4))  # n, n0, n1


def _layer_case(rng, n, n0, n1):
    Z = rng.normal(size=(n, n1))
    steep = rng.permutation(Z.size)[:2]
    Z.flat[steep] = np.array([3.3, -2.9])[: len(steep)]  # where tanh is nearly flat
    sizes = {"A_before": (n, n0), "upstream": (n, n1)}
    return {"W": rng.normal(size=(n1, n0)), "Z": Z} | {k: rng.normal(size=s) for k, s in sizes.items()}


def _layer_inputs(rng):
    cases = [_layer_case(rng, *sizes) for sizes in SIZES]
    for name in ("W", "Z", "A_before", "upstream"):  # a division by one of these would show
        cases[3][name][1, 0] = 0.0
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


LAYER_BACKWARD = Exercise(
    name="layer_backward",
    inputs=_layer_inputs,
    truth=_layer_truth,
    parts={"dW": 1, "db": 1, "back": 1},
    passed="For random messages from above, each equals the derivative that is found without a chain rule.",
    batch="Z",
    shapes={"W": "n1 n0", "Z": "n n1", "A_before": "n n0", "upstream": "n n1"},
    room={
        "n1 = n0 > 1": lambda case: case["W"].shape[0] == case["W"].shape[1] > 1,
        "n1 = n > 1": lambda case: len(case["W"]) == len(case["Z"]) > 1,
        "all sizes equal": lambda case: len({*case["W"].shape, len(case["Z"])}) == 1,
        "a 0 among the numbers": lambda case: not case["Z"].all(),
        "whole numbers": "float64 is promised in the first cell of the notebook.",
    },
    ask={
        "dW": "For a batch of one, which two vectors make `dW`?",
        "db": "For a batch of one, what does (BP4) say?",
        "back": "For a batch of one, over which units does a single input act, and with which weights?",
    },
    wide=lambda rng: _layer_case(rng, *rng.integers(1, 7, 3)),
    misconceptions=(
        Misconception(
            "slope_missing",
            partial(layer, slope=np.ones_like),
            "{parts}: the message from above is used as it came. What lies between A and Z?",
            alone=True,
        ),
        Misconception(
            "slope_of_a",
            partial(layer, slope=lambda z: tanh.derivative(tanh(z))),
            "{parts}: the slope was taken at A. Does `bp.tanh.derivative` take z or a?",
            alone=True,
        ),
        Misconception(
            "z_in_a_formula",
            partial(layer, slope=lambda z: 1 - z**2),
            "{parts}: the slope is 1 - Z**2. Which of z and a does that formula take?",
            alone=True,
        ),
        Misconception(
            "value_for_slope",
            partial(layer, slope=tanh.value),
            "{parts}: the message is multiplied by tanh(Z) itself. Is it the value that it meets on the way back?",
            alone=True,
        ),
        Misconception(
            "sigmoid_formula",
            partial(layer, slope=lambda z: tanh(z) * (1 - tanh(z))),
            "{parts}: the slope is A (1 - A). Of which activation is that the slope?",
            alone=True,
        ),
        Misconception(
            "square_forgotten",
            partial(layer, slope=lambda z: 1 - tanh(z)),
            "{parts}: the slope is 1 - A. Put z = 0 into it, and some large z: does tanh have these slopes there?",
            alone=True,
        ),
        Misconception(
            "slope_squared",
            partial(layer, slope=lambda z: tanh.derivative(z) ** 2),
            "{parts}: the slope comes in twice. How many activations lie between A and Z?",
            alone=True,
        ),
        Misconception(
            "not_averaged",
            partial(layer, over=1),
            "{parts}: exactly {n} times the right one, for a batch of {n}. The cost is a mean: where does the 1/n go?",
            alone=True,
        ),
        Misconception(
            "averaged_twice",
            lambda W, Z, A_before, upstream: layer(W, Z, A_before, upstream, over=len(Z) ** 2),
            "{parts}: divided by {n} once too often, for a batch of {n}. In which two places is a mean taken?",
            alone=True,
        ),
        Misconception(
            "delta_averaged",
            lambda W, Z, A_before, upstream: layer(W, Z, A_before, upstream, over=len(Z) ** 2, back_over=len(Z)),
            "For a batch of {n}, `back` is divided by {n}, and `dW` and `db` are divided by {n} once too often, as if "
            "delta were divided already. To whom does delta belong: to the batch, or to one example?",
        ),
        Misconception(
            "delta_multiplied",
            lambda W, Z, A_before, upstream: layer(W, Z, A_before, upstream, over=1, back_over=1 / len(Z)),
            "For a batch of {n}, `dW`, `db` and `back` are {n} times the right ones. `upstream` has one row an "
            "example: is a mean in it that would have to be undone?",
        ),
        Misconception(
            "message_averaged",
            lambda W, Z, A_before, upstream: layer(W, Z, A_before, upstream, back_over=len(Z)),
            "{parts}: divided by {n}, for a batch of {n}. Each row is the message of one example: when is the mean "
            "taken?",
            alone=True,
        ),
        Misconception(
            "averaged_over_units",
            lambda W, Z, A_before, upstream: layer(W, Z, A_before, upstream, over=len(W)),
            "{parts}: divided by the number of units. Over what is the cost a mean: units, or examples?",
            alone=True,
        ),
        Misconception(
            "averaged_over_inputs",
            lambda W, Z, A_before, upstream: layer(W, Z, A_before, upstream, over=W.shape[1]),
            "{parts}: divided by the number of inputs. Over what is the cost a mean: inputs, or examples?",
            alone=True,
        ),
        Misconception(
            "sign",
            partial(layer, sign=-1),
            "{parts}: the wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
            alone=True,
        ),
        Misconception(
            "bias_one_number",
            layer_with(db=lambda delta, *_: delta.sum() / len(delta)),
            "{parts}: the sum runs over the units as well. How many biases has the layer?",
            alone=True,
        ),
        Misconception(
            "bias_mean_of_all",
            layer_with(db=lambda delta, *_: delta.mean()),
            "{parts}: one mean of all deltas. How many biases has the layer?",
            alone=True,
        ),
        Misconception(
            "bias_over_units",
            layer_with(db=lambda delta, *_: delta.sum(axis=1) / len(delta)),
            "{parts}: one number for each example, summed over the units. Does a bias belong to a unit or to an "
            "example?",
            alone=True,
        ),
        Misconception(
            "bias_mean_over_units",
            layer_with(db=lambda delta, *_: delta.mean(axis=1)),
            "{parts}: one number for each example, a mean over the units. Does a bias belong to a unit or to an "
            "example?",
            alone=True,
        ),
        Misconception(
            "bias_not_reduced",
            layer_with(db=lambda delta, *_: delta),
            "{parts}: one row for each example. The cost is one number for the batch: how are the rows joined?",
            alone=True,
        ),
        Misconception(
            "back_is_delta",
            layer_with(back=lambda delta, *_: delta),
            "{parts}: that is delta of this layer. What does it pass on the way to `A_before`?",
            alone=True,
        ),
        Misconception(
            "slope_of_the_layer_below",
            layer_with(back=lambda delta, W, Z, A_before: (delta @ W) * (1 - A_before**2)),
            "{parts}: a slope too many, that of the layer below. Is the derivative by its A asked for, or by its Z?",
            alone=True,
        ),
        Misconception(
            "slope_at_the_activation_below",
            layer_with(back=lambda delta, W, Z, A_before: (delta @ W) * tanh.derivative(A_before)),
            "{parts}: a slope too many, taken at `A_before`. Is the derivative by the A of the layer below asked for, "
            "or by its Z?",
            alone=True,
        ),
        Misconception(
            "back_reduced",
            layer_with(back=lambda delta, W, Z, A_before: (delta @ W).mean(axis=0)),
            "{parts}: the mean over the examples. Whom does the layer below ask for its message: the batch, or each "
            "example?",
            alone=True,
        ),
        Misconception(
            "upstream_taken_for_targets",
            lambda W, Z, A_before, upstream: layer(W, Z, A_before, tanh(Z) - upstream),
            "{parts}: `upstream` is subtracted from A, as if it were targets. What is `upstream` here?",
            alone=True,
        ),
        Misconception(
            "own_activation",
            layer_with(dW=lambda delta, W, Z, A_before: delta.T @ np.tanh(Z) / len(Z)),
            "{parts}: made with the activation of the layer itself. What did W multiply on the way forward?",
            alone=True,
        ),
        Misconception(
            "times_the_weight",
            layer_with(dW=lambda delta, W, Z, A_before: delta.T @ A_before / len(Z) * W),
            "{parts}: multiplied by W itself. How does Z move when one weight moves: by the weight, or by what it "
            "multiplies?",
            alone=True,
        ),
        Misconception(
            "slope_of_sigmoid",
            partial(layer, slope=sigmoid.derivative),
            "{parts}: the slope is that of the sigmoid. Which activation does this layer have?",
            alone=True,
        ),
        Misconception(
            "slope_added",
            lambda W, Z, A_before, upstream: layer(W, Z, A_before, upstream + tanh.derivative(Z), slope=np.ones_like),
            "{parts}: the slope is added to the message. What do rates do along one way?",
            alone=True,
        ),
        Misconception(
            "slope_of_the_wrong_layer",
            lambda W, Z, A_before, upstream: (
                *layer(W, Z, A_before, upstream)[:2],
                (upstream @ W) * tanh.derivative(A_before),
            ),
            "{parts}: the slope is taken at `A_before`. Which activation does the message pass before it reaches W?",
            alone=True,
        ),
        Misconception(
            "last_example_only",
            layer_with(dW=lambda delta, W, Z, A_before: np.outer(delta[-1], A_before[-1]) / len(Z)),
            "{parts}: only the last example is in it. Is each example added, or does it replace the one before?",
            alone=True,
        ),
        Misconception(
            "other_delta",
            partial(layer, slope=lambda z: 1 / np.cosh(z)),
            "`dW`, `db` and `back` fit together: all three are made from one delta. But it is not the right one. What "
            "does `upstream` meet on the way from A to Z?",
            shows=one_delta,
        ),
        Misconception(
            "transposed_too_often",
            lambda W, Z, A_before, upstream: (
                *layer(W, Z, A_before, upstream)[:2],
                (upstream * tanh.derivative(Z)) @ W.T,
            ),
            "It looks like delta @ W.T. With one row an example, that is the way forward. How does W stand for the way "
            "back?",
        ),
    ),
)
