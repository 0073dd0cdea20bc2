"""Wrong answers to the exercises of chapter 05 that are no misconception; `kill_rate` counts how many are refused."""

import numpy as np
from answers_05 import (
    adamw_shrunk_first,
    convert_two_ways,
    mended_joined,
    momentum_entries,
    nadam_joined,
    rate_by_norm,
    rmsprop_moves,
    weights_by_products,
)
from support import changed, nothing

SEEDS = range(5)


def spoilt(right):
    """Ways to spoil several arrays."""
    ways = [
        lambda r: r[:-1],
        lambda r: (*r, 0),
        lambda r: r[::-1],
        lambda r: {k: part for k, part in enumerate(r)},
        lambda r: [part * (1 + 1e-5) for part in r],
        lambda r: [np.asarray(part).astype(np.float16) for part in r],
        lambda r: [np.nan * part for part in r],
        lambda r: [r[0], *(0 * part for part in r[1:])],
        lambda r: [0 * r[0], *r[1:]],
        lambda r: [np.mean(part) for part in r],
        lambda r: [part + 1e-3 for part in r],
    ]
    return [nothing, *(changed(right, way) for way in ways)]


def on_signs(theta, g, s, alpha, rho, eps):
    return theta - alpha * np.sign(g), rmsprop_moves(theta, g, s, alpha, rho, eps)[1]


