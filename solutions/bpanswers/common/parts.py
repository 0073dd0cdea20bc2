"""Mistakes that are told of the parts that show them, whatever the other parts are."""

import numpy as np

from bpcourse.marking.compare import agree
from bpcourse.marking.engine import Misconception

from .edits import slips


def part_slips(program, **names):
    """As `slips`: each message stands behind the names of the parts that it is true of."""
    slip = slips(program, alone=True, **names)
    return lambda name, message, *changes: slip(name, "{parts}: " + message, *changes)


def cut_to_whole(truth):
    """np.vectorize takes the type of the first number that it sees for all: 1, and then 0.3 becomes 0."""

    def is_cut(came, right):
        return agree(came, right) or (came.dtype.kind == "i" and agree(came, np.trunc(right)))

    def shows(case, outcome):
        return outcome.parts is not None and not outcome.changed and all(map(is_cut, outcome.parts, truth(**case)))

    return Misconception(
        "cut_to_whole",
        lambda *args: tuple(np.trunc(part).astype(int) for part in truth(*args)),
        "{parts}: decimals are cut off, since the array holds whole numbers. (`np.vectorize` decides the type by the "
        "first number that your function returns.) Where does an array of whole numbers come from?",
        shows=shows,
    )
