"""Chapter 02: the cases of its exercises, and for each one of any size and any values."""

import numpy as np

from .edits import ONE_LOW, apart, logits, spread, wide_logits

# ----- corners: where sizes or numbers coincide


def _whole(rng):
    """Three rows of three small whole numbers, 0 among them; two rows are equal, and two numbers of the third."""
    row = rng.permutation([-rng.integers(2, 9), 0.0, rng.integers(1, 9)])
    tied = rng.permutation([1.0, 1.0, 0.0])
    return np.array([row, row, tied])


def corner_logits(rng):
    """Whole numbers; two examples and two classes, both far below 0; one example with large logits; one class with
    large ones; a single number; many rows of nearly equal logits; two rows all above 0.
    """
    return [
        _whole(rng),
        -1500 - rng.uniform(0.2, 3, size=(2, 2)),
        rng.normal(size=(1, 6)) + 3000,
        rng.normal(size=(3, 1)) * 2 - 3000,
        rng.normal(size=(1, 1)),
        rng.normal(size=(9, 8)) * 1e-3,
        rng.uniform(0.1, 3, size=(2, 4)),
    ]


def _corner_targets(rng, Z):
    """The first row is one-hot, all targets of the second are equal, in the others the two largest are."""
    n, k = Z.shape
    Y = rng.uniform(0.1, 1, (n, k))
    Y[:, :2] = 1.5
    Y = rng.permuted(Y, axis=1)
    Y[0] = np.eye(k)[rng.integers(k)]
    Y[1:2] = 1.0
    return Y / Y.sum(axis=1, keepdims=True)


def _corner_errors(rng):
    """Whole numbers, as many rows as columns, equal ones, d = 1; errors near 0; errors in the thousands."""
    return [
        {"r": _whole(rng), "d": 1.0},
        {"r": rng.normal(size=(8, 9)) * 1e-8, "d": 1.1},
        {"r": rng.choice([-1, 1], size=(2, 2)) * rng.uniform(1500, 3000, size=(2, 2)), "d": 0.6},
    ]


# ----- huber


def errors(rng):
    """Errors of all sizes, in the larger cases some a hundredth within and beyond the threshold, on both sides; in one
    case exactly 0 and exactly the threshold, in one none beyond it, in one all.
    """
    cases = []
    for shape, d in (
        ((7, 3), 0.7),
        ((5, 2), 1.3),
        ((4, 6), 2.0),
        ((6,), 0.9),
        ((3, 5), 2),
        ((4, 3), 30.0),
        ((2, 4), 0.05),
    ):
        r = rng.normal(size=shape) * 2.5
        if d < 5:
            r.flat[rng.permutation(r.size)[:4]] = 0.99 * d, -0.99 * d, 1.01 * d, -1.01 * d
        if d == 2 and isinstance(d, int):
            r.flat[[0, *1 + rng.permutation(r.size - 1)[:3]]] = 2.7, 0.0, d, -d  # the first makes d of a whole array
        if d == 0.05:
            r = rng.choice([-1, 1], size=shape) * rng.uniform(0.1, 4, size=shape)
        cases.append({"r": r, "d": d})
    one = rng.uniform(0.2, 0.9, size=3)
    cases += _corner_errors(rng)
    return [*cases, {"r": -one[:1] - 1, "d": 0.8}, {"r": one[1:2, None], "d": 1.4}, {"r": one[2:, None] + 1, "d": 0.6}]


def wide_errors(rng):
    shape = tuple(rng.integers(1, 7, size=rng.integers(1, 3)))
    return {"r": rng.normal(size=shape) * 10 ** rng.uniform(-2, 3), "d": float(10 ** rng.uniform(-2, 2))}


# ----- output_deltas


def delta_case(rng, n, k, one_hot=False, size=1.5):
    Y = rng.uniform(0.1, 1, (n, k)) if not one_hot else np.eye(k)[rng.integers(k, size=n)]
    return {"Z": rng.normal(size=(n, k)) * size, "Y": Y / Y.sum(axis=1, keepdims=True)}


def delta_cases(rng):
    sizes = ((7, 5), (5, 3), (4, 6), (1, 3), (4, 1))
    cases = [
        *(delta_case(rng, n, k) for n, k in sizes),
        delta_case(rng, 5, 4, one_hot=True),
        delta_case(rng, 6, 2, size=4),
    ]
    corners = [Z - Z.round(-2) for Z in corner_logits(rng)]
    return [*cases, delta_case(rng, 5, 3), *({"Z": Z, "Y": _corner_targets(rng, Z)} for Z in corners)]


def wide_deltas(rng):
    n, k = rng.integers(1, 7, size=2)
    return delta_case(rng, n, k, rng.integers(2), 10 ** rng.uniform(-1, 0.7))


# ----- loss_and_accuracy


def _labels(rng, Z, wrong):
    """Of `wrong` examples the true class is not the largest; in one of them it is second, in one last."""
    n, k = Z.shape
    ranks = Z.argsort(axis=1)
    labels = ranks[:, -1]
    if k > 1:
        labels[:wrong] = ranks[:wrong, :-1][np.arange(wrong), rng.integers(k - 1, size=wrong)]
        if wrong > 1:
            labels[:2] = ranks[0, -2], ranks[1, 0]
    return labels


