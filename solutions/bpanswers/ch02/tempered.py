"""Chapter 02: softmax with a temperature, and the slope of the loss in the temperature itself."""

import numpy as np

from bpcourse.losses import log_softmax, softmax
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import H, gradient

from .cases import tempered_cases, wide_tempered
from .edits import COLUMNS, ROOM, SHIFTS, clean, hard, mistakes, shifted_softmax, sinks


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


RIGHT = {"loss": _loss, "delta": _delta, "dT": _dT}


def _all(change):
    """The three parts, each changed in the same way: change(the right function, Z, Y, T)."""
    return {part: lambda Z, Y, T, right=right: change(right, Z, Y, T) for part, right in RIGHT.items()}


def _at(scale):
    """The three parts at the temperature scale(T)."""
    return _all(lambda right, Z, Y, T: right(Z, Y, scale(T)))


_mistake = mistakes(**RIGHT)

TEMPERED_CROSS_ENTROPY = Exercise(
    name="tempered_cross_entropy",
    inputs=tempered_cases,
    truth=_truth,
    parts={"loss": 1, "delta": 1, "dT": 2},
    passed="Loss and both slopes agree with derivatives taken without any chain rule, for logits of any size.",
    batch="Z",
    shapes={"Z": "n K", "Y": "n K"},
    room={
        "T = 1": lambda case: case["T"] == 1,
        "T below 1/10": lambda case: case["T"] < 0.1,
        "T above 100": lambda case: case["T"] > 100,
        "one-hot targets": lambda case: case["Y"].max(axis=1).min() == 1 and case["Y"].shape[1] > 1,
        **{
            kind: ROOM[kind]
            for kind in (
                "one example",
                "one class",
                "logits of one row thousands apart",
                "logits above 700",
                "one example with large logits",
                "large logits of several classes",
                "large logits",
            )
        },
    },
    wide=wide_tempered,
    ask={
        "loss": "Take one row, with T = 2: which logits go into the softmax, and into the log of it?",
        "delta": "Take one z: it acts through z/T alone. Which two factors does its slope have?",
        "dT": "Take one row, with T = 2: how much do its z/T change, each of them, if T grows by a thousandth?",
    },
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
            shows=lambda case, came: sinks(came, _truth(**case)),
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
            "hard_targets",
            "{parts}: the largest target of a row is treated as 1 and the others as 0. Must the rows of Y be one-hot?",
            **_all(lambda f, Z, Y, T: f(Z, hard(Y), T)),
        ),
        _mistake(
            "T_squared",
            "{parts}: T² times what is asked for. Where does that factor stand in the formula?",
            **_all(lambda f, Z, Y, T: f(Z, Y, T) * T**2),
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
            "dT_turned_as_if_loss_over_T",
            "`dT` is the loss divided by T. What does T divide, and does its share of the loss grow or shrink with T?",
            dT=lambda Z, Y, T: _loss(Z, Y, T) / T,
        ),
        _mistake(
            "dT_in_the_inverse",
            "`dT` is the derivative in 1/T. What is the derivative of 1/T in T?",
            dT=lambda Z, Y, T: -_dT(Z, Y, T) * T**2,
        ),
        _mistake(
            "dT_mean_for_all",
            "`dT` is the mean over the batch, once for every example. Has each example a slope of its own?",
            dT=lambda Z, Y, T: np.full(len(Z), _dT(Z, Y, T).mean()),
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
        _mistake(
            "T_multiplies_all_through",
            "{parts}: the logits were multiplied by T. What does a high temperature do to the probabilities?",
            **_at(lambda T: 1 / T) | {"dT": lambda Z, Y, T: ((softmax(Z * T) - Y) * Z).sum(axis=1)},
        ),
        _mistake("T_ignored", "{parts}: these are the numbers for T = 1. Where does T come in?", **_at(lambda T: 1.0)),
        _mistake(
            "T_divides_probabilities",
            "{parts}: T divides the probabilities, which then no longer sum to 1. What should it divide?",
            loss=lambda Z, Y, T: -(Y * np.log(softmax(Z) / T)).sum(axis=1),
            delta=lambda Z, Y, T: softmax(Z) / T - Y,
        ),
        _mistake(
            "columns_shifted",
            f"{{parts}}: {COLUMNS}",
            **_all_by(*shifted_softmax(lambda Z: Z.max(axis=0))),
        ),
        _mistake(
            "one_maximum_and_exp",
            f"{{parts}}: {SHIFTS['one_maximum'][1]}",
            **_all_by(lambda U: np.exp(shifted_softmax(np.max)[1](U)), shifted_softmax(np.max)[1]),
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
