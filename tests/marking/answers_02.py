"""Right answers to the exercises of chapter 02, each written in other words than the solution."""

import functools
import math

import numpy as np

import bpcourse as bp

# ----- huber


def huber_loops(e, d):
    loss, slope = np.zeros(e.shape), np.zeros(e.shape)
    for i in np.ndindex(e.shape):
        if abs(e[i]) <= d:
            loss[i], slope[i] = e[i] * e[i] / 2, e[i]
        else:
            loss[i], slope[i] = d * abs(e[i]) - d * d / 2, math.copysign(d, e[i])
    return loss.tolist(), slope


def huber_clip(e, d):
    s = np.minimum(np.maximum(e, -d), d)
    return [s * e - s**2 / 2, s]


def huber_recursive(r, d):
    if np.ndim(r) == 0:
        x = float(r)
        return (x * x / 2, x) if abs(x) <= d else (d * (abs(x) - d / 2), math.copysign(d, x))
    parts = [huber_recursive(x, d) for x in r]
    return [part[0] for part in parts], [part[1] for part in parts]


def huber_masks(r, d):
    loss, slope, small = np.empty_like(r), np.empty_like(r), np.abs(r) < d
    loss[small], slope[small] = r[small] ** 2 / 2, r[small]
    loss[~small], slope[~small] = d * (np.abs(r[~small]) - d / 2), d * np.sign(r[~small])
    return loss, slope


def huber_measured(r, d, h=1e-6):
    loss = lambda r: huber_clip(r, d)[0]  # noqa: E731
    return loss(r), (loss(r + h) - loss(r - h)) / (2 * h)


class Huber:
    def __call__(self, r, d):
        column = r.reshape(-1, 1)
        loss = bp.huber(float(d))
        return loss(column, 0 * column).reshape(r.shape), loss.gradient(column, 0 * column).reshape(r.shape)


# ----- log-sum-exp


def lse_logaddexp(Z):
    total = np.full(len(Z), -np.inf)
    for k in range(Z.shape[1]):
        total = np.logaddexp(total, Z[:, k])
    return total


def lse_shifted(Z):
    """Any shift of a row near its maximum will do."""
    m = np.floor(Z.max(axis=1)) + 3
    return np.log(np.exp(Z.T - m).sum(axis=0)) + m


def lse_sorted(Z):
    return [z[-1] + math.log1p(sum(math.exp(x - z[-1]) for x in z[:-1])) for z in np.sort(Z, axis=1)]


# ----- deltas


def deltas_by_formula(Z, Y):
    s = 1 / (1 + np.exp(-Z))
    P = np.exp(Z) / np.exp(Z).sum(axis=1)[:, None]
    return [Z - Y, (s - Y) * bp.sigmoid.derivative(Z), s * (1 - Y) - Y * (1 - s), P - Y]


def deltas_by_jacobian(Z, Y):
    s, out = bp.sigmoid(Z), np.zeros(Z.shape)
    for i, (z, y) in enumerate(zip(Z, Y, strict=True)):
        a = bp.softmax(z)
        out[i] = (np.diag(a) - np.outer(a, a)) @ (-y / a)
    by_a = -Y / s + (1 - Y) / (1 - s)
    return Z - Y, s * (1 - s) * (s - Y), by_a * s * (1 - s), out


def deltas_by_library(Z, Y):
    losses = bp.half_squared_error, bp.binary_cross_entropy, bp.cross_entropy
    linear, bce, ce = (loss.gradient(Z, Y) for loss in losses)
    return linear, bp.half_squared_error.gradient(bp.sigmoid(Z), Y) * bp.sigmoid.derivative(Z), bce, ce


def deltas_measured(Z, Y, h=1e-5):
    """Every z up and down."""
    losses = (
        lambda z, y: ((z - y) ** 2).sum() / 2,
        lambda z, y: ((bp.sigmoid(z) - y) ** 2).sum() / 2,
        lambda z, y: -(y * np.log(bp.sigmoid(z)) + (1 - y) * np.log(1 - bp.sigmoid(z))).sum(),
        lambda z, y: -(y * np.log(bp.softmax(z))).sum(),
    )
    steps = h * np.eye(Z.shape[1])
    return [[[(E(z + e, y) - E(z - e, y)) / (2 * h) for e in steps] for z, y in zip(Z, Y, strict=True)] for E in losses]


# ----- programs


def report_loops(Z, labels):
    losses, hits = [], 0
    for z, label in zip(Z, labels, strict=True):
        losses.append(math.log(sum(math.exp(x - max(z)) for x in z)) + max(z) - z[label])
        hits += int(np.argmax(z)) == label
    return sum(losses) / len(losses), hits / len(labels)


