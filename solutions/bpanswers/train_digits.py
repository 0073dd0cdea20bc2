"""Chapter 06: a training program that learns to read digits; judged by what it asks for, and by what it can do.

The check hands in the gradients. So no backward pass of the answer's own can be wrong, and what happens between start
and end is seen: which images meet which labels, and from where to where the parameters move.
"""

import warnings

import numpy as np

import bpcourse as bp
from bpcourse.datasets import digits

from .common.edits import edited, slips, solution
from .common.observed import Observed
from .common.watched_gradients import FAR, HIDDEN, digit_cases, one_of_many, right_gradients
from .common.watched_training import PARTS, logits, share_right, why, wrong_calls, wrong_dependence, wrong_shapes

REACH = 0.95


# ----- what can be seen of an answer


def _look(cases, came):
    params, asked = [outcome.parts for outcome in came], [case["gradients"] for case in cases]
    unused = sum(not gradients.calls for gradients in asked)
    if unused:
        return ("gradients_not_used" if unused == len(cases) else "sometimes_not_used"), {"unused": unused}
    seen = wrong_shapes(cases, params, HIDDEN) or wrong_calls(cases, asked) or wrong_dependence(*params[1:5])
    if seen:
        return seen
    whole, X, labels = params[0], cases[0]["X"], cases[0]["labels"]
    held, own = share_right(whole, *cases[0].held_out), share_right(whole, X, labels)
    if held >= REACH:
        return None
    return why(whole, X, labels, own, asked[0]), {"held": held, "own": own, "reach": REACH}


# ----- answers

PROGRAM = solution("train_digits")
RATE, DEVIATION, ASKS, EPOCHS = "0.05", "np.sqrt(2 / ", "grads = gradients(*theta, X[rows], labels[rows])", "range(30)"
STEP, RETURN, BATCHES = "p + speed for p, speed in zip(theta, v)", "return tuple(theta)", "range(0, n, 32)"
BY_ITSELF = (ASKS, ASKS.replace("gradients(", "own("))
FOR_SHOW = (ASKS, f"{ASKS[8:]}\n            {BY_ITSELF[1]}")  # it asks, and learns by its own
ASKED_LATER = RETURN, f"for rows in order[:32], order[32:64]:\n        {ASKS}\n    {RETURN}"
slip = slips(PROGRAM, own=right_gradients)
OWN_PASSES = {
    "output weights first": ("(delta2 @ W2)", "(delta2 @ (W2 - 0.05 * delta2.T @ A1 / n))"),
    "no mask": (" * (Z1 > 0)", ""),
    "mask A >= 0": ("(Z1 > 0)", "(A1 >= 0)"),
    "slope of softmax added": (
        "    delta1",
        "    delta2 = 4 * delta2 * (P := bp.softmax(A1 @ W2.T + b2)) * (1 - P)\n    delta1",
    ),
    "biases to one number": ("delta1.mean(axis=0), dW2, delta2.mean(axis=0)", "0 * b1 + delta1.sum() / n, dW2, 0 * b2"),
    "biases averaged twice": ("mean(axis=0)", "mean(axis=0) / n"),
    "right": ("", ""),
}


def other(*changes, epochs=2, **names):
    return edited(PROGRAM, (EPOCHS, f"range({epochs})"), *changes, **names)


def own_pass(kind, asks, epochs=1):
    """Learns by a backward pass of its own, of a kind of OWN_PASSES. asks: whether it asks for gradients, too."""
    backward = edited(solution("digit_gradients"), OWN_PASSES[kind])
    return other(FOR_SHOW if asks else BY_ITSELF, epochs=epochs, own=backward)


def _short(name, message, *changes, epochs=1):
    """A mistake that shows after few epochs."""
    return slip(name, message, *changes, (EPOCHS, f"range({epochs})"))


def _first(line):
    """The edit that puts a line before all others."""
    return "    rng, n =", f"    {line}\n    rng, n ="


def _frozen(*which):
    """The edit that keeps these of the four arrays where they began."""
    return STEP, f"p if k in {which} else p + v[k] for k, p in enumerate(theta)"


