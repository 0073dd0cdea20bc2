"""What is said of the signs: what an instrument would show, and what it shows, as clauses of a sentence."""

import numpy as np

from ..text import listed, short

# {sign: {case: (what would be seen, what is seen)}}, without a capital and a full stop; in braces, the sign's numbers.
SIGNS = {
    "inputs": {
        "scaled": ("the training inputs would be scaled", "the training inputs are scaled (spread {spreads})"),
        "wide": (
            "the inputs would be far from mean 0 and spread 1",
            "the inputs have means up to {mean} and spreads up to {high}",
        ),
        "constant": (
            "one of the inputs would have the spread 0",
            "input {column} has the spread 0: it is the same for every example",
        ),
    },
    "test_inputs": {
        "alike": ("test inputs would look like training inputs", "the test inputs look like those of training"),
        "other": (
            "the test inputs would be on another scale than those of training",
            "the test inputs have means up to {mean}, where those of training are near 0",
        ),
    },
    "batches": {
        "mixed": ("batches would hold all classes", "a batch holds {classes} of the {all} classes on average"),
        "one class": ("many batches would hold one class only", "{alone} of the batches looked at hold one class only"),
    },
    "rows": {
        "all": ("all rows of training would be used", "all {all} rows are used"),
        "few": ("the same few rows would be used in every step", "in {steps} steps {used} of the {all} rows are used"),
    },
    "start": {
        "chance": ("the loss would start near chance", "the loss starts at {loss}, near chance ({chance})"),
        "high": ("the loss would start far above chance", "the loss starts at {loss}, {times} times that of chance"),
    },
    "train": {
        "learned": ("the training loss would fall", "the training loss falls to {loss} (chance: {chance})"),
        "hardly": ("the training loss would stay near chance", "the training loss ends at {loss} (chance: {chance})"),
        "worse": ("the training loss would rise far above chance", "the training loss {ends}"),
    },
    "test": {
        "with": ("the test loss would go with the training loss", "the test loss ({loss}) goes with that of training"),
        "apart": (
            "the test loss would rise while that of training falls",
            "the test loss rises to {loss} while that of training falls to {train}",
        ),
    },
    "least": {
        "near 0": (
            "nearly all examples would be right, and the surest would have a loss near 0",
            "{right} of the training examples are right, and the surest has the loss {least}",
        ),
        "unlearned": ("many of the examples would be wrong", "{right} of the training examples are right"),
        "floor": (
            "nearly all would be right, and yet no example would have a loss below {floor}",
            "{right} are right, and yet no example has a loss below {least}",
        ),
    },
    "hidden": {
        "ordinary": (
            "the activations would be spread out, within their range",
            "the activations are spread out, within their range ({low} to {high})",
        ),
        "zero": (
            "every example would give the same hidden activations",
            "every example gives the same hidden activations at the start",
        ),
        "small": (
            "the activations of layer 2 would be nearly the same for all examples",
            "the activations of layer 2 have the spread {spread} at the start",
        ),
        "saturated": (
            "most of layer 1 would be saturated at the start",
            "{flat} of layer 1 are saturated at the start",
        ),
        "beyond": (
            "the hidden layers would hold numbers that the activation cannot give",
            "the hidden layers hold numbers from {low} to {high}, which the activation cannot give",
        ),
    },
    "dead": {
        "few": ("few units would be dead", "{share} of the hidden units are dead at the start"),
        "many": ("most units would be dead at the start", "{share} of the hidden units are dead at the start"),
    },
    "check": {
        "passes": ("the gradient check would pass", "the gradient check passes (largest error {error})"),
        "sign": ("the check would show −1 times the right gradient", "{failure}"),
        "sum": ("the check would show 32 times the right gradient", "{failure}"),
        "weights": ("the check would fail in the weights alone", "{failure}"),
        "biases 0": ("the check would show 0 for the biases and pass for the weights", "{failure}"),
        "biases": ("the check would fail in the biases alone, and not with 0", "{failure}"),
        "first layer": ("the check would fail in layer 1 alone", "{failure}"),
        "below": ("the check would fail in layers 1 and 2, in every step", "{failure}"),
        "below, near": (
            "the check would fail in layers 1 and 2, with a factor near 1 in W2",
            "{failure}",
        ),
        "below, shrinking": (
            "the check would fail in layers 1 and 2, less and less as the steps get shorter",
            "{failure}",
        ),
        "other": ("", "{failure}"),
    },
    "later": {
        "same": ("the check would say the same of later batches", "the check says the same of later batches"),
        "fails": (
            "the check would pass for the first batch and fail for later ones",
            "the check passes for the first batch and fails at step {step} (error {error})",
        ),
    },
    "ratio": {
        "usual": (
            "the update-to-weight ratios would be neither huge nor tiny",
            "the update-to-weight ratio of the first steps is about {usual}",
        ),
        "large": (
            "the first updates would be about as large as the weights",
            "a first update has {largest} times the length of its weights",
        ),
        "tiny": (
            "updates would be below a ten-thousandth of the weights",
            "the update-to-weight ratio of the first steps is about {usual}",
        ),
        "frozen": ("the ratio of layer 1 would be 0", "the update-to-weight ratio of layer 1 is 0 in every step"),
    },
    "move": {
        "alpha": (
            "Adam's first step would move no parameter by more than its usual α, 0.01",
            "Adam's first step moves no parameter by more than its usual α, 0.01",
        ),
        "more": (
            "Adam's first step would be 3.16 times its usual α, 0.01",
            "Adam's first step moves a parameter by {times} times its usual α, 0.01",
        ),
        "far more": ("", "Adam's first step moves a parameter by {times} times its usual α, 0.01"),
    },
    "twice": {
        "same": ("the test would give the same loss twice", "the test, asked twice, gives {one} both times"),
        "differ": ("the same test would give another loss each time", "the test, asked twice, gives {one} and {two}"),
    },
}  # fmt: skip

