"""Surfaces over two parameters, to watch optimizers on: value and gradient side by side.

theta has shape (..., 2): one point, or a grid of them; value gives (...), gradient (..., 2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from .activations import identity, tanh
from .arrays import number, whole
from .datasets import moons
from .losses import binary_cross_entropy
from .network import Network
from .optimizers import adam
from .training import train

FAR = 1e6  # a path that is farther out than this has diverged


@dataclass(frozen=True)
class Surface:
    """A loss over two parameters. start: where a path begins; extent: (left, right, bottom, top) of the part to show;
    minimum: the lowest point; hessian: (2, 2) where it is the same everywhere, else None.
    """

    name: str
    value: Callable
    gradient: Callable
    start: tuple
    extent: tuple
    minimum: tuple
    hessian: np.ndarray | None = None

    def __repr__(self):
        return f"<surface {self.name}>"


def bowl(condition=10.0, angle=0.0):
    """1/2 theta^T H theta, where H has the eigenvalues 1 and `condition`; `angle` (degrees) turns its axes."""
    condition, turn = number("condition", condition, 0, np.inf), np.radians(float(angle))
    axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    H = axes @ np.diag([1.0, condition]) @ axes.T
    value = lambda theta: 0.5 * np.einsum("...i,ij,...j", theta, H, theta)  # noqa: E731
    start = tuple(float(x) for x in axes @ (-2.2, 0.9))
    return Surface("bowl", value, lambda theta: theta @ H, start, (-3.2, 3.2, -2.4, 2.4), (0.0, 0.0), H)


def ravine():
    """A floor that falls gently to the origin, between walls that rise ever more like a straight line; turned by 25
    degrees.
    """
    turn = np.radians(25.0)
    along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])

    def value(theta):
        u, v = theta @ along, theta @ across
        return 0.05 * u**2 + np.sqrt(1 + 16 * v**2) - 1

    def gradient(theta):
        u, v = theta @ along, theta @ across
        return np.multiply.outer(0.1 * u, along) + np.multiply.outer(16 * v / np.sqrt(1 + 16 * v**2), across)

    return Surface("ravine", value, gradient, (-2.6, -0.4), (-3.2, 3.2, -2.4, 2.4), (0.0, 0.0))


def rosenbrock():
    """(1 - x)^2 + 5 (y - x^2)^2: a curved valley, with the minimum at its end (Rosenbrock, 1960, who has 100 for 5)."""

    def value(theta):
        x, y = theta[..., 0], theta[..., 1]
        return (1 - x) ** 2 + 5 * (y - x**2) ** 2

    def gradient(theta):
        x, y = theta[..., 0], theta[..., 1]
        away = y - x**2
        return np.stack([-2 * (1 - x) - 20 * x * away, 10 * away], axis=-1)

    return Surface("Rosenbrock", value, gradient, (-1.4, 1.6), (-2.0, 2.0, -0.8, 2.2), (1.0, 1.0))


def saddle():
    """1/2 x^2 - 1/2 y^2 + 1/16 y^4: flat at the origin, uphill along x, downhill along y to (0, 2) and (0, -2)."""

    def value(theta):
        x, y = theta[..., 0], theta[..., 1]
        return x**2 / 2 - y**2 / 2 + y**4 / 16

    def gradient(theta):
        x, y = theta[..., 0], theta[..., 1]
        return np.stack([x, y**3 / 4 - y], axis=-1)

    return Surface("saddle", value, gradient, (-2.4, 0.02), (-3.2, 3.2, -2.4, 2.4), (0.0, 2.0))


@cache
def network_slice():
    """A real network's loss over two of its weights, theta = (W[1][0, 0], W[1][1, 1]): 2-3-1, tanh, on 40 moons. All
    its other parameters are trained and stay.
    """
    X, labels = moons(40, 0.15, seed=0)
    net, first, second = Network((2, 3, 1), hidden=tanh, output=identity, loss=binary_cross_entropy), 0, 3
    Y = net.targets(labels[:, None].astype(float))
    trained = train(net, net.init(seed=0), X, Y, adam(0.05), epochs=1000, batch_size=None, progress=False).params

    def at(theta):
        params = trained.copy()
        params.vector[[first, second]] = theta
        return net.backpropagate(params, *net.propagate(params, X), Y, trained.copy())

    def each(theta, what, shape):
        rows = np.reshape(theta, (-1, 2))
        return np.array([what(at(row)) for row in rows]).reshape(np.shape(theta)[:-1] + shape)

    return Surface(
        "slice of a network's loss",
        lambda theta: each(theta, lambda trace: trace.loss, ()),
        lambda theta: each(theta, lambda trace: trace.grads.vector[[first, second]], (2,)),
        (-5.0, 3.6), (-6.4, 6.4, -4.8, 4.8), tuple(float(x) for x in trained.vector[[first, second]]),
    )  # fmt: skip


def descend(surface, rule, start=None, steps=100):
    """The path of `rule` (such as bp.momentum(0.1)) from `start`, default the surface's own: (steps + 1, 2).

    Rows are nan from where the path has left the region within 1,000,000 of the origin: it has diverged.
    """
    path = np.full((whole("steps", steps, 0) + 1, 2), np.nan)
    theta = np.array(surface.start if start is None else start, dtype=float)
    if theta.shape != (2,) or not np.isfinite(theta).all():
        raise ValueError(f"start is {start!r}; expected two numbers")
    state = rule.init(theta)
    path[0] = theta
    for t in range(1, len(path)):
        theta, state = rule.update(theta, surface.gradient(theta), state)
        if not (abs(theta[0]) < FAR and abs(theta[1]) < FAR):
            break
        path[t] = theta
    return path
