"""Printed examples of others, as data: the network in a call, what is printed, and what of it is wrong."""

from typing import NamedTuple

import bpcourse as bp
from bpcourse.examples import Example


class Printed(NamedTuple):
    """example; printed: {name: text}; wrong: [(name, why)] of the roots; follows: names; mistake: of the first."""

    example: Example
    printed: dict
    wrong: list = []
    follows: list = []
    mistake: str | None = None


def table(text):
    """{name: number} of lines "name number, name number"."""
    pairs = (entry.rpartition(" ") for entry in text.replace("\n", ",").split(",") if entry.strip())
    return {name.strip(): number for name, _, number in pairs}


FIRST = "the output weights were updated first, so the hidden deltas see the new ones"

EXAMPLES = {
    "appendix 3-2-1": Printed(
        bp.example(
            [1, 0, 1], [1], [0.2, -0.3, 0.4, 0.1, -0.5, 0.2, -0.3, -0.2], [[-0.4, 0.2], [0.1]], sizes=(3, 2, 1),
            order="columns", learning_rate=0.9,
        ),
        table("""z(h1) -0.7, a(h1) 0.332, z(h2) 0.1, a(h2) 0.525, z(o1) -0.105, a(o1) 0.474, -delta(o1) 0.1311
            -delta(h2) -0.0065, -delta(h1) -0.0087, new w7 -0.261, new w8 -0.138, new w1 0.192, new w2 -0.306, new w3 0.4
            new w4 0.1, new w5 -0.508, new w6 0.194, new b(o1) 0.218, new b(h2) 0.194, new b(h1) -0.408"""),
    ),
    "2-2-3 with ReLU and softmax": Printed(
        bp.example(
            [16, -6], [0, 0, 1], [[[0.18, 0.04], [0.1, 0.22]], [[0.19, -0.1, 0.1], [-0.02, -0.01, 0.04]]],
            [[0, 0], [0, 0, 0]], order="columns", hidden=bp.relu, output=bp.softmax, loss=bp.cross_entropy,
        ),
        table("""z(h1) 2.28, z(h2) -0.68, a(h1) 2.28, a(h2) 0, z(o1) 0.4332, z(o2) -0.228, z(o3) 0.228, E 1.051375468504
            delta(o1) 0.429052723714, delta(o2) 0.221490524653, delta(o3) -0.650543248367, dE/dw5 0.978240210068
            dE/dw6 0.504998396209, dE/dw7 -1.483238606277, dE/dw8 0, dE/dw9 0, dE/dw10 0, dE/db(o1) 0.429052723714
            dE/db(o2) 0.221490524653, dE/db(o3) -0.650543248367, delta(h1) -0.005683359796, delta(h2) 0
            dE/dw1 -0.09093376, dE/dw2 0, dE/dw3 0.03410016, dE/dw4 0, dE/db(h1) -0.00568336, dE/db(h2) 0"""),
    ),
    "2-2-1 without biases": Printed(
        bp.example([0.35, 0.9], [0.5], [[[0.1, 0.8], [0.4, 0.6]], [0.3, 0.9]], learning_rate=1),
        table("""a(h1) 0.68, a(h2) 0.6637, a(o1) 0.69, -delta(o1) -0.0406
            new w5 0.272392, new w6 0.87305, -delta(h1) -2.406e-3, -delta(h2) -7.916e-3, new w1 0.09916, new w2 0.7978
            new w3 0.3972, new w4 0.5928"""),
        [("-delta(h1)", FIRST), ("-delta(h2)", FIRST)],
        ["new w1", "new w2", "new w3", "new w4"],
        "W2 updated before the hidden deltas",
    ),
    "3-2-1 with a penalty": Printed(
        bp.example(
            [0.6, 0.8, 0.7], [0], [[[0.1, 0.2], [0.3, 0.1], [0.5, 0]], [[0.1], [0.2]]], [[0.1, 0.1], [1]], order="columns",
            loss=bp.binary_cross_entropy, learning_rate=0.1, l2=0.1,
        ),
        table("""a(h1) 0.679178699175393, a(h2) 0.574442516811659, a(o1) 0.7654329236196236, delta(o1) 0.765
            delta(h1) 0.01667, delta(h2) 0.0374, dE/dw1 0.0200, dE/dw2 0.04244, dE/dw3 0.043336, dE/dw4 0.03992
            dE/dw5 0.060002, dE/dw6 0.02244, dE/dw7 0.5294, dE/dw8 0.45911, new w1 0.098, new w2 0.195756
            new w3 0.2956664, new w4 0.096008, new w5 0.4939998, new w6 -0.002244, new w7 0.04706, new w8 0.154089
            new b(h1) 0.098333, new b(h2) 0.09626, new b(o1) 0.9235"""),
        [(w, "it comes out with 0.6 for i3 (given as 0.7)") for w in ("dE/dw5", "dE/dw6")],
        ["new w5", "new w6"],
    ),
    "3-2-2 with softmax": Printed(
        bp.example(
            [1, 2, -1], [1, 0], [0.2, -0.3, 0.4, -0.5, 0.1, 0.2, 0.3, -0.1, 0.4, 0.2], [0.5, 0.1], sizes=(3, 2, 2),
            order=["rows", "columns"], output=bp.softmax, loss=bp.cross_entropy,
        ),
        table("""z(h1) -0.3, z(h2) 0, a(h1) 0.426, a(h2) 0.5, z(o1) 0.428, z(o2) 0.185, a(o1) 0.561, a(o2) 0.439
            E 0.579"""),
        [("z(o2)", "no known mistake gives it")],
        ["a(o1)", "a(o2)", "E"],
    ),
    "2-2-1 with ReLU": Printed(
        bp.example(
            [1, 2], [1], [[[0.3, -0.1], [0.2, 0.4]], [0.5, -0.3]], [[0, 0], [0]], hidden=bp.relu, output=bp.identity,
        ),
        table("""z(h1) 0.1, z(h2) 1.0, a(h1) 0.1, a(h2) 1.0, a(o1) -0.25, E 0.78125, delta(o1) -1.25, dE/dw5 -0.125
            dE/dw6 -1.25"""),
    ),
    "one sigmoid unit": Printed(
        bp.example([1, 2], [1], [0.5, -0.4], [0.1], sizes=(2, 1), learning_rate=0.1),
        table("""z(o1) -0.2, a(o1) 0.4502, E 0.1511, g'(o1) 0.2475, delta(o1) -0.1360, dE/dw1 -0.1360, dE/dw2 -0.2720
            dE/db1 -0.1360, new w1 0.5136, new w2 -0.3728, new b1 0.1136"""),
    ),
    "2-2-2 of a tutorial, part 6": Printed(
        bp.example([0, 1], [1, 0], [0.3, 0.8, 0.1, 0.1, 0.6, 0.4, 0.9, 0.9], [[0.5, 0.2], [0.4, 0.5]], sizes=(2, 2, 2)),
        table("""z(h1) 1.2, a(h1) 0.768525, z(h2) 0.3, a(h2) 0.574443, z(o1) 1.090892, a(o1) 0.74855, z(o2) 0.634297
            a(o2) 0.653463, -delta(o1) 0.047329"""),
        [
            ("z(h1)", "it comes out with 0.7 for w2 (given as 0.8), or with 0.9 for i2 (given as 1), or with 0.4 for b(h1) (given as 0.5)"),
            ("z(o2)", "it comes out with 0.1 for w7 and w8 (given as 0.9)"),
        ],
        ["a(h1)", "z(o1)", "a(o1)", "a(o2)", "-delta(o1)"],
    ),
    "S3": Printed(
        bp.example(
            [0.02, 0.04], [0.5, 0.9], [0.25, 0.25, 0.15, 0.20, 0.30, 0.35, 0.40, 0.35], [0.4, 0.7], sizes=(2, 2, 2),
            learning_rate=0.1, train_biases=False,
        ),
        table("z(o1) 1.091150525, E(o1) 0.01545028, E 0.025283526"),
        [("E(o1)", "the ½ of the loss was taken twice")],
        ["E"],
        "loss halved twice",
    ),
    "famous": Printed(
        bp.example(
            [0.05, 0.10], [0.01, 0.99], [0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55], [0.35, 0.60], sizes=(2, 2, 2),
            learning_rate=0.5, train_biases=False,
        ),
        table("E 0.298371109, new w5 0.35891648, new E 0.291027924"),
        [("new E", FIRST)],
        [],
        "W2 updated before the hidden deltas",
    ),
}  # fmt: skip
