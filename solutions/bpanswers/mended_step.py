"""One step of the published program, in its own layout: examples are columns."""

import copy
from functools import partial

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import complex_sigmoid, gradient

from .common.edits import edited, slips, solution
from .common.parts import part_slips
from .common.right_in_part import each_part
from .common.sizes import sizes

PROGRAM = solution("mended_step")
PARTS = ("W1", "W2", "W3", "b1", "b2", "b3")
SIZES = (  # m, (n0, n1, n2, n3); in the last five each is large once
    *((7, (5, 4, 6, 3)), (5, (3, 6, 4, 2)), (6, (2, 5, 3, 4)), (2, (4, 3, 5, 6)), (1, (3, 2, 4, 5)), (4, (1, 3, 1, 2))),
    *((3, (6, 1, 2, 4)), (4, (4, 4, 4, 4)), (5, (2, 3, 4, 1)), (7, (5, 4, 6, 3)), (33, (2, 3, 2, 4))),
    *((3, (31, 2, 3, 2)), (2, (2, 29, 3, 2)), (2, (3, 2, 30, 3)), (3, (2, 3, 2, 25))),
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
        "rate": float(rng.uniform(1.5, 4)),
    }


def wide(rng):
    m, *widths = sizes(rng, 5)
    return _case(rng, m, widths, one_hot=rng.random() < 0.5)


def _cost(theta, X, Y):
    W1, W2, W3, b1, b2, b3 = theta
    Z3 = W3 @ complex_sigmoid(W2 @ complex_sigmoid(W1 @ X + b1) + b2) + b3
    return (np.log(np.exp(Z3).sum(axis=0)) - (Y * Z3).sum(axis=0)).sum() / Y.shape[1]


def truth(W, b, X, Y, rate):
    """Complex steps of the cost: no backward pass in it."""
    theta = [W[1], W[2], W[3], b[1], b[2], b[3]]
    grads = [
        gradient(lambda p, k=k: _cost([*theta[:k], p, *theta[k + 1 :]], X, Y), theta[k]) for k in range(len(theta))
    ]
    return tuple(p - rate * grad for p, grad in zip(theta, grads, strict=True))


def _wide_again(case, first):
    """True if one of the W from `first` on is square, and more than a number; with one class nothing moves."""
    return len(case["Y"]) > 1 and any(k >= first and W.shape[0] == W.shape[1] > 1 for k, W in case["W"].items())


# ----- right answers


def g(z):
    return 1 / (1 + np.exp(-z))


def written_out(W, b, X, Y, rate):
    A1 = g(W[1] @ X + b[1])
    A2 = g(W[2] @ A1 + b[2])
    E3 = np.exp(W[3] @ A2 + b[3])
    d3 = (E3 / E3.sum(axis=0) - Y) / X.shape[1]
    d2 = W[3].T @ d3 * A2 * (1 - A2)
    d1 = W[2].T @ d2 * A1 * (1 - A1)
    new = [W[1] - rate * d1 @ X.T, W[2] - rate * d2 @ A1.T, W[3] - rate * d3 @ A2.T]
    return (*new, *(b[k] - rate * d.sum(axis=1)[:, None] for k, d in ((1, d1), (2, d2), (3, d3))))


def in_place(W, b, X, Y, rate):
    """On deep copies, in rows."""
    W, b, X, Y = copy.deepcopy(W), copy.deepcopy(b), X.T, Y.T
    A = {0: X, 1: g(X @ W[1].T + b[1].T)}
    A[2] = g(A[1] @ W[2].T + b[2].T)
    delta = (bp.softmax(A[2] @ W[3].T + b[3].T) - Y) / len(X)
    for k in (3, 2, 1):
        below = (delta @ W[k]) * A[k - 1] * (1 - A[k - 1])
        W[k] -= rate * delta.T @ A[k - 1]
        b[k] -= rate * delta.sum(axis=0)[:, None]
        delta = below
    return [*W.values(), *b.values()]


