"""Forward mode over a tape, with dual numbers."""

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import H

from .common import tapes
from .common.edits import edited, solution
from .common.parts import part_slips

PROGRAM = solution("dual_run")
ALL = "number", "add", "mul", "div", "tanh"


def number(rng):
    """Of either sign, and not near 0."""
    return round(float(rng.uniform(0.5, 1.9) * rng.choice([-1, 1])), 3)


def truth(tape, x):
    """One complex step."""
    last = tapes.run(tape, [x + 1j * H])[-1]
    return np.real(last), np.imag(last) / H


def random_case(rng, length, operations=ALL):
    """One whose slope is not nearly 0, unless x does not come in."""
    while True:
        x = number(rng)
        tape = tapes.random_tape(rng, [x], length, operations)
        slope = abs(truth(tape, x)[1])
        if 1e-2 < slope < 1e3:
            return {"tape": tape, "x": x}


def inputs(rng):
    small = [
        (("mul", 0, 0), ("add", 1, 0)),
        (("number", number(rng), None), ("div", 0, 1), ("tanh", 2, None)),
        (("number", number(rng), None), ("mul", 0, 1), ("add", 2, 2), ("tanh", 3, None), ("mul", 4, 0)),
        (("number", number(rng), None), ("div", 1, 0)),  # 1/x
        (("mul", 0, 0), ("number", number(rng), None), ("add", 2, 0), ("tanh", 0, None), ("div", 1, 4)),
        (),
        (("number", number(rng), None),),
        (("tanh", 0, None), ("number", 2.0, None), ("add", 1, 1)),
        (("add", 0, 0), ("mul", 0, 1)),
        (("tanh", 0, None), ("tanh", 1, None), ("div", 1, 2), ("add", 3, 0), ("mul", 0, 0)),  # not all of it is used
    ]
    cases = [{"tape": tape, "x": number(rng)} for tape in small]
    cases += [random_case(rng, length) for length in (4, 8, 8, 12)]
    return [*cases, random_case(rng, 40, ("add", "tanh", "mul", "number"))]


def wide(rng):
    return random_case(rng, int(rng.integers(1, 12)))


# ----- right answers


class Dual:
    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __add__(self, other):
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other):
        quotient = self.value / other.value
        return Dual(quotient, (self.slope - quotient * other.slope) / other.value)

    def tanh(self):
        return Dual(np.tanh(self.value), self.slope / np.cosh(self.value) ** 2)


def by_a_class(tape, x):
    duals = [Dual(x, 1.0)]
    for name, i, j in tape:
        if name == "number":
            duals.append(Dual(i, 0.0))
        elif name == "tanh":
            duals.append(duals[i].tanh())
        else:
            duals.append({"add": Dual.__add__, "mul": Dual.__mul__, "div": Dual.__truediv__}[name](duals[i], duals[j]))
    return duals[-1].value, duals[-1].slope


def backward(tape, x):
    """The same by a reverse sweep."""
    values = tapes.run(tape, [x])
    grads = np.zeros(len(values))
    grads[-1] = 1.0
    for k in range(len(tape), 0, -1):
        name, i, j = tape[k - 1]
        if name == "add":
            local = {(0, i): 1.0, (1, j): 1.0}
        elif name == "mul":
            local = {(0, i): values[j], (1, j): values[i]}
        elif name == "div":
            local = {(0, i): 1 / values[j], (1, j): -values[k] / values[j]}
        else:
            local = {(0, i): 1 - values[k] ** 2} if name == "tanh" else {}
        for (_, parent), d in local.items():
            grads[parent] += grads[k] * d
    return values[-1], grads[0]


def measured(tape, x, h=1e-3):
    """No derivative at all: a difference."""
    return tapes.run(tape, [x])[-1], (tapes.run(tape, [x + h])[-1] - tapes.run(tape, [x])[-1]) / h


def names(case):
    return [triple[0] for triple in case["tape"]]


