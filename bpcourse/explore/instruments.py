"""The instruments of the clinic: panels that show one moment of a patient's record. Each is drawn once, then set."""

from itertools import groupby

import numpy as np

from ..patients import STEPS
from ..patients.record import WRONG
from ..plots.style import ACCENT, BACKWARD, BETWEEN_UNITS, FORWARD, GREY, INK, LAYERS, PALE, PAPER
from ..text import short
from .base import Label, add_line
from .settings import apart, log10, mark_end, three_digits

LOSSES, RATIOS, ERRORS = (-2.6, 1.4), (-8, 1), (-10.5, 4)  # powers of ten on the axes
REACH, SIZES = 3.0, (-9, 1)  # activations from -REACH to REACH; powers of ten of delta
BINS, POWERS = np.linspace(-REACH, REACH, 26), np.linspace(*SIZES, 21)  # edges
RANGES = {"tanh": (-1, 1), "sigmoid": (0, 1), "relu": (0,)}  # where the values of an activation end
ARRAYS = ("W1", "b1", "W2", "b2", "W3", "b3")
SCALE = (-10, -1, 1, 10)  # of what goes in
GAP = 14  # CSS pixels between two labels, one above the other


def titled(explorer, left, bottom, width, height, title, **settings):
    """Axes with a small title, at this place in CSS pixels."""
    ax = explorer.axes_at(left, bottom, width, height, **settings)
    ax.set_title(title, fontsize=10, pad=6)
    ax.tick_params(labelsize=9)
    return ax


def powers(ax, axis, ticks):
    getattr(ax, f"set_{axis}ticks")(ticks, ["1" if k == 0 else f"$10^{{{k}}}$" for k in ticks])


def sticks(x, low, high):
    """The data of a line that is upright bars at x, from low to high."""
    x, low, high = np.broadcast_arrays(x, low, high)
    gap = np.full(len(x), np.nan)
    return np.column_stack([x, x, gap]).ravel(), np.column_stack([low, high, gap]).ravel()


class Curves:
    """Loss of training and test, and the update-to-weight ratio of each layer, over the steps."""

    def __init__(self, explorer, loss, ratio):
        self.explorer = explorer
        self.loss = titled(explorer, *loss, "Loss", xlim=(0, STEPS), ylim=LOSSES)
        self.ratio = titled(explorer, *ratio, "Update-to-weight ratio by layer", xlim=(0, STEPS), ylim=RATIOS)
        powers(self.loss, "y", (-2, -1, 0, 1))
        powers(self.ratio, "y", (-6, -3, 0))
        for ax in (self.loss, self.ratio):
            ax.set_xticks((0, 100, 200, 300))
        self.ratio.axhline(-3, color=GREY, lw=0.8, ls=(0, (4, 3)))
        self.chance = add_line(self.loss, color=GREY, lw=0.9, ls=(0, (4, 3)))
        self.batch = add_line(self.loss, color=BETWEEN_UNITS, lw=0.9, zorder=2)
        self.lines = [add_line(self.loss, color=colour, lw=1.8, zorder=4) for colour in (FORWARD, ACCENT)]
        self.layers = [add_line(self.ratio, color=colour, lw=1.4, zorder=4) for colour in LAYERS[:3]]
        end = {"mec": PAPER, "mew": 1, "ms": 6.5, "zorder": 6, "clip_on": False}
        self.ends = [add_line(ax, color=line.get_color(), marker="o", **end) for ax, line in self._pairs()]
        self.moving = [self.chance, self.batch, *self.lines, *self.layers, *self.ends]

    def _pairs(self):
        return [(self.loss, line) for line in self.lines] + [(self.ratio, line) for line in self.layers]

    def show(self, record, i):
        """Set the curves up to moment i; the labels at their ends."""
        steps = [moment.step for moment in record.moments[: i + 1]]
        now = steps[-1]
        self.chance.set_data([0, STEPS], np.log10([record.chance] * 2))
        self.batch.set_data(np.arange(now + 1), log10(np.array(record.batch_loss[: now + 1])))
        heights, texts, right = {}, {}, self.explorer.pixels(self.loss, STEPS, 0)[0] + 10
        for k, (name, values) in enumerate((("training", record.train), ("test", record.test))):
            self._curve(k, self.lines[k], steps, values[: i + 1], LOSSES)
            heights[k] = self._height(self.loss, values[i], LOSSES)
            texts[k] = f"{name} {three_digits(max(values[i], 0.0))}"
        heights["chance"] = self._height(self.loss, record.chance, LOSSES)
        texts["chance"] = f"chance {three_digits(record.chance)}"
        colours = {0: FORWARD, 1: ACCENT, "chance": GREY}
        yield from self._labels(self.loss, heights, texts, colours, right)
        heights, texts, right = {}, {}, self.explorer.pixels(self.ratio, STEPS, 0)[0] + 10
        for layer, line in enumerate(self.layers, start=1):
            values = np.array(record.ratio[layer][:now])
            self._curve(1 + layer, line, np.arange(1, now + 1), values, RATIOS)
            if now:
                heights[layer] = self._height(self.ratio, values[-1], RATIOS)
                texts[layer] = (
                    f"layer {layer}: {'∞' if np.isinf(values[-1]) else short(values[-1], '.2g', 1e-3, 1e3, '.0e')}"
                )
        yield from self._labels(self.ratio, heights, texts, dict(enumerate(LAYERS, start=1)), right)

    def _curve(self, k, line, steps, values, limits):
        shown = log10(np.array(values, dtype=float))
        line.set_data(steps, shown)
        if len(shown):
            mark_end(self.ends[k], max(steps[-1], 1), shown[-1], limits)
            self.ends[k].set_xdata([steps[-1]])
        else:
            self.ends[k].set_data([], [])

    def _height(self, ax, value, limits):
        return self.explorer.pixels(ax, 0, np.clip(log10(value), *limits))[1]

    def _labels(self, ax, heights, texts, colours, right):
        low, high = (self.explorer.pixels(ax, 0, y)[1] for y in ax.get_ylim())
        for key, y in apart(heights, low + 6, high, GAP).items():
            yield Label(right, y, texts[key], colours[key], 9, "lm", bold=key != "chance")


