"""Chapter 02: softmax with a temperature, and the slope of the loss in the temperature itself."""

import numpy as np

from ...losses import log_softmax, softmax
from ..compare import agree
from ..engine import Exercise
from ..truth import H, gradient
from .edits import ONE_LOW, ROOM, SHIFTS, clean, mistakes, shifted_softmax, spread, wide_logits


def _inputs(rng):
    """Ordinary logits, large ones, rows far apart, and rows with large gaps whose target is one-hot, in some of them on
    a class that is thousands behind. Then one example, one class. The rows stay within some thousands: where logits of
    20,000 cancel in dT, a right program is off by more than the tolerance.
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
        Y = rng.uniform(0.1, 1, (n, k))
        if np.shape(shift) == (n, k):
            Y = np.eye(k)[[0, k - 1, *rng.integers(1, k - 1, size=n - 2)]]
        Z = rng.normal(size=(n, k)) * 2
        cases.append({"Z": Z + shift, "Y": Y / Y.sum(axis=1, keepdims=True), "T": T})
    return cases


def _wide(rng):
    Z = wide_logits(rng)
    Y = rng.uniform(0.1, 1, Z.shape)
    return {"Z": Z, "Y": Y / Y.sum(axis=1, keepdims=True), "T": float(10 ** rng.uniform(-1, 1))}


def _losses(Z, Y, T):
    """The loss of each example, for complex Z or T; shifted by the real parts, so that it stays analytic."""
    scaled = Z / T
    m = np.real(scaled).max(axis=1, keepdims=True)
    return np.log(np.exp(scaled - m).sum(axis=1)) + m[:, 0] * Y.sum(axis=1) - (Y * scaled).sum(axis=1)


def _truth(Z, Y, T):
    by_T = _losses(Z, Y, T + 1j * H).imag / H
    return clean(np.real(_losses(Z, Y, T)), gradient(lambda Z: _losses(Z, Y, T).sum(), Z), by_T)


def _loss(Z, Y, T):
    return -(Y * log_softmax(Z / T)).sum(axis=1)


def _delta(Z, Y, T):
    return (softmax(Z / T) - Y) / T


def _dT(Z, Y, T):
    return -((softmax(Z / T) - Y) * Z).sum(axis=1) / T**2


def _loss_by(log):
    """The loss from the log of the probabilities as log(Z / T) gives it."""
    return lambda Z, Y, T: -(Y * log(Z / T)).sum(axis=1)


def _naive(U):
    return np.exp(U) / np.exp(U).sum(axis=1, keepdims=True)


def _all_by(softmax, log):
    """The three parts from the probabilities and their logs as softmax(Z / T) and log(Z / T) give them."""
    return {
        "loss": _loss_by(log),
        "delta": lambda Z, Y, T: (softmax(Z / T) - Y) / T,
        "dT": lambda Z, Y, T: -((softmax(Z / T) - Y) * Z).sum(axis=1) / T**2,
    }


def _at(scale):
    """The three parts at the temperature scale(T)."""
    return {
        "loss": lambda Z, Y, T: _loss(Z, Y, scale(T)),
        "delta": lambda Z, Y, T: _delta(Z, Y, scale(T)),
        "dT": lambda Z, Y, T: _dT(Z, Y, scale(T)),
    }


def _sinks(case, came):
    """True if the loss alone is wrong, and only where it should be above 700: there it has stopped at less."""
    if came.parts is None or came.parts[0].shape != (len(case["Z"]),):
        return False
    (loss, *others), right = came.parts, _truth(**case)
    far, near = right[0] > 700, right[0] < 9
    stopped = (loss[far] > 1) & (loss[far] < 750)
    fine = np.allclose(loss[near], right[0][near], rtol=1e-2, atol=1e-4) and all(map(agree, others, right[1:]))
    return bool(stopped.all()) and fine


_mistake = mistakes(loss=_loss, delta=_delta, dT=_dT)

TEMPERED_CROSS_ENTROPY = Exercise(
    name="tempered_cross_entropy",
    inputs=_inputs,
    truth=_truth,
    parts={"loss": 1, "delta": 1, "dT": 2},
    passed="Loss and both slopes agree with derivatives taken without any chain rule, for logits of any size.",
    batch="Z",
    shapes={"Z": "n K", "Y": "n K"},
    room={
        "T = 1": lambda case: case["T"] == 1,
        "one-hot targets": lambda case: case["Y"].max(axis=1).min() == 1 and case["Y"].shape[1] > 1,
        **{
            kind: ROOM[kind]
            for kind in (
                "one example",
                "one class",
                "logits of one row thousands apart",
                "logits above 700",
                "large logits",
            )
        },
    },
    wide=_wide,
    misconceptions=(
        _mistake(
            "log_of_zero",
            "Your softmax is stable, and then `loss` takes the log of a probability that was rounded to 0. Can you "
            "have `log a` without `a` itself?",
            loss=_loss_by(lambda U: np.log(softmax(U))),
        ),
        _mistake(
            "patched_12",
            "`loss` stops growing where a true class lies far behind: something tiny is added inside the log, or the "
            "probability is cut off from below. What should the loss of a true class 800 behind be?",
            loss=_loss_by(lambda U: np.log(softmax(U) + 1e-12)),
            shows=_sinks,
        ),
        _mistake(
            "loss_over_T",
            "`loss` is that of the logits without T, divided by T. What should T divide?",
            loss=lambda Z, Y, T: _loss(Z, Y, 1) / T,
        ),
        _mistake(
            "T_in_one_term",
            "In `loss` T divides the logits in the log-sum-exp, and not those of the target. Which logits should it "
            "divide?",
            loss=lambda Z, Y, T: np.logaddexp.reduce(Z / T, axis=1) - (Y * Z).sum(axis=1),
        ),
        _mistake(
            "loss_averaged",
            "`loss` is one number, the cost of the batch. How many examples are there?",
            loss=lambda Z, Y, T: _loss(Z, Y, T).mean(),
        ),
        _mistake(
            "delta_without_T",
            "`delta` is a - y. Between z and the softmax lies z/T: what is its derivative?",
            delta=lambda Z, Y, T: _delta(Z, Y, T) * T,
        ),
        _mistake(
            "delta_times_T",
            "`delta` is (a - y) times T. What is the derivative of z/T in z?",
            delta=lambda Z, Y, T: _delta(Z, Y, T) * T**2,
        ),
        _mistake(
            "delta_over_T_twice",
            "`delta` is divided by T twice. How often does z/T come between z and the softmax?",
            delta=lambda Z, Y, T: _delta(Z, Y, T) / T,
        ),
        _mistake(
            "sign_of_delta",
            "`delta` has the wrong sign. If a class has too much probability, is the slope in its logit above 0?",
            delta=lambda Z, Y, T: -_delta(Z, Y, T),
        ),
        _mistake(
            "delta_with_a_of_Z",
            "`delta` uses softmax(Z) for a. Of what is a the softmax in this exercise?",
            delta=lambda Z, Y, T: (softmax(Z) - Y) / T,
        ),
        _mistake(
            "only_target_over_T",
            "`delta` divides y by T, but not a. What does the factor 1/T of the chain rule multiply?",
            delta=lambda Z, Y, T: softmax(Z / T) - Y / T,
        ),
        _mistake(
            "delta_averaged",
            "`delta` is divided by the number of examples. It belongs to one example: when is the mean taken?",
            delta=lambda Z, Y, T: _delta(Z, Y, T) / len(Z),
        ),
        _mistake(
            "sign_of_dT",
            "`dT` has the wrong sign. Does 1/T grow or shrink as T grows?",
            dT=lambda Z, Y, T: -_dT(Z, Y, T),
        ),
        _mistake(
            "dT_over_T",
            "`dT` is too large by a factor of T. What is the derivative of 1/T?",
            dT=lambda Z, Y, T: _dT(Z, Y, T) * T,
        ),
        _mistake(
            "dT_over_T_cubed",
            "`dT` is divided by T once too often. Does a factor 1/T come in twice?",
            dT=lambda Z, Y, T: _dT(Z, Y, T) / T,
        ),
        _mistake(
            "dT_without_T",
            "`dT` has no T in it besides the softmax. What is the derivative of z/T in T?",
            dT=lambda Z, Y, T: _dT(Z, Y, T) * T**2,
        ),
        _mistake(
            "dT_with_a_of_Z",
            "`dT` uses softmax(Z) for a. Of what is a the softmax in this exercise?",
            dT=lambda Z, Y, T: -((softmax(Z) - Y) * Z).sum(axis=1) / T**2,
        ),
        _mistake(
            "dT_of_the_target_alone",
            "`dT` has lost the log-sum-exp: only the logit of the target is left. Which terms of the loss have T in "
            "them?",
            dT=lambda Z, Y, T: (Y * Z).sum(axis=1) / T**2,
        ),
        _mistake(
            "dT_without_target",
            "`dT` has lost the target: only the log-sum-exp is in it. Which terms of the loss have T in them?",
            dT=lambda Z, Y, T: -(softmax(Z / T) * Z).sum(axis=1) / T**2,
        ),
        _mistake(
            "dT_as_if_loss_over_T",
            "`dT` is minus the loss divided by T, as if T divided the loss. What does T divide?",
            dT=lambda Z, Y, T: -_loss(Z, Y, T) / T,
        ),
        _mistake(
            "logits_missing_in_dT",
            "`dT` is zero, but for rounding: the logits have got lost. What is the derivative of z/T in T?",
            dT=lambda Z, Y, T: -(softmax(Z / T) - Y).sum(axis=1) / T**2,
        ),
        _mistake(
            "dT_not_summed",
            "`dT` has one number for each class. All logits of an example share T: what happens where ways join?",
            dT=lambda Z, Y, T: -(softmax(Z / T) - Y) * Z / T**2,
        ),
        _mistake(
            "dT_over_classes",
            "`dT` is a mean over the classes. All logits of an example share T: what happens where ways join?",
            dT=lambda Z, Y, T: _dT(Z, Y, T) / Z.shape[1],
        ),
        _mistake(
            "dT_over_examples",
            "`dT` has one number for each class, added up over the examples. Which of the two does the sum run over?",
            dT=lambda Z, Y, T: -((softmax(Z / T) - Y) * Z).sum(axis=0) / T**2,
        ),
        _mistake(
            "dT_averaged",
            "`dT` is one number, a mean over the batch. How many examples are there?",
            dT=lambda Z, Y, T: _dT(Z, Y, T).mean(),
        ),
        _mistake(
            "dT_summed_over_batch",
            "`dT` is one number, a sum over the batch. How many examples are there?",
            dT=lambda Z, Y, T: _dT(Z, Y, T).sum(),
        ),
        _mistake(
            "T_multiplies",
            "{parts}: the logits were multiplied by T. What does a high temperature do to the probabilities?",
            **_at(lambda T: 1 / T),
        ),
        _mistake("T_ignored", "{parts}: these are the numbers for T = 1. Where does T come in?", **_at(lambda T: 1.0)),
        _mistake(
            "T_divides_probabilities",
            "{parts}: T divides the probabilities, which then no longer sum to 1. What should it divide?",
            loss=lambda Z, Y, T: -(Y * np.log(softmax(Z) / T)).sum(axis=1),
            delta=lambda Z, Y, T: softmax(Z) / T - Y,
        ),
        _mistake(
            "overflow",
            "{parts}: right for small logits, and `nan` for large ones. What can be subtracted from a row first?",
            **_all_by(_naive, lambda U: np.log(_naive(U))),
        ),
        *(  # after `log_of_zero`, whose loss is lost in the same places
            _mistake(name, f"{{parts}}: {message}", **_all_by(*shifted_softmax(shift)))
            for name, (shift, message) in SHIFTS.items()
        ),
    ),
)
