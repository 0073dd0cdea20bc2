"""Chapter 07: the way back of a pooling between the mean and the maximum."""

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import gradient


def _soft_case(rng, n, m, rows, columns, p, T):
    return {
        "upstream": rng.normal(size=(n, m, rows, columns)),
        "A": rng.normal(size=(n, m, p * rows, p * columns)),
        "p": p,
        "T": T,
    }


def _soft_inputs(rng):
    return [
        _soft_case(rng, *sizes)
        for sizes in (
            (5, 3, 2, 4, 3, 0.5),
            (2, 4, 3, 1, 1, 2.0),
            (1, 2, 1, 5, 4, 1.0),
            (3, 1, 4, 2, 2, 3.0),
            (2, 3, 1, 6, 1, 0.8),
            (2, 2, 3, 3, 2, 0.3),
            (3, 3, 3, 3, 1, 0.7),
        )
    ]


def _soft_wide(rng):
    return _soft_case(rng, *rng.integers(1, 7, size=4), int(rng.choice([1, 1, 2, 3])), rng.uniform(0.3, 5))


def _soft_truth(upstream, A, p, T):
    """Complex steps of the formula of the exercise."""
    n, m, h, w = upstream.shape

    def message(A):
        means = np.exp(A.reshape(n, m, h, p, w, p) / T).mean(axis=(3, 5))
        return (upstream * T * np.log(means)).sum()

    return gradient(message, A)


def _spread(upstream, p):
    return upstream.repeat(p, axis=2).repeat(p, axis=3)


