"""Mistakes in the loss and its means, on the way forward, and in the step."""

from ..formulas import Formulas
from ..symbols import RATE, added, constant
from .table import slip

# ----- of the loss, and of its means


@slip("½ missing in the loss", "the ½ of the loss is missing")
class _NoHalf(Formulas):
    def share(self, j, k):
        parts = super().share(j, k)
        return parts[1:] if parts[:1] == ["half"] else parts


@slip("loss halved twice", "the ½ of the loss was taken twice")
class _HalfTwice(Formulas):
    def share(self, j, k):
        parts = super().share(j, k)
        return ["half", *parts] if parts[:1] == ["half"] else parts


@slip("loss halved", "the loss has a ½ that it should not have")
class _Half(Formulas):
    def total(self, k):
        return ["half", "(", *super().total(k), ")"]


@slip("sum over the outputs for their mean", "the loss was summed over the outputs, where its mean is asked for")
class _SumOfOutputs(Formulas):
    def averaged(self, parts):
        return parts

    def error(self, j, k):
        return self.costs.error(self.of("a", self.L, j, k), self.y(j, k), self.c)


@slip("mean over the outputs for their sum", "the loss was averaged over the outputs, where their sum is asked for")
class _MeanOfOutputs(Formulas):
    def total(self, k):
        return self._shared(super().total(k))

    def error(self, j, k):
        return self._shared(super().error(j, k))

    def _shared(self, parts):
        return parts if self.costs.mean else ["(", *parts, ")", "/", constant(self.sizes[-1])]


@slip("sum over the examples for their mean", "it was summed over the examples, where the mean is asked for")
class _SumOfExamples(Formulas):
    def mean(self, parts):
        return parts


@slip("mean over the examples taken twice", "the mean over the examples was taken twice")
class _MeanTwice(Formulas):
    def mean(self, parts):
        return ["(", *super().mean(parts), ")", "/", constant(self.n)]


@slip("logarithm to base 10", "the logarithm is that to base 10; ln is meant")
class _Log10(Formulas):
    base = 10

    def total(self, k):
        return (
            ["(", *super().total(k), ")", "/", "ln(", constant(self.base), ")"]
            if self.on_logits(self.L)
            else super().total(k)
        )


@slip("logarithm to base 2", "the logarithm is that to base 2; ln is meant")
class _Log2(_Log10):
    base = 2


@slip("second term of the cross-entropy missing", "the term of 1 - y is missing in the binary cross-entropy")
class _OneTerm(Formulas):
    def share(self, j, k):
        if self.loss.name != "binary_cross_entropy":
            return super().share(j, k)
        return ["minus", self.y(j, k), "*", "ln(", self.of("a", self.L, j, k), ")"]


# ----- on the way forward


@slip("bias forgotten", "the bias was forgotten")
class _NoBias(Formulas):
    def z(self, l, j, k):
        parts = super().z(l, j, k)
        return parts[:-2] if self.bias[l] else parts


@slip("bias subtracted", "the bias was subtracted")
class _MinusBias(Formulas):
    def z(self, l, j, k):
        parts = super().z(l, j, k)
        return [*parts[:-2], "-", parts[-1]] if self.bias[l] else parts


@slip("weights transposed on the way forward", "the weights are those of the transposed matrix")
class _TransposedForward(Formulas):
    def z(self, l, j, k):
        if self.sizes[l] != self.sizes[l - 1]:
            return super().z(l, j, k)
        b = [[self.b(l, j)]] if self.bias[l] else []
        return added([*([self.w[l][i][j], "*", self.out(l - 1, i, k)] for i in range(self.sizes[l])), *b])


@slip("activation missing in the hidden layer", "a hidden unit hands on z, without its activation")
class _NoHiddenActivation(Formulas):
    layer = staticmethod(lambda f, l: l < f.L)

    def a(self, l, j, k):
        return [self.of("z", l, j, k)] if self.layer(self, l) else super().a(l, j, k)


@slip("activation missing at the output", "an output is z, without its activation")
class _NoOutputActivation(_NoHiddenActivation):
    layer = staticmethod(lambda f, l: l == f.L)


@slip("sigmoid with the other sign", "the exponent has the wrong sign: e^z in the place of e^-z")
class _OtherSign(Formulas):
    def a(self, l, j, k):
        parts = super().a(l, j, k)
        return ["1", "-", *parts] if parts[0] == "sigmoid(" else parts


# ----- the step


@slip("uphill", "the step went uphill: plus in the place of minus")
class _Uphill(Formulas):
    def new(self, parameter):
        return [parameter, "+", RATE, "*", self.dE(parameter)]


@slip("learning rate forgotten", "the learning rate was forgotten")
class _NoRate(Formulas):
    def new(self, parameter):
        return [parameter, "-", self.dE(parameter)]


@slip("learning rate taken twice", "the learning rate was taken twice")
class _RateTwice(Formulas):
    def new(self, parameter):
        return [parameter, "-", RATE, "*", RATE, "*", self.dE(parameter)]
