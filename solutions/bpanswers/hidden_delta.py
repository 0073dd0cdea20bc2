"""The hidden deltas, for a batch of rows."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import complex_sigmoid, gradient

from .common.edits import edited, slips
from .common.memory import kept_by_shape
from .common.sizes import sizes
from .common.two_layers import SQUARE, all_sizes, equal

_PROGRAM = """
def hidden_delta(W2, delta2, z1):
    a = bp.sigmoid(z1)
    return (delta2 @ W2) * a * (1 - a)
"""
_SLOPE, _BACK = "* a * (1 - a)", "(delta2 @ W2)"
_slip, _wrong = slips(_PROGRAM), partial(edited, _PROGRAM)


def _case(rng, n, _n0, n1, n2):
    """z1 of at most 3 in size; in a batch of one, some of 10 to 30."""
    z1 = rng.uniform(-3, 3, (n, n1))
    if n == 1:
        z1[0, 1::2] = rng.uniform(10, 30, z1[0, 1::2].shape) * rng.choice([-1, 1], z1[0, 1::2].shape)
    return {"W2": rng.normal(size=(n2, n1)), "delta2": rng.normal(size=(n, n2)), "z1": z1}


# ----- right answers


def _g_prime(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


def _loops(W2, delta2, z1):
    out = np.zeros(z1.shape)
    for i in range(z1.shape[0]):
        for j in range(z1.shape[1]):
            for k in range(W2.shape[0]):
                out[i, j] += delta2[i, k] * W2[k, j] * _g_prime(z1[i, j])
    return out


EXERCISE = Exercise(
    inputs=lambda rng: [_case(rng, *n) for n in all_sizes(rng)],
    wide=lambda rng: _case(rng, *sizes(rng, 4)),
    # delta2 says how the error moves with z2, so sum(delta2 * z2(z1)) moves with z1 as the error does.
    truth=lambda W2, delta2, z1: gradient(lambda z: (delta2 * (complex_sigmoid(z) @ W2.T)).sum(), z1),
    parts={"delta1": 3},
    passed="For random deltas from above it equals the derivative in z(1), found by nudging each z.",
    batch="z1",
    shapes={"W2": "n2 n1", "delta2": "n n2", "z1": "n n1"},
    room=SQUARE
    | {
        "as many examples as hidden units": equal(("z1", 0), ("z1", 1)),
        "entries of `z1` over 10 in size": lambda case: abs(case["z1"]).max() >= 10,
    },
    ask={"delta1": "For the first example and the first hidden unit, which numbers come back, through which weights?"},
    misconceptions=(
        _slip("slope_missing", "That is the derivative in a(1): the errors came through the weights and stopped. What "
            "lies between a(1) and z(1)?", (_SLOPE, "")),
        _slip("slope_of_a", "The slope was taken at a(1): the sigmoid was applied once too often. Does your g' take z "
            "or a?", (_SLOPE, "* bp.sigmoid.derivative(a)")),
        _slip("slope_of_slope", "These are the numbers with s (1 - s), where s is already the slope a (1 - a). How "
            "often does (BP2) take a slope?", (_SLOPE, "* a * (1 - a) * (1 - a * (1 - a))")),
        _slip("slope_at_the_message", "The slope was taken at delta2 @ W2, at what came back. Where on its curve does "
            "the unit stand, in other words: at which z?", (_SLOPE, "* bp.sigmoid.derivative(delta2 @ W2)")),
        _slip("slope_squared", "These are the numbers with the slope squared. How often does the message pass through "
            "g?", (_SLOPE, "* (a * (1 - a)) ** 2")),
        _slip("z_in_a_formula", "You wrote z1 (1 - z1). The slope of the sigmoid is a (1 - a). What is a?",
            (_SLOPE, "* z1 * (1 - z1)")),
        _slip("z_in_one_factor", "These are the numbers with a (1 - z1). Both factors of the slope are written with a: "
            "what is a?", (_SLOPE, "* a * (1 - z1)")),
        _slip("plus_in_slope", "These are the numbers with a (1 + a). How is the slope of the sigmoid written with a?",
            (_SLOPE, "* a * (1 + a)")),
        _slip("brackets_of_slope_missing", "These are the numbers of ... * a * 1 - a: without brackets the product "
            "comes first. What is a multiplied by?", (_SLOPE, "* a * 1 - a")),
        _slip("output_slope_again", "These are the numbers with a slope at delta2, too. What has delta2 in it already?",
            (_BACK, "(delta2 * bp.sigmoid.derivative(delta2) @ W2)")),
        _slip("delta_in_its_own_slope", "These are the numbers with delta2 (1 - delta2) as one more factor. What has "
            "delta2 in it already?", (_BACK, "(delta2 * delta2 * (1 - delta2) @ W2)")),
        _slip("steepest_slope", "These are the numbers with a slope of 1/4 everywhere, the steepest there is. What is "
            "the slope at another z?", (_SLOPE, "/ 4")),
        _slip("activation_added", "These are the numbers with g(delta2 @ W2). Which function of which z does (BP2) "
            "take?", (_BACK, "bp.sigmoid(delta2 @ W2)")),
        _slip("activation_for_slope", "You multiply by a(1) itself. What does (BP2) multiply by?", (_SLOPE, "* a")),
        _slip("half_a_slope", "You multiply by 1 - a(1). The slope of the sigmoid has one factor more: which?",
            (_SLOPE, "* (1 - a)")),
        _slip("z_for_slope", "You multiply by z(1). What does (BP2) multiply by?", (_SLOPE, "* z1")),
        _slip("tanh_slope", "These are the numbers with 1 - a^2, the slope of tanh written with its output. How is the "
            "slope of the sigmoid written with a?", (_SLOPE, "* (1 - a**2)")),
        _slip("tanh", "These are the numbers for units of tanh. Which activation do the units here have?",
            (_SLOPE, "* (1 - np.tanh(z1) ** 2)")),
        _slip("relu", "These are the numbers for units of ReLU. Which activation do the units here have?",
            (_SLOPE, "* (z1 > 0)")),
        _slip("one_slope_for_all_examples", "Every example gets the mean slope of its unit over the batch. At which z "
            "does each example stand?", (_SLOPE, "* (a * (1 - a)).mean(axis=0)")),
        _slip("slope_added", "You add the slope to what came back through the weights. How do rates combine along a "
            "way?", (_SLOPE, "+ a * (1 - a)")),
        _slip("divided_by_slope", "You divide by the slope. How do rates combine along a way?",
            (_SLOPE, "/ (a * (1 - a))")),
        _slip("sign", "The right one with the wrong sign. Is there a minus in (BP2)?", ("return", "return -")),
        _slip("averaged_already", "For a batch of {n} it is the right one divided by {n}. Delta belongs to one "
            "example: when is the mean taken?", (_SLOPE, "* a * (1 - a) / len(z1)")),
        _slip("columns", "One column an example. delta2 and z1 have one row an example: how should what you return be "
            "laid out?", (_BACK + " " + _SLOPE, "((delta2 @ W2) * a * (1 - a)).T")),
        _slip("summed_over_examples", "One number for each hidden unit: the rows are summed. Delta belongs to one "
            "example: when are they joined?", (_BACK + " " + _SLOPE, "((delta2 @ W2) * a * (1 - a)).sum(axis=0)")),
        _slip("mean_over_examples", "One number for each hidden unit: the mean of the rows. Delta belongs to one "
            "example: when are they joined?", (_BACK + " " + _SLOPE, "((delta2 @ W2) * a * (1 - a)).mean(axis=0)")),
        _slip("deltas_ignored", "The weights are summed, the deltas do not come in. What is each weight multiplied by "
            "on the way back?", (_BACK, "W2.sum(axis=0)")),
        _slip("weights_ignored", "Every hidden unit gets the same sum of deltas. Through what does each delta travel "
            "to reach a hidden unit?", (_BACK, "delta2.sum(axis=1, keepdims=True)")),
        _slip("shares_of_weights", "These are the numbers with each weight divided by the sum of the weights of its "
            "output unit. By how much does z(2) move when a(1) moves: by the weight, or by its share?",
            (_BACK, "(delta2 @ (W2 / W2.sum(axis=1, keepdims=True)))")),
        _slip("last_path_only", "Only the last output unit has its say: `=` where ways join keeps one message. How are "
            "they joined?", (_BACK, "delta2[:, [-1]] * W2[-1]")),
        _slip("first_path_only", "Only the first output unit has its say. What comes back from the others?",
            (_BACK, "delta2[:, [0]] * W2[0]")),
        _slip("mean_delta_for_all", "Every row gets the mean delta of the batch. Delta belongs to one example: which "
            "row of delta2 belongs to which row of z1?", (_BACK, "(delta2.mean(axis=0) @ W2)")),
        _slip("sum_for_all", "Every row gets the sum of all the messages of the batch. Delta belongs to one example: "
            "which message belongs to which row of z1?", (_BACK, "(delta2.sum(axis=0) @ W2)")),
        _slip("sums_multiplied", "The deltas are summed, the weights are summed, and the sums multiplied. Which delta "
            "meets which weight?", (_BACK, "delta2.sum(axis=1, keepdims=True) * W2.sum(axis=0)")),
        _slip("signs_of_weights_lost", "These are the numbers with the sizes of the weights, without their signs. "
            "Which W2 did the forward pass use?", (_BACK, "(delta2 @ np.abs(W2))")),
        _slip("signs_of_deltas_lost", "These are the numbers with the sizes of the deltas, without their signs. What "
            "does the sign of a delta say?", (_BACK, "(np.abs(delta2) @ W2)")),
        _slip("negative_deltas_cut", "These are the numbers with every negative delta put to 0. What does a negative "
            "delta say?", (_BACK, "(np.maximum(delta2, 0) @ W2)")),
        _slip("two_paths_only", "Only the first two output units have their say. How many are there?",
            (_BACK, "(delta2[:, :2] @ W2[:2])")),
        _slip("matrix_product_of_slopes", "The message and the slopes meet in a matrix product: the result is (n, n). "
            "What does ⊙ in (BP2) stand for?", (_SLOPE, "@ (a * (1 - a)).T")),
        _slip("first_example_only", "Every row gets the message of the first example. Which row of delta2 belongs to "
            "which row of z1?", (_BACK, "(delta2[:1] @ W2)")),
        _slip("reshaped", "These are the numbers with W2.reshape(...).T in place of W2. A reshape keeps the order in "
            "which the numbers stand in memory: does W2 need any change here?",
            (_BACK, "(delta2 @ W2.reshape(W2.shape[::-1]).T)")),
        _slip("transposed_too_often", "It looks like delta2 @ W2.T. With one row an example, that is the way forward. "
            "How does W2 stand for the way back?", ("W2)", "W2.T)")),
        _slip("column_formula", "It looks like W2.T @ delta2, the formula for columns, but delta2 has rows. What does "
            "it become when all is transposed?", (_BACK, "(W2.T @ delta2)")),
    ),
    right=(
        edited(_PROGRAM),
        _loops,
        lambda W2, delta2, z1, tiny=3e-8: (delta2 @ W2) * _g_prime(z1) * (1 + tiny),  # other rounding
        lambda W2, delta2, z1: ((W2.T @ delta2.T) * _g_prime(z1.T)).T,
        lambda W2, delta2, z1: np.einsum("nk,kj,nj->nj", delta2, W2, _g_prime(z1)),
        lambda W2, delta2, z1: np.array([(W2.T @ d) * _g_prime(z) for d, z in zip(delta2, z1, strict=True)]),
    ),
    wrong=(
        kept_by_shape(edited(_PROGRAM)),
        _wrong((_BACK, "(delta2 @ (W2.T if W2.shape[0] == W2.shape[1] else W2))")),
        _wrong((_BACK, "(np.sign(delta2) @ W2)")),
        _wrong((_BACK, "(delta2[:, :20] @ W2[:20])")),
        _wrong((_BACK, "(delta2 * W2)")),
        _wrong((_BACK, "2 * (delta2 @ W2)")),
        _wrong((_BACK, "(delta2[:, :3] @ W2[:3])")),
        _wrong((_BACK + " " + _SLOPE, "np.squeeze((delta2 @ W2) * a * (1 - a))")),
        _wrong(("(z1)", "(np.clip(z1, -2, 2))")),
    ),
)  # fmt: skip
