"""Mistakes in the delta of a softmax classifier: edits of any program that says bp.softmax and bp.one_hot."""

import numpy as np

import bpcourse as bp


def over_examples(Z):
    """The softmax along the wrong axis."""
    return bp.softmax(Z.T).T


def over_all(Z):
    """One softmax for all examples together."""
    return bp.softmax(Z.reshape(-1)).reshape(Z.shape)


def overflowing(Z):
    """The softmax by its formula: NaN where the scores are large."""
    with np.errstate(all="ignore"):
        return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


def as_numbers(labels, _classes):
    """The labels as a column of numbers, where rows of zeros and ones belong."""
    return labels[:, None]


NAMES = {function.__name__: function for function in (over_examples, over_all, overflowing, as_numbers)}
_SHARES, _TARGETS = "bp.softmax(", "bp.one_hot("


def delta_mistakes(slip, lost):
    """The misconceptions. slip: of edits.slips(program, **NAMES). lost: what is NaN where the scores overflow."""
    return (
        slip("softmax_over_examples", "Your softmax runs over the examples of the batch. Along which axis do the "
             "classes of one example lie?", (_SHARES, "over_examples(")),
        slip("softmax_over_all", "Your softmax runs over all scores of the batch, and its shares sum to 1 in all. What "
             "should sum to 1?", (_SHARES, "over_all(")),
        slip("softmax_overflows", f"Where the scores are large {lost}: an exponential of 1000 overflows. What may be "
             "subtracted from all scores of an example without a change of its softmax?", (_SHARES, "overflowing(")),
        slip("sigmoid_for_softmax", "You take the sigmoid of each score: then the shares of the classes do not sum to "
             "1. What makes probabilities of all scores together?", (_SHARES, "bp.sigmoid(")),
        slip("softmax_missing", "Your delta takes the scores themselves for probabilities. What makes probabilities of "
             "them?", (_SHARES, "(")),
        slip("target_missing", "In your delta the labels do not come in. What is subtracted from the softmax, and in "
             "which column?", (_TARGETS, "0 * bp.one_hot(")),
        slip("labels_as_numbers", "You subtract the number of the class from every entry of its row. Which row of "
             "zeros and ones stands for a label?", (_TARGETS, "as_numbers(")),
    )  # fmt: skip
