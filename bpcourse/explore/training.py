"""Explorer: live training in the plane. The field of probabilities, the loss, and the gradient of each layer."""

from functools import cache, lru_cache

import numpy as np
from contourpy import contour_generator

from .. import datasets
from ..activations import identity, sigmoid
from ..losses import binary_cross_entropy
from ..network import Network
from ..plots.style import FORWARD, GREY, INK, LAYERS, PAPER, PROBABILITY
from ..plots.training import CLASSES
from ..runs import Run
from ..text import minus, short
from .base import Label, Scene, Target, add_line
from .controls import Choice, Slider, choices
from .pixels import between, paint
from .settings import (
    ACTIVATIONS,
    RATES,
    RULES,
    STARTS,
    ByEpoch,
    apart,
    completed,
    log10,
    mark_end,
    rule_in_words,
    three_digits,
)

EPOCHS, POINTS, BATCH = 300, 400, 32
VIEW, CELLS = 2.5, 64  # the field runs from -VIEW to VIEW both ways; between its CELLS the picture is interpolated
LEFT, BOTTOM, SIZE = 16, 86, 392  # of the field, in CSS pixels
PANEL, WIDE = 466, 196  # left edge and width of the panels beside it
FIELD = between(*PROBABILITY)
LOSSES, LENGTHS = (-5.5, 1.5), (-7.5, 1.5)  # powers of ten on the axes

COIN = np.log(2)  # the loss of who answers ½ to everything
GAP = 14  # CSS pixels between two labels, one above the other
BOUNDARY = {"color": INK, "lw": 1.8}
DOT = tuple({"ls": "none", "mec": PAPER, "mew": 0.7, "marker": m, "ms": ms, "mfc": c} for m, ms, c in CLASSES)
WRONG = {"ls": "none", "marker": "o", "ms": 9, "mfc": "none", "mec": INK, "mew": 1.0}
PLACE = {"ls": "none", "marker": "P", "ms": 12, "mfc": INK, "mec": PAPER, "mew": 1.2, "clip_on": False}

DATA = (("XOR cloud", "xor"), ("circles", "circles"), ("moons", "moons"), ("spirals", "spirals"))
PLACES = choices(np.round(np.arange(-VIEW, VIEW + 0.01, 0.05), 2).tolist(), "{:g}".format)
SHAPES = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "silu")  # of ACTIVATIONS


