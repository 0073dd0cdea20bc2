"""Three ways to work out the lines of a calculation: in decimals, in intervals of them, and in floats.

Each is a dictionary of what the source of a formula calls (`symbols.source`): exp, ln, tanh, erfc, sign, positive,
pick, num (a number from its text), half, root2, root2pi. DECIMALS work to the precision of the context.
"""

import math
from decimal import Decimal, getcontext, localcontext
from functools import lru_cache


class Interval:
    """All numbers from `low` to `high`, Decimals; + - * / and **2 give an interval that holds every result."""

    __slots__ = ("low", "high")

    def __init__(self, low, high):
        self.low, self.high = low, high

    def __repr__(self):
        return f"[{self.low}, {self.high}]"

    def holds(self, low, high):
        """Whether some number from low to high lies in the interval, or on its edge, where rounding ties."""
        slack = (self.high - self.low) * Decimal("1e-9")
        return low <= self.high + slack and self.low - slack <= high

    def __neg__(self):
        return Interval(-self.high, -self.low)

    def __add__(self, other):
        other = interval(other)
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other):
        return self + -interval(other)

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        other = interval(other)
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other):
        other = interval(other)
        if other.low <= 0 <= other.high:
            return Interval(-Decimal("Infinity"), Decimal("Infinity"))
        return self * Interval(1 / other.high, 1 / other.low)

    def __rtruediv__(self, other):
        return interval(other) / self

    def __abs__(self):
        low = Decimal(0) if self.low <= 0 <= self.high else min(abs(self.low), abs(self.high))
        return Interval(low, max(abs(self.low), abs(self.high)))

    def __pow__(self, two):
        return Interval(abs(self).low ** 2, abs(self).high ** 2)


def interval(x):
    """x itself if it is an Interval, else the one that holds the number x alone."""
    return x if isinstance(x, Interval) else Interval(Decimal(x), Decimal(x))


@lru_cache(maxsize=8)
def _pi(digits):
    """Machin's formula, 16 arctan(1/5) - 4 arctan(1/239), in whole numbers of 10^-digits."""

    def arctan_of_one_over(n):
        power = total = 10 ** (digits + 10) // n
        k, sign = 1, 1
        while power:
            power //= n * n
            k, sign = k + 2, -sign
            total += sign * (power // k)
        return total

    return Decimal(16 * arctan_of_one_over(5) - 4 * arctan_of_one_over(239)).scaleb(-digits - 10)


def pi():
    """The number, to the precision of the context."""
    return +_pi(getcontext().prec)


def _exp(x):
    return Decimal(x).exp()


def _ln(x):
    return Decimal(x).ln()


def _tanh(x):
    e = (-2 * abs(x)).exp()
    return ((1 - e) / (1 + e)).copy_sign(x)


def _erfc(x):
    """1 - erf(x): by erf's power series, with as many digits more as it cancels; far out by the asymptotic series."""
    if x < 0:
        return 2 - _erfc(-x)
    digits = getcontext().prec
    with localcontext() as context:
        far = x * x > Decimal("2.4") * digits + 20
        context.prec += 10 if far else 10 + int(2 * x * x)
        term = total = Decimal(1)
        k = 0
        while term and term.adjusted() > -context.prec:
            k += 1
            term *= (1 - 2 * k) / (2 * x * x) if far else -x * x / k
            total += term if far else term / (2 * k + 1)
        return total * (-x * x).exp() / (x * pi().sqrt()) if far else 1 - 2 * x * total / pi().sqrt()


def _sign(x):
    return Decimal((x > 0) - (x < 0))


def _positive(x):
    return max(x, Decimal(0))


DECIMALS = {
    "exp": _exp, "ln": _ln, "tanh": _tanh, "erfc": _erfc, "sign": _sign, "positive": _positive, "num": Decimal,
    "half": Decimal("0.5"), "pick": lambda x, at, above, below: above if x > at else below,
}  # fmt: skip


def _rising(f):
    """f of an interval, for an f that never falls."""

    def of(x):
        x = interval(x)
        return Interval(f(x.low), f(x.high))

    return of


def _either(x, at, above, below):
    x, at, above, below = interval(x), interval(at).low, interval(above), interval(below)
    if x.low > at or x.high <= at:
        return above if x.low > at else below
    return Interval(min(above.low, below.low), max(above.high, below.high))


def _ln_from_0(x):
    return _ln(x) if x > 0 else Decimal("-Infinity")


INTERVALS = {name: _rising(DECIMALS[name]) for name in ("exp", "tanh", "sign", "positive")}
INTERVALS |= {
    "erfc": lambda x: _rising(lambda y: _erfc(-y))(-interval(x)),
    "ln": _rising(_ln_from_0),
    "pick": _either,
    "num": interval,
    "half": interval("0.5"),
}

FLOATS = {
    "exp": lambda x: math.exp(min(x, 709.0)), "ln": math.log, "tanh": math.tanh, "erfc": math.erfc, "num": float,
    "sign": lambda x: float((x > 0) - (x < 0)), "positive": lambda x: max(x, 0.0), "half": 0.5,
    "root2": math.sqrt(2), "root2pi": math.sqrt(2 * math.pi), "pick": DECIMALS["pick"],
}  # fmt: skip


def namespace(arithmetic):
    """The arithmetic with its roots, to the precision of the context."""
    if arithmetic is FLOATS:
        return dict(FLOATS)
    return arithmetic | {"root2": Decimal(2).sqrt(), "root2pi": (2 * pi()).sqrt()}


def precision(largest):
    """Digits with which a sigmoid of `largest` >= 0 still differs from 1 in fifty of them; at most 400."""
    return min(60 + int(largest) // 2, 400)


def working(digits):
    """A context in which Decimals have so many digits, and no exponent is too small."""
    context = getcontext().copy()
    context.prec, context.Emax, context.Emin = digits, 10**9, -(10**9)
    return localcontext(context)
