"""Explorer: training on the real digits. The features of the first layer, the learning curves, a few predictions."""

from functools import cache, lru_cache, partial

import numpy as np

from .. import datasets
from ..activations import identity, relu
from ..losses import cross_entropy, softmax
from ..network import Network
from ..plots.style import ACCENT, BETWEEN_UNITS, CLASSES, FORWARD, GREY, INK, PALE, PAPER, SIGNED, WIDTH
from ..runs import Run
from .base import Label, Scene, Target, add_line
from .controls import Choice, Slider, choices
from .pixels import between, paint
from .settings import RATES, RULES, STARTS, ByEpoch, apart, completed, log10, mark_end, rule_in_words, three_digits

EPOCHS, BATCH, BETA, PIXELS, KINDS = 100, 32, 0.9, 8, 10
TRAINING = 1150  # images of the training part are learned from, the other 287 are for validation
SHOWN = (11, 17, 131, 150, 108, 153)  # of the test part: two easy ones, two that come, two that stay hard
LEFT, BOTTOM, SIZE = 16, 160, 396  # of the features, in CSS pixels
WEIGHTS = between(*SIGNED)  # from -LIMIT to LIMIT
LIMIT = 0.8
LOSSES = (-4.5, 1.5)  # powers of ten on the axis
PANEL, WIDE = 472, 196  # left edge and width of the panels beside it
ZERO, REACH, PITCH = 211, 27, 19  # of the bars of one unit: their line, the longest one, from one to the next
STRONG = 1.5  # the weight whose bar is the longest
MARKERS = ("o", "s")  # training, validation
BLOCK, DIGIT, BAR = 130, 56, 5.4  # of the predictions: the pitch, the size of an image, the pitch of the bars
FOOT, RISE = 34, 62  # where the bars stand, and how high a probability of 1 is


@cache
def images():
    """(X, labels) for training, for validation, and of the six test images that are shown."""
    X, labels, X_test, labels_test = datasets.digits()
    learn, check, shown = slice(TRAINING), slice(TRAINING, None), list(SHOWN)
    return (X[learn], labels[learn]), (X[check], labels[check]), (X_test[shown], labels_test[shown])


@lru_cache(maxsize=12)  # a run of 100 epochs keeps up to 4 MB of parameters
def run(units, count, optimizer, alpha, weights):
    """The Run of these settings, on the first `count` of the training images."""
    (X, labels), validation, _ = images()
    net = Network((PIXELS**2, units, KINDS), hidden=relu, output=identity, loss=cross_entropy)
    rule = RULES[optimizer][2](alpha, BETA)
    return Run(net, net.init(0, weights), X[:count], labels[:count], rule, BATCH, validation=validation)


def tiles(W):
    """The weights of each unit (units, 64) as a square of squares: (8 m, 8 m) for m * m units."""
    m = round(np.sqrt(len(W)))
    return W.reshape(m, m, PIXELS, PIXELS).transpose(0, 2, 1, 3).reshape(m * PIXELS, m * PIXELS)


