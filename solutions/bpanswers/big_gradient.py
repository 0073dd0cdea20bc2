"""Chapter 06: the gradient of a large batch from pieces that fit into memory."""

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import gradient

from .common.edits import edited, slips, solution


class _Grad:
    """The mean gradient of a piece for the model tanh(X theta) with half the squared error; refuses too large ones."""

    def __init__(self, theta, most):
        self.theta, self.most = theta, most

    def __call__(self, X, Y):
        if len(X) > self.most:
            error = MemoryError(f"grad takes at most {self.most} examples; {len(X)} came")
            raise error
        a = np.tanh(X @ self.theta)
        return X.T @ ((a - Y) * (1 - a**2)) / len(X)

    def of_all(self, pieces):
        """The complex step of the mean loss of all examples together: no pieces and no backward pass in it."""
        X, Y = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
        return gradient(lambda theta: ((np.tanh(X @ theta) - Y) ** 2).sum() / 2 / len(X), self.theta)


def _case(rng, sizes, n_in, n_out=None, scale=1.0, whole=False):
    """n_out: None if theta is a vector. scale: how large the Y are. whole: X and Y hold few numbers, 0 among them."""
    n_out = () if n_out is None else (n_out,)
    pieces = [(rng.normal(size=(n, n_in)), scale * rng.uniform(-0.9, 0.9, (n, *n_out))) for n in sizes]
    if whole:
        pieces = [(np.sign(X.round()), np.sign(Y.round())) for X, Y in pieces]
    return {"grad": _Grad(rng.normal(size=(n_in, *n_out)), max(sizes)), "pieces": pieces}


SIZES = (
    ((5, 2, 7), 4, 3), ((3, 6), 2, 5), ((4, 4, 1, 2), 5, 3), ((6,), 1, 2), ((1,), 3, 1), ((2, 2, 2), 3, 4),
    ((5, 2), 3, 2), ((70, 200, 3), 2), ((3, 1, 2, 1, 4, 2, 1, 3, 2, 1, 2, 5), 2, 2), ((8, 3, 5), 3, None, 300.0),
    ((9, 4, 7), 2, 2, 1.0, True),
)  # fmt: skip


def _inputs(rng):
    return [_case(rng, *sizes) for sizes in SIZES]


def _wide(rng):
    n_in, n_out, count = (int(k) for k in rng.integers(1, 7, size=3))
    sizes = rng.integers(1, 7, size=count).tolist()
    return _case(rng, sizes, n_in, rng.choice([n_out, None]), rng.choice([1.0, 20.0]), rng.random() < 0.3)


def _lengths(case):
    return [len(X) for X, _ in case["pieces"]]


PROGRAM = solution("big_gradient")
LOOP, STEP, COUNT, RETURN = "in pieces:", "total + len(X) * grad(X, Y)", "n += len(X)", "total / n"
slip, right = slips(PROGRAM), edited(PROGRAM)


def _over(name, new, message):
    """The sum over all examples, divided by something else."""
    return slip(name, message, (RETURN, f"total / {new}"))


def _weights(name, new, message):
    """Each piece with another weight, and divided by the sum of those."""
    return slip(name, message, ("len(X)", new))


def _pieces(name, new, message):
    return slip(name, message, (LOOP, f"in {new}:"))


def other(*changes):
    return edited(PROGRAM, *changes)


def _one_by_one(grad, pieces):
    return np.mean([grad(X[i : i + 1], Y[i : i + 1]) for X, Y in pieces for i in range(len(X))], axis=0)


def _shares(grad, pieces):
    sizes = np.array([len(X) for X, _ in pieces], dtype=float)
    return np.tensordot(sizes / sizes.sum(), [grad(*piece) for piece in pieces], axes=1)


