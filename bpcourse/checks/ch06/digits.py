"""Chapter 06: a network from nothing but NumPy that reads handwritten digits; judged by what it can do."""

import types
from contextlib import suppress
from functools import partial

import numpy as np

from ...activations import identity, sigmoid, tanh
from ...datasets import digits
from ...losses import cross_entropy, one_hot
from ...network import Network
from ..engine import Misconception
from .digit_programs import by_library, fit, flat, lost, standardised, turned
from .observed import Observed

REACH, HELD_OUT, HIDDEN, FEW = 0.95, 360, 32, 160
LIBRARIES = ("sklearn", "torch", "tensorflow", "keras", "jax", "scipy")


class _Case(dict):
    """The arguments; `held_out`, images and labels that the answer never sees, goes beside them."""

    held_out = None


def _inputs(rng):
    """All training images; few; the same few again; the few with other names for the ten classes."""
    X, labels, X_test, labels_test = digits()
    X, labels = np.concatenate([X, X_test]), np.concatenate([labels, labels_test])
    order, seed = rng.permutation(len(X)), int(rng.integers(1000))
    names, other = rng.permutation(10), rng.permutation(10)
    X, digit = X[order], labels[order]
    whole, few = slice(HELD_OUT, None), slice(HELD_OUT, HELD_OUT + FEW)
    cases = []
    for part, name in ((whole, names), (few, names), (few, names), (few, other)):
        case = _Case(X=X[part].copy(), labels=name[digit[part]], hidden=HIDDEN, seed=seed)
        case.held_out = X[:HELD_OUT], name[digit[:HELD_OUT]]
        cases.append(case)
    return cases


# ----- what can be seen of an answer


def _uses(function, seen=None):
    """Whatever does the work in the place of the answer: a name, or ''. Goes through the answer's own helpers."""
    seen = set() if seen is None else seen
    code, known = getattr(function, "__code__", None), dict(getattr(function, "__globals__", {}))
    if code is None or code in seen:
        return ""
    seen.add(code)
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        with suppress(ValueError):  # a cell that is still empty
            known[name] = cell.cell_contents
    codes, names = [code], set()
    while codes:
        code = codes.pop()
        names |= set(code.co_names)
        names |= set(code.co_freevars)
        codes += [c for c in code.co_consts if isinstance(c, types.CodeType)]
    if "Network" in names:
        return "bp.Network"
    if {"datasets", "digits"} <= names:  # all the digits, those that the check keeps back among them
        return "bp.datasets.digits"
    for name in sorted(names):
        value = known.get(name)
        module = value.__name__ if isinstance(value, types.ModuleType) else str(getattr(value, "__module__", "") or "")
        root = (module or name).partition(".")[0]  # a name that is not known is what the answer itself imports
        if root in LIBRARIES:
            return root
        if value is Network or isinstance(value, Network):
            return "bp.Network"
        if value is digits:
            return "bp.datasets.digits"
        if (
            isinstance(value, types.FunctionType)
            and root not in ("numpy", "bpcourse")
            and (found := _uses(value, seen))
        ):
            return found
    return ""


def _before(function):
    used = _uses(function)
    return ("library", {"used": used}) if used else None


def _logits(params, X, g=lambda z: np.maximum(z, 0)):
    W1, b1, W2, b2 = params
    return g(X @ W1.T + b1) @ W2.T + b2


def _share_right(params, X, labels, **options):
    return float(np.mean(_logits(params, X, **options).argmax(axis=1) == labels))


def _look(cases, came):
    whole, few, again, other = (outcome.parts for outcome in came)
    X, labels = cases[0]["X"], cases[0]["labels"]
    expected = ((HIDDEN, X.shape[1]), (HIDDEN,), (10, HIDDEN), (10,))
    for params in (whole, few, again, other):
        for name, p, shape in zip(("W1", "b1", "W2", "b2"), params, expected, strict=True):
            if p.shape != shape:
                turned = p.ndim == 2 and p.shape == shape[::-1]
                return "transposed" if turned else "shapes", {"name": name, "came": p.shape, "expected": shape}
        if not all(np.isfinite(p).all() for p in params):
            return "not_finite", {}
    if np.ptp(whole[0], axis=0).max() <= 1e-9 * max(np.abs(whole[0]).max(), 1e-9):
        return "symmetric", {}
    if not all(np.allclose(p, q, rtol=1e-3, atol=1e-6) for p, q in zip(few, again, strict=True)):
        return "unseeded", {}
    W1, b1, W2, b2 = (np.array_equal(p, q) for p, q in zip(few, other, strict=True))  # is it still where it began?
    if W1 and W2:
        return "never_moved", {}
    if W1 or W2:
        return ("hidden_layer_frozen" if W1 else "output_layer_frozen"), {}
    if b1 or b2:
        return "biases_frozen", {}
    held, own = _share_right(whole, *cases[0].held_out), _share_right(whole, X, labels)
    if held >= REACH:
        return None
    return _why(whole, X, labels, own), {"held": held, "own": own, "reach": REACH}


