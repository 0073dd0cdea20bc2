"""Hessians with eigenvalues that one chooses."""

import numpy as np


def hessian(rng, eigenvalues):
    """A symmetric matrix with these eigenvalues, its eigenvectors in no special position."""
    k = len(eigenvalues)
    Q = np.linalg.qr(rng.normal(size=(k, k)))[0]
    H = (Q * eigenvalues) @ Q.T
    return (H + H.T) / 2
