"""Chapter 03: the message on its way down through any number of layers."""

from functools import partial

import numpy as np

from bpcourse.activations import sigmoid, tanh
from bpcourse.marking.compare import alike
from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import complex_sigmoid, gradient

DEPTHS = (  # n, (n_0, ..., n_L); in some networks all layers are equally wide, so that every W fits everywhere
    (7, (5, 4, 3, 2)),
    (4, (3, 5, 2)),
    (5, (2, 4, 6, 3, 7)),
    (6, (4, 4, 4, 4)),
    (8, (5, 3, 2, 4, 3, 5, 2)),
    (6, (4, 5)),
    (1, (3, 2, 4)),
    (3, (2, 1, 3, 1)),
    (5, (5, 5, 5)),
    (2, (3, 2, 3, 2, 3, 2, 3, 2, 3, 2)),
    (7, (5, 4, 3, 2)),
)


def _deep_case(rng, n, s):
    return {
        "W": {k: rng.normal(size=(s[k], s[k - 1])) for k in range(1, len(s))},
        "Z": {k: rng.normal(size=(n, s[k])) for k in range(1, len(s))},
        "delta_L": rng.normal(size=(n, s[-1])),
    }


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
    W, Z, delta_L, slope=lambda Z, k: sigmoid.derivative(Z[k]), to=1, top=False, slopes=lambda k, L: True, over=1,
    sign=1, weights=lambda W, k: W[k + 1],
):  # fmt: skip
    """(BP2) from L down; `slopes`: for which layers the slope is taken."""
    L = len(Z)
    delta = delta_L * slope(Z, L) if top else delta_L
    for k in range(L - 1, to - 1, -1):
        delta = sign * (delta @ weights(W, k))
        if slopes(k, L):
            delta = delta * slope(Z, k)
    return delta / over


def _before(W, Z, delta_L):
    """The slope of the layer above in each step, before W: as if delta were the derivative by A."""
    for k in range(len(Z), 1, -1):
        delta_L = (delta_L * sigmoid.derivative(Z[k])) @ W[k]
    return delta_L


def _one_step(W, Z, delta_L):
    L = len(Z)
    return (delta_L @ W[L]) * sigmoid.derivative(Z[L - 1]) if L > 1 else delta_L


def _raises(key):
    def wrong(W, Z, delta_L):
        raise KeyError(key(Z))

    return wrong


def _widths(case):
    return [case["W"][1].shape[1], *(len(W) for W in case["W"].values())]


