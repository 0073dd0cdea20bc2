"""What a wrong number may be where no known mistake gives it: something simple that happened to the right one."""

from decimal import Decimal

from .arithmetic import DECIMALS, INTERVALS, interval, namespace, working
from .symbols import names_in, short, source
from .text import listed

UNKNOWN = "no known mistake gives it"

FACTORS = {"2": "twice the right number", "0.5": "half the right number", "-1": "the right number with the other sign",
           "4": "four times the right number", "0.25": "a quarter of the right number",
           "10": "ten times the right number", "0.1": "a tenth of the right number",
           "100": "a hundred times the right number", "0.01": "a hundredth of the right number"}  # fmt: skip


def explained(row, numbers, used):
    """Words for a row that is wrong, to follow "E(o1): ".

    numbers: the right ones, as `stepped.Stepped`. used: {name: the Interval with which the print may have gone on}.
    """
    return _of_another(row, numbers) or _factor(row) or _misread(row, numbers, used) or _digits(row) or UNKNOWN


def _factor(row):
    for factor, said in FACTORS.items():
        if row.exact and row.band.holds(*[row.exact * Decimal(factor)] * 2):
            return f"it is {said}"
    return None


def _of_another(row, numbers):
    """The number of another line of the same kind, such as the next weight."""
    kind = row.key.rstrip("0123456789)[]")
    for name, x in numbers.exact.items():
        if name != row.key and name.rstrip("0123456789)[]") == kind and row.band.holds(x, x) and x:
            return f"it is {name}"
    return None


def _misread(row, numbers, used):
    """A given number of the line, or all of them that are equal, replaced by another with as many decimals."""
    parts, same, found = numbers.lines.get(row.key), {}, []
    if parts is None:
        return None
    for name in names_in(parts):
        if name in numbers.given and short(numbers.given[name]) is not None:
            same.setdefault(numbers.given[name], []).append(name)
    middle = {name: (x.low + x.high) / 2 for name, x in used.items()}
    with working(numbers.digits):
        for x, names in same.items():
            for group in [[name] for name in names] + [names] * (len(names) > 1):

                def at(y, arithmetic=DECIMALS, values=middle, group=group):
                    scope = namespace(arithmetic) | {"v": values | dict.fromkeys(group, y)}
                    return eval(source(parts), scope)  # noqa: S307

                value, slope = at(x), at(x + 1) - at(x)
                if slope == 0 or abs(at(x + 2) - at(x + 1) - slope) > Decimal("1e-30"):  # no straight line
                    continue
                guess = x + ((row.band.low + row.band.high) / 2 - value) / slope
                other = guess.quantize(Decimal(1).scaleb(min(x.as_tuple().exponent, -1)))
                if other * x > 0 and other != x and row.fits(at(interval(other), INTERVALS, used)):
                    found.append(f"{short(other.normalize())} for {listed(group)} (given as {short(x)})")
    return f"it comes out with {', or with '.join(found)}" if found else None


def _digits(row):
    """One digit that differs, or two that are exchanged."""
    a, b = (text.lower().lstrip("+-") for text in (row.printed, row.right))
    differ = [k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y] if len(a) == len(b) else []
    if len(differ) == 1 and len(a) > 4:
        return f"one digit differs from {row.right}"
    if (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and a[differ[0]] == b[differ[1]]
        and a[differ[1]] == b[differ[0]]
    ):
        return f"two digits of {row.right} are exchanged"
    return None
