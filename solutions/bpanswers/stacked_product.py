"""A product of stacks of matrices, backward: what was broadcast is summed."""

from functools import partial

import numpy as np

from bpcourse.marking.engine import Exercise
from bpcourse.marking.truth import gradient

from .common.edits import edited, solution
from .common.parts import part_slips
from .common.right_in_part import each_part

PROGRAM = solution("stacked_product")
SHAPES = (
    ((4, 3), (3, 2)), ((5, 4, 3), (3, 2)), ((4, 3), (6, 3, 2)), ((1, 4, 3), (6, 3, 2)), ((5, 2, 3), (5, 3, 4)),
    ((2, 1, 3, 2), (1, 5, 2, 4)), ((2, 3, 4, 2), (3, 2, 5)), ((1, 1, 3), (4, 3, 2)), ((3, 3, 3), (3, 3)),
    ((4, 3, 1), (1, 2)), ((2, 4, 3), (1, 3, 1)), ((1, 3, 2), (1, 2, 4)), ((2, 25), (2, 25, 1)), ((2, 2, 2), (2, 2, 2)),
    ((1, 1, 3, 2), (2, 4, 2, 3)), ((3, 2, 4, 2), (1, 1, 2, 5)), ((5, 2), (2, 1, 1, 2, 3)), ((4, 4), (4, 4)),
)  # fmt: skip


def _case(rng, of_A, of_B):
    A, B = rng.normal(size=of_A), rng.normal(size=of_B)
    return {"A": A, "B": B, "message": rng.normal(size=(A @ B).shape)}


def inputs(rng):
    return [_case(rng, *each) for each in SHAPES]


def wide(rng):
    n, k, m = (int(size) for size in rng.integers(1, 5, size=3))
    if rng.random() < 0.3:
        n, k, m = rng.permutation([n, k, int(rng.integers(20, 26))]).tolist()
    before = [int(size) for size in rng.integers(1, 4, size=rng.integers(0, 4))]
    of_A, of_B = ([1 if rng.random() < 0.3 else size for size in before[int(rng.integers(len(before) + 1)) :]]
                  for _ in range(2))  # fmt: skip
    return _case(rng, (*of_A, n, k), (*of_B, k, m))


def truth(A, B, message):
    """Complex steps in every entry."""
    return gradient(lambda A: (message * (A @ B)).sum(), A), gradient(lambda B: (message * (A @ B)).sum(), B)


def pair_by_pair(A, B, message):
    """A loop over the stack; each matrix adds to what it is a copy of."""
    dA, dB = np.zeros(A.shape), np.zeros(B.shape)
    stack = message.shape[:-2]
    places_A, places_B = (
        np.broadcast_to(np.arange(int(np.prod(one.shape[:-2]))).reshape(one.shape[:-2]), stack) for one in (A, B)
    )
    n, k, m = *A.shape[-2:], B.shape[-1]
    flat_A, flat_B = A.reshape(-1, n, k), B.reshape(-1, k, m)
    for place in np.ndindex(stack):
        i, j = places_A[place], places_B[place]
        dA.reshape(-1, n, k)[i] += message[place] @ flat_B[j].T
        dB.reshape(-1, k, m)[j] += flat_A[i].T @ message[place]
    return dA, dB


def by_einsum(A, B, message):
    def summed(grad, shape):
        padded = (1,) * (grad.ndim - len(shape)) + shape
        axes = tuple(axis for axis, length in enumerate(padded) if length != grad.shape[axis])
        return grad.sum(axis=axes, keepdims=True).reshape(shape)

    dA = np.einsum("...nm,...km->...nk", message, B)
    dB = np.einsum("...nk,...nm->...km", A, message)
    return summed(dA, A.shape), summed(dB, B.shape)


def by_broadcast_copies(A, B, message):
    """Both are stretched first, by hand."""
    stack = message.shape[:-2]
    grads = []
    for one, make in (
        (A, lambda: message @ np.broadcast_to(B, stack + B.shape[-2:]).swapaxes(-1, -2)),
        (B, lambda: np.broadcast_to(A, stack + A.shape[-2:]).swapaxes(-1, -2) @ message),
    ):
        grad = make()
        while grad.ndim > one.ndim:
            grad = np.add.reduce(grad)
        for axis in range(one.ndim - 2):
            if one.shape[axis] < grad.shape[axis]:
                grad = np.add.reduce(grad, axis=axis, keepdims=True)
        grads.append(grad)
    return tuple(grads)


def put_in_front(case, name):
    return case["message"].ndim - case[name].ndim


def repeated(case, name):
    """The number of axes of length 1 that were made longer."""
    own = case[name].shape[:-2]
    return sum(
        one != other for one, other in zip(own, case["message"].shape[put_in_front(case, name) : -2], strict=True)
    )


FRONT = "        grad = grad.sum(axis=tuple(range(in_front)))\n"
LOOP = "            if length == 1:\n                grad = grad.sum(axis=axis, keepdims=True)\n"
TO_A, TO_B = "message @ np.swapaxes(B, -1, -2)", "np.swapaxes(A, -1, -2) @ message"
RETURN = "return unbroadcast(dA, A.shape), unbroadcast(dB, B.shape)"
slip, wrong = part_slips(PROGRAM), partial(edited, PROGRAM)

