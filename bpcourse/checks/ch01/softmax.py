"""Chapter 01: softmax, its Jacobian, and the message that comes back through it."""

import numpy as np

from ...losses import softmax
from ..engine import Exercise, Misconception
from ..truth import H, gradient


def _logits(rng):
    """Three vectors; the second lies where e^z is finite but the sum of five is not."""
    return [{"z": rng.normal(size=4) * 1.5}, {"z": 709 + rng.uniform(-0.4, 0.6, 5)}, {"z": rng.normal(size=3) - 2.0}]


def _one_over_sum(z):
    """p_i = 1 / sum_j e^(z_j - z_i): only differences, so it is stable, and analytic."""
    return 1 / np.exp(z[None, :] - z[:, None]).sum(axis=1)


def _true_jacobian(z):
    columns = [_one_over_sum(z + 1j * H * e).imag / H for e in np.eye(len(z))]
    return _one_over_sum(z), np.stack(columns, axis=1)


def _with(jacobian, probabilities=softmax):
    """A wrong answer: `jacobian` is a function of p."""

    def answer(z):
        p = probabilities(z)
        return p, jacobian(p)

    return answer


def _whole(p):
    return np.diag(p) - np.outer(p, p)


def _unshifted(z):
    with np.errstate(over="ignore"):
        return np.exp(z) / np.exp(z).sum()


def _not_normalised(z):
    return np.exp(z - z.max())


def _by_norm(z):
    e = np.exp(z - z.max())
    return e / np.sqrt((e**2).sum())


def _sigmoids(z):
    return 1 / (1 + np.exp(-z))


SOFTMAX_JACOBIAN = Exercise(
    name="softmax_jacobian",
    inputs=_logits,
    truth=_true_jacobian,
    parts={"p": 1, "J": 2},
    passed="All n² derivatives are right, and large z do no harm.",
    misconceptions=(
        Misconception(
            "unstable",
            _with(_whole, _unshifted),
            "{parts}: right for small z, but with z near 709 all is 0: the sum of the exponentials has become "
            "infinite. What may you subtract from all z without changing p?",
        ),
        Misconception(
            "diagonal_only",
            _with(lambda p: np.diag(p * (1 - p))),
            "{parts}: the diagonal is right, and beside it you have 0. If one z rises, what happens to the other p?",
        ),
        Misconception(
            "slopes_only",
            _with(lambda p: p * (1 - p)),
            "{parts}: one slope for each z, as for an activation. How many p answer to one z?",
        ),
        Misconception(
            "off_diagonal_only",
            _with(lambda p: np.diag(p * p) - np.outer(p, p)),
            "{parts}: beside the diagonal all is right, and on it you have 0. How does p move with its own z?",
        ),
        Misconception(
            "diagonal_forgotten",
            _with(lambda p: -np.outer(p, p)),
            "{parts}: you have -p p everywhere. For i = k the numerator contains z, too: what does that add?",
        ),
        Misconception(
            "sign",
            _with(lambda p: -_whole(p)),
            "{parts}: the right one with the wrong sign. If a z rises, does its own p rise or fall?",
        ),
        Misconception(
            "sum_for_difference",
            _with(lambda p: np.diag(p) + np.outer(p, p)),
            "{parts}: the products come in with a plus. If one z rises, do the other p rise or fall?",
        ),
        Misconception(
            "identity_for_diagonal",
            _with(lambda p: np.eye(len(p)) - np.outer(p, p)),
            "{parts}: there are ones on the diagonal where something else belongs. What is left of e^z S / S^2?",
        ),
        Misconception(
            "rows_not_summing",
            _with(lambda p: p[:, None] * (1 - p[None, :])),
            "{parts}: you have p (1 - p) in every entry. What happens to the 1 where i and k differ?",
        ),
        Misconception(
            "sigmoids",
            _with(lambda p: np.diag(p * (1 - p)), _sigmoids),
            "{parts}: these are sigmoids, each of its own z. What makes the sum of all p equal to 1?",
        ),
        Misconception(
            "not_normalised",
            _with(_whole, _not_normalised),
            "{parts}: p does not add up to 1. What are the exponentials divided by?",
        ),
        Misconception(
            "divided_by_norm",
            _with(_whole, _by_norm),
            "{parts}: the squares of your p add up to 1. What should add up to 1?",
        ),
    ),
)


def _rows(rng):
    shapes = ((7, 4), (5, 3), (4, 6))
    return [{"U": rng.normal(size=shape), "P": softmax(rng.normal(size=shape) * 1.2)} for shape in shapes]


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
    passed="Every row is what its Jacobian makes of its message, and no Jacobian was stored.",
    batch="U",
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
