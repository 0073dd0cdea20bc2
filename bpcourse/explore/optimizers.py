"""Explorer: optimizers. Their paths over a surface, the loss by step, and where rate and momentum lie on the plane of
regimes.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from .. import regimes
from ..plots.style import (
    ACCENT,
    ALTERNATING,
    DIVERGING,
    GREY,
    INK,
    PALE,
    PAPER,
    RULE_COLOURS,
)
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Choice, Several, Slider, choices
from .descents import BOTTOM, LEFT, MAP, RIGHT, STEPS, SURFACES, TOP, curvatures, ground_image, path, surface_of
from .settings import RULES
from .verdict import headline, verdict

LOWEST, HIGHEST = 1e-8, 1e4  # of the loss by step
LONG_VALLEY = 20  # the condition number from which on a bowl is called so, where no theory is shown
STEEPEST = 5.0  # of alpha lambda on the plane of regimes
LOOKS = {  # of each rule of RULES: (text shown, marker)
    "sgd": ("gradient descent", "o"),
    "momentum": ("momentum", "s"),
    "nesterov": ("Nesterov", "^"),
    "adagrad": ("AdaGrad", "D"),
    "rmsprop": ("RMSprop", "v"),
    "adam": ("Adam", "P"),
    "adamw": ("AdamW", "X"),
}
RATES = tuple(float(f"{10 ** (k / 16):.3g}") for k in range(-48, 17))
MOMENTA = (*(round(0.05 * k, 2) for k in range(19)), 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99)
CONDITIONS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100)


class Optimizers(Explorer):
    """Optimizers on a surface: rate and momentum, the path, the loss, and the plane of regimes (chapter `momentum`).

    rules: the names of those on offer, of RULES; a start or a preset that has none of them shows them all.
    start: the preset to start with.
    theory: without it, there is no plane, no word and no line of the theory, and no preset but the one to start with.
    """

    name = "Optimizers on a surface"
    height = 500
    moves = ("learning_rate", "momentum")
    sliders = {
        "learning_rate": Slider("learning rate α", choices(RATES, lambda rate: f"{rate:g}"), 0.01),
        "momentum": Slider("momentum β", choices(MOMENTA, lambda beta: f"{beta:g}"), 0.9),
        "optimizers": Several(
            "optimizers", tuple((text, name) for name, (text, _) in LOOKS.items()), ("sgd", "momentum")
        ),
        "steps": Slider("steps", choices((*range(0, 20), *range(20, STEPS + 1, 5))), 60, play=120),
        "surface": Choice("surface", tuple((text, name) for name, text in SURFACES.items()), "bowl"),
        "condition": Slider("condition (bowl)", choices(CONDITIONS), 20),
        "x": Slider("start, x", choices(tuple(round(-3 + 0.1 * k, 1) for k in range(61))), -2.6, rare=True),
        "y": Slider("start, y", choices(tuple(round(-2.4 + 0.1 * k, 1) for k in range(49))), 0.1, rare=True),
    }
    race = "steps"
    _bowl = {"surface": "bowl", "condition": 20, "steps": 60, "x": -2.6, "y": 0.1, "optimizers": ("sgd", "momentum")}
    _all = {"optimizers": tuple(RULES), "momentum": 0.9, "steps": 200}
    presets = {
        "diverges": _bowl | {"learning_rate": 0.115, "momentum": 0.9, "steps": 12, "optimizers": ("sgd",)},
        "crawls": _bowl | {"learning_rate": 0.001, "momentum": 0.5},
        "rings": _bowl | {"learning_rate": 0.00562, "momentum": 0.96, "steps": 120, "optimizers": ("momentum",)},
        "just right": _bowl | {"learning_rate": 0.133, "momentum": 0.4, "optimizers": ("momentum",)},
        "long valley": _bowl | {"condition": 100, "learning_rate": 0.001, "momentum": 0.0, "optimizers": ("momentum",)},
        "all on a saddle": _all | {"surface": "saddle", "learning_rate": 0.0487, "x": -2.4, "y": 0.1},
        "all on a network": _all | {"surface": "network_slice", "learning_rate": 0.154, "x": -2.8, "y": 1.8},
    }

    def __init__(self, rules=tuple(RULES), start=None, chapter=None, theory=True):
        several, unknown = self.sliders["optimizers"], set(rules) - set(RULES)
        if unknown or not rules:
            raise ValueError(f"rules: got {list(rules)}; expected one or more of {', '.join(RULES)}")

        def offered(names):
            return tuple(name for name in names if name in rules) or offered(RULES)

        options = tuple(option for option in several.options if option[1] in rules)
        self.sliders = self.sliders | {"optimizers": Several(several.label, options, offered(several.start))}
        self.presets = {
            text: values | {"optimizers": offered(values["optimizers"])} for text, values in self.presets.items()
        }
        if start and start not in self.presets:
            raise ValueError(f"start: got {start!r}; expected one of {', '.join(self.presets)}")
        first = self.presets.get(start, {})
        if not theory:
            self.presets = {start: first} if start else {}
        self.with_theory = theory
        self.sliders = self.sliders | {name: replace(self.sliders[name], start=first[name]) for name in first}
        super().__init__(chapter)

    def background(self):
        self.map = self.axes_at(*MAP, xlim=(LEFT, RIGHT), ylim=(BOTTOM, TOP), xticks=[], yticks=[])
        self.map.set_frame_on(False)
        bottom, height = (296, 128) if self.with_theory else (112, 312)
        self.by_step = self.axes_at(502, bottom, 272, height, xlim=(0, STEPS), ylim=(LOWEST, HIGHEST))
        self.by_step.set_yscale("log", nonpositive="clip")
        self.by_step.set_yticks([1e-8, 1e-4, 1, 1e4], ["$10^{-8}$", "$10^{-4}$", "1", "$10^{4}$"])
        self.by_step.minorticks_off()
        self.by_step.set_xticks([0, 50, 100, 150, 200])
        self.plane = self.axes_at(502, 112, 272, 128, visible=self.with_theory)
        self._regimes()
        page = self.page(zorder=-1)
        self.paths, self.here, self.losses, self.now, self.keys = {}, {}, {}, {}, {}
        for z, (name, (_, marker)) in enumerate(LOOKS.items(), start=3):
            colour = RULE_COLOURS[name]
            mark = {"color": colour, "marker": marker, "ls": "none"}
            self.paths[name] = add_line(
                self.map, color=colour, lw=1.6, marker=marker, ms=3.6, mew=0, alpha=0.9, zorder=z
            )
            self.here[name] = add_line(self.map, **mark, ms=9, mec=PAPER, mew=1.2, zorder=20 + z)
            self.losses[name] = add_line(self.by_step, color=colour, lw=1.8, zorder=z)
            self.now[name] = add_line(self.by_step, **mark, ms=7, mec=PAPER, mew=1, zorder=20 + z, clip_on=False)
            self.keys[name] = add_line(page, **mark, ms=6, mew=0)
        self.start = add_line(self.map, color=INK, marker="o", ms=8, mfc=PAPER, mew=1.6, zorder=15)
        self.goal = add_line(self.map, color=INK, marker="+", ms=12, mew=1.8, zorder=2)
        self.theory = add_line(self.by_step, color=GREY, lw=1.2, ls=(0, (5, 3)), zorder=2)
        self.dots = add_line(self.plane, color=INK, marker="s", ms=8, mfc=ACCENT, mew=1.2, lw=2, zorder=5)
        self.plain = add_line(
            self.plane, color=INK, marker="o", ms=8, mfc=PAPER, mew=1.4, lw=2, zorder=4, clip_on=False
        )
        return [
            *self.paths.values(), *self.here.values(), *self.losses.values(), *self.now.values(),
            *self.keys.values(), self.start, self.goal, self.theory, self.dots, self.plain,
        ]  # fmt: skip

    def _regimes(self):
        ax, beta = self.plane, np.linspace(0, 1, 201)
        ringing, alternating, diverging = regimes.boundaries(beta)
        ax.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0)), np.square))  # small values need room
        ax.set(xlim=(0, STEEPEST), ylim=(0, 1))
        ax.fill_betweenx(beta, ringing, alternating, color=PALE, lw=0)
        ax.fill_betweenx(beta, alternating, diverging, color=ALTERNATING, lw=0)
        ax.fill_betweenx(beta, diverging, STEEPEST, color=DIVERGING, lw=0)
        ax.plot(diverging, beta, color=INK, lw=1.5)
        ax.set_xticks([0, 0.1, 0.5, 1, 2, 4], ["0", "0.1", "0.5", "1", "2", "4"])
        ax.minorticks_off()
        ax.set_yticks([0, 0.5, 1])
        for x, y, text, colour in (
            (0.13, 0.08, "monotone", INK), (0.9, 0.62, "ringing", INK), (1.55, 0.08, "altern.", INK),
            (3.48, 0.12, "diverging", PAPER),
        ):  # fmt: skip
            ax.text(x, y, text, size=9, ha="center", va="center", color=colour)

    def move(self, learning_rate, momentum, optimizers, steps, surface, condition, x, y):
        alpha, beta, kappa = learning_rate, momentum, condition if surface == "bowl" else 0
        ground = surface_of(surface, kappa)
        lengths = curvatures(surface, kappa) if kappa and self.with_theory else None
        runs, verdicts = {}, {}
        for name in RULES:
            chosen = name in optimizers
            for artists in (self.paths, self.here, self.losses, self.now, self.keys):
                artists[name].set_visible(chosen)
            if chosen:
                runs[name] = points, loss = path(surface, kappa, name, alpha, beta, (x, y))
                seen = self._run(name, points[: steps + 1], loss[: steps + 1])
                verdicts[name] = verdict(name, alpha, beta, lengths, loss, steps, seen)
        self.start.set_data([x], [y])
        self.goal.set_data(*[[c] for c in ground.minimum])
        named = {self._name(name, beta): said for name, said in verdicts.items()}
        said = headline(named, 64) if named else "choose an optimizer"
        used = f"α = {alpha:g}" + (f", β = {beta:g}" if any(RULES[name][1] for name in runs) else "")
        if self.with_theory:
            where = SURFACES[surface] + (f", condition number {kappa}" if kappa else "")
        else:
            where = "long valley" if kappa >= LONG_VALLEY else SURFACES[surface]
        legend, keys = self._legend(verdicts, optimizers, beta)
        on_plane, ends = self._on_the_plane(surface, kappa, alpha, beta, runs)
        labels = [
            Label(MAP[0], 482, said[0].upper() + said[1:], INK, 13, "lm", bold=True),
            Label(MAP[0], 456, f"{used}; {where}", GREY, 10, "lm"),
            Label(MAP[0] + 258, 12, "ring: start, +: minimum", GREY, 9, "lm"),
            Label(502, 458, "loss above the minimum, by step", INK, 10, "lm"),
            *legend,
            *on_plane,
        ]
        all_said = headline(named, 100, in_full=True) if named else "no optimizer is chosen"
        status = f"{steps} steps from ({x:g}, {y:g}), {used}, {where}: {all_said}."
        start = Target(around(*self.pixels(self.map, x, y)), self._drag_start, "drag the start")
        idle = ("condition",) * (not kappa) + ("momentum",) * (not any(RULES[name][1] for name in runs))
        under = (ground_image(surface, kappa), *MAP[:2])
        return Scene(labels, status, under=under, targets=(*keys, *ends, start), idle=idle)

    def _name(self, rule, beta):
        """As it is shown. Without theory momentum that keeps nothing is said to be what it is."""
        return "plain descent" if rule == "momentum" and not (beta or self.with_theory) else LOOKS[rule][0]

    def _run(self, name, points, loss):
        """Draw the run of a rule as far as it has come; whether its point lies in the picture."""
        last = np.flatnonzero(np.isfinite(loss))[-1]
        x, y = points[last]
        seen = bool(LEFT <= x <= RIGHT and BOTTOM <= y <= TOP)
        self.paths[name].set_data(*np.clip(points, -30, 30).T)  # Agg wants no larger numbers
        self.here[name].set_data([x], [y])
        if not seen:
            self.here[name].set_visible(False)
        self.losses[name].set_data(np.arange(len(loss)), np.clip(loss, LOWEST, 1e6))
        beyond = np.flatnonzero(~(loss <= HIGHEST))  # nan, too: from there on nothing is drawn
        at = beyond[0] if len(beyond) else last
        self.now[name].set_data([at], [HIGHEST if len(beyond) else max(loss[at], LOWEST)])
        self.now[name].set_marker("^" if len(beyond) else LOOKS[name][1])
        return seen

    def _drag_start(self, x, y):
        at = self.point(self.map, x, y)
        return self.nearest(x=at[0], y=at[1])

    def _on_the_plane(self, surface, kappa, alpha, beta, runs):
        """The labels, and the targets, of alpha lambda for the smallest and the largest curvature at the minimum; for
        the bowl, the theory's loss.
        """
        ends = alpha * curvatures(surface, kappa)
        seen = np.minimum(ends, STEEPEST)
        for name, line, height in (("momentum", self.dots, beta), ("sgd", self.plain, 0.0)):
            line.set_visible(name in runs and self.with_theory)
            line.set_data(seen, [height, height])
        lead = next((name for name in ("momentum", "sgd") if name in runs), None)
        self.theory.set_visible(bool(kappa and lead and self.with_theory))
        if not self.with_theory:
            return [], ()
        labels, targets = [Label(502, 256, "momentum β, by α times curvature λ", INK, 10, "lm")], []
        if not lead:
            return [*labels, Label(638, 76, "the plane is for momentum and gradient descent", GREY, 9)], ()
        for name, height in (("sgd", 0.0), ("momentum", beta)):
            for curvature, across in zip(curvatures(surface, kappa), seen, strict=True):
                if name in runs and curvature > 0:
                    sets = partial(self._drag_end, curvature, name == "momentum")
                    box = around(*self.pixels(self.plane, across, height), 12)
                    targets.append(Target(box, sets, "drag an end of the stretch"))
        if kappa:
            rate = regimes.spectral_radius(ends, beta if lead == "momentum" else 0.0).max()
            t = np.arange(STEPS + 1)
            log_loss = np.log10(max(runs[lead][1][0], LOWEST)) + 2 * t * np.log10(max(rate, LOWEST))
            self.theory.set_data(t, 10 ** np.clip(log_loss, np.log10(LOWEST), 6))
            labels.append(Label(776, 438, f"– –  theory: distance × {rate:.3f} a step", GREY, 9, "rm"))
        where = "" if kappa else " at +"  # the minimum: the curvature is the same everywhere on the bowl only
        return [*labels, Label(638, 76, f"αλ{where} from {ends[0]:.3g} to {ends[1]:.3g}  (○: β = 0)", INK, 9)], targets

    def _drag_end(self, curvature, with_beta, x, y):
        """The rate that puts alpha times this curvature where the finger is; with momentum the height is beta."""
        across, up = self.point(self.plane, x, y)
        found = self.nearest(learning_rate=max(across, 0.0) / curvature)
        return found | ({"momentum": self.sliders["momentum"].nearest(up)} if with_beta else {})

    def _legend(self, verdicts, optimizers, beta):
        """Labels and targets: below the map, what is said of each rule."""
        labels, targets = [], []
        for number, (name, said) in enumerate(verdicts.items()):
            x, y = MAP[0] + 258 * (number % 3), 50 - 19 * (number // 3)
            self.keys[name].set_data([x + 4], [y])
            labels.append(Label(x + 14, y, f"{self._name(name, beta)} {said.short}", RULE_COLOURS[name], 9, "lm"))
            others = tuple(rule for rule in optimizers if rule != name)
            box = (x - 2, y - 9, 240, 18)
            targets.append(Target(box, lambda *_, others=others: {"optimizers": others}, "click a name to drop it"))
        return labels, targets