def at_least_eps(theta, g, s, alpha, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return theta - alpha * g / np.maximum(np.sqrt(s), eps), s


def eps_squared(theta, g, s, alpha, rho, eps):
    s = rho * s + (1 - rho) * g**2
    return theta - alpha * g / np.sqrt(s + eps**2), s


def corrected_too_early(betas):
    """The old mean, already corrected, goes into the next step."""
    return np.append(betas[-1] * weights_by_products(betas[:-1]), 1 - betas[-1])


def root_first(theta, g, m, v, t, alpha, beta1, beta2, eps):
    _, m, v = nadam_joined(theta, g, m, v, t, alpha, beta1, beta2, eps)
    up = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    return theta - alpha * up / (np.sqrt(v) / (1 - beta2**t) + eps), m, v


def without_momentum(theta, g, m, v, t, alpha, beta1, beta2, eps):
    return nadam_joined(theta, g, 0 * m, v, t, alpha, 0.0, beta2, eps)


def largest_for_mean(theta, g, m, v, t, alpha, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, np.maximum(beta2 * v, np.abs(g))
    return theta - alpha / (1 - beta1**t) * (beta1 * m + (1 - beta1) * g) / (v + eps), m, v


def times_t(theta, g, m, v, t, alpha, beta1, beta2, eps):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    up = (beta1 * m + (1 - beta1) * g) / (1 - beta1 * t)
    return theta - alpha * up / (np.sqrt(np.abs(v / (1 - beta2 * t))) + eps), m, v


def squeezed(right):
    """Axes of length 1 are lost."""
    return changed(right, lambda r: [np.squeeze(part) for part in r])


def first_step_only(theta, g, v, alpha, beta):
    return (theta, v) if not v.any() else momentum_entries(theta, g, v, alpha, beta)


def of_last_call():
    """What came in before, if it has the same shape, is taken for v."""
    kept = {}

    def answer(theta, g, v, alpha, beta):
        old = kept.get("v")
        kept["v"] = momentum_entries(theta, g, v if old is None or old.shape != v.shape else old, alpha, beta)[1]
        return theta + kept["v"], kept["v"]

    return answer


def one_dimension(theta, g, s, alpha, rho, eps):
    s = np.array([rho * old + (1 - rho) * slope**2 for old, slope in zip(s, g, strict=True)])
    return [x - alpha * slope / (float(a) ** 0.5 + eps) for x, slope, a in zip(theta, g, s, strict=True)], s


def ten_iterations(H, beta):
    x = np.ones(len(H))
    for _ in range(10):
        x = H @ x / np.linalg.norm(H @ x)
    return 2 * (1 + beta) / (1 - beta) / (x @ H @ x)


def whole_after_one_step(betas):
    return 1 - betas if len(betas) == 1 else weights_by_products(betas)


def correction_ends(theta, g, m, v, t, *rest):
    """Wrong from step 11 on."""
    return nadam_joined(theta, g, m, v, min(t, 10), *rest)


def one_of_two(p, q, *rest):
    return mended_joined(p, q, *rest)[0], q


def turned_where_it_fits(theta, g, v, alpha, beta):
    return momentum_entries(theta, g.T if g.T.shape == v.shape else g, v, alpha, beta)


def clears_gradients(p, q, gradients, *rest):
    """Right, if `gradients` returns arrays of its own: not always does it."""

    def asked(p, q):
        found = gradients(p, q)
        kept = [g.copy() for g in found]
        for g in found:
            g[:] = 0
        return kept

    return mended_joined(p, q, asked, *rest)


def never_zero(p, q, gradients, *rest):
    return mended_joined(p, q, lambda p, q: [np.where(g == 0, 1e-3, g) for g in gradients(p, q)], *rest)


def last_weights_only(betas):
    """No gradient is older than eleven steps."""
    fade = [betas[k + 1 : k + 11].prod() for k in range(len(betas))]
    return (1 - betas) * fade / (1 - betas.prod())


def at_least_a_tenth(m, alpha, beta):
    rate, v, _ = convert_two_ways(m, alpha, beta)
    return rate, v, m / max(1 - beta, 0.1)


def in_a_box(H, beta):
    """Searched for between 0 and 100."""
    return min(rate_by_norm(H, beta), 100.0)


WRONG = {
    "largest_rate_by_hand": [0, 0.3, -0.25, "0.25", True, float("nan"), float("inf"), 0.2501, [0.25, 2 / 3], {}, 0.25j],
    "momentum_step": [
        *spoilt(momentum_entries),
        lambda theta, g, v, alpha, beta: momentum_entries(theta, g, 0 * v, alpha, beta),
        lambda theta, g, v, alpha, beta: momentum_entries(theta, np.sign(g), v, alpha, beta),
        lambda theta, g, v, alpha, beta: momentum_entries(theta, g, v, alpha, 0.9),
        lambda theta, g, v, alpha, beta: (theta, v),
        lambda theta, g, v, alpha, beta: (theta + v - alpha * g, beta * v - alpha * g),
        lambda theta, g, v, alpha, beta: (theta + beta * v - alpha * g, v),
        squeezed(momentum_entries),
        first_step_only,
        of_last_call(),
        turned_where_it_fits,
        lambda theta, g, v, alpha, beta: momentum_entries(theta, g, v, alpha, beta or 0.9),
    ],
    "causes": [
        "AAAA", "CDAE", "DCE", "DCEAB", "DCEG", "", "1234", 4, True, ["D"], ["D", "C", "E", 1], {"1": "D"}, [4, 3, 5, 1],
        "run 1 is D", [[]], ["DC"], np.array(["D", "C", "E", "A"]),
    ],
    "not_as_said": ["A", "B", "C", "D", "F", "", "AE", 5, ["E"], True],
    "rmsprop_step": [
        *spoilt(rmsprop_moves),
        on_signs,
        lambda theta, g, s, alpha, rho, eps: rmsprop_moves(theta, g, 0 * s, alpha, rho, eps),
        lambda theta, g, s, alpha, rho, eps: rmsprop_moves(theta, g, s, alpha, rho, 1e-8),
        lambda theta, g, s, alpha, rho, eps: rmsprop_moves(theta, g, s, alpha, 0.99, eps),
        lambda theta, g, s, alpha, rho, eps: rmsprop_moves(theta, g, s, rho, alpha, eps),
        at_least_eps,
        eps_squared,
        squeezed(rmsprop_moves),
        one_dimension,
    ],
    "convert_momentum": [
        *spoilt(convert_two_ways),
        lambda m, alpha, beta: convert_two_ways(m, alpha, 1 - beta),
        lambda m, alpha, beta: convert_two_ways(m, beta, alpha),
        lambda m, alpha, beta: (alpha, *convert_two_ways(-m, alpha, beta)[1:]),
        lambda m, alpha, beta: (alpha, 0 * m, 0 * m),
        squeezed(convert_two_ways),
        at_least_a_tenth,
        lambda m, alpha, beta: (alpha * (1 - beta), -alpha * m, m * sum(beta**k for k in range(100))),
        lambda m, alpha, beta: [np.full(m.shape, part) for part in convert_two_ways(m, alpha, beta)],
    ],
    "largest_rate": [
        nothing,
        lambda H, beta: np.linalg.eigvalsh(H),
        lambda H, beta: 2 * (1 + beta) / ((1 - beta) * np.linalg.eigvalsh(H)),
        lambda H, beta: 2 / np.linalg.det(H),
        lambda H, beta: 2 * (1 + beta) / (1 - beta) / np.abs(H).sum(axis=1).max(),
        lambda H, beta: 2 * (1 + beta) / (1 - beta) / H[0, 0],
        lambda H, beta: 4 / (1 - beta) / np.linalg.eigvalsh(H)[-1],
        lambda H, beta: np.sqrt(beta),
        ten_iterations,
        in_a_box,
        lambda H, beta: rate_by_norm(H, min(beta, 0.9)),
        lambda H, beta: 2 * (1 + beta) / (1 - beta) / np.linalg.eigvalsh(H)[2 % len(H)],
        changed(rate_by_norm, lambda r: -r),
        changed(rate_by_norm, lambda r: r * (1 + 1e-5)),
        changed(rate_by_norm, lambda r: 0.999 * r),
        changed(rate_by_norm, lambda r: (r, r)),
    ],
    "moment_weights": [
        nothing,
        lambda betas: np.zeros(len(betas)),
        lambda betas: np.ones(len(betas)),
        lambda betas: betas / betas.sum(),
        lambda betas: (1 - betas) / (1 - betas).sum(),
        lambda betas: weights_by_products(np.full(len(betas), betas.mean())),
        lambda betas: weights_by_products(np.full(len(betas), 0.9)),
        lambda betas: weights_by_products(betas[::-1]),
        lambda betas: weights_by_products(betas**2),
        corrected_too_early,
        last_weights_only,
        whole_after_one_step,
        lambda betas: weights_by_products(np.append(0.9, betas))[1:],
        changed(weights_by_products, np.cumsum),
        changed(weights_by_products, lambda r: r[:, None]),
        changed(weights_by_products, lambda r: r * (1 + 1e-5)),
        changed(weights_by_products, lambda r: -r),
    ],
    "nadam_step": [
        *spoilt(nadam_joined),
        without_momentum,
        largest_for_mean,
        root_first,
        times_t,
        squeezed(nadam_joined),
        correction_ends,
        lambda theta, g, m, v, *rest: nadam_joined(theta, g, 0 * m, 0 * v, *rest),
        lambda theta, g, m, v, t, *rest: nadam_joined(theta, g, m, v, 1000, *rest),
        lambda *args: nadam_joined(*args[:-1], 1e-8),
        lambda *args: (nadam_joined(*args)[0], args[2], args[3]),
    ],
    "mended_adam": [
        *spoilt(mended_joined),
        one_of_two,
        lambda p, q, gradients, steps, *rest: mended_joined(p, q, gradients, 1, *rest),
        lambda p, q, gradients, steps, *rest: mended_joined(p, q, gradients, steps + 1, *rest),
        lambda p, q, gradients, *rest: mended_joined(p, q, lambda p, q: gradients(q, p), *rest),
        lambda p, q, gradients, *rest: mended_joined(p, q, lambda p, q: gradients(p, q)[::-1], *rest),
        lambda p, q, *rest: (p, q),
        clears_gradients,
        never_zero,
        *(lambda p, q, gradients, steps, *rest, most=most: mended_joined(p, q, gradients, min(steps, most), *rest)
          for most in (10, 100)),
    ],
    "train_adamw": [
        *spoilt(adamw_shrunk_first),
        lambda W, b, *rest: (W, b),
        lambda W, b, X, Y, *rest: adamw_shrunk_first(W, b, X, np.round(Y), *rest),
        lambda W, b, X, Y, *rest: adamw_shrunk_first(W, b, X[:1], Y[:1], *rest),
        lambda W, b, X, Y, alpha, decay, *rest: adamw_shrunk_first(W, b, X, Y, alpha, -decay, *rest),
        lambda W, b, X, Y, alpha, decay, *rest: adamw_shrunk_first(W, b, X, Y, alpha, 2 * decay, *rest),
        lambda *args: adamw_shrunk_first(*args[:6], 1e-8, *args[7:]),
        lambda *args: (adamw_shrunk_first(*args)[0], args[1]),
        lambda *args: adamw_shrunk_first(*args[:7], args[7] + 1, args[8]),
        *(lambda *args, most=most: adamw_shrunk_first(*args[:8], min(args[8], most)) for most in (20, 50)),
    ],
}  # fmt: skip
"""Wrong answers, few of them a misconception that the exercise knows."""
