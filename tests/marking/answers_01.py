"""Right answers to the exercises of chapter 01, each written in other words than the solution."""

import copy
import functools
import math

import numpy as np

import bpcourse as bp


def relu_masks(z, c):
    positive = (z > 0).astype(float)
    return positive * z + c * (1 - positive) * z, positive + c * (1 - positive), np.minimum(z, 0)


def relu_parts(z, c):
    return [np.maximum(z, 0) + c * np.minimum(z, 0), c + (1 - c) * np.heaviside(z, 0.0), bp.prelu(c).by_slope(z)]


def relu_loops(z, c):
    a, da_dz, da_dc = np.zeros(z.shape), np.ones(z.shape), np.zeros(z.shape)
    for i in np.ndindex(z.shape):
        a[i] = z[i]
        if z[i] <= 0:
            a[i], da_dz[i], da_dc[i] = c * z[i], c, z[i]
    return a, da_dz, da_dc


def relu_recursive(z, c):
    """One dimension less at each call."""
    if z.ndim == 0:
        return (float(z), 1.0, 0.0) if z > 0 else (c * z, c, z)
    parts = zip(*(relu_recursive(part, c) for part in z), strict=True)
    return [np.array(part, dtype=float).reshape(z.shape) for part in parts]


class Unit:
    """Keeps what the way back needs."""

    def __init__(self, c):
        self.c = c

    def forward(self, z):
        self.left, self.z = z <= 0, z
        return np.where(self.left, self.c * z, z)


def relu_by_a_class(z, c):
    unit = Unit(c)
    a = unit.forward(copy.deepcopy(z))
    return a, np.where(unit.left, c, 1.0), unit.z * unit.left


def relu_vectorized(z, c):
    value = np.vectorize(lambda x: x if x > 0 else c * x, otypes=[float])
    slope = np.vectorize(lambda x: 1 if x > 0 else c, otypes=[float])
    return value(z), slope(z), np.clip(z, None, 0)


def elu_from_value(z, c):
    a = np.where(z > 0, z, c * np.expm1(z))
    return a, np.where(z > 0, 1, a + c)  # c e^z is a + c


def elu_loops(z, c):
    both = np.array([(x, 1.0) if x > 0 else (c * (np.exp(x) - 1), c * np.exp(x)) for x in z.flat])
    return both[:, 0].reshape(z.shape), both[:, 1].reshape(z.shape)


def curves_naive_where_harmless(z):
    """1 / (1 + e^-z) overflows to 1 / inf = 0, which is right."""
    s = 1 / (1 + np.exp(-z))
    return s, s - s**2, np.tanh(z), (1 - np.tanh(z)) * (1 + np.tanh(z)), np.logaddexp(0, z), s


def curves_by_the_library(z):
    three = (bp.sigmoid, bp.tanh, bp.softplus)
    return np.stack([part for curve in three for part in (curve(z), curve.derivative(z))])  # one array, six parts


def curves_loops(z):
    rows = []
    for x in z.ravel():
        e = math.exp(-abs(x))
        s, t = (1 / (1 + e) if x > 0 else e / (1 + e)), math.tanh(x)
        rows.append((s, s * (1 - s), t, 1 - t * t, max(x, 0) + math.log1p(e), s))
    return [column.reshape(z.shape) for column in np.array(rows).T]


def curves_of_one(z):
    """All of tanh; softplus as PyTorch has it, a line from 20 on."""
    half, t = np.tanh(z / 2), np.tanh(z)
    softplus = np.where(z > 20, z, np.log1p(np.exp(np.minimum(z, 20))))
    return (1 + half) / 2, (1 - half * half) / 4, t, 1 - t * t, softplus, (1 + half) / 2


def weighted_joined(z, Phi):
    s, area = 1 / (1 + np.exp(-z)), Phi(z)
    bell = np.exp(-np.square(z) / 2) / math.sqrt(2 * math.pi)
    return [z * s, s * (1 + z * (1 - s)), z * area, area + z * bell]


def weighted_quotient(z, Phi):
    e = np.exp(-z)
    bell = (2 * np.pi * np.exp(z * z)) ** -0.5
    return z / (1 + e), (1 + e + z * e) / (1 + e) ** 2, Phi(z) * z, bell * z + Phi(z)


def back_indexed(u, z, c):
    relu, leaky = u.copy(), u.copy()
    relu[z <= 0] = 0
    leaky[z <= 0] *= c
    return relu, leaky


def jacobian_loops(z):
    p = np.array([1 / sum(np.exp(other - own) for other in z) for own in z])
    n = len(p)
    return p, [[p[i] * ((i == k) - p[k]) for k in range(n)] for i in range(n)]


def jacobian_broadcast(z):
    p = bp.softmax(z)
    return [p, p[:, None] * (np.eye(len(p)) - p)]


def jacobian_by_log(z):
    m = z.max()
    p = np.exp(z - (m + np.log(np.exp(z - m).sum())))
    return p, np.diagflat(p) - p.reshape(-1, 1) @ p.reshape(1, -1)


def rows_by_loop(U, P):
    return np.array([p * (u - u @ p) for u, p in zip(U, P, strict=True)])


def rows_by_einsum(U, P):
    return U * P - P * np.einsum("nk,nk->n", U, P)[:, None]


RIGHT = {
    "slope_in_head": [0.09, 0.09002, np.float64(0.09), bp.sigmoid.derivative(np.log(9))],
    "which_is_wrong": ["d", " D "],
    "which_network": ["b", "B "],
    "layers_to_a_millionth": [20.0, np.int64(20), int(np.ceil(np.log2(1e6)))],
    "parametric_relu": [relu_masks, relu_parts, relu_loops, relu_recursive, relu_by_a_class, relu_vectorized],
    "elu": [
        elu_from_value,
        elu_loops,
        lambda z, c: (bp.elu(c)(z), bp.elu(c).derivative(z)),
        lambda z, c: [part.astype(np.float32) for part in elu_from_value(z, c)],
        lambda z, c: (np.piecewise(z, [z > 0, z <= 0], [lambda x: x, lambda x: c * np.expm1(x)]), elu_loops(z, c)[1]),
    ],
    "three_curves": [curves_naive_where_harmless, curves_by_the_library, curves_loops, curves_of_one],
    "silu_and_gelu": [
        lambda z, Phi: [part * (1 + 1e-8) for part in weighted_joined(z, Phi)],
        weighted_joined,
        weighted_quotient,
        functools.partial(weighted_joined),
    ],
    "mended_backward": [
        back_indexed,
        lambda u, z, c: (u * bp.relu.derivative(z), u * bp.leaky_relu(c).derivative(z)),
        lambda u, z, c: (np.where(np.maximum(z, 0) > 0, u, 0), np.where(z <= 0, c * u, u)),  # the mask on a, but strict
    ],
    "softmax_jacobian": [jacobian_loops, jacobian_broadcast, jacobian_by_log],
    "softmax_back": [
        rows_by_loop,
        rows_by_einsum,
        lambda U, P: P * (U - np.average(U, axis=1, weights=P)[:, None]),
        lambda U, P: [
            [a * (b - sum(u * p for u, p in zip(x, y, strict=True))) for a, b in zip(y, x, strict=True)]
            for x, y in zip(U.tolist(), P.tolist(), strict=True)
        ],  # fmt: skip
        lambda U, P: rows_by_einsum(U, P).astype(np.float32),
    ],
}
"""Right answers, written in other ways than the solution."""
