"""The right program with one piece that is wrong: a class a fault, which overrides what it breaks and no more."""

import numpy as np

from .. import optimizers
from ..activations import identity
from ..losses import softmax
from .program import KEEP, RULES, UNITS, L, Program

# ----- data


class LabelsShuffled(Program):
    def load(self, X, labels, X_test, labels_test):
        super().load(X, self.rng.permutation(labels), X_test, self.rng.permutation(labels_test))


class LabelsOneOff(Program):
    def load(self, X, labels, X_test, labels_test):
        super().load(X, (labels + 1) % (1 + labels.max()), X_test, labels_test)


class NotScaled(Program):
    def load(self, X, labels, X_test, labels_test):
        super().load(X, labels, X_test, labels_test)
        self.X, self.X_test = (30 * X + 20 for X in (self.X, self.X_test))


class ColumnConstant(Program):
    def load(self, X, labels, X_test, labels_test):
        super().load(X, labels, X_test, labels_test)
        self.X[:, 0] = self.X_test[:, 0] = self.X[0, 0]


class TestNotScaled(Program):
    def load(self, X, labels, X_test, labels_test):
        X = 5 * X + 10
        super().load(X, labels, X_test, labels_test)
        self.X_test = 5 * X_test + 10


# ----- start


class StartZero(Program):
    def start(self, sizes):
        params = super().start(sizes)
        params.vector[...] = 0
        return params


class StartLarge(Program):
    def start(self, sizes):
        params = super().start(sizes)
        params.vector[...] *= 20
        return params


class StartSmall(Program):
    def start(self, sizes):
        params = super().start(sizes)
        params.vector[...] *= 0.02
        return params


class UnitsDead(Program):
    def start(self, sizes):
        params = super().start(sizes)
        for l in (1, 2):
            params.b[l][...] = -3.5
        return params


# ----- forward


class SoftmaxTwice(Program):
    def losses(self, output, labels):
        return super().losses(softmax(output), labels)

    def output_delta(self, output, labels):
        p = softmax(output)
        back = super().output_delta(p, labels)
        return p * (back - (p * back).sum(axis=1, keepdims=True))


class ActivationMissing(Program):
    def __init__(self, case):
        super().__init__(case)
        self.g = identity


# ----- backward


class Uphill(Program):
    def output_delta(self, output, labels):
        return -super().output_delta(output, labels)


class SlopeMissing(Program):
    def slope(self, z, a):
        return np.ones_like(z)


class SlopeOfA(Program):
    def slope(self, z, a):
        return self.g.derivative(a)


class Transposed(Program):
    def weights_back(self, l, params, grads):
        W = params.W[l]
        return W.T if len(W) == len(W.T) else W


class UpdatedFirst(Program):
    def weights_back(self, l, params, grads):
        if l < L:
            return params.W[l]
        return self.rule.update(params, grads, self.state)[0].W[l]


class BiasesForgotten(Program):
    def backward(self, *given):
        delta, grads = super().backward(*given)
        for b in grads.b.values():
            b[...] = 0
        return delta, grads


class BiasOneNumber(Program):
    def backward(self, *given):
        delta, grads = super().backward(*given)
        for b in grads.b.values():
            b[...] = b.sum()
        return delta, grads


class SumForMean(Program):
    def backward(self, *given):
        delta, grads = super().backward(*given)
        grads.vector[...] *= len(delta[L])
        return delta, grads


class PenaltyInLossOnly(Program):
    def add_penalty(self, params, grads):
        pass


# ----- the rule


class RateLarge(Program):
    def choose_rule(self):
        _, alpha, rule = RULES[self.case.rule]
        return rule(60 * alpha)


class RateSmall(Program):
    def choose_rule(self):
        _, alpha, rule = RULES[self.case.rule]
        return rule(alpha / 20000)


class GradientAdded(Program):
    def update(self, grads):
        grads.vector[...] *= -1
        super().update(grads)


class AdamUncorrected(Program):
    def choose_rule(self):
        return optimizers.adam(RULES["adam"][1], bias_correction=False)


class FirstLayerFrozen(Program):
    def update(self, grads):
        before = self.params
        super().update(grads)
        self.params.W[1][...], self.params.b[1][...] = before.W[1], before.b[1]


# ----- the loop


class NotZeroed(Program):
    kept = 0

    def gradients(self, X, labels, mask):
        grads = super().gradients(X, labels, mask)
        grads.vector[...] += self.kept
        self.kept = grads.vector.copy()
        return grads


class SameBatch(Program):
    rows = None

    def next_rows(self):
        if self.rows is None:
            self.rows = super().next_rows()
        return self.rows


class NotShuffled(Program):
    def order(self):
        return np.argsort(self.labels, kind="stable")


class DropoutAtTest(Program):
    def answer(self, params, X, rng):
        return self.forward(params, X, (rng.random((len(X), UNITS)) < KEEP) / KEEP)[1][L]
