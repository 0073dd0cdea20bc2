"""The message on its way down through any number of layers."""

import copy
from functools import partial

import numpy as np

from bpcourse.marking.compare import alike
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import complex_sigmoid, gradient

from .common.edits import edited, slips, solution
from .common.sizes import sizes

PROGRAM = solution("first_delta")
DEPTHS = (  # n, (n_0, ..., n_L); in some networks all layers are equally wide, so that every W fits everywhere
    *((7, (5, 4, 3, 2)), (4, (3, 5, 2)), (5, (2, 4, 6, 3, 7)), (6, (4, 4, 4, 4)), (8, (5, 3, 2, 4, 3, 5, 2))),
    *((6, (4, 5)), (1, (3, 2, 4)), (3, (2, 1, 3, 1)), (5, (5, 5, 5)), (2, (3, 2, 3, 2, 3, 2, 3, 2, 3, 2))),
    *((7, (5, 4, 3, 2)), (33, (2, 3, 2)), (3, (2, 29, 4)), (2, (2, 3, 31)), (3, (3, *(2, 3) * 12, 2))),
)


def _case(rng, n, s):
    """In a deep network the weights are larger, lest nothing arrive."""
    size = [4 / width**0.5 if len(s) > 10 else 1.0 for width in s]
    return {
        "W": {k: size[k] * rng.normal(size=(s[k], s[k - 1])) for k in range(1, len(s))},
        "Z": {k: rng.normal(size=(n, s[k])) for k in range(1, len(s))},
        "delta_L": rng.normal(size=(n, s[-1])),
    }


def wide(rng):
    (depth,) = sizes(rng, 1)
    n, *widths = sizes(rng, depth + 2)
    return _case(rng, n, widths)


def truth(W, Z, delta_L):
    """Complex steps of sum(delta_L * z_L) in z_1, with biases such that every Z is what it is."""
    L = len(Z)
    B = {k: Z[k] - complex_sigmoid(Z[k - 1]) @ W[k].T for k in range(2, L + 1)}

    def message(z):
        for k in range(2, L + 1):
            z = complex_sigmoid(z) @ W[k].T + B[k]
        return (delta_L * z).sum()

    return gradient(message, Z[1])


def _widths(case):
    return [case["W"][1].shape[1], *(len(W) for W in case["W"].values())]


# ----- right answers, and wrong ones made of them


