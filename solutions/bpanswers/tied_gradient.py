"""The gradient of one matrix that is used twice."""

from functools import partial

import numpy as np

import bpcourse as bp
from bpcourse.marking.compare import alike
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import gradient

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

PROGRAM = solution("tied_gradient")
SIZES = (7, 4), (5, 3), (3, 5), (1, 4), (6, 1), (4, 4), (2, 6), (7, 4), (33, 2), (2, 21)  # n, k
FAR = 1  # in this case targets lie beyond what tanh reaches


def _case(rng, n, k, far=0.9):
    return {"W": rng.normal(size=(k, k)), "X": rng.normal(size=(n, k)), "Y": rng.uniform(-far, far, (n, k))}


def inputs(rng):
    cases = [_case(rng, *each, far=3 if i == FAR else 0.9) for i, each in enumerate(SIZES)]
    cases[5]["X"][1, 0] = cases[5]["Y"][2, 1] = cases[5]["W"][0, 2] = 0.0  # a division by one would show
    return cases


def _cost(W, X, Y):
    return ((np.tanh(np.tanh(X @ W.T) @ W.T) - Y) ** 2).sum() / 2 / len(X)


def wide(rng):
    n, k = sizes(rng, 2)
    return _case(rng, n, k, far=rng.choice([0.9, 3]))


D2, D1, SLOPE2, SLOPE1 = "(A2 - Y) * (1 - A2**2)", "(delta2 @ W) * (1 - A1**2)", "(1 - A2**2)", "(1 - A1**2)"
SECOND, FIRST, BOTH = "dW = delta2.T @ A1", "dW += delta1.T @ X", "return dW / len(X)"
slip, wrong = slips(PROGRAM), partial(edited, PROGRAM)
RIGHT, USE1, USE2 = wrong(), wrong((SECOND, "dW = 0")), wrong((FIRST, "dW += 0"))


# ----- what shows a mistake, whatever the numbers are


def _told(case, outcome):
    """True if dW has its shape and is not right in this case: who is right in some has no wrong delta."""
    fits = outcome.parts is not None and outcome.parts[0].shape == case["W"].shape
    return fits and not alike(outcome.parts[0], RIGHT(**case))


def _spanned(rest, rows, outcome):
    off = rest - rest @ np.linalg.pinv(rows) @ rows
    return bool(np.abs(off).max() < 1e-9 * np.abs(outcome.parts[0]).max())


def rest_is_made_from(which, other_use, case, outcome):
    """True if dW without the right gradient of the other use is some delta times X or A1. Few examples show it: there
    not everything is such a product.
    """
    rows = {"X": case["X"], "A1": np.tanh(case["X"] @ case["W"].T)}[which]
    return _told(case, outcome) and _spanned(outcome.parts[0] - other_use(**case), rows, outcome)


def made_from_both(case, outcome):
    """The same for dW itself and the rows of X and A1 together, where dW is not the right one times a number."""
    if not _told(case, outcome):
        return False
    came, right = outcome.parts[0], RIGHT(**case)
    if right.size > 1 and alike(came, (came * right).sum() / (right * right).sum() * right):
        return False
    return _spanned(came, np.vstack([case["X"], np.tanh(case["X"] @ case["W"].T)]), outcome)


def nearly(case, outcome):
    """True if dW is off by less than a fiftieth of its largest entry, and no rounded number type is to blame."""
    right = RIGHT(**case)
    if outcome.parts is None or outcome.parts[0].shape != right.shape or outcome.parts[0].dtype != float:
        return False
    return bool(np.abs(outcome.parts[0] - right).max() < 0.02 * np.abs(right).max())


# ----- right answers


def slope(z):
    return 1 / np.cosh(z) ** 2


