"""Which example's loss depends on which example's input?"""

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.sizes import sizes

PROGRAM = solution("leaks")
NEW, NUDGE, MARK, LOOP = (
    "nudged = X.copy()",
    "nudged[j, k] += 0.1",
    "D[np.abs(loss_of_each(nudged) - before) > 1e-9, j] = 1",
    "for j, k in np.ndindex(X.shape):",
)
START, DIFFERENCE = "np.zeros((len(X), len(X)))", "np.abs(loss_of_each(nudged) - before)"

# Which examples each loss hears of, (n, n) of True and False, by the number of examples
STRUCTURES = {
    "own": lambda n: np.eye(n),
    "all": lambda n: np.ones((n, n)),  # such as a mean over the wrong axis
    "before": lambda n: np.tril(np.ones((n, n))),  # a running mean
    "shifted": lambda n: np.roll(np.eye(n), 1, axis=0),  # the loss of i sees the example i - 1
    "next": lambda n: np.minimum(np.eye(n) + np.roll(np.eye(n), -1, axis=0), 1),
    "first": lambda n: np.maximum(np.eye(n), np.arange(n) == 0),
    "pairs": lambda n: np.kron(np.eye(n), np.ones((2, 2)))[:n, :n],
    "none": lambda n: np.zeros((n, n)),
    "one_deaf": lambda n: np.eye(n) * (np.arange(n) < max(n - 1, 1))[:, None],
}


class Losses:
    """loss_of_each: example i hears the rows j that heard[i, j] names, each entry with a weight of its own.

    deaf: columns to which no loss listens. differences: a number added to a whole row changes nothing. apart: each pair
    of examples hears one column alone, by lot.
    """

    def __init__(self, rng, heard, m, deaf=(), differences=False, apart=False):
        n = len(heard)
        self.heard, self.m = heard.astype(bool), m
        weights = rng.uniform(0.3, 1.0, (n, n, m)) * rng.choice([-1, 1], (n, n, m))
        if apart:
            weights *= np.arange(m) == rng.integers(m, size=(n, n, 1))
        weights[:, :, list(deaf)] = 0.0
        if differences:
            weights -= weights.mean(axis=2, keepdims=True)
        self.weights, self.shift = weights, rng.normal(size=n)

    def __call__(self, X):
        X = np.asarray(X, dtype=float)
        if X.shape != (len(self.heard), self.m):
            error = ValueError(f"loss_of_each takes an array of shape {(len(self.heard), self.m)}; {X.shape} came")
            raise error
        felt = (self.weights * X).sum(axis=2) * self.heard  # what is not heard is 0 exactly, and adds nothing
        means = (felt.sum(axis=1) + self.shift) / (1 + self.heard.sum(axis=1))
        return np.logaddexp(0, means) + 0.1 * np.tanh(felt / 3).sum(axis=1)


def _case(rng, structure, n, m, zeros=False, **kind):
    heard = structure if isinstance(structure, np.ndarray) else STRUCTURES[structure](n)
    X = rng.normal(size=(n, m))
    if zeros:
        X[rng.integers(n)], X[:, -1] = 0.0, 0.0
    return {"loss_of_each": Losses(rng, heard, m, **kind), "X": X}


def _any_structure(rng, n):
    return (rng.random((n, n)) < rng.uniform(0.1, 0.9)).astype(float)


def inputs(rng):
    cases = [
        _case(rng, "own", 5, 3), _case(rng, "all", 4, 2), _case(rng, "before", 4, 3), _case(rng, "shifted", 5, 2),
        _case(rng, "next", 6, 4), _case(rng, "first", 4, 5, deaf=(0,)), _case(rng, "pairs", 5, 3, differences=True),
        _case(rng, "none", 3, 2), _case(rng, "one_deaf", 4, 4, zeros=True), _case(rng, "own", 1, 3),
        _case(rng, "own", 4, 1), _case(rng, "before", 3, 3, deaf=(2,), zeros=True),
        _case(rng, _any_structure(rng, 5), 5, 4, apart=True), _case(rng, _any_structure(rng, 6), 6, 2),
        _case(rng, "own", 21, 2), _case(rng, "shifted", 3, 22, deaf=range(21)),
    ]  # fmt: skip
    return cases


