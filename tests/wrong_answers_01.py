"""Wrong answers to the exercises of chapter 01 that are no misconception; `kill_rate` counts how many are refused."""

import numpy as np
from answers_01 import elu_from_value, jacobian_broadcast, relu_masks, rows_by_einsum, silu_joined

import bpcourse as bp

SEEDS = range(5)


def nothing(*_):
    """Takes anything, computes, returns nothing."""
    sum(range(3))


def spoilt(right, change):
    """An answer that returns change(the list of right parts)."""
    return lambda *inputs: change(list(right(*inputs)))


def back(u, z, c):
    return u * (z > 0), u * np.where(z > 0, 1.0, c)


SPOIL = [
    lambda parts: parts[::-1],  # in the other order
    lambda parts: parts[:-1],  # one missing
    lambda parts: [*parts, 0],  # one too many
    lambda parts: [np.transpose(part) for part in parts],
    lambda parts: [np.asarray(part).astype(np.float16) for part in parts],
    lambda parts: [np.asarray(part) * (1 + 1e-5) for part in parts],  # nearly right
    lambda parts: [np.abs(part) + 1e-4 for part in parts],
    lambda parts: [parts[0], np.zeros_like(parts[1]), *parts[2:]],
]
ONE = [
    lambda array: array.T,
    lambda array: array.astype(np.float16),
    lambda array: array * (1 + 1e-5),
    lambda array: np.abs(array),
    lambda array: array.sum(),
    lambda array: array[:1],
    lambda array: array.ravel(),
]

WRONG = {
    "slope_in_head": [0.3, 0, "0.09", True, float("nan"), 0.0901, 0.0899, [0.09, 0.1], {}, 0.09j],
    "which_is_wrong": ["E", "AD", "", 4, 0.5, ["D"], True],
    "which_network": ["E", "AB", "", 2, 0.5, ["B"], True],
    "layers_to_a_millionth": [0, 30, 20.5, -20, "20", float("inf"), 18, 22, [20, 20]],
    "parametric_relu": [
        nothing,
        *(spoilt(relu_masks, change) for change in SPOIL[:3] + SPOIL[4:]),
        lambda z, c: relu_masks(z, 0.25),
        lambda z, c: relu_masks(np.round(z, 3), c),
        lambda z, c: relu_masks(z[:1], c),
        lambda z, c: [part.mean() for part in relu_masks(z, c)],
        lambda z, c: (np.maximum(z, c * z), *relu_masks(z, c)[1:]),  # right only while c < 1
    ],
    "elu": [
        nothing,
        *(spoilt(elu_from_value, change) for change in SPOIL),
        lambda z, c: elu_from_value(z, 1.0 if c > 1 else c),
        lambda z, c: (np.tanh(z), 1 - np.tanh(z) ** 2),
        lambda z, c: (np.maximum(z, c * np.expm1(z)), elu_from_value(z, c)[1]),
        lambda z, c: (elu_from_value(z, c)[0], np.where(z > 0, z, c * np.exp(z))),
        lambda z, c: (elu_from_value(z, c)[0], np.where(z > 0, 1.0, c)),
    ],
    "silu_slope": [
        nothing,
        *(lambda z, change=change: change(silu_joined(z)) for change in ONE),
        lambda z: bp.gelu.derivative(z),
        lambda z: silu_joined(-z),
        lambda z: (bp.silu(z + 0.01) - bp.silu(z)) / 0.01,
        lambda z: silu_joined(1.702 * z),
    ],
    "mended_backward": [
        nothing,
        *(spoilt(back, change) for change in SPOIL),
        lambda u, z, c: (u * (z > 0), u * (z > 0) + c),
        lambda u, z, c: (u * (u > 0), back(u, z, c)[1]),
        lambda u, z, c: (u * np.sign(z), back(u, z, c)[1]),
        lambda u, z, c: (back(u, z, c)[0], u / np.where(z > 0, 1.0, c)),
        lambda u, z, c: (back(u, z, c)[0], u * np.where(z > 0, 1.0, -c)),
        lambda u, z, c: (back(u, z, c)[0], u * np.where(z > 0, 1.0, 0.01)),
    ],
    "softmax_jacobian": [
        nothing,
        *(spoilt(jacobian_broadcast, change) for change in SPOIL[:3] + SPOIL[4:]),
        lambda z: (np.full(len(z), 1 / len(z)), jacobian_broadcast(z)[1]),
        lambda z: jacobian_broadcast(z / 2),
        lambda z: jacobian_broadcast(-z),
        lambda z: jacobian_broadcast(np.minimum(z, 700)),  # clipped instead of shifted
        lambda z: (jacobian_broadcast(z)[0], jacobian_broadcast(z)[1].sum(axis=0)),
        lambda z: (jacobian_broadcast(z)[0], np.abs(jacobian_broadcast(z)[1])),
    ],
    "softmax_back": [
        nothing,
        *(lambda U, P, change=change: change(rows_by_einsum(U, P)) for change in ONE),
        lambda U, P: rows_by_einsum(P, U),
        lambda U, P: U * (P - (U * P).sum(axis=1, keepdims=True)),
        lambda U, P: rows_by_einsum(U, bp.softmax(P)),  # softmax applied twice
        lambda U, P: rows_by_einsum(U, P) * len(U),
        lambda U, P: P * (U - (P * P).sum(axis=1, keepdims=True)),
    ],
}
"""Wrong answers, none of them a misconception that the exercise knows."""
