"""Wrong answers to the exercises of chapter 02 that are no misconception; `kill_rate` counts how many are refused."""

import numpy as np
from answers_02 import (
    ce_fused,
    ce_library,
    deltas_by_formula,
    huber_clip,
    lse_logaddexp,
    report_library,
    tempered_by_parts,
)

import bpcourse as bp

SEEDS = range(5)


def nothing(*_):
    return None if _ else 0


def spoilt(good, change):
    """The parts of `good`, changed as a list."""
    return lambda *inputs: change(list(good(*inputs)))


def common(good, count):
    """What is wrong for any function that returns `count` arrays."""
    return [
        nothing,
        lambda *inputs: 0.0,
        spoilt(good, lambda parts: parts[:-1]),
        spoilt(good, lambda parts: [*parts[:-1], parts[-1] * (1 + 1e-5)]),
        spoilt(good, lambda parts: [np.asarray(p, dtype=np.float16) for p in parts]),
        spoilt(good, lambda parts: [np.abs(p) for p in parts[:-1]] + [-np.abs(parts[-1]) - 1]),
        spoilt(good, lambda parts: [np.zeros_like(p) for p in parts]),
        spoilt(good, lambda parts: [1.5 * p for p in parts]),
        spoilt(good, lambda parts: [[str(p)] for p in parts]),
        *([spoilt(good, lambda parts: parts[::-1])] if count > 1 else []),
    ]


class Forgetful:
    """Right at the first call, and then it forgets to forget."""

    def __init__(self, good):
        self.good, self.calls = good, 0

    def __call__(self, *inputs):
        self.calls += 1
        value = self.good(*inputs)
        off = 1e-3 * (self.calls > 3)
        return [part + off for part in value] if isinstance(value, list | tuple) else value + off


class RemembersShapes:
    """Gives for inputs of a shape what it gave the first time."""

    def __init__(self, good):
        self.good, self.seen = good, {}

    def __call__(self, first, *inputs):
        return self.seen.setdefault(first.shape, self.good(first, *inputs))


def huber_in_place(e, d):
    loss = huber_clip(e, d)[0]
    np.clip(e, -d, d, out=e)
    return loss, e


def huber_rows(e, d):
    """Two nested loops, for two dimensions only."""
    parts = [[huber_clip(np.array(x), d) for x in row] for row in e]
    return [[part[0] for part in row] for row in parts], [[part[1] for part in row] for row in parts]


def single(*inputs):
    """In float32 all through."""
    return [x.astype(np.float32) if isinstance(x, np.ndarray) and x.dtype == float else x for x in inputs]


def shifted(m, Z):
    """The log of softmax, from logits shifted by m(Z), a number or a column."""
    return Z - m(Z) - np.log(np.exp(Z - m(Z)).sum(axis=1, keepdims=True))


def column(of, **options):
    return lambda Z: of(Z, axis=1, keepdims=True, **options)


SHIFTS = [
    np.mean,
    column(np.min),
    column(np.median),
    lambda Z: Z[:, -1:],
    lambda Z: 700 if Z.max() > 100 else 0,
    lambda Z: Z.max(axis=1, keepdims=True) / 2,
    lambda Z: np.abs(Z).max(axis=1, keepdims=True),
]


def lse_by(m):
    return lambda Z: Z[:, 0] - shifted(m, Z)[:, 0]


def ce_by(m):
    return lambda Z, Y: (-(Y * shifted(m, Z)).sum(axis=1), np.exp(shifted(m, Z)) - Y)


def report_by(m):
    return lambda Z, labels: (-shifted(m, Z)[np.arange(len(Z)), labels].mean(), report_library(Z, labels)[1])


def tempered_by(m):
    def answer(Z, Y, T):
        L = shifted(m, Z / T)
        d = np.exp(L) - Y
        return -(Y * L).sum(axis=1), d / T, -(d * Z).sum(axis=1) / T**2

    return answer