def wide(rng):
    n, m = (min(k, 24) for k in sizes(rng, 2))
    kind = rng.integers(4)
    more = {"deaf": rng.permutation(m)[: m // 2].tolist()} if kind == 1 else {}
    more |= {"differences": kind == 2 and m > 1, "apart": kind == 3, "zeros": rng.random() < 0.3}
    structure = rng.choice([*STRUCTURES, "any", "any"])
    return _case(rng, _any_structure(rng, n) if structure == "any" else structure, n, m, **more)


def truth(loss_of_each, X):
    """Nothing is nudged: the losses know to whom they listen."""
    return loss_of_each.heard.astype(float)


def heard_by(case):
    return case["loss_of_each"].heard


def by_slopes(loss_of_each, X):
    """Central differences, all of them; then what is not 0."""
    n, m = X.shape
    slopes = np.zeros((n, n, m))
    for j in range(n):
        for k in range(m):
            up, down = X.copy(), X.copy()
            up[j, k], down[j, k] = X[j, k] + 0.01, X[j, k] - 0.01
            slopes[:, j, k] = (loss_of_each(up) - loss_of_each(down)) / 0.02
    return (np.abs(slopes).max(axis=2) > 1e-8).astype(int)


def by_luck(loss_of_each, X):
    """Random nudges of a whole row, three times, as a list of lists."""
    n, rng = len(X), np.random.default_rng(1)
    moved = np.zeros((n, n))
    for j in range(n):
        for _ in range(3):
            other = np.array(X)
            other[j] += rng.normal(size=X.shape[1]) / 2
            moved[:, j] += np.abs(loss_of_each(other) - loss_of_each(X))
    return [[1 if move > 1e-9 else 0 for move in row] for row in moved]


def column_by_column(loss_of_each, X):
    eye = np.eye(X.size).reshape(X.size, *X.shape)
    moved = np.array([loss_of_each(X - 0.3 * one) != loss_of_each(X) for one in eye])
    return moved.reshape(*X.shape, len(X)).any(axis=1).T * 1.0


slip = slips(PROGRAM)


def other(*changes):
    return edited(PROGRAM, *changes)


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"D": 4},
    passed="Each 1 off the diagonal is a leak: somebody's loss listens to somebody else's input.",
    shapes={"X": "n m"},
    batch="X",
    room={
        "losses that listen to all examples": lambda case: len(case["X"]) > 1 and heard_by(case).all(),
        "losses that listen to nobody": lambda case: not heard_by(case).any(),
        "a loss that does not listen to its own example": lambda case: not heard_by(case).diagonal().all(),
        "a dependence that goes one way only": lambda case: (heard_by(case) != heard_by(case).T).any(),
        "a column to which nobody listens": lambda case: _deaf(case).any(),
        "a first column to which nobody listens": lambda case: _deaf(case)[0],
        "losses to which a number added to a whole row makes no difference": lambda case: (
            heard_by(case).any() and np.abs(case["loss_of_each"].weights.sum(axis=2)).max() < 1e-9
        ),
        "a row of zeros": lambda case: not case["X"].any(axis=1).all(),
        "more than 20 examples": lambda case: len(case["X"]) > 20,
    },
    wide=wide,
    ask={"D": "Nudge one entry of one row by hand: which losses move, and which entries of your array say so?"},
    misconceptions=(
        slip("transposed", "Your rows and columns have changed places. Which of i and j is the one that was nudged?",
             (MARK, "D[j, np.abs(loss_of_each(nudged) - before) > 1e-9] = 1")),
        slip("diagonal_only", "You look at each example's own loss alone. Which losses could move, too, when one "
             "example is nudged?", (MARK, f"D[j, j] = max(D[j, j], {DIFFERENCE}[j] > 1e-9)")),
        slip("others_only", "Your diagonal is empty. Does no loss depend on its own example?",
             ("    return D", "    np.fill_diagonal(D, 0)\n    return D")),
        slip("first_entry_only", "You nudge the first entry of each row alone. What if no loss listens to it?",
             (LOOP, "for j, k in np.ndindex(len(X), 1):")),
        slip("last_entry_only", "Only the last entry of each row counts with you: no other is nudged, or what it finds "
             "takes the place of what the others found. When is an entry of your array 0?",
             (MARK, f"D[:, j] = {DIFFERENCE} > 1e-9")),
        slip("same_to_the_whole_row", "You add the same number to a whole row. The task names losses to which that "
             "makes no difference: what do they feel?", (NUDGE, "nudged[j] += 0.1")),
        slip("zeros_never_move", "Entries that are 0 do not move with you, so nobody seems to listen to them. What "
             "does a nudge do that multiplying, or setting to 0, does not?",
             (NUDGE, "nudged[j, k] *= 1.1")),
        slip("nudges_pile_up", "Nudges of earlier examples are still there when the next one is nudged, so their "
             "losses count for it, too. From what does each nudge start?", (f"        {NEW}\n", ""),
             ("    for j", f"    {NEW}\n    for j")),
        slip("column_nudged", "You nudge one column in all rows. Whose input moves then?",
             (NUDGE, "nudged[:, k] += 0.1")),
        slip("signed", "Losses that fall are left out. Does a loss depend on an example only if it grows?",
             (DIFFERENCE, "(loss_of_each(nudged) - before)")),
        slip("the_mean_is_watched", "You watch the mean of all losses, so you learn that somebody's loss has moved, "
             "and not whose. Which array does `loss_of_each` give you?",
             (MARK, "D[:, j] = np.maximum(D[:, j], abs((loss_of_each(nudged) - before).mean()) > 1e-9)")),
        slip("counted", "You count how many entries of a row each loss feels. Which two numbers are asked for?",
             (MARK, f"D[:, j] += {DIFFERENCE} > 1e-9")),
        slip("how_far", "You return how far the losses moved. Which two numbers are asked for?",
             (MARK, f"D[:, j] = np.maximum(D[:, j], {DIFFERENCE})")),
        slip("reversed", "Your ones and zeros have changed places. What does a 1 say?",
             ("    return D", "    return 1 - D")),
        slip("too_coarse", "Small moves are taken for none. From which size on does a move count?",
             ("> 1e-9", "> 0.05")),
        slip("losses_before_missing", "You ask whether a loss is above 0, and not whether it has moved. With what must "
             "it be compared?", (" - before", "")),
        slip("leaks_only_below", "You look only at examples that stand below the one that was nudged, or at itself. "
             "May a loss listen to a later example?", ("    return D", "    return np.tril(D)")),
        slip("identity", "You say that each loss depends on its own example alone, whatever comes. What is "
             "`loss_of_each` for?", ("    return D", "    return np.eye(len(X))")),
        slip("both_ways", "With you a dependence always goes both ways. If the loss of i depends on j, must that of j "
             "depend on i?", ("    return D", "    return np.maximum(D, D.T)")),
        slip("by_columns", "Your array has one column for each entry of a row. Which two numbers does it speak of?",
             (START, "np.zeros(X.shape)"), (MARK, f"D[{DIFFERENCE} > 1e-9, k] = 1")),
    ),
    right=(by_slopes, by_luck, column_by_column),
    wrong=(
        lambda loss_of_each, X: np.ones((len(X), len(X))),
        other((LOOP, "for j, k in np.ndindex(min(len(X), 20), X.shape[1]):")),
        other((LOOP, "for j, k in np.ndindex(len(X), min(X.shape[1], 3)):")),
        other(("    return D", "    return D.any(axis=0) * 1.0")),
        other(("    return D", "    return np.squeeze(D)")),
        other(("    return D", "    return D == 1")),
        other((NEW, "nudged = X")),
        other((NUDGE, "nudged[j, k] += 1e-13")),
        other(("    return D", "    return D[::-1]")),
        other(("    return D", "    return D @ D")),
        other(("loss_of_each(X)\n", "loss_of_each(0 * X)\n")),
    ),
)  # fmt: skip


def _deaf(case):
    """Which columns no loss listens to, where some loss listens to somebody."""
    losses = case["loss_of_each"]
    return ~losses.weights[losses.heard].any(axis=0) if losses.heard.any() else np.zeros(losses.m, dtype=bool)
