"""Delta for four pairs of output and loss."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import complex_sigmoid, gradient

from .common.cross_entropy import HARD, clean, rows_do_not_cancel
from .common.edits import edited, slips, solution
from .common.logits import corner_logits, corner_targets, one_hot, room, soft_targets
from .common.memory import kept_by_shape
from .common.sizes import sizes

PROGRAM = solution("output_deltas")
PARTS = {
    "linear_squared": "Z - Y",
    "sigmoid_squared": "(a - Y) * a * (1 - a)",
    "sigmoid_bce": "a - Y",
    "softmax_ce": "bp.softmax(Z) - Y",
}
NAMES = ", ".join(PARTS)
right = edited(PROGRAM)


def _truth(Z, Y):
    def likelihood(Z):
        a = complex_sigmoid(Z)
        return -(Y * np.log(a) + (1 - Y) * np.log(1 - a)).sum()

    return clean(
        gradient(lambda Z: ((Z - Y) ** 2).sum() / 2, Z),
        gradient(lambda Z: ((complex_sigmoid(Z) - Y) ** 2).sum() / 2, Z),
        gradient(likelihood, Z),
        gradient(lambda Z: -(Y * np.log(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))).sum(), Z),
    )


def _case(rng, n, k, one_hot=False, size=1.5):
    Y = np.eye(k)[rng.integers(k, size=n)] if one_hot else soft_targets(rng, n, k)
    return {"Z": rng.normal(size=(n, k)) * size, "Y": Y}


def _cases(rng):
    cases = [
        *(_case(rng, n, k) for n, k in ((7, 5), (5, 3), (4, 6), (1, 3), (4, 1))),
        _case(rng, 5, 4, one_hot=True),
        _case(rng, 6, 2),
    ]
    cases[-1]["Z"] *= 8 / np.abs(cases[-1]["Z"]).max()  # as large as differences of losses can bear
    corners = [Z - Z.round(-2) for Z in corner_logits(rng)]
    return [*cases, _case(rng, 5, 3), *({"Z": Z, "Y": corner_targets(rng, Z)} for Z in corners)]


def _wide(rng):
    n, k = sizes(rng, 2)
    return _case(rng, n, k, rng.integers(2), 10 ** rng.uniform(-1, 0.4))


def slip(name, message, *changes, shows=None, **parts):
    """parts: what each of them is in place of the right expression."""
    lines = [(f"{part} = {PARTS[part]}", f"{part} = {wrong}") for part, wrong in parts.items()]
    return slips(PROGRAM, alone=True)(name, message, *changes, *lines, shows=shows)


def each(expression):
    """The edit that makes `expression` of each delta d."""
    return f"return {NAMES}", f"return [{expression} for d in ({NAMES})]"


# ----- right in other words


def by_formula(Z, Y):
    s = 1 / (1 + np.exp(-Z))
    P = np.exp(Z) / np.exp(Z).sum(axis=1)[:, None]
    return [Z - Y, (s - Y) * bp.sigmoid.derivative(Z), s * (1 - Y) - Y * (1 - s), P - Y]


def by_jacobian(Z, Y):
    s, out = bp.sigmoid(Z), np.zeros(Z.shape)
    for i, (z, y) in enumerate(zip(Z, Y, strict=True)):
        a = bp.softmax(z)
        out[i] = (np.diag(a) - np.outer(a, a)) @ (-y / a)
    by_a = -Y / s + (1 - Y) / (1 - s)
    return Z - Y, s * (1 - s) * (s - Y), by_a * s * (1 - s), out


def by_library(Z, Y):
    losses = bp.half_squared_error, bp.binary_cross_entropy, bp.cross_entropy
    linear, bce, ce = (loss.gradient(Z, Y) for loss in losses)
    return linear, bp.half_squared_error.gradient(bp.sigmoid(Z), Y) * bp.sigmoid.derivative(Z), bce, ce


def measured(Z, Y, h=1e-5):
    """Every z up and down."""
    losses = (
        lambda z, y: ((z - y) ** 2).sum() / 2,
        lambda z, y: ((bp.sigmoid(z) - y) ** 2).sum() / 2,
        lambda z, y: -(y * np.log(bp.sigmoid(z)) + (1 - y) * np.log(1 - bp.sigmoid(z))).sum(),
        lambda z, y: -(y * np.log(bp.softmax(z))).sum(),
    )
    steps = h * np.eye(Z.shape[1])
    return [[[(E(z + e, y) - E(z - e, y)) / (2 * h) for e in steps] for z, y in zip(Z, Y, strict=True)] for E in losses]


# fmt: off
EXERCISE = Exercise(
    inputs=_cases,
    truth=_truth,
    parts=dict.fromkeys(PARTS, 1),
    passed="All four equal the derivatives of their losses in z, found without any chain rule.",
    batch="Z",
    shapes={"Z": "n K", "Y": "n K"},
    room={
        **room("one example"),
        "one output": lambda case: case["Z"].shape[1] == 1,
        **room("whole numbers for logits"),
        "logits above 5 in size": lambda case: np.abs(case["Z"]).max() > 5,
        "one-hot targets": one_hot,
    },
    wide=_wide,
    ask=dict.fromkeys(PARTS, "If one z grows by a thousandth, by how much does this loss change?"),
    misconceptions=(
        slip("a_minus_y_everywhere",
            "`sigmoid_squared` is a - y. The sigmoid lies between z and a: what does the chain rule say about it?",
            sigmoid_squared="a - Y"),
        slip("slope_of_a", "In `sigmoid_squared` the slope was taken at a. Does g' take z or a?",
            sigmoid_squared="(a - Y) * bp.sigmoid.derivative(a)"),
        slip("slope_of_z", "In `sigmoid_squared` you wrote z (1 - z). Of which letter is a (1 - a) made?",
            sigmoid_squared="(a - Y) * Z * (1 - Z)"),
        slip("error_in_z", "In `sigmoid_squared` the error is z - y. From what does the loss subtract y?",
            sigmoid_squared="(Z - Y) * a * (1 - a)"),
        slip("error_missing", "`sigmoid_squared` is the slope of the sigmoid alone. Which factor comes from the loss?",
            sigmoid_squared="a * (1 - a)"),
        slip("loss_for_error",
            "In `sigmoid_squared` the loss stands where its derivative in a belongs. What is the derivative of ½(a - "
            "y)²?",
            sigmoid_squared="(a - Y) ** 2 / 2 * a * (1 - a)"),
        slip("slope_of_tanh", "In `sigmoid_squared` the slope is 1 - a². Of which activation is that the slope?",
            sigmoid_squared="(a - Y) * (1 - a**2)"),
        slip("half_of_the_slope",
            "In `sigmoid_squared` the slope has lost its factor 1 - a. What is the slope of a sigmoid, written with a?",
            sigmoid_squared="(a - Y) * a"),
        slip("other_half_of_the_slope",
            "In `sigmoid_squared` the slope has lost its factor a. What is the slope of a sigmoid, written with a?",
            sigmoid_squared="(a - Y) * (1 - a)"),
        slip("slope_of_y", "In `sigmoid_squared` you wrote y (1 - y). Of which letter is a (1 - a) made?",
            sigmoid_squared="(a - Y) * Y * (1 - Y)"),
        slip("slope_with_plus",
            "In `sigmoid_squared` the slope is a (1 + a). Is a sigmoid steepest where a is near 1?",
            sigmoid_squared="(a - Y) * a * (1 + a)"),
        slip("slope_of_one_term",
            "In `sigmoid_squared` the slope multiplies only one of a and y. What does the chain rule multiply, one "
            "term of the error or all of it?", sigmoid_squared="a - Y * a * (1 - a)"),
        slip("slope_of_the_other_term",
            "In `sigmoid_squared` the slope multiplies only one of a and y. What does the chain rule multiply, one "
            "term of the error or all of it?", sigmoid_squared="a * a * (1 - a) - Y"),
        slip("target_missing",
            "{parts}: the target is missing. Which term of the loss has y in it, and what is its derivative?",
            linear_squared="Z", sigmoid_squared="a * a * (1 - a)", sigmoid_bce="a"),
        slip("target_turned", "In `sigmoid_bce` the target is 1 - y. Which probability does y = 1 stand for?",
            sigmoid_bce="a - (1 - Y)"),
        slip("slope_twice", "`sigmoid_bce` has the slope of the sigmoid in it. What cancels it?",
            sigmoid_bce="(a - Y) * a * (1 - a)"),
        slip("slope_in_a", "`sigmoid_bce` is the derivative in a. What lies between a and z?",
            sigmoid_bce="(a - Y) / (a * (1 - a))"),
        slip("first_term_alone",
            "`sigmoid_bce` has lost the second term, (1 - y) log(1 - a). What is its derivative?",
            sigmoid_bce="-Y * (1 - a)"),
        slip("first_term_in_a",
            "`sigmoid_bce` is -y/a: the derivative in a, and of the first term alone. What is still to come?",
            sigmoid_bce="-Y / a"),
        slip("second_term_turned",
            "In `sigmoid_bce` the second term has the wrong sign. What is the derivative of log(1 - a) in a?",
            sigmoid_bce="-Y * (1 - a) - (1 - Y) * a"),
        slip("second_term_turned_in_a",
            "`sigmoid_bce` is a derivative in a, and its second term has the wrong sign. What is the derivative of "
            "log(1 - a) in a?", sigmoid_bce="-Y / a - (1 - Y) / (1 - a)"),
        slip("softmax_for_sigmoid", "{parts}: the output is taken to be a softmax. Which output belongs to this loss?",
            linear_squared="bp.softmax(Z) - Y", sigmoid_squared="bp.softmax(Z) - Y", sigmoid_bce="bp.softmax(Z) - Y"),
        slip("softmax_diagonal",
            "`softmax_ce` comes from the diagonal of the Jacobian alone. Which of the outputs depend on one z?",
            softmax_ce="-Y * (1 - bp.softmax(Z))"),
        slip("softmax_in_a", "`softmax_ce` is the derivative in a. What carries it on to z?",
            softmax_ce="-Y / bp.softmax(Z)"),
        slip("softmax_slope_added",
            "`softmax_ce` is a - y times a (1 - a), so its rows do not sum to 0. Is the slope in a - y already?",
            softmax_ce="((p := bp.softmax(Z)) - Y) * p * (1 - p)"),
        slip("softmax_squared",
            "`softmax_ce` belongs to softmax with half the squared error. Which loss is asked for?",
            softmax_ce="(e := ((p := bp.softmax(Z)) - Y) * p) - p * e.sum(axis=1, keepdims=True)"),
        slip("softmax_alone",
            "`softmax_ce` is the probabilities. Which term of the loss has y in it, and what is its derivative?",
            softmax_ce="bp.softmax(Z)"),
        slip("not_normalised", "In `softmax_ce` the exponentials do not sum to 1. What are they divided by?",
            softmax_ce="np.exp(Z) - Y"),
        slip("softmax_twice", "`softmax_ce` has gone through softmax twice. What are Z, logits or probabilities?",
            softmax_ce="bp.softmax(bp.softmax(Z)) - Y"),
        slip("sigmoid_for_softmax",
            "In `softmax_ce` every z goes through a sigmoid of its own. Which output turns a row into probabilities?",
            softmax_ce="a - Y"),
        slip("softmax_over_examples",
            "In `softmax_ce` the probabilities of a column sum to 1. Which axis runs over the classes?",
            softmax_ce="bp.softmax(Z.T).T - Y"),
        slip("softmax_over_everything",
            "In `softmax_ce` all probabilities of the batch sum to 1. How many numbers belong to one softmax?",
            softmax_ce="np.exp(Z) / np.exp(Z).sum() - Y"),
        slip("rows_do_not_cancel",
            "Not all rows of `softmax_ce` sum to 0. What becomes of the loss if all logits of a row grow by the same "
            "number?", softmax_ce="bp.softmax(Z) * (1 - Y)",
            shows=lambda case, came: rows_do_not_cancel(came, _truth(**case), 3)),
        slip("sigmoid_everywhere",
            "{parts}: that is sigmoid(z) - y. Which output is asked for, and does its slope cancel?", each("a - Y")),
        slip("z_minus_y_everywhere", "{parts}: that is z - y. What comes out of a sigmoid or a softmax, z or a?",
            each("Z - Y")),
        slip("slope_everywhere",
            "{parts}: that is (a - y) a (1 - a), with a the sigmoid of z. Does the slope of a sigmoid belong there?",
            each("(a - Y) * a * (1 - a)")),
        slip("derivative_of_z",
            "`linear_squared` is 1 everywhere: the derivative of a in z. Which factor comes from the loss?",
            linear_squared="np.ones(Z.shape)"),
        slip("the_loss_itself", "{parts}: that is the loss, entry by entry. What is its derivative in z?",
            linear_squared="(Z - Y) ** 2 / 2", sigmoid_squared="(a - Y) ** 2 / 2",
            sigmoid_bce="-Y * np.log(a) - (1 - Y) * np.log(1 - a)", softmax_ce="-Y * np.log(bp.softmax(Z))"),
        slip("sign", "{parts}: right but for the sign. If an output is too large, is its delta above or below 0?",
            each("-d")),
        slip("factor_two", "{parts}: exactly twice the right one. What does the 1/2 in front of the square do?",
            linear_squared="2 * (Z - Y)", sigmoid_squared="2 * (a - Y) * a * (1 - a)"),
        slip("twice_everywhere",
            "{parts}: exactly twice the right one. Has each of the losses a square in it, and what does the 1/2 do?",
            each("2 * d")),
        slip("hard_targets",
            "{parts}: the largest target of a row is treated as 1 and the others as 0. Must the rows of Y be one-hot?",
            ("    a = bp.sigmoid(Z)", f"    a, Y = bp.sigmoid(Z), {HARD}")),
        slip("averaged_already",
            "{parts}: divided by the number of examples. Delta belongs to one example: when is the mean taken?",
            each("d / len(Z)")),
        slip("averaged_over_outputs",
            "{parts}: divided by the number of outputs. Is there a mean over outputs in these losses?",
            each("d / Z.shape[1]")),
        slip("summed_over_outputs",
            "{parts}: one number for each example, the sum over the outputs. How many z are there?",
            each("d.sum(axis=1)")),
        slip("averaged_over_batch",
            "{parts}: one number for each output, the mean over the examples. How many z are there?",
            each("d.mean(axis=0)")),
    ),
    right=(
        by_formula,
        by_jacobian,
        by_library,
        measured,
        lambda Z, Y: [part * (1 + 1e-7) for part in right(Z, Y)],
    ),
    wrong=(
        edited(PROGRAM, each("d.T")),
        edited(PROGRAM, each("d.squeeze()")),
        edited(PROGRAM, (f"return {NAMES}", f"return np.stack([{NAMES}]).sum(axis=2)")),
        edited(PROGRAM, (f"return {NAMES}", "return linear_squared, sigmoid_bce, sigmoid_squared, softmax_ce")),
        edited(PROGRAM, ("bp.softmax(Z) - Y", "bp.softmax(Z) - (Y == Y.max(axis=1, keepdims=True))")),
        *(edited(PROGRAM, ("    a =", f"    {text}\n    a =")) for text in (
            "Y = Y.round()",
            "Y = Y if (Y < 1).all() else 0.9 * Y",  # afraid of log 0
            "Y = Y / Y.max(axis=1, keepdims=True) if Y[:1].max() == 1 else Y",
            "Z = Z if len(Z) != len(Z.T) else Z.T",
        )),
        lambda Z, Y: [bp.softmax(Z) - Y] * 4,
        kept_by_shape(right),
    ),
)
