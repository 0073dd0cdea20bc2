"""Adam's corrected moments without its recursion."""


def moments(gs, beta, power):
    """The corrected mean of the gradients so far, to a power, with the weight of each written out."""
    t = len(gs)
    weights = [(1 - beta) * beta ** (t - k) for k in range(1, t + 1)]
    return sum(w * g**power for w, g in zip(weights, gs, strict=True)) / sum(weights)