FIRST_DELTA = Exercise(
    name="first_delta",
    inputs=lambda rng: [_deep_case(rng, n, s) for n, s in DEPTHS],
    truth=_deep_truth,
    parts={"delta": 3},
    passed="Through one to nine layers the message arrives as derivatives found without (BP2) say it must.",
    batch="delta_L",
    shapes={"delta_L": "n n_L"},
    room={
        "one layer": lambda case: len(case["Z"]) == 1,
        "two layers": lambda case: len(case["Z"]) == 2,
        "more than three layers": lambda case: len(case["Z"]) > 3,
        "more than four layers": lambda case: len(case["Z"]) > 4,
        "more than one layer": lambda case: len(case["Z"]) > 1,
        "more than two layers": lambda case: len(case["Z"]) > 2,
        "a layer of one unit": lambda case: 1 in _widths(case),
        "a layer after the first as wide as the one before": lambda case: any(
            k > 1 and W.shape[0] == W.shape[1] > 1 for k, W in case["W"].items()
        ),
        "two neighbouring W of the same shape": lambda case: any(
            W.shape == case["W"][k + 1].shape for k, W in case["W"].items() if k + 1 in case["W"]
        ),
        "layers that are all equally wide": lambda case: len(set(_widths(case))) == 1,
        "layers of different widths": lambda case: len(set(_widths(case))) > 1,
    },
    ask={"delta": "With three layers of one unit, which numbers are multiplied on the way down to layer 1?"},
    wide=lambda rng: _deep_case(rng, rng.integers(1, 7), rng.integers(1, 7, rng.integers(2, 10))),
    misconceptions=(
        Misconception(
            "slope_missing",
            partial(_deep, slopes=lambda k, L: False),
            "Only the weights are in it. What does a message meet between A and Z of each layer?",
        ),
        Misconception(
            "slope_only_once",
            partial(_deep, slopes=lambda k, L: k == 1),
            "There is one slope, that of layer 1. How many activations does the message pass on its way?",
        ),
        Misconception(
            "slope_only_at_first",
            partial(_deep, slopes=lambda k, L: k == L - 1),
            "There is one slope, that of the first step down. How many activations does the message pass on its way?",
        ),
        Misconception(
            "bottom_slope_missing",
            partial(_deep, slopes=lambda k, L: k > 1),
            "The slope of layer 1 is missing. Which derivative is asked for: by its A, or by its Z?",
        ),
        Misconception(
            "slope_of_a",
            partial(_deep, slope=lambda Z, k: sigmoid.derivative(sigmoid(Z[k]))),
            "The slopes were taken at a: the sigmoid was applied once too often. Does your g' take z or a?",
        ),
        Misconception(
            "z_in_a_formula",
            partial(_deep, slope=lambda Z, k: Z[k] * (1 - Z[k])),
            "The slopes are Z (1 - Z). Which of z and a does that formula take?",
        ),
        Misconception(
            "value_for_slope",
            partial(_deep, slope=lambda Z, k: sigmoid(Z[k])),
            "The message is multiplied by the sigmoid itself. Is it the value that it meets on the way back?",
        ),
        Misconception(
            "slope_of_tanh",
            partial(_deep, slope=lambda Z, k: tanh.derivative(Z[k])),
            "The slopes are those of tanh. Which activation do these layers have?",
        ),
        Misconception(
            "sigmoid_with_the_rule_of_tanh",
            partial(_deep, slope=lambda Z, k: 1 - sigmoid(Z[k]) ** 2),
            "The slopes are 1 - a². For which activation is that the rule?",
        ),
        Misconception(
            "slope_of_the_layer_above",
            partial(_deep, slope=lambda Z, k: sigmoid.derivative(Z[k + 1] if k < len(Z) else Z[k])),
            "On the way from layer l + 1 to layer l the slope of layer l + 1 is taken. Which of the two activations "
            "does this step pass?",
        ),
        Misconception(
            "slope_before_the_weights",
            _before,
            "In each step the slope of layer l + 1 comes first and W afterwards. Is `delta_L` the derivative by A or "
            "by Z?",
        ),
        Misconception(
            "slope_at_the_top",
            partial(_deep, top=True),
            "You multiplied `delta_L` by the slope of layer L. Of what is delta the derivative: of a, or of z?",
        ),
        Misconception(
            "wrong_sign_each_step",
            partial(_deep, sign=-1),
            "Each step changes the sign. Which factor of (BP2) has a minus?",
        ),
        Misconception(
            "wrong_sign",
            lambda W, Z, delta_L: -_deep(W, Z, delta_L),
            "The right one with the wrong sign. Which factor of (BP2) has a minus?",
        ),
        Misconception(
            "one_slope_for_all_examples",
            partial(_deep, slope=lambda Z, k: sigmoid.derivative(Z[k]).mean(axis=0)),
            "The slopes are means over the batch. At which z is the slope of one example taken?",
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
            "never_moved",
            lambda W, Z, delta_L: delta_L,
            "`delta_L` comes back as it went in. Does your loop run at all?",
        ),
        Misconception(
            "one_step_only",
            _one_step,
            "You took one step down, from layer L. How often must (BP2) be applied to reach layer 1?",
            shows=lambda case, outcome: (  # an error where there is one layer
                bool(outcome.error)
                if len(case["Z"]) == 1
                else bool(outcome.parts) and alike(outcome.parts[0], _one_step(**case))
            ),
        ),
        Misconception(
            "loop_to_zero",
            _raises(lambda Z: 0),
            "The loop goes on to l = 0. Which is the lowest layer that has a z?",
        ),
        Misconception(
            "loop_from_the_top",
            _raises(lambda Z: len(Z) + 1),
            "The loop begins at l = L and asks for W[L + 1]. From which layer to which does the first step go?",
        ),
        Misconception(
            "starts_again_each_time",
            lambda W, Z, delta_L: (delta_L @ W[2]) * sigmoid.derivative(Z[1]) if len(Z) > 1 else delta_L,
            "Every step starts again from `delta_L`. Which delta goes into the step from layer l + 1 to layer l?",
        ),
        Misconception(
            "transposed_too_often",
            partial(_deep, weights=lambda W, k: W[k + 1].T),
            "It looks like delta @ W.T. With one row an example, that is the way forward. How does W stand for the way "
            "back?",
        ),
        Misconception(
            "bottom_slope_twice",
            lambda W, Z, delta_L: _deep(W, Z, delta_L) * sigmoid.derivative(Z[1]),
            "There is a slope of layer 1 too many. How many activations does the message pass on its way?",
        ),
        Misconception(
            "message_forgotten",
            lambda W, Z, delta_L: _deep(W, Z, np.ones_like(delta_L)),
            "You started from ones. What does the message begin with?",
        ),
    ),
)
