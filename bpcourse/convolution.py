"""What the reader of chapter `convolution` writes before its pause, for whoever comes back with a fresh kernel.

X is (n, c, h, w), K (m, c, k, l), b (m,), Z and delta (n, m, h - k + 1, w - l + 1). The window moves by one pixel and
stays inside the picture: no padding, no stride.
"""

import numpy as np


def moved(X, right):
    """The digits X (n, 64), 8 x 8 pixels each, moved `right` pixels to the right; up to 4, or -4 to the left."""
    images = np.pad(X.reshape(-1, 8, 8), ((0, 0), (0, 0), (4, 4)))
    return images[:, :, 4 - right : 12 - right].reshape(-1, 64)


def numeric(f, array, nudge=1e-5):
    """Central differences of f(), a function without arguments, by each entry of an array that f reads."""
    slopes = np.zeros_like(array)
    for i in np.ndindex(array.shape):
        old = array[i]
        array[i] = old + nudge
        above = f()
        array[i] = old - nudge
        slopes[i] = (above - f()) / (2 * nudge)
        array[i] = old
    return slopes


def windows(X, K):
    """All windows of X as large as the kernels of K, without a copy: (n, c, h - k + 1, w - l + 1, k, l)."""
    return np.lib.stride_tricks.sliding_window_view(X, K.shape[2:], axis=(2, 3))


def convolve(X, K, b):
    """Z: each kernel at each place, and the bias of its filter."""
    return np.einsum("edrsij,fdij->efrs", windows(X, K), K, optimize=True) + b[:, None, None]


def convolve_backward(delta, X, K):
    """dC/dK and dC/db of the mean cost, and dE/dX of each example, from delta = dE/dZ."""
    rows, columns = K.shape[2] - 1, K.shape[3] - 1
    padded = np.pad(delta, ((0, 0), (0, 0), (rows, rows), (columns, columns)))
    dK = np.einsum("efrs,edrsij->fdij", delta, windows(X, K), optimize=True) / len(X)  # (BP3)
    db = delta.sum(axis=(0, 2, 3)) / len(X)  # (BP4)
    dX = np.einsum("efrsij,fdij->edrs", windows(padded, K), K[:, :, ::-1, ::-1], optimize=True)  # (BP2)
    return dK, db, dX