def _why(params, X, labels, own):
    """The name for an accuracy that is too low on digits that the network has not seen."""
    Z = _logits(params, X)
    much_better = max(own + 0.02, REACH)
    if any(_share_right(params, X, labels, g=g) > much_better for g in (tanh.value, sigmoid.value, identity.value)):
        return "other_activation"
    others = standardised(X), X - X.mean(axis=0), X - X.mean(), 1 - X, 2 * X - 1, 16 * X
    if any(_share_right(params, changed, labels) > much_better for changed in others):
        return "other_inputs"
    if cross_entropy.value(Z, one_hot(labels, 10)).mean() > 1e3 and own < 0.2:
        return "uphill"
    if np.unique(Z.argmax(axis=1)).size == 1:
        return "one_answer"
    if own < 0.3:
        return "labels_apart"
    first, rest = (_share_right(params, X[rows], labels[rows]) for rows in (slice(0, 32), slice(32, None)))
    return "one_batch_only" if first > 0.85 and first > rest + 0.2 else "unfinished"


TRAIN_DIGITS = Observed(
    name="train_digits",
    inputs=_inputs,
    truth=fit,
    parts={"W1": 1, "b1": 1, "W2": 1, "b2": 1},
    points=6,
    look=_look,
    before=_before,
    passed=(
        "At least 95 % of 360 digits that your network had never seen are read correctly. You made every part of it."
    ),
    batch="X",
    misconceptions=(
        Misconception(
            "library",
            by_library,
            "Your answer uses `{used}`. This one is yours alone, with NumPy, and learns from `X` and `labels` only. "
            "Which of the exercises above have the parts you need?",
        ),
        Misconception(
            "transposed",
            turned,
            "`{name}` has the shape {came}; expected {expected}. To which axis of a weight matrix do the units of its "
            "own layer belong?",
        ),
        Misconception(
            "shapes",
            flat,
            "`{name}` has the shape {came}; expected {expected}. Which number of units gives each axis its length?",
        ),
        Misconception(
            "not_finite",
            lost,
            "Your parameters contain NaN or infinite numbers. Does an exponential overflow, is the logarithm of 0 "
            "taken, is the learning rate far too high, or does each step go uphill?",
        ),
        Misconception(
            "symmetric",
            partial(fit, weights=0.0, epochs=2),
            "All hidden units have the same weights, so all of them compute the same. From which weights did they "
            "start?",
        ),
        Misconception(
            "unseeded",
            partial(fit, dice=True, epochs=1),
            "Two calls with the same data and the same `seed` gave two different networks. Where does a random number "
            "come from that `seed` does not decide?",
        ),
        Misconception(
            "never_moved",
            partial(fit, epochs=0),
            "With other labels your function returns the same weights: nothing was learned from `labels`. Where do "
            "they act on an update?",
        ),
        Misconception(
            "hidden_layer_frozen",
            partial(fit, frozen=(0, 1), epochs=2),
            "`W1` does not depend on the labels: only the output layer learns. Which two of the four equations bring "
            "the error down to the hidden layer?",
        ),
        Misconception(
            "output_layer_frozen",
            partial(fit, frozen=(2, 3), epochs=2),
            "`W2` does not depend on the labels: only the hidden layer learns. Where is the output layer updated?",
        ),
        Misconception(
            "biases_frozen",
            partial(fit, frozen=(1, 3), epochs=2),
            "The weights have learned, but not both biases. Which equation gives the gradients of the biases, and "
            "where is their update?",
        ),
        Misconception(
            "uphill",
            partial(fit, sign=-1.0, epochs=3, beta=0.0),
            "The loss of your network is more than a hundred times that of guessing, log 10: each step has made it "
            "worse. In which direction do your parameters move?",
        ),
        Misconception(
            "one_answer",
            partial(fit, alpha=8.0, epochs=2),
            "Your network gives the same answer to every digit. Are the steps so long that no hidden unit is left "
            "with a positive z, or does nothing but a bias learn?",
        ),
        Misconception(
            "labels_apart",
            partial(fit, apart=True, epochs=2),
            "{own:.0%} of the training digits are right, and guessing gets about 10%, although the parameters have "
            "moved. Does each image keep its own label when you shuffle, and each class its own output?",
        ),
        Misconception(
            "other_activation",
            partial(fit, epochs=12, g=np.tanh, slope=lambda z: 1 - np.tanh(z) ** 2),
            "With another activation in the hidden layer your parameters would do well. Which one does the task ask "
            "for?",
        ),
        Misconception(
            "other_inputs",
            partial(fit, epochs=10, prepare=standardised, alpha=0.02),
            "Your network learned from other inputs than `X`: scaled, centred or inverted. What will it get when it "
            "is used?",
        ),
        Misconception(
            "one_batch_only",
            partial(fit, rows=32, epochs=100),
            "{own:.0%} of the training digits are right, but far more of the first 32. Does every example have its "
            "turn in an epoch?",
        ),
        Misconception(
            "unfinished",
            partial(fit, epochs=1),
            "It learns: {held:.1%} of the unseen digits are right; {reach:.0%} are asked for. Of its own training "
            "digits {own:.1%} are right. What would more epochs do, or a larger learning rate, or momentum?",
        ),
    ),
)
