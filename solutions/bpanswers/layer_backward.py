"""One layer backward, with a random message from above."""

import copy
from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import gradient

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.parts import part_slips
from .common.right_in_part import each_part, first_rows
from .common.sizes import sizes

PROGRAM = solution("layer_backward")
SIZES = (  # n, n0, n1; in the last three each is large once
    *((7, 5, 4), (4, 3, 6), (2, 6, 3), (5, 7, 8), (1, 4, 3), (6, 1, 2), (3, 2, 1), (4, 4, 4), (7, 5, 4)),
    *((33, 2, 3), (2, 31, 3), (3, 2, 29)),
)


def _case(rng, n, n0, n1):
    Z = rng.normal(size=(n, n1))
    steep = rng.permutation(Z.size)[:2]
    Z.flat[steep] = np.array([3.3, -2.9])[: len(steep)]  # where tanh is nearly flat
    shapes = {"A_before": (n, n0), "upstream": (n, n1)}
    return {"W": rng.normal(size=(n1, n0)), "Z": Z} | {k: rng.normal(size=s) for k, s in shapes.items()}


def inputs(rng):
    cases = [_case(rng, *each) for each in SIZES]
    for name in ("W", "Z", "A_before", "upstream"):  # a division by one of these would show
        cases[3][name][1, 0] = 0.0
    return cases


def truth(W, Z, A_before, upstream):
    """Complex steps of sum(upstream * tanh(A W^T + B)), with B such that Z is what it is."""
    n, B = len(Z), Z - A_before @ W.T

    def message(W, A_before, shift):
        return (upstream * np.tanh(A_before @ W.T + B + shift)).sum()

    zero = np.zeros(Z.shape[1])
    return (
        gradient(lambda W: message(W, A_before, zero), W) / n,
        gradient(lambda shift: message(W, A_before, shift), zero) / n,
        gradient(lambda A: message(W, A, zero), A_before),
    )


def one_delta(case, outcome):
    """True if there is a delta from which dW, db and back are all made as they should be."""
    if outcome.parts is None:
        return False
    W, A, n, n1 = case["W"], case["A_before"], len(case["Z"]), len(case["W"])
    dW, db, back = outcome.parts
    if (dW.shape, db.shape, back.shape) != (W.shape, (n1,), A.shape):
        return False
    of_delta = [np.kron(np.eye(n), W.T), np.kron(A.T, np.eye(n1)) / n, np.kron(np.ones((1, n)), np.eye(n1)) / n]
    M, came = np.vstack(of_delta), np.concatenate([back.ravel(), dW.T.ravel(), db]).astype(float)
    delta = np.linalg.lstsq(M, came, rcond=None)[0]
    return bool(np.abs(M @ delta - came).max() < 1e-9 * np.abs(came).max())


# ----- right answers


def slope(z):
    return 1 / np.cosh(z) ** 2


def loops(W, Z, A_before, upstream):
    n, (n1, n0) = len(Z), W.shape
    dW, db, back = np.zeros((n1, n0)), [0.0] * n1, np.zeros((n, n0))
    for e in range(n):
        for j in range(n1):
            delta = upstream[e, j] * slope(Z[e, j])
            db[j] += delta / n
            for i in range(n0):
                dW[j, i] += delta * A_before[e, i] / n
                back[e, i] += delta * W[j, i]
    return [dW, db, back]


def columns(W, Z, A_before, upstream):
    delta = (upstream * (1 - np.tanh(Z) ** 2)).T
    return delta @ A_before / len(Z), delta.mean(axis=1), (W.T @ delta).T


def einsum(W, Z, A_before, upstream):
    delta = np.einsum("nj,nj->nj", upstream, slope(Z)) / len(Z)
    return np.einsum("nj,ni->ji", delta, A_before), delta.sum(0), len(Z) * np.einsum("nj,ji->ni", delta, W)


def by_differences(W, Z, A_before, upstream):
    """With a slope that is right to nine digits."""
    delta = upstream * (np.tanh(Z + 1e-5) - np.tanh(Z - 1e-5)) / 2e-5
    return delta.T @ A_before / len(Z), delta.mean(axis=0), delta @ W


def in_place(W, Z, A_before, upstream):
    W, Z, A_before, upstream = copy.deepcopy((W, Z, A_before, upstream))
    assert all(isinstance(array, np.ndarray) and array.dtype == np.float64 for array in (W, Z, A_before, upstream))
    upstream *= slope(Z)
    return upstream.T.dot(A_before) / Z.shape[0], upstream.sum(0) / Z.shape[0], upstream.dot(W)


