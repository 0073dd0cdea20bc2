"""Softmax with a temperature, and the slope of the loss in the temperature itself."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import H, gradient

from .common.cross_entropy import LOSS, clean, of_the_log, of_the_loss
from .common.edits import edited, slips, solution
from .common.logits import (
    LARGE,
    ONE_LOW,
    SIZES,
    corner_logits,
    corner_targets,
    one_hot,
    room,
    soft_targets,
    spread,
    wide_logits,
)
from .common.memory import kept_by_shape

PROGRAM = solution("tempered_cross_entropy")
DELTA, DT, PARTS = "delta = dU / T", "-(dU * Z).sum(axis=1) / T**2", "return loss, delta, dT"
right = edited(PROGRAM)
slip = slips(PROGRAM, alone=True)


def _losses(Z, Y, T):
    """The loss of each example, for complex Z or T; shifted by the real parts, so that it stays analytic."""
    scaled = Z / T
    m = np.real(scaled).max(axis=1, keepdims=True)
    return np.log(np.exp(scaled - m).sum(axis=1)) + m[:, 0] * Y.sum(axis=1) - (Y * scaled).sum(axis=1)


def _truth(Z, Y, T):
    by_T = _losses(Z, Y, T + 1j * H).imag / H
    return clean(np.real(_losses(Z, Y, T)), gradient(lambda Z: _losses(Z, Y, T).sum(), Z), by_T)


def _cases(rng):
    """Ordinary logits, large ones, rows far apart, and rows with large gaps whose target is one-hot, in some of them on
    a class that is thousands behind. Then one example, one class; last, a low logit at the end of rows. The rows stay
    within some thousands: where logits of 20,000 cancel in dT, a right program is off by more than the tolerance.
    """
    rows = rng.permutation([-4000, 900, 3, 5000])
    cases = []
    for (n, k), T, shift in (
        ((7, 5), 2.5, 0.0),
        ((5, 3), 0.7, 2000.0),
        ((4, 6), 1.9, rows[:, None]),
        ((6, 5), 0.6, spread(rng, 6, 5, 6000)),
        ((5, 4), 1.3, [-725 * 1.3, 0, 0, 0]),
        ((4, 6), 0.9, ONE_LOW),
        ((1, 3), 2, 0.0),
        ((4, 1), 0.4, 0.0),
        ((3, 2), 1, 0.0),
    ):
        Y = soft_targets(rng, n, k)
        if np.shape(shift) == (n, k):
            Y = np.eye(k)[[0, k - 1, *rng.integers(1, k - 1, size=n - 2)]]
        cases.append({"Z": rng.normal(size=(n, k)) * 2 + shift, "Y": Y, "T": T})
    for Z, T in zip(corner_logits(rng), (0.05, 30.0, 250.0, 3.0, 0.5, 1.5, 0.8), strict=True):
        cases.append({"Z": Z, "Y": corner_targets(rng, Z), "T": T})
    low = rng.normal(size=(3, 4)) + [0, 0, 0, -725]
    return [*cases, {"Z": low * 1.1, "Y": soft_targets(rng, 3, 4), "T": 1.1}]


def _wide(rng):
    Z = wide_logits(rng, power=3, shifts=(0, 1, 300))  # no larger ones, as in _cases
    return {"Z": Z, "Y": soft_targets(rng, *Z.shape), "T": float(10 ** rng.uniform(-0.5, 1))}


# ----- right in other words


def by_the_hints(Z, Y, T):
    """log a as z minus a log-sum-exp, which loses digits where the logits are large."""
    U = Z / T
    log_A = U - np.logaddexp.reduce(U, axis=1, keepdims=True)
    dU = np.exp(log_A) - Y
    return -(Y * log_A).sum(axis=1), dU / T, (dU * (-Z / T**2)).sum(axis=1)


def by_u(Z, Y, T):
    U = Z / T
    E = np.exp(U - U.max(axis=1, keepdims=True))
    dU = E / E.sum(axis=1, keepdims=True) - Y
    return bp.cross_entropy(U, Y), dU / T, -np.einsum("nk,nk->n", dU, U) / T


def by_expectation(Z, Y, T):
    """dE/dT is (the mean logit under y minus that under a) over T squared."""
    A = bp.softmax(Z / T)
    return bp.cross_entropy(Z / T, Y), (A - Y) / T, ((Y * Z).sum(axis=1) - (A * Z).sum(axis=1)) / T**2


def _dT_cancels(case, outcome):
    """True if dT alone is wrong, and 0 but for rounding, which is larger where the logits are not shifted."""
    right = _truth(**case)
    if outcome.parts is None or outcome.parts[2].shape != right[2].shape:
        return False
    return bool((np.abs(outcome.parts[2]) < 1e-9).all()) and all(map(agree, outcome.parts[:2], right[:2]))


# fmt: off
EXERCISE = Exercise(
    inputs=_cases,
    truth=_truth,
    parts={"loss": 1, "delta": 1, "dT": 2},
    passed="Loss and both slopes agree with derivatives taken without any chain rule, for logits of any size.",
    batch="Z",
    shapes={"Z": "n K", "Y": "n K"},
    room={
        "T = 1": lambda case: case["T"] == 1,
        "T below 1/10": lambda case: case["T"] < 0.1,
        "T above 100": lambda case: case["T"] > 100,
        "one-hot targets": one_hot,
        **room(*SIZES, *LARGE),
    },
    wide=_wide,
    ask={
        "loss": "Take one row, with T = 2: which logits go into the softmax, and into the log of it?",
        "delta": "Take one z: it acts through z/T alone. Which two factors does its slope have?",
        "dT": "Take one row, with T = 2: how much do its z/T change, each of them, if T grows by a thousandth?",
    },
    misconceptions=(
        slip("loss_over_T", "`loss` is that of the logits without T, divided by T. What should T divide?",
            (LOSS, "(np.logaddexp.reduce(Z, axis=1) - (Y * Z).sum(axis=1)) / T")),
        slip("T_in_one_term",
            "In `loss` T divides the logits in the log-sum-exp, and not those of the target. Which logits should it "
            "divide?",
            (LOSS, "np.logaddexp.reduce(U, axis=1) - (Y * Z).sum(axis=1)")),
        *of_the_loss(slip, _truth, Z="U"),
        slip("T_squared", "{parts}: T² times what is asked for. Where does that factor stand in the formula?",
            (PARTS, "return loss * T**2, delta * T**2, dT * T**2")),
        slip("delta_without_T", "`delta` is a - y. Between z and the softmax lies z/T: what is its derivative?",
            (DELTA, "delta = dU")),
        slip("delta_times_T", "`delta` is (a - y) times T. What is the derivative of z/T in z?", (DELTA, "delta = dU * "
            "T")),
        slip("delta_over_T_twice",
            "`delta` is divided by T twice. How often does z/T come between z and the softmax?", (DELTA, "delta = dU / "
            "T**2")),
        slip("sign_of_delta",
            "`delta` has the wrong sign. If a class has too much probability, is the slope in its logit above 0?",
            (DELTA, "delta = -dU / T")),
        slip("delta_with_a_of_Z", "`delta` uses softmax(Z) for a. Of what is a the softmax in this exercise?",
            (DELTA, "delta = (bp.softmax(Z) - Y) / T")),
        slip("only_target_over_T",
            "`delta` divides y by T, but not a. What does the factor 1/T of the chain rule multiply?",
            (DELTA, "delta = np.exp(log_A) - Y / T")),
        slip("delta_averaged",
            "`delta` is divided by the number of examples. It belongs to one example: when is the mean taken?",
            (DELTA, "delta = dU / T / len(Z)")),
        slip("sign_of_dT", "`dT` has the wrong sign. Does 1/T grow or shrink as T grows?", (DT, DT[1:])),
        slip("dT_over_T", "`dT` is too large by a factor of T. What is the derivative of 1/T?", ("T**2", "T")),
        slip("dT_over_T_cubed", "`dT` is divided by T once too often. Does a factor 1/T come in twice?",
            ("T**2", "T**3")),
        slip("dT_without_T", "`dT` has no T in it besides the softmax. What is the derivative of z/T in T?", (" / "
            "T**2", "")),
        slip("dT_with_a_of_Z", "`dT` uses softmax(Z) for a. Of what is a the softmax in this exercise?",
            (DT, DT.replace("dU", "(bp.softmax(Z) - Y)"))),
        slip("dT_of_the_target_alone",
            "`dT` has lost the log-sum-exp: only the logit of the target is left. Which terms of the loss have T in "
            "them?",
            (DT, "(Y * Z).sum(axis=1) / T**2")),
        slip("dT_without_target",
            "`dT` has lost the target: only the log-sum-exp is in it. Which terms of the loss have T in them?",
            (DT, "-(np.exp(log_A) * Z).sum(axis=1) / T**2")),
        slip("dT_as_if_loss_over_T",
            "`dT` is minus the loss divided by T, as if T divided the loss. What does T divide?", (DT, "-loss / T")),
        slip("dT_turned_as_if_loss_over_T",
            "`dT` is the loss divided by T. What does T divide, and does its share of the loss grow or shrink with T?",
            (DT, "loss / T")),
        slip("dT_in_the_inverse", "`dT` is the derivative in 1/T. What is the derivative of 1/T in T?",
            (DT, "(dU * Z).sum(axis=1)")),
        slip("dT_slope_added",
            "`dT` has a factor a (1 - a) in it. Is the slope of softmax in a - y already?",
            (DT, DT.replace("dU", "dU * np.exp(log_A) * (1 - np.exp(log_A))"))),
        slip("dT_mean_for_all",
            "`dT` is the mean over the batch, once for every example. Has each example a slope of its own?",
            (PARTS, "return loss, delta, np.full(len(Z), dT.mean())")),
        slip("logits_missing_in_dT",
            "`dT` is zero, but for rounding: the logits have got lost. What is the derivative of z/T in T?",
            ("(dU * Z)", "(dU)"), shows=_dT_cancels),
        slip("dT_not_summed",
            "`dT` has one number for each class. All logits of an example share T: what happens where ways join?",
            (DT, "-(dU * Z) / T**2")),
        slip("dT_over_classes",
            "`dT` is a mean over the classes. All logits of an example share T: what happens where ways join?",
            (DT, DT.replace("sum", "mean"))),
        slip("dT_over_examples",
            "`dT` has one number for each class, added up over the examples. Which of the two does the sum run over?",
            (DT, DT.replace("axis=1", "axis=0"))),
        slip("dT_averaged", "`dT` is one number, a mean over the batch. How many examples are there?",
            (PARTS, "return loss, delta, dT.mean()")),
        slip("dT_summed_over_batch", "`dT` is one number, a sum over the batch. How many examples are there?",
            (PARTS, "return loss, delta, dT.sum()")),
        slip("T_multiplies",
            "{parts}: the logits were multiplied by T. What does a high temperature do to the probabilities?",
            ("    U =", "    T = 1 / T\n    U =")),
        slip("T_multiplies_all_through",
            "{parts}: the logits were multiplied by T. What does a high temperature do to the probabilities?",
            ("Z / T", "Z * T"), (DELTA, "delta = dU * T"), (DT, "(dU * Z).sum(axis=1)")),
        slip("T_ignored", "{parts}: these are the numbers for T = 1. Where does T come in?",
            ("    U =", "    T = 1\n    U =")),
        slip("T_divides_probabilities",
            "{parts}: T divides the probabilities, which then no longer sum to 1. What should it divide?",
            (LOSS, "-(Y * np.log(bp.softmax(Z) / T)).sum(axis=1)"), (DELTA, "delta = bp.softmax(Z) / T - Y")),
        slip("T_divides_probabilities_all_through",
            "{parts}: T divides the probabilities, which then no longer sum to 1. What should it divide?",
            ("U = Z / T", "U = Z"), ("dU = np.exp(log_A)", "log_A = log_A - np.log(T)\n    dU = np.exp(log_A)"),
            (LOSS, "-(Y * (log_A - np.log(T))).sum(axis=1)")),
        *of_the_log(slip, Z="U"),
    ),
    right=(
        by_the_hints,
        by_u,
        by_expectation,
        lambda Z, Y, T: [part * (1 + 1e-7) for part in right(Z, Y, T)],
    ),
    wrong=(
        *(edited(PROGRAM, ("    U =", f"    {text}\n    U =")) for text in (
            "T = int(T) or T",
            "T = round(T)",
            "T = max(T, 0.1)",
            "T = min(T, 100.0)",
            "Z = np.clip(Z, -700, 700)",
            "Y = Y if len(Z) != len(Z.T) else Y.T",
        )),
        *(edited(PROGRAM, (DT, text)) for text in (
            "np.zeros(len(Z))",
            "(np.exp(log_A) * Z).sum(axis=1) / T**2",
            "-(dU * (Z - Z[:, :1])).sum(axis=1) / T**2 * 1.1",
        )),
        *(edited(PROGRAM, ("U.max(axis=1, keepdims=True)", text)) for text in (
            "(700 if U.max() > 100 else 0)",
            "U.max(axis=1, keepdims=True) / 2",
        )),
        edited(PROGRAM, (PARTS, "return loss.squeeze(), delta.squeeze(), dT.squeeze()")),
        edited(PROGRAM, (PARTS, "return loss, dT, delta")),
        kept_by_shape(right),
        lambda Z, Y, T: right(Z.astype(np.float32), Y.astype(np.float32), T),
    ),
)
