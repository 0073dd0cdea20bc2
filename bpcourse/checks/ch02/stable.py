"""Chapter 02: what must survive logits of any size: log-sum-exp, and softmax with cross-entropy."""

import numpy as np

from ...losses import log_softmax, softmax
from ..engine import Exercise, Misconception


def _quiet(function):
    """The unstable answers overflow on purpose; they need not say so."""

    def answer(*inputs):
        with np.errstate(all="ignore"):
            return function(*inputs)

    return answer


def _logits(rng):
    """Logits of ordinary size, large ones, very negative ones, rows far from each other, and logits that lie thousands
    apart within a row: there the two largest stand neither first nor last.
    """
    rows = rng.permutation([-20_000, 900, 3, 15_000])
    return [
        rng.normal(size=(7, 5)) * 2,
        rng.normal(size=(5, 3)) * 2 + 1000,
        rng.normal(size=(3, 4)) * 2 - 1000,
        rng.normal(size=(4, 6)) + rows[:, None],
        rng.normal(size=(6, 5)) + spread(rng, 6, 5),
        rng.normal(size=(5, 4)) + [-725, 0, 0, 0],  # e^725 is infinite, e^-725 is not yet 0
    ]


def spread(rng, n, k, size=12_000):
    """n rows of k gaps: two large ones somewhere inside, one far below, zeros outside."""
    inside = [size, size, *[0.0] * (k - 4)]
    return np.array([[0.0, *rng.permutation(inside), -size if row % 2 else size / -2] for row in range(n)])


def shifted_log_softmax(shift):
    """log softmax, from logits that are shifted by shift(Z), whatever that does: a wrong answer's."""

    def answer(Z):
        with np.errstate(all="ignore"):
            return Z - shift(Z) - np.log(np.exp(Z - shift(Z)).sum(axis=1, keepdims=True))

    return answer


SHIFTS = {
    "one_maximum": np.max,
    "shifted_by_the_mean": lambda Z: Z.mean(axis=1, keepdims=True),
    "shifted_by_the_first": lambda Z: Z[:, :1],
}
"""What people subtract from a row in place of its largest logit, by the name of the mistake."""
SHIFT_MESSAGES = {
    "one_maximum": "right until rows lie far apart. One maximum is taken for the whole batch: how large is the "
    "largest exponent in the other rows?",
    "shifted_by_the_mean": "right until the logits of a row lie far apart. You take off the mean of a row: how large "
    "can a logit minus the mean become?",
    "shifted_by_the_first": "right until the logits of a row lie far apart. You take off the first logit: how large "
    "can the others be beside it?",
}


def _naive(Z):
    return np.log(np.exp(Z).sum(axis=1))


def _lse(Z, add=True):
    m = Z.max(axis=1)
    return (m if add else 0) + np.log(np.exp(Z - m[:, None]).sum(axis=1))