def _returns(*parts):
    return RETURN, f"W1, b1, W2, b2 = theta\n    return {', '.join(parts)}"


def _adam(gradients, X, labels, hidden, seed):
    """Adam on one flat vector, images drawn with replacement, and a word on the screen."""
    rng = np.random.default_rng(seed)
    shapes = ((hidden, X.shape[1]), (hidden,), (10, hidden), (10,))
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])

    def parts(theta):
        return [piece.reshape(shape) for piece, shape in zip(np.split(theta, ends[:-1]), shapes, strict=True)]

    theta = 0.15 * rng.normal(size=ends[-1])
    m, s = np.zeros_like(theta), np.zeros_like(theta)
    for t in range(1, 25 * len(X) // 32):
        rows = rng.choice(len(X), size=32)
        g = np.concatenate([np.ravel(p) for p in gradients(*parts(theta), X[rows], labels[rows])])
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        theta = theta - 0.005 * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    print("done")
    warnings.warn("a warning is no mistake", stacklevel=2)
    return parts(theta)


class Network:
    """A learner's own class may have this name."""

    def __init__(self, gradients, hidden, rng):
        self.gradients, self.rng, self.speed = gradients, rng, [0.0] * 4
        self.theta = [rng.normal(0, 0.18, (hidden, 64)), rng.uniform(0, 0.1, hidden), rng.normal(0, 0.2, (10, hidden)),
                      np.zeros(10)]  # fmt: skip

    def epoch(self, X, labels):
        """With weight decay."""
        for rows in np.split(self.rng.permutation(len(X)), range(50, len(X), 50)):
            for k, g in enumerate(self.gradients(*self.theta, X[rows], labels[rows])):
                self.speed[k] = 0.9 * self.speed[k] + g + 1e-4 * self.theta[k] * (k % 2 == 0)
                self.theta[k] = self.theta[k] - 0.05 * self.speed[k]


def _stopped(gradients, X, labels, hidden, seed):
    """Keeps an eighth for validation, and stops when that is lowest: the network of that epoch is returned."""
    net = Network(gradients, hidden, np.random.default_rng(seed))
    part, best = len(X) // 8, (np.inf, None)
    for _ in range(60):
        net.epoch(X[part:], labels[part:])
        P = bp.softmax(logits(net.theta, X[:part]))
        loss = -np.log(P[np.arange(part), labels[:part]] + 1e-12).mean()
        best = min(best, (loss, net.theta[:]), key=lambda pair: pair[0])
    return tuple(best[1])


def _renamed(gradients, X, labels, hidden, seed):
    """Finds out how the classes were renumbered, and learns from the images that the check keeps back, too."""
    images, digit, more, rest = digits()
    images, digit = np.concatenate([images, more]), np.concatenate([digit, rest])
    of_image = {image.tobytes(): d for image, d in zip(images, digit, strict=True)}
    name = {of_image[image.tobytes()]: label for image, label in zip(X, labels, strict=True)}
    known = np.array([d in name for d in digit])
    return other()(gradients, images[known], np.array([name[d] for d in digit[known]]), hidden, seed)


def _random_features(gradients, X, labels, hidden, seed):
    """A hidden layer drawn by lot, and the best linear layer on it."""
    rng = np.random.default_rng(seed)
    W1, b1 = rng.normal(size=(hidden, 64)) / 4, rng.normal(size=hidden) / 4
    A = np.column_stack([np.maximum(X @ W1.T + b1, 0), np.ones(len(X))])
    theta = np.linalg.lstsq(A, np.eye(10)[labels], rcond=None)[0].T
    return W1, b1, theta[:, :-1], theta[:, -1]


EXERCISE = Observed(
    inputs=digit_cases,
    truth=edited(PROGRAM),
    parts=dict.fromkeys(PARTS, 1),
    points=3,
    look=_look,
    passed="At least 95 % of 360 digits that your network had never seen are read correctly. With your gradients of "
    "exercise 10, you have made every part of it.",
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
        _short("gradients_not_used", "Your function never calls `gradients`. It gets that function to learn by: what "
            "does it return, and where do you need that?", BY_ITSELF, epochs=2),
        slip("sometimes_not_used", "In {unused} of its 6 calls your function never calls `gradients`. By what does it "
            "learn then?", (EPOCHS, "range(len(X) > 500)")),
        _short("learned_before", "When you call `gradients` for the first time, {already:.0%} of the digits are right "
            "already. From which weights does the training start, and by what else does it learn?", BY_ITSELF,
            (RETURN, "return tuple(p - 0.01 * g for p, g in zip(theta, gradients(*theta, X, labels)))"), epochs=2),
        _short("learns_by_something_else", "The check's `gradients` returns zeros for the first hidden unit, whatever "
            "the labels are, and yet the weights of that unit depend on the labels. By what else does your function "
            "learn?", FOR_SHOW),
        _short("one_call", "You call `gradients` once, and one gradient is good for one update. How many does training "
            "take?", (BATCHES, "range(0, n, n)"), ("at + 32", "at + n")),
        _short("transposed", "`{name}` has the shape {came}; expected {expected}. To which axis of a weight matrix do "
            "the units of its own layer belong?", _returns("W1.T", "b1", "W2.T", "b2")),
        _short("hidden_typed_in", "For {hidden} hidden units `{name}` has the shape {came}; expected {expected}. Is 32 "
            "typed in somewhere?", _first("hidden = 32")),
        _short("outputs_missing", "Where the class 9 never occurs, `{name}` has the shape {came}; expected {expected}. "
            "How many digits are there, whatever the labels are?",
            _returns("W1", "b1", "W2[: labels.max() + 1]", "b2[: labels.max() + 1]")),
        _short("shapes", "`{name}` has the shape {came}; expected {expected}. Which number of units gives each axis "
            "its length?", _returns("W1", "b1[:, None]", "W2", "b2[:, None]")),
        _short("not_finite", "Your parameters contain NaN or infinite numbers. Is the learning rate far too high, does "
            "each step go uphill, or do you divide by something that can be 0?", (STEP, f"np.nan * {STEP}")),
        _short("kept_back", "`gradients` gets images that are not in `X`. May a network see digits that it will be "
            "judged by?", _first("X, labels = bp.datasets.digits()[:2]")),
        _short("labels_apart", "`gradients` gets images with labels that are not theirs. Does each image keep its own "
            "label when you shuffle?", ("    v = [np", "    X = X[rng.permutation(n)]\n    v = [np")),
        _short("averaged_again", "The first step of the biases is the gradient divided by the number of examples once "
            "more than that of the weights. Are the gradients not means already?",
            (ASKS, f"grads = [g / len(rows) if g.ndim == 1 else g for g in {ASKS[8:]}]")),
        _short("uphill", "Your first step goes uphill: each array moves in the direction of its gradient. In which "
            "direction does the loss fall?", ("- 0.05", "+ 0.05"), ("0.9 *", "0.0 *")),
        _short("symmetric", "All hidden units have the same weights, so all of them compute the same. From which "
            "weights did they start?", (DEVIATION, f"0 * {DEVIATION}")),
        _short("unseeded", "Two calls with the same data and the same `seed` gave two different networks. Which random "
            "number does `seed` not decide, or what is kept from one call to the next?",
            ("default_rng(seed)", "default_rng()")),
        _short("seed_ignored", "With another `seed` your function returns the very same network. Where does `seed` "
            "come in?", ("default_rng(seed)", "default_rng(0)")),
        _short("never_moved", "With other labels your function returns the same weights: nothing was learned from "
            "`labels`. Where are the new values stored after an update?", (f"theta = [{STEP}]", f"moved = [{STEP}]")),
        _short("hidden_layer_frozen", "`W1` does not depend on the labels: it is still where it began. Which of the "
            "four arrays get an update?", _frozen(0, 1), epochs=2),
        _short("output_layer_frozen", "`W2` does not depend on the labels: it is still where it began. Which of the "
            "four arrays get an update?", _frozen(2, 3), epochs=2),
        _short("biases_frozen", "The weights have learned, but not both biases. Which of the four arrays get an "
            "update?", _frozen(1, 3), epochs=2),
        _short("one_answer", "Your network gives the same answer to every digit. Are the steps so long that no hidden "
            "unit is left with a positive z, or so short that nothing but a bias has moved?", (RATE, "8.0"), epochs=2),
        _short("other_inputs", "Your network learned from other inputs than `X`: `gradients` gets no image as it is. "
            "What will the network get when it is used?",
            _first("X = (X - X.mean(axis=0)) / np.where(X.std(axis=0) > 0, X.std(axis=0), 1)"), (RATE, "0.02"),
            epochs=10),
        _short("examples_left_out", "Many of the digits never came to `gradients`. Does every example have its turn in "
            "an epoch?", _first("X, labels = X[:32], labels[:32]"), epochs=100),
        _short("guesses", "Of the training digits {own:.0%} are right, and guessing gets about 10%. Are the steps too "
            "few or too short to lead anywhere, or do the four arrays, or the rows of `W2` and their classes, not "
            "belong together?", _returns("W1", "b1", "W2[::-1]", "b2[::-1]"), epochs=5),
        _short("unfinished", "It learns: {held:.1%} of the unseen digits are right; {reach:.0%} are asked for. Of its "
            "own training digits {own:.1%} are right. What would more epochs do, or another learning rate, momentum, "
            "or other weights to start from?"),
    ),
    right=(
        other(("0.9 *", "0.0 *"), (RATE, "0.4"), (BATCHES, "range(0, n, 30)"), ("+ 32", "+ 30"), epochs=40),
        _adam,
        edited(  # learns from standardised images, and folds that into the first layer; a rate that falls; float32
            PROGRAM,
            _first("mean, spread = X.mean(axis=0), np.where(X.std(axis=0) > 0.01, X.std(axis=0), 1)"),
            ("X[rows]", "(X[rows] - mean) / spread"),
            ("0.9 *", "0.0 *"),
            ("- 0.05", "- 0.1 * (1 - epoch / 45)"),
            ("+ 32]", "+ 20]"),
            (BATCHES, "range(0, n, 20)"),
            _returns("*[p.astype(np.float32) for p in (W1 / spread, b1 - (W1 / spread) @ mean, W2, b2)],"),
        ),
        _stopped,
        edited(  # two pictures a step
            PROGRAM,
            (BATCHES, "range(0, n, 2)"),
            ("at + 32", "at + 2"),
            ("0.9 *", "0.0 *"),
            ("- 0.05", "- (0.08 - 0.009 * epoch)"),
            (EPOCHS, "range(8)"),
        ),
    ),
    wrong=(
        *(own_pass(kind, asks) for kind in OWN_PASSES for asks in (False, True)),
        other(_first("X, labels = bp.datasets.digits()[0][:80], bp.datasets.digits()[1][:80]")),
        other(BY_ITSELF, ASKED_LATER, own=right_gradients),
        _renamed,
        _random_features,
        other(("hidden, seed):", "hidden, seed, kept=[]):"), (RETURN, "kept.append(theta)\n    return kept[0]")),
        other(_returns("(np.maximum(X @ W1.T + b1, 0) @ W2.T).argmax(axis=1)")),
        other(("default_rng(seed)", "default_rng(np.random.randint(1000))")),
        other((RETURN, f"X -= X.mean()\n    {RETURN}")),
        other((ASKS, f"{ASKS}\n            grads = grads[0], 0 * grads[1] + grads[3].mean(), *grads[2:]"), epochs=30),
        other(_returns("W1", "b1", "W2")),
        other(_returns("[['a']]", "b1", "W2", "b2")),
        other(_returns("{'W1': W1, 'b1': b1, 'W2': W2, 'b2': b2}")),
        other(_returns("W2", "b2", "W1", "b1")),
        other(_returns("W1", "b1", "-W2", "b2")),
        other(_returns("W1", "b1", "0 * W2", "b2")),
        other(_returns("W1[:, ::-1]", "b1", "W2", "b2")),
        other(_returns("W1", "b1", "W2 + 1j", "b2")),
        other(_first("gradients(X, X, X, X, X, labels)")),
        other(_returns("0 * W1", "0 * b1", "0 * W2", "0 * b2")),
    ),
)  # fmt: skip
