"""A patient with three bugs: dropout and an L2 penalty, and what they do on the way back."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.truth import gradient

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.repair import Repair, left

PROGRAM = solution("mended_training")
MASK, DRAW = "mask = (rng.random(A1.shape) >= drop) / (1 - drop)", "(rng.random(A1.shape) >= drop)"
DELTA2, DELTA1 = "bp.softmax(Z2) - bp.one_hot(labels, len(b2))", "(delta2 @ W2) * mask * (Z1 > 0)"
DW2, DW1 = "delta2.T @ (A1 * mask) / n + l2 * W2", "delta1.T @ X / n + l2 * W1"
DB = "db2, db1 = delta2.mean(axis=0), delta1.mean(axis=0)"
STEP2, STEP1 = "W2, b2 = W2 - alpha * dW2, b2 - alpha * db2", "W1, b1 = W1 - alpha * dW1, b1 - alpha * db1"
IN = "        "  # a line in the loop
SEEDS = 10**6


def _case(rng, n, m, h, K, steps, drop=None, l2=None, occur=None, seed=None):
    return {
        "W1": rng.normal(size=(h, m)),
        "b1": np.abs(rng.normal(size=h)) + 0.2,
        "W2": rng.normal(size=(K, h)),
        "b2": rng.normal(size=K),
        "X": rng.normal(size=(n, m)),
        "labels": rng.integers(occur or K, size=n),
        "alpha": float(rng.uniform(0.3, 0.9)) / (4 if steps > 5 else 1),
        "drop": float(rng.uniform(0.2, 0.55)) if drop is None else drop,
        "l2": float(rng.uniform(0.1, 0.6)) if l2 is None else l2,
        "steps": steps,
        "seed": int(rng.integers(1, SEEDS)) if seed is None else seed,
    }


def inputs(rng):
    sizes = (
        *((7, 5, 6, 4, 1), (3, 4, 5, 6, 1), (6, 4, 7, 3, 2), (1, 3, 5, 4, 1), (5, 1, 4, 3, 2), (4, 3, 1, 2, 2)),
        *((5, 2, 3, 1, 2), (4, 4, 4, 4, 1), (25, 2, 3, 2, 1), (3, 21, 2, 2, 1), (2, 2, 22, 3, 1), (4, 3, 2, 20, 1)),
    )
    cases = [_case(rng, *args) for args in sizes]
    cases.append(_case(rng, 6, 3, 5, 6, 1, occur=4))  # the highest classes never occur
    cases.append(_case(rng, 5, 3, 4, 3, 2, drop=0.0))
    cases.append(_case(rng, 4, 3, 5, 3, 2, l2=0.0))
    cases.append(_case(rng, 4, 2, 3, 2, 12))
    cases.append(cases[2] | {"seed": cases[2]["seed"] + SEEDS})
    cases.append(_case(rng, *sizes[0], seed=cases[0]["seed"]))
    cases.append(_case(rng, 5, 3, 4, 3, 1, drop=0.7))
    return cases


def wide(rng):
    n, m, h, K = (int(k) for k in rng.integers(1, 7, size=4))
    drop, l2 = float(rng.choice([0.0, rng.uniform(0, 0.7)])), float(rng.choice([0.0, rng.uniform(0, 1)]))
    return _case(rng, n, m, h, K, int(rng.integers(1, 5)), drop, l2, int(rng.integers(1, K + 1)))


def _cost(W1, b1, W2, b2, rest):
    X, labels, kept, drop, l2 = rest
    Z1 = X @ W1.T + b1
    Z2 = (np.where(kept & (Z1.real > 0), Z1, 0) / (1 - drop)) @ W2.T + b2
    top = Z2.real.max(axis=1, keepdims=True)
    fit = np.log(np.exp(Z2 - top).sum(axis=1)) + top[:, 0] - Z2[np.arange(len(X)), labels]
    return fit.mean() + l2 / 2 * ((W1**2).sum() + (W2**2).sum())


def _gradients(theta, *rest):
    """Complex steps of the cost, number by number: no delta in it."""
    return {name: gradient(lambda x, name=name: _cost(**theta | {name: x}, rest=rest), theta[name]) for name in theta}


def truth(W1, b1, W2, b2, X, labels, alpha, drop, l2, steps, seed):
    """One mask a step, and a step along the gradient of the cost that has this mask."""
    rng, theta = np.random.default_rng(seed), {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    for _ in range(steps):
        grads = _gradients(theta, X, labels, rng.random((len(X), len(b1))) >= drop, drop, l2)
        theta = {name: theta[name] - alpha * grads[name] for name in theta}
    return tuple(theta.values())


# ----- right answers


def one_by_one(W1, b1, W2, b2, X, labels, alpha, drop, l2, steps, seed):
    """Example by example, outer products, weight decay as a factor of the old weights."""
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        kept = rng.random((len(X), len(b1))) >= drop
        change = [0.0, 0.0, 0.0, 0.0]
        for x, label, mask in zip(X, labels, kept, strict=True):
            z = W1 @ x + b1
            a = np.where(mask, np.maximum(z, 0), 0) / (1 - drop)
            d2 = bp.softmax((W2 @ a + b2)[None])[0]
            d2[label] -= 1
            d1 = np.where(mask & (z > 0), W2.T @ d2 / (1 - drop), 0)
            change = [old + new for old, new in zip(change, (np.outer(d1, x), d1, np.outer(d2, a), d2), strict=True)]
        rate, decay = alpha / len(X), 1 - alpha * l2
        W1, b1 = decay * W1 - rate * change[0], b1 - rate * change[1]
        W2, b2 = decay * W2 - rate * change[2], b2 - rate * change[3]
    return W1, b1, W2, b2


def on_copies(W1, b1, W2, b2, X, labels, alpha, drop, l2, steps, seed):
    """In place, in columns; the slope of the dropped activations is that of both."""
    W1, b1, W2, b2, rng = W1.copy(), b1.copy(), W2.copy(), b2.copy(), np.random.default_rng(seed)
    Y = np.eye(len(b2))[labels]
    while steps:
        A = np.maximum(X @ W1.T + b1, 0)
        mask = rng.random(A.shape)
        A = A * (mask >= drop) / (1 - drop)
        E = np.exp((Z := A @ W2.T + b2) - Z.max(axis=1)[:, None])
        D2 = (E / E.sum(axis=1)[:, None] - Y) / len(X)
        D1 = D2 @ W2 * (A > 0) / (1 - drop)
        W2 -= alpha * (D2.T @ A + l2 * W2)
        b2 -= alpha * D2.sum(axis=0)
        W1 -= alpha * (D1.T @ X + l2 * W1)
        b1 -= alpha * D1.sum(axis=0)
        steps -= 1
    return [W1, b1, W2, b2]


def recursive(W1, b1, W2, b2, X, labels, alpha, drop, l2, steps, seed, rng=None):
    """The next step is the next call; the message comes to the activations before dropout, then goes on."""
    rng = rng or np.random.default_rng(seed)
    if steps == 0:
        return W1, b1, W2, b2
    Z1 = X @ W1.T + b1
    factor = np.where(rng.random(Z1.shape) < drop, 0, 1 / (1 - drop))
    out = bp.relu(Z1) * factor
    delta2 = (bp.softmax(out @ W2.T + b2) - bp.one_hot(labels, len(b2))) / len(X)
    back = factor * (delta2 @ W2)
    delta1 = back * bp.relu.derivative(Z1)
    new = W1 - alpha * (delta1.T @ X) - alpha * l2 * W1, b1 - alpha * delta1.sum(axis=0)
    new = *new, W2 - alpha * (delta2.T @ out) - alpha * l2 * W2, b2 - alpha * delta2.sum(axis=0)
    return recursive(*new, X, labels, alpha, drop, l2, steps - 1, seed, rng)


# ----- how each of the three bugs may be left: name -> (what is seen, a question, edits of the solution)

SAME_WAY = "By what was each hidden output multiplied on its way forward, and so, by what is its message multiplied?"
CAME_IN = "What exactly did `W2` multiply on the way forward?"
NO_MEAN = "What is the derivative of λ/2 · w² in w?"
MASKS = {
    "mask_drawn_anew": ("the way back has a mask of its own, drawn anew", SAME_WAY,
        (f"{IN}delta1", f"{IN}{MASK}\n{IN}delta1")),
    "mask_drawn_anew_for_the_message": ("the message of the hidden layer has a mask of its own, drawn anew", SAME_WAY,
        (DELTA1, f"(delta2 @ W2) * {DRAW} / (1 - drop) * (Z1 > 0)")),
    "no_mask_on_the_way_back": ("the message of the hidden layer passes where its output was dropped", SAME_WAY,
        (DELTA1, "(delta2 @ W2) * (Z1 > 0)")),
    "not_scaled_on_the_way_back": ("the message of the hidden layer has the mask, and not the division by 1 - `drop`",
        SAME_WAY, (DELTA1, "(delta2 @ W2) * (mask > 0) * (Z1 > 0)")),
}  # fmt: skip
INPUTS = {
    "a_before_dropout": ("dW2 is formed with the hidden outputs as they were before dropout", CAME_IN,
        ("(A1 * mask) / n", "A1 / n")),
    "dropped_and_not_scaled": ("dW2 is formed with the dropped hidden outputs without the division by 1 - `drop`",
    CAME_IN,
        ("(A1 * mask) / n", "(A1 * (mask > 0)) / n")),
}  # fmt: skip
PENALTIES = {
    "penalty_averaged": ("the penalty is divided by the number of examples", NO_MEAN, ("l2 *", "l2 / n *")),
    "penalty_doubled": ("the gradient of the penalty is twice as large as it should be", NO_MEAN, ("l2 *", "2 * l2 *")),
    "penalty_missing": ("the penalty has no gradient", NO_MEAN, ("l2 *", "0 *")),
    "penalty_on_W2_alone": ("the penalty pulls at W2 alone", "Which arrays come into the penalty?",
    (DW1, "delta1.T @ X / n")),
    "penalty_on_W1_alone": ("the penalty pulls at W1 alone", "Which arrays come into the penalty?", ("+ l2 * W2", "")),
    "penalty_halved": ("the gradient of the penalty is half of what it should be", NO_MEAN, ("l2 *", "l2 / 2 *")),
    "penalty_on_W2_averaged": ("the penalty on W2 is divided by the number of examples, that on W1 is not", NO_MEAN,
        ("l2 * W2", "l2 / n * W2")),
    "penalty_on_W1_averaged": ("the penalty on W1 is divided by the number of examples, that on W2 is not", NO_MEAN,
        ("l2 * W1", "l2 / n * W1")),
    "penalty_on_the_biases": ("the biases are pulled to 0, too", "Which arrays come into the penalty?",
        (DB, "db2, db1 = delta2.mean(axis=0) + l2 * b2, delta1.mean(axis=0) + l2 * b1")),
}  # fmt: skip
slip, part = slips(PROGRAM), slips(PROGRAM, alone=True)
GIVEN = "mask_drawn_anew", "a_before_dropout", "penalty_averaged"
LEFT = {
    mistake: mended
    for mistake, mended in left(slip, (MASKS, INPUTS, PENALTIES), GIVEN, "All three bugs are still there, and nothing "
        "has changed. With `drop` 0 and a penalty, what does `bp.gradient_check` say?")
    # without a mask in dW2 both ways to draw one anew are the same
    if not mistake.name.startswith("mask_drawn_anew_for_the_message+a_before_dropout")
}  # fmt: skip
SPOILT = "You changed something that was right:"

EXERCISE = Repair(
    inputs=inputs,
    truth=truth,
    parts=dict.fromkeys(("W1", "b1", "W2", "b2"), 1),
    points=5,
    credit=tuple((mistake.name, mended) for mistake, mended in LEFT.items()),
    passed="All four arrays follow the derivative of the cost, with dropout and penalty switched on and off.",
    shapes={"W1": "h m", "b1": "h", "W2": "K h", "b2": "K", "X": "n m", "labels": "n"},
    batch="X",
    room={
        "a class that never occurs": lambda case: len(set(case["labels"].tolist())) < len(case["b2"]),
        "a highest class that never occurs": lambda case: case["labels"].max() + 1 < len(case["b2"]),
        "drop = 0": lambda case: case["drop"] == 0,
        "a drop above 1/2": lambda case: case["drop"] > 0.5,
        "l2 = 0": lambda case: case["l2"] == 0,
        "a single step": lambda case: case["steps"] == 1,
        "more than ten steps": lambda case: case["steps"] > 10,
        "another seed with the same data": lambda case: case["seed"] > SEEDS,
        "a square `W2`": lambda case: len(case["b2"]) == len(case["b1"]) > 1,
    },
    wide=wide,
    ask=dict.fromkeys(
        ("W1", "b1", "W2", "b2"),
        "With `steps` and `alpha` 1 the old array minus the new one is a gradient: what does `bp.gradient_check` say "
        "of it?",
    ),
    misconceptions=(
        *LEFT,
        slip("same_mask_in_every_step", f"{SPOILT} each step has the mask of the first one. Where does the generator "
             "begin?",
             (MASK, f"rng = np.random.default_rng(seed)\n{IN}{MASK}")),
        slip("one_mask_for_all_rows", f"{SPOILT} a unit is dropped for all examples or for none. Which shape has the "
             "mask of the program?", (DRAW, "(rng.random(A1.shape[1]) >= drop)")),
        slip("drawn_and_thrown_away", "Your way back has the right mask, and a second one is drawn all the same, so "
             "that the next step has another than it should. How many are drawn in a step?",
             (f"{IN}delta1", f"{IN}rng.random(A1.shape)\n{IN}delta1")),
        slip("no_dropout", f"{SPOILT} nothing is dropped any more. What is `drop` for?", (MASK, "mask = 1.0")),
        slip("not_scaled", f"{SPOILT} what is kept is no longer divided by 1 - `drop`. How large is a hidden output "
             "then, on average?", (f"{DRAW} / (1 - drop)", DRAW)),
        slip("mask_reversed", f"{SPOILT} what was kept is dropped, and the other way round. Which numbers of the "
             "generator mean: sits out?", (">= drop", "< drop")),
        slip("dropout_lost_on_the_way_forward", f"{SPOILT} the mask is missing on the way forward. What reaches `W2`?",
             ("(A1 * mask) @ W2.T", "A1 @ W2.T")),
        slip("slope_lost", f"{SPOILT} the slope of ReLU is gone. Does a message pass a silent unit?",
             (" * (Z1 > 0)", "")),
        slip("penalty_is_the_square", "The penalty's gradient is its value: the square of each weight. What is the "
             "derivative of λ/2 · w²?", ("l2 * W2", "l2 / 2 * W2**2"), ("l2 * W1", "l2 / 2 * W1**2")),
        slip("penalty_of_sizes", "The penalty pulls at each weight alike, as |w| would. What is the derivative of λ/2 "
             "· w²?",
             ("l2 * W2", "l2 * np.sign(W2)"), ("l2 * W1", "l2 * np.sign(W1)")),
        slip("penalty_pushes", "The penalty makes the weights grow. Which sign has its gradient?", ("+ l2", "- l2")),
        slip("penalty_without_the_rate", "The penalty's gradient is not multiplied by the learning rate. Is it a part "
             "of the gradient?", ("l2 *", "l2 / alpha *")),
        slip("decay_of_the_new_weights", "You shrink the weights after the step. At which weights is the gradient of "
             "the penalty taken, the old or the new?", (" + l2 * W2", ""), (" + l2 * W1", ""),
             (STEP1, f"{STEP1}\n{IN}W1, W2 = W1 * (1 - alpha * l2), W2 * (1 - alpha * l2)")),
        slip("not_averaged", f"{SPOILT} the gradients are sums over the batch. The cost has a mean: where does the "
             "division go?", (" / n", ""), ("mean(", "sum(")),
        slip("averaged_twice", f"{SPOILT} the gradients are divided by the number of examples twice. In which two "
             "places?",
             (" / n", " / n**2"), ("mean(axis=0)", "mean(axis=0) / n")),
        part("biases_not_averaged", "{parts}: the gradient is a sum over the batch. The cost has a mean: where does "
             "the division go?", ("mean(", "sum(")),
        slip("never_moved", "All four came back as they went in. Where are the new values stored?",
             (STEP2, "pass"), (STEP1, "pass")),
        part("biases_frozen", "{parts} came back as they went in. Where do they learn?", (DB, "db2, db1 = 0, 0")),
        part("bias_to_one_number", "{parts}: one gradient for all units. Over which axis is the mean, and which stays?",
             (DB, "db2, db1 = delta2.sum() / n, delta1.sum() / n")),
        slip("uphill", f"{SPOILT} all four move uphill. What is the sign of the update?", ("- alpha", "+ alpha")),
        slip("rate_left_out", f"{SPOILT} the learning rate does not come in. What is the gradient multiplied by?",
             ("alpha * ", "")),
        slip("one_step_only", f"{SPOILT} only one step is made. Where does the `return` stand?",
             ("range(steps)", "range(1)")),
        slip("one_step_more", f"{SPOILT} there is a step too many. How often does the loop run?",
             ("range(steps)", "range(steps + 1)")),
        slip("one_step_less", f"{SPOILT} a step is missing. How often does the loop run?",
             ("range(steps)", "range(steps - 1)")),
        slip("old_delta_for_new_weights", f"{SPOILT} W2 has moved before the message goes back through it. At which W2 "
             "is the gradient taken?", (f"{IN}dW1",
             f"{IN}delta1 = (delta2 @ (W2 - alpha * dW2)) * mask * (Z1 > 0)\n{IN}dW1")),
    ),
    right=(one_by_one, on_copies, recursive),
    wrong=(
        kept_by_shape(one_by_one),
        *(edited(PROGRAM, change) for change in (
            (DRAW, "(np.random.random(A1.shape) >= drop)"), ("default_rng(seed)", "default_rng(0)"),
            ("/ (1 - drop)", "/ 0.5"),
            ("/ (1 - drop)", "/ max(1 - drop, 0.5)"), ("range(steps)", "range(min(steps, 10))"),
            ("l2 *", "min(l2, 0.1) *"),
            ("len(b2)", "labels.max() + 1"), (" / n", " / 7"), ("return W1, b1, W2, b2", "return W2, b2, W1, b1"),
            ("    rng, n", "    X, labels = X[:20], labels[:20]\n    rng, n"), ("Z1 > 0", "Z1 > 0.1"),
            (STEP2, "W2 -= alpha * dW2; b2 = b2 - alpha * db2"), ("l2 * W2", "l2 * np.clip(W2, -1, 1)"),
            ("mask * (Z1 > 0)", "mask * (A1 * mask)"), ("return W1, b1, W2, b2", "return dW1, db1, dW2, db2"),
        )),
    ),
)  # fmt: skip
