"""Chapter 06: a training program that learns to read digits; judged by what it asks for, and by what it can do.

The check hands in the gradients. So no backward pass of the answer's own can be wrong, and what happens between start
and end is seen: which images meet which labels, and from where to where the parameters move.
"""

from functools import partial

import numpy as np

from bpcourse.datasets import digits
from bpcourse.marking.engine import Misconception

from . import digit_programs as programs
from .digit_cases import FAR, HIDDEN, digit_cases, one_of_many
from .digit_programs import fit
from .observed import Observed

REACH = 0.95
PARTS = ("W1", "b1", "W2", "b2")


# ----- what can be seen of an answer


def _logits(params, X):
    W1, b1, W2, b2 = params
    return np.maximum(X @ W1.T + b1, 0) @ W2.T + b2


def _share_right(params, X, labels):
    return float(np.mean(_logits(params, X).argmax(axis=1) == labels))


def _look(cases, came):
    params, asked = [outcome.parts for outcome in came], [case["gradients"] for case in cases]
    unused = sum(not gradients.calls for gradients in asked)
    if unused:
        return ("gradients_not_used" if unused == len(cases) else "sometimes_not_used"), {"unused": unused}
    seen = _shapes(cases, params) or _asked(cases, asked) or _dependence(*params[1:5])
    if seen:
        return seen
    whole, X, labels = params[0], cases[0]["X"], cases[0]["labels"]
    held, own = _share_right(whole, *cases[0].held_out), _share_right(whole, X, labels)
    if held >= REACH:
        return None
    return _why(whole, X, labels, own, asked[0]), {"held": held, "own": own, "reach": REACH}


def _shapes(cases, params):
    """Names for other shapes than asked for, and for what is no number."""
    for case, arrays in zip(cases, params, strict=True):
        hidden, pixels = case["hidden"], case["X"].shape[1]
        expected = (hidden, pixels), (hidden,), (10, hidden), (10,)
        for name, p, shape in zip(PARTS, arrays, expected, strict=True):
            if p.shape != shape:
                facts = {"name": name, "came": p.shape, "expected": shape, "hidden": hidden}
                if p.ndim == 2 and p.shape == shape[::-1]:
                    return "transposed", facts
                if name in ("W2", "b2") and len(p) < 10 and case["labels"].max() < 9:
                    return "outputs_missing", facts
                return ("hidden_typed_in" if hidden != HIDDEN else "shapes"), facts
        if not all(np.isfinite(p).all() for p in arrays):
            return "not_finite", {}
    return None


def _asked(cases, asked):
    """Names for what the calls of `gradients` show."""
    if any(gradients.peeked for gradients in asked):
        return "kept_back", {}
    if any(gradients.foreign for gradients in asked):
        return "labels_apart", {}
    first, grads, rows = asked[0].calls[0]
    already = _share_right(first, cases[0]["X"], cases[0]["labels"])
    if already > 0.5:
        return "learned_before", {"already": already}
    if len(asked[0].calls) < 2:
        return "one_call", {}
    steps = [after - before for after, before in zip(asked[0].calls[1][0], first, strict=True)]
    factors = list(map(_factor, steps, grads))
    weights, biases = factors[::2], factors[1::2]
    if None not in factors and rows > 1 and np.allclose(np.array(biases) * rows, weights, rtol=1e-6):
        return "averaged_again", {}
    if all(step.any() for step in steps) and all(np.sum(s * g) > 0 for s, g in zip(steps, grads, strict=True)):
        return "uphill", {}
    return None


def _factor(step, grad):
    """c where step = -c grad, or None."""
    c = -(step * grad).sum() / ((grad * grad).sum() or 1)
    return c if c and np.allclose(step, -c * grad, rtol=1e-6, atol=1e-9 * np.abs(step).max()) else None