EXERCISE = Exercise(
    inputs=_inputs,
    truth=lambda grad, pieces: grad.of_all(pieces),
    parts={"gradient": 2},
    room={
        "pieces of different sizes": lambda case: len(set(_lengths(case))) > 1,
        "one piece": lambda case: len(_lengths(case)) == 1,
        "pieces of equal size": lambda case: len(set(_lengths(case))) == 1 < len(_lengths(case)),
        "a piece of one example": lambda case: min(_lengths(case)) == 1 < len(_lengths(case)),
        "one example in all": lambda case: sum(_lengths(case)) == 1,
        "a short last piece": lambda case: _lengths(case)[-1] < max(_lengths(case)),
        "a long last piece": lambda case: _lengths(case)[-1] > min(_lengths(case)),
        "more than two pieces": lambda case: len(_lengths(case)) > 2,
        "more than ten pieces": lambda case: len(_lengths(case)) > 10,
        "a piece of more than a hundred examples": lambda case: max(_lengths(case)) > 100,
        "a gradient that is a vector": lambda case: case["grad"].theta.ndim == 1,
        "equal rows": lambda case: any(len(np.unique(X, axis=0)) < len(X) for X, _ in case["pieces"]),
    },
    wide=_wide,
    ask={"gradient": "Of how many examples is each piece's gradient the mean, and how many are there in all?"},
    passed="Pieces of any sizes give the gradient of the whole batch, as if it had fitted into memory.",
    misconceptions=(
        slip("mean_of_means", "You took the plain mean of the pieces' gradients. How much does an example in a piece "
            "of 2 weigh then, compared with one in a piece of 7?", ("len(X)", "1")),
        slip("sum_of_means", "You added up the pieces' gradients. Each is a mean over its own examples: what is the "
            "mean over all?", (STEP, "total + grad(X, Y)"), (RETURN, "total")),
        slip("sum_over_examples", "That is the sum over all examples. The cost is their mean: what is missing?",
            (RETURN, "total")),
        _over("divided_by_pieces", "len(pieces)", "The weights are right, the divisor is not: you divide by the number "
            "of pieces. How many terms has the mean?"),
        slip("means_over_all_examples", "You divide the sum of the means by the number of all examples. How many "
            "examples' gradients does each of these means stand for?", (STEP, "total + grad(X, Y)")),
        slip("divided_twice", "You divide each piece's gradient by its size, but it is a mean already. How do you get "
            "from a mean back to a sum?", (STEP, "total + grad(X, Y) / len(X)"), (COUNT, "n += 1")),
        Misconception("last_piece_only", lambda grad, pieces: grad(*pieces[-1]), "That is the gradient of the last "
            "piece. Is each piece added to those before, or does `=` stand where `+=` belongs?"),
        slip("last_piece_only_weighted", "Only the last piece has come through. Is each piece added to those before, "
            "or does `=` stand where `+=` belongs?", ("total + ", "")),
        _pieces("last_piece_left_out", "pieces[:-1] or pieces", "The last piece does not come in. Over which pieces "
            "does your loop run?"),
        slip("size_of_the_first", "You weigh every piece by the size of the first. How many examples has each?",
            (STEP, "total + len(pieces[0][0]) * grad(X, Y)")),
        Misconception("first_piece_only", lambda grad, pieces: grad(*pieces[0]), "That is the gradient of the first "
            "piece. Is the `return` inside the loop?"),
        _pieces("first_piece_left_out", "pieces[1:] or pieces", "The first piece does not come in. Over which pieces "
            "does your loop run?"),
        _pieces("single_examples_left_out", "[p for p in pieces if len(p[0]) > 1] or pieces", "A piece of one example "
            "does not come in. How much does it weigh among all?"),
        slip("weighed_twice", "Each piece's gradient is multiplied by its size twice. How many examples' gradients "
            "does its mean stand for?", (STEP, "total + len(X) ** 2 * grad(X, Y)")),
        _weights("squares_as_weights", "len(X) ** 2", "You weigh each piece by the square of its size. How many "
            "examples' gradients does its mean stand for?"),
        _weights("roots_as_weights", "len(X) ** 0.5", "You weigh each piece by the root of its size. How many "
            "examples' gradients does its mean stand for?"),
        _weights("reciprocals_as_weights", "1 / len(X)", "With you a small piece weighs more than a large one. How "
            "many examples' gradients does its mean stand for?"),
        _pieces("equal_sizes_once", "{len(p[0]): p for p in pieces}.values()", "Of several pieces with the same size "
            "only one comes in. What happens if sizes are keys of a dict, or members of a set?"),
        slip("divided_in_the_loop", "You divide by the examples so far after each piece, and what is in the sum by "
            "then is divided again and again. When is the sum complete?", (RETURN, "total"),
            (COUNT, "n += len(X)\n        total = total / n")),
        slip("running_mean", "After each piece you take the mean of the old value and the new one. How much does the "
            "last piece weigh then?", (STEP, "(total + grad(X, Y)) / 2 if n else grad(X, Y)"), (RETURN, "total")),
        slip("joined", "You joined the pieces and called `grad` with all of them, and they did not fit into memory. "
            "Which sum can you build up while you hold one piece at a time?",
            (LOOP, "in [[np.concatenate(parts) for parts in zip(*pieces)]]:")),
        slip("negated", "It is the right one with the wrong sign. Is a step asked for, or the gradient?",
            ("return ", "return -")),
        _pieces("short_last_piece_left_out", "pieces[: -1 if len(pieces[-1][0]) < len(pieces[0][0]) else None]",
            "A last piece that is shorter than the first does not come in. May a piece be short?"),
        slip("first_piece_only_counted", "The examples of the first piece are counted, and its gradient is not in the "
            "sum. With what does your sum begin?", (RETURN, "(total - len(pieces[0][0]) * grad(*pieces[0])) / n")),
        _pieces("first_piece_twice", "pieces[:1] + pieces", "The first piece comes in twice. With what does your sum "
            "begin, and with which piece does your loop?"),
        _pieces("two_pieces", "pieces[:2]", "Only the first two pieces come in. How many may there be?"),
        slip("scaled_inputs", "You multiply `X` by the number of its rows before `grad` gets it. What is to be "
            "weighed, the inputs or their gradient?", ("len(X) * grad(X, Y)", "grad(len(X) * X, Y)")),
        Misconception("median", lambda grad, pieces: np.median([grad(X, Y) for X, Y in pieces], axis=0),
            "You take the median of the pieces' gradients. Which mean is asked for, and over what?"),
    ),
    right=(
        _shares,
        _one_by_one,
        other((STEP, "total + (grad(X, Y) - total) * len(X) / (n + len(X))"), (RETURN, "total.tolist()")),
    ),
    wrong=(
        other(("len(X) * grad", "len(X) / max(len(X) for X, _ in pieces) * grad"), (RETURN, "total / len(pieces)")),
        other(("        total", "        X *= 2\n        total")),
        other((RETURN, "(total / n).T")),
        other((RETURN, "(total / n).sum()")),
        other((RETURN, "total / n, n")),
        other((RETURN, "0 * total")),
        other((RETURN, "np.clip(total / n, -1, 1)")),
        other((RETURN, "total / n / len(pieces)")),
        other((RETURN, "np.round(total / n)")),
        other((LOOP, "in pieces[:10]:")),
        other((LOOP, "in [(X[:32], Y[:32]) for X, Y in pieces]:")),
        other(("len(X)", "len(np.unique(X, axis=0))")),
        lambda grad, pieces: [grad(X, Y) for X, Y in pieces],
        lambda grad, pieces: grad(*max(pieces, key=lambda piece: len(piece[0]))),
    ),
)  # fmt: skip
