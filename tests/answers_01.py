"""Right answers to the exercises of chapter 01, each written in other words than the solution."""

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


def elu_from_value(z, c):
    a = np.where(z > 0, z, c * np.expm1(z))
    return a, np.where(z > 0, 1, a + c)  # c e^z is a + c


def elu_loops(z, c):
    both = [[(x, 1.0) if x > 0 else (c * (np.exp(x) - 1), c * np.exp(x)) for x in row] for row in z]
    return np.array(both)[..., 0], np.array(both)[..., 1]


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
    "parametric_relu": [relu_masks, relu_parts, relu_loops],
    "elu": [elu_from_value, elu_loops, lambda z, c: (bp.elu(c)(z), bp.elu(c).derivative(z))],
    "three_curves": [curves_naive_where_harmless, curves_by_the_library, curves_loops],
    "silu_and_gelu": [weighted_joined, weighted_quotient],
    "mended_backward": [
        back_indexed,
        lambda u, z, c: (u * bp.relu.derivative(z), u * bp.leaky_relu(c).derivative(z)),
        lambda u, z, c: (np.where(np.maximum(z, 0) > 0, u, 0), np.where(z <= 0, c * u, u)),  # the mask on a, but strict
    ],
    "softmax_jacobian": [jacobian_loops, jacobian_broadcast, jacobian_by_log],
    "softmax_back": [rows_by_loop, rows_by_einsum, lambda U, P: P * (U - np.diag(U @ P.T)[:, None])],
}
"""Right answers, written in other ways than the solution."""
