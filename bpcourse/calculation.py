"""A training step turned into equations with the numbers put in, line by line, as one would calculate it by hand.

A line says "=" if a calculator agrees: its right-hand side, worked out from the numbers as they are printed, rounds to
the printed result. So a number has more digits inside a line where its usual ones would not do. Where forty more would
not either (a tie, 1e-400), the line says "≈".
"""

from decimal import Decimal, DecimalException
from functools import cached_property

from .arithmetic import DECIMALS, INTERVALS, namespace, precision, working
from .arrays import whole
from .formulas import L2
from .symbols import RATE, Pick, Symbol, in_brackets, in_latex, joined, names_in, new, number, short, source

OPENS, CLOSES = {None, "exp(", "max(", "tanh("}, {None, ")", ")exp"}  # between them a minus needs no brackets
MORE = 40  # digits that a number may have inside a line beyond its usual ones


class Equation:
    """One line of the calculation, `name = symbols = numbers = result`, shown as mathematics in a notebook.

    name, symbols, numbers, result: strings, with the same for MathJax in their attribute `latex`. note: why this branch
    of a formula, "z(h1) > 0", or "". sign: "=" or "≈", what stands before the result. value: the result as a float.
    phase: "forward", "backward" or "update". rule: the equation that it follows ("BP1" to "BP4"), or "".
    """

    def __init__(self, page, line, digits):
        self.name, self.phase, self.rule = line.name, line.phase, line.rule
        self._page, self._line, self._digits = page, line, digits
        self.exact = page.exact[line.name]
        self._parts, self.note = _taken(line.parts, page)
        self.symbols, self.value, self.result = joined(self._parts), float(self.exact), number(self.exact, digits)

    @cached_property
    def _numbers(self):
        for more in range(MORE + 1):
            known = {name: self._page.text(name, self._digits + more) for name in names_in(self._parts)}
            if _worked_out(self._parts, known, self._page.digits, self._digits) == self.result:
                return self._put_in(known), "="
        known = {name: self._page.text(name, self._digits) for name in known}
        return self._put_in(known), "≈"

    def _put_in(self, known):
        around = zip([None, *self._parts], self._parts, [*self._parts[1:], None], strict=False)
        return joined(
            part
            if part not in known
            else known[part]
            if before in OPENS and after in CLOSES
            else in_brackets(known[part])
            for before, part, after in around
        )

    @property
    def numbers(self):
        """The symbols with the numbers put in."""
        return self._numbers[0]

    @property
    def sign(self):
        """What stands before the result: "=" if the line is true to its last digit, else "≈"."""
        return self._numbers[1]

    def to(self, digits):
        """The same line with so many digits."""
        return Equation(self._page, self._line, digits)

    def sides(self):
        """[(sign, side), ...], what stands on the right, without what would only be repeated."""
        symbols = Symbol(self.symbols + f"  since {self.note}", self.symbols.latex + rf"\quad ({self.note.latex})")
        sides = [("=", symbols if self.note else self.symbols)]
        if self.numbers != self.symbols:
            sides.append(("=", self.numbers))
        return sides if self.numbers == self.result else [*sides, (self.sign, self.result)]

    def __repr__(self):
        (_, first), *others = self.sides()
        return f"{self.name} = {first}" + "".join(f"\n  {sign} {side}" for sign, side in others)

    def __eq__(self, other):
        return isinstance(other, Equation) and repr(self) == repr(other)

    __hash__ = None

    def _repr_latex_(self):
        tag = rf"\tag{{{self.rule}}}" if self.rule else ""
        right = r" \\ ".join(f"&{_relation(sign)} {side.latex}" for sign, side in self.sides())
        return rf"$$\begin{{aligned}} {self.name.latex} {right} \end{{aligned}}{tag}$$"


class Calculation(dict):
    """The lines of one training step, {name: Equation}; `show` puts some of them together."""

    def show(self, *names, digits=None):
        """These lines in one block; with no names, all of them. digits: other than they have, a whole number from 1."""
        shown = {name: self[name] for name in names or self}
        if digits is not None:
            shown = {name: line.to(whole("digits", digits, 1)) for name, line in shown.items()}
        return Calculation(shown)

    def __repr__(self):
        return "\n".join(map(repr, self.values()))

    def _repr_latex_(self):
        rows = []
        for line in self.values():
            (_, first), *others = line.sides()
            rest = " ".join(f"{_relation(sign)} {side.latex}" for sign, side in others)
            rows.append(rf"{line.name.latex} &= {first.latex}" + (rf" \\ &{rest}" if rest else ""))
        return r"$$\begin{aligned} " + r" \\[4pt] ".join(rows) + r" \end{aligned}$$"

    def markdown(self):
        """With a heading for each phase."""
        phases = dict.fromkeys(line.phase for line in self.values())
        blocks = ((phase, Calculation({n: e for n, e in self.items() if e.phase == phase})) for phase in phases)
        return "\n\n".join(f"**{phase.capitalize()}**\n\n{block._repr_latex_()}" for phase, block in blocks) + "\n"


