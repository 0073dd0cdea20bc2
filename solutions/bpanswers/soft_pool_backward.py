"""The way back of a pooling between the mean and the maximum."""

import numpy as np

import bpcourse as bp
from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import gradient

from .common.edits import edited, slips, solution
from .common.memory import kept_by_shape

# ----- the inputs and the truth


def case(rng, n, m, rows, columns, p, T):
    return {
        "upstream": rng.normal(size=(n, m, rows, columns)),
        "A": rng.normal(size=(n, m, p * rows, p * columns)),
        "p": p,
        "T": T,
    }


SIZES = (
    (5, 3, 2, 4, 3, 0.5), (2, 4, 3, 1, 1, 2.0), (1, 2, 1, 5, 4, 1.0), (3, 1, 4, 2, 2, 3.0), (2, 3, 1, 6, 1, 0.8),
    (2, 2, 3, 3, 2, 0.3), (3, 3, 3, 3, 1, 0.7),
)  # fmt: skip


def wide(rng):
    return case(rng, *rng.integers(1, 5, size=4), int(rng.choice([1, 1, 2, 3])), rng.uniform(0.3, 5))


def truth(upstream, A, p, T):
    """Complex steps of the formula of the exercise."""
    n, m, h, w = upstream.shape

    def message(A):
        means = np.exp(A.reshape(n, m, h, p, w, p) / T).mean(axis=(3, 5))
        return (upstream * T * np.log(means)).sum()

    return gradient(message, A)


ROOM = {
    "h < h/p": "A block has at least one row of pixels.",
    "w < w/p": "A block has at least one column of pixels.",
    "a picture with a side of one": lambda case: 1 in case["A"].shape,
    "blocks of one entry": lambda case: case["p"] == 1,
    "blocks of more than one entry": lambda case: case["p"] > 1,
    "more than one example": lambda case: len(case["A"]) > 1,
    "blocks of 2 × 2": lambda case: case["p"] == 2,
    "blocks of more than one entry and T other than 1": lambda case: case["p"] > 1 and case["T"] != 1,
    "blocks of more than one entry and T below 1": lambda case: case["p"] > 1 and case["T"] < 1,
    "blocks of more than one entry and T above 1": lambda case: case["p"] > 1 and case["T"] > 1,
    "blocks of more than one entry and T other than 0.5": lambda case: case["p"] > 1 and case["T"] != 0.5,
    "more than three examples": lambda case: len(case["A"]) > 3,
    "more than one channel": lambda case: case["A"].shape[1] > 1,
    "as many rows of blocks as columns": lambda case: case["upstream"].shape[2] == case["upstream"].shape[3],
    "T below 1": lambda case: case["T"] < 1,
    "T above 1": lambda case: case["T"] > 1,
}

# ----- the mistakes

PROGRAM = solution("soft_pool_backward")
slip = slips(PROGRAM)
SPLIT, MESSAGES = "h // p, p, w // p, p)", "upstream[:, :, :, None, :, None]"
SUM_OVER = "Over which entries does the sum run in y?"
ONE_LINE = "The shares of each {} of a block add up to 1. What should those of the whole block add up to?"


def shares(changed):
    """The edit that puts `changed` in place of the shares."""
    return "(shares *", f"({changed} *"