EXERCISE = Exercise(
    inputs=inputs,
    truth=truth,
    parts={"dA": 2, "dB": 2},
    passed="A matrix that is used several times hears from each product that it is in, and the messages add.",
    shapes={"A": "... n k", "B": "... k m", "message": "... n m"},
    room={
        "no stack": lambda case: case["message"].ndim == 2,
        "axes put in front of A": lambda case: put_in_front(case, "A") > 0,
        "axes put in front of B": lambda case: put_in_front(case, "B") > 0,
        "two axes or more put in front": lambda case: max(put_in_front(case, "A"), put_in_front(case, "B")) > 1,
        "axes of A that were repeated": lambda case: repeated(case, "A") > 0,
        "axes of B that were repeated": lambda case: repeated(case, "B") > 0,
        "two axes or more that were repeated": lambda case: max(repeated(case, "A"), repeated(case, "B")) > 1,
        "a stack of which nothing was broadcast": lambda case: (
            case["A"].ndim == case["B"].ndim > 2 and case["A"].shape[:-2] == case["B"].shape[:-2]
        ),
        "more than five products": lambda case: int(np.prod(case["message"].shape[:-2])) > 5,
    },
    ask={
        "dA": "Take one matrix of A: in which products of the stack does it stand, and what does each send to it?",
        "dB": "Take one matrix of B: in which products of the stack does it stand, and what does each send to it?",
    },
    wide=wide,
    misconceptions=(
        slip("not_summed", "the product of each pair is right, and nothing is summed. Which matrices were used several "
             "times?", (RETURN, "return dA, dB")),
        slip("front_only", "axes that were put in front are summed, and axes of length 1 that were repeated are not. "
             "What does a matrix hear that was copied along its own axis?", (LOOP, "            pass\n")),
        slip("one_axis_in_front", "one axis is summed where several were put in front. How many of them were there?",
             (FRONT, "        grad = grad.sum(axis=0) if in_front else grad\n")),
        slip("one_axis_repeated", "only the first axis of length 1 is summed. May there be several?",
             (LOOP, f"{LOOP}                break\n")),
        slip("repeated_only", "axes of length 1 that were repeated are summed, and axes that were put in front are "
             "not. How many axes should be left?", (FRONT, ""), ("axis=axis", "axis=axis + in_front")),
        slip("averaged", "the mean is taken over the copies. Do effects share, or do they add up?",
             (".sum(", ".mean(")),
        slip("first_copy_only", "only the first copy of each matrix is heard. What do the others send?",
             (FRONT, "        grad = grad[(0,) * in_front]\n"),
             ("grad.sum(axis=axis, keepdims=True)", "grad.take([0], axis=axis)")),
        slip("axes_lost", "axes of length 1 disappear when they are summed. Which shape should the result have?",
             ("keepdims=True", "keepdims=False")),
        slip("whole_stack_summed", "the whole stack is summed, also where each matrix was used once. Which axes were "
             "broadcast?",
             (RETURN, "return [g.sum(axis=tuple(range(g.ndim - 2))) for g in (dA, dB)]")),
        slip("all_axes_turned", "`.T` stands where only the last two axes should be exchanged. What does it do to a "
             "stack?", ("np.swapaxes(B, -1, -2)", "B.T"), ("np.swapaxes(A, -1, -2)", "A.T")),
        slip("not_transposed", "it looks as if a matrix went back as it came. Which shape must the product have?",
             ("np.swapaxes(B, -1, -2)", "B"), ("np.swapaxes(A, -1, -2)", "A")),
        slip("result_transposed", "each matrix is the transpose of the right one. Which of the two factors stands in "
             "front?", (TO_B, "np.swapaxes(message, -1, -2) @ A"), (TO_A, "B @ np.swapaxes(message, -1, -2)")),
        slip("message_of_ones", "the message does not come in. What are the local derivatives multiplied by?",
             ("message @", "np.ones_like(message) @"), ("@ message", "@ np.ones_like(message)")),
        slip("wrong_sign", "the right one with the wrong sign. Where does a minus come in?",
             (RETURN, "return -unbroadcast(dA, A.shape), -unbroadcast(dB, B.shape)")),
    ),
    right=(pair_by_pair, by_einsum, by_broadcast_copies),
    wrong=(
        each_part(pair_by_pair, np.squeeze),
        lambda A, B, message: pair_by_pair(A, B, message)[::-1],
        lambda A, B, message: [g / len(message) for g in pair_by_pair(A, B, message)],
        lambda A, B, message: pair_by_pair(A, B, np.where(np.arange(message.shape[-1]) < 3, message, 0.0)),
        lambda A, B, message: pair_by_pair(A, B, message) if message.ndim < 5 else (A * 0, B * 0),
        lambda A, B, message: (pair_by_pair(A, B, message)[0], B * 0),
        lambda A, B, message: pair_by_pair(A, B, message) if A.shape != B.shape else (message @ B, A @ message),
        wrong((TO_A, "message @ np.swapaxes(B, 0, -1)")), wrong(("range(in_front)", "range(1, in_front + 1)")),
    ),
)  # fmt: skip