def report_library(Z, labels):
    return bp.cross_entropy(Z, labels).mean(), np.mean(bp.cross_entropy.decide(Z) == labels)


def report_flat(Z, labels):
    gap = Z - np.take_along_axis(Z, labels[:, None], axis=1)
    return lse_sorted(gap) @ np.ones(len(Z)) / len(Z), np.mean(gap.max(axis=1) == 0)


def report_one_hot(Z, labels):
    Y = np.zeros(Z.shape)
    Y[np.arange(len(labels)), labels] = 1
    return float((Y * (lse_shifted(Z)[:, None] - Z)).sum() / len(Z)), int((Y.argmax(1) == Z.argmax(1)).sum()) / len(Z)


# ----- cross-entropies


def ce_pairs(Z, Y):
    with np.errstate(over="ignore"):
        A = 1 / np.exp(Z[:, None, :] - Z[:, :, None]).sum(axis=2)
    return ((lse_logaddexp(Z)[:, None] - Z) * Y).sum(1), A - Y


def ce_fused(Z, Y):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return lse_shifted(Z) - np.einsum("nk,nk->n", Y, Z), E / E.sum(axis=1, keepdims=True) - Y


def ce_library(Z, Y):
    return bp.cross_entropy(Z, Y), bp.cross_entropy.gradient(Z, Y)


def ce_one_by_one(Z, Y):
    parts = [ce_fused(z[None], y[None]) for z, y in zip(Z, Y, strict=True)]
    return [loss[0] for loss, _ in parts], [delta[0].tolist() for _, delta in parts]


def tempered_by_the_hints(Z, Y, T):
    """log a as z minus a log-sum-exp, which loses digits where the logits are large."""
    U = Z / T
    log_A = U - lse_shifted(U)[:, None]
    dU = np.exp(log_A) - Y
    return -(Y * log_A).sum(axis=1), dU / T, (dU * (-Z / T**2)).sum(axis=1)


def nearly(right):
    """As good as right: a part in ten million off."""
    return lambda *inputs: [np.asarray(part) * (1 + 1e-7) for part in right(*inputs)]


def tempered_by_parts(Z, Y, T):
    U = Z / T
    loss, dU = ce_fused(U, Y)
    return loss, dU / T, -np.einsum("nk,nk->n", dU, U) / T


def tempered_by_expectation(Z, Y, T):
    """dE/dT is (the mean logit under y minus that under a) over T squared."""
    A = bp.softmax(Z / T)
    return ce_pairs(Z / T, Y)[0], (A - Y) / T, ((Y * Z).sum(axis=1) - (A * Z).sum(axis=1)) / T**2


RIGHT = {
    "loss_by_hand": [math.log(4), 1.3862944, 1.386, 1.38629, -np.log(np.array([0.25]))],
    "equivalent_rate": [1 / 4, np.float64(0.25), 0.1 / 0.4],
    "huber": [
        huber_loops,
        huber_clip,
        lambda e, d: np.stack(huber_clip(e, d)),
        lambda e, d: np.stack(huber_clip(e, d)).tolist(),
        huber_recursive,
        huber_masks,
        huber_measured,
        Huber(),
        functools.partial(lambda half, r, d: huber_clip(r, 2 * half * d), 0.5),
        nearly(huber_clip),
        lambda r, d: [part.astype(np.float32) for part in huber_clip(r, d)],
        lambda r, d: huber_clip(np.asfortranarray(r), d),
    ],
    "softmax_twice": ["D", " d "],
    "log_sum_exp": [
        lse_logaddexp,
        lse_shifted,
        lse_sorted,
        lambda Z: functools.reduce(np.logaddexp, Z.T),
        lambda Z: Z.max(axis=1) - np.log(bp.softmax(Z).max(axis=1)),
        lambda Z: np.log(2) * np.logaddexp2.reduce(Z / np.log(2), axis=1),
    ],
    "output_deltas": [
        deltas_by_formula,
        deltas_by_jacobian,
        deltas_by_library,
        deltas_measured,
        nearly(deltas_by_formula),
    ],
    "loss_and_accuracy": [report_loops, report_library, report_flat, report_one_hot, nearly(report_loops)],
    "largest_delta": [4 / 27, 0.14814815, 0.1481],
    "softmax_cross_entropy": [ce_pairs, ce_fused, ce_library, ce_one_by_one, nearly(ce_fused)],
    "tempered_cross_entropy": [
        tempered_by_parts,
        tempered_by_expectation,
        tempered_by_the_hints,
        nearly(tempered_by_parts),
    ],
}
