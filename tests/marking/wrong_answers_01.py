"""Wrong answers to the exercises of chapter 01 that are no misconception; `kill_rate` counts how many are refused."""

import numpy as np
from answers_01 import (
    curves_loops,
    elu_from_value,
    jacobian_broadcast,
    relu_masks,
    rows_by_einsum,
    weighted_joined,
)
from support import nothing

import bpcourse as bp

SEEDS = range(5)


def spoilt(right, change):
    """An answer that returns change(the list of right parts)."""
    return lambda *inputs: change(list(right(*inputs)))


def single(z):
    """In float32 all through."""
    return z.astype(np.float32)


def shifted(m):
    """A softmax that subtracts m(z), with its Jacobian."""

    def answer(z):
        e = np.exp(z - m(z))
        p = e / e.sum()
        return p, np.diag(p) - np.outer(p, p)

    return answer


def rows_by_jacobian(U, P):
    """Right numbers, but one whole Jacobian for each row."""
    return np.array([u @ (np.diag(p) - np.outer(p, p)) for u, p in zip(U, P, strict=True)])


def all_jacobians(U, P):
    J = np.einsum("ri,ik->rik", P, np.eye(P.shape[1])) - np.einsum("ri,rk->rik", P, P)
    return np.einsum("ri,rik->rk", U, J)


def back(u, z, c):
    return u * (z > 0), u * np.where(z > 0, 1.0, c)


def by_two_loops(right, parts):
    """For tables alone, though the task allows more."""

    def answer(z, *others):
        rows = [[right(z[i, j : j + 1], *others) for j in range(z.shape[1])] for i in range(z.shape[0])]
        return [np.array([[cell[k][0] for cell in row] for row in rows]) for k in range(parts)]

    return answer


def remembers(right, seen):
    """Keeps what it was given first."""

    def answer(first, *others):
        seen.append(others)
        return right(first, *seen[0])

    return answer


SPOIL = [
    lambda parts: parts[::-1],  # in the other order
    lambda parts: parts[:-1],  # one missing
    lambda parts: [*parts, 0],  # one too many
    lambda parts: [np.transpose(part) for part in parts],
    lambda parts: [np.asarray(part).astype(np.float16) for part in parts],
    lambda parts: [np.asarray(part) * (1 + 1e-5) for part in parts],  # nearly right
    lambda parts: [np.abs(part) + 1e-4 for part in parts],
    lambda parts: [parts[0], np.zeros_like(parts[1]), *parts[2:]],
    lambda parts: [np.squeeze(part) for part in parts],
]
ONE = [
    lambda array: np.squeeze(array),
    lambda array: array.T,
    lambda array: array.astype(np.float16),
    lambda array: array * (1 + 1e-5),
    lambda array: np.abs(array),
    lambda array: array.sum(),
    lambda array: array[:1],
    lambda array: array.ravel(),
]