class Histograms:
    """Activations of layers 1 and 2 over the training part, and the sizes of delta of all three over the batch."""

    def __init__(self, explorer, activations, deltas):
        self.explorer, self.axes = explorer, []
        for layer, box in enumerate(activations, start=1):
            ax = titled(
                explorer, *box, f"a of layer {layer}", xlim=(-REACH - 0.2, REACH + 0.2), ylim=(0, 1.05), yticks=[]
            )
            ax.set_xticks((-3, 0, 3), ["≤ −3", "0", "≥ 3"])
            self.axes.append(ax)
        for layer, box in enumerate(deltas, start=1):
            ax = titled(
                explorer, *box, f"|δ|, layer {layer}", xlim=(SIZES[0] - 1.6, SIZES[1]), ylim=(0, 1.05), yticks=[]
            )
            ax.set_xticks((SIZES[0] - 0.9, -5, 0), ["0", "$10^{-5}$", "1"])
            self.axes.append(ax)
        bar = {"solid_capstyle": "butt", "zorder": 3}
        widths = [0.66 * ax.bbox.width / 2 / 1.333 / n for ax, n in zip(self.axes, (26, 26, 23, 23, 23), strict=True)]
        self.bars = [
            add_line(ax, color=FORWARD if k < 2 else BACKWARD, lw=widths[k], **bar) for k, ax in enumerate(self.axes)
        ]
        self.zeros = [add_line(ax, color=GREY, lw=4, **bar) for ax in self.axes[2:]]
        self.ends = [add_line(ax, color=GREY, lw=0.8, ls=(0, (3, 2)), zorder=1) for ax in self.axes[:2]]
        self.moving = [*self.bars, *self.zeros, *self.ends]

    def show(self, record, i):
        """Set the bars."""
        _, a = record.trained(i)
        delta = record.moments[i].passed[2]
        middles = (BINS[1:] + BINS[:-1]) / 2
        for k, layer in enumerate((1, 2)):
            shares = _shares(np.nan_to_num(a[layer], posinf=REACH, neginf=-REACH), BINS)
            self.bars[k].set_data(*sticks(middles, 0.0, np.sqrt(shares)))
            self.ends[k].set_data(*sticks(np.array(RANGES[record.program.case.activation], dtype=float), 0.0, 1.0))
        middles = (POWERS[1:] + POWERS[:-1]) / 2
        for k, layer in enumerate((1, 2, 3)):
            size = np.abs(delta[layer])
            shares = _shares(log10(size[size > 0]), POWERS) * np.mean(size > 0)
            self.bars[2 + k].set_data(*sticks(middles, 0.0, np.sqrt(shares)))
            self.zeros[k].set_data(*sticks(np.array([SIZES[0] - 0.9]), 0.0, np.sqrt([np.mean(size == 0)])))


def _shares(values, edges):
    """The share of values in each bin; those beyond count in the outermost."""
    if not values.size:
        return np.zeros(len(edges) - 1)
    return np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0] / values.size


