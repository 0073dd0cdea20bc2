"""Chapter 02: losses of one entry and their slopes: Huber, and delta for four pairs of output and loss."""

import numpy as np

from ...activations import sigmoid
from ...losses import softmax
from ..engine import Exercise, Misconception
from ..truth import complex_sigmoid, gradient, slope


def _errors(rng):
    """Errors of all sizes, and in every case some a hundredth within and beyond the threshold, on both sides."""
    cases = []
    for shape, d in (((7, 3), 0.7), ((5, 2), 1.3), ((4, 6), 2.0)):
        r = rng.normal(size=shape) * 2.5
        r.flat[rng.permutation(r.size)[:4]] = 0.99 * d, -0.99 * d, 1.01 * d, -1.01 * d
        cases.append({"r": r, "d": d})
    return cases


def _true_huber(r, d):
    def loss(x):  # branches by the real part, so that the complex step can differentiate it
        return np.where(np.abs(np.real(x)) <= d, x * x / 2, d * (x * np.sign(np.real(x)) - d / 2))

    return np.real(loss(r)), slope(loss, r)


def _pieces(r, d, near, far, near_slope, far_slope):
    small = np.abs(r) <= d
    return np.where(small, near, far), np.where(small, near_slope, far_slope)


HUBER = Exercise(
    name="huber",
    inputs=_errors,
    truth=_true_huber,
    parts={"loss": 1, "slope": 1},
    tolerance=1e-9,
    passed="Both pieces are right, they meet without a jump, and the slope is the derivative of the loss.",
    batch="r",
    misconceptions=(
        Misconception(
            "jump",
            lambda r, d: _pieces(r, d, r**2 / 2, d * np.abs(r), r, d * np.sign(r)),
            "For large errors `loss` is d |r|. At |r| = d the inner piece is d²/2: do the two meet?",
        ),
        Misconception(
            "outer_slope_one",
            lambda r, d: _pieces(r, d, r**2 / 2, np.abs(r) - d / 2, r, np.sign(r)),
            "{parts}: the straight pieces have slope 1. How steep is the inner piece where it ends?",
        ),
        Misconception(
            "shifted_absolute",
            lambda r, d: _pieces(r, d, r**2 / 2, np.abs(r) - d + d**2 / 2, r, np.sign(r)),
            "{parts}: the pieces meet, but with a bend. How steep must the straight piece be to leave no kink?",
        ),
        Misconception(
            "sign_lost",
            lambda r, d: (_true_huber(r, d)[0], np.where(np.abs(r) <= d, r, d)),
            "`slope` is +d for large errors of both signs. If `a` is far too small and grows, does the loss rise?",
        ),
        Misconception(
            "half_missing",
            lambda r, d: _pieces(r, d, r**2, 2 * d * (np.abs(r) - d / 2), 2 * r, 2 * d * np.sign(r)),
            "{parts}: twice the right one. Where is the 1/2 of the square?",
        ),
        Misconception(
            "never_clipped",
            lambda r, d: (r**2 / 2, r),
            "{parts}: that is the half squared error for all sizes. What happens beyond the threshold?",
        ),
        Misconception(
            "absolute",
            lambda r, d: (np.abs(r), np.sign(r)),
            "{parts}: that is the absolute error for all sizes. What happens below the threshold?",
        ),
        Misconception(
            "pieces_swapped",
            lambda r, d: _pieces(r, d, d * (np.abs(r) - d / 2), r**2 / 2, d * np.sign(r), r),
            "{parts}: the two pieces have changed places. Which of them belongs to small errors?",
        ),
        Misconception(
            "sign_ignored",
            lambda r, d: _pieces(r, d, r**2 / 2, d * (r - d / 2), r, np.full(r.shape, d)),
            "{parts}: errors below 0 are treated as if they were above. Where does |r| belong?",
        ),
        Misconception(
            "one_sided",
            lambda r, d: (np.where(r <= d, r**2 / 2, d * (r - d / 2)), np.minimum(r, d)),
            "{parts}: large errors below 0 still count as a square. What should be compared with d?",
        ),
        Misconception(
            "signs_turned",
            lambda r, d: (_true_huber(r, d)[0], -_true_huber(r, d)[1]),
            "`slope` is the right one with the wrong sign. Is the loss of r = 1 going up or down as r grows?",
        ),
        Misconception(
            "averaged",
            lambda r, d: (_true_huber(r, d)[0].mean(), _true_huber(r, d)[1] / r.size),
            "{parts}: a mean over all entries has come in. Each entry has a loss of its own: who asked for a mean?",
        ),
    ),
)


def _outputs(rng):
    cases = []
    for n, k in ((7, 5), (5, 3), (4, 6)):
        Y = rng.uniform(0.1, 1, (n, k))
        cases.append({"Z": rng.normal(size=(n, k)) * 1.5, "Y": Y / Y.sum(axis=1, keepdims=True)})
    return cases