class Digits(ByEpoch):
    """Training on the digits, replayed: features of the first layer, curves, predictions (chapter `training`)."""

    name = "Training on the digits"
    run = staticmethod(run)
    looks = ("unit",)
    height = 640
    sliders = {
        "epoch": Slider("epoch", choices(tuple(range(EPOCHS + 1))), 0, play=60),
        "units": Slider("hidden units", choices((4, 9, 16, 25, 36, 49, 64)), 25),
        "count": Slider("pictures to learn from", choices((50, 100, 200, 500, TRAINING)), TRAINING),
        "optimizer": Choice("optimizer", tuple((rule[0], name) for name, rule in RULES.items()), "momentum"),
        "alpha": Slider("learning rate α", choices(RATES, "{:g}".format), 0.05),
        "weights": Choice("start weights", choices(STARTS), "xavier"),
        "unit": Slider("look at unit", choices(tuple(range(1, 65))), 3),
    }
    presets = {
        "all pictures": {},
        "fifty pictures": {"epoch": 100, "count": 50, "units": 49, "alpha": 0.1},
        "small start": {"weights": "small"},
        "with Adam": {"optimizer": "adam", "alpha": 0.005},
        "steps too long": {"alpha": 1.0},
    }
    still = {"epoch": 30}
    presets = completed(presets, sliders, still)
    race = "epoch"

    def background(self):
        ax = self.ax = self.page(zorder=-1)
        self.loss_ax = self.axes_at(PANEL, 442, WIDE, 114, xlim=(0, EPOCHS), ylim=LOSSES)
        self.right_ax = self.axes_at(PANEL, 306, WIDE, 86, xlim=(0, EPOCHS), ylim=(0, 1))
        self.loss_ax.set_yticks([-4, -2, 0], ["$10^{-4}$", "$10^{-2}$", "1"])
        self.right_ax.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
        self.right_ax.set_xlabel("epoch", labelpad=2)
        for panel, title in ((self.loss_ax, "Loss"), (self.right_ax, "Share of pictures that it gets right")):
            panel.set_xticks([0, 25, 50, 75, 100])
            panel.set_title(title, fontsize=11, pad=8)
        moving = [*self._features(ax), *self._lines(), *self._predictions(ax)]
        return [*self.cursors(self.loss_ax, self.right_ax), *moving]

    def _features(self, ax):
        text = {"va": "center", "fontsize": 10}
        ax.text(LEFT, BOTTOM - 14, f"weight of a pixel:  −{LIMIT}", **text)
        ax.imshow(WEIGHTS[None], extent=(LEFT + 172, LEFT + 288, BOTTOM - 19, BOTTOM - 9), aspect="auto")
        ax.text(LEFT + 295, BOTTOM - 14, f"+{LIMIT}", **text)
        ax.text(430, BOTTOM - 14, "silent: gives 0 for every picture it learns from", **text, color=GREY)
        ax.plot([_bar(0) - 8, _bar(9) + 8], [ZERO, ZERO], color=GREY, lw=0.8)
        for digit in range(KINDS):
            ax.text(_bar(digit), ZERO - REACH - 10, str(digit), ha="center", va="center", fontsize=10, color=GREY)
        ax.set(xlim=(0, WIDTH), ylim=(0, self.height))
        self.grid = add_line(ax, color=BETWEEN_UNITS, lw=2.2, zorder=1, solid_capstyle="butt")
        self.frame_of_unit = add_line(ax, color=INK, lw=2.6, zorder=2, solid_joinstyle="miter")
        bar = {"lw": 9, "solid_capstyle": "butt", "zorder": 3}
        self.speaks = [add_line(ax, color=colour, **bar) for colour in CLASSES]  # against, for
        return [self.grid, self.frame_of_unit, *self.speaks]

    def _lines(self):
        """(training, validation) for loss and for the share of right answers, their dots, and the lowest loss."""
        self.curves, self.dots, dot = [], [], {"clip_on": False}
        for ax in (self.loss_ax, self.right_ax):
            for colour, marker in zip((FORWARD, ACCENT), MARKERS, strict=True):
                self.curves.append(add_line(ax, color=colour, lw=1.8, zorder=4))
                self.dots.append(add_line(ax, color=colour, marker=marker, ms=6.5, mec=PAPER, mew=1, zorder=6, **dot))
        self.lowest = add_line(self.loss_ax, marker="o", ms=11, mfc="none", mec=ACCENT, mew=1.6, zorder=5, **dot)
        return [*self.curves, *self.dots, self.lowest]

    def _predictions(self, ax):
        _, _, (X, labels) = images()
        ax.text(
            LEFT, 122, "Six test pictures, and what the network makes of them", weight="bold", fontsize=10, va="center"
        )
        others, truth = [], []
        for k, label in enumerate(labels):
            x = LEFT + k * BLOCK
            self._digit(x, X[k])
            foot = x + DIGIT + 10
            ax.plot([foot - 3, foot + KINDS * BAR], [FOOT - 1, FOOT - 1], color=GREY, lw=0.8)
            ax.text(x + DIGIT / 2, FOOT - 14, f"a {label}", ha="center", va="center", fontsize=10)
            for digit in (0, 9):
                ax.text(foot + digit * BAR, FOOT - 14, str(digit), ha="center", va="center", fontsize=9, color=GREY)
            for digit in range(KINDS):
                (truth if digit == label else others).append((k, digit, foot + digit * BAR))
        self.bars = []
        for places, colour in ((others, FORWARD), (truth, ACCENT)):
            line = add_line(ax, color=colour, lw=3.2, solid_capstyle="butt", zorder=3)
            self.bars.append((line, np.array(places)))
        return [line for line, _ in self.bars]

    def _digit(self, x, image):
        self.ax.imshow(
            image.reshape(PIXELS, PIXELS), cmap="gray_r", vmin=0, vmax=1, extent=(x, x + DIGIT, FOOT, FOOT + DIGIT),
            aspect="auto",
        )  # fmt: skip
        self.ax.plot([x, x + DIGIT, x + DIGIT, x, x], [FOOT, FOOT, FOOT + DIGIT, FOOT + DIGIT, FOOT], color=PALE, lw=1)
        self.ax.set(xlim=(0, WIDTH), ylim=(0, self.height))

    def show(self, training, epoch, asked, where, unfinished, settings, unit):
        params, history = training.parameters(epoch), training.history
        ground = self._weights(params.W[1])
        title, losses, lowest = f"{where}.", "", self._lowest(history, epoch)
        said = "" if epoch else "No step is taken yet."
        if epoch:
            title = f"{where}: {100 * history.validation_accuracy[epoch - 1]:.1f} % of the validation pictures right."
            both = history.loss[epoch - 1], history.validation_loss[epoch - 1]
            losses = "Loss {}, in validation {}; ".format(*map(three_digits, both)) + f"{lowest}."
        if training.overflow and epoch < asked:
            said = f"Overflow in epoch {training.overflow}: the run ends there."
        units, silent, about = settings["units"], silent_units(training, params), _settings(**settings)
        chosen = self._unit(params, unit, silent)
        labels = [
            Label(LEFT, 622, title, INK, 12, "lm", bold=True),
            *[Label(784, 622, said, INK, 10, "rm")] * bool(said),
            Label(LEFT, 598, about, GREY, 10, "lm"),
            Label(
                LEFT, 570, f"What the {units} hidden units look for ({len(silent)} silent)", INK, 10, "lm", bold=True
            ),
            *[Label(784, 571, lowest, ACCENT, 10, "rm")] * bool(lowest),
            Label(PANEL - 34, 257, chosen, INK, 10, "lm", bold=True),
            *self._learning(history, epoch),
            *self._answers(training.net, params),
        ]
        quiet = f"{len(silent)} of {units} units silent. {chosen}."
        status = " ".join(filter(None, (title, said, losses, quiet)))  # the controls say the settings
        squares = Target(
            (LEFT, BOTTOM, SIZE, SIZE), partial(_touched, units), "touch a square: which digits it speaks for"
        )
        return Scene(
            labels,
            status,
            (ground, LEFT, BOTTOM),
            targets=(squares, *self.at_epoch(epoch)),
            unfinished=unfinished,
            ended=bool(training.overflow) and epoch < asked,
        )

    def _unit(self, params, unit, silent):
        """Frame the square of this unit, and show its weights to the ten digits; return what they say, in words."""
        units = len(params.W[1])
        if unit > units:
            for line in (self.frame_of_unit, *self.speaks):
                line.set_data([], [])
            return f"There is no unit {unit}: touch a square"
        m = round(np.sqrt(units))
        (row, column), side = divmod(unit - 1, m), SIZE / m
        x, y = LEFT + column * side, BOTTOM + SIZE - (row + 1) * side
        self.frame_of_unit.set_data([x, x + side, x + side, x, x], [y, y, y + side, y + side, y])
        weights = params.W[2][:, unit - 1]
        at = np.repeat(_bar(np.arange(KINDS)), 3)
        for line, part in zip(self.speaks, (np.minimum(weights, 0), np.maximum(weights, 0)), strict=True):
            ends = ZERO + REACH * np.clip(part / STRONG, -1, 1)
            line.set_data(at, np.column_stack([np.full(KINDS, ZERO), ends, np.full(KINDS, np.nan)]).ravel())
        if not weights.any():
            return f"Unit {unit} speaks for no digit"
        speaks = "(silent) would speak" if unit - 1 in silent else "speaks"
        return f"Unit {unit} {speaks} for {weights.argmax()}, against {weights.argmin()}"

    def _lowest(self, history, epoch):
        """Ring the lowest validation loss so far: where early stopping would have gone back to."""
        losses = history.validation_loss[:epoch]
        best = 1 + int(np.argmin(losses)) if epoch else 0
        self.lowest.set_data([best][:epoch], np.clip(log10(losses[best - 1 : best]), *LOSSES))
        return f"lowest {three_digits(losses[best - 1])}, after epoch {best}" if epoch else ""

    def _weights(self, W):
        at = np.linspace(0, SIZE, round(np.sqrt(len(W))) + 1)
        x = np.column_stack([at, at, np.full_like(at, np.nan)]).ravel() + LEFT
        y = np.column_stack([0 * at, 0 * at + SIZE, at]).ravel() + BOTTOM
        flip = LEFT - BOTTOM
        self.grid.set_data(np.append(x, y + flip), np.append(y, x - flip))
        return paint(np.clip(tiles(W) / (2 * LIMIT) + 0.5, 0, 1), SIZE, WEIGHTS)

    def _learning(self, history, epoch):
        kinds = (history.loss, history.validation_loss), (history.accuracy, history.validation_accuracy)
        for k, (ax, pair) in enumerate(zip((self.loss_ax, self.right_ax), kinds, strict=True)):
            heights, low, high = {}, *ax.get_ylim()
            for j, values in enumerate(pair):
                curve, dot = self.curves[2 * k + j], self.dots[2 * k + j]
                shown = log10(values[:epoch]) if k == 0 else np.array(values[:epoch])
                curve.set_data(np.arange(1, epoch + 1), shown)
                mark_end(dot, epoch, shown[-1] if epoch else low, (low, high), MARKERS[j])
                if epoch:
                    x, heights[j] = self.pixels(ax, epoch, np.clip(shown[-1], low, high))
            _, bottom = self.pixels(ax, 0, low)
            _, top = self.pixels(ax, 0, high)
            for j, y in apart(heights, bottom + 7, top - 3, 15).items():
                value = three_digits(pair[j][epoch - 1]) if k == 0 else f"{100 * pair[j][epoch - 1]:.1f} %"
                name, colour = (("training", FORWARD), ("validation", ACCENT))[j]
                yield Label(x + 8, y, f"{name} {value}", colour, 9, "lm", bold=True)

    def _answers(self, net, params):
        _, _, (X, labels) = images()
        with np.errstate(all="ignore"):
            a = np.nan_to_num(softmax(net.forward(params, X).output))
        for line, places in self.bars:
            k, digit, x = places.T
            height = FOOT + RISE * a[k.astype(int), digit.astype(int)]
            x = np.column_stack([x, x, np.full_like(x, np.nan)])
            y = np.column_stack([np.full_like(height, FOOT), height, height])
            line.set_data(x.ravel(), y.ravel())
        for k, (row, label) in enumerate(zip(a, labels, strict=True)):
            said = int(row.argmax())
            x = LEFT + k * BLOCK + DIGIT + 10
            colour, bold = (ACCENT, True) if said == label else (INK, True)
            yield Label(x + said * BAR, FOOT + RISE * row[said] + 9, str(said), colour, 10, "mm", bold=bold)


def silent_units(training, params):
    """The hidden units (from 0) that give 0 for every image of the training: they learn nothing more."""
    parts = np.array_split(training.X, -(-len(training.X) // 60))  # no threads of BLAS, as in training.logits_at
    with np.errstate(all="ignore"):
        speaks = [(part @ params.W[1].T + params.b[1] > 0).any(axis=0) for part in parts]
    return np.flatnonzero(~np.any(speaks, axis=0))


def _bar(digit):
    """Where the bar of a digit stands, of one unit's weights."""
    return PANEL + 12 + PITCH * digit


def _touched(units, x, y):
    """The unit whose square lies at (x, y), or the nearest to it."""
    m = round(np.sqrt(units))
    column, row = (int(np.clip(share * m, 0, m - 1)) for share in ((x - LEFT) / SIZE, (BOTTOM + SIZE - y) / SIZE))
    return {"unit": 1 + row * m + column}


def _settings(units, count, optimizer, alpha, weights):
    rule = rule_in_words(optimizer, alpha, BETA)
    return f"64-{units}-10, ReLU, start {weights}  ·  {count} pictures, {BATCH} a step  ·  {rule}"
