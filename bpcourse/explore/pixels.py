"""Numbers as coloured cells, for what lies under the moving artists: in a tenth of the time that imshow takes."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from PIL import Image

from ..plots.style import SHARPNESS


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
