"""Explorer: any activation. Its value, tangent and slope at z; grey where the slope is small."""

from functools import lru_cache

import numpy as np
from matplotlib.patches import Rectangle

from .. import activations as act
from ..plots.activations import FLAT, broken, flat_zones
from ..plots.style import BACKWARD, FORWARD, GREY, INK, PAPER, WIDTH
from ..text import minus
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Choice, Slider, choices

LIMIT = 5.0  # |z| on the axis
GRID = np.linspace(-LIMIT, LIMIT, 401)
VALUES, SLOPES = (-3.2, 5.3), (-0.3, 2.15)  # on the axes; a triangle at the edge stands for what lies beyond

# name -> (shown, how to make it from c, value, slope)
CURVES = {
    "identity": ("identity", lambda c: act.identity, "g = z", "g′ = 1"),
    "sigmoid": ("sigmoid", lambda c: act.sigmoid, "g = 1 / (1 + e⁻ᶻ)", "g′ = a (1 − a)"),
    "tanh": ("tanh", lambda c: act.tanh, "g = tanh z", "g′ = 1 − a²"),
    "relu": ("ReLU", lambda c: act.relu, "g = max(z, 0)", "g′ = 1 or 0"),
    "leaky_relu": ("leaky ReLU", act.leaky_relu, "g = z, below 0: c z", "g′ = 1, below 0: c"),
    "prelu": ("parametric ReLU", act.prelu, "g = z, below 0: c z", "g′ = 1 or c;  da/dc = min(z, 0)"),
    "elu": ("ELU", act.elu, "g = z, below 0: c (eᶻ − 1)", "g′ = 1, below 0: c eᶻ"),
    "softplus": ("softplus", lambda c: act.softplus, "g = ln(1 + eᶻ)", "g′ = σ(z)"),
    "gelu": ("GELU", lambda c: act.gelu, "g = z Φ(z)", "g′ = Φ(z) + z φ(z)"),
    "silu": ("SiLU", lambda c: act.silu, "g = z σ(z)", "g′ = σ + z σ (1 − σ)"),
}
WITH_C = ("leaky_relu", "prelu", "elu")
RING = -1.5  # the z of the ring that sets c: left of 0 these curves are c times the curve with c = 1


@lru_cache(maxsize=128)
def curve(name, c):
    """The activation, its values and slopes on the grid, and its flat zones."""
    g = CURVES[name][1](c)
    slope = g.derivative(GRID)
    return g, g(GRID), slope, flat_zones(GRID, slope)