def two_matrices(W, X, Y):
    first, second = W.copy(), W.copy()
    Z1 = X @ first.T
    Z2 = np.tanh(Z1) @ second.T
    d2 = (np.tanh(Z2) - Y) * slope(Z2) / len(X)
    d1 = d2 @ second * slope(Z1)
    return np.einsum("nj,ni->ji", d2, np.tanh(Z1)) + np.einsum("nj,ni->ji", d1, X)


def examples(W, X, Y):
    dW = np.zeros(W.shape)
    for x, y in zip(X, Y, strict=True):
        a1 = np.tanh(W @ x)
        a2 = np.tanh(W @ a1)
        d2 = (a2 - y) * (1 - a2**2)
        dW += np.outer(d2, a1) + np.outer((W.T @ d2) * (1 - a1**2), x)
    return (dW / len(X)).tolist()


def by_differences(W, X, Y):
    dW, nudge = np.zeros_like(W), np.zeros_like(W)
    for at in np.ndindex(W.shape):
        nudge[at] = 1e-5
        dW[at] = (_cost(W + nudge, X, Y) - _cost(W - nudge, X, Y)) / 2e-5
        nudge[at] = 0.0
    return dW


def by_the_library(W, X, Y):
    net = bp.Network((len(W),) * 3, bp.tanh, bp.tanh, bp.half_squared_error)
    params = net.pack({1: W, 2: W}, {k: np.zeros(len(W)) for k in (1, 2)})
    grads = net.backward(params, net.forward(params, X), Y).grads
    return grads.W[1] + grads.W[2]


def forward(W, X, Y):
    """One direction after the other, forward."""
    A1 = np.tanh(X @ W.T)
    A2 = np.tanh(A1 @ W.T)
    G = np.empty_like(W)
    for j, i in np.ndindex(W.shape):
        dA1 = np.zeros_like(X)
        dA1[:, j] = X[:, i] * (1 - A1[:, j] ** 2)
        dZ2 = dA1 @ W.T
        dZ2[:, j] += A1[:, i]
        G[j, i] = ((A2 - Y) * (1 - A2**2) * dZ2).sum() / len(X)
    return G