def by_the_library(W, b, X, Y, rate):
    net = bp.Network((len(X), *(len(W[k]) for k in (1, 2, 3))), bp.sigmoid, bp.identity, bp.cross_entropy)
    params = net.pack(W, {k: b[k][:, 0] for k in b})
    grads = net.backward(params, net.forward(params, X.T), Y.T).grads
    return [W[k] - rate * grads.W[k] for k in W] + [b[k] - rate * grads.b[k][:, None] for k in b]


def in_one_vector(W, b, X, Y, rate):
    """The library's step on all parameters at once."""
    net = bp.Network((len(X), *(len(W[k]) for k in (1, 2, 3))), bp.sigmoid, bp.identity, bp.cross_entropy)
    params = net.pack(dict(W), {k: b[k][:, 0] for k in b})
    params.vector[:] -= rate * net.backward(params, net.forward(params, X.T.copy()), Y.T.copy()).grads.vector
    return [params.W[k] for k in (1, 2, 3)] + [params.b[k][:, None] for k in (1, 2, 3)]


def wrong_length(case, outcome):
    """True if all six changes are the right ones times one number above 0."""
    old = [case[name][k] for name in "Wb" for k in (1, 2, 3)]
    if outcome.parts is None or any(came.shape != p.shape for came, p in zip(outcome.parts, old, strict=True)):
        return False
    came, right = (
        np.concatenate([np.ravel(new - p) for new, p in zip(all_new, old, strict=True)])
        for all_new in (outcome.parts, written_out(**case))
    )
    factor = came @ right / max(right @ right, 1e-300)
    return factor >= 0 and bool(np.abs(came - factor * right).max() <= 1e-9 * max(np.abs(right).max(), 1e-6))


def kept():
    """What was computed for these sizes once is given again."""
    results = {}
    return lambda W, b, X, Y, rate: results.setdefault((X.shape, len(W[1])), written_out(W, b, X, Y, rate))


G, ERROR, SOFTMAX = "bp.sigmoid.derivative(Z[l - 1])", "dZ, dW, db = A[L] - Y", "bp.softmax(Z[l].T).T"
NEW_W, NEW_B = "{l: W[l] - rate * dW[l] for l in range(1, L + 1)}", "{l: b[l] - rate * db[l] for l in range(1, L + 1)}"
DW, DB = "dZ @ A[l - 1].T / m", "dZ.sum(axis=1, keepdims=True) / m"
NO_L = ("m, L = ", "m = "), (", len(W)\n", "\n")
slip, alone, wrong = slips(PROGRAM), part_slips(PROGRAM), partial(edited, PROGRAM)

