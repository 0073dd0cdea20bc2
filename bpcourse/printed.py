"""Printed numbers against the right ones: which is wrong first, and which known mistake gives exactly it.

A number is right if the exact one rounds to it, to as many digits as it has. One that was computed on from earlier
printed numbers is not wrong either: each line is worked out in intervals, from all that the earlier ones may stand for.
"""

from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cache

from .arithmetic import DECIMALS, Interval, interval, working
from .calculation import worked_out
from .misprints import explained
from .slips import SLIPS
from .stepped import Stepped
from .text import listed

RIGHT, CUT, ROUNDED = "right", "cut off, not rounded", "right, computed on from rounded numbers"
FLOAT = 15  # with so many digits a number was printed by a machine, whose last one may be off by a few


@dataclass
class Row:
    """One printed number: its name as it was given, what is printed, the right number as text, and what is to be said.

    verdict: "wrong", "follows" (from an earlier wrong number), or what it begins with: "right", "cut off, not rounded".
    key: the name of the line. band: the Interval of all numbers that round to what is printed. exact: the right number.
    """

    name: str
    printed: str
    key: str
    band: Interval
    exact: Decimal
    right: str
    verdict: str = ""
    why: str = ""
    slip: str = ""

    @property
    def cut(self):
        """The band, and what is cut off to what is printed, too."""
        half = (self.band.high - self.band.low) / 2
        more = half * Decimal("0.999999")  # 1.3 is not cut off to 1.2
        low, high = self.band.low - more * (self.band.high <= half), self.band.high + more * (self.band.low >= -half)
        return Interval(low, high)

    def goes_on(self, computed):
        """With what the print may go on, if its own unrounded number is in `computed`: with that, or as printed."""
        low, high, middle = (
            max(self.band.low, computed.low), min(self.band.high, computed.high), (self.band.low + self.band.high) / 2,
        )  # fmt: skip
        return Interval(min(low, middle), max(high, middle)) if low <= high else self.band

    def fits(self, computed):
        """Whether what is printed may be rounded, or cut off, from a number of the interval `computed`."""
        return self.cut.holds(computed.low, computed.high)


class Comparison:
    """What `Example.compare` found; printed, it is a table and a last sentence.

    rows: one `Row` for each number, in the order of the work. first_wrong: the name of the first number that is wrong
    and does not follow from an earlier one, or None. mistake: the name of the known mistake that gives it, or None. ok:
    whether nothing is wrong.
    """

    def __init__(self, example, printed, decimals=None):
        self.decimals = decimals
        self._right = Stepped(example.start.given, example.formulas, example.steps, example.page.digits)
        self.rows = _rows(printed, self._right.exact)
        self._by_key = {row.key: row for row in self.rows}
        self._judge()
        wrong = [row for row in self.rows if row.verdict == "wrong"]
        if wrong:
            self._explain(wrong)
        self.ok = not wrong
        self.first_wrong = wrong[0].name if wrong else None
        self.mistake = wrong[0].slip or None if wrong else None

    # ----- the judgement

    def _judge(self):
        """The verdict on each number, in the order of the work."""

        def keep(name, computed):
            row = self._by_key.get(name)
            if row is None:
                return self._rounded(computed)
            row.verdict = _verdict(row, computed)
            return computed if row.verdict == "wrong" else _hull(row.goes_on(computed), row.exact)

        self._right.intervals(keep)
        wrong = {row.key for row in self.rows if row.verdict == "wrong"}
        if not wrong:
            return
        computed, self._used = self._from_print(self._right)
        for row in [row for row in self.rows if row.key in wrong]:
            before = self._read_by(row.key)
            names = [other.name for other in self.rows if other.key in before & wrong]
            if row.fits(computed[row.key]):
                row.verdict, row.why = ("follows", f"follows from {listed(names)}") if names else (ROUNDED, "")
            elif decimals := self._rounded_more(row):
                row.verdict = f"right, with what comes before it rounded to {decimals} decimals"
            if row.verdict not in ("wrong", "follows"):
                wrong.discard(row.key)

    def _read_by(self, key):
        """The printed numbers that a line reads, also through lines that are not printed."""
        reads = self._right.reads.get(key, ())
        return {name for read in reads for name in ([read] if read in self._by_key else self._read_by(read))}

    def _rounded_more(self, row):
        """To how many decimals, fewer than are printed, what comes before was rounded, if that gives it; else None."""
        if self._read_by(row.key):
            for decimals in range(2, -Decimal(row.printed).as_tuple().exponent):
                value = self._with_decimals(decimals).get(row.key)
                if value is not None and row.fits(interval(value)):
                    return decimals
        return None

    @cache  # noqa: B019 (a Comparison is short-lived)
    def _with_decimals(self, decimals):
        """{name: number}, from printed numbers that are rounded to so many decimals before one goes on."""
        found = {}

        def keep(name, x):
            found[name] = x
            return round(x, decimals) if name in self._by_key else x

        with working(self._right.digits):
            worked_out(self._right.code, self._right.given, DECIMALS, keep)
        return found

    def _rounded(self, computed):
        """What a number that is not printed may have been rounded to."""
        half = Decimal(0) if self.decimals is None else Decimal(5).scaleb(-self.decimals - 1)
        return Interval(computed.low - half, computed.high + half)

    def _from_print(self, numbers):
        """({name: its Interval, from all that is printed before}, {name: that with which the print may go on})."""
        computed, used = {}, {}

        def keep(name, found):
            computed[name] = found
            used[name] = self._by_key[name].goes_on(found) if name in self._by_key else self._rounded(found)
            return used[name]

        numbers.intervals(keep)
        return computed, used

    # ----- the explanation

    def _explain(self, wrong):
        """Why each root is wrong: the mistake that explains most of the wrong numbers, else something simple."""
        off = [row for row in self.rows if row.verdict in ("wrong", "follows")]
        found, later = [], any(row.key not in self._right.lines for row in off)
        for slip in SLIPS.values():
            try:
                numbers = self._right.with_slip(slip, later)
                computed = self._from_print(numbers)[0] if numbers else {}
            except (ArithmeticError, ValueError):  # a logarithm of what is below 0: nobody printed that
                continue
            hits = {row.key for row in off if row.key in computed and row.fits(computed[row.key])}
            found.append((slip, hits))
        found.sort(key=lambda pair: -len(pair[1]))
        for row in wrong:
            slip = next((slip for slip, hits in found if row.key in hits), None)
            if slip:
                row.slip, row.why = slip.name, slip.said
            else:
                row.why = explained(row, self._right, self._used)

    # ----- what is said

    def __repr__(self):
        table = [("", "printed", "right", "")]
        for row in self.rows:
            said = row.why if row.verdict == "follows" else row.verdict
            table.append((row.name, row.printed, row.right, said))
        wide = [max(len(line[k]) for line in table) for k in range(3)]
        lines = [
            "  ".join((*(cell.ljust(w) for cell, w in zip(line, wide, strict=False)), line[3])).rstrip()
            for line in table
        ]
        return "\n".join([*lines, *self._last()])

    def _last(self):
        wrong = [row for row in self.rows if row.verdict == "wrong"]
        if not wrong:
            return ["No number is wrong."]
        first, *others = wrong
        said = [f"The first wrong number is {first.name}: {first.why}."]
        reasons = {}
        for row in others:
            reasons.setdefault(row.why, []).append(row.name)
        if first.why in reasons:
            names = reasons.pop(first.why)
            said.append(f"The same gives {listed(names)}.")
        return [*said, *(f"{listed(names)}: {why}." for why, names in reasons.items())]