WRONG = {
    "loss_by_hand": [1.39, 1.3873, 0.0, 4.0, 1.2, np.log(3), np.inf, "1.386", True, [1.0, 2.0]],
    "equivalent_rate": [0.0, 0.25j, -0.25, 2.5, 0.4, 0.2, 20, "0.25", 0.2503],
    "huber": [
        *common(huber_clip, 2),
        lambda e, d: huber_clip(e, 1.0),
        lambda e, d: huber_clip(e, d / 2),
        lambda e, d: (huber_clip(e, d)[0], np.where(np.abs(e) <= d, e, 0)),  # beyond the threshold nothing is learnt
        lambda e, d: (np.minimum(e**2 / 2, d * np.abs(e)), huber_clip(e, d)[1]),
        lambda e, d: (d**2 * (np.sqrt(1 + (e / d) ** 2) - 1), e / np.sqrt(1 + (e / d) ** 2)),  # pseudo-Huber
        lambda e, d: (e.clip(-d, d) ** 2 / 2, e.clip(-d, d)),
        lambda e, d: [part.squeeze() for part in huber_clip(e[None], d)],  # right but for one row, one column
        # np.vectorize makes the type of the first result that of all: whole numbers, where the first is a whole d
        lambda e, d: (huber_clip(e, d)[0], np.vectorize(lambda x: x if abs(x) <= d else d if x > 0 else -d)(e)),
        lambda e, d: huber_rows(e, d),
        lambda e, d: (huber_clip(e, d)[0], np.where(np.abs(e) < d, e, np.where(np.abs(e) > d, d * np.sign(e), 0))),
        lambda e, d: huber_clip(e, d) if len(e) > 1 else huber_clip(e, 2 * d),
        huber_in_place,
        Forgetful(huber_clip),
        lambda e, d: (np.where(e * e <= d, e**2 / 2, d * (np.abs(e) - d / 2)), e.clip(-d, d)),  # d for its square
        lambda e, d: huber_clip(e, min(d, 1)),
        lambda e, d: (huber_clip(e, d)[0] / d, huber_clip(e, d)[1] / d),
        lambda e, d: huber_clip(np.clip(e, -1e3, 1e3), d),  # afraid of large errors
        lambda e, d: (huber_clip(e, d)[0], np.tanh(1e6 * e) * np.minimum(np.abs(e), d)),  # wrong near 0 alone
        lambda e, d: huber_clip(e, d) if e.shape != e.T.shape else [part.T for part in huber_clip(e, d)],
        lambda e, d: huber_clip(e, 1.01 if d == 1 else d),
    ],
    "softmax_twice": ["E", "", "A B", 4, ["D"]],
    "log_sum_exp": [
        nothing,
        lambda Z: 0.0,
        lambda Z: lse_logaddexp(Z)[:-1],
        lambda Z: lse_logaddexp(Z) * (1 + 1e-5),
        lambda Z: lse_logaddexp(Z).astype(np.float16),
        lambda Z: lse_logaddexp(Z)[:, None],
        lambda Z: lse_logaddexp(np.abs(Z)),
        lambda Z: -lse_logaddexp(Z),
        lambda Z: lse_logaddexp(np.clip(Z, -700, 700)),
        lambda Z: np.nan_to_num(np.log(np.exp(Z).sum(axis=1))),
        lambda Z: np.log2(np.exp2(Z - Z.max(axis=1, keepdims=True)).sum(axis=1)) + Z.max(axis=1),
        lambda Z: lse_logaddexp(Z[:, 1:]),
        lambda Z: np.log(np.exp(Z - Z[:, :1]).sum(axis=0)).sum() + Z[:, 0],
        *(lse_by(m) for m in SHIFTS),
        lambda Z: np.log(np.exp(Z.astype(np.longdouble)).sum(axis=1)),
        lambda Z: np.array([np.logaddexp(z[0], z[1:].max(initial=-np.inf)) for z in Z]),
        lambda Z: lse_logaddexp(Z) if Z.shape[1] > 1 else np.zeros(len(Z)),
        lambda Z: lse_logaddexp(Z) if len(Z) > 1 else lse_logaddexp(Z)[0] * np.ones(2),
        Forgetful(lse_logaddexp),
        lambda Z: lse_logaddexp(Z) + (1e-3 if np.abs(Z).max() > 500 else 0),
        lambda Z: lse_logaddexp(Z) if len(Z) > 1 else np.log(np.exp(Z).sum(axis=1)),  # stable for batches alone
        lambda Z: np.array([lse_logaddexp(z[z != 0][None])[0] for z in Z]),  # takes 0 for padding
        lambda Z: np.array([lse_logaddexp(np.unique(z)[None])[0] for z in Z]),
        lambda Z: lse_logaddexp(Z) if len(Z) != Z.shape[1] else lse_logaddexp(Z.T),
        lambda Z: lse_logaddexp(np.clip(Z, -1e5, 1e5)),
    ],
    "output_deltas": [
        *common(deltas_by_formula, 4),
        lambda Z, Y: [bp.softmax(Z) - Y] * 4,
        lambda Z, Y: [Z - Y] * 4,
        lambda Z, Y: np.stack(deltas_by_formula(Z, Y)).sum(axis=2),
        lambda Z, Y: [d.T for d in deltas_by_formula(Z, Y)],
        lambda Z, Y: deltas_by_formula(Z, Y.round()),
        lambda Z, Y: {"linear": Z - Y},
        lambda Z, Y: [deltas_by_formula(Z, Y)[k] for k in (0, 2, 1, 3)],
        lambda Z, Y: [np.squeeze(d) for d in deltas_by_formula(Z, Y)],
        lambda Z, Y: deltas_by_formula(Z, Y) if (Y < 1).all() else deltas_by_formula(Z, 0.9 * Y),  # afraid of log 0
        Forgetful(deltas_by_formula),
        RemembersShapes(deltas_by_formula),
        lambda Z, Y: deltas_by_formula(Z if len(Z) != len(Z.T) else Z.T, Y),
        lambda Z, Y: deltas_by_formula(Z, Y / Y.max(axis=1, keepdims=True) if (Y[:1].max() == 1) else Y),
        lambda Z, Y: (*deltas_by_formula(Z, Y)[:3], bp.softmax(Z) - (Y == Y.max(axis=1, keepdims=True))),
    ],
    "loss_and_accuracy": [
        *common(report_library, 2),
        lambda Z, labels: (bp.cross_entropy(Z, labels), (Z.argmax(axis=1) == labels)),
        lambda Z, labels: (np.median(bp.cross_entropy(Z, labels)), report_library(Z, labels)[1]),
        lambda Z, labels: (report_library(Z, labels)[0], 1.0),
        lambda Z, labels: (report_library(Z, labels)[0], 0.5),
        lambda Z, labels: (bp.cross_entropy(Z, Z.argmax(axis=1)).mean(), report_library(Z, labels)[1]),
        lambda Z, labels: (report_library(Z, labels)[0], np.mean(bp.softmax(Z)[np.arange(len(Z)), labels])),
        lambda Z, labels: (-np.log(bp.softmax(Z)[:, labels]).mean(), report_library(Z, labels)[1]),
        *(report_by(m) for m in SHIFTS),
        lambda Z, labels: (report_library(Z, labels)[0], (len(Z) - len(Z) // 2) / len(Z)),  # never looks
        lambda Z, labels: (report_library(Z, labels)[0], np.mean(np.abs(Z).argmax(axis=1) == labels)),
        lambda Z, labels: (report_library(Z, labels)[0], round(report_library(Z, labels)[1], 2)),
        lambda Z, labels: (-np.log(np.maximum(bp.softmax(Z), 1e-300)[np.arange(len(Z)), labels]).mean(), 0.5),
        lambda Z, labels: report_library(Z, labels)[::-1],
        lambda Z, labels: (bp.cross_entropy(Z, np.eye(labels.max() + 1)[labels]).mean(), report_library(Z, labels)[1]),
        lambda Z, labels: (bp.cross_entropy(Z, np.eye(len(set(labels)))[labels]).mean(), report_library(Z, labels)[1]),
        lambda Z, labels: (
            report_library(Z, labels)[0],
            np.mean([(Z[labels == c].argmax(axis=1) == c).mean() for c in range(Z.shape[1]) if (labels == c).any()]),
        ),
        lambda Z, labels: (report_library(Z, labels)[0], np.mean(Z.argmax(axis=1).squeeze() == labels[0])),
        Forgetful(report_library),
        RemembersShapes(report_library),
        lambda Z, labels: report_library(Z, labels) if Z.shape[1] != 2 else (0.0, 1.0),
        lambda Z, labels: report_library(Z, labels) if Z.size > 1 else (1.0, 1.0),
        lambda Z, labels: (report_library(Z, labels)[0], np.mean((Z.argmax(axis=1) == labels) & (Z.max(axis=1) > 0))),
    ],
    "largest_delta": [0.0, -4 / 27, 0.15, 0.1, 0.3, 27 / 4, np.nan, "4/27"],
    "softmax_cross_entropy": [
        *common(ce_library, 2),
        lambda Z, Y: ce_library(np.clip(Z, -700, 700), Y),
        lambda Z, Y: (-np.log(np.clip(bp.softmax(Z), 1e-15, 1) * Y).sum(axis=1), ce_library(Z, Y)[1]),
        lambda Z, Y: (ce_library(Z, Y)[0], np.round(bp.softmax(Z)) - Y),
        lambda Z, Y: (ce_library(Z, Y)[0], ce_library(Z, Y)[1].sum(axis=1)),
        lambda Z, Y: (ce_library(Z, Y)[0] / Z.shape[1], ce_library(Z, Y)[1]),
        lambda Z, Y: ce_library(Z, np.eye(Z.shape[1])[Y.argmax(axis=1)]),  # soft targets made hard
        lambda Z, Y: (bp.half_squared_error(bp.softmax(Z), Y), bp.softmax(Z) - Y),
        lambda Z, Y: ce_library(Z / 2, Y),
        *(ce_by(m) for m in SHIFTS),
        lambda Z, Y: ce_fused(*single(Z, Y)),
        lambda Z, Y: [np.squeeze(part) for part in ce_library(Z, Y)],
        lambda Z, Y: (-np.log((Y * bp.softmax(Z)).sum(axis=1)), ce_library(Z, Y)[1]),
        lambda Z, Y: (ce_library(Z, Y)[0], bp.softmax(Z) - Y if len(Z) > 1 else 0 * Y),
        Forgetful(ce_library),
        RemembersShapes(ce_library),
        lambda Z, Y: ce_library(Z, Y) if Z.shape[1] != 2 else (np.logaddexp(0, -Z[:, 0]), bp.sigmoid(Z) - Y),
        lambda Z, Y: ce_library(Z, Y if len(Z) != len(Z.T) else Y.T),
        lambda Z, Y: (ce_library(Z, Y)[0] + (1e-3 if np.ptp(Z) > 700 else 0), ce_library(Z, Y)[1]),
        lambda Z, Y: (-(Y * np.log(np.maximum(bp.softmax(Z), 1e-300))).sum(axis=1), ce_library(Z, Y)[1]),
    ],
    "tempered_cross_entropy": [
        *common(tempered_by_parts, 3),
        lambda Z, Y, T: tempered_by_parts(Z, Y, 1.0),
        lambda Z, Y, T: (*tempered_by_parts(Z, Y, T)[:2], np.zeros(len(Z))),
        lambda Z, Y, T: (*tempered_by_parts(Z, Y, T)[:2], (bp.softmax(Z / T) * Z).sum(axis=1) / T**2),
        lambda Z, Y, T: (*tempered_by_parts(Z, Y, T)[:2], tempered_by_parts(Z - Z[:, :1], Y, T)[2] * 1.1),
        lambda Z, Y, T: (*tempered_by_parts(Z, Y, T)[:2], -(Y * Z).sum(axis=1) / T**2),
        lambda Z, Y, T: (tempered_by_parts(Z, Y, T)[0] / T, *tempered_by_parts(Z, Y, T)[1:]),
        lambda Z, Y, T: tempered_by_parts(np.clip(Z, -700, 700), Y, T),
        *(tempered_by(m) for m in SHIFTS),
        lambda Z, Y, T: tempered_by_parts(*single(Z, Y), T),
        lambda Z, Y, T: [np.squeeze(part) for part in tempered_by_parts(Z, Y, T)],
        lambda Z, Y, T: tempered_by_parts(Z, Y, int(T) or T),
        Forgetful(tempered_by_parts),
        RemembersShapes(tempered_by_parts),
        lambda Z, Y, T: tempered_by_parts(Z, Y, max(T, 0.1)),
        lambda Z, Y, T: tempered_by_parts(Z, Y, min(T, 100.0)),
        lambda Z, Y, T: tempered_by_parts(Z, Y if len(Z) != len(Z.T) else Y.T, T),
        lambda Z, Y, T: (*tempered_by_parts(Z, Y, T)[:2], (bp.softmax(Z / T) - Y).sum(axis=1)),
        lambda Z, Y, T: [tempered_by_parts(Z, Y, T)[k] for k in (0, 2, 1)],
        lambda Z, Y, T: tempered_by_parts(Z, Y, round(T)),
    ],
}
"""Wrong answers, none of them a misconception that the exercise knows."""