MISTAKES = (
    slip("equal_shares", "Every entry of a block gets the same share: that is the mean, to which y comes close for "
         "large T. Which entry of a block has the largest exp(a/T)?", shares("np.ones_like(shares) / p**2")),
    slip("winner_takes_all", "The largest entry of a block gets everything: that is the maximum, to which y comes "
         "close for small T. Does y move when another entry is nudged?",
         shares("(shares == shares.max(axis=(3, 5), keepdims=True))")),
    slip("upstream_forgotten", "Those are the shares. What is each of them multiplied by, if the message of the block "
         "is `upstream`?", (f"shares * {MESSAGES}", "shares")),
    slip("temperature_forgotten", "Right for T = 1. By what is an entry divided before it goes into exp?",
         ("A / T", "A")),
    slip("times_the_temperature", "Right for T = 1. What does y do with T before an entry goes into exp?",
         ("A / T", "A * T")),
    slip("inner_derivative_missing", "T times the right one. What is the derivative of exp(a/T) by a, and which factor "
         "of it is missing?", shares("shares * T")),
    slip("outer_factor_missing", "The right one divided by T. Which factor stands in front of the logarithm?",
         shares("shares / T")),
    slip("divided_by_the_entries", "The right one divided by the number of entries of a block. 1/N stands inside of "
         "the logarithm: what does the derivative of the logarithm do with a constant factor?",
         shares("shares / p**2")),
    slip("not_divided_by_the_sum", "The shares of a block do not add up to 1. The derivative of log u is 1/u: what is "
         "u here?", shares("powers")),
    slip("exp_forgotten", "Your shares are those of the entries themselves. Of which function of the entries is y the "
         "logarithm of a mean?", ("np.exp(A / T)", "A")),
    slip("slope_of_a_share", "That is the derivative of a share by its own entry. The shares are what comes out when y "
         "is differentiated once: what is y itself?", shares("shares * (1 - shares) / T")),
    slip("slope_without_temperature", "Each share s is multiplied by 1 − s, too. The shares are what comes out when y "
         "is differentiated once: is another derivative asked for?", shares("shares * (1 - shares)")),
    slip("softmax_weighted_mean", "That is the way back of another pooling: the mean of a block, weighted with the "
         "softmax. Which function of the entries is y here?",
         shares("shares * (1 + np.log(powers) - (np.log(powers) * shares).sum(axis=(3, 5), keepdims=True))")),
    slip("sign_in_the_exponent", "The smallest entry of a block gets the largest share. Which sign stands in the "
         "exponent?", ("A / T", "-A / T")),
    slip("times_the_value", "Each share is multiplied by the value y of its block, too. By what does y move when an "
         "entry moves by h?", shares("T * np.log(powers.mean(axis=(3, 5), keepdims=True)) * shares")),
    slip("messages_in_turn", "The shares are right, but next to one another stand messages of different blocks. Which "
         "entries of A belong to the first block?",
         (MESSAGES, "np.tile(upstream, (1, 1, p, p)).reshape(shares.shape)")),
    slip("blocks_from_memory", "Your blocks are p² neighbours in memory, along a row of the picture. Which entries of "
         "A belong to the first block?", (SPLIT, "h // p, w // p, p, p)"), ("(3, 5)", "(4, 5)"),
         (MESSAGES, "upstream[..., None, None]")),
    slip("blocks_with_gaps", "The entries of your blocks do not stand side by side, but h/p rows and w/p columns "
         "apart. If `reshape` makes two axes of one, which of them counts the blocks?",
         (SPLIT, "p, h // p, p, w // p)"),
         ("(3, 5)", "(2, 4)"), (MESSAGES, "upstream[:, :, None, :, None, :]")),
    slip("shares_of_a_row", ONE_LINE.format("row"), ("(3, 5)", "5")),
    slip("shares_of_a_column", ONE_LINE.format("column"), ("(3, 5)", "3")),
    slip("shares_of_a_row_of_the_picture", "The shares of each row of the picture add up to 1. Those of which entries "
         "should?", ("(3, 5)", "(4, 5)")),
    slip("one_block_for_all_channels", f"You divided by a sum over all channels. {SUM_OVER}", ("(3, 5)", "(1, 3, 5)")),
    slip("one_block_for_all_examples", f"You divided by a sum over the whole batch. {SUM_OVER}",
         ("(3, 5)", "(0, 3, 5)")),
    slip("same_place_of_all_blocks", f"You divided by the sum over the same place of all blocks. {SUM_OVER}",
         ("(3, 5)", "(2, 4)")),
    slip("one_block_for_all", f"You divided by the sum over the whole channel. {SUM_OVER}",
         ("(3, 5)", "(2, 3, 4, 5)")),
    slip("averaged_over_batch", "The right one divided by {n}, for a batch of {n}. Each picture has its own gradient: "
         "is a mean over them asked for?", shares("shares / n")),
)  # fmt: skip


def first(line):
    """The edit that does something first."""
    return "    n, m,", f"    {line}\n    n, m,"