def _rows(printed, right):
    """The Rows, in the order of the work, without verdicts."""
    order, rows = {name: k for k, name in enumerate(right)}, []
    if not isinstance(printed, dict) or not printed:
        raise TypeError(f"printed is {printed!r}; expected a dictionary such as {{'z(h1)': 0.415, 'E': '0.0407'}}")
    for name, number in printed.items():
        minus = name.startswith("-")
        key = name.lstrip("-").strip()
        if key not in order:
            near = get_close_matches(key, order, 3, 0.5)
            names = listed(near or list(order)[:3])
            raise ValueError(f"printed has {name!r}, which no line is called; expected a name such as {names}")
        x, text = _read(name, number)
        half = Decimal(5).scaleb(x.as_tuple().exponent - 1)
        half *= 8 if len(x.as_tuple().digits) >= FLOAT else 1
        low, high = sorted((-x - half, -x + half) if minus else (x - half, x + half))
        value = right[key]
        rows.append(Row(name, text, key, Interval(low, high), value, _as_printed(-value if minus else value, x)))
    return sorted(rows, key=lambda row: order[row.key])


def _read(name, number):
    """(the Decimal, its text) of a printed number."""
    text = number.strip().replace("−", "-") if isinstance(number, str) else None
    try:
        if isinstance(number, bool):
            raise ValueError
        x = (
            Decimal(text)
            if text is not None
            else number
            if isinstance(number, Decimal)
            else Decimal(repr(float(number)))
        )
        if isinstance(number, int):
            x = Decimal(number)
    except (ArithmeticError, ValueError, TypeError):
        raise ValueError(f"printed has {number!r} for {name!r}; expected a number") from None
    if not x.is_finite():
        raise ValueError(f"printed has {number!r} for {name!r}; expected a finite number")
    return x, text or str(number)


def _as_printed(value, like):
    """The right number with as many decimals as what is printed; as many digits if that is written with an exponent."""
    exponent = like.as_tuple().exponent
    if value and abs(value) < Decimal("0.001") or exponent > 0 or "E" in str(like):
        return f"{value:.{max(len(like.as_tuple().digits) - 1, 1)}e}"
    return f"{value:z.{-exponent}f}"


def _verdict(row, computed):
    x = interval(row.exact)
    if row.band.holds(x.low, x.high):
        return RIGHT
    if row.band.holds(computed.low, computed.high):
        return ROUNDED
    return CUT if row.fits(x) else ROUNDED if row.fits(computed) else "wrong"


def _hull(band, x):
    return Interval(min(band.low, x), max(band.high, x))