def _dependence(few, again, other, reseeded):
    """Names for what the parameters do or don't depend on: the labels, the seed, and nothing else."""
    if not all(np.allclose(p, q, rtol=1e-3, atol=1e-6) for p, q in zip(few, again, strict=True)):
        return "unseeded", {}
    learning = few[0][1:]  # hidden unit 0 never gets a gradient
    if np.ptp(learning, axis=0).max() <= 1e-9 * max(np.abs(learning).max(), 1e-9):
        return "symmetric", {}
    W1, b1, W2, b2 = (np.array_equal(p, q) for p, q in zip(few, other, strict=True))  # is it still where it began?
    if W1 and W2:
        return "never_moved", {}
    if W1 or W2:
        return ("hidden_layer_frozen" if W1 else "output_layer_frozen"), {}
    if b1 or b2:
        return "biases_frozen", {}
    if not np.allclose(*(p[0][0] / (np.linalg.norm(p[0][0]) or 1) for p in (few, other)), atol=1e-6):
        return "learns_by_something_else", {}
    if all(np.array_equal(p, q) for p, q in zip(few, reseeded, strict=True)):
        return "seed_ignored", {}
    return None


def _why(params, X, labels, own, asked):
    """The name for an accuracy that is too low on digits that the network has not seen."""
    Z = _logits(params, X)
    if not asked.met.any():
        return "other_inputs"
    if np.unique(Z.argmax(axis=1)).size == 1:
        return "one_answer"
    if own < 0.3:
        return "guesses"
    return "examples_left_out" if asked.met.mean() < 0.6 else "unfinished"


