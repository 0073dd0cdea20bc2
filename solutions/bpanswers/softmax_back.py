"""The message that comes back through softmax, without its Jacobian."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.answer import call_within
from bpcourse.marking.compare import WrongType, agree, plain
from bpcourse.marking.engine import Demand, Exercise

from .common.edits import edited, slips, solution
from .common.sizes import sizes
from .common.sums import add_up_to_zero

PROGRAM = solution("softmax_back")
slip = slips(PROGRAM)


def inputs(rng):
    """The fourth: a probability of 0 in each row, and one of 1. Then two classes, as many as examples, many of either,
    and large messages.
    """
    sure = one_batch(rng, (3, 4))
    sure["P"][:2] = bp.softmax(np.array([[-2000.0, 0, 1, 1], [0, 0, 9000, 0]]))
    first = [one_batch(rng, shape) for shape in ((7, 4), (4, 6), (1, 3))]
    others = [one_batch(rng, shape) for shape in ((5, 1), (6, 2), (4, 4), (2, 2), (1, 1), (2, 30), (150, 3))]
    return [*first, sure, *others, one_batch(rng, (3, 5), 40)]


def one_batch(rng, shape, size=1):
    return {"U": rng.normal(size=shape) * size, "P": bp.softmax(rng.normal(size=shape) * 1.2)}


def little_memory(shape):
    """A demand: less than a byte for each entry of a Jacobian, or for each pair of examples; and the right numbers."""

    def met(function, seed):
        case = one_batch(np.random.default_rng(seed), shape)
        value = call_within(function, case, 1000**2)
        try:
            return value is not None and agree(plain(value), edited(PROGRAM)(**case))
        except WrongType:
            return False

    return met


def truth(U, P):
    """Row by row the sum over all paths, with each entry of the Jacobian."""
    return np.array(
        [
            [sum(u[i] * p[i] * ((i == k) - p[k]) for i in range(len(p))) for k in range(len(p))]
            for u, p in zip(U, P, strict=True)
        ]
    )


def rows_do_not_add_up(case, outcome):
    """Wherever something is wrong, the rows do not all add up to 0."""
    if not outcome.parts or outcome.changed or outcome.parts[0].shape != case["P"].shape:
        return False
    dZ = outcome.parts[0]
    return bool(np.isfinite(dZ).all()) and (agree(dZ, truth(**case)) or not add_up_to_zero(dZ))


INNER = "(U * P).sum(axis=1, keepdims=True)"
DZ = f"P * (U - {INNER})"

MISTAKES = (
    slip("diagonal_only", "You treat softmax as an activation with the slope p (1 - p). One z moves every p: where do "
         "the other messages come in?", (DZ, "U * P * (1 - P)")),
    slip("wrong_axis", "The sum runs over the examples. Which p does one z move: those of its own row, or those of its "
         "column?", ("axis=1, keepdims=True", "axis=0")),
    slip("one_sum_for_all", "One sum is taken from all rows. Does an example's z move the p of another example?",
         ("axis=1, keepdims=True", "")),
    slip("mean_for_sum", "A mean stands where paths join. Where ways join, do effects add or average?",
         (".sum(", ".mean(")),
    slip("plain_sum", "The messages are summed as they come. With which weight does each one count?",
         ("(U * P).sum", "U.sum")),
    slip("plain_mean", "The plain mean of the messages is taken off. With which weight does each one count?",
         ("(U * P).sum", "U.mean")),
    slip("outer_factor_missing", "The difference is right, and then something is missing: by what is it multiplied?",
         ("return P * ", "return ")),
    slip("slope_kept", "The difference is right, and then it is multiplied by a slope too many. What is left of the "
         "Jacobian once the sum is taken off?", ("return P * ", "return P * (1 - P) * ")),
    slip("sum_ignored", "You return u p. That is one part of the Jacobian, diag(p): which part is missing?",
         (DZ, "U * P")),
    slip("sum_only", "That is what -p pᵀ sends back. Which part of the Jacobian is missing?", (DZ, f"-P * {INNER}")),
    slip("sign", "The right one with the wrong sign. Which of the two terms in the bracket is subtracted?",
         ("return P", "return -P")),
    slip("plus", "The sum is added. What is the sign of the entries beside the diagonal?", ("P * (U - ", "P * (U + ")),
    slip("averaged_already", "It is the right one divided by the number of examples. The message belongs to one "
         "example: when is the mean taken?", (DZ, f"{DZ} / len(U)")),
    slip("divided_by_classes", "It is the right one divided by the number of classes. Where ways join, do effects add "
         "or average?", (DZ, f"{DZ} / U.shape[1]")),
    slip("one_jacobian_for_all", "The Jacobian of the first example is used for all. On what does a Jacobian depend?",
         (DZ, "U @ (np.diag(P[0]) - np.outer(P[0], P[0]))")),
    slip("jacobian_of_the_mean", "One Jacobian is used for all examples, that of their mean probabilities. On what "
         "does a Jacobian depend?",
         (f"return {DZ}", "p = P.mean(axis=0)\n    return U @ (np.diag(p) - np.outer(p, p))")),
    slip("all_pairs_of_rows", "The messages of each row are weighted with the p of all rows. Does an example's z move "
         "the p of another example?", ("(U * P)", "(U @ P.T)")),
    slip("softmax_again", "It looks as if softmax had been applied to P. What does P hold already?",
         ("return", "P = bp.softmax(P)\n    return")),
    slip("roles_exchanged", "U and P have changed places in one part. Which of the two is multiplied by the bracket?",
         ("P * (U - ", "U * (P - ")),
    slip("other_outer_factor", "The difference is right, and then it is multiplied by 1 - p. What is left of the "
         "Jacobian once the sum is taken off?", ("return P", "return (1 - P)")),
    slip("diagonal_counted_twice", "A slope p (1 - p) for each z's own p, and then the sum over all p. Which entry of "
         "the Jacobian is counted in both?", (DZ, f"U * P * (1 - P) - P * {INNER}")),
    slip("beside_the_diagonal_plus", "The diagonal is right, and the rest comes in with a plus. If one z rises, do the "
         "other p rise or fall?", (DZ, f"U * P * (1 - P) + P * ({INNER} - U * P)")),
    slip("largest_taken_off", "The largest message is taken off, as softmax itself does with z. What is to be taken "
         "off here?", ("(U * P).sum", "U.max")),
    slip("jacobians_summed", "Each message went through the sum of all Jacobians. Which one belongs to an example?",
         (DZ, "U @ (np.diag(P.sum(axis=0)) - P.T @ P)")),
    slip("divided_by_p", "The messages are divided by p, as behind a logarithm. By what does softmax multiply them?",
         (DZ, f"U / np.maximum(P, 1e-300) - {INNER}")),
    slip("summed_over_examples", "Each row is the sum of all rows. Does an example's z move the p of another example?",
         (DZ, f"np.broadcast_to(({DZ}).sum(axis=0), P.shape)")),
    slip("rows_do_not_add_up", "Where something is wrong, the entries of a row do not add up to 0. What happens to E "
         "if all z of a row rise by the same amount?", (DZ, "np.exp(-P) * U"), shows=rows_do_not_add_up),
    slip("p_squared", "There is p² in it, times the plain sum of the messages. Which two p belong into row i and "
         "column k of the Jacobian?", (DZ, "U * P - P**2 * U.sum(axis=1, keepdims=True)")),
    slip("targets", "You return P - U, as if U were targets. What is U here?", (DZ, "P - U")),
)  # fmt: skip


def by_loop(U, P):
    return np.array([p * (u - u @ p) for u, p in zip(U, P, strict=True)])


def by_einsum(U, P):
    return U * P - P * np.einsum("nk,nk->n", U, P)[:, None]


def by_lists(U, P):
    rows = []
    for u, p in zip(U.tolist(), P.tolist(), strict=True):
        inner = sum(a * b for a, b in zip(u, p, strict=True))
        rows.append([b * (a - inner) for a, b in zip(u, p, strict=True)])
    return rows


def by_jacobian(U, P):
    """Right numbers, but one whole Jacobian for each row."""
    return np.array([u @ (np.diag(p) - np.outer(p, p)) for u, p in zip(U, P, strict=True)])


def all_jacobians(U, P):
    J = np.einsum("ri,ik->rik", P, np.eye(P.shape[1])) - np.einsum("ri,rk->rik", P, P)
    return np.einsum("ri,rik->rk", U, J)


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
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
    wide=lambda rng: one_batch(rng, sizes(rng, 2), rng.choice([1, 20])),
    demands=(
        Demand(
            "jacobian_stored",
            little_memory((3, 1000)),
            2.0,
            "The numbers are right. But with 1000 classes your program stores an array as large as a Jacobian, a "
            "million numbers. Which sum is left of the Jacobian once p is taken out of the brackets?",
        ),
        Demand(
            "pairs_of_examples_stored",
            little_memory((1000, 3)),
            2.0,
            "The numbers are right. But with 1000 examples of 3 classes your program takes as much memory as an array "
            "with an entry for each pair of examples, a million numbers. Does one example need another?",
        ),
    ),
    misconceptions=MISTAKES,
    right=(
        by_loop,
        by_einsum,
        by_lists,
        lambda U, P: P * (U - np.average(U, axis=1, weights=P)[:, None]),
        lambda U, P: by_einsum(U, P).astype(np.float32),
    ),
    wrong=(
        by_jacobian,
        all_jacobians,
        edited(PROGRAM, (INNER, "np.diag(U @ P.T)[:, None]")),  # an entry for each pair of examples
        edited(PROGRAM, (DZ, f"{DZ} if P.shape[1] != 2 else U * P * (1 - P)")),
        edited(PROGRAM, (DZ, f"({DZ}).T if len(P) == P.shape[1] else {DZ}")),
        edited(PROGRAM, (DZ, f"{DZ} + 0 * np.log(P)")),
        edited(PROGRAM, (DZ, f"{DZ} * len(U)")),
        edited(PROGRAM, ("return", "U = np.clip(U, -10, 10)\n    return")),
        edited(PROGRAM, ("return", "U = bp.softmax(U)\n    return")),
        edited(PROGRAM, ("return", "U, P = P, U\n    return")),
        *(edited(PROGRAM, ("(U * P)", f"(U * P)[:, :{k}]")) for k in (4, 10)),
        edited(PROGRAM, ("(U * P)", "(P * P)")),
        edited(PROGRAM, (INNER, "np.cumsum(U * P, axis=1)")),
        lambda U, P: np.einsum("ri,sik->rk", U, [np.diag(p) - np.outer(p, p) for p in P]),
        lambda U, P: by_einsum(U, P)[:1],
        lambda U, P: by_einsum(U, P).sum(),
        lambda U, P: np.abs(by_einsum(U, P)),
        lambda U, P: np.squeeze(by_einsum(U, P)),
        lambda U, P: by_einsum(U, P).ravel(),
        lambda U, P: by_einsum(U, P).T,
        lambda U, P: np.concatenate([by_einsum(U, P)[:100], U[100:]]),
    ),
)
