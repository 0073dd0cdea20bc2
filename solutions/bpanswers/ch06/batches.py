"""Chapter 06: the minibatches of one epoch, by what they hold."""

import math

import numpy as np

from bpcourse.marking import messages as say
from bpcourse.marking.engine import Misconception

from .observed import Observed

RETURNS = "Your function should return a list of arrays of indices, one array for each batch; {came}."


def _read(value, _names):
    """What the answer returned, as (length of each piece, all indices in a row)."""
    if value is None or value is ...:
        return None, say.NOTHING if value is None else say.DOTS
    if isinstance(value, dict | str) or not hasattr(value, "__iter__"):
        return None, RETURNS.format(came=f"{say.a(value)} came")
    pieces = [np.asarray(piece) for piece in value]
    for piece in pieces:
        if piece.dtype.kind not in "iu" and piece.size:
            return None, RETURNS.format(came=f"a piece holds {piece.dtype}, and only whole numbers are indices")
        if piece.ndim > 1:
            return None, RETURNS.format(came=f"a piece has {piece.ndim} axes")
    lengths = [len(piece) if piece.ndim else -1 for piece in pieces]  # -1: a bare number
    flat = [piece.reshape(-1) for piece in pieces]
    return (np.array(lengths, dtype=float), np.concatenate(flat or [np.zeros(0)]).astype(float)), ""


SIZES = ((38, 4), (38, 4), (38, 4), (24, 6), (7, 10), (5, 5), (9, 1), (1, 1), (1, 3), (3, 2), (300, 4))
MANY = (11, 4), 60  # examples and batch size, and how many epochs of one generator: is every order possible?


def _inputs(rng):
    """Two epochs of one generator, one epoch of its twin, two other sizes, and many epochs of one more generator."""
    seed = int(rng.integers(1, 2**31))
    one, twin = np.random.default_rng(seed), np.random.default_rng(seed)
    rngs = [one, one, twin, *(np.random.default_rng(seed + k) for k in range(1, len(SIZES) - 2))]
    (shape, epochs), last = MANY, np.random.default_rng(seed + len(SIZES))
    shapes, rngs = [*SIZES, *[shape] * epochs], [*rngs, *[last] * epochs]
    return [{"n": n, "size": size, "rng": r} for (n, size), r in zip(shapes, rngs, strict=True)]


def _wide(rng):
    n, size = (int(k) for k in rng.integers(1, 13, size=2))
    return {"n": n, "size": size, "rng": np.random.default_rng(int(rng.integers(2**31)))}


def _cut(order, size):
    return [order[at : at + size] for at in range(0, len(order), size)]


def _truth(n, size, rng):
    return _cut(rng.random(n).argsort(), size)


def _look(cases, came):
    for case, outcome in zip(cases, came, strict=True):
        name = _look_at(case["n"], case["size"], *outcome.parts)
        if name:
            facts = {
                "n": case["n"],
                "size": case["size"],
                "rows": outcome.parts[1].size,
                "pieces": len(outcome.parts[0]),
            }
            return name, facts
    first, second, twin = (outcome.parts[1] for outcome in came[:3])
    pieces, facts = _cut(first, cases[0]["size"]), {}
    if np.array_equal(np.sort(first), first):
        return "in_order", facts
    if np.array_equal(first, second):
        return "same_every_epoch", facts
    if not np.array_equal(first, twin):
        return "own_dice", facts
    if all(np.ptp(piece) == len(piece) - 1 for piece in pieces):  # neighbours in the data, every one of them
        inside = any((np.diff(piece) < 0).any() for piece in pieces)
        return ("only_inside" if inside else "only_pieces"), facts
    (n, size), epochs = MANY
    return _never([outcome.parts[1].astype(int) for outcome in came[len(SIZES) :]], n, size, epochs)