class Page:
    """Formulas with exact numbers: what is given, {name: Decimal}, and what follows.

    exact: {name: Decimal}. digits: to how many it was worked out. lines: {name: Line}. code: see `program`.
    """

    def __init__(self, formulas, given, digits=None):
        self.formulas, self.given = formulas, given
        self.lines = {line.name: line for line in formulas.lines()}
        self.code = program({name: line.parts for name, line in self.lines.items()})
        self.digits = digits or 60
        self.exact = self._run()
        needed = precision(max((abs(x) for name, x in self.exact.items() if name.startswith("z(")), default=0))
        if digits is None and needed > self.digits:  # a saturated sigmoid: 1 - a must not be 0
            self.digits = needed
            self.exact = self._run()

    def _run(self):
        """What all comes to. A number that is only what rounding left of a sum that cancels counts as 0."""
        noise = set()
        while True:
            rough, exact = (self._with(digits, noise) for digits in (self.digits, self.digits + 20))
            found = {name for name, x in exact.items() if abs(x - rough[name]) > abs(x) * Decimal("1e-15")}
            if not found - noise:
                return exact
            noise |= found

    def _with(self, digits, zero):
        with working(digits):
            return worked_out(self.code, self.given, DECIMALS, lambda name, x: Decimal(0) if name in zero else x)

    def intervals(self, keep):
        """{name: Interval} of every line; keep(name, interval) gives the one with which later lines go on."""
        with working(self.digits):
            return worked_out(self.code, self.given, INTERVALS, keep)

    def number(self, parts):
        """The number that parts stand for."""
        with working(self.digits):
            return eval(source(parts), namespace(DECIMALS) | {"v": self.exact})  # noqa: S307 (our own source)

    def text(self, name, digits):
        """A number as it stands in a line: a given one as it was given, if that is short."""
        given = short(self.given[name]) if name in self.given else None
        return in_latex(given) if given is not None else number(self.exact[name], digits)

    def equations(self, digits=9):
        """Every line: a Calculation, {name: Equation}, in the order of the work."""
        return Calculation({name: Equation(self, line, digits) for name, line in self.lines.items()})


def exact(x):
    """The Decimal that a number was given as: 0.1 is a tenth, not the float next to it."""
    return x if isinstance(x, Decimal) else Decimal(repr(float(x)).removesuffix(".0"))


def given(formulas, X, W, b, learning_rate=None, l2=None):
    """{name: Decimal} of the numbers that formulas begin with. X: rows; W, b: {l: rows}, {l: one for each unit}."""
    found = {}
    for k, x in zip(formulas.examples, X, strict=True):
        found |= {formulas.out(0, i, k): value for i, value in enumerate(x)}
    for k, y in zip(formulas.examples, formulas.Y, strict=True):
        found |= {formulas.y(j, k): value for j, value in enumerate(y)}
    for l in formulas.layers:
        found |= {w: x for row, xs in zip(formulas.w[l], W[l], strict=True) for w, x in zip(row, xs, strict=True)}
        found |= {name: b[l][units[0]] for name, units in formulas.biases(l).items()}
    found |= {RATE: learning_rate} if formulas.rate else {}
    found |= {L2: l2} if formulas.l2 else {}
    return {name: exact(x) for name, x in found.items()}


def in_order(formulas, wanted):
    """The names of {name: parts} that lead to those wanted, each after the names that it reads."""
    done = {}

    def visit(name):
        if name not in done and name in formulas:
            done[name] = False
            for used in names_in(formulas[name]):
                visit(used)
            done[name] = done.pop(name)  # to the end: behind what it reads

    for name in wanted:
        visit(name)
    return list(done)


def program(formulas):
    """The code that works out {name: parts}, through keep(name, number)."""
    lines = (f"v[{str(n)!r}] = keep({str(n)!r}, {source(formulas[n])})" for n in in_order(formulas, formulas))
    return compile("\n".join(lines), "<formulas>", "exec")


def after(formulas, given, steps, arithmetic):
    """`given` after so many training steps of {name: parts}: one function of plain variables, for 10,000 steps."""
    moved = [(name, new(name)) for name in given if new(name) in formulas]
    order = in_order(formulas, [name for _, name in moved])
    variables = {str(name): f"x{k}" for k, name in enumerate([*given, *order])}
    step = [f"{variables[name]} = {source(formulas[name], variables.__getitem__)}" for name in order]
    step += [f"{variables[name]} = {variables[name_after]}" for name, name_after in moved]
    inputs = ", ".join(variables[name] for name in given)
    body = f"def run({inputs}):\n    for _ in range({steps}):\n        " + "\n        ".join(step or ["pass"])
    scope = namespace(arithmetic)
    exec(f"{body}\n    return {inputs},", scope)  # noqa: S102
    return dict(zip(given, scope["run"](*(arithmetic["num"](x) for x in given.values())), strict=True))


def worked_out(code, given, arithmetic, keep=lambda name, x: x):
    """{name: number} of what is given and of every line of `program`."""
    values = {str(name): arithmetic["num"](x) for name, x in given.items()}
    exec(code, namespace(arithmetic) | {"v": values, "keep": keep})  # noqa: S102
    return values


def _taken(parts, page):
    """(the parts with the branch that each Pick takes, why)."""
    found, notes = [], []
    for part in parts:
        branch, note = part.branch(page.number) if isinstance(part, Pick) else ((part,), None)
        found += branch
        notes += [note] if note else []
    return found, notes[0] if notes else Symbol("")


def _worked_out(parts, known, digits, shown):
    """What a calculator gets, as it would be printed with so many digits; None if it gets nothing."""
    with working(digits + MORE):
        values = {str(name): Decimal(text) for name, text in known.items()}
        try:
            x = eval(source(parts), namespace(DECIMALS) | {"v": values})
        except (DecimalException, ZeroDivisionError):
            return None
        return number(Decimal(x), shown) if Decimal(x).is_finite() else None


def _relation(sign):
    return r"\approx" if sign == "≈" else sign
