"""Numbers as coloured cells, for what lies under the moving artists: in a tenth of the time that imshow takes."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from PIL import Image

from ..plots.style import GREY, SHARPNESS


def between(*colours):
    """256 colours (256, 3), bytes, that run from the first to the last of `colours`."""
    ramp = LinearSegmentedColormap.from_list("", colours)(np.arange(256))
    return np.round(255 * ramp[:, :3]).astype(np.uint8)


def paint(shares, size, colours, smooth=False, margin=0):
    """Cells coloured by shares (rows, columns) from 0 to 1, the first row on top: RGBA bytes for Scene.under, of
    size x size CSS pixels.

    smooth: interpolate between the middles of the cells; margin: so many rows and columns on each side are only there
    for that.
    """
    image = Image.fromarray(np.round(255 * shares).astype(np.uint8))
    if smooth:
        inside = (margin, margin, image.width - margin, image.height - margin)
        # At one pixel a CSS pixel: what is smooth shows no difference, and it is four times faster.
        image = image.resize((size, size), Image.Resampling.BICUBIC, inside)
    image.putpalette(colours.tobytes())
    return np.asarray(image.convert("RGBA").resize((SHARPNESS * size,) * 2, Image.Resampling.NEAREST))


def tint(array, colour, shown=None, strength=0.62):
    """(rows, columns, 4): colours of the cells; zero white, above it `colour`, below it grey; paler where `shown` is
    False.
    """
    full = np.where(array >= 0, strength, 0.45) * np.where(True if shown is None else shown, 1, 0.12)
    share = (full * np.abs(array) / (np.abs(array).max() or 1.0))[..., None]
    ink = np.where(array[..., None] >= 0, np.array(to_rgb(colour)), np.array(to_rgb(GREY)))
    return np.concatenate([1 - share * (1 - ink), np.ones_like(share)], axis=-1)
