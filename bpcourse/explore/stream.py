"""Explorer: one parameter, a stream of gradients of size 1, and one that is not. How long rules remember it."""

from functools import lru_cache

import numpy as np

from .. import optimizers
from ..plots.style import BACKWARD, GREY, INK, PALE, RULE_COLOURS
from ..text import listed, minus
from .base import Explorer, Label, Scene, Target, add_line, around
from .controls import Several, Slider, choices

STEPS = 200
LOWEST, HIGHEST = 1e-4, 2e3  # of the length of a step, in units of alpha
STREAM = (70, 328, 690, 116)  # the two axes: left, bottom, width, height in CSS pixels
SIZES = (70, 86, 690, 186)
SMALL, LARGE = 0.5, 2.0  # a step is short below this share of what it would be without the outlier, long above
RULES = {  # name: (text, the controls that it needs, the rule for alpha = 1)
    "adagrad": ("AdaGrad", (), lambda: optimizers.adagrad(1.0)),
    "rmsprop": ("RMSprop", ("rho",), lambda rho: optimizers.rmsprop(1.0, decay=rho)),
    "adam": ("Adam", ("beta1", "beta2"), lambda beta1, beta2: optimizers.adam(1.0, beta1, beta2)),
    "momentum": ("momentum", ("beta1",), lambda beta1: optimizers.momentum(1.0, beta1)),
}
TENS = (1, 1.5, 2, 3, 5, 7)
GRADIENTS = tuple(t * 10**k for k in range(3) for t in TENS) + (1000,)


@lru_cache(maxsize=512)
def steps_of(rule, knobs, where, gradient):
    """(2, STEPS): how far the rule moves the parameter down at each step, with the outlier and without it."""
    rule, theta = RULES[rule][2](*knobs), np.zeros(2)  # two parameters side by side: only one meets the outlier
    state, moved = rule.init(theta), np.empty((2, STEPS))
    for t in range(1, STEPS + 1):
        before = theta
        theta, state = rule.update(theta, np.array([gradient if t == where else 1.0, 1.0]), state)
        moved[:, t - 1] = before - theta
    return moved


def cost(moved, where):
    """What the outlier does to the steps after it, in words. moved: of `steps_of`."""
    share, said = moved[0, where:] / moved[1, where:], []
    for which, text in (
        (share < 0, "backward"),
        ((share >= 0) & (share < SMALL), "below half"),
        (share > LARGE, "above double"),
    ):
        many = int(which.sum())
        if many:
            said.append(f"{text} {'to the end' if which[-1] else f'for {many} step' + 's' * (many > 1)}")
    return ", ".join(said) or "neither halved nor doubled"