def _true_deltas(Z, Y):
    def likelihood(Z):
        a = complex_sigmoid(Z)
        return -(Y * np.log(a) + (1 - Y) * np.log(1 - a)).sum()

    return (
        gradient(lambda Z: ((Z - Y) ** 2).sum() / 2, Z),
        gradient(lambda Z: ((complex_sigmoid(Z) - Y) ** 2).sum() / 2, Z),
        gradient(likelihood, Z),
        gradient(lambda Z: -(Y * np.log(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))).sum(), Z),
    )


def _deltas(Z, Y, squared=None, bce=None, ce=None, factor=1.0):
    """The four deltas; the keywords put another one in its place."""
    a = sigmoid(Z)
    right = (Z - Y, (a - Y) * a * (1 - a), a - Y, softmax(Z) - Y)
    others = (None, squared, bce, ce)
    return tuple(factor * (d if other is None else other(Z, Y)) for d, other in zip(right, others, strict=True))


def _with(**change):
    return lambda Z, Y: _deltas(Z, Y, **change)


def _softmax_squared(Z, Y):
    a = softmax(Z)
    e = (a - Y) * a
    return e - a * e.sum(axis=1, keepdims=True)


OUTPUT_DELTAS = Exercise(
    name="output_deltas",
    inputs=_outputs,
    truth=_true_deltas,
    parts={"linear_squared": 1, "sigmoid_squared": 1, "sigmoid_bce": 1, "softmax_ce": 1},
    tolerance=1e-9,
    passed="All four equal the derivatives of their losses in z, found without any chain rule.",
    batch="Z",
    misconceptions=(
        Misconception(
            "a_minus_y_everywhere",
            _with(squared=lambda Z, Y: sigmoid(Z) - Y),
            "`sigmoid_squared` is a - y. The sigmoid lies between z and a: what does the chain rule say about it?",
        ),
        Misconception(
            "slope_of_a",
            _with(squared=lambda Z, Y: (sigmoid(Z) - Y) * sigmoid.derivative(sigmoid(Z))),
            "In `sigmoid_squared` the slope was taken at a. Does g' take z or a?",
        ),
        Misconception(
            "slope_of_z",
            _with(squared=lambda Z, Y: (sigmoid(Z) - Y) * Z * (1 - Z)),
            "In `sigmoid_squared` you wrote z (1 - z). Of which letter is a (1 - a) made?",
        ),
        Misconception(
            "slope_twice",
            _with(bce=lambda Z, Y: (sigmoid(Z) - Y) * sigmoid.derivative(Z)),
            "`sigmoid_bce` has the slope of the sigmoid in it. What cancels it?",
        ),
        Misconception(
            "slope_in_a",
            _with(bce=lambda Z, Y: (sigmoid(Z) - Y) / sigmoid.derivative(Z)),
            "`sigmoid_bce` is the derivative in a. What lies between a and z?",
        ),
        Misconception(
            "softmax_diagonal",
            _with(ce=lambda Z, Y: -Y * (1 - softmax(Z))),
            "`softmax_ce` comes from the diagonal of the Jacobian alone. Which of the outputs depend on one z?",
        ),
        Misconception(
            "softmax_in_a",
            _with(ce=lambda Z, Y: -Y / softmax(Z)),
            "`softmax_ce` is the derivative in a. What carries it on to z?",
        ),
        Misconception(
            "softmax_slope_added",
            _with(ce=lambda Z, Y: (softmax(Z) - Y) * softmax(Z) * (1 - softmax(Z))),
            "`softmax_ce` is a - y times a (1 - a), so its rows do not sum to 0. Is the slope in a - y already?",
        ),
        Misconception(
            "softmax_squared",
            _with(ce=_softmax_squared),
            "`softmax_ce` belongs to softmax with half the squared error. Which loss is asked for?",
        ),
        Misconception(
            "sigmoid_for_softmax",
            _with(ce=lambda Z, Y: sigmoid(Z) - Y),
            "In `softmax_ce` every z goes through a sigmoid of its own. Which output turns a row into probabilities?",
        ),
        Misconception(
            "softmax_over_examples",
            _with(ce=lambda Z, Y: softmax(Z.T).T - Y),
            "In `softmax_ce` the probabilities of a column sum to 1. Which axis runs over the classes?",
        ),
        Misconception(
            "sign",
            _with(factor=-1.0),
            "{parts}: the right ones with the wrong sign. If an output is too large, is its delta above or below 0?",
        ),
        Misconception(
            "factor_two",
            lambda Z, Y: tuple(d * f for d, f in zip(_deltas(Z, Y), (2, 2, 1, 1), strict=True)),
            "{parts}: exactly twice the right one. What does the 1/2 in front of the square do?",
        ),
        Misconception(
            "averaged_already",
            lambda Z, Y: tuple(d / len(Z) for d in _deltas(Z, Y)),
            "{parts}: divided by {n}, the number of examples. Delta belongs to one example: when is the mean taken?",
        ),
        Misconception(
            "averaged_over_outputs",
            lambda Z, Y: tuple(d / Z.shape[1] for d in _deltas(Z, Y)),
            "{parts}: divided by the number of outputs. Is there a mean over outputs in these losses?",
        ),
    ),
)
