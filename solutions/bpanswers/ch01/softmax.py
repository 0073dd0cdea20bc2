"""Chapter 01: softmax and its Jacobian."""

import numpy as np

from bpcourse.activations import sigmoid
from bpcourse.losses import softmax
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import H

from .inputs import alone


def _logits(rng):
    """Ordinary; near 709, where e^z is finite but a sum of five is not; near 1000 and -1000; the first far behind; two
    thousands ahead; whole, with ties; one number; two ahead; two numbers; all equal; a p near 1; the last ahead.
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
            rng.permutation([2.0, 2, 2, 0, -1, 1, -3]),
            rng.normal(size=1),
            np.append(rng.normal(size=4), 2000 + rng.normal(size=2)),
            rng.normal(size=2),
            np.full(5, rng.normal()),
            np.insert(rng.normal(size=2) * 0.1, rng.integers(3), 12.4),
            np.append(rng.normal(size=2), 9000 + rng.normal()),
        )
    ]


def _any_logits(rng):
    """Any length, any size, ties among them; never one so far ahead that nothing of the Jacobian is left."""
    z = np.round(rng.normal(size=int(rng.integers(1, 7))) * 3, int(rng.integers(0, 9)))
    z[: len(z) // 3] -= rng.choice([0, 800, 12_000])
    return {"z": z + rng.choice([0, 0, 1000, -1000, 709])}


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


def rounding(array):
    """What a sum of 0 may come to, in float16 too."""
    return max(1e-6, 100 * np.finfo(array.dtype).eps) if array.dtype.kind == "f" else 1e-6


def _rows_do_not_add_up(case, outcome):
    """p is right, and where J is not, its rows have not all a sum of 0."""
    if outcome.parts is None or outcome.changed:
        return False
    p, J = outcome.parts
    n = len(case["z"])
    sums = J.sum(axis=1) if J.shape == (n, n) else np.zeros(n)
    return (
        agree(p, softmax(case["z"]))
        and np.isfinite(sums).all()
        and (agree(J, _whole(p)) or np.abs(sums).max() > rounding(J))
    )


SOFTMAX_JACOBIAN = Exercise(
    name="softmax_jacobian",
    inputs=_logits,
    truth=_true_jacobian,
    parts={"p": 1, "J": 2},
    passed="All n² derivatives are right, for z near 1000 and -1000, too, and for z that lie thousands apart.",
    shapes={"z": "n"},
    room={
        "all of `z` near 709, 1000 or -1000": lambda case: bool((np.abs(case["z"]) > 700).all()),
        "all of `z` near 709 or 1000": lambda case: bool((case["z"] > 700).all()),
        "all of `z` near -1000": lambda case: bool((case["z"] < -700).all()),
        "hundreds or thousands between two z": lambda case: bool(np.ptp(case["z"]) > 700),
        "two numbers in `z`": lambda case: len(case["z"]) == 2,
        "all of `z` equal": lambda case: len(case["z"]) > 1 and bool((case["z"] == case["z"][0]).all()),
        "a p that is nearly 1": lambda case: len(case["z"]) > 1 and bool(np.max(softmax(case["z"])) > 0.999),
        "ties for the largest z": lambda case: bool((case["z"] == case["z"].max()).sum() > 1),
        "an ordinary `z`, the kind that needs no shift": lambda case: bool(np.abs(case["z"]).max() < 100),
    },
    ask={
        "p": "In a cell of your own, try z = (1, 1, 1) and z = (0, 0, 1000): which three p should come out?",
        "J": "In a cell of your own, nudge one z by 1e-5 to both sides: does p move as that column of your table says?",
    },
    wide=_any_logits,
    misconceptions=(
        alone(
            "outputs_minus_targets",
            _with(lambda p: p - np.eye(len(p))),
            "you have p - y, as behind a cross-entropy, one row for each class. What is asked for?",
        ),
        alone(
            "unstable",
            _with(_whole, _shifted_by(lambda z: 0.0)),
            "right for small z. Near 709 all is 0, and at 1000 `nan`: exponentials become infinite. What may you "
            "subtract from all z without changing p?",
        ),
        alone(
            "shifted_by_a_constant",
            _with(_whole, _shifted_by(lambda z: 700.0)),
            "you subtract the same number whatever z is, and elsewhere it overflows, or all exponentials are "
            "0. Which number goes along with z?",
        ),
        alone(
            "shifted_by_too_little",
            _with(_whole, _shifted_by(np.mean)),
            "right until the z lie far apart. What you take off is then thousands below the largest z. How large may "
            "an exponent be?",
        ),
        alone(
            "shifted_by_the_first",
            _with(_whole, _shifted_by(lambda z: z[0])),
            "right until the z lie far apart. It is as if the first z were taken off: how large can the others be "
            "beside it?",
        ),
        alone(
            "shifted_by_the_smallest",
            _with(_whole, _shifted_by(np.min)),
            "right until the z lie far apart. It is as if the smallest z were taken off: which sign do the exponents "
            "have then?",
        ),
        alone(
            "shifted_by_the_largest_size",
            _with(_whole, _shifted_by(lambda z: np.abs(z).max())),
            "right until all z lie far below 0, where every exponential becomes 0. It is as if the largest |z| were "
            "taken off: what is the largest exponent then?",
        ),
        alone(
            "columns_for_rows",
            _with(lambda p: np.diag(p) - p * p),
            "`p * p` is one row, taken off every row of the table, so J[i, k] has p_k² in it. Which two p "
            "belong in row i and column k?",
        ),
        alone(
            "diagonal_only",
            _with(lambda p: np.diag(p * (1 - p))),
            "the diagonal is right, and beside it you have 0. If one z rises, what happens to the other p?",
        ),
        alone(
            "slopes_only",
            _with(lambda p: p * (1 - p)),
            "one slope for each z, as for an activation. How many p answer to one z?",
        ),
        alone(
            "off_diagonal_only",
            _with(lambda p: np.diag(p * p) - np.outer(p, p)),
            "beside the diagonal all is right, and on it you have 0. How does p move with its own z?",
        ),
        alone(
            "diagonal_forgotten",
            _with(lambda p: -np.outer(p, p)),
            "you have -p p everywhere. For i = k the numerator contains z, too: what does that add?",
        ),
        alone(
            "sign",
            _with(lambda p: -_whole(p)),
            "the right one with the wrong sign. If a z rises, does its own p rise or fall?",
        ),
        alone(
            "sum_for_difference",
            _with(lambda p: np.diag(p) + np.outer(p, p)),
            "the products come in with a plus. If one z rises, do the other p rise or fall?",
        ),
        alone(
            "identity_for_diagonal",
            _with(lambda p: np.eye(len(p)) - np.outer(p, p)),
            "there are ones on the diagonal where something else belongs. What is left of e^z S / S^2?",
        ),
        alone(
            "rows_not_summing",
            _with(lambda p: p[:, None] * (1 - p[None, :])),
            "you have p (1 - p) in every entry. What happens to the 1 where i and k differ?",
        ),
        alone(
            "sigmoids",
            _with(lambda p: np.diag(p * (1 - p)), sigmoid),
            "made of sigmoids, each of its own z. What makes the sum of all p equal to 1?",
        ),
        alone(
            "dot_for_outer",
            _with(lambda p: np.diag(p) - p @ p),
            "the same number is taken off every entry: with p of one dimension, `p @ p.T` is a number. Which product "
            "of two vectors is a table?",
        ),
        alone(
            "z_for_p",
            lambda z: (softmax(z), np.diag(z) - np.outer(z, z)),
            "you put z into a formula that is made of the output. Which letter belongs there?",
        ),
        alone(
            "exponentials_for_p",
            lambda z: (softmax(z), _whole(_not_normalised(z))),
            "the exponentials stand where p belongs. What are they divided by?",
        ),
        alone(
            "of_the_logarithm",
            lambda z: (z - z.max() - np.log(_not_normalised(z).sum()), np.eye(len(z)) - softmax(z)),
            "that belongs to the logarithm of softmax. What is asked for?",
        ),
        alone(
            "base_two",
            _with(_whole, lambda z: 2.0 ** (z - z.max()) / (2.0 ** (z - z.max())).sum()),
            "powers of 2. Of which number are they in the formula?",
        ),
        alone(
            "exponent_turned",
            _with(_whole, lambda z: softmax(-z)),
            "the smallest z has the largest p. Which sign does z have in the exponent?",
        ),
        alone(
            "product_missing",
            _with(np.diag),
            "p on the diagonal, and 0 beside it: that is what the numerators give. What does the sum below add?",
        ),
        alone(
            "one_p_of_two",
            _with(lambda p: np.diag(p) - p),
            "p stands where a product of two p belongs, the same in every row. Which two p belong in row i and "
            "column k?",
        ),
        alone(
            "the_other_p_of_two",
            _with(lambda p: np.diag(p) - p[:, None]),
            "p stands where a product of two p belongs, the same in every column. Which two p belong in row i and "
            "column k?",
        ),
        alone(
            "softmax_twice",
            _with(_whole, lambda z: softmax(softmax(z))),
            "softmax was applied twice. How often does the formula take e to the power of something?",
        ),
        alone(
            "winner_takes_all",
            lambda z: ((z == z.max()) * 1.0, _whole(softmax(z))),
            "1 for the largest z and 0 for the others: that is a maximum. What is soft about softmax?",
        ),
        Misconception(
            "not_normalised",
            _with(_whole, _not_normalised),
            "{parts}: p does not add up to 1. What are the exponentials divided by?",
        ),
        Misconception(
            "rows_do_not_add_up",
            lambda z: (softmax(z), np.outer(np.exp(-softmax(z)), softmax(z))),
            "{parts}: the entries of a row do not add up to 0. What happens to each p if all z rise by the "
            "same amount?",
            shows=_rows_do_not_add_up,
        ),
        Misconception(
            "divided_by_norm",
            _with(_whole, _by_norm),
            "{parts}: the squares of your p add up to 1. What should add up to 1?",
        ),
    ),
)
