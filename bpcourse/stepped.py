"""The numbers of a worked example after some training steps: exact, in intervals, or with a mistake."""

from decimal import Decimal
from functools import cached_property

from .arithmetic import DECIMALS, FLOATS, INTERVALS, interval, working
from .calculation import after, exact, program, worked_out
from .slips import with_slip
from .symbols import names_in, new

LONG = 100  # from so many steps on, the way there is walked in floats


class Stepped:
    """The numbers of an example after some steps, and, if `later`, after one more, where they are named "new ..."."""

    def __init__(self, given, formulas, steps, digits, later=True):
        self.formulas, self.start, self.steps, self.digits, self.later = formulas, given, steps, digits, later
        self.lines = {line.name: line.parts for line in formulas.lines()}
        self.code = program(self.lines)
        self.moved = [(name, new(name)) for name in given if new(name) in self.lines]
        with working(digits):
            moved = after(self.lines, given, steps, DECIMALS if steps < LONG else FLOATS) if steps else given
            self.given = {name: x if isinstance(x, Decimal) else exact(x) for name, x in moved.items()}

    @cached_property
    def exact(self):
        """{name: number} of all of them."""
        with working(self.digits):
            values = worked_out(self.code, self.given, DECIMALS)
            return values | self._next(values, DECIMALS)

    def with_slip(self, slip, later=True):
        """The same with a mistake, made from the start, to no more digits than it takes; None if it changes no line."""
        formulas = with_slip(self.formulas, slip)
        if {line.name: line.parts for line in formulas.lines()} == self.lines:
            return None
        return Stepped(self.start, formulas, self.steps, max(self.digits - 25, 35), later)

    def _next(self, values, arithmetic, keep=lambda name, x: x):
        """{"new E": ...}: what a forward pass after the step gives."""
        if not (self.moved and self.later):
            return {}
        given = {name: values[name] for name in self.given} | {name: values[after] for name, after in self.moved}
        later = worked_out(self.code, given, arithmetic, lambda name, x: keep(f"new {name}", x))
        return {f"new {name}": later[name] for name in self.lines if f"new {name}" not in self.lines}

    def intervals(self, keep):
        """Every number as an Interval, through keep(name, interval): what is given first, then line by line."""
        with working(self.digits):
            given = {name: keep(str(name), interval(x)) for name, x in self.given.items()}
            values = worked_out(self.code, given, INTERVALS, lambda name, x: keep(name, interval(x)))
            self._next(values, INTERVALS, lambda name, x: x if name in self.lines else keep(name, interval(x)))

    @cached_property
    def reads(self):
        """{name: the names that its line reads}."""
        now = {str(name): [str(part) for part in names_in(parts)] for name, parts in self.lines.items()}
        moved = {str(name) for name, _ in self.moved}
        fixed = set(map(str, self.given)) - moved
        later = {
            f"new {name}": [part if part in fixed else f"new {part}" for part in parts]
            for name, parts in now.items() if f"new {name}" not in now
        }  # fmt: skip
        return now | later
