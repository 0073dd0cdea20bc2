"""What an instrument shows: of each sign, which of a few cases it is, and the numbers behind that.

A sign is a function of a Record that gives (case, numbers); the first number is the one whose size decides. The words
for each case stand in `words`. USUAL has the cases that a right program shows.
"""

import numpy as np

from .data import TRAINING
from .program import BATCH, L
from .record import WRONG

WIDE, SPREAD_APART = 5, 3  # inputs beyond the first are not scaled; a test part is another beyond the second
HIGH, LEARNED, ABOVE = 1.6, 0.5, 1.15  # times the loss of chance
SMALL, FLAT, MOST = 0.02, 0.05, 0.6  # of activations; of slopes, beside the steepest; of units
LARGE, TINY = 0.25, 1e-4  # of update-to-weight ratios
FIRST = 20  # steps that count as the first ones
SURE = 0.75  # a share of right answers with which some example should have a loss near 0
SHOWN, UNCORRECTED = 1.5, 0.1 / np.sqrt(0.001)  # times alpha: Adam's first step is alpha; without its correction
NOTHING = ""  # the case of a sign that says nothing of this program
RIGHT = {"sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, np.inf)}  # the range of each activation


def inputs(record):
    X = record.program.X
    mean, spread = np.abs(X.mean(axis=0)).max(), X.std(axis=0)
    numbers = {"high": spread.max(), "mean": mean, "low": spread.min(), "column": 1 + int(spread.argmin())}
    if spread.min() < 1e-9:
        return "constant", {"low": spread.min()} | numbers
    return ("wide" if max(mean, spread.max()) > WIDE else "scaled"), numbers


def test_inputs(record):
    X, other = record.program.X, record.program.X_test
    scale = np.maximum(X.std(axis=0), 1e-9)
    away = np.abs(other.mean(axis=0) - X.mean(axis=0)) / scale
    away = away[X.std(axis=0) > 1e-9]
    numbers = {"away": away.max(), "mean": np.abs(other.mean(axis=0)).max(), "spread": other.std(axis=0).max()}
    return ("other" if away.max() > SPREAD_APART else "alike"), numbers


def batches(record):
    found = [len(np.unique(record.batch(i)[1])) for i in range(len(record.moments))]
    alone = float(np.mean(np.array(found) == 1))
    return ("one class" if alone > 0.3 else "mixed"), {"alone": alone, "classes": np.mean(found), "all": record.classes}


def rows(record):
    used = record.seen[-1]
    return ("few" if used <= BATCH else "all"), {"used": used, "all": TRAINING, "steps": len(record.seen) - 1}


def start(record):
    times = record.train[0] / record.chance
    return ("high" if times > HIGH else "chance"), {"times": times, "loss": record.train[0], "chance": record.chance}


def train(record):
    times = record.train[-1] / record.chance
    numbers = {"times": times, "loss": record.train[-1], "chance": record.chance, "overflow": record.overflow}
    if record.overflow or not times <= ABOVE:
        return "worse", numbers
    return ("learned" if times < LEARNED else "hardly"), numbers


def test(record):
    times = record.test[-1] / record.chance
    numbers = {"times": times, "loss": record.test[-1], "train": record.train[-1], "chance": record.chance}
    return ("apart" if times > ABOVE and train(record)[0] == "learned" else "with"), numbers


def least(record):
    """The lowest loss that an example can have if softmax is taken twice is that of the probabilities 1, 0, ..., 0."""
    floor, right = np.log(1 + (record.classes - 1) / np.e), record.right[-1]
    numbers = {"least": record.least(len(record.moments) - 1), "floor": floor, "right": right}
    if right < SURE:
        return "unlearned", numbers
    return ("floor" if numbers["least"] > 0.99 * floor else "near 0"), numbers


def hidden(record):
    activation = record.program.case.activation
    (z, a), (low, high) = record.trained(0), RIGHT[activation]
    every = [layers[l] for i in (0, len(record.moments) - 1) for layers in (record.trained(i)[1],) for l in (1, 2)]
    lowest, highest = min(part.min() for part in every), max(part.max() for part in every)
    first, second = (float(a[l].std(axis=0).mean()) for l in (1, 2))
    slopes = record.program.g.derivative(z[1])
    flat = float(np.mean(slopes < FLAT * slopes.max())) if activation != "relu" else 0.0  # there `dead` says more
    outside = np.mean([np.mean((part < low - 1e-9) | (part > high + 1e-9)) for part in every])
    numbers = {"outside": outside, "low": lowest, "high": highest, "flat": flat, "spread": second}
    if outside:
        return "beyond", numbers
    if first == 0:
        return "zero", {"spread": first} | numbers
    if second < SMALL and first < 10 * SMALL and flat < MOST:
        return "small", {"spread": second} | numbers
    return ("saturated" if flat > MOST else "ordinary"), {"flat": flat} | numbers


def dead(record):
    share = record.dead(0)
    most = sum(share.values()) / len(share)
    return ("many" if most > MOST else "few"), {"share": most, "first": share[1], "second": share[2]}


def _failing(checks):
    return [name for name, check in checks.items() if check.error > WRONG]


def _error(checks):
    return max((check.error for check in checks.values() if check.error >= 0), default=0.0)


def check(record):
    """Which arrays of the first gradient are wrong, and how."""
    found = record.check(0)
    wrong = _failing(found)
    numbers = {"error": _error(found), "wrong": wrong, "factor": np.nan}
    factors = {name: found[name].factor for name in wrong if found[name].rest < 0.01}
    if wrong and len(factors) == len(wrong) and np.ptp(list(factors.values())) < 0.01:
        numbers["factor"] = float(np.mean(list(factors.values())))
    return _kind_of_failure(record, found, wrong, numbers["factor"]), numbers


def _kind_of_failure(record, found, wrong, factor):
    weights, biases = (sorted(name for name in found if name[0] == kind) for kind in "Wb")
    if not wrong:
        return "passes"
    if len(wrong) == 2 * L and np.isfinite(factor):
        return "sign" if abs(factor + 1) < 0.01 else "sum" if abs(factor - BATCH) < 0.1 else "other"
    if sorted(wrong) == weights:
        return "weights"
    if set(wrong) <= set(biases):
        return "biases 0" if abs(factor) < 0.01 else "biases"
    if set(wrong) <= {"W1", "b1"}:
        return "first layer"
    if set(wrong) <= {"W1", "b1", "W2", "b2"}:
        late = record.check(record.at(200))
        if max(late["W2"].error, late["b2"].error) < 0.1:
            return "below, shrinking"
        near = record.program.case.activation != "relu" and found["W2"].factor < 3
        return "below, near" if near else "below"
    return "other"


def later(record):
    """Whether a gradient that was right for the first batch is right for later ones."""
    i = [record.at(step) for step in (10, 100)]
    errors = [_error(record.check(k)) for k in i]
    fails = check(record)[0] == "passes" and errors[0] > WRONG
    return ("fails" if fails else "same"), {"error": errors[0], "step": record.moments[i[0]].step}


def ratio(record):
    first = {l: np.array(record.ratio[l][:FIRST]) for l in record.ratio}
    largest = max(float(first[l][:10].max()) for l in (1, 2))
    usual = max(float(np.median(first[l])) for l in first)
    numbers = {"largest": largest, "usual": usual, "layer1": float(np.max(record.ratio[1]))}
    if not np.isfinite(largest):
        return NOTHING, numbers
    if largest > LARGE:
        return "large", numbers
    if 0 < usual < TINY:
        return "tiny", {"usual": usual} | numbers
    if numbers["layer1"] == 0 and usual > 0:
        return "frozen", {"layer1": 0.0} | numbers
    return "usual", numbers


def move(record):
    times = record.move / record.alpha
    if record.program.case.rule != "adam":
        return NOTHING, {"times": times}
    return ("alpha" if times < SHOWN else "more" if times < 2 * UNCORRECTED else "far more"), {"times": times}


def twice(record):
    one, two = record.asked_twice(len(record.moments) - 1)
    return ("differ" if one != two else "same"), {"apart": abs(one - two), "one": one, "two": two}


SIGNS = {
    sign.__name__: sign
    for sign in (inputs, test_inputs, batches, rows, check, later, start, hidden, dead, ratio, move, twice, least)
    + (train, test)
}
USUAL = {
    "inputs": ("scaled",), "test_inputs": ("alike",), "batches": ("mixed",), "rows": ("all",), "check": ("passes",),
    "later": ("same",), "start": ("chance",), "hidden": ("ordinary",), "dead": ("few",), "ratio": ("usual",),
    "move": ("alpha",), "twice": ("same",), "least": ("near 0",), "train": ("learned",), "test": ("with",),
}  # fmt: skip
