"""The share of dead units in each layer of a ReLU network."""

import math

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

PROGRAM = solution("dead_by_layer")
Z, DEAD, RELU, SHARE = "A @ weights.T + biases", "(Z <= 0)", "np.maximum(Z, 0)", "(Z <= 0).all(axis=0).mean()"
HEAD, APPEND, RETURN = "    shares, A = [], X", "shares.append(", "np.array(shares)"


def _case(rng, n, widths, dead=0.3, zeros=False):
    """widths: n0, n1, ...; dead: the share of units whose bias lies so low that no example reaches them. Others have a
    bias low enough to be silent for some examples. zeros: the last example is 0, and some biases are."""
    X = rng.normal(size=(n, widths[0]))
    W = [rng.normal(size=(wide, narrow)) for narrow, wide in zip(widths[:-1], widths[1:], strict=True)]
    b = [np.where(rng.random(k) < dead, -500.0 * 20**i, rng.normal(size=k)) for i, k in enumerate(widths[1:])]
    if zeros:
        X[-1] = 0.0
        b = [np.where((rng.random(len(part)) < 0.6) & (part > -100), 0.0, part) for part in b]
    return {"W": W, "b": b, "X": X}


def _on_the_edge(rng):
    """Unit 0 gets z = 0 from the first example and less from the others: its slope is 0 everywhere. Unit 1 is silent
    for all examples but one, unit 2 for none, by a hair, and one above them gets nothing but its bias, which is 0.
    """
    X = np.array([[0.0, 1.0], [-1.0, 2.0], [-2.0, -3.0]]) * rng.uniform(1, 2)
    W1 = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [-1.0, 0.0]])
    W2 = np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [-1, 1, 1, 1]])
    return {"W": [W1, W2], "b": [np.array([0.0, -1.5, 1e-9, -30]), np.array([0.0, 0.1, -0.3])], "X": X}


def inputs(rng):
    plan = (
        *((7, (5, 6, 4, 3)), (4, (3, 5, 7)), (6, (4, 8)), (1, (3, 4, 5)), (3, (1, 6, 5)), (5, (2, 1, 4, 1, 3))),
        *((4, (4, 4, 4, 4)), (40, (3, 9, 8)), (3, (31, 5, 4)), (2, (3, 30, 5)), (2, (2, 3, 4, 3, 4, 3, 4, 3, 4))),
    )
    cases = [_case(rng, n, widths) for n, widths in plan]
    cases += [_case(rng, n, widths, zeros=True) for n, widths in ((4, (3, 6, 5)), (1, (2, 5, 6, 4)), (6, (4, 7)))]
    cases += [_case(rng, 5, (3, 4, 5), dead=0.0), _case(rng, 3, (4, 5, 3), dead=1.0), _on_the_edge(rng)]
    X, W, b = cases[7]["X"], cases[7]["W"][0], cases[7]["b"][0]
    X[:, 0], X[-1, 0], W[0], b[0] = -np.abs(X[:, 0]), 2.0, (1.0, 0.0, 0.0), 0.0  # only the last example reaches unit 0
    while not _some_die_below(cases[0]):  # so that no answer is right by luck
        cases[0] = _case(rng, *plan[0])
    return cases


def _shares(case):
    return [float(share) for share in truth(**case)]


def _some_die_below(case):
    """True if no layer is all dead or all alive, and some units are silent for some examples and not for all."""
    Z = case["X"] @ case["W"][0].T + case["b"][0]
    some = (Z <= 0).any(axis=0) & ~(Z <= 0).all(axis=0)
    return bool(some.any()) and all(0 < share < 1 for share in _shares(case)) and len(set(_shares(case))) > 1


def wide(rng):
    n, *widths = sizes(rng, int(rng.integers(3, 7)))
    return _case(rng, n, widths, float(rng.choice([0.0, 0.3, 0.7])), bool(rng.random() < 0.4))


def truth(W, b, X):
    """Unit by unit: dead if the slope is 0 for each example, which is to say, if it never says anything above 0."""
    A, shares = [list(map(float, x)) for x in X], []
    for weights, biases in zip(W, b, strict=True):
        said = [
            [max(0.0, math.fsum([*(u * v for u, v in zip(row, a, strict=True)), bias]))
             for row, bias in zip(weights.tolist(), biases.tolist(), strict=True)] for a in A
        ]  # fmt: skip
        shares.append(sum(max(column) == 0.0 for column in zip(*said, strict=True)) / len(biases))
        A = said
    return np.array(shares)


def by_largest(W, b, X):
    out, A = np.zeros(len(W)), X.T
    for layer in range(len(W)):
        A = (W[layer] @ A + b[layer][:, None]).clip(0)
        out[layer] = np.mean(A.max(axis=1) == 0)
    return out


def counted(W, b, X):
    """One at a time, returned as a list."""
    found = []
    for weights, biases in zip(W, b, strict=True):
        Z = X @ weights.T + biases
        dead = 0
        for unit in range(Z.shape[1]):
            if not any(z > 0 for z in Z[:, unit]):
                dead += 1
        found.append(dead / len(biases))
        X = Z * (Z > 0)
    return found


def recursive(W, b, X):
    if not W:
        return []
    Z = X @ W[0].T + b[0]
    alive = (Z > 0).any(axis=0)
    return [1 - alive.mean(), *recursive(W[1:], b[1:], np.where(Z > 0, Z, 0))]


slip = slips(PROGRAM)


def share(name, new, message):
    return slip(name, message, (SHARE, new))


EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"shares": 3},
    passed="Each layer's dead units are counted, and so are those that are dead because of a layer below.",
    shapes={"X": "n m"},
    batch="X",
    room={
        "a single layer": lambda case: len(case["W"]) == 1,
        "more than five layers": lambda case: len(case["W"]) > 5,
        "a layer of one unit": lambda case: any(len(b) == 1 for b in case["b"]),
        "layers that are all equally wide": lambda case: (
            len({w.shape for w in case["W"]} | {case["X"].shape[1:] * 2}) == 1
        ),
        "an example that is all 0": lambda case: not case["X"].any(axis=1).all(),
        "a bias of exactly 0": lambda case: any(not b.all() for b in case["b"]),
        "a layer that is dead as a whole": lambda case: 1.0 in _shares(case),
        "no dead unit in the first layer": lambda case: _shares(case)[0] == 0,
        "more than 32 examples": lambda case: len(case["X"]) > 32,
    },
    wide=wide,
    ask={"shares": "For one unit: for which examples is its z above 0?"},
    misconceptions=(
        share("silent_entries", "(Z <= 0).mean()", "You count pairs of a unit and an example. A ReLU unit is silent "
              "for some examples by its nature: when is it dead?"),
        share("silent_for_any", "(Z <= 0).any(axis=0).mean()", "You count a unit that is silent for *some* example. "
              "When is a unit dead?"),
        share("examples_counted", "(Z <= 0).all(axis=1).mean()", "You count examples for which the whole layer is "
              "silent. Which axis of Z runs over the units?"),
        share("silent_examples_any", "(Z <= 0).any(axis=1).mean()", "You count examples for which some unit is silent. "
              "Which axis of Z runs over the units?"),
        share("counted", "(Z <= 0).all(axis=0).sum()", "That is the number of dead units. Which share of the layer "
              "is it?"),
        share("of_the_examples", "(Z <= 0).all(axis=0).sum() / len(X)", "You divide the dead units by the number of "
              "examples. Of what are they a share?"),
        share("per_cent", "100 * (Z <= 0).all(axis=0).mean()", "That is a percentage. Between which numbers does a "
              "share lie?"),
        share("alive", "(Z > 0).any(axis=0).mean()", "That is the share of units that are alive. Which is asked for?"),
        share("always_active", "(Z > 0).all(axis=0).mean()", "You count units that are active for every example. Which "
              "slope has a dead unit?"),
        share("open_at_zero", "(Z < 0).all(axis=0).mean()", "It is right but for units with a z of exactly 0. Which "
              "slope does the task give there?"),
        share("mean_below_zero", "(Z.mean(axis=0) <= 0).mean()", "You ask for the mean of z over the examples. Can a "
              "unit with a mean below 0 be active for one example?"),
        share("first_example", "(Z[0] <= 0).mean()", "You look at the first example alone. For how many examples must "
              "a dead unit be silent?"),
        share("last_example", "(Z[-1] <= 0).mean()", "You look at the last example alone. For how many examples must a "
              "dead unit be silent?"),
        share("whole_layer", "float((Z <= 0).all())", "You say 1 if the whole layer is dead, and 0 otherwise. Which "
              "share is asked for?"),
        share("weights_below_zero", "(weights <= 0).all(axis=1).mean()", "You look at the weights. What decides the "
              "slope of a unit: its weights, or its z?"),
        share("biases_below_zero", "(biases < 0).mean()", "You look at the biases. What decides the slope of a unit: "
              "its bias, or its z?"),
        slip("relu_forgotten", "What you hand to the next layer is Z. What comes out of a ReLU unit whose z is "
             "below 0?",
             (RELU, "Z")),
        slip("biases_forgotten", "The biases do not come in. What is added to `A @ weights.T`?", (Z, "A @ weights.T")),
        slip("only_first_bias", "Only the first layer has its biases. What is added to `A @ weights.T`?",
             (Z, "A @ weights.T + (biases if not shares else 0)")),
        slip("slopes_handed_on", "You hand the slopes to the next layer. What does it get on the way forward?",
             (RELU, "(Z > 0).astype(float)")),
        slip("last_layer_only", "You return the last layer's share alone. How many are asked for?",
             (RETURN, "np.array(shares[-1:])")),
        slip("one_for_all", "That is one number for the whole network. How many are asked for?",
             (RETURN, "np.mean(shares)")),
        slip("reversed", "Your layers are in the reverse order. With which layer does the list begin?",
             (RETURN, "np.array(shares[::-1])")),
        slip("added_up", "Each of your numbers holds those of the layers before it, too. Where does the count of a "
             "layer begin anew?", (RETURN, "np.cumsum(shares)")),
        slip("last_layer_left_out", "The last layer is missing. Up to which layer does your loop run?",
             (RETURN, "np.array(shares[:-1])")),
    ),
    right=(by_largest, counted, recursive),
    wrong=(
        kept_by_shape(lambda W, b, X: by_largest(W, b, X)),
        edited(PROGRAM, (HEAD, "    shares, A = [], X[:32]")),
        edited(PROGRAM, ("zip(W, b)", "zip(W[:5], b[:5])")),
        edited(PROGRAM, (RELU, "np.maximum(Z, 0.01 * Z)")),
        edited(PROGRAM, (RELU, "np.tanh(np.maximum(Z, 0)) - 0.5")),
        edited(PROGRAM, (DEAD, "(Z <= 0.1)")),
        edited(PROGRAM, (DEAD, "(Z <= -1e-9)")),
        edited(PROGRAM, (SHARE, f"round({SHARE}, 1)")),
        edited(PROGRAM, (RETURN, "np.array(shares)[:, None]")),
        edited(PROGRAM, (HEAD, "    X = np.maximum(X, 0)\n    shares, A = [], X")),
    ),
)  # fmt: skip