WRONG = {
    "slope_in_head": [0.3, 0, "0.09", True, float("nan"), 0.0901, 0.0899, 0.09006, [0.09, 0.1], {}, 0.09j],
    "which_is_wrong": ["E", "AD", "", 4, 0.5, ["D"], True],
    "which_network": ["E", "AB", "", 2, 0.5, ["B"], True],
    "layers_to_a_millionth": [0, 30, 20.5, 20.001, 20.000001, -20, "20", float("inf"), 18, 22, [20, 20]],
    "parametric_relu": [
        lambda z, c: relu_masks(z, c or 0.01),
        lambda z, c: [*relu_masks(z, c)[:2], np.where(z > 0, 0, relu_masks(z, c)[0] / c)],  # c may be 0
        lambda z, c: [*relu_masks(z, c)[:2], np.minimum(z, 0) * (c != 1)],
        lambda z, c: [*relu_masks(z, c)[:2], np.minimum(z, 0) if (z <= 0).any() else np.ones_like(z)],
        lambda z, c: [np.minimum(relu_masks(z, c)[0], 6), *relu_masks(z, c)[1:]],  # ReLU6
        nothing,
        *(spoilt(relu_masks, change) for change in SPOIL[:3] + SPOIL[4:]),
        lambda z, c: relu_masks(z, 0.25),
        lambda z, c: relu_masks(z, min(max(c, 0), 1)),
        lambda z, c: [np.atleast_2d(part) for part in relu_masks(z, c)],
        by_two_loops(relu_masks, 3),
        remembers(relu_masks, []),
        lambda z, c: [part.astype(int) for part in relu_masks(z, c)],
        lambda z, c: relu_masks(np.round(z, 3), c),
        lambda z, c: relu_masks(z[:1], c),
        lambda z, c: [part.mean() for part in relu_masks(z, c)],
        lambda z, c: (np.where(z >= 0, z, c * z), np.where(z >= 0, 1.0, c), np.minimum(z, 0)),
        lambda z, c: (relu_masks(z, c)[0], ((1 + c) + (1 - c) * z / abs(z)) / 2, (z - abs(z)) / 2),  # 0 / 0 at 0
        lambda z, c: [*relu_masks(z, c)[:2], np.where(relu_masks(z, c)[0] > 0, 0, z)],  # the sign of a
    ],
    "elu": [
        lambda z, c: [(z <= 0) * np.exp(z) * c + (z > 0) - k * c * (z <= 0) + k * (z > 0) * (z - 1) for k in (1, 0)],
        lambda z, c: [np.where(z < -10, k, part) for k, part in zip((-c, 0), elu_from_value(z, c), strict=True)],
        lambda z, c: [np.minimum(elu_from_value(z, c)[0], 6), elu_from_value(z, c)[1]],
        lambda z, c: [part.ravel() if z.size == 1 else part for part in elu_from_value(z, c)],
        nothing,
        *(spoilt(elu_from_value, change) for change in SPOIL),
        lambda z, c: elu_from_value(z, 1.0 if c > 1 else c),
        lambda z, c: (np.tanh(z), 1 - np.tanh(z) ** 2),
        by_two_loops(elu_from_value, 2),
        remembers(elu_from_value, []),
        lambda z, c: (np.where(z > 0, z, c * (2.718**z - 1)), elu_from_value(z, c)[1]),
        lambda z, c: [1.0507 * part for part in elu_from_value(z, c)],  # SELU's factor
        lambda z, c: (np.maximum(z, c * np.expm1(z)), elu_from_value(z, c)[1]),
        lambda z, c: (elu_from_value(z, c)[0], np.where(z > 0, z, c * np.exp(z))),
        lambda z, c: (elu_from_value(z, c)[0], np.where(z > 0, 1.0, c)),
        lambda z, c: (np.where(z > -0.1, np.where(z > 0, z, c * z), elu_from_value(z, c)[0]), elu_from_value(z, c)[1]),
        lambda z, c: (elu_from_value(z, c)[0], np.where(z > -0.06, 1.0, c * np.exp(z))),
    ],
    "three_curves": [
        *(
            lambda z, k=k: [*curves_loops(z)[:4], np.where(z > k, z, curves_loops(z)[4]), curves_loops(z)[5]]
            for k in (5, 8, 10)
        ),
        nothing,
        *(spoilt(curves_loops, change) for change in SPOIL[:3] + SPOIL[4:]),
        lambda z: curves_loops(np.clip(z, -100, 100)),
        by_two_loops(curves_loops, 6),
        lambda z: [1 / (1 + np.exp(-np.clip(z, -10, 10))), *curves_loops(z)[1:]],
        lambda z: [*curves_loops(z)[:3], 4 * curves_loops(z)[1], *curves_loops(z)[4:]],
        lambda z: [*curves_loops(z)[:4], np.nan_to_num(np.log(1 + np.exp(z)), posinf=800), curves_loops(z)[5]],
        lambda z: [np.round(part, 6) for part in curves_loops(z)],
        lambda z: [np.nan_to_num(part) for part in (lambda e: (e / (1 + e),) * 6)(np.exp(z))],
        lambda z: [*curves_loops(z)[:4], np.log(1 + np.exp(-z)) + z, curves_loops(z)[5]],  # overflows on the other side
        lambda z: [*curves_loops(z)[:2], *curves_loops(2 * z)[2:4], *curves_loops(z)[4:]],
        lambda z: [*curves_loops(z)[:1], np.exp(-z) * curves_loops(z)[0] ** 2, *curves_loops(z)[2:]],  # inf * 0
    ],
    "silu_and_gelu": [
        nothing,
        *(spoilt(weighted_joined, change) for change in SPOIL),
        lambda z, Phi: weighted_joined(-z, Phi),
        lambda z, Phi: [weighted_joined(z, Phi)[0], weighted_joined(z, Phi)[0] / z, *weighted_joined(z, Phi)[2:]],
        lambda z, Phi: weighted_joined(1.702 * z, Phi),
        lambda z, Phi: [bp.silu(z), (bp.silu(z + 1e-2) - bp.silu(z - 1e-2)) / 2e-2, *weighted_joined(z, Phi)[2:]],
        lambda z, Phi: [*weighted_joined(z, Phi)[:2], bp.silu(z), bp.silu.derivative(z)],
        lambda z, Phi: [*weighted_joined(z, Phi)[:3], (bp.gelu(z + 1e-4) - bp.gelu(z)) / 1e-4],
    ],
    "mended_backward": [
        lambda u, z, c: (u * (z > 0), u * np.where(z > 0, 1, c or 0.01)),
        lambda u, z, c: (u * (z > 0), u * np.where(z > 0, 1 if (z <= 0).any() else c, c)),
        lambda u, z, c: (u * ((z > 0) & (z < 6)), u * np.where(z > 0, 1, c)),
        lambda u, z, c: (np.clip(u, -5, 5) * (z > 0), np.clip(u, -5, 5) * np.where(z > 0, 1, c)),
        nothing,
        *(spoilt(back, change) for change in SPOIL),
        lambda u, z, c: (u * (z > 0), u * (z > 0) + c),
        lambda u, z, c: back(u, z, min(max(c, 0), 1)),
        lambda u, z, c: (back(u, z, c)[0], np.where(z > c, u, c * u)),
        lambda u, z, c: [part / len(u) for part in back(u, z, c)],
        lambda u, z, c: (u * (z > 0.01), back(u, z, c)[1]),
        lambda u, z, c: (back(u, z, c)[0], np.where(z > 0, u, np.where(z < 0, c * u, 0))),
        lambda u, z, c: (u * (u > 0), back(u, z, c)[1]),
        lambda u, z, c: (u * np.sign(z), back(u, z, c)[1]),
        lambda u, z, c: (back(u, z, c)[0], u / np.where(z > 0, 1.0, c)),
        lambda u, z, c: (back(u, z, c)[0], u * np.where(z > 0, 1.0, -c)),
        lambda u, z, c: (back(u, z, c)[0], u * np.where(z > 0, 1.0, 0.01)),
        lambda u, z, c: (u * (z >= 0), back(u, z, c)[1]),  # half of a repair
        lambda u, z, c: (u * (z > 0), u * np.maximum(z > 0, c) if c > 0 else u * (z > 0)),
        lambda u, z, c: (u * (np.sign(z) + 1) / 2, back(u, z, c)[1]),  # one half at 0
    ],
    "softmax_jacobian": [
        lambda z: (
            (bp.softmax(z), np.diag(bp.softmax(z) * (1 - bp.softmax(z)))) if len(z) == 2 else jacobian_broadcast(z)
        ),
        lambda z: shifted(lambda z: z[:-1].max() if len(z) > 1 else z)(z),
        lambda z: shifted(np.max)(z) if np.ptp(z) or len(z) < 2 else shifted(np.max)(np.arange(len(z)) * -1000.0),
        lambda z: (bp.softmax(z), jacobian_broadcast(z)[1] * (bp.softmax(z).max() < 0.99)),
        nothing,
        *(spoilt(jacobian_broadcast, change) for change in SPOIL[:3] + SPOIL[4:]),
        lambda z: (np.full(len(z), 1 / len(z)), jacobian_broadcast(z)[1]),
        lambda z: jacobian_broadcast(z / 2),
        lambda z: jacobian_broadcast(np.clip(z, -500, 500)),
        lambda z: (jacobian_broadcast(z)[0], jacobian_broadcast(z)[1] if len(z) > 1 else np.ones((1, 1))),
        lambda z: (
            (z == z.max()) / (z == z.max()).sum() if (z == z.max()).sum() > 1 else jacobian_broadcast(z)[0],
            jacobian_broadcast(z)[1],
        ),
        lambda z: jacobian_broadcast(-z),
        lambda z: jacobian_broadcast(np.minimum(z, 700)),  # clipped instead of shifted
        shifted(np.median),
        shifted(lambda z: z[:3].max()),
        lambda z: (np.where(z > 700, 1.0, jacobian_broadcast(z)[0]), jacobian_broadcast(z)[1]),
        lambda z: (jacobian_broadcast(z)[0], np.diag(1 - jacobian_broadcast(z)[0])),
        shifted(np.min),
        shifted(lambda z: z[-1]),
        shifted(lambda z: 700 if z.max() > 100 else 0),
        shifted(lambda z: z.max() / 2),
        shifted(lambda z: abs(z).max()),
        lambda z: shifted(lambda z: 0)(z.astype(np.longdouble)),  # a wider float instead of a shift
        lambda z: shifted(np.max)(single(z)),
        lambda z: (jacobian_broadcast(z)[0], jacobian_broadcast(z)[1].sum(axis=0)),
        lambda z: (jacobian_broadcast(z)[0], np.abs(jacobian_broadcast(z)[1])),
    ],
    "softmax_back": [
        lambda U, P: rows_by_einsum(U, P) if P.shape[1] != 2 else U * P * (1 - P),
        lambda U, P: rows_by_einsum(U, P).T if len(P) == P.shape[1] else rows_by_einsum(U, P),
        lambda U, P: rows_by_einsum(np.clip(U, -10, 10), P),
        lambda U, P: U * P - P * (U * P)[:, :10].sum(axis=1, keepdims=True),
        lambda U, P: np.concatenate([rows_by_einsum(U, P)[:100], U[100:]]),
        lambda U, P: P * (U - np.diag(U @ P.T)[:, None]),  # an entry for each pair of examples
        nothing,
        *(lambda U, P, change=change: change(rows_by_einsum(U, P)) for change in ONE),
        lambda U, P: rows_by_einsum(P, U),
        lambda U, P: rows_by_einsum(U, P) + 0 * np.log(P),
        lambda U, P: rows_by_einsum(U[:4], P[:4]),
        lambda U, P: rows_by_einsum(bp.softmax(U), P),
        lambda U, P: U * (P - (U * P).sum(axis=1, keepdims=True)),
        lambda U, P: rows_by_einsum(U, bp.softmax(P)),  # softmax applied twice
        lambda U, P: rows_by_einsum(U, P) * len(U),
        lambda U, P: P * (U - (P * P).sum(axis=1, keepdims=True)),
        lambda U, P: P * (U - np.cumsum(U * P, axis=1)),
        lambda U, P: np.einsum("ri,sik->rk", U, [np.diag(p) - np.outer(p, p) for p in P]),
        lambda U, P: P * (U - (U * P)[:, :4].sum(axis=1, keepdims=True)),  # four classes
        rows_by_jacobian,
        all_jacobians,
    ],
}
"""Wrong answers, none of them a misconception that the exercise knows."""
