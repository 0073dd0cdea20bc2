"""Chapter 01: the message that comes back through softmax, without its Jacobian."""

import tracemalloc

import numpy as np

from bpcourse.losses import softmax
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Demand, Exercise, Misconception

from .softmax import rounding


def _rows(rng):
    """The fourth: a probability of 0 in each row, and one of 1. Then two classes, as many as examples, many of either,
    and large messages.
    """
    sure = _one_batch(rng, (3, 4))
    sure["P"][:2] = softmax(np.array([[-2000.0, 0, 1, 1], [0, 0, 9000, 0]]))
    first = [_one_batch(rng, shape) for shape in ((7, 4), (4, 6), (1, 3))]
    others = [_one_batch(rng, shape) for shape in ((5, 1), (6, 2), (4, 4), (2, 2), (1, 1), (2, 30), (150, 3))]
    return [*first, sure, *others, _one_batch(rng, (3, 5), 40)]


def _one_batch(rng, shape, size=1):
    return {"U": rng.normal(size=shape) * size, "P": softmax(rng.normal(size=shape) * 1.2)}


def _without_jacobian(function, seed):
    """True if 1000 classes take memory for a few arrays of the shape (n, k), and not for one of (k, k)."""
    return _memory(function, seed, (3, 1000)) < 1000**2  # bytes: not even if each entry takes one


def _without_pairs(function, seed):
    """True if 1000 examples take memory for a few arrays of the shape (n, k), and not for one of (n, n)."""
    return _memory(function, seed, (1000, 3)) < 1000**2


def _memory(function, seed, shape):
    """The bytes that the answer takes at its peak, beyond its arguments."""
    case, traced = _one_batch(np.random.default_rng(seed), shape), tracemalloc.is_tracing()
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        function(*case.values())
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not traced:
            tracemalloc.stop()


def _true_message(U, P):
    """Row by row the sum over all paths, with each entry of the Jacobian."""
    return np.array(
        [[sum(u[i] * p[i] * ((i == k) - p[k]) for i in range(len(p))) for k in range(len(p))]
         for u, p in zip(U, P, strict=True)]
    )  # fmt: skip


def _message(U, P, inner=None, outer=None):
    inner = (U * P).sum(axis=1, keepdims=True) if inner is None else inner
    return (P if outer is None else outer) * (U - inner)


def _rows_do_not_add_up(case, outcome):
    """Wherever something is wrong, the rows do not all add up to 0."""
    dZ = outcome.parts[0] if outcome.parts and not outcome.changed else np.zeros(())
    sums = dZ.sum(axis=1) if dZ.shape == case["P"].shape else np.zeros(1)
    return np.isfinite(sums).all() and (agree(dZ, _message(**case)) or bool(np.abs(sums).max() > rounding(dZ)))