EXERCISE = Exercise(
    inputs=lambda rng: [_case(rng, m, s, one_hot=i in (2, 4)) for i, (m, s) in enumerate(SIZES)],
    truth=truth,
    parts=dict.fromkeys(PARTS, 1),
    points=4,  # all or none: the faulty program has some of the parts right
    passed="All six arrays move as derivatives found without a backward pass demand, on networks of many sizes.",
    shapes={"X": "n0 m", "Y": "n3 m"},
    room={
        "more than one class (with one class nothing moves, whatever is wrong)": lambda case: len(case["Y"]) > 1,
        "a class that never occurs": lambda case: not case["Y"].any(axis=1).all(),
        "targets that are 0 and 1": lambda case: set(np.unique(case["Y"])) <= {0.0, 1.0},
        "targets between 0 and 1": lambda case: not set(np.unique(case["Y"])) <= {0.0, 1.0},
        "more than 8 examples": lambda case: case["X"].shape[1] > 8,
        "a layer of one unit": lambda case: 1 in [len(W) for W in case["W"].values()],
        "a layer after the first as wide as the one before": lambda case: _wide_again(case, 2),
        "a layer as wide as the one before": lambda case: _wide_again(case, 1),
        "a layer as wide as the batch is large": lambda case: any(
            len(W) == case["X"].shape[1] > 1 for W in case["W"].values()
        ),
        "layers that are all equally wide": lambda case: len({W.shape for W in case["W"].values()}) == 1,
    },
    ask=dict.fromkeys(
        PARTS, "In a cell of your own, nudge one of its entries: does the cost answer as your step says?"
    ),
    fixed=("Y",),  # its columns add up to 1
    wide=wide,
    misconceptions=(
        slip("undefined_L", "`L` is used and never defined. How many layers are there, and which argument knows it?",
             *NO_L),
        slip("own_activation", "dW[l] is formed with the activation of layer l itself. What did W[l] multiply on the "
             "way forward?", (DW, "dZ @ A[l].T / m")),
        alone("z_for_activation", "dW[l] is formed with Z of the layer before. What did W[l] multiply on the way "
              "forward?", ("= {0: X}, {},", "= {0: X}, {0: X},"), (DW, "dZ @ Z[l - 1].T / m")),
        alone("slope_of_a", "on the way back the slope is taken at A. Does `bp.sigmoid.derivative` take z or a?",
              (G, "bp.sigmoid.derivative(A[l - 1])")),
        alone("slope_of_a_in_layer_1", "on the way back the slope of layer 1 is taken at A. Does "
              "`bp.sigmoid.derivative` take z or a?", (G, "bp.sigmoid.derivative(A[1] if l == 2 else Z[l - 1])")),
        alone("slope_of_a_in_layer_2", "on the way back the slope of layer 2 is taken at A, and layer 1 hears of it. "
              "Does g' take z or a?", (G, "bp.sigmoid.derivative(A[2] if l == 3 else Z[l - 1])")),
        alone("slope_missing", "no slope is left on the way back. What lies between Z and A?", (f" * {G}", "")),
        alone("slope_of_a_squared", "on the way back the slope is 1 - A². Of which activation is that the rule?",
              (G, "(1 - A[l - 1] ** 2)")),
        alone("z_in_a_formula", "on the way back the slope is Z (1 - Z). Which of z and a does that formula take?",
              (G, "Z[l - 1] * (1 - Z[l - 1])")),
        alone("value_for_slope", "on the way back the message is multiplied by A itself. Is it the value that it "
              "meets?", (G, "A[l - 1]")),
        slip("last_layer_left_out", "The last layer did not move. Up to which l does your loop run?",
             (NEW_W, f"W | {NEW_W}"), (NEW_B, f"b | {NEW_B}"), ("(1, L + 1)}", "(1, L)}")),
        slip("last_layer_without_key", "There is no entry for layer 3. `range(1, L)` ends before L: up to which l "
             "should the loop run?", ("(1, L + 1)}", "(1, L)}")),
        alone("updated_before_the_deltas", "the deltas went back through weights that had been updated already. At "
              "which weights is the gradient taken, the old or the new?", ("(W[l].T @", "((W[l] - rate * dW[l]).T @")),
        slip("biases_left_out", "The biases did not move. Which line updates them?", (NEW_B, "b")),
        slip("weights_left_out", "Only the biases moved. Which line updates the weights?", (NEW_W, "W")),
        alone("not_averaged", "the step is as many times too long as there are examples. Where does the 1/m go?",
              (" / m", "")),
        alone("averaged_twice", "divided by the number of examples once too often. In which two places is a mean "
              "taken?", (" / m", " / m**2")),
        alone("averaged_over_inputs", "divided by the number of rows of X. With columns for examples, how many "
              "examples are there?", ("X.shape[1]", "X.shape[0]")),
        alone("averaged_over_classes", "divided by the number of rows of Y. With columns for examples, how many "
              "examples are there?", ("X.shape[1]", "Y.shape[0]")),
        slip("uphill", "{parts} moved by the right amount in the wrong direction. What is the sign of the update?",
             ("- rate", "+ rate"), alone=True),
        alone("rate_left_out", "the step is the whole gradient. What is the gradient multiplied by?", ("rate * ", "")),
        alone("gradients_returned", "that is the gradient. What is left to do with it?",
              ("W[l] - rate * ", ""), ("b[l] - rate * ", "")),
        alone("changes_returned", "that is the change. To what does it have to be added?",
              ("W[l] - rate", "-rate"), ("b[l] - rate", "-rate")),
        slip("never_moved", "{parts} came back as given. Where are the new values stored?",
             ("new_W[", "W["), ("new_b[", "b["), alone=True),
        alone("bias_one_number", "one number for all biases of the layer. Over which of the two axes does the sum run?",
              ("axis=1, keepdims=True", "")),
        alone("bias_mean_of_all", "one mean for all biases of the layer. Over which of the two axes is the mean taken?",
              (DB, "dZ.mean()")),
        alone("bias_axis_lost", "a column minus a flat array of the same length is a square, not a column. Which "
              "option of `sum` keeps the axis?", (", keepdims=True", "")),
        alone("times_the_weight", "the gradient is multiplied by W itself. How does Z move when one weight moves: by "
              "the weight, or by what it multiplies?", (DW, f"{DW} * W[l]")),
        slip("softmax_slope_as_sigmoid", "At the output there is a factor a (1 - a). For softmax with cross-entropy, "
             "is A - Y not the whole delta already?", (ERROR, "dZ, dW, db = (A[L] - Y) * A[L] * (1 - A[L])")),
        slip("loss_by_the_output", "The way back begins with -Y / A, the derivative by A. Which derivative is dZ, and "
             "what lies between A and Z of the last layer?", (ERROR, "dZ, dW, db = -Y / A[L]")),
        slip("softmax_over_examples", "The softmax runs over the examples. With columns, along which axis do the "
             "classes of one example lie?", (SOFTMAX, "bp.softmax(Z[l])")),
        slip("sigmoid_at_the_output", "The last layer has a sigmoid. Which function makes probabilities of all "
             "classes together?", (SOFTMAX, "bp.sigmoid(Z[l])")),
        slip("softmax_missing", "The last layer has no activation: Y is subtracted from Z. Of which numbers does Y "
             "hold the targets?", (SOFTMAX, "Z[l]")),
        slip("softmax_everywhere", "The hidden layers have a softmax, too. Which activation do they have in the "
             "program?", ("bp.sigmoid(Z[l])", SOFTMAX)),
        alone("slope_of_tanh", "on the way back the slope is that of tanh. Which activation do the hidden layers have?",
              (G, "bp.tanh.derivative(Z[l - 1])")),
        slip("tanh_forward", "The hidden layers have tanh on the way forward. Which activation do they have in the "
             "program?", ("bp.sigmoid(Z[l])", "np.tanh(Z[l])")),
        slip("wrong_length", "{parts}: the steps point the right way, but all are too long or too short alike. What "
             "is the gradient of the cost multiplied by?", ("- rate", "- 2 * rate"), shows=wrong_length),
    ),
    right=(written_out, in_place, by_the_library, in_one_vector),
    wrong=(
        kept(), each_part(written_out, np.squeeze),
        lambda *args: np.concatenate(each_part(written_out, np.ravel)(*args)),
        *(wrong(change) for change in (
            ("    return", "    W.update(new_W), b.update(new_b)\n    return"), (" / m", " / 7"), (" / m", " / len(X)"),
            ("- Y", "- np.eye(Y.argmax(axis=0).max() + 1)[Y.argmax(axis=0)].T"), ("- Y", "- (Y == Y.max(axis=0))"),
            ("- Y", "- np.round(Y)"), (NEW_B, "{l: b[l] - db[l] for l in b}"), ("new_W[1]", "W[1]"),
            ("new_b[3]", "b[3]"),
            ("new_W[1], new_W[2], new_W[3], new_b[1], new_b[2], new_b[3]", "*new_b.values(), *new_W.values()"),
            ("new_b[1], new_b[2], new_b[3]", "*(bias[:, 0] for bias in new_b.values())"),
            (SOFTMAX, "bp.softmax(np.minimum(Z[l], 2).T).T"),
            *(("    A, Z", f"    X, Y = X[:, :{n}], Y[:, :{n}]\n    A, Z") for n in (-1, 8, 20)),
        )),
    ),
)  # fmt: skip