class GradientCheck:
    """The largest relative error of each array, and the factor, where one explains it all."""

    def __init__(self, explorer, box):
        self.explorer = explorer
        self.ax = titled(explorer, *box, "Gradient check", xlim=(-0.6, 5.6), ylim=ERRORS)
        powers(self.ax, "y", (-9, -6, -3, 0))
        self.ax.set_xticks(range(6), ARRAYS)
        self.ax.axhline(np.log10(WRONG), color=GREY, lw=0.8, ls=(0, (4, 3)))
        dot = {"ls": "none", "mec": PAPER, "mew": 1, "zorder": 4, "clip_on": False}
        self.right = add_line(self.ax, marker="o", ms=8, mfc=INK, **dot)
        self.wrong = add_line(self.ax, marker="D", ms=8, mfc=BACKWARD, **dot)
        self.stems = add_line(self.ax, color=PALE, lw=2, zorder=1)
        self.moving = [self.stems, self.right, self.wrong]

    def show(self, record, i):
        """Set the dots; a factor above each wrong array. An array whose gradient is too small to judge has none."""
        checks = [record.check(i)[name] for name in ARRAYS]
        error = np.array([check.error for check in checks])
        x, y = np.arange(6), np.clip(log10(error), *ERRORS)
        wrong = error > WRONG
        self.stems.set_data(*sticks(x[error >= 0], ERRORS[0], y[error >= 0]))
        self.wrong.set_data(x[wrong], y[wrong])
        right = (error <= WRONG) & (error >= 0)
        self.right.set_data(x[right], y[right])
        texts = [_factor(check) if check.error > WRONG else "" for check in checks]
        for text, run in groupby(range(len(checks)), texts.__getitem__):
            if text:
                x, y = self.explorer.pixels(self.ax, np.mean(list(run)), ERRORS[1])
                yield Label(x, y - 6, text, BACKWARD, 9, bold=True)


def _factor(check):
    """By what the right gradient is multiplied, if that explains all of it and can be told from 1."""
    if not (check.rest < 0.01 and abs(check.factor) < 1e3):
        return ""
    factor = round(check.factor, 1 if abs(check.factor) < 10 else 0) + 0.0
    return "" if factor == 1 else "×" + short(factor, "g", 0)


class Inputs:
    """What goes in: mean and spread of each input in the batch and in the test part, and the classes of the batch."""

    def __init__(self, explorer, columns, classes):
        self.explorer = explorer
        self.columns = titled(
            explorer, *columns, "Inputs: mean ± spread", xlim=(0, 1), ylim=_even(np.array([-150, 150]))
        )
        self.columns.set_yticks(_even(SCALE), ["−10", "−1", "1", "10"])
        self.columns.set_xticks([])
        self.columns.axhline(0, color=PALE, lw=1, zorder=0)
        self.classes = titled(
            explorer, *classes, "Classes in the batch", xlim=(-0.6, 4.6), ylim=(0, 34), yticks=[0, 32]
        )
        self.classes.set_xticks([])
        self.bars = [add_line(self.columns, color=colour, solid_capstyle="butt") for colour in (FORWARD, ACCENT)]
        dot = {"ls": "none", "mec": PAPER, "mew": 0.6, "zorder": 4, "clip_on": False}
        markers = zip("os", (FORWARD, ACCENT), strict=True)
        self.dots = [add_line(self.columns, marker=marker, mfc=colour, **dot) for marker, colour in markers]
        self.counts = add_line(self.classes, color=FORWARD, lw=11, solid_capstyle="butt", zorder=3)
        self.moving = [*self.bars, *self.dots, self.counts]

    def show(self, record, i):
        """Set the bars; the classes below them."""
        X, labels = record.batch(i)
        n = X.shape[1]
        for k, part in enumerate((X, record.program.X_test)):
            x = (np.arange(n) + (0.36, 0.64)[k]) / n
            mean, spread = part.mean(axis=0), part.std(axis=0)
            self.dots[k].set_markersize(6 if n < 4 else 3.5)
            self.bars[k].set_linewidth(3 if n < 4 else 2)
            self.bars[k].set_data(*sticks(x, _even(mean - spread), _even(mean + spread)))
            self.dots[k].set_data(x, _even(mean))
        self.counts.set_data(*sticks(np.arange(record.classes), 0, np.bincount(labels, minlength=record.classes)))
        for k in range(record.classes):
            x, y = self.explorer.pixels(self.classes, k, 0)
            yield Label(x, y - 10, str(k), INK, 9)


def _even(x):
    """A scale that is even near 0 and by tens far from it."""
    return np.arcsinh(2 * np.asarray(x, dtype=float))
