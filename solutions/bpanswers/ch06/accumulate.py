"""Chapter 06: the gradient of a large batch from pieces that fit into memory."""

import numpy as np

from bpcourse.marking.engine import Exercise, Misconception
from bpcourse.marking.truth import gradient


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


def _sum(weights, over):
    """weights(n): of a piece of n examples; over(sizes): what the sum is divided by."""

    def answer(grad, pieces):
        sizes = [len(X) for X, _ in pieces]
        return sum(weights(len(X)) * grad(X, Y) for X, Y in pieces) / over(sizes)

    return answer


def _joined(grad, pieces):
    return grad(np.concatenate([X for X, _ in pieces]), np.concatenate([Y for _, Y in pieces]))


def _running(grad, pieces):
    """The mean of the mean so far and of the next piece: the last piece weighs half."""
    mean = grad(*pieces[0])
    for piece in pieces[1:]:
        mean = (mean + grad(*piece)) / 2
    return mean


def _divided_in_the_loop(grad, pieces):
    total, n = 0, 0
    for X, Y in pieces:
        n += len(X)
        total = (total + len(X) * grad(X, Y)) / n
    return total


BIG_GRADIENT = Exercise(
    name="big_gradient",
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
        "more than ten pieces": lambda case: len(_lengths(case)) > 10,
        "a piece of more than a hundred examples": lambda case: max(_lengths(case)) > 100,
        "a gradient that is a vector": lambda case: case["grad"].theta.ndim == 1,
        "equal rows": lambda case: any(len(np.unique(X, axis=0)) < len(X) for X, _ in case["pieces"]),
    },
    ask={"gradient": "Of how many examples is each piece's gradient the mean, and how many are there in all?"},
    wide=_wide,
    passed="Pieces of any sizes give the gradient of the whole batch, as if it had fitted into memory.",
    misconceptions=(
        Misconception(
            "mean_of_means",
            _sum(lambda n: 1, len),
            "You took the plain mean of the pieces' gradients. How much does an example in a piece of 2 weigh then, "
            "compared with one in a piece of 7?",
        ),
        Misconception(
            "sum_of_means",
            _sum(lambda n: 1, lambda sizes: 1),
            "You added up the pieces' gradients. Each is a mean over its own examples: what is the mean over all?",
        ),
        Misconception(
            "sum_over_examples",
            _sum(lambda n: n, lambda sizes: 1),
            "That is the sum over all examples. The cost is their mean: what is missing?",
        ),
        Misconception(
            "divided_by_pieces",
            _sum(lambda n: n, len),
            "The weights are right, the divisor is not: you divide by the number of pieces. How many terms has the "
            "mean?",
        ),
        Misconception(
            "means_over_all_examples",
            _sum(lambda n: 1, sum),
            "You divide the sum of the means by the number of all examples. How many examples' gradients does each of "
            "these means stand for?",
        ),
        Misconception(
            "divided_twice",
            _sum(lambda n: 1 / n, len),
            "You divide each piece's gradient by its size, but it is a mean already. How do you get from a mean back "
            "to a sum?",
        ),
        Misconception(
            "last_piece_only",
            lambda grad, pieces: grad(*pieces[-1]),
            "That is the gradient of the last piece. Is each piece added to those before, or does `=` stand where "
            "`+=` belongs?",
        ),
        Misconception(
            "last_piece_only_weighted",
            lambda grad, pieces: len(pieces[-1][0]) * grad(*pieces[-1]) / sum(len(X) for X, _ in pieces),
            "Only the last piece has come through. Is each piece added to those before, or does `=` stand where `+=` "
            "belongs?",
        ),
        Misconception(
            "last_piece_left_out",
            lambda grad, pieces: _sum(lambda n: n, sum)(grad, pieces[:-1] or pieces),
            "The last piece does not come in. Over which pieces does your loop run?",
        ),
        Misconception(
            "size_of_the_first",
            lambda grad, pieces: (
                sum(len(pieces[0][0]) * grad(X, Y) for X, Y in pieces) / sum(len(X) for X, _ in pieces)
            ),
            "You weigh every piece by the size of the first. How many examples has each?",
        ),
        Misconception(
            "first_piece_only",
            lambda grad, pieces: grad(*pieces[0]),
            "That is the gradient of the first piece. Is the `return` inside the loop?",
        ),
        Misconception(
            "first_piece_left_out",
            lambda grad, pieces: _sum(lambda n: n, sum)(grad, pieces[1:] or pieces),
            "The first piece does not come in. Over which pieces does your loop run?",
        ),
        Misconception(
            "single_examples_left_out",
            lambda grad, pieces: _sum(lambda n: n, sum)(grad, [p for p in pieces if len(p[0]) > 1] or pieces),
            "A piece of one example does not come in. How much does it weigh among all?",
        ),
        Misconception(
            "weighed_twice",
            _sum(lambda n: n**2, sum),
            "Each piece's gradient is multiplied by its size twice. How many examples' gradients does its mean stand "
            "for?",
        ),
        Misconception(
            "squares_as_weights",
            _sum(lambda n: n**2, lambda sizes: sum(n**2 for n in sizes)),
            "You weigh each piece by the square of its size. How many examples' gradients does its mean stand for?",
        ),
        Misconception(
            "roots_as_weights",
            _sum(lambda n: n**0.5, lambda sizes: sum(n**0.5 for n in sizes)),
            "You weigh each piece by the root of its size. How many examples' gradients does its mean stand for?",
        ),
        Misconception(
            "reciprocals_as_weights",
            _sum(lambda n: 1 / n, lambda sizes: sum(1 / n for n in sizes)),
            "With you a small piece weighs more than a large one. How many examples' gradients does its mean stand "
            "for?",
        ),
        Misconception(
            "equal_sizes_once",
            lambda grad, pieces: _sum(lambda n: n, sum)(grad, list({len(p[0]): p for p in pieces}.values())),
            "Of several pieces with the same size only one comes in. What happens if sizes are keys of a dict, or "
            "members of a set?",
        ),
        Misconception(
            "divided_in_the_loop",
            _divided_in_the_loop,
            "You divide by the examples so far after each piece, and what is in the sum by then is divided again and "
            "again. When is the sum complete?",
        ),
        Misconception(
            "running_mean",
            _running,
            "After each piece you take the mean of the old value and the new one. How much does the last piece weigh "
            "then?",
        ),
        Misconception(
            "joined",
            _joined,
            "You joined the pieces and called `grad` with all of them, and they did not fit into memory. Which sum "
            "can you build up while you hold one piece at a time?",
        ),
    ),
)
