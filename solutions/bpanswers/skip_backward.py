"""A layer with a skip connection, backward."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import gradient

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

PROGRAM = solution("skip_backward")
SIZES = (7, 4), (3, 5), (4, 3), (1, 3), (5, 1), (4, 4), (2, 6), (7, 4), (33, 2), (3, 31)  # n, k


def _case(rng, n, k):
    shapes = {"W": (k, k), "b": k, "A": (n, k), "upstream": (n, k)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def inputs(rng):
    cases = [_case(rng, *each) for each in SIZES]
    cases[5]["A"][1, 0] = cases[5]["upstream"][2, 1] = cases[5]["W"][0, 2] = 0.0  # a division by one would show
    straight, flat = _case(rng, 3, 4), _case(rng, 4, 3)
    straight["W"][:] = 0.0  # nothing goes through the layer
    flat["A"][:] = flat["b"][:] = 0.0  # all slopes are 1
    return [*cases, straight, flat]


# ----- right answers


def slope(z):
    return 1 / np.cosh(z) ** 2


def jacobian(W, b, A, upstream):
    rows = []
    for a, up in zip(A, upstream, strict=True):
        J = np.eye(len(a)) + np.diag(slope(W @ a + b)) @ W
        rows.append(up @ J)
    return rows


def in_two(W, b, A, upstream):
    total = np.zeros(A.shape)
    total += upstream
    total += (W.T @ (upstream * slope(A @ W.T + b)).T).T
    return total


def by_complex_steps(W, b, A, upstream):
    columns = []
    for e in np.eye(len(b)):
        moved = A + 1e-30j * e
        columns.append(((moved + np.tanh(moved @ W.T + b)).imag / 1e-30 * upstream).sum(axis=1))
    return np.transpose(columns)


SLOPE, Z, WAY, RETURN = "bp.tanh.derivative(A @ W.T + b)", "A @ W.T + b", "(upstream * slope) @ W", "upstream + ("
slip, wrong = slips(PROGRAM), partial(edited, PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=lambda W, b, A, upstream: gradient(lambda a: (upstream * (a + np.tanh(a @ W.T + b))).sum(), A),
    parts={"gradient": 3},
    passed="The direct way brings the message unchanged, the layer adds its own: effects add where ways join.",
    batch="A",
    shapes={"W": "k k", "b": "k", "A": "n k", "upstream": "n k"},
    room={
        "n = k > 1": lambda case: len(case["A"]) == len(case["b"]) > 1,
        "more than 8 examples": lambda case: len(case["A"]) > 8,
        "W ≠ 0": lambda case: case["W"].any(),
        "W ≠ 0 and z ≠ 0": lambda case: case["W"].any() and case["A"].any(),
        "z ≠ 0": lambda case: case["A"].any(),
    },
    ask={
        "gradient": "With one unit and one example all is one number: what is the derivative of a + tanh(w a + b) by a?"
    },
    wide=lambda rng: _case(rng, *sizes(rng, 2)),
    misconceptions=(
        slip("layer_only", "That is the way through the layer. A also goes straight to the output: what does that way "
             "bring?", (RETURN, "(")),
        slip("skip_only", "That is the straight way. A also goes through the layer: what does that way bring?",
             (f" + {WAY}", ".copy()")),
        slip("multiplied", "That is the product of the two ways. Rates multiply along one way; what do they do where "
             "two ways join?", (f"+ {WAY}", f"* ({WAY})")),
        slip("averaged", "That is the mean of the two ways. Do effects share, or do they add up?",
             (f"upstream + {WAY}", f"(upstream + {WAY}) / 2")),
        slip("slope_missing", "In the way through the layer the slope is missing. What does the message meet before "
             "it reaches W?", ("upstream * slope", "upstream")),
        slip("slope_of_a", "The slope was taken at tanh(z): once too often. Does `bp.tanh.derivative` take z or a?",
             (Z, f"np.tanh({Z})")),
        slip("slope_on_both", "The straight way carries a slope, too. Which function does it pass?",
             (RETURN, "upstream * slope + (")),
        slip("transposed", "It looks like delta @ W.T. W is square, so the shape says nothing: does the way back run "
             "along rows or columns of W?", (WAY, f"{WAY}.T")),
        slip("forward_transposed", "The slopes are those of another Z: it looks like A @ W + b. W is square, so "
             "nothing complains: how does Z come about in the equation?", ("W.T", "W")),
        slip("slope_after_the_weights", "The message goes through W first and meets the slope then. On the way back, "
             "which of the two comes first?", (WAY, "(upstream @ W) * slope")),
        slip("entry_by_entry", "In the way through the layer W is missing: each entry hears only itself. Which "
             "outputs does one entry of A move?", (WAY, "upstream * slope")),
        slip("input_for_message", "On the straight way A is added. That is what went forward: what comes back?",
             (RETURN, "A + (")),
        slip("averaged_over_batch", "The right one divided by {n}, for a batch of {n}. Each row is one example's: is "
             "a mean asked for?", (f"upstream + {WAY}", f"(upstream + {WAY}) / len(A)")),
        slip("subtracted", "The way through the layer is subtracted. What happens to effects where ways join?",
             ("upstream +", "upstream -")),
        slip("ones_for_the_message", "On the straight way 1 is added. That is its local derivative: what is it "
             "multiplied by?", (RETURN, "1 + (")),
        slip("input_times_message", "On the straight way the message is multiplied by A. What is the local derivative "
             "of A + ... by A?", (RETURN, "upstream * A + (")),
        slip("straight_way_through_W", "The straight way goes through W, too. Does it, on the way forward?",
             (RETURN, "upstream @ W + (")),
        slip("bias_left_out", "The slopes are those of another Z: it looks as if b is left out. How does Z come about?",
             (" + b", "")),
        slip("value_for_slope", "In the way through the layer the message is multiplied by tanh(z) itself. Is it the "
             "value that it meets?", (SLOPE, f"np.tanh({Z})")),
        slip("z_in_a_formula", "The slope is 1 - z². Which of z and a does that formula take?",
             (SLOPE, f"1 - ({Z}) ** 2")),
        slip("slope_at_the_input", "The slope is taken at A. Of which z is tanh taken on the way forward?", (Z, "A")),
        slip("input_squared", "The slope is 1 - A². Whose output would stand in that formula, that of this layer or "
             "of the one before?", (SLOPE, "1 - A**2")),
        slip("slope_at_the_sum", "The slope is taken at A_out. Of which z is tanh taken on the way forward?",
             (Z, f"A + np.tanh({Z})")),
        slip("sum_squared", "The slope is 1 - A_out². What is the output of tanh itself, before the plus?",
             (SLOPE, f"1 - (A + np.tanh({Z})) ** 2")),
        slip("all_transposed", "It looks as if W and W.T were exchanged everywhere. How does W stand in the equation "
             "of the layer?", ("W.T", "W"), (WAY, f"{WAY}.T")),
        slip("weights_symmetrised", "It looks as if W goes back as the mean of W and W.T. Which of the two carries "
             "the message back?", (WAY, "(upstream * slope) @ (W + W.T) / 2")),
        slip("slope_of_sigmoid", "The slope is that of the sigmoid. Which activation does this layer have?",
             ("bp.tanh", "bp.sigmoid")),
        slip("sigmoid_formula", "The slope is a (1 - a). Of which activation is that the slope?",
             (SLOPE, f"np.tanh({Z}) * (1 - np.tanh({Z}))")),
        slip("square_forgotten", "The slope is 1 - a. Put z = 0 into it, and some large z: does tanh have these "
             "slopes there?", (SLOPE, f"1 - np.tanh({Z})")),
        slip("message_missing_in_the_layer", "The way through the layer does not carry the message. What is its local "
             "derivative multiplied by?", ("upstream * slope", "slope")),
        slip("local_derivatives_only", "That is the sum of the local derivatives. Where does `upstream` come in?",
             (f"upstream + {WAY}", "1 + slope @ W")),
        slip("message_after_the_weights", "Each entry of the message is multiplied by one number. But an entry of A "
             "moves several outputs: how do their messages come together?",
             (f"upstream + {WAY}", "upstream * (1 + slope @ W)")),
        slip("forward_value", "That is A_out. Which derivative is asked for?",
             (f"upstream + {WAY}", f"A + np.tanh({Z})")),
        slip("layer_way_averaged", "What comes through the layer is divided by {n}, for a batch of {n}. Each row is "
             "one example's: is a mean asked for?", (WAY, f"{WAY} / len(A)")),
        slip("one_slope_for_all_examples", "The slopes are means over the batch. At which z is the slope of one "
             "example taken?", (SLOPE, f"{SLOPE}.mean(axis=0)")),
        slip("own_weight_only", "In the way through the layer only the diagonal of W is used. Which outputs does one "
             "entry of A move?", (WAY, "upstream * slope * np.diag(W)")),
        slip("bias_subtracted", "The slopes are those of another Z: it looks as if b is subtracted. How does Z come "
             "about?", ("+ b", "- b")),
        slip("layer_way_reduced", "The way through the layer is summed over the examples. Does an example hear the "
             "others?", (WAY, f"({WAY}).sum(axis=0)")),
    ),
    right=(jacobian, in_two, by_complex_steps, lambda *args: np.asfortranarray(in_two(*args))),
    wrong=(
        kept_by_shape(in_two), lambda *args: np.squeeze(in_two(*args)),
        *(wrong(change) for change in (
            (WAY, "(upstream * slope) @ (W if len(A) - len(b) else W.T)"), (RETURN, "upstream + (len(A) > 1) * ("),
            ("return ", "return -"), (f"upstream + {WAY}", f"(upstream + {WAY})[:1]"),
            (f"upstream + {WAY}", f"(upstream + {WAY}).mean(axis=0)"), (WAY, "(upstream * slope)[:, :20] @ W[:20]"),
            *((WAY, f"({WAY}) * (np.arange(len(A)) < {n})[:, None]") for n in (8, 20)),
        )),
    ),
)  # fmt: skip