class Stream(Explorer):
    """Gradients of size 1 and one outlier: the steps that four rules make of them (chapter `adaptive_rules`)."""

    name = "One large gradient, and how long it is remembered"
    height = 470
    moves = ("gradient", "where")
    _sizes = (*(-g for g in reversed(GRADIENTS)), *GRADIENTS)
    _betas = (0.0, 0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
    sliders = {
        "gradient": Slider("the outlier's gradient", choices(_sizes, "{:g}".format), 100),
        "where": Slider("at step", choices(range(2, 151)), 20),
        "rules": Several("rules", tuple((text, name) for name, (text, *_) in RULES.items()), ("adagrad",)),
        "rho": Slider("ρ (RMSprop)", choices(_betas), 0.9),
        "beta1": Slider("β, β₁ (Adam)", choices(_betas[:-2]), 0.9),
        "beta2": Slider("β₂ (Adam)", choices((*_betas[1:], 0.9999)), 0.999),
    }

    def background(self):
        edge = (0.5, STEPS + 0.5)
        self.stream = self.axes_at(*STREAM, xlim=edge)
        self.stream.set_yscale("symlog", linthresh=1.0, linscale=0.6)
        self.stream.set(ylim=(-2000, 2000))
        self.stream.set_yticks([-1000, -100, -10, 0, 10, 100, 1000], ["−1000", "", "−10", "0", "10", "", "1000"])
        self.stream.minorticks_off()
        self.stream.axhline(0, color=GREY, lw=1)
        self.lengths = self.axes_at(*SIZES, xlim=edge, ylim=(LOWEST, HIGHEST), xlabel="step")
        self.lengths.set_yscale("log", nonpositive="clip")
        self.lengths.set_yticks([1e-4, 1e-2, 1, 100], ["0.0001", "0.01", "1", "100"])
        self.lengths.minorticks_off()
        self.lengths.axhline(1, color=PALE, lw=1)
        for ax in (self.stream, self.lengths):
            ax.set_xticks((1, 50, 100, 150, 200))
        self.stream.tick_params(labelbottom=False)
        page = self.page(zorder=-1)
        self.gradients = add_line(self.stream, color=BACKWARD, lw=1.6, zorder=2)
        self.dot = add_line(self.stream, color=BACKWARD, marker="o", ms=11, zorder=4, clip_on=False)
        self.upright = add_line(self.lengths, color=GREY, lw=1, zorder=1)
        self.down, self.back, self.without, self.keys = {}, {}, {}, {}
        for name in RULES:
            colour = RULE_COLOURS[name]
            self.without[name] = add_line(self.lengths, color=colour, lw=1, ls=(0, (1, 2)), zorder=2)
            self.down[name] = add_line(self.lengths, color=colour, lw=2, zorder=4)
            self.back[name] = add_line(self.lengths, color=colour, ls="none", marker="v", ms=4, mew=0, zorder=5)
            self.keys[name] = add_line(page, color=colour, lw=2.5)
        return [
            self.gradients, self.dot, self.upright,
            *(line for lines in (self.down, self.back, self.without, self.keys) for line in lines.values()),
        ]  # fmt: skip

    def move(self, gradient, where, rules, **knobs):
        t = np.arange(1, STEPS + 1)
        self.gradients.set_data(t, np.where(t == where, gradient, 1.0))
        self.dot.set_data([where], [gradient])
        self.upright.set_data([where, where], [LOWEST, HIGHEST])
        labels, targets, said = [], [], {}
        for name, (text, needs, _) in RULES.items():
            for lines in (self.down, self.back, self.without, self.keys):
                lines[name].set_visible(name in rules)
            if name not in rules:
                continue
            moved = steps_of(name, tuple(knobs[knob] for knob in needs), where, gradient)
            length = np.clip(np.abs(moved), LOWEST, HIGHEST)
            self.down[name].set_data(t, np.where(moved[0] >= 0, length[0], np.nan))
            self.back[name].set_data(t, np.where(moved[0] < 0, length[0], np.nan))
            self.without[name].set_data(t, length[1])
            x, y = 24 + 388 * (len(said) % 2), 34 - 20 * (len(said) // 2)
            said[text] = cost(moved, where)
            self.keys[name].set_data([x, x + 16], [y, y])
            labels.append(Label(x + 22, y, f"{text}: {said[text]}", RULE_COLOURS[name], 9.5, "lm"))
            others = tuple(rule for rule in rules if rule != name)
            box = (x, y - 10, 360, 20)
            targets.append(Target(box, lambda *_, others=others: {"rules": others}, "click a name to drop it"))
        outlier = f"step {where} has the gradient {minus(f'{gradient:g}')}"
        labels += [
            Label(24, 456, f"All gradients are 1; {outlier}", INK, 11, "lm", bold=True),
            Label(24, 296, "length of a step, in units of α (▾: backward)", INK, 10, "lm"),
            Label(776, 296, "dotted: without the outlier", GREY, 10, "rm"),
        ]
        left, bottom, wide, high = STREAM
        targets.append(Target((left, bottom, wide, high), self._put, "drag the outlier"))
        targets.append(Target(around(*self.pixels(self.stream, where, gradient)), self._put, "drag the outlier"))
        alike = {}  # rules of which the same is said
        for text, words in said.items():
            alike.setdefault(words.replace(" steps", ""), []).append(text)
        costs = "; ".join(f"{listed(names)} {words}" for words, names in alike.items()) or "no rule is chosen"
        used = {knob for name in rules for knob in RULES[name][1]}
        idle = tuple(knob for knob in knobs if knob not in used)
        return Scene(
            labels, f"{outlier[0].upper()}{outlier[1:]}. Steps after it: {costs}.", targets=tuple(targets), idle=idle
        )

    def _put(self, x, y):
        where, gradient = self.point(self.stream, x, y)
        near = min(self.sliders["gradient"].values, key=lambda g: abs(_even(g) - _even(gradient)))
        return {"where": self.sliders["where"].nearest(where), "gradient": near}


def _even(gradient):
    """The gradient on a scale on which a finger moves evenly: by tens outward from 1 and -1."""
    return np.sign(gradient) * (1 + np.log10(max(abs(gradient), 1.0)))
