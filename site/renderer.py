"""A Matplotlib renderer that draws nothing: it writes down what it is asked to draw, as data for `moving.js`."""

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex
from matplotlib.path import Path

from bpcourse.plots.style import SHARPNESS

UNIT = 8  # of a recording, in a CSS pixel: a device pixel's half is whole
LETTERS = {Path.CURVE3: "q", Path.CURVE4: "c"}


class Recorder(RendererBase):
    """A renderer that draws nothing: `drawn` holds what it was asked for, [style, path] or, of markers, [style, path,
    x, y, dx, dy, ...], each from the one before; lengths in units, from the upper left corner, y down.

    Of what `moving.js` cannot draw, Matplotlib's base class says NotImplementedError.
    """

    def __init__(self, size, dpi):
        super().__init__()
        self.size, self.dpi, self.drawn = size, dpi, []

    def get_canvas_width_height(self):
        return self.size

    def flipy(self):
        return True

    def points_to_pixels(self, points):
        return points * self.dpi / 72

    def draw_path(self, gc, path, transform, rgbFace=None):
        box = None if rgbFace is not None else (0, 0, *self.size)
        flat = path.cleaned(
            transform, True, box, simplify=None, curves=True, stroke_width=self._pen(gc), snap=gc.get_snap()
        )
        if written := self._written(flat, self.size[1]):
            self.drawn.append([self._style(gc, rgbFace), written])

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        marker = marker_path.cleaned(marker_trans, True, curves=True, stroke_width=self._pen(gc), snap=gc.get_snap())
        points = trans.transform(path.vertices)
        points = points[np.isfinite(points).all(axis=1)]
        if not len(points):
            return
        at = np.floor(np.column_stack([points[:, 0], self.size[1] - points[:, 1]]) + 0.5)  # Agg's, too, on whole pixels
        steps = np.diff(units(at), axis=0, prepend=0)  # from one to the next: small numbers, often the same
        self.drawn.append([self._style(gc, rgbFace), self._written(marker, 0), *steps.ravel().tolist()])

    def _pen(self, gc):
        return self.points_to_pixels(gc.get_linewidth()) if gc.get_rgb()[3] else 0

    def _style(self, gc, face):
        """{name: value}: f fill, s stroke, w width, d dashes, o their offset, c cap, j join, b clip box, as a path."""
        if gc.get_clip_path()[0] is not None or gc.get_hatch():
            raise NotImplementedError("a clip path, or hatches")
        style = {}
        if face is not None:
            style["f"] = to_hex(
                (*face[:3], gc.get_alpha() if gc.get_forced_alpha() or len(face) < 4 else face[3]), True
            )
        if gc.get_linewidth() and gc.get_rgb()[3]:
            style |= {"s": to_hex(gc.get_rgb(), True), "w": length(self._pen(gc))}
            offset, dashes = gc.get_dashes()
            if dashes is not None:
                style |= {"d": [length(self.points_to_pixels(dash)) for dash in dashes]}
                style |= {"o": length(self.points_to_pixels(offset))}
            style |= {"c": {"projecting": "square"}.get(gc.get_capstyle(), gc.get_capstyle()), "j": gc.get_joinstyle()}
        if box := gc.get_clip_rectangle():
            # Agg's, too, in whole pixels.
            left, right = (int(np.floor(x + 0.5)) for x in (box.x0, box.x1))
            bottom, top = (int(np.floor(self.size[1] - y + 0.5)) for y in (box.y0, box.y1))
            left, top, right, bottom = (length(n) for n in (left, top, right, bottom))
            style["b"] = f"M{left} {top}H{right}V{bottom}H{left}z"
        return style

    def _written(self, path, top):
        """The path in SVG's letters, each point by its distance from the last, so that what moves repeats itself."""
        points = units(np.column_stack([path.vertices[:, 0], top - path.vertices[:, 1]]))
        letters, k = [], 0
        start = here = np.zeros(2, dtype=int)
        codes = path.codes if path.codes is not None else [Path.MOVETO] + [Path.LINETO] * (len(points) - 1)
        while k < len(points) and codes[k] != Path.STOP:
            code = codes[k]
            if code == Path.CLOSEPOLY:
                letters.append("z")
                here, k = start, k + 1
                continue
            last = k + {Path.CURVE3: 2, Path.CURVE4: 3}.get(code, 1)
            if code == Path.MOVETO:
                start = here = points[k]
                letters.append("M" + _numbers(here))
            elif code == Path.LINETO:
                while last < len(points) and codes[last] == Path.LINETO:
                    last += 1
                steps = np.diff(points[k:last], axis=0, prepend=[here])
                steps = steps[steps.any(axis=1)] if len(letters) > 1 or len(steps) > 1 else steps
                letters.append("l" + _numbers(steps) if len(steps) else "l0 0")
            else:
                letters.append(LETTERS[code] + _numbers(points[k:last] - here))
            here, k = points[last - 1], last
        return "".join(letters)


def units(pixels):
    return np.rint(pixels * UNIT / SHARPNESS).astype(int)


def length(pixels):
    return round(float(pixels) * UNIT / SHARPNESS, 2)


def _numbers(array):
    return " ".join(map(str, np.ravel(array).tolist())).replace(" -", "-")
