"""A right program that trains a network, cut into pieces so that a fault can sit in one of them.

Layers 1 and 2 are hidden and of equal width, layer 3 gives logits; the loss is cross-entropy. Nothing here is checked.
"""

from typing import NamedTuple

import numpy as np

from .. import activations, optimizers
from ..losses import cross_entropy, one_hot, softmax
from ..parameters import Parameters, count
from .data import KINDS, data

UNITS, BATCH, L = 8, 32, 3
KEEP, PENALTY = 0.7, 0.01  # dropout keeps as many of layer 2; L2 adds half the penalty times |W|^2
RULES = {  # name: (the text that is shown, learning rate, the rule of a learning rate)
    "momentum": ("momentum 0.9", 0.05, optimizers.momentum),
    "adam": ("Adam", 0.01, optimizers.adam),
}


class Case(NamedTuple):
    """What a patient is but for its fault. data: in KINDS; activation: "tanh", "sigmoid" or "relu"; rule: in RULES;
    extra: "", "dropout" or "L2"; seed: of data, start and order.
    """

    data: str
    activation: str
    rule: str
    extra: str
    seed: int


class Program:
    """The right program. A fault is a subclass in which one piece is another.

    X, labels, X_test, labels_test: as they go into the network. params, state: as they stand. g: the activation of the
    hidden layers.
    """

    def __init__(self, case):
        self.case, self.rng = case, np.random.default_rng(case.seed)
        self.load(*data(case.data, case.seed))
        self.classes = KINDS[case.data][1]
        self.g = getattr(activations, case.activation)
        self.params = self.start((self.X.shape[1], UNITS, UNITS, self.classes))
        self.rule, self.mask = self.choose_rule(), None
        self.state = self.rule.init(self.params)
        self.waiting = np.empty(0, int)

    # ----- data and start

    def load(self, X, labels, X_test, labels_test):
        """Both parts scaled by the mean and the deviation of the training part."""
        mean, deviation = X.mean(axis=0), X.std(axis=0)
        self.X, self.labels = (X - mean) / deviation, labels
        self.X_test, self.labels_test = (X_test - mean) / deviation, labels_test

    def start(self, sizes):
        """Weights that keep the size of the signal: Glorot's, He's with ReLU, four times Glorot's with sigmoid.

        Those of the last layer are small, so that no class is sure at first.
        """
        params = Parameters(sizes, np.zeros(count(sizes)))
        for l, W in params.W.items():
            n_out, n_in = W.shape
            glorot = np.sqrt(2 / (n_in + n_out))
            size = {"tanh": glorot, "sigmoid": 4 * glorot, "relu": np.sqrt(2 / n_in)}[self.case.activation]
            W[...] = (size if l < L else 0.2 * glorot) * self.rng.standard_normal(W.shape)
        return params

    # ----- forward

    def forward(self, params, X, mask=None):
        """(z, a), by layer; mask (n, 8) is dropout's, of layer 2: 0, or 1 / KEEP. With a Stack for params they get its
        leading axis, and so does the cost.
        """
        z, a = {}, {0: X}
        for l in range(1, L + 1):
            z[l] = a[l - 1] @ params.W[l].mT + params.b[l][..., None, :]
            a[l] = self.g(z[l]) if l < L else z[l]
            if l == 2 and mask is not None:
                a[l] = a[l] * mask
        return z, a

    def losses(self, output, labels):
        """The loss of each example (n,)."""
        return cross_entropy.value(output, one_hot(labels, self.classes))

    def penalty(self, params):
        """What L2 adds to the mean loss."""
        return (
            PENALTY / 2 * sum((W**2).sum(axis=(-2, -1)) for W in params.W.values()) if self.case.extra == "L2" else 0.0
        )

    def cost(self, params, X, labels, mask=None):
        """The mean loss of a batch, with its penalty: what training makes smaller."""
        return self.losses(self.forward(params, X, mask)[1][L], labels).mean(axis=-1) + self.penalty(params)

    # ----- backward

    def output_delta(self, output, labels):
        """(BP1), (n, classes)."""
        return softmax(output) - one_hot(labels, self.classes)

    def slope(self, z, a):
        return self.g.derivative(z)

    def weights_back(self, l, params, grads):
        """The weights through which delta[l] goes back."""
        return params.W[l]

    def backward(self, params, z, a, labels, mask=None):
        """(delta, grads) of the cost."""
        n, grads = len(labels), Parameters(params.sizes, np.zeros_like(params.vector))
        delta = {L: self.output_delta(a[L], labels)}
        for l in range(L, 0, -1):
            grads.W[l][...] = delta[l].T @ a[l - 1] / n  # (BP3)
            grads.b[l][...] = delta[l].sum(axis=0) / n  # (BP4)
            if l > 1:
                delta[l - 1] = (delta[l] @ self.weights_back(l, params, grads)) * self.slope(
                    z[l - 1], a[l - 1]
                )  # (BP2)
            if l == 3 and mask is not None:
                delta[2] *= mask
        self.add_penalty(params, grads)
        return delta, grads

    def add_penalty(self, params, grads):
        if self.case.extra == "L2":
            for l, W in params.W.items():
                grads.W[l][...] += PENALTY * W

    # ----- the loop

    def choose_rule(self):
        _, alpha, rule = RULES[self.case.rule]
        return rule(alpha)

    def order(self):
        """The rows of an epoch."""
        return self.rng.permutation(len(self.X))

    def next_rows(self):
        """The rows of the next batch."""
        if len(self.waiting) < BATCH:
            self.waiting = self.order()
        rows, self.waiting = self.waiting[:BATCH], self.waiting[BATCH:]
        return rows

    def draw_mask(self, n):
        """Dropout's mask for n examples; None without dropout."""
        return (self.rng.random((n, UNITS)) < KEEP) / KEEP if self.case.extra == "dropout" else None

    def gradients(self, X, labels, mask):
        """What is handed to the rule. `passed` keeps the numbers of the two passes: z, a, delta."""
        z, a = self.forward(self.params, X, mask)
        delta, grads = self.backward(self.params, z, a, labels, mask)
        self.passed = z, a, delta
        return grads

    def update(self, grads):
        self.params, self.state = self.rule.update(self.params, grads, self.state)

    def answer(self, params, X, rng):
        """The logits for X (n, n_0), where nothing is learned."""
        return self.forward(params, X)[1][L]
