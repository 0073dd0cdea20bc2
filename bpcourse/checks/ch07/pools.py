"""Chapter 07: pooling backward: between the mean and the maximum, and the maximum of windows that overlap."""

from functools import partial

import numpy as np

from ..engine import Exercise, Misconception
from ..truth import gradient

STEP = 1e-4  # of the differences; the values of a picture are further apart, so no maximum changes its place


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
            (1, 2, 1, 5, 4, 0.8),
            (3, 1, 4, 2, 2, 3.0),
            (2, 3, 1, 6, 1, 1.0),
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


def _shares(A, p, T):
    powers = np.exp(A / T)
    return powers / _sums(powers, p)


def _winners(A, p):
    n, m, h, w = A.shape
    return (A == _spread(A.reshape(n, m, h // p, p, w // p, p).max(axis=(3, 5)), p)).astype(float)


SOFT_POOL_BACKWARD = Exercise(
    name="soft_pool_backward",
    inputs=_soft_inputs,
    truth=_soft_truth,
    parts={"dA": 2},
    passed="A block hands out the shares of a softmax: for small T nearly all to the winner, for large T to all alike.",
    batch="A",
    shapes={"upstream": "n m rows columns", "A": "n m h w"},
    room={
        "h < rows": "A block has at least one row of pixels.",
        "w < columns": "A block has at least one column of pixels.",
        "blocks of one entry": lambda case: case["p"] == 1,
        "blocks of 2 × 2": lambda case: case["p"] == 2,
        "T below 1": lambda case: case["T"] < 1,
        "T above 1": lambda case: case["T"] > 1,
    },
    wide=_soft_wide,
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


def _max_case(rng, n, h, w, p, t, shift=0.0):
    order = np.stack([rng.permutation(h * w).reshape(h, w) for _ in range(n)])
    A = (order - h * w / 2 + rng.uniform(0.1, 0.4, (n, h, w))) / (h * w) - shift
    return {"upstream": rng.normal(size=(n, (h - p) // t + 1, (w - p) // t + 1)), "A": A, "p": p, "t": t}


def _max_inputs(rng):
    return [
        _max_case(rng, *sizes)
        for sizes in (
            (5, 7, 9, 3, 2), (2, 5, 6, 2, 1), (4, 8, 6, 4, 2, 2.0), (1, 9, 4, 2, 3), (3, 1, 5, 1, 2), (6, 4, 1, 1, 1),
        )
    ]  # fmt: skip


def _max_wide(rng):
    n, h, w = rng.integers(1, 7, size=3)
    return _max_case(rng, n, h, w, int(rng.integers(1, min(h, w) + 1)), int(rng.integers(1, 5)), rng.uniform(-2, 2))


def _max_truth(upstream, A, p, t):
    """Central differences: the maximum is linear as long as its place does not change."""
    A = A.copy()
    windows = np.lib.stride_tricks.sliding_window_view(A, (p, p), axis=(1, 2))

    def message():
        return (upstream * windows[:, ::t, ::t].max(axis=(3, 4))).sum()

    out = np.empty_like(A)
    for i in np.ndindex(A.shape):
        here = A[i]
        A[i] = here + STEP
        above = message()
        A[i] = here - STEP
        out[i] = (above - message()) / (2 * STEP)
        A[i] = here
    return out


def _each_window(upstream, A, p, t, share, add=True, step=None, first=False):
    """For each window: share(window) times its message goes to its place; add: `+=`, else `=`; first: kept once set."""
    dA, step = np.zeros_like(A), t if step is None else step
    for e, r, s in np.ndindex(upstream.shape):
        window = A[e, r * t : r * t + p, s * t : s * t + p]
        place = np.s_[e, r * step : r * step + p, s * step : s * step + p]
        part = share(window) * upstream[e, r, s]
        if add:
            dA[place] += part
        else:
            here = dA[place]
            dA[place] = np.where((part != 0) & ((here == 0) if first else True), part, here)
    return dA


def _winner(window):
    return (window == window.max()).astype(float)


def _upper_left(window):
    share = np.zeros(window.shape)
    share[0, 0] = 1.0
    return share


OVERLAPPING_MAX_BACKWARD = Exercise(
    name="overlapping_max_backward",
    inputs=_max_inputs,
    truth=_max_truth,
    parts={"dA": 4},
    passed="Each winner has the sum of all the messages of the windows that it won.",
    batch="A",
    shapes={"upstream": "n rows columns", "A": "n h w"},
    room={
        "h < rows": "There are no more windows than pixels, in rows as in columns.",
        "w < columns": "There are no more windows than pixels, in rows as in columns.",
        "t = 1": lambda case: case["t"] == 1,
        "windows that overlap": lambda case: case["t"] < case["p"],
        "gaps between the windows": lambda case: case["t"] > case["p"],
        "windows of one entry": lambda case: case["p"] == 1,
        "entries in no window": lambda case: any((side - case["p"]) % case["t"] for side in case["A"].shape[1:]),
        "no entry above 0": lambda case: (case["A"] < 0).all(),
    },
    wide=_max_wide,
    misconceptions=(
        Misconception(
            "overwritten",
            partial(_each_window, share=_winner, add=False),
            "An entry that wins in several windows has kept only the last message. What should happen where ways join?",
        ),
        Misconception(
            "first_message_only",
            partial(_each_window, share=_winner, add=False, first=True),
            "An entry that wins in several windows has kept only the first message. What should happen where ways "
            "join?",
        ),
        Misconception(
            "distributed",
            partial(_each_window, share=lambda window: np.full(window.shape, 1 / window.size)),
            "Every entry of a window gets a share: that is mean pooling. If an entry that is not the largest moves a "
            "little, what does the maximum do?",
        ),
        Misconception(
            "everybody_gets_all",
            partial(_each_window, share=lambda window: np.ones(window.shape)),
            "Every entry of a window gets the whole message. If an entry that is not the largest moves a little, what "
            "does the maximum do?",
        ),
        Misconception(
            "upper_left",
            partial(_each_window, share=_upper_left),
            "The messages go to the upper left entry of each window. Which entry made the maximum?",
        ),
        Misconception(
            "stride_forgotten",
            partial(_each_window, share=_winner, step=1),
            "The winners are the right ones, but their messages land in windows that are one pixel apart. Where does "
            "the window of output (r, s) begin?",
        ),
        Misconception(
            "times_the_value",
            partial(_each_window, share=lambda window: _winner(window) * window),
            "The messages are multiplied by the values of the winners. By what does the maximum move when its winner "
            "moves by h?",
        ),
        Misconception(
            "averaged_over_batch",
            lambda upstream, A, p, t: _each_window(upstream, A, p, t, _winner) / len(A),
            "The right one divided by {n}, for a batch of {n}. Each picture has its own gradient: is a mean asked for?",
        ),
    ),
)