WRONG = [
    *(
        edited(PROGRAM, ("return (", "dA = ("), ("reshape(A.shape)", f"reshape(A.shape)\n    return {changed}"))
        for changed in ("0 * A", "-dA", "dA[:, :, ::-1]", "dA.mean(axis=1)", "dA * A", "np.squeeze(dA)")
    ),
    edited(PROGRAM, (MESSAGES, MESSAGES.replace("[:, :", "[:, ::-1"))),
    edited(PROGRAM, (MESSAGES, f"np.sign({MESSAGES})")),
    *(
        edited(PROGRAM, ("A / T", changed))
        for changed in ("abs(A) / T", "A / 0.5", "A / max(T, 0.6)", "A / min(T, 1)",
                        "(A - A.max(axis=(0, 1))) / T")
    ),
    *(
        edited(PROGRAM, first(line))
        for line in ("upstream = upstream.swapaxes(2, 3) if upstream.shape[2] == upstream.shape[3] else upstream",
                     "if T == 1: return upstream",
                     "upstream = np.where(np.arange(upstream.shape[3]) < upstream.shape[2], upstream, 0)")
    ),
    edited(PROGRAM, ("return (", "return upstream if p < 99 else (")),
    kept_by_shape(truth),
]  # fmt: skip

# ----- right answers in other words


def by_loops(upstream, A, p, T):
    dA = np.empty_like(A)
    for e, f, r, s in np.ndindex(upstream.shape):
        place = np.s_[e, f, r * p : r * p + p, s * p : s * p + p]
        powers = np.exp(A[place] / T)
        dA[place] = upstream[e, f, r, s] * powers / powers.sum()
    return dA


def from_the_output(upstream, A, p, T):
    """The share of an entry is exp((a - y)/T) / N, with y the pooled value itself."""
    n, m, h, w = upstream.shape
    y = T * np.log(np.exp(A / T).reshape(n, m, h, p, w, p).mean(axis=(3, 5)))
    block = np.ones((1, 1, p, p))
    return np.kron(upstream, block) * np.exp((A - np.kron(y, block)) / T) / p**2


def stable(upstream, A, p, T):
    """The largest entry of each block is subtracted first; the blocks lie side by side as a last index."""
    n, m, h, w = upstream.shape
    B = A.reshape(n, m, h, p, w, p).swapaxes(3, 4).reshape(n, m, h, w, p * p) / T
    shares = np.exp(B - B.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    back = (shares * upstream[..., None]).reshape(n, m, h, w, p, p).swapaxes(3, 4)
    return np.asfortranarray(back.reshape(A.shape))


def by_quotients(upstream, A, p, T):
    """One over the sum of how many times larger each of the others is."""
    dA = []
    for (e, f, q, u), value in np.ndenumerate(A):
        block = A[e, f, q // p * p : q // p * p + p, u // p * p : u // p * p + p]
        dA.append(upstream[e, f, q // p, u // p] / sum(np.exp((other - value) / T) for other in block.ravel()))
    return np.array(dA).reshape(A.shape)


def with_the_softmax(upstream, A, p, T):
    """A row a block, and the softmax of the library."""
    n, m, h, w = upstream.shape
    B = A.reshape(n, m, h, p, w, p).transpose(0, 1, 2, 4, 3, 5)
    rows = bp.softmax(B.reshape(-1, p * p) / T) * upstream.reshape(-1, 1)
    return rows.reshape(B.shape).transpose(0, 1, 2, 4, 3, 5).reshape(A.shape)


def by_complex_steps(upstream, A, p, T):
    """No derivative taken by hand; one step for each place in the blocks."""
    n, m, h, w = upstream.shape
    dA = np.zeros_like(A)
    for i, j in np.ndindex(p, p):
        moved = A.astype(complex)
        moved[:, :, i::p, j::p] += 1e-30j
        y = T * np.log(np.exp(moved / T).reshape(n, m, h, p, w, p).mean(axis=(3, 5)))
        dA[:, :, i::p, j::p] = upstream * y.imag / 1e-30
    return dA


EXERCISE = Exercise(
    inputs=lambda rng: [case(rng, *each) for each in SIZES],
    truth=truth,
    parts={"dA": 3},
    passed="A block hands out the shares of a softmax: for small T nearly all to the winner, for large T to all alike.",
    batch="A",
    shapes={"upstream": "n m h/p w/p", "A": "n m h w"},
    room=ROOM,
    wide=wide,
    ask={"dA": "What do the shares of one block add up to, and which message do they share?"},
    misconceptions=MISTAKES,
    right=(by_loops, from_the_output, stable, by_quotients, with_the_softmax, by_complex_steps),
    wrong=tuple(WRONG),
)
