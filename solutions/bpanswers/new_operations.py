"""What a power and a maximum send back."""

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import slope

from .common.edits import edited, solution
from .common.parts import cut_to_whole, part_slips
from .common.right_in_part import each_part, first_rows

PROGRAM = solution("new_operations")
SHAPES = (7,), (4, 3), (1,), (3, 1), (1, 5), (2, 3, 4), (3, 3), (30,), (2, 25)


def _case(rng, shape, ties=True):
    a, b, message = rng.uniform(0.3, 2.5, size=shape), *rng.normal(size=(2, *shape)) * 1.5
    if ties:
        b.flat[::3] = a.flat[::3]
        message.flat[1:2] = 0
    return {"a": a, "b": b, "message": message}


def inputs(rng):
    cases = [_case(rng, shape) for shape in SHAPES]
    cases += [_case(rng, (5,), ties=False), _case(rng, (2, 2), ties=False)]
    cases[1]["b"].flat[[1, 2]] = 0.0, 1.0
    cases[5]["a"].flat[2] = 1.0
    cases[-1]["b"] = np.abs(cases[-1]["b"])
    return cases


def wide(rng):
    return _case(rng, tuple(int(n) for n in rng.integers(1, 7, size=rng.integers(1, 4))), rng.random() < 0.7)


def truth(a, b, message):
    """Complex steps for the power; max(a, b) is half of a + b + |a - b|, where |x| has the mean slope 0 at 0."""
    sign = np.sign(a - b)
    return (
        slope(lambda t: message * t**b, a), slope(lambda t: message * a**t, b),
        message * (1 + sign) / 2, message * (1 - sign) / 2,
    )  # fmt: skip


def through_the_result(a, b, message):
    """With what the operations put out, as libraries keep it."""
    p, m = a**b, np.maximum(a, b)
    winners = (a == m) * 1.0 + (b == m)
    return message * p * b / a, message * p * np.log(a), message * (a == m) / winners, message * (b == m) / winners


def steps(a, b, message):
    p = np.exp(b * np.log(a))
    to_a, to_b = message * np.heaviside(a - b, 0.5), message * np.heaviside(b - a, 0.5)
    return message * p * b / a, message * p * np.log(a), to_a, to_b


def filled(a, b, message):
    to_a, to_b = message.copy(), message.copy()
    to_a[a < b] = 0
    to_b[b < a] = 0
    to_a[a == b] /= 2
    to_b[a == b] /= 2
    return b * np.power(a, b - 1) * message, np.log2(a) * np.log(2) * np.power(a, b) * message, to_a, to_b


