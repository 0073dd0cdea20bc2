"""The way back of the maximum, where windows overlap."""

from collections import defaultdict

import numpy as np

from bpcourse.marking.engine import Exercise

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape
from .common.sizes import sizes

# ----- the inputs and the truth

STEP = 1e-4  # of the differences; the values of a picture are further apart, so no maximum changes its place


def case(rng, n, h, w, p, t, shift=0.0, shared=True):
    """shared: whether the pictures of the batch have the same numbers, as the task allows."""
    order = np.stack([rng.permutation(h * w).reshape(h, w) for _ in range(n)])
    A = ((np.arange(h * w) - h * w / 2 + rng.uniform(0.1, 0.4, h * w)) / (h * w) - shift)[order]
    if not shared:
        A = A + rng.permutation(n)[:, None, None]  # the numbers of one picture lie less than 1 apart
    return {"upstream": rng.normal(size=(n, (h - p) // t + 1, (w - p) // t + 1)), "A": A, "p": p, "t": t}


SIZES = (
    (5, 7, 9, 3, 2), (2, 5, 6, 2, 1), (4, 8, 6, 4, 2, 2.0), (1, 9, 4, 2, 3), (3, 1, 5, 1, 2), (6, 4, 1, 1, 1),
    (2, 9, 9, 2, 5), (2, 7, 7, 3, 1, -2.0), (3, 3, 3, 1, 1), (2, 2, 3, 2, 2), (3, 5, 4, 2, 1, 0.0, False),
)  # fmt: skip


def wide(rng):
    n, h, w = sizes(rng, 3)
    p, t = int(rng.integers(1, min(h, w, 6) + 1)), int(rng.integers(1, 5))
    return case(rng, n, h, w, p, t, rng.uniform(-2, 2), rng.random() < 0.5)


def truth(upstream, A, p, t):
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


ROOM = {
    "h < h′": "There are no more windows than pixels, in rows as in columns.",
    "w < w′": "There are no more windows than pixels, in rows as in columns.",
    "t = 1": lambda case: case["t"] == 1,
    "t above 1": lambda case: case["t"] > 1,
    "windows that overlap": lambda case: case["t"] < case["p"],
    "gaps between the windows": lambda case: case["t"] > case["p"],
    "wide gaps between the windows": lambda case: case["t"] > case["p"] + 1,
    "p other than t": lambda case: case["p"] != case["t"],
    "p above two": lambda case: case["p"] > 2,
    "p above three": lambda case: case["p"] > 3,
    "more than one window": lambda case: case["upstream"][0].size > 1,
    "more than one example": lambda case: len(case["A"]) > 1,
    "more than three examples": lambda case: len(case["A"]) > 3,
    "numbers that other pictures have, too": lambda case: len(np.unique(case["A"])) < case["A"].size,
    "several pictures, each with numbers of its own": lambda case: (
        len(case["A"]) > 1 and len(np.unique(case["A"])) == case["A"].size
    ),
    "a batch or picture with a side of one": lambda case: 1 in case["A"].shape,
    "windows of one entry": lambda case: case["p"] == 1,
    "windows of more than one entry": lambda case: case["p"] > 1,
    "entries in no window": lambda case: any((side - case["p"]) % case["t"] for side in case["A"].shape[1:]),
    "no entry above 0": lambda case: (case["A"] < 0).all(),
}

# ----- the mistakes

PROGRAM = solution("overlapping_max_backward")
slip = slips(PROGRAM)
WINNER, PLACE, MESSAGE = "window.argmax()", "dA[e, r * t + i, s * t + j]", "+= upstream[e, r, s]"
WINDOW, WINDOWS = "dA[e, r * t : r * t + p, s * t : s * t + p]", "np.ndindex(upstream.shape)"
NUDGED = "If an entry that is not the largest moves a little, what does the maximum do?"


def steps(down, right):
    """The edits that set windows `down` rows and `right` columns apart."""
    return ("r * t", f"r * {down}"), ("s * t", f"s * {right}")


MISTAKES = (
    slip("overwritten", "An entry that wins in several windows has kept only the last message. What should happen "
         "where ways join?", ("+=", "=")),
    slip("first_message_only", "An entry that wins in several windows has kept only the first message. What should "
         "happen where ways join?", (MESSAGE, f"{MESSAGE} * ({PLACE} == 0)")),
    slip("distributed", f"Every entry of a window gets a share: that is mean pooling. {NUDGED}",
         (f"{PLACE} {MESSAGE}", f"{WINDOW} {MESSAGE} / p**2")),
    slip("everybody_gets_all", f"Every entry of a window gets the whole message. {NUDGED}", (PLACE, WINDOW)),
    slip("upstream_forgotten", "You have counted in how many windows each entry wins. Which number does it get from "
         "each of them?", (MESSAGE, "+= 1")),
    slip("upper_left", "The messages go to the upper left entry of each window. Which entry made the maximum?",
         (WINNER, "0")),
    slip("lower_right", "The messages go to the lower right entry of each window. Which entry made the maximum?",
         (WINNER, "p * p - 1")),
    slip("smallest_entry", "The messages go to the smallest entry of each window. Which entry made the maximum?",
         (WINNER, "window.argmin()")),
    slip("largest_in_size", "The messages go to the entry that is furthest from 0. Which is larger, −3 or 2?",
         (WINNER, "abs(window).argmax()")),
    slip("winner_of_each_row", "In every row of a window the largest entry gets the message. How many entries make the "
         "maximum of a window?", (f"divmod({WINNER}, p)", "np.arange(p), window.argmax(axis=1)")),
    slip("found_by_its_value", "A winner's message also reaches entries of other pictures that have the same number. "
         "In which picture does the window stand?", (PLACE, "dA[A == window.max()]")),
    slip("place_in_the_first_picture", "In every picture the winners of the first have got the messages. Which picture "
         "decides?", ("window = A[e,", "window = A[0,")),
    slip("pictures_added", "Every picture has what all pictures of the batch should get together. Which pictures does "
         "a window see?", (PLACE, "dA[:, r * t + i, s * t + j]")),
    slip("largest_of_the_batch", "Only a winner that is the largest of its window in all pictures has got its message. "
         "Which pictures does a window see?",
         (MESSAGE, f"{MESSAGE} * (window.max() == A[:, r * t : r * t + p, s * t : s * t + p].max())")),
    slip("maxima_from_0", "Only winners above 0 have got their messages. Is a window without such an entry without a "
         "maximum?", (MESSAGE, f"{MESSAGE} * (window.max() > 0)")),
    slip("winner_never_below_0", "Where all entries of a window are below 0, the upper left one has got the message. "
         "Which is larger, −3 or −2?", (WINNER, "np.maximum(window, 0).argmax()")),
    slip("largest_message", "An entry that wins in several windows has got the largest of its messages (or 0). If it "
         "moves, how many maxima move with it?", (MESSAGE, f"= max({PLACE}, upstream[e, r, s])")),
    slip("message_without_sign", "The messages have lost their signs. What does a message below 0 say?",
         (MESSAGE, "+= abs(upstream[e, r, s])")),
    slip("negative_messages_cut", "Messages below 0 are left out. What does such a message say?",
         (MESSAGE, "+= max(upstream[e, r, s], 0)")),
    slip("stride_in_rows_only", "Right in the first column of windows. At which column does the second one begin?",
         *steps("t", 1)),
    slip("stride_in_columns_only", "Right in the first row of windows. At which row does the second one begin?",
         *steps(1, "t")),
    slip("shared_among_wins", "An entry that wins in several windows has got the mean of its messages. If it moves, "
         "how many maxima move with it?", ("    return dA", "    return dA / np.maximum(wins, 1)"),
         ("    dA =", "    wins = np.zeros_like(A)\n    dA ="),
         (PLACE, f"{PLACE.replace('dA', 'wins')} += 1; {PLACE}")),
    slip("row_and_column_exchanged", "In each window the message lies at the place of the winner with row and column "
         "exchanged. `argmax` counts row by row: which of quotient and remainder is the row?", ("i, j =", "j, i =")),
    slip("first_window_only", "Only the first window of the first picture has sent its message. Does a `return` stand "
         "inside the loop?", ("    return", "        return")),
    slip("last_windows_missing", "The last row and the last column of windows have sent nothing. How far do the loops "
         "go?", (WINDOWS, "np.ndindex(upstream[:, :-1, :-1].shape)")),
    slip("as_many_windows_as_without_overlap", "Only h // p rows and w // p columns of windows have sent their "
         "messages. How many are there in steps of t?",
         (WINDOWS, "np.ndindex(upstream[:, : A.shape[1] // p, : A.shape[2] // p].shape)")),
    slip("steps_of_one", "Right for t = 1. Your windows are one pixel apart: where does the window of output (r, s) "
         "begin?", *steps(1, 1)),
    slip("steps_of_p", "Your windows are p pixels apart, as if they stood side by side. Where does the window of "
         "output (r, s) begin?", *steps("p", "p")),
    slip("steps_of_p_inside", "Your windows are p pixels apart, as if they stood side by side, and those outside of "
         "the picture are left out. Where does the window of output (r, s) begin?", *steps("p", "p"),
         ("        i, j", "        if not window.size: continue\n        i, j"),
         (f"{WINNER}, p", f"{WINNER}, window.shape[1]")),
    slip("no_gaps", "Right where t is not larger than p. Where t is larger, at which row does the second window begin?",
         *steps("min(t, p)", "min(t, p)")),
    slip("windows_of_t", "Your windows are t × t. What is t, and how large is a window?",
         ("+ p,", "+ t,"), ("+ p]", "+ t]"), (f"{WINNER}, p", f"{WINNER}, window.shape[1]")),
    slip("place_within_the_window", "The messages lie where the winner stands inside its window, counted from the "
         "corner of the picture. Where in the picture does the window begin?", (PLACE, "dA[e, i, j]")),
    slip("stride_forgotten", "The winners are the right ones, but their messages land in windows that are one pixel "
         "apart. Where does the window of output (r, s) begin?", (PLACE, "dA[e, r + i, s + j]")),
    slip("times_the_value", "The messages are multiplied by the values of the winners. By what does the maximum move "
         "when its winner moves by h?", (MESSAGE, f"{MESSAGE} * window.max()")),
    slip("averaged_over_batch", "The right one divided by {n}, for a batch of {n}. Each picture has its own gradient: "
         "is a mean asked for?", ("return dA", "return dA / len(A)")),
)  # fmt: skip

WRONG = [
    *(
        edited(PROGRAM, ("return dA", f"return {changed}"))
        for changed in ("0 * A", "-dA", "dA.sum(axis=0)", "np.sign(dA)", "dA.astype(int)", "np.squeeze(dA)")
    ),
    edited(PROGRAM, (MESSAGE, "+= upstream[e, -1 - r, s]")),
    edited(PROGRAM, *steps("min(t, p + 1)", "min(t, p + 1)")),
    edited(PROGRAM, ("+ p", "+ 2"), (f"{WINNER}, p", f"{WINNER}, 2")),
    edited(PROGRAM, (PLACE, "dA.flat[(A == window.max()).argmax()]")),  # another picture may have the same number
    edited(PROGRAM, (PLACE, "dA[where[window.max()]]"),
           ("    dA =", "    where = {value: place for place, value in np.ndenumerate(A)}\n    dA =")),
    edited(PROGRAM, ("r * t : r * t + p, s * t : s * t + p", ":"), (f"{WINNER}, p", f"{WINNER}, A.shape[2]"),
           (PLACE, "dA[e, i, j]")),
    kept_by_shape(truth),
]  # fmt: skip

# ----- right answers in other words


def largest(A, p, t):
    """The index of the largest entry of each window (n, h', w'), counted through the window row by row."""
    seen = np.lib.stride_tricks.sliding_window_view(A, (p, p), axis=(1, 2))[:, ::t, ::t]
    return seen.reshape(*seen.shape[:3], p * p).argmax(axis=-1)


def by_a_dictionary(upstream, A, p, t=1):
    got = defaultdict(float)
    for (e, r, s), message in np.ndenumerate(upstream):
        seen = ((e, q, u) for q in range(r * t, r * t + p) for u in range(s * t, s * t + p))
        got[max(seen, key=A.__getitem__)] += message
    dA = np.zeros(A.shape)
    for place, message in got.items():
        dA[place] = message
    return dA


def by_offsets(upstream, A, p, t):
    """The largest over the p · p places in a window, all windows at once; then who equals it."""
    rows, columns = upstream.shape[1:]
    seen = [np.s_[:, i : i + (rows - 1) * t + 1 : t, j : j + (columns - 1) * t + 1 : t] for i, j in np.ndindex(p, p)]
    top, dA = np.max([A[place] for place in seen], axis=0), 0 * A
    for place in seen:
        dA[place] += upstream * (A[place] == top)
    return dA


def by_add_at(upstream, A, p, t):
    (e, r, s), flat, dA = np.indices(upstream.shape), largest(A, p, t), np.zeros(A.shape)
    np.add.at(dA, (e, r * t + flat // p, s * t + flat % p), upstream)
    return dA


def by_masks(upstream, A, p, t):
    dA = 0 * A
    for r in range(upstream.shape[1]):
        for s in range(upstream.shape[2]):
            place = np.s_[:, t * r : t * r + p, t * s : t * s + p]
            top = A[place].max(axis=(1, 2), keepdims=True)
            dA[place] += (A[place] >= top) * upstream[:, r, s][:, None, None]
    return dA


def by_counting(upstream, A, p, t):
    """All places in one long list, and NumPy's count with weights."""
    flat = largest(A, p, t)
    e, r, s = np.indices(flat.shape)
    places = np.ravel_multi_index((e, r * t + flat // p, s * t + flat % p), A.shape)
    return np.bincount(places.ravel(), upstream.ravel(), A.size).reshape(A.shape)


def by_comparing(upstream, A, p, t):
    """The largest so far, entry by entry."""
    dA = np.zeros(A.shape)
    for e, r, s in np.ndindex(upstream.shape):
        best, at = -np.inf, None
        for q in range(r * t, r * t + p):
            for u in range(s * t, s * t + p):
                if A[e, q, u] > best:
                    best, at = A[e, q, u], (e, q, u)
        dA[at] += upstream[e, r, s]
    return dA


EXERCISE = Exercise(
    inputs=lambda rng: [case(rng, *each) for each in SIZES],
    truth=truth,
    parts={"dA": 4},
    passed="Each winner has the sum of all the messages of the windows that it won.",
    batch="A",
    shapes={"upstream": "n h′ w′", "A": "n h w"},
    room=ROOM,
    wide=wide,
    ask={"dA": "Which entry hears the message of a window, and what does an entry get that has won in several?"},
    misconceptions=MISTAKES,
    right=(by_a_dictionary, by_offsets, by_add_at, by_masks, by_counting, by_comparing),
    wrong=tuple(WRONG),
)