ENDS = ("rises to {loss} (chance: {chance})", "overflows in step {overflow}")
FAILS = "the gradient check fails in {wrong} (largest error {error}{factor})"
FACTOR = ": {factor} times the right one"
SHARES = ("alone", "flat", "share", "right")  # numbers that are shown as per cent
WHOLE = ("column", "used", "all", "steps", "step", "overflow")
TWICE = ("one", "two")  # numbers that are compared with each other


def would(sign, case, numbers):
    """What the instrument would show, as a clause."""
    return SIGNS[sign][case][0].format(**_texts(numbers))


def seen(sign, case, numbers):
    """What the instrument shows, as a clause."""
    return SIGNS[sign][case][1].format(failure=_failure(numbers), **_texts(numbers))


def sentence(clause):
    return clause[:1].upper() + clause[1:]


def _texts(numbers):
    texts = {name: _text(name, x) for name, x in numbers.items() if name != "wrong"}
    if "low" in texts and "high" in texts:
        texts["spreads"] = " to ".join(dict.fromkeys((texts["low"], texts["high"])))
    return texts | {"ends": ENDS[bool(numbers.get("overflow"))].format(**texts) if "overflow" in numbers else ""}


def _text(name, x):
    if name in SHARES:
        return f"{100 * x:.0f} %"
    if name in WHOLE:
        return str(x)
    if name == "error":
        return short(x, ".1g", 1e-3, 1e3, ".0e")
    return short(x, ".4f" if name in TWICE else ".3g", 1e-3, 1e4)


def _failure(numbers):
    if not numbers.get("wrong"):
        return ""
    factor = numbers["factor"]
    factor = FACTOR.format(factor=short(round(factor, 2) + 0.0, ".3g", 0)) if np.isfinite(factor) else ""
    return FAILS.format(wrong=listed(numbers["wrong"]), error=_text("error", numbers["error"]), factor=factor)
