"""Chapter 07: pooling backward: the mean distributes, the maximum routes, and windows may overlap."""

from functools import partial

import numpy as np

from ..engine import Exercise, Misconception
from ..truth import gradient

STEP = 1e-4  # of the differences; the values of a picture are further apart, so no maximum changes its place


def _mean_inputs(rng):
    return [
        {"upstream": rng.normal(size=shape), "p": p}
        for shape, p in (((5, 3, 2, 4), 2), ((2, 4, 3, 1), 3), ((3, 2, 1, 5), 4))
    ]


def _mean_truth(upstream, p):
    n, m, h, w = upstream.shape

    def message(A):
        return (upstream * A.reshape(n, m, h, p, w, p).mean(axis=(3, 5))).sum()

    return gradient(message, np.zeros((n, m, h * p, w * p)))


def _spread(upstream, p):
    return upstream.repeat(p, axis=2).repeat(p, axis=3)


def _corner(upstream, p):
    out = np.zeros((*upstream.shape[:2], upstream.shape[2] * p, upstream.shape[3] * p))
    out[:, :, ::p, ::p] = upstream
    return out


MEAN_POOL_BACKWARD = Exercise(
    name="mean_pool_backward",
    inputs=_mean_inputs,
    truth=_mean_truth,
    parts={"dA": 2},
    passed="Every entry of a block gets the same share, and the shares of a block add up to its message.",
    batch="upstream",
    misconceptions=(
        Misconception(
            "not_divided",
            _spread,
            "Every entry gets the whole message. If one entry of a block moves by h, by how much does the mean move?",
        ),
        Misconception(
            "divided_by_the_side",
            lambda upstream, p: _spread(upstream, p) / p,
            "You divided by p. How many entries has a block?",
        ),
        Misconception(
            "one_gets_all",
            _corner,
            "One entry of each block gets everything. Does the mean listen to one entry only?",
        ),
        Misconception(
            "tiled",
            lambda upstream, p: np.tile(upstream, (1, 1, p, p)) / p**2,
            "The shares are right and lie in the wrong places: whole pictures stand side by side. Which entries of dA "
            "belong to the first block?",
        ),
        Misconception(
            "averaged_over_batch",
            lambda upstream, p: _spread(upstream, p) / p**2 / len(upstream),
            "The right one divided by {n}, for a batch of {n}. Each picture has its own gradient: is a mean over them "
            "asked for?",
        ),
    ),
)


def _max_inputs(rng):
    cases = []
    for n, (h, w), p, t in ((3, (7, 9), 3, 2), (2, (5, 6), 2, 1), (4, (8, 6), 4, 2)):
        A = (
            np.stack([rng.permutation(h * w).reshape(h, w) for _ in range(n)])
            - h * w / 2
            + rng.uniform(0.1, 0.4, (n, h, w))
        )
        cases.append(
            {"upstream": rng.normal(size=(n, (h - p) // t + 1, (w - p) // t + 1)), "A": A / (h * w), "p": p, "t": t}
        )
    return cases


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
