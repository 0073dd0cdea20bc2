"""A picture for a notebook in a quarter of the bytes, and the same to the eye: few colours, and a palette of them."""

import io

import numpy as np
from PIL import Image

JUMP = 16  # of 255: between neighbours in an area there is no more; at the edge of a letter or of a line there is
SEEN = 20  # pixels: a colour that so many pixels inside of areas have must be met, or the eye sees bands
AREA, EDGE = 1, 20  # of 255: how far such a colour may be off; and one that only edges have


def few_colours(png):
    """The PNG with a palette of its most frequent colours, at most 256; one that has a palette stays as it is."""
    picture = Image.open(io.BytesIO(png))
    if picture.mode == "P":
        return png
    pixels = np.asarray(picture.convert("RGB")).astype(np.int32)
    packed, place, count = np.unique(pixels @ (1 << 16, 1 << 8, 1), return_inverse=True, return_counts=True)
    colours = np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1)
    inside = np.bincount(place[~_edges(pixels)], minlength=len(colours))
    palette = np.empty((0, 3), dtype=int)
    for k in np.argsort(-count, kind="stable"):
        reach = AREA if inside[k] > SEEN else EDGE
        if len(palette) < 256 and (np.abs(palette - colours[k]).max(axis=1) > reach).all():
            palette = np.vstack([palette, colours[k]])
    nearest = np.abs(colours[:, None] - palette).max(axis=2).argmin(axis=1).astype(np.uint8)
    painted, out = Image.fromarray(nearest[place]), io.BytesIO()
    painted.putpalette(palette.astype(np.uint8).tobytes())
    painted.save(out, "PNG", optimize=True)
    return out.getvalue()


def _edges(pixels):
    """Which pixels (rows, columns) differ by more than JUMP from a neighbour."""
    edges = np.zeros(pixels.shape[:2], dtype=bool)
    down, right = (np.abs(np.diff(pixels, axis=axis)).max(axis=2) > JUMP for axis in (0, 1))
    edges[1:] |= down
    edges[:-1] |= down
    edges[:, 1:] |= right
    edges[:, :-1] |= right
    return edges
