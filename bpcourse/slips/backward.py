"""Mistakes on the way back."""

from ..formulas import Formulas, Line
from ..symbols import Symbol, added, new
from .table import slip

# ----- the thirteen


@slip(
    "W2 updated before the hidden deltas",
    "the output weights were updated first, so the hidden deltas see the new ones",
)
class _OutputFirst(Formulas):
    def back(self, l, j, k):
        parts = super().back(l, j, k)
        weights = {row[j] for row in self.w[l + 1]} if self.rate else ()
        return [new(part) if part in weights else part for part in parts]


@slip("g' missing at the output", "the slope g' is missing at the output")
class _NoSlopeAtOutput(Formulas):
    def delta(self, l, j, k):
        return self.error(j, k) if l == self.L else super().delta(l, j, k)


@slip("g' missing in the hidden layer", "the slope g' is missing in the hidden layer")
class _NoSlopeInHidden(Formulas):
    def delta(self, l, j, k):
        return self.back(l, j, k) if l < self.L else super().delta(l, j, k)


@slip("g' taken of a instead of z", "the slope was taken at a, the unit's output, and not at z")
class _SlopeOfA(Formulas):
    def _twice(self, l, j, k):
        """Names of g(a) and of the helper of that."""
        return (Symbol(f"{kind} of {self.of('a', l, j, k)}") for kind in ("g", "s"))

    def slope(self, l, j, k):
        (curve, c), (value, helper) = self.curves[l], self._twice(l, j, k)
        return curve.slope(self.of("a", l, j, k), helper, value, c)

    def _backward(self):
        for l in self.layers:
            curve, c = self.curves[l]
            for k in self.examples:
                for j in range(self.sizes[l]):
                    a, (value, helper) = self.of("a", l, j, k), self._twice(l, j, k)
                    if curve.helper:
                        yield Line(helper, curve.helper(a), "backward")
                    yield Line(value, curve.value(a, helper, c), "backward")
        yield from super()._backward()


@slip("W2 transposed in the recursion", "the weights on the way back are those of the transposed matrix")
class _TransposedBack(Formulas):
    def back(self, l, j, k):
        above = range(self.sizes[l + 1])
        if len(above) != self.sizes[l]:
            return super().back(l, j, k)
        return ["(", *added([[self.w[l + 1][j][m], "*", self.of("delta", l + 1, m, k)] for m in above]), ")"]


@slip("everything twice too large", "all deltas are twice too large: the ½ of the loss was forgotten in its derivative")
class _Doubled(Formulas):
    def delta(self, l, j, k):
        return ["2", "*", "(", *super().delta(l, j, k), ")"] if l == self.L else super().delta(l, j, k)


@slip("hidden layer with the wrong sign", "the hidden deltas have the wrong sign")
class _HiddenSign(Formulas):
    def delta(self, l, j, k):
        return ["minus", *super().delta(l, j, k)] if l < self.L else super().delta(l, j, k)


@slip("everything with the wrong sign", "everything on the way back has the wrong sign: y - a in the place of a - y")
class _Sign(Formulas):
    def delta(self, l, j, k):
        return ["minus", "(", *super().delta(l, j, k), ")"] if l == self.L else super().delta(l, j, k)


@slip("biases never updated", "the biases have no gradient, and stay")
class _FrozenBiases(Formulas):
    def db(self, l, units):
        return ["0"]


@slip("bias gradients summed to one number", "the gradients of a layer's biases were summed to one number")
class _SummedBiases(Formulas):
    def db(self, l, units):
        return super().db(l, range(self.sizes[l]))


@slip("dW2 with its own layer's activation", "the output weights were multiplied by the outputs, not by what came in")
class _OwnActivation(Formulas):
    own = staticmethod(lambda f, l: l == f.L)

    def dw(self, l, j, i):
        if not self.own(self, l) or self.sizes[l] != self.sizes[l - 1]:
            return super().dw(l, j, i)
        return self.mean(added([[self.of("delta", l, j, k), "*", self.of("a", l, i, k)] for k in self.examples]))


@slip("only one of two paths counted", "only the path through the last unit above was counted")
class _LastPath(Formulas):
    path = -1

    def back(self, l, j, k):
        m = range(self.sizes[l + 1])[self.path]
        return [self.w[l + 1][m][j], "*", self.of("delta", l + 1, m, k)]


@slip("hidden layer never updated", "the hidden layer has no gradient, and stays")
class _FrozenHidden(Formulas):
    def delta(self, l, j, k):
        return ["0"] if l < self.L else super().delta(l, j, k)


# ----- others on the way back


@slip("only the first path counted", "only the path through the first unit above was counted")
class _FirstPath(_LastPath):
    path = 0


@slip("every dW with its own layer's activation", "each weight was multiplied by what its own layer gives")
class _EveryOwnActivation(_OwnActivation):
    own = staticmethod(lambda f, l: True)


@slip("the plain error sent back", "the plain error went back, not the delta of the output")
class _PlainError(Formulas):
    def back(self, l, j, k):
        if l < self.L - 1:
            return super().back(l, j, k)
        above = range(self.sizes[self.L])
        return ["(", *added([[self.w[self.L][m][j], "*", *self.error(m, k)] for m in above]), ")"]


@slip("g' twice at the output", "the slope g' was counted twice at the output")
class _SlopeTwice(Formulas):
    def delta(self, l, j, k):
        parts = super().delta(l, j, k)
        return [*parts, "*", self.of("g'", l, j, k)] if l == self.L and not self.on_logits(l) else parts


@slip("slope added to softmax or sigmoid", "a slope a (1 - a) was added, where the loss has taken it in already")
class _SlopeAdded(Formulas):
    def delta(self, l, j, k):
        parts, a = super().delta(l, j, k), self.of("a", l, j, k)
        return ["(", *parts, ")", "*", a, "*", "(", "1", "-", a, ")"] if self.on_logits(l) else parts


@slip("gradient times the weight", "a gradient was multiplied by the weight, not by what came in")
class _TimesWeight(Formulas):
    def dw(self, l, j, i):
        return self.mean(added([[self.of("delta", l, j, k), "*", self.w[l][j][i]] for k in self.examples]))


@slip("everything halved", "all deltas are halved: the derivative of ½ (a - y)² is a - y")
class _Halved(Formulas):
    def delta(self, l, j, k):
        return ["half", "(", *super().delta(l, j, k), ")"] if l == self.L else super().delta(l, j, k)


@slip("penalty missing in the gradient", "the gradient lacks the penalty, lambda w")
class _NoPenalty(Formulas):
    def dw(self, l, j, i):
        parts = super().dw(l, j, i)
        return parts[:-4] if self.l2 else parts
