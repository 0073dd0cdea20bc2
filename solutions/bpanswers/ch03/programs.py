"""Chapter 03: one step of the published program, in its own layout: examples are columns."""

from functools import partial

import numpy as np

from bpcourse.activations import sigmoid
from bpcourse.losses import softmax
from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import complex_sigmoid, gradient

from .step import changes, gradients, program, stops, wide_again, wrong_length

PARTS = ("W1", "W2", "W3", "b1", "b2", "b3")
SIZES = (  # m, (n0, n1, n2, n3)
    (7, (5, 4, 6, 3)),
    (5, (3, 6, 4, 2)),
    (6, (2, 5, 3, 4)),
    (2, (4, 3, 5, 6)),
    (1, (3, 2, 4, 5)),
    (4, (1, 3, 1, 2)),
    (3, (6, 1, 2, 4)),
    (4, (4, 4, 4, 4)),
    (5, (2, 3, 4, 1)),
    (7, (5, 4, 6, 3)),
)


def _case(rng, m, s, one_hot=False):
    """Y has a probability for each class in each column, or, one_hot, one 1, and of several classes the last never."""
    Y = rng.uniform(0.1, 1, (s[3], m))
    if one_hot:
        Y = np.eye(s[3])[:, rng.integers(max(1, s[3] - 1), size=m)]
    return {
        "W": {k: rng.normal(size=(s[k], s[k - 1])) for k in (1, 2, 3)},
        "b": {k: rng.normal(size=(s[k], 1)) for k in (1, 2, 3)},
        "X": rng.normal(size=(s[0], m)),
        "Y": Y / Y.sum(axis=0),
        "rate": float(rng.uniform(0.5, 1.5)),
    }


def _inputs(rng):
    return [_case(rng, m, s, one_hot=i in (2, 4)) for i, (m, s) in enumerate(SIZES)]


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


