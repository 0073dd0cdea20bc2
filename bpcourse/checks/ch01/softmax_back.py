"""Chapter 01: the message that comes back through softmax, without its Jacobian."""

import tracemalloc

import numpy as np

from ...losses import softmax
from ..engine import Demand, Exercise, Misconception
from ..truth import gradient


def _rows(rng):
    shapes = ((7, 4), (5, 3), (4, 6))
    return [_one_batch(rng, shape) for shape in shapes]


def _one_batch(rng, shape):
    return {"U": rng.normal(size=shape), "P": softmax(rng.normal(size=shape) * 1.2)}


def _without_jacobian(function, seed):
    """True if 1000 classes take memory for a few arrays of the shape (n, k), and not for one of (k, k)."""
    n, k = 3, 1000
    case, traced = _one_batch(np.random.default_rng(seed), (n, k)), tracemalloc.is_tracing()
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        function(*case.values())
        return tracemalloc.get_traced_memory()[1] - before < 8 * k * k / 2  # half of one Jacobian
    finally:
        if not traced:
            tracemalloc.stop()


def _true_message(U, P):
    """dE/dZ for E = sum(U * softmax(Z)), at a Z that gives P: its logarithm."""

    def E(Z):
        e = np.exp(Z)
        return (U * e / e.sum(axis=1, keepdims=True)).sum()

    return gradient(E, np.log(P))


def _message(U, P, inner=None, outer=None):
    inner = (U * P).sum(axis=1, keepdims=True) if inner is None else inner
    return (P if outer is None else outer) * (U - inner)


SOFTMAX_BACK = Exercise(
    name="softmax_back",
    inputs=_rows,
    truth=_true_message,
    parts={"dZ": 4},
    tolerance=1e-9,
    passed="Every row is what its Jacobian makes of its message, and with 1000 classes no Jacobian was stored.",
    batch="U",
    demands=(
        Demand(
            "jacobian_stored",
            _without_jacobian,
            2.0,
            "The numbers are right. But with 1000 classes your program stores an array as large as a Jacobian, a "
            "million numbers. Which sum is left of the Jacobian once p is taken out of the brackets?",
        ),
    ),
    misconceptions=(
        Misconception(
            "diagonal_only",
            lambda U, P: U * P * (1 - P),
            "You treat softmax as an activation with the slope p (1 - p). One z moves every p: where do the other "
            "messages come in?",
        ),
        Misconception(
            "wrong_axis",
            lambda U, P: _message(U, P, (U * P).sum(axis=0)),
            "The sum runs over the examples. Which p does one z move: those of its own row, or those of its column?",
        ),
        Misconception(
            "one_sum_for_all",
            lambda U, P: _message(U, P, (U * P).sum()),
            "One sum is taken from all rows. Does an example's z move the p of another example?",
        ),
        Misconception(
            "mean_for_sum",
            lambda U, P: _message(U, P, (U * P).mean(axis=1, keepdims=True)),
            "A mean stands where paths join. Where ways join, do effects add or average?",
        ),
        Misconception(
            "plain_sum",
            lambda U, P: _message(U, P, U.sum(axis=1, keepdims=True)),
            "The messages are summed as they come. With which weight does each one count?",
        ),
        Misconception(
            "plain_mean",
            lambda U, P: _message(U, P, U.mean(axis=1, keepdims=True)),
            "The plain mean of the messages is taken off. With which weight does each one count?",
        ),
        Misconception(
            "outer_factor_missing",
            lambda U, P: _message(U, P, outer=1.0),
            "The difference is right, and then something is missing: by what is it multiplied?",
        ),
        Misconception(
            "slope_kept",
            lambda U, P: _message(U, P, outer=P * (1 - P)),
            "The difference is right, and then it is multiplied by a slope too many. What is left of the Jacobian once "
            "the sum is taken off?",
        ),
        Misconception(
            "sum_ignored",
            lambda U, P: U * P,
            "You return u p. That is one part of the Jacobian, diag(p): which part is missing?",
        ),
        Misconception(
            "sum_only",
            lambda U, P: -P * (U * P).sum(axis=1, keepdims=True),
            "That is what -p pᵀ sends back. Which part of the Jacobian is missing?",
        ),
        Misconception(
            "sign",
            lambda U, P: -_message(U, P),
            "The right one with the wrong sign. Which of the two terms in the bracket is subtracted?",
        ),
        Misconception(
            "plus",
            lambda U, P: P * (U + (U * P).sum(axis=1, keepdims=True)),
            "The sum is added. What is the sign of the entries beside the diagonal?",
        ),
        Misconception(
            "averaged_already",
            lambda U, P: _message(U, P) / len(U),
            "For a batch of {n} it is the right one divided by {n}. The message belongs to one example: when is the "
            "mean taken?",
        ),
        Misconception(
            "targets",
            lambda U, P: P - U,
            "You return P - U, as if U were targets. What is U here?",
        ),
    ),
)