def slope(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


def recursive(W, Z, delta_L):
    def delta(k):
        return delta_L if k == max(Z) else (delta(k + 1) @ W[k + 1]) * slope(Z[k])

    return delta(1)


def examples(W, Z, delta_L):
    rows = []
    for e in range(len(delta_L)):
        d = delta_L[e]
        for k in sorted(Z, reverse=True)[1:]:
            d = np.diag(slope(Z[k][e])) @ W[k + 1].T @ d
        rows.append(d)
    return np.array(rows)


def of_a_copy(W, Z, delta_L):
    """Asks what the statement says: dictionaries. Then it empties copies of them."""
    assert isinstance(W, dict) and isinstance(Z, dict)
    W, Z, delta = copy.deepcopy(W), dict(Z), delta_L
    Z.popitem()
    while Z:
        k, z = Z.popitem()
        delta = (delta @ W.pop(k + 1)) * slope(z)
    return delta.tolist()


def by_jacobians(W, Z, delta_L):
    rows = []
    for e, row in enumerate(delta_L):
        J = np.eye(Z[1].shape[1])
        for k in range(1, len(Z)):
            J = W[k + 1] @ (slope(Z[k][e])[:, None] * J)
        rows.append(row @ J)
    return rows


def kept():
    """What was computed for these sizes once is given again."""
    results = {}
    return lambda W, Z, delta_L: results.setdefault((len(W), delta_L.shape), recursive(W, Z, delta_L))


def unrolled(steps):
    """Right for so many layers and one more."""

    def answer(W, Z, delta_L):
        for k in range(len(Z) - 1, max(0, len(Z) - 1 - steps), -1):
            delta_L = (delta_L @ W[k + 1]) * slope(Z[k])
        return delta_L

    return answer


FIRST, RANGE, BACK, RETURN = "delta = delta_L\n", "range(len(Z) - 1, 0, -1)", "(delta @ W[l + 1])", "return delta"
G, SLOPE = "bp.sigmoid.derivative(Z[l])", "* bp.sigmoid.derivative(Z[l])"
slip, wrong = slips(PROGRAM), partial(edited, PROGRAM)
ONE_STEP = wrong((RANGE, "range(len(Z) - 1, len(Z) - 2, -1)"))


def one_step(case, outcome, for_one_layer=lambda outcome: outcome.error):
    """True for one step from layer L; for_one_layer: what comes of it where there is no step to take."""
    if len(case["Z"]) == 1:
        return bool(for_one_layer(outcome))
    return bool(outcome.parts) and alike(outcome.parts[0], ONE_STEP(**case))


EXERCISE = Exercise(
    inputs=lambda rng: [_case(rng, *each) for each in DEPTHS],
    truth=truth,
    parts={"delta": 3},
    passed="Through one layer and through 25 the message arrives as derivatives found without (BP2) say it must.",
    batch="delta_L",
    shapes={"delta_L": "n n_L"},
    room={
        "one layer": lambda case: len(case["Z"]) == 1,
        "two layers": lambda case: len(case["Z"]) == 2,
        **{
            f"more than {number} layer{'s' * (more > 1)}": lambda case, more=more: len(case["Z"]) > more
            for more, number in ((3, "three"), (4, "four"), (1, "one"), (2, "two"), (9, "nine"))
        },
        "more than 8 examples": lambda case: len(case["delta_L"]) > 8,
        "a layer of one unit": lambda case: 1 in _widths(case),
        "a layer after the first as wide as the one before": lambda case: any(
            k > 1 and W.shape[0] == W.shape[1] > 1 for k, W in case["W"].items()
        ),
        "two neighbouring W of the same shape": lambda case: any(
            W.shape == case["W"][k + 1].shape for k, W in case["W"].items() if k + 1 in case["W"]
        ),
        "layers that are all equally wide": lambda case: len(set(_widths(case))) == 1,
        "layers of different widths": lambda case: len(set(_widths(case))) > 1,
    },
    ask={"delta": "With three layers of one unit, which numbers are multiplied on the way down to layer 1?"},
    wide=wide,
    misconceptions=(
        slip("slope_missing", "Only the weights are in it. What does a message meet between A and Z of each layer?",
             (SLOPE, "")),
        slip("slope_only_once", "There is one slope, that of layer 1. How many activations does the message pass on "
             "its way?", (G, f"({G} if l == 1 else 1)")),
        slip("slope_only_at_first", "There is one slope, that of the first step down. How many activations does the "
             "message pass on its way?", (G, f"({G} if l == len(Z) - 1 else 1)")),
        slip("bottom_slope_missing", "The slope of layer 1 is missing. Which derivative is asked for: by its A, or by "
             "its Z?", (G, f"({G} if l > 1 else 1)")),
        slip("slope_of_a", "The slopes were taken at a: the sigmoid was applied once too often. Does your g' take z "
             "or a?", (G, "bp.sigmoid.derivative(bp.sigmoid(Z[l]))")),
        slip("z_in_a_formula", "The slopes are Z (1 - Z). Which of z and a does that formula take?",
             (G, "Z[l] * (1 - Z[l])")),
        slip("brackets_of_slope_missing", "These are the numbers of ... * a * 1 - a: without brackets the product "
             "comes first. What is a multiplied by?", (G, "bp.sigmoid(Z[l]) * 1 - bp.sigmoid(Z[l])")),
        slip("value_for_slope", "The message is multiplied by the sigmoid itself. Is it the value that it meets on "
             "the way back?", (G, "bp.sigmoid(Z[l])")),
        slip("slope_of_tanh", "The slopes are those of tanh. Which activation do these layers have?",
             ("bp.sigmoid", "bp.tanh")),
        slip("sigmoid_with_the_rule_of_tanh", "The slopes are 1 - a². For which activation is that the rule?",
             (G, "(1 - bp.sigmoid(Z[l]) ** 2)")),
        slip("slope_added", "The slope is added to what came back through the weights. What do rates do along one way?",
             (SLOPE, f"+ {G}")),
        slip("slope_of_the_layer_above", "On the way from layer l + 1 to layer l the slope of layer l + 1 is taken. "
             "Which of the two activations does this step pass?", (G, "bp.sigmoid.derivative(Z[l + 1])")),
        slip("slope_before_the_weights", "In each step the slope of layer l + 1 comes first and W afterwards. Is "
             "`delta_L` the derivative by A or by Z?",
             (f"{BACK} {SLOPE}", "(delta * bp.sigmoid.derivative(Z[l + 1])) @ W[l + 1]")),
        slip("slope_at_the_top", "You multiplied `delta_L` by the slope of layer L. Of what is delta the derivative: "
             "of a, or of z?", (FIRST, "delta = delta_L * bp.sigmoid.derivative(Z[len(Z)])\n")),
        slip("wrong_sign_each_step", "Each step changes the sign. Which factor of (BP2) has a minus?",
             (BACK, f"-{BACK}")),
        slip("wrong_sign", "The right one with the wrong sign. Which factor of (BP2) has a minus?",
             (RETURN, "return -delta")),
        slip("one_slope_for_all_examples", "The slopes are means over the batch. At which z is the slope of one "
             "example taken?", (G, f"{G}.mean(axis=0)")),
        slip("stopped_early", "That is the delta of layer 2. At which value of l does your loop end?",
             (", 0, -1", ", 1, -1")),
        slip("one_layer_too_far", "You went through W[1] as well, down to the inputs. Between which layers does W[1] "
             "lie?", (RETURN, "return delta @ W[1]")),
        slip("averaged_already", "The right one divided by {n}, for a batch of {n}. Delta belongs to one example: "
             "when is the mean taken?", (RETURN, "return delta / len(delta_L)")),
        slip("own_weights", "You went from layer l + 1 to layer l through W[l]. Which W lies between these two layers?",
             ("l + 1]", "l]")),
        slip("never_moved", "`delta_L` comes back as it went in. Does your loop run at all?",
             (RANGE, "range(len(Z) - 1, 0)")),
        slip("return_in_the_loop", "Nothing is returned where there is one layer, and one step is taken where there "
             "are more. Does your `return` stand in the loop or behind it?",
             (RETURN, "    return delta"),
             shows=partial(one_step, for_one_layer=lambda outcome: outcome.parts is None and not outcome.error)),
        slip("one_step_only", "You took one step down, from layer L. How often must (BP2) be applied to reach layer 1?",
             (RANGE, "range(len(Z) - 1, len(Z) - 2, -1)"), shows=one_step),
        slip("one_step_at_most", "You took one step down, from layer L, or none where there is one layer. How often "
             "must (BP2) be applied to reach layer 1?", (RANGE, "range(len(Z) - 1, max(0, len(Z) - 2), -1)")),
        slip("loop_to_zero", "The loop goes on to l = 0. Which is the lowest layer that has a z?",
             ("0, -1)", "-1, -1)")),
        slip("loop_from_the_top", "The loop begins at l = L and asks for W[L + 1]. From which layer to which does the "
             "first step go?", (RANGE, "range(len(Z), 0, -1)")),
        slip("starts_again_each_time", "Every step starts again from `delta_L`. Which delta goes into the step from "
             "layer l + 1 to layer l?", ("(delta @", "(delta_L @")),
        slip("transposed_too_often", "It looks like delta @ W.T. With one row an example, that is the way forward. "
             "How does W stand for the way back?", ("l + 1]", "l + 1].T")),
        slip("bottom_slope_twice", "There is a slope of layer 1 too many. How many activations does the message pass "
             "on its way?", (RETURN, "return delta * bp.sigmoid.derivative(Z[1])")),
        slip("message_forgotten", "You started from ones. What does the message begin with?",
             (FIRST, "delta = np.ones_like(delta_L)\n")),
    ),
    right=(recursive, examples, of_a_copy, by_jacobians),
    wrong=(
        kept(), *map(unrolled, (3, 5, 12, 20)), lambda *args: np.squeeze(examples(*args)),
        *(wrong(change) for change in (
            (RETURN, "W.clear()\n    return delta"), (RETURN, "return delta.T"), (RETURN, "return delta.mean(axis=0)"),
            (RETURN, "return 4 * delta"), (RETURN, "return delta if len(Z) > 1 else None"),
            (FIRST, "delta = np.sign(delta_L)\n"), (BACK, "(delta @ abs(W[l + 1]))"),
            (f"{BACK} {SLOPE}", f"{BACK} {SLOPE} * 1.0001"), (G, "bp.sigmoid.derivative(np.clip(Z[l], -2, 2))"),
            *((RETURN, f"return delta * (np.arange(len(delta)) < {n})[:, None]") for n in (8, 20)),
        )),
    ),
)  # fmt: skip
