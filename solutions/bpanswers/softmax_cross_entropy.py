"""Softmax with cross-entropy, for logits of any size."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise

from .common.cross_entropy import LOG_A, LOSS, SLOPE, clean, of_the_log, of_the_loss, rows_do_not_cancel
from .common.edits import edited, slips, solution
from .common.logits import ROOM, apart, corner_logits, corner_targets, logits, soft_targets, wide_logits
from .common.memory import kept_by_shape

PROGRAM = solution("softmax_cross_entropy")
right = edited(PROGRAM)
slip = slips(PROGRAM, alone=True)


def _truth(Z, Y):
    """The loss by pairs of logits; each probability as 1 / sum_j e^(z_j - z_k), which needs no common shift."""
    with np.errstate(over="ignore"):
        A = 1 / np.exp(Z[:, None, :] - Z[:, :, None]).sum(axis=2)
    return clean((Y * (np.logaddexp.reduce(Z, axis=1, keepdims=True) - Z)).sum(axis=1), A - Y)


def _targets(rng, Z, one_hot):
    """One-hot targets or others; where rows are spread, the first true classes stand first, last and in front."""
    n, k = Z.shape
    if not one_hot:
        return soft_targets(rng, n, k)
    true = rng.integers(k, size=n)
    if apart(Z) > 5000 and n > 2:
        true[:3] = 0, k - 1, Z[2].argmax()
    return np.eye(k)[true]


def _cases(rng):
    """One-hot targets and others; where few numbers coincide, rows of both kinds, and of equal targets."""
    cases = [{"Z": Z, "Y": _targets(rng, Z, i not in (2, 3, 7, 10, 11, 12))} for i, Z in enumerate(logits(rng))]
    return [*cases, *({"Z": Z, "Y": corner_targets(rng, Z)} for Z in corner_logits(rng))]


def _wide(rng):
    Z = wide_logits(rng)
    return {"Z": Z, "Y": _targets(rng, Z, rng.integers(2))}


def _behind(case):
    """True if a true class lies thousands behind the largest logit of its row."""
    gap = case["Z"].max(axis=1, keepdims=True) - case["Z"]
    return bool((case["Y"] * gap).max() > 1000)


# ----- right in other words


def fused(Z, Y):
    m = np.floor(Z.max(axis=1, keepdims=True)) + 3
    E = np.exp(Z - m)
    loss = np.log(E.sum(axis=1)) + m[:, 0] - np.einsum("nk,nk->n", Y, Z)
    return loss, E / E.sum(axis=1, keepdims=True) - Y


def one_by_one(Z, Y):
    parts = [fused(z[None], y[None]) for z, y in zip(Z, Y, strict=True)]
    return [loss[0] for loss, _ in parts], [delta[0].tolist() for _, delta in parts]


# fmt: off
EXERCISE = Exercise(
    inputs=_cases,
    truth=_truth,
    parts={"loss": 2, "delta": 2},
    passed="Loss and delta are right for logits of every size, and for true classes that lie thousands behind.",
    batch="Z",
    shapes={"Z": "n K", "Y": "n K"},
    room={
        "a true class that lies thousands behind": _behind,
        "targets that are not one-hot": lambda case: case["Y"].max(axis=1).min() < 1,
        **ROOM,
    },
    wide=_wide,
    ask={
        "loss": "Take one row, with K = 2: which number does each factor and each log of the formula have?",
        "delta": "Take one row: which probabilities do its logits have, and which targets are taken off?",
    },
    misconceptions=(
        *of_the_loss(slip, _truth),
        *of_the_log(slip),
        slip("softmax_twice", "{parts}: softmax was taken twice. What are Z, logits or probabilities?",
            ("shifted =", "Z = bp.softmax(Z)\n    shifted =")),
        slip("over_examples", "{parts}: the probabilities of a column sum to 1. Which axis runs over the classes?",
            ("axis=1, keepdims=True", "axis=0, keepdims=True")),
        slip("clipped",
            "{parts}: large logits are cut off before they are used. Is softmax still the same for them?",
            ("shifted =", "Z = np.clip(Z, -700, 700)\n    shifted =")),
        slip("divided_by_the_largest",
            "{parts}: the logits are divided by the largest. What may be done to all logits of a row without any "
            "change of its softmax?", ("shifted =", "Z = Z / Z.max()\n    shifted =")),
        slip("not_normalised", "In `delta` the exponentials do not sum to 1. What are they divided by?",
            (SLOPE, "np.exp(Z) - Y")),
        slip("one_minus_a", "`delta` is a - 1 in all entries. Which of them have the target 1?",
            (SLOPE, "np.exp(log_A) - 1")),
        slip("sign_of_delta",
            "`delta` has the wrong sign. If a class has too much probability, is the slope in its logit above 0?",
            (SLOPE, "Y - np.exp(log_A)")),
        slip("delta_diagonal",
            "`delta` comes from the diagonal of the Jacobian alone. Which probabilities depend on one logit?",
            (SLOPE, "-Y * (1 - np.exp(log_A))")),
        slip("delta_in_a", "`delta` is the derivative in a, -y/a. What lies between a and the logits?",
            (SLOPE, "-Y / np.exp(log_A)")),
        slip("slope_added",
            "`delta` is a - y times a (1 - a), so its rows do not sum to 0. Is the slope of softmax in a - y already?",
            (SLOPE, "(np.exp(log_A) - Y) * np.exp(log_A) * (1 - np.exp(log_A))")),
        slip("delta_averaged",
            "{parts}: divided by the number of examples. Loss and delta belong to one example: when is the mean taken?",
            ("return loss, delta", "return loss / len(Z), delta / len(Z)")),
        slip("delta_over_classes",
            "`delta` is divided by the number of classes. Is there a mean over classes in this loss?",
            ("return loss, delta", "return loss, delta / Z.shape[1]")),
        slip("delta_of_logs",
            "`delta` takes the log of the probabilities where the probabilities belong. What is the derivative of a "
            "log-sum-exp?", (SLOPE, "log_A - Y")),
        slip("delta_without_target",
            "`delta` is the probabilities. Which term of the loss contains y, and what is its derivative?",
            (SLOPE, "np.exp(log_A)")),
        slip("binary",
            "{parts}: that is binary cross-entropy, every class for itself. What ties the classes together?",
            (LOSS, "(np.logaddexp(0, Z) - Y * Z).sum(axis=1)"), (SLOPE, "bp.sigmoid(Z) - Y")),
        slip("rows_do_not_cancel",
            "Not all rows of `delta` sum to 0. What becomes of the loss if all logits of a row grow by the same "
            "number?",
            (SLOPE, "np.exp(log_A) * (1 - Y)"), shows=lambda case, came: rows_do_not_cancel(came, _truth(**case), 1)),
    ),
    right=(
        _truth,
        fused,
        one_by_one,
        lambda Z, Y: (bp.cross_entropy(Z, Y), bp.cross_entropy.gradient(Z, Y)),
        lambda Z, Y: [part * (1 + 1e-7) for part in right(Z, Y)],
    ),
    wrong=(
        *(edited(PROGRAM, (LOSS, text)) for text in (
            "-np.log(np.clip(bp.softmax(Z), 1e-15, 1) * Y).sum(axis=1)",
            "-(Y * np.log(np.maximum(bp.softmax(Z), 1e-300))).sum(axis=1)",
            f"{LOSS} + (1e-3 if np.ptp(Z) > 700 else 0)",
        )),
        edited(PROGRAM, (SLOPE, "np.round(np.exp(log_A)) - Y")),
        edited(PROGRAM, (SLOPE, "(np.exp(log_A) - Y).sum(axis=1)")),
        edited(PROGRAM, (SLOPE, "bp.softmax(Z) - Y if len(Z) > 1 else 0 * Y")),
        edited(PROGRAM, ("return loss, delta", "return loss.squeeze(), delta.squeeze()")),
        edited(PROGRAM, (LOG_A, "np.log(np.exp(Z / 2) / np.exp(Z / 2).sum(axis=1, keepdims=True))")),
        *(edited(PROGRAM, ("Z.max(axis=1, keepdims=True)", text)) for text in (
            "(700 if Z.max() > 100 else 0)",
            "Z.max(axis=1, keepdims=True) / 2",
        )),
        kept_by_shape(right),
        lambda Z, Y: fused(Z.astype(np.float32), Y.astype(np.float32)),
        lambda Z, Y: right(Z / 2, Y),
        lambda Z, Y: right(Z, Y if len(Z) != len(Z.T) else Y.T),
        lambda Z, Y: right(Z, Y) if Z.shape[1] != 2 else (np.logaddexp(0, -Z[:, 0]), bp.sigmoid(Z) - Y),
    ),
)
