"""What is seen of a program that trains a network of two layers: each function gives (a name, facts), or None.

params: W1, b1, W2, b2 that it returned for a case; asked: the WatchedGradients that it was handed.
"""

import numpy as np

PARTS = ("W1", "b1", "W2", "b2")


def logits(params, X):
    W1, b1, W2, b2 = params
    return np.maximum(X @ W1.T + b1, 0) @ W2.T + b2


def share_right(params, X, labels):
    """The share of the images that a network reads rightly."""
    return float(np.mean(logits(params, X).argmax(axis=1) == labels))


def wrong_shapes(cases, params, usual):
    """Other shapes than asked for, and what is no number. usual: the number of hidden units in most cases."""
    for case, arrays in zip(cases, params, strict=True):
        hidden, pixels = case["hidden"], case["X"].shape[1]
        expected = (hidden, pixels), (hidden,), (10, hidden), (10,)
        for name, p, shape in zip(PARTS, arrays, expected, strict=True):
            if p.shape != shape:
                facts = {"name": name, "came": p.shape, "expected": shape, "hidden": hidden}
                if p.ndim == 2 and p.shape == shape[::-1]:
                    return "transposed", facts
                if name in ("W2", "b2") and len(p) < 10 and case["labels"].max() < 9:
                    return "outputs_missing", facts
                return ("hidden_typed_in" if hidden != usual else "shapes"), facts
        if not all(np.isfinite(p).all() for p in arrays):
            return "not_finite", {}
    return None


def wrong_calls(cases, asked):
    """What the calls of `gradients` show."""
    if any(gradients.peeked for gradients in asked):
        return "kept_back", {}
    if any(gradients.foreign for gradients in asked):
        return "labels_apart", {}
    first, grads, rows = asked[0].calls[0]
    already = share_right(first, cases[0]["X"], cases[0]["labels"])
    if already > 0.5:
        return "learned_before", {"already": already}
    if len(asked[0].calls) < 2:
        return "one_call", {}
    steps = [after - before for after, before in zip(asked[0].calls[1][0], first, strict=True)]
    factors = list(map(_factor, steps, grads))
    weights, biases = factors[::2], factors[1::2]
    if None not in factors and rows > 1 and np.allclose(np.array(biases) * rows, weights, rtol=1e-6):
        return "averaged_again", {}
    if all(step.any() for step in steps) and all(np.sum(s * g) > 0 for s, g in zip(steps, grads, strict=True)):
        return "uphill", {}
    return None


def _factor(step, grad):
    """c where step = -c grad, or None."""
    c = -(step * grad).sum() / ((grad * grad).sum() or 1)
    return c if c and np.allclose(step, -c * grad, rtol=1e-6, atol=1e-9 * np.abs(step).max()) else None


def wrong_dependence(few, again, other, reseeded):
    """What the parameters do or don't depend on: the labels, the seed, and nothing else."""
    if not all(np.allclose(p, q, rtol=1e-3, atol=1e-6) for p, q in zip(few, again, strict=True)):
        return "unseeded", {}
    learning = few[0][1:]  # hidden unit 0 never gets a gradient
    if np.ptp(learning, axis=0).max() <= 1e-9 * max(np.abs(learning).max(), 1e-9):
        return "symmetric", {}
    # Is it still where it began? What differs by rounding errors alone has not learned.
    W1, b1, W2, b2 = (np.allclose(p, q, rtol=1e-9, atol=1e-9) for p, q in zip(few, other, strict=True))
    if W1 and W2:
        return "never_moved", {}
    if W1 or W2:
        return ("hidden_layer_frozen" if W1 else "output_layer_frozen"), {}
    if not np.allclose(*(p[0][0] / (np.linalg.norm(p[0][0]) or 1) for p in (few, other)), atol=1e-6):
        return "learns_by_something_else", {}
    if b1 or b2:
        return "biases_frozen", {}
    if all(np.array_equal(p, q) for p, q in zip(few, reseeded, strict=True)):
        return "seed_ignored", {}
    return None


def why(params, X, labels, own, asked):
    """The name for an accuracy that is too low on digits that the network has not seen."""
    if not asked.met.any():
        return "other_inputs"
    if np.unique(logits(params, X).argmax(axis=1)).size == 1:
        return "one_answer"
    if own < 0.3:
        return "guesses"
    return "examples_left_out" if asked.met.mean() < 0.6 else "unfinished"
