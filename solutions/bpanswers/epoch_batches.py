"""Chapter 06: the minibatches of one epoch, by what they hold."""

import math

import numpy as np

from bpcourse.marking import messages as say

from .common.edits import edited, slips, solution
from .common.observed import Observed

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
    """Two epochs of one generator, one epoch of its twin, other sizes, and many epochs of one more generator."""
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


def _look(cases, came):
    for case, outcome in zip(cases, came, strict=True):
        lengths, rows = (part.astype(int) for part in outcome.parts)
        name = _look_at(case["n"], case["size"], lengths, rows)
        if name:
            held = ", ".join(map(str, lengths[:4])) + (", ..." if len(lengths) > 4 else "")
            return name, {"n": case["n"], "size": case["size"], "rows": rows.size, "pieces": len(lengths), "held": held}
    first, second, twin = (outcome.parts[1] for outcome in came[:3])
    orders = np.array([outcome.parts[1].astype(int) for outcome in came[len(SIZES) :]])
    pieces = _cut(first, cases[0]["size"])
    if np.array_equal(np.sort(first), first):
        return "in_order", {}
    if np.array_equal(first, second) and (orders == orders[0]).all():
        return "same_every_epoch", {}
    if not np.array_equal(first, twin):
        return "own_dice", {}
    if all(np.ptp(piece) == len(piece) - 1 for piece in pieces):  # neighbours in the data, every one of them
        inside = any((np.diff(piece) < 0).any() for piece in pieces)
        return ("only_inside" if inside else "only_pieces"), {}
    return _never(orders)


def _never(orders):
    """Seen over many epochs: an example that is never in some batch, or two that never meet. A fair order has every
    one of these about once in four epochs; that it should miss one in 60 has a chance below 1e-6.
    """
    (n, size), epochs = MANY
    batch = np.argsort(orders, axis=1) // size  # (epochs, n): in which batch each example is
    together = (batch[:, :, None] == batch[:, None, :]).sum(axis=0)
    facts = {"n": n, "size": size, "epochs": epochs}
    for example, k in np.ndindex(n, batch.max() + 1):
        if not (batch[:, example] == k).any():
            return "never_in_a_batch", facts | {"example": example, "batch": k + 1}
    for one, other in np.argwhere(together == 0):
        return "never_together", facts | {"one": one, "other": other}
    pieces = np.split(orders, range(size, n, size), axis=1)
    # Where each batch is sorted there are 11550 orders, and of 60 four come twice with a chance of 2e-5.
    fair = 3 if all((np.diff(piece) > 0).all() for piece in pieces) else 0
    if len(np.unique(orders, axis=0)) < epochs - fair:
        return "few_orders", facts
    return None