TRAIN_DIGITS = Observed(
    name="train_digits",
    inputs=digit_cases,
    truth=fit,
    parts=dict.fromkeys(PARTS, 1),
    points=3,
    look=_look,
    passed=(
        "At least 95 % of 360 digits that your network had never seen are read correctly. With your gradients of "
        "exercise 10, you have made every part of it."
    ),
    batch="X",
    shapes={"X": "n m", "labels": "n"},
    room={
        "n = 1": "one picture does not tell ten digits apart",
        "m = 1": "a digit has 64 pixels",
        "all equal": "64 pictures of 64 pixels are too few to tell more than 50 and 160 do",
        "a class that never occurs": lambda case: len(set(case["labels"])) < 10,
        "another seed with the same data": lambda case: case["seed"] >= FAR,
        "another number of hidden units": lambda case: case["hidden"] != HIDDEN,
    },
    wide=one_of_many,
    misconceptions=(
        Misconception(
            "gradients_not_used",
            programs.by_library,
            "Your function never calls `gradients`. It gets that function to learn by: what does it return, and where "
            "do you need that?",
        ),
        Misconception(
            "sometimes_not_used",
            programs.only_for_many,
            "In {unused} of its 6 calls your function never calls `gradients`. By what does it learn then?",
        ),
        Misconception(
            "learned_before",
            programs.asked_afterwards,
            "When you call `gradients` for the first time, {already:.0%} of the digits are right already. From which "
            "weights does the training start, and by what else does it learn?",
        ),
        Misconception(
            "learns_by_something_else",
            programs.asked_for_show,
            "The check's `gradients` returns zeros for the first hidden unit, whatever the labels are, and yet the "
            "weights of that unit depend on the labels. By what else does your function learn?",
        ),
        Misconception(
            "one_call",
            lambda gradients, X, labels, hidden, seed: fit(gradients, X, labels, hidden, seed, epochs=1, size=len(X)),
            "You call `gradients` once, and one gradient is good for one update. How many does training take?",
        ),
        Misconception(
            "transposed",
            programs.turned,
            "`{name}` has the shape {came}; expected {expected}. To which axis of a weight matrix do the units of its "
            "own layer belong?",
        ),
        Misconception(
            "hidden_typed_in",
            programs.always_32,
            "For {hidden} hidden units `{name}` has the shape {came}; expected {expected}. Is 32 typed in somewhere?",
        ),
        Misconception(
            "outputs_missing",
            programs.classes_that_occur,
            "Where the class 9 never occurs, `{name}` has the shape {came}; expected {expected}. How many digits are "
            "there, whatever the labels are?",
        ),
        Misconception(
            "shapes",
            programs.flat,
            "`{name}` has the shape {came}; expected {expected}. Which number of units gives each axis its length?",
        ),
        Misconception(
            "not_finite",
            programs.not_finite,
            "Your parameters contain NaN or infinite numbers. Is the learning rate far too high, does each step go "
            "uphill, or do you divide by something that can be 0?",
        ),
        Misconception(
            "kept_back",
            lambda gradients, X, labels, hidden, seed: fit(gradients, *digits()[:2], hidden, seed, epochs=1),
            "`gradients` gets images that are not in `X`. May a network see digits that it will be judged by?",
        ),
        Misconception(
            "labels_apart",
            partial(fit, apart=True, epochs=2),
            "`gradients` gets images with labels that are not theirs. Does each image keep its own label when you "
            "shuffle?",
        ),
        Misconception(
            "averaged_again",
            partial(fit, again=True, epochs=2),
            "The first step of the biases is the gradient divided by the number of examples once more than that of "
            "the weights. Are the gradients not means already?",
        ),
        Misconception(
            "uphill",
            partial(fit, sign=-1.0, epochs=2, beta=0.0),
            "Your first step goes uphill: each array moves in the direction of its gradient. In which direction does "
            "the loss fall?",
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
            "Two calls with the same data and the same `seed` gave two different networks. Which random number "
            "does `seed` not decide, or what is kept from one call to the next?",
        ),
        Misconception(
            "seed_ignored",
            partial(fit, fixed=True, epochs=1),
            "With another `seed` your function returns the very same network. Where does `seed` come in?",
        ),
        Misconception(
            "never_moved",
            partial(fit, lost=True, epochs=1),
            "With other labels your function returns the same weights: nothing was learned from `labels`. Where are "
            "the new values stored after an update?",
        ),
        Misconception(
            "hidden_layer_frozen",
            partial(fit, frozen=(0, 1), epochs=2),
            "`W1` does not depend on the labels: only the output layer learns. Which arrays get an update?",
        ),
        Misconception(
            "output_layer_frozen",
            partial(fit, frozen=(2, 3), epochs=2),
            "`W2` does not depend on the labels: only the hidden layer learns. Which of the four arrays get an update?",
        ),
        Misconception(
            "biases_frozen",
            partial(fit, frozen=(1, 3), epochs=2),
            "The weights have learned, but not both biases. Which of the four arrays get an update?",
        ),
        Misconception(
            "one_answer",
            partial(fit, alpha=8.0, epochs=2),
            "Your network gives the same answer to every digit. Are the steps so long that no hidden unit is left "
            "with a positive z, or so short that nothing but a bias has moved?",
        ),
        Misconception(
            "other_inputs",
            partial(fit, epochs=10, prepare=programs.standardised, alpha=0.02),
            "Your network learned from other inputs than `X`: `gradients` gets no image as it is. What will the "
            "network get when it is used?",
        ),
        Misconception(
            "examples_left_out",
            partial(fit, rows=32, epochs=100),
            "Many of the digits never came to `gradients`. Does every example have its turn in an epoch?",
        ),
        Misconception(
            "guesses",
            programs.outputs_reversed,
            "Of the training digits {own:.0%} are right, and guessing gets about 10%. Do the four arrays belong "
            "together, and each row of `W2` to its own class?",
        ),
        Misconception(
            "unfinished",
            partial(fit, epochs=1),
            "It learns: {held:.1%} of the unseen digits are right; {reach:.0%} are asked for. Of its own training "
            "digits {own:.1%} are right. What would more epochs do, or a larger learning rate, or momentum?",
        ),
    ),
)