A, B, SHARE, MA, MB = (
    "message * b * a ** (b - 1)", "message * a**b * np.log(a)", "(a > b) + 0.5 * (a == b)", "message * share",
    "message * (1 - share)",
)  # fmt: skip
slip = part_slips(PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"power_a": 1, "power_b": 1, "maximum_a": 1, "maximum_b": 1},
    passed="A power has two slopes, b a^(b−1) and a^b ln a. A maximum sends on to the larger one; a tie halves.",
    shapes={"a": "...", "b": "...", "message": "..."},
    room={
        "a tie": lambda case: (case["a"] == case["b"]).any(),
        "an a of 1": lambda case: (case["a"] == 1).any(),
        "a b of 0": lambda case: (case["b"] == 0).any(),
        "a message of 0": lambda case: (case["message"] == 0).any(),
        "a negative b": lambda case: (case["b"] < 0).any(),
    },
    ask={
        "power_a": "With b = 3 fixed, what is the derivative of a³?",
        "power_b": "With a = 2 fixed, how much do you gain from 2³ to 2⁴, and from 2⁴ to 2⁵?",
        "maximum_a": "Take a = 3, b = 1, then a = 1, b = 3, and two equal ones: what should come back to a?",
        "maximum_b": "Take a = 3, b = 1, then a = 1, b = 3, and two equal ones: what should come back to b?",
    },
    wide=wide,
    misconceptions=(
        slip("exponent_not_lowered", "the exponent is still b. What is the derivative of a³?", ("(b - 1)", "b")),
        slip("exponent_raised", "the exponent is b + 1. What is the derivative of a³?", ("(b - 1)", "(b + 1)")),
        slip("factor_lost", "the factor b is missing. What is the derivative of a³?", ("message * b *", "message *")),
        slip("sign_of_the_exponent_lost", "right while b is not below 0. What is the derivative of 1/a, which is a to "
             "the power of −1?", ("message * b *", "message * abs(b) *")),
        slip("power_rule_for_b", "that is the derivative in a. Which of the two moves here, and which is held fixed?",
             (B, A)),
        slip("exponential_rule_for_a", "that is the derivative in b. Which of the two moves here, and which is held "
             "fixed?", (A, B)),
        slip("logarithm_lost", "it is the message times the power. Of which one base is the exponential function its "
             "own derivative?", (B, "message * a**b")),
        slip("logarithm_to_10", "the logarithm has the base 10. Which base belongs to e?", ("np.log", "np.log10")),
        slip("logarithm_to_2", "the logarithm has the base 2. Which base belongs to e?", ("np.log", "np.log2")),
        slip("logarithm_alone", "it is the message times ln a. What else does the chain rule leave of e to the power "
             "of b ln a?", (B, "message * np.log(a)")),
        slip("b_once_more", "there is a factor b too many. What is the derivative of b ln a in b?",
             (B, "message * b * a**b * np.log(a)")),
        slip("lowered_for_b", "in the power b is lowered by 1. Which rule does that, and which of the two moves here?",
             (B, "message * a ** (b - 1) * np.log(a)")),
        slip("value_kept", "it is the message times the power, the value. What is the derivative of a³ in a?",
             (A, "message * a**b")),
        slip("product_a", "that is what a product a · b sends to a. Which operation is it here?", (A, "message * b")),
        slip("product_b", "that is what a product a · b sends to b. Which operation is it here?", (B, "message * a")),
        slip("integrated", "it looks like an antiderivative. In which direction does the exponent move when you "
             "differentiate?", (A, "message * a ** (b + 1) / (b + 1)")),
        slip("message_missing_power", "the local derivative alone. What is it multiplied by on its way back?",
             (A, "b * a ** (b - 1)"), (B, "a**b * np.log(a)")),
        slip("minus_at_b", "the right size with the wrong sign. If a is 2 and b grows, does the power grow?",
             (B, f"-{B}")),
        slip("message_missing_maximum", "the share alone, without the message. What is it a share of?",
             (MA, "share"), (MB, "1 - share")),
        slip("message_divided", "the message has gone below the line. Where does it belong?",
             (A, "1 / (b * message + (message == 0))\n"), (B, "-a / (b**2 * message + (message == 0))")),
        slip("tie_to_a", "right but where a = b: there all of it goes to a. What does the task ask for there?",
             (SHARE, "(a >= b) * 1.0")),
        slip("tie_to_b", "right but where a = b: there all of it goes to b. What does the task ask for there?",
             (SHARE, "(a > b) * 1.0")),
        slip("tie_to_both", "right but where a = b: there each of the two gets the whole message. How much can both "
             "together get?", (MA, "message * (a >= b)"), (MB, "message * (b >= a)")),
        slip("tie_to_none", "right but where a = b: there nothing comes back. What does the task ask for there?",
             (MA, "message * (a > b)"), (MB, "message * (b > a)")),
        slip("smaller_one", "the smaller of the two gets the message. Which of them did the maximum let through?",
             ("a > b", "a < b")),
        slip("larger_in_size", "right while the larger number is also the larger one in size. Is −5 larger than 2?",
             (SHARE, "(abs(a) > abs(b)) + 0.5 * (abs(a) == abs(b))")),
        slip("value_routed", "the value is sent back, and not the message. Which of them arrives at the maximum?",
             (MA, "a * share"), (MB, "b * (1 - share)")),
        slip("value_and_message", "the message is multiplied by the value. What is the derivative of max(a, b) in the "
             "larger one?", (MA, "message * a * share"), (MB, "message * b * (1 - share)")),
        slip("both_hear_all", "both get the whole message, as behind a sum. What does a nudge of the smaller one do to "
             "the maximum?", (MA, "message.copy()"), (MB, "message.copy()")),
        slip("half_to_each", "each gets a half everywhere. Where are a and b equal?",
             (MA, "message / 2"), (MB, "message / 2")),
        slip("larger_of_all", "only the largest entry of a whole array counts. Is the maximum taken over an array, or "
             "entry by entry?", (SHARE, "(a.max() > b.max()) + 0.5 * (a.max() == b.max())")),
        slip("positive_part", "the sign of a decides, as for max(a, 0). With what is a compared here?",
             (SHARE, "(a > 0) + 0.5 * (a == 0)")),
        slip("sign_of_the_loser", "the smaller one gets the message with a minus. What does a nudge of it do to the "
             "maximum?", (MA, "message * (2 * share - 1)"), (MB, "message * (1 - 2 * share)")),
        cut_to_whole(truth),
    ),
    right=(through_the_result, steps, filled),
    wrong=(
        edited(PROGRAM, (SHARE, "(a > b) + 0.5 * np.isclose(a, b, atol=0.5)")),
        edited(PROGRAM, ("np.log(a)", "np.maximum(np.log(a), 0)")),
        edited(PROGRAM, (A, "message * b * a ** np.maximum(b - 1, 0)")),
        edited(PROGRAM, (SHARE, "1.0 if (a > b).all() else 0.0 if (a < b).all() else (a > b) + 0.5 * (a == b)"),
               ("return", "power_b = power_b + (b == 0)\n    return")),
        edited(PROGRAM, ("power_a, power_b, maximum_a, maximum_b", "maximum_a, maximum_b, power_a, power_b")),
        each_part(steps, np.squeeze),
        each_part(steps, np.transpose),
        first_rows(steps),
    ),
)  # fmt: skip