X, NUMBER, SUM, RETURN = "[(x, 1.0)]", "(i, 0.0)", "du + dv", "return duals[-1]"
TANH, PRODUCT, QUOTIENT = "(1 - np.tanh(u) ** 2) * du", "du * v + u * dv", "(du * v - u * dv) / v**2"
slip = part_slips(PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"value": 1, "slope": 3},
    passed="One run, and the exact slope came along, with no list kept to go back over. For n inputs it takes n runs.",
    room={
        "an empty tape": lambda case: not case["tape"],
        "a number": lambda case: "number" in names(case),
        "a sum": lambda case: "add" in names(case),
        "a product": lambda case: "mul" in names(case),
        "a quotient": lambda case: "div" in names(case),
        "tanh": lambda case: "tanh" in names(case),
        "a negative x": lambda case: case["x"] < 0,
        "the same value twice in one operation": lambda case: any(i == j for _, i, j in case["tape"]),
        "values that the last one is not made of": lambda case: (
            len(tapes.leads(case["tape"], 1)) < len(case["tape"]) + 1
        ),
        "a result that does not depend on x": lambda case: 0 not in tapes.leads(case["tape"], 1),
        "more than 20 operations": lambda case: len(case["tape"]) > 20,
    },
    ask={
        "value": "Write down all values of the first tape: what is each one made of?",
        "slope": "Follow one nudge of x through the first tape, line by line: how much does each value move?",
    },
    fixed=("tape",),
    wide=wide,
    misconceptions=(
        slip("product_of_slopes", "a product gets the product of the two slopes. What is the slope of x · x at x = 3?",
             (PRODUCT, "du * dv")),
        slip("second_factor_fixed", "in a product only the first factor moves. What does the product rule add?",
             (PRODUCT, "du * v")),
        slip("first_factor_fixed", "in a product only the second factor moves. What does the product rule add?",
             (PRODUCT, "u * dv")),
        slip("factors_not_exchanged", "in a product each slope is multiplied by its own value. By which value should "
             "it be?", (PRODUCT, "u * du + v * dv")),
        slip("slopes_added_in_a_product", "a product gets the sum of the slopes. How far does u · v move, if u moves a "
             "little and v is 100?", (PRODUCT, "du + dv")),
        slip("product_rule_minus", "the product rule has a minus. Which rule has one?",
             (PRODUCT, "du * v - u * dv")),
        slip("quotient_turned_round", "the quotient rule has its two terms exchanged. Which of them carries the minus?",
             (QUOTIENT, "(u * dv - du * v) / v**2")),
        slip("quotient_rule_plus", "the quotient rule has a plus. If v grows, does u / v grow?",
             (QUOTIENT, "(du * v + u * dv) / v**2")),
        slip("divisor_not_squared", "in the quotient rule v is not squared. What is the slope of 1 / x at x = 2?",
             (QUOTIENT, "(du * v - u * dv) / v")),
        slip("divisor_fixed", "in a quotient only u moves. What happens to u / v if v moves?", (QUOTIENT, "du / v")),
        slip("quotient_of_slopes", "a quotient gets the quotient of the two slopes. What is the slope of x / 2?",
             (QUOTIENT, "(du / dv if dv else du / v)")),
        slip("chain_rule_forgotten", "behind tanh the slope of its input is lost. What is the slope of tanh(2x) at 0?",
             (TANH, "1 - np.tanh(u) ** 2")),
        slip("tanh_of_the_slope", "the slope went through tanh itself. What is a slope multiplied by there?",
             (TANH, "np.tanh(du)")),
        slip("tanh_passes_the_slope", "tanh passes the slope on as it is. How steep is tanh far from 0?", (TANH, "du")),
        slip("slope_from_the_input", "the formula 1 − a² got the input of tanh. Of which number is a the name there?",
             (TANH, "(1 - u**2) * du")),
        slip("square_forgotten", "the slope of tanh is taken as 1 − a. What is it at 0, and what far from there, on "
             "both sides?", (TANH, "(1 - np.tanh(u)) * du")),
        slip("sigmoid_slope", "the slope of tanh is taken as a (1 − a). Of which function is that the slope?",
             (TANH, "np.tanh(u) * (1 - np.tanh(u)) * du")),
        slip("slope_of_the_slope", "the slope of tanh is taken at du. At which number is it taken?",
             (TANH, "(1 - np.tanh(du) ** 2) * du")),
        slip("numbers_move", "a number of the tape has the slope 1. Does it move when x does?", (NUMBER, "(i, 1.0)")),
        slip("number_as_its_slope", "a number c has the slope c, as c · x would. Does it move when x does?",
             (NUMBER, "(i, i)")),
        slip("x_does_not_move", "zero everywhere. How does x answer to itself?", (X, "[(x, 0.0)]")),
        slip("x_as_its_own_slope", "the slope begins with x itself. How does x answer to itself?", (X, "[(x, x)]")),
        slip("first_term_only", "a sum gets the slope of its first term. What does the other one add?", (SUM, "du")),
        slip("slopes_multiplied_in_a_sum", "a sum gets the product of the slopes. How far does u + v move, if both "
             "move a little?", (SUM, "du * dv")),
        slip("slopes_averaged", "a sum gets the mean of the slopes. Do effects share, or do they add up?",
             (SUM, "(du + dv) / 2")),
        slip("first_value", "that belongs to x, where the tape begins. Which value is asked for?",
             (RETURN, "return duals[0]")),
        slip("largest_value", "it looks as if you took the largest of all values. Which one is asked for?",
             (RETURN, "return max(duals)")),
        slip("quotient_exchanged", "it is as if u and v were exchanged in a quotient. Which of them is value i?",
             ("v, dv = duals[j]", "v, dv = duals[j]\n        if name == 'div':\n            u, du, v, dv = v, dv, u, "
                 "du")),
    ),
    right=(by_a_class, backward, truth),
    wrong=(
        measured,
        lambda tape, x: by_a_class(tape[:20], x),
        lambda tape, x: by_a_class(tape, abs(x)),
        lambda tape, x: by_a_class(tape, x)[::-1],
        edited(PROGRAM, (RETURN, "return duals[-2]")),
        edited(PROGRAM, ("u, du = duals[i]", "u, du = duals[i - 1]")),
        edited(PROGRAM, (TANH, "du * (abs(u) < 1)")),
        edited(PROGRAM, (SUM, "du + dv if i != j else du")),
        edited(PROGRAM, (PRODUCT, "du * v + u * dv if i != j else du * v")),
    ),
)  # fmt: skip
