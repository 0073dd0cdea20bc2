"""Chapter 02: softmax with a temperature, and the slope of the loss in the temperature itself."""

import numpy as np

from ...losses import log_softmax, softmax
from ..engine import Exercise, Misconception
from ..truth import H, gradient
from .stable import _quiet, shift_mistakes, spread


def _inputs(rng):
    """Ordinary logits, large ones, rows far apart, and rows with large gaps whose target is one-hot, in some of them on
    a class that is thousands behind.
    """
    rows = rng.permutation([-20_000, 900, 3, 15_000])
    cases = []
    for (n, k), T, shift in (
        ((7, 5), 2.5, 0.0),
        ((5, 3), 0.7, 2000.0),
        ((4, 6), 1.9, rows[:, None]),
        ((6, 5), 0.6, spread(rng, 6, 5)),
        ((5, 4), 1.3, [-725 * 1.3, 0, 0, 0]),
    ):
        Y = rng.uniform(0.1, 1, (n, k))
        if np.shape(shift) == (n, k):
            Y = np.eye(k)[[0, k - 1, *rng.integers(1, k - 1, size=n - 2)]]
        Z = rng.normal(size=(n, k)) * 2
        cases.append({"Z": Z + shift, "Y": Y / Y.sum(axis=1, keepdims=True), "T": T})
    return cases


def _losses(Z, Y, T):
    """The loss of each example, for complex Z or T; shifted by the real parts, so that it stays analytic."""
    scaled = Z / T
    m = np.real(scaled).max(axis=1, keepdims=True)
    return np.log(np.exp(scaled - m).sum(axis=1)) + m[:, 0] * Y.sum(axis=1) - (Y * scaled).sum(axis=1)


def _truth(Z, Y, T):
    by_T = _losses(Z, Y, T + 1j * H).imag / H
    return np.real(_losses(Z, Y, T)), gradient(lambda Z: _losses(Z, Y, T).sum(), Z), by_T


def _answer(Z, Y, T, *, scale=None, delta=1.0, by_T=1.0):
    """The right three; the keywords put a factor on the slopes, or another scaling of the logits in."""
    T = T if scale is None else scale(T)
    A = softmax(Z / T)
    loss = -(Y * log_softmax(Z / T)).sum(axis=1)
    return loss, delta * (A - Y) / T, -by_T * ((A - Y) * Z).sum(axis=1) / T**2


def _unstable(Z, Y, T):
    E = np.exp(Z / T)
    A = E / E.sum(axis=1, keepdims=True)
    return -(Y * np.log(A)).sum(axis=1), (A - Y) / T, -((A - Y) * Z).sum(axis=1) / T**2


def _answer_by(log_softmax):
    def answer(Z, Y, T):
        with np.errstate(all="ignore"):
            A = np.exp(log_softmax(Z / T))
            loss = -(Y * log_softmax(Z / T)).sum(axis=1)
            return loss, (A - Y) / T, -((A - Y) * Z).sum(axis=1) / T**2

    return answer


def _loss_of(log):
    """A wrong answer whose loss alone is wrong: log: (Z / T) -> the log of the probabilities."""

    def answer(Z, Y, T):
        with np.errstate(all="ignore"):
            return -(Y * log(Z / T)).sum(axis=1), *_answer(Z, Y, T)[1:]

    return answer


def _wrong(**mistake):
    return lambda Z, Y, T: _answer(Z, Y, T, **mistake)


TEMPERED_CROSS_ENTROPY = Exercise(
    name="tempered_cross_entropy",
    inputs=_inputs,
    truth=_truth,
    parts={"loss": 1, "delta": 1, "dT": 2},
    tolerance=1e-9,
    passed="Loss and both slopes agree with derivatives taken without any chain rule, for logits of any size.",
    batch="Z",
    misconceptions=(
        Misconception(
            "log_of_zero",
            _loss_of(lambda U: np.log(softmax(U))),
            "Your softmax is stable, and then `loss` takes the log of a probability that was rounded to 0. Can you "
            "have `log a` without `a` itself?",
        ),
        Misconception(
            "patched_12",
            _loss_of(lambda U: np.log(softmax(U) + 1e-12)),
            "No `loss` of yours exceeds 27.6: something tiny was added inside the log. What should the loss of a true "
            "class 800 behind be?",
        ),
        Misconception(
            "delta_without_T",
            lambda Z, Y, T: _answer(Z, Y, T, delta=T),
            "`delta` is a - y. Between z and the softmax lies z/T: what is its derivative?",
        ),
        Misconception(
            "delta_times_T",
            lambda Z, Y, T: _answer(Z, Y, T, delta=T**2),
            "`delta` is (a - y) times T. What is the derivative of z/T in z?",
        ),
        Misconception(
            "sign_of_dT",
            _wrong(by_T=-1.0),
            "`dT` has the wrong sign. Does 1/T grow or shrink as T grows?",
        ),
        Misconception(
            "dT_over_T",
            lambda Z, Y, T: _answer(Z, Y, T, by_T=T),
            "`dT` is too large by a factor of T. What is the derivative of 1/T?",
        ),
        Misconception(
            "dT_without_T",
            lambda Z, Y, T: _answer(Z, Y, T, by_T=T**2),
            "`dT` has no T in it besides the softmax. What is the derivative of z/T in T?",
        ),
        Misconception(
            "logits_missing_in_dT",
            lambda Z, Y, T: (*_answer(Z, Y, T)[:2], -(softmax(Z / T) - Y).sum(axis=1) / T**2),
            "`dT` is zero, but for rounding: the logits have got lost. What is the derivative of z/T in T?",
        ),
        Misconception(
            "dT_not_summed",
            lambda Z, Y, T: (*_answer(Z, Y, T)[:2], -(softmax(Z / T) - Y) * Z / T**2),
            "`dT` has one number for each class. All logits of an example share T: what happens where ways join?",
        ),
        Misconception(
            "dT_averaged",
            lambda Z, Y, T: (*_answer(Z, Y, T)[:2], _answer(Z, Y, T)[2].mean()),
            "`dT` is one number, a mean over the batch. How many examples are there?",
        ),
        Misconception(
            "dT_summed_over_batch",
            lambda Z, Y, T: (*_answer(Z, Y, T)[:2], _answer(Z, Y, T)[2].sum()),
            "`dT` is one number, a sum over the batch. How many examples are there?",
        ),
        Misconception(
            "T_multiplies",
            _wrong(scale=lambda T: 1 / T),
            "{parts}: the logits were multiplied by T. What does a high temperature do to the probabilities?",
        ),
        Misconception(
            "T_ignored",
            _wrong(scale=lambda T: 1.0),
            "{parts}: these are the numbers for T = 1. Where does T come in?",
        ),
        Misconception(
            "T_divides_probabilities",
            _quiet(
                lambda Z, Y, T: (-(Y * np.log(softmax(Z) / T)).sum(axis=1), softmax(Z) / T - Y, _answer(Z, Y, T)[2])
            ),
            "{parts}: T divides the probabilities, which then no longer sum to 1. What should it divide?",
        ),
        Misconception(
            "overflow",
            _quiet(_unstable),
            "{parts}: right for small logits, and `nan` for large ones. What can be subtracted from a row first?",
        ),
        Misconception(
            "delta_averaged",
            lambda Z, Y, T: _answer(Z, Y, T, delta=1 / len(Z)),
            "`delta` is divided by {n}, the number of examples. It belongs to one example: when is the mean taken?",
        ),
        *shift_mistakes(_answer_by),  # after `log_of_zero`, whose loss is lost in the same places
    ),
)