def _never(orders, n, size, epochs):
    """Seen over many epochs: an example that is never in some batch, or two that never meet. A fair order has every
    one of these about once in four epochs; that it should miss one in 60 has a chance below 1e-6.
    """
    batch = np.array([np.argsort(order) // size for order in orders])  # (epochs, n): in which batch each example is
    together = (batch[:, :, None] == batch[:, None, :]).sum(axis=0)
    facts = {"n": n, "size": size, "epochs": epochs}
    for example, k in np.ndindex(n, batch.max() + 1):
        if not (batch[:, example] == k).any():
            return "never_in_a_batch", facts | {"example": example, "batch": k + 1}
    for one, other in np.argwhere(together == 0):
        return "never_together", facts | {"one": one, "other": other}
    if len({order.tobytes() for order in orders}) < epochs:
        return "few_orders", facts
    return None


def _look_at(n, size, lengths, rows):
    """What is wrong with one epoch, by its lengths and indices alone."""
    lengths, rows = lengths.astype(int), rows.astype(int)
    if (lengths == -1).any():
        return "one_array"
    if (lengths == 0).any():
        return "empty_piece"
    if rows.size and rows.max() == n and rows.min() > 0 and np.unique(rows).size == rows.size:
        return "counted_from_one"
    if rows.size and (rows.min() < 0 or rows.max() >= n):
        return "outside"
    expected = [size] * (n // size) + ([n % size] if n % size else [])
    repeats = np.unique(rows).size < rows.size
    if repeats:
        return "padded" if rows.size > n and np.unique(rows).size == n else "with_replacement"
    if rows.size < n:
        return "last_dropped" if lengths.tolist() == [size] * (n // size) else "examples_missing"
    if lengths.tolist() == expected:
        return ""
    return "number_of_pieces" if len(lengths) == size else "other_lengths"


def _blocks(n, size, rng, inside):
    pieces = _cut(np.arange(n), size)
    if inside:
        return [rng.permutation(piece) for piece in pieces]
    full, rest = pieces[: n // size], pieces[n // size :]
    return [full[k] for k in rng.permutation(len(full))] + rest


def _cut_anew(n, size, rng):
    """One pack, shuffled once for all; each epoch lifts it at another place and shuffles the full batches."""
    pieces = _cut(np.roll(np.random.default_rng(0).permutation(n), rng.integers(n)), size)
    return [pieces[k] for k in rng.permutation(n // size)] + pieces[n // size :]


def _padded(n, size, rng):
    order = rng.permutation(n)
    return _cut(np.resize(order, math.ceil(n / size) * size), size)


EPOCH_BATCHES = Observed(
    name="epoch_batches",
    inputs=_inputs,
    truth=_truth,
    parts={"lengths": 1, "rows": 1},
    points=3,
    look=_look,
    read=_read,
    room={
        "n = 1": lambda case: case["n"] == 1,
        "a batch size that does not divide n": lambda case: case["n"] % case["size"],
        "a batch size larger than n": lambda case: case["size"] > case["n"],
        "a batch size that is n": lambda case: case["size"] == case["n"],
        "batches of one": lambda case: case["size"] == 1,
        "more than 32 batches": lambda case: case["n"] > 32 * case["size"],
    },
    wide=_wide,
    passed=(
        "Every example has its turn once an epoch, in an order that is new each time and that the generator "
        "alone decides."
    ),
    misconceptions=(
        Misconception(
            "one_array",
            lambda n, size, rng: rng.permutation(n),
            "Your function returned one row of single numbers. A batch is several of them: where is the order cut?",
        ),
        Misconception(
            "last_dropped",
            lambda n, size, rng: [piece for piece in _truth(n, size, rng) if len(piece) == size],
            "With n = {n} and size = {size}, only {rows} examples had their turn. What becomes of those that "
            "do not fill a batch?",
        ),
        Misconception(
            "examples_missing",
            lambda n, size, rng: _truth(n, size, rng)[:-2] or [rng.permutation(n)[1:]],
            "With n = {n} and size = {size}, only {rows} examples had their turn. Which are never dealt out?",
        ),
        Misconception(
            "with_replacement",
            lambda n, size, rng: [rng.integers(n, size=len(piece)) for piece in _cut(range(n), size)],
            "Some examples come twice in one epoch, others never: the indices are drawn one by one, or batch by "
            "batch. What would you do with a pack of cards?",
        ),
        Misconception(
            "padded",
            _padded,
            "With n = {n} and size = {size}, your epoch has {rows} indices: the last batch is filled up with "
            "examples that had their turn. May a batch be short?",
        ),
        Misconception(
            "empty_piece",
            lambda n, size, rng: [*_truth(n, size, rng), np.zeros(0, int)],
            "With n = {n} and size = {size}, one of your batches is empty, and a mean over it is NaN. For "
            "which starting points is something left?",
        ),
        Misconception(
            "counted_from_one",
            lambda n, size, rng: [piece + 1 for piece in _truth(n, size, rng)],
            "Your indices run from 1 to {n}. Which is the index of the first row of an array?",
        ),
        Misconception(
            "outside",
            lambda n, size, rng: _cut(rng.permutation(n) + 2, size),
            "Some of your indices are not those of a row: with {n} rows, from where to where do they run?",
        ),
        Misconception(
            "number_of_pieces",
            lambda n, size, rng: np.array_split(rng.permutation(n), size),
            "With n = {n} and size = {size}, you made {pieces} batches. Is `size` the number of batches, "
            "or of examples in a batch?",
        ),
        Misconception(
            "other_lengths",
            lambda n, size, rng: np.array_split(rng.permutation(n), math.ceil(n / size)),
            "With n = {n} and size = {size} the {pieces} lengths are not the ones asked for: all batches "
            "full, and what is left in the last one. At which positions of the order do you cut?",
        ),
        Misconception(
            "in_order",
            lambda n, size, rng: _cut(np.arange(n), size),
            "The examples come in the order of the data. If the data were sorted by class, what would each batch hold?",
        ),
        Misconception(
            "same_every_epoch",
            lambda n, size, rng: _cut(np.random.default_rng(0).permutation(n), size),
            "Two epochs with one generator came in the same order. Is a new generator made in your function, and what "
            "does it start from?",
        ),
        Misconception(
            "own_dice",
            lambda n, size, rng: _cut(np.random.default_rng().permutation(n), size),
            "Two generators with the same seed gave two orders, so your order does not come from `rng`. Could you "
            "repeat such a run?",
        ),
        Misconception(
            "only_pieces",
            lambda n, size, rng: _blocks(n, size, rng, inside=False),
            "The batches come in a random order, but each of them always holds the same neighbours. What should be "
            "shuffled, the batches or the examples?",
        ),
        Misconception(
            "only_inside",
            lambda n, size, rng: _blocks(n, size, rng, inside=True),
            "You shuffle inside each batch, but each of them always holds the same examples. Does their order within "
            "a batch change its mean?",
        ),
        Misconception(
            "few_orders",
            lambda n, size, rng: _cut(np.random.default_rng(rng.integers(300)).permutation(n), size),
            "In {epochs} epochs of {n} examples, an order came twice, out of millions that there are. Between how many "
            "orders does chance decide?",
        ),
        Misconception(
            "never_in_a_batch",
            lambda n, size, rng: _cut(np.r_[rng.permutation(n // 2), n // 2 + rng.permutation(n - n // 2)], size),
            "In {epochs} epochs of {n} examples, row {example} was never in batch {batch}: only a part of the order "
            "is left to chance. Can every row come to every place?",
        ),
        Misconception(
            "never_together",
            _cut_anew,
            "In {epochs} epochs of {n} examples, rows {one} and {other} never met in a batch: the order is new, but it "
            "follows a pattern. What would a pack of cards do that your function does not?",
        ),
    ),
)
