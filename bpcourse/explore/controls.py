"""What a learner sets: a slider, a list, a row of buttons. Each is a name for some values, in the order shown."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Control:
    """`options` = ((text shown, value), ...), starting at the value `start`; rare: seldom used, so folded away."""

    label: str
    options: tuple
    start: object
    rare: bool = False

    @property
    def values(self):
        return tuple(value for _, value in self.options)

    def index(self, value):
        """The place of `value` among the options. ValueError for a value that is not one of them."""
        if value not in self.values:
            raise ValueError(f"{self.label}: got {value!r}; expected one of {', '.join(map(repr, self.values))}")
        return self.values.index(value)

    def at(self, index):
        """The value at this place: the reverse of `index`."""
        return self.values[index]


@dataclass(frozen=True)
class Slider(Control):
    """A slider. play: milliseconds from one position to the next when it runs; 0, without a player."""

    play: int = 0

    def nearest(self, x):
        """Of the values, which are numbers, the one nearest to x."""
        return self.values[int(np.argmin(np.abs(np.array(self.values, dtype=float) - x)))]


class Choice(Control):
    """A list that drops down, for what has no order."""


class Several(Control):
    """Buttons that stay pressed; the value is the tuple of those that are, in the order of the options."""

    def index(self, value):
        return [super(Several, self).index(one) for one in value]

    def at(self, index):
        return tuple(self.values[k] for k in sorted(index))


def choices(values, show=str):
    """Options for a control: each value with the text that shows it. A zero has no sign: -0.0 comes of rounding."""
    unsigned = (value + 0.0 if isinstance(value, float) else value for value in values)
    return tuple((show(value), value) for value in unsigned)
