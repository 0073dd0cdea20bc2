"""Chapter 07: the way back of the maximum, where windows overlap."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception

STEP = 1e-4  # of the differences; the values of a picture are further apart, so no maximum changes its place


def _max_case(rng, n, h, w, p, t, shift=0.0):
    order = np.stack([rng.permutation(h * w).reshape(h, w) for _ in range(n)])
    values = (np.arange(h * w) - h * w / 2 + rng.uniform(0.1, 0.4, h * w)) / (h * w) - shift
    A = values[order]  # the pictures of a batch share their numbers, as the task allows
    return {"upstream": rng.normal(size=(n, (h - p) // t + 1, (w - p) // t + 1)), "A": A, "p": p, "t": t}


def _max_inputs(rng):
    return [
        _max_case(rng, *sizes)
        for sizes in (
            (5, 7, 9, 3, 2), (2, 5, 6, 2, 1), (4, 8, 6, 4, 2, 2.0), (1, 9, 4, 2, 3), (3, 1, 5, 1, 2), (6, 4, 1, 1, 1),
            (2, 9, 9, 2, 5), (2, 7, 7, 3, 1, -2.0), (3, 3, 3, 1, 1), (2, 2, 3, 2, 2),
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


def _exchanged(window):
    """The place of the winner, with row and column exchanged."""
    return _winner(window).T


def _first_window(upstream, A, p, t):
    only = np.zeros_like(upstream)
    only.ravel()[:1] = upstream.ravel()[:1]
    return _each_window(only, A, p, t, _winner)


def _by_value(upstream, A, p, t):
    """Every entry of the batch that has the number of the winner gets the message."""
    dA = np.zeros_like(A)
    for e, r, s in np.ndindex(upstream.shape):
        dA[A == A[e, r * t : r * t + p, s * t : s * t + p].max()] += upstream[e, r, s]
    return dA


def _steps(upstream, A, p, down, right):
    """Windows with a step of their own in each direction."""
    dA = np.zeros_like(A)
    for e, r, s in np.ndindex(upstream.shape):
        place = np.s_[e, r * down : r * down + p, s * right : s * right + p]
        dA[place] += _winner(A[place]) * upstream[e, r, s]
    return dA


def _first(window):
    """The first of the largest entries."""
    return (np.arange(window.size) == window.argmax()).reshape(window.shape).astype(float)


def _largest_message(upstream, A, p, t):
    dA = np.zeros_like(A)
    for e, r, s in np.ndindex(upstream.shape):
        place = np.s_[e, r * t : r * t + p, s * t : s * t + p]
        dA[place] = np.maximum(dA[place], np.where(_winner(A[place]) > 0, upstream[e, r, s], dA[place]))
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
        "t above 1": lambda case: case["t"] > 1,
        "windows that overlap": lambda case: case["t"] < case["p"],
        "gaps between the windows": lambda case: case["t"] > case["p"],
        "wide gaps between the windows": lambda case: case["t"] > case["p"] + 1,
        "p other than t": lambda case: case["p"] != case["t"],
        "p above two": lambda case: case["p"] > 2,
        "p above three": lambda case: case["p"] > 3,
        "more than one window": lambda case: case["upstream"][0].size > 1,
        "more than three examples": lambda case: len(case["A"]) > 3,
        "numbers that other pictures have, too": lambda case: len(np.unique(case["A"])) < case["A"].size,
        "a batch or picture with a side of one": lambda case: 1 in case["A"].shape,
        "windows of one entry": lambda case: case["p"] == 1,
        "windows of more than one entry": lambda case: case["p"] > 1,
        "more than one example": lambda case: len(case["A"]) > 1,
        "entries in no window": lambda case: any((side - case["p"]) % case["t"] for side in case["A"].shape[1:]),
        "no entry above 0": lambda case: (case["A"] < 0).all(),
    },
    wide=_max_wide,
    ask={"dA": "Which entry hears the message of a window, and what does an entry get that has won in several?"},
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
            "upstream_forgotten",
            lambda upstream, A, p, t: _each_window(np.ones_like(upstream), A, p, t, _winner),
            "You have counted in how many windows each entry wins. Which number does it get from each of them?",
        ),
        Misconception(
            "upper_left",
            partial(_each_window, share=_upper_left),
            "The messages go to the upper left entry of each window. Which entry made the maximum?",
        ),
        Misconception(
            "lower_right",
            partial(_each_window, share=lambda window: _upper_left(window)[::-1, ::-1]),
            "The messages go to the lower right entry of each window. Which entry made the maximum?",
        ),
        Misconception(
            "smallest_entry",
            partial(_each_window, share=lambda window: _winner(-window)),
            "The messages go to the smallest entry of each window. Which entry made the maximum?",
        ),
        Misconception(
            "largest_in_size",
            partial(_each_window, share=lambda window: _winner(abs(window))),
            "The messages go to the entry that is furthest from 0. Which is larger, −3 or 2?",
        ),
        Misconception(
            "found_by_its_value",
            _by_value,
            "A winner's message also reaches entries of other pictures that have the same number. In which picture "
            "does the window stand?",
        ),
        Misconception(
            "place_in_the_first_picture",
            lambda upstream, A, p, t: _each_window(upstream, 0 * A + A[:1], p, t, _winner),
            "In every picture the winners of the first have got the messages. Which picture decides?",
        ),
        Misconception(
            "maxima_from_0",
            partial(_each_window, share=lambda window: _winner(window) * (window > 0)),
            "Only winners above 0 have got their messages. Is a window without such an entry without a maximum?",
        ),
        Misconception(
            "winner_never_below_0",
            partial(_each_window, share=lambda window: _first(np.maximum(window, 0))),
            "Where all entries of a window are below 0, the upper left one has got the message. Which is larger, −3 or "
            "−2?",
        ),
        Misconception(
            "largest_message",
            _largest_message,
            "An entry that wins in several windows has got the largest of its messages (or 0). If it moves, how many "
            "maxima move with it?",
        ),
        Misconception(
            "message_without_sign",
            lambda upstream, A, p, t: _each_window(abs(upstream), A, p, t, _winner),
            "The messages have lost their signs. What does a message below 0 say?",
        ),
        Misconception(
            "stride_in_rows_only",
            lambda upstream, A, p, t: _steps(upstream, A, p, t, 1),
            "Right in the first column of windows. At which column does the second one begin?",
        ),
        Misconception(
            "stride_in_columns_only",
            lambda upstream, A, p, t: _steps(upstream, A, p, 1, t),
            "Right in the first row of windows. At which row does the second one begin?",
        ),
        Misconception(
            "shared_among_wins",
            lambda upstream, A, p, t: (
                _each_window(upstream, A, p, t, _winner)
                / np.maximum(_each_window(np.ones_like(upstream), A, p, t, _winner), 1)
            ),
            "An entry that wins in several windows has got the mean of its messages. If it moves, how many maxima "
            "move with it?",
        ),
        Misconception(
            "row_and_column_exchanged",
            partial(_each_window, share=_exchanged),
            "In each window the message lies at the place of the winner with row and column exchanged. `argmax` counts "
            "row by row: which of quotient and remainder is the row?",
        ),
        Misconception(
            "first_window_only",
            _first_window,
            "Only the first window of the first picture has sent its message. Does a `return` stand inside the loop?",
        ),
        Misconception(
            "steps_of_one",
            lambda upstream, A, p, t: _each_window(upstream, A, p, 1, _winner),
            "Right for t = 1. Your windows are one pixel apart: where does the window of output (r, s) begin?",
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