LOG_SUM_EXP = Exercise(
    name="log_sum_exp",
    inputs=lambda rng: [{"Z": Z} for Z in _logits(rng)],
    truth=lambda Z: np.logaddexp.reduce(Z, axis=1),  # by pairs, without any common shift
    parts={"log_sum_exp": 3},
    tolerance=1e-9,
    passed="It is right near 0, at 1000 and at -1000, for rows thousands apart, and for logits of one row that are.",
    batch="Z",
    misconceptions=(
        Misconception(
            "overflow",
            _quiet(_naive),
            "The formula is right for small logits. At 1000 it gives inf, and at -1000 minus inf. "
            "What can be taken out of a row before `exp`?",
        ),
        Misconception(
            "shift_not_added",
            lambda Z: _lse(Z, add=False),
            "You took the largest logit out of the exponentials. Where does it come back?",
        ),
        Misconception(
            "one_maximum",
            _quiet(lambda Z: Z.max() + np.log(np.exp(Z - Z.max()).sum(axis=1))),
            "It works until rows lie far apart: one maximum was used for the whole batch. "
            "How large is the largest exponent in the other rows?",
        ),
        Misconception(
            "shifted_by_the_mean",
            _quiet(lambda Z: Z.mean(axis=1) + np.log(np.exp(Z - Z.mean(axis=1, keepdims=True)).sum(axis=1))),
            f"It is {SHIFT_MESSAGES['shifted_by_the_mean']}",
        ),
        Misconception(
            "shifted_by_the_first",
            _quiet(lambda Z: Z[:, 0] + np.log(np.exp(Z - Z[:, :1]).sum(axis=1))),
            f"It is {SHIFT_MESSAGES['shifted_by_the_first']}",
        ),
        Misconception(
            "one_mean",
            _quiet(lambda Z: Z.mean() + np.log(np.exp(Z - Z.mean()).sum(axis=1))),
            "It fails when rows lie far apart: one shift, the mean, was used for the whole batch. "
            "What does each row need?",
        ),
        Misconception(
            "maximum_only",
            lambda Z: Z.max(axis=1),
            "That is the largest logit of each row. What do the other logits add?",
        ),
        Misconception(
            "mean_for_sum",
            lambda Z: _lse(Z) - np.log(Z.shape[1]),
            "Too small by the log of the number of classes. Is a mean taken where a sum should be?",
        ),
        Misconception(
            "columns",
            lambda Z: np.logaddexp.reduce(Z, axis=0),
            "One number for each column. Z has one row an example: over which axis is the sum?",
        ),
        Misconception(
            "everything",
            lambda Z: np.logaddexp.reduce(Z, axis=None),
            "One number for the whole batch. How many examples are there?",
        ),
        Misconception(
            "log_softmax",
            log_softmax,
            "That is the log of softmax, one number for each class. Which part of it is asked for here?",
        ),
        Misconception("softmax", softmax, "That is softmax, one number for each class. What is asked for here?"),
        Misconception(
            "logarithm_missing",
            _quiet(lambda Z: Z.max(axis=1) + np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1)),
            "The maximum is added to the sum itself. Which function of the sum belongs there?",
        ),
        Misconception(
            "shift_subtracted",
            lambda Z: _lse(Z, add=False) - Z.max(axis=1),
            "The maximum is subtracted twice: once inside, once outside. What undoes the one inside?",
        ),
    ),
)


def _classified(rng):
    """One-hot and other targets. Where logits lie far apart, some true classes are behind by thousands, so their
    probabilities are stored as 0, and some are in front.
    """
    cases = []
    for i, Z in enumerate(_logits(rng)):
        n, k = Z.shape
        true = rng.integers(k, size=n)
        if i == 4:
            true[:3] = 0, k - 1, Z[2].argmax()
        Y = np.eye(k)[true]
        if i in (2, 3):  # targets need not be one-hot
            Y = rng.uniform(0.1, 1, (n, k))
            Y /= Y.sum(axis=1, keepdims=True)
        cases.append({"Z": Z, "Y": Y})
    return cases


def shift_mistakes(answer, subject="{parts}"):
    """The misconceptions about the shift, for an exercise; answer: (log softmax) -> what somebody returns."""
    return tuple(
        Misconception(name, answer(shifted_log_softmax(shift)), f"{subject}: {SHIFT_MESSAGES[name]}")
        for name, shift in SHIFTS.items()
    )


def _truth(Z, Y):
    """The loss by pairs of logits; each probability as 1 / sum_j e^(z_j - z_k), which needs no common shift."""
    with np.errstate(over="ignore"):
        A = 1 / np.exp(Z[:, None, :] - Z[:, :, None]).sum(axis=2)
    return (Y * (np.logaddexp.reduce(Z, axis=1, keepdims=True) - Z)).sum(axis=1), A - Y


def _loss(Z, Y):
    return -(Y * log_softmax(Z)).sum(axis=1)


def _answer_by(log_softmax):
    def answer(Z, Y):
        with np.errstate(all="ignore"):
            return -(Y * log_softmax(Z)).sum(axis=1), np.exp(log_softmax(Z)) - Y

    return answer


def _unstable(Z, Y):
    A = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    return -(Y * np.log(A)).sum(axis=1), A - Y


