"""Momentum on a quadratic, one eigenvalue lambda at a time: e is the distance to the minimum, v the velocity.

One step of v <- beta v - alpha lambda e, e <- e + v is a 2-by-2 matrix. Its eigenvalues say how fast the distance
shrinks in the long run, whether it swings, and when it grows (Goh, 2017; Polyak, 1964); where the two are equal, a
factor k comes in. With beta = 0 this is gradient descent.
"""

import numpy as np

from .arrays import number

MONOTONE, RINGING, ALTERNATING, DIVERGING = "monotone", "ringing", "alternating", "diverging"
LASTING = "lasting"  # on the line before diverging: the swing neither dies out nor grows
ROUNDING = 1e-9  # a factor so near to 1 is 1, and a discriminant so near to 0 is 0


def momentum_matrix(alpha_lambda, beta):
    """The matrix of one step on (v, e), shape (2, 2). alpha_lambda: learning rate times curvature; beta: momentum."""
    return np.array([[beta, -alpha_lambda], [beta, 1.0 - alpha_lambda]])


def nesterov_matrix(alpha_lambda, beta):
    """The matrix of one step of Nesterov's rule on (v, e), shape (2, 2): e belongs to the point ahead, as in
    `bp.nesterov`.
    """
    return np.array([[beta, -alpha_lambda], [beta**2, 1.0 - alpha_lambda - alpha_lambda * beta]])


def spectral_radius(alpha_lambda, beta):
    """The larger absolute eigenvalue of `momentum_matrix`: what the distance is multiplied by per step, in the long
    run. Arrays broadcast.

    The eigenvalues solve mu^2 - (1 + beta - alpha lambda) mu + beta = 0.
    """
    trace = 1.0 + np.asarray(beta, dtype=float) - alpha_lambda
    discriminant = trace**2 - 4.0 * beta
    real = (np.abs(trace) + np.sqrt(np.maximum(discriminant, 0.0))) / 2
    return np.where(discriminant < 0, np.sqrt(beta), real)


def boundaries(beta):
    """Where the regime changes, as values of alpha lambda: monotone below the first, then ringing, alternating above
    the second, diverging from the third on. Arrays broadcast.
    """
    root = np.sqrt(np.asarray(beta, dtype=float))
    return (1 - root) ** 2, (1 + root) ** 2, 2 * (1 + np.asarray(beta, dtype=float))


def regime(alpha_lambda, beta):
    """How the distance goes to zero, or does not: one of the four names below the imports of this file.

    monotone: from one side; ringing: in swings of several steps; alternating: it changes sides at every step.
    """
    alpha_lambda = number("alpha_lambda", alpha_lambda, 0, np.inf)
    ringing, alternating, diverging = boundaries(number("beta", beta, 0, 1, low_too=True))
    if alpha_lambda >= diverging:
        return DIVERGING
    if alpha_lambda >= alternating and alpha_lambda > ringing:
        return ALTERNATING
    return RINGING if alpha_lambda > ringing else MONOTONE


def long_run(matrices):
    """(regime, factor) of the direction that decides in the long run: the one whose matrix has the eigenvalue of the
    largest size, the factor. On the line where a swing lasts, the regime is LASTING.

    matrices: (n, 2, 2), of one step along each of n eigenvectors, of momentum or of Nesterov's rule.
    """
    trace, product = np.trace(matrices, axis1=1, axis2=2), np.linalg.det(matrices)
    discriminant = trace**2 - 4 * product
    swings = discriminant < -ROUNDING
    root = (np.abs(trace) + np.sqrt(np.maximum(discriminant, 0.0))) / 2
    factors = np.where(swings, np.sqrt(np.abs(product)), root)
    slowest = factors.argmax()
    factor = float(factors[slowest])
    if factor > 1 - ROUNDING:
        return (DIVERGING if factor > 1 + ROUNDING else LASTING), factor
    return RINGING if swings[slowest] else ALTERNATING if trace[slowest] < 0 else MONOTONE, factor


def best(lambda_min, lambda_max):
    """(alpha, beta, rate): the pair for which the slowest eigenvalue between the two shrinks fastest, and by how much
    a step: rate = sqrt(beta) (Polyak, 1964).
    """
    low = number("lambda_min", lambda_min, 0, np.inf)
    high = number("lambda_max", lambda_max, low, np.inf, low_too=True)
    root_low, root_high = np.sqrt(low), np.sqrt(high)
    rate = (root_high - root_low) / (root_high + root_low)
    return float((2 / (root_low + root_high)) ** 2), float(rate**2), float(rate)