def _look_at(n, size, lengths, rows):
    """What is wrong with one epoch, by its lengths and indices alone."""
    distinct = np.unique(rows).size
    if (lengths == -1).any():
        return "one_array"
    if (lengths == 0).any():
        return "empty_piece"
    if rows.size and rows.max() == n and rows.min() > 0 and distinct == rows.size:
        return "counted_from_one"
    if rows.size and (rows.min() < 0 or rows.max() >= n):
        return "outside"
    if distinct < rows.size:
        if lengths.max() > size:
            return "other_lengths"
        return "padded" if distinct == n else "with_replacement"
    if rows.size < n:
        return "last_dropped" if lengths.tolist() == [size] * (n // size) else "examples_missing"
    if lengths.tolist() == [size] * (n // size) + ([n % size] if n % size else []):
        return ""
    return "number_of_pieces" if len(lengths) == size else "other_lengths"


PROGRAM = solution("epoch_batches")
ORDER, BATCHES = "rng.permutation(n)", "[order[at : at + size] for at in range(0, n, size)]"
slip, right = slips(PROGRAM), edited(PROGRAM)
INSIDE = "order = np.concatenate([rng.permutation(piece) for piece in np.split(np.arange(n), range(size, n, size))])"
FULL_ONES = "[BATCHES[k] for k in rng.permutation(n // size)] + BATCHES[n // size :]".replace("BATCHES", BATCHES)


def _dealt(batches):
    return edited(PROGRAM, (BATCHES, batches))


def _ordered(order):
    return edited(PROGRAM, (ORDER, order))


def _swapped(n, size, rng):
    """Fisher and Yates by hand, each batch sorted, in an array of arrays."""
    order = list(range(n))
    for i in range(n - 1, 0, -1):
        j = int(rng.integers(i + 1))
        order[i], order[j] = order[j], order[i]
    dealt = np.empty(math.ceil(n / size), dtype=object)
    for k in range(len(dealt)):
        dealt[k] = np.sort(order[k * size : (k + 1) * size])
    return dealt


def _pack(n, size, rng):
    pack, dealt = list(range(n)), []
    rng.shuffle(pack)
    while pack:
        dealt.append(pack[:size])
        pack = pack[size:]
    return dealt


EXERCISE = Observed(
    inputs=_inputs,
    truth=lambda n, size, rng: _cut(rng.random(n).argsort(), size),
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
    passed="Every example has its turn once an epoch, in an order that is new each time and that `rng` alone decides.",
    misconceptions=(
        slip("one_array", "Your function returned one row of single numbers. A batch is several of them: where is the "
            "order cut?", (BATCHES, "order")),
        slip("last_dropped", "With n = {n} and size = {size}, only {rows} examples had their turn. What becomes of "
            "those that do not fill a batch?", ("range(0, n, size)", "range(0, n - size + 1, size)")),
        slip("examples_missing", "With n = {n} and size = {size}, only {rows} examples had their turn. Which are never "
            "dealt out?", (BATCHES, f"{BATCHES}[:-2] or [order[1:]]")),
        slip("with_replacement", "Some examples come twice in one epoch, others never: the indices are drawn one by "
            "one, or batch by batch. What would you do with a pack of cards?", (ORDER, "rng.integers(n, size=n)")),
        slip("padded", "With n = {n} and size = {size}, your epoch has {rows} indices, and some examples have a second "
            "turn. May a batch be short?", (ORDER, "np.resize(rng.permutation(n), -(-n // size) * size)")),
        slip("empty_piece", "With n = {n} and size = {size} you made {pieces} batches, and not all of them hold an "
            "example; a mean over none is NaN. Where does each slice begin and end?",
            ("range(0, n, size)", "range(0, n + 1, size)")),
        slip("counted_from_one", "Your indices run from 1 to {n}. Which is the index of the first row of an array?",
            (ORDER, "1 + rng.permutation(n)")),
        slip("outside", "Some of your indices are not those of a row: with {n} rows, from where to where do they run?",
            (ORDER, "2 + rng.permutation(n)")),
        slip("number_of_pieces", "With n = {n} and size = {size}, you made {pieces} batches. Is `size` the number of "
            "batches, or of examples in a batch?", (BATCHES, "np.array_split(order, size)")),
        slip("other_lengths", "With n = {n} and size = {size}, the number of examples in your batches is {held}; asked "
            "for are full batches, and what is left in the last one. At which positions of the order do you cut?",
            (BATCHES, "np.array_split(order, -(-n // size))")),
        slip("in_order", "The examples come in the order of the data. If the data were sorted by class, what would "
            "each batch hold?", (ORDER, "np.arange(n)")),
        slip("same_every_epoch", "Two epochs with one generator came in the same order. Is a generator made or copied "
            "in your function, or an order kept from one call to the next?",
            (ORDER, "np.random.default_rng(0).permutation(n)")),
        slip("own_dice", "Two generators with the same seed gave two orders, so your order does not come from `rng`. "
            "Could you repeat such a run?", (ORDER, "np.random.permutation(n)")),
        slip("only_pieces", "The batches come in a random order, but each of them always holds the same neighbours. "
            "What should be shuffled, the batches or the examples?", (ORDER, "np.arange(n)"), (BATCHES, FULL_ONES)),
        slip("only_inside", "You shuffle inside each batch, but each of them always holds the same examples. Does "
            "their order within a batch change its mean?", ("order = " + ORDER, INSIDE)),
        slip("few_orders", "In {epochs} epochs of {n} examples, an order came twice, out of millions that there are. "
            "Between how many orders does chance decide?",
            (ORDER, "np.random.default_rng(rng.integers(300)).permutation(n)")),
        slip("never_in_a_batch", "In {epochs} epochs of {n} examples, row {example} was never in batch {batch}: only a "
            "part of the order is left to chance. Can every row come to every place?",
            (ORDER, "np.r_[rng.permutation(n // 2), n // 2 + rng.permutation(n - n // 2)]")),
        # one pack, shuffled once for all; each epoch lifts it at another place and shuffles the full batches
        slip("never_together", "In {epochs} epochs of {n} examples, rows {one} and {other} never met in a batch: the "
            "order is new, but it follows a pattern. What would a pack of cards do that your function does not?",
            (ORDER, "np.roll(np.random.default_rng(0).permutation(n), rng.integers(n))"), (BATCHES, FULL_ONES)),
    ),
    right=(
        lambda n, size, rng: np.split(rng.choice(n, size=n, replace=False), np.arange(size, n, size)),
        lambda n, size, rng: (piece.astype(np.int32) for piece in right(n, size, rng)),
        lambda n, size, rng: right(n, size, np.random.default_rng(rng.integers(2**32))),  # seeded by the one given
        _pack,
        _swapped,
    ),
    wrong=(
        lambda n, size, rng: 3,
        lambda n, size, rng: [],
        lambda n, size, rng: dict(enumerate(right(n, size, rng))),
        lambda n, size, rng: "batches",
        lambda n, size, rng: n // 0,
        _dealt("[rng.choice(n, size=min(size, n - at), replace=False) for at in range(0, n, size)]"),
        _dealt("[order[at : at + size].astype(float) for at in range(0, n, size)]"),
        _dealt("[order[at : at + size, None] for at in range(0, n, size)]"),
        _dealt("[order[at : at + size + 1] for at in range(0, n, size)]"),
        _dealt("[order[at : size] for at in range(0, n, size)]"),
        _dealt(f"{BATCHES}[1:]"),
        _dealt(f"{BATCHES} + {BATCHES}[:1]"),
        _dealt(f"{BATCHES}[::-1]"),
        _dealt("[order]"),
        _ordered("rng.permutation(n) - 1"),
        _ordered("rng.permutation(n + 1)"),
        lambda n, size, rng: right(n, size + 1, rng),
        lambda n, size, rng: right(n, max(size - 1, 1), rng),
        _ordered("np.random.default_rng(n).permutation(n)"),
        _ordered("np.roll(np.arange(n), rng.integers(n))"),
        _ordered("np.roll(np.arange(n), rng.integers(n))[:: rng.choice([-1, 1])]"),
        _ordered("np.concatenate([np.arange(k, n, -(-n // size)) for k in rng.permutation(-(-n // size))])"),
        _ordered("np.r_[rng.permutation(n - n % size), np.arange(n - n % size, n)]"),
    ),
)  # fmt: skip
