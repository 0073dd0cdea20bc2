"""Chapter 01: softmax and its Jacobian."""

import numpy as np

from ...activations import sigmoid
from ...losses import softmax
from ..engine import Exercise, Misconception
from ..truth import H


def _logits(rng):
    """Vectors of ordinary size; near 709, where e^z is finite but the sum of five is not; near 1000 and -1000; with the
    first z far behind the others; and with thousands between them, the two largest neither first nor last.
    """
    far = np.array([0.0, 30, 12_000, 12_000, -12_000, 3])
    return [
        {"z": z}
        for z in (
            rng.normal(size=4) * 1.5,
            709 + rng.uniform(-0.4, 0.6, 5),
            1000 + rng.normal(size=3),
            rng.normal(size=4) - 1000,
            np.append(-760, rng.normal(size=3)) + rng.normal() * 0.1,
            far[[0, *(1 + rng.permutation(4)), 5]] + rng.normal(size=6),
        )
    ]


def _one_over_sum(z):
    """p_i = 1 / sum_j e^(z_j - z_i): only differences, so no shift is needed, and analytic."""
    apart = z[None, :] - z[:, None]
    return 1 / np.exp(np.where(np.real(apart) > 700, 700, apart)).sum(axis=1)  # beyond it p is 0 to 300 decimals


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


def _shifted_by(m):
    """A softmax that subtracts m(z) from all z, whatever that does."""

    def probabilities(z):
        with np.errstate(all="ignore"):
            return np.exp(z - m(z)) / np.exp(z - m(z)).sum()

    return probabilities


def _not_normalised(z):
    return np.exp(z - z.max())


def _by_norm(z):
    e = np.exp(z - z.max())
    return e / np.sqrt((e**2).sum())


SOFTMAX_JACOBIAN = Exercise(
    name="softmax_jacobian",
    inputs=_logits,
    truth=_true_jacobian,
    parts={"p": 1, "J": 2},
    tolerance=1e-9,
    passed="All n² derivatives are right, for z near 1000 and -1000, too, and for z that lie thousands apart.",
    misconceptions=(
        Misconception(
            "unstable",
            _with(_whole, _shifted_by(lambda z: 0.0)),
            "{parts}: right for small z. Near 709 all is 0, and at 1000 `nan`: exponentials become infinite. What may "
            "you subtract from all z without changing p?",
        ),
        Misconception(
            "shifted_by_a_constant",
            _with(_whole, _shifted_by(lambda z: 700.0)),
            "{parts}: you subtract the same number whatever z is, and elsewhere it overflows, or all exponentials are "
            "0. Which number goes along with z?",
        ),
        Misconception(
            "shifted_by_the_mean",
            _with(_whole, _shifted_by(np.mean)),
            "{parts}: right until the z lie far apart. You take off the mean: how large can z minus the mean become?",
        ),
        Misconception(
            "shifted_by_the_first",
            _with(_whole, _shifted_by(lambda z: z[0])),
            "{parts}: right until the z lie far apart. You take off the first z: how large can the others be beside "
            "it?",
        ),
        Misconception(
            "columns_for_rows",
            _with(lambda p: np.diag(p) - p * p),
            "{parts}: `p * p` is one row, taken off every row of the table, so J[i, k] has p_k² in it. Which two p "
            "belong in row i and column k?",
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
            _with(lambda p: np.diag(p * (1 - p)), sigmoid),
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