def report_cases(rng):
    """The number of wrong decisions is drawn, another one in every large case. Logits of ordinary size, rows far apart,
    rows with large gaps, and two cases in which e^z is infinite for a logit beside another one, or beside the mean, but
    no probability is stored as 0. Then one example, one class, few examples, and a highest class that never occurs;
    sizes and numbers that coincide, a low logit that stands last, and one example that is decided rightly.
    """
    far = rng.permutation([-20_000, 900, 3, 15_000, 0, -700, 40, 8000, 1, 2, 5])[:, None]
    plan = (
        ((8, 5), 2, 0.0),
        ((11, 4), 2, far),
        ((7, 5), 2, spread(rng, 7, 5)),
        ((9, 6), 0.5, [-725, 0, 0, 0, 0, 0]),
        ((10, 40), 0.5, [0, 0, 730, *[0] * 37]),
        *(((7, 6), 1, ONE_LOW), ((1, 3), 2, 0.0), ((4, 1), 2, 0.0), ((3, 5), 2, 0.0), ((6, 3), 2, 0.0)),
    )
    wrong = [*rng.permutation([2, 3, 4, 5, 6]), 2, 1, 0, 2, 3]
    cases = []
    for ((n, k), size, shift), count in zip(plan, wrong, strict=True):
        Z = rng.normal(size=(n, k)) * size + shift
        labels = _labels(rng, Z, count) if (n, k) != (6, 3) else np.array([0, 1, 0, 1, 1, 0])
        order = rng.permutation(n)
        cases.append({"Z": Z[order], "labels": labels[order]})
    for Z in corner_logits(rng):
        step = 1 if (Z == np.round(Z)).all() else 1e-3
        Z = Z + step * Z.argsort(axis=1).argsort(axis=1)  # no two of a row are equal
        cases.append({"Z": Z, "labels": rng.integers(Z.shape[1], size=len(Z))})
    low, right = rng.normal(size=(3, 5)) + [0, 0, 0, 0, -725], rng.normal(size=(1, 4)) + 900
    cases.append({"Z": low, "labels": rng.integers(5, size=3)})
    return [*cases, {"Z": right, "labels": right.argmax(axis=1)}]


def wide_report(rng):
    Z = wide_logits(rng)
    Z += 1e-3 * rng.permuted(np.tile(np.arange(Z.shape[1]), (len(Z), 1)), axis=1)  # no two of a row are equal
    return {"Z": Z, "labels": rng.integers(Z.shape[1], size=len(Z))}


# ----- softmax_cross_entropy


def _targets(rng, Z, one_hot):
    """One-hot targets or others; where rows are spread, the first true classes stand first, last and in front."""
    n, k = Z.shape
    if not one_hot:
        Y = rng.uniform(0.1, 1, (n, k))
        return Y / Y.sum(axis=1, keepdims=True)
    true = rng.integers(k, size=n)
    if apart(Z) > 5000 and n > 2:
        true[:3] = 0, k - 1, Z[2].argmax()
    return np.eye(k)[true]


def stable_cases(rng):
    """One-hot targets and others; where few numbers coincide, rows of both kinds, and of equal targets."""
    cases = [{"Z": Z, "Y": _targets(rng, Z, i not in (2, 3, 7, 10, 11, 12))} for i, Z in enumerate(logits(rng))]
    return [*cases, *({"Z": Z, "Y": _corner_targets(rng, Z)} for Z in corner_logits(rng))]


def wide_stable(rng):
    Z = wide_logits(rng)
    return {"Z": Z, "Y": _targets(rng, Z, rng.integers(2))}


# ----- tempered_cross_entropy


def tempered_cases(rng):
    """Ordinary logits, large ones, rows far apart, and rows with large gaps whose target is one-hot, in some of them on
    a class that is thousands behind. Then one example, one class. The rows stay within some thousands: where logits of
    20,000 cancel in dT, a right program is off by more than the tolerance.
    """
    rows = rng.permutation([-4000, 900, 3, 5000])
    cases = []
    for (n, k), T, shift in (
        ((7, 5), 2.5, 0.0),
        ((5, 3), 0.7, 2000.0),
        ((4, 6), 1.9, rows[:, None]),
        ((6, 5), 0.6, spread(rng, 6, 5, 6000)),
        ((5, 4), 1.3, [-725 * 1.3, 0, 0, 0]),
        ((4, 6), 0.9, ONE_LOW),
        ((1, 3), 2, 0.0),
        ((4, 1), 0.4, 0.0),
        ((3, 2), 1, 0.0),
    ):
        Y = rng.uniform(0.1, 1, (n, k))
        if np.shape(shift) == (n, k):
            Y = np.eye(k)[[0, k - 1, *rng.integers(1, k - 1, size=n - 2)]]
        Z = rng.normal(size=(n, k)) * 2
        cases.append({"Z": Z + shift, "Y": Y / Y.sum(axis=1, keepdims=True), "T": T})
    for Z, T in zip(corner_logits(rng), (30.0, 0.05, 250.0, 3.0, 0.5, 1.5, 0.8), strict=True):
        cases.append({"Z": Z, "Y": _corner_targets(rng, Z), "T": T})
    return cases


def wide_tempered(rng):
    Z = wide_logits(rng)
    Y = rng.uniform(0.1, 1, Z.shape)
    return {"Z": Z, "Y": Y / Y.sum(axis=1, keepdims=True), "T": float(10 ** rng.uniform(-1, 1))}
