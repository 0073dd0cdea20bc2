"""Explorer: training on the real digits. The features of the first layer, the learning curves, a few predictions."""

from functools import cache, lru_cache

import numpy as np

from .. import datasets
from ..activations import identity, relu
from ..losses import cross_entropy, softmax
from ..network import Network
from ..plots.style import ACCENT, BETWEEN_UNITS, FORWARD, GREY, INK, PALE, PAPER, SIGNED, WIDTH
from ..runs import Run
from .base import Label, Scene, add_line
from .controls import Choice, Slider, choices
from .pixels import between, paint
from .settings import RATES, RULES, STARTS, ByEpoch, apart, completed, log10, rule_in_words, three_digits

EPOCHS, BATCH, BETA, PIXELS, CLASSES = 100, 32, 0.9, 8, 10
TRAINING = 1150  # images of the training part are learned from, the other 287 are for validation
SHOWN = (11, 17, 131, 150, 108, 153)  # of the test part: two easy ones, two that come, two that stay hard
LEFT, BOTTOM, SIZE = 16, 160, 344  # of the features, in CSS pixels
WEIGHTS = between(*SIGNED)  # from -LIMIT to LIMIT
LIMIT = 0.8
LOSSES = (-3, 1)  # powers of ten on the axis
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
    net = Network((PIXELS**2, units, CLASSES), hidden=relu, output=identity, loss=cross_entropy)
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
    height = 588
    sliders = {
        "epoch": Slider("epoch", choices(tuple(range(EPOCHS + 1))), 30, play=60),
        "units": Slider("hidden units", choices((4, 9, 16, 25, 36, 49, 64)), 25),
        "count": Slider("pictures to learn from", choices((50, 100, 200, 500, TRAINING)), TRAINING),
        "optimizer": Choice("optimizer", tuple((rule[0], name) for name, rule in RULES.items()), "momentum"),
        "alpha": Slider("learning rate α", choices(RATES, "{:g}".format), 0.05),
        "weights": Choice("start weights", choices(STARTS), "xavier"),
    }
    presets = {
        "all pictures": {},
        "fifty pictures": {"epoch": 100, "count": 50, "units": 49, "alpha": 0.1},
        "small start": {"weights": "small"},
        "with Adam": {"optimizer": "adam", "alpha": 0.005},
        "steps too long": {"alpha": 1.0},
    }
    presets = completed(presets, sliders)

    def background(self):
        ax = self.ax = self.page(zorder=-1)
        self.loss_ax = self.axes_at(452, 386, 208, 118, xlim=(0, EPOCHS), ylim=LOSSES)
        self.right_ax = self.axes_at(452, 212, 208, 112, xlim=(0, EPOCHS), ylim=(0, 1))
        self.loss_ax.set_yticks([-3, -2, -1, 0, 1], ["$10^{-3}$", "$10^{-2}$", "$10^{-1}$", "1", "10"])
        self.right_ax.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
        self.right_ax.set_xlabel("epoch", labelpad=2)
        for panel, title in ((self.loss_ax, "Loss"), (self.right_ax, "Share of pictures that it gets right")):
            panel.set_xticks([0, 25, 50, 75, 100])
            panel.set_title(title, fontsize=11, pad=8)
        self.grid = self._features(ax)
        return [self.grid, *self._lines(), *self._predictions(ax)]

    def _features(self, ax):
        text = {"va": "center", "fontsize": 10}
        ax.text(LEFT, BOTTOM - 14, f"weight of a pixel:  −{LIMIT}", **text)
        ax.imshow(WEIGHTS[None], extent=(LEFT + 172, LEFT + 288, BOTTOM - 19, BOTTOM - 9), aspect="auto")
        ax.text(LEFT + 295, BOTTOM - 14, f"+{LIMIT}", **text)
        ax.text(388, BOTTOM - 14, "silent: gives 0 for every picture it learns from", **text, color=GREY)
        ax.set(xlim=(0, WIDTH), ylim=(0, self.height))
        return add_line(ax, color=BETWEEN_UNITS, lw=2.2, zorder=1, solid_capstyle="butt")

    def _lines(self):
        """(training, validation) for loss and for the share of right answers, their dots, and the lowest loss."""
        self.curves, self.dots, dot = [], [], {"marker": "o", "clip_on": False}
        for ax in (self.loss_ax, self.right_ax):
            for colour in (FORWARD, ACCENT):
                self.curves.append(add_line(ax, color=colour, lw=1.8, zorder=4))
                self.dots.append(add_line(ax, color=colour, ms=6.5, mec=PAPER, mew=1, zorder=6, **dot))
        self.lowest = add_line(self.loss_ax, ms=10, mfc="none", mec=ACCENT, mew=1.6, zorder=5, **dot)
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
            ax.plot([foot - 3, foot + CLASSES * BAR], [FOOT - 1, FOOT - 1], color=GREY, lw=0.8)
            ax.text(x + DIGIT / 2, FOOT - 14, f"a {label}", ha="center", va="center", fontsize=10)
            for digit in (0, 9):
                ax.text(foot + digit * BAR, FOOT - 14, str(digit), ha="center", va="center", fontsize=9, color=GREY)
            for digit in range(CLASSES):
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

    def show(self, training, epoch, asked, where, unfinished, settings):
        params, history = training.parameters(epoch), training.history
        ground = self._weights(params.W[1])
        right = (
            f"{100 * history.validation_accuracy[epoch - 1]:.1f} % of the validation pictures right" if epoch else ""
        )
        title = f"{where}: {right}." if right else f"{where}."
        said = self._lowest(history, epoch)
        if training.overflow and epoch < asked:
            said = f"Overflow in epoch {training.overflow}: the run ends there."
        units, silent, about = settings["units"], count_silent(training, params), _settings(**settings)
        labels = [
            Label(LEFT, 570, title, INK, 12, "lm", bold=True),
            Label(784, 570, said, INK, 10, "rm"),
            Label(LEFT, 546, about, GREY, 10, "lm"),
            Label(LEFT, 517, f"What the {units} hidden units look for ({silent} silent)", INK, 10, "lm", bold=True),
            *self._learning(history, epoch),
            *self._answers(training.net, params),
        ]
        status = f"{title} {said} {silent} of {units} hidden units silent. {about.replace('  ·  ', '; ')}."
        return Scene(labels, status, (ground, LEFT, BOTTOM), unfinished=unfinished)

    def _lowest(self, history, epoch):
        """Ring the lowest validation loss so far: where early stopping would have gone back to."""
        losses = history.validation_loss[:epoch]
        best = 1 + int(np.argmin(losses)) if epoch else 0
        self.lowest.set_data([best][:epoch], np.clip(log10(losses[best - 1 : best]), *LOSSES))
        return f"Lowest validation loss so far: epoch {best}." if epoch else "No step is taken yet."

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
                dot.set_data([epoch][:epoch], np.clip(shown[-1:], low, high))
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


def count_silent(training, params):
    """How many hidden units give 0 for every image of the training: they learn nothing more."""
    parts = np.array_split(training.X, -(-len(training.X) // 60))  # no threads of BLAS, as in playground.logits_at
    with np.errstate(all="ignore"):
        speaks = [(part @ params.W[1].T + params.b[1] > 0).any(axis=0) for part in parts]
    return int((~np.any(speaks, axis=0)).sum())


def _settings(units, count, optimizer, alpha, weights):
    rule = rule_in_words(optimizer, alpha, BETA)
    return f"64-{units}-10, ReLU, start {weights}  ·  {count} pictures, {BATCH} a step  ·  {rule}"
