"""Functions that an exercise hands to an answer, as formulas with plain numbers in them.

So the answer's own process can make them anew and call them there, hundreds of times: what they are made from tells no
more than what they return. A function that knows the truth does not belong here: it stays with the marker.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Cubic:
    """sum c theta^3 + (u . theta)^3 + theta^T Q theta for theta of one shape. c, u: (size,); Q: (size, size)."""

    c: np.ndarray
    Q: np.ndarray
    u: np.ndarray
    shape: tuple

    def value(self, theta):
        """A number, real or complex as theta is. ValueError for another shape."""
        theta = np.asarray(theta)
        if theta.shape != self.shape:
            raise ValueError(f"f was called with an array of shape {theta.shape}; theta has the shape {self.shape}")
        x = theta.ravel().astype(np.result_type(theta, float))  # complex numbers, too, for a complex step
        return ((self.c * x**3).sum() + (self.u @ x) ** 3 + x @ self.Q @ x).item()


@dataclass(frozen=True, eq=False)
class Valley:
    """A smooth loss in which p and q, (k,) each, are coupled, and q is steeper. A to D: (k, k).

    still: the first entry of each gradient is 0, always.
    """

    A: np.ndarray
    B: np.ndarray
    C: np.ndarray
    D: np.ndarray
    still: bool = False

    def gradients(self, p, q):
        """Those by p and by q."""
        a, b = np.tanh(self.A @ p + self.B @ q), np.sin(self.C @ q + self.D @ p)
        both = self.A.T @ a + self.D.T @ b, 3 * (self.B.T @ a + self.C.T @ b)
        return tuple(np.append(0.0, g[1:]) for g in both) if self.still else both


@dataclass(frozen=True, eq=False)
class Bowl:
    """A bowl that is steeper in q. One of the gradients is p itself, as in chapters."""

    steep: float

    def gradients(self, p, q):
        """Those by p and by q."""
        return p, self.steep * q