def by_complex_steps(W, Z, A_before, upstream):
    delta = upstream * np.tanh(Z + 1e-30j).imag / 1e-30
    return np.tensordot(delta, A_before, (0, 0)) / len(Z), np.average(delta, axis=0), [row @ W for row in delta]


SLOPE, DW, DB, BACK = "bp.tanh.derivative(Z)", "delta.T @ A_before / n", "delta.sum(axis=0) / n", "delta @ W"
slip, alone, wrong = slips(PROGRAM), part_slips(PROGRAM), partial(edited, PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"dW": 1, "db": 1, "back": 1},
    passed="For random messages from above, each equals the derivative that is found without a chain rule.",
    batch="Z",
    shapes={"W": "n1 n0", "Z": "n n1", "A_before": "n n0", "upstream": "n n1"},
    room={
        "n1 = n0 > 1": lambda case: case["W"].shape[0] == case["W"].shape[1] > 1,
        "n1 = n > 1": lambda case: len(case["W"]) == len(case["Z"]) > 1,
        "all sizes equal": lambda case: len({*case["W"].shape, len(case["Z"])}) == 1,
        "more than 8 examples": lambda case: len(case["Z"]) > 8,
        "a 0 among the numbers": lambda case: not case["Z"].all(),
        "whole numbers": "float64 is promised in the first cell of the notebook.",
    },
    ask={
        "dW": "For a batch of one, which two vectors make `dW`?",
        "db": "For a batch of one, what does (BP4) say?",
        "back": "For a batch of one, over which units does a single input act, and with which weights?",
    },
    wide=lambda rng: _case(rng, *sizes(rng, 3)),
    misconceptions=(
        alone("slope_missing", "the message from above is used as it came. What lies between A and Z?",
              (f" * {SLOPE}", "")),
        alone("slope_of_a", "the slope was taken at A. Does `bp.tanh.derivative` take z or a?",
              ("(Z)\n", "(np.tanh(Z))\n")),
        alone("z_in_a_formula", "the slope is 1 - Z**2. Which of z and a does that formula take?",
              (SLOPE, "(1 - Z**2)")),
        alone("value_for_slope", "the message is multiplied by tanh(Z) itself. Is it the value that it meets on the "
              "way back?", (SLOPE, "np.tanh(Z)")),
        alone("sigmoid_formula", "the slope is A (1 - A). Of which activation is that the slope?",
              (SLOPE, "np.tanh(Z) * (1 - np.tanh(Z))")),
        alone("square_forgotten", "the slope is 1 - A. Put z = 0 into it, and some large z: does tanh have these "
              "slopes there?", (SLOPE, "(1 - np.tanh(Z))")),
        alone("slope_squared", "the slope comes in twice. How many activations lie between A and Z?",
              (SLOPE, f"{SLOPE} ** 2")),
        alone("not_averaged", "exactly {n} times the right one, for a batch of {n}. The cost is a mean: where does "
              "the 1/n go?", (" / n", "")),
        alone("averaged_twice", "divided by {n} once too often, for a batch of {n}. In which two places is a mean "
              "taken?", (" / n", " / n**2")),
        slip("delta_averaged", "For a batch of {n}, `back` is divided by {n}, and `dW` and `db` are divided by {n} "
             "once too often, as if delta were divided already. To whom does delta belong: to the batch, or to one "
             "example?", (SLOPE, f"{SLOPE} / n")),
        slip("delta_multiplied", "For a batch of {n}, `dW`, `db` and `back` are {n} times the right ones. `upstream` "
             "has one row an example: is a mean in it that would have to be undone?", (SLOPE, f"{SLOPE} * n")),
        alone("message_averaged", "divided by {n}, for a batch of {n}. Each row is the message of one example: when "
              "is the mean taken?", (BACK, "delta @ W / n")),
        alone("averaged_over_units", "divided by the number of units. Over what is the cost a mean: units, or "
              "examples?", ("len(Z)", "len(W)")),
        alone("averaged_over_inputs", "divided by the number of inputs. Over what is the cost a mean: inputs, or "
              "examples?", ("len(Z)", "W.shape[1]")),
        alone("sign", "the wrong sign. The minus belongs to the update. Does it belong to the gradient, too?",
              ("= upstream", "= -upstream")),
        alone("bias_one_number", "the sum runs over the units as well. How many biases has the layer?",
              ("sum(axis=0)", "sum()")),
        alone("bias_mean_of_all", "one mean of all deltas. How many biases has the layer?", (DB, "delta.mean()")),
        alone("bias_over_units", "one number for each example, summed over the units. Does a bias belong to a unit or "
              "to an example?", (DB, "delta.sum(axis=1) / n")),
        alone("bias_mean_over_units", "one number for each example, a mean over the units. Does a bias belong to a "
              "unit or to an example?", (DB, "delta.mean(axis=1)")),
        alone("bias_not_reduced", "one row for each example. The cost is one number for the batch: how are the rows "
              "joined?", (DB, "delta")),
        alone("back_is_delta", "that is delta of this layer. What does it pass on the way to `A_before`?",
              (BACK, "delta")),
        alone("slope_of_the_layer_below", "a slope too many, that of the layer below. Is the derivative by its A "
              "asked for, or by its Z?", (BACK, f"({BACK}) * (1 - A_before**2)")),
        alone("slope_at_the_activation_below", "a slope too many, taken at `A_before`. Is the derivative by the A of "
              "the layer below asked for, or by its Z?", (BACK, f"({BACK}) * bp.tanh.derivative(A_before)")),
        alone("back_reduced", "the mean over the examples. Whom does the layer below ask for its message: the batch, "
              "or each example?", (BACK, f"({BACK}).mean(axis=0)")),
        alone("upstream_taken_for_targets", "`upstream` is subtracted from A, as if it were targets. What is "
              "`upstream` here?", ("= upstream", "= (np.tanh(Z) - upstream)")),
        alone("own_activation", "made with the activation of the layer itself. What did W multiply on the way forward?",
              (DW, "delta.T @ np.tanh(Z) / n")),
        alone("times_the_weight", "multiplied by W itself. How does Z move when one weight moves: by the weight, or "
              "by what it multiplies?", (DW, f"{DW} * W")),
        alone("slope_of_sigmoid", "the slope is that of the sigmoid. Which activation does this layer have?",
              ("bp.tanh", "bp.sigmoid")),
        alone("slope_added", "the slope is added to the message. What do rates do along one way?", ("* bp", "+ bp")),
        alone("slope_of_the_wrong_layer", "the slope is taken at `A_before`. Which activation does the message pass "
              "before it reaches W?", (BACK, "(upstream @ W) * bp.tanh.derivative(A_before)")),
        alone("last_example_only", "only the last example is in it. Is each example added, or does it replace the one "
              "before?", (DW, "np.outer(delta[-1], A_before[-1]) / n"), (DB, "delta[-1] / n")),
        alone("last_example_lost", "the last example is not in it. At which number does your loop or your cut end?",
              (DW, "delta[:-1].T @ A_before[:-1] / n"), (DB, "delta[:-1].sum(axis=0) / n")),
        alone("first_example_lost", "the first example is not in it. At which number does your loop or your cut begin?",
              (DW, "delta[1:].T @ A_before[1:] / n"), (DB, "delta[1:].sum(axis=0) / n")),
        slip("other_delta", "`dW`, `db` and `back` fit together: all three are made from one delta. But it is not the "
             "right one. What does `upstream` meet on the way from A to Z?",
             (f"* {SLOPE}", "/ np.cosh(Z)"), shows=one_delta),
        slip("transposed_too_often", "It looks like delta @ W.T. With one row an example, that is the way forward. "
             "How does W stand for the way back?", (BACK, "delta @ W.T")),
    ),
    right=(
        loops, columns, einsum, by_differences, in_place, partial(columns), by_complex_steps,
        each_part(columns, np.float32),
    ),
    wrong=(
        *(first_rows(columns, n) for n in (8, 20)), kept_by_shape(columns), each_part(columns, np.squeeze),
        *(wrong(change) for change in (
            (BACK, "delta @ (W.T if W.shape[0] == W.shape[1] else W)"), (DW, f"{DW} / len(W)"),
            (DB, "delta.mean() + 0 * W[:, 0]"), (BACK, "upstream @ W"), (BACK, "delta[:, [-1]] * W[-1]"),
            (f"{DW}, {DB}, {BACK}", f"{BACK}, {DB}, {DW}"), (DW, "A_before.T @ delta / n"), (BACK, "2 * delta @ W"),
            (DB, f"abs({DB})"), (BACK, "delta[:1] @ W"), ("(Z)\n", "(np.clip(Z, -2.5, 2.5))\n"),
            ("(Z)\n", "(A_before @ W.T)\n"), ("= upstream", "= np.ones_like(upstream)"),
            (DW, "delta.T @ np.tanh(A_before) / n"), (DW, "delta[:8].T @ A_before[:8] / n"),
        )),
    ),
)  # fmt: skip
