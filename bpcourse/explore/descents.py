"""Descents on a surface, for explorers: the surfaces with their names and pictures, the paths, the curvatures."""

from functools import cache, lru_cache

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

from .. import surfaces
from ..plots.style import HIGH_GROUND, LOW_GROUND, SHARPNESS
from .settings import RULES
from .verdict import LONG as STEPS

LEFT, RIGHT, BOTTOM, TOP = (-3.2, 3.2, -2.6, 2.6)
MAP = (24, 84, 416, 338)  # left, bottom, width, height in CSS pixels
HIGH, LOW = (255 * np.array(to_rgb(colour)) for colour in (HIGH_GROUND, LOW_GROUND))
ANGLE = 20.0  # the bowl is turned: its axes are the eigenvectors of the Hessian, not those of the page

SURFACES = {
    "bowl": "bowl", "ravine": "ravine", "rosenbrock": "Rosenbrock's valley", "saddle": "saddle",
    "network_slice": "a real network's loss",
}  # fmt: skip


@cache
def surface_of(name, condition):
    return surfaces.bowl(float(condition), ANGLE) if condition else getattr(surfaces, name)()


@lru_cache(maxsize=4096)
def path(name, condition, rule, alpha, beta, start):
    """(path, loss above the minimum at each of its points) of STEPS steps: what `surfaces.descend` gives."""
    ground = surface_of(name, condition)
    points = surfaces.descend(ground, RULES[rule][2](alpha, beta), start, STEPS)
    return points, ground.value(points) - ground.value(np.array(ground.minimum))


@cache
def curvatures(name, condition):
    """The eigenvalues of the Hessian at the minimum, by differences of the gradient: exact for the bowl."""
    ground, h = surface_of(name, condition), 1e-4
    at = np.array(ground.minimum)
    H = [(ground.gradient(at + step) - ground.gradient(at - step)) / (2 * h) for step in h * np.eye(2)]
    return np.linalg.eigvalsh((np.array(H) + np.transpose(H)) / 2)


@cache
def ground_image(name, condition):
    """The surface as an image of the map's size: lines of equal loss, darker where it is low; RGBA, upper row first."""
    width, height = MAP[2] * SHARPNESS, MAP[3] * SHARPNESS
    x, y = np.meshgrid(np.linspace(LEFT, RIGHT, 81), np.linspace(TOP, BOTTOM, 67))
    ground = surface_of(name, condition)
    loss = ground.value(np.stack([x, y], axis=-1)) - ground.value(np.array(ground.minimum))
    loss = np.asarray(Image.fromarray(loss.astype("f4")).resize((width, height), Image.Resampling.BICUBIC))
    level = 16 * (np.maximum(loss, 0) / loss.max()) ** 0.4  # closer lines near the minimum than on the walls
    steepness = np.hypot(*np.gradient(level))
    away = np.abs(level - np.round(level)) / np.maximum(steepness, 1e-6)  # pixels to the nearest line
    line = np.clip(1.6 - away, 0, 1) * np.clip(40 * steepness, 0, 1)
    depth = (1 - np.clip(level / 16, 0, 1))[..., None]
    image = np.full((height, width, 4), 255, np.uint8)
    image[..., :3] = (HIGH + depth * (LOW - HIGH)) * (1 - 0.22 * line[..., None])
    return image
