"""Reverse mode over a tape, with four planted bugs to mend."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import gradient

from .common import tapes
from .common.edits import edited, slips, solution

PROGRAM = solution("mended_sweep")
ALL = "add", "mul", "tanh"


def number(rng):
    return float(rng.uniform(0.5, 1.6) * rng.choice([-1, 1]))


def _case(rng, n, tape):
    return {"tape": tape, "x": np.array([number(rng) for _ in range(n)])}


def random_case(rng, n, length):
    case = _case(rng, n, ())
    return case | {"tape": tapes.random_tape(rng, case["x"], length, ALL)}


def inputs(rng):
    small = [
        (2, (("add", 0, 1), ("mul", 2, 0))),
        (1, (("mul", 0, 0), ("add", 1, 1), ("tanh", 2, None), ("mul", 3, 1))),
        (1, (("tanh", 0, None),)),
        (1, (("add", 0, 0),)),
        (2, (("mul", 1, 1),)),
        (3, ()),
        (3, (("mul", 0, 1), ("add", 2, 3), ("tanh", 4, None), ("tanh", 5, None), ("mul", 5, 6), ("add", 7, 4))),
        (2, (("add", 0, 0), ("add", 2, 2), ("add", 3, 3), ("mul", 1, 1), ("mul", 4, 5))),
        (2, (("mul", 0, 1), ("tanh", 2, None), ("add", 0, 0))),  # not all of it is used
        (1, (("tanh", 0, None), ("add", 0, 1), ("add", 0, 2), ("add", 0, 3), ("mul", 4, 3))),
    ]
    cases = [_case(rng, *each) for each in small]
    cases += [random_case(rng, n, length) for n, length in ((3, 5), (5, 9), (4, 12), (6, 3), (2, 30))]
    return cases


def wide(rng):
    return random_case(rng, int(rng.integers(1, 6)) if rng.random() < 0.8 else 25, int(rng.integers(0, 14)))


def truth(tape, x):
    return gradient(lambda x: tapes.run(tape, x)[-1], x)


# ----- right answers


class Value:
    def __init__(self, data, parents=(), push=None):
        self.data, self.grad, self.parents, self.push = data, 0.0, parents, push


def operation(data, *parents_and_locals):
    def push():
        for parent, local in parents_and_locals:
            parent.grad += out.grad * local

    out = Value(data, tuple(parent for parent, _ in parents_and_locals), push)
    return out


def by_the_class(tape, x):
    nodes = [Value(float(v)) for v in x]
    for name, i, j in tape:
        a, b = nodes[i], nodes[j] if j is not None else None
        if name == "add":
            nodes.append(operation(a.data + b.data, (a, 1.0), (b, 1.0)))
        elif name == "mul":
            nodes.append(operation(a.data * b.data, (a, b.data), (b, a.data)))
        else:
            nodes.append(operation(np.tanh(a.data), (a, 1 / np.cosh(a.data) ** 2)))
    nodes[-1].grad = 1.0
    for node in reversed(nodes):
        if node.push:
            node.push()
    return [node.grad for node in nodes[: len(x)]]


def forward_mode(tape, x):
    """A dual number with a slope for each entry of x."""
    values, slopes = list(x), list(np.eye(len(x)))
    for name, i, j in tape:
        if name == "add":
            slopes.append(slopes[i] + slopes[j])
        elif name == "mul":
            slopes.append(slopes[i] * values[j] + slopes[j] * values[i])
        else:
            slopes.append(slopes[i] / np.cosh(values[i]) ** 2)
        values.append(tapes.OPERATIONS[name](values, i, j))
    return slopes[-1]


def asking(tape, x):
    """Each value sums over those who use it."""
    values, count = tapes.run(tape, x), len(x)
    grads = [0.0] * (len(values) - 1) + [1.0]
    for node in range(len(values) - 2, -1, -1):
        for k, (name, i, j) in enumerate(tape, start=count):
            if name == "tanh":
                grads[node] += grads[k] * (1 - values[k] ** 2) * (i == node)
            elif name == "add":
                grads[node] += grads[k] * ((i == node) + (j == node))
            else:
                grads[node] += grads[k] * (values[j] * (i == node) + values[i] * (j == node))
    return np.array(grads[:count])


def uses(case):
    """For every value how often it is read."""
    return np.bincount([i for triple in case["tape"] for i in tapes.read(triple)], minlength=1)


def names(case):
    return [triple[0] for triple in case["tape"]]


ORDER = (
    "for k in range(len(values) - 1, len(x) - 1, -1):        # from the last to the first\n"
    "        name, i, j = tape[k - len(x)]\n",
    "for k, (name, i, j) in enumerate(tape, start=len(x)):\n",
)
FORGETS = "grads[i] +=", "grads[i] ="
FORGETS_J = "grads[j] +=", "grads[j] ="
INPUT = "1 - values[k] ** 2", "1 - values[i] ** 2"
ADD = "            grads[i] += grads[k]\n            grads[j] += grads[k]\n"
MUL = "            grads[i] += grads[k] * values[j]\n            grads[j] += grads[k] * values[i]\n"
TWICE = "            grads[j]", "            if i != j:\n                grads[j]"
START, RETURN = "grads[-1] = 1.0", "return grads[: len(x)]"
slip, wrong = slips(PROGRAM), partial(edited, PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"gradient": 4},
    passed="New gradients in every call, from the last operation to the first, += wherever messages meet, and the "
    "slope of tanh from what it put out.",
    shapes={"x": "n"},
    room={
        "an empty tape": lambda case: not case["tape"],
        "a single operation": lambda case: len(case["tape"]) == 1,
        "the same value twice in one operation": lambda case: any(i == j for _, i, j in case["tape"]),
        "a value that is used more than once": lambda case: uses(case).max() > 1,
        "a tanh": lambda case: "tanh" in names(case),
        "a product": lambda case: "mul" in names(case),
        "a sum": lambda case: "add" in names(case),
        "values that the last one is not made of": lambda case: (
            len(tapes.leads(case["tape"], len(case["x"]))) < len(case["x"]) + len(case["tape"])
        ),
        "more than 20 operations": lambda case: len(case["tape"]) > 20,
    },
    ask={"gradient": "Write the gradient of every value of this tape on paper, from the last to the first: where do "
         "you and the program part?"},
    fixed=("tape",),
    wide=wide,
    misconceptions=(
        slip("order_left", "Most gradients are still 0 when they are passed on. Which node has heard everybody at the "
             "start: the first or the last?", ORDER),
        slip("overwritten", "Where two messages meet at a value, only one of them is left. What belongs there: `=` or "
             "`+=`?", FORGETS, FORGETS_J),
        slip("slope_of_the_input", "Right until a tanh comes. The formula 1 − a² takes what tanh put out: which value "
             "does it get here?", INPUT),
        slip("order_and_overwriting_left", "Most gradients are still 0 when they are passed on, and where two messages "
             "meet one is lost. In which order do nodes speak?", ORDER, FORGETS, FORGETS_J),
        slip("order_and_slope_left", "Most gradients are still 0 when they are passed on, and the slope of tanh is "
             "taken from its input. Which of the two do you mend first?", ORDER, INPUT),
        slip("overwriting_and_slope_left", "Where two messages meet one is lost, and the slope of tanh is taken from "
             "its input. Which of the two do you mend first?", FORGETS, FORGETS_J, INPUT),
        slip("three_left", "The gradients are new in every call, and the other three bugs are still there. In which "
             "order do nodes speak?", ORDER, FORGETS, FORGETS_J, INPUT),
        slip("overwritten_in_sums", "In a sum a message takes the place of what was there. What belongs there: `=` or "
             "`+=`?", (ADD, ADD.replace("+=", "="))),
        slip("overwritten_in_products", "In a product a message takes the place of what was there. What belongs there: "
             "`=` or `+=`?", (MUL, MUL.replace("+=", "="))),
        slip("overwritten_at_tanh", "At a tanh a message takes the place of what was there. What belongs there: `=` or "
             "`+=`?", ("grads[i] += grads[k] * (1", "grads[i] = grads[k] * (1")),
        slip("only_j_overwritten", "The messages to the second input of an operation take the place of what was there. "
             "What belongs there: `=` or `+=`?", FORGETS_J),
        slip("only_i_overwritten", "The messages to the first input of an operation take the place of what was there. "
             "What belongs there: `=` or `+=`?", FORGETS),
        slip("twins_hear_once", "Where both inputs of a sum are the same value, it hears only once. What is the slope "
             "of x + x?", (ADD, ADD.replace(*TWICE))),
        slip("squares_hear_once", "Where both factors of a product are the same value, it hears only once. What is the "
             "slope of x · x?",
             (MUL, MUL.replace(*TWICE))),
        slip("own_value", "A factor gets the message times its own value. Times which value should it be?",
             (MUL, "            grads[i] += grads[k] * values[i]\n            grads[j] += grads[k] * values[j]\n")),
        slip("product_as_sum", "A product hands its message on as a sum does. What is the slope of x · y in x?",
             (MUL, ADD)),
        slip("tanh_slope_once_more", "The slope of tanh is taken at what it put out, once too often. Does 1 − a² not "
             "hold tanh already?", ("values[k] ** 2", "np.tanh(values[k]) ** 2")),
        slip("tanh_ignored", "A tanh hands its message on as it is. How steep is it there?",
             (" * (1 - values[k] ** 2)", "")),
        slip("message_ignored", "At a tanh the message is not there. What is a slope multiplied by?",
             ("grads[k] * (1 - values[k] ** 2)", "(1 - values[k] ** 2)")),
        slip("start_missing", "All zero. How does the last value answer to itself?", (START, "pass")),
        slip("every_value_started", "It looks as if every value began with 1. Of which one is the gradient asked for?",
             ("np.zeros", "np.ones")),
        slip("first_operation_left_out", "The first operation of the tape never speaks. Where does the range end?",
             ("len(x) - 1, -1", "len(x), -1")),
        slip("last_operation_left_out", "The last operation of the tape never speaks. Where does the range begin?",
             ("range(len(values) - 1,", "range(len(values) - 2,")),
        slip("values_for_gradients", "The values of x came back. What is asked for?", (RETURN, "return x.copy()")),
        slip("end_of_the_list", "These are the gradients of the last n values. Where in the list do those of x stand?",
             (RETURN, "return grads[-len(x) :]")),
    ),
    right=(by_the_class, forward_mode, asking),
    wrong=(
        wrong(("grads = np.zeros(len(values))", "grads = np.zeros(20)"), ("[-1]", "[len(values) - 1]")),
        wrong((RETURN, "return grads")),
        wrong((RETURN, "return np.sign(grads[: len(x)])")),
        wrong((START, "grads[-1] = values[-1]")),
        wrong(("grads = np.zeros(len(values))", "grads = np.array(values)"), (START, "grads[:-1], grads[-1] = 0.5, "
            "1.0")),
        wrong(("tape[k - len(x)]", "tape[k - len(x) - 1]")),
        lambda tape, x: by_the_class(tape[-20:] if len(tape) < 20 else tape[:20], x),
        lambda tape, x: by_the_class(tape, np.abs(x)),
        lambda tape, x: np.squeeze(by_the_class(tape, x)),
    ),
)  # fmt: skip