MENDED_STEP = Exercise(
    name="mended_step",
    inputs=_inputs,
    truth=_truth,
    parts=dict.fromkeys(PARTS, 1),
    points=4,  # all or none: the faulty program has some of the parts right
    passed="All six arrays move as derivatives found without a backward pass demand, on ten networks.",
    shapes={"X": "n0 m", "Y": "n3 m"},
    room={
        "a class that never occurs": lambda case: not case["Y"].any(axis=1).all(),
        "targets that are 0 and 1": lambda case: set(np.unique(case["Y"])) <= {0.0, 1.0},
        "targets between 0 and 1": lambda case: not set(np.unique(case["Y"])) <= {0.0, 1.0},
        "a layer of one unit": lambda case: 1 in [len(W) for W in case["W"].values()],
        "a layer after the first as wide as the one before": lambda case: wide_again(case, 2),
        "a layer as wide as the one before": lambda case: wide_again(case, 1),
        "a layer as wide as the batch is large": lambda case: any(
            len(W) == case["X"].shape[1] > 1 for W in case["W"].values()
        ),
        "layers that are all equally wide": lambda case: len({W.shape for W in case["W"].values()}) == 1,
    },
    ask=dict.fromkeys(
        PARTS, "In a cell of your own, nudge one of its entries: does the cost answer as your step says?"
    ),
    fixed=("Y",),  # its columns add up to 1
    wide=lambda rng: _case(rng, rng.integers(1, 7), rng.integers(1, 7, 4), one_hot=rng.random() < 0.5),
    misconceptions=(
        Misconception(
            "undefined_L",
            stops(NameError, "name 'L' is not defined"),
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
            "{parts}: on the way back the slope is taken at A. Does `bp.sigmoid.derivative` take z or a?",
            alone=True,
        ),
        Misconception(
            "slope_of_a_in_layer_1",
            partial(program, slope=lambda Z, A: sigmoid.derivative(A), slope_in=(1,)),
            "{parts}: on the way back the slope of layer 1 is taken at A. Does `bp.sigmoid.derivative` take z or a?",
            alone=True,
        ),
        Misconception(
            "slope_of_a_in_layer_2",
            partial(program, slope=lambda Z, A: sigmoid.derivative(A), slope_in=(2,)),
            "{parts}: on the way back the slope of layer 2 is taken at A, and layer 1 hears of it. Does g' "
            "take z or a?",
            alone=True,
        ),
        Misconception(
            "slope_missing",
            partial(program, slope=lambda Z, A: 1.0),
            "{parts}: no slope is left on the way back. What lies between Z and A?",
            alone=True,
        ),
        Misconception(
            "slope_of_a_squared",
            partial(program, slope=lambda Z, A: 1 - A**2),
            "{parts}: on the way back the slope is 1 - A². Of which activation is that the rule?",
            alone=True,
        ),
        Misconception(
            "z_in_a_formula",
            partial(program, slope=lambda Z, A: Z * (1 - Z)),
            "{parts}: on the way back the slope is Z (1 - Z). Which of z and a does that formula take?",
            alone=True,
        ),
        Misconception(
            "value_for_slope",
            partial(program, slope=lambda Z, A: A),
            "{parts}: on the way back the message is multiplied by A itself. Is it the value that it meets?",
            alone=True,
        ),
        Misconception(
            "last_layer_left_out",
            partial(program, last=2),
            "The last layer did not move. Up to which l does your loop run?",
        ),
        Misconception(
            "last_layer_without_key",
            stops(KeyError, 3),
            "There is no entry for layer 3. `range(1, L)` ends before L: up to which l should the loop run?",
        ),
        Misconception(
            "updated_before_the_deltas",
            partial(program, updated_first=True),
            "{parts}: the deltas went back through weights that had been updated already. At which weights is the "
            "gradient taken, the old or the new?",
            alone=True,
        ),
        Misconception(
            "biases_left_out",
            partial(program, biases=False),
            "The biases did not move. Which line updates them?",
        ),
        Misconception(
            "weights_left_out",
            partial(program, weights=False),
            "Only the biases moved. Which line updates the weights?",
        ),
        Misconception(
            "not_averaged",
            partial(program, over=1),
            "{parts}: the step is as many times too long as there are examples. Where does the 1/m go?",
            alone=True,
        ),
        Misconception(
            "averaged_twice",
            lambda W, b, X, Y, rate: program(W, b, X, Y, rate / X.shape[1]),
            "{parts}: divided by the number of examples once too often. In which two places is a mean taken?",
            alone=True,
        ),
        Misconception(
            "averaged_over_inputs",
            lambda W, b, X, Y, rate: program(W, b, X, Y, rate, over=len(X)),
            "{parts}: divided by the number of rows of X. With columns for examples, how many examples are there?",
            alone=True,
        ),
        Misconception(
            "averaged_over_classes",
            lambda W, b, X, Y, rate: program(W, b, X, Y, rate, over=len(Y)),
            "{parts}: divided by the number of rows of Y. With columns for examples, how many examples are there?",
            alone=True,
        ),
        Misconception(
            "uphill",
            partial(program, factor=-1.0),
            "{parts} moved by the right amount in the wrong direction. What is the sign of the update?",
            alone=True,
        ),
        Misconception(
            "rate_left_out",
            lambda W, b, X, Y, rate: program(W, b, X, Y, 1.0),
            "{parts}: the step is the whole gradient. What is the gradient multiplied by?",
            alone=True,
        ),
        Misconception(
            "gradients_returned",
            gradients,
            "{parts}: that is the gradient. What is left to do with it?",
            alone=True,
        ),
        Misconception(
            "changes_returned",
            changes,
            "{parts}: that is the change. To what does it have to be added?",
            alone=True,
        ),
        Misconception(
            "never_moved",
            lambda W, b, X, Y, rate: (W[1], W[2], W[3], b[1], b[2], b[3]),
            "{parts} came back as given. Where are the new values stored?",
            alone=True,
        ),
        Misconception(
            "bias_one_number",
            partial(program, squeeze=np.sum),
            "{parts}: one number for all biases of the layer. Over which of the two axes does the sum run?",
            alone=True,
        ),
        Misconception(
            "bias_mean_of_all",
            partial(program, squeeze=np.mean),
            "{parts}: one mean for all biases of the layer. Over which of the two axes is the mean taken?",
            alone=True,
        ),
        Misconception(
            "bias_axis_lost",
            partial(program, squeeze=np.ravel),
            "{parts}: a column minus a flat array of the same length is a square, not a column. Which option of `sum` "
            "keeps the axis?",
            alone=True,
        ),
        Misconception(
            "times_the_weight",
            partial(program, times=np.multiply),
            "{parts}: the gradient is multiplied by W itself. How does Z move when one weight moves: by the weight, or "
            "by what it multiplies?",
            alone=True,
        ),
        Misconception(
            "softmax_slope_as_sigmoid",
            partial(program, softmax_slope=True),
            "At the output there is a factor a (1 - a). For softmax with cross-entropy, is A - Y not the whole delta "
            "already?",
        ),
        Misconception(
            "loss_by_the_output",
            partial(program, error=lambda A, Y: -Y / A),
            "The way back begins with -Y / A, the derivative by A. Which derivative is dZ, and what lies between A and "
            "Z of the last layer?",
        ),
        Misconception(
            "softmax_over_examples",
            partial(program, softmax_axis=1),
            "The softmax runs over the examples. With columns, along which axis do the classes of one example lie?",
        ),
        Misconception(
            "sigmoid_at_the_output",
            partial(program, top=sigmoid),
            "The last layer has a sigmoid. Which function makes probabilities of all classes together?",
        ),
        Misconception(
            "softmax_missing",
            partial(program, top=lambda Z: Z),
            "The last layer has no activation: Y is subtracted from Z. Of which numbers does Y hold the targets?",
        ),
        Misconception(
            "softmax_everywhere",
            partial(program, hidden=lambda Z: softmax(Z.T).T),
            "The hidden layers have a softmax, too. Which activation do they have in the program?",
        ),
        Misconception(
            "slope_of_tanh",
            partial(program, slope=lambda Z, A: 1 - np.tanh(Z) ** 2),
            "{parts}: on the way back the slope is that of tanh. Which activation do the hidden layers have?",
            alone=True,
        ),
        Misconception(
            "tanh_forward",
            partial(program, hidden=np.tanh),
            "The hidden layers have tanh on the way forward. Which activation do they have in the program?",
        ),
        Misconception(
            "wrong_length",
            lambda W, b, X, Y, rate: program(W, b, X, Y, 2 * rate),
            "{parts}: the steps point the right way, but all are too long or too short alike. What is the gradient of "
            "the cost multiplied by?",
            shows=wrong_length,
        ),
    ),
)