SOFTMAX_BACK = Exercise(
    name="softmax_back",
    inputs=_rows,
    truth=_true_message,
    parts={"dZ": 4},
    passed="Every row is what its Jacobian makes of its message, and with 1000 classes no Jacobian was stored.",
    batch="U",
    shapes={"U": "n K", "P": "n K"},
    room={
        "probabilities that are exactly 0": lambda case: bool((case["P"] == 0).any()),
        "a single example": lambda case: len(case["P"]) == 1,
        "a single class": lambda case: case["P"].shape[1] == 1,
        "two classes": lambda case: case["P"].shape[1] == 2,
        "as many classes as examples": lambda case: case["P"].shape[0] == case["P"].shape[1],
        "more than ten classes": lambda case: case["P"].shape[1] > 10,
        "more than ten examples": lambda case: len(case["P"]) > 10,
        "messages above 10": lambda case: bool(case["U"].max() > 10),
    },
    ask={"dZ": "In a cell of your own, send one row back through its whole Jacobian: is that your row?"},
    wide=lambda rng: _one_batch(rng, tuple(int(n) for n in rng.integers(1, 7, 2)), rng.choice([1, 20])),
    demands=(
        Demand(
            "jacobian_stored",
            _without_jacobian,
            2.0,
            "The numbers are right. But with 1000 classes your program stores an array as large as a Jacobian, a "
            "million numbers. Which sum is left of the Jacobian once p is taken out of the brackets?",
        ),
        Demand(
            "pairs_of_examples_stored",
            _without_pairs,
            2.0,
            "The numbers are right. But with 1000 examples of 3 classes your program takes as much memory as an array "
            "with an entry for each pair of examples, a million numbers. Does one example need another?",
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
            "It is the right one divided by the number of examples. The message belongs to one example: when is the "
            "mean taken?",
        ),
        Misconception(
            "divided_by_classes",
            lambda U, P: _message(U, P) / U.shape[1],
            "It is the right one divided by the number of classes. Where ways join, do effects add or average?",
        ),
        Misconception(
            "one_jacobian_for_all",
            lambda U, P: U @ (np.diag(P[0]) - np.outer(P[0], P[0])),
            "The Jacobian of the first example is used for all. On what does a Jacobian depend?",
        ),
        Misconception(
            "jacobian_of_the_mean",
            lambda U, P: U @ (np.diag(P.mean(axis=0)) - np.outer(P.mean(axis=0), P.mean(axis=0))),
            "One Jacobian is used for all examples, that of their mean probabilities. On what does a Jacobian depend?",
        ),
        Misconception(
            "all_pairs_of_rows",
            lambda U, P: _message(U, P, (U @ P.T).sum(axis=1, keepdims=True)),
            "The messages of each row are weighted with the p of all rows. Does an example's z move the p of another "
            "example?",
        ),
        Misconception(
            "softmax_again",
            lambda U, P: _message(U, softmax(P)),
            "It looks as if softmax had been applied to P. What does P hold already?",
        ),
        Misconception(
            "roles_exchanged",
            lambda U, P: U * (P - (U * P).sum(axis=1, keepdims=True)),
            "U and P have changed places in one part. Which of the two is multiplied by the bracket?",
        ),
        Misconception(
            "other_outer_factor",
            lambda U, P: _message(U, P, outer=1 - P),
            "The difference is right, and then it is multiplied by 1 - p. What is left of the Jacobian once the sum is "
            "taken off?",
        ),
        Misconception(
            "diagonal_counted_twice",
            lambda U, P: U * P * (1 - P) - P * (U * P).sum(axis=1, keepdims=True),
            "A slope p (1 - p) for each z's own p, and then the sum over all p. Which entry of the Jacobian is counted "
            "in both?",
        ),
        Misconception(
            "beside_the_diagonal_plus",
            lambda U, P: U * P * (1 - P) + P * ((U * P).sum(axis=1, keepdims=True) - U * P),
            "The diagonal is right, and the rest comes in with a plus. If one z rises, do the other p rise or fall?",
        ),
        Misconception(
            "largest_taken_off",
            lambda U, P: _message(U, P, U.max(axis=1, keepdims=True)),
            "The largest message is taken off, as softmax itself does with z. What is to be taken off here?",
        ),
        Misconception(
            "jacobians_summed",
            lambda U, P: U @ (np.diag(P.sum(axis=0)) - P.T @ P),
            "Each message went through the sum of all Jacobians. Which one belongs to an example?",
        ),
        Misconception(
            "divided_by_p",
            lambda U, P: U / np.maximum(P, 1e-300) - (U * P).sum(axis=1, keepdims=True),
            "The messages are divided by p, as behind a logarithm. By what does softmax multiply them?",
        ),
        Misconception(
            "summed_over_examples",
            lambda U, P: np.broadcast_to(_message(U, P).sum(axis=0), P.shape),
            "Each row is the sum of all rows. Does an example's z move the p of another example?",
        ),
        Misconception(
            "rows_do_not_add_up",
            lambda U, P: np.exp(-P) * U,
            "The entries of a row do not add up to 0. What happens to E if all z of a row rise by the same amount?",
            shows=_rows_do_not_add_up,
        ),
        Misconception(
            "p_squared",
            lambda U, P: U * P - P**2 * U.sum(axis=1, keepdims=True),
            "There is p² in it, times the plain sum of the messages. Which two p belong into row i and column k of the "
            "Jacobian?",
        ),
        Misconception(
            "targets",
            lambda U, P: P - U,
            "You return P - U, as if U were targets. What is U here?",
        ),
    ),
)