SOFTMAX_CROSS_ENTROPY = Exercise(
    name="softmax_cross_entropy",
    inputs=_classified,
    truth=_truth,
    parts={"loss": 2, "delta": 2},
    tolerance=1e-9,
    passed="Loss and delta are right for logits of every size, and for true classes that lie thousands behind.",
    batch="Z",
    misconceptions=(
        Misconception(
            "overflow",
            _quiet(_unstable),
            "{parts}: right for small logits, and `nan` at 1000. What can be subtracted from a row without any change "
            "of its softmax?",
        ),
        Misconception(
            "log_of_zero",
            _quiet(lambda Z, Y: (-(Y * np.log(softmax(Z))).sum(axis=1), softmax(Z) - Y)),
            "Your softmax is stable, and then `loss` takes the log of a probability that was rounded to 0. "
            "Can you have `log a` without `a` itself?",
        ),
        Misconception(
            "log_of_zero_picked",
            _quiet(
                lambda Z, Y: (-np.where(Y > 0, Y * np.log(softmax(Z)), 0.0).sum(axis=1), softmax(Z) - Y),
            ),
            "Your softmax is stable, and then `loss` is infinite where the true class was rounded to 0. "
            "Can you have `log a` without `a` itself?",
        ),
        Misconception(
            "patched_12",
            lambda Z, Y: (-(Y * np.log(softmax(Z) + 1e-12)).sum(axis=1), softmax(Z) - Y),
            "No `loss` of yours exceeds 27.6: something tiny was added inside the log. "
            "What should the loss of a true class 800 behind be?",
        ),
        Misconception(
            "softmax_twice",
            lambda Z, Y: (_loss(softmax(Z), Y), softmax(softmax(Z)) - Y),
            "{parts}: softmax was taken twice. What are Z, logits or probabilities?",
        ),
        Misconception(
            "over_examples",
            lambda Z, Y: (-(Y * log_softmax(Z.T).T).sum(axis=1), softmax(Z.T).T - Y),
            "{parts}: the probabilities of a column sum to 1. Which axis runs over the classes?",
        ),
        Misconception(
            "sign_of_delta",
            lambda Z, Y: (_loss(Z, Y), Y - softmax(Z)),
            "`delta` has the wrong sign. If a class has too much probability, is the slope in its logit above 0?",
        ),
        Misconception(
            "sign_of_loss",
            lambda Z, Y: (-_loss(Z, Y), softmax(Z) - Y),
            "`loss` is below 0. Which sign has the log of a probability?",
        ),
        Misconception(
            "delta_diagonal",
            lambda Z, Y: (_loss(Z, Y), -Y * (1 - softmax(Z))),
            "`delta` comes from the diagonal of the Jacobian alone. Which probabilities depend on one logit?",
        ),
        Misconception(
            "delta_averaged",
            lambda Z, Y: (_loss(Z, Y), (softmax(Z) - Y) / len(Z)),
            "`delta` is divided by {n}, the number of examples. It belongs to one example: when is the mean taken?",
        ),
        Misconception(
            "loss_averaged",
            lambda Z, Y: (_loss(Z, Y).mean(), softmax(Z) - Y),
            "`loss` is one number, the cost of the batch. How many examples are there?",
        ),
        Misconception(
            "delta_without_target",
            lambda Z, Y: (_loss(Z, Y), softmax(Z)),
            "`delta` is the probabilities. Which term of the loss contains y, and what is its derivative?",
        ),
        Misconception(
            "log_sum_exp_alone",
            lambda Z, Y: (np.logaddexp.reduce(Z, axis=1), softmax(Z) - Y),
            "`loss` is the log-sum-exp of each row. What is subtracted from it?",
        ),
        Misconception(
            "binary",
            lambda Z, Y: ((np.logaddexp(0, Z) - Y * Z).sum(axis=1), 1 / (1 + np.exp(-np.clip(Z, -700, 700))) - Y),
            "{parts}: that is binary cross-entropy, every class for itself. What ties the classes together?",
        ),
        *shift_mistakes(_answer_by),  # after `log_of_zero`, whose loss is lost in the same places
    ),
)
