"""Chapter 03: where paths join: a layer with a skip connection."""

from functools import partial

import numpy as np

from bpcourse.activations import sigmoid, tanh
from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import gradient

SIZES = ((7, 4), (3, 5), (4, 3), (1, 3), (5, 1), (4, 4), (2, 6), (7, 4))  # n, k


def _skip_case(rng, n, k):
    return {
        "W": rng.normal(size=(k, k)),
        "b": rng.normal(size=k),
        "A": rng.normal(size=(n, k)),
        "upstream": rng.normal(size=(n, k)),
    }


def _skip_inputs(rng):
    cases = [_skip_case(rng, *sizes) for sizes in SIZES]
    cases[5]["A"][1, 0] = cases[5]["upstream"][2, 1] = cases[5]["W"][0, 2] = 0.0  # a division by one would show
    straight, flat = _skip_case(rng, 3, 4), _skip_case(rng, 4, 3)
    straight["W"][:] = 0.0  # nothing goes through the layer
    flat["A"][:] = flat["b"][:] = 0.0  # all slopes are 1
    return [*cases, straight, flat]


def _layer_way(W, b, A, upstream, slope=tanh.derivative):
    return (upstream * slope(A @ W.T + b)) @ W


SKIP_BACKWARD = Exercise(
    name="skip_backward",
    inputs=_skip_inputs,
    truth=lambda W, b, A, upstream: gradient(lambda a: (upstream * (a + np.tanh(a @ W.T + b))).sum(), A),
    parts={"gradient": 3},
    passed="The direct way brings the message unchanged, the layer adds its own: effects add where ways join.",
    batch="A",
    shapes={"W": "k k", "b": "k", "A": "n k", "upstream": "n k"},
    room={
        "n = k > 1": lambda case: len(case["A"]) == len(case["b"]) > 1,
        "W ≠ 0": lambda case: case["W"].any(),
        "W ≠ 0 and z ≠ 0": lambda case: case["W"].any() and case["A"].any(),
        "z ≠ 0": lambda case: case["A"].any(),
    },
    ask={
        "gradient": "With one unit and one example all is one number: what is the derivative of a + tanh(w a + b) by a?"
    },
    wide=lambda rng: _skip_case(rng, *rng.integers(1, 7, 2)),
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
            "That is the product of the two ways. Rates multiply along one way; what do they do where two ways join?",
        ),
        Misconception(
            "averaged",
            lambda W, b, A, upstream: (upstream + _layer_way(W, b, A, upstream)) / 2,
            "That is the mean of the two ways. Do effects share, or do they add up?",
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
            "On the straight way A is added. That is what went forward: what comes back?",
        ),
        Misconception(
            "averaged_over_batch",
            lambda W, b, A, upstream: (upstream + _layer_way(W, b, A, upstream)) / len(A),
            "The right one divided by {n}, for a batch of {n}. Each row is one example's: is a mean asked for?",
        ),
        Misconception(
            "subtracted",
            lambda W, b, A, upstream: upstream - _layer_way(W, b, A, upstream),
            "The way through the layer is subtracted. What happens to effects where ways join?",
        ),
        Misconception(
            "ones_for_the_message",
            lambda W, b, A, upstream: 1 + _layer_way(W, b, A, upstream),
            "On the straight way 1 is added. That is its local derivative: what is it multiplied by?",
        ),
        Misconception(
            "input_times_message",
            lambda W, b, A, upstream: upstream * A + _layer_way(W, b, A, upstream),
            "On the straight way the message is multiplied by A. What is the local derivative of A + ... by A?",
        ),
        Misconception(
            "straight_way_through_W",
            lambda W, b, A, upstream: upstream @ W + _layer_way(W, b, A, upstream),
            "The straight way goes through W, too. Does it, on the way forward?",
        ),
        Misconception(
            "bias_left_out",
            lambda W, b, A, upstream: upstream + _layer_way(W, 0 * b, A, upstream),
            "The slopes are those of another Z: it looks as if b is left out. How does Z come about?",
        ),
        Misconception(
            "value_for_slope",
            partial(lambda way, *args: args[3] + way(*args, slope=np.tanh), _layer_way),
            "In the way through the layer the message is multiplied by tanh(z) itself. Is it the value that it meets?",
        ),
        Misconception(
            "z_in_a_formula",
            partial(lambda way, *args: args[3] + way(*args, slope=lambda z: 1 - z**2), _layer_way),
            "The slope is 1 - z². Which of z and a does that formula take?",
        ),
        Misconception(
            "slope_at_the_input",
            lambda W, b, A, upstream: upstream + (upstream * tanh.derivative(A)) @ W,
            "The slope is taken at A. Of which z is tanh taken on the way forward?",
        ),
        Misconception(
            "input_squared",
            lambda W, b, A, upstream: upstream + (upstream * (1 - A**2)) @ W,
            "The slope is 1 - A². Whose output would stand in that formula, that of this layer or of the one before?",
        ),
        Misconception(
            "slope_at_the_sum",
            lambda W, b, A, upstream: upstream + (upstream * tanh.derivative(A + np.tanh(A @ W.T + b))) @ W,
            "The slope is taken at A_out. Of which z is tanh taken on the way forward?",
        ),
        Misconception(
            "sum_squared",
            lambda W, b, A, upstream: upstream + (upstream * (1 - (A + np.tanh(A @ W.T + b)) ** 2)) @ W,
            "The slope is 1 - A_out². What is the output of tanh itself, before the plus?",
        ),
        Misconception(
            "all_transposed",
            lambda W, b, A, upstream: upstream + (upstream * tanh.derivative(A @ W + b)) @ W.T,
            "It looks as if W and W.T were exchanged everywhere. How does W stand in the equation of the layer?",
        ),
        Misconception(
            "slope_of_sigmoid",
            partial(lambda way, *args: args[3] + way(*args, slope=sigmoid.derivative), _layer_way),
            "The slope is that of the sigmoid. Which activation does this layer have?",
        ),
        Misconception(
            "sigmoid_formula",
            partial(lambda way, *args: args[3] + way(*args, slope=lambda z: np.tanh(z) * (1 - np.tanh(z))), _layer_way),
            "The slope is a (1 - a). Of which activation is that the slope?",
        ),
        Misconception(
            "square_forgotten",
            partial(lambda way, *args: args[3] + way(*args, slope=lambda z: 1 - np.tanh(z)), _layer_way),
            "The slope is 1 - a. Put z = 0 into it, and some large z: does tanh have these slopes there?",
        ),
        Misconception(
            "message_missing_in_the_layer",
            lambda W, b, A, upstream: upstream + _layer_way(W, b, A, np.ones_like(upstream)),
            "The way through the layer does not carry the message. What is its local derivative multiplied by?",
        ),
        Misconception(
            "local_derivatives_only",
            lambda W, b, A, upstream: 1 + _layer_way(W, b, A, np.ones_like(upstream)),
            "That is the sum of the local derivatives. Where does `upstream` come in?",
        ),
        Misconception(
            "message_after_the_weights",
            lambda W, b, A, upstream: upstream * (1 + _layer_way(W, b, A, np.ones_like(upstream))),
            "Each entry of the message is multiplied by one number. But an entry of A moves several outputs: how do "
            "their messages come together?",
        ),
        Misconception(
            "forward_value",
            lambda W, b, A, upstream: A + np.tanh(A @ W.T + b),
            "That is A_out. Which derivative is asked for?",
        ),
        Misconception(
            "layer_way_averaged",
            lambda W, b, A, upstream: upstream + _layer_way(W, b, A, upstream) / len(A),
            "What comes through the layer is divided by {n}, for a batch of {n}. Each row is one example's: is a mean "
            "asked for?",
        ),
        Misconception(
            "one_slope_for_all_examples",
            lambda W, b, A, upstream: upstream + (upstream * tanh.derivative(A @ W.T + b).mean(axis=0)) @ W,
            "The slopes are means over the batch. At which z is the slope of one example taken?",
        ),
        Misconception(
            "own_weight_only",
            lambda W, b, A, upstream: upstream + upstream * tanh.derivative(A @ W.T + b) * np.diag(W),
            "In the way through the layer only the diagonal of W is used. Which outputs does one entry of A move?",
        ),
        Misconception(
            "bias_subtracted",
            lambda W, b, A, upstream: upstream + _layer_way(W, -b, A, upstream),
            "The slopes are those of another Z: it looks as if b is subtracted. How does Z come about?",
        ),
        Misconception(
            "layer_way_reduced",
            lambda W, b, A, upstream: upstream + _layer_way(W, b, A, upstream).sum(axis=0),
            "The way through the layer is summed over the examples. Does an example hear the others?",
        ),
    ),
)
