"""What an explorer of a calculation says: each line in a sentence, and its formulas in the letters of a textbook."""

import re

from ..symbols import number
from ..text import minus, raised, short
from .base import SHARPNESS, font

SENTENCES = {
    "z": "Each value that comes in times its weight, summed, plus the bias.",
    "z, no bias": "Each value that comes in times its weight, summed.",
    "E": "The loss is the sum over the outputs.",
    "E, one": "The loss is that of the only output.",
    "E, mean": "The loss is the mean over the outputs.",
    "E, softmax": "Minus the logarithm of the probability that the target gets.",
    "E, penalty": "What the outputs give, plus the penalty on the weights.",
    "R": "The penalty: half of λ times the sum of all squared weights.",
    "C": "The mean over the examples.",
    "C, penalty": "The mean over the examples, plus the penalty on the weights.",
    "g'": "How steep the {curve} is at this sum.",
    "delta(o": "How the loss answers to this sum: error times slope.",
    "delta(o, logits": "How the loss answers to this sum: probability minus target.",
    "delta(h": "What the next layer sends back through the weights, times the slope.",
    "dE/dw": "The delta of the unit it goes into, times the value it carries.",
    "dE/dw, mean": "The delta of the unit it goes into, times the value it carries: the mean.",
    "dE/dw, penalty": "Delta times value, and what the penalty adds: λ times the weight.",
    "dE/db": "The units share this bias, so their deltas add up.",
    "dE/db, unit": "A bias is added to the sum as it is: the delta of its unit.",
    "dE/db, mean": "The deltas of its units: the mean over the examples.",
    "new": "One step downhill: the weight minus the rate times the slope.",
    "new, bias": "One step downhill: the bias minus the rate times the slope.",
}
VALUES = {  # what a unit makes of its sum
    "identity": "The identity passes the sum on as it is.",
    "sigmoid": "The sigmoid squeezes the sum into the range 0 to 1.",
    "tanh": "The tanh squeezes the sum into the range −1 to 1.",
    "relu": "The ReLU passes on what is above 0, and makes 0 of the rest.",
    "leaky_relu": "The leaky ReLU passes on what is above 0, and a small share of the rest.",
    "prelu": "The ReLU passes on what is above 0, and a share of the rest.",
    "elu": "The ELU passes on what is above 0, and bends the rest.",
    "softplus": "The softplus is a ReLU without a corner.",
    "gelu": "The GELU passes on a share of the sum: that of a bell curve below it.",
    "silu": "The SiLU passes on a share of the sum: its own sigmoid.",
    "softmax": "The softmax: e to this sum, as a share of all of them.",
}
HELPERS = {
    "gelu": "The share of the bell curve that lies below the sum.",
    "silu": "The sigmoid of the sum, which the next line needs.",
}
CURVES = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "prelu": "ReLU", "elu": "ELU", "gelu": "GELU", "silu": "SiLU"}
SHARES = {
    "half_squared_error": "Half the squared distance between output and target.",
    "mse": "The squared distance between output and target.",
    "mean_absolute_error": "The distance between output and target.",
    "huber": "The distance between output and target: squared near by, straight far away.",
    "binary_cross_entropy": "Minus the logarithm of the probability that the target gets.",
}
LETTERS = (
    ("delta", "δ"),
    ("alpha", "α"),
    ("lambda", "λ"),
    ("dE/d", "∂E/∂"),
    ("dC/d", "∂C/∂"),
    ("**2", "²"),
    ("*", " · "),
    ("<=", "≤"),
    ("g'", "g′"),
)


def sentence(lines, name):
    """What a line of `lines`, a Lines, does, in words."""
    f, kind, about = lines.formulas, lines.kind(name), lines.about(name)
    layer = lines.layer(lines.biases[about][0] if about in lines.biases else about)
    applied = layer and f.on_logits(layer)
    curve = applied or (f.g[layer].name.partition("(")[0] if layer else "")
    if kind == "a":
        return VALUES[curve]
    if kind == "s":
        return HELPERS[curve]
    if kind == "E(":
        return SHARES[f.loss.name.partition("(")[0]]
    if kind == "g'":
        return SENTENCES[kind].format(curve=CURVES.get(curve, curve))
    more = {
        "z": "" if layer is None or f.bias[layer] else "no bias",
        "E": "penalty" if f.l2 and f.n == 1 else _outputs(f),
        "C": "penalty" if f.l2 else "",
        "delta(o": "logits" if applied else "",
        "dE/dw": "penalty" if f.l2 else "mean" if f.n > 1 else "",
        "dE/db": "mean" if f.n > 1 else "unit" if layer and f.bias[layer] == "unit" else "",
        "new": "" if about in lines.edges else "bias",
    }.get(kind, "")
    return SENTENCES[f"{kind}, {more}" if more else kind]


def _outputs(f):
    if f.loss.on_logits == "softmax":
        return "softmax"
    return "one" if f.sizes[-1] == 1 else "mean" if f.costs.mean else ""


def brief(x):
    """Four decimals, or three significant digits where those would show nothing; what is only rounding is called so."""
    if abs(x) < 1e-12:
        return "≈ 0" if x else "0"
    return _written(x, 4)


def compact(x):
    """As `brief`, and no more than five digits of a large number."""
    return brief(x) if abs(x) < 10 else short(x, ".5g", 0, 1e4, far=".2e")


def telling(new, old):
    """`new`, with as many digits as it takes to differ from `old`; called ≈ where eight do not show it."""
    if new == old or abs(new) < 1e-12:
        return brief(new)
    texts = (_written(new, digits) for digits in range(4, 9) if _written(new, digits) != _written(old, digits))
    return next(texts, f"≈ {brief(new)}")


def _written(x, digits):
    return short(x, f".{digits}f", 1e-3, 1e4, far=f".{digits - 2}e")


def pretty(text):
    """A line of a calculation in the letters of a textbook."""
    for plain, letter in LETTERS:
        text = text.replace(plain, letter)
    return minus(re.sub(r"e([+-])0*(\d+)", lambda match: f" × 10{raised(int(match[1] + match[2]))}", text))


def spoken(x):
    """With nine decimals or nine digits, as a line of a calculation has it."""
    return pretty(number(x) if abs(x) < 1e6 else f"{x:.8e}")


def width(text, size=11):
    """Of a Label, CSS pixels."""
    return font(size, False).getlength(text) / SHARPNESS


def fitted(text, room, size):
    """The text, if it is no wider than `room`; else its beginning and its end."""
    words, head, tail = text.split(" "), [], []
    if width(text, size) <= room:
        return text
    while words and width(" ".join([*head, "…", *tail, words[0], words[-1]]), size) < room:
        head.append(words.pop(0))
        if words:
            tail.insert(0, words.pop())
    return " ".join([*head, "…", *tail])