def _sums(array, p):
    """In every entry of a block, the sum of its block."""
    n, m, h, w = array.shape
    return _spread(array.reshape(n, m, h // p, p, w // p, p).sum(axis=(3, 5)), p)


def _sums_of_places(array, p):
    """In every entry, the sum over the entries that have the same place in their blocks."""
    n, m, h, w = array.shape
    sums = array.reshape(n, m, h // p, p, w // p, p).sum(axis=(2, 4))
    return np.tile(sums, (1, 1, h // p, w // p))


def _shares(A, p, T):
    powers = np.exp(A / T)
    return powers / _sums(powers, p)


def _line_shares(A, p, T, axis):
    """As if each line of p entries along an axis were a block of its own."""
    powers = np.exp(A / T)
    starts = np.arange(0, A.shape[axis], p)
    return powers / np.add.reduceat(powers, starts, axis=axis).repeat(p, axis=axis)


def _winners(A, p):
    n, m, h, w = A.shape
    return (A == _spread(A.reshape(n, m, h // p, p, w // p, p).max(axis=(3, 5)), p)).astype(float)


SOFT_POOL_BACKWARD = Exercise(
    name="soft_pool_backward",
    inputs=_soft_inputs,
    truth=_soft_truth,
    parts={"dA": 3},
    passed="A block hands out the shares of a softmax: for small T nearly all to the winner, for large T to all alike.",
    batch="A",
    shapes={"upstream": "n m rows columns", "A": "n m h w"},
    room={
        "h < rows": "A block has at least one row of pixels.",
        "w < columns": "A block has at least one column of pixels.",
        "a picture with a side of one": lambda case: 1 in case["A"].shape,
        "blocks of one entry": lambda case: case["p"] == 1,
        "blocks of more than one entry": lambda case: case["p"] > 1,
        "more than one example": lambda case: len(case["A"]) > 1,
        "blocks of 2 × 2": lambda case: case["p"] == 2,
        "blocks of more than one entry and T other than 1": lambda case: case["p"] > 1 and case["T"] != 1,
        "blocks of more than one entry and T below 1": lambda case: case["p"] > 1 and case["T"] < 1,
        "blocks of more than one entry and T other than 0.5": lambda case: case["p"] > 1 and case["T"] != 0.5,
        "more than three examples": lambda case: len(case["A"]) > 3,
        "more than one channel": lambda case: case["A"].shape[1] > 1,
        "as many rows of blocks as columns": lambda case: case["upstream"].shape[2] == case["upstream"].shape[3],
        "T below 1": lambda case: case["T"] < 1,
        "T above 1": lambda case: case["T"] > 1,
    },
    wide=_soft_wide,
    ask={"dA": "What do the shares of one block add up to, and which message do they share?"},
    misconceptions=(
        Misconception(
            "equal_shares",
            lambda upstream, A, p, T: _spread(upstream, p) / p**2,
            "Every entry of a block gets the same share: that is the mean, to which y comes close for large T. Which "
            "entry of a block has the largest exp(a/T)?",
        ),
        Misconception(
            "winner_takes_all",
            lambda upstream, A, p, T: _spread(upstream, p) * _winners(A, p),
            "The largest entry of a block gets everything: that is the maximum, to which y comes close for small T. "
            "Does y move when another entry is nudged?",
        ),
        Misconception(
            "upstream_forgotten",
            lambda upstream, A, p, T: _shares(A, p, T),
            "Those are the shares. What is each of them multiplied by, if the message of the block is `upstream`?",
        ),
        Misconception(
            "temperature_forgotten",
            lambda upstream, A, p, T: _spread(upstream, p) * _shares(A, p, 1.0),
            "Right for T = 1. By what is an entry divided before it goes into exp?",
        ),
        Misconception(
            "inner_derivative_missing",
            lambda upstream, A, p, T: _spread(upstream, p) * _shares(A, p, T) * T,
            "T times the right one. What is the derivative of exp(a/T) by a, and which factor of it is missing?",
        ),
        Misconception(
            "outer_factor_missing",
            lambda upstream, A, p, T: _spread(upstream, p) * _shares(A, p, T) / T,
            "The right one divided by T. Which factor stands in front of the logarithm?",
        ),
        Misconception(
            "divided_by_the_entries",
            lambda upstream, A, p, T: _spread(upstream, p) * _shares(A, p, T) / p**2,
            "The right one divided by the number of entries of a block. 1/N stands inside of the logarithm: what does "
            "the derivative of the logarithm do with a constant factor?",
        ),
        Misconception(
            "not_divided_by_the_sum",
            lambda upstream, A, p, T: _spread(upstream, p) * np.exp(A / T),
            "The shares of a block do not add up to 1. The derivative of log u is 1/u: what is u here?",
        ),
        Misconception(
            "slope_of_a_share",
            lambda upstream, A, p, T: _spread(upstream, p) * _shares(A, p, T) * (1 - _shares(A, p, T)) / T,
            "That is the derivative of a share by its own entry. The shares are what comes out when y is "
            "differentiated once: what is y itself?",
        ),
        Misconception(
            "softmax_weighted_mean",
            lambda upstream, A, p, T: (
                _spread(upstream, p) * _shares(A, p, T) * (1 + (A - _sums(A * _shares(A, p, T), p)) / T)
            ),
            "That is the way back of another pooling: the mean of a block, weighted with the softmax. Which function "
            "of the entries is y here?",
        ),
        Misconception(
            "sign_in_the_exponent",
            lambda upstream, A, p, T: _spread(upstream, p) * _shares(-A, p, T),
            "The smallest entry of a block gets the largest share. Which sign stands in the exponent?",
        ),
        Misconception(
            "slope_without_temperature",
            lambda upstream, A, p, T: _spread(upstream, p) * _shares(A, p, T) * (1 - _shares(A, p, T)),
            "Each share s is multiplied by 1 − s, too. The shares are what comes out when y is differentiated once: "
            "is another derivative asked for?",
        ),
        Misconception(
            "times_the_value",
            lambda upstream, A, p, T: (
                _spread(upstream, p) * _shares(A, p, T) * T * np.log(_sums(np.exp(A / T), p) / p**2)
            ),
            "Each share is multiplied by the value y of its block, too. By what does y move when an entry moves by h?",
        ),
        Misconception(
            "messages_in_turn",
            lambda upstream, A, p, T: np.tile(upstream, (1, 1, p, p)) * _shares(A, p, T),
            "The shares are right, but next to one another stand messages of different blocks. Which entries of A "
            "belong to the first block?",
        ),
        Misconception(
            "shares_of_a_row",
            lambda upstream, A, p, T: _spread(upstream, p) * _line_shares(A, p, T, 3),
            "The shares of each row of a block add up to 1. What should those of the whole block add up to?",
        ),
        Misconception(
            "shares_of_a_column",
            lambda upstream, A, p, T: _spread(upstream, p) * _line_shares(A, p, T, 2),
            "The shares of each column of a block add up to 1. What should those of the whole block add up to?",
        ),
        Misconception(
            "one_block_for_all_channels",
            lambda upstream, A, p, T: (
                _spread(upstream, p) * np.exp(A / T) / _sums(np.exp(A / T), p).sum(axis=1, keepdims=True)
            ),
            "You divided by a sum over all channels. Over which entries does the sum run in y?",
        ),
        Misconception(
            "one_block_for_all_examples",
            lambda upstream, A, p, T: _spread(upstream, p) * np.exp(A / T) / _sums(np.exp(A / T), p).sum(axis=0),
            "You divided by a sum over the whole batch. Over which entries does the sum run in y?",
        ),
        Misconception(
            "same_place_of_all_blocks",
            lambda upstream, A, p, T: _spread(upstream, p) * np.exp(A / T) / _sums_of_places(np.exp(A / T), p),
            "You divided by the sum over the same place of all blocks. Over which entries does the sum run in y?",
        ),
        Misconception(
            "one_block_for_all",
            lambda upstream, A, p, T: (
                _spread(upstream, p) * np.exp(A / T) / np.exp(A / T).sum(axis=(2, 3), keepdims=True)
            ),
            "You divided by the sum over the whole channel. Over which entries does the sum run in y?",
        ),
        Misconception(
            "averaged_over_batch",
            lambda upstream, A, p, T: _spread(upstream, p) * _shares(A, p, T) / len(A),
            "The right one divided by {n}, for a batch of {n}. Each picture has its own gradient: is a mean over them "
            "asked for?",
        ),
    ),
)
