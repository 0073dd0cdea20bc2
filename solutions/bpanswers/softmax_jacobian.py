"""Softmax and its Jacobian."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import H

from .common.edits import edited, slips, solution
from .common.parts import part_slips
from .common.right_in_part import each_part, first_rows
from .common.sizes import sizes
from .common.sums import add_up_to_zero

PROGRAM = solution("softmax_jacobian")
slip, whole = part_slips(PROGRAM), slips(PROGRAM)


def inputs(rng):
    """Ordinary; near 709, where e^z is finite but a sum of five is not; near 1000 and -1000; the first far behind; two
    thousands ahead; whole, with ties; one number; two ahead; two numbers; all equal; a p near 1; the last ahead; many.
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
            rng.normal(size=30),
        )
    ]


def wide(rng):
    """Any length, any size, ties among them; never one so far ahead that nothing of the Jacobian is left."""
    z = np.round(rng.normal(size=sizes(rng, 1)) * 3, int(rng.integers(0, 9)))
    z[: len(z) // 3] -= rng.choice([0, 800, 12_000])
    return {"z": z + rng.choice([0, 0, 1000, -1000, 709])}


def one_over_sum(z):
    """p_i = 1 / sum_j e^(z_j - z_i): only differences, so no shift is needed, and analytic."""
    apart = z[None, :] - z[:, None]
    return 1 / np.exp(np.where(np.real(apart) > 700, 700, apart)).sum(axis=1)  # beyond it p is 0 to 300 decimals


def truth(z):
    columns = [one_over_sum(z + 1j * H * e).imag / H for e in np.eye(len(z))]
    return one_over_sum(z), np.stack(columns, axis=1)


def rows_do_not_add_up(case, outcome):
    """p is right, and where J is not, its rows have not all a sum of 0."""
    if outcome.parts is None or outcome.changed:
        return False
    p, J = outcome.parts
    right_p, right_J = truth(**case)
    if not agree(p, right_p) or J.shape != right_J.shape or not np.isfinite(J).all():
        return False
    return agree(J, right_J) or not add_up_to_zero(J)


EXP, P, JACOBIAN = "np.exp(z - z.max())", "e / e.sum()", "np.diag(p) - np.outer(p, p)"


def jacobian(name, message, wrong):
    return slip(name, message, (JACOBIAN, wrong))


def shift(name, message, wrong):
    return slip(name, message, ("z.max()", wrong))


MISTAKES = (
    jacobian("outputs_minus_targets", "you have p - y, as behind a cross-entropy, one row for each class. What is "
         "asked for?", "p - np.eye(len(p))"),
    shift("unstable", "right for small z. Near 709 all is 0, and at 1000 `nan`: exponentials become infinite. What may "
         "you subtract from all z without changing p?", "0.0"),
    shift("shifted_by_a_constant", "you subtract the same number whatever z is, and elsewhere it overflows, or all "
         "exponentials are 0. Which number goes along with z?", "700.0"),
    shift("shifted_by_too_little", "right until the z lie far apart. What you take off is then thousands below the "
         "largest z. How large may an exponent be?", "z.mean()"),
    shift("shifted_by_the_first", "right until the z lie far apart. It is as if the first z were taken off: how large "
         "can the others be beside it?", "z[0]"),
    shift("shifted_by_the_smallest", "right until the z lie far apart. It is as if the smallest z were taken off: "
         "which sign do the exponents have then?", "z.min()"),
    shift("shifted_by_the_largest_size", "right until all z lie far below 0, where every exponential becomes 0. It is "
         "as if the largest |z| were taken off: what is the largest exponent then?", "np.abs(z).max()"),
    jacobian("columns_for_rows", "`p * p` is one row, taken off every row of the table, so J[i, k] has p_k² in it. "
         "Which two p belong in row i and column k?", "np.diag(p) - p * p"),
    jacobian("diagonal_only", "the diagonal is right, and beside it you have 0. If one z rises, what happens to the "
         "other p?", "np.diag(p * (1 - p))"),
    jacobian("slopes_only", "one slope for each z, as for an activation. How many p answer to one z?", "p * (1 - p)"),
    jacobian("off_diagonal_only", "beside the diagonal all is right, and on it you have 0. How does p move with its "
         "own z?", "np.diag(p * p) - np.outer(p, p)"),
    jacobian("diagonal_forgotten", "you have -p p everywhere. For i = k the numerator contains z, too: what does that "
         "add?", "-np.outer(p, p)"),
    jacobian("sign", "the right one with the wrong sign. If a z rises, does its own p rise or fall?",
         "np.outer(p, p) - np.diag(p)"),
    jacobian("sum_for_difference", "the products come in with a plus. If one z rises, do the other p rise or fall?",
         "np.diag(p) + np.outer(p, p)"),
    jacobian("identity_for_diagonal", "there are ones on the diagonal where something else belongs. What is left of "
         "e^z S / S^2?", "np.eye(len(p)) - np.outer(p, p)"),
    jacobian("rows_not_summing", "you have p (1 - p) in every entry. What happens to the 1 where i and k differ?",
         "np.outer(p, 1 - p)"),
    slip("sigmoids", "made of sigmoids, each of its own z. What makes the sum of all p equal to 1?",
         (P, "bp.sigmoid(z)"), (JACOBIAN, "np.diag(p * (1 - p))")),
    jacobian("dot_for_outer", "the same number is taken off every entry: with p of one dimension, `p @ p.T` is a "
         "number. Which product of two vectors is a table?", "np.diag(p) - p @ p"),
    jacobian("z_for_p", "you put z into a formula that is made of the output. Which letter belongs there?",
         "np.diag(z) - np.outer(z, z)"),
    jacobian("exponentials_for_p", "the exponentials stand where p belongs. What are they divided by?",
         "np.diag(e) - np.outer(e, e)"),
    slip("of_the_logarithm", "that belongs to the logarithm of softmax. What is asked for?",
         ("return p", "return z - z.max() - np.log(e.sum())"), (JACOBIAN, "np.eye(len(p)) - p")),
    slip("base_two", "powers of 2. Of which number are they in the formula?", (EXP, "2.0 ** (z - z.max())")),
    slip("e_rounded", "as if e were 2.718 and no more. Which function of NumPy has all the digits of e?",
         (EXP, "2.718 ** (z - z.max())")),
    slip("exponent_turned", "the smallest z has the largest p. Which sign does z have in the exponent?",
         (EXP, "np.exp(z.min() - z)")),
    jacobian("product_missing", "p on the diagonal, and 0 beside it: that is what the numerators give. What does the "
         "sum below add?", "np.diag(p)"),
    jacobian("one_p_of_two", "p stands where a product of two p belongs, the same in every row. Which two p belong in "
         "row i and column k?", "np.diag(p) - p"),
    jacobian("the_other_p_of_two", "p stands where a product of two p belongs, the same in every column. Which two p "
         "belong in row i and column k?", "np.diag(p) - p[:, None]"),
    slip("softmax_twice", "softmax was applied twice. How often does the formula take e to the power of something?",
         (P, "bp.softmax(e / e.sum())")),
    slip("winner_takes_all", "1 for the largest z and 0 for the others: that is a maximum. What is soft about softmax?",
         ("return p", "return (z == z.max()) * 1.0")),
    jacobian("one_alone", "right but for a single z. If there is one class only, how far can its p move?",
         f"{JACOBIAN} if len(z) > 1 else np.ones((1, 1))"),
    whole("not_normalised", "{parts}: p does not add up to 1. What are the exponentials divided by?", (P, "e")),
    whole("rows_do_not_add_up", "{parts}: where it is wrong, the entries of a row do not add up to 0. What happens to "
         "each p if all z rise by the same amount?", (JACOBIAN, "np.outer(np.exp(-p), p)"), shows=rows_do_not_add_up),
    whole("divided_by_norm", "{parts}: the squares of your p add up to 1. What should add up to 1?",
         (P, "e / np.sqrt((e**2).sum())")),
)  # fmt: skip


def loops(z):
    p = np.array([1 / sum(np.exp(other - own) for other in z) for own in z])
    n = len(p)
    return p, [[p[i] * ((i == k) - p[k]) for k in range(n)] for i in range(n)]


def broadcast(z):
    p = bp.softmax(z)
    return [p, p[:, None] * (np.eye(len(p)) - p)]


def by_log(z):
    m = z.max()
    p = np.exp(z - (m + np.log(np.exp(z - m).sum())))
    return p, np.diagflat(p) - p.reshape(-1, 1) @ p.reshape(1, -1)


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"p": 1, "J": 2},
    passed="All n² derivatives are right, for z near 1000 and -1000, too, and for z that lie thousands apart.",
    shapes={"z": "n"},
    room={
        "all of `z` near 709, 1000 or -1000": lambda case: bool((np.abs(case["z"]) > 700).all()),
        "all of `z` near 709 or 1000": lambda case: bool((case["z"] > 700).all()),
        "all of `z` near -1000": lambda case: bool((case["z"] < -700).all()),
        "hundreds or thousands between two z": lambda case: bool(np.ptp(case["z"]) > 700),
        "two numbers in `z`": lambda case: len(case["z"]) == 2,
        "more than ten numbers in `z`": lambda case: len(case["z"]) > 10,
        "all of `z` equal": lambda case: len(case["z"]) > 1 and bool((case["z"] == case["z"][0]).all()),
        "a p that is nearly 1": lambda case: len(case["z"]) > 1 and bool(np.max(bp.softmax(case["z"])) > 0.999),
        "ties for the largest z": lambda case: bool((case["z"] == case["z"].max()).sum() > 1),
        "an ordinary `z`, the kind that needs no shift": lambda case: bool(np.abs(case["z"]).max() < 100),
    },
    ask={
        "p": "In a cell of your own, try z = (1, 1, 1) and z = (0, 0, 1000): which three p should come out?",
        "J": "In a cell of your own, nudge one z by 1e-5 to both sides: does p move as that column of your table says?",
    },
    wide=wide,
    misconceptions=MISTAKES,
    right=(loops, broadcast, by_log),
    wrong=(
        *(edited(PROGRAM, ("z.max()", m)) for m in ("np.median(z)", "z[:3].max()", "z[-1]", "z.max() / 2")),
        edited(PROGRAM, ("z.max()", "(700 if z.max() > 100 else 0)")),
        edited(PROGRAM, ("z.max()", "(z[:-1] if len(z) > 1 else z).max()")),
        *(edited(PROGRAM, ("e = np", f"z = {w}\n    e = np")) for w in ("z / 2", "np.clip(z, -500, 500)")),
        edited(PROGRAM, ("e = np", "z = np.float32(z)\n    e = np")),
        edited(PROGRAM, (P, "(e / e.sum() if np.ptp(z) or len(z) == 1 else np.eye(len(z))[0])")),
        edited(PROGRAM, (EXP, "np.exp(np.minimum(z, 700))")),  # clipped instead of shifted
        edited(PROGRAM, (EXP, "np.exp(z.astype(np.longdouble))")),  # a wider float instead of a shift
        edited(PROGRAM, ("return p", "return np.full(len(z), 1 / len(z))")),
        edited(PROGRAM, ("return p", "return np.where(z > 700, 1.0, p)")),
        edited(PROGRAM, ("return p", "t = z == z.max()\n    return t / t.sum() if t.sum() > 1 else p")),
        edited(PROGRAM, (JACOBIAN, f"({JACOBIAN}) * (p.max() < 0.99)")),
        edited(PROGRAM, (JACOBIAN, "np.diag(1 - p)")),
        edited(PROGRAM, (JACOBIAN, f"({JACOBIAN}).sum(axis=0)")),
        edited(PROGRAM, (JACOBIAN, f"abs({JACOBIAN})")),
        edited(PROGRAM, (JACOBIAN, f"{JACOBIAN} if len(z) != 2 else np.diag(p * (1 - p))")),
        edited(PROGRAM, (f"p, {JACOBIAN}", f"{JACOBIAN}, p")),
        each_part(broadcast, np.squeeze),
        first_rows(broadcast),
    ),
)  # fmt: skip
