"""Chapter 04: the hidden deltas, for a batch of rows."""

from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import complex_sigmoid, gradient

from .edited import edited
from .passes import SHAPES, SQUARE, any_sizes, axes_equal


def _hidden_case(rng, n, _n0, n1, n2):
    z1 = rng.normal(size=(n, n1)) * (5 if n == 1 else 1.5)
    return {"W2": rng.normal(size=(n2, n1)), "delta2": rng.normal(size=(n, n2)), "z1": z1}


_HIDDEN = """
def hidden_delta(W2, delta2, z1):
    a = sigmoid(z1)
    slope = a * (1 - a)
    delta1 = (delta2 @ W2) * slope
    return delta1
"""
_SLOPE, _BACK = "slope = a * (1 - a)", "(delta2 @ W2) * slope"


def _hidden(name, message, *changes):
    return Misconception(name, edited(_HIDDEN, *changes), message)


HIDDEN_DELTA = Exercise(
    name="hidden_delta",
    inputs=lambda rng: [_hidden_case(rng, *sizes) for sizes in SHAPES],
    wide=lambda rng: _hidden_case(rng, *any_sizes(rng)),
    # delta2 says how the error moves with z2, so sum(delta2 * z2(z1)) moves with z1 as the error does.
    truth=lambda W2, delta2, z1: gradient(lambda z: (delta2 * (complex_sigmoid(z) @ W2.T)).sum(), z1),
    parts={"delta1": 3},
    passed="For random deltas from above it equals the derivative in z(1), found by nudging each z.",
    batch="z1",
    shapes={"W2": "n2 n1", "delta2": "n n2", "z1": "n n1"},
    room=SQUARE | {"as many examples as hidden units": axes_equal(("z1", 0), ("z1", 1))},
    ask={"delta1": "For the first example and the first hidden unit, which numbers come back, through which weights?"},
    misconceptions=(
        _hidden(
            "slope_missing",
            "That is the derivative in a(1): the errors came through the weights and stopped. "
            "What lies between a(1) and z(1)?",
            (_BACK, "delta2 @ W2"),
        ),
        _hidden(
            "slope_of_a",
            "The slope was taken at a(1): the sigmoid was applied once too often. Does your g' take z or a?",
            (_SLOPE, "slope = sigmoid.derivative(a)"),
        ),
        _hidden(
            "slope_of_slope",
            "These are the numbers with s (1 - s), where s is already the slope a (1 - a). "
            "How often does (BP2) take a slope?",
            (_SLOPE, "slope = a * (1 - a); slope = slope * (1 - slope)"),
        ),
        _hidden(
            "slope_at_the_message",
            "The slope was taken at delta2 @ W2, at what came back. Where on its curve does the unit stand, "
            "in other words: at which z?",
            (_SLOPE, "slope = sigmoid.derivative(delta2 @ W2)"),
        ),
        _hidden(
            "slope_squared",
            "These are the numbers with the slope squared. How often does the message pass through g?",
            (_BACK, "(delta2 @ W2) * slope * slope"),
        ),
        _hidden(
            "z_in_a_formula",
            "You wrote z1 (1 - z1). The slope of the sigmoid is a (1 - a). What is a?",
            (_SLOPE, "slope = z1 * (1 - z1)"),
        ),
        _hidden(
            "z_in_one_factor",
            "These are the numbers with a (1 - z1). Both factors of the slope are written with a: what is a?",
            (_SLOPE, "slope = a * (1 - z1)"),
        ),
        _hidden(
            "plus_in_slope",
            "These are the numbers with a (1 + a). How is the slope of the sigmoid written with a?",
            (_SLOPE, "slope = a * (1 + a)"),
        ),
        _hidden(
            "output_slope_again",
            "These are the numbers with a slope at delta2, too. What has delta2 in it already?",
            (_BACK, "(delta2 * sigmoid.derivative(delta2) @ W2) * slope"),
        ),
        _hidden(
            "steepest_slope",
            "These are the numbers with a slope of 1/4 everywhere, the steepest there is. "
            "What is the slope at another z?",
            (_SLOPE, "slope = 1 / 4"),
        ),
        _hidden(
            "activation_added",
            "These are the numbers with g(delta2 @ W2). Which function of which z does (BP2) take?",
            (_BACK, "sigmoid(delta2 @ W2) * slope"),
        ),
        _hidden(
            "activation_for_slope",
            "You multiply by a(1) itself. What does (BP2) multiply by?",
            (_SLOPE, "slope = a"),
        ),
        _hidden(
            "half_a_slope",
            "You multiply by 1 - a(1). The slope of the sigmoid has one factor more: which?",
            (_SLOPE, "slope = 1 - a"),
        ),
        _hidden(
            "z_for_slope",
            "You multiply by z(1). What does (BP2) multiply by?",
            (_SLOPE, "slope = z1"),
        ),
        _hidden(
            "tanh_slope",
            "These are the numbers with 1 - a^2, the slope of tanh written with its output. "
            "How is the slope of the sigmoid written with a?",
            (_SLOPE, "slope = 1 - a**2"),
        ),
        _hidden(
            "tanh",
            "These are the numbers for units of tanh. Which activation do the units here have?",
            (_SLOPE, "slope = 1 - np.tanh(z1) ** 2"),
        ),
        _hidden(
            "relu",
            "These are the numbers for units of ReLU. Which activation do the units here have?",
            (_SLOPE, "slope = z1 > 0"),
        ),
        _hidden(
            "one_slope_for_all_examples",
            "Every example gets the mean slope of its unit over the batch. At which z does each example stand?",
            (_SLOPE, "slope = (a * (1 - a)).mean(axis=0)"),
        ),
        _hidden(
            "slope_added",
            "You add the slope to what came back through the weights. How do rates combine along a way?",
            (_BACK, "(delta2 @ W2) + slope"),
        ),
        _hidden(
            "divided_by_slope",
            "You divide by the slope. How do rates combine along a way?",
            (_BACK, "(delta2 @ W2) / slope"),
        ),
        _hidden(
            "sign",
            "The right one with the wrong sign. Is there a minus in (BP2)?",
            (_BACK, "-(delta2 @ W2) * slope"),
        ),
        _hidden(
            "averaged_already",
            "For a batch of {n} it is the right one divided by {n}. "
            "Delta belongs to one example: when is the mean taken?",
            (_BACK, "(delta2 @ W2) * slope / len(z1)"),
        ),
        _hidden(
            "columns",
            "One column an example. delta2 and z1 have one row an example: how should what you return be laid out?",
            ("return delta1", "return delta1.T"),
        ),
        _hidden(
            "summed_over_examples",
            "One number for each hidden unit: the rows are summed. Delta belongs to one example: when are they joined?",
            ("return delta1", "return delta1.sum(axis=0)"),
        ),
        _hidden(
            "mean_over_examples",
            "One number for each hidden unit: the mean of the rows. Delta belongs to one example: "
            "when are they joined?",
            ("return delta1", "return delta1.mean(axis=0)"),
        ),
        _hidden(
            "deltas_ignored",
            "The weights are summed, the deltas do not come in. What is each weight multiplied by on the way back?",
            (_BACK, "W2.sum(axis=0) * slope"),
        ),
        _hidden(
            "weights_ignored",
            "Every hidden unit gets the same sum of deltas. "
            "Through what does each delta travel to reach a hidden unit?",
            (_BACK, "delta2.sum(axis=1, keepdims=True) * slope"),
        ),
        _hidden(
            "last_path_only",
            "Only the last output unit has its say: `=` where ways join keeps one message. How are they joined?",
            (_BACK, "delta2[:, [-1]] * W2[-1] * slope"),
        ),
        _hidden(
            "first_path_only",
            "Only the first output unit has its say. What comes back from the others?",
            (_BACK, "delta2[:, [0]] * W2[0] * slope"),
        ),
        _hidden(
            "mean_delta_for_all",
            "Every row gets the mean delta of the batch. Delta belongs to one example: "
            "which row of delta2 belongs to which row of z1?",
            (_BACK, "(delta2.mean(axis=0) @ W2) * slope"),
        ),
        _hidden(
            "sum_for_all",
            "Every row gets the sum of all the messages of the batch. Delta belongs to one example: "
            "which message belongs to which row of z1?",
            (_BACK, "(delta2.sum(axis=0) @ W2) * slope"),
        ),
        _hidden(
            "sums_multiplied",
            "The deltas are summed, the weights are summed, and the sums multiplied. Which delta meets which weight?",
            (_BACK, "delta2.sum(axis=1, keepdims=True) * W2.sum(axis=0) * slope"),
        ),
        _hidden(
            "signs_of_weights_lost",
            "These are the numbers with the sizes of the weights, without their signs. "
            "Which W2 did the forward pass use?",
            (_BACK, "(delta2 @ np.abs(W2)) * slope"),
        ),
        _hidden(
            "signs_of_deltas_lost",
            "These are the numbers with the sizes of the deltas, without their signs. "
            "What does the sign of a delta say?",
            (_BACK, "(np.abs(delta2) @ W2) * slope"),
        ),
        _hidden(
            "negative_deltas_cut",
            "These are the numbers with every negative delta put to 0. What does a negative delta say?",
            (_BACK, "(np.maximum(delta2, 0) @ W2) * slope"),
        ),
        _hidden(
            "two_paths_only",
            "Only the first two output units have their say. How many are there?",
            (_BACK, "(delta2[:, :2] @ W2[:2]) * slope"),
        ),
        _hidden(
            "matrix_product_of_slopes",
            "The message and the slopes meet in a matrix product: the result is (n, n). "
            "What does ⊙ in (BP2) stand for?",
            (_BACK, "(delta2 @ W2) @ slope.T"),
        ),
        _hidden(
            "first_example_only",
            "Every row gets the message of the first example. Which row of delta2 belongs to which row of z1?",
            (_BACK, "(delta2[:1] @ W2) * slope"),
        ),
        _hidden(
            "reshaped",
            "These are the numbers with W2.reshape(...).T in place of W2. A reshape keeps the order in which the "
            "numbers stand in memory: does W2 need any change here?",
            (_BACK, "(delta2 @ W2.reshape(W2.shape[::-1]).T) * slope"),
        ),
        _hidden(
            "transposed_too_often",
            "It looks like delta2 @ W2.T. With one row an example, that is the way forward. "
            "How does W2 stand for the way back?",
            ("delta2 @ W2", "delta2 @ W2.T"),
        ),
        _hidden(
            "column_formula",
            "It looks like W2.T @ delta2, the formula for columns, but delta2 has rows. "
            "What does it become when all is transposed?",
            ("delta2 @ W2", "W2.T @ delta2"),
        ),
    ),
)  # fmt: skip