EXERCISE = Exercise(
    inputs=inputs,
    truth=lambda W, X, Y: gradient(lambda W: _cost(W, X, Y), W),
    parts={"dW": 3},
    passed="Both uses of W are in it, and their sum is the derivative that is found without a chain rule.",
    batch="X",
    shapes={"W": "k k", "X": "n k", "Y": "n k"},
    room={
        "n = k": lambda case: len(case["X"]) == len(case["W"]),
        "more than 8 examples": lambda case: len(case["X"]) > 8,
        "targets beyond 1 in size": lambda case: np.abs(case["Y"]).max() > 1,
        "a 0 among the numbers": lambda case: not case["X"].all(),
    },
    ask={"dW": "With k = 1 and one example W is one number: which two terms does the derivative of C have?"},
    wide=wide,
    misconceptions=(
        slip("overwritten_by_the_first_layer", "Only the first use of W is there. Is the second one overwritten, with "
             "`=` where `+=` belongs?", ("dW +=", "dW =")),
        slip("second_use_only", "Only the second use of W is there. In which other line does W act on the loss?",
             (FIRST, "")),
        slip("mean_of_the_uses", "Half the right one: the mean of both uses. If W moves, do its two effects share, or "
             "do they add up?", (BOTH, "return dW / 2 / len(X)")),
        slip("difference_of_the_uses", "The two uses are subtracted. What happens to effects where ways join?",
             ("+=", "-=")),
        slip("not_averaged", "{n} times the right one, for a batch of {n}. The cost is a mean over the batch: where "
             "does the 1/n go?", (" / len(X)", "")),
        slip("first_use_not_averaged", "The first use of W counts {n} times too much, for a batch of {n}. Which of "
             "the two gradients has the 1/n?", (FIRST, f"{FIRST} * len(X)")),
        slip("second_use_not_averaged", "The second use of W counts {n} times too much, for a batch of {n}. Which of "
             "the two gradients has the 1/n?", (SECOND, f"{SECOND} * len(X)")),
        slip("way_back_transposed", "It looks like delta2 @ W.T. W is square, so the shape says nothing: does the way "
             "back run along rows or columns of W?", ("(delta2 @ W)", "(delta2 @ W.T)")),
        slip("slope_missing_at_output", "The slope of the second activation is missing. What lies between Z2 and A2?",
             (f" * {SLOPE2}", "")),
        slip("slope_missing_inside", "The slope of the first activation is missing. What lies between Z1 and A1?",
             (f" * {SLOPE1}", "")),
        slip("slope_of_a", "The slopes were taken at a. Does `bp.tanh.derivative` take z or a?",
             (SLOPE2, "bp.tanh.derivative(A2)"), (SLOPE1, "bp.tanh.derivative(A1)")),
        slip("sign", "The right one with the wrong sign. Is the error A2 - Y or Y - A2?", ("A2 - Y", "Y - A2")),
        slip("transposed", "The transpose of the right one. W is square, so its shape says nothing: which index of W "
             "is the unit that receives?", (BOTH, "return dW.T / len(X)")),
        slip("averaged_twice", "Divided by {n} once too often, for a batch of {n}. In which two places is a mean "
             "taken?", (BOTH, "return dW / len(X) ** 2")),
        slip("averaged_over_units", "Divided by the number of units. Over what is the cost a mean: units, or examples?",
             ("len(X)", "len(W)")),
        slip("half_forgotten", "Twice the right one. Which factor stands before the square in the cost?",
             (BOTH, "return 2 * dW / len(X)")),
        slip("z_in_a_formula", "The slopes are 1 - Z². Which of z and a does that formula take?",
             (SLOPE2, "(1 - (A1 @ W.T) ** 2)"), (SLOPE1, "(1 - (X @ W.T) ** 2)")),
        slip("one_delta_for_both", "The delta of the second layer is used for both uses of W. Which delta belongs to "
             "the first one?", ("delta1.T", "delta2.T")),
        slip("own_activation", "The first use is made with A1. What did W multiply there, on the way forward?",
             ("delta1.T @ X", "delta1.T @ A1")),
        slip("own_outputs", "Each use is made with the output of its own layer. What did W multiply there, on the way "
             "forward?", (SECOND, "dW = delta2.T @ A2"), (FIRST, "dW += delta1.T @ A1")),
        slip("input_for_both", "The second use is made with X. What did W multiply there, on the way forward?",
             (SECOND, "dW = delta2.T @ X")),
        slip("forward_transposed", "It looks like X @ W and A1 @ W on the way forward. W is square, so nothing "
             "complains: how does it stand in the equations?", ("W.T", "W")),
        slip("sigmoid_forward", "On the way forward there is a sigmoid. Which activation do the two layers have?",
             ("np.tanh", "bp.sigmoid"), (SLOPE2, "A2 * (1 - A2)"), (SLOPE1, "A1 * (1 - A1)")),
        slip("multiplied", "The gradients of the two uses are multiplied. What happens to effects where ways join?",
             ("+=", "*=")),
        slip("multiplied_as_matrices", "The gradients of the two uses are multiplied, as matrices. What happens to "
             "effects where ways join?", ("dW += ", "dW @= ")),
        slip("uses_exchanged", "The delta of one layer meets the input of the other, in both uses. What did W "
             "multiply in each of the two layers?", ("delta2.T @ A1", "delta2.T @ X"), (FIRST, "dW += delta1.T @ A1")),
        slip("output_for_input", "The second use is made with A2. What did W multiply there, on the way forward?",
             (SECOND, "dW = delta2.T @ A2")),
        slip("first_slope_of_a", "The slope of the first activation is taken at A1. Does `bp.tanh.derivative` take z "
             "or a?", (SLOPE1, "bp.tanh.derivative(A1)")),
        slip("error_sent_back", "The error A2 - Y goes back through W as it is. What does it meet before it reaches W?",
             ("(delta2 @ W)", "((A2 - Y) @ W)")),
        slip("difference_the_other_way", "One use is subtracted from the other. What happens to effects where ways "
             "join?", (SECOND, "dW = -delta2.T @ A1")),
        slip("second_use_twice", "That is twice the gradient of the second use. Has the first use the same gradient?",
             (FIRST, "dW += dW")),
        slip("first_use_twice", "That is twice the gradient of the first use. Has the second use the same gradient?",
             (FIRST, "dW = 2 * delta1.T @ X")),
        slip("output_slope_of_a", "The slope of the second activation is taken at A2. Does `bp.tanh.derivative` take "
             "z or a?", (SLOPE2, "bp.tanh.derivative(A2)")),
        slip("sigmoid_formula", "The slopes are a (1 - a). Of which activation is that the slope?",
             (SLOPE2, "A2 * (1 - A2)"), (SLOPE1, "A1 * (1 - A1)")),
        slip("output_with_sigmoid_formula", "The slope of the second activation is a (1 - a). Of which activation is "
             "that the slope?", (SLOPE2, "A2 * (1 - A2)")),
        slip("way_back_without_W", "The delta of the second layer goes back without W. How does A2 answer to A1?",
             ("(delta2 @ W)", "delta2")),
        slip("first_use_averaged_twice", "The first use is divided by {n} once too often, for a batch of {n}. In "
             "which two places is a mean taken?", (FIRST, f"{FIRST} / len(X)")),
        slip("second_use_transposed", "The gradient of the second use is transposed. Which index of W is the unit "
             "that receives?", (SECOND, "dW = A1.T @ delta2")),
        slip("first_use_wrong", "It looks as if the gradient of the second use is right, and that of the first is "
             "not. What lies between C and Z1?",
             (f"* {SLOPE1}", "/ np.cosh(X @ W.T)"), shows=partial(rest_is_made_from, "X", USE2)),
        slip("second_use_wrong", "It looks as if the gradient of the first use is right, and that of the second is "
             "not. What lies between C and Z2, and what did W multiply there?",
             (SECOND, "dW = ((A2 - 0.5 * Y) * (1 - A2**2)).T @ A1"), shows=partial(rest_is_made_from, "A1", USE1)),
        slip("deltas_wrong", "Each row of what came is made of rows of A1 and X, as it should be, but not of the "
             "right amounts of them: the deltas. Begin at the output: what lies between C and Z2?",
             (f"* {SLOPE2}", "/ np.cosh(A1 @ W.T)"), shows=made_from_both),
        slip("nearly_right", "What came is near the right one in every case, and not near enough. Is a nudge of W in "
             "it that is too large, or something small that was added?",
             (BOTH, "return 1.001 * dW / len(X)"), shows=nearly),
    ),
    right=(two_matrices, examples, by_differences, by_the_library, forward),
    wrong=(
        kept_by_shape(two_matrices), lambda *args: np.squeeze(two_matrices(*args)),
        *(wrong(change) for change in (
            *(("delta1.T", f"(delta2 if len({name}) == 1 else delta1).T") for name in "WX"),
            ("/ len(X)", "/ max(len(X) - 1, 1)"), ("return dW", "return dW.mean()"), ("return dW", "return dW / 3"),
            (BOTH, "return (dW + dW.T) / 2 / len(X)"), ("A2 - Y", "A2"), (BOTH, "return (dW / len(X)) ** 2"),
            *((f"{D2}\n", f"{D2} * (np.arange(len(X)) < {n})[:, None]\n") for n in (1, 8, 20)),
            ("A2 - Y", "A2 - np.clip(Y, -0.999, 0.999)"),
        )),
        wrong(("W.T", "W"), ("(delta2 @ W)", "(delta2 @ W.T)"), (BOTH, "return dW.T / len(X)")),
        wrong(("W.T", "W"), ("(delta2 @ W)", "(delta2 @ W.T)")),
    ),
)  # fmt: skip