@cache
def points(data):
    """The 400 points X (n, 2), of mean 0 and deviation 1, and their classes as rows Y (n, 1), 0 or 1."""
    if data == "xor":
        corners, labels = (np.tile(array, (POINTS // 4, 1)) for array in datasets.xor())
        X, labels = corners + 0.18 * np.random.default_rng(0).standard_normal(corners.shape), labels[:, 0]
    elif data == "circles":
        rng, labels = np.random.default_rng(0), np.arange(POINTS) % 2
        angle, radius = 2 * np.pi * rng.random(POINTS), np.where(labels, 0.35, 1) + 0.1 * rng.standard_normal(POINTS)
        X = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    else:
        X, labels = datasets.moons(POINTS, 0.15) if data == "moons" else datasets.spirals(POINTS, noise=0.04)
    return (X - X.mean(axis=0)) / X.std(axis=0), labels[:, None].astype(float)


@lru_cache(maxsize=12)  # a run of 300 epochs keeps up to 5 MB of parameters
def cached_run(data, sizes, activation, optimizer, alpha, beta, weights):
    net = Network(sizes, hidden=ACTIVATIONS[activation][1], output=identity, loss=binary_cross_entropy)
    return Run(net, net.init(0, weights), *points(data), RULES[optimizer][2](alpha, beta), batch_size=BATCH)


def run(data, units, layers, activation, optimizer, alpha, beta, weights):
    """The Run of these settings; settings that are not used make no difference."""
    if layers == 0:
        activation = "identity"
    if not RULES[optimizer][1]:
        beta = 0.0
    return cached_run(data, (2, *[units] * layers, 1), activation, optimizer, alpha, beta, weights)


@cache
def _cells():
    """The middles of the field's cells and of one more cell on each side, as rows (n, 2), from the top row down."""
    at = (np.arange(-1, CELLS + 1) + 0.5) / CELLS * 2 * VIEW - VIEW
    x, y = np.meshgrid(at, at[::-1])
    return at, np.column_stack([x.ravel(), y.ravel()])


def logits_at(net, params, X):
    """The network's logits (n, 1) at the rows of X, in parts so small that BLAS does not share them out among threads:
    those spin while they wait, and take the processor from the browser.
    """
    parts = np.array_split(X, -(-len(X) // 250))  # 250 * 32 * 32 products; OpenBLAS starts at 2**18
    with np.errstate(all="ignore"):  # a run that is about to overflow
        return np.nan_to_num(np.concatenate([net.forward(params, part).output for part in parts]))


def field(net, params):
    """The logits at the middles of the cells, (CELLS + 2, CELLS + 2), the first row on top."""
    _, grid = _cells()
    if np.abs(params.vector).max() < 1e3:  # half the digits are enough for a picture, and twice as fast
        params, grid = net.parameters(params.vector.astype(np.float32)), _single()
    return logits_at(net, params, grid).reshape(CELLS + 2, CELLS + 2)


@cache
def _single():
    return _cells()[1].astype(np.float32)


class Training(ByEpoch):
    """Training in the plane, live: the field of probabilities, the loss, each layer's gradient (chapter `training`)."""

    name = "Training in the plane"
    run = staticmethod(run)
    looks = ("x1", "x2")
    height = 548
    sliders = {
        "epoch": Slider("epoch", choices(tuple(range(EPOCHS + 1))), 0, play=60),
        "data": Choice("data", DATA, "spirals"),
        "weights": Choice("start weights", choices(STARTS), "xavier"),
        "layers": Slider("hidden layers", choices((0, 1, 2, 3)), 2),
        "units": Slider("units in each", choices((1, 2, 3, 4, 6, 8, 12, 16, 24, 32)), 16),
        "activation": Choice("activation", tuple((ACTIVATIONS[name][0], name) for name in SHAPES), "tanh"),
        "optimizer": Choice("optimizer", tuple((rule[0], name) for name, rule in RULES.items()), "adam"),
        "alpha": Slider("learning rate α", choices(RATES, "{:g}".format), 0.01),
        "beta": Slider("momentum β", choices((0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99), "{:g}".format), 0.9),
        "x1": Slider("place x₁", PLACES, 1.5, rare=True),
        "x2": Slider("place x₂", PLACES, 1.5, rare=True),
    }
    _long = {"layers": 3, "units": 32, "activation": "relu", "weights": "he", "optimizer": "momentum", "alpha": 1.0}
    _slow = {"layers": 3, "activation": "sigmoid", "weights": "small", "optimizer": "sgd", "alpha": 0.1, "beta": 0.0}
    presets = {
        "spirals": {},
        "one line": {"data": "xor", "layers": 0},
        "three units": {"data": "circles", "layers": 1, "units": 3},
        "all zeros": {"data": "moons", "weights": "zeros"},
        "stalled": _slow | {"data": "moons"},
        "steps too long": _long,
        "overflow": _long | {"alpha": 10.0},
    }
    still = {"epoch": 90}
    presets = completed(presets, sliders, still)
    race = "epoch"

    def background(self):
        self.ax = self.axes_at(LEFT, BOTTOM, SIZE, SIZE)
        self.ax.set(xlim=(-VIEW, VIEW), ylim=(-VIEW, VIEW), xticks=[], yticks=[])
        self.ax.spines[:].set_visible(False)
        self._key(self.axes_at(LEFT, 6, SIZE, 76))
        self.loss_ax, self.length_ax = self.axes_at(PANEL, 300, WIDE, 148), self.axes_at(PANEL, BOTTOM, WIDE, 150)
        for ax, (low, high), title in (
            (self.loss_ax, LOSSES, "Loss, mean over the epoch"),
            (self.length_ax, LENGTHS, "Length of each layer's gradient"),
        ):
            ax.set(xlim=(0, EPOCHS), ylim=(low, high))
            ticks = [k for k in range(-8, 9, 2) if low < k < high]
            ax.set_yticks(ticks, ["1" if k == 0 else f"$10^{{{k}}}$" for k in ticks])
            ax.set_xticks([0, 100, 200, 300])
            ax.set_title(title, fontsize=11, pad=8)
        self.length_ax.set_xlabel("epoch", labelpad=2)
        self.loss_ax.axhline(np.log10(COIN), color=GREY, lw=0.8, ls=(0, (4, 3)))
        self.loss_ax.annotate(
            "always ½", (1, np.log10(COIN)), (8, 0), ("axes fraction", "data"), "offset points", color=GREY,
            fontsize=9, va="center",
        )  # fmt: skip
        self.boundary = add_line(self.ax, **BOUNDARY, zorder=1)
        self.dots = [add_line(self.ax, **DOT[k], zorder=2 + k) for k in (0, 1)]
        self.wrong = add_line(self.ax, **WRONG, zorder=4)
        self.place = add_line(self.ax, **PLACE, zorder=5)
        end = {"marker": "o", "ms": 8, "mec": PAPER, "mew": 1.2, "zorder": 6, "clip_on": False}
        self.loss = add_line(self.loss_ax, color=FORWARD, zorder=5)
        self.now = add_line(self.loss_ax, color=FORWARD, **end)
        self.lengths, self.ends = {}, {}
        for k, colour in enumerate(LAYERS, start=1):
            self.lengths[k] = add_line(self.length_ax, color=colour, lw=1.6, zorder=5)
            self.ends[k] = add_line(self.length_ax, color=colour, **end | {"ms": 6})
        curves = [self.loss, self.now, *self.lengths.values(), *self.ends.values()]
        marks = [self.boundary, *self.dots, self.wrong, self.place]
        return [*self.cursors(self.loss_ax, self.length_ax), *marks, *curves]

    def _key(self, ax):
        """What the marks mean, below the field."""
        ax.set(xlim=(0, SIZE), ylim=(0, 76))
        ax.axis("off")
        text = {"va": "center", "fontsize": 10}
        for x, style, word in ((8, DOT[0], "class 0"), (100, DOT[1], "class 1"), (194, WRONG, "on the wrong side")):
            ax.plot(x, 64, **style)
            ax.text(x + 12, 64, word, **text)
        ax.text(0, 38, "probability of class 1:  0", **text)
        ax.imshow(FIELD[None], extent=(172, 300, 33, 43), aspect="auto")
        ax.text(306, 38, "1", **text)
        ax.plot([334, 358], [38, 38], **BOUNDARY)
        ax.text(366, 38, "½", **text)
        ax.plot(8, 11, **PLACE)
        ax.set(xlim=(0, SIZE), ylim=(0, 76))

    def show(self, training, epoch, asked, where, unfinished, settings, x1, x2):
        params = training.parameters(epoch)
        ground, right = self._field(training, params)
        self._loss(training.history, epoch)
        count = f"{where}: {right} of {POINTS} points on their side."
        said, about = "" if unfinished else _verdict(training, epoch, asked), _settings(**settings)
        loss = three_digits(training.history.loss[epoch - 1]) if epoch else ""
        here, answer = self._answer(training.net, params, np.array([x1, x2]))
        labels = [Label(LEFT, 528, count, INK, 12, "lm", bold=True), Label(LEFT, 502, about, GREY, 10, "lm")]
        labels += [Label(784, 528, said, INK, 11, "rm")] * bool(said)
        labels += [Label(784, 463, loss, FORWARD, 11, "rm", bold=True)] * bool(loss)
        labels += [
            Label(LEFT + 20, 17, f"{here}: logit {answer[0]}, probability of class 1 is {answer[1]}", INK, 10, "lm")
        ]
        labels += self._lengths(training.history, epoch)
        status = [
            count,
            f"Loss {loss}." if loss else "",
            said,
            f"At {here} {' and '.join(answer)}.",
            f"{about.rpartition('  ·  ')[0].replace('  ·  ', '; ')}.",  # the controls say the rest
        ]
        plane = Target((LEFT, BOTTOM, SIZE, SIZE), self._touch, "touch the plane: what the network answers there")
        idle = ("units", "activation") * (settings["layers"] == 0) + ("beta",) * (not RULES[settings["optimizer"]][1])
        return Scene(
            labels,
            " ".join(filter(None, status)),
            (ground, LEFT, BOTTOM),
            targets=(plane, *self.at_epoch(epoch)),
            idle=idle,
            unfinished=unfinished,
            ended=bool(training.overflow) and epoch < asked,
        )

    def _touch(self, x, y):
        at = self.point(self.ax, x, y)
        return {name: self.sliders[name].nearest(c) for name, c in zip(("x1", "x2"), at, strict=True)}

    def _answer(self, net, params, at):
        """Set the cross to the point `at`; return it, the logit there, and the probability, in words."""
        self.place.set_data(*at[:, None])
        z = logits_at(net, params, at[None])[0, 0]
        a = sigmoid(z)
        where = ", ".join(minus(f"{c:g}") for c in at)
        return f"({where})", (f"z = {short(z, 'z.2f', 0.01, 1e4)}", f"a = {a:.3f}")

    def _field(self, training, params):
        """Set boundary and points; return the field as a picture, and how many points are on the right side."""
        logits = field(training.net, params)
        ground = paint(1 / (1 + np.exp(-np.clip(logits, -50, 50))), SIZE, FIELD, smooth=True, margin=1)
        at, _ = _cells()
        lines = contour_generator(at, at[::-1], logits).lines(0.0)
        gap = np.full((1, 2), np.nan)
        self.boundary.set_data(*np.vstack([gap, *(part for line in lines for part in (line, gap))]).T)
        X, Y = training.X, training.Y[:, 0]
        for k, dots in enumerate(self.dots):
            dots.set_data(*X[Y == k].T)
        wrong = (logits_at(training.net, params, X)[:, 0] > 0) != Y
        self.wrong.set_data(*X[wrong].T)
        return ground, POINTS - np.count_nonzero(wrong)

    def _loss(self, history, epoch):
        epochs, loss = np.arange(1, epoch + 1), log10(history.loss[:epoch])
        self.loss.set_data(epochs, loss)
        mark_end(self.now, epoch, loss[-1] if epoch else 0, LOSSES)

    def _lengths(self, history, epoch):
        """Set the lines of the gradients; give each a label at its end, the labels apart from each other."""
        heights, texts = {}, {}
        for layer, line in self.lengths.items():
            shown = history.gradient_norm.get(layer, [])[:epoch]
            line.set_data(np.arange(1, len(shown) + 1), log10(shown))
            mark_end(self.ends[layer], len(shown), log10(shown[-1]) if shown else 0, LENGTHS)
            if shown:
                texts[layer] = f"layer {layer}: {short(shown[-1], '.3g', 0.01, 100)}"
                x, heights[layer] = self.pixels(self.length_ax, epoch, np.clip(log10(shown[-1]), *LENGTHS))
        for layer, y in apart(heights, BOTTOM + 10, BOTTOM + 142, GAP).items():
            yield Label(x + 8, y, texts[layer], LAYERS[layer - 1], 9, "lm", bold=True)


def _verdict(training, epoch, asked):
    """What can be said of a run at this epoch, in words; may be nothing."""
    if training.overflow and epoch < asked:
        return f"Overflow in epoch {training.overflow}: the run ends there."
    if epoch == 0:
        return "No step is taken yet."
    loss = training.history.loss[epoch - 1]
    if not any(lengths[epoch - 1] for lengths in training.history.gradient_norm.values()):
        return "Every weight's gradient is 0."
    if loss > 1.1 * COIN:
        return f"Worse than always ½ ({COIN:.3f})."
    return f"About as good as always ½ ({COIN:.3f})." if loss > 0.97 * COIN else ""


def _settings(data, units, layers, activation, optimizer, alpha, beta, weights):
    """The settings that are in use, as a line of text."""
    hidden = ACTIVATIONS[activation][0] if layers else "no hidden layer"
    name = {value: text for text, value in DATA}[data]
    sizes = "-".join(map(str, (2, *[units] * layers, 1)))
    rule = rule_in_words(optimizer, alpha, beta)
    return f"{name}  ·  {sizes}, {hidden}, start {weights}  ·  {rule}, {BATCH} points a step"