class Activations(Explorer):
    """Any activation: value, tangent and slope at the z that you set, and where it is flat (chapter `activations`)."""

    name = "Any activation: value, tangent, slope"
    height = 520
    moves = ("z", "activation")
    sliders = {
        "z": Slider("z", choices(np.round(np.arange(-LIMIT, LIMIT + 0.01, 0.1), 1).tolist(), "{:.1f}".format), 0.0),
        "activation": Choice("activation", tuple((shown[0], name) for name, shown in CURVES.items()), "sigmoid"),
        "c": Slider("parameter c", choices((0.01, 0.05, 0.1, 0.25, 0.5, 0.8, 1.0, 1.2, 1.5, 2.0)), 0.25),
    }

    def background(self):
        fig = self.figure
        self.top = fig.add_axes((0.06, 0.41, 0.56, 0.52), xlim=(-LIMIT, LIMIT), ylim=VALUES)
        self.low = fig.add_axes((0.06, 0.1, 0.56, 0.22), xlim=(-LIMIT, LIMIT), ylim=SLOPES, xlabel="z")
        self.top.set_title("value a = g(z)", color=FORWARD, fontsize=11, pad=6)
        self.low.set_title("slope g′(z)", color=BACKWARD, fontsize=11, pad=6)
        self.low.set_yticks([0, 1, 2])
        moving = []
        for ax in (self.top, self.low):
            ax.axhline(0, color=GREY, lw=0.8)
            ax.set_xticks(range(-4, 5, 2))
            bottom, top = ax.get_ylim()
            zones = [Rectangle((0, bottom), 0, top - bottom, fc=INK, alpha=0.12, ec="none") for _ in range(3)]
            moving += [ax.add_patch(zone) for zone in zones]
        self.zones = moving[:3], moving[3:]
        self.value = add_line(self.top, color=FORWARD, lw=2.5)
        self.slope = add_line(self.low, color=BACKWARD, lw=2.5)
        self.tangent = add_line(self.top, color=BACKWARD, lw=2, zorder=3)
        self.here = add_line(self.top, color=FORWARD, marker="o", ms=9, zorder=4)
        self.there = add_line(self.low, color=BACKWARD, marker="o", ms=9, zorder=4)
        self.ring = add_line(self.top, color=FORWARD, mfc=PAPER, mew=2, marker="o", ms=9, zorder=3)
        for dot in (self.here, self.there):
            dot.set_clip_on(False)
        return [*moving, self.value, self.slope, self.tangent, self.ring, self.here, self.there]

    def move(self, z, activation, c):
        g, values, slopes, flat = curve(activation, c)
        a, s = float(g(z)), float(g.derivative(z))
        for zones in self.zones:
            for k, zone in enumerate(zones):
                start, end = flat[k] if k < len(flat) else (0, 0)
                zone.set(x=start, width=end - start)
        self.value.set_data(GRID, values)
        self.slope.set_data(*broken(GRID, slopes))
        reach = 2.0 / np.hypot(1, s)
        kink = _kink(g, z)
        self.tangent.set_data([z - reach, z + reach], [a - s * reach, a + s * reach])
        self.tangent.set_visible(kink is None)
        dots = (self.top, z, _place(self.here, z, a, VALUES)), (self.low, z, _place(self.there, z, s, SLOPES))
        beyond = {self.here.get_marker(), self.there.get_marker()} != {"o"}
        shown, _, value_formula, slope_formula = CURVES[activation]
        takes_c = activation in WITH_C
        x, labels = 0.66 * WIDTH, []
        for y, text, colour, bold in (
            (468, shown, INK, True),
            (440, value_formula, FORWARD, False),
            (414, slope_formula, BACKWARD, False),
            (388, f"with c = {c}" if takes_c else "", INK, False),
            (340, f"z = {z:.1f}", INK, False),
            (312, f"value a = {a:z.4f}", FORWARD, True),
            (284, f"slope g′ = {s:z.4f}", BACKWARD, True),
            (236, f"A message of 1 comes out as {s:z.4f}.", INK, False),
            (208, kink or _verdict(s), INK, True),
            (150, "Grey: less than a tenth gets through." if flat else "", GREY, False),
            (122, "Triangle: beyond the edge." if beyond else "", GREY, False),
        ):
            labels.append(Label(x, y, minus(text), colour, 10, "lm", bold=bold))
        parameter = f" with c = {c}" if takes_c else ""
        status = f"{shown}{parameter} at z = {z:.1f}: value {a:z.4f}, slope {s:z.4f}. {kink or _verdict(s)}"
        targets = [Target(around(*self.pixels(*dot)), self._walk, "drag a dot along its curve") for dot in dots]
        self.ring.set_data([RING], [float(g(RING))])
        self.ring.set_visible(takes_c)
        if takes_c:

            def bend(x, y):
                """The curve follows the finger up and down."""
                wanted = self.point(self.top, x, y)[1] / float(CURVES[activation][1](1.0)(RING))
                return self.nearest(c=wanted)

            targets.insert(0, Target(around(*self.pixels(self.top, RING, float(g(RING)))), bend, "drag the ring for c"))
        return Scene(
            [label for label in labels if label.text],
            status,
            targets=tuple(targets),
            idle=() if takes_c else ("c",),
        )

    def _walk(self, x, y):
        """Both dots follow the finger from side to side: their curves say how high they are."""
        z, _ = self.point(self.top, x, y)  # both panels lie above each other, on one axis
        return self.nearest(z=z)


def _place(dot, x, y, limits):
    """The dot at (x, y); beyond the limits, a triangle at the edge that points to where it would be. Returns its y."""
    low, high = limits
    drawn = min(max(y, low), high)
    dot.set_data([x], [drawn])
    dot.set_marker("o" if low <= y <= high else "^" if y > high else "v")
    return drawn


def _kink(g, z):
    """The sentence for a kink at z, or None: there the slopes from both sides differ, and the code takes the left."""
    left, right = float(g.derivative(z - 1e-9)), float(g.derivative(z + 1e-9))
    if abs(left - right) < 1e-6:
        return None
    return f"Kink: slope {left:.4g} left, {right:.4g} right."


def _verdict(s):
    if s == 0:
        return "Off: nothing gets through."
    if abs(s) < FLAT:
        return "Flat: hardly anything passes."
    if s < 0:
        return "The message comes out reversed."
    if abs(s - 1) < 5e-5:  # 1.0000, as it is printed
        return "All of it gets through."
    return "The message comes out larger." if s > 1 else "Open: a part gets through."
