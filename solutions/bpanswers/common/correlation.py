"""What a filter does to a picture, as a sum over the entries of its kernel: nothing slides, nothing is padded."""

import numpy as np


def correlate(X, K):
    """The kernel K (k, l) at every place of X (..., h, w) where it fits, (..., h - k + 1, w - l + 1)."""
    h, w = X.shape[-2] - K.shape[0] + 1, X.shape[-1] - K.shape[1] + 1
    return sum(K[i, j] * X[..., i : i + h, j : j + w] for i, j in np.ndindex(K.shape))
